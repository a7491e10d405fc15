//! Worked closes.

use super::desk::{BOOK, Desk, TENTH, book_with, deals};

/// D1 changes after January was closed, D4 of January comes late, D2 moves from February to March once February is closed.
#[test]
fn what_changes_behind_a_closed_month_is_posted_in_the_next() {
    let desk =
        Desk::of_tenths(&[("data/deals.csv", &deals("D1,won,2026-01-10,1000\nD2,won,2026-02-10,500\n"))]);
    desk.close("2026-01");
    assert_eq!(desk.balances("2026-01"), ["ann: lines 100.00, paid 100.00"]);

    // D1 is 1200 (+20), D4 of 300 comes late (+30), D2 is new (+50).
    let late = "D1,won,2026-01-10,1200\nD2,won,2026-02-10,500\nD4,won,2026-01-31,300\n";
    desk.write("data/deals.csv", &deals(late));
    desk.close("2026-02");
    assert_eq!(desk.balances("2026-02"), ["ann: lines 50.00, true_ups 50.00, paid 100.00"]);

    // D1 was overpaid by 70, D2 moves to March. Nothing is new for Ann but that; 70 are carried as less than nothing.
    let moved =
        "D1,won,2026-01-10,500\nD2,won,2026-03-15,500\nD3,won,2026-03-15,100\nD4,won,2026-01-31,300\n";
    desk.write("data/deals.csv", &deals(moved));
    desk.close("2026-03");
    assert_eq!(
        desk.balances("2026-03"),
        ["ann: true_ups -70.00, carried_out -70.00", "ben: lines 10.00, paid 10.00"]
    );
    desk.write("data/deals.csv", &deals(&format!("{moved}D5,won,2026-04-02,1000\n")));
    desk.close("2026-04");
    // 100 earned, less 70.
    assert_eq!(
        desk.balances("2026-04"),
        ["ann: carried_in -70.00, lines 100.00, taken 70.00, paid 30.00", "ben: "]
    );
    assert_eq!(
        desk.entries("D1"),
        [
            "2026-01 ann tenth: new of 2026-01, new: 100.00, may be paid 100.00",
            "2026-02 ann tenth: true-up of 2026-01, deal-data: 20.00, may be paid 20.00",
            "2026-03 ann tenth: true-up of 2026-01, deal-data: -70.00, may be paid -70.00",
        ]
    );
    assert_eq!(
        desk.entries("D4"),
        ["2026-02 ann tenth: true-up of 2026-01, deal-listed: 30.00, may be paid 30.00"]
    );
}

/// A deal that was posted is gone: somebody has to decide, and both decisions do what they say.
#[test]
fn what_has_vanished_waits_for_a_decision() {
    let all = "D1,won,2026-01-10,1000\nD2,won,2026-01-11,500\nD3,won,2026-01-12,100\n";
    let book = book_with(&["acceptances"]);
    let none = "id,action,reason,by\n";
    let desk = Desk::of_tenths(&[
        ("apportion.toml", &book),
        ("data/acceptances.csv", none),
        ("data/deals.csv", &deals(all)),
    ]);
    desk.close("2026-01");
    assert_eq!(desk.balances("2026-01"), ["ann: lines 150.00, paid 150.00", "ben: lines 10.00, paid 10.00"]);

    desk.write("data/deals.csv", &deals("D3,won,2026-01-12,100\n"));
    let said = desk.stopped("2026-02");
    assert!(said.contains("D1") && said.contains("D2") && !said.contains("D3"), "{said}");
    assert!(said.contains("vanished"), "{said}");
    assert!(!desk.path("ledger/draft").exists());

    desk.write("data/acceptances.csv", &format!("{none}D1,keep,the export lost it,cfo\n"));
    let said = desk.stopped("2026-02");
    assert!(said.contains("D2"), "{said}");

    desk.write(
        "data/acceptances.csv",
        &format!("{none}D1,keep,the export lost it,cfo\nD2,take-back,it never was,cfo\n"),
    );
    desk.close("2026-02");
    assert_eq!(desk.balances("2026-02"), ["ann: true_ups -50.00, carried_out -50.00", "ben: "]);
    assert_eq!(
        desk.entries("D2"),
        [
            "2026-01 ann tenth: new of 2026-01, new: 50.00, may be paid 50.00",
            "2026-02 ann tenth: true-up of 2026-01, acceptance: -50.00, may be paid -50.00",
        ]
    );

    // Both come back, D1 with another amount: what is earned is what it is now.
    desk.write("data/deals.csv", &deals(&all.replace("1000", "1100")));
    desk.close("2026-03");
    assert_eq!(
        desk.balances("2026-03"),
        ["ann: carried_in -50.00, true_ups 60.00, taken 50.00, paid 10.00", "ben: "]
    );
}

