//! A document as the bytes of a PDF: PDF/A-2a and PDF/UA-1 in one.

use serde_json::Value;
use typst::diag::SourceDiagnostic;
use typst::foundations::{Bytes, Datetime, Smart};
use typst_pdf::{PdfOptions, PdfStandard, PdfStandards, Timestamp};

use crate::layout::{lay_out, rows};
use crate::protocol::Request;
use crate::world::{Page, Press};

/// A file that was made.
pub struct Pdf {
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// Letters that no font has, each once, in order; a question mark stands for each.
    pub missing: String,
}

/// Sets a document.
///
/// # Errors
/// What the template, or the standards of the file, say against it.
pub fn render(press: &Press, request: &Request) -> Result<Pdf, String> {
    let mut missing = Vec::new();
    let mut document = printable(press, &request.document, &mut missing);
    if let Some(ruler) = &press.ruler {
        ruler.measure(&mut document);
    }
    missing.sort_unstable();
    missing.dedup();
    let logo = document.get("logo").and_then(Value::as_str).map(str::to_owned);
    let rows = rows(&document);
    let document = Bytes::new(document.to_string().into_bytes());
    let page = Page { press, document, logo, rows };
    let paged = lay_out(&page).map_err(|found| words(&found))?;
    let bytes = typst_pdf::pdf(&paged, &options(request)?).map_err(|found| words(&found))?;
    Ok(Pdf { bytes, missing: missing.into_iter().collect() })
}

fn options(request: &Request) -> Result<PdfOptions, String> {
    let (year, month, day) = request.date;
    let date = Datetime::from_ymd_hms(year, month, day, 0, 0, 0).ok_or("the date is none")?;
    let standards = PdfStandards::new(&[PdfStandard::A_2a, PdfStandard::Ua_1])
        .map_err(|error| error.message().to_string())?;
    Ok(PdfOptions {
        ident: Smart::Custom(request.name.clone()),
        creator: Smart::Custom(Some("apportion".to_owned())),
        timestamp: Some(Timestamp::new_utc(date)),
        standards,
        ..PdfOptions::default()
    })
}

/// The same with letters that can be printed.
fn printable(press: &Press, value: &Value, missing: &mut Vec<char>) -> Value {
    match value {
        Value::String(text) => Value::String(press.fonts.printable(text, missing)),
        Value::Array(all) => all.iter().map(|value| printable(press, value, missing)).collect(),
        Value::Object(all) => {
            all.iter().map(|(key, value)| (key.clone(), printable(press, value, missing))).collect()
        }
        other => other.clone(),
    }
}

/// What Typst says, in a line.
fn words(found: &[SourceDiagnostic]) -> String {
    let one = |found: &SourceDiagnostic| {
        let hints = found.hints.iter().map(|hint| format!(" ({})", hint.v)).collect::<String>();
        format!("{}{hints}", found.message)
    };
    found.iter().map(one).collect::<Vec<_>>().join("; ")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::fonts::Fonts;

    fn press() -> Press {
        let Ok(press) = Fonts::new(&[]).and_then(|fonts| Press::new(fonts, None, None)) else {
            panic!("what is built in can be used")
        };
        press
    }

    fn bytes(press: &Press, document: &Value) -> Vec<u8> {
        let request = Request { name: "P-1.pdf".to_owned(), date: (2026, 7, 31), document: document.clone() };
        match render(press, &request) {
            Ok(pdf) => pdf.bytes,
            Err(why) => panic!("{why}"),
        }
    }

    /// A statement with so many lines, among them some that need more than a line of their column, and letters that are measured by nobody.
    fn statement(lines: usize) -> Value {
        let texts = [
            "Forêt & Fils",
            "4%",
            "",
            "AVAVA „Tö“ – 1/2",
            "Юлия",
            "王",
            "one customer with a name that is too long for it",
        ];
        let mut all = texts.iter().cycle();
        let mut text = || all.next().copied().unwrap_or_default();
        let row =
            |number: usize| json!([text(), text(), format!("USD -{number},171.05"), format!("{number}.5%")]);
        let rows: Vec<Value> = (0..lines).map(row).collect();
        json!({
            "language": "de", "title": "Abrechnung", "mark": "ENTWURF", "logo": null, "lead": ["Zoë"], "footer": ["Ende"],
            "blocks": [
                { "kind": "waterfall", "steps": "Schritt", "amounts": "Betrag", "rows": [
                    { "label": "Verdient", "detail": null, "amount": "USD 1.171,11", "role": "change" },
                    { "label": "Anpassung", "detail": "weil", "amount": "USD -71,11", "role": "change" },
                    { "label": "davon gehalten", "detail": null, "amount": "USD 0,00", "role": "beside" },
                    { "label": "Gezahlt", "detail": null, "amount": "USD 1.100,00", "role": "total" },
                ] },
                { "kind": "table", "name": "Zeilen", "named": false, "rows": rows, "total": ["Summe", "", "USD 17.171,17", ""], "columns": [
                    { "title": "Kunde", "number": false }, { "title": "Bemerkung", "number": false },
                    { "title": "Betrag (USD)", "number": true }, { "title": "Satz", "number": true },
                ] },
                { "kind": "table", "name": "Zahlen", "named": true, "rows": [["1", "王"]], "total": null, "columns": [
                    { "title": "Deal", "number": false }, { "title": "Betrag", "number": true },
                ] },
            ],
        })
    }

    #[test]
    fn a_table_that_was_measured_looks_like_one_that_was_tried_out() {
        let measured = press();
        let mut tried_out = press();
        tried_out.ruler = None;
        assert!(measured.ruler.is_some());
        for lines in [0, 3, 80] {
            assert!(
                bytes(&measured, &statement(lines)) == bytes(&tried_out, &statement(lines)),
                "{lines} lines"
            );
        }
    }

    #[test]
    fn a_document_does_not_hang_on_those_before_it() {
        let one = press();
        for lines in [3, 80, 4, 160, 81, 3, 161, 2, 80] {
            let alone = bytes(&press(), &statement(lines));
            assert!(bytes(&one, &statement(lines)) == alone, "{lines} lines");
        }
    }
}
