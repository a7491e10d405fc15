//! The sentences that say why there is nothing: what a rule requires, and what the data has.

use super::governed::{GateFacts, GateNeed};
use super::number::Exact;
use super::tree::{
    ColumnValue, Condition, DoneFacts, PayeeName, Place, RecomputedDeal, RejectFacts, Shortfall, Since, Work,
};
use apportion_base::diagnostic::{count, counted, grouped};
use apportion_book::display_day;

/// How many payees are named where the question is about a deal.
const PAYEES: usize = 8;

/// A sentence, and more lines where one is not enough.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Sentences {
    /// What kept it from paying.
    pub sentence: String,
    /// What that rests on, a line each.
    pub details: Vec<String>,
}

impl From<String> for Sentences {
    fn from(sentence: String) -> Self {
        Self { sentence, details: Vec::new() }
    }
}

/// Why there is nothing. `digits` are those of the currency.
pub fn said(why: &Shortfall, digits: u32) -> Sentences {
    match why {
        Shortfall::Lost => "the deal was lost; only won deals are paid".to_owned().into(),
        Shortfall::OutsidePeriod { close_date, closed_in } => {
            format!("the deal closed on {}, which is in {closed_in}", display_day(*close_date)).into()
        }
        Shortfall::NotInForce { close_date, versions } => {
            let day = display_day(*close_date);
            format!("the rule is not in force on {day}: {}", dates(versions)).into()
        }
        Shortfall::When(failed) => asks(failed, "").into(),
        Shortfall::TwoRules { one_of, others } => {
            let rules = others.iter().map(|rule| format!("`{rule}`")).collect::<Vec<_>>().join(", ");
            format!("{rules} matches the deal too, and at most one rule of `{one_of}` may: neither pays")
                .into()
        }
        Shortfall::NoBasis { text, seen } => {
            format!("there is nothing to take a rate of: `{text}` is empty{}", here(seen)).into()
        }
        Shortfall::NegativeDeal { amount, earns_no } => {
            let amount = money(*amount, digits);
            format!("the deal's amount is {amount}, and a deal below zero earns no {earns_no}").into()
        }
        Shortfall::Incomplete { rows } => incomplete(rows),
        Shortfall::NoRate { seen, table: Some(table), .. } => {
            format!("no row of {table} matches{}", here(seen)).into()
        }
        Shortfall::NoRate { seen, cases, table: None } => {
            let known = if cases.is_empty() { String::new() } else { format!(" ({})", cases.join(", ")) };
            format!("the rule has no rate or amount for this case{known}{}", here(seen)).into()
        }
        Shortfall::NoSplits { declared } if declared.is_empty() => {
            "no split is declared for the deal".to_owned().into()
        }
        Shortfall::NoSplits { declared } => Sentences {
            sentence: "no declared split counts".to_owned(),
            details: declared.iter().map(|(split, failed)| split_line(split, failed.as_ref())).collect(),
        },
        Shortfall::SplitsNot100 { sum, splits, repeated } => Sentences {
            sentence: format!("the declared splits add up to {}% and not to 100%", number(*sum)),
            details: splits
                .iter()
                .map(|split| split_line(split, None))
                .chain(repeated.iter().map(|row| format!("left out: {}", reject_line(row))))
                .collect(),
        },
        Shortfall::NotInSplits => "others are declared for the deal, this payee is not".to_owned().into(),
        Shortfall::ZeroPercent { splits } => Sentences {
            sentence: "the declared split is 0%".to_owned(),
            details: splits.iter().map(|split| split_line(split, None)).collect(),
        },
        Shortfall::NoEngagement { reach } => format!("nobody's work is recorded {}", within(reach)).into(),
        Shortfall::NotEngaged { reach, others } => {
            let others = counted(*others as u64, "other payee");
            format!("no work of this payee is recorded {} (there is work of {others})", within(reach)).into()
        }
        Shortfall::NotCounted { work, unlisted } => not_counted(work, *unlisted),
        Shortfall::Registered { registration_id, role, members, work } => Sentences {
            sentence: format!(
                "registration {registration_id} holds the deal, and only its members ({}) count as {role}",
                members.iter().map(named).collect::<Vec<_>>().join(", ")
            ),
            details: work.iter().map(work_line).collect(),
        },
        Shortfall::DecidedAndNotCounted { conflict_id, decision_id, percent } => format!(
            "decision {decision_id} about {conflict_id} gives the payee {}%, and the rule counts no work of theirs on the deal: \
             it is kept back",
            number(of_hundred(*percent))
        )
        .into(),
        Shortfall::Voided { decisions } => {
            let decided = |(conflict, decision): &(String, String)| format!("{decision} about {conflict}");
            let decisions = decisions.iter().map(decided).collect::<Vec<_>>().join(" and ");
            format!("the part of the two claimants goes to neither, by decision {decisions}: it is kept back").into()
        }
        Shortfall::Gated { payee, retained, gates } => Sentences {
            sentence: format!(
                "{} of what {} earned is kept back, because a gate is not met",
                money(Exact::minor(*retained, digits), digits),
                named(payee)
            ),
            details: gates.iter().map(gate).collect(),
        },
        Shortfall::TerritoryTie { coverage } => format!(
            "several territories of coverage `{coverage}` fit the deal equally well, so that none of them counts"
        )
        .into(),
        Shortfall::RoleNotNamed { work, roles } => {
            let done = work.iter().filter_map(|work| work.role.as_deref());
            let mut done: Vec<&str> = done.collect();
            done.sort_unstable();
            done.dedup();
            let roles = roles.iter().map(String::as_str).collect::<Vec<_>>().join(" or ");
            Sentences {
                sentence: format!(
                    "the rule pays for work as {roles}, and this was done as {}",
                    done.join(" and ")
                ),
                details: work.iter().map(work_line).collect(),
            }
        }
        Shortfall::Undated { work } => Sentences {
            sentence: "the rule goes by the order of work, and this work has no date".to_owned(),
            details: work.iter().map(work_line).collect(),
        },
        Shortfall::NotTheOne { word, who, work } => Sentences {
            sentence: format!("the {word} to work on the deal takes all, and that was {}", named(who)),
            details: work.iter().map(work_line).collect(),
        },
        Shortfall::ZeroUnits { work } => Sentences {
            sentence: "the work that counts weighs 0, so there is nothing to share by".to_owned(),
            details: work.iter().map(work_line).collect(),
        },
        Shortfall::RequirementNotMet(failed) => asks(failed, "the rule requires ").into(),
        Shortfall::BelowFirstRate { of_deal, word, value, first } => {
            let whose = if *of_deal { "all payees' work on the deal" } else { "this payee's work" };
            let what = if *word == "weight" { "weighs" } else { "comes to" };
            let touches = if *word == "weight" { "" } else { " engagements" };
            format!(
                "the first rate starts at {}{touches}, and {whose} {what} {}",
                number(*first),
                number(*value)
            )
            .into()
        }
        Shortfall::NoCredit { rules, why: of_rules } => {
            let names = rules.iter().map(|rule| format!("`{rule}`")).collect::<Vec<_>>().join(" or ");
            let of_rule = |(rule, nothing): (&String, &super::tree::Nothing)| {
                let said = said(&nothing.why, digits);
                std::iter::once(format!("`{rule}`: {}", said.sentence))
                    .chain(said.details.into_iter().map(|detail| format!("  {detail}")))
                    .collect::<Vec<_>>()
            };
            Sentences {
                sentence: format!("it pays on credit from {names}, and there is none"),
                details: rules.iter().zip(of_rules).flat_map(of_rule).collect(),
            }
        }
        Shortfall::NotAnEarner(failed) => asks(failed, "it is for payees with ").into(),
        Shortfall::NoQuota { period, counts_no_day: false } => {
            format!("the payee has no quota for {period}").into()
        }
        Shortfall::NoQuota { period, counts_no_day: true } => format!(
            "the payee's quota for {period} is prorated, and counts for no day: it is 0, by start_date, end_date and fte"
        )
        .into(),
        Shortfall::NobodyBelow { reports: 0, dropped, .. } => Sentences {
            sentence: match dropped.is_empty() {
                true => "it pays managers for those below them, and nobody names this payee as manager",
                false => "it pays managers for those below them, and those who name this payee were kept without a manager",
            }
            .to_owned(),
            details: dropped.iter().map(reject_line).collect(),
        },
        Shortfall::NobodyBelow { rules, reports, .. } => {
            let names = rules.iter().map(|rule| format!("`{rule}`")).collect::<Vec<_>>().join(" or ");
            let below = counted(*reports as u64, "payee");
            format!("none of the {below} below this manager has credit from {names} here").into()
        }
        Shortfall::NobodyAbove { credited, managers, dropped } => Sentences {
            sentence: format!(
                "{} got the credit, and no manager above earns",
                credited.iter().map(named).collect::<Vec<_>>().join(", ")
            ),
            details: managers
                .iter()
                .map(|(manager, failed)| {
                    format!("{}: {}", named(manager), asks(failed, "it is for payees with "))
                })
                .chain(dropped.iter().map(reject_line))
                .collect(),
        },
        Shortfall::NoMilestone => "it is about milestones, not about deals".to_owned().into(),
        Shortfall::NoReversal => "it is about deals that reverse another one".to_owned().into(),
        Shortfall::TakenByClawback { rules } => {
            let rules = rules.iter().map(|rule| format!("`{rule}`")).collect::<Vec<_>>().join(", ");
            format!("the deal reverses another one, and {rules} says what follows from that").into()
        }
        Shortfall::Reversed { reversals } => {
            format!("nothing is left of the deal: it was reversed by {}", reversals.join(", ")).into()
        }
        Shortfall::TwoClawbacks { others } => {
            let rules = others.iter().map(|rule| format!("`{rule}`")).collect::<Vec<_>>().join(", ");
            format!("{rules} matches the reversal too, so that none of them takes anything back").into()
        }
        Shortfall::ReversesNothing { reason, original } => reverses_nothing(reason, original.as_deref()).into(),
        Shortfall::Recomputed(recomputed) => self::recomputed(recomputed, digits).into(),
        Shortfall::NoLines { original, computed: false, .. } => format!(
            "deal {original} closed in an earlier fiscal year, which is not computed here, and nothing is known to have been \
             posted for it"
        )
        .into(),
        Shortfall::NoLines { original, rules, .. } => {
            let of_rules = rules.iter().flatten().map(|rule| format!("`{rule}`")).collect::<Vec<_>>();
            let of_rules = match of_rules.is_empty() {
                true => String::new(),
                false => format!(" under {}", of_rules.join(" or ")),
            };
            format!("deal {original} has no amount{of_rules} that could be taken back").into()
        }
        Shortfall::NoWork { deals } => {
            let deals = counted(*deals as u64, "deal");
            format!("no work of this payee that it pays for is recorded on the {deals} of the period").into()
        }
        Shortfall::Each { reason, payees } => each(reason, payees, digits),
    }
}

