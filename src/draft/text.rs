//! The drafted project as texts: `apportion.toml`, and a first rule.

use std::path::{Component, Path, PathBuf};

use apportion_base::letters::is_deceptive;
use apportion_base::notation::{DecimalSign, Group, NumberNotation};
use apportion_book::{Encoding, TableName, display_day};

use super::facts::ColumnFacts;
use super::roles::notation;
use super::sample::Sample;
use super::{ColumnGuess, Draft, FileUse, Origin, ProjectGuess, Reason, SourceGuess};

/// What is before a guess that has to be confirmed.
const ASK: &str = "CONFIRM: ";
/// How wide a comment is.
const WIDTH: usize = 110;

/// The texts of a project.
pub fn draft(samples: &[Sample], project: &ProjectGuess, folder: &Path) -> Draft {
    let mut writer = Writer { samples, folder, text: String::new(), questions: Vec::new() };
    writer.book(project);
    for guess in &project.sources {
        let several = project.sources.iter().filter(|other| other.table == guess.table).count() > 1;
        writer.source(guess, several);
    }
    let uses = project.uses.iter().zip(samples);
    let files = uses.map(|((tables, why), sample)| FileUse {
        path: sample.path.clone(),
        tables: tables.clone(),
        why: why.clone(),
    });
    Draft {
        rules: ("rules/bookings.toml".to_owned(), rules(samples, project)),
        files: files.collect(),
        project: writer.text,
        questions: writer.questions,
    }
}

struct Writer<'a> {
    samples: &'a [Sample],
    folder: &'a Path,
    text: String,
    questions: Vec<String>,
}

