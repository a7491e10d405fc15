//! A line that differs: what identifies it, and what it paid and pays. It does not refer to lines, which may be gone.

use super::keys::{CommonDeal, CommonOfRule, CommonPayee, CommonRole, CommonRule, Keys};
use super::{Money, ReasonIx, SideName, Status};
use crate::credit::Line;
use apportion_base::money::Minor;
use apportion_data::Optional;

/// A line that is new, gone, or pays or credits something else, and its reason.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LineChange {
    /// The rule.
    pub rule: CommonRule,
    /// The deal.
    pub deal: CommonDeal,
    /// Who is paid or credited.
    pub payee: CommonPayee,
    /// The role, of rules that share by role.
    pub role: Optional<CommonRole>,
    /// The credited payee, of an override.
    pub from_payee: Optional<CommonPayee>,
    /// The rule whose line is taken back.
    pub of_rule: Optional<CommonOfRule>,
    /// What became of it.
    pub status: Status,
    /// Why it differs.
    pub reason: ReasonIx,
    was: LineMoney,
    is: LineMoney,
}

/// What a line pays and credits; nothing where it is not there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct LineMoney {
    amount: Minor,
    credited: Minor,
}

impl LineMoney {
    fn of(line: Option<&Line>) -> Self {
        let of = |number: fn(&Line) -> Minor| line.map_or(Minor::ZERO, number);
        Self { amount: of(|line| line.amount), credited: of(|line| line.credited) }
    }

    fn wide(self) -> Money {
        Money { amount: self.amount.wide(), credited: self.credited.wide() }
    }
}

/// What a line pays and credits.
pub fn money(line: &Line) -> Money {
    LineMoney::of(Some(line)).wide()
}

impl LineChange {
    /// A line of one side (`which`), or of both, where it is what it was and what it is.
    pub(super) fn new(
        keys: &Keys,
        (which, line): (SideName, &Line),
        [was, is]: [Option<&Line>; 2],
        (status, reason): (Status, ReasonIx),
    ) -> Self {
        Self {
            rule: keys.rules.common(which, line.rule),
            deal: keys.deals.common(which, line.deal),
            payee: keys.payees.common(which, line.payee),
            role: keys.roles.optional(which, line.role),
            from_payee: keys.payees.optional(which, line.from_payee),
            of_rule: keys.of_rules.optional(which, line.of_rule),
            status,
            reason,
            was: LineMoney::of(was),
            is: LineMoney::of(is),
        }
    }

    /// The same with another number of its reason.
    pub(super) fn for_reason(self, reason: ReasonIx) -> Self {
        Self { reason, ..self }
    }

    /// What it paid and credited; `None` where it was not there.
    pub fn before(&self) -> Option<Money> {
        (self.status != Status::New).then(|| self.was.wide())
    }

    /// What it pays and credits; `None` where it is not there.
    pub fn after(&self) -> Option<Money> {
        (self.status != Status::Gone).then(|| self.is.wide())
    }

    /// Both, nothing where it is not there.
    pub(super) fn both(&self) -> [Money; 2] {
        [self.was.wide(), self.is.wide()]
    }
}
