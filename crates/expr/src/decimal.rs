//! Exact arithmetic on columns of decimals. A number is `value / 10^scale` with at most 38 digits. Only `/` and `round`
//! round; a result that does not fit is a [`Fault`], never wrapped.
//!
//! Each operation has a tight loop over `i128`. If that overflows, or a scale would be more than 38, the operation is
//! repeated in 256 bits, and trailing zeros are dropped before it fails. Arrow's own decimal kernels are not used,
//! because they cap precision and round quotients by rules of their own. A column of length one is a constant.

use std::cmp::Ordering;

use arrow::array::{Array, BooleanArray, Decimal128Array};
use arrow::buffer::{BooleanBuffer, NullBuffer, ScalarBuffer};
use arrow::datatypes::i256;

use super::error::Fault;

/// Decimals of a quotient.
pub(super) const QUOTIENT_SCALE: u8 = 12;
/// Digits of a number, and the most decimals it can have.
pub(super) const MAX_DIGITS: u8 = 38;
/// The smallest whole number with more than 38 digits.
const LIMIT: i128 = pow10(MAX_DIGITS);

/// A column of numbers of one scale.
#[derive(Debug, Clone)]
pub(super) struct Numbers {
    /// Digits without the point. The value of a row that is null has no meaning.
    pub values: ScalarBuffer<i128>,
    /// Which rows are null; none without it.
    pub nulls: Option<NullBuffer>,
    /// Digits after the point, 0 to 38.
    pub scale: u8,
}

impl Numbers {
    /// The same number on every row.
    pub fn constant(unscaled: i128, scale: u8) -> Self {
        Self { values: vec![unscaled].into(), nulls: None, scale }
    }

    /// Null on every row.
    pub fn null() -> Self {
        Self { values: vec![0].into(), nulls: Some(NullBuffer::new_null(1)), scale: 0 }
    }

    pub fn len(&self) -> usize {
        self.values.len()
    }

    /// Whether a row is not null.
    pub fn is_valid(&self, row: usize) -> bool {
        self.nulls.as_ref().is_none_or(|nulls| nulls.is_valid(row))
    }

    /// An Arrow column of any scale; the fault is a negative scale whose zeros don't fit.
    pub fn from_array(array: &Decimal128Array) -> Result<Self, Fault> {
        let plain = Self { values: array.values().clone(), nulls: array.nulls().cloned(), scale: 0 };
        match u8::try_from(array.scale()) {
            Ok(scale) => Ok(Self { scale, ..plain }),
            // A negative scale is the number of zeros before the point that are not stored.
            Err(_) => plain.map(0, |v| scaled(v, array.scale().unsigned_abs())).ok_or_else(overflow),
        }
    }

    /// As an Arrow column of 38 digits.
    pub fn into_array(self) -> Result<Decimal128Array, Fault> {
        let scale = i8::try_from(self.scale).unwrap_or(i8::MAX);
        Ok(Decimal128Array::try_new(self.values, self.nulls)?.with_precision_and_scale(MAX_DIGITS, scale)?)
    }

    /// Applies a function to every value; `None` if it fails on a row that is not null.
    fn map(&self, scale: u8, f: impl Fn(i128) -> Option<i128>) -> Option<Self> {
        let mut values = Vec::with_capacity(self.len());
        for (row, &value) in self.values.iter().enumerate() {
            match f(value) {
                Some(value) => values.push(value),
                None if self.is_valid(row) => return None,
                None => values.push(0),
            }
        }
        Some(Self { values: values.into(), nulls: self.nulls.clone(), scale })
    }

    /// Without the trailing zeros that all values have.
    pub fn narrowed(&self) -> Self {
        let zeros = common_zeros(self, self.scale);
        let divisor = pow10(zeros);
        self.map(self.scale - zeros, |v| Some(v / divisor)).unwrap_or_else(|| self.clone())
    }
}

/// Parses digits with at most one point into unscaled value and scale; `None` for more than 38 digits.
pub(super) fn parse(text: &str) -> Option<(i128, u8)> {
    let (whole, decimals) = text.split_once('.').unwrap_or((text, ""));
    let digits = format!("{whole}{decimals}");
    if digits.is_empty()
        || !digits.bytes().all(|b| b.is_ascii_digit())
        || decimals.len() > usize::from(MAX_DIGITS)
    {
        return None;
    }
    let digits = digits.trim_start_matches('0');
    let value: i128 = if digits.is_empty() { 0 } else { digits.parse().ok()? };
    (value < LIMIT).then_some((value, u8::try_from(decimals.len()).ok()?))
}

