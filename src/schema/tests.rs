//! The schemas beside the readers: each table is given to its reader with a key that nobody knows, and what the reader
//! then says it knows, needs and takes is held against the schema.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde_json::Value;

use super::Schema;
use apportion_base::diagnostic::{Code, Diagnostic, Files};
use apportion_base::world::Memory;
use apportion_engine::cases::CaseFile;
use apportion_rules::testing;

type Set = BTreeSet<String>;

/// A table or a choice of a schema, by where it stands: `book.rounding`, `stipend[].cap[]`, `sources.deals.columns.*`.
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
            self.tables.insert(path.to_owned(), (keys, required));
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
const NOBODY: &str = "qqqqqqqqqqqqqqqqqqqq";

/// The names that a help line lists.
fn listed(help: &str) -> Set {
    let (_, names) = help.split_once(" has: ").unwrap_or_else(|| panic!("{help}"));
    names.split(", ").map(str::to_owned).collect()
}

/// Keys and required keys of the table of a text in which [`NOBODY`] stands as a key.
fn table(found: &[Diagnostic]) -> (Set, Set) {
    let tail = format!(" has no key `{NOBODY}`");
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

/// The choices where [`NOBODY`] stands as a word.
fn choice(found: &[Diagnostic]) -> Set {
    let wrong = found.iter().find(|one| one.code == Code::NotAChoice && one.message.contains(NOBODY));
    listed(&wrong.unwrap_or_else(|| panic!("{found:?}")).help[0])
}

/// Asks a reader about each of some texts, in which `@` stands for what nobody knows.
fn asked(read: fn(&str) -> Vec<Diagnostic>, tables: &[(&str, &str)], choices: &[(&str, &str)]) -> Shapes {
    let key = format!("{NOBODY} = 1");
    let word = format!("\"{NOBODY}\"");
    let of = |text: &str, with: &str| read(&text.replace('@', with));
    Shapes {
        tables: tables.iter().map(|(path, text)| ((*path).to_owned(), table(&of(text, &key)))).collect(),
        choices: choices.iter().map(|(path, text)| ((*path).to_owned(), choice(&of(text, &word)))).collect(),
    }
}

/// Holds both against each other, path by path, so that a failure says where.
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

const SOURCES: [&str; 6] = ["deals", "engagements", "payees", "splits", "quotas", "fx_rates"];

/// Where something stands, and a text that asks for it.
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
        table(".unpivot", "unpivot = { @ }");
        let mut choice =
            |below: &str, text: &str| choices.push((format!("{path}{below}"), format!("{header}\n{text}\n")));
        choice(".types.*", "types = { x = @ }");
        choice(".encoding", "encoding = @");
        if name == "fx_rates" {
            choice(".quoted", "quoted = @");
        }
    }
    (tables, choices)
}

#[test]
fn the_project_file_has_the_keys_that_its_reader_knows() {
    let mut tables: Texts = [("", "@"), ("book", "[book]\n@"), ("sources", "[sources]\n@")]
        .map(|(path, text)| (path.to_owned(), text.to_owned()))
        .into();
    let mut choices: Texts = ["rounding", "incomplete"]
        .map(|key| (format!("book.{key}"), format!("[sources]\n[book]\n{key} = @")))
        .into();
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
    // The reader knows `quoted` everywhere, and tells everybody but fx_rates that it means nothing there.
    for (path, (keys, _)) in &mut reader.tables {
        let name = path.trim_start_matches("sources.").trim_end_matches("[]");
        if SOURCES.contains(&name) && name != "fx_rates" {
            assert!(keys.remove("quoted"));
            let found = project(&format!("[[sources.{name}]]\nquoted = \"book-per-unit\"\n"));
            assert!(found.iter().any(|one| one.code == Code::MisplacedKey));
        }
    }
    // Which currencies there are is not told in full.
    let currencies = schema.choices.remove("book.currency").unwrap();
    assert!(
        currencies.contains("USD")
            && currencies.iter().all(|code| apportion_base::money::Currency::from_code(code).is_some())
    );
    assert_same(&schema, &reader);
}

