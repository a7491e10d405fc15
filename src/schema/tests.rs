//! The schemas compared with the readers: each table is given to its reader with an unknown key, and the keys and
//! choices that the reader then lists must be those of the schema.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde_json::Value;

use super::Schema;
use apportion_base::diagnostic::{Code, Diagnostic, Files};
use apportion_base::world::Memory;
use apportion_book::config::describe::{Choice, Parameter, Shape};
use apportion_book::{AccountRole, ExportFormat};
use apportion_engine::cases::CaseFile;
use apportion_rules::{
    CapScope, Constraint, Description, Kind, PolicyKind, describe, describe_policy, testing,
};

type Set = BTreeSet<String>;

/// Tables and choices of a schema, by path: `book.rounding`, `stipend[].cap[]`, `sources.deals.columns.*`.
#[derive(Debug, Default, PartialEq, Eq)]
struct Shapes {
    /// Keys and required keys.
    tables: BTreeMap<String, (Set, Set)>,
    choices: BTreeMap<String, Set>,
}

impl Shapes {
    fn of(schema: Schema) -> Self {
        let mut shapes = Self::default();
        shapes.walk("", &schema.value());
        shapes
    }

    fn walk(&mut self, path: &str, schema: &Value) {
        let below = |key: &str| if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") };
        if let Some(Value::Object(properties)) = schema.get("properties") {
            assert_eq!(schema["additionalProperties"], false, "{path}");
            let required = schema["required"].as_array().into_iter().flatten();
            let required: Set = required.filter_map(Value::as_str).map(str::to_owned).collect();
            let keys: Set = properties.keys().cloned().collect();
            assert!(required.is_subset(&keys));
            // A table with other keys in the same place has a mark more.
            let mut place = path.to_owned();
            while self.tables.contains_key(&place) {
                place.push('\'');
            }
            self.tables.insert(place, (keys, required));
            properties.iter().for_each(|(key, value)| self.walk(&below(key), value));
        } else if let Some(of_any @ Value::Object(_)) = schema.get("additionalProperties") {
            self.walk(&below("*"), of_any);
        }
        if let Some(items) = schema.get("items") {
            self.walk(&format!("{path}[]"), items);
        }
        let ways = || ["anyOf", "oneOf"].iter().filter_map(|key| schema.get(key)?.as_array()).flatten();
        let words = schema.get("enum").and_then(Value::as_array).into_iter().flatten();
        let words: Set = words
            .chain(ways().filter_map(|way| way.get("const")))
            .filter_map(Value::as_str)
            .map(str::to_owned)
            .collect();
        if !words.is_empty() {
            self.choices.insert(path.to_owned(), words);
        }
        ways().filter(|way| way.get("const").is_none()).for_each(|way| self.walk(path, way));
    }
}

/// What a reader says of a text.
fn project(text: &str) -> Vec<Diagnostic> {
    let world = Memory::new().with("apportion.toml", text);
    apportion_book::read(&world, Path::new(""), &mut Files::default()).err().unwrap_or_default()
}

fn rules(text: &str) -> Vec<Diagnostic> {
    let world = Memory::new().with("a.toml", text).shared();
    let (book, catalogue) = (testing::book(), testing::catalogue());
    apportion_rules::RuleFiles::named(&world, Path::new("a.toml"))
        .read(&book, &catalogue, &mut Files::default())
        .err()
        .unwrap_or_default()
}

fn cases(text: &str) -> Vec<Diagnostic> {
    CaseFile::parse("a.toml", text, &mut Files::default()).err().unwrap_or_default()
}

/// A key and a word that no file has.
const UNKNOWN: &str = "qqqqqqqqqqqqqqqqqqqq";

/// The names that a help line lists.
fn listed(help: &str) -> Set {
    let (_, names) = help.split_once(" has: ").unwrap_or_else(|| panic!("{help}"));
    names.split(", ").map(str::to_owned).collect()
}

