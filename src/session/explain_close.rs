//! Why a close posted what it posted, and paid what it paid: from entries back to the cells that changed.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::Arc;

use apportion_base::diagnostic::{Code, Diagnostic, Files, Span};
use apportion_base::store::Store;
use apportion_book::Period;
use apportion_contract::output::ledger::PEOPLE;
use apportion_engine::diff::Cause;
use apportion_engine::diff::cells::{self, CellChange};
use apportion_ledger::balances::Balance;
use apportion_ledger::closing::{self, SettledClose};
use apportion_ledger::entry::{EntryType, Subject};
use apportion_ledger::explain::held::{HeldLine, held};
use apportion_ledger::explain::moved::{LineKey, MovedLine, moved};
use apportion_ledger::explain::payment::{PaymentSteps, steps};
use apportion_ledger::explain::postings::{EntryFilter, PostedEntry, postings};
use apportion_ledger::explain::reversals::{Reversal, new_reversals};
use apportion_ledger::explain::terms::known_terms;
use apportion_ledger::folder::{read_people, unreadable};
use apportion_ledger::key::Names;
use apportion_ledger::ledger::{Close, Closes, Ledger};
use apportion_ledger::people::ChangedPayee;

use super::Session;
use crate::Error;

/// Whose entries of a close are to be explained: those of a payee, those about a deal, or both.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CloseInquiry {
    /// A `payee_id`.
    pub payee: Option<String>,
    /// A `deal_id`.
    pub deal: Option<String>,
}

/// The answer: what was posted when, why it is another amount now, what holds it, and how the payment came about. `Display` gives what
/// `apportion explain --close` prints.
#[derive(Debug, Clone)]
pub struct CloseExplanation {
    /// The name of the close.
    pub close: String,
    /// Its month.
    pub period: Period,
    /// The code of the book's currency.
    pub currency: String,
    /// Digits of its minor unit.
    pub digits: u32,
    /// What was asked.
    pub inquiry: CloseInquiry,
    /// Why the inputs of the close, or of an earlier one, can't be looked into; each said once.
    pub not_kept: Vec<String>,
    /// Of a payee: the row of balances.csv, and how the payment came about.
    pub payment: Option<ExplainedPayment>,
    /// Attributes of the payees with an entry that are others than in the close before.
    pub people: Vec<ChangedPayee>,
    /// Reversals that count for the first time, with the places in `entries` that they move.
    pub reversals: Vec<(Reversal, Vec<usize>)>,
    /// In the order of the file.
    pub entries: Vec<ExplainedEntry>,
}

/// How a payment came about.
#[derive(Debug, Clone)]
pub struct ExplainedPayment {
    /// The row of balances.csv.
    pub row: Balance,
    /// The steps.
    pub steps: PaymentSteps,
}

/// An entry, what was posted of its line so far, what holds it and why it is another now.
#[derive(Debug, Clone)]
pub struct ExplainedEntry {
    /// The entry with what was posted.
    pub posted: PostedEntry,
    /// What it is about.
    pub subject: ExplainedSubject,
    /// What is held of it at the end of the close before, and of this one; none where all may be paid.
    pub held: (Option<HeldLine>, Option<HeldLine>),
    /// For a difference: since which close, and what differs.
    pub moved: Option<ExplainedMove>,
    /// Where only the part that may be paid is another: the cells of the deal that differ from those of the close before. With none,
    /// the day is what differs.
    pub released_by: Option<Vec<CellChange>>,
}

/// What an entry is about, by ids.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ExplainedSubject {
    /// A line.
    Line(LineKey),
    /// An adjustment: its id, the payee, and why.
    Adjustment {
        /// `adjustment_id`.
        id: String,
        /// The payee.
        payee: String,
        /// Its reason.
        reason: String,
    },
}

/// What differs behind a line.
#[derive(Debug, Clone)]
pub struct ExplainedMove {
    /// The close with which the inputs are compared.
    pub since: String,
    /// What differs; none where the inputs of both give the same line, so that a decision moved it.
    pub line: Option<MovedLine>,
    /// File and line of each parameter of `line`, before and after.
    pub places: Vec<(Option<String>, Option<String>)>,
}

impl ExplainedEntry {
    /// The line that it is about.
    pub fn line(&self) -> Option<&LineKey> {
        match &self.subject {
            ExplainedSubject::Line(line) => Some(line),
            ExplainedSubject::Adjustment { .. } => None,
        }
    }

    /// Cells that differ behind it, of its own deal and of those that it rests on.
    pub fn cells(&self) -> impl Iterator<Item = &CellChange> {
        let line = self.moved.as_ref().and_then(|moved| moved.line.as_ref());
        line.into_iter()
            .flat_map(|line| line.cells.iter().chain(line.behind.iter().flat_map(|line| &line.cells)))
    }

