//! What somebody may see of a settled period: lines, and of other people's lines that there are some.

use std::collections::BTreeSet;
use std::sync::Arc;

use arrow::array::{ArrayRef, BooleanArray, RecordBatch};
use arrow::compute::{concat_batches, nullif};
use arrow::datatypes::{Field, Schema};
use arrow::error::ArrowError;

use apportion_base::diagnostic::{Code, Diagnostic};
use apportion_book::Period;
use apportion_contract::LineColumn;
use apportion_data::{DealIx, PayeeIx};
use apportion_engine::access::{LinesOnDeal, View};
use apportion_engine::credit::Line;
use apportion_engine::project::{Close, Subject};
use apportion_results as results;
use apportion_rules::AccessWord;

use super::{Amount, Session, inquiry};
use crate::Error;

/// What others would follow from, where few have lines on a deal.
const TOTALS: [LineColumn; 3] = [LineColumn::UnitsTotal, LineColumn::CreditTotal, LineColumn::Pool];

/// What of a period somebody asks to see.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SeenInquiry {
    /// Who looks: a `payee_id`.
    pub viewer: String,
    /// Whose lines; `None` is everybody's that may be seen.
    pub payee: Option<String>,
    /// On which deal; `None` is all of them.
    pub deal: Option<String>,
}

/// What somebody sees of a period.
#[derive(Debug, Clone)]
pub struct SeenPeriod {
    /// Who looks: a `payee_id`.
    pub viewer: String,
    /// The period.
    pub period: Period,
    /// The day as of which it was asked who may see what, days since 1970-01-01.
    pub as_of: i32,
    /// The lines that are seen, with the columns of lines.parquet. What gives other people's lines away is null.
    pub lines: RecordBatch,
    /// The deals of these lines, or the one that was asked about, in the order of the data.
    pub deals: Vec<SeenDeal>,
}

/// A deal that somebody sees.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeenDeal {
    /// The `deal_id`.
    pub deal_id: String,
    /// Whether other people have lines on it that are not seen.
    pub has_other_lines: bool,
    /// What these come to, where they are of three people or more.
    pub other_lines: Option<Amount>,
    /// The claims that are seen.
    pub claims: Vec<SeenClaim>,
    /// Whether there are claims of others.
    pub has_other_claims: bool,
    /// The conflicts that are seen.
    pub conflicts: Vec<SeenConflict>,
}

/// A claim that somebody sees: their own, or one that they share in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeenClaim {
    /// The `registration_id`.
    pub registration_id: String,
    /// Who registered: a `payee_id`; `None` where the viewer sees only somebody who shares in it.
    pub payee_id: Option<String>,
    /// Its state, as claims.csv has it.
    pub state: &'static str,
}

/// A conflict that somebody sees.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeenConflict {
    /// What it is about.
    pub kind: &'static str,
    /// The claimants who are seen; the other one is nobody's business.
    pub claimants: Vec<String>,
    /// What has become of it.
    pub state: &'static str,
    /// When it is due, days since 1970-01-01.
    pub due: Option<i32>,
    /// What was decided, if it was.
    pub outcome: Option<&'static str>,
}

impl Session {
    /// What somebody may see of the lines of a period, by the `[[access]]` rules.
    ///
    /// # Errors
    ///
    /// As [`Session::settle`], and `no-such-payee` or `no-such-deal`, also for what is there and may not be seen.
    pub fn seen(&self, period: Period, asked: &SeenInquiry) -> Result<SeenPeriod, Error> {
        let settlement = self.settle(period)?;
        let ground = Seeing::new(self, settlement.as_close(), asked)?;
        ground.period(asked).map_err(|error| {
            self.error(vec![Diagnostic::error(Code::CannotWrite, format!("lines can't be made: {error}"))])
        })
    }
}

/// What answers are made of.
struct Seeing<'a> {
    close: &'a Close,
    view: View,
    as_of: i32,
    payee: Option<PayeeIx>,
    deal: Option<DealIx>,
}

