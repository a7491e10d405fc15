//! `explain --close`: from entries back to the cells that changed, and how payments came about.

use std::collections::BTreeMap;

use serde_json::Value;

use super::desk::{BOOK, Desk, TENTH, book_with, deals};

fn explained(desk: &Desk, month: &str, more: &[&str]) -> String {
    let (done, said) = desk.run(&[&["explain", "--close", month], more].concat());
    assert!(done, "{said}");
    said
}

fn json(desk: &Desk, month: &str, more: &[&str]) -> Value {
    let said = explained(desk, month, &[more, &["--format", "json", "-q"]].concat());
    serde_json::from_str(&said).unwrap_or_else(|error| panic!("{error}: {said}"))
}

/// `deals D1 amount 1000.00 → 1200.00 data/deals.csv:2` of each cell.
fn cells(of: &Value) -> Vec<String> {
    let cell = |cell: &Value| {
        let text = |key: &str| cell[key].as_str().unwrap_or("-").to_owned();
        let at = match cell["after_at"].as_object() {
            Some(at) => format!("{}:{}", at["file"].as_str().unwrap(), at["row"]),
            None => "-".to_owned(),
        };
        format!(
            "{} {} {} {} → {} {at}",
            text("table"),
            text("key"),
            text("column"),
            text("before"),
            text("after")
        )
    };
    of["cells"].as_array().unwrap().iter().map(cell).collect()
}

/// D1 of January is worth 200 more, and D4 of January comes late.
pub fn closed_example() -> Desk {
    let desk =
        Desk::of_tenths(&[("data/deals.csv", &deals("D1,won,2026-01-10,1000\nD2,won,2026-02-10,500\n"))]);
    desk.close("2026-01");
    let late = "D1,won,2026-01-10,1200\nD2,won,2026-02-10,500\nD4,won,2026-01-31,300\n";
    desk.write("data/deals.csv", &deals(late));
    desk.close("2026-02");
    desk
}

#[test]
fn a_difference_is_explained_down_to_the_cell_that_changed() {
    let desk = closed_example();
    // What the files are later is no matter.
    desk.write("data/deals.csv", &deals("D1,won,2026-01-10,9999\n"));
    insta::assert_snapshot!("a_difference", explained(&desk, "2026-02", &["--payee", "ann"]));
    let answer = json(&desk, "2026-02", &["--payee", "ann"]);
    let moved: Vec<Vec<String>> = answer["entries"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|entry| !entry["moved"].is_null())
        .map(|entry| cells(&entry["moved"]))
        .collect();
    assert_eq!(
        moved,
        [
            vec!["deals D1 amount 1000.00 → 1200.00 data/deals.csv:2".to_owned()],
            vec![
                "deals D4 - - → outcome won, close_date 2026-01-31, amount 300.00 data/deals.csv:4"
                    .to_owned()
            ],
        ]
    );
    // One deal, over all payees.
    let of_deal = explained(&desk, "2026-02", &["--deal", "D1"]);
    assert!(of_deal.contains("deals D1: amount 1000.00 → 1200.00 (data/deals.csv row 2)"), "{of_deal}");
    assert!(!of_deal.contains("D4"), "{of_deal}");
    // What is not there is said.
    for (arguments, expected) in [
        (["--close", "2026-03", "--payee", "ann"], "2026-03 is not closed"),
        (["--close", "2026-02", "--payee", "zoe"], "0002-2026-02 has posted nothing for payee `zoe`"),
        (["--close", "2026-02", "--deal", "D9"], "0002-2026-02 has posted nothing for deal `D9`"),
    ] {
        let (done, said) = desk.run(&[&["explain"], &arguments[..]].concat());
        assert!(!done && said.contains(expected), "{said}");
    }
}

