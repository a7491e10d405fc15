//! Plan letters: what is left out, what is looked up, and examples that are worked through by hand.

use crate::ledger::desk::Desk;

const BOOK: &str = r#"
[book]
name = "Northwind"
currency = "USD"
rules = ["rules/*.toml"]
[statements]
sender = "Northwind Sales Operations"
[sources]
deals = { path = "data/deals.csv" }
payees = { path = "data/payees.csv" }
engagements = { path = "data/engagements.csv" }
quotas = { path = "data/quotas.csv" }
[ledger]
first = "2026-01"
"#;

const RULES: &str = r#"
[[shared_credit]]
id = "new-business"
title = "New business"
effective = { from = 2026-01-01 }
engaged = "role = 'closed' AND (payees.kind = 'employee' OR payees.kind = 'partner')"
roles = [ { role = "closed", share = "100%" } ]

[[commission]]
id = "accelerator"
title = "Accelerator"
why = "Plan 3"
effective = { from = 2026-01-01 }
credits = ["new-business"]
payees = "kind = 'employee'"
every = "quarter"
tiers = [ { from = "0%", rate = "5%" }, { from = "100%", rate = "8%", bonus = "1000" } ]

[[stipend]]
id = "partner-stipend"
effective = { from = 2026-01-01 }
engaged = "payees.kind = 'partner' AND role = 'closed'"
amount = { by = "payees.tier", is = { gold = "500", silver = "350" }, else = "250" }

[[stipend]]
id = "not-partners"
effective = { from = 2026-01-01 }
engaged = "NOT (payees.kind = 'partner')"
amount = "10"

[[stipend]]
id = "ended"
effective = { from = 2026-01-01, until = 2026-03-31 }
amount = "10"

[[clawback]]
id = "cancelled"
effective = { from = 2026-01-01 }
method = "mirror"
rules = ["partner-stipend"]

[[hold]]
id = "until-paid"
effective = { from = 2026-01-01 }
payees = "kind = 'employee'"
release = "0.5"

[[draw]]
id = "ramp"
effective = { from = 2026-01-01 }
payees = "kind = 'employee' AND tier = 'ramp'"
amount = { by = "payees.tier", is = { ramp = "4000" } }
recoverable = true

[[payment]]
id = "partners"
effective = { from = 2026-01-01 }
payees = "kind = 'partner'"
minimum = "200"
"#;

fn desk() -> Desk {
    Desk::with(&[
        ("apportion.toml", BOOK),
        ("rules/all.toml", RULES),
        (
            "data/payees.csv",
            "payee_id,name,kind,tier\nann,Ann *Ace*,employee,ramp\npat,Pat GmbH,partner,gold\nzoe,Zoe,other,\n",
        ),
        ("data/deals.csv", "deal_id,outcome,close_date,amount\nD1,won,2026-01-05,100\n"),
        ("data/engagements.csv", "deal_id,payee_id,role\nD1,ann,closed\n"),
        // The second quarter is the sum of its months.
        (
            "data/quotas.csv",
            "payee_id,period,amount\nann,2026-Q1,90000\nann,2026-04,20000\nann,2026-05,30000\nann,2026-06,50000\n",
        ),
    ])
}

fn letter(desk: &Desk, payee: &str) -> String {
    let (fine, said) = desk.run(&["charter", "--for", payee, "--date", "2026-05-01"]);
    assert!(fine, "{said}");
    said
}

#[test]
fn a_letter_has_what_can_pay_the_payee_and_nothing_else() {
    let desk = desk();
    let ann = letter(&desk, "ann");
    for there in ["new-business", "accelerator", "not-partners", "until-paid", "ramp", "Ann \\*Ace\\*"] {
        assert!(ann.contains(there), "{there}: {ann}");
    }
    for not_there in ["partner-stipend", "ended", "cancelled", "`partners`"] {
        assert!(!ann.contains(not_there), "{not_there}: {ann}");
    }
    let pat = letter(&desk, "pat");
    for there in ["partner-stipend", "cancelled", "`partners`", "**USD 500** (the payee’s tier is “gold”)"]
    {
        assert!(pat.contains(there), "{there}: {pat}");
    }
    // Pat's credit pays nothing: the commission is for employees.
    for not_there in ["new-business", "accelerator", "not-partners", "until-paid", "ramp"] {
        assert!(!pat.contains(not_there), "{not_there}: {pat}");
    }
}

