//! Who claims what, in which state and order, and who holds it.

use super::project::{Project, TEN_DAYS};

const DEALS: &str = "
    deal_id | outcome | close_date | amount | account_id | opportunity_id | registration_id | created_on
    D1      | won     | 2026-03-10 |    100 | acme       | O1             |                 | 2026-03-01
    D2      | won     | 2026-03-11 |    100 | acme       |                |                 | 2026-03-05
    D3      | lost    | 2026-03-12 |    100 | acme       | O2             | R3              |
    D4      | won     | 2026-03-13 |    100 |            |                |                 |
";

fn project(registrations: &str) -> Project {
    Project::new(TEN_DAYS).table("deals", DEALS).table("registrations", registrations)
}

#[test]
fn what_is_named_comes_before_the_opportunity_and_that_before_the_account() {
    let claims = project(
        "
        registration_id | payee_id | submitted_at | account_id | opportunity_id | deal_id | decision | decided_at
        R1              | ann      | 2026-03-03   | acme       | O2             | D4      | approved | 2026-03-04
        R2              | ann      | 2026-03-03   | acme       | O1             |         | approved | 2026-03-04
        R3              | bob      | 2026-03-03   | acme       |                |         | approved | 2026-03-04
        R4              | bob      | 2026-03-04   | acme       |                |         | approved | 2026-03-04
        ",
    )
    .claims();
    // R3 is named by D3 alone, R4 by nobody: its account's deals are D1 to D3, of which D1 was created before its submission.
    assert_eq!(
        claims,
        ["D1 R2* protected", "D2 R4* protected", "D3 R3* protected", "D3 R4 protected", "D4 R1* protected",]
    );
}

#[test]
fn a_deal_that_has_not_closed_leaves_the_opportunity_or_the_account() {
    let rows = "
        registration_id | payee_id | submitted_at | account_id | opportunity_id | deal_id | decision | decided_at
        R1              | ann      | 2026-02-28   | acme       | O1             | D9      | approved | 2026-03-04
        R2              | bob      | 2026-03-02   | acme       |                | D9      | approved | 2026-03-04
    ";
    assert_eq!(project(rows).claims(), ["D1 R1* protected", "D2 R2* protected", "D3 R2* protected"]);
    // What is open is claimed like that, too.
    let open = "
        opportunity_id | account_id | created_on
        O8             | acme       | 2026-03-03
        O9             | acme       | 2026-03-01
    ";
    let claims =
        project(&rows.replace("O1", "O9")).table("opportunities", open).known_on("2026-03-14").claims();
    assert_eq!(claims, ["D2 R2* protected", "D3 R2* protected", "O8 R2* protected", "O9 R1* protected"]);
}

#[test]
fn an_account_is_claimed_of_what_was_created_while_the_claim_was_not_over() {
    let deals = "
        deal_id | outcome | close_date | amount | account_id | created_on
        D0      | won     | 2026-04-01 |    100 | acme       | 2026-03-02
        D1      | won     | 2026-04-01 |    100 | acme       | 2026-03-03
        D2      | won     | 2026-04-01 |    100 | acme       | 2026-03-15
        D3      | won     | 2026-04-01 |    100 | acme       | 2026-03-16
        D4      | won     | 2026-04-01 |    100 | other      | 2026-03-15
        D5      | won     | 2026-03-02 |    100 | acme       |
    ";
    // Pending from the 3rd, protected from the 5th through the 15th, then grace.
    let registrations = "
        registration_id | payee_id | submitted_at        | account_id | decision | decided_at
        R1              | ann      | 2026-03-03 23:59:59 | acme       | approved | 2026-03-05
    ";
    let claims = Project::new(TEN_DAYS).table("deals", deals).table("registrations", registrations).claims();
    assert_eq!(claims, ["D5 R1 late", "D1 R1 expired", "D2 R1 expired"]);
}

#[test]
fn an_empty_cell_of_the_scope_matches_everything() {
    let rules = format!("{TEN_DAYS}\nscope = [\"product_line\"]\n");
    let deals = "
        deal_id | outcome | close_date | amount | account_id | product_line
        D1      | won     | 2026-03-10 |    100 | acme       | cloud
        D2      | won     | 2026-03-11 |    100 | acme       | disks
        D3      | won     | 2026-03-12 |    100 | acme       |
    ";
    let registrations = "
        registration_id | payee_id | submitted_at | account_id | product_line | decision | decided_at
        R1              | ann      | 2026-03-03   | acme       | cloud        | approved | 2026-03-05
        R2              | bob      | 2026-03-04   | acme       |              | approved | 2026-03-05
    ";
    let claims = Project::new(&rules).table("deals", deals).table("registrations", registrations).claims();
    assert_eq!(claims, ["D1 R1* protected", "D1 R2 protected", "D2 R2* protected", "D3 R2* protected"]);
}

