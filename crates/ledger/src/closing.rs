//! Closing a month: settles what the horizon needs, makes entries and balances, and writes a draft; or says what stops it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::Arc;

use crate::adjustments;
use crate::balances::{self, Balance, Before};
use crate::causes;
use crate::earned::{self, EarnedEntries, HeldKey};
use crate::entry::{self, Entry, EntryType, Subject};
use crate::folder::{
    BookRecord, CloseRecord, CloseTotals, EngineRecord, FileRecord, FindingRow, InputRecord, LedgerRecord,
    ReversalRow, read_opening, read_people, unreadable, write_balances, write_entries, write_findings,
    write_held, write_payouts, write_people, write_reversals,
};
use crate::key::{Map, Name, Names};
use crate::ledger::{Close, Draft, History, Ledger, sealed};
use crate::people::{ChangedPayee, People, columns_in_use};
use crate::posted::Standings;
use crate::rewritten::{RewrittenRule, RuleChanges, RuleSnapshot, rewritten, snapshots};
use crate::scope::{CloseDays, Ground};
use crate::vanished::{Vanished, VanishedThings};
use apportion_base::diagnostic::{Code, Diagnostic};
use apportion_base::money::{Minor, Overflow, format_scaled};
use apportion_base::overflow::Guard;
use apportion_base::{ENGINE, VERSION};
use apportion_book::{Book, LedgerSettings, Period, TableName, display_day};
use apportion_contract::output::ledger::{
    APPROVALS, BALANCES, DRAFT, ENTRIES, FINDINGS, HELD, LINES_RESTATED, PEOPLE, REVERSALS, close_name,
};
use apportion_contract::output::{LINES, PAYOUTS, RUN};
use apportion_contract::{AcceptanceAction, is_assignable};
use apportion_data::{Progress, Tables, UsedColumns};
use apportion_engine::credit::{Line, Lines};
use apportion_engine::project::{self, Project};
use apportion_engine::settle::{self, PeriodView};
use apportion_results::PeriodFiles;
use apportion_rules::{Kind, PolicyTerms, RuleBook};

/// The crates whose arithmetic is used here. The engine checks those that it uses.
static CRATES: Guard = Guard::new(&[apportion_base::OVERFLOW, crate::OVERFLOW]);

/// What is asked of a close.
#[derive(Debug, Clone)]
pub struct CloseRequest {
    /// The month.
    pub period: Period,
    /// Who prepares it.
    pub preparer: String,
}

/// What became of it.
#[derive(Debug)]
pub enum CloseOutcome {
    /// A draft was written.
    Draft(Box<DraftReport>),
    /// Somebody has to decide first; nothing was written.
    Stopped(Box<StoppedClose>),
}

/// A draft and all that a summary says of it.
#[derive(Debug)]
pub struct DraftReport {
    /// What was computed.
    pub computed: ComputedClose,
    /// The draft that was written.
    pub draft: Draft,
    /// The draft that was there before, of the same month.
    pub before: Option<Draft>,
    /// What is left to say although the draft is there.
    pub warning: Option<Diagnostic>,
    /// The book.
    pub book: Arc<Book>,
    /// The rules.
    pub rules: Arc<RuleBook>,
    /// The data.
    pub tables: Arc<Tables>,
}

/// What stops a close.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StoppedClose {
    /// Settings that never change: what they were, and what they are.
    RewrittenBook(Vec<(String, String, String)>),
    /// Rules of closed months.
    RewrittenRules(Vec<RewrittenRule>),
    /// Things that the ledger rests on.
    Vanished(Vec<Vanished>),
    /// True-ups whose sum has to be accepted.
    LargeTrueUps {
        /// The id that an acceptance has to have.
        id: String,
        /// The sum of their absolute values.
        sum: i128,
        /// By cause and month, in minor units: the sum, and how many entries.
        by_cause: Vec<TrueUpGroup>,
    },
}

