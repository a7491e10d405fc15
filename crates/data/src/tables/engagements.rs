//! The dense tables of engagements and declared splits.

use std::cmp::Ordering;
use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::Arc;

use arrow::buffer::ScalarBuffer;
use arrow::datatypes::ArrowNativeType;

use super::channel::OpportunityIx;
use super::frame::Frame;
use super::indices::{AccountIx, DealIx, EngagementIx, NONE, PayeeIx, RoleIx, SplitIx};
use super::work_ids::WorkIds;
use apportion_base::index::Optional;

/// The deals by which engagements are grouped: all of them, or those of a range and some others.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct GroupedDeals {
    first: u32,
    count: u32,
    /// Further deals, ascending, which come after those of the range.
    others: Vec<DealIx>,
}

impl GroupedDeals {
    /// All deals. A table has no more than can be numbered.
    pub fn all(count: usize) -> Self {
        Self { first: 0, count: u32::try_from(count).unwrap_or(NONE), others: Vec::new() }
    }

    /// The deals of a range, and others outside of it, which ascend.
    pub(crate) fn some(range: &Range<DealIx>, others: Vec<DealIx>) -> Self {
        let count = range.end.raw().saturating_sub(range.start.raw());
        Self { first: range.start.raw(), count, others }
    }

    /// How many there are.
    pub(crate) fn len(&self) -> usize {
        self.count as usize + self.others.len()
    }

    /// The place of a deal among them, if it is one of them.
    #[inline]
    pub(crate) fn place(&self, deal: DealIx) -> Option<usize> {
        let place = deal.raw().wrapping_sub(self.first);
        if place < self.count {
            return Some(place as usize);
        }
        self.others.binary_search(&deal).ok().map(|other| self.count as usize + other)
    }
}

/// Engagements, grouped by the deal they name; those that name no deal come last. Within a group they are in the
/// order of the files, so nothing may depend on that order.
#[derive(Debug, Clone, Default)]
pub struct Engagements {
    /// The deals whose engagements these are: all, unless they are grouped for some deals at a time.
    pub deals: GroupedDeals,
    /// Offsets, one more than these deals: the rows of the deal at place `d` are `by_deal[d]..by_deal[d + 1]`. Those of a source after the
    /// last offset name no deal.
    pub by_deal: Vec<u32>,
    /// The same of rows that policies made for deals; empty where they made none.
    pub added_by_deal: Vec<u32>,
    /// How many rows at the end no source has: policies made them. Some of them belong to no deal.
    pub added: usize,
    /// The deal named.
    pub deal: Vec<Optional<DealIx>>,
    /// The account named, in the same numbering as [`Deals::account`](super::Deals::account).
    pub account: Vec<Optional<AccountIx>>,
    /// The opportunity named; empty where engagements name none. A row that names no deal itself is there for each deal of it.
    pub opportunity: Vec<Optional<OpportunityIx>>,
    /// Whether a row of the source names its deals by the opportunity, and none itself; empty where engagements name none.
    pub by_opportunity: Vec<bool>,
    /// The first row that is the same piece of work, which is there once for each deal of its opportunity; empty where each is there
    /// once. Within reach a piece of work counts once.
    pub copies: Vec<EngagementIx>,
    /// The payee.
    pub payee: Vec<PayeeIx>,
    /// The numbers of a [`RoleIx`]. An Arrow array shares the memory: see [`Engagements::role`].
    pub role: ScalarBuffer<u32>,
    /// Distinct roles in byte order, by [`RoleIx`].
    pub roles: Vec<String>,
    /// Days since 1970-01-01, or [`NO_DAY`](super::NO_DAY).
    pub occurred_on: ScalarBuffer<i32>,
    /// The weight, in billionths.
    pub weight_e9: Vec<i64>,
    /// The ids, which put work of one day in order. All are null unless rules name them or that order
    /// ([`ORDER_OF_WORK`](super::ORDER_OF_WORK)).
    pub ids: WorkIds,
    /// The columns that rules name.
    pub frame: Frame,
}

impl Engagements {
    /// How many rows there are.
    #[inline]
    pub fn len(&self) -> usize {
        self.payee.len()
    }

