//! The draws of one rule set: the open opportunities that are won become deals, and all is settled by its rules.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

use apportion_base::diagnostic::{Code, Diagnostic};
use apportion_data::{AddedDeal, DealIx, OpportunitiesOn, Progress, Tables, WithAddedDeals};
use apportion_engine::plan::Window;
use apportion_engine::project::{Prepared, Project};
use apportion_engine::settle::{self, Draws, OpenSettlement, Tally, with_draws};
use rayon::prelude::*;

use crate::Question;
use crate::cells::{CellTally, Cells, Extent, Layout};
use crate::chance::Chance;
use crate::pipeline::Pipeline;
use crate::words::Words;

/// A rule set and the deals that open opportunities become under it.
pub struct Side<'a> {
    project: &'a Project,
    question: Question,
    /// The tables as they were read, at the end of the period.
    tables: Arc<Tables>,
    /// What is open, as deals see it.
    seen: OpportunitiesOn,
    /// By drawn opportunity: its chance, and the deal that it becomes; none where these tables lack it.
    drawn: Vec<(Chance, Option<AddedDeal>)>,
    /// By opportunity of the tables: whether it is still open where draws are made.
    stays_open: Vec<bool>,
    /// What closed deals of the period were sold for, in millionths.
    revenue_e6: i128,
}

/// What the draws of a rule set come to.
#[derive(Debug)]
pub struct DrawnSide {
    pub cells: Cells,
    /// By payee.
    pub payees: Vec<String>,
    /// By rule.
    pub rules: Vec<String>,
    /// What was sold in all draws together, in millionths.
    pub revenue_e6: i128,
}

/// One rule set, or two in the same draws.
#[derive(Debug)]
pub struct Sides {
    pub project: DrawnSide,
    pub other: Option<DrawnSide>,
}

/// Tables with some opportunities won.
struct Won {
    tables: Arc<Tables>,
    /// The deals that they became, in the order in which they are drawn.
    deals: Vec<DealIx>,
}

impl<'a> Side<'a> {
    pub fn new(
        project: &'a Project,
        pipeline: &Pipeline,
        question: Question,
        progress: &dyn Progress,
    ) -> Result<Self, Vec<Diagnostic>> {
        let calendar = project.book().calendar();
        let tables = Tables::at_end_of(project.tables(progress)?, calendar.last_day(question.period));
        let open = &tables.channel.opportunities;
        let seen = open.seen_on(question.as_of, &tables.rates, project.book());
        let mut stays_open = vec![true; open.len()];
        let taken: BTreeSet<&str> = {
            let drawn: BTreeSet<&str> = pipeline.drawn.iter().map(|drawn| drawn.id.as_str()).collect();
            let deals = &tables.deals;
            deals.all().map(|deal| deals.id(deal)).filter(|id| drawn.contains(id)).collect()
        };
        let mut drawn = Vec::with_capacity(pipeline.drawn.len());
        for one in &pipeline.drawn {
            let place = open.with_id(&one.id);
            if let Some(place) = place {
                stays_open[place] = false;
            }
            let deal = place
                .filter(|_| !taken.contains(one.id.as_str()))
                .and_then(|place| open.won(&seen, place, (&one.id, one.close_date)));
            drawn.push((one.chance, deal));
        }
        let revenue_e6 = revenue_e6(&tables, question, project);
        Ok(Self { project, question, tables, seen, drawn, stays_open, revenue_e6 })
    }

    /// Makes all draws.
    pub fn drawn(&self, words: &Words, progress: &dyn Progress) -> Result<DrawnSide, Vec<Diagnostic>> {
        progress.phase("settling draws", Some(u64::from(self.question.draws)));
        let progress = Mutex::new(progress);
        let days: Vec<i32> = self.deals().map(|deal| deal.close_date).collect();
        let as_of = self.question.as_of;
        let is_whole =
            self.question.whole || self.project.deals_depend_on_each_other(&self.tables, &days, as_of);
        let once = match is_whole {
            true => None,
            false => self.settled_once(words, &progress)?,
        };
        let cells = match once {
            Some(cells) => cells,
            None => self.settled_whole(words, &progress)?,
        };
        let payees = &self.tables.payees;
        Ok(DrawnSide {
            cells,
            payees: payees.all().map(|payee| payees.id(payee).to_owned()).collect(),
            rules: self.project.rules().rules.iter().map(|rule| rule.id.clone()).collect(),
            revenue_e6: self.revenue_of_draws(words),
        })
    }

