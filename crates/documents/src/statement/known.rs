//! What the data and the rules of then say beside the files of a month: titles and reasons, customers, languages, who manages whom.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray};
use arrow::datatypes::{DataType, UInt32Type};

use super::model::{Inquiry, InquiryState, RuleName, TierLine};
use crate::charter::plain;
use crate::language::Language;
use apportion_base::calendar::civil_from_days;
use apportion_base::sorted::equal;
use apportion_contract::{PolicyKind, TableName};
use apportion_data::{Catalogue, DealIx, PayeeIx, Tables, UsedColumns};
use apportion_engine::charter::release_in_words;
use apportion_rules::{Body, PolicyTerms, RuleBook, Tiers, Version};

/// Columns of deals that name the customer, the best first.
const CUSTOMER: [&str; 5] = ["customer", "customer_name", "account_name", "account", "account_id"];

/// What is known beside the files of a month. Without rules and data, statements have ids in place of titles.
#[derive(Debug, Default)]
pub struct Known {
    rules: Option<Arc<RuleBook>>,
    data: Option<Data>,
    last_day: i32,
    language: Language,
}

#[derive(Debug)]
struct Data {
    tables: Arc<Tables>,
    /// Deals in the order of their ids.
    by_id: Vec<DealIx>,
    /// The column of deals that names the customer.
    customer: Option<&'static str>,
    /// By payee: those whom it manages on the last day.
    below: Vec<Vec<PayeeIx>>,
    /// By payee: the rows of inquiries that are shown, in order.
    asked: BTreeMap<PayeeIx, Vec<usize>>,
}

impl Known {
    /// Nothing but a language.
    pub fn nothing(language: Language) -> Self {
        Self { language, ..Self::default() }
    }

    /// The rules and the data of a month that ends on a day; the language is for payees without one of ours.
    pub fn new(rules: &Arc<RuleBook>, tables: &Arc<Tables>, last_day: i32, language: Language) -> Self {
        let deals = &tables.deals;
        let mut by_id: Vec<DealIx> = deals.all().collect();
        by_id.sort_by_key(|deal| deals.id_rank[deal.at()]);
        let customer = CUSTOMER.into_iter().find(|name| deals.frame.column(name).is_some());
        let mut below = vec![Vec::new(); tables.payees.len()];
        for payee in tables.payees.all() {
            if let Some(manager) = tables.payees.manager(payee, last_day).get() {
                below[manager.at()].push(payee);
            }
        }
        let mut asked: BTreeMap<PayeeIx, Vec<usize>> = BTreeMap::new();
        for (row, inquiry) in tables.channel.inquiries.iter().enumerate() {
            if is_shown(inquiry, last_day) {
                asked.entry(inquiry.payee).or_default().push(row);
            }
        }
        let data = Data { tables: Arc::clone(tables), by_id, customer, below, asked };
        Self { rules: Some(Arc::clone(rules)), data: Some(data), last_day, language }
    }

    /// The columns of the data that it needs, as far as the files have them.
    pub fn columns(catalogue: &Catalogue) -> UsedColumns {
        let has = |table: TableName, column: &str| {
            let schema = catalogue.tables.get(&table).filter(|schema| schema.present);
            schema.is_some_and(|schema| schema.columns.iter().any(|(name, _)| name == column))
        };
        let mut used = UsedColumns::default();
        let wanted = [
            (TableName::Payees, &["name", "language", "email", "kind"][..]),
            (TableName::Assignments, &["language", "kind"][..]),
        ];
        for (table, columns) in wanted {
            for column in columns.iter().filter(|column| has(table, column)) {
                used.entry(table).or_default().insert((*column).to_owned());
            }
        }
        // The first one alone: each further column may set rows against each other.
        if let Some(customer) = CUSTOMER.into_iter().find(|column| has(TableName::Deals, column)) {
            used.entry(TableName::Deals).or_default().insert(customer.to_owned());
        }
        used
    }

    /// A rule, by the version that is in force from a day on, or else on the last day.
    pub(super) fn rule(&self, id: &str, from: Option<i32>) -> RuleName {
        match self.version(id, from) {
            Some(version) => {
                RuleName { id: id.to_owned(), title: version.title.clone(), why: version.why.clone() }
            }
            None => RuleName { id: id.to_owned(), ..RuleName::default() },
        }
    }

    fn version(&self, id: &str, from: Option<i32>) -> Option<&Version> {
        let rules = self.rules.as_ref()?;
        let rule = &rules[rules.find(id)?];
        let exact = from.and_then(|from| rule.versions.iter().find(|version| version.from == from));
        let in_force = || rule.versions.iter().find(|version| version.in_force(self.last_day));
        let latest = || rule.versions.iter().rfind(|version| version.from <= self.last_day);
        exact.or_else(in_force).or_else(latest).or(rule.versions.first())
    }

