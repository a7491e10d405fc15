//! What somebody may see of lines, with what other people's lines on the same deals come to.

use serde_json::{Map, Value, json};

use super::args::ExplainArgs;
use super::page::{self, Page};
use super::print_as;
use crate::cli::close::pretty;
use crate::cli::number::{decimal, minor, money};
use crate::cli::options::Global;
use crate::cli::{Ending, Failure, print_data, project};
use crate::{SeenDeal, SeenInquiry, SeenPeriod, Session};
use apportion_base::diagnostic::{Code, Diagnostic};
use apportion_base::money::Currency;
use apportion_book::display_day;
use apportion_documents::block::{Cell, Column, Table};
use apportion_documents::lines::write_csv;

/// The columns that people are shown; a program gets all of them.
const SHOWN: [(&str, Holds); 9] = [
    ("deal_id", Holds::Texts),
    ("rule_id", Holds::Texts),
    ("payee_id", Holds::Texts),
    ("role", Holds::Texts),
    ("units", Holds::Numbers),
    ("units_total", Holds::Numbers),
    ("pool", Holds::Amounts),
    ("credited", Holds::Amounts),
    ("amount", Holds::Amounts),
];

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Holds {
    Texts,
    Numbers,
    Amounts,
}

/// Prints what the viewer may see.
pub fn explain_for(viewer: &str, args: &ExplainArgs, global: &Global) -> Result<Ending, Failure> {
    let session = Session::open(project::find(global)?)?.known_at(args.known.as_of);
    let Some(period) = args.period else {
        let error = Diagnostic::error(Code::NoPeriod, "which period is seen is not said");
        return Err(error.help("name it with --period").into());
    };
    let asked = SeenInquiry { viewer: viewer.to_owned(), payee: args.payee.clone(), deal: args.deal.clone() };
    let seen = session.seen(period, &asked)?;
    let currency = session.book().currency;
    let lines = Lines::new(&seen)?;
    print_as(args.format, || page(&seen, &lines, currency), || print_data(&pretty(&json(&seen, &lines))?))?;
    Ok(Ending::Fine)
}

/// Lines as texts, as lines.csv has them.
struct Lines {
    header: Vec<String>,
    rows: Vec<Vec<String>>,
}

impl Lines {
    fn new(seen: &SeenPeriod) -> Result<Self, Failure> {
        let unmade = |error: &dyn std::fmt::Display| {
            Failure::from(Diagnostic::error(Code::CannotWrite, format!("lines can't be made: {error}")))
        };
        let mut csv = Vec::new();
        let batches = std::iter::once(Ok::<_, std::io::Error>(seen.lines.clone()));
        write_csv(&mut csv, batches, true).map_err(|error| unmade(&error))?;
        let mut records =
            csv::ReaderBuilder::new().has_headers(false).from_reader(csv.as_slice()).into_records();
        let cells = |record: csv::StringRecord| record.iter().map(str::to_owned).collect::<Vec<_>>();
        let header =
            records.next().transpose().map_err(|error| unmade(&error))?.map(cells).unwrap_or_default();
        let rows = records.map(|record| record.map(cells)).collect::<Result<_, _>>();
        Ok(Self { header, rows: rows.map_err(|error| unmade(&error))? })
    }

    /// The columns for people.
    fn table(&self, currency: Currency) -> Table {
        let column = |(name, holds): (&'static str, Holds)| match holds {
            Holds::Texts => Column::text(name, name),
            Holds::Numbers | Holds::Amounts => Column::number(name, name),
        };
        let mut table = Table::new("lines", "Lines", SHOWN.map(column).into());
        let places = SHOWN.map(|(name, holds)| (self.header.iter().position(|column| column == name), holds));
        for row in &self.rows {
            let text =
                |place: Option<usize>| place.and_then(|place| row.get(place)).map_or("", String::as_str);
            table.row(places.iter().map(|(place, holds)| cell(text(*place), *holds, currency)).collect());
        }
        table
    }
}

