//! What may be paid, and when.

use super::story::{ALL, Deal, case, case_of, deals, month, pat, row, table};
use super::{Vector, cents, decimal};

const TENTH: &str = r#"
[[shared_credit]]
id = "tenth"
effective = { from = 2026-01-01 }
rate = "10%"
model = "equal"
reach = ["account"]
"#;

fn hold(release: &str) -> String {
    format!("[[hold]]\nid = \"hold\"\neffective = {{ from = 2026-01-01 }}\nrelease = \"{release}\"\n")
}

fn receipts(rows: &[[&str; 3]]) -> String {
    let mut all = vec![row(&["receipt_id", "deal_id", "received_on", "amount"])];
    all.extend(
        rows.iter()
            .enumerate()
            .map(|(place, [deal, day, amount])| row(&[&format!("R{place}"), deal, day, amount])),
    );
    table("receipts", &all)
}

/// Half on the order, the other half in proportion to what its invoices bring.
pub fn half_on_order_half_on_cash(vector: &Vector) -> Vec<String> {
    assert_eq!((vector.input("rate").as_str(), vector.input("on_order").as_str()), ("10%", "50%"));
    assert_eq!(vector.inputs("invoices_share"), ["50%", "50%"]);
    let order = vector.input("order");
    let invoice = cents(decimal(&order) / decimal("2"));
    let rules = format!("{TENTH}{}", hold("0.5 + 0.5 * deals.received_share"));
    let tables = deals(&[Deal::new("D", "2026-01-10", &order)])
        + &pat(&[], &[])
        + &receipts(&[["D", "2026-02-10", &invoice], ["D", "2026-03-10", &invoice]]);
    let on_cash = vector.all_published("on_cash");
    let (earned, on_order) = (vector.published("earned"), vector.published("on_order"));
    let text = case_of("half and half", &rules, &tables)
        + &month("2026-01", &[("lines", &earned), ("paid", &on_order)])
        + &month("2026-02", &[("lines", "0.00"), ("paid", &on_cash[0])])
        + &month("2026-03", &[("lines", "0.00"), ("paid", &on_cash[1]), ("held_out", "0.00")]);
    vec![text]
}

/// 70 on booking, 25 more with the cash, 5 at the end of the year; nothing any more where it is not collected in time, and all of it once
/// it is collected after all.
pub fn collected_after_all(vector: &Vector) -> Vec<String> {
    let part = |name: &str| decimal(&vector.input(name)) / decimal(&vector.input("commission"));
    let (booked, collected) = (part("paid_on_booking"), part("held_for_collection"));
    let release = format!(
        "CASE WHEN period_end > close_date + {days} THEN CASE WHEN deals.received_share = 1 THEN 1 ELSE 0 END \
         ELSE {booked} + {collected} * deals.received_share END",
        days = vector.input("not_collected_within_days")
    );
    let tables = deals(&[Deal::new("D", "2026-01-10", &vector.input("commission"))])
        + &pat(&[], &[])
        + &receipts(&[["D", "2026-09-10", &vector.input("commission")]]);
    let first = cents(decimal(&vector.input("paid_on_booking")));
    let (after, released) = (vector.published("after_clawback"), vector.published("released_on_collection"));
    let entry = |earned: &str, released: &str, to_date: &str| {
        table(
            "entries",
            &[row(&["earned", "released", "released_to_date"]), row(&[earned, released, to_date])],
        )
    };
    let mut text = case_of("collected after all", &format!("{ALL}{}", hold(&release)), &tables);
    text += &month("2026-01", &[("paid", &first)]);
    for quiet in 2..7 {
        text += &month(&format!("2026-{quiet:02}"), &[("paid", "0.00")]);
    }
    // 180 days after the 10th of January it is the 9th of July.
    text += &(month("2026-07", &[("held_change", &first)]) + &entry("0.00", &format!("-{first}"), &after));
    text += &month("2026-08", &[("paid", "0.00")]);
    text += &(month("2026-09", &[("held_out", "0.00")]) + &entry("0.00", &released, &released));
    vec![text]
}

