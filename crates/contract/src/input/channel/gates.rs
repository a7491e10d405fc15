//! What gates count: certificates, service events, milestones.

use crate::RejectCode;
use crate::input::{CellType, DerivedColumn, Domain, InputColumn, InputTable, TableName};

/// The table `certificates`.
pub static CERTIFICATES: InputTable = InputTable {
    table: TableName::Certificates,
    name: "certificates",
    meaning: "What people learned, one row each.",
    always_needed: false,
    columns: &[
        InputColumn::text("certificate_id", "Identifies the certificate.").required(),
        InputColumn::text("payee_id", "For whom it counts.")
            .of(Domain::Payee)
            .required()
            .later(&[RejectCode::UnknownPayee]),
        InputColumn::text("person", "Who earned it.").attribute(),
        InputColumn::text("course", "What was learned.").attribute(),
        InputColumn::new("earned_on", CellType::Date, "When it was earned."),
        InputColumn::new("expires_on", CellType::Date, "The last day on which it is valid."),
    ],
    key: &[0],
    one_of: &[],
    ordered: Some([4, 5]),
    derived: &[],
};

/// The table `service_events`.
pub static SERVICE_EVENTS: InputTable = InputTable {
    table: TableName::ServiceEvents,
    name: "service_events",
    meaning: "What payees were asked for, and when they answered.",
    always_needed: false,
    columns: &[
        InputColumn::text("event_id", "Identifies the event.").required(),
        InputColumn::text("payee_id", "Who was asked.")
            .of(Domain::Payee)
            .required()
            .later(&[RejectCode::UnknownPayee]),
        InputColumn::text("account_id", "The customer.").of(Domain::Account),
        InputColumn::text("kind", "What sort of event it is.").attribute(),
        InputColumn::new("opened_at", CellType::Time, "When it was opened.").required(),
        InputColumn::new("answered_at", CellType::Time, "When it was answered."),
        InputColumn::new("resolved_at", CellType::Time, "When it was resolved."),
    ],
    key: &[0],
    one_of: &[],
    ordered: None,
    derived: &[
        DerivedColumn {
            name: "minutes_to_answer",
            cell: CellType::Number,
            meaning: "Whole minutes from `opened_at` to `answered_at`.",
            reserved: true,
        },
        DerivedColumn {
            name: "minutes_to_resolve",
            cell: CellType::Number,
            meaning: "Whole minutes from `opened_at` to `resolved_at`.",
            reserved: true,
        },
    ],
};

/// The table `milestones`.
pub static MILESTONES: InputTable = InputTable {
    table: TableName::Milestones,
    name: "milestones",
    meaning: "What joint account plans agree on, one row each.",
    always_needed: false,
    columns: &[
        InputColumn::text("milestone_id", "Identifies the milestone.").required(),
        InputColumn::text("plan_id", "The plan that it belongs to."),
        InputColumn::text("account_id", "The customer.").of(Domain::Account),
        InputColumn::text("payee_id", "Who does it.")
            .of(Domain::Payee)
            .required()
            .later(&[RejectCode::UnknownPayee]),
        InputColumn::text("side", "The side that it stands for."),
        InputColumn::new("due_on", CellType::Date, "When it is due.").required(),
        InputColumn::new("done_on", CellType::Date, "When it was done."),
        InputColumn::text("approved_by", "Who approved it.").attribute(),
        InputColumn::text("evidence", "What shows it.").attribute(),
    ],
    key: &[0],
    one_of: &[],
    ordered: None,
    derived: &[],
};
