//! Worked cases as texts.

/// Everything on a deal is earned by the payee of its account.
pub const ALL: &str = r#"
[[shared_credit]]
id = "all"
effective = { from = 2012-01-01 }
rate = "100%"
model = "equal"
reach = ["account"]
"#;

/// Deals of 2026 only credit.
pub const BOOKING: &str = r#"
[[shared_credit]]
id = "booking"
effective = { from = 2026-01-01 }
model = "equal"
reach = ["account"]
"#;

/// A table in a string; the first row has the names of the columns.
pub fn table(name: &str, rows: &[Vec<String>]) -> String {
    let lines: Vec<String> = rows.iter().map(|row| row.join(" | ")).collect();
    format!("{name} = '''\n{}\n'''\n", lines.join("\n"))
}

/// Words as a row.
pub fn row(cells: &[&str]) -> Vec<String> {
    cells.iter().map(|cell| (*cell).to_owned()).collect()
}

/// A deal: id, day, amount, and which deal it reverses.
pub struct Deal {
    pub id: String,
    pub day: String,
    pub amount: String,
    pub reverses: String,
}

impl Deal {
    pub fn new(id: &str, day: &str, amount: &str) -> Self {
        Self { id: id.to_owned(), day: day.to_owned(), amount: amount.to_owned(), reverses: String::new() }
    }

    /// A reversal of another deal.
    pub fn reversing(id: &str, day: &str, amount: &str, original: &str) -> Self {
        Self { reverses: original.to_owned(), ..Self::new(id, day, &format!("-{amount}")) }
    }
}

/// The deals of Pat's account.
pub fn deals(deals: &[Deal]) -> String {
    let mut rows =
        vec![row(&["deal_id", "account_id", "outcome", "close_date", "amount", "reverses_deal_id"])];
    rows.extend(
        deals.iter().map(|deal| row(&[&deal.id, "A", "won", &deal.day, &deal.amount, &deal.reverses])),
    );
    table("deals", &rows)
}

/// Pat, with some columns, and the account.
pub fn pat(header: &[&str], cells: &[&str]) -> String {
    let mut names = row(&["payee_id"]);
    names.extend(row(header));
    let mut pat = row(&["pat"]);
    pat.extend(row(cells));
    table("payees", &[names, pat])
        + &table("engagements", &[row(&["account_id", "payee_id", "role"]), row(&["A", "pat", "closed"])])
}

/// A case of Pat: its name, rules and deals.
pub fn case(name: &str, rules: &str, of_deals: &[Deal]) -> String {
    case_of(name, rules, &(deals(of_deals) + &pat(&[], &[])))
}

/// A case with these tables.
pub fn case_of(name: &str, rules: &str, tables: &str) -> String {
    format!("[[case]]\nname = \"{name}\"\nrules = '''{rules}'''\n{tables}")
}

/// A month that is closed, with the figures of Pat's balance.
pub fn month(period: &str, balance: &[(&str, &str)]) -> String {
    let (names, cells): (Vec<&str>, Vec<&str>) = balance.iter().copied().unzip();
    let expected =
        if balance.is_empty() { String::new() } else { table("balances", &[row(&names), row(&cells)]) };
    format!("[[case.month]]\nperiod = \"{period}\"\n{expected}")
}

/// A month of 2026 by its place from 0.
pub fn nth(place: usize) -> String {
    format!("2026-{:02}", place + 1)
}

/// The tenth of a month.
pub fn tenth(place: usize) -> String {
    format!("{}-10", nth(place))
}

/// Pat earns these amounts, month by month.
pub fn earned(amounts: &[String]) -> Vec<Deal> {
    let deal = |(place, amount): (usize, &String)| Deal::new(&format!("D{place}"), &tenth(place), amount);
    amounts.iter().enumerate().map(deal).collect()
}