    /// A hold, a draw or payment terms as of a day, and for a hold the part that may be paid in words.
    pub(super) fn policy(&self, id: &str, day: i32) -> (RuleName, String) {
        let policy = self.rules.as_ref().and_then(|rules| rules.policies.find(id));
        let version = policy.and_then(|policy| policy.in_force(day).or(policy.versions.last()));
        let Some(version) = version else {
            return (RuleName { id: id.to_owned(), ..RuleName::default() }, String::new());
        };
        let release = match &version.terms {
            PolicyTerms::Hold(hold) => plain(&release_in_words(hold)),
            _ => String::new(),
        };
        (RuleName { id: id.to_owned(), title: version.title.clone(), why: version.why.clone() }, release)
    }

    /// All holds, with the part that may be paid in words, as of the last day: id and words.
    pub fn holds(&self) -> Vec<(String, String)> {
        let Some(rules) = &self.rules else { return Vec::new() };
        let holds = rules.policies.of_kind(PolicyKind::Hold);
        holds.map(|(_, policy)| (policy.id.clone(), self.policy(&policy.id, self.last_day).1)).collect()
    }

    /// The tiers of a commission.
    pub(super) fn tiers(&self, id: &str, from: Option<i32>) -> Vec<TierLine> {
        let Some(Body::Commission(commission)) = self.version(id, from).map(|version| &version.body) else {
            return Vec::new();
        };
        let of_quota = matches!(commission.tiers, Tiers::OfQuota(_));
        let tier = |tier: &apportion_rules::Tier| TierLine {
            from: tier.from,
            of_quota,
            rate: tier.rate,
            bonus: tier.bonus,
        };
        commission.tiers.list().iter().map(tier).collect()
    }

    fn deal(&self, id: &str) -> Option<(&Data, DealIx)> {
        let data = self.data.as_ref()?;
        let deals = &data.tables.deals;
        let named = equal(&data.by_id, |deal| deals.id(*deal).cmp(id));
        let deal = named.iter().find(|deal| data.tables.effects.milestone(**deal).is_none());
        Some((data, *deal.or(named.first())?))
    }

    /// Whose deal it is, where the data say.
    pub(super) fn customer(&self, deal: &str) -> String {
        let found = self.deal(deal).and_then(|(data, deal)| {
            let column = data.tables.deals.frame.column(data.customer?)?;
            text_at(column, deal.at())
        });
        found.unwrap_or_default().to_owned()
    }

    /// When a deal closed.
    pub(super) fn close_date(&self, deal: &str) -> Option<i32> {
        self.deal(deal).map(|(data, deal)| data.tables.deals.close_date[deal])
    }

    /// The payees whom an engagement or a split of a deal names.
    pub(super) fn payees_on(&self, deal: &str) -> BTreeSet<&str> {
        let Some((data, deal)) = self.deal(deal) else { return BTreeSet::new() };
        let Tables { engagements, splits, payees, .. } = &*data.tables;
        let mut found = BTreeSet::new();
        // Without a source these tables have no offsets.
        if !engagements.is_empty() {
            found.extend(engagements.of_deal(deal).map(|row| payees.id(engagements.payee[row])));
        }
        if !splits.payee.is_empty() {
            found.extend(splits.of_deal(deal).map(|row| payees.id(splits.payee[row])));
        }
        found
    }

    fn payee(&self, id: &str) -> Option<(&Data, PayeeIx)> {
        let data = self.data.as_ref()?;
        let payees = &data.tables.payees;
        // They are numbered in the order of their ids.
        let mut places = payees.all();
        let (mut low, mut high) = (0, places.len());
        while low < high {
            let middle = low + (high - low) / 2;
            match payees.ids.value(middle).cmp(id) {
                std::cmp::Ordering::Less => low = middle + 1,
                std::cmp::Ordering::Equal => return places.nth(middle).map(|payee| (data, payee)),
                std::cmp::Ordering::Greater => high = middle,
            }
        }
        None
    }

    /// Whether the data have a payee.
    pub fn has_payee(&self, id: &str) -> bool {
        self.payee(id).is_some()
    }

    /// The language of a payee on the last day: its own, if we have it, or the book's.
    pub(super) fn language(&self, payee: &str) -> Language {
        let own =
            self.payee(payee).and_then(|(data, payee)| own_language(&data.tables, (payee, self.last_day)));
        own.unwrap_or(self.language)
    }

    /// What a payee is in a column on the last day.
    fn state_text(&self, payee: &str, column: &str) -> Option<&str> {
        let (data, payee) = self.payee(payee)?;
        let payees = &data.tables.payees;
        let state = payees.state(payee, self.last_day);
        text_at(payees.states.frame.column(column)?, state.at())
    }

