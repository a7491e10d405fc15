//! Movements as journals: one for each company that books, in parts where a format takes no more lines.

use std::collections::{BTreeMap, BTreeSet};

use crate::formats::{Format, Limits, Rows};
use crate::keys::{JournalKeys, NoText, PayeeCells};
use crate::lines::{PairKey, Side};
use crate::movement::{Leg, Movement};
use crate::step::Step;
use crate::text;
use apportion_book::{AccountRole, days_from_civil};

/// What all journals of an export have in common.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Heading {
    /// The month, as 2026-07.
    pub period: String,
    /// Its last day.
    pub document_date: i32,
    /// The day of the posting.
    pub posting_date: i32,
    /// The book's currency.
    pub currency: String,
    /// Decimals of its minor unit.
    pub digits: u32,
    /// What the journal is called.
    pub memo: String,
    /// What tells its references from those of the close's own journal, where it is another.
    pub suffix: Option<String>,
    /// The first day of the ledger, from which accounts are open.
    pub opened_on: i32,
    /// The first day of the fiscal year of the posting date.
    pub fiscal_year_from: i32,
    /// When it was made, as YYYYMMDDHHMMSS.
    pub created: String,
}

impl Heading {
    /// The last day of the posting date's month.
    pub fn month_end(&self) -> i32 {
        let (year, month, _) = text::civil(self.posting_date);
        let (next_year, next) = if month == 12 { (year + 1, 1) } else { (year, month + 1) };
        days_from_civil(next_year, next, 1) - 1
    }
}

/// A balanced journal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Journal {
    /// Its own reference, which is the same whenever it is made.
    pub reference: String,
    /// The company that books.
    pub entity: Option<String>,
    /// Its movements in their context.
    pub entries: Vec<Entry>,
}

/// A movement with all that a line says of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The movement.
    pub movement: Movement,
    /// Its sides: debit, credit.
    pub sides: [Side; 2],
}

impl Entry {
    /// What makes it one row with others, where a row is two sides, and its amount: above 0 where the first side is debited. A cost
    /// stands first, whichever side it is on.
    pub fn pair(&self) -> (PairKey, i128) {
        let [debit, credit] = self.sides.clone();
        let (step, rule, amount) = (self.movement.step, self.movement.rule.clone(), self.movement.amount);
        if debit <= credit {
            (PairKey { step, rule, first: debit, second: credit }, amount)
        } else {
            (PairKey { step, rule, first: credit, second: debit }, -amount)
        }
    }
}

/// Why journals can't be made.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Unfit {
    /// A key has no text for a payee's value.
    NoText(NoText, String),
    /// A payee is kept and has no vendor_id.
    NoVendor(String),
    /// A text that the format can't have: what it is, the text, and why.
    Text(String, String, String),
}

/// What is known of the payees of journals.
pub type Payees = BTreeMap<String, PayeeCells>;

/// The journals of some movements, which are in order of their payees.
///
/// # Errors
/// What does not fit, each once.
pub fn journals(
    format: Format,
    keys: &JournalKeys,
    heading: &Heading,
    payees: &Payees,
    movements: &[Movement],
) -> Result<Vec<Journal>, Vec<Unfit>> {
    let mut unfit = BTreeSet::new();
    let mut by_entity: BTreeMap<Option<String>, Vec<Entry>> = BTreeMap::new();
    let none = PayeeCells::default();
    for movement in movements {
        let cells = payees.get(&movement.payee).unwrap_or(&none);
        match entry(format, keys, cells, movement) {
            Ok((entity, entry)) => by_entity.entry(entity).or_default().push(entry),
            Err(found) => {
                unfit.insert(found);
            }
        }
    }
    if !unfit.is_empty() {
        return Err(unfit.into_iter().collect());
    }
    // Rows of DATEV balance each by itself, so that its files part a journal anywhere.
    let most = keys.max_rows.filter(|_| format != Format::DatevExtf);
    let limits = format.limits().within(most);
    let mut journals = Vec::new();
    for (entity, entries) in by_entity {
        let parts_of =
            [Some(&keys.reference), Some(&heading.period), heading.suffix.as_ref(), entity.as_ref()];
        let base = parts_of.into_iter().flatten().map(String::as_str).collect::<Vec<_>>().join("-");
        for (number, entries) in (1_usize..).zip(parts(entries, limits)) {
            let reference = if number == 1 { base.clone() } else { format!("{base}-{number}") };
            if reference.chars().count() > limits.reference {
                unfit.insert(Unfit::Text(
                    "the reference".to_owned(),
                    reference.clone(),
                    format!("it has more than {} characters", limits.reference),
                ));
            }
            journals.push(Journal { reference, entity: entity.clone(), entries });
        }
    }
    if unfit.is_empty() { Ok(journals) } else { Err(unfit.into_iter().collect()) }
}

