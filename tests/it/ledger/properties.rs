//! What must hold of any ledger, tried on random projects in which every kind of rule pays.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use apportion::cases::{Case, CaseTable, Setting, Table};
use apportion::diagnostic::Files;
use apportion::ledger::closing::CloseOutcome;
use apportion::ledger::entry::Subject;
use apportion::ledger::ledger::History;
use apportion::results::ReplacePolicy;
use apportion::store::{MemoryStore, Store};
use apportion::world::World;
use apportion::{JournalRequest, Session};
use proptest::prelude::*;

use super::desk::{Desk, ledger_in, rows, unproven};
use super::statements::recompute_closes;
use crate::properties::{Project, RULES, projects, reversals};
use crate::verify::lines::Lines;

/// A key and its amount in cents.
type Amounts = BTreeMap<[String; 7], i64>;

const BOOK: &str = "[book]\nname = \"Random\"\ncurrency = \"USD\"\nrules = [\"rules.toml\"]\n[ledger]\n\
    first = \"2026-01\"\napprovals = 0\nkeep_inputs = false\n[accounts]\nexpense = \"cost\"\naccrued = \"accrued\"\nadvance = \"advance\"\n\
    receivable = \"receivable\"\npayable = \"payable\"\nasset = \"asset\"\namortisation = \"amortisation\"\n[sources]\n";

/// Reversals of either method.
pub const CLAWBACKS: &str = r#"
[[clawback]]
id = "again"
effective = { from = 2026-01-01 }
when = "reversal_cause = 'cancelled'"
method = "recompute"

[[clawback]]
id = "back"
effective = { from = 2026-01-01 }
when = "reversal_cause = 'returned'"
method = "mirror"
schedule = [ { within = 20, share = "90%" }, { within = 60, share = "90%", to = "10%" } ]
"#;

/// Short schedules, so that they end within the quarter.
const CAPITALISE: &str = r#"
[[capitalise]]
id = "by-days"
effective = { from = 2026-01-01 }
when = "amount > 400"
months = 1
starts = "day"

[[capitalise]]
id = "by-months"
effective = { from = 2026-01-01, until = 2026-02-20 }
months = 2
starts = "month"
"#;

/// Half of what is earned waits, everybody gets an advance for two months, of which the rest is forgiven, and small amounts are carried.
const PAYMENTS: &str = r#"
[[hold]]
id = "half"
effective = { from = 2026-01-01 }
release = "CASE WHEN period_end >= DATE '2026-03-01' THEN 0.8 ELSE 0.5 END"

[[draw]]
id = "ramp"
effective = { from = 2026-01-01, until = 2026-02-28 }
amount = 300
recoverable = true
recover = { share = "50%" }
at_end = "forgive"

[[payment]]
id = "small"
effective = { from = 2026-01-01 }
minimum = "120"
"#;

fn plain(kind: &str, index: usize) -> String {
    format!("{kind}{index:02}")
}

fn case(project: &Project) -> Case {
    project.case(plain)
}

/// A project in memory: a disk that confirms what it writes is slow.
#[derive(Default)]
struct InMemory(Arc<MemoryStore>);

impl InMemory {
    /// The tables of a case as the files of the project.
    fn put(&self, case: &Case, rules: &str) {
        let mut book = BOOK.to_owned();
        for (name, table) in &case.inputs {
            let name = name.word();
            book += &format!("{name} = {{ path = \"{name}.csv\" }}\n");
            let rows = std::iter::once(&table.header).chain(&table.rows).map(|row| row.join(",") + "\n");
            self.0.put(format!("{name}.csv"), rows.collect::<String>());
        }
        self.0.put("apportion.toml", book);
        self.0.put("rules.toml", rules);
    }

    fn store(&self) -> Arc<dyn Store> {
        self.0.clone()
    }

    fn session(&self) -> Session {
        Session::open_in(self.0.clone(), "").unwrap_or_else(|error| panic!("{error}"))
    }

