//! Cells as people and programs write them: notations, marks of currencies, percentages, instants.

use arrow::array::{Array, AsArray};
use arrow::datatypes::Decimal128Type;

use super::*;

/// Deals with these amounts (and further cells), which have ids from D1 on.
fn deals(header: &str, rows: &[&str]) -> String {
    let mut text = format!("deal_id;outcome;close_date;{header}\n");
    for (row, cells) in rows.iter().enumerate() {
        text.push_str(&format!("D{};won;2026-02-01;{cells}\n", row + 1));
    }
    text
}

fn project(content: &str, added: &str) -> Project {
    let added = format!("delimiter = \";\"\n{added}");
    Project::new().source("deals", "deals.csv", content, &added).with_payees()
}

/// The codes of the rejects by deal.
fn codes(tables: &Tables) -> Vec<String> {
    tables
        .rejects
        .iter()
        .map(|reject| format!("{} {} {}", reject.key, reject.column, reject.code.word()))
        .collect()
}

fn decimals(tables: &Tables, name: &str) -> Vec<Option<String>> {
    let column = tables.deals.frame.column(name).unwrap().as_primitive::<Decimal128Type>().clone();
    let scale = u32::try_from(column.scale()).unwrap();
    column.iter().map(|value| Some(apportion_base::notation::shortest(value?, scale))).collect()
}

#[test]
fn ordinary_spellings_of_amounts() {
    for (numbers, cells, amount) in [
        ("", "USD 1,234.50", 1234.5),
        ("", "$ 1,234.50", 1234.5),
        ("", "US$1,234.50", 1234.5),
        ("", "1200.00-", -1200.0),
        ("", "\u{2212}100", -100.0),
        ("", "+100", 100.0),
        ("", "'-70", -70.0),
        ("", "$-", 0.0),
        ("", "-", 0.0),
        ("decimal = \",\"", "4.711,98 $", 4711.98),
        ("decimal = \",\", group = \" \"", "1\u{a0}234,56", 1234.56),
        ("group = \"'\"", "1'234.50", 1234.5),
        ("group = \"indian\"", "1,00,000.00", 100_000.0),
        ("percent = true", "50%", 0.5),
    ] {
        let project = project(&deals("amount", &[cells]), &format!("numbers = {{ {numbers} }}"));
        let tables = project.load();
        assert_eq!(codes(&tables), [""; 0], "{cells}");
        #[allow(clippy::float_arithmetic, reason = "a table that can be read")]
        let expected = (amount * 1e6) as i64;
        assert_eq!(tables.deals.amount_e6, [expected], "{cells}");
    }
}

#[test]
fn a_column_may_have_its_own_notation() {
    let added = "numbers = { amount = { decimal = \",\" } }\ntypes = { seats = \"number\" }";
    let project = project(&deals("amount;seats", &["1.234,5;1.5", "1,5;1,5"]), added);
    let tables = project.uses(TableName::Deals, &["seats"]).load();
    assert_eq!(codes(&tables), ["D2 seats bad-number"]);
    assert_eq!(tables.deals.amount_e6, [1_234_500_000]);
}

#[test]
fn an_amount_of_another_currency_is_none_of_the_book() {
    let rows = [
        "950;",
        "\u{a3}950;",
        "\u{20ac}1,000;",
        "$300;",
        "\u{20ac}150;USD",
        "\u{20ac}150;EUR",
        "$5;CAD",
        "JPY 5;",
    ];
    let rates = "date,currency,rate\n2026-02-01,EUR,1.1\n2026-02-01,CAD,0.7\n";
    let project = project(&deals("amount;currency", &rows), "").source("fx_rates", "fx.csv", rates, "");
    let tables = project.load();
    assert_eq!(
        codes(&tables),
        [
            "D2 amount currency-differs",
            "D3 amount currency-differs",
            "D5 amount currency-differs",
            "D8 amount currency-differs",
        ]
    );
    assert_eq!(
        tables.rejects[0].message,
        "`\u{a3}950` is marked `\u{a3}`, and the currency of the row is USD; give the row GBP as its currency, or take it \
         from the marks with `mark`"
    );
    assert_eq!(tables.deals.amount_e6, [950_000_000, 300_000_000, 165_000_000, 3_500_000]);
}

