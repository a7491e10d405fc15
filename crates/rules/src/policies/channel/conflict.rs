//! How conflicts are found and settled. `docs/reference/rules/conflict.md`.

use super::super::description::{PolicyDescription, PolicyKind, PolicyPart};
use super::duration::{Accepts, BUSINESS_DAYS, duration};
use super::model::{Conflict, ConflictKind, Criterion, HoldWord, HoldWords, Level};
use super::{REVIEW, records, report_twice};
use crate::context::{Context, DEALS, DEALS_AND_PAYEES, PAYEES};
use crate::description::{EFFECTIVE, ID, RETROACTIVE, TITLE, WHY};
use crate::numbers::measure;
use crate::values::{Values, plain};
use apportion_base::diagnostic::{Code, Diagnostic};
use apportion_book::SourceValue;
use apportion_book::config::describe::{Choice, Default, Number, Parameter, Record, Scope, Shape};
use apportion_book::config::{Item, Table, known_names};
use apportion_contract::TableName;

const EFFECTIVE_BY_CONFLICT: Parameter =
    Parameter { meaning: "The days on which it is in force, by the day of a conflict.", ..EFFECTIVE };

pub(in crate::policies) const DETECT: Parameter = Parameter::required(
    "detect",
    Shape::some(&Shape::Choice(ConflictKind::WORDS)),
    "detect = [\"registration-tie\", \"raised\"]",
    "What is looked for. A kind of conflict stands under one id.",
);

const ROLE: Parameter = Parameter::required(
    "role",
    Shape::SomeText,
    "role = \"sourced\"",
    "The disputed role, where the conflict names none.",
);

const HOLD_WORD: Shape = Shape::Choice(HoldWord::WORDS);

const BY_KIND: &str = "kind";

const HOLD_BY: Record = Record {
    about: "What is held, by the kind of conflict. No match and no `else`: `share`.",
    parameters: &[
        Parameter::required(
            "by",
            Shape::Pattern("^kind$"),
            "by = \"kind\"",
            "`kind`, the kind of the conflict.",
        ),
        Parameter::required(
            "is",
            Shape::Map(&HOLD_WORD),
            "is = { direct-overlap = \"none\" }",
            "What is held for each kind.",
        ),
        Parameter::optional("else", HOLD_WORD, "What is held for any other kind."),
    ],
};

const HOLD: Parameter = Parameter::with_default(
    "hold",
    Shape::Either(&[HOLD_WORD, Shape::Record(&HOLD_BY)]),
    Default::Text(HoldWord::Share.word()),
    "What an open conflict holds in a close; by the kind of conflict: `{ by = \"kind\", is = { … }, else = … }`.",
);

const NAME: Parameter = Parameter::required(
    "name",
    Shape::SomeText,
    "name = \"frontline\"",
    "Its name, which decisions have as their level.",
);

const WHO: Parameter = Parameter::required(
    "who",
    Shape::Condition(Scope::new(PAYEES)),
    "who = \"role = 'channel-manager'\"",
    "Who decides: a condition over payees.",
);

const LEVEL_WHEN: Parameter = Parameter::optional(
    "when",
    Shape::Condition(Scope::new(DEALS)),
    "On which deals it may decide: a condition over deals. Without it, on all of them.",
);

const WITHIN: Parameter = Parameter::required(
    "within",
    BUSINESS_DAYS,
    "within = \"3 business days\"",
    "Until when it decides, from the conflict's day or the day on which the level before was due.",
);

const LEVEL: Record = Record { about: "A level that decides.", parameters: &[NAME, WHO, LEVEL_WHEN, WITHIN] };

const LEVELS: Parameter = Parameter::required(
    "levels",
    Shape::some(&Shape::Record(&LEVEL)),
    "levels = [ { name = \"frontline\", who = \"role = 'channel-manager'\", within = \"3 business days\" } ]",
    "Who decides, in order.",
);

const ESCALATE: Parameter = Parameter::optional(
    "escalate",
    Shape::Condition(Scope::new(DEALS)),
    "Which deals begin at the second level: a condition over deals. Without it, none.",
);

const CRITERION_NAME: Parameter =
    Parameter::required("name", Shape::SomeText, "name = \"first in\"", "Its name.");

