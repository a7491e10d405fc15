//! Deals: what a scorecard counts of them.

use std::collections::BTreeSet;

use apportion::book::Period;
use apportion::channel::Subject;
use apportion::data::{DealIx, Tables};
use polars::frame::DataFrame;

use super::builder::{Builder, in_parts};
use super::groups::{month_of, with_groups};
use super::work::Class;
use super::{Ground, PartnerWork, Values};
use crate::Fault;

/// Deals as sold, of all periods:
///
/// | column | |
/// |---|---|
/// | `subject` | its number |
/// | `g0`, … | codes of groups |
/// | `close`, `close_month`; `created`, `created_month`; `term`, `term_month` | days and their months; the last two may be missing |
/// | `won` | |
/// | `amount` | in book currency |
/// | `decided` | counts as won or lost |
/// | `excluded` | would, but for the reason for which it was lost |
/// | `revenue` | what it adds to revenue; missing where it does not count |
/// | `class` | place among sourced, co_sold, influenced, fulfilled, direct; of a reversal its original's |
/// | `joined` | a partner worked on it on or before the close |
/// | `worked` | the deal whose work counts: of a reversal its original |
/// | `renews` | the deal that it renews |
/// | `claimed`, `referral` | has a holder; the holder's registration is a referral |
/// | `list` | list_price under a price policy, else list_amount |
/// | `under_price`, `breach`, `below_floor` | of price policies |
/// | `size` | digits before the point of list_amount, else of amount; 0.5 has one |
/// | `quarter` | fiscal quarter: four times the year, and its number less one |
/// | `x` | discount_given, else discount, in millionths |
/// | `o0`, … | codes of the columns by which discounts are compared |
pub(super) fn frame(
    ground: &Ground<'_>,
    work: &PartnerWork,
    excluded: &[String],
) -> Result<DataFrame, Fault> {
    let facts = Facts::new(ground, work, excluded)?;
    let tables = &*ground.close.tables;
    // Milestones are lines of deals that are none.
    let is_deal = |deal: &DealIx| tables.effects.milestone(*deal).is_none();
    let is_seen = |deal: &DealIx| ground.sight.sees(Subject::Deal(*deal));
    let rows: Vec<DealIx> = tables.deals.all().filter(is_deal).filter(is_seen).collect();
    let compared = compared(ground, tables);
    in_parts(&rows, |rows| part(ground, work, &facts, &compared, rows))
}

/// Some of the rows.
fn part(
    ground: &Ground<'_>,
    work: &PartnerWork,
    facts: &Facts<'_>,
    compared: &[Vec<u32>],
    rows: &[DealIx],
) -> Result<DataFrame, Fault> {
    let tables = &*ground.close.tables;
    let deals = &tables.deals;
    let column = |name: &str| Values::of(&deals.frame, name);
    let days = |name: &str| -> Vec<Option<i32>> {
        let values = column(name);
        rows.iter().map(|deal| values.day(deal.at())).collect()
    };
    let (created, term) = (days("created_on"), days("term_ends_on"));
    let months = |days: &[Option<i32>]| days.iter().map(|day| day.map(month_of)).collect::<Vec<_>>();
    let mut builder = with_groups(Builder::new(rows.len()), ground, &subjects(rows))
        .codes("subject", subjects(rows))
        .days("close", rows.iter().map(|deal| deals.close_date[*deal]).collect())
        .codes("close_month", rows.iter().map(|deal| month_of(deals.close_date[*deal])).collect())
        .some_codes("created_month", months(&created).into_iter())
        .some_days("created", created.into_iter())
        .some_codes("term_month", months(&term).into_iter())
        .some_days("term", term.into_iter())
        .flags("won", rows.iter().map(|deal| deals.won[*deal]))
        .numbers("amount", rows.iter().map(|deal| deals.amount_e6[*deal]).collect())
        .flags("decided", rows.iter().map(|deal| facts.standing(*deal) == Standing::Decided))
        .flags("excluded", rows.iter().map(|deal| facts.standing(*deal) == Standing::Excluded))
        .some_wide("revenue", rows.iter().map(|deal| facts.revenue(*deal)))
        .codes("class", rows.iter().map(|deal| facts.class(*deal) as u32).collect())
        .flags("joined", rows.iter().map(|deal| work.joined.get(deal.at()).copied().unwrap_or(false)))
        .codes("worked", rows.iter().map(|deal| facts.classed(*deal).raw()).collect())
        .some_codes("renews", rows.iter().map(|deal| deals.renews[*deal].get().map(DealIx::raw)))
        .flags("claimed", rows.iter().map(|deal| facts.claims.claimed(*deal)))
        .flags("referral", rows.iter().map(|deal| facts.claims.referral(*deal)))
        .some_wide("list", rows.iter().map(|deal| facts.prices.list(*deal)))
        .flags("under_price", rows.iter().map(|deal| facts.prices.audited(*deal).is_some()))
        .flags("breach", rows.iter().map(|deal| facts.prices.audited(*deal).is_some_and(|audit| audit.0)))
        .some_wide("below_floor", rows.iter().map(|deal| facts.prices.audited(*deal).map(|audit| audit.1)))
        .some_wide("x", rows.iter().map(|deal| facts.prices.discount(*deal)))
        .codes("size", rows.iter().map(|deal| facts.size(*deal)).collect())
        .codes("quarter", rows.iter().map(|deal| quarter_of(ground, deals.close_date[*deal])).collect());
    for (place, codes) in compared.iter().enumerate() {
        let own = rows.iter().map(|deal| codes.get(deal.at()).copied().unwrap_or(0)).collect();
        builder = builder.codes(&format!("o{place}"), own);
    }
    Ok(builder.frame()?)
}