/// A deal of January shrinks: what February's deal earns in its tier is another amount, and behind it is January's cell.
#[test]
fn a_tier_that_moves_names_the_deal_behind_it() {
    let rules = r#"
[[shared_credit]]
id = "credit"
effective = { from = 2026-01-01 }
roles = [ { role = "closed", share = "100%" } ]
[[commission]]
id = "ladder"
effective = { from = 2026-01-01 }
credits = ["credit"]
every = "year"
tiers = [ { from = "0", rate = "1%" }, { from = "1000", rate = "10%" } ]
mode = "marginal"
"#;
    let rows = |first: &str| deals(&format!("D1,won,2026-01-10,{first}\nD2,won,2026-02-10,500\n"));
    let desk = Desk::of_tenths(&[("rules/tenth.toml", rules), ("data/deals.csv", &rows("1000"))]);
    desk.close("2026-01");
    desk.close("2026-02");
    desk.write("data/deals.csv", &rows("600"));
    desk.close("2026-03");
    // 10 were paid for D1 and are 6; 50 for D2, and are 4 up to 1000 and 10 above it.
    assert_eq!(desk.balances("2026-03"), ["ann: true_ups -40.00, carried_out -40.00"]);
    let answer = json(&desk, "2026-03", &["--payee", "ann"]);
    let later = answer["entries"].as_array().unwrap().iter().find(|entry| entry["deal_id"] == "D2").unwrap();
    assert_eq!((later["earned"].as_str(), later["cause"].as_str()), (Some("-36.00"), Some("running-total")));
    let behind = &later["moved"]["behind"][0];
    assert_eq!(behind["deal_id"], "D1");
    assert_eq!(cells(behind), ["deals D1 amount 1000.00 → 600.00 data/deals.csv:2"]);
    // Asked for the deal, what rests on it is shown as well.
    let of_deal = json(&desk, "2026-03", &["--deal", "D1"]);
    let named: Vec<&str> = of_deal["entries"]
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| entry["deal_id"].as_str().unwrap())
        .collect();
    assert_eq!(named, ["D1", "D2"]);
}

/// Two reversals in a close. One computes a deal of January again, which moves a cap and a tier of another deal as well; the other takes lines back
/// by mirror. Each is one event with every line that it moves, whoever asks.
#[test]
fn a_reversal_is_one_event_over_all_lines_that_it_moves() {
    let rules = r#"
[[commission]]
id = "tiers"
effective = { from = 2026-01-01 }
credits = ["tenth"]
every = "year"
tiers = [ { from = "0", rate = "5%" }, { from = "1000", rate = "10%" } ]
[[clawback]]
id = "again"
effective = { from = 2026-01-01 }
when = "reversal_cause = 'customer'"
method = "recompute"
[[clawback]]
id = "back"
effective = { from = 2026-01-01 }
when = "reversal_cause = 'fraud'"
method = "mirror"
"#;
    let cap = "cap = [ { amount = \"100\", per = \"payee\", every = \"month\" } ]\n";
    let rows = |more: &str| {
        format!(
            "deal_id,outcome,close_date,amount,reverses_deal_id,reversal_cause\n\
             D1,won,2026-01-10,800,,\nD2,won,2026-01-20,600,,\nD3,won,2026-01-11,200,,\n{more}"
        )
    };
    let desk = Desk::of_tenths(&[
        ("rules/tenth.toml", &format!("{TENTH}{cap}")),
        ("rules/back.toml", rules),
        ("data/deals.csv", &rows("")),
    ]);
    desk.close("2026-01");
    let reversed = "R1,won,2026-02-03,-300,D1,customer\nR3,won,2026-02-04,-50,D3,fraud\n";
    desk.write("data/deals.csv", &rows(reversed));
    desk.close("2026-02");
    // D1 is 500: its tenth is 50 (-30) and its commission 25 (-15). D2 has 50 of the cap (+30), and 500 at 5% and 100 at 10%: 35 (-15).
    // A quarter of Ben's 20 and of his 10 on D3 is taken back.
    let ann = vec!["D1 tenth -30.00", "D1 tiers -15.00", "D2 tenth 30.00", "D2 tiers -15.00"];
    let ben = vec!["R3 back -2.50", "R3 back -5.00"];
    for (asked, expected) in [
        (["--payee", "ann"], vec![("R1", ann.clone())]),
        (["--deal", "R1"], vec![("R1", ann.clone())]),
        (["--deal", "D1"], vec![("R1", ann)]),
        (["--payee", "ben"], vec![("R3", ben.clone())]),
        (["--deal", "D3"], vec![("R3", ben)]),
    ] {
        let answer = json(&desk, "2026-02", &asked);
        let events = events(&answer);
        let expected = expected
            .into_iter()
            .map(|(deal, lines)| (deal.to_owned(), lines.into_iter().map(str::to_owned).collect::<Vec<_>>()));
        assert_eq!(events, expected.collect::<Vec<_>>(), "{asked:?}");
    }
    insta::assert_snapshot!("a_reversal_by_recompute", explained(&desk, "2026-02", &["--deal", "R1"]));
    insta::assert_snapshot!("a_reversal_by_mirror", explained(&desk, "2026-02", &["--payee", "ben"]));
    // In the next close it counts still, and moves nothing more.
    desk.write("data/deals.csv", &rows(&format!("{reversed}D4,won,2026-03-04,100,,\n")));
    desk.close("2026-03");
    assert_eq!(events(&json(&desk, "2026-03", &["--payee", "ann"])), []);
}

