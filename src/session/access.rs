//! What a payee may see, and by which rule.

use apportion_base::diagnostic::{Code, Diagnostic, nearest};
use apportion_data::{PayeeIx, Tables};
use apportion_engine::access::View;
use apportion_rules::AccessWord;

use super::Session;
use crate::Error;

/// What somebody may see besides what is their own, as of a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccessReport {
    /// Who looks: a `payee_id`.
    pub payee_id: String,
    /// Their name; empty where the data have none.
    pub name: String,
    /// Days since 1970-01-01.
    pub as_of: i32,
    /// How many payees there are.
    pub payees: usize,
    /// What rules let them see, in byte order of the rules' ids.
    pub grants: Vec<AccessGrant>,
}

/// What a rule lets somebody see.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccessGrant {
    /// The id of the `[[access]]` rule.
    pub rule_id: String,
    /// Why.
    pub why: Option<String>,
    /// What is seen.
    pub what: Vec<AccessWord>,
    /// Whether everybody is seen, and whose lines are is shown.
    pub all: bool,
    /// Of whom, without the viewer: `payee_id`s, in byte order.
    pub payee_ids: Vec<String>,
}

impl Session {
    /// What a payee may see as of a day (since 1970-01-01), by the `[[access]]` rules; `None` is the last day on which a deal closed.
    ///
    /// # Errors
    ///
    /// As [`Session::settle`], and `no-such-payee`.
    pub fn access(&self, payee_id: &str, as_of: Option<i32>) -> Result<AccessReport, Error> {
        let tables = self.project.tables(self.progress.as_ref()).map_err(|found| self.error(found))?;
        let viewer = self.payee(&tables, payee_id)?;
        let last = || tables.deals.close_date.iter().copied().max().unwrap_or_default();
        let as_of = as_of.unwrap_or_else(last);
        let view =
            View::new(self.rules(), &tables, as_of, viewer).map_err(|fault| self.error(vec![fault]))?;
        let others = |payees: &[PayeeIx]| {
            let others = payees.iter().filter(|payee| **payee != viewer);
            others.map(|payee| tables.payees.id(*payee).to_owned()).collect()
        };
        let grants = view.grants.into_iter().map(|grant| AccessGrant {
            payee_ids: others(&grant.payees),
            rule_id: grant.rule,
            why: grant.why,
            what: grant.what,
            all: grant.all,
        });
        Ok(AccessReport {
            payee_id: payee_id.to_owned(),
            name: apportion_results::payee_name(&tables, viewer).to_owned(),
            as_of,
            payees: tables.payees.len(),
            grants: grants.collect(),
        })
    }

    /// The payee with an id.
    pub(super) fn payee(&self, tables: &Tables, payee_id: &str) -> Result<PayeeIx, Error> {
        if let Some(found) = tables.payees.with_id(payee_id) {
            return Ok(found);
        }
        let ids = tables.payees.all().map(|known| tables.payees.id(known));
        let near = nearest(payee_id, ids).map(|near| format!("did you mean `{near}`?"));
        let help =
            near.unwrap_or_else(|| "ids are compared as they are written, capitals included".to_owned());
        let message = format!("there is no payee `{payee_id}`");
        Err(self.error(vec![Diagnostic::error(Code::NoSuchPayee, message).help(help)]))
    }
}
