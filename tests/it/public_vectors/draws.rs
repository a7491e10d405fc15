//! Draws, guarantees and minimum payouts. The weeks of a source are our months.

use super::story::{ALL, Deal, case, case_of, deals, earned, month, nth, pat, row, table};
use super::{Vector, cents, decimal};

/// What a source with one account for draws and debts calls owed, in ours: the draws' balance, and what is carried below 0.
fn owed(before: &str, available: &str) -> (String, String) {
    let (owed, debt) = (decimal(before), decimal(available));
    (cents(owed - debt), cents(-debt))
}

/// Pat is paid and owes what is published, month by month.
fn paid_and_owed(vector: &Vector, draw: &str) -> Vec<String> {
    let amounts = vector.inputs("earned");
    let mut text = case("paid and owed", &format!("{ALL}{draw}"), &earned(&amounts));
    let (paid, after) = (vector.all_published("paid"), vector.all_published("owed_after"));
    for place in 0..amounts.len() {
        // A month that is less than nothing is a debt, which the source has in the same account.
        let debt = if amounts[place].starts_with('-') { &amounts[place][1..] } else { "0" };
        let (owed, carried) = owed(&after[place], debt);
        let figures = [("paid", paid[place].as_str()), ("owed_out", &owed), ("carried_out", &carried)];
        text += &month(
            &nth(place),
            &figures.map(|(name, amount)| (name, if amount == "-0.00" { "0.00" } else { amount })),
        );
    }
    vec![text]
}

/// A recoverable draw up to the source's amount: nobody is paid less while it runs.
pub fn floor(vector: &Vector) -> Vec<String> {
    let amount = ["draw", "draw_per_month", "minimum_per_period", "minimum_wage_week"];
    let amount = amount.into_iter().find(|name| vector.inputs.get(name).is_some()).unwrap();
    let draw = format!(
        "[[draw]]\nid = \"floor\"\neffective = {{ from = 2026-01-01 }}\namount = \"{}\"\nrecoverable = true\n",
        vector.input(amount)
    );
    let mut cases = paid_and_owed(vector, &draw);
    if let Some(advances) = vector.expected.get("draw") {
        let mut text = case("what is advanced", &format!("{ALL}{draw}"), &earned(&vector.inputs("earned")));
        for (place, advance) in super::list(advances).iter().enumerate() {
            text += &month(&nth(place), &[("advance", advance)]);
        }
        cases.push(text);
    }
    cases
}

/// Debts without a draw are carried.
pub fn carried_without_a_draw(vector: &Vector) -> Vec<String> {
    paid_and_owed(vector, "")
}

/// A draw on top that is taken in the first month, and recovered in the second.
pub fn on_top(vector: &Vector) -> Vec<String> {
    let taken = vector.inputs("draw_taken");
    assert_eq!(taken[1], "0");
    let draw = format!(
        "[[draw]]\nid = \"advance\"\neffective = {{ from = 2026-01-01, until = 2026-01-31 }}\namount = \"{}\"\n\
         recoverable = true\npays = \"on-top\"\n",
        taken[0]
    );
    paid_and_owed(vector, &draw)
}

/// A draw that nobody pays back.
pub fn guarantee(vector: &Vector) -> Vec<String> {
    let draw = format!(
        "[[draw]]\nid = \"guarantee\"\neffective = {{ from = 2026-01-01 }}\namount = \"{}\"\n",
        vector.input("draw")
    );
    let mut cases = paid_and_owed(vector, &draw);
    if vector.expected.get("forgiven").is_some() {
        let mut text = case("what is added", &format!("{ALL}{draw}"), &earned(&vector.inputs("earned")));
        for (place, added) in vector.all_published("forgiven").iter().enumerate() {
            text += &month(&nth(place), &[("guarantee", added)]);
        }
        cases.push(text);
    }
    cases
}

/// A guarantee for those who are in the ramp on the last day of the month.
pub fn only_in_the_ramp(vector: &Vector) -> Vec<String> {
    assert_eq!(vector.inputs["ramp"], serde_json::json!([true, false]));
    let draw = format!(
        "[[draw]]\nid = \"ramp\"\neffective = {{ from = 2026-01-01 }}\npayees = \"tier = 'ramp'\"\namount = \"{}\"\n",
        vector.input("guarantee")
    );
    let tables = deals(&earned(&vector.inputs("earned")))
        + &pat(&["tier"], &["ramp"])
        + &table("assignments", &[row(&["payee_id", "from", "tier"]), row(&["pat", "2026-02-01", "full"])]);
    let mut text = case_of("only in the ramp", &format!("{ALL}{draw}"), &tables);
    for (place, paid) in vector.all_published("paid").iter().enumerate() {
        text += &month(&nth(place), &[("paid", paid), ("owed_out", "0.00")]);
    }
    vec![text]
}

