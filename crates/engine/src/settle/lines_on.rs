//! Who would have a line on a few deals, with nothing decided: who is interested in a decision about them.

use apportion_base::diagnostic::Diagnostic;
use apportion_book::Book;
use apportion_data::DealIx;
use apportion_rules::RuleBook;

use super::{Run, describe};
use crate::credit::Line;
use crate::plan::{Counted, Inputs, Window, match_deals};

/// The lines of all rules, clawbacks apart, on some deals as if no conflict about them were decided, in order of deal, payee, rule and
/// place. Running totals are of these deals alone, so that who has a line is what a settlement would say; what a tier or a cap per payee
/// makes of it is not. `until` is the day up to which reversals count and at whose end gates are asked.
///
/// # Errors
/// A number that can't be held, naming the rule and the deal.
pub fn lines_on(
    (book, rules): (&Book, &RuleBook),
    counted: &Counted<'_>,
    until: i32,
    deals: &[DealIx],
) -> Result<Vec<Line>, Vec<Diagnostic>> {
    let mut deals = deals.to_vec();
    deals.sort_unstable();
    deals.dedup();
    let close_date = &counted.tables().deals.close_date;
    // Deals are numbered by close date.
    let (Some(first), Some(last)) = (deals.first(), deals.last()) else { return Ok(Vec::new()) };
    let window = Window::of_years(book.calendar(), close_date[*first], close_date[*last]);
    let window = window.counting_until(until);
    let inputs = Inputs { undecided: true, ..Inputs::new(book, counted, rules, window) };
    let run = Run { inputs: &inputs, rules };
    let made = match_deals(&inputs, rules, &deals)
        .and_then(|matches| run.credit_matched(matches, |lines| lines))
        .and_then(|credited| run.pay(credited));
    let made = made.map_err(|(rule, fault)| vec![describe(counted.tables(), rules, rule, &fault)])?;
    let mut lines: Vec<Line> = made.rules.iter().flat_map(|result| result.lines.iter()).copied().collect();
    lines.sort_unstable_by_key(|line| (line.deal, line.payee, line.rule, line.place()));
    Ok(lines)
}
