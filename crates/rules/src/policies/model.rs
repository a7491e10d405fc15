//! Policies as they were read.

use std::ops::Index;

use super::access::{Access, Sees};
use super::capitalise::Capitalise;
use super::channel::{ChannelModel, Conflict, Coverage, Gate, Price, RegistrationPolicy};
use super::description::{PolicyKind, PolicyPart};
use super::draw::Draw;
use super::hold::Hold;
use super::payment::Payment;
use crate::Places;
use crate::values::{ParameterValue, Values};
use apportion_base::diagnostic::Span;
use apportion_book::display_day;
use apportion_expr::Expr;

apportion_base::indices! {
    /// A policy: its place in the [`RuleBook`](crate::RuleBook), which is its rank by bytes of its id.
    PolicyIx(u16);
}

/// A hold, a draw, payment terms, what is capitalised or a policy of the channel: the versions that share an id and a kind.
#[derive(Debug, Clone)]
pub struct Policy {
    /// Words of small letters and digits, with hyphens between; no rule has the same.
    pub id: String,
    /// The same for all versions.
    pub kind: PolicyKind,
    /// In order of `from`; they do not overlap.
    pub versions: Vec<PolicyVersion>,
}

impl Policy {
    /// The version in force on a day (days since 1970-01-01).
    pub fn in_force(&self, day: i32) -> Option<&PolicyVersion> {
        self.versions.iter().find(|version| version.in_force(day))
    }
}

/// One table of a rule file.
#[derive(Debug, Clone)]
pub struct PolicyVersion {
    /// The whole table in its file (its header line at least).
    pub span: Span,
    /// What people call it.
    pub title: Option<String>,
    /// The reason for it.
    pub why: Option<String>,
    /// First day in force, days since 1970-01-01.
    pub from: i32,
    /// Last day in force, inclusive: its own `until`, or the day before the next version's `from`.
    pub until: Option<i32>,
    /// Whether it may differ from what was in force when a month was posted.
    pub retroactive: bool,
    /// The day by which somebody should look at it again, days since 1970-01-01; of policies of the channel alone.
    pub review: Option<i32>,
    /// What only its kind has.
    pub terms: PolicyTerms,
    /// The places of its values in the file.
    pub places: Places,
}

impl PolicyVersion {
    /// Whether it is in force on a day (days since 1970-01-01).
    pub fn in_force(&self, day: i32) -> bool {
        self.in_force_within((day, day))
    }

    /// Whether it is in force on some day from the first to the last.
    pub fn in_force_within(&self, (first, last): (i32, i32)) -> bool {
        self.from <= last && self.until.is_none_or(|until| first <= until)
    }

    /// Where a value is, by the path of its keys (`recover.share`, `amount.is.EMEA`, `effective.from`); the nearest that holds
    /// it, at last the table's header, where there is no such value.
    pub fn place(&self, path: &str) -> Span {
        self.places.nearest(path).unwrap_or(&self.span).clone()
    }
}

/// What differs between the kinds.
#[derive(Debug, Clone)]
#[expect(clippy::large_enum_variant, reason = "a book has few of them")]
pub enum PolicyTerms {
    /// Of a `[[hold]]`.
    Hold(Hold),
    /// Of a `[[draw]]`.
    Draw(Draw),
    /// Of a `[[payment]]`.
    Payment(Payment),
    /// Of a `[[capitalise]]`.
    Capitalise(Capitalise),
    /// Of a `[[channel_model]]`.
    ChannelModel(ChannelModel),
    /// Of a `[[coverage]]`.
    Coverage(Coverage),
    /// Of a `[[registration]]`.
    Registration(RegistrationPolicy),
    /// Of a `[[conflict]]`.
    Conflict(Conflict),
    /// Of a `[[price]]`.
    Price(Price),
    /// Of a `[[gate]]`.
    Gate(Gate),
    /// Of an `[[access]]`.
    Access(Access),
}

impl PolicyTerms {
    /// What all kinds have in common.
    fn part(&self) -> &dyn PolicyPart {
        match self {
            Self::Hold(hold) => hold,
            Self::Draw(draw) => draw,
            Self::Payment(payment) => payment,
            Self::Capitalise(capitalise) => capitalise,
            Self::ChannelModel(model) => model,
            Self::Coverage(coverage) => coverage,
            Self::Registration(registration) => registration,
            Self::Conflict(conflict) => conflict,
            Self::Price(price) => price,
            Self::Gate(gate) => gate,
            Self::Access(access) => access,
        }
    }

    /// The conditions that say what it is for: `when`, `payees` and the like, as far as its kind has them and they are there.
    pub fn conditions(&self) -> Vec<&Expr> {
        match self {
            Self::Hold(Hold { when, payees, .. }) | Self::Gate(Gate { when, payees, .. }) => {
                when.iter().chain(payees).collect()
            }
            Self::Capitalise(Capitalise { when, .. })
            | Self::Coverage(Coverage { when, .. })
            | Self::Registration(RegistrationPolicy { when, .. })
            | Self::Price(Price { when, .. }) => when.iter().collect(),
            Self::ChannelModel(_) | Self::Conflict(_) => Vec::new(),
            Self::Access(Access { who, sees, .. }) => {
                let seen = match sees {
                    Sees::Payees(payees) => Some(payees),
                    Sees::Group(_) => None,
                };
                who.iter().chain(seen).collect()
            }
            Self::Draw(Draw { payees, .. }) | Self::Payment(Payment { payees, .. }) => {
                payees.iter().collect()
            }
        }
    }
}

/// All policies, in byte order of id.
#[derive(Debug, Clone, Default)]
pub struct Policies(pub(crate) Vec<Policy>);

impl Policies {
    /// The policies with their indices, in order.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = (PolicyIx, &Policy)> + ExactSizeIterator + Clone {
        PolicyIx::all(self.0.len()).zip(&self.0)
    }

    /// Those of a kind, in order.
    pub fn of_kind(&self, kind: PolicyKind) -> impl Iterator<Item = (PolicyIx, &Policy)> + Clone {
        self.iter().filter(move |(_, policy)| policy.kind == kind)
    }

    /// The policy with this id.
    pub fn find(&self, id: &str) -> Option<&Policy> {
        self.0.iter().find(|policy| policy.id == id)
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The same with one that is in force on no day; indices stay.
    #[must_use]
    pub fn without(&self, suspended: PolicyIx) -> Self {
        let mut policies = self.clone();
        if let Some(policy) = policies.0.get_mut(suspended.at()) {
            policy.versions.clear();
        }
        policies
    }
}

impl Index<PolicyIx> for Policies {
    type Output = Policy;

    fn index(&self, policy: PolicyIx) -> &Policy {
        &self.0[policy]
    }
}

/// The parameters of a version in the order in which it is read, as [`values`](crate::values()) has those of a rule.
pub fn policy_values(version: &PolicyVersion, digits: u32) -> Vec<ParameterValue> {
    let mut values = Values::of_days(version.from, version.until);
    if let Some(review) = version.review {
        values.put("review", display_day(review));
    }
    version.terms.part().values(&mut values, digits);
    values.into_values()
}
