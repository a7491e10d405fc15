//! The tables of the page.

use maud::{Markup, html};

use super::direction;
use crate::cli::diff::view::{DifferenceView, status};
use crate::cli::number::{count, counted};
use apportion_documents::page::scrolling;
use apportion_engine::diff::{Change, ParameterChange, Part, Status, words};

/// Deals on the page; the CSV and JSON forms have all of them.
const DEALS: usize = 1_000;
/// Reasons of one payee or deal.
const REASONS: usize = 4;

/// What differs between the two books.
pub fn settings(shown: &DifferenceView) -> Markup {
    let settings = &shown.difference.settings;
    html! {
        @if !settings.is_empty() {
            section { h2 { "What changed in the book" } ul { @for change in settings { li { (words::parameter(change)) } } } }
        }
    }
}

/// Every parameter that differs, with both values and their places.
pub fn changed_rules(shown: &DifferenceView) -> Markup {
    let rules = || shown.difference.rules.iter().filter(|rule| !rule.versions.is_empty());
    let table = html! {
        table {
            thead { tr { th { "rule" } th { "what" } th { "before" } th { "after" } th { "where" } } }
            tbody {
                @for rule in rules() {
                    @for version in &rule.versions {
                        @let title = shown.version_title(rule, version);
                        @if version.parameters.is_empty() {
                            tr {
                                td.value { b { (rule.id) } }
                                td colspan="3" { (title) }
                                td.value { code { (shown.places(version.places.0.as_ref(), version.places.1.as_ref())) } }
                            }
                        }
                        @for (index, change) in version.parameters.iter().enumerate() {
                            tr {
                                td.value { @if index == 0 { b { (rule.id) } br; span.muted { (title) } } }
                                (parameter(shown, change))
                            }
                        }
                    }
                }
            }
        }
    };
    html! {
        @if rules().next().is_some() {
            section { h2 { "What changed in the rules" } (scrolling("What changed in the rules", &table)) }
        }
    }
}

fn parameter(shown: &DifferenceView, change: &ParameterChange) -> Markup {
    let value = |side: &Option<String>| {
        html! {
            td.value { @match side { Some(text) => code { (text) }, None => span.muted { "none" } } }
        }
    };
    html! {
        td.id { (change.name()) }
        (value(&change.before))
        (value(&change.after))
        td.value { code { (shown.places(change.before_at.as_ref(), change.after_at.as_ref())) } }
    }
}

/// Every rule whose lines differ, and what the others pay together.
pub fn rules(shown: &DifferenceView) -> Markup {
    let (differ, same): (Vec<_>, Vec<_>) =
        shown.difference.rules.iter().partition(|rule| rule.status() != Status::Same);
    let unchanged: i128 = same.iter().map(|rule| rule.change.before.amount).sum();
    let total = &shown.difference.total;
    let table = html! {
        table.sortable {
            thead { tr {
                th { "rule" } th.num { "before" } th.num { "after" } th.num { "change" } th.num { "more" }
                th.num { "less" } th.num { "new" } th.num { "gone" } th.num { "changed" } th.num { "credit" }
            } }
            tbody {
                @for rule in differ {
                    tr {
                        td.id { (rule.id) @if rule.status() != Status::Changed { " " span.tag { (rule.status().word()) } } }
                        (money(shown, &rule.change))
                        (number(rule.payees_up)) (number(rule.payees_down))
                        (lines(&rule.change))
                        td.num data-value=(rule.change.credited()) {
                            @if rule.change.credited() != 0 { (shown.signed(rule.change.credited())) }
                        }
                    }
                }
            }
            tfoot {
                @if !same.is_empty() {
                    tr {
                        td { (counted(same.len() as u64, "rule")) " as before" }
                        td.num { (shown.money(unchanged)) } td.num { (shown.money(unchanged)) } td.num { (shown.signed(0)) }
                        td colspan="6" {}
                    }
                }
                tr {
                    td { "total" } (money(shown, total))
                    (number(shown.difference.payees_up)) (number(shown.difference.payees_down)) (lines(total))
                    td {}
                }
            }
        }
    };
    html! {
        section {
            (scrolling("Rules", &table))
            p.muted { "more, less: payees who get more or less by the rule; new, gone, changed: its lines; credit: change \
                of the credit that it recognises." }
        }
    }
}

