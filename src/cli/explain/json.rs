//! An explanation as JSON: docs/how-to/explain.md describes it. Amounts are strings, with their currency beside them; exact
//! values are decimals, or fractions `numerator/denominator` where they are none.

use std::io::{self, Write};

use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};
use serde_json::{Map, Value, json};

use super::ExplanationView;
use super::case;
use super::comparison::{Difference, FileChange, ResultComparison};
use super::governed;
use super::quotas;
use super::text::place;
use apportion_base::money::{Minor, format_scaled};
use apportion_book::{RateQuotation, display_day};
use apportion_engine::explain::tree::{
    Amount, ColumnValue, Condition, DealFacts, DoneFacts, Manager, Measure, Note, Nothing, Operation, Part,
    PayeeName, Place, Quantity, RateRow, ReversalPart, ReversedFacts, RuleValue, Shortfall, Since, Split,
    Step, TakenBackLine, Tiers, Work,
};
use apportion_engine::explain::words;
use apportion_engine::explain::{Big, Exact};

/// Writes an explanation. An amount is made when it is its turn, because a year has very many.
///
/// # Errors
/// What the writer says.
pub fn write(shown: &ExplanationView, out: &mut dyn Write) -> io::Result<()> {
    let json = Json { shown, digits: shown.book.currency.digits() };
    serde_json::to_writer_pretty(&mut *out, &json)?;
    out.write_all(b"\n")
}

pub(super) struct Json<'a> {
    shown: &'a ExplanationView<'a>,
    digits: u32,
}

/// A list whose items are made one after the other.
struct Each<'a, T, F>(&'a [T], F);

impl<T, F: Fn(&T) -> Value> Serialize for Each<'_, T, F> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.iter().map(&self.1))
    }
}

impl Serialize for Json<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let explanation = self.shown.explanation;
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("payee", &explanation.payee.as_ref().map(named))?;
        map.serialize_entry("deal", &explanation.deal.as_ref().map(|deal| self.deal(deal)))?;
        map.serialize_entry("rule", &explanation.rule)?;
        map.serialize_entry("period", &explanation.period.to_string())?;
        map.serialize_entry("first_day", &display_day(explanation.first_day))?;
        map.serialize_entry("last_day", &display_day(explanation.last_day))?;
        map.serialize_entry("book", &self.shown.book.name)?;
        map.serialize_entry("currency", self.shown.book.currency.code())?;
        map.serialize_entry("rounding", self.shown.book.rounding.word())?;
        map.serialize_entry("rules", &self.rules())?;
        map.serialize_entry("amounts", &Each(&explanation.amounts, |amount: &Amount| self.amount(amount)))?;
        map.serialize_entry(
            "nothing",
            &Each(&explanation.nothing, |nothing: &Nothing| self.nothing(nothing)),
        )?;
        if let Some(of_deal) = self.shown.case {
            map.serialize_entry("channel", &case::deal_json(of_deal, self.shown.book))?;
        }
        let result = self.shown.held.as_ref().map(|(folder, held)| self.held(folder, held));
        map.serialize_entry("result", &result)?;
        map.end()
    }
}

