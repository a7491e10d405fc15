//! Conflicts that people raised, decisions, and what happened on the way.

use apportion_book::TableName;

use super::rows::Rows;
use crate::tables::{
    ConflictEvent, ConflictEventKind, Conflicts, Decision, DecisionOutcome, DecisionShare, RaisedConflict,
};

/// What was disputed, and how it was settled.
pub(super) fn build<'a>(rows: impl Fn(TableName) -> Option<Rows<'a>>) -> Conflicts {
    let decisions = rows(TableName::Decisions);
    Conflicts {
        raised: rows(TableName::Conflicts).map(raised).unwrap_or_default(),
        decisions: decisions
            .map(|rows_of| self::decisions(rows_of, rows(TableName::DecisionShares)))
            .unwrap_or_default(),
        events: rows(TableName::ConflictEvents).map(events).unwrap_or_default(),
    }
}

fn raised(source: Rows<'_>) -> Vec<RaisedConflict> {
    let id = place!(Conflicts, "conflict_id");
    let conflict = |row: &u32| {
        Some(RaisedConflict {
            id: source.text(id, *row)?,
            raised_at: source.moment(place!(Conflicts, "raised_at"), *row)?,
            deal_id: source.text(place!(Conflicts, "deal_id"), *row),
            deal: source.deal(place!(Conflicts, "deal_id"), *row),
            opportunity: source.opportunity(place!(Conflicts, "opportunity_id"), *row),
            role: source.text(place!(Conflicts, "role"), *row),
            claimants: [
                source.payee(place!(Conflicts, "claimant_a"), *row),
                source.payee(place!(Conflicts, "claimant_b"), *row),
            ],
            raised_by: source.text(place!(Conflicts, "raised_by"), *row),
            note: source.text(place!(Conflicts, "note"), *row),
        })
    };
    source.by_id(id).rows.iter().filter_map(conflict).collect()
}

fn decisions(source: Rows<'_>, shares: Option<Rows<'_>>) -> Vec<Decision> {
    let index = source.by_id(place!(Decisions, "decision_id"));
    let mut shares_of: Vec<Vec<DecisionShare>> = vec![Vec::new(); index.len()];
    if let Some(shares) = shares {
        for row in shares.staging.kept() {
            let decision = index.index(shares.code(place!(DecisionShares, "decision_id"), row));
            let payee = shares.payee(place!(DecisionShares, "payee_id"), row);
            let percent = shares.fixed(place!(DecisionShares, "percent"), row);
            if let (Some(of), Some(percent_e9)) = (shares_of.get_mut(decision as usize), percent) {
                of.push(DecisionShare { payee, percent_e9 });
            }
        }
    }
    let of_row = |(row, mut shares): (&u32, Vec<DecisionShare>)| {
        shares.sort_unstable_by_key(|share| share.payee);
        decision(source, *row, shares)
    };
    index.rows.iter().zip(shares_of).filter_map(of_row).collect()
}

/// A kept row has all that is needed.
fn decision(source: Rows<'_>, row: u32, shares: Vec<DecisionShare>) -> Option<Decision> {
    Some(Decision {
        id: source.text(place!(Decisions, "decision_id"), row)?,
        conflict_id: source.text(place!(Decisions, "conflict_id"), row)?,
        level: source.text(place!(Decisions, "level"), row)?,
        decided_at: source.moment(place!(Decisions, "decided_at"), row)?,
        decided_by: source.payee(place!(Decisions, "decided_by"), row),
        outcome: match source.str(place!(Decisions, "outcome"), row)? {
            "award" => DecisionOutcome::Award,
            "split" => DecisionOutcome::Split,
            "void" => DecisionOutcome::Void,
            _ => DecisionOutcome::Withdrawn,
        },
        why: source.text(place!(Decisions, "why"), row)?,
        evidence: source.text(place!(Decisions, "evidence"), row),
        supersedes: source.text(place!(Decisions, "supersedes"), row),
        shares,
    })
}

/// By conflict, then moment.
fn events(source: Rows<'_>) -> Vec<ConflictEvent> {
    let event = |row: u32| {
        Some(ConflictEvent {
            conflict_id: source.text(place!(ConflictEvents, "conflict_id"), row)?,
            at: source.moment(place!(ConflictEvents, "at"), row)?,
            event: ConflictEventKind::Escalated,
            by: source.text(place!(ConflictEvents, "by"), row)?,
        })
    };
    let mut events: Vec<ConflictEvent> = source.staging.kept().into_iter().filter_map(event).collect();
    events.sort_by(|a, b| a.conflict_id.cmp(&b.conflict_id).then(a.at.cmp(&b.at)));
    events
}
