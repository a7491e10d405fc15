//! Tables of all rule files → rules: versions in order, what they must agree on, and ids that refer to one another.

use std::collections::{BTreeMap, BTreeSet};

use rust_decimal::Decimal;

use super::{Kind, Places, Policies, Rule, RuleBook, RuleIx, Version, VersionIx};
use apportion_base::diagnostic::{Code, Diagnostic, Span};
use apportion_book::config::{Item, known_names};
use apportion_book::{SourceValue, display_day};

/// One table of a rule file, before it is put together with its other versions.
pub(super) struct Draft {
    pub id: SourceValue<String>,
    pub kind: Kind,
    /// `None` where the table has errors: these have been reported.
    pub version: Option<Version>,
    /// The places of its values in the file.
    pub places: Places,
    /// What `credits` names.
    pub credits: Vec<SourceValue<String>>,
    /// What `rules` names.
    pub rules: Vec<SourceValue<String>>,
}

impl Draft {
    /// The place of a key's value, or of the id if the key is missing.
    fn place(&self, key: &str) -> Span {
        self.places.get(key).unwrap_or(&self.id.span).clone()
    }
}

/// Puts the tables together; what is wrong between them is added to `found`. `all_known` says that every table of the rule files
/// could be read as far as its id, so that a rule can be said to be missing.
pub(super) fn assemble(drafts: Vec<Draft>, all_known: bool, found: &mut Vec<Diagnostic>) -> RuleBook {
    if all_known {
        check_credits(&drafts, found);
        check_rules(&drafts, found);
    }
    let mut by_id: BTreeMap<String, Vec<Draft>> = BTreeMap::new();
    for draft in drafts {
        by_id.entry(draft.id.value.clone()).or_default().push(draft);
    }
    let rules: Vec<Rule> = by_id.into_iter().filter_map(|(id, drafts)| rule(id, drafts, found)).collect();
    if let Some(rule) = rules.get(RuleIx::LIMIT) {
        let place = rule.versions.first().map(|version| version.span.clone());
        found.push(too_many(&format!("there are {} rules", rules.len()), RuleIx::LIMIT, place));
        return RuleBook::default();
    }
    RuleBook { rules, policies: Policies::default() }
}

/// What has more parts than can be numbered. `place` is that of the first part beyond the limit.
pub(super) fn too_many(what: &str, limit: usize, place: Option<Span>) -> Diagnostic {
    let message = format!("{what}: at most {limit} can be numbered");
    let error = Diagnostic::error(Code::TooManyRules, message)
        .help("a rate or an amount can depend on a column, so that one rule does for many");
    match place {
        Some(place) => error.at(place, "the first that has no number"),
        None => error,
    }
}

/// Reports elements of a list whose `key` is not above the one before.
pub(super) fn ascending(list: &Item<'_>, key: &str, numbers: &[(Decimal, Span)]) {
    for pair in numbers.windows(2) {
        if let [(before, first), (after, second)] = pair
            && after <= before
        {
            let message = format!("the `{key}`s of `{}` must ascend", list.name());
            let error = Diagnostic::error(Code::NotAscending, message)
                .at(second.clone(), "this is not above the one before")
                .at(first.clone(), "the one before")
                .help("list them from the lowest to the highest, each once");
            list.doc().report(error);
        }
    }
}

/// `credits` names shared_credit rules. A table that has errors counts as there.
fn check_credits(drafts: &[Draft], found: &mut Vec<Diagnostic>) {
    let kinds: BTreeMap<&str, Kind> =
        drafts.iter().map(|draft| (draft.id.value.as_str(), draft.kind)).collect();
    let crediting: BTreeSet<&str> = drafts
        .iter()
        .filter(|draft| draft.kind == Kind::SharedCredit)
        .map(|draft| draft.id.value.as_str())
        .collect();
    for named in drafts.iter().flat_map(|draft| &draft.credits) {
        let id = named.value.as_str();
        if crediting.contains(id) {
            continue;
        }
        let message = match kinds.get(id) {
            Some(kind) => format!("`{id}` is {}, and `credits` takes shared_credit rules", one(*kind)),
            None => format!("there is no shared_credit rule `{id}`"),
        };
        let help = if crediting.is_empty() {
            "the rule files have no shared_credit rule".to_owned()
        } else {
            known_names(id, "shared_credit", crediting.iter().copied())
        };
        found.push(Diagnostic::error(Code::UnknownRule, message).at(named.span.clone(), "").help(help));
    }
}