/// A fraction of one in percent.
fn of_hundred(part: Exact) -> Exact {
    match part.scale.checked_sub(2) {
        Some(scale) => Exact::new(part.mantissa, scale),
        None => Exact::new(part.mantissa * 10_i128.pow(2 - part.scale), 0),
    }
}

/// A gate: what it needs, and what there is.
pub fn gate(gate: &GateFacts) -> String {
    let title = gate.title.as_ref().map(|title| format!(" ({title})")).unwrap_or_default();
    let counts = gate.counts.as_ref().map(|counts| format!(" with {counts}")).unwrap_or_default();
    let rows = gate.table.replace('_', " ");
    let asks = match gate.need {
        GateNeed::Rows(least) => {
            format!("needs {} {rows}{counts}, and has {}", count(least.into()), count(gate.meet))
        }
        GateNeed::Part(part) => {
            let of = gate.of.as_ref().map(|of| format!(" for which {of}")).unwrap_or_default();
            format!(
                "needs {}% of the {rows}{of} to be{}, and {} of {} are",
                number(of_hundred(part)),
                counts,
                count(gate.meet),
                count(gate.asked)
            )
        }
    };
    let otherwise = match gate.otherwise {
        None => "until then it holds the line".to_owned(),
        Some(share) => format!("without it a line keeps {}%", number(of_hundred(share))),
    };
    format!("gate {}{title} {asks}; {otherwise}", gate.gate_id)
}

