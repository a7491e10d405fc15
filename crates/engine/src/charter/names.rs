//! Columns as a partner would call them.

use super::prose::Prose;
use apportion_book::TableName;
use apportion_expr::{ColumnRef, Scope};

/// The columns of `docs/reference/inputs.md`; others are named by their table and their name.
const KNOWN: &[(&str, &str, &str)] = &[
    ("deals", "deal_id", "the deal’s number"),
    ("deals", "outcome", "the outcome"),
    ("deals", "close_date", "the close date"),
    ("deals", "amount", "the deal’s amount"),
    ("deals", "currency", "the deal’s currency"),
    ("deals", "deal_type", "the type of deal"),
    ("deals", "account_id", "the account"),
    ("deals", "channel", "the channel"),
    ("deals", "list_amount", "the list amount"),
    ("deals", "discount", "the discount"),
    ("deals", "source_amount", "the amount in the deal’s own currency"),
    ("deals", "registration_id", "the deal registration"),
    ("deals", "renews_deal_id", "the deal that it renews"),
    ("deals", "reverses_deal_id", "the deal that it reverses"),
    ("engagements", "engagement_id", "the number of the engagement"),
    ("engagements", "deal_id", "the deal of the engagement"),
    ("engagements", "account_id", "the account of the engagement"),
    ("engagements", "payee_id", "the payee’s number"),
    ("engagements", "role", "the role"),
    ("engagements", "occurred_on", "the day of the work"),
    ("engagements", "weight", "the weight of the work"),
    ("engagements", "activity", "the activity"),
    ("payees", "payee_id", "the payee’s number"),
    ("payees", "name", "the payee’s name"),
    ("payees", "kind", "the kind of payee"),
    ("payees", "tier", "the payee’s tier"),
    ("payees", "manager_id", "the payee’s manager"),
    ("payees", "currency", "the payee’s currency"),
    ("payees", "start_date", "the payee’s first day"),
    ("payees", "end_date", "the payee’s last day"),
    ("payees", "fte", "the payee’s part of full time"),
    ("payees", "language", "the payee’s language"),
    ("payees", "on_assignment", "that the payee is on assignment"),
    ("deals", "segment", "the segment"),
    ("deals", "lead", "the lead"),
    ("deals", "priority", "that the deal has priority"),
    ("deals", "crossed", "that another channel sells than leads"),
    ("deals", "owner_id", "the deal’s owner"),
    ("deals", "partner_id", "the deal’s partner"),
    ("deals", "created_on", "the day on which the deal was created"),
    ("deals", "claim_id", "the registration that holds the deal"),
    ("deals", "registered_by", "the payee whose registration holds the deal"),
    ("deals", "registration_state", "the state of the best registration of the deal"),
    ("deals", "list_price", "the list price"),
    ("deals", "discount_given", "the discount given"),
    ("deals", "discount_over", "the discount beyond what is allowed"),
    ("deals", "below_floor", "what is below the floor prices"),
    ("deals", "lines_cost", "the cost of the deal’s lines"),
    ("deals", "price_breach", "that more discount was given than anybody allowed"),
    ("registrations", "kind", "the kind of registration"),
    ("registrations", "payee_id", "the payee who registered"),
    ("certificates", "earned_on", "the day on which it was earned"),
    ("certificates", "expires_on", "the day on which it expires"),
    ("service_events", "kind", "the kind of event"),
    ("service_events", "opened_at", "the day on which it was opened"),
    ("service_events", "answered_at", "the day on which it was answered"),
    ("service_events", "resolved_at", "the day on which it was resolved"),
    ("service_events", "minutes_to_answer", "the minutes until it was answered"),
    ("service_events", "minutes_to_resolve", "the minutes until it was resolved"),
    ("milestones", "approved_by", "who approved the milestone"),
    ("milestones", "due_on", "the day on which the milestone is due"),
    ("milestones", "done_on", "the day on which the milestone was done"),
    ("claim", "first", "that the claimant registered first"),
    ("claim", "days_registered", "the days for which the claimant had registered"),
    ("claim", "touches", "the number of the claimant’s engagements"),
    ("claim", "weight", "the weight of the claimant’s engagements"),
    ("claim", "first_on", "the day of the claimant’s first engagement"),
    ("claim", "last_on", "the day of the claimant’s last engagement"),
    ("claim", "won", "the number of deals that the claimant worked on and that were won in the year before"),
    (
        "claim",
        "lost",
        "the number of deals that the claimant worked on and that were lost in the year before",
    ),
    (
        "claim",
        "revenue",
        "the amount of the deals that the claimant worked on and that were won in the year before",
    ),
    ("splits", "percent", "the declared percent"),
    ("splits", "role", "the declared role"),
    ("splits", "payee_id", "the payee’s number"),
    ("period", "period_end", "the last day of the month that is closed"),
    ("group", "touches", "the number of the payee’s engagements on the deal"),
    ("group", "weight", "the weight of the payee’s engagements on the deal"),
    ("group", "first_on", "the day of the payee’s first engagement"),
    ("group", "last_on", "the day of the payee’s last engagement"),
];

/// How a column of the account of a deal, a registration or a milestone begins.
const OF_ACCOUNT: &str = "accounts.";

/// A column of a scope, in words.
pub fn column(scope: &Scope, index: ColumnRef) -> Prose {
    let table = scope.tables.get(index.table).map_or("", |table| table.name.as_str());
    let name = scope.column(index).map_or("", |(name, _)| name);
    named(table, name)
}

/// A column by the names of its table and its own.
pub fn of_table(table: TableName, name: &str) -> Prose {
    named(table.word(), name)
}

fn named(table: &str, name: &str) -> Prose {
    if let Some((.., words)) = KNOWN.iter().find(|(owner, column, _)| (*owner, *column) == (table, name)) {
        return Prose::ours(*words);
    }
    // Columns of an account are columns of what names the account.
    if let Some(name) = name.strip_prefix(OF_ACCOUNT) {
        return Prose::ours(format!("the account’s {}", Prose::text(&spaced(name))));
    }
    let words = Prose::text(&spaced(name));
    Prose::ours(match table {
        "registrations" => format!("the registration’s {words}"),
        "certificates" => format!("the certificate’s {words}"),
        "service_events" => format!("the event’s {words}"),
        "milestones" => format!("the milestone’s {words}"),
        "deals" => format!("the deal’s {words}"),
        "payees" => format!("the payee’s {words}"),
        "engagements" => format!("the engagement’s {words}"),
        "splits" => format!("the split’s {words}"),
        _ => format!("the {words}"),
    })
}

/// `territory_group` and `TerritoryGroup` as `territory group`.
fn spaced(name: &str) -> String {
    let mut words = String::new();
    let mut before = ' ';
    for c in name.chars() {
        if c == '_' || c == '-' {
            words.push(' ');
        } else if c.is_uppercase() && before.is_lowercase() {
            words.push(' ');
            words.extend(c.to_lowercase());
        } else {
            words.push(c);
        }
        before = c;
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_contract_does_not_know_is_named_by_its_words() {
        assert_eq!(named("deals", "territory_group").as_str(), "the deal’s territory group");
        assert_eq!(named("payees", "HomeRegion").as_str(), "the payee’s Home region");
        assert_eq!(named("deals", "accounts.arr").as_str(), "the account’s arr");
        assert_eq!(named("registrations", "accounts.class").as_str(), "the account’s class");
        assert_eq!(named("payees", "tier").as_str(), "the payee’s tier");
    }
}
