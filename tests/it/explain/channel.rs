//! What policies of the channel do to a line, whose a deal is, and what two dispute.

use serde_json::Value;

use super::every_line::explained;
use super::{channel_project, json, said};

fn explain(arguments: &[&str]) -> String {
    said(channel_project::fresh().path(), arguments)
}

/// The steps of every line that a registration, a decision or a gate changed lead to what a run writes.
#[test]
fn every_line_of_the_channel() {
    let folder = channel_project::fresh();
    let (lines, steps) = explained(folder.path(), "2026-07");
    assert!(lines > 20 && steps > 3 * lines, "{lines} lines, {steps} steps");
}

/// The steps of a kind on a deal.
fn steps(deal: &str, how: &str) -> Vec<(String, Value)> {
    let folder = channel_project::fresh();
    let explanation = json(folder.path(), &["--deal", deal]);
    let mut found = Vec::new();
    for amount in explanation["amounts"].as_array().unwrap() {
        let payee = amount["payee"]["payee_id"].as_str().unwrap();
        let steps = amount["steps"].as_array().unwrap().iter().filter(|step| step["how"] == how);
        found.extend(steps.map(|step| (payee.to_owned(), step.clone())));
    }
    found
}

/// 10% of 9000 is 900, of which 40% of 60% are for the role sourced: 450.00, by weights 1, 2 and 4.
#[test]
fn a_decided_conflict_splits_what_the_two_had() {
    let decided = steps("D2", "decided");
    let pay: Vec<&(String, Value)> = decided.iter().filter(|(_, step)| step["gives"] == "uncapped").collect();
    let of = |payee: &str| &pay.iter().find(|(of, _)| of == payee).unwrap().1;
    let parts = &of("pat")["decided"]["claimants"];
    let texts = |key: &str| [0, 1].map(|side| parts[side][key].as_str().unwrap().to_owned());
    assert_eq!(texts("before"), ["128.57", "64.29"]);
    assert_eq!(texts("after"), ["72.32", "120.54"]);
    assert_eq!(of("pat")["decided"]["decision"]["decision_id"], "Z-1");
    assert_eq!(of("ann")["result"], "72.32");
}

#[test]
fn lines_of_registered_decided_and_gated_deals() {
    let all = ["D1", "D2"].map(|deal| explain(&["--deal", deal]));
    insta::assert_snapshot!(all.join("\n"));
}

/// A renewal, a bonus for the work before it, and a gate on that.
const RENEWAL: [(&str, &str); 3] = [
    ("deals.csv", "D9,won,2026-07-28,10000.00,10000.00,renewal,A9,,2026-05-12,\n"),
    ("engagements.csv", "E24,D9,,quinn,adoption,2026-07-01,4\n"),
    (
        "rules.toml",
        r#"
[[renewal_bonus]]
id = "care"
title = "Renewal care"
why = "Charter 4.4"
effective = { from = 2026-01-01 }
when = "deal_type = 'renewal'"
engaged = "engagements.role = 'adoption'"
measure = "weight"
rates = [{ from = 2, rate = "1%" }]
rate_by = "deal"

[[gate]]
id = "trained"
why = "Charter 7.5"
effective = { from = 2026-01-01 }
rules = ["care"]
need = { table = "certificates", where = "course = 'adoption' AND earned_on <= close_date", at_least = 1 }
otherwise = "25%"
"#,
    ),
];

#[test]
fn a_gated_stipend_and_a_gated_renewal_bonus_alone() {
    let folder = channel_project::fresh();
    for (file, rows) in RENEWAL {
        let text = std::fs::read_to_string(folder.path().join(file)).unwrap();
        std::fs::write(folder.path().join(file), text + rows).unwrap();
    }
    let all = [["D1", "cosell-stipend"], ["D9", "care"]]
        .map(|[deal, rule]| said(folder.path(), &["--payee", "quinn", "--deal", deal, "--rule", rule]));
    insta::assert_snapshot!(all.join("\n"));
}

