//! Whether the quotes of a record are where quotes may be.
//!
//! A quote that is not closed where its cell ends takes the records after it into its cell, up to the next quote. The `csv`
//! crate reads on without a word, so each record with a quote is looked at here.

/// How a record uses quotes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Quoting {
    /// It has none.
    None,
    /// Some of its cells are quoted, and all quotes are in their places.
    Quoted,
    /// Something follows a quote that closes, and is neither a blank, the delimiter nor the end of the record.
    AfterQuote,
    /// A quote is inside a cell that is not quoted. `quoted`: another cell of the record is.
    Bare {
        /// Whether a cell before it is quoted.
        quoted: bool,
    },
}

/// How a record, given as its bytes with its line end, uses quotes.
pub(super) fn quoting(raw: &[u8], delimiter: u8, quote: u8) -> Quoting {
    let mut rest = raw;
    while let [b'\n', after @ ..] = rest {
        rest = after;
    }
    let mut quoted = false;
    let mut bare = false;
    loop {
        if let [first, cell @ ..] = rest
            && *first == quote
        {
            quoted = true;
            let Some(after) = after_closing(cell, quote) else { break };
            let end = cell_end(after, delimiter);
            if !is_blank(&after[..end]) {
                return Quoting::AfterQuote;
            }
            rest = &after[end..];
        } else {
            let end = cell_end(rest, delimiter);
            bare = bare || rest[..end].contains(&quote) && !is_spreadsheet_text(&rest[..end], quote);
            rest = &rest[end..];
        }
        match rest {
            [first, after @ ..] if *first == delimiter => rest = after,
            _ => break,
        }
    }
    match (bare, quoted) {
        (true, quoted) => Quoting::Bare { quoted },
        (false, true) => Quoting::Quoted,
        (false, false) => Quoting::None,
    }
}

/// Whether a quoted cell of a record holds lines that look like records of as many cells: two stray quotes, of which the
/// first opens a cell and the second closes it, make a sound record of all lines between them. Such a cell has, in its
/// first line, what is missing of a record behind its place, in its last line what is missing before it, and in
/// each line between them a whole record. Texts of several lines do not look like that, so a warning is enough.
pub(super) fn holds_records(raw: &[u8], cells: usize, (delimiter, quote): (u8, u8)) -> bool {
    // With two columns a text with a comma in each line would do.
    let Some(others) = cells.checked_sub(1).filter(|others| *others >= 2) else { return false };
    let (mut place, mut rest) = (0, raw);
    loop {
        if let [first, cell @ ..] = rest
            && *first == quote
        {
            let Some(after) = after_closing(cell, quote) else { return false };
            let inner = &cell[..cell.len() - after.len() - 1];
            let mut lines = inner.split(|byte| *byte == b'\n').map(|line| count(line, delimiter)).peekable();
            let first = lines.next();
            let mut found = lines.peek().is_some() && first == Some(others - place.min(others));
            while let Some(line) = lines.next() {
                found &= line == if lines.peek().is_some() { others } else { place };
            }
            if found {
                return true;
            }
            rest = after;
        }
        rest = &rest[cell_end(rest, delimiter)..];
        match rest {
            [first, after @ ..] if *first == delimiter => (place, rest) = (place + 1, after),
            _ => return false,
        }
    }
}

fn count(bytes: &[u8], wanted: u8) -> usize {
    bytes.iter().filter(|byte| **byte == wanted).count()
}

/// What follows the quote that closes a cell; `None` where none does.
fn after_closing(cell: &[u8], quote: u8) -> Option<&[u8]> {
    let mut index = 0;
    loop {
        index += cell[index..].iter().position(|byte| *byte == quote)? + 1;
        match cell.get(index) {
            // twice is one quote inside
            Some(next) if *next == quote => index += 1,
            _ => return Some(&cell[index..]),
        }
    }
}

fn cell_end(bytes: &[u8], delimiter: u8) -> usize {
    bytes.iter().position(|byte| *byte == delimiter || *byte == b'\n').unwrap_or(bytes.len())
}

fn is_blank(bytes: &[u8]) -> bool {
    bytes.trim_ascii().is_empty() || std::str::from_utf8(bytes).is_ok_and(|text| text.trim().is_empty())
}

/// `="00123"`: how a spreadsheet keeps a text that looks like a number.
fn is_spreadsheet_text(cell: &[u8], quote: u8) -> bool {
    let inner = cell.trim_ascii().strip_prefix(&[b'=', quote]).and_then(|inner| inner.strip_suffix(&[quote]));
    inner.is_some_and(|inner| !inner.contains(&quote))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_a_cell_may_be_records() {
        let holds = |record: &str| holds_records(record.as_bytes(), 4, (b',', b'"'));
        for taken_in in [
            "D1,won,5,\"big one\nD2,won,6,x\nD3,won,7,24\"\n",
            "D1,won,5,\"big one\r\nD2,won,6,24\"\r\n",
            "\"D1,won,5,x\nD2\",won,6,x\n",
            "D1,\"won,5,x\nD2,won,6,x\nD3,won\",7,x\n",
            "\"D1\",won,\"5\",\"big one\nD2,won,6,24\"\n",
        ] {
            assert!(holds(taken_in), "{taken_in:?}");
        }
        for text in [
            "D1,won,5,\"two\nlines\"\n",
            "D1,won,5,\"a, b\nc, d\"\n",
            "D1,\"a,b,c\nd,e,f\",5,x\n",
            "\"a\nb\",won,5,x\n",
            "D1,won,5,x\n",
            "D1,won,5,\"\n\"\n",
        ] {
            assert!(!holds(text), "{text:?}");
        }
        assert!(!holds_records(b"ann,\"a\nb,c\"\n", 2, (b',', b'"')));
    }

    #[test]
    fn quotes_have_their_places() {
        let quoting_of = |record: &str| quoting(record.as_bytes(), b',', b'"');
        for fine in ["a,b\n", "", "\n\na", "=\"00123\",b\n", "a, =\"1\" \r\n"] {
            assert_eq!(quoting_of(fine), Quoting::None, "{fine:?}");
        }
        for fine in
            ["\"a\",b\n", "\"a,\nb\" ,c", "a,\"\"\r\n", "\"a \"\"b\"\"\"", "\"a\"\u{a0},b", "\"open,\n"]
        {
            assert_eq!(quoting_of(fine), Quoting::Quoted, "{fine:?}");
        }
        for bad in ["\"a\"b,c\n", "x,\"big one\nD2,\"other\"\n", "\"a\" \"b\"", "\"\"x"] {
            assert_eq!(quoting_of(bad), Quoting::AfterQuote, "{bad:?}");
        }
        assert_eq!(quoting_of("5\" tall,b\n"), Quoting::Bare { quoted: false });
        assert_eq!(quoting_of(" \"a\",b\n"), Quoting::Bare { quoted: false });
        assert_eq!(quoting_of("=\"a,b\"\n"), Quoting::Bare { quoted: false });
        assert_eq!(quoting_of("\"a\",5\" tall\n"), Quoting::Bare { quoted: true });
    }
}
