//! Statements: every total on a page is computed again from the page's own text, and held against the close.

use std::collections::BTreeMap;
use std::sync::Arc;

use apportion::block::html;
use apportion::ledger::balances::Balance;
use apportion::store::Store;
use apportion::{Session, StatementRequest, StatementSource};

use super::desk::{Desk, files_below, rows};
use super::year::year;

/// A table of a page: its caption, its rows, and the row of its totals.
#[derive(Debug, Default)]
struct PageTable {
    caption: String,
    rows: Vec<Vec<String>>,
    total: Option<Vec<String>>,
}

/// The text of a piece of HTML.
fn text_of(html: &str) -> String {
    let mut text = String::new();
    let mut rest = html;
    while let Some((before, after)) = rest.split_once('<') {
        text.push_str(before);
        rest = after.split_once('>').map_or("", |(_, rest)| rest);
    }
    text.push_str(rest);
    text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&amp;", "&")
}

/// What stands between two marks, as often as it does.
fn between<'h>(html: &'h str, begin: &str, end: &str) -> Vec<&'h str> {
    let parts = html.split(begin).skip(1);
    parts.filter_map(|part| part.split_once(end).map(|(inside, _)| inside)).collect()
}

fn cells(row: &str) -> Vec<String> {
    between(row, "<t", "</t").into_iter().map(|cell| text_of(&format!("<t{cell}"))).collect()
}

/// An amount in cents as an English page writes it; none of another text.
pub fn cents(text: &str) -> Option<i128> {
    let plain = text.rsplit('\u{a0}').next()?.replace(',', "");
    let (whole, part) = plain.split_once('.')?;
    (part.len() == 2).then(|| format!("{whole}{part}").parse().ok()).flatten()
}

/// The waterfalls of a page: each total, which has to be the sum of its steps.
fn waterfalls(page: &str) -> Vec<(String, i128)> {
    let mut totals = Vec::new();
    for table in between(page, "<table class=\"waterfall\">", "</table>") {
        let mut sum = 0;
        let body = between(table, "<tbody>", "</tbody>")[0];
        for row in body.split("</tr>").filter(|row| row.contains("<td")) {
            let cells = cells(row);
            let amount = cents(&cells[1]).unwrap_or_else(|| panic!("{row}"));
            if row.contains("class=\"total\"") {
                assert_eq!(sum, amount, "{page}");
                totals.push((cells[0].clone(), amount));
                sum = 0;
            } else if !row.contains("class=\"beside\"") {
                sum += amount;
            }
        }
    }
    totals
}

/// The other tables of a page.
fn tables(page: &str) -> Vec<PageTable> {
    let mut found = Vec::new();
    for table in between(page, "<table", "</table>") {
        if table.starts_with(" class=\"waterfall") {
            continue;
        }
        let rows = |part: &str| part.split("</tr>").filter(|row| row.contains("<td")).map(cells).collect();
        let body: Vec<Vec<String>> = rows(between(table, "<tbody>", "</tbody>")[0]);
        let total = between(table, "<tfoot>", "</tfoot>").first().and_then(|foot| {
            let rows: Vec<Vec<String>> = rows(foot);
            rows.into_iter().next()
        });
        found.push(PageTable {
            caption: text_of(&format!("<caption{}", between(table, "<caption", "</caption>")[0])),
            rows: body,
            total,
        });
    }
    found
}

