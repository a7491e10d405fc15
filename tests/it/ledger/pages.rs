//! Statements of every length, in letters of every direction, with what was asked; and the files that stay.

use std::collections::BTreeMap;
use std::sync::Arc;

use apportion::block::{html, text};
use apportion::ledger::balances::Balance;
use apportion::terminal::width;
use apportion::{Session, StatementRequest, StatementSource};

use super::desk::{BOOK, Desk, book_with, files_below, rows};
use super::statements::{cents, recompute};

const CANCELLED: &str = r#"
[[clawback]]
id = "cancelled"
title = "Cancellations"
effective = { from = 2026-01-01 }
method = "mirror"
"#;

/// A payee with 3 lines, one with 5,000, one with a clawback alone, and one with nothing.
fn of_every_length() -> Desk {
    let mut deals = String::from("deal_id,outcome,close_date,amount,customer,reverses_deal_id\n");
    let mut work = String::from("deal_id,payee_id,role\n");
    let mut deal = |id: &str, payee: &str, day: &str, amount: &str, reverses: &str| {
        deals.push_str(&format!("{id},won,{day},{amount},Customer of {id},{reverses}\n"));
        if !payee.is_empty() {
            work.push_str(&format!("{id},{payee},closed\n"));
        }
    };
    deal("C-1", "clawed", "2026-01-12", "5000", "");
    for number in 1..=3 {
        deal(&format!("D-{number}"), "three", "2026-02-03", &format!("{number}234.5{number}"), "");
    }
    for number in 0..5_000 {
        let amount = format!("{}.{:02}", number % 97 + 3, number % 100);
        deal(&format!("L-{number:04}"), "many", &format!("2026-02-{:02}", number % 28 + 1), &amount, "");
    }
    deal("C-1R", "", "2026-02-20", "-5000", "C-1");
    let desk = Desk::of_tenths(&[
        ("apportion.toml", BOOK),
        ("rules/cancelled.toml", CANCELLED),
        ("data/payees.csv", "payee_id,name\nthree,Ann\nmany,Ben\nclawed,Cleo\nnothing,Dan\n"),
        ("data/deals.csv", &deals),
        ("data/engagements.csv", &work),
    ]);
    desk.close("2026-01");
    desk.close("2026-02");
    desk
}

/// The amounts of a line of text, by the place at which they end.
fn amounts(line: &str) -> BTreeMap<usize, i128> {
    let mut found = BTreeMap::new();
    let mut end = 0;
    for cell in line.split("  ") {
        let blanks = cell.len() - cell.trim_start().len();
        let length = cell.trim_end().chars().count();
        if let Some(amount) = cents(cell.trim()).filter(|_| length > blanks) {
            found.insert(end + length, amount);
        }
        end += cell.chars().count() + 2;
    }
    found
}

/// Computes each total of a text again. How many there are: of waterfalls and of tables.
fn recompute_text(text: &str) -> (usize, usize) {
    let lines: Vec<&str> = text.lines().collect();
    let (mut waterfalls, mut tables) = (0, 0);
    for (place, line) in lines.iter().enumerate() {
        let above = || lines[..place].iter().rev();
        if let Some(total) = line.strip_prefix("= ") {
            let steps = above().take_while(|step| step.starts_with("  "));
            let sum: i128 = steps.map(|step| amounts(step).into_values().next_back().unwrap()).sum();
            assert_eq!(sum, amounts(total).into_values().next_back().unwrap(), "{line}");
            waterfalls += 1;
        }
        let is_rule = !line.is_empty() && line.chars().all(|c| c == '-');
        let Some(total) = lines.get(place + 1).filter(|total| is_rule && !total.is_empty()) else { continue };
        let body: Vec<_> = above().take_while(|row| !row.is_empty()).map(|row| amounts(row)).collect();
        for (end, amount) in amounts(total) {
            let sum: i128 = body.iter().filter_map(|row| row.get(&end)).sum();
            assert_eq!(sum, amount, "{total}");
        }
        tables += 1;
    }
    (waterfalls, tables)
}

