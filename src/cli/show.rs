//! The summary on stdout: for people, as CSV with a row for each rule, or whole as JSON.

use serde::Serialize;

use super::number::{count, counted, grouped, money, money_or_dash};
use super::options::Format;
use super::summary::{NoQuota, RuleRow, Summary};
use super::table::Table;
use apportion_base::diagnostic::LISTED;
use apportion_base::money::format_scaled;
use apportion_base::spreadsheet::guarded;
use apportion_base::terminal::escaped;
use apportion_contract::Part;
use apportion_engine::credit::RuleTotals;
use apportion_engine::settle::RuleDate;
use apportion_results::Worth;

/// How many reasons are named.
const REASONS: usize = 4;

/// The summary in a format, as bytes for stdout.
pub fn summary(summary: &Summary<'_>, format: Format, raw: bool) -> Result<Vec<u8>, std::io::Error> {
    match format {
        Format::Table => Ok(text(summary).into_bytes()),
        Format::Csv => csv(summary, raw),
        Format::Json => {
            let mut bytes = serde_json::to_vec_pretty(&JsonSummary::new(summary))?;
            bytes.push(b'\n');
            Ok(bytes)
        }
    }
}

fn text(summary: &Summary<'_>) -> String {
    let mut text = format!(
        "{}, {} ({} to {}), amounts in {}\n\n",
        summary.book, summary.period, summary.first_day, summary.last_day, summary.currency
    );
    text.push_str(&sources(summary.sources));
    text.push('\n');
    text.push_str(&rules(summary));
    text.push('\n');
    for (label, what) in facts(summary) {
        text.push_str(&format!("{label:<13}{}\n", escaped(&what)));
    }
    text.push('\n');
    text.push_str(&reconciliation(summary));
    text
}

/// What became of the won deals that were read, and what the table can't say.
fn reconciliation(summary: &Summary<'_>) -> String {
    let mut table = Table::new(&["won deals", "deals", "amount"]);
    let reconciliation = summary.reconciliation;
    let cells = |part: Part, worth: Worth| {
        vec![part.word().to_owned(), count(worth.deals), grouped(&worth.amount(summary.digits))]
    };
    let (read, parts) = (Part::ALL[0], &Part::ALL[1..]);
    parts.iter().for_each(|part| table.row(cells(*part, reconciliation.part(*part))));
    table.total(cells(read, reconciliation.part(read)));
    let mut text = table.text();
    if reconciliation.without_amount > 0 {
        let rows = counted(reconciliation.without_amount, "row");
        text.push_str(&format!("without an amount that could be read or converted: {rows} of these\n"));
    }
    if reconciliation.unplaced > 0 {
        let rows = counted(reconciliation.unplaced, "rejected row");
        text.push_str(&format!("perhaps of this period, as no outcome or day could be read: {rows}\n"));
    }
    text
}

/// One of the counts of a table.
type Count = fn(&apportion_data::Counts) -> u64;

pub fn sources(sources: &[apportion_data::Counts]) -> String {
    // Most projects have none of these, and columns of zeros would say nothing.
    let shows = |count: Count| sources.iter().any(|source| count(source) > 0);
    let mut columns: Vec<(&str, Count)> =
        vec![("read", |c| c.read), ("used", |c| c.used), ("filtered", |c| c.filtered)];
    if shows(|c| c.of_filtered_deals) {
        columns.push(("of filtered deals", |c| c.of_filtered_deals));
    }
    if shows(|c| c.repeated) {
        columns.push(("repeated", |c| c.repeated));
    }
    columns.push(("rejected", |c| c.rejected));
    if shows(|c| c.passed_over) {
        columns.push(("passed over", |c| c.passed_over));
    }
    let names: Vec<&str> = ["source"].into_iter().chain(columns.iter().map(|(name, _)| *name)).collect();
    let mut table = Table::new(&names);
    for counts in sources {
        let mut cells = vec![counts.table.word().to_owned()];
        cells.extend(columns.iter().map(|(_, column)| count(column(counts))));
        table.row(cells);
    }
    table.text()
}

fn rules(summary: &Summary<'_>) -> String {
    let columns: [fn(&RuleTotals) -> Option<i128>; 5] = [
        |totals| totals.credited,
        |totals| totals.pool,
        |totals| totals.amount,
        |totals| totals.withheld,
        |totals| totals.retained,
    ];
    let mut table = Table::new(&["rule", "deals", "credited", "pool", "paid", "withheld", "retained"]);
    for rule in &summary.rules {
        let mut cells = vec![rule.id.to_owned(), count(rule.totals.deals_matched)];
        cells.extend(columns.map(|column| money_or_dash(column(rule.totals), summary.digits)));
        table.row(cells);
    }
    let mut cells = vec!["total".to_owned(), String::new()];
    cells.extend(columns.map(|column| money_or_dash(summary.sum(column), summary.digits)));
    table.total(cells);
    table.text()
}

