//! How the lines of a template's file are written.

use std::collections::BTreeSet;
use std::sync::Arc;

use apportion_base::diagnostic::Span;
use apportion_base::money::Minor;
use apportion_book::SourceValue;
use apportion_book::exports::{Alignment, ExportKeys, ExportValue, QuoteStyle, Sign, TextEncoding, TextRule};
use apportion_expr::ExprText;

use crate::job::{Job, choice};
use crate::notes::Notes;
use crate::payroll::quoted;
use crate::text::Charset;

/// The expression that is the amount itself.
const AMOUNT: &str = "amount";

/// A column of the file.
#[derive(Debug, Clone)]
pub(super) struct Column {
    pub(super) name: String,
    pub(super) value: ExprText,
    pub(super) width: Option<usize>,
    align: Alignment,
    fill: char,
    pub(super) required: bool,
}

/// How the file is written.
#[derive(Debug, Clone)]
pub(super) struct Layout {
    pub(super) columns: Vec<Column>,
    /// The column of amounts.
    pub(super) amount: usize,
    pub(super) file: String,
    pub(super) header: bool,
    pub(super) header_lines: Vec<String>,
    pub(super) footer_lines: Vec<String>,
    pub(super) delimiter: u8,
    pub(super) quotes: QuoteStyle,
    encoding: TextEncoding,
    pub(super) line_end: &'static str,
    decimal: String,
    group: String,
    sign: Sign,
    pub(super) dates: String,
    pub(super) fixed: bool,
    digits: u32,
}

/// What the rows of a file come to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Totals {
    pub(super) sum: i128,
    pub(super) rows: usize,
    pub(super) payees: usize,
}

impl Totals {
    pub(super) fn of<'r>(rows: impl Iterator<Item = (&'r str, i64)>) -> Self {
        let mut payees = BTreeSet::new();
        let mut totals = Self::default();
        for (payee, amount) in rows {
            payees.insert(payee);
            totals.sum += i128::from(amount);
            totals.rows += 1;
        }
        Self { payees: payees.len(), ..totals }
    }
}

impl Layout {
    /// The layout of an export; what is wrong with it is noted.
    pub(super) fn of_job(job: &Job<'_>, notes: &mut Notes) -> Option<Self> {
        let keys = &job.export.keys;
        let mut columns = Vec::new();
        for value in keys.list("columns") {
            if let ExportValue::Table(keys, span) = value {
                columns.extend(column(keys, span));
            }
        }
        let amounts: Vec<usize> =
            (0..columns.len()).filter(|place| columns[*place].value.text.trim() == AMOUNT).collect();
        let [amount] = amounts[..] else {
            let message =
                format!("a template has one column whose value is `amount`, and this has {}", amounts.len());
            notes.error(
                job.error("columns", message)
                    .help("columns = [ …, { name = \"Amount\", value = \"amount\" } ]"),
            );
            return None;
        };
        let text = |key: &str, default: &str| keys.plain(key).unwrap_or(default).to_owned();
        let layout = Self {
            columns,
            amount,
            file: text("file", "{reference}.csv"),
            header: keys.flag("header").unwrap_or(true),
            header_lines: keys.texts("header_lines").into_iter().map(str::to_owned).collect(),
            footer_lines: keys.texts("footer_lines").into_iter().map(str::to_owned).collect(),
            delimiter: text("delimiter", ",").bytes().next().unwrap_or(b','),
            quotes: choice(job.export, "quotes", QuoteStyle::Needed),
            encoding: choice(job.export, "encoding", TextEncoding::Utf8),
            line_end: if text("line_end", "crlf") == "lf" { "\n" } else { "\r\n" },
            decimal: text("decimal", "."),
            group: text("group", ""),
            sign: choice(job.export, "sign", Sign::Before),
            dates: text("dates", "%Y-%m-%d"),
            fixed: keys.flag("fixed").unwrap_or(false),
            digits: job.currency.digits(),
        };
        layout.checked(job, notes).then_some(layout)
    }

