//! Costs of contracts as assets, and what is owed: by the command, worked out by hand.

use std::collections::BTreeMap;

use super::desk::{BOOK, Desk, book_with, files_below, rows, unproven};
use super::forger::Forger;
use crate::journals::{journal, movements};

/// The tenth is an asset over ten months, from the next one on.
const CAPITALISE: &str = "[[capitalise]]\nid = \"contracts\"\neffective = { from = 2026-01-01 }\nrules = [\"tenth\"]\nmonths = 10\n";

const BACK: &str = "[[clawback]]\nid = \"back\"\neffective = { from = 2026-01-01 }\nmethod = \"mirror\"\n";

const ACCOUNTS: &str = "\n[accounts]\nexpense = \"cost\"\naccrued = \"accrued\"\nreceivable = \"receivable\"\n\
    payable = \"payable\"\nasset = \"asset\"\namortisation = \"amortisation\"\n";

const HEADER: &str = "deal_id,outcome,close_date,amount,reverses_deal_id\n";

/// Ann closes D1 and D2, and Ben D3 of February; half of D1 is reversed in March.
const DEALS: &str =
    "D1,won,2026-01-10,1000,\nD2,won,2026-01-11,333.33,\nD3,won,2026-02-10,500,\nR1,won,2026-03-10,-500,D1\n";

fn desk(more: &[(&str, &str)]) -> Desk {
    let deals = format!("{HEADER}{DEALS}");
    let files = [
        ("rules/capitalise.toml", CAPITALISE),
        ("rules/back.toml", BACK),
        ("data/deals.csv", deals.as_str()),
    ];
    Desk::of_tenths(&[&files, more].concat())
}

/// A file of `accrue` as short rows of what is not 0: `D1 tenth: opening 100.00`.
fn accrued(desk: &Desk, period: &str, file: &str) -> Vec<String> {
    let out = desk.path("accrued");
    let (written, said) = desk.run(&["accrue", "--period", period, "--out", out.to_str().unwrap(), "-q"]);
    assert!(written, "{said}");
    let text = std::fs::read_to_string(out.join(file)).unwrap();
    let header: Vec<String> = text.lines().next().unwrap().split(',').map(str::to_owned).collect();
    rows(&text).iter().map(|row| short(row, &header)).collect()
}

fn short(row: &BTreeMap<String, String>, header: &[String]) -> String {
    let (ids, figures) = header.split_at(2);
    let ids: Vec<&str> = ids.iter().map(|id| row[id].as_str()).filter(|id| !id.is_empty()).collect();
    let figures: Vec<String> = figures
        .iter()
        .filter(|name| row[*name] != "0.00")
        .map(|name| format!("{name} {}", row[name]))
        .collect();
    format!("{}: {}", ids.join(" "), figures.join(", "))
}

#[test]
fn closes_add_up_to_quarters() {
    let desk = desk(&[]);
    for month in ["2026-01", "2026-02", "2026-03"] {
        desk.close(month);
    }
    assert_eq!(
        accrued(&desk, "2026-02", "assets.csv"),
        [
            "D1 tenth: opening 100.00, amortised 10.00, closing 90.00",
            "D2 tenth: opening 33.33, amortised 3.33, closing 30.00",
            "D3 tenth: additions 50.00, closing 50.00",
        ]
    );
    // Half of D1 is left in March, of which two tenths are past: 10, as was said in February.
    let quarter = [
        "D1 tenth: additions 50.00, amortised 10.00, closing 40.00",
        "D2 tenth: additions 33.33, amortised 6.67, closing 26.66",
        "D3 tenth: additions 50.00, amortised 5.00, closing 45.00",
    ];
    assert_eq!(accrued(&desk, "2026-Q1", "assets.csv"), quarter);
    assert_eq!(accrued(&desk, "2026", "assets.csv"), quarter);
    assert_eq!(accrued(&desk, "2026-04", "assets.csv"), [""; 0]);
    let (_, said) = desk.run(&["accrue", "--period", "2026-Q1"]);
    assert!(said.contains("out/accrue-2026-Q1/assets.csv") && said.contains("tenth"), "{said}");
    assert!(desk.path("out/accrue-2026-Q1/liabilities.csv").exists());
}

