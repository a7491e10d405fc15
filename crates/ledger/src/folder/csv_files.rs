//! The CSV files of a close.

use std::collections::BTreeMap;
use std::io::{self, Write};

use crate::balances::Balance;
use crate::earned::HeldKey;
use crate::key::Names;
use crate::payment::Quoted;
use crate::people::People;
use crate::posted::{Standing, Standings};
use crate::rewritten::parse_day;
use apportion_base::money::{Currency, Minor, POW10, Rounding, format_scaled};
use apportion_base::spreadsheet::{guarded, unguarded};
use apportion_book::display_day;
use apportion_contract::output::PAYOUT_FILE;
use apportion_contract::output::ledger::{BALANCE_FILE, FINDING_FILE, HELD_FILE, REVERSAL_FILE};
use apportion_data::Tables;
use apportion_results::csv_writer;
use apportion_rules::Policies;

/// Writes balances.csv.
///
/// # Errors
/// What the system says.
pub fn write_balances(out: impl Write, currency: Currency, balances: &[Balance]) -> io::Result<()> {
    let mut csv = csv_writer(out);
    csv.write_record(BALANCE_FILE.header())?;
    for row in balances {
        let cells = balance_cells(row, currency.digits());
        csv.write_record(cells.iter().map(|cell| guarded(cell).into_owned()))?;
    }
    csv.flush()
}

/// The cells of a row of balances.csv, texts as they are. `digits` are those of the book's currency.
pub fn balance_cells(row: &Balance, digits: u32) -> Vec<String> {
    let rate = row.rate.map(|(rate, quoted)| (format_scaled(rate.into(), 9), quoted.word().to_owned()));
    let (rate, quoted) = rate.unwrap_or_default();
    let draw = row.draw.as_ref().map(|(id, on)| (id.clone(), display_day(*on)));
    let (draw, draw_on) = draw.unwrap_or_default();
    let mut cells = vec![row.payee_id.clone(), row.name.clone()];
    cells.extend(row.figures().map(|minor| minor.text(digits)));
    cells.extend([
        row.currency.clone(),
        row.payment.paid_amount.text(digits_of(&row.paid_currency)),
        row.paid_currency.clone(),
        rate,
        quoted,
        row.guarantee_id.clone().unwrap_or_default(),
        draw,
        draw_on,
    ]);
    cells
}

/// Digits of a currency; 2 of a code that is none, in which nothing is paid.
pub fn digits_of(code: &str) -> u32 {
    Currency::from_code(code).map_or(2, Currency::digits)
}

/// Writes payouts.csv: what is paid.
///
/// # Errors
/// What the system says.
pub fn write_payouts(out: impl Write, balances: &[Balance]) -> io::Result<()> {
    let mut csv = csv_writer(out);
    csv.write_record(PAYOUT_FILE.header())?;
    for row in balances.iter().filter(|row| !row.payment.paid.is_zero()) {
        csv.write_record([
            guarded(&row.payee_id).as_ref(),
            &guarded(&row.name),
            &row.payment.paid_amount.text(digits_of(&row.paid_currency)),
            &guarded(&row.paid_currency),
        ])?;
    }
    csv.flush()
}

/// Writes people.csv.
///
/// # Errors
/// What the system says.
pub fn write_people(out: impl Write, people: &People) -> io::Result<()> {
    let mut csv = csv_writer(out);
    csv.write_record(std::iter::once("payee_id").chain(people.columns.iter().map(String::as_str)))?;
    for (payee, cells) in &people.rows {
        let cells = cells.iter().map(|cell| guarded(cell));
        csv.write_record(std::iter::once(guarded(payee)).chain(cells).map(|cell| cell.into_owned()))?;
    }
    csv.flush()
}

/// Writes held.csv; the rows must be in their order.
///
/// # Errors
/// What the system says.
pub fn write_held(
    out: impl Write,
    currency: Currency,
    held: &[HeldKey],
    names: &Names,
    (tables, policies): (&Tables, &Policies),
) -> io::Result<()> {
    let mut csv = csv_writer(out);
    csv.write_record(HELD_FILE.header())?;
    for row in held {
        let mut cells: Vec<String> =
            row.key.place(names).map(|id| guarded(id.unwrap_or_default()).into_owned()).into();
        cells.push(display_day(row.close_date));
        cells.push(row.held.text(currency.digits()));
        cells.push(row.share.clone());
        cells.push(row.by.map_or_else(String::new, |by| guarded(by.id(tables, policies)).into_owned()));
        csv.write_record(&cells)?;
    }
    csv.flush()
}

