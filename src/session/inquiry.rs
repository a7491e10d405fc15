//! From the names in a question to what they name, with the nearest names where there is no such thing.

use arrow::array::{Array, StringArray};

use apportion_base::diagnostic::{Code, Diagnostic, nearest_few};
use apportion_book::{Every, Period, TableName};
use apportion_data::{DealIx, PayeeIx, Tables};
use apportion_engine::explain::Question;
use apportion_engine::project::TracedProject;

/// How many near names are shown.
pub(super) const NEAR: usize = 3;

/// Whose amounts are to be explained: those of a payee, of a deal, or of both; of one rule or of all.
///
/// ```
/// use apportion::Inquiry;
/// let inquiry = Inquiry::payee("P-10").on_deal("D-17");
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Inquiry {
    /// A `payee_id`.
    pub payee: Option<String>,
    /// A `deal_id`.
    pub deal: Option<String>,
    /// The id of a rule.
    pub rule: Option<String>,
    /// How many amounts are explained with their steps, the largest ones; all of them where there is no number.
    pub most: Option<usize>,
}

impl Inquiry {
    /// All amounts of a payee.
    pub fn payee(id: impl Into<String>) -> Self {
        Self { payee: Some(id.into()), ..Self::default() }
    }

    /// All amounts on a deal.
    pub fn deal(id: impl Into<String>) -> Self {
        Self { deal: Some(id.into()), ..Self::default() }
    }

    /// Of these, what is on one deal.
    #[must_use]
    pub fn on_deal(self, id: impl Into<String>) -> Self {
        Self { deal: Some(id.into()), ..self }
    }

    /// Of these, the steps of so many, the largest; the others are in the sums only.
    #[must_use]
    pub fn at_most(self, amounts: usize) -> Self {
        Self { most: Some(amounts), ..self }
    }

    /// Of these, what one rule makes.
    #[must_use]
    pub fn of_rule(self, id: impl Into<String>) -> Self {
        Self { rule: Some(id.into()), ..self }
    }
}

/// A question with the ids replaced by indices of tables as they were prepared.
pub(super) fn question(inquiry: &Inquiry, traced: &TracedProject) -> Result<Question, Vec<Diagnostic>> {
    let mut errors = Vec::new();
    let tables = &traced.tables;
    let payee = inquiry.payee.as_ref().and_then(|id| {
        let payee = index(&tables.payees.ids, id).and_then(PayeeIx::new);
        payee.or_else(|| note(&mut errors, unknown(traced, TableName::Payees, id)))
    });
    let deal = inquiry.deal.as_ref().and_then(|id| {
        let deal = deal_named(tables, id);
        deal.or_else(|| note(&mut errors, unknown(traced, TableName::Deals, id)))
    });
    let rules = &traced.rules.rules;
    let rule = inquiry.rule.as_ref().and_then(|id| {
        traced.rules.find(id).or_else(|| {
            let known = rules.iter().map(|rule| rule.id.as_str());
            let error = Diagnostic::error(Code::NoSuchRule, format!("there is no rule `{id}`"));
            let error = match nearest_few(id, known.clone(), NEAR).as_slice() {
                [] => error.help(format!("the rules are: {}", known.collect::<Vec<_>>().join(", "))),
                near => error.help(did_you_mean(near)),
            };
            note(&mut errors, error)
        })
    });
    if errors.is_empty() { Ok(Question { payee, deal, rule }) } else { Err(errors) }
}

/// The month in which the deal of a question closed, or its milestone was done: the period if none is given.
pub(super) fn period_of_deal(inquiry: &Inquiry, traced: &TracedProject) -> Result<Period, Vec<Diagnostic>> {
    let day = inquiry.deal.as_ref().and_then(|id| day_of(&traced.tables, id));
    let period = day.map(|day| traced.book.calendar().period_of(day, Every::Month));
    period.ok_or_else(|| match question(inquiry, traced) {
        Err(unknown) => unknown,
        Ok(_) => vec![Diagnostic::error(Code::NoPeriod, "no period is given").help(
            "add `--period 2026-07` (a month), `2026-Q3` (a fiscal quarter) or `2026` (a fiscal year)",
        )],
    })
}

