//! Writes sqlparser's tokens and trees into the files that the tests of expressions compare ours with:
//!
//!     cargo run --manifest-path fuzz/Cargo.toml --example record_sql crates/expr/src/tests/sqlparser
//!
//! It writes the answer for every text in the files again. To add a text, add its line.

use std::path::PathBuf;

use apportion_fuzz::sql;

fn main() {
    let folder = PathBuf::from(std::env::args().nth(1).expect("the folder of the recordings"));
    record(folder.join("tokens.txt"), sql::tokens);
    record(folder.join("trees.txt"), |text| {
        sql::tree(text).unwrap_or_else(|| panic!("can't be read: {text}"))
    });
}

/// Texts are lines that are not indented, with `\` for a backslash, a line break and so on; the line after it is the
/// answer. Lines that begin with `#` stay.
fn record(path: PathBuf, answer: impl Fn(&str) -> String) {
    let recorded = std::fs::read_to_string(&path).expect("a file of recordings");
    let mut written = String::new();
    for line in recorded.lines().filter(|line| !line.starts_with("  ")) {
        written += line;
        written.push('\n');
        if !line.starts_with('#') {
            written += &format!("  {}\n", escaped(&answer(&unescaped(line))));
        }
    }
    std::fs::write(path, written).expect("a file that can be written");
}

/// Characters that would not be seen, or end a line, as `\u{…}`.
fn escaped(text: &str) -> String {
    let hidden = |c: char| {
        c == '\\' || c.is_control() || (c.is_whitespace() && c != ' ') || c == '\u{feff}' || c == '\u{200b}'
    };
    text.chars().map(|c| if hidden(c) { c.escape_unicode().to_string() } else { c.to_string() }).collect()
}

fn unescaped(line: &str) -> String {
    let mut parts = line.split("\\u{");
    let mut text = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (code, rest) = part.split_once('}').expect("a closing brace");
        let code = u32::from_str_radix(code, 16).expect("a number in hexadecimal");
        text.push(char::from_u32(code).expect("a character"));
        text += rest;
    }
    text
}
