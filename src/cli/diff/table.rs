//! A difference for people in a terminal: the total, what changed in the rules, why, and the biggest movers.

use super::closes;
use super::view::{DifferenceView, status};
use crate::cli::number::{count, counted};
use crate::cli::table::{Table, shortened};
use apportion_base::terminal::escaped;
use apportion_engine::diff::facts::FieldChange;
use apportion_engine::diff::{Change, LineChange, ParameterChange, RuleChange, Status, words};

/// Characters of a line of text that is not a table's.
const WIDTH: usize = 110;
/// Characters of a value of a rule beside its other value.
const VALUE: usize = 34;
/// Parameters of a version that are listed: a rate table may have thousands of rows.
const LISTED: usize = 60;

pub fn text(shown: &DifferenceView) -> String {
    let mut text = heading(shown);
    let difference = shown.difference;
    if difference.is_empty() {
        text.push_str(&format!(
            "\nNo line differs: {} {} to pay on both sides ({}).\n",
            shown.currency,
            shown.money(difference.total.before.amount),
            counted(difference.total.lines.before.into(), "line")
        ));
        text.push_str(&changed_rules(shown));
        text.push_str(&closes::text(shown));
        return text;
    }
    text.push('\n');
    for (label, what) in facts(shown) {
        text.push_str(&format!("{label:<9}{what}\n"));
    }
    text.push('\n');
    text.push_str(&rules(shown));
    text.push_str(&changed_rules(shown));
    text.push_str(&reasons(shown));
    text.push_str(&payees(shown));
    text.push_str(&deals(shown));
    text.push_str(&closes::text(shown));
    text
}

fn heading(shown: &DifferenceView) -> String {
    format!(
        "{}, {} ({} to {}), amounts in {}\nbefore   {}\nafter    {}\n",
        shown.difference.before.book.name,
        shown.period,
        shown.first_day,
        shown.last_day,
        shown.currency,
        shown.before,
        shown.after
    )
}

/// The lines below the heading: a word and what there is to say.
fn facts(shown: &DifferenceView) -> Vec<(&'static str, String)> {
    let difference = shown.difference;
    let total = &difference.total;
    let percent = shown.percent(total.before.amount, total.amount());
    let percent = if percent.is_empty() { percent } else { format!(", {percent}") };
    let mut facts = vec![
        (
            "To pay",
            format!(
                "{} → {}  ({}{percent})",
                shown.money(total.before.amount),
                shown.money(total.after.amount),
                shown.signed(total.amount())
            ),
        ),
        (
            "Payees",
            format!(
                "{} get more, {} get less, {} get the same",
                count(difference.payees_up),
                count(difference.payees_down),
                count(difference.payees_level)
            ),
        ),
        (
            "Deals",
            format!(
                "{} of {} differ",
                count(difference.deals.len() as u64),
                count(difference.deals_with_lines)
            ),
        ),
        (
            "Lines",
            format!(
                "{} → {}: {}",
                count(total.lines.before.into()),
                count(total.lines.after.into()),
                shown.line_counts(total)
            ),
        ),
    ];
    for setting in &difference.settings {
        facts.push(("Book", words::parameter(setting)));
    }
    facts
}

fn rules(shown: &DifferenceView) -> String {
    let mut table =
        Table::new(&["rule", "before", "after", "change", "more", "less", "new", "gone", "changed"]);
    let mut quiet = 0;
    for rule in &shown.difference.rules {
        if rule.status() == Status::Same {
            quiet += 1;
            continue;
        }
        let note = match rule.status() {
            Status::New => " (new)",
            Status::Gone => " (removed)",
            _ => "",
        };
        let mut cells = vec![format!("{}{note}", rule.id)];
        cells.extend(amounts(shown, &rule.change));
        cells.extend([rule.payees_up, rule.payees_down].map(count));
        let lines = &rule.change.lines;
        cells.extend([lines.new, lines.gone, lines.changed].map(|lines| count(lines.into())));
        table.row(cells);
    }
    if quiet > 0 {
        let same = shown.difference.rules.iter().filter(|rule| rule.status() == Status::Same);
        let amount: i128 = same.map(|rule| rule.change.before.amount).sum();
        let mut cells = vec![format!("{} as before", counted(quiet, "rule"))];
        cells.extend([shown.money(amount), shown.money(amount), shown.signed(0)]);
        table.row(cells);
    }
    let total = &shown.difference.total;
    let mut cells = vec!["total".to_owned()];
    cells.extend(amounts(shown, total));
    cells.extend([shown.difference.payees_up, shown.difference.payees_down].map(count));
    cells.extend([total.lines.new, total.lines.gone, total.lines.changed].map(|lines| count(lines.into())));
    table.total(cells);
    let mut text = table.text();
    for rule in shown.difference.rules.iter().filter(|rule| rule.change.credited() != 0) {
        text.push_str(&format!(
            "credit of {}: {} → {} ({})\n",
            rule.id,
            shown.money(rule.change.before.credited),
            shown.money(rule.change.after.credited),
            shown.signed(rule.change.credited())
        ));
    }
    text
}

fn amounts(shown: &DifferenceView, change: &Change) -> [String; 3] {
    [shown.money(change.before.amount), shown.money(change.after.amount), shown.signed(change.amount())]
}

