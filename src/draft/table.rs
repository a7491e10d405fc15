//! Where a table is among rows of cells: its header row, and what comes behind its end.

use apportion_data::read::SampleCell;

use super::sample::Grid;

/// How many rows may be above a header.
const TITLES: usize = 40;
/// How many records are compared to find the delimiter.
const COMPARED: usize = 200;
/// Words with which rows of totals and notes begin.
const ENDINGS: [&str; 16] = [
    "total",
    "grand total",
    "sum",
    "subtotal",
    "summe",
    "gesamt",
    "gesamtergebnis",
    "totale",
    "copyright",
    "confidential",
    "generated",
    "report",
    "exported",
    "records:",
    "end of",
    "page ",
];

/// Where the table is.
#[derive(Debug, Clone)]
pub struct TablePlace {
    /// The header among the rows of the grid.
    pub index: usize,
    /// The number of its row, as the project file says it.
    pub row: u64,
    /// Whether a row with a text is above it.
    pub below_titles: bool,
    /// How many columns it has.
    pub width: usize,
    /// The first row of the grid behind the end of the table.
    pub end_at: Option<usize>,
    /// What `ends` says.
    pub ends: Option<String>,
    /// Of a sheet with cells beside the table: the cells that it has.
    pub range: Option<String>,
}

impl TablePlace {
    /// The table in these rows; `None` where no row could be a header.
    pub fn find(grid: &Grid) -> Option<Self> {
        let index = header(grid)?;
        let width = filled(&grid[index].1);
        let below_titles = grid[..index].iter().any(|(_, cells)| filled(cells) > 0);
        let (end_at, ends) = end(grid, index, width).unzip();
        Some(Self { index, row: grid[index].0, below_titles, width, end_at, ends, range: None })
    }
}

/// The cells of a table whose header is this row, to the end of the sheet.
pub fn range(header: &[SampleCell], row: u64) -> Option<String> {
    let is_filled = |cell: &SampleCell| !cell.text.is_empty();
    let (first, last) = (header.iter().position(is_filled)?, header.iter().rposition(is_filled)?);
    Some(format!("{}{row}:{}1048576", letters(first), letters(last)))
}

/// The name of a column of a sheet: A, B, …, Z, AA.
fn letters(column: usize) -> String {
    let last = char::from(b'A' + u8::try_from(column % 26).unwrap_or(0));
    if column < 26 { last.to_string() } else { format!("{}{last}", letters(column / 26 - 1)) }
}

fn filled(cells: &[SampleCell]) -> usize {
    cells.iter().filter(|cell| !cell.text.is_empty()).count()
}

/// The first row of names that is nearly as wide as the widest one.
fn header(grid: &Grid) -> Option<usize> {
    let rows = grid.iter().take(TITLES);
    let widest = rows.clone().map(|(_, cells)| filled(cells)).max()?;
    let is_header = |cells: &[SampleCell]| {
        let texts: Vec<&str> =
            cells.iter().map(|cell| cell.text.as_str()).filter(|text| !text.is_empty()).collect();
        let names = texts.iter().filter(|text| !is_value(text)).count();
        !texts.is_empty() && texts.len() * 10 >= widest * 7 && names * 10 >= texts.len() * 8
    };
    rows.enumerate().find(|(_, (_, cells))| is_header(cells)).map(|(index, _)| index)
}

/// Whether a text is a value and no name: it begins with a digit or a sign of a number and has no letter.
fn is_value(text: &str) -> bool {
    text.chars().any(|c| c.is_ascii_digit()) && !text.chars().any(char::is_alphabetic)
}

/// The first row behind the table and what `ends` says: rows with few cells behind which no full row comes.
fn end(grid: &Grid, header: usize, width: usize) -> Option<(usize, String)> {
    // A table of one or two columns has no rows that are clearly shorter.
    let is_short = |cells: &[SampleCell]| width > 2 && filled(cells) <= (width / 3).max(1);
    let data = header + 1..grid.len();
    let last_full = data.rev().find(|row| !is_short(&grid[*row].1) && !is_ending(&grid[*row].1))?;
    let rest = last_full + 1..grid.len();
    let first = rest.clone().find(|row| filled(&grid[*row].1) > 0)?;
    let blank = grid[first].0 > grid[last_full].0 + 1 || first > last_full + 1;
    let blank_before = grid[header + 1..=last_full]
        .windows(2)
        .any(|pair| filled(&pair[0].1) == 0 || pair[1].0 > pair[0].0 + 1);
    if blank && !blank_before {
        return Some((first, "blank-row".to_owned()));
    }
    let begins =
        grid[first].1.first().map(|cell| cell.text.trim().to_owned()).filter(|text| !text.is_empty())?;
    let word: String =
        begins.split_whitespace().next().unwrap_or_default().trim_end_matches([':', ';', ',']).to_owned();
    let inside = grid[header + 1..=last_full].iter();
    let is_unique = inside.filter_map(|(_, cells)| cells.first()).all(|cell| !cell.text.starts_with(&word));
    (is_unique && !word.is_empty()).then_some((first, word))
}

