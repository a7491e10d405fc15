//! The policies of the channel by kind, each with its terms by day.

use apportion_rules::{ChannelModel, Conflict, Coverage, Policies, PolicyTerms, Price, RegistrationPolicy};

use crate::scope::Dated;

/// All policies that tables are prepared by, in byte order of their ids.
pub(super) struct ByKind<'a> {
    /// There is one at most.
    pub model: Option<Dated<'a, ChannelModel>>,
    pub coverages: Vec<Dated<'a, Coverage>>,
    pub registrations: Vec<Dated<'a, RegistrationPolicy>>,
    pub conflicts: Vec<Dated<'a, Conflict>>,
    pub prices: Vec<Dated<'a, Price>>,
}

impl<'a> ByKind<'a> {
    pub fn new(policies: &'a Policies) -> Self {
        let model = of_kind(policies, |terms| match terms {
            PolicyTerms::ChannelModel(model) => Some(model),
            _ => None,
        });
        Self {
            model: model.into_iter().next(),
            coverages: of_kind(policies, |terms| match terms {
                PolicyTerms::Coverage(coverage) => Some(coverage),
                _ => None,
            }),
            registrations: of_kind(policies, |terms| match terms {
                PolicyTerms::Registration(registration) => Some(registration),
                _ => None,
            }),
            conflicts: of_kind(policies, |terms| match terms {
                PolicyTerms::Conflict(conflict) => Some(conflict),
                _ => None,
            }),
            prices: of_kind(policies, |terms| match terms {
                PolicyTerms::Price(price) => Some(price),
                _ => None,
            }),
        }
    }
}

fn of_kind<'a, T>(
    policies: &'a Policies,
    terms: impl Fn(&'a PolicyTerms) -> Option<&'a T> + Copy,
) -> Vec<Dated<'a, T>> {
    let dated = policies.iter().map(|(place, policy)| Dated::of(place, policy, terms));
    dated.filter(|policy| !policy.versions.is_empty()).collect()
}