#[test]
fn the_currency_may_come_from_the_marks() {
    let rows = ["\u{20ac}100;110", "100;$110", "$100;", "kr 5;", "CHF 5;", "-;", "x;", "\u{20ac}1;$2"];
    let added = "columns = { currency = { mark = \"amount\" } }\nmarks = { \"$\" = \"USD\" }";
    let rates = "date,currency,rate\n2026-02-01,EUR,1.1\n2026-02-01,CHF,2\n";
    let project = project(&deals("amount;list_amount", &rows), added).source("fx_rates", "fx.csv", rates, "");
    let tables =
        project.uses(TableName::Deals, &["list_amount", "source_list_amount", "source_amount"]).load();
    assert_eq!(
        codes(&tables),
        ["D4 currency currency-unclear", "D7 amount bad-number", "D8 list_amount currency-differs"]
    );
    assert_eq!(tables.deals.amount_e6, [110_000_000, 100_000_000, 100_000_000, 10_000_000, 0]);
    let list = |texts: [Option<&str>; 5]| texts.map(|text| text.map(str::to_owned));
    assert_eq!(decimals(&tables, "list_amount"), list([Some("121"), Some("110"), None, None, None]));
    assert_eq!(decimals(&tables, "source_list_amount"), list([Some("110"), Some("110"), None, None, None]));
}

#[test]
fn amounts_of_other_tables_are_in_the_currency_of_the_book() {
    let quotas = "payee_id,period,amount\nP1,2026,\u{20ac}1000\nP2,2026,$1000\n";
    let tables = Project::usual().source("quotas", "quotas.csv", quotas, "").load();
    assert_eq!(lines(&tables).len(), 1);
    assert_eq!(
        tables.rejects[0].message,
        "`\u{20ac}1000` is marked `\u{20ac}`, and amounts of quotas are in USD"
    );
}

#[test]
fn money_among_the_attributes_is_converted_like_the_amount() {
    // 110,000 JPY with a tax of 10,000 at 0.0065 are 715 and 65 dollars.
    let content =
        deals("amount;currency;tax", &["110000;JPY;10000", "100;;7.5", "100;JPY;", "100;JPY;999999999999"]);
    let rates = "date,currency,rate\n2026-02-01,JPY,0.0065\n";
    let big = "date,currency,rate\n2026-02-01,JPY,2\n";
    let load = |rates: &str, used: &[&str]| {
        let project =
            project(&content, "types = { tax = \"money\" }").source("fx_rates", "fx.csv", rates, "");
        project.uses(TableName::Deals, used).load()
    };
    let tables = load(rates, &["tax", "source_tax", "amount"]);
    let some = |texts: &[&str]| {
        texts.iter().map(|text| (!text.is_empty()).then(|| text.to_string())).collect::<Vec<_>>()
    };
    assert_eq!(decimals(&tables, "amount"), some(&["715", "100", "0.65", "0.65"]));
    assert_eq!(decimals(&tables, "tax"), some(&["65", "7.5", "", "6499999999.99"]));
    assert_eq!(decimals(&tables, "source_tax"), some(&["10000", "7.5", "", "999999999999"]));
    // What stood in the file can be named alone.
    let tables = load(rates, &["source_tax"]);
    assert_eq!(decimals(&tables, "source_tax"), some(&["10000", "7.5", "", "999999999999"]));
    let tables = load(big, &["tax"]);
    assert_eq!(codes(&tables), ["D4 tax too-large"]);
}

#[test]
fn a_currency_in_small_letters_is_probably_meant() {
    let rates = "date,currency,rate\n2026-02-01,EUR,1.1\n";
    let project = project(&deals("amount;currency", &["1;usd", "1;eur", "1;XYZ", "1;\u{20ac}"]), "");
    let tables = project.source("fx_rates", "fx.csv", rates, "").load();
    let messages: Vec<&str> = tables.rejects.iter().map(|reject| reject.message.as_str()).collect();
    assert!(messages[0].contains("did you mean `USD`?"), "{messages:?}");
    assert!(messages[1].contains("did you mean `EUR`?"), "{messages:?}");
    assert!(!messages[2].contains("did you mean"), "{messages:?}");
    assert!(messages[3].contains("did you mean `EUR`?"), "{messages:?}");
}

