//! Reports of small projects in memory: corner cases, each told by a few rows.

#![expect(clippy::unwrap_used, reason = "a test that fails may panic")]

use std::collections::BTreeMap;

use apportion::world::Memory;
use apportion::{Session, Settlement};
use apportion_insight::{batch_of, frame_of, health, lift, scorecard};

const PROJECT: &str = "[book]\nname = \"T\"\ncurrency = \"USD\"\nrules = [\"rules.toml\"]\n\
    [sources]\ndeals = { path = \"deals.csv\" }\nengagements = { path = \"work.csv\" }\npayees = { path = \"payees.csv\" }\n";
const RULES: &str = "[[shared_credit]]\nid = \"all\"\nwhy = \"x\"\neffective = { from = 2020-01-01 }\nrate = \"10%\"\nmodel = \"equal\"\n";
const PAYEES: &str = "payee_id,kind\nE,employee\nP,partner\nQ,partner\n";

/// A project with further lines in its project file, further files, and these deals and this work.
fn settled(
    more: &str,
    further: &[(&str, &str)],
    (deals, work): (&str, &str),
    columns: &[&str],
) -> Settlement {
    let mut files = Memory::new()
        .with("apportion.toml", format!("{PROJECT}{more}"))
        .with("rules.toml", RULES)
        .with("payees.csv", PAYEES)
        .with("deals.csv", deals)
        .with("work.csv", work);
    for (name, text) in further {
        files = files.with(*name, *text);
    }
    let columns: Vec<String> = columns.iter().map(|column| (*column).to_owned()).collect();
    let session = Session::in_memory(files).unwrap().for_reports(&columns).unwrap();
    session.settle("2026".parse().unwrap()).unwrap()
}

/// Rows of scorecard.csv: by metric and groups, the value, numerator, denominator and n.
fn rows(settlement: &Settlement, by: &[&str], exclude: &[&str]) -> BTreeMap<String, String> {
    let texts = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect();
    let question = scorecard::Question { by: texts(by), exclude: texts(exclude), matrix: true };
    let made = scorecard::scorecard(settlement.into(), &question).unwrap();
    let text = String::from_utf8(made.files.first().unwrap().1.clone()).unwrap();
    let split = |line: &str| {
        let cells: Vec<&str> = line.split(',').collect();
        let key = [&cells[1 + by.len()..2 + by.len()], &cells[1..=by.len()]].concat().join(" ");
        (key, cells[2 + by.len()..].join(" "))
    };
    text.lines().skip(1).map(split).collect()
}

fn row<'r>(rows: &'r BTreeMap<String, String>, key: &str) -> &'r str {
    rows.get(key).map_or("-", String::as_str)
}

#[test]
fn work_of_one_day_is_in_the_order_of_its_ids_also_where_no_rule_asks_for_it() {
    let deals = "deal_id,outcome,close_date,amount\nD1,won,2026-01-10,100\n";
    // By payee the employee would be first, by row the partner Q.
    let work = "engagement_id,deal_id,payee_id,role,occurred_on\n\
        W2,D1,Q,closed,2026-01-05\nW3,D1,E,closed,2026-01-05\nW1,D1,P,sourced,2026-01-05\n";
    let settlement = settled("", &[], (deals, work), &[]);
    let question = scorecard::Question { by: Vec::new(), exclude: Vec::new(), matrix: true };
    let made = scorecard::scorecard((&settlement).into(), &question).unwrap();
    let (_, matrix) = made.files.iter().find(|(name, _)| name.ends_with("matrix.csv")).unwrap();
    assert_eq!(
        String::from_utf8_lossy(matrix).lines().nth(1).unwrap(),
        "partner,sourced,employee,closed,1,100.00"
    );
}

#[test]
fn a_reversal_counts_in_revenue_alone_and_in_the_class_of_its_original() {
    let deals = "deal_id,outcome,close_date,amount,channel,reverses_deal_id\n\
        D1,won,2026-01-10,100,partner,\nD2,won,2026-02-10,-40,direct,D1\nD3,lost,2026-02-11,7,partner,\nD4,won,2026-02-12,-5,partner,\n";
    let work = "engagement_id,deal_id,payee_id,role,occurred_on\nW1,D1,P,sourced,2026-01-01\n";
    let rows = rows(&settled("", &[], (deals, work), &[]), &["channel"], &[]);
    assert_eq!(row(&rows, "revenue all"), "55.00   3");
    assert_eq!(row(&rows, "revenue direct"), "-40.00   1");
    assert_eq!(row(&rows, "sourced all"), "60.00   2");
    assert_eq!(row(&rows, "fulfilled partner"), "-5.00   1");
    assert_eq!(row(&rows, "direct all"), "0.00   0");
    assert_eq!(row(&rows, "deals all"), "1   1");
    assert_eq!(row(&rows, "deals direct"), "-");
    assert_eq!(row(&rows, "win_rate partner"), "0.500000 1 2 2");
    assert_eq!(row(&rows, "average_deal all"), "100.000000 100.00 1 1");
    assert_eq!(row(&rows, "share_of_revenue direct"), "-0.727273 -40.00 55.00 3");
}

