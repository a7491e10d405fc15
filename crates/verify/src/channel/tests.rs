//! Rows as a run writes them prove; each planted mistake is found.

use std::fs;
use std::path::Path;

use super::{claims, conflicts, is_day, prices, sum_e6};
use crate::calendar::{Period, PeriodName};
use crate::lines::Ids;
use crate::manifest::Terms;
use crate::report::Proof;
use crate::rounding::Rounding;
use apportion_base::money::Currency;
use apportion_contract::output::{CLAIM_FILE, CONFLICT_FILE, PRICE_AUDIT_FILE};
use apportion_contract::{CLAIMS, CONFLICTS, OutputFile, PRICE_AUDIT};

fn terms() -> Terms {
    let currency = Currency::from_code("USD").unwrap();
    Terms {
        currency,
        digits: 2,
        rounding: Rounding::from_word("half-even").unwrap(),
        period: Period::new(PeriodName::parse("2026-07").unwrap(), 1),
        rules: Vec::new(),
        raw: false,
        payees_change: false,
    }
}

/// A folder with one file of these rows.
fn folder(file: &OutputFile, rows: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let header: Vec<&str> = file.header().collect();
    fs::write(folder.path().join(file.name), format!("{}\n{rows}", header.join(","))).unwrap();
    folder
}

/// What the proof of a file finds: the messages, each with its row.
fn found(file: &OutputFile, rows: &str) -> Vec<String> {
    let folder = folder(file, rows);
    let proof = proof(file.name, folder.path());
    let groups = proof.findings.groups.iter().flat_map(|group| &group.first);
    groups.map(|finding| format!("{}: {}", finding.row.unwrap_or(0), finding.message)).collect()
}

fn proof(name: &str, out: &Path) -> Proof {
    let mut ids = Ids::default();
    for deal in ["D-1", "D-2"] {
        ids.deals.number(deal);
    }
    let terms = terms();
    match name {
        CLAIMS => claims::prove(out, &terms),
        CONFLICTS => conflicts::prove((out, Some("2026-07-31")), &terms, (&mut ids, 2)),
        PRICE_AUDIT => prices::prove(out, &terms, (&mut ids, 2)),
        _ => unreachable!(),
    }
    .unwrap()
}

/// Rows that prove, and for each planted mistake what is changed and what is then found.
fn planted(file: &OutputFile, rows: &str, mistakes: &[(&str, &str, &str)]) {
    assert_eq!(found(file, rows), Vec::<String>::new());
    for (from, to, expected) in mistakes {
        assert!(rows.contains(from), "{from}");
        let found = found(file, &rows.replacen(from, to, 1));
        assert!(found.iter().any(|one| one.contains(expected)), "{from} → {to}: {found:?}");
    }
}

#[test]
fn claims_have_ranks_and_one_holder() {
    let rows = "\
        D-1,R-1,ann,protected,1,true,2026-08-01,\n\
        D-1,R-2,ben,protected,2,false,2026-09-01,\n\
        D-1,R-3,cat,denied,3,false,,house\n\
        D-2,R-1,ann,grace,1,false,2026-07-01,registration-tie\n\
        D-2,R-4,ben,grace,2,false,2026-07-01,registration-tie\n\
        D-3,R-5,ben,late,1,false,,\n";
    planted(
        &CLAIM_FILE,
        rows,
        &[
            ("R-2,ben,protected,2,false", "R-2,ben,protected,2,true", "3: more than one claim"),
            ("R-1,ann,protected,1,true", "R-1,ann,protected,1,false", "3: no claim holds"),
            ("2026-07-01,registration-tie", "2026-07-01,", "5: no claim holds"),
            ("protected,2", "protected,3", "2: its rank"),
            ("denied,3,false,,", "denied,3,false,2026-07-31,", "3: its protection has an end"),
            ("late,1,false", "late,1,true", "6: it holds the deal, and its state"),
            ("2026-08-01", "", "1: its protection has no end"),
            ("2026-08-01", "2026-02-30", "1: `until` is no day"),
            ("R-2", "R-1", "2: the registration claims the deal twice"),
            ("D-3", "D-0", "6: it belongs before"),
            ("denied", "refused", "3: it is not a row"),
            ("D-1,R-1,ann,protected", "D-1,R-1,ann,grace", "2: a claim of a lesser state"),
            ("D-1,R-1", "D-1,R-2", "2: the registration"),
        ],
    );
}