/// The fault of a result with more than 38 digits.
pub(super) fn overflow() -> Fault {
    Fault::new("a number would need more than 38 digits")
}

/// `10^n` for n up to 38.
pub(super) const fn pow10(n: u8) -> i128 {
    10_i128.pow(n as u32)
}

fn fits(value: i128) -> bool {
    value < LIMIT && value > -LIMIT
}

/// `value * 10^by` if it has at most 38 digits.
fn scaled(value: i128, by: u8) -> Option<i128> {
    if by == 0 {
        return Some(value);
    }
    if value == 0 {
        return Some(0);
    }
    if by > MAX_DIGITS {
        return None;
    }
    value.checked_mul(pow10(by)).filter(|v| fits(*v))
}

fn wide_pow10(n: u32) -> Option<i256> {
    i256::from_i128(10).checked_pow(n)
}

/// `numerator / denominator`, half away from zero.
fn half_away(numerator: i128, denominator: i128) -> i128 {
    let (quotient, rest) = (numerator / denominator, numerator % denominator);
    let rest = rest.unsigned_abs();
    if rest >= denominator.unsigned_abs() - rest {
        let away = if (numerator < 0) == (denominator < 0) { 1 } else { -1 };
        return quotient + away;
    }
    quotient
}

fn wide_half_away(numerator: i256, denominator: i256) -> Option<i256> {
    let (quotient, rest) = numerator.checked_div_rem(denominator)?;
    let (rest, size) = (rest.checked_abs()?, denominator.checked_abs()?);
    if rest >= size.checked_sub(rest)? {
        let same = numerator.is_negative() == denominator.is_negative();
        return quotient.checked_add(i256::from_i128(if same { 1 } else { -1 }));
    }
    Some(quotient)
}

/// The trailing zeros that all values that are not null have in common, at most `limit`.
fn common_zeros(numbers: &Numbers, limit: u8) -> u8 {
    let mut common = limit;
    for (row, &v) in numbers.values.iter().enumerate() {
        if common == 0 {
            break;
        }
        let mut rest = v;
        if rest == 0 || !numbers.is_valid(row) {
            continue;
        }
        let mut zeros = 0;
        while zeros < common && rest % 10 == 0 {
            rest /= 10;
            zeros += 1;
        }
        common = zeros;
    }
    common
}

/// A column from 256-bit values, without the trailing zeros that all of them have.
fn fit(values: Vec<i256>, nulls: Option<NullBuffer>, scale: u32) -> Result<Numbers, Fault> {
    let valid = |row: usize| nulls.as_ref().is_none_or(|n| n.is_valid(row));
    let ten = i256::from_i128(10);
    let mut common = scale;
    for (row, value) in values.iter().enumerate() {
        let mut rest = *value;
        if common == 0 || rest == i256::ZERO || !valid(row) {
            continue;
        }
        let mut zeros = 0;
        while zeros < common && rest.wrapping_rem(ten) == i256::ZERO {
            rest = rest.wrapping_div(ten);
            zeros += 1;
        }
        common = zeros;
    }
    let scale = u8::try_from(scale - common).ok().filter(|s| *s <= MAX_DIGITS).ok_or_else(overflow)?;
    // Where every value is zero, `common` may be any size; the divisor does not matter then.
    let divisor = wide_pow10(common).unwrap_or(i256::ONE);
    let narrow = |(row, value): (usize, i256)| {
        if !valid(row) {
            return Ok(0);
        }
        value.checked_div(divisor).and_then(i256::to_i128).filter(|v| fits(*v)).ok_or_else(overflow)
    };
    let values: Vec<i128> = values.into_iter().enumerate().map(narrow).collect::<Result<_, _>>()?;
    Ok(Numbers { values: values.into(), nulls, scale })
}

/// Two columns as operands, with their common length and validity. A constant is repeated on every row.
struct Pair<'n> {
    left: &'n Numbers,
    right: &'n Numbers,
    rows: usize,
    nulls: Option<NullBuffer>,
}

impl<'n> Pair<'n> {
    fn new(left: &'n Numbers, right: &'n Numbers) -> Self {
        let rows = if left.len() == 1 { right.len() } else { left.len() };
        let nulls = NullBuffer::union(repeated(left, rows).as_ref(), repeated(right, rows).as_ref());
        Self { left, right, rows, nulls }
    }

    fn is_valid(&self, row: usize) -> bool {
        self.nulls.as_ref().is_none_or(|n| n.is_valid(row))
    }

