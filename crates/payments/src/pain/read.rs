//! Reads a file of transfers again: every element in its place, every sum as it says.

use quick_xml::Reader;
use quick_xml::events::Event;

use apportion_base::money::Currency;

use super::namespace;
use crate::account::{bic, iban};
use crate::job::Job;
use crate::read::{ReadRow, amount, day_of};
use crate::text::Charset;

/// An element of a document.
#[derive(Debug, Default)]
struct Element {
    name: String,
    attribute: Option<String>,
    text: String,
    children: Vec<Element>,
}

impl Element {
    fn child(&self, name: &str) -> Option<&Element> {
        self.children.iter().find(|child| child.name == name)
    }

    fn all<'e>(&'e self, name: &'e str) -> impl Iterator<Item = &'e Element> {
        self.children.iter().filter(move |child| child.name == name)
    }

    /// The text of an element further down.
    fn text_at(&self, path: &[&str]) -> Result<&str, String> {
        let mut element = self;
        for name in path {
            if element.all(name).count() > 1 {
                return Err(format!("{} has several {name}", element.name));
            }
            element =
                element.child(name).ok_or_else(|| format!("{} has no {}", element.name, path.join("/")))?;
        }
        Ok(&element.text)
    }
}

/// The most elements that stand in one another.
const DEEPEST: usize = 16;

/// The top element of a document.
fn parse(bytes: &[u8]) -> Result<Element, String> {
    let text = std::str::from_utf8(bytes).map_err(|_| "it is not UTF-8".to_owned())?;
    if !text.starts_with("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n") || !text.ends_with("</Document>\n") {
        return Err("it does not begin or end as a document does".to_owned());
    }
    let mut reader = Reader::from_str(text);
    let mut open: Vec<Element> = vec![Element::default()];
    loop {
        match reader.read_event().map_err(|error| format!("it is no XML: {error}"))? {
            Event::Start(start) => {
                let name = start.name().as_ref().to_owned();
                let mut attributes = start.attributes();
                let attribute = match attributes.next() {
                    None => None,
                    Some(Ok(attribute)) => Some(attribute.value.into_owned()),
                    Some(Err(error)) => return Err(format!("it is no XML: {error}")),
                };
                if open.len() > DEEPEST {
                    return Err("its elements stand in one another too deeply".to_owned());
                }
                open.push(Element { name, attribute, ..Element::default() });
            }
            Event::End(_) => {
                let done = open.pop().ok_or("an element ends that did not begin")?;
                open.last_mut().ok_or("an element ends that did not begin")?.children.push(done);
            }
            Event::Text(text) => {
                if let Some(element) = open.last_mut() {
                    element.text.push_str(&text);
                }
            }
            Event::GeneralRef(reference) => {
                let character = match &*reference {
                    "amp" => '&',
                    "lt" => '<',
                    "gt" => '>',
                    "quot" => '"',
                    "apos" => '\'',
                    _ => return Err("it has a reference that no file of ours has".to_owned()),
                };
                if let Some(element) = open.last_mut() {
                    element.text.push(character);
                }
            }
            Event::Eof => break,
            Event::Decl(_) => {}
            Event::Empty(_) | Event::CData(_) | Event::Comment(_) | Event::PI(_) | Event::DocType(_) => {
                return Err("it has something that no file of ours has".to_owned());
            }
        }
    }
    match <[Element; 1]>::try_from(open) {
        Ok([top]) => top.children.into_iter().next().ok_or_else(|| "it is empty".to_owned()),
        Err(_) => Err("it is cut off".to_owned()),
    }
}

/// Reads a file again.
///
/// # Errors
/// What is wrong with it.
pub fn read(job: &Job<'_>, bytes: &[u8]) -> Result<Vec<ReadRow>, String> {
    let document = parse(bytes)?;
    if document.name != "Document"
        || document.attribute.as_deref() != Some(&namespace(job.export.format.value))
    {
        return Err("it is no document of this version".to_owned());
    }
    let initiation = document.child("CstmrCdtTrfInitn").ok_or("it has no CstmrCdtTrfInitn")?;
    let header = initiation.child("GrpHdr").ok_or("it has no GrpHdr")?;
    let message = header.text_at(&["MsgId"])?;
    is_id(message)?;
    let mut rows = Vec::new();
    let mut references = std::collections::BTreeSet::new();
    for group in initiation.all("PmtInf") {
        let of_group = group_rows(group, message)?;
        check_totals(group, &of_group)?;
        rows.extend(of_group);
    }
    for row in &rows {
        if !references.insert(row.key.as_str()) {
            return Err("an EndToEndId stands there twice".to_owned());
        }
    }
    check_totals(header, &rows)?;
    Ok(rows)
}