/// The events of an answer: the reversal, and `deal rule earned` of each line that it moves. Its sum is theirs.
fn events(answer: &Value) -> Vec<(String, Vec<String>)> {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let event = |event: &Value| {
        let moved = event["entries"].as_array().unwrap().iter();
        let moved: Vec<&Value> =
            moved.map(|place| &answer["entries"][place.as_u64().unwrap() as usize]).collect();
        let sum: i128 = moved.iter().map(|entry| cents(&entry["earned"])).sum();
        assert_eq!(cents(&event["earned"]), sum, "{event}");
        let line = |entry: &&Value| {
            format!("{} {} {}", text(&entry["deal_id"]), text(&entry["rule_id"]), text(&entry["earned"]))
        };
        let mut lines: Vec<String> = moved.iter().map(line).collect();
        lines.sort();
        (text(&event["deal_id"]), lines)
    };
    answer["reversals"].as_array().unwrap().iter().map(event).collect()
}

/// A retroactive rule: the parameter, with the file and the line of then and of now.
#[test]
fn a_parameter_that_changed_is_shown_where_it_is_written() {
    let desk = Desk::of_tenths(&[("data/deals.csv", &deals("D1,won,2026-01-10,1000\n"))]);
    desk.close("2026-01");
    desk.write("rules/tenth.toml", &TENTH.replace("rate = \"10%\"", "retroactive = true\nrate = \"12%\""));
    desk.close("2026-02");
    let answer = json(&desk, "2026-02", &["--payee", "ann"]);
    let parameter = &answer["entries"][0]["moved"]["parameters"][0];
    assert_eq!(parameter["parameter"], "rate");
    assert_eq!((parameter["before"].as_str(), parameter["after"].as_str()), (Some("10%"), Some("12%")));
    assert_eq!(parameter["before_at"], "rules/tenth.toml:5");
    assert_eq!(parameter["after_at"], "rules/tenth.toml:6");
}

/// A customer pays: what was held is released, and no amount is another.
#[test]
fn what_holds_a_line_is_said_before_and_after() {
    let book = book_with(&["receipts"]);
    let hold =
        "[[hold]]\nid = \"paid\"\neffective = { from = 2026-01-01 }\nrelease = \"deals.received_share\"\n";
    let receipts = "receipt_id,deal_id,received_on,amount\nR1,D1,2026-01-20,250\nR2,D1,2026-02-20,250\n";
    let desk = Desk::of_tenths(&[
        ("apportion.toml", &book),
        ("rules/hold.toml", hold),
        ("data/receipts.csv", receipts),
        ("data/deals.csv", &deals("D1,won,2026-01-10,1000\n")),
    ]);
    desk.close("2026-01");
    desk.close("2026-02");
    let entry = &json(&desk, "2026-02", &["--payee", "ann"])["entries"][0];
    assert_eq!(entry["cause"], "release");
    assert_eq!(
        (entry["held_before"]["share"].as_str(), entry["held"]["share"].as_str()),
        (Some("0.25"), Some("0.5"))
    );
    assert_eq!(entry["held"]["by"], "paid");
    assert!(entry["moved"].is_null(), "{entry}");
    assert_eq!(entry["released_by"][0]["column"], "received_share");
    assert_eq!(entry["released_by"][1]["key"], "D1|2026-02-20");
    let said = explained(&desk, "2026-02", &["--payee", "ann"]);
    assert!(said.contains("USD 50.00 is held by `paid`: a share of 0.5 may be paid (it was 0.25)"), "{said}");
}

