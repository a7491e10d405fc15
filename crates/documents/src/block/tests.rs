use std::io::Cursor;

use calamine::{Data, Reader, Xlsx};

use super::sheet::BookWriter;
use super::*;
use apportion_base::money::Currency;

fn usd(minor: i64) -> Money {
    Money::new(minor, Currency::from_code("USD").unwrap())
}

/// A document with every block, and texts that are markup, formulas and escapes in one format or another.
fn document(language: Language) -> Document {
    let mut document = Document::new(language, "A <b> of *P*");
    document.mark = Some("DRAFT".to_owned());
    document.lead.push("July & more".to_owned());
    document.heading(2, "Paid");
    let mut waterfall = Waterfall {
        key: "payment",
        steps_title: "Step".to_owned(),
        amounts_title: "Amount".to_owned(),
        steps: Vec::new(),
    };
    waterfall.change("Lines", usd(123_450));
    waterfall.change("Clawbacks", usd(-3_450)).detail = Some("=1+1".to_owned());
    waterfall.step("Paid", usd(120_000), StepRole::Total);
    waterfall.step("Held", usd(5), StepRole::Beside);
    document.blocks.push(Block::Waterfall(waterfall));
    document.heading(3, "Rule _one_");
    document.blocks.push(Block::Quote("Charter 4.2".into()));
    let columns = vec![
        Column::text("rule_id", "Rule").in_data(),
        Column::text("deal_id", "Deal"),
        Column::text("close_date", "Day"),
        Column::number("rate", "Rate"),
        Column::number("amount", "Amount"),
    ];
    let mut table = Table::new("lines", "Lines", columns);
    let row = |deal: &str, minor| {
        vec![
            Cell::text("one"),
            Cell::text(deal),
            Cell::Date(20_650),
            Cell::Rate(7_500_000, 8),
            Cell::Amount(usd(minor)),
        ]
    };
    table.row(row("=D|1", 123_400));
    table.row(row("D\u{1b}[2J", 50));
    table.add_total("Total", &["amount"]);
    document.blocks.push(Block::Table(table));
    document.blocks.push(Block::Note("Ask".to_owned()));
    document.blocks.push(Block::List(vec!["- a".into()]));
    document.blocks.push(Block::Facts(vec![("Quota".to_owned(), Cell::Number(1_500_000, 6))]));
    document.blocks.push(Block::Signatures(vec!["Ann".to_owned()]));
    document.footer.push("The end".to_owned());
    document
}

#[test]
fn as_text() {
    insta::assert_snapshot!(text(&document(Language::English)));
}

#[test]
fn as_markdown() {
    insta::assert_snapshot!(markdown(&document(Language::German)));
}

#[test]
fn as_csv() {
    let header = ["item", "reason", "rule_id", "deal_id", "close_date", "rate", "amount", "currency"];
    let csv = String::from_utf8(csv(&document(Language::French), &header).unwrap()).unwrap();
    assert_eq!(
        csv,
        "part,item,reason,rule_id,deal_id,close_date,rate,amount,currency\n\
         payment,Lines,,,,,,1234.50,USD\n\
         payment,Clawbacks,'=1+1,,,,,-34.50,USD\n\
         payment,Paid,,,,,,1200.00,USD\n\
         payment,Held,,,,,,0.05,USD\n\
         lines,,,one,'=D|1,2026-07-16,0.07500000,1234.00,USD\n\
         lines,,,one,D\u{1b}[2J,2026-07-16,0.07500000,0.50,USD\n"
    );
}

#[test]
fn as_a_page() {
    let page = html(&document(Language::Spanish));
    assert!(page.contains("<html lang=\"es\">") && page.contains("A &lt;b&gt; of *P*"));
    assert!(page.contains("1234,50\u{a0}USD") && page.contains("Amount (USD)"), "{page}");
    assert!(!page.contains("rule_id") && !page.contains("://"));
    assert_eq!(page.matches("DRAFT").count(), 2);
}

#[test]
fn marks_of_words_are_those_of_each_way_of_writing() {
    let mut words = Rich::default();
    words.push(Mark::Strong, "Pays.");
    words.push(Mark::Plain, " a <b> ");
    words.push(Mark::Code, "rate * 2");
    let mut document = Document::new(Language::English, "Rules");
    document.blocks.push(Block::Contents);
    document.heading(2, "A & B");
    document.paragraph(words);
    assert!(
        html(&document).contains("<p><strong>Pays.</strong> a &lt;b&gt; <code>rate * 2</code></p>"),
        "{}",
        html(&document)
    );
    assert!(
        html(&document).contains("<a href=\"#a--b\">A &amp; B</a>")
            && html(&document).contains("<h2 id=\"a--b\">")
    );
    assert!(markdown(&document).contains("**Pays.** a \\<b\\> `rate * 2`"), "{}", markdown(&document));
    assert!(markdown(&document).contains("- [A \\& B](#a--b)"), "{}", markdown(&document));
    assert!(text(&document).contains("Pays. a <b> rate * 2"));
    let words = &json(&document)["blocks"][2]["text"];
    assert_eq!((&words[0]["mark"], &words[2]["text"]), (&"strong".into(), &"rate * 2".into()));
}