/// Minor units of an amount in millionths, rounded half away from zero.
fn minor(amount_e6: i128, digits: u32) -> i128 {
    let unit = 10_i128.pow(6_u32.saturating_sub(digits));
    (amount_e6 + amount_e6.signum() * unit / 2) / unit
}

/// The lines below the tables: a word and what there is to say.
fn facts(summary: &Summary<'_>) -> Vec<(&'static str, String)> {
    let mut facts = vec![
        (
            "To pay",
            format!(
                "{} {} to {} ({})",
                summary.currency,
                money(summary.amount, summary.digits),
                counted(summary.payees, "payee"),
                counted(summary.lines, "line"),
            ),
        ),
        ("Paid nobody", paid_nobody(summary)),
    ];
    if let Some(repeated) = &summary.repeated {
        facts.push((
            "Repeated",
            format!(
                "{} without an id {} another one and {}, on {} worth {} {}",
                counted(repeated.rows, "engagement"),
                if repeated.rows == 1 { "equals" } else { "equal" },
                if repeated.rows == 1 { "counts" } else { "count each" },
                counted(repeated.deals, "won deal"),
                summary.currency,
                money(minor(repeated.amount_e6, summary.digits), summary.digits),
            ),
        ));
    }
    for no_quota in &summary.no_quota {
        facts.push((
            "No quota",
            format!(
                "{}: {} without one, who get nothing of it on {} worth {} {}",
                no_quota.rule,
                counted(no_quota.payees, "payee"),
                counted(no_quota.deals, "won deal"),
                summary.currency,
                money(minor(no_quota.amount_e6, summary.digits), summary.digits),
            ),
        ));
    }
    if !summary.dropped_managers.is_empty() {
        let payees: u64 = summary.dropped_managers.iter().map(|(_, payees)| payees).sum();
        let codes: Vec<String> = summary
            .dropped_managers
            .iter()
            .map(|(code, payees)| format!("{} {}", count(*payees), code.word()))
            .collect();
        facts.push((
            "No manager",
            format!(
                "{} kept without the manager in the data, who gets no override on them: {}",
                counted(payees, "payee"),
                codes.join(", ")
            ),
        ));
    }
    let rounded: u64 = summary.sources.iter().map(|counts| counts.rounded).sum();
    if rounded > 0 {
        facts.push((
            "Rounded",
            format!("{} with more decimals than `decimals` says", counted(rounded, "cell")),
        ));
    }
    if summary.accepted_rows > 0 {
        facts.push((
            "Accepted",
            format!("{} rejected as their sources expect (`accept`)", counted(summary.accepted_rows, "row")),
        ));
    }
    if summary.held > 0 {
        facts.push((
            "Held",
            format!(
                "{}, until the rejected rows that name them are corrected (`incomplete` in uncredited.csv)",
                counted(summary.held, "deal")
            ),
        ));
    }
    if !summary.unread.is_empty() {
        facts.push(("Unread", unread(summary.unread)));
    }
    facts.extend(beyond(summary).into_iter().map(|dates| ("No such day", dates)));
    for unread in &summary.unread_in_rules {
        let texts = counted(unread.count, "text");
        facts.push(("Unread", format!("{texts} in `{}` of rule {}: null there", unread.key, unread.rule_id)));
    }
    facts.push(("Result", summary.folder.clone()));
    facts.push(("", summary.files.join(", ")));
    facts
}

/// Texts that expressions could not read, by table and column.
pub fn unread(unread: &[apportion_data::UnreadTexts]) -> String {
    let named = unread.iter().map(|unread| {
        format!("{} in `{}` of {}", counted(unread.count, "text"), unread.what, unread.table.word())
    });
    format!("{}: null there", named.collect::<Vec<_>>().join(", "))
}