/// Why a reversal does nothing.
fn reverses_nothing(reason: &str, original: Option<&str>) -> String {
    match (reason, original) {
        ("original-not-won", Some(original)) => format!("deal {original}, which it reverses, was not won"),
        ("reversed-before-close", Some(original)) => {
            format!("it closed before deal {original}, which it reverses")
        }
        (_, Some(original)) => format!("deal {original}, which it reverses, is itself a reversal"),
        (_, None) => "the deal that it reverses is not among the deals that are used".to_owned(),
    }
}

/// What a reversal that is recomputed does.
fn recomputed(deal: &RecomputedDeal, digits: u32) -> String {
    let RecomputedDeal { original, size, sold, counts, computed } = deal;
    let (size, sold, counts) = (money(*size, digits), money(*sold, digits), money(*counts, digits));
    if *computed {
        format!(
            "it takes {size} of deal {original}, which was sold for {sold} and counts with {counts} now: what changes is in the \
             lines of that deal and of later ones"
        )
    } else {
        format!("it takes {size} of deal {original}, whose fiscal year is not computed here")
    }
}

/// Each payee with work on a deal that paid no one.
fn each(reason: &str, payees: &[(PayeeName, Shortfall)], digits: u32) -> Sentences {
    let mut details: Vec<String> = Vec::new();
    for (payee, of_payee) in payees.iter().take(PAYEES) {
        let said = said(of_payee, digits);
        details.push(format!("{}: {}", named(payee), said.sentence));
        details.extend(said.details.into_iter().map(|detail| format!("  {detail}")));
    }
    if payees.len() > PAYEES {
        details.push(format!("and {} more payees", count((payees.len() - PAYEES) as u64)));
    }
    let who = counted(payees.len() as u64, "payee");
    Sentences { sentence: format!("none of the {who} with work on it earns from it ({reason})"), details }
}

