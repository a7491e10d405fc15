//! Which assumptions can be settled together: those that touch nothing in common give what each alone would give.
//!
//! Deals change each other's lines through an account (what was bought before, whose work is within reach, whose registration claims it)
//! and through a payee (tiers, caps, stipends per month). Nothing else is shared. Of each only the lines of those are looked at who are
//! asked about: a manager who has something from both changes nothing of what their people get.

use std::collections::BTreeSet;

use apportion_data::{AccountIx, OpenIx, PayeeIx};

/// What a deal has in common with others.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Touched {
    /// The opportunity.
    pub open: Option<OpenIx>,
    /// Its customer.
    pub account: Option<AccountIx>,
    /// Who has a line or work on it.
    pub payees: BTreeSet<PayeeIx>,
    /// Whose lines are asked for.
    pub asked: BTreeSet<PayeeIx>,
}

impl Touched {
    /// Whether one may change lines of the other that are asked for.
    pub fn touches(&self, other: &Self) -> bool {
        self.open == other.open
            || (self.account.is_some() && self.account == other.account)
            || !self.asked.is_disjoint(&other.payees)
            || !other.asked.is_disjoint(&self.payees)
    }
}

/// Some places, each in the first batch in which it touches nothing. `touched` is by place.
pub(super) fn batches(touched: &[Touched]) -> Vec<Vec<usize>> {
    let mut batches: Vec<Vec<usize>> = Vec::new();
    for (place, own) in touched.iter().enumerate() {
        let fits = |batch: &&mut Vec<usize>| batch.iter().all(|other| !own.touches(&touched[*other]));
        match batches.iter_mut().find(fits) {
            Some(batch) => batch.push(place),
            None => batches.push(vec![place]),
        }
    }
    batches
}

/// The places that touch another one.
pub(super) fn entangled(touched: &[Touched]) -> Vec<usize> {
    let touches_another = |place: &usize| {
        touched.iter().enumerate().any(|(other, its)| other != *place && touched[*place].touches(its))
    };
    (0..touched.len()).filter(touches_another).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// All of the payees are asked about, the last one aside if it is a manager's.
    fn touched(open: u32, account: Option<u32>, payees: &[u32]) -> Touched {
        let payees: BTreeSet<PayeeIx> = payees.iter().map(|payee| PayeeIx::from_raw(*payee)).collect();
        let asked = payees.iter().copied().filter(|payee| *payee != PayeeIx::from_raw(MANAGER)).collect();
        Touched {
            open: Some(OpenIx::from_raw(open)),
            account: account.map(AccountIx::from_raw),
            payees,
            asked,
        }
    }

    /// Who is never asked about.
    const MANAGER: u32 = 99;

    #[test]
    fn what_shares_an_account_a_payee_or_the_opportunity_is_settled_apart() {
        let all = [
            touched(0, Some(0), &[0, 1]),
            touched(1, Some(0), &[2]),
            touched(2, None, &[1]),
            touched(3, None, &[3]),
            touched(3, Some(4), &[4]),
        ];
        assert_eq!(batches(&all), [vec![0, 3], vec![1, 2, 4]]);
        assert_eq!(entangled(&all), [0, 1, 2, 3, 4]);
        assert_eq!(entangled(&[all[0].clone(), all[3].clone()]), [0; 0]);
    }

    #[test]
    fn those_who_are_not_asked_about_keep_nothing_apart() {
        let both = [touched(0, None, &[0, MANAGER]), touched(1, None, &[1, MANAGER])];
        assert_eq!(batches(&both), [vec![0, 1]]);
        // Who is asked about on one side has something on the other.
        let mut paid = both.clone();
        paid[1].payees.insert(PayeeIx::from_raw(0));
        assert_eq!(batches(&paid), [vec![0], vec![1]]);
    }
}
