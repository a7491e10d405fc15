//! Open opportunities, conflicts and decisions.

use crate::RejectCode;
use crate::input::{CellType, DefaultValue, Domain, InputColumn, InputTable, TableName};

/// The table `opportunities`.
pub static OPPORTUNITIES: InputTable = InputTable {
    table: TableName::Opportunities,
    name: "opportunities",
    meaning: "What is open. It is never paid, and carries early warnings.",
    always_needed: false,
    columns: &[
        InputColumn::text("opportunity_id", "Identifies the opportunity.").of(Domain::Opportunity).required(),
        InputColumn::text("account_id", "The customer.").of(Domain::Account),
        InputColumn::text("channel", "How it is sold.").attribute(),
        InputColumn::text("owner_id", "Who owns it.").attribute(),
        InputColumn::text("partner_id", "The partner.").attribute(),
        InputColumn::text("stage", "How far it is.").attribute(),
        InputColumn::new("amount", CellType::Money, "What it would be sold for, in its currency."),
        InputColumn::new(
            "list_amount",
            CellType::Money,
            "What it would cost without discount, in its currency.",
        ),
        InputColumn::text("currency", "Currency of the amounts: an ISO 4217 code.")
            .or(DefaultValue::BookCurrency),
        InputColumn::new("probability", CellType::Share, "How likely it is won, 0 to 1."),
        InputColumn::new("created_on", CellType::Date, "When it was created."),
        InputColumn::new("expected_close", CellType::Date, "When it is expected to close."),
    ],
    key: &[0],
    one_of: &[],
    ordered: None,
    derived: &[],
};

/// The table `conflicts`.
pub static CONFLICTS: InputTable = InputTable {
    table: TableName::Conflicts,
    name: "conflicts",
    meaning: "Conflicts that somebody raised, one row each.",
    always_needed: false,
    columns: &[
        InputColumn::text("conflict_id", "Identifies the conflict.").required(),
        InputColumn::new("raised_at", CellType::Time, "When it was raised.").required(),
        InputColumn::text("deal_id", "The deal. It need not have closed.").of(Domain::Deal),
        InputColumn::text("opportunity_id", "The opportunity.").of(Domain::Opportunity),
        InputColumn::text("role", "The disputed role.").attribute(),
        InputColumn::text("claimant_a", "One who claims.")
            .of(Domain::Payee)
            .required()
            .later(&[RejectCode::UnknownPayee]),
        InputColumn::text("claimant_b", "The other.")
            .of(Domain::Payee)
            .required()
            .later(&[RejectCode::UnknownPayee]),
        InputColumn::text("raised_by", "Who raised it.").attribute(),
        InputColumn::text("note", "A note.").attribute(),
    ],
    key: &[0],
    one_of: &[2, 3],
    ordered: None,
    derived: &[],
};

/// The table `decisions`.
pub static DECISIONS: InputTable = InputTable {
    table: TableName::Decisions,
    name: "decisions",
    meaning: "What was decided about conflicts, one row each.",
    always_needed: false,
    columns: &[
        InputColumn::text("decision_id", "Identifies the decision.").of(Domain::Decision).required(),
        InputColumn::text("conflict_id", "The conflict, found or raised.").required(),
        InputColumn::text("level", "The level that decided.").required(),
        InputColumn::new("decided_at", CellType::Time, "When.").required(),
        InputColumn::text("decided_by", "Who.")
            .of(Domain::Payee)
            .required()
            .later(&[RejectCode::UnknownPayee]),
        InputColumn::new("outcome", CellType::Word(&["award", "split", "void", "withdrawn"]), "What.")
            .required(),
        InputColumn::text("why", "Why.").required(),
        InputColumn::text("evidence", "What it rests on.").attribute(),
        InputColumn::text("supersedes", "An earlier decision, for the record.").attribute(),
    ],
    key: &[0],
    one_of: &[],
    ordered: None,
    derived: &[],
};

/// The table `decision_shares`.
pub static DECISION_SHARES: InputTable = InputTable {
    table: TableName::DecisionShares,
    name: "decision_shares",
    meaning: "Who gets which part by a decision.",
    always_needed: false,
    columns: &[
        InputColumn::text("decision_id", "Which decision.")
            .of(Domain::Decision)
            .required()
            .later(&[RejectCode::UnknownDecision]),
        InputColumn::text("payee_id", "Who.").of(Domain::Payee).required().later(&[RejectCode::UnknownPayee]),
        InputColumn::new(
            "percent",
            CellType::Hundred,
            "Which part, in percent. The parts of an award or a split add up to 100.",
        )
        .required(),
    ],
    key: &[0, 1],
    one_of: &[],
    ordered: None,
    derived: &[],
};

/// The table `conflict_events`.
pub static CONFLICT_EVENTS: InputTable = InputTable {
    table: TableName::ConflictEvents,
    name: "conflict_events",
    meaning: "What happened to a conflict before it was decided.",
    always_needed: false,
    columns: &[
        InputColumn::text("conflict_id", "Which conflict.").required(),
        InputColumn::new("at", CellType::Time, "When.").required(),
        InputColumn::new("event", CellType::Word(&["escalated"]), "What.").required(),
        InputColumn::text("by", "By which claimant.").required(),
    ],
    key: &[0, 1, 2],
    one_of: &[],
    ordered: None,
    derived: &[],
};
