//! Workbooks that are filled row by row: numbers that a spreadsheet computes with, formats by currency, filters, frozen headings,
//! print areas, and below each table a row that recomputes its totals with formulas.
//!
//! Equal rows give equal bytes: there is no clock in a workbook.

use std::collections::BTreeMap;
use std::io;

use rust_xlsxwriter::{
    Chart as Drawing, ChartType, DocProperties, ExcelDateTime, Format, FormatBorder, Formula, Workbook,
    Worksheet, XlsxError,
};

use apportion_base::calendar::civil_from_days;
use apportion_base::money::{Currency, format_scaled};

use super::{Cell, Chart, Column, Money, Shape};
use crate::language::Language;
use crate::phrase::Phrase;

/// Rows of a table on one sheet: it has 1,048,576, and the heading, the total and the check take three.
pub const SHEET_ROWS: u32 = 1_048_573;

/// Spreadsheets keep 15 digits; a number of more is a text.
const NUMBER_BELOW: u128 = 1_000_000_000_000_000;

/// A workbook that is being written.
pub struct BookWriter {
    workbook: Workbook,
    styles: Styles,
    language: Language,
    /// A word above every printed page.
    mark: Option<String>,
    sheet_rows: u32,
    /// Whether rows go to a temporary file as they come.
    streams: bool,
}

/// A table of a workbook, on as many sheets as it needs.
pub struct TableSheet {
    name: String,
    columns: Vec<Column>,
    sheets: Vec<Worksheet>,
    /// The row that is next on the last sheet.
    next: u32,
    sums: Vec<Sum>,
}

/// What a column of amounts adds up to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sum {
    /// No amount yet.
    None,
    /// All of one currency, and each a number that spreadsheets hold.
    Money(Money),
    /// Something that a spreadsheet can't add up.
    Mixed,
}

impl Sum {
    fn add(self, amount: Money) -> Self {
        let fits = amount.minor.unsigned_abs() < NUMBER_BELOW;
        match self {
            Self::None if fits => Self::Money(amount),
            Self::Money(sum) if fits && sum.currency == amount.currency => {
                match sum.minor.checked_add(amount.minor) {
                    Some(minor) if minor.unsigned_abs() < NUMBER_BELOW => Self::Money(Money { minor, ..sum }),
                    _ => Self::Mixed,
                }
            }
            _ => Self::Mixed,
        }
    }
}

/// How cells look.
struct Styles {
    header: Format,
    title: Format,
    section: Format,
    bold: Format,
    wrapped: Format,
    date: Format,
    percent: Format,
    number: Format,
    count: Format,
    check: Format,
    /// By currency: amounts, and totals.
    money: BTreeMap<Currency, [Format; 2]>,
}

impl Styles {
    fn new(language: Language) -> Self {
        let plain = Format::new;
        Self {
            header: plain().set_bold().set_text_wrap().set_border_bottom(FormatBorder::Thin),
            title: plain().set_bold().set_font_size(16),
            section: plain().set_bold().set_font_size(13),
            bold: plain().set_bold(),
            wrapped: plain().set_text_wrap(),
            date: plain().set_num_format(language.date_format()),
            percent: plain().set_num_format("0.00######%"),
            number: plain().set_num_format("#,##0.#########"),
            count: plain().set_num_format("#,##0"),
            check: plain().set_italic(),
            money: BTreeMap::new(),
        }
    }

    fn money(&mut self, currency: Currency, is_total: bool) -> &Format {
        let formats = self.money.entry(currency).or_insert_with(|| {
            let digits = currency.digits() as usize;
            let decimals = if digits == 0 { String::new() } else { format!(".{}", "0".repeat(digits)) };
            let shown = format!("#,##0{decimals}\\ \"{}\"", currency.code());
            let plain = Format::new().set_num_format(shown);
            [plain.clone(), plain.set_bold().set_border_top(FormatBorder::Thin)]
        });
        &formats[usize::from(is_total)]
    }
}

