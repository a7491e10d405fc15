//! What must hold of every project, tried on random ones in which every kind of rule pays.

use std::collections::BTreeMap;

use apportion::cases::{Case, CaseFile, CaseTable, Setting, Table};
use apportion::diagnostic::Files;
use apportion::world::Memory;
use proptest::prelude::*;

use crate::rate_tables::written;

pub const RULES: &str = r#"
[[shared_credit]]
id = "team"
effective = { from = 2026-01-01 }
when = "deal_type = 'new'"
rate = "7.5%"
roles = [ { role = "sourced", share = "30%" }, { role = "cosell", share = "20%" }, { role = "closed", share = "50%" } ]

[[shared_credit]]
id = "team"
effective = { from = 2026-02-10 }
when = "deal_type = 'new'"
rate = "3.33%"
roles = [ { role = "sourced", share = "33.3%" }, { role = "closed", share = "66.7%" } ]
unfilled = "retain"

[[shared_credit]]
id = "touch"
effective = { from = 2026-01-01 }
rate = "1%"
model = "position"
cap = [ { amount = "9.99", per = "deal" }, { amount = "30", per = "payee", every = "month" } ]

[[stipend]]
id = "help"
effective = { from = 2026-01-01 }
engaged = "role = 'cosell'"
amount = "2.50"
per = "touch"
cap = [ { amount = "12", per = "payee", every = "quarter" } ]

[[renewal_bonus]]
id = "kept"
effective = { from = 2026-01-01 }
when = "deal_type = 'renewal'"
reach = ["deal", "account"]
rates = [ { from = 1, rate = "1%" }, { from = 4, rate = "2%" } ]

[[commission]]
id = "steps"
effective = { from = 2026-01-01 }
credits = ["team", "touch"]
every = "quarter"
tiers = [ { from = "0", rate = "5%" }, { from = "150", rate = "8%" } ]

[[commission]]
id = "slide"
effective = { from = 2026-01-01 }
credits = ["team", "touch"]
every = "month"
mode = "sliding"
tiers = [ { from = 0, rate = "1%" }, { from = 100, rate = "4%", bonus = "5.005" }, { from = 307, rate = "6%" } ]

[[commission]]
id = "crew"
effective = { from = 2026-01-01 }
credits = ["team", "touch"]
credit_of = "team"
levels = 2
every = "quarter"
tiers_by = "deals"
tiers = [ { from = 0, rate = "1.11%" }, { from = 2, rate = "2.22%", bonus = "3" }, { from = 4, rate = "3.33%" } ]

[[override]]
id = "lead"
effective = { from = 2026-01-01 }
credits = ["team"]
levels = [ { rate = "1%" }, { rate = "0.5%" } ]
"#;

const COLUMNS: [&str; 13] = [
    "payee_id",
    "rule_id",
    "rule_from",
    "deal_id",
    "role",
    "from_payee_id",
    "credit_total",
    "pool",
    "credited",
    "uncapped",
    "amount",
    "close_date",
    "basis",
];

#[derive(Debug, Clone)]
pub struct Project {
    /// Amount in cents, renewal or new, account, day of the quarter.
    deals: Vec<(i64, bool, u8, u8)>,
    /// Deal, payee, role, weight in hundredths, day of the quarter.
    engagements: Vec<(usize, u8, u8, u16, u8)>,
}

/// A deal that reverses one of a project.
#[derive(Debug, Clone)]
pub struct Reversal {
    /// The deal, counted around.
    pub deal: usize,
    /// Its size in cents.
    pub cents: i64,
    /// How many days later it closed, within the quarter.
    pub days: u8,
    /// Why, as an attribute.
    pub cause: &'static str,
}

impl Project {
    /// The project as a case; `id` makes ids out of kinds and numbers.
    pub fn case(&self, id: impl Fn(&str, usize) -> String) -> Case {
        self.case_with(id, RULES, &[])
    }

