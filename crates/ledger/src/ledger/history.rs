//! The closes of a ledger, and all that they have posted.

use std::io::ErrorKind;

use super::{LedgerFolder, cannot_read, sealed};
use crate::accruals::{AssetRow, ScheduleRow};
use crate::balances::Balance;
use crate::entry::Entry;
use crate::folder::{
    Approval, CloseRecord, digits_of, read_assets, read_balances, read_entries, read_posted, read_schedules,
    read_sealed, unreadable,
};
use crate::key::Names;
use crate::posted::{Posted, PostedEntries, Standings};
use apportion_base::diagnostic::Diagnostic;
use apportion_base::digest::sha256_hex;
use apportion_book::{FiscalCalendar, Period};
use apportion_contract::output::SYSTEM_FILES;
use apportion_contract::output::assets::{ASSETS, SCHEDULES};
use apportion_contract::output::ledger::{APPROVALS, BALANCES, CLOSE, CLOSES_FOLDER, ENTRIES, close_name};

/// A close of a ledger.
#[derive(Debug, Clone)]
pub struct Close {
    /// What its close.json says.
    pub record: CloseRecord,
    /// SHA-256 of its close.json.
    pub digest: String,
    /// The month.
    pub period: Period,
}

/// All closes of a ledger, in order.
#[derive(Debug, Clone, Default)]
pub struct Closes(pub Vec<Close>);

/// Everything that the closes have posted.
#[derive(Debug, Default)]
pub struct History {
    /// The closes.
    pub closes: Closes,
    /// The ids that entries name.
    pub names: Names,
    /// What was posted.
    pub posted: Posted,
    /// What each payee has.
    pub standings: Standings,
}

/// What closes have posted, as it is in their files.
#[derive(Debug)]
pub struct PackedHistory {
    closes: Closes,
    /// Of each close: its entries, and the path of their file as people see it.
    entries: Vec<(String, Vec<u8>)>,
    standings: Standings,
}

impl PackedHistory {
    /// Adds it up. No file is read any more.
    ///
    /// # Errors
    /// `unreadable-ledger`.
    pub fn unpacked(self) -> Result<History, Diagnostic> {
        let Self { closes, entries, standings } = self;
        let mut names = Names::default();
        let mut posted = PostedEntries::default();
        let mut last = String::new();
        for (close, (shown, bytes)) in closes.0.iter().zip(entries) {
            read_posted(bytes, close.period, &mut names, &mut posted)
                .map_err(|why| unreadable(&shown, &why))?;
            last = shown;
        }
        let posted = posted.add_up().map_err(|error| unreadable(&last, &error.to_string()))?;
        Ok(History { closes, names, posted, standings })
    }
}

impl Closes {
    /// The month that may be closed next.
    pub fn next_month(&self, first: Period, calendar: FiscalCalendar) -> Period {
        self.0.last().map_or(first, |close| month_after(close.period, calendar))
    }

    /// The last close.
    pub fn last(&self) -> Option<&Close> {
        self.0.last()
    }

    /// The close of a month.
    pub fn of_month(&self, period: Period) -> Option<&Close> {
        self.0.iter().find(|close| close.period == period)
    }
}

/// The month after another one.
pub fn month_after(period: Period, calendar: FiscalCalendar) -> Period {
    calendar.month_of(calendar.last_day(period) + 1)
}

impl LedgerFolder {
    /// All closes, with what their close.json says; each names the one before by its digest.
    ///
    /// # Errors
    /// `unreadable-ledger` where a file is missing or damaged, or the closes do not follow each other.
    pub fn closes(&self) -> Result<Closes, Diagnostic> {
        let mut closes = Closes::default();
        let folder = self.path.join(CLOSES_FOLDER);
        let names = match self.world.names(&folder) {
            Ok(names) => names,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(closes),
            Err(error) => return Err(cannot_read(&folder, &error)),
        };
        // Hidden names are those of closes that were being written.
        let names = names
            .iter()
            .filter_map(|name| name.to_str())
            .filter(|name| !name.starts_with('.') && !SYSTEM_FILES.contains(name));
        let most = self.past.as_ref().map_or(usize::MAX, |past| past.closes);
        for name in names.take(most) {
            let shown = self.shown(name, CLOSE);
            let bytes = self.read(name, CLOSE)?;
            let (record, digest): (CloseRecord, String) =
                read_sealed(&bytes).map_err(|why| unreadable(&shown, &why))?;
            let period = match closes.last() {
                Some(last) => month_after(last.period, self.calendar),
                // What the ledger began with; whether the project file says the same is asked by a close.
                None => Period::parse(&record.ledger.first)
                    .filter(|first| matches!(first, Period::Month { .. }))
                    .ok_or_else(|| unreadable(&shown, "its first month is none"))?,
            };
            let previous = closes.last().map(|close| close.digest.as_str());
            let number = closes.0.len() + 1;
            let fits = record.number == number
                && record.close == name
                && name == close_name(number, &record.period)
                && record.period == period.to_string()
                && record.previous.as_deref() == previous;
            if !fits {
                return Err(unreadable(&shown, "it does not follow the close before it"));
            }
            closes.0.push(Close { record, digest, period });
        }
        closes.last().map_or(Ok(()), |last| self.check_signed(last))?;
        Ok(closes)
    }