/// A row of findings.csv.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct FindingRow {
    /// What was found.
    pub code: String,
    /// The deal; empty where it is about none.
    pub deal_id: String,
    /// The rule; empty where it is about none.
    pub rule_id: String,
    /// The payee; empty where it is about none.
    pub payee_id: String,
    /// What it comes to, in minor units.
    pub amount: Option<Minor>,
}

/// Writes findings.csv.
///
/// # Errors
/// What the system says.
pub fn write_findings(out: impl Write, currency: Currency, findings: &[FindingRow]) -> io::Result<()> {
    let mut csv = csv_writer(out);
    csv.write_record(FINDING_FILE.header())?;
    for row in findings {
        let amount = row.amount.map_or_else(String::new, |amount| amount.text(currency.digits()));
        csv.write_record([
            row.code.as_str(),
            &guarded(&row.deal_id),
            &guarded(&row.rule_id),
            &guarded(&row.payee_id),
            &amount,
        ])?;
    }
    csv.flush()
}

/// A row of reversals.csv.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct ReversalRow {
    /// The reversal.
    pub deal_id: String,
    /// The deal that it reverses.
    pub of_deal_id: String,
    /// The clawback rule.
    pub rule_id: String,
    /// How it takes back.
    pub method: String,
    /// How much it reverses, in millionths of the book's currency.
    pub size_e6: i128,
}

/// Writes reversals.csv.
///
/// # Errors
/// What the system says.
pub fn write_reversals(out: impl Write, currency: Currency, reversals: &[ReversalRow]) -> io::Result<()> {
    let mut csv = csv_writer(out);
    csv.write_record(REVERSAL_FILE.header())?;
    for row in reversals {
        csv.write_record([
            guarded(&row.deal_id).as_ref(),
            &guarded(&row.of_deal_id),
            &row.rule_id,
            &row.method,
            &exact(row.size_e6, currency.digits()),
        ])?;
    }
    csv.flush()
}

/// Millionths with at least so many decimals as the currency has, and more where an amount has more.
pub(super) fn exact(e6: i128, digits: u32) -> String {
    let digits = digits.min(6);
    let needed = (digits..6).find(|kept| e6 % POW10[(6 - kept) as usize] == 0).unwrap_or(6);
    format_scaled(e6 / POW10[(6 - needed) as usize], needed)
}

/// Reads reversals.csv again.
///
/// # Errors
/// What is wrong with the file, as the end of a sentence.
pub fn read_reversals(bytes: &[u8]) -> Result<Vec<ReversalRow>, String> {
    let position = |name: &str| REVERSAL_FILE.position(name).unwrap_or_default();
    let row = |cells: Vec<String>| {
        let text = |name: &str| unguarded(&cells[position(name)]).to_owned();
        let size_e6 = number(&cells[position("size")], 6)?;
        if size_e6 < 0 {
            return Err("a size is below 0".to_owned());
        }
        Ok(ReversalRow {
            deal_id: text("deal_id"),
            of_deal_id: text("of_deal_id"),
            rule_id: text("rule_id"),
            method: text("method"),
            size_e6,
        })
    };
    records(bytes, REVERSAL_FILE.header())?.into_iter().map(row).collect()
}

/// Reads people.csv again.
///
/// # Errors
/// What is wrong with the file, as the end of a sentence.
pub fn read_people(bytes: &[u8]) -> Result<People, String> {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(bytes);
    let mut records = reader.records();
    let header = records.next().ok_or("it is empty")?.map_err(|error| error.to_string())?;
    if header.get(0) != Some("payee_id") {
        return Err("its first column is not `payee_id`".to_owned());
    }
    let columns: Vec<String> = header.iter().skip(1).map(str::to_owned).collect();
    let mut rows = BTreeMap::new();
    for record in records {
        let record = record.map_err(|error| error.to_string())?;
        let mut cells = record.iter().map(|cell| unguarded(cell).to_owned());
        let payee = cells.next().unwrap_or_default();
        rows.insert(payee, cells.collect());
    }
    Ok(People { columns, rows })
}

