//! Worked journals.

use super::{journal, movements, with_accounts};
use crate::ledger::desk::{BOOK, Desk, book_with, deals};

/// D1 was overpaid, so Ann owes 70 in March and earns them back in April.
#[test]
fn a_month_below_zero_is_a_receivable_until_it_is_earned_back() {
    let first = "D1,won,2026-01-10,1200\n";
    let desk =
        Desk::of_tenths(&[("apportion.toml", &with_accounts(BOOK)), ("data/deals.csv", &deals(first))]);
    desk.close("2026-01");
    assert_eq!(
        movements(&desk, "2026-01"),
        ["ann earned tenth: cost to accrued 120.00", "ann paid: accrued to payable 120.00",]
    );
    let corrected = "D1,won,2026-01-10,500\nD3,won,2026-02-15,100\n";
    desk.write("data/deals.csv", &deals(corrected));
    desk.close("2026-02");
    assert_eq!(
        movements(&desk, "2026-02"),
        [
            "ann earned tenth: accrued to cost 70.00",
            "ann receivable: receivable to accrued 70.00",
            "ben earned tenth: cost to accrued 10.00",
            "ben paid: accrued to payable 10.00",
        ]
    );
    desk.write("data/deals.csv", &deals(&format!("{corrected}D5,won,2026-03-02,1000\n")));
    desk.close("2026-03");
    assert_eq!(
        movements(&desk, "2026-03"),
        [
            "ann earned tenth: cost to accrued 100.00",
            "ann paid: accrued to payable 30.00",
            "ann receivable: accrued to receivable 70.00",
        ]
    );
    let first = &journal(&desk, "2026-03")[0];
    let cells = ["journal", "date", "line", "account", "debit", "credit", "currency", "period"];
    assert_eq!(
        cells.map(|cell| first[cell].as_str()),
        ["APP-2026-03", "2026-03-31", "1", "cost", "100.00", "", "USD", "2026-03"]
    );
}

/// What is held is accrued, and paid when it is released; a clawback goes by the rule whose line it takes back.
#[test]
fn what_is_held_is_accrued_and_what_is_taken_back_goes_by_its_rule() {
    let hold = "[[hold]]\nid = \"half\"\neffective = { from = 2026-01-01 }\nrelease = \"0.5\"\n";
    let clawback = "[[clawback]]\nid = \"back\"\neffective = { from = 2026-01-01 }\nmethod = \"mirror\"\n";
    let accounts = "expense = { by = \"rule\", is = { tenth = \"cost of tenths\" } }";
    let book = with_accounts(BOOK).replace("expense = \"cost\"", accounts);
    let header = "deal_id,outcome,close_date,amount,reverses_deal_id\n";
    let desk = Desk::of_tenths(&[
        ("apportion.toml", &book),
        ("rules/hold.toml", hold),
        ("rules/clawback.toml", clawback),
        ("data/deals.csv", &format!("{header}D1,won,2026-01-10,1000,\n")),
    ]);
    desk.close("2026-01");
    assert_eq!(
        movements(&desk, "2026-01"),
        ["ann earned tenth: cost of tenths to accrued 100.00", "ann paid: accrued to payable 50.00",]
    );
    // All of it is returned: 50 were held and 50 were paid, which Ann owes.
    desk.write("data/deals.csv", &format!("{header}D1,won,2026-01-10,1000,\nR1,won,2026-02-10,-1000,D1\n"));
    desk.close("2026-02");
    assert_eq!(
        movements(&desk, "2026-02"),
        ["ann earned tenth: accrued to cost of tenths 100.00", "ann receivable: receivable to accrued 50.00",]
    );
}

/// An advance, its recovery, what is left of it forgiven, and a guarantee.
#[test]
fn draws_are_advances_until_they_are_recovered_or_forgiven() {
    let draws = "[[draw]]\nid = \"ramp\"\neffective = { from = 2026-01-01, until = 2026-02-28 }\n\
                 payees = \"payee_id = 'ann'\"\namount = 300\nrecoverable = true\n\
                 recover = { share = \"50%\" }\nat_end = \"forgive\"\n\
                 [[draw]]\nid = \"floor\"\neffective = { from = 2026-01-01, until = 2026-01-31 }\n\
                 payees = \"payee_id = 'ben'\"\namount = 40\nrecoverable = false\n";
    let rows = "D1,won,2026-01-10,1000\nD3,won,2026-01-10,100\nD2,won,2026-02-10,4000\n";
    let desk = Desk::of_tenths(&[
        ("apportion.toml", &with_accounts(BOOK)),
        ("rules/draws.toml", draws),
        ("data/deals.csv", &deals(rows)),
    ]);
    desk.close("2026-01");
    assert_eq!(
        movements(&desk, "2026-01"),
        [
            "ann earned tenth: cost to accrued 100.00",
            "ann advance ramp: advance to accrued 200.00",
            "ann paid: accrued to payable 300.00",
            "ben earned tenth: cost to accrued 10.00",
            "ben guarantee floor: cost to accrued 30.00",
            "ben paid: accrued to payable 40.00",
        ]
    );
    desk.close("2026-02");
    assert_eq!(
        movements(&desk, "2026-02"),
        [
            "ann earned tenth: cost to accrued 400.00",
            "ann recovery ramp: accrued to advance 50.00",
            "ann paid: accrued to payable 350.00",
        ]
    );
    desk.close("2026-03");
    assert_eq!(movements(&desk, "2026-03"), ["ann forgiven ramp: cost to advance 150.00"]);
}

