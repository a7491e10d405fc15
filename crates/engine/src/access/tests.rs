//! Who sees whom: a small firm with a chain of managers that changes, and rules of each kind.

use std::path::Path;

use apportion_base::calendar::day_of_date;
use apportion_base::diagnostic::Files;
use apportion_base::world::Memory;
use apportion_data::{NoProgress, PayeeIx, Tables};
use apportion_rules::AccessWord;

use super::{LinesOnDeal, View, see_all};
use crate::project::Project;

const BOOK: &str = "[book]\nname = \"B\"\ncurrency = \"USD\"\nrules = [\"rules.toml\"]\n[sources]\n\
    deals = { path = \"deals.csv\" }\npayees = { path = \"payees.csv\" }\nengagements = { path = \"work.csv\" }\n\
    assignments = { path = \"assignments.csv\" }\n";
const DEALS: &str = "deal_id,outcome,close_date,amount\nD1,won,2026-02-10,1000.00\nD2,won,2026-02-11,1000.00\n\
    D3,won,2026-02-12,1000.00\n";
/// boss above ann and ben, ann above cat; pat is a partner; fin is of the finance team.
const PAYEES: &str = "payee_id,kind,post,manager_id\nann,employee,manager,boss\nben,employee,seller,boss\n\
    boss,employee,manager,\ncat,employee,seller,ann\nfin,employee,finance,\npat,partner,,\n";
/// From July on cat works for ben.
const ASSIGNMENTS: &str = "payee_id,from,until,manager_id\ncat,2026-07-01,,ben\n";
const WORK: &str = "deal_id,payee_id,role\nD1,cat,closed\nD2,pat,closed\nD3,ben,closed\n";
const RULES: &str = r#"
[[access]]
id = "managers"
why = "They answer for their team"
who = "kind = 'employee' AND post = 'manager'"
sees = "team"
what = ["lines", "statements"]

[[access]]
id = "finance"
effective = { from = 2026-02-01, until = 2026-12-31 }
who = "post = 'finance'"
sees = "all"

[[access]]
id = "partner-desk"
who = "payee_id = 'ben'"
sees = "kind = 'partner'"
what = ["registrations", "lines"]
"#;

struct Firm {
    project: Project,
    tables: Tables,
}

impl Firm {
    fn new(rules: &str) -> Self {
        let memory = Memory::new()
            .with("apportion.toml", BOOK)
            .with("rules.toml", rules)
            .with("deals.csv", DEALS)
            .with("payees.csv", PAYEES)
            .with("assignments.csv", ASSIGNMENTS)
            .with("work.csv", WORK);
        let project =
            Project::open(&memory.shared(), Path::new(""), &mut Files::default()).expect("a good project");
        let tables = project.sources().tables(project.used(), &NoProgress).expect("good data");
        Self { project, tables: (*tables).clone() }
    }

    fn payee(&self, id: &str) -> PayeeIx {
        self.tables.payees.with_id(id).expect("somebody of this id")
    }

    fn view(&self, viewer: &str, (month, day): (u8, u8)) -> View {
        let day = day_of_date(2026, month, day).expect("a day");
        View::new(self.project.rules(), &self.tables, day, self.payee(viewer)).expect("it has a value")
    }

    /// Whose lines somebody sees.
    fn sees(&self, viewer: &str, day: (u8, u8), word: AccessWord) -> Vec<&str> {
        let view = self.view(viewer, day);
        view.seen(word).map(|payee| self.tables.payees.id(payee)).collect()
    }
}

#[test]
fn without_rules_everybody_sees_what_is_their_own() {
    let firm = Firm::new("");
    for viewer in ["ann", "boss", "pat"] {
        assert_eq!(firm.sees(viewer, (6, 30), AccessWord::Lines), [viewer]);
        assert!(!firm.view(viewer, (6, 30)).sees_all(AccessWord::Lines));
    }
}

#[test]
fn a_team_is_everybody_below_on_the_day() {
    let firm = Firm::new(RULES);
    assert_eq!(firm.sees("boss", (6, 30), AccessWord::Lines), ["ann", "ben", "boss", "cat"]);
    assert_eq!(firm.sees("ann", (6, 30), AccessWord::Lines), ["ann", "cat"]);
    assert_eq!(firm.sees("ann", (7, 1), AccessWord::Lines), ["ann"], "cat has another manager since July");
    assert_eq!(firm.sees("ann", (6, 30), AccessWord::Registrations), ["ann"], "the rule does not list it");
    assert_eq!(firm.sees("cat", (6, 30), AccessWord::Lines), ["cat"], "cat is no manager");
}