    /// The same with these rules and with reversals.
    pub fn case_with(&self, id: impl Fn(&str, usize) -> String, rules: &str, reversals: &[Reversal]) -> Case {
        let day = |day: u8| format!("2026-{:02}-{:02}", 1 + day / 28, 1 + day % 28);
        let reversing = !reversals.is_empty();
        let (header, empty) =
            if reversing { (" | reverses_deal_id | reversal_cause", " | | ") } else { ("", "") };
        let mut deals = format!("deal_id | outcome | close_date | amount | deal_type | account_id{header}\n");
        for (index, &(cents, renewal, account, closed)) in self.deals.iter().enumerate() {
            let sign = if cents < 0 { "-" } else { "" };
            let (whole, rest) = (cents.abs() / 100, cents.abs() % 100);
            let kind = if renewal { "renewal" } else { "new" };
            deals += &format!(
                "{} | won | {} | {sign}{whole}.{rest:02} | {kind} | A{account}{empty}\n",
                id("D", index),
                day(closed)
            );
        }
        for (index, &Reversal { deal, cents, days, cause }) in reversals.iter().enumerate() {
            let original = deal % self.deals.len();
            let (whole, rest) = (cents / 100, cents % 100);
            deals += &format!(
                "{} | won | {} | -{whole}.{rest:02} | new | A0 | {} | {cause}\n",
                id("R", index),
                day((self.deals[original].3 + days).min(83)),
                id("D", original)
            );
        }
        let mut engagements = "deal_id | payee_id | role | weight | occurred_on\n".to_owned();
        for &(deal, payee, role, weight, index) in &self.engagements {
            engagements += &format!(
                "{} | {} | {} | {}.{:02} | {}\n",
                id("D", deal % self.deals.len()),
                id("P", usize::from(payee)),
                ["sourced", "cosell", "closed"][usize::from(role)],
                weight / 100,
                weight % 100,
                day(index)
            );
        }
        let payees = (0..5).map(|index| {
            format!("{} | {}\n", id("P", index), if index < 4 { id("P", index + 1) } else { String::new() })
        });
        let payees = "payee_id | manager_id\n".to_owned() + &payees.collect::<String>();
        let text = format!(
            "[[case]]\nname = \"random\"\nperiod = \"2026-Q1\"\nrules = '''{rules}'''\n\
             deals = '''\n{deals}'''\npayees = '''\n{payees}'''\nengagements = '''\n{engagements}'''\n"
        );
        let file = CaseFile::parse("random.toml", &text, &mut Files::default());
        file.unwrap().cases.remove(0)
    }

    fn lines(&self) -> Vec<Vec<String>> {
        lines(&self.case(plain))
    }
}

fn plain(kind: &str, index: usize) -> String {
    format!("{kind}{index:02}")
}

fn lines(case: &Case) -> Vec<Vec<String>> {
    case.came_out(&Setting::plain(), &mut Files::default(), CaseTable::Lines, &COLUMNS).unwrap().rows
}

/// The case as a project in memory, the rows of each source dealt out to so many files.
pub fn in_files(case: &Case, files: usize) -> Memory {
    let mut book =
        "[book]\nname = \"Random\"\ncurrency = \"USD\"\nrules = [\"rules.toml\"]\n[sources]\n".to_owned();
    let mut world = Memory::new().with("rules.toml", RULES);
    for (name, table) in &case.inputs {
        let name = name.word();
        book += &format!("{name} = {{ path = [\"{name}/*.csv\"] }}\n");
        for file in 0..files {
            let rows = table.rows.iter().skip(file).step_by(files);
            let rows = std::iter::once(&table.header).chain(rows).map(|row| row.join(",") + "\n");
            world.insert(format!("{name}/{file}.csv"), rows.collect::<String>());
        }
    }
    world.with("apportion.toml", book)
}

/// Puts the rows of a table into another order.
fn shuffle(table: &mut Table, turn: usize) {
    let count = table.rows.len();
    table.rows.rotate_left(turn % count.max(1));
    table.rows.reverse();
}

fn cents(cell: &str) -> i64 {
    cell.replace('.', "").parse().unwrap()
}

/// `numerator / denominator`, half away from zero.
fn rounded(numerator: i128, denominator: i128) -> i64 {
    let size = (2 * numerator.abs() + denominator) / (2 * denominator);
    i64::try_from(size * numerator.signum()).unwrap()
}

/// What the rule `slide` pays in all on a credit, both in cents.
fn slide(credit: i64) -> i64 {
    let credit = i128::from(credit);
    // The rate is a fraction of percents: 1% to 4% over 100.00, 4% to 6% over 207.00 more.
    let (percents, parts) = match credit {
        ..0 => (1, 1),
        0..10_000 => (10_000 + 3 * credit, 10_000),
        10_000..30_700 => (4 * 20_700 + 2 * (credit - 10_000), 20_700),
        _ => (6, 1),
    };
    // The bonus is 500.5 cents.
    let bonus = if credit >= 10_000 { 5_005 * 10 * parts } else { 0 };
    rounded(credit * percents + bonus, 100 * parts)
}

/// What the rule `crew` pays in all on the lines of a payee: deal, credit and amount in cents.
fn crew(project: &Project, lines: &[(usize, i64, i64)]) -> i64 {
    let rate = |deals: i64| match deals {
        ..2 => 111_i128,
        2..4 => 222,
        _ => 333,
    };
    let (mut deals, mut worth) = (0_i64, 0_i128);
    let mut counted: Option<(usize, i64)> = None;
    for (deal, credit, _) in lines.iter().filter(|(_, credit, _)| *credit != 0) {
        let from = match counted {
            // The stretch of the deal lies above the lower of its ends.
            Some((known, from)) if known == *deal => from,
            _ => {
                let step = if project.deals[*deal].0 < 0 { -1 } else { 1 };
                deals += step;
                counted = Some((*deal, deals.min(deals - step)));
                deals.min(deals - step)
            }
        };
        worth += i128::from(*credit) * rate(from);
    }
    // Hundredths of percents of cents, and a bonus of 300 cents.
    let bonus = if deals >= 2 { 300 * 10_000 } else { 0 };
    rounded(worth + bonus, 10_000)
}

