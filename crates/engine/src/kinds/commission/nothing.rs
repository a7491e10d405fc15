//! Why a commission gave nothing on a deal.

use super::plan::CommissionPlan;
use super::running::Terms;
use super::team::leads;
use crate::credit::Fault;
use crate::explain::explainer::Explainer;
use crate::explain::nothing::DealVersion;
use crate::explain::tree::Shortfall;
use crate::pay::Credit;
use apportion_data::{Optional, PayeeIx};

/// The first reason why a payee, or without one any payee with credit, does not earn.
pub(super) fn why(
    explainer: &Explainer,
    on: DealVersion,
    payee: Option<PayeeIx>,
) -> Result<Shortfall, Fault> {
    let ground = explainer.ground;
    let names = explainer.credited_rules(on.rule).unwrap_or(&[]);
    let credited = explainer.credited_on(names, on.deal);
    let plan = explainer.commissions[on.rule].as_ref();
    let close_date = ground.tables.deals.close_date[on.deal];
    let team = plan.and_then(CommissionPlan::team);
    let leads_some = |payee: PayeeIx| {
        team.is_some_and(|team| {
            let leads = |member: &PayeeIx| {
                leads(&ground.tables.payees, *member, close_date, team).any(|lead| lead == payee)
            };
            credited.iter().any(leads)
        })
    };
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
    if !credited.contains(&payee) && !leads_some(payee) {
        return explainer.no_credit(names, on.deal, Some(payee));
    }
    let credit = Credit { payee, from: Optional::NONE, deal: on.deal, close_date, credited: 0 };
    let period = plan.map_or(ground.period, |plan| ground.days.period(plan.period(&credit)));
    let quota = plan.map(|plan| plan.quota(on.version, payee, plan.period(&credit)));
    let quota = quota.transpose().map_err(Fault::overflow(on.deal))?.flatten();
    Ok(Shortfall::NoQuota { period, counts_no_day: quota.is_some() })
}
