//! Charts as inline SVG, from whole numbers to whole numbers.
//!
//! A chart is rows of one height, each a line of text and bars under it. Across, everything is a percentage of the
//! width, so that a chart is as wide as its place and its letters stay as large as the page's; down, it is pixels.
//! Percentages are hundredths, computed in integers: equal numbers give equal bytes on every machine. The signs stand
//! beside the colours, which are told apart by all eyes (Okabe and Ito's blue and orange).

use maud::{Markup, html};

/// The whole width, in hundredths of a percent.
const WIDTH: i128 = 10_000;
/// Height of a line of text above its bars.
const TEXT: usize = 18;
const BAR: usize = 12;
const GAP: usize = 10;

/// A row: what it is, its number for the bar, and the number as people read it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bar {
    pub label: String,
    /// In any unit, the same in all rows.
    pub value: i128,
    pub shown: String,
}

/// A row of two bars: how it was and how it becomes. Both are of one sign, or 0.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pair {
    pub label: String,
    pub before: i128,
    pub after: i128,
    pub shown: String,
}

/// A row of a [`histogram`]: a range of values and how many fall into it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bin {
    pub label: String,
    pub count: u64,
    pub shown: String,
    pub side: Side,
}

/// On which side of zero the values of a [`Bin`] lie.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    Below,
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

/// Bars from a line in the middle: below zero to the left, above it to the right.
pub fn diverging(title: &str, rows: &[Bar]) -> Markup {
    let most = rows.iter().map(|row| row.value.abs()).max().unwrap_or(0);
    let step = TEXT + BAR + GAP;
    chart(
        title,
        rows.len() * step,
        &html! {
            line.axis x1="50%" x2="50%" y1="0" y2=(rows.len() * step) {}
            @for (at, row) in rows.iter().enumerate() {
                @let length = scaled(row.value.abs(), most, WIDTH / 2);
                @let below = row.value < 0;
                (caption(at * step, &row.label, &row.shown))
                @if length > 0 {
                    rect class=(if below { "loss" } else { "gain" })
                        x=(percent(if below { WIDTH / 2 - length } else { WIDTH / 2 }))
                        y=(at * step + TEXT + 2) width=(percent(length)) height=(BAR) {}
                }
            }
        },
    )
}

/// Two bars a row, the earlier above the later. Negative ones are as long as positive ones: the numbers have the sign.
pub fn paired(title: &str, rows: &[Pair]) -> Markup {
    let most = rows.iter().map(|row| row.before.abs().max(row.after.abs())).max().unwrap_or(0);
    let thin = BAR - 2;
    let step = TEXT + 2 * thin + GAP + 2;
    chart(
        title,
        rows.len() * step,
        &html! {
            @for (at, row) in rows.iter().enumerate() {
                (caption(at * step, &row.label, &row.shown))
                @for (down, class, value) in [(0, "before", row.before), (thin + 1, "after", row.after)] {
                    rect class=(class) x="0" y=(at * step + TEXT + 2 + down)
                        width=(percent(scaled(value.abs(), most, WIDTH))) height=(thin) {}
                }
            }
        },
    )
}

/// How many values fall into each of some ranges, from the lowest at the top to the highest.
pub fn histogram(title: &str, bins: &[Bin]) -> Markup {
    let most = bins.iter().map(|bin| bin.count).max().unwrap_or(0);
    let step = TEXT + 6;
    // The labels stand left of the bars, the counts behind them: both need room at 400 pixels.
    let (left, room) = (4_400, 3_800);
    chart(
        title,
        bins.len() * step,
        &html! {
            @for (at, bin) in bins.iter().enumerate() {
                @let length = scaled(i128::from(bin.count), i128::from(most), room);
                text.end x=(percent(left - 150)) y=(at * step + 15) { (bin.label) }
                rect class=(bin.side.class()) x=(percent(left)) y=(at * step + 4)
                    width=(percent(length)) height=(TEXT - 4) {}
                text.soft x=(percent(left + length + 120)) y=(at * step + 15) { (bin.shown) }
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

/// `value` of `most` as a part of `length`; what is there is seen.
fn scaled(value: i128, most: i128, length: i128) -> i128 {
    if value == 0 || most == 0 {
        return 0;
    }
    // Amounts have at most 38 digits in all; the picture needs four of them.
    let (mut value, mut most) = (value, most);
    while most > i128::MAX / (2 * WIDTH) {
        (value, most) = (value / 10, most / 10);
    }
    ((value * length + most / 2) / most).max(20)
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