/// A third, two thirds and all of a customer's payments are there: what was released adds up to what was earned.
#[test]
fn a_hold_releases_what_it_held_and_not_a_cent_more() {
    let book = book_with(&["receipts"]);
    let hold =
        "[[hold]]\nid = \"paid\"\neffective = { from = 2026-01-01 }\nrelease = \"deals.received_share\"\n";
    let receipt = |rows: &str| format!("receipt_id,deal_id,received_on,amount\n{rows}");
    let desk = Desk::of_tenths(&[
        ("apportion.toml", &book),
        ("rules/hold.toml", hold),
        ("data/receipts.csv", &receipt("R1,D1,2026-01-20,300\nR2,D1,2026-02-20,300\n")),
        ("data/deals.csv", &deals("D1,won,2026-01-10,900\n")),
    ]);
    // 90 earned, a third may be paid.
    desk.close("2026-01");
    assert_eq!(desk.balances("2026-01"), ["ann: lines 90.00, held_change 60.00, paid 30.00, held_out 60.00"]);
    // The deal is worth 1000.01, of which 600 are there: of 100.00 earned, 59.9994… may be paid, and 30 were.
    desk.write("data/deals.csv", &deals("D1,won,2026-01-10,1000.01\n"));
    desk.close("2026-02");
    assert_eq!(
        desk.balances("2026-02"),
        ["ann: held_in 60.00, true_ups 10.00, held_change -20.00, paid 30.00, held_out 40.00"]
    );
    let held = desk.table("2026-02", "held.csv");
    assert_eq!((held[0]["held"].as_str(), held[0]["by"].as_str()), ("40.00", "paid"));
    // All is there, and more.
    let paid = receipt("R1,D1,2026-01-20,300\nR2,D1,2026-02-20,300\nR3,D1,2026-03-31,500\n");
    desk.write("data/receipts.csv", &paid);
    desk.close("2026-03");
    assert_eq!(desk.balances("2026-03"), ["ann: held_in 40.00, held_change -40.00, paid 40.00"]);
    assert!(desk.table("2026-03", "held.csv").is_empty());
    assert_eq!(
        desk.entries("D1"),
        [
            "2026-01 ann tenth: new of 2026-01, new: 90.00, may be paid 30.00",
            "2026-02 ann tenth: true-up of 2026-01, deal-data: 10.00, may be paid 30.00",
            "2026-03 ann tenth: true-up of 2026-01, release: 0.00, may be paid 40.00",
        ]
    );
}

/// Up to 300 a month until February, never more than 400 owed; then it is recovered.
#[test]
fn a_draw_is_advanced_recovered_and_carried() {
    let draw = "[[draw]]\nid = \"ramp\"\neffective = { from = 2026-01-01, until = 2026-02-28 }\n\
                payees = \"payee_id = 'ann'\"\namount = 300\nrecoverable = true\nlimit = 400\n";
    let rows =
        "D1,won,2026-01-10,1000\nD2,won,2026-02-10,500\nD4,won,2026-03-10,2500\nD5,won,2026-04-10,5000\n";
    let desk = Desk::of_tenths(&[("rules/draw.toml", draw), ("data/deals.csv", &deals(rows))]);
    // 100 earned: 200 are advanced. Then 50 are earned, 250 are missing, and the limit of 400 leaves 200 of them.
    desk.close("2026-01");
    desk.close("2026-02");
    // 250 earned, all of it recovered. Then 500 earned, of which 150 are still owed.
    desk.close("2026-03");
    desk.close("2026-04");
    let told: Vec<String> =
        ["2026-01", "2026-02", "2026-03", "2026-04"].map(|month| desk.balances(month).join("; ")).to_vec();
    assert_eq!(
        told,
        [
            "ann: lines 100.00, advance 200.00, paid 300.00, owed_out 200.00, draw_id ramp",
            "ann: owed_in 200.00, lines 50.00, advance 200.00, paid 250.00, owed_out 400.00, draw_id ramp",
            "ann: owed_in 400.00, lines 250.00, recovery 250.00, owed_out 150.00, draw_id ramp",
            "ann: owed_in 150.00, lines 500.00, recovery 150.00, paid 350.00, draw_id ramp",
        ]
    );
}

