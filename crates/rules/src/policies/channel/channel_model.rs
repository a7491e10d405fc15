//! Who leads a deal. `docs/reference/rules/channel_model.md`.

use super::super::description::{PolicyDescription, PolicyKind, PolicyPart};
use super::made::Seen;
use super::model::{ChannelModel, Lead, Segment};
use super::{REVIEW, records};
use crate::context::{Context, DEALS};
use crate::description::{EFFECTIVE, ID, RETROACTIVE, TITLE, WHY};
use crate::values::Values;
use apportion_book::config::Table;
use apportion_book::config::describe::{Parameter, Record, Scope, Shape};

const NAME: Parameter =
    Parameter::required("name", Shape::SomeText, "name = \"enterprise\"", "What `deals.segment` is then.");

const SEGMENT_WHEN: Parameter = Parameter::required(
    "when",
    Shape::Condition(Scope::new(DEALS)),
    "when = \"amount >= 100000\"",
    "Which deals: a condition over deals.",
);

const SEGMENT: Record = Record { about: "A segment of the market.", parameters: &[NAME, SEGMENT_WHEN] };

const SEGMENTS: Parameter = Parameter::optional(
    "segments",
    Shape::list(&Shape::Record(&SEGMENT)),
    "The first whose `when` is true is the deal's segment.",
);

const LEAD_WHEN: Parameter = Parameter::required(
    "when",
    Shape::Condition(Scope::with_segment(DEALS)),
    "when = \"segment = 'enterprise'\"",
    "Which deals: a condition over deals with their segment.",
);

const BY: Parameter = Parameter::required(
    "by",
    Shape::SomeText,
    "by = \"direct\"",
    "Who leads: `direct`, `partner` or `shared`, or a word of your own.",
);

const ONE_LEAD: Record = Record { about: "Who leads which deals.", parameters: &[LEAD_WHEN, BY] };

const LEAD: Parameter = Parameter::optional(
    "lead",
    Shape::list(&Shape::Record(&ONE_LEAD)),
    "The first whose `when` is true says who leads.",
);

const PRIORITY: Parameter = Parameter::optional(
    "priority",
    Shape::Condition(Scope::new(DEALS)),
    "Which deals have priority: a condition over deals. Without it, none.",
);

/// The description of the kind.
pub(in crate::policies) const DESCRIPTION: PolicyDescription = PolicyDescription {
    kind: PolicyKind::ChannelModel,
    table: Record {
        about: "Says who leads which deals. All tables of this kind are versions of one.",
        parameters: &[ID, TITLE, WHY, EFFECTIVE, RETROACTIVE, REVIEW, SEGMENTS, LEAD, PRIORITY],
    },
    examples: &[r#"
[[channel_model]]
id = "model"
title = "Who leads"
why = "Charter 1"
effective = { from = 2026-01-01, until = 2026-12-31 }
retroactive = true
review = 2026-11-01
segments = [ { name = "enterprise", when = "amount >= 100000" }, { name = "mid-market", when = "TRUE" } ]
lead = [ { when = "segment = 'enterprise'", by = "direct" }, { when = "TRUE", by = "partner" } ]
priority = "amount > 1000000"
"#],
};

/// Reads what only this kind has; problems are reported to the table's text.
pub(in crate::policies) fn read(context: &Context<'_>, table: &Table<'_>) -> Option<ChannelModel> {
    let segments =
        context.seeing(Seen::Nothing, || records(table, &SEGMENTS, &SEGMENT, |one| segment(context, one)));
    let lead = context.seeing(Seen::Segment, || records(table, &LEAD, &ONE_LEAD, |one| lead(context, one)));
    let priority = context.seeing(Seen::Nothing, || context.expression(table, &PRIORITY));
    Some(ChannelModel { segments: segments?, lead: lead?, priority })
}

fn segment(context: &Context<'_>, table: &Table<'_>) -> Option<Segment> {
    let name = table.of(&NAME).and_then(|item| item.some_text());
    let when = context.expression(table, &SEGMENT_WHEN);
    Some(Segment { name: name?.value, when: when? })
}

fn lead(context: &Context<'_>, table: &Table<'_>) -> Option<Lead> {
    let when = context.expression(table, &LEAD_WHEN);
    let by = table.of(&BY).and_then(|item| item.some_text());
    Some(Lead { when: when?, by: by?.value })
}

impl PolicyPart for ChannelModel {
    fn values(&self, values: &mut Values, _: u32) {
        for (index, Segment { name, when }) in self.segments.iter().enumerate() {
            values.ranked_expression("segments", (index, name), when);
        }
        for (index, Lead { when, by }) in self.lead.iter().enumerate() {
            values.ranked_expression("lead", (index, by), when);
        }
        values.expression("priority", self.priority.as_ref());
    }
}
