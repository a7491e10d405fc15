//! Descriptions of the keys of a case, from which cases are read, and the schema of case files is made.

use apportion_book::config::describe::{Parameter, Shape};

/// Parts of `apportion.toml` that a case may replace, key by key.
const OF_THE_PROJECT: [&str; 3] = ["book", "sources", "ledger"];

/// The months that a case closes.
pub const MONTHS: &str = "month";

/// Every key of a case.
pub(crate) fn keys() -> Vec<&'static str> {
    let described = UNDER_TEST.iter().chain(INPUTS).chain(EXPECTED).map(|parameter| parameter.key);
    described.chain(OF_THE_PROJECT).chain([MONTHS]).collect()
}

/// Every key of a month of a case.
pub(crate) fn month_keys() -> Vec<&'static str> {
    let described = OF_MONTH.iter().map(|parameter| parameter.key);
    described.chain(apportion_book::TableName::ALL.map(apportion_book::TableName::word)).collect()
}

const fn needed(key: &'static str, shape: Shape, meaning: &'static str) -> Parameter {
    Parameter::required(key, shape, "", meaning)
}

const fn optional(key: &'static str, meaning: &'static str) -> Parameter {
    Parameter::optional(key, Shape::Text, meaning)
}

/// What is tested, and when.
pub const UNDER_TEST: &[Parameter] = &[
    needed("name", Shape::SomeText, "What is special about it; unique in its file."),
    optional("why", "What it is there to show, with the clause."),
    Parameter::optional(
        "period",
        Shape::Pattern(r"^\d{4}(-(0[1-9]|1[0-2])|-Q[1-4])?$"),
        "What is paid: a month (2026-07), a fiscal quarter (2026-Q3) or a fiscal year (2026). Needed unless the case closes months.",
    ),
    Parameter::optional(
        "as_of",
        Shape::Day,
        "The day at whose end registrations, decisions and the like are known, if it is not the last one of the period.",
    ),
    Parameter::optional(
        "rules",
        Shape::Either(&[
            Shape::About("Ids of the project's rules.", &Shape::some(&Shape::Text)),
            Shape::About("Rules, as in a rule file.", &Shape::Text),
        ]),
        "The rules under test: ids of the project's rules, or a string with rules of its own. Without it, all of \
             the project's.",
    ),
    Parameter::optional(
        "files",
        Shape::Map(&Shape::Text),
        "Rate tables that rules of the case's own name: CSV by path.",
    ),
];

/// Tables of data.
pub const INPUTS: &[Parameter] = &[
    needed("deals", Shape::Text, "A table: deal_id, outcome, close_date, amount, and what the rules name."),
    needed("payees", Shape::Text, "A table: payee_id, and what the rules name."),
    optional("assignments", "A table: payee_id, from, until, and what changes meanwhile."),
    optional("engagements", "A table: deal_id or account_id, payee_id, role, and what the rules name."),
    optional("splits", "A table: deal_id, payee_id, percent."),
    optional("quotas", "A table: payee_id, period, amount, and measure where a rule names one."),
    optional("fx_rates", "A table: date, currency, rate."),
    optional("receipts", "A table: receipt_id, deal_id, received_on, amount."),
    optional(
        "adjustments",
        "A table: adjustment_id, payee_id, period, amount, reason, entered_by, approved_by.",
    ),
    optional("acceptances", "A table: id, action, reason, by."),
    optional("accounts", "A table: customers; `docs/reference/inputs.md` has its columns."),
    optional("territories", "A table: who covers which deals; `docs/reference/inputs.md` has its columns."),
    optional("holidays", "A table: days on which nobody works; `docs/reference/inputs.md` has its columns."),
    optional("registrations", "A table: who registered what; `docs/reference/inputs.md` has its columns."),
    optional(
        "registration_members",
        "A table: members of joint registrations; `docs/reference/inputs.md` has its columns.",
    ),
    optional(
        "registration_events",
        "A table: what happened to registrations; `docs/reference/inputs.md` has its columns.",
    ),
    optional("opportunities", "A table: what is open; `docs/reference/inputs.md` has its columns."),
    optional(
        "conflicts",
        "A table: conflicts that somebody raised; `docs/reference/inputs.md` has its columns.",
    ),
    optional(
        "decisions",
        "A table: what was decided about conflicts; `docs/reference/inputs.md` has its columns.",
    ),
    optional(
        "decision_shares",
        "A table: who gets which part by a decision; `docs/reference/inputs.md` has its columns.",
    ),
    optional(
        "conflict_events",
        "A table: conflicts that were escalated; `docs/reference/inputs.md` has its columns.",
    ),
    optional("price_entries", "A table: what products cost; `docs/reference/inputs.md` has its columns."),
    optional("deal_lines", "A table: what deals consist of; `docs/reference/inputs.md` has its columns."),
    optional(
        "price_approvals",
        "A table: discounts that somebody approved; `docs/reference/inputs.md` has its columns.",
    ),
    optional("certificates", "A table: what people learned; `docs/reference/inputs.md` has its columns."),
    optional(
        "service_events",
        "A table: what payees were asked for; `docs/reference/inputs.md` has its columns.",
    ),
    optional(
        "milestones",
        "A table: what joint account plans agree on; `docs/reference/inputs.md` has its columns.",
    ),
    optional("handoffs", "A table: work that was handed over; `docs/reference/inputs.md` has its columns."),
    optional(
        "inquiries",
        "A table: what people ask about their lines; `docs/reference/inputs.md` has its columns.",
    ),
    optional(
        "opening",
        "A table: payee_id, carried, owed; what was before the first month of a case that closes months.",
    ),
];