#[test]
fn what_partners_did_and_when() {
    let deals = "deal_id,outcome,close_date,amount,channel,account_id\nD1,won,2026-01-10,1,,A\nD2,won,2026-03-10,2,,A\nD3,won,2026-03-10,4,,B\n\
        D4,won,2026-03-10,8,partner,C\nD5,won,2026-03-10,16,direct,D\nD6,won,2026-03-10,32,,E\n";
    // D1: too late, but on the account within the year of D2. D3: without a day, on the deal. D5: without a day, on the account. D6: an employee.
    let work = "engagement_id,deal_id,account_id,payee_id,role,occurred_on\nW1,D1,,P,sourced,2026-01-11\nW3,D3,,P,cosell,\nW5,,D,P,cosell,\n\
        W6,D6,,E,sourced,2026-01-01\nW7,,B,Q,sourced,2025-01-01\n";
    let rows = rows(&settled("", &[], (deals, work), &[]), &["channel"], &[]);
    assert_eq!(row(&rows, "influenced all"), "2.00   1");
    assert_eq!(row(&rows, "co_sold all"), "4.00   1");
    assert_eq!(row(&rows, "fulfilled all"), "8.00   1");
    assert_eq!(row(&rows, "direct all"), "49.00   3");
    assert_eq!(row(&rows, "sourced all"), "0.00   0");
    assert_eq!(row(&rows, "attach_rate all"), "0.166667 1 6 6");
}

#[test]
fn kinds_are_those_of_the_day_and_other_metrics_have_all() {
    let deals = "deal_id,outcome,close_date,amount\nD1,won,2026-01-10,100\nD2,won,2026-05-10,100\n";
    let work = "engagement_id,deal_id,payee_id,role\nW1,D1,P,x\nW2,D2,P,x\nW3,D2,E,x\n";
    let more = "assignments = { path = \"assignments.csv\" }\n";
    let assignments = [("assignments.csv", "payee_id,from,until,kind\nP,2026-04-01,,employee\n")];
    let rows = rows(&settled(more, &assignments, (deals, work), &["kind"]), &["kind"], &[]);
    assert_eq!(row(&rows, "earned partner"), "10.00   1");
    assert_eq!(row(&rows, "earned employee"), "10.00   2");
    assert_eq!(row(&rows, "cost_rate employee"), "0.050000 10.00 200.00 2");
    assert_eq!(row(&rows, "cost_rate all"), "0.100000 20.00 200.00 2");
    assert_eq!(row(&rows, "revenue all"), "200.00   2");
    assert_eq!(row(&rows, "concentration all"), "1.000000 100.00 100.00 1");
    assert_eq!(rows.keys().filter(|key| key.starts_with("revenue ")).count(), 1);
}

#[test]
fn reasons_that_are_no_loss_and_days() {
    let deals = "deal_id,outcome,close_date,amount,lost_reason,created_on,term_ends_on,renews_deal_id\n\
        D1,won,2026-01-11,10,,2026-01-01,2026-12-31,\nD2,won,2026-01-12,10,,2026-01-01,,D1\nD3,lost,2026-01-13,10,test,2026-01-01,,\n\
        D4,lost,2026-01-14,10,price,,,\nD5,won,2025-06-01,30,,,2026-06-01,\n";
    let work = "engagement_id,deal_id,payee_id,role\nW1,D1,E,x\n";
    let settled = settled("", &[], (deals, work), &[]);
    let excluding = rows(&settled, &["month"], &["test"]);
    assert_eq!(row(&excluding, "win_rate all"), "0.666667 2 3 3");
    assert_eq!(row(&excluding, "excluded all"), "1   1");
    assert_eq!(row(&excluding, "cycle_days 2026-01"), "10.500000   2");
    assert_eq!(row(&excluding, "cycle_days_lost all"), "   0");
    assert_eq!(row(&excluding, "renewal_rate all"), "0.500000 1 2 2");
    assert_eq!(row(&excluding, "renewal_rate 2026-12"), "1.000000 1 1 1");
    assert_eq!(row(&excluding, "renewal_rate_by_value all"), "0.250000 10.00 40.00 2");
    assert_eq!(row(&excluding, "churned all"), "30.00   1");
    // In all months together there was something in the year before.
    assert_eq!(row(&excluding, "new_segments all"), "0.00   0");
    assert_eq!(row(&rows(&settled, &["month"], &[]), "cycle_days_lost all"), "12.000000   1");
}

