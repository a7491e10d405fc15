//! Everything that may be done to a ledger, and what `verify ledger` says of it.

mod clawbacks;
mod contents;
mod folders;

use std::collections::BTreeSet;
use std::sync::LazyLock;

use super::desk::{Desk, Files, files_below};
use super::forger::Forger;

const BOOK: &str = r#"
[book]
name = "Test"
currency = "USD"
rules = ["rules.toml"]
[sources]
deals = { path = "deals.csv" }
payees = { path = "payees.csv" }
engagements = { path = "engagements.csv" }
receipts = { path = "receipts.csv" }
adjustments = { path = "adjustments.csv" }
acceptances = { path = "acceptances.csv" }
fx_rates = { path = "fx.csv" }
[ledger]
first = "2026-01"
approvals = 1
"#;

const RULES: &str = r#"
[[shared_credit]]
id = "tenth"
effective = { from = 2026-01-01 }
rate = "10%"
roles = [ { role = "closed", share = "100%" } ]

[[hold]]
id = "cash"
effective = { from = 2026-01-01 }
payees = "payee_id = 'ben'"
release = "deals.received_share"

[[draw]]
id = "ramp"
effective = { from = 2026-01-01, until = 2026-02-28 }
payees = "payee_id = 'ann'"
amount = 150
recoverable = true
limit = 150

[[draw]]
id = "floor"
effective = { from = 2026-01-01 }
payees = "payee_id = 'eve'"
amount = 70

[[payment]]
id = "abroad"
effective = { from = 2026-01-01 }
payees = "payee_id = 'cat'"
currency = "payee"

[[payment]]
id = "small"
effective = { from = 2026-01-01 }
payees = "payee_id = 'dan'"
minimum = 100
"#;

const PAYEES: &str =
    "payee_id,name,currency\nann,Ann,USD\nben,Ben,USD\ncat,Cat,EUR\ndan,Dan,USD\neve,Eve,USD\n";
const ENGAGEMENTS: &str = "deal_id,payee_id,role\nD1,ann,closed\nD2,ben,closed\nD3,cat,closed\nD4,ben,closed\nD5,cat,closed\n\
                           D6,ann,closed\nD7,ben,closed\nD8,dan,closed\n";
const DEALS: &str = "deal_id,outcome,close_date,amount\nD1,won,2026-01-10,1000\nD2,won,2026-01-11,800\nD3,won,2026-01-12,500\n\
                     D4,won,2026-02-10,600\nD5,won,2026-02-11,300\nD6,won,2026-03-10,100\nD7,won,2026-03-11,2000\nD8,won,2026-01-15,40\n";
const RECEIPTS: &str = "receipt_id,deal_id,received_on,amount\nR1,D2,2026-01-20,400\nR2,D2,2026-02-20,400\nR3,D7,2026-03-20,1000\n";
const ADJUSTMENTS: &str = "adjustment_id,payee_id,period,amount,reason,entered_by,approved_by\n\
                           X1,cat,2026-02,15.00,prize,ann,cfo\nX2,ben,2026-03,-500.00,returned,ann,cfo\n";

/// The ledger of January to March. D1 is worth more from February on, D2 is paid for in two months, Ann draws and gives back, Cat is paid in euros,
/// Ben owes in the end, and Dan is gone in March with 4 dollars that were due to him.
static CLOSED: LazyLock<Files> = LazyLock::new(|| {
    let desk = Desk::with(&[
        ("apportion.toml", BOOK),
        ("rules.toml", RULES),
        ("payees.csv", PAYEES),
        ("engagements.csv", ENGAGEMENTS),
        ("deals.csv", DEALS),
        ("receipts.csv", RECEIPTS),
        ("adjustments.csv", ADJUSTMENTS),
        ("acceptances.csv", "id,action,reason,by\nD8,keep,he left,cfo\ndan,keep,he left,cfo\n"),
        ("fx.csv", "date,currency,rate\n2026-01-31,EUR,1.25\n2026-02-28,EUR,1.20\n"),
    ]);
    for (month, deals, payees) in [
        ("2026-01", DEALS.to_owned(), PAYEES.to_owned()),
        ("2026-02", DEALS.replace("10,1000", "10,1200"), PAYEES.to_owned()),
        (
            "2026-03",
            DEALS.replace("10,1000", "10,1200").replace("15,40", "15,90"),
            PAYEES.replace("dan,Dan,USD\n", ""),
        ),
    ] {
        desk.write("deals.csv", &deals);
        desk.write("payees.csv", &payees);
        close(&desk, month);
    }
    ledger_of(&desk)
});

