//! What gave nothing, for people: each rule with the first condition that failed.

use super::ExplanationView;
use super::page::Page;
use super::steps::Blocks;
use apportion_base::diagnostic::{count, counted};
use apportion_base::money::Minor;
use apportion_engine::explain::tree::Nothing;
use apportion_engine::explain::words;

/// How many deals are named.
const DEALS: usize = 5;
/// How many lines of detail are shown of one deal among several.
const EXAMPLES: usize = 2;

pub fn section(shown: &ExplanationView, page: &mut Page) {
    let explanation = shown.explanation;
    if explanation.nothing.is_empty() {
        return;
    }
    page.indent(0);
    let whole = explanation.nothing.iter().all(|nothing| nothing.rule.is_none());
    let nobody = explanation.payee.is_none();
    if explanation.amounts.is_empty() || whole && explanation.deal.is_some() {
        page.heading(2, if nobody { "Nobody is paid" } else { "Nothing" });
    } else {
        page.heading(2, if nobody { "Rules that pay nobody" } else { "Nothing from" });
    }
    if let Some(deal) = explanation.deal.as_ref().filter(|_| explanation.amounts.is_empty()) {
        page.indent(2);
        Blocks::new(page, shown.book.currency).deal(deal);
    }
    page.blank();
    for of_rule in explanation.nothing.chunk_by(|a, b| (a.rule, a.version) == (b.rule, b.version)) {
        page.indent(2);
        page.heading(3, &name(shown, &of_rule[0]));
        of_rule.iter().for_each(|nothing| one(shown, nothing, page));
    }
    page.blank();
}

/// The rule, its title, where it is.
fn name(shown: &ExplanationView, nothing: &Nothing) -> String {
    let version = nothing.rule.zip(nothing.version).and_then(|index| shown.explanation.versions.get(&index));
    match (version, nothing.rule) {
        (Some(version), _) => {
            let title = version.title.as_ref().map(|title| format!(": {title}")).unwrap_or_default();
            format!("{}{title} ({})", version.rule_id, super::text::place(shown, version))
        }
        (None, Some(rule)) => shown.rule_id(rule).to_owned(),
        (None, None) => "any rule".to_owned(),
    }
}

fn one(shown: &ExplanationView, nothing: &Nothing, page: &mut Page) {
    let digits = shown.book.currency.digits();
    page.indent(4);
    let said = words::said(&nothing.why, digits);
    match &nothing.deal {
        Some(deal) if shown.explanation.deal.is_none() => {
            let deals = on_deals(&nothing.deals);
            let example = if nothing.deals.len() > 1 { format!(" (of {})", deal.id) } else { String::new() };
            page.prose(&format!("{deals}: {}{example}", said.sentence));
        }
        _ => page.prose(&said.sentence),
    }
    page.indent(6);
    // One example is enough where there are several deals.
    let most = if shown.explanation.deal.is_none() { EXAMPLES } else { usize::MAX };
    said.details.iter().take(most).for_each(|detail| page.item(detail));
    if said.details.len() > most {
        page.item("…");
    }
    page.indent(4);
    if let Some((pool, credit)) = nothing.kept {
        let money = |minor: Minor| super::super::number::money(minor.wide(), digits);
        let pool = pool.map(|pool| format!(" and {} of pay", money(pool))).unwrap_or_default();
        page.line(&format!("{} of credit{pool} of the deal is kept back", money(credit)));
    }
}

/// `on 53456`, `on 12 deals (53456, 53457, …)`.
fn on_deals(deals: &[String]) -> String {
    match deals {
        [only] => format!("on {only}"),
        _ => {
            let named = deals.iter().take(DEALS).map(String::as_str).collect::<Vec<_>>().join(", ");
            let unlisted = deals.len().saturating_sub(DEALS);
            let unlisted =
                if unlisted > 0 { format!(" and {} more", count(unlisted as u64)) } else { String::new() };
            format!("on {} ({named}{unlisted})", counted(deals.len() as u64, "deal"))
        }
    }
}