/// Computes each total of a page again, and holds it against the row of balances.csv.
pub fn recompute(page: &str, balance: Option<&Balance>) {
    let totals = waterfalls(page);
    let mut by_caption: BTreeMap<String, i128> = BTreeMap::new();
    for table in tables(page) {
        let Some(total) = &table.total else { continue };
        for (place, cell) in total.iter().enumerate().skip(1) {
            let Some(amount) = cents(cell) else { continue };
            let sum: i128 = table.rows.iter().filter_map(|row| cents(&row[place])).sum();
            assert_eq!(sum, amount, "{}: {page}", table.caption);
            // Of several columns the last one is the sum that counts.
            if place == total.len() - 1 || !total[place + 1..].iter().any(|cell| cents(cell).is_some()) {
                *by_caption.entry(table.caption.clone()).or_default() += amount;
            }
        }
    }
    let Some(balance) = balance else { return };
    let said = |caption: &str| by_caption.get(caption).copied().unwrap_or(0);
    assert_eq!(totals[0], ("Paid".to_owned(), balance.payment.paid.wide()), "{page}");
    assert_eq!(said("Lines"), balance.lines.wide(), "{page}");
    assert_eq!(said("By rule"), balance.lines.wide(), "{page}");
    assert_eq!(said("Differences for earlier months"), balance.true_ups.wide(), "{page}");
    assert_eq!(said("Taken back"), balance.clawbacks.wide(), "{page}");
    assert_eq!(said("Adjustments"), balance.adjustments.wide(), "{page}");
    assert_eq!(said("Held"), balance.held_out.wide(), "{page}");
    assert_eq!(said("Held back and released this month"), balance.held_change.wide(), "{page}");
    for (label, amount) in &totals[1..] {
        match label.as_str() {
            "Held at the end" => assert_eq!(*amount, balance.held_out.wide()),
            "Advances owed at the end" => assert_eq!(*amount, balance.payment.owed_out.wide()),
            other => panic!("{other}"),
        }
    }
}

/// Recomputes the pages of everybody in some closes.
pub fn recompute_closes(session: &Session, store: &Arc<dyn Store>, periods: &[&str]) {
    let ledger = session.ledger(store).unwrap_or_else(|error| panic!("{error}"));
    let closes = ledger.closes().unwrap();
    for period in periods {
        let period = period.parse().unwrap();
        let source = StatementSource::Close(period);
        let request = StatementRequest { source, payees: Vec::new(), viewer: None, team: true };
        let statements = session.statements(store, &request).unwrap_or_else(|error| panic!("{error}"));
        for balance in ledger.balances(closes.of_month(period).unwrap()).unwrap() {
            let document = statements.document(&balance.payee_id).unwrap_or_else(|error| panic!("{error}"));
            recompute(&html(&document), Some(&balance));
        }
    }
}

fn disk() -> Arc<dyn Store> {
    Arc::new(apportion::world::Disk)
}

#[test]
fn every_total_of_the_year_follows_from_the_page() {
    let desk = year();
    let session = Session::open(desk.path("")).unwrap_or_else(|error| panic!("{error}"));
    recompute_closes(&session, &disk(), &["2012-05", "2012-07", "2012-10", "2013-03", "2013-04"]);
    let result = desk.path("out/2013-03");
    let (_, said) = desk.run(&["run", "--period", "2013-03", "--out", result.to_str().unwrap()]);
    let request = StatementRequest {
        source: StatementSource::Result(result),
        payees: Vec::new(),
        viewer: None,
        team: true,
    };
    let statements = session.statements(&disk(), &request).unwrap_or_else(|error| panic!("{error}\n{said}"));
    for payee in ["284", "282", "287"] {
        recompute(&html(&statements.document(payee).unwrap_or_else(|error| panic!("{error}"))), None);
    }
}

/// What a payee of a month reads, in plain text.
#[test]
fn a_statement_as_text() {
    let desk = year();
    let (fine, said) =
        desk.run(&["statements", "--close", "2013-03", "--payee", "284", "--format", "text,md"]);
    assert!(fine, "{said}");
    let read =
        |name: &str| std::fs::read_to_string(desk.path("ledger/statements/0011-2013-03").join(name)).unwrap();
    insta::assert_snapshot!("a_statement_as_text", read("284.txt"));
    insta::assert_snapshot!("a_statement_as_markdown", read("284.md"));
}

