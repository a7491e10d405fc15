//! The one place where the kinds of rule are listed.

mod commission;
mod overrides;
mod renewal_bonus;
mod shared_credit;
mod stipend;

use crate::context::Context;
use apportion_book::config::Table;

pub use commission::*;
pub use overrides::*;
pub use renewal_bonus::*;
pub use shared_credit::*;
pub use stipend::*;

/// The kinds, in the words of the files.
pub use apportion_contract::RuleKind as Kind;

/// What differs between the kinds.
#[derive(Debug, Clone)]
pub enum Body {
    SharedCredit(SharedCredit),
    Stipend(Stipend),
    RenewalBonus(RenewalBonus),
    Commission(Commission),
    Override(Override),
}

impl Body {
    /// The shared_credit rules whose credit it pays on; `None` for the kinds that pay by deal.
    pub fn credits(&self) -> Option<&[String]> {
        match self {
            Self::Commission(commission) => Some(&commission.credits),
            Self::Override(levels) => Some(&levels.credits),
            Self::SharedCredit(_) | Self::Stipend(_) | Self::RenewalBonus(_) => None,
        }
    }
}

/// How the tables of one kind are read.
pub(crate) struct KindReader {
    pub kind: Kind,
    /// Keys beside the common ones.
    pub keys: &'static [&'static str],
    /// Whether its caps may be per deal; per payee they may always be.
    pub cap_per_deal: bool,
    /// Reads what the kind has of its own; problems are reported to the table's text.
    pub body: fn(&Context<'_>, &Table<'_>) -> Option<Body>,
}

/// In the order of [`Kind::ALL`].
pub(crate) const KINDS: [KindReader; 5] = [
    KindReader {
        kind: Kind::SharedCredit,
        keys: shared_credit::reader::KEYS,
        cap_per_deal: true,
        body: shared_credit::reader::body,
    },
    KindReader {
        kind: Kind::Stipend,
        keys: stipend::reader::KEYS,
        cap_per_deal: true,
        body: stipend::reader::body,
    },
    KindReader {
        kind: Kind::RenewalBonus,
        keys: renewal_bonus::reader::KEYS,
        cap_per_deal: true,
        body: renewal_bonus::reader::body,
    },
    KindReader {
        kind: Kind::Commission,
        keys: commission::reader::KEYS,
        cap_per_deal: false,
        body: commission::reader::body,
    },
    KindReader {
        kind: Kind::Override,
        keys: overrides::reader::KEYS,
        cap_per_deal: false,
        body: overrides::reader::body,
    },
];
