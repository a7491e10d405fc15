//! Work: engagements of the source. What it makes of deals depends on who was a partner when they closed, so it is asked deal by deal.

use std::ops::Range;

use apportion::channel::{Governance, Subject, Texts};
use apportion::data::{DealIx, EngagementIx, NO_DAY, PayeeIx, RegistrationIx, Tables};
use apportion::rules::RuleBook;
use apportion::rules::policies::PolicyTerms;
use polars::frame::DataFrame;
use rayon::prelude::*;

use super::Ground;
use super::builder::Builder;
use crate::Fault;

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
            accounts: AccountWork::new(tables),
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

/// Dated work by account and day.
struct AccountWork(Vec<(u32, i32, PayeeIx)>);

impl AccountWork {
    /// Work that names an account, or a deal of it.
    fn new(tables: &Tables) -> Self {
        let engagements = &tables.engagements;
        let mut work: Vec<(u32, i32, PayeeIx)> = Vec::new();
        for row in engagements.all().filter(|row| engagements.is_source(*row)) {
            let Some(day) = day_of(tables, row) else { continue };
            let of_deal = engagements.deal[row].get().and_then(|deal| tables.deals.account[deal].get());
            let named = engagements.account[row].get();
            for account in named.into_iter().chain(of_deal.filter(|account| Some(*account) != named)) {
                work.push((account.raw(), day, engagements.payee[row]));
            }
        }
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

/// The work on deals: deal, payee, role (codes of the roles of the data), day, order (section by day, then engagement_id), partner
/// (whether the payee was one when the deal closed).
pub(super) fn frame(ground: &Ground<'_>) -> Result<DataFrame, Fault> {
    let tables = &*ground.close.tables;
    let engagements = &tables.engagements;
    let is_seen = |deal: &DealIx| ground.sight.sees(Subject::Deal(*deal));
    let deals = tables.deals.all().filter(is_seen);
    let rows: Vec<(DealIx, EngagementIx)> =
        deals.flat_map(|deal| source_rows(tables, deal).map(move |row| (deal, row))).collect();
    let partner = |(deal, row): &(DealIx, EngagementIx)| {
        ground.partners.is_partner(engagements.payee[*row], tables.deals.close_date[*deal])
    };
    let frame = Builder::new(rows.len())
        .codes("deal", rows.iter().map(|(deal, _)| deal.raw()).collect())
        .codes("payee", rows.iter().map(|(_, row)| engagements.payee[*row].raw()).collect())
        .codes("role", rows.iter().map(|(_, row)| engagements.role(*row).raw()).collect())
        .some_days("day", rows.iter().map(|(_, row)| day_of(tables, *row)))
        .codes(
            "id_rank",
            rows.iter().map(|(_, row)| engagements.id_rank.get(row.at()).copied().unwrap_or(0)).collect(),
        )
        .codes(
            "state",
            rows.iter().map(|(deal, row)| tables.state(engagements.payee[*row], *deal).raw()).collect(),
        )
        .flags("partner", rows.iter().map(partner))
        .frame()?;
    Ok(frame)
}
