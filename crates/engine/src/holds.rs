//! Which part of what was earned may be paid: the holds in force, asked for many lines at a time, and the open conflicts and unmet gates
//! that hold all of a line. The ledger asks them, and `check`.

pub mod conflicts;

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, Date32Array, Decimal128Array, UInt32Array};
use arrow::datatypes::{DataType, Decimal128Type};

use crate::gates::Gates;
use crate::plan::{Bound, index_array, no_value};
use apportion_base::diagnostic::{Code, Diagnostic};
use apportion_base::money::{Minor, Overflow, Rounding, pow10};
use apportion_base::notation::shortest;
use apportion_data::{DealIx, Frame, PayeeIx, Tables};
use apportion_expr::{EvalError, Expr};
use apportion_rules::{Hold, Policies, PolicyIx, PolicyKind, PolicyTerms, PolicyVersion, RuleBook};

/// Lines that are asked at a time.
const BATCH: usize = 1 << 16;

/// A share from 0 to 1: `mantissa / 10^scale`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Share {
    /// The digits.
    pub mantissa: i128,
    /// How many of them are decimals.
    pub scale: u32,
}

impl Share {
    /// All of it.
    pub const WHOLE: Self = Self { mantissa: 1, scale: 0 };

    /// Nothing of it.
    pub const NOTHING: Self = Self { mantissa: 0, scale: 0 };

    /// A number kept within 0 and 1; null is 0.
    fn kept(Release { mantissa, scale }: Release) -> Result<Self, Overflow> {
        let whole = pow10(scale)?;
        Ok(Self { mantissa: mantissa.unwrap_or(0).clamp(0, whole), scale })
    }

    /// Whether it is less than another one.
    ///
    /// # Errors
    /// Shares with too many digits to be compared.
    pub fn is_below(self, other: Self) -> Result<bool, Overflow> {
        let up = |own: Self, to: u32| own.mantissa.checked_mul(pow10(to - own.scale)?).ok_or(Overflow);
        let scale = self.scale.max(other.scale);
        Ok(up(self, scale)? < up(other, scale)?)
    }

    /// This part of an amount, rounded.
    ///
    /// # Errors
    /// A product of more than 38 digits.
    pub fn of(self, amount: Minor, rounding: Rounding) -> Result<Minor, Overflow> {
        let product = amount.wide().checked_mul(self.mantissa).ok_or(Overflow)?;
        Minor::from_wide(rounding.divide(product, pow10(self.scale)?))
    }

    /// As plain text, without trailing zeros.
    pub fn text(self) -> String {
        shortest(self.mantissa, self.scale)
    }
}

/// What `release` of a hold is for a line: `mantissa / 10^scale`, whatever that is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Release {
    /// The digits; none where the expression has no value.
    pub mantissa: Option<i128>,
    /// How many of them are decimals.
    pub scale: u32,
}

impl Release {
    /// Whether it is no part of a whole: below 0 or above 1.
    pub fn is_beyond(self) -> bool {
        let whole = pow10(self.scale).unwrap_or(i128::MAX);
        self.mantissa.is_some_and(|mantissa| !(0..=whole).contains(&mantissa))
    }

    /// As plain text, kept within 0 and 1.
    pub fn kept_text(self) -> String {
        Share::kept(self).map_or_else(|_| String::new(), Share::text)
    }
}

/// A line that is asked: the rule and the deal that decide, and the payee, where the data have it.
#[derive(Debug, Clone, Copy)]
pub struct AskedLine<'a> {
    /// The id of the rule.
    pub rule: &'a str,
    /// The deal.
    pub deal: DealIx,
    /// The payee; none where it is not in the data.
    pub payee: Option<PayeeIx>,
    /// The role, of rules that share by role.
    pub role: Option<&'a str>,
    /// Whose work or credit it is on: the payee's own, or of an override or a team another's; none where they are not in the data.
    pub credit_of: Option<PayeeIx>,
}

/// The share of a line, and the hold that it comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HeldShare {
    /// Which part may be paid.
    pub share: Share,
    /// What has the least share, the first by id; none where nothing matches.
    pub by: Option<HeldBy>,
}

/// What holds a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HeldBy {
    /// A hold or a gate.
    Policy(PolicyIx),
    /// An open conflict: its place among those that hold something ([`Effects::held`](apportion_data::Effects)).
    Conflict(usize),
}

impl HeldBy {
    /// The id of the hold, the gate or the conflict.
    pub fn id<'t>(self, tables: &'t Tables, policies: &'t Policies) -> &'t str {
        match self {
            Self::Policy(policy) => &policies[policy].id,
            Self::Conflict(place) => {
                tables.effects.held.get(place).map_or("", |conflict| conflict.conflict.as_str())
            }
        }
    }