impl BookWriter {
    /// An empty workbook. One that `streams` takes the memory of a row, and any number of them.
    ///
    /// # Errors
    /// None that we know of.
    pub fn new(language: Language, mark: Option<&str>, streams: bool) -> io::Result<Self> {
        let mut workbook = Workbook::new();
        // Otherwise the time of writing is in it.
        let created = ExcelDateTime::from_ymd(2000, 1, 1).map_err(failed)?;
        workbook.set_properties(&DocProperties::new().set_creation_datetime(&created));
        // Most workbooks are small and there are thousands of them: packing them tightly takes longer than making them.
        workbook.set_zip_compression_level(1);
        Ok(Self {
            workbook,
            styles: Styles::new(language),
            language,
            mark: mark.map(str::to_owned),
            sheet_rows: SHEET_ROWS,
            streams,
        })
    }

    /// The same with sheets of any size, for tests.
    #[cfg(test)]
    pub(super) fn with_sheets_of(mut self, rows: u32) -> Self {
        self.sheet_rows = rows;
        self
    }

    /// Begins a table.
    ///
    /// # Errors
    /// A disk without room for temporary files.
    pub fn table(&mut self, name: &str, columns: Vec<Column>) -> io::Result<TableSheet> {
        let sums = vec![Sum::None; columns.len()];
        let mut table = TableSheet { name: name.to_owned(), columns, sheets: Vec::new(), next: 1, sums };
        self.begin_sheet(&mut table)?;
        Ok(table)
    }

    fn begin_sheet(&mut self, table: &mut TableSheet) -> io::Result<()> {
        let mut sheet = if self.streams {
            self.workbook.new_worksheet_with_constant_memory().map_err(failed)?
        } else {
            Worksheet::new()
        };
        let name = sheet_name(&table.name, table.sheets.len() + 1);
        sheet.set_name(name).map_err(failed)?;
        sheet.set_freeze_panes(1, 0).map_err(failed)?;
        print_setup(&mut sheet, self.mark.as_deref(), true);
        sheet.set_repeat_rows(0, 0).map_err(failed)?;
        for (place, column) in (0_u16..).zip(&table.columns) {
            let width = if column.is_number { 18 } else { 22 };
            sheet.set_column_width(place, width).map_err(failed)?;
            sheet.write_string_with_format(0, place, &column.title, &self.styles.header).map_err(failed)?;
        }
        table.sheets.push(sheet);
        table.next = 1;
        Ok(())
    }