#[test]
fn a_column_of_zeros_stays_in_data() {
    let columns = vec![
        Column::text("month", "Month"),
        Column::number("paid", "Paid"),
        Column::number("taken", "Taken"),
    ];
    let mut table = Table::new("year", "Year", columns);
    table.row(vec![Cell::text("July"), Cell::Amount(usd(5)), Cell::Amount(usd(0))]);
    table.hide_zeros(&["paid", "taken"]);
    assert_eq!(table.on_page(), [0, 1]);
    table.columns[2].place = Place::Everywhere;
    table.row(vec![Cell::text("August"), Cell::Amount(usd(0)), Cell::Amount(usd(-1))]);
    table.hide_zeros(&["paid", "taken"]);
    assert_eq!(table.on_page(), [0, 1, 2]);
}

#[test]
fn as_a_workbook() {
    let bytes = workbook(&document(Language::English)).unwrap();
    assert_eq!(bytes, workbook(&document(Language::English)).unwrap(), "there is no clock in it");
    let mut read: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).unwrap();
    assert_eq!(read.sheet_names(), ["Summary", "Lines"]);
    let summary = read.worksheet_range("Summary").unwrap();
    let find = |text: &str| summary.rows().position(|row| row[0] == Data::String(text.to_owned())).unwrap();
    assert_eq!(summary[find("Paid") + 2][1], Data::Float(1234.5));
    let checks = read.worksheet_formula("Summary").unwrap();
    let formula = checks.rows().flatten().find(|cell| !cell.is_empty()).unwrap();
    assert_eq!(formula, "IF(ROUND(SUM(B7:B8)-B9,2)=0,\"adds up\",\"differs\")");
    let lines = read.worksheet_range("Lines").unwrap();
    assert_eq!(lines[(1, 1)], Data::String("=D|1".to_owned()), "a text, and no formula");
    assert_eq!((&lines[(1, 4)], &lines[(3, 4)]), (&Data::Float(1234.0), &Data::Float(1234.5)));
    let check = read.worksheet_formula("Lines").unwrap();
    assert_eq!(
        check.get_value((4, 4)).unwrap(),
        "IF(ROUND(SUM('Lines'!E2:E3)-E4,2)=0,\"adds up\",\"differs\")"
    );
}

#[test]
fn a_long_table_goes_on_on_further_sheets() {
    let mut book = BookWriter::new(Language::English, None, true).unwrap().with_sheets_of(2);
    let columns = vec![Column::text("deal_id", "Deal"), Column::number("amount", "Amount")];
    let mut table = book.table("lines", columns).unwrap();
    for minor in [100, 250, 7] {
        book.row(&mut table, &[Cell::text("D"), Cell::Amount(usd(minor))]).unwrap();
    }
    book.end_table(table).unwrap();
    let mut read: Xlsx<_> = Xlsx::new(Cursor::new(book.save().unwrap())).unwrap();
    assert_eq!(read.sheet_names(), ["lines", "lines 2"]);
    let second = read.worksheet_range("lines 2").unwrap();
    assert_eq!((&second[(1, 1)], &second[(2, 1)]), (&Data::Float(0.07), &Data::Float(3.57)));
    assert_eq!(
        read.worksheet_formula("lines 2").unwrap().get_value((3, 1)).unwrap(),
        "IF(ROUND(SUM('lines'!B2:B3,'lines 2'!B2:B2)-B3,2)=0,\"adds up\",\"differs\")"
    );
}

/// A change has its sign in every language, lines stand below each other on pages, and a drawing is a page's alone.
#[test]
fn changes_lines_and_drawings() {
    let columns =
        vec![Column::text("payee", "Payee"), Column::number("change", "Change"), Column::text("why", "Why")];
    let mut table = Table::new("movers", "Movers", columns).sortable();
    let row = |payee: &str, minor, why: &[&str]| {
        let why = why.iter().map(|line| (*line).to_owned()).collect();
        vec![Cell::text(payee), Cell::Change(usd(minor)), Cell::Lines(why)]
    };
    table.row(row("ann", 123_450, &["rate 1% → 2%", "<b>"]));
    table.row(row("ben", -50, &["=cap"]));
    table.row(row("cat", 0, &["a | b"]));
    let mut document = Document::new(Language::German, "What changes");
    document.table(table);
    document.blocks.push(Block::Drawing(maud::html! { svg { "bars" } }));
    let shown = |language| Cell::Change(usd(5)).shown(language, None);
    assert_eq!([shown(Language::English), shown(Language::German)], ["USD\u{a0}+0.05", "+0,05\u{a0}USD"]);
    let page = html(&document);
    for part in [
        "<td class=\"num\" data-value=\"1234.50\"><span class=\"gain\">+1.234,50</span></td>",
        "<span class=\"loss\">-0,50</span>",
        "data-value=\"0.00\">0,00</td>",
        "rate 1% → 2%<br>&lt;b&gt;</td>",
        "<svg>bars</svg>",
        "class=\"short sortable\"",
        "Change (USD)",
    ] {
        assert!(page.contains(part), "{part}: {page}");
    }
    let (plain, marked) = (text(&document), markdown(&document));
    assert!(plain.contains("ann       +1.234,50  rate 1% → 2%; <b>") && !plain.contains("bars"), "{plain}");
    assert!(
        marked.contains("| ann | +1.234,50 | rate 1% → 2%<br>\\<b\\> |") && !marked.contains("bars"),
        "{marked}"
    );
    let mut book = Xlsx::new(Cursor::new(workbook(&document).unwrap())).unwrap();
    let sheet = book.worksheet_range("Movers").unwrap();
    assert_eq!(sheet.get_value((2, 1)), Some(&Data::Float(-0.5)));
    assert_eq!(sheet.get_value((1, 2)), Some(&Data::String("rate 1% → 2%\n<b>".to_owned())));
}