/// Closes a month with somebody's approval.
fn close(desk: &Desk, month: &str) {
    for arguments in
        [&["close", "--period", month, "--by", "ann"][..], &["approve", "--by", "ben"], &["post"]]
    {
        let (done, said) = desk.run(arguments);
        assert!(done, "{said}");
    }
    desk.prove();
}

/// The files of a ledger.
fn ledger_of(desk: &Desk) -> Files {
    let files = files_below(&desk.path(""));
    files.into_iter().filter(|(path, _)| path.starts_with("ledger/")).collect()
}

/// One way to tamper with a ledger.
struct Tampering {
    name: String,
    act: Box<dyn Fn(&Forger)>,
    /// Whether all digests are made to fit afterwards, so that only what the files say shows the change.
    covered: bool,
    /// A part of what `verify ledger` says.
    said: String,
    /// The ledger that is tampered with.
    ledger: &'static LazyLock<Files>,
}

fn plain(name: &str, said: &str, act: impl Fn(&Forger) + 'static) -> Tampering {
    Tampering {
        name: name.to_owned(),
        act: Box::new(act),
        covered: false,
        said: said.to_owned(),
        ledger: &CLOSED,
    }
}

fn covered(name: &str, said: &str, act: impl Fn(&Forger) + 'static) -> Tampering {
    Tampering { covered: true, ..plain(name, said, act) }
}

/// Adds cents to an amount.
fn more(cents: i64) -> impl Fn(&str) -> String {
    move |text| {
        let sum = text.replace('.', "").parse::<i64>().unwrap() + cents;
        format!("{}{}.{:02}", if sum < 0 { "-" } else { "" }, sum.abs() / 100, sum.abs() % 100)
    }
}

#[test]
fn every_kind_of_tampering_is_found() {
    let all: Vec<Tampering> = folders::all().chain(contents::all()).chain(clawbacks::all()).collect();
    let names: BTreeSet<&str> = all.iter().map(|tampering| tampering.name.as_str()).collect();
    assert_eq!(names.len(), all.len(), "two have one name");
    assert!(all.len() >= 40, "{}", all.len());
    let mut missed = Vec::new();
    for Tampering { name, act, covered, said, ledger } in &all {
        let desk = Desk::holding(&***ledger);
        let forger = Forger::new(&desk.path("ledger"));
        act(&forger);
        if *covered {
            forger.reseal();
        }
        let (proven, found) = desk.verify(&[]);
        if proven || !found.contains(said.as_str()) {
            missed.push(format!("{name}: `{said}` is not said:\n{found}"));
        }
    }
    assert!(
        missed.is_empty(),
        "{} of {} kinds of tampering:\n{}",
        missed.len(),
        all.len(),
        missed.join("\n")
    );
}

/// The forger himself leaves nothing that would be found, where he changes nothing.
#[test]
fn a_ledger_that_is_sealed_again_is_proven() {
    let desk = Desk::holding(&*CLOSED);
    let forger = Forger::new(&desk.path("ledger"));
    forger.entries(2, |_| {});
    forger.reseal();
    let (proven, said) = desk.verify(&[]);
    assert!(proven, "{said}");
}