    fn close(&self, period: &str) {
        let session = self.session();
        let outcome = session.prepare_close(&self.store(), period.parse().unwrap(), "ann");
        match outcome.unwrap_or_else(|error| panic!("{error}")) {
            CloseOutcome::Draft(_) => {}
            CloseOutcome::Stopped(why) => panic!("{why:?}"),
        }
        session.post_close(&self.store()).unwrap_or_else(|error| panic!("{error}"));
        // `verify` holds the first against the close; all are read back when they are written.
        for format in ["double-entry", "hledger", "netsuite"] {
            let request = JournalRequest {
                period: period.parse().unwrap(),
                format: format.to_owned(),
                posting_date: None,
                payments: false,
                created: None,
                out: None,
            };
            session.journal(&self.store(), &request).unwrap_or_else(|error| panic!("{error}"));
        }
    }

    /// What the journals of all closes have booked: cents by payee and account, debits less credits.
    fn booked(&self) -> BTreeMap<(String, String), i64> {
        let files = ledger_in(&self.0);
        let journals = files.iter().filter(|(name, _)| name.ends_with("journal-double-entry/journal.csv"));
        let mut booked = BTreeMap::new();
        for row in journals.flat_map(|(_, bytes)| rows(std::str::from_utf8(bytes).unwrap())) {
            let side = |name: &str| row[name].replace('.', "").parse::<i64>().unwrap_or_default();
            *booked.entry((row["payee"].clone(), row["account"].clone())).or_default() +=
                side("debit") - side("credit");
        }
        booked
    }

    /// What was carried, earned by key, and paid in all.
    fn history(&self) -> (History, Amounts, i64) {
        let session = self.session();
        let ledger = session.ledger(&self.store()).unwrap_or_else(|error| panic!("{error}"));
        let mut history = ledger.history().unwrap();
        let mut earned = Amounts::new();
        let mut paid = 0;
        for close in history.closes.0.clone() {
            for entry in ledger.entries(&close, &mut history.names).unwrap() {
                let Subject::Line { key, .. } = &entry.subject else { panic!("{entry:?}") };
                let names = &history.names;
                let key =
                    [Some(names.text(key.payee)), Some(names.text(key.rule)), Some(names.text(key.deal))]
                        .into_iter()
                        .chain(
                            [key.role, key.from_payee, key.of_rule, key.of_deal]
                                .map(|part| names.maybe_text(part)),
                        )
                        .map(|part| part.unwrap_or_default().to_owned());
                let key: Vec<String> = key.collect();
                *earned.entry(key.try_into().unwrap()).or_default() += entry.earned.raw();
            }
            let balances = ledger.balances(&close).unwrap();
            paid += balances.iter().map(|balance| balance.payment.paid.raw()).sum::<i64>();
        }
        earned.retain(|_, amount| *amount != 0);
        (history, earned, paid)
    }

    /// Some file of the project.
    fn read(&self, path: &str) -> Vec<u8> {
        World::read(&*self.0, Path::new(path)).unwrap()
    }
}

/// What the lines of the quarter say now.
fn now(case: &Case) -> Amounts {
    let columns =
        ["payee_id", "rule_id", "deal_id", "role", "from_payee_id", "of_rule_id", "of_deal_id", "amount"];
    let lines =
        case.came_out(&Setting::plain(), &mut Files::default(), CaseTable::Lines, &columns).unwrap().rows;
    let mut amounts = Amounts::new();
    for row in lines {
        let [key @ .., amount] = <[String; 8]>::try_from(row).unwrap();
        *amounts.entry(key).or_default() += amount.replace('.', "").parse::<i64>().unwrap();
    }
    amounts.retain(|_, amount| *amount != 0);
    amounts
}

/// A deal's amount as it was before somebody corrected it.
fn as_it_was(case: &Case, changed: &[(usize, i64)]) -> Case {
    let mut earlier = case.clone();
    let deals = earlier.inputs.iter_mut().find(|(name, _)| name.word() == "deals").unwrap().1;
    for (deal, cents) in changed {
        let count = deals.rows.len();
        let amount = deals.header.iter().position(|name| name == "amount").unwrap();
        deals.rows[deal % count][amount] = format!("{}.{:02}", cents / 100, cents % 100);
    }
    earlier
}

