//! Why a line of a closed month is another now: it is compared with what the closes before wrote of it.

use std::collections::{BTreeMap, BTreeSet};

use arrow::array::{Array, AsArray, RecordBatch};
use arrow::datatypes::{DataType, Date32Type, Decimal64Type, Decimal128Type};
use bytes::Bytes;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

use apportion_data::{DealIx, PayeeIx};
use apportion_engine::credit::{Line, Reason};
use apportion_engine::diff::{Cause, Causes};
use apportion_engine::kinds::pays_own_amount;
use apportion_rules::{Kind, RuleIx};

use crate::earned::EarnedEntries;
use crate::entry::{ACCEPTANCE, EntryType, Subject};
use crate::key::{Key, Map, Name, Names};
use crate::posted::Posted;
use crate::scope::{DealState, Ground, LineNow};
use crate::vanished::accepted;

/// A line as a close wrote it, as far as it is compared.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct WrittenLine {
    rule_from: i32,
    basis: i128,
    rate: i128,
    units: i128,
    units_total: i128,
    credited: i128,
    uncapped: i128,
    amount: i128,
}

/// By rule and deal: who is not paid, everybody where it is nobody, and why.
type Unpaid = BTreeMap<(usize, u32), Vec<(Option<PayeeIx>, Reason)>>;

/// Lines of closes, the latest of each key.
pub type WrittenLines = Map<Key, WrittenLine>;

/// The keys whose causes are not known yet.
pub fn wanted(made: &EarnedEntries) -> Map<Key, ()> {
    let open = made.entries.iter().filter(|entry| entry.cause.is_empty());
    let keys = open.filter_map(|entry| match &entry.subject {
        Subject::Line { key, .. } => Some((*key, ())),
        Subject::Adjustment { .. } => None,
    });
    keys.collect()
}

/// Adds the lines of a file that are wanted; later ones take the place of earlier ones.
///
/// # Errors
/// What is wrong with the file, as the end of a sentence.
pub fn read_lines(
    bytes: Vec<u8>,
    wanted: &Map<Key, ()>,
    names: &Names,
    lines: &mut WrittenLines,
) -> Result<(), String> {
    let reader = ParquetRecordBatchReaderBuilder::try_new(Bytes::from(bytes))
        .and_then(|builder| builder.build())
        .map_err(|error| format!("it is no Parquet file of lines: {error}"))?;
    for batch in reader {
        let batch = batch.map_err(|error| format!("it is damaged: {error}"))?;
        for row in 0..batch.num_rows() {
            let Some(key) = key(&batch, row, names)? else { continue };
            if wanted.contains_key(&key) {
                lines.insert(key, line(&batch, row)?);
            }
        }
    }
    Ok(())
}

/// The key of a row; none where the ledger knows one of its ids not at all, so that it can't be wanted.
fn key(batch: &RecordBatch, row: usize, names: &Names) -> Result<Option<Key>, String> {
    let text = |name: &str| -> Result<Option<&str>, String> {
        let Some(column) = batch.column_by_name(name) else { return Ok(None) };
        let texts =
            column.as_string_opt::<i32>().ok_or_else(|| format!("its column `{name}` has no texts"))?;
        Ok(texts.is_valid(row).then(|| texts.value(row)))
    };
    let found = |name: &str| Ok::<_, String>(text(name)?.map(|text| names.find(text)));
    let (payee, rule, deal) = (found("payee_id")?, found("rule_id")?, found("deal_id")?);
    let (Some(Some(payee)), Some(Some(rule)), Some(Some(deal))) = (payee, rule, deal) else {
        return Ok(None);
    };
    let mut others = [None; 4];
    for (place, name) in ["role", "from_payee_id", "of_rule_id", "of_deal_id"].into_iter().enumerate() {
        match found(name)? {
            None => {}
            Some(None) => return Ok(None),
            Some(known) => others[place] = known,
        }
    }
    let [role, from_payee, of_rule, of_deal] = others;
    Ok(Some(Key { payee, rule, deal, role, from_payee, of_rule, of_deal }))
}

fn line(batch: &RecordBatch, row: usize) -> Result<WrittenLine, String> {
    let number = |name: &str| -> Result<i128, String> {
        let column = batch.column_by_name(name).ok_or_else(|| format!("it has no column `{name}`"))?;
        if column.is_null(row) {
            return Ok(0);
        }
        match column.data_type() {
            DataType::Decimal64(..) => Ok(column.as_primitive::<Decimal64Type>().value(row).into()),
            DataType::Decimal128(..) => Ok(column.as_primitive::<Decimal128Type>().value(row)),
            _ => Err(format!("its column `{name}` has no numbers")),
        }
    };
    let day = batch.column_by_name("rule_from").and_then(|days| days.as_primitive_opt::<Date32Type>());
    Ok(WrittenLine {
        rule_from: day.map_or(0, |days| days.value(row)),
        basis: number("basis")?,
        rate: number("rate")?,
        units: number("units")?,
        units_total: number("units_total")?,
        credited: number("credited")?,
        uncapped: number("uncapped")?,
        amount: number("amount")?,
    })
}

