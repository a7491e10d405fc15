//! The parameters of a version as texts, one by one, so that two versions can be compared key by key.
//!
//! The texts are what the rule means, not how it is spelled: `"10%"` and `0.10` are one rate, and neither blanks nor
//! comments nor the order of keys make a difference.

use rust_decimal::Decimal;

use super::{Caps, EngagementTerms, Reach, Value, Version};
use apportion_book::config::number::percent;
use apportion_book::display_day;
use apportion_expr::Expr;

/// One parameter of a version, or one part of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParameterValue {
    /// The key of the rule file.
    pub key: &'static str,
    /// Which part of it: a role, a tier, what a cap is per. Empty where the key has one value.
    pub item: String,
    /// What it says.
    pub text: String,
    /// Of what is read from a rate table: the row, without its days.
    pub row: Option<TableRow>,
}

/// A row of a rate table, as what it asks for apart from days.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TableRow {
    /// Not a row: the columns that rows are compared with.
    Columns,
    /// What a row asks for.
    Row {
        /// As [`ParameterValue::item`], without its days.
        item: String,
        /// The first day on which it counts, days since 1970-01-01.
        from: Option<i32>,
        /// The last one.
        until: Option<i32>,
    },
}

/// The parameters of a version in the order in which it is read. Amounts of caps are written with the `digits` of the
/// book's currency.
pub fn values(version: &Version, digits: u32) -> Vec<ParameterValue> {
    let mut values = Values::of_days(version.from, version.until);
    values.expression("when", version.when.as_ref());
    version.body.part().values(&mut values);
    values.caps(&version.caps, digits);
    values.into_values()
}

/// The list under construction.
#[derive(Debug, Default)]
pub(crate) struct Values(Vec<ParameterValue>);

impl Values {
    /// The days in force (since 1970-01-01), with which every list begins.
    pub(crate) fn of_days(from: i32, until: Option<i32>) -> Self {
        let mut values = Self::default();
        values.put("from", display_day(from));
        if let Some(until) = until {
            values.put("until", display_day(until));
        }
        values
    }

    /// What was listed.
    pub(crate) fn into_values(self) -> Vec<ParameterValue> {
        self.0
    }

    /// A key with one value.
    pub(crate) fn put(&mut self, key: &'static str, text: impl Into<String>) {
        self.part(key, "", text);
    }

    /// A part of a key.
    pub(crate) fn part(&mut self, key: &'static str, item: impl Into<String>, text: impl Into<String>) {
        self.0.push(ParameterValue { key, item: item.into(), text: text.into(), row: None });
    }

    /// An expression, if there is one, with single blanks between its words.
    pub(crate) fn expression(&mut self, key: &'static str, expression: Option<&Expr>) {
        if let Some(expression) = expression {
            self.put(key, single_blanks(&expression.text().text));
        }
    }

    /// A part of a key that is an expression.
    pub(crate) fn expression_part(&mut self, key: &'static str, item: impl Into<String>, expression: &Expr) {
        self.part(key, item, single_blanks(&expression.text().text));
    }

    /// An element of a list, of which the first whose condition is true gives its word.
    pub(crate) fn ranked_expression(&mut self, key: &'static str, (index, word): (usize, &str), when: &Expr) {
        let when = single_blanks(&when.text().text);
        self.part(key, (index + 1).to_string(), format!("{word}: {when}"));
    }

    /// Which engagements count.
    pub(crate) fn engaged(&mut self, engaged: &EngagementTerms) {
        self.expression("engaged", engaged.condition.as_ref());
        let Reach { deal, prior, account } = engaged.reach;
        let words = [(deal, "deal"), (prior, "prior"), (account, "account")];
        let words: Vec<&str> = words.into_iter().filter(|(is, _)| *is).map(|(_, word)| word).collect();
        self.put("reach", words.join(", "));
    }

    /// Ids of the rules on whose credit a rule pays; their order means nothing.
    pub(crate) fn credits(&mut self, ids: &[String]) {
        self.ids("credits", ids);
    }

    /// Ids of rules; their order means nothing.
    pub(crate) fn ids(&mut self, key: &'static str, ids: &[String]) {
        let mut ids: Vec<&str> = ids.iter().map(String::as_str).collect();
        ids.sort_unstable();
        self.put(key, ids.join(", "));
    }

    /// A rate, plain or by a column; `part` is the part of the key that it belongs to, or empty.
    pub(crate) fn rate(&mut self, key: &'static str, part: &str, rate: &Value) {
        self.value(key, part, rate, percent);
    }

    /// An amount, plain or by a column.
    pub(crate) fn amount(&mut self, key: &'static str, amount: &Value) {
        self.value(key, "", amount, plain);
    }

    fn value(&mut self, key: &'static str, part: &str, value: &Value, text: fn(Decimal) -> String) {
        let item = |case: &str| {
            let parts: Vec<&str> = [part, case].into_iter().filter(|part| !part.is_empty()).collect();
            parts.join(", ")
        };
        match value {
            Value::Plain(plain) => self.part(key, item(""), text(*plain)),
            Value::By { column, is, otherwise } => {
                self.part(key, item("by"), format!("{}.{}", column.table.word(), column.column));
                for (case, value) in is {
                    self.part(key, item(case), text(*value));
                }
                if let Some(value) = otherwise {
                    self.part(key, item("else"), text(*value));
                }
            }
            Value::Table(table) => {
                let columns: Vec<String> =
                    table.conditions.iter().map(|condition| condition.qualified()).collect();
                let columns = ParameterValue {
                    key,
                    item: item("by rows for"),
                    text: columns.join(", "),
                    row: Some(TableRow::Columns),
                };
                self.0.push(columns);
                for row in 0..table.len() {
                    let (undated, from, until) = table.undated(row);
                    self.0.push(ParameterValue {
                        key,
                        item: item(&table.text(row)),
                        text: text(table.value(row)),
                        row: Some(TableRow::Row { item: item(&undated), from, until }),
                    });
                }
            }
        }
    }

    fn caps(&mut self, caps: &Caps, digits: u32) {
        for (per, cap) in [
            ("per deal", caps.per_deal),
            ("per payee and month", caps.per_payee_month),
            ("per payee and quarter", caps.per_payee_quarter),
            ("per payee and year", caps.per_payee_year),
        ] {
            if let Some(cap) = cap {
                self.part("cap", per, cap.text(digits));
            }
        }
    }
}

/// A number without trailing zeros.
pub(crate) fn plain(number: Decimal) -> String {
    number.normalize().to_string()
}

/// Blanks and line ends outside of quotes as one blank each.
fn single_blanks(text: &str) -> String {
    let mut single = String::with_capacity(text.len());
    let mut quote = None;
    for c in text.trim().chars() {
        match quote {
            None if c.is_whitespace() => {
                if !single.ends_with(' ') {
                    single.push(' ');
                }
                continue;
            }
            None if c == '\'' || c == '"' => quote = Some(c),
            Some(open) if open == c => quote = None,
            _ => {}
        }
        single.push(c);
    }
    single
}
