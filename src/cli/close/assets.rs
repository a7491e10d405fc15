//! What a close makes of costs that are capitalised, for people and for programs.

use serde_json::{Value, json};

use crate::cli::number::money;
use crate::cli::table::Table;
use apportion_base::money::format_scaled;
use apportion_ledger::accruals::{AssetFigures, Assets};
use apportion_ledger::closing::DraftReport;

const HEADER: [&str; 6] = ["contract costs", "opening", "additions", "amortised", "written off", "closing"];

fn sum(assets: &Assets) -> AssetFigures {
    let mut sum = AssetFigures::default();
    assets.rows.iter().for_each(|row| sum.add(&row.figures));
    sum
}

/// The movements of all assets, in a line; nothing where there is none.
pub fn text(report: &DraftReport) -> String {
    let Some(assets) = report.computed.assets.as_ref().filter(|assets| !assets.rows.is_empty()) else {
        return String::new();
    };
    let digits = report.book.currency.digits();
    let mut table = Table::new(&HEADER);
    let amounts = sum(assets).all().map(|amount| money(amount, digits));
    table.row(std::iter::once("asset".to_owned()).chain(amounts).collect());
    table.text() + "\n"
}

/// The same figures by name; none where nothing is capitalised.
pub fn json(report: &DraftReport) -> Option<Value> {
    let figures = sum(report.computed.assets.as_ref()?);
    let text = |amount| format_scaled(amount, report.book.currency.digits());
    Some(json!({
        "opening": text(figures.opening),
        "additions": text(figures.additions),
        "amortised": text(figures.amortised),
        "written_off": text(figures.written_off),
        "closing": text(figures.closing),
    }))
}
