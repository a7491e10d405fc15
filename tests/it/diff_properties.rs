//! What must hold of every comparison, tried on random projects and random changes of their rules, and on the fixture.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use apportion::book::Period;
use apportion::cases::Table;
use apportion::diff::{Change, Difference, Money, Status, diff, diff_in_parts};
use apportion::project::Close;
use apportion::world::World;
use apportion::{OtherInputs, Session, diagnostic};
use apportion_engine::project::{self as engine, NoProgress};
use apportion_engine::settle::{Portions, Room};
use apportion_rules::RuleFiles;
use proptest::prelude::*;

use crate::properties::{Project, RULES, in_files, projects};
use crate::support::repository;

/// Changes of the random projects' rules, each of another kind.
const EDITS: [(&str, &str); 12] = [
    ("rate = \"7.5%\"", "rate = \"8%\""),
    ("from = 2026-02-10", "from = 2026-02-20"),
    ("role = 'cosell'", "role <> 'sourced'"),
    ("amount = \"2.50\"", "amount = \"3.75\""),
    ("amount = \"12\"", "amount = \"8\""),
    ("per = \"touch\"", "per = \"deal\""),
    ("reach = [\"deal\", \"account\"]", "reach = [\"deal\"]"),
    ("{ from = \"150\", rate = \"8%\" }", "{ from = \"90\", rate = \"9%\" }"),
    ("{ rate = \"1%\" }, { rate = \"0.5%\" }", "{ rate = \"1%\" }"),
    ("model = \"position\"", "model = \"equal\""),
    ("unfilled = \"retain\"", "unfilled = \"redistribute\""),
    ("id = \"touch\"", "id = \"touches\""),
];

/// The rules with the edits whose bit is set. A rule that is renamed is one removed and one new; what named it follows.
fn edited(edits: u16) -> String {
    let chosen = EDITS.iter().enumerate().filter(|(index, _)| edits & 1 << index != 0);
    let rules = chosen.fold(RULES.to_owned(), |rules, (_, (from, to))| {
        assert!(rules.contains(from), "{from}");
        rules.replace(from, to)
    });
    if edits & 1 << 11 != 0 { rules.replace("\"team\", \"touch\"", "\"team\", \"touches\"") } else { rules }
}

/// The project as a folder, with the given rules.
fn write(folder: &Path, project: &Project, rules: &str) {
    let case = project.case(|kind, index| format!("{kind}{index:02}"));
    let csv = |table: &Table| {
        let rows = std::iter::once(&table.header).chain(&table.rows);
        rows.map(|row| row.join(",") + "\n").collect::<String>()
    };
    let mut toml = "[book]\nname = \"Random\"\ncurrency = \"USD\"\nrules = [\"rules/*.toml\"]\n".to_owned();
    std::fs::create_dir_all(folder.join("rules")).unwrap();
    for (table, rows) in &case.inputs {
        let name = table.word();
        toml += &format!("[sources.{name}]\npath = \"{name}.csv\"\n");
        std::fs::write(folder.join(format!("{name}.csv")), csv(rows)).unwrap();
    }
    std::fs::write(folder.join("apportion.toml"), toml).unwrap();
    std::fs::write(folder.join("rules/all.toml"), rules).unwrap();
}

fn halves(project: &Path, other: &OtherInputs, period: &str) -> (Close, Close) {
    let period = Period::parse(period).unwrap();
    let session = Session::open(project).unwrap_or_else(|error| panic!("{error}"));
    let other = session.with(other).unwrap_or_else(|error| panic!("{error}"));
    let [before, after] = session.settle_both(&other, period).unwrap_or_else(|error| panic!("{error}"));
    (before, after)
}

fn compared<'a>(before: &'a Close, after: &'a Close, period: &str) -> Difference<'a> {
    diff(before.side(), after.side(), Period::parse(period).unwrap()).unwrap()
}

