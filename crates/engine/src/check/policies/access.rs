//! Who sees everything of everybody.

use apportion_base::diagnostic::{Code, counted};
use apportion_book::display_day;

use super::super::facts::Facts;
use super::super::finding::Finding;
use super::PolicyPlace;
use crate::access::see_all;

/// How many payees are named.
const NAMED: usize = 5;

/// Each rule that lets somebody see all, on the day as of which the project is checked.
pub fn findings(facts: &Facts<'_>) -> Vec<Finding> {
    // A condition without a value is told where somebody's access is asked.
    let all = see_all(facts.rules, facts.tables, facts.as_of).unwrap_or_default();
    let finding = |(policy, who): (_, Vec<_>)| {
        let policy: &apportion_rules::Policy = policy;
        let version = policy.in_force(facts.as_of)?;
        let ids: Vec<&str> = who.iter().take(NAMED).map(|payee| facts.tables.payees.id(*payee)).collect();
        let more = who.len().saturating_sub(NAMED);
        let named = match (ids.is_empty(), more) {
            (true, _) => String::new(),
            (false, 0) => format!(": {}", ids.join(", ")),
            (false, _) => format!(": {} and {more} more", ids.join(", ")),
        };
        let message = format!(
            "`{}` lets {} see everything of everybody on {}{named}",
            policy.id,
            counted(who.len() as u64, "payee"),
            display_day(facts.as_of)
        );
        let help = "nothing to do if that is intended; otherwise narrow `who` or `sees`";
        Some(PolicyPlace { policy, version }.note(Code::SeesAll, message, "sees").help(help))
    };
    all.into_iter().filter_map(finding).collect()
}
