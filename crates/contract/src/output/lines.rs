//! lines.parquet: one amount for one payee, with everything it was computed from.

use super::super::Words;
use super::{LINES, OutputColumn, OutputFile, OutputType};

/// A column of lines.parquet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum LineColumn {
    /// Who is paid or credited.
    PayeeId,
    /// The rule.
    RuleId,
    /// First day of the rule's version.
    RuleFrom,
    /// The rule's kind.
    Kind,
    /// The deal.
    DealId,
    /// The role, where the rule splits by role.
    Role,
    /// Whose credit an override pays on.
    FromPayeeId,
    /// How many managers up, from 1.
    Level,
    /// When the deal closed.
    CloseDate,
    /// What the rate is applied to.
    Basis,
    /// The rate.
    Rate,
    /// The line's units in the split.
    Units,
    /// All units of the split.
    UnitsTotal,
    /// The deal's credit in all.
    CreditTotal,
    /// The deal's pool.
    Pool,
    /// The line's part of the credit.
    Credited,
    /// The amount before caps.
    Uncapped,
    /// The amount.
    Amount,
    /// The book's currency.
    Currency,
    /// The rule whose line a clawback takes back.
    OfRuleId,
    /// The deal whose line a clawback takes back.
    OfDealId,
}

impl LineColumn {
    /// All columns, in the order of the file.
    pub const ALL: [Self; 21] = [
        Self::PayeeId,
        Self::RuleId,
        Self::RuleFrom,
        Self::Kind,
        Self::DealId,
        Self::Role,
        Self::FromPayeeId,
        Self::Level,
        Self::CloseDate,
        Self::Basis,
        Self::Rate,
        Self::Units,
        Self::UnitsTotal,
        Self::CreditTotal,
        Self::Pool,
        Self::Credited,
        Self::Uncapped,
        Self::Amount,
        Self::Currency,
        Self::OfRuleId,
        Self::OfDealId,
    ];

    /// Its name in the file.
    pub const fn name(self) -> &'static str {
        self.describe().name
    }

    /// The column with this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|column| column.name() == name)
    }

    /// Its description.
    pub const fn describe(self) -> OutputColumn {
        use OutputType as T;
        match self {
            Self::PayeeId => OutputColumn::new("payee_id", T::Text, "Who is paid or credited."),
            Self::RuleId => OutputColumn::new("rule_id", T::Text, "The rule that made the line."),
            Self::RuleFrom => OutputColumn::new(
                "rule_from",
                T::Date,
                "First day on which the rule's version is in force: its `effective.from`.",
            ),
            Self::Kind => OutputColumn::new("kind", T::Word(Words::Kinds), "The rule's kind."),
            Self::DealId => OutputColumn::new("deal_id", T::Text, "The deal."),
            Self::Role => {
                OutputColumn::new("role", T::Text, "The role, where the rule splits by role.").or_null()
            }
            Self::FromPayeeId => OutputColumn::new(
                "from_payee_id",
                T::Text,
                "The payee on whose credit it pays, where that is another: of an override, and of a commission on the credit of a team.",
            )
            .or_null(),
            Self::Level => OutputColumn::new(
                "level",
                T::Integer,
                "Of an override: how far up the payee manages `from_payee_id`; 1 is the direct manager.",
            )
            .or_null(),
            Self::CloseDate => OutputColumn::new("close_date", T::Date, "The day on which the deal closed."),
            Self::Basis => OutputColumn::new(
                "basis",
                T::Money,
                "The rounded basis, or the part or the credit that the rate is applied to; of a clawback the amount of the line that it takes back.",
            )
            .or_null(),
            Self::Rate => OutputColumn::new(
                "rate",
                T::Rate,
                "The rate as a fraction; for a commission that of the tier reached with this deal, for a clawback the part that is taken back.",
            )
            .or_null(),
            Self::Units => {
                OutputColumn::new("units", T::Units, "The units of the line in its split.").or_null()
            }
            Self::UnitsTotal => {
                OutputColumn::new("units_total", T::Units, "The sum of units of the split.").or_null()
            }
            Self::CreditTotal => OutputColumn::new(
                "credit_total",
                T::Money,
                "The whole credit of the deal, of which `credited` is a part. Null in an overlay.",
            )
            .or_null(),
            Self::Pool => OutputColumn::new(
                "pool",
                T::Money,
                "The money set aside on the deal, of which `uncapped` is a part.",
            )
            .or_null(),
            Self::Credited => OutputColumn::new(
                "credited",
                T::Money,
                "The part of the deal's credit that the payee gets; shared credit only.",
            )
            .or_null(),
            Self::Uncapped => OutputColumn::new("uncapped", T::Money, "The amount before caps.").or_null(),
            Self::Amount => {
                OutputColumn::new("amount", T::Money, "What is paid. Null for a rule that only credits.")
                    .or_null()
            }
            Self::Currency => OutputColumn::new("currency", T::Currency, "The book's currency."),
            Self::OfRuleId => {
                OutputColumn::new("of_rule_id", T::Text, "Of a clawback: the rule whose line it takes back.").or_null()
            }
            Self::OfDealId => {
                OutputColumn::new("of_deal_id", T::Text, "Of a clawback: the deal whose line it takes back.").or_null()
            }
        }
    }
}

/// The columns of lines.parquet, in order.
pub static LINE_COLUMNS: [OutputColumn; 21] = {
    let mut columns = [LineColumn::PayeeId.describe(); 21];
    let mut index = 0;
    while index < columns.len() {
        columns[index] = LineColumn::ALL[index].describe();
        index += 1;
    }
    columns
};

/// lines.parquet.
pub static LINE_FILE: OutputFile = OutputFile {
    name: LINES,
    meaning: "One amount for one payee, with everything it was computed from.",
    columns: &LINE_COLUMNS,
    sorted_by: &[
        "payee_id",
        "rule_id",
        "close_date",
        "deal_id",
        "role",
        "from_payee_id",
        "of_rule_id",
        "of_deal_id",
    ],
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_listed_in_their_order() {
        for (index, column) in LineColumn::ALL.into_iter().enumerate() {
            assert_eq!(column as usize, index);
            assert_eq!(LineColumn::from_name(column.name()), Some(column));
            assert_eq!(LINE_COLUMNS[index].name, column.name());
        }
    }
}
