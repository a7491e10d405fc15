//! Policies of the channel held against the book's own data: what they promise that the data don't bear out.
//!
//! | file | finds |
//! |---|---|
//! | `protection` | protection that ends before most deals close |
//! | `deciders` | levels that nobody can fill, and deciders who are paid by what they decide |
//! | `leads` | territories that tie, and classes of accounts in which nobody leads |
//! | `records` | registrations under no policy, and decisions about no conflict |
//! | `prices` | unit prices that move too far, and books that are too far apart |
//! | `review` | policies that somebody should have looked at again |

mod deciders;
mod leads;
mod prices;
mod protection;
mod records;
mod review;

use super::super::facts::Facts;
use super::super::finding::Finding;
use apportion_channel::Dated;
use apportion_rules::PolicyTerms;

pub(super) fn findings(facts: &Facts<'_>) -> Vec<Finding> {
    let mut found = protection::findings(facts);
    found.extend(deciders::findings(facts));
    found.extend(leads::findings(facts));
    found.extend(records::findings(facts));
    found.extend(prices::findings(facts));
    found.extend(review::findings(facts));
    found
}

/// The policies of one kind, each with its terms by day.
fn of_kind<'a, T>(
    facts: &Facts<'a>,
    terms: impl Fn(&'a PolicyTerms) -> Option<&'a T> + Copy,
) -> Vec<Dated<'a, T>> {
    let dated = facts.rules.policies.iter().map(|(place, policy)| Dated::of(place, policy, terms));
    dated.filter(|policy| !policy.versions.is_empty()).collect()
}
