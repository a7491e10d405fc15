//! People over time: properties of random projects whose payees change.

use apportion::cases::{CaseFile, CaseTable, Setting};
use apportion::diagnostic::Files;
use apportion::world::Memory;
use proptest::prelude::*;

use crate::explain::every_line::explained;
use crate::properties::{Project, projects};
use crate::rate_tables::{apportion, text, write, written};

/// Rules that ask for what payees are, in every place where they can.
const RULES: &str = r#"
[[shared_credit]]
id = "credit"
effective = { from = 2026-01-01 }
engaged = "payees.tier <> 'c'"
rate = "7.5%"
model = "touches"

[[shared_credit]]
id = "declared"
effective = { from = 2026-01-01 }
rate = "1%"
model = "declared"
splits = "payees.tier <> 'a'"
overlay = true

[[stipend]]
id = "help"
effective = { from = 2026-01-01 }
require = "payees.tier = 'a' OR payees.on_assignment"
amount = { by = "payees.tier", is = { a = "2.50", b = "1.25" } }

[[renewal_bonus]]
id = "kept"
effective = { from = 2026-01-01 }
reach = ["deal", "account"]
engaged = "payees.desk IS NULL OR payees.tier = 'b'"
rate_by = "payee"
rates = [ { from = 0.5, rate = { by = "payees.tier", is = { a = "1%", b = "2%" }, else = "3%" } } ]

[[override]]
id = "lead"
effective = { from = 2026-01-01 }
credits = ["credit"]
payees = "tier IN ('a', 'b')"
levels = [ { rate = "1%" }, { rate = "0.5%" }, { rate = "0.25%" } ]
"#;

/// Rules that add up over a quarter.
const RUNNING: &str = r#"
[[commission]]
id = "crew"
effective = { from = 2026-01-01 }
credits = ["credit"]
credit_of = "team"
payees = "tier <> 'b'"
every = "quarter"
tiers = [ { from = "0%", rate = "1.11%" }, { from = "100%", rate = "2.22%", bonus = "3" }, { from = "250%", rate = "3.33%" } ]
prorate = "days"

[[commission]]
id = "slide"
effective = { from = 2026-01-01 }
credits = ["credit"]
every = "month"
mode = "sliding"
tiers = [ { from = "0%", rate = "1%" }, { from = "100%", rate = "4%" } ]
prorate = "days"
"#;

const PAYEES: usize = 5;

/// Cells that an assignment, or a payee's own row, may have: tier, manager, desk, tenths of full time.
type Cells = (Option<u8>, Option<u8>, bool, Option<u8>);

/// What a payee is at first, and from time to time: days between, days that it lasts, cells.
type Life = (Cells, Vec<(u16, u16, Cells)>);

#[derive(Debug, Clone)]
struct People {
    project: Project,
    lives: Vec<Life>,
}

/// An assignment as written.
#[derive(Debug, Clone)]
struct Row {
    payee: usize,
    from: i32,
    until: Option<i32>,
    cells: [String; 4],
}

/// A day of 2026, counted from 0.
fn date(day: i32) -> String {
    let mut rest = day;
    for (month, days) in [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31].into_iter().enumerate() {
        if rest < days {
            return format!("2026-{:02}-{:02}", month + 1, rest + 1);
        }
        rest -= days;
    }
    panic!("day {day} is not in 2026")
}

/// Managers have higher numbers, so that there is no circle on any day.
fn cells(payee: usize, (tier, manager, desk, fte): &Cells) -> [String; 4] {
    let manager = manager.map(|steps| payee + 1 + usize::from(steps)).filter(|manager| *manager < PAYEES);
    [
        tier.map(|tier| ["a", "b", "c"][usize::from(tier)].to_owned()).unwrap_or_default(),
        manager.map(|manager| format!("P{manager:02}")).unwrap_or_default(),
        if *desk { "desk".to_owned() } else { String::new() },
        fte.map(|tenths| format!("{}.{}", tenths / 10, tenths % 10)).unwrap_or_default(),
    ]
}

