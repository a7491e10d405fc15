//! Transfers by hand: pain.001 and NACHA.

use apportion_base::diagnostic::Code;

use super::{Case, lines, paid};

const DEBTOR: &str =
    "debtor = { name = \"Northwind GmbH\", iban = \"DE09028457998082047609\", bic = \"OPSHDEW0\" }\n";
const ACCOUNTS: &str = "payee_id,from,iban,bic,account_name,town,country\n\
    P1,2026-01-01,DE65 2619 6460 3287 7673 07,XOZFDEA0,Jürgen Weiß,,\n\
    P2,2026-01-01,DE74157667219201256428,,Nordstern & Söhne,Berlin,DE\n";

fn sepa(keys: &str) -> String {
    format!("[exports.partners]\nformat = \"pain.001.001.09\"\n{DEBTOR}{keys}\n")
}

fn two() -> Vec<crate::close::ClosedPayee> {
    vec![paid("P1", "3250.00 EUR", &[]), paid("P2", "2980.50 EUR", &[])]
}

fn between<'t>(text: &'t str, tag: &str) -> Vec<&'t str> {
    let (open, close) = (format!("<{tag}>"), format!("</{tag}>"));
    text.split(open.as_str()).skip(1).filter_map(|rest| rest.split(close.as_str()).next()).collect()
}

#[test]
fn a_sepa_file_says_what_is_paid_at_both_levels() {
    let case = Case::new(&sepa(""), ACCOUNTS, two());
    let text = case.text();
    assert_eq!(between(&text, "NbOfTxs"), ["2", "2"]);
    assert_eq!(between(&text, "CtrlSum"), ["6230.50", "6230.50"]);
    assert_eq!(between(&text, "Dt"), ["2026-08-14"]);
    assert_eq!(between(&text, "CreDtTm"), ["2026-08-13T09:30:00"]);
    assert_eq!(between(&text, "EndToEndId"), ["APP-2026-07-P1", "APP-2026-07-P2"]);
    assert_eq!(between(&text, "Ustrd"), ["Commission 2026-07 P1", "Commission 2026-07 P2"]);
    assert_eq!(
        between(&text, "Nm"),
        ["Northwind GmbH", "Northwind GmbH", "Juergen Weiss", "Nordstern + Soehne"]
    );
    assert_eq!(between(&text, "IBAN")[1..], ["DE65261964603287767307", "DE74157667219201256428"]);
    let message = between(&text, "MsgId")[0];
    assert!(message.starts_with("APP-2026-07-") && message.len() == 28, "{message}");
    assert_eq!(between(&text, "PmtInfId"), [format!("{message}-1")]);
    // The changes of names are told.
    let changes = case.fine().manifest.changes;
    assert_eq!(changes.len(), 2);
    assert_eq!(changes.first().unwrap().before, "Jürgen Weiß");
}

#[test]
fn a_corrected_file_is_another_with_the_same_payments() {
    let first = Case::new(&sepa(""), ACCOUNTS, two());
    let mut second = first.clone();
    second.leave_out = vec!["P2"];
    let (first, second) = (first.text(), second.text());
    assert_ne!(between(&first, "MsgId"), between(&second, "MsgId"));
    assert_eq!(between(&first, "EndToEndId")[..1], between(&second, "EndToEndId")[..]);
}

#[test]
fn partners_have_a_purpose_of_their_own() {
    let mut case = Case::new(&sepa(""), ACCOUNTS, two());
    case.payees = "payee_id,kind\nP1,employee\nP2,partner\n".to_owned();
    let text = case.text();
    // One PmtInf for each category purpose, in the order of their codes.
    assert_eq!(between(&text, "PmtInfId").len(), 2);
    assert_eq!(between(&text, "NbOfTxs"), ["2", "1", "1"]);
    let codes = between(&text, "Cd");
    assert_eq!(codes, ["SEPA", "SALA", "SALA", "SEPA", "SUPP", "COMM"]);
}

