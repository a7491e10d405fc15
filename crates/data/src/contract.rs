//! Columns of the input tables, as the readers need them. [`apportion_contract`] describes the tables.
//!
//! One description is used for opening, reading, checking, keys and rejects of all tables.

use apportion_book::{Book, Source, TableName};
use apportion_expr::Type;

use apportion_contract::TYPED_ATTRIBUTES;
pub(super) use apportion_contract::{
    CellType as Kind, DefaultValue, Domain, InputColumn as ColumnSpec, InputTable as TableSpec,
};

/// What expressions see of cells of a type.
pub(super) fn expr_type(kind: Kind) -> Type {
    match kind {
        Kind::Text | Kind::Outcome | Kind::Period | Kind::Month | Kind::Word(_) => Type::Text,
        Kind::Date | Kind::Time => Type::Date,
        Kind::Money
        | Kind::Quota
        | Kind::Weight
        | Kind::Percent
        | Kind::Share
        | Kind::Hundred
        | Kind::Rate
        | Kind::Number => Type::Number,
        Kind::Boolean => Type::Boolean,
    }
}

/// Whether rows are only compared by a column unless a rule names it. Its texts need no codes then.
pub(super) fn only_compared(spec: &ColumnSpec) -> bool {
    spec.attribute && spec.cell == Kind::Text && spec.default == DefaultValue::Null
}

/// The position of a column that a later step names. A column that the table does not have stops the build.
pub(super) const fn position(table: TableName, name: &str) -> usize {
    match table.describe_with_channel().position(name) {
        Some(position) => position,
        None => panic!("the table has no such column"),
    }
}

/// Positions of the columns of deals that later steps name.
pub(super) mod deals {
    use super::{TableName::Deals, position};

    pub(crate) const DEAL_ID: usize = position(Deals, "deal_id");
    pub(crate) const OUTCOME: usize = position(Deals, "outcome");
    pub(crate) const CLOSE_DATE: usize = position(Deals, "close_date");
    pub(crate) const AMOUNT: usize = position(Deals, "amount");
    pub(crate) const CURRENCY: usize = position(Deals, "currency");
    pub(crate) const ACCOUNT_ID: usize = position(Deals, "account_id");
    pub(crate) const LIST_AMOUNT: usize = position(Deals, "list_amount");
    pub(crate) const RENEWS_DEAL_ID: usize = position(Deals, "renews_deal_id");
    pub(crate) const REVERSES_DEAL_ID: usize = position(Deals, "reverses_deal_id");
    /// Only beside a source of the channel.
    pub(crate) const OPPORTUNITY_ID: usize = position(Deals, "opportunity_id");
}

/// Positions of the columns of engagements that later steps name.
pub(super) mod engagements {
    use super::{TableName::Engagements, position};

    pub(crate) const ENGAGEMENT_ID: usize = position(Engagements, "engagement_id");
    pub(crate) const DEAL_ID: usize = position(Engagements, "deal_id");
    pub(crate) const ACCOUNT_ID: usize = position(Engagements, "account_id");
    pub(crate) const PAYEE_ID: usize = position(Engagements, "payee_id");
    pub(crate) const ROLE: usize = position(Engagements, "role");
    pub(crate) const OCCURRED_ON: usize = position(Engagements, "occurred_on");
    pub(crate) const WEIGHT: usize = position(Engagements, "weight");
    /// Only beside a source of the channel.
    pub(crate) const OPPORTUNITY_ID: usize = position(Engagements, "opportunity_id");
}

/// Positions of the columns of payees that later steps name.
pub(super) mod payees {
    use super::{TableName::Payees, position};

    pub(crate) const PAYEE_ID: usize = position(Payees, "payee_id");
    pub(crate) const MANAGER_ID: usize = position(Payees, "manager_id");
}

/// Positions of the columns of assignments that later steps name.
pub(super) mod assignments {
    use super::{TableName::Assignments, position};

    pub(crate) const PAYEE_ID: usize = position(Assignments, "payee_id");
    pub(crate) const FROM: usize = position(Assignments, "from");
    pub(crate) const UNTIL: usize = position(Assignments, "until");
    pub(crate) const MANAGER_ID: usize = position(Assignments, "manager_id");
}

/// Positions of the columns of splits that later steps name.
pub(super) mod splits {
    use super::{TableName::Splits, position};

    pub(crate) const DEAL_ID: usize = position(Splits, "deal_id");
    pub(crate) const PAYEE_ID: usize = position(Splits, "payee_id");
    pub(crate) const PERCENT: usize = position(Splits, "percent");
    pub(crate) const ROLE: usize = position(Splits, "role");
}

