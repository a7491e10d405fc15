//! Files for payroll and banks, by the command: what is written, what is refused, what was sent, and what is never shown.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::ledger::desk::{BOOK, Desk, deals, files_below};
use crate::support::{assert_committed, copy_folder, repository};

const DETAILS: &str = "payee_id,from,iban,account_name,employee_number\n\
    ann,2026-01-01,DE65261964603287767307,Ann Lee,101\nben,2026-01-01,DE74157667219201256428,Ben Öz,102\n";

const SEPA: &str = "\n[exports.partners]\nformat = \"pain.001.001.09\"\nscheme = \"cgi\"\n\
    debtor = { name = \"N\", iban = \"DE09028457998082047609\", bic = \"OPSHDEW0\", town = \"Ulm\", country = \"DE\" }\n";

const PAYROLL: &str = "\n[exports.payroll]\nformat = \"paylocity\"\nearnings = \"COMM\"\n";

/// January is closed: Ann gets 100.00, Ben 50.00.
fn closed(exports: &str) -> Desk {
    let book =
        BOOK.replace("[ledger]", "payment_details = { path = \"data/payment_details.csv\" }\n[ledger]");
    let desk = Desk::of_tenths(&[
        ("apportion.toml", &format!("{book}{exports}")),
        ("data/deals.csv", &deals("D1,won,2026-01-10,1000.00\nD3,won,2026-01-12,500.00\n")),
        ("data/payment_details.csv", DETAILS),
    ]);
    desk.close("2026-01");
    desk
}

const EXPORT: [&str; 5] = ["export", "--close", "2026-01", "--execution-date", "2026-02-13"];

fn exported(desk: &Desk, more: &[&str]) -> (bool, String) {
    desk.run(&[EXPORT.as_slice(), more].concat())
}

#[test]
fn a_close_is_exported_and_proven() {
    let desk = closed(PAYROLL);
    let (written, said) = exported(&desk, &[]);
    assert!(written && said.contains("payroll: 2 payees, USD 150.00, equal to the close"), "{said}");
    let folder = desk.path("ledger/exports/0001-2026-01/payroll");
    let text = fs::read_to_string(folder.join("PL021326.csv")).unwrap();
    assert_eq!(text, "101,E,COMM,,100.00,,\r\n102,E,COMM,,50.00,,\r\n");
    let manifest: Value = serde_json::from_slice(&fs::read(folder.join("manifest.json")).unwrap()).unwrap();
    assert_eq!(
        (manifest["created"].as_str(), manifest["payees"].as_u64()),
        (Some("2026-02-12T00:00:00"), Some(2))
    );
    // The same bytes again, and the ledger is proven with the exports in it.
    let before = files_below(&desk.path("ledger"));
    assert!(exported(&desk, &[]).0);
    assert_eq!(files_below(&desk.path("ledger")), before);
    desk.prove();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        for name in ["PL021326.csv", "manifest.json"] {
            assert_eq!(
                fs::metadata(folder.join(name)).unwrap().permissions().mode() & 0o777,
                0o600,
                "{name}"
            );
        }
    }
}

#[test]
fn a_draft_is_not_exported() {
    let desk = closed(PAYROLL);
    desk.write(
        "data/deals.csv",
        &deals("D1,won,2026-01-10,1000.00\nD3,won,2026-01-12,500.00\nD2,won,2026-02-01,10.00\n"),
    );
    assert!(desk.run(&["close", "--period", "2026-02", "--by", "ann"]).0);
    let (written, said) = desk.run(&["export", "--close", "2026-02", "--execution-date", "2026-03-13"]);
    assert!(
        !written
            && said.contains("error[month-not-open]: 2026-02 is not closed, and only a close is exported"),
        "{said}"
    );
    assert!(!desk.path("ledger/exports").exists());
}

