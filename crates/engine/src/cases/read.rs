//! Reads case files: what is wrong in one points at its line.

use std::collections::BTreeMap;
use std::path::Path;

use toml_edit::{DocumentMut, TableLike};

use super::{Case, CaseFile, CaseMonth, CaseTable, ExpectedTable, RulesUnderTest, Table, parameters};
use apportion_base::diagnostic::{Code, Diagnostic, Files};
use apportion_base::world::World;
use apportion_book::config::{Doc, Item, Table as Keys};
use apportion_book::{Every, Period, SourceValue, TableName};

impl CaseFile {
    /// Reads a file of cases, which people see as `name`.
    ///
    /// # Errors
    /// Everything that is wrong with it, in the order of its places.
    pub fn read(
        world: &dyn World,
        path: &Path,
        name: &str,
        files: &mut Files,
    ) -> Result<Self, Vec<Diagnostic>> {
        let text = world.read_text(path).map_err(|error| {
            let message = format!("{name} can't be read: {error}");
            vec![
                Diagnostic::error(Code::CannotRead, message)
                    .help("it must be a text file in UTF-8 that this user may read"),
            ]
        })?;
        Ok(Self { path: path.to_owned(), ..Self::parse(name, &text, files)? })
    }

    /// Reads the text of a file of cases.
    ///
    /// # Errors
    /// As [`CaseFile::read`].
    pub fn parse(name: &str, text: &str, files: &mut Files) -> Result<Self, Vec<Diagnostic>> {
        let doc = Doc::new(name, text, files);
        let cases = doc.parse().map(|table| all(&doc.top(&table, name), text));
        match cases {
            Some(cases) if doc.found_so_far() == 0 => {
                Ok(Self { path: name.into(), name: name.to_owned(), cases })
            }
            _ => Err(doc.into_findings()),
        }
    }
}

/// All cases; those with errors are reported and left out.
fn all(file: &Keys<'_>, text: &str) -> Vec<Case> {
    file.known(&["case"]);
    let list = file.need("case", "[[case]]").and_then(|item| item.some_list("cases, each under [[case]]"));
    // Read a second time for what goes into the case's project file as it is written, numbers digit for digit.
    let written: DocumentMut = text.trim_start_matches('\u{feff}').parse().unwrap_or_default();
    let mut cases: Vec<Case> = Vec::new();
    for (index, item) in list.unwrap_or_default().iter().enumerate() {
        let Some(keys) = item.table("[[case]]") else { continue };
        let Some(case) = case(&keys, nth_case(&written, index)) else { continue };
        match cases.iter().find(|other| other.name == case.name) {
            Some(other) => {
                let message = format!("two cases are called \"{}\"", case.name);
                let error = Diagnostic::error(Code::DuplicateCase, message)
                    .at(case.span.clone(), "the second")
                    .at(other.span.clone(), "the first")
                    .help("a case is known by its name: say what is special about each");
                file.doc().report(error);
            }
            None => cases.push(case),
        }
    }
    cases
}

/// The table of a case as it is written, under `[[case]]` or in a list.
fn nth_case(written: &DocumentMut, index: usize) -> Option<&dyn TableLike> {
    let list = written.get("case")?;
    match list.as_array_of_tables() {
        Some(tables) => tables.get(index).map(|table| table as &dyn TableLike),
        None => list.as_array()?.get(index)?.as_inline_table().map(|table| table as &dyn TableLike),
    }
}

