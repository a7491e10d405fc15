//! A project as it was when a month was closed, from what the ledger kept alone.

use std::sync::Arc;

use apportion::Session;
use apportion::store::Store;
use apportion::world::Disk;

use super::desk::{Desk, files_below};

const BOOK: &str = "[book]\nname = \"Test\"\ncurrency = \"USD\"\nrules = [\"rules/*.toml\"]\n[sources]\n\
    deals = { path = [\"data/deals-*.csv\", \"late.csv\"] }\npayees = { path = \"payees.csv\" }\n\
    engagements = { path = \"engagements.csv\" }\n[ledger]\nfirst = \"2026-01\"\napprovals = 0\nopening = \"opening.csv\"\n";
const RULES: &str = "[[shared_credit]]\nid = \"by-region\"\neffective = { from = 2026-01-01 }\n\
    rate = { table = \"rates.csv\", value = \"rate\" }\nroles = [ { role = \"closed\", share = \"100%\" } ]\n";
const HEADER: &str = "deal_id,outcome,close_date,amount,region\n";

/// January is closed on two files of deals; then a third comes, the rates change, and February is closed.
fn closed() -> Desk {
    let desk = Desk::with(&[
        ("apportion.toml", BOOK),
        ("rules/all.toml", RULES),
        ("rates.csv", "region,rate\nEMEA,10%\nAMER,20%\n"),
        ("payees.csv", "payee_id,name\nann,Ann\nben,Ben\n"),
        ("engagements.csv", "deal_id,payee_id,role\nD1,ann,closed\nD2,ben,closed\nD3,ann,closed\n"),
        ("data/deals-1.csv", &format!("{HEADER}D1,won,2026-01-10,1000,EMEA\n")),
        ("late.csv", &format!("{HEADER}D2,won,2026-01-11,500,AMER\n")),
        ("opening.csv", "payee_id,carried,owed\nann,1.00,0\n"),
    ]);
    desk.close("2026-01");
    desk.write("data/deals-1.csv", &format!("{HEADER}D1,won,2026-01-10,7000,EMEA\n"));
    desk.write("data/deals-2.csv", &format!("{HEADER}D3,won,2026-02-10,100,EMEA\n"));
    desk.write("payees.csv", "payee_id,name\nann,Anna\nben,Ben\n");
    desk.close("2026-02");
    desk
}

fn session(desk: &Desk) -> Session {
    Session::open(desk.path("")).unwrap_or_else(|error| panic!("{error}"))
}

fn store() -> Arc<dyn Store> {
    Arc::new(Disk)
}

/// What a month came to in the project as it was: payees with their amounts.
fn settled(session: &Session, period: &str) -> Vec<String> {
    let settlement = session.settle(period.parse().unwrap()).unwrap_or_else(|error| panic!("{error}"));
    settlement.payouts().unwrap().iter().map(|payout| format!("{} {}", payout.name, payout.amount)).collect()
}

#[test]
fn a_project_is_opened_as_it_was_when_a_month_was_closed() {
    let desk = closed();
    let now = session(&desk);
    // Nothing of what the closes rested on is there any more but in the ledger.
    for name in ["rules/all.toml", "rates.csv", "payees.csv", "engagements.csv", "late.csv", "opening.csv"] {
        std::fs::remove_file(desk.path(name)).unwrap();
    }
    std::fs::remove_dir_all(desk.path("data")).unwrap();
    let january = now.as_closed(&store(), "2026-01".parse().unwrap()).unwrap();
    assert_eq!(settled(&january, "2026-01"), ["Ann 100.00", "Ben 100.00"]);
    assert_eq!(settled(&january, "2026-02"), Vec::<String>::new());
    let february = now.as_closed(&store(), "2026-02".parse().unwrap()).unwrap();
    assert_eq!(settled(&february, "2026-01"), ["Anna 700.00", "Ben 100.00"]);
    assert_eq!(settled(&february, "2026-02"), ["Anna 10.00"]);
}

#[test]
fn a_copy_that_is_gone_or_another_is_told() {
    let desk = closed();
    let now = session(&desk);
    let period = || "2026-01".parse().unwrap();
    for (object, before) in files_below(&desk.path("ledger/objects")) {
        let object = desk.path("ledger/objects").join(object);
        let outcome = || {
            let opened = now.as_closed(&store(), period())?;
            opened.settle(period()).map(|settlement| settlement.payouts().unwrap().len())
        };
        // An object of February alone is not looked at.
        std::fs::remove_file(&object).unwrap();
        let is_of_january = outcome().is_err();
        if is_of_january {
            let said = outcome().unwrap_err().to_string();
            assert!(said.contains("is missing: objects/"), "{said}");
        }
        for bytes in [before[..before.len() / 2].to_vec(), zstd::encode_all(&b"deal_id\n"[..], 3).unwrap()] {
            std::fs::write(&object, bytes).unwrap();
            if is_of_january {
                // The opening is read by the first close alone.
                let Err(error) = outcome() else { continue };
                let said = error.to_string();
                assert!(said.contains("its copy in the ledger"), "{said}");
            }
        }
        std::fs::write(&object, before).unwrap();
    }
    assert!(now.as_closed(&store(), period()).is_ok());
    let said = now.as_closed(&store(), "2026-03".parse().unwrap()).unwrap_err().to_string();
    assert!(said.contains("2026-03 is not closed"), "{said}");
}

#[test]
fn without_copies_of_the_data_nothing_is_opened() {
    let desk = closed();
    desk.write("apportion.toml", &format!("{BOOK}keep_inputs = false\n"));
    desk.close("2026-03");
    let error = session(&desk).as_closed(&store(), "2026-03".parse().unwrap()).unwrap_err();
    assert!(error.to_string().contains("the data of 0003-2026-03 were not kept"), "{error}");
}
