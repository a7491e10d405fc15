//! Work: engagements of the source. What it makes of deals depends on who was a partner when they closed, so it is asked deal by deal.

use std::ops::Range;

use apportion::channel::{Governance, Subject, Texts};
use apportion::data::{DealIx, EngagementIx, NO_DAY, PayeeIx, RegistrationIx, StateIx, Tables, WorkIds};
use apportion::rules::RuleBook;
use apportion::rules::policies::PolicyTerms;
use polars::frame::DataFrame;
use rayon::prelude::*;

use super::Ground;
use super::builder::{Builder, in_parts};
use crate::Fault;

/// Rows that a thread takes at a time, at least.
const MIN_ROWS: usize = 1 << 12;

/// Days before the close in which work on the account counts.
const INFLUENCE_DAYS: i32 = 365;

/// Who is a partner or an employee on a day.
pub(crate) struct Kinds<'a> {
    tables: &'a Tables,
    /// By state of a payee.
    partner: Vec<bool>,
    employee: Vec<bool>,
}

impl<'a> Kinds<'a> {
    pub fn new(tables: &'a Tables) -> Self {
        let states = &tables.payees.states;
        let kinds = Texts::of(&states.frame, "kind");
        let is = |kind: &str| (0..states.len()).map(|state| kinds.get(state) == Some(kind)).collect();
        Self { tables, partner: is("partner"), employee: is("employee") }
    }

    /// By payee: whether it is a partner on any day.
    fn ever(&self) -> Vec<bool> {
        let mut ever = vec![false; self.tables.payees.len()];
        for (state, is_partner) in (0..).zip(&self.partner) {
            let payee = self.tables.payees.states.payee(StateIx::from_raw(state));
            if let Some(flag) = ever.get_mut(payee.at()) {
                *flag |= *is_partner;
            }
        }
        ever
    }

    pub fn is_partner(&self, payee: PayeeIx, day: i32) -> bool {
        self.partner.get(self.tables.payees.state(payee, day).at()).copied().unwrap_or(false)
    }

    pub fn is_employee(&self, payee: PayeeIx, day: i32) -> bool {
        self.employee.get(self.tables.payees.state(payee, day).at()).copied().unwrap_or(false)
    }
}

/// How a deal's revenue is classed, in the order in which the classes are asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Class {
    Sourced,
    CoSold,
    Influenced,
    Fulfilled,
    Direct,
}

impl Class {
    pub const ALL: [Self; 5] = [Self::Sourced, Self::CoSold, Self::Influenced, Self::Fulfilled, Self::Direct];

    /// The metric of its revenue.
    pub const fn metric(self) -> &'static str {
        match self {
            Self::Sourced => "sourced",
            Self::CoSold => "co_sold",
            Self::Influenced => "influenced",
            Self::Fulfilled => "fulfilled",
            Self::Direct => "direct",
        }
    }
}

/// What partners' work makes of deals.
pub(crate) struct PartnerWork {
    /// By deal: whether a partner worked on it on or before the close.
    pub joined: Vec<bool>,
    /// By deal.
    pub class: Vec<Class>,
}

impl PartnerWork {
    pub fn new(ground: &Ground<'_>) -> Self {
        let on_deals = OnDeals::new(ground);
        let both: Vec<(bool, Class)> = (0..ground.close.tables.deals.len())
            .into_par_iter()
            .filter_map(DealIx::new)
            .map(|deal| on_deals.of(deal))
            .collect();
        Self {
            joined: both.iter().map(|(joined, _)| *joined).collect(),
            class: both.iter().map(|(_, class)| *class).collect(),
        }
    }
}

/// What is asked of each deal.
struct OnDeals<'a> {
    tables: &'a Tables,
    partners: &'a Kinds<'a>,
    /// By role: whether work in it makes revenue sourced, or co-sold.
    sourced: Vec<bool>,
    cosell: Vec<bool>,
    /// By deal: whether its holder is a partner under a policy of a sourced role.
    registered: Vec<bool>,
    accounts: AccountWork,
    channel: Texts<'a>,
}

impl<'a> OnDeals<'a> {
    fn new(ground: &'a Ground<'_>) -> Self {
        let (tables, settings) = (&*ground.close.tables, &ground.close.book.report);
        let among =
            |roles: &[String]| tables.engagements.roles.iter().map(|role| roles.contains(role)).collect();
        Self {
            tables,
            partners: &ground.partners,
            sourced: among(&settings.sourced_roles),
            cosell: among(&settings.cosell_roles),
            registered: registered(ground),
            accounts: AccountWork::new(tables, &ground.partners),
            channel: Texts::of(&tables.deals.frame, "channel"),
        }
    }