fn is_id(text: &str) -> Result<(), String> {
    let slashes = text.starts_with('/') || text.ends_with('/') || text.contains("//");
    if text.is_empty() || text.len() > super::LONGEST_ID || slashes || !Charset::Sepa.has_all(text) {
        return Err("an id is longer than 35 characters, or has others than the format".to_owned());
    }
    Ok(())
}

fn group_rows(group: &Element, message: &str) -> Result<Vec<ReadRow>, String> {
    let id = group.text_at(&["PmtInfId"])?;
    is_id(id)?;
    if !id.starts_with(message) || group.text_at(&["PmtMtd"])? != "TRF" {
        return Err("a PmtInf is none of this message's transfers".to_owned());
    }
    let day = group.text_at(&["ReqdExctnDt", "Dt"]).or_else(|_| group.text_at(&["ReqdExctnDt"]))?;
    day_of(day).ok_or("ReqdExctnDt is no date")?;
    account(group, "DbtrAcct")?;
    let service = group.text_at(&["PmtTpInf", "SvcLvl", "Cd"])?;
    let is_sepa = service == "SEPA";
    if is_sepa != (group.text_at(&["ChrgBr"])? == "SLEV") && is_sepa {
        return Err("a SEPA transfer has other charges than SLEV".to_owned());
    }
    group.all("CdtTrfTxInf").map(|transfer| row(transfer, is_sepa)).collect()
}

fn account(element: &Element, name: &str) -> Result<(), String> {
    if let Ok(text) = element.text_at(&[name, "Id", "IBAN"]) {
        return match iban(text) {
            Ok(plain) if plain == text => Ok(()),
            Ok(_) => Err(format!("the IBAN of a {name} is not written as one")),
            Err(why) => Err(format!("the IBAN of a {name} {why}")),
        };
    }
    element.text_at(&[name, "Id", "Othr", "Id"]).map(drop)
}

fn row(transfer: &Element, is_sepa: bool) -> Result<ReadRow, String> {
    let key = transfer.text_at(&["PmtId", "EndToEndId"])?.to_owned();
    is_id(&key)?;
    let instructed = transfer
        .child("Amt")
        .and_then(|amount| amount.child("InstdAmt"))
        .ok_or("a transfer has no InstdAmt")?;
    let code = instructed.attribute.clone().ok_or("an amount has no currency")?;
    let currency = Currency::from_code(&code).ok_or("an amount has a currency that is none")?;
    if is_sepa && code != "EUR" {
        return Err("a SEPA transfer is not in euros".to_owned());
    }
    let amount = amount(&instructed.text, currency.digits(), '.')?;
    if amount <= 0 || (is_sepa && amount > super::MOST) {
        return Err("an amount is not above 0, or more than the scheme takes".to_owned());
    }
    let name = transfer.text_at(&["Cdtr", "Nm"])?;
    let text = transfer.text_at(&["RmtInf", "Ustrd"])?;
    let fits =
        |text: &str, most: usize| !text.is_empty() && text.len() <= most && Charset::Sepa.has_all(text);
    if !fits(name, 70) || !fits(text, super::LONGEST_REMITTANCE) {
        return Err(
            "a name or a remittance text is empty, too long, or has characters that the format lacks"
                .to_owned(),
        );
    }
    account(transfer, "CdtrAcct")?;
    let agent = |tag: &str| transfer.text_at(&["CdtrAgt", "FinInstnId", tag]);
    if let Ok(text) = agent("BICFI").or_else(|_| agent("BIC")) {
        bic(text).map_err(|why| format!("the BIC of a CdtrAgt {why}"))?;
    }
    Ok(ReadRow { key, amount, currency: Some(code) })
}

/// That NbOfTxs and CtrlSum are those of the transfers.
fn check_totals(element: &Element, rows: &[ReadRow]) -> Result<(), String> {
    let number = element.text_at(&["NbOfTxs"])?;
    if number != rows.len().to_string() {
        return Err(format!("{} says {number} transfers, and there are {}", element.name, rows.len()));
    }
    let digits_of =
        |row: &ReadRow| row.currency.as_deref().and_then(Currency::from_code).map_or(2, Currency::digits);
    let digits = rows.iter().map(digits_of).max().unwrap_or(2);
    let sum: i128 =
        rows.iter().map(|row| i128::from(row.amount) * 10_i128.pow(digits - digits_of(row))).sum();
    let said = element.text_at(&["CtrlSum"])?;
    if said != apportion_base::money::format_scaled(sum, digits) {
        return Err(format!("CtrlSum of {} is not the sum of its transfers", element.name));
    }
    Ok(())
}
