//! What the kinds of rule say of their own, one file each.

pub mod commission;
pub mod overrides;
pub mod renewal_bonus;
pub mod shared_credit;
pub mod stipend;

use apportion_rules::Kind;

/// The heading under which the rules of a kind stand, and what the kind is.
pub fn heading(kind: Kind) -> (&'static str, &'static str) {
    match kind {
        Kind::SharedCredit => (
            "Shared credit",
            "A deal’s value is credited to those who worked on it, and where the rule has a rate, a pool of money is shared out in the same way. Every part is rounded so that all parts together are exactly the whole: cents that are left go one each to the largest fractions, and of equal ones to the payee whose number comes first.",
        ),
        Kind::Stipend => (
            "Stipends",
            "A fixed amount for work that a share of the deal would not reward. Each payee earns it on its own, whatever others did. A deal with a negative amount earns no stipend.",
        ),
        Kind::RenewalBonus => (
            "Renewal bonuses",
            "A share of what a customer renews, for the work that was done before the renewal: the more work, the higher the rate.",
        ),
        Kind::Commission => (
            "Commissions",
            "Paid on credit that a payee collects over a period. Deals count in the order in which they close, so that the deal that reaches a higher tier shows it. Credit that is taken back brings the total down again.",
        ),
        Kind::Override => {
            ("Overrides", "Managers earn on the credit of the people who report to them, level by level.")
        }
    }
}
