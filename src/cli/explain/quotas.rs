//! Quotas: what a row of quotas counts, by which days, and the rows that a quota is the sum of.

use serde_json::{Value, json};

use super::json::row;
use super::steps::at;
use apportion_base::diagnostic::{counted, grouped};
use apportion_book::{Period, display_day};
use apportion_engine::explain::tree::{QuotaDays, QuotaFacts, QuotaRow, QuotaStretch};

/// A quota in lines for people: how much it is, then its rows and days. Amounts have `digits` decimals at least.
pub fn lines(quota: &QuotaFacts, period: Period, digits: u32) -> Vec<String> {
    let measure = quota.measure.as_ref().map(|measure| format!(" {measure}")).unwrap_or_default();
    let (place, sum) = match quota.rows.as_slice() {
        [only] => (at(only.place.as_ref()), false),
        rows => (format!(", the sum of {}", counted(rows.len() as u64, "part")), true),
    };
    let mut lines = vec![format!("{}{measure} for {period}{place}", quota.amount.shown(digits))];
    for part in &quota.rows {
        if sum {
            let place = at(part.place.as_ref());
            lines.push(format!("  {} for {}{place}", part.counts.shown(digits), part.period));
        }
        if let Some(days) = &part.days {
            let indent = if sum { "    " } else { "  " };
            let amount = grouped(&part.amount.with_decimals(digits));
            lines.push(format!("{indent}{amount} x {}", by_days(days)));
        }
    }
    lines
}

/// `(31 days x 1 + 28 days x 0.5) / 90 days`, and why.
fn by_days(days: &QuotaDays) -> String {
    let number = |from: i32, until: i32| counted(number_of_days(from, until).unsigned_abs(), "day");
    let part =
        |stretch: &QuotaStretch| format!("{} x {}", number(stretch.from, stretch.until), stretch.fte.plain());
    let parts: Vec<String> = days.stretches.iter().map(part).collect();
    let there = match parts.as_slice() {
        [] => "no day".to_owned(),
        [only] => only.clone(),
        _ => format!("({})", parts.join(" + ")),
    };
    let which = |stretch: &QuotaStretch| {
        let (from, until) = (display_day(stretch.from), display_day(stretch.until));
        format!("{from} to {until}{}", at(stretch.place.as_ref()))
    };
    let which: Vec<String> = days.stretches.iter().map(which).collect();
    let which = if which.is_empty() { String::new() } else { format!(": {}", which.join(", ")) };
    format!("{there} / {}{which}", number(days.from, days.until))
}

/// A quota for programs; the rows that it is the sum of, where it has none of its own.
pub fn json(quota: &QuotaFacts) -> Value {
    let mut keys = match quota.rows.as_slice() {
        [only] => {
            with_days(json!({ "amount": quota.amount.plain(), "place": only.place.as_ref().map(row) }), only)
        }
        rows => {
            let part = |part: &QuotaRow| {
                let keys = json!({
                    "period": part.period.to_string(),
                    "amount": part.counts.plain(),
                    "place": part.place.as_ref().map(row),
                });
                with_days(keys, part)
            };
            let parts: Vec<Value> = rows.iter().map(part).collect();
            json!({ "amount": quota.amount.plain(), "place": null, "parts": parts })
        }
    };
    if let Some(measure) = &quota.measure {
        keys["measure"] = json!(measure);
    }
    keys
}

/// A row with the days of its period that make it what it counts, where it is prorated.
fn with_days(mut keys: Value, quota: &QuotaRow) -> Value {
    let Some(days) = &quota.days else { return keys };
    let stretch = |stretch: &QuotaStretch| {
        json!({
            "from": display_day(stretch.from),
            "until": display_day(stretch.until),
            "days": number_of_days(stretch.from, stretch.until),
            "fte": stretch.fte.plain(),
            "place": stretch.place.as_ref().map(row),
        })
    };
    keys["prorated"] = json!({
        "amount": quota.amount.plain(),
        "days": number_of_days(days.from, days.until),
        "there": days.stretches.iter().map(stretch).collect::<Vec<_>>(),
    });
    keys
}

/// How many days are from one to another, both counted.
fn number_of_days(from: i32, until: i32) -> i64 {
    i64::from(until) - i64::from(from) + 1
}
