//! Who pays and who is paid: names, addresses, accounts, banks.

use apportion_book::exports::{ExportKeys, Scheme};

use super::xml::Xml;
use crate::account::{SepaArea, bic, country, iban, routing_number, sepa_area};
use crate::job::{Job, Payment};
use crate::notes::Notes;
use crate::text::Charset;

/// A name with its address.
#[derive(Debug, Clone, Default)]
pub(super) struct Party {
    pub(super) name: String,
    pub(super) address: Option<Address>,
}

/// A structured address; one of lines alone is refused since November 2026.
#[derive(Debug, Clone, Default)]
pub(super) struct Address {
    street: Option<String>,
    building: Option<String>,
    postal_code: Option<String>,
    town: String,
    state: Option<String>,
    country: String,
}

/// An account.
#[derive(Debug, Clone)]
pub(super) enum Account {
    Iban(String),
    Other(String),
}

/// A bank.
#[derive(Debug, Clone, Default)]
pub(super) struct Bank {
    pub(super) bic: Option<String>,
    pub(super) routing: Option<String>,
    pub(super) town: Option<String>,
    pub(super) country: Option<String>,
}

/// Who pays.
#[derive(Debug, Clone)]
pub(super) struct Debtor {
    pub(super) party: Party,
    pub(super) account: Account,
    pub(super) bank: Bank,
    pub(super) currency: Option<String>,
    pub(super) id: Option<String>,
    pub(super) id_scheme: Option<String>,
}

impl Party {
    pub(super) fn write(&self, xml: &mut Xml) {
        xml.leaf("Nm", &self.name);
        let Some(address) = &self.address else { return };
        xml.open("PstlAdr");
        // In the order of the schema.
        let lines = [
            ("StrtNm", address.street.as_deref()),
            ("BldgNb", address.building.as_deref()),
            ("PstCd", address.postal_code.as_deref()),
            ("TwnNm", Some(address.town.as_str())),
            ("CtrySubDvsn", address.state.as_deref()),
            ("Ctry", Some(address.country.as_str())),
        ];
        lines.into_iter().for_each(|(name, text)| {
            if let Some(text) = text {
                xml.leaf(name, text);
            }
        });
        xml.close("PstlAdr");
    }
}

impl Account {
    pub(super) fn id(&self) -> &str {
        match self {
            Self::Iban(id) | Self::Other(id) => id,
        }
    }

    pub(super) fn write(&self, xml: &mut Xml, name: &str, currency: Option<&str>) {
        xml.open(name);
        xml.open("Id");
        match self {
            Self::Iban(iban) => xml.leaf("IBAN", iban),
            Self::Other(id) => {
                xml.open("Othr");
                xml.leaf("Id", id);
                xml.open("SchmeNm");
                xml.leaf("Cd", "BBAN");
                xml.close("SchmeNm");
                xml.close("Othr");
            }
        }
        xml.close("Id");
        if let Some(currency) = currency {
            xml.leaf("Ccy", currency);
        }
        xml.close(name);
    }
}

impl Bank {
    pub(super) fn is_known(&self) -> bool {
        self.bic.is_some() || self.routing.is_some()
    }

    pub(super) fn write(&self, xml: &mut Xml, is_old: bool) {
        xml.open("FinInstnId");
        if let Some(bic) = &self.bic {
            xml.leaf(if is_old { "BIC" } else { "BICFI" }, bic);
        }
        if let Some(routing) = &self.routing {
            xml.open("ClrSysMmbId");
            xml.open("ClrSysId");
            xml.leaf("Cd", "USABA");
            xml.close("ClrSysId");
            xml.leaf("MmbId", routing);
            xml.close("ClrSysMmbId");
        }
        if self.town.is_some() || self.country.is_some() {
            xml.open("PstlAdr");
            for (name, text) in [("TwnNm", &self.town), ("Ctry", &self.country)] {
                if let Some(text) = text {
                    xml.leaf(name, text);
                }
            }
            xml.close("PstlAdr");
        }
        if !self.is_known() {
            xml.open("Othr");
            xml.leaf("Id", "NOTPROVIDED");
            xml.close("Othr");
        }
        xml.close("FinInstnId");
    }
}

pub(super) fn creditor(name: String, address: Option<Address>) -> Party {
    Party { name, address }
}

