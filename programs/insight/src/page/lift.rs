//! Whether work with a partner wins more, and how a plain comparison misleads.

use apportion::block::{Cell, Column, Document, Table};

use super::{Ground, OWN_GROUPS};
use crate::{Fault, lift};

pub(super) fn add(document: &mut Document, ground: &Ground<'_>) -> Result<(), Fault> {
    let strata = lift::Strata::new(ground.sight, &[]);
    let found = lift::found(ground.facts.insight, strata, OWN_GROUPS.len(), lift::AT_LEAST)?;
    if found.lift.matched == 0 {
        return Ok(());
    }
    document.heading(2, "Does work with a partner win more?");
    document.paragraph(found.lift.in_words()?);
    document.paragraph(
        "Deals with a partner's work are compared with deals like them without. That is a comparison of like with like, and no proof of cause: what the \
         strata do not tell apart may be the reason. The naive difference compares all with all, and is misled by which deals partners work on.",
    );
    let columns =
        vec![Column::text("metric", "Metric"), Column::number("value", "Value"), Column::number("n", "n")];
    let mut table = Table::new("lift", "Lift", columns);
    for (metric, value, n) in found.rows()? {
        table.row(vec![Cell::text(metric.replace('_', " ")), Cell::text(value), Cell::text(n)]);
    }
    document.table(table);
    Ok(())
}