/// One case. A problem does not stop the reading, so that all problems are found.
fn case(table: &Keys<'_>, written: Option<&dyn TableLike>) -> Option<Case> {
    table.known(&parameters::keys());
    let found = table.doc().found_so_far();
    let name = table.need("name", "name = \"three payees share a dollar\"").and_then(|item| item.some_text());
    let why = table.get("why").and_then(|item| item.text()).map(|why| why.value);
    let (months, of_months) = months(table);
    let period = match months.first() {
        Some(first) => Some(first.period),
        None => table.need("period", "period = \"2026-01\"").and_then(|item| period(&item)),
    };
    let as_of = table.get("as_of").and_then(|item| item.date());
    let rules = table.get("rules").map_or(Some(RulesUnderTest::All), |item| rules(&item));
    let part = |key: &str| {
        // That both are tables is seen here, what is in them when the case is settled.
        table.get(key)?.table(&format!("`{key}`"))?;
        written?.get(key)?.as_table_like().map(|table| table.iter().map(own).collect())
    };
    let (book, sources) = (part("book").unwrap_or_default(), part("sources").unwrap_or_default());
    let ledger = part("ledger").unwrap_or_default();
    let opening = table.get("opening").and_then(|item| parsed(&item));
    let files = table.get("files").map(|item| own_files(&item)).unwrap_or_default();
    let inputs = inputs(table);
    for needed in TableName::always_needed() {
        table.need(needed.word(), &format!("{} = '''…'''", needed.word()));
    }
    let mut expected = expected_tables(table, &CaseTable::OF_PERIOD, None);
    let error = table.get("error").and_then(|item| item.some_text());
    only_for_one(table, &months);
    expected.extend(of_months);
    let place = |key: &str| table.key_span(key).unwrap_or_else(|| table.span());
    let case = Case {
        span: table.span(),
        book_span: place("book"),
        sources_span: place("sources"),
        ledger_span: place("ledger"),
        name: name?.value,
        why,
        period: period?,
        as_of,
        rules: rules?,
        book,
        sources,
        files,
        inputs,
        opening,
        ledger,
        months,
        expected,
        error,
    };
    (table.doc().found_so_far() == found).then_some(case)
}

/// The tables of data that a case or a month of it has.
fn inputs(table: &Keys<'_>) -> BTreeMap<TableName, Table> {
    let parsed = |input: TableName| Some((input, parsed(&table.get(input.word())?)?));
    TableName::ALL.into_iter().filter_map(parsed).collect()
}

/// The expected tables of a case, or of one of its months.
fn expected_tables(table: &Keys<'_>, kinds: &[CaseTable], month: Option<usize>) -> Vec<ExpectedTable> {
    kinds.iter().filter_map(|&table_kind| expected(table, table_kind, month)).collect()
}

/// The months that a case closes, and what it expects of them.
fn months(table: &Keys<'_>) -> (Vec<CaseMonth>, Vec<ExpectedTable>) {
    let (mut months, mut expected) = (Vec::new(), Vec::new());
    let list =
        table.get(parameters::MONTHS).and_then(|item| item.some_list("months, each under [[case.month]]"));
    for item in list.unwrap_or_default() {
        let Some(keys) = item.table("[[case.month]]") else { continue };
        keys.known(&parameters::month_keys());
        expected.extend(expected_tables(&keys, &CaseTable::OF_MONTH, Some(months.len())));
        let month = keys.need("period", "period = \"2026-01\"").and_then(|item| month(&item));
        months.extend(month.map(|period| CaseMonth {
            period,
            as_of: keys.get("as_of").and_then(|item| item.date()),
            rules: keys.get("rules").and_then(|item| item.expression()),
            files: keys.get("files").map(|item| own_files(&item)).unwrap_or_default(),
            inputs: inputs(&keys),
            error: keys.get("error").and_then(|item| item.some_text()),
            span: keys.span(),
        }));
    }
    (months, expected)
}

/// Reports what only the other sort of case has: one that settles a period, or one that closes months.
fn only_for_one(table: &Keys<'_>, months: &[CaseMonth]) {
    let of_period = CaseTable::OF_PERIOD.iter().map(|kind| kind.word()).chain(["period", "as_of", "error"]);
    let (keys, help): (Vec<&str>, &str) = match months {
        [] if table.get(parameters::MONTHS).is_none() => {
            (vec!["opening", "ledger"], "it is for a case that closes months, each under [[case.month]]")
        }
        [] => return,
        _ => (of_period.collect(), "a case with [[case.month]] has it in each month, or not at all"),
    };
    for key in keys {
        if let Some(item) = table.get(key) {
            let message = format!("`{key}` has no meaning in this case");
            item.doc().report(item.error(Code::MisplacedKey, message).help(help));
        }
    }
}

