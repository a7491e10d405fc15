//! What explanations rest on, made once for any number of questions: the fiscal year up to the end of the period settled
//! as a run settles it, and the ways from payees and deals to their lines.

use super::csr::Csr;
use crate::credit::Uncredited;
use crate::pay::DayPeriods;
use crate::plan::{Inputs, Matches, Window, match_rules};
use crate::settle::{self, PeriodView};
use apportion_base::diagnostic::Diagnostic;
use apportion_book::{Book, Period};
use apportion_data::{Origins, Tables};
use apportion_rules::RuleBook;

/// A settled year and its indexes.
pub struct Ground<'a> {
    pub book: &'a Book,
    pub tables: &'a Tables,
    pub origins: &'a Origins,
    pub rules: &'a RuleBook,
    pub period: Period,
    /// What the period pays; lines before it are there for running totals.
    pub paid: Window,
    pub(crate) inputs: Inputs<'a>,
    pub(crate) matches: Matches,
    pub(crate) days: DayPeriods,
    /// All that was settled on the way to the period.
    pub settlement: PeriodView,
    /// Rows of lines by deal.
    pub(crate) lines_of_deal: Csr,
    /// Rows of engagements by payee.
    pub(crate) work_of_payee: Csr,
}

impl<'a> Ground<'a> {
    /// Settles the year.
    ///
    /// # Errors
    /// A number that can't be held, as a run reports it.
    pub fn new(
        book: &'a Book,
        tables: &'a Tables,
        origins: &'a Origins,
        rules: &'a RuleBook,
        period: Period,
    ) -> Result<Self, Vec<Diagnostic>> {
        let paid = Window::new(book.calendar(), period);
        let settlement = settle::settle_window(book, tables, rules, paid)?.whole(tables);
        let inputs = Inputs::new(book, tables, rules, paid);
        let matches = match_rules(&inputs, rules)
            .map_err(|(rule, fault)| vec![settle::describe(tables, rules, rule, &fault)])?;
        let days =
            DayPeriods::new(paid.computed_from, paid.paid_until, |day, every| paid.period_of(day, every));
        let deal_of_line: Vec<u32> = settlement.lines.iter().map(|line| line.deal).collect();
        let lines_of_deal = Csr::new(tables.deals.won.len(), &deal_of_line);
        let work_of_payee = Csr::new(tables.payees.manager.len(), &tables.engagements.payee);
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
    pub fn lines_of_payee(&self, payee: u32) -> std::ops::Range<usize> {
        self.settlement.lines.of_payee(payee)
    }

    /// What is uncredited of a deal.
    pub fn uncredited_of(&self, deal: u32) -> &[Uncredited] {
        // They are in order of deal_id, deals in order of close date.
        let rank = |deal: u32| self.tables.deals.id_rank[deal as usize];
        let rows = &self.settlement.uncredited;
        let from = rows.partition_point(|row| rank(row.deal) < rank(deal));
        let after = rows[from..].partition_point(|row| row.deal == deal);
        &rows[from..from + after]
    }

    /// Whether the deal closed in the period.
    pub fn pays(&self, deal: u32) -> bool {
        self.paid.pays(self.tables.deals.close_date[deal as usize])
    }
}
