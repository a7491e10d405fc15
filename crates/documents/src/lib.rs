//! HTML pages: their layout, their charts, and the charter as a page.

#![deny(missing_docs)]

pub mod charter;
pub mod page;

apportion_base::overflow_probe!();