impl Writer<'_> {
    fn line(&mut self, line: &str) {
        self.text.push_str(line);
        self.text.push('\n');
    }

    fn comment(&mut self, text: &str) {
        let mut line = String::from("#");
        for word in text.split_whitespace() {
            if line.chars().count() + word.chars().count() + 1 > WIDTH {
                self.line(&line.clone());
                line = "#".to_owned();
            }
            line.push(' ');
            line.push_str(word);
        }
        self.line(&line);
    }

    /// The reason of a guess as a comment; a question is kept as well.
    fn reason(&mut self, what: &str, reason: &Reason) {
        let why: String = reason.why.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
        if reason.question {
            self.questions.push(format!("{what}: {why}"));
            self.comment(&format!("{ASK}{why}"));
        } else {
            self.comment(&why);
        }
    }

    fn book(&mut self, project: &ProjectGuess) {
        let name = std::path::absolute(self.folder).unwrap_or_else(|_| self.folder.to_owned());
        let name = name.file_name().and_then(|name| name.to_str()).unwrap_or("Drafted project");
        self.comment(
            "Drafted by `apportion init --from`. Each guess has its reason above it. What begins with CONFIRM decides amounts: look at it, and take the \
             comment out once it is right. `apportion sources` shows what is read.",
        );
        self.line("\n[book]");
        self.line(&format!("name = {}", toml_text(name)));
        self.reason("the book's currency", &Reason::ask(project.currency.why.clone()));
        self.line(&format!("currency = {}", toml_text(&project.currency.code)));
        self.comment("The month in which your fiscal year starts.");
        self.line("fiscal_year_starts = 1");
        self.line("rules = [\"rules/*.toml\"]");
        for table in TableName::always_needed() {
            if project.sources.iter().all(|guess| guess.table != table) {
                self.line("");
                let what = format!(
                    "no file was taken for {}, which every project needs: name it here",
                    table.word()
                );
                self.reason(table.word(), &Reason::ask(what));
                self.line(&format!("# [sources.{}]\n# path = \"…\"", table.word()));
            }
        }
    }

    fn source(&mut self, guess: &SourceGuess, several: bool) {
        let sample = &self.samples[guess.sample];
        let table = guess.table.word();
        self.line("");
        self.comment(&format!("{} of {}: {}.", capital(table), file_name(&sample.path), guess.why));
        self.line(&if several { format!("[[sources.{table}]]") } else { format!("[sources.{table}]") });
        self.line(&format!("path = {}", toml_text(&relative(self.folder, &sample.path))));
        self.dialect(sample);
        self.rows(guess);
        self.cells(sample, guess);
        if !guess.columns.is_empty() {
            self.line(&format!("\n[sources.{table}.columns]"));
            for column in &guess.columns {
                self.column(table, column);
            }
        }
        for join in &guess.joins {
            let other = &self.samples[join.sample];
            self.line("");
            self.comment(&capital(&join.why));
            self.line(&format!("[[sources.{table}.joins]]"));
            self.line(&format!("path = {}", toml_text(&relative(self.folder, &other.path))));
            self.dialect(other);
            self.line(&format!("on = {{ {} = {} }}", key(&join.ours), toml_text(&join.theirs)));
            self.line(&format!("columns = {}", list(&join.columns)));
        }
    }

    /// How the file is written.
    fn dialect(&mut self, sample: &Sample) {
        if let Some(delimiter) = sample.delimiter.filter(|delimiter| !delimiter.known) {
            let shown = char::from(delimiter.byte).to_string();
            self.comment("with it, most rows have the same number of cells");
            self.line(&format!("delimiter = {}", toml_text(&shown)));
        }
        match sample.encoding {
            Encoding::Utf8 => {}
            Encoding::Utf16 => self.line("encoding = \"utf-16\""),
            Encoding::Windows1252 => {
                self.comment("some bytes are no UTF-8; they are letters of Western Europe in this encoding");
                self.line("encoding = \"windows-1252\"");
            }
        }
        if let Some(sheet) = sample.sheet.as_ref().filter(|sheet| sheet.others) {
            self.comment("of all sheets it has the largest table");
            self.line(&format!("sheet = {}", toml_text(&sheet.name)));
        }
        let Some(place) = &sample.place else { return };
        if let Some(range) = &place.range {
            self.comment("some cells are beside the table");
            self.line(&format!("range = {}", toml_text(range)));
        } else if place.below_titles {
            self.comment("what is above is not as wide as the table");
            self.line(&format!("header = {}", place.row));
        }
        if let Some(ends) = &place.ends {
            self.comment("what comes behind it is not as wide as the table");
            self.line(&format!("ends = {}", toml_text(ends)));
        }
    }

    /// What becomes of rows.
    fn rows(&mut self, guess: &SourceGuess) {
        let table = guess.table.word();
        if !guess.fill_down.is_empty() {
            self.comment("empty in the rows below the first one of each deal: they take the value above");
            self.line(&format!("fill_down = {}", list(&guess.fill_down)));
        }
        if let Some(keep) = &guess.unpivot {
            self.comment("a row for each column of a currency");
            self.line(&format!(
                "unpivot = {{ name = \"currency\", value = \"rate\", keep = {} }}",
                list(keep)
            ));
        }
        if let Some(reason) = &guess.quoted {
            self.reason(&format!("{table}.quoted"), reason);
            let word = if guess.unit_per_book { "unit-per-book" } else { "book-per-unit" };
            self.line(&format!("quoted = \"{word}\""));
        }
        if let Some((column, by)) = &guess.explode {
            self.comment("its cells are lists: a row for each part");
            self.line(&format!("explode = {{ column = {}, by = {} }}", toml_text(column), toml_text(by)));
        }
        if let Some(condition) = &guess.condition {
            self.reason(&format!("where of {table}"), &condition.reason);
            self.line(&format!("where = {}", toml_text(&condition.text)));
        }
        if guess.distinct {
            self.comment("one and the same is there in several rows");
            self.line("distinct = true");
        }
        if let Some(reason) = &guess.sum {
            self.reason(&format!("sum of {table}"), reason);
            self.line("sum = [\"amount\"]");
        }
    }

    /// How cells are read.
    fn cells(&mut self, sample: &Sample, guess: &SourceGuess) {
        let table = guess.table.word();
        self.numbers(sample, guess);
        self.dates(sample, guess);
        let of_columns = guess.columns.iter().filter_map(|column| sample.column(column.from.column()));
        let of_rates = sample.columns.iter().filter(|_| guess.unpivot.is_some());
        let mut nulls: Vec<String> = of_columns
            .chain(of_rates)
            .filter(|facts| facts.date.is_some() || facts.number.is_some() || guess.unpivot.is_some())
            .flat_map(|facts| facts.nulls.clone())
            .filter(|null| null != "-")
            .collect();
        nulls.sort();
        nulls.dedup();
        if !nulls.is_empty() {
            self.comment("they say that there is nothing");
            self.line(&format!("nulls = {}", list(&nulls)));
        }
        for (ours, places, reason) in &guess.decimals {
            self.reason(&format!("{table}.{ours}"), reason);
            self.line(&format!("decimals = {{ {ours} = {places} }}"));
        }
        for (_, _, reason) in &guess.marks {
            self.reason(&format!("marks of {table}"), reason);
        }
        if !guess.marks.is_empty() {
            let marks =
                guess.marks.iter().map(|(mark, code, _)| format!("{} = {}", key(mark), toml_text(code)));
            self.line(&format!("marks = {{ {} }}", marks.collect::<Vec<_>>().join(", ")));
        }
        for (ours, words) in guess.values.iter().filter(|(_, words)| !words.is_empty()) {
            let words = words.iter().map(|(word, meaning)| format!("{} = \"{meaning}\"", key(word)));
            self.line(&format!("values = {{ {ours} = {{ {} }} }}", words.collect::<Vec<_>>().join(", ")));
        }
        for (ours, _, reason) in &guess.defaults {
            self.reason(&format!("{table}.{ours}"), reason);
        }
        if !guess.defaults.is_empty() {
            let defaults =
                guess.defaults.iter().map(|(ours, text, _)| format!("{ours} = {}", toml_text(text)));
            self.line(&format!("defaults = {{ {} }}", defaults.collect::<Vec<_>>().join(", ")));
        }
    }

    fn numbers(&mut self, sample: &Sample, guess: &SourceGuess) {
        let numeric = ["amount", "list_amount", "weight", "percent", "rate"];
        let mut found: Vec<(&str, NumberNotation)> = Vec::new();
        for column in guess.columns.iter().filter(|column| numeric.contains(&column.ours)) {
            let Some(facts) = sample.column(column.from.column()) else { continue };
            let Some(notation) = notation(sample, facts) else { continue };
            if let Some(text) = facts.number.as_ref().and_then(|number| number.doubtful.as_ref()) {
                let point = if notation.decimal == DecimalSign::Comma { ',' } else { '.' };
                let why = format!(
                    "`{text}` in `{}` is read with `{point}` before the decimals; the other way round it is another number",
                    facts.name
                );
                self.reason(&format!("{}.{}", guess.table.word(), column.ours), &Reason::ask(why));
            }
            found.push((column.ours, notation));
        }
        let plain = found.iter().all(|(_, notation)| *notation == NumberNotation::PLAIN);
        let Some((_, first)) = found.first().filter(|_| !plain) else { return };
        if found.iter().all(|(_, notation)| notation == first) {
            self.line(&format!("numbers = {}", of_notation(*first)));
        } else {
            let other = found.iter().filter(|(_, notation)| *notation != NumberNotation::PLAIN);
            let columns = other.map(|(ours, notation)| format!("{ours} = {}", of_notation(*notation)));
            self.line(&format!("numbers = {{ {} }}", columns.collect::<Vec<_>>().join(", ")));
        }
    }

    fn dates(&mut self, sample: &Sample, guess: &SourceGuess) {
        let dated = ["close_date", "occurred_on", "date", "start_date", "end_date"];
        let of_column = |column: &ColumnGuess| {
            let facts = sample.column(column.from.column()).filter(|_| dated.contains(&column.ours))?;
            Some((column.ours, facts.date.as_ref()?.pattern.clone()?))
        };
        let found: Vec<(&str, String)> = guess.columns.iter().filter_map(of_column).collect();
        let Some((_, first)) = found.iter().find(|(_, pattern)| pattern != "%Y-%m-%d") else { return };
        if found.iter().all(|(_, pattern)| pattern == first) {
            self.line(&format!("dates = {}", toml_text(first)));
        } else {
            let columns = found.iter().map(|(ours, pattern)| format!("{ours} = {}", toml_text(pattern)));
            self.line(&format!("dates = {{ {} }}", columns.collect::<Vec<_>>().join(", ")));
        }
    }

    fn column(&mut self, table: &str, column: &ColumnGuess) {
        let ours = column.ours;
        self.reason(&format!("{table}.{ours}"), &column.reason);
        let line = match &column.from {
            Origin::Name(name) => format!("{ours} = {}", toml_text(name)),
            Origin::Mark(name) => format!("{ours} = {{ mark = {} }}", toml_text(name)),
            Origin::Expr { text, .. } => format!("{ours} = {{ expr = {} }}", toml_text(text)),
        };
        self.line(&line);
    }
}

