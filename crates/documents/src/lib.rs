//! What is made for people: HTML pages with their layout and charts, the charter as a page, and lines as CSV and as a workbook.

#![deny(missing_docs)]

pub mod charter;
pub mod lines;
pub mod page;

apportion_base::overflow_probe!();