impl People {
    fn own(&self) -> Vec<[String; 4]> {
        self.lives.iter().enumerate().map(|(payee, (own, _))| cells(payee, own)).collect()
    }

    fn assignments(&self) -> Vec<Row> {
        let mut rows = Vec::new();
        for (payee, (_, changes)) in self.lives.iter().enumerate() {
            let mut next = 0;
            for (gap, days, assigned) in changes {
                let from = next + i32::from(*gap);
                let until = from + i32::from(*days);
                rows.push(Row { payee, from, until: Some(until), cells: cells(payee, assigned) });
                next = until + 1;
            }
        }
        rows
    }

    /// What a payee is on a day, cell by cell, and whether on assignment.
    fn on(&self, payee: usize, day: &str) -> ([String; 4], bool) {
        let mut cells = self.own()[payee].clone();
        let in_force = self.assignments().into_iter().find(|row| {
            row.payee == payee
                && date(row.from).as_str() <= day
                && row.until.is_none_or(|until| date(until).as_str() >= day)
        });
        let assigned = in_force.is_some();
        if let Some(row) = in_force {
            for (cell, over) in cells.iter_mut().zip(row.cells) {
                if !over.is_empty() {
                    *cell = over;
                }
            }
        }
        (cells, assigned)
    }

    /// The tables of the project but for payees and assignments, as CSV.
    fn other_tables(&self) -> Vec<(String, String)> {
        let case = self.project.case(|kind, index| format!("{kind}{index:02}"));
        let named = case.inputs.iter().filter(|(name, _)| name.word() != "payees");
        let csv = |rows: &apportion::cases::Table| {
            std::iter::once(&rows.header)
                .chain(&rows.rows)
                .map(|row| row.join(",") + "\n")
                .collect::<String>()
        };
        let mut tables: Vec<(String, String)> =
            named.map(|(name, rows)| (name.word().to_owned(), csv(rows))).collect();
        let quotas = (0..PAYEES).flat_map(|payee| {
            ["2026-01", "2026-02", "2026-03"]
                .map(|month| format!("P{payee:02},{month},{}\n", 100 + payee * 37))
        });
        tables
            .push(("quotas".to_owned(), "payee_id,period,amount\n".to_owned() + &quotas.collect::<String>()));
        let splits = (0..3).map(|deal| format!("D{deal:02},P{:02},40\nD{deal:02},P04,25\n", deal % 4));
        let deals = case.inputs.iter().find(|(name, _)| name.word() == "deals").unwrap().1.rows.len();
        let splits: String = splits.take(deals).collect();
        tables.push(("splits".to_owned(), "deal_id,payee_id,percent\n".to_owned() + &splits));
        tables
    }

    /// The project with these assignments in this order, all rows of a source dealt out to so many files.
    fn world(&self, assignments: &[Row], files: usize) -> Memory {
        let mut tables = self.other_tables();
        tables.push(("payees".to_owned(), self.own_csv()));
        if !assignments.is_empty() {
            tables.push(("assignments".to_owned(), assigned_csv(assignments)));
        }
        let mut book =
            "[book]\nname = \"People\"\ncurrency = \"USD\"\nrules = [\"rules.toml\"]\n[sources]\n".to_owned();
        let mut world = Memory::new().with("rules.toml", format!("{RULES}{RUNNING}"));
        for (name, csv) in &tables {
            book += &format!("{name} = {{ path = \"{name}/*.csv\" }}\n");
            let (header, rows) = csv.split_once('\n').unwrap();
            for file in 0..files {
                let rows = rows.lines().skip(file).step_by(files).map(|row| row.to_owned() + "\n");
                world.insert(format!("{name}/{file}.csv"), format!("{header}\n{}", rows.collect::<String>()));
            }
        }
        world.with("apportion.toml", book)
    }

