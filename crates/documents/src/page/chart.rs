//! Charts as inline SVG, computed in integers.
//!
//! A chart is a list of rows of the same height, each with a line of text and bars below it. Horizontal positions are
//! percentages, so that a chart is as wide as the page and its text has the page's size. Vertical positions are pixels.
//! Percentages are computed in hundredths, as integers, so that equal numbers give equal bytes on every machine. Numbers
//! show their signs, and the colours (Okabe and Ito's blue and orange) are safe for colour-blind readers.

use maud::{Markup, html};

/// The whole width, in hundredths of a percent.
const WIDTH: i128 = 10_000;
/// Height of a line of text above its bars.
const TEXT: usize = 18;
const BAR: usize = 12;
const GAP: usize = 10;
/// Height of a chart of dots, and half the width of one.
const HEIGHT: usize = 240;
const RADIUS: usize = 3;

/// A row with one bar.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bar {
    /// The name of the row.
    pub label: String,
    /// The length of the bar, in any unit, the same in all rows.
    pub value: i128,
    /// The number as text, with its sign.
    pub shown: String,
}

/// A row with two bars, before and after. Both values have the same sign, or are 0.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pair {
    /// The name of the row.
    pub label: String,
    /// The upper bar, in any unit, the same in all rows.
    pub before: i128,
    /// The lower bar, in the same unit.
    pub after: i128,
    /// The numbers as text.
    pub shown: String,
}

/// A row of a [`histogram`]: a range of values and the number of values in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bin {
    /// The range.
    pub label: String,
    /// How many values are in the range.
    pub count: u64,
    /// The count as text.
    pub shown: String,
    /// The side of zero that the range is on.
    pub side: Side,
}

/// A dot of a chart of [`dots`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Dot {
    /// How far to the right, in any unit, the same for all dots.
    pub across: i128,
    /// How high, likewise.
    pub height: i128,
    /// Its colour; what it means stands beside the chart.
    pub side: Side,
}

/// The side of zero that the values of a [`Bin`] are on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// Below zero: losses.
    Below,
    /// Above zero: gains.
    Above,
}

impl Side {
    fn class(self) -> &'static str {
        match self {
            Self::Below => "loss",
            Self::Above => "gain",
        }
    }
}

/// A chart of bars from a line in the middle: to the left below zero, to the right above it.
pub fn diverging(title: &str, rows: &[Bar]) -> Markup {
    let most = rows.iter().map(|row| row.value.abs()).max().unwrap_or(0);
    let step = TEXT + BAR + GAP;
    chart(
        title,
        rows.len() * step,
        &html! {
            line.axis x1="50%" x2="50%" y1="0" y2=(rows.len() * step) {}
            @for (index, row) in rows.iter().enumerate() {
                @let length = scaled(row.value.abs(), most, WIDTH / 2);
                @let below = row.value < 0;
                (caption(index * step, &row.label, &row.shown))
                @if length > 0 {
                    rect class=(if below { "loss" } else { "gain" })
                        x=(percent(if below { WIDTH / 2 - length } else { WIDTH / 2 }))
                        y=(index * step + TEXT + 2) width=(percent(length)) height=(BAR) {}
                }
            }
        },
    )
}

/// A chart of bars from the left; from a line in the middle where some are below zero.
pub fn bars(title: &str, rows: &[Bar]) -> Markup {
    if rows.iter().any(|row| row.value < 0) {
        return diverging(title, rows);
    }
    let most = rows.iter().map(|row| row.value).max().unwrap_or(0);
    let step = TEXT + BAR + GAP;
    chart(
        title,
        rows.len() * step,
        &html! {
            @for (index, row) in rows.iter().enumerate() {
                @let length = scaled(row.value, most, WIDTH);
                (caption(index * step, &row.label, &row.shown))
                @if length > 0 {
                    rect.gain x="0" y=(index * step + TEXT + 2) width=(percent(length)) height=(BAR) {}
                }
            }
        },
    )
}

/// A chart of dots from the lowest at the bottom to the highest, and lines across at some heights. Dots below zero are at the bottom.
pub fn dots(title: &str, dots: &[Dot], lines: &[i128]) -> Markup {
    let first = dots.iter().map(|dot| dot.across).min().unwrap_or(0);
    let wide = dots.iter().map(|dot| dot.across.saturating_sub(first)).max().unwrap_or(0);
    let most = dots.iter().map(|dot| dot.height).chain(lines.iter().copied()).max().unwrap_or(0);
    let room = i128::try_from(HEIGHT - 2 * RADIUS).unwrap_or(0);
    // Heights in pixels, from the top down.
    let down = |height: i128| HEIGHT - RADIUS - usize::try_from(part(height.max(0), most, room)).unwrap_or(0);
    chart(
        title,
        HEIGHT,
        &html! {
            line.axis x1="0" x2="100%" y1=(HEIGHT - 1) y2=(HEIGHT - 1) {}
            @for line in lines { line.allowed x1="0" x2="100%" y1=(down(*line)) y2=(down(*line)) {} }
            @for dot in dots {
                circle class=(dot.side.class()) cx=(percent(100 + part(dot.across.saturating_sub(first), wide, WIDTH - 200)))
                    cy=(down(dot.height)) r=(RADIUS) {}
            }
        },
    )
}

