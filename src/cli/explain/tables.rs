//! Tables inside an explanation: who shares by what, and the tiers of a ladder.

use super::super::number;
use super::page::{self, Grid};
use apportion_base::diagnostic::grouped;
use apportion_base::language::Language;
use apportion_base::money::Currency;
use apportion_documents::block::Cell;
use apportion_engine::explain::tree::{Note, Part, Split, Tiers};
use apportion_engine::explain::{Exact, Ratio};

/// The words of a table of who shares.
pub struct SplitWords<'a> {
    /// What the rows are called.
    pub label: &'static str,
    /// The heading of who shares, and of what they share by.
    pub who: &'static str,
    pub by: &'a str,
    /// Whether they share by percents.
    pub percent: bool,
    /// The headings of what is paid, exact and rounded.
    pub exact_pay: String,
    pub pay: &'a str,
    /// What decides among equals.
    pub keys: &'static str,
}

impl<'a> SplitWords<'a> {
    /// Of roles, by the shares of the rule.
    pub fn roles(pay: &'a str) -> Self {
        let exact_pay = format!("exact {pay}");
        let keys = "role of the rule";
        Self { label: "roles", who: "role", by: "share", percent: true, exact_pay, pay, keys }
    }

    /// Of payees.
    pub fn payees(by: &'a str, pay: &'a str) -> Self {
        let exact_pay = format!("exact {pay}");
        Self { label: "payees", who: "payee", by, percent: false, exact_pay, pay, keys: "payee_id" }
    }
}

/// Who shares, by what, and what each gets: of the credit, of what is paid, or of both.
pub fn split(words: &SplitWords, credit: Option<&Split>, pay: Option<&Split>, currency: Currency) -> Grid {
    let mut header = vec![words.who, words.by];
    if credit.is_some() {
        header.extend(["exact credit", "credit"]);
    }
    if pay.is_some() {
        header.extend([words.exact_pay.as_str(), words.pay]);
    }
    let mut grid = Grid::new(&header);
    let Some(first) = credit.or(pay) else { return grid };
    for (index, part) in first.parts.iter().enumerate() {
        let units = if words.percent { page::rate(part.units) } else { page::number(part.units) };
        let mut cells = vec![Cell::text(key(part)), units];
        for split in [credit, pay].into_iter().flatten() {
            let part = &split.parts[index];
            cells.push(exact_share(part.exact, currency.digits()));
            cells.push(page::amount(part.amount, currency));
        }
        let note = match part.note {
            Note::Nothing => "",
            Note::Unfilled => "nobody: its share goes to the others",
            Note::Kept => "nobody: its part is kept back",
        };
        grid.row(index == first.mine, cells, note);
    }
    grid
}

fn key(part: &Part) -> String {
    let name = apportion_engine::explain::words::named(&part.key);
    super::super::table::shortened(&name, 36)
}

/// A share with all its decimals, or the first of them.
fn exact_share(exact: Option<Ratio>, digits: u32) -> Cell {
    let Some(exact) = exact else { return page::dash() };
    Cell::text(match exact.decimal().map(|decimal| decimal.with_decimals(digits)) {
        Some(text) if text.len() - text.find('.').unwrap_or(text.len()) <= 9 => grouped(&text),
        _ => format!("{}…", grouped(&exact.cut(digits + 4).with_decimals(digits + 4))),
    })
}

/// Who got what was left after each share was cut off, and why.
pub fn left_over(split: &Split, what: &str, keys: &str, digits: u32) -> Option<String> {
    if split.left == 0 {
        return None;
    }
    let lucky: Vec<String> = split.parts.iter().filter(|part| part.extra).map(key).collect();
    let sum = number::money(split.left.into(), digits);
    let minus = if split.total.is_negative() { "-" } else { "" };
    let fraction = if lucky.len() == 1 { "largest fraction" } else { "largest fractions" };
    let tie = if split.tie { format!(", among equals the earlier {keys}") } else { String::new() };
    Some(format!(
        "{minus}{sum} of the {what} is left over and goes to {} ({fraction}{tie})",
        lucky.join(" and ")
    ))
}

/// A table of tiers: thresholds, rates, and the credit in each tier before and after.
pub fn tiers(tiers: &Tiers, currency: Currency) -> Grid {
    let digits = currency.digits();
    let of_quota = tiers.tiers.iter().any(|tier| tier.of_quota.is_some());
    let mut header = vec!["from"];
    if of_quota {
        header.push("of quota");
    }
    header.push("rate");
    let bonuses = tiers.tiers.iter().any(|tier| tier.bonus.is_some());
    if bonuses {
        header.push("bonus");
    }
    // What is measured in something else than money has no cents.
    let unit_digits = if tiers.measure.is_some() { 0 } else { digits };
    let in_tiers = tiers.measure.as_ref().map_or(&[][..], |measure| &measure.in_tiers);
    if !in_tiers.is_empty() {
        header.extend(["credit before", "with this deal"]);
    }
    let mut grid = Grid::new(&header);
    for (index, tier) in tiers.tiers.iter().enumerate() {
        let mut cells = vec![Cell::text(tier.from.shown(unit_digits))];
        if of_quota {
            cells.push(tier.of_quota.map_or(Cell::Empty, page::rate));
        }
        cells.push(page::rate(tier.rate));
        if bonuses {
            cells.push(
                tier.bonus.map_or(Cell::Empty, |bonus| Cell::text(grouped(&bonus.with_decimals(digits)))),
            );
        }
        cells.extend(
            in_tiers
                .get(index)
                .into_iter()
                .flat_map(|(was, is)| [Cell::text(was.shown(digits)), Cell::text(is.shown(digits))]),
        );
        let note = match (tiers.tier_before == Some(index), tiers.tier_after == Some(index)) {
            (true, true) => "before and after this deal",
            (true, false) => "before this deal",
            (false, true) => "reached by this deal",
            (false, false) => "",
        };
        grid.row(tiers.tier_after == Some(index), cells, note);
    }
    grid
}

/// A fraction as a percent: `12.5%`.
pub fn percent_of(fraction: Exact) -> String {
    page::rate(fraction).shown(Language::English, None)
}