    /// Adds a row to a table.
    ///
    /// # Errors
    /// A text of more than 32,767 characters, which is the most that a cell holds.
    pub fn row<'c>(
        &mut self,
        table: &mut TableSheet,
        cells: impl IntoIterator<Item = &'c Cell>,
    ) -> io::Result<()> {
        if table.next > self.sheet_rows {
            self.begin_sheet(table)?;
        }
        let (next, sums) = (table.next, &mut table.sums);
        let Some(sheet) = table.sheets.last_mut() else { return Ok(()) };
        for ((place, cell), sum) in (0_u16..).zip(cells).zip(sums) {
            if let Cell::Amount(amount) = cell {
                *sum = sum.add(*amount);
            }
            write_cell(sheet, (next, place), cell, &mut self.styles).map_err(failed)?;
        }
        table.next += 1;
        Ok(())
    }

    /// Ends a table: below its rows come the totals of its columns of amounts, and a row in which formulas compute them again. Its
    /// sheets come after those that are there.
    ///
    /// # Errors
    /// None that we know of.
    pub fn end_table(&mut self, mut table: TableSheet) -> io::Result<()> {
        let most = u16::try_from(table.columns.len().saturating_sub(1)).unwrap_or(u16::MAX);
        let names: Vec<String> = table.sheets.iter().map(Worksheet::name).collect();
        let last_sheet = table.sheets.len() - 1;
        let full = self.sheet_rows;
        for (index, sheet) in table.sheets.iter_mut().enumerate() {
            let last = if index == last_sheet { table.next - 1 } else { full };
            sheet.autofilter(0, 0, last.max(1), most).map_err(failed)?;
            let printed = if index == last_sheet { last + 2 } else { last };
            sheet.set_print_area(0, 0, printed, most).map_err(failed)?;
        }
        let total_row = table.next;
        let has_sums = table.sums.iter().any(|sum| matches!(sum, Sum::Money(_)));
        if let (Some(sheet), true) = (table.sheets.last_mut(), has_sums) {
            let word = |phrase: Phrase| phrase.text(self.language);
            sheet
                .write_string_with_format(total_row, 0, word(Phrase::Total), &self.styles.bold)
                .map_err(failed)?;
            let sums: Vec<(u16, Money)> = (0_u16..)
                .zip(&table.sums)
                .filter_map(|(place, sum)| match sum {
                    Sum::Money(sum) if place > 0 => Some((place, *sum)),
                    _ => None,
                })
                .collect();
            // Row by row, because rows that were written may be on the disk already.
            for (place, sum) in &sums {
                write_cell_as(sheet, (total_row, *place), *sum, self.styles.money(sum.currency, true))
                    .map_err(failed)?;
            }
            sheet
                .write_string_with_format(total_row + 1, 0, word(Phrase::Check), &self.styles.check)
                .map_err(failed)?;
            for (place, sum) in sums {
                let ranges: Vec<String> = names
                    .iter()
                    .enumerate()
                    .map(|(index, name)| {
                        let last = if index == last_sheet { total_row } else { full + 1 };
                        format!(
                            "'{}'!{column}2:{column}{last}",
                            name.replace('\'', "''"),
                            column = letters(place)
                        )
                    })
                    .collect();
                let own = format!("{}{}", letters(place), total_row + 1);
                let digits = sum.currency.digits();
                let formula = check_formula(&ranges.join(","), &own, digits, self.language);
                sheet
                    .write_formula_with_format(total_row + 1, place, formula, &self.styles.check)
                    .map_err(failed)?;
            }
        }
        for sheet in table.sheets {
            self.workbook.push_worksheet(sheet);
        }
        Ok(())
    }

    /// Draws a table beside its rows, as a chart of the spreadsheet's own. A table on several sheets has none.
    ///
    /// # Errors
    /// None that we know of.
    pub fn picture(&mut self, table: &mut TableSheet, chart: &Chart) -> io::Result<()> {
        let [sheet] = table.sheets.as_mut_slice() else { return Ok(()) };
        let last = table.next.saturating_sub(1);
        let place = |key: &str| chart.place(key).and_then(|place| u16::try_from(place).ok());
        let Some(value) = place(chart.value).filter(|_| last > 0) else { return Ok(()) };
        let (shape, across) = match chart.shape {
            Shape::Bars => (ChartType::Bar, 0),
            Shape::Histogram => (ChartType::Column, 0),
            Shape::Dots { across, .. } => (ChartType::Scatter, place(across).unwrap_or(0)),
        };
        let name = sheet.name();
        let mut drawing = Drawing::new(shape);
        drawing
            .add_series()
            .set_name(chart.table.columns[usize::from(value)].title.as_str())
            .set_categories((name.as_str(), 1, across, last, across))
            .set_values((name.as_str(), 1, value, last, value));
        drawing.title().set_name(chart.table.name.as_str());
        drawing.legend().set_hidden();
        if shape == ChartType::Bar {
            // From the top down, as the rows are.
            drawing.y_axis().set_reverse();
        }
        drawing.set_alt_text(chart.table.name.as_str());
        let right = u16::try_from(table.columns.len() + 1).unwrap_or(u16::MAX);
        sheet.insert_chart(1, right, &drawing).map_err(failed)?;
        Ok(())
    }

    /// Begins a sheet of words and figures, such as a summary.
    ///
    /// # Errors
    /// None that we know of.
    pub fn page(&mut self, name: &str) -> io::Result<PageSheet> {
        let mut sheet = Worksheet::new();
        sheet.set_name(sheet_name(name, 1)).map_err(failed)?;
        sheet.set_column_width(0, 60).map_err(failed)?;
        sheet.set_column_width(1, 24).map_err(failed)?;
        print_setup(&mut sheet, self.mark.as_deref(), false);
        Ok(PageSheet { sheet, next: 0 })
    }

    /// Ends a sheet of words and figures.
    ///
    /// # Errors
    /// None that we know of.
    pub fn end_page(&mut self, mut page: PageSheet) -> io::Result<()> {
        page.sheet.set_print_area(0, 0, page.next.max(1), 1).map_err(failed)?;
        self.workbook.push_worksheet(page.sheet);
        Ok(())
    }

    /// The workbook as the bytes of its file.
    ///
    /// # Errors
    /// A disk without room for temporary files, two sheets of one name.
    pub fn save(mut self) -> io::Result<Vec<u8>> {
        self.workbook.save_to_buffer().map_err(failed)
    }
}

