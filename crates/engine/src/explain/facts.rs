//! Facts of deals, payees, engagements and splits, with the file and row where they are.

use std::collections::BTreeSet;

use arrow::array::{Array, ArrayRef, AsArray, BooleanArray, Date32Array, Decimal128Array};
use arrow::datatypes::{Date32Type, Decimal128Type, UInt32Type};

use super::number::Exact;
use super::tree::{
    ColumnValue, ConversionFacts, DealFacts, PayeeName, Place, RateRow, RejectFacts, ReversedFacts,
    RuleValue, Since, VersionFacts, Work,
};
use super::year_index::YearIndex;
use crate::kinds::{Effect, MatchedReversal, nature};
use crate::plan::{LookupKey, ValueColumn};
use apportion_book::{TableName, display_day};
use apportion_data::{
    DealIx, EngagementIx, Frame, NO_DAY, Optional, Origin, PayeeIx, Reject, RejectCode, RoleIx, SplitIx,
    StateIx, Tables,
};
use apportion_rules::tables::Found;
use apportion_rules::{ByColumn, RuleIx, Value, VersionIx};

/// A payee by id and name.
pub(crate) fn payee_name(tables: &Tables, payee: PayeeIx) -> PayeeName {
    let payees = &tables.payees;
    PayeeName { id: payees.id(payee).to_owned(), name: text(&payees.frame, "name", payee.at()) }
}