/// True-ups of one cause and month.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrueUpGroup {
    /// Why.
    pub cause: String,
    /// The month that they are of.
    pub of_period: Period,
    /// How many.
    pub entries: u64,
    /// Σ earned.
    pub earned: i128,
    /// Σ of the absolute values.
    pub absolute: i128,
}

/// What a close comes to.
#[derive(Debug)]
pub struct ComputedClose {
    /// The month.
    pub period: Period,
    /// Its first and last day.
    pub days: (i32, i32),
    /// Its entries, in the order of the file.
    pub entries: Vec<Entry>,
    /// The ids that they name.
    pub names: Names,
    /// Its balances, by payee_id.
    pub balances: Vec<Balance>,
    /// What is held, in the order of the file.
    pub held: Vec<HeldKey>,
    /// What somebody should know, in the order of the file.
    pub findings: Vec<FindingRow>,
    /// Payees whose attributes are others than in the close before.
    pub changed_payees: Vec<ChangedPayee>,
    /// Accepted decisions about what has vanished.
    pub decided: Vec<Vanished>,
    /// True-ups by cause and month.
    pub true_ups: Vec<TrueUpGroup>,
}

/// Closes a month as far as a draft. The lock of the ledger must be held.
///
/// # Errors
/// `month-not-open`, `bad-opening`, `two-draws`, `two-payments`, what would keep a run from finishing, and what the system says.
pub fn close(
    project: &Project,
    ledger: &Ledger,
    request: &CloseRequest,
    progress: &dyn Progress,
) -> Result<CloseOutcome, Vec<Diagnostic>> {
    CRATES.check().map_err(|refusal| vec![refusal])?;
    progress.phase("reading the ledger", None);
    let history = ledger.history().map_err(|error| vec![error])?;
    if let Some(changes) = rewritten_book(project.book(), ledger.settings(), &history) {
        return Ok(CloseOutcome::Stopped(Box::new(StoppedClose::RewrittenBook(changes))));
    }
    check_month(project.book(), ledger, &history, request.period).map_err(|error| vec![error])?;
    without_clawbacks(project.rules()).map_err(|error| vec![error])?;
    Closing { project, ledger, request, progress }.run(history)
}

/// The month that is closed must be the first that is open.
fn check_month(book: &Book, ledger: &Ledger, history: &History, period: Period) -> Result<(), Diagnostic> {
    let next = history.closes.next_month(ledger.settings().first, book.calendar());
    if next == period {
        return Ok(());
    }
    let message = match history.closes.of_month(period) {
        Some(close) => {
            format!("{period} is closed, as {}; the first open month is {next}", close.record.close)
        }
        None => format!("the first open month is {next}, not {period}"),
    };
    Err(Diagnostic::error(Code::MonthNotOpen, message).help(format!(
        "months are closed one after the other, also those without deals: `apportion close --period {next}`"
    )))
}

/// A close does not know what reversals of posted lines take back, so it refuses the rules that say it.
fn without_clawbacks(rules: &RuleBook) -> Result<(), Diagnostic> {
    let clawback = rules.rules.iter().find(|rule| rule.kind == Kind::Clawback);
    let Some((rule, version)) = clawback.and_then(|rule| Some((rule, rule.versions.first()?))) else {
        return Ok(());
    };
    let message = format!("`{}` is a clawback rule, which a close does not know yet", rule.id);
    Err(Diagnostic::error(Code::ClawbackInLedger, message).at(version.span.clone(), "").help(
        "`apportion run` settles months with it. A ledger can post what it takes back as adjustments meanwhile",
    ))
}

/// Settings that never change, and did.
fn rewritten_book(
    book: &Book,
    settings: &LedgerSettings,
    history: &History,
) -> Option<Vec<(String, String, String)>> {
    let last = &history.closes.last()?.record;
    let pairs = [
        ("currency", last.book.currency.clone(), book.currency.code().to_owned()),
        ("rounding", last.book.rounding.clone(), book.rounding.word().to_owned()),
        ("fiscal_year_starts", last.book.fiscal_year_starts.to_string(), book.fiscal_year_starts.to_string()),
        ("first", last.ledger.first.clone(), settings.first.to_string()),
    ];
    let changes: Vec<(String, String, String)> = pairs
        .into_iter()
        .filter(|(_, was, is)| was != is)
        .map(|(key, was, is)| (key.to_owned(), was, is))
        .collect();
    (!changes.is_empty()).then_some(changes)
}