/// Locked a month after the month of the action ends: the close of that month pays it.
pub fn locked_after_a_month(vector: &Vector) -> Vec<String> {
    let locked = vector.published("locked");
    assert_eq!((vector.input("action").as_str(), locked.as_str()), ("2026-01-10", "2026-02-28"));
    let rules =
        format!("{ALL}{}", hold(&format!("CASE WHEN period_end >= DATE '{locked}' THEN 1 ELSE 0 END")));
    let text = case("locked", &rules, &[Deal::new("D", &vector.input("action"), "100")])
        + &month("2026-01", &[("lines", "100.00"), ("paid", "0.00"), ("held_out", "100.00")])
        + &month(&locked[..7], &[("paid", "100.00"), ("held_out", "0.00")]);
    vec![text]
}

/// A refund that a clawback takes back from what it paid.
const REFUNDS: &str = r#"
[[clawback]]
id = "refunds"
effective = { from = 2026-01-01 }
method = "mirror"
"#;

/// Held for the days of the trial and of the refund window: not a day less. What is refunded meanwhile is nothing, and nobody owes it.
pub fn trial_and_refund_window(vector: &Vector) -> Vec<String> {
    let days = vector.published("hold_days");
    let sum = decimal(&vector.input("trial_days")) + decimal(&vector.input("refund_days"));
    assert_eq!(decimal(&days), sum);
    let rules = format!(
        "{ALL}{REFUNDS}{}",
        hold(&format!("CASE WHEN period_end >= close_date + {days} THEN 1 ELSE 0 END"))
    );
    // 37 days after the 22nd of January it is the last day of February.
    let of_deals = [
        Deal::new("D1", "2026-01-22", "10"),
        Deal::new("D2", "2026-01-23", "100"),
        Deal::new("D3", "2026-01-24", "1000"),
        Deal::reversing("R3", "2026-02-10", "1000", "D3"),
        Deal::new("D4", "2026-01-24", "400"),
        Deal::reversing("R4", "2026-02-10", "100", "D4"),
    ];
    let text = case("held for some days", &rules, &of_deals)
        + &month("2026-01", &[("paid", "0.00"), ("held_out", "1510.00")])
        + &month(
            "2026-02",
            &[("clawbacks", "-1100.00"), ("paid", "10.00"), ("carried_out", "0.00"), ("held_out", "400.00")],
        )
        + &month("2026-03", &[("paid", "400.00"), ("carried_out", "0.00"), ("held_out", "0.00")]);
    vec![text]
}

/// Approved after the hold, paid because it is above the minimum; a refund after that is less than nothing in the next payout.
pub fn then_a_minimum(vector: &Vector) -> Vec<String> {
    let money = |text: &str| cents(decimal(text) / decimal("100"));
    let (minimum, amount) = (money(&vector.input("minimum_cents")), money(&vector.input("approved_cents")));
    let paid = money(&vector.published("paid_cents"));
    let terms = format!(
        "[[payment]]\nid = \"terms\"\neffective = {{ from = 2026-01-01 }}\nminimum = \"{minimum}\"\n"
    );
    let days = vector.input("hold_days");
    let release = hold(&format!("CASE WHEN period_end >= close_date + {days} THEN 1 ELSE 0 END"));
    // Day 30 is the last of February, day 60 the 30th of March.
    assert_eq!((days.as_str(), vector.input("refund_day").as_str()), ("30", "60"));
    let of_deals = [
        Deal::new("D", "2026-01-29", &amount),
        Deal::reversing("R", "2026-03-30", &amount, "D"),
        Deal::new("E", "2026-03-01", "200"),
    ];
    let rest = cents(decimal("200") - decimal(&amount));
    let text = case("a hold and a minimum", &format!("{ALL}{REFUNDS}{terms}{release}"), &of_deals)
        + &month("2026-01", &[("lines", &amount), ("paid", "0.00")])
        + &month("2026-02", &[("paid", &paid)])
        // E is released on the last day of March.
        + &month("2026-03", &[("clawbacks", &format!("-{amount}")), ("paid", &rest)]);
    vec![text]
}
