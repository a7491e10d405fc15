//! Exports as a whole: worked examples of every format, damaged files, and closes of any kind.

mod damaged;
mod payroll;
mod property;
mod transfers;
mod who;

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use apportion_base::diagnostic::{Code, Diagnostic, Files};
use apportion_base::money::{Currency, Minor};
use apportion_base::world::{Memory, World};
use apportion_book::{self as book, ExportSettings};
use apportion_data::{payees_alone, payment_details};

use crate::close::{ClosedMonth, ClosedPayee, Item};
use crate::export::{Ground, PreparedExport, Request, prepare};
use crate::job::{Created, Occasion};
use crate::people::People;
use crate::read::day_of;

/// A close of July 2026, and a project around it.
#[derive(Debug, Clone)]
pub(crate) struct Case {
    exports: String,
    payees: String,
    details: String,
    paid: Vec<ClosedPayee>,
    execution: &'static str,
    leave_out: Vec<&'static str>,
    only: Vec<&'static str>,
    allow_unexported: bool,
    names: Vec<&'static str>,
}

/// What a payee is paid: an amount such as `1250.25 USD`, and items such as `("ramp", "-80.00")`.
pub(crate) fn paid(payee: &str, amount: &str, items: &[(&str, &str)]) -> ClosedPayee {
    let (amount, code) = amount.split_once(' ').unwrap();
    let currency = Currency::from_code(code).unwrap();
    let minor = |text: &str| Minor::new(crate::read::amount(text, currency.digits(), '.').unwrap());
    let items = items.iter().map(|(name, amount)| Item { name: (*name).to_owned(), amount: minor(amount) });
    ClosedPayee {
        payee_id: payee.to_owned(),
        name: String::new(),
        amount: minor(amount),
        currency,
        items: items.collect(),
    }
}

impl Case {
    pub(crate) fn new(exports: &str, details: &str, paid: Vec<ClosedPayee>) -> Self {
        let ids: String = paid.iter().map(|payee| format!("{},employee\n", payee.payee_id)).collect();
        Self {
            exports: exports.to_owned(),
            payees: format!("payee_id,kind\n{ids}"),
            details: details.to_owned(),
            paid,
            execution: "2026-08-14",
            leave_out: Vec::new(),
            only: Vec::new(),
            allow_unexported: false,
            names: Vec::new(),
        }
    }

    fn world(&self) -> Arc<dyn World> {
        let book = "[book]\nname = \"t\"\ncurrency = \"USD\"\nrules = [\"r.toml\"]\n[sources]\n\
             deals = { path = \"d.csv\" }\npayees = { path = \"payees.csv\" }\npayment_details = { path = \"details.csv\" }\n";
        Memory::new()
            .with("apportion.toml", format!("{book}{}", self.exports))
            .with("payees.csv", &self.payees)
            .with("details.csv", &self.details)
            .shared()
    }

    fn settings(&self) -> Vec<ExportSettings> {
        let mut files = Files::default();
        let read = book::read(self.world().as_ref(), Path::new(""), &mut files);
        read.unwrap_or_else(|found| panic!("{found:?}")).exports
    }

    pub(crate) fn prepared(&self) -> Result<Vec<PreparedExport>, Vec<Diagnostic>> {
        let world = self.world();
        let mut files = Files::default();
        let book = book::read(world.as_ref(), Path::new(""), &mut files)?;
        let alone = payees_alone(&world, &book)?;
        let details = payment_details(&world, &book)?;
        let day = |text: &str| day_of(text).unwrap();
        let mut paid = self.paid.clone();
        paid.sort_by(|a, b| a.payee_id.cmp(&b.payee_id));
        let month = ClosedMonth {
            close: "0007-2026-07".to_owned(),
            digest: "0".repeat(64),
            period: "2026-07".to_owned(),
            first: day("2026-07-01"),
            last: day("2026-07-31"),
            currency: Currency::from_code("USD").unwrap(),
            payees: paid,
            unpaid: Vec::new(),
        };
        let people = People::new(&alone.payees, alone.columns, month.last);
        let exports = self.settings();
        let ground = Ground { month: &month, people: &people, details: &details, exports: &exports };
        let texts = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>();
        let set = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect::<BTreeSet<_>>();
        let occasion = Occasion {
            period: month.period.clone(),
            month: (month.first, month.last),
            execution: day(self.execution),
            created: Created { day: day("2026-08-13"), second: 34_200 },
        };
        prepare(
            ground,
            &Request {
                names: texts(&self.names),
                occasion,
                leave_out: set(&self.leave_out),
                only: set(&self.only),
                allow_unexported: self.allow_unexported,
                set: Vec::new(),
            },
        )
    }

    /// The one export, which can be written.
    pub(crate) fn fine(&self) -> PreparedExport {
        let prepared = self.prepared().unwrap_or_else(|found| panic!("{found:#?}"));
        let [one] = <[PreparedExport; 1]>::try_from(prepared).unwrap();
        one
    }

    /// The text of its one file.
    pub(crate) fn text(&self) -> String {
        let one = self.fine();
        assert_eq!(one.files.len(), 1);
        encoding_rs::WINDOWS_1252.decode_without_bom_handling(&one.files[0].bytes).0.into_owned()
    }

    /// What stops it, with all that is listed.
    pub(crate) fn stopped(&self, code: Code) -> String {
        let found = self.prepared().map(|_| ()).unwrap_err();
        let texts: Vec<String> = found
            .iter()
            .filter(|one| one.code == code)
            .map(|one| format!("{}\n{}", one.message, one.help.join("\n")))
            .collect();
        assert!(!texts.is_empty(), "{found:#?}");
        texts.join("\n")
    }

    /// What it warns of.
    pub(crate) fn warned(&self) -> Vec<(Code, String)> {
        self.fine().warnings.into_iter().map(|warning| (warning.code, warning.message)).collect()
    }
}

/// The lines of a file, without their ends.
pub(crate) fn lines(text: &str) -> Vec<&str> {
    text.split_terminator("\r\n").collect()
}
