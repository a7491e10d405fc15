//! Everything suspicious in rules and data, found without paying: what `apportion check` reports.
//!
//! A project that can't be read is an error, as in a run; rows that can't be used are rejects, as in a run. What is
//! found here is valid and probably not meant: a condition that is never true, a value without a rate, a payee
//! without a quota. Each family of findings is a file with a pure function over [`Facts`]; nothing here prints or
//! writes.
//!
//! | file | finds |
//! |---|---|
//! | [`force`] | no won deals; rules and versions that no deal falls into |
//! | [`when`] | conditions that are true for nothing or for everything |
//! | [`overlap`] | two rules of one kind on one deal |
//! | [`values`] | values that a rule names and the data lacks, and the other way round |
//! | [`roles`] | roles without payees, or that no rule counts |
//! | [`ladders`] | rates of 0, rates that fall, first steps that few reach |
//! | [`rate_tables`] | rows of rate tables that are unreachable or ambiguous, gaps between ranges |
//! | [`guards`] | pools of a whole deal, deals that are given away, tiers that are amounts beside large quotas |
//! | [`caps`] | caps that cut everything, or nothing |
//! | [`outcome`] | rules that pay nothing, credits that are never made, deals left out |
//! | [`reversals`] | reversals of more than the whole, of earlier years, that no rule matches; schedules that are too short |
//! | [`payees`] | payees without work, or who left |
//! | [`policies`] | holds, draws and payment terms that are for nobody, clash, or whose numbers can't be meant |
//! | [`assignments`] | assignments that change nothing, leave a few days out, or are for days without a contract |
//! | [`quotas`] | quotas that are missing |
//! | [`sources`] | sources and columns that nothing uses |
//! | [`names`] | columns that decide amounts and are read only because of their name, or that only some files have |
//! | [`readings`] | numbers that another notation would read otherwise |
//! | [`alike`] | ids of payees that people take for one |
//! | [`cells`] | cells that hold records, percents that look like fractions |
//! | [`conversion`] | plain numbers beside amounts that are converted |
//! | [`dates`] | dates outside of the calendar |
//! | [`reach`] | accounts with very many deals and engagements |
//!
//! A warning is about money that is probably paid wrongly or not at all; a note is true, worth knowing, and often
//! meant.

mod alike;
mod assignments;
mod caps;
mod cells;
mod column;
mod conversion;
mod dates;
mod facts;
mod finding;
mod force;
mod guards;
mod ladders;
mod names;
mod outcome;
mod overlap;
mod payees;
mod policies;
mod quotas;
mod rate_tables;
mod reach;
mod readings;
mod reversals;
mod roles;
mod sources;
mod values;
mod when;

use std::sync::Arc;

use crate::plan::Window;
use crate::project::{Governance, Prepared, Progress, Project};
use crate::settle;
use apportion_base::diagnostic::Diagnostic;
use apportion_book::{Book, Period, TableName};
use apportion_data::Tables;
use apportion_rules::{self as rules, RuleBook, RuleIx};
use facts::Facts;
use rayon::prelude::*;

pub use cells::lines_in_cells;
pub use finding::Finding;

/// A project that was checked.
#[derive(Debug)]
pub struct CheckReport {
    /// The project file.
    pub book: Arc<Book>,
    /// The rules.
    pub rules: Arc<RuleBook>,
    /// With the rejects and how many rows were read.
    pub tables: Arc<Tables>,
    /// What the policies of the channel found.
    pub governance: Option<Arc<Governance>>,
    /// The days that were checked are those that it pays.
    pub window: Window,
    /// By rule, in their order.
    pub scopes: Vec<RuleScope>,
    /// Warnings before notes, then by family and rule.
    pub findings: Vec<Finding>,
    /// Deals that a run would hold, because a row that names them was rejected.
    pub held: u64,
}

/// How many deals of the days a rule matches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RuleScope {
    /// Won deals that closed while it was in force.
    pub in_force: u64,
    /// Of these, those that its `when` is true for.
    pub matched: u64,
    /// Of these, those on which it would write a line.
    pub with_lines: u64,
}

