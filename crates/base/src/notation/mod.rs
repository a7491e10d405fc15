//! How numbers, currencies, dates and instants are written in the cells of files and in the texts of expressions:
//! `docs/reference/numbers-and-dates.md`.
//!
//! Both read by the same functions, so a text means the same in a column and in an expression over it. Nothing here knows
//! of tables or of limits.

mod date;
mod moment;
mod number;
mod record_id;
mod symbol;
#[cfg(test)]
mod tests;
mod zone;

pub use date::{DateFormat, ISO_DATE};
pub use moment::Moment;
pub use number::{
    DecimalSign, Digits, Group, HUGE, NumberNotation, NumberText, nil_amount, shortest, strip_zeros,
};
pub use record_id::record_id;
pub use symbol::Mark;
pub use zone::Zone;
