//! Registrations of deals, with their members and events.

use crate::RejectCode;
use crate::input::{CellType, Domain, InputColumn, InputTable, TableName};

/// The table `registrations`.
pub static REGISTRATIONS: InputTable = InputTable {
    table: TableName::Registrations,
    name: "registrations",
    meaning: "Deals that payees registered, one row each.",
    always_needed: false,
    columns: &[
        InputColumn::text("registration_id", "Identifies the registration.")
            .of(Domain::Registration)
            .required(),
        InputColumn::text("payee_id", "Who registered.")
            .of(Domain::Payee)
            .required()
            .later(&[RejectCode::UnknownPayee]),
        InputColumn::new("submitted_at", CellType::Time, "When it was submitted.").required(),
        InputColumn::text("kind", "What sort of registration it is, such as `sourced`; the words are yours.")
            .attribute(),
        InputColumn::text("account_id", "The customer.").of(Domain::Account),
        InputColumn::text("opportunity_id", "The opportunity.").of(Domain::Opportunity),
        InputColumn::text("deal_id", "The deal. It need not have closed.").of(Domain::Deal),
        InputColumn::new(
            "decision",
            CellType::Word(&["approved", "denied", "returned"]),
            "What was decided.",
        ),
        InputColumn::new("decided_at", CellType::Time, "When it was decided."),
        InputColumn::text("decided_by", "Who decided.").attribute(),
        InputColumn::text("reason", "Why.").attribute(),
    ],
    key: &[0],
    one_of: &[4, 5, 6],
    ordered: None,
    derived: &[],
};

/// The table `registration_members`.
pub static REGISTRATION_MEMBERS: InputTable = InputTable {
    table: TableName::RegistrationMembers,
    name: "registration_members",
    meaning: "Who shares a registration. Without rows its payee has all of it.",
    always_needed: false,
    columns: &[
        InputColumn::text("registration_id", "Which registration.")
            .of(Domain::Registration)
            .required()
            .later(&[RejectCode::UnknownRegistration]),
        InputColumn::text("payee_id", "Who.").of(Domain::Payee).required().later(&[RejectCode::UnknownPayee]),
        InputColumn::new(
            "percent",
            CellType::Hundred,
            "Which part, in percent. The parts of a registration add up to 100.",
        )
        .required(),
    ],
    key: &[0, 1],
    one_of: &[],
    ordered: None,
    derived: &[],
};

/// The table `registration_events`.
pub static REGISTRATION_EVENTS: InputTable = InputTable {
    table: TableName::RegistrationEvents,
    name: "registration_events",
    meaning: "What happened to a registration.",
    always_needed: false,
    columns: &[
        InputColumn::text("registration_id", "Which registration.")
            .of(Domain::Registration)
            .required()
            .later(&[RejectCode::UnknownRegistration]),
        InputColumn::new("at", CellType::Time, "When.").required(),
        InputColumn::new("event", CellType::Word(&["extended", "withdrawn", "customer-choice"]), "What.")
            .required(),
        InputColumn::text("by", "By whom.").attribute(),
        InputColumn::text("why", "Why.").attribute(),
    ],
    key: &[0, 1, 2],
    one_of: &[],
    ordered: None,
    derived: &[],
};