/// Every parameter that differs, with both values and their places.
fn changed_rules(shown: &DifferenceView) -> String {
    let changed: Vec<&RuleChange> =
        shown.difference.rules.iter().filter(|rule| !rule.versions.is_empty()).collect();
    if changed.is_empty() {
        return String::new();
    }
    let mut text = "\nWhat changed in the rules\n".to_owned();
    for rule in changed {
        for version in &rule.versions {
            let places = shown.places(version.places.0.as_ref(), version.places.1.as_ref());
            let title = shown.version_title(rule, version);
            text.push_str(&format!("  {} ({title})  {places}\n", rule.id));
            for change in version.parameters.iter().take(LISTED) {
                text.push_str(&parameter(shown, change));
            }
            if let Some(unlisted) =
                version.parameters.len().checked_sub(LISTED).filter(|unlisted| *unlisted > 0)
            {
                text.push_str(&format!(
                    "    and {} more, which --format json lists\n",
                    count(unlisted as u64)
                ));
            }
        }
    }
    text
}

/// A parameter in one line, or in three where its values are long.
fn parameter(shown: &DifferenceView, change: &ParameterChange) -> String {
    let value = |side: &Option<String>| side.clone().unwrap_or_else(|| "none".to_owned());
    let (before, after) = (value(&change.before), value(&change.after));
    let places = shown.places(change.before_at.as_ref(), change.after_at.as_ref());
    if before.chars().count() <= VALUE && after.chars().count() <= VALUE {
        return format!("    {}  {before} → {after}  {places}\n", change.name());
    }
    format!("    {}  {places}\n      - {before}\n      + {after}\n", change.name())
}

fn reasons(shown: &DifferenceView) -> String {
    let reasons = &shown.difference.reasons;
    if reasons.is_empty() {
        return String::new();
    }
    let mut table = Table::new(&["why", "lines", "before", "after", "change"]);
    let mut below = Vec::new();
    for reason in reasons.iter().take(shown.top) {
        table.row(vec![
            format!("{} ({})", shown.difference.rule_id(reason.rule), reason.status.word()),
            count(reason.lines),
            shown.money(reason.before.amount),
            shown.money(reason.after.amount),
            shown.signed(reason.amount()),
        ]);
        let mut note = words::sentence(shown.difference, reason);
        if reason.amount() == 0 && reason.credited() != 0 {
            note = format!("{} credit: {note}", shown.signed(reason.credited()));
        }
        below.push(vec![note]);
    }
    format!(
        "\n{}{}",
        interleaved(&table.text(), &below),
        rest(reasons.len(), shown.top, "reason", reasons.iter().map(|reason| reason.amount()), shown)
    )
}

fn payees(shown: &DifferenceView) -> String {
    let payees = &shown.difference.payees;
    let rows = payees.iter().map(|payee| {
        let lines: Vec<&LineChange> = shown.difference.lines_of_payee(payee).iter().collect();
        (shown.payee(payee.payee), payee.change, shown.difference.payee_fields(payee.payee), lines)
    });
    movers(shown, "payee", rows.take(shown.top).collect())
        + &rest(payees.len(), shown.top, "payee", payees.iter().map(|payee| payee.change.amount()), shown)
}

fn deals(shown: &DifferenceView) -> String {
    let deals = &shown.difference.deals;
    let rows = deals.iter().map(|deal| {
        let lines: Vec<&LineChange> = shown.difference.lines_of_deal(deal).collect();
        let id = shown.difference.deal_id(deal.deal).to_owned();
        (id, deal.change, shown.difference.deal_fields(deal.deal), lines)
    });
    movers(shown, "deal", rows.take(shown.top).collect())
        + &rest(deals.len(), shown.top, "deal", deals.iter().map(|deal| deal.change.amount()), shown)
}

/// A mover: its name, its change, what the data say otherwise of it, and its lines that differ.
type Mover<'a> = (String, Change, Vec<FieldChange>, Vec<&'a LineChange>);

/// Movers of one kind, each with its data and its biggest reasons below.
fn movers(shown: &DifferenceView, kind: &str, rows: Vec<Mover>) -> String {
    if rows.is_empty() {
        return String::new();
    }
    let mut table = Table::new(&[kind, "before", "after", "change", "lines"]);
    let mut below = Vec::new();
    for (name, change, fields, lines) in rows {
        let note = match status(&change) {
            Status::New => " (new)",
            Status::Gone => " (gone)",
            _ => "",
        };
        let mut cells = vec![format!("{name}{note}")];
        cells.extend(amounts(shown, &change));
        cells.push(count(lines.len() as u64));
        table.row(cells);
        let mut notes: Vec<String> = fields.iter().map(words::field).collect();
        notes.extend(shown.parts(&shown.difference.parts(lines.into_iter())));
        below.push(notes);
    }
    format!("\n{}", interleaved(&table.text(), &below))
}

/// The rows of a table (below its heading and line) with some lines of text under each.
fn interleaved(table: &str, below: &[Vec<String>]) -> String {
    let mut text = String::new();
    for (index, row) in table.lines().enumerate() {
        text.push_str(row);
        text.push('\n');
        if let Some(notes) = index.checked_sub(2).and_then(|index| below.get(index)) {
            for note in notes {
                text.push_str(&format!("    {}\n", shortened(&escaped(note), WIDTH - 4)));
            }
        }
    }
    text
}

/// How many movers are not shown, and their sum.
fn rest(
    all: usize,
    top: usize,
    noun: &str,
    amounts: impl Iterator<Item = i128>,
    shown: &DifferenceView,
) -> String {
    if all <= top {
        return String::new();
    }
    let sum: i128 = amounts.skip(top).sum();
    format!("{} more: {} (--top, --format csv)\n", counted((all - top) as u64, noun), shown.signed(sum))
}
