//! Pages for people: the frame and the charts of the HTML pages, and the charter as a page.

pub mod charter;
pub mod page;

apportion_base::overflow_probe!();
