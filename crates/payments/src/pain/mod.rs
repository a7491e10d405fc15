//! ISO 20022 credit transfers: pain.001 in the versions of 2019 and 2009, by the rules of SEPA or of CGI.

mod parties;
mod read;
mod xml;

use std::collections::BTreeMap;

use apportion_base::diagnostic::Code;
use apportion_base::money::Minor;
use apportion_book::ExportFormat;
use apportion_book::display_day;
use apportion_book::exports::Scheme;

use crate::account::{SepaArea, bic, iban, routing_number, sepa_area};
use crate::days::Calendar;
use crate::job::{Job, OutputFile, Payment, Written, choice, hash};
use crate::notes::Notes;
use crate::text::Charset;
use parties::{Account, Bank, Debtor, Party, address, creditor, debtor};
use xml::Xml;

pub use read::read;

/// The most of an amount in SEPA, in cents.
const MOST: i64 = 99_999_999_999;
/// The longest id.
const LONGEST_ID: usize = 35;
/// The longest text for the payee.
const LONGEST_REMITTANCE: usize = 140;

/// The namespace of a version.
pub(crate) fn namespace(format: ExportFormat) -> String {
    format!("urn:iso:std:iso:20022:tech:xsd:{}", format.word())
}

/// A transfer, ready to be written.
#[derive(Debug, Clone)]
struct Transfer {
    payee_id: String,
    end_to_end: String,
    amount: Minor,
    currency: apportion_base::money::Currency,
    category: String,
    purpose: String,
    creditor: Party,
    account: Account,
    bank: Bank,
    remittance: String,
    instrument: Option<String>,
}

/// What is the same for all transfers of a file.
#[derive(Debug)]
struct Terms {
    debtor: Debtor,
    scheme: Scheme,
    is_old: bool,
    service: String,
    charges: String,
    batch: bool,
}

/// The files of some payments.
pub fn write(job: &Job<'_>, payments: &[Payment], notes: &mut Notes) -> Written {
    let mut written = Written::default();
    let Some(terms) = terms(job, notes) else { return written };
    let transfers: Vec<Transfer> =
        payments.iter().filter_map(|payment| transfer(job, &terms, payment, notes)).collect();
    for transfer in &transfers {
        if let Some(other) = written.keys.insert(transfer.end_to_end.clone(), transfer.payee_id.clone()) {
            notes.unfit(&transfer.payee_id, format!("its reference is that of payee `{other}`, too"));
        }
        written.references.insert(transfer.payee_id.clone(), transfer.end_to_end.clone());
    }
    warn(job, &terms, &transfers, notes);
    let most = job.export.keys.whole("max_rows").map_or(usize::MAX, |most| most as usize);
    for (place, part) in transfers.chunks(most.max(1)).enumerate() {
        let stem = format!("{}-{}", job.reference(), job.export.name);
        let name = if place == 0 { format!("{stem}.xml") } else { format!("{stem}-{}.xml", place + 1) };
        written.files.push(OutputFile { name, bytes: document(job, &terms, part).into_bytes() });
    }
    written
}

fn terms(job: &Job<'_>, notes: &mut Notes) -> Option<Terms> {
    let scheme = choice(job.export, "scheme", Scheme::Sepa);
    let debtor = debtor(job, scheme, notes)?;
    let (service, charges) = match scheme {
        Scheme::Sepa => ("SEPA".to_owned(), "SLEV".to_owned()),
        Scheme::Cgi => (job.text("service_level", "NURG", notes), job.text("charge_bearer", "SHAR", notes)),
    };
    for (key, text, known) in [
        ("service_level", &service, ["SEPA", "NURG", "URGP", "SDVA"].as_slice()),
        ("charge_bearer", &charges, ["SLEV", "SHAR", "DEBT", "CRED"].as_slice()),
    ] {
        if !known.contains(&text.as_str()) {
            notes.error(
                job.error(key, format!("`{key}` can't be \"{text}\""))
                    .help(format!("one of {}", known.join(", "))),
            );
        }
    }
    if scheme == Scheme::Sepa && job.currency.code() != "EUR" {
        let message = format!("SEPA pays euros, and the export's currency is {}", job.currency.code());
        notes.error(job.error("currency", message).help("for other currencies: scheme = \"cgi\""));
    }
    let is_old = job.export.format.value == ExportFormat::Pain00100103;
    let batch = job.export.keys.flag("batch_booking").unwrap_or(true);
    Some(Terms { debtor, scheme, is_old, service, charges, batch })
}

