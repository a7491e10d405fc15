//! Whether deals are credited alone: then a deal that is added changes nothing of what others are credited.

use apportion_book::TableName;
use apportion_data::Tables;
use apportion_rules::PolicyTerms;

use super::Project;
use crate::plan::reaches_accounts;

/// Columns of deals that count the deals of the account before them.
const PURCHASES: [&str; 3] = ["nth_of_account", "days_since_first", "days_since_last"];

impl Project {
    /// Whether what a deal is credited may depend on the work on other deals of its account, or on how many there were before it.
    pub(super) fn deals_reach_accounts(&self) -> bool {
        let deals = self.used().get(&TableName::Deals);
        deals.is_some_and(|used| used.iter().any(|name| PURCHASES.contains(&name.as_str())))
            || reaches_accounts(self.rules())
    }

    /// Whether what a deal is credited may depend on whether others of some days (since 1970-01-01) are there, beside the deals that it
    /// renews or reverses; as of a day:
    ///
    /// - rules that reach for the work of an account, where a further deal brings its own work along;
    /// - columns that say how many deals an account had before;
    /// - registrations that lapse without work on an account, for the same reason;
    /// - decided conflicts, where one of these deals closes by that day: it may undercut another.
    ///
    /// Caps and tiers per payee are no such thing: they come after deals are credited.
    pub fn deals_depend_on_each_other(&self, tables: &Tables, days: &[i32], as_of: i32) -> bool {
        let has_registrations = !tables.channel.registrations.rows.is_empty();
        let has_decisions = !tables.channel.conflicts.decisions.is_empty();
        let closes_by_then = days.iter().any(|day| *day <= as_of);
        let is_shared = |terms: &PolicyTerms| match terms {
            PolicyTerms::Registration(policy) => has_registrations && policy.lapse.is_some(),
            PolicyTerms::Conflict(_) => has_decisions && closes_by_then,
            _ => false,
        };
        let policies = self.rules().policies.iter();
        self.deals_reach_accounts()
            || policies.flat_map(|(_, policy)| &policy.versions).any(|version| is_shared(&version.terms))
    }
}