    /// Calls `f` with each row and its values until it returns false. A constant has a separate loop, for speed.
    fn each(&self, mut f: impl FnMut(usize, i128, i128) -> bool) -> bool {
        let (left, right) = (&self.left.values[..], &self.right.values[..]);
        match (left, right) {
            (&[x], _) if right.len() == self.rows => right.iter().enumerate().all(|(row, &y)| f(row, x, y)),
            (_, &[y]) => left.iter().enumerate().all(|(row, &x)| f(row, x, y)),
            _ => left.iter().zip(right).enumerate().all(|(row, (&x, &y))| f(row, x, y)),
        }
    }

    /// Whether a predicate holds on each row.
    fn test(&self, predicate: impl Fn(i128, i128) -> bool) -> BooleanBuffer {
        let (left, right) = (&self.left.values[..], &self.right.values[..]);
        match (left, right) {
            (&[x], _) if right.len() == self.rows => {
                BooleanBuffer::collect_bool(self.rows, |row| predicate(x, right[row]))
            }
            (_, &[y]) => BooleanBuffer::collect_bool(self.rows, |row| predicate(left[row], y)),
            _ => BooleanBuffer::collect_bool(self.rows, |row| predicate(left[row], right[row])),
        }
    }

    /// Whether the order of the values of each row and a constant is one of some.
    fn test_constant(&self, (constant, scale): (i128, u8), orders: Orders) -> BooleanBuffer {
        let left = &self.left.values[..];
        let (bound, between) = bound(constant, scale, self.left.scale);
        // Between two numbers of the left scale: what equals the lower one is less.
        let orders = if between { Orders { equal: orders.less, ..orders } } else { orders };
        BooleanBuffer::collect_bool(self.rows, |row| orders.of(left[row], bound))
    }

    /// A function of the values of each row; `None` if it fails on a row where neither is null.
    fn narrow(&self, scale: u8, f: impl Fn(i128, i128) -> Option<i128>) -> Option<Numbers> {
        let mut values = Vec::with_capacity(self.rows);
        let whole = self.each(|row, x, y| {
            let value = f(x, y);
            values.push(value.unwrap_or(0));
            value.is_some() || !self.is_valid(row)
        });
        whole.then(|| Numbers { values: values.into(), nulls: self.nulls.clone(), scale })
    }

    /// The same in 256 bits; the fault is a result that does not fit.
    fn wide(&self, scale: u32, f: impl Fn(i256, i256) -> Option<i256>) -> Result<Numbers, Fault> {
        let mut values = Vec::with_capacity(self.rows);
        let whole = self.each(|row, x, y| {
            let value =
                if self.is_valid(row) { f(i256::from_i128(x), i256::from_i128(y)) } else { Some(i256::ZERO) };
            values.push(value.unwrap_or(i256::ZERO));
            value.is_some()
        });
        if !whole {
            return Err(overflow());
        }
        fit(values, self.nulls.clone(), scale)
    }
}

/// The validity of a column as if it had `rows` rows.
fn repeated(numbers: &Numbers, rows: usize) -> Option<NullBuffer> {
    let nulls = numbers.nulls.as_ref()?;
    if numbers.len() == rows {
        return Some(nulls.clone());
    }
    nulls.is_null(0).then(|| NullBuffer::new_null(rows))
}

/// `left + right`, or `left - right` if `subtract`.
pub(super) fn add(left: &Numbers, right: &Numbers, subtract: bool) -> Result<Numbers, Fault> {
    let scale = left.scale.max(right.scale);
    let (up_left, up_right) = (scale - left.scale, scale - right.scale);
    let pair = Pair::new(left, right);
    let narrow = pair.narrow(scale, |x, y| {
        let (x, y) = (scaled(x, up_left)?, scaled(y, up_right)?);
        let sum = if subtract { x.checked_sub(y) } else { x.checked_add(y) };
        sum.filter(|v| fits(*v))
    });
    if let Some(sum) = narrow {
        return Ok(sum);
    }
    let (m_left, m_right) = (i256::from_i128(pow10(up_left)), i256::from_i128(pow10(up_right)));
    pair.wide(u32::from(scale), |x, y| {
        let (x, y) = (x.checked_mul(m_left)?, y.checked_mul(m_right)?);
        if subtract { x.checked_sub(y) } else { x.checked_add(y) }
    })
}