fn transfer(job: &Job<'_>, terms: &Terms, payment: &Payment, notes: &mut Notes) -> Option<Transfer> {
    let is_partner = payment.own.get("kind").is_some_and(|kind| kind == "partner");
    let (category, purpose) = if is_partner { ("SUPP", "COMM") } else { ("SALA", "SALA") };
    let code = |key: &str, default: &str, notes: &mut Notes| {
        let text = job.text_of(key, payment, None, notes).unwrap_or_else(|| default.to_owned());
        let fits = (1..=4).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_uppercase());
        job.exact((payment, &format!("`{key}`")), &text, (fits, "a code of at most four capitals"), notes)
    };
    let category = code("category_purpose", category, notes);
    let purpose = code("purpose", purpose, notes);
    if category.as_deref() == Some("COMM") {
        notes.error(
            job.error("category_purpose", "`COMM` is no category purpose")
                .help("it is one of `purpose`; partners have SUPP"),
        );
    }
    let instrument = match (terms.scheme, job.export.keys.text("local_instrument")) {
        (Scheme::Cgi, Some(_)) => Some(job.text_of("local_instrument", payment, None, notes)?),
        _ => None,
    };
    let name = payment.holder();
    if name.is_none() {
        notes.bad(&payment.payee_id, "it has no name: give an `account_name`");
    }
    let name = name.and_then(|name| job.fitted((payment, "the name"), &name, (Charset::Sepa, 70), notes));
    let written = job.text_of("remittance", payment, None, notes);
    let written = written.unwrap_or_else(|| job.filled("Commission {period} {payee_id}", Some(payment)));
    let remittance =
        job.fitted((payment, "the remittance text"), &written, (Charset::Sepa, LONGEST_REMITTANCE), notes);
    let account = account(terms, payment, notes);
    let bank = bank(terms, payment, notes);
    let outside = terms.scheme == Scheme::Cgi || is_outside(terms, account.as_ref());
    let address = address(job, payment, outside, notes);
    if terms.scheme == Scheme::Sepa && payment.amount.raw() > MOST {
        notes.unfit(&payment.payee_id, "its amount is more than 999,999,999.99, the most of SEPA");
    }
    Some(Transfer {
        payee_id: payment.payee_id.clone(),
        end_to_end: end_to_end(job, &payment.payee_id),
        amount: payment.amount,
        currency: payment.currency,
        category: category?,
        purpose: purpose?,
        creditor: creditor(name?, address?),
        account: account?,
        bank: bank?,
        remittance: remittance?,
        instrument,
    })
}

/// The payment's own reference: of month and payee alone, so that a second payment is seen.
fn end_to_end(job: &Job<'_>, payee_id: &str) -> String {
    let plain = format!("{}-{payee_id}", job.reference());
    let slashes = plain.contains("//") || plain.ends_with('/');
    if Charset::Sepa.has_all(&plain) && plain.len() <= LONGEST_ID && !slashes && plain.trim() == plain {
        plain
    } else {
        format!("{}-{}", job.reference(), hash(16, payee_id))
    }
}

fn account(terms: &Terms, payment: &Payment, notes: &mut Notes) -> Option<Account> {
    let given = payment.detail("iban");
    let Some(text) = given else {
        return match terms.scheme {
            Scheme::Sepa => {
                payment.needed("iban", notes);
                None
            }
            Scheme::Cgi => {
                let Some(number) = payment.detail("account_number") else {
                    notes.bad(&payment.payee_id, "it has neither `iban` nor `account_number`");
                    return None;
                };
                let fits = number.len() <= 34
                    && number.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
                if !fits {
                    notes.bad(
                        &payment.payee_id,
                        "its account number is not at most 34 letters, digits or dashes",
                    );
                }
                fits.then(|| Account::Other(number.to_owned()))
            }
        };
    };
    let plain = iban(text).map_err(|why| notes.bad(&payment.payee_id, format!("its IBAN {why}"))).ok()?;
    if terms.scheme == Scheme::Sepa {
        let country = &plain[..2];
        match sepa_area(country) {
            SepaArea::Inside => {}
            SepaArea::OutsideEea if payment.detail("bic").is_none() => notes.warn(
                Code::BankMayRefuse,
                format!("payee `{}` has an account in {country} and no BIC; some banks ask for it outside of the EEA", payment.payee_id),
                "give its `bic` in payment_details",
            ),
            SepaArea::OutsideEea => {}
            SepaArea::Joining => notes.warn(
                Code::BankMayRefuse,
                format!("payee `{}` has an account in {country}, of which it is not certain that it takes part in SEPA", payment.payee_id),
                "ask the bank",
            ),
            SepaArea::No => {
                notes.bad(&payment.payee_id, format!("its IBAN is of {country}, which is not in the SEPA area"));
                return None;
            }
        }
    }
    Some(Account::Iban(plain))
}

