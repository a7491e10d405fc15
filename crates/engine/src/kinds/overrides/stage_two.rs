//! Stage two of an override: the managers above each credited payee.

use rayon::prelude::*;

use super::kernel::{self, Levels, OverrideTerms};
use crate::credit::{Fault, Line, Subject};
use crate::pay::LinesByPayee;
use crate::pay::credits::credits;
use crate::plan::{Earners, VersionByDeal, rate_e8};
use crate::settle::{RuleResult, StageTwoRule};
use apportion_rules::{Body, Override};

/// Pays a rule.
///
/// # Errors
/// A number that can't be held, with the deal.
pub(super) fn pay(stage: &StageTwoRule) -> Result<RuleResult, Fault> {
    let inputs = stage.inputs;
    let levels = stage.rule.versions.iter().filter_map(|version| {
        let Body::Override(body) = &version.body else { return None };
        Some(levels(stage, body))
    });
    let levels = levels.collect::<Result<Vec<Levels>, Fault>>()?;
    let payees = &inputs.tables.payees;
    let pays = |version| OverrideTerms {
        rule: stage.index,
        version,
        levels: &levels[version],
        payees,
        rounding: inputs.book.rounding,
        digits: inputs.digits(),
    };
    let matched = VersionByDeal::new(stage.deals, inputs.tables.deals.len());
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
    let lines = Fault::first(stage.of_payees.par_iter().map(of_payee).collect())?.concat();
    let lines = LinesByPayee::of_unordered(lines, payees.len());
    Ok(RuleResult { lines, ..RuleResult::default() })
}

fn levels(stage: &StageTwoRule, body: &Override) -> Result<Levels, Fault> {
    let rates = body.levels.iter().map(|&rate| rate_e8(rate)).collect::<Result<_, _>>();
    let rates_e8 = rates.map_err(Fault::overflow(Subject::Rule))?;
    Ok(Levels { rates_e8, earns: Earners::new(stage.inputs, body.payees.as_ref())? })
}
