//! The description of a kind of rule: its parameters, what they take and what they mean, as data.
//!
//! Each kind has one in its folder. The reader takes keys, choices and defaults from it; the schema of rule files,
//! the tables of the reference and the order of what `diff` lists are made from it. What all kinds have is described
//! here once.

use apportion_book::Every;
use apportion_book::config::describe::{Choice, Default, Parameter, Record, Scope, Shape};

use super::Kind;
use super::cap_per::CapPer;
use super::context::DEALS;
use super::kinds::WHEN_OF_MILESTONES;

pub use apportion_book::config::describe;

/// A kind of rule.
#[derive(Debug, Clone, Copy)]
pub struct Description {
    /// The kind that is described.
    pub kind: Kind,
    /// What the kind is, in a sentence.
    pub about: &'static str,
    /// One table of a rule file: what it is, and the keys that only this kind has.
    pub table: Record,
    /// What a table of this kind needs beyond keys that are always required.
    pub constraints: &'static [Constraint],
    /// Which caps it may have.
    pub caps: CapScope,
    /// Whether it is about reversals, so that `when` sees the deal that one reverses as well.
    pub of_reversals: bool,
    /// Rule files that are fine and together use every key. The rules on whose credit they pay have the id `credit`.
    pub examples: &'static [&'static str],
}

/// Which caps the rules of a kind may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CapScope {
    /// Per deal and per payee.
    DealAndPayee,
    /// Per payee.
    Payee,
    /// None.
    Nothing,
}

/// What a table needs, depending on its keys.
#[derive(Debug, Clone, Copy)]
pub enum Constraint {
    /// Exactly one of some keys.
    OneOf(&'static [&'static str]),
    /// Another key, where a key has a value.
    With {
        /// The key that decides.
        key: &'static str,
        /// Its value.
        is: &'static str,
        /// The key that is needed then.
        needs: &'static str,
    },
}

impl Description {
    /// All keys of a table of this kind: the common ones, then its own.
    pub fn parameters(&self) -> impl Iterator<Item = &'static Parameter> + use<> {
        let cap = match self.caps {
            CapScope::DealAndPayee => Some(&CAP),
            CapScope::Payee => Some(&CAP_PER_PAYEE),
            CapScope::Nothing => None,
        };
        COMMON.iter().chain([self.when()]).chain(cap).chain(self.table.parameters)
    }

    /// Its `when`.
    pub(crate) fn when(&self) -> &'static Parameter {
        match self.kind {
            Kind::Milestone => &WHEN_OF_MILESTONES,
            _ if self.of_reversals => &WHEN_OF_REVERSALS,
            _ => &WHEN,
        }
    }
}

/// `id`, a rule's name.
pub(crate) const ID: Parameter = Parameter::required(
    "id",
    Shape::Pattern("^[a-z0-9]+(-[a-z0-9]+)*$"),
    "id = \"new-business\"",
    "Small letters and digits with hyphens between; unique, but for versions of one rule.",
);

/// `title`.
pub(crate) const TITLE: Parameter = Parameter::optional("title", Shape::Text, "What people call the rule.");

/// `why`.
pub(crate) const WHY: Parameter = Parameter::optional(
    "why",
    Shape::Text,
    "The reason for the rule, with its clause; printed in the charter.",
);

/// `effective`, the days in force.
pub(crate) const EFFECTIVE: Parameter = Parameter::required(
    "effective",
    Shape::Record(&DAYS),
    "effective = { from = 2026-01-01 }",
    "The days on which it is in force, by close date.",
);

/// `effective` of what is asked by the last day of a month.
pub(crate) const EFFECTIVE_BY_MONTH: Parameter = Parameter {
    meaning: "The days on which it is in force, by the last day of the month that is closed.",
    ..EFFECTIVE
};

/// `effective` of what is in force always where it is left out.
pub(crate) const EFFECTIVE_OR_ALWAYS: Parameter = Parameter::optional(
    "effective",
    Shape::Record(&DAYS),
    "The days on which it is in force, by the day as of which something is asked. Without it, always.",
);

/// `retroactive`.
pub(crate) const RETROACTIVE: Parameter = Parameter::with_default(
    "retroactive",
    Shape::Flag,
    Default::Flag(false),
    "Whether it may change what closed months gave. Without it, a close stops where a rule of a closed month differs from what it\n\
     was when the month was posted.",
);

/// The first day of `effective`.
pub(crate) const FROM: Parameter =
    Parameter::required("from", Shape::Day, "from = 2026-01-01", "The first day.");

/// The last day of `effective`.
pub(crate) const UNTIL: Parameter =
    Parameter::optional("until", Shape::Day, "The last day, where it ends earlier.");

/// The table under `effective`.
pub(crate) const DAYS: Record = Record {
    about: "The days on which a version is in force. It ends the day before the next version's `from`.",
    parameters: &[FROM, UNTIL],
};

/// `when`, which deals, of most kinds.
pub(crate) const WHEN: Parameter = Parameter::optional(
    "when",
    Shape::Condition(Scope::new(DEALS)),
    "Which won deals: a condition over deals, such as \"amount >= 10000\". Without it, all of them.",
);

/// `when` of a kind that is about reversals.
const WHEN_OF_REVERSALS: Parameter = Parameter::optional(
    "when",
    Shape::Condition(Scope::with_original(DEALS)),
    "Which reversals: a condition over deals, which is the reversal, and original, the deal that it reverses, such as \
     \"reversal_cause = 'customer' AND original.amount >= 1000\". Without it, all of them.",
);

/// The keys of every kind, except `when` and `cap`.
const COMMON: &[Parameter] = &[ID, TITLE, WHY, EFFECTIVE, RETROACTIVE];

const CAP_MEANING: &str = "Upper limits: per deal first, then per payee for month, quarter and year.";

/// `cap` of a kind that has caps per deal.
pub(crate) const CAP: Parameter =
    Parameter::optional("cap", Shape::list(&Shape::Record(&ONE_CAP)), CAP_MEANING);

/// `cap` of a kind that has caps per payee only.
pub(crate) const CAP_PER_PAYEE: Parameter =
    Parameter::optional("cap", Shape::list(&Shape::Record(&ONE_CAP_PER_PAYEE)), CAP_MEANING);

const CAP_EVERY: Shape = Shape::Choice(Every::WORDS);

/// `amount` of a cap.
pub(crate) const CAP_AMOUNT: Parameter = Parameter::required(
    "amount",
    Shape::Number(describe::Number::Amount),
    "amount = \"5000\"",
    "In book currency.",
);

/// `per` of a cap.
pub(crate) const CAP_PER: Parameter =
    Parameter::required("per", Shape::Choice(CapPer::WORDS), "per = \"payee\"", "Of what it is the limit.");

/// One element of `cap`. That a cap per payee has a period is seen by its reader.
pub(crate) const ONE_CAP: Record = Record {
    about: "An upper limit of what the rule pays.",
    parameters: &[
        CAP_AMOUNT,
        CAP_PER,
        Parameter::optional("every", CAP_EVERY, "The period, of a cap per payee."),
    ],
};

const ONE_CAP_PER_PAYEE: Record = Record {
    about: "An upper limit of what the rule pays; this kind has none per deal.",
    parameters: &[
        CAP_AMOUNT,
        Parameter { shape: Shape::Choice(CapPer::ONLY_PAYEE), ..CAP_PER },
        Parameter::required("every", CAP_EVERY, "every = \"quarter\"", "The period."),
    ],
};
