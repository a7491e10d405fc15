//! Every reject code, in every table and column in which it can occur.

use std::sync::Arc;

use arrow::array::{ArrayRef, Date32Array, StringArray};

use super::files::arrow_file;
use crate::findings::entry::{Entry, Expectation, Family, Reject, entry};
use crate::findings::project::Change;

/// A table: its file, the columns of its key, and a row with another key that causes no finding.
struct Table {
    source: &'static str,
    file: &'static str,
    /// Rows that are in the file.
    rows: usize,
    key: &'static [&'static str],
    columns: &'static [&'static str],
    sound: &'static [&'static str],
}

const DEALS: Table = Table {
    source: "deals",
    file: "data/deals.csv",
    rows: 5,
    key: &["deal_id"],
    columns: &[
        "deal_id",
        "outcome",
        "close_date",
        "amount",
        "currency",
        "deal_type",
        "account_id",
        "list_amount",
        "renews_deal_id",
        "seats",
        "fee",
        "signed_on",
        "strategic",
    ],
    sound: &["X1", "lost", "2026-07-30", "12.00", "", "", "", "", "", "", "", "", ""],
};
const ENGAGEMENTS: Table = Table {
    source: "engagements",
    file: "data/engagements.csv",
    rows: 8,
    key: &["engagement_id"],
    columns: &["engagement_id", "deal_id", "account_id", "payee_id", "role", "occurred_on", "weight"],
    sound: &["X1", "L1", "", "ann", "sourced", "2026-07-01", "1"],
};
const PAYEES: Table = Table {
    source: "payees",
    file: "data/payees.csv",
    rows: 4,
    key: &["payee_id"],
    columns: &["payee_id", "name", "kind", "tier", "manager_id", "start_date", "end_date"],
    sound: &["xia", "Xia", "employee", "", "", "", ""],
};
const ASSIGNMENTS: Table = Table {
    source: "assignments",
    file: "data/assignments.csv",
    rows: 1,
    key: &["payee_id", "from"],
    columns: &["payee_id", "from", "until", "tier", "manager_id", "fte"],
    sound: &["mia", "2026-09-01", "2026-09-30", "", "", ""],
};
const SPLITS: Table = Table {
    source: "splits",
    file: "data/splits.csv",
    rows: 3,
    key: &["deal_id", "payee_id", "role"],
    columns: &["deal_id", "payee_id", "percent", "role"],
    sound: &["L1", "ben", "50", "se"],
};
const QUOTAS: Table = Table {
    source: "quotas",
    file: "data/quotas.csv",
    rows: 2,
    key: &["payee_id", "period"],
    columns: &["payee_id", "period", "amount"],
    sound: &["mia", "2026-Q3", "100"],
};
const FX_RATES: Table = Table {
    source: "fx_rates",
    file: "data/fx_rates.csv",
    rows: 1,
    key: &["date", "currency"],
    columns: &["date", "currency", "rate"],
    sound: &["2026-07-02", "GBP", "1.3"],
};
const ALL: [&Table; 7] = [&DEALS, &ENGAGEMENTS, &PAYEES, &ASSIGNMENTS, &SPLITS, &QUOTAS, &FX_RATES];

