//! Stage one for some deals at a time: their engagements are grouped, credited and forgotten, while the next are grouped. So the engagements of
//! a large period are never in memory as a whole but as they were read.

use std::ops::Range;

use super::{Credited, RuleCredits, RuleFault, Run, add_sums, all_or_fault, beyond, describe};
use crate::credit::{Fault, Line};
use crate::plan::{Counted, Inputs, Window, match_rules, reaches_accounts, reaches_prior};
use apportion_base::diagnostic::Diagnostic;
use apportion_book::Book;
use apportion_data::{DealIx, EngagementRanges, Engagements, Parting, ReadEngagements};
use apportion_rules::RuleBook;

/// Whether deals can be credited some at a time: no rule reaches for the engagements of all deals of an account, and no policy of the channel
/// for any.
pub fn credits_some_at_a_time(book: &Book, rules: &RuleBook) -> bool {
    let has_channel =
        book.sources.iter().any(|source| source.with_channel) || apportion_channel::has_policies(rules);
    !has_channel && !reaches_accounts(rules)
}

/// Stage one over engagements that are not grouped yet, so many of them at once, of which `keep` makes what is kept of the lines of each part.
pub(super) fn credit_by_ranges<P: Send>(
    book: &Book,
    (counted, engagements, at_once): (&Counted<'_>, ReadEngagements, usize),
    rules: &RuleBook,
    window: Window,
    keep: impl Fn(Vec<Line>) -> P + Sync,
) -> Result<Credited<P>, Vec<Diagnostic>> {
    super::CRATES.check().map_err(|refusal| vec![refusal])?;
    let tables = counted.tables();
    let deals = &tables.deals;
    let computed = deals.first_from(window.computed_from)..deals.first_from(window.paid_until + 1);
    let prior = reaches_prior(rules);
    let reached = |deal: DealIx| deals.renews[deal].get().filter(|_| prior);
    let parting = Parting { deals: computed, rows: at_once, all: beyond::moves_dates_of_engagements(rules) };
    let ranges = engagements.in_ranges(parting, reached);
    let period = Credits { book, counted, rules, window };
    period.credited(&ranges, keep).map_err(|(rule, fault)| vec![describe(tables, rules, rule, &fault)])
}

/// What deals are credited by.
#[derive(Clone, Copy)]
struct Credits<'a> {
    book: &'a Book,
    counted: &'a Counted<'a>,
    rules: &'a RuleBook,
    window: Window,
}

impl Credits<'_> {
    fn credited<P: Send>(
        self,
        ranges: &EngagementRanges,
        keep: impl Fn(Vec<Line>) -> P + Sync,
    ) -> Result<Credited<P>, RuleFault> {
        let Self { book, counted, rules, window } = self;
        let matches = match_rules(&Inputs::without_reach(book, counted, window), rules)?;
        let credit = |engagements: &Engagements, within: &Range<DealIx>| {
            let inputs = Inputs::over(book, (counted, engagements), rules, window);
            Run { inputs: &inputs, rules }.credit_deals(&matches, within, &keep)
        };
        let mut all = AllCredits::new(rules.rules.len());
        let mut following = ranges.deals().enumerate();
        let mut next = || following.next().map(|(range, within)| (ranges.grouped(range), within));
        let mut grouped = next();
        while let Some((engagements, within)) = grouped {
            let made;
            (made, grouped) = rayon::join(|| credit(&engagements, &within), &mut next);
            all.add(made);
        }
        // As if all deals had been credited at once.
        let credits = all_or_fault(all.rules)?;
        // Where dates of engagements are moved, it is counted on all rows which of them left the calendar.
        let whole = beyond::is_any_by_deal(rules).then(|| ranges.all()).flatten().unwrap_or_default();
        let rows = beyond::Rows { tables: counted.tables(), engagements: &whole };
        let beyond = beyond::dates(rows, rules, true);
        Ok(Credited { matches, rules: credits, beyond })
    }
}

/// What was credited in the ranges so far; by rule.
struct AllCredits<P> {
    rules: Vec<Result<RuleCredits<P>, Fault>>,
}

impl<P> AllCredits<P> {
    fn new(rules: usize) -> Self {
        let none = || RuleCredits { parts: Vec::new(), uncredited: Vec::new(), sums: Vec::new() };
        Self { rules: (0..rules).map(|_| Ok(none())).collect() }
    }

    /// Adds those of a range, whose deals come after the deals of those before.
    fn add(&mut self, of_range: Vec<Result<RuleCredits<P>, Fault>>) {
        for (all, made) in self.rules.iter_mut().zip(of_range) {
            match (all.as_mut(), made) {
                // The first of a rule is told.
                (Err(_), _) => {}
                (Ok(_), Err(fault)) => *all = Err(fault),
                (Ok(credits), Ok(RuleCredits { parts, mut uncredited, sums })) => {
                    credits.parts.extend(parts);
                    credits.uncredited.append(&mut uncredited);
                    add_sums(&mut credits.sums, &sums);
                }
            }
        }
    }
}
