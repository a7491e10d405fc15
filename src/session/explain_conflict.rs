//! What two claim, who has to decide it, and what each would earn by another decision.

use std::fmt;
use std::sync::Arc;

use apportion_base::diagnostic::{Code, Diagnostic, nearest_few};
use apportion_base::index::Optional;
use apportion_book::{Book, Every, Period};
use apportion_data::{AddedDeal, DealIx, OpenIx, Tables};
use apportion_engine::explain::case::tree::{ConflictCase, OutcomeFacts};
use apportion_engine::explain::case::{Amounts, CaseGround, Dispute};
use apportion_engine::project::{Governance, Project, Subject, TracedProject};

use super::Session;
use super::inquiry::{NEAR, did_you_mean};
use crate::{Error, cli};

/// A conflict as far as it is known on a day: the clock, the criteria, precedents, and what each of the two would earn. `Display` gives
/// what `apportion explain --conflict` prints.
#[derive(Debug, Clone)]
pub struct ConflictExplanation {
    cases: Vec<ConflictCase>,
    traced: TracedProject,
}

impl Session {
    /// Explains a conflict as it is known at the end of a day: [`Session::known_at`], else the last day of the period, else of the month
    /// in which the last deal closed. Each of the two earns what the month of its deal would pay on it; an open opportunity is seen as won
    /// on that day at its amount.
    ///
    /// # Errors
    ///
    /// As [`Session::settle`]; a conflict that is not there.
    pub fn explain_conflict(&self, period: Option<Period>, id: &str) -> Result<ConflictExplanation, Error> {
        self.conflict(period, id).map_err(|found| self.error(found))
    }

    fn conflict(&self, period: Option<Period>, id: &str) -> Result<ConflictExplanation, Vec<Diagnostic>> {
        let progress = self.progress.as_ref();
        let mut traced = self.project.traced(progress)?;
        let raw = Arc::clone(&traced.tables);
        let (last_day, as_of) = self.days(period, &traced).ok_or_else(|| vec![no_day()])?;
        progress.phase("settling", None);
        let prepared = self.project.prepared_as_of(Arc::clone(&raw), last_day, as_of)?;
        (traced.tables, traced.governance) = (prepared.tables, prepared.governance);
        let governance = traced.governance.clone().unwrap_or_default();
        let ground = CaseGround {
            book: &traced.book,
            rules: &traced.rules,
            tables: &traced.tables,
            origins: &traced.origins,
            governance: &governance,
        };
        let disputes = ground.disputes_with(id);
        if disputes.is_empty() {
            return Err(vec![unknown(&governance, id)]);
        }
        progress.phase("explaining", None);
        let mut cases = Vec::new();
        for dispute in disputes {
            let Outcomes { amounts, as_won } = self.outcomes_of(&raw, ground, dispute)?;
            cases.push(ConflictCase {
                as_of,
                conflict: ground.conflict(dispute, amounts),
                as_won,
                precedents: ground.precedents(dispute.found),
            });
        }
        Ok(ConflictExplanation { cases, traced })
    }

    /// The day at whose end gates are asked, and that at whose end things are known; `None` where nothing says which.
    fn days(&self, period: Option<Period>, traced: &TracedProject) -> Option<(i32, i32)> {
        let calendar = traced.book.calendar();
        let known = self.project.as_of();
        let last_deal = traced.tables.deals.close_date.last().copied();
        let month = |day: i32| calendar.period_of(day, Every::Month);
        let period = period.or_else(|| known.or(last_deal).map(month))?;
        let last_day = calendar.last_day(period);
        Some((last_day, known.unwrap_or(last_day)))
    }

    fn outcomes_of(
        &self,
        raw: &Arc<Tables>,
        ground: CaseGround<'_>,
        dispute: Dispute<'_>,
    ) -> Result<Outcomes, Vec<Diagnostic>> {
        let (book, as_of) = (ground.book, ground.governance.as_of);
        let month = |day: i32| book.calendar().period_of(day, Every::Month);
        match dispute.found.subject {
            Some(Subject::Deal(deal)) => {
                let period = month(ground.tables.deals.close_date[deal]);
                // A conflict is never on a milestone.
                let Some(deal) = ground.tables.effects.before_milestones(deal) else {
                    return Ok(Outcomes::default());
                };
                let amounts = outcomes(&self.project, raw, dispute, (period, as_of), deal)?;
                Ok(Outcomes { amounts, as_won: false })
            }
            Some(Subject::Open(open)) => {
                let id = ground.tables.channel.opportunities.ids.value(open.at());
                let Some((tables, deal)) = as_won(raw, book, id, as_of)? else {
                    return Ok(Outcomes::default());
                };
                let amounts = outcomes(&self.project, &tables, dispute, (month(as_of), as_of), deal)?;
                Ok(Outcomes { amounts, as_won: true })
            }
            None => Ok(Outcomes::default()),
        }
    }
}

