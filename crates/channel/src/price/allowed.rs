//! The discount that a policy allows.

use std::collections::BTreeMap;

use apportion_base::money::{Overflow, rescale_exact};
use apportion_data::Frame;
use apportion_rules::Value;
use rust_decimal::Decimal;

use crate::texts::{Texts, column_name};

/// An allowed discount in hundred-millionths, by row.
#[derive(Debug, Clone)]
pub enum Allowed<'a> {
    /// The same for all.
    Plain(i64),
    /// By the text of a column; what has none of these texts has the last, if there is one.
    By(Texts<'a>, BTreeMap<&'a str, i64>, Option<i64>),
    /// Nothing is said: rows of a file can't say it.
    Unsaid,
}

impl<'a> Allowed<'a> {
    /// Reads a discount once for all rows of a frame.
    ///
    /// # Errors
    /// A share of more than eight decimals, or too large.
    pub fn new(value: &'a Value, frame: &'a Frame) -> Result<Self, Overflow> {
        Ok(match value {
            Value::Plain(share) => Self::Plain(e8(*share)?),
            Value::By { column, is, otherwise } => {
                let is = is.iter().map(|(text, share)| Ok((text.as_str(), e8(*share)?)));
                let is = is.collect::<Result<_, Overflow>>()?;
                let otherwise = otherwise.map(e8).transpose()?;
                Self::By(Texts::of(frame, &column_name(column)), is, otherwise)
            }
            Value::Table(_) => Self::Unsaid,
        })
    }

    /// What is allowed for a row.
    pub fn of(&self, row: usize) -> Option<i64> {
        match self {
            Self::Plain(share) => Some(*share),
            Self::By(texts, is, otherwise) => {
                texts.get(row).and_then(|text| is.get(text).copied()).or(*otherwise)
            }
            Self::Unsaid => None,
        }
    }
}

fn e8(share: Decimal) -> Result<i64, Overflow> {
    i64::try_from(rescale_exact(share.mantissa(), share.scale(), 8)?).map_err(|_| Overflow)
}
