//! What `journal` does not write, and says why.

use super::{ACCOUNTS, with_accounts};
use crate::ledger::desk::{BOOK, Desk, deals};

/// A closed January of a project file that says this besides, and what the command says.
fn said(more: &str, arguments: &[&str]) -> String {
    let desk = Desk::of_tenths(&[
        ("apportion.toml", &format!("{BOOK}{more}")),
        ("data/deals.csv", &deals("D1,won,2026-01-10,1200\n")),
    ]);
    desk.close("2026-01");
    let (written, said) = desk.run(&[&["journal", "--close", "2026-01"], arguments].concat());
    assert!(!written, "{said}");
    assert!(!desk.path("ledger/exports").exists(), "{said}");
    said
}

#[test]
fn what_a_journal_needs() {
    let double = &["--format", "double-entry"];
    for (more, arguments, expected) in [
        (
            "",
            double.as_slice(),
            "error[no-account]: the project names no account `expense`, needed for `ann`",
        ),
        (ACCOUNTS, &["--format", "sage"], "error[bad-export]: there is no journal `sage`"),
        (
            ACCOUNTS,
            &["--format", "xero"],
            "error[journal-does-not-fit]: a journal of format `xero` needs tax",
        ),
        (ACCOUNTS, &["--format", "dynamics-365"], "needs journal_name"),
        (ACCOUNTS, &["--format", "datev-extf"], "needs berater, mandant"),
        (ACCOUNTS, &["--format", "beancount"], "account `accrued` is none of beancount"),
        (
            "[accounts]\nexpense = { by = \"kind\", is = { employee = \"1\" } }\naccrued = \"2\"\npayable = \"3\"\n",
            double,
            "error[no-account]: `expense` has no account for a payee without kind",
        ),
        (
            &format!("{ACCOUNTS}[exports.a]\nformat = \"netsuite\"\n[exports.b]\nformat = \"netsuite\"\n"),
            &["--format", "netsuite"],
            "error[bad-export]: several exports have the format `netsuite`: a, b",
        ),
        (
            &format!("{ACCOUNTS}[exports.a]\nformat = \"netsuite\"\nby_payee = [\"accrued\"]\n"),
            &["--format", "a"],
            "payee `ann` has no `vendor_id`",
        ),
        (
            &format!("{ACCOUNTS}[exports.a]\nformat = \"netsuite\"\ndimensions = {{ team = \"x\" }}\n"),
            &["--format", "a"],
            "the format has no dimension `team`; it has department, class, location",
        ),
        (
            &format!(
                "{ACCOUNTS}[exports.a]\nformat = \"quickbooks-online\"\nentity = \"a-very-long-company\"\n"
            ),
            &["--format", "a"],
            "the reference `APP-2026-01-a-very-long-company` does not fit",
        ),
        (
            &format!("{ACCOUNTS}[exports.a]\nformat = \"datev-extf\"\nberater = \"1001\"\nmandant = \"1\"\n"),
            &["--format", "a"],
            "account `cost` is no number of at most 4 digits",
        ),
    ] {
        let said = said(more, arguments);
        assert!(said.contains(expected), "{more}\n{said}");
    }
}

#[test]
fn an_open_month_has_no_journal() {
    let desk = Desk::of_tenths(&[
        ("apportion.toml", &with_accounts(BOOK)),
        ("data/deals.csv", &deals("D1,won,2026-01-10,1200\n")),
    ]);
    let (_, said) = desk.run(&["journal", "--close", "2026-01", "--format", "double-entry"]);
    assert!(said.contains("error[month-not-open]: 2026-01 is not closed; no month is"), "{said}");
    let (_, said) = desk.run(&["journal", "--close", "2026-Q1", "--format", "double-entry"]);
    assert!(said.contains("is not closed"), "{said}");
}
