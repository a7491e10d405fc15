//! The charter as one HTML file that opens offline: its Markdown as HTML, in the layout of all pages.

use std::collections::BTreeSet;

use maud::{PreEscaped, html};
use pulldown_cmark::{CowStr, Event, HeadingLevel, Options, Parser, Tag, TagEnd, html as markdown_html};

use crate::page::page;
use apportion_engine::charter::document::{Document, anchor};

/// The charter as an HTML page.
pub fn render(document: &Document) -> String {
    let lead = fragment(document.lead.as_str());
    let body = fragment(&document.body());
    page(
        &document.title,
        &html! {
            header { h1 { (document.title) } div.lead { (PreEscaped(lead)) } }
            section { (PreEscaped(body)) }
        },
    )
}

/// The words of Markdown within a line, without its marks.
pub fn plain(markdown: &str) -> String {
    let words = Parser::new(markdown).filter_map(|event| match event {
        Event::Text(text) | Event::Code(text) => Some(text.into_string()),
        _ => None,
    });
    words.collect()
}

/// Markdown as HTML. Sections and rules have ids to link to, and wide tables scroll inside their own frame.
fn fragment(markdown: &str) -> String {
    let events: Vec<Event<'_>> = Parser::new_ext(markdown, Options::ENABLE_TABLES).collect();
    let mut made: Vec<Event<'_>> = Vec::with_capacity(events.len());
    // Many rules have a heading "Example". Ids must be unique, so only the first one gets it.
    let mut named: BTreeSet<String> = BTreeSet::new();
    for (index, event) in events.iter().enumerate() {
        match event {
            Event::Start(Tag::Heading { level, classes, attrs, .. }) => {
                let id = anchor(&heading_text(&events[index + 1..]));
                let linked = *level <= HeadingLevel::H3 && named.insert(id.clone());
                made.push(Event::Start(Tag::Heading {
                    level: *level,
                    id: linked.then(|| CowStr::from(id)),
                    classes: classes.clone(),
                    attrs: attrs.clone(),
                }));
            }
            Event::Start(Tag::Table(_)) => {
                let frame = "<div class=\"scroll\" role=\"region\" aria-label=\"Table\" tabindex=\"0\">";
                made.extend([Event::Html(CowStr::from(frame)), event.clone()]);
            }
            Event::End(TagEnd::Table) => {
                made.extend([event.clone(), Event::Html(CowStr::from("</div>\n"))]);
            }
            other => made.push(other.clone()),
        }
    }
    let mut text = String::new();
    markdown_html::push_html(&mut text, made.into_iter());
    text
}

/// The words of a heading, up to its end.
fn heading_text(events: &[Event<'_>]) -> String {
    let inside = events.iter().take_while(|event| !matches!(event, Event::End(TagEnd::Heading(_))));
    let words = inside.filter_map(|event| match event {
        Event::Text(text) | Event::Code(text) => Some(text.as_ref()),
        _ => None,
    });
    words.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_are_no_words() {
        assert_eq!(
            plain("the deal’s `received_share` \\* 2, **all** of it"),
            "the deal’s received_share * 2, all of it"
        );
    }

    #[test]
    fn links_lead_to_headings_and_nothing_leads_out() {
        let html = fragment(
            "- [A \\& B (`x-y`)](#a--b-x-y)\n\n## A \\& B (`x-y`)\n\n| a |\n| ---: |\n| \\<i\\> |\n",
        );
        assert!(html.contains("<a href=\"#a--b-x-y\">"), "{html}");
        assert!(html.contains("<h2 id=\"a--b-x-y\">"), "{html}");
        assert!(html.contains("<div class=\"scroll\"") && html.contains("&lt;i&gt;"), "{html}");
    }
}