/// What was owed and carried before the first close, a minimum, another currency, and a payee who leaves.
#[test]
fn openings_adjustments_minimum_and_currency() {
    let book = book_with(&["adjustments", "fx_rates"]) + "opening = \"opening.csv\"\n";
    let terms = "[[payment]]\nid = \"terms\"\neffective = { from = 2026-01-01 }\nminimum = 25\ncurrency = \"payee\"\n";
    let desk = Desk::of_tenths(&[
        ("apportion.toml", &book),
        ("rules/terms.toml", terms),
        ("opening.csv", "payee_id,carried,owed\nann,5,0\nben,-3.50,0\n"),
        ("data/payees.csv", "payee_id,name,currency,end_date\nann,Ann,EUR,\nben,Ben,USD,2026-02-10\n"),
        ("data/fx_rates.csv", "date,currency,rate\n2026-01-31,EUR,1.25\n2026-02-28,EUR,1.20\n"),
        (
            "data/adjustments.csv",
            "adjustment_id,payee_id,period,amount,reason,entered_by,approved_by\n\
             A1,ann,2026-01,10.00,prize,ann,cfo\nA2,ben,2026-02,4.00,prize,ann,cfo\n",
        ),
        ("data/deals.csv", &deals("D1,won,2026-01-10,50\nD2,won,2026-02-10,60\nD3,won,2026-01-11,100\n")),
    ]);
    desk.close("2026-01");
    // Ann: 5 + 5 + 10 are not yet 25. Ben: -3.50 + 10 neither.
    assert_eq!(
        desk.balances("2026-01"),
        [
            "ann: carried_in 5.00, lines 5.00, adjustments 10.00, carried_out 20.00, rate 1.250000000",
            "ben: carried_in -3.50, lines 10.00, taken 3.50, carried_out 6.50",
        ]
    );
    // Ann: 20 + 6 = 26 dollars are 21.67 euros. Ben has left: 6.50 + 4 are paid, although they are less than 25.
    desk.close("2026-02");
    assert_eq!(
        desk.balances("2026-02"),
        [
            "ann: carried_in 20.00, lines 6.00, paid 26.00, paid_amount 21.67, rate 1.200000000",
            "ben: carried_in 6.50, adjustments 4.00, paid 10.50",
        ]
    );
    assert_eq!(desk.table("2026-02", "payouts.csv").len(), 2);
}

/// A closed month does not follow a rule that is written anew, but one that says so.
#[test]
fn rules_of_closed_months_stay_as_they_are() {
    let desk =
        Desk::of_tenths(&[("data/deals.csv", &deals("D1,won,2026-01-10,1000\nD2,won,2026-02-10,500\n"))]);
    desk.close("2026-01");
    desk.write("rules/tenth.toml", &TENTH.replace("10%", "20%"));
    let said = desk.stopped("2026-02");
    assert!(said.contains("rewritten-rule") && said.contains("tenth"), "{said}");

    // A version of its own from February on.
    let next = TENTH.replace("10%", "20%").replace("2026-01-01", "2026-02-01");
    desk.write("rules/tenth.toml", &format!("{TENTH}{next}"));
    desk.close("2026-02");
    assert_eq!(desk.balances("2026-02"), ["ann: lines 100.00, paid 100.00"]);

    // January anew: 11% instead of 10%.
    let anew = TENTH.replace("10%", "11%").replace("effective", "retroactive = true\neffective");
    desk.write("rules/tenth.toml", &format!("{anew}{next}"));
    desk.close("2026-03");
    assert_eq!(desk.balances("2026-03"), ["ann: true_ups 10.00, paid 10.00"]);
    assert_eq!(
        desk.entries("D1").last().unwrap(),
        "2026-03 ann tenth: true-up of 2026-01, rate: 10.00, may be paid 10.00"
    );
}

