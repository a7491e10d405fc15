//! Territories that tie, and classes of accounts in which nobody leads.

use std::collections::BTreeMap;

use apportion_base::diagnostic::{Code, counted};
use apportion_channel::{Judged, Texts, model};
use apportion_data::DealIx;
use apportion_rules::PolicyTerms;

use super::super::super::facts::Facts;
use super::super::super::finding::Finding;
use super::super::{CLASS, PolicyPlace, versions};
use super::of_kind;

pub(super) fn findings(facts: &Facts<'_>) -> Vec<Finding> {
    let mut found = ties(facts);
    found.extend(without_lead(facts).unwrap_or_default());
    found
}

/// Coverages under which several territories fit a deal equally well, so that none counts.
fn ties(facts: &Facts<'_>) -> Vec<Finding> {
    let mut tied: BTreeMap<&str, Vec<DealIx>> = BTreeMap::new();
    for (deal, coverage) in &facts.tables.effects.territory_ties {
        if facts.won.binary_search(deal).is_ok() {
            tied.entry(coverage).or_default().push(*deal);
        }
    }
    tied.into_iter().filter_map(|(coverage, deals)| tie(facts, coverage, &deals)).collect()
}

fn tie(facts: &Facts<'_>, coverage: &str, deals: &[DealIx]) -> Option<Finding> {
    let first = *deals.first()?;
    let policy = facts.rules.policies.find(coverage)?;
    let version = policy.in_force(facts.tables.deals.close_date[first])?;
    let number = deals.len() as u64;
    let message = format!(
        "several territories fit {} {} equally well under `{coverage}`: none of them counts there",
        counted(number, "won deal"),
        facts.in_days()
    );
    Some(
        PolicyPlace { policy, version }
            .warning(Code::TerritoryTie, message, "match")
            .counted(number, "deal")
            .examples(deals.iter().map(|deal| facts.deal_id(*deal)))
            .help("fill in a cell of territories that tells them apart, match by another column, or give them a `rank`"),
    )
}

/// Classes of accounts with won deals, on none of which anybody leads. `None` where there is nothing to ask.
fn without_lead(facts: &Facts<'_>) -> Option<Vec<Finding>> {
    let models = of_kind(facts, |terms| match terms {
        PolicyTerms::ChannelModel(model) => Some(model),
        _ => None,
    });
    let deals = &facts.tables.deals;
    let classes = Texts::new(deals.frame.column(CLASS));
    // Preparing the tables asked the same: a condition without a value was told then.
    let made = model::attributes(models.first()?, Judged::deals(deals)).ok()?;
    let leads = Texts::new(made.column("lead"));
    let mut of_class: BTreeMap<&str, (Vec<DealIx>, bool)> = BTreeMap::new();
    for deal in &facts.won {
        let Some(class) = classes.get(deal.at()) else { continue };
        let (of_class, is_led) = of_class.entry(class).or_default();
        of_class.push(*deal);
        *is_led |= leads.get(deal.at()).is_some();
    }
    let without = of_class.into_iter().filter(|(_, (_, is_led))| !is_led);
    Some(without.filter_map(|(class, (deals, _))| led_by_nobody(facts, class, &deals)).collect())
}

fn led_by_nobody(facts: &Facts<'_>, class: &str, deals: &[DealIx]) -> Option<Finding> {
    let is_model = |subject: &PolicyPlace<'_>| matches!(subject.version.terms, PolicyTerms::ChannelModel(_));
    let subject = versions(facts).filter(is_model).last()?;
    let number = deals.len() as u64;
    let message = format!(
        "nobody leads on the {} {} whose account is of the class `{class}`",
        counted(number, "won deal"),
        facts.in_days()
    );
    Some(
        subject
            .warning(Code::ClassWithoutLead, message, "lead")
            .counted(number, "deal")
            .examples(deals.iter().map(|deal| facts.deal_id(*deal)))
            .help("add a line to `lead` that is true for them; one with `when = \"TRUE\"` at the end leaves nobody out"),
    )
}