fn bank(terms: &Terms, payment: &Payment, notes: &mut Notes) -> Option<Bank> {
    let payee = &payment.payee_id;
    let checked = |text: Option<&str>,
                   check: fn(&str) -> Result<String, String>,
                   what: &str,
                   notes: &mut Notes| match text {
        None => Some(None),
        Some(text) => match check(text) {
            Ok(plain) => Some(Some(plain)),
            Err(why) => {
                notes.bad(payee, format!("its {what} {why}"));
                None
            }
        },
    };
    let bic = checked(payment.detail("bic"), bic, "BIC", notes)?;
    if terms.scheme == Scheme::Sepa {
        return Some(Bank { bic, ..Bank::default() });
    }
    let routing = checked(payment.detail("routing_number"), routing_number, "routing number", notes)?;
    if bic.is_none() && routing.is_none() {
        notes.bad(payee, "it has neither `bic` nor `routing_number`");
        return None;
    }
    let country = checked(payment.detail("bank_country"), crate::account::country, "`bank_country`", notes)?;
    let town = payment.detail("bank_town").map(str::to_owned);
    let town = match town.map(|town| Charset::Sepa.fit(&town)) {
        None => None,
        Some(Ok(town)) if town.chars().count() <= 35 => Some(town),
        Some(_) => {
            notes.bad(payee, "its `bank_town` is longer than 35 characters or has others than the format");
            return None;
        }
    };
    Some(Bank { bic, routing, town, country })
}

/// Whether the payee's account or the company's is outside of the EEA, where addresses are needed.
fn is_outside(terms: &Terms, account: Option<&Account>) -> bool {
    let outside = |account: &Account| match account {
        Account::Iban(iban) => sepa_area(&iban[..2]) != SepaArea::Inside,
        Account::Other(_) => true,
    };
    account.is_some_and(outside) || outside(&terms.debtor.account)
}

fn warn(job: &Job<'_>, terms: &Terms, transfers: &[Transfer], notes: &mut Notes) {
    let execution = job.occasion.execution;
    let target = Calendar::Target;
    if terms.scheme == Scheme::Sepa && !target.is_open(execution) {
        let (day, next) = (display_day(execution), display_day(target.next_open(execution)));
        notes.warn(
            Code::NoBankingDay,
            format!("{day} is no banking day of TARGET"),
            format!("the bank takes the next, {next}; or say it: --execution-date {next}"),
        );
    }
    let mut seen: BTreeMap<(String, i64, &str), &str> = BTreeMap::new();
    for transfer in transfers {
        let key = (transfer.account.id().to_owned(), transfer.amount.raw(), transfer.currency.code());
        if let Some(other) = seen.insert(key, &transfer.payee_id) {
            notes.warn(
                Code::RepeatedPayment,
                format!(
                    "payees `{other}` and `{}` get the same amount into the same account",
                    transfer.payee_id
                ),
                "banks may take the second for a repeat of the first; see whether both are meant",
            );
        }
    }
}

/// The groups of transfers of which each gets its own PmtInf: by category purpose, instrument and currency.
fn groups(transfers: &[Transfer]) -> Vec<Vec<&Transfer>> {
    let mut groups: BTreeMap<(&str, Option<&str>, &str), Vec<&Transfer>> = BTreeMap::new();
    for transfer in transfers {
        let key = (transfer.category.as_str(), transfer.instrument.as_deref(), transfer.currency.code());
        groups.entry(key).or_default().push(transfer);
    }
    groups.into_values().collect()
}

/// What the file's own reference is made of: who pays what to whom.
fn content(job: &Job<'_>, terms: &Terms, transfers: &[Transfer]) -> String {
    let mut content = format!(
        "{}\n{}\n{}\n",
        job.export.name,
        terms.debtor.account.id(),
        display_day(job.occasion.execution)
    );
    for transfer in transfers {
        let amount = transfer.amount.text(transfer.currency.digits());
        let parts = [
            transfer.end_to_end.as_str(),
            transfer.account.id(),
            amount.as_str(),
            transfer.currency.code(),
            transfer.creditor.name.as_str(),
        ];
        content.push_str(&parts.join("\t"));
        content.push('\n');
    }
    content
}

fn document(job: &Job<'_>, terms: &Terms, transfers: &[Transfer]) -> String {
    let message = format!("{}-{}", job.reference(), hash(16, &content(job, terms, transfers)));
    let mut xml = Xml::new(&namespace(job.export.format.value));
    xml.open("CstmrCdtTrfInitn");
    xml.open("GrpHdr");
    xml.leaf("MsgId", &message);
    xml.leaf("CreDtTm", &job.occasion.created.iso());
    counted(&mut xml, transfers.iter());
    xml.open("InitgPty");
    xml.leaf("Nm", &terms.debtor.party.name);
    organisation(&mut xml, terms);
    xml.close("InitgPty");
    xml.close("GrpHdr");
    for (place, group) in groups(transfers).iter().enumerate() {
        payment_information(&mut xml, (job, terms), &format!("{message}-{}", place + 1), group);
    }
    xml.close("CstmrCdtTrfInitn");
    xml.finish()
}

