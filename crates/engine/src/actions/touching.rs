//! Which assumptions can be settled together: those that touch nothing in common give what each alone would give.
//!
//! Deals change each other's lines through an account (what was bought before, whose work is within reach, whose registration claims it)
//! and through a payee (tiers, caps, stipends per month). Nothing else is shared.

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
}

impl Touched {
    /// Whether one may change the lines of the other.
    pub fn touches(&self, other: &Self) -> bool {
        self.open == other.open
            || (self.account.is_some() && self.account == other.account)
            || !self.payees.is_disjoint(&other.payees)
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

    fn touched(open: u32, account: Option<u32>, payees: &[u32]) -> Touched {
        Touched {
            open: Some(OpenIx::from_raw(open)),
            account: account.map(AccountIx::from_raw),
            payees: payees.iter().map(|payee| PayeeIx::from_raw(*payee)).collect(),
        }
    }

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
}