/// What changed since the close before, as far as it is known without lines.
#[derive(Debug, Clone, Copy)]
pub struct Changed<'a> {
    /// Rules that have other parameters than when a month was posted, and may.
    pub rules: &'a BTreeSet<String>,
    /// Numbers of the deals whose recomputed reversals are others.
    pub reversed: &'a BTreeSet<u32>,
    /// Ids of payees whose attributes in use are others.
    pub payees: &'a BTreeSet<String>,
}

/// Says of each true-up what differs behind its line.
pub fn explain(
    ground: &Ground<'_>,
    posted: &Posted,
    (written, changed): (&WrittenLines, Changed<'_>),
    names: &Names,
    made: &mut EarnedEntries,
) {
    let open = wanted(made);
    if open.is_empty() {
        return;
    }
    let deals: BTreeSet<u32> = open.keys().filter_map(|key| ground.deal_of(key)).map(DealIx::raw).collect();
    let within = |deal: DealIx| deals.contains(&deal.raw());
    let lines = ground.years.iter().flat_map(|view| view.lines.iter());
    let pairs =
        lines.filter(|line| within(line.deal)).map(|line| (line.rule.at(), line.deal.raw())).collect();
    let mut uncredited: Unpaid = BTreeMap::new();
    for row in ground.years.iter().flat_map(|view| &view.uncredited).filter(|row| within(row.deal)) {
        if let Some(rule) = row.rule {
            uncredited.entry((rule.at(), row.deal.raw())).or_default().push((row.payee, row.reason));
        }
    }
    let comparer = Comparer { ground, posted, names, changed, pairs, uncredited };
    for (entry, line) in made.entries.iter_mut().zip(&made.lines) {
        let Subject::Line { key, close_date } = &entry.subject else { continue };
        if entry.entry == EntryType::TrueUp && entry.cause.is_empty() {
            let causes = match (written.get(key), line) {
                _ if comparer.is_reversed(key) => Causes::default().with(Cause::Reversal),
                (Some(was), Some(now)) => match comparer.both(key, was, *now, *close_date) {
                    causes if !causes.is_empty() => causes,
                    _ => match comparer.is_back(key) {
                        Some(cause) => {
                            entry.cause = cause.into();
                            continue;
                        }
                        None => Causes::default().with(Cause::Shares),
                    },
                },
                (None, Some(now)) => comparer.only_now(key, *now),
                (_, None) => comparer.gone(key),
            };
            entry.cause = causes.iter().map(Cause::word).collect::<Vec<_>>().join(", ").into();
        }
    }
}

struct Comparer<'a> {
    ground: &'a Ground<'a>,
    posted: &'a Posted,
    names: &'a Names,
    changed: Changed<'a>,
    /// Rules and deals with a line.
    pairs: BTreeSet<(usize, u32)>,
    /// By rule and deal: why somebody is not paid.
    uncredited: Unpaid,
}