/// Dates that expressions of sources and rules moved outside of the calendar.
fn beyond(summary: &Summary<'_>) -> Vec<String> {
    let of_source = |dates: &apportion_data::DatesBeyond| {
        format!(
            "{} of `{}` that `{}` of {} moves outside of the years 1 to 9999 (first in {}, row {}): null there",
            counted(dates.count, "date"),
            dates.date,
            dates.what,
            dates.table.word(),
            dates.file,
            dates.row
        )
    };
    let of_rule = |(rule, date): &(&str, &RuleDate)| {
        let rows = match date.table {
            Some(table) if date.rows > 0 => {
                let first = date.first.as_ref().map_or_else(String::new, |first| format!(" (first {first})"));
                format!(" on {} of {}{first}", counted(date.rows, "row"), table.word())
            }
            _ => String::new(),
        };
        format!("`{}` of `{rule}` is outside of the years 1 to 9999{rows}: null there", date.text)
    };
    let listed: Vec<String> =
        summary.dates.iter().map(of_source).chain(summary.rule_dates.iter().map(of_rule)).collect();
    let unlisted = listed.len().saturating_sub(LISTED);
    let mut shown: Vec<String> = listed.into_iter().take(LISTED).collect();
    if unlisted > 0 {
        shown.push(format!("{unlisted} more: `apportion check` names them"));
    }
    shown
}

fn paid_nobody(summary: &Summary<'_>) -> String {
    let mut text = counted(summary.unpaid.deals, "won deal");
    if summary.unpaid.deals > 0 {
        let amount = money(minor(summary.unpaid.amount_e6, summary.digits), summary.digits);
        text.push_str(&format!(" worth {} {amount}", summary.currency));
    }
    if !summary.reasons.is_empty() {
        let named: Vec<String> = summary
            .reasons
            .iter()
            .take(REASONS)
            .map(|(reason, deals)| format!("{} {}", count(*deals), reason.word()))
            .collect();
        let unlisted = if summary.reasons.len() > REASONS { ", …" } else { "" };
        text.push_str(&format!(": {}{unlisted}", named.join(", ")));
    }
    text
}

fn csv(summary: &Summary<'_>, raw: bool) -> Result<Vec<u8>, std::io::Error> {
    let mut csv = apportion_results::csv_writer(Vec::new());
    csv.write_record([
        "period",
        "rule_id",
        "kind",
        "deals_matched",
        "lines",
        "basis",
        "credit_total",
        "credited",
        "credit_retained",
        "pool",
        "retained",
        "uncapped",
        "withheld",
        "amount",
        "currency",
    ])?;
    for rule in &summary.rules {
        let id = if raw { rule.id.to_owned() } else { guarded(rule.id).into_owned() };
        let mut cells = vec![summary.period.clone(), id, rule.kind.word().to_owned()];
        cells.extend([rule.totals.deals_matched.to_string(), rule.totals.lines.to_string()]);
        cells.extend(
            amounts(rule.totals, summary.digits).into_iter().map(|(_, amount)| amount.unwrap_or_default()),
        );
        cells.push(summary.currency.to_owned());
        csv.write_record(&cells)?;
    }
    csv.into_inner().map_err(|error| error.into_error())
}

/// The totals of a rule by name, as plain decimal text.
fn amounts(totals: &RuleTotals, digits: u32) -> [(&'static str, Option<String>); 9] {
    [
        ("basis", totals.basis),
        ("credit_total", totals.credit_total),
        ("credited", totals.credited),
        ("credit_retained", totals.credit_retained),
        ("pool", totals.pool),
        ("retained", totals.retained),
        ("uncapped", totals.uncapped),
        ("withheld", totals.withheld),
        ("amount", totals.amount),
    ]
    .map(|(name, minor)| (name, minor.map(|minor| format_scaled(minor, digits))))
}

#[derive(Serialize)]
struct JsonSummary<'a> {
    period: &'a str,
    first_day: &'a str,
    last_day: &'a str,
    book: &'a str,
    sources: Vec<JsonSource>,
    rules: Vec<serde_json::Value>,
    total: JsonTotal,
    paid_nobody: JsonUnpaid,
    reconciliation: Vec<JsonPart>,
    /// Rejected and filtered rows whose amounts are not in it.
    without_amount: u64,
    /// Rejected rows of deals that may be of any period.
    unplaced: u64,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    no_quota: Vec<JsonNoQuota<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    dropped_managers: Vec<JsonDropped>,
    held_deals: u64,
    rejected_rows: u64,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    unread_texts: Vec<JsonUnread<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    dates_beyond_calendar: Vec<JsonDate<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    unread_in_rules: Vec<JsonUnreadInRule<'a>>,
    folder: &'a str,
    files: &'a [&'static str],
}