prop_compose! {
    pub fn reversals()(
        reversals in prop::collection::vec((0..10_usize, 0..60_000_i64, 0..84_u8, any::<bool>()), 1..6),
    ) -> Vec<Reversal> {
        let reversal = |(deal, cents, days, returned)| {
            Reversal { deal, cents, days, cause: if returned { "returned" } else { "cancelled" } }
        };
        reversals.into_iter().map(reversal).collect()
    }
}

prop_compose! {
    pub fn projects()(
        deals in prop::collection::vec((-20_000..90_000_i64, any::<bool>(), 0..3_u8, 0..84_u8), 1..10),
        engagements in prop::collection::vec((0..10_usize, 0..5_u8, 0..3_u8, 0..400_u16, 0..84_u8), 1..30),
    ) -> Project { Project { deals, engagements } }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn parts_add_up_per_rule_and_deal(project in projects()) {
        let rows = project.lines();
        let mut sums: BTreeMap<(&str, &str), (i64, i64, i64, i64)> = BTreeMap::new();
        for row in rows.iter().filter(|row| row[1] == "touch" || (row[1] == "team" && row[2] == "2026-01-01")) {
            let sum = sums.entry((&row[1], &row[3])).or_default();
            *sum = (cents(&row[6]), cents(&row[7]), sum.2 + cents(&row[8]), sum.3 + cents(&row[9]));
        }
        for ((rule, deal), (credit_total, pool, credited, uncapped)) in sums {
            prop_assert_eq!((credit_total, pool), (credited, uncapped), "{} on {}", rule, deal);
        }
    }

    /// The formulas again, from the bases alone: `docs/reference/rules/commission.md`.
    #[test]
    fn the_lines_of_a_period_add_up_to_the_formula_of_its_total(project in projects()) {
        let mut slides: BTreeMap<(String, String), (i64, i64)> = BTreeMap::new();
        let mut crews: BTreeMap<String, Vec<(usize, i64, i64)>> = BTreeMap::new();
        for row in project.lines() {
            let (payee, uncapped) = (row[0].clone(), row[9].clone());
            match row[1].as_str() {
                "slide" => {
                    let sums = slides.entry((payee, row[11][..7].to_owned())).or_default();
                    *sums = (sums.0 + cents(&row[12]), sums.1 + cents(&uncapped));
                }
                "crew" => {
                    let deal = row[3][1..].parse().unwrap();
                    crews.entry(payee).or_default().push((deal, cents(&row[12]), cents(&uncapped)));
                }
                _ => {}
            }
        }
        for (of_period, (credit, paid)) in slides {
            prop_assert_eq!(paid, slide(credit), "{:?}", of_period);
        }
        for (payee, lines) in crews {
            let paid: i64 = lines.iter().map(|(.., paid)| paid).sum();
            prop_assert_eq!(paid, crew(&project, &lines), "{}", payee);
        }
    }

    #[test]
    fn the_order_of_rows_changes_nothing(project in projects(), turn in 0..30_usize) {
        let case = project.case(plain);
        let mut other = case.clone();
        other.inputs.values_mut().for_each(|table| shuffle(table, turn));
        prop_assert_eq!(lines(&case), lines(&other));
    }

    /// Byte for byte, in every file of the result.
    #[test]
    fn the_files_of_a_source_change_nothing(project in projects(), files in 2..5_usize) {
        let case = project.case(plain);
        prop_assert_eq!(written(in_files(&case, 1)), written(in_files(&case, files)));
    }

    #[test]
    fn other_ids_in_the_same_order_change_nothing_else(project in projects()) {
        let renamed = lines(&project.case(|kind, index| format!("{kind}-é-{:04}-x", index * 7)));
        let back = |cell: &String| match cell.split_once("-é-") {
            Some((kind, rest)) => plain(kind, rest.trim_end_matches("-x").parse::<usize>().unwrap() / 7),
            None => cell.clone(),
        };
        let back: Vec<Vec<String>> = renamed.iter().map(|row| row.iter().map(back).collect()).collect();
        prop_assert_eq!(back, project.lines());
    }

    #[test]
    fn the_number_of_threads_changes_nothing(project in projects()) {
        let with = |threads| rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        let case = project.case(plain);
        prop_assert_eq!(with(1).install(|| lines(&case)), with(3).install(|| lines(&case)));
    }

    #[test]
    fn another_deal_leaves_the_shared_credit_of_the_others_alone(
        project in projects(),
        deal in (-20_000..90_000_i64, any::<bool>(), 0..3_u8, 0..84_u8),
        payee in 0..5_u8,
    ) {
        let mut extended = project.clone();
        let added = extended.deals.len();
        // The engagements keep the deals that they name.
        for engagement in &mut extended.engagements {
            engagement.0 %= added;
        }
        extended.deals.push(deal);
        extended.engagements.push((added, payee, 0, 100, 40));
        let credit = |rows: Vec<Vec<String>>| -> Vec<Vec<String>> {
            rows.into_iter()
                .filter(|row| (row[1] == "team" || row[1] == "touch") && row[3] != plain("D", added))
                .map(|row| row[..10].to_vec())
                .collect()
        };
        prop_assert_eq!(credit(project.lines()), credit(extended.lines()));
    }
}
