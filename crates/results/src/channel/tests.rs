//! The files of a small settlement with claims, conflicts and a price.

use std::fs;
use std::sync::Arc;

use apportion_channel::{Claim, ClaimState, ConflictState, FoundConflict, Governance, PriceAudit, Subject};
use apportion_contract::{CLAIMS, CONFLICTS, PRICE_AUDIT, RUN, TableName};
use apportion_data::{
    DealIx, DecisionOutcome, Effects, HeldConflict, HeldLines, OpenIx, PayeeIx, RegistrationIx,
};
use apportion_rules::ConflictKind;
use arrow::array::StringArray;

use crate::sample::sample_close;
use crate::write;

fn deal(place: u32) -> DealIx {
    DealIx::from_raw(place)
}

fn payee(place: u32) -> PayeeIx {
    PayeeIx::from_raw(place)
}

fn claim(on: u32, registration: u32, state: ClaimState, rank: u32) -> Claim {
    Claim {
        subject: Subject::Deal(deal(on)),
        registration: RegistrationIx::from_raw(registration),
        payee: payee(registration),
        state,
        rank,
        holder: rank == 1 && state == ClaimState::Protected,
        until: (state == ClaimState::Protected).then_some(20_000),
        reason: (state == ClaimState::Denied).then(|| "=house".to_owned()),
    }
}

fn conflict(id: &str, subject: Subject, state: ConflictState) -> FoundConflict {
    let decided = state == ConflictState::Decided;
    FoundConflict {
        id: id.to_owned(),
        kind: ConflictKind::Raised,
        rule: Some("resolution".to_owned()),
        subject: Some(subject),
        deal_id: matches!(subject, Subject::Deal(_)).then(|| "D-1".to_owned()),
        opportunity_id: matches!(subject, Subject::Open(_)).then(|| "O-1".to_owned()),
        role: "closed".to_owned(),
        claimants: [payee(0), payee(1)],
        day: 20_650,
        level: Some("first".to_owned()),
        due: None,
        state,
        decision_id: decided.then(|| "X-1".to_owned()),
        outcome: decided.then_some(DecisionOutcome::Award),
        held: None,
        value_e6: Some(1_234_500_000),
        scores_e6: [Some(400_000), None],
        why: decided.then(|| "first in".to_owned()),
    }
}

fn governance() -> Governance {
    Governance {
        as_of: 20_665,
        courses: Vec::new(),
        background: Vec::new(),
        claims: vec![
            claim(1, 0, ClaimState::Protected, 1),
            claim(0, 1, ClaimState::Protected, 1),
            claim(0, 0, ClaimState::Denied, 2),
        ],
        open_claims: Vec::new(),
        conflicts: vec![
            conflict("C-3", Subject::Open(OpenIx::from_raw(0)), ConflictState::Open),
            conflict("C-2", Subject::Deal(deal(0)), ConflictState::Overdue),
            conflict("C-1", Subject::Deal(deal(0)), ConflictState::Decided),
        ],
        prices: vec![PriceAudit {
            subject: Subject::Deal(deal(0)),
            rule: "books".to_owned(),
            book: Some("DIRECT".to_owned()),
            list_e6: Some(1_250_000_000),
            given_e6: Some(200_000),
            allowed_e8: Some(15_000_000),
            over_e8: Some(5_000_000),
            approval_id: None,
            breach: true,
            below_floor: 1_250,
            lines_cost: None,
        }],
    }
}

/// The text of a file of the sample with all of this; an open conflict holds these lines.
fn written(name: &str, what: HeldLines) -> String {
    let mut close = sample_close();
    let tables = Arc::make_mut(&mut close.tables);
    let channel = Arc::make_mut(&mut tables.channel);
    channel.present = [TableName::Registrations, TableName::Conflicts, TableName::PriceEntries].into();
    channel.registrations.ids = StringArray::from(vec!["R-1", "R-2"]);
    let held = HeldConflict {
        deal: deal(0),
        conflict: "C-2".to_owned(),
        rule: "resolution".to_owned(),
        role: "closed".to_owned(),
        claimants: [payee(0), payee(1)],
        what,
    };
    tables.effects = Arc::new(Effects { held: vec![held], ..Effects::default() });
    close.governance = Some(Arc::new(governance()));
    let root = tempfile::tempdir().unwrap();
    let out = root.path().join("2026-07");
    write(&out, &close).unwrap();
    fs::read_to_string(out.join(name)).unwrap()
}

#[test]
fn claims_are_sorted_by_deal_and_rank_and_guarded() {
    assert_eq!(
        written(CLAIMS, HeldLines::Deal),
        "deal_id,registration_id,payee_id,state,rank,holder,until,reason\n\
         D-1,R-2,P-2,protected,1,true,2024-10-04,\n\
         D-1,R-1,P-1,denied,2,false,,'=house\n\
         D-2,R-1,P-1,protected,1,true,2024-10-04,\n"
    );
}

#[test]
fn conflicts_are_sorted_by_id_and_say_what_they_hold() {
    let rows = written(CONFLICTS, HeldLines::Deal);
    let rows: Vec<&str> = rows.lines().skip(1).collect();
    assert_eq!(
        rows,
        [
            "C-1,raised,D-1,,closed,P-1,P-2,2026-07-16,first,,decided,X-1,award,0.00,1234.50,0.400000,,first in",
            "C-2,raised,D-1,,closed,P-1,P-2,2026-07-16,first,,overdue,,,145.00,1234.50,0.400000,,",
            "C-3,raised,,O-1,closed,P-1,P-2,2026-07-16,first,,open,,,0.00,1234.50,0.400000,,",
        ]
    );
}

#[test]
fn what_is_held_depends_on_what_is_disputed() {
    for (what, held) in
        [(HeldLines::Deal, "145.00"), (HeldLines::Claimants, "145.00"), (HeldLines::Share, "0.00")]
    {
        let rows = written(CONFLICTS, what);
        let row = rows.lines().find(|row| row.starts_with("C-2")).unwrap();
        assert_eq!(row.split(',').nth(13), Some(held), "{what:?}");
    }
}

#[test]
fn prices_have_their_decimals() {
    assert_eq!(
        written(PRICE_AUDIT, HeldLines::Deal),
        "deal_id,channel,price_book,list,amount,given,allowed,over,approval_id,breach,below_floor\n\
         D-1,,DIRECT,1250.00,1000.00,0.200000,0.15000000,0.05000000,,true,12.50\n"
    );
}

#[test]
fn run_json_has_the_day_only_where_policies_ask_for_it() {
    assert!(!written(RUN, HeldLines::Deal).contains("as_of"));
}
