//! Rules that reach for all work of accounts with very many deals and engagements.

use crate::kinds::{self, Counts};
use apportion_base::diagnostic::{Code, count, counted};
use apportion_data::DealIx;

use super::facts::{Facts, VersionPlace};
use super::finding::Finding;

/// Pairs of a deal and an engagement that a rule may look at without a finding.
const PAIRS: usize = 1_000_000;

pub fn findings(facts: &Facts<'_>) -> Vec<Finding> {
    facts.versions().filter_map(|subject| wide(facts, &subject)).collect()
}

fn wide(facts: &Facts<'_>, subject: &VersionPlace<'_>) -> Option<Finding> {
    let engaged = match kinds::of(&subject.version.body).counts() {
        Counts::Engagements(engaged) if engaged.reach.account => engaged,
        _ => return None,
    };
    let deals = &facts.matched[subject.rule_at][subject.version_at];
    let of_deal = |deal: &DealIx| facts.inputs.accounts.of_deal(facts.tables, *deal);
    let pairs: usize = deals.iter().map(of_deal).sum();
    let largest = deals.iter().copied().max_by_key(|deal| (of_deal(deal), std::cmp::Reverse(*deal)))?;
    if pairs < PAIRS {
        return None;
    }
    let message = format!(
        "`{}` looks at {} engagements for each of {} {}, by their accounts: {} pairs",
        subject.rule.id,
        counted_most(of_deal(&largest)),
        counted(deals.len() as u64, "deal"),
        facts.in_days(),
        count(pairs as u64)
    );
    let place = engaged.condition.as_ref().map(|condition| condition.text().span.clone());
    Some(
        Finding::warning(Code::WideReach, message)
            .rule(&subject.rule.id)
            .at(subject.version.place("reach"), "")
            .counted(pairs as u64, "pair")
            .help(format!("most are of the account of deal {}", facts.deal_id(largest)))
            .help(match place {
                Some(_) => "see whether it is an account or a placeholder for none; days in `engaged` limit who is paid, not the reach",
                None => "see whether it is an account or a placeholder for none; without `engaged` every payee of it is paid on each deal",
            }),
    )
}

fn counted_most(engagements: usize) -> String {
    format!("up to {}", count(engagements as u64))
}
