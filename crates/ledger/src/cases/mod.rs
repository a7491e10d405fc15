//! Worked cases: those that close months do it in a ledger in memory, which is forgotten afterwards.

mod coverage;

use std::sync::Arc;

use crate::closing::{self, CloseOutcome, CloseRequest, DraftReport};
use crate::folder::{entry_cells, unreadable};
use crate::ledger::Ledger;
use crate::stopped;
use apportion_base::diagnostic::{Diagnostic, Files, render};
use apportion_base::spreadsheet::unguarded;
use apportion_base::store::{MemoryStore, Store};
use apportion_base::world::World;
use apportion_contract::output::PAYOUTS;
use apportion_contract::output::assets::ASSETS;
use apportion_contract::output::ledger::{BALANCES, DRAFT_FOLDER, ENTRY_FILE, FINDINGS, HELD, REVERSALS};
use apportion_data::NoProgress;
use apportion_engine::cases::coverage::{CaseReach, add_reach};
use apportion_engine::cases::{
    Case, CaseTable, Mismatch, Outcome, RulesUnderTest, Setting, Table, rejected_rows,
};
use apportion_engine::project::Project;

/// Who closes the months of a case. Nobody signs them.
const PREPARER: &str = "a case";

/// Runs a case and compares what comes out with what it expects: settles its period, or closes its months one after the other. `files`
/// has the texts of the case and its project.
pub fn run(case: &Case, setting: &Setting, files: &Files) -> Outcome {
    match case.months.is_empty() {
        true => case.run(setting, files),
        false => close_months(case, setting, files, &Arc::default()),
    }
}

/// Closes the months of a case in a store, which has its last project and its ledger afterwards, and compares what comes out.
pub fn close_months(case: &Case, setting: &Setting, files: &Files, store: &Arc<MemoryStore>) -> Outcome {
    let mut outcome = Outcome::default();
    let mut closing = CaseLedger { case, setting, files: files.clone(), store: Arc::clone(store) };
    for month in 0..case.months.len() {
        if let Err(mismatch) = closing.close(month, &mut outcome) {
            outcome.mismatches.push(Mismatch::InMonth(case.months[month].period, Box::new(mismatch)));
            // What follows rests on it.
            break;
        }
    }
    if case.expected.is_empty() && case.months.iter().all(|month| month.error.is_none()) {
        outcome.mismatches.push(Mismatch::NothingExpected);
    }
    outcome
}

/// The ledger of a case, and the project as its months find it.
struct CaseLedger<'c> {
    case: &'c Case,
    setting: &'c Setting,
    files: Files,
    store: Arc<MemoryStore>,
}

/// What became of a month.
enum Closed {
    /// It is posted: the tables that are compared, rows that were rejected, and what it reaches.
    Posted(Vec<(CaseTable, Table)>, Vec<String>, Vec<CaseReach>),
    /// Somebody has to decide.
    Stopped(Vec<Diagnostic>),
}

impl CaseLedger<'_> {
    /// Closes a month and compares it.
    fn close(&mut self, month: usize, outcome: &mut Outcome) -> Result<(), Mismatch> {
        let expected = self.case.months[month].error.as_ref().map(|error| error.value.clone());
        let found = match self.closed(month) {
            Ok(Closed::Stopped(found)) | Err(found) => found,
            Ok(Closed::Posted(..)) if expected.is_some() => {
                return Err(Mismatch::NoError { expected: expected.unwrap_or_default() });
            }
            Ok(Closed::Posted(tables, rejected, reached)) => {
                self.case.compare_month(month, &tables, outcome);
                // A row that can't be used can't be in the months after it either.
                let is_new = |row: &String| !outcome.rejected.contains(row);
                let rejected: Vec<String> = rejected.into_iter().filter(is_new).collect();
                outcome.rejected.extend(rejected);
                add_reach(&mut outcome.reached, reached);
                return Ok(());
            }
        };
        let is_provoked =
            expected.as_ref().is_some_and(|code| found.iter().any(|one| one.code.word() == code));
        if is_provoked {
            return Ok(());
        }
        let found = found.iter().map(|one| render(one, &self.files)).collect();
        Err(Mismatch::Error { expected, found })
    }

    fn closed(&mut self, month: usize) -> Result<Closed, Vec<Diagnostic>> {
        for (path, bytes) in self.case.files_of_month(self.setting, month) {
            self.store.put(path, bytes);
        }
        let world: Arc<dyn World> = Arc::<MemoryStore>::clone(&self.store);
        let store: Arc<dyn Store> = Arc::<MemoryStore>::clone(&self.store);
        let request = CloseRequest { period: self.case.months[month].period, preparer: PREPARER.to_owned() };
        let place = (self.setting, month);
        // The rules of a project are files of the project and not of the case, which nobody settles again.
        let keeps = matches!(self.case.rules, RulesUnderTest::Own(_));
        self.case.in_month(place, &world, &mut self.files, |project| post(project, &store, (&request, keeps)))
    }
}

