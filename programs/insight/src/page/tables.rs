//! Tables of the page that are files of a scorecard as well, and what rules and payees got.

use std::collections::BTreeMap;

use apportion::Settlement;
use apportion::diagnostic::grouped;
use apportion::money::format_scaled;
use apportion::page::chart::{Bar, diverging};
use apportion::page::scrolling;
use maud::{Markup, html};

use crate::Fault;
use crate::scorecard::{self, Question};

/// Payees that are listed.
const LISTED: usize = 25;

/// A file of a scorecard as a table.
fn file(settlement: &Settlement, name: &str, title: &str, note: &str) -> Result<Markup, Fault> {
    let question = Question { by: vec!["channel".to_owned()], matrix: true, ..Question::default() };
    let made = scorecard::scorecard(settlement, &question)?;
    let bytes = made
        .files
        .iter()
        .find(|(file, _)| *file == name)
        .map(|(_, bytes)| bytes.as_slice())
        .unwrap_or_default();
    let text = String::from_utf8_lossy(bytes);
    let mut lines = text.lines().map(|line| line.split(',').map(str::to_owned).collect::<Vec<_>>());
    let (header, rows) = (lines.next().unwrap_or_default(), lines.collect::<Vec<_>>());
    if rows.is_empty() {
        return Ok(html! {});
    }
    let table = html! {
        table.sortable {
            thead { tr { @for name in &header { th { (name) } } } }
            tbody { @for row in &rows { tr { @for cell in row { td.id { (cell) } } } } }
        }
    };
    Ok(html! { section { h2 { (title) } p { (note) } (scrolling(title, &table)) } })
}

/// Who worked first, and who last.
pub(super) fn matrix(settlement: &Settlement) -> Result<Markup, Fault> {
    file(
        settlement,
        "matrix.csv",
        "From the first touch to the last",
        "Won deals by who worked on them first and who last, with dated work on or before the close.",
    )
}

/// Discounts unlike others.
pub(super) fn outliers(settlement: &Settlement) -> Result<Markup, Fault> {
    file(
        settlement,
        "outliers.csv",
        "Discounts unlike others",
        "Compared with deals that are alike, at least ten of them.",
    )
}

/// What rules paid, and who got most.
pub(super) fn incentives(settlement: &Settlement, digits: u32) -> Result<Markup, Fault> {
    let close = settlement.as_close();
    let (mut rules, mut payees) =
        (BTreeMap::<&str, (i128, usize)>::new(), BTreeMap::<&str, (i128, usize)>::new());
    for line in close.settlement.lines.iter() {
        let amount = line.amount.wide();
        for (sums, id) in [
            (&mut rules, close.rules[line.rule].id.as_str()),
            (&mut payees, close.tables.payees.id(line.payee)),
        ] {
            let sum = sums.entry(id).or_default();
            sum.0 = sum.0.checked_add(amount).ok_or(Fault::Overflow)?;
            sum.1 += 1;
        }
    }
    let bars = |sums: BTreeMap<&str, (i128, usize)>, most: usize| {
        let mut sums: Vec<(&str, (i128, usize))> =
            sums.into_iter().filter(|(_, (amount, _))| *amount != 0).collect();
        sums.sort_by(|one, other| other.1.0.cmp(&one.1.0).then(one.0.cmp(other.0)));
        let left_out = sums.len().saturating_sub(most);
        let bar = |(id, (amount, lines)): &(&str, (i128, usize))| Bar {
            label: (*id).to_owned(),
            value: *amount,
            shown: format!("{} (n {lines})", grouped(&format_scaled(*amount, digits))),
        };
        (sums.iter().take(most).map(bar).collect::<Vec<_>>(), left_out)
    };
    let ((rules, _), (payees, left_out)) = (bars(rules, usize::MAX), bars(payees, LISTED));
    Ok(html! {
        section {
            h2 { "Incentives" }
            h3 { "By rule" } (diverging("What rules pay", &rules))
            h3 { "By payee" } (diverging("What payees get", &payees))
            @if left_out > 0 { p.muted { (left_out) " more payees are not shown." } }
        }
    })
}