/// A sheet of words and figures.
pub struct PageSheet {
    sheet: Worksheet,
    next: u32,
}

/// How a line of a page looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LineStyle {
    /// The title.
    Title,
    /// A heading.
    Section,
    /// Bold words.
    Bold,
    /// Words over several lines.
    Plain,
}

impl PageSheet {
    /// The number of the next row, from 1 on, as a formula names it.
    pub fn next_row(&self) -> u32 {
        self.next + 1
    }

    /// A line of words.
    ///
    /// # Errors
    /// A text of more than 32,767 characters.
    pub fn line(&mut self, book: &BookWriter, text: &str, style: LineStyle) -> io::Result<()> {
        let format = match style {
            LineStyle::Title => &book.styles.title,
            LineStyle::Section => &book.styles.section,
            LineStyle::Bold => &book.styles.bold,
            LineStyle::Plain => &book.styles.wrapped,
        };
        self.sheet.write_string_with_format(self.next, 0, text, format).map_err(failed)?;
        self.next += 1;
        Ok(())
    }

    /// A name and a value.
    ///
    /// # Errors
    /// A text of more than 32,767 characters.
    pub fn fact(&mut self, book: &mut BookWriter, name: &str, cell: &Cell, is_total: bool) -> io::Result<()> {
        let format = if is_total { &book.styles.bold } else { &book.styles.wrapped };
        self.sheet.write_string_with_format(self.next, 0, name, format).map_err(failed)?;
        match cell {
            Cell::Amount(amount) => {
                let format = book.styles.money(amount.currency, is_total);
                write_cell_as(&mut self.sheet, (self.next, 1), *amount, format).map_err(failed)?;
            }
            other => write_cell(&mut self.sheet, (self.next, 1), other, &mut book.styles).map_err(failed)?,
        }
        self.next += 1;
        Ok(())
    }

    /// Computes a total again: the rows that add up, from 1 on, and that of the total.
    ///
    /// # Errors
    /// None that we know of.
    pub fn check(&mut self, book: &BookWriter, rows: (u32, u32), total: u32, digits: u32) -> io::Result<()> {
        let word = Phrase::Check.text(book.language);
        self.sheet.write_string_with_format(self.next, 0, word, &book.styles.check).map_err(failed)?;
        let range = format!("B{}:B{}", rows.0, rows.1);
        let formula = check_formula(&range, &format!("B{total}"), digits, book.language);
        self.sheet.write_formula_with_format(self.next, 1, formula, &book.styles.check).map_err(failed)?;
        self.next += 1;
        Ok(())
    }

    /// An empty row.
    pub fn skip(&mut self) {
        self.next += 1;
    }
}

/// Whether a spreadsheet holds all digits of an amount.
pub fn is_a_number(amount: Money) -> bool {
    amount.minor.unsigned_abs() < NUMBER_BELOW
}

fn check_formula(ranges: &str, total: &str, digits: u32, language: Language) -> Formula {
    let (fine, wrong) = (Phrase::AddsUp.text(language), Phrase::Differs.text(language));
    Formula::new(format!("=IF(ROUND(SUM({ranges})-{total},{digits})=0,\"{fine}\",\"{wrong}\")"))
        .set_result(fine)
}