const PERIODS: [&str; 3] = ["2026-01", "2026-02", "2026-03"];

/// Amounts other than 0 by key, in cents.
fn amounts(lines: &Lines, column: &str) -> Amounts {
    let columns = ["payee_id", "rule_id", "deal_id", "role", "from_payee_id", "of_rule_id", "of_deal_id"];
    let columns = columns.map(|name| lines.column(name));
    let mut amounts = Amounts::new();
    for row in &lines.rows {
        let key = columns.map(|place| row[place].clone().unwrap_or_default());
        let amount = row[lines.column(column)].as_deref().map_or(0, |amount| amount.parse().unwrap());
        *amounts.entry(key).or_default() += amount;
    }
    amounts.retain(|_, amount| *amount != 0);
    amounts
}

/// Closes the quarter of a case, of which other amounts were known in January and February, and compares what was posted and paid with
/// what the lines say now.
fn adds_up(
    case: &Case,
    rules: &str,
    [january, february]: [&Vec<(usize, i64)>; 2],
) -> Result<(), TestCaseError> {
    let project = InMemory::default();
    for (period, known) in [("2026-01", january), ("2026-02", february), ("2026-03", &Vec::new())] {
        project.put(&as_it_was(case, known), rules);
        project.close(period);
    }
    let (history, earned, paid) = project.history();
    let now = now(case);
    prop_assert_eq!(&earned, &now);
    let carried: i64 = history.standings.values().map(|standing| standing.carried.raw()).sum();
    prop_assert_eq!(paid + carried, now.values().sum::<i64>());
    recompute_closes(&project.session(), &project.store(), &PERIODS);
    let found = unproven(&Desk::holding(&ledger_in(&project.0)).path("ledger"));
    prop_assert!(found.is_empty(), "{}", found.join("\n"));
    Ok(())
}

/// After each close of a quarter: the accounts of each payee are what is due to it, what it owes and what was advanced.
fn accounts_follow_balances(
    case: &Case,
    rules: &str,
    [january, february]: [&Vec<(usize, i64)>; 2],
) -> Result<(), TestCaseError> {
    let project = InMemory::default();
    for (period, known) in [("2026-01", january), ("2026-02", february), ("2026-03", &Vec::new())] {
        project.put(&as_it_was(case, known), rules);
        project.close(period);
        let ledger = project.session().ledger(&project.store()).unwrap_or_else(|error| panic!("{error}"));
        let closes = ledger.closes().unwrap();
        let balances = ledger.balances(closes.last().unwrap()).unwrap();
        let mut due = BTreeMap::new();
        for row in &balances {
            let open = row.held_out.raw() + row.payment.carried_out.raw();
            for (account, cents) in [
                ("accrued", -open.max(0)),
                ("receivable", (-open).max(0)),
                ("advance", row.payment.owed_out.raw()),
            ] {
                due.insert((row.payee_id.clone(), account.to_owned()), cents);
            }
        }
        let booked = project.booked();
        let is_kept = |account: &str| ["accrued", "receivable", "advance"].contains(&account);
        let kept = booked.iter().filter(|((_, account), _)| is_kept(account));
        for (key, cents) in kept {
            prop_assert_eq!(due.get(key).copied().unwrap_or_default(), *cents, "{:?} after {}", key, period);
        }
        for (key, cents) in &due {
            prop_assert_eq!(
                booked.get(key).copied().unwrap_or_default(),
                *cents,
                "{:?} after {}",
                key,
                period
            );
        }
        prop_assert_eq!(booked.values().sum::<i64>(), 0);
    }
    let found = unproven(&Desk::holding(&ledger_in(&project.0)).path("ledger"));
    prop_assert!(found.is_empty(), "{}", found.join("\n"));
    Ok(())
}

/// The case with columns for reversals, which all are empty.
fn without_reversals(case: &Case) -> Case {
    let mut case = case.clone();
    let deals = table(&mut case, "deals");
    deals.header.extend(["reverses_deal_id", "reversal_cause"].map(str::to_owned));
    deals.rows.iter_mut().for_each(|row| row.extend([String::new(), String::new()]));
    case
}

