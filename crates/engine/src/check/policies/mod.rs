//! Holds, draws, payment terms and what is capitalised: those that are for nobody, that stand in each other's way, that leave days out, and numbers that were
//! probably meant otherwise.
//!
//! | file | finds |
//! |---|---|
//! | `days` | policies that are never in force, days between two versions, days within a month |
//! | `people` | draws and payment terms that are for nobody, and two of them for one payee |
//! | `numbers` | shares, limits, minima and maxima that do nothing, or hardly anything |
//! | `holds` | holds of nothing, and parts that are none |
//! | `assets` | policies that capitalise no cost |
//! | `currencies` | payees who are to be paid in a currency that they don't have, or that has no rate |
//! | `channel` | policies of the channel that the data do not bear out |

mod access;
mod assets;
mod channel;
mod currencies;
mod days;
mod holds;
mod numbers;
mod people;

use crate::project::Project;
use apportion_base::diagnostic::{Code, Diagnostic, counted};
use apportion_book::{Period, TableName};
use apportion_data::UsedColumns;
use apportion_expr::Expr;
use apportion_rules::{Draw, Payment, PaymentCurrency, Policy, PolicyKind, PolicyTerms, PolicyVersion};

use super::facts::{Facts, WrittenVersion};
use super::finding::Finding;
use super::values::{unknown_values, unused_cases_of};

/// The column of payees with the currency that they are paid in.
const CURRENCY: &str = "currency";

/// What sort of account a deal is of.
const CLASS: &str = "accounts.class";

/// Adds the columns that are needed beside those that rules name: the currency of payees who are paid in it, and the class of accounts
/// in which somebody leads.
pub fn want(project: &Project, used: &mut UsedColumns) {
    let policies = &project.rules().policies;
    let accounts = project.sources().catalogue().tables.get(&TableName::Accounts);
    if policies.of_kind(PolicyKind::ChannelModel).next().is_some()
        && accounts.is_some_and(|schema| schema.present)
    {
        used.entry(TableName::Deals).or_default().insert(CLASS.to_owned());
    }
    let mut versions = policies.iter().flat_map(|(_, policy)| &policy.versions);
    let own = |version: &PolicyVersion| match &version.terms {
        PolicyTerms::Payment(payment) => payment.currency == PaymentCurrency::Payee,
        _ => false,
    };
    if !versions.any(own) {
        return;
    }
    let tables = &project.sources().catalogue().tables;
    used.entry(TableName::Payees).or_default().insert(CURRENCY.to_owned());
    if tables.get(&TableName::Assignments).is_some_and(|schema| schema.present) {
        used.entry(TableName::Assignments).or_default().insert(CURRENCY.to_owned());
    }
}

pub fn findings(facts: &Facts<'_>) -> Result<Vec<Finding>, Vec<Diagnostic>> {
    let policies = &facts.rules.policies;
    if policies.is_empty() {
        return Ok(Vec::new());
    }
    let mut found: Vec<Finding> = without_ledger(facts).into_iter().collect();
    found.extend(days::findings(facts));
    found.extend(people::findings(facts));
    found.extend(numbers::findings(facts));
    found.extend(holds::findings(facts)?);
    found.extend(assets::findings(facts)?);
    found.extend(currencies::findings(facts));
    found.extend(channel::findings(facts));
    found.extend(access::findings(facts));
    for subject in versions(facts) {
        for expr in subject.conditions() {
            found.extend(unknown_values(facts, &subject.written(), expr));
        }
        if let Some(draw) = subject.draw() {
            found.extend(unused_cases_of(facts, &subject.written(), &draw.amount));
        }
    }
    Ok(found)
}

/// A version of a policy.
#[derive(Debug, Clone, Copy)]
struct PolicyPlace<'a> {
    policy: &'a Policy,
    version: &'a PolicyVersion,
}