/// What of a page is printed where: one page wide, its name and number below, the mark above.
fn print_setup(sheet: &mut Worksheet, mark: Option<&str>, is_wide: bool) {
    if is_wide {
        sheet.set_landscape();
    }
    sheet.set_print_fit_to_pages(1, 0);
    sheet.set_footer("&L&A&R&P / &N");
    if let Some(mark) = mark {
        sheet.set_header(format!("&C&B{}", mark.replace('&', "&&")));
    }
}

/// At most 31 characters, none of those that names of sheets can't have.
fn sheet_name(name: &str, number: usize) -> String {
    let ending = if number == 1 { String::new() } else { format!(" {number}") };
    let room = 31 - ending.chars().count();
    let plain = name.chars().map(|c| if "[]:*?/\\'".contains(c) { '_' } else { c });
    plain.take(room).collect::<String>() + &ending
}

/// `A`, `Z`, `AA`.
fn letters(place: u16) -> String {
    let mut rest = u32::from(place) + 1;
    let mut text = String::new();
    while rest > 0 {
        let letter = (rest - 1) % 26;
        text.insert(0, char::from(b'A' + u8::try_from(letter).unwrap_or(0)));
        rest = (rest - 1) / 26;
    }
    text
}

fn write_cell(
    sheet: &mut Worksheet,
    (line, place): (u32, u16),
    cell: &Cell,
    styles: &mut Styles,
) -> Result<(), XlsxError> {
    match cell {
        Cell::Empty => Ok(()),
        Cell::Text(text) => sheet.write_string(line, place, text).map(|_| ()),
        Cell::Rich(words) => sheet.write_string(line, place, words.plain()).map(|_| ()),
        Cell::Lines(lines) => sheet.write_string(line, place, lines.join("\n")).map(|_| ()),
        Cell::Amount(amount) | Cell::Change(amount) => {
            let format = styles.money(amount.currency, false);
            write_cell_as(sheet, (line, place), *amount, format)
        }
        Cell::Rate(mantissa, scale) => number(sheet, (line, place), (*mantissa, *scale), &styles.percent),
        Cell::Number(mantissa, scale) => number(sheet, (line, place), (*mantissa, *scale), &styles.number),
        Cell::Count(count) => number(sheet, (line, place), (i128::from(*count), 0), &styles.count),
        Cell::Date(day) => {
            let (year, month, of_month) = civil_from_days(*day);
            let date = u16::try_from(year).map(|year| ExcelDateTime::from_ymd(year, month, of_month));
            match date {
                Ok(Ok(date)) => {
                    sheet.write_datetime_with_format(line, place, &date, &styles.date).map(|_| ())
                }
                // Spreadsheets have no days before 1900.
                _ => sheet.write_string(line, place, cell.plain()).map(|_| ()),
            }
        }
    }
}

fn write_cell_as(
    sheet: &mut Worksheet,
    place: (u32, u16),
    amount: Money,
    format: &Format,
) -> Result<(), XlsxError> {
    number(sheet, place, (amount.minor, amount.currency.digits()), format)
}

fn number(
    sheet: &mut Worksheet,
    (line, place): (u32, u16),
    (mantissa, scale): (i128, u32),
    format: &Format,
) -> Result<(), XlsxError> {
    let plain = format_scaled(mantissa, scale);
    match plain.parse::<f64>() {
        Ok(value) if mantissa.unsigned_abs() < NUMBER_BELOW => {
            sheet.write_number_with_format(line, place, value, format).map(|_| ())
        }
        _ => sheet.write_string_with_format(line, place, plain, format).map(|_| ()),
    }
}

fn failed(error: XlsxError) -> io::Error {
    match error {
        XlsxError::IoError(error) => error,
        other => io::Error::other(other),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_and_sheets_have_their_names() {
        assert_eq!([0, 25, 26, 701, 702].map(letters), ["A", "Z", "AA", "ZZ", "AAA"]);
        assert_eq!(sheet_name("a/b", 1), "a_b");
        assert_eq!(sheet_name(&"x".repeat(40), 12), format!("{} 12", "x".repeat(28)));
    }
}
