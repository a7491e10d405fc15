//! A year of months in which nearly everything happens that may: deals come late, change, vanish and come back, are lost or move;
//! payees go; customers pay in parts; somebody draws, somebody owes; adjustments are made and made otherwise; a rule is added.

use super::desk::Desk;
use crate::properties::RULES;

pub const MONTHS: [&str; 12] = [
    "2026-01", "2026-02", "2026-03", "2026-04", "2026-05", "2026-06", "2026-07", "2026-08", "2026-09",
    "2026-10", "2026-11", "2026-12",
];

const BOOK: &str = r#"
[book]
name = "A year"
currency = "USD"
rules = ["rules/*.toml"]
fiscal_year_starts = 4
incomplete = "pay"
[sources]
deals = { path = "data/deals/*.csv" }
engagements = { path = "data/engagements.csv" }
payees = { path = "data/payees.csv" }
receipts = { path = "data/receipts.csv" }
adjustments = { path = "data/adjustments.csv" }
acceptances = { path = "data/acceptances.csv" }
fx_rates = { path = "data/fx.csv" }
[ledger]
first = "2026-01"
approvals = 0
opening = "opening.csv"
"#;

const POLICIES: &str = r#"
[[hold]]
id = "cash"
effective = { from = 2026-01-01 }
rules = ["team", "help"]
when = "amount > 1100"
release = "deals.received_share"

[[hold]]
id = "holdback"
effective = { from = 2026-01-01 }
rules = ["touch"]
release = "CASE WHEN period_end >= close_date + 90 THEN 1 ELSE 0.8 END"

[[draw]]
id = "ramp"
effective = { from = 2026-01-01, until = 2026-06-30 }
payees = "payee_id = 'P4'"
amount = "150"
recoverable = true
limit = "400"
recover = { share = "50%", from = 2026-04-01 }

[[draw]]
id = "floor"
effective = { from = 2026-01-01 }
payees = "payee_id = 'P0'"
amount = { by = "payees.region", is = { EMEA = "120" }, else = "80" }

[[payment]]
id = "terms"
effective = { from = 2026-01-01 }
payees = "payee_id <> 'P1'"
minimum = "20"
debt_share = "50%"

[[payment]]
id = "abroad"
effective = { from = 2026-01-01 }
payees = "payee_id = 'P1'"
currency = "payee"
maximum = "900"
"#;

const AUTUMN: &str = r#"
[[stipend]]
id = "autumn"
effective = { from = 2026-09-01 }
engaged = "role = 'sourced'"
amount = { table = "rates/autumn.csv", value = "amount" }
"#;

/// A table, as rows under a header.
fn table(header: &str, rows: impl IntoIterator<Item = String>) -> String {
    let rows: String = rows.into_iter().map(|row| row + "\n").collect();
    format!("{header}\n{rows}")
}

/// Deal `j` of month `i` as it is known in month `now`; all from 1 on. None where it is not there.
fn deal(i: usize, j: usize, now: usize) -> Option<String> {
    let is_late = j == 3;
    let (gone, back) = match (i, j) {
        (4, 1) => (7, 9),
        (5, 0) => (8, 13),
        _ => (13, 13),
    };
    if i > now || is_late && now == i || (gone..back).contains(&now) {
        return None;
    }
    let month = if (i, j) == (6, 0) && now >= 7 { 7 } else { i };
    let outcome = if (i, j) == (7, 0) && now >= 9 { "lost" } else { "won" };
    let correction = if j == 1 && now >= i + 2 { 5_017 * (i % 3 + 1) } else { 0 };
    let cents = 100_000 + 13_705 * j + 1_203 * i + correction;
    let kind = if j == 2 { "renewal" } else { "new" };
    Some(format!(
        "D{i:02}{j},{outcome},2026-{month:02}-{:02},{}.{:02},{kind},A{}",
        3 + 7 * j,
        cents / 100,
        cents % 100,
        j % 2
    ))
}