/// Whether a row begins as totals and notes do, whatever cells it has.
fn is_ending(cells: &[SampleCell]) -> bool {
    let first = cells.iter().map(|cell| cell.text.to_lowercase()).find(|text| !text.is_empty());
    first.is_some_and(|text| ENDINGS.iter().any(|ending| text.starts_with(ending)))
}

/// The delimiter that a first line `sep=;` names, and the text behind that line.
pub fn named_delimiter(text: &str) -> (Option<u8>, &str) {
    let (line, rest) = text.split_once('\n').unwrap_or((text, ""));
    let line = line.trim_end_matches('\r').trim_matches('"').to_lowercase();
    match line.strip_prefix("sep=").map(str::as_bytes) {
        Some([delimiter]) => (Some(*delimiter), rest),
        _ => (None, text),
    }
}

/// The delimiter with which most records have the same number of cells, and more than one.
pub fn delimiter(text: &str, usual: u8) -> u8 {
    let score = |byte: u8| {
        let mut widths: Vec<usize> = records(text, byte, 1, COMPARED)
            .iter()
            .map(|(_, cells)| cells.len())
            .filter(|width| *width > 1)
            .collect();
        widths.sort_unstable();
        let runs = widths.chunk_by(|a, b| a == b);
        runs.map(|run| (run.len(), run.first().copied().unwrap_or(0))).max().unwrap_or((0, 0))
    };
    let mut best = (score(usual), usual);
    for byte in [b',', b';', b'\t', b'|'] {
        let found = score(byte);
        // As many cells in as many records: the first one stays.
        if found.0 * found.1 > best.0.0 * best.0.1 {
            best = (found, byte);
        }
    }
    best.1
}

/// Lines without a character before a record, which are passed over with it.
fn blank_lines(text: &str, byte: u64) -> u64 {
    let rest = usize::try_from(byte).ok().and_then(|byte| text.as_bytes().get(byte..)).unwrap_or_default();
    rest.iter().take_while(|byte| matches!(byte, b'\n' | b'\r')).filter(|byte| **byte == b'\n').count() as u64
}

/// The records of a text with the line on which each begins. Blank lines are records without cells.
pub fn records(text: &str, delimiter: u8, first: u64, most: usize) -> Vec<(u64, Vec<String>)> {
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter)
        .from_reader(text.as_bytes());
    let mut record = csv::StringRecord::new();
    let mut found = Vec::new();
    while found.len() < most {
        match reader.read_record(&mut record) {
            Ok(true) => {}
            _ => break,
        }
        let line = record.position().map_or(1, |place| place.line() + blank_lines(text, place.byte()));
        let cells = record.iter().map(|cell| cell.trim().to_owned()).collect();
        found.push((line + first - 1, cells));
    }
    found
}

#[cfg(test)]
mod tests {
    use apportion_data::read::CellKind;

    use super::*;

    fn grid(text: &str) -> Grid {
        let cell = |text: String| SampleCell { text, kind: CellKind::Text };
        let rows = records(text, b';', 1, 100).into_iter();
        rows.map(|(row, cells)| (row, cells.into_iter().map(cell).collect())).collect()
    }

    #[test]
    fn a_table_among_titles_and_totals() {
        for (text, row, ends) in [
            ("id;when;amount\n1;2026-07-01;5\n", 1, None),
            ("Sales\nas of today\n\nid;when;amount\n1;2026-07-01;5\n2;2026-07-02;6\n", 4, None),
            ("id;when;amount\n1;2026-07-01;5\nTotal;;5\n", 1, Some("Total")),
            ("id;when;amount\n1;2026-07-01;5\n\n\nCopyright (c)\nConfidential\n", 1, Some("blank-row")),
            ("id;when;amount\n1;2026-07-01;5\n\n2;2026-07-02;5\n\nCopyright\n", 1, Some("Copyright")),
        ] {
            let place = TablePlace::find(&grid(text)).unwrap();
            assert_eq!((place.row, place.ends.as_deref()), (row, ends), "{text}");
        }
    }

    #[test]
    fn the_delimiter_that_makes_equal_records() {
        assert_eq!(delimiter("a;b;c\n1;2,5;3\n1;2,5;3\n", b','), b';');
        assert_eq!(delimiter("a,b\n1,x;y\n2,z\n", b','), b',');
        assert_eq!(delimiter("a\tb\n1\t2\n", b','), b'\t');
        assert_eq!(named_delimiter("sep=;\r\na;b"), (Some(b';'), "a;b"));
        assert_eq!([0, 25, 26, 701, 702].map(letters), ["A", "Z", "AA", "ZZ", "AAA"]);
    }
}