/// The monthly draws of a quarter are set against its commission, which is known in the month after it.
pub fn against_a_quarter(vector: &Vector) -> Vec<String> {
    let amounts = vector.inputs("draws");
    let mut rules = ALL.to_owned();
    for (place, amount) in amounts.iter().enumerate() {
        rules += &format!(
            "[[draw]]\nid = \"draw\"\neffective = {{ from = {0}-01, until = {0}-28 }}\namount = \"{amount}\"\nrecoverable = true\n",
            nth(place)
        );
    }
    // The last day of each month counts.
    let rules = rules.replace("2026-01-28", "2026-01-31").replace("2026-03-28", "2026-03-31");
    let settled = amounts.len();
    let opening = vector.inputs.get("opening_owed").map_or("0".to_owned(), super::text);
    let opening =
        table("opening", &[row(&["payee_id", "carried", "owed"]), row(&["pat", "0", opening.as_str()])]);
    let deal = Deal::new("D", &super::story::tenth(settled), &vector.input("earned"));
    let mut text = case_of("a quarter", &rules, &(opening + &deals(&[deal]) + &pat(&[], &[])));
    for (place, amount) in amounts.iter().enumerate() {
        let amount = cents(decimal(amount));
        text += &month(&nth(place), &[("advance", &amount), ("paid", &amount)]);
    }
    let (recovered, payable, owed) =
        (vector.published("recovered"), vector.published("payable"), vector.published("closing_owed"));
    text += &month(&nth(settled), &[("recovery", &recovered), ("paid", &payable), ("owed_out", &owed)]);
    vec![text]
}

/// Who starts within the first month has the part of its days.
pub fn prorated(vector: &Vector) -> Vec<String> {
    let draw = format!(
        "[[draw]]\nid = \"draw\"\neffective = {{ from = 2026-01-01 }}\namount = \"{}\"\nrecoverable = true\nprorate = \"days\"\n",
        vector.input("draw_per_month")
    );
    let tables = deals(&[]) + &pat(&["start_date"], &[&vector.input("start")]);
    let mut text = case_of("prorated", &format!("{ALL}{draw}"), &tables);
    let (january, february, march, total) = (
        vector.published("january"),
        vector.published("february"),
        vector.published("march"),
        vector.published("total"),
    );
    text += &month("2026-01", &[("advance", &january)]);
    text += &month("2026-02", &[("advance", &february)]);
    text += &month("2026-03", &[("advance", &march), ("owed_out", &total)]);
    vec![text]
}

/// A guarantee for a part of a month, and what is paid for it.
fn part_of_a_month(from: &str, until: &str, amount: &str, paid: &str) -> Vec<String> {
    let draw = format!(
        "[[draw]]\nid = \"draw\"\neffective = {{ from = 2012-01-01 }}\namount = \"{amount}\"\nprorate = \"days\"\n"
    );
    let tables = deals(&[]) + &pat(&["start_date", "end_date"], &[from, until]);
    vec![
        case_of("a part of a month", &format!("{ALL}{draw}"), &tables)
            + &month(&from[..7], &[("paid", paid)]),
    ]
}

/// 20 of the 30 days of April.
pub fn by_calendar_days(vector: &Vector) -> Vec<String> {
    assert_eq!(vector.inputs["calendar"], serde_json::json!([20, 30]));
    part_of_a_month("2026-04-11", "", &vector.input("monthly"), &vector.published("calendar"))
}

/// The source's end is no day of the stretch, ours is its last: 29.00 a month make its fraction an amount.
pub fn half_open_days(vector: &Vector) -> Vec<String> {
    assert_eq!(vector.input("end_exclusive"), "2012-02-15");
    let fraction = vector.published("fraction");
    let (part, whole) = fraction.split_once('/').unwrap();
    part_of_a_month(&vector.input("start"), "2012-02-14", whole, &format!("{part}.00"))
}

/// What is below the minimum is carried until it is reached.
pub fn minimum_payout(vector: &Vector) -> Vec<String> {
    let terms = format!(
        "[[payment]]\nid = \"terms\"\neffective = {{ from = 2026-01-01 }}\nminimum = \"{}\"\n",
        vector.input("minimum")
    );
    let amounts = vector.inputs("earned");
    let mut text = case("a minimum", &format!("{ALL}{terms}"), &earned(&amounts));
    let (paid, carried) = (vector.all_published("paid"), vector.all_published("carried"));
    for place in 0..amounts.len() {
        text += &month(&nth(place), &[("paid", &paid[place]), ("carried_out", &carried[place])]);
    }
    vec![text]
}
