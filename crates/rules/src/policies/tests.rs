use std::collections::BTreeSet;

use super::*;
use crate::testing::{CREDIT, ID, rules, wrong, wrong_in};
use apportion_base::money::Minor;
use apportion_book::display_day;
use rust_decimal::Decimal;

/// The version of the one policy of a text that must be fine.
fn version(kind: PolicyKind, keys: &str) -> PolicyVersion {
    let (book, _) = rules(&[&format!("{CREDIT}[[{}]]\n{ID}{keys}", kind.word())]);
    let policy = book.policies.find("x").expect("a policy");
    assert_eq!(policy.kind, kind);
    policy.versions[0].clone()
}

#[test]
fn the_examples_use_every_key_and_every_key_has_a_value() {
    for kind in PolicyKind::ALL {
        let described: BTreeSet<String> =
            describe_policy(kind).parameters().map(|parameter| parameter.key.to_owned()).collect();
        let (mut written, mut valued) = (BTreeSet::new(), BTreeSet::new());
        for example in describe_policy(kind).examples {
            let (book, _) = rules(&[CREDIT, example]);
            let policy = &book.policies[PolicyIx::FIRST];
            assert_eq!(policy.kind, kind);
            let keys = |line: &str| line.split_once(" = ").map(|(key, _)| key.to_owned());
            written.extend(example.lines().filter_map(keys));
            valued
                .extend(policy_values(&policy.versions[0], 2).into_iter().map(|value| value.key.to_owned()));
        }
        assert_eq!(written, described, "{}", kind.word());
        let not_paid = ["id", "title", "why", "effective", "retroactive"];
        let mut compared: BTreeSet<String> =
            described.into_iter().filter(|key| !not_paid.contains(&key.as_str())).collect();
        compared.extend(["from", "until"].map(str::to_owned));
        assert_eq!(valued, compared, "{}", kind.word());
    }
}

#[test]
fn a_hold_asks_deals_payees_and_the_end_of_the_month() {
    let hold =
        version(PolicyKind::Hold, "release = \"CASE WHEN close_date <= period_end THEN 1 ELSE 0 END\"\n");
    let PolicyTerms::Hold(hold) = hold.terms else { panic!() };
    assert!(hold.rules.is_none() && hold.when.is_none() && hold.payees.is_none());
    assert!(hold.release.columns().len() == 2);
}

#[test]
fn a_draw_has_defaults_and_what_is_recoverable_has_more() {
    let draw = version(PolicyKind::Draw, "amount = 3500\n");
    let PolicyTerms::Draw(draw) = draw.terms else { panic!() };
    assert!(draw.recoverable.is_none() && draw.prorate.is_none() && draw.pays == DrawPays::UpTo);
    let draw = version(PolicyKind::Draw, "amount = \"3500\"\nrecoverable = true\nlimit = 12000\n");
    let PolicyTerms::Draw(draw) = draw.terms else { panic!() };
    let terms = draw.recoverable.expect("it is recoverable");
    assert_eq!(terms.limit, Some(Minor::new(1_200_000)));
    assert_eq!((terms.share, terms.recover_from, terms.at_end), (Decimal::ONE, None, AtEnd::Carry));
}

#[test]
fn payment_terms_have_defaults() {
    let terms = version(PolicyKind::Payment, "minimum = \"200\"\n");
    let PolicyTerms::Payment(terms) = terms.terms else { panic!() };
    assert_eq!((terms.minimum, terms.maximum), (Some(Minor::new(20_000)), None));
    assert_eq!((terms.debt_share, terms.currency), (Decimal::ONE, PaymentCurrency::Book));
}

#[test]
fn versions_follow_each_other() {
    let table = |from: &str, share: &str| {
        format!("[[payment]]\nid = \"p\"\neffective = {{ from = {from} }}\ndebt_share = \"{share}\"\n")
    };
    let (book, _) = rules(&[&table("2026-04-01", "50%"), &table("2026-01-01", "25%")]);
    let versions = &book.policies.find("p").unwrap().versions;
    assert_eq!(versions[0].until.map(display_day).as_deref(), Some("2026-03-31"));
    assert_eq!(
        wrong(&[&table("2026-01-01", "50%"), &table("2026-01-01", "25%")]),
        ["overlapping-versions: two versions of `p` are in force on 2026-01-01 @ 2026-01-01 | 2026-01-01"]
    );
}

#[test]
fn what_is_wrong_with_policies() {
    for (kind, keys, expected) in [
        ("hold", "", "missing-key: [[hold]] needs the key `release` @ [[hold]]"),
        (
            "hold",
            "release = \"1\"\nrules = [\"credits\"]",
            "unknown-rule: there is no rule `credits` @ \"credits\"",
        ),
        (
            "hold",
            "release = \"1\"\nrules = [\"x\"]",
            "unknown-rule: `x` is a hold, and `rules` takes rules that pay @ \"x\"",
        ),
        (
            "hold",
            "release = \"1\"\nwhen = \"period_end > close_date\"",
            "unknown-column: there is no column `period_end` in deals @ period_end",
        ),
        (
            "draw",
            "amount = 1\nlimit = 5",
            "misplaced-key: `limit` means nothing here: it belongs to a draw with `recoverable = true` @ limit",
        ),
        (
            "draw",
            "amount = { table = \"a.csv\", value = \"b\" }",
            "missing-key: `amount` needs the key `by` @ { table = \"a.csv\", value = \"b\" }",
        ),
        (
            "draw",
            "amount = 1\nrecoverable = true\nrecover = { share = \"150%\" }",
            "bad-rate: `share` is 150%, and it is a part of what is there @ \"150%\"",
        ),
        (
            "payment",
            "minimum = \"0.001\"",
            "bad-amount: `minimum` is 0.001, and USD has 2 decimals @ \"0.001\"",
        ),
        ("payment", "cap = []", "unknown-key: [[payment]] has no key `cap` @ cap"),
    ] {
        let found = wrong_in(kind, &format!("{keys}\n"));
        assert!(found.contains(&expected.to_owned()), "{keys}: {found:#?}");
    }
    let twice =
        format!("[[hold]]\nid = \"credit\"\neffective = {{ from = 2026-01-01 }}\nrelease = \"1\"\n{CREDIT}");
    let found = wrong(&[&twice]);
    assert_eq!(found.len(), 1);
    assert!(found[0].starts_with("duplicate-rule: `credit` is the id of a rule and of a hold"), "{found:?}");
}