impl Json<'_> {
    fn rules(&self) -> Vec<Value> {
        let versions = self.shown.explanation.versions.values();
        versions
            .map(|version| {
                json!({
                    "rule_id": version.rule_id,
                    "rule_from": display_day(version.from),
                    "rule_until": version.until.map(display_day),
                    "kind": version.kind.word(),
                    "title": version.title,
                    "why": version.why,
                    "place": place(self.shown, version),
                })
            })
            .collect()
    }

    pub(super) fn minor(&self, minor: impl Into<i128>) -> String {
        format_scaled(minor.into(), self.digits)
    }

    /// An amount with its currency.
    fn money(&self, minor: impl Into<i128>) -> Value {
        json!({ "amount": self.minor(minor), "currency": self.shown.book.currency.code() })
    }

    fn amount(&self, amount: &Amount) -> Value {
        let version = self.shown.explanation.versions.get(&amount.version);
        let currency = self.shown.book.currency.code();
        let mut written = json!({
            "rule_id": version.map(|version| &version.rule_id),
            "rule_from": version.map(|version| display_day(version.from)),
            "kind": version.map(|version| version.kind.word()),
            "payee": named(&amount.payee),
            "deal": self.deal(&amount.deal),
            "role": amount.role,
            "from_payee": amount.from_payee.as_ref().map(named),
            "level": amount.level,
            "of_rule_id": amount.of_rule,
            "credited": amount.credited.map(|minor| self.minor(minor)),
            "uncapped": amount.uncapped.map(|minor| self.minor(minor)),
            "amount": amount.amount.map(|minor| self.minor(minor)),
            "currency": currency,
            "when": amount.when.iter().map(condition).collect::<Vec<_>>(),
            "basis": amount.basis.as_ref().map(|(text, seen)| {
                json!({ "text": text, "values": seen.iter().map(one_seen).collect::<Vec<_>>() })
            }),
            "rate": amount.rate.as_ref().map(rule_value),
            "engaged": amount.counting,
            "shared_by": amount.shared_by,
            "work": amount.work.iter().map(work).collect::<Vec<_>>(),
            "require": amount.require.iter().map(condition).collect::<Vec<_>>(),
            "measure": amount.measure.as_ref().map(measure),
            "managers": amount.managers.iter().map(manager).collect::<Vec<_>>(),
            "steps": amount.steps.iter().map(|step| self.step(step)).collect::<Vec<_>>(),
        });
        if let (Some(written), false) = (written.as_object_mut(), amount.done.is_empty()) {
            written.insert("milestones".to_owned(), amount.done.iter().map(done).collect());
        }
        if let Some(registration) = &amount.registration {
            written["registration"] = governed::registration(registration);
        }
        written
    }

    fn deal(&self, deal: &DealFacts) -> Value {
        let conversion = deal.conversion.as_ref().map(|conversion| {
            json!({
                "amount": conversion.amount.plain(),
                "currency": conversion.currency,
                "rate": conversion.rate.plain(),
                "date": display_day(conversion.day),
                "quoted": match conversion.quoted {
                    RateQuotation::BookPerUnit => "book-per-unit",
                    RateQuotation::UnitPerBook => "unit-per-book",
                },
                "place": conversion.place.as_ref().map(row),
                "newer_rates_rejected": conversion.passed_over.iter().map(|reject| json!({
                    "file": reject.place.file,
                    "row": reject.place.row,
                    "code": reject.code,
                    "message": reject.message,
                })).collect::<Vec<_>>(),
            })
        });
        json!({
            "deal_id": deal.id,
            "outcome": match (deal.is_milestone, deal.won) {
                (true, _) => None,
                (false, true) => Some("won"),
                (false, false) => Some("lost"),
            },
            "close_date": display_day(deal.close_date),
            "amount": deal.amount.plain(),
            "currency": self.shown.book.currency.code(),
            "list_amount": deal.list_amount.map(Exact::plain),
            "discount": deal.discount.map(Exact::plain),
            "conversion": conversion,
            "reversed": deal.reversed.as_ref().map(reversed),
            "place": deal.place.as_ref().map(row),
        })
    }

    fn step(&self, step: &Step) -> Value {
        let mut object = Map::new();
        object.insert("gives".to_owned(), json!(step.gives.word()));
        let mut put = |key: &str, value: Value| {
            object.insert(key.to_owned(), value);
        };
        match &step.how {
            Operation::Round { operand, value } => {
                put("how", json!("round"));
                put("of", json!([given(*operand, *value)]));
            }
            Operation::Product { a, b } => {
                put("how", json!("product"));
                put("of", json!([given(a.0, a.1), given(b.0, b.1)]));
            }
            Operation::Quotient { a, b } => {
                put("how", json!("quotient"));
                put("of", json!([given(a.0, a.1), given(b.0, b.1)]));
            }
            Operation::Split { operand, split } => {
                put("how", json!("split"));
                put("of", json!([given(*operand, Exact::minor(split.total, self.digits))]));
                put("split", self.split(split));
            }
            Operation::Sum { parts } => {
                put("how", json!("sum"));
                let part = |part: &apportion_engine::explain::tree::CreditPart| {
                    json!({
                        "rule_id": part.rule_id,
                        "role": part.role,
                        "credited": self.minor(part.credited),
                    })
                };
                put("of", json!(parts.iter().map(part).collect::<Vec<_>>()));
            }
            Operation::Tiers(tiers) => {
                put("how", json!("tiers"));
                put("tiers", self.tiers(tiers));
            }
            Operation::TakenBack(taken) => {
                put("how", json!("taken-back"));
                put("taken_back", self.taken_back(taken));
            }
            Operation::Decided(decided) => {
                put("how", json!("decided"));
                put("decided", governed::decided(self, decided));
            }
            Operation::Gate(gate) => {
                put("how", json!("gate"));
                put("of", json!([given(Quantity::Uncapped, Exact::minor(gate.before, self.digits))]));
                put("gate", governed::gate_step(self, gate));
            }
            Operation::DealCap { cap, total, split } => {
                put("how", json!("cap-per-deal"));
                put("cap", json!(self.minor(*cap)));
                put("total", json!(self.minor(*total)));
                put("split", json!(split.as_ref().map(|split| self.split(split))));
            }
            Operation::PayeeCap { every, period, cap, came_with, before, after } => {
                put("how", json!("cap-per-payee"));
                put("every", json!(every.word()));
                put("period", json!(period.to_string()));
                put("cap", json!(self.minor(*cap)));
                put("came_with", json!(self.minor(*came_with)));
                put("before", json!(self.minor(*before)));
                put("after", json!(self.minor(*after)));
            }
        }
        put("result", json!(self.minor(step.result)));
        put("currency", json!(self.shown.book.currency.code()));
        Value::Object(object)
    }

    pub(super) fn split(&self, split: &Split) -> Value {
        let part = |(index, part): (usize, &Part)| {
            json!({
                "key": part.key.id,
                "name": part.key.name,
                "units": part.units.plain(),
                "shares": !(part.note == Note::Unfilled),
                "exact": part.exact.map(apportion_engine::explain::Ratio::plain),
                "cut": self.minor(part.floor),
                "extra": part.extra,
                "result": self.minor(part.amount),
                "note": match part.note {
                    Note::Nothing => None,
                    Note::Unfilled => Some("unfilled"),
                    Note::Kept => Some("kept"),
                },
                "mine": index == split.mine,
            })
        };
        json!({
            "total": self.minor(split.total),
            "left": split.left,
            "left_by": if split.tie { "largest remainder, ties to the earlier key" } else { "largest remainder" },
            "parts": split.parts.iter().enumerate().map(part).collect::<Vec<_>>(),
        })
    }

    fn taken_back(&self, taken: &TakenBackLine) -> Value {
        let reversal = |reversal: &ReversalPart| {
            json!({
                "deal_id": reversal.deal_id,
                "rule_id": reversal.rule_id,
                "close_date": display_day(reversal.close_date),
                "days": reversal.days,
                "size": reversal.size.plain(),
                "beyond": reversal.beyond.plain(),
                "part": reversal.part.plain(),
                "share": reversal.share.plain(),
                "after": reversal.after.plain(),
            })
        };
        json!({
            "original": self.deal(&taken.original),
            "whole": taken.whole.plain(),
            "rule_id": taken.rule_id,
            "line": self.minor(taken.line),
            "reversals": taken.reversals.iter().map(reversal).collect::<Vec<_>>(),
            "before": taken.before.plain(),
            "after": taken.after.plain(),
            "rounded_before": self.minor(taken.rounded_before),
            "rounded_after": self.minor(taken.rounded_after),
        })
    }

    fn tiers(&self, tiers: &Tiers) -> Value {
        let tier = |tier: &apportion_engine::explain::tree::Tier| {
            let mut keys = json!({
                "from": tier.from.plain(),
                "of_quota": tier.of_quota.map(Exact::plain),
                "rate": tier.rate.plain(),
            });
            if let Some(bonus) = tier.bonus {
                keys["bonus"] = json!(bonus.plain());
            }
            keys
        };
        let quota = tiers.quota.as_ref().map(quotas::json);
        let mut keys = json!({
            "every": tiers.every.word(),
            "period": tiers.period.to_string(),
            "mode": tiers.mode.word(),
            "quota": quota,
            "tiers": tiers.tiers.iter().map(tier).collect::<Vec<_>>(),
            "before": self.minor(tiers.before),
            "deals_before": tiers.deals_before,
            "after": self.minor(tiers.after),
            "tier_before": tiers.tier_before,
            "tier_after": tiers.tier_after,
            "worth_before": tiers.worth_before.plain(),
            "worth_after": tiers.worth_after.plain(),
            "rounded_before": self.minor(tiers.rounded_before),
            "rounded_after": self.minor(tiers.rounded_after),
        });
        if let Some((before, after)) = &tiers.rates {
            keys["rate_before"] = json!(before.plain());
            keys["rate_after"] = json!(after.plain());
        }
        if let Some(measure) = &tiers.measure {
            let in_tier =
                |(before, after): &(Big, Big)| json!({ "before": before.plain(), "after": after.plain() });
            keys["measure"] = json!({
                "by": measure.by,
                "before": measure.before.plain(),
                "after": measure.after.plain(),
                "from": measure.stretch.0.plain(),
                "until": measure.stretch.1.plain(),
                "in_tiers": measure.in_tiers.iter().map(in_tier).collect::<Vec<_>>(),
            });
        }
        keys
    }

    fn nothing(&self, nothing: &Nothing) -> Value {
        let version =
            nothing.rule.zip(nothing.version).and_then(|index| self.shown.explanation.versions.get(&index));
        let said = words::said(&nothing.why, self.digits);
        json!({
            "rule_id": nothing.rule.map(|rule| self.shown.rule_id(rule)),
            "rule_from": version.map(|version| display_day(version.from)),
            "place": version.map(|version| place(self.shown, version)),
            "reason": nothing.why.code(),
            "sentence": said.sentence,
            "details": said.details,
            "deals": nothing.deals,
            "deal": nothing.deal.as_ref().map(|deal| self.deal(deal)),
            "facts": self.why(&nothing.why),
            "kept": nothing.kept.map(|(pool, credit)| {
                json!({ "pool": pool.map(|pool| self.money(pool)), "credit": self.money(credit) })
            }),
        })
    }

    /// What a failed condition saw, as far as a program may want it apart from the sentence.
    fn why(&self, why: &Shortfall) -> Value {
        let failed = |(operand, failed): &(Work, Condition)| json!({ "work": work(operand), "condition": condition(failed) });
        match why {
            Shortfall::When(failed)
            | Shortfall::RequirementNotMet(failed)
            | Shortfall::NotAnEarner(failed) => {
                json!({ "condition": condition(failed) })
            }
            Shortfall::TwoRules { one_of, others } => json!({ "one_of": one_of, "rules": others }),
            Shortfall::NoBasis { text, seen } => {
                json!({ "text": text, "values": seen.iter().map(one_seen).collect::<Vec<_>>() })
            }
            Shortfall::Incomplete { rows } => json!({
                "rows": rows.iter().map(|reject| json!({
                    "table": reject.table, "place": row(&reject.place), "code": reject.code,
                    "column": reject.column, "value": reject.value, "message": reject.message,
                })).collect::<Vec<_>>()
            }),
            Shortfall::NoRate { seen, table: Some(table), .. } => {
                json!({ "table": table, "values": seen.iter().map(one_seen).collect::<Vec<_>>() })
            }
            Shortfall::NoRate { seen, cases, table: None } => {
                json!({ "value": seen.first().map(one_seen), "cases": cases })
            }
            Shortfall::SplitsNot100 { sum, splits, .. } => {
                json!({ "sum": sum.plain(), "splits": splits.iter().map(work).collect::<Vec<_>>() })
            }
            Shortfall::NotCounted { work, unlisted } => {
                json!({ "work": work.iter().map(failed).collect::<Vec<_>>(), "more": unlisted })
            }
            Shortfall::Registered { registration_id, role, members, work: done } => json!({
                "registration_id": registration_id, "role": role,
                "members": members.iter().map(named).collect::<Vec<_>>(),
                "work": done.iter().map(work).collect::<Vec<_>>(),
            }),
            Shortfall::DecidedAndNotCounted { conflict_id, decision_id, percent } => json!({
                "conflict_id": conflict_id, "decision_id": decision_id, "share": percent.plain(),
            }),
            Shortfall::Voided { decisions } => json!({
                "decisions": decisions.iter().map(|(conflict, decision)| json!({
                    "conflict_id": conflict, "decision_id": decision,
                })).collect::<Vec<_>>()
            }),
            Shortfall::Gated { payee, retained, gates } => json!({
                "payee": named(payee), "retained": self.minor(*retained),
                "gates": gates.iter().map(governed::gate).collect::<Vec<_>>(),
            }),
            Shortfall::TerritoryTie { coverage } => json!({ "coverage": coverage }),
            Shortfall::RoleNotNamed { work: done, roles } => {
                json!({ "work": done.iter().map(work).collect::<Vec<_>>(), "roles": roles })
            }
            Shortfall::NotTheOne { word, who, work: done } => {
                json!({ "takes": word, "who": named(who), "work": done.iter().map(work).collect::<Vec<_>>() })
            }
            Shortfall::Undated { work: done }
            | Shortfall::ZeroUnits { work: done }
            | Shortfall::ZeroPercent { splits: done } => {
                json!({ "work": done.iter().map(work).collect::<Vec<_>>() })
            }
            Shortfall::BelowFirstRate { value, first, .. } => {
                json!({ "measure": value.plain(), "first": first.plain() })
            }
            Shortfall::NoCredit { rules, why } => json!({
                "rules": rules,
                "nothing": why.iter().map(|nothing| self.nothing(nothing)).collect::<Vec<_>>(),
            }),
            Shortfall::TakenByClawback { rules } => json!({ "rules": rules }),
            Shortfall::TwoClawbacks { others } => json!({ "rules": others }),
            Shortfall::Reversed { reversals } => json!({ "reversals": reversals }),
            Shortfall::ReversesNothing { original, .. } => json!({ "original": original }),
            Shortfall::Recomputed(deal) => json!({
                "original": deal.original, "size": deal.size.plain(), "sold": deal.sold.plain(),
                "counts": deal.counts.plain(), "computed": deal.computed,
            }),
            Shortfall::NoLines { original, computed, rules } => {
                json!({ "original": original, "computed": computed, "rules": rules })
            }
            Shortfall::NoQuota { period, counts_no_day: false } => json!({ "period": period.to_string() }),
            Shortfall::NoQuota { period, counts_no_day: true } => {
                json!({ "period": period.to_string(), "prorated": "0" })
            }
            Shortfall::Each { payees, .. } => json!({
                "payees": payees.iter().map(|(payee, why)| json!({
                    "payee": named(payee), "reason": why.code(),
                    "sentence": words::said(why, self.digits).sentence, "facts": self.why(why),
                })).collect::<Vec<_>>()
            }),
            _ => Value::Null,
        }
    }

    fn held(&self, folder: &str, held: &ResultComparison) -> Value {
        let files = |files: &[(String, FileChange)]| {
            files
                .iter()
                .map(|(path, change)| json!({ "path": path, "change": change.word() }))
                .collect::<Vec<_>>()
        };
        let numbers = |numbers: &Option<(Option<Minor>, Option<Minor>)>| {
            numbers.map(|(credited, amount)| {
                json!({
                    "credited": credited.map(|minor| self.minor(minor)),
                    "amount": amount.map(|minor| self.minor(minor)),
                    "currency": self.shown.book.currency.code(),
                })
            })
        };
        let difference = |difference: &Difference| {
            let line = &difference.line;
            json!({
                "rule_id": line.rule_id, "deal_id": line.deal_id, "payee_id": line.payee_id,
                "role": line.role, "from_payee_id": line.from_payee_id, "of_rule_id": line.of_rule_id,
                "stored": numbers(&difference.stored), "explained": numbers(&difference.explained),
            })
        };
        json!({
            "folder": folder,
            "same_files": held.same_files(),
            "rule_files": files(&held.rule_files),
            "inputs": files(&held.inputs),
            "lines": held.lines,
            "differences": held.differences.iter().map(difference).collect::<Vec<_>>(),
        })
    }
}