#[test]
fn all_is_everybody_while_the_rule_is_in_force() {
    let firm = Firm::new(RULES);
    let everybody = ["ann", "ben", "boss", "cat", "fin", "pat"];
    assert_eq!(firm.sees("fin", (6, 30), AccessWord::Scorecard), everybody);
    assert!(firm.view("fin", (2, 1)).sees_all(AccessWord::Lines));
    assert!(!firm.view("fin", (1, 31)).sees_all(AccessWord::Lines), "the rule begins in February");
    let day = day_of_date(2026, 6, 30).expect("a day");
    let all = see_all(firm.project.rules(), &firm.tables, day).expect("it has a value");
    let all: Vec<(&str, usize)> = all.iter().map(|(rule, who)| (rule.id.as_str(), who.len())).collect();
    assert_eq!(all, [("finance", 1)]);
}

#[test]
fn what_several_rules_let_somebody_see_adds_up() {
    let more = "\n[[access]]\nid = \"a-second\"\nwho = \"payee_id = 'ben'\"\nsees = \"payee_id = 'fin'\"\nwhat = [\"lines\"]\n";
    let firm = Firm::new(&format!("{RULES}{more}"));
    assert_eq!(firm.sees("ben", (6, 30), AccessWord::Lines), ["ben", "fin", "pat"]);
    let rules: Vec<String> = firm.view("ben", (6, 30)).grants.into_iter().map(|grant| grant.rule).collect();
    assert_eq!(rules, ["a-second", "partner-desk"]);
}

#[test]
fn deals_are_seen_by_lines_and_by_work() {
    let firm = Firm::new(RULES);
    let deals = |viewer: &str, lines: &[(usize, &str)]| -> Vec<String> {
        let all: Vec<_> = firm.tables.deals.all().collect();
        let view = firm.view(viewer, (6, 30));
        let lines_on = |deal| {
            let on_deal = lines.iter().filter(|(place, _)| all[*place] == deal);
            on_deal.map(|(_, payee)| firm.payee(payee)).collect::<Vec<_>>()
        };
        let ids = all.iter().filter(|deal| view.sees_deal(&firm.tables, None, **deal, lines_on(**deal)));
        ids.map(|deal| firm.tables.deals.id(*deal).to_owned()).collect()
    };
    assert_eq!(deals("ann", &[]), ["D1"], "cat worked on it");
    assert_eq!(deals("ann", &[(1, "ann")]), ["D1", "D2"]);
    assert_eq!(deals("ben", &[]), ["D2", "D3"], "partners' lines and ben's own work");
    assert_eq!(deals("fin", &[]), ["D1", "D2", "D3"]);
    assert_eq!(deals("pat", &[(0, "ann")]), ["D2"]);
}

#[test]
fn the_sum_of_others_is_shown_where_it_gives_nobody_away() {
    let firm = Firm::new(RULES);
    let shown = |viewer: &str, lines: &[(&str, i128)]| {
        let lines = lines.iter().map(|(payee, amount)| (firm.payee(payee), *amount));
        firm.view(viewer, (6, 30)).lines_on_deal(lines)
    };
    let two = shown("pat", &[("ann", 100), ("ben", 200), ("pat", 50)]);
    assert_eq!(two, LinesOnDeal { of_others: true, sum: None });
    assert!(!two.shows_totals());
    let three = shown("pat", &[("ann", 100), ("ben", 200), ("cat", 1), ("ann", -30)]);
    assert_eq!(three, LinesOnDeal { of_others: true, sum: Some(271) });
    assert!(three.shows_totals());
    let one_without = shown("pat", &[("ann", 100), ("ben", 200), ("cat", 5), ("cat", -5)]);
    assert_eq!(one_without.sum, None, "the third has nothing");
    let own = shown("ann", &[("ann", 100), ("cat", 200)]);
    assert_eq!(own, LinesOnDeal { of_others: false, sum: None }, "cat is of ann's team");
    assert!(own.shows_totals());
    let all = shown("fin", &[("ann", 100), ("cat", 200)]);
    assert!(!all.of_others && all.shows_totals());
}