/// A first rule: who closed a deal books it.
fn rules(samples: &[Sample], project: &ProjectGuess) -> String {
    let first = project.sources.iter().filter(|guess| guess.table == TableName::Deals).filter_map(|guess| {
        let facts: &ColumnFacts = samples[guess.sample].column(guess.column("close_date")?.from.column())?;
        facts.date.as_ref().map(|date| date.first)
    });
    let from = first.min().map_or_else(|| "2026".to_owned(), |day| display_day(day)[..4].to_owned());
    let roles: Vec<&str> = project
        .sources
        .iter()
        .filter(|guess| guess.table == TableName::Engagements)
        .flat_map(|guess| &guess.defaults)
        .filter(|(ours, ..)| *ours == "role")
        .map(|(_, role, _)| role.as_str())
        .collect();
    let engaged = if roles.contains(&"closed") { "engaged = \"role = 'closed'\"\n" } else { "" };
    let rule = format!(
        "[[shared_credit]]\nid = \"bookings\"\n\
         why = \"Whoever worked on a deal books it, in equal parts.\"\n\
         effective = {{ from = {from}-01-01 }}\n{engaged}model = \"equal\"\n"
    );
    let about = "# A first rule. It credits and pays nothing, which shows whether each deal finds those who worked on it.\n\
                 # The kinds of rules and their keys: docs/reference/rules.md.\n\n";
    let works = project.sources.iter().any(|guess| guess.table == TableName::Engagements);
    if works {
        format!("{about}{rule}")
    } else {
        let lines: Vec<String> = rule.lines().map(|line| format!("# {line}")).collect();
        format!(
            "{about}# No file says who worked on deals, so it waits for a source of engagements.\n{}\n",
            lines.join("\n")
        )
    }
}

