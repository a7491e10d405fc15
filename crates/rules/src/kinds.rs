//! The one place where the kinds of rule are listed.

use super::context::Context;
use super::{Body, Kind, commission, overrides, renewal_bonus, shared_credit, stipend};
use apportion_book::config::Table;

/// How the tables of one kind are read.
pub(super) struct KindReader {
    pub kind: Kind,
    /// Keys beside the common ones.
    pub keys: &'static [&'static str],
    /// Whether its caps may be per deal; per payee they may always be.
    pub cap_per_deal: bool,
    /// Reads what the kind has of its own; problems are reported to the table's text.
    pub body: fn(&Context<'_>, &Table<'_>) -> Option<Body>,
}

/// In the order of [`Kind::ALL`].
pub(super) const KINDS: [KindReader; 5] = [
    KindReader {
        kind: Kind::SharedCredit,
        keys: shared_credit::KEYS,
        cap_per_deal: true,
        body: shared_credit::body,
    },
    KindReader { kind: Kind::Stipend, keys: stipend::KEYS, cap_per_deal: true, body: stipend::body },
    KindReader {
        kind: Kind::RenewalBonus,
        keys: renewal_bonus::KEYS,
        cap_per_deal: true,
        body: renewal_bonus::body,
    },
    KindReader {
        kind: Kind::Commission,
        keys: commission::KEYS,
        cap_per_deal: false,
        body: commission::body,
    },
    KindReader { kind: Kind::Override, keys: overrides::KEYS, cap_per_deal: false, body: overrides::body },
];
