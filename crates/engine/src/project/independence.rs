//! Whether deals are credited alone: then a deal that is added changes nothing of what others are credited.

use apportion_book::TableName;
use apportion_rules::PolicyKind;

use super::Project;
use crate::plan::reaches_accounts;

/// Columns of deals that count the deals of the account before them.
const PURCHASES: [&str; 3] = ["nth_of_account", "days_since_first", "days_since_last"];

impl Project {
    /// Whether what a deal is credited may depend on which other deals there are, beside the deals that it renews or reverses:
    ///
    /// - rules that reach for the work of an account, where a further deal brings its own work along;
    /// - columns that say how many deals an account had before;
    /// - registrations, which lapse without work on an account and claim its deals, and conflicts about them and between deals.
    ///
    /// Caps and tiers per payee are no such thing: they come after deals are credited.
    pub fn deals_depend_on_each_other(&self) -> bool {
        let deals = self.used().get(&TableName::Deals);
        let counts_others = deals.is_some_and(|used| used.iter().any(|name| PURCHASES.contains(&name.as_str())));
        let is_shared = |kind: PolicyKind| match kind {
            PolicyKind::Registration | PolicyKind::Conflict => true,
            PolicyKind::ChannelModel
            | PolicyKind::Coverage
            | PolicyKind::Price
            | PolicyKind::Gate
            | PolicyKind::Hold
            | PolicyKind::Draw
            | PolicyKind::Payment => false,
        };
        counts_others
            || reaches_accounts(self.rules())
            || self.rules().policies.iter().any(|(_, policy)| is_shared(policy.kind))
    }
}