/// A movement in its context, and the company that books it.
fn entry(
    format: Format,
    keys: &JournalKeys,
    cells: &PayeeCells,
    movement: &Movement,
) -> Result<(Option<String>, Entry), Unfit> {
    let of_payee = |found: NoText| Unfit::NoText(found, movement.payee.clone());
    let entity = match &keys.entity {
        Some(entity) => {
            let text =
                entity.text("entity", |column| cells.get(column).map(str::to_owned)).map_err(of_payee)?;
            Some(text.to_owned())
        }
        None => None,
    };
    let kept = keys.by_payee.as_ref();
    let side = |leg: &Leg| -> Result<Side, Unfit> {
        let value = |column: &str| match column {
            "rule" => movement.rule.clone(),
            "account" => Some(leg.account.clone()),
            column => cells.get(column).map(str::to_owned),
        };
        let mut dimensions = BTreeMap::new();
        if leg.role.is_cost() {
            for (name, rule) in &keys.dimensions {
                let text = rule.text(name, value).map_err(of_payee)?;
                if !text.is_empty() {
                    dimensions.insert(name.clone(), text.to_owned());
                }
            }
        }
        let text_of = |key: &str, rule: Option<&crate::keys::KeyText>| -> Result<String, Unfit> {
            let text = rule.map(|rule| rule.text(key, value)).transpose().map_err(of_payee)?;
            Ok(text.unwrap_or_default().to_owned())
        };
        // Where movements are shown one by one, each names its payee, whatever else is kept.
        let is_kept = format.keeps_payees() || kept.is_some_and(|kept| kept.contains(&leg.role));
        let account_type = text_of("account_type", keys.texts.get("account_type"))?;
        let names_vendor = format.names_vendors() && (is_kept || account_type == "Vendor");
        let party = match (names_vendor, is_kept) {
            (true, _) => {
                let vendor = cells.get("vendor_id").ok_or_else(|| Unfit::NoVendor(movement.payee.clone()))?;
                Some(vendor.to_owned())
            }
            (false, true) => Some(movement.payee.clone()),
            (false, false) => None,
        };
        let cost_center = if leg.role.is_cost() { cells.get("cost_center").map(str::to_owned) } else { None };
        Ok(Side {
            role: leg.role,
            account: leg.account.clone(),
            dimensions,
            cost_center: cost_center.filter(|_| format.has_cost_center()),
            rule: movement.rule.clone().filter(|_| leg.role.is_cost()),
            party,
            tax: text_of("tax", keys.tax.as_ref())?,
            account_type,
        })
    };
    let sides = [side(&movement.debit)?, side(&movement.credit)?];
    Ok((entity, Entry { movement: movement.clone(), sides }))
}

/// What a journal counts its lines by.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Counted {
    Line(Side),
    Pair(Box<PairKey>),
    /// A row of its own, whatever is on it.
    Row(usize),
}

/// The lines that an entry at a place would be on; a pair counts as one.
fn counted((place, entry): &(usize, Entry), rows: Rows) -> Vec<Counted> {
    match rows {
        Rows::Lines => entry.sides.iter().cloned().map(Counted::Line).collect(),
        Rows::Pairs => vec![Counted::Pair(Box::new(entry.pair().0))],
        Rows::Movements => vec![Counted::Row(2 * place), Counted::Row(2 * place + 1)],
    }
}

/// Entries in parts of at most so many lines: a payee stays in one part, unless it has more than that alone.
fn parts(entries: Vec<Entry>, limits: Limits) -> Vec<Vec<Entry>> {
    if limits.lines == usize::MAX {
        return if entries.is_empty() { Vec::new() } else { vec![entries] };
    }
    let lines_of = |unit: &[(usize, Entry)]| -> BTreeSet<Counted> {
        unit.iter().flat_map(|entry| counted(entry, limits.rows)).collect()
    };
    let mut parts: Vec<Vec<Entry>> = Vec::new();
    let mut seen: BTreeSet<Counted> = BTreeSet::new();
    let mut all = entries.into_iter().enumerate().peekable();
    while let Some(first) = all.next() {
        let mut unit = vec![first];
        while let Some(next) = all.next_if(|(_, next)| next.movement.payee == unit[0].1.movement.payee) {
            unit.push(next);
        }
        let units: Vec<Vec<(usize, Entry)>> = match lines_of(&unit).len() > limits.lines {
            true => unit.into_iter().map(|entry| vec![entry]).collect(),
            false => vec![unit],
        };
        for unit in units {
            let own = lines_of(&unit);
            let new = own.difference(&seen).count();
            if parts.is_empty() || seen.len() + new > limits.lines {
                parts.push(Vec::new());
                seen.clear();
            }
            seen.extend(own);
            if let Some(part) = parts.last_mut() {
                part.extend(unit.into_iter().map(|(_, entry)| entry));
            }
        }
    }
    parts
}

/// Placeholders of a key's text.
pub fn filled(pattern: &str, period_last_day: i32) -> String {
    let (year, month, _) = text::civil(period_last_day);
    pattern
        .replace("{period}", &format!("{year:04}-{month:02}"))
        .replace("{yyyy}", &format!("{year:04}"))
        .replace("{yy}", &format!("{:02}", year.rem_euclid(100)))
        .replace("{mm}", &format!("{month:02}"))
        .replace("{MON}", &text::month_name(period_last_day).to_ascii_uppercase())
}

/// Steps as a text: `earned/paid`.
pub fn steps(steps: &BTreeSet<Step>) -> String {
    steps.iter().map(|step| step.word()).collect::<Vec<_>>().join("/")
}

/// All roles, in the order of the reference.
pub fn roles(words: &[&str]) -> Result<BTreeSet<AccountRole>, String> {
    let role = |word: &&str| {
        AccountRole::ALL.into_iter().find(|role| role.word() == *word).ok_or_else(|| (*word).to_owned())
    };
    words.iter().map(role).collect()
}
