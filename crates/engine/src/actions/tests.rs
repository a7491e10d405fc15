//! Each action on a small channel: what it says on its first and its last day, and not a day before or after.

use apportion_base::diagnostic::Files;
use apportion_base::world::Memory;
use apportion_book::display_day;
use apportion_data::NoProgress;
use std::path::Path;

use super::{Action, ActionKind};
use crate::project::Project;

const DEALS: &str = "deal_id,outcome,close_date,amount,account_id\nD1,won,2026-02-10,1000.00,A1\n";
const PAYEES: &str = "payee_id,kind,post\nann,employee,manager\nbob,employee,seller\npat,partner,\n";
const WORK: &str = "engagement_id,deal_id,opportunity_id,payee_id,role,occurred_on\n\
    E1,D1,,pat,sourced,2026-01-20\nE2,D1,,bob,closed,2026-02-01\nE3,,O1,bob,closed,2026-05-01\n";
const OPEN: &str = "opportunity_id,account_id,amount,created_on,expected_close,stage,partner_id\n\
    O1,A2,2000.00,2026-04-01,2026-07-31,open,\n";
const UNREGISTERED: &str = "registration_id,payee_id,submitted_at,kind,opportunity_id\n";
const CREDIT: &str = r#"
[[shared_credit]]
id = "new"
why = "1"
effective = { from = 2026-01-01 }
rate = "10%"
roles = [ { role = "sourced", share = "30%" }, { role = "closed", share = "70%" } ]
unfilled = "retain"
"#;
const REGISTRATION: &str = r#"
[[registration]]
id = "deal-registration"
why = "2"
effective = { from = 2026-01-01 }
when = "registrations.kind = 'sourced'"
protect = "60 days"
grace = "10 days"
role = "sourced"
"#;

/// A channel of files, some of which stand in the place of its own.
#[derive(Debug, Clone)]
struct Channel {
    files: Vec<(&'static str, String)>,
    rules: String,
}

impl Channel {
    fn new() -> Self {
        let files = [("deals", DEALS), ("payees", PAYEES), ("engagements", WORK), ("opportunities", OPEN)];
        let files = files.map(|(table, text)| (table, text.to_owned())).to_vec();
        Self { files, rules: CREDIT.to_owned() }
    }

    fn with(mut self, table: &'static str, text: impl Into<String>) -> Self {
        self.files.retain(|(known, _)| *known != table);
        self.files.push((table, text.into()));
        self
    }

    fn rule(mut self, text: &str) -> Self {
        self.rules.push_str(text);
        self
    }

    fn project(&self) -> Project {
        let sources: String =
            self.files.iter().map(|(table, _)| format!("{table} = {{ path = \"{table}.csv\" }}\n")).collect();
        let book = "[book]\nname = \"Channel\"\ncurrency = \"USD\"\nrules = [\"rules.toml\"]\n";
        let mut memory = Memory::new()
            .with("apportion.toml", format!("{book}[sources]\n{sources}"))
            .with("rules.toml", &self.rules);
        for (table, text) in &self.files {
            memory.insert(format!("{table}.csv"), text);
        }
        Project::open(&memory.shared(), Path::new(""), &mut Files::default()).expect("a good project")
    }

    fn all(&self, day: &str) -> Vec<Action> {
        self.project().actions(day_of(day), &NoProgress).expect("actions")
    }

    /// Those of a kind: payee, subject, due day and stake.
    fn actions(&self, kind: ActionKind, day: &str) -> Vec<String> {
        let of_kind = self.all(day).into_iter().filter(|action| action.kind == kind);
        let shown = |action: Action| {
            let due = action.due.map_or_else(|| "-".to_owned(), display_day);
            let stake = action.stake.map_or_else(|| "-".to_owned(), |stake| stake.to_string());
            let payee = action.payee_id.unwrap_or_else(|| "-".to_owned());
            format!("{payee} {} {due} {stake}", action.subject)
        };
        of_kind.map(shown).collect()
    }