#[test]
fn what_was_sent_stays_and_others_follow() {
    let desk = closed(PAYROLL);
    assert!(exported(&desk, &["--leave-out", "ben"]).0);
    let sent = ["sent", "payroll", "--close", "2026-01", "--by", "ann"];
    let (noted, said) = desk.run(&sent);
    assert!(
        noted && said.contains("payroll of 2026-01 is marked as sent, by ann: 1 payee, USD 100.00"),
        "{said}"
    );
    // Everybody would pay Ann again.
    let (written, said) = exported(&desk, &[]);
    assert!(!written && said.contains("error[export-sent]"), "{said}");
    // Ben alone, in a file of his own; Ann was paid.
    let (written, said) = exported(&desk, &["--only", "ben"]);
    assert!(written && said.contains("payroll-2"), "{said}");
    let (written, said) = exported(&desk, &["--only", "ann"]);
    assert!(!written && said.contains("error[two-exports]"), "{said}");
    // The same as was sent is nothing new.
    let (written, said) = exported(&desk, &["--leave-out", "ben"]);
    assert!(written && said.contains("it was sent, and is the same"), "{said}");
    // Nothing of it was taken: it may be written again, and both marks stay.
    let (noted, said) = desk.run(&[sent.as_slice(), &["--undo", "--note", "refused"]].concat());
    assert!(noted && said.contains("is not sent any more"), "{said}");
    assert!(exported(&desk, &[]).0);
    let record = fs::read_to_string(desk.path("ledger/exports/0001-2026-01/payroll/sent.json")).unwrap();
    let record: Value = serde_json::from_str(&record).unwrap();
    let marks: Vec<&str> =
        record["marks"].as_array().unwrap().iter().filter_map(|mark| mark["mark"].as_str()).collect();
    assert_eq!(marks, ["sent", "undone"]);
}

#[test]
fn a_file_that_was_changed_is_not_marked_as_sent() {
    let desk = closed(PAYROLL);
    assert!(exported(&desk, &[]).0);
    desk.write(
        "ledger/exports/0001-2026-01/payroll/PL021326.csv",
        "101,E,COMM,,100.0,,\r\n102,E,COMM,,50.0,,\r\n",
    );
    let (noted, said) = desk.run(&["sent", "payroll", "--close", "2026-01", "--by", "ann"]);
    assert!(!noted && said.contains("error[control-differs]"), "{said}");
}

#[test]
fn a_folder_with_something_else_in_it_is_left_alone() {
    let desk = closed(PAYROLL);
    desk.write("out/payroll/mine.txt", "mine");
    let (written, said) = exported(&desk, &["--out", desk.path("out").to_str().unwrap()]);
    assert!(!written && said.contains("holds `mine.txt`"), "{said}");
    assert_eq!(fs::read_to_string(desk.path("out/payroll/mine.txt")).unwrap(), "mine");
}

#[test]
fn one_file_id_is_for_one_file_of_a_day() {
    let nacha = |name: &str, payee: &str| {
        format!(
            "\n[exports.{name}]\nformat = \"nacha-ppd\"\npayees = \"payees.payee_id = '{payee}'\"\ndestination = \"121000248\"\n\
             destination_name = \"B\"\norigin = \"1234567890\"\norigin_name = \"A\"\ncompany_name = \"A\"\ncompany_id = \"1\"\n"
        )
    };
    let desk = closed(&(nacha("one", "ann") + &nacha("two", "ben")));
    desk.write(
        "data/payment_details.csv",
        "payee_id,from,routing_number,account_number,account_type,account_name\n\
         ann,2026-01-01,021000021,778899,checking,Ann\nben,2026-01-01,121000248,998877,savings,Ben\n",
    );
    let (written, said) = exported(&desk, &[]);
    assert!(!written && said.contains("one destination, origin, day of creation and file id"), "{said}");
    let (written, said) = exported(&desk, &["--set", "two.file_id=B"]);
    assert!(written, "{said}");
}