#[test]
fn wrong_accounts_are_listed_together_and_never_shown() {
    let details = ACCOUNTS
        .replace("DE65 2619 6460 3287 7673 07", "DE65261964603287767308")
        .replace("DE74157667219201256428", "US12345678901234567890");
    let case = Case::new(&sepa(""), &details, two());
    let said = case.stopped(Code::BadPaymentDetails);
    assert!(said.contains("`P1`: its IBAN has the wrong check digits"), "{said}");
    assert!(said.contains("`P2`: its IBAN begins with no country that has IBANs"), "{said}");
    assert!(!said.contains("26196460") && !said.contains("12345678"), "{said}");
    let mut without = case.clone();
    without.leave_out = vec!["P1", "P2"];
    let left = without.fine().manifest.left_out;
    assert!(
        left[0].why.contains("left out with --leave-out: its IBAN has the wrong check digits"),
        "{left:?}"
    );
}

#[test]
fn outside_of_the_eea_an_address_is_needed_and_a_bic_asked_for() {
    let details =
        "payee_id,from,iban,account_name,town,country\nP1,2026-01-01,GB82WEST12345698765432,Ann Lee,,\n";
    let mut case = Case::new(&sepa(""), details, vec![paid("P1", "10.00 EUR", &[])]);
    assert!(
        case.stopped(Code::BadPaymentDetails).contains("`town` is empty, which is needed outside of the EEA")
    );
    case.details = details.replace("Lee,,", "Lee,London,GB");
    assert!(case.warned().iter().any(|(code, text)| *code == Code::BankMayRefuse && text.contains("no BIC")));
    assert!(case.text().contains("<TwnNm>London</TwnNm>"));
}

#[test]
fn a_long_name_is_an_error_unless_it_may_be_cut() {
    let details =
        format!("payee_id,from,iban,account_name\nP1,2026-01-01,DE65261964603287767307,{}\n", "A".repeat(71));
    let case = Case::new(&sepa(""), &details, vec![paid("P1", "10.00 EUR", &[])]);
    assert!(
        case.stopped(Code::PaymentDoesNotFit).contains("the name has 71 characters, and the format takes 70")
    );
    let cut = Case::new(&sepa("long_names = \"cut\""), &details, vec![paid("P1", "10.00 EUR", &[])]);
    assert_eq!(cut.fine().manifest.changes.first().unwrap().after.len(), 70);
    let greek = details.replace(&"A".repeat(71), "Ωmega");
    let greek = Case::new(&sepa(""), &greek, vec![paid("P1", "10.00 EUR", &[])]);
    assert!(greek.stopped(Code::PaymentDoesNotFit).contains("the character `Ω`"));
}

#[test]
fn an_id_that_a_bank_would_refuse_is_written_as_its_digest() {
    let ids = ["a//b", "x".repeat(30).leak() as &str, "müller", "end/"];
    let details: String =
        ids.iter().map(|id| format!("{id},2026-01-01,DE65261964603287767307,A\n")).collect();
    let details = format!("payee_id,from,iban,account_name\n{details}");
    let case = Case::new(
        &sepa("remittance = \"Commission {period}\""),
        &details,
        ids.iter().map(|id| paid(id, "10.00 EUR", &[])).collect(),
    );
    let text = case.text();
    let references = between(&text, "EndToEndId");
    assert_eq!(references.len(), 4);
    assert!(references.iter().all(|id| id.len() == 28 && !id.contains("//")), "{references:?}");
    assert!(case.warned().iter().any(|(code, _)| *code == Code::RepeatedPayment));
}

#[test]
fn the_old_version_has_its_own_elements() {
    let old = sepa("").replace("001.09", "001.03");
    let text = Case::new(&old, ACCOUNTS, two()).text();
    assert!(text.contains("<ReqdExctnDt>2026-08-14</ReqdExctnDt>") && text.contains("<BIC>XOZFDEA0</BIC>"));
    assert!(text.contains("pain.001.001.03"));
}