/// Everything that a comparison says, a line each; `turned` says it as if the sides were exchanged.
fn sentences(difference: &Difference, turned: bool) -> Vec<String> {
    let turn = |status: Status| match status {
        Status::New if turned => Status::Gone,
        Status::Gone if turned => Status::New,
        other => other,
    };
    let money = |before: Money, after: Money| if turned { (after, before) } else { (before, after) };
    let change = |change: &Change| {
        let lines = change.lines;
        let counts = if turned {
            [lines.after, lines.before, lines.gone, lines.new]
        } else {
            [lines.before, lines.after, lines.new, lines.gone]
        };
        format!("{:?} {counts:?} {} {}", money(change.before, change.after), lines.changed, lines.restated)
    };
    let pair = |pair_of: (u64, u64)| if turned { (pair_of.1, pair_of.0) } else { pair_of };
    let mut all = vec![
        change(&difference.total),
        format!("{:?} {}", pair((difference.payees_up, difference.payees_down)), difference.payees_level),
    ];
    for rule in &difference.rules {
        all.push(format!("{} {:?} {}", rule.id, turn(rule.status()), change(&rule.change)));
        all.push(format!("{:?} {:?}", pair((rule.payees_up, rule.payees_down)), pair(rule.deals_matched)));
        for parameter in rule.versions.iter().flat_map(|version| &version.parameters) {
            let (before, after) = (&parameter.before, &parameter.after);
            all.push(format!(
                "{} {:?}",
                parameter.name(),
                if turned { (after, before) } else { (before, after) }
            ));
        }
    }
    for reason in &difference.reasons {
        all.push(format!(
            "{} {:?} {:?} {:?} {} {:?}",
            difference.rule_id(reason.rule),
            turn(reason.status),
            reason.causes.iter().collect::<Vec<_>>(),
            reason.uncredited,
            reason.lines,
            money(reason.before, reason.after)
        ));
    }
    all.extend(
        difference
            .payees
            .iter()
            .map(|payee| format!("{} {}", difference.payee_id(payee.payee), change(&payee.change))),
    );
    all.extend(
        difference
            .deals
            .iter()
            .map(|deal| format!("{} {}", difference.deal_id(deal.deal), change(&deal.change))),
    );
    for line in &difference.lines {
        let view = difference.line(line);
        let amounts = if turned { (view.after, view.before) } else { (view.before, view.after) };
        all.push(format!(
            "{} {} {} {:?} {:?} {:?} {amounts:?} {}",
            view.rule,
            view.deal,
            view.payee,
            view.role,
            view.from_payee,
            turn(view.status),
            line.reason.raw()
        ));
    }
    all
}

/// Identity of a line → amount and credit.
type ByIdentity = BTreeMap<(String, String, String, Option<String>, Option<String>), (i64, i64)>;

/// The lines of one side by their identity in texts: the slow and plain way.
fn plainly(half: &Close) -> ByIdentity {
    let (lines, tables) = (&half.settlement.lines, &half.tables);
    let payee = |payee| tables.payees.id(payee).to_owned();
    (0..lines.len())
        .map(|row| {
            let identity = (
                half.rules[lines[row].rule].id.clone(),
                tables.deals.id(lines[row].deal).to_owned(),
                payee(lines[row].payee),
                lines[row].role.get().map(|role| half.settlement.roles[role].clone()),
                lines[row].from_payee.get().map(payee),
            );
            (identity, (lines[row].amount.raw(), lines[row].credited.raw()))
        })
        .collect()
}