/// Accounts of the project's payment details and of its debtors, as they stand there and as some of them are mistyped.
const ACCOUNTS: [&str; 7] = [
    "DE65261964603287767307",
    "DE74157667219201256428",
    "DE09028457998082047609",
    "DE65261964603287767308",
    "4498713560217",
    "5551234987",
    "7788991234",
];

/// Five characters of an account that a text shows, blanks and dashes aside. A digest may have any digits.
fn shows_an_account(text: &str) -> Option<String> {
    let is_digest = |word: &&str| {
        let word = word.trim_end_matches(|c: char| !c.is_ascii_alphanumeric());
        word.len() == 64 && word.bytes().all(|byte| byte.is_ascii_hexdigit())
    };
    let words = text.split_inclusive(|c: char| !c.is_ascii_alphanumeric());
    let plain: String = words.filter(|word| !is_digest(word)).collect();
    let plain: String = plain.chars().filter(|c| !matches!(c, ' ' | '\u{a0}' | '-')).collect();
    // The country and the check digits alone tell nothing: five characters of what follows do.
    let windows = |account: &'static str| {
        let from = if account.starts_with("DE") { 4 } else { 0 };
        (from..account.len() - 4).map(move |start| &account[start..start + 5])
    };
    ACCOUNTS.into_iter().flat_map(windows).find(|part| plain.contains(part)).map(str::to_owned)
}

/// Everything that commands print, and that no account is in it.
#[derive(Default)]
struct Heard(String);

impl Heard {
    fn take(&mut self, desk: &Desk, arguments: &[&str]) {
        let (_, said) = desk.run(arguments);
        assert_eq!(shows_an_account(&said), None, "{arguments:?}: {said}");
        self.0.push_str(&said);
    }

    /// In full and as JSON, with all that is told.
    fn take_exports(&mut self, desk: &Desk, more: &[&str]) {
        for way in [["-v"].as_slice(), &["--message-format", "json"], &["--format", "json"]] {
            self.take(desk, &[EXPORT.as_slice(), more, way].concat());
        }
    }
}

/// No file of the project shows an account but those that go to the bank, the details themselves and the project file with its copies.
fn files_show_no_account(desk: &Desk) {
    let mut manifests = 0;
    for (name, bytes) in files_below(&desk.path("")) {
        let goes_to_a_bank = [".xml", ".ach", ".txt"].iter().any(|ending| name.ends_with(ending));
        let own =
            name.ends_with("payment_details.csv") || name == "apportion.toml" || name.contains("objects/");
        let is_export = name.contains("exports/") || name.starts_with("elsewhere/");
        let may_have_one = own || goes_to_a_bank && is_export;
        if !may_have_one {
            assert_eq!(shows_an_account(&String::from_utf8_lossy(&bytes)), None, "{name}");
        }
        manifests += usize::from(name.ends_with("manifest.json"));
    }
    assert!(manifests > 0);
}

/// Details with an address, which transfers in any currency need.
fn with_addresses() -> String {
    DETAILS
        .replace("employee_number", "town,country,bic,vendor_id")
        .replace(",101", ",Ulm,DE,XOZFDEA0,70001")
        .replace(",102", ",Bonn,DE,XOZFDEA0,70002")
}

