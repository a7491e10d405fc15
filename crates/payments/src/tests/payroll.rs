//! Payroll: each format by hand, in the shape of its sample.

use apportion_base::diagnostic::Code;

use super::{Case, lines, paid};

const EMPLOYEES: &str = "payee_id,from,employee_number,company_code,first_name,last_name,cost_center\n\
    P1,2026-01-01,1042,ABC,Jose,Diaz,4711\n\
    P2,2026-01-01,1043,ABC,Anna,Müller,4711\n";

/// P1 earned 1,750.25 by two rules; P2 earned 179.00 and 80.00 of an earlier month were taken back.
fn two() -> Vec<crate::close::ClosedPayee> {
    vec![
        paid("P1", "1750.25 USD", &[("base", "500.00"), ("deals", "1250.25")]),
        paid("P2", "99.00 USD", &[("base", "179.00"), ("deals", "-80.00")]),
    ]
}

fn export(format: &str, keys: &str) -> String {
    format!("[exports.pay]\nformat = \"{format}\"\n{keys}\n")
}

const BY_RULE: &str = "earnings = { by = \"rule\", is = { deals = \"C\" }, else = \"B\" }\n";

#[test]
fn adp_workforce_now_keeps_what_is_below_0() {
    let case = Case::new(
        &export("adp-workforce-now", &format!("batch = \"AP{{mm}}{{yy}}\"\n{BY_RULE}")),
        EMPLOYEES,
        two(),
    );
    let one = case.fine();
    assert_eq!(one.files[0].name, "PRABCEPI.csv");
    assert_eq!(
        lines(&case.text()),
        [
            "Co Code,Batch ID,File #,Earnings 3 Code,Earnings 3 Amount",
            "ABC,AP0726,001042,B,500.00",
            "ABC,AP0726,001042,C,1250.25",
            "ABC,AP0726,001043,B,179.00",
            "ABC,AP0726,001043,C,-80.00",
        ]
    );
    assert_eq!((one.manifest.payees, one.manifest.totals[0].amount.as_str()), (2, "1849.25"));
}

#[test]
fn adp_splits_what_is_more_than_a_row_takes() {
    let many = vec![paid("P1", "250000.01 USD", &[])];
    let case = Case::new(
        &export("adp-workforce-now", "batch = \"A\"\nearnings = \"C\"\ncost_column = \"Temp Dept\""),
        EMPLOYEES,
        many,
    );
    assert_eq!(
        lines(&case.text())[1..],
        ["ABC,A,001042,4711,C,99999.99", "ABC,A,001042,4711,C,99999.99", "ABC,A,001042,4711,C,50000.03"]
    );
}

#[test]
fn a_file_for_each_company_with_its_code_filled_up() {
    let details = EMPLOYEES.replace("1043,ABC", "51,XY");
    let case = Case::new(&export("adp-workforce-now", "batch = \"A\"\nearnings = \"C\""), &details, two());
    let names: Vec<String> = case.fine().files.into_iter().map(|file| file.name).collect();
    assert_eq!(names, ["PRABCEPI.csv", "PRXY_EPI.csv"]);
}

#[test]
fn all_payees_whose_numbers_are_wrong_are_listed() {
    let details = EMPLOYEES.replace("1042", "50").replace("1043", "");
    let case = Case::new(&export("adp-workforce-now", "batch = \"A\"\nearnings = \"C\""), &details, two());
    let said = case.stopped(Code::BadPaymentDetails);
    assert!(said.starts_with("payment details are missing or wrong for 2 payees of export `pay`"), "{said}");
    assert!(said.contains("`P1`: its employee number is not a file number from 000051 to 999999"), "{said}");
    assert!(said.contains("`P2`: `employee_number` is empty"), "{said}");
    let shared = EMPLOYEES.replace("1043", "1042");
    let case = Case::new(&export("adp-workforce-now", "batch = \"A\"\nearnings = \"C\""), &shared, two());
    assert!(case.stopped(Code::BadPaymentDetails).contains("the file number is that of payee `P1`, too"));
}

#[test]
fn adp_run_has_the_days_of_the_next_payroll() {
    let keys = "company_code = \"R1ABC\"\npay_frequency = \"M\"\nearnings = \"COM\"";
    let case = Case::new(&export("adp-run", keys), EMPLOYEES, vec![paid("P1", "1250.25 USD", &[])]);
    assert_eq!(case.fine().files[0].name, "Monthly-08012026-08312026.csv");
    assert_eq!(
        lines(&case.text()),
        [
            "##GENERIC## V1.0",
            "IID,Pay Frequency,Pay Period Start,Pay Period End,Employee ID,Earnings Code,Pay Hours,Dollars,Separate Check,Worked In \
             Dept,Rate Code",
            "R1ABC,M,08/01/2026,08/31/2026,1042,COM,,1250.25,0,,BASE",
        ]
    );
    let half = Case::new(&export("adp-run", &keys.replace("\"M\"", "\"S\"")), EMPLOYEES, two());
    assert_eq!(half.fine().files[0].name, "Semimonthly-08012026-08152026.csv");
    let weekly = Case::new(&export("adp-run", &keys.replace("\"M\"", "\"W\"")), EMPLOYEES, two());
    assert!(weekly.stopped(Code::BadExport).contains("has to say its days"));
    let said = format!("{}\npay_period = \"2026-08-10/2026-08-16\"", keys.replace("\"M\"", "\"W\""));
    let said = Case::new(&export("adp-run", &said), EMPLOYEES, two());
    assert_eq!(said.fine().files[0].name, "Weekly-08102026-08162026.csv");
}