    /// What no draw changes is settled once. `None` where deals turn out to change each other.
    fn settled_once(
        &self,
        words: &Words,
        progress: &Mutex<&dyn Progress>,
    ) -> Result<Option<Cells>, Vec<Diagnostic>> {
        let all = vec![true; self.deals().count()];
        let Some(Won { mut tables, deals }) = self.won(&all)? else { return Ok(None) };
        let posted = self.project.posted_lines(&mut tables, self.question.period)?;
        let settlement = OpenSettlement {
            book: self.project.book(),
            rules: self.project.rules(),
            tables: &tables,
            window: Window::new(self.project.book().calendar(), self.question.period),
            posted: &posted.lines,
            open: &deals,
        };
        let first = deals.iter().map(|deal| tables.deals.close_date[*deal]).min();
        let layout = self.layout(first.unwrap_or(i32::MAX));
        let with = with_draws(settlement, |draws| self.cells_of(draws, layout, words, progress))?;
        with.transpose()
    }

    fn cells_of(
        &self,
        draws: &Draws<'_>,
        layout: Layout,
        words: &Words,
        progress: &Mutex<&dyn Progress>,
    ) -> Result<Cells, Vec<Diagnostic>> {
        self.fits(&layout)?;
        let mut once = CellTally::once(&layout);
        draws.count_once(&mut once);
        let once = self.held(once)?;
        let settle = |draw: u32| {
            let mut tally = CellTally::row(&layout);
            draws.settle(&self.won_in(words, draw), &mut tally)?;
            self.held(tally)
        };
        let rows = self.all_draws(settle, progress)?;
        Ok(Cells { layout, once, rows })
    }

    /// Every draw is settled as a whole.
    fn settled_whole(
        &self,
        words: &Words,
        progress: &Mutex<&dyn Progress>,
    ) -> Result<Cells, Vec<Diagnostic>> {
        let layout = self.layout(i32::MIN);
        self.fits(&layout)?;
        let settle = |draw: u32| {
            let mut tally = CellTally::row(&layout);
            self.settle_whole(&self.won_in(words, draw), &mut tally)?;
            self.held(tally)
        };
        let rows = self.all_draws(settle, progress)?;
        let once = self.held(CellTally::once(&layout))?;
        Ok(Cells { layout, once, rows })
    }

    fn settle_whole(&self, won: &[bool], tally: &mut dyn Tally) -> Result<(), Vec<Diagnostic>> {
        let Some(Won { mut tables, .. }) = self.won(won)? else {
            return Err(internal("a deal that was added is not there"));
        };
        let (book, rules, period) = (self.project.book(), self.project.rules(), self.question.period);
        let posted = self.project.posted_lines(&mut tables, period)?;
        let credited = settle::credit(book, &tables, rules, Window::new(book.calendar(), period))?;
        let settlement = settle::pay(book, &tables, rules, credited.with_posted(posted.lines))?;
        for line in settlement.period(&tables, period).lines.iter().filter(|line| !line.amount.is_zero()) {
            tally.line(line.payee, line.rule, tables.deals.close_date[line.deal], line.amount.wide());
        }
        for row in settlement.attained(&tables, period) {
            if let Some(attained_e6) = row.attainment_e6 {
                tally.attained(row.payee, row.rule, row.period, attained_e6);
            }
        }
        Ok(())
    }

    /// The rows of all draws, in order; side by side.
    fn all_draws(
        &self,
        settle: impl Fn(u32) -> Result<Vec<i64>, Vec<Diagnostic>> + Sync,
        progress: &Mutex<&dyn Progress>,
    ) -> Result<Vec<Vec<i64>>, Vec<Diagnostic>> {
        let one = |draw: u32| {
            let row = settle(draw);
            if let Ok(progress) = progress.lock() {
                progress.rows(1);
            }
            row
        };
        let draws = (0..self.question.draws).into_par_iter().with_max_len(1);
        // The first error in order of draws.
        draws.map(one).collect::<Vec<_>>().into_iter().collect()
    }

