//! What the channel should do now: what waits, what is about to end, what pay is lost unless somebody acts. See
//! `docs/reference/actions.md`.
//!
//! ```text
//! tables as known at the end of the day ─► ground    what all of them ask
//!                                          register, extend, …  one file for each action: what is to be done, by whom, until when, why
//!                                          stake     what it comes to: what is open, won on that day, with it done and without
//!                                          ─► actions, in order
//! ```

mod accept_handoff;
mod answer;
mod certify;
mod decide;
mod deliver;
mod ending;
mod engage_before_renewal;
mod extend;
mod ground;
mod invite_partner;
mod re_engage;
mod register;
mod reply;
mod stake;
#[cfg(test)]
mod tests;
mod touching;

use std::cmp::Reverse;

use apportion_base::diagnostic::Diagnostic;
use apportion_book::{Every, TableName, choices};
use apportion_data::{PayeeIx, Progress, UsedColumns};
use apportion_expr::Type;

use crate::project::Project;
use ground::Ground;
use stake::{Question, Stakes};

choices! {
    /// What is to be done. The order is that of actions with one day and one stake.
    pub enum ActionKind {
        Register = "register", "A partner worked on an open opportunity, and nobody registered it";
        Extend = "extend", "The protection or the grace of a registration ends within 14 days";
        ReEngage = "re-engage", "A registration lapses within 7 days unless somebody works on it";
        EngageBeforeRenewal = "engage-before-renewal", "A renewal is within 120 days, and its partner has not worked on it";
        Decide = "decide", "A conflict is due within 2 business days, or overdue";
        Certify = "certify", "A gate that is not met holds pay, or costs it";
        Deliver = "deliver", "A milestone of a joint plan is due within 14 days, or overdue";
        InvitePartner = "invite-partner", "A partner holds credit on the account of an opportunity and has no work on it";
        AcceptHandoff = "accept-handoff", "A hand-over waits for an answer";
        Answer = "answer", "A service event is near or beyond what a gate asks";
        Reply = "reply", "An inquiry waits";
    }
}

/// Something to do now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Action {
    /// What.
    pub kind: ActionKind,
    /// Whom it is about; `None` where nobody can be named.
    pub payee_id: Option<String>,
    /// What it is about: an opportunity, or else the record that waits.
    pub subject: String,
    /// Until when, days since 1970-01-01; `None` without a day.
    pub due: Option<i32>,
    /// What depends on it, in minor units of the book's currency; `None` where that is not known.
    pub stake: Option<i128>,
    /// Why, in a sentence.
    pub why: String,
}

/// What an action found, before its stake is known.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Found {
    kind: ActionKind,
    payee: Option<PayeeIx>,
    subject: String,
    due: Option<i32>,
    stake: Stake,
    why: String,
}

/// What an action comes to.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Stake {
    Unknown,
    Known(i128),
    Asked(Question),
}

impl Project {
    /// What is to be done as of a day (since 1970-01-01), by due day, those without one last, and then the larger stake.
    ///
    /// # Errors
    /// As [`Project::settle`].
    pub fn actions(&self, as_of: i32, progress: &dyn Progress) -> Result<Vec<Action>, Vec<Diagnostic>> {
        let tables = self.sources().tables(&asked_columns(self), progress)?;
        progress.phase("looking for what is to be done", None);
        let year = self.book().calendar().period_of(as_of, Every::Year);
        let stakes = Stakes { project: self, tables: &tables, as_of, year };
        let prepared = self.prepared_as_of(tables.clone(), self.book().calendar().last_day(year), as_of)?;
        let governance = prepared.governance.clone().unwrap_or_default();
        let ground = Ground::new(self, &tables, &prepared.tables, &governance, as_of);
        let found = find(&ground, &stakes)?;
        let asked: Vec<&Question> = found.iter().filter_map(Found::question).collect();
        let mut answers = stakes.answers(&asked)?.into_iter();
        let mut actions: Vec<Action> =
            found.iter().map(|found| found.action(&ground, &mut answers)).collect();
        actions.sort_by(|one, other| order(one).cmp(&order(other)));
        Ok(actions)
    }
}

/// The columns that rules name, and those that actions ask as well, where the data has them.
fn asked_columns(project: &Project) -> UsedColumns {
    let mut used = project.used().clone();
    let tables = &project.sources().catalogue().tables;
    let of_kind = [(TableName::Payees, "kind"), (TableName::Assignments, "kind")];
    for (table, column) in of_kind {
        if tables.get(&table).is_some_and(|schema| schema.present) {
            used.entry(table).or_default().insert(column.to_owned());
        }
    }
    let is_term_end =
        |(name, column_type): &(String, Type)| name == "term_ends_on" && *column_type == Type::Date;
    if tables.get(&TableName::Deals).is_some_and(|schema| schema.columns.iter().any(is_term_end)) {
        used.entry(TableName::Deals).or_default().insert("term_ends_on".to_owned());
    }
    used
}

/// Everything that is to be done, in the order of kinds.
fn find(ground: &Ground<'_>, stakes: &Stakes<'_>) -> Result<Vec<Found>, Vec<Diagnostic>> {
    let mut found = register::find(ground);
    found.extend(extend::find(ground));
    found.extend(re_engage::find(ground));
    found.extend(engage_before_renewal::find(ground)?);
    found.extend(decide::find(ground)?);
    found.extend(certify::find(ground, stakes)?);
    found.extend(deliver::find(ground));
    found.extend(invite_partner::find(ground)?);
    found.extend(accept_handoff::find(ground));
    found.extend(answer::find(ground)?);
    found.extend(reply::find(ground));
    Ok(found)
}

impl Found {
    fn question(&self) -> Option<&Question> {
        match &self.stake {
            Stake::Asked(question) => Some(question),
            Stake::Unknown | Stake::Known(_) => None,
        }
    }

    /// The action; the next of the answers is that of its question, if it has one.
    fn action(&self, ground: &Ground<'_>, answers: &mut impl Iterator<Item = Option<i128>>) -> Action {
        let stake = match &self.stake {
            Stake::Unknown => None,
            Stake::Known(stake) => Some(*stake),
            Stake::Asked(_) => answers.next().flatten(),
        };
        Action {
            kind: self.kind,
            payee_id: self.payee.map(|payee| ground.tables.payees.id(payee).to_owned()),
            subject: self.subject.clone(),
            due: self.due,
            stake,
            why: self.why.clone(),
        }
    }
}

/// By due day, none last; by stake, the larger first, none last; by kind, payee and subject; by what is said.
fn order(action: &Action) -> impl Ord + '_ {
    let due = (action.due.is_none(), action.due);
    (due, Reverse(action.stake), action.kind as u8, (&action.payee_id, &action.subject, &action.why))
}
