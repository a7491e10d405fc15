//! Worked closes with reversals: what is taken back, by mirror and by recompute.

use std::collections::BTreeMap;

use super::desk::{Desk, ENGAGEMENTS, TENTH, book_with};

const MIRROR: &str = r#"
[[clawback]]
id = "back"
effective = { from = 2026-01-01 }
method = "mirror"
"#;

const RECOMPUTE: &str = r#"
[[clawback]]
id = "again"
effective = { from = 2026-01-01 }
method = "recompute"
"#;

const ACCEPTANCES: &str = "id,action,reason,by\n";
const RECEIPTS: &str = "receipt_id,deal_id,received_on,amount\n";

fn book() -> String {
    book_with(&["acceptances", "receipts"])
}

fn deals(rows: &str) -> String {
    format!("deal_id,outcome,close_date,amount,reverses_deal_id,reversal_cause\n{rows}")
}

/// A project with these rules beside the tenth, and these deals.
fn desk(rules: &str, rows: &str) -> Desk {
    Desk::of_tenths(&[
        ("apportion.toml", &book()),
        ("rules/back.toml", rules),
        ("data/acceptances.csv", ACCEPTANCES),
        ("data/receipts.csv", RECEIPTS),
        ("data/deals.csv", &deals(rows)),
    ])
}

impl Desk {
    /// Rows of a file of a close, their cells separated by blanks.
    fn shown(&self, period: &str, file: &str, columns: &[&str]) -> Vec<String> {
        let cells = |row: BTreeMap<String, String>| {
            columns.iter().map(|column| row[*column].clone()).collect::<Vec<_>>().join(" ")
        };
        self.table(period, file).into_iter().map(cells).collect()
    }

    /// Every close comes to the same bytes again, from what the ledger keeps.
    fn replay(&self) {
        let (proven, said) = self.run(&["verify", "ledger", "--replay"]);
        assert!(proven, "{said}");
    }

    fn reversals(&self, period: &str) -> Vec<String> {
        self.shown(period, "reversals.csv", &["deal_id", "of_deal_id", "rule_id", "method", "size"])
    }

    fn findings(&self, period: &str) -> Vec<String> {
        self.shown(period, "findings.csv", &["code", "deal_id", "rule_id", "amount"])
    }
}

/// 100 were paid for D1. 40% of it come back within 30 days, all of that part; 30% and then 50% come back later, of which a half is
/// taken. Only 30% are left for the last one, so 200 of its 500 are beyond the whole.
#[test]
fn a_schedule_and_several_reversals_beyond_the_whole() {
    let schedule = "schedule = [ { within = 30, share = \"100%\" }, { within = 90, share = \"50%\" } ]\n";
    let january = "D1,won,2026-01-10,1000,,\n";
    let desk = desk(&format!("{MIRROR}{schedule}"), january);
    desk.close("2026-01");
    assert_eq!(desk.balances("2026-01"), ["ann: lines 100.00, paid 100.00"]);

    // R1 after 25 days: 100 * 0.4 = 40. R2 after 41 days: 100 * (0.4 + 0.3 * 0.5) = 55, less 40 = 15.
    let february = format!("{january}R1,won,2026-02-04,-400,D1,\nR2,won,2026-02-20,-300,D1,\n");
    desk.write("data/deals.csv", &deals(&february));
    desk.close("2026-02");
    assert_eq!(desk.balances("2026-02"), ["ann: clawbacks -55.00, carried_out -55.00"]);
    assert_eq!(desk.entries("R2"), ["2026-02 ann back: new of 2026-02, new: -15.00, may be paid -15.00"]);
    assert_eq!(desk.findings("2026-02"), Vec::<String>::new());

    // R3: 0.3 are left, of which a half: 100 * 0.70 = 70, less 55.
    desk.write("data/deals.csv", &deals(&format!("{february}R3,won,2026-03-05,-500,D1,\n")));
    desk.close("2026-03");
    assert_eq!(desk.balances("2026-03"), ["ann: carried_in -55.00, clawbacks -15.00, carried_out -70.00"]);
    assert_eq!(desk.findings("2026-03"), ["over-reversed D1 back 200.00"]);
    assert_eq!(
        desk.reversals("2026-03"),
        ["R1 D1 back mirror 400.00", "R2 D1 back mirror 300.00", "R3 D1 back mirror 500.00"]
    );
    desk.replay();
}

