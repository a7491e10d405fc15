//! What holders change: columns of deals, whose work counts, and awards of ties.

use std::sync::Arc;

use apportion_data::{DealIx, PayeeIx};

use super::project::{Project, TEN_DAYS, deal};
use crate::registration::Award;
use crate::subject::Subject;
use crate::testing::frame;
use crate::texts::Texts;

const DEALS: &str = "
    deal_id | outcome | close_date | amount | account_id
    D1      | won     | 2026-03-10 |    100 | acme
    D2      | lost    | 2026-03-10 |    100 | acme
    D3      | won     | 2026-03-10 |    100 | other
    D4      | won     | 2026-03-10 |    100 |
";
const REGISTRATIONS: &str = "
    registration_id | payee_id | submitted_at | account_id | decision | decided_at
    R1              | ann      | 2026-03-03   | acme       | approved | 2026-03-04
    R2              | bob      | 2026-03-03   | other      | approved | 2026-03-04
    R3              | cyd      | 2026-03-03   | other      | approved | 2026-03-04
    R4              | bob      | 2026-03-04   | acme       | denied   | 2026-03-04
";
const MEMBERS: &str = "
    registration_id | payee_id | percent
    R1              | cyd      | 33.3
    R1              | bob      | 66.7
";

fn project() -> Project {
    Project::new(TEN_DAYS)
        .table("deals", DEALS)
        .table("registrations", REGISTRATIONS)
        .table("registration_members", MEMBERS)
        .table("engagements", "deal_id | payee_id | role\nD1 | ann | sourced")
}

#[test]
fn members_of_the_holder_get_work_on_won_deals() {
    let told = project().ask(|tables, registered| {
        let work = registered.claim_work(tables, tables.engagements.len());
        let held = registered.registered_deals(tables, &work.rows);
        let name = |payee: PayeeIx| tables.payees.ids.value(payee.at()).to_owned();
        let deal = |deal: DealIx| tables.deals.ids.value(deal.at()).to_owned();
        let mut told = Vec::new();
        for held in &held {
            told.push(format!("{} {} {}", deal(held.deal), held.role, held.others.as_deref().unwrap_or("-")));
            let members = held.members.iter();
            told.extend(members.map(|member| {
                format!("{} {} #{}", name(member.payee), member.percent_e9, member.engagement.raw())
            }));
        }
        let kinds = &work.engagements.kinds;
        told.extend(work.engagements.rows.iter().map(|work| {
            let kind = &kinds[work.kind as usize];
            let date = apportion_base::calendar::display_day(work.occurred_on);
            format!(
                "{} {} {} {date} {} {}",
                deal(work.deal),
                name(work.payee),
                kind.role,
                work.weight_e9,
                kind.activity
            )
        }));
        told
    });
    // The registrant is no member where others are; nobody holds D3, where two tie, and D2 was lost.
    assert_eq!(
        told,
        [
            "D1 sourced cosell",
            "bob 66700000000 #1",
            "cyd 33300000000 #2",
            "D1 bob sourced 2026-03-03 1000000000 registration",
            "D1 cyd sourced 2026-03-03 1000000000 registration",
            "D3 bob sourced 2026-03-03 1000000000 registration",
            "D3 cyd sourced 2026-03-03 1000000000 registration",
        ]
    );
}

/// `claim_id registered_by registration_state` of each deal.
fn columns(awarded: Option<&str>) -> Vec<String> {
    project().ask(|tables, registered| {
        let mut registered = registered.clone();
        if let Some(payee) = awarded {
            let winner = tables.payees.ids.iter().position(|id| id == Some(payee)).unwrap();
            let winner = PayeeIx::new(winner).unwrap();
            registered.award(&[Award { subject: Subject::Deal(deal(tables, "D3")), winner }]);
        }
        let columns = registered.columns_of_deals(tables);
        let frame = frame(columns.named().map(|(name, array)| (name, Arc::clone(array))).to_vec());
        let texts = columns.named().map(|(name, _)| Texts::of(&frame, name));
        let told = |deal: DealIx| texts.each_ref().map(|texts| texts.get(deal.at()).unwrap_or("-")).join(" ");
        tables.deals.all().map(told).collect()
    })
}

#[test]
fn deals_say_who_holds_them_and_the_best_state() {
    assert_eq!(columns(None), ["R1 ann protected", "R1 ann protected", "- - protected", "- - none"]);
}

#[test]
fn the_winner_of_a_tie_holds() {
    assert_eq!(columns(Some("cyd"))[2], "R3 cyd protected");
    assert_eq!(columns(Some("bob"))[2], "R2 bob protected");
    // Somebody who has no part in it wins nothing.
    assert_eq!(columns(Some("ann"))[2], "- - protected");
}