/// NbOfTxs and CtrlSum.
fn counted<'t>(xml: &mut Xml, transfers: impl Iterator<Item = &'t Transfer> + Clone) {
    let digits = transfers.clone().map(|transfer| transfer.currency.digits()).max().unwrap_or(2);
    let scaled = |transfer: &Transfer| {
        let up = 10_i128.pow(digits - transfer.currency.digits());
        transfer.amount.wide() * up
    };
    let sum: i128 = transfers.clone().map(scaled).sum();
    xml.leaf("NbOfTxs", &transfers.count().to_string());
    xml.leaf("CtrlSum", &apportion_base::money::format_scaled(sum, digits));
}

fn organisation(xml: &mut Xml, terms: &Terms) {
    let Some(id) = &terms.debtor.id else { return };
    xml.open("Id");
    xml.open("OrgId");
    xml.open("Othr");
    xml.leaf("Id", id);
    if let Some(scheme) = &terms.debtor.id_scheme {
        xml.open("SchmeNm");
        // Codes have four letters; anything else is a scheme of the bank's own.
        let is_code = scheme.len() == 4 && scheme.bytes().all(|byte| byte.is_ascii_uppercase());
        xml.leaf(if is_code { "Cd" } else { "Prtry" }, scheme);
        xml.close("SchmeNm");
    }
    xml.close("Othr");
    xml.close("OrgId");
    xml.close("Id");
}

fn payment_information(xml: &mut Xml, (job, terms): (&Job<'_>, &Terms), id: &str, group: &[&Transfer]) {
    let Some(first) = group.first() else { return };
    xml.open("PmtInf");
    xml.leaf("PmtInfId", id);
    xml.leaf("PmtMtd", "TRF");
    xml.leaf("BtchBookg", if terms.batch { "true" } else { "false" });
    counted(xml, group.iter().copied());
    xml.open("PmtTpInf");
    xml.open("SvcLvl");
    xml.leaf("Cd", &terms.service);
    xml.close("SvcLvl");
    if let Some(instrument) = &first.instrument {
        xml.open("LclInstrm");
        xml.leaf("Cd", instrument);
        xml.close("LclInstrm");
    }
    xml.open("CtgyPurp");
    xml.leaf("Cd", &first.category);
    xml.close("CtgyPurp");
    xml.close("PmtTpInf");
    let day = display_day(job.occasion.execution);
    if terms.is_old {
        xml.leaf("ReqdExctnDt", &day);
    } else {
        xml.open("ReqdExctnDt");
        xml.leaf("Dt", &day);
        xml.close("ReqdExctnDt");
    }
    xml.open("Dbtr");
    terms.debtor.party.write(xml);
    organisation(xml, terms);
    xml.close("Dbtr");
    terms.debtor.account.write(xml, "DbtrAcct", terms.debtor.currency.as_deref());
    xml.open("DbtrAgt");
    terms.debtor.bank.write(xml, terms.is_old);
    xml.close("DbtrAgt");
    xml.leaf("ChrgBr", &terms.charges);
    group.iter().for_each(|transfer| credit(xml, terms, transfer));
    xml.close("PmtInf");
}

fn credit(xml: &mut Xml, terms: &Terms, transfer: &Transfer) {
    xml.open("CdtTrfTxInf");
    xml.open("PmtId");
    xml.leaf("EndToEndId", &transfer.end_to_end);
    xml.close("PmtId");
    xml.open("Amt");
    let amount = transfer.amount.text(transfer.currency.digits());
    xml.leaf_with("InstdAmt", ("Ccy", transfer.currency.code()), &amount);
    xml.close("Amt");
    if transfer.bank.is_known() {
        xml.open("CdtrAgt");
        transfer.bank.write(xml, terms.is_old);
        xml.close("CdtrAgt");
    }
    xml.open("Cdtr");
    transfer.creditor.write(xml);
    xml.close("Cdtr");
    transfer.account.write(xml, "CdtrAcct", None);
    xml.open("Purp");
    xml.leaf("Cd", &transfer.purpose);
    xml.close("Purp");
    xml.open("RmtInf");
    xml.leaf("Ustrd", &transfer.remittance);
    xml.close("RmtInf");
    xml.close("CdtTrfTxInf");
}
