//! The keys of `[report]`: `docs/reference/project.md#report`.

use crate::config::describe::{Default, Parameter, Record, Shape};

pub(crate) const SOURCED_ROLES: Parameter = Parameter::optional(
    "sourced_roles",
    Shape::some(&Shape::SomeText),
    "Roles of partners' work, or of registrations, that make revenue `sourced`; without it `sourced`.",
);

pub(crate) const COSELL_ROLES: Parameter = Parameter::optional(
    "cosell_roles",
    Shape::some(&Shape::SomeText),
    "Roles of partners' work that make revenue `co_sold`; without it `cosell`.",
);

pub(crate) const OUTLIERS_BY: Parameter = Parameter::optional(
    "outliers_by",
    Shape::some(&Shape::SomeText),
    "Columns of deals: discounts are compared among deals that agree in them; without it deal_type, segment and channel.",
);

pub(crate) const STALE_DAYS: Parameter = Parameter::with_default(
    "stale_days",
    Shape::Whole { least: 0, most: 3_650 },
    Default::Whole(30),
    "Days without work after which an open opportunity is stale.",
);

/// `[report]`.
pub const REPORT: Record = Record {
    about: "What reports go by. No amount depends on it.",
    parameters: &[SOURCED_ROLES, COSELL_ROLES, OUTLIERS_BY, STALE_DAYS],
};