/// Half of D1 comes back in February. In March Ben turns out to have closed D1 together with Ann: her line is 50 less, and what is
/// taken back of it is half of the new line; what is taken of Ben's line is posted for February, too.
#[test]
fn where_a_line_is_trued_up_its_clawback_is_too() {
    let rows = "D1,won,2026-01-10,1000,,\nR1,won,2026-02-10,-500,D1,\n";
    let desk = desk(MIRROR, rows);
    desk.close("2026-01");
    desk.close("2026-02");
    assert_eq!(desk.balances("2026-02"), ["ann: clawbacks -50.00, carried_out -50.00"]);

    desk.write("data/engagements.csv", &format!("{ENGAGEMENTS}g9,D1,ben,closed\n"));
    desk.close("2026-03");
    assert_eq!(
        desk.balances("2026-03"),
        [
            "ann: carried_in -50.00, true_ups -50.00, clawbacks 25.00, carried_out -75.00",
            "ben: true_ups 50.00, clawbacks -25.00, paid 25.00",
        ]
    );
    assert_eq!(
        desk.entries("R1"),
        [
            "2026-02 ann back: new of 2026-02, new: -50.00, may be paid -50.00",
            "2026-03 ann back: true-up of 2026-02, line: 25.00, may be paid 25.00",
            "2026-03 ben back: true-up of 2026-02, reversal: -25.00, may be paid -25.00",
        ]
    );
    desk.replay();
}

/// A reversal of a closed month that comes late is a true-up of its month, and counts among large true-ups.
#[test]
fn a_late_reversal_is_posted_for_its_own_month() {
    let desk = desk(MIRROR, "D1,won,2026-01-10,1000,,\n");
    desk.write("apportion.toml", &(book() + "review_over = \"40\"\n"));
    desk.close("2026-01");
    desk.close("2026-02");
    desk.write("data/deals.csv", &deals("D1,won,2026-01-10,1000,,\nR1,won,2026-02-10,-500,D1,\n"));
    let said = desk.stopped("2026-03");
    assert!(said.contains("true-ups|2026-03|50.00") && said.contains("reversal"), "{said}");
    desk.write("data/acceptances.csv", &format!("{ACCEPTANCES}true-ups|2026-03|50.00,post,seen,cfo\n"));
    desk.close("2026-03");
    assert_eq!(
        desk.entries("R1"),
        ["2026-03 ann back: true-up of 2026-02, reversal: -50.00, may be paid -50.00"]
    );
}

const COMMISSION: &str = r#"
[[commission]]
id = "tiers"
effective = { from = 2026-01-01 }
credits = ["tenth"]
every = "year"
tiers = [ { from = "0", rate = "5%" }, { from = "1000", rate = "10%" } ]
"#;