    /// The lines of the rules that pay deal by deal, as cells; `payees` and `assignments` are tables of a case.
    fn lines(&self, payees: &str, assignments: &str) -> Vec<Vec<String>> {
        let columns = [
            "payee_id",
            "rule_id",
            "deal_id",
            "from_payee_id",
            "close_date",
            "level",
            "basis",
            "rate",
            "amount",
        ];
        self.came_out(RULES, [payees, assignments], (CaseTable::Lines, &columns))
    }

    /// A table that comes out of rules over these payees and assignments.
    fn came_out(
        &self,
        rules: &str,
        [payees, assignments]: [&str; 2],
        (table, columns): (CaseTable, &[&str]),
    ) -> Vec<Vec<String>> {
        let mut text = format!("[[case]]\nname = \"people\"\nperiod = \"2026-Q1\"\nrules = '''{rules}'''\n");
        let mut input = |name: &str, csv: &str| {
            text += &format!("{name} = '''\n{}'''\n", csv.replace(',', " | "));
        };
        self.other_tables().iter().for_each(|(name, csv)| input(name, csv));
        input("payees", payees);
        if !assignments.is_empty() {
            input("assignments", assignments);
        }
        let case = CaseFile::parse("people.toml", &text, &mut Files::default()).unwrap().cases.remove(0);
        case.came_out(&Setting::plain(), &mut Files::default(), table, columns).unwrap().rows
    }

    /// The payees' own rows as CSV, each with a first day.
    fn own_csv(&self) -> String {
        let own = self.own().into_iter().enumerate();
        let rows =
            own.map(|(payee, cells)| format!("P{payee:02},{},2026-01-{:02}\n", cells.join(","), 1 + payee));
        "payee_id,tier,manager_id,desk,fte,start_date\n".to_owned() + &rows.collect::<String>()
    }

    /// The quota of a payee in millionths, added up day by day over some months, each by the days of its own.
    fn quota_e6(&self, payee: usize, months: std::ops::Range<usize>) -> i128 {
        let lengths = [31, 28, 31];
        // 868 is what 31 and 28 divide.
        let mut of_8680 = 0;
        for month in months {
            let first: i32 = lengths[..month].iter().sum();
            for day in first..first + lengths[month] {
                let there = day >= i32::try_from(payee).unwrap();
                let fte = &self.on(payee, &date(day)).0[3];
                let tenths: i128 = if fte.is_empty() { 10 } else { fte.replace('.', "").parse().unwrap() };
                let amount = 100 + payee as i128 * 37;
                of_8680 += if there { amount * tenths * i128::from(868 / lengths[month]) } else { 0 };
            }
        }
        (2 * of_8680 * 1_000_000 + 8_680) / (2 * 8_680)
    }
}

/// Assignments as CSV.
fn assigned_csv(rows: &[Row]) -> String {
    let row = |row: &Row| {
        let until = row.until.map(date).unwrap_or_default();
        format!("P{:02},{},{until},{}\n", row.payee, date(row.from), row.cells.join(","))
    };
    "payee_id,from,until,tier,manager_id,desk,fte\n".to_owned() + &rows.iter().map(row).collect::<String>()
}

fn some_cells() -> impl Strategy<Value = Cells> {
    (prop::option::of(0..3_u8), prop::option::of(0..4_u8), any::<bool>(), prop::option::of(0..11_u8))
}

