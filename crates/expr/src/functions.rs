//! The functions of texts. They mean what PostgreSQL means by them: characters are counted, from 1.

use arrow::array::{Array, BooleanArray, Date32Array, StringArray};
use arrow::buffer::NullBuffer;

use apportion_base::notation::{NumberText, record_id, shortest};

use super::date;
use super::decimal::{Numbers, pow10};
use super::error::Fault;
use super::text::Texts;
use super::tree::Function;
use super::value::{Value, mixed};

/// The most bytes of a text that an expression makes.
pub(super) const MAX_TEXT: usize = 1 << 16;
/// The most bytes of the texts of a column that are made at once.
const MAX_COLUMN: usize = 1 << 30;

/// The value of a function of texts from those of its arguments.
pub(super) fn call(function: &Function, arguments: Vec<Value>) -> Result<Value, Fault> {
    let arguments = Arguments::new(arguments);
    Ok(match function {
        Function::Join => arguments.texts(|index| {
            let mut joined = String::new();
            for place in 0..index.count() {
                let Some(part) = index.shown(place)? else { return Ok(None) };
                append(&mut joined, &part)?;
            }
            Ok(Some(joined))
        })?,
        Function::Concat => arguments.texts(|index| {
            let mut joined = String::new();
            for place in 0..index.count() {
                if let Some(part) = index.shown(place)? {
                    append(&mut joined, &part)?;
                }
            }
            Ok(Some(joined))
        })?,
        Function::Substr => arguments.texts(|index| {
            let (Some(text), Some(from)) = (index.text(0)?, index.whole(1)?) else { return Ok(None) };
            let until = match index.count() {
                3 => match index.whole(2)? {
                    None => return Ok(None),
                    Some(count) if count < 0 => {
                        return Err(Fault::new("a part of a text was to have a negative length"));
                    }
                    Some(count) => Some(from.saturating_add(count)),
                },
                _ => None,
            };
            Ok(Some(between(text, from, until).to_owned()))
        })?,
        Function::Left => arguments.texts(|index| {
            let (Some(text), Some(count)) = (index.text(0)?, index.whole(1)?) else { return Ok(None) };
            let count = if count < 0 { length(text).saturating_add(count) } else { count };
            Ok(Some(between(text, 1, Some(count.saturating_add(1))).to_owned()))
        })?,
        Function::Right => arguments.texts(|index| {
            let (Some(text), Some(count)) = (index.text(0)?, index.whole(1)?) else { return Ok(None) };
            let from = if count < 0 {
                1_i64.saturating_sub(count)
            } else {
                length(text).saturating_sub(count).saturating_add(1)
            };
            Ok(Some(between(text, from, None).to_owned()))
        })?,
        Function::Lpad => arguments.texts(|index| {
            let (Some(text), Some(count), Some(fill)) = (index.text(0)?, index.whole(1)?, index.text(2)?)
            else {
                return Ok(None);
            };
            padded(text, count, fill).map(Some)
        })?,
        Function::Replace => arguments.texts(|index| {
            let (Some(text), Some(from), Some(to)) = (index.text(0)?, index.text(1)?, index.text(2)?) else {
                return Ok(None);
            };
            replaced(text, from, to).map(Some)
        })?,
        Function::SplitPart => arguments.texts(|index| {
            let (Some(text), Some(by), Some(place)) = (index.text(0)?, index.text(1)?, index.whole(2)?)
            else {
                return Ok(None);
            };
            split_part(text, by, place).map(|part| Some(part.to_owned()))
        })?,
        Function::RegexpExtract(pattern) => arguments.texts(|index| {
            let (Some(text), Some(group)) = (index.text(0)?, index.whole(1)?) else { return Ok(None) };
            let Ok(group) = usize::try_from(group) else { return Ok(None) };
            let found = pattern.0.captures(text).and_then(|found| found.get(group));
            Ok(found.map(|found| found.as_str().to_owned()))
        })?,
        Function::SalesforceId => arguments.texts(|index| Ok(index.text(0)?.and_then(record_id)))?,
        Function::Length => {
            arguments.numbers(|index| Ok(index.text(0)?.map(|text| (i128::from(length(text)), 0))))?
        }
        Function::Position => arguments.numbers(|index| {
            let (Some(part), Some(text)) = (index.text(0)?, index.text(1)?) else { return Ok(None) };
            let before = text.find(part).map(|place| length(&text[..place]));
            Ok(Some((before.map_or(0, |before| i128::from(before) + 1), 0)))
        })?,
        Function::ToNumber(notation) => arguments.numbers(|index| {
            let text = index.text(0)?.map(str::trim);
            let number = text.and_then(|text| NumberText::parse(text, *notation)?.value().scaled());
            Ok(number.map(|(mantissa, scale)| (mantissa, u8::try_from(scale).unwrap_or(0))))
        })?,
        Function::ToDate(format) => {
            let day = |row| {
                let text = Row { arguments: &arguments, row }.text(0)?.map(str::trim);
                let day = text.and_then(|text| format.parse(text));
                Ok(day.filter(|day| (date::FIRST_DAY..=date::LAST_DAY).contains(day)))
            };
            Value::Date((0..arguments.rows).map(day).collect::<Result<Date32Array, Fault>>()?)
        }
        Function::StartsWith => arguments.conditions(|text, part| text.starts_with(part))?,
        Function::EndsWith => arguments.conditions(|text, part| text.ends_with(part))?,
        Function::RegexpLike(pattern) => {
            let Some(Value::Text(texts)) = arguments.values.first() else { return Err(mixed()) };
            Value::Boolean(texts.test(|text| pattern.0.is_match(text))?)
        }
        // The others are no functions of texts.
        _ => return Err(mixed()),
    })
}