/// Keys and required keys of the table that has the key [`UNKNOWN`].
fn table(found: &[Diagnostic]) -> (Set, Set) {
    let tail = format!(" has no key `{UNKNOWN}`");
    let unknown = found.iter().find(|one| one.code == Code::UnknownKey && one.message.ends_with(&tail));
    let unknown = unknown.unwrap_or_else(|| panic!("{found:?}"));
    let owner = unknown.message.trim_end_matches(&tail);
    let needs = format!("{owner} needs the key `");
    let needed = found.iter().filter_map(|one| match one.code {
        Code::MissingKey => one.message.strip_prefix(&needs)?.strip_suffix('`'),
        Code::MissingSource if owner == "[sources]" => one.message.strip_prefix("there is no source of "),
        _ => None,
    });
    (listed(&unknown.help[0]), needed.map(str::to_owned).collect())
}

/// The choices that are listed for the word [`UNKNOWN`].
fn choice(found: &[Diagnostic]) -> Set {
    let wrong = found.iter().find(|one| one.code == Code::UnknownChoice && one.message.contains(UNKNOWN));
    listed(&wrong.unwrap_or_else(|| panic!("{found:?}")).help[0])
}

/// What a reader lists for each of some texts, in which `@` is replaced by an unknown key or word.
fn asked(read: fn(&str) -> Vec<Diagnostic>, tables: &[(&str, &str)], choices: &[(&str, &str)]) -> Shapes {
    let key = format!("{UNKNOWN} = 1");
    let word = format!("\"{UNKNOWN}\"");
    let filled_in = |text: &str, with: &str| read(&text.replace('@', with));
    Shapes {
        tables: tables
            .iter()
            .map(|(path, text)| ((*path).to_owned(), table(&filled_in(text, &key))))
            .collect(),
        choices: choices
            .iter()
            .map(|(path, text)| ((*path).to_owned(), choice(&filled_in(text, &word))))
            .collect(),
    }
}

/// Compares both path by path, so that a failure says where.
fn assert_same(schema: &Shapes, reader: &Shapes) {
    assert_eq!(schema.tables.keys().collect::<Vec<_>>(), reader.tables.keys().collect::<Vec<_>>());
    for (path, table) in &schema.tables {
        assert_eq!(table, &reader.tables[path], "keys and required keys of {path}");
    }
    assert_eq!(schema.choices.keys().collect::<Vec<_>>(), reader.choices.keys().collect::<Vec<_>>());
    for (path, words) in &schema.choices {
        assert_eq!(words, &reader.choices[path], "choices of {path}");
    }
}

const SOURCES: [&str; 30] = [
    "deals",
    "engagements",
    "payees",
    "assignments",
    "splits",
    "quotas",
    "fx_rates",
    "receipts",
    "adjustments",
    "acceptances",
    "accounts",
    "territories",
    "holidays",
    "registrations",
    "registration_members",
    "registration_events",
    "opportunities",
    "conflicts",
    "decisions",
    "decision_shares",
    "conflict_events",
    "price_entries",
    "deal_lines",
    "price_approvals",
    "certificates",
    "service_events",
    "milestones",
    "handoffs",
    "inquiries",
    "payment_details",
];

/// Paths of a schema, and for each a text with an `@` at that path.
type Texts = Vec<(String, String)>;