/// What two would earn.
#[derive(Default)]
struct Outcomes {
    amounts: Vec<OutcomeFacts>,
    /// Whether the subject is open, and seen as won.
    as_won: bool,
}

/// What each of two claimants would earn on a deal: the period is settled once for each outcome. `raw` are the tables as they were read.
pub(super) fn outcomes(
    project: &Project,
    raw: &Arc<Tables>,
    dispute: Dispute<'_>,
    (period, as_of): (Period, i32),
    deal: DealIx,
) -> Result<Vec<OutcomeFacts>, Vec<Diagnostic>> {
    let mut outcomes = Vec::new();
    for assumption in dispute.assumptions() {
        let decision = assumption.decision.as_ref();
        let close = project.settle_assuming(Arc::clone(raw), (period, as_of), decision)?;
        // Milestones came between the deals.
        let (day, id) = (raw.deals.close_date[deal], raw.deals.id(deal));
        let Some(deal) = close.tables.deal_on(day, id) else { continue };
        let amounts = Amounts { settlement: &close.settlement, deal };
        let amounts = amounts.of(assumption.outcome, dispute.found.claimants);
        outcomes.push(amounts.map_err(|_| vec![too_large(&dispute.found.id)])?);
    }
    Ok(outcomes)
}

/// The tables with an open opportunity won on a day at its amount; `None` without an amount, or where a deal has its id.
fn as_won(
    raw: &Tables,
    book: &Book,
    id: &str,
    as_of: i32,
) -> Result<Option<(Arc<Tables>, DealIx)>, Vec<Diagnostic>> {
    let open = &raw.channel.opportunities;
    let row = open.all().find(|row: &OpenIx| open.ids.value(row.at()) == id);
    let seen = open.seen_on(as_of, &raw.rates, book);
    let is_deal = raw.deals.all().any(|deal| raw.deals.id(deal) == id);
    let Some((row, amount_e6)) = row.filter(|_| !is_deal).and_then(|row| Some((row, seen.amount_e6[row]?)))
    else {
        return Ok(None);
    };
    let added = AddedDeal {
        id: id.to_owned(),
        won: true,
        close_date: as_of,
        amount_e6,
        list_amount_e6: seen.list_amount_e6[row],
        account: open.account[row],
        opportunity: Optional::some(open.opportunity[row]),
        renews: open.renews[row],
        incomplete: open.incomplete[row],
        row: Some(row.raw()),
    };
    let with = raw.with_added_deals(&[added], &seen.frame).map_err(|error| vec![error])?;
    Ok(with.added.first().map(|deal| (Arc::new(with.tables.clone()), *deal)))
}

/// A conflict that is not there, with the nearest ids.
fn unknown(governance: &Governance, id: &str) -> Diagnostic {
    let error = Diagnostic::error(Code::NoSuchConflict, format!("there is no conflict `{id}`"));
    let known = governance.conflicts.iter().map(|found| found.id.as_str());
    match nearest_few(id, known, NEAR).as_slice() {
        [] => error.help("conflicts.csv of a run lists those that are found; --as-of says as of which day"),
        near => error.help(did_you_mean(near)),
    }
}

fn no_day() -> Diagnostic {
    Diagnostic::error(Code::NoPeriod, "no day is given, and there is no deal whose month could be taken")
        .help("add `--as-of 2026-07-31`, the day at whose end things are known")
}

fn too_large(id: &str) -> Diagnostic {
    Diagnostic::error(Code::NumberTooLarge, format!("what the claimants of `{id}` would earn can't be held"))
}

impl ConflictExplanation {
    /// The conflict: once, or once for each deal that a raised one is about.
    pub fn cases(&self) -> &[ConflictCase] {
        &self.cases
    }

    /// The book, the rules and the tables that it rests on.
    pub fn traced(&self) -> &TracedProject {
        &self.traced
    }
}

impl fmt::Display for ConflictExplanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&cli::conflict_text(self))
    }
}
