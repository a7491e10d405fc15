//! What explanations rest on, made once for any number of questions: the fiscal year up to the end of the period settled
//! as a run settles it, and the ways from payees and deals to their lines.

use super::csr::Csr;
use crate::credit::{Line, LineIx, Uncredited};
use crate::pay::DayPeriods;
use crate::plan::{Counted, Inputs, Matches, Window, match_rules};
use crate::settle::{self, OriginalLines, PeriodView};
use apportion_base::diagnostic::Diagnostic;
use apportion_book::{Book, Period};
use apportion_data::{DealIx, EngagementIx, Origins, PayeeIx, Tables};
use apportion_rules::RuleBook;

/// A settled year and its indexes.
pub struct YearIndex<'a> {
    /// The project file.
    pub book: &'a Book,
    /// The data as they count.
    pub tables: &'a Tables,
    /// The file and row of each row of the data.
    pub origins: &'a Origins,
    /// The rules.
    pub rules: &'a RuleBook,
    /// The period that is explained.
    pub period: Period,
    /// What the period pays; lines before it are there for running totals.
    pub paid: Window,
    pub(crate) inputs: Inputs<'a>,
    pub(crate) matches: Matches,
    pub(crate) days: DayPeriods,
    /// All that was settled on the way to the period.
    pub settlement: PeriodView,
    /// Rows of lines by deal.
    pub(crate) lines_of_deal: Csr<DealIx, LineIx>,
    /// Rows of engagements by payee.
    pub(crate) work_of_payee: Csr<PayeeIx, EngagementIx>,
}

impl<'a> YearIndex<'a> {
    /// Settles the year. The data are counted for the period ([`settle::count_period`]); `posted` are the lines of deals of earlier
    /// fiscal years that it takes back.
    ///
    /// # Errors
    /// A number that can't be held, as a run reports it.
    pub fn new(
        book: &'a Book,
        counted: &'a Counted<'a>,
        origins: &'a Origins,
        rules: &'a RuleBook,
        (period, posted): (Period, &OriginalLines),
    ) -> Result<Self, Vec<Diagnostic>> {
        let paid = Window::new(book.calendar(), period);
        let tables = counted.tables();
        let settlement = settle::settle_counted((book, rules), counted, paid, posted)?.whole(tables);
        let inputs = Inputs::new(book, counted, rules, paid);
        let matches = match_rules(&inputs, rules)
            .map_err(|(rule, fault)| vec![settle::describe(tables, rules, rule, &fault)])?;
        let days =
            DayPeriods::new(paid.computed_from, paid.paid_until, |day, every| paid.period_of(day, every));
        let deal_of_line: Vec<DealIx> = settlement.lines.iter().map(|line| line.deal).collect();
        let of_lines = LineIx::all(deal_of_line.len()).zip(deal_of_line.iter().copied());
        let lines_of_deal = Csr::new(tables.deals.len(), of_lines);
        let engagements = &tables.engagements;
        let of_work = engagements.all().zip(engagements.payee.iter().copied());
        let work_of_payee = Csr::new(tables.payees.len(), of_work);
        Ok(Self {
            book,
            tables,
            origins,
            rules,
            period,
            paid,
            inputs,
            matches,
            days,
            settlement,
            lines_of_deal,
            work_of_payee,
        })
    }

    /// Digits of the book currency's minor unit.
    pub fn digits(&self) -> u32 {
        self.book.currency.digits()
    }

    /// Rows of the lines of a payee.
    pub fn lines_of_payee(&self, payee: PayeeIx) -> impl Iterator<Item = LineIx> + use<> {
        // There are fewer lines than can be numbered.
        self.settlement.lines.of_payee(payee).filter_map(LineIx::new)
    }

    /// What is uncredited of a deal.
    pub fn uncredited_of(&self, deal: DealIx) -> &[Uncredited] {
        // They are in order of deal_id, deals in order of close date.
        let rank = |deal: DealIx| self.tables.deals.id_rank[deal];
        let rows = &self.settlement.uncredited;
        let from = rows.partition_point(|row| rank(row.deal) < rank(deal));
        let after = rows[from..].partition_point(|row| row.deal == deal);
        &rows[from..from + after]
    }

    /// The id of the rule whose line is taken back.
    pub(crate) fn of_rule(&self, line: &Line) -> Option<String> {
        self.settlement.of_rule(line).map(str::to_owned)
    }

    /// The rows that a `when` sees: the deal, and the one that it reverses. There is no such row where that is not in the data.
    pub(crate) fn when_rows(&self, deal: DealIx) -> Vec<Option<u32>> {
        vec![Some(deal.raw()), self.tables.deals.original(deal).map(DealIx::raw)]
    }

    /// Whether the deal closed in the period.
    pub fn pays(&self, deal: DealIx) -> bool {
        self.paid.pays(self.tables.deals.close_date[deal])
    }
}
