//! Ledgers that somebody changed: `verify ledger` finds it, and no close goes on from there.

use super::desk::{BOOK, Desk, THREE_ENGAGEMENTS, deals, files_below};

const DEALS: &str = "D1,won,2026-01-10,1000\nD2,won,2026-02-10,500\nD3,won,2026-02-11,70\n";

/// January and February are closed.
fn closed() -> Desk {
    let desk =
        Desk::of_tenths(&[("data/deals.csv", &deals(DEALS)), ("data/engagements.csv", THREE_ENGAGEMENTS)]);
    desk.close("2026-01");
    desk.close("2026-02");
    desk
}

#[test]
fn a_changed_byte_of_any_file_is_found() {
    let desk = closed();
    let all = files_below(&desk.path("ledger/closes"));
    assert!(all.len() > 20, "{:?}", all.keys());
    for (file, before) in all {
        let file = desk.path("ledger/closes").join(file);
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

/// The last close can be taken away without a trace in the others; who noted its digest finds it.
#[test]
fn a_ledger_is_known_by_a_digest_that_was_noted() {
    let desk = closed();
    let digest = |desk: &Desk| {
        let (proven, said) = desk.run(&["verify", "ledger", "--format", "json", "-q"]);
        assert!(proven, "{said}");
        let report: serde_json::Value = serde_json::from_str(&said).unwrap();
        report["close_json_sha256"].as_str().unwrap().to_owned()
    };
    let noted = digest(&desk);
    std::fs::rename(desk.path("ledger/closes/0002-2026-02"), desk.path("aside")).unwrap();
    let earlier = digest(&desk);
    let (proven, said) = desk.run(&["verify", "ledger", "--digest", &noted]);
    assert!(!proven && said.contains("error[other-digest]: 0001-2026-01/close.json"), "{said}");
    std::fs::rename(desk.path("aside"), desk.path("ledger/closes/0002-2026-02")).unwrap();
    // Closes may have come after the one whose digest was noted.
    for digest in [&noted, &earlier] {
        let (proven, said) = desk.run(&["verify", "ledger", "--digest", digest]);
        assert!(proven && said.contains("proven  digest"), "{said}");
    }
}

#[test]
fn a_ledger_without_closes_is_not_proven() {
    let desk = closed();
    std::fs::remove_dir_all(desk.path("ledger/closes")).unwrap();
    std::fs::create_dir(desk.path("ledger/closes")).unwrap();
    let (proven, said) = desk.run(&["verify", "ledger"]);
    assert!(!proven && said.contains("error[unreadable-ledger]") && said.contains("has no closes"), "{said}");
}

#[test]
fn inputs_are_asked_of_results_and_not_of_ledgers() {
    let (proven, said) = closed().run(&["verify", "ledger", "--inputs"]);
    assert!(!proven && said.contains("error[usage]: `--inputs`"), "{said}");
}

/// What never changes is told as what it is, also where the amounts of the closes don't fit what it is now.
#[test]
fn a_ledger_keeps_its_currency_and_its_first_month() {
    for (was, is) in [("\"USD\"", "\"JPY\""), ("\"2026-01\"", "\"2025-12\""), ("\"2026-01\"", "\"2026-02\"")]
    {
        let desk = closed();
        // A commission of 123.45.
        desk.write("data/deals.csv", &deals(&DEALS.replace("1000", "1234.5")));
        desk.close("2026-03");
        desk.write("apportion.toml", &BOOK.replace(was, is));
        let said = desk.stopped("2026-04");
        assert!(said.contains("error[rewritten-book]"), "{is}: {said}");
    }
}

#[test]
fn a_refused_first_close_leaves_no_folder() {
    let desk = closed();
    std::fs::remove_dir_all(desk.path("ledger")).unwrap();
    for command in
        [&["close", "--period", "2026-02", "--by", "ann"][..], &["post"], &["approve", "--by", "ben"]]
    {
        let (done, said) = desk.run(command);
        assert!(!done && !desk.path("ledger").exists(), "{command:?}: {said}");
    }
    desk.close("2026-01");
}

/// Decisions are asked for when nothing else stops the close.
#[test]
fn large_true_ups_are_judged_last() {
    let desk = closed();
    let draws = "[[draw]]\nid = \"a\"\neffective = { from = 2026-01-01 }\namount = 1\n\
                 [[draw]]\nid = \"b\"\neffective = { from = 2026-01-01 }\namount = 1\n";
    desk.write("apportion.toml", &format!("{BOOK}review_over = \"10\"\n"));
    desk.write("data/deals.csv", &deals(&DEALS.replace("1000", "9000")));
    assert!(desk.stopped("2026-03").contains("error[large-true-ups]"));
    desk.write("rules/draws.toml", draws);
    let said = desk.stopped("2026-03");
    assert!(said.contains("error[two-draws]") && !said.contains("large-true-ups"), "{said}");
}

/// A draft may be made again at will, whatever the one before is, and what a file manager leaves is nobody's.
#[test]
fn a_draft_that_can_not_be_read_is_made_again() {
    let desk = closed();
    desk.write("apportion.toml", &BOOK.replace("approvals = 0", "approvals = 1"));
    let close = &["close", "--period", "2026-03", "--by", "ann"];
    for _ in 0..2 {
        let (done, said) = desk.run(close);
        assert!(done, "{said}");
        desk.write("ledger/draft/draft.json", "{}");
        desk.write("ledger/draft/.DS_Store", "x");
        desk.write("ledger/closes/Thumbs.db", "x");
    }
    assert_eq!(desk.names("ledger"), ["closes", "draft", "objects"]);
    desk.prove();
}

/// `verify` exists for such files.
#[test]
fn numbers_that_no_ledger_has_are_findings() {
    for (was, is) in [("\"number\": 1", "\"number\": 18446744073709551615"), ("2026-01", "2147483647-12")] {
        let desk = closed();
        let close = desk.path("ledger/closes/0001-2026-01/close.json");
        let text = std::fs::read_to_string(&close).unwrap();
        assert!(text.contains(was), "{text}");
        std::fs::write(&close, text.replace(was, is)).unwrap();
        let (proven, said) = desk.run(&["verify", "ledger"]);
        assert!(!proven && !said.contains("internal error"), "{said}");
    }
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
