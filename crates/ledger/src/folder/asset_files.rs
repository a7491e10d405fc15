//! The CSV files of a close about what was capitalised, and those of `accrue`.

use std::io::{self, Write};

use super::csv_files::{exact, money, number, records};
use crate::accruals::liabilities::LiabilityRow;
use crate::accruals::schedule::Schedule;
use crate::accruals::{AssetFigures, AssetRow, ContractReversal, ScheduleRow};
use crate::rewritten::parse_day;
use apportion_base::money::{Currency, format_scaled};
use apportion_base::spreadsheet::{guarded, unguarded};
use apportion_book::config::describe::Choice;
use apportion_book::display_day;
use apportion_contract::output::OutputFile;
use apportion_contract::output::assets::{ASSET_FILE, CONTRACT_REVERSAL_FILE, LIABILITY_FILE, SCHEDULE_FILE};
use apportion_results::csv_writer;
use apportion_rules::AmortisationStart;

/// Writes assets.csv.
///
/// # Errors
/// What the system says.
pub fn write_assets(out: impl Write, currency: Currency, rows: &[AssetRow]) -> io::Result<()> {
    let mut csv = csv_writer(out);
    csv.write_record(ASSET_FILE.header())?;
    for row in rows {
        let ids = [&row.deal_id, &row.rule_id].map(|id| guarded(id).into_owned());
        let figures = row.figures.all().map(|figure| format_scaled(figure, currency.digits()));
        csv.write_record(ids.into_iter().chain(figures))?;
    }
    csv.flush()
}

/// Writes schedules.csv.
///
/// # Errors
/// What the system says.
pub fn write_schedules(out: impl Write, currency: Currency, rows: &[ScheduleRow]) -> io::Result<()> {
    let mut csv = csv_writer(out);
    csv.write_record(SCHEDULE_FILE.header())?;
    for row in rows {
        let ids = [&row.deal_id, &row.rule_id, &row.payee_id].map(|id| guarded(id).into_owned());
        let terms = row.terms.as_ref().map(|(policy, schedule)| {
            let Schedule { close_date, starts, months } = schedule;
            [policy.clone(), display_day(*close_date), starts.word().to_owned(), months.to_string()]
        });
        let sums = [row.cost, row.amortised, row.written_off];
        let sums = sums.map(|sum| format_scaled(sum, currency.digits()));
        let ended_on = row.ended_on.map_or_else(String::new, display_day);
        let cells = ids.into_iter().chain(terms.unwrap_or_default()).chain([ended_on]).chain(sums);
        csv.write_record(cells)?;
    }
    csv.flush()
}

/// Writes contract-reversals.csv.
///
/// # Errors
/// What the system says.
pub fn write_contract_reversals(
    out: impl Write,
    currency: Currency,
    rows: &[ContractReversal],
) -> io::Result<()> {
    let mut csv = csv_writer(out);
    csv.write_record(CONTRACT_REVERSAL_FILE.header())?;
    for row in rows {
        csv.write_record([
            guarded(&row.deal_id).as_ref(),
            &guarded(&row.of_deal_id),
            &display_day(row.close_date),
            &exact(row.size_e6, currency.digits()),
        ])?;
    }
    csv.flush()
}

/// Writes liabilities.csv.
///
/// # Errors
/// What the system says.
pub fn write_liabilities(out: impl Write, digits: u32, rows: &[LiabilityRow]) -> io::Result<()> {
    let mut csv = csv_writer(out);
    csv.write_record(LIABILITY_FILE.header())?;
    for row in rows {
        let ids = [&row.payee_id, &row.rule_id].map(|id| guarded(id).into_owned());
        let sums = [row.not_posted, row.held, row.carried].map(|sum| format_scaled(sum, digits));
        csv.write_record(ids.into_iter().chain(sums))?;
    }
    csv.flush()
}

/// A row of a file as its cells by their columns.
struct Cells {
    file: &'static OutputFile,
    cells: Vec<String>,
}

impl Cells {
    fn all(bytes: &[u8], file: &'static OutputFile) -> Result<Vec<Self>, String> {
        let rows = records(bytes, file.header())?;
        Ok(rows.into_iter().map(|cells| Self { file, cells }).collect())
    }

    fn get(&self, name: &str) -> &str {
        self.file.position(name).and_then(|place| self.cells.get(place)).map_or("", String::as_str)
    }

    fn id(&self, name: &str) -> String {
        unguarded(self.get(name)).to_owned()
    }

    fn sum(&self, name: &str, digits: u32) -> Result<i128, String> {
        Ok(money(self.get(name), digits)?.wide())
    }

    fn day(&self, name: &str) -> Result<Option<i32>, String> {
        match self.get(name) {
            "" => Ok(None),
            text => parse_day(text).map(Some).ok_or_else(|| format!("`{name}` is no date")),
        }
    }
}