#[test]
fn discounts_unlike_others() {
    let mut deals = "deal_id,outcome,close_date,amount,list_amount,channel\n".to_owned();
    for (place, amount) in [90, 91, 89, 90, 92, 88, 90, 91, 89, 40].into_iter().enumerate() {
        deals.push_str(&format!(
            "D{place},won,2026-01-10,{amount},100,direct\nX{place},won,2026-01-10,90,100,partner\n"
        ));
    }
    let work = "engagement_id,deal_id,payee_id,role\nW1,D1,E,x\n";
    let settled = settled("[report]\noutliers_by = [\"channel\"]\n", &[], (&deals, work), &[]);
    let of_channels = rows(&settled, &["channel"], &[]);
    assert_eq!(row(&of_channels, "discount_outlier direct"), "1   1");
    assert_eq!(row(&of_channels, "discount_outlier all"), "1   1");
    assert_eq!(row(&of_channels, "discount direct"), "0.150000 150.00 1000.00 10");
    let question = scorecard::Question { by: vec!["channel".to_owned()], ..scorecard::Question::default() };
    let made = scorecard::scorecard((&settled).into(), &question).unwrap();
    let outliers = made.files.iter().find(|(name, _)| *name == "outliers.csv").unwrap();
    assert_eq!(
        String::from_utf8_lossy(&outliers.1),
        "deal_id,channel,discount,median,mad,n\nD9,direct,0.600000,0.100000,0.010000,10\n"
    );
}

#[test]
fn lift_compares_within_strata() {
    let (mut deals, mut work) = (
        "deal_id,outcome,close_date,amount,segment\n".to_owned(),
        "engagement_id,deal_id,payee_id,role\n".to_owned(),
    );
    for place in 0..20 {
        let outcome = if place < 7 || (10..14).contains(&place) { "won" } else { "lost" };
        deals.push_str(&format!("D{place},{outcome},2026-01-10,10,s\n"));
        work.push_str(&format!("W{place},D{place},{},x\n", if place < 10 { "P" } else { "E" }));
    }
    deals.push_str("Z,lost,2026-01-10,100,t\n");
    work.push_str("WZ,Z,P,x\n");
    let settled = settled("", &[], (&deals, &work), &[]);
    let made =
        lift::lift((&settled).into(), &lift::Question { at_least: 5, ..lift::Question::default() }).unwrap();
    assert_eq!(
        String::from_utf8_lossy(&made.files[0].1),
        "period,metric,value,n\n2026,lift_wins,3.000000,20\n2026,lift_wins_low,-1.456470,20\n2026,lift_wins_high,7.456470,20\n\
         2026,standard_error,2.273709,20\n2026,incremental_revenue,30.000000,20\n2026,unmatched_share,0.090909,11\n\
         2026,naive_wins,2.600000,21\n2026,naive_revenue,26.000000,21\n"
    );
    assert_eq!(
        String::from_utf8_lossy(&made.files[1].1),
        "segment,size,n1,won1,amount1,n0,won0,amount0,lift_wins,incremental_revenue,matched\n\
         s,2,10,7,70.00,10,4,40.00,3.000000000000,30.000000000000,true\nt,3,1,0,0.00,0,0,0.00,,,false\n"
    );
}

#[test]
fn health_of_what_is_open() {
    let more = "opportunities = { path = \"open.csv\" }\n";
    let open = "opportunity_id,expected_close,created_on\nO1,2026-12-01,2026-12-20\nO2,2026-11-01,2026-12-20\nO3,2027-01-01,\nO4,2027-01-01,2026-01-01\n";
    let deals = "deal_id,outcome,close_date,amount\nD1,won,2026-01-10,1\n";
    let work = "engagement_id,opportunity_id,deal_id,payee_id,role,occurred_on\nW1,O4,,P,x,2026-12-15\nW2,,D1,E,x,2026-01-01\n";
    let made = health::health((&settled(more, &[("open.csv", open)], (deals, work), &[])).into()).unwrap();
    assert_eq!(
        String::from_utf8_lossy(&made.files[0].1),
        "opportunity_id,health,reasons\nO1,watch,overdue\nO2,at risk,overdue\nO3,watch,stale\nO4,watch,unregistered\n"
    );
}

#[test]
fn lines_are_frames_to_go_on_from() {
    let deals = "deal_id,outcome,close_date,amount\nD1,won,2026-01-10,100.05\n";
    let work = "engagement_id,deal_id,payee_id,role\nW1,D1,P,sourced\nW2,D1,E,closed\n";
    let settled = settled("", &[], (deals, work), &[]);
    let frame = frame_of(settled.lines().unwrap()).unwrap();
    let texts = |name: &str| -> Vec<String> {
        frame.column(name).unwrap().str().unwrap().iter().flatten().map(str::to_owned).collect()
    };
    assert_eq!(
        (texts("payee_id"), texts("deal_id")),
        (vec!["E".into(), "P".into()], vec!["D1".into(), "D1".into()])
    );
    // 10% of 100.05 is 10.01, and the cent that is left goes to one of them.
    let amounts = frame.column("amount").unwrap().i64().unwrap().iter().flatten().sum::<i64>();
    assert_eq!(amounts, 1_001);
    assert_eq!(batch_of(&frame).unwrap().num_rows(), 2);
}