#[test]
fn no_message_of_an_export_has_more_than_four_characters_of_an_account() {
    let desk = closed(SEPA);
    let mut heard = Heard::default();
    heard.take_exports(&desk, &[]);
    let address = with_addresses();
    for details in [
        address.clone(),
        address.replace("767307", "767308"),
        address.replace("ben,2026-01-01", "ben,DE74157667219201256428"),
        format!("{address}ann,2026-02-10,DE74157667219201256428,Ann Lee,Ulm,DE,XOZFDEA0,70001\n"),
        address.replace("payee_id,from,iban,account_name", "payee_id,from,account_type,iban"),
        address.replace("ann,2026-01-01,", "ann,2026-01-01,,"),
        address.replace("DE65261964603287767307", "\"DE65261964603287767307\"x"),
        // The account stands where the name should.
        address.replace("iban,account_name", "account_name,iban"),
    ] {
        desk.write("data/payment_details.csv", &details);
        heard.take_exports(&desk, &[]);
    }
    desk.write("data/payment_details.csv", &address);
    // Wrong keys, by an argument and in the project file.
    for set in [
        "partners.debtor.iban=DE65261964603287767308",
        "partners.debtor=5551234987",
        "partners.iban=5551234987",
    ] {
        heard.take_exports(&desk, &["--set", set]);
    }
    let book = fs::read_to_string(desk.path("apportion.toml")).unwrap();
    for (from, to) in [
        ("town = \"Ulm\"", "towwn = \"Ulm\""),
        ("town = \"Ulm\",", "town = \"Ulm\""),
        ("iban = \"DE09028457998082047609\"", "account = 4498713560217"),
        ("iban = \"DE09028457998082047609\"", "iban = \"DE65261964603287767308\""),
        ("debtor = {", "remittance = { by = \"iban\", is = { x = \"y\" } }\ndebtor = {"),
        ("debtor = {", "category_purpose = { by = \"iban\", is = { x = \"y\" } }\ndebtor = {"),
        ("debtor = {", "payees = \"iban = 5\"\ndebtor = {"),
    ] {
        assert!(book.contains(from));
        desk.write("apportion.toml", &book.replace(from, to));
        heard.take_exports(&desk, &[]);
        for command in [["check"].as_slice(), &["sources"], &["run", "--period", "2026-01"]] {
            heard.take(&desk, command);
        }
    }
    desk.write("apportion.toml", &book);
    heard.take_exports(&desk, &[]);
    assert!(heard.0.contains("equal to the close"), "{}", heard.0);
    files_show_no_account(&desk);
}

/// A template that is filled with accounts, in a narrower encoding than theirs; and what a bank of the United States takes.
#[test]
fn manifests_of_files_with_accounts_have_none() {
    let columns = "{ name = \"P\", value = \"payee_id\" }, { name = \"A\", value = \"amount\" }";
    let template = |more: &str| {
        format!(
            "\n[exports.bureau]\nformat = \"template\"\nencoding = \"ascii\"\nfile = \"b.txt\"\ncolumns = [ {columns}{more} ]\n"
        )
    };
    let ach = "\n[exports.ach]\nformat = \"nacha-ppd\"\ndestination = \"121000248\"\ndestination_name = \"B\"\norigin = \"1234567890\"\n\
        origin_name = \"A\"\ncompany_name = \"A\"\ncompany_id = \"1\"\nbalanced = { routing = \"021000021\", account = \"5551234987\" }\n";
    let details = "payee_id,from,routing_number,account_number,account_type,account_name,iban\n\
        ann,2026-01-01,021000021,7788991234,checking,Ann,DE65\u{a0}2619 6460 3287 7673 07\nben,2026-01-01,121000248,4498713560217,savings,Ben,\n";
    let mut heard = Heard::default();
    for (exports, written) in [
        (
            template(", { name = \"I\", value = \"iban\" }, { name = \"N\", value = \"account_number\" }"),
            true,
        ),
        (template(", { name = \"I\", value = \"iban\", width = 12 }"), false),
        (
            template(
                ", { name = \"I\", value = \"to_number(account_number) * 10000000000000000000000000000\" }",
            ),
            false,
        ),
        (template(", { name = \"I\", value = \"to_number(account_number) / 0\" }"), true),
        (ach.to_owned(), true),
        (ach.replace("account = \"5551234987\"", "account = 5551234987"), false),
        (ach.replace("account = ", "acount = "), false),
    ] {
        let desk = closed(PAYROLL);
        let book = fs::read_to_string(desk.path("apportion.toml")).unwrap();
        desk.write("apportion.toml", &(book.replace(PAYROLL, "") + &exports));
        desk.write("data/payment_details.csv", details);
        heard.take_exports(&desk, &[]);
        assert_eq!(desk.path("ledger/exports").exists(), written, "{exports}: {}", heard.0);
        if written {
            files_show_no_account(&desk);
        }
    }
}

