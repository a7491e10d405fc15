//! Actual results as text tables, with the columns that the expected tables name (`docs/reference/outputs.md`).
//!
//! Amounts have all decimals of the currency, rates are percents, units have no trailing zeros: as people write them.

use super::settle::CaseSettlement;
use super::{CaseTable, Table, governed};
use crate::credit::{FilledColumns, Line, Reason, RuleTotals, Uncredited};
use apportion_base::money::{Minor, format_scaled};
use apportion_base::notation::shortest;
use apportion_book::display_day;
use apportion_contract::output::assets::ASSET_FILE;
use apportion_contract::output::ledger::{BALANCE_FILE, ENTRY_FILE, FINDING_FILE, HELD_FILE, REVERSAL_FILE};
use apportion_contract::output::{
    ATTAINMENT_FILE, CLAIM_FILE, CONFLICT_FILE, LINE_FILE, PAYOUT_FILE, PRICE_AUDIT_FILE, REJECT_FILE,
    UNCREDITED_FILE,
};
use apportion_contract::run_json::keys_of;
use apportion_data::{DealIx, PayeeIx, Reject, Tables};
use apportion_rules::RuleIx;

/// A settlement that tables can be taken from: of the rules under test, and of what belongs to no rule.
pub struct ActualTables<'a> {
    closed: &'a CaseSettlement,
    digits: u32,
}

impl CaseTable {
    /// The columns that a table may have, in the order of the result's files.
    pub fn columns(self) -> Vec<&'static str> {
        match self {
            Self::Lines => LINE_FILE.header().collect(),
            Self::Uncredited => UNCREDITED_FILE.header().collect(),
            Self::Rejects => REJECT_FILE.header().collect(),
            Self::Attainment => ATTAINMENT_FILE.header().collect(),
            Self::Claims => CLAIM_FILE.header().collect(),
            Self::Conflicts => CONFLICT_FILE.header().collect(),
            Self::PriceAudit => PRICE_AUDIT_FILE.header().collect(),
            Self::Balances => BALANCE_FILE.header().collect(),
            Self::Entries => ENTRY_FILE.header().collect(),
            Self::Held => HELD_FILE.header().collect(),
            Self::Payouts => PAYOUT_FILE.header().collect(),
            Self::Findings => FINDING_FILE.header().collect(),
            Self::Reversals => REVERSAL_FILE.header().collect(),
            Self::Assets => ASSET_FILE.header().collect(),
            // The control totals of a rule: its kind is known from the rule itself.
            Self::Totals => keys_of("rules[]").map(|(key, _)| key).filter(|key| *key != "kind").collect(),
        }
    }
}

impl<'a> ActualTables<'a> {
    pub fn new(closed: &'a CaseSettlement) -> Self {
        Self { closed, digits: closed.book.currency.digits() }
    }

    /// One of the tables, with the named columns. A column that the table does not have is empty.
    pub fn table(&self, table_kind: CaseTable, columns: &[String]) -> Table {
        match table_kind {
            CaseTable::Lines => self.lines(columns),
            CaseTable::Uncredited => self.uncredited(columns),
            CaseTable::Rejects => self.rejects(columns),
            CaseTable::Totals => self.totals(columns),
            CaseTable::Attainment => self.attainment(columns),
            CaseTable::Claims => governed::claims(self.closed, columns),
            CaseTable::Conflicts => governed::conflicts(self.closed, columns),
            CaseTable::PriceAudit => governed::prices(self.closed, columns),
            // A period that is settled closes nothing.
            CaseTable::Balances
            | CaseTable::Entries
            | CaseTable::Held
            | CaseTable::Payouts
            | CaseTable::Findings
            | CaseTable::Reversals
            | CaseTable::Assets => Table { header: columns.to_vec(), rows: Vec::new() },
        }
    }

    /// A table for a case that has none yet: the usual columns, without those that are empty.
    pub fn first_table(&self, table_kind: CaseTable) -> Table {
        let columns = table_kind.usual_columns().iter().map(|&column| column.to_owned());
        let full = self.table(table_kind, &columns.collect::<Vec<_>>());
        full.with_columns_that_say(|cell| !cell.is_empty())
    }

    /// Rows that were rejected, each as a sentence.
    pub fn rejected(&self) -> Vec<String> {
        rejected_rows(&self.closed.tables)
    }

    fn lines(&self, columns: &[String]) -> Table {
        let lines = &self.closed.settlement.lines;
        let shown = lines.iter().filter(|line| self.closed.shown[line.rule]);
        table(columns, shown, |line, column| self.line(line, column))
    }

    fn uncredited(&self, columns: &[String]) -> Table {
        let rows = &self.closed.settlement.uncredited;
        let shown = rows.iter().filter(|row| row.rule.is_none_or(|rule| self.closed.shown[rule]));
        let shown = shown.map(|row| (row.clone(), row.rule.map(|rule| self.rule(rule)).unwrap_or_default()));
        let (calendar, period) = (self.closed.book.calendar(), self.closed.period);
        let days = (calendar.first_day(period), calendar.last_day(period));
        let tied = self.closed.tables.territory_ties(days);
        let tied = tied
            .map(|(deal, coverage)| (Uncredited::new(deal, None, Reason::TerritoryTie), coverage.to_owned()));
        let rows: Vec<(Uncredited, String)> = shown.chain(tied).collect();
        table(columns, rows.iter(), |(row, rule_id), column| {
            Some(match column {
                "deal_id" => self.deal(row.deal),
                "rule_id" => rule_id.clone(),
                "payee_id" => row.payee.map(|payee| self.payee(payee)).unwrap_or_default(),
                "reason" => row.reason.word().to_owned(),
                "retained" => self.optional(row.retained.map(i128::from)),
                "retained_credit" => self.optional(row.retained_credit.map(i128::from)),
                _ => return None,
            })
        })
    }

