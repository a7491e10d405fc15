//! `report page`: a period of the channel as one page that opens offline.

mod open;
mod tables;

use apportion::cli::reports::MadeReport;
use apportion::page::chart::{Bar, diverging};
use apportion::page::{page, scrolling};
use apportion::{Session, Settlement};
use maud::{Markup, html};

use crate::scorecard::{Question, Row, table_of};
use crate::{Fault, exact};

/// The page of a settlement.
///
/// # Errors
/// A sum that can't be held.
pub fn report_page(session: &Session, settlement: &Settlement) -> Result<MadeReport, Fault> {
    let by = |columns: &[&str]| {
        let by = columns.iter().map(|column| (*column).to_owned()).collect();
        table_of(settlement, &Question { by, ..Question::default() })
    };
    let (of_channels, of_months) = (Rows(by(&["channel"])?), Rows(by(&["channel", "month"])?));
    let digits = session.book().currency.digits();
    let title = format!("{}: {}", session.book().name, settlement.period());
    let body = html! {
        header {
            h1 { (title) }
            p.lead { "The channel in numbers, amounts in " (session.book().currency.code()) }
        }
        (tiles(&of_channels, digits))
        (contribution(&of_channels, &of_months, digits))
        (partition(&of_channels, digits))
        (rates(&of_channels))
        (open::section(settlement)?)
        (tables::matrix(settlement)?)
        (governance(&of_channels))
        (prices(&of_channels))
        (tables::outliers(settlement)?)
        (tables::incentives(settlement, digits)?)
        footer { p { "Made by " code { "apportion report page" } ". Numbers beside a value (n) say how many rows it rests on; what rests on few says little. \
            docs/reference/reports.md says what each metric is." } }
    };
    let text = format!("{title}: page.html\n");
    Ok(MadeReport { files: vec![("page.html", page(&title, &body).into_bytes())], text })
}

/// Rows of a scorecard.
struct Rows(Vec<Row>);

impl Rows {
    /// The rows of a metric, `all` aside.
    fn groups<'r>(&'r self, metric: &'r str) -> impl Iterator<Item = &'r Row> {
        let is_group = |row: &&Row| row.group.iter().any(|word| word != "all");
        self.0.iter().filter(move |row| row.metric == metric).filter(is_group)
    }

    /// The row of everything.
    fn all(&self, metric: &str) -> Option<&Row> {
        self.0.iter().find(|row| row.metric == metric && row.group.iter().all(|word| word == "all"))
    }

    fn of(&self, metric: &str, group: &str) -> Option<&Row> {
        self.0.iter().find(|row| row.metric == metric && row.group.first().is_some_and(|word| word == group))
    }

    /// The words of the first group that any row has, in byte order.
    fn words(&self) -> Vec<&str> {
        let mut words: Vec<&str> = self
            .0
            .iter()
            .filter_map(|row| row.group.first())
            .map(String::as_str)
            .filter(|word| *word != "all")
            .collect();
        words.sort_unstable();
        words.dedup();
        words
    }
}

/// A value as people read it: shares as percents, money with thousands, the rest as it is.
fn shown(row: &Row, digits: Option<u32>) -> String {
    match (row.value_e6, digits) {
        (None, _) => "-".to_owned(),
        (Some(value), Some(digits)) => apportion::diagnostic::grouped(&exact::money(value, digits)),
        (Some(value), None) if !row.denominator.is_empty() => percent(value),
        (Some(_), None) => row.value.clone(),
    }
}

/// Millionths as a percentage with one decimal.
pub(super) fn percent(value_e6: i128) -> String {
    let tenths = apportion::money::Rounding::HalfAwayFromZero.divide(value_e6, 1_000);
    format!("{}%", apportion::money::format_scaled(tenths, 1))
}

fn tiles(rows: &Rows, digits: u32) -> Markup {
    let tile = |metric: &str, words: &str, digits: Option<u32>| {
        let row = rows.all(metric);
        html! { div.tile { b { (row.map_or_else(|| "-".to_owned(), |row| shown(row, digits))) } span { (words) " (n " (row.map_or("0", |row| &row.n)) ")" } } }
    };
    html! {
        div.tiles {
            (tile("revenue", "revenue", Some(digits)))
            (tile("win_rate", "of decided deals won", None))
            (tile("attach_rate", "of them with a partner's work", None))
            (tile("cost_rate", "of revenue paid", None))
            (tile("conflict_rate", "conflicts on deals and what is open", None))
            (tile("discount", "below list", None))
        }
    }
}