/// A chart of two bars per row, before above after. Bars show absolute values; the text has the signs.
pub fn paired(title: &str, rows: &[Pair]) -> Markup {
    let most = rows.iter().map(|row| row.before.abs().max(row.after.abs())).max().unwrap_or(0);
    let thin = BAR - 2;
    let step = TEXT + 2 * thin + GAP + 2;
    chart(
        title,
        rows.len() * step,
        &html! {
            @for (index, row) in rows.iter().enumerate() {
                (caption(index * step, &row.label, &row.shown))
                @for (down, class, value) in [(0, "before", row.before), (thin + 1, "after", row.after)] {
                    rect class=(class) x="0" y=(index * step + TEXT + 2 + down)
                        width=(percent(scaled(value.abs(), most, WIDTH))) height=(thin) {}
                }
            }
        },
    )
}

/// A chart of the number of values in each range, from the lowest range at the top to the highest.
pub fn histogram(title: &str, bins: &[Bin]) -> Markup {
    let most = bins.iter().map(|bin| bin.count).max().unwrap_or(0);
    let step = TEXT + 6;
    // Labels are left of the bars and counts right of them. Both must fit at a width of 400 pixels.
    let (left, longest) = (4_400, 3_800);
    chart(
        title,
        bins.len() * step,
        &html! {
            @for (index, bin) in bins.iter().enumerate() {
                @let length = scaled(i128::from(bin.count), i128::from(most), longest);
                text.end x=(percent(left - 150)) y=(index * step + 15) { (bin.label) }
                rect class=(bin.side.class()) x=(percent(left)) y=(index * step + 4)
                    width=(percent(length)) height=(TEXT - 4) {}
                text.soft x=(percent(left + length + 120)) y=(index * step + 15) { (bin.shown) }
            }
        },
    )
}

fn chart(title: &str, height: usize, inside: &Markup) -> Markup {
    html! {
        svg role="img" aria-label=(title) height=(height.max(1)) {
            title { (title) }
            (inside)
        }
    }
}

/// A row's text: its name at the left, its number at the right.
fn caption(top: usize, label: &str, shown: &str) -> Markup {
    html! {
        text x="0" y=(top + 14) { (label) }
        text.end x="100%" y=(top + 14) { (shown) }
    }
}

/// `value` of `most` as a part of `length`. A value other than 0 has a length that can be seen.
fn scaled(value: i128, most: i128, length: i128) -> i128 {
    if value == 0 { 0 } else { part(value, most, length).max(20) }
}

/// `value` of `most` as a part of `length`, to the nearest whole number; 0 where there is no most.
fn part(value: i128, most: i128, length: i128) -> i128 {
    if value == 0 || most == 0 {
        return 0;
    }
    // Amounts have at most 38 digits in all; the picture needs four of them.
    let (mut value, mut most) = (value, most);
    while most > i128::MAX / (2 * WIDTH) {
        (value, most) = (value / 10, most / 10);
    }
    (value * length + most / 2) / most
}

/// Hundredths of a percent as SVG writes them.
fn percent(hundredths: i128) -> String {
    format!("{}.{:02}%", hundredths / 100, hundredths % 100)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bar(value: i128) -> Bar {
        Bar { label: "a < b".to_owned(), value, shown: value.to_string() }
    }

    #[test]
    fn bars_leave_the_middle_to_the_side_of_their_sign() {
        let svg = diverging("T", &[bar(100), bar(-50), bar(0)]).into_string();
        assert!(svg.contains(r#"<rect class="gain" x="50.00%" y="20" width="50.00%" height="12">"#), "{svg}");
        assert!(svg.contains(r#"<rect class="loss" x="25.00%" y="60" width="25.00%" height="12">"#), "{svg}");
        assert_eq!(svg.matches("<rect").count(), 2);
        assert!(svg.contains("a &lt; b"));
    }

    #[test]
    fn what_is_there_is_seen_and_what_is_not_is_not() {
        assert_eq!(scaled(1, 1_000_000_000, WIDTH), 20);
        assert_eq!(scaled(0, 5, WIDTH), 0);
        assert_eq!(scaled(i128::MAX, i128::MAX, WIDTH), WIDTH);
        assert_eq!(percent(1_005), "10.05%");
    }

    #[test]
    fn pairs_and_bins_share_the_scale_of_their_largest() {
        let pair = Pair { label: "r".into(), before: 50, after: 100, shown: String::new() };
        let svg = paired("T", &[pair]).into_string();
        assert!(svg.contains(r#"class="before" x="0" y="20" width="50.00%""#), "{svg}");
        assert!(svg.contains(r#"class="after" x="0" y="31" width="100.00%""#), "{svg}");
        let bin = |count| Bin { label: "0 to 1".into(), count, shown: String::new(), side: Side::Above };
        let svg = histogram("T", &[bin(2), bin(4)]).into_string();
        assert!(svg.contains(r#"y="4" width="19.00%""#) && svg.contains(r#"y="28" width="38.00%""#), "{svg}");
    }
}