/// `left * right`: the scales add up.
pub(super) fn multiply(left: &Numbers, right: &Numbers) -> Result<Numbers, Fault> {
    let pair = Pair::new(left, right);
    let scale = left.scale + right.scale;
    if scale <= MAX_DIGITS {
        let narrow = pair.narrow(scale, |x, y| {
            match (i64::try_from(x), i64::try_from(y)) {
                (Ok(x), Ok(y)) => Some(i128::from(x) * i128::from(y)),
                _ => x.checked_mul(y),
            }
            .filter(|v| fits(*v))
        });
        if let Some(product) = narrow {
            return Ok(product);
        }
    }
    pair.wide(u32::from(scale), i256::checked_mul)
}

/// `left / right` to 12 decimals, half away from zero of the exact quotient; null where `right` is 0.
pub(super) fn divide(left: &Numbers, right: &Numbers) -> Result<Numbers, Fault> {
    let mut pair = Pair::new(left, right);
    let nonzero = pair.test(|_, y| y != 0);
    if nonzero.count_set_bits() < nonzero.len() {
        pair.nulls = NullBuffer::union(pair.nulls.as_ref(), Some(&NullBuffer::new(nonzero)));
    }
    // x / 10^a over y / 10^b, in units of 10^-12, is x * 10^(b + 12) over y * 10^a.
    let (up, down) = (right.scale + QUOTIENT_SCALE, left.scale);
    let (up, down) = (up - up.min(down), down - up.min(down));
    let narrow = pair.narrow(QUOTIENT_SCALE, |x, y| {
        let (x, y) = (scaled(x, up)?, scaled(y, down)?);
        (y != 0).then(|| half_away(x, y)).filter(|v| fits(*v))
    });
    if let Some(quotient) = narrow {
        return Ok(quotient);
    }
    let (up, down) = (wide_pow10(u32::from(up)), wide_pow10(u32::from(down)));
    // If the numerator needs more than 256 bits, the quotient has more than 38 digits: the divisor has at most 38.
    pair.wide(u32::from(QUOTIENT_SCALE), |x, y| wide_half_away(x.checked_mul(up?)?, y.checked_mul(down?)?))
}

/// Rounds to `digits` decimals, half away from zero; negative ones are before the point.
pub(super) fn round(numbers: &Numbers, digits: i8) -> Result<Numbers, Fault> {
    let drop = i16::from(numbers.scale) - i16::from(digits);
    let Ok(drop) = u8::try_from(drop) else { return Ok(numbers.clone()) };
    let rounded = |v: i128| if drop > MAX_DIGITS { 0 } else { half_away(v, pow10(drop)) };
    let (scale, up) = (u8::try_from(digits).unwrap_or(0), u8::try_from(-i16::from(digits)).unwrap_or(0));
    numbers.map(scale, |v| scaled(rounded(v), up)).ok_or_else(overflow)
}

/// Each number with the other sign.
pub(super) fn negate(numbers: &Numbers) -> Result<Numbers, Fault> {
    numbers.map(numbers.scale, i128::checked_neg).ok_or_else(overflow)
}

/// Each number without its sign.
pub(super) fn absolute(numbers: &Numbers) -> Result<Numbers, Fault> {
    numbers.map(numbers.scale, i128::checked_abs).ok_or_else(overflow)
}

/// The highest number of a scale that is not above a constant of another, and whether the constant is above it. What is larger than any
/// number that fits is the largest or the smallest of all.
pub(super) fn bound(constant: i128, scale: u8, target: u8) -> (i128, bool) {
    match target.checked_sub(scale) {
        Some(missing) => {
            let beyond = if constant < 0 { i128::MIN } else { i128::MAX };
            (constant.checked_mul(pow10(missing)).unwrap_or(beyond), false)
        }
        None => {
            let unit = pow10(scale - target);
            (constant.div_euclid(unit), constant.rem_euclid(unit) != 0)
        }
    }
}

/// Which orders of two numbers are looked for.
#[derive(Debug, Clone, Copy)]
struct Orders {
    less: bool,
    equal: bool,
    greater: bool,
}

impl Orders {
    fn new(test: impl Fn(Ordering) -> bool) -> Self {
        Self { less: test(Ordering::Less), equal: test(Ordering::Equal), greater: test(Ordering::Greater) }
    }

    /// Whether the order of two numbers at one scale is one of them; without branches, for speed.
    fn of(self, x: i128, y: i128) -> bool {
        (x < y) & self.less | (x == y) & self.equal | (x > y) & self.greater
    }
}

