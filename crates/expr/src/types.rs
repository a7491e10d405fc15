//! The four types.

/// The type of an expression or a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Type {
    /// UTF-8 text.
    Text,
    /// An exact decimal of at most 38 digits.
    Number,
    /// A day of the calendar, from 0001-01-01 to 9999-12-31.
    Date,
    /// True, false or null: a condition.
    Boolean,
}

impl Type {
    /// One value of the type in a sentence: "a number".
    pub fn noun(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Number => "a number",
            Self::Date => "a date",
            Self::Boolean => "a condition",
        }
    }

    /// Several values of the type in a sentence: "numbers".
    pub fn plural(self) -> &'static str {
        match self {
            Self::Text => "texts",
            Self::Number => "numbers",
            Self::Date => "dates",
            Self::Boolean => "conditions",
        }
    }
}