/// Before it is closed, what a month earns is not posted; afterwards what is held and carried is left. A clawback goes by the rule of its line.
#[test]
fn what_is_owed_is_not_posted_held_or_carried() {
    let half = "[[hold]]\nid = \"half\"\neffective = { from = 2026-01-01 }\nrules = [\"tenth\"]\nwhen = \"deal_id = 'D1'\"\n\
                release = \"0.5\"\n";
    let small = "[[payment]]\nid = \"small\"\neffective = { from = 2026-01-01 }\npayees = \"payee_id = 'ben'\"\nminimum = 60\n";
    let adjustments = "adjustment_id,payee_id,period,amount,reason,entered_by,approved_by,rule_id\n\
                       X1,ann,2026-02,7,prize,ann,cfo,\nX2,ann,2026-02,2,prize,ann,cfo,tenth\n";
    let book = book_with(&["adjustments"]);
    let desk = desk(&[
        ("apportion.toml", book.as_str()),
        ("rules/half.toml", half),
        ("rules/small.toml", small),
        ("data/adjustments.csv", adjustments),
    ]);
    assert_eq!(accrued(&desk, "2026-01", "liabilities.csv"), ["ann tenth: not_posted 133.33"]);
    desk.close("2026-01");
    assert_eq!(accrued(&desk, "2026-01", "liabilities.csv"), ["ann tenth: held 50.00"]);
    // Everything until the end of the quarter, as one close of it would post it.
    assert_eq!(
        accrued(&desk, "2026-Q1", "liabilities.csv"),
        ["ann: not_posted 7.00", "ann tenth: not_posted -48.00, held 50.00", "ben tenth: not_posted 50.00"]
    );
    desk.close("2026-02");
    assert_eq!(accrued(&desk, "2026-02", "liabilities.csv"), ["ann tenth: held 50.00", "ben: carried 50.00"]);
    // The months after it say nothing about a month.
    desk.close("2026-03");
    assert_eq!(accrued(&desk, "2026-02", "liabilities.csv"), ["ann tenth: held 50.00", "ben: carried 50.00"]);
    assert_eq!(
        accrued(&desk, "2026-03", "liabilities.csv"),
        ["ann: carried -25.00", "ann tenth: held 25.00", "ben: carried 50.00"]
    );
}

#[test]
fn what_the_system_before_left_is_owed_before_the_first_close() {
    let book = BOOK.replace("approvals = 0", "approvals = 0\nopening = \"opening.csv\"");
    let opening = "payee_id,carried,owed\nann,-5,0\nben,20,0\n";
    let desk = desk(&[("apportion.toml", book.as_str()), ("opening.csv", opening)]);
    let owed = ["ann: carried -5.00", "ann tenth: not_posted 133.33", "ben: carried 20.00"];
    assert_eq!(accrued(&desk, "2026-01", "liabilities.csv"), owed);
    let (written, said) = desk.run(&["accrue", "--period", "2025-12"]);
    assert!(!written && said.contains("month-not-open"), "{said}");
}

#[test]
fn journals_book_assets() {
    let book = format!("{BOOK}{ACCOUNTS}");
    let desk = desk(&[("apportion.toml", book.as_str())]);
    desk.close("2026-01");
    assert_eq!(
        movements(&desk, "2026-01"),
        [
            "ann earned tenth: cost to accrued 133.33",
            "ann paid: accrued to payable 133.33",
            "ann capitalised tenth: asset to cost 133.33",
        ]
    );
    desk.close("2026-02");
    assert_eq!(
        movements(&desk, "2026-02"),
        [
            "ann amortised tenth: amortisation to asset 13.33",
            "ben earned tenth: cost to accrued 50.00",
            "ben paid: accrued to payable 50.00",
            "ben capitalised tenth: asset to cost 50.00",
        ]
    );
    let churned = format!("{HEADER}{DEALS}")
        .replace('\n', ",\n")
        .replace("reverses_deal_id,", "reverses_deal_id,churned_on");
    desk.write("data/deals.csv", &churned.replace("500,,", "500,,2026-03-05"));
    desk.close("2026-03");
    assert_eq!(
        movements(&desk, "2026-03"),
        [
            "ann earned tenth: accrued to cost 50.00",
            "ann receivable: receivable to accrued 50.00",
            "ann capitalised tenth: cost to asset 50.00",
            "ann amortised tenth: amortisation to asset 3.34",
            "ben amortised tenth: amortisation to asset 5.00",
            "ben written-off tenth: amortisation to asset 45.00",
        ]
    );
    // Over all closes the account has what the assets close with.
    let mut asset = 0;
    for month in ["2026-01", "2026-02", "2026-03"] {
        let cents = |text: &str| text.replace('.', "").parse::<i64>().unwrap_or_default();
        let rows = journal(&desk, month);
        let on_asset = rows.iter().filter(|row| row["account"] == "asset");
        asset += on_asset.map(|row| cents(&row["debit"]) - cents(&row["credit"])).sum::<i64>();
    }
    assert_eq!(asset, 66_66);
    for format in ["hledger", "beancount", "netsuite"] {
        let (written, said) = desk.run(&["journal", "--close", "2026-03", "--format", format]);
        assert!(written || said.contains("none of beancount"), "{format}: {said}");
    }
    desk.write("apportion.toml", &format!("{BOOK}{}", ACCOUNTS.replace("asset = \"asset\"\n", "")));
    let (written, said) = desk.run(&["journal", "--close", "2026-02", "--format", "double-entry"]);
    assert!(!written && said.contains("no account `asset`"), "{said}");
}

