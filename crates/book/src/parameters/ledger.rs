//! The keys of `[ledger]`: `docs/reference/project.md#ledger`.

use crate::config::describe::{Default, Number, Parameter, Record, Shape};

pub(crate) const PATH: Parameter = Parameter::with_default(
    "path",
    Shape::SomeText,
    Default::Text("ledger"),
    "Folder of the ledger, relative to this file.",
);

pub(crate) const FIRST: Parameter = Parameter::required(
    "first",
    Shape::Pattern(r"^\d{4}-\d{2}$"),
    "first = \"2026-01\"",
    "The first month that is closed here. What closed before it is not this ledger's.",
);

pub(crate) const OPENING: Parameter = Parameter::optional(
    "opening",
    Shape::SomeText,
    "CSV file with what each payee was owed and owes from the system before: payee_id, carried, owed. The first close reads it.",
);

pub(crate) const TRUE_UP: Parameter = Parameter::with_default(
    "true_up",
    Shape::Whole { least: 0, most: 5 },
    Default::Whole(1),
    "Fiscal years before that of the month whose deals are computed again.",
);

pub(crate) const KEEP_INPUTS: Parameter = Parameter::with_default(
    "keep_inputs",
    Shape::Flag,
    Default::Flag(true),
    "Whether copies of the data stand in the ledger, once for each content.",
);

pub(crate) const REVIEW_OVER: Parameter = Parameter::optional(
    "review_over",
    Shape::Number(Number::Amount),
    "A close whose true-ups add up to more, in absolute values, wants its sum accepted.",
);

const NEED_SHAPE: Shape = Shape::Whole { least: 0, most: 20 };

pub(crate) const APPROVALS: Parameter = Parameter::with_default(
    "approvals",
    Shape::Either(&[NEED_SHAPE, Shape::some(&Shape::Record(&BAND))]),
    Default::Whole(1),
    "How many people other than the preparer must approve a close; or a list of bands by what is paid.",
);

pub(crate) const BAND_FROM: Parameter = Parameter::required(
    "from",
    Shape::Number(Number::Amount),
    "from = \"0\"",
    "From this sum of what is paid on, in book currency.",
);

pub(crate) const BAND_NEED: Parameter =
    Parameter::required("need", NEED_SHAPE, "need = 1", "How many people must approve.");

/// An element of `approvals`.
pub(crate) const BAND: Record = Record {
    about: "How many people must approve a close that pays this much. Of several bands, the highest `from` that is not above \
            what is paid counts.",
    parameters: &[BAND_FROM, BAND_NEED],
};

/// `[ledger]`.
pub const LEDGER: Record = Record {
    about: "Months that are closed for good: where their record is, and what a close needs.",
    parameters: &[PATH, FIRST, OPENING, TRUE_UP, KEEP_INPUTS, REVIEW_OVER, APPROVALS],
};
