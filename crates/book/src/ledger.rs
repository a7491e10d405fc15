//! `[ledger]` of the project file.

use std::path::{Component, Path};

use rust_decimal::Decimal;

use crate::config::number::scaled;
use crate::config::{Item, Table};
use crate::parameters::ledger as keys;
use crate::{Every, Period, SourceValue};
use apportion_base::diagnostic::{Code, Diagnostic, Span};
use apportion_base::money::{Currency, Minor};

/// How months are closed.
#[derive(Debug, Clone)]
pub struct LedgerSettings {
    /// The place of its header.
    pub span: Span,
    /// The ledger's folder, relative to the project's.
    pub path: String,
    /// The first month that is closed.
    pub first: Period,
    /// The file with the balances of the system before, relative to the project's folder.
    pub opening: Option<SourceValue<String>>,
    /// Fiscal years before that of the month whose deals are computed again.
    pub true_up: u32,
    /// Whether copies of the data stand in the ledger.
    pub keep_inputs: bool,
    /// The sum of true-ups from which on it has to be accepted.
    pub review_over: Option<Minor>,
    /// Bands by what is paid, ascending; the first is from 0.
    pub approvals: Vec<ApprovalBand>,
}

/// How many people must approve a close that pays so much.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ApprovalBand {
    /// From this sum on.
    pub from: Minor,
    /// So many people other than the preparer.
    pub need: u32,
}

impl LedgerSettings {
    /// How many people other than the preparer must approve a close that pays `paid` minor units.
    pub fn approvals_for(&self, paid: i128) -> u32 {
        let band = self.approvals.iter().rev().find(|band| band.from.wide() <= paid);
        band.map_or(0, |band| band.need)
    }
}

/// Reads `[ledger]`; amounts are of this currency. `None` where it has errors, which were reported.
pub(crate) fn read(table: &Table<'_>, currency: Currency) -> Option<LedgerSettings> {
    table.keys(keys::LEDGER.parameters);
    let path = table.of(&keys::PATH).map_or(Some("ledger".to_owned()), |item| folder(&item));
    let first = table.of(&keys::FIRST).and_then(|item| month(&item));
    let opening = table.optional(&keys::OPENING, Item::some_text);
    let true_up = table.whole(&keys::TRUE_UP);
    let keep_inputs = table.of(&keys::KEEP_INPUTS).map_or(Some(true), |item| item.flag());
    let review_over = table.optional(&keys::REVIEW_OVER, |item| amount(item, currency));
    let approvals = match table.of(&keys::APPROVALS) {
        None => Some(vec![ApprovalBand { from: Minor::ZERO, need: 1 }]),
        Some(item) => approvals(&item, currency),
    };
    Some(LedgerSettings {
        span: table.span(),
        path: path?,
        first: first?,
        opening: opening?,
        true_up: true_up?,
        keep_inputs: keep_inputs?,
        review_over: review_over?,
        approvals: approvals?,
    })
}

fn folder(item: &Item<'_>) -> Option<String> {
    let text = item.some_text()?;
    let plain = text.value.trim_end_matches('/');
    let is_name = |part: &Component<'_>| matches!(part, Component::Normal(_));
    let is_below = |part: Component<'_>| is_name(&part) || part == Component::CurDir;
    let parts = || Path::new(plain).components();
    if !parts().all(is_below) || !parts().any(|part| is_name(&part)) {
        let message = format!("`{}` is \"{}\", which is no folder of the project", item.name(), text.value);
        item.doc().report(item.error(Code::BadPath, message).help("a folder of its own, such as \"ledger\""));
        return None;
    }
    Some(plain.to_owned())
}

fn month(item: &Item<'_>) -> Option<Period> {
    let text = item.text()?;
    let period = Period::parse(&text.value).filter(|period| period.every() == Every::Month);
    if period.is_none() {
        let message = format!("`{}` takes a month such as \"2026-01\", and this is none", item.name());
        item.doc().report(item.error(Code::InvalidDate, message));
    }
    period
}

/// An amount of 0 or more, with no more decimals than the currency has.
pub(crate) fn amount(item: &Item<'_>, currency: Currency) -> Option<Minor> {
    let written = item.written(Code::BadAmount, "an amount such as \"25000\"")?;
    let minor = Some(written.value)
        .filter(|value| !written.percent && *value >= Decimal::ZERO)
        .and_then(|value| scaled(value, currency.digits()))
        .map(Minor::new)
        .filter(|minor| *minor <= Minor::MAX);
    if minor.is_none() {
        let message = format!("`{}` is no amount of {}", item.name(), currency.code());
        let help = format!("0 or more, with at most {} decimals", currency.digits());
        item.doc().report(item.error(Code::BadAmount, message).help(help));
    }
    minor
}