/// A draft is signed by two, and made a close only if nothing that it rests on has changed.
#[test]
fn a_draft_is_approved_and_posted_as_it_was_signed() {
    let book = BOOK
        .replace("approvals = 0", "approvals = [ { from = \"0\", need = 1 }, { from = \"50\", need = 2 } ]");
    let rows = "D1,won,2026-01-10,1000\n";
    let desk = Desk::of_tenths(&[("apportion.toml", &book), ("data/deals.csv", &deals(rows))]);
    let (done, said) = desk.run(&["close", "--period", "2026-01", "--by", "ann"]);
    assert!(done, "{said}");
    for (by, may) in [("ann", false), ("ben", true), ("ben", false)] {
        assert_eq!(desk.run(&["approve", "--by", by]).0, may, "{by}");
    }
    let (posted, said) = desk.run(&["post"]);
    assert!(!posted && said.contains("1 of 2"), "{said}");
    assert!(desk.run(&["approve", "--by", "cfo", "--note", "seen"]).0);

    // The same draft again keeps its signatures; another one has none.
    let draft = std::fs::read(desk.path("ledger/draft/draft.json")).unwrap();
    assert!(desk.run(&["close", "--period", "2026-01", "--by", "ann"]).0);
    assert_eq!(std::fs::read(desk.path("ledger/draft/draft.json")).unwrap(), draft);
    desk.write("data/deals.csv", &deals(&rows.replace("1000", "2000")));
    let (posted, said) = desk.run(&["post"]);
    assert!(!posted && said.contains("draft-outdated"), "{said}");
    desk.write("data/deals.csv", &deals(rows));
    let (posted, said) = desk.run(&["post"]);
    assert!(posted, "{said}");
    desk.prove();
    assert!(!desk.path("ledger/draft").exists());
    let (again, said) = desk.run(&["post"]);
    assert!(!again && said.contains("no-draft"), "{said}");
}

/// A close has no clock and no language: the same draft in any place and at any time.
#[test]
fn a_close_is_the_same_in_any_place() {
    let desk =
        Desk::of_tenths(&[("data/deals.csv", &deals("D1,won,2026-01-01,1000.55\nD2,won,2026-01-31,500\n"))]);
    let mut drafts = Vec::new();
    for (zone, language) in
        [("UTC", "C"), ("Asia/Kathmandu", "tr_TR.UTF-8"), ("America/Los_Angeles", "de_DE.UTF-8")]
    {
        let output = std::process::Command::new(env!("CARGO_BIN_EXE_apportion"))
            .env_clear()
            .envs([("TZ", zone), ("LANG", language), ("LC_ALL", language)])
            .args(["close", "--period", "2026-01", "--by", "ann", "--project"])
            .arg(desk.path(""))
            .output()
            .unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        // Files that are older or younger than each other.
        let long_ago = std::time::SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(86_400);
        std::fs::File::open(desk.path("data/deals.csv")).unwrap().set_modified(long_ago).unwrap();
        let names = std::fs::read_dir(desk.path("ledger/draft")).unwrap().map(|entry| entry.unwrap().path());
        let mut files: Vec<_> = names.map(|path| (path.clone(), std::fs::read(path).unwrap())).collect();
        files.sort();
        drafts.push(files);
    }
    assert!(drafts.iter().all(|draft| *draft == drafts[0]));
}

/// The same draft, byte for byte, for any number of threads.
#[test]
fn a_close_is_the_same_for_any_number_of_threads() {
    let rows: String = (0..300)
        .map(|row| format!("D{row:03},won,2026-01-{:02},{}.{:02}\n", 1 + row % 31, 100 + row * 7, row % 100))
        .collect();
    let engagements: String =
        (0..300).map(|row| format!("g{row},D{row:03},p{:02},closed\n", row % 17)).collect();
    let payees: String = (0..17).map(|row| format!("p{row:02},P{row},\n")).collect();
    let desk = Desk::of_tenths(&[
        ("data/deals.csv", &deals(&rows)),
        ("data/engagements.csv", &format!("engagement_id,deal_id,payee_id,role\n{engagements}")),
        ("data/payees.csv", &format!("payee_id,name,end_date\n{payees}")),
    ]);
    let mut drafts = Vec::new();
    for threads in ["1", "2", "7"] {
        let (done, said) = desk.run(&["close", "--period", "2026-01", "--by", "ann", "--threads", threads]);
        assert!(done, "{said}");
        let files = ["draft.json", "entries.parquet", "lines-restated.parquet", "balances.csv"];
        drafts.push(files.map(|file| std::fs::read(desk.path("ledger/draft").join(file)).unwrap()));
    }
    assert!(drafts.iter().all(|draft| *draft == drafts[0]));
}
