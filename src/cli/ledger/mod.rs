//! `apportion ledger`: what was posted when.

pub mod answer;
pub mod args;
mod paid;

use super::names::named;
use super::number::{counted, entries};
use super::options::Global;
use super::report::Reporter;
use super::{Ending, Failure, disk, print_data, project};
use crate::Session;
use answer::{Answer, Column};
use apportion_base::diagnostic::{Code, Diagnostic};
use apportion_contract::output::ledger::{APPROVALS, BALANCE_FILE, ENTRY_FILE};
use apportion_ledger::balances::Balance;
use apportion_ledger::folder::{Approval, CloseRecord, balance_cells, entry_cells};
use apportion_ledger::key::Names;
use apportion_ledger::ledger::{Closes, Ledger};
use args::{AnswerFormat, LedgerArgs};

/// Figures of a month, which people do not see among balances.
const FLOWS: [&str; 9] = [
    "lines",
    "true_ups",
    "clawbacks",
    "adjustments",
    "held_change",
    "guarantee",
    "advance",
    "recovery",
    "paid",
];

/// Answers the question of the arguments.
pub fn ledger(args: &LedgerArgs, global: &Global, reporter: &Reporter) -> Result<Ending, Failure> {
    let session = Session::open(project::find(global)?)?;
    let ledger = session.ledger(&disk())?;
    let closes = ledger.closes()?;
    let (digits, currency) = (session.book().currency.digits(), session.book().currency.code());
    let mut answer = if let Some(payee) = &args.payee {
        of_payee(&ledger, &closes, payee, digits)?
    } else if let Some(deal) = &args.deal {
        of_deal(&ledger, &closes, deal, (digits, currency))?
    } else if let Some(month) = args.as_of {
        let Some(close) = closes.of_month(month) else {
            let last = match closes.last() {
                Some(close) => format!("the last closed month is {}", close.period),
                None => "no month is".to_owned(),
            };
            let message = format!("{month} is not closed; {last}");
            return Err(Diagnostic::error(Code::MonthNotOpen, message).into());
        };
        let mut answer = balances(ledger.balances(close)?.iter().map(|row| (None, row)), digits);
        answer.title(format!("{}: balances after the close of {month}", session.book().name));
        answer.hide(&FLOWS);
        answer.sum(&["carried_out", "owed_out", "held_out"]);
        answer
    } else if let Some(year) = args.paid {
        paid::of_year(&ledger, &closes, year, session.book())?
    } else {
        let mut answer = all(&ledger, &closes)?;
        answer.title(format!("{}: {}", session.book().name, counted(answer.len() as u64, "close")));
        answer
    };
    answer.add_to_title(&format!(", amounts in {currency}"));
    if answer.is_empty() {
        reporter.note("Nothing was posted for that.");
    }
    print_data(&match args.format {
        AnswerFormat::Table => answer.table().into_bytes(),
        AnswerFormat::Csv => answer.csv()?,
        AnswerFormat::Json => answer.json()?,
    })?;
    Ok(Ending::Fine)
}

/// The closes, one row each.
fn all(ledger: &Ledger, closes: &Closes) -> Result<Answer, Failure> {
    let amounts =
        ["lines", "true_ups", "clawbacks", "adjustments", "paid", "carried_out", "owed_out", "held_out"];
    let before = [Column::Text("close"), Column::Text("period"), Column::Count("entries")];
    let after = ["currency", "preparer", "approved_by", "digest"].map(Column::Text);
    let mut answer = Answer::new(before.into_iter().chain(amounts.map(Column::Amount)).chain(after));
    answer.hide(&["period", "digest", "currency"]);
    answer.sum(&["lines", "true_ups", "paid"]);
    for close in &closes.0 {
        let (record, totals) = (&close.record, &close.record.totals);
        answer.row(vec![
            record.close.clone(),
            record.period.clone(),
            totals.entries.to_string(),
            totals.lines.clone(),
            totals.true_ups.clone(),
            totals.clawbacks.clone(),
            totals.adjustments.clone(),
            totals.paid.clone(),
            totals.carried_out.clone(),
            totals.owed_out.clone(),
            totals.held_out.clone(),
            record.book.currency.clone(),
            record.preparer.clone(),
            approvers(ledger, record)?,
            close.digest.clone(),
        ]);
    }
    Ok(answer)
}

