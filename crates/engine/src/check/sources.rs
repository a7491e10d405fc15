//! Sources that no rule needs, and settings of columns that nothing reads.

use std::collections::{BTreeMap, BTreeSet};

use crate::kinds::{self, Counts};
use apportion_base::diagnostic::{Code, Span, nearest};
use apportion_book::{ColumnFrom, Dates, Source, TableName};
use apportion_data::contract_columns;
use apportion_rules::PolicyTerms;

use super::assignments;
use super::facts::Facts;
use super::finding::Finding;
use super::quotas;

/// Tables that nothing but rules and policies needs.
const OPTIONAL: [TableName; 17] = [
    TableName::Engagements,
    TableName::Assignments,
    TableName::Splits,
    TableName::Quotas,
    TableName::Territories,
    TableName::Registrations,
    TableName::RegistrationMembers,
    TableName::RegistrationEvents,
    TableName::Conflicts,
    TableName::Decisions,
    TableName::DecisionShares,
    TableName::ConflictEvents,
    TableName::PriceEntries,
    TableName::PriceApprovals,
    TableName::Certificates,
    TableName::ServiceEvents,
    TableName::Milestones,
];

pub fn findings(facts: &Facts<'_>) -> Vec<Finding> {
    let mut found: Vec<Finding> = OPTIONAL
        .into_iter()
        .filter(|table| !needed(facts, *table))
        .flat_map(|table| facts.book.sources.iter().filter(move |source| source.table == table))
        .map(unused_source)
        .collect();
    for source in &facts.book.sources {
        let columns = settings(source);
        let unused = columns
            .into_iter()
            .filter(|(name, _)| !is_used(facts, source.table, name) && !is_read(source, name));
        found.extend(unused.map(|(name, span)| unused_column(facts, source, name, span)));
    }
    found
}

/// Whether a rule or a policy needs the rows of a table.
fn needed(facts: &Facts<'_>, table: TableName) -> bool {
    match table {
        TableName::Quotas => return quotas::needed(facts),
        TableName::Assignments => return assignments::needed(facts),
        _ if asked_by_policies(facts, table) => return true,
        _ => {}
    }
    let mut versions = facts.rules.rules.iter().flat_map(|rule| &rule.versions);
    versions.any(|version| match kinds::of(&version.body).counts() {
        Counts::Engagements(_) => table == TableName::Engagements,
        Counts::Splits(_) => table == TableName::Splits,
        Counts::Milestones => table == TableName::Milestones,
        Counts::Credits | Counts::Lines => false,
    })
}

/// Whether a policy of the channel asks for the rows of a table.
fn asked_by_policies(facts: &Facts<'_>, table: TableName) -> bool {
    let mut versions = facts.rules.policies.iter().flat_map(|(_, policy)| &policy.versions);
    versions.any(|version| match &version.terms {
        PolicyTerms::Coverage(_) => table == TableName::Territories,
        PolicyTerms::Registration(_) => OF_REGISTRATIONS.contains(&table),
        PolicyTerms::Conflict(_) => OF_CONFLICTS.contains(&table),
        PolicyTerms::Price(_) => [TableName::PriceEntries, TableName::PriceApprovals].contains(&table),
        PolicyTerms::Gate(gate) => table == gate.table.table(),
        PolicyTerms::Hold(_)
        | PolicyTerms::Draw(_)
        | PolicyTerms::Payment(_)
        | PolicyTerms::Capitalise(_)
        | PolicyTerms::ChannelModel(_)
        | PolicyTerms::Access(_) => false,
    })
}

/// What registrations rest on: work keeps them from lapsing.
const OF_REGISTRATIONS: [TableName; 4] = [
    TableName::Engagements,
    TableName::Registrations,
    TableName::RegistrationMembers,
    TableName::RegistrationEvents,
];

/// What conflicts rest on: work says who stands for which channel.
const OF_CONFLICTS: [TableName; 5] = [
    TableName::Engagements,
    TableName::Conflicts,
    TableName::Decisions,
    TableName::DecisionShares,
    TableName::ConflictEvents,
];