#[test]
fn paychex_nets_what_is_below_0_unless_it_is_told_to_keep_it() {
    let details = EMPLOYEES.replace("ABC", "12345678");
    let by_rule = "earnings = { by = \"rule\", is = { deals = \"Commission\" }, else = \"Bonus\" }\n";
    let case =
        Case::new(&export("paychex-flex", &format!("{by_rule}line_date = \"period\"")), &details, two());
    assert_eq!(
        lines(&case.text())[1..],
        [
            "12345678,1042,,,Bonus,,,,,07/31/2026,500.00,,,,,",
            "12345678,1042,,,Commission,,,,,07/31/2026,1250.25,,,,,",
            "12345678,1043,,,Bonus,,,,,07/31/2026,99.00,,,,,",
        ]
    );
    let netted = case.fine().manifest.netted;
    assert_eq!(
        (netted[0].payee_id.as_str(), netted[0].code.as_str(), netted[0].amount.as_str()),
        ("P2", "Commission", "-80.00")
    );
    assert_eq!(netted[0].off, ["Bonus"]);
    let kept = Case::new(
        &export("paychex-flex", &format!("{by_rule}negative = \"keep\"\ncolumns = 39")),
        &details,
        two(),
    );
    assert_eq!(lines(&kept.text())[4].matches(',').count(), 38);
    assert!(lines(&kept.text())[4].contains(",-80.00,"));
    let refused =
        Case::new(&export("paychex-flex", &format!("{by_rule}negative = \"error\"")), &details, two());
    assert!(
        refused.stopped(Code::PaymentDoesNotFit).contains("`P2`: its item `Commission` is -80.00, below 0")
    );
}

#[test]
fn gusto_has_a_column_for_each_code_in_use() {
    let details = EMPLOYEES.replace("1042", "5G9934").replace("1043", "");
    let rule = "earnings = { by = \"rule\", is = { deals = \"commission\" }, else = \"bonus\" }\n";
    let case = Case::new(&export("gusto", rule), &details, two());
    let one = case.fine();
    let text = String::from_utf8(one.files[0].bytes.clone()).unwrap();
    assert_eq!(
        lines(&text),
        [
            "last_name,first_name,gusto_employee_id,bonus,commission",
            "Diaz,Jose,5G9934,500.00,1250.25",
            "Müller,Anna,,99.00,"
        ]
    );
    assert!(one.warnings.iter().any(|warning| warning.message.contains("`P2` has no employee number")));
    let wrong = Case::new(&export("gusto", "earnings = \"tips\"\n"), &details, two());
    assert!(wrong.stopped(Code::PaymentDoesNotFit).contains("`tips` is no column that Gusto imports"));
}

#[test]
fn paylocity_has_no_header() {
    let case = Case::new(
        &export("paylocity", "earnings = \"COMM\"\ncost_column = \"CostCenter1\""),
        EMPLOYEES,
        two(),
    );
    assert_eq!(case.fine().files[0].name, "PL081426.csv");
    assert_eq!(lines(&case.text()), ["1042,E,COMM,,1750.25,,,4711", "1043,E,COMM,,99.00,,,4711"]);
}

const GERMANS: &str =
    "payee_id,from,employee_number,cost_center,cost_unit\nP1,2026-01-01,42,4711,\nP2,2026-01-01,43,4711,\n";

fn in_euros() -> Vec<crate::close::ClosedPayee> {
    vec![
        paid("P1", "1250.25 EUR", &[("deals", "1250.25")]),
        paid("P2", "99.00 EUR", &[("base", "179.00"), ("deals", "-80.00")]),
    ]
}

#[test]
fn lodas_names_its_fields() {
    let keys = "berater = \"1001\"\nmandant = \"456\"\nearnings = { by = \"rule\", is = { deals = \"205\" }, else = \"206\" }\npayroll_month = \"2026-10\"";
    let case = Case::new(&export("datev-lodas", keys), GERMANS, in_euros());
    assert_eq!(case.fine().files[0].name, "lodas-1001-456-2026-10.txt");
    let text = case.text();
    let sample = include_str!("../../../../fixtures/payment-formats/payroll/datev_lodas.txt");
    let head: Vec<&str> = sample.split("\r\n").take(13).collect();
    assert_eq!(lines(&text)[..13], head[..]);
    assert_eq!(
        lines(&text)[13..],
        [
            "1;01.10.2026;42;205;2;1250,25;4711;",
            "1;01.10.2026;43;205;2;-80,00;4711;",
            "1;01.10.2026;43;206;2;179,00;4711;"
        ]
    );
}

