//! Clawbacks, over random deals: against a second implementation, and by what must hold whatever the numbers are.

use std::collections::BTreeMap;

use apportion::Session;
use apportion::world::Memory;
use arrow::array::{Array, AsArray, RecordBatch};
use arrow::datatypes::Decimal64Type;
use num_rational::Ratio;
use proptest::prelude::*;

type Fraction = Ratio<i128>;

const PROJECT: &str = r#"
[book]
name = "Taken back"
currency = "USD"
rules = ["rules.toml"]
[sources.deals]
path = "deals.csv"
[sources.engagements]
path = "engagements.csv"
[sources.payees]
path = "payees.csv"
"#;

const POOL: &str = r#"
[[shared_credit]]
id = "pool"
effective = { from = 2026-01-01 }
rate = "7.3%"
roles = [ { role = "a", share = "31%" }, { role = "b", share = "69%" } ]
"#;

const COMMISSION: &str = r#"
[[commission]]
id = "rep"
effective = { from = 2026-01-01 }
credits = ["pool"]
every = "quarter"
tiers = [ { from = 0, rate = "3.3%" }, { from = 1000, rate = "7.1%", bonus = "12.34" }, { from = 2500, rate = "9%" } ]
cap = [ { amount = "150", per = "payee", every = "quarter" } ]
"#;

const MIRROR: &str = r#"
[[clawback]]
id = "back"
effective = { from = 2026-01-01 }
method = "mirror"
schedule = [ { within = 0, share = "90%" }, { within = 30, share = "100%" }, { within = 101, share = "80%", to = "12.5%" } ]
"#;

const RECOMPUTE: &str = r#"
[[clawback]]
id = "again"
effective = { from = 2026-01-01 }
method = "recompute"
"#;

/// A deal of 2026: id, day of the year, amount in cents, the deal that it reverses.
#[derive(Debug, Clone)]
struct Deal {
    id: String,
    day: u32,
    cents: i64,
    reverses: Option<String>,
}

impl Deal {
    fn row(&self) -> String {
        let first = 20_454; // 2026-01-01
        let day = apportion::book::display_day(first + i32::try_from(self.day).unwrap());
        let (sign, cents) = (if self.cents < 0 { "-" } else { "" }, self.cents.abs());
        let reverses = self.reverses.as_deref().unwrap_or_default();
        format!("{},won,{day},{sign}{}.{:02},{reverses}\n", self.id, cents / 100, cents % 100)
    }
}

fn files(rules: &str, deals: &[Deal]) -> Memory {
    let rows: String = deals.iter().map(Deal::row).collect();
    let originals = deals.iter().filter(|deal| deal.reverses.is_none());
    let work: String =
        originals.map(|deal| format!("{id},ann,a\n{id},ben,b\n{id},cat,b\n", id = deal.id)).collect();
    Memory::new()
        .with("apportion.toml", PROJECT)
        .with("rules.toml", rules)
        .with("payees.csv", "payee_id\nann\nben\ncat\n")
        .with("engagements.csv", format!("deal_id,payee_id,role\n{work}"))
        .with("deals.csv", format!("deal_id,outcome,close_date,amount,reverses_deal_id\n{rows}"))
}

/// Rule, deal, payee, the rule that is taken back, and the amount in cents.
type Row = (String, String, String, String, Option<i64>);

fn rows(batch: &RecordBatch) -> Vec<Row> {
    let text = |name: &str, row: usize| {
        let column = batch.column_by_name(name).unwrap().as_string::<i32>();
        if column.is_null(row) { String::new() } else { column.value(row).to_owned() }
    };
    let amounts = batch.column_by_name("amount").unwrap().as_primitive::<Decimal64Type>();
    let amount = |row: usize| (!amounts.is_null(row)).then(|| amounts.value(row));
    (0..batch.num_rows())
        .map(|row| {
            let [rule, deal, payee, of_rule] =
                ["rule_id", "deal_id", "payee_id", "of_rule_id"].map(|name| text(name, row));
            (rule, deal, payee, of_rule, amount(row))
        })
        .collect()
}

fn settled(rules: &str, deals: &[Deal]) -> Vec<Row> {
    let session = Session::in_memory(files(rules, deals)).unwrap();
    rows(&session.settle("2026".parse().unwrap()).unwrap().lines().unwrap())
}

fn whole(number: i64) -> Fraction {
    Ratio::from_integer(number.into())
}

fn part(numerator: i64, denominator: i64) -> Fraction {
    Ratio::new(numerator.into(), denominator.into())
}

/// Half away from zero.
fn round(number: Fraction) -> i64 {
    i64::try_from(number.round().to_integer()).unwrap()
}

/// The share of the schedule above.
fn share(days: i64) -> Fraction {
    match days {
        0 => part(9, 10),
        1..=30 => whole(1),
        31..=101 => part(8, 10) + (part(1, 8) - part(8, 10)) * part(days - 30, 71),
        _ => whole(0),
    }
}