fn table<'c>(case: &'c mut Case, name: &str) -> &'c mut Table {
    case.inputs.iter_mut().find(|(table, _)| table.word() == name).unwrap().1
}

/// The same with some deals of January cancelled in February and booked again, with the same day and the same work. A new id comes right after
/// the old one, so that nothing is in another order.
fn rebooked(case: &Case, chosen: &[usize]) -> Case {
    let mut case = case.clone();
    let deals = table(&mut case, "deals");
    let [id, day, amount] = ["deal_id", "close_date", "amount"]
        .map(|column| deals.header.iter().position(|name| name == column).unwrap());
    let [original, cause] = [deals.header.len() - 2, deals.header.len() - 1];
    let is_chosen = |place: usize| chosen.iter().any(|deal| deal % deals.rows.len() == place);
    let of_january: Vec<Vec<String>> = (0..deals.rows.len())
        .filter(|place| is_chosen(*place) && deals.rows[*place][day].starts_with("2026-01"))
        .map(|place| deals.rows[place].clone())
        .collect();
    for row in &of_january {
        let mut again = row.clone();
        again[id].push('b');
        let mut reversal = row.clone();
        reversal[id] = format!("R{}", row[id]);
        reversal[day] = "2026-02-03".to_owned();
        reversal[amount] = match row[amount].strip_prefix('-') {
            Some(positive) => positive.to_owned(),
            None => format!("-{}", row[amount]),
        };
        reversal[original] = row[id].clone();
        reversal[cause] = "cancelled".to_owned();
        deals.rows.extend([again, reversal]);
    }
    let cancelled: Vec<String> = of_january.into_iter().map(|mut row| row.swap_remove(id)).collect();
    let work = table(&mut case, "engagements");
    let deal = work.header.iter().position(|name| name == "deal_id").unwrap();
    for row in work.rows.iter_mut().filter(|row| cancelled.contains(&row[deal])) {
        row[deal].push('b');
    }
    case
}

/// What came of closes: cents by payee and rule in all, and those paid to each payee, close by close.
#[derive(Debug, Default, PartialEq)]
struct CameOf {
    earned: BTreeMap<[String; 2], i64>,
    paid: Vec<BTreeMap<String, i64>>,
}

