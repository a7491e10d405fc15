//! Rejects of the tables of the channel, and what its policies keep back. Each mistake brings the tables that it needs.

use super::rejects::code as reject_code;
use super::uncredited::{code as reason_code, deal, engaged, rule};
use crate::findings::entry::{Entry, Expectation, Reject, Uncredited};
use crate::findings::project::Change;

const POLICIES: &str = "rules/policies.toml";

/// A table of the channel, added to the project with some rows.
fn table(word: &str, file: &'static str, csv: &str) -> [Change; 2] {
    [
        Change::Add("apportion.toml", format!("\n[sources.{word}]\npath = \"{file}\"\n")),
        Change::Write(file, csv.as_bytes().to_vec()),
    ]
}

fn policy(text: &str) -> Change {
    Change::Add(POLICIES, text.to_owned())
}

fn rejected(source: &str, row: u32, key: &str, [column, code, value]: [&str; 3]) -> Reject {
    [source, &format!("data/{source}.csv"), &row.to_string(), key, column, code, value, "rejected"]
        .map(str::to_owned)
}

const REGISTRATIONS: &str = "registration_id,payee_id,submitted_at,account_id,decision,decided_at\nX1,eve,2026-07-01,A3,approved,2026-07-02\n";

pub fn rejects() -> Vec<Entry> {
    vec![
        reject_code("unknown-registration", "A member or an event names a registration that is not there, or that was rejected.", "Export the registrations of the same time, or mend the one that was rejected.")
            .mistake(
                [
                    table("registrations", "data/registrations.csv", REGISTRATIONS),
                    table("registration_members", "data/registration_members.csv", "registration_id,payee_id,percent\nX9,eve,100\n"),
                ].concat(),
                Expectation::Found {
                    rejects: vec![rejected("registration_members", 2, "X9|eve", ["registration_id", "unknown-registration", "X9"])],
                    uncredited: Vec::new(),
                },
            ),
        reject_code("unknown-decision", "A share names a decision that is not there, or that was rejected.", "Export the decisions of the same time, or mend the one that was rejected.")
            .mistake(
                [
                    table("decisions", "data/decisions.csv", "decision_id,conflict_id,level,decided_at,decided_by,outcome,why\nX1,C1,lead,2026-07-08,mia,void,asked\n"),
                    table("decision_shares", "data/decision_shares.csv", "decision_id,payee_id,percent\nX9,eve,100\n"),
                ].concat(),
                Expectation::Found {
                    rejects: vec![rejected("decision_shares", 2, "X9|eve", ["decision_id", "unknown-decision", "X9"])],
                    uncredited: Vec::new(),
                },
            ),
        reject_code("members-not-100", "The percents of the members of a registration do not add up to 100, or a row of one of them was rejected. What the registration names is held.", "Correct the percents; without members the payee of the registration has all of it.")
            .mistake(
                [
                    table("registrations", "data/registrations.csv", REGISTRATIONS),
                    table("registration_members", "data/registration_members.csv", "registration_id,payee_id,percent\nX1,eve,60\nX1,ann,30\n"),
                ].concat(),
                Expectation::Found {
                    rejects: vec![rejected("registrations", 2, "X1", ["", "members-not-100", ""])],
                    uncredited: Vec::new(),
                },
            ),
        reject_code("shares-not-100", "The percents of an award or a split do not add up to 100, or a row of one of them was rejected. The conflict is as if nobody had decided.", "Correct the percents of the decision.")
            .mistake(
                [
                    table("decisions", "data/decisions.csv", "decision_id,conflict_id,level,decided_at,decided_by,outcome,why\nX1,C1,lead,2026-07-08,mia,split,both worked on it\n"),
                    table("decision_shares", "data/decision_shares.csv", "decision_id,payee_id,percent\nX1,eve,60\nX1,ann,30\n"),
                ].concat(),
                Expectation::Found {
                    rejects: vec![rejected("decisions", 2, "X1", ["", "shares-not-100", ""])],
                    uncredited: Vec::new(),
                },
            ),
        lines_differ(),
    ]
}

