//! What must hold of any small project of a channel: results are proved by `verify`, decisions change nobody's lines but the claimants', and
//! the order of rows, files and threads changes nothing.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use apportion::Session;
use apportion::verify::{LineFilter, ProjectFiles, StoredLine, stored, verify};
use apportion::world::{Memory, World};
use proptest::prelude::*;

use crate::by_payees::assert_same_bytes;
use crate::ledger::desk::{Files, files_below};
use apportion_engine::settle::Portions;

const RULES: &str = r#"
[[shared_credit]]
id = "roles"
effective = { from = 2026-01-01 }
rate = "7.77%"
engaged = "payees.kind <> 'outsider'"
roles = [ { role = "sourced", share = "30%" }, { role = "cosell", share = "20%" }, { role = "closed", share = "50%" } ]

[[shared_credit]]
id = "kept"
effective = { from = 2026-01-01 }
rate = "1.01%"
within = "equal"
unfilled = "retain"
roles = [ { role = "sourced", share = "60%" }, { role = "closed", share = "40%" } ]

[[stipend]]
id = "thanks"
effective = { from = 2026-01-01 }
engaged = "engagements.role = 'sourced'"
amount = "33.33"
cap = [ { amount = "50", per = "deal" } ]

[[renewal_bonus]]
id = "by-payee"
effective = { from = 2026-01-01 }
measure = "weight"
rates = [ { from = 1, rate = "1.5%" }, { from = 3, rate = "2.25%" } ]
rate_by = "payee"

[[renewal_bonus]]
id = "by-deal"
effective = { from = 2026-01-01 }
measure = "weight"
rates = [ { from = 1, rate = "1.5%" } ]
rate_by = "deal"

[[commission]]
id = "booking"
effective = { from = 2026-01-01 }
credits = ["roles"]
every = "year"
tiers = [ { from = "0", rate = "5%" } ]

[[override]]
id = "managers"
effective = { from = 2026-01-01 }
credits = ["roles", "kept"]
levels = [ { rate = "1%" } ]
"#;

const POLICIES: &str = r#"
[[registration]]
id = "first-in"
effective = { from = 2026-01-01 }
clock = "decided"
protect = "90 days"
role = "sourced"
others = "cosell"

[[conflict]]
id = "resolution"
effective = { from = 2026-01-01 }
detect = ["raised", "duplicate", "registration-tie"]
role = "sourced"
hold = { by = "kind", is = { duplicate = "deal", registration-tie = "claimants" }, else = "share" }
levels = [ { name = "first", who = "role = 'lead'", within = "30 business days" } ]

[[gate]]
id = "certified"
effective = { from = 2026-01-01 }
rules = ["thanks", "by-payee", "by-deal", "roles"]
payees = "payees.kind = 'partner'"
need = { table = "certificates", where = "course = 'core'", at_least = 1 }
otherwise = "33%"
"#;

const PAYEES: &str = "payee_id,kind,role,manager_id\nann,partner,,max\nben,partner,,max\ncat,partner,,\ndan,employee,,max\n\
    eve,outsider,,max\nlea,employee,lead,\nmax,employee,,\n";

/// Those who work, register and claim.
const PEOPLE: [&str; 5] = ["ann", "ben", "cat", "dan", "eve"];
const ROLES: [&str; 3] = ["sourced", "cosell", "closed"];

/// What is random in a project; people, roles and deals by their numbers.
#[derive(Debug, Clone)]
struct Channel {
    /// In cents.
    deals: Vec<i64>,
    /// Deal, payee, role, weight.
    work: Vec<(usize, usize, usize, u8)>,
    /// Deal, payee, day of February, whether it was approved; the percent of the next payee, who is a member as well.
    registrations: Vec<(usize, usize, u8, bool, Option<u8>)>,
    /// Deal, role, claimant, how many people further the other is, and the first one's percent; none is void.
    conflicts: Vec<(usize, usize, usize, usize, Option<u8>)>,
    certified: Vec<usize>,
}

prop_compose! {
    fn channels()(
        deals in prop::collection::vec(-2_000..90_000_i64, 1..5),
        work in prop::collection::vec((0..5_usize, 0..5_usize, 0..3_usize, 1..5_u8), 0..16),
        registrations in prop::collection::vec(
            (0..5_usize, 0..5_usize, 1..5_u8, prop::bool::weighted(0.8), prop::option::of(0..=100_u8)),
            0..5,
        ),
        conflicts in prop::collection::vec(
            (0..5_usize, 0..3_usize, 0..5_usize, 1..5_usize, prop::option::weighted(0.8, 0..=100_u8)),
            0..5,
        ),
        certified in prop::collection::vec(0..5_usize, 0..3),
    ) -> Channel { Channel { deals, work, registrations, conflicts, certified } }
}

