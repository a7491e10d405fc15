//! What is said of thousands of mistakes: the first of each kind, in time that grows with them and not with their square.

use super::{Project, RULE, ended};

#[test]
fn of_very_many_errors_the_first_are_shown() {
    let project = Project::new();
    let rule = |index: usize| {
        RULE.replace("\"credit\"", &format!("\"credit-{index}\""))
            .replace("rate =", "when = \"no_such_column = 1\"\nrate =")
    };
    project.write("rules/credit.toml", (0..2_000).map(rule).collect::<String>());
    let said = project.refused("unknown-column");
    assert!(
        said.len() < 6_000 && said.contains("error[unknown-column]: 1,995 more of these are not shown\n"),
        "{said}"
    );
    assert!(said.contains("`--message-format json` writes all of them"), "{said}");
    let (code, _, said) = ended(&project.command(&["run", "--period", "2026", "--message-format", "json"]));
    assert_eq!((code, said.lines().count()), (2, 2_000));
    assert!(said.len() < 2_000 * 600, "{}", said.len());
}

#[test]
fn absent_cases_of_one_value_are_one_finding() {
    let project = Project::new();
    let letter = |index: usize| char::from(b'a' + u8::try_from(index % 26).unwrap());
    let cases: Vec<String> = (0..4_000)
        .map(|index| {
            format!("\"absent{}{}{}\" = \"1\"", letter(index), letter(index / 26), letter(index / 676))
        })
        .collect();
    project.write(
        "rules/pay.toml",
        format!("[[stipend]]\nid = \"thanks\"\neffective = {{ from = 2026-01-01 }}\namount = {{ by = \"deals.deal_type\", is = {{ {} }}, else = \"0\" }}\n", cases.join(", ")),
    );
    let (code, shown, said) = ended(&project.command(&["check"]));
    assert_eq!(code, 0, "{said}");
    assert!(
        said.contains(
            "no row of the data has 4,000 texts in `deals.deal_type` that `thanks` has a value for"
        ),
        "{said}"
    );
    assert!(said.len() < 20_000 && shown.len() < 20_000, "{} {}", said.len(), shown.len());
}

#[test]
fn very_many_rules_on_one_deal_are_one_finding() {
    let project = Project::new();
    let rule = |index: usize| RULE.replace("\"credit\"", &format!("\"credit-{index}\""));
    project.write("rules/credit.toml", (0..300).map(rule).collect::<String>());
    let (code, shown, said) = ended(&project.command(&["check", "--format", "csv"]));
    assert_eq!(code, 0, "{said}");
    assert!(
        said.contains(
            "very many shared_credit rules pay 2 deals each, up to 300 on one deal: `credit-0`, `credit-1`"
        ),
        "{said}"
    );
    assert_eq!(shown.lines().filter(|line| line.contains("overlapping-rules")).count(), 1, "{shown}");
}

#[test]
fn usage_errors_are_objects_where_messages_are() {
    let project = Project::new();
    let (code, _, said) = ended(&project.command(&["run", "--bogus", "--message-format", "json"]));
    let json: serde_json::Value = serde_json::from_str(&said).unwrap();
    assert_eq!((code, json["severity"].as_str(), json["code"].as_str()), (2, Some("error"), Some("usage")));
    assert_eq!(json["message"], "unexpected argument '--bogus' found");
    let (code, _, said) = ended(&project.command(&["run", "--bogus"]));
    assert!(code == 2 && said.starts_with("error: unexpected argument '--bogus' found\n"), "{said}");
}