fn of_notation(notation: NumberNotation) -> String {
    let decimal = notation.decimal.sign();
    let mut parts = vec![format!("decimal = \"{decimal}\"")];
    if notation.group != notation.decimal.usual_group() {
        let group = match notation.group {
            Group::Comma => ",",
            Group::Point => ".",
            Group::Blank => " ",
            Group::Apostrophe => "'",
            Group::Indian => "indian",
            Group::None => "none",
        };
        parts.push(format!("group = \"{group}\""));
    }
    if notation.percent {
        parts.push("percent = true".to_owned());
    }
    format!("{{ {} }}", parts.join(", "))
}

/// The path of a file as the project in a folder names it.
fn relative(folder: &Path, file: &Path) -> String {
    let whole = |path: &Path| std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let (folder, file) = (whole(folder), whole(file));
    let parts = |path: &Path| {
        let mut parts: Vec<PathBuf> = Vec::new();
        for part in path.components() {
            match part {
                Component::ParentDir => drop(parts.pop()),
                Component::CurDir => {}
                part => parts.push(PathBuf::from(part.as_os_str())),
            }
        }
        parts
    };
    let (above, below) = (parts(&folder), parts(&file));
    let common = above.iter().zip(&below).take_while(|(a, b)| a == b).count();
    // Where they share nothing but the root, the whole path is easier to read.
    if common <= 1 {
        return file.to_string_lossy().into_owned();
    }
    let up = above.iter().skip(common).map(|_| "..".to_owned());
    let down = below.iter().skip(common).map(|part| part.to_string_lossy().into_owned());
    up.chain(down).collect::<Vec<_>>().join("/")
}

fn file_name(path: &Path) -> String {
    path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}

fn capital(text: &str) -> String {
    let mut rest = text.chars();
    rest.next().map(|first| first.to_uppercase().chain(rest).collect()).unwrap_or_default()
}

fn list(texts: &[String]) -> String {
    let texts: Vec<String> = texts.iter().map(|text| toml_text(text)).collect();
    format!("[{}]", texts.join(", "))
}

/// A key of TOML.
fn key(text: &str) -> String {
    let bare = !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-');
    if bare { text.to_owned() } else { quoted(text) }
}

/// A text of TOML: in single quotes where that saves escapes.
fn toml_text(text: &str) -> String {
    let plain = |text: &str| !text.contains(is_deceptive);
    if text.contains('"') && !text.contains('\'') && plain(text) {
        return format!("'{text}'");
    }
    if text.contains('"') && !text.contains("'''") && !text.ends_with('\'') && plain(text) {
        return format!("'''{text}'''");
    }
    quoted(text)
}

fn quoted(text: &str) -> String {
    let escaped = text.chars().map(|c| match c {
        '"' => "\\\"".to_owned(),
        '\\' => "\\\\".to_owned(),
        '\t' => "\\t".to_owned(),
        '\n' => "\\n".to_owned(),
        '\r' => "\\r".to_owned(),
        c if is_deceptive(c) => format!("\\U{:08X}", u32::from(c)),
        c => c.to_string(),
    });
    format!("\"{}\"", escaped.collect::<String>())
}

/// The name of a column in an expression.
pub fn expression_name(name: &str) -> String {
    let mut chars = name.chars();
    let bare = chars.next().is_some_and(|first| first.is_ascii_lowercase())
        && chars.all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
        && name.contains('_');
    if bare { name.to_owned() } else { format!("\"{}\"", name.replace('"', "\"\"")) }
}

/// A text in an expression.
pub fn expression_text(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}