/// Reads what each payee has after a close from its balances.csv, and what was paid.
///
/// # Errors
/// What is wrong with the file, as the end of a sentence.
pub fn read_balances(bytes: &[u8], digits: u32) -> Result<Vec<Balance>, String> {
    let mut balances = Vec::new();
    let position = |name: &str| BALANCE_FILE.position(name).unwrap_or_default();
    for cells in records(bytes, BALANCE_FILE.header())? {
        let cell = |name: &str| cells[position(name)].as_str();
        let amount = |name: &str| money(cell(name), digits);
        let paid_currency = unguarded(cell("paid_currency")).to_owned();
        let text = |name: &str| Some(cell(name).to_owned()).filter(|text| !text.is_empty());
        let draw = match text("draw_id") {
            Some(id) => {
                let on = parse_day(cell("draw_on")).ok_or_else(|| "`draw_on` is no date".to_owned())?;
                Some((id, on))
            }
            None => None,
        };
        let rate = match cell("quoted") {
            "" => None,
            word => {
                let quoted = Quoted::ALL.into_iter().find(|quoted| quoted.word() == word);
                let quoted = quoted.ok_or_else(|| format!("`quoted` can't be \"{word}\""))?;
                Some((money(cell("rate"), 9)?.raw(), quoted))
            }
        };
        let mut row = Balance {
            payee_id: unguarded(cell("payee_id")).to_owned(),
            name: unguarded(cell("name")).to_owned(),
            carried_in: amount("carried_in")?,
            owed_in: amount("owed_in")?,
            held_in: amount("held_in")?,
            lines: amount("lines")?,
            true_ups: amount("true_ups")?,
            clawbacks: amount("clawbacks")?,
            adjustments: amount("adjustments")?,
            held_change: amount("held_change")?,
            held_out: amount("held_out")?,
            currency: cell("currency").to_owned(),
            rate,
            guarantee_id: text("guarantee_id"),
            draw,
            ..Balance::default()
        };
        row.payment.guarantee = amount("guarantee")?;
        row.payment.taken = amount("taken")?;
        row.payment.advance = amount("advance")?;
        row.payment.recovery = amount("recovery")?;
        row.payment.forgiven = amount("forgiven")?;
        row.payment.paid = amount("paid")?;
        row.payment.carried_out = amount("carried_out")?;
        row.payment.owed_out = amount("owed_out")?;
        row.payment.paid_amount = money(cell("paid_amount"), digits_of(&paid_currency))?;
        row.paid_currency = paid_currency;
        balances.push(row);
    }
    Ok(balances)
}

/// Reads the balances of the system before: payee_id, carried and owed, each payee once. `is_payee` knows the payees.
///
/// # Errors
/// What is wrong with the file, as the end of a sentence.
pub fn read_opening(
    bytes: &[u8],
    currency: Currency,
    is_payee: impl Fn(&str) -> bool,
) -> Result<Standings, String> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(bytes);
    let header = reader.headers().map_err(|error| error.to_string())?.clone();
    let position = |name: &str| {
        header.iter().position(|column| column == name).ok_or_else(|| format!("it has no column `{name}`"))
    };
    let (payee, carried, owed) = (position("payee_id")?, position("carried")?, position("owed")?);
    let mut standings = Standings::new();
    for record in reader.records() {
        let record = record.map_err(|error| error.to_string())?;
        let line = record.position().map_or(0, csv::Position::line);
        let cell = |place: usize| record.get(place).unwrap_or_default();
        let id = cell(payee);
        if !is_payee(id) {
            return Err(format!("`{id}` in line {line} is not among the payees"));
        }
        let amount = |place: usize| match cell(place) {
            "" => Ok(Minor::ZERO),
            text => money(text, currency.digits())
                .map_err(|why| format!("`{}` in line {line}: {why}", &header[place])),
        };
        let standing = Standing {
            carried: amount(carried)?,
            owed: amount(owed)?,
            is_known: false,
            ..Standing::default()
        };
        if standing.owed.is_negative() {
            return Err(format!("`owed` in line {line} is below 0: it is the balance of draws"));
        }
        if standings.insert(id.to_owned(), standing).is_some() {
            return Err(format!("`{id}` in line {line} is there twice"));
        }
    }
    Ok(standings)
}

/// The records of a CSV file with just this header.
pub(super) fn records(
    bytes: &[u8],
    header: impl Iterator<Item = &'static str>,
) -> Result<Vec<Vec<String>>, String> {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(bytes);
    let mut records = reader.records();
    let first = records.next().ok_or("it is empty")?.map_err(|error| error.to_string())?;
    if !first.iter().eq(header) {
        return Err("its header is another one".to_owned());
    }
    records
        .map(|record| {
            let record = record.map_err(|error| error.to_string())?;
            Ok(record.iter().map(str::to_owned).collect())
        })
        .collect()
}

