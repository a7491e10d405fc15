//! Which columns of lines.parquet have a value, by kind of rule; all others are null there.

use super::super::RuleKind;
use super::LineColumn::{
    self, Amount, Basis, CreditTotal, Credited, FromPayeeId, Level, OfDealId, OfRuleId, Pool, Rate, Role,
    Uncapped, Units, UnitsTotal,
};

/// A set of columns that the lines of a rule version have. All lines of one version have the same, but that those of a
/// commission on a team name a payee where the credit is not the own one, and those of a clawback have what the line has
/// that they take back.
#[derive(Debug, Clone, Copy)]
pub struct LineShape {
    /// The rule's kind.
    pub kind: RuleKind,
    /// When lines of that kind are so, in a few words.
    pub when: &'static str,
    /// Those of the nullable columns that have a value.
    pub columns: &'static [LineColumn],
}

const fn shape(kind: RuleKind, when: &'static str, columns: &'static [LineColumn]) -> LineShape {
    LineShape { kind, when, columns }
}

/// All shapes of lines, by kind.
pub static LINE_SHAPES: &[LineShape] = &[
    shape(
        RuleKind::SharedCredit,
        "credit only, by a model",
        &[Basis, Units, UnitsTotal, CreditTotal, Credited],
    ),
    shape(
        RuleKind::SharedCredit,
        "credit only, by roles",
        &[Role, Basis, Units, UnitsTotal, CreditTotal, Credited],
    ),
    shape(
        RuleKind::SharedCredit,
        "paid, by a model",
        &[Basis, Rate, Units, UnitsTotal, CreditTotal, Pool, Credited, Uncapped, Amount],
    ),
    shape(
        RuleKind::SharedCredit,
        "paid, by roles",
        &[Role, Basis, Rate, Units, UnitsTotal, CreditTotal, Pool, Credited, Uncapped, Amount],
    ),
    shape(RuleKind::SharedCredit, "overlay, credit only", &[Basis, Units, UnitsTotal, Credited]),
    shape(
        RuleKind::SharedCredit,
        "overlay, paid",
        &[Basis, Rate, Units, UnitsTotal, Credited, Uncapped, Amount],
    ),
    shape(RuleKind::Stipend, "all", &[Units, Uncapped, Amount]),
    shape(
        RuleKind::RenewalBonus,
        "`rate_by = \"payee\"`",
        &[Basis, Rate, Units, UnitsTotal, Uncapped, Amount],
    ),
    shape(
        RuleKind::RenewalBonus,
        "`rate_by = \"deal\"`",
        &[Basis, Rate, Units, UnitsTotal, Pool, Uncapped, Amount],
    ),
    shape(RuleKind::Commission, "the payee's own credit", &[Basis, Rate, Uncapped, Amount]),
    shape(RuleKind::Commission, "credit of the team", &[FromPayeeId, Basis, Rate, Uncapped, Amount]),
    shape(RuleKind::Override, "all", &[FromPayeeId, Level, Basis, Rate, Uncapped, Amount]),
    shape(
        RuleKind::Clawback,
        "of a line without a role",
        &[Basis, Rate, Uncapped, Amount, OfRuleId, OfDealId],
    ),
    shape(
        RuleKind::Clawback,
        "of a line with a role",
        &[Role, Basis, Rate, Uncapped, Amount, OfRuleId, OfDealId],
    ),
    shape(
        RuleKind::Clawback,
        "of a line on somebody else's credit",
        &[FromPayeeId, Basis, Rate, Uncapped, Amount, OfRuleId, OfDealId],
    ),
    shape(RuleKind::Milestone, "all", &[Uncapped, Amount]),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shapes_name_nullable_columns_in_order() {
        for shape in LINE_SHAPES {
            assert!(shape.columns.iter().all(|column| column.describe().nullable), "{shape:?}");
            assert!(shape.columns.windows(2).all(|pair| pair[0] < pair[1]), "{shape:?}");
        }
        assert!(RuleKind::ALL.iter().all(|kind| LINE_SHAPES.iter().any(|shape| shape.kind == *kind)));
    }
}
