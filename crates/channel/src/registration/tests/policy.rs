//! Which policy a registration is under, and what its list denies.

use super::project::Project;

const DEAL: &str = "
    deal_id | outcome | close_date | amount | account_id
    D1      | won     | 2026-03-10 |    100 | acme
";

fn rules(policies: &[(&str, &str)]) -> String {
    let policy = |(id, terms): &(&str, &str)| {
        format!(
            "[[registration]]\nid = \"{id}\"\nwhy = \"Charter 3\"\nclock = \"decided\"\nrole = \"sourced\"\n{terms}\n"
        )
    };
    policies.iter().map(policy).collect()
}

fn claims(rules: &str, registrations: &str) -> Vec<String> {
    Project::new(rules).table("deals", DEAL).table("registrations", registrations).claims()
}

#[test]
fn none_or_two_policies_are_no_policy() {
    let rules = rules(&[
        (
            "a",
            "effective = { from = 2026-01-01 }\nwhen = \"registrations.kind IN ('sourced', 'joint')\"\nprotect = \"30 days\"",
        ),
        (
            "b",
            "effective = { from = 2026-01-01 }\nwhen = \"registrations.kind = 'joint'\"\nprotect = \"30 days\"",
        ),
    ]);
    let rows = "
        registration_id | payee_id | submitted_at | deal_id | kind    | decision | decided_at
        R1              | ann      | 2026-03-01   | D1      | sourced | approved | 2026-03-02
        R2              | ann      | 2026-03-01   | D1      | joint   | approved | 2026-03-02
        R3              | ann      | 2026-03-01   | D1      |         | approved | 2026-03-02
    ";
    assert_eq!(
        claims(&rules, rows),
        ["D1 R1* protected", "D1 R2 no-policy (two-policies)", "D1 R3 no-policy"]
    );
}

#[test]
fn the_version_is_that_of_the_day_of_submission() {
    let rules = rules(&[
        ("a", "effective = { from = 2026-02-01 }\nprotect = \"5 days\""),
        ("a", "effective = { from = 2026-03-01, until = 2026-03-05 }\nprotect = \"10 days\""),
    ]);
    let rows = "
        registration_id | payee_id | submitted_at        | deal_id | decision | decided_at
        R1              | ann      | 2026-01-31 23:59:59 | D1      | approved | 2026-03-05
        R2              | ann      | 2026-02-28 23:59:59 | D1      | approved | 2026-03-04
        R3              | ann      | 2026-03-01          | D1      | approved | 2026-03-04
        R4              | ann      | 2026-03-05 23:59:59 | D1      | approved | 2026-03-06
        R5              | ann      | 2026-03-06          | D1      | approved | 2026-03-06
    ";
    assert_eq!(
        claims(&rules, rows),
        ["D1 R3* protected", "D1 R4 protected", "D1 R2 expired", "D1 R1 no-policy", "D1 R5 no-policy"]
    );
}

#[test]
fn protection_depends_on_the_payee_as_of_the_submission() {
    let protect = "effective = { from = 2026-01-01 }\nprotect = { by = \"payees.tier\", is = { gold = \"9 days\", silver = \"7 days\" } }";
    let rows = "
        registration_id | payee_id | submitted_at        | deal_id | decision | decided_at
        R1              | ann      | 2026-03-01 23:59:59 | D1      | approved | 2026-03-02
        R2              | ann      | 2026-03-02          | D1      | approved | 2026-03-02
        R3              | cyd      | 2026-03-01          | D1      | approved | 2026-03-02
    ";
    let assignments = "
        payee_id | from       | until | tier
        ann      | 2026-03-02 |       | gold
        ann      | 2026-02-01 | 2026-03-01 | silver
    ";
    let project = Project::new(&rules(&[("a", protect)])).table("assignments", assignments);
    // Silver protects through the 9th, gold through the 11th; without a tier nothing says for how long.
    assert_eq!(
        project.table("deals", DEAL).table("registrations", rows).claims(),
        ["D1 R2* protected", "D1 R1 expired", "D1 R3 no-policy"]
    );
}

#[test]
fn the_first_reason_of_the_list_denies_whatever_was_decided() {
    let deny = "effective = { from = 2026-01-01 }\nprotect = \"30 days\"\ndeny = [ \
        { reason = \"house\", when = \"accounts.class = 'house'\" }, \
        { reason = \"no tier\", when = \"payees.tier IS NULL OR accounts.class = 'house'\" } ]";
    let accounts = "
        account_id | class
        acme       | named
        big        | house
    ";
    let rows = "
        registration_id | payee_id | submitted_at | deal_id | account_id | decision | decided_at | reason
        R1              | ann      | 2026-03-01   | D1      |            | approved | 2026-03-02 |
        R2              | cyd      | 2026-03-01   | D1      | big        | approved | 2026-03-02 |
        R3              | cyd      | 2026-03-01   | D1      |            | denied   | 2026-03-02 | too late
        R4              | cyd      | 2026-03-01   | D1      | other      |          |            |
    ";
    let project = Project::new(&rules(&[("a", deny)])).table("accounts", accounts);
    assert_eq!(
        project.table("deals", DEAL).table("registrations", rows).claims(),
        ["D1 R1* protected", "D1 R2 denied (house)", "D1 R3 denied (no tier)", "D1 R4 denied (no tier)",]
    );
}

#[test]
fn what_is_not_known_yet_is_not_there() {
    let rules = rules(&[("a", "effective = { from = 2026-01-01 }\nprotect = \"30 days\"")]);
    let rows = "
        registration_id | payee_id | submitted_at        | deal_id | decision | decided_at
        R1              | ann      | 2026-03-05 23:59:59 | D1      | approved | 2026-03-06
        R2              | bob      | 2026-03-06          | D1      | approved | 2026-03-06
    ";
    let as_of =
        |date| Project::new(&rules).table("deals", DEAL).table("registrations", rows).known_on(date).claims();
    assert_eq!(as_of("2026-03-05"), ["D1 R1 pending"]);
    assert_eq!(as_of("2026-03-06"), ["D1 R1* protected", "D1 R2 protected"]);
}

#[test]
fn the_row_of_an_opportunity_gives_no_account_before_it_is_created() {
    let deny = "effective = { from = 2026-01-01 }\nprotect = \"30 days\"\ndeny = [ { reason = \"house\", when = \"accounts.class = 'house'\" } ]";
    let rules = rules(&[("a", deny)]);
    let deals = "
        deal_id | outcome | close_date | amount | account_id | opportunity_id
        D1      | won     | 2026-03-10 |    100 | acme       | O1
    ";
    let opportunities = "
        opportunity_id | account_id | created_on
        O1             | big        | 2026-03-06
    ";
    let accounts = "
        account_id | class
        acme       | named
        big        | house
    ";
    let registrations = "
        registration_id | payee_id | submitted_at | opportunity_id | decision | decided_at
        R1              | ann      | 2026-03-01   | O1             | approved | 2026-03-02
    ";
    let as_of = |date| {
        let project = Project::new(&rules).table("deals", deals).table("opportunities", opportunities);
        project.table("accounts", accounts).table("registrations", registrations).known_on(date).claims()
    };
    assert_eq!(as_of("2026-03-05"), ["D1 R1* protected"]);
    assert_eq!(as_of("2026-03-06"), ["D1 R1 denied (house)", "O1 R1 denied (house)"]);
}