impl<'a> Seeing<'a> {
    fn new(session: &Session, close: &'a Close, asked: &SeenInquiry) -> Result<Self, Error> {
        let tables = &close.tables;
        let viewer = session.payee(tables, &asked.viewer)?;
        let last_day = close.book.calendar().last_day(close.period);
        let as_of = close.governance.as_ref().map_or(last_day, |governance| governance.as_of);
        let view =
            View::new(&close.rules, tables, as_of, viewer).map_err(|fault| session.error(vec![fault]))?;
        let payee = asked.payee.as_ref().map(|id| {
            let found = tables.payees.with_id(id).filter(|payee| view.sees(AccessWord::Lines, *payee));
            found.ok_or_else(|| session.error(vec![unseen(Code::NoSuchPayee, "payee", id, asked)]))
        });
        let payee = payee.transpose()?;
        let is_seen = |deal: &DealIx| {
            let lines = close.settlement.lines.iter().filter(|line| line.deal == *deal);
            view.sees_deal(tables, close.governance.as_deref(), *deal, lines.map(|line| line.payee))
        };
        let deal = asked.deal.as_ref().map(|id| {
            let found = inquiry::deal_named(tables, id).filter(is_seen);
            found.ok_or_else(|| session.error(vec![unseen(Code::NoSuchDeal, "deal", id, asked)]))
        });
        let deal = deal.transpose()?;
        Ok(Self { close, view, as_of, payee, deal })
    }

    fn period(&self, asked: &SeenInquiry) -> Result<SeenPeriod, ArrowError> {
        let is_asked = |payee: PayeeIx, deal: DealIx| {
            self.view.sees(AccessWord::Lines, payee)
                && self.payee.is_none_or(|asked| asked == payee)
                && self.deal.is_none_or(|asked| asked == deal)
        };
        let lines = self.close.settlement.lines.iter().enumerate();
        let seen: Vec<(usize, &Line)> = lines.filter(|(_, line)| is_asked(line.payee, line.deal)).collect();
        let deals: BTreeSet<DealIx> = seen.iter().map(|(_, line)| line.deal).chain(self.deal).collect();
        let others: Vec<(DealIx, LinesOnDeal)> = self.others(&deals);
        Ok(SeenPeriod {
            viewer: asked.viewer.clone(),
            period: self.close.period,
            as_of: self.as_of,
            lines: self.lines(&seen, &others)?,
            deals: others.iter().map(|(deal, others)| self.seen_deal(*deal, *others)).collect(),
        })
    }

    /// What may be shown of other people's lines on some deals, in order.
    fn others(&self, deals: &BTreeSet<DealIx>) -> Vec<(DealIx, LinesOnDeal)> {
        let mut on_deal: Vec<(DealIx, PayeeIx, i128)> = Vec::new();
        for line in self.close.settlement.lines.iter().filter(|line| deals.contains(&line.deal)) {
            on_deal.push((line.deal, line.payee, line.amount.wide()));
        }
        on_deal.sort_unstable();
        let of_deal = |deal: &DealIx| {
            let from = on_deal.partition_point(|(other, ..)| other < deal);
            let lines = on_deal.get(from..).unwrap_or_default();
            let lines = lines.iter().take_while(|(other, ..)| other == deal);
            (*deal, self.view.lines_on_deal(lines.map(|(_, payee, amount)| (*payee, *amount))))
        };
        deals.iter().map(of_deal).collect()
    }