prop_compose! {
    fn people()(
        project in projects(),
        lives in prop::collection::vec(
            (some_cells(), prop::collection::vec((0..30_u16, 0..40_u16, some_cells()), 0..4)),
            PAYEES,
        ),
    ) -> People { People { project, lives } }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, ..ProptestConfig::default() })]

    /// What pays deal by deal pays on each day as if the payees had always been what they are that day.
    #[test]
    fn each_day_is_paid_as_if_it_had_always_been_so(people in people()) {
        let (own, assignments) = (people.own_csv(), assigned_csv(&people.assignments()));
        let lines = people.lines(&own, &assignments);
        let mut days: Vec<String> = lines.iter().map(|line| line[4].clone()).collect();
        days.extend((0..84).step_by(7).map(date));
        days.sort();
        days.dedup();
        for day in days {
            let (mut as_of, mut assigned) = ("payee_id,tier,manager_id,desk,fte\n".to_owned(), String::new());
            for payee in 0..PAYEES {
                let (cells, on_assignment) = people.on(payee, &day);
                as_of += &format!("P{payee:02},{}\n", cells.join(","));
                if on_assignment {
                    assigned += &format!("P{payee:02},2025-01-01\n");
                }
            }
            if !assigned.is_empty() {
                assigned.insert_str(0, "payee_id,from\n");
            }
            let of_day = |lines: Vec<Vec<String>>| lines.into_iter().filter(|line| line[4] == day).collect::<Vec<_>>();
            prop_assert_eq!(of_day(people.lines(&as_of, &assigned)), of_day(lines.clone()), "{}", day);
        }
    }

    /// Day by day, in another way than the engine adds them up.
    #[test]
    fn a_prorated_quota_is_what_its_days_make_it(people in people()) {
        let (own, assignments) = (people.own_csv(), assigned_csv(&people.assignments()));
        let rules = format!("{RULES}{RUNNING}");
        let columns = ["payee_id", "rule_id", "quota"];
        let rows = people.came_out(&rules, [&own, &assignments], (CaseTable::Attainment, &columns));
        for row in rows {
            let payee: usize = row[0][1..].parse().unwrap();
            let months = if row[1] == "crew" { 0..3 } else { 2..3 };
            let (whole, decimals) = row[2].split_once('.').unwrap_or((&row[2], ""));
            let quota: i128 = format!("{whole}{decimals:0<6}").parse().unwrap();
            prop_assert_eq!(quota, people.quota_e6(payee, months), "{:?}", row);
        }
    }

    /// Byte for byte, in every file of the result.
    #[test]
    fn an_assignment_that_repeats_the_own_row_changes_nothing(people in people()) {
        let plain = People {
            lives: people.lives.iter().map(|(own, _)| (*own, Vec::new())).collect(),
            ..people.clone()
        };
        let rules = format!("{RULES}{RUNNING}").replace(" OR payees.on_assignment", "");
        let world = |rows: &[Row]| plain.world(rows, 1).with("rules.toml", rules.clone());
        let repeated = |(payee, cells): (usize, [String; 4])| Row { payee, from: 0, until: None, cells };
        let repeated: Vec<Row> = plain.own().into_iter().enumerate().map(repeated).collect();
        prop_assert_eq!(written(world(&[])), written(world(&repeated)));
    }

    #[test]
    fn two_adjoining_equal_assignments_are_one(people in people(), cut in 0..40_i32) {
        let whole = people.assignments();
        let mut parts = Vec::new();
        for row in &whole {
            let last = row.from + cut;
            if row.until.is_some_and(|until| last < until) {
                parts.push(Row { until: Some(last), ..row.clone() });
                parts.push(Row { from: last + 1, ..row.clone() });
            } else {
                parts.push(row.clone());
            }
        }
        prop_assert_eq!(written(people.world(&whole, 1)), written(people.world(&parts, 1)));
    }

    #[test]
    fn order_files_and_threads_change_nothing(people in people(), turn in 0..12_usize, files in 1..4_usize) {
        let rows = people.assignments();
        let mut turned = rows.clone();
        turned.rotate_left(turn % rows.len().max(1));
        turned.reverse();
        let with = |threads| rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        let one = with(1).install(|| written(people.world(&rows, 1)));
        prop_assert_eq!(one, with(3).install(|| written(people.world(&turned, files))));
    }
}

/// A project on disk in which ann is gold in March and April, abroad in April, and works half of March.
fn on_disk() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in [
        ("apportion.toml", PROJECT),
        ("rules.toml", ON_DISK),
        (
            "deals.csv",
            "deal_id,outcome,close_date,amount\nD1,won,2026-03-05,700\nD2,won,2026-04-05,100\nD3,won,2026-06-05,100\n",
        ),
        ("payees.csv", "payee_id,tier,region,start_date\nann,silver,EMEA,2026-01-16\n"),
        (
            "assignments.csv",
            "payee_id,from,until,tier,region,fte\nann,2026-03-01,2026-03-31,gold,,0.5\nann,2026-04-01,2026-04-30,gold,APAC,0\n",
        ),
        ("engagements.csv", "deal_id,payee_id,role\nD1,ann,cosell\nD2,ann,cosell\nD3,ann,cosell\n"),
        ("quotas.csv", "payee_id,period,amount\nann,2026-Q1,1000\nann,2026-Q2,1000\n"),
    ] {
        write(folder.path(), name, text);
    }
    folder
}

