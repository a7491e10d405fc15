//! `engage-before-renewal`: a renewal is within 120 days, and the partner whose bonus asks for it has not worked on it.

use std::collections::BTreeSet;

use apportion_base::diagnostic::Diagnostic;
use apportion_channel::Subject;
use apportion_channel::conflict::People;
use apportion_data::{AccountIx, Bound, DealIx, EngagementIx, OpenIx, PayeeIx};
use apportion_rules::{Body, RuleIx, Version};
use arrow::array::{Array, AsArray};
use arrow::datatypes::Date32Type;

use super::ground::{Ground, on};
use super::stake::{Change, Question};
use super::{ActionKind, Found, Stake};
use crate::credit::{Fault, Subject as FaultSubject};
use crate::plan::index_array;
use crate::settle::describe;

/// How many days ahead, and how many days before a renewal work is looked for.
const DAYS: i32 = 120;

/// For each renewal that is near: a deal whose term ends, or an opportunity that a renewal bonus matches.
pub(super) fn find(ground: &Ground<'_>) -> Result<Vec<Found>, Vec<Diagnostic>> {
    let mut renewals = terms(ground);
    renewals.extend(expected(ground)?);
    let people = ground.people();
    Ok(renewals
        .iter()
        .filter_map(|renewal| of(ground, renewal, partner(ground, &people, renewal)?))
        .collect())
}

/// A renewal that is near.
#[derive(Debug, Clone)]
struct Renewal<'a> {
    subject: Subject,
    id: &'a str,
    account: Option<AccountIx>,
    day: i32,
    /// The id of the renewal bonus.
    rule: &'a str,
}

fn is_near(ground: &Ground<'_>, day: i32) -> bool {
    (ground.as_of..=ground.as_of.saturating_add(DAYS)).contains(&day)
}

/// The renewal bonuses in force on a day.
fn bonuses<'a>(
    ground: &Ground<'a>,
    day: i32,
) -> impl Iterator<Item = (RuleIx, &'a str, &'a Version)> + use<'a> {
    let in_force = move |(index, rule): (RuleIx, &'a apportion_rules::Rule)| {
        let version = rule.versions.iter().find(|version| version.in_force(day))?;
        matches!(version.body, Body::RenewalBonus(_)).then_some((index, rule.id.as_str(), version))
    };
    ground.rules.iter().filter_map(in_force)
}

/// Won deals whose term ends soon and that no deal has renewed.
fn terms<'a>(ground: &Ground<'a>) -> Vec<Renewal<'a>> {
    let deals = &ground.tables.deals;
    let ends = deals.frame.column("term_ends_on").and_then(|column| column.as_primitive_opt::<Date32Type>());
    let Some(ends) = ends else { return Vec::new() };
    let is_known = |deal: &DealIx| deals.close_date[*deal] <= ground.as_of;
    let renewed: BTreeSet<DealIx> =
        deals.all().filter(is_known).filter_map(|deal| deals.renews[deal].get()).collect();
    let reversals =
        deals.reversals.iter().flat_map(|reversal| [Some(reversal.deal), reversal.original.get()]);
    let reversals: BTreeSet<DealIx> = reversals.flatten().collect();
    let renewal = |deal: DealIx| {
        let day =
            ends.is_valid(deal.at()).then(|| ends.value(deal.at())).filter(|day| is_near(ground, *day))?;
        let (_, rule, _) = bonuses(ground, day).next()?;
        let account = deals.account[deal].get();
        Some(Renewal { subject: Subject::Deal(deal), id: deals.id(deal), account, day, rule })
    };
    let is_running = |deal: &DealIx| deals.won[*deal] && !renewed.contains(deal) && !reversals.contains(deal);
    deals.all().filter(is_known).filter(is_running).filter_map(renewal).collect()
}

