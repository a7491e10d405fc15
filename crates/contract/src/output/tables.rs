//! The CSV files of a result.

use super::super::Words;
use super::OutputType::{Count, Currency, Money, Number, Rate, Sum, Text, Word};
use super::{ATTAINMENT, OutputColumn, OutputFile, PAYOUTS, RECONCILIATION, REJECTS, STATEMENTS, UNCREDITED};

/// statements.csv.
pub static STATEMENT_FILE: OutputFile = OutputFile {
    name: STATEMENTS,
    meaning: "What a payee has under one rule: one row for each payee and rule with lines.",
    columns: &[
        OutputColumn::new("payee_id", Text, "The payee."),
        OutputColumn::new("name", Text, "The payee's name; empty where the data have none.").or_null(),
        OutputColumn::new("rule_id", Text, "The rule."),
        OutputColumn::new("lines", Count, "How many lines of the rule the payee has."),
        OutputColumn::new(
            "credited",
            Money,
            "The sum of their credit; empty for a rule that credits nothing.",
        )
        .or_null(),
        OutputColumn::new("amount", Money, "The sum of their amounts; empty for a rule that pays nothing.")
            .or_null(),
        OutputColumn::new("currency", Currency, "The book's currency."),
    ],
    sorted_by: &["payee_id", "rule_id"],
};

/// payouts.csv.
pub static PAYOUT_FILE: OutputFile = OutputFile {
    name: PAYOUTS,
    meaning: "What payroll pays: one row for each payee with an amount.",
    columns: &[
        OutputColumn::new("payee_id", Text, "The payee."),
        OutputColumn::new("name", Text, "The payee's name; empty where the data have none.").or_null(),
        OutputColumn::new(
            "amount",
            Money,
            "The sum of the payee's amounts over all rules; negative where refunds prevail.",
        ),
        OutputColumn::new("currency", Currency, "The book's currency."),
    ],
    sorted_by: &["payee_id"],
};

/// uncredited.csv.
pub static UNCREDITED_FILE: OutputFile = OutputFile {
    name: UNCREDITED,
    meaning: "A won deal of the period that paid nobody under a rule that matched it, or that no rule matched, or that \
              kept something back: one row for each deal and reason.",
    columns: &[
        OutputColumn::new("deal_id", Text, "The deal."),
        OutputColumn::new("rule_id", Text, "The rule; empty for `no-rule` and `reversed`.").or_null(),
        OutputColumn::new("payee_id", Text, "The payee, for `no-quota`; empty otherwise.").or_null(),
        OutputColumn::new("reason", Word(Words::Reasons), "Why."),
        OutputColumn::new("retained", Money, "Money of the pool that was kept back, where a rule retains.")
            .or_null(),
        OutputColumn::new("retained_credit", Money, "Credit that was kept back, where a rule retains.")
            .or_null(),
    ],
    sorted_by: &["deal_id", "rule_id", "payee_id", "reason"],
};

/// rejects.csv.
pub static REJECT_FILE: OutputFile = OutputFile {
    name: REJECTS,
    meaning: "What was wrong with a row of an input: one row for each finding.",
    columns: &[
        OutputColumn::new("source", Word(Words::Tables), "The input table."),
        OutputColumn::new("file", Text, "The file, relative to the project's folder."),
        OutputColumn::new("row", Count, "The row in the file, as a spreadsheet shows it; in a text file the line on which the record begins."),
        OutputColumn::new(
            "key",
            Text,
            "The key of the row; its parts are joined with `|`. Empty for a ragged row, and for an engagement without an id.",
        )
        .or_null(),
        OutputColumn::new("column", Text, "Our name of the column; empty where it is about the row as a whole.").or_null(),
        OutputColumn::new("code", Word(Words::RejectCodes), "What is wrong."),
        OutputColumn::new("value", Text, "The cell as it was in the file, before `nulls` and `values`, without outer blanks.").or_null(),
        OutputColumn::new("message", Text, "What is wrong, in a sentence."),
        OutputColumn::new("action", Word(Words::RejectActions), "What happened to the row: `kept` where it is used without this cell."),
    ],
    sorted_by: &["source", "key", "column", "code", "file", "row"],
};

/// reconciliation.csv.
pub static RECONCILIATION_FILE: OutputFile = OutputFile {
    name: RECONCILIATION,
    meaning: "What became of the won deals of the period that were read: one row for each part.",
    columns: &[
        OutputColumn::new("part", Word(Words::Parts), "The part; `read` is the sum of the others."),
        OutputColumn::new(
            "deals",
            Count,
            "How many deals: rows of the input, those that `sum` adds up once.",
        ),
        OutputColumn::new(
            "amount",
            Sum,
            "Their amounts in the book's currency, so far as they could be read and converted.",
        ),
    ],
    sorted_by: &[],
};

/// attainment.csv.
pub static ATTAINMENT_FILE: OutputFile = OutputFile {
    name: ATTAINMENT,
    meaning: "How far a payee has come under a commission on the last day of the period: one row for each payee with a line in the \
              commission's month, quarter or year that holds this day. Only in results of projects with commissions.",
    columns: &[
        OutputColumn::new("payee_id", Text, "The payee."),
        OutputColumn::new("rule_id", Text, "The commission."),
        OutputColumn::new("period", Text, "The period over which it adds up: `2026-07`, `2026-Q3` or `2026`."),
        OutputColumn::new(
            "quota",
            Number(6),
            "The quota as it counts, in the book's currency or in its own unit; empty where tiers are not in percent of one.",
        )
        .or_null(),
        OutputColumn::new("credit", Money, "The credit of the period so far."),
        OutputColumn::new("measure", Number(9), "What `tiers_by` adds up so far; empty without it.").or_null(),
        OutputColumn::new(
            "attainment",
            Number(6),
            "The credit, or with `tiers_by` the measure, divided by the quota; rounded half away from zero.",
        )
        .or_null(),
        OutputColumn::new("rate", Rate, "The rate reached: that of the payee's last line."),
    ],
    sorted_by: &["payee_id", "rule_id", "period"],
};
