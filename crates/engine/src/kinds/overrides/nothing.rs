//! Why an override gave nothing on a deal.

use crate::credit::Fault;
use crate::explain::explainer::Explainer;
use crate::explain::nothing::DealVersion;
use crate::explain::tree::Shortfall;
use apportion_data::PayeeIx;
use apportion_rules::Override;

/// The first thing that kept a manager, or all managers, from earning.
pub(super) fn why(
    rule: &Override,
    explainer: &Explainer,
    on: DealVersion,
    payee: Option<PayeeIx>,
) -> Result<Shortfall, Fault> {
    let credited = explainer.credited_on(&rule.credits, on.deal);
    let day = explainer.ground.tables.deals.close_date[on.deal];
    let Some(payee) = payee else {
        if credited.is_empty() {
            return explainer.no_credit(&rule.credits, on.deal, None);
        }
        let mut managers = Vec::new();
        for payee in &credited {
            for above in above(explainer, *payee, day, rule.levels.len()) {
                if let Some(failed) = explainer.not_an_earner(on.rule, on.version, above, on.deal)? {
                    managers.push((explainer.ground.payee(above), failed));
                }
            }
        }
        let levels = rule.levels.len();
        let on_the_way =
            |payee: &PayeeIx| std::iter::once(*payee).chain(above(explainer, *payee, day, levels));
        let dropped = explainer.ground.dropped_managers(credited.iter().flat_map(on_the_way));
        let credited = credited.iter().map(|payee| explainer.ground.payee(*payee)).collect();
        return Ok(Shortfall::NobodyAbove { credited, managers, dropped });
    };
    if let Some(failed) = explainer.not_an_earner(on.rule, on.version, payee, on.deal)? {
        return Ok(Shortfall::NotAnEarner(failed));
    }
    Ok(nobody_below(rule, explainer, payee, day))
}

/// None of the payees whom this one manages on a day was credited.
pub(super) fn nobody_below(rule: &Override, explainer: &Explainer, payee: PayeeIx, day: i32) -> Shortfall {
    let everybody = explainer.ground.tables.payees.all();
    let below = everybody.filter(|other| above(explainer, *other, day, rule.levels.len()).contains(&payee));
    Shortfall::NobodyBelow {
        rules: rule.credits.clone(),
        levels: rule.levels.len(),
        reports: below.count(),
        dropped: explainer.ground.dropped_reports(payee),
    }
}

/// The managers above a payee on a day, up to `levels`.
fn above(explainer: &Explainer, payee: PayeeIx, day: i32, levels: usize) -> Vec<PayeeIx> {
    explainer.ground.tables.payees.managers(payee, day).take(levels).collect()
}