    /// What can be won, in the order in which it is drawn.
    fn deals(&self) -> impl Iterator<Item = &AddedDeal> {
        self.drawn.iter().filter_map(|(_, deal)| deal.as_ref())
    }

    /// By what can be won: whether the draw wins it.
    fn won_in(&self, words: &Words, draw: u32) -> Vec<bool> {
        let drawn = self.drawn.iter().zip(words.of_draw(draw));
        drawn.filter(|((_, deal), _)| deal.is_some()).map(|((chance, _), word)| chance.wins(word)).collect()
    }

    /// The tables with what is won of all that can be, as policies leave them; what is drawn is open no more. `None` where a deal is not
    /// found again.
    fn won(&self, won: &[bool]) -> Result<Option<Won>, Vec<Diagnostic>> {
        let deals = self.deals().zip(won);
        let added: Vec<AddedDeal> = deals.filter(|(_, won)| **won).map(|(deal, _)| deal.clone()).collect();
        let with = self.tables.with_added_deals(&added, &self.seen.frame).map_err(|found| vec![found])?;
        let WithAddedDeals { mut tables, .. } = with;
        let channel = Arc::make_mut(&mut tables.channel);
        let open = std::mem::take(&mut channel.opportunities);
        channel.opportunities = open
            .only(&self.stays_open)
            .map_err(|error| internal(&format!("opportunities can't be taken out: {error}")))?;
        let last_day = self.project.book().calendar().last_day(self.question.period);
        let Prepared { tables, .. } =
            self.project.prepared_as_of(Arc::new(tables), last_day, self.question.as_of)?;
        // Milestones may have come between the deals.
        let place = |deal: &AddedDeal| tables.deal_on(deal.close_date, &deal.id);
        let deals: Option<Vec<DealIx>> = added.iter().map(place).collect();
        Ok(deals.map(|deals| Won { tables, deals }))
    }

    fn layout(&self, open_from: i32) -> Layout {
        Layout::new(Extent {
            calendar: self.project.book().calendar(),
            period: self.question.period,
            rules: self.project.rules(),
            payees: self.tables.payees.len(),
            open_from,
        })
    }

    fn fits(&self, layout: &Layout) -> Result<(), Vec<Diagnostic>> {
        crate::limits::cells(self.question.draws, layout.row())
    }

    fn held(&self, tally: CellTally<'_>) -> Result<Vec<i64>, Vec<Diagnostic>> {
        tally.cells().ok_or_else(|| {
            let message = "what a payee or a rule comes to in a quarter of a draw has more than 18 digits";
            vec![Diagnostic::error(Code::NumberTooLarge, message)]
        })
    }

    /// What is sold in all draws together.
    fn revenue_of_draws(&self, words: &Words) -> i128 {
        let of_draw = |draw: u32| {
            let deals = self.deals().zip(self.won_in(words, draw));
            let amounts = deals.filter(|(_, won)| *won).map(|(deal, _)| i128::from(deal.amount_e6));
            // Fewer than 2^32 amounts of 64 bits, and at most 2^17 draws of them.
            self.revenue_e6 + amounts.sum::<i128>()
        };
        (0..self.question.draws).into_par_iter().map(of_draw).sum()
    }
}

/// What the deals of the period that are there were sold for, in millionths; a reversal takes its size off.
fn revenue_e6(tables: &Tables, question: Question, project: &Project) -> i128 {
    let (deals, calendar) = (&tables.deals, project.book().calendar());
    let first = deals.first_from(calendar.first_day(question.period));
    let after = deals.first_from(calendar.last_day(question.period).saturating_add(1));
    let of_deal = |deal: DealIx| match deals.reversal(deal) {
        Some(reversal) => -reversal.size_e6,
        None => i128::from(deals.amount_e6[deal]),
    };
    DealIx::range(first..after).filter(|deal| deals.won[*deal]).map(of_deal).sum()
}

/// What can't happen.
fn internal(message: &str) -> Vec<Diagnostic> {
    vec![Diagnostic::error(Code::Internal, format!("internal error: {message}"))]
}