#[test]
fn other_currencies_go_by_cgi() {
    let keys = "[exports.world]\nformat = \"pain.001.001.09\"\nscheme = \"cgi\"\nlocal_instrument = \"PPD\"\n\
        debtor = { name = \"Cascade Inc\", account = \"4412345678\", routing = \"021000021\", town = \"Portland\", country = \"US\" }\n";
    let details = "payee_id,from,account_number,routing_number,account_name,town,country,bank_town,bank_country\n\
        P1,2026-01-01,7712345678,121000248,Jordan Lee,Portland,US,San Francisco,US\nP2,2026-01-01,99123,121000248,Kei Sato,Osaka,JP,,\n";
    let case = Case::new(keys, details, vec![paid("P1", "3120.55 USD", &[]), paid("P2", "50000 JPY", &[])]);
    let text = case.text();
    assert_eq!(between(&text, "CtrlSum"), ["53120.55", "50000", "3120.55"]);
    assert!(
        text.contains("<InstdAmt Ccy=\"JPY\">50000</InstdAmt>") && text.contains("<MmbId>121000248</MmbId>")
    );
}

const DOLLARS: &str = "payee_id,from,routing_number,account_number,account_type,account_name\n\
    P00001,2026-01-01,021000021,123456789,checking,Anna Müller\n\
    P00002,2026-01-01,011401533,99-8877-1,savings,José Diaz\n";

fn nacha(kind: &str, keys: &str) -> String {
    format!(
        "[exports.ppd]\nformat = \"nacha-{kind}\"\ndestination = \"121000248\"\ndestination_name = \"WELLS FARGO\"\norigin = \"1234567890\"\n\
         origin_name = \"ACME INC\"\ncompany_name = \"ACME INC\"\ncompany_id = \"1234567890\"\n{keys}\n"
    )
}

fn dollars() -> Vec<crate::close::ClosedPayee> {
    vec![paid("P00001", "12345.67 USD", &[]), paid("P00002", "0.99 USD", &[])]
}

/// The sample of the fixture, of which the days, the month and the reference differ.
#[test]
fn a_nacha_file_is_that_of_the_sample() {
    let text = Case::new(&nacha("ppd", ""), DOLLARS, dollars()).text();
    let sample = include_str!("../../../../fixtures/payment-formats/nacha/own_ppd_payroll.ach");
    let own = lines(&text);
    let sample: Vec<&str> = sample.lines().collect();
    assert_eq!(own.len(), sample.len());
    assert_eq!(own[0][..23], sample[0][..23]);
    assert_eq!(&own[0][23..33], "2608130930");
    assert_eq!(own[0][33..86], sample[0][33..86]);
    assert_eq!(own[1].replace("JUL 26260814", "OCT 26261204"), sample[1]);
    assert_eq!(own[2..], sample[2..]);
}

#[test]
fn a_company_gets_ccd_with_addenda() {
    let text = Case::new(
        &nacha("ccd", "addenda = \"COMMISSION {period} {payee_id}\"\nline_end = \"lf\""),
        DOLLARS,
        dollars(),
    )
    .text();
    let own: Vec<&str> = text.lines().collect();
    assert_eq!(&own[1][50..63], "CCDCOMMISSION");
    assert!(own[3].starts_with("705COMMISSION 2026-07 P00001 "));
    assert_eq!(&own[6][4..10], "000004");
}

#[test]
fn a_balanced_file_debits_the_company() {
    let keys = "balanced = { routing = \"021000021\", account = \"5551234\" }";
    let text = Case::new(&nacha("ppd", keys), DOLLARS, dollars()).text();
    let own = lines(&text);
    assert_eq!((&own[1][1..4], &own[4][..29]), ("200", "6270210000215551234          "));
    assert_eq!(&own[5][20..44], "000001234666000001234666");
}

