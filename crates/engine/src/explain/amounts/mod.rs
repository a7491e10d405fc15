//! A line and the steps that lead to it, as far as the kinds of rule share them.

pub(crate) mod caps;

use super::condition::OneRow;
use super::explainer::{Explainer, RuleFault};
use super::number::Exact;
use super::tree::{Amount, ColumnValue, ConversionFacts, Operation, Quantity, Step, Work};
use crate::credit::{Fault, LineIx};
use crate::kinds::CreditsOf;
use crate::plan::{Bound, RowInReach};
use apportion_base::money::Minor;
use apportion_book::RateQuotation;
use apportion_data::{DealIx, EngagementIx, PayeeIx};
use apportion_rules::{RuleIx, VersionIx};
use caps::CapsOf;

/// What is known of a payee's lines of one rule together: running totals.
pub(crate) struct Running {
    /// Payee and rule.
    subject: (PayeeIx, RuleIx),
    caps: CapsOf,
    pub(crate) credits: Option<CreditsOf>,
}

/// The line that is explained.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ExplainedLine {
    pub(crate) row: LineIx,
    pub(crate) rule: RuleIx,
    pub(crate) version: VersionIx,
    pub(crate) deal: DealIx,
    pub(crate) payee: PayeeIx,
}

impl Explainer<'_> {
    /// Explains lines, those of one payee and rule side by side.
    pub(crate) fn amounts(&self, rows: &[LineIx]) -> Result<Vec<Amount>, RuleFault> {
        let lines = &self.ground.settlement.lines;
        let mut running: Option<Running> = None;
        let mut amounts = Vec::with_capacity(rows.len());
        for &row in rows {
            let subject = (lines[row].payee, lines[row].rule);
            let fault = |fault| (subject.1, fault);
            let known = match running.take().filter(|known| known.subject == subject) {
                Some(known) => known,
                None => Running {
                    subject,
                    caps: self.caps_of(subject.0, subject.1).map_err(fault)?,
                    credits: CreditsOf::new(self, subject.0, subject.1).map_err(fault)?,
                },
            };
            amounts.push(self.amount(row, &known).map_err(fault)?);
            running = Some(known);
        }
        Ok(amounts)
    }

    fn amount(&self, row: LineIx, running: &Running) -> Result<Amount, Fault> {
        let (ground, settlement) = (self.ground, &self.ground.settlement);
        let lines = &settlement.lines;
        let explained = ExplainedLine {
            row,
            rule: lines[row].rule,
            version: lines[row].version,
            deal: lines[row].deal,
            payee: lines[row].payee,
        };
        let applies = settlement.applies[explained.rule][explained.version];
        let of_version = self.of_version(explained.rule, explained.version);
        let mut amount = Amount {
            version: (explained.rule, explained.version),
            payee: ground.payee(explained.payee),
            deal: ground.deal(explained.deal),
            role: ground.role(lines[row].role),
            from_payee: lines[row].from_payee.get().map(|payee| ground.payee(payee)),
            level: Some(lines[row].level).filter(|level| *level > 0),
            of_rule: ground.of_rule(&lines[row]),
            when: conditions(of_version.when.as_ref(), &ground.when_rows(explained.deal), explained.deal)?,
            basis: basis_text(of_version.basis.as_ref(), explained.deal)?,
            rate: None,
            work: Vec::new(),
            done: Vec::new(),
            counting: None,
            shared_by: None,
            registration: None,
            require: Vec::new(),
            measure: None,
            managers: Vec::new(),
            steps: Vec::new(),
            credited: applies.credited.then(|| lines[row].credited),
            uncapped: applies.amount.then(|| lines[row].uncapped),
            amount: applies.amount.then(|| lines[row].amount),
        };
        of_version.explains.explain(self, explained, running, &mut amount)?;
        self.gate(explained, &mut amount)?;
        if amount.amount.is_some() {
            amount.steps.extend(running.caps.steps_of(row));
        }
        prove(&amount);
        Ok(amount)
    }

    /// What an unmet gate leaves of what the steps so far come to.
    fn gate(&self, explained: ExplainedLine, amount: &mut Amount) -> Result<(), Fault> {
        if amount.amount.is_none() || !self.ground.inputs.gates.keep_back(explained.rule) {
            return Ok(());
        }
        let earned = amount.steps.iter().rev().find(|step| step.gives == Quantity::Uncapped);
        if let Some(before) = earned.map(|step| step.result) {
            amount.steps.extend(self.gate_step(explained, before)?);
        }
        Ok(())
    }

    /// The payee's rows that count, with what is known of each.
    pub(crate) fn work(
        &self,
        explained: ExplainedLine,
        reached: &[RowInReach<EngagementIx>],
        complete: impl Fn(EngagementIx, &mut Work) -> bool,
    ) -> Vec<Work> {
        let payees = &self.ground.tables.engagements.payee;
        let mine = reached.iter().filter(|reached| reached.counts && payees[reached.row] == explained.payee);
        let mut work: Vec<Work> = mine
            .filter_map(|reached| {
                let mut work = self.ground.engagement(reached.row, explained.deal);
                complete(reached.row, &mut work).then_some(work)
            })
            .collect();
        // By date, because the order of rows in the files has no meaning.
        work.sort_by(|a, b| (a.day, &a.id, &a.place).cmp(&(b.day, &b.id, &b.place)));
        work
    }

    /// The step from a foreign currency, where the amount itself is the basis and no reversal took a part of it.
    pub(crate) fn converted(&self, of_amount: bool, amount: &mut Amount) {
        let as_sold = of_amount && amount.deal.reversed.is_none();
        if let Some(source) = amount.deal.conversion.as_ref().filter(|_| as_sold) {
            amount.steps.push(conversion(source, amount.deal.amount, self.ground.digits()));
        }
    }
}