/// Every command there is, on a project whose details, debtor and files are full of accounts; and the ledger after somebody changed them.
#[test]
fn no_command_says_an_account() {
    let accounts = "\n[accounts]\nexpense = \"cost\"\naccrued = \"accrued\"\nadvance = \"advance\"\nreceivable = \"receivable\"\n\
        payable = \"payable\"\nbank = { by = \"export\", is = { partners = \"bank\" } }\n";
    let desk = closed(&format!("{SEPA}{accounts}"));
    desk.write("data/payment_details.csv", &with_addresses());
    let mut heard = Heard::default();
    heard.take_exports(&desk, &[]);
    let out = desk.path("elsewhere");
    let out = out.to_str().unwrap();
    let (drafted, result) = (desk.path("drafted"), desk.path("out/2026-01"));
    let details = desk.path("data/payment_details.csv");
    let commands: [&[&str]; 28] = [
        &["check"],
        &["check", "--format", "json"],
        &["sources"],
        &["sources", "payment_details", "--rows", "5"],
        &["sources", "--format", "json"],
        &["run", "--period", "2026-01"],
        &["close", "--period", "2026-02", "--by", "ann"],
        &["ledger"],
        &["ledger", "--payee", "ann"],
        &["ledger", "--paid", "2026"],
        &["accrue", "--period", "2026-01"],
        &["journal", "--close", "2026-01", "--format", "netsuite"],
        &["journal", "--close", "2026-01", "--format", "hledger"],
        &["sent", "partners", "--close", "2026-01", "--by", "ann"],
        &["journal", "--close", "2026-01", "--format", "double-entry", "--payments"],
        &["sent", "partners", "--close", "2026-01", "--by", "ann", "--undo", "--note", "refused"],
        &["statements", "--close", "2026-01", "--format", "html,csv,md,text", "--workbook"],
        &["explain", "--payee", "ann", "--close", "2026-01"],
        &["explain", "--payee", "ann", "--period", "2026-01", "--format", "json"],
        &["charter", "--for", "ann", "--date", "2026-01-31"],
        &["charter", "--on", "2026-01-31"],
        &["actions", "--as-of", "2026-02-10"],
        &["access", "ann", "--as-of", "2026-02-10"],
        &["diff", "--rules", "rules", "--period", "2026-01"],
        &["test"],
        &["lines", result.to_str().unwrap()],
        &["verify", "ledger"],
        &["init", drafted.to_str().unwrap(), "--from", details.to_str().unwrap()],
    ];
    for command in commands {
        heard.take(&desk, command);
        heard.take(&desk, &[&["--message-format", "json"], command].concat());
    }
    heard.take(&desk, &[EXPORT.as_slice(), &["--out", out]].concat());
    assert!(heard.0.contains("equal to the close") && heard.0.contains("marked as sent"), "{}", heard.0);
    files_show_no_account(&desk);
    // A file of the bank's and a manifest that were changed, and details that are gone.
    let xml = "ledger/exports/0001-2026-01/partners/APP-2026-01-partners.xml";
    let whole = fs::read_to_string(desk.path(xml)).unwrap();
    for damaged in [
        whole.replace("767307", "767308"),
        whole.replace("<Nm>Ann Lee", "<Nm>DE65261964603287767308"),
        whole[..900].to_owned(),
    ] {
        desk.write(xml, &damaged);
        heard.take(&desk, &["sent", "partners", "--close", "2026-01", "--by", "ann"]);
        heard.take(&desk, &["verify", "ledger"]);
        heard.take_exports(&desk, &[]);
    }
}

/// Each `[exports.NAME]` of a file, with its name.
fn exports_of(text: &str) -> Vec<(String, String)> {
    let blocks = text.split("\n[exports.").skip(1);
    blocks.map(|block| (block.split(']').next().unwrap().to_owned(), format!("\n[exports.{block}"))).collect()
}