/// A cell as lines.csv has it, a dash for nothing.
fn cell(text: &str, holds: Holds, currency: Currency) -> Cell {
    let number = match holds {
        Holds::Texts => None,
        Holds::Numbers => decimal(text).map(|(mantissa, scale)| Cell::Number(mantissa, scale)),
        Holds::Amounts => minor(text, currency.digits()).map(|minor| page::amount(minor, currency)),
    };
    match text {
        "" => page::dash(),
        text => number.unwrap_or_else(|| Cell::text(text)),
    }
}

/// What somebody sees, for people.
fn page(seen: &SeenPeriod, lines: &Lines, currency: Currency) -> Page {
    let mut page = Page::default();
    page.title(&format!("What {} sees of {}, as of {}", seen.viewer, seen.period, display_day(seen.as_of)));
    page.blank();
    if lines.rows.is_empty() {
        page.line("No line that may be seen.");
    } else {
        page.table(lines.table(currency));
    }
    for deal in &seen.deals {
        let said = sentences(deal);
        if !said.is_empty() {
            page.blank();
            page.heading(2, &deal.deal_id);
            page.indent(2);
            said.iter().for_each(|sentence| page.item(sentence));
            page.indent(0);
        }
    }
    page
}

/// What is said of a deal beside its lines.
fn sentences(deal: &SeenDeal) -> Vec<String> {
    let mut said = Vec::new();
    if deal.has_other_lines {
        said.push(match deal.other_lines {
            Some(sum) => {
                format!("Other people have lines on it, which come to {}.", money(sum.minor, sum.digits))
            }
            None => "Other people have lines on it.".to_owned(),
        });
    }
    for claim in &deal.claims {
        let whose = claim.payee_id.as_deref().unwrap_or("somebody else");
        said.push(format!("Registration {} of {whose} claims it: {}.", claim.registration_id, claim.state));
    }
    if deal.has_other_claims {
        said.push("There are claims of others on it.".to_owned());
    }
    for conflict in &deal.conflicts {
        let due = conflict.due.map_or_else(String::new, |due| format!(", due on {}", display_day(due)));
        let outcome = conflict.outcome.map_or_else(String::new, |outcome| format!(", {outcome}"));
        let whose = conflict.claimants.join(" and ");
        let other = if conflict.claimants.len() < 2 { " and somebody else" } else { "" };
        said.push(format!(
            "A conflict ({}) between {whose}{other} about it: {}{due}{outcome}.",
            conflict.kind, conflict.state
        ));
    }
    said
}

fn json(seen: &SeenPeriod, lines: &Lines) -> Value {
    let line = |row: &Vec<String>| {
        let cell = |text: &String| if text.is_empty() { Value::Null } else { json!(text) };
        lines.header.iter().zip(row).map(|(name, text)| (name.clone(), cell(text))).collect::<Map<_, _>>()
    };
    json!({
        "viewer": seen.viewer,
        "period": seen.period.to_string(),
        "as_of": display_day(seen.as_of),
        "lines": lines.rows.iter().map(line).collect::<Vec<_>>(),
        "deals": seen.deals.iter().map(deal_json).collect::<Vec<_>>(),
    })
}

fn deal_json(deal: &SeenDeal) -> Value {
    let claim = |claim: &crate::SeenClaim| json!({ "registration_id": claim.registration_id, "payee_id": claim.payee_id, "state": claim.state });
    let conflict = |conflict: &crate::SeenConflict| {
        json!({
            "kind": conflict.kind,
            "claimants": conflict.claimants,
            "state": conflict.state,
            "due": conflict.due.map(display_day),
            "outcome": conflict.outcome,
        })
    };
    json!({
        "deal_id": deal.deal_id,
        "has_other_lines": deal.has_other_lines,
        "other_lines": deal.other_lines.map(|sum| sum.to_string()),
        "claims": deal.claims.iter().map(claim).collect::<Vec<_>>(),
        "has_other_claims": deal.has_other_claims,
        "conflicts": deal.conflicts.iter().map(conflict).collect::<Vec<_>>(),
    })
}
