//! The movements of assets over several closes.

use std::collections::BTreeMap;

use super::assets::{AssetFigures, AssetRow};

/// The assets of closes that follow each other, added up.
#[derive(Debug, Default)]
pub struct PeriodAssets {
    by_deal_and_rule: BTreeMap<(String, String), AssetFigures>,
}

impl PeriodAssets {
    /// Adds the next close. A row that it does not have is one of which nothing is or moves.
    pub fn add(&mut self, rows: Vec<AssetRow>) {
        for figures in self.by_deal_and_rule.values_mut() {
            figures.closing = 0;
        }
        for AssetRow { deal_id, rule_id, figures: of_close } in rows {
            let figures = self
                .by_deal_and_rule
                .entry((deal_id, rule_id))
                .or_insert_with(|| AssetFigures { opening: of_close.opening, ..AssetFigures::default() });
            figures.additions += of_close.additions;
            figures.amortised += of_close.amortised;
            figures.written_off += of_close.written_off;
            figures.closing = of_close.closing;
        }
    }

    /// The rows of which any figure is other than 0, in order of deal and rule.
    pub fn into_rows(self) -> Vec<AssetRow> {
        let rows = self.by_deal_and_rule.into_iter();
        let rows = rows.map(|((deal_id, rule_id), figures)| AssetRow { deal_id, rule_id, figures });
        rows.filter(|row| !row.figures.is_empty()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(deal: &str, [opening, additions, amortised, written_off, closing]: [i128; 5]) -> AssetRow {
        let figures = AssetFigures { opening, additions, amortised, written_off, closing };
        AssetRow { deal_id: deal.to_owned(), rule_id: "tenth".to_owned(), figures }
    }

    #[test]
    fn closes_add_up() {
        let mut period = PeriodAssets::default();
        period.add(vec![row("A", [100, 0, 10, 0, 90]), row("B", [5, 0, 5, 0, 0])]);
        period.add(vec![row("A", [90, -20, 5, 0, 65]), row("C", [0, 7, 0, 7, 0]), row("D", [0, 9, 1, 0, 8])]);
        let expected = [
            row("A", [100, -20, 15, 0, 65]),
            row("B", [5, 0, 5, 0, 0]),
            row("C", [0, 7, 0, 7, 0]),
            row("D", [0, 9, 1, 0, 8]),
        ];
        assert_eq!(period.into_rows(), expected);
    }

    #[test]
    fn what_came_and_went_is_no_row() {
        let mut period = PeriodAssets::default();
        period.add(vec![row("A", [0, 10, 1, 0, 9])]);
        period.add(vec![row("A", [9, -10, -1, 0, 0])]);
        assert_eq!(period.into_rows(), []);
    }
}