/// The comparison says what the plain way finds, and adds up in every direction.
fn holds(before: &Close, after: &Close, period: &str) {
    let difference = compared(before, after, period);
    let (was, is) = (plainly(before), plainly(after));
    let mut expected: Vec<_> = was
        .iter()
        .filter(|(identity, money)| is.get(*identity) != Some(money))
        .map(|(identity, money)| (identity.clone(), Some(*money), is.get(identity).copied()))
        .chain(
            is.iter()
                .filter(|(identity, _)| !was.contains_key(*identity))
                .map(|(identity, money)| (identity.clone(), None, Some(*money))),
        )
        .collect();
    let narrow = |money: Money| (money.amount.try_into().unwrap(), money.credited.try_into().unwrap());
    let owned = |text: Option<&str>| text.map(str::to_owned);
    let mut found: Vec<_> = difference
        .lines
        .iter()
        .map(|line| {
            let view = difference.line(line);
            let identity = (
                view.rule.to_owned(),
                view.deal.to_owned(),
                view.payee.to_owned(),
                owned(view.role),
                owned(view.from_payee),
            );
            (identity, view.before.map(narrow), view.after.map(narrow))
        })
        .collect();
    expected.sort();
    found.sort();
    assert_eq!(found, expected);

    let total = difference.total.amount();
    let sums = [
        difference.rules.iter().map(|rule| rule.change.amount()).sum::<i128>(),
        difference.payees.iter().map(|payee| payee.change.amount()).sum(),
        difference.deals.iter().map(|deal| deal.change.amount()).sum(),
        difference.reasons.iter().map(|reason| reason.amount()).sum(),
        difference
            .deals
            .iter()
            .flat_map(|deal| difference.parts(difference.lines_of_deal(deal)))
            .map(|part| part.amount)
            .sum(),
        difference
            .payees
            .iter()
            .flat_map(|payee| difference.parts(difference.lines_of_payee(payee).iter()))
            .map(|part| part.amount)
            .sum(),
    ];
    assert_eq!(sums, [total; 6]);
    for reason in &difference.reasons {
        assert!(!reason.causes.is_empty());
        assert!(!apportion::diff::words::sentence(&difference, reason).is_empty(), "{reason:?}");
    }
    let turned = compared(after, before, period);
    assert_eq!(sentences(&difference, false), sentences(&turned, true));
    // A payee at a time, and all lines at once.
    for lines in [1, usize::MAX] {
        let parsed = Period::parse(period).unwrap();
        let in_parts = diff_in_parts(before.side(), after.side(), parsed, lines).unwrap();
        assert_eq!(sentences(&in_parts, false), sentences(&difference, false), "{lines}");
        assert_eq!((&in_parts.lines, &in_parts.of_deals), (&difference.lines, &difference.of_deals));
        assert_eq!((&in_parts.reasons, &in_parts.rows), (&difference.reasons, &difference.rows));
        assert_eq!(in_parts.deals_with_lines, difference.deals_with_lines);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn other_rules(project in projects(), before in 0..1_u16 << 12, after in 0..1_u16 << 12) {
        let folder = tempfile::tempdir().unwrap();
        write(folder.path(), &project, &edited(before));
        std::fs::write(folder.path().join("other.toml"), edited(after)).unwrap();
        let other = OtherInputs { rules: Some(folder.path().join("other.toml")), ..OtherInputs::default() };
        let (before, after) = halves(folder.path(), &other, "2026-Q1");
        holds(&before, &after, "2026-Q1");
        prop_assert!(compared(&before, &before, "2026-Q1").is_empty());
    }

    #[test]
    fn other_data(one in projects(), two in projects(), edits in 0..1_u16 << 12) {
        let (folder, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        write(folder.path(), &one, RULES);
        write(other.path(), &two, &edited(edits));
        for taken in [
            OtherInputs { data: Some(other.path().to_owned()), ..OtherInputs::default() },
            OtherInputs { project: Some(other.path().to_owned()), ..OtherInputs::default() },
        ] {
            let (before, after) = halves(folder.path(), &taken, "2026-02");
            holds(&before, &after, "2026-02");
        }
    }
}

/// The rules with these edits, but those that pay on the credit of others.
fn edited_to_own_credit(edits: u16) -> String {
    let edited = edited(edits);
    let others = |rule: &&str| rule.contains("credit_of") || rule.starts_with("override");
    edited.split("[[").skip(1).filter(|rule| !others(rule)).map(|rule| format!("[[{rule}")).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn payees_compared_some_after_the_others(
        project in projects(),
        (before, after) in (0..1_u16 << 12, 0..1_u16 << 12),
        lines in 1..40_usize,
    ) {
        let case = project.case_with(|kind, index| format!("{kind}{index:02}"), &edited_to_own_credit(before), &[]);
        let files = in_files(&case, 2)
            .with("rules.toml", edited_to_own_credit(before))
            .with("other.toml", edited_to_own_credit(after));
        let world: Arc<dyn World> = Arc::new(files);
        let texts = &mut diagnostic::Files::default();
        let project = engine::Project::open(&world, Path::new(""), texts).unwrap();
        let other = RuleFiles::named(&world, Path::new("other.toml"));
        let other = engine::Project::new(project.sources(), &other, texts).unwrap();
        let period = Period::parse("2026-Q1").unwrap();
        let [was, is] = project.settle_both(&other, period, &NoProgress).unwrap();
        let whole = compared(&was, &is, "2026-Q1");
        for lines in [1, lines, Portions::default().lines] {
            let room = Room::unlimited().with_portions(Portions { lines, ..Portions::default() });
            let pair = project.compare(&other, period, &room, &NoProgress).unwrap();
            let [before, after] = &pair.sides;
            assert!(before.settlement.lines.is_empty() && after.settlement.lines.is_empty());
            let found = Difference::new(before.side(), after.side(), Arc::clone(&pair.findings));
            assert_eq!(sentences(&found, false), sentences(&whole, false), "{lines}");
            assert_eq!((&found.lines, &found.of_deals), (&whole.lines, &whole.of_deals));
            assert_eq!((&found.reasons, &found.rows), (&whole.reasons, &whole.rows));
            assert_eq!((&found.payees, &found.deals), (&whole.payees, &whole.deals));
            assert_eq!((&found.rules, found.deals_with_lines), (&whole.rules, whole.deals_with_lines));
            assert_eq!(before.settlement.uncredited, was.settlement.uncredited);
            assert_eq!(after.settlement.totals, is.settlement.totals);
        }
    }
}

#[test]
fn the_fixture_by_the_example_rules_with_one_change_each() {
    let fixture = repository("fixtures/adventureworks");
    for (file, from, to) in [
        ("shared-credit", "rate = \"1.25%\"", "rate = \"1.5%\""),
        ("shared-credit", "from = 2013-09-01", "from = 2013-10-01"),
        (
            "shared-credit",
            "share = \"20%\" },\n  { role = \"cosell\", share = \"30%\"",
            "share = \"30%\" },\n  { role = \"cosell\", share = \"20%\"",
        ),
        ("overrides", "\"9000\"", "\"12000\""),
        ("stipends", "touches >= 2", "touches >= 3"),
        ("stipends", "silver = \"350\"", "silver = \"400\""),
        ("renewals", "close_date - 180", "close_date - 90"),
        ("commissions", "from = \"90%\"", "from = \"95%\""),
        ("commissions", "mode = \"marginal\"", "mode = \"whole\""),
    ] {
        let folder = tempfile::tempdir().unwrap();
        for name in ["commissions", "overrides", "renewals", "shared-credit", "stipends"] {
            let text = std::fs::read_to_string(repository(&format!("rules/{name}.toml"))).unwrap();
            assert!(name != file || text.contains(from), "{from}");
            let text = if name == file { text.replacen(from, to, 1) } else { text };
            std::fs::write(folder.path().join(format!("{name}.toml")), text).unwrap();
        }
        let other = OtherInputs { rules: Some(folder.path().to_owned()), ..OtherInputs::default() };
        let (before, after) = halves(&fixture, &other, "2014-Q2");
        holds(&before, &after, "2014-Q2");
        assert!(!compared(&before, &after, "2014-Q2").lines.is_empty(), "{from} → {to} changes nothing");
    }
}