    /// The hold or gate, if it is one.
    pub fn policy(self) -> Option<PolicyIx> {
        match self {
            Self::Policy(policy) => Some(policy),
            Self::Conflict(_) => None,
        }
    }
}

/// All that can hold lines at the end of a month.
#[derive(Debug)]
pub struct Holding<'a> {
    tables: &'a Tables,
    rules: &'a RuleBook,
    period_end: i32,
    gates: Gates<'a>,
}

impl<'a> Holding<'a> {
    /// Of the data and the rules, at the end of a month.
    pub fn new(tables: &'a Tables, rules: &'a RuleBook, period_end: i32) -> Self {
        Self { tables, rules, period_end, gates: Gates::new(tables, rules, period_end) }
    }

    /// Whether nothing can be held.
    pub fn is_empty(&self) -> bool {
        let no_hold = self.rules.policies.of_kind(PolicyKind::Hold).next().is_none();
        no_hold && self.tables.effects.held.is_empty() && !self.gates.hold()
    }

    /// The shares of some lines.
    ///
    /// # Errors
    /// A number that can't be held, naming the hold or the gate, and the deal.
    pub fn shares(&self, asked: &[AskedLine<'_>]) -> Result<Vec<HeldShare>, Diagnostic> {
        let (tables, policies) = (self.tables, &self.rules.policies);
        let mut shares = vec![HeldShare { share: Share::WHOLE, by: None }; asked.len()];
        for (index, policy) in policies.of_kind(PolicyKind::Hold) {
            let fault = |error: Overflow| fault(&policy.id, error);
            for version in &policy.versions {
                for (place, release) in releases(tables, (&policy.id, version), self.period_end, asked)? {
                    let share = Share::kept(release).map_err(fault)?;
                    let before = &mut shares[place];
                    if before.by.is_none() || share.is_below(before.share).map_err(fault)? {
                        *before = HeldShare { share, by: Some(HeldBy::Policy(index)) };
                    }
                }
            }
        }
        for (place, conflict) in conflicts::holding(tables, self.rules, asked) {
            self.hold_all(&mut shares[place], HeldBy::Conflict(conflict));
        }
        for (place, gate) in self.gates.holding(tables, asked)? {
            self.hold_all(&mut shares[place], HeldBy::Policy(gate));
        }
        Ok(shares)
    }

    /// Whether some lines can be held by a conflict, be it open or not, or by a gate, be it met or not.
    ///
    /// # Errors
    /// A number that can't be held, naming the gate and the deal.
    pub fn can_hold(&self, asked: &[AskedLine<'_>]) -> Result<Vec<bool>, Diagnostic> {
        let mut can_hold = vec![false; asked.len()];
        let of_conflicts = conflicts::can_hold(self.tables, self.rules, asked);
        for place in of_conflicts.chain(self.gates.can_hold(self.tables, asked)?) {
            can_hold[place] = true;
        }
        Ok(can_hold)
    }

    /// Whether there is a conflict or a gate that can hold lines.
    pub fn has_conflicts_or_gates(&self) -> bool {
        let effects = &self.tables.effects;
        !effects.held.is_empty() || !effects.once_held.is_empty() || self.gates.hold()
    }

    /// Holds all of a line; of several that do, the first by id is named.
    fn hold_all(&self, share: &mut HeldShare, by: HeldBy) {
        let id = |by: HeldBy| by.id(self.tables, &self.rules.policies);
        let is_held = share.share.mantissa == 0;
        if !is_held || share.by.is_none_or(|known| id(by) < id(known)) {
            *share = HeldShare { share: Share::NOTHING, by: Some(by) };
        }
    }
}

/// What `release` of a version of a hold is for those of some lines that it matches, by their places: as the expression has it, which may be
/// below 0, above 1 or none. A version that is no hold matches no line.
///
/// # Errors
/// A number that can't be held, naming the hold and the deal.
pub fn releases(
    tables: &Tables,
    (id, version): (&str, &PolicyVersion),
    period_end: i32,
    asked: &[AskedLine<'_>],
) -> Result<Vec<(usize, Release)>, Diagnostic> {
    let PolicyTerms::Hold(hold) = &version.terms else { return Ok(Vec::new()) };
    let in_question = |line: &AskedLine<'_>| {
        version.in_force(tables.deals.close_date[line.deal])
            && hold.rules.as_ref().is_none_or(|rules| rules.iter().any(|rule| rule == line.rule))
    };
    let places: Vec<usize> = (0..asked.len()).filter(|place| in_question(&asked[*place])).collect();
    let asking = Asking { tables, hold, id, period_end };
    let mut all = Vec::with_capacity(places.len());
    for places in places.chunks(BATCH) {
        all.extend(asking.releases(asked, places)?);
    }
    Ok(all)
}

fn fault(id: &str, error: Overflow) -> Diagnostic {
    Diagnostic::error(Code::NumberTooLarge, format!("hold `{id}`: {error}"))
}

/// A version of a hold that is asked.
struct Asking<'a> {
    tables: &'a Tables,
    hold: &'a Hold,
    id: &'a str,
    period_end: i32,
}

impl Asking<'_> {
    /// What may be paid of those lines that the hold matches, with their places.
    fn releases(
        &self,
        asked: &[AskedLine<'_>],
        places: &[usize],
    ) -> Result<Vec<(usize, Release)>, Diagnostic> {
        let mut places = places.to_vec();
        let (deals, payees) = (&self.tables.deals.frame, &self.tables.payees.states.frame);
        for (condition, frame, of_payees) in
            [(&self.hold.when, deals, false), (&self.hold.payees, payees, true)]
        {
            let Some(condition) = condition else { continue };
            let index = if of_payees { self.state_index(asked, &places) } else { deal_index(asked, &places) };
            let mask = Bound::new(condition, &[Some(frame)])
                .mask(places.len(), &[Some(&index)])
                .map_err(|error| self.failed(condition, &error, asked, &places))?;
            places = mask.values().set_indices().map(|row| places[row]).collect();
        }
        if places.is_empty() {
            return Ok(Vec::new());
        }
        let month = month_frame(self.period_end);
        let release = &self.hold.release;
        let zeros = UInt32Array::from(vec![0; places.len()]);
        let (deal, payee) = (deal_index(asked, &places), self.state_index(asked, &places));
        let values = Bound::new(release, &[Some(deals), Some(payees), Some(&month)])
            .evaluate(places.len(), &[Some(&deal), Some(&payee), Some(&zeros)])
            .map_err(|error| self.failed(release, &error, asked, &places))?;
        let numbers = (0..places.len()).map(|row| number(&values, row)).collect::<Result<Vec<_>, _>>();
        let numbers = numbers.map_err(|error| fault(self.id, error))?;
        Ok(places.into_iter().zip(numbers).collect())
    }

    /// What the payees are on the close dates of their deals; null where a payee is not in the data.
    fn state_index(&self, asked: &[AskedLine<'_>], places: &[usize]) -> UInt32Array {
        let state = |line: &AskedLine<'_>| line.payee.map(|payee| self.tables.state(payee, line.deal).raw());
        places.iter().map(|place| state(&asked[*place])).collect()
    }

    fn failed(
        &self,
        expr: &Expr,
        error: &EvalError,
        asked: &[AskedLine<'_>],
        places: &[usize],
    ) -> Diagnostic {
        let deal = places.get(error.row).map(|place| self.tables.deals.id(asked[*place].deal));
        let on = deal.map_or(String::new(), |deal| format!(" on deal `{deal}`"));
        no_value(format_args!("hold `{}`{on}", self.id), expr, error)
    }
}

/// The table with the one row that `period_end` is in.
pub(crate) fn month_frame(period_end: i32) -> Frame {
    let day = Arc::new(Date32Array::from(vec![period_end])) as ArrayRef;
    Frame { rows: 1, columns: vec![("period_end".to_owned(), day)] }
}

fn deal_index(asked: &[AskedLine<'_>], places: &[usize]) -> UInt32Array {
    index_array(places.iter().map(|place| asked[*place].deal.raw()))
}

/// A number of an expression's result.
fn number(values: &ArrayRef, row: usize) -> Result<Release, Overflow> {
    let DataType::Decimal128(_, scale) = values.data_type() else { return Err(Overflow) };
    let numbers: &Decimal128Array = values.as_primitive::<Decimal128Type>();
    let scale = u32::try_from(*scale).map_err(|_| Overflow)?;
    Ok(Release { mantissa: numbers.is_valid(row).then(|| numbers.value(row)), scale })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_is_kept_within_0_and_1_and_rounds_by_the_book() {
        let share = |mantissa, scale| Share::kept(Release { mantissa, scale }).unwrap();
        assert_eq!(share(None, 3), Share { mantissa: 0, scale: 3 });
        assert_eq!(share(Some(1_500), 3), Share { mantissa: 1_000, scale: 3 });
        assert_eq!(share(Some(-5), 1), Share { mantissa: 0, scale: 1 });
        let half = share(Some(5), 1);
        assert_eq!(half.of(Minor::new(25), Rounding::HalfAwayFromZero), Ok(Minor::new(13)));
        assert_eq!(half.of(Minor::new(-25), Rounding::HalfEven), Ok(Minor::new(-12)));
        assert_eq!(half.is_below(Share::WHOLE), Ok(true));
        assert_eq!(Share::WHOLE.is_below(share(Some(10), 1)), Ok(false));
        assert_eq!(share(Some(80), 2).text(), "0.8");
        assert_eq!((Share::WHOLE.text(), share(Some(0), 2).text()), ("1".to_owned(), "0".to_owned()));
    }
}
