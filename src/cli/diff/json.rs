//! A whole difference as JSON. Amounts are strings with their currency as another key. Lists are written one element
//! at a time, so that millions of lines need no extra memory.

use std::io::{self, Write};

use serde::{Serialize, Serializer};

use super::closes;
use super::view::{DifferenceView, status};
use apportion_book::display_day;
use apportion_engine::diff::{
    Change, LineChange, ParameterChange, Part, ReasonChange, RuleChange, VersionChange, words,
};

pub fn write(shown: &DifferenceView, sink: &mut dyn Write) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *sink, &JsonDifference::new(shown))?;
    sink.write_all(b"\n")
}

/// A list that is made while it is written.
struct LazyList<F>(F);

impl<F, I> Serialize for LazyList<F>
where
    F: Fn() -> I,
    I: Iterator<Item: Serialize>,
{
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq((self.0)())
    }
}

#[derive(Serialize)]
struct JsonDifference<R, W, P, D, L> {
    period: String,
    first_day: String,
    last_day: String,
    book: String,
    currency: &'static str,
    before: String,
    after: String,
    differs: bool,
    settings: Vec<JsonParameter>,
    total: JsonChange,
    payees_up: u64,
    payees_down: u64,
    payees_level: u64,
    deals_with_lines: u64,
    rules: R,
    reasons: W,
    payees: P,
    deals: D,
    lines: L,
    /// What each side would pay in the close of the month; null where the rules say nothing of it.
    close: serde_json::Value,
    /// Versions of holds, draws and payment terms that differ.
    policies: serde_json::Value,
}

#[derive(Serialize)]
struct JsonMoney {
    before: String,
    after: String,
    change: String,
    currency: &'static str,
}

#[derive(Serialize)]
struct JsonChange {
    amount: JsonMoney,
    credited: JsonMoney,
    lines: JsonLines,
}

#[derive(Serialize)]
struct JsonLines {
    before: u32,
    after: u32,
    new: u32,
    gone: u32,
    changed: u32,
    restated: u32,
}

#[derive(Serialize)]
struct JsonParameter {
    key: &'static str,
    item: String,
    before: Option<String>,
    after: Option<String>,
    before_at: Option<String>,
    after_at: Option<String>,
}

#[derive(Serialize)]
struct JsonVersion {
    first_day: String,
    last_day: String,
    from_before: Option<String>,
    from_after: Option<String>,
    before_at: Option<String>,
    after_at: Option<String>,
    parameters: Vec<JsonParameter>,
}

#[derive(Serialize)]
struct JsonRule<'a> {
    rule_id: &'a str,
    status: &'static str,
    kind_before: Option<&'static str>,
    kind_after: Option<&'static str>,
    #[serde(flatten)]
    change: JsonChange,
    withheld: JsonMoney,
    retained: JsonMoney,
    deals_matched_before: u64,
    deals_matched_after: u64,
    payees_up: u64,
    payees_down: u64,
    versions: Vec<JsonVersion>,
}

#[derive(Serialize)]
struct JsonReason<'a> {
    /// What `reason` of a payee, deal or line refers to.
    reason: usize,
    rule_id: &'a str,
    status: &'static str,
    causes: Vec<&'static str>,
    uncredited: Option<&'static str>,
    sentence: String,
    lines: u64,
    amount: JsonMoney,
    credited: JsonMoney,
}

#[derive(Serialize)]
struct JsonPart {
    reason: u32,
    lines: u64,
    change: String,
    credited_change: String,
}

#[derive(Serialize)]
struct JsonField {
    field: String,
    before: String,
    after: String,
}

#[derive(Serialize)]
struct JsonPayee<'a> {
    payee_id: &'a str,
    name: Option<String>,
    status: &'static str,
    #[serde(flatten)]
    change: JsonChange,
    data: Vec<JsonField>,
    reasons: Vec<JsonPart>,
}

#[derive(Serialize)]
struct JsonDeal<'a> {
    deal_id: &'a str,
    status: &'static str,
    #[serde(flatten)]
    change: JsonChange,
    data: Vec<JsonField>,
    reasons: Vec<JsonPart>,
}

#[derive(Serialize)]
struct JsonLine<'a> {
    rule_id: &'a str,
    deal_id: &'a str,
    payee_id: &'a str,
    role: Option<&'a str>,
    from_payee_id: Option<&'a str>,
    status: &'static str,
    before: Option<String>,
    after: Option<String>,
    credited_before: Option<String>,
    credited_after: Option<String>,
    currency: &'static str,
    reason: u32,
}

