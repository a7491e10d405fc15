//! How registrations protect. `docs/reference/rules/registration.md`.

use super::super::description::{PolicyDescription, PolicyKind, PolicyPart};
use super::duration::{Accepts, DAYS, HOURS, days, duration};
use super::keyed::{BY as BY_COLUMN, is, keyed, or_else};
use super::made::Seen;
use super::model::{
    DenyReason, Duration, Extension, MatchColumn, ProtectionClock, RegistrationPolicy, Silence,
};
use super::{REVIEW, match_columns, records};
use crate::context::{Context, REGISTRATIONS};
use crate::description::{EFFECTIVE, ID, RETROACTIVE, TITLE, WHY};
use crate::values::Values;
use apportion_book::config::describe::{Choice, Default, Parameter, Record, Scope, Shape};
use apportion_book::config::{Item, Table};
use apportion_contract::TableName;

const EFFECTIVE_BY_SUBMISSION: Parameter = Parameter {
    meaning: "The days on which it is in force, by the day of a registration's submission.",
    ..EFFECTIVE
};

const WHEN: Parameter = Parameter::optional(
    "when",
    Shape::Condition(Scope::new(REGISTRATIONS)),
    "Which registrations: a condition over registrations, payees and accounts. Without it, all of them. A registration under \
     two policies is under none.",
);

const REASON: Parameter = Parameter::required("reason", Shape::SomeText, "reason = \"house\"", "Its name.");

const DENY_WHEN: Parameter = Parameter::required(
    "when",
    Shape::Condition(Scope::new(REGISTRATIONS)),
    "when = \"kind = 'inbound'\"",
    "Which registrations: a condition over registrations, payees and accounts.",
);

const ONE_DENIAL: Record = Record { about: "A reason that denies.", parameters: &[REASON, DENY_WHEN] };

const DENY: Parameter = Parameter::optional(
    "deny",
    Shape::list(&Shape::Record(&ONE_DENIAL)),
    "What is denied from the submission on, whatever was decided. The first that is true gives the reason.",
);

const CLOCK: Parameter = Parameter::with_default(
    "clock",
    Shape::Choice(ProtectionClock::WORDS),
    Default::Text(ProtectionClock::Decided.word()),
    "When protection begins.",
);

const PROTECT_BY: Record = Record {
    about: "A duration by a text column. No match and no `else`: the registration is under no policy.",
    parameters: &[BY_COLUMN, is(&DAYS), or_else(DAYS)],
};

const PROTECT: Parameter = Parameter::required(
    "protect",
    Shape::Either(&[DAYS, Shape::Record(&PROTECT_BY)]),
    "protect = \"90 days\"",
    "How long it protects; by a text column of registrations, payees or accounts: `{ by = …, is = { … }, else = … }`.",
);

const EXTEND_BY: Parameter =
    Parameter::required("by", DAYS, "by = \"30 days\"", "By how much the end of protection moves.");

const TIMES: Parameter =
    Parameter::required("times", Shape::Whole { least: 0, most: 1000 }, "times = 1", "How often at most.");

const EXTENSION: Record = Record { about: "How protection is extended.", parameters: &[EXTEND_BY, TIMES] };

const EXTEND: Parameter = Parameter::optional(
    "extend",
    Shape::Record(&EXTENSION),
    "What an `extended` event while it is protected does. Without it, nothing.",
);

const LAPSE: Parameter = Parameter::optional(
    "lapse",
    DAYS,
    "Without work of a member for longer, a protected registration lapses. Without it, it never does.",
);

const GRACE: Parameter = Parameter::optional(
    "grace",
    DAYS,
    "How long after its end it still pays, but gives way to every protected claim. Without it, not at all.",
);

const DECIDE_WITHIN: Parameter =
    Parameter::optional("decide_within", HOURS, "Until when it is to be decided, from the submission on.");

const SILENCE: Parameter = Parameter::with_default(
    "silence",
    Shape::Choice(Silence::WORDS),
    Default::Text(Silence::Pending.word()),
    "What becomes of what is undecided when `decide_within` ends.",
);

const SCOPE: Parameter = Parameter::optional(
    "scope",
    Shape::list(&Shape::SomeText),
    "Text columns of registrations and deals that must be equal where a registration names an account alone. An empty cell of \
     the registration matches everything.",
);

const ROLE: Parameter =
    Parameter::required("role", Shape::SomeText, "role = \"sourced\"", "The role that a claim is for.");

const OTHERS: Parameter = Parameter::optional(
    "others",
    Shape::SomeText,
    "The role that work of others in that role counts as. Without it, it does not count.",
);

