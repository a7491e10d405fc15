//! How much room the words of tables need. Typst finds it out by laying out each cell up to three times, which is most of the time that a
//! page takes; the widths of the letters alone say the same of words that stand on one line.

use std::str::FromStr as _;

use rustybuzz::ttf_parser::Tag;
use rustybuzz::{Direction, Feature, Language, ShapePlan, UnicodeBuffer, script};
use serde_json::{Value, json};
use typst::layout::Abs;
use typst::text::{Font, FontInstance, FontVariant, FontWeight};

use crate::fonts::{FAMILY, Fonts};

/// Measures words in the built-in font.
pub struct Ruler {
    plain: FontInstance,
    strong: FontInstance,
}

/// Words of a cell, and whether they are strong; `None` where they are more than one text.
type Cell<'v> = (Option<&'v str>, bool);

/// A row of a table.
type Row<'v> = Vec<Cell<'v>>;

impl Ruler {
    /// A ruler for the built-in font; none where another font bears its name.
    pub fn new(fonts: &Fonts) -> Option<Self> {
        let face = |weight| {
            let variant = FontVariant { weight, ..FontVariant::default() };
            fonts.built_in(weight).map(|font: Font| font.instantiate(variant, Abs::pt(10.0), &<_>::default()))
        };
        Some(Self { plain: face(FontWeight::REGULAR)?, strong: face(FontWeight::BOLD)? })
    }

    /// Says of the tables of a document how much room they need, as `fit`, and as `font` which font that holds for.
    pub fn measure(&self, document: &mut Value) {
        let language = document.get("language").and_then(Value::as_str);
        let words = Words::new(self, language.unwrap_or_default());
        let Some(all) = document.as_object_mut() else { return };
        all.insert("font".to_owned(), json!(FAMILY));
        for block in all.get_mut("blocks").and_then(Value::as_array_mut).into_iter().flatten() {
            let fit = match block.get("kind").and_then(Value::as_str) {
                Some("table") => table(block).and_then(|(numbers, rows)| words.fit(&numbers, &rows)),
                Some("waterfall") => waterfall(block).and_then(|rows| words.fit(&[false, true], &rows)),
                _ => continue,
            };
            if let (Some(fit), Some(block)) = (fit, block.as_object_mut()) {
                block.insert("fit".to_owned(), fit);
            }
        }
    }
}

/// Which columns of a table are numbers, and its rows from its titles to its total.
fn table(block: &Value) -> Option<(Vec<bool>, Vec<Row<'_>>)> {
    let columns = block.get("columns")?.as_array()?;
    let numbers = columns.iter().map(|column| column.get("number").and_then(Value::as_bool).unwrap_or(false));
    let mut rows =
        vec![columns.iter().map(|column| (column.get("title").and_then(Value::as_str), true)).collect()];
    for row in block.get("rows")?.as_array()? {
        rows.push(row.as_array()?.iter().map(|cell| (cell.as_str(), false)).collect());
    }
    if let Some(total) = block.get("total").and_then(Value::as_array) {
        rows.push(total.iter().map(|cell| (cell.as_str(), true)).collect());
    }
    Some((numbers.collect(), rows))
}

/// The rows of a waterfall: steps with an amount, below their titles.
fn waterfall(block: &Value) -> Option<Vec<Row<'_>>> {
    let mut rows = vec![vec![
        (block.get("steps").and_then(Value::as_str), true),
        (block.get("amounts").and_then(Value::as_str), true),
    ]];
    for step in block.get("rows")?.as_array()? {
        let strong = step.get("role").and_then(Value::as_str) == Some("total");
        // A detail is a second line.
        let label = step
            .get("label")
            .and_then(Value::as_str)
            .filter(|_| step.get("detail").is_none_or(Value::is_null));
        rows.push(vec![(label, strong), (step.get("amount").and_then(Value::as_str), strong)]);
    }
    Some(rows)
}

/// A font, and how it joins letters, and digits and marks among themselves.
struct Face<'r> {
    font: &'r FontInstance,
    letters: ShapePlan,
    digits: ShapePlan,
}

/// Measures words of one language.
struct Words<'r> {
    faces: [Face<'r>; 2],
    language: Option<Language>,
}

impl<'r> Words<'r> {
    fn new(ruler: &'r Ruler, language: &str) -> Self {
        let language = Language::from_str(language).ok();
        // As the template sets numbers.
        let features = [Feature::new(Tag::from_bytes(b"tnum"), 1, ..)];
        let plan = |font: &FontInstance, script| {
            ShapePlan::new(font.rusty(), Direction::LeftToRight, Some(script), language.as_ref(), &features)
        };
        let face =
            |font| Face { font, letters: plan(font, script::LATIN), digits: plan(font, script::UNKNOWN) };
        let faces = [face(&ruler.plain), face(&ruler.strong)];
        Self { faces, language }
    }

    /// The width of each column of numbers, and of each row the widest cell of words and the height; `null` where it has to be tried out.
    fn fit(&self, numbers: &[bool], rows: &[Row<'_>]) -> Option<Value> {
        let mut columns = vec![0.0_f64; numbers.len()];
        let mut fits = Vec::with_capacity(rows.len());
        for row in rows {
            let (mut widest, mut height, mut known) = (0.0_f64, 0.0_f64, true);
            for ((cell, column), number) in row.iter().zip(&mut columns).zip(numbers) {
                match (self.size(*cell), number) {
                    (Some((width, cap)), true) => (*column, height) = (column.max(width), height.max(cap)),
                    (Some((width, cap)), false) => (widest, height) = (widest.max(width), height.max(cap)),
                    (None, false) => known = false,
                    // The width of the column hangs on it, and with it the room of all others.
                    (None, true) => return None,
                }
            }
            fits.push((known && height > 0.0).then_some([widest, height]));
        }
        Some(json!({ "columns": columns, "rows": fits }))
    }

    /// The width and the height of words on one line, in em, as Typst sets them.
    fn size(&self, (text, strong): Cell<'_>) -> Option<(f64, f64)> {
        let text = text?;
        if text.is_empty() {
            return Some((0.0, 0.0));
        }
        // Blanks at the ends take no room on a line.
        if text.trim() != text || !text.chars().all(is_simple) {
            return None;
        }
        let Face { font, letters, digits } = self.faces.get(usize::from(strong))?;
        let (plan, script) = match text.chars().any(char::is_alphabetic) {
            true => (letters, script::LATIN),
            false => (digits, script::UNKNOWN),
        };
        let mut buffer = UnicodeBuffer::new();
        buffer.push_str(text);
        buffer.set_direction(Direction::LeftToRight);
        buffer.set_script(script);
        if let Some(language) = &self.language {
            buffer.set_language(language.clone());
        }
        let shaped = rustybuzz::shape_with_plan(font.rusty(), plan, buffer);
        // A letter of another font.
        if shaped.glyph_infos().iter().any(|glyph| glyph.glyph_id == 0) {
            return None;
        }
        let units: i32 = shaped.glyph_positions().iter().map(|place| place.x_advance).sum();
        Some((f64::from(units) / font.units_per_em(), font.metrics().cap_height.get()))
    }
}

/// Whether a letter stands beside others on a line, from left to right, and is of the script that words are measured in, or of none.
fn is_simple(letter: char) -> bool {
    matches!(letter, ' '..='~' | '\u{a0}'..='\u{ac}' | '\u{ae}'..='\u{24f}' | '\u{2010}'..='\u{2027}' | '\u{202f}' | '\u{20a0}'..='\u{20bf}' | '\u{2212}')
}
