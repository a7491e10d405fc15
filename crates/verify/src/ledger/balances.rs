//! The balances of a close: each figure from the entries and the balances before, and the payment by its identities.

use std::collections::BTreeMap;

use super::amounts::{is_rounded, units};
use super::beside::{self, Due};
use super::closes::Close;
use super::entries::Entry;
use super::{Evidence, LineKey, Posted, Running, wrong};
use crate::calendar::{Period, PeriodName};
use crate::csv_file::records;
use crate::report::Findings;
use apportion_base::diagnostic::Diagnostic;
use apportion_base::money::{Currency, format_scaled};
use apportion_contract::PAYOUTS;
use apportion_contract::output::PAYOUT_FILE;
use apportion_contract::output::ledger::{BALANCE_FILE, BALANCES, CLOSE, HELD, HELD_FILE};

/// Figures of a row, by the names of the file.
#[derive(Debug, Clone, Default)]
pub(super) struct Row {
    figures: BTreeMap<&'static str, i128>,
    paid_amount: i128,
    paid_currency: String,
    rate: String,
    quoted: String,
    name: String,
    pub(super) guarantee_id: String,
    /// The recoverable draw that was last in force, and when.
    pub(super) draw: [String; 2],
}

impl Row {
    /// A figure; 0 where it could not be read.
    pub(super) fn of(&self, name: &str) -> i128 {
        self.figures.get(name).copied().unwrap_or_default()
    }
}

/// Names of the figures that are amounts of the book.
const FIGURES: [&str; 17] = [
    "carried_in",
    "owed_in",
    "held_in",
    "lines",
    "true_ups",
    "clawbacks",
    "adjustments",
    "held_change",
    "guarantee",
    "taken",
    "advance",
    "recovery",
    "forgiven",
    "paid",
    "carried_out",
    "owed_out",
    "held_out",
];

/// Proves balances.csv, held.csv, payouts.csv and the totals of a close. Returns the rows by payee.
pub(super) fn prove(
    close: &Close,
    entries: &[Entry],
    running: &mut Running,
    evidence: &mut Evidence,
) -> Result<BTreeMap<String, Row>, Diagnostic> {
    let rows = read(close, &mut evidence.balances)?;
    evidence.counts[1] += rows.len() as u64;
    let sums = sums(entries);
    for (payee, sums) in &sums {
        if !rows.contains_key(payee) {
            let message = format!("`{payee}` has entries and no row");
            evidence.balances.push(wrong(close, BALANCES, message).numbers("none", format!("{sums:?}")));
        }
    }
    for payee in running.standings.keys().filter(|payee| !rows.contains_key(*payee)) {
        let standing = running.standings[payee];
        if standing != [0; 3] {
            evidence.balances.push(wrong(close, BALANCES, format!("`{payee}` has a balance and no row")));
        }
    }
    for (payee, row) in &rows {
        let of_entries = sums.get(payee).copied().unwrap_or_default();
        prove_row(close, (payee, row), of_entries, running, &mut evidence.balances);
        prove_draws(close, (payee, row), running, &mut evidence.balances);
        evidence.paid += row.of("paid");
        let standing = [row.of("carried_out"), row.of("owed_out"), row.of("held_out")];
        running.standings.insert(payee.clone(), standing);
    }
    prove_held(close, running, evidence)?;
    prove_payouts(close, &rows, evidence)?;
    let due = |row: &Row| Due { paid: row.of("paid"), carried: row.of("carried_out") };
    beside::prove(close, &rows.iter().map(|(payee, row)| (payee.as_str(), due(row))).collect(), evidence)?;
    prove_totals(close, &rows, entries, &mut evidence.totals);
    Ok(rows)
}