/// A payment that came back moves the bank, also where a later row of the adjustment says something else.
#[test]
fn adjustments_go_by_their_first_kind() {
    let book = with_accounts(&book_with(&["adjustments"]));
    let expense = "expense = { by = \"rule\", is = { tenth = \"cost\", adjustments = \"corrections\" } }";
    let book = book.replace("expense = \"cost\"", expense);
    let header = "adjustment_id,payee_id,period,amount,reason,entered_by,approved_by,kind,rule_id\n";
    let desk = Desk::of_tenths(&[
        ("apportion.toml", &book),
        (
            "data/adjustments.csv",
            &format!(
                "{header}A1,ann,2026-01,10.00,prize,ann,cfo,,\nA2,ann,2026-01,7.00,it came back,ann,cfo,returned,\n\
                      A3,ben,2026-01,-4.00,cash,ann,cfo,paid-outside,\nA4,ben,2026-01,9.00,late,ann,cfo,,tenth\n"
            ),
        ),
        ("data/deals.csv", &deals("D1,won,2026-01-10,100\n")),
    ]);
    desk.close("2026-01");
    assert_eq!(
        movements(&desk, "2026-01"),
        [
            "ann earned tenth: cost to accrued 10.00",
            "ann adjustment: corrections to accrued 10.00",
            "ann adjustment: bank to accrued 7.00",
            "ann paid: accrued to payable 27.00",
            "ben adjustment: accrued to bank 4.00",
            "ben adjustment tenth: cost to accrued 9.00",
            "ben paid: accrued to payable 5.00",
        ]
    );
    desk.write(
        "data/adjustments.csv",
        &format!("{header}A1,ann,2026-01,10.00,prize,ann,cfo,,\nA2,ann,2026-01,6.00,less came back,ann,cfo,write-off,\n\
                  A3,ben,2026-01,-4.00,cash,ann,cfo,paid-outside,\nA4,ben,2026-01,9.00,late,ann,cfo,,tenth\n"),
    );
    desk.close("2026-02");
    assert_eq!(
        movements(&desk, "2026-02"),
        ["ann adjustment: accrued to bank 1.00", "ann receivable: receivable to accrued 1.00",]
    );
}

/// Ann becomes a partner while 60 of hers are held: they go to the account of partners.
#[test]
fn balances_move_with_the_kind_of_their_payee() {
    let hold = "[[hold]]\nid = \"part\"\neffective = { from = 2026-01-01 }\nrelease = \"0.4\"\n";
    let accrued =
        "accrued = { by = \"kind\", is = { employee = \"accrued wages\", partner = \"accrued fees\" } }";
    let book = with_accounts(BOOK).replace("accrued = \"accrued\"", accrued);
    let payees = |ann: &str| format!("payee_id,kind\nann,{ann}\nben,partner\n");
    let desk = Desk::of_tenths(&[
        ("apportion.toml", &book),
        ("rules/hold.toml", hold),
        ("data/payees.csv", &payees("employee")),
        ("data/deals.csv", &deals("D1,won,2026-01-10,1000\n")),
    ]);
    desk.close("2026-01");
    assert_eq!(
        movements(&desk, "2026-01"),
        ["ann earned tenth: cost to accrued wages 100.00", "ann paid: accrued wages to payable 40.00",]
    );
    desk.write("data/payees.csv", &payees("partner"));
    desk.write("data/deals.csv", &deals("D1,won,2026-01-10,1000\nD2,won,2026-02-10,10\n"));
    desk.close("2026-02");
    assert_eq!(
        movements(&desk, "2026-02"),
        [
            "ann moved: accrued wages to accrued fees 60.00",
            "ann earned tenth: cost to accrued fees 1.00",
            "ann paid: accrued fees to payable 0.40",
        ]
    );
    // A month in which nothing changes books nothing, and none is written.
    desk.close("2026-03");
    assert!(movements(&desk, "2026-03").is_empty());
    assert!(!desk.path("ledger/exports/0003-2026-03").exists());
}

