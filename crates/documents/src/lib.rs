//! What is made for people: documents of blocks as text, Markdown, pages, CSV and workbooks ([`block`]), in four languages; statements
//! of what payees are paid ([`statement`]); the layout and the charts of pages, the charter as a page, and lines as CSV and as a
//! workbook.

#![deny(missing_docs)]

pub mod block;
pub mod charter;
pub mod lines;
pub mod page;
pub mod phrase;
pub mod statement;

pub use apportion_base::language;

apportion_base::overflow_probe!();
