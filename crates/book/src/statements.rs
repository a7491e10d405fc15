//! `[statements]` of the project file.

use crate::choices;
use crate::config::{Item, Table};
use crate::parameters::statements as keys;

choices! {
    /// A language of statements.
    pub enum StatementLanguage {
        English = "en", "English";
        German = "de", "German";
        French = "fr", "French";
        Spanish = "es", "Spanish";
    }
}

#[expect(clippy::derivable_impls, reason = "choices have no place for a default")]
impl Default for StatementLanguage {
    fn default() -> Self {
        Self::English
    }
}

/// What stands on statements.
#[derive(Debug, Clone, Default)]
pub struct StatementSettings {
    /// Who sends them.
    pub sender: Option<String>,
    /// What stands at their end.
    pub note: Option<String>,
    /// A picture, relative to the project's folder.
    pub logo: Option<String>,
    /// A template for PDF files in place of the built-in one, relative to the project's folder.
    pub template: Option<String>,
    /// Fonts for PDF files beside the built-in one, relative to the project's folder.
    pub fonts: Vec<String>,
    /// The language where a payee has none of ours.
    pub language: StatementLanguage,
}

/// Reads `[statements]`. `None` where it has errors, which were reported.
pub(crate) fn read(table: &Table<'_>) -> Option<StatementSettings> {
    table.keys(keys::STATEMENTS.parameters);
    let sender = table.optional(&keys::SENDER, Item::some_text);
    let note = table.optional(&keys::NOTE, Item::some_text);
    let logo = table.optional(&keys::LOGO, Item::some_text);
    let template = table.optional(&keys::TEMPLATE, Item::some_text);
    let font = |item: &Item<'_>| item.some_text().map(|text| text.value);
    let fonts =
        |item: &Item<'_>| item.some_list("files of fonts")?.iter().map(font).collect::<Option<Vec<_>>>();
    let fonts = table.optional(&keys::FONTS, fonts);
    let language = table.choice(&keys::LANGUAGE);
    Some(StatementSettings {
        sender: sender?.map(|text| text.value),
        note: note?.map(|text| text.value),
        logo: logo?.map(|text| text.value),
        template: template?.map(|text| text.value),
        fonts: fonts?.unwrap_or_default(),
        language: language?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::testing;

    #[test]
    fn every_key_may_be_left_out() {
        let (read, shown) = testing::read("sender = \"Payroll\"\nlanguage = \"de\"\n", read);
        let settings = read.flatten().expect(&shown);
        assert_eq!(
            (settings.sender.as_deref(), settings.language),
            (Some("Payroll"), StatementLanguage::German)
        );
        assert!(settings.note.is_none() && settings.logo.is_none());
    }

    #[test]
    fn other_languages_are_none() {
        let (read, shown) = testing::read("language = \"nl\"\n", read);
        assert!(read.flatten().is_none() && shown.contains("nl"), "{shown}");
    }
}
