//! `double-entry`: two rows a movement, debit first, payee and rule on both.

use super::csv_file::{files, maybe, needed, of_sides, records, same, sides};
use super::{Description, Field, Limits, ReadLine, ReadLines, Request, UNLIMITED, Written, balanced};
use crate::journal::{Heading, Journal};
use crate::step::Step;
use crate::text;

pub(super) const DESCRIPTION: Description = Description {
    word: "double-entry",
    title: "Our own",
    file: "CSV in UTF-8. Two rows a movement, the debit first; rows of one journal share `journal`",
    fields: &[
        Field { name: "journal", holds: "the reference", most: None },
        Field { name: "date", holds: "the posting date, as 2026-07-31", most: None },
        Field { name: "line", holds: "1, 2, 3 … in the journal", most: None },
        Field { name: "account", holds: "the account", most: None },
        Field { name: "debit", holds: "the amount of a debit; empty on the other side", most: None },
        Field { name: "credit", holds: "the amount of a credit", most: None },
        Field { name: "currency", holds: "the book's currency", most: None },
        Field { name: "payee", holds: "the payee_id", most: None },
        Field { name: "rule", holds: "the rule or the draw, where there is one", most: None },
        Field { name: "period", holds: "the month", most: None },
        Field { name: "memo", holds: "the step", most: None },
    ],
    needs: &[],
    limits: Limits { ..UNLIMITED },
};

pub(super) fn write(request: &Request<'_>) -> Result<Written, Vec<String>> {
    let heading = request.heading;
    let rows = |journal: &Journal| -> Result<Vec<Vec<String>>, String> {
        let mut rows = Vec::with_capacity(journal.entries.len() * 2);
        for entry in &journal.entries {
            let movement = &entry.movement;
            for (side, sign) in entry.sides.iter().zip([1, -1]) {
                let [debit, credit] = sides(movement.amount * sign, heading.digits);
                rows.push(vec![
                    journal.reference.clone(),
                    text::by_pattern(heading.posting_date, "YYYY-MM-DD"),
                    (rows.len() + 1).to_string(),
                    side.account.clone(),
                    debit,
                    credit,
                    heading.currency.clone(),
                    movement.payee.clone(),
                    movement.rule.clone().unwrap_or_default(),
                    heading.period.clone(),
                    movement.step.word().to_owned(),
                ]);
            }
        }
        Ok(rows)
    };
    files(request, DESCRIPTION.fields, (DESCRIPTION.limits, false), rows)
}

pub(super) fn read(bytes: &[u8], heading: &Heading) -> Result<ReadLines, String> {
    let mut lines: ReadLines = Vec::new();
    // The debit of a movement, until its credit is read.
    let mut open: Option<([String; 3], i128)> = None;
    let mut number = 0_usize;
    records(bytes, DESCRIPTION.fields, |cell| {
        let journal = needed("journal", cell("journal"))?;
        if lines.last().is_some_and(|last| last.journal != journal) {
            number = 0;
        }
        number += 1;
        same("line", &cell("line"), &number.to_string())?;
        same("date", &cell("date"), &text::by_pattern(heading.posting_date, "YYYY-MM-DD"))?;
        same("currency", &cell("currency"), &heading.currency)?;
        same("period", &cell("period"), &heading.period)?;
        Step::from_word(&cell("memo")).ok_or_else(|| format!("there is no step \"{}\"", cell("memo")))?;
        let amount = of_sides(&cell("debit"), &cell("credit"), heading.digits)?;
        let payee = needed("payee", cell("payee"))?;
        let movement = [payee.clone(), cell("rule"), cell("memo")];
        open = match open.take() {
            None if amount > 0 => Some((movement, amount)),
            None => return Err("a credit stands before its debit".to_owned()),
            Some((own, debit)) if own == movement && debit == -amount => None,
            Some(_) => return Err("it is not the credit of the row before it".to_owned()),
        };
        let account = needed("account", cell("account"))?;
        lines.push(ReadLine { journal, account, party: maybe(payee), amount });
        Ok(())
    })?;
    if open.is_some() {
        return Err("its last debit has no credit".to_owned());
    }
    balanced(lines)
}