pub fn reasons(shown: &DifferenceView) -> Markup {
    let table = html! {
        table.sortable {
            thead { tr {
                th { "rule" } th { "lines" } th { "why" } th.num { "number" } th.num { "before" } th.num { "after" }
                th.num { "change" }
            } }
            tbody {
                @for reason in &shown.difference.reasons {
                    tr {
                        td.id { (shown.difference.rule_id(reason.rule)) }
                        td { span.tag { (reason.status.word()) } }
                        td.why { (words::sentence(shown.difference, reason)) }
                        (number(reason.lines))
                        (money(shown, &Change { before: reason.before, after: reason.after, ..Change::default() }))
                    }
                }
            }
        }
    };
    html! {
        section {
            h2 { "Why" }
            p.muted { "Lines of one rule that differ for one reason. Restated lines pay what they paid and came about otherwise." }
            (scrolling("Reasons", &table))
        }
    }
}

/// All payees that differ.
pub fn payees(shown: &DifferenceView) -> Markup {
    let difference = shown.difference;
    let table = html! {
        table.sortable {
            thead { tr {
                th { "payee" } th.num { "before" } th.num { "after" } th.num { "change" } th.num { "new" }
                th.num { "gone" } th.num { "changed" } th { "why" }
            } }
            tbody {
                @for payee in &difference.payees {
                    @let fields: Vec<String> = difference.payee_fields(payee.payee).iter().map(words::field).collect();
                    tr {
                        td.id { (shown.payee(payee.payee)) (status_tag(&payee.change)) }
                        (money(shown, &payee.change))
                        (lines(&payee.change))
                        (why(shown, &fields, &difference.parts(difference.lines_of_payee(payee).iter())))
                    }
                }
            }
        }
    };
    html! {
        section {
            h2 { "Payees" }
            p.muted { "All " (counted(difference.payees.len() as u64, "payee")) " whose lines differ, the biggest movers first." }
            div.tall { (scrolling("Payees", &table)) }
        }
    }
}

/// The deals that differ most, and the others in one row, so that the table adds up.
pub fn deals(shown: &DifferenceView) -> Markup {
    let difference = shown.difference;
    let (first, rest) = difference.deals.split_at(difference.deals.len().min(DEALS));
    let mut others = Change::default();
    rest.iter().for_each(|deal| others += deal.change);
    let table = html! {
        table.sortable {
            thead { tr {
                th { "deal" } th.num { "before" } th.num { "after" } th.num { "change" } th.num { "new" }
                th.num { "gone" } th.num { "changed" } th { "why" }
            } }
            tbody {
                @for deal in first {
                    @let fields: Vec<String> = difference.deal_fields(deal.deal).iter().map(words::field).collect();
                    tr {
                        td.id { (difference.deal_id(deal.deal)) (status_tag(&deal.change)) }
                        (money(shown, &deal.change))
                        (lines(&deal.change))
                        (why(shown, &fields, &difference.parts(difference.lines_of_deal(deal))))
                    }
                }
            }
            @if !rest.is_empty() {
                tfoot { tr {
                    td { (counted(rest.len() as u64, "other deal")) } (money(shown, &others)) (lines(&others))
                    td { "in the forms csv and json" }
                } }
            }
        }
    };
    html! {
        section {
            h2 { "Deals" }
            p.muted { (counted(difference.deals.len() as u64, "deal")) " with lines that differ, the biggest movers first." }
            div.tall { (scrolling("Deals", &table)) }
        }
    }
}

fn status_tag(change: &Change) -> Markup {
    let status = status(change);
    html! { @if status != Status::Changed { " " span.tag { (status.word()) } } }
}

/// Before, after and change, each with what it sorts by.
fn money(shown: &DifferenceView, change: &Change) -> Markup {
    html! {
        td.num data-value=(change.before.amount) { (shown.money(change.before.amount)) }
        td.num data-value=(change.after.amount) { (shown.money(change.after.amount)) }
        td.num data-value=(change.amount()) { span class=(direction(change.amount())) { (shown.signed(change.amount())) } }
    }
}

fn lines(change: &Change) -> Markup {
    let lines = &change.lines;
    html! { @for lines in [lines.new, lines.gone, lines.changed] { (number(lines.into())) } }
}

fn number(number: u64) -> Markup {
    html! { td.num data-value=(number) { (count(number)) } }
}

/// What the data say otherwise, then the biggest reasons.
fn why(shown: &DifferenceView, fields: &[String], parts: &[Part]) -> Markup {
    html! {
        td.why {
            @for field in fields { (field) br; }
            @for (index, part) in parts.iter().take(REASONS).enumerate() {
                @if index > 0 { br; }
                @if part.amount != 0 { span.muted { (shown.signed(part.amount)) } " " }
                (shown.reason(part.reason))
            }
            @if parts.len() > REASONS { br; span.muted { (counted((parts.len() - REASONS) as u64, "reason")) " more" } }
        }
    }
}