const PROJECT: &str = r#"[book]
name = "People"
currency = "USD"
rules = ["rules.toml"]

[sources]
deals = { path = "deals.csv" }
payees = { path = "payees.csv" }
engagements = { path = "engagements.csv" }
assignments = { path = "assignments.csv" }
quotas = { path = "quotas.csv" }
"#;

const ON_DISK: &str = r#"[[stipend]]
id = "cosell"
effective = { from = 2026-01-01 }
require = "payees.tier <> 'bronze'"
amount = { by = "tier", is = { gold = "500", silver = "300" } }

[[shared_credit]]
id = "booking"
effective = { from = 2026-01-01 }
model = "equal"

[[commission]]
id = "reps"
effective = { from = 2026-01-01 }
credits = ["booking"]
payees = "region = 'EMEA'"
every = "quarter"
tiers = [ { from = "0%", rate = "5%" }, { from = "100%", rate = "10%", bonus = "100" } ]
prorate = "days"
"#;

/// What is said of ann by a command.
fn said(folder: &std::path::Path, arguments: &[&str]) -> String {
    text(&apportion(folder, arguments))
}

#[test]
fn an_explanation_says_since_when_a_payee_is_what_it_is() {
    let folder = on_disk();
    let of_deal = |deal: &str, more: &[&str]| {
        let arguments = [&["explain", "--payee", "ann", "--period", "2026", "--deal", deal], more].concat();
        let said = said(folder.path(), &arguments);
        said.split_whitespace().collect::<Vec<_>>().join(" ")
    };
    let gold = of_deal("D1", &[]);
    assert!(gold.contains("500.00 (tier is 'gold' since 2026-03-01 (assignments.csv row 2)) x 1"), "{gold}");
    // The second assignment goes on with the tier of the first.
    let abroad = of_deal("D2", &[]);
    assert!(abroad.contains("tier is 'gold' since 2026-03-01 (assignments.csv row 3)"), "{abroad}");
    assert!(abroad.contains("here region is 'APAC' since 2026-04-01 (assignments.csv row 3)"), "{abroad}");
    // What is again as it was is so by the payee's own row.
    let silver = of_deal("D3", &[]);
    assert!(silver.contains("tier is 'silver' since 2026-05-01 stipend"), "{silver}");
    let json = of_deal("D1", &["--format", "json"]).replace(' ', "");
    let since = r#""since":{"day":"2026-03-01","place":{"file":"assignments.csv","row":2}}"#;
    assert!(json.contains(since), "{json}");
}