/// What is expected of a period.
pub const EXPECTED: &[Parameter] = &[
    optional(
        "lines",
        "Expected: all lines of the rules under test in the period, by payee_id, rule_id, close_date, deal_id, role; \
             any\ncolumns of lines.parquet. An empty string is filled in by `apportion test --update`.",
    ),
    optional(
        "uncredited",
        "Expected: won deals without a line, and retained amounts; any columns of uncredited.csv.",
    ),
    optional("rejects", "Expected: rows that could not be used; any columns of rejects.csv."),
    optional("totals", "Expected: control totals of the rules under test."),
    optional("attainment", "Expected: how far payees have come; any columns of attainment.csv."),
    optional("claims", "Expected: registrations that claim the period's deals; any columns of claims.csv."),
    optional("conflicts_found", "Expected: conflicts, found and raised; any columns of conflicts.csv."),
    optional(
        "price_audit",
        "Expected: what the period's deals were sold at; any columns of price_audit.csv.",
    ),
    Parameter::optional(
        "error",
        Shape::SomeText,
        "Expected: the code of the error that the case is there to provoke.",
    ),
];

/// A month of a case that closes months; with the tables of data that are others from this month on.
pub const OF_MONTH: &[Parameter] = &[
    needed("period", Shape::Pattern(r"^\d{4}-(0[1-9]|1[0-2])$"), "The month that is closed."),
    Parameter::optional(
        "as_of",
        Shape::Day,
        "The day at whose end registrations, decisions and the like are known, if it is not the last one of the month, or of the close before where that is later.",
    ),
    optional("rules", "Rules, as in a rule file, that take the place of the case's own from this month on."),
    Parameter::optional(
        "files",
        Shape::Map(&Shape::Text),
        "Rate tables that are others from this month on: CSV by path.",
    ),
    optional(
        "balances",
        "Expected: what each payee is paid, and how that came about; any columns of balances.csv.",
    ),
    optional("entries", "Expected: all entries; any columns of entries.parquet."),
    optional("held", "Expected: what is held; any columns of held.csv."),
    optional("payouts", "Expected: what is paid; any columns of payouts.csv."),
    optional("findings", "Expected: what somebody should know; any columns of findings.csv."),
    optional("reversals", "Expected: the reversals that counted; any columns of reversals.csv."),
    optional("assets", "Expected: what is capitalised, and how that moved; any columns of assets.csv."),
    Parameter::optional(
        "error",
        Shape::SomeText,
        "Expected: the code of what stops the close. The next of the case's months closes the same one.",
    ),
];