/// Whether `test` holds for the exact order of `left` and `right`, on each row; null where one of them is null.
pub(super) fn compare(left: &Numbers, right: &Numbers, test: impl Fn(Ordering) -> bool) -> BooleanArray {
    let (narrow_left, narrow_right);
    let (mut left, mut right) = (left, right);
    // Without its zeros, a constant such as 1.00 does not force the other side to a larger scale.
    if left.len() == 1 {
        narrow_left = left.narrowed();
        left = &narrow_left;
    }
    if right.len() == 1 {
        narrow_right = right.narrowed();
        right = &narrow_right;
    }
    let pair = Pair::new(left, right);
    let orders = Orders::new(test);
    if let &[constant] = &right.values[..]
        && left.len() == pair.rows
    {
        return BooleanArray::new(pair.test_constant((constant, right.scale), orders), pair.nulls);
    }
    // A product that overflows is larger than any number that fits, so its sign decides.
    let order = |x: i128, y: i128| orders.of(x, y);
    let results = match left.scale.cmp(&right.scale) {
        Ordering::Equal => pair.test(order),
        Ordering::Less => {
            let up = pow10(right.scale - left.scale);
            pair.test(|x, y| x.checked_mul(up).map_or_else(|| order(x, 0), |x| order(x, y)))
        }
        Ordering::Greater => {
            let up = pow10(left.scale - right.scale);
            pair.test(|x, y| y.checked_mul(up).map_or_else(|| order(0, y), |y| order(x, y)))
        }
    };
    BooleanArray::new(results, pair.nulls)
}

/// `first` where the mask is set, else `second`; a column of length one is a constant.
pub(super) fn select(mask: &BooleanBuffer, first: &Numbers, second: &Numbers) -> Result<Numbers, Fault> {
    let rows = mask.len();
    let scale = first.scale.max(second.scale);
    let (up_first, up_second) = (scale - first.scale, scale - second.scale);
    let index = |numbers: &Numbers, row: usize| if numbers.len() == 1 { 0 } else { row };
    let pick = |row: usize| if mask.value(row) { (first, up_first) } else { (second, up_second) };
    let valid = BooleanBuffer::collect_bool(rows, |row| {
        let (from, _) = pick(row);
        from.is_valid(index(from, row))
    });
    let nulls = Some(NullBuffer::new(valid)).filter(|n| n.null_count() > 0);
    let is_valid = |row: usize| nulls.as_ref().is_none_or(|n| n.is_valid(row));
    let mut values = Vec::with_capacity(rows);
    for row in 0..rows {
        let (from, up) = pick(row);
        match scaled(from.values[index(from, row)], up) {
            Some(value) => values.push(value),
            None if !is_valid(row) => values.push(0),
            None => break,
        }
    }
    if values.len() == rows {
        return Ok(Numbers { values: values.into(), nulls, scale });
    }
    let wide = |row: usize| {
        let (from, up) = pick(row);
        i256::from_i128(from.values[index(from, row)])
            .checked_mul(i256::from_i128(pow10(up)))
            .unwrap_or(i256::ZERO)
    };
    fit((0..rows).map(wide).collect(), nulls.clone(), u32::from(scale))
}

/// One column after the other.
pub(super) fn concat(first: &Numbers, second: &Numbers) -> Result<Numbers, Fault> {
    let (a, b) = (first.len(), second.len());
    let stretch = |numbers: &Numbers, before: usize, after: usize| {
        let mut values = vec![0; before];
        values.extend_from_slice(&numbers.values);
        values.resize(before + numbers.len() + after, 0);
        let valid = BooleanBuffer::collect_bool(a + b, |row| {
            row.checked_sub(before).is_some_and(|row| row < numbers.len() && numbers.is_valid(row))
        });
        Numbers { values: values.into(), nulls: Some(NullBuffer::new(valid)), scale: numbers.scale }
    };
    let mask = BooleanBuffer::collect_bool(a + b, |row| row < a);
    select(&mask, &stretch(first, 0, b), &stretch(second, a, 0))
}

/// The same numbers at scale 0; the fault is a value that is not whole.
pub(super) fn whole(numbers: &Numbers) -> Result<Numbers, Fault> {
    let divisor = pow10(numbers.scale);
    numbers.map(0, |v| (v % divisor == 0).then(|| v / divisor)).ok_or_else(|| {
        Fault::new("a date can be moved by whole days only, and this number of days has decimals")
    })
}

/// A number at another scale, if it fits and has no more decimals than that.
pub(super) fn rescaled(unscaled: i128, from: u8, to: u8) -> Option<i128> {
    if to >= from {
        return scaled(unscaled, to - from);
    }
    let divisor = pow10(from - to);
    (unscaled % divisor == 0).then(|| unscaled / divisor)
}