/// Every step again: conditions and managers as of a day, quotas by their days, thresholds that no decimal holds.
#[test]
fn every_line_is_explained() {
    let folder = on_disk();
    let write = |name: &str, text: &str| write(folder.path(), name, text);
    write(
        "payees.csv",
        "payee_id,tier,region,start_date,manager_id,fte\nann,silver,EMEA,2026-01-16,ben,\nben,gold,EMEA,,,0.3\ncat,,EMEA,2026-02-11,ben,0.75\n",
    );
    write(
        "assignments.csv",
        "payee_id,from,until,tier,region,fte,manager_id\nann,2026-03-01,2026-03-31,gold,,0.5,\nann,2026-04-01,2026-04-30,gold,APAC,0,cat\n\
         ben,2026-02-10,2026-05-20,,,0.7,\n",
    );
    write(
        "engagements.csv",
        "deal_id,payee_id,role\nD1,ann,cosell\nD2,ann,cosell\nD3,ann,cosell\nD1,ben,cosell\nD2,cat,cosell\n",
    );
    write(
        "quotas.csv",
        "payee_id,period,amount\nann,2026-Q1,1000\nann,2026-Q2,100\nben,2026-01,310\nben,2026-02,280\nben,2026-03,333.33\nben,2026-Q2,77\ncat,2026-Q2,91\n",
    );
    let rules = r#"
[[override]]
id = "leads"
effective = { from = 2026-01-01 }
credits = ["booking"]
payees = "tier = 'gold' OR on_assignment"
levels = [ { rate = "1%" }, { rate = "0.5%" } ]

[[commission]]
id = "crew"
effective = { from = 2026-01-01 }
credits = ["booking"]
credit_of = "team"
every = "quarter"
mode = "sliding"
tiers = [ { from = "0%", rate = "1%" }, { from = "100%", rate = "2%" }, { from = "400%", rate = "3%" } ]
prorate = "days"
"#;
    write("rules.toml", &format!("{ON_DISK}{rules}"));
    let (lines, steps) = explained(folder.path(), "2026");
    assert!(lines > 20 && steps > lines, "{lines} lines, {steps} steps");
}

#[test]
fn an_explanation_says_since_when_a_manager_is_one() {
    let folder = on_disk();
    let write = |name: &str, text: &str| write(folder.path(), name, text);
    write(
        "payees.csv",
        "payee_id,tier,region,start_date,manager_id\nann,silver,EMEA,,ben\nben,,,,\ncat,,,,\n",
    );
    write("assignments.csv", "payee_id,from,manager_id\nann,2026-05-15,cat\n");
    let rules = "\n[[override]]\nid = \"leads\"\neffective = { from = 2026-01-01 }\ncredits = [\"booking\"]\nlevels = [ { rate = \"1%\" } ]\n";
    write("rules.toml", &format!("{ON_DISK}{rules}"));
    let shown = said(folder.path(), &["explain", "--payee", "cat", "--period", "2026"]);
    assert!(
        shown.contains("level 1, 1%: cat since 2026-05-15 (assignments.csv row 2) - this amount"),
        "{shown}"
    );
    let shown = said(folder.path(), &["explain", "--payee", "ben", "--deal", "D1", "--period", "2026"]);
    assert!(shown.contains("level 1, 1%: ben - this amount"), "{shown}");
}

#[test]
fn an_explanation_counts_the_days_of_a_quota() {
    let folder = on_disk();
    let of_payee = |more: &[&str]| {
        let arguments = [&["explain", "--payee", "ann", "--rule", "reps", "--period", "2026"], more].concat();
        let said = said(folder.path(), &arguments);
        said.split_whitespace().collect::<Vec<_>>().join(" ")
    };
    let shown = of_payee(&[]);
    for part in [
        "quota 661.111111… for 2026-Q1 (quotas.csv row 2) 1,000.00 x (44 days x 1 + 31 days x 0.5) / 90 days: \
         2026-01-16 to 2026-02-28, 2026-03-01 to 2026-03-31 (assignments.csv row 2)",
        "661.111111… x 5% + 38.888888… x 10% + bonus 100.00 = 136.944444… 136.94",
        // 30 days of April at 0, then 61 of 91.
        "1,000.00 x (30 days x 0 + 61 days x 1) / 91 days",
    ] {
        assert!(shown.contains(part), "{part}\n{shown}");
    }
    let json = of_payee(&["--format", "json"]).replace(' ', "");
    let prorated =
        r#""amount":"5950/9","place":{"file":"quotas.csv","row":2},"prorated":{"amount":"1000","days":90,"#;
    assert!(json.contains(prorated), "{json}");
}

#[test]
fn a_quota_that_counts_for_no_day_is_told_apart_from_none() {
    let folder = on_disk();
    write(folder.path(), "assignments.csv", "payee_id,from,fte\nann,2026-01-01,0\n");
    let shown = said(folder.path(), &["explain", "--payee", "ann", "--deal", "D1", "--period", "2026"]);
    assert!(shown.contains("is prorated, and counts"), "{shown}");
    let shown = said(folder.path(), &["check", "--period", "2026"]);
    assert!(shown.contains("the quota is there, and counts for no day"), "{shown}");
}

