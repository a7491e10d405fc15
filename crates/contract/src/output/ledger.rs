//! The files of a close.

use super::OutputType::{Currency, Date, Money, Number, Text};
use super::{OutputColumn, OutputFile};

/// All entries.
pub const ENTRIES: &str = "entries.parquet";
/// What each payee is paid, and how that came about.
pub const BALANCES: &str = "balances.csv";
/// What is known of payees.
pub const PEOPLE: &str = "people.csv";
/// What is held.
pub const HELD: &str = "held.csv";
/// What somebody should know.
pub const FINDINGS: &str = "findings.csv";
/// Reversals that counted.
pub const REVERSALS: &str = "reversals.csv";
/// Lines of closed months that have an entry, as they are now.
pub const LINES_RESTATED: &str = "lines-restated.parquet";
/// Who approved the close.
pub const APPROVALS: &str = "approvals.json";
/// What a close rests on, its digests and totals. Written last.
pub const CLOSE: &str = "close.json";
/// The same of a draft.
pub const DRAFT: &str = "draft.json";

/// Folders of a ledger: its closes, the draft, and copies of what they rest on.
pub const CLOSES_FOLDER: &str = "closes";
/// The draft.
pub const DRAFT_FOLDER: &str = "draft";
/// Copies of files, by content.
pub const OBJECTS_FOLDER: &str = "objects";

/// What closes were written as for others, by close and export.
pub const EXPORTS_FOLDER: &str = "exports";
/// What such a folder holds, and of what.
pub const MANIFEST: &str = "manifest.json";

/// Whether a file of this name belongs to a journal, or to none, as those that file managers leave.
pub fn is_of_a_journal(name: &str) -> bool {
    name == MANIFEST
        || ["journal.", "journal-", "EXTF_"].iter().any(|start| name.starts_with(start))
        || super::SYSTEM_FILES.contains(&name)
}

/// Names of the files that all closes have, and only they, in the order in which they are written; those of a result for the month come before
/// them.
pub const CLOSE_FILES: [&str; 7] = [ENTRIES, BALANCES, PEOPLE, HELD, FINDINGS, REVERSALS, LINES_RESTATED];

/// Whether a file of this name belongs to a close or to a draft, or to none, as those that file managers leave.
pub fn is_of_a_close(name: &str) -> bool {
    super::is_of_a_result(name)
        || CLOSE_FILES.contains(&name)
        || super::assets::ASSET_FILES.contains(&name)
        || [APPROVALS, CLOSE, DRAFT].contains(&name)
        || super::SYSTEM_FILES.contains(&name)
}

/// The name of a close's folder: its number from 1 on and its month, such as `0007-2026-07`.
pub fn close_name(number: usize, month: &str) -> String {
    format!("{number:04}-{month}")
}

/// entries.parquet.
pub static ENTRY_FILE: OutputFile = OutputFile {
    name: ENTRIES,
    meaning: "One change of what a payee earned, and of which part of it may be paid.",
    columns: &[
        OutputColumn::new("close", Text, "The month that was closed."),
        OutputColumn::new("payee_id", Text, "The payee."),
        OutputColumn::new("rule_id", Text, "The rule; of an adjustment the one that it is about.").or_null(),
        OutputColumn::new("deal_id", Text, "The deal; of an adjustment the one that it is about.").or_null(),
        OutputColumn::new("role", Text, "The role, of rules that share by role.").or_null(),
        OutputColumn::new("from_payee_id", Text, "The credited payee, of an override or a team.").or_null(),
        OutputColumn::new("of_rule_id", Text, "The rule whose line it takes back, of a clawback.").or_null(),
        OutputColumn::new("of_deal_id", Text, "The deal whose line it takes back, of a clawback.").or_null(),
        OutputColumn::new("adjustment_id", Text, "The adjustment; null for a line.").or_null(),
        OutputColumn::new("kind", Text, "The kind of the rule, or of the adjustment.").or_null(),
        OutputColumn::new("close_date", Date, "The deal's close date; null for an adjustment.").or_null(),
        OutputColumn::new("of_period", Text, "The month that it is of."),
        OutputColumn::new(
            "entry",
            Text,
            "`new` for the month that was closed, `true-up` for a closed month, or `adjustment`.",
        ),
        OutputColumn::new("cause", Text, "Why it is."),
        OutputColumn::new("earned", Money, "The change of what is earned."),
        OutputColumn::new("released", Money, "The change of what may be paid."),
        OutputColumn::new("earned_to_date", Money, "What is earned with it."),
        OutputColumn::new("released_to_date", Money, "What may be paid with it."),
        OutputColumn::new("currency", Currency, "The book's currency."),
        OutputColumn::new("reason", Text, "The reason of an adjustment.").or_null(),
    ],
    sorted_by: &[
        "payee_id",
        "rule_id",
        "deal_id",
        "role",
        "from_payee_id",
        "of_rule_id",
        "of_deal_id",
        "adjustment_id",
    ],
};

