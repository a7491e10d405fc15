//! A draft for people: it reads like a close report.

use std::collections::BTreeMap;

use super::causes::meaning;
use super::{WonDeals, assets, payment, remarks};
use crate::cli::number::{count, counted, grouped, minor, money};
use crate::cli::project;
use crate::cli::table::Table;
use crate::session::PostedClose;
use apportion_book::display_day;
use apportion_ledger::closing::{DraftReport, TrueUpGroup};
use apportion_ledger::entry::{Entry, EntryType, Subject};
use apportion_ledger::folder::digits_of;

/// The report; `posted` is the name of the close, where it was posted.
pub fn text(report: &DraftReport, won: &[WonDeals], posted: Option<&str>) -> String {
    let mut text = head(report, posted);
    text.push_str(&won_deals(won));
    text.push_str(&posted_table(report));
    text.push_str(&true_ups(&report.computed.true_ups, report.book.currency.digits()));
    text.push_str(&payment::from_released_to_paid(report));
    text.push_str(&payment::currencies(report));
    text.push_str(&payment::exceptions(report));
    text.push_str(&payment::balances(report));
    text.push_str(&assets::text(report));
    text.push_str(&remarks::text(report));
    text.push_str(&remarks::against_before(report));
    text.push_str(&next(report, posted));
    text
}

fn head(report: &DraftReport, posted: Option<&str>) -> String {
    let record = &report.draft.record;
    let (first, last) = report.computed.days;
    let what = match posted {
        Some(close) => format!("{} is closed, as {close}; prepared by {}", record.period, record.preparer),
        None => format!("Draft of {}, prepared by {}; nothing is paid yet", record.period, record.preparer),
    };
    format!(
        "{what}\n{}, {} to {}, amounts in {}\n\n",
        report.book.name,
        display_day(first),
        display_day(last),
        report.book.currency.code()
    )
}

/// What became of the month's won deals, in a line: `Won deals  12 worth 1,200.00: 11 credited, 1 matched`.
fn won_deals(won: &[WonDeals]) -> String {
    let Some((all, parts)) = won.split_first() else { return String::new() };
    let parts: Vec<String> = parts
        .iter()
        .filter(|part| part.deals > 0)
        .map(|part| match part.part.as_str() {
            "matched" => format!("{} matched a rule and paid nobody", count(part.deals)),
            word => format!("{} {word}", count(part.deals)),
        })
        .collect();
    let parts = if parts.is_empty() { String::new() } else { format!(": {}", parts.join(", ")) };
    format!("Won deals  {} worth {}{parts}\n\n", count(all.deals), grouped(&all.amount))
}

/// What entries are to a reader, in the order of the report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Share {
    New,
    TrueUp,
    Clawback,
    Release,
    Adjustment,
}

impl Share {
    fn new(entry: &Entry) -> Self {
        if matches!(entry.subject, Subject::Line { .. }) && entry.earned.is_zero() {
            return Self::Release;
        }
        match entry.entry {
            _ if entry.is_clawback() => Self::Clawback,
            EntryType::New => Self::New,
            EntryType::TrueUp => Self::TrueUp,
            EntryType::Adjustment => Self::Adjustment,
        }
    }

    fn word(self) -> &'static str {
        match self {
            Self::New => "new lines",
            Self::TrueUp => "true-ups of closed months",
            Self::Clawback => "clawbacks",
            Self::Release => "released from holds",
            Self::Adjustment => "adjustments",
        }
    }
}

/// What is posted: entries by what they are, with what they earn, what of it is held, and what may be paid.
fn posted_table(report: &DraftReport) -> String {
    let digits = report.book.currency.digits();
    let mut rows: BTreeMap<Share, (u64, i128, i128)> = BTreeMap::new();
    for entry in &report.computed.entries {
        let sums = rows.entry(Share::new(entry)).or_default();
        *sums = (sums.0 + 1, sums.1 + entry.earned.wide(), sums.2 + entry.released.wide());
    }
    if rows.is_empty() {
        return "Nothing is posted for the month.\n\n".to_owned();
    }
    let mut table = Table::new(&["posted", "entries", "earned", "held", "may be paid"]);
    let cells = |name: &str, (entries, earned, released): (u64, i128, i128)| {
        let amounts = [earned, earned - released, released].map(|minor| money(minor, digits));
        [name.to_owned(), count(entries)].into_iter().chain(amounts).collect::<Vec<String>>()
    };
    let mut sums = (0, 0, 0);
    for (share, row) in rows {
        table.row(cells(share.word(), row));
        sums = (sums.0 + row.0, sums.1 + row.1, sums.2 + row.2);
    }
    table.total(cells("total", sums));
    table.text() + "\n"
}