/// Reads the data of a project and looks at everything. Without a period it looks at all won deals of the data, in the
/// fiscal years in which they closed.
///
/// # Errors
///
/// What would keep a run from starting or finishing, as [`Project::settle`] gives it.
pub fn check(
    project: &Project,
    period: Option<Period>,
    progress: &dyn Progress,
) -> Result<CheckReport, Vec<Diagnostic>> {
    let (book, rules) = (project.book(), project.rules());
    let mut read = project.used().clone();
    // Needed for payees who left, whether or not a rule names it.
    let payees = read.entry(TableName::Payees).or_default();
    payees.extend(["start_date".to_owned(), "end_date".to_owned()]);
    policies::want(project, &mut read);
    // Needed for numbers beside amounts that are converted.
    read.entry(TableName::Deals).or_default().insert("currency".to_owned());
    let tables = project.sources().tables(&read, progress)?;
    let last_day = match (period, tables.deals.close_date.last()) {
        (Some(period), _) => book.calendar().last_day(period),
        (None, last) => last.copied().unwrap_or_default(),
    };
    progress.phase("checking the rules", None);
    let Prepared { tables, governance } = project.prepared(tables, last_day)?;
    let counted = settle::count(book, &tables, rules, facts::window(book, &tables, period))?;
    let as_of = project.as_of().unwrap_or(last_day);
    let facts = Facts::new(book, rules, project.used(), &counted, period)?;
    let facts = facts.governed(governance.as_deref(), as_of);
    let mut findings = findings(&facts)?;
    findings.extend(readings::findings(project.sources().two_readings()?));
    findings.extend(names::findings(project.sources().currencies_taken_by_name()));
    let uneven = project.sources().uneven_columns(project.used());
    findings.extend(uneven.iter().map(|column| names::uneven(book, column)));
    findings.sort_by_key(|finding| finding.diagnostic.severity);
    let (window, scopes, held) = (facts.window(), scopes(&facts), outcome::held(&facts).len() as u64);
    drop(facts);
    drop(counted);
    let (book, rules) = (Arc::clone(book), Arc::clone(rules));
    Ok(CheckReport { book, rules, tables, governance, window, scopes, findings, held })
}

/// A family of findings.
type Family = fn(&Facts<'_>) -> Result<Vec<Finding>, Vec<Diagnostic>>;

/// Those that say nothing where nothing closed: every rule is idle then, and saying so of each is noise.
const OF_WON_DEALS: [Family; 6] = [
    when::findings,
    |facts| Ok(overlap::findings(facts)),
    |facts| Ok(outcome::findings(facts)),
    |facts| Ok(conversion::findings(facts)),
    quotas::findings,
    |facts| Ok(reversals::findings(facts)),
];

const FAMILIES: [Family; 14] = [
    values::findings,
    |facts| Ok(roles::findings(facts)),
    |facts| Ok(ladders::findings(facts)),
    |facts| Ok(rate_tables::findings(facts)),
    |facts| Ok(guards::findings(facts)),
    |facts| Ok(caps::findings(facts)),
    |facts| Ok(payees::findings(facts)),
    |facts| Ok(assignments::findings(facts)),
    policies::findings,
    |facts| Ok(alike::findings(facts).into_iter().collect()),
    |facts| Ok(dates::findings(facts)),
    |facts| Ok(reach::findings(facts)),
    |facts| Ok(cells::findings(facts)),
    |facts| Ok(sources::findings(facts)),
];

/// The findings of all families, which are looked for side by side and listed in one order.
fn findings(facts: &Facts<'_>) -> Result<Vec<Finding>, Vec<Diagnostic>> {
    let of_won_deals = OF_WON_DEALS.iter().filter(|_| !facts.won.is_empty());
    let families: Vec<&Family> = of_won_deals.chain(&FAMILIES).collect();
    let of_families: Vec<Result<Vec<Finding>, Vec<Diagnostic>>> =
        families.into_par_iter().with_max_len(1).map(|family| family(facts)).collect();
    let mut found = force::findings(facts);
    for of_family in of_families {
        found.extend(of_family?);
    }
    found.sort_by_key(|finding| finding.diagnostic.severity);
    Ok(found)
}

fn scopes(facts: &Facts<'_>) -> Vec<RuleScope> {
    let of_rule = |(subject, rule): (RuleIx, &rules::Rule)| RuleScope {
        in_force: rule
            .versions
            .iter()
            .map(|version| facts.while_in_force(version, &facts.won).len() as u64)
            .sum(),
        matched: facts.matches(subject),
        with_lines: facts.deals_with_lines(subject).len() as u64,
    };
    let rules: Vec<(RuleIx, &rules::Rule)> = facts.each_rule().collect();
    rules.into_par_iter().with_max_len(1).map(of_rule).collect()
}