#[test]
fn conflicts_are_what_their_ids_say() {
    let rows = "\
        boundary:D-2:ann:ben,boundary,D-2,,sourced,ann,ben,2026-07-10,first,2026-07-13,decided,X-1,split,0.00,100.00,0.400000,0.700000,both worked\n\
        duplicate:O-1:ann:ben,duplicate,,O-1,sourced,ann,ben,2026-07-30,first,2026-08-03,open,,,0.00,,,,\n\
        raise-7,raised,D-1,O-2,sourced,cat,ann,2026-07-01,last,2026-07-20,overdue,,,0.00,12.345,,,interested\n";
    planted(
        &CONFLICT_FILE,
        rows,
        &[
            ("boundary:D-2", "boundary:D-9", "1: its id"),
            ("duplicate,,O-1", "duplicate,,O-2", "2: its id"),
            ("raised,D-1,O-2", "raised,,", "3: it names neither"),
            ("cat,ann", "ann,ann", "3: its claimants"),
            ("2026-07-10", "10 July", "1: it has no day"),
            ("X-1,split", ",", "1: it waits and has a decision, or"),
            ("X-1,split", "X-1,withdrawn", "1: its state is not"),
            ("X-1,split", "X-1,half", "1: its outcome"),
            ("2026-08-03,open", "2026-08-03,overdue", "2: it is overdue before its time"),
            ("2026-07-20,overdue", "2026-07-20,open", "3: it is overdue before its time, or not"),
            ("split,0.00", "split,5.00", "1: it holds something"),
            ("open,,,0.00", "open,,,1.00", "2: it holds something"),
            ("12.345", "12.3450", "3: it has a number"),
            ("0.700000", "0.7", "1: it has a score"),
            ("raise-7", "a-7", "3: it belongs before"),
            ("boundary:D-2:ann:ben,boundary,D-2", "boundary:D-3:ann:ben,boundary,D-3", "1: it is decided"),
        ],
    );
}

#[test]
fn discounts_follow_from_prices() {
    let rows = "\
        D-1,partner,PARTNER,1200.00,1000.00,0.166667,0.15000000,0.01666700,,true,0.00\n\
        D-2,direct,,,1000.00,,0.15000000,,A-1,false,12.50\n";
    planted(
        &PRICE_AUDIT_FILE,
        rows,
        &[
            ("0.166667", "0.166666", "1: the discount given"),
            ("1200.00", "1250.00", "1: the discount given"),
            ("0.01666700", "0.01666800", "1: what is given beyond"),
            (",,true", ",A-2,true", "1: it is a breach only"),
            (",,true", ",,false", "1: it is a breach only"),
            ("A-1,false", "A-1,yes", "2: it is not a row"),
            ("12.50", "-12.50", "2: it is not a row"),
            ("D-2", "D-7", "2: its deal is neither"),
            ("D-2", "D-0", "2: it belongs before"),
        ],
    );
}

#[test]
fn what_a_forger_writes_is_read_without_a_panic() {
    let most = i128::MAX;
    let list = format!("{}.{}", most / 100, "00");
    let rows = format!("D-1,,,{list},-{list},0.166667,0.15000000,0.01666700,,true,0.00\n");
    let _ = found(&PRICE_AUDIT_FILE, &rows);
    assert!(is_day("2024-02-29") && !is_day("2026-02-29") && !is_day("2026-2-9") && !is_day("9999999-01-01"));
    assert_eq!(
        (sum_e6("1.50", 2), sum_e6("1.505", 2), sum_e6("1.5", 2)),
        (Some(1_500_000), Some(1_505_000), None)
    );
}
