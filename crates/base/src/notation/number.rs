//! Reads written numbers exactly: `docs/reference/numbers-and-dates.md#numbers-in-data`.
//!
//! `1,234.50`, `-€12`, `(1,000)`, `1200.00-`, `.5` become integers in one loop over bytes, without binary floats.

use super::symbol::Mark;
use crate::money::format_scaled;

/// Whole parts from here on are only known to be huge: above every limit.
pub const HUGE: u64 = 1_000_000_000_000_000_000;
/// Decimals beyond this are only known to be too many.
const MANY: u32 = 18;

/// How numbers are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NumberNotation {
    /// What is between the whole part and the decimals.
    pub decimal: DecimalSign,
    /// What is between groups of digits of the whole part.
    pub group: Group,
    /// Whether a percent sign behind is read: it divides by 100.
    pub percent: bool,
}

/// What is between the whole part and the decimals.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DecimalSign {
    /// `.`
    Point,
    /// `,`
    Comma,
}

impl DecimalSign {
    /// As it is written.
    pub const fn sign(self) -> char {
        match self {
            Self::Point => '.',
            Self::Comma => ',',
        }
    }

    /// The other one.
    pub const fn other(self) -> Self {
        match self {
            Self::Point => Self::Comma,
            Self::Comma => Self::Point,
        }
    }

    /// The sign between groups of digits, where nothing else is said: the other of the two.
    pub const fn usual_group(self) -> Group {
        match self {
            Self::Point => Group::Comma,
            Self::Comma => Group::Point,
        }
    }
}

/// What is between groups of digits of the whole part. No sign has to be there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Group {
    /// `1,234,567`
    Comma,
    /// `1.234.567`
    Point,
    /// `1 234 567` with any blank, the no-break and the thin one among them.
    Blank,
    /// `1'234'567`, with either apostrophe.
    Apostrophe,
    /// `12,34,567`: three digits, and pairs before them.
    Indian,
    /// Groups are not separated.
    None,
}

impl Group {
    /// Whether it can't be told from a decimal sign.
    pub const fn is(self, decimal: DecimalSign) -> bool {
        matches!(
            (self, decimal),
            (Self::Comma | Self::Indian, DecimalSign::Comma) | (Self::Point, DecimalSign::Point)
        )
    }

    /// Bytes of a sign at the beginning of a text; `None` where it begins otherwise.
    fn sign(self, text: &str) -> Option<usize> {
        let first = text.as_bytes().first()?;
        match self {
            Self::Comma | Self::Indian => (*first == b',').then_some(1),
            Self::Point => (*first == b'.').then_some(1),
            Self::Blank => {
                let first = text.chars().next()?;
                is_blank(first).then(|| first.len_utf8())
            }
            Self::Apostrophe => {
                let first = text.chars().next()?;
                matches!(first, '\'' | '\u{2019}').then(|| first.len_utf8())
            }
            Self::None => None,
        }
    }
}

impl NumberNotation {
    /// `1,234.50`: what is read unless something else is said, and how numbers are written in a project file.
    pub const PLAIN: Self = Self::new(DecimalSign::Point);

    /// The notation with this decimal sign and its usual groups.
    pub const fn new(decimal: DecimalSign) -> Self {
        Self { decimal, group: decimal.usual_group(), percent: false }
    }

    /// The notation with which this one is most easily confused: point and comma change places.
    pub const fn other(self) -> Self {
        Self { percent: self.percent, ..Self::new(self.decimal.other()) }
    }

    /// What a number may look like, as the end of a sentence.
    pub fn grammar(self) -> String {
        let (point, group) = match (self.decimal, self.group) {
            (decimal, Group::None) => (decimal.sign(), ""),
            (decimal, Group::Comma | Group::Indian) => (decimal.sign(), ","),
            (decimal, Group::Point) => (decimal.sign(), "."),
            (decimal, Group::Blank) => (decimal.sign(), " "),
            (decimal, Group::Apostrophe) => (decimal.sign(), "'"),
        };
        let currency = if point == '.' { "$" } else { "€" };
        let long = if self.group == Group::Indian { "1,00,234" } else { &format!("1{group}234") };
        let percent = if self.percent { ", `50%`" } else { "" };
        format!(
            "a number such as `1234{point}5`, `{long}{point}50`, `-{currency}12`, `12-` or `(12{point}00)`{percent}"
        )
    }
}