struct Closing<'a> {
    project: &'a Project,
    ledger: &'a Ledger,
    request: &'a CloseRequest,
    progress: &'a dyn Progress,
}

/// What the closes before say of the close.
struct Past<'a> {
    history: &'a History,
    /// Before the first close, what the system before left.
    standings: &'a Standings,
    held: Map<Name, Minor>,
    last_day: Option<i32>,
}

impl Closing<'_> {
    fn run(&self, mut history: History) -> Result<CloseOutcome, Vec<Diagnostic>> {
        let book = self.project.book();
        let settings = self.ledger.settings();
        let days = CloseDays::new(book, settings.first, settings.true_up, self.request.period);
        let now = snapshots(self.project.rules(), book.currency.digits());
        let RuleChanges { refused: changed, retroactive } = self.rule_changes(&history, days, &now);
        if !changed.is_empty() {
            return Ok(CloseOutcome::Stopped(Box::new(StoppedClose::RewrittenRules(changed))));
        }
        let tables = Arc::new(self.load(days)?);
        let years = self.settle(&tables, days)?;
        let opening = self.opening(&history, &tables)?;
        let one = |error: Diagnostic| vec![error];
        let mut names = std::mem::take(&mut history.names);
        let ground = Ground::new((book, &tables, self.project.rules()), days, &years.views, &mut names);
        let vanished = VanishedThings::find(&ground, &history.posted, &names);
        if vanished.stops() {
            return Ok(CloseOutcome::Stopped(Box::new(StoppedClose::Vanished(vanished.all))));
        }
        self.progress.phase("posting", None);
        let mut made = earned::entries(&ground, &history.posted, &vanished, &mut names).map_err(one)?;
        self.add_causes(&ground, (&history, &retroactive), &names, &mut made).map_err(one)?;
        let restated = restated(&ground, &made);
        let mut entries = std::mem::take(&mut made.entries);
        let too_large = |error: Overflow| {
            vec![Diagnostic::error(Code::NumberTooLarge, format!("an adjustment: {error}"))]
        };
        entries.extend(adjustments::entries(&ground, &history.posted, &mut names).map_err(too_large)?);
        entry::sort(&mut entries, &names);
        let true_ups = true_up_groups(&entries);
        let past = past(&history, opening.as_ref().map(|(standings, _)| standings), days).map_err(one)?;
        let before = Before { standings: past.standings, held: &past.held, last_day: past.last_day };
        let balances = balances::balances(&ground, &before, &entries, &names).map_err(one)?;
        let people = People::new(&tables, self.people_columns(), days.last);
        let changed_payees = self.changed_payees(&past, &tables, &entries, &names).map_err(one)?;
        made.held.sort_by(|a, b| a.key.place(&names).cmp(&b.key.place(&names)));
        let findings = findings(&made, &balances, &changed_payees, &names)
            .map_err(|error| vec![Diagnostic::error(Code::NumberTooLarge, format!("a finding: {error}"))])?;
        // Judged last, so that nobody accepts a sum in vain.
        if let Some(stopped) = self.large(&tables, &true_ups) {
            return Ok(CloseOutcome::Stopped(Box::new(stopped)));
        }
        let computed = ComputedClose {
            period: self.request.period,
            days: (days.first, days.last),
            entries,
            names,
            balances,
            held: made.held,
            findings,
            changed_payees,
            decided: vanished.all,
            true_ups,
        };
        drop(ground);
        let opening = opening.map(|(_, record)| record);
        let written = Written { people: &people, restated, rules: now, opening };
        self.write(computed, (tables, years.of_period), &history, written)
    }

    /// The columns of payees that are in use.
    fn people_columns(&self) -> Vec<String> {
        let none = BTreeSet::new();
        let named = self.project.used().get(&TableName::Payees).unwrap_or(&none);
        columns_in_use(named, self.project.rules())
    }

    /// Reads the data: the columns that rules name, and those that a close needs of payees.
    fn load(&self, days: CloseDays) -> Result<Tables, Vec<Diagnostic>> {
        let mut used: UsedColumns = self.project.used().clone();
        let mut extra = vec!["kind", "currency", "start_date", "end_date"];
        let policies = &self.project.rules().policies;
        let mut terms =
            policies.iter().flat_map(|(_, policy)| &policy.versions).map(|version| &version.terms);
        if terms.any(|terms| matches!(terms, PolicyTerms::Draw(draw) if draw.prorate.is_some())) {
            extra.push("fte");
        }
        let tables = &self.project.sources().catalogue().tables;
        let has_assignments = tables.get(&TableName::Assignments).is_some_and(|schema| schema.present);
        for column in extra {
            used.entry(TableName::Payees).or_default().insert(column.to_owned());
            if has_assignments && is_assignable(column) {
                used.entry(TableName::Assignments).or_default().insert(column.to_owned());
            }
        }
        let mut tables = self.project.sources().load(&used, self.progress)?;
        tables.end_period(days.last);
        Ok(tables)
    }

    /// Settles the fiscal years of the horizon, each on its own.
    fn settle(&self, tables: &Tables, days: CloseDays) -> Result<SettledYears, Vec<Diagnostic>> {
        self.progress.phase("settling", None);
        let (book, rules) = (self.project.book(), self.project.rules());
        let mut views = Vec::new();
        let mut of_period = None;
        for period in days.years() {
            let settled = settle::settle(book, tables, rules, period)?;
            if period == days.period {
                of_period = Some(settled.period(tables, period));
            }
            views.push(settled.whole(tables));
        }
        let of_period = of_period.ok_or_else(|| {
            vec![Diagnostic::error(Code::Internal, "internal error: the month itself was not settled")]
        })?;
        Ok(SettledYears { views, of_period })
    }

    /// The balances of the system before, for the first close alone.
    fn opening(
        &self,
        history: &History,
        tables: &Tables,
    ) -> Result<Option<(Standings, InputRecord)>, Vec<Diagnostic>> {
        let Some(opening) = &self.ledger.settings().opening else { return Ok(None) };
        if history.closes.last().is_some() {
            return Ok(None);
        }
        let bad = |why: String| {
            let message = format!("{} can't be used: {why}", opening.value);
            vec![
                Diagnostic::error(Code::BadOpening, message)
                    .at(opening.span.clone(), "named here")
                    .help("a CSV file with the columns payee_id, carried and owed, one row for each payee"),
            ]
        };
        let path = self.project.book().root.join(&opening.value);
        let bytes = self.ledger.read_input(&path).map_err(|error| bad(error.to_string()))?;
        let payees: BTreeSet<&str> = tables.payees.all().map(|payee| tables.payees.id(payee)).collect();
        let currency = self.project.book().currency;
        let standings = read_opening(&bytes, currency, |id| payees.contains(id)).map_err(bad)?;
        let sha256 = apportion_base::digest::sha256_hex(&bytes);
        Ok(Some((standings, InputRecord { path: opening.value.clone(), table: None, sha256 })))
    }

    /// Rules that give something else for days of closed months of fiscal years that are computed.
    fn rule_changes(&self, history: &History, days: CloseDays, now: &[RuleSnapshot]) -> RuleChanges {
        let first_year = days.calendar.year_of(days.month_of(days.horizon));
        let from = days.calendar.first_day(first_year);
        let mut all = RuleChanges::default();
        for close in &history.closes.0 {
            let month = (days.calendar.first_day(close.period), days.calendar.last_day(close.period));
            if month.0 >= from {
                all.extend(rewritten(close.period, month, (&close.record.rules, now), self.project.rules()));
            }
        }
        all
    }

    /// Says of each true-up what differs behind it.
    fn add_causes(
        &self,
        ground: &Ground<'_>,
        (history, retroactive): (&History, &BTreeSet<String>),
        names: &Names,
        made: &mut EarnedEntries,
    ) -> Result<(), Diagnostic> {
        let wanted = causes::wanted(made);
        let mut lines = causes::WrittenLines::default();
        if !wanted.is_empty() {
            let from = ground.days.month_of(ground.days.horizon);
            for close in history.closes.0.iter().filter(|close| close.period >= from) {
                for name in [LINES, LINES_RESTATED] {
                    let bytes = self.ledger.file(&close.record, name)?;
                    causes::read_lines(bytes, &wanted, names, &mut lines)
                        .map_err(|why| unreadable(&self.ledger.shown(&close.record.close, name), &why))?;
                }
            }
        }
        causes::explain(ground, &history.posted, (&lines, retroactive), names, made);
        Ok(())
    }

    /// True-ups whose sum is above what the project lets pass, unless it was accepted.
    fn large(&self, tables: &Tables, groups: &[TrueUpGroup]) -> Option<StoppedClose> {
        let most = self.ledger.settings().review_over?;
        let sum: i128 = groups.iter().map(|group| group.absolute).sum();
        if sum <= most.wide() {
            return None;
        }
        let amount = format_scaled(sum, self.project.book().currency.digits());
        let id = format!("true-ups|{}|{amount}", self.request.period);
        let is_accepted = tables
            .acceptances
            .iter()
            .any(|acceptance| acceptance.id == id && acceptance.action == AcceptanceAction::Post);
        (!is_accepted).then(|| StoppedClose::LargeTrueUps { id, sum, by_cause: groups.to_vec() })
    }

    /// Payees with an entry whose attributes are others than in the close before.
    fn changed_payees(
        &self,
        past: &Past<'_>,
        tables: &Tables,
        entries: &[Entry],
        names: &Names,
    ) -> Result<Vec<ChangedPayee>, Diagnostic> {
        let Some(last) = past.history.closes.last() else { return Ok(Vec::new()) };
        let bytes = self.ledger.file(&last.record, PEOPLE)?;
        let was = read_people(&bytes)
            .map_err(|why| unreadable(&self.ledger.shown(&last.record.close, PEOPLE), &why))?;
        let payees: BTreeSet<&str> = entries.iter().map(|entry| names.text(entry.payee())).collect();
        // What a payee is from a later day on changes nothing that was posted.
        let day = past.last_day.unwrap_or_default();
        Ok(was.changed(&People::new(tables, self.people_columns(), day), payees))
    }

    fn write(
        &self,
        computed: ComputedClose,
        (tables, of_period): (Arc<Tables>, PeriodView),
        history: &History,
        written: Written<'_>,
    ) -> Result<CloseOutcome, Vec<Diagnostic>> {
        self.progress.phase("writing", None);
        let one = |error: Diagnostic| vec![error];
        let book = Arc::clone(self.project.book());
        let close = project::Close {
            book: Arc::clone(&book),
            rules: Arc::clone(self.project.rules()),
            rule_files: self.project.rule_files().to_vec(),
            tables: Arc::clone(&tables),
            settlement: of_period,
            period: computed.period,
        };
        let before = match self.ledger.draft(&history.closes) {
            // What can't be read is no draft to compare with, and has no approvals.
            Err(error) if error.code == Code::UnreadableLedger => None,
            read => read.map_err(one)?,
        };
        let folder = self.ledger.begin_draft().map_err(one)?;
        let files = write_files(&folder, &close, &computed, &written).map_err(one)?;
        let record = self.record(&close, &computed, history, (files, written)).map_err(one)?;
        let sealed_record = sealed(&record).map_err(one)?;
        // Approvals are those of its digest.
        let approvals = before
            .as_ref()
            .filter(|draft| draft.digest == sealed_record.digest)
            .map_or_else(Vec::new, |draft| draft.approvals.clone());
        if !approvals.is_empty() {
            folder.write_text(APPROVALS, &sealed(&approvals).map_err(one)?.text).map_err(one)?;
        }
        folder.write_text(DRAFT, &sealed_record.text).map_err(one)?;
        let warning = folder.publish().map_err(one)?;
        let draft = Draft { record, digest: sealed_record.digest, period: computed.period, approvals };
        let rules = close.rules;
        Ok(CloseOutcome::Draft(Box::new(DraftReport {
            computed,
            draft,
            before,
            warning,
            book,
            rules,
            tables,
        })))
    }

    fn record(
        &self,
        close: &project::Close,
        computed: &ComputedClose,
        history: &History,
        (files, written): (Vec<FileRecord>, Written<'_>),
    ) -> Result<CloseRecord, Diagnostic> {
        let (book, settings) = (&close.book, self.ledger.settings());
        let number = history.closes.0.len() + 1;
        let period = computed.period.to_string();
        let mut inputs: Vec<InputRecord> = close
            .tables
            .inputs
            .iter()
            .map(|input| InputRecord {
                path: input.path.clone(),
                table: Some(input.table.word().to_owned()),
                sha256: input.sha256.clone(),
            })
            .collect();
        inputs.sort();
        let mut rule_files: Vec<InputRecord> = close
            .rule_files
            .iter()
            .map(|file| InputRecord { path: file.path.clone(), table: None, sha256: file.sha256.clone() })
            .collect();
        rule_files.sort();
        let totals = totals(computed, book.currency.digits());
        let paid: i128 = computed.balances.iter().map(|row| row.payment.paid.wide()).sum();
        Ok(CloseRecord {
            close: close_name(number, &period),
            number,
            period,
            as_of: display_day(computed.days.1),
            engine: EngineRecord { name: ENGINE.to_owned(), version: VERSION.to_owned() },
            book: BookRecord {
                name: book.name.clone(),
                currency: book.currency.code().to_owned(),
                rounding: book.rounding.word().to_owned(),
                fiscal_year_starts: book.fiscal_year_starts,
                fx_max_age_days: book.fx_max_age_days,
                incomplete: book.incomplete.word().to_owned(),
            },
            ledger: LedgerRecord {
                first: settings.first.to_string(),
                true_up: settings.true_up,
                keep_inputs: settings.keep_inputs,
                review_over: settings.review_over.map(|amount| amount.text(book.currency.digits())),
            },
            previous: history.closes.last().map(|close| close.digest.clone()),
            inputs,
            rule_files,
            opening: written.opening,
            rules: written.rules,
            files,
            totals,
            approvals_needed: settings.approvals_for(paid),
            preparer: self.request.preparer.clone(),
        })
    }
}