/// Settled again from what was kept, all files are the same; the next close needs none but those of the one before.
#[test]
fn closes_with_assets_are_settled_again() {
    let desk = desk(&[]);
    for month in ["2026-01", "2026-02", "2026-03"] {
        desk.close(month);
    }
    let (proven, said) = desk.verify(&["--replay"]);
    assert!(proven, "{said}");
    assert!(said.contains("assets"), "{said}");
}

/// Nothing of it is there without a policy, and no file of a close is another one.
#[test]
fn a_project_without_a_policy_has_nothing_of_it() {
    let without = desk(&[("rules/capitalise.toml", "# Nothing is capitalised.\n")]);
    let with = desk(&[]);
    without.close("2026-01");
    with.close("2026-01");
    let files = |desk: &Desk| desk.names("ledger/closes/0001-2026-01");
    let own = ["assets.csv", "contract-reversals.csv", "schedules.csv"];
    let (none, some) = (files(&without), files(&with));
    assert!(own.iter().all(|name| some.contains(&(*name).to_owned()) && !none.contains(&(*name).to_owned())));
    for name in none.iter().filter(|name| !name.ends_with(".json")) {
        let bytes = |desk: &Desk| std::fs::read(desk.path("ledger/closes/0001-2026-01").join(name)).unwrap();
        assert_eq!(bytes(&without), bytes(&with), "{name}");
    }
    let (written, said) = without.run(&["accrue", "--period", "2026-01"]);
    assert!(written && said.contains("No rule file has a [[capitalise]] policy"), "{said}");
}

/// What `verify ledger` says of figures that were changed, with every digest made to fit again.
#[test]
fn changed_assets_are_found() {
    let closed = desk(&[]);
    for month in ["2026-01", "2026-02", "2026-03"] {
        closed.close(month);
    }
    let files = files_below(&closed.path(""));
    let of = |change: &dyn Fn(&Forger)| {
        let desk = Desk::holding(&files);
        let ledger = desk.path("ledger");
        let forger = Forger::new(&ledger);
        change(&forger);
        forger.reseal();
        unproven(&ledger)
    };
    let cell = |close: usize, file: &'static str, column: &'static str, text: &'static str| {
        of(&move |forger: &Forger| {
            forger.cell(close, file, (&[("deal_id", "D1")], column), |_| text.to_owned())
        })
    };
    for (close, file, column, text, expected) in [
        (2, "assets.csv", "amortised", "11.00", "opening + additions"),
        (2, "assets.csv", "opening", "99.00", "its opening is not the closing"),
        (2, "schedules.csv", "cost", "90.00", "the cost of deal `D1` under `tenth` for `ann`"),
        (2, "schedules.csv", "amortised", "10.01", "it has not become an expense by its schedule"),
        (2, "schedules.csv", "months", "9", "it has not become an expense by its schedule"),
        (2, "schedules.csv", "months", "none", "its schedule is none"),
        (2, "schedules.csv", "written_off", "1.00", "what is written off is not what is left"),
        (2, "schedules.csv", "ended_on", "2026-02-05", "what is written off is not what is left"),
        (3, "schedules.csv", "policy_id", "", "what is written off is not what is left"),
    ] {
        let found = cell(close, file, column, text);
        assert!(found.iter().any(|message| message.contains(expected)), "{file} {column}: {found:?}");
    }
    let gone = of(&|forger: &Forger| forger.rows(2, "assets.csv", |rows| drop(rows.remove(0))));
    assert!(gone.iter().any(|message| message.contains("has an asset or moves, and no row")), "{gone:?}");
    let gone = of(&|forger: &Forger| forger.rows(2, "schedules.csv", |rows| drop(rows.remove(0))));
    assert!(gone.iter().any(|message| message.contains("is not there any more")), "{gone:?}");
}
