//! What each payee has under each rule, and in all: the sums behind statements and payouts.

use rayon::prelude::*;

use apportion_base::diagnostic::{Code, Diagnostic};
use apportion_data::{PayeeIx, Tables};
use apportion_engine::credit::{Line, LinePlace};
use apportion_engine::settle::PeriodView;
use apportion_rules::{RuleBook, RuleIx};

/// The lines of one payee under one rule, added up; one row of statements.csv. Minor units.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Statement {
    /// The payee.
    pub payee: PayeeIx,
    /// The rule.
    pub rule: RuleIx,
    /// The number of lines.
    pub lines: u64,
    /// The credit, in minor units. `None` if none of the lines credits.
    pub credited: Option<i128>,
    /// The amount before caps, in minor units. `None` if none of the lines pays.
    pub uncapped: Option<i128>,
    /// The amount to pay, in minor units. `None` if none of the lines pays.
    pub amount: Option<i128>,
}

/// What one payee is paid over all rules; one row of payouts.csv.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Payout {
    /// The payee.
    pub payee: PayeeIx,
    /// The amount to pay, in minor units.
    pub amount: i128,
}

/// All statements by payee and rule, and all payouts by payee.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sums {
    /// By payee, then by rule.
    pub statements: Vec<Statement>,
    /// By payee.
    pub payouts: Vec<Payout>,
}

/// Statements that one thread adds up at a time, at most.
const STATEMENTS: usize = 1 << 8;

/// Adds up the lines, which must be in the order of lines.parquet.
///
/// # Errors
///
/// `unsorted-lines` where two neighbours are in the wrong order or are the same line: a fault of ours.
pub fn sums(settlement: &PeriodView, tables: &Tables, rules: &RuleBook) -> Result<Sums, Diagnostic> {
    let mut sums = Sums::default();
    sums.follow(settlement, tables, rules)?;
    Ok(sums)
}

impl Sums {
    /// Adds up the lines of payees who come after those before.
    ///
    /// # Errors
    ///
    /// As [`sums`], also where they do not come after them.
    pub(super) fn follow(
        &mut self,
        settlement: &PeriodView,
        tables: &Tables,
        rules: &RuleBook,
    ) -> Result<(), Diagnostic> {
        let last = self.statements.last().map(|last| last.payee);
        let comes_before = |line: &&Line| last.is_some_and(|last| line.payee <= last);
        let first = settlement.lines.iter().next().filter(comes_before);

        let of_statements: Vec<&[Line]> = settlement.lines.statements().collect();
        let key = Key { close_date: &tables.deals.close_date };
        // Order and sums in one pass over the lines.
        let (out_of_order, statements): (Vec<Option<&Line>>, Vec<Statement>) = of_statements
            .par_iter()
            .with_max_len(STATEMENTS)
            .map(|&lines| (key.out_of_order_within(lines), statement(settlement, lines)))
            .unzip();
        let out_of_order = first.or_else(|| out_of_order.into_iter().flatten().next());
        if let Some(line) = out_of_order.or_else(|| key.out_of_order_between(&of_statements)) {
            return Err(fault(line, tables, rules));
        }
        statements.iter().for_each(|statement| add_statement(&mut self.payouts, statement));
        self.statements.extend(statements);
        Ok(())
    }
}

/// Where a line is in the order of lines.parquet: payee, rule and day, then what it is known by.
type Place = (PayeeIx, RuleIx, i32, LinePlace);

/// The sort key of lines. Indices are in byte order of the ids, those of deals within a day.
struct Key<'a> {
    close_date: &'a [i32],
}

impl Key<'_> {
    fn key(&self, line: &Line) -> Place {
        (line.payee, line.rule, self.close_date[line.deal], line.place())
    }

    /// The first line of a statement that does not come after the one before it.
    fn out_of_order_within<'l>(&self, lines: &'l [Line]) -> Option<&'l Line> {
        lines.windows(2).find(|pair| self.key(&pair[0]) >= self.key(&pair[1])).map(|pair| &pair[1])
    }

    /// The first line of a statement that does not come after the last line of the statement before it.
    fn out_of_order_between<'l>(&self, of_statements: &[&'l [Line]]) -> Option<&'l Line> {
        let between = |pair: &[&'l [Line]]| {
            let (last, first) = (pair[0].last()?, pair[1].first()?);
            (self.key(last) >= self.key(first)).then_some(first)
        };
        of_statements.windows(2).find_map(between)
    }
}

/// The lines of one payee under one rule, added up.
fn statement(settlement: &PeriodView, lines: &[Line]) -> Statement {
    let Line { payee, rule, .. } = lines[0];
    let mut statement =
        Statement { payee, rule, lines: lines.len() as u64, credited: None, uncapped: None, amount: None };
    for line in lines {
        let applies = settlement.applies[rule][line.version];
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

/// Adds one statement to the last payout, or begins a new one. Statements without an amount are no payouts.
fn add_statement(payouts: &mut Vec<Payout>, statement: &Statement) {
    let Some(amount) = statement.amount else { return };
    match payouts.last_mut() {
        Some(last) if last.payee == statement.payee => last.amount += amount,
        _ => payouts.push(Payout { payee: statement.payee, amount }),
    }
}

/// Adds to a sum that exists only once something was added. An `i128` holds the sum of any `Vec` of amounts.
pub(super) fn add(sum: &mut Option<i128>, amount: i128) {
    *sum = Some(sum.unwrap_or(0) + amount);
}

fn fault(line: &Line, tables: &Tables, rules: &RuleBook) -> Diagnostic {
    Diagnostic::error(
        Code::UnsortedLines,
        format!(
            "internal error: the line of rule `{}` for payee `{}` on deal `{}` comes after a line that it should \
             precede or equals; nothing was written",
            rules[line.rule].id,
            tables.payees.id(line.payee),
            tables.deals.id(line.deal),
        ),
    )
    .help("this is a fault of apportion, not of your data; please report it")
}