/// Files by path.
fn own_files(item: &Item<'_>) -> Vec<(String, String)> {
    let table = item.table("`files`");
    let entries = table.iter().flat_map(Keys::entries);
    entries.filter_map(|(path, item)| Some((path.value, item.text()?.value))).collect()
}

fn own((key, item): (&str, &toml_edit::Item)) -> (String, toml_edit::Item) {
    (key.to_owned(), item.clone())
}

fn period(item: &Item<'_>) -> Option<Period> {
    let text = item.text()?.value;
    let period = Period::parse(&text);
    if period.is_none() {
        let message = format!("\"{text}\" is not a period");
        let help = "write a month as \"2026-07\", a fiscal quarter as \"2026-Q3\", a fiscal year as \"2026\"";
        item.doc().report(item.error(Code::BadPeriod, message).help(help));
    }
    period
}

fn month(item: &Item<'_>) -> Option<Period> {
    let period = period(item)?;
    if period.every() != Every::Month {
        let message = format!("\"{period}\" is not a month");
        item.doc().report(item.error(Code::BadPeriod, message).help("months are closed: \"2026-07\""));
        return None;
    }
    Some(period)
}

/// Ids of rules of the project, or rules of the case's own.
fn rules(item: &Item<'_>) -> Option<RulesUnderTest> {
    if item.is_text() {
        return item.expression().map(RulesUnderTest::Own);
    }
    if !item.is_list() {
        item.wrong_type("a list of rule ids, or a string with rules of its own");
        return None;
    }
    let ids = item.some_list("ids of the project's rules")?;
    ids.iter().map(Item::text).collect::<Option<Vec<SourceValue<String>>>>().map(RulesUnderTest::Named)
}

/// A table in a string.
fn parsed(item: &Item<'_>) -> Option<Table> {
    if !item.is_text() {
        item.wrong_type("a table in a string, its cells between `|`");
        return None;
    }
    let text = item.expression()?;
    match Table::parse(&text.text) {
        Ok(table) => Some(table),
        Err(wrong) => {
            let message = format!("`{}`: {}", item.name(), wrong.message);
            let error = Diagnostic::error(Code::BadTable, message).at(text.place(wrong.range), "");
            item.doc().report(error.help("a table is a header and rows, with `|` between cells"));
            None
        }
    }
}

