//! The layout of every HTML page that `apportion` writes: one file that opens offline.
//!
//! A page contains its style and script, loads no fonts or pictures, and has a Content-Security-Policy that forbids every
//! request. It follows the reader's light or dark setting, can be printed, and is readable from 400 pixels of width on:
//! wide tables scroll inside [`scrolling`], not the page.
//!
//! The contents come from the caller as `maud` markup, which escapes every text:
//!
//! ```
//! use apportion_documents::page::{page, scrolling};
//! use maud::html;
//!
//! let text = page("Rules in force", &html! {
//!     header { h1 { "Rules in force" } p.lead { "on 2026-07-01" } }
//!     section { h2 { "Rates" } (scrolling("Rates", &html! {
//!         table { thead { tr { th { "rule" } th.num { "rate" } } } tbody { tr { td { "<b>" } td.num { "10%" } } } }
//!     })) }
//! });
//! assert!(text.starts_with("<!DOCTYPE html>") && text.contains("&lt;b&gt;") && !text.contains("://"));
//! ```
//!
//! Classes that `style.css` knows: `lead`, `tiles` with `tile`, `num` (right-aligned), `gain` and `loss` (never by
//! colour alone: write the sign too), `muted`, `tag`, `key` (a chart's legend), `scroll`; `table.sortable` is made
//! sortable by a few lines of script and is complete without it. A cell that sorts by something else than its text
//! says so in `data-value`.

pub mod chart;

use maud::{DOCTYPE, Markup, PreEscaped, html};

use crate::language::Language;

const STYLE: &str = include_str!("style.css");
const SORT: &str = include_str!("sort.js");
const FILTER: &str = include_str!("filter.js");

/// The browser may use the style and script of the page, and may not send any request.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

/// A page.
#[derive(Debug, Clone, Copy)]
pub struct Page<'a> {
    /// Its title.
    pub title: &'a str,
    /// The language of its words.
    pub language: Language,
    /// Whether it holds a picture, as a `data:` address.
    pub has_picture: bool,
}

impl Page<'_> {
    /// The whole page as text. `body` is a `header`, then `section`s, then perhaps a `footer`.
    pub fn text(&self, body: &Markup) -> String {
        let pictures = if self.has_picture { "; img-src data:" } else { "" };
        let markup = html! {
            (DOCTYPE)
            html lang=(self.language.code()) {
                head {
                    meta charset="utf-8";
                    meta http-equiv="Content-Security-Policy" content={ (POLICY) (pictures) };
                    meta name="viewport" content="width=device-width, initial-scale=1";
                    meta name="color-scheme" content="light dark";
                    title { (self.title) }
                    style { (PreEscaped(STYLE)) }
                }
                body {
                    main { (body) }
                    script { (PreEscaped(SORT)) }
                }
            }
        };
        let mut text = markup.into_string();
        text.push('\n');
        text
    }
}

/// A whole page in English as text. `body` is a `header`, then `section`s, then perhaps a `footer`.
pub fn page(title: &str, body: &Markup) -> String {
    Page { title, language: Language::English, has_picture: false }.text(body)
}

/// Wide contents, such as a table, that scroll in their own frame. The frame needs a name, because it can be focused by
/// keyboard.
pub fn scrolling(name: &str, wide: &Markup) -> Markup {
    html! { div.scroll role="region" aria-label=(name) tabindex="0" { (wide) } }
}

/// The script that makes tables with `data-filter` filterable: numbers of columns, parted by blanks. It stands once, behind them; without
/// it a table shows all of its rows.
pub fn filters() -> Markup {
    html! { script { (PreEscaped(FILTER)) } }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_on_a_page_asks_for_anything() {
        let text = page("T", &html! { p { "x" } (filters()) });
        for asks in ["http://", "https://", "src=", "href=", "@import", "url(", "fetch(", "XMLHttp"] {
            assert!(!text.contains(asks), "{asks}");
        }
        assert!(text.contains("default-src 'none'"));
    }

    #[test]
    fn what_is_said_is_escaped() {
        let text = page("<script>", &html! { (scrolling("a\"b", &html! { "</main>" })) });
        assert!(text.contains("<title>&lt;script&gt;</title>"));
        assert!(text.contains("aria-label=\"a&quot;b\"") && text.contains("&lt;/main&gt;"));
    }
}
