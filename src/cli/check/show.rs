//! The overview on stdout: for people, as CSV with a row for each finding, or whole as JSON.

use std::io;

use serde_json::{Value, json};

use super::super::findings::Group;
use super::super::number::{count, counted};
use super::super::options::Format;
use super::super::show::{JsonSource, sources, unread};
use super::super::table::Table;
use apportion_base::diagnostic::{Excerpt, Files, Severity, render_json};
use apportion_base::spreadsheet::guarded;
use apportion_base::terminal::escaped;
use apportion_book::{Period, display_day};
use apportion_engine::check::{CheckReport, Finding};

/// What was found, and the texts that it points into.
pub struct CheckView<'a> {
    pub checked: &'a CheckReport,
    pub rejects: &'a [Group<'a>],
    pub period: Option<Period>,
    pub files: &'a Files,
    /// Whether texts in CSV are written as they are.
    pub raw: bool,
}

impl CheckView<'_> {
    /// The overview in a format, as bytes for stdout.
    pub fn data(&self, format: Format) -> Result<Vec<u8>, io::Error> {
        match format {
            Format::Table => Ok(self.text().into_bytes()),
            Format::Csv => self.csv(),
            Format::Json => {
                let mut bytes = serde_json::to_vec_pretty(&self.json()?)?;
                bytes.push(b'\n');
                Ok(bytes)
            }
        }
    }

    pub fn rejected_rows(&self) -> u64 {
        self.checked.tables.counts.iter().map(|counts| counts.rejected).sum()
    }

    /// A finding for machines: its diagnostic, and what is counted.
    pub fn finding(&self, finding: &Finding) -> Value {
        let mut value: Value =
            serde_json::from_str(&render_json(&finding.diagnostic, self.files)).unwrap_or_default();
        if let Some(object) = value.as_object_mut() {
            object.insert("rules".to_owned(), json!(finding.rules));
            let counted = !finding.noun.is_empty();
            object.insert("count".to_owned(), json!(counted.then_some(finding.count)));
            object.insert("of".to_owned(), json!(counted.then_some(finding.noun)));
            object.insert("examples".to_owned(), json!(finding.examples));
        }
        value
    }

    /// `2026-07 (2026-07-01 to 2026-07-31)`, or the days of all the data.
    fn days(&self) -> String {
        let window = self.checked.window;
        let days = format!("{} to {}", display_day(window.paid_from), display_day(window.paid_until));
        match self.period {
            Some(period) => format!("{period} ({days})"),
            None if self.has_no_days() => "all of the data, which has no deal that can be used".to_owned(),
            None => format!("all of the data ({days})"),
        }
    }

    /// Whether there is no period and no deal that could have a day.
    fn has_no_days(&self) -> bool {
        self.period.is_none() && self.checked.tables.deals.is_empty()
    }

    fn text(&self) -> String {
        let mut text = format!("{}, {}\n\n", self.checked.book.name, self.days());
        text.push_str(&sources(&self.checked.tables.counts));
        if !self.checked.tables.unread.is_empty() {
            text.push_str(&format!("Unread: {}\n", unread(&self.checked.tables.unread)));
        }
        text.push('\n');
        let mut rules = Table::new(&["rule", "won deals in force", "matched", "with lines"]);
        for (rule, scope) in self.checked.rules.rules.iter().zip(&self.checked.scopes) {
            let counts = [scope.in_force, scope.matched, scope.with_lines].map(count);
            rules.row(std::iter::once(rule.id.clone()).chain(counts).collect());
        }
        text.push_str(&rules.text());
        text.push('\n');
        if self.checked.findings.is_empty() && self.rejects.is_empty() {
            text.push_str("Nothing suspicious was found.\n");
            return text;
        }
        text.push_str(&self.list());
        text.push_str(&format!("\n{}\n", self.tally()));
        text
    }

    /// A line for each kind of reject and each finding: what, how many, about which rules, where. Of very many of a kind, the
    /// first.
    fn list(&self) -> String {
        let mut rows: Vec<[String; 3]> = vec![["finding", "count", "about"].map(str::to_owned)];
        for group in self.rejects {
            let what = headline(Severity::Warning, group.code());
            rows.push([what, counted(group.count, "finding"), group.source().to_owned()]);
        }
        let excerpt = Excerpt::new(self.checked.findings.iter().map(|finding| &finding.diagnostic));
        for finding in excerpt.shown.iter().map(|place| &self.checked.findings[*place]) {
            let what = headline(finding.diagnostic.severity, finding.diagnostic.code.word());
            let counts =
                if finding.noun.is_empty() { String::new() } else { counted(finding.count, finding.noun) };
            let place = self.place(finding).map(|place| format!("{}:{}", place.file, place.line));
            let rules = Some(finding.rules.join(", ")).filter(|rules| !rules.is_empty());
            let about: Vec<String> = rules.into_iter().chain(place).collect();
            rows.push([what, counts, about.join("  ")]);
        }
        for (severity, code, unlisted) in &excerpt.left_out {
            let about = "in `--format csv` and `--format json`".to_owned();
            rows.push([headline(*severity, code.word()), format!("{} more", count(*unlisted as u64)), about]);
        }
        let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
        let (what_width, count_width) = (width(0), width(1));
        let mut text = String::new();
        for (index, [what, counts, about]) in rows.iter().enumerate() {
            let about = escaped(about);
            let line = format!("{what:<what_width$}  {counts:>count_width$}  {about}");
            text.push_str(line.trim_end());
            text.push('\n');
            if index == 0 {
                text.push_str(&format!("{}\n", "-".repeat(what_width + count_width + 2 + "  about".len())));
            }
        }
        text
    }

    /// `3 warnings, 1 note`
    fn tally(&self) -> String {
        let number = |severity| {
            let findings = self.checked.findings.iter();
            findings.filter(|finding| finding.diagnostic.severity == severity).count() as u64
        };
        let warnings = number(Severity::Warning) + self.rejects.len() as u64;
        let mut tally =
            format!("{}, {}", counted(warnings, "warning"), counted(number(Severity::Note), "note"));
        if self.rejected_rows() > 0 {
            tally.push_str(&format!("; {} rejected", counted(self.rejected_rows(), "row")));
        }
        if self.checked.held > 0 {
            tally.push_str(&format!("; {} held", counted(self.checked.held, "deal")));
        }
        tally
    }

    fn place(&self, finding: &Finding) -> Option<Place> {
        let value = self.finding(finding);
        let label = value["labels"].get(0)?;
        Some(Place {
            file: label["file"].as_str()?.to_owned(),
            line: label["line"].as_u64()?,
            column: label["column"].as_u64()?,
        })
    }

    fn csv(&self) -> Result<Vec<u8>, io::Error> {
        let cell_of = |text: &str| if self.raw { text.to_owned() } else { guarded(text).into_owned() };
        let mut csv = csv::Writer::from_writer(Vec::new());
        csv.write_record([
            "severity",
            "code",
            "rule_id",
            "other_rule_id",
            "source",
            "file",
            "line",
            "column",
            "count",
            "of",
            "examples",
            "message",
            "help",
        ])?;
        for group in self.rejects {
            let (count, examples) = (group.count.to_string(), group.examples().join("; "));
            let (severity, message) = (Severity::Warning.word(), group.message());
            let row = [
                severity,
                group.code(),
                "",
                "",
                group.source(),
                "",
                "",
                "",
                &count,
                "finding",
                &examples,
                &message,
                "",
            ];
            csv.write_record(row.map(cell_of))?;
        }
        for finding in &self.checked.findings {
            let place = self.place(finding);
            let cell = |part: fn(&Place) -> String| place.as_ref().map_or_else(String::new, part);
            let rule = |index: usize| finding.rules.get(index).cloned().unwrap_or_default();
            let counted = !finding.noun.is_empty();
            let row = [
                finding.diagnostic.severity.word().to_owned(),
                finding.diagnostic.code.to_string(),
                rule(0),
                rule(1),
                String::new(),
                cell(|place| place.file.clone()),
                cell(|place| place.line.to_string()),
                cell(|place| place.column.to_string()),
                if counted { finding.count.to_string() } else { String::new() },
                finding.noun.to_owned(),
                finding.examples.join("; "),
                finding.diagnostic.message.clone(),
                finding.diagnostic.help.join("; "),
            ];
            csv.write_record(row.map(|cell| cell_of(&cell)))?;
        }
        csv.into_inner().map_err(|error| error.into_error())
    }

    fn json(&self) -> Result<Value, io::Error> {
        let window = self.checked.window;
        let day = |day: i32| (!self.has_no_days()).then(|| display_day(day));
        let scopes = self.checked.rules.rules.iter().zip(&self.checked.scopes);
        let rule = |(rule, scope): (&apportion_rules::Rule, &apportion_engine::check::RuleScope)| {
            json!({
                "rule_id": rule.id,
                "kind": rule.kind.word(),
                "versions": rule.versions.len(),
                "won_deals_in_force": scope.in_force,
                "matched": scope.matched,
                "with_lines": scope.with_lines,
            })
        };
        let rejects: Vec<Value> =
            self.rejects.iter().map(|group| serde_json::from_str(&group.json())).collect::<Result<_, _>>()?;
        let counts: Vec<JsonSource> = self.checked.tables.counts.iter().map(JsonSource::new).collect();
        Ok(json!({
            "book": self.checked.book.name,
            "period": self.period.map(|period| period.to_string()),
            "first_day": day(window.paid_from),
            "last_day": day(window.paid_until),
            "sources": serde_json::to_value(counts)?,
            "rules": scopes.map(rule).collect::<Vec<_>>(),
            "rejected_rows": self.rejected_rows(),
            "held_deals": self.checked.held,
            "rejects": rejects,
            "findings": self.checked.findings.iter().map(|finding| self.finding(finding)).collect::<Vec<_>>(),
        }))
    }
}

/// The place of a finding in a file. Lines and columns count from 1.
struct Place {
    file: String,
    line: u64,
    column: u64,
}

/// `warning[always-true]`
fn headline(severity: Severity, code: &str) -> String {
    format!("{}[{code}]", severity.word())
}