    /// Whether there is no row.
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.payee.is_empty()
    }

    /// All rows, in order.
    #[inline]
    pub fn all(&self) -> impl DoubleEndedIterator<Item = EngagementIx> + ExactSizeIterator + Clone + use<> {
        EngagementIx::all(self.len())
    }

    /// The rows that name a deal: those of the source, then those that policies made. Of a deal by which these are not grouped there are none.
    #[inline]
    pub fn of_deal(&self, deal: DealIx) -> impl DoubleEndedIterator<Item = EngagementIx> + Clone + use<> {
        let own = self.deals.place(deal).map_or(0..0, |place| self.by_deal[place]..self.by_deal[place + 1]);
        let added = match self.added_by_deal.get(deal.at()..=deal.next().at()) {
            Some(&[from, until]) => from..until,
            _ => 0..0,
        };
        own.chain(added).map(EngagementIx::from_raw)
    }

    /// The order in which dated work stands: by day, then by the bytes of ids, null first, then by payee.
    pub fn order_of_work(&self, one: EngagementIx, other: EngagementIx) -> Ordering {
        let by_day = self.occurred_on[one.at()].cmp(&self.occurred_on[other.at()]);
        let by_payee = || self.payee[one].cmp(&self.payee[other]);
        by_day.then_with(|| self.ids.compare(one, other)).then_with(by_payee)
    }

    /// Whether a row is work that a source has, and not made by a policy.
    #[inline]
    pub fn is_source(&self, row: EngagementIx) -> bool {
        row.at() < self.len() - self.added
    }

    /// Adds roles that no row has: those of lines that were posted before.
    pub fn add_roles<'r>(&mut self, added: impl IntoIterator<Item = &'r str>) {
        let is_new = |role: &&str| self.roles.binary_search_by(|known| known.as_str().cmp(role)).is_err();
        let mut all: BTreeSet<&str> = added.into_iter().filter(is_new).collect();
        if all.is_empty() {
            return;
        }
        all.extend(self.roles.iter().map(String::as_str));
        let all: Vec<String> = all.into_iter().map(str::to_owned).collect();
        // What expressions see is another array, with texts of its own.
        let moved: Vec<u32> = (0..)
            .zip(&all)
            .filter(|(_, role)| self.roles.binary_search(role).is_ok())
            .map(|(place, _)| place)
            .collect();
        let mut numbers = unshared(std::mem::take(&mut self.role));
        numbers.iter_mut().for_each(|role| *role = moved[*role as usize]);
        self.role = numbers.into();
        self.roles = all;
    }

    /// The first row that is the same piece of work as a row.
    #[inline]
    pub fn work(&self, row: EngagementIx) -> EngagementIx {
        self.copies.get(row.at()).copied().unwrap_or(row)
    }

    /// The role of a row.
    #[inline]
    pub fn role(&self, row: EngagementIx) -> RoleIx {
        RoleIx::from_raw(self.role[row])
    }
}

/// The numbers of a buffer: its memory, unless something else has that too.
pub(crate) fn unshared<T: ArrowNativeType>(buffer: ScalarBuffer<T>) -> Vec<T> {
    buffer.into_inner().into_vec().unwrap_or_else(|shared| shared.typed_data().to_vec())
}

/// Declared splits, grouped by deal; within a deal in order of payee and role.
#[derive(Debug, Clone)]
pub struct Splits {
    /// Offsets, one more than deals: the rows of deal `d` are `by_deal[d]..by_deal[d + 1]`.
    pub by_deal: Vec<u32>,
    /// The payee.
    pub payee: Vec<PayeeIx>,
    /// The percentage in billionths of a percent: 100% is 100_000_000_000.
    pub percent_e9: Vec<i64>,
    /// The columns that rules name.
    pub frame: Frame,
}

impl Splits {
    /// The rows of a deal.
    #[inline]
    pub fn of_deal(
        &self,
        deal: DealIx,
    ) -> impl DoubleEndedIterator<Item = SplitIx> + ExactSizeIterator + Clone + use<> {
        (self.by_deal[deal]..self.by_deal[deal.next()]).map(SplitIx::from_raw)
    }
}

/// Work that no source has: policies make it. Its `engagement_id` and `account_id` are null.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AddedWork {
    /// What rows are: few kinds, which many rows share.
    pub kinds: Vec<WorkKind>,
    /// The rows.
    pub rows: Vec<AddedEngagement>,
}

/// What work is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorkKind {
    /// In which role; no source need have it.
    pub role: Arc<str>,
    /// What was done: `coverage` or `registration`.
    pub activity: &'static str,
}

/// A row of [`AddedWork`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AddedEngagement {
    /// The deal that it names.
    pub deal: DealIx,
    /// Whose it is.
    pub payee: PayeeIx,
    /// The place of its kind.
    pub kind: u32,
    /// Days since 1970-01-01.
    pub occurred_on: i32,
    /// The weight, in billionths.
    pub weight_e9: i64,
}

impl AddedWork {
    /// The place of a kind, which it gets where it has none.
    pub fn kind(&mut self, role: &Arc<str>, activity: &'static str) -> u32 {
        let is_known = |known: &WorkKind| *known.role == **role && known.activity == activity;
        let place = self.kinds.iter().position(is_known).unwrap_or_else(|| {
            self.kinds.push(WorkKind { role: Arc::clone(role), activity });
            self.kinds.len() - 1
        });
        // Rules have fewer policies than can be numbered.
        u32::try_from(place).unwrap_or(u32::MAX)
    }

    /// Other rows behind these.
    pub fn append(&mut self, other: Self) {
        let kinds: Vec<u32> = other.kinds.iter().map(|kind| self.kind(&kind.role, kind.activity)).collect();
        let numbered = |row: AddedEngagement| AddedEngagement { kind: kinds[row.kind as usize], ..row };
        self.rows.extend(other.rows.into_iter().map(numbered));
    }
}
