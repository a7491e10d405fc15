//! Direct deals that were sold to a customer with a larger discount than a partner gave.

use std::collections::BTreeMap;

use apportion_base::sorted::equal;
use apportion_data::{AccountIx, PayeeIx};
use rayon::prelude::*;

use super::detect::subject_day;
use super::earliest::EarliestDays;
use super::people::People;
use super::{Inputs, Subjects};
use crate::Subject;

/// How far apart two sales may be to be compared, in days.
const WINDOW: i32 = 90;

/// A direct sale that a partner may have undersold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Undercut {
    /// The direct one.
    pub subject: Subject,
    /// The partner of the other.
    pub partner: PayeeIx,
    /// The earliest day on which there was another of this partner.
    pub others_day: i32,
}

/// A sale with a discount.
#[derive(Debug, Clone, Copy)]
struct Sale {
    subject: Subject,
    /// When it closes.
    date: i32,
    discount_e6: i128,
}

/// Sales to customers, by customer.
type Sales = Vec<(AccountIx, Sale)>;

/// All of them, one for each direct sale and partner.
pub(super) fn undercuts(inputs: &Inputs, people: &People) -> Vec<Undercut> {
    let (direct, partner) = sales(inputs.subjects);
    let customers: Vec<&[(AccountIx, Sale)]> = direct.chunk_by(|one, other| one.0 == other.0).collect();
    let of_customer = |direct: &[(AccountIx, Sale)]| {
        let account = direct.first().map(|(account, _)| *account);
        let partner = equal(&partner, |(other, _)| Some(*other).cmp(&account));
        of_customer(inputs, people, direct, partner)
    };
    customers.into_par_iter().flat_map_iter(of_customer).collect()
}

/// What is sold directly, and what through partners.
fn sales(subjects: &dyn Subjects) -> (Sales, Sales) {
    let sold = |among: Vec<Subject>, channel: &'static str| {
        let sold = among.into_par_iter().filter(|subject| subjects.channel(*subject) == Some(channel));
        let mut sales: Sales = sold.filter_map(|subject| sale(subjects, subject)).collect();
        sales.par_sort_unstable_by_key(|(account, sale)| (*account, sale.subject));
        sales
    };
    (sold(subjects.judged(), "direct"), sold(subjects.compared(), "partner"))
}

fn sale(subjects: &dyn Subjects, subject: Subject) -> Option<(AccountIx, Sale)> {
    let discount_e6 = subjects.discount_e6(subject)?;
    Some((subjects.account(subject)?, Sale { subject, date: subjects.closes_on(subject), discount_e6 }))
}

fn of_customer(
    inputs: &Inputs,
    people: &People,
    direct: &[(AccountIx, Sale)],
    partner: &[(AccountIx, Sale)],
) -> Vec<Undercut> {
    let mut by_partner: BTreeMap<PayeeIx, Vec<Sale>> = BTreeMap::new();
    for (_, sale) in partner {
        if let Some(partner) = people.partner(sale.subject) {
            by_partner.entry(partner).or_default().push(*sale);
        }
    }
    if by_partner.is_empty() {
        return Vec::new();
    }
    let mut direct: Vec<Sale> = direct.iter().map(|(_, sale)| *sale).collect();
    direct.sort_by_key(|sale| (sale.discount_e6, sale.subject));
    by_partner.into_iter().flat_map(|(partner, sales)| of_partner(inputs, &direct, partner, sales)).collect()
}

/// Goes through the direct sales from the smallest discount up; at each, the partner's with a smaller one are there.
fn of_partner(inputs: &Inputs, direct: &[Sale], partner: PayeeIx, mut others: Vec<Sale>) -> Vec<Undercut> {
    others.sort_by_key(|sale| (sale.date, sale.subject));
    let mut by_discount: Vec<(usize, &Sale)> = others.iter().enumerate().collect();
    by_discount.sort_by_key(|(_, sale)| sale.discount_e6);
    let mut smaller = by_discount.into_iter().peekable();
    let mut days = EarliestDays::new(others.len());
    let mut found = Vec::new();
    for sale in direct {
        while let Some((place, other)) = smaller.next_if(|(_, other)| other.discount_e6 < sale.discount_e6) {
            days.put(place, subject_day(inputs, other.subject));
        }
        let from = others.partition_point(|other| other.date < sale.date.saturating_sub(WINDOW));
        let until = others.partition_point(|other| other.date <= sale.date.saturating_add(WINDOW));
        if let Some(others_day) = days.earliest(from, until) {
            found.push(Undercut { subject: sale.subject, partner, others_day });
        }
    }
    found
}