impl YearIndex<'_> {
    /// A payee by id and name.
    pub fn payee(&self, payee: PayeeIx) -> PayeeName {
        payee_name(self.tables, payee)
    }

    /// The `deal_id`.
    pub fn deal_id(&self, deal: DealIx) -> String {
        self.tables.deals.id(deal).to_owned()
    }

    /// A deal as the rules see it.
    pub fn deal(&self, deal: DealIx) -> DealFacts {
        let deals = &self.tables.deals;
        let conversion = self.origins.conversions.get(&deal).map(|conversion| ConversionFacts {
            currency: conversion.currency.clone(),
            amount: Exact::new(conversion.amount_e6.into(), 6),
            rate: Exact::new(conversion.rate_e9.into(), 9),
            day: conversion.day,
            quoted: conversion.quoted,
            place: conversion.origin.map(|origin| self.place(origin)),
            passed_over: self.newer_rates(&conversion.currency, conversion.day, deals.close_date[deal]),
        });
        DealFacts {
            id: self.deal_id(deal),
            won: deals.won[deal],
            is_milestone: self.tables.effects.milestone(deal).is_some(),
            close_date: deals.close_date[deal],
            amount: Exact::new(deals.amount_e6[deal].into(), 6),
            place: self.origins.deals.get(deal.at()).map(|origin| self.place(*origin)),
            conversion,
            reversed: self.reversed(deal),
            list_amount: decimal(&deals.frame, "list_amount", deal.at()),
            discount: decimal(&deals.frame, "discount", deal.at()),
        }
    }

    /// What recomputed reversals took of a deal.
    fn reversed(&self, deal: DealIx) -> Option<ReversedFacts> {
        let clawbacks = self.inputs.clawbacks;
        let of_deal = |reversal: &MatchedReversal| match reversal.effect {
            Effect::Recompute(taken) if taken.original == deal => {
                Some((self.deal_id(reversal.deal), Exact::new(taken.size_e6, 6)))
            }
            Effect::Recompute(_) | Effect::Mirror(_) | Effect::Nothing(_) => None,
        };
        let reversals: Vec<(String, Exact)> = clawbacks.reversals.iter().filter_map(of_deal).collect();
        let sold = Exact::new(self.inputs.sold.deals.amount_e6[deal].into(), 6);
        (!reversals.is_empty()).then_some(ReversedFacts { sold, reversals })
    }

    /// A version of a rule.
    pub fn version(&self, rule: RuleIx, version: VersionIx) -> VersionFacts {
        let of_rule = &self.rules.rules[rule];
        let version = &of_rule.versions[version];
        VersionFacts {
            rule_id: of_rule.id.clone(),
            kind: of_rule.kind,
            title: version.title.clone(),
            why: version.why.clone(),
            from: version.from,
            until: version.until,
            span: version.span.clone(),
            rows: nature(of_rule.kind).rows,
        }
    }

    /// The file and row of an origin.
    pub fn place(&self, origin: Origin) -> Place {
        Place { file: self.origins.files[origin.file as usize].clone(), row: origin.row }
    }

    /// An engagement, seen from a deal.
    pub fn engagement(&self, row: EngagementIx, deal: DealIx) -> Work {
        let engagements = &self.tables.engagements;
        let named = engagements.deal[row].get();
        Work {
            payee: self.payee(engagements.payee[row]),
            id: text(&engagements.frame, "engagement_id", row.at()),
            role: Some(engagements.roles[engagements.role(row)].clone()),
            day: Some(engagements.occurred_on[row]).filter(|day| *day != NO_DAY),
            is_split: false,
            weight: Exact::new(engagements.weight_e9[row].into(), 9),
            of_deal: named.filter(|named| *named != deal).map(|named| self.deal_id(named)),
            units: None,
            place: self.origins.engagements.get(row.at()).map(|origin| self.place(*origin)),
        }
    }

    /// A declared split.
    pub fn split(&self, row: SplitIx) -> Work {
        let splits = &self.tables.splits;
        Work {
            payee: self.payee(splits.payee[row]),
            id: None,
            role: text(&splits.frame, "role", row.at()),
            day: None,
            is_split: true,
            weight: Exact::new(splits.percent_e9[row].into(), 9),
            of_deal: None,
            units: None,
            place: self.origins.splits.get(row.at()).map(|origin| self.place(*origin)),
        }
    }

    /// A role as engagements have it.
    pub fn role(&self, role: Optional<RoleIx>) -> Option<String> {
        role.get().map(|role| self.settlement.roles[role].clone())
    }

    /// The rows that make a deal incomplete, with what is wrong with them.
    pub fn rejected(&self, deal: DealIx, of_splits: bool) -> Vec<RejectFacts> {
        let table = if of_splits { TableName::Splits } else { TableName::Engagements };
        let rows = self.origins.rejected.get(&deal).into_iter().flatten();
        rows.filter(|row| row.of_splits == of_splits)
            .flat_map(|row| {
                let place = self.place(row.origin);
                let of_row = move |reject: &&apportion_data::Reject| {
                    reject.table == table
                        && reject.rejected
                        && reject.code != RejectCode::DuplicateRow
                        && (reject.file.as_str(), reject.row)
                            == (place.file.as_str(), u64::from(row.origin.row))
                };
                self.tables.rejects.iter().filter(of_row).map(|reject| RejectFacts {
                    place: self.place(row.origin),
                    table: table.word(),
                    code: reject.code.word(),
                    column: reject.column.clone(),
                    value: reject.value.clone(),
                    message: reject.message.clone(),
                })
            })
            .collect()
    }

    /// The rejects of a table: they are listed by the names of tables.
    fn rejects_of(&self, table: TableName) -> &[Reject] {
        let rejects = &self.tables.rejects;
        let from = rejects.partition_point(|reject| reject.table.word() < table.word());
        let until = rejects.partition_point(|reject| reject.table.word() <= table.word());
        &rejects[from..until]
    }

    /// Rates of a currency that are newer than the one that was taken and could not be used.
    fn newer_rates(&self, currency: &str, taken: i32, until: i32) -> Vec<RejectFacts> {
        let days: Vec<String> = (taken..=until).skip(1).map(display_day).collect();
        let is_newer = |reject: &&Reject| {
            let (day, of_currency) = reject.key.split_once('|').unwrap_or_default();
            of_currency == currency && days.iter().any(|newer| newer == day)
        };
        self.rejects_of(TableName::FxRates).iter().filter(is_newer).map(reject_facts).collect()
    }

    /// Splits of a deal that were left out because they repeat another one.
    pub fn repeated_splits(&self, deal: DealIx) -> Vec<RejectFacts> {
        let id = self.tables.deals.id(deal);
        let of_deal = |reject: &&Reject| {
            let rest = reject.key.strip_prefix(id);
            reject.code == RejectCode::DuplicateRow && rest.is_some_and(|rest| rest.starts_with('|'))
        };
        self.rejects_of(TableName::Splits).iter().filter(of_deal).map(reject_facts).collect()
    }

    /// What is wrong with the managers of these payees, as they are in the data, where they were dropped.
    pub fn dropped_managers(&self, payees: impl Iterator<Item = PayeeIx>) -> Vec<RejectFacts> {
        let ids: BTreeSet<&str> = payees.map(|payee| self.tables.payees.id(payee)).collect();
        let is_dropped = |reject: &&Reject| {
            matches!(reject.code, RejectCode::UnknownManager | RejectCode::ManagerCycle)
                && ids.contains(payee_of(reject))
        };
        self.rejects_of_people().filter(is_dropped).map(reject_facts).collect()
    }

    /// The same of payees who name this one as their manager.
    pub fn dropped_reports(&self, manager: PayeeIx) -> Vec<RejectFacts> {
        let id = self.tables.payees.id(manager);
        let is_dropped = |reject: &&Reject| reject.code == RejectCode::ManagerCycle && reject.value == id;
        self.rejects_of_people().filter(is_dropped).map(reject_facts).collect()
    }

    /// The rejects of payees, and of their assignments.
    fn rejects_of_people(&self) -> impl Iterator<Item = &Reject> {
        self.rejects_of(TableName::Payees).iter().chain(self.rejects_of(TableName::Assignments))
    }

    /// Since when a payee has the value that a column has in a state; `None` where it was always so.
    pub fn since(&self, column: &str, state: StateIx) -> Option<Since> {
        let frame = &self.tables.payees.states.frame;
        let now = cell(frame, column, state.at());
        self.alike_since(state, |other| cell(frame, column, other.at()) == now)
    }

    /// Since when a payee has the manager of a state.
    pub fn managed_since(&self, state: StateIx) -> Option<Since> {
        let states = &self.tables.payees.states;
        self.alike_since(state, |other| states.manager(other) == states.manager(state))
    }

    /// Since when the states of a payee are alike up to this one.
    fn alike_since(&self, state: StateIx, alike: impl Fn(StateIx) -> bool) -> Option<Since> {
        let states = &self.tables.payees.states;
        let before = states.of(states.payee(state)).rev().skip_while(|other| *other != state);
        let first = before.take_while(|other| alike(*other)).last()?;
        let day = states.begins(first)?;
        // An assignment without this cell leaves what the own row says, with which every payee begins.
        let is_own = states.of(states.payee(state)).next().is_some_and(alike);
        let assignment = states.assignment(state).filter(|_| !is_own);
        let row = assignment.and_then(|assignment| self.origins.assignments.get(assignment.at()));
        Some(Since { day, place: row.map(|origin| self.place(*origin)) })
    }

    /// The columns that a value of a rule depends on, with their values for a deal and payee.
    pub fn by(&self, value: &Value, deal: DealIx, payee: Option<PayeeIx>) -> Vec<ColumnValue> {
        let columns: Vec<&ByColumn> = match value {
            Value::Plain(_) => Vec::new(),
            Value::By { column, .. } => vec![column],
            Value::Table(table) => table.conditions.iter().map(|condition| &condition.column).collect(),
        };
        let mut seen: Vec<ColumnValue> = Vec::new();
        for column in columns {
            let state = payee.map(|payee| self.tables.state(payee, deal));
            let (frame, row, since) = match (column.table, state) {
                (TableName::Payees, Some(state)) => {
                    (&self.tables.payees.states.frame, state.at(), self.since(&column.column, state))
                }
                (TableName::Payees, None) => continue,
                _ => (&self.tables.deals.frame, deal.at(), None),
            };
            let seen_value = ColumnValue {
                table: column.table.word().to_owned(),
                column: column.column.clone(),
                value: cell(frame, &column.column, row),
                since,
            };
            if !seen.contains(&seen_value) {
                seen.push(seen_value);
            }
        }
        seen
    }

    /// A value of a row of the milestones, as a rule writes it.
    pub fn milestone_cell(&self, column: &str, row: usize) -> String {
        cell(&self.tables.channel.milestones.frame, column, row)
    }

    /// A value of a rule and what it depends on; `column` is where the run looked it up.
    pub fn rule_value(
        &self,
        applied: Exact,
        (value, column): (&Value, &ValueColumn),
        deal: DealIx,
        payee: Option<PayeeIx>,
    ) -> RuleValue {
        let seen = self.by(value, deal, payee);
        match (value, column) {
            (Value::Table(table), ValueColumn::Table(columns)) => {
                let key = payee.map_or(LookupKey::on(deal), |payee| LookupKey::of(payee, deal, self.tables));
                let found = match columns.row(key) {
                    Found::Row(row) | Found::Tie(row, _) => Some(row),
                    Found::None => None,
                };
                let row = found.map(|row| RateRow {
                    place: Place { file: table.path.clone(), row: table.line(row) },
                    asks: table.parts(row),
                    seen,
                });
                RuleValue { value: applied, by: None, row }
            }
            _ => RuleValue { value: applied, by: seen.into_iter().next(), row: None },
        }
    }
}