#[test]
fn what_nacha_does_not_take_is_told() {
    let wrong = DOLLARS
        .replace("021000021", "021000022")
        .replace("savings", "")
        .replace("José Diaz", &"D".repeat(23));
    let case = Case::new(&nacha("ppd", ""), &wrong, dollars());
    let details = case.stopped(Code::BadPaymentDetails);
    assert!(details.contains("`P00001`: its routing number has the wrong check digit"), "{details}");
    assert!(details.contains("`P00002`: `account_type` is empty"), "{details}");
    assert!(case.stopped(Code::PaymentDoesNotFit).contains("`P00002`: the name has 23 characters"));
    let zeros = Case::new(&nacha("ppd", ""), &DOLLARS.replace("021000021", "000000000"), dollars());
    assert!(zeros.stopped(Code::BadPaymentDetails).contains("is all zeros"));
    let salary = Case::new(&nacha("ppd", "entry_description = \"SALARY\""), DOLLARS, dollars());
    assert!(salary.stopped(Code::BadExport).contains("begins with PAYROLL"));
    let huge = Case::new(&nacha("ppd", ""), DOLLARS, vec![paid("P00001", "100000000.00 USD", &[])]);
    assert!(huge.stopped(Code::PaymentDoesNotFit).contains("more than 99,999,999.99"));
}

#[test]
fn amounts_that_no_entry_or_batch_has_room_for_are_told_whatever_they_come_to() {
    let most = format!("{}.00 USD", i64::MAX / 200);
    let both = vec![paid("P00001", &most, &[]), paid("P00002", &most, &[])];
    let told = Case::new(&nacha("ppd", ""), DOLLARS, both).stopped(Code::PaymentDoesNotFit);
    assert!(told.contains("`P00001`") && told.contains("`P00002`"), "{told}");

    let balanced = nacha("ppd", "balanced = { routing = \"021000021\", account = \"5551234\" }");
    let half = vec![paid("P00001", "50000000.00 USD", &[]), paid("P00002", "50000000.00 USD", &[])];
    let told = Case::new(&balanced, DOLLARS, half.clone()).stopped(Code::BadExport);
    assert!(told.contains("the entry that balances a file would be more than 99,999,999.99"), "{told}");
    assert_eq!(Case::new(&nacha("ppd", ""), DOLLARS, half).fine().files.len(), 1);

    // A batch has room for a hundred of the largest entries and a little more.
    let ids: Vec<String> = (0..101).map(|number| format!("Q{number:05}")).collect();
    let details = |id: &String| format!("{id},2026-01-01,021000021,1{},checking,Ann\n", &id[1..]);
    let details: String = ids.iter().map(details).collect();
    let details = format!("{}{details}", DOLLARS.lines().next().map(|line| format!("{line}\n")).unwrap());
    let paid: Vec<_> = ids.iter().map(|id| paid(id, "99999999.99 USD", &[])).collect();
    let mut case = Case::new(&nacha("ppd", ""), &details, paid);
    case.payees =
        format!("payee_id,kind\n{}", ids.iter().map(|id| format!("{id},employee\n")).collect::<String>());
    let told = case.stopped(Code::BadExport);
    assert!(told.contains("come to more than 9,999,999,999.99"), "{told}");
    case.exports = nacha("ppd", "max_rows = 100");
    assert_eq!(case.fine().files.len(), 2);
}

#[test]
fn a_day_on_which_banks_do_not_work_names_the_next() {
    let mut case = Case::new(&sepa(""), ACCOUNTS, two());
    case.execution = "2026-08-15";
    let warned = case.fine().warnings;
    let day = warned.iter().find(|warning| warning.code == Code::NoBankingDay).unwrap();
    assert!(day.help[0].contains("2026-08-17"), "{day:?}");
    let mut federal = Case::new(&nacha("ppd", ""), DOLLARS, dollars());
    federal.execution = "2026-09-07";
    assert!(
        federal
            .warned()
            .iter()
            .any(|(code, text)| *code == Code::NoBankingDay && text.contains("Federal Reserve"))
    );
}

#[test]
fn further_files_have_further_ids() {
    let files = Case::new(&nacha("ppd", "max_rows = 1"), DOLLARS, dollars()).fine().files;
    let ids: Vec<String> =
        files.iter().map(|file| String::from_utf8(file.bytes[33..34].to_vec()).unwrap()).collect();
    assert_eq!(ids, ["A", "B"]);
    assert_eq!(files[1].name, "APP-2026-07-ppd-2.ach");
}