#[test]
fn the_same_close_gives_the_same_files_and_others_stay() {
    let desk = year();
    let month = ["statements", "--close", "2013-04"];
    let all = [&month[..], &["--format", "html,xlsx,csv,md,text", "--team", "--workbook"]].concat();
    let (fine, said) = desk.run(&all);
    assert!(fine && said.contains("equal to the close"), "{said}");
    let folder = desk.path("ledger/statements/0012-2013-04");
    let first = files_below(&folder);
    let index = rows(&String::from_utf8(first["index.csv"].clone()).unwrap());
    assert_eq!(index.len() + 3, first.len(), "index.csv, statements.json and statements.xlsx are not listed");
    for row in &index {
        assert_eq!(row["sha256"], apportion::digest::sha256_hex(&first[&row["file"]]), "{}", row["file"]);
    }
    // Once more, on one thread, for one payee and in one format: nothing else changes.
    assert!(
        desk.run(&[&month[..], &["--payee", "284", "--format", "xlsx", "--team", "--threads", "1"]].concat())
            .0
    );
    assert_eq!(files_below(&folder), first);
    let balances = desk.table("2013-04", "balances.csv");
    for balance in &balances {
        let row = index.iter().find(|row| row["payee_id"] == balance["payee_id"]).unwrap();
        assert_eq!(row["paid_amount"], balance["paid_amount"]);
    }
    // Another close never takes its place.
    let out = folder.to_str().unwrap();
    let (fine, said) = desk.run(&["statements", "--close", "2013-03", "--out", out]);
    assert!(!fine && said.contains("not-statements") && said.contains("0012-2013-04"), "{said}");
    assert_eq!(files_below(&folder), first);
}

const BOOK: &str = r#"
[book]
name = "Test"
currency = "EUR"
rules = ["rules/*.toml"]
[statements]
sender = "Vergütung"
note = "Fragen an x@example.org"
language = "fr"
[sources]
deals = { path = "data/deals.csv" }
payees = { path = "data/payees.csv" }
engagements = { path = "data/engagements.csv" }
[ledger]
first = "2026-01"
approvals = 0
"#;

const RULES: &str = r#"
[[shared_credit]]
id = "tenth"
title = "Ein <Zehntel>"
why = "=1+1"
effective = { from = 2026-01-01 }
when = "amount > 0"
rate = "10%"
roles = [ { role = "closed", share = "100%" } ]

[[hold]]
id = "half"
title = "Half until paid"
why = "Charter 9"
effective = { from = 2026-01-01 }
release = "0.5"
"#;

/// Texts of the data that are markup, formulas and escapes, in each language and format.
fn strange() -> Desk {
    let desk = Desk::with(&[
        ("apportion.toml", BOOK),
        ("rules/all.toml", RULES),
        (
            "data/payees.csv",
            "payee_id,name,language,email,manager_id\n\
             a/b,<b>Ann</b>,de,ann@example.org,\nA_B,=cmd|x,es,,a/b\nc,\"Ce\u{1b}[2Jé\",,,a/b\nd,Dan,en,,c\n",
        ),
        (
            "data/deals.csv",
            "deal_id,outcome,close_date,amount,customer\n\
             D1,won,2026-01-05,12345.67,\"A, <i>B</i>\"\nD2,won,2026-01-06,1000,=2+2\nD3,won,2026-01-07,-5,Q\n",
        ),
        (
            "data/engagements.csv",
            "deal_id,payee_id,role\nD1,a/b,closed\nD2,A_B,closed\nD2,c,helped\nD1,c,closed\nD3,c,closed\n",
        ),
    ]);
    desk.close("2026-01");
    desk
}