/// A rejected row: `data/splits.csv row 4: duplicate-row: equals row 3`.
pub fn reject_line(row: &RejectFacts) -> String {
    let value = if row.value.is_empty() { String::new() } else { format!(" `{}`", row.value) };
    let column = if row.column.is_empty() { String::new() } else { format!(" {}", row.column) };
    format!(
        "{} row {}:{column}{value} {}: {}",
        row.place.file,
        count(row.place.row.into()),
        row.code,
        row.message
    )
}

fn incomplete(rows: &[RejectFacts]) -> Sentences {
    Sentences {
        sentence:
            "the deal is held: a row that names it could not be used, and its share must not go to others"
                .to_owned(),
        details: rows.iter().map(reject_line).collect(),
    }
}

fn not_counted(work: &[(Work, Condition)], unlisted: usize) -> Sentences {
    let mut details: Vec<String> =
        work.iter().map(|(work, failed)| format!("{}: {}", work_line(work), asks(failed, ""))).collect();
    if unlisted > 0 {
        details.push(format!("and {} more", count(unlisted as u64)));
    }
    Sentences { sentence: "the payee's work on the deal does not count for this rule".to_owned(), details }
}

/// What a condition requires and what the data has: `it asks for x >= 2; here x is 1`.
pub fn asks(failed: &Condition, begin: &str) -> String {
    let begin = if begin.is_empty() { "it asks for " } else { begin };
    format!("{begin}{}{}", failed.text, here(&failed.seen))
}

fn here(seen: &[ColumnValue]) -> String {
    if seen.is_empty() { String::new() } else { format!("; here {}", values(seen)) }
}

/// `deal_type is 'new', amount is 12`.
pub fn values(seen: &[ColumnValue]) -> String {
    seen.iter().map(|one| value(one, seen)).collect::<Vec<_>>().join(", ")
}

fn value(one: &ColumnValue, all: &[ColumnValue]) -> String {
    let twice = all.iter().filter(|other| other.column == one.column).count() > 1;
    let name = if twice { format!("{}.{}", one.table, one.column) } else { one.column.clone() };
    let is = match one.value.as_str() {
        "NULL" => format!("{name} is empty"),
        value => {
            format!("{name} is {}", if value.starts_with('\'') { value.to_owned() } else { plain(value) })
        }
    };
    is + &one.since.as_ref().map(since).unwrap_or_default()
}