    /// Rows of the lines, without what gives others away.
    fn lines(
        &self,
        seen: &[(usize, &Line)],
        others: &[(DealIx, LinesOnDeal)],
    ) -> Result<RecordBatch, ArrowError> {
        let runs = seen.chunk_by(|(before, _), (row, _)| before + 1 == *row);
        let rows = runs.filter_map(|run| Some(run.first()?.0..run.last()?.0 + 1));
        let parts: Vec<RecordBatch> =
            rows.map(|rows| results::lines_batch(self.close, rows)).collect::<Result<_, _>>()?;
        let empty = results::lines_batch(self.close, 0..0)?;
        let all = concat_batches(&empty.schema(), std::iter::once(&empty).chain(&parts))?;
        let hides = |deal: DealIx| {
            let place = others.binary_search_by_key(&deal, |(other, _)| *other);
            !place.ok().and_then(|place| others.get(place)).is_some_and(|(_, others)| others.shows_totals())
        };
        let is_unseen = |payee: PayeeIx| !self.view.sees(AccessWord::Lines, payee);
        let totals: BooleanArray = seen.iter().map(|(_, line)| Some(hides(line.deal))).collect();
        let credited: BooleanArray =
            seen.iter().map(|(_, line)| Some(line.from_payee.get().is_some_and(is_unseen))).collect();
        let mut columns: Vec<(Field, ArrayRef)> = Vec::new();
        for ((column, field), array) in
            LineColumn::ALL.into_iter().zip(all.schema().fields()).zip(all.columns())
        {
            let hidden = match column {
                LineColumn::FromPayeeId => Some(&credited),
                column => TOTALS.contains(&column).then_some(&totals),
            };
            let field = field.as_ref().clone();
            columns.push(match hidden {
                Some(hidden) => (field.with_nullable(true), nullif(array, hidden)?),
                None => (field, Arc::clone(array)),
            });
        }
        let (fields, arrays): (Vec<Field>, Vec<ArrayRef>) = columns.into_iter().unzip();
        RecordBatch::try_new(Arc::new(Schema::new(fields)), arrays)
    }

    fn seen_deal(&self, deal: DealIx, others: LinesOnDeal) -> SeenDeal {
        let (tables, digits) = (&self.close.tables, self.close.book.currency.digits());
        let id = |payee: PayeeIx| tables.payees.id(payee).to_owned();
        let mut seen = SeenDeal {
            deal_id: tables.deals.id(deal).to_owned(),
            has_other_lines: others.of_others,
            other_lines: others.sum.map(|minor| Amount { minor, digits }),
            claims: Vec::new(),
            has_other_claims: false,
            conflicts: Vec::new(),
        };
        let Some(governance) = &self.close.governance else { return seen };
        for claim in governance.claims.iter().filter(|claim| claim.subject == Subject::Deal(deal)) {
            if self.view.sees_registration(tables, claim.registration) {
                let is_seen = self.view.sees(AccessWord::Registrations, claim.payee);
                seen.claims.push(SeenClaim {
                    registration_id: tables
                        .channel
                        .registrations
                        .ids
                        .value(claim.registration.at())
                        .to_owned(),
                    payee_id: is_seen.then(|| id(claim.payee)),
                    state: claim.state.word(),
                });
            } else {
                seen.has_other_claims = true;
            }
        }
        let conflicts = governance.conflicts.iter();
        for conflict in conflicts.filter(|conflict| conflict.subject == Some(Subject::Deal(deal))) {
            if self.view.sees_conflict(conflict) {
                let sees = |payee: &&PayeeIx| self.view.sees(AccessWord::Conflicts, **payee);
                seen.conflicts.push(SeenConflict {
                    kind: conflict.kind.word(),
                    claimants: conflict.claimants.iter().filter(sees).map(|payee| id(*payee)).collect(),
                    state: conflict.state.word(),
                    due: conflict.due,
                    outcome: conflict.outcome.map(apportion_data::DecisionOutcome::word),
                });
            }
        }
        seen
    }
}

/// What is not there, or not for this viewer: the two are not told apart.
fn unseen(code: Code, noun: &str, id: &str, asked: &SeenInquiry) -> Diagnostic {
    Diagnostic::error(code, format!("there is no {noun} `{id}` that `{}` may see", asked.viewer))
        .help(format!("`apportion access {}` lists whom they see, and by which rule", asked.viewer))
}