    /// No close names the last one yet, so a byte that changed in it would go into the chain for good. Its approvals sign it.
    fn check_signed(&self, last: &Close) -> Result<(), Diagnostic> {
        let approvals: Vec<Approval> = serde_json::from_slice(&self.file(&last.record, APPROVALS)?)
            .map_err(|error| unreadable(&self.shown(&last.record.close, APPROVALS), &error.to_string()))?;
        let mut draft = last.record.clone();
        draft.files.retain(|file| file.file != APPROVALS);
        let signed = sealed(&draft)?.digest;
        if approvals.iter().all(|approval| approval.digest == signed) {
            return Ok(());
        }
        Err(unreadable(&self.shown(&last.record.close, CLOSE), "it is not what was approved"))
    }

    /// Everything that the closes have posted. Every file that is read has to have the digest that its close says.
    ///
    /// # Errors
    /// As [`LedgerFolder::closes`].
    pub fn history(&self) -> Result<History, Diagnostic> {
        self.history_of(self.closes()?)
    }

    /// Everything that the closes before that of a month have posted.
    ///
    /// # Errors
    /// As [`LedgerFolder::closes`].
    pub fn history_before(&self, period: Period) -> Result<History, Diagnostic> {
        let mut closes = self.closes()?;
        closes.0.retain(|close| close.period < period);
        self.history_of(closes)
    }

    fn history_of(&self, closes: Closes) -> Result<History, Diagnostic> {
        self.packed(closes)?.unpacked()
    }

    /// The files that say what closes have posted, which are the first of the ledger. Every file that is read has to have the digest that
    /// its close says.
    ///
    /// # Errors
    /// `unreadable-ledger`.
    pub fn packed(&self, closes: Closes) -> Result<PackedHistory, Diagnostic> {
        let file = |close: &Close| {
            Ok((self.shown(&close.record.close, ENTRIES), self.file(&close.record, ENTRIES)?))
        };
        let entries = closes.0.iter().map(file).collect::<Result<_, Diagnostic>>()?;
        // Earlier balances are those of payees who had figures once.
        let balances = closes.last().map(|last| self.balances(last)).transpose()?.unwrap_or_default();
        let standing = |balance: Balance| (balance.payee_id.clone(), balance.standing());
        Ok(PackedHistory { closes, entries, standings: balances.into_iter().map(standing).collect() })
    }

    /// The entries of a close.
    ///
    /// # Errors
    /// `unreadable-ledger`.
    pub fn entries(&self, close: &Close, names: &mut Names) -> Result<Vec<Entry>, Diagnostic> {
        let bytes = self.file(&close.record, ENTRIES)?;
        read_entries(bytes, names).map_err(|why| unreadable(&self.shown(&close.record.close, ENTRIES), &why))
    }

    /// The balances of a close.
    ///
    /// # Errors
    /// `unreadable-ledger`.
    pub fn balances(&self, close: &Close) -> Result<Vec<Balance>, Diagnostic> {
        let bytes = self.file(&close.record, BALANCES)?;
        // The currency may be another one in the project file now, which a close has to say.
        read_balances(&bytes, digits_of(&close.record.book.currency))
            .map_err(|why| unreadable(&self.shown(&close.record.close, BALANCES), &why))
    }

    /// What a close makes of costs that are capitalised; nothing where it capitalises none.
    ///
    /// # Errors
    /// `unreadable-ledger`.
    pub fn schedules(&self, close: &Close) -> Result<Vec<ScheduleRow>, Diagnostic> {
        self.where_listed(close, SCHEDULES, read_schedules)
    }

    /// The assets of a close; none where it capitalises nothing.
    ///
    /// # Errors
    /// `unreadable-ledger`.
    pub fn assets(&self, close: &Close) -> Result<Vec<AssetRow>, Diagnostic> {
        self.where_listed(close, ASSETS, read_assets)
    }

    /// The rows of a file that not every close has. `read` gets its bytes and the digits of the close's currency.
    fn where_listed<T>(
        &self,
        close: &Close,
        name: &str,
        read: impl FnOnce(&[u8], u32) -> Result<Vec<T>, String>,
    ) -> Result<Vec<T>, Diagnostic> {
        let record = &close.record;
        if record.files.iter().all(|file| file.file != name) {
            return Ok(Vec::new());
        }
        let bytes = self.file(record, name)?;
        read(&bytes, digits_of(&record.book.currency))
            .map_err(|why| unreadable(&self.shown(&record.close, name), &why))
    }

    /// A file of a close, which has to have the digest that its close.json says.
    ///
    /// # Errors
    /// `unreadable-ledger`.
    pub fn file(&self, close: &CloseRecord, name: &str) -> Result<Vec<u8>, Diagnostic> {
        let shown = self.shown(&close.close, name);
        let bytes = self.read(&close.close, name)?;
        match close.files.iter().find(|file| file.file == name) {
            Some(file) if file.sha256 == sha256_hex(&bytes) => Ok(bytes),
            Some(_) => Err(unreadable(&shown, "it is not the file whose digest its close.json has")),
            None => Err(unreadable(&shown, "its close.json does not list it")),
        }
    }

    fn read(&self, close: &str, name: &str) -> Result<Vec<u8>, Diagnostic> {
        let path = self.path.join(CLOSES_FOLDER).join(close).join(name);
        self.world.read(&path).map_err(|error| unreadable(&self.shown(close, name), &error.to_string()))
    }
}