/// Without copies of the data only what the ledger itself says is explained, and that is said.
#[test]
fn inputs_that_were_not_kept_are_missed_plainly() {
    let book = format!("{BOOK}keep_inputs = false\n");
    let desk =
        Desk::of_tenths(&[("apportion.toml", &book), ("data/deals.csv", &deals("D1,won,2026-01-10,1000\n"))]);
    desk.close("2026-01");
    desk.write("data/deals.csv", &deals("D1,won,2026-01-10,1200\n"));
    desk.close("2026-02");
    let answer = json(&desk, "2026-02", &["--payee", "ann"]);
    assert!(answer["not_kept"][0].as_str().unwrap().contains("`keep_inputs` was false"), "{answer}");
    assert_eq!(answer["payment"]["terms_known"], false);
    let entry = &answer["entries"][0];
    assert_eq!((entry["cause"].as_str(), entry["earned"].as_str()), (Some("deal-data"), Some("20.00")));
    assert_eq!(entry["postings"].as_array().unwrap().len(), 2);
    assert!(entry["moved"].is_null());
    recompute(&answer);
    let said = explained(&desk, "2026-02", &["--payee", "ann"]);
    assert!(said.contains("The terms that were in force can't be looked into"), "{said}");
}

/// Draws with a limit, a share and a start, a guarantee, a debt that is taken in parts, a minimum and a maximum: every step is
/// computed again from its inputs, and its inputs are the results of earlier steps.
#[test]
fn every_step_of_a_payment_comes_to_its_result() {
    let policies = r#"
[[draw]]
id = "ramp"
effective = { from = 2026-01-01, until = 2026-02-28 }
payees = "payee_id = 'ann'"
amount = 300
recoverable = true
limit = 400
recover = { share = "50%", from = 2026-03-01 }
[[draw]]
id = "floor"
effective = { from = 2026-01-01, until = 2026-03-31 }
payees = "payee_id = 'ben'"
amount = 200
[[draw]]
id = "extra"
effective = { from = 2026-02-01 }
payees = "payee_id = 'ben'"
amount = "12.50"
recoverable = true
pays = "on-top"
[[payment]]
id = "terms"
effective = { from = 2026-01-01 }
minimum = 20
maximum = 250
debt_share = "25%"
"#;
    let month = |first: &str| {
        deals(&format!(
            "D1,won,2026-01-10,{first}\nD2,won,2026-02-10,500\nD3,won,2026-02-11,100\nD4,won,2026-03-10,2500\nD5,won,2026-04-10,5000\n"
        ))
    };
    // Ann earns little and is advanced up to the limit; D1 grows, and what is owed is recovered; it shrinks, and is a debt.
    let desk = Desk::of_tenths(&[("rules/policies.toml", policies), ("data/deals.csv", &month("100"))]);
    desk.close("2026-01");
    desk.close("2026-02");
    desk.write("data/deals.csv", &month("9000"));
    desk.close("2026-03");
    desk.write("data/deals.csv", &month("100"));
    desk.close("2026-04");
    let mut steps = 0;
    for period in ["2026-01", "2026-02", "2026-03", "2026-04"] {
        for payee in ["ann", "ben"] {
            let answer = json(&desk, period, &["--payee", payee]);
            assert_eq!(
                (&answer["payment"]["proven"], &answer["payment"]["terms_known"]),
                (&Value::Bool(true), &Value::Bool(true)),
                "{answer}"
            );
            steps += recompute(&answer);
        }
    }
    assert!(steps > 100, "{steps}");
    insta::assert_snapshot!("a_payment", explained(&desk, "2026-03", &["--payee", "ann"]));
    insta::assert_snapshot!("a_debt", explained(&desk, "2026-04", &["--payee", "ann"]));
}