/// D1 is 800 and D2 600. The tenth pays 80 and, because of its cap of 100 a month, 20. The commission pays 40 on D1; D2 crosses 1000:
/// 200 at 5% and 400 at 10% are 50.
#[test]
fn recompute_moves_tiers_and_caps() {
    let cap = "cap = [ { amount = \"100\", per = \"payee\", every = \"month\" } ]\n";
    let january = "D1,won,2026-01-10,800,,\nD2,won,2026-01-20,600,,\n";
    let desk = desk(&format!("{RECOMPUTE}{COMMISSION}"), january);
    desk.write("rules/tenth.toml", &format!("{TENTH}{cap}"));
    desk.close("2026-01");
    assert_eq!(desk.balances("2026-01"), ["ann: lines 190.00, paid 190.00"]);

    // D1 is 500 now: its tenth is 50 (-30), D2 has 50 of the cap (+30). The commission pays 25 on D1 (-15), and on D2 500 at 5% and 100 at
    // 10%, which is 35 (-15).
    let february = format!("{january}R1,won,2026-02-03,-300,D1,\n");
    desk.write("data/deals.csv", &deals(&february));
    desk.close("2026-02");
    assert_eq!(desk.balances("2026-02"), ["ann: true_ups -30.00, carried_out -30.00"]);
    assert_eq!(
        desk.entries("D1"),
        [
            "2026-01 ann tenth: new of 2026-01, new: 80.00, may be paid 80.00",
            "2026-01 ann tiers: new of 2026-01, new: 40.00, may be paid 40.00",
            "2026-02 ann tenth: true-up of 2026-01, reversal: -30.00, may be paid -30.00",
            "2026-02 ann tiers: true-up of 2026-01, reversal: -15.00, may be paid -15.00",
        ]
    );
    assert_eq!(
        desk.entries("D2")[2..],
        [
            "2026-02 ann tenth: true-up of 2026-01, cap: 30.00, may be paid 30.00",
            "2026-02 ann tiers: true-up of 2026-01, running-total: -15.00, may be paid -15.00",
        ]
    );
    assert_eq!(desk.reversals("2026-02"), ["R1 D1 again recompute 300.00"]);

    // R2 takes 700 of the 500 that are left: 200 are beyond. D1 is gone: -50 and -25. D2 has 60 of the cap (+10) and 600 at 5%: 30 (-5).
    desk.write("data/deals.csv", &deals(&format!("{february}R2,won,2026-03-03,-700,D1,\n")));
    desk.close("2026-03");
    assert_eq!(desk.balances("2026-03"), ["ann: carried_in -30.00, true_ups -70.00, carried_out -100.00"]);
    assert_eq!(desk.findings("2026-03"), ["over-reversed D1 again 200.00"]);
    // What holds is found again, and nothing is posted twice.
    desk.close("2026-04");
    assert_eq!(desk.findings("2026-04"), ["over-reversed D1 again 200.00"]);
    assert_eq!(desk.balances("2026-04"), ["ann: carried_in -100.00, carried_out -100.00"]);
}

/// D1 is cancelled and booked again as D2, on the same day and with the same work: nothing is paid and nothing taken.
#[test]
fn a_deal_that_is_booked_again_nets_to_zero() {
    let january = "D1,won,2026-01-10,1234.56,,\nD3,won,2026-01-11,1111.11,,\n";
    let desk = desk(&format!("{RECOMPUTE}{COMMISSION}"), january);
    desk.close("2026-01");
    let again = format!("{january}R1,won,2026-02-03,-1234.56,D1,\nD2,won,2026-01-10,1234.56,,\n");
    desk.write("data/deals.csv", &deals(&again));
    desk.close("2026-02");
    assert_eq!(desk.balances("2026-02"), ["ann: ", "ben: "]);
}

const BOTH: &str = r#"
[[clawback]]
id = "back"
effective = { from = 2026-01-01 }
when = "reversal_cause = 'returned'"
method = "mirror"

[[clawback]]
id = "again"
effective = { from = 2026-01-01 }
when = "reversal_cause = 'cancelled'"
method = "recompute"
"#;

/// The fiscal year of D1 ended in January and is not computed any more (`true_up = 0`); even its engagement is gone. A mirror takes its
/// part of what was posted; a recompute changes nothing, and is found.
#[test]
fn an_original_of_a_fiscal_year_that_is_not_computed() {
    let january = "D1,won,2026-01-10,1000,,\n";
    let desk = desk(BOTH, january);
    let book = book()
        .replace("currency", "fiscal_year_starts = 2\ncurrency")
        .replace("approvals", "true_up = 0\napprovals");
    desk.write("apportion.toml", &book);
    desk.close("2026-01");
    desk.write("data/engagements.csv", "engagement_id,deal_id,payee_id,role\n");
    desk.write(
        "data/deals.csv",
        &deals(&format!(
            "{january}R1,won,2026-02-05,-250,D1,returned\nR2,won,2026-02-06,-100,D1,cancelled\n"
        )),
    );
    // A run reads what the ledger posted: 100 * 250 / 1000.
    let out = desk.path("out").display().to_string();
    let (ran, said) = desk.run(&["run", "--period", "2026-02", "--out", &out]);
    assert!(ran, "{said}");
    let payouts = std::fs::read_to_string(desk.path("out/payouts.csv")).unwrap();
    assert_eq!(payouts, "payee_id,name,amount,currency\nann,Ann,-25.00,USD\n");
    let run = std::fs::read_to_string(desk.path("out/run.json")).unwrap();
    assert!(run.contains("ledger/closes/0001-2026-01/close.json"), "{run}");
    let (proven, said) = desk.run(&["verify", &out, "--inputs"]);
    assert!(proven, "{said}");
    let (explained, said) = desk.run(&["explain", "--period", "2026-02", "--deal", "R1", "--payee", "ann"]);
    assert!(explained && said.contains("-25.00"), "{said}");

    desk.close("2026-02");
    assert_eq!(desk.balances("2026-02"), ["ann: clawbacks -25.00, carried_out -25.00"]);
    assert_eq!(desk.findings("2026-02"), ["beyond-horizon D1 again 100.00"]);
    assert_eq!(desk.reversals("2026-02"), ["R1 D1 back mirror 250.00", "R2 D1 again recompute 100.00"]);
    desk.replay();
}

