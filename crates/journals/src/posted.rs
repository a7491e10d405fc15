//! What a close posted, read from the files of the ledger.

use std::collections::BTreeMap;

use crate::movement::{AdjustmentPosting, AssetPosting, PayeePostings, Standing};
use apportion_base::diagnostic::{Code, Diagnostic};
use apportion_book::{FiscalCalendar, Period};
use apportion_contract::output::ledger::PEOPLE;
use apportion_ledger::accruals::{AssetFigures, ScheduleRow};
use apportion_ledger::balances::Balance;
use apportion_ledger::entry::{Entry, Subject};
use apportion_ledger::folder::{read_people, unreadable};
use apportion_ledger::key::Names;
use apportion_ledger::ledger::{Close, Closes, LedgerFolder};
use apportion_ledger::people::People;

/// Kinds of adjustments by which the bank has moved.
const OF_BANK: [&str; 2] = ["returned", "paid-outside"];

/// A close with what it posted of each payee.
#[derive(Debug)]
pub struct PostedClose {
    /// The close.
    pub close: Close,
    /// Its last day.
    pub last_day: i32,
    /// What payees were on that day.
    pub people: People,
    /// The close before.
    pub before: Option<CloseBefore>,
    /// By payee, in byte order.
    pub payees: Vec<PayeePostings>,
}

/// The close before another one.
#[derive(Debug)]
pub struct CloseBefore {
    /// The close.
    pub close: Close,
    /// Its last day.
    pub last_day: i32,
    /// What payees were on that day.
    pub people: People,
}

/// Reads the close of a month.
///
/// # Errors
/// `month-not-open` where it is not closed, `unreadable-ledger`.
pub fn read(
    ledger: &LedgerFolder,
    period: Period,
    calendar: FiscalCalendar,
) -> Result<PostedClose, Diagnostic> {
    let closes = ledger.closes()?;
    let Some(place) = closes.0.iter().position(|close| close.period == period) else {
        return Err(not_closed(&closes, period));
    };
    let close = closes.0[place].clone();
    let people = |close: &Close| -> Result<People, Diagnostic> {
        let bytes = ledger.file(&close.record, PEOPLE)?;
        read_people(&bytes).map_err(|why| unreadable(&ledger.shown(&close.record.close, PEOPLE), &why))
    };
    let before = match place.checked_sub(1).and_then(|place| closes.0.get(place)) {
        Some(before) => Some(CloseBefore {
            last_day: calendar.last_day(before.period),
            people: people(before)?,
            close: before.clone(),
        }),
        None => None,
    };
    let mut names = Names::default();
    let entries = ledger.entries(&close, &mut names)?;
    let of_bank = of_bank(ledger, &closes.0[..=place], &entries, &mut names)?;
    let balances = ledger.balances(&close)?;
    let mut payees = payees(&balances, &entries, &names, &of_bank);
    let schedules = |close: Option<&Close>| close.map_or(Ok(Vec::new()), |close| ledger.schedules(close));
    let of_before = schedules(before.as_ref().map(|before| &before.close))?;
    add_assets(&mut payees, &of_before, &schedules(Some(&close))?);
    Ok(PostedClose { last_day: calendar.last_day(period), people: people(&close)?, before, payees, close })
}

fn not_closed(closes: &Closes, period: Period) -> Diagnostic {
    let last = match closes.last() {
        Some(close) => format!("the last closed month is {}", close.period),
        None => "no month is".to_owned(),
    };
    Diagnostic::error(Code::MonthNotOpen, format!("{period} is not closed; {last}"))
        .help("a journal is made of a close that is posted")
}

/// An adjustment and its payee.
type AdjustmentId = (String, String);

/// The adjustments of a close whose first entry has a kind by which the bank has moved.
fn of_bank(
    ledger: &LedgerFolder,
    closes: &[Close],
    entries: &[Entry],
    names: &mut Names,
) -> Result<BTreeMap<AdjustmentId, bool>, Diagnostic> {
    let id = |entry: &Entry, names: &Names| match &entry.subject {
        Subject::Adjustment { key, .. } => {
            Some((names.text(key.adjustment).to_owned(), names.text(key.payee).to_owned()))
        }
        Subject::Line { .. } => None,
    };
    let is_of_bank = |entry: &Entry| entry.kind.as_deref().is_some_and(|kind| OF_BANK.contains(&kind));
    let mut kinds: BTreeMap<AdjustmentId, bool> =
        entries.iter().filter_map(|entry| Some((id(entry, names)?, is_of_bank(entry)))).collect();
    if kinds.is_empty() {
        return Ok(kinds);
    }
    // From the last to the first, so that the first entry decides.
    for close in closes.iter().rev().skip(1) {
        for entry in ledger.entries(close, names)? {
            let Some(id) = id(&entry, names) else { continue };
            if let Some(kind) = kinds.get_mut(&id) {
                *kind = is_of_bank(&entry);
            }
        }
    }
    Ok(kinds)
}