/// The second month of the bicycle maker's programme in every built-in format. The files are in the fixture.
#[test]
fn the_year_is_exported_in_every_format() {
    let fixture = repository("fixtures/adventureworks-year");
    let desk = Desk::with(&[]);
    copy_folder(&fixture.join("rules"), &desk.path("rules"));
    copy_folder(&repository("rules/exports"), &desk.path("templates"));
    let book = fs::read_to_string(fixture.join("apportion.toml")).unwrap();
    desk.write("apportion.toml", &book);
    for month in ["2012-05", "2012-06"] {
        copy_folder(&fixture.join("exports").join(month), &desk.path("data"));
        let (closed, said) = desk.run(&["close", "--period", month, "--by", "ann", "--post"]);
        assert!(closed, "{said}");
    }
    fs::copy(fixture.join("payment_details.csv"), desk.path("data/payment_details.csv")).unwrap();
    let exports = exports_of(&fs::read_to_string(fixture.join("payment-exports.toml")).unwrap());
    assert_eq!(exports.len(), 14);
    let mut formats = BTreeSet::new();
    for (name, export) in exports {
        desk.write(
            "apportion.toml",
            &format!("{book}\n[sources.payment_details]\npath = \"data/payment_details.csv\"\n{export}"),
        );
        let out = desk.path("exported");
        let arguments =
            ["export", "--close", "2012-06", "--execution-date", "2012-07-13", "--allow-unexported", "--out"];
        let (written, said) = desk.run(&[arguments.as_slice(), &[out.to_str().unwrap()]].concat());
        assert!(written && said.contains("equal to the close"), "{name}: {said}");
        let manifest = fs::read_to_string(out.join(&name).join("manifest.json")).unwrap();
        let manifest: Value = serde_json::from_str(&manifest).unwrap();
        formats.insert(manifest["format"].as_str().unwrap().to_owned());
        assert!(manifest["payees"].as_u64().unwrap() > 0, "{name} pays nobody");
        for file in manifest["files"].as_array().unwrap() {
            let file = file["file"].as_str().unwrap();
            let text = String::from_utf8(fs::read(out.join(&name).join(file)).unwrap()).unwrap();
            committed(&format!("fixtures/adventureworks-year/payments/{name}/{file}"), &text);
        }
    }
    assert_eq!(formats.len(), 12, "{formats:?}");
}

/// A file of the fixture; with `UPDATE_DOCS=1` it is written.
fn committed(path: &str, text: &str) {
    let here = repository(path);
    if std::env::var_os("UPDATE_DOCS").is_some() && !here.exists() {
        fs::create_dir_all(here.parent().unwrap_or(Path::new(""))).unwrap();
        fs::write(&here, text).unwrap();
    }
    assert_committed(path, text);
}

/// The ready templates are read, and write what their columns say.
#[test]
fn the_ready_templates_write_files() {
    for (name, details) in [
        ("workday", ""),
        ("ukg", ""),
        ("rippling", ""),
        ("sage", ""),
        ("brightpay", ""),
        ("bacs", ",sort_code,account_number"),
    ] {
        let desk = closed(&format!(
            "\n[exports.x]\nformat = \"template\"\ntemplate = \"templates/{name}.toml\"\nearnings = \"COMM\"\ncompany_code = \"ABC\"\n"
        ));
        copy_folder(&repository("rules/exports"), &desk.path("templates"));
        let more = if details.is_empty() { [""; 2] } else { [",112233,12345678", ",112233,87654321"] };
        let rows = format!(
            "payee_id,from,account_name,employee_number{details}\nann,2026-01-01,Ann Lee,101{}\nben,2026-01-01,Ben Oz,102{}\n",
            more[0], more[1]
        );
        desk.write("data/payment_details.csv", &rows);
        let (written, said) = exported(&desk, &[]);
        assert!(written && said.contains("x: 2 payees, USD 150.00, equal to the close"), "{name}: {said}");
    }
}
