//! Lines of clawbacks: the reversals of a deal one after the other, what each takes of a line, and why one takes nothing.

use std::collections::BTreeSet;

use super::kernel::{part, share};
use super::plan::{Effect, MatchedReversal, Taken};
use crate::credit::{Fault, Line, Reason};
use crate::explain::amounts::{ExplainedLine, Running};
use crate::explain::explainer::Explainer;
use crate::explain::nothing::DealVersion;
use crate::explain::tree::{
    Amount, Operation, Quantity, RecomputedDeal, ReversalPart, Shortfall, Step, TakenBackLine,
};
use crate::explain::{Big, Exact};
use crate::kinds::Explains;
use crate::pay::fraction::{self, whole};
use apportion_base::money::{Minor, Overflow};
use apportion_data::{DealIx, PayeeIx};
use apportion_rules::{Clawback, RuleIx};

/// A version.
pub(super) struct VersionExplainer<'a> {
    pub rule: &'a Clawback,
}

impl Explains for VersionExplainer<'_> {
    fn explain(
        &self,
        explainer: &Explainer,
        explained: ExplainedLine,
        _: &Running,
        amount: &mut Amount,
    ) -> Result<(), Fault> {
        let ground = explainer.ground;
        let line = &ground.settlement.lines[explained.row];
        let clawbacks = ground.inputs.clawbacks;
        let Some(MatchedReversal { effect: Effect::Mirror(taken), .. }) = clawbacks.of_deal(explained.deal)
        else {
            return Ok(());
        };
        let (result, facts) =
            taken_back(explainer, line, taken.original).map_err(Fault::overflow(explained.deal))?;
        let how = Operation::TakenBack(Box::new(facts));
        amount.steps.push(Step { gives: Quantity::Uncapped, how, result });
        Ok(())
    }

    fn nothing(
        &self,
        explainer: &Explainer,
        on: DealVersion,
        payee: Option<PayeeIx>,
    ) -> Result<Shortfall, Fault> {
        let ground = explainer.ground;
        let clawbacks = ground.inputs.clawbacks;
        let Some(reversal) = clawbacks.of_deal(on.deal) else { return Ok(Shortfall::NoReversal) };
        let original = ground.tables.deals.original(on.deal);
        let original_id = original.map(|original| ground.deal_id(original));
        Ok(match reversal.effect {
            Effect::Nothing(Reason::TwoRules) => Shortfall::TwoClawbacks {
                others: clawbacks
                    .rules_of(on.deal)
                    .filter(|rule| *rule != on.rule)
                    .map(|rule| ground.rules[rule].id.clone())
                    .collect(),
            },
            Effect::Nothing(reason) => {
                Shortfall::ReversesNothing { reason: reason.word(), original: original_id }
            }
            Effect::Recompute(taken) => Shortfall::Recomputed(recomputed(explainer, taken)),
            Effect::Mirror(taken) => {
                if let Some(payee) = payee
                    && let Some(failed) =
                        explainer.not_an_earner(on.rule, on.version, payee, taken.original)?
                {
                    return Ok(Shortfall::NotAnEarner(failed));
                }
                Shortfall::NoLines {
                    original: ground.deal_id(taken.original),
                    computed: ground.inputs.window.computes(ground.tables.deals.close_date[taken.original]),
                    rules: self.rule.mirror().and_then(|mirror| mirror.rules.clone()),
                }
            }
        })
    }

    /// The reversals of the deals that the payee worked on, and those that take back lines of the payee.
    fn expected(
        &self,
        explainer: &Explainer,
        _: RuleIx,
        payee: PayeeIx,
        worked_on: &[DealIx],
    ) -> Vec<DealIx> {
        let ground = explainer.ground;
        let paid: BTreeSet<DealIx> =
            ground.lines_of_payee(payee).map(|row| ground.settlement.lines[row].deal).collect();
        let of_payee = |reversal: &&MatchedReversal| {
            let original = ground.tables.deals.original(reversal.deal);
            worked_on.contains(&reversal.deal)
                || original.is_some_and(|original| paid.contains(&original) || worked_on.contains(&original))
        };
        let reversals = ground.inputs.clawbacks.reversals.iter().filter(of_payee);
        reversals.map(|reversal| reversal.deal).filter(|deal| ground.pays(*deal)).collect()
    }

    fn never(&self, _: &Explainer, _: PayeeIx) -> Shortfall {
        Shortfall::NoReversal
    }
}

/// What the reversals of a deal took of it up to one of them.
fn recomputed(explainer: &Explainer, taken: Taken) -> RecomputedDeal {
    let ground = explainer.ground;
    let counted = ground.inputs.clawbacks.counted_e6(taken.original);
    let sold = ground.inputs.sold.deals.amount_e6[taken.original];
    RecomputedDeal {
        original: ground.deal_id(taken.original),
        size: Exact::new(taken.size_e6, 6),
        sold: Exact::new(sold.into(), 6),
        counts: Exact::new(counted.unwrap_or(sold).into(), 6),
        computed: ground.inputs.window.computes(ground.tables.deals.close_date[taken.original]),
    }
}

/// What is taken back of a line, reversal by reversal up to that of a clawback line.
fn taken_back(
    explainer: &Explainer,
    line: &Line,
    original: DealIx,
) -> Result<(Minor, TakenBackLine), Overflow> {
    let ground = explainer.ground;
    let close_date = &ground.tables.deals.close_date;
    let of_rule_id = ground.settlement.of_rule(line).unwrap_or_default();
    let (mut before, mut after) = (whole(0), whole(0));
    let mut parts = Vec::new();
    for reversal in &ground.inputs.clawbacks.reversals {
        let Effect::Mirror(taken) = reversal.effect else { continue };
        if taken.original != original || reversal.deal > line.deal {
            continue;
        }
        let version = ground.rules.version(reversal.rule, reversal.version);
        let Some(mirror) = version.body.clawback().and_then(Clawback::mirror) else { continue };
        let earns = &explainer.of_version(reversal.rule, reversal.version).earns;
        let state = ground.tables.state(line.payee, original);
        if !mirror.covers(of_rule_id) || !earns.has(state) {
            continue;
        }
        let days = ground.tables.deals.days_between(original, reversal.deal);
        let (of_deal, share) = (part(taken.part()), share(mirror.schedule.as_deref(), days));
        before.clone_from(&after);
        after += &of_deal * &share;
        parts.push(ReversalPart {
            deal_id: ground.deal_id(reversal.deal),
            rule_id: ground.rules[reversal.rule].id.clone(),
            close_date: close_date[reversal.deal],
            days,
            size: Exact::new(taken.size_e6, 6),
            beyond: Exact::new(taken.beyond_e6(), 6),
            part: Big::new(of_deal),
            share: Big::new(share),
            after: Big::new(after.clone()),
        });
    }
    let rounded = |part: &fraction::Fraction| {
        fraction::round(&(part * whole(line.basis.wide())), ground.book.rounding, 0)
    };
    let (rounded_before, rounded_after) = (rounded(&before)?, rounded(&after)?);
    let facts = TakenBackLine {
        original: ground.deal(original),
        whole: Exact::new(i128::from(ground.inputs.sold.deals.amount_e6[original]).abs(), 6),
        rule_id: of_rule_id.to_owned(),
        line: line.basis,
        reversals: parts,
        before: Big::new(before),
        after: Big::new(after),
        rounded_before: Minor::from_wide(rounded_before)?,
        rounded_after: Minor::from_wide(rounded_after)?,
    };
    Ok((Minor::from_wide(rounded_before - rounded_after)?, facts))
}
