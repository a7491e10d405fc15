//! The credit of teams: what everyone below a payee in the chain of managers was credited counts for the payee as well.

use std::collections::BTreeMap;

use apportion_data::{PayeeIx, Payees};
use rayon::prelude::*;

use super::plan::Team;
use crate::pay::Credit;

/// Whose team a payee is in on a day, from the nearest manager up.
pub fn leads(payees: &Payees, member: PayeeIx, day: i32, team: Team) -> impl Iterator<Item = PayeeIx> + '_ {
    payees.managers(member, day).take(team.levels)
}

/// Each payee's credits, their own and those of their teams, in the order of deals and then of whose credit it is, the
/// own one first. In order of payee. `own` are the credits of each payee.
pub fn credits_of_teams(own: &[Vec<Credit>], payees: &Payees, team: Team) -> Vec<Vec<Credit>> {
    let mut of_payees: BTreeMap<PayeeIx, Vec<Credit>> = BTreeMap::new();
    for credit in own.iter().flatten() {
        of_payees.entry(credit.payee).or_default().push(*credit);
        for lead in leads(payees, credit.payee, credit.close_date, team) {
            let credit = Credit { payee: lead, from: credit.payee.into(), ..*credit };
            of_payees.entry(lead).or_default().push(credit);
        }
    }
    let mut teams: Vec<Vec<Credit>> = of_payees.into_values().collect();
    teams.par_iter_mut().for_each(|credits| in_order(credits));
    teams
}

/// Puts the credits of a payee into the order in which they are added up.
pub fn in_order(credits: &mut [Credit]) {
    credits.sort_unstable_by_key(|credit| (credit.deal, credit.from));
}
