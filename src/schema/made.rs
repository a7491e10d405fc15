//! Descriptions of tables → JSON Schema.

use apportion_base::money::Currency;
use apportion_book::config::describe::{Default, Number, Parameter, Presence, Record, Shape, Word};
use serde_json::{Map, Value, json};

/// Digits with at most one point.
const NUMBER: &str = r"(\d+(\.\d+)?|\.\d+)";

/// The keys of a schema, in the order in which they are written.
pub(super) type Keys = Map<String, Value>;

/// A table that takes its described keys and no others.
pub(super) fn record(record: &Record) -> Keys {
    object(record.about, record.parameters)
}

/// As [`record`], with keys from several places.
pub(super) fn object<'a>(about: &str, parameters: impl IntoIterator<Item = &'a Parameter>) -> Keys {
    let parameters: Vec<&Parameter> = parameters.into_iter().collect();
    let properties = properties(parameters.iter().copied());
    table(about, properties, required(parameters))
}

/// The schema of each of some keys, by key.
pub(super) fn properties<'a>(parameters: impl IntoIterator<Item = &'a Parameter>) -> Keys {
    let property = |parameter: &Parameter| (parameter.key.to_owned(), Value::Object(property(parameter)));
    parameters.into_iter().map(property).collect()
}

/// Those of some keys that must be there.
pub(super) fn required<'a>(parameters: impl IntoIterator<Item = &'a Parameter>) -> Vec<Value> {
    let is_required = |parameter: &&Parameter| matches!(parameter.need, Presence::Required { .. });
    parameters.into_iter().filter(is_required).map(|parameter| parameter.key.into()).collect()
}

/// A table that takes some keys and no others.
pub(super) fn table(about: &str, properties: Keys, required: Vec<Value>) -> Keys {
    let mut keys = described(about, json!({ "type": "object", "properties": properties }));
    keys.insert("additionalProperties".to_owned(), false.into());
    if !required.is_empty() {
        keys.insert("required".to_owned(), required.into());
    }
    keys
}

/// A list of what another schema says.
pub(super) fn list(items: Keys, least: usize, most: Option<usize>) -> Keys {
    let mut keys = plain(json!({ "type": "array", "items": items }));
    if least > 0 {
        keys.insert("minItems".to_owned(), least.into());
    }
    keys.extend(most.map(|most| ("maxItems".to_owned(), most.into())));
    keys
}

/// A schema with another description than its own.
pub(super) fn about(text: &str, mut keys: Keys) -> Keys {
    keys.shift_remove("description");
    let mut described = Keys::new();
    if !text.is_empty() {
        described.insert("description".to_owned(), text.into());
    }
    described.append(&mut keys);
    described
}

fn property(parameter: &Parameter) -> Keys {
    let mut keys = about(parameter.meaning, shape(&parameter.shape));
    if let Presence::Default(default) = parameter.need {
        keys.insert("default".to_owned(), default_value(default));
    }
    keys
}

fn default_value(default: Default) -> Value {
    match default {
        Default::Text(text) => text.into(),
        Default::Texts(texts) => texts.into(),
        Default::Whole(number) => number.into(),
        Default::Flag(flag) => flag.into(),
    }
}

/// The schema of what a key takes.
pub(super) fn shape(value: &Shape) -> Keys {
    match value {
        Shape::Text | Shape::Condition(_) | Shape::Expression(_) => plain(json!({ "type": "string" })),
        Shape::SomeText => plain(json!({ "type": "string", "minLength": 1 })),
        Shape::Character => plain(json!({ "type": "string", "minLength": 1, "maxLength": 1 })),
        Shape::Pattern(pattern) => plain(json!({ "type": "string", "pattern": pattern })),
        Shape::Choice(words) => choice(words),
        Shape::Currency => plain(json!({ "type": "string", "enum": Currency::codes().collect::<Vec<_>>() })),
        Shape::Day => plain(json!({ "type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}$" })),
        Shape::Flag => plain(json!({ "type": "boolean" })),
        Shape::Whole { least, most } => {
            let format = if *most <= u32::from(u8::MAX) { "uint8" } else { "uint32" };
            plain(json!({ "type": "integer", "format": format, "minimum": least, "maximum": most }))
        }
        Shape::Number(kind) => number(*kind),
        Shape::NumberBy(kind, _) => {
            either(vec![number(*kind), record(kind.by_column()), record(Number::by_table())])
        }
        Shape::Cell => plain(json!({ "type": ["string", "number", "boolean"] })),
        Shape::Record(keys) => record(keys),
        Shape::List { item, least, most } => list(shape(item), *least, *most),
        Shape::Patterns { example } => {
            let mut keys = list(shape(&Shape::Text), 1, None);
            keys.insert("examples".to_owned(), json!([[example]]));
            keys
        }
        Shape::Map(item) => plain(json!({ "type": "object", "additionalProperties": shape(item) })),
        Shape::Either(shapes) => either(shapes.iter().map(shape).collect()),
        Shape::About(text, item) => about(text, shape(item)),
    }
}

/// One of some words; with what each means, where that is described.
fn choice(words: &[Word]) -> Keys {
    if words.iter().all(|word| word.meaning.is_empty()) {
        let words: Vec<&str> = words.iter().map(|word| word.word).collect();
        return plain(json!({ "type": "string", "enum": words }));
    }
    let way = |word: &Word| described(word.meaning, json!({ "type": "string", "const": word.word }));
    plain(json!({ "oneOf": words.iter().map(way).collect::<Vec<_>>() }))
}

fn number(kind: Number) -> Keys {
    let (sign, most) = match kind {
        Number::Rate => ("%?", Some(1)),
        Number::Amount | Number::Measure => ("", None),
        Number::Threshold => ("%?", None),
    };
    let text = plain(json!({ "type": "string", "pattern": format!("^{NUMBER}{sign}$") }));
    let mut number = plain(json!({ "type": "number", "minimum": 0 }));
    number.extend(most.map(|most: u8| ("maximum".to_owned(), most.into())));
    either(vec![text, number])
}

fn either(ways: Vec<Keys>) -> Keys {
    plain(json!({ "anyOf": ways }))
}

fn described(text: &str, value: Value) -> Keys {
    about(text, plain(value))
}

fn plain(value: Value) -> Keys {
    match value {
        Value::Object(keys) => keys,
        // `json!` of braces is an object.
        _ => Keys::new(),
    }
}