    /// Whether it rests on a line of one of these deals that moved.
    fn rests_on(&self, deals: &BTreeSet<String>) -> bool {
        let line = self.moved.as_ref().and_then(|moved| moved.line.as_ref());
        line.is_some_and(|line| line.behind.iter().any(|behind| deals.contains(&behind.deal)))
    }

    /// Whether a reversal is behind it: it takes a line of the deal back, or the deal moved it.
    fn is_moved_by(&self, reversal: &Reversal) -> bool {
        let Some(key) = self.line() else { return false };
        if key.of_deal.is_some() {
            return key.deal == reversal.deal;
        }
        let Some(line) = self.moved.as_ref().and_then(|moved| moved.line.as_ref()) else { return false };
        let own = key.deal == reversal.of_deal && line.causes.has(Cause::Reversal);
        own || line.behind.iter().any(|behind| behind.deal == reversal.of_deal)
    }
}

impl Session {
    /// Explains what a close posted and paid. It reads the ledger, and the inputs that closes kept.
    ///
    /// # Errors
    ///
    /// `no-ledger`, `month-not-open` where the month is not closed, `no-such-payee` and `no-such-deal` where nothing was posted, and a
    /// ledger that can't be read. Inputs that were not kept are no error: what rests on them is missing then.
    pub fn explain_close(
        &self,
        store: &Arc<dyn Store>,
        period: Period,
        inquiry: &CloseInquiry,
    ) -> Result<CloseExplanation, Error> {
        let ledger = self.ledger(store)?;
        let closes = ledger.closes().map_err(|found| self.error(vec![found]))?;
        let asked = Asked { session: self, ledger: &ledger, closes: &closes };
        asked.explain(period, inquiry).map_err(|found| self.error(vec![found]))
    }
}

struct Asked<'a> {
    session: &'a Session,
    ledger: &'a Ledger,
    closes: &'a Closes,
}

/// A close as it was settled, and the texts that places in its rules point into.
struct KeptClose {
    settled: SettledClose,
    files: Files,
}

