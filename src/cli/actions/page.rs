//! Actions as one offline page, for Monday morning: how many of each kind, the early warnings on what is open, and all of them.

use std::collections::BTreeSet;

use maud::{Markup, html};

use apportion_book::config::describe::Choice;
use apportion_book::display_day;
use apportion_documents::page::{filters, page, scrolling};
use apportion_engine::actions::{Action, ActionKind};

use super::super::number::{count, money, money_or_dash};
use super::due::{Due, due};
use crate::session::Actions;

/// The whole page.
pub fn text(actions: &Actions) -> String {
    let title = format!("{}: what to do now", actions.book);
    let day = display_day(actions.as_of);
    page(
        &title,
        &html! {
            header {
                h1 { (title) }
                p.lead { "as of " (day) ", stakes in " (actions.currency) }
            }
            @if actions.actions.is_empty() {
                section { p { b { "Nothing is to be done." } } }
            } @else {
                (tiles(actions))
                (kinds(actions))
                (warnings(actions))
                (all(actions))
                (filters())
            }
            footer {
                p { "Made by " code { "apportion actions" } ". A stake is what the payee’s lines would be if the opportunity were won \
                    on " (day) " at its amount, with the action done, less what they would be without; of a conflict it is what is held." }
            }
        },
    )
}

fn tiles(actions: &Actions) -> Markup {
    html! {
        div.tiles {
            @for when in Due::ALL {
                div.tile { b { (count(due(actions, when).count() as u64)) } span { (when.words()) } }
            }
        }
    }
}

/// How many there are of each kind.
fn kinds(actions: &Actions) -> Markup {
    let kinds = ActionKind::ALL.iter().zip(ActionKind::WORDS);
    let found = kinds.map(|(kind, word)| (actions.count(*kind), word)).filter(|(number, _)| *number > 0);
    let table = html! {
        table {
            thead { tr { th { "action" } th.num { "number" } th { "when" } } }
            tbody {
                @for (number, word) in found {
                    tr { td.id { (word.word) } td.num { (count(number as u64)) } td.why { (word.meaning) } }
                }
            }
        }
    };
    html! { section { h2 { "By kind" } (scrolling("Actions by kind", &table)) } }
}

/// Opportunities on which something depends, the largest first: before a deal slips.
fn warnings(actions: &Actions) -> Markup {
    let has_stake = |action: &&Action| action.kind != ActionKind::Decide && action.stake.is_some();
    let subjects: BTreeSet<&str> =
        actions.actions.iter().filter(has_stake).map(|action| action.subject.as_str()).collect();
    let of_subject = |subject| {
        let own: Vec<&Action> =
            actions.actions.iter().filter(has_stake).filter(|action| action.subject == subject).collect();
        let stake = own.iter().filter_map(|action| action.stake).max();
        (stake, subject, own)
    };
    let mut warnings: Vec<(Option<i128>, &str, Vec<&Action>)> =
        subjects.into_iter().map(of_subject).collect();
    warnings.sort_by(|one, other| other.0.cmp(&one.0).then(one.1.cmp(other.1)));
    if warnings.is_empty() {
        return html! {};
    }
    let table = html! {
        table.sortable {
            thead { tr { th { "opportunity" } th.num { "largest stake" } th { "due" } th { "what to do" } } }
            tbody {
                @for (stake, subject, own) in &warnings {
                    tr {
                        td.id { (subject) }
                        td.num data-value=(stake.unwrap_or_default()) { (money(stake.unwrap_or_default(), actions.digits)) }
                        td.id { (own.iter().find_map(|action| action.due).map(display_day).unwrap_or_default()) }
                        td.why { @for action in own { p { b { (action.kind.word()) } " " (action.why) } } }
                    }
                }
            }
        }
    };
    html! {
        section {
            h2 { "Early warnings" }
            p { "Open opportunities on which pay depends on what is done before they close." }
            (scrolling("Early warnings", &table))
        }
    }
}

fn all(actions: &Actions) -> Markup {
    let table = html! {
        table.sortable data-filter="0 1 2" {
            thead { tr {
                th { "when" } th { "action" } th { "payee" } th { "subject" } th { "due" } th.num { "stake" } th { "why" }
            } }
            tbody { @for action in &actions.actions { (row(actions, action)) } }
        }
    };
    html! { section.tall { h2 { "Everything" } (scrolling("All actions", &table)) } }
}

fn row(actions: &Actions, action: &Action) -> Markup {
    html! {
        tr {
            td.id { (Due::of(action, actions.as_of).words()) }
            td.id { (action.kind.word()) }
            td.id { (action.payee_id.as_deref().unwrap_or("-")) }
            td { (action.subject) }
            td.id data-value=(action.due.map_or_else(|| "9999-12-31".to_owned(), display_day)) {
                (action.due.map_or_else(|| "-".to_owned(), display_day))
            }
            td.num data-value=(action.stake.unwrap_or(i128::MIN)) { (money_or_dash(action.stake, actions.digits)) }
            td.why { (action.why) }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_says_all_of_it_and_asks_for_nothing() {
        let action = |kind, subject: &str, stake| Action {
            kind,
            payee_id: Some("P-1".to_owned()),
            subject: subject.to_owned(),
            due: Some(20_000),
            stake,
            why: format!("<b>{subject}</b>"),
        };
        let actions = Actions {
            book: "Test".to_owned(),
            currency: "USD",
            digits: 2,
            as_of: 20_000,
            actions: vec![
                action(ActionKind::Register, "O-1", Some(123_450)),
                action(ActionKind::Decide, "raised:O-1", Some(5)),
            ],
        };
        let text = text(&actions);
        for said in ["1,234.50", "&lt;b&gt;O-1&lt;/b&gt;", "Early warnings", "This week", "data-filter"] {
            assert!(text.contains(said), "{said}");
        }
        assert!(!text.contains("://") && !text.contains("<b>O-1"));
        assert!(super::text(&Actions { actions: Vec::new(), ..actions }).contains("Nothing is to be done"));
    }
}
