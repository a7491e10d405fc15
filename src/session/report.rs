//! What reports are made of: a period settled over the data with the columns that reports read, now, as a close kept it, or as a result
//! rested on it.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::Deserialize;

use apportion_base::diagnostic::{Code, Diagnostic, nearest};
use apportion_base::digest::sha256_hex;
use apportion_base::store::Store;
use apportion_book::{Period, TableName};
use apportion_contract::RUN;
use apportion_data::{ORDER_OF_WORK, UsedColumns};
use apportion_ledger::rewritten::parse_day;

use super::{Session, Settlement};
use crate::Error;

/// The columns of a report that are no columns of deals: what it is grouped by is made by it.
pub const OWN_GROUPS: [&str; 2] = ["month", "kind"];

/// Columns of deals and of what is open that every report reads, where they are there.
const OF_DEALS: [&str; 21] = [
    "channel",
    "currency",
    "deal_type",
    "segment",
    "region",
    "country",
    "product",
    "stage",
    "lead",
    "crossed",
    "lost_reason",
    "term_ends_on",
    "churned_on",
    "created_on",
    "opportunity_id",
    "claim_id",
    "discount",
    "discount_given",
    "list_amount",
    "list_price",
    "price_breach",
];

/// Columns of other tables, likewise.
const OF_OTHERS: [(TableName, &str); 7] = [
    (TableName::Payees, "kind"),
    (TableName::Payees, "name"),
    (TableName::Assignments, "kind"),
    (TableName::Accounts, "country"),
    (TableName::Accounts, "name"),
    (TableName::Registrations, "kind"),
    // Who worked first and who last.
    (TableName::Engagements, ORDER_OF_WORK),
];

/// What a report is about.
#[derive(Debug, Clone)]
pub enum ReportSource {
    /// A period, settled now.
    Now(Period),
    /// The close of a month, over what the ledger kept of it.
    Close(Period),
    /// The result of a run, whose inputs must be what they were.
    Result(PathBuf),
}

/// What run.json says that a report needs.
#[derive(Deserialize)]
struct RunJson {
    period: String,
    as_of: Option<String>,
    inputs: Vec<RunInput>,
    rule_files: Vec<RunInput>,
}

#[derive(Deserialize)]
struct RunInput {
    path: String,
    sha256: String,
}

impl Session {
    /// The session as if a rule named the columns that reports read, and these further ones of deals (`accounts.COLUMN` is a column of
    /// their accounts).
    ///
    /// # Errors
    /// `unknown-column` where deals have none of that name.
    pub fn for_reports(&self, further: &[String]) -> Result<Self, Error> {
        let mut wanted = UsedColumns::new();
        let mut of_deals: BTreeSet<String> = OF_DEALS.map(str::to_owned).into();
        of_deals.insert("accounts.country".to_owned());
        of_deals.extend(further.iter().filter(|name| !OWN_GROUPS.contains(&name.as_str())).cloned());
        of_deals.extend(self.book().report.outliers_by.iter().cloned());
        wanted.insert(TableName::Deals, of_deals);
        for (table, column) in OF_OTHERS {
            wanted.entry(table).or_default().insert(column.to_owned());
        }
        let accounts: Vec<&str> = further.iter().filter_map(|name| name.strip_prefix("accounts.")).collect();
        wanted.entry(TableName::Accounts).or_default().extend(accounts.iter().map(|name| (*name).to_owned()));
        let project = self.project.clone().naming(&wanted);
        let known = project.used().get(&TableName::Deals).cloned().unwrap_or_default();
        let of_groups = further.iter().filter(|name| !OWN_GROUPS.contains(&name.as_str()));
        let contract = ["channel", "account_id", "deal_type"];
        let missing: Vec<Diagnostic> = of_groups
            .filter(|name| !known.contains(*name) && !contract.contains(&name.as_str()))
            .map(|name| unknown_column(name, known.iter().map(String::as_str)))
            .collect();
        if missing.is_empty() { Ok(Self { project, ..self.clone() }) } else { Err(self.error(missing)) }
    }

    /// Opens what a report is about and settles it: the session of it and the settlement.
    ///
    /// # Errors
    /// As [`Session::settle`], [`Session::as_closed`] and [`Session::for_reports`]; `not-a-result`, and `changed-input` where the
    /// inputs of a result are not what they were.
    pub fn report(
        &self,
        store: &Arc<dyn Store>,
        source: &ReportSource,
        columns: &[String],
    ) -> Result<(Self, Settlement), Error> {
        let (session, period) = match source {
            ReportSource::Now(period) => (self.clone(), *period),
            ReportSource::Close(period) => (self.as_closed(store, *period)?, *period),
            ReportSource::Result(folder) => {
                let (period, day) = self.of_run(store, folder).map_err(|found| self.error(vec![found]))?;
                (self.clone().known_at(day), period)
            }
        };
        let session = session.for_reports(columns)?;
        let settlement = session.settle(period)?;
        Ok((session, settlement))
    }

    /// The period and the as-of day of a result whose inputs are still what they were.
    fn of_run(&self, store: &Arc<dyn Store>, folder: &Path) -> Result<(Period, Option<i32>), Diagnostic> {
        let refused = |why: String| {
            Diagnostic::error(Code::NotAResult, format!("`{}` can't be used: {why}", folder.display()))
                .help("name the folder that a run wrote, for example `--result out/2026-07`; or settle the period now with `--period`")
        };
        let bytes = store.read(&folder.join(RUN)).map_err(|error| refused(format!("{RUN}: {error}")))?;
        let run: RunJson =
            serde_json::from_slice(&bytes).map_err(|error| refused(format!("{RUN}: {error}")))?;
        let period = Period::parse(&run.period).ok_or_else(|| refused("its period is none".to_owned()))?;
        for input in run.inputs.iter().chain(&run.rule_files) {
            let now = store.read(&self.book().root.join(&input.path)).ok().map(|bytes| sha256_hex(&bytes));
            if now.as_ref() != Some(&input.sha256) {
                let message = format!("`{}` is not what the run of `{}` read", input.path, folder.display());
                return Err(Diagnostic::error(Code::ChangedInput, message)
                    .help("run the period again, or settle it now with `--period`"));
            }
        }
        Ok((period, run.as_of.as_deref().and_then(parse_day)))
    }
}

fn unknown_column<'k>(name: &str, known: impl Iterator<Item = &'k str>) -> Diagnostic {
    let message = format!("there is no column `{name}` in deals");
    let near = nearest(name, known).map(|near| format!("did you mean `{near}`?"));
    let help = near.unwrap_or_else(|| {
        "a report is grouped by `month`, `kind` and columns of deals, `accounts.COLUMN` among them".to_owned()
    });
    Diagnostic::error(Code::UnknownColumn, message).help(help)
}
