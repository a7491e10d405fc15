//! The columns that registrations give deals and what is open: `claim_id`, `registered_by`, `registration_state`.

use std::sync::Arc;

use apportion_data::Tables;
use arrow::array::{Array, ArrayRef, DictionaryArray, StringArray, UInt32Array};

use crate::governance::{Claim, ClaimState};
use crate::subject::Subject;

/// The state of what nobody claims.
pub const NO_CLAIM: &str = "none";

/// The three columns, texts with a row for each deal or opportunity.
#[derive(Debug, Clone)]
pub struct RegistrationColumns {
    /// `registration_id` of the holder; null without one.
    pub claim_id: ArrayRef,
    /// `payee_id` of the holder; null without one.
    pub registered_by: ArrayRef,
    /// The best state among the claims; [`NO_CLAIM`] without one.
    pub registration_state: ArrayRef,
}

impl RegistrationColumns {
    /// The columns of all deals, or of all that is open, `rows` of them; `claims` are by row and rank.
    pub fn new(tables: &Tables, claims: &[Claim], rows: usize) -> Self {
        let words: StringArray =
            ClaimState::ALL.iter().map(|state| state.word()).chain([NO_CLAIM]).map(Some).collect();
        let no_claim = u32::try_from(ClaimState::ALL.len()).unwrap_or(u32::MAX);
        let (mut ids, mut payees) = (vec![None; rows], vec![None; rows]);
        let mut states = vec![Some(no_claim); rows];
        for claim in claims {
            let row = match claim.subject {
                Subject::Deal(deal) => deal.at(),
                Subject::Open(open) => open.at(),
            };
            if claim.holder {
                ids[row] = Some(claim.registration.raw());
                payees[row] = Some(claim.payee.raw());
            }
            if claim.rank == 1 {
                states[row] =
                    (0..).zip(ClaimState::ALL).find(|(_, state)| *state == claim.state).map(|(code, _)| code);
            }
        }
        Self {
            claim_id: coded(ids, &tables.channel.registrations.ids),
            registered_by: coded(payees, &tables.payees.ids),
            registration_state: coded(states, &words),
        }
    }

    /// Their names in expressions.
    pub const NAMES: [&'static str; 3] = ["claim_id", "registered_by", "registration_state"];

    /// Their names in expressions, with their values.
    pub fn named(&self) -> [(&'static str, &ArrayRef); 3] {
        let [claim_id, registered_by, registration_state] = Self::NAMES;
        [
            (claim_id, &self.claim_id),
            (registered_by, &self.registered_by),
            (registration_state, &self.registration_state),
        ]
    }
}

/// Texts by their numbers.
fn coded(codes: Vec<Option<u32>>, texts: &StringArray) -> ArrayRef {
    // Null in every row needs no text, and a dictionary of none is no use to anybody.
    if texts.is_empty() {
        return Arc::new(StringArray::new_null(codes.len()));
    }
    Arc::new(DictionaryArray::new(UInt32Array::from(codes), Arc::new(texts.clone())))
}
