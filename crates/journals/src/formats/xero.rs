//! `xero`: the CSV import of manual journals.

use super::csv_file::{files, maybe, needed, records, same};
use super::{Description, Field, Limits, ReadLine, ReadLines, Request, Rows, Written, balanced};
use crate::journal::{Heading, Journal, steps};
use crate::keys::JournalKeys;
use crate::lines::lines;
use crate::text;

pub(super) const DESCRIPTION: Description = Description {
    word: "xero",
    title: "Xero, import of manual journals",
    file: "CSV in UTF-8, a file for each 300 lines. Rows of one narration and date are a journal, which arrives as a draft. Xero refuses bank accounts and its \
           own payables and receivables here: use clearing accounts",
    fields: &[
        Field { name: "*Narration", holds: "`memo` and the reference", most: None },
        Field { name: "*Date", holds: "the posting date, as DD/MM/YYYY, or by `date_format`", most: None },
        Field {
            name: "Description",
            holds: "the steps, the rule of a cost, and the payee, where payees are kept",
            most: None,
        },
        Field { name: "*AccountCode", holds: "the account", most: None },
        Field { name: "*TaxRate", holds: "`tax`: the name of the rate, such as `Tax Exempt`", most: None },
        Field { name: "*Amount", holds: "the amount; below 0 a credit", most: None },
        Field { name: "TrackingName1", holds: "the name of the first dimension", most: None },
        Field { name: "TrackingOption1", holds: "its value", most: None },
        Field { name: "TrackingName2", holds: "the name of the second dimension", most: None },
        Field { name: "TrackingOption2", holds: "its value", most: None },
    ],
    needs: &["tax"],
    limits: Limits { rows: Rows::Lines, lines: 300, file_rows: 300, amount: None, reference: usize::MAX },
};

fn date(keys: &JournalKeys, heading: &Heading) -> String {
    text::by_pattern(heading.posting_date, keys.plain("date_format").unwrap_or("DD/MM/YYYY"))
}

pub(super) fn write(request: &Request<'_>) -> Result<Written, Vec<String>> {
    let (keys, heading) = (request.keys, request.heading);
    if keys.dimensions.len() > 2 {
        return Err(vec![
            "`dimensions` has more than two, and a line of Xero has two tracking categories".to_owned(),
        ]);
    }
    let rows = |journal: &Journal| -> Result<Vec<Vec<String>>, String> {
        let mut rows = Vec::new();
        for line in lines(journal) {
            let said = [line.side.rule.as_deref(), line.side.party.as_deref()];
            let description =
                said.into_iter().flatten().fold(steps(&line.steps), |text, part| text + " " + part);
            if line.side.tax.is_empty() {
                return Err(format!(
                    "`tax` is empty for account `{}`, and each line of Xero has a rate",
                    line.side.account
                ));
            }
            let mut row = vec![
                format!("{} {}", heading.memo, journal.reference),
                date(keys, heading),
                description,
                line.side.account.clone(),
                line.side.tax.clone(),
                text::amount(line.amount, heading.digits),
            ];
            // A category stands in its own columns, whether or not it has a value on this line.
            for name in keys.dimensions.keys() {
                let value = line.side.dimensions.get(name);
                row.extend([value.map(|_| name.clone()), value.cloned()].map(Option::unwrap_or_default));
            }
            row.resize(DESCRIPTION.fields.len(), String::new());
            rows.push(row);
        }
        Ok(rows)
    };
    files(request, DESCRIPTION.fields, (DESCRIPTION.limits, true), rows)
}

pub(super) fn read(bytes: &[u8], keys: &JournalKeys, heading: &Heading) -> Result<ReadLines, String> {
    let mut lines: ReadLines = Vec::new();
    let lead = format!("{} ", heading.memo);
    records(bytes, DESCRIPTION.fields, |cell| {
        let narration = cell("*Narration");
        let journal = narration.strip_prefix(&lead).map(str::to_owned);
        let journal = journal.ok_or_else(|| format!("`*Narration` does not begin with \"{lead}\""))?;
        let journal = needed("*Narration", journal)?;
        same("*Date", &cell("*Date"), &date(keys, heading))?;
        needed("*TaxRate", cell("*TaxRate"))?;
        for number in ["1", "2"] {
            let name = maybe(cell(&format!("TrackingName{number}"))).is_some();
            if name != maybe(cell(&format!("TrackingOption{number}"))).is_some() {
                return Err(format!("one of `TrackingName{number}` and `TrackingOption{number}` is empty"));
            }
        }
        let amount = text::read_amount(&cell("*Amount"), heading.digits, '.', true)?;
        if amount == 0 {
            return Err("the amount is 0".to_owned());
        }
        let account = needed("*AccountCode", cell("*AccountCode"))?;
        lines.push(ReadLine { journal, account, party: None, amount });
        Ok(())
    })?;
    if lines.len() > DESCRIPTION.limits.file_rows {
        return Err("it has more than 300 lines".to_owned());
    }
    balanced(lines)
}