#[test]
fn totals_follow_from_statements_of_every_length() {
    let desk = of_every_length();
    let store: Arc<dyn apportion::store::Store> = Arc::new(apportion::world::Disk);
    let session = Session::open(desk.path("")).unwrap_or_else(|error| panic!("{error}"));
    let ledger = session.ledger(&store).unwrap();
    let closes = ledger.closes().unwrap();
    let balances = ledger.balances(closes.last().unwrap()).unwrap();
    let paid = |payee: &str| balances.iter().find(|balance: &&Balance| balance.payee_id == payee);
    let request = StatementRequest {
        source: StatementSource::Close("2026-02".parse().unwrap()),
        payees: ["three", "many", "clawed", "nothing"].map(str::to_owned).to_vec(),
        viewer: None,
        team: false,
    };
    let statements = session.statements(&store, &request).unwrap_or_else(|error| panic!("{error}"));
    for (payee, lines, said, tables) in [
        ("three", 3, "D-3", 3),
        ("many", 5_000, "L-4999", 3),
        ("clawed", 0, "C-1R", 2),
        ("nothing", 0, "Nothing was posted for you in this month.", 0),
    ] {
        let document = statements.document(payee).unwrap_or_else(|error| panic!("{error}"));
        recompute(&html(&document), paid(payee));
        let text = text(&document);
        assert!(text.contains(said), "{text}");
        assert_eq!(
            text.lines().filter(|line| line.starts_with("D-") || line.starts_with("L-")).count(),
            lines
        );
        let (waterfalls, found) = recompute_text(&text);
        assert_eq!((waterfalls, found), (usize::from(paid(payee).is_some()), tables), "{text}");
    }
    // A clawback alone: nothing is paid, and what is owed is carried on.
    let clawed = paid("clawed").unwrap();
    assert_eq!((clawed.payment.paid.raw(), clawed.payment.carried_out.raw()), (0, -50_000));
    assert!(paid("nothing").is_none());
    desk.prove();
}

/// Names that are read from the right, and letters that are two cells wide: whole in every format, and columns stay aligned.
#[test]
fn names_of_every_script_stay_whole() {
    let names = ["שלום כהן", "مريم الحسن", "王小明", "ジョン・スミス", "Łukasz Žižek", "Zoe\u{308} O’Neil"];
    let mut payees = String::from("payee_id,name,manager_id\nboss,Boss,\n");
    let (mut deals, mut work) = (
        String::from("deal_id,outcome,close_date,amount,customer\n"),
        String::from("deal_id,payee_id,role\n"),
    );
    for (number, name) in names.iter().enumerate() {
        payees.push_str(&format!("p{number},{name},boss\n"));
        deals.push_str(&format!("D{number},won,2026-01-05,{},{name}\n", 100 * 10_i64.pow(number as u32)));
        work.push_str(&format!("D{number},p{number},closed\n"));
    }
    let desk = Desk::of_tenths(&[
        ("data/payees.csv", &payees),
        ("data/deals.csv", &deals),
        ("data/engagements.csv", &work),
    ]);
    desk.close("2026-01");
    let formats = "html,text,csv,md,xlsx";
    let (fine, said) =
        desk.run(&["statements", "--close", "2026-01", "--team", "--workbook", "--format", formats]);
    assert!(fine, "{said}");
    let folder = desk.path("ledger/statements/0001-2026-01");
    let read = |name: &str| std::fs::read_to_string(folder.join(name)).unwrap();
    for (number, name) in names.iter().enumerate() {
        for ending in ["html", "txt", "csv", "md"] {
            assert!(read(&format!("p{number}.{ending}")).contains(name), "{name} in {ending}");
            assert!(read(&format!("boss.{ending}")).contains(name), "{name} in {ending} of a team");
        }
    }
    // Each row of the team ends where its heading ends, in cells of a terminal.
    let text = read("boss.txt");
    let team: Vec<&str> = text
        .lines()
        .skip_while(|line| !line.starts_with("Payee"))
        .take_while(|line| !line.is_empty())
        .collect();
    assert_eq!(team.len(), names.len() + 3, "{text}");
    assert!(team.iter().all(|line| width(line) == width(team[0])), "{text}");
}

const ASKED: &str = "inquiry_id,payee_id,raised_on,deal_id,rule_id,question,state,answered_on,answer,adjustment_id\n\
    Q1,ann,2026-02-03,D1,tenth,Why not 20%?,open,,,\n\
    Q2,ann,2026-01-20,D1,tenth,Is D2 missing?,accepted,2026-02-10,It was; see A-1.,A-1\n\
    Q3,ann,2026-01-05,,,Answered in January,answered,2026-01-09,Yes.,\n\
    Q4,ann,2026-02-20,,,Answered in March,rejected,2026-03-02,No.,\n\
    Q5,ann,2026-03-01,,,Asked in March,open,,,\n\
    Q6,zoe,2026-02-11,D1,,Am I on D1?,answered,2026-02-12,\"No: <b>Ann</b> is.\",\n";

