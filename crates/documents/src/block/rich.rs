//! Words with marks: some are stressed, some are to be taken letter by letter.

use maud::{Markup, Render, html};
use serde_json::{Value, json};

use apportion_engine::charter::escape_markdown;

/// Words of which some have a mark.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Rich(Vec<Span>);

/// Words that have one mark.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Span {
    mark: Mark,
    text: String,
}

/// How words are meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mark {
    /// As they stand.
    Plain,
    /// Stressed more than all around them.
    Strong,
    /// Stressed.
    Emphasis,
    /// Letter by letter: a name of the rules, a formula.
    Code,
}

impl Mark {
    /// Its name in JSON.
    fn word(self) -> &'static str {
        match self {
            Self::Plain => "plain",
            Self::Strong => "strong",
            Self::Emphasis => "emphasis",
            Self::Code => "code",
        }
    }
}

impl Rich {
    /// Adds words at the end.
    pub fn push(&mut self, mark: Mark, text: &str) {
        match self.0.last_mut() {
            Some(last) if last.mark == mark => last.text.push_str(text),
            _ => self.0.push(Span { mark, text: text.to_owned() }),
        }
    }

    /// The words without their marks.
    pub fn plain(&self) -> String {
        self.0.iter().map(|span| span.text.as_str()).collect()
    }

    /// As Markdown, in which no word is markup.
    pub(super) fn markdown(&self) -> String {
        let span = |Span { mark, text }: &Span| match mark {
            Mark::Plain => escaped(text),
            Mark::Strong => format!("**{}**", escape_markdown(text)),
            Mark::Emphasis => format!("*{}*", escape_markdown(text)),
            // Marks within a code would be read as such; escaped words say the same.
            Mark::Code if text.contains(['`', '|', '\n']) => escape_markdown(text),
            Mark::Code => format!("`{text}`"),
        };
        self.0.iter().map(span).collect()
    }

    /// Words without marks are a text; others a list of `{ mark, text }`.
    pub(super) fn json(&self) -> Value {
        if self.0.iter().all(|span| span.mark == Mark::Plain) {
            return Value::String(self.plain());
        }
        self.0.iter().map(|span| json!({ "mark": span.mark.word(), "text": span.text })).collect()
    }
}

/// Words between others, whose blanks part them.
fn escaped(text: &str) -> String {
    let blank = |is_there: bool| if is_there { " " } else { "" };
    let words = escape_markdown(text);
    let before = blank(text.starts_with(char::is_whitespace));
    let after = blank(!words.is_empty() && text.ends_with(char::is_whitespace));
    format!("{before}{words}{after}")
}

impl From<String> for Rich {
    fn from(text: String) -> Self {
        Self(vec![Span { mark: Mark::Plain, text }])
    }
}

impl From<&str> for Rich {
    fn from(text: &str) -> Self {
        text.to_owned().into()
    }
}

impl Render for Rich {
    fn render(&self) -> Markup {
        html! {
            @for Span { mark, text } in &self.0 {
                @match mark {
                    Mark::Plain => (text),
                    Mark::Strong => strong { (text) },
                    Mark::Emphasis => em { (text) },
                    Mark::Code => code { (text) },
                }
            }
        }
    }
}