/// D1 closed before the first month of the ledger, in a fiscal year that is computed: its line is the other system's, and taken back as it
/// is computed.
#[test]
fn an_original_from_before_the_ledger() {
    let desk = desk(MIRROR, "D1,won,2026-01-10,1000,,\nR1,won,2026-03-05,-250,D1,\n");
    desk.write("apportion.toml", &book().replace("first = \"2026-01\"", "first = \"2026-03\""));
    desk.close("2026-03");
    assert_eq!(desk.balances("2026-03"), ["ann: clawbacks -25.00, carried_out -25.00"]);
    desk.close("2026-04");
    assert_eq!(desk.balances("2026-04"), ["ann: carried_in -25.00, carried_out -25.00"]);
}

const PAID_WHEN_PAID: &str = r#"
[[hold]]
id = "paid-when-paid"
effective = { from = 2026-01-01 }
release = "deals.received_share"
"#;

/// 40% of D1 came in, so 40 of 100 were paid and 60 are held. Half of it is reversed: of the 50, 40% (20) are taken of what was paid, and 30
/// of what is held. Once all came in, the 60 and the -30 are let go.
#[test]
fn what_was_held_is_taken_of_what_is_held() {
    let rows = "D1,won,2026-01-10,1000,,\nR1,won,2026-02-10,-500,D1,\n";
    let desk = desk(&format!("{MIRROR}{PAID_WHEN_PAID}"), rows);
    desk.write("data/receipts.csv", &format!("{RECEIPTS}p1,D1,2026-01-20,400\n"));
    desk.close("2026-01");
    assert_eq!(
        desk.balances("2026-01"),
        ["ann: lines 100.00, held_change 60.00, paid 40.00, held_out 60.00"]
    );
    desk.close("2026-02");
    assert_eq!(
        desk.balances("2026-02"),
        ["ann: held_in 60.00, clawbacks -50.00, held_change -30.00, carried_out -20.00, held_out 30.00"]
    );
    let columns = ["deal_id", "of_deal_id", "close_date", "held", "share", "by"];
    assert_eq!(
        desk.shown("2026-02", "held.csv", &columns),
        ["R1 D1 2026-02-10 -30.00 0.4 paid-when-paid", "D1  2026-01-10 60.00 0.4 paid-when-paid"]
    );
    desk.write("data/receipts.csv", &format!("{RECEIPTS}p1,D1,2026-01-20,400\np2,D1,2026-03-20,600\n"));
    desk.close("2026-03");
    // 30 are let go, of which 20 are taken for the debt.
    assert_eq!(
        desk.balances("2026-03"),
        ["ann: carried_in -20.00, held_in 30.00, held_change -30.00, taken 20.00, paid 10.00"]
    );
}

/// 400 of 1000 came in, and 200 are reversed: 400 of the 800 that are left are a half of them.
#[test]
fn what_came_in_is_a_part_of_what_is_left() {
    let rows = "D1,won,2026-01-10,1000,,\nR1,won,2026-02-10,-200,D1,\n";
    let desk = desk(&format!("{RECOMPUTE}{PAID_WHEN_PAID}"), rows);
    desk.write("data/receipts.csv", &format!("{RECEIPTS}p1,D1,2026-01-20,400\n"));
    desk.close("2026-01");
    desk.close("2026-02");
    // 80 are earned, of which a half may be paid, as before.
    assert_eq!(
        desk.balances("2026-02"),
        ["ann: held_in 60.00, true_ups -20.00, held_change -20.00, held_out 40.00"]
    );
}

