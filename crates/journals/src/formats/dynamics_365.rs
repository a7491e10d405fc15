//! `dynamics-365`: the entity General journal of Dynamics 365 Finance.

use super::csv_file::{files, needed, records, same};
use super::{Description, Field, Limits, ReadLine, ReadLines, Request, Rows, Written, balanced};
use crate::journal::{Heading, Journal};
use crate::keys::JournalKeys;
use crate::lines::{Side, pairs};
use crate::text;

pub(super) const DESCRIPTION: Description = Description {
    word: "dynamics-365",
    title: "Dynamics 365 Finance, entity General journal",
    file: "CSV in UTF-8, a file for each company. A voucher is a movement: two lines, balanced",
    fields: &[
        Field { name: "JOURNALBATCHNUMBER", holds: "the reference", most: None },
        Field { name: "LINENUMBER", holds: "1, 2, 3 … in the batch", most: None },
        Field { name: "JOURNALNAME", holds: "`journal_name`", most: None },
        Field { name: "DESCRIPTION", holds: "`memo`", most: None },
        Field {
            name: "ACCOUNTTYPE",
            holds: "`account_type` by account: `Ledger` (default), `Vendor`, `Bank`",
            most: None,
        },
        Field {
            name: "ACCOUNTDISPLAYVALUE",
            holds: "the account by `account_format`; of `Vendor` the `vendor_id`",
            most: None,
        },
        Field { name: "TRANSDATE", holds: "the posting date, as 2026-07-31", most: None },
        Field {
            name: "VOUCHER",
            holds: "the reference and a number, one for each step, rule and pair of accounts",
            most: None,
        },
        Field { name: "CURRENCYCODE", holds: "the book's currency", most: None },
        Field { name: "DEBITAMOUNT", holds: "the amount of a debit; 0.00 on the other side", most: None },
        Field { name: "CREDITAMOUNT", holds: "the amount of a credit", most: None },
    ],
    needs: &["journal_name"],
    limits: Limits {
        rows: Rows::Pairs,
        // A batch has some 10,000 lines, and a voucher two.
        lines: 5_000,
        file_rows: usize::MAX,
        amount: None,
        reference: usize::MAX,
    },
};

/// How the account of a side stands in the file.
pub(super) fn shown(keys: &JournalKeys, side: &Side) -> String {
    match (side.account_type.as_str(), &side.party) {
        ("Vendor", Some(vendor)) => vendor.clone(),
        ("" | "Ledger", _) => {
            let mut shown =
                keys.plain("account_format").unwrap_or("{account}").replace("{account}", &side.account);
            for (name, value) in &side.dimensions {
                shown = shown.replace(&format!("{{{name}}}"), value);
            }
            let cost_center = side.cost_center.as_deref().unwrap_or_default();
            without_placeholders(&shown.replace("{cost_center}", cost_center))
        }
        _ => side.account.clone(),
    }
}

/// A dimension that the side does not have is empty.
fn without_placeholders(text: &str) -> String {
    let mut kept = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        kept.push_str(before);
        match after.split_once('}') {
            Some((_, behind)) => rest = behind,
            None => {
                kept.push('{');
                rest = after;
            }
        }
    }
    kept + rest
}

pub(super) fn write(request: &Request<'_>) -> Result<Written, Vec<String>> {
    let (keys, heading) = (request.keys, request.heading);
    let Some(name) = keys.plain("journal_name") else {
        return Err(vec!["the format needs `journal_name`, the name of the journal".to_owned()]);
    };
    let zero = text::amount(0, heading.digits);
    let rows = |journal: &Journal| -> Result<Vec<Vec<String>>, String> {
        let mut rows: Vec<Vec<String>> = Vec::new();
        for (number, pair) in (1_usize..).zip(pairs(journal)) {
            for (side, amount) in [(&pair.key.first, pair.amount), (&pair.key.second, -pair.amount)] {
                let shown_amount = text::amount(amount.abs(), heading.digits);
                let [debit, credit] =
                    if amount > 0 { [shown_amount, zero.clone()] } else { [zero.clone(), shown_amount] };
                let account_type = match side.account_type.as_str() {
                    "" => "Ledger",
                    word => word,
                };
                if !["Ledger", "Vendor", "Customer", "Bank"].contains(&account_type) {
                    return Err(format!(
                        "`account_type` of account `{}` is \"{account_type}\", and Dynamics has Ledger, Vendor, Customer and Bank",
                        side.account
                    ));
                }
                rows.push(vec![
                    journal.reference.clone(),
                    (rows.len() + 1).to_string(),
                    name.to_owned(),
                    heading.memo.clone(),
                    account_type.to_owned(),
                    shown(keys, side),
                    text::by_pattern(heading.posting_date, "YYYY-MM-DD"),
                    format!("{}-{number}", journal.reference),
                    heading.currency.clone(),
                    debit,
                    credit,
                ]);
            }
        }
        Ok(rows)
    };
    files(request, DESCRIPTION.fields, (DESCRIPTION.limits, true), rows)
}

pub(super) fn read(bytes: &[u8], keys: &JournalKeys, heading: &Heading) -> Result<ReadLines, String> {
    let mut lines: ReadLines = Vec::new();
    let mut vouchers: ReadLines = Vec::new();
    let zero = text::amount(0, heading.digits);
    let mut number = 0_usize;
    records(bytes, DESCRIPTION.fields, |cell| {
        let journal = needed("JOURNALBATCHNUMBER", cell("JOURNALBATCHNUMBER"))?;
        if lines.last().is_some_and(|last| last.journal != journal) {
            number = 0;
        }
        number += 1;
        same("LINENUMBER", &cell("LINENUMBER"), &number.to_string())?;
        same("JOURNALNAME", &cell("JOURNALNAME"), keys.plain("journal_name").unwrap_or_default())?;
        same("TRANSDATE", &cell("TRANSDATE"), &text::by_pattern(heading.posting_date, "YYYY-MM-DD"))?;
        same("CURRENCYCODE", &cell("CURRENCYCODE"), &heading.currency)?;
        needed("ACCOUNTTYPE", cell("ACCOUNTTYPE"))?;
        let (debit, credit) = (cell("DEBITAMOUNT"), cell("CREDITAMOUNT"));
        let either = |side: &str| if side == zero { String::new() } else { side.to_owned() };
        if debit.is_empty() || credit.is_empty() {
            return Err("a side is empty, and should be 0".to_owned());
        }
        let amount = super::csv_file::of_sides(&either(&debit), &either(&credit), heading.digits)?;
        let account = needed("ACCOUNTDISPLAYVALUE", cell("ACCOUNTDISPLAYVALUE"))?;
        let voucher = needed("VOUCHER", cell("VOUCHER"))?;
        vouchers.push(ReadLine { journal: voucher, account: account.clone(), party: None, amount });
        lines.push(ReadLine { journal, account, party: None, amount });
        Ok(())
    })?;
    balanced(vouchers)?;
    balanced(lines)
}