/// The settled years as wholes, and the month as a run has it.
struct SettledYears {
    views: Vec<PeriodView>,
    of_period: PeriodView,
}

/// What is written beside what was computed.
struct Written<'a> {
    people: &'a People,
    restated: Lines,
    rules: Vec<RuleSnapshot>,
    opening: Option<InputRecord>,
}

fn past<'h>(
    history: &'h History,
    opening: Option<&'h Standings>,
    days: CloseDays,
) -> Result<Past<'h>, Diagnostic> {
    let held = history.posted.held().map_err(|error| {
        Diagnostic::error(Code::NumberTooLarge, format!("what is held of a payee: {error}"))
    })?;
    let last_day = history.closes.last().map(|close| days.calendar.last_day(close.period));
    Ok(Past { history, standings: opening.unwrap_or(&history.standings), held, last_day })
}

/// The lines of closed months that have an entry, as they are now.
fn restated(ground: &Ground<'_>, made: &EarnedEntries) -> Lines {
    let is_true_up = |entry: &Entry| entry.entry == EntryType::TrueUp;
    let places = made.entries.iter().zip(&made.lines).filter(|(entry, _)| is_true_up(entry));
    let mut lines: Vec<Line> = places
        .filter_map(|(_, line)| *line)
        .map(|line| ground.years[line.place.0].lines[line.place.1])
        .collect();
    lines.sort_by_key(|line| (line.rule, line.payee, line.place()));
    let mut stretches: Vec<Vec<Line>> = Vec::new();
    for line in lines {
        match stretches.last_mut() {
            Some(stretch) if stretch.last().is_some_and(|last: &Line| last.rule == line.rule) => {
                stretch.push(line);
            }
            _ => stretches.push(vec![line]),
        }
    }
    Lines::of_stretches(stretches)
}