/// `rules` names rules that pay. A table that has errors counts as there.
fn check_rules(drafts: &[Draft], found: &mut Vec<Diagnostic>) {
    let kinds: BTreeMap<&str, Kind> =
        drafts.iter().map(|draft| (draft.id.value.as_str(), draft.kind)).collect();
    let paying = || kinds.iter().filter(|(_, kind)| pays(**kind)).map(|(id, _)| *id);
    for named in drafts.iter().flat_map(|draft| &draft.rules) {
        let id = named.value.as_str();
        let message = match kinds.get(id) {
            Some(kind) if pays(*kind) => continue,
            Some(kind) => format!("`{id}` is {}, and `rules` takes rules that pay", one(*kind)),
            None => format!("there is no rule `{id}`"),
        };
        let help = known_names(id, "rules that pay", paying());
        found.push(Diagnostic::error(Code::UnknownRule, message).at(named.span.clone(), "").help(help));
    }
}

/// Whether rules of a kind pay somebody for a deal.
fn pays(kind: Kind) -> bool {
    match kind {
        Kind::SharedCredit | Kind::Stipend | Kind::RenewalBonus | Kind::Commission | Kind::Override => true,
        Kind::Clawback => false,
        Kind::Milestone => true,
    }
}

/// A kind in a sentence: `a commission`, `an override`.
fn one(kind: Kind) -> String {
    one_word(kind.word())
}

/// A word in a sentence: `a draw`.
pub(super) fn one_word(word: &str) -> String {
    let article = if word.starts_with(['a', 'e', 'i', 'o', 'u']) { "an" } else { "a" };
    format!("{article} {word}")
}

/// The versions of one id. Tables of another kind than the first one's are errors.
fn rule(id: String, drafts: Vec<Draft>, found: &mut Vec<Diagnostic>) -> Option<Rule> {
    let (kind, first) = drafts.first().map(|draft| (draft.kind, draft.id.span.clone()))?;
    for other in drafts.iter().filter(|draft| draft.kind != kind) {
        found.push(two_kinds(&id, (kind.word(), &first), (other.kind.word(), &other.id.span)));
    }
    let mut drafts: Vec<(Version, Draft)> = drafts
        .into_iter()
        .filter(|draft| draft.kind == kind)
        .filter_map(|mut draft| draft.version.take().map(|version| (version, draft)))
        .collect();
    drafts.sort_by_key(|(version, _)| version.from);
    for pair in drafts.windows(2) {
        if let [earlier, later] = pair {
            let days = |(version, draft): &(Version, Draft)| {
                Days::new((version.from, version.until), &draft.places, &draft.id.span)
            };
            check_overlap(&id, &days(earlier), &days(later), found);
            check_agreement(&id, earlier, later, found);
        }
    }
    let last_days = last_days(drafts.iter().map(|(version, _)| (version.from, version.until)));
    if let Some((version, _)) = drafts.get(VersionIx::LIMIT) {
        let what = format!("`{id}` has {} versions", drafts.len());
        found.push(too_many(&what, VersionIx::LIMIT, Some(version.span.clone())));
        return None;
    }
    let versions = drafts.into_iter().zip(last_days);
    let versions = versions.map(|((version, _), until)| Version { until, ..version }).collect();
    Some(Rule { id, kind, versions })
}

/// An id that tables of two kinds have, each with the place of its id.
pub(super) fn two_kinds(
    id: &str,
    (kind, first): (&str, &Span),
    (other, second): (&str, &Span),
) -> Diagnostic {
    let (kind, other) = (one_word(kind), one_word(other));
    Diagnostic::error(Code::DuplicateRule, format!("`{id}` is the id of {kind} and of {other}"))
        .at(second.clone(), other)
        .at(first.clone(), kind)
        .help("an id belongs to one rule: give one of them another id")
}

/// The last day of each version, of their first and own last days in order: its own, or else the one before the next version.
pub(super) fn last_days(days: impl Iterator<Item = (i32, Option<i32>)> + Clone) -> Vec<Option<i32>> {
    let next = days.clone().skip(1).map(|(from, _)| Some(from - 1)).chain([None]);
    days.zip(next).map(|((_, until), next)| until.or(next)).collect()
}

/// The days of a version, and where they are written.
pub(super) struct Days {
    from: i32,
    until: Option<i32>,
    from_place: Span,
    until_place: Span,
}

impl Days {
    /// The first and the last day, and the places of a table's values; `id` is that of its id.
    pub fn new((from, until): (i32, Option<i32>), places: &Places, id: &Span) -> Self {
        let place = |key| places.get(key).unwrap_or(id).clone();
        Self { from, until, from_place: place("effective.from"), until_place: place("effective.until") }
    }
}

