//! Caps that cut every line, and caps that can't cut any.

use rust_decimal::Decimal;

use crate::kinds;
use apportion_base::diagnostic::{Code, Span, grouped};
use apportion_base::money::Minor;
use apportion_book::config::number::scaled;
use apportion_rules::Caps;

use super::facts::{Facts, VersionPlace};
use super::finding::Finding;
use super::values::amounts;

pub fn findings(facts: &Facts<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    for subject in facts.versions() {
        found.extend(below_amount(facts, &subject));
        // A version without the cap adds to the running total too, so versions are compared only where their caps are
        // equal.
        if subject.rule.versions.iter().all(|version| version.caps == subject.version.caps) {
            found.extend(idle(facts, &subject));
        }
    }
    found
}

/// The caps of a version from the shortest to the longest, with how long each is in months; per deal is 0.
fn listed(caps: Caps) -> Vec<(i64, Minor, &'static str)> {
    let all = [
        (0, caps.per_deal, "per deal"),
        (1, caps.per_payee_month, "per payee and month"),
        (3, caps.per_payee_quarter, "per payee and quarter"),
        (12, caps.per_payee_year, "per payee and year"),
    ];
    all.into_iter().filter_map(|(months, cap, what)| Some((months, cap?, what))).collect()
}

/// A fixed amount for one deal that is above a cap.
fn below_amount(facts: &Facts<'_>, subject: &VersionPlace<'_>) -> Option<Finding> {
    let amount = kinds::of(&subject.version.body).fixed_amount()?;
    let digits = facts.book.currency.digits();
    let (months, cap, what) = listed(subject.version.caps)
        .into_iter()
        .filter(|(_, cap, _)| *cap > Minor::ZERO)
        .min_by_key(|cap| cap.1)?;
    let amounts = amounts(amount);
    let above = |(path, amount): &(String, Decimal)| {
        scaled(*amount, digits)
            .map(Minor::new)
            .filter(|minor| *minor > cap)
            .map(|minor| (path.clone(), minor))
    };
    let (path, amount) = amounts.iter().find_map(above)?;
    let shown = |amount: Minor| grouped(&amount.text(digits));
    let message = format!(
        "`{}` pays {} and caps it at {} {what}: a single deal never earns the whole amount",
        subject.rule.id,
        shown(amount),
        shown(cap)
    );
    Some(
        Finding::warning(Code::CapBelowAmount, message)
            .rule(&subject.rule.id)
            .at(cap_place(subject, months), "the cap")
            .at(subject.version.place(&path), "the amount")
            .help("raise the cap, or write the intended amount"),
    )
}

/// A cap that another one already keeps: for no longer a time and no higher, or so often within it that it is not
/// reached.
fn idle(facts: &Facts<'_>, subject: &VersionPlace<'_>) -> Vec<Finding> {
    let caps: Vec<_> = listed(subject.version.caps).into_iter().filter(|(months, ..)| *months > 0).collect();
    let mut found = Vec::new();
    for (months, cap, what) in &caps {
        let binds_first = |(other, limit, _): &&(i64, Minor, &str)| match other.cmp(months) {
            // The shorter periods within this one, each at its limit.
            std::cmp::Ordering::Less => limit.wide() * i128::from(months / other) <= cap.wide(),
            std::cmp::Ordering::Greater => limit <= cap,
            std::cmp::Ordering::Equal => false,
        };
        let Some((other, limit, other_what)) = caps.iter().find(binds_first) else { continue };
        let digits = facts.book.currency.digits();
        let shown = |cap: Minor| grouped(&cap.text(digits));
        let message = format!(
            "the cap of {} {what} in `{}` is never reached: {} {other_what} is reached before it",
            shown(*cap),
            subject.rule.id,
            shown(*limit)
        );
        found.push(
            Finding::warning(Code::IdleCap, message)
                .rule(&subject.rule.id)
                .at(cap_place(subject, *months), "never reached")
                .at(cap_place(subject, *other), "reached before it")
                .help("it could matter only after a reversal: remove it, or write the intended amount"),
        );
    }
    found
}

/// Where the cap of a length is written.
fn cap_place(subject: &VersionPlace<'_>, months: i64) -> Span {
    let word = match months {
        0 => "deal",
        1 => "month",
        3 => "quarter",
        _ => "year",
    };
    subject.version.place(&format!("cap.{word}"))
}
