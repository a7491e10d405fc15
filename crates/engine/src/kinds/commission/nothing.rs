//! Why a commission gave nothing on a deal.

use super::kernel::Terms;
use crate::credit::Fault;
use crate::explain::explainer::Explainer;
use crate::explain::nothing::DealVersion;
use crate::explain::tree::Shortfall;
use crate::pay::Credit;
use apportion_data::PayeeIx;

/// The first reason why a payee, or without one any payee with credit, does not earn.
pub(super) fn why(
    explainer: &Explainer,
    on: DealVersion,
    payee: Option<PayeeIx>,
) -> Result<Shortfall, Fault> {
    let ground = explainer.ground;
    let names = explainer.credited_rules(on.rule).unwrap_or(&[]);
    let credited = explainer.credited_on(names, on.deal);
    let Some(payee) = payee else {
        if credited.is_empty() {
            return explainer.no_credit(names, on.deal, None);
        }
        let each = credited.iter().map(|payee| {
            let why = why(explainer, on, Some(*payee))?;
            Ok((explainer.ground.payee(*payee), why))
        });
        let payees = each.collect::<Result<Vec<_>, Fault>>()?;
        let reason = payees.first().map_or("no-credit", |(_, why)| why.code());
        return Ok(Shortfall::Each { reason, payees });
    };
    if let Some(failed) = explainer.not_an_earner(on.rule, on.version, payee, on.deal)? {
        return Ok(Shortfall::NotAnEarner(failed));
    }
    if !credited.contains(&payee) {
        return explainer.no_credit(names, on.deal, Some(payee));
    }
    let close_date = ground.tables.deals.close_date[on.deal];
    let credit = Credit { payee, deal: on.deal, close_date, credited: 0 };
    let plan = explainer.commissions[on.rule].as_ref();
    let period = plan.map_or(ground.period, |plan| ground.days.period(plan.period(&credit)));
    Ok(Shortfall::NoQuota { period })
}