impl Asked<'_> {
    fn explain(&self, period: Period, inquiry: &CloseInquiry) -> Result<CloseExplanation, Diagnostic> {
        let Some(place) = self.closes.0.iter().position(|close| close.period == period) else {
            return Err(Diagnostic::error(Code::MonthNotOpen, format!("{period} is not closed"))
                .help("`apportion ledger` lists the months that are; `apportion explain --period` explains open ones"));
        };
        let close = &self.closes.0[place];
        let before = place.checked_sub(1).map(|place| &self.closes.0[place]);
        let mut not_kept = Vec::new();
        self.session.progress.phase("reading what the close kept", None);
        let kept = self.kept(close, &mut not_kept);
        let balance = self.balance(close, before, (inquiry, kept.as_ref()))?;
        let reversals = new_reversals(self.ledger, close, before)?;
        let filter = filter(inquiry, &reversals);
        let mut entries = self.entries((close, before), &filter)?;
        let asked = entries.len();
        if let Some(deals) = filter.deals.as_ref().filter(|_| kept.is_some()) {
            entries.extend(self.others_of_payees((close, before), deals, &entries)?);
        }
        self.add_moves(before, kept.as_ref(), &mut entries, &mut not_kept)?;
        if let Some(deals) = &filter.deals {
            let others = entries.split_off(asked);
            entries.extend(others.into_iter().filter(|entry| entry.rests_on(deals)));
        }
        self.refuse_nothing(close, inquiry, balance.is_some() || !entries.is_empty())?;
        let events = reversals.into_iter().map(|reversal| {
            let moved = (0..entries.len()).filter(|place| entries[*place].is_moved_by(&reversal)).collect();
            (reversal, moved)
        });
        let events = events.filter(|(_, moved): &(Reversal, Vec<usize>)| !moved.is_empty()).collect();
        let people = self.people((close, before), &entries)?;
        not_kept.sort();
        not_kept.dedup();
        let currency = close.record.book.currency.clone();
        Ok(CloseExplanation {
            close: close.record.close.clone(),
            period,
            digits: apportion_ledger::folder::digits_of(&currency),
            currency,
            inquiry: inquiry.clone(),
            not_kept,
            payment: balance,
            people,
            reversals: events,
            entries,
        })
    }

    fn refuse_nothing(
        &self,
        close: &Close,
        inquiry: &CloseInquiry,
        is_there: bool,
    ) -> Result<(), Diagnostic> {
        if is_there {
            return Ok(());
        }
        let (code, what) = match (&inquiry.payee, &inquiry.deal) {
            (Some(payee), None) => (Code::NoSuchPayee, format!("payee `{payee}`")),
            (None, Some(deal)) => (Code::NoSuchDeal, format!("deal `{deal}`")),
            (payee, deal) => {
                let text = |id: &Option<String>| id.clone().unwrap_or_default();
                (Code::NoSuchDeal, format!("payee `{}` on deal `{}`", text(payee), text(deal)))
            }
        };
        Err(Diagnostic::error(code, format!("{} has posted nothing for {what}", close.record.close)).help(
            "ids are compared as they are written, capitals included; `apportion ledger --deal DEAL` and `--payee PAYEE` show all closes",
        ))
    }

    /// What a close settled, from the inputs that it kept; why it can't be looked into is noted.
    fn kept(&self, close: &Close, not_kept: &mut Vec<String>) -> Option<KeptClose> {
        let session = match self.session.as_of_close(self.ledger, close) {
            Ok(session) => session,
            Err(error) => {
                not_kept.extend(error.diagnostics().first().map(|found| found.message.clone()));
                return None;
            }
        };
        let progress = session.progress.as_ref();
        match closing::settled(&session.project, self.ledger, close.period, progress) {
            Ok(settled) => Some(KeptClose { settled, files: session.files.clone() }),
            Err(found) => {
                let why = found.first().map_or("", |found| found.message.as_str());
                not_kept.push(format!("{} can't be settled again: {why}", close.record.close));
                None
            }
        }
    }

    /// The payee's row, and how the payment came about.
    fn balance(
        &self,
        close: &Close,
        before: Option<&Close>,
        (inquiry, kept): (&CloseInquiry, Option<&KeptClose>),
    ) -> Result<Option<ExplainedPayment>, Diagnostic> {
        let Some(payee) = &inquiry.payee else { return Ok(None) };
        let row_of = |close: &Close| -> Result<Option<Balance>, Diagnostic> {
            Ok(self.ledger.balances(close)?.into_iter().find(|row| row.payee_id == *payee))
        };
        let Some(row) = row_of(close)? else { return Ok(None) };
        let earlier = before.map(row_of).transpose()?.flatten();
        let last_day =
            kept.and_then(|kept| before.map(|close| kept.settled.days.calendar.last_day(close.period)));
        let terms =
            kept.map(|kept| known_terms(&kept.settled, &row, (earlier.as_ref(), last_day))).transpose()?;
        let steps = steps(&row, terms.as_ref());
        Ok(Some(ExplainedPayment { row, steps }))
    }

    /// The other true-ups of the payees of some entries: those of later deals' tiers, and of what is paid on their credit, may rest on
    /// lines of these deals.
    fn others_of_payees(
        &self,
        closes: (&Close, Option<&Close>),
        deals: &BTreeSet<String>,
        known: &[ExplainedEntry],
    ) -> Result<Vec<ExplainedEntry>, Diagnostic> {
        let is_true_up = |entry: &ExplainedEntry| entry.posted.entry.entry == EntryType::TrueUp;
        if !known.iter().any(is_true_up) {
            return Ok(Vec::new());
        }
        let payees = known.iter().map(|entry| payee_of(&entry.subject).to_owned()).collect();
        let mut others = self.entries(closes, &EntryFilter { payees: Some(payees), deals: None })?;
        let is_of_deals = |key: &LineKey| {
            deals.contains(&key.deal) || key.of_deal.as_ref().is_some_and(|deal| deals.contains(deal))
        };
        others.retain(|entry| is_true_up(entry) && entry.line().is_some_and(|key| !is_of_deals(key)));
        Ok(others)
    }

    fn entries(
        &self,
        (close, before): (&Close, Option<&Close>),
        filter: &EntryFilter,
    ) -> Result<Vec<ExplainedEntry>, Diagnostic> {
        let (posted, names) = postings(self.ledger, self.closes, close, filter)?;
        let now = held(self.ledger, close)?;
        let was = before.map(|before| held(self.ledger, before)).transpose()?.unwrap_or_default();
        let entry = |posted: PostedEntry| {
            let subject = subject(&posted, &names);
            let held = match &subject {
                ExplainedSubject::Line(key) => (was.get(key).cloned(), now.get(key).cloned()),
                ExplainedSubject::Adjustment { .. } => (None, None),
            };
            ExplainedEntry { posted, subject, held, moved: None, released_by: None }
        };
        Ok(posted.into_iter().map(entry).collect())
    }

    /// Says of each true-up what differs between the close that posted its line last and this one; of one that no close has posted,
    /// since the close before.
    fn add_moves(
        &self,
        before: Option<&Close>,
        kept: Option<&KeptClose>,
        entries: &mut [ExplainedEntry],
        not_kept: &mut Vec<String>,
    ) -> Result<(), Diagnostic> {
        let (Some(kept), Some(before)) = (kept, before) else { return Ok(()) };
        let calendar = kept.settled.days.calendar;
        let mut by_close: BTreeMap<Period, Vec<(usize, LineKey, Period)>> = BTreeMap::new();
        let mut released: Vec<(usize, String)> = Vec::new();
        for (place, entry) in entries.iter().enumerate() {
            let posted = &entry.posted.entry;
            let Some(key) = entry.line() else { continue };
            if posted.earned.is_zero() {
                released.push((place, key.of_deal.as_ref().unwrap_or(&key.deal).clone()));
                by_close.entry(before.period).or_default();
            } else if posted.entry == EntryType::TrueUp {
                let since = entry.posted.changed_before().unwrap_or(before.period);
                let year = calendar.year_of(posted.of_period);
                by_close.entry(since).or_default().push((place, key.clone(), year));
            }
        }
        for (since, lines) in by_close {
            let Some(earlier) = self.closes.of_month(since) else { continue };
            self.session.progress.phase(&format!("comparing with {}", earlier.record.close), None);
            let Some(then) = self.kept(earlier, not_kept) else { continue };
            let asked: Vec<(LineKey, Period)> =
                lines.iter().map(|(_, key, year)| (key.clone(), *year)).collect();
            let found = moved(&then.settled, &kept.settled, &asked)?;
            if since == before.period {
                let (was, is) = (then.settled.traced(), kept.settled.traced());
                for (place, deal) in &released {
                    entries[*place].released_by = Some(cells::of_deal(&was, &is, deal));
                }
            }
            for ((place, ..), line) in lines.into_iter().zip(found) {
                let places = line.iter().flat_map(|line| &line.parameters).map(|parameter| {
                    let shown =
                        |files: &Files, span: &Option<Span>| span.as_ref().map(|span| place_of(files, span));
                    (shown(&then.files, &parameter.before_at), shown(&kept.files, &parameter.after_at))
                });
                let places = places.collect();
                entries[place].moved =
                    Some(ExplainedMove { since: earlier.record.close.clone(), line, places });
            }
        }
        Ok(())
    }

    /// Attributes of the payees with an entry that differ from those of the close before.
    fn people(
        &self,
        (close, before): (&Close, Option<&Close>),
        entries: &[ExplainedEntry],
    ) -> Result<Vec<ChangedPayee>, Diagnostic> {
        let Some(before) = before else { return Ok(Vec::new()) };
        let read = |close: &Close| {
            let bytes = self.ledger.file(&close.record, PEOPLE)?;
            read_people(&bytes)
                .map_err(|why| unreadable(&self.ledger.shown(&close.record.close, PEOPLE), &why))
        };
        let payees: BTreeSet<&str> = entries.iter().map(|entry| payee_of(&entry.subject)).collect();
        let mut changed = read(before)?.changed(&read(close)?);
        changed.retain(|payee| payees.contains(payee.payee_id.as_str()));
        Ok(changed)
    }
}