type Tables = BTreeMap<&'static str, Vec<String>>;

impl Channel {
    fn deal(&self, number: usize) -> String {
        format!("D{}", number % self.deals.len())
    }

    /// Rows by table, each with its header before them.
    fn tables(&self) -> Tables {
        let mut tables = Tables::from([
            ("deals", vec!["deal_id,outcome,close_date,amount".to_owned()]),
            ("engagements", vec!["engagement_id,deal_id,payee_id,role,weight".to_owned()]),
            ("payees", PAYEES.lines().map(str::to_owned).collect()),
            (
                "registrations",
                vec!["registration_id,payee_id,submitted_at,deal_id,decision,decided_at".to_owned()],
            ),
            ("registration_members", vec!["registration_id,payee_id,percent".to_owned()]),
            ("conflicts", vec!["conflict_id,raised_at,deal_id,role,claimant_a,claimant_b".to_owned()]),
            ("decisions", vec!["decision_id,conflict_id,level,decided_at,decided_by,outcome,why".to_owned()]),
            ("decision_shares", vec!["decision_id,payee_id,percent".to_owned()]),
            ("certificates", vec!["certificate_id,payee_id,course,earned_on".to_owned()]),
        ]);
        let mut add = |table: &str, row: String| tables.get_mut(table).unwrap().push(row);
        for (number, cents) in self.deals.iter().enumerate() {
            let (sign, cents) = (if *cents < 0 { "-" } else { "" }, cents.abs());
            add(
                "deals",
                format!("D{number},won,2026-03-{:02},{sign}{}.{:02}", 10 + number, cents / 100, cents % 100),
            );
        }
        for (number, (deal, payee, role, weight)) in self.work.iter().enumerate() {
            let deal = self.deal(*deal);
            add("engagements", format!("g{number:02},{deal},{},{},{weight}", PEOPLE[*payee], ROLES[*role]));
        }
        for (number, (deal, payee, day, approved, second)) in self.registrations.iter().enumerate() {
            let (deal, decision) = (self.deal(*deal), if *approved { "approved" } else { "denied" });
            let (first, next) = (PEOPLE[*payee], PEOPLE[(payee + 1) % 5]);
            add("registrations", format!("R{number},{first},2026-02-0{day},{deal},{decision},2026-02-10"));
            if let Some(percent) = second {
                add("registration_members", format!("R{number},{first},{}", 100 - percent));
                add("registration_members", format!("R{number},{next},{percent}"));
            }
        }
        for (number, (deal, role, first, further, percent)) in self.conflicts.iter().enumerate() {
            let (one, other) = (PEOPLE[*first], PEOPLE[(first + further) % 5]);
            let (deal, role) = (self.deal(*deal), ROLES[*role]);
            add("conflicts", format!("C{number},2026-03-16,{deal},{role},{one},{other}"));
            let outcome = if percent.is_some() { "split" } else { "void" };
            add("decisions", format!("X{number},C{number},first,2026-03-20,lea,{outcome},so"));
            if let Some(percent) = percent {
                add("decision_shares", format!("X{number},{one},{percent}"));
                add("decision_shares", format!("X{number},{other},{}", 100 - percent));
            }
        }
        for (number, payee) in self.certified.iter().enumerate() {
            add("certificates", format!("K{number},{},core,2026-01-01", PEOPLE[*payee]));
        }
        tables
    }

    /// Whether a decided conflict on any deal is about somebody.
    fn claims_somewhere(&self, payee: &str) -> bool {
        (0..self.deals.len()).any(|number| self.is_claimant(&self.deal(number), payee))
    }

    /// Whether a decided conflict on a deal is about somebody.
    fn is_claimant(&self, deal: &str, payee: &str) -> bool {
        self.conflicts.iter().any(|(number, _, first, further, _)| {
            self.deal(*number) == deal && [PEOPLE[*first], PEOPLE[(first + further) % 5]].contains(&payee)
        })
    }
}

/// A project of these tables in so many files each.
fn project(tables: &Tables, rules: &str, files: usize) -> Memory {
    let mut book =
        "[book]\nname = \"Channel\"\ncurrency = \"USD\"\nrules = [\"rules.toml\"]\n[sources]\n".to_owned();
    let mut world = Memory::new().with("rules.toml", rules);
    for (name, rows) in tables {
        book += &format!("{name} = {{ path = [\"{name}/*.csv\"] }}\n");
        for file in 0..files {
            let rows = rows[..1].iter().chain(rows[1..].iter().skip(file).step_by(files));
            world
                .insert(format!("{name}/{file}.csv"), rows.map(|row| row.clone() + "\n").collect::<String>());
        }
    }
    world.with("apportion.toml", book)
}

