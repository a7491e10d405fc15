//! Ledgers that somebody changed: `verify ledger` finds it, and no close goes on from there.

use std::path::Path;

use super::desk::Desk;

const BOOK: &str = "[book]\nname = \"Test\"\ncurrency = \"USD\"\nrules = [\"rules.toml\"]\n[sources]\n\
    deals = { path = \"deals.csv\" }\npayees = { path = \"payees.csv\" }\nengagements = { path = \"engagements.csv\" }\n\
    [ledger]\nfirst = \"2026-01\"\napprovals = 0\n";
const RULES: &str = "[[shared_credit]]\nid = \"tenth\"\neffective = { from = 2026-01-01 }\nrate = \"10%\"\n\
    roles = [ { role = \"closed\", share = \"100%\" } ]\n";

/// January and February are closed.
fn closed() -> Desk {
    let desk = Desk::with(&[
        ("apportion.toml", BOOK),
        ("rules.toml", RULES),
        ("payees.csv", "payee_id,name\nann,Ann\nben,Ben\n"),
        ("engagements.csv", "deal_id,payee_id,role\nD1,ann,closed\nD2,ben,closed\nD3,ann,closed\n"),
        (
            "deals.csv",
            "deal_id,outcome,close_date,amount\nD1,won,2026-01-10,1000\nD2,won,2026-02-10,500\nD3,won,2026-02-11,70\n",
        ),
    ]);
    desk.close("2026-01");
    desk.close("2026-02");
    desk
}

/// All files of the closes, of approvals besides.
fn files(folder: &Path) -> Vec<std::path::PathBuf> {
    let closes = std::fs::read_dir(folder).unwrap().map(|close| close.unwrap().path());
    let mut all: Vec<_> =
        closes.flat_map(|close| std::fs::read_dir(close).unwrap().map(|file| file.unwrap().path())).collect();
    all.sort();
    all
}

#[test]
fn a_changed_byte_of_any_file_is_found() {
    let desk = closed();
    let all = files(&desk.path("ledger/closes"));
    assert!(all.len() > 20, "{all:?}");
    for file in all {
        let before = std::fs::read(&file).unwrap();
        let mut changed = before.clone();
        match changed.last_mut() {
            Some(last) => *last ^= 1,
            None => changed.push(b'\n'),
        }
        std::fs::write(&file, &changed).unwrap();
        let (proven, said) = desk.run(&["verify", "ledger"]);
        assert!(!proven, "{}: {said}", file.display());
        std::fs::remove_file(&file).unwrap();
        let (proven, said) = desk.run(&["verify", "ledger"]);
        assert!(!proven, "{} is gone: {said}", file.display());
        std::fs::write(&file, &before).unwrap();
    }
    desk.prove();
}

#[test]
fn a_close_that_is_gone_or_added_is_found() {
    let desk = closed();
    let close = desk.path("ledger/closes/0001-2026-01");
    let aside = desk.path("aside");
    std::fs::rename(&close, &aside).unwrap();
    assert!(!desk.run(&["verify", "ledger"]).0);
    assert!(!desk.run(&["close", "--period", "2026-03", "--by", "ann"]).0);
    std::fs::rename(&aside, &close).unwrap();
    desk.prove();
    // What is left of something else is no close.
    std::fs::create_dir(desk.path("ledger/closes/0003-2026-05")).unwrap();
    assert!(!desk.run(&["verify", "ledger"]).0);
}

#[test]
fn months_are_closed_in_order_and_once() {
    let desk = closed();
    for period in ["2026-01", "2026-02", "2026-04", "2025-12"] {
        let said = desk.stopped(period);
        assert!(said.contains("month-not-open"), "{period}: {said}");
    }
    desk.close("2026-03");
}

/// Entries say what `run` says of a month, and what is paid is what was earned.
#[test]
fn closes_of_data_that_never_change_pay_what_runs_pay() {
    let desk = closed();
    for period in ["2026-01", "2026-02"] {
        let out = desk.path(&format!("out/{period}"));
        let (done, said) = desk.run(&["run", "--period", period, "--out", out.to_str().unwrap()]);
        assert!(done, "{said}");
        let payouts = std::fs::read_to_string(out.join("payouts.csv")).unwrap();
        let close = if period == "2026-01" { "0001-2026-01" } else { "0002-2026-02" };
        let posted =
            std::fs::read_to_string(desk.path("ledger/closes").join(close).join("payouts.csv")).unwrap();
        assert_eq!(posted, payouts);
    }
}
