//! The work that keeps a registration alive: of its members, on what it names or on its account.

use super::project::{Project, TEN_DAYS};

const DEALS: &str = "
    deal_id | outcome | close_date | amount | account_id | opportunity_id | registration_id
    D1      | won     | 2026-03-14 |    100 | acme       | O1             |
    D2      | lost    | 2026-03-01 |    100 | acme       | O2             |
    D3      | won     | 2026-03-14 |    100 | other      |                | R1
    D4      | won     | 2026-03-14 |    100 | other      | O4             |
";

/// What becomes of a registration of the 3rd, approved on the 4th, that lapses from the 10th on unless somebody works by then.
fn state(registration: &str, work: &str) -> String {
    let header = "registration_id | payee_id | submitted_at | account_id | opportunity_id | deal_id | decision | decided_at";
    let rules = format!("{TEN_DAYS}lapse = \"5 days\"\n");
    let project = Project::new(&rules)
        .table("deals", DEALS)
        .table(
            "registrations",
            &format!("{header}\nR1 | ann | 2026-03-03 | {registration} | approved | 2026-03-04"),
        )
        .table("registration_members", "registration_id | payee_id | percent\nR1 | ann | 50\nR1 | bob | 50")
        .table(
            "engagements",
            &format!("deal_id | opportunity_id | account_id | payee_id | role | occurred_on\n{work}"),
        );
    project.claims().last().unwrap().clone()
}

#[test]
fn work_of_members_in_any_role_on_the_day_itself_saves() {
    let on = |work: &str| state(" | O4 |", work);
    // D3 names R1, so R1 claims D3 alone; work on the opportunity that it names keeps it alive all the same.
    let (saved, lapsed) = ("D3 R1* protected", "D3 R1 lapsed");
    let told = [
        ("D3 | | | ann | sourced | 2026-03-10", saved),
        ("D3 | | | bob | cosell  | 2026-03-10", saved),
        ("D3 | | | cyd | sourced | 2026-03-10", lapsed),
        ("D3 | | | ann | sourced | 2026-03-11", lapsed),
        ("D3 | | | ann | sourced |           ", lapsed),
        // Who worked on the 8th has lapsed on the 14th, on which D3 closed; who worked on the 9th lapses one day later.
        ("D3 | | | ann | sourced | 2026-03-08", lapsed),
        ("D3 | | | ann | sourced | 2026-03-09", saved),
        ("D4 | | | ann | sourced | 2026-03-10", saved),
        ("  | O4 | | ann | sourced | 2026-03-10", saved),
        ("D1 | | | ann | sourced | 2026-03-10", lapsed),
    ];
    for (work, expected) in told {
        assert_eq!(on(work), expected, "{work}");
    }
}

#[test]
fn work_on_the_account_saves_on_lost_deals_too() {
    let on = |work: &str| state("acme | |", work);
    let told = [
        ("  | | acme  | ann | sourced | 2026-03-10", "D3 R1* protected"),
        ("D2 | | | ann | sourced | 2026-03-10", "D3 R1* protected"),
        ("  | O1 | | ann | sourced | 2026-03-10", "D3 R1* protected"),
        ("  | | other | ann | sourced | 2026-03-10", "D3 R1 lapsed"),
        ("D4 | | | ann | sourced | 2026-03-10", "D3 R1 lapsed"),
    ];
    for (work, expected) in told {
        assert_eq!(on(work), expected, "{work}");
    }
}