fn read(close: &Close, findings: &mut Findings) -> Result<BTreeMap<String, Row>, Diagnostic> {
    let mut rows: BTreeMap<String, Row> = BTreeMap::new();
    let position = |name: &str| BALANCE_FILE.position(name).unwrap_or_default();
    let mut last = None;
    records((&close.folder, false), &BALANCE_FILE, findings, |number, record, findings| {
        let cell = |name: &str| record.get(position(name)).unwrap_or_default();
        let payee = cell("payee_id").to_owned();
        let mut row = Row {
            paid_currency: cell("paid_currency").to_owned(),
            rate: cell("rate").to_owned(),
            quoted: cell("quoted").to_owned(),
            name: cell("name").to_owned(),
            guarantee_id: cell("guarantee_id").to_owned(),
            draw: [cell("draw_id").to_owned(), cell("draw_on").to_owned()],
            ..Row::default()
        };
        for name in FIGURES {
            match units(cell(name), close.digits) {
                Some(amount) => {
                    row.figures.insert(name, amount);
                }
                None => findings.push(wrong(close, BALANCES, format!("`{name}` is no amount")).row(number)),
            }
        }
        let digits = Currency::from_code(&row.paid_currency).map_or(2, Currency::digits);
        match units(cell("paid_amount"), digits) {
            Some(amount) => row.paid_amount = amount,
            None => findings.push(wrong(close, BALANCES, "`paid_amount` is no amount").row(number)),
        }
        if cell("currency") != close.record.book.currency {
            findings.push(wrong(close, BALANCES, "it is in another currency than the book").row(number));
        }
        if last.as_ref().is_some_and(|last| *last >= payee) {
            findings.push(wrong(close, BALANCES, "it comes after a row that it should precede").row(number));
        }
        last = Some(payee.clone());
        rows.insert(payee, row);
    })?;
    Ok(rows)
}

/// Sums of a payee's entries: new, true-ups, clawbacks, adjustments, and by how much what is held grows.
type EntrySums = [i128; 5];

fn sums(entries: &[Entry]) -> BTreeMap<String, EntrySums> {
    let mut sums: BTreeMap<String, EntrySums> = BTreeMap::new();
    for entry in entries {
        let of_payee = sums.entry(entry.key[0].clone()).or_default();
        if !entry.is_line() {
            of_payee[3] += entry.earned;
            continue;
        }
        let place = match (entry.key[6].is_empty(), entry.entry.as_str()) {
            (false, _) => 2,
            (true, "new") => 0,
            (true, _) => 1,
        };
        of_payee[place] += entry.earned;
        of_payee[4] += entry.earned - entry.released;
    }
    sums
}

fn prove_row(
    close: &Close,
    (payee, row): (&str, &Row),
    of_entries: EntrySums,
    running: &Running,
    findings: &mut Findings,
) {
    let shown = |amount: i128| format_scaled(amount, close.digits);
    let mut expect = |what: &str, written: i128, proved: i128| {
        if written != proved {
            let message = format!("{what} of `{payee}`");
            findings.push(wrong(close, BALANCES, message).numbers(shown(written), shown(proved)));
        }
    };
    for (name, proved) in
        ["lines", "true_ups", "clawbacks", "adjustments", "held_change"].iter().zip(of_entries)
    {
        expect(name, row.of(name), proved);
    }
    let before = running.standings.get(payee).copied();
    // What the system before left is known to the first close alone.
    let [carried, owed, held] = match before {
        None if close.is_first && close.record.opening.is_some() => {
            [row.of("carried_in"), row.of("owed_in"), 0]
        }
        before => before.unwrap_or_default(),
    };
    expect("carried_in", row.of("carried_in"), carried);
    expect("owed_in", row.of("owed_in"), owed);
    expect("held_in", row.of("held_in"), held);
    let net = row.of("lines") + row.of("true_ups") + row.of("clawbacks") - row.of("held_change")
        + row.of("adjustments");
    let new = net + row.of("guarantee");
    expect(
        "what is paid and carried on",
        row.of("paid") + row.of("carried_out"),
        row.of("carried_in") + new + row.of("advance") - row.of("recovery"),
    );
    expect(
        "owed_out",
        row.of("owed_out"),
        row.of("owed_in") + row.of("advance") - row.of("recovery") - row.of("forgiven"),
    );
    expect("held_out", row.of("held_out"), row.of("held_in") + row.of("held_change"));
    let carried_in = row.of("carried_in");
    let there = carried_in.max(0) + new.max(0);
    let debt = (-carried_in).max(0) + (-new).max(0);
    let left = there - row.of("taken") + row.of("advance") - row.of("recovery");
    for (is_wrong, message) in [
        (row.of("taken") > debt || row.of("taken") > there, "more is taken for debts than there is"),
        (row.of("paid") > left, "more is paid than there is"),
        (row.of("recovery") > row.of("owed_in").max(0), "more is recovered than is owed"),
        (row.of("forgiven") > row.of("owed_in").max(0), "more is forgiven than is owed"),
        (
            ["guarantee", "taken", "advance", "recovery", "forgiven", "paid"]
                .iter()
                .any(|name| row.of(name) < 0)
                || row.paid_amount < 0,
            "an amount is below 0 that can't be",
        ),
        ((row.of("paid") == 0) != (row.paid_amount == 0), "it is paid in one currency and not in the other"),
        (!is_converted(close, row), "what is paid is not what its rate gives"),
    ] {
        if is_wrong {
            findings.push(wrong(close, BALANCES, format!("`{payee}`: {message}")));
        }
    }
}