fn unused_source(source: &Source) -> Finding {
    let word = source.table.word();
    Finding::note(Code::UnusedSource, format!("no rule uses {word}: they are read and checked for nothing"))
        .at(source.span.clone(), "")
        .help("nothing to do if a rule is still to come; else take the source out")
}

/// The columns that a source says something about, and where.
fn settings(source: &Source) -> BTreeMap<&str, Span> {
    let mut named: BTreeMap<&str, Span> = BTreeMap::new();
    let values = source.values.iter().map(|(name, placed)| (name, placed.span.clone()));
    let defaults = source.defaults.iter().map(|(name, placed)| (name, placed.span.clone()));
    let types = source.types.iter().map(|(name, placed)| (name, placed.span.clone()));
    let columns = source.columns.iter().map(|(name, from)| match from {
        ColumnFrom::Name(placed) | ColumnFrom::Mark(placed) => (name, placed.span.clone()),
        ColumnFrom::Expr(text) => (name, text.span.clone()),
    });
    let dates = match &source.dates {
        Dates::All(_) => None,
        Dates::ByColumn(by) => Some(by.iter().map(|(name, placed)| (name, placed.span.clone()))),
    };
    let dates = dates.into_iter().flatten();
    for (name, span) in values.chain(defaults).chain(types).chain(dates).chain(columns) {
        named.insert(name, span);
    }
    named
}

/// Whether a condition or an expression of a source may read a column of its file, of which `types` says something.
fn is_read(source: &Source, name: &str) -> bool {
    let exprs = source.columns.values().filter_map(|from| match from {
        ColumnFrom::Expr(text) => Some(text),
        ColumnFrom::Name(_) | ColumnFrom::Mark(_) => None,
    });
    source.types.contains_key(name) && exprs.chain(&source.condition).any(|text| text.text.contains(name))
}

fn is_used(facts: &Facts<'_>, table: TableName, name: &str) -> bool {
    contract_columns(table).any(|column| column == name)
        || OF_CHANNEL.contains(&(table, name))
        || used_columns(facts, table).contains(name)
}

/// Columns that deals and engagements have where a project has tables of the channel, and one that says what to do next.
const OF_CHANNEL: [(TableName, &str); 7] = [
    (TableName::Deals, "opportunity_id"),
    (TableName::Deals, "created_on"),
    (TableName::Deals, "owner_id"),
    (TableName::Deals, "partner_id"),
    (TableName::Deals, "stage"),
    (TableName::Deals, "term_ends_on"),
    (TableName::Engagements, "opportunity_id"),
];

/// The columns of a table that rules name, there or where they are seen from.
fn used_columns(facts: &Facts<'_>, table: TableName) -> BTreeSet<String> {
    let mut named: BTreeSet<String> = facts.used.get(&table).cloned().unwrap_or_default();
    match table {
        // Columns of accounts are named as columns of what names the account.
        TableName::Accounts => {
            let of_accounts = format!("{}.", TableName::Accounts.word());
            let all = facts.used.values().flatten();
            named.extend(all.filter_map(|name| name.strip_prefix(&of_accounts)).map(str::to_owned));
        }
        // What is open is seen as deals are.
        TableName::Opportunities => {
            let of_deals = facts.used.get(&TableName::Deals).into_iter().flatten();
            named.extend(of_deals.map(|name| name.strip_prefix("source_").unwrap_or(name).to_owned()));
        }
        _ => {}
    }
    named
}

fn unused_column(facts: &Facts<'_>, source: &Source, name: &str, span: Span) -> Finding {
    let word = source.table.word();
    let message = format!("`{name}` of {word} is no column that `apportion` knows, and no rule names it");
    let mut known: Vec<&str> = contract_columns(source.table).collect();
    let used = used_columns(facts, source.table);
    known.extend(used.iter().map(String::as_str));
    let finding = Finding::note(Code::UnusedColumn, message).at(span, "");
    match nearest(name, known) {
        Some(near) => finding.help(format!("did you mean `{near}`?")),
        None => finding.help("it is not read; nothing to do if a rule is still to come"),
    }
}