    fn of(&self, deal: DealIx) -> (bool, Class) {
        let (close, engagements) = (self.tables.deals.close_date[deal], &self.tables.engagements);
        let (mut joined, mut sourced, mut cosell, mut recent) = (false, false, false, false);
        for row in source_rows(self.tables, deal) {
            let day = day_of(self.tables, row);
            let in_time = day.is_none_or(|day| day <= close);
            if in_time && self.partners.is_partner(engagements.payee[row], close) {
                let role = engagements.role(row).at();
                joined = true;
                sourced |= self.sourced.get(role).copied().unwrap_or(false);
                cosell |= self.cosell.get(role).copied().unwrap_or(false);
                recent |= day.is_none_or(|day| day >= close.saturating_sub(INFLUENCE_DAYS));
            }
        }
        let class = match () {
            () if sourced || self.registered.get(deal.at()).copied().unwrap_or(false) => Class::Sourced,
            () if cosell => Class::CoSold,
            () if recent || self.is_influenced(deal, close) => Class::Influenced,
            () if self.channel.get(deal.at()) == Some("partner") => Class::Fulfilled,
            () => Class::Direct,
        };
        (joined, class)
    }

    /// Whether a partner worked on its account in the year before the close.
    fn is_influenced(&self, deal: DealIx, close: i32) -> bool {
        let Some(account) = self.tables.deals.account[deal].get() else { return false };
        let mut work = self
            .accounts
            .within(account.raw(), close.saturating_sub(INFLUENCE_DAYS)..close.saturating_add(1));
        work.any(|payee| self.partners.is_partner(payee, close))
    }
}

/// Dated work of partners by account and day.
struct AccountWork(Vec<(u32, i32, PayeeIx)>);

impl AccountWork {
    /// Work that names an account, or a deal of it, of who was ever a partner.
    fn new(tables: &Tables, partners: &Kinds<'_>) -> Self {
        let engagements = &tables.engagements;
        let ever = partners.ever();
        let is_partners =
            |row: &EngagementIx| ever.get(engagements.payee[*row].at()).copied().unwrap_or(false);
        let on_accounts = |row: EngagementIx| {
            let day = day_of(tables, row).filter(|_| is_partners(&row) && engagements.is_source(row));
            let of_deal = engagements.deal[row].get().and_then(|deal| tables.deals.account[deal].get());
            let named = engagements.account[row].get();
            let accounts = named.into_iter().chain(of_deal.filter(move |account| Some(*account) != named));
            let payee = engagements.payee[row];
            accounts.filter_map(move |account| Some((account.raw(), day?, payee)))
        };
        let rows =
            (0..engagements.len()).into_par_iter().with_min_len(MIN_ROWS).filter_map(EngagementIx::new);
        let mut work: Vec<(u32, i32, PayeeIx)> = rows.flat_map_iter(on_accounts).collect();
        work.par_sort_unstable();
        work.dedup();
        Self(work)
    }

    fn within(&self, account: u32, days: Range<i32>) -> impl Iterator<Item = PayeeIx> + '_ {
        let from = self.0.partition_point(|(other, day, _)| (*other, *day) < (account, days.start));
        let later = self.0.get(from..).unwrap_or_default().iter();
        later
            .take_while(move |(other, day, _)| *other == account && *day < days.end)
            .map(|(_, _, payee)| *payee)
    }
}

/// By deal: whether it has a holder who is a partner on the day of closing, under a policy for a role that makes revenue sourced.
fn registered(ground: &Ground<'_>) -> Vec<bool> {
    let (close, tables) = (ground.close, &*ground.close.tables);
    let mut registered = vec![false; tables.deals.len()];
    let Some(governance) = &close.governance else { return registered };
    for claim in governance.claims.iter().filter(|claim| claim.holder) {
        let Subject::Deal(deal) = claim.subject else { continue };
        let role = role_of(governance, &close.rules, claim.registration, tables);
        let is_one = role.is_some_and(|role| close.book.report.sourced_roles.iter().any(|one| one == role));
        if let Some(flag) = registered.get_mut(deal.at()) {
            *flag = is_one && ground.partners.is_partner(claim.payee, tables.deals.close_date[deal]);
        }
    }
    registered
}

/// The role of the policy that a registration is under.
fn role_of<'r>(
    governance: &Governance,
    rules: &'r RuleBook,
    registration: RegistrationIx,
    tables: &Tables,
) -> Option<&'r str> {
    let policy = governance.courses.get(registration.at())?.policy?;
    let submitted = tables.channel.registrations.rows.get(registration.at())?.submitted_at.day;
    let (_, policy) = rules.policies.iter().find(|(place, _)| *place == policy)?;
    match &policy.in_force(submitted)?.terms {
        PolicyTerms::Registration(terms) => Some(&terms.role),
        _ => None,
    }
}

/// The engagements of the source that name a deal.
pub(super) fn source_rows(tables: &Tables, deal: DealIx) -> impl Iterator<Item = EngagementIx> + '_ {
    tables.engagements.of_deal(deal).filter(|row| tables.engagements.is_source(*row))
}

/// The day of a piece of work; `None` where it has none.
pub(crate) fn day_of(tables: &Tables, row: EngagementIx) -> Option<i32> {
    tables.engagements.occurred_on.get(row.at()).copied().filter(|day| *day != NO_DAY)
}

