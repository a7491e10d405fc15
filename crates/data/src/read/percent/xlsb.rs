//! `.xlsb`: binary records in the parts of an archive.

use std::collections::HashMap;
use std::io::{Cursor, Read};

use quick_xml::Reader;
use quick_xml::events::Event;
use zip::ZipArchive;

use super::found::{PercentCells, is_known_percent, put, u16_at, u32_at, utf16};
use crate::read::cells::shows_percent;

const ROW: u32 = 0;
const CELL_RK: u32 = 2;
const CELL_REAL: u32 = 5;
const CELL_FORMULA: u32 = 9;
const FORMAT: u32 = 44;
const XF: u32 = 47;
const BEGIN_CELL_FORMATS: u32 = 617;
const END_CELL_FORMATS: u32 = 618;
const SHEET: u32 = 156;

type Archive<'a> = ZipArchive<Cursor<&'a [u8]>>;

pub(super) fn cells(bytes: &[u8], sheet: usize) -> Result<PercentCells, String> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|error| error.to_string())?;
    let percent = part(&mut archive, "xl/styles.bin")?.map(|styles| styles_of(&styles)).unwrap_or_default();
    let mut cells = PercentCells::new();
    if !percent.contains(&true) {
        return Ok(cells);
    }
    let path = path_of(&mut archive, sheet)?;
    let records = part(&mut archive, &path)?.ok_or_else(|| format!("{path} is not there"))?;
    let mut row = 0;
    for (kind, data) in Records(&records) {
        match kind {
            ROW => row = u32_at(data, 0).unwrap_or(row),
            CELL_RK | CELL_REAL | CELL_FORMULA => {
                let (Some(column), Some(style)) = (u32_at(data, 0), u32_at(data, 4)) else { continue };
                let style = usize::try_from(style & 0x00FF_FFFF).unwrap_or(usize::MAX);
                if percent.get(style) == Some(&true) {
                    put(&mut cells, row, column)?;
                }
            }
            _ => {}
        }
    }
    Ok(cells)
}

/// By style of cells: whether it shows percentages.
fn styles_of(styles: &[u8]) -> Vec<bool> {
    let mut formats: HashMap<u16, bool> = HashMap::new();
    let mut percent = Vec::new();
    let mut of_cells = false;
    for (kind, data) in Records(styles) {
        match kind {
            FORMAT => {
                if let Some(number) = u16_at(data, 0) {
                    formats.insert(number, shows_percent(&utf16(data.get(6..).unwrap_or_default())));
                }
            }
            BEGIN_CELL_FORMATS => of_cells = true,
            END_CELL_FORMATS => of_cells = false,
            XF if of_cells => {
                let format = u16_at(data, 2).unwrap_or(0);
                percent.push(formats.get(&format).copied().unwrap_or(is_known_percent(format)));
            }
            _ => {}
        }
    }
    percent
}

/// The part that a sheet is.
fn path_of(archive: &mut Archive<'_>, sheet: usize) -> Result<String, String> {
    let workbook = part(archive, "xl/workbook.bin")?.ok_or("xl/workbook.bin is not there")?;
    // Sheets without a relation are no parts, and no sheets for the reader either.
    let ids = Records(&workbook).filter(|(kind, _)| *kind == SHEET).filter_map(|(_, data)| {
        let length = u32_at(data, 8).filter(|length| *length != u32::MAX)?;
        Some(utf16(data.get(12..12 + usize::try_from(length).ok()? * 2)?))
    });
    let id = ids.into_iter().nth(sheet).ok_or("its list of sheets is damaged")?;
    let relations = part(archive, "xl/_rels/workbook.bin.rels")?.ok_or("its relations are not there")?;
    let target = target(&relations, &id)?.ok_or("its relations are damaged")?;
    Ok(target.strip_prefix('/').map_or_else(|| format!("xl/{target}"), str::to_owned))
}

/// The target of a relation.
fn target(relations: &[u8], id: &str) -> Result<Option<String>, String> {
    let mut reader = Reader::from_reader(relations);
    loop {
        match reader.read_event().map_err(|error| error.to_string())? {
            Event::Start(tag) | Event::Empty(tag) => {
                let value = |name: &str| {
                    let found = tag.attributes().flatten().find(|attribute| attribute.key.as_ref() == name);
                    found.map(|found| found.value.to_string())
                };
                if value("Id").as_deref() == Some(id) {
                    return Ok(value("Target"));
                }
            }
            Event::Eof => return Ok(None),
            _ => {}
        }
    }
}

fn part(archive: &mut Archive<'_>, name: &str) -> Result<Option<Vec<u8>>, String> {
    let names: Vec<String> = archive.file_names().flatten().map(|known| known.into_owned()).collect();
    let found = names.into_iter().find(|known| known.eq_ignore_ascii_case(name));
    let Some(found) = found else { return Ok(None) };
    let mut part = archive.by_name(&found).map_err(|error| error.to_string())?;
    let mut bytes = Vec::new();
    part.read_to_end(&mut bytes).map_err(|error| error.to_string())?;
    Ok(Some(bytes))
}

/// The records of a part: what each is, and its bytes. A record that is cut ends them.
struct Records<'a>(&'a [u8]);

impl Records<'_> {
    /// A number of at most so many bytes, of seven bits each.
    fn number(&mut self, most: u32) -> Option<u32> {
        let mut number = 0;
        for index in 0..most {
            let (byte, rest) = self.0.split_first()?;
            self.0 = rest;
            number |= u32::from(byte & 0x7F) << (7 * index);
            if byte & 0x80 == 0 {
                break;
            }
        }
        Some(number)
    }
}

impl<'a> Iterator for Records<'a> {
    type Item = (u32, &'a [u8]);

    fn next(&mut self) -> Option<Self::Item> {
        let (kind, length) = (self.number(2)?, usize::try_from(self.number(4)?).ok()?);
        let (data, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some((kind, data))
    }
}