fn subjects(rows: &[DealIx]) -> Vec<u32> {
    rows.iter().map(|deal| deal.raw()).collect()
}

/// The fiscal quarter of a day, as a number that tells quarters apart and puts them in order.
fn quarter_of(ground: &Ground<'_>, day: i32) -> u32 {
    match ground.close.book.calendar().period_of(day, apportion::book::Every::Quarter) {
        Period::Quarter { year, quarter } => u32::try_from(year * 4 + i32::from(quarter) - 1).unwrap_or(0),
        Period::Month { .. } | Period::Year { .. } => 0,
    }
}

/// The codes of the columns by which discounts are compared, those that are there.
fn compared(ground: &Ground<'_>, tables: &Tables) -> Vec<Vec<u32>> {
    let names = &ground.close.book.report.outliers_by;
    let there: Vec<String> =
        names.iter().filter(|name| Values::of(&tables.deals.frame, name).is_there()).cloned().collect();
    super::Groups::new(&there, tables).columns.into_iter().map(|column| column.codes).collect()
}

/// How a deal counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Standing {
    Decided,
    Excluded,
    /// In revenue alone, or not at all.
    Apart,
}

/// What is known of deals beside their columns.
struct Facts<'a> {
    tables: &'a Tables,
    reasons: Values<'a>,
    excluded: BTreeSet<&'a str>,
    classes: &'a [Class],
    claims: Claims,
    prices: Prices<'a>,
}

impl<'a> Facts<'a> {
    fn new(ground: &'a Ground<'_>, work: &'a PartnerWork, excluded: &'a [String]) -> Result<Self, Fault> {
        let tables = &*ground.close.tables;
        Ok(Self {
            tables,
            reasons: Values::of(&tables.deals.frame, "lost_reason"),
            excluded: excluded.iter().map(String::as_str).collect(),
            classes: &work.class,
            claims: Claims::new(ground),
            prices: Prices::new(ground)?,
        })
    }

    fn is_reversal(&self, deal: DealIx) -> bool {
        self.tables.deals.won[deal] && self.tables.deals.reversal(deal).is_some()
    }

    fn standing(&self, deal: DealIx) -> Standing {
        let deals = &self.tables.deals;
        if self.is_reversal(deal) || deals.amount_e6[deal] < 0 {
            return Standing::Apart;
        }
        let reason = if deals.won[deal] { None } else { self.reasons.text(deal.at()) };
        let is_no_loss = reason.is_some_and(|reason| self.excluded.contains(reason.as_ref()));
        if is_no_loss { Standing::Excluded } else { Standing::Decided }
    }