/// What reversals take back of the lines of a settlement: deal, payee, rule, amount.
fn taken_back(deals: &[Deal], lines: &[Row]) -> BTreeMap<(String, String, String), i64> {
    let originals: BTreeMap<&str, &Deal> =
        deals.iter().filter(|deal| deal.reverses.is_none()).map(|deal| (deal.id.as_str(), deal)).collect();
    let mut reversals: Vec<&Deal> = deals.iter().filter(|deal| deal.reverses.is_some()).collect();
    reversals.sort_by_key(|deal| (deal.day, deal.id.clone()));
    let mut taken = BTreeMap::new();
    for original in originals.values() {
        let (mut f_so_far, mut before) = (whole(0), whole(0));
        for reversal in reversals.iter().filter(|deal| deal.reverses.as_deref() == Some(&original.id)) {
            if reversal.day < original.day {
                continue;
            }
            let f = match original.cents {
                0 => whole(1),
                cents => part(reversal.cents.abs(), cents.abs()),
            };
            let f = f.min(whole(1) - f_so_far);
            f_so_far += f;
            let after = before + f * share(i64::from(reversal.day) - i64::from(original.day));
            for (rule, _, payee, _, amount) in lines.iter().filter(|line| line.1 == original.id) {
                let Some(amount) = amount else { continue };
                let back = round(whole(*amount) * before) - round(whole(*amount) * after);
                taken.insert((reversal.id.clone(), payee.clone(), rule.clone()), back);
            }
            before = after;
        }
    }
    taken
}

fn deals() -> impl Strategy<Value = Vec<Deal>> {
    let original = (0_u32..200, prop_oneof![Just(0_i64), -200_000_i64..200_000]);
    let reversal = (0_usize..5, 0_u32..220, -200_000_i64..200_000);
    let all = (prop::collection::vec(original, 1..5), prop::collection::vec(reversal, 0..7));
    all.prop_map(|(originals, reversals)| {
        let count = originals.len();
        let originals = originals.into_iter().enumerate();
        let mut deals: Vec<Deal> = originals
            .map(|(place, (day, cents))| Deal { id: format!("D{place}"), day, cents, reverses: None })
            .collect();
        for (place, (of, day, cents)) in reversals.into_iter().enumerate() {
            let reverses = Some(format!("D{}", of % count));
            deals.push(Deal { id: format!("R{place}"), day, cents, reverses });
        }
        deals
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// A mirror takes what a second implementation takes, and touches nothing else.
    #[test]
    fn a_mirror_takes_what_the_formula_says(deals in deals()) {
        let rules = format!("{POOL}{COMMISSION}");
        let originals: Vec<Deal> = deals.iter().filter(|deal| deal.reverses.is_none()).cloned().collect();
        let before = settled(&rules, &originals);
        let after = settled(&format!("{rules}{MIRROR}"), &deals);
        let (back, rest): (Vec<Row>, Vec<Row>) = after.into_iter().partition(|row| row.0 == "back");
        prop_assert_eq!(&rest, &before);
        let found: BTreeMap<(String, String, String), i64> =
            back.into_iter().map(|(_, deal, payee, of_rule, amount)| ((deal, payee, of_rule), amount.unwrap())).collect();
        prop_assert_eq!(found, taken_back(&deals, &before));
    }

    /// A deal that is reversed as a whole, at once, and booked again pays what it paid.
    #[test]
    fn cancelled_and_booked_again_is_nothing(deals in deals(), cancelled in 0_usize..5) {
        let rules = format!("{POOL}{COMMISSION}{RECOMPUTE}");
        let originals: Vec<Deal> = deals.into_iter().filter(|deal| deal.reverses.is_none()).collect();
        let before = settled(&rules, &originals);
        let cancelled = originals[cancelled % originals.len()].clone();
        let mut changed = originals.clone();
        changed.push(Deal { id: "R".to_owned(), cents: -cancelled.cents, reverses: Some(cancelled.id.clone()), ..cancelled.clone() });
        // The same place among the deals of its day.
        changed.push(Deal { id: format!("{}x", cancelled.id), ..cancelled.clone() });
        let again = format!("{}x", cancelled.id);
        let renamed = settled(&rules, &changed).into_iter().map(|row| {
            let deal = if row.1 == again { cancelled.id.clone() } else { row.1.clone() };
            (row.0, deal, row.2, row.3, row.4)
        });
        prop_assert_eq!(renamed.collect::<Vec<_>>(), before);
    }

    /// What is recomputed is what it would be had it been sold so.
    #[test]
    fn recomputed_is_as_if_sold_so(deals in deals()) {
        let rules = format!("{POOL}{COMMISSION}");
        let mut left: Vec<Deal> = deals.iter().filter(|deal| deal.reverses.is_none()).cloned().collect();
        let mut gone: Vec<String> = Vec::new();
        for deal in &mut left {
            let of_deal = deals.iter().filter(|other| other.reverses.as_deref() == Some(&deal.id) && other.day >= deal.day);
            let sizes: Vec<i64> = of_deal.map(|reversal| reversal.cents.abs()).collect();
            let rest = (deal.cents.abs() - sizes.iter().sum::<i64>()).max(0);
            if rest == 0 && !sizes.is_empty() {
                gone.push(deal.id.clone());
            }
            deal.cents = rest * deal.cents.signum();
        }
        left.retain(|deal| !gone.contains(&deal.id));
        let expected = settled(&rules, &left);
        prop_assert_eq!(settled(&format!("{rules}{RECOMPUTE}"), &deals), expected);
    }

    /// Neither the order of rows nor the number of threads says anything.
    #[test]
    fn rows_in_any_order(deals in deals().prop_flat_map(|deals| (Just(deals.clone()), Just(deals).prop_shuffle()))) {
        let rules = format!("{POOL}{COMMISSION}{MIRROR}");
        let one = rayon::ThreadPoolBuilder::new().num_threads(1).build().unwrap();
        let alone = one.install(|| settled(&rules, &deals.1));
        prop_assert_eq!(settled(&rules, &deals.0), alone);
    }
}