/// The entries that are asked for. A reversal and the deal that it reverses are asked for together.
fn filter(inquiry: &CloseInquiry, reversals: &[Reversal]) -> EntryFilter {
    let deals = inquiry.deal.as_ref().map(|deal| {
        let related = reversals.iter().filter(|reversal| reversal.deal == *deal || reversal.of_deal == *deal);
        let both = related.flat_map(|reversal| [reversal.deal.clone(), reversal.of_deal.clone()]);
        both.chain([deal.clone()]).collect()
    });
    EntryFilter { payees: inquiry.payee.clone().map(|payee| BTreeSet::from([payee])), deals }
}

fn payee_of(subject: &ExplainedSubject) -> &str {
    match subject {
        ExplainedSubject::Line(key) => &key.payee,
        ExplainedSubject::Adjustment { payee, .. } => payee,
    }
}

fn subject(posted: &PostedEntry, names: &Names) -> ExplainedSubject {
    match &posted.entry.subject {
        Subject::Line { key, .. } => ExplainedSubject::Line(LineKey::new(key, names)),
        Subject::Adjustment { key, reason, .. } => ExplainedSubject::Adjustment {
            id: names.text(key.adjustment).to_owned(),
            payee: names.text(key.payee).to_owned(),
            reason: reason.clone(),
        },
    }
}

/// `rules/pay.toml:12`.
fn place_of(files: &Files, span: &Span) -> String {
    let Some(file) = files.get(span.file) else { return String::new() };
    let before = file.text.get(..span.range.start).unwrap_or_default();
    format!("{}:{}", file.name, before.matches('\n').count() + 1)
}

impl fmt::Display for CloseExplanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&crate::cli::close_explanation_text(self))
    }
}
