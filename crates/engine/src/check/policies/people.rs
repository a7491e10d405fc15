//! Whom draws and payment terms are for: nobody, or somebody who has another one already.

use std::collections::{BTreeMap, BTreeSet};

use arrow::array::AsArray;
use arrow::datatypes::Date32Type;

use crate::plan::{Bound, Presence, ValueColumn};
use apportion_base::diagnostic::{Code, counted};
use apportion_book::display_day;
use apportion_data::{PayeeIx, StateIx};
use apportion_expr::Expr;
use apportion_rules::Value;

use super::super::facts::Facts;
use super::super::finding::Finding;
use super::{Month, PolicyPlace, all_versions, month, months};

/// Decimals of amounts in rules.
const AMOUNT_SCALE: u32 = 6;

pub fn findings(facts: &Facts<'_>) -> Vec<Finding> {
    let terms: Vec<Terms<'_>> = all_versions(facts)
        .filter(|subject| subject.policy.kind.goes_by_month())
        .filter_map(|subject| Terms::new(facts, subject))
        .collect();
    let presence = Presence::new(&facts.tables.payees);
    let asked = Asked { facts, presence };
    let mut found: Vec<Finding> = terms.iter().filter_map(|terms| asked.for_nobody(terms)).collect();
    found.extend(terms.iter().filter_map(|terms| asked.without_amount(terms)));
    found.extend(asked.two(&terms));
    found
}

/// A version of a draw or of payment terms, and what it says of everything that payees are at some time.
struct Terms<'a> {
    subject: PolicyPlace<'a>,
    /// By state.
    selects: Vec<bool>,
    /// By state; payment terms have no amount.
    amounts: Option<ValueColumn>,
}

impl<'a> Terms<'a> {
    /// `None` where a number can't be held: a close says so.
    fn new(facts: &Facts<'a>, subject: PolicyPlace<'a>) -> Option<Self> {
        let selects = selected(facts, subject.conditions().first().copied())?;
        let amounts = match subject.draw() {
            Some(draw) => Some(ValueColumn::new(&draw.amount, AMOUNT_SCALE, facts.tables).ok()?),
            None => None,
        };
        Some(Self { subject, selects, amounts })
    }

    /// Whether two versions are of what a payee has but one at a time.
    fn excludes(&self, other: &Self) -> bool {
        let sort = |terms: &Self| {
            terms.subject.draw().map_or((false, false), |draw| (true, draw.recoverable.is_some()))
        };
        sort(self) == sort(other) && self.subject.policy.id != other.subject.policy.id
    }

    fn has_amount(&self, state: StateIx) -> bool {
        match &self.amounts {
            None | Some(ValueColumn::Plain(_)) => true,
            Some(ValueColumn::ByState(amounts)) => amounts[state].is_some(),
            Some(ValueColumn::ByDeal(_) | ValueColumn::Table(_)) => false,
        }
    }
}

/// By state, whether a condition on payees is true; without one it is.
pub fn selected(facts: &Facts<'_>, condition: Option<&Expr>) -> Option<Vec<bool>> {
    let states = &facts.tables.payees.states;
    let Some(condition) = condition else { return Some(vec![true; states.len()]) };
    let mask = Bound::new(condition, &[Some(&states.frame)]).mask(states.len(), &[None]).ok()?;
    Some(mask.values().iter().collect())
}

struct Asked<'a> {
    facts: &'a Facts<'a>,
    presence: Presence<'a>,
}

