//! Stage two of an override: the managers above each credited payee.

use rayon::prelude::*;

use super::kernel::{self, Levels, Pays};
use crate::credit::{Fault, Line, Subject};
use crate::pay::LinesByPayee;
use crate::pay::credits::credits;
use crate::plan::{Matched, earns, rate_e8};
use crate::settle::{CreditedRule, RuleResult};
use apportion_rules::{Body, Override};

/// Pays a rule.
///
/// # Errors
/// A number that can't be held, with the deal.
pub(super) fn pay(of: &CreditedRule) -> Result<RuleResult, Fault> {
    let inputs = of.inputs;
    let levels = of.rule.versions.iter().filter_map(|version| {
        let Body::Override(body) = &version.body else { return None };
        Some(levels(of, body))
    });
    let levels = levels.collect::<Result<Vec<Levels>, Fault>>()?;
    let manager = &inputs.tables.payees.manager;
    let pays = |version| Pays {
        rule: of.at,
        version,
        levels: &levels[version],
        manager,
        rounding: inputs.book.rounding,
        digits: inputs.digits(),
    };
    let matched = Matched::new(of.deals, inputs.tables.deals.len());
    let close_date = &inputs.tables.deals.close_date;
    let of_payee = |lines: &Vec<&[Line]>| {
        let mut paid: Vec<Line> = Vec::new();
        for credit in &credits(lines, close_date) {
            if let Some(version) = matched.version(credit.deal) {
                kernel::pay(&pays(version), credit, &mut paid)?;
            }
        }
        Ok(paid)
    };
    let lines = Fault::first(of.of_payees.par_iter().map(of_payee).collect())?.concat();
    let lines = LinesByPayee::of_unordered(lines, manager.len());
    Ok(RuleResult { lines, ..RuleResult::default() })
}

fn levels(of: &CreditedRule, body: &Override) -> Result<Levels, Fault> {
    let rates = body.levels.iter().map(|&rate| rate_e8(rate)).collect::<Result<_, _>>();
    let rates_e8 = rates.map_err(Fault::overflow(Subject::Rule))?;
    Ok(Levels { rates_e8, earns: earns(of.inputs, body.payees.as_ref())? })
}