/// The arguments of a call, each of the same number of rows or a constant.
struct Arguments {
    values: Vec<Value>,
    rows: usize,
}

/// The arguments on one row.
struct Row<'a> {
    arguments: &'a Arguments,
    row: usize,
}

impl Arguments {
    fn new(values: Vec<Value>) -> Self {
        let longest = values.iter().map(Value::len).find(|rows| *rows != 1);
        Self { rows: longest.unwrap_or(1), values }
    }

    fn row(&self, row: usize) -> Row<'_> {
        Row { arguments: self, row }
    }

    /// A text from each row. Of a column with a dictionary beside constants, each distinct text is looked at once.
    fn texts(mut self, make: impl Fn(Row<'_>) -> Result<Option<String>, Fault>) -> Result<Value, Fault> {
        if let [Value::Text(texts), constants @ ..] = &self.values[..]
            && constants.iter().all(|constant| constant.len() == 1)
            && let Some(keys) = &texts.keys
            && texts.values.len() <= keys.len()
        {
            let (keys, distinct) = (keys.clone(), Value::Text(Texts::plain(texts.values.clone())));
            let mut values = self.values.clone();
            values[0] = distinct;
            // A text that no row has may be one that has no value: then the rows decide.
            if let Ok(Value::Text(made)) = Self::new(values).each_text(&make) {
                return Ok(Value::Text(Texts { keys: Some(keys), values: made.values }));
            }
        }
        self.rows = self.rows.max(1);
        self.each_text(&make)
    }

    fn each_text(&self, make: &impl Fn(Row<'_>) -> Result<Option<String>, Fault>) -> Result<Value, Fault> {
        let mut made: Vec<Option<String>> = Vec::with_capacity(self.rows);
        let mut bytes = 0;
        for row in 0..self.rows {
            let text = make(self.row(row))?;
            bytes += text.as_ref().map_or(0, String::len);
            if bytes > MAX_COLUMN {
                return Err(Fault::new("the texts of these rows are too long together"));
            }
            made.push(text);
        }
        Ok(Value::Text(Texts::plain(StringArray::from(made))))
    }

    /// A number from each row: its digits and its decimals.
    fn numbers(self, make: impl Fn(Row<'_>) -> Result<Option<(i128, u8)>, Fault>) -> Result<Value, Fault> {
        let made = (0..self.rows).map(|row| make(self.row(row))).collect::<Result<Vec<_>, Fault>>()?;
        let scale = made.iter().flatten().map(|(_, scale)| *scale).max().unwrap_or(0);
        let valid: Vec<bool> = made.iter().map(Option::is_some).collect();
        let nulls = Some(NullBuffer::from(valid)).filter(|nulls| nulls.null_count() > 0);
        // At most 18 digits on each side of the point: 36 in all.
        let values: Vec<i128> = made
            .into_iter()
            .map(|number| number.map_or(0, |(mantissa, own)| mantissa * pow10(scale - own)))
            .collect();
        Ok(Value::Number(Numbers { values: values.into(), nulls, scale }))
    }

    /// A condition on two texts of each row.
    fn conditions(self, test: impl Fn(&str, &str) -> bool) -> Result<Value, Fault> {
        let condition = |row| {
            let index = self.row(row);
            let (Some(text), Some(part)) = (index.text(0)?, index.text(1)?) else { return Ok(None) };
            Ok(Some(test(text, part)))
        };
        Ok(Value::Boolean((0..self.rows).map(condition).collect::<Result<BooleanArray, Fault>>()?))
    }
}

impl<'a> Row<'a> {
    fn count(&self) -> usize {
        self.arguments.values.len()
    }

    fn value(&self, place: usize) -> Result<(&'a Value, usize), Fault> {
        let value = self.arguments.values.get(place).ok_or_else(mixed)?;
        Ok((value, if value.len() == 1 { 0 } else { self.row }))
    }

    fn text(&self, place: usize) -> Result<Option<&'a str>, Fault> {
        match self.value(place)? {
            (Value::Text(texts), row) => Ok(texts.get(row)),
            _ => Err(mixed()),
        }
    }

    /// A number that counts characters or parts; beyond what any text has, the sign is all that matters.
    fn whole(&self, place: usize) -> Result<Option<i64>, Fault> {
        let (Value::Number(numbers), row) = self.value(place)? else { return Err(mixed()) };
        if !numbers.is_valid(row) {
            return Ok(None);
        }
        let (unscaled, unit) = (numbers.values[row], pow10(numbers.scale));
        if unscaled % unit != 0 {
            return Err(Fault::new(
                "characters and parts of a text are counted in whole numbers, and this one has decimals",
            ));
        }
        let beyond = if unscaled < 0 { i64::MIN } else { i64::MAX };
        Ok(Some(i64::try_from(unscaled / unit).unwrap_or(beyond)))
    }

    /// The value as a text: a number plain and without zeros that say nothing, a date as `2026-07-31`.
    fn shown(&self, place: usize) -> Result<Option<String>, Fault> {
        Ok(match self.value(place)? {
            (Value::Text(texts), row) => texts.get(row).map(str::to_owned),
            (Value::Number(numbers), row) => {
                numbers.is_valid(row).then(|| shortest(numbers.values[row], u32::from(numbers.scale)))
            }
            (Value::Date(dates), row) => {
                dates.iter().nth(row).flatten().map(apportion_base::calendar::display_day)
            }
            (Value::Boolean(_), _) => return Err(mixed()),
        })
    }
}

fn too_long() -> Fault {
    Fault(format!("a text would be longer than {MAX_TEXT} bytes"))
}

fn append(text: &mut String, part: &str) -> Result<(), Fault> {
    if text.len() + part.len() > MAX_TEXT {
        return Err(too_long());
    }
    text.push_str(part);
    Ok(())
}

/// Characters of a text.
fn length(text: &str) -> i64 {
    // A text has fewer bytes than 2^63.
    i64::try_from(text.chars().count()).unwrap_or(i64::MAX)
}

/// The byte at which the character with this number begins, counted from 0; the end where there is none.
fn byte_of(text: &str, character: i64) -> usize {
    match usize::try_from(character) {
        Ok(character) => text.char_indices().nth(character).map_or(text.len(), |(byte, _)| byte),
        Err(_) => 0,
    }
}

/// The characters from `from` (counted from 1) to before `until`, which may lie outside of the text.
fn between(text: &str, from: i64, until: Option<i64>) -> &str {
    let rest = &text[byte_of(text, from.max(1) - 1)..];
    match until {
        None => rest,
        Some(until) => &rest[..byte_of(rest, until.saturating_sub(from.max(1)).max(0))],
    }
}

/// The text with `fill` repeated in front up to so many characters, or cut behind them.
fn padded(text: &str, count: i64, fill: &str) -> Result<String, Fault> {
    let missing = count.saturating_sub(length(text));
    if missing <= 0 || fill.is_empty() {
        return Ok(between(text, 1, Some(count.max(0).saturating_add(1))).to_owned());
    }
    let missing =
        usize::try_from(missing).ok().filter(|missing| *missing <= MAX_TEXT).ok_or_else(too_long)?;
    let mut made: String = fill.chars().cycle().take(missing).collect();
    append(&mut made, text)?;
    Ok(made)
}

fn replaced(text: &str, from: &str, to: &str) -> Result<String, Fault> {
    if from.is_empty() {
        return Ok(text.to_owned());
    }
    let longer = to.len().saturating_sub(from.len());
    if longer > 0 && text.matches(from).count().saturating_mul(longer).saturating_add(text.len()) > MAX_TEXT {
        return Err(too_long());
    }
    Ok(text.replace(from, to))
}

/// The part with this number, from the end where it is negative; an empty text where there is none.
fn split_part<'a>(text: &'a str, by: &str, place: i64) -> Result<&'a str, Fault> {
    if place == 0 {
        return Err(Fault::new("parts of a text are counted from 1, or from -1 at its end, and 0 is none"));
    }
    if by.is_empty() {
        return Ok(if matches!(place, 1 | -1) { text } else { "" });
    }
    let nth = usize::try_from(place.unsigned_abs() - 1).unwrap_or(usize::MAX);
    let part = if place > 0 { text.split(by).nth(nth) } else { from_the_end(text, by, nth) };
    Ok(part.unwrap_or(""))
}

/// The parts are found from the front, also where they are counted from the end: separators may overlap.
fn from_the_end<'a>(text: &'a str, by: &str, nth: usize) -> Option<&'a str> {
    let parts = text.split(by).count();
    text.split(by).nth(parts.checked_sub(nth.checked_add(1)?)?)
}