/// Positions of the columns of quotas that later steps name.
pub(super) mod quotas {
    use super::{TableName::Quotas, position};

    pub(crate) const PAYEE_ID: usize = position(Quotas, "payee_id");
    pub(crate) const PERIOD: usize = position(Quotas, "period");
    pub(crate) const AMOUNT: usize = position(Quotas, "amount");
    pub(crate) const MEASURE: usize = position(Quotas, "measure");
}

/// Positions of the columns of receipts that later steps name.
pub(super) mod receipts {
    use super::{TableName::Receipts, position};

    pub(crate) const DEAL_ID: usize = position(Receipts, "deal_id");
    pub(crate) const RECEIVED_ON: usize = position(Receipts, "received_on");
    pub(crate) const AMOUNT: usize = position(Receipts, "amount");
}

/// Positions of the columns of adjustments that later steps name.
pub(super) mod adjustments {
    use super::{TableName::Adjustments, position};

    pub(crate) const ADJUSTMENT_ID: usize = position(Adjustments, "adjustment_id");
    pub(crate) const PAYEE_ID: usize = position(Adjustments, "payee_id");
    pub(crate) const PERIOD: usize = position(Adjustments, "period");
    pub(crate) const AMOUNT: usize = position(Adjustments, "amount");
    pub(crate) const REASON: usize = position(Adjustments, "reason");
    pub(crate) const ENTERED_BY: usize = position(Adjustments, "entered_by");
    pub(crate) const APPROVED_BY: usize = position(Adjustments, "approved_by");
    pub(crate) const DEAL_ID: usize = position(Adjustments, "deal_id");
    pub(crate) const RULE_ID: usize = position(Adjustments, "rule_id");
    pub(crate) const KIND: usize = position(Adjustments, "kind");
}

/// Positions of the columns of acceptances that later steps name.
pub(super) mod acceptances {
    use super::{TableName::Acceptances, position};

    pub(crate) const ID: usize = position(Acceptances, "id");
    pub(crate) const ACTION: usize = position(Acceptances, "action");
}

/// Positions of the columns of payment_details that later steps name.
pub(super) mod payment_details {
    use super::{TableName::PaymentDetails, position};

    pub(crate) const PAYEE_ID: usize = position(PaymentDetails, "payee_id");
    pub(crate) const FROM: usize = position(PaymentDetails, "from");
    pub(crate) const UNTIL: usize = position(PaymentDetails, "until");
}

/// Positions of the columns of fx_rates that later steps name.
pub(super) mod fx_rates {
    use super::{TableName::FxRates, position};

    pub(crate) const DATE: usize = position(FxRates, "date");
    pub(crate) const CURRENCY: usize = position(FxRates, "currency");
    pub(crate) const RATE: usize = position(FxRates, "rate");
}

/// A table, with the columns that it has beside a source of the channel.
pub(super) fn spec(table: TableName) -> &'static TableSpec {
    table.describe_with_channel()
}

/// The table that a source feeds, with the columns that it has in the source's project.
pub(super) fn spec_of(source: &Source) -> &'static TableSpec {
    spec_in(source.with_channel, source.table)
}

/// A table with the columns that it has in a book.
pub(super) fn spec_in_book(book: &Book, table: TableName) -> &'static TableSpec {
    spec_in(book.sources.iter().any(|source| source.with_channel), table)
}

fn spec_in(with_channel: bool, table: TableName) -> &'static TableSpec {
    if with_channel { table.describe_with_channel() } else { table.describe() }
}

/// The type of an attribute that has one of its own, whatever its file is.
pub(super) fn attribute_type(table: TableName, name: &str) -> Option<Kind> {
    let known = TYPED_ATTRIBUTES.iter().find(|(known, _)| *known == name)?;
    // An opportunity is seen as a deal.
    if !matches!(table, TableName::Deals | TableName::Opportunities) {
        return None;
    }
    Some(known.1)
}

/// The columns that `apportion` knows in a table in any project; any other is an attribute, or one that the table has beside a source
/// of the channel.
pub fn contract_columns(table: TableName) -> impl Iterator<Item = &'static str> {
    table.describe().columns.iter().map(|column| column.name)
}

/// Names of computed columns that no file may have.
pub(super) fn reserved(table: TableName) -> impl Iterator<Item = &'static str> {
    spec(table).derived.iter().filter(|column| column.reserved).map(|column| column.name)
}

/// Columns that rules may name although no file has them.
pub(super) fn derived(table: TableName) -> impl Iterator<Item = (&'static str, Type)> {
    spec(table).derived.iter().map(|column| (column.name, expr_type(column.cell)))
}
