//! How much can be asked: what is beyond it is an error, before anything is settled.

use apportion_base::diagnostic::{Code, Diagnostic};

/// The most draws.
pub const MOST_DRAWS: u32 = 100_000;

/// The most numbers that all draws come to, of eight bytes each.
const MOST_CELLS: u64 = 1 << 30;

/// The words of the stream: 2^32 blocks of eight.
const MOST_WORDS: u64 = 1 << 35;

/// # Errors
/// `bad-draws` where there is none, or more than [`MOST_DRAWS`].
pub fn draws(draws: u32) -> Result<(), Vec<Diagnostic>> {
    if (1..=MOST_DRAWS).contains(&draws) {
        return Ok(());
    }
    let error = Diagnostic::error(Code::BadDraws, format!("{draws} draws can't be made"));
    Err(vec![error.help(format!("from 1 to {MOST_DRAWS}; a thousand say what a plan will cost"))])
}

/// # Errors
/// `bad-draws` where the stream has fewer words than are asked for.
pub fn words(draws: u32, opportunities: usize) -> Result<(), Vec<Diagnostic>> {
    at_most(MOST_WORDS, draws, opportunities, "opportunities")
}

/// # Errors
/// `bad-draws` where what the draws come to would not fit into memory.
pub fn cells(draws: u32, cells: usize) -> Result<(), Vec<Diagnostic>> {
    at_most(MOST_CELLS, draws, cells, "figures of payees, rules and quarters")
}

fn at_most(most: u64, draws: u32, of_draw: usize, what: &str) -> Result<(), Vec<Diagnostic>> {
    // A table has fewer than 2^32 rows, so that both are of 64 bits.
    let of_draw = of_draw as u64;
    let fits = of_draw == 0 || u64::from(draws) <= most / of_draw;
    if fits {
        return Ok(());
    }
    let message = format!("{draws} draws of {of_draw} {what} are more than can be held");
    let help = match most / of_draw {
        0 => "forecast a shorter period".to_owned(),
        draws => format!("at most {draws} draws here"),
    };
    Err(vec![Diagnostic::error(Code::BadDraws, message).help(help)])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn from_one_to_the_most() {
        for (asked, fits) in [(0, false), (1, true), (MOST_DRAWS, true), (MOST_DRAWS + 1, false)] {
            assert_eq!(draws(asked).is_ok(), fits, "{asked}");
        }
    }

    #[test]
    fn what_does_not_fit_says_how_many_do() {
        assert!(words(8, 1 << 32).is_ok() && words(9, 1 << 32).is_err() && words(u32::MAX, 0).is_ok());
        let error = cells(2_000, 1 << 20).expect_err("too many");
        let help = error.first().map(|error| error.help.join(" ")).unwrap_or_default();
        assert!(help.contains("at most 1024 draws"), "{help}");
    }
}