/// True-ups by cause and month.
fn true_up_groups(entries: &[Entry]) -> Vec<TrueUpGroup> {
    let mut groups: BTreeMap<(&str, Period), (u64, i128, i128)> = BTreeMap::new();
    for entry in entries.iter().filter(|entry| entry.entry == EntryType::TrueUp) {
        let group = groups.entry((&entry.cause, entry.of_period)).or_default();
        group.0 += 1;
        group.1 += entry.earned.wide();
        group.2 += entry.earned.wide().abs();
    }
    let group = |((cause, of_period), (entries, earned, absolute)): ((&str, Period), (u64, i128, i128))| {
        TrueUpGroup { cause: cause.to_owned(), of_period, entries, earned, absolute }
    };
    groups.into_iter().map(group).collect()
}

fn findings(
    made: &EarnedEntries,
    balances: &[Balance],
    changed: &[ChangedPayee],
    names: &Names,
) -> Result<Vec<FindingRow>, Overflow> {
    let mut rows = Vec::new();
    for (deal, amount) in &made.moved_before {
        rows.push(FindingRow {
            code: "moved-before-horizon".to_owned(),
            deal_id: names.text(*deal).to_owned(),
            amount: Some(Minor::from_wide(*amount)?),
            ..FindingRow::default()
        });
    }
    let of_payee = |code: &str, payee: &str, amount| FindingRow {
        code: code.to_owned(),
        payee_id: payee.to_owned(),
        amount,
        ..FindingRow::default()
    };
    rows.extend(changed.iter().map(|payee| of_payee("payee-changed", &payee.payee_id, None)));
    for row in balances {
        let carried = Some(row.payment.carried_out);
        if !row.is_known {
            rows.push(of_payee("unknown-payee", &row.payee_id, carried));
        }
        if row.payment.without_rate {
            rows.push(of_payee("no-fx-rate", &row.payee_id, carried));
        }
    }
    rows.sort();
    Ok(rows)
}