/// The result of March in a folder.
fn run(world: Memory, out: &Path) {
    let session = Session::open_in(Arc::new(world), "").unwrap_or_else(|error| panic!("{error}"));
    let settlement = session.settle("2026-03".parse().unwrap()).unwrap_or_else(|error| panic!("{error}"));
    settlement.write(out).unwrap_or_else(|error| panic!("{error}"));
}

/// The lines of a result, after it was proved.
fn proved_lines(world: Memory) -> Vec<StoredLine> {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("2026-03");
    run(world, &out);
    let project = ProjectFiles { folder: None, required: false };
    let report = verify(&out, project, None).unwrap();
    let found: Vec<_> = report.proofs.iter().filter(|proof| proof.findings.count() > 0).collect();
    assert!(report.proven(), "{found:#?}");
    stored(&out, LineFilter::default()).unwrap().lines
}

/// The files of a result but for run.json, which has the hashes of the inputs.
fn files(world: Memory, threads: usize) -> Files {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("2026-03");
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
    pool.install(|| run(world, &out));
    let mut files = files_below(&out);
    files.remove("run.json");
    files
}

fn all_rules() -> String {
    format!("{RULES}{POLICIES}")
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 16, ..ProptestConfig::default() })]

    /// Open conflicts hold lines of several payees, and conflicts.csv adds them up.
    #[test]
    fn some_payees_at_a_time_have_the_same_files(channel in channels(), is_open in any::<bool>(), lines in 1..20_usize) {
        let mut tables = channel.tables();
        if is_open {
            tables.get_mut("decisions").unwrap().truncate(1);
            tables.get_mut("decision_shares").unwrap().truncate(1);
        }
        let world: Arc<dyn World> = Arc::new(project(&tables, &all_rules(), 1));
        let some = |lines| Portions { lines, ..Portions::default() };
        assert_same_bytes(&world, "2026-03", &[some(1), some(lines)]);
    }

    /// `verify` proves every result, and what nobody decided about stays as it is, to the cent.
    #[test]
    fn a_decision_changes_the_lines_of_the_claimants_alone(channel in channels()) {
        let tables = channel.tables();
        let mut undecided = tables.clone();
        undecided.get_mut("decisions").unwrap().truncate(1);
        undecided.get_mut("decision_shares").unwrap().truncate(1);
        let others = |tables: &Tables| -> Vec<StoredLine> {
            let is_others = |line: &StoredLine| {
                let of = line.from_payee_id.as_deref().unwrap_or(&line.payee_id);
                // A commission goes on from the credit of the deals before.
                let running = line.rule_id == "booking" && channel.claims_somewhere(of);
                !running && !channel.is_claimant(&line.deal_id, of)
            };
            proved_lines(project(tables, &all_rules(), 1)).into_iter().filter(is_others).collect()
        };
        prop_assert_eq!(others(&tables), others(&undecided));
    }

    #[test]
    fn the_order_of_rows_the_files_and_the_threads_change_nothing(channel in channels(), turn in 0..9_usize) {
        let tables = channel.tables();
        let mut shuffled = tables.clone();
        for rows in shuffled.values_mut() {
            let count = rows.len() - 1;
            rows[1..].rotate_left(turn % count.max(1));
            rows[1..].reverse();
        }
        let one = files(project(&tables, &all_rules(), 1), 1);
        prop_assert!(one.contains_key("conflicts.csv") && one.contains_key("claims.csv"));
        prop_assert_eq!(one, files(project(&shuffled, &all_rules(), 2), 2));
    }

    /// Tables say nothing as long as no policy does.
    #[test]
    fn without_policies_the_tables_of_the_channel_change_no_line(channel in channels()) {
        let tables = channel.tables();
        let plain: Tables =
            tables.clone().into_iter().filter(|(name, _)| ["deals", "engagements", "payees"].contains(name)).collect();
        prop_assert_eq!(proved_lines(project(&tables, RULES, 1)), proved_lines(project(&plain, RULES, 1)));
    }

    /// The deal of a registration that can't be used is incomplete: nobody gets what it would have had. Other deals are as they were.
    #[test]
    fn a_rejected_registration_hands_its_share_to_nobody(channel in channels()) {
        let tables = channel.tables();
        let mut rejected = tables.clone();
        rejected.get_mut("registrations").unwrap().push("R9,nobody,2026-02-01,D0,approved,2026-02-10".to_owned());
        let shared = |tables: &Tables| {
            let lines = proved_lines(project(tables, &all_rules(), 1)).into_iter();
            lines.filter(|line| ["roles", "kept", "by-deal", "by-payee"].contains(&line.rule_id.as_str())).collect()
        };
        let (before, after): (Vec<StoredLine>, Vec<StoredLine>) = (shared(&tables), shared(&rejected));
        let elsewhere: Vec<StoredLine> = before.into_iter().filter(|line| line.deal_id != "D0").collect();
        prop_assert_eq!(elsewhere, after);
    }
}
