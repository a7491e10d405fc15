//! Stage one for a rule version: its deals in partitions, on all cores, each handed to the kernel of its kind.

use apportion_data::{DealIx, PayeeIx, Tables};
use arrow::array::{Array, AsArray, UInt32Array};
use arrow::datatypes::Decimal128Type;
use rayon::prelude::*;

use super::reach::parts;
use super::{Bound, Inputs, LookupKey, Ties, ValueColumn};
use crate::credit::{Batch, Fault, Numbers, Outcome, Reason, Subject};
use crate::gates::keep::keep_back;
use crate::kinds::{self, Counts};
use apportion_base::money::Overflow;
use apportion_book::IncompletePolicy;
use apportion_expr::Expr;
use apportion_rules::{RuleIx, Version, VersionIx};

/// A rule version by its indices in the rule book, and the deals that it matched.
#[derive(Debug, Clone, Copy)]
pub struct Tag<'a> {
    /// The rule.
    pub rule: RuleIx,
    /// The version of the rule.
    pub version: VersionIx,
    /// Matched won deals of the window, ascending.
    pub deals: &'a [DealIx],
    /// Deals, ascending, that several rules of the same `one_of` match.
    pub two_rules: &'a [DealIx],
}

/// Runs stage one for a version of a rule, and keeps what it makes of each partition; those that pay on credits make nothing here.
///
/// # Errors
/// A number that can't be held, with the deal.
pub fn credit_rule<T: Send>(
    inputs: &Inputs,
    version: &Version,
    tag: Tag,
    keep: impl Fn(Outcome) -> T + Sync,
) -> Result<Vec<T>, Fault> {
    // A number that does not fit is a parameter of the rule.
    let plan = kinds::of(&version.body).deal_plan(inputs).map_err(Fault::overflow(Subject::Rule))?;
    let Some(plan) = plan else { return Ok(Vec::new()) };
    let run = |deals| {
        let outcome = plan.run(inputs, version, &tag, deals)?;
        keep_back(inputs, version, &tag, outcome).map(&keep)
    };
    let reach = match kinds::of(&version.body).counts() {
        Counts::Engagements(engaged) => Some(engaged.reach),
        Counts::Splits(_) | Counts::Credits | Counts::Lines | Counts::Milestones => None,
    };
    Fault::first(parts(inputs, reach, tag.deals).into_par_iter().with_max_len(1).map(run).collect())
}

/// A batch of these deals, with the reasons that are known before any engagement is looked at.
pub fn batch<'a>(
    inputs: &Inputs,
    version: &Version,
    tag: &Tag,
    deals: &'a [DealIx],
    verdict: impl Fn(usize, DealIx) -> Option<Reason>,
) -> Batch<'a> {
    let of_deal = |(position, &deal): (usize, &DealIx)| {
        if tag.two_rules.binary_search(&deal).is_ok() {
            Some(Reason::TwoRules)
        } else {
            verdict(position, deal)
        }
    };
    Batch {
        rule: tag.rule,
        version: tag.version,
        deals,
        months: inputs.months.of_deals(deals),
        verdicts: deals.iter().enumerate().map(of_deal).collect(),
        rounding: inputs.book.rounding,
        digits: inputs.digits(),
        // What gates keep back comes before the cap.
        cap: version.caps.per_deal.filter(|_| !inputs.gates.keep_back(tag.rule)),
    }
}

/// What decides whether a deal that is paid by a basis can pay anybody.
#[derive(Clone, Copy)]
pub struct ByBasis<'a> {
    /// The basis of each deal of the batch: without one nobody is paid.
    pub basis: &'a Numbers,
    /// By deal: whether a row that names it was rejected, for which the book may hold the deal.
    pub incomplete: &'a [bool],
}

/// A batch of deals that are paid by a basis.
pub fn batch_by_basis<'a>(
    inputs: &Inputs,
    version: &Version,
    tag: &Tag,
    deals: &'a [DealIx],
    by: ByBasis,
) -> Batch<'a> {
    let ByBasis { basis, incomplete } = by;
    let holds = inputs.book.incomplete == IncompletePolicy::Hold;
    batch(inputs, version, tag, deals, |position, deal| match basis.get(position) {
        None => Some(Reason::NoBasis),
        Some(_) => (holds && incomplete[deal]).then_some(Reason::Incomplete),
    })
}