/// 100,000 is the quota of the quarter. 80%: 80,000 × 5%. 100%: 100,000 × 5% + 1,000. 120%: that and 20,000 × 8%.
#[test]
fn examples_are_what_the_formula_pays() {
    let ann = letter(&desk(), "ann");
    assert!(ann.contains("| 2026-Q2 | USD 100,000 |"), "{ann}");
    for row in [
        "| 80% | USD 80,000 | 5% | USD 4,000 |",
        "| 100% | USD 100,000 | 8% | USD 6,000 |",
        "| 120% | USD 120,000 | 8% | USD 7,600 |",
    ] {
        assert!(ann.contains(row), "{row}: {ann}");
    }
    assert!(ann.contains("**For you.** **USD 4,000** (the payee’s tier is “ramp”)"), "{ann}");
    assert!(ann.contains("| Northwind Sales Operations |"), "{ann}");
    insta::assert_snapshot!("a_plan_letter", ann);
}

#[test]
fn letters_of_others() {
    let desk = desk();
    let zoe = letter(&desk, "zoe");
    assert!(zoe.contains("not-partners") && !zoe.contains("accelerator"), "{zoe}");
    let (fine, said) = desk.run(&["charter", "--for", "An", "--date", "2026-05-01"]);
    assert!(!fine && said.contains("no-such-payee"), "{said}");
    let out = desk.path("plan.html");
    let arguments = ["charter", "--for", "ann", "--date", "2026-05-01", "--out", out.to_str().unwrap()];
    let (fine, said) = desk.run(&arguments);
    assert!(fine, "{said}");
    let page = std::fs::read_to_string(out).unwrap();
    assert!(page.contains("<h2>Agreed</h2>") && !page.contains("://"), "{page}");
}

/// A letter has the headings, numbers and days of its payee's language; what rules say stays as it was published.
#[test]
fn a_letter_is_in_the_language_of_its_payee() {
    let desk = desk();
    let in_language = |language: &str| {
        let payees = format!("payee_id,name,kind,tier,language\nann,Ann *Ace*,employee,ramp,{language}\n");
        desk.write("data/payees.csv", &payees);
        letter(&desk, "ann")
    };
    let english = in_language("en");
    assert_eq!(in_language("nl"), english, "a language that we lack is the book's");
    for (language, there) in [
        (
            "de",
            [
                "# Northwind: Plan von Ann \\*Ace\\* (ann)",
                "am 01.05.2026 gelten",
                "| Q2 2026 | 100.000,00\u{a0}USD |",
                "| 120\u{a0}% | 120.000,00\u{a0}USD | 8\u{a0}% | 7.600,00\u{a0}USD |",
                "**Für Sie.** **4.000,00\u{a0}USD** (`tier`: “ramp”)",
                "## Provisionen",
                "| Wer | Unterschrift | Datum |",
                "auf Englisch",
            ],
        ),
        (
            "fr",
            [
                "plan de Ann",
                "en vigueur le 01/05/2026",
                "| T2 2026 | 100\u{202f}000,00\u{a0}USD |",
                "| 120\u{202f}% |",
                "**Pour vous.**",
                "## Commissions",
                "| Qui | Signature | Date |",
                "en anglais",
            ],
        ),
        (
            "es",
            [
                "plan de Ann",
                "vigentes el 01/05/2026",
                "| T2 2026 | 100.000,00\u{a0}USD |",
                "7600,00\u{a0}USD",
                "**Para usted.**",
                "## Comisiones",
                "| Quién | Firma | Fecha |",
                "en inglés",
            ],
        ),
    ] {
        let said = in_language(language);
        for part in there {
            assert!(said.contains(part), "{part} in {language}: {said}");
        }
        // The rules themselves are those of the English letter, word for word.
        let sentences = |letter: &str| -> Vec<String> {
            let own = |line: &&str| {
                line.starts_with("**Pays") || line.starts_with("> ") || line.starts_with("### ")
            };
            letter.lines().filter(own).map(str::to_owned).collect()
        };
        assert_eq!(sentences(&said), sentences(&english), "{language}");
        assert!(sentences(&said).len() > 3, "{said}");
        for not_there in ["For you.", "In force", "Example.", "Agreed"] {
            assert!(!said.contains(not_there), "{not_there} in {language}: {said}");
        }
    }
    in_language("de");
    let out = desk.path("plan.html");
    let arguments = ["charter", "--for", "ann", "--date", "2026-05-01", "--out", out.to_str().unwrap()];
    assert!(desk.run(&arguments).0);
    let page = std::fs::read_to_string(out).unwrap();
    assert!(page.contains("<html lang=\"de\">") && page.contains("Unterschrift und Datum"), "{page}");
}