#[test]
fn what_is_wrong_with_policies_of_the_channel() {
    let level = "levels = [ { name = \"a\", who = \"kind = 'm'\", within = \"3 days\" } ]\nrole = \"s\"\n";
    let conflict = |keys: &str| format!("{level}{keys}");
    for (kind, keys, expected) in [
        (
            "registration",
            "role = \"s\"\nprotect = \"2 business days\"".to_owned(),
            "invalid-number: `protect` takes days such as \"90 days\", and this is \"2 business days\" @ \"2 business days\"",
        ),
        (
            "registration",
            "role = \"s\"\nprotect = \"90 days\"\nscope = [\"deal_type\"]".to_owned(),
            "unknown-column: `scope` names `deal_type`, and registrations has no text column of this name @ \"deal_type\"",
        ),
        (
            "coverage",
            "role = \"s\"\nmatch = [\"amount\"]".to_owned(),
            "unknown-column: `match` names `amount`, and territories has no text column of this name @ \"amount\"",
        ),
        (
            "coverage",
            "role = \"s\"\nmatch = [\"channel\"]\nwhen = \"claim_id IS NULL\"".to_owned(),
            "unknown-column: there is no column `claim_id` in deals @ claim_id",
        ),
        (
            "conflict",
            conflict("detect = [\"tie\"]"),
            "unknown-choice: `detect` can't be \"tie\" @ \"tie\"",
        ),
        (
            "conflict",
            conflict("detect = [\"raised\", \"raised\"]"),
            "listed-twice: `raised` is listed twice @ \"raised\" | \"raised\"",
        ),
        (
            "conflict",
            conflict("detect = [\"raised\"]\nhold = { by = \"kind\", is = { undercutt = \"deal\" } }"),
            "unknown-choice: there is no kind of conflict `undercutt` @ undercutt",
        ),
        (
            "price",
            "book = \"A\"\nallowed = 0\napprove = [ { over = \"5%\", who = \"kind = 'm'\" }, { over = 0, who = \"kind = 'm'\" } ]"
                .to_owned(),
            "not-ascending: the `over`s of `approve` must ascend @ 0 | \"5%\"",
        ),
        (
            "gate",
            "rules = [\"x\"]\nneed = { table = \"certificates\", at_least = 1 }".to_owned(),
            "unknown-rule: `x` is a gate, and `rules` takes rules that pay on deals @ \"x\"",
        ),
        (
            "gate",
            "rules = [\"credit\"]\nneed = { table = \"certificates\" }".to_owned(),
            "missing-key: `need` needs the key `at_least` or `share_at_least` @ { table = \"certificates\" }",
        ),
        (
            "gate",
            "rules = [\"credit\"]\nneed = { table = \"certificates\", at_least = 1 }\notherwise = \"wait\"".to_owned(),
            "unknown-choice: `otherwise` can't be \"wait\" @ \"wait\"",
        ),
    ] {
        let found = wrong_in(kind, &format!("{keys}\n"));
        assert!(found.contains(&expected.to_owned()), "{keys}: {found:#?}");
    }
}

#[test]
fn who_leads_is_said_once_and_a_kind_of_conflict_stands_under_one_id() {
    let model = |id: &str| format!("[[channel_model]]\nid = \"{id}\"\neffective = {{ from = 2026-01-01 }}\n");
    assert_eq!(
        wrong(&[&model("a"), &model("b")]),
        ["duplicate-policy: there are two channel models, `a` and `b` @ \"b\" | \"a\""]
    );
    let conflict = |id: &str, days: &str| {
        format!(
            "[[conflict]]\nid = \"{id}\"\neffective = {{ {days} }}\ndetect = [\"raised\"]\nrole = \"s\"\n\
             levels = [ {{ name = \"a\", who = \"kind = 'm'\", within = \"3 days\" }} ]\n"
        )
    };
    let first = conflict("a", "from = 2026-01-01, until = 2026-06-30");
    assert_eq!(wrong(&[&first, &conflict("b", "from = 2026-07-01")]), [""; 0]);
    assert_eq!(
        wrong(&[&first, &conflict("b", "from = 2026-06-30")]),
        [
            "duplicate-policy: `raised` is looked for by `a` and by `b` on the same days @ \"raised\" | \"raised\""
        ]
    );
}

#[test]
fn rules_name_what_policies_make_of_deals() {
    let model = "[[channel_model]]\nid = \"m\"\neffective = { from = 2026-01-01 }\n";
    let rule = format!("[[stipend]]\n{ID}amount = 1\nwhen = \"lead = 'direct' AND NOT crossed\"\n");
    let (_, used) = rules(&[model, &rule]);
    let deals = &used[&apportion_book::TableName::Deals];
    // What is made is named as it is, so that it is made; what it is made of is read.
    assert!(deals.contains("lead") && deals.contains("crossed") && deals.contains("channel"));
    assert_eq!(wrong(&[&rule])[0], "unknown-column: there is no column `lead` in deals @ lead");
}
