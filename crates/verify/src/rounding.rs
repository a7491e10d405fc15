//! The two roundings of a book, worked out here: what is left over is doubled and compared with the divisor.

/// How a book rounds to its minor unit, as run.json says it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rounding {
    /// 0.5 becomes 1 and -0.5 becomes -1.
    HalfAwayFromZero,
    /// 0.5 becomes 0 and 1.5 becomes 2.
    HalfEven,
}

/// A product that needs more than 38 digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TooWide;

impl Rounding {
    /// The rounding with this word.
    pub fn from_word(word: &str) -> Option<Self> {
        match word {
            "half-away-from-zero" => Some(Self::HalfAwayFromZero),
            "half-even" => Some(Self::HalfEven),
            _ => None,
        }
    }

    /// `a * b` without its last `dropped` decimals.
    ///
    /// # Errors
    /// [`TooWide`] where the product does not fit 128 bits, zeros at its end aside.
    pub fn product(self, a: i128, b: i128, dropped: u32) -> Result<i128, TooWide> {
        match a.checked_mul(b) {
            Some(product) => Ok(self.without(product, dropped)),
            None => self.wide(a, b, dropped),
        }
    }

    /// The same, after zeros at the end of both factors were left out.
    fn wide(self, a: i128, b: i128, dropped: u32) -> Result<i128, TooWide> {
        let ((a, zeros_a), (b, zeros_b)) = (bare(a, dropped), bare(b, dropped));
        let product = a.checked_mul(b).ok_or(TooWide)?;
        match dropped.checked_sub(zeros_a + zeros_b) {
            Some(dropped) => Ok(self.without(product, dropped)),
            None => {
                let zeros = 10_i128.checked_pow(zeros_a + zeros_b - dropped).ok_or(TooWide)?;
                product.checked_mul(zeros).ok_or(TooWide)
            }
        }
    }

    /// A number without its last decimals.
    fn without(self, number: i128, dropped: u32) -> i128 {
        // Every number of 128 bits is below half of 10^39.
        let Some(divisor) = 10_u128.checked_pow(dropped) else { return 0 };
        let size = number.unsigned_abs();
        let (whole, rest) = (size / divisor, size % divisor);
        // `divisor - rest` is what is missing to the next whole number: no doubling that could overflow.
        let up = match (rest.cmp(&(divisor - rest)), self) {
            (std::cmp::Ordering::Less, _) => false,
            (std::cmp::Ordering::Greater, _) | (_, Self::HalfAwayFromZero) => true,
            (_, Self::HalfEven) => whole % 2 == 1,
        };
        let rounded = (whole + u128::from(up)).cast_signed();
        if number < 0 { -rounded } else { rounded }
    }
}

/// A number without the zeros at its end, at most so many, and how many they were.
fn bare(mut number: i128, most: u32) -> (i128, u32) {
    let mut zeros = 0;
    while zeros < most && number != 0 && number % 10 == 0 {
        number /= 10;
        zeros += 1;
    }
    (number, zeros)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn halves_worked_by_hand() {
        // Tenths, and both roundings to whole numbers.
        for (tenths, away, even) in [
            (5, 1, 0),
            (15, 2, 2),
            (25, 3, 2),
            (-5, -1, 0),
            (-15, -2, -2),
            (-25, -3, -2),
            (4, 0, 0),
            (-26, -3, -3),
        ] {
            assert_eq!(Rounding::HalfAwayFromZero.product(tenths, 1, 1), Ok(away), "{tenths}");
            assert_eq!(Rounding::HalfEven.product(tenths, 1, 1), Ok(even), "{tenths}");
        }
    }

    #[test]
    fn rates_worked_by_hand() {
        // 205.65 at 10% is 20.565, so 20.57, or 20.56 to the even cent.
        assert_eq!(Rounding::HalfAwayFromZero.product(20_565, 10_000_000, 8), Ok(2057));
        assert_eq!(Rounding::HalfEven.product(20_565, 10_000_000, 8), Ok(2056));
        // 1.00 at 33 1/3 percent of 100: billionths of a percent drop 11 decimals.
        assert_eq!(Rounding::HalfEven.product(100, 33_333_333_333, 11), Ok(33));
    }

    #[test]
    fn wide_products() {
        assert_eq!(Rounding::HalfEven.product(10_i128.pow(30), 10_i128.pow(9), 8), Ok(10_i128.pow(31)));
        assert_eq!(Rounding::HalfEven.product(i128::MAX, 3, 0), Err(TooWide));
    }
}