/// The files of the project as they are known when a month is closed, from 1 on.
fn known(now: usize) -> Vec<(String, String)> {
    let mut files = Vec::new();
    for i in 1..=now {
        let deals = (0..4).filter_map(|j| deal(i, j, now));
        let header = "deal_id,outcome,close_date,amount,deal_type,account_id";
        files.push((format!("data/deals/{i:02}.csv"), table(header, deals)));
    }
    // Each deal has somebody who found it, somebody who helped, and somebody who closed it.
    let roles = ["sourced", "cosell", "closed"];
    let worked = |i: usize, j: usize| {
        let row = move |(place, role): (usize, &str)| {
            let payee = (i + j + place * (j + 1)) % 5;
            format!("D{i:02}{j},P{payee},{role},{}.5,2026-{i:02}-02", 1 + place)
        };
        roles.into_iter().enumerate().map(row)
    };
    let engagements = (1..=now).flat_map(|i| (0..4).flat_map(move |j| worked(i, j).collect::<Vec<_>>()));
    let header = "deal_id,payee_id,role,weight,occurred_on";
    files.push(("data/engagements.csv".to_owned(), table(header, engagements)));
    let payees = (0..6).filter(|payee| !(*payee == 3 && now == 10)).map(|payee| {
        let manager = if payee < 4 { format!("P{}", payee + 1) } else { String::new() };
        let manager = if now == 10 && payee == 2 { String::new() } else { manager };
        let region = if payee == 0 && now < 9 { "EMEA" } else { "AMER" };
        format!("P{payee},Payee {payee},{manager},{region},{}", if payee == 1 { "EUR" } else { "USD" })
    });
    files.push(("data/payees.csv".to_owned(), table("payee_id,name,manager_id,region,currency", payees)));
    // Three payments in as many months, the last of them too much.
    let receipt = |i: usize, j: usize, part: usize| {
        format!("R{i}{j}{part},D{i:02}{j},2026-{:02}-20,{}", i + part, 500 + 100 * part)
    };
    let parts = (1..=now).flat_map(|i| (0..4).flat_map(move |j| (0..3).map(move |part| (i, j, part))));
    let receipts = parts.filter(|(i, _, part)| i + part <= now).map(|(i, j, part)| receipt(i, j, part));
    files.push(("data/receipts.csv".to_owned(), table("receipt_id,deal_id,received_on,amount", receipts)));
    let adjustments = (1..=now).map(|i| {
        // That of February is corrected in May, that of March was another payee's, that of April comes in June.
        let amount = if i == 2 && now >= 5 { 70 } else { 40 * i as i64 - 150 };
        let payee = if i == 3 && now >= 6 { 0 } else { i % 5 };
        let known = if i == 4 { 6 } else { i };
        (known <= now).then(|| format!("X{i},P{payee},2026-{i:02},{amount}.25,prize,ann,cfo"))
    });
    let header = "adjustment_id,payee_id,period,amount,reason,entered_by,approved_by";
    files.push(("data/adjustments.csv".to_owned(), table(header, adjustments.flatten())));
    let decisions = [
        (7, "D041,keep,the export lost it,cfo"),
        (8, "D050,take-back,it never was,cfo"),
        (10, "P3,keep,on its way back,cfo"),
        (10, "X8,keep,on its way back,cfo"),
    ];
    let decisions = decisions.iter().filter(|(from, _)| *from <= now).map(|(_, row)| (*row).to_owned());
    files.push(("data/acceptances.csv".to_owned(), table("id,action,reason,by", decisions)));
    let rates = (1..=now).map(|i| format!("2026-{i:02}-25,EUR,1.{i:02}"));
    files.push(("data/fx.csv".to_owned(), table("date,currency,rate", rates)));
    if now >= 9 {
        files.push(("rules/autumn.toml".to_owned(), AUTUMN.to_owned()));
        files.push(("rates/autumn.csv".to_owned(), "deal_type,amount\nnew,12.50\nrenewal,7.25\n".to_owned()));
    }
    files
}

/// A year that is closed month by month.
pub fn closed() -> Desk {
    let desk = Desk::with(&[
        ("apportion.toml", BOOK),
        ("rules/all.toml", RULES),
        ("rules/policies.toml", POLICIES),
        ("opening.csv", "payee_id,carried,owed\nP2,-35.50,0\nP4,12.25,60.00\n"),
    ]);
    for (now, month) in (1..).zip(MONTHS) {
        for (name, content) in known(now) {
            desk.write(&name, &content);
        }
        desk.close(month);
    }
    desk
}