fn write_files(
    folder: &crate::ledger::FolderWriter,
    close: &project::Close,
    computed: &ComputedClose,
    written: &Written<'_>,
) -> Result<Vec<FileRecord>, Diagnostic> {
    let currency = close.book.currency;
    let ComputedClose { period, entries, names, balances, held, findings, .. } = computed;
    let period_files = PeriodFiles::new(close)?;
    let mut outputs = Vec::new();
    for name in period_files.names() {
        outputs.push(folder.write_as(name, name, |out| period_files.write(name, out))?);
    }
    outputs.push(folder.write_as(PAYOUTS, PAYOUTS, |out| write_payouts(out, balances))?);
    outputs.push(folder.write_as(RUN, RUN, |out| period_files.write_manifest(out, &outputs))?);
    let mut files: Vec<FileRecord> = outputs
        .into_iter()
        .map(|output| FileRecord { file: output.file.to_owned(), sha256: output.sha256, bytes: output.bytes })
        .collect();
    let parquet = |error: parquet::errors::ParquetError| std::io::Error::other(error);
    files
        .push(folder.write(ENTRIES, |out| {
            write_entries(out, (*period, currency), entries, names).map_err(parquet)
        })?);
    files.push(folder.write(BALANCES, |out| write_balances(out, currency, balances))?);
    files.push(folder.write(PEOPLE, |out| write_people(out, written.people))?);
    let policies = &close.rules.policies;
    files.push(folder.write(HELD, |out| write_held(out, currency, held, (names, policies)))?);
    files.push(folder.write(FINDINGS, |out| write_findings(out, currency, findings))?);
    // Without a clawback rule no reversal counts as one.
    let reversals: [ReversalRow; 0] = [];
    files.push(folder.write(REVERSALS, |out| write_reversals(out, currency, &reversals))?);
    let restated = written.restated.clone();
    files.push(folder.write(LINES_RESTATED, |out| period_files.write_lines(out, restated))?);
    Ok(files)
}

