//! What unmet gates keep back of the lines of a rule, before its cap per deal.

use apportion_base::money::{Minor, Overflow};
use apportion_data::DealIx;
use apportion_rules::Version;

use super::PayeeOnDeal;
use crate::credit::limit::Limiter;
use crate::credit::{Fault, Line, Outcome, Reason, Uncredited};
use crate::holds::Share;
use crate::plan::{Inputs, Tag};

/// Takes what unmet gates keep back of the lines of some deals, and applies the cap per deal, which the kernels leave to it where a rule
/// is under such a gate. The lines are in order of deal and then of payee.
///
/// # Errors
/// An expression that has no value, or a number that can't be held, with the deal.
pub fn keep_back(
    inputs: &Inputs,
    version: &Version,
    tag: &Tag,
    mut outcome: Outcome,
) -> Result<Outcome, Fault> {
    if !inputs.gates.keep_back(tag.rule) {
        return Ok(outcome);
    }
    let lines = std::mem::take(&mut outcome.lines);
    let mut work: Vec<PayeeOnDeal> = lines.iter().map(|line| (line.deal, line.payee)).collect();
    work.dedup();
    let shares = inputs.gates.kept(inputs.tables, tag.rule, &work)?;
    let mut limiter = Limiter::default();
    let mut shares = shares.into_iter().map(|kept| kept.map(|kept| kept.share));
    let cap = version.caps.per_deal;
    for of_deal in lines.chunk_by(|a, b| a.deal == b.deal) {
        let deal = of_deal[0].deal;
        let mut kept = Vec::with_capacity(of_deal.len());
        for of_payee in of_deal.chunk_by(|a, b| a.payee == b.payee) {
            let share = shares.next().flatten();
            let rest = keep(inputs, of_payee, share, &mut kept).map_err(Fault::overflow(deal))?;
            if !rest.is_zero() {
                note(inputs, tag, (&of_payee[0], rest), &mut outcome);
            }
        }
        limiter.finish(cap, &mut kept, &mut outcome.lines).map_err(Fault::overflow(deal))?;
    }
    Ok(outcome)
}

/// The lines of one payee with the share that they keep; gives what they do not.
fn keep(
    inputs: &Inputs,
    lines: &[Line],
    share: Option<Share>,
    kept: &mut Vec<Line>,
) -> Result<Minor, Overflow> {
    let mut rest = Minor::ZERO;
    for line in lines {
        let own = match share {
            None => line.uncapped,
            Some(share) => share.of(line.uncapped, inputs.book.rounding)?,
        };
        rest = rest.checked_add(line.uncapped.checked_sub(own)?)?;
        kept.push(Line { uncapped: own, amount: own, ..*line });
    }
    Ok(rest)
}

/// Records what was kept back of a payee.
fn note(inputs: &Inputs, tag: &Tag, (line, rest): (&Line, Minor), outcome: &mut Outcome) {
    let deal: DealIx = line.deal;
    outcome.uncredited.push(Uncredited {
        payee: Some(line.payee),
        retained: Some(rest),
        ..Uncredited::new(deal, Some(tag.rule), Reason::Gated)
    });
    let months = inputs.months.of_deals(&[deal]);
    // The kernel added the deal up for its month.
    if let Some(sums) = months.first().and_then(|month| outcome.sums.get_mut(month.at())) {
        sums.uncapped -= rest.wide();
        sums.retained += rest.wide();
    }
}
