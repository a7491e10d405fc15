//! What each payee has under each rule, and in all: the sums behind statements and payouts.

use crate::credit::Settlement;
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
    let lines = &settlement.lines;
    let mut sums = Sums::default();
    // One comparable key a line; indices stand in byte order of the ids. `NONE` + 1 is 0: null comes first.
    let key = |row: usize| {
        let deal = lines.deal[row];
        (
            lines.payee[row],
            lines.rule[row],
            tables.deals.close_date[deal as usize],
            deal,
            lines.role[row].wrapping_add(1),
            lines.from_payee[row].wrapping_add(1),
        )
    };
    debug_assert_eq!(NONE.wrapping_add(1), 0);
    let mut last = None;
    for row in 0..lines.len() {
        let this = key(row);
        if last.is_some_and(|last| last >= this) {
            return Err(out_of_order(settlement, tables, rules, row));
        }
        last = Some(this);
        add_line(&mut sums.statements, settlement, row);
    }
    for statement in &sums.statements {
        add_statement(&mut sums.payouts, statement);
    }
    Ok(sums)
}

/// Adds one line to the last statement, or begins a new one.
fn add_line(statements: &mut Vec<Statement>, settlement: &Settlement, row: usize) {
    let lines = &settlement.lines;
    let (payee, rule) = (lines.payee[row], lines.rule[row]);
    let applies = settlement.applies[usize::from(rule)][usize::from(lines.version[row])];
    if statements.last().is_none_or(|last| (last.payee, last.rule) != (payee, rule)) {
        statements.push(Statement { payee, rule, lines: 0, credited: None, uncapped: None, amount: None });
    }
    let Some(statement) = statements.last_mut() else { return };
    statement.lines += 1;
    if applies.credited {
        add(&mut statement.credited, lines.credited[row].into());
    }
    if applies.amount {
        add(&mut statement.uncapped, lines.uncapped[row].into());
        add(&mut statement.amount, lines.amount[row].into());
    }
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

fn out_of_order(settlement: &Settlement, tables: &Tables, rules: &RuleBook, row: usize) -> Diagnostic {
    let lines = &settlement.lines;
    Diagnostic::error(
        "lines-out-of-order",
        format!(
            "internal error: the line of rule `{}` for payee `{}` on deal `{}` stands after a line that it should \
             precede or equals; nothing was written",
            rules.rules[usize::from(lines.rule[row])].id,
            tables.payees.ids.value(lines.payee[row] as usize),
            tables.deals.ids.value(lines.deal[row] as usize),
        ),
    )
    .help("this is a fault of apportion, not of your data; please report it")
}
