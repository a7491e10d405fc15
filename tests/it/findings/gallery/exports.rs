//! What can be wrong where files for payroll and banks are written.

use apportion::diagnostic::Code;

use crate::findings::entry::{Entry, entry};
use crate::findings::project::Change;

fn code(code: Code, remedy: &'static str) -> Entry {
    entry(code.family(), code.word(), code.meaning(), remedy)
}

const BOOK: &str = "apportion.toml";
const EXPORT: &[&str] = &["export", "--close", "2026-07", "--execution-date", "2026-08-14"];
const SENT: &[&str] = &["sent", "payroll", "--close", "2026-07", "--by", "ann"];
const DETAILS: &str = "payee_id,from,employee_number\nann,2026-01-01,101\nben,2026-01-01,102\neve,2026-01-01,103\nmia,2026-01-01,104\n";

/// July is closed, and everybody is paid by payroll; with these keys of the export, and these details.
fn closed(keys: &str, details: &str) -> Vec<Change> {
    closed_with("\"COMM\"", keys, details)
}

/// The same with these earnings.
fn closed_with(earnings: &str, keys: &str, details: &str) -> Vec<Change> {
    let settings = format!(
        "\n[sources.payment_details]\npath = \"data/payment_details.csv\"\n\n[ledger]\nfirst = \"2026-07\"\napprovals = 0\n\n\
         [exports.payroll]\nformat = \"paylocity\"\nearnings = {earnings}\n{keys}"
    );
    vec![
        Change::Add(BOOK, settings),
        Change::Write("data/payment_details.csv", details.as_bytes().to_vec()),
        Change::Ran(&["close", "--period", "2026-07", "--by", "ann", "--post"]),
    ]
}

pub fn entries() -> Vec<Entry> {
    let mut all = refused();
    all.extend(warned());
    all
}

fn refused() -> Vec<Entry> {
    vec![
        code(Code::BadExport, "Correct the key or the argument. [Exports](reference/exports.md) lists what each format takes.")
            .commanded(&["export", "wages", "--close", "2026-07", "--execution-date", "2026-08-14"], closed("", DETAILS)),
        code(
            Code::BadPaymentDetails,
            "Correct the rows of [payment_details](reference/inputs.md#payment_details). Payees whose details take longer are left out with `--leave-out`, and exported later with `--only`.",
        )
        .commanded(EXPORT, closed("", "payee_id,from,employee_number\nann,2026-01-01,101\nben,2026-01-01,\neve,2026-09-01,103\nmia,2026-01-01,104\n")),
        code(
            Code::PaymentDoesNotFit,
            "Give an `account_name` that the format takes, split the payment by another export, or say what the export's text is for this payee.",
        )
        .commanded(
            EXPORT,
            closed_with("{ by = \"kind\", is = { employee = \"COMM\" } }", "", DETAILS),
        ),
        code(Code::TwoExports, "Let the `payees` of the exports exclude each other. A template that nobody pays from says `pays = false`.")
            .commanded(
                EXPORT,
                closed("[exports.partners]\nformat = \"paylocity\"\nearnings = \"COMM\"\npayees = \"payees.kind = 'partner'\"\n", DETAILS),
            ),
        code(Code::Unexported, "Add the payees to an export, or say that it is meant: `--allow-unexported`.")
            .commanded(EXPORT, closed("payees = \"payees.kind = 'employee'\"\n", DETAILS)),
        code(
            Code::ExportSent,
            "Payees who were left out go into a file of their own with `--only`. Where nothing of the file was taken, `apportion sent NAME --undo` with a note lets it be written again.",
        )
        .commanded(
            EXPORT,
            closed("", DETAILS)
                .into_iter()
                .chain([
                    Change::Ran(EXPORT),
                    Change::Ran(SENT),
                    Change::Write(
                        "data/payment_details.csv",
                        DETAILS.replace("ann,2026-01-01,101", "ann,2026-01-01,111").into_bytes(),
                    ),
                ])
                .collect(),
        ),
        code(Code::NotSent, "Write the export first; an export that is marked has to be taken back before it is marked again.")
            .commanded(SENT, closed("", DETAILS)),
    ]
}

/// Warnings of exports that are written, and a proof that takes a fault of the program: the tests of the formats bring each of them.
fn warned() -> Vec<Entry> {
    vec![
        code(
            Code::AccountChanged,
            "Call the payee on a number that you knew before, and ask. It is a warning: the export is written.",
        ),
        code(
            Code::BankMayRefuse,
            "Ask the bank, or give what it asks for: a BIC, an address, an employee number. It is a warning: the export is written.",
        ),
        code(
            Code::ControlDiffers,
            "Report it: the program wrote a file that its own reader does not take. Nothing was written. A file that was changed after it was written has this code, too: export it again.",
        ),
        code(
            Code::EarlierFile,
            "Ask payroll or the bank what became of the earlier file before this one is uploaded. It is a warning: the export is written.",
        ),
        code(
            Code::NoBankingDay,
            "Take the day that the message names, or let the bank take it. It is a warning: the export is written.",
        ),
        code(
            Code::RepeatedPayment,
            "See whether both payments are meant. It is a warning: the export is written.",
        ),
        code(
            Code::UnclearDetails,
            "Correct the row. Its cells are not shown, because any of them may be an account. It is a warning where the row is of nobody whom the export pays.",
        ),
    ]
}
