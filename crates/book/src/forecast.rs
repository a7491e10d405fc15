//! `[forecast]` of the project file.

use crate::Period;
use crate::config::{Item, Table};
use crate::ledger::amount;
use crate::parameters::forecast as keys;
use apportion_base::diagnostic::Code;
use apportion_base::money::{Currency, Minor};

/// What a forecast is held against.
#[derive(Debug, Clone, Default)]
pub struct ForecastSettings {
    /// What may be paid in a period, in the order of the file.
    pub budget: Vec<(Period, Minor)>,
}

/// Reads `[forecast]`; amounts are of this currency. `None` where it has errors, which were reported.
pub(crate) fn read(table: &Table<'_>, currency: Currency) -> Option<ForecastSettings> {
    table.keys(keys::FORECAST.parameters);
    let budget = match table.of(&keys::BUDGET) {
        None => Some(Vec::new()),
        Some(item) => item.table("`budget`").and_then(|table| budgets(&table, currency)),
    };
    Some(ForecastSettings { budget: budget? })
}

/// All of them are read, so that all that is wrong is reported.
fn budgets(table: &Table<'_>, currency: Currency) -> Option<Vec<(Period, Minor)>> {
    let budgets: Vec<Option<(Period, Minor)>> =
        table.entries().iter().map(|(key, item)| budget(&key.value, item, currency)).collect();
    budgets.into_iter().collect()
}

fn budget(key: &str, item: &Item<'_>, currency: Currency) -> Option<(Period, Minor)> {
    let period = Period::parse(key);
    if period.is_none() {
        let message = format!("`{key}` is no period");
        let help = "a month \"2026-07\", a fiscal quarter \"2026-Q3\" or a fiscal year \"2026\"";
        item.doc().report(item.error(Code::InvalidDate, message).help(help));
    }
    Some((period?, amount(item, currency)?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::testing;

    fn settings(text: &str) -> Result<ForecastSettings, String> {
        let currency = Currency::from_code("USD").expect("a currency");
        let (read, shown) = testing::read(text, |table| read(table, currency));
        if shown.is_empty() { read.flatten().ok_or(shown) } else { Err(shown) }
    }

    #[test]
    fn budgets_are_by_period() {
        let read =
            settings("budget = { 2026 = 2000000, \"2026-Q3\" = \"500000\", \"2026-07\" = \"0.50\" }\n");
        let budget = read.expect("it is fine").budget;
        let shown: Vec<(String, i64)> =
            budget.iter().map(|(period, amount)| (period.to_string(), amount.raw())).collect();
        let of = |period: &str, amount| (period.to_owned(), amount);
        assert_eq!(shown, [of("2026", 200_000_000), of("2026-Q3", 50_000_000), of("2026-07", 50)]);
        assert!(settings("").expect("it is fine").budget.is_empty());
    }

    #[test]
    fn what_is_wrong() {
        for (text, expected) in [
            ("budget = \"500000\"", "error[wrong-type]"),
            ("budget = { \"2026-Q5\" = 1 }", "error[invalid-date]: `2026-Q5` is no period"),
            ("budget = { 2026 = \"-1\" }", "error[bad-amount]: `2026` is no amount of USD"),
            ("budget = { 2026 = \"1.005\" }", "error[bad-amount]: `2026` is no amount of USD"),
            ("budget = { 2026 = \"10%\" }", "error[bad-amount]: `2026` is no amount of USD"),
            ("budgets = { }", "error[unknown-key]"),
        ] {
            let shown = settings(&format!("{text}\n")).expect_err("it is wrong");
            assert!(shown.starts_with(expected), "{text}: {shown}");
        }
    }
}