fn payees(
    balances: &[Balance],
    entries: &[Entry],
    names: &Names,
    of_bank: &BTreeMap<AdjustmentId, bool>,
) -> Vec<PayeePostings> {
    let mut by_payee: BTreeMap<&str, PayeePostings> =
        balances.iter().map(|row| (row.payee_id.as_str(), of_balance(row))).collect();
    let mut earned: BTreeMap<(&str, &str), i128> = BTreeMap::new();
    let mut adjustments: BTreeMap<(&str, &str), AdjustmentPosting> = BTreeMap::new();
    for entry in entries {
        let payee = names.text(entry.payee());
        match &entry.subject {
            Subject::Line { key, .. } => {
                let rule = names.text(key.of_rule.unwrap_or(key.rule));
                *earned.entry((payee, rule)).or_default() += entry.earned.wide();
            }
            Subject::Adjustment { key, rule, .. } => {
                let id = names.text(key.adjustment);
                let is_of_bank = of_bank.get(&(id.to_owned(), payee.to_owned())).copied().unwrap_or(false);
                let rule = names.maybe_text(*rule).map(str::to_owned);
                let posting = adjustments.entry((payee, id)).or_insert(AdjustmentPosting {
                    rule,
                    amount: 0,
                    is_of_bank,
                });
                posting.amount += entry.earned.wide();
            }
        }
    }
    for ((payee, rule), amount) in earned {
        if let Some(own) = by_payee.get_mut(payee) {
            own.earned.push((rule.to_owned(), amount));
        }
    }
    for ((payee, _), posting) in adjustments {
        if let Some(own) = by_payee.get_mut(payee) {
            own.adjustments.push(posting);
        }
    }
    by_payee.into_values().collect()
}

/// Adds by how much the shares of payees in costs that are an asset differ from the close before.
fn add_assets(payees: &mut [PayeePostings], before: &[ScheduleRow], now: &[ScheduleRow]) {
    let key = |row: &ScheduleRow| (row.deal_id.clone(), row.rule_id.clone(), row.payee_id.clone());
    let before: BTreeMap<_, &ScheduleRow> = before.iter().map(|row| (key(row), row)).collect();
    let mut sums: BTreeMap<(&str, &str), AssetFigures> = BTreeMap::new();
    for row in now {
        let figures = AssetFigures::between(before.get(&key(row)).copied(), row);
        sums.entry((&row.payee_id, &row.rule_id)).or_default().add(&figures);
    }
    for ((payee, rule), figures) in sums {
        let own = payees.binary_search_by(|known| known.payee.as_str().cmp(payee));
        let Some(own) = own.ok().and_then(|place| payees.get_mut(place)) else { continue };
        let AssetFigures { additions: capitalised, amortised, written_off, .. } = figures;
        own.assets.push(AssetPosting { rule: rule.to_owned(), capitalised, amortised, written_off });
    }
}

fn of_balance(row: &Balance) -> PayeePostings {
    let paid = &row.payment;
    PayeePostings {
        payee: row.payee_id.clone(),
        before: Standing { due: row.held_in.wide() + row.carried_in.wide(), owed: row.owed_in.wide() },
        after: Standing { due: row.held_out.wide() + paid.carried_out.wide(), owed: paid.owed_out.wide() },
        earned: Vec::new(),
        adjustments: Vec::new(),
        guarantee: paid.guarantee.wide(),
        guarantee_id: row.guarantee_id.clone(),
        advance: paid.advance.wide(),
        recovery: paid.recovery.wide(),
        forgiven: paid.forgiven.wide(),
        draw_id: row.draw.as_ref().map(|(id, _)| id.clone()),
        paid: paid.paid.wide(),
        assets: Vec::new(),
    }
}