/// The work on deals: deal, payee, role (codes of the roles of the data), day, id_rank (the place of its engagement_id among those of its
/// deal, 0 where it has none), partner (whether the payee was one when the deal closed).
pub(super) fn frame(ground: &Ground<'_>) -> Result<DataFrame, Fault> {
    in_parts(&seen_deals(ground), |deals| part(ground, deals))
}

fn part(ground: &Ground<'_>, deals: &[DealIx]) -> Result<DataFrame, Fault> {
    let tables = &*ground.close.tables;
    let engagements = &tables.engagements;
    let of_deal = |deal: &DealIx| {
        let deal = *deal;
        source_rows(tables, deal).map(move |row| (deal, row))
    };
    let rows: Vec<(DealIx, EngagementIx)> = deals.iter().flat_map(of_deal).collect();
    let partner = |(deal, row): &(DealIx, EngagementIx)| {
        ground.partners.is_partner(engagements.payee[*row], tables.deals.close_date[*deal])
    };
    let frame = Builder::new(rows.len())
        .codes("deal", rows.iter().map(|(deal, _)| deal.raw()).collect())
        .codes("payee", rows.iter().map(|(_, row)| engagements.payee[*row].raw()).collect())
        .codes("role", rows.iter().map(|(_, row)| engagements.role(*row).raw()).collect())
        .some_days("day", rows.iter().map(|(_, row)| day_of(tables, *row)))
        .codes("id_rank", id_ranks(&engagements.ids, &rows))
        .codes(
            "state",
            rows.iter().map(|(deal, row)| tables.state(engagements.payee[*row], *deal).raw()).collect(),
        )
        .flags("partner", rows.iter().map(partner))
        .frame()?;
    Ok(frame)
}

/// Who worked first on deals and who last, of dated work on or before the close: deal, and codes of the payee's state and of the role
/// (`from_state`, `from_role`, `to_state`, `to_role`).
pub(super) fn touches(ground: &Ground<'_>) -> Result<DataFrame, Fault> {
    in_parts(&seen_deals(ground), |deals| touches_of(ground, deals))
}

fn touches_of(ground: &Ground<'_>, deals: &[DealIx]) -> Result<DataFrame, Fault> {
    let tables = &*ground.close.tables;
    let ends_of = |deal: &DealIx| ends(tables, *deal).map(|(first, last)| (*deal, first, last));
    let touched: Vec<(DealIx, EngagementIx, EngagementIx)> = deals.iter().filter_map(ends_of).collect();
    let state = |deal: DealIx, row: &EngagementIx| tables.state(tables.engagements.payee[*row], deal).raw();
    let role = |row: &EngagementIx| tables.engagements.role(*row).raw();
    let frame = Builder::new(touched.len())
        .codes("deal", touched.iter().map(|(deal, _, _)| deal.raw()).collect())
        .codes("from_state", touched.iter().map(|(deal, first, _)| state(*deal, first)).collect())
        .codes("from_role", touched.iter().map(|(_, first, _)| role(first)).collect())
        .codes("to_state", touched.iter().map(|(deal, _, last)| state(*deal, last)).collect())
        .codes("to_role", touched.iter().map(|(_, _, last)| role(last)).collect())
        .frame()?;
    Ok(frame)
}

/// The first and the last dated work on a deal on or before its close, in the order of work and then of roles.
fn ends(tables: &Tables, deal: DealIx) -> Option<(EngagementIx, EngagementIx)> {
    let (close, engagements) = (tables.deals.close_date[deal], &tables.engagements);
    let is_before = |one: EngagementIx, other: EngagementIx| {
        let by_role = || engagements.role(one).cmp(&engagements.role(other));
        engagements.order_of_work(one, other).then_with(by_role).is_lt()
    };
    let mut dated =
        source_rows(tables, deal).filter(|row| day_of(tables, *row).is_some_and(|day| day <= close));
    let first = dated.next()?;
    Some(dated.fold((first, first), |(first, last), row| {
        (if is_before(row, first) { row } else { first }, if is_before(row, last) { last } else { row })
    }))
}

fn seen_deals(ground: &Ground<'_>) -> Vec<DealIx> {
    let is_seen = |deal: &DealIx| ground.sight.sees(Subject::Deal(*deal));
    ground.close.tables.deals.all().filter(is_seen).collect()
}

/// The place of each row's engagement_id among those of its deal, from 1; 0 where it has none. Rows of a deal are side by side.
fn id_ranks(ids: &WorkIds, rows: &[(DealIx, EngagementIx)]) -> Vec<u32> {
    let of_deal = |rows: &[(DealIx, EngagementIx)]| {
        let has_id = |place: &usize| ids.get(rows[*place].1).is_some();
        let mut in_order: Vec<usize> = (0..rows.len()).filter(has_id).collect();
        in_order.sort_by(|one, other| ids.compare(rows[*one].1, rows[*other].1));
        let mut ranks = vec![0; rows.len()];
        (1..).zip(in_order).for_each(|(rank, place)| ranks[place] = rank);
        ranks
    };
    rows.chunk_by(|one, other| one.0 == other.0).flat_map(of_deal).collect()
}