impl Asked<'_> {
    fn state(&self, payee: PayeeIx, month: Month) -> StateIx {
        self.facts.tables.payees.states.on(payee, month.last)
    }

    /// Whether terms are in force for a payee in a month; who is not there in all of it has no draw.
    fn has(&self, terms: &Terms<'_>, payee: PayeeIx, month: Month) -> bool {
        let state = self.state(payee, month);
        terms.selects[state.at()]
            && terms.has_amount(state)
            && (terms.amounts.is_none() || self.is_there(payee, month))
    }

    fn is_there(&self, payee: PayeeIx, month: Month) -> bool {
        !self.presence.stretches(payee, month.first, month.last).is_empty()
    }

    fn for_nobody(&self, terms: &Terms<'_>) -> Option<Finding> {
        let months: Vec<Month> = terms.subject.months(self.facts).collect();
        let payees = &self.facts.tables.payees;
        let has = |month: &Month| payees.all().any(|payee| self.has(terms, payee, *month));
        if months.is_empty() || payees.is_empty() || months.iter().any(has) {
            return None;
        }
        let PolicyPlace { policy, .. } = terms.subject;
        let message = format!("`{}` is for no payee {}", policy.id, self.facts.in_days());
        let selects = |month: &Month| payees.all().any(|payee| terms.selects[self.state(payee, *month).at()]);
        let (path, help) = if !months.iter().any(selects) {
            ("payees", "`payees` is true for nobody on the last day of a month")
        } else if terms.amounts.is_some() {
            ("amount", "nobody whom `payees` selects has an amount and is there in the month")
        } else {
            ("payees", "nobody whom `payees` selects is there in the month")
        };
        Some(terms.subject.warning(Code::ForNobody, message, path).help(help))
    }

    /// Payees whom a draw selects and for whom it has no amount.
    fn without_amount(&self, terms: &Terms<'_>) -> Option<Finding> {
        let draw = terms.subject.draw()?;
        let Value::By { column, .. } = &draw.amount else { return None };
        let months: Vec<Month> = terms.subject.months(self.facts).collect();
        let payees = &self.facts.tables.payees;
        let lacks = |payee: &PayeeIx| {
            months.iter().any(|month| {
                let state = self.state(*payee, *month);
                terms.selects[state.at()] && !terms.has_amount(state) && self.is_there(*payee, *month)
            })
        };
        let without: Vec<PayeeIx> = payees.all().filter(lacks).collect();
        if without.is_empty() || without.len() == payees.len() {
            return None;
        }
        let number = without.len() as u64;
        let message = format!(
            "`{}` has no amount for {} whom it selects, and no `else`",
            terms.subject.policy.id,
            counted(number, "payee")
        );
        Some(
            terms
                .subject
                .warning(Code::ValueWithoutRate, message, "amount")
                .counted(number, "payee")
                .examples(without.iter().map(|payee| self.facts.payee_id(*payee)))
                .help(format!("they have no draw: add what is in their `payees.{}` to `is`, or say in `payees` that they have none", column.column)),
        )
    }

    /// Two of a sort in force for one payee, in the months that are checked and in those in which something changes after them.
    fn two(&self, terms: &[Terms<'_>]) -> Vec<Finding> {
        let mut clashes: BTreeMap<(usize, usize), BTreeMap<PayeeIx, Month>> = BTreeMap::new();
        for month in self.months_to_come(terms) {
            let in_force: Vec<(usize, &Terms<'_>)> = terms
                .iter()
                .enumerate()
                .filter(|(_, terms)| terms.subject.version.in_force(month.last))
                .collect();
            for (place, (first, one)) in in_force.iter().enumerate() {
                for (second, other) in in_force[place + 1..].iter().filter(|(_, other)| one.excludes(other)) {
                    let both = self
                        .facts
                        .tables
                        .payees
                        .all()
                        .filter(|payee| self.has(one, *payee, month) && self.has(other, *payee, month));
                    let known = clashes.entry((*first, *second)).or_default();
                    both.for_each(|payee| {
                        known.entry(payee).or_insert(month);
                    });
                }
            }
        }
        let clash = |((first, second), payees): ((usize, usize), BTreeMap<PayeeIx, Month>)| {
            (!payees.is_empty()).then(|| self.clash(&terms[first], &terms[second], &payees))
        };
        clashes.into_iter().filter_map(clash).collect()
    }

    fn clash(&self, one: &Terms<'_>, other: &Terms<'_>, payees: &BTreeMap<PayeeIx, Month>) -> Finding {
        let (code, what) = match one.subject.draw() {
            Some(draw) if draw.recoverable.is_some() => (Code::TwoDraws, "recoverable draws"),
            Some(_) => (Code::TwoDraws, "draws that are not recoverable"),
            None => (Code::TwoPayments, "payment terms"),
        };
        let number = payees.len() as u64;
        let ids = [&one.subject.policy.id, &other.subject.policy.id];
        let message = format!(
            "two {what}, `{}` and `{}`, are in force for {}: the close of such a month is refused",
            ids[0],
            ids[1],
            counted(number, "payee")
        );
        let shown = |(payee, month): (&PayeeIx, &Month)| {
            format!("{} (on {})", self.facts.payee_id(*payee), display_day(month.last))
        };
        Finding::warning(code, message)
            .rule(ids[0])
            .rule(ids[1])
            .at(one.subject.version.place("id"), "")
            .at(other.subject.version.place("id"), "")
            .counted(number, "payee")
            .examples(payees.iter().map(shown))
            .help("let their `payees` or their days exclude each other")
    }

    /// The months that are checked, and later ones in which a version, an assignment or a contract begins.
    fn months_to_come(&self, terms: &[Terms<'_>]) -> Vec<Month> {
        let facts = self.facts;
        let until = facts.window().paid_until;
        let payees = &facts.tables.payees;
        let states = &payees.states;
        let starts = payees.frame.column("start_date").and_then(|days| days.as_primitive_opt::<Date32Type>());
        let begins = payees.all().flat_map(|payee| states.of(payee)).filter_map(|state| states.begins(state));
        let days = terms
            .iter()
            .map(|terms| terms.subject.version.from)
            .chain(begins)
            .chain(starts.into_iter().flat_map(|days| days.iter().flatten()));
        let calendar = facts.book.calendar();
        let later: BTreeSet<i32> =
            days.filter(|day| *day > until).map(|day| calendar.last_day(calendar.month_of(day))).collect();
        let mut all = months(facts);
        all.extend(later.into_iter().map(|day| month(facts, calendar.month_of(day))));
        all
    }
}
