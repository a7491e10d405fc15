//! What of the ledger is an asset, and what is owed: the movements of a period's closes added up, and liabilities at its end.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use apportion_base::diagnostic::{Code, Diagnostic};
use apportion_base::store::{Store, create_folders, replace_file};
use apportion_book::Period;
use apportion_contract::output::assets::{ASSETS, LIABILITIES};
use apportion_ledger::accruals::AssetRow;
use apportion_ledger::accruals::liabilities::{Liabilities, LiabilityRow};
use apportion_ledger::accruals::period::PeriodAssets;
use apportion_ledger::closing::{self, Rehearsal, StoppedClose};
use apportion_ledger::folder::{write_assets, write_liabilities};
use apportion_ledger::key::Names;
use apportion_ledger::ledger::{Close, Closes, Ledger};
use apportion_rules::PolicyKind;

use super::Session;
use crate::Error;

/// The assets and liabilities of a period.
#[derive(Debug)]
pub struct Accruals {
    /// The period.
    pub period: Period,
    /// Those of its months that are closed, in order.
    pub closed: Vec<Period>,
    /// The first of its months that is not; none where all are.
    pub first_open: Option<Period>,
    /// Whether a policy capitalises anything.
    pub capitalises: bool,
    /// How the assets of its closes moved, in order of deal and rule.
    pub assets: Vec<AssetRow>,
    /// What is owed at its end, in order of payee and rule.
    pub liabilities: Vec<LiabilityRow>,
    /// What would stop a close of it; it was passed over.
    pub stops: Vec<StoppedClose>,
}

impl Session {
    /// Adds up what the closes of a period made of costs that are capitalised, and what is owed to payees at its end. Of months that are
    /// not closed it says what a close of them would post.
    ///
    /// # Errors
    ///
    /// `no-ledger`, `month-not-open` where the period is before the ledger, `unreadable-ledger`; for open months as [`Session::settle`].
    pub fn accruals(&self, store: &Arc<dyn Store>, period: Period) -> Result<Accruals, Error> {
        let ledger = self.ledger(store)?;
        self.accrued(&ledger, period).map_err(|found| self.error(found))
    }

    fn accrued(&self, ledger: &Ledger, period: Period) -> Result<Accruals, Vec<Diagnostic>> {
        let one = |found: Diagnostic| vec![found];
        let calendar = self.book().calendar();
        let (first, last) = (calendar.first_day(period), calendar.last_day(period));
        let mut closes = ledger.closes().map_err(one)?;
        closes.0.retain(|close| calendar.last_day(close.period) <= last);
        let in_period = |close: &&Close| calendar.first_day(close.period) >= first;
        let (mut assets, mut closed) = (PeriodAssets::default(), Vec::new());
        for close in closes.0.iter().filter(in_period) {
            assets.add(ledger.assets(close).map_err(one)?);
            closed.push(close.period);
        }
        let next = closes.next_month(ledger.settings().first, calendar);
        let is_open = calendar.last_day(next) <= last;
        if !is_open && closes.last().is_none() {
            let message = format!("{period} is before the first month of the ledger, {next}");
            return Err(vec![Diagnostic::error(Code::MonthNotOpen, message)]);
        }
        let end = calendar.month_of(last);
        let open = match is_open {
            true => Some(closing::not_posted(&self.project, ledger, end, self.progress.as_ref())?),
            false => None,
        };
        let liabilities = liabilities(ledger, &closes, open.as_ref()).map_err(one)?;
        let policies = &self.project.rules().policies;
        Ok(Accruals {
            period,
            closed,
            first_open: is_open.then_some(calendar.month_of(calendar.first_day(next).max(first))),
            capitalises: policies.of_kind(PolicyKind::Capitalise).next().is_some(),
            assets: assets.into_rows(),
            liabilities,
            stops: open.map_or_else(Vec::new, |open| open.stops),
        })
    }
}

/// What is owed after some closes, with what a further one would post.
fn liabilities(
    ledger: &Ledger,
    closes: &Closes,
    open: Option<&Rehearsal>,
) -> Result<Vec<LiabilityRow>, Diagnostic> {
    let mut owed = Liabilities::default();
    let mut names = Names::default();
    for close in &closes.0 {
        let entries = ledger.entries(close, &mut names)?;
        owed.add_posted(&entries, &names);
    }
    if let Some(last) = closes.last() {
        for row in ledger.balances(last)? {
            owed.add_carried(&row.payee_id, row.payment.carried_out.wide());
        }
    }
    if let Some(Rehearsal { computed, .. }) = open {
        owed.add_not_posted(&computed.entries, &computed.names);
        // What the system before left is carried before the first close as well.
        for row in computed.balances.iter().filter(|_| closes.last().is_none()) {
            owed.add_carried(&row.payee_id, row.carried_in.wide());
        }
    }
    Ok(owed.into_rows())
}

impl Accruals {
    /// Writes assets.csv and liabilities.csv into a folder; each is there as a whole or not at all. Returns their paths.
    ///
    /// # Errors
    ///
    /// `cannot-write`.
    pub fn write(&self, session: &Session, store: &dyn Store, folder: &Path) -> Result<[PathBuf; 2], Error> {
        let currency = session.book().currency;
        let failed = |path: &Path, error: &std::io::Error| {
            let message = format!("could not write `{}`: {error}", path.display());
            Error::from(Diagnostic::error(Code::CannotWrite, message))
        };
        create_folders(store, folder).map_err(|error| failed(folder, &error))?;
        let (assets, liabilities) = (folder.join(ASSETS), folder.join(LIABILITIES));
        replace_file(store, &assets, |out| write_assets(out, currency, &self.assets))
            .map_err(|error| failed(&assets, &error))?;
        replace_file(store, &liabilities, |out| write_liabilities(out, currency.digits(), &self.liabilities))
            .map_err(|error| failed(&liabilities, &error))?;
        Ok([assets, liabilities])
    }
}
