//! The fonts that documents are set in: the one that is built in, and those that are given beside it. No font of the machine is used,
//! so that a document looks alike everywhere.

use std::path::PathBuf;

use typst::foundations::Bytes;
use typst::text::{Font, FontBook, FontStyle, FontWeight};
use typst::utils::LazyHash;

/// The family that is built in.
pub const FAMILY: &str = "Libertinus Serif";

/// What stands where no font has a letter.
const MISSING: char = '?';

/// Fonts, in the order in which letters are looked for in them.
pub struct Fonts {
    /// What Typst looks them up in.
    pub book: LazyHash<FontBook>,
    fonts: Vec<Font>,
    /// How many of them are built in; they are the first.
    built_in: usize,
}

impl Fonts {
    /// The built-in font and those of some files.
    ///
    /// # Errors
    /// A file that can't be read, or is no font.
    pub fn new(files: &[PathBuf]) -> Result<Self, String> {
        let built_in = typst_assets::fonts().flat_map(|data| Font::iter(Bytes::new(data)));
        let mut fonts: Vec<Font> = built_in.filter(|font| font.info().family.as_str() == FAMILY).collect();
        let count = fonts.len();
        for file in files {
            let data = std::fs::read(file).map_err(|error| format!("{}: {error}", file.display()))?;
            let before = fonts.len();
            fonts.extend(Font::iter(Bytes::new(data)));
            if fonts.len() == before {
                return Err(format!("{} is no font", file.display()));
            }
        }
        let book = FontBook::from_fonts(&fonts);
        Ok(Self { book: LazyHash::new(book), fonts, built_in: count })
    }

    /// A font by its place.
    pub fn get(&self, index: usize) -> Option<Font> {
        self.fonts.get(index).cloned()
    }

    /// The upright built-in font of a weight; none where a font that was given bears its name, because either may be taken then.
    pub fn built_in(&self, weight: FontWeight) -> Option<Font> {
        let is_named = |font: &&Font| font.info().family.as_str() == FAMILY;
        let (built_in, given) = self.fonts.split_at_checked(self.built_in)?;
        if given.iter().any(|font| is_named(&font)) {
            return None;
        }
        let is_asked = |font: &&Font| {
            let variant = font.info().variant;
            variant.style == FontStyle::Normal && variant.weight == weight
        };
        built_in.iter().find(is_asked).cloned()
    }

    /// A text with a question mark for each letter that no font has; these letters are added to `missing`.
    pub fn printable(&self, text: &str, missing: &mut Vec<char>) -> String {
        let shown = |letter: char| {
            let known = letter.is_whitespace()
                || self.fonts.iter().any(|font| font.info().coverage.contains(letter.into()));
            if !known {
                missing.push(letter);
            }
            if known { letter } else { MISSING }
        };
        text.chars().map(shown).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_that_no_font_has_are_told() {
        let Ok(fonts) = Fonts::new(&[]) else { panic!("the built-in font is a font") };
        let mut missing = Vec::new();
        assert_eq!(
            fonts.printable("Zoë Ångström, Łódź, Ωmega, Юлия", &mut missing),
            "Zoë Ångström, Łódź, Ωmega, Юлия"
        );
        assert!(missing.is_empty());
        assert_eq!(fonts.printable("王小明 Ltd", &mut missing), "??? Ltd");
        assert_eq!(missing, ['王', '小', '明']);
    }

    #[test]
    fn a_file_that_is_no_font_is_refused() {
        let file = std::env::temp_dir().join("apportion-pdf-no-font");
        assert!(std::fs::write(&file, "no font").is_ok());
        assert!(Fonts::new(&[file]).is_err_and(|message| message.ends_with("is no font")));
    }
}
