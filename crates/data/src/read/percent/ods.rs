//! `.ods`: XML in an archive, in which each cell says that it is a percentage.

use std::io::{BufReader, Cursor};

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use zip::ZipArchive;

use super::found::{PercentCells, put};

pub(super) fn cells(bytes: &[u8], sheet: usize) -> Result<PercentCells, String> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|error| error.to_string())?;
    let content = archive.by_name("content.xml").map_err(|error| error.to_string())?;
    let mut reader = Reader::from_reader(BufReader::new(content));
    let mut buffer = Vec::new();
    let mut place =
        Place { cells: PercentCells::new(), wanted: sheet, sheet: None, row: 0, repeat: 1, column: 0 };
    loop {
        match reader.read_event_into(&mut buffer).map_err(|error| error.to_string())? {
            Event::Start(tag) => place.begin(&tag)?,
            Event::Empty(tag) => {
                place.begin(&tag)?;
                place.end(tag.name().as_ref());
            }
            Event::End(tag) => place.end(tag.name().as_ref()),
            Event::Eof => break,
            _ => {}
        }
        buffer.clear();
    }
    Ok(place.cells)
}

/// Where the reader is.
struct Place {
    cells: PercentCells,
    /// The sheet that is wanted, and the one in which the reader is.
    wanted: usize,
    sheet: Option<usize>,
    row: u32,
    /// How often the row is repeated.
    repeat: u32,
    column: u32,
}

impl Place {
    fn begin(&mut self, tag: &BytesStart<'_>) -> Result<(), String> {
        let number = |name: &str| value(tag, name).and_then(|text| text.parse().ok()).unwrap_or(1_u32);
        match tag.name().as_ref() {
            "table:table" => {
                self.sheet = Some(self.sheet.map_or(0, |sheet| sheet + 1));
                self.row = 0;
            }
            "table:table-row" => {
                self.repeat = number("table:number-rows-repeated");
                self.column = 0;
            }
            "table:table-cell" | "table:covered-table-cell" if self.sheet == Some(self.wanted) => {
                let repeat = number("table:number-columns-repeated");
                if value(tag, "office:value-type").as_deref() == Some("percentage") {
                    for row in self.row..self.row.saturating_add(self.repeat) {
                        for column in self.column..self.column.saturating_add(repeat) {
                            put(&mut self.cells, row, column)?;
                        }
                    }
                }
                self.column = self.column.saturating_add(repeat);
            }
            _ => {}
        }
        Ok(())
    }

    fn end(&mut self, name: &str) {
        if name == "table:table-row" {
            self.row = self.row.saturating_add(self.repeat);
        }
    }
}

fn value(tag: &BytesStart<'_>, name: &str) -> Option<String> {
    let found = tag.attributes().flatten().find(|attribute| attribute.key.as_ref() == name)?;
    Some(found.value.to_string())
}