/// Reads assets.csv again. `digits` are those of the book's currency.
///
/// # Errors
/// What is wrong with the file, as the end of a sentence.
pub fn read_assets(bytes: &[u8], digits: u32) -> Result<Vec<AssetRow>, String> {
    let row = |cells: &Cells| {
        let figures = AssetFigures {
            opening: cells.sum("opening", digits)?,
            additions: cells.sum("additions", digits)?,
            amortised: cells.sum("amortised", digits)?,
            written_off: cells.sum("written_off", digits)?,
            closing: cells.sum("closing", digits)?,
        };
        Ok(AssetRow { deal_id: cells.id("deal_id"), rule_id: cells.id("rule_id"), figures })
    };
    Cells::all(bytes, &ASSET_FILE)?.iter().map(row).collect()
}

/// Reads schedules.csv again.
///
/// # Errors
/// What is wrong with the file, as the end of a sentence.
pub fn read_schedules(bytes: &[u8], digits: u32) -> Result<Vec<ScheduleRow>, String> {
    let row = |cells: &Cells| {
        Ok(ScheduleRow {
            deal_id: cells.id("deal_id"),
            rule_id: cells.id("rule_id"),
            payee_id: cells.id("payee_id"),
            terms: terms(cells)?,
            ended_on: cells.day("ended_on")?,
            cost: cells.sum("cost", digits)?,
            amortised: cells.sum("amortised", digits)?,
            written_off: cells.sum("written_off", digits)?,
        })
    };
    Cells::all(bytes, &SCHEDULE_FILE)?.iter().map(row).collect()
}

fn terms(cells: &Cells) -> Result<Option<(String, Schedule)>, String> {
    let policy = cells.id("policy_id");
    if policy.is_empty() {
        return Ok(None);
    }
    let word = cells.get("starts");
    let starts = AmortisationStart::from_word(word);
    let schedule = Schedule {
        close_date: cells.day("close_date")?.ok_or("a schedule has no `close_date`")?,
        starts: starts.ok_or_else(|| format!("`starts` can't be \"{word}\""))?,
        months: cells.get("months").parse().map_err(|_| "`months` is no number".to_owned())?,
    };
    if schedule.months < 1 {
        return Err("`months` is below 1".to_owned());
    }
    Ok(Some((policy, schedule)))
}

/// Reads contract-reversals.csv again.
///
/// # Errors
/// What is wrong with the file, as the end of a sentence.
pub fn read_contract_reversals(bytes: &[u8]) -> Result<Vec<ContractReversal>, String> {
    let row = |cells: &Cells| {
        Ok(ContractReversal {
            deal_id: cells.id("deal_id"),
            of_deal_id: cells.id("of_deal_id"),
            close_date: cells.day("close_date")?.ok_or("a reversal has no `close_date`")?,
            size_e6: number(cells.get("size"), 6)?,
        })
    };
    Cells::all(bytes, &CONTRACT_REVERSAL_FILE)?.iter().map(row).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_again() {
        let usd = Currency::from_code("USD").expect("a currency");
        let schedule = Schedule { close_date: 20_500, starts: AmortisationStart::Day, months: 36 };
        let row = |payee: &str, terms, ended_on| ScheduleRow {
            deal_id: "=D".to_owned(),
            rule_id: "tenth".to_owned(),
            payee_id: payee.to_owned(),
            terms,
            ended_on,
            cost: 10000,
            amortised: 3333,
            written_off: -1,
        };
        let schedules =
            vec![row("ann", Some(("new".to_owned(), schedule)), None), row("ben", None, Some(20_600))];
        let mut bytes = Vec::new();
        write_schedules(&mut bytes, usd, &schedules).expect("it is written");
        assert_eq!(read_schedules(&bytes, 2), Ok(schedules));
        let figures = AssetFigures { opening: 5, additions: -7, amortised: 1, written_off: 2, closing: -5 };
        let assets = vec![AssetRow { deal_id: "D".to_owned(), rule_id: "-r".to_owned(), figures }];
        let mut bytes = Vec::new();
        write_assets(&mut bytes, usd, &assets).expect("it is written");
        assert_eq!(read_assets(&bytes, 2), Ok(assets));
        let reversals = vec![ContractReversal {
            deal_id: "R".to_owned(),
            of_deal_id: "D".to_owned(),
            close_date: 20_700,
            size_e6: 1_005_000,
        }];
        let mut bytes = Vec::new();
        write_contract_reversals(&mut bytes, usd, &reversals).expect("it is written");
        assert_eq!(read_contract_reversals(&bytes), Ok(reversals));
    }

    #[test]
    fn what_is_damaged_is_told() {
        let header = SCHEDULE_FILE.header().collect::<Vec<_>>().join(",");
        for (row, why) in [
            ("D,r,p,new,2026-01-01,never,3,,1,1,1", "`starts` can't be \"never\""),
            ("D,r,p,new,2026-01-01,day,0,,1,1,1", "`months` is below 1"),
            ("D,r,p,new,,day,3,,1,1,1", "a schedule has no `close_date`"),
            ("D,r,p,,,,,2026-02-30,1,1,1", "`ended_on` is no date"),
            ("D,r,p,,,,,,1.005,1,1", "`1.005` is no amount with 2 decimals"),
        ] {
            assert_eq!(read_schedules(format!("{header}\n{row}\n").as_bytes(), 2), Err(why.to_owned()));
        }
        assert_eq!(read_assets(b"deal_id\n", 2), Err("its header is another one".to_owned()));
    }
}