/// Tables and choices of one source, as a table and as one of a list.
fn source(name: &str) -> (Texts, Texts) {
    let (mut tables, mut choices) = (Vec::new(), Vec::new());
    for (path, header) in [
        (format!("sources.{name}"), format!("[sources.{name}]")),
        (format!("sources.{name}[]"), format!("[[sources.{name}]]")),
    ] {
        let mut table =
            |below: &str, text: &str| tables.push((format!("{path}{below}"), format!("{header}\n{text}\n")));
        table("", "@");
        table(".columns.*", "columns = { x = { @ } }");
        table(".numbers", "numbers = { @ }");
        table(".numbers.*", "numbers = { x = { @ } }");
        table(".unpivot", "unpivot = { @ }");
        table(".explode", "explode = { @ }");
        table(".joins[]", "joins = [ { @ } ]");
        table(".joins[].numbers", "joins = [ { numbers = { @ } } ]");
        table(".joins[].numbers.*", "joins = [ { numbers = { x = { @ } } } ]");
        table(".accept[]", "accept = [ { @ } ]");
        let mut choice =
            |below: &str, text: &str| choices.push((format!("{path}{below}"), format!("{header}\n{text}\n")));
        choice(".types.*", "types = { x = @ }");
        choice(".encoding", "encoding = @");
        choice(".joins[].types.*", "joins = [ { types = { x = @ } } ]");
        choice(".joins[].encoding", "joins = [ { encoding = @ } ]");
        choice(".accept[].code", "accept = [ { code = @ } ]");
        for key in ["decimal", "group"] {
            choice(&format!(".numbers.{key}"), &format!("numbers = {{ {key} = @ }}"));
            choice(&format!(".numbers.*.{key}"), &format!("numbers = {{ x = {{ {key} = @ }} }}"));
            choice(
                &format!(".joins[].numbers.{key}"),
                &format!("joins = [ {{ numbers = {{ {key} = @ }} }} ]"),
            );
            choice(
                &format!(".joins[].numbers.*.{key}"),
                &format!("joins = [ {{ numbers = {{ x = {{ {key} = @ }} }} }} ]"),
            );
        }
        if name == "fx_rates" {
            choice(".quoted", "quoted = @");
        }
    }
    (tables, choices)
}

#[test]
fn the_project_file_has_the_keys_that_its_reader_knows() {
    let mut tables: Texts = [
        ("", "@"),
        ("book", "[book]\n@"),
        ("sources", "[sources]\n@"),
        ("accounts", "[book]\n[accounts]\n@"),
        ("ledger", "[book]\n[ledger]\n@"),
        ("statements", "[book]\n[statements]\n@"),
        ("report", "[book]\n[report]\n@"),
        ("forecast", "[book]\n[forecast]\n@"),
        ("ledger.approvals[]", "[book]\n[ledger]\napprovals = [ { @ } ]"),
    ]
    .map(|(path, text)| (path.to_owned(), text.to_owned()))
    .into();
    let mut choices: Texts = ["rounding", "incomplete"]
        .map(|key| (format!("book.{key}"), format!("[sources]\n[book]\n{key} = @")))
        .into();
    for role in AccountRole::ALL.map(AccountRole::word) {
        tables.push((format!("accounts.{role}"), format!("[book]\n[accounts]\n{role} = {{ @ }}\n")));
        tables.push((
            format!("accounts.{role}'"),
            format!("[book]\n[accounts]\n{role} = {{ table = \"a.csv\", @ }}\n"),
        ));
        choices.push((format!("accounts.{role}.by"), format!("[book]\n[accounts]\n{role} = {{ by = @ }}\n")));
    }
    choices.push(("statements.language".to_owned(), "[book]\n[statements]\nlanguage = @".to_owned()));
    for name in SOURCES {
        let (of_source, words) = source(name);
        tables.extend(of_source);
        choices.extend(words);
    }
    let borrowed = |pairs: &'static [(String, String)]| -> Vec<(&'static str, &'static str)> {
        pairs.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect()
    };
    let mut reader = asked(project, &borrowed(tables.leak()), &borrowed(choices.leak()));
    let mut schema = Shapes::of(Schema::Project);
    // Those of exports go by their format, and are compared for each of them.
    let of_exports = |path: &str| path.starts_with("exports.");
    schema.tables.retain(|path, _| !of_exports(path));
    schema.choices.retain(|path, _| !of_exports(path));
    // The reader knows `quoted` everywhere, and reports it as misplaced everywhere except in fx_rates.
    for (path, (keys, _)) in &mut reader.tables {
        let Some(name) = path.strip_prefix("sources.") else { continue };
        let name = name.trim_end_matches("[]");
        if SOURCES.contains(&name) && name != "fx_rates" {
            assert!(keys.remove("quoted"));
            let found = project(&format!("[[sources.{name}]]\nquoted = \"book-per-unit\"\n"));
            assert!(found.iter().any(|one| one.code == Code::MisplacedKey));
        }
    }
    // Which of two tables an account has is decided by a key that is there.
    for (path, (_, required)) in &mut reader.tables {
        if path.starts_with("accounts.") && path.ends_with('\'') {
            assert!(required.insert("table".to_owned()));
        }
    }
    // One of two keys is needed, and the reader asks for the one that every column may have.
    for (path, (_, required)) in &mut reader.tables {
        if path.ends_with(".columns.*") {
            assert!(required.remove("expr"));
        }
    }
    // Which currencies there are is not listed in full.
    let choices = std::mem::take(&mut schema.choices);
    let of_currency = |path: &str| path == "book.currency" || path.ends_with(".marks.*");
    let (currencies, others): (BTreeMap<_, _>, BTreeMap<_, _>) =
        choices.into_iter().partition(|(path, _)| of_currency(path));
    schema.choices = others;
    assert_eq!(currencies.len(), 1 + 2 * SOURCES.len());
    for codes in currencies.values() {
        assert!(codes.contains("USD"));
        assert!(codes.iter().all(|code| apportion_base::money::Currency::from_code(code).is_some()));
    }
    assert_same(&schema, &reader);
}

