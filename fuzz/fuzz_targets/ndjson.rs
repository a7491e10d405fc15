//! NDJSON: each line against serde_json alone.
#![no_main]

use std::fmt;
use std::marker::PhantomData;

use apportion_fuzz::reading::{read, source};
use libfuzzer_sys::fuzz_target;
use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_json::Value;

fuzz_target!(|bytes: &[u8]| {
    apportion_fuzz::put("t.ndjson", bytes);
    let plain = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    // Rows have the numbers of their lines, and blank ones are counted.
    let all = (1..).zip(plain.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii));
    let (numbers, lines): (Vec<u64>, Vec<&[u8]>) = all.filter(|(_, line)| !line.is_empty()).unzip();
    let objects: Vec<Option<Members>> =
        lines.iter().map(|line| serde_json::from_str(std::str::from_utf8(line).ok()?).ok()).collect();
    // A value that is not read may have an escape that is no character.
    let keys: Vec<Option<Keys>> =
        lines.iter().map(|line| serde_json::from_str(std::str::from_utf8(line).ok()?).ok()).collect();
    let mut names: Vec<&str> = Vec::new();
    for (name, _) in keys.iter().flatten().flat_map(|members| &members.0) {
        if !name.is_empty() && !names.contains(&name.as_str()) {
            names.push(name);
        }
    }
    match read(&source("t.ndjson")) {
        Err(error) => match error.code.word() {
            "bad-encoding" => assert!(lines.iter().any(|line| std::str::from_utf8(line).is_err())),
            "empty-file" => assert!(names.is_empty()),
            "unreadable-file" => {
                assert!(!lines.is_empty() && keys.iter().all(Option::is_none), "{}", error.message);
            }
            other => panic!("[{other}] {}", error.message),
        },
        Ok(reading) => {
            let header: Vec<&str> = reading.header.columns.iter().map(|column| column.name.as_str()).collect();
            assert_eq!(header, names);
            assert_eq!(reading.done.rows, lines.len() as u64);
            let mut rows = reading.rows.iter();
            for (number, object) in numbers.into_iter().zip(&objects) {
                let twice = |members: &Members| {
                    (1..members.0.len())
                        .any(|index| !members.0[index].0.is_empty() && members.0[..index].iter().any(|(name, _)| *name == members.0[index].0))
                };
                match object {
                    Some(members) if !twice(members) => {
                        let cells = names.iter().map(|name| members.cell(name)).collect();
                        assert_eq!(rows.next(), Some(&(number, cells)));
                    }
                    _ => assert!(reading.ragged.iter().any(|ragged| ragged.0 == number)),
                }
            }
        }
    }
});

/// An object's members as written, also those that are there twice.
struct Object<T>(Vec<(String, T)>);

type Members = Object<Value>;
type Keys = Object<IgnoredAny>;

impl Members {
    fn cell(&self, name: &str) -> Option<String> {
        let text = match &self.0.iter().find(|(known, _)| known == name)?.1 {
            Value::Null => return None,
            Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        let text = apportion::data::read::cell_as_text(text.trim());
        (!text.is_empty()).then(|| text.to_owned())
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Object<T> {
    fn deserialize<D: Deserializer<'de>>(json: D) -> Result<Self, D::Error> {
        struct All<T>(PhantomData<T>);
        impl<'de, T: Deserialize<'de>> Visitor<'de> for All<T> {
            type Value = Object<T>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }
            fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<Object<T>, M::Error> {
                let mut all = Vec::new();
                while let Some(member) = map.next_entry()? {
                    all.push(member);
                }
                Ok(Object(all))
            }
        }
        json.deserialize_map(All(PhantomData))
    }
}