/// The last day of the month that was closed.
fn last_day(close: &Close) -> Option<String> {
    let name = PeriodName::parse(&close.record.period)?;
    Some(Period::new(name, close.record.book.fiscal_year_starts).last_day().to_string())
}

/// What draws give is named, and the last recoverable one is that of this close or of the one before.
fn prove_draws(close: &Close, (payee, row): (&str, &Row), running: &mut Running, findings: &mut Findings) {
    let [id, day] = &row.draw;
    let in_force = !id.is_empty() && Some(day) == last_day(close).as_ref();
    let before = running.draws.get(payee).cloned().unwrap_or_default();
    for (is_wrong, message) in [
        (row.of("guarantee") > 0 && row.guarantee_id.is_empty(), "a guarantee that no draw gives"),
        (row.of("advance") > 0 && !in_force, "an advance that no draw gives"),
        (!in_force && row.draw != before, "its last draw is not the one of the close before"),
    ] {
        if is_wrong {
            findings.push(wrong(close, BALANCES, format!("`{payee}`: {message}")));
        }
    }
    running.draws.insert(payee.to_owned(), row.draw.clone());
}

/// Whether the amount in the payee's currency is the one in the book's at the rate.
fn is_converted(close: &Close, row: &Row) -> bool {
    if row.paid_currency == close.record.book.currency {
        return row.rate.is_empty() && row.quoted.is_empty() && row.paid_amount == row.of("paid");
    }
    if row.rate.is_empty() {
        return row.paid_amount == 0 && row.of("paid") == 0;
    }
    let (Some(rate), Some(currency)) = (units(&row.rate, 9), Currency::from_code(&row.paid_currency)) else {
        return false;
    };
    let power = |digits: u32| 10_i128.pow(digits);
    let (up, down, one) = (power(currency.digits()), power(close.digits), power(9));
    let (times, by) = match row.quoted.as_str() {
        "book-per-unit" => (one * up, rate * down),
        "unit-per-book" => (rate * up, one * down),
        _ => return false,
    };
    if rate <= 0 {
        return false;
    }
    // Where nothing is paid, there may be something that is kept back.
    row.of("paid") == 0
        || row
            .of("paid")
            .checked_mul(times)
            .is_some_and(|numerator| is_rounded(row.paid_amount, (numerator, by), close.rounding))
}

/// Whether what is released of a key is its share of what is earned.
fn is_share(share: &str, posted: Posted, close: &Close) -> bool {
    let decimals = share.split_once('.').map_or(0, |(_, decimals)| decimals.len());
    let Ok(scale) = u32::try_from(decimals) else { return false };
    let (Some(part), Some(whole)) = (units(share, scale), 10_i128.checked_pow(scale)) else { return false };
    let released = posted.earned.checked_mul(part);
    released.is_some_and(|numerator| is_rounded(posted.released, (numerator, whole), close.rounding))
}

