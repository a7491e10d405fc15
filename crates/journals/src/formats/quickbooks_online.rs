//! `quickbooks-online`: the CSV import of journal entries, of the United States and of other regions.

use super::csv_file::{files, maybe, needed, of_sides, records, same, sides};
use super::{Description, Field, Limits, ReadLine, ReadLines, Request, Rows, Written, balanced};
use crate::journal::{Heading, Journal, steps};
use crate::keys::JournalKeys;
use crate::lines::lines;
use crate::text;

pub(super) const DESCRIPTION: Description = Description {
    word: "quickbooks-online",
    title: "QuickBooks Online, import of journal entries",
    file: "CSV in UTF-8, a file for each company. With `region = \"other\"` the columns are *JournalNo, *JournalDate, Memo, *AccountName, Debits, \
           Credits, Description, Name, Location, Class, and dates are DD-MM-YYYY. QuickBooks refuses a number that it has, where its warning is on",
    fields: &[
        Field { name: "*JournalNo", holds: "the reference; 21 characters at most", most: None },
        Field { name: "*JournalDate", holds: "the posting date, as MM/DD/YYYY", most: None },
        Field { name: "*AccountName", holds: "the account, `Parent:Sub`", most: None },
        Field { name: "*Debits", holds: "the amount of a debit", most: None },
        Field { name: "*Credits", holds: "the amount of a credit", most: None },
        Field { name: "Description", holds: "the steps, and the rule of a cost; without commas", most: None },
        Field {
            name: "Name",
            holds: "`vendor_id`, where payees are kept: a must on lines of accounts payable",
            most: None,
        },
        Field { name: "Currency", holds: "the book's currency", most: None },
        Field { name: "Location", holds: "the dimension `location`", most: None },
        Field { name: "Class", holds: "the dimension `class`", most: None },
    ],
    needs: &[],
    limits: Limits {
        rows: Rows::Lines,
        lines: usize::MAX,
        file_rows: usize::MAX,
        amount: None,
        reference: 21,
    },
};

const fn plain(name: &'static str) -> Field {
    Field { name, holds: "", most: None }
}

/// The columns outside of the United States.
const OTHER: &[Field] = &[
    plain("*JournalNo"),
    plain("*JournalDate"),
    plain("Memo"),
    plain("*AccountName"),
    plain("Debits"),
    plain("Credits"),
    plain("Description"),
    plain("Name"),
    plain("Location"),
    plain("Class"),
];

fn is_other(keys: &JournalKeys) -> bool {
    keys.plain("region") == Some("other")
}

fn date(keys: &JournalKeys, heading: &Heading) -> String {
    let usual = if is_other(keys) { "DD-MM-YYYY" } else { "MM/DD/YYYY" };
    text::by_pattern(heading.posting_date, keys.plain("date_format").unwrap_or(usual))
}

/// Readers are known that split at every comma.
fn without_commas(text: &str) -> String {
    text.replace(',', ";")
}

pub(super) fn write(request: &Request<'_>) -> Result<Written, Vec<String>> {
    let (keys, heading) = (request.keys, request.heading);
    super::only_dimensions(keys, &["class", "location"])?;
    let fields = if is_other(keys) { OTHER } else { DESCRIPTION.fields };
    let rows = |journal: &Journal| -> Result<Vec<Vec<String>>, String> {
        let mut rows = Vec::new();
        for line in lines(journal) {
            let rule = line.side.rule.as_deref().unwrap_or_default();
            let [debit, credit] = sides(line.amount, heading.digits);
            let cell = |name: &str| match name {
                "*JournalNo" => journal.reference.clone(),
                "*JournalDate" => date(keys, heading),
                "Memo" => without_commas(&heading.memo),
                "*AccountName" => line.side.account.clone(),
                "*Debits" | "Debits" => debit.clone(),
                "*Credits" | "Credits" => credit.clone(),
                "Description" => without_commas(format!("{} {rule}", steps(&line.steps)).trim_end()),
                "Name" => line.side.party.clone().unwrap_or_default(),
                "Currency" => heading.currency.clone(),
                "Location" => line.side.dimensions.get("location").cloned().unwrap_or_default(),
                "Class" => line.side.dimensions.get("class").cloned().unwrap_or_default(),
                _ => String::new(),
            };
            rows.push(fields.iter().map(|field| cell(field.name)).collect());
        }
        Ok(rows)
    };
    files(request, fields, (DESCRIPTION.limits, true), rows)
}

pub(super) fn read(bytes: &[u8], keys: &JournalKeys, heading: &Heading) -> Result<ReadLines, String> {
    let (fields, debits, credits) = match is_other(keys) {
        true => (OTHER, "Debits", "Credits"),
        false => (DESCRIPTION.fields, "*Debits", "*Credits"),
    };
    let mut lines: ReadLines = Vec::new();
    records(bytes, fields, |cell| {
        let journal = needed("*JournalNo", cell("*JournalNo"))?;
        if journal.chars().count() > DESCRIPTION.limits.reference {
            return Err("`*JournalNo` has more than 21 characters".to_owned());
        }
        same("*JournalDate", &cell("*JournalDate"), &date(keys, heading))?;
        if !is_other(keys) {
            same("Currency", &cell("Currency"), &heading.currency)?;
        }
        if cell("Description").contains(',') {
            return Err("`Description` has a comma".to_owned());
        }
        let amount = of_sides(&cell(debits), &cell(credits), heading.digits)?;
        let account = needed("*AccountName", cell("*AccountName"))?;
        lines.push(ReadLine { journal, account, party: maybe(cell("Name")), amount });
        Ok(())
    })?;
    balanced(lines)
}
