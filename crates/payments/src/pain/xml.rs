//! Writes elements, one a line.

use quick_xml::escape::escape;

/// A document that is being written.
#[derive(Debug)]
pub(super) struct Xml {
    text: String,
    depth: usize,
}

impl Xml {
    /// A document whose top element has a namespace.
    pub(super) fn new(namespace: &str) -> Self {
        let text = format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Document xmlns=\"{namespace}\">\n");
        Self { text, depth: 1 }
    }

    fn indent(&mut self) {
        (0..self.depth).for_each(|_| self.text.push_str("  "));
    }

    /// The beginning of an element that has others.
    pub(super) fn open(&mut self, name: &str) {
        self.indent();
        self.text.push_str(&format!("<{name}>\n"));
        self.depth += 1;
    }

    /// Its end.
    pub(super) fn close(&mut self, name: &str) {
        self.depth -= 1;
        self.indent();
        self.text.push_str(&format!("</{name}>\n"));
    }

    /// An element with a text.
    pub(super) fn leaf(&mut self, name: &str, text: &str) {
        self.indent();
        self.text.push_str(&format!("<{name}>{}</{name}>\n", escape(text)));
    }

    /// An element with an attribute and a text.
    pub(super) fn leaf_with(&mut self, name: &str, (key, value): (&str, &str), text: &str) {
        self.indent();
        self.text.push_str(&format!("<{name} {key}=\"{}\">{}</{name}>\n", escape(value), escape(text)));
    }

    /// The whole document.
    pub(super) fn finish(mut self) -> String {
        self.text.push_str("</Document>\n");
        self.text
    }
}
