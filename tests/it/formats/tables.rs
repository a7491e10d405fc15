//! The tables that are written in every format: made by counting, the same each time.

/// What a column holds, so that each format writes it as its own kind of cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Text,
    /// Digits that are an id: a number where a format has numbers.
    Code,
    Date,
    /// At most 6 decimals.
    Money,
    /// At most 9 decimals.
    Number,
    Boolean,
}

#[derive(Debug, Clone, Copy)]
pub struct Column {
    pub name: &'static str,
    pub kind: Kind,
}

#[derive(Debug, Clone)]
pub struct Table {
    pub name: &'static str,
    pub columns: Vec<Column>,
    /// As plain CSV has them; dates as `2026-07-31`.
    pub rows: Vec<Vec<Option<String>>>,
}

impl Table {
    /// Reads `rows` of cells between `^`, an empty one for none.
    fn new(name: &'static str, columns: &[(&'static str, Kind)], rows: impl Iterator<Item = String>) -> Self {
        let columns: Vec<Column> = columns.iter().map(|&(name, kind)| Column { name, kind }).collect();
        let rows: Vec<Vec<Option<String>>> = rows
            .map(|row| row.split('^').map(|cell| (!cell.is_empty()).then(|| cell.to_owned())).collect())
            .collect();
        assert!(rows.iter().all(|row: &Vec<_>| row.len() == columns.len()), "{name}");
        Self { name, columns, rows }
    }
}

/// Every input table.
pub fn tables() -> Vec<Table> {
    vec![deals(), engagements(), payees(), splits(), quotas(), fx_rates()]
}

const CHANNELS: [&str; 5] = ["direct", "partner, \"gold\"", "Köln – \tWest; A|B", "l'été & <co>", ""];

fn money(cents: u64) -> String {
    format!("{}.{:02}", cents / 100, cents % 100)
}

/// 90 deals of the first half of 2026: refunds, other currencies, renewals of earlier ones, some lost.
fn deals() -> Table {
    let row = |n: u64| {
        let outcome = if n % 11 == 10 { "lost" } else { "won" };
        let sign = if n % 17 == 16 { "-" } else { "" };
        let cents = (n * n * 79_190 + n * 13_137 + 4_026_684) % 9_000_000;
        let amount = if n % 13 == 5 { format!("{}123", money(cents)) } else { money(cents) };
        let currency = [("EUR", 7), ("JPY", 9)].into_iter().find(|(_, every)| n % every == 3);
        let (kind, renews) = match n {
            40.. if n.is_multiple_of(3) => ("renewal", format!("D-{:03}", n - 30)),
            _ if n % 3 == 1 => ("new", String::new()),
            _ => ("", String::new()),
        };
        let list = if n.is_multiple_of(4) { String::new() } else { money(cents + cents / 8) };
        let channel = CHANNELS[(n % 5) as usize];
        let seats = if n.is_multiple_of(6) { String::new() } else { format!("{}.5", n % 25) };
        format!(
            "D-{n:03}^{outcome}^{}^{sign}{amount}^{}^{kind}^{}^{channel}^{list}^{renews}^{seats}^{}",
            day(n),
            currency.map_or("", |(code, _)| code),
            1_000 + n % 12,
            n.is_multiple_of(2),
        )
    };
    let columns = [
        ("deal_id", Kind::Text),
        ("outcome", Kind::Text),
        ("close_date", Kind::Date),
        ("amount", Kind::Money),
        ("currency", Kind::Text),
        ("deal_type", Kind::Text),
        ("account_id", Kind::Code),
        ("channel", Kind::Text),
        ("list_amount", Kind::Money),
        ("renews_deal_id", Kind::Text),
        ("seats", Kind::Number),
        ("strategic", Kind::Boolean),
    ];
    Table::new("deals", &columns, (1..=90).map(row))
}

/// A day of the first half of 2026, later for later deals.
fn day(n: u64) -> String {
    format!("2026-{:02}-{:02}", 1 + n / 16, 1 + (n * 7) % 28)
}