const ONE_DEAL: &str = "
    deal_id | outcome | close_date | amount | account_id
    D1      | won     | 2026-03-16 |    100 | acme
";

fn on_one_deal(registrations: &str, events: &str) -> Vec<String> {
    let project = Project::new(TEN_DAYS).table("deals", ONE_DEAL).table("registrations", registrations);
    if events.is_empty() { project.claims() } else { project.table("registration_events", events).claims() }
}

#[test]
fn claims_stand_by_state_then_submission_and_grace_gives_way() {
    let rows = "
        registration_id | payee_id | submitted_at     | account_id | decision | decided_at | reason
        R1              | ann      | 2026-03-01       | acme       | approved | 2026-03-05 |
        R2              | bob      | 2026-03-06 12:00 | acme       | approved | 2026-03-07 |
        R3              | cyd      | 2026-03-06 11:59 | acme       | approved | 2026-03-07 |
        R4              | ann      | 2026-03-02       | acme       | denied   | 2026-03-03 | no lead
        R5              | ann      | 2026-03-02       | acme       | returned | 2026-03-03 | say more
        R6              | ann      | 2026-03-02       | acme       |          |            |
        R7              | ann      | 2026-03-17       | acme       | approved | 2026-03-17 |
        R8              | ann      | 2026-02-01       | acme       | approved | 2026-02-02 |
    ";
    let claims = on_one_deal(rows, "");
    assert_eq!(
        claims,
        [
            "D1 R3* protected",
            "D1 R2 protected",
            "D1 R1 grace",
            "D1 R6 pending",
            "D1 R8 expired",
            "D1 R5 returned (say more)",
            "D1 R4 denied (no lead)",
            "D1 R7 late",
        ]
    );
    // Only grace is left.
    let undecided = rows.replace("2026-03-07", "2026-03-17");
    assert_eq!(on_one_deal(&undecided, "")[0], "D1 R1* grace");
}

#[test]
fn the_latest_choice_of_the_customer_up_to_that_day_comes_first() {
    let rows = "
        registration_id | payee_id | submitted_at | account_id | decision | decided_at
        R1              | ann      | 2026-03-06   | acme       | approved | 2026-03-07
        R2              | bob      | 2026-03-06   | acme       | approved | 2026-03-07
        R3              | cyd      | 2026-03-05   | acme       | approved | 2026-03-07
    ";
    let chosen = |events: &str| on_one_deal(rows, &format!("registration_id | at | event\n{events}"));
    assert_eq!(
        chosen("R1 | 2026-03-10 10:00 | customer-choice\nR2 | 2026-03-16 10:00 | customer-choice"),
        ["D1 R2* protected", "D1 R1 protected", "D1 R3 protected"]
    );
    // A choice on the day after the close is none yet.
    assert_eq!(
        chosen("R1 | 2026-03-10 10:00 | customer-choice\nR2 | 2026-03-17 00:00 | customer-choice")[0],
        "D1 R1* protected"
    );
}

#[test]
fn two_payees_at_one_second_tie_and_one_payee_holds_with_the_first_id() {
    let rows = "
        registration_id | payee_id | submitted_at        | account_id | decision | decided_at
        R1              | ann      | 2026-03-06 10:00:01 | acme       | approved | 2026-03-07
        R2              | ann      | 2026-03-06 10:00:00 | acme       | approved | 2026-03-07
        R3              | bob      | 2026-03-06 10:00:00 | acme       | approved | 2026-03-07
    ";
    assert_eq!(
        on_one_deal(rows, ""),
        ["D1 R2 protected (registration-tie)", "D1 R3 protected (registration-tie)", "D1 R1 protected",]
    );
    assert_eq!(
        on_one_deal(&rows.replace("bob", "ann"), ""),
        ["D1 R2* protected", "D1 R3 protected", "D1 R1 protected"]
    );
    // Who is better off by state ties with nobody.
    let late = rows.replace(
        "R3              | bob      | 2026-03-06 10:00:00 | acme       | approved | 2026-03-07",
        "R3|bob|2026-03-06 10:00:00|acme|approved|2026-03-17",
    );
    assert_eq!(on_one_deal(&late, "")[0], "D1 R2* protected");
}
