//! Who is in which export, and what is known of an account.

use apportion_base::diagnostic::Code;

use super::{Case, paid};

const EXPORTS: &str = "[exports.us]\nformat = \"paylocity\"\nearnings = \"COMM\"\npayees = \"kind = 'employee' AND country = 'US'\"\n\
    [exports.de]\nformat = \"template\"\ncurrency = \"USD\"\npayees = \"country = 'DE'\"\n\
    columns = [ { name = \"P\", value = \"payee_id\" }, { name = \"A\", value = \"amount\" } ]\n";
const DETAILS: &str = "payee_id,from,employee_number,country\nP1,2026-01-01,1,US\nP2,2026-01-01,2,DE\n";

fn two() -> Vec<crate::close::ClosedPayee> {
    vec![paid("P1", "10.00 USD", &[]), paid("P2", "20.00 USD", &[])]
}

#[test]
fn payees_are_told_by_their_columns_and_their_details() {
    let case = Case::new(EXPORTS, DETAILS, two());
    let prepared = case.prepared().unwrap();
    let paid: Vec<(&str, usize, &str)> = prepared
        .iter()
        .map(|one| {
            (one.manifest.export.as_str(), one.manifest.payees, one.manifest.totals[0].amount.as_str())
        })
        .collect();
    assert_eq!(paid, [("us", 1, "10.00"), ("de", 1, "20.00")]);
}

#[test]
fn nobody_is_paid_twice_also_by_an_export_that_is_not_named() {
    let mut case = Case::new(&EXPORTS.replace("country = 'DE'", "TRUE"), DETAILS, two());
    case.names = vec!["us"];
    let said = case.stopped(Code::TwoExports);
    assert!(said.contains("1 payee is in two exports") && said.contains("`P1`: `us`, `de`"), "{said}");
    // One that does not pay may list whom it likes.
    case.exports = EXPORTS
        .replace("country = 'DE'", "TRUE")
        .replace("currency = \"USD\"\n", "currency = \"USD\"\npays = false\n");
    case.allow_unexported = true;
    assert!(case.prepared().is_ok());
}

#[test]
fn everybody_is_paid_by_some_export() {
    let case = Case::new(EXPORTS, &DETAILS.replace("DE", "FR"), two());
    let said = case.stopped(Code::Unexported);
    assert!(said.contains("1 payee is in no export") && said.contains("`P2`: USD 20.00"), "{said}");
    let mut allowed = case.clone();
    allowed.allow_unexported = true;
    allowed.names = vec!["us"];
    assert_eq!(allowed.fine().manifest.payees, 1);
}

#[test]
fn some_payees_alone_or_all_but_some() {
    let mut case = Case::new(EXPORTS, DETAILS, two());
    case.names = vec!["us"];
    case.leave_out = vec!["P1"];
    let one = case.fine();
    assert_eq!((one.manifest.payees, one.files.len()), (0, 0));
    assert_eq!(one.manifest.left_out[0].why, "left out with --leave-out");
    case.leave_out = vec![];
    case.only = vec!["P9"];
    assert!(case.stopped(Code::NoSuchPayee).contains("pays payee `P9` nothing"));
}

#[test]
fn another_account_shortly_before_the_payment_is_told() {
    let export = "[exports.p]\nformat = \"pain.001.001.09\"\ndebtor = { name = \"N\", iban = \"DE09028457998082047609\" }\n";
    let rows = |from: &str| {
        format!(
            "payee_id,from,until,iban,account_name\nP1,2026-01-01,2026-07-31,DE65261964603287767307,A\nP1,{from},,DE74157667219201256428,A\n"
        )
    };
    let case = |from: &str| Case::new(export, &rows(from), vec![paid("P1", "10.00 EUR", &[])]);
    let told = case("2026-08-01").warned();
    assert!(
        told.iter().any(|(code, text)| *code == Code::AccountChanged
            && text.contains("`P1` has another account since 2026-08-01")),
        "{told:?}"
    );
    // 2026-08-14 is 14 days after the last day of July, and 13 after the first of August.
    let mut later = case("2026-08-01");
    later.execution = "2026-08-17";
    assert!(later.warned().iter().all(|(code, _)| *code != Code::AccountChanged));
    // Two rows that share a day are none, and the payee has no account then.
    let shared = case("2026-07-31");
    let said = shared.stopped(Code::BadPaymentDetails);
    assert!(said.contains("`P1`") && said.contains("overlapping-assignment"), "{said}");
    assert!(!said.contains("26196460") && !said.contains("15766721"), "{said}");
}

#[test]
fn rows_that_can_not_be_read_are_told_without_their_cells() {
    let details = "payee_id,from,employee_number,country,account_type\nP1,2026-01-01,1,US,\nP2,2026-01-01,2,DE,\nP3,DE74157667219201256428,3,US,\nP4,2026-01-01,3,US,99887766\n";
    let case = Case::new(EXPORTS, details, two());
    let prepared = case.prepared().unwrap();
    let said: Vec<String> = prepared[0]
        .warnings
        .iter()
        .map(|warning| format!("{}\n{}", warning.message, warning.help.join("")))
        .collect();
    assert!(
        said.iter().any(|text| text.contains("row 4 of details.csv can't be used: bad-date in `from`")),
        "{said:?}"
    );
    assert!(
        said.iter()
            .any(|text| text.contains("row 5 of details.csv can't be used: not-a-choice in `account_type`")),
        "{said:?}"
    );
    assert!(said.iter().all(|text| !text.contains("15766721") && !text.contains("99887766")), "{said:?}");
}

#[test]
fn a_text_by_a_column_without_a_match_is_an_error() {
    let exports =
        "[exports.us]\nformat = \"paylocity\"\nearnings = { by = \"country\", is = { US = \"COMM\" } }\n";
    let case = Case::new(exports, DETAILS, two());
    let said = case.stopped(Code::PaymentDoesNotFit);
    assert!(
        said.contains("`P2`: `earnings` says nothing for `DE` of `country`, and has no `else`"),
        "{said}"
    );
}
