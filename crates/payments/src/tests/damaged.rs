//! Files that were damaged are told by our own readers: a byte that changed, a line that is gone or stands there twice, an end that is cut off.

use std::sync::LazyLock;

use apportion_base::money::Currency;
use apportion_book::ExportSettings;
use proptest::prelude::*;
use proptest::sample::Index;

use crate::export::PreparedExport;
use crate::job::{Created, Job, Keys, Occasion, Written};
use crate::read::{ReadRow, by_payee, day_of};
use crate::writers;

use super::{Case, paid};

fn occasion() -> Occasion {
    let day = |text: &str| day_of(text).unwrap();
    Occasion {
        period: "2026-07".to_owned(),
        month: (day("2026-07-01"), day("2026-07-31")),
        execution: day("2026-08-14"),
        created: Created { day: day("2026-08-13"), second: 34_200 },
    }
}

fn read(export: &ExportSettings, currency: Currency, bytes: &[u8]) -> Result<Vec<ReadRow>, String> {
    let job = Job { export, occasion: &occasion(), currency };
    let written = Written { key_column: Some(0), ..Written::default() };
    writers::read(&job, &written, bytes)
}

/// Whether the reader and the sums by payee still find nothing wrong with a file that was changed.
fn is_taken(case: &Case, one: &PreparedExport, keys: &Keys, bytes: &[u8]) -> bool {
    let code = &one.manifest.totals[0].currency;
    let currency = Currency::from_code(code).unwrap();
    let Ok(rows) = read(&case.settings()[0], currency, bytes) else { return false };
    let Ok(sums) = by_payee(&rows, keys, code) else { return false };
    let wanted = one.manifest.payments.iter().map(|payment| {
        let amount = crate::read::amount(&payment.amount, currency.digits(), '.').unwrap();
        ((payment.payee_id.clone(), payment.currency.clone()), amount)
    });
    sums.into_iter().eq(wanted)
}

