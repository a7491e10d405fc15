//! What every described parameter of every kind has to be seen by.

use super::of;
use crate::charter::{CharterDays, in_force};
use apportion_base::calendar::day_of_date;
use apportion_book::config::describe::Shape;
use apportion_rules::testing::{CREDIT, book, rules, wrong};
use apportion_rules::{Body, Kind, RuleBook, describe};

fn charter(rules: &RuleBook) -> String {
    // All examples are in force on this day.
    let day = day_of_date(2026, 7, 1).unwrap();
    in_force(&book(), rules, CharterDays::On(day), None).markdown()
}

/// The bodies of the examples of a kind.
fn bodies(kind: Kind) -> Vec<Body> {
    let of_example = |example: &&str| {
        let (book, _) = rules(&[CREDIT, example]);
        let rule = book.rules.into_iter().find(|rule| rule.kind == kind && rule.id != "credit");
        rule.unwrap().versions.remove(0).body
    };
    describe(kind).examples.iter().map(of_example).collect()
}

#[test]
fn the_charter_says_every_key_that_may_be_left_out() {
    for kind in Kind::ALL {
        for example in describe(kind).examples {
            let whole = charter(&rules(&[CREDIT, example]).0);
            for line in example.lines().filter(|line| line.contains(" = ")) {
                let without = example.replace(&format!("{line}\n"), "");
                if wrong(&[CREDIT, &without]).is_empty() {
                    assert_ne!(charter(&rules(&[CREDIT, &without]).0), whole, "{}: {line}", kind.word());
                }
            }
        }
    }
}

#[test]
fn coverage_has_points_for_every_list_and_every_value_by_a_column() {
    for kind in Kind::ALL {
        let bodies = bodies(kind);
        let points: Vec<String> =
            bodies.iter().flat_map(|body| of(body).points()).map(|(_, name)| name).collect();
        for parameter in describe(kind).table.parameters {
            if let Shape::NumberBy(..) | Shape::List { item: Shape::Record(_), .. } = parameter.shape {
                let one = parameter.key.trim_end_matches('s');
                let of_key = |name: &String| name.starts_with(one);
                assert!(points.iter().any(of_key), "{}: {}: {points:?}", kind.word(), parameter.key);
            }
        }
    }
}