fn approvals(item: &Item<'_>, currency: Currency) -> Option<Vec<ApprovalBand>> {
    let need = |item: &Item<'_>| item.whole(0..=20);
    if !item.is_list() {
        return Some(vec![ApprovalBand { from: Minor::ZERO, need: need(item)? }]);
    }
    let mut bands: Vec<(ApprovalBand, Span)> = Vec::new();
    for band in item.some_list("bands: approvals = [ { from = \"0\", need = 1 }, … ]")? {
        let table = band.table("`approvals`")?;
        table.keys(keys::BAND.parameters);
        let from = table.of(&keys::BAND_FROM).and_then(|item| amount(&item, currency));
        let need = table.of(&keys::BAND_NEED).and_then(|item| need(&item));
        bands.push((ApprovalBand { from: from?, need: need? }, band.span()));
    }
    bands.sort_by_key(|(band, _)| band.from);
    for pair in bands.windows(2) {
        if let [(one, first), (other, second)] = pair
            && one.from == other.from
        {
            let message = format!("two bands of `approvals` are from {}", one.from.text(currency.digits()));
            let error = Diagnostic::error(Code::NotAscending, message)
                .at(second.clone(), "the second")
                .at(first.clone(), "the first")
                .help("list them from the lowest to the highest, each once");
            item.doc().report(error);
            return None;
        }
    }
    if let Some((first, place)) = bands.first()
        && !first.from.is_zero()
    {
        let error = Diagnostic::error(Code::NotAscending, "no band of `approvals` is from 0")
            .at(place.clone(), "the lowest")
            .help("a close that pays less needs approvals, too: add { from = \"0\", need = 1 }");
        item.doc().report(error);
        return None;
    }
    Some(bands.into_iter().map(|(band, _)| band).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::testing;

    fn settings(text: &str) -> Result<LedgerSettings, String> {
        let currency = Currency::from_code("USD").expect("a currency");
        let (read, shown) = testing::read(text, |table| read(table, currency));
        read.flatten().ok_or(shown)
    }

    #[test]
    fn a_month_is_enough() {
        let plain = settings("first = \"2026-01\"\n").expect("it is fine");
        assert_eq!((plain.path.as_str(), plain.true_up, plain.keep_inputs), ("ledger", 1, true));
        assert_eq!((plain.approvals_for(0), plain.approvals_for(1 << 80)), (1, 1));
        assert!(plain.opening.is_none() && plain.review_over.is_none());
    }

    #[test]
    fn approvals_go_by_bands() {
        let bands = settings(
            "first = \"2026-01\"\nreview_over = \"25000\"\n\
             approvals = [ { from = \"100000\", need = 2 }, { from = \"0\", need = 0 } ]\n",
        )
        .expect("it is fine");
        assert_eq!(bands.review_over, Some(Minor::new(2_500_000)));
        assert_eq!([9_999_999, 10_000_000].map(|paid| bands.approvals_for(paid)), [0, 2]);
    }

    #[test]
    fn what_is_wrong() {
        for (text, expected) in [
            ("", "error[missing-key]: the file needs the key `first`"),
            ("first = \"2026-Q1\"", "error[invalid-date]: `first` takes a month such as \"2026-01\""),
            ("first = \"2026-01\"\npath = \"../x\"", "error[bad-path]: `path` is \"../x\""),
            ("first = \"2026-01\"\npath = \"/x\"", "error[bad-path]: `path` is \"/x\""),
            ("first = \"2026-01\"\npath = \"./.\"", "error[bad-path]: `path` is \"./.\""),
            (
                "first = \"2026-01\"\ntrue_up = 6",
                "error[invalid-number]: `true_up` takes a whole number from 0 to 5",
            ),
            (
                "first = \"2026-01\"\nreview_over = \"-1\"",
                "error[bad-amount]: `review_over` is no amount of USD",
            ),
            (
                "first = \"2026-01\"\napprovals = [ { from = 5, need = 1 } ]",
                "error[not-ascending]: no band of `approvals` is from 0",
            ),
            (
                "first = \"2026-01\"\napprovals = [ { from = 0, need = 1 }, { from = 0, need = 2 } ]",
                "error[not-ascending]: two bands of `approvals` are from 0.00",
            ),
        ] {
            let shown = settings(&format!("{text}\n")).expect_err("it is wrong");
            assert!(shown.starts_with(expected), "{text}: {shown}");
        }
    }
}
