//! The attributes that policies of the channel make of deals, and which expressions see them.

use std::collections::BTreeSet;

use super::super::PolicyKind;
use apportion_expr::Type;

/// How much of what is made of deals an expression sees: what is made before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Seen {
    /// Nothing of it.
    Nothing,
    /// The segment.
    Segment,
    /// All that a channel model makes.
    Leads,
    /// What registrations make, too.
    Registrations,
    /// What prices make, too.
    Everything,
}

/// An attribute of deals that the policies of a kind make.
type Attribute = (PolicyKind, Seen, &'static str, Type);

/// All of them, each with the first that sees it.
const ATTRIBUTES: [Attribute; 13] = [
    (PolicyKind::ChannelModel, Seen::Segment, "segment", Type::Text),
    (PolicyKind::ChannelModel, Seen::Leads, "lead", Type::Text),
    (PolicyKind::ChannelModel, Seen::Leads, "priority", Type::Boolean),
    (PolicyKind::ChannelModel, Seen::Leads, "crossed", Type::Boolean),
    (PolicyKind::Registration, Seen::Registrations, "claim_id", Type::Text),
    (PolicyKind::Registration, Seen::Registrations, "registered_by", Type::Text),
    (PolicyKind::Registration, Seen::Registrations, "registration_state", Type::Text),
    (PolicyKind::Price, Seen::Everything, "list_price", Type::Number),
    (PolicyKind::Price, Seen::Everything, "discount_given", Type::Number),
    (PolicyKind::Price, Seen::Everything, "discount_over", Type::Number),
    (PolicyKind::Price, Seen::Everything, "below_floor", Type::Number),
    (PolicyKind::Price, Seen::Everything, "lines_cost", Type::Number),
    (PolicyKind::Price, Seen::Everything, "price_breach", Type::Boolean),
];

/// The columns of deals that policies make, each with the kind that makes it.
pub fn made_of_deals() -> impl Iterator<Item = (PolicyKind, &'static str)> {
    ATTRIBUTES.into_iter().map(|(kind, _, name, _)| (kind, name))
}

/// The columns of deals, as expressions see them.
#[derive(Debug, Clone, Default)]
pub(crate) struct Made {
    /// The kinds of which the rule files have a table.
    kinds: BTreeSet<PolicyKind>,
    /// By [`Seen`], in its order.
    columns: [Vec<(String, Type)>; 5],
    /// What a policy makes though the data has a column of this name.
    taken: Vec<(PolicyKind, &'static str)>,
}

impl Made {
    /// What the tables of some kinds make.
    pub(crate) fn by(kinds: BTreeSet<PolicyKind>) -> Self {
        Self { kinds, ..Self::default() }
    }

    /// The kinds whose policies make attributes.
    pub(crate) fn kinds() -> BTreeSet<PolicyKind> {
        ATTRIBUTES.into_iter().map(|(kind, ..)| kind).collect()
    }

    /// Beside the columns that the data has.
    pub(crate) fn with(mut self, deals: &[(String, Type)]) -> Self {
        let has = |name: &str| deals.iter().any(|(column, _)| column == name);
        let attributes = || ATTRIBUTES.into_iter().filter(|(kind, ..)| self.kinds.contains(kind));
        let taken = attributes().filter(|(_, _, name, _)| has(name)).map(|(kind, _, name, _)| (kind, name));
        self.taken = taken.collect();
        let all = [Seen::Nothing, Seen::Segment, Seen::Leads, Seen::Registrations, Seen::Everything];
        self.columns = all.map(|seen| {
            let visible = attributes().filter(|(_, first, name, _)| *first <= seen && !has(name));
            let visible = visible.map(|(_, _, name, column_type)| (name.to_owned(), column_type));
            deals.iter().cloned().chain(visible).collect()
        });
        self
    }

    /// The columns of deals that an expression sees.
    pub(crate) fn columns(&self, seen: Seen) -> &[(String, Type)] {
        let [nothing, segment, leads, registrations, everything] = &self.columns;
        match seen {
            Seen::Nothing => nothing,
            Seen::Segment => segment,
            Seen::Leads => leads,
            Seen::Registrations => registrations,
            Seen::Everything => everything,
        }
    }

    /// What is made though the data has a column of this name, with the kind that makes it.
    pub(crate) fn taken(&self) -> &[(PolicyKind, &'static str)] {
        &self.taken
    }
}