    fn size(&self, deal: DealIx) -> u32 {
        let list = self.prices.list_amount.millionths(deal.at());
        digits(list.unwrap_or_else(|| i128::from(self.tables.deals.amount_e6[deal])))
    }

    fn revenue(&self, deal: DealIx) -> Option<i128> {
        let deals = &self.tables.deals;
        if !deals.won[deal] {
            return None;
        }
        Some(match deals.reversal(deal) {
            Some(reversal) => -reversal.size_e6,
            None => i128::from(deals.amount_e6[deal]),
        })
    }

    /// The deal whose work counts: of a reversal its original.
    fn classed(&self, deal: DealIx) -> DealIx {
        if self.is_reversal(deal) { self.tables.deals.original(deal).unwrap_or(deal) } else { deal }
    }

    fn class(&self, deal: DealIx) -> Class {
        self.classes.get(self.classed(deal).at()).copied().unwrap_or(Class::Direct)
    }
}

/// Digits before the point; 0.5 has one.
fn digits(amount_e6: i128) -> u32 {
    (amount_e6.unsigned_abs() / 1_000_000).checked_ilog10().map_or(1, |log| log + 1)
}

/// What holds deals.
struct Claims {
    /// By deal: whether it has a holder, and whether that is a referral.
    of_deals: Vec<Option<bool>>,
}

impl Claims {
    fn new(ground: &Ground<'_>) -> Self {
        let tables = &*ground.close.tables;
        let mut of_deals = vec![None; tables.deals.len()];
        let kinds = Values::of(&tables.channel.registrations.frame, "kind");
        let claims = ground.close.governance.iter().flat_map(|governance| &governance.claims);
        for claim in claims.filter(|claim| claim.holder) {
            if let Subject::Deal(deal) = claim.subject
                && let Some(of_deal) = of_deals.get_mut(deal.at())
            {
                *of_deal = Some(kinds.text(claim.registration.at()).as_deref() == Some("referral"));
            }
        }
        Self { of_deals }
    }

    fn claimed(&self, deal: DealIx) -> bool {
        self.of_deals.get(deal.at()).is_some_and(Option::is_some)
    }

    fn referral(&self, deal: DealIx) -> bool {
        self.of_deals.get(deal.at()).copied().flatten().unwrap_or(false)
    }
}

/// What deals were sold at.
struct Prices<'a> {
    list_amount: Values<'a>,
    given: Values<'a>,
    discount: Values<'a>,
    /// By deal under a price policy: whether it is a breach, what is below the floor, its list price.
    audits: Vec<Option<(bool, i128, Option<i128>)>>,
}

impl<'a> Prices<'a> {
    fn new(ground: &'a Ground<'_>) -> Result<Self, Fault> {
        let tables = &*ground.close.tables;
        let mut audits = vec![None; tables.deals.len()];
        for audit in ground.close.governance.iter().flat_map(|governance| &governance.prices) {
            if let Subject::Deal(deal) = audit.subject
                && let Some(of_deal) = audits.get_mut(deal.at())
            {
                let below = super::lines::in_millionths(ground, audit.below_floor)?;
                *of_deal = Some((audit.breach, below, audit.list_e6.map(i128::from)));
            }
        }
        let column = |name| Values::of(&tables.deals.frame, name);
        Ok(Self {
            list_amount: column("list_amount"),
            given: column("discount_given"),
            discount: column("discount"),
            audits,
        })
    }

    fn audited(&self, deal: DealIx) -> Option<(bool, i128)> {
        let (breach, below, _) = self.audits.get(deal.at()).copied().flatten()?;
        Some((breach, below))
    }

    fn list(&self, deal: DealIx) -> Option<i128> {
        match self.audits.get(deal.at()).copied().flatten() {
            Some((_, _, list)) => list,
            None => self.list_amount.millionths(deal.at()),
        }
    }

    fn discount(&self, deal: DealIx) -> Option<i128> {
        self.given.millionths(deal.at()).or_else(|| self.discount.millionths(deal.at()))
    }
}