type Damage = (&'static str, fn(&str) -> String);

/// What may become of any text file of payments.
const DAMAGES: [Damage; 22] = [
    ("empty", |_| String::new()),
    ("the last character gone", |text| text[..text.len() - 1].to_owned()),
    ("the last ten characters gone", |text| text[..text.len() - 10].to_owned()),
    ("cut in the middle", |text| text[..text.len() / 2].to_owned()),
    ("the first character gone", |text| text[1..].to_owned()),
    ("the first line gone", |text| without(text, 0)),
    ("the row of the first payee gone", |text| without_first(text, "1042")),
    ("the row of the second payee gone", |text| without_first(text, "1043")),
    ("the row of the first payee twice", |text| twice(text, "1042")),
    ("the row of the second payee twice", |text| twice(text, "1043")),
    ("a digit of an amount changed", |text| {
        text.replacen("125025", "125026", 1)
            .replacen("1250.25", "1250.26", 1)
            .replacen("1250,25", "1250,26", 1)
    }),
    ("an amount ten times", |text| {
        text.replacen("0000125025", "0001250250", 1)
            .replacen("1250.25", "12502.50", 1)
            .replacen("1250,25", "12502,50", 1)
    }),
    ("an amount without its point", |text| {
        text.replacen("0000125025", "000012502 ", 1)
            .replacen("1250.25", "125025", 1)
            .replacen("1250,25", "125025", 1)
    }),
    ("another decimal sign", |text| {
        text.replacen("0000125025", "00001250.5", 1)
            .replacen("1250.25", "1250;25", 1)
            .replacen("1250,25", "1250.25", 1)
    }),
    ("a minus before an amount", |text| {
        text.replacen("0000125025", "-000125025", 1)
            .replacen("1250.25", "-1250.25", 1)
            .replacen("1250,25", "-1250,25", 1)
    }),
    ("two payees exchanged", |text| {
        text.replace("1042", "\u{1}").replace("1043", "1042").replace('\u{1}', "1043")
    }),
    ("a payee that nobody knows", |text| text.replace("1043", "1999")),
    ("a line end of another kind", |text| text.replacen("\r\n", "\n", 1)),
    ("a row behind a line feed alone", |text| {
        text.replacen("1250.25", "1250.25\n1999,5.00", 1).replacen("1250,25", "1250,25\n1999;5,00", 1)
    }),
    ("a row behind a carriage return alone", |text| {
        text.replacen("1250.25", "1250.25\r1999,5.00", 1).replacen("1250,25", "1250,25\r1999;5,00", 1)
    }),
    ("a character of another script", |text| text.replacen("1042", "١٠٤٢", 1)),
    ("a line of something else at the end", |text| format!("{text}total\r\n")),
];

fn rows(text: &str) -> Vec<String> {
    text.split_inclusive('\n').map(str::to_owned).collect()
}

fn without(text: &str, place: usize) -> String {
    rows(text).into_iter().enumerate().filter(|(line, _)| *line != place).map(|(_, line)| line).collect()
}

fn without_first(text: &str, key: &str) -> String {
    let place = rows(text).iter().position(|line| line.contains(key)).unwrap();
    without(text, place)
}

fn twice(text: &str, key: &str) -> String {
    let row = |line: String| if line.contains(key) { format!("{line}{line}") } else { line };
    rows(text).into_iter().map(row).collect()
}

fn check(case: &Case, keys: &[(&str, &str)]) {
    let one = case.fine();
    let keys: Keys = keys.iter().map(|(key, payee)| ((*key).to_owned(), (*payee).to_owned())).collect();
    let text = String::from_utf8(one.files[0].bytes.clone()).unwrap();
    assert!(is_taken(case, &one, &keys, text.as_bytes()), "the file itself");
    for (what, damage) in DAMAGES {
        let damaged = damage(&text);
        if damaged != text {
            assert!(!is_taken(case, &one, &keys, damaged.as_bytes()), "{what}:\n{damaged}");
        }
    }
}

const DETAILS: &str = "payee_id,from,employee_number,company_code,first_name,last_name,iban,routing_number,account_number,account_type,account_name\n\
    1042,2026-01-01,1042,ABC,Jose,Diaz,DE65261964603287767307,021000021,8877,checking,Jose Diaz\n\
    1043,2026-01-01,1043,ABC,Anna,Lee,DE74157667219201256428,011401533,9988,savings,Anna Lee\n";

fn two(currency: &str) -> Vec<crate::close::ClosedPayee> {
    vec![paid("1042", &format!("1250.25 {currency}"), &[]), paid("1043", &format!("99.00 {currency}"), &[])]
}

fn case(keys: &str, currency: &str) -> Case {
    Case::new(&format!("[exports.x]\n{keys}\n"), DETAILS, two(currency))
}

/// An export of each format in dollars or euros, and what its files say of the two payees.
fn formats() -> Vec<(Case, [&'static str; 2])> {
    let datev = |kind: &str| {
        format!("format = \"{kind}\"\nberater = \"1001\"\nmandant = \"456\"\nearnings = \"205\"")
    };
    let pain = |version: &str| {
        let debtor = "debtor = { name = \"N\", iban = \"DE09028457998082047609\" }";
        format!("format = \"pain.001.001.{version}\"\n{debtor}\nremittance = \"Pay\"")
    };
    let run = "format = \"adp-run\"\ncompany_code = \"R1\"\npay_frequency = \"M\"\nearnings = \"COM\"";
    let nacha = "format = \"nacha-ppd\"\ndestination = \"121000248\"\ndestination_name = \"B\"\norigin = \"1234567890\"\n\
        origin_name = \"A\"\ncompany_name = \"A\"\ncompany_id = \"1\"";
    let template = "format = \"template\"\ncolumns = [ { name = \"P\", value = \"payee_id\" }, { name = \"A\", value = \"amount\" } ]\n\
        footer_lines = [\"{payees},{sum}\"]";
    let fixed = "format = \"template\"\nfixed = true\nheader = false\ndecimal = \"\"\ncolumns = [ { name = \"P\", value = \"payee_id\", width = 6 },\n\
        { name = \"A\", value = \"amount\", width = 10, align = \"right\", fill = \"0\" } ]\nfooter_lines = [\"{payees} {sum}\"]";
    vec![
        (
            case("format = \"adp-workforce-now\"\nbatch = \"A\"\nearnings = \"C\"", "USD"),
            ["ABC|001042", "ABC|001043"],
        ),
        (case(run, "USD"), ["R1|1042", "R1|1043"]),
        (case("format = \"paychex-flex\"\nearnings = \"Bonus\"", "USD"), ["ABC|1042", "ABC|1043"]),
        (case("format = \"paylocity\"\nearnings = \"COMM\"", "USD"), ["1042", "1043"]),
        (case(&datev("datev-lodas"), "EUR"), ["1001|456|1042", "1001|456|1043"]),
        (case(&datev("datev-lohn-und-gehalt"), "EUR"), ["1001|456|1042", "1001|456|1043"]),
        (case(&pain("09"), "EUR"), ["APP-2026-07-1042", "APP-2026-07-1043"]),
        (case(&pain("03"), "EUR"), ["APP-2026-07-1042", "APP-2026-07-1043"]),
        (case(nacha, "USD"), ["1042", "1043"]),
        (case(template, "USD"), ["1042", "1043"]),
        (case(fixed, "USD"), ["1042  ", "1043  "]),
    ]
}

#[test]
fn damaged_files_are_told() {
    for (case, [first, second]) in formats() {
        check(&case, &[(first, "1042"), (second, "1043")]);
    }
}

/// The settings, the currency and the file of each of them.
static SAMPLES: LazyLock<Vec<(ExportSettings, Currency, Vec<u8>)>> = LazyLock::new(|| {
    let sample = |(case, _): (Case, _)| {
        let one = case.fine();
        let currency = Currency::from_code(&one.manifest.totals[0].currency).unwrap();
        (case.settings().remove(0), currency, one.files[0].bytes.clone())
    };
    formats().into_iter().map(sample).collect()
});

/// One damage: where, with which byte, and in which way.
fn damage(bytes: &mut Vec<u8>, (place, byte, way): (Index, u8, u8)) {
    if bytes.is_empty() {
        return;
    }
    let at = place.index(bytes.len());
    let end = bytes.len().min(at + usize::from(byte));
    match way {
        0 => bytes[at] = byte,
        1 => bytes.insert(at, byte),
        2 => drop(bytes.drain(at..end)),
        // Some of it a second time.
        _ => bytes.splice(at..at, bytes[at..end].to_vec()).for_each(drop),
    }
}

proptest! {
    /// Nothing that bytes may hold ends a reader otherwise than with a sentence, and what it reads pays something.
    #[test]
    fn any_damage_ends_in_a_sentence_or_in_payments(
        format in any::<Index>(),
        damages in prop::collection::vec((any::<Index>(), any::<u8>(), 0..4_u8), 1..5),
    ) {
        let (export, currency, sound) = format.get(SAMPLES.as_slice());
        let mut bytes = sound.clone();
        damages.into_iter().for_each(|one| damage(&mut bytes, one));
        match read(export, *currency, &bytes) {
            Ok(rows) => prop_assert!(rows.iter().all(|row| row.amount != 0), "{rows:?}"),
            Err(why) => prop_assert!(!why.is_empty()),
        }
    }
}

/// Twenty mistakes that only a file of XML or of NACHA can have.
#[test]
fn mistakes_of_one_format_are_told() {
    let pain = case(
        "format = \"pain.001.001.09\"\ndebtor = { name = \"N\", iban = \"DE09028457998082047609\" }\nremittance = \"Pay\"",
        "EUR",
    );
    let keys: Keys = [("APP-2026-07-1042", "1042"), ("APP-2026-07-1043", "1043")]
        .map(|(a, b)| (a.to_owned(), b.to_owned()))
        .into();
    let one = pain.fine();
    let text = String::from_utf8(one.files[0].bytes.clone()).unwrap();
    for (from, to) in [
        ("<NbOfTxs>2<", "<NbOfTxs>3<"),
        ("<CtrlSum>1349.25<", "<CtrlSum>1349.24<"),
        ("pain.001.001.09", "pain.001.001.03"),
        ("<Dt>2026-08-14<", "<Dt>2026-08-32<"),
        ("<PmtMtd>TRF<", "<PmtMtd>CHK<"),
        ("DE65261964603287767307", "DE65261964603287767308"),
        ("DE65261964603287767307", "de65261964603287767307"),
        ("Ccy=\"EUR\"", "Ccy=\"USD\""),
        ("Ccy=\"EUR\"", "Ccy=\"ZZZ\""),
        ("1250.25</InstdAmt>", "1250.250</InstdAmt>"),
        ("99.00</InstdAmt>", "0.00</InstdAmt>"),
        ("APP-2026-07-1043<", "APP-2026-07-1042<"),
        ("<EndToEndId>APP", "<EndToEndId>/APP"),
        ("<Nm>Jose Diaz<", "<Nm>José Diaz<"),
        ("<Nm>Jose Diaz<", "<Nm><"),
        ("<Ustrd>Pay<", "<Ustrd>A_B<"),
        ("<ChrgBr>SLEV<", "<ChrgBr>SHAR<"),
        ("</CdtTrfTxInf>", ""),
        ("<Document", "<!DOCTYPE x><Document"),
        ("<GrpHdr>", "<!-- x --><GrpHdr>"),
    ] {
        let damaged = text.replacen(from, to, 1);
        assert_ne!(damaged, text, "{from}");
        assert!(!is_taken(&pain, &one, &keys, damaged.as_bytes()), "{from} → {to}");
    }
    let nacha = case(
        "format = \"nacha-ppd\"\ndestination = \"121000248\"\ndestination_name = \"B\"\norigin = \"1234567890\"\norigin_name = \"A\"\n\
         company_name = \"A\"\ncompany_id = \"1\"",
        "USD",
    );
    let keys: Keys = [("1042", "1042"), ("1043", "1043")].map(|(a, b)| (a.to_owned(), b.to_owned())).into();
    let one = nacha.fine();
    let text = String::from_utf8(one.files[0].bytes.clone()).unwrap();
    for (from, to) in [
        ("PPDPAYROLL", "PPDREGULAR"),
        ("PPDPAYROLL", "CCDPAYROLL"),
        ("094101", "080101"),
        ("5220", "5225"),
        ("62202100002", "62702100002"),
        ("622021000021", "622021000022"),
        ("822000000200032401550", "822000000300032401550"),
        ("820003240155", "820003240156"),
        ("9000001000001", "9000001000002"),
        ("9000001", "9000002"),
        ("0121000240000002", "0121000240000001"),
        ("0121000240000001", "1121000240000001"),
        ("JOSE DIAZ ", "          "),
        ("8877 ", "     "),
        ("999\r\n", "99\r\n"),
    ] {
        let damaged = text.replacen(from, to, 1);
        if damaged != text {
            assert!(!is_taken(&nacha, &one, &keys, damaged.as_bytes()), "{from} → {to}");
        }
    }
}

/// The samples of others are read, or refused for what they are.
#[test]
fn the_samples_are_read() {
    let nacha = case(
        "format = \"nacha-ppd\"\ndestination = \"121000248\"\ndestination_name = \"B\"\norigin = \"1234567890\"\norigin_name = \"A\"\n\
         company_name = \"A\"\ncompany_id = \"1\"",
        "USD",
    );
    let read = |text: &str| {
        let settings = nacha.settings();
        let occasion = Occasion {
            period: String::new(),
            month: (0, 0),
            execution: 0,
            created: Created { day: 0, second: 0 },
        };
        let currency = apportion_base::money::Currency::from_code("USD").unwrap();
        let job = Job { export: &settings[0], occasion: &occasion, currency };
        writers::read(&job, &Written::default(), text.as_bytes())
    };
    let own = read(include_str!("../../../../fixtures/payment-formats/nacha/own_ppd_payroll.ach")).unwrap();
    assert_eq!(own.iter().map(|row| row.amount).collect::<Vec<_>>(), [1_234_567, 99]);
    let salary =
        read(include_str!("../../../../fixtures/payment-formats/nacha/moov_ppd-credit.ach")).unwrap_err();
    assert!(salary.contains("no end") || salary.contains("PAYROLL"), "{salary}");
}