#[test]
fn a_difference_of_assignments_is_one_of_payees() {
    let (before, after) = (on_disk(), on_disk());
    write(
        after.path(),
        "assignments.csv",
        "payee_id,from,until,tier,region,fte\nann,2026-03-01,2026-03-31,,,0.25\nann,2026-04-01,2026-04-30,gold,APAC,0\n",
    );
    let data = before.path().to_str().unwrap();
    let shown = said(after.path(), &["diff", "--period", "2026-03", "--data", data]);
    let shown = shown.split_whitespace().collect::<Vec<_>>().join(" ");
    for part in [
        "tier silver, gold from 2026-04-01, silver from 2026-05-01 →",
        "cosell (changed) 1 300.00 500.00 +200.00 other data of the payee",
        "reps (changed) 1 141.25 136.94 -4.31 another quota",
    ] {
        assert!(shown.contains(part), "{part}\n{shown}");
    }
}

#[test]
fn a_draft_takes_a_file_of_assignments_for_one() {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in [
        (
            "opportunities.csv",
            "Opportunity ID,Stage,Close Date,Amount,Owner ID\nO1,Closed Won,2026-01-05,100,u1\nO2,Closed Won,2026-02-05,200,u2\n",
        ),
        ("users.csv", "User ID,Name,Manager ID\nu1,Ann,u2\nu2,Bob,\n"),
        (
            "assignments.csv",
            "User ID,Start Date,End Date,Manager ID,Territory,FTE\nu1,2026-01-01,2026-01-31,u2,North,0.5\nu1,2026-02-01,,u2,South,1\n",
        ),
    ] {
        write(folder.path(), name, text);
    }
    let files = ["opportunities.csv", "users.csv", "assignments.csv"].map(|name| folder.path().join(name));
    let mut arguments = vec!["init".to_owned(), folder.path().join("made").display().to_string()];
    arguments.extend(files.iter().flat_map(|path| ["--from".to_owned(), path.display().to_string()]));
    let made = std::process::Command::new(env!("CARGO_BIN_EXE_apportion"))
        .env_clear()
        .args(&arguments)
        .output()
        .unwrap();
    assert_eq!(made.status.code(), Some(0), "{}", text(&made));
    let project = std::fs::read_to_string(folder.path().join("made/apportion.toml")).unwrap();
    for part in ["[sources.assignments]", "from = \"Start Date\"", "until = \"End Date\"", "fte = \"FTE\""] {
        assert!(project.contains(part), "{part}\n{project}");
    }
}

/// The project gives the type of a column to assignments alone, and a case writes it among the payees.
#[test]
fn a_case_may_write_a_column_of_assignments_among_the_payees() {
    let folder = on_disk();
    let write = |name: &str, text: &str| write(folder.path(), name, text);
    write(
        "apportion.toml",
        &PROJECT.replace("\"assignments.csv\" }", "\"assignments.csv\", types = { limit = \"number\" } }"),
    );
    write(
        "rules.toml",
        "[[stipend]]\nid = \"limited\"\neffective = { from = 2026-01-01 }\nengaged = \"payees.limit > 5\"\namount = \"1\"\n",
    );
    write(
        "cases/limits.toml",
        "[[case]]\nname = \"limits\"\nperiod = \"2026-01\"\ndeals = '''\ndeal_id | outcome | close_date | amount\nD1 | won | 2026-01-05 | 1\n'''\n\
         payees = '''\npayee_id | limit\nann | 10\nben | 4\n'''\n\
         engagements = '''\ndeal_id | payee_id | role\nD1 | ann | any\nD1 | ben | any\n'''\n\
         lines = '''\npayee_id | amount\nann | 1.00\n'''\n",
    );
    let tested = apportion(folder.path(), &["test"]);
    assert_eq!(tested.status.code(), Some(0), "{}", text(&tested));
}