/// The payee that a row of payees or assignments is about.
fn payee_of(reject: &Reject) -> &str {
    match reject.table {
        // The key is the payee and a day, which has no `|`.
        TableName::Assignments => reject.key.rsplit_once('|').map_or("", |(payee, _)| payee),
        _ => &reject.key,
    }
}

fn reject_facts(reject: &Reject) -> RejectFacts {
    RejectFacts {
        place: Place { file: reject.file.clone(), row: u32::try_from(reject.row).unwrap_or(u32::MAX) },
        table: reject.table.word(),
        code: reject.code.word(),
        column: reject.column.clone(),
        value: reject.value.clone(),
        message: reject.message.clone(),
    }
}

/// The cases of a value that depends on a column, as written.
pub fn cases(value: &Value) -> Vec<String> {
    match value {
        Value::Plain(_) => Vec::new(),
        Value::By { is, .. } => is.keys().map(|text| quoted(text)).collect(),
        Value::Table(_) => Vec::new(),
    }
}

/// The value of a row as a rule writes it, whatever its type.
fn cell(frame: &Frame, column: &str, row: usize) -> String {
    if let Some(text) = text(frame, column, row) {
        return quoted(&text);
    }
    match frame.column(column) {
        Some(array) if array.is_valid(row) && array.as_any_dictionary_opt().is_none() => {
            literal(&array.slice(row, 1))
        }
        _ => "NULL".to_owned(),
    }
}

