//! Closing a month: settles what the horizon needs, makes entries and balances, and writes a draft; or says what stops it.
//!
//! ```text
//! assets    what is capitalised
//! load      what is read: the data, the system before, the close before
//! stops     what ends a close without a draft
//! findings  what somebody should know although nothing stops
//! rehearsal a close of which nothing is written
//! settled   the fiscal years of a close as they are settled, for questions about them
//! write     the files of the draft; record is its draft.json
//! rests     what a draft rests on, read again when it is posted
//! ```

mod assets;
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
use crate::causes::{self, Changed};
use crate::drawn_in::DrawnIn;
use crate::earned::{self, EarnedEntries};
use crate::entry;
use crate::folder::unreadable;
use crate::key::Names;
use crate::ledger::{Closes, History, Ledger};
use crate::originals::originals;
use crate::people::People;
use crate::posted::Standings;
use crate::reversals::{self, Reversals};
use crate::rewritten::{RuleChanges, snapshots};
use crate::scope::{CloseDays, Ground};
use crate::vanished::{self, VanishedThings};
use apportion_base::diagnostic::{Code, Diagnostic};
use apportion_base::money::Overflow;
use apportion_base::overflow::Guard;
use apportion_book::Period;
use apportion_contract::output::LINES;
use apportion_contract::output::ledger::LINES_RESTATED;
use apportion_data::{DealIx, Progress, Tables};
use apportion_engine::credit::Lines;
use apportion_engine::plan::Window;
use apportion_engine::project::{Governance, Prepared, Project};
use apportion_engine::settle::{self, Clawbacks, Counted, OriginalLines, PeriodView, StageTwo};

pub use outcome::{CloseOutcome, CloseRequest, ComputedClose, DraftReport, StoppedClose, TrueUpGroup};
pub use rehearsal::{Rehearsal, not_posted, rehearse};
pub use rests::{check_rests, keep_objects};
pub use settled::{SettledClose, settled};

use findings::findings;
use load::past;
use stops::{check_month, rewritten_book, true_up_groups};
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
    let closes = ledger.closes().map_err(|error| vec![error])?;
    if let Some(changes) = rewritten_book(project.book(), ledger.settings(), &closes) {
        return Ok(CloseOutcome::Stopped(Box::new(StoppedClose::RewrittenBook(changes))));
    }
    check_month(project.book(), ledger, &closes, request.period).map_err(|error| vec![error])?;
    Closing { project, ledger, request, progress, rehearsed: None }.run(closes)
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
    /// The closes before it.
    closes: Closes,
    tables: Arc<Tables>,
    governance: Option<Arc<Governance>>,
    of_period: PeriodView,
    written: Written,
}

/// The settled years as wholes, and the month as a run has it.
struct SettledYears {
    views: Vec<PeriodView>,
    of_period: PeriodView,
}

/// The fiscal years of the horizon as they are settled, and what is known of the data beside them.
struct SettledHorizon<'a> {
    ground: Ground<'a>,
    vanished: VanishedThings,
    years: SettledYears,
}

/// What a close is posted from.
struct Grounds<'a> {
    ground: &'a Ground<'a>,
    vanished: &'a VanishedThings,
    reversals: &'a Reversals,
    clawbacks: &'a Clawbacks,
    /// What each payee had in the system before, for the first close.
    opening: Option<&'a Standings>,
    /// Rules that have other parameters than when a month was posted, and may.
    retroactive: &'a BTreeSet<String>,
}