/// Open opportunities that are expected soon and that a renewal bonus of that day matches.
fn expected<'a>(ground: &Ground<'a>) -> Result<Vec<Renewal<'a>>, Vec<Diagnostic>> {
    let open = &ground.tables.channel.opportunities;
    let mut renewals = Vec::new();
    for place in open.all() {
        let Some(day) = ground.expected_close(place).filter(|day| is_near(ground, *day)) else { continue };
        for (index, rule, version) in bonuses(ground, day) {
            if matches(ground, place, (index, version))? {
                let (id, account) = (open.ids.value(place.at()), ground.account(place));
                renewals.push(Renewal { subject: Subject::Open(place), id, account, day, rule });
                break;
            }
        }
    }
    Ok(renewals)
}

/// Whether a version matches an opportunity, seen as a deal.
fn matches(
    ground: &Ground<'_>,
    open: OpenIx,
    (rule, version): (RuleIx, &Version),
) -> Result<bool, Vec<Diagnostic>> {
    let Some(when) = &version.when else { return Ok(true) };
    let bound = Bound::new(when, &[Some(&ground.tables.channel.opportunities.frame)]);
    let mask = bound.mask(1, &[Some(&index_array([open.raw()].into_iter()))]).map_err(|error| {
        let fault = Fault::of_expression(when, error, |_| FaultSubject::Rule);
        vec![describe(ground.tables, ground.rules, rule, &fault)]
    })?;
    Ok(mask.is_valid(0) && mask.value(0))
}

/// What its partner is to do for a renewal: nothing after work on it.
fn of(ground: &Ground<'_>, renewal: &Renewal<'_>, payee: PayeeIx) -> Option<Found> {
    let Renewal { subject, id, day, rule, .. } = *renewal;
    let first = day.saturating_sub(DAYS);
    let is_on_it = |row: EngagementIx| {
        let is_in_time = ground.day_of(row).is_some_and(|day| (first..=ground.as_of).contains(&day));
        is_in_time && is_on(ground, row, renewal)
    };
    if ground.latest_work(payee, is_on_it).is_some() {
        return None;
    }
    let what = match subject {
        Subject::Deal(_) => format!("The term of {id} ends on {}", on(day)),
        Subject::Open(_) => format!("The renewal {id} is expected on {}", on(day)),
    };
    let partner = ground.payee_id(payee);
    Some(Found {
        kind: ActionKind::EngageBeforeRenewal,
        payee: Some(payee),
        subject: id.to_owned(),
        due: Some(day),
        stake: stake(ground, renewal, payee),
        why: format!(
            "{what}, and {partner} has not worked on it since {}, which `{rule}` asks for.",
            on(first)
        ),
    })
}

/// Its partner; of an opportunity without one that of the latest deal of its account that has one.
fn partner(ground: &Ground<'_>, people: &People<'_>, renewal: &Renewal<'_>) -> Option<PayeeIx> {
    let of_account =
        |account| ground.won_on(account).iter().rev().find_map(|deal| people.partner(Subject::Deal(*deal)));
    people.partner(renewal.subject).or_else(|| of_account(renewal.account?))
}

/// Whether a piece of work is on a renewal or its account.
fn is_on(ground: &Ground<'_>, row: EngagementIx, renewal: &Renewal<'_>) -> bool {
    let engagements = &ground.tables.engagements;
    let on_account = renewal.account.is_some_and(|account| ground.is_on_account(row, account));
    on_account
        || match renewal.subject {
            Subject::Deal(deal) => engagements.deal[row].get() == Some(deal),
            Subject::Open(open) => {
                let named = engagements.opportunity.get(row.at()).and_then(|named| named.get());
                named == Some(ground.tables.channel.opportunities.opportunity[open])
            }
        }
}

/// Of an opportunity, what work in the partner's usual role would bring.
fn stake(ground: &Ground<'_>, renewal: &Renewal<'_>, payee: PayeeIx) -> Stake {
    let Some(role) = ground.usual_role(payee, renewal.account) else { return Stake::Unknown };
    match renewal.subject {
        Subject::Deal(_) => Stake::Unknown,
        Subject::Open(_) => Stake::Asked(Question {
            open: renewal.id.to_owned(),
            payee,
            with: Change::Work(payee, role),
            without: Change::Nothing,
        }),
    }
}