/// Closes the quarter of a case, which is another one from February on.
fn in_all(january: &Case, later: &Case, rules: &str) -> CameOf {
    let project = InMemory::default();
    let mut came = CameOf::default();
    for (period, case) in PERIODS.into_iter().zip([january, later, later]) {
        project.put(case, rules);
        project.close(period);
        let ledger = project.session().ledger(&project.store()).unwrap_or_else(|error| panic!("{error}"));
        let closes = ledger.closes().unwrap();
        let balances = ledger.balances(closes.last().unwrap()).unwrap();
        let paid_to = balances.into_iter().map(|row| (row.payee_id, row.payment.paid.raw()));
        came.paid.push(paid_to.filter(|(_, cents)| *cents != 0).collect());
    }
    for ([payee, rule, ..], cents) in project.history().1 {
        *came.earned.entry([payee, rule]).or_default() += cents;
    }
    came.earned.retain(|_, cents| *cents != 0);
    came
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 16, ..ProptestConfig::default() })]

    /// Nothing is lost and nothing is paid twice, whatever was known when a month was closed: what was earned adds up to what the
    /// lines say now, and what was paid to what was earned, less what is carried. `verify` proves it of the files alone.
    #[test]
    fn what_closes_post_of_a_key_adds_up_to_its_amount_now(
        project in projects(),
        january in prop::collection::vec((0..10_usize, 0..90_000_i64), 0..4),
        february in prop::collection::vec((0..10_usize, 0..90_000_i64), 0..4),
    ) {
        adds_up(&case(&project), RULES, [&january, &february])?;
    }

    /// The same with reversals that are mirrored and recomputed, which come late, change and take more than there is; `verify` proves what is
    /// capitalised of it as well.
    #[test]
    fn what_closes_post_with_reversals_adds_up_to_the_amounts_now(
        project in projects(),
        reversals in reversals(),
        january in prop::collection::vec((0..16_usize, 0..90_000_i64), 0..4),
        february in prop::collection::vec((0..16_usize, 0..90_000_i64), 0..4),
    ) {
        let rules = format!("{RULES}{CLAWBACKS}{CAPITALISE}");
        adds_up(&project.case_with(plain, &rules, &reversals), &rules, [&january, &february])?;
    }

    /// Journals over a random sequence of closes, with what is held, advanced, recovered, forgiven, taken back and carried.
    #[test]
    fn accounts_of_each_payee_are_its_balances(
        project in projects(),
        reversals in reversals(),
        january in prop::collection::vec((0..16_usize, 0..90_000_i64), 0..4),
        february in prop::collection::vec((0..16_usize, 0..90_000_i64), 0..4),
    ) {
        let rules = format!("{RULES}{CLAWBACKS}{PAYMENTS}");
        accounts_follow_balances(&project.case_with(plain, &rules, &reversals), &rules, [&january, &february])?;
    }

    /// A deal that is cancelled and booked again comes to nothing, to the cent: every payee has earned as much under every rule, and is paid as
    /// much in every month, as if nothing had been done.
    #[test]
    fn a_cancelled_and_rebooked_deal_nets_to_zero(
        project in projects(),
        chosen in prop::collection::vec(0..10_usize, 1..4),
    ) {
        let rules = format!("{RULES}{CLAWBACKS}");
        let case = without_reversals(&project.case_with(plain, &rules, &[]));
        prop_assert_eq!(in_all(&case, &rebooked(&case, &chosen), &rules), in_all(&case, &case, &rules));
    }

    /// Where nothing changes behind a closed month, closes post what runs pay: month by month, and nothing else.
    #[test]
    fn months_closed_one_by_one_are_the_months_of_runs(project in projects()) {
        let in_memory = InMemory::default();
        in_memory.put(&case(&project), RULES);
        for (number, period) in (1..).zip(PERIODS) {
            in_memory.close(period);
            let out = format!("out/{period}");
            let settlement = in_memory.session().settle(period.parse().unwrap()).unwrap();
            settlement.write_in(&in_memory.store(), &out, ReplacePolicy::default()).unwrap();
            let posted = format!("ledger/closes/{number:04}-{period}");
            let lines = |path: String| Lines::from_bytes(&in_memory.read(&path)).unwrap();
            let entries = lines(format!("{posted}/entries.parquet"));
            prop_assert!(entries.rows.iter().all(|row| row[entries.column("entry")].as_deref() == Some("new")));
            let paid = amounts(&lines(format!("{out}/lines.parquet")), "amount");
            prop_assert_eq!(amounts(&entries, "earned"), paid);
            let statements = |folder: &str| in_memory.read(&format!("{folder}/statements.csv"));
            prop_assert_eq!(statements(&posted), statements(&out));
        }
    }

    /// The order of rows and the number of threads are in no byte of a close but the digests of its inputs.
    #[test]
    fn shuffled_rows_and_threads_change_nothing(
        project in projects(),
        turns in prop::collection::vec(0..50_usize, 4),
        threads in 2..6_usize,
    ) {
        let case = case(&project);
        let mut shuffled = case.clone();
        for (turn, table) in turns.iter().cycle().zip(shuffled.inputs.values_mut()) {
            let rows = table.rows.len().max(1);
            table.rows.rotate_left(turn % rows);
            if turn % 2 == 1 {
                table.rows.reverse();
            }
        }
        let [one, other] = [(case, 1), (shuffled, threads)].map(|(case, threads)| {
            let project = InMemory::default();
            project.put(&case, RULES);
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            pool.install(|| PERIODS.iter().for_each(|period| project.close(period)));
            let mut closes = ledger_in(&project.0);
            closes.retain(|path, _| path.starts_with("ledger/closes/"));
            closes
        });
        prop_assert_eq!(one.keys().collect::<Vec<_>>(), other.keys().collect::<Vec<_>>());
        for (name, bytes) in one.iter().filter(|(name, _)| !name.ends_with(".json")) {
            prop_assert!(*bytes == other[name], "{}", name);
        }
    }
}
