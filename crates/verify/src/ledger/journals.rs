//! What journals book of a close, recomputed from its entries and balances: what stands on a payee's accounts after all closes is what
//! the last balances say. Journals that were exported are held against it as well.

use std::collections::BTreeMap;

use super::balances::Row;
use super::closes::Close;
use super::entries::Entry;
use super::{Evidence, Running, wrong};
use apportion_base::diagnostic::Diagnostic;
use apportion_base::money::format_scaled;
use apportion_contract::output::ledger::BALANCES;

/// What the journals so far leave on the accounts of a payee.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Booked {
    /// A liability: above 0 on the credit side.
    accrued: i128,
    receivable: i128,
    advance: i128,
}

/// A movement of a close: the step, the rule or draw, and the amount, of which the sign says which way it goes.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Movement {
    pub payee: String,
    pub step: &'static str,
    pub rule: String,
    pub amount: i128,
}

impl Movement {
    /// What it adds to accrued, to receivable and to advance, with the side that each account stands on.
    fn adds(&self) -> Booked {
        let amount = self.amount;
        match self.step {
            "earned" | "adjustment" | "guarantee" => Booked { accrued: amount, ..Booked::default() },
            "advance" => Booked { accrued: amount, advance: amount, ..Booked::default() },
            "recovery" => Booked { accrued: -amount, advance: -amount, ..Booked::default() },
            "forgiven" => Booked { advance: -amount, ..Booked::default() },
            "paid" => Booked { accrued: -amount, ..Booked::default() },
            "receivable" => Booked { accrued: amount, receivable: amount, ..Booked::default() },
            _ => Booked::default(),
        }
    }
}

/// Proves that the journals of all closes so far leave each payee's accounts as the balances of the last say.
pub(super) fn prove(
    close: &Close,
    (entries, of_assets): (&[Entry], Vec<Movement>),
    rows: &BTreeMap<String, Row>,
    (running, evidence): (&mut Running, &mut Evidence),
) -> Result<(), Diagnostic> {
    let mut movements = movements(entries, rows);
    movements.extend(of_assets);
    movements.sort_unstable();
    let mut by_payee: BTreeMap<&str, Vec<&Movement>> = BTreeMap::new();
    for movement in &movements {
        by_payee.entry(&movement.payee).or_default().push(movement);
    }
    for (payee, row) in rows {
        let opening = close.is_first && close.record.opening.is_some();
        let before =
            if opening { standing(row, ["held_in", "carried_in", "owed_in"]) } else { Booked::default() };
        let booked = running.booked.entry(payee.clone()).or_insert(before);
        for movement in by_payee.get(payee.as_str()).into_iter().flatten() {
            let adds = movement.adds();
            booked.accrued += adds.accrued;
            booked.receivable += adds.receivable;
            booked.advance += adds.advance;
        }
        let after = standing(row, ["held_out", "carried_out", "owed_out"]);
        for (account, booked, balance) in [
            ("accrued", booked.accrued, after.accrued),
            ("receivable", booked.receivable, after.receivable),
            ("advance", booked.advance, after.advance),
        ] {
            if booked != balance {
                let message = format!("what journals leave on `{account}` of `{payee}`");
                let shown = |amount| format_scaled(amount, close.digits);
                evidence
                    .journals
                    .push(wrong(close, BALANCES, message).numbers(shown(booked), shown(balance)));
            }
        }
    }
    evidence.booked[0] += movements.len() as u64;
    super::exported::prove(close, &movements, rows, evidence)
}

/// What the accounts of a payee have by its balances: what is held, carried and owed.
fn standing(row: &Row, [held, carried, owed]: [&str; 3]) -> Booked {
    let due = row.of(held) + row.of(carried);
    Booked { accrued: due.max(0), receivable: (-due).max(0), advance: row.of(owed) }
}

/// The movements of a close, of which none is 0.
fn movements(entries: &[Entry], rows: &BTreeMap<String, Row>) -> Vec<Movement> {
    let mut sums: BTreeMap<(&str, &str), i128> = BTreeMap::new();
    let mut all: Vec<Movement> = Vec::new();
    for entry in entries {
        let [payee, rule, _, _, _, of_rule, _] = &entry.key;
        if entry.is_line() {
            // What is taken back goes by the rule whose line it is.
            let rule = if of_rule.is_empty() { rule } else { of_rule };
            *sums.entry((payee, rule)).or_default() += entry.earned;
        } else {
            let (payee, rule) = (payee.clone(), rule.clone());
            all.push(Movement { payee, step: "adjustment", rule, amount: entry.earned });
        }
    }
    let earned = sums.into_iter().map(|((payee, rule), amount)| Movement {
        payee: payee.to_owned(),
        step: "earned",
        rule: rule.to_owned(),
        amount,
    });
    all.extend(earned);
    for (payee, row) in rows {
        let [draw, _] = &row.draw;
        let before = standing(row, ["held_in", "carried_in", "owed_in"]);
        let after = standing(row, ["held_out", "carried_out", "owed_out"]);
        let figures = [
            ("guarantee", row.guarantee_id.as_str(), row.of("guarantee")),
            ("advance", draw, row.of("advance")),
            ("recovery", draw, row.of("recovery")),
            ("forgiven", draw, row.of("forgiven")),
            ("paid", "", row.of("paid")),
            ("receivable", "", after.receivable - before.receivable),
        ];
        all.extend(figures.map(|(step, rule, amount)| Movement {
            payee: payee.clone(),
            step,
            rule: rule.to_owned(),
            amount,
        }));
    }
    all.retain(|movement| movement.amount != 0);
    all.sort_unstable();
    all
}
