//! From the tables of all files to policies.

use std::collections::BTreeMap;

use super::description::PolicyKind;
use super::hold;
use super::kinds::{describe_policy, read};
use super::model::{Policies, Policy, PolicyIx, PolicyVersion};
use crate::Places;
use crate::common::{Head, head, id_texts, places};
use crate::context::Context;
use crate::versions::{Days, check_overlap, last_days, one_word, too_many, two_kinds};
use apportion_base::diagnostic::{Code, Diagnostic, Span};
use apportion_book::SourceValue;
use apportion_book::config::{Table, known_names};

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
    let Head { id, title, why, effective, retroactive } = head(table);
    let terms = read(kind, context, table);
    let places = places(table);
    let version = effective.zip(terms).map(|(effective, terms)| PolicyVersion {
        span: table.span(),
        title,
        why,
        from: effective.from.value,
        until: effective.until.map(|until| until.value),
        retroactive,
        terms,
        places: places.clone(),
    });
    let named = if kind == PolicyKind::Hold { id_texts(table, hold::RULES.key) } else { Vec::new() };
    Some(PolicyDraft { id: id?, kind, version, places, named })
}

/// Puts the tables together; what is wrong between them is added to `found`. `known` are the ids of rules with their places, and
/// `all_known` says that every table of the rule files could be read as far as its id, so that a rule can be said to be missing.
pub(crate) fn assemble(
    drafts: Vec<PolicyDraft>,
    known: &BTreeMap<String, Span>,
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
        if let (Some(place), Some(first)) = (known.get(id), drafts.first()) {
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
        found.push(too_many(
            &format!("there are {} holds, draws and payments", policies.len()),
            PolicyIx::LIMIT,
            place,
        ));
        return Policies::default();
    }
    Policies(policies)
}

/// `rules` of a hold names rules that make lines.
fn check_named(drafts: &[PolicyDraft], known: &BTreeMap<String, Span>, found: &mut Vec<Diagnostic>) {
    for named in drafts.iter().flat_map(|draft| &draft.named) {
        let id = named.value.as_str();
        if known.contains_key(id) {
            continue;
        }
        let other = drafts.iter().find(|draft| draft.id.value == id);
        let message = match other {
            Some(other) => {
                format!("`{id}` is {}, and `rules` takes rules that pay", one_word(other.kind.word()))
            }
            None => format!("there is no rule `{id}`"),
        };
        let help = if known.is_empty() {
            "the rule files have no rule that pays".to_owned()
        } else {
            known_names(id, "the rule files", known.keys().map(String::as_str))
        };
        found.push(Diagnostic::error(Code::UnknownRule, message).at(named.span.clone(), "").help(help));
    }
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