fn bars(name: &str, rows: &[(String, &Row)], digits: u32) -> Markup {
    let bar = |(label, row): &(String, &Row)| Bar {
        label: label.clone(),
        value: row.value_e6.unwrap_or(0),
        shown: format!("{} (n {})", shown(row, Some(digits)), row.n),
    };
    diverging(name, &rows.iter().map(bar).collect::<Vec<_>>())
}

fn contribution(channels: &Rows, months: &Rows, digits: u32) -> Markup {
    let rows: Vec<(String, &Row)> =
        channels.groups("revenue").map(|row| (row.group.join(" "), row)).collect();
    let table = html! {
        table.sortable {
            thead { tr { th { "channel" } th { "month" } th.num { "revenue" } th.num { "n" } } }
            tbody {
                @for row in months.groups("revenue") {
                    tr {
                        @for word in &row.group { td.id { (word) } }
                        td.num data-value=(row.value_e6.unwrap_or(0)) { (shown(row, Some(digits))) }
                        td.num { (row.n) }
                    }
                }
            }
        }
    };
    html! {
        section {
            h2 { "Contribution by channel and month" }
            (bars("Revenue by channel", &rows, digits))
            (scrolling("Revenue by channel and month", &table))
        }
    }
}

fn partition(rows: &Rows, digits: u32) -> Markup {
    let classes = ["sourced", "co_sold", "influenced", "fulfilled", "direct"];
    let rows: Vec<(String, &Row)> =
        classes.iter().filter_map(|class| Some(((*class).replace('_', "-"), rows.all(class)?))).collect();
    html! {
        section {
            h2 { "Revenue by what partners did" }
            p { "Each won deal once, by the first that holds. The parts add up to revenue." }
            (bars("Revenue by what partners did", &rows, digits))
        }
    }
}

/// Metrics by channel, each with its n.
fn by_channel(name: &str, rows: &Rows, metrics: &[&str]) -> Markup {
    let words = rows.words();
    let cell = |row: Option<&Row>| match row {
        Some(row) => {
            html! { td.num data-value=(row.value_e6.unwrap_or(0)) { (shown(row, None)) span.muted { " n " (row.n) } } }
        }
        None => html! { td.num { "-" } },
    };
    let table = html! {
        table {
            thead { tr { th { "metric" } th.num { "all" } @for word in &words { th.num { (word) } } } }
            tbody {
                @for metric in metrics {
                    tr { td.id { (metric) } (cell(rows.all(metric))) @for word in &words { (cell(rows.of(metric, word))) } }
                }
            }
        }
    };
    scrolling(name, &table)
}

fn rates(rows: &Rows) -> Markup {
    let metrics = [
        "win_rate",
        "win_rate_by_value",
        "close_rate",
        "still_open",
        "attach_rate",
        "cycle_days",
        "cycle_days_lost",
        "renewal_rate",
    ];
    html! { section { h2 { "Win rates" } (by_channel("Win rates by channel", rows, &metrics)) } }
}

fn governance(rows: &Rows) -> Markup {
    let registrations = [
        "registrations",
        "approval_rate",
        "hours_to_decide",
        "registered_win_rate",
        "expired_rate",
        "idle_rate",
    ];
    let conflicts =
        ["conflicts", "conflict_rate", "days_to_resolve", "in_time", "escalated", "won_by_direct"];
    html! {
        section {
            h2 { "Registrations and conflicts" }
            (by_channel("Registrations by channel", rows, &registrations))
            (by_channel("Conflicts by channel", rows, &conflicts))
        }
    }
}

fn prices(rows: &Rows) -> Markup {
    let metrics = ["discount", "realisation", "breach_rate", "discount_outlier"];
    html! { section { h2 { "Prices" } (by_channel("Prices by channel", rows, &metrics)) } }
}