/// What reversals took of a deal.
fn reversed(facts: &ReversedFacts) -> Value {
    let one = |(deal, size): &(String, Exact)| json!({ "deal_id": deal, "size": size.plain() });
    json!({ "sold": facts.sold.plain(), "reversals": facts.reversals.iter().map(one).collect::<Vec<_>>() })
}

/// Something that a step is given.
fn given(what: Quantity, value: Exact) -> Value {
    json!({ "name": what.word(), "value": value.plain() })
}

pub(super) fn named(payee: &PayeeName) -> Value {
    json!({ "payee_id": payee.id, "name": payee.name })
}

pub fn row(place: &Place) -> Value {
    json!({ "file": place.file, "row": place.row })
}

fn one_seen(seen: &ColumnValue) -> Value {
    let mut value = json!({ "table": seen.table, "column": seen.column, "value": seen.value });
    put_since(&mut value, seen.since.as_ref());
    value
}

/// Since when something of a payee is so, where it was not always.
fn put_since(value: &mut Value, since: Option<&Since>) {
    if let (Some(since), Some(keys)) = (since, value.as_object_mut()) {
        let place = since.place.as_ref().map(row);
        keys.insert("since".to_owned(), json!({ "day": display_day(since.day), "place": place }));
    }
}

fn condition(condition: &Condition) -> Value {
    json!({
        "text": condition.text,
        "is": condition.truth,
        "values": condition.seen.iter().map(one_seen).collect::<Vec<_>>(),
    })
}