impl NumberNotation {
    /// What `numbers` of a source has to say for a text to be read as a number, such as `{ decimal = "," }`: the usual notations are
    /// tried. `None` where it is read already, or by none of them.
    pub fn needed_by(self, text: &str) -> Option<&'static str> {
        use DecimalSign::{Comma, Point};
        let ways = [
            (Comma, Group::Point, false, "{ decimal = \",\" }"),
            (Comma, Group::Blank, false, "{ decimal = \",\", group = \" \" }"),
            (Point, Group::Comma, false, "{ decimal = \".\" }"),
            (Point, Group::Blank, false, "{ group = \" \" }"),
            (Point, Group::Apostrophe, false, "{ group = \"'\" }"),
            (Comma, Group::Apostrophe, false, "{ decimal = \",\", group = \"'\" }"),
            (Point, Group::Indian, false, "{ group = \"indian\" }"),
            (Point, Group::Comma, true, "{ percent = true }"),
            (Comma, Group::Point, true, "{ decimal = \",\", percent = true }"),
        ];
        if NumberText::parse(text, self).is_some() {
            return None;
        }
        let reads =
            |(decimal, group, percent)| NumberText::parse(text, Self { decimal, group, percent }).is_some();
        ways.into_iter().find(|way| reads((way.0, way.1, way.2))).map(|way| way.3)
    }
}

/// A number's digits, without trailing decimal zeros.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Digits {
    /// Below 0, or 0 written with a sign.
    pub negative: bool,
    /// The whole part, [`HUGE`] where it is at least that.
    pub whole: u64,
    /// The decimals as an integer of `scale` digits.
    pub fraction: u64,
    /// How many decimals there are; above 18 `fraction` is not complete.
    pub scale: u32,
}

/// A number as it was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NumberText<'a> {
    /// Its digits as written.
    pub digits: Digits,
    /// The symbol or the code of a currency beside it.
    pub mark: Option<Mark<'a>>,
    /// Whether a percent sign is behind it.
    pub percent: bool,
}

impl<'a> NumberText<'a> {
    /// Reads a text; `None` where it is not a number.
    pub fn parse(text: &'a str, notation: NumberNotation) -> Option<Self> {
        let bytes = text.as_bytes();
        if let ([first, ..], [.., last]) = (bytes, bytes)
            && first.is_ascii_digit()
            && last.is_ascii_digit()
        {
            // Nothing is around the digits, as in nearly every cell.
            let digits = Digits::bare(text, notation)?;
            return Some(Self { digits, mark: None, percent: false });
        }
        let NumberContext { negative, mark, inner, .. } = NumberContext::strip(text);
        let (inner, percent) = match inner.strip_suffix('%') {
            Some(inner) if notation.percent && mark.is_none() => (inner.trim_end_matches(is_blank), true),
            _ => (inner, false),
        };
        let digits = Digits { negative, ..Digits::bare(inner, notation)? };
        Some(Self { digits, mark, percent })
    }

    /// The number that it is: a percent sign divides by 100.
    pub fn value(self) -> Digits {
        if self.percent { self.digits.hundredth() } else { self.digits }
    }
}

/// The mark of an amount that spreadsheets show for 0: `-` alone or beside a currency, as `$-`, `- €`, `$ -`. `None` where
/// the text is something else; the inner `None` is a minus without a currency.
pub fn nil_amount(text: &str) -> Option<Option<Mark<'_>>> {
    let around = NumberContext::strip(text);
    (around.inner.is_empty() && around.minus).then_some(around.mark)
}

/// What is around the digits of a number.
struct NumberContext<'a> {
    negative: bool,
    /// Whether a minus sign made it negative.
    minus: bool,
    mark: Option<Mark<'a>>,
    inner: &'a str,
}