    fn checked(&self, job: &Job<'_>, notes: &mut Notes) -> bool {
        let mut wrong = |key: &str, message: String| {
            notes.error(job.error(key, message));
            false
        };
        let mut right = true;
        if self.fixed && self.columns.iter().any(|column| column.width.is_none()) {
            right = wrong("fixed", "every column of a file of fixed width has a `width`".to_owned());
        }
        if !["", ".", ","].contains(&self.decimal.as_str()) {
            right =
                wrong("decimal", "`decimal` is a point, a comma, or empty for whole minor units".to_owned());
        }
        let groups = ["", ",", ".", " ", "'"];
        if !groups.contains(&self.group.as_str()) || (!self.group.is_empty() && self.group == self.decimal) {
            right = wrong(
                "group",
                "`group` is empty, or a point, a comma, a blank or an apostrophe other than `decimal`"
                    .to_owned(),
            );
        }
        let name = job.filled(&self.file, None);
        let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
        if name.starts_with('.')
            || name.is_empty()
            || name.len() > 100
            || !name.chars().all(is_plain)
            || is_ours(&name)
        {
            right =
                wrong("file", format!("`{name}` is no name of a file: letters, digits, `-`, `_` and `.`"));
        }
        if !self.delimiter.is_ascii() || self.delimiter == b'"' {
            right = wrong("delimiter", "`delimiter` is one character of ASCII".to_owned());
        }
        right
    }

    /// The characters that the file can have.
    pub(super) fn charset(&self) -> Charset {
        match self.encoding {
            TextEncoding::Utf8 | TextEncoding::Utf8Bom => Charset::Utf8,
            TextEncoding::Windows1252 => Charset::Windows1252,
            TextEncoding::Ascii => Charset::Ascii,
        }
    }

    /// An amount as the file has it, before it is aligned.
    pub(super) fn money(&self, amount: i128) -> String {
        let shown = if self.sign == Sign::Opposite { -amount } else { amount };
        let plain = apportion_base::money::format_scaled(shown.abs(), self.digits);
        let (whole, part) = plain.split_once('.').unwrap_or((&plain, ""));
        let body = match (self.decimal.as_str(), part) {
            ("", part) => format!("{whole}{part}"),
            (_, "") => self.grouped(whole),
            (mark, part) => format!("{}{mark}{part}", self.grouped(whole)),
        };
        // A number without its point has no leading zeros but the last digit's.
        let body = match self.decimal.as_str() {
            "" => body.trim_start_matches('0').to_owned(),
            _ => body,
        };
        let body = if body.is_empty() { "0".to_owned() } else { body };
        match (shown < 0, self.sign) {
            (false, _) => body,
            (true, Sign::Before | Sign::Opposite) => format!("-{body}"),
            (true, Sign::After) => format!("{body}-"),
            (true, Sign::Parentheses) => format!("({body})"),
        }
    }

    fn grouped(&self, whole: &str) -> String {
        if self.group.is_empty() {
            return whole.to_owned();
        }
        let mut grouped = String::new();
        for (place, digit) in whole.chars().enumerate() {
            if place > 0 && (whole.len() - place).is_multiple_of(3) {
                grouped.push_str(&self.group);
            }
            grouped.push(digit);
        }
        grouped
    }

    /// The amount of a cell.
    ///
    /// # Errors
    /// A cell that no amount is written as.
    pub(super) fn amount_of(&self, cell: &str) -> Result<i64, String> {
        let digits: String = cell.chars().filter(char::is_ascii_digit).collect();
        let below = cell.contains(['-', '(']) && self.sign != Sign::Opposite
            || self.sign == Sign::Opposite && !cell.contains('-');
        let size: i64 = digits.parse().map_err(|_| format!("`{cell}` is no amount of this file"))?;
        let amount = if below { -size } else { size };
        let column = &self.columns[self.amount];
        if self.aligned(column, &self.money(i128::from(amount))) != cell {
            return Err(format!("`{}` is no amount of this file", cell.trim()));
        }
        Ok(amount)
    }

    /// A cell in its width, in a file of fixed width.
    pub(super) fn aligned(&self, column: &Column, text: &str) -> String {
        let Some(width) = column.width.filter(|_| self.fixed) else { return text.to_owned() };
        let missing = width.saturating_sub(text.chars().count());
        let fill: String = std::iter::repeat_n(column.fill, missing).collect();
        match (column.align, text.strip_prefix('-')) {
            (Alignment::Left, _) => format!("{text}{fill}"),
            // Zeros stand behind the sign.
            (Alignment::Right, Some(digits)) if column.fill == '0' => format!("-{fill}{digits}"),
            (Alignment::Right, _) => format!("{fill}{text}"),
        }
    }