/// The description of the kind.
pub(in crate::policies) const DESCRIPTION: PolicyDescription = PolicyDescription {
    kind: PolicyKind::Registration,
    table: Record {
        about: "Says how registered deals are protected, how long, and what for.",
        parameters: &[
            ID,
            TITLE,
            WHY,
            EFFECTIVE_BY_SUBMISSION,
            RETROACTIVE,
            REVIEW,
            WHEN,
            DENY,
            CLOCK,
            PROTECT,
            EXTEND,
            LAPSE,
            GRACE,
            DECIDE_WITHIN,
            SILENCE,
            SCOPE,
            ROLE,
            OTHERS,
        ],
    },
    examples: &[r#"
[[registration]]
id = "deal-registration"
title = "Registration of deals"
why = "Charter 3"
effective = { from = 2026-01-01, until = 2026-12-31 }
retroactive = true
review = 2026-11-01
when = "registrations.kind IN ('sourced', 'joint')"
deny = [ { reason = "inbound", when = "registrations.kind = 'joint' AND payees.kind = 'employee'" } ]
clock = "submitted"
protect = { by = "payees.tier", is = { gold = "120 days" }, else = "90 days" }
extend = { by = "30 days", times = 1 }
lapse = "30 days"
grace = "30 days"
decide_within = "2 business days"
silence = "approved"
scope = ["channel"]
role = "sourced"
others = "cosell"
"#],
};

/// Reads what only this kind has; problems are reported to the table's text.
pub(in crate::policies) fn read(context: &Context<'_>, table: &Table<'_>) -> Option<RegistrationPolicy> {
    context.need_source(table, TableName::Registrations, table.span(), "it says how they protect");
    let when = context.expression(table, &WHEN);
    let deny = records(table, &DENY, &ONE_DENIAL, |one| denial(context, one));
    let clock = table.choice(&CLOCK);
    let protect = table.of(&PROTECT).and_then(|item| keyed(context, &item, REGISTRATIONS, days));
    let extend = table.optional(&EXTEND, extension);
    let (lapse, grace) = (table.optional(&LAPSE, days), table.optional(&GRACE, days));
    let decide_within = table.optional(&DECIDE_WITHIN, |item| duration(item, Accepts::Hours));
    let silence = table.choice(&SILENCE);
    let scope = context.seeing(Seen::Leads, || {
        let tables = [TableName::Registrations, TableName::Deals];
        table.optional(&SCOPE, |item| match_columns(context, item, &tables))
    });
    let role = table.of(&ROLE).and_then(|item| item.some_text());
    let others = table.optional(&OTHERS, Item::some_text);
    Some(RegistrationPolicy {
        when,
        deny: deny?,
        clock: clock?,
        protect: protect?,
        extend: extend?,
        lapse: lapse?,
        grace: grace?,
        decide_within: decide_within?,
        silence: silence?,
        scope: scope?.unwrap_or_default(),
        role: role?.value.into(),
        others: others?.map(|others| others.value.into()),
    })
}

fn denial(context: &Context<'_>, table: &Table<'_>) -> Option<DenyReason> {
    let reason = table.of(&REASON).and_then(|item| item.some_text());
    let when = context.expression(table, &DENY_WHEN);
    Some(DenyReason { reason: reason?.value, when: when? })
}

fn extension(item: &Item<'_>) -> Option<Extension> {
    let table = item.table("`extend`")?;
    table.keys(EXTENSION.parameters);
    let by = table.of(&EXTEND_BY).and_then(|item| days(&item));
    let times = table.of(&TIMES).and_then(|_| table.whole(&TIMES));
    Some(Extension { by: by?, times: times? })
}

impl PolicyPart for RegistrationPolicy {
    fn values(&self, values: &mut Values, _: u32) {
        values.expression("when", self.when.as_ref());
        for (index, DenyReason { reason, when }) in self.deny.iter().enumerate() {
            values.ranked_expression("deny", (index, reason), when);
        }
        values.put("clock", self.clock.word());
        self.protect.values(values, "protect", |duration| duration.text());
        if let Some(Extension { by, times }) = self.extend {
            values.part("extend", "by", by.text());
            values.part("extend", "times", times.to_string());
        }
        let mut optional = |key, duration: Option<Duration>| {
            if let Some(duration) = duration {
                values.put(key, duration.text());
            }
        };
        optional("lapse", self.lapse);
        optional("grace", self.grace);
        optional("decide_within", self.decide_within);
        values.put("silence", self.silence.word());
        if !self.scope.is_empty() {
            let names: Vec<String> = self.scope.iter().map(|MatchColumn { name, .. }| name.clone()).collect();
            values.ids("scope", &names);
        }
        values.put("role", &*self.role);
        if let Some(others) = &self.others {
            values.put("others", &**others);
        }
    }
}
