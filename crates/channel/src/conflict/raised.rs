//! Conflicts that people raised.

use std::collections::BTreeMap;

use apportion_data::{DealIx, OpportunityIx, RaisedConflict};
use apportion_rules::ConflictKind;

use super::Inputs;
use super::dispute::Dispute;
use crate::Subject;

/// A dispute for each row and each deal or opportunity that it is about; one without, where there is none (yet).
pub(super) fn raised<'a>(inputs: &Inputs<'a>) -> Vec<Dispute<'a>> {
    let rows = &inputs.records.raised;
    if rows.is_empty() || !inputs.rules.ever_detect(ConflictKind::Raised) {
        return Vec::new();
    }
    let named = NamedSubjects::find(inputs);
    rows.iter().flat_map(|row| disputes(inputs, &named, row)).collect()
}

fn disputes<'a>(inputs: &Inputs<'a>, named: &NamedSubjects, row: &'a RaisedConflict) -> Vec<Dispute<'a>> {
    let day = row.raised_at.day;
    let Some(rule) = inputs.rules.standing(ConflictKind::Raised, day) else { return Vec::new() };
    let dispute = |subject| Dispute {
        id: row.id.clone(),
        kind: ConflictKind::Raised,
        subject,
        claimants: row.claimants,
        day,
        rule,
        raised: Some(row),
    };
    let subjects = named.of(row);
    if subjects.is_empty() {
        return vec![dispute(None)];
    }
    subjects.into_iter().map(|subject| dispute(Some(subject))).collect()
}

/// The judged subjects that raised conflicts name.
struct NamedSubjects {
    deals: BTreeMap<DealIx, bool>,
    opportunities: BTreeMap<OpportunityIx, Vec<Subject>>,
}

impl NamedSubjects {
    fn find(inputs: &Inputs) -> Self {
        let rows = &inputs.records.raised;
        let mut named = Self {
            deals: rows.iter().filter_map(|row| row.deal.get()).map(|deal| (deal, false)).collect(),
            opportunities: rows
                .iter()
                .filter_map(|row| row.opportunity.get())
                .map(|opportunity| (opportunity, Vec::new()))
                .collect(),
        };
        // Few are named of many that are judged.
        let is_named_deal = flags(named.deals.keys().map(|deal| deal.at()));
        let is_named = flags(named.opportunities.keys().map(|opportunity| opportunity.at()));
        for subject in inputs.subjects.judged() {
            if let Subject::Deal(deal) = subject
                && is_named_deal.get(deal.at()) == Some(&true)
            {
                named.deals.insert(deal, true);
            }
            if let Some(opportunity) = inputs.subjects.opportunity(subject)
                && is_named.get(opportunity.at()) == Some(&true)
            {
                named.opportunities.entry(opportunity).and_modify(|subjects| subjects.push(subject));
            }
        }
        named
    }

    /// The deal that a row names; of a row that names none the deals of its opportunity, or that which is open. A row may name a deal that
    /// has not closed and its opportunity: until then it is about what is open.
    fn of(&self, row: &RaisedConflict) -> Vec<Subject> {
        let deal = row.deal.get().filter(|deal| self.deals.get(deal) == Some(&true));
        if let Some(deal) = deal {
            return vec![Subject::Deal(deal)];
        }
        let of_opportunity =
            row.opportunity.get().and_then(|opportunity| self.opportunities.get(&opportunity));
        let is_meant = |subject: &&Subject| row.deal_id.is_none() || matches!(subject, Subject::Open(_));
        of_opportunity.into_iter().flatten().filter(is_meant).copied().collect()
    }
}

/// By place: whether it is among some, up to the last of them.
fn flags(places: impl DoubleEndedIterator<Item = usize> + Clone) -> Vec<bool> {
    let mut flags = vec![false; places.clone().next_back().map_or(0, |last| last + 1)];
    places.for_each(|place| flags[place] = true);
    flags
}
