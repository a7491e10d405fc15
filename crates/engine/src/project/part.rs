//! The part of the data that decides what a payee, or all payees of a deal, are paid: the deals that they worked on, with all work on these.
//!
//! A deal is credited by the work on it, on deals that are tied to it and on its account, and what a payee is paid rests on the credit of that
//! payee, of those below where rules pay managers, and on nothing else. So a part that has all of it pays them what all of the data do. Where
//! policies of the channel decide, there are no parts.

use std::collections::BTreeSet;

use super::{Project, TracedProject, also_shown};
use crate::kinds::pays_managers;
use apportion_base::diagnostic::Diagnostic;
use apportion_channel::has_policies;
use apportion_data::{IdSet, PayeeIx, Payees, Progress};

impl Project {
    /// The part of the data that decides the amounts of a payee, or of all payees on a deal, with where its rows are in the files. `None`
    /// where only all of the data say what they are.
    ///
    /// It is right where no two rows of one key contradict each other: of such rows none is used, and a part may have one of them. A run tells.
    ///
    /// # Errors
    ///
    /// As [`Project::tables`].
    pub fn traced_part(
        &self,
        (payee, deal): (Option<&str>, Option<&str>),
        progress: &dyn Progress,
    ) -> Result<Option<TracedProject>, Vec<Diagnostic>> {
        if has_policies(self.rules()) {
            return Ok(None);
        }
        // A payee is told of deals of the same accounts as well.
        let with_accounts = deal.is_none() || self.deals_reach_accounts();
        let Some(ids) = self.sources.ids(with_accounts)? else { return Ok(None) };
        let mut payees: IdSet = match (payee, deal) {
            (None, Some(deal)) => ids.payees_on(deal),
            (payee, _) => payee.into_iter().collect(),
        };
        if pays_managers(self.rules()) {
            add_chains(&self.sources.payees()?, &mut payees, payee.is_none());
        }
        let part = ids.part(&payees, deal);
        if part.is_empty() {
            return Ok(None);
        }
        let columns = also_shown(self.used.clone());
        Ok(Some(self.over(self.sources.traced_part(&part, &columns, progress)?)))
    }
}

/// Adds everyone who was below one of some payees on any day, and, where it is asked for, first everyone who was above.
fn add_chains(payees: &Payees, of: &mut IdSet, also_above: bool) {
    let states = &payees.states;
    let managers = |payee: PayeeIx| states.of(payee).filter_map(|state| states.manager(state).get());
    let mut found: BTreeSet<PayeeIx> = payees.all().filter(|payee| of.has(payees.id(*payee))).collect();
    let mut next: Vec<PayeeIx> = found.iter().copied().collect();
    while let Some(payee) = next.pop().filter(|_| also_above) {
        next.extend(managers(payee).filter(|above| found.insert(*above)));
    }
    let mut below: Vec<(PayeeIx, PayeeIx)> =
        payees.all().flat_map(|payee| managers(payee).map(move |manager| (manager, payee))).collect();
    below.sort_unstable();
    let mut next: Vec<PayeeIx> = found.iter().copied().collect();
    while let Some(manager) = next.pop() {
        let from = below.partition_point(|(above, _)| *above < manager);
        let reports = below[from..].iter().take_while(|(above, _)| *above == manager);
        next.extend(reports.map(|(_, report)| *report).filter(|report| found.insert(*report)));
    }
    found.into_iter().for_each(|payee| of.insert(payees.id(payee)));
}