/// A recomputed reversal goes away. Kept, it counts on with the size that it had; taken back, the deal is what it was, and nothing is asked
/// any more.
#[test]
fn a_recomputed_reversal_that_has_vanished() {
    let january = "D1,won,2026-01-10,1000,,\nD3,won,2026-01-11,100,,\n";
    let desk = desk(RECOMPUTE, &format!("{january}R1,won,2026-02-10,-400,D1,\n"));
    desk.close("2026-01");
    desk.close("2026-02");
    assert_eq!(desk.balances("2026-02"), ["ann: true_ups -40.00, carried_out -40.00", "ben: "]);

    desk.write("data/deals.csv", &deals(january));
    let said = desk.stopped("2026-03");
    assert!(said.contains("reversal `R1` counted in the close before with USD 400.00"), "{said}");
    assert!(!desk.path("ledger/draft").exists());
    desk.write("data/acceptances.csv", &format!("{ACCEPTANCES}R1,keep,the export lost it,cfo\n"));
    desk.close("2026-03");
    assert_eq!(desk.balances("2026-03"), ["ann: carried_in -40.00, carried_out -40.00", "ben: "]);
    assert_eq!(desk.reversals("2026-03"), ["R1 D1 again recompute 400.00"]);

    desk.write("data/acceptances.csv", &format!("{ACCEPTANCES}R1,take-back,it never was,cfo\n"));
    desk.close("2026-04");
    assert_eq!(desk.balances("2026-04"), ["ann: carried_in -40.00, true_ups 40.00, taken 40.00", "ben: "]);
    assert_eq!(
        desk.entries("D1")[2..],
        ["2026-04 ann tenth: true-up of 2026-01, acceptance: 40.00, may be paid 40.00"]
    );
    desk.write("data/acceptances.csv", ACCEPTANCES);
    desk.close("2026-05");
    assert_eq!(desk.reversals("2026-05"), Vec::<String>::new());
    desk.replay();
}

/// The original of a mirrored reversal goes away. Kept, both stay as they were posted; taken back, both are 0.
#[test]
fn a_clawback_whose_original_has_vanished() {
    let r1 = "R1,won,2026-02-10,-500,D1,\n";
    let desk = desk(MIRROR, &format!("D1,won,2026-01-10,1000,,\n{r1}"));
    desk.close("2026-01");
    desk.close("2026-02");
    desk.write("data/engagements.csv", "engagement_id,deal_id,payee_id,role\ng2,D2,ann,closed\n");
    desk.write("data/deals.csv", &deals(r1));
    let said = desk.stopped("2026-03");
    assert!(said.contains("deal `D1`") && !said.contains("deal `R1`"), "{said}");
    desk.write("data/acceptances.csv", &format!("{ACCEPTANCES}D1,keep,the export lost it,cfo\n"));
    desk.close("2026-03");
    assert_eq!(desk.balances("2026-03"), ["ann: carried_in -50.00, carried_out -50.00"]);
    assert_eq!(desk.reversals("2026-03"), Vec::<String>::new());

    desk.write("data/acceptances.csv", &format!("{ACCEPTANCES}D1,take-back,it never was,cfo\n"));
    desk.close("2026-04");
    // 100 are taken back and 50 given back: it paid 50 in all, which are a debt as well.
    assert_eq!(
        desk.balances("2026-04"),
        ["ann: carried_in -50.00, true_ups -100.00, clawbacks 50.00, carried_out -100.00"]
    );
    assert_eq!(
        desk.entries("R1")[1..],
        ["2026-04 ann back: true-up of 2026-02, acceptance: 50.00, may be paid 50.00"]
    );
    desk.replay();
}

/// A mirrored reversal goes away itself: its clawback is an amount like any other that was posted.
#[test]
fn a_mirrored_reversal_that_has_vanished() {
    let d1 = "D1,won,2026-01-10,1000,,\n";
    let desk = desk(MIRROR, &format!("{d1}R1,won,2026-02-10,-500,D1,\n"));
    desk.close("2026-01");
    desk.close("2026-02");
    desk.write("data/deals.csv", &deals(d1));
    let said = desk.stopped("2026-03");
    assert!(said.contains("deal `R1`"), "{said}");
    desk.write("data/acceptances.csv", &format!("{ACCEPTANCES}R1,take-back,it never was,cfo\n"));
    desk.close("2026-03");
    assert_eq!(desk.balances("2026-03"), ["ann: carried_in -50.00, clawbacks 50.00, taken 50.00"]);
}
