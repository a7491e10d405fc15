//! Attributes of deals whose policies are left out: a case may be about a rule that names `deals.lead` and not about the channel model.
//!
//! They are what they are where no version of a policy is in force.

use std::collections::BTreeSet;
use std::sync::Arc;

use apportion_book::TableName;
use apportion_data::{Frame, NONE, Tables, UsedColumns};
use arrow::array::ArrayRef;

use crate::attributes::{decimals, flags, words};
use crate::registration::NO_CLAIM;

/// Decimals of amounts and discounts.
const SCALE: i8 = 6;

/// What an attribute is without a policy.
#[derive(Debug, Clone, Copy)]
enum Without {
    /// A text that is null.
    NoText,
    /// This text.
    Text(&'static str),
    /// False.
    False,
    /// A number that is null.
    NoNumber,
    /// 0.
    Zero,
}

const ATTRIBUTES: [(&str, Without); 13] = [
    ("segment", Without::NoText),
    ("lead", Without::NoText),
    ("priority", Without::False),
    ("crossed", Without::False),
    ("claim_id", Without::NoText),
    ("registered_by", Without::NoText),
    ("registration_state", Without::Text(NO_CLAIM)),
    ("list_price", Without::NoNumber),
    ("discount_given", Without::NoNumber),
    ("discount_over", Without::NoNumber),
    ("below_floor", Without::Zero),
    ("lines_cost", Without::NoNumber),
    ("price_breach", Without::False),
];

impl Without {
    fn column(self, rows: usize) -> ArrayRef {
        match self {
            Self::NoText => words(&[], vec![NONE; rows]),
            Self::Text(text) => words(&[text], vec![0; rows]),
            Self::False => flags((0..rows).map(|_| false)),
            Self::NoNumber => decimals((0..rows).map(|_| None), SCALE),
            Self::Zero => decimals((0..rows).map(|_| Some(0)), SCALE),
        }
    }
}

/// The attributes that rules name and a frame of deals does not have.
fn missing<'a>(
    frame: &'a Frame,
    used: &'a BTreeSet<String>,
) -> impl Iterator<Item = (&'static str, Without)> + 'a {
    ATTRIBUTES.into_iter().filter(|(name, _)| used.contains(*name) && frame.column(name).is_none())
}

/// Puts them into a frame with so many rows.
pub(super) fn fill(frame: &mut Frame, rows: usize, used: &UsedColumns) {
    let Some(used) = used.get(&TableName::Deals) else { return };
    let columns: Vec<(String, ArrayRef)> =
        missing(frame, used).map(|(name, without)| (name.to_owned(), without.column(rows))).collect();
    frame.columns.extend(columns);
}

/// Tables with them, of a project without policies of the channel: the same where there are none.
pub(super) fn filled(tables: Arc<Tables>, used: &UsedColumns) -> Arc<Tables> {
    let of_deals = used.get(&TableName::Deals);
    if of_deals.is_none_or(|of_deals| missing(&tables.deals.frame, of_deals).next().is_none()) {
        return tables;
    }
    let mut tables = Arc::unwrap_or_clone(tables);
    let rows = tables.deals.len();
    fill(&mut tables.deals.frame, rows, used);
    Arc::new(tables)
}

#[cfg(test)]
mod tests {
    use super::*;
    use arrow::array::{Array, AsArray};
    use std::collections::BTreeMap;

    #[test]
    fn what_is_named_and_not_there_is_what_it_is_without_a_policy() {
        let names = ["lead", "price_breach", "below_floor", "registration_state", "priority"];
        let used = BTreeMap::from([(
            TableName::Deals,
            names.iter().map(|name| (*name).to_owned()).collect::<BTreeSet<_>>(),
        )]);
        let own = flags([true, true].into_iter());
        let mut frame = Frame::default();
        frame.columns.push(("priority".to_owned(), own));
        fill(&mut frame, 2, &used);
        assert_eq!(frame.columns.len(), names.len(), "one of the file stays what it is");
        assert!(frame.column("priority").unwrap().as_boolean().value(1));
        assert!(!frame.column("price_breach").unwrap().as_boolean().value(1));
        assert!(frame.column("lead").unwrap().is_null(0));
        assert_eq!(crate::texts::Texts::new(frame.column("registration_state")).get(1), Some("none"));
        assert!(frame.column("segment").is_none(), "nobody names it");
    }
}
