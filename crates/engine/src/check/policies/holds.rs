//! Holds of nothing, and parts that are none: below 0, above 1, without a value, or the same for ever.

use crate::holds::{AskedLine, Release, releases};
use apportion_base::diagnostic::{Code, Diagnostic, counted};
use apportion_data::DealIx;
use apportion_rules::{Hold, Kind, PolicyTerms};

use super::super::facts::Facts;
use super::super::finding::Finding;
use super::people::selected;
use super::{PolicyPlace, versions};

pub fn findings(facts: &Facts<'_>) -> Result<Vec<Finding>, Vec<Diagnostic>> {
    let lines = lines(facts);
    let mut found = Vec::new();
    for subject in versions(facts) {
        let PolicyTerms::Hold(hold) = &subject.version.terms else { continue };
        let asked = (subject.policy.id.as_str(), subject.version);
        let released = releases(facts.tables, asked, facts.window().paid_until, &lines);
        let released = released.map_err(|error| vec![error])?;
        found.extend(of_nothing(facts, &subject, hold, (&lines, &released)));
        match constant(&subject, hold, &released) {
            Some(finding) => found.push(finding),
            None => {
                found.extend(beyond(facts, &subject, &lines, &released));
                found.extend(empty(facts, &subject, &lines, &released));
            }
        }
    }
    Ok(found)
}

/// All lines of these days that pay. A line that takes another one back is asked as that one, which is a line as well.
fn lines<'f>(facts: &'f Facts<'_>) -> Vec<AskedLine<'f>> {
    let settlement = &facts.settlement;
    let lines = settlement.lines.iter().filter(|line| {
        settlement.applies[line.rule][line.version].amount && facts.rules[line.rule].kind != Kind::Clawback
    });
    lines
        .map(|line| AskedLine {
            rule: &facts.rules[line.rule].id,
            deal: line.deal,
            payee: Some(line.payee),
            role: None,
            credit_of: Some(line.from_payee.get().unwrap_or(line.payee)),
        })
        .collect()
}

type Released<'r> = &'r [(usize, Release)];

/// A hold that matches no line of the days.
fn of_nothing(
    facts: &Facts<'_>,
    subject: &PolicyPlace<'_>,
    hold: &Hold,
    (lines, released): (&[AskedLine<'_>], Released<'_>),
) -> Option<Finding> {
    let close_date = &facts.tables.deals.close_date;
    let in_force: Vec<&AskedLine<'_>> =
        lines.iter().filter(|line| subject.version.in_force(close_date[line.deal])).collect();
    if !released.is_empty() || in_force.is_empty() {
        return None;
    }
    let of_rules = |line: &&&AskedLine<'_>| {
        hold.rules.as_ref().is_none_or(|rules| rules.iter().any(|rule| rule == line.rule))
    };
    let of_rules: Vec<&AskedLine<'_>> = in_force.iter().filter(of_rules).copied().collect();
    let payees = selected(facts, hold.payees.as_ref()).unwrap_or_default();
    let states = &facts.tables.payees.states;
    let is_of = |line: &&&AskedLine<'_>| {
        let state = line.payee.map(|payee| states.on(payee, close_date[line.deal]).at());
        state.is_some_and(|state| payees.get(state).copied().unwrap_or_default())
    };
    let (path, help) = if of_rules.is_empty() {
        ("rules", "its `rules` make no amount on deals that closed while it was in force".to_owned())
    } else if hold.payees.is_some() && of_rules.iter().filter(is_of).count() == 0 {
        ("payees", "`payees` is true for nobody who has a line of these rules".to_owned())
    } else {
        let lines = counted(of_rules.len() as u64, "line");
        ("when", format!("its rules make {lines} while it is in force, and `when` and `payees` leave none"))
    };
    let message = format!("`{}` holds no line {}", subject.policy.id, facts.in_days());
    let finding = match facts.period {
        // Another month may have some.
        Some(_) => subject.note(Code::HoldsNothing, message, path),
        None => subject.warning(Code::HoldsNothing, message, path),
    };
    Some(finding.counted(in_force.len() as u64, "line").help(help))
}

/// A part that does not depend on anything.
fn constant(subject: &PolicyPlace<'_>, hold: &Hold, released: Released<'_>) -> Option<Finding> {
    if !hold.release.columns().is_empty() {
        return None;
    }
    let (_, release) = released.first()?;
    let share = release.kept_text();
    let help = match share.as_str() {
        "1" => "it holds nothing: let it name what decides, or end it",
        _ => {
            "what it holds is never paid: let it name what decides, such as `period_end` or `deals.received_share`"
        }
    };
    let message = format!("`release` of `{}` is {share} for ever, on whatever line", subject.policy.id);
    Some(subject.warning(Code::ConstantRelease, message, "release").help(help))
}

/// The deals of the lines with such a part, each once, in order.
fn deals_of(lines: &[AskedLine<'_>], released: Released<'_>, is_such: fn(&Release) -> bool) -> Vec<DealIx> {
    let such = released.iter().filter(|(_, release)| is_such(release));
    let mut deals: Vec<DealIx> = such.map(|(place, _)| lines[*place].deal).collect();
    deals.sort_unstable();
    deals.dedup();
    deals
}

/// Parts that are below 0 or above 1.
fn beyond(
    facts: &Facts<'_>,
    subject: &PolicyPlace<'_>,
    lines: &[AskedLine<'_>],
    released: Released<'_>,
) -> Option<Finding> {
    let deals = deals_of(lines, released, |release| release.is_beyond());
    let finding = on_deals(facts, subject, &deals, (Code::ReleaseBeyond, "is below 0 or above 1", ""))?;
    Some(finding.help(
        "it is a part: 0.8, and not 80. It is kept within 0 and 1, so that all or nothing is paid there",
    ))
}

/// Parts without a value.
fn empty(
    facts: &Facts<'_>,
    subject: &PolicyPlace<'_>,
    lines: &[AskedLine<'_>],
    released: Released<'_>,
) -> Option<Finding> {
    let deals = deals_of(lines, released, |release| release.mantissa.is_none());
    let then = ": nothing of them may be paid";
    let finding = on_deals(facts, subject, &deals, (Code::ReleaseEmpty, "has no value", then))?;
    Some(finding.help("say what becomes of empty cells: `coalesce(…, 0)`, or ELSE in a CASE"))
}

/// A warning about what `release` is on some deals; none where there are no deals.
fn on_deals(
    facts: &Facts<'_>,
    subject: &PolicyPlace<'_>,
    deals: &[DealIx],
    (code, what, then): (Code, &str, &str),
) -> Option<Finding> {
    if deals.is_empty() {
        return None;
    }
    let number = deals.len() as u64;
    let (id, of_deals, when) = (&subject.policy.id, counted(number, "deal"), facts.in_days());
    let message = format!("`release` of `{id}` {what} on {of_deals} {when}{then}");
    let finding = subject.warning(code, message, "release").counted(number, "deal");
    Some(finding.examples(deals.iter().map(|deal| facts.deal_id(*deal))))
}