/// The last steps lead to the line's own numbers, or there is no explanation.
fn prove(amount: &Amount) {
    let credited = amount.steps.iter().rev().find(|step| step.gives == Quantity::Credited);
    if let (Some(step), Some(credited)) = (credited, amount.credited) {
        assert_eq!(step.result, credited, "the steps of a line lead to its credit");
    }
    if let (Some(step), Some(amount)) = (amount.steps.last(), amount.amount) {
        assert_eq!(step.result, amount, "the steps of a line lead to its amount");
    }
}

/// How an amount in another currency became one in the book's.
pub(crate) fn conversion(conversion: &ConversionFacts, amount: Exact, digits: u32) -> Step {
    let a = (Quantity::SourceAmount, conversion.amount);
    let b = (Quantity::FxRate, conversion.rate);
    let how = match conversion.quoted {
        RateQuotation::BookPerUnit => Operation::Product { a, b },
        RateQuotation::UnitPerBook => Operation::Quotient { a, b },
    };
    // Converted amounts are whole minor units, held in millionths.
    let result = amount.mantissa / 10_i128.pow(amount.scale.saturating_sub(digits));
    Step { gives: Quantity::DealAmount, how, result: Minor::from_wide(result).unwrap_or_default() }
}

/// The parts of a condition on one row of each of its tables.
fn conditions(
    bound: Option<&Bound>,
    rows: &[Option<u32>],
    deal: DealIx,
) -> Result<Vec<super::tree::Condition>, Fault> {
    bound.map_or(Ok(Vec::new()), |bound| OneRow::new(bound, rows, deal).conditions())
}

pub(crate) fn text_of(bound: &Bound) -> String {
    bound.expr().text().text.split_whitespace().collect::<Vec<_>>().join(" ")
}

pub(crate) fn basis_text(
    bound: Option<&Bound>,
    deal: DealIx,
) -> Result<Option<(String, Vec<ColumnValue>)>, Fault> {
    bound.map(|bound| Ok((text_of(bound), OneRow::new(bound, &[deal.raw()], deal).seen()?))).transpose()
}
