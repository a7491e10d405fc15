//! What can be wrong where accounting books a close.

use apportion::diagnostic::Code;

use super::ledger::after_july;
use crate::findings::entry::{Entry, Expectation, Mistake, Place, entry};
use crate::findings::project::Change;

fn code(code: Code, remedy: &'static str) -> Entry {
    entry(code.family(), code.word(), code.meaning(), remedy)
}

const DOUBLE_ENTRY: &[&str] = &["journal", "--close", "2026-07", "--format", "double-entry"];
const XERO: &[&str] = &["journal", "--close", "2026-07", "--format", "xero"];

/// July is closed, and its journal asked for with these accounts.
fn booked(mut entry: Entry, accounts: &str, (arguments, place): (&'static [&'static str], Place)) -> Entry {
    let changes = after_july(vec![Change::Add("apportion.toml", format!("\n[accounts]\n{accounts}"))]);
    entry.mistakes.push(Mistake { changes, arguments, expected: Expectation::Refused { place } });
    entry
}

pub fn entries() -> Vec<Entry> {
    let all = "expense = \"6050\"\naccrued = \"2150\"\npayable = \"2110\"\n";
    vec![
        booked(
            code(
                Code::NoAccount,
                "Add the account to [`[accounts]`](reference/accounts.md). A journal needs the accounts of what the close moves, and no others.",
            ),
            "expense = \"6050\"\naccrued = \"2150\"\n",
            (DOUBLE_ENTRY, Place::Changed),
        ),
        booked(
            code(
                Code::BadAccounts,
                "A [table of accounts](reference/accounts.md#tables-of-accounts) is a CSV file in UTF-8 whose columns are those that the account goes by, dates, and the account.",
            ),
            "accrued = { table = \"data/payees.csv\", value = \"name\" }\n",
            (DOUBLE_ENTRY, Place::Changed),
        ),
        booked(
            code(
                Code::JournalDoesNotFit,
                "Change the account, the text or the key that the message names; [the formats](reference/journals.md#formats) have tables of what they take.",
            ),
            all,
            (XERO, Place::Nowhere),
        ),
        code(Code::JournalDiffers, "It is a mistake in apportion: please report it. Nothing was written."),
    ]
}