#[test]
fn rule_files_have_the_keys_that_their_reader_knows() {
    let stipend = "[[stipend]]\namount = 1\n";
    let by = |kind: &str, key: &str| format!("[[{kind}]]\n{key}\n");
    let mut tables: Texts = vec![(String::new(), "@".to_owned())];
    let mut choices = Vec::new();
    for kind in apportion_rules::Kind::ALL {
        let word = kind.word();
        tables.push((format!("{word}[]"), by(word, "@")));
        tables.push((format!("{word}[].effective"), by(word, "effective = { @ }")));
        tables.push((format!("{word}[].cap[]"), by(word, "cap = [ { @ } ]")));
        let caps_of_payees = matches!(word, "commission" | "override");
        if !caps_of_payees {
            choices.push((format!("{word}[].cap[].per"), by(word, "cap = [ { amount = 1, per = @ } ]")));
            choices.push((format!("{word}[].reach[]"), by(word, "model = \"equal\"\nreach = [@]")));
        }
        let cap = "cap = [ { amount = 1, per = \"payee\", every = @ } ]";
        choices.push((format!("{word}[].cap[].every"), by(word, cap)));
    }
    for (path, text) in [
        ("shared_credit[].rate", by("shared_credit", "rate = { @ }")),
        ("shared_credit[].roles[]", by("shared_credit", "roles = [ { @ } ]")),
        ("stipend[].amount", by("stipend", "amount = { @ }")),
        ("renewal_bonus[].rates[]", by("renewal_bonus", "rates = [ { @ } ]")),
        ("renewal_bonus[].rates[].rate", by("renewal_bonus", "rates = [ { from = 1, rate = { @ } } ]")),
        ("commission[].tiers[]", by("commission", "tiers = [ { @ } ]")),
        ("override[].levels[]", by("override", "levels = [ { @ } ]")),
    ] {
        tables.push((path.to_owned(), text));
    }
    for (path, text) in [
        ("shared_credit[].within", by("shared_credit", "roles = []\nwithin = @")),
        ("shared_credit[].unfilled", by("shared_credit", "roles = []\nunfilled = @")),
        ("shared_credit[].model", by("shared_credit", "model = @")),
        ("stipend[].per", format!("{stipend}per = @\n")),
        ("renewal_bonus[].measure", by("renewal_bonus", "measure = @")),
        ("renewal_bonus[].rate_by", by("renewal_bonus", "rate_by = @")),
        ("commission[].every", by("commission", "every = @")),
        ("commission[].mode", by("commission", "mode = @")),
    ] {
        choices.push((path.to_owned(), text));
    }
    let borrowed = |pairs: &'static [(String, String)]| -> Vec<(&'static str, &'static str)> {
        pairs.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect()
    };
    let mut reader = asked(rules, &borrowed(tables.leak()), &borrowed(choices.leak()));
    let mut schema = Shapes::of(Schema::Rules);
    // Two kinds have caps per payee only: the reader says so in a message of its own, and needs `every`.
    for kind in ["commission", "override"] {
        let per = schema.choices.remove(&format!("{kind}[].cap[].per")).unwrap();
        assert_eq!(per.into_iter().collect::<Vec<_>>(), ["payee"]);
        let with = |cap: &str| rules(&by(kind, &format!("cap = [ {{ amount = 1, {cap} }} ]")));
        assert!(with("per = \"deal\"").iter().any(|one| one.code == Code::MisplacedCap));
        let needs = "`cap` needs the key `every`";
        assert!(with("per = \"payee\"").iter().any(|one| one.message == needs));
        reader.tables.get_mut(&format!("{kind}[].cap[]")).unwrap().1.insert("every".to_owned());
    }
    assert_same(&schema, &reader);
}

#[test]
fn case_files_have_the_keys_that_their_reader_knows() {
    let mut schema = Shapes::of(Schema::Cases);
    // What stands below `book` and `sources` is the project file's, of which nothing is needed.
    let project = Shapes::of(Schema::Project);
    let of_project = |path: &str| path.strip_prefix("case[].").map(str::to_owned);
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
    assert_same(&schema, &asked(cases, &[("", "@"), ("case[]", "[[case]]\n@")], &[]));
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
                // A condition names properties that are described where they stand.
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
