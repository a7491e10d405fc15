//! Registrations, decisions and gates as rows of a block of text.

use super::super::super::number;
use super::super::page::{self, Grid};
use super::super::steps::Blocks;
use super::super::tables::percent_of;
use apportion_base::money::Minor;
use apportion_book::display_day;
use apportion_documents::block::Cell;
use apportion_engine::explain::governed::{DecidedSplit, DecisionFacts, GateStep, RegistrationOfLine};
use apportion_engine::explain::tree::{Amount, Operation, Quantity};
use apportion_engine::explain::words::{self, named};

impl Blocks<'_> {
    /// Who registered the deal, where that changes by what the line shares or as what work counts.
    pub fn registration(&mut self, amount: &Amount) {
        let Some(registration) = &amount.registration else { return };
        let RegistrationOfLine { registration_id, role, members, .. } = registration;
        let members: Vec<String> =
            members.iter().map(|(payee, share)| format!("{} {}", named(payee), percent_of(*share))).collect();
        let text = match (&registration.others, registration.is_member) {
            (Some(others), false) => {
                format!("{registration_id} holds the role {role}: work of others in it counts as {others}")
            }
            _ => format!("{registration_id} holds the role {role}: {} share it", members.join(" and ")),
        };
        self.page.labelled("registered", &text);
    }

    /// Decisions about the role, each with what the two claimants had and what they have.
    pub fn decisions(&mut self, amount: &Amount) {
        let (mut credits, mut pays) = (Vec::new(), Vec::new());
        for step in &amount.steps {
            match (&step.how, step.gives) {
                (Operation::Decided(decided), Quantity::Credited) => credits.push(decided),
                (Operation::Decided(decided), _) => pays.push(decided),
                _ => {}
            }
        }
        for (place, credit) in credits.iter().enumerate() {
            self.decided(credit, pays.get(place).map(|pay| &***pay));
        }
    }

    fn decided(&mut self, credit: &DecidedSplit, pay: Option<&DecidedSplit>) {
        self.page.labelled("decided", &decision_line(&credit.decision));
        let mut header = vec!["claimant", "gets", "credit before", "credit"];
        if pay.is_some() {
            header.extend(["pay before", "pay"]);
        }
        let mut grid = Grid::new(&header);
        let or_dash = |minor: Option<Minor>| minor.map_or_else(page::dash, |minor| self.amount_of(minor));
        for (side, part) in credit.claimants.iter().enumerate() {
            let mut cells = vec![Cell::text(named(&part.payee)), page::rate(part.percent)];
            for split in [Some(credit), pay].into_iter().flatten() {
                let part = &split.claimants[side];
                cells.extend([or_dash(part.before), self.amount_of(part.after)]);
            }
            let note = if part.is_paid || part.after.is_zero() {
                ""
            } else {
                "kept back: the rule does not count the payee on the deal"
            };
            grid.row(part.is_mine, cells, note);
        }
        self.page.under(grid);
        if credit.split.is_none() {
            let total = number::money(credit.total.into(), self.digits);
            let kept = format!("{total} of credit is kept back");
            self.page.labelled("", &kept);
        }
    }

    /// What an unmet gate left of the line.
    pub fn gate(&mut self, gate: &GateStep, result: Minor) {
        let money = |minor: Minor| number::money(minor.into(), self.digits);
        self.page.labelled("gate", &words::gate(&gate.gate));
        let text = format!(
            "{} x {}, and {} is kept back",
            money(gate.before),
            percent_of(gate.share),
            money(gate.retained)
        );
        self.page.labelled_result("", &text, self.amount_of(result));
    }
}

/// Who decided what, when and why.
pub fn decision_line(decision: &DecisionFacts) -> String {
    let evidence = decision.evidence.as_ref().map(|evidence| format!(" ({evidence})")).unwrap_or_default();
    format!(
        "{}: {} of {} on {} as {} about {}: {}{evidence}",
        decision.decision_id,
        decision.outcome,
        named(&decision.decided_by),
        display_day(decision.day),
        decision.level,
        decision.conflict_id,
        decision.why,
    )
}