fn totals(computed: &ComputedClose, digits: u32) -> CloseTotals {
    let sum = |figure: fn(&Balance) -> Minor| {
        format_scaled(computed.balances.iter().map(|row| figure(row).wide()).sum(), digits)
    };
    let count =
        |is: &dyn Fn(&Entry) -> bool| computed.entries.iter().filter(|entry| is(entry)).count() as u64;
    CloseTotals {
        payees: computed.balances.len() as u64,
        entries: computed.entries.len() as u64,
        new_lines: count(&|entry| {
            entry.entry == EntryType::New && matches!(entry.subject, Subject::Line { .. })
        }),
        carried_in: sum(|row| row.carried_in),
        owed_in: sum(|row| row.owed_in),
        held_in: sum(|row| row.held_in),
        lines: sum(|row| row.lines),
        true_ups: sum(|row| row.true_ups),
        clawbacks: sum(|row| row.clawbacks),
        adjustments: sum(|row| row.adjustments),
        held_change: sum(|row| row.held_change),
        guarantee: sum(|row| row.payment.guarantee),
        advance: sum(|row| row.payment.advance),
        recovery: sum(|row| row.payment.recovery),
        forgiven: sum(|row| row.payment.forgiven),
        paid: sum(|row| row.payment.paid),
        paid_payees: computed.balances.iter().filter(|row| !row.payment.paid.is_zero()).count() as u64,
        carried_out: sum(|row| row.payment.carried_out),
        owed_out: sum(|row| row.payment.owed_out),
        held_out: sum(|row| row.held_out),
    }
}