/// What the system before left is on its accounts already; an opening debt is earned back.
#[test]
fn what_was_carried_and_owed_before_stands_on_its_accounts_already() {
    let book = with_accounts(&(book_with(&[]) + "opening = \"opening.csv\"\n"));
    let desk = Desk::of_tenths(&[
        ("apportion.toml", &book),
        ("opening.csv", "payee_id,carried,owed\nann,5,20\nben,-3.50,0\n"),
        ("data/deals.csv", &deals("D1,won,2026-01-10,100\nD3,won,2026-01-11,100\n")),
    ]);
    desk.close("2026-01");
    assert_eq!(
        movements(&desk, "2026-01"),
        [
            "ann earned tenth: cost to accrued 10.00",
            "ann recovery: accrued to advance 15.00",
            "ben earned tenth: cost to accrued 10.00",
            "ben paid: accrued to payable 6.50",
            "ben receivable: accrued to receivable 3.50",
        ]
    );
}

/// An account by several columns, as in a table of rates: the row with the most cells counts.
#[test]
fn accounts_by_several_columns_are_a_table() {
    let expense = "expense = { table = \"accounts.csv\", value = \"account\" }";
    let book = with_accounts(BOOK).replace("expense = \"cost\"", expense);
    let desk = Desk::of_tenths(&[
        ("apportion.toml", &book),
        (
            "accounts.csv",
            "rule,kind,until,account\n,,,other\n,partner,,fees\ntenth,,,tenths\ntenth,partner,2026-01-31,fees of tenths\n",
        ),
        ("data/payees.csv", "payee_id,kind\nann,partner\nben,employee\n"),
        ("data/deals.csv", &deals("D1,won,2026-01-10,100\nD3,won,2026-01-10,100\nD2,won,2026-02-10,100\n")),
    ]);
    desk.close("2026-01");
    assert_eq!(movements(&desk, "2026-01")[0], "ann earned tenth: fees of tenths to accrued 10.00");
    assert_eq!(movements(&desk, "2026-01")[2], "ben earned tenth: tenths to accrued 10.00");
    desk.close("2026-02");
    let (written, said) = desk.run(&["journal", "--close", "2026-02", "--format", "double-entry"]);
    assert!(!written);
    assert!(
        said.contains("lines 3 and 4 of the table of `expense` both have an account")
            || said.contains("no-account"),
        "{said}"
    );
}

/// The same journal made twice is the same bytes, and another date is another journal, which is told.
#[test]
fn a_journal_is_the_same_bytes_and_a_second_one_is_told() {
    let desk = Desk::of_tenths(&[
        ("apportion.toml", &with_accounts(BOOK)),
        ("data/deals.csv", &deals("D1,won,2026-01-10,1200\n")),
    ]);
    desk.close("2026-01");
    let folder = "ledger/exports/0001-2026-01/journal-netsuite";
    let write = |arguments: &[&str]| {
        desk.run(&[&["journal", "--close", "2026-01", "--format", "netsuite"], arguments].concat())
    };
    let (written, said) = write(&[]);
    assert!(written, "{said}");
    assert!(said.contains("1 payee, 2 movements: debits USD 240.00, credits USD 240.00"), "{said}");
    let first = std::fs::read(desk.path(folder).join("journal.csv")).unwrap();
    let manifest = std::fs::read(desk.path(folder).join("manifest.json")).unwrap();
    let (again, said) = write(&[]);
    assert!(again, "{said}");
    assert_eq!(std::fs::read(desk.path(folder).join("journal.csv")).unwrap(), first);
    assert_eq!(std::fs::read(desk.path(folder).join("manifest.json")).unwrap(), manifest);
    let (fine, said) = write(&["--date", "2026-02-03"]);
    assert!(!fine && said.contains("warning[earlier-file]"), "{said}");
    let dated = std::fs::read_to_string(desk.path(folder).join("journal.csv")).unwrap();
    assert!(dated.contains("APP-2026-01,02/03/2026,Feb 2026,,USD,Commission 2026-01,cost,120.00"), "{dated}");
    assert_eq!(desk.names(folder), ["journal.csv", "manifest.json"]);
    desk.prove();
    // Elsewhere, beside files of somebody else.
    desk.write("out/mine.txt", "mine");
    let (written, said) = write(&["--out", desk.path("out").to_str().unwrap()]);
    assert!(!written && said.contains("error[in-the-way]"), "{said}");
    assert_eq!(desk.names("out"), ["mine.txt"]);
}

