//! An explanation from the rows that a question is about alone is the one from all rows.

use std::fs;
use std::path::Path;

use apportion::{Inquiry, Session};
use proptest::prelude::*;

use super::{command, project, said, without_result};
use crate::ledger::properties::CLAWBACKS;
use crate::properties;
use crate::support::repository;

/// Asks about some payees, some deals, and both, and returns how many questions there were and how many of them a part answered. `every` is
/// how far payees and deals that are asked about lie apart.
fn asked(session: &Session, period: &str, every: (usize, usize)) -> (usize, usize) {
    let period = period.parse().unwrap();
    let settlement = session.settle(period).unwrap();
    let tables = &settlement.as_close().tables;
    let payees: Vec<&str> =
        tables.payees.all().step_by(every.0).map(|payee| tables.payees.id(payee)).collect();
    let deals: Vec<&str> = tables.deals.all().step_by(every.1).map(|deal| tables.deals.id(deal)).collect();
    let mut inquiries: Vec<Inquiry> = payees.iter().map(|payee| Inquiry::payee(*payee)).collect();
    for (deal, payee) in deals.iter().zip(payees.iter().cycle()) {
        inquiries.extend([Inquiry::deal(*deal), Inquiry::payee(*payee).on_deal(*deal)]);
    }
    let mut answered = 0;
    for inquiry in &inquiries {
        let Some(in_part) = session.explain_in_part(Some(period), inquiry) else { continue };
        let of_all = session.explain(Some(period), inquiry).unwrap();
        assert_eq!(in_part.to_string(), of_all.to_string(), "{inquiry:?}");
        assert_eq!(format!("{:?}", in_part.tree()), format!("{:?}", of_all.tree()), "{inquiry:?}");
        answered += 1;
    }
    (inquiries.len(), answered)
}

#[test]
fn a_part_explains_what_all_rows_do() {
    let planted = project::fresh();
    let folders: [(&Path, &str, (usize, usize)); 4] = [
        (planted.path(), "2026-Q3", (1, 2)),
        (&repository("fixtures/adventureworks"), "2014-Q2", (6, 1_000)),
        (&repository("fixtures/adventureworks-fx"), "2014-Q1", (6, 1_000)),
        (&repository("fixtures/ravenstack"), "2024-Q3", (20, 500)),
    ];
    for (folder, period, every) in folders {
        let (questions, answered) = asked(&Session::open(folder).unwrap(), period, every);
        assert!(answered * 2 > questions, "{}: {answered} of {questions}", folder.display());
    }
}

/// Rows of one key that differ are all rejected, and a part may have one of them: without a look at the result it would be paid.
#[test]
fn the_command_reads_all_rows_where_some_contradict_each_other() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
    write(
        "apportion.toml",
        "[book]\nname = \"Twice\"\ncurrency = \"USD\"\nrules = [\"rules.toml\"]\n\
         [sources]\ndeals = { path = \"deals.csv\" }\nengagements = { path = \"engagements.csv\" }\npayees = { path = \"payees.csv\" }\n",
    );
    write(
        "rules.toml",
        "[[shared_credit]]\nid = \"all\"\neffective = { from = 2026-01-01 }\nrate = \"10%\"\nmodel = \"equal\"\n",
    );
    write(
        "deals.csv",
        "deal_id,outcome,close_date,amount\nD1,won,2026-07-01,100\nD2,won,2026-07-02,200\nD3,won,2026-07-03,50\n",
    );
    write("payees.csv", "payee_id\nann\nbob\ncarol\n");
    write(
        "engagements.csv",
        "engagement_id,deal_id,payee_id,role\nE1,D1,ann,closed\nE1,D2,carol,closed\nE2,D3,bob,closed\n",
    );
    let question = ["--deal", "D1", "--period", "2026-07"];
    let of_all = said(folder.path(), &question);
    assert!(of_all.contains("conflicting-key"), "{of_all}");
    let ran = command(folder.path(), "run", &["--period", "2026-07", "--max-rejects", "9", "-q"]);
    assert!(ran.status.code() < Some(2), "{}", String::from_utf8_lossy(&ran.stderr));
    let beside_a_result = said(folder.path(), &question);
    let explained = |said: &str| {
        let rest = without_result(said).split("--- stderr").next().unwrap_or_default();
        rest.split_once('\n').unwrap().1.trim_end().to_owned()
    };
    assert_eq!(explained(&beside_a_result), explained(&of_all));
    let session = Session::open(folder.path()).unwrap();
    let in_part = session.explain_in_part(Some("2026-07".parse().unwrap()), &Inquiry::deal("D1")).unwrap();
    assert!(!in_part.to_string().contains("conflicting-key"), "the part has one of the two rows alone");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, ..ProptestConfig::default() })]

    #[test]
    fn also_of_random_projects(project in properties::projects(), reversals in properties::reversals()) {
        let id = |kind: &str, index: usize| format!("{kind}{index:02}");
        let rules = format!("{}{CLAWBACKS}", properties::RULES);
        let case = project.case_with(id, &rules, &reversals);
        let files = properties::in_files(&case, 2).with("rules.toml", rules);
        let (_, answered) = asked(&Session::in_memory(files).unwrap(), "2026-Q1", (1, 3));
        prop_assert!(answered > 0);
    }
}