#[test]
fn texts_of_the_data_are_harmless_in_every_format() {
    let desk = strange();
    let formats = "html,xlsx,csv,md,text";
    let (fine, said) = desk.run(&["statements", "--close", "2026-01", "--format", formats, "--team"]);
    assert!(fine, "{said}");
    let folder = desk.path("ledger/statements/0001-2026-01");
    let files = files_below(&folder);
    let index = rows(&String::from_utf8(files["index.csv"].clone()).unwrap());
    let file = |payee: &str, ending: &str| {
        let is = |row: &&BTreeMap<String, String>| row["payee_id"] == payee && row["file"].ends_with(ending);
        String::from_utf8(files[&index.iter().find(is).unwrap()["file"]].clone()).unwrap()
    };
    // Names that are alike but for capitals and marks have a digest each.
    assert!(index.iter().all(|row| row["file"].len() <= 113));
    assert!(files.keys().filter(|name| name.starts_with("a_b-")).count() == 5, "{:?}", files.keys());
    assert_eq!(index.iter().find(|row| row["payee_id"] == "a/b").unwrap()["email"], "ann@example.org");
    let german = file("a/b", ".html");
    assert!(german.contains("<html lang=\"de\">") && german.contains("Abrechnung für Januar 2026"));
    assert!(german.contains("1.234,57\u{a0}EUR") || german.contains("617,29"), "{german}");
    assert!(!german.contains("<b>Ann") && !german.contains("<i>B") && !german.contains("<Zehntel>"));
    assert!(german.contains("Ihr Team"), "{german}");
    assert!(file("A_B", ".html").contains("<html lang=\"es\">"));
    assert!(file("c", ".html").contains("<html lang=\"fr\">"), "without a language it is the book's");
    // Dan has nothing and manages nobody.
    assert!(!index.iter().any(|row| row["payee_id"] == "d"));
    assert!(!file("c", ".txt").contains('\u{1b}'));
    let csv = file("A_B", ".csv");
    assert!(csv.contains("'=2+2") && !csv.contains(",=2+2"), "{csv}");
    assert!(file("c", ".md").contains("\\<Zehntel\\>") || file("c", ".md").contains("\\<i\\>"));
    // What lies beside the closes is none of the ledger's.
    desk.prove();
    let unpaid = file("c", ".txt");
    assert!(unpaid.contains("D3") && unpaid.contains("aucune règle ne la paie"), "{unpaid}");
}

#[test]
fn a_payee_with_nothing_has_a_statement_where_somebody_asks() {
    let desk = strange();
    let (fine, said) = desk.run(&["statements", "--close", "2026-01", "--payee", "d", "--format", "text"]);
    assert!(fine, "{said}");
    let text = std::fs::read_to_string(desk.path("ledger/statements/0001-2026-01/d.txt")).unwrap();
    assert!(text.contains("Nothing was posted for you in this month."), "{text}");
    let (fine, said) = desk.run(&["statements", "--close", "2026-01", "--payee", "e"]);
    assert!(!fine && said.contains("no-such-payee"), "{said}");
    assert!(!desk.path("ledger/statements/0001-2026-01/e.html").exists());
}

#[test]
fn drafts_and_results_say_so_on_every_page() {
    let desk = strange();
    assert!(desk.run(&["close", "--period", "2026-02", "--by", "ann"]).0);
    let (fine, said) = desk.run(&["statements", "--draft", "--payee", "d", "--format", "html,text,xlsx"]);
    assert!(fine && said.contains("marked DRAFT"), "{said}");
    let draft = std::fs::read_to_string(desk.path("ledger/statements/0002-2026-02-draft/d.txt")).unwrap();
    assert!(draft.starts_with("*** DRAFT ***"), "{draft}");
    // What the draft rests on has changed.
    desk.write("data/deals.csv", "deal_id,outcome,close_date,amount,customer\nD1,won,2026-01-05,1,A\n");
    let (fine, said) = desk.run(&["statements", "--draft"]);
    assert!(!fine && said.contains("draft-outdated"), "{said}");

    desk.run(&["run", "--period", "2026-01"]);
    let result = desk.path("out/2026-01");
    let (fine, said) =
        desk.run(&["statements", "--result", result.to_str().unwrap(), "--format", "html,text"]);
    assert!(fine, "{said}");
    let result = std::fs::read_to_string(desk.path("ledger/statements/run-2026-01/c.html")).unwrap();
    assert!(result.contains("DRAFT · PROJET") && result.contains("0,05"), "{result}");
}
