//! From the tables of all files to policies.

use std::collections::BTreeMap;

use super::channel::{self, Made};
use super::description::PolicyKind;
use super::hold;
use super::kinds::{describe_policy, read};
use super::model::{Policies, Policy, PolicyIx, PolicyVersion};
use crate::common::{Head, head, id_texts, places};
use crate::context::Context;
use crate::description::{EFFECTIVE, EFFECTIVE_OR_ALWAYS};
use crate::versions::{Days, check_overlap, last_days, one_word, too_many, two_kinds};
use crate::{Kind, Places};
use apportion_base::diagnostic::{Code, Diagnostic, Files, Span};
use apportion_book::SourceValue;
use apportion_book::config::describe::Parameter;
use apportion_book::config::{Doc, Item, Table, known_names};

/// One table of a rule file, before it is put together with its other versions.
pub(crate) struct PolicyDraft {
    pub id: SourceValue<String>,
    pub kind: PolicyKind,
    /// `None` where the table has errors: these have been reported.
    version: Option<PolicyVersion>,
    places: Places,
    /// What `rules` names.
    named: Vec<SourceValue<String>>,
}

/// Reads one table of a rule file. A table that could not be read gives no version, but its id is known.
pub(crate) fn draft(context: &Context<'_>, kind: PolicyKind, table: &Table<'_>) -> Option<PolicyDraft> {
    table.keys(describe_policy(kind).table.parameters);
    let Head { id, title, why, effective, retroactive } = head(table, kind_days(kind));
    let terms = read(kind, context, table);
    let review = match kind.governs_channel() {
        true => table.optional(&channel::REVIEW, Item::date),
        false => Some(None),
    };
    let places = places(table);
    let read = effective.zip(review).zip(terms);
    let version = read.map(|((effective, review), terms)| PolicyVersion {
        span: table.span(),
        title,
        why,
        from: effective.from.value,
        until: effective.until.map(|until| until.value),
        retroactive,
        review,
        terms,
        places: places.clone(),
    });
    let named = match kind {
        PolicyKind::Hold | PolicyKind::Gate | PolicyKind::Capitalise => id_texts(table, hold::RULES.key),
        _ => Vec::new(),
    };
    Some(PolicyDraft { id: id?, kind, version, places, named })
}

/// How the days in force are said. Who may see what is so always, where no days are.
fn kind_days(kind: PolicyKind) -> &'static Parameter {
    match kind {
        PolicyKind::Access => &EFFECTIVE_OR_ALWAYS,
        _ => &EFFECTIVE,
    }
}

/// Puts the tables together; what is wrong between them is added to `found`. `known` are the ids of rules with their kinds and places, and
/// `all_known` says that every table of the rule files could be read as far as its id, so that a rule can be said to be missing.
pub(crate) fn assemble(
    drafts: Vec<PolicyDraft>,
    known: &BTreeMap<String, (Kind, Span)>,
    all_known: bool,
    found: &mut Vec<Diagnostic>,
) -> Policies {
    if all_known {
        check_named(&drafts, known, found);
    }
    let mut by_id: BTreeMap<String, Vec<PolicyDraft>> = BTreeMap::new();
    for draft in drafts {
        by_id.entry(draft.id.value.clone()).or_default().push(draft);
    }
    for (id, drafts) in &by_id {
        if let (Some((_, place)), Some(first)) = (known.get(id), drafts.first()) {
            let message = format!("`{id}` is the id of a rule and of {}", one_word(first.kind.word()));
            found.push(
                Diagnostic::error(Code::DuplicateRule, message)
                    .at(first.id.span.clone(), one_word(first.kind.word()))
                    .at(place.clone(), "the rule")
                    .help("an id belongs to one rule: give one of them another id"),
            );
        }
    }
    let policies: Vec<Policy> =
        by_id.into_iter().filter_map(|(id, drafts)| policy(id, drafts, found)).collect();
    if let Some(policy) = policies.get(PolicyIx::LIMIT) {
        let place = policy.versions.first().map(|version| version.span.clone());
        found.push(too_many(&format!("there are {} policies", policies.len()), PolicyIx::LIMIT, place));
        return Policies::default();
    }
    channel::check_together(&policies, found);
    Policies(policies)
}