#[test]
fn types_hold_for_the_columns_that_expressions_see() {
    let rows = ["5;100;01.03.2026;true", "5;n/a;x;no", "5;7,5;02.02.2026;FALSE"];
    let content = deals("amount;Seats;Signed on;Renewed", &rows);
    let added = "numbers = { decimal = \",\" }\ndates = { \"Signed on\" = \"%d.%m.%Y\" }\n\
        types = { Seats = \"number\", \"Signed on\" = \"date\", renewed = \"boolean\" }\n\
        where = \"coalesce(Seats, 8) >= 7.5\"\n\
        columns = { renewed = \"Renewed\", late = { expr = \"\\\"Signed on\\\" > '2026-02-15'\" }, \
        twice = { expr = \"Seats * 2\" }, kind = { expr = \"CASE WHEN \\\"Renewed\\\" THEN 'r' ELSE 'n' END\" } }";
    let tables = project(&content, added).uses(TableName::Deals, &["late", "twice", "kind"]).load();
    assert_eq!(codes(&tables), [""; 0]);
    assert_eq!(counts(&tables, TableName::Deals), [3, 3, 0, 0]);
    assert_eq!(decimals(&tables, "twice"), [Some("200".to_owned()), None, Some("15".to_owned())]);
    let late = tables.deals.frame.column("late").unwrap().as_boolean().clone();
    assert_eq!(late.iter().collect::<Vec<_>>(), [Some(true), None, Some(false)]);
    let unread: Vec<String> =
        tables.unread.iter().map(|unread| format!("{} {}", unread.what, unread.count)).collect();
    assert_eq!(unread, ["Seats 1", "Signed on 1", "renewed 1"]);
}

#[test]
fn unread_texts_of_functions_are_counted() {
    let content = deals("amount", &["1 EUR-ish", "5", "6"]);
    let added = "columns = { amount = { expr = \"coalesce(to_number(amount), 0)\" } }\n\
        where = \"to_date(deal_id, '%Y-%m-%d') IS NULL\"";
    let tables = project(&content, added).load();
    assert_eq!(tables.deals.amount_e6, [0, 5_000_000, 6_000_000]);
    let unread: Vec<String> =
        tables.unread.iter().map(|unread| format!("{} {}", unread.what, unread.count)).collect();
    assert_eq!(unread, ["amount 1", "where 3"]);
}

#[test]
fn counts_of_time_are_dates() {
    let content = "deal_id,outcome,close_date,amount\nD1,won,1785537000000,1\nD2,won,x,1\nD3,won,,1\n";
    let load = |book: &str| {
        let added = "dates = { close_date = \"epoch-ms\" }";
        let mut project = Project::new().source("deals", "deals.csv", content, added).with_payees();
        project.book = book.to_owned();
        project.load()
    };
    let tables = load("");
    assert_eq!(codes(&tables), ["D2 close_date bad-date", "D3 close_date missing-value"]);
    let day = |tables: &Tables| apportion_book::display_day(tables.deals.close_date[0]);
    assert_eq!(day(&tables), "2026-07-31");
    assert_eq!(day(&load("timezone = \"Europe/Berlin\"\n")), "2026-08-01");
}

#[test]
fn an_attribute_of_time_is_its_day() {
    let content = "deal_id,outcome,close_date,amount,seen\nD1,won,2026-02-01,1,2026-07-31T23:30:00Z\n\
        D2,won,2026-02-01,1,2026-07-31 23:30\nD3,won,2026-02-01,1,later\n";
    let mut project = Project::new()
        .source(
            "deals",
            "deals.csv",
            content,
            "types = { seen = \"time\" }\nwhere = \"seen > '2026-01-01' OR seen IS NULL\"",
        )
        .with_payees()
        .uses(TableName::Deals, &["seen"]);
    project.book = "timezone = \"Europe/Berlin\"\n".to_owned();
    let tables = project.load();
    assert_eq!(codes(&tables), ["D3 seen bad-date"]);
    let seen = tables.deals.frame.column("seen").unwrap();
    assert_eq!(seen.null_count(), 0);
    let days = seen.as_primitive::<arrow::datatypes::Date32Type>();
    let days: Vec<String> = days.values().iter().map(|day| apportion_book::display_day(*day)).collect();
    assert_eq!(days, ["2026-08-01", "2026-07-31"]);
}

