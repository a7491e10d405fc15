//! The files about what was capitalised, of closes and of `accrue`.

use super::OutputType::{Count, Date, Money, Text};
use super::{OutputColumn, OutputFile};

/// What costs of contracts are an asset, and how that moved.
pub const ASSETS: &str = "assets.csv";
/// How each of these costs becomes an expense.
pub const SCHEDULES: &str = "schedules.csv";
/// Reversals of contracts.
pub const CONTRACT_REVERSALS: &str = "contract-reversals.csv";
/// What is owed to payees.
pub const LIABILITIES: &str = "liabilities.csv";

/// Names of the files that closes have where something is capitalised, in the order in which they are written.
pub const ASSET_FILES: [&str; 3] = [ASSETS, SCHEDULES, CONTRACT_REVERSALS];

/// assets.csv.
pub static ASSET_FILE: OutputFile = OutputFile {
    name: ASSETS,
    meaning: "What the cost of a contract under a rule is as an asset, and how that moved: one row for each of which any figure is \
              other than 0. opening + additions − amortised − written_off = closing.",
    columns: &[
        OutputColumn::new("deal_id", Text, "The contract."),
        OutputColumn::new("rule_id", Text, "The rule whose cost it is."),
        OutputColumn::new("opening", Money, "The asset before."),
        OutputColumn::new("additions", Money, "What it cost more, and below 0 what it cost less."),
        OutputColumn::new("amortised", Money, "What became an expense month by month."),
        OutputColumn::new("written_off", Money, "What became an expense because the contract ended."),
        OutputColumn::new("closing", Money, "The asset after."),
    ],
    sorted_by: &["deal_id", "rule_id"],
};

/// schedules.csv.
pub static SCHEDULE_FILE: OutputFile = OutputFile {
    name: SCHEDULES,
    meaning: "How the cost of a contract under a rule becomes an expense, with each payee's share of it: one row for each that was \
              ever capitalised.",
    columns: &[
        OutputColumn::new("deal_id", Text, "The contract."),
        OutputColumn::new("rule_id", Text, "The rule."),
        OutputColumn::new("payee_id", Text, "The payee."),
        OutputColumn::new("policy_id", Text, "The policy; empty where none makes an asset of it any more.")
            .or_null(),
        OutputColumn::new("close_date", Date, "The day from which on it is spread.").or_null(),
        OutputColumn::new("starts", Text, "When the months begin.").or_null(),
        OutputColumn::new("months", Count, "Over how many months.").or_null(),
        OutputColumn::new("ended_on", Date, "The day on which the contract ended.").or_null(),
        OutputColumn::new("cost", Money, "What the payee has earned for it so far."),
        OutputColumn::new("amortised", Money, "What of that has become an expense month by month so far."),
        OutputColumn::new("written_off", Money, "What of it was written off so far."),
    ],
    sorted_by: &["deal_id", "rule_id", "payee_id"],
};

/// contract-reversals.csv.
pub static CONTRACT_REVERSAL_FILE: OutputFile = OutputFile {
    name: CONTRACT_REVERSALS,
    meaning: "A won deal that reverses another one, whether a clawback rule matches it or not: one row for each that is known.",
    columns: &[
        OutputColumn::new("deal_id", Text, "The reversal."),
        OutputColumn::new("of_deal_id", Text, "The deal that it reverses."),
        OutputColumn::new("close_date", Date, "The day on which it closed."),
        OutputColumn::new("size", Money, "How much it reverses, with all decimals that it has."),
    ],
    sorted_by: &["deal_id"],
};

/// liabilities.csv.
pub static LIABILITY_FILE: OutputFile = OutputFile {
    name: LIABILITIES,
    meaning: "What was earned and is not paid: one row for each payee and rule of which any figure is other than 0.",
    columns: &[
        OutputColumn::new("payee_id", Text, "The payee."),
        OutputColumn::new("rule_id", Text, "The rule; of a clawback the one whose line it takes back.")
            .or_null(),
        OutputColumn::new(
            "not_posted",
            Money,
            "What a close of the period would post now; 0 once it is posted.",
        ),
        OutputColumn::new("held", Money, "What was earned and may not be paid yet."),
        OutputColumn::new(
            "carried",
            Money,
            "What was due and not paid, without a rule; below 0 what the payee owes.",
        ),
    ],
    sorted_by: &["payee_id", "rule_id"],
};