#[derive(Serialize)]
struct JsonUnreadInRule<'a> {
    rule_id: &'a str,
    key: &'static str,
    count: u64,
}

#[derive(Serialize)]
struct JsonUnread<'a> {
    source: &'static str,
    what: &'a str,
    count: u64,
}

impl<'a> JsonUnread<'a> {
    fn new(unread: &'a apportion_data::UnreadTexts) -> Self {
        Self { source: unread.table.word(), what: &unread.what, count: unread.count }
    }
}

/// A date that an expression of a source or a rule moved outside of the calendar.
#[derive(Serialize)]
struct JsonDate<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    source: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    rule: Option<&'a str>,
    what: &'a str,
    count: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    file: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    row: Option<u64>,
}

impl<'a> JsonDate<'a> {
    fn all(summary: &'a Summary<'_>) -> Vec<Self> {
        let of_source = |dates: &'a apportion_data::DatesBeyond| Self {
            source: Some(dates.table.word()),
            rule: None,
            what: &dates.what,
            count: dates.count,
            file: Some(&dates.file),
            row: Some(dates.row),
        };
        let of_rule = |(rule, date): &(&'a str, &'a RuleDate)| Self {
            source: date.table.map(apportion_book::TableName::word),
            rule: Some(rule),
            what: &date.text,
            count: date.rows,
            file: None,
            row: None,
        };
        summary.dates.iter().map(of_source).chain(summary.rule_dates.iter().map(of_rule)).collect()
    }
}

#[derive(Serialize)]
pub struct JsonSource {
    source: &'static str,
    read: u64,
    used: u64,
    filtered: u64,
    of_filtered_deals: u64,
    repeated: u64,
    rejected: u64,
    passed_over: u64,
}

impl JsonSource {
    pub fn new(counts: &apportion_data::Counts) -> Self {
        Self {
            source: counts.table.word(),
            read: counts.read,
            used: counts.used,
            filtered: counts.filtered,
            of_filtered_deals: counts.of_filtered_deals,
            repeated: counts.repeated,
            rejected: counts.rejected,
            passed_over: counts.passed_over,
        }
    }
}

#[derive(Serialize)]
struct JsonTotal {
    amount: String,
    currency: &'static str,
    payees: u64,
    lines: u64,
}

#[derive(Serialize)]
struct JsonPart {
    part: &'static str,
    deals: u64,
    amount: String,
}

#[derive(Serialize)]
struct JsonNoQuota<'a> {
    rule_id: &'a str,
    payees: u64,
    deals: u64,
    amount: String,
}

#[derive(Serialize)]
struct JsonDropped {
    code: &'static str,
    payees: u64,
}

#[derive(Serialize)]
struct JsonUnpaid {
    deals: u64,
    amount: String,
    reasons: Vec<JsonReason>,
}

#[derive(Serialize)]
struct JsonReason {
    reason: &'static str,
    deals: u64,
}

impl<'a> JsonSummary<'a> {
    fn new(summary: &'a Summary<'_>) -> Self {
        let reason = |(reason, deals): &(apportion_engine::credit::Reason, u64)| JsonReason {
            reason: reason.word(),
            deals: *deals,
        };
        Self {
            period: &summary.period,
            first_day: &summary.first_day,
            last_day: &summary.last_day,
            book: summary.book,
            sources: summary.sources.iter().map(JsonSource::new).collect(),
            rules: summary.rules.iter().map(|rule| json_rule(rule, summary)).collect(),
            total: JsonTotal {
                amount: format_scaled(summary.amount, summary.digits),
                currency: summary.currency,
                payees: summary.payees,
                lines: summary.lines,
            },
            paid_nobody: JsonUnpaid {
                deals: summary.unpaid.deals,
                amount: summary.unpaid.amount(summary.digits),
                reasons: summary.reasons.iter().map(reason).collect(),
            },
            reconciliation: summary
                .reconciliation
                .parts()
                .map(|(part, worth)| JsonPart {
                    part: part.word(),
                    deals: worth.deals,
                    amount: worth.amount(summary.digits),
                })
                .collect(),
            without_amount: summary.reconciliation.without_amount,
            unplaced: summary.reconciliation.unplaced,
            no_quota: summary
                .no_quota
                .iter()
                .map(|no_quota| json_no_quota(no_quota, summary.digits))
                .collect(),
            dropped_managers: summary
                .dropped_managers
                .iter()
                .map(|(code, payees)| JsonDropped { code: code.word(), payees: *payees })
                .collect(),
            held_deals: summary.held,
            rejected_rows: summary.rejected_rows,
            unread_texts: summary.unread.iter().map(JsonUnread::new).collect(),
            dates_beyond_calendar: JsonDate::all(summary),
            unread_in_rules: summary
                .unread_in_rules
                .iter()
                .map(|unread| JsonUnreadInRule {
                    rule_id: &unread.rule_id,
                    key: unread.key,
                    count: unread.count,
                })
                .collect(),
            folder: &summary.folder,
            files: &summary.files,
        }
    }
}

