use std::collections::BTreeSet;

use super::Kind;
use crate::describe;
use crate::testing::{CREDIT, rules};
use crate::values::values;

#[test]
fn all_lists_every_kind_once_in_order() {
    assert!(Kind::ALL.is_sorted());
    assert_eq!(Kind::ALL.into_iter().collect::<BTreeSet<_>>().len(), Kind::ALL.len());
    for kind in Kind::ALL {
        assert_eq!(describe(kind).kind, kind);
    }
}

/// The keys that the examples of a kind write, and those that the values of their rules have.
fn of_examples(kind: Kind) -> (BTreeSet<String>, BTreeSet<String>) {
    let (mut written, mut valued) = (BTreeSet::new(), BTreeSet::new());
    for example in describe(kind).examples {
        let (book, _) = rules(&[CREDIT, example]);
        let rule = book.rules.iter().find(|rule| rule.id != "credit").expect("an example has a rule");
        assert_eq!(rule.kind, kind);
        let keys = |line: &str| line.split_once(" = ").map(|(key, _)| key.to_owned());
        written.extend(example.lines().filter_map(keys));
        valued.extend(values(&rule.versions[0], 2).into_iter().map(|value| value.key.to_owned()));
    }
    (written, valued)
}

#[test]
fn the_examples_use_every_key() {
    for kind in Kind::ALL {
        let described: BTreeSet<String> =
            describe(kind).parameters().map(|parameter| parameter.key.to_owned()).collect();
        assert_eq!(of_examples(kind).0, described, "{}", kind.word());
    }
}

#[test]
fn every_key_has_a_value_that_versions_are_compared_by() {
    for kind in Kind::ALL {
        let valued = of_examples(kind).1;
        // A name and a reason change nothing that is paid.
        let compared = describe(kind)
            .parameters()
            .map(|parameter| parameter.key)
            .filter(|key| !matches!(*key, "id" | "title" | "why" | "effective" | "retroactive"));
        let compared: BTreeSet<String> = compared.chain(["from", "until"]).map(str::to_owned).collect();
        assert_eq!(valued, compared, "{}", kind.word());
    }
}