impl<'a> NumberContext<'a> {
    /// Takes off what may be around the digits, each at most once: an apostrophe in front; a plus in front, a minus in front
    /// or behind, or parentheses; a currency in front or behind, with or without blanks between.
    fn strip(text: &'a str) -> Self {
        let mut inner = text.strip_prefix('\'').unwrap_or(text);
        let (mut negative, mut minus, mut plus, mut mark) = (false, false, false, None);
        loop {
            let signed = negative || plus;
            if !signed && let Some(rest) = inner.strip_prefix(MINUS).or_else(|| inner.strip_suffix(MINUS)) {
                (negative, minus, inner) = (true, true, rest);
            } else if !signed && let Some(rest) = inner.strip_prefix('+') {
                (plus, inner) = (true, rest);
            } else if !signed && let Some(rest) = parentheses(inner) {
                (negative, inner) = (true, rest);
            } else if mark.is_none()
                && let Some((found, rest)) = Mark::in_front(inner)
            {
                (mark, inner) = (Some(found), rest.trim_start_matches(is_blank));
            } else if mark.is_none()
                && let Some((rest, found)) = Mark::behind(inner)
            {
                (mark, inner) = (Some(found), rest.trim_end_matches(is_blank));
            } else {
                return Self { negative, minus, mark, inner };
            }
        }
    }
}

/// The hyphen of keyboards and the minus of typesetters.
const MINUS: [char; 2] = ['-', '\u{2212}'];

fn parentheses(text: &str) -> Option<&str> {
    text.strip_prefix('(')?.strip_suffix(')')
}

/// A blank within a line.
fn is_blank(c: char) -> bool {
    c.is_whitespace() && !c.is_control()
}

impl Digits {
    /// The digits of a typed number: `mantissa` at `scale` decimals.
    pub fn from_scaled(mantissa: i128, scale: u32) -> Self {
        let (mantissa, scale) = strip_zeros(mantissa, scale);
        let size = mantissa.unsigned_abs();
        // A scale that no number has makes every whole part 0.
        let unit = 10_u128.checked_pow(scale).unwrap_or(u128::MAX);
        Self {
            negative: mantissa < 0,
            whole: u64::try_from(size / unit).unwrap_or(HUGE).min(HUGE),
            fraction: u64::try_from(size % unit).unwrap_or(0),
            scale,
        }
    }

    /// The number as an integer at its own scale, of at most 18 digits on each side of the point; `None` where it has more.
    pub fn scaled(self) -> Option<(i128, u32)> {
        if self.whole >= HUGE || self.scale > MANY {
            return None;
        }
        let size = i128::from(self.whole) * 10_i128.pow(self.scale) + i128::from(self.fraction);
        Some((if self.negative { -size } else { size }, self.scale))
    }

    /// Digits, groups and a decimal sign, with nothing around them.
    fn bare(text: &str, notation: NumberNotation) -> Option<Self> {
        let point = notation.decimal.sign();
        let (whole_digits, decimals) = match text.split_once(point) {
            Some((whole, decimals)) => (whole, Some(decimals)),
            None => (text, None),
        };
        let whole = match notation.group {
            Group::Comma => whole_part(whole_digits.as_bytes(), Some(b','))?,
            Group::Point => whole_part(whole_digits.as_bytes(), Some(b'.'))?,
            Group::None => whole_part(whole_digits.as_bytes(), None)?,
            Group::Blank | Group::Apostrophe | Group::Indian => grouped_part(whole_digits, notation.group)?,
        };
        let (fraction, scale) = match decimals {
            None if whole_digits.is_empty() => return None,
            None => (0, 0),
            Some(decimals) => decimal_part(decimals.as_bytes())?,
        };
        Some(Self { negative: false, whole, fraction, scale })
    }