/// Closes a month for good, with copies of its rules or without.
fn post(
    project: &Project,
    store: &Arc<dyn Store>,
    (request, keeps): (&CloseRequest, bool),
) -> Result<Closed, Vec<Diagnostic>> {
    let one = |error: Diagnostic| vec![error];
    let ledger = Ledger::open(store, project.book()).map_err(one)?;
    let report = match closing::close(project, &ledger, request, &NoProgress)? {
        CloseOutcome::Draft(report) => report,
        CloseOutcome::Stopped(stopped) => {
            let found = stopped::diagnostics(&stopped, request.period, project.book().currency);
            return Ok(Closed::Stopped(found));
        }
    };
    let tables = CaseTable::OF_MONTH.into_iter().map(|kind| Ok((kind, table(kind, &ledger, &report)?)));
    let tables = tables.collect::<Result<Vec<_>, Diagnostic>>().map_err(one)?;
    let rejected = rejected_rows(&report.tables);
    let reached = coverage::reached(&report).map_err(one)?;
    if keeps {
        closing::keep_objects(&ledger, project.book(), &report.draft).map_err(one)?;
    }
    ledger.post(&report.draft).map_err(one)?;
    Ok(Closed::Posted(tables, rejected, reached))
}

/// A table of a draft, as its file has it.
fn table(kind: CaseTable, ledger: &Ledger, report: &DraftReport) -> Result<Table, Diagnostic> {
    let file = match kind {
        CaseTable::Entries => return Ok(entries(report)),
        CaseTable::Balances => BALANCES,
        CaseTable::Held => HELD,
        CaseTable::Payouts => PAYOUTS,
        CaseTable::Findings => FINDINGS,
        CaseTable::Reversals => REVERSALS,
        // Nothing is capitalised without a policy.
        CaseTable::Assets if report.computed.assets.is_none() => return Ok(Table::default()),
        CaseTable::Assets => ASSETS,
        // What a period is settled to is no part of a close.
        CaseTable::Lines
        | CaseTable::Uncredited
        | CaseTable::Rejects
        | CaseTable::Totals
        | CaseTable::Attainment
        | CaseTable::Claims
        | CaseTable::Conflicts
        | CaseTable::PriceAudit => return Ok(Table::default()),
    };
    let bytes = ledger.draft_file(&report.draft, file)?;
    read(&bytes).map_err(|error| unreadable(&format!("{DRAFT_FOLDER}/{file}"), &error.to_string()))
}

fn entries(report: &DraftReport) -> Table {
    let currency = report.book.currency;
    let (close, names) = (report.computed.period.to_string(), &report.computed.names);
    let cells = |entry| entry_cells(&close, entry, names, (currency.digits(), currency.code()));
    Table {
        header: ENTRY_FILE.header().map(str::to_owned).collect(),
        rows: report.computed.entries.iter().map(cells).collect(),
    }
}

fn read(bytes: &[u8]) -> Result<Table, csv::Error> {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(bytes);
    let cells = |record: csv::StringRecord| record.iter().map(|cell| unguarded(cell).to_owned()).collect();
    let mut rows: Vec<Vec<String>> = Vec::new();
    for record in reader.records() {
        rows.push(cells(record?));
    }
    let header = if rows.is_empty() { Vec::new() } else { rows.remove(0) };
    Ok(Table { header, rows })
}

#[cfg(test)]
mod tests {
    use super::*;
    use apportion_engine::cases::{CaseFile, FileUpdate, update};