impl Closing<'_> {
    fn run(&self, closes: Closes) -> Result<CloseOutcome, Vec<Diagnostic>> {
        match self.compute(closes)? {
            Computation::Stopped(stopped) => Ok(CloseOutcome::Stopped(Box::new(stopped))),
            Computation::Whole(whole) => {
                let WholeClose { computed, closes, tables, governance, of_period, written } = *whole;
                self.write(computed, (Prepared { tables, governance }, of_period), &closes, written)
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

    fn compute(&self, closes: Closes) -> Result<Computation, Vec<Diagnostic>> {
        let book = self.project.book();
        let settings = self.ledger.settings();
        let days = CloseDays::new(book, settings.first, settings.true_up, self.request.period);
        let now = snapshots(self.project.rules(), book.currency.digits());
        let in_horizon = |year: Period| days.calendar.first_day(year) >= days.computed_from();
        let mut changes = self.rule_changes(&closes, days, (&now, in_horizon));
        if let Some(stopped) = self.rewritten(&mut changes) {
            return Ok(stopped);
        }
        let as_of = self.as_of(&closes, days).map_err(|error| vec![error])?;
        let (Prepared { tables, governance }, mut history) = self.read(closes, (days, as_of))?;
        let opening = self.opening(&history.closes, &tables)?;
        let (counted, drawn_in, reversals) = self.drawn_in(&tables, &history, days)?;
        let in_older = |year: Period| !in_horizon(year) && drawn_in.years().any(|drawn| drawn == year);
        changes.extend(self.rule_changes(&history.closes, days, (&now, in_older)));
        if let Some(stopped) = self.rewritten(&mut changes) {
            return Ok(stopped);
        }
        let mut names = std::mem::take(&mut history.names);
        let settled = self.settle(&counted, (&history, &reversals), (days, &drawn_in), &mut names)?;
        let SettledHorizon { ground, vanished, years } = settled;
        if vanished.stops()
            && let Some(stopped) = self.stop(StoppedClose::Vanished(vanished.all.clone()))
        {
            return Ok(stopped);
        }
        let grounds = Grounds {
            ground: &ground.with_years(&years.views, &mut names),
            vanished: &vanished,
            reversals: &reversals,
            clawbacks: counted.clawbacks(),
            opening: opening.as_ref().map(|(standings, _)| standings),
            retroactive: &changes.retroactive,
        };
        let (computed, restated) = self.post(&grounds, &history, names)?;
        let assets = self.assets(&grounds, &tables, (&history, &computed)).map_err(|error| vec![error])?;
        let computed = ComputedClose { as_of, assets, ..computed };
        // Judged last, so that nobody accepts a sum in vain.
        if let Some(stopped) = self.large(&tables, &computed.true_ups).and_then(|stopped| self.stop(stopped))
        {
            return Ok(stopped);
        }
        let people = People::new(&tables, self.people_columns(), days.last);
        let opening = opening.map(|(_, record)| record);
        let written = Written { people, restated, rules: now, opening };
        let of_period = years.of_period;
        drop(counted);
        let closes = history.closes;
        Ok(Computation::Whole(Box::new(WholeClose {
            computed,
            closes,
            tables,
            governance,
            of_period,
            written,
        })))
    }

    /// Makes the entries, the balances and all else that the files say, and the lines of closed months that have an entry.
    fn post(
        &self,
        grounds: &Grounds<'_>,
        history: &History,
        mut names: Names,
    ) -> Result<(ComputedClose, Lines), Vec<Diagnostic>> {
        self.progress.phase("posting", None);
        let one = |error: Diagnostic| vec![error];
        let too_large = |what: &'static str| {
            move |error: Overflow| vec![Diagnostic::error(Code::NumberTooLarge, format!("{what}: {error}"))]
        };
        let Grounds { ground, vanished, reversals, clawbacks, .. } = *grounds;
        let (days, tables) = (ground.days, ground.tables);
        let mut made = earned::entries(ground, &history.posted, vanished, &names).map_err(one)?;
        let reversal_rows = reversals::rows(ground, clawbacks, reversals);
        let reversed = reversals.moved(tables, &reversal_rows);
        let past = past(history, grounds.opening, days).map_err(one)?;
        let mut changed_payees = self.changed_payees(&past, tables).map_err(one)?;
        let payees = changed_payees.iter().map(|payee| payee.payee_id.clone()).collect();
        let changed = Changed { rules: grounds.retroactive, reversed: &reversed, payees: &payees };
        self.add_causes(ground, (history, changed), &names, &mut made).map_err(one)?;
        let restated = restated(ground, &made);
        let of_adjustments = adjustments::entries(ground, &history.posted, &mut names);
        let of_adjustments = of_adjustments.map_err(too_large("an adjustment"))?;
        let entries = entry::merged(std::mem::take(&mut made.entries), of_adjustments, &names);
        let true_ups = true_up_groups(&entries);
        let before = Before { standings: past.standings, held: &past.held, last_day: past.last_day };
        let balances = balances::balances(ground, &before, &entries, &names).map_err(one)?;
        let with_entry: BTreeSet<&str> =
            entry::of_payees(&entries).map(|entries| names.text(entries[0].payee())).collect();
        changed_payees.retain(|payee| with_entry.contains(payee.payee_id.as_str()));
        let mut findings =
            findings(&made, &balances, &changed_payees, &names).map_err(too_large("a finding"))?;
        let of_reversals = reversals::findings(ground, clawbacks, reversals);
        findings.extend(of_reversals.map_err(too_large("a reversal"))?);
        findings.sort();
        let computed = ComputedClose {
            period: self.request.period,
            days: (days.first, days.last),
            as_of: days.last,
            entries,
            names,
            balances,
            held: made.held,
            findings,
            reversals: reversal_rows,
            changed_payees,
            decided: vanished.all.clone(),
            true_ups,
            assets: None,
        };
        Ok((computed, restated))
    }

    /// Ends the close where rules of closed months may not be what they are now.
    fn rewritten(&self, changes: &mut RuleChanges) -> Option<Computation> {
        let refused = std::mem::take(&mut changes.refused);
        if refused.is_empty() { None } else { self.stop(StoppedClose::RewrittenRules(refused)) }
    }

    /// The data as they count at the end of the month, the deals from before the horizon that are inside, and the reversals of the close
    /// before.
    fn drawn_in<'t>(
        &self,
        tables: &'t Tables,
        history: &History,
        days: CloseDays,
    ) -> Result<(Counted<'t>, DrawnIn, Reversals), Vec<Diagnostic>> {
        let rows = self.reversals_before(&history.closes)?;
        let in_horizon = |deal: DealIx| days.holds(tables.deals.close_date[deal]);
        let reversals = Reversals::find(tables, &rows, in_horizon);
        let counted = self.count(tables, &reversals, days)?;
        let of_counted = (counted.tables(), &**self.project.rules());
        let drawn_in = DrawnIn::find(of_counted, days, &history.posted, &history.names);
        let drawn_in = drawn_in.map_err(|error| vec![error])?;
        if drawn_in.is_empty() {
            return Ok((counted, drawn_in, reversals));
        }
        // What is gone of them counts as well until somebody decides.
        let all = Reversals::find(tables, &rows, |deal| in_horizon(deal) || drawn_in.has(deal));
        let counted = if all.gone == reversals.gone { counted } else { self.count(tables, &all, days)? };
        Ok((counted, drawn_in, all))
    }

    /// The data as they count at the end of the month.
    fn count<'t>(
        &self,
        tables: &'t Tables,
        reversals: &Reversals,
        days: CloseDays,
    ) -> Result<Counted<'t>, Vec<Diagnostic>> {
        self.progress.phase("settling", None);
        let window = Window::new(days.calendar, days.period);
        settle::count_kept(
            (self.project.book(), self.project.rules()),
            tables,
            window,
            &reversals.kept_sizes(),
        )
    }

    /// Settles the fiscal years of the horizon, each on its own. What mirrored reversals take back is known once all of them have
    /// their lines, and what has vanished is known.
    fn settle<'a>(
        &'a self,
        counted: &'a Counted<'_>,
        (history, reversals): (&History, &Reversals),
        (days, drawn_in): (CloseDays, &'a DrawnIn),
        names: &mut Names,
    ) -> Result<SettledHorizon<'a>, Vec<Diagnostic>> {
        let (book, rules) = (self.project.book(), self.project.rules());
        let settle = |period| {
            let window = Window::new(days.calendar, period).counting_until(days.last);
            settle::settle_lines(book, counted, rules, window)
        };
        let years = days.years(drawn_in).into_iter().map(settle).collect::<Result<Vec<_>, _>>()?;
        let ground =
            Ground::new((book, counted.tables(), rules), (days, drawn_in), (&history.posted, &mut *names));
        let incomplete = vanished::incomplete(years.iter().flat_map(StageTwo::uncredited));
        let vanished = VanishedThings::find(&ground, &history.posted, (&incomplete, reversals), names);
        let known = (&history.posted, &vanished);
        let lines = originals(&ground, (counted.clawbacks(), &years), known, names);
        let years = self.take_back(counted, (days, drawn_in), (years, &lines))?;
        Ok(SettledHorizon { ground, vanished, years })
    }

    /// Takes back of these lines what mirrored reversals take, in each year.
    fn take_back(
        &self,
        counted: &Counted<'_>,
        (days, drawn_in): (CloseDays, &DrawnIn),
        (years, originals): (Vec<StageTwo>, &OriginalLines),
    ) -> Result<SettledYears, Vec<Diagnostic>> {
        let (book, rules) = (self.project.book(), self.project.rules());
        let mut views = Vec::new();
        let mut of_period = None;
        for (period, year) in days.years(drawn_in).into_iter().zip(years) {
            let settled = year.take_back(book, counted, rules, originals)?;
            if period == days.period {
                of_period = Some(settled.period(counted.tables(), period));
            }
            views.push(settled.whole(counted.tables()));
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
        (history, changed): (&History, Changed<'_>),
        names: &Names,
        made: &mut EarnedEntries,
    ) -> Result<(), Diagnostic> {
        let wanted = causes::wanted(made);
        let mut lines = causes::WrittenLines::default();
        if !wanted.is_empty() {
            let from = ground.days.first_month(ground.drawn_in);
            for close in history.closes.0.iter().filter(|close| close.period >= from) {
                for name in [LINES, LINES_RESTATED] {
                    let bytes = self.ledger.file(&close.record, name)?;
                    causes::read_lines(bytes, &wanted, names, &mut lines)
                        .map_err(|why| unreadable(&self.ledger.shown(&close.record.close, name), &why))?;
                }
            }
        }
        causes::explain(ground, &history.posted, (&lines, changed), names, made);
        Ok(())
    }
}