impl Table {
    /// The sound row with other cells.
    fn row(&self, cells: &[(&str, &'static str)]) -> Vec<&'static str> {
        let mut row = self.sound.to_vec();
        for (column, value) in cells {
            row[self.columns.iter().position(|known| known == column).unwrap()] = value;
        }
        row
    }

    /// A change that adds rows.
    fn add(&self, rows: &[Vec<&str>]) -> Change {
        Change::Add(self.file, rows.iter().map(|row| line(row)).collect())
    }

    /// The expected reject of the added row `at`: its column, code and value.
    fn reject(&self, index: usize, row: &[&str], [column, code, value]: [&str; 3]) -> Reject {
        let part = |name: &&str| row[self.columns.iter().position(|known| known == name).unwrap()];
        let key: Vec<&str> = self.key.iter().map(part).collect();
        let number = (self.rows + 2 + index).to_string();
        [self.source, self.file, &number, &key.join("|"), column, code, value, "rejected"].map(str::to_owned)
    }
}

/// A line of CSV.
fn line(cells: &[&str]) -> String {
    let quoted = |cell: &&str| if cell.contains(',') { format!("\"{cell}\"") } else { (*cell).to_owned() };
    cells.iter().map(quoted).collect::<Vec<_>>().join(",") + "\n"
}

fn found(rejects: Vec<Reject>) -> Expectation {
    Expectation::Found { rejects, uncredited: Vec::new() }
}

pub(super) fn code(code: &'static str, what: &'static str, remedy: &'static str) -> Entry {
    entry(Family::Rejects, code, what, remedy)
}

impl Entry {
    /// A row of a table in which one cell is bad.
    fn cell(self, table: &Table, column: &'static str, value: &'static str) -> Self {
        self.cell_beside(table, column, value, &[])
    }

    /// The same, with other cells of the row.
    fn cell_beside(
        self,
        table: &Table,
        column: &'static str,
        value: &'static str,
        beside: &[(&str, &'static str)],
    ) -> Self {
        let row = table.row(&[beside, &[(column, value)]].concat());
        let reject = table.reject(0, &row, [column, self.code, value]);
        self.mistake(vec![table.add(&[row])], found(vec![reject]))
    }

    /// Several bad cells, a mistake each.
    fn cells(self, table: &Table, cells: &[(&'static str, &'static str)]) -> Self {
        cells.iter().fold(self, |entry, (column, value)| entry.cell(table, column, value))
    }
}

pub fn entries() -> Vec<Entry> {
    [cells(), rows(), references(), super::channel::rejects()].into_iter().flatten().collect()
}

fn cells() -> Vec<Entry> {
    vec![
        code("missing-value", "A cell is empty that every row needs.", "Fill it in at its source, or say what an empty cell means with `defaults`.")
            .cells(&DEALS, &[("close_date", ""), ("deal_id", ""), ("outcome", ""), ("amount", "")])
            .cells(&ENGAGEMENTS, &[("payee_id", ""), ("role", ""), ("deal_id", "")])
            .cells(&PAYEES, &[("payee_id", "")])
            .cells(&ASSIGNMENTS, &[("payee_id", ""), ("from", "")])
            .cells(&SPLITS, &[("deal_id", ""), ("payee_id", ""), ("percent", "")])
            .cells(&QUOTAS, &[("payee_id", ""), ("period", ""), ("amount", "")])
            .cells(&FX_RATES, &[("date", ""), ("currency", ""), ("rate", "")]),
        code("bad-date", "A cell is no date in the format of its source, or no date of the calendar; in quotas, a period is none; in assignments, `until` is before `from`.", "Say how the file writes dates with `dates`, or mend the cell. Periods are written `2026-07`, `2026-Q3` or `2026`.")
            .cells(&DEALS, &[("close_date", "30.07.2026"), ("close_date", "2026-02-30"), ("signed_on", "soon")])
            .cells(&ENGAGEMENTS, &[("occurred_on", "2026-7-32")])
            .cells(&PAYEES, &[("start_date", "July"), ("end_date", "2026-13-01")])
            .cells(&ASSIGNMENTS, &[("from", "1 March"), ("until", "2026-09-31"), ("until", "2026-08-31")])
            .cells(&QUOTAS, &[("period", "2026-Q5"), ("period", "Q3 2026")])
            .cells(&FX_RATES, &[("date", "01/07/2026")])
            .mistake(typed_rates(), found(vec![["fx_rates", "data/fx_rates.arrow", "2", "5881580-07-11|GBP", "date", "bad-date", "5881580-07-11", "rejected"].map(str::to_owned)])),
        code("bad-number", "A cell is not written as a number may be, has too many decimals, or is out of its range: a percent is 0 to 1000, a part of full time 0 to 1, a quota and a rate are above 0.", "Thousands commas, a sign or accounting parentheses, and the symbol or code of a currency are understood; `numbers` of the source says other notations. `5.`, `1 000` and `1e3` are no numbers.")
            .cells(&DEALS, &[("amount", "12O0.00"), ("amount", "5."), ("amount", "1e3"), ("amount", "0.1234567"), ("list_amount", "n/a"), ("seats", "three"), ("fee", "0.1234567")])
            .cells(&ENGAGEMENTS, &[("weight", "one"), ("weight", "0.1234567891")])
            .cells(&ASSIGNMENTS, &[("fte", "half"), ("fte", "1.5"), ("fte", "-1")])
            .cells(&SPLITS, &[("percent", "half"), ("percent", "1000.5"), ("percent", "-1")])
            .cells(&QUOTAS, &[("amount", "much"), ("amount", "0"), ("amount", "-5")])
            .cells(&FX_RATES, &[("rate", "1,1"), ("rate", "0"), ("rate", "-1")]),
        code("too-large", "A number beyond what is taken: money below 10^12 (also after conversion), weights, percents and rates below 10^9, other numbers with at most 18 digits.", "Most often two cells have run together, or an amount is in a smaller unit than it should be.")
            .cells(&DEALS, &[("amount", "1,000,000,000,000"), ("list_amount", "1000000000000"), ("seats", "1234567890123456789"), ("fee", "1000000000000")])
            .cell_beside(&DEALS, "amount", "€999,999,999,999", &[("currency", "EUR")])
            .cell_beside(&DEALS, "list_amount", "999999999999", &[("currency", "EUR")])
            .cells(&ENGAGEMENTS, &[("weight", "1000000000")])
            .cells(&SPLITS, &[("percent", "1000000000")])
            .cells(&QUOTAS, &[("amount", "1000000000000")])
            .cells(&FX_RATES, &[("rate", "1000000000")]),
        code("negative-weight", "The weight of an engagement is below 0.", "Mend it; an engagement that should not count has weight 0.")
            .cells(&ENGAGEMENTS, &[("weight", "-1"), ("weight", "(0.5)")]),
        code("not-a-choice", "A cell is none of the words that its column takes: an outcome is `won` or `lost`, a boolean `true` or `false`.", "Translate the file's words with `values`: `values = { outcome = { Won = \"won\" } }`.")
            .cells(&DEALS, &[("outcome", "Won"), ("strategic", "yes")]),
        code("currency-differs", "The symbol or code beside a number is not that of the row's currency, or of the book's where the row has none.", "Give the row its currency, take it from the marks with `currency = { mark = \"Amount\" }`, or say with `marks` what a symbol means.")
            .cells(&DEALS, &[("amount", "£950"), ("list_amount", "¥300"), ("fee", "EUR 5")])
            .cell_beside(&DEALS, "amount", "€150", &[("currency", "USD")])
            .cells(&QUOTAS, &[("amount", "€1000")]),
        currency_unclear(),
        number_as_id(),
    ]
}

/// The currency of a deal is to come from the mark beside its amount.
fn currency_unclear() -> Entry {
    let entry = code(
        "currency-unclear",
        "The currency of a deal is taken from the mark beside its amount, and several currencies are marked so.",
        "Say which one it is in this source: `marks = { \"$\" = \"CAD\" }`.",
    );
    let types = "types = { seats";
    let marks = "columns = { currency = { mark = \"amount\" } }\ntypes = { seats";
    let row = DEALS.row(&[("amount", "$12.00")]);
    let reject = DEALS.reject(0, &row, ["currency", "currency-unclear", "$12.00"]);
    entry.mistake(
        vec![
            Change::Replace("apportion.toml", types, marks),
            Change::Replace("data/deals.csv", "2500.00,EUR", "€2500.00,EUR"),
            DEALS.add(&[row]),
        ],
        found(vec![reject]),
    )
}

/// A workbook beside the file of engagements.
fn number_as_id() -> Entry {
    let entry = code(
        "number-as-id",
        "An id in a workbook is a number of more than 15 digits. A spreadsheet keeps 15, so the id may be that of something else.",
        "Format the column as text before the ids are pasted or imported, or take the ids from a CSV file.",
    );
    let text = |place: &str, text: &str| format!("<c r=\"{place}\" t=\"str\"><v>{text}</v></c>");
    let header: String = ["engagement_id", "deal_id", "payee_id", "role"]
        .iter()
        .zip(["A1", "B1", "C1", "D1"])
        .map(|(name, place)| text(place, name))
        .collect();
    let row = [text("B2", "L1"), text("C2", "ann"), text("D2", "sourced")].concat();
    let rows =
        format!("<row r=\"1\">{header}</row><row r=\"2\"><c r=\"A2\"><v>1234567890123456</v></c>{row}</row>");
    let bytes = crate::workbook::workbook_of_xml(&[("Sheet1", &rows)], false);
    let extra = ("path = \"data/engagements.csv\"", "path = [\"data/engagements.csv\", \"data/more.xlsx\"]");
    let id = "1234567890123460";
    let reject = ["engagements", "data/more.xlsx", "2", id, "engagement_id", "number-as-id", id, "rejected"];
    entry.mistake(
        vec![Change::Replace("apportion.toml", extra.0, extra.1), Change::Write("data/more.xlsx", bytes)],
        found(vec![reject.map(str::to_owned)]),
    )
}

/// The rates from a typed file, with one of a day that no calendar has.
fn typed_rates() -> Vec<Change> {
    let columns: [(&str, ArrayRef); 3] = [
        ("date", Arc::new(Date32Array::from(vec![20_635, i32::MAX]))),
        ("currency", Arc::new(StringArray::from(vec!["EUR", "GBP"]))),
        ("rate", Arc::new(StringArray::from(vec!["1.10", "1.3"]))),
    ];
    let line = ("path = \"data/fx_rates.csv\"", "path = \"data/fx_rates.arrow\"");
    vec![
        Change::Replace("apportion.toml", line.0, line.1),
        Change::Write("data/fx_rates.arrow", arrow_file(columns)),
    ]
}

fn rows() -> Vec<Entry> {
    let ragged = code(
        "ragged-row",
        "A row has more or fewer cells than the header, so none of its cells can be placed.",
        "Most often a delimiter is inside a cell that is not quoted. Quote the cell, or export again.",
    );
    let ragged = ALL.iter().fold(ragged, |entry, table| {
        let reject = |row: usize| {
            [
                table.source,
                table.file,
                &(table.rows + 1 + row).to_string(),
                "",
                "",
                "ragged-row",
                "",
                "rejected",
            ]
            .map(str::to_owned)
        };
        let longer = [table.sound, &["more"]].concat();
        let shorter = table.sound[..table.sound.len() - 1].to_vec();
        entry
            .mistake(vec![table.add(&[longer])], found(vec![reject(1)]))
            .mistake(vec![table.add(&[shorter])], found(vec![reject(1)]))
    });
    let twice = code(
        "duplicate-row",
        "A row is equal to an earlier one of the same key in every column that is read. The first stays.",
        "Nothing is lost by it. Look for overlapping exports if there are many.",
    );
    let twice = ALL.iter().fold(twice, |entry, table| {
        let row = table.sound.to_vec();
        let reject = table.reject(1, &row, ["", "duplicate-row", ""]);
        entry.mistake(vec![table.add(&[row.clone(), row])], found(vec![reject]))
    });
    let conflict = code(
        "conflicting-key",
        "Rows share a key and differ in a column that is read. All of them go, because choosing one would be guessing.",
        "Decide which one is right and remove the others; with overlapping exports, keep the later one.",
    );
    let differing = [
        ("amount", "13.00"),
        ("weight", "2"),
        ("tier", "gold"),
        ("tier", "gold"),
        ("percent", "49"),
        ("amount", "101"),
        ("rate", "1.4"),
    ];
    let conflict = ALL.iter().zip(differing).fold(conflict, |entry, (table, other)| {
        // Rows may differ in a column that no rule names, but columns that `apportion` knows are always compared.
        let (first, second) = (table.sound.to_vec(), table.row(&[other]));
        let rejects = [(0, &first), (1, &second)]
            .map(|(index, row)| table.reject(index, row, ["", "conflicting-key", ""]));
        entry.mistake(vec![table.add(&[first.clone(), second.clone()])], found(rejects.to_vec()))
    });
    vec![ragged, misquoted(), several_matches(), twice, conflict, overlapping(), part_rejected()]
}

/// Two assignments of which the second begins before the first one ends.
fn overlapping() -> Entry {
    let rows = [
        ASSIGNMENTS.row(&[("from", "2026-08-01"), ("until", "2026-08-31")]),
        ASSIGNMENTS.row(&[("from", "2026-08-31"), ("until", "")]),
    ];
    let reject = |(index, row): (usize, &Vec<&'static str>)| {
        ASSIGNMENTS.reject(index, row, ["", "overlapping-assignment", ""])
    };
    let rejects = rows.iter().enumerate().map(reject).collect();
    code(
        "overlapping-assignment",
        "Two assignments of a payee share a day. Both are rejected, because choosing one would be guessing.",
        "End the earlier one on the day before the later one begins: `until` is the last day, and counts.",
    )
    .mistake(vec![ASSIGNMENTS.add(&rows)], found(rejects))
}

/// Quotes inside cells, on one line and over two.
fn misquoted() -> Entry {
    let reject = || [DEALS.source, DEALS.file, "7", "", "", "bad-quote", "", "rejected"].map(str::to_owned);
    let add = |text: &str| vec![Change::Add(DEALS.file, text.to_owned())];
    code(
        "bad-quote",
        "A quote opens or closes inside a cell: all up to the next quote is one cell, and rows may be lost in it. The message \
         says which lines the record has.",
        "Write a quote inside a quoted cell twice and quote the whole cell, or set another `quote` for the source; then look \
         at the lines that the message names.",
    )
    .mistake(
        add("X1,lost,2026-07-30,12.00,,\"new,,,,,,,\nX2,lost,2026-07-30,12.00,,\"new\",,,,,,,\n"),
        found(vec![reject()]),
    )
    .mistake(add("\"X1\"x,lost,2026-07-30,12.00,,,,,,,,,\n"), found(vec![reject()]))
}

/// A join that finds two rows.
fn several_matches() -> Entry {
    let row = DEALS.row(&[("deal_type", "old")]);
    let changes = vec![
        Change::Replace(
            "apportion.toml",
            "path = \"data/deals.csv\"",
            "path = \"data/deals.csv\"\njoins = [ { path = \"data/prices.csv\", on = { deal_type = \"code\" }, columns = [\"price\"] } ]",
        ),
        Change::Write("data/prices.csv", b"code,price\nnew,1\nold,1\nold,2\n".to_vec()),
        DEALS.add(std::slice::from_ref(&row)),
    ];
    code(
        "several-matches",
        "A join of the source finds several rows of the other file for the row.",
        "Remove the rows too many from the other file, or compare further columns with `on`.",
    )
    .mistake(changes, found(vec![DEALS.reject(0, &row, ["", "several-matches", "old"])]))
}

/// Two rows of one deal that are added up, one of which is bad.
fn part_rejected() -> Entry {
    let (sound, bad) = (DEALS.row(&[]), DEALS.row(&[("amount", "12O0.00")]));
    let changes = vec![
        Change::Replace(
            "apportion.toml",
            "path = \"data/deals.csv\"",
            "path = \"data/deals.csv\"\nsum = [\"amount\"]",
        ),
        DEALS.add(&[sound.clone(), bad.clone()]),
    ];
    let rejects = vec![
        DEALS.reject(0, &sound, ["", "part-rejected", ""]),
        DEALS.reject(1, &bad, ["amount", "bad-number", "12O0.00"]),
    ];
    code(
        "part-rejected",
        "The source adds up the rows of a key, and another row of the key was rejected: the sum without it would be wrong.",
        "Mend the row that was rejected first.",
    )
    .mistake(changes, found(rejects))
}

fn references() -> Vec<Entry> {
    vec![
        code("unknown-deal", "An engagement or a split names a deal that is not among the deals.", "Export the deals of the same time, or filter the rows with `where`.")
            .cells(&ENGAGEMENTS, &[("deal_id", "X9")])
            .cells(&SPLITS, &[("deal_id", "X9")]),
        code("unknown-payee", "A row names a payee who is not among the payees. The deal that it names is incomplete and held, so that others do not get this payee's share.", "Add the payee, or mend the spelling.")
            .cells(&ENGAGEMENTS, &[("payee_id", "nobody")])
            .cells(&ASSIGNMENTS, &[("payee_id", "nobody")])
            .cells(&SPLITS, &[("payee_id", "nobody")])
            .cells(&QUOTAS, &[("payee_id", "nobody")]),
        deal_rejected(),
        code("no-fx-rate", "A deal is in a currency that has no rate on or before its close date, or only one that is older than `fx_max_age_days`.", "Add the rate to fx_rates.")
            .cell(&DEALS, "currency", "GBP")
            .cell_beside(&DEALS, "currency", "EUR", &[("close_date", "2026-08-02")])
            .cell_beside(&DEALS, "currency", "EUR", &[("close_date", "2026-06-30")]),
        kept(
            kept(
                code("unknown-manager", "The manager of a payee, or of an assignment, is not among the payees. The row is kept, without a manager.", "Add the manager, or correct the spelling; until then there is no override for this payee."),
                &PAYEES,
                &[("xia", "nobody")],
            ),
            &ASSIGNMENTS,
            &[("mia", "nobody")],
        ),
        kept(
            kept(
                kept(
                    code("manager-cycle", "The managers of some payees go round in a circle, with assignments on some day. All on it are kept, without their managers.", "Mend who reports to whom."),
                    &PAYEES,
                    &[("xia", "yun"), ("yun", "xia")],
                ),
                &PAYEES,
                &[("xia", "xia")],
            ),
            &ASSIGNMENTS,
            &[("mia", "ann")],
        ),
        adjustment(
            code("not-approved", "Nobody approved an adjustment. It is posted once somebody else than the one who entered it has.", "Fill in `approved_by`."),
            "",
        ),
        adjustment(
            code("self-approved", "An adjustment was approved by the one who entered it.", "Let somebody else approve it, and say so in `approved_by`."),
            "mia",
        ),
    ]
}

/// An adjustment that mia entered.
fn adjustment(entry: Entry, approved_by: &'static str) -> Entry {
    let source = "\n[sources.adjustments]\npath = \"data/adjustments.csv\"\n";
    let rows = format!(
        "adjustment_id,payee_id,period,amount,reason,entered_by,approved_by\nX1,ann,2026-07,50.00,forgotten,mia,{approved_by}\n"
    );
    let reject = [
        "adjustments",
        "data/adjustments.csv",
        "2",
        "X1",
        "approved_by",
        entry.code,
        approved_by,
        "rejected",
    ];
    let changes = vec![
        Change::Write("data/adjustments.csv", rows.into_bytes()),
        Change::Add("apportion.toml", source.to_owned()),
    ];
    entry.mistake(changes, found(vec![reject.map(str::to_owned)]))
}

/// A deal with a bad cell, and rows that name it.
fn deal_rejected() -> Entry {
    let entry = code(
        "deal-rejected",
        "A row names a deal that was itself rejected.",
        "Mend the deal: this row comes back with it.",
    );
    [&ENGAGEMENTS, &SPLITS].into_iter().fold(entry, |entry, table| {
        let (deal, row) = (DEALS.row(&[("amount", "12O0.00")]), table.row(&[("deal_id", "X1")]));
        let rejects = vec![
            DEALS.reject(0, &deal, ["amount", "bad-number", "12O0.00"]),
            table.reject(0, &row, ["deal_id", "deal-rejected", "X1"]),
        ];
        entry.mistake(vec![DEALS.add(&[deal]), table.add(&[row])], found(rejects))
    })
}

/// Payees or assignments, and their managers: the rows are kept.
fn kept(entry: Entry, table: &Table, managers: &[(&'static str, &'static str)]) -> Entry {
    let rows: Vec<Vec<&str>> = managers
        .iter()
        .map(|(payee, manager)| table.row(&[("payee_id", payee), ("manager_id", manager)]))
        .collect();
    let reject = |(index, row): (usize, &Vec<&'static str>)| {
        let mut reject = table.reject(index, row, ["manager_id", entry.code, managers[index].1]);
        reject[7] = "kept".to_owned();
        reject
    };
    let rejects = rows.iter().enumerate().map(reject).collect();
    entry.mistake(vec![table.add(&rows)], found(rejects))
}