/// The day of a deal, else of a milestone.
fn day_of(tables: &Tables, id: &str) -> Option<i32> {
    let deal = index(&tables.deals.ids, id).and_then(|place| tables.deals.close_date.get(place));
    let milestones = &tables.channel.milestones.rows;
    deal.copied().or_else(|| milestones.iter().find(|milestone| milestone.id == id)?.done_on)
}

/// The deal with an id; a milestone only where there is no such deal.
pub(super) fn deal_named(tables: &Tables, id: &str) -> Option<DealIx> {
    let named = || tables.deals.all().filter(|deal| tables.deals.id(*deal) == id);
    let deal = named().find(|deal| tables.effects.milestone(*deal).is_none());
    deal.or_else(|| named().next_back())
}

/// The place of an id. It is needed once, so a linear search is enough.
fn index(ids: &StringArray, id: &str) -> Option<usize> {
    ids.iter().position(|known| known == Some(id))
}

/// Adds an error; there is no index.
fn note<I>(errors: &mut Vec<Diagnostic>, error: Diagnostic) -> Option<I> {
    errors.push(error);
    None
}

/// A payee or deal that is not there: the rows that were rejected, or names that are near.
fn unknown(traced: &TracedProject, table: TableName, id: &str) -> Diagnostic {
    let tables = &traced.tables;
    let (noun, ids) = match table {
        TableName::Payees => ("payee", &tables.payees.ids),
        _ => ("deal", &tables.deals.ids),
    };
    let error = |message: String| match table {
        TableName::Payees => Diagnostic::error(Code::NoSuchPayee, message),
        _ => Diagnostic::error(Code::NoSuchDeal, message),
    };
    let rejected =
        tables.rejects.iter().find(|reject| reject.table == table && reject.rejected && reject.key == id);
    if let Some(reject) = rejected {
        return error(format!("the {noun} `{id}` could not be used")).help(format!(
            "{} row {}: {} ({})",
            reject.file,
            reject.row,
            reject.message,
            reject.code.word()
        ));
    }
    if let Some(deal) = traced.origins.filtered.get(id).filter(|_| table == TableName::Deals) {
        let file = traced.origins.files.get(deal.origin.file as usize).map_or("", String::as_str);
        let left_out = error(format!(
            "the deal `{id}` ({file} row {}) is left out by the `where` of its source",
            deal.origin.row
        ));
        let condition = traced.book.sources.get(deal.source).and_then(|source| source.condition.as_ref());
        let left_out = match condition {
            Some(condition) => left_out.at(condition.span.clone(), "not true for this row"),
            None => left_out,
        };
        return left_out
            .help("rows for which `where` is not true are filtered: counted, and used for nothing");
    }
    let error = error(format!("there is no {noun} `{id}`"));
    let named = if table == TableName::Payees { with_name(tables, id) } else { Vec::new() };
    let near = nearest_few(id, (0..ids.len()).map(|position| ids.value(position)), NEAR);
    match (named.as_slice(), near.as_slice()) {
        ([], []) => error
            .help(format!("{noun}s are named by their `{noun}_id`, in capitals and small letters as there")),
        ([], near) => error.help(did_you_mean(near)),
        (named, _) => error.help(format!("a payee of this name is {}", listed(named))),
    }
}

/// The ids of payees of this name.
fn with_name<'a>(tables: &'a Tables, name: &str) -> Vec<&'a str> {
    let names = tables.payees.frame.column("name");
    let texts = names.and_then(|names| arrow::convert::texts(names).ok());
    let Some(texts) = texts else {
        return Vec::new();
    };
    let same = (0..texts.len())
        .filter(|position| texts.is_valid(*position) && texts.value(*position).eq_ignore_ascii_case(name));
    same.take(NEAR).map(|position| tables.payees.ids.value(position)).collect()
}

pub(super) fn did_you_mean(near: &[&str]) -> String {
    format!("did you mean {}?", listed(near))
}

fn listed(names: &[&str]) -> String {
    let quoted: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    match quoted.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} or {last}", rest.join(", ")),
        _ => quoted.concat(),
    }
}