#[test]
fn exports_have_the_keys_that_their_reader_knows() {
    let schema = Schema::Project.value();
    let formats = schema["properties"]["exports"]["additionalProperties"]["anyOf"].as_array().unwrap();
    assert_eq!(formats.len(), ExportFormat::ALL.len());
    for (format, described) in ExportFormat::ALL.iter().zip(formats) {
        let word = format.word();
        assert_eq!(described["properties"]["format"]["const"], word);
        let found = project(&format!("[exports.x]\nformat = \"{word}\"\nno-such-key = 1\n"));
        let unknown = found.iter().find(|one| one.message.contains("has no key `no-such-key`")).unwrap();
        let help = &unknown.help[0];
        let keys = described["properties"].as_object().unwrap();
        assert!(keys.keys().all(|key| help.contains(key.as_str())), "{word}: {help}");
        let missing: BTreeSet<String> = found
            .iter()
            .filter(|one| one.code == Code::MissingKey && one.message.starts_with("[exports.x] needs"))
            .filter_map(|one| one.message.split('`').nth(1).map(str::to_owned))
            .chain(["format".to_owned()])
            .collect();
        let required: BTreeSet<String> = described["required"]
            .as_array()
            .unwrap()
            .iter()
            .filter_map(|key| key.as_str().map(str::to_owned))
            .collect();
        assert_eq!(missing, required, "{word}");
    }
}

/// Tables and choices of a kind of rule, from its description.
fn kind(description: &Description) -> (Texts, Texts) {
    let word = description.kind.word();
    let (mut tables, mut choices): (Texts, Texts) = (Vec::new(), Vec::new());
    tables.push((format!("{word}[]"), format!("[[{word}]]\n@\n")));
    for parameter in description.parameters() {
        let key = parameter.key;
        // A kind that needs one of several keys reads its other keys beside the first of them.
        let beside: String = description
            .constraints
            .iter()
            .filter_map(|constraint| match constraint {
                Constraint::OneOf(keys) if !keys.contains(&key) => Some(format!("{} = []\n", keys[0])),
                Constraint::OneOf(_) | Constraint::With { .. } => None,
            })
            .collect();
        let text = |value: &str| format!("[[{word}]]\n{beside}{key} = {value}\n");
        inside(&format!("{word}[].{key}"), &parameter.shape, &text, &mut tables, &mut choices);
    }
    (tables, choices)
}