    /// Where a payee's statement is sent.
    pub(super) fn email(&self, payee: &str) -> String {
        let found = self
            .payee(payee)
            .and_then(|(data, payee)| text_at(data.tables.payees.frame.column("email")?, payee.at()));
        found.unwrap_or_default().to_owned()
    }

    /// The name of a payee.
    pub(super) fn name(&self, payee: &str) -> String {
        let found = self
            .payee(payee)
            .and_then(|(data, payee)| text_at(data.tables.payees.frame.column("name")?, payee.at()));
        found.unwrap_or_default().to_owned()
    }

    /// Everybody below a payee on the last day, level by level, those of a level by id.
    pub(super) fn team(&self, payee: &str) -> Vec<(&str, u32)> {
        let Some((data, payee)) = self.payee(payee) else { return Vec::new() };
        let mut found = Vec::new();
        let mut level = vec![payee];
        // No day has a cycle of managers, so it ends.
        for depth in 1.. {
            level = level.iter().flat_map(|manager| &data.below[manager.at()]).copied().collect();
            level.sort_unstable();
            if level.is_empty() {
                break;
            }
            found.extend(level.iter().map(|payee| (data.tables.payees.id(*payee), depth)));
        }
        found
    }

    /// Everybody with an inquiry that is shown.
    pub(super) fn askers(&self) -> BTreeSet<&str> {
        let Some(data) = &self.data else { return BTreeSet::new() };
        data.asked.keys().map(|payee| data.tables.payees.id(*payee)).collect()
    }

    /// The inquiries of a payee that are shown.
    pub(super) fn inquiries(&self, payee: &str) -> Vec<Inquiry> {
        let Some((data, payee)) = self.payee(payee) else { return Vec::new() };
        let rows = data.asked.get(&payee).into_iter().flatten();
        rows.map(|row| self.inquiry(&data.tables.channel.inquiries[*row])).collect()
    }

    fn inquiry(&self, row: &apportion_data::Inquiry) -> Inquiry {
        let answered_on = row.answered_on.filter(|day| *day <= self.last_day);
        let state = match row.state.as_str() {
            _ if answered_on.is_none() => InquiryState::Open,
            "accepted" => InquiryState::Accepted,
            "rejected" => InquiryState::Rejected,
            _ => InquiryState::Answered,
        };
        // Nobody knows on the last day what is answered later.
        let known =
            |text: &Option<String>| text.clone().filter(|_| answered_on.is_some()).unwrap_or_default();
        Inquiry {
            id: row.id.clone(),
            raised_on: row.raised_on,
            deal: row.deal_id.clone().unwrap_or_default(),
            rule: row.rule_id.as_deref().map(|rule| self.rule(rule, None)),
            question: row.question.clone().unwrap_or_default(),
            state,
            answered_on,
            answer: known(&row.answer),
            adjustment: known(&row.adjustment_id),
        }
    }

    /// The employees who manage somebody on the last day: payees of kind `employee`, or without a kind.
    pub fn managers(&self) -> Vec<&str> {
        let Some(data) = &self.data else { return Vec::new() };
        let payees = &data.tables.payees;
        let managing = payees.all().filter(|payee| !data.below[payee.at()].is_empty());
        let ids = managing.map(|payee| payees.id(payee));
        ids.filter(|id| self.state_text(id, "kind").is_none_or(|kind| kind == "employee")).collect()
    }
}

/// Whether an inquiry was asked by the last day of a month and waits on it, or was answered in the month.
fn is_shown(inquiry: &apportion_data::Inquiry, last_day: i32) -> bool {
    let (.., day) = civil_from_days(last_day);
    let first_day = last_day - i32::from(day) + 1;
    let is_earlier = inquiry.answered_on.is_some_and(|day| day < first_day);
    inquiry.raised_on <= last_day && !is_earlier && (inquiry.answered_on.is_some() || inquiry.state == "open")
}

/// The language that a payee has of its own on a day, where it is one of ours.
pub fn own_language(tables: &Tables, (payee, day): (PayeeIx, i32)) -> Option<Language> {
    let states = &tables.payees.states;
    let state = tables.payees.state(payee, day);
    text_at(states.frame.column("language")?, state.at()).and_then(Language::from_code)
}

/// A text of a column.
fn text_at(column: &ArrayRef, row: usize) -> Option<&str> {
    match column.data_type() {
        DataType::Utf8 => {
            let texts = column.as_string_opt::<i32>()?;
            (!texts.is_null(row)).then(|| texts.value(row))
        }
        DataType::Dictionary(..) => {
            let codes = column.as_dictionary_opt::<UInt32Type>()?;
            let texts = codes.values().as_string_opt::<i32>()?;
            let code = codes.key(row)?;
            (!texts.is_null(code)).then(|| texts.value(code))
        }
        _ => None,
    }
}