/// balances.csv.
pub static BALANCE_FILE: OutputFile = OutputFile {
    name: BALANCES,
    meaning: "What a payee is paid in a close, and how that came about: one row for each payee who has an entry, or of whom any \
              of these figures is or ever was other than 0.",
    columns: &[
        OutputColumn::new("payee_id", Text, "The payee."),
        OutputColumn::new(
            "name",
            Text,
            "The payee's name; the last known one where the data have it no more.",
        )
        .or_null(),
        OutputColumn::new(
            "carried_in",
            Money,
            "What was due before and not paid; below 0 what the payee owes through clawbacks.",
        ),
        OutputColumn::new("owed_in", Money, "The balance of recoverable draws before."),
        OutputColumn::new("held_in", Money, "What was earned before and may not be paid yet."),
        OutputColumn::new("lines", Money, "What lines of the month earned, clawbacks aside."),
        OutputColumn::new("true_ups", Money, "What lines of closed months earned, clawbacks aside."),
        OutputColumn::new("clawbacks", Money, "What clawbacks took back."),
        OutputColumn::new("adjustments", Money, "The sum of the adjustments."),
        OutputColumn::new("held_change", Money, "By how much what is held grows."),
        OutputColumn::new("guarantee", Money, "What draws add that are not given back."),
        OutputColumn::new("taken", Money, "What is taken for debts."),
        OutputColumn::new("advance", Money, "What a recoverable draw advances."),
        OutputColumn::new("recovery", Money, "What is recovered of earlier advances."),
        OutputColumn::new("forgiven", Money, "What is forgiven of them."),
        OutputColumn::new("paid", Money, "What is paid, in the book's currency."),
        OutputColumn::new("carried_out", Money, "What is due and not paid."),
        OutputColumn::new("owed_out", Money, "The balance of recoverable draws."),
        OutputColumn::new("held_out", Money, "What is earned and may not be paid yet."),
        OutputColumn::new("currency", Currency, "The book's currency."),
        OutputColumn::new("paid_amount", Text, "What is paid, in the currency in which it is."),
        OutputColumn::new("paid_currency", Currency, "That currency."),
        OutputColumn::new("rate", Number(9), "The exchange rate, as its source has it.").or_null(),
        OutputColumn::new("quoted", Text, "What the rate says: `book-per-unit` or `unit-per-book`.")
            .or_null(),
        OutputColumn::new("guarantee_id", Text, "The draw behind the guarantee.").or_null(),
        OutputColumn::new("draw_id", Text, "The recoverable draw that was last in force.").or_null(),
        OutputColumn::new("draw_on", Date, "The last day of the close in which it was.").or_null(),
    ],
    sorted_by: &["payee_id"],
};

/// held.csv.
pub static HELD_FILE: OutputFile = OutputFile {
    name: HELD,
    meaning: "What is earned and may not be paid yet: one row for each line.",
    columns: &[
        OutputColumn::new("payee_id", Text, "The payee."),
        OutputColumn::new("rule_id", Text, "The rule."),
        OutputColumn::new("deal_id", Text, "The deal."),
        OutputColumn::new("role", Text, "The role.").or_null(),
        OutputColumn::new("from_payee_id", Text, "The credited payee.").or_null(),
        OutputColumn::new("of_rule_id", Text, "The rule whose line it takes back.").or_null(),
        OutputColumn::new("of_deal_id", Text, "The deal whose line it takes back.").or_null(),
        OutputColumn::new("close_date", Date, "The deal's close date."),
        OutputColumn::new("held", Money, "What is held."),
        OutputColumn::new("share", Text, "Which part may be paid."),
        OutputColumn::new("by", Text, "The hold with the least share, the first by id.").or_null(),
    ],
    sorted_by: &["payee_id", "rule_id", "deal_id", "role", "from_payee_id", "of_rule_id", "of_deal_id"],
};

/// findings.csv.
pub static FINDING_FILE: OutputFile = OutputFile {
    name: FINDINGS,
    meaning: "What somebody should know of the close: what holds now, be it new or not.",
    columns: &[
        OutputColumn::new("code", Text, "What was found."),
        OutputColumn::new("deal_id", Text, "The deal.").or_null(),
        OutputColumn::new("rule_id", Text, "The rule.").or_null(),
        OutputColumn::new("payee_id", Text, "The payee.").or_null(),
        OutputColumn::new("amount", Money, "What it comes to.").or_null(),
    ],
    sorted_by: &["code", "deal_id", "rule_id", "payee_id"],
};

/// reversals.csv.
pub static REVERSAL_FILE: OutputFile = OutputFile {
    name: REVERSALS,
    meaning: "A reversal that counted: one row for each.",
    columns: &[
        OutputColumn::new("deal_id", Text, "The reversal."),
        OutputColumn::new("of_deal_id", Text, "The deal that it reverses."),
        OutputColumn::new("rule_id", Text, "The clawback rule."),
        OutputColumn::new("method", Text, "How it takes back."),
        OutputColumn::new("size", Money, "How much it reverses, with all decimals that it has."),
    ],
    sorted_by: &["deal_id", "of_deal_id", "rule_id"],
};