/// The text of a row, where the column was read and has one.
fn text(frame: &Frame, column: &str, row: usize) -> Option<String> {
    let array = frame.column(column)?;
    if let Some(dictionary) = array.as_dictionary_opt::<UInt32Type>() {
        let values = dictionary.values().as_string_opt::<i32>()?;
        let key = dictionary.keys().is_valid(row).then(|| dictionary.keys().value(row) as usize)?;
        return values.is_valid(key).then(|| values.value(key).to_owned());
    }
    let texts = array.as_string_opt::<i32>()?;
    texts.is_valid(row).then(|| texts.value(row).to_owned())
}

/// The number of a row, where the column was read and has one.
fn decimal(frame: &Frame, column: &str, row: usize) -> Option<Exact> {
    let decimals: &Decimal128Array = frame.column(column)?.as_primitive_opt::<Decimal128Type>()?;
    decimals
        .is_valid(row)
        .then(|| Exact::new(decimals.value(row), u32::from(decimals.scale().unsigned_abs())))
}

/// A text as a rule writes it.
pub fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

/// The first value of an array as a rule writes it.
pub fn literal(array: &ArrayRef) -> String {
    if array.is_null(0) {
        return "NULL".to_owned();
    }
    if let Some(texts) = array.as_string_opt::<i32>() {
        return quoted(texts.value(0));
    }
    let decimals: Option<&Decimal128Array> = array.as_primitive_opt::<Decimal128Type>();
    if let Some(decimals) = decimals {
        return Exact::new(decimals.value(0), u32::from(decimals.scale().unsigned_abs())).plain();
    }
    let dates: Option<&Date32Array> = array.as_primitive_opt::<Date32Type>();
    if let Some(dates) = dates {
        return display_day(dates.value(0));
    }
    let flags: Option<&BooleanArray> = array.as_boolean_opt();
    match flags.map(|flags| flags.value(0)) {
        Some(true) => "TRUE".to_owned(),
        _ => "FALSE".to_owned(),
    }
}