/// Work of employees and partners on deals and accounts; a row twice, work of a stranger, work on no deal.
fn engagements() -> Table {
    let roles = ["sourced", "cosell", "closed", "cosell", "adoption"];
    let mut rows: Vec<String> = (1..=400_u64)
        .map(|n| {
            let deal = 1 + (n * 37) % 90;
            let role = roles[(n % 5) as usize];
            let payee = if n % 5 == 2 { format!("{}", 101 + n % 4) } else { format!("P-{}", n % 6) };
            let weight = if n % 7 == 0 { String::new() } else { format!("{}.{}", n % 4, (n % 8) * 125) };
            let (deal_id, account) = if n % 10 == 9 {
                (String::new(), format!("{}", 1_000 + n % 12))
            } else {
                (format!("D-{deal:03}"), String::new())
            };
            let on = if n % 23 == 0 { String::new() } else { day((deal - 1).max(1)) };
            format!("E-{n}^{deal_id}^{account}^{payee}^{role}^{on}^{weight}^work {}", n % 3)
        })
        .collect();
    rows.push(rows[7].clone());
    rows.push("E-901^D-061^^nobody^closed^2026-03-01^1^".to_owned());
    rows.push("E-902^D-999^^101^closed^2026-03-01^1^".to_owned());
    let columns = [
        ("engagement_id", Kind::Text),
        ("deal_id", Kind::Text),
        ("account_id", Kind::Code),
        ("payee_id", Kind::Text),
        ("role", Kind::Text),
        ("occurred_on", Kind::Date),
        ("weight", Kind::Number),
        ("activity", Kind::Text),
    ];
    Table::new("engagements", &columns, rows.into_iter())
}

fn payees() -> Table {
    let names =
        ["O'Brien, Zoë", "Müller & Söhne", "\"Ace\" <Ltd>", "Peña | Partner", "Žiga – €5", "Ann; Ben"];
    let employees =
        (0..4).map(|n| format!("{}^Employee {n}^employee^^{}^2020-01-{:02}", 101 + n, "105", 1 + n));
    let head = std::iter::once("105^Head of Sales^employee^^^2019-12-31".to_owned());
    let partners = (0..6)
        .map(|n| format!("P-{n}^{}^partner^{}^105^2021-06-30", names[n], ["gold", "", "silver"][n % 3]));
    let columns = [
        ("payee_id", Kind::Text),
        ("name", Kind::Text),
        ("kind", Kind::Text),
        ("tier", Kind::Text),
        ("manager_id", Kind::Code),
        ("start_date", Kind::Date),
    ];
    Table::new("payees", &columns, employees.chain(head).chain(partners))
}

/// Thirds, as a CRM exports them, on every sixth deal; one of them does not add up.
fn splits() -> Table {
    let rows = (1..=15_u64).flat_map(|n| {
        let odd = if n == 11 { "33.3" } else { "33.34" };
        ["33.33", "33.33", odd]
            .into_iter()
            .enumerate()
            .map(move |(index, percent)| format!("D-{:03}^P-{}^{percent}", n * 6, (n as usize + index) % 6))
    });
    let columns = [("deal_id", Kind::Text), ("payee_id", Kind::Text), ("percent", Kind::Number)];
    Table::new("splits", &columns, rows)
}

fn quotas() -> Table {
    let rows = (101..=104).flat_map(|payee| {
        (1..=2).map(move |quarter| format!("{payee}^2026-Q{quarter}^{}000.50", 150 + payee % 10 * 20))
    });
    let columns = [("payee_id", Kind::Code), ("period", Kind::Text), ("amount", Kind::Money)];
    Table::new("quotas", &columns, rows)
}

/// A rate every tenth day.
fn fx_rates() -> Table {
    let rows = (0..=18_u64).flat_map(|n| {
        let on = format!("2026-{:02}-{:02}", 1 + n / 3, 1 + n % 3 * 10);
        [format!("{on}^EUR^1.{:04}", 812 + n * 37), format!("{on}^JPY^0.006{:06}", 412_345 + n * 1_019)]
    });
    let columns = [("date", Kind::Date), ("currency", Kind::Text), ("rate", Kind::Number)];
    Table::new("fx_rates", &columns, rows)
}
