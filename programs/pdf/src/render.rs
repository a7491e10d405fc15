//! A document as the bytes of a PDF: PDF/A-2a and PDF/UA-1 in one.

use serde_json::Value;
use typst::diag::SourceDiagnostic;
use typst::foundations::{Bytes, Datetime, Smart};
use typst_layout::PagedDocument;
use typst_pdf::{PdfOptions, PdfStandard, PdfStandards, Timestamp};

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
    let document = printable(press, &request.document, &mut missing);
    missing.sort_unstable();
    missing.dedup();
    let logo = document.get("logo").and_then(Value::as_str).map(str::to_owned);
    let document = Bytes::new(document.to_string().into_bytes());
    let page = Page { press, document, logo };
    let paged: PagedDocument = typst::compile(&page).output.map_err(|found| words(&found))?;
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
