//! The keys of `[forecast]`: `docs/reference/project.md#forecast`.

use crate::config::describe::{Number, Parameter, Record, Shape};

pub(crate) const BUDGET: Parameter = Parameter::optional(
    "budget",
    Shape::Map(&Shape::Number(Number::Amount)),
    "What may be paid in a month, a fiscal quarter or a fiscal year: { \"2026-Q3\" = \"500000\" }. A forecast says how likely it costs more.",
);

/// `[forecast]`.
pub const FORECAST: Record =
    Record { about: "What a forecast is held against. No amount depends on it.", parameters: &[BUDGET] };
