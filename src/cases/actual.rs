//! What came out, as text tables: the columns of section 5 by name, and only those that are asked for.
//!
//! Amounts have all their decimals, rates are percents, units are without trailing zeros: as one would write them.

use super::Table;
use crate::book::display_day;
use crate::close::Closed;
use crate::credit::{Applies, RuleTotals};
use crate::data::NONE;
use crate::money::format_scaled;

/// A settlement that tables can be taken from.
pub struct Actual<'a> {
    closed: &'a Closed,
    digits: u32,
}

impl<'a> Actual<'a> {
    pub fn new(closed: &'a Closed) -> Self {
        Self { closed, digits: closed.book.currency.digits() }
    }

    pub fn lines(&self, columns: &[String]) -> Result<Table, String> {
        self.table(columns, self.closed.settlement.lines.len(), |row, column| self.line(row, column))
    }

    pub fn uncredited(&self, columns: &[String]) -> Result<Table, String> {
        let rows = &self.closed.settlement.uncredited;
        self.table(columns, rows.len(), |at, column| {
            let row = &rows[at];
            Some(match column {
                "deal_id" => self.deal(row.deal),
                "rule_id" => row.rule.map(|rule| self.rule(rule)).unwrap_or_default(),
                "payee_id" => row.payee.map(|payee| self.payee(payee)).unwrap_or_default(),
                "reason" => row.reason.word().to_owned(),
                "retained" => self.optional(row.retained.map(i128::from)),
                "retained_credit" => self.optional(row.retained_credit.map(i128::from)),
                _ => return None,
            })
        })
    }

    pub fn rejects(&self, columns: &[String]) -> Result<Table, String> {
        let rejects = &self.closed.tables.rejects;
        self.table(columns, rejects.len(), |at, column| {
            let reject = &rejects[at];
            Some(match column {
                "source" => reject.table.word().to_owned(),
                "file" => reject.file.clone(),
                "row" => reject.row.to_string(),
                "key" => reject.key.replace('|', "/"),
                "column" => reject.column.clone(),
                "code" => reject.code.word().to_owned(),
                "value" => reject.value.clone(),
                "message" => reject.message.clone(),
                "action" => if reject.rejected { "rejected" } else { "kept" }.to_owned(),
                _ => return None,
            })
        })
    }

    pub fn totals(&self, columns: &[String]) -> Result<Table, String> {
        let totals = &self.closed.settlement.totals;
        self.table(columns, totals.len(), |at, column| self.total(at, &totals[at], column))
    }

    fn table(
        &self,
        columns: &[String],
        rows: usize,
        cell: impl Fn(usize, &str) -> Option<String>,
    ) -> Result<Table, String> {
        let row = |at: usize| {
            columns
                .iter()
                .map(|column| {
                    cell(at, column).ok_or_else(|| format!("there is no column `{column}` to compare with"))
                })
                .collect()
        };
        Ok(Table { header: columns.to_vec(), rows: (0..rows).map(row).collect::<Result<_, _>>()? })
    }

    fn line(&self, row: usize, column: &str) -> Option<String> {
        let settlement = &self.closed.settlement;
        let lines = &settlement.lines;
        let (rule, version) = (usize::from(lines.rule[row]), usize::from(lines.version[row]));
        let applies: Applies = settlement.applies[rule][version];
        let money = |on: bool, column: &[i64]| self.optional(on.then(|| i128::from(column[row])));
        Some(match column {
            "payee_id" => self.payee(lines.payee[row]),
            "rule_id" => self.rule(lines.rule[row]),
            "rule_from" => display_day(self.closed.rules.rules[rule].versions[version].from),
            "kind" => self.closed.rules.rules[rule].kind.word().to_owned(),
            "deal_id" => self.deal(lines.deal[row]),
            "role" if lines.role[row] == NONE => String::new(),
            "role" => settlement.roles[lines.role[row] as usize].clone(),
            "from_payee_id" if lines.from_payee[row] == NONE => String::new(),
            "from_payee_id" => self.payee(lines.from_payee[row]),
            "level" if lines.level[row] == 0 => String::new(),
            "level" => lines.level[row].to_string(),
            "close_date" => display_day(self.closed.tables.deals.close_date[lines.deal[row] as usize]),
            "basis" => money(applies.basis, &lines.basis),
            "rate" if applies.rate => plain(i128::from(lines.rate_e8[row]), 6) + "%",
            "units" if applies.units => plain(lines.units_e9[row], 9),
            "units_total" if applies.units_total => plain(lines.units_total_e9[row], 9),
            "rate" | "units" | "units_total" => String::new(),
            "credit_total" => money(applies.credit_total, &lines.credit_total),
            "pool" => money(applies.pool, &lines.pool),
            "credited" => money(applies.credited, &lines.credited),
            "uncapped" => money(applies.amount, &lines.uncapped),
            "amount" => money(applies.amount, &lines.amount),
            "currency" => self.closed.book.currency.code().to_owned(),
            _ => return None,
        })
    }

    fn total(&self, at: usize, totals: &RuleTotals, column: &str) -> Option<String> {
        Some(match column {
            "rule_id" => self.closed.rules.rules[at].id.clone(),
            "deals_matched" => totals.deals_matched.to_string(),
            "lines" => totals.lines.to_string(),
            "basis" => self.optional(totals.basis),
            "credit_total" => self.optional(totals.credit_total),
            "credited" => self.optional(totals.credited),
            "credit_retained" => self.optional(totals.credit_retained),
            "pool" => self.optional(totals.pool),
            "retained" => self.optional(totals.retained),
            "uncapped" => self.optional(totals.uncapped),
            "withheld" => self.optional(totals.withheld),
            "amount" => self.optional(totals.amount),
            _ => return None,
        })
    }

    fn payee(&self, payee: u32) -> String {
        self.closed.tables.payees.ids.value(payee as usize).to_owned()
    }

    fn deal(&self, deal: u32) -> String {
        self.closed.tables.deals.ids.value(deal as usize).to_owned()
    }

    fn rule(&self, rule: u16) -> String {
        self.closed.rules.rules[usize::from(rule)].id.clone()
    }

    fn optional(&self, minor: Option<i128>) -> String {
        minor.map(|minor| format_scaled(minor, self.digits)).unwrap_or_default()
    }
}

/// A decimal without trailing zeros.
fn plain(mantissa: i128, scale: u32) -> String {
    let text = format_scaled(mantissa, scale);
    if scale == 0 { text } else { text.trim_end_matches('0').trim_end_matches('.').to_owned() }
}
