//! Columns that are read only because of their name.

use apportion_base::diagnostic::Code;
use apportion_data::ColumnTakenByName;

use super::finding::Finding;

pub fn findings(found: Vec<ColumnTakenByName>) -> Vec<Finding> {
    found.into_iter().map(finding).collect()
}

fn finding(found: ColumnTakenByName) -> Finding {
    let ColumnTakenByName { file, span, amount } = found;
    let message = format!(
        "`currency` of deals is the column of that name in {file}, while `amount` is `{amount}`: whether the one is the currency of the other is \
         said nowhere"
    );
    Finding::warning(Code::TakenByName, message)
        .at(span, "the amount")
        .help("if it is, say so: columns = { currency = \"currency\" }")
        .help(
            "if it is not, name the column that is; where the file has none, everything is in the book's currency with \
             currency = { expr = \"nullif(currency, currency)\" }",
        )
}
