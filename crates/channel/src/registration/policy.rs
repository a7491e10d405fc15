//! Which policy a registration is under: that of the submission's day, the only one whose condition is true.

use apportion_contract::TableName;
use apportion_data::{Registrations, Tables};
use apportion_expr::Expr;
use apportion_rules::{Duration, Keyed, PolicyIx, RegistrationPolicy};
use rayon::prelude::*;

use crate::fault::{FaultSubject, PolicyFault};
use crate::scope::{Dated, Judge};
use crate::texts::{Texts, column_name};

/// What a registration is judged by.
#[derive(Debug, Clone, Copy)]
pub enum Standing<'a> {
    /// No policy is for it, or the one that is says nothing of how long it protects.
    NoPolicy,
    /// Two policies or more are for it.
    TwoPolicies,
    /// One is.
    Under(Terms<'a>),
}

/// What a policy says of a registration.
#[derive(Debug, Clone, Copy)]
pub struct Terms<'a> {
    /// Which policy.
    pub policy: PolicyIx,
    /// The place of its version among those of all policies, policy by policy.
    pub version: usize,
    /// The version.
    pub terms: &'a RegistrationPolicy,
    /// How long it protects.
    pub protect: Duration,
    /// The first reason of the closed list that is true.
    pub listed: Option<&'a str>,
}

impl<'a> Standing<'a> {
    /// The terms, if one policy is for it.
    pub fn terms(&self) -> Option<&Terms<'a>> {
        match self {
            Self::Under(terms) => Some(terms),
            Self::NoPolicy | Self::TwoPolicies => None,
        }
    }
}

/// What each registration is judged by.
///
/// # Errors
/// The first registration on which a condition has no value.
pub fn standings<'a>(
    policies: &'a [Dated<'a, RegistrationPolicy>],
    tables: &Tables,
) -> Result<Vec<Standing<'a>>, PolicyFault> {
    let rows = Rows::new(tables);
    let mut standings = vec![Standing::NoPolicy; rows.days.len()];
    let mut versions = 0..;
    let mut own = Vec::new();
    for policy in policies {
        for version in &policy.versions {
            let asked =
                Version { policy: policy.policy, place: versions.next().unwrap_or(0), terms: version.terms };
            let matched =
                rows.matching(asked.policy, version.terms.when.as_ref(), version.rows(&rows.days))?;
            for row in &matched {
                let standing = &mut standings[*row as usize];
                *standing = match standing {
                    Standing::NoPolicy => Standing::Under(asked.terms_of(None)),
                    _ => Standing::TwoPolicies,
                };
            }
            own.push((asked, matched));
        }
    }
    for (asked, mut matched) in own {
        matched.retain(|row| matches!(standings[*row as usize], Standing::Under(_)));
        rows.judge(&asked, matched, &mut standings)?;
    }
    Ok(standings)
}

/// A version that is asked.
#[derive(Debug, Clone, Copy)]
struct Version<'a> {
    policy: PolicyIx,
    place: usize,
    terms: &'a RegistrationPolicy,
}

impl<'a> Version<'a> {
    fn terms_of(&self, said: Option<(Duration, Option<&'a str>)>) -> Terms<'a> {
        let (protect, listed) = said.unwrap_or((Duration::Days(0), None));
        Terms { policy: self.policy, version: self.place, terms: self.terms, protect, listed }
    }
}

/// Registrations as policies are asked about them.
struct Rows<'a> {
    tables: &'a Tables,
    registrations: &'a Registrations,
    /// By registration: the day of the submission.
    days: Vec<i32>,
    /// By registration: what its payee is on that day.
    states: Vec<u32>,
}

impl<'a> Rows<'a> {
    fn new(tables: &'a Tables) -> Self {
        let registrations = &tables.channel.registrations;
        let rows = &registrations.rows;
        let days: Vec<i32> = rows.iter().map(|row| row.submitted_at.day).collect();
        let state = |(payee, day)| tables.payees.state(payee, day).raw();
        let states = rows.par_iter().map(|row| state((row.payee, row.submitted_at.day))).collect();
        Self { tables, registrations, days, states }
    }

    /// Those of some rows on which a condition is true. Without one all.
    fn matching(
        &self,
        policy: PolicyIx,
        when: Option<&Expr>,
        rows: Vec<u32>,
    ) -> Result<Vec<u32>, PolicyFault> {
        let Some(when) = when else { return Ok(rows) };
        let frames = [Some(&self.registrations.frame), Some(&self.tables.payees.states.frame)];
        let states: Vec<u32> = rows.iter().map(|row| self.states[*row as usize]).collect();
        let subject =
            |place: usize| FaultSubject::Registration(apportion_data::RegistrationIx::from_raw(rows[place]));
        let is_true = Judge::new(policy, when, &frames).truths(&[&rows, &states], subject)?;
        Ok(rows.iter().zip(is_true).filter(|(_, is_true)| *is_true).map(|(row, _)| *row).collect())
    }

    /// What a version says of the registrations that are under it alone.
    fn judge<'p>(
        &self,
        asked: &Version<'p>,
        rows: Vec<u32>,
        standings: &mut [Standing<'p>],
    ) -> Result<(), PolicyFault> {
        let protect = self.protection(&asked.terms.protect, &rows);
        for (row, protect) in rows.iter().zip(protect) {
            standings[*row as usize] = match protect {
                Some(protect) => Standing::Under(asked.terms_of(Some((protect, None)))),
                None => Standing::NoPolicy,
            };
        }
        let mut open = rows;
        open.retain(|row| matches!(standings[*row as usize], Standing::Under(_)));
        for deny in &asked.terms.deny {
            for row in self.matching(asked.policy, Some(&deny.when), open.clone())? {
                if let Standing::Under(terms) = &mut standings[row as usize] {
                    terms.listed = Some(&deny.reason);
                }
            }
            open.retain(|row| standings[*row as usize].terms().is_some_and(|terms| terms.listed.is_none()));
        }
        Ok(())
    }

    /// How long each of some registrations is protected.
    fn protection(&self, protect: &Keyed<Duration>, rows: &[u32]) -> Vec<Option<Duration>> {
        let Some(column) = protect.column() else {
            return rows.iter().map(|_| protect.of(None).copied()).collect();
        };
        let of_payees = column.table == TableName::Payees;
        let frame = if of_payees { &self.tables.payees.states.frame } else { &self.registrations.frame };
        let texts = Texts::of(frame, &column_name(column));
        let place = |row: u32| if of_payees { self.states[row as usize] } else { row };
        rows.iter().map(|row| protect.of(texts.get(place(*row) as usize)).copied()).collect()
    }
}