impl Comparer<'_> {
    fn line(&self, now: LineNow) -> &Line {
        &self.ground.years[now.place.0].lines[now.place.1]
    }

    /// Whether other reversals leave another part of the deal, which is what the line is about.
    fn is_reversed(&self, key: &Key) -> bool {
        self.ground.deal_of(key).is_some_and(|deal| self.changed.reversed.contains(&deal.raw()))
    }

    fn both(&self, key: &Key, was: &WrittenLine, now: LineNow, close_date: i32) -> Causes {
        let line = self.line(now);
        let view = &self.ground.years[now.place.0];
        let applies = view.applies[line.rule][line.version];
        let filled = |is: bool, value: i128| if is { value } else { 0 };
        let is = WrittenLine {
            rule_from: self.ground.rules.version(line.rule, line.version).from,
            basis: filled(applies.basis, line.basis.wide()),
            rate: filled(applies.rate, line.rate_e8.into()),
            units: filled(applies.units, line.units.e9()),
            units_total: filled(applies.units_total, line.units_total.e9()),
            credited: filled(applies.credited, line.credited.wide()),
            uncapped: filled(applies.amount, line.uncapped.wide()),
            amount: filled(applies.amount, line.amount.wide()),
        };
        let kind = self.ground.rules[line.rule].kind;
        let rule_differs = self.changed.rules.contains(self.names.text(key.rule));
        let moved = self.posted.last(key).is_some_and(|last| last.close_date != close_date);
        let (basis, rate) = (was.basis != is.basis, was.rate != is.rate);
        let units = was.units != is.units || was.units_total != is.units_total;
        let uncapped = was.uncapped != is.uncapped;
        let causes = Causes::default()
            .with_if(was.rule_from != is.rule_from, Cause::Version)
            .with_if(moved, Cause::DealData);
        let causes = match kind.pays_by_deal() {
            _ if key.is_clawback() => {
                causes.with_if(basis, Cause::Line).with_if(rate || (uncapped && !basis), Cause::Reversal)
            }
            true => causes
                .with_if(units, Cause::Engagements)
                .with_if(basis && !rule_differs, Cause::DealData)
                .with_if(basis && rule_differs, Cause::Basis)
                .with_if(rate && rule_differs, Cause::Rate)
                .with_if(rate && !rule_differs, Cause::PayeeData)
                .with_if(uncapped && !basis && !rate && !units, parts_or_amount(kind, rule_differs)),
            false if kind == Kind::Milestone => causes
                .with_if(uncapped && rule_differs, Cause::Amount)
                .with_if(uncapped && !rule_differs, Cause::PayeeData),
            false => {
                let own = uncapped && !basis;
                causes
                    .with_if(basis, Cause::Credit)
                    .with_if((own || rate) && rule_differs, Cause::Tiers)
                    .with_if((own || rate) && !rule_differs, Cause::RunningTotal)
            }
        };
        let withheld = was.uncapped - was.amount != is.uncapped - is.amount;
        causes.with_if(withheld, Cause::Cap)
    }

    /// Why a line is back that is what it was before it came to nothing: for the reason for which it did.
    fn is_back(&self, key: &Key) -> Option<String> {
        let gone_by = self.names.text(self.posted.get(key)?.gone_by()?);
        let is_decided = |id: Name| accepted(self.ground, self.names.text(id)).is_some();
        Some(match gone_by {
            // What was taken back is in the data again; its acceptance may stand there still.
            ACCEPTANCE if is_decided(key.deal) => Cause::DealListed.word().to_owned(),
            ACCEPTANCE if is_decided(key.payee) => Cause::PayeeListed.word().to_owned(),
            ACCEPTANCE if self.is_of_quota(key) => Cause::Quota.word().to_owned(),
            ACCEPTANCE => Cause::DealListed.word().to_owned(),
            cause => cause.to_owned(),
        })
    }

    fn is_of_quota(&self, key: &Key) -> bool {
        self.ground.rule(key.rule).is_some_and(|rule| self.ground.rules[rule].kind == Kind::Commission)
    }

    /// A line that no close has written.
    fn only_now(&self, key: &Key, now: LineNow) -> Causes {
        let line = self.line(now);
        let cause = if key.is_clawback() {
            Cause::Reversal
        } else if !self.posted.has(self.ground.is_of_milestone(key), key.deal) {
            Cause::DealListed
        } else if self.changed.rules.contains(self.names.text(key.rule)) {
            Cause::Rule
        } else if self.ground.rules[line.rule].kind.pays_by_deal() {
            Cause::Engagements
        } else if self.ground.rules[line.rule].kind == Kind::Milestone {
            Cause::Scope
        } else {
            Cause::Credit
        };
        self.with_payee(key, cause)
    }

    /// A line that is not there any more.
    fn gone(&self, key: &Key) -> Causes {
        self.with_payee(key, self.why_gone(key))
    }

    /// The cause of a line that came or went, and the data of its payee, or of the one whose credit it is, where they can be behind it.
    fn with_payee(&self, key: &Key, cause: Cause) -> Causes {
        let mut payees = std::iter::once(key.payee).chain(key.from_payee);
        let differs = payees.any(|payee| self.changed.payees.contains(self.names.text(payee)));
        match cause {
            Cause::Credit if differs => Causes::default().with(Cause::PayeeData).with(Cause::Earners),
            Cause::Engagements => Causes::default().with(cause).with_if(differs, Cause::PayeeData),
            cause => Causes::default().with(cause),
        }
    }

    fn why_gone(&self, key: &Key) -> Cause {
        let ground = self.ground;
        let Some(rule) = ground.rule(key.rule) else { return Cause::Rule };
        let Some(deal) = ground.deal_of(key) else {
            // A milestone that is there and not done.
            let is_there = ground.state(key) != DealState::Absent;
            return if is_there { Cause::DealData } else { Cause::DealListed };
        };
        let Some(payee) = ground.payee(key.payee) else { return Cause::PayeeListed };
        if ground.rules[rule].kind == Kind::Milestone {
            return Cause::Scope;
        }
        if !ground.tables.deals.won[deal] || !matches!(ground.state(key), DealState::Settled(_)) {
            return Cause::DealData;
        }
        match self.uncredited(rule, deal, payee) {
            Some(Reason::NoQuota) => return Cause::Quota,
            Some(_) => return Cause::Uncredited,
            None => {}
        }
        if key.is_clawback() {
            return Cause::Reversal;
        }
        if !ground.rules[rule].kind.pays_by_deal() {
            return Cause::Credit;
        }
        let pays_others = self.pairs.contains(&(rule.at(), deal.raw()));
        if pays_others { Cause::Engagements } else { Cause::Scope }
    }

    fn uncredited(&self, rule: RuleIx, deal: DealIx, payee: PayeeIx) -> Option<Reason> {
        let rows = self.uncredited.get(&(rule.at(), deal.raw()))?;
        rows.iter().find(|(own, _)| own.is_none_or(|own| own == payee)).map(|(_, reason)| *reason)
    }
}

fn parts_or_amount(kind: Kind, rule_differs: bool) -> Cause {
    match (pays_own_amount(kind), rule_differs) {
        (false, _) => Cause::Shares,
        (true, true) => Cause::Amount,
        (true, false) => Cause::PayeeData,
    }
}