/// The address of a payee: structured, where town and country are known; needed where the payee is outside of the EEA.
pub(super) fn address(
    job: &Job<'_>,
    payment: &Payment,
    needed: bool,
    notes: &mut Notes,
) -> Option<Option<Address>> {
    let (town, nation) = (payment.detail("town"), payment.detail("country"));
    let (Some(town), Some(nation)) = (town, nation) else {
        if needed {
            let missing = if town.is_none() { "town" } else { "country" };
            notes.bad(&payment.payee_id, format!("`{missing}` is empty, which is needed outside of the EEA"));
            return None;
        }
        return Some(None);
    };
    let nation = match country(nation) {
        Ok(nation) => nation,
        Err(why) => {
            notes.bad(&payment.payee_id, format!("its country {why}"));
            return None;
        }
    };
    let mut line = |column: &str, most: usize| match payment.detail(column) {
        None => Some(None),
        Some(text) => {
            job.fitted((payment, &format!("`{column}`")), text, (Charset::Sepa, most), notes).map(Some)
        }
    };
    let (street, building) = (line("street", 70), line("building", 16));
    let (postal_code, state) = (line("postal_code", 16), line("state", 35));
    let town = job.fitted((payment, "`town`"), town, (Charset::Sepa, 35), notes);
    Some(Some(Address {
        street: street?,
        building: building?,
        postal_code: postal_code?,
        town: town?,
        state: state?,
        country: nation,
    }))
}

/// Who pays, by the export's `debtor`.
pub(super) fn debtor(job: &Job<'_>, scheme: Scheme, notes: &mut Notes) -> Option<Debtor> {
    let keys = job.export.keys.table("debtor")?;
    let mut wrong = |what: &str, why: String| {
        notes.error(
            job.error("debtor", format!("the debtor's {what} {why}")).help("correct `debtor` of the export"),
        );
    };
    let account = match (keys.plain("iban"), keys.plain("account")) {
        (Some(text), _) => match iban(text) {
            Ok(iban) => Some(Account::Iban(iban)),
            Err(why) => {
                wrong("IBAN", why);
                None
            }
        },
        (None, Some(number)) if scheme == Scheme::Cgi => Some(Account::Other(number.to_owned())),
        (None, _) => {
            wrong("account", "is missing: give its `iban`".to_owned());
            None
        }
    };
    let bank = debtor_bank(keys, &mut wrong);
    let name = fitted(keys, "name", 70, &mut wrong);
    let id = fitted(keys, "id", 35, &mut wrong);
    let id_scheme = fitted(keys, "id_scheme", 35, &mut wrong);
    let outside = match &account {
        Some(Account::Iban(iban)) => sepa_area(&iban[..2]) != SepaArea::Inside,
        _ => false,
    };
    let address = debtor_address(keys, outside || scheme == Scheme::Cgi, &mut wrong);
    Some(Debtor {
        party: Party { name: name??, address: address? },
        account: account?,
        bank: bank?,
        currency: keys.plain("account_currency").map(str::to_owned),
        id: id?,
        id_scheme: id_scheme?,
    })
}

fn debtor_bank(keys: &ExportKeys, wrong: &mut impl FnMut(&str, String)) -> Option<Bank> {
    let mut checked = |key: &str, check: fn(&str) -> Result<String, String>, what: &str| match keys.plain(key)
    {
        None => Some(None),
        Some(text) => match check(text) {
            Ok(plain) => Some(Some(plain)),
            Err(why) => {
                wrong(what, why);
                None
            }
        },
    };
    let (bic, routing) = (checked("bic", bic, "BIC"), checked("routing", routing_number, "routing number"));
    Some(Bank { bic: bic?, routing: routing?, town: None, country: None })
}

/// A text of the debtor in the characters of the format: absent, there, or wrong.
fn fitted(
    keys: &ExportKeys,
    key: &str,
    most: usize,
    wrong: &mut impl FnMut(&str, String),
) -> Option<Option<String>> {
    let Some(text) = keys.plain(key) else { return Some(None) };
    match Charset::Sepa.fit(text) {
        Ok(text) if text.chars().count() <= most => Some(Some(text)),
        Ok(_) => {
            wrong(key, format!("is longer than {most} characters"));
            None
        }
        Err(c) => {
            wrong(key, format!("has the character {}, which the format lacks", crate::job::shown(c)));
            None
        }
    }
}

fn debtor_address(
    keys: &ExportKeys,
    needed: bool,
    wrong: &mut impl FnMut(&str, String),
) -> Option<Option<Address>> {
    let (town, nation) = (fitted(keys, "town", 35, wrong)?, keys.plain("country"));
    let (Some(town), Some(nation)) = (town, nation) else {
        if needed {
            wrong("address", "needs `town` and `country`".to_owned());
            return None;
        }
        return Some(None);
    };
    let nation = match country(nation) {
        Ok(nation) => nation,
        Err(why) => {
            wrong("country", why);
            return None;
        }
    };
    Some(Some(Address {
        street: fitted(keys, "street", 70, wrong)?,
        building: fitted(keys, "building", 16, wrong)?,
        postal_code: fitted(keys, "postal_code", 16, wrong)?,
        town,
        state: fitted(keys, "state", 35, wrong)?,
        country: nation,
    }))
}
