//! Which costs of a deal are an asset: the policies in force, asked for many deals at a time. The ledger asks them, and `check`.

use arrow::array::{Array, AsArray};
use arrow::datatypes::{DataType, Decimal128Type};

use crate::plan::{Bound, index_array, no_value};
use apportion_base::diagnostic::Diagnostic;
use apportion_base::money::pow10;
use apportion_data::{DealIx, Tables};
use apportion_rules::{
    AmortisationStart, Capitalise, Months, Policies, PolicyIx, PolicyKind, PolicyTerms, PolicyVersion,
};

/// What has as many months or fewer may be an expense at once.
const EXPEDIENT_MONTHS: i64 = 12;

/// How the cost of a deal and a rule becomes an expense.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Terms {
    /// The policy that says so.
    pub policy: PolicyIx,
    /// Over how many months, 1 or more.
    pub months: i64,
    /// When they begin.
    pub starts: AmortisationStart,
}

/// What a policy says of a deal.
#[derive(Debug, Clone, Copy)]
struct Match<'a> {
    policy: PolicyIx,
    capitalise: &'a Capitalise,
    /// None where the column has no whole number above 0.
    months: Option<i64>,
}

/// The policies that match some deals.
#[derive(Debug)]
pub struct Capitalised<'a> {
    policies: &'a Policies,
    /// By the place of a deal among those that were asked about; in byte order of policies.
    by_place: Vec<Vec<Match<'a>>>,
}

impl<'a> Capitalised<'a> {
    /// Asks all policies about some deals, which are taken as they were sold.
    ///
    /// # Errors
    /// `number-too-large` where a condition has no value on a deal.
    pub fn new(tables: &Tables, policies: &'a Policies, deals: &[DealIx]) -> Result<Self, Diagnostic> {
        let mut by_place: Vec<Vec<Match<'a>>> = vec![Vec::new(); deals.len()];
        for (index, policy) in policies.of_kind(PolicyKind::Capitalise) {
            for version in &policy.versions {
                let PolicyTerms::Capitalise(capitalise) = &version.terms else { continue };
                for place in matching(tables, (&policy.id, version, capitalise), deals)? {
                    let months = months(tables, &capitalise.months, deals[place]);
                    by_place[place].push(Match { policy: index, capitalise, months });
                }
            }
        }
        Ok(Self { policies, by_place })
    }

    /// How the cost of a rule on a deal becomes an expense, by the first policy that matches both; none where none does, or where that
    /// one makes it an expense at once.
    pub fn terms(&self, place: usize, rule: &str) -> Option<Terms> {
        let first = self.by_place.get(place)?.iter().find(|found| found.capitalise.covers(rule))?;
        let months = first.months?;
        let at_once = first.capitalise.expedient && months <= EXPEDIENT_MONTHS;
        (!at_once).then_some(Terms { policy: first.policy, months, starts: first.capitalise.starts })
    }

    /// Whether a policy matches a deal, whatever becomes of its cost.
    pub fn matches(&self, place: usize, policy: &str) -> bool {
        let is_it = |found: &Match<'_>| self.policies[found.policy].id == policy;
        self.by_place.get(place).is_some_and(|all| all.iter().any(is_it))
    }
}

/// Whether the cost of a deal can be an asset at all: it was won, is of 0 or more, and neither a reversal nor a milestone.
fn is_contract(tables: &Tables, deal: DealIx) -> bool {
    let deals = &tables.deals;
    deals.won[deal]
        && deals.amount_e6[deal] >= 0
        && deals.reversal(deal).is_none()
        && tables.effects.milestone(deal).is_none()
}

/// The places of the deals that a version matches.
fn matching(
    tables: &Tables,
    (id, version, capitalise): (&str, &PolicyVersion, &Capitalise),
    deals: &[DealIx],
) -> Result<Vec<usize>, Diagnostic> {
    let in_question =
        |deal: DealIx| version.in_force(tables.deals.close_date[deal]) && is_contract(tables, deal);
    let places: Vec<usize> = (0..deals.len()).filter(|place| in_question(deals[*place])).collect();
    let Some(when) = &capitalise.when else { return Ok(places) };
    let index = index_array(places.iter().map(|place| deals[*place].raw()));
    let mask = Bound::new(when, &[Some(&tables.deals.frame)]).mask(places.len(), &[Some(&index)]).map_err(
        |error| {
            let deal = places.get(error.row).map(|place| tables.deals.id(deals[*place]));
            let on = deal.map_or(String::new(), |deal| format!(" on deal `{deal}`"));
            no_value(format_args!("capitalise `{id}`{on}"), when, &error)
        },
    )?;
    Ok(mask.values().set_indices().map(|row| places[row]).collect())
}

/// The months of a deal: a whole number above 0, or none.
fn months(tables: &Tables, months: &Months, deal: DealIx) -> Option<i64> {
    let name = match months {
        Months::Fixed(months) => return Some(i64::from(*months)),
        Months::Column(name) => name,
    };
    let column = tables.deals.frame.column(name)?;
    let DataType::Decimal128(_, scale) = column.data_type() else { return None };
    let (unit, column) =
        (pow10(u32::try_from(*scale).ok()?).ok()?, column.as_primitive_opt::<Decimal128Type>()?);
    let value = column.is_valid(deal.at()).then(|| column.value(deal.at()))?;
    let is_whole = value > 0 && value % unit == 0;
    is_whole.then(|| i64::try_from(value / unit).unwrap_or(i64::MAX))
}