/// What is held of each key is what the entries so far leave.
fn prove_held(close: &Close, running: &Running, evidence: &mut Evidence) -> Result<(), Diagnostic> {
    let mut held: BTreeMap<LineKey, i128> = BTreeMap::new();
    let mut last: Option<LineKey> = None;
    let findings = &mut evidence.held;
    records((&close.folder, false), &HELD_FILE, findings, |number, record, findings| {
        let key: LineKey = std::array::from_fn(|place| record.get(place).unwrap_or_default().to_owned());
        let amount = record.get(8).and_then(|text| units(text, close.digits));
        if last.as_ref().is_some_and(|last| *last >= key) {
            findings.push(wrong(close, HELD, "it comes after a row that it should precede").row(number));
        }
        last = Some(key.clone());
        let by = record.get(10).unwrap_or_default();
        let posted = running.keys.get(&key).copied().unwrap_or_default();
        if !by.is_empty() && !is_share(record.get(9).unwrap_or_default(), posted, close) {
            findings.push(wrong(close, HELD, "its share is not what is released").row(number));
        }
        match amount {
            Some(amount) => {
                held.insert(key, amount);
            }
            None => findings.push(wrong(close, HELD, "`held` is no amount").row(number)),
        }
    })?;
    evidence.counts[2] += held.len() as u64;
    for (key, posted) in &running.keys {
        let proved = posted.earned - posted.released;
        let written = held.remove(key).unwrap_or_default();
        if written != proved {
            let message = format!("what is held of `{}` under `{}` on `{}`", key[0], key[1], key[2]);
            let shown = |amount: i128| format_scaled(amount, close.digits);
            evidence.held.push(wrong(close, HELD, message).numbers(shown(written), shown(proved)));
        }
    }
    for key in held.keys() {
        let message = format!("nothing is posted for `{}` under `{}` on `{}`", key[0], key[1], key[2]);
        evidence.held.push(wrong(close, HELD, message));
    }
    Ok(())
}

fn prove_payouts(
    close: &Close,
    rows: &BTreeMap<String, Row>,
    evidence: &mut Evidence,
) -> Result<(), Diagnostic> {
    let mut expected: BTreeMap<&str, &Row> = rows
        .iter()
        .filter(|(_, row)| row.of("paid") != 0)
        .map(|(payee, row)| (payee.as_str(), row))
        .collect();
    let (mut last, mut count) = (String::new(), 0);
    let findings = &mut evidence.payouts;
    records((&close.folder, false), &PAYOUT_FILE, findings, |number, record, findings| {
        count += 1;
        let cell = |place: usize| record.get(place).unwrap_or_default();
        if number > 1 && last.as_str() >= cell(0) {
            findings.push(wrong(close, PAYOUTS, "it comes after a row that it should precede").row(number));
        }
        cell(0).clone_into(&mut last);
        let Some(row) = expected.remove(cell(0)) else {
            findings.push(wrong(close, PAYOUTS, format!("`{}` is paid nothing", cell(0))).row(number));
            return;
        };
        let digits = Currency::from_code(&row.paid_currency).map_or(2, Currency::digits);
        if cell(1) != row.name
            || cell(3) != row.paid_currency
            || units(cell(2), digits) != Some(row.paid_amount)
        {
            let finding = wrong(close, PAYOUTS, format!("`{}` is paid otherwise", cell(0))).row(number);
            findings.push(finding.numbers(
                format!("{} {}", cell(2), cell(3)),
                format!("{} {}", format_scaled(row.paid_amount, digits), row.paid_currency),
            ));
        }
    })?;
    evidence.counts[3] += count;
    for payee in expected.keys() {
        evidence.payouts.push(wrong(close, PAYOUTS, format!("`{payee}` is paid and has no row")));
    }
    Ok(())
}

/// Whether an entry is of a line of the month, which a clawback is none of.
fn is_new_line(entry: &Entry) -> bool {
    let [.., of_deal] = &entry.key;
    entry.entry == "new" && of_deal.is_empty()
}

/// close.json has the sums of balances.csv.
fn prove_totals(close: &Close, rows: &BTreeMap<String, Row>, entries: &[Entry], findings: &mut Findings) {
    let totals = &close.record.totals;
    for name in FIGURES.iter().filter(|name| **name != "taken") {
        let sum: i128 = rows.values().map(|row| row.of(name)).sum();
        let written = totals.get(*name).and_then(serde_json::Value::as_str).unwrap_or_default();
        if units(written, close.digits) != Some(sum) {
            let finding = wrong(close, CLOSE, format!("its total `{name}`"));
            findings.push(finding.numbers(written, format_scaled(sum, close.digits)));
        }
    }
    let counts = [
        ("payees", rows.len()),
        ("entries", entries.len()),
        ("new_lines", entries.iter().filter(|entry| is_new_line(entry)).count()),
        ("paid_payees", rows.values().filter(|row| row.of("paid") != 0).count()),
    ];
    for (name, count) in counts {
        let written = totals.get(name).and_then(serde_json::Value::as_u64).unwrap_or(u64::MAX);
        if written != count as u64 {
            findings.push(wrong(close, CLOSE, format!("its total `{name}`")).numbers(written, count));
        }
    }
}