/// True-ups by cause and month, where some earn something; nothing else.
pub fn true_ups(groups: &[TrueUpGroup], digits: u32) -> String {
    let groups: Vec<_> = groups.iter().filter(|group| group.absolute != 0).collect();
    if groups.is_empty() {
        return String::new();
    }
    let mut table =
        Table::new(&["true-ups by cause", "in the file", "of", "entries", "earned", "up and down"])
            .with_texts(&[1, 2]);
    let (mut entries, mut earned, mut absolute) = (0, 0, 0);
    for group in groups {
        table.row(vec![
            // What is too wide is cut in the first column: the words that entries have are for copying.
            meaning(&group.cause),
            group.cause.clone(),
            group.of_period.to_string(),
            count(group.entries),
            money(group.earned, digits),
            money(group.absolute, digits),
        ]);
        (entries, earned, absolute) =
            (entries + group.entries, earned + group.earned, absolute + group.absolute);
    }
    let blank = String::new();
    table.total(vec![
        "total".to_owned(),
        blank.clone(),
        blank,
        count(entries),
        money(earned, digits),
        money(absolute, digits),
    ]);
    table.text() + "\n"
}

/// What `post` says: what is paid, what stands open, and what comes next.
pub fn posted(book: &str, posted: &PostedClose) -> String {
    let (record, totals) = (&posted.record, &posted.record.totals);
    let folder = project::shown(&posted.folder);
    let digits = digits_of(&record.book.currency);
    let mut table = Table::new(&["posted", &record.book.currency]);
    for (name, amount, sign) in [
        ("new lines", &totals.lines, 1),
        ("true-ups of closed months", &totals.true_ups, 1),
        ("clawbacks", &totals.clawbacks, 1),
        ("held, less what was released", &totals.held_change, -1),
        ("adjustments", &totals.adjustments, 1),
        ("guarantees of draws", &totals.guarantee, 1),
        ("advances of draws", &totals.advance, 1),
        ("recovered of earlier advances", &totals.recovery, -1),
        ("carried from the month before", &totals.carried_in, 1),
        ("carried to the next month", &totals.carried_out, -1),
    ] {
        if let Some(minor) = minor(amount, digits).filter(|minor| *minor != 0) {
            table.row(vec![name.to_owned(), money(sign * minor, digits)]);
        }
    }
    let payees = counted(totals.paid_payees, "payee");
    table.total(vec![format!("to pay, to {payees}"), grouped(&totals.paid)]);
    format!(
        "{} is closed, as {}\n{book}\n\n{}\nFiles  {folder}\nNext   payroll takes {folder}/payouts.csv\n",
        record.period,
        record.close,
        table.text()
    )
}

fn next(report: &DraftReport, posted: Option<&str>) -> String {
    let path = report.book.ledger.as_ref().map_or("ledger", |ledger| ledger.path.as_str());
    if let Some(close) = posted {
        let folder = format!("{path}/closes/{close}");
        return format!("Files  {folder}\nNext   payroll takes {folder}/payouts.csv\n");
    }
    let (have, need) = (report.draft.approvals.len(), report.draft.record.approvals_needed as usize);
    let next = match need.saturating_sub(have) {
        0 => "`apportion post` closes it for good".to_owned(),
        1 => {
            "somebody else signs it: `apportion approve --by NAME`; then `apportion post` closes it for good"
                .to_owned()
        }
        missing => format!(
            "{missing} others sign it: `apportion approve --by NAME`; then `apportion post` closes it for good"
        ),
    };
    format!("Files  {path}/draft\nNext   {next}\n")
}
