//! Closing a month: settles what the horizon needs, makes entries and balances, and writes a draft; or says what stops it.
//!
//! ```text
//! load      what is read: the data, the system before, the close before
//! stops     what ends a close without a draft
//! findings  what somebody should know although nothing stops
//! rehearsal a close of which nothing is written
//! settled   the fiscal years of a close as they are settled, for questions about them
//! write     the files of the draft; record is its draft.json
//! rests     what a draft rests on, read again when it is posted
//! ```

mod findings;
mod load;
mod outcome;
mod record;
mod rehearsal;
mod rests;
mod settled;
mod stops;
mod write;

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::sync::Arc;

use crate::adjustments;
use crate::balances::{self, Before};
use crate::causes;
use crate::earned::{self, EarnedEntries};
use crate::entry;
use crate::folder::unreadable;
use crate::key::Names;
use crate::ledger::{History, Ledger};
use crate::people::People;
use crate::rewritten::{RuleChanges, snapshots};
use crate::scope::{CloseDays, Ground};
use crate::vanished::VanishedThings;
use apportion_base::diagnostic::{Code, Diagnostic};
use apportion_base::money::Overflow;
use apportion_base::overflow::Guard;
use apportion_contract::output::LINES;
use apportion_contract::output::ledger::LINES_RESTATED;
use apportion_data::{Progress, Tables};
use apportion_engine::project::Project;
use apportion_engine::settle::{self, PeriodView};

pub use outcome::{CloseOutcome, CloseRequest, ComputedClose, DraftReport, StoppedClose, TrueUpGroup};
pub use rehearsal::{Rehearsal, rehearse};
pub use rests::{check_rests, keep_objects};
pub use settled::{SettledClose, settled};

use findings::findings;
use load::past;
use stops::{check_month, rewritten_book, true_up_groups, without_clawbacks};
use write::{Written, restated};

/// The crates whose arithmetic is used here. The engine checks those that it uses.
static CRATES: Guard = Guard::new(&[apportion_base::OVERFLOW, crate::OVERFLOW]);

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
    Closing { project, ledger, request, progress, rehearsed: None }.run(history)
}

struct Closing<'a> {
    project: &'a Project,
    ledger: &'a Ledger,
    request: &'a CloseRequest,
    progress: &'a dyn Progress,
    /// What would stop it, where it is only rehearsed.
    rehearsed: Option<&'a RefCell<Vec<StoppedClose>>>,
}

/// What a close comes to before anything is written.
enum Computation {
    Stopped(StoppedClose),
    Whole(Box<WholeClose>),
}

/// All that the files of a draft are made of.
struct WholeClose {
    computed: ComputedClose,
    tables: Arc<Tables>,
    of_period: PeriodView,
    written: Written,
}

/// The settled years as wholes, and the month as a run has it.
struct SettledYears {
    views: Vec<PeriodView>,
    of_period: PeriodView,
}

impl Closing<'_> {
    fn run(&self, mut history: History) -> Result<CloseOutcome, Vec<Diagnostic>> {
        match self.compute(&mut history)? {
            Computation::Stopped(stopped) => Ok(CloseOutcome::Stopped(Box::new(stopped))),
            Computation::Whole(whole) => {
                let WholeClose { computed, tables, of_period, written } = *whole;
                self.write(computed, (tables, of_period), &history, written)
            }
        }
    }

    /// What stops the close. A rehearsal notes it and goes on.
    fn stop(&self, stopped: StoppedClose) -> Option<Computation> {
        match self.rehearsed {
            None => Some(Computation::Stopped(stopped)),
            Some(noted) => {
                noted.borrow_mut().push(stopped);
                None
            }
        }
    }

    fn compute(&self, history: &mut History) -> Result<Computation, Vec<Diagnostic>> {
        let book = self.project.book();
        let settings = self.ledger.settings();
        let days = CloseDays::new(book, settings.first, settings.true_up, self.request.period);
        let now = snapshots(self.project.rules(), book.currency.digits());
        let RuleChanges { refused: changed, retroactive } = self.rule_changes(history, days, &now);
        if !changed.is_empty()
            && let Some(stopped) = self.stop(StoppedClose::RewrittenRules(changed))
        {
            return Ok(stopped);
        }
        let tables = Arc::new(self.load(days)?);
        let years = self.settle(&tables, days)?;
        let opening = self.opening(history, &tables)?;
        let one = |error: Diagnostic| vec![error];
        let mut names = std::mem::take(&mut history.names);
        let ground = Ground::new((book, &tables, self.project.rules()), days, &years.views, &mut names);
        let vanished = VanishedThings::find(&ground, &history.posted, &names);
        if vanished.stops()
            && let Some(stopped) = self.stop(StoppedClose::Vanished(vanished.all.clone()))
        {
            return Ok(stopped);
        }
        self.progress.phase("posting", None);
        let mut made = earned::entries(&ground, &history.posted, &vanished, &mut names).map_err(one)?;
        self.add_causes(&ground, (history, &retroactive), &names, &mut made).map_err(one)?;
        let restated = restated(&ground, &made);
        let mut entries = std::mem::take(&mut made.entries);
        let too_large = |error: Overflow| {
            vec![Diagnostic::error(Code::NumberTooLarge, format!("an adjustment: {error}"))]
        };
        entries.extend(adjustments::entries(&ground, &history.posted, &mut names).map_err(too_large)?);
        entry::sort(&mut entries, &names);
        let true_ups = true_up_groups(&entries);
        let past = past(history, opening.as_ref().map(|(standings, _)| standings), days).map_err(one)?;
        let before = Before { standings: past.standings, held: &past.held, last_day: past.last_day };
        let balances = balances::balances(&ground, &before, &entries, &names).map_err(one)?;
        let people = People::new(&tables, self.people_columns(), days.last);
        let changed_payees = self.changed_payees(&past, &tables, &entries, &names).map_err(one)?;
        made.held.sort_by(|a, b| a.key.place(&names).cmp(&b.key.place(&names)));
        let findings = findings(&made, &balances, &changed_payees, &names)
            .map_err(|error| vec![Diagnostic::error(Code::NumberTooLarge, format!("a finding: {error}"))])?;
        // Judged last, so that nobody accepts a sum in vain.
        if let Some(stopped) = self.large(&tables, &true_ups).and_then(|stopped| self.stop(stopped)) {
            return Ok(stopped);
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
        let written = Written { people, restated, rules: now, opening };
        let of_period = years.of_period;
        Ok(Computation::Whole(Box::new(WholeClose { computed, tables, of_period, written })))
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
}
