//! Who may see what of other people. It changes no amount. `docs/reference/rules/access.md`.

use super::description::{PolicyDescription, PolicyKind, PolicyPart};
use crate::context::{Context, PAYEES};
use crate::description::{EFFECTIVE_OR_ALWAYS, ID, TITLE, WHY};
use crate::values::Values;
use apportion_book::choices;
use apportion_book::config::describe::{Choice, Default, Parameter, Record, Scope, Shape};
use apportion_book::config::{Item, Table};
use apportion_expr::Expr;

/// Who may see what of whom.
#[derive(Debug, Clone)]
pub struct Access {
    /// Over `payees`; `None` is everybody.
    pub who: Option<Expr>,
    /// Whom they see.
    pub sees: Sees,
    /// What they see of them, in the order of the words.
    pub what: Vec<AccessWord>,
}

/// Whom somebody may see.
#[derive(Debug, Clone)]
#[expect(clippy::large_enum_variant, reason = "a book has few of them")]
pub enum Sees {
    /// A group that is known by a word.
    Group(SeenGroup),
    /// Those for whom this is true, over `payees`.
    Payees(Expr),
}

choices! {
    /// A group of payees, seen from one of them.
    pub enum SeenGroup {
        Own = "self", "What is one's own, which everybody sees anyway";
        Team = "team", "Those below in the chain of managers";
        All = "all", "Everybody, and whose the lines are";
    }
}

choices! {
    /// A part of what there is to see of somebody.
    #[derive(PartialOrd, Ord, Hash)]
    pub enum AccessWord {
        Lines = "lines", "Lines, and the deals and opportunities that they are about";
        Statements = "statements", "Statements";
        Registrations = "registrations", "Registrations";
        Conflicts = "conflicts", "Conflicts";
        Scorecard = "scorecard", "Figures of the deals that are seen";
    }
}

const WHO: Parameter = Parameter::optional(
    "who",
    Shape::Condition(Scope::new(PAYEES)),
    "Who may see it: a condition over payees. Without it, everybody.",
);

const SEES: Parameter = Parameter::with_default(
    "sees",
    Shape::Either(&[Shape::Choice(SeenGroup::WORDS), Shape::Condition(Scope::new(PAYEES))]),
    Default::Text(SeenGroup::Own.word()),
    "Whom they see: a word, or a condition over payees.",
);

const WHAT: Parameter = Parameter::optional(
    "what",
    Shape::some(&Shape::Choice(AccessWord::WORDS)),
    "What they see of them. Without it, all of it.",
);

/// The description of the kind.
pub(super) const DESCRIPTION: PolicyDescription = PolicyDescription {
    kind: PolicyKind::Access,
    table: Record {
        about: "Says who may see what of other people.",
        parameters: &[ID, TITLE, WHY, EFFECTIVE_OR_ALWAYS, WHO, SEES, WHAT],
    },
    examples: &[r#"
[[access]]
id = "managers"
title = "Managers"
why = "Charter 10: managers see their team"
effective = { from = 2026-01-01, until = 2026-12-31 }
who = "kind = 'employee'"
sees = "team"
what = ["lines", "statements"]
"#],
};

/// Reads what only this kind has; problems are reported to the table's text.
pub(super) fn read(context: &Context<'_>, table: &Table<'_>) -> Option<Access> {
    let who = table.optional(&WHO, |item| context.condition(item, PAYEES));
    let sees = table.of(&SEES).map_or(Some(Sees::Group(SeenGroup::Own)), |item| sees(context, &item));
    let what = table.optional(&WHAT, |item| {
        item.some_list("words")?.iter().map(Item::one_of::<AccessWord>).collect::<Option<Vec<_>>>()
    });
    let mut what = what?.unwrap_or_else(|| AccessWord::ALL.to_vec());
    what.sort_unstable();
    what.dedup();
    Some(Access { who: who?, sees: sees?, what })
}

fn sees(context: &Context<'_>, item: &Item<'_>) -> Option<Sees> {
    match SeenGroup::from_word(&item.text()?.value) {
        Some(group) => Some(Sees::Group(group)),
        None => context.condition(item, PAYEES).map(Sees::Payees),
    }
}

impl PolicyPart for Access {
    fn values(&self, values: &mut Values, _: u32) {
        values.expression("who", self.who.as_ref());
        match &self.sees {
            Sees::Group(group) => values.put("sees", group.word()),
            Sees::Payees(payees) => values.expression("sees", Some(payees)),
        }
        let words: Vec<&str> = self.what.iter().map(|word| word.word()).collect();
        values.put("what", words.join(", "));
    }
}