/// Tables and choices of a kind of policy, from its description.
fn policy(kind: PolicyKind) -> (Texts, Texts) {
    let word = kind.word();
    let (mut tables, mut choices): (Texts, Texts) = (Vec::new(), Vec::new());
    tables.push((format!("{word}[]"), format!("[[{word}]]\n@\n")));
    for parameter in describe_policy(kind).parameters() {
        let key = parameter.key;
        // What only a recoverable draw has is read in one.
        let beside = if ["recover", "at_end"].contains(&key) { "recoverable = true\n" } else { "" };
        let text = |value: &str| format!("[[{word}]]\n{beside}{key} = {value}\n");
        inside(&format!("{word}[].{key}"), &parameter.shape, &text, &mut tables, &mut choices);
    }
    (tables, choices)
}

/// Tables and choices of what a key takes; `text` is a file in which the key has a value.
fn inside(path: &str, shape: &Shape, text: &dyn Fn(&str) -> String, tables: &mut Texts, choices: &mut Texts) {
    match shape {
        Shape::Choice(_) => choices.push((path.to_owned(), text("@"))),
        Shape::NumberBy(..) => {
            tables.push((path.to_owned(), text("{ @ }")));
            tables.push((format!("{path}'"), text("{ table = \"a.csv\", @ }")));
        }
        Shape::Record(record) => {
            tables.push((path.to_owned(), text("{ @ }")));
            for parameter in record.parameters {
                let key = parameter.key;
                // What comes before it may decide whether it is read.
                let others = record.parameters.iter().filter(|other| other.key != key);
                let others: String = others.filter_map(sample).map(|other| other + ", ").collect();
                let text = |value: &str| text(&format!("{{ {others}{key} = {value} }}"));
                inside(&format!("{path}.{key}"), &parameter.shape, &text, tables, choices);
            }
        }
        Shape::List { item, .. } => {
            inside(&format!("{path}[]"), item, &|value| text(&format!("[{value}]")), tables, choices);
        }
        Shape::Text
        | Shape::SomeText
        | Shape::Character
        | Shape::Pattern(_)
        | Shape::Currency
        | Shape::Day
        | Shape::Flag
        | Shape::Whole { .. }
        | Shape::Number(_)
        | Shape::Condition(_)
        | Shape::Expression(_)
        | Shape::Cell
        | Shape::Patterns { .. } => {}
        Shape::Either(shapes) => {
            shapes.iter().for_each(|shape| inside(path, shape, text, tables, choices));
        }
        Shape::Map(item) if path.ends_with(".is") => {
            inside(
                &format!("{path}.*"),
                item,
                &|value| text(&format!("{{ raised = {value} }}")),
                tables,
                choices,
            );
        }
        Shape::Map(_) | Shape::About(..) => panic!("no kind of rule has it: {path}"),
    }
}

/// An assignment that is right, of a key that is required.
fn sample(parameter: &Parameter) -> Option<String> {
    Some(parameter.example().to_owned()).filter(|example| !example.is_empty())
}

