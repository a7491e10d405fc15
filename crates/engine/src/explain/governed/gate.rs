//! What an unmet gate leaves of a line, and what every gate that asks something of one has counted.

use apportion_data::{DealIx, PayeeIx};
use apportion_rules::{GateCount, RuleIx};

use super::{GateFacts, GateNeed, GateStep};
use crate::credit::Fault;
use crate::explain::Exact;
use crate::explain::amounts::ExplainedLine;
use crate::explain::explainer::Explainer;
use crate::explain::tree::{Operation, Quantity, Step};
use crate::gates::{GateVersion, PlannedGate, Tally};
use crate::holds::Share;
use apportion_base::money::Minor;

impl Explainer<'_> {
    /// What unmet gates leave of a line; `None` where all is left, or its kind is under no gate.
    pub(crate) fn gate_step(&self, line: ExplainedLine, before: Minor) -> Result<Option<Step>, Fault> {
        let ground = self.ground;
        let kept = ground.inputs.gates.kept(ground.tables, line.rule, &[(line.deal, line.payee)])?;
        let Some(kept) = kept.into_iter().next().flatten() else { return Ok(None) };
        let overflow = Fault::overflow(line.deal);
        let result = kept.share.of(before, ground.book.rounding).map_err(&overflow)?;
        let how = Operation::Gate(Box::new(GateStep {
            gate: self.gate_facts(kept.gate, kept.tally, Some(kept.share)),
            share: exact(kept.share),
            before,
            retained: before.checked_sub(result).map_err(overflow)?,
        }));
        Ok(Some(Step { gives: Quantity::Uncapped, how, result }))
    }

    /// The unmet gates of a rule on a deal for a payee: those that keep back and those that hold.
    pub(crate) fn unmet_gates(
        &self,
        rule: RuleIx,
        deal: DealIx,
        payee: PayeeIx,
    ) -> Result<Vec<GateFacts>, Fault> {
        let ground = self.ground;
        let mut unmet = Vec::new();
        for gate in ground.inputs.gates.of_rule(rule) {
            let of_gate = gate.unmet(ground.tables, &[(deal, payee)])?;
            unmet.extend(of_gate.into_iter().map(|(_, tally)| self.facts_of(gate, tally)));
        }
        Ok(unmet)
    }

    fn facts_of(&self, gate: &PlannedGate<'_>, tally: Tally) -> GateFacts {
        self.gate_facts(gate.version, tally, gate.share())
    }

    fn gate_facts(&self, version: GateVersion<'_>, tally: Tally, otherwise: Option<Share>) -> GateFacts {
        let versions = &self.ground.rules.policies[version.policy].versions;
        let written = versions.iter().find(|written| written.in_force(version.days.0));
        let gate = version.gate;
        let text = |condition: &apportion_rules::Condition| {
            condition.text().text.split_whitespace().collect::<Vec<_>>().join(" ")
        };
        let of = match &gate.count {
            GateCount::Share(_, of) => of.as_ref().map(text),
            GateCount::AtLeast(_) => None,
        };
        GateFacts {
            gate_id: version.id.to_owned(),
            title: written.and_then(|written| written.title.clone()),
            why: written.and_then(|written| written.why.clone()),
            table: gate.table.table().word(),
            counts: gate.counts.as_ref().map(text),
            of,
            asked: tally.asked,
            meet: tally.meet,
            need: match &gate.count {
                GateCount::AtLeast(rows) => GateNeed::Rows(*rows),
                GateCount::Share(share, _) => {
                    let share = share.normalize();
                    GateNeed::Part(Exact::new(share.mantissa(), share.scale()))
                }
            },
            otherwise: otherwise.map(exact),
        }
    }
}

fn exact(share: Share) -> Exact {
    Exact::new(share.mantissa, share.scale)
}