/// Cents of a decimal with two places.
fn cents(value: &Value) -> i128 {
    let text = value.as_str().unwrap_or_else(|| panic!("no amount: {value}"));
    let (sign, text) = text.strip_prefix('-').map_or((1, text), |text| (-1, text));
    let (whole, part) = text.split_once('.').unwrap();
    sign * (whole.parse::<i128>().unwrap() * 100 + part.parse::<i128>().unwrap())
}

/// A part of an amount that is not negative, half away from zero.
fn part(amount: i128, share: &Value) -> i128 {
    let share_e8: i128 = share.as_str().unwrap().replace('.', "").parse().unwrap();
    (amount * share_e8 * 2 + 100_000_000) / 200_000_000
}

/// Computes each step of a payment again. How many there are.
fn recompute(answer: &Value) -> usize {
    let steps = answer["payment"]["steps"].as_array().unwrap();
    let mut known: BTreeMap<&str, i128> = BTreeMap::new();
    for step in steps {
        let name = step["step"].as_str().unwrap();
        let (formula, inputs) = (step["formula"].as_str().unwrap(), &step["inputs"]);
        let input = |name: &str| cents(&inputs[name]);
        for (input, value) in inputs.as_object().unwrap() {
            if let Some(result) = known.get(input.as_str()) {
                assert_eq!(cents(value), *result, "{name}: {input} is what came out before");
            }
        }
        let limit = || inputs["limit"].as_str().map_or(i128::MAX / 4, |_| input("limit"));
        let begun = || inputs["begun"] == Value::Bool(true);
        let result = cents(&step["result"]);
        let expected = match (name, formula) {
            (_, "as posted") => result,
            ("net", _) => {
                input("lines") + input("true_ups") + input("clawbacks") - input("held_change")
                    + input("adjustments")
            }
            ("guarantee", "max(0, amount - max(0, lines))") => {
                (input("amount") - input("lines").max(0)).max(0)
            }
            ("guarantee", "amount") => input("amount"),
            ("new", _) => input("net") + input("guarantee"),
            ("there", _) => input("carried_in").max(0) + input("new").max(0),
            ("debt", _) => (-input("carried_in")).max(0) + (-input("new")).max(0),
            ("taken", _) => input("debt").min(part(input("there"), &inputs["debt_share"])),
            ("available", _) => input("there") - input("taken"),
            ("advance", "min(max(0, draw - available), max(0, limit - owed_in))") => {
                (input("draw") - input("available")).max(0).min((limit() - input("owed_in")).max(0))
            }
            ("advance", "min(draw, max(0, limit - (owed_in - recovery)))") => {
                input("draw").min((limit() - (input("owed_in") - input("recovery"))).max(0))
            }
            ("recovery", "min(owed_in, round(max(0, available - draw) * share)), 0 before it has begun")
                if begun() =>
            {
                input("owed_in").min(part((input("available") - input("draw")).max(0), &inputs["share"]))
            }
            ("recovery", "min(owed_in, round(available * share)), 0 before it has begun") if begun() => {
                input("owed_in").min(part(input("available"), &inputs["share"]))
            }
            ("forgiven", "owed_in") => input("owed_in"),
            ("guarantee" | "advance" | "recovery" | "forgiven", _) => 0,
            ("owed_out", _) => input("owed_in") + input("advance") - input("recovery") - input("forgiven"),
            ("due", _) => input("available") + input("advance") - input("recovery"),
            ("paid", _) => {
                let is = |name: &str| inputs[name] == Value::Bool(true);
                let too_little = input("due") < input("minimum") && !is("final");
                let maximum = inputs["maximum"].as_str().map_or(i128::MAX, |_| input("maximum"));
                if too_little || !is("in_the_data") || !is("rate_there") {
                    0
                } else {
                    input("due").min(maximum)
                }
            }
            ("carried_out", _) => input("due") - input("paid") - (input("debt") - input("taken")),
            other => panic!("{other:?}"),
        };
        assert_eq!(result, expected, "{step}");
        known.insert(name, result);
    }
    assert_eq!(known["paid"], cents(&answer["payment"]["paid"]));
    steps.len()
}
