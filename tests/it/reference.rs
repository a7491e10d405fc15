//! Compares the descriptions of `contract` with the files of a real result, with code that has the same words, and
//! with the pages of docs/ that contain them.

use apportion::book::ExportFormat;
use apportion::book::parameters::exports::EXPORT_RECORDS;
use apportion::config::describe::{Choice, Default, Parameter, Presence, Record, Shape};
use std::collections::BTreeMap;
use std::fs::{self, File};
use std::path::{Path, PathBuf};

use apportion::contract::markdown::blocks;
use apportion::contract::output::{self, FILES, OPTIONAL_FILES};
use apportion::contract::run_json::RUN_KEYS;
use apportion::contract::settings::BOOK_SETTINGS;
use apportion::contract::{RunType, Words};
use apportion::money::Rounding;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use serde_json::Value;

use crate::support::{assert_committed, repository};
use crate::verify::Bench;

/// The keys of a JSON value in order, with their values; elements of a list share a path.
fn keys<'a>(path: &str, value: &'a Value, found: &mut Vec<(String, &'a Value)>) {
    match value {
        Value::Object(object) => {
            for (key, value) in object {
                let path = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
                found.push((path.clone(), value));
                keys(&path, value, found);
            }
        }
        Value::Array(items) => items.iter().for_each(|item| keys(&format!("{path}[]"), item, found)),
        _ => {}
    }
}

fn fits(holds: RunType, value: &Value) -> bool {
    let text = |fits: fn(&str) -> bool| value.as_str().is_some_and(fits);
    match holds {
        RunType::Object => value.is_object(),
        RunType::List => value.is_array(),
        RunType::Text | RunType::Period | RunType::Date | RunType::Currency => text(|text| !text.is_empty()),
        RunType::Word(words) => words.choices().iter().any(|(word, _)| value.as_str() == Some(word)),
        RunType::Sha256 => text(|text| text.len() == 64),
        RunType::Count => value.is_u64(),
        RunType::Month => value.as_u64().is_some_and(|month| (1..=12).contains(&month)),
        RunType::Flag => value.is_boolean(),
        RunType::Amount | RunType::Sum => text(|text| text.contains(|c: char| c.is_ascii_digit())),
    }
}

#[test]
fn run_json_has_the_keys_that_are_described() {
    let bench = Bench::new();
    let run: Value = serde_json::from_slice(&fs::read(bench.out().join("run.json")).unwrap()).unwrap();
    let mut found = Vec::new();
    keys("", &run, &mut found);
    for (path, value) in &found {
        let key = RUN_KEYS.iter().find(|key| key.path == path).unwrap_or_else(|| panic!("{path}"));
        assert!(fits(key.holds, value) || (key.nullable && value.is_null()), "{path}: {value}");
    }
    let mut paths: Vec<&str> = Vec::new();
    for (path, _) in &found {
        if !paths.contains(&path.as_str()) {
            paths.push(path);
        }
    }
    let described = RUN_KEYS.iter().filter(|key| !key.optional || paths.contains(&key.path));
    let described: Vec<&str> = described.map(|key| key.path).collect();
    assert_eq!(paths, described);
}

#[test]
fn the_files_of_a_result_have_the_columns_that_are_described() {
    let bench = Bench::new();
    let lines = File::open(bench.out().join(output::LINES)).unwrap();
    let reader = ParquetRecordBatchReaderBuilder::try_new(lines).unwrap();
    let columns: Vec<(&str, bool)> =
        reader.schema().fields().iter().map(|field| (field.name().as_str(), field.is_nullable())).collect();
    let described: Vec<(&str, bool)> =
        output::LINE_COLUMNS.iter().map(|column| (column.name, column.nullable)).collect();
    assert_eq!(columns, described);
    let is_there = |name: &&str| !OPTIONAL_FILES.contains(name) || bench.out().join(name).is_file();
    for file in output::TABLES[1..].iter().filter(|file| is_there(&file.name)) {
        let mut reader = csv::Reader::from_path(bench.out().join(file.name)).unwrap();
        assert!(file.header().eq(reader.headers().unwrap().iter()), "{}", file.name);
        for record in reader.records().map(Result::unwrap) {
            for (column, cell) in file.columns.iter().zip(&record) {
                assert!(column.nullable || !cell.is_empty(), "{} of {}", column.name, file.name);
            }
        }
    }
    let mut names: Vec<String> = fs::read_dir(bench.out())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    let mut described: Vec<&str> = FILES.iter().chain(&OPTIONAL_FILES).copied().filter(is_there).collect();
    assert!(described.contains(&output::ATTAINMENT) && described.contains(&output::CLAIMS));
    described.sort_unstable();
    assert_eq!(names, described);
}

#[test]
fn roundings_have_the_words_that_are_described() {
    let words = [Rounding::HalfAwayFromZero, Rounding::HalfEven].map(Rounding::word);
    assert!(Words::Roundings.choices().iter().map(|(word, _)| *word).eq(words));
    let rounding = BOOK_SETTINGS.iter().find(|setting| setting.key == "rounding").unwrap();
    assert_eq!(rounding.default, Some(Rounding::default().word()));
}