    /// That there is nothing on the day before, this from the first day to the last, and nothing on the day after.
    fn holds(&self, kind: ActionKind, (first, last): (&str, Option<&str>), expected: &str) {
        let before = display_day(day_of(first) - 1);
        assert_eq!(self.actions(kind, &before), [""; 0], "{} on {before}", kind.word());
        assert_eq!(self.actions(kind, first), [expected], "{} on {first}", kind.word());
        if let Some(last) = last {
            assert_eq!(self.actions(kind, last), [expected], "{} on {last}", kind.word());
            let after = display_day(day_of(last) + 1);
            assert_eq!(self.actions(kind, &after), [""; 0], "{} on {after}", kind.word());
        }
    }
}

fn day_of(text: &str) -> i32 {
    let mut parts = text.split('-');
    let mut part = || parts.next().unwrap_or_default();
    let year = part().parse().expect("a year");
    let (month, day) = (part().parse().expect("a month"), part().parse().expect("a day"));
    apportion_book::day_of_date(year, month, day).expect("a day")
}

#[test]
fn a_partner_who_worked_registers_until_somebody_did() {
    let channel = Channel::new().with("engagements", format!("{WORK}E4,,O1,pat,cosell,2026-05-05\n")).with(
        "registrations",
        "registration_id,payee_id,submitted_at,kind,opportunity_id\nR1,pat,2026-06-02,sourced,O1\n",
    );
    let with_rule = channel.clone().rule(REGISTRATION);
    // 30% of a pool of 200.00, for the registration is work in that role.
    let span = ("2026-04-01", Some("2026-06-01"));
    with_rule.holds(ActionKind::Register, span, "pat O1 2026-07-31 6000");
    assert_eq!(channel.actions(ActionKind::Register, "2026-06-01"), [""; 0]);
}

fn registered() -> Channel {
    Channel::new().with(
        "registrations",
        "registration_id,payee_id,submitted_at,kind,opportunity_id,decision,decided_at\n\
         R1,pat,2026-05-01,sourced,O1,approved,2026-05-01\n",
    )
}

#[test]
fn protection_is_extended_within_14_days_of_its_end_and_of_the_end_of_grace() {
    let channel = registered().rule(REGISTRATION);
    assert_eq!(channel.actions(ActionKind::Extend, "2026-06-15"), [""; 0]);
    for day in ["2026-06-16", "2026-06-30"] {
        assert_eq!(channel.actions(ActionKind::Extend, day), ["pat O1 2026-06-30 6000"], "{day}");
    }
    for day in ["2026-07-01", "2026-07-10"] {
        assert_eq!(channel.actions(ActionKind::Extend, day), ["pat O1 2026-07-10 6000"], "{day}");
    }
    assert_eq!(channel.actions(ActionKind::Extend, "2026-07-11"), [""; 0]);
}

#[test]
fn who_registered_and_does_nothing_is_told_7_days_before() {
    let channel = registered().rule(&REGISTRATION.replace("grace = ", "lapse = \"30 days\"\ngrace = "));
    channel.holds(ActionKind::ReEngage, ("2026-05-25", Some("2026-05-31")), "pat O1 2026-06-01 6000");
}

#[test]
fn a_partner_of_the_account_is_invited() {
    let channel = Channel::new().with("opportunities", OPEN.replace("A2", "A1"));
    channel.holds(ActionKind::InvitePartner, ("2026-04-01", None), "pat O1 2026-07-31 6000");
    let at_work = channel.with("engagements", format!("{WORK}E4,,O1,pat,sourced,2026-05-05\n"));
    assert_eq!(at_work.actions(ActionKind::InvitePartner, "2026-06-01"), [""; 0]);
}

#[test]
fn a_renewal_asks_for_its_partner_120_days_before() {
    let bonus = r#"
[[renewal_bonus]]
id = "renewals"
why = "3"
effective = { from = 2026-01-01 }
when = "stage = 'renewal'"
rates = [ { from = 1, rate = "5%" } ]
"#;
    let open = format!("{OPEN}O2,A1,2000.00,2026-01-01,2026-09-29,renewal,pat\n");
    let channel = Channel::new().rule(bonus).with("opportunities", open);
    // 5% of 2000.00, and the role that pat has on the account.
    channel.holds(ActionKind::EngageBeforeRenewal, ("2026-06-01", None), "pat O2 2026-09-29 16000");
    let at_work = channel.with("engagements", format!("{WORK}E4,,O2,pat,sourced,2026-06-01\n"));
    assert_eq!(at_work.actions(ActionKind::EngageBeforeRenewal, "2026-06-01"), [""; 0]);
}

#[test]
fn a_conflict_is_decided_within_2_business_days() {
    let rule = r#"
[[conflict]]
id = "resolution"
why = "4"
effective = { from = 2026-01-01 }
detect = ["raised"]
role = "sourced"
levels = [ { name = "frontline", who = "post = 'manager'", within = "3 business days" } ]
"#;
    let channel = Channel::new()
        .rule(rule)
        .with("conflicts", "conflict_id,raised_at,deal_id,claimant_a,claimant_b\nC1,2026-06-01,D1,bob,pat\n");
    // Raised on a Monday: due on Thursday. The line that is held is pat's.
    channel.holds(ActionKind::Decide, ("2026-06-02", None), "ann C1 2026-06-04 3000");
    assert_eq!(channel.actions(ActionKind::Decide, "2026-08-01"), ["ann C1 2026-06-04 3000"]);
}

#[test]
fn a_gate_that_is_not_met_is_told_for_what_closed_and_for_what_is_open() {
    let gate = |otherwise: &str| {
        format!(
            "[[gate]]\nid = \"certified\"\nwhy = \"5\"\neffective = {{ from = 2026-01-01 }}\nrules = [\"new\"]\n\
             payees = \"payees.kind = 'partner'\"\nneed = {{ table = \"certificates\", where = \"earned_on <= close_date\", \
             at_least = 1 }}\notherwise = \"{otherwise}\"\n"
        )
    };
    let channel = Channel::new()
        .with("engagements", format!("{WORK}E4,,O1,pat,sourced,2026-05-05\n"))
        .with("certificates", "certificate_id,payee_id,earned_on\nX1,pat,2026-06-02\n");
    for otherwise in ["forfeit", "hold"] {
        let channel = channel.clone().rule(&gate(otherwise));
        let both = ["pat O1 2026-07-31 6000", "pat certified - -"];
        assert_eq!(channel.actions(ActionKind::Certify, "2026-06-01"), both, "{otherwise}");
        assert_eq!(channel.actions(ActionKind::Certify, "2026-06-02"), both[1..], "{otherwise}");
    }
    let half = channel.rule(&gate("50%"));
    assert_eq!(half.actions(ActionKind::Certify, "2026-06-01")[0], "pat O1 2026-07-31 3000");
}

#[test]
fn a_milestone_is_delivered_within_14_days_or_late() {
    let channel = Channel::new().with(
        "milestones",
        "milestone_id,account_id,payee_id,due_on,done_on\nM1,A1,pat,2026-06-15,2026-06-20\n",
    );
    channel.holds(ActionKind::Deliver, ("2026-06-01", Some("2026-06-19")), "pat M1 2026-06-15 -");
}

#[test]
fn a_hand_over_waits_until_it_is_answered() {
    let channel = Channel::new().with(
        "handoffs",
        "handoff_id,opportunity_id,from_payee_id,to_payee_id,offered_at,accepted_at\n\
         H1,O1,bob,pat,2026-05-10,2026-05-20\n",
    );
    channel.holds(ActionKind::AcceptHandoff, ("2026-05-10", Some("2026-05-19")), "pat H1 - -");
}

#[test]
fn a_service_event_is_answered_before_its_time_runs_out() {
    let gate = "[[gate]]\nid = \"service\"\nwhy = \"6\"\neffective = { from = 2026-01-01 }\nrules = [\"new\"]\n\
        need = { table = \"service_events\", where = \"minutes_to_answer <= 2880\", share_at_least = \"95%\", \
        of = \"service_events.kind = 'ticket'\" }\notherwise = \"50%\"\n";
    let channel = Channel::new().rule(gate).with(
        "service_events",
        "event_id,payee_id,kind,opened_at,answered_at\nS1,pat,ticket,2026-06-01T10:00:00Z,2026-06-06T10:00:00Z\n\
         S2,pat,call,2026-06-01T10:00:00Z,\n",
    );
    // Two days after it was opened.
    channel.holds(ActionKind::Answer, ("2026-06-02", Some("2026-06-05")), "pat S1 2026-06-03 -");
}

#[test]
fn an_inquiry_waits_until_it_is_answered() {
    let channel = Channel::new().with(
        "inquiries",
        "inquiry_id,payee_id,raised_on,state,answered_on\nI1,pat,2026-06-01,answered,2026-06-10\n",
    );
    channel.holds(ActionKind::Reply, ("2026-06-01", Some("2026-06-09")), "pat I1 - -");
}

#[test]
fn opportunities_of_one_payee_do_not_share_a_cap() {
    let capped = CREDIT
        .replace("unfilled", "cap = [ { amount = \"100\", per = \"payee\", every = \"year\" } ]\nunfilled");
    let open = format!("{OPEN}O2,A3,2000.00,2026-04-01,2026-08-01,open,\n");
    let work = format!("{WORK}E4,,O1,pat,cosell,2026-05-05\nE5,,O2,pat,cosell,2026-05-05\n");
    let mut channel = Channel::new()
        .rule(REGISTRATION)
        .with("registrations", UNREGISTERED)
        .with("opportunities", open)
        .with("engagements", work);
    // pat has 30.00 of the year: 60.00 more fit once, not twice.
    channel.rules = channel.rules.replace(CREDIT, &capped);
    let expected = ["pat O1 2026-07-31 6000", "pat O2 2026-08-01 6000"];
    assert_eq!(channel.actions(ActionKind::Register, "2026-06-01"), expected);
    // What a cap leaves counts.
    channel.rules = channel.rules.replace("\"100\"", "\"70\"");
    let expected = ["pat O1 2026-07-31 4000", "pat O2 2026-08-01 4000"];
    assert_eq!(channel.actions(ActionKind::Register, "2026-06-01"), expected);
}

#[test]
fn what_is_due_first_comes_first_then_the_larger_stake() {
    let open = "opportunity_id,account_id,amount,created_on,expected_close\n\
        O1,A2,1000.00,2026-04-01,2026-07-31\nO2,A3,3000.00,2026-04-01,2026-07-31\nO3,A4,5000.00,2026-04-01,\n\
        O4,A5,,2026-04-01,2026-07-01\n";
    let work = "engagement_id,deal_id,opportunity_id,payee_id,role,occurred_on\n\
        E1,,O1,pat,cosell,2026-05-05\nE2,,O2,pat,cosell,2026-05-05\nE3,,O3,pat,cosell,\nE4,,O4,pat,cosell,\n";
    let channel = Channel::new()
        .rule(REGISTRATION)
        .with("registrations", UNREGISTERED)
        .with("opportunities", open)
        .with("engagements", work);
    let expected =
        ["pat O4 2026-07-01 -", "pat O2 2026-07-31 9000", "pat O1 2026-07-31 3000", "pat O3 - 15000"];
    assert_eq!(channel.actions(ActionKind::Register, "2026-06-01"), expected);
}

#[test]
fn a_project_without_a_channel_has_nothing_to_do() {
    let mut channel = Channel::new();
    channel.files.truncate(2);
    channel.rules =
        "[[stipend]]\nid = \"flat\"\nwhy = \"7\"\neffective = { from = 2026-01-01 }\namount = \"10\"\n"
            .to_owned();
    let channel = channel.with("engagements", "engagement_id,deal_id,payee_id,role\nE1,D1,pat,any\n");
    assert_eq!(channel.all("2026-06-01"), []);
}
