//! The kinds of rule. Each has a folder with all that it means: how it is planned and paid, explained, checked, put
//! into words and covered by cases. The rest of the engine uses [`of`] and [`nature`], which are the only places
//! where kinds are listed: a new kind is a folder here and one in the crate of the rules, and a line in each `match`.
//!
//! | file of a kind | idea |
//! |---|---|
//! | `mod` | its [`Nature`], and the answers of its parameters ([`Behaviour`]) |
//! | `plan`, `kernel`, `trace` | what is looked up for it, the arithmetic on slices, and the numbers of one deal |
//! | `explain`, `nothing` | the steps of a line, and why there is none |
//! | `charter` | its parameters in sentences |

mod behaviour;
pub mod clawback;
pub mod commission;
pub mod milestone;
mod nature;
pub mod overrides;
pub mod renewal_bonus;
pub mod shared_credit;
pub mod stipend;
#[cfg(test)]
mod tests;
mod values;

pub(crate) use behaviour::{Behaviour, Counts, DealPlan, Explains, FirstStep, OfQuota, RateFall, Term};
pub use clawback::{
    Clawbacks, Effect, KeptReversal, MatchedReversal, OriginalLine, OriginalLines, Taken, TakenBack,
};
pub use commission::attainment::Attainment;
pub(crate) use commission::attainment::AttainmentTerms;
pub(crate) use commission::explain::CreditsOf;
pub(crate) use commission::plan::{CommissionPlan, ladder as commission_ladder};
pub(crate) use nature::{Nature, NatureDifference, PartsOf, PaymentBasis};

use values::{is_zero, numbers};

use apportion_rules::{Body, CreditOf, Kind, RuleBook};

/// What a version of a rule does, by its parameters.
pub(crate) fn of(body: &Body) -> &dyn Behaviour {
    match body {
        Body::SharedCredit(rule) => rule,
        Body::Stipend(rule) => rule,
        Body::RenewalBonus(rule) => rule,
        Body::Commission(rule) => rule,
        Body::Override(rule) => rule,
        Body::Clawback(rule) => rule,
        Body::Milestone(rule) => rule,
    }
}

/// Whether rules of this kind pay an amount of their own for a deal, which their parameters or their payees' data name,
/// instead of a part of what the deal is worth.
pub fn pays_own_amount(kind: Kind) -> bool {
    matches!(nature(kind).differs, NatureDifference::ByDeal { amount: true, .. })
}

/// Whether a rule pays managers for the credit of those below.
pub(crate) fn pays_managers(rules: &RuleBook) -> bool {
    rules.rules.iter().any(|rule| rule.kind == Kind::Override) || pays_teams(rules)
}

/// Whether a rule adds up the credit of a payee and of those below.
pub(crate) fn pays_teams(rules: &RuleBook) -> bool {
    rules.rules.iter().flat_map(|rule| &rule.versions).any(|version| match &version.body {
        Body::Commission(commission) => commission.credit_of == CreditOf::Team,
        _ => false,
    })
}

/// What all rules of a kind have in common.
pub(crate) fn nature(kind: Kind) -> &'static Nature {
    match kind {
        Kind::SharedCredit => &shared_credit::NATURE,
        Kind::Stipend => &stipend::NATURE,
        Kind::RenewalBonus => &renewal_bonus::NATURE,
        Kind::Commission => &commission::NATURE,
        Kind::Override => &overrides::NATURE,
        Kind::Clawback => &clawback::NATURE,
        Kind::Milestone => &milestone::NATURE,
    }
}