/// An expected table, if the case has it. An empty text is a table that is still to be written.
fn expected(keys: &Keys<'_>, table_kind: CaseTable, month: Option<usize>) -> Option<ExpectedTable> {
    let item = keys.get(table_kind.word())?;
    let blank = item.is_text() && item.text()?.value.trim().is_empty();
    let table = if blank { None } else { Some(parsed(&item)?) };
    if let Some(table) = &table
        && let Some(unknown) = table.header.iter().find(|name| !table_kind.columns().contains(&name.as_str()))
    {
        let message = format!("`{}` has no column `{unknown}`", table_kind.word());
        let help = apportion_book::config::known_names(
            unknown,
            table_kind.word(),
            table_kind.columns().iter().copied(),
        );
        item.doc().report(item.error(Code::UnknownColumn, message).help(help));
        return None;
    }
    Some(ExpectedTable { table_kind, month, table, span: item.span() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use apportion_base::diagnostic::render;

    const CASE: &str = "[[case]]\nname = \"n\"\nperiod = \"2026\"\nrules = [\"r\"]\ndeals = \"deal_id\"\n\
                        payees = \"payee_id\"\nlines = \"payee_id\"\n";

    fn wrong(text: &str) -> String {
        let mut files = Files::default();
        let found = CaseFile::parse("cases/a.toml", text, &mut files).unwrap_err();
        found.iter().map(|error| render(error, &files)).collect()
    }

    #[test]
    fn a_case_is_read() {
        let mut files = Files::default();
        let text = format!("{CASE}[case.book]\nfx_max_age_days = 7\n[case.sources.deals]\nnulls = [\"-\"]\n");
        let file = CaseFile::parse("a.toml", &text, &mut files).unwrap();
        let case = &file.cases[0];
        assert_eq!(case.book.len(), 1);
        assert_eq!(case.sources[0].0, "deals");
        assert!(matches!(&case.rules, RulesUnderTest::Named(ids) if ids[0].value == "r"));
        assert_eq!(case.expected[0].table.as_ref().unwrap().header, ["payee_id"]);
    }

    const MONTHS: &str = "[[case]]\nname = \"n\"\nrules = [\"r\"]\ndeals = \"deal_id\"\npayees = \"payee_id\"\n\
                          ledger = { true_up = 0 }\nopening = \"payee_id | carried | owed\"\n\
                          [[case.month]]\nperiod = \"2026-01\"\nbalances = \"payee_id\"\n\
                          [[case.month]]\nperiod = \"2026-02\"\ndeals = \"deal_id | won\"\nrules = \"x\"\n\
                          entries = \"earned\"\nheld = \"\"\n";

    #[test]
    fn a_case_that_closes_months_is_read() {
        let mut files = Files::default();
        let file = CaseFile::parse("a.toml", MONTHS, &mut files).unwrap();
        let case = &file.cases[0];
        assert_eq!((case.period.to_string(), case.months.len()), ("2026-01".to_owned(), 2));
        assert_eq!((case.ledger.len(), case.opening.as_ref().map(|table| table.header.len())), (1, Some(3)));
        let expected: Vec<_> =
            case.expected.iter().map(|table| (table.table_kind.word(), table.month)).collect();
        assert_eq!(expected, [("balances", Some(0)), ("entries", Some(1)), ("held", Some(1))]);
        assert!(case.months[1].rules.is_some() && case.months[1].inputs.len() == 1);
        assert!(case.months[0].inputs.is_empty() && case.inputs.len() == 2);
    }

    #[test]
    fn mistakes_point_at_their_line() {
        assert_eq!(
            wrong(&CASE.replace("deals = \"deal_id\"", "deals = '''\ndeal_id | amount\nD1 | 1 | 2\n'''")),
            "\
error[bad-table]: `deals`: this row has 3 cells, the header 2
  ┌─ cases/a.toml:7:1
  │
 7│ D1 | 1 | 2
  │ ^^^^^^^^^^
  = help: a table is a header and rows, with `|` between cells
"
        );
        let shown = wrong(&CASE.replace("lines = \"payee_id\"", "lines = \"payee_id | amout\""));
        assert!(shown.contains("error[unknown-column]: `lines` has no column `amout`"), "{shown}");
        assert!(shown.contains("cases/a.toml:7:9") && shown.contains("did you mean `amount`?"), "{shown}");
    }

    #[test]
    fn each_mistake_has_its_code() {
        for (text, code) in [
            (CASE.replace("2026", "2026-7"), "bad-period"),
            (CASE.replace("name", "nam"), "unknown-key"),
            (CASE.replace("[\"r\"]", "[]"), "empty-list"),
            (CASE.replace("[\"r\"]", "1"), "wrong-type"),
            (CASE.replace("deals = \"deal_id\"\n", ""), "missing-key"),
            (CASE.repeat(2), "duplicate-case"),
            ("case = 1".to_owned(), "wrong-type"),
            (String::new(), "missing-key"),
            (format!("{CASE}book = 1\n"), "wrong-type"),
            (CASE.replace("period = \"2026\"\n", ""), "missing-key"),
            (format!("{CASE}opening = \"payee_id\"\n"), "misplaced-key"),
            (format!("{CASE}[case.ledger]\ntrue_up = 0\n"), "misplaced-key"),
            (format!("{CASE}[[case.month]]\nperiod = \"2026-01\"\n"), "misplaced-key"),
            (MONTHS.replace("2026-02", "2026-Q1"), "bad-period"),
            (MONTHS.replace("period = \"2026-02\"\n", ""), "missing-key"),
            (MONTHS.replace("entries", "lines"), "unknown-key"),
            (MONTHS.replace("earned", "amount"), "unknown-column"),
            (CASE.replace("period = \"2026\"\n", "month = []\n"), "empty-list"),
        ] {
            assert!(wrong(&text).contains(&format!("error[{code}]")), "{code}: {}", wrong(&text));
        }
    }
}