/// A deal of 12.00 that was lost, with lines of 11.00.
fn lines_differ() -> Entry {
    let lines = "deal_id,line_no,product_id,quantity,amount\nX1,1,core,1,7.00\nX1,2,care,1,4.00\n";
    let deal = Change::Add("data/deals.csv", "X1,lost,2026-07-30,12.00,,,,,,,,,\n".to_owned());
    let of_line = |row, key| rejected("deal_lines", row, key, ["deal_id", "deal-rejected", "X1"]);
    let rejects = vec![
        of_line(2, "X1|1"),
        of_line(3, "X1|2"),
        rejected("deals", 7, "X1", ["amount", "lines-differ", "12"]),
    ];
    reject_code(
        "lines-differ",
        "A deal has lines, and they do not add up to its amount in its currency.",
        "Add the line that is missing, such as a discount on the whole, or correct the amount.",
    )
    .mistake(
        [vec![deal], table("deal_lines", "data/deal_lines.csv", lines).to_vec()].concat(),
        Expectation::Found { rejects, uncredited: Vec::new() },
    )
}

const BY_ROLE: &str = "rate = \"10%\"\nroles = [ { role = \"lead\", share = \"100%\" } ]";

const GATE: &str = r#"[[gate]]
id = "certified"
why = "Charter 7.2"
effective = { from = 2026-01-01 }
rules = ["by-role"]
need = { table = "certificates", where = "course = 'sales-core'", at_least = 1 }
otherwise = "25%"
"#;

const COVERAGE: &str = r#"[[coverage]]
id = "territory-owners"
effective = { from = 2026-01-01 }
when = "deal_type = 'x'"
match = ["deal_type"]
role = "territory"
"#;

const RESOLUTION: &str = r#"[[conflict]]
id = "resolution"
effective = { from = 2026-01-01 }
detect = ["raised"]
role = "lead"
levels = [ { name = "manager", who = "payee_id = 'mia'", within = "5 business days" } ]
"#;

/// A conflict of ann and another payee about X1, and what mia decided about it.
fn decided(other: &str, outcome: &str, shares: &str) -> Vec<Change> {
    let conflict =
        format!("conflict_id,raised_at,deal_id,claimant_a,claimant_b\nX1,2026-07-30,X1,ann,{other}\n");
    let decision = format!(
        "decision_id,conflict_id,level,decided_at,decided_by,outcome,why\nX1,X1,manager,2026-07-31,mia,{outcome},heard both\n"
    );
    let shares = format!("decision_id,payee_id,percent\n{shares}");
    let tables = [
        table("conflicts", "data/conflicts.csv", &conflict),
        table("decisions", "data/decisions.csv", &decision),
        table("decision_shares", "data/decision_shares.csv", &shares),
    ];
    let own = [deal("x", "100"), engaged("ann", "lead", "1"), rule("shared_credit", "by-role", BY_ROLE)];
    [&own[..], &[policy(RESOLUTION)], &tables.concat()].concat()
}

fn unpaid(entry: Entry, changes: Vec<Change>, uncredited: &[Uncredited]) -> Entry {
    entry.mistake(changes, Expectation::Found { rejects: Vec::new(), uncredited: uncredited.to_vec() })
}

pub fn uncredited() -> Vec<Entry> {
    let own = [deal("x", "100"), engaged("ann", "lead", "1"), rule("shared_credit", "by-role", BY_ROLE)];
    let certificates = "certificate_id,payee_id,course\nX1,ann,sales-intro\n";
    let territories = "territory_id,payee_id,deal_type\nwest,ann,x\nnorth,ben,x\n";
    vec![
        unpaid(
            reason_code(
                "gated",
                "A gate is not met, and keeps back a part of what the payee earned on the deal. Nobody else gets it.",
                "`apportion explain --deal` shows what is missing. Nothing, where it really is.",
            ),
            [&own[..], &[policy(GATE)], &table("certificates", "data/certificates.csv", certificates)]
                .concat(),
            &[["X1", "by-role", "ann", "gated"]],
        ),
        unpaid(
            reason_code(
                "not-counted",
                "A decision gives a part to a payee whom the rule does not count on the deal. The part is kept back, so that money of a programme stays with those who are in it.",
                "Let somebody decide again, or look whether work of that payee was not recorded.",
            ),
            decided("ben", "award", "X1,ben,100\n"),
            &[["X1", "by-role", "ben", "not-counted"]],
        ),
        unpaid(
            reason_code(
                "territory-tie",
                "Several territories match the deal equally well, and none of them counts. `rule_id` is the coverage.",
                "Fill in a cell that tells them apart, or give one of them a lower `rank`.",
            ),
            [&own[..], &[policy(COVERAGE)], &table("territories", "data/territories.csv", territories)]
                .concat(),
            &[["X1", "territory-owners", "", "territory-tie"]],
        ),
        unpaid(
            reason_code(
                "voided",
                "A decision gives the parts of the two claimants to nobody; they are kept back.",
                "Nothing is to be done.",
            ),
            decided("eve", "void", ""),
            &[["X1", "by-role", "", "voided"]],
        ),
    ]
}
