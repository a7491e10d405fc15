//! Deals from before the horizon that a close settles all the same: those of which something is held that a conflict or a gate can hold.
//! What becomes of them is not known before that is released, so the fiscal years in which they closed are computed as well.

use std::collections::BTreeSet;

use crate::earned::asked_line;
use crate::key::{Map, Name, Names};
use crate::posted::{Posted, PostedKey};
use crate::scope::CloseDays;
use apportion_base::diagnostic::Diagnostic;
use apportion_book::Period;
use apportion_data::{DealIx, Tables};
use apportion_engine::holds::Holding;
use apportion_rules::RuleBook;

/// The deals from before the horizon that are inside.
#[derive(Debug, Clone, Default)]
pub struct DrawnIn {
    deals: BTreeSet<DealIx>,
    /// The fiscal years in which they closed, in order; all of them are before those of the horizon, but for the first of those.
    years: BTreeSet<Period>,
}

impl DrawnIn {
    /// Looks for them among the deals of posted keys that are not released, in tables as they count at the end of the month.
    ///
    /// # Errors
    /// A number that can't be held, naming the gate and the deal.
    pub fn find(
        (tables, rules): (&Tables, &RuleBook),
        days: CloseDays,
        posted: &Posted,
        names: &Names,
    ) -> Result<Self, Diagnostic> {
        let holding = Holding::new(tables, rules, days.last);
        let held: Vec<&PostedKey> =
            posted.keys().iter().filter(|posted| posted.earned != posted.released).collect();
        if held.is_empty() || !holding.has_conflicts_or_gates() {
            return Ok(Self::default());
        }
        let deals = deals_of(&held, tables, names);
        let payees: Map<Name, _> = tables
            .payees
            .all()
            .filter_map(|payee| Some((names.find(tables.payees.id(payee))?, payee)))
            .collect();
        let (mut own, mut asked) = (Vec::new(), Vec::new());
        for PostedKey { key, .. } in held {
            let (deal, of_deal) = (deals.get(&key.deal), deals.get(&key.asked().1));
            // A milestone is no deal, though its id may be that of one.
            let both = deal.zip(of_deal).filter(|_| !posted.paid_milestones(key.rule));
            let Some((deal, of_deal)) = both else { continue };
            if tables.deals.close_date[*deal] < days.horizon {
                own.push(*deal);
                asked.push(asked_line(key, names, *of_deal, |payee| payees.get(&payee).copied()));
            }
        }
        let can_hold = holding.can_hold(&asked)?;
        let deals: BTreeSet<DealIx> =
            own.into_iter().zip(can_hold).filter_map(|(deal, can_hold)| can_hold.then_some(deal)).collect();
        let year = |deal: &DealIx| days.calendar.year_of(days.month_of(tables.deals.close_date[*deal]));
        let years = deals.iter().map(year).collect();
        Ok(Self { deals, years })
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.deals.is_empty()
    }

    /// Whether a deal is one of them.
    pub fn has(&self, deal: DealIx) -> bool {
        self.deals.contains(&deal)
    }

    /// The fiscal years in which they closed, in order.
    pub fn years(&self) -> impl Iterator<Item = Period> + '_ {
        self.years.iter().copied()
    }
}

/// The deals that keys are on, and those that holds are asked about.
fn deals_of(held: &[&PostedKey], tables: &Tables, names: &Names) -> Map<Name, DealIx> {
    let wanted: Map<Name, ()> =
        held.iter().flat_map(|posted| [(posted.key.deal, ()), (posted.key.asked().1, ())]).collect();
    let is_deal = |deal: &DealIx| tables.effects.milestone(*deal).is_none();
    let named = tables.deals.all().filter(is_deal).filter_map(|deal| {
        let name = names.find(tables.deals.id(deal)).filter(|name| wanted.contains_key(name))?;
        Some((name, deal))
    });
    named.collect()
}
