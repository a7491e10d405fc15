//! The policies of the channel: who leads, who registered, who decides, at which price, and what a partner must bring.

pub(super) mod channel_model;
pub(super) mod conflict;
pub(super) mod coverage;
mod duration;
pub(super) mod gate;
mod keyed;
mod made;
mod model;
pub(super) mod price;
pub(super) mod registration;
mod together;

use apportion_base::diagnostic::{Code, Diagnostic};
use apportion_book::SourceValue;
use apportion_book::config::describe::{Parameter, Record, Shape};
use apportion_book::config::{Item, Table, known_names};
use apportion_contract::TableName;
use apportion_data::ORDER_OF_WORK;
use apportion_expr::Type;

use super::PolicyKind;
use crate::context::Context;

pub(crate) use made::{Made, Seen};
pub(super) use together::check_together;

pub use made::made_of_deals;
pub use model::{
    ApprovalStep, ChannelModel, Condition, Conflict, ConflictKind, Coverage, Criterion, DenyReason, Duration,
    Extension, Gate, GateCount, GateOtherwise, GateTable, HoldWord, HoldWords, Keyed, Lead, Level,
    MatchColumn, Price, ProtectionClock, RegistrationPolicy, Segment, Silence,
};

/// `review`, which all tables of this part may have.
pub(crate) const REVIEW: Parameter =
    Parameter::optional("review", Shape::Day, "The day by which somebody should look at it again.");

/// The columns that the policies of the channel ask beside those that expressions name. Work of one day stands in the order of its ids.
pub(super) fn use_columns(context: &Context<'_>) {
    let of_deals = [
        "opportunity_id",
        "created_on",
        "owner_id",
        "partner_id",
        "channel",
        "list_amount",
        "discount",
        "currency",
        "registration_id",
    ];
    let all = of_deals.map(|column| (TableName::Deals, column));
    for (table, column) in all.into_iter().chain([(TableName::Payees, "kind")]) {
        if context.column_type(table, column).is_some() {
            context.uses(table, column);
        }
    }
    context.uses(TableName::Engagements, ORDER_OF_WORK);
}

/// Reads a list of tables, each with the keys of a record; none where the key is left out. All of them are read, so that all
/// problems are found.
fn records<T>(
    table: &Table<'_>,
    list: &Parameter,
    record: &Record,
    mut read: impl FnMut(&Table<'_>) -> Option<T>,
) -> Option<Vec<T>> {
    let Some(item) = table.get(list.key) else { return Some(Vec::new()) };
    let name = format!("`{}`", list.key);
    let of_item = |item: &Item<'_>| {
        let table = item.table(&name)?;
        table.keys(record.parameters);
        read(&table)
    };
    let read: Vec<Option<T>> = item.list("tables")?.iter().map(of_item).collect();
    read.into_iter().collect()
}

/// Reports what a list names twice.
fn report_twice(item: &Item<'_>, second: &SourceValue<String>, first: &SourceValue<String>) {
    let message = format!("`{}` is listed twice", second.value);
    let error = Diagnostic::error(Code::ListedTwice, message)
        .at(second.span.clone(), "")
        .at(first.span.clone(), "listed here first")
        .help("take one of them out, or give it another name");
    item.doc().report(error);
}

/// The text columns that the first of `tables` and one of the others have, each looked up in their order.
fn match_columns(context: &Context<'_>, list: &Item<'_>, tables: &[TableName]) -> Option<Vec<MatchColumn>> {
    let (own, others) = tables.split_first()?;
    let mut names: Vec<SourceValue<String>> = Vec::new();
    let mut columns = Vec::new();
    for item in list.list("names of text columns")? {
        let name = item.some_text();
        if let Some(name) = &name {
            match names.iter().find(|known| known.value == name.value) {
                Some(first) => report_twice(&item, name, first),
                None => names.push(name.clone()),
            }
        }
        columns.push(name.and_then(|name| match_column(context, &item, &name.value, (*own, others))));
    }
    columns.into_iter().collect()
}

fn match_column(
    context: &Context<'_>,
    item: &Item<'_>,
    name: &str,
    (own, others): (TableName, &[TableName]),
) -> Option<MatchColumn> {
    let is_text = |table: TableName| context.column_type(table, name) == Some(Type::Text);
    let there = others.iter().find(|table| is_text(**table));
    let refuse = |missing: &[TableName]| {
        let words = missing.iter().map(|table| table.word()).collect::<Vec<_>>().join(" or ");
        let message =
            format!("`{}` names `{name}`, and {words} has no text column of this name", item.name());
        let known = missing.iter().flat_map(|table| context.names(*table, Type::Text));
        let help = known_names(name, &words, known);
        item.doc().report(item.error(Code::UnknownColumn, message).help(help));
    };
    if context.has(own) && !is_text(own) {
        refuse(&[own]);
        return None;
    }
    let Some(there) = there else {
        refuse(others);
        return None;
    };
    context.uses(own, name);
    let of_deals = match there {
        TableName::Accounts => format!("{}.{name}", TableName::Accounts.word()),
        _ => name.to_owned(),
    };
    context.uses(*there, name);
    if *there == TableName::Accounts && context.column_type(TableName::Deals, &of_deals).is_some() {
        context.uses(TableName::Deals, &of_deals);
    }
    Some(MatchColumn { name: name.to_owned(), of_deals })
}

/// Reports attributes that the policies of a kind in a file make of deals, though the data has a column of the same name.
pub(crate) fn check_made(context: &Context<'_>, file: &Table<'_>, kind: PolicyKind) {
    let Some(place) = file.key_span(kind.word()) else { return };
    for (_, name) in context.made().taken().iter().filter(|(maker, _)| *maker == kind) {
        let word = kind.word();
        let message = format!("deals have a column `{name}`, and deals.{name} is computed by [[{word}]]");
        let help = "give the column another name in the file: rules could not say which of the two they mean";
        let error = Diagnostic::error(Code::ComputedColumn, message).at(place.clone(), "").help(help);
        file.doc().report(error);
    }
}
