//! Columns of numbers that another notation would read otherwise.

use apportion_base::diagnostic::Code;
use apportion_data::TwoReadings;

use super::finding::Finding;

pub fn findings(found: Vec<TwoReadings>) -> Vec<Finding> {
    found.into_iter().map(finding).collect()
}

fn finding(found: TwoReadings) -> Finding {
    let TwoReadings { table, column, span, count, cells, example: [text, own, other], other: decimal } =
        found;
    let word = table.word();
    let message = format!(
        "{count} of {cells} numbers in `{column}` of {word} have two readings: `{text}` is read as {own}, and would be {other} with `{}` before \
         the decimals",
        decimal.sign()
    );
    Finding::warning(Code::TwoReadings, message)
        .at(span, "")
        .help(format!(
            "if the other one is meant, say it: numbers = {{ {column} = {{ decimal = \"{}\" }} }}",
            decimal.sign()
        ))
        .counted(count, "number")
}