/// Who approved a close.
fn approvers(ledger: &Ledger, record: &CloseRecord) -> Result<String, Failure> {
    let approvals: Vec<Approval> =
        serde_json::from_slice(&ledger.file(record, APPROVALS)?).map_err(|error| {
            let shown = ledger.shown(&record.close, APPROVALS);
            Diagnostic::error(Code::UnreadableLedger, format!("`{shown}` can't be read: {error}"))
        })?;
    let names: Vec<&str> = approvals.iter().map(|approval| approval.by.as_str()).collect();
    Ok(names.join(", "))
}

/// A payee's balances, close by close.
fn of_payee(ledger: &Ledger, closes: &Closes, payee: &str, digits: u32) -> Result<Answer, Failure> {
    let mut rows = Vec::new();
    for close in &closes.0 {
        let own = ledger.balances(close)?.into_iter().find(|row| row.payee_id == payee);
        rows.extend(own.map(|row| (close.record.period.clone(), row)));
    }
    if rows.is_empty() {
        let message = format!("no close has posted anything for payee `{payee}`");
        return Err(Diagnostic::error(Code::NoSuchPayee, message)
            .help("ids are compared as they are written, capitals included")
            .into());
    }
    let name = rows.last().map_or("", |(_, row)| row.name.as_str());
    let mut answer = balances(rows.iter().map(|(period, row)| (Some(period.as_str()), row)), digits);
    answer.title(format!("{}: {}", named(payee, name), counted(rows.len() as u64, "close")));
    Ok(answer)
}

/// Balances with the columns of balances.csv; of a payee with the close before them.
fn balances<'b>(rows: impl Iterator<Item = (Option<&'b str>, &'b Balance)>, digits: u32) -> Answer {
    let mut rows = rows.peekable();
    let with_close = rows.peek().is_some_and(|(close, _)| close.is_some());
    let close = with_close.then_some(Column::Text("close"));
    let mut answer = Answer::new(close.into_iter().chain(BALANCE_FILE.columns.iter().map(Column::of_file)));
    answer.sum(&[
        "lines",
        "true_ups",
        "clawbacks",
        "adjustments",
        "guarantee",
        "advance",
        "recovery",
        "paid",
    ]);
    let hidden = [
        "held_in",
        "carried_in",
        "owed_in",
        "taken",
        "forgiven",
        "currency",
        "paid_amount",
        "paid_currency",
        "rate",
        "quoted",
        "guarantee_id",
        "draw_id",
        "draw_on",
    ];
    answer.hide(&hidden);
    if with_close {
        answer.hide(&["payee_id", "name"]);
    }
    for (close, row) in rows {
        let mut cells: Vec<String> = close.map(str::to_owned).into_iter().collect();
        cells.extend(balance_cells(row, digits));
        answer.row(cells);
    }
    answer
}

/// Every entry of a deal, close by close.
fn of_deal(
    ledger: &Ledger,
    closes: &Closes,
    deal: &str,
    (digits, currency): (u32, &str),
) -> Result<Answer, Failure> {
    let mut answer = Answer::new(ENTRY_FILE.columns.iter().map(Column::of_file));
    answer.hide(&[
        "deal_id",
        "from_payee_id",
        "of_rule_id",
        "of_deal_id",
        "adjustment_id",
        "kind",
        "close_date",
        "currency",
        "reason",
    ]);
    let mut names = Names::default();
    for close in &closes.0 {
        let posted = ledger.entries(close, &mut names)?;
        // An entry's place: its payee, its rule, its deal.
        for entry in posted.iter().filter(|entry| entry.place(&names)[2] == Some(deal)) {
            answer.row(entry_cells(&close.record.period, entry, &names, (digits, currency)));
        }
    }
    answer.title(format!("Deal {deal}: {}", entries(answer.len())));
    answer.sum(&["earned", "released"]);
    if answer.is_empty() {
        let message = format!("no close has posted anything on deal `{deal}`");
        return Err(Diagnostic::error(Code::NoSuchDeal, message)
            .help("ids are compared as they are written, capitals included")
            .into());
    }
    Ok(answer)
}