/// ` since 2026-03-01 (data/assignments.csv row 3)`.
pub fn since(since: &Since) -> String {
    format!(" since {}{}", display_day(since.day), since.place.as_ref().map(in_file).unwrap_or_default())
}

/// ` (data/assignments.csv row 3)`.
fn in_file(place: &Place) -> String {
    format!(" ({} row {})", place.file, count(place.row.into()))
}

/// A number with separators; anything else as it is.
fn plain(value: &str) -> String {
    let number = value.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.' || byte == b'-');
    let date = value.len() == 10 && value.as_bytes()[4] == b'-';
    if number && !date { grouped(value) } else { value.to_owned() }
}

fn within(reach: &[&str]) -> String {
    let places = reach.iter().map(|word| match *word {
        "prior" => "on the deal that it renews",
        "account" => "for its account",
        _ => "on the deal",
    });
    places.collect::<Vec<_>>().join(" or ")
}

/// `M1 of plan J1, side partner, due 2026-02-01, done 2026-01-20 (data/milestones.csv row 3)`.
pub fn done_line(done: &DoneFacts) -> String {
    let mut text = done.id.clone();
    if let Some(plan) = &done.plan {
        text.push_str(&format!(" of plan {plan}"));
    }
    if let Some(side) = &done.side {
        text.push_str(&format!(", side {side}"));
    }
    text.push_str(&format!(", due {}", display_day(done.due_on)));
    if let Some(day) = done.done_on {
        text.push_str(&format!(", done {}", display_day(day)));
    }
    let place =
        done.place.as_ref().map(|place| format!(" ({} row {})", place.file, count(u64::from(place.row))));
    text + &place.unwrap_or_default()
}

/// `E17, 2026-07-01 as cosell, weight 2 (data/engagements.csv row 3)`.
pub fn work_line(work: &Work) -> String {
    if work.is_split {
        let role = work.role.as_ref().map(|role| format!(" as {role}")).unwrap_or_default();
        return format!("declared{role}, {}%{}", number(work.weight), at(work));
    }
    let mut text = work.id.as_ref().map(|id| format!("{id}, ")).unwrap_or_default();
    match work.day {
        Some(day) => text.push_str(&display_day(day)),
        None => text.push_str("no date"),
    }
    if let Some(role) = &work.role {
        text.push_str(&format!(" as {role}"));
    }
    text.push_str(&format!(", weight {}", number(work.weight)));
    if let Some(deal) = &work.of_deal {
        text.push_str(&format!(", on deal {deal}"));
    }
    text + &at(work)
}

fn split_line(split: &Work, failed: Option<&Condition>) -> String {
    let role = split.role.as_ref().map(|role| format!(" as {role}")).unwrap_or_default();
    let why = failed.map(|failed| format!(": {}", asks(failed, ""))).unwrap_or_default();
    format!("{}{role}, {}%{}{why}", named(&split.payee), number(split.weight), at(split))
}

fn at(work: &Work) -> String {
    work.place.as_ref().map(in_file).unwrap_or_default()
}

/// `P-10 (Contoso)`.
pub fn named(payee: &PayeeName) -> String {
    match payee.name.as_ref().filter(|name| **name != payee.id) {
        Some(name) => format!("{} ({name})", payee.id),
        None => payee.id.clone(),
    }
}

/// `from 2011-01-01`, `2011-01-01 to 2012-12-31`.
fn dates(versions: &[(i32, Option<i32>)]) -> String {
    let one = |(from, until): &(i32, Option<i32>)| match until {
        None => format!("from {}", display_day(*from)),
        Some(until) => format!("{} to {}", display_day(*from), display_day(*until)),
    };
    versions.iter().map(one).collect::<Vec<_>>().join(", ")
}

fn number(value: Exact) -> String {
    grouped(&value.plain())
}

fn money(value: Exact, digits: u32) -> String {
    grouped(&value.with_decimals(digits))
}