/// The answer of August is not known in July.
#[test]
fn what_was_asked_stands_beside_the_deal() {
    let folder = channel_project::fresh();
    let book = folder.path().join("apportion.toml");
    let text = std::fs::read_to_string(&book).unwrap();
    std::fs::write(&book, text + "\n[sources.inquiries]\npath = \"inquiries.csv\"\n").unwrap();
    std::fs::write(
        folder.path().join("inquiries.csv"),
        "inquiry_id,payee_id,raised_on,deal_id,rule_id,question,state,answered_on,answered_by,answer\n\
         Q-2,zed,2026-07-30,D1,,why not me?,answered,2026-08-03,bob,denied in May\n\
         Q-1,pat,2026-07-28,D1,new-business,is it 70%?,answered,2026-07-29,lea,yes\nQ-3,pat,2026-07-28,D2,,,open,,,\n",
    )
    .unwrap();
    let told = json(folder.path(), &["--deal", "D1", "--as-of", "2026-07-31"]);
    let asked = told["channel"]["inquiries"].as_array().unwrap();
    let texts = |key: &str| asked.iter().map(|asked| asked[key].as_str()).collect::<Vec<_>>();
    assert_eq!(texts("inquiry_id"), [Some("Q-1"), Some("Q-2")]);
    assert_eq!(texts("state"), [Some("answered"), Some("open")]);
    assert_eq!(texts("answer"), [Some("yes"), None]);
    let said = said(folder.path(), &["--deal", "D1", "--as-of", "2026-07-31"]);
    let line = "Q-1 of pat (Pat GmbH) on 2026-07-28 about new-business: is it 70%? - answered on";
    assert!(said.contains("What was asked about it") && said.contains(line), "{said}");
}

#[test]
fn what_is_voided_not_counted_and_tied() {
    let all = ["D4", "D5", "D6"].map(|deal| explain(&["--deal", deal]));
    insta::assert_snapshot!(all.join("\n"));
}

#[test]
fn why_not_me() {
    let all =
        [["zed", "D7"], ["rex", "D5"]].map(|[payee, deal]| explain(&["--payee", payee, "--deal", deal]));
    insta::assert_snapshot!(all.join("\n"));
}

#[test]
fn a_conflict_on_a_deal_that_waits_on_one_that_is_decided_and_on_what_is_open() {
    let all = ["C-2", "C-1", "C-9"].map(|id| explain(&["--conflict", id, "--as-of", "2026-07-31"]));
    insta::assert_snapshot!(all.join("\n"));
}

/// What a run pays once an outcome is decided is what was told before.
#[test]
fn outcomes_are_those_of_a_run_with_the_decision() {
    let folder = channel_project::fresh();
    let told = json(folder.path(), &["--conflict", "C-2", "--as-of", "2026-07-31"]);
    let outcomes = told["conflicts"][0]["conflict"]["outcomes"].as_array().unwrap().clone();
    assert_eq!(outcomes.len(), 5);
    let decided = [
        ("award", vec![("pat", "100")]),
        ("award", vec![("ann", "100")]),
        ("split", vec![("pat", "50"), ("ann", "50")]),
        ("void", Vec::new()),
    ];
    for (outcome, (word, shares)) in outcomes.iter().skip(1).zip(decided) {
        let folder = channel_project::fresh();
        let add = |file: &str, row: &str| {
            let path = folder.path().join(file);
            let text = std::fs::read_to_string(&path).unwrap();
            std::fs::write(path, format!("{text}{row}\n")).unwrap();
        };
        add("decisions.csv", &format!("Z-9,C-2,frontline,2026-07-30T09:00:00,bob,{word},tried,"));
        shares.iter().for_each(|(payee, share)| add("decision_shares.csv", &format!("Z-9,{payee},{share}")));
        let explanation = json(folder.path(), &["--deal", "D3"]);
        assert_eq!(explanation["channel"]["conflicts"][0]["decision"]["decision_id"], "Z-9");
        for told in outcome["amounts"].as_array().unwrap() {
            let of_payee = |amount: &&Value| amount["payee"]["payee_id"] == told["payee"]["payee_id"];
            let amounts = explanation["amounts"].as_array().unwrap().iter().filter(of_payee);
            let cents = |amount: &Value| {
                amount.as_str().map_or(0, |text| text.replace('.', "").parse::<i64>().unwrap())
            };
            let paid: i64 = amounts.map(|amount| cents(&amount["amount"])).sum();
            assert_eq!(paid, cents(&told["amount"]), "{word} {told}");
        }
    }
}

#[test]
fn a_conflict_that_is_not_there() {
    insta::assert_snapshot!(explain(&["--conflict", "C-11"]), @r"
    exit code 2
    --- stderr
    error[no-such-conflict]: there is no conflict `C-11`
      = help: did you mean `C-1`, `C-2` or `C-3`?
    ");
}