    /// The whole text of a file.
    pub(super) fn text<'c>(
        &self,
        job: &Job<'_>,
        rows: impl Iterator<Item = &'c [String]>,
        totals: &Totals,
    ) -> String {
        let mut lines: Vec<String> = self.around(job, &self.header_lines, totals);
        if self.header {
            lines.push(self.names());
        }
        lines.extend(rows.map(|cells| self.line(cells)));
        lines.extend(self.around(job, &self.footer_lines, totals));
        lines.into_iter().map(|line| format!("{line}{}", self.line_end)).collect()
    }

    /// The names of the columns as a line.
    pub(super) fn names(&self) -> String {
        let aligned = |column: &Column| match column.width.filter(|_| self.fixed) {
            None => column.name.clone(),
            Some(width) => format!("{:<width$}", column.name.chars().take(width).collect::<String>()),
        };
        self.line(&self.columns.iter().map(aligned).collect::<Vec<_>>())
    }

    /// Lines around the rows, their placeholders filled.
    pub(super) fn around(&self, job: &Job<'_>, lines: &[String], totals: &Totals) -> Vec<String> {
        let filled = |line: &String| {
            job.filled(line, None)
                .replace("{sum}", &self.money(totals.sum))
                .replace("{count}", &totals.rows.to_string())
                .replace("{payees}", &totals.payees.to_string())
        };
        lines.iter().map(filled).collect()
    }

    fn line(&self, cells: &[String]) -> String {
        if self.fixed {
            return cells.concat();
        }
        let written = |cell: &String| match self.quotes {
            QuoteStyle::All => format!("\"{}\"", cell.replace('"', "\"\"")),
            QuoteStyle::Needed => quoted(cell, self.delimiter),
            QuoteStyle::None => cell.clone(),
        };
        cells.iter().map(written).collect::<Vec<_>>().join(&char::from(self.delimiter).to_string())
    }

    /// The bytes of a text.
    ///
    /// # Errors
    /// A character that the encoding lacks.
    pub(super) fn encoded(&self, text: &str) -> Result<Vec<u8>, char> {
        let charset = self.charset();
        if let Some(c) = text.chars().find(|c| !matches!(c, '\r' | '\n' | '\t') && !charset.has(*c)) {
            return Err(c);
        }
        let mut bytes =
            if self.encoding == TextEncoding::Utf8Bom { "\u{feff}".as_bytes().to_vec() } else { Vec::new() };
        bytes.extend(crate::payroll::encoded(text, charset));
        Ok(bytes)
    }

    /// The text of the bytes of a file.
    ///
    /// # Errors
    /// Bytes that are none of the encoding.
    pub(super) fn decoded(&self, bytes: &[u8]) -> Result<String, String> {
        let bytes = match self.encoding {
            TextEncoding::Utf8Bom => {
                bytes.strip_prefix("\u{feff}".as_bytes()).ok_or("it does not begin with a byte-order mark")?
            }
            _ => bytes,
        };
        let text = match self.charset() {
            Charset::Windows1252 => {
                encoding_rs::WINDOWS_1252.decode_without_bom_handling(bytes).0.into_owned()
            }
            _ => String::from_utf8(bytes.to_vec())
                .map_err(|_| "it is not the text that was written".to_owned())?,
        };
        Ok(text)
    }

    /// Minor units as the manifest has them.
    pub(super) fn plain(&self, amount: Minor) -> String {
        amount.text(self.digits)
    }
}

/// The names of our own files beside an export's.
pub(super) fn is_ours(name: &str) -> bool {
    ["manifest.json", "sent.json"].contains(&name)
}

fn column(keys: &ExportKeys, span: &Span) -> Option<Column> {
    let SourceValue { value: TextRule::Constant(text), span: place } = keys.text("value")? else {
        return None;
    };
    let text: Arc<str> = Arc::from(text.as_str());
    // The quotes stand around it; an escape before a mistake moves its caret.
    let start = place.range.start + 1;
    let offsets: Vec<usize> = (0..=text.len()).map(|byte| start + byte).collect();
    let inner = Span { file: place.file, range: start..(start + text.len()).min(span.range.end.max(start)) };
    Some(Column {
        name: keys.plain("name")?.to_owned(),
        value: ExprText { text, span: inner, offsets: Arc::from(offsets) },
        width: keys.whole("width").map(|width| width as usize),
        align: keys.choice("align").unwrap_or(Alignment::Left),
        fill: keys.plain("fill").and_then(|fill| fill.chars().next()).unwrap_or(' '),
        required: keys.flag("required").unwrap_or(false),
    })
}