fn discounts() -> Chart {
    let columns = vec![
        Column::text("deal_id", "Deal"),
        Column::text("close_date", "Closed"),
        Column::number("discount", "Discount"),
        Column::number("allowed", "Allowed"),
    ];
    let mut table = Table::new("discounts", "Discounts", columns);
    let row = |deal: &str, day, discount, allowed| {
        vec![Cell::text(deal), Cell::Date(day), Cell::Rate(discount, 6), Cell::Rate(allowed, 8)]
    };
    table.row(row("D-1", 20_000, 50_000, 10_000_000));
    table.row(row("D-2", 20_010, 200_000, 10_000_000));
    let shape = Shape::Dots { across: "close_date", allowed: "allowed" };
    Chart { shape, table, value: "discount", note: Some("n 2; none is left out.".to_owned()) }
}

fn revenue(of_unknown: i64) -> Chart {
    let columns = vec![
        Column::text("channel", "Channel"),
        Column::number("value", "Revenue"),
        Column::number("n", "n"),
    ];
    let mut table = Table::new("revenue", "Revenue by channel", columns);
    table.row(vec![Cell::text("direct"), Cell::Amount(usd(150_050)), Cell::Count(3)]);
    table.row(vec![Cell::text("<b>"), Cell::Amount(usd(of_unknown)), Cell::Count(1)]);
    Chart::bars(table, "value")
}

fn charts() -> Document {
    let mut document = Document::new(Language::English, "Charts");
    document.heading(2, "Revenue by channel");
    document.chart(revenue(50_050));
    document.chart(discounts());
    document
}

#[test]
fn a_chart_says_its_numbers_and_the_rows_they_rest_on() {
    let page = html(&charts());
    assert!(page.contains("USD\u{a0}1,500.50 (n 3)") && page.contains("&lt;b&gt;"), "{page}");
    assert!(page.contains("n 2; none is left out."), "what it leaves out is said");
    // The name of the first is the heading above it, the second has its own.
    assert_eq!(page.matches("<p class=\"caption\">").count(), 1, "{page}");
    // Without numbers below zero bars begin at the left.
    assert!(page.contains(r#"<rect class="gain" x="0" y="20" width="100.00%""#), "{page}");
    let mut with_loss = Document::new(Language::English, "Loss");
    with_loss.chart(revenue(-50_050));
    assert!(html(&with_loss).contains(r#"<rect class="loss""#));
}

#[test]
fn dots_stand_against_what_is_allowed_in_one_unit() {
    let page = html(&charts());
    // 5% is within 10%, 20% is not, though they are written with other decimals; the line is half as high as the highest dot.
    assert_eq!(
        (page.matches(r#"<circle class="gain""#).count(), page.matches(r#"<circle class="loss""#).count()),
        (1, 1)
    );
    assert_eq!(page.matches(r#"<line class="allowed""#).count(), 1);
    assert!(page.contains(r#"<circle class="loss" cx="99.00%" cy="3""#), "{page}");
    assert!(page.contains(r#"<line class="allowed" x1="0" x2="100%" y1="120" y2="120">"#), "{page}");
}

#[test]
fn where_no_picture_can_be_drawn_its_table_stands() {
    for shown in [text(&charts()), markdown(&charts())] {
        assert!(shown.contains("1,500.50") && shown.contains("D-2"), "{shown}");
        assert!(shown.contains("n 2; none is left out."), "{shown}");
    }
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(workbook(&charts()).unwrap())).unwrap();
    assert_eq!(book.sheet_names(), ["Summary", "Revenue by channel", "Discounts"]);
    let cells = book.worksheet_range("Revenue by channel").unwrap();
    assert_eq!(cells.get_value((1, 1)), Some(&Data::Float(1500.5)));
}
