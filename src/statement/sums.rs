//! What each payee has under each rule, and in all: the sums behind statements and payouts.

use rayon::prelude::*;

use crate::credit::{Line, Settlement};
use crate::data::{NONE, Tables};
use crate::diagnostic::Diagnostic;
use crate::rules::RuleBook;

/// The lines of one payee under one rule, added up; one row of statements.csv. Minor units.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Statement {
    /// `PayeeIx`.
    pub payee: u32,
    /// Index into `RuleBook::rules`.
    pub rule: u16,
    pub lines: u64,
    /// `None` where none of the lines credits.
    pub credited: Option<i128>,
    pub uncapped: Option<i128>,
    /// `None` where none of the lines pays.
    pub amount: Option<i128>,
}

/// What one payee is paid over all rules; one row of payouts.csv.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Payout {
    /// `PayeeIx`.
    pub payee: u32,
    /// Minor units.
    pub amount: i128,
}

/// All statements by payee and rule, and all payouts by payee.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sums {
    pub statements: Vec<Statement>,
    pub payouts: Vec<Payout>,
}

/// Adds up the lines, which must stand in the contract's order.
///
/// # Errors
///
/// `lines-out-of-order` where two neighbours are in the wrong order or are the same line: a fault of ours.
pub fn sums(settlement: &Settlement, tables: &Tables, rules: &RuleBook) -> Result<Sums, Diagnostic> {
    let of_statements: Vec<&[Line]> = settlement.lines.statements().collect();
    if let Some(line) = out_of_order(&of_statements, &tables.deals.close_date) {
        return Err(fault(line, tables, rules));
    }
    let mut sums = Sums {
        statements: of_statements.par_iter().map(|lines| statement(settlement, lines)).collect(),
        payouts: Vec::new(),
    };
    for statement in &sums.statements {
        add_statement(&mut sums.payouts, statement);
    }
    Ok(sums)
}

/// The first line that does not stand after the one before it.
fn out_of_order<'a>(of_statements: &[&'a [Line]], close_date: &[i32]) -> Option<&'a Line> {
    // Indices stand in byte order of the ids, those of deals within a day. `NONE` + 1 is 0: null comes first.
    debug_assert_eq!(NONE.wrapping_add(1), 0);
    let key = |line: &Line| {
        let (deal, role, from_payee) = line.place();
        (line.payee, line.rule, close_date[deal as usize], deal, role, from_payee)
    };
    let within = |lines: &&'a [Line]| {
        lines.windows(2).find(|pair| key(&pair[0]) >= key(&pair[1])).map(|pair| &pair[1])
    };
    let between = |pair: &[&'a [Line]]| {
        let (last, first) = (pair[0].last()?, pair[1].first()?);
        (key(last) >= key(first)).then_some(first)
    };
    of_statements.par_iter().find_map_first(within).or_else(|| of_statements.windows(2).find_map(between))
}

/// The lines of one payee under one rule, added up.
fn statement(settlement: &Settlement, lines: &[Line]) -> Statement {
    let Line { payee, rule, .. } = lines[0];
    let mut statement =
        Statement { payee, rule, lines: lines.len() as u64, credited: None, uncapped: None, amount: None };
    for line in lines {
        let applies = settlement.applies[usize::from(rule)][usize::from(line.version)];
        if applies.credited {
            add(&mut statement.credited, line.credited.into());
        }
        if applies.amount {
            add(&mut statement.uncapped, line.uncapped.into());
            add(&mut statement.amount, line.amount.into());
        }
    }
    statement
}

/// Adds one statement to the last payout, or begins a new one; statements without an amount pay nobody.
fn add_statement(payouts: &mut Vec<Payout>, statement: &Statement) {
    let Some(amount) = statement.amount else { return };
    match payouts.last_mut() {
        Some(last) if last.payee == statement.payee => last.amount += amount,
        _ => payouts.push(Payout { payee: statement.payee, amount }),
    }
}

/// Adds to a sum that exists only once something was added. An `i128` holds the sum of any `Vec<i64>`.
pub(super) fn add(sum: &mut Option<i128>, amount: i128) {
    *sum = Some(sum.unwrap_or(0) + amount);
}

fn fault(line: &Line, tables: &Tables, rules: &RuleBook) -> Diagnostic {
    Diagnostic::error(
        "lines-out-of-order",
        format!(
            "internal error: the line of rule `{}` for payee `{}` on deal `{}` stands after a line that it should \
             precede or equals; nothing was written",
            rules.rules[usize::from(line.rule)].id,
            tables.payees.ids.value(line.payee as usize),
            tables.deals.ids.value(line.deal as usize),
        ),
    )
    .help("this is a fault of apportion, not of your data; please report it")
}