const WEIGHT: Parameter = Parameter::required(
    "weight",
    Shape::Number(Number::Measure),
    "weight = 40",
    "What its score is multiplied by.",
);

const SCORE: Parameter = Parameter::required(
    "score",
    Shape::Expression(Scope::with_claim(DEALS_AND_PAYEES)),
    "score = \"CASE WHEN claim.first THEN 1 ELSE 0 END\"",
    "A number over deals, payees (the claimant) and `claim`, kept within 0 and 1; null is 0.",
);

const CRITERION: Record =
    Record { about: "A criterion that recommends.", parameters: &[CRITERION_NAME, WEIGHT, SCORE] };

const CRITERIA: Parameter = Parameter::optional(
    "criteria",
    Shape::list(&Shape::Record(&CRITERION)),
    "What recommends: for each claimant the sum of weights times scores. People decide.",
);

/// The description of the kind.
pub(in crate::policies) const DESCRIPTION: PolicyDescription = PolicyDescription {
    kind: PolicyKind::Conflict,
    table: Record {
        about: "Says which conflicts are looked for, what they hold, and who decides them until when.",
        parameters: &[
            ID,
            TITLE,
            WHY,
            EFFECTIVE_BY_CONFLICT,
            RETROACTIVE,
            REVIEW,
            DETECT,
            ROLE,
            HOLD,
            LEVELS,
            ESCALATE,
            CRITERIA,
        ],
    },
    examples: &[r#"
[[conflict]]
id = "resolution"
title = "Resolution of conflicts"
why = "Charter 6"
effective = { from = 2026-01-01, until = 2026-12-31 }
retroactive = true
review = 2026-11-01
detect = ["registration-tie", "direct-overlap", "raised"]
role = "sourced"
hold = { by = "kind", is = { direct-overlap = "none" }, else = "claimants" }
levels = [ { name = "frontline", who = "kind = 'manager'", when = "amount <= 50000", within = "3 business days" }, { name = "sponsor", who = "tier = 'executive'", within = "10 days" } ]
escalate = "amount > 100000"
criteria = [ { name = "first in", weight = 40, score = "CASE WHEN claim.first THEN 1 ELSE 0 END" }, { name = "win rate", weight = "30.5", score = "claim.won / (claim.won + claim.lost)" } ]
"#],
};

/// Reads what only this kind has; problems are reported to the table's text.
pub(in crate::policies) fn read(context: &Context<'_>, table: &Table<'_>) -> Option<Conflict> {
    let detect = table.of(&DETECT).and_then(|item| kinds(context, table, &item));
    let role = table.of(&ROLE).and_then(|item| item.some_text());
    let hold = match table.of(&HOLD) {
        Some(item) => hold(&item),
        None => Some(HoldWords { by_kind: Vec::new(), otherwise: HoldWord::Share }),
    };
    let levels = table.of(&LEVELS).and_then(|item| item.some_list("tables, one for each level"));
    let levels = levels.and_then(|_| levels_of(context, table));
    let escalate = context.expression(table, &ESCALATE);
    let criteria = records(table, &CRITERIA, &CRITERION, |one| criterion(context, one));
    Some(Conflict {
        detect: detect?,
        role: role?.value,
        hold: hold?,
        levels: levels?,
        escalate,
        criteria: criteria?,
    })
}

/// The kinds that are looked for, each once.
fn kinds(context: &Context<'_>, table: &Table<'_>, item: &Item<'_>) -> Option<Vec<ConflictKind>> {
    let items = item.some_list("kinds of conflict")?;
    let mut kinds: Vec<(ConflictKind, SourceValue<String>)> = Vec::new();
    let mut complete = true;
    for item in items {
        let Some((kind, text)) = item.one_of().zip(item.text()) else {
            complete = false;
            continue;
        };
        if let Some((_, first)) = kinds.iter().find(|(known, _)| *known == kind) {
            report_twice(&item, &text, first);
        } else {
            if rests_on_registrations(kind) {
                let why = format!("`{}` is about registrations", kind.word());
                context.need_source(table, TableName::Registrations, item.span(), &why);
            }
            kinds.push((kind, text));
        }
    }
    complete.then(|| kinds.into_iter().map(|(kind, _)| kind).collect())
}

const fn rests_on_registrations(kind: ConflictKind) -> bool {
    match kind {
        ConflictKind::RegistrationTie | ConflictKind::Duplicate | ConflictKind::DirectOverlap => true,
        ConflictKind::Boundary | ConflictKind::Undercut | ConflictKind::Raised => false,
    }
}

/// A word for all kinds, or one for each.
fn hold(item: &Item<'_>) -> Option<HoldWords> {
    if !item.is_table() {
        return Some(HoldWords { by_kind: Vec::new(), otherwise: item.one_of()? });
    }
    let table = item.table("`hold`")?;
    table.keys(HOLD_BY.parameters);
    let by = table.need("by", "by = \"kind\"").and_then(|item| item.choice(&[(BY_KIND, ())]));
    let is = table.need("is", "is = { direct-overlap = \"none\" }").and_then(|item| item.table("`is`"));
    let otherwise = match table.get("else") {
        Some(item) => item.one_of(),
        None => Some(HoldWord::Share),
    };
    let case = |(key, item): &(SourceValue<String>, Item<'_>)| {
        let kind = kind_of(key, item);
        kind.zip(item.one_of())
    };
    let is: Vec<Option<(ConflictKind, HoldWord)>> = is?.entries().iter().map(case).collect();
    by?;
    Some(HoldWords { by_kind: is.into_iter().collect::<Option<_>>()?, otherwise: otherwise? })
}

/// The kind that a key of `is` names.
fn kind_of(key: &SourceValue<String>, item: &Item<'_>) -> Option<ConflictKind> {
    let kind = ConflictKind::from_word(&key.value);
    if kind.is_none() {
        let words = ConflictKind::WORDS.iter().map(|word| word.word);
        let message = format!("there is no kind of conflict `{}`", key.value);
        let help = known_names(&key.value, "conflicts", words);
        let error = Diagnostic::error(Code::UnknownChoice, message).at(key.span.clone(), "").help(help);
        item.doc().report(error);
    }
    kind
}

/// The levels; no two have one name, because decisions name them.
fn levels_of(context: &Context<'_>, table: &Table<'_>) -> Option<Vec<Level>> {
    let mut names: Vec<SourceValue<String>> = Vec::new();
    records(table, &LEVELS, &LEVEL, |table| {
        let name = table.of(&NAME).and_then(|item| {
            let name = item.some_text()?;
            match names.iter().find(|known| known.value == name.value) {
                Some(first) => report_twice(&item, &name, first),
                None => names.push(name.clone()),
            }
            Some(name)
        });
        let (who, when) = (context.expression(table, &WHO), context.expression(table, &LEVEL_WHEN));
        let within = table.of(&WITHIN).and_then(|item| duration(&item, Accepts::BusinessDays));
        Some(Level { name: name?.value, who: who?, when, within: within? })
    })
}

fn criterion(context: &Context<'_>, table: &Table<'_>) -> Option<Criterion> {
    let name = table.of(&CRITERION_NAME).and_then(|item| item.some_text());
    let weight = table.of(&WEIGHT).and_then(|item| measure(&item));
    let score = context.expression(table, &SCORE);
    Some(Criterion { name: name?.value, weight: weight?, score: score? })
}

impl PolicyPart for Conflict {
    fn values(&self, values: &mut Values, _: u32) {
        let kinds: Vec<String> = self.detect.iter().map(|kind| kind.word().to_owned()).collect();
        values.ids("detect", &kinds);
        values.put("role", self.role.as_str());
        let HoldWords { by_kind, otherwise } = &self.hold;
        for (kind, word) in by_kind {
            values.part("hold", kind.word(), word.word());
        }
        values.part("hold", if by_kind.is_empty() { "" } else { "else" }, otherwise.word());
        for (index, Level { name, who, when, within }) in self.levels.iter().enumerate() {
            let rank = index + 1;
            values.part("levels", format!("{rank}, name"), name.as_str());
            values.expression_part("levels", format!("{rank}, who"), who);
            if let Some(when) = when {
                values.expression_part("levels", format!("{rank}, when"), when);
            }
            values.part("levels", format!("{rank}, within"), within.text());
        }
        values.expression("escalate", self.escalate.as_ref());
        for Criterion { name, weight, score } in &self.criteria {
            values.part("criteria", format!("{name}, weight"), plain(*weight));
            values.expression_part("criteria", format!("{name}, score"), score);
        }
    }
}