/// An amount with exactly these digits or fewer, in units of the last one.
pub(super) fn money(text: &str, digits: u32) -> Result<Minor, String> {
    Minor::from_wide(number(text, digits)?).map_err(|_| no_amount(text, digits))
}

/// The same of a number that may be larger than an amount.
pub(super) fn number(text: &str, digits: u32) -> Result<i128, String> {
    let wrong = || no_amount(text, digits);
    let (sign, unsigned) = text.strip_prefix('-').map_or((1, text), |rest| (-1, rest));
    let (whole, rest) = unsigned.split_once('.').unwrap_or((unsigned, ""));
    let is_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || whole.len() + rest.len() > 30 || !is_digits(whole) || !is_digits(rest) {
        return Err(wrong());
    }
    let scale = u32::try_from(rest.len()).map_err(|_| wrong())?;
    let mantissa: i128 = format!("{whole}{rest}").parse().map_err(|_| wrong())?;
    let number = Rounding::HalfEven.rescale(mantissa, scale, digits).map_err(|_| wrong())?;
    if Rounding::HalfEven.rescale(number, digits, scale) != Ok(mantissa) {
        return Err(wrong());
    }
    Ok(sign * number)
}

fn no_amount(text: &str, digits: u32) -> String {
    format!("`{text}` is no amount with {digits} decimals")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_read_exactly() {
        for (text, digits, minor) in
            [("12.30", 2, 1_230), ("-0.05", 2, -5), ("7", 2, 700), ("1.500", 2, 150), ("0", 0, 0)]
        {
            assert_eq!(money(text, digits), Ok(Minor::new(minor)), "{text}");
        }
        for text in ["", "-", "1.005", ".5", "1e3", "+1", "1,000", "9999999999999999999"] {
            assert!(money(text, 2).is_err(), "{text}");
        }
    }

    #[test]
    fn sizes_keep_all_their_decimals() {
        for (e6, digits, text) in
            [(500_000_000, 2, "500.00"), (10_005_000, 2, "10.005"), (1, 2, "0.000001"), (7_000_000, 0, "7")]
        {
            assert_eq!(exact(e6.into(), digits), text);
            assert_eq!(money(text, 6), Ok(Minor::new(e6)));
        }
    }

    /// At the rate of its original a reversal may be larger than any amount.
    #[test]
    fn the_largest_reversals_are_read_again() {
        let rows = vec![ReversalRow {
            deal_id: "R".to_owned(),
            of_deal_id: "D".to_owned(),
            rule_id: "cancelled".to_owned(),
            method: "mirror".to_owned(),
            size_e6: 999_999_999_999_999_999_000_000_000,
        }];
        let mut bytes = Vec::new();
        let usd = Currency::from_code("USD").expect("a currency");
        write_reversals(&mut bytes, usd, &rows).expect("it is written");
        assert_eq!(read_reversals(&bytes), Ok(rows));
    }

    #[test]
    fn opening_balances_name_each_payee_once() {
        let usd = Currency::from_code("USD").expect("a currency");
        let read = |text: &str| read_opening(text.as_bytes(), usd, |id| id.starts_with('P'));
        let standings = read("payee_id,carried,owed\nP-1,-12.50,0\nP-2,,300\n").expect("it is fine");
        assert_eq!(standings["P-1"].carried, Minor::new(-1_250));
        assert_eq!((standings["P-2"].carried, standings["P-2"].owed), (Minor::ZERO, Minor::new(30_000)));
        for (text, why) in [
            ("payee_id,carried\n", "it has no column `owed`"),
            ("payee_id,carried,owed\nX,1,1\n", "`X` in line 2 is not among the payees"),
            ("payee_id,carried,owed\nP,1,1\nP,1,1\n", "`P` in line 3 is there twice"),
            ("payee_id,carried,owed\nP,1,-1\n", "`owed` in line 2 is below 0: it is the balance of draws"),
            (
                "payee_id,carried,owed\nP,1.005,1\n",
                "`carried` in line 2: `1.005` is no amount with 2 decimals",
            ),
        ] {
            assert_eq!(read(text), Err(why.to_owned()), "{text}");
        }
    }
}
