//! `engagements`: who worked on what.

use super::super::RejectCode;
use super::column::joined;
use super::{CellType, DefaultValue, Domain, InputColumn, InputTable, TableName};

const COLUMNS: [InputColumn; 8] = [
    InputColumn::text(
        "engagement_id",
        "Identifies the engagement, and breaks ties between engagements of one day.",
    )
    .attribute(),
    InputColumn::text("deal_id", "The deal that was worked on.")
        .of(Domain::Deal)
        .later(&[RejectCode::UnknownDeal, RejectCode::DealRejected]),
    InputColumn::text("account_id", "The customer that was worked for. It needs no deal among the deals.")
        .of(Domain::Account),
    InputColumn::text("payee_id", "Who did the work.")
        .of(Domain::Payee)
        .required()
        .later(&[RejectCode::UnknownPayee]),
    InputColumn::text("role", "In which role, such as `sourced`, `cosell` or `closed`; the words are yours.")
        .required(),
    InputColumn::new("occurred_on", CellType::Date, "When it was done."),
    InputColumn::new(
        "weight",
        CellType::Weight,
        "How much it counts compared with other engagements: hours, points.",
    )
    .or(DefaultValue::Text("1")),
    InputColumn::text("activity", "What was done, such as `demo`; for conditions.").attribute(),
];

/// The table `engagements`.
pub static ENGAGEMENTS: InputTable = ENGAGEMENTS_BASE;

const ENGAGEMENTS_BASE: InputTable = InputTable {
    table: TableName::Engagements,
    name: "engagements",
    meaning: "Recorded pieces of work, each of one payee on one deal or account.",
    always_needed: false,
    columns: &COLUMNS,
    key: &[0],
    one_of: &[1, 2],
    ordered: None,
    derived: &[],
};

/// The column that engagements have besides where the project has a source of the channel.
const OF_CHANNEL: [InputColumn; 1] = [InputColumn::text(
    "opportunity_id",
    "The opportunity that was worked on. Without a deal all deals are meant that it became.",
)
.of(Domain::Opportunity)];

/// The table `engagements` of a project that has a source of the channel.
pub static ENGAGEMENTS_WITH_CHANNEL: InputTable =
    InputTable { columns: &joined::<8, 1, 9>(COLUMNS, OF_CHANNEL), one_of: &[1, 2, 8], ..ENGAGEMENTS_BASE };
