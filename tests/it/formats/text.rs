//! Tables as text: delimited in many dialects, or a JSON object a line.

use super::tables::{Column, Kind, Table};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dates {
    Iso,
    DayFirst,
    MonthFirst,
    MonthName,
    Timestamp,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Money {
    Plain,
    /// `1.234,50`
    Continental,
    /// `1,234.50` and `(1,234.50)`. A symbol would have to be that of each deal's currency.
    Accounting,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encoding {
    Utf8,
    Utf16Little,
    Utf16Big,
    Windows1252,
}

/// A dialect.
#[derive(Debug, Clone, Copy)]
pub struct Text {
    pub json: bool,
    pub delimiter: char,
    pub quote: char,
    pub always_quoted: bool,
    /// Blanks around every cell that is not quoted.
    pub blanks: bool,
    pub line_end: &'static str,
    pub last_line_ends: bool,
    pub byte_order_mark: bool,
    pub encoding: Encoding,
    pub dates: Dates,
    pub money: Money,
}

impl Default for Text {
    fn default() -> Self {
        Self {
            json: false,
            delimiter: ',',
            quote: '"',
            always_quoted: false,
            blanks: false,
            line_end: "\n",
            last_line_ends: true,
            byte_order_mark: false,
            encoding: Encoding::Utf8,
            dates: Dates::Iso,
            money: Money::Plain,
        }
    }
}

impl Text {
    /// The keys of a source that is written so.
    pub fn keys(&self) -> String {
        let mut keys = String::new();
        if !self.json && self.delimiter != ',' {
            let delimiter =
                if self.delimiter == '\t' { "\\t".to_owned() } else { self.delimiter.to_string() };
            keys += &format!("delimiter = \"{delimiter}\"\n");
        }
        if self.quote != '"' {
            keys += &format!("quote = \"{}\"\n", self.quote);
        }
        keys += match self.encoding {
            Encoding::Utf8 => "",
            Encoding::Utf16Little | Encoding::Utf16Big => "encoding = \"utf-16\"\n",
            Encoding::Windows1252 => "encoding = \"windows-1252\"\n",
        };
        keys += match self.dates {
            Dates::Iso => "",
            Dates::DayFirst => "dates = \"%d.%m.%Y\"\n",
            Dates::MonthFirst => "dates = \"%m/%d/%y\"\n",
            Dates::MonthName => "dates = \"%d %b %Y\"\n",
            Dates::Timestamp => "dates = \"%Y-%m-%dT%H:%M:%S\"\n",
        };
        if self.money == Money::Continental {
            keys += "decimal_comma = true\n";
        }
        keys
    }

    pub fn write(&self, table: &Table) -> Vec<u8> {
        let mut lines = if self.json { self.objects(table) } else { self.records(table) };
        if self.last_line_ends {
            lines.push(String::new());
        }
        let text = lines.join(self.line_end);
        match self.encoding {
            Encoding::Utf8 if self.byte_order_mark => format!("\u{feff}{text}").into_bytes(),
            Encoding::Utf8 => text.into_bytes(),
            Encoding::Utf16Little => {
                format!("\u{feff}{text}").encode_utf16().flat_map(u16::to_le_bytes).collect()
            }
            Encoding::Utf16Big => {
                format!("\u{feff}{text}").encode_utf16().flat_map(u16::to_be_bytes).collect()
            }
            Encoding::Windows1252 => {
                let (bytes, _, unmappable) = encoding_rs::WINDOWS_1252.encode(&text);
                assert!(!unmappable, "a text that Windows-1252 can't write");
                bytes.into_owned()
            }
        }
    }

    fn records(&self, table: &Table) -> Vec<String> {
        let header = table.columns.iter().map(|column| column.name.to_owned());
        let rows = table.rows.iter().map(|row| {
            let cells = table.columns.iter().zip(row);
            cells.map(|(column, cell)| self.cell(column, cell.as_deref().unwrap_or(""))).collect()
        });
        let between = self.delimiter.to_string();
        std::iter::once(header.collect::<Vec<_>>()).chain(rows).map(|cells| cells.join(&between)).collect()
    }

    fn cell(&self, column: &Column, text: &str) -> String {
        let text = self.written(column, text);
        let quote = self.quote;
        if self.always_quoted || text.contains([self.delimiter, quote, '\n']) || text != text.trim() {
            let doubled = text.replace(quote, &format!("{quote}{quote}"));
            format!("{quote}{doubled}{quote}")
        } else if self.blanks {
            format!(" {text}  ")
        } else {
            text
        }
    }

    fn objects(&self, table: &Table) -> Vec<String> {
        let object = |row: &Vec<Option<String>>| {
            let cells = table.columns.iter().zip(row).filter_map(|(column, cell)| {
                let plain = cell.as_deref();
                let json = match (column.kind, plain) {
                    // a missing key, an empty text and null are all nothing
                    (Kind::Date, None) => return None,
                    (Kind::Money | Kind::Number, None) => "null".to_owned(),
                    (_, None) => "\"\"".to_owned(),
                    (Kind::Code | Kind::Number | Kind::Boolean, Some(text)) => text.to_owned(),
                    (Kind::Money, Some(text)) if self.money == Money::Plain => text.to_owned(),
                    (_, Some(text)) => serde_json::to_string(&self.written(column, text)).unwrap(),
                };
                Some(format!("{}: {json}", serde_json::to_string(column.name).unwrap()))
            });
            format!("{{{}}}", cells.collect::<Vec<_>>().join(", "))
        };
        table.rows.iter().map(object).collect()
    }

    /// A cell's text as this dialect writes dates and numbers.
    fn written(&self, column: &Column, text: &str) -> String {
        match column.kind {
            _ if text.is_empty() => String::new(),
            Kind::Date => self.date(text),
            Kind::Money => match self.money {
                Money::Plain => text.to_owned(),
                Money::Continental => grouped(text, '.', ','),
                Money::Accounting => accounting(text),
            },
            Kind::Number if self.money == Money::Continental => text.replace('.', ","),
            Kind::Text | Kind::Code | Kind::Number | Kind::Boolean => text.to_owned(),
        }
    }

    fn date(&self, text: &str) -> String {
        const MONTHS: [&str; 12] =
            ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
        let parts: Vec<&str> = text.split('-').collect();
        let [year, month, day] = parts[..] else { panic!("{text}") };
        match self.dates {
            Dates::Iso => text.to_owned(),
            Dates::DayFirst => format!("{day}.{month}.{year}"),
            Dates::MonthFirst => format!("{month}/{day}/{}", &year[2..]),
            Dates::MonthName => format!("{day} {} {year}", MONTHS[month.parse::<usize>().unwrap() - 1]),
            Dates::Timestamp => format!("{text}T23:59:59"),
        }
    }
}

/// `-1234.5` with marks for thousands and decimals.
fn grouped(text: &str, thousands: char, point: char) -> String {
    let (whole, decimals) = text.split_once('.').unwrap_or((text, ""));
    let (sign, digits) = whole.strip_prefix('-').map_or(("", whole), |digits| ("-", digits));
    let mut written = sign.to_owned();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            written.push(thousands);
        }
        written.push(digit);
    }
    if !decimals.is_empty() {
        written.push(point);
        written += decimals;
    }
    written
}

fn accounting(text: &str) -> String {
    let written = grouped(text, ',', '.');
    match written.strip_prefix('-') {
        Some(size) => format!("({size})"),
        None => written,
    }
}