/// Reads again what a draft rests on: every file must have the digest that the draft says, and no other file may have come beside
/// them. `files` are the paths of all that the project reads now.
///
/// # Errors
/// `draft-outdated`, `closes-differ`.
pub fn check_rests(
    ledger: &Ledger,
    book: &Book,
    draft: &Draft,
    history_head: Option<&Close>,
    files: &[PathBuf],
) -> Result<(), Diagnostic> {
    if draft.record.previous.as_deref() != history_head.map(|close| close.digest.as_str()) {
        let message = "the ledger is not what it was when the draft was made".to_owned();
        return Err(Diagnostic::error(Code::ClosesDiffer, message)
            .help("make the draft again with `apportion close`"));
    }
    let record = &draft.record;
    let all = record.inputs.iter().chain(&record.rule_files).chain(&record.opening);
    let mut known = BTreeSet::new();
    for input in all {
        let path = book.root.join(&input.path);
        if ledger.digest_now(&path)?.as_deref() != Some(&input.sha256) {
            return Err(crate::ledger::outdated(&input.path));
        }
        known.insert(ledger.identity(&path));
    }
    match files.iter().find(|path| !known.contains(&ledger.identity(path))) {
        Some(path) => Err(crate::ledger::outdated(&format!("{}, which is new,", path.display()))),
        None => Ok(()),
    }
}

/// Copies what a draft rests on into the ledger: rule files always, data where the project keeps them.
///
/// # Errors
/// A file that changed, or what the system says.
pub fn keep_objects(ledger: &Ledger, book: &Book, draft: &Draft) -> Result<(), Diagnostic> {
    let record = &draft.record;
    let inputs = record.inputs.iter().filter(|_| record.ledger.keep_inputs);
    for input in record.rule_files.iter().chain(&record.opening).chain(inputs) {
        ledger.keep(&book.root.join(&input.path), &input.sha256)?;
    }
    Ok(())
}
