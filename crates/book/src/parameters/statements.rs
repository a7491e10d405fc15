//! The keys of `[statements]`: `docs/reference/project.md#statements`.

use crate::config::describe::{Choice, Default, Parameter, Record, Shape};
use crate::statements::StatementLanguage;

pub(crate) const SENDER: Parameter = Parameter::optional(
    "sender",
    Shape::SomeText,
    "Who sends statements and answers questions about them, as payees see it.",
);

pub(crate) const NOTE: Parameter =
    Parameter::optional("note", Shape::SomeText, "What stands at the end of each statement.");

pub(crate) const LOGO: Parameter = Parameter::optional(
    "logo",
    Shape::SomeText,
    "A picture for the top of pages, relative to this file: .png, .jpg, .gif, .webp or .svg, 512 KiB at most.",
);

pub(crate) const TEMPLATE: Parameter = Parameter::optional(
    "template",
    Shape::SomeText,
    "A Typst template for PDF files in place of the built-in one, relative to this file. It may use files of its folder.",
);

pub(crate) const FONTS: Parameter = Parameter::optional(
    "fonts",
    Shape::some(&Shape::SomeText),
    "Files of fonts, relative to this file, for letters that the font of PDF files does not have, such as Chinese or Arabic ones.",
);

pub(crate) const LANGUAGE: Parameter = Parameter::with_default(
    "language",
    Shape::Choice(StatementLanguage::WORDS),
    Default::Text(StatementLanguage::English.word()),
    "The language of statements of payees whose `language` is none of these.",
);

/// `[statements]`.
pub const STATEMENTS: Record = Record {
    about: "What stands on the statements of payees. No amount depends on it.",
    parameters: &[SENDER, NOTE, LOGO, TEMPLATE, FONTS, LANGUAGE],
};