fn json_no_quota<'a>(no_quota: &NoQuota<'a>, digits: u32) -> JsonNoQuota<'a> {
    let NoQuota { rule, payees, deals, amount_e6 } = no_quota;
    let amount = Worth { deals: *deals, amount_e6: *amount_e6 }.amount(digits);
    JsonNoQuota { rule_id: rule, payees: *payees, deals: *deals, amount }
}

fn json_rule(rule: &RuleRow<'_>, summary: &Summary<'_>) -> serde_json::Value {
    let mut object = serde_json::Map::new();
    object.insert("rule_id".to_owned(), rule.id.into());
    object.insert("kind".to_owned(), rule.kind.word().into());
    object.insert("deals_matched".to_owned(), rule.totals.deals_matched.into());
    object.insert("lines".to_owned(), rule.totals.lines.into());
    for (name, amount) in amounts(rule.totals, summary.digits) {
        object.insert(name.to_owned(), amount.into());
    }
    object.insert("currency".to_owned(), summary.currency.into());
    object.into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use apportion_engine::credit::Reason;
    use apportion_engine::project::Close;

    fn shown(format: Format) -> String {
        let mut close = apportion_results::sample::sample_close();
        close.settlement.uncredited.push(apportion_engine::credit::Uncredited {
            deal: apportion_data::DealIx::from_raw(2),
            rule: None,
            payee: None,
            reason: Reason::Incomplete,
            retained: None,
            retained_credit: None,
        });
        show(&close, format)
    }

    fn show(close: &Close, format: Format) -> String {
        let reconciliation = apportion_results::Reconciliation::new(
            &close.settlement,
            &close.tables,
            &close.book,
            close.period,
        );
        let written = apportion_results::ResultReceipt {
            folder: "out/2026-07".into(),
            outputs: Vec::new(),
            reconciliation,
            payees: 2,
            warnings: Vec::new(),
        };
        let shown = Summary::new(close, &written, "out/2026-07".to_owned());
        String::from_utf8(summary(&shown, format, false).unwrap()).unwrap()
    }

    #[test]
    fn people_see_the_period_the_rules_and_what_to_pay() {
        insta::assert_snapshot!(shown(Format::Table));
    }

    #[test]
    fn csv_has_a_row_for_each_rule() {
        assert_eq!(
            shown(Format::Csv),
            "period,rule_id,kind,deals_matched,lines,basis,credit_total,credited,credit_retained,pool,retained,\
             uncapped,withheld,amount,currency\n\
             2026-07,credit-only,shared_credit,2,3,2000.00,2000.00,1700.00,300.00,,,,,,USD\n\
             2026-07,manager,override,1,1,1000.00,,,,-5.00,0.00,-5.00,0.00,-5.00,USD\n\
             2026-07,stipend,stipend,2,2,1000.00,,,,250.00,0.00,250.00,100.00,150.00,USD\n"
        );
    }

    #[test]
    fn json_has_amounts_as_strings_with_their_currency() {
        let json: serde_json::Value = serde_json::from_str(&shown(Format::Json)).unwrap();
        assert_eq!(json["total"]["amount"], "145.00");
        assert_eq!(json["total"]["currency"], "USD");
        assert_eq!(json["rules"][2]["withheld"], "100.00");
        assert!(json["rules"][0]["amount"].is_null());
        assert_eq!(json["held_deals"], 1);
    }

    #[test]
    fn deals_with_a_line_are_not_among_those_that_paid_nobody() {
        let mut close = apportion_results::sample::sample_close();
        // D-2 has lines, though a stipend left it out; without them it has paid nobody.
        assert!(show(&close, Format::Table).contains("Paid nobody  0 won deals\n"));
        close.settlement.lines = apportion_engine::credit::Lines::default();
        let text = show(&close, Format::Table);
        assert!(
            text.contains("Paid nobody  3 won deals worth USD 3,000.00: 1 no-quota, 1 no-rate, 1 no-rule, 1 unfilled-role\n"),
            "{text}"
        );
    }
}