    /// A hundred times the number: `0.6` as the `60 %` that a spreadsheet shows.
    #[must_use]
    pub fn hundredfold(self) -> Self {
        if self.whole >= HUGE || self.scale > MANY {
            return Self { scale: self.scale.saturating_sub(2), ..self };
        }
        let kept = self.scale.saturating_sub(2);
        let unit = 10_u64.pow(kept);
        let fraction = self.fraction * 10_u64.pow(2 - (self.scale - kept));
        // Below 10^18, so a hundred times more may be too much.
        let whole = self.whole.checked_mul(100).and_then(|whole| whole.checked_add(fraction / unit));
        Self { whole: whole.unwrap_or(HUGE).min(HUGE), fraction: fraction % unit, scale: kept, ..self }
    }

    /// The hundredth. A whole part that is only known to be huge stays so.
    fn hundredth(self) -> Self {
        if self.whole >= HUGE || self.scale > MANY - 2 {
            return Self { scale: self.scale + 2, ..self };
        }
        let unit = 10_u64.pow(self.scale);
        let (fraction, scale) = (self.whole % 100 * unit + self.fraction, self.scale + 2);
        let (fraction, scale) = strip_zeros(i128::from(fraction), scale);
        // It is not above what it was before its zeros went.
        Self { whole: self.whole / 100, fraction: u64::try_from(fraction).unwrap_or(0), scale, ..self }
    }
}

/// The same number without trailing decimal zeros.
pub fn strip_zeros(mut mantissa: i128, mut scale: u32) -> (i128, u32) {
    while scale > 0 && mantissa % 10 == 0 {
        mantissa /= 10;
        scale -= 1;
    }
    (mantissa, scale)
}

/// The number as plain text without trailing decimal zeros, and without a point where it is whole.
///
/// ```
/// assert_eq!(apportion_base::notation::shortest(-1500, 3), "-1.5");
/// assert_eq!(apportion_base::notation::shortest(20, 1), "2");
/// ```
pub fn shortest(mantissa: i128, scale: u32) -> String {
    let (mantissa, scale) = strip_zeros(mantissa, scale);
    format_scaled(mantissa, scale)
}

/// Digits, plain or with separators before every group of three.
fn whole_part(bytes: &[u8], group: Option<u8>) -> Option<u64> {
    let mut whole = 0_u64;
    // Digits since the last separator, and whether there was one.
    let (mut run, mut grouped) = (0_u32, false);
    for byte in bytes {
        if byte.is_ascii_digit() {
            whole = with_digit(whole, *byte);
            run += 1;
        } else if Some(*byte) == group && (if grouped { run == 3 } else { (1..=3).contains(&run) }) {
            (run, grouped) = (0, true);
        } else {
            return None;
        }
    }
    if grouped && run != 3 { None } else { Some(whole.min(HUGE)) }
}

/// The same with separators of more than a byte, or with pairs of digits before the last three.
fn grouped_part(text: &str, group: Group) -> Option<u64> {
    let most = if group == Group::Indian { 2 } else { 3 };
    let mut whole = 0_u64;
    let (mut run, mut grouped) = (0_u32, false);
    let mut rest = text;
    while let Some(byte) = rest.as_bytes().first() {
        if byte.is_ascii_digit() {
            whole = with_digit(whole, *byte);
            run += 1;
            rest = &rest[1..];
        } else {
            let length = group.sign(rest)?;
            if !(if grouped { run == most } else { (1..=most).contains(&run) }) {
                return None;
            }
            (run, grouped) = (0, true);
            rest = &rest[length..];
        }
    }
    if grouped && run != 3 { None } else { Some(whole.min(HUGE)) }
}

fn with_digit(whole: u64, byte: u8) -> u64 {
    // Below 10^18 ten times more still fits.
    if whole >= HUGE { HUGE } else { whole * 10 + u64::from(byte - b'0') }
}

/// At least one digit; trailing zeros don't count.
fn decimal_part(bytes: &[u8]) -> Option<(u64, u32)> {
    if bytes.is_empty() || !bytes.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let kept = bytes.iter().rposition(|byte| *byte != b'0').map_or(0, |last| last + 1);
    let scale = u32::try_from(kept).unwrap_or(u32::MAX - 2);
    let digits = &bytes[..kept.min(MANY as usize)];
    Some((digits.iter().fold(0, |sum, byte| sum * 10 + u64::from(byte - b'0')), scale))
}