    fn rejects(&self, columns: &[String]) -> Table {
        table(columns, self.closed.tables.rejects.iter(), |reject, column| {
            Some(match column {
                "source" => reject.table.word().to_owned(),
                "file" => reject.file.clone(),
                "row" => reject.row.to_string(),
                "key" => reject.key.replace('|', "/"),
                "column" => reject.column.clone(),
                "code" => reject.code.word().to_owned(),
                "value" => reject.value.clone(),
                "message" => reject.message.clone(),
                "action" => reject.action().word().to_owned(),
                _ => return None,
            })
        })
    }

    fn attainment(&self, columns: &[String]) -> Table {
        let rows = self.closed.settlement.attainment.iter().flatten();
        let shown = rows.filter(|row| self.closed.shown[row.rule]);
        let number =
            |number: Option<i128>, scale| number.map(|number| shortest(number, scale)).unwrap_or_default();
        table(columns, shown, |row, column| {
            Some(match column {
                "payee_id" => self.payee(row.payee),
                "rule_id" => self.rule(row.rule),
                "period" => row.period.to_string(),
                "quota" => number(row.quota_e6, 6),
                "credit" => self.optional(Some(row.credit)),
                "measure" => number(row.measure_e9, 9),
                "attainment" => number(row.attainment_e6, 6),
                "rate" => shortest(i128::from(row.rate_e8), 6) + "%",
                _ => return None,
            })
        })
    }

    fn totals(&self, columns: &[String]) -> Table {
        let totals = &self.closed.settlement.totals;
        let shown = RuleIx::all(totals.len()).filter(|&index| self.closed.shown[index]);
        table(columns, shown, |index, column| self.total(index, &totals[index], column))
    }

    fn line(&self, line: &Line, column: &str) -> Option<String> {
        let settlement = &self.closed.settlement;
        let (rule, version) = (line.rule, line.version);
        let applies: FilledColumns = settlement.applies[rule][version];
        let money = |on: bool, minor: Minor| self.optional(on.then(|| minor.wide()));
        Some(match column {
            "payee_id" => self.payee(line.payee),
            "rule_id" => self.rule(line.rule),
            "rule_from" => display_day(self.closed.rules.rules[rule].versions[version].from),
            "kind" => self.closed.rules.rules[rule].kind.word().to_owned(),
            "deal_id" => self.deal(line.deal),
            "role" => line.role.get().map(|role| settlement.roles[role].clone()).unwrap_or_default(),
            "from_payee_id" => line.from_payee.get().map(|payee| self.payee(payee)).unwrap_or_default(),
            "level" if line.level == 0 => String::new(),
            "level" => line.level.to_string(),
            "close_date" => display_day(self.closed.tables.deals.close_date[line.deal]),
            "basis" => money(applies.basis, line.basis),
            "rate" if applies.rate => shortest(i128::from(line.rate_e8), 6) + "%",
            "units" if applies.units => shortest(line.units.e9(), 9),
            "units_total" if applies.units_total => shortest(line.units_total.e9(), 9),
            "rate" | "units" | "units_total" => String::new(),
            "credit_total" => money(applies.credit_total, line.basis),
            "pool" => money(applies.pool, line.pool),
            "credited" => money(applies.credited, line.credited),
            "uncapped" => money(applies.amount, line.uncapped),
            "amount" => money(applies.amount, line.amount),
            "currency" => self.closed.book.currency.code().to_owned(),
            "of_rule_id" => settlement.of_rule(line).unwrap_or_default().to_owned(),
            "of_deal_id" if line.of_rule.is_some() => self.original(line.deal),
            "of_deal_id" => String::new(),
            _ => return None,
        })
    }

    /// The deal that a reversal reverses.
    fn original(&self, deal: DealIx) -> String {
        let original = self.closed.tables.deals.original(deal);
        original.map(|original| self.deal(original)).unwrap_or_default()
    }

    fn total(&self, index: RuleIx, totals: &RuleTotals, column: &str) -> Option<String> {
        Some(match column {
            "rule_id" => self.closed.rules.rules[index].id.clone(),
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

    fn payee(&self, payee: PayeeIx) -> String {
        self.closed.tables.payees.id(payee).to_owned()
    }

    fn deal(&self, deal: DealIx) -> String {
        self.closed.tables.deals.id(deal).to_owned()
    }

    fn rule(&self, rule: RuleIx) -> String {
        self.closed.rules.rules[rule].id.clone()
    }

    fn optional(&self, minor: Option<i128>) -> String {
        minor.map(|minor| format_scaled(minor, self.digits)).unwrap_or_default()
    }
}

/// Rows that were rejected, each as a sentence.
pub fn rejected_rows(tables: &Tables) -> Vec<String> {
    let sentence = |reject: &Reject| {
        let column = if reject.column.is_empty() { String::new() } else { format!(", {}", reject.column) };
        format!("{}, row {}{column}: {}", reject.table.word(), reject.row, reject.message)
    };
    tables.rejects.iter().map(sentence).collect()
}

/// The named columns of some rows.
pub(super) fn table<R: Copy>(
    columns: &[String],
    rows: impl Iterator<Item = R>,
    cell: impl Fn(R, &str) -> Option<String>,
) -> Table {
    let row = |row: R| columns.iter().map(|column| cell(row, column).unwrap_or_default()).collect();
    Table { header: columns.to_vec(), rows: rows.map(row).collect() }
}