#[test]
fn lohn_und_gehalt_has_eleven_fields() {
    let keys = "berater = \"1001\"\nmandant = \"456\"\nearnings = \"2050\"";
    let case = Case::new(&export("datev-lohn-und-gehalt", keys), GERMANS, in_euros());
    assert_eq!(
        lines(&case.text()),
        ["1001;456;08/2026", "42;;;2050;;;1250,25;;;4711;", "43;;;2050;;;99,00;;;4711;"]
    );
    let wrong =
        Case::new(&export("datev-lohn-und-gehalt", &keys.replace("2050", "6000")), GERMANS, in_euros());
    assert!(wrong.stopped(Code::BadPaymentDetails).contains("Lohnart from 1 to 5999 or 9000 to 9999"));
}

#[test]
fn another_currency_than_the_export_s_is_an_error() {
    let case = Case::new(&export("paylocity", "earnings = \"COMM\""), EMPLOYEES, in_euros());
    let said = case.stopped(Code::PaymentDoesNotFit);
    assert!(
        said.contains("`P1`: it is paid in EUR, and the export pays USD") && said.contains("`P2`"),
        "{said}"
    );
}

#[test]
fn rows_of_a_payee_stay_in_one_file() {
    let case = Case::new(
        &export("adp-workforce-now", &format!("batch = \"A\"\nmax_rows = 3\n{BY_RULE}")),
        EMPLOYEES,
        two(),
    );
    let files = case.fine().files;
    let rows = |index: usize| String::from_utf8(files[index].bytes.clone()).unwrap().lines().count() - 1;
    assert_eq!(
        files.iter().map(|file| file.name.as_str()).collect::<Vec<_>>(),
        ["PRABCEPI.csv", "PRABCEPI-2.csv"]
    );
    assert_eq!((rows(0), rows(1)), (2, 2));
}

#[test]
fn a_template_writes_what_it_lists() {
    let keys = "columns = [ { name = \"Employee\", value = \"employee_number\", required = true }, { name = \"Name\", value = \"name\" },\n\
        { name = \"Day\", value = \"execution_date\" }, { name = \"Amount\", value = \"amount\" } ]\n\
        file = \"pay-{period}.csv\"\ndelimiter = \";\"\ndecimal = \",\"\ngroup = \".\"\ndates = \"%d.%m.%Y\"\n\
        header_lines = [\"Commission {period}\"]\nfooter_lines = [\"TOTAL;{payees};;{sum}\"]\nencoding = \"windows-1252\"\ncurrency = \"USD\"";
    let case = Case::new(&export("template", keys), EMPLOYEES, two());
    assert_eq!(case.fine().files[0].name, "pay-2026-07.csv");
    assert_eq!(
        lines(&case.text()),
        [
            "Commission 2026-07",
            "Employee;Name;Day;Amount",
            "1042;Jose Diaz;14.08.2026;1.750,25",
            "1043;Anna Müller;14.08.2026;99,00",
            "TOTAL;2;;1.849,25",
        ]
    );
}

#[test]
fn a_template_of_fixed_width_fills_its_columns() {
    let keys = "columns = [ { name = \"E\", value = \"employee_number\", width = 6, align = \"right\", fill = \"0\" },\n\
        { name = \"A\", value = \"amount\", width = 10, align = \"right\", fill = \"0\" }, { name = \"N\", value = \"upper(name)\", width = 12 } ]\n\
        fixed = true\nheader = false\ndecimal = \"\"\nencoding = \"ascii\"\nline_end = \"lf\"";
    let case = Case::new(&export("template", keys), EMPLOYEES, two());
    assert_eq!(case.text(), "0010420000175025JOSE DIAZ   \n0010430000009900ANNA MUeLLER\n");
    let long = Case::new(&export("template", &keys.replace("width = 12", "width = 8")), EMPLOYEES, two());
    assert!(long.stopped(Code::PaymentDoesNotFit).contains("`N` has 9 characters, and the format takes 8"));
}

#[test]
fn a_template_needs_its_amount_and_a_column_that_tells_payees_apart() {
    let none = Case::new(
        &export("template", "columns = [ { name = \"N\", value = \"payee_id\" } ]"),
        EMPLOYEES,
        two(),
    );
    assert!(none.stopped(Code::BadExport).contains("one column whose value is `amount`"));
    let alike =
        "columns = [ { name = \"C\", value = \"company_code\" }, { name = \"A\", value = \"amount\" } ]";
    let alike = Case::new(&export("template", alike), EMPLOYEES, two());
    assert!(alike.stopped(Code::BadExport).contains("no column of the template tells payees apart"));
}