/// The `basis` of each deal, exact; without an expression the deal's amount.
pub fn basis(inputs: &Inputs, expr: Option<&Bound>, deals: &[DealIx]) -> Result<Numbers, Fault> {
    let Some(expr) = expr else {
        let amounts = &inputs.tables.deals.amount_e6;
        let mantissas = deals.iter().map(|&deal| i128::from(amounts[deal])).collect();
        return Ok(Numbers { mantissas, known: None, scale: 6 });
    };
    let index = deal_array(deals);
    let values = expr
        .evaluate(deals.len(), &[Some(&index)])
        .map_err(|error| Fault::of_expression(expr.expr(), error, |row| deals[row]))?;
    let Some(decimals) = values.as_primitive_opt::<Decimal128Type>() else {
        // The type checker lets only numbers through; a typeless NULL is no basis for any deal.
        return Ok(Numbers {
            mantissas: vec![0; deals.len()],
            known: Some(vec![false; deals.len()]),
            scale: 0,
        });
    };
    let known = (decimals.null_count() > 0)
        .then(|| (0..deals.len()).map(|position| decimals.is_valid(position)).collect());
    // Expressions never make a decimal of negative scale.
    Ok(Numbers {
        mantissas: decimals.values().to_vec(),
        known,
        scale: u32::from(decimals.scale().unsigned_abs()),
    })
}

/// Deals as the index that an expression is evaluated over.
pub fn deal_array(deals: &[DealIx]) -> UInt32Array {
    index_array(deals.iter().map(|deal| deal.raw()))
}

/// Numbers of rows as the index that an expression is evaluated over.
pub fn index_array(rows: impl Iterator<Item = u32>) -> UInt32Array {
    UInt32Array::from(rows.collect::<Vec<u32>>())
}

/// What payees are on the days of deals, as the index that an expression is evaluated over.
pub fn state_array(tables: &Tables, work: impl Iterator<Item = (PayeeIx, DealIx)>) -> UInt32Array {
    index_array(work.map(|(payee, deal)| tables.state(payee, deal).raw()))
}

/// An expression over `deals`, bound to its columns.
pub fn over_deals<'a>(inputs: &Inputs, expr: Option<&'a Expr>) -> Option<Bound<'a>> {
    expr.map(|expr| Bound::new(expr, &[Some(&inputs.tables.deals.frame)]))
}

/// An `engaged` condition, bound to its columns.
pub fn engaged<'a>(inputs: &Inputs, expr: Option<&'a Expr>) -> Option<Bound<'a>> {
    let tables = inputs.tables;
    let frames =
        [Some(&inputs.engagements.frame), Some(&tables.payees.states.frame), Some(&tables.deals.frame)];
    expr.map(|expr| Bound::new(expr, &frames))
}

/// The rate for each key in hundred-millionths; `step` is the place of the rate among those of the rule.
pub fn rates(resolved: &ValueColumn, keys: &[LookupKey], step: usize, ties: &mut Ties) -> Vec<Option<i64>> {
    let rates = resolved.look_up(keys, step, ties);
    rates.into_iter().map(|rate| rate.and_then(|rate| i64::try_from(rate).ok())).collect()
}

/// Rates are checked to fit when they are resolved, so that looking one up cannot fail.
pub fn checked_rates(resolved: ValueColumn) -> Result<ValueColumn, Overflow> {
    let fits = |rate: &i128| i64::try_from(*rate).is_ok();
    let all = match &resolved {
        ValueColumn::Plain(rate) => fits(rate),
        ValueColumn::ByDeal(rates) | ValueColumn::ByState(rates) => rates.iter().flatten().all(fits),
        ValueColumn::Table(table) => table.values().iter().all(fits),
    };
    if all { Ok(resolved) } else { Err(Overflow) }
}