impl JsonDifference<(), (), (), (), ()> {
    /// The lists are closures: what a list holds exists only while it is written.
    #[allow(clippy::new_ret_no_self, reason = "the lists' types can't be named")]
    fn new<'a>(shown: &'a DifferenceView<'a>) -> impl Serialize + 'a {
        let difference = shown.difference;
        JsonDifference {
            period: shown.period.clone(),
            first_day: shown.first_day.clone(),
            last_day: shown.last_day.clone(),
            book: difference.before.book.name.clone(),
            currency: shown.currency,
            before: shown.before.clone(),
            after: shown.after.clone(),
            differs: !difference.is_empty(),
            settings: difference.settings.iter().map(|change| parameter(shown, change)).collect(),
            total: change(shown, &difference.total),
            payees_up: difference.payees_up,
            payees_down: difference.payees_down,
            payees_level: difference.payees_level,
            deals_with_lines: difference.deals_with_lines,
            rules: LazyList(move || difference.rules.iter().map(move |of_rule| rule(shown, of_rule))),
            reasons: LazyList(move || {
                difference
                    .reasons
                    .iter()
                    .enumerate()
                    .map(move |(index, of_reason)| reason(shown, index, of_reason))
            }),
            payees: LazyList(move || {
                difference.payees.iter().map(move |payee| JsonPayee {
                    payee_id: difference.payee_id(payee.payee),
                    name: difference.payee_name(payee.payee),
                    status: status(&payee.change).word(),
                    change: change(shown, &payee.change),
                    data: fields(difference.payee_fields(payee.payee)),
                    reasons: parts(shown, &difference.parts(difference.lines_of_payee(payee).iter())),
                })
            }),
            deals: LazyList(move || {
                difference.deals.iter().map(move |deal| JsonDeal {
                    deal_id: difference.deal_id(deal.deal),
                    status: status(&deal.change).word(),
                    change: change(shown, &deal.change),
                    data: fields(difference.deal_fields(deal.deal)),
                    reasons: parts(shown, &difference.parts(difference.lines_of_deal(deal))),
                })
            }),
            lines: LazyList(move || difference.lines.iter().map(move |of_line| line(shown, of_line))),
            close: closes::json(shown),
            policies: closes::policies_json(shown),
        }
    }
}

fn money(shown: &DifferenceView, before: i128, after: i128) -> JsonMoney {
    JsonMoney {
        before: shown.plain(before),
        after: shown.plain(after),
        change: shown.plain(after - before),
        currency: shown.currency,
    }
}

fn change(shown: &DifferenceView, change: &Change) -> JsonChange {
    let lines = change.lines;
    JsonChange {
        amount: money(shown, change.before.amount, change.after.amount),
        credited: money(shown, change.before.credited, change.after.credited),
        lines: JsonLines {
            before: lines.before,
            after: lines.after,
            new: lines.new,
            gone: lines.gone,
            changed: lines.changed,
            restated: lines.restated,
        },
    }
}

fn parameter(shown: &DifferenceView, change: &ParameterChange) -> JsonParameter {
    JsonParameter {
        key: change.key,
        item: change.item.clone(),
        before: change.before.clone(),
        after: change.after.clone(),
        before_at: change.before_at.as_ref().map(|span| shown.place(span)),
        after_at: change.after_at.as_ref().map(|span| shown.place(span)),
    }
}

fn version(shown: &DifferenceView, version: &VersionChange) -> JsonVersion {
    JsonVersion {
        first_day: display_day(version.days.0),
        last_day: display_day(version.days.1),
        from_before: version.from.0.map(display_day),
        from_after: version.from.1.map(display_day),
        before_at: version.places.0.as_ref().map(|span| shown.place(span)),
        after_at: version.places.1.as_ref().map(|span| shown.place(span)),
        parameters: version.parameters.iter().map(|change| parameter(shown, change)).collect(),
    }
}

fn rule<'a>(shown: &DifferenceView, rule: &'a RuleChange) -> JsonRule<'a> {
    JsonRule {
        rule_id: &rule.id,
        status: rule.status().word(),
        kind_before: rule.kinds.0.map(|kind| kind.word()),
        kind_after: rule.kinds.1.map(|kind| kind.word()),
        change: change(shown, &rule.change),
        withheld: money(shown, rule.withheld.0, rule.withheld.1),
        retained: money(shown, rule.retained.0, rule.retained.1),
        deals_matched_before: rule.deals_matched.0,
        deals_matched_after: rule.deals_matched.1,
        payees_up: rule.payees_up,
        payees_down: rule.payees_down,
        versions: rule.versions.iter().map(|of_version| version(shown, of_version)).collect(),
    }
}

fn reason<'a>(shown: &DifferenceView<'a>, index: usize, reason: &'a ReasonChange) -> JsonReason<'a> {
    JsonReason {
        reason: index,
        rule_id: shown.difference.rule_id(reason.rule),
        status: reason.status.word(),
        causes: reason.causes.iter().map(|cause| cause.word()).collect(),
        uncredited: reason.uncredited.map(|reason| reason.word()),
        sentence: words::sentence(shown.difference, reason),
        lines: reason.lines,
        amount: money(shown, reason.before.amount, reason.after.amount),
        credited: money(shown, reason.before.credited, reason.after.credited),
    }
}

fn parts(shown: &DifferenceView, parts: &[Part]) -> Vec<JsonPart> {
    let part = |part: &Part| JsonPart {
        reason: part.reason.raw(),
        lines: part.lines,
        change: shown.plain(part.amount),
        credited_change: shown.plain(part.credited),
    };
    parts.iter().map(part).collect()
}

fn fields(changes: Vec<apportion_engine::diff::facts::FieldChange>) -> Vec<JsonField> {
    let field = |change: apportion_engine::diff::facts::FieldChange| JsonField {
        field: change.field,
        before: change.before,
        after: change.after,
    };
    changes.into_iter().map(field).collect()
}

fn line<'a>(shown: &DifferenceView<'a>, line: &LineChange) -> JsonLine<'a> {
    let view = shown.difference.line(line);
    JsonLine {
        rule_id: view.rule,
        deal_id: view.deal,
        payee_id: view.payee,
        role: view.role,
        from_payee_id: view.from_payee,
        status: view.status.word(),
        before: view.before.map(|money| shown.plain(money.amount)),
        after: view.after.map(|money| shown.plain(money.amount)),
        credited_before: view.before.map(|money| shown.plain(money.credited)),
        credited_after: view.after.map(|money| shown.plain(money.credited)),
        currency: shown.currency,
        reason: line.reason.raw(),
    }
}