fn rule_value(value: &RuleValue) -> Value {
    let mut written = json!({ "value": value.value.plain(), "by": value.by.as_ref().map(one_seen) });
    if let (Some(row), Some(keys)) = (&value.row, written.as_object_mut()) {
        keys.insert("row".to_owned(), rate_row(row));
    }
    written
}

/// The row of a rate table that decided.
fn rate_row(of_table: &RateRow) -> Value {
    json!({
        "place": row(&of_table.place),
        "asks": of_table.asks,
        "values": of_table.seen.iter().map(one_seen).collect::<Vec<_>>(),
    })
}

fn done(done: &DoneFacts) -> Value {
    json!({
        "milestone_id": done.id,
        "plan_id": done.plan,
        "side": done.side,
        "payee": named(&done.payee),
        "due_on": display_day(done.due_on),
        "done_on": done.done_on.map(display_day),
        "place": done.place.as_ref().map(row),
    })
}

fn work(work: &Work) -> Value {
    json!({
        "payee": named(&work.payee),
        "engagement_id": work.id,
        "role": work.role,
        "occurred_on": work.day.map(display_day),
        "weight": (!work.is_split).then(|| work.weight.plain()),
        "percent": work.is_split.then(|| work.weight.plain()),
        "of_deal": work.of_deal,
        "units": work.units.map(Exact::plain),
        "place": work.place.as_ref().map(row),
    })
}

fn measure(measure: &Measure) -> Value {
    json!({
        "measure": measure.word,
        "of": if measure.of_deal { "deal" } else { "payee" },
        "value": measure.value.plain(),
        "from": measure.from.plain(),
        "next": measure.next.map(Exact::plain),
    })
}

fn manager(manager: &Manager) -> Value {
    let mut value = json!({
        "payee": named(&manager.payee),
        "level": manager.level,
        "rate": manager.rate.map(Exact::plain),
        "earns": manager.earns,
        "mine": manager.mine,
    });
    put_since(&mut value, manager.since.as_ref());
    value
}