impl<'a> PolicyPlace<'a> {
    fn written(&self) -> WrittenVersion<'a> {
        let PolicyVersion { places, span, .. } = self.version;
        WrittenVersion { id: &self.policy.id, places, span }
    }

    /// The conditions that say what it is for.
    fn conditions(&self) -> Vec<&'a Expr> {
        self.version.terms.conditions()
    }

    fn draw(&self) -> Option<&'a Draw> {
        match &self.version.terms {
            PolicyTerms::Draw(draw) => Some(draw),
            _ => None,
        }
    }

    fn payment(&self) -> Option<&'a Payment> {
        match &self.version.terms {
            PolicyTerms::Payment(payment) => Some(payment),
            _ => None,
        }
    }

    /// A warning about it at one of its keys.
    fn warning(&self, code: Code, message: impl Into<String>, path: &str) -> Finding {
        Finding::warning(code, message).rule(&self.policy.id).at(self.version.place(path), "")
    }

    /// A note about it at one of its keys.
    fn note(&self, code: Code, message: impl Into<String>, path: &str) -> Finding {
        Finding::note(code, message).rule(&self.policy.id).at(self.version.place(path), "")
    }

    /// Whether it is in force on some day that counts for it, of the days that are checked.
    fn counts(&self, facts: &Facts<'_>) -> bool {
        if self.policy.kind.goes_by_month() {
            return self.months(facts).next().is_some();
        }
        let window = facts.window();
        self.version.in_force_within((window.paid_from, window.paid_until))
    }

    /// The months that are checked on whose last day it is in force, in order.
    fn months(&self, facts: &Facts<'_>) -> impl Iterator<Item = Month> + use<'a> {
        let version = self.version;
        months(facts).into_iter().filter(move |month| version.in_force(month.last))
    }
}

/// All versions of all policies, in order.
fn all_versions<'a>(facts: &Facts<'a>) -> impl Iterator<Item = PolicyPlace<'a>> {
    let policies = facts.rules.policies.iter().map(|(_, policy)| policy);
    policies.flat_map(|policy| policy.versions.iter().map(move |version| PolicyPlace { policy, version }))
}

/// The versions that count on one of the days that are checked.
fn versions<'a>(facts: &Facts<'a>) -> impl Iterator<Item = PolicyPlace<'a>> {
    all_versions(facts).filter(|subject| subject.counts(facts))
}

/// A month of the days that are checked.
#[derive(Debug, Clone, Copy)]
struct Month {
    period: Period,
    first: i32,
    last: i32,
}

fn month(facts: &Facts<'_>, period: Period) -> Month {
    let calendar = facts.book.calendar();
    Month { period, first: calendar.first_day(period), last: calendar.last_day(period) }
}

/// The months that are checked, in order.
fn months(facts: &Facts<'_>) -> Vec<Month> {
    let all = facts.window().months().into_iter().map(|period| month(facts, period));
    all.filter(|month| facts.window().pays(month.last)).collect()
}

/// Policies of a project that closes no months.
fn without_ledger(facts: &Facts<'_>) -> Option<Finding> {
    if facts.book.ledger.is_some() {
        return None;
    }
    let asked_by_closes = |kind: &PolicyKind| !kind.governs_channel() && *kind != PolicyKind::Access;
    let first = all_versions(facts).find(|subject| asked_by_closes(&subject.policy.kind))?;
    let number = |kind| facts.rules.policies.of_kind(kind).count() as u64;
    let each: Vec<String> = PolicyKind::ALL
        .into_iter()
        .filter(asked_by_closes)
        .map(|kind| (number(kind), kind.word()))
        .filter(|(number, _)| *number > 0)
        .map(|(number, word)| counted(number, word))
        .collect();
    let message =
        format!("the rules have {}, and the project has no [ledger]: nothing asks them", each.join(", "));
    Some(
        first
            .note(Code::NoLedger, message, "id")
            .help("a run pays what was earned; only `apportion close` holds it back, advances and pays out: add [ledger] to the project file"),
    )
}