/// `rules` of a hold names rules that make lines, `rules` of a gate those that pay on deals, `rules` of what is capitalised those whose
/// lines are no others' taken back.
fn check_named(drafts: &[PolicyDraft], known: &BTreeMap<String, (Kind, Span)>, found: &mut Vec<Diagnostic>) {
    for draft in drafts {
        let of_gate = draft.kind == PolicyKind::Gate;
        let taken = |kind: Kind| match draft.kind {
            PolicyKind::Gate => kind.pays_by_deal(),
            PolicyKind::Capitalise => kind != Kind::Clawback,
            _ => true,
        };
        let what = if of_gate { "rules that pay on deals" } else { "rules that pay" };
        for named in &draft.named {
            let id = named.value.as_str();
            let other = drafts.iter().find(|draft| draft.id.value == id).map(|draft| draft.kind.word());
            let message = match (known.get(id), other) {
                (Some((kind, _)), _) if taken(*kind) => continue,
                (Some((kind, _)), _) => one_of_another_kind(id, kind.word(), what),
                (None, Some(word)) => one_of_another_kind(id, word, what),
                (None, None) => format!("there is no rule `{id}`"),
            };
            let mut ids =
                known.iter().filter(|(_, (kind, _))| taken(*kind)).map(|(id, _)| id.as_str()).peekable();
            let help = match ids.peek() {
                None if of_gate => "the rule files have no rule that pays on deals".to_owned(),
                None => "the rule files have no rule that pays".to_owned(),
                Some(_) => known_names(id, "the rule files", ids),
            };
            found.push(Diagnostic::error(Code::UnknownRule, message).at(named.span.clone(), "").help(help));
        }
    }
}

fn one_of_another_kind(id: &str, word: &str, what: &str) -> String {
    format!("`{id}` is {}, and `rules` takes {what}", one_word(word))
}

/// The attributes of deals that policies of some rule files (name and content) make.
pub(crate) fn made(texts: &[(String, String)]) -> Made {
    let kinds = Made::kinds().into_iter().filter(|kind| {
        // Most rule files have none of these words, and need not be read twice.
        let named = texts.iter().filter(|(_, text)| text.contains(kind.word()));
        named.into_iter().any(|(name, text)| has_table(name, text, kind.word()))
    });
    Made::by(kinds.collect())
}

/// Whether a rule file has a table of a kind. What is wrong with the file is told where it is read.
fn has_table(name: &str, text: &str, word: &str) -> bool {
    let doc = Doc::new(name, text, &mut Files::default());
    let Some(table) = doc.parse() else { return false };
    let top = doc.top(&table, name);
    let tables = top.get(word).filter(Item::is_list).and_then(|item| item.list("tables"));
    tables.is_some_and(|tables| !tables.is_empty())
}

/// The versions of one id. Tables of another kind than the first one's are errors.
fn policy(id: String, drafts: Vec<PolicyDraft>, found: &mut Vec<Diagnostic>) -> Option<Policy> {
    let (kind, first) = drafts.first().map(|draft| (draft.kind, draft.id.span.clone()))?;
    for other in drafts.iter().filter(|draft| draft.kind != kind) {
        found.push(two_kinds(&id, (kind.word(), &first), (other.kind.word(), &other.id.span)));
    }
    let mut drafts: Vec<(PolicyVersion, PolicyDraft)> = drafts
        .into_iter()
        .filter(|draft| draft.kind == kind)
        .filter_map(|mut draft| draft.version.take().map(|version| (version, draft)))
        .collect();
    drafts.sort_by_key(|(version, _)| version.from);
    for pair in drafts.windows(2) {
        if let [earlier, later] = pair {
            let days = |(version, draft): &(PolicyVersion, PolicyDraft)| {
                Days::new((version.from, version.until), &draft.places, &draft.id.span)
            };
            check_overlap(&id, &days(earlier), &days(later), found);
        }
    }
    let last_days = last_days(drafts.iter().map(|(version, _)| (version.from, version.until)));
    let versions = drafts.into_iter().zip(last_days);
    let versions = versions.map(|((version, _), until)| PolicyVersion { until, ..version }).collect();
    Some(Policy { id, kind, versions })
}
