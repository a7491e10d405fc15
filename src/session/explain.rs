//! How amounts came about, and why there are none.

use std::fmt;
use std::sync::Arc;

use apportion_base::diagnostic::{Diagnostic, Files};
use apportion_book::Period;
use apportion_data::{DealIx, Tables};
use apportion_engine::explain::case::{CaseGround, DealCase};
use apportion_engine::explain::tree;
use apportion_engine::explain::{Explainer, YearIndex};
use apportion_engine::project::TracedProject;
use apportion_engine::settle::count_period;

use super::explain_conflict::outcomes;
use super::{Inquiry, Session, inquiry};
use crate::{Error, cli};

/// The answer to an [`Inquiry`]: each amount with its steps and the data behind them, and each rule that gave nothing with
/// the reason. `Display` gives what `apportion explain` prints.
#[derive(Debug, Clone)]
pub struct Explanation {
    tree: tree::Explanation,
    case: Option<DealCase>,
    traced: TracedProject,
    files: Files,
}

impl Session {
    /// Explains the amounts of a period; without one, of the month in which the deal of the question closed.
    ///
    /// # Errors
    ///
    /// As [`Session::settle`]; a payee, deal or rule that is not there; `no-period` where no period and no deal is
    /// named.
    pub fn explain(&self, period: Option<Period>, inquiry: &Inquiry) -> Result<Explanation, Error> {
        self.answer(period, inquiry).map_err(|found| self.error(found))
    }

    /// The same explanation, made of the rows that the question is about alone: of millions of deals that is a moment's work. It is right where
    /// no rows of one key contradict each other, which a run of the same inputs has found out and this can't. `None` where only all of the data can
    /// answer, also with an error.
    pub fn explain_in_part(&self, period: Option<Period>, inquiry: &Inquiry) -> Option<Explanation> {
        let named = (inquiry.payee.as_deref(), inquiry.deal.as_deref());
        let traced = self.project.traced_part(named, self.progress.as_ref()).ok()??;
        let answer = self.answer_from(traced, period, inquiry).ok()?;
        Some(answer).filter(|answer| !answer.tree.counts_all_deals())
    }

    fn answer(&self, period: Option<Period>, inquiry: &Inquiry) -> Result<Explanation, Vec<Diagnostic>> {
        self.answer_from(self.project.traced(self.progress.as_ref())?, period, inquiry)
    }

    fn answer_from(
        &self,
        mut traced: TracedProject,
        period: Option<Period>,
        inquiry: &Inquiry,
    ) -> Result<Explanation, Vec<Diagnostic>> {
        let progress = self.progress.as_ref();
        let is_governed = !traced.tables.channel.present.is_empty() || !traced.rules.policies.is_empty();
        // What would be otherwise is settled again from the tables as they were read, in which milestones are no rows yet.
        let named = inquiry.deal.as_deref().filter(|_| is_governed);
        let raw = named.and_then(|id| inquiry::deal_named(&traced.tables, id));
        let raw = raw.map(|deal| (deal, Arc::clone(&traced.tables)));
        let one = |error| vec![error];
        let period = period.map_or_else(|| inquiry::period_of_deal(inquiry, &traced), Ok)?;
        progress.phase("settling", None);
        let last_day = traced.book.calendar().last_day(period);
        let prepared = self.project.prepared(traced.tables, last_day)?;
        (traced.tables, traced.governance) = (prepared.tables, prepared.governance);
        traced.origins = traced.origins.with_milestones(&traced.tables.effects.milestones);
        let question = inquiry::question(inquiry, &traced)?;
        let posted = self.project.posted_lines(&mut traced.tables, period)?.lines;
        let counted = count_period(&traced.book, &traced.tables, &traced.rules, period)?;
        let ground =
            YearIndex::new(&traced.book, &counted, &traced.origins, &traced.rules, (period, &posted))?;
        progress.phase("explaining", None);
        let most = inquiry.most.unwrap_or(usize::MAX);
        let explainer = Explainer::new(&ground).map_err(one)?;
        let tree = explainer.explain_at_most(question, most).map_err(one)?;
        let case = match (raw, question.deal) {
            (Some((raw_deal, raw)), Some(deal)) => self.case(&explainer, &traced, deal, (raw_deal, &raw))?,
            _ => None,
        };
        drop(explainer);
        drop(ground);
        drop(counted);
        Ok(Explanation { tree, case, traced, files: self.files.clone() })
    }

    /// Whose a deal is, and why; `None` where policies of the channel say nothing of it. `raw` are the tables as they were read, in which it may have
    /// another number.
    fn case(
        &self,
        explainer: &Explainer<'_>,
        traced: &TracedProject,
        deal: DealIx,
        (raw_deal, raw): (DealIx, &Arc<Tables>),
    ) -> Result<Option<DealCase>, Vec<Diagnostic>> {
        let Some(governance) = &traced.governance else { return Ok(None) };
        let (year, as_of) = (explainer.ground(), governance.as_of);
        let ground = CaseGround {
            book: &traced.book,
            rules: &traced.rules,
            tables: &traced.tables,
            origins: &traced.origins,
            governance,
        };
        let mut conflicts = Vec::new();
        for dispute in ground.disputes_on(deal) {
            let outcomes = match year.pays(deal) {
                true => outcomes(&self.project, raw, dispute, (year.period, as_of), raw_deal)?,
                false => Vec::new(),
            };
            conflicts.push(ground.conflict(dispute, outcomes));
        }
        ground.deal(explainer, deal, conflicts).map_err(|error| vec![error])
    }
}

impl Explanation {
    /// Whose the deal of the question is, and why; `None` without a deal, or where policies of the channel say nothing of it.
    pub fn case(&self) -> Option<&DealCase> {
        self.case.as_ref()
    }

    /// Amounts, steps and reasons as data.
    pub fn tree(&self) -> &tree::Explanation {
        &self.tree
    }

    /// The book, the rules and the tables that it rests on.
    pub fn traced(&self) -> &TracedProject {
        &self.traced
    }

    /// The texts that places in rules point into.
    pub fn files(&self) -> &Files {
        &self.files
    }
}

impl fmt::Display for Explanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&cli::explanation_text(self))
    }
}
