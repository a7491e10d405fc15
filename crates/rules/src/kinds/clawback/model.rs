//! A clawback, typed.

use rust_decimal::Decimal;

use apportion_book::choices;
use apportion_expr::Expr;

/// What happens to what a deal paid where a later deal reverses it.
#[derive(Debug, Clone)]
pub enum Clawback {
    /// The reversed deal is computed again with what is left of it.
    Recompute,
    /// Its lines are mirrored: a part of each is taken back.
    Mirror(Box<Mirror>),
}

impl Clawback {
    /// What it says of lines that are taken back; `None` where it recomputes.
    pub fn mirror(&self) -> Option<&Mirror> {
        match self {
            Self::Recompute => None,
            Self::Mirror(mirror) => Some(mirror),
        }
    }

    /// The steps by which lines are taken back; `None` where all of a line is, however late, and where it recomputes.
    pub fn schedule(&self) -> Option<&[ShareStep]> {
        self.mirror().and_then(|mirror| mirror.schedule.as_deref())
    }

    /// The method in the words of the file.
    pub fn method(&self) -> ClawbackMethod {
        match self {
            Self::Recompute => ClawbackMethod::Recompute,
            Self::Mirror(_) => ClawbackMethod::Mirror,
        }
    }
}

choices! {
    /// How a clawback takes back.
    pub enum ClawbackMethod {
        Mirror = "mirror", "A part of each line of the reversed deal is taken back";
        Recompute = "recompute", "The reversed deal is computed again with what is left of it";
    }
}

/// Which lines are taken back, and how much of them.
#[derive(Debug, Clone)]
pub struct Mirror {
    /// Ids of the rules whose lines are taken back, as listed; `None` is all that pay.
    pub rules: Option<Vec<String>>,
    /// Ascending by `within`; `None` takes back all of a line, however late.
    pub schedule: Option<Vec<ShareStep>>,
    /// Over `payees`; whose lines are taken back, `None` is everybody's.
    pub payees: Option<Expr>,
}

impl Mirror {
    /// Whether lines of the rule with this id are taken back.
    pub fn covers(&self, rule: &str) -> bool {
        self.rules.as_ref().is_none_or(|rules| rules.iter().any(|id| id == rule))
    }
}

/// The share that is taken back within some days.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShareStep {
    /// The last day of the step, counted from the day on which the original closed.
    pub within: u32,
    /// The share from the end of the step before on; a fraction of one.
    pub share: Decimal,
    /// The share on the last day, to which it moves in a line; `None` where it stays.
    pub to: Option<Decimal>,
}