/// What was asked stands on the statements of the month in which it waits or is answered, and changes no amount.
#[test]
fn inquiries_stand_on_statements() {
    let desk = Desk::of_tenths(&[
        ("apportion.toml", &book_with(&["inquiries"])),
        ("data/payees.csv", "payee_id,name,language\nann,Ann,\nben,Ben,\nzoe,Zoe,de\n"),
        ("data/deals.csv", "deal_id,outcome,close_date,amount\nD1,won,2026-01-10,1000\n"),
        ("data/inquiries.csv", ASKED),
    ]);
    desk.close("2026-01");
    desk.close("2026-02");
    let (fine, said) = desk.run(&["statements", "--close", "2026-02", "--format", "html,csv,text"]);
    assert!(fine, "{said}");
    let read =
        |name: &str| std::fs::read_to_string(desk.path("ledger/statements/0002-2026-02").join(name)).unwrap();
    let asked: Vec<BTreeMap<String, String>> =
        rows(&read("ann.csv")).into_iter().filter(|row| row["part"] == "inquiries").collect();
    let text = read("ann.txt");
    for there in ["Why not 20%?", "Is D2 missing?", "It was; see A-1.", "Answered in March", "tenth"] {
        assert!(text.contains(there), "{there}: {text}");
    }
    for not_there in ["Answered in January", "Asked in March", "No."] {
        assert!(!text.contains(not_there), "{not_there}: {text}");
    }
    assert_eq!(asked.len(), 3, "{asked:?}");
    insta::assert_snapshot!(
        "what_was_asked",
        text.split("\n\n").filter(|part| part.contains('?')).collect::<Vec<_>>().join("\n\n")
    );
    // Somebody who only asked reads the answer, in the own language and without its marks.
    let zoe = read("zoe.html");
    assert!(zoe.contains("No: &lt;b&gt;Ann&lt;/b&gt; is.") && zoe.contains("lang=\"de\""), "{zoe}");
    assert!(!desk.path("ledger/statements/0002-2026-02/ben.html").exists());
    // In March they were answered, and one more waits.
    desk.close("2026-03");
    let (fine, said) = desk.run(&["statements", "--close", "2026-03", "--payee", "ann", "--format", "text"]);
    assert!(fine, "{said}");
    let march = std::fs::read_to_string(desk.path("ledger/statements/0003-2026-03/ann.txt")).unwrap();
    for (there, question) in [
        (true, "Why not 20%?"),
        (false, "Is D2 missing?"),
        (true, "Answered in March"),
        (true, "Asked in March"),
    ] {
        assert_eq!(march.contains(question), there, "{question}: {march}");
    }
}

/// A PDF is made by a program of its own; what was made of the same close stays where other formats are written, and the other way round.
#[test]
fn pdfs_of_a_close_stay_beside_its_other_files() {
    let desk =
        Desk::of_tenths(&[("data/deals.csv", "deal_id,outcome,close_date,amount\nD1,won,2026-01-10,1000\n")]);
    desk.close("2026-01");
    let month = ["statements", "--close", "2026-01", "--format"];
    assert!(desk.run(&[&month[..], &["html"]].concat()).0);
    let folder = desk.path("ledger/statements/0001-2026-01");
    let index = std::fs::read_to_string(folder.join("index.csv")).unwrap();
    let pdf = b"%PDF-1.7";
    std::fs::write(folder.join("ann.pdf"), pdf).unwrap();
    let row = format!("ann,,ann.pdf,{},100.00,USD\n", apportion::digest::sha256_hex(pdf));
    std::fs::write(folder.join("index.csv"), format!("{index}{row}")).unwrap();
    let (fine, said) = desk.run(&[&month[..], &["html,text"]].concat());
    assert!(fine, "{said}");
    let files = files_below(&folder);
    assert_eq!(files["ann.pdf"], pdf);
    assert!(
        String::from_utf8_lossy(&files["index.csv"]).contains("ann.pdf") && files.contains_key("ann.txt")
    );
}

/// A manager sees the statements of the team, and somebody alone the own one.
#[test]
fn a_viewer_gets_the_statements_that_it_may_see() {
    let access = "[[access]]\nid = \"managers\"\nwho = \"post = 'manager'\"\nsees = \"team\"\nwhat = [\"statements\"]\n";
    let desk = Desk::of_tenths(&[
        ("apportion.toml", BOOK),
        ("rules/access.toml", access),
        (
            "data/payees.csv",
            "payee_id,post,manager_id\nann,seller,boss\nben,seller,\nboss,manager,\nidle,seller,boss\n",
        ),
        (
            "data/deals.csv",
            "deal_id,outcome,close_date,amount\nD-1,won,2026-01-12,500\nD-2,won,2026-01-13,700\n",
        ),
        ("data/engagements.csv", "deal_id,payee_id,role\nD-1,ann,closed\nD-2,ben,closed\n"),
    ]);
    desk.close("2026-01");
    let of = |viewer: &str| {
        let out = desk.path(viewer);
        let arguments = ["statements", "--close", "2026-01", "--for", viewer, "--out", out.to_str().unwrap()];
        let (fine, said) = desk.run(&arguments);
        assert!(fine, "{said}");
        let index = std::fs::read_to_string(out.join("index.csv")).unwrap();
        rows(&index).iter().map(|row| row["payee_id"].clone()).collect::<Vec<_>>()
    };
    assert_eq!(of("boss"), ["ann", "boss"], "the month says nothing of idle");
    assert_eq!(of("ben"), ["ben"]);
    let (fine, said) = desk.run(&["statements", "--close", "2026-01", "--for", "ann", "--payee", "ben"]);
    assert!(!fine && said.contains("there is no payee `ben` whose statement `ann` may see"), "{said}");
}
