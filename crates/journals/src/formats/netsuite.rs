//! `netsuite`: the CSV import of journal entries.

use super::csv_file::{files, maybe, needed, of_sides, records, same, sides};
use super::{Description, Field, Limits, Most, ReadLine, ReadLines, Request, Rows, Written, balanced};
use crate::journal::{Heading, Journal, steps};
use crate::keys::JournalKeys;
use crate::lines::lines;
use crate::text;

pub(super) const DESCRIPTION: Description = Description {
    word: "netsuite",
    title: "NetSuite, import of journal entries",
    file: "CSV in UTF-8. Rows of one journal share `External ID`, which NetSuite takes once. A journal has 10,000 lines at most, a file 25,000",
    fields: &[
        Field { name: "External ID", holds: "the reference", most: None },
        Field { name: "Date", holds: "the posting date, by `date_format`", most: None },
        Field { name: "Posting Period", holds: "its month, as `Jul 2026`", most: None },
        Field { name: "Subsidiary", holds: "`entity`", most: None },
        Field { name: "Currency", holds: "the book's currency", most: None },
        Field { name: "Memo", holds: "`memo`", most: Some(Most::Cut(999)) },
        Field { name: "Journal Entry - Line: Account", holds: "the account", most: None },
        Field {
            name: "Journal Entry - Line: Debit",
            holds: "the amount of a debit; over 9,999,999,999.99 on several lines",
            most: None,
        },
        Field { name: "Journal Entry - Line: Credit", holds: "the amount of a credit", most: None },
        Field {
            name: "Journal Entry - Line: Memo",
            holds: "the steps, and the rule of a cost",
            most: Some(Most::Cut(999)),
        },
        Field { name: "Journal Entry - Line: Name", holds: "`vendor_id`, where payees are kept", most: None },
        Field { name: "Journal Entry - Line: Department", holds: "the dimension `department`", most: None },
        Field { name: "Journal Entry - Line: Class", holds: "the dimension `class`", most: None },
        Field { name: "Journal Entry - Line: Location", holds: "the dimension `location`", most: None },
    ],
    needs: &[],
    limits: Limits {
        rows: Rows::Lines,
        lines: 10_000,
        file_rows: 25_000,
        amount: Some(9_999_999_999),
        reference: usize::MAX,
    },
};

fn date_format(keys: &JournalKeys) -> &str {
    keys.plain("date_format").unwrap_or("MM/DD/YYYY")
}

fn posting_period(heading: &Heading) -> String {
    let (year, ..) = text::civil(heading.posting_date);
    format!("{} {year:04}", text::month_name(heading.posting_date))
}

pub(super) fn write(request: &Request<'_>) -> Result<Written, Vec<String>> {
    let (keys, heading) = (request.keys, request.heading);
    super::only_dimensions(keys, &["department", "class", "location"])?;
    let rows = |journal: &Journal| -> Result<Vec<Vec<String>>, String> {
        let mut rows = Vec::new();
        for line in lines(journal) {
            let rule = line.side.rule.as_deref().unwrap_or_default();
            let memo = format!("{} {rule}", steps(&line.steps));
            let dimension = |name: &str| line.side.dimensions.get(name).cloned().unwrap_or_default();
            for part in text::in_parts(line.amount, heading.digits, 9_999_999_999) {
                let [debit, credit] = sides(part, heading.digits);
                rows.push(vec![
                    journal.reference.clone(),
                    text::by_pattern(heading.posting_date, date_format(keys)),
                    posting_period(heading),
                    journal.entity.clone().unwrap_or_default(),
                    heading.currency.clone(),
                    heading.memo.clone(),
                    line.side.account.clone(),
                    debit,
                    credit,
                    memo.trim_end().to_owned(),
                    line.side.party.clone().unwrap_or_default(),
                    dimension("department"),
                    dimension("class"),
                    dimension("location"),
                ]);
            }
        }
        Ok(rows)
    };
    files(request, DESCRIPTION.fields, (DESCRIPTION.limits, false), rows)
}

pub(super) fn read(bytes: &[u8], keys: &JournalKeys, heading: &Heading) -> Result<ReadLines, String> {
    let mut lines: ReadLines = Vec::new();
    records(bytes, DESCRIPTION.fields, |cell| {
        let journal = needed("External ID", cell("External ID"))?;
        same("Date", &cell("Date"), &text::by_pattern(heading.posting_date, date_format(keys)))?;
        same("Posting Period", &cell("Posting Period"), &posting_period(heading))?;
        same("Currency", &cell("Currency"), &heading.currency)?;
        let (debit, credit) = (cell("Journal Entry - Line: Debit"), cell("Journal Entry - Line: Credit"));
        let amount = of_sides(&debit, &credit, heading.digits)?;
        if text::in_parts(amount, heading.digits, 9_999_999_999).len() > 1 {
            return Err("the amount has more than 10 digits before the point".to_owned());
        }
        let account = needed("Account", cell("Journal Entry - Line: Account"))?;
        lines.push(ReadLine { journal, account, party: maybe(cell("Journal Entry - Line: Name")), amount });
        Ok(())
    })?;
    balanced(lines)
}