#[test]
fn rule_files_have_the_keys_that_their_reader_knows() {
    let mut tables: Texts = vec![(String::new(), "@".to_owned())];
    let mut choices = Vec::new();
    for word in apportion_rules::Kind::ALL {
        let (of_kind, words) = kind(describe(word));
        tables.extend(of_kind);
        choices.extend(words);
    }
    for word in PolicyKind::ALL {
        let (of_kind, words) = policy(word);
        tables.extend(of_kind);
        choices.extend(words);
    }
    // A kind that has caps per payee only says so in a message of its own, and needs `every`.
    let only_payees =
        || Kind::ALL.into_iter().filter(|kind| describe(*kind).caps == CapScope::Payee).map(Kind::word);
    // Any other word is a condition there, so its reader knows no list of words.
    choices.retain(|(path, _)| path != "access[].sees");
    choices.retain(|(path, _)| !only_payees().any(|kind| *path == format!("{kind}[].cap[].per")));
    let borrowed = |pairs: &'static [(String, String)]| -> Vec<(&'static str, &'static str)> {
        pairs.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect()
    };
    let mut reader = asked(rules, &borrowed(tables.leak()), &borrowed(choices.leak()));
    let mut schema = Shapes::of(Schema::Rules);
    let words = schema.choices.remove("access[].sees").unwrap();
    assert_eq!(words.into_iter().collect::<Vec<_>>(), ["all", "self", "team"]);
    for kind in only_payees() {
        let per = schema.choices.remove(&format!("{kind}[].cap[].per")).unwrap();
        assert_eq!(per.into_iter().collect::<Vec<_>>(), ["payee"]);
        let with = |cap: &str| rules(&format!("[[{kind}]]\ncap = [ {{ amount = 1, {cap} }} ]\n"));
        assert!(with("per = \"deal\"").iter().any(|one| one.code == Code::MisplacedCap));
        let needs = "`cap` needs the key `every`";
        assert!(with("per = \"payee\"").iter().any(|one| one.message == needs));
        reader.tables.get_mut(&format!("{kind}[].cap[]")).unwrap().1.insert("every".to_owned());
    }
    // A tier has a rate, a bonus or both. The reader asks for the rate where there is neither.
    reader.tables.get_mut("commission[].tiers[]").unwrap().1.remove("rate");
    // A rate table is told by its key `table`, so the reader can't miss that.
    for (_, (_, required)) in reader.tables.iter_mut().filter(|(path, _)| path.ends_with('\'')) {
        required.insert("table".to_owned());
    }
    assert_same(&schema, &reader);
}

#[test]
fn case_files_have_the_keys_that_their_reader_knows() {
    let mut schema = Shapes::of(Schema::Cases);
    // The keys below `book` and `sources` are those of the project file, all of them optional.
    let project = Shapes::of(Schema::Project);
    let of_project =
        |path: &str| path.strip_prefix("case[].").filter(|path| *path != "month[]").map(str::to_owned);
    schema.tables.retain(|path, (keys, required)| match of_project(path) {
        Some(path) => {
            assert_eq!((&project.tables[&path].0, required.len()), (&*keys, 0), "{path}");
            false
        }
        None => true,
    });
    schema.choices.retain(|path, words| {
        assert_eq!(project.choices[&of_project(path).unwrap()], *words, "{path}");
        false
    });
    let month = ("case[].month[]", "[[case]]\n[[case.month]]\n@");
    let mut reader = asked(cases, &[("", "@"), ("case[]", "[[case]]\n@"), month], &[]);
    // A case settles a period or closes months. The reader asks for the period where there is neither.
    assert!(reader.tables.get_mut("case[]").unwrap().1.remove("period"));
    assert_same(&schema, &reader);
}

#[test]
fn everything_is_described_and_nothing_is_null() {
    fn check(path: &str, value: &Value) {
        match value {
            Value::Object(keys) => {
                if let Some(Value::Object(properties)) = keys.get("properties") {
                    for (key, value) in properties {
                        assert!(value.get("description").is_some(), "{path}.{key} has no description");
                    }
                }
                // The properties of a condition are described elsewhere, where they are defined.
                let described = keys.iter().filter(|(key, _)| *key != "if");
                described.for_each(|(key, value)| check(&format!("{path}/{key}"), value));
            }
            Value::Array(items) => items.iter().for_each(|item| check(path, item)),
            Value::String(text) => assert!(text != "null", "{path}"),
            _ => assert!(!value.is_null(), "{path}"),
        }
    }
    for schema in Schema::ALL {
        check(schema.file_name(), &schema.value());
        assert!(
            schema
                .text()
                .unwrap()
                .starts_with("{\n  \"$schema\": \"http://json-schema.org/draft-07/schema#\",\n  \"title\"")
        );
    }
}
