//! What must hold of any ledger, tried on random projects in which every kind of rule pays.

use std::collections::BTreeMap;
use std::sync::Arc;

use apportion::Session;
use apportion::cases::{Case, CaseTable, Setting};
use apportion::diagnostic::Files;
use apportion::ledger::closing::CloseOutcome;
use apportion::ledger::entry::Subject;
use apportion::ledger::ledger::History;
use apportion::store::Store;
use apportion::world::Disk;
use proptest::prelude::*;
use tempfile::TempDir;

use crate::properties::{Project, RULES, projects, reversals};
use crate::rate_tables::{apportion, text, write};

/// A key and its amount in cents.
type Amounts = BTreeMap<[String; 7], i64>;

const BOOK: &str = "[book]\nname = \"Random\"\ncurrency = \"USD\"\nrules = [\"rules.toml\"]\n[ledger]\n\
    first = \"2026-01\"\napprovals = 0\nkeep_inputs = false\n[sources]\n";

/// Reversals of either method.
const CLAWBACKS: &str = r#"
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

fn plain(kind: &str, index: usize) -> String {
    format!("{kind}{index:02}")
}

fn case(project: &Project) -> Case {
    project.case(plain)
}

/// The tables of a case as the files of a project.
fn put(folder: &TempDir, case: &Case, rules: &str) {
    let mut book = BOOK.to_owned();
    for (name, table) in &case.inputs {
        let name = name.word();
        book += &format!("{name} = {{ path = \"{name}.csv\" }}\n");
        let rows = std::iter::once(&table.header).chain(&table.rows).map(|row| row.join(",") + "\n");
        write(folder.path(), &format!("{name}.csv"), &rows.collect::<String>());
    }
    write(folder.path(), "apportion.toml", &book);
    write(folder.path(), "rules.toml", rules);
}

fn close(folder: &TempDir, store: &Arc<dyn Store>, period: &str) {
    let session = Session::open(folder.path()).unwrap_or_else(|error| panic!("{error}"));
    let outcome = session.prepare_close(store, period.parse().unwrap(), "ann");
    match outcome.unwrap_or_else(|error| panic!("{error}")) {
        CloseOutcome::Draft(_) => {}
        CloseOutcome::Stopped(why) => panic!("{why:?}"),
    }
    session.post_close(store).unwrap_or_else(|error| panic!("{error}"));
}

fn history(folder: &TempDir, store: &Arc<dyn Store>) -> (History, Amounts, i64) {
    let session = Session::open(folder.path()).unwrap_or_else(|error| panic!("{error}"));
    let ledger = session.ledger(store).unwrap_or_else(|error| panic!("{error}"));
    let mut history = ledger.history().unwrap();
    let mut earned = Amounts::new();
    let mut paid = 0;
    for close in history.closes.0.clone() {
        for entry in ledger.entries(&close, &mut history.names).unwrap() {
            let Subject::Line { key, .. } = &entry.subject else { panic!("{entry:?}") };
            let names = &history.names;
            let key = [Some(names.text(key.payee)), Some(names.text(key.rule)), Some(names.text(key.deal))]
                .into_iter()
                .chain(
                    [key.role, key.from_payee, key.of_rule, key.of_deal].map(|part| names.maybe_text(part)),
                )
                .map(|part| part.unwrap_or_default().to_owned());
            let key: Vec<String> = key.collect();
            *earned.entry(key.try_into().unwrap()).or_default() += entry.earned.raw();
        }
        paid +=
            ledger.balances(&close).unwrap().iter().map(|balance| balance.payment.paid.raw()).sum::<i64>();
    }
    earned.retain(|_, amount| *amount != 0);
    (history, earned, paid)
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

/// Closes the quarter of a case, of which other amounts were known in January and February, and compares what was posted and paid with
/// what the lines say now.
fn adds_up(
    case: &Case,
    rules: &str,
    [january, february]: [&Vec<(usize, i64)>; 2],
) -> Result<(), TestCaseError> {
    let folder = tempfile::tempdir().unwrap();
    let store: Arc<dyn Store> = Arc::new(Disk);
    for (period, known) in [("2026-01", january), ("2026-02", february), ("2026-03", &Vec::new())] {
        put(&folder, &as_it_was(case, known), rules);
        close(&folder, &store, period);
    }
    let (history, earned, paid) = history(&folder, &store);
    let now = now(case);
    prop_assert_eq!(&earned, &now);
    let carried: i64 = history.standings.values().map(|standing| standing.carried.raw()).sum();
    prop_assert_eq!(paid + carried, now.values().sum::<i64>());
    let proof = apportion(folder.path(), &["verify", "ledger"]);
    prop_assert!(proof.status.success(), "{}", text(&proof));
    Ok(())
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

    /// The same with reversals that are mirrored and recomputed, which come late, change and take more than there is.
    #[test]
    fn what_closes_post_with_reversals_adds_up_to_the_amounts_now(
        project in projects(),
        reversals in reversals(),
        january in prop::collection::vec((0..16_usize, 0..90_000_i64), 0..4),
        february in prop::collection::vec((0..16_usize, 0..90_000_i64), 0..4),
    ) {
        let rules = format!("{RULES}{CLAWBACKS}");
        adds_up(&project.case_with(plain, &rules, &reversals), &rules, [&january, &february])?;
    }
}