/// The keys of each format of `[exports.NAME]`, and of the tables in them, as their descriptions say.
fn export_blocks() -> Vec<(String, String)> {
    let of_format =
        |format: &ExportFormat| (format!("export {}", format.word()), table_of_keys(&format.parameters()));
    let of_record =
        |(name, record): &(&str, &Record)| (format!("export key {name}"), table_of_keys(record.parameters));
    let formats = ExportFormat::ALL.iter().zip(ExportFormat::WORDS);
    let rows = formats.map(|(_, word)| format!("| `{}` | {} |\n", word.word, word.meaning));
    let all = format!("| format | is |\n|---|---|\n{}", rows.collect::<String>());
    let of_formats = ExportFormat::ALL.iter().map(of_format);
    of_formats
        .chain(EXPORT_RECORDS.iter().map(of_record))
        .chain([("export formats".to_owned(), all)])
        .collect()
}

/// Keys as a table: key, default, meaning.
fn table_of_keys(parameters: &[Parameter]) -> String {
    let mut table = "| key | default | is |\n|---|---|---|\n".to_owned();
    for parameter in parameters {
        let default = match parameter.need {
            Presence::Required { .. } => "required".to_owned(),
            Presence::Optional => String::new(),
            Presence::Default(Default::Text("")) => "empty".to_owned(),
            Presence::Default(Default::Text(" ")) => "a blank".to_owned(),
            Presence::Default(Default::Text(text)) => format!("`{text}`"),
            Presence::Default(Default::Texts(texts)) => texts.join(", "),
            Presence::Default(Default::Whole(number)) => number.to_string(),
            Presence::Default(Default::Flag(flag)) => flag.to_string(),
        };
        let words = match parameter.shape {
            Shape::Choice(words) if parameter.key != "format" => {
                let words: Vec<String> = words
                    .iter()
                    .map(|word| format!("`{}`: {}", word.word, word.meaning.to_lowercase()))
                    .collect();
                format!(" {}.", words.join("; "))
            }
            _ => String::new(),
        };
        let meaning = format!("{}{words}", parameter.meaning).replace('|', "\\|").replace('\n', " ");
        table.push_str(&format!("| `{}` | {default} | {meaning} |\n", parameter.key));
    }
    table
}

const OPEN: &str = "<!-- contract: ";
const CLOSE: &str = "<!-- /contract -->";

/// A page with each of its tables replaced by what the descriptions say. Panics where a page asks for a table that is
/// not there.
fn filled(page: &Path, text: &str, tables: &BTreeMap<String, String>) -> String {
    let mut filled = String::new();
    let mut lines = text.split_inclusive('\n');
    while let Some(line) = lines.next() {
        filled.push_str(line);
        let name = line.trim_end().strip_prefix(OPEN).and_then(|line| line.strip_suffix(" -->"));
        let Some(name) = name else { continue };
        let table = tables.get(name).unwrap_or_else(|| panic!("{}: no table `{name}`", page.display()));
        let end = lines.find(|line| line.trim_end() == CLOSE);
        let end = end.unwrap_or_else(|| panic!("{}: `{name}` has no end", page.display()));
        filled.push_str(&format!("\n{table}\n{end}"));
    }
    filled
}

fn pages(folder: &Path, found: &mut Vec<PathBuf>) {
    let mut paths: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    for path in paths {
        if path.is_dir() {
            pages(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "md") {
            found.push(path);
        }
    }
}

/// The pages of docs/ contain the tables as they are described. With `UPDATE_DOCS=1` the pages are updated instead.
#[test]
fn the_pages_have_the_tables_that_are_described() {
    let tables: BTreeMap<String, String> = blocks().into_iter().chain(export_blocks()).collect();
    let mut found = Vec::new();
    pages(&repository("docs"), &mut found);
    for page in found {
        let text = fs::read_to_string(&page).unwrap();
        let expected = filled(&page, &text, &tables);
        assert_committed(page.to_str().unwrap(), &expected);
    }
}

/// The pages about words have all of them, as first cells of their tables.
#[test]
fn the_pages_have_all_words() {
    for (page, words) in [
        ("docs/reference/rejects.md", Words::RejectCodes),
        ("docs/reference/uncredited.md", Words::Reasons),
        ("docs/reference/inputs.md", Words::Tables),
        ("docs/reference/rules.md", Words::Kinds),
    ] {
        let text = fs::read_to_string(repository(page)).unwrap();
        for (word, _) in words.choices() {
            let row = |line: &str| {
                line.starts_with('|')
                    && (line.contains(&format!("`{word}`")) || line.contains(&format!("`[[{word}]]`")))
            };
            assert!(text.lines().any(row), "{page} has no row for `{word}`");
        }
    }
}