/// Two versions must not be in force on one day.
pub(super) fn check_overlap(id: &str, earlier: &Days, later: &Days, found: &mut Vec<Diagnostic>) {
    let from = later.from;
    let (place, label) = match earlier.until {
        _ if earlier.from == from => (earlier.from_place.clone(), "so does this one"),
        Some(until) if until >= from => (earlier.until_place.clone(), "this one is in force until then"),
        _ => return,
    };
    let message = format!("two versions of `{id}` are in force on {}", display_day(from));
    let error = Diagnostic::error(Code::OverlappingVersions, message)
        .at(later.from_place.clone(), "this version starts here")
        .at(place, label)
        .help("a version ends the day before the next one's `from`; an `until` may only end it earlier");
    found.push(error);
}

/// Running totals go on from one version to the next, so what they are made of must be the same.
fn check_agreement(
    id: &str,
    earlier: &(Version, Draft),
    later: &(Version, Draft),
    found: &mut Vec<Diagnostic>,
) {
    let (before, after) = (earlier.0.body.part().agreed(), later.0.body.part().agreed());
    for (before, after) in before.into_iter().zip(after) {
        if before == after {
            continue;
        }
        let key = after.key;
        let message = format!("the versions of `{id}` differ in {}", after.what);
        let error = Diagnostic::error(Code::VersionsDisagree, message)
            .at(later.1.place(key), after.value)
            .at(earlier.1.place(key), before.value)
            .help("running totals go on from one version to the next: give a rule that differs in this another id");
        found.push(error);
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::{CREDIT, rules, shown, wrong};
    use apportion_book::display_day;

    fn stipend(id: &str, effective: &str) -> String {
        format!("[[stipend]]\nid = \"{id}\"\neffective = {{ {effective} }}\namount = 1\n")
    }

    /// First and last day of each version of the one rule of some texts.
    fn days(texts: &[String]) -> Vec<(String, Option<String>)> {
        let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
        let (mut book, _) = rules(&texts);
        assert_eq!(book.rules.len(), 1);
        let versions = book.rules.remove(0).versions;
        versions.iter().map(|version| (display_day(version.from), version.until.map(display_day))).collect()
    }

    #[test]
    fn a_version_ends_the_day_before_the_next_starts() {
        let texts = [
            stipend("x", "from = 2026-07-01, until = 2026-12-31"),
            stipend("x", "from = 2025-01-01, until = 2025-06-30") + &stipend("x", "from = 2026-01-01"),
            stipend("x", "from = 2027-01-01"),
        ];
        let day = |day: &str| day.to_owned();
        assert_eq!(
            days(&texts),
            [
                (day("2025-01-01"), Some(day("2025-06-30"))),
                (day("2026-01-01"), Some(day("2026-06-30"))),
                (day("2026-07-01"), Some(day("2026-12-31"))),
                (day("2027-01-01"), None),
            ]
        );
    }

    #[test]
    fn an_until_may_stand_on_the_day_before() {
        let texts =
            [stipend("x", "from = 2026-01-01, until = 2026-06-30"), stipend("x", "from = 2026-07-01")];
        assert_eq!(days(&texts).len(), 2);
    }

    #[test]
    fn overlapping_versions_are_shown_in_both_files() {
        let first = stipend("x", "from = 2026-01-01, until = 2026-07-01");
        let second = stipend("x", "from = 2026-07-01");
        assert_eq!(
            shown(&[&first, &second]),
            "\
error[overlapping-versions]: two versions of `x` are in force on 2026-07-01
┌─ rules/1.toml:3:22
3│ effective = { from = 2026-07-01 }
│                      ^^^^^^^^^^ this version starts here
┌─ rules/0.toml:3:42
3│ effective = { from = 2026-01-01, until = 2026-07-01 }
│                                          ---------- this one is in force until then
= help: a version ends the day before the next one's `from`; an `until` may only end it earlier"
        );
        let same = stipend("x", "from = 2026-01-01") + &stipend("x", "from = \"2026-01-01\"");
        assert_eq!(
            wrong(&[&same]),
            [
                "overlapping-versions: two versions of `x` are in force on 2026-01-01 @ \"2026-01-01\" | 2026-01-01"
            ]
        );
    }

    #[test]
    fn an_id_belongs_to_one_kind() {
        let other = CREDIT.replace("\"credit\"", "\"x\"");
        assert_eq!(
            wrong(&[&stipend("x", "from = 2026-01-01"), &other]),
            ["duplicate-rule: `x` is the id of a stipend and of a shared_credit @ \"x\" | \"x\""]
        );
    }

    /// One more than 16 bits can number was taken for the first once.
    const MANY: usize = (1 << 16) + 1;

    #[test]
    fn more_rules_than_can_be_numbered_are_refused() {
        let all: String =
            (0..MANY).map(|index| stipend(&format!("x{index:05}"), "from = 2026-01-01")).collect();
        let found = wrong(&[&all]);
        assert_eq!(found.len(), 1);
        assert!(
            found[0].starts_with(
                "too-many-rules: there are 65537 rules: at most 65535 can be numbered @ [[stipend]]"
            ),
            "{}",
            found[0]
        );
    }

    #[test]
    fn more_versions_than_can_be_numbered_are_refused() {
        let day = |index: usize| display_day(i32::try_from(index).unwrap());
        let version = |index: usize| stipend("x", &format!("from = {}", day(index)));
        let found = wrong(&[&(0..MANY).map(version).collect::<String>()]);
        assert_eq!(found.len(), 1);
        assert!(
            found[0].starts_with("too-many-rules: `x` has 65537 versions: at most 65535 can be numbered @ "),
            "{}",
            found[0]
        );
    }

    #[test]
    fn rules_stand_in_byte_order_of_id() {
        let texts =
            [stipend("b", "from = 2026-01-01"), stipend("a-1", "from = 2026-01-01"), CREDIT.to_owned()];
        let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
        let (book, _) = rules(&texts);
        let ids: Vec<&str> = book.rules.iter().map(|rule| rule.id.as_str()).collect();
        assert_eq!(ids, ["a-1", "b", "credit"]);
    }

    #[test]
    fn versions_of_a_commission_agree() {
        let version = |from: &str, keys: &str| {
            format!("[[commission]]\nid = \"x\"\neffective = {{ from = {from} }}\n{keys}\n")
        };
        let credits = CREDIT.to_owned() + &CREDIT.replace("\"credit\"", "\"more\"");
        let first =
            "credits = [\"credit\", \"more\"]\nevery = \"month\"\ntiers = [ { from = 0, rate = 0.1 } ]";
        for (second, expected) in [
            (first.replace("\"credit\", \"more\"", "\"more\", \"credit\""), None),
            (first.replace(", \"more\"", ""), Some("`credits` @ [\"credit\"] | [\"credit\", \"more\"]")),
            (first.replace("month", "year"), Some("`every` @ \"year\" | \"month\"")),
            (format!("{first}\nmode = \"whole\""), Some("`mode` @ \"whole\" | \"x\"")),
            (
                first.replace("from = 0", "from = \"0%\""),
                Some(
                    "the unit of `tiers` @ [ { from = \"0%\", rate = 0.1 } ] | [ { from = 0, rate = 0.1 } ]",
                ),
            ),
        ] {
            let texts = [credits.clone(), version("2026-01-01", first), version("2026-07-01", &second)];
            let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
            let expected: Vec<String> = expected
                .map(|rest| format!("versions-disagree: the versions of `x` differ in {rest}"))
                .into_iter()
                .collect();
            assert_eq!(wrong(&texts), expected, "{second}");
        }
    }

    #[test]
    fn versions_of_an_override_agree_on_credits() {
        let version = |from: &str, credits: &str, rate: &str| {
            format!(
                "[[override]]\nid = \"x\"\neffective = {{ from = {from} }}\ncredits = [{credits}]\n\
                 levels = [ {{ rate = {rate} }} ]\n"
            )
        };
        let credits = CREDIT.to_owned() + &CREDIT.replace("\"credit\"", "\"more\"");
        let first = version("2026-01-01", "\"credit\"", "0.1");
        assert!(wrong(&[&credits, &first, &version("2026-02-01", "\"credit\"", "0.2")]).is_empty());
        assert_eq!(
            wrong(&[&credits, &first, &version("2026-02-01", "\"more\"", "0.1")]),
            ["versions-disagree: the versions of `x` differ in `credits` @ [\"more\"] | [\"credit\"]"]
        );
    }

    #[test]
    fn credits_of_a_rule_with_errors_of_its_own_are_no_second_error() {
        let broken = CREDIT.replace("\"equal\"", "\"equl\"");
        let text = format!(
            "{broken}[[override]]\nid = \"x\"\neffective = {{ from = 2026-01-01 }}\ncredits = [\"credit\"]\n\
             levels = [ {{ rate = 0.1 }} ]\n"
        );
        assert_eq!(wrong(&[&text]), ["unknown-choice: `model` can't be \"equl\" @ \"equl\""]);
    }

    #[test]
    fn the_problems_of_all_files_come_out_at_once() {
        let texts = [
            stipend("A", "from = 2026-01-01"),
            "[[stipend]\n".to_owned(),
            stipend("x", "from = 1").replace("amount = 1", "amount = -1"),
        ];
        let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
        let found = wrong(&texts);
        let codes: Vec<&str> = found.iter().filter_map(|line| line.split(':').next()).collect();
        assert_eq!(codes, ["bad-id", "toml-syntax", "wrong-type", "bad-amount"]);
    }
}