/// `verify` finds a journal that somebody changed.
#[test]
fn a_journal_that_was_changed_is_found() {
    let desk = Desk::of_tenths(&[
        ("apportion.toml", &with_accounts(BOOK)),
        ("data/deals.csv", &deals("D1,won,2026-01-10,1200\n")),
    ]);
    desk.close("2026-01");
    assert_eq!(movements(&desk, "2026-01").len(), 2);
    let folder = "ledger/exports/0001-2026-01/journal-double-entry";
    let path = desk.path(folder).join("journal.csv");
    let whole = std::fs::read_to_string(&path).unwrap();
    std::fs::write(&path, whole.replace("120.00", "120.01")).unwrap();
    let (proven, said) = desk.run(&["verify", "ledger"]);
    assert!(!proven && said.contains("it is not the file whose SHA-256 its manifest has"), "{said}");
    // With its digest made right, the amounts are still not those of the close.
    let changed = std::fs::read(&path).unwrap();
    let manifest = desk.path(folder).join("manifest.json");
    let text = std::fs::read_to_string(&manifest).unwrap();
    let digests = [whole.as_bytes(), &changed].map(apportion::digest::sha256_hex);
    std::fs::write(&manifest, text.replace(&digests[0], &digests[1])).unwrap();
    let (proven, said) = desk.run(&["verify", "ledger"]);
    assert!(
        !proven && said.contains("what it books of `ann` (earned) is not what the close moves"),
        "{said}"
    );
    std::fs::remove_file(&path).unwrap();
    let (proven, said) = desk.run(&["verify", "ledger"]);
    assert!(!proven && said.contains("it is not there"), "{said}");
}

/// What was sent is booked from payable to bank, on the day of each file; what was undone is not. Accounts go by the export.
#[test]
fn payments_are_booked_on_the_day_of_their_file() {
    let exports = "[exports.payroll]\nformat = \"gusto\"\nearnings = \"commission\"\npayees = \"payees.payee_id = 'ann'\"\n\
                   [exports.others]\nformat = \"gusto\"\nearnings = \"bonus\"\npayees = \"payees.payee_id <> 'ann'\"\n";
    let by_export = |key: &str| {
        let by = format!(
            "{key} = {{ by = \"export\", is = {{ payroll = \"{key} of payroll\" }}, else = \"{key}\" }}"
        );
        (format!("{key} = \"{key}\""), by)
    };
    let mut book = with_accounts(&book_with(&["payment_details"])) + exports;
    for (one, by) in ["payable", "bank"].map(by_export) {
        book = book.replace(&one, &by);
    }
    let desk = Desk::of_tenths(&[
        ("apportion.toml", &book),
        (
            "data/payment_details.csv",
            "payee_id,from,employee_number,first_name,last_name\nann,2025-01-01,5G9934,Ann,Ames\nben,2025-01-01,5G9935,Ben,Berg\n",
        ),
        ("data/deals.csv", &deals("D1,won,2026-01-10,1200\nD3,won,2026-01-10,100\n")),
    ]);
    desk.close("2026-01");
    assert_eq!(movements(&desk, "2026-01")[1], "ann paid: accrued to payable of payroll 120.00");
    assert_eq!(movements(&desk, "2026-01")[3], "ben paid: accrued to payable 10.00");
    let arguments = ["journal", "--close", "2026-01", "--format", "double-entry", "--payments"];
    let (written, said) = desk.run(&arguments);
    assert!(
        !written && said.contains("error[not-sent]: no export of 0001-2026-01 is marked as sent"),
        "{said}"
    );
    let (_, said) = desk.run(&["export", "--close", "2026-01", "--execution-date", "2026-02-13"]);
    assert!(desk.path("ledger/exports/0001-2026-01/payroll/manifest.json").exists(), "{said}");
    for name in ["payroll", "others"] {
        let (_, said) = desk.run(&["sent", name, "--close", "2026-01", "--by", "ann"]);
        assert!(desk.path(&format!("ledger/exports/0001-2026-01/{name}/sent.json")).exists(), "{said}");
    }
    let undo =
        ["sent", "others", "--close", "2026-01", "--by", "ann", "--undo", "--note", "it was not taken"];
    let (_, undone) = desk.run(&undo);
    let (written, said) = desk.run(&arguments);
    assert!(written, "{undone}{said}");
    let folder = desk.path("ledger/exports/0001-2026-01/journal-double-entry-payments");
    assert_eq!(
        desk.names("ledger/exports/0001-2026-01/journal-double-entry-payments"),
        ["journal-payroll.csv", "manifest.json"]
    );
    let journal = std::fs::read_to_string(folder.join("journal-payroll.csv")).unwrap();
    assert_eq!(
        journal.lines().collect::<Vec<_>>()[1..],
        [
            "APP-2026-01-P1,2026-02-13,1,payable of payroll,120.00,,USD,ann,,2026-01,payment",
            "APP-2026-01-P1,2026-02-13,2,bank of payroll,,120.00,USD,ann,,2026-01,payment",
        ]
    );
    desk.prove();
}
