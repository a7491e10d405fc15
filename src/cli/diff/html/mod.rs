//! A difference as one offline page: tiles, charts, and tables of rules, reasons, payees and deals.

mod charts;
mod tables;

use maud::{Markup, html};

use super::closes;
use super::view::DifferenceView;
use crate::cli::number::count;
use apportion_documents::page::page;

pub fn text(shown: &DifferenceView) -> String {
    let difference = shown.difference;
    let title = format!("{}: what changes in {}", difference.before.book.name, shown.period);
    page(
        &title,
        &html! {
            header {
                h1 { (title) }
                p.lead { (shown.first_day) " to " (shown.last_day) ", amounts in " (shown.currency) }
                p { b { "Before: " } (shown.before) br; b { "After: " } (shown.after) }
            }
            @if difference.is_empty() {
                section { p { b { "No line differs" } ": " (shown.currency) " "
                    (shown.money(difference.total.before.amount)) " to pay on both sides." } }
                (tables::changed_rules(shown))
            } @else {
                (tiles(shown))
                (tables::settings(shown))
                (tables::changed_rules(shown))
                (charts::cost_by_rule(shown))
                (tables::rules(shown))
                (charts::distribution(shown))
                (charts::top_movers(shown))
                (tables::reasons(shown))
                (tables::payees(shown))
                (tables::deals(shown))
            }
            (closes::page(shown))
            footer {
                p { "Made by " code { "apportion diff" } ". Every line of both sides was compared, by rule, deal, payee, role \
                    and from_payee; the changes of the rules, the payees and the deals each add up to the change of the \
                    total." }
            }
        },
    )
}

fn tiles(shown: &DifferenceView) -> Markup {
    let difference = shown.difference;
    let total = &difference.total;
    let percent = shown.percent(total.before.amount, total.amount());
    html! {
        div.tiles {
            (tile("to pay before", "", &shown.money(total.before.amount)))
            (tile("to pay after", "", &shown.money(total.after.amount)))
            (tile(
                &if percent.is_empty() { "change".to_owned() } else { format!("change ({percent})") },
                direction(total.amount()),
                &shown.signed(total.amount()),
            ))
            (tile("payees get more", "", &count(difference.payees_up)))
            (tile("payees get less", "", &count(difference.payees_down)))
            (tile(
                &format!("of {} deals differ", count(difference.deals_with_lines)),
                "",
                &count(difference.deals.len() as u64),
            ))
        }
        p.muted { "Lines: " (count(total.lines.before.into())) " before, " (count(total.lines.after.into()))
            " after; " (shown.line_counts(total)) "." }
    }
}

fn tile(what: &str, class: &str, value: &str) -> Markup {
    html! { div.tile { b class=(class) { (value) } span { (what) } } }
}

/// The class of a change by its sign. The sign is shown as well.
fn direction(change: i128) -> &'static str {
    match change {
        0 => "",
        1.. => "gain",
        _ => "loss",
    }
}