    /// Two months of a payee who earns 100 in each.
    const CASE: &str = "[[case]]
name = \"two months\"
rules = '''
[[shared_credit]]
id = \"tenth\"
effective = { from = 2026-01-01 }
rate = \"10%\"
model = \"equal\"
'''
deals = '''
deal_id | outcome | close_date | amount
D1 | won | 2026-01-10 | 1000
D2 | won | 2026-02-10 | 1000
'''
payees = \"payee_id\\nann\"
engagements = '''
deal_id | payee_id | role
D1 | ann | any
D2 | ann | any
'''
[[case.month]]
period = \"2026-01\"
balances = \"\" # nothing yet
[[case.month]]
period = \"2026-02\"
entries = '''
deal_id | earned
D2 | 99.00
'''
";

    fn ran(text: &str) -> Outcome {
        let mut files = Files::default();
        let file = CaseFile::parse("a.toml", text, &mut files).expect("it is fine");
        run(&file.cases[0], &Setting::plain(), &files)
    }

    fn shown(text: &str) -> String {
        ran(text).mismatches.iter().map(Mismatch::text).collect()
    }

    #[test]
    fn what_differs_is_told_with_its_month() {
        assert_eq!(
            shown(CASE),
            "2026-01: balances: - expected, + came out
  payee_id |  lines |   paid
+ ann      | 100.00 | 100.00
2026-02: entries: - expected, + came out
  deal_id | earned
- D2      |  99.00
+ D2      | 100.00
            ^^^^^^
"
        );
    }

    #[test]
    fn what_came_out_is_written_into_the_months() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("a.toml");
        std::fs::write(&path, CASE).expect("it is written");
        let mut files = Files::default();
        let file = CaseFile::read(&apportion_base::world::Disk, &path, "a.toml", &mut files).expect("a file");
        let outcome = run(&file.cases[0], &Setting::plain(), &files);
        assert_eq!(update(&file, &[Some(&outcome)]).expect("it is written"), FileUpdate { tables: 2 });
        let text = std::fs::read_to_string(&path).expect("it is there");
        let expected = CASE
            .replace(
                "\"\" # nothing",
                "'''\npayee_id |  lines |   paid\nann      | 100.00 | 100.00\n''' # nothing",
            )
            .replace("deal_id | earned\nD2 | 99.00", "deal_id | earned\nD2      | 100.00");
        assert_eq!(text, expected);
        assert!(ran(&text).mismatches.is_empty());
    }

    /// A close that is stopped stops the case, unless it says so; one that says so has to be stopped.
    #[test]
    fn what_stops_a_close_is_expected_or_ends_the_case() {
        let other_month = CASE.replace("period = \"2026-02\"", "period = \"2026-03\"");
        let told = shown(&other_month);
        assert!(told.contains("2026-03: it could not be settled:\nerror[month-not-open]"), "{told}");
        let expected = CASE.replace(
            "[[case.month]]\nperiod = \"2026-02\"",
            "[[case.month]]\nperiod = \"2026-03\"\nerror = \"month-not-open\"\n[[case.month]]\nperiod = \"2026-02\"",
        );
        assert_eq!(shown(&expected), shown(CASE));
        let told = shown(&expected.replace("month-not-open", "vanished"));
        assert!(told.contains("2026-03: expected the error `vanished`, and this came out"), "{told}");
        let settled = expected.replace("2026-03", "2026-02");
        assert!(shown(&settled).contains("2026-02: expected the error `month-not-open`, and it was settled"));
        // Nothing to compare.
        let [head, _] = CASE.split("balances").collect::<Vec<_>>()[..2] else { panic!("{CASE}") };
        assert!(shown(head).contains("it expects nothing"));
    }

    /// A row that can't be used is told as what may be the reason, and a place in the case's own keys is one of the case file.
    #[test]
    fn what_is_wrong_with_a_month_points_into_the_case() {
        // The deal, and the engagement that names it; once for all months.
        assert_eq!(ran(&CASE.replace("2026-02-10", "soon")).rejected.len(), 2);
        let told = shown(&CASE.replace(
            "[[case.month]]\nperiod = \"2026-01\"",
            "ledger = { true_up = 9 }\n[[case.month]]\nperiod = \"2026-01\"",
        ));
        assert!(
            told.contains("error[invalid-number]: `true_up` takes") && told.contains("a.toml:21"),
            "{told}"
        );
    }
}