#[test]
fn a_workbook_shows_percentages_and_loses_digits() {
    let cell =
        |place: &str, style: u32, value: &str| format!("<c r=\"{place}\" s=\"{style}\"><v>{value}</v></c>");
    let text = |place: &str, value: &str| format!("<c r=\"{place}\" t=\"str\"><v>{value}</v></c>");
    let header = |names: &[&str]| {
        let cells = names.iter().zip("ABCD".chars()).map(|(name, column)| text(&format!("{column}1"), name));
        format!("<row r=\"1\">{}</row>", cells.collect::<String>())
    };
    let splits = header(&["deal_id", "payee_id", "percent"])
        + &format!("<row r=\"2\">{}{}{}</row>", text("A2", "D1"), text("B2", "P1"), cell("C2", 2, "0.6"))
        + &format!("<row r=\"3\">{}{}{}</row>", text("A3", "D1"), text("B3", "P2"), cell("C3", 0, "40"));
    let engagements = header(&["engagement_id", "deal_id", "payee_id", "role"])
        + &format!(
            "<row r=\"2\">{}{}{}{}</row>",
            cell("A2", 0, "123456789012345"),
            text("B2", "D1"),
            text("C2", "P1"),
            text("D2", "x")
        )
        + &format!(
            "<row r=\"3\">{}{}{}{}</row>",
            cell("A3", 0, "1234567890123456"),
            text("B3", "D1"),
            text("C3", "P1"),
            text("D3", "x")
        );
    let book = |rows: &str| crate::read::workbook(&[("S", rows)], false);
    let tables = Project::usual()
        .source("splits", "splits.xlsx", book(&splits), "")
        .source("engagements", "e.xlsx", book(&engagements), "")
        .load();
    let rejects: Vec<String> =
        tables.rejects.iter().map(|reject| format!("{} {}", reject.column, reject.code.word())).collect();
    assert_eq!(rejects, ["engagement_id number-as-id"]);
    assert_eq!(tables.splits.percent_e9, [60_000_000_000, 40_000_000_000]);
}

#[test]
fn marks_of_what_expressions_see_as_numbers_are_those_of_the_row() {
    let content = deals("Fee;currency", &["\u{20ac}11;", "$11;", "\u{20ac}11;EUR", "EUR 11;USD", "11;"]);
    let rates = "date,currency,rate\n2026-02-01,EUR,1.1\n";
    for ty in ["money", "number"] {
        let added =
            format!("types = {{ Fee = \"{ty}\" }}\ncolumns = {{ amount = {{ expr = \"Fee * 2\" }} }}");
        let tables = project(&content, &added).source("fx_rates", "fx.csv", rates, "").load();
        assert_eq!(codes(&tables), ["D1 amount currency-differs", "D4 amount currency-differs"]);
        assert_eq!(tables.rejects[0].value, "\u{20ac}11");
        assert_eq!(tables.deals.amount_e6, [22_000_000, 24_200_000, 22_000_000]);
    }
}

#[test]
fn decimals_come_behind_values_and_defaults() {
    let content = deals("amount;share", &["free;60.45%", ";60.45%", "$1.005;0.5%", "1,234.565;"]);
    let added = "values = { amount = { free = \"0.125\" } }\ndefaults = { amount = \"7.005\", share = 0.125 }\n\
        decimals = { amount = 2, share = 2 }\ntypes = { share = \"number\" }\nnumbers = { share = { percent = true } }";
    let tables = project(&content, added).uses(TableName::Deals, &["share"]).load();
    assert_eq!(codes(&tables), [""; 0]);
    assert_eq!(tables.deals.amount_e6, [130_000, 7_010_000, 1_010_000, 1_234_570_000]);
    let shares = ["0.6", "0.6", "0.01", "0.13"].map(|share| Some(share.to_owned()));
    assert_eq!(decimals(&tables, "share"), shares);
    // A reject quotes the cell as it stood.
    let tables = project(&deals("amount", &["\u{20ac}1.005"]), "decimals = { amount = 2 }").load();
    assert_eq!(tables.rejects[0].value, "\u{20ac}1.005");
}

#[test]
fn a_mark_of_several_currencies_comes_with_one_that_it_can_be() {
    let added = "columns = { currency = { mark = \"amount\" } }";
    let tables = project(&deals("amount", &["\u{a5}5", "$5", "kr 5"]), added).load();
    let messages: Vec<&str> = tables.rejects.iter().map(|reject| reject.message.as_str()).collect();
    for (message, example) in messages.iter().zip(["\u{a5}\" = \"JPY", "$\" = \"USD", "kr\" = \"DKK"]) {
        assert!(message.contains(example), "{message}");
    }
}

#[test]
fn a_number_of_another_notation_says_which() {
    let tables = project(&deals("amount", &["4.711,98", "50%", "n/a"]), "").load();
    let messages: Vec<&str> = tables.rejects.iter().map(|reject| reject.message.as_str()).collect();
    assert!(messages[0].ends_with("; numbers = { amount = { decimal = \",\" } } reads it"), "{messages:?}");
    assert!(messages[1].ends_with("; numbers = { amount = { percent = true } } reads it"), "{messages:?}");
    assert!(!messages[2].contains("reads it"), "{messages:?}");
}
