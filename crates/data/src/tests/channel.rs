//! The tables of the channel.

use arrow::array::{Array, AsArray};
use arrow::datatypes::{Date32Type, Decimal128Type};

use super::*;
use crate::RegistrationIx;

const DEALS: &str = "deal_id,outcome,close_date,amount,opportunity_id,account_id\n\
    D1,won,2026-02-01,100,O1,A1\nD2,won,2026-02-02,200,O1,A1\nD3,won,2026-02-03,300,O2,\n";

fn channel() -> Project {
    Project::new().source("deals", "deals.csv", DEALS, "").with_payees()
}

fn rejected(project: &Project, table: &str) -> Vec<String> {
    lines(&project.load()).into_iter().filter(|line| line.starts_with(&format!("{table} "))).collect()
}

fn texts(frame: &crate::Frame, name: &str) -> Vec<Option<String>> {
    let column = arrow_cast::cast(frame.column(name).unwrap(), &arrow::datatypes::DataType::Utf8).unwrap();
    column.as_string::<i32>().iter().map(|text| text.map(str::to_owned)).collect()
}

#[test]
fn registrations_and_what_is_wrong_with_them() {
    let registrations = "registration_id,payee_id,submitted_at,opportunity_id,deal_id,account_id,decision,decided_at\n\
        R1,P1,2026-01-05 10:00,O2,,,approved,2026-01-06T09:00:00Z\n\
        R2,P9,2026-01-05,,D1,,,\n\
        R3,P1,soon,,D1,,,\n\
        R4,P1,2026-01-05,,,,,\n\
        R5,P1,2026-01-05,,D3,,denied,\n\
        R6,P1,2026-01-05,O1,,,maybe,2026-01-05\n\
        R7,P2,2026-01-05,,D9,A7,,\n";
    let members =
        "registration_id,payee_id,percent\nR1,P1,60\nR1,P2,40\nR7,P1,50\nR7,P3,50.1\nR2,P1,100\nR1,P3,101\n";
    let project = channel().source("registrations", "r.csv", registrations, "").source(
        "registration_members",
        "m.csv",
        members.replace("R1,P3,101\n", ""),
        "",
    );
    assert_eq!(
        rejected(&project, "registrations"),
        [
            "registrations r.csv:3 [R2] payee_id unknown-payee `P9`",
            "registrations r.csv:4 [R3] submitted_at bad-date `soon`",
            "registrations r.csv:5 [R4] account_id missing-value ``",
            "registrations r.csv:6 [R5] decided_at missing-value ``",
            "registrations r.csv:7 [R6] decision not-a-choice `maybe`",
            "registrations r.csv:8 [R7]  members-not-100 ``",
        ]
    );
    assert_eq!(
        rejected(&project, "registration_members"),
        ["registration_members m.csv:6 [R2|P1] registration_id unknown-registration `R2`"]
    );
    let tables = project.load();
    assert_eq!(counts(&tables, TableName::Registrations), [7, 1, 0, 6]);
    let registrations = &tables.channel.registrations;
    assert_eq!(registrations.rows.len(), 1);
    let members = registrations.members_of(RegistrationIx::FIRST);
    assert_eq!(members.map(|(_, percent)| percent).collect::<Vec<_>>(), [60_000_000_000, 40_000_000_000]);
    // R2, R3 and R5 name deals that are there, R6 an opportunity that D1 and D2 were.
    assert_eq!(tables.deals.incomplete_engagements, [true, true, true]);
    assert_eq!(tables.deals.incomplete_splits, [true, true, true]);
    let with_bad_member = channel()
        .source(
            "registrations",
            "r.csv",
            "registration_id,payee_id,submitted_at,opportunity_id\nR1,P1,2026-01-05,O2\n",
            "",
        )
        .source(
            "registration_members",
            "m.csv",
            "registration_id,payee_id,percent\nR1,P1,100\nR1,P3,101\n",
            "",
        );
    assert_eq!(
        rejected(&with_bad_member, "registrations"),
        ["registrations r.csv:2 [R1]  members-not-100 ``"]
    );
    assert_eq!(with_bad_member.load().deals.incomplete_engagements, [false, false, true]);
}

#[test]
fn a_registration_without_an_account_has_that_of_what_it_names() {
    let registrations = "registration_id,payee_id,submitted_at,opportunity_id,deal_id,account_id\n\
        R1,P1,2026-01-05,,D1,\nR2,P1,2026-01-05,O1,,\nR3,P1,2026-01-05,O3,,\nR4,P1,2026-01-05,O3,,A9\nR5,P1,2026-01-05,O2,,\n";
    let opportunities = "opportunity_id,account_id\nO3,A3\nO2,\n";
    let accounts = "account_id,country,owner_id\nA1,CH,P1\nA3,AT,Zoe\n";
    let project = channel()
        .source("registrations", "r.csv", registrations, "")
        .source("opportunities", "o.csv", opportunities, "")
        .source("accounts", "a.csv", accounts, "")
        .uses(TableName::Registrations, &["accounts.country"])
        .uses(TableName::Accounts, &["account_id"])
        .uses(TableName::Deals, &["accounts.country", "accounts.class"]);
    let tables = project.load();
    let channel = &tables.channel;
    let id = |account: crate::AccountIx| channel.accounts.frame.text("account_id", account.at());
    let account = |row: &crate::Registration| row.account.get().map(id);
    let accounts: Vec<_> = channel.registrations.rows.iter().map(account).collect();
    // Nothing is known of A9.
    assert_eq!(accounts, [Some(Some("A1")), Some(Some("A1")), Some(Some("A3")), Some(None), None]);
    let some = |text: &str| Some(text.to_owned());
    let countries = texts(&channel.registrations.frame, "accounts.country");
    assert_eq!(countries, [some("CH"), some("CH"), some("AT"), None, None]);
    assert_eq!(texts(&tables.deals.frame, "accounts.country"), [some("CH"), some("CH"), None]);
    assert_eq!(texts(&tables.deals.frame, "accounts.class"), [None, None, None]);
    let (catalogue, _) = project.run().unwrap();
    let columns = &catalogue.tables[&TableName::Deals].columns;
    assert!(columns.iter().any(|(name, _)| name == "accounts.country"));
}

#[test]
fn engagements_name_the_deals_of_their_opportunity() {
    let engagements = "engagement_id,deal_id,opportunity_id,payee_id,role\n\
        E1,,O1,P1,sourced\nE2,D3,O1,P1,sourced\nE3,,O9,P2,sourced\nE4,,,P2,sourced\nE5,,O2,P9,sourced\n";
    let project = channel()
        .source("engagements", "e.csv", engagements, "")
        .source("holidays", "h.csv", "date\n2026-05-01\n2026-01-01\n", "")
        .uses(TableName::Engagements, &["engagement_id", "deal_id"]);
    let tables = project.load();
    let engagements = &tables.engagements;
    assert_eq!(codes(&engagements.deal), [0, 1, 2, u32::MAX]);
    assert_eq!(engagements.by_deal, [0, 1, 2, 3]);
    let some = |text: &str| Some(text.to_owned());
    assert_eq!(texts(&engagements.frame, "engagement_id"), [some("E1"), some("E1"), some("E2"), some("E3")]);
    let of = |opportunity: &Optional<crate::OpportunityIx>| {
        opportunity.get().map(|opportunity| tables.channel.opportunity_ids[opportunity].as_str())
    };
    let opportunities: Vec<_> = engagements.opportunity.iter().map(of).collect();
    assert_eq!(opportunities, [Some("O1"), Some("O1"), Some("O1"), Some("O9")]);
    let work: Vec<u32> = engagements.all().map(|row| engagements.work(row).raw()).collect();
    assert_eq!(work, [0, 0, 2, 3]);
    assert_eq!(tables.deals.incomplete_engagements, [false, false, true]);
    assert_eq!(counts(&tables, TableName::Engagements), [5, 3, 0, 2]);
    assert_eq!(tables.channel.holidays.len(), 2);
    assert_eq!(
        rejected(&project, "engagements"),
        [
            "engagements e.csv:5 [E4] deal_id missing-value ``",
            "engagements e.csv:6 [E5] payee_id unknown-payee `P9`"
        ]
    );
}

#[test]
fn without_a_table_of_the_channel_its_columns_are_attributes() {
    let engagements = "engagement_id,deal_id,account_id,opportunity_id,payee_id,role\nE1,D1,,O9,P1,sourced\nE2,,,O1,P1,sourced\n";
    let project = channel().source("engagements", "e.csv", engagements, "");
    let tables = project.load();
    assert_eq!(counts(&tables, TableName::Engagements), [2, 1, 0, 1]);
    assert!(tables.engagements.opportunity.is_empty() && tables.channel.present.is_empty());
}

#[test]
fn conflicts_and_decisions() {
    let conflicts = "conflict_id,raised_at,deal_id,claimant_a,claimant_b\n\
        C1,2026-03-01,D1,P1,P2\nC2,2026-03-01,D2,P1,P1\nC3,2026-03-01,D9,P1,P8\n";
    let decisions = "decision_id,conflict_id,level,decided_at,decided_by,outcome,why\n\
        X1,C1,a,2026-03-02T10:00:00+02:00,P3,award,b\nX2,C1,a,2026-03-02,P3,split,b\n\
        X3,C1,a,2026-03-02,P3,void,b\nX4,C1,a,2026-03-02,P9,void,b\nX5,C1,a,2026-03-02,P3,award,b\n";
    let shares = "decision_id,payee_id,percent\nX1,P1,100\nX2,P1,30\nX2,P2,60\nX3,P1,5\nX9,P1,5\n";
    let project = channel()
        .source("conflicts", "c.csv", conflicts, "")
        .source("decisions", "d.csv", decisions, "")
        .source("decision_shares", "s.csv", shares, "");
    let tables = project.load();
    let found: Vec<String> = lines(&tables);
    assert_eq!(
        found,
        [
            "conflicts c.csv:3 [C2] claimant_b not-a-choice `P1`",
            "conflicts c.csv:4 [C3] claimant_b unknown-payee `P8`",
            "decision_shares s.csv:6 [X9|P1] decision_id unknown-decision `X9`",
            "decisions d.csv:3 [X2]  shares-not-100 ``",
            "decisions d.csv:5 [X4] decided_by unknown-payee `P9`",
            "decisions d.csv:6 [X5]  shares-not-100 ``",
        ]
    );
    let decisions = &tables.channel.conflicts.decisions;
    let ids: Vec<_> =
        decisions.iter().map(|decision| (decision.id.as_str(), decision.shares.len())).collect();
    assert_eq!(ids, [("X1", 1), ("X3", 1)]);
    assert_eq!(decisions[0].decided_at.to_string(), "2026-03-02T08:00:00Z");
    assert_eq!(decisions[0].decided_at.offset, 7200);
    assert_eq!(tables.deals.incomplete_engagements, [false, true, false]);
}

#[test]
fn lines_add_up_to_their_deal() {
    let deals = "deal_id,outcome,close_date,amount,currency\nD1,won,2026-02-01,100,USD\nD2,won,2026-02-02,200,EUR\n\
        D3,won,2026-02-03,300,USD\nD4,won,2026-02-04,5,USD\n";
    let lines_of =
        "deal_id,line_no,quantity,amount\nD1,1,1,60\nD1,2,2,40\nD2,1,1,199.99\nD9,1,1,1\nD3,1,x,0\n";
    let project = Project::new()
        .source("deals", "deals.csv", deals, "")
        .with_payees()
        .source("deal_lines", "l.csv", lines_of, "")
        .source("fx_rates", "fx.csv", "date,currency,rate\n2026-02-01,EUR,1.1\n", "");
    let tables = project.load();
    assert_eq!(
        lines(&tables),
        [
            "deal_lines l.csv:4 [D2|1] deal_id deal-rejected `D2`",
            "deal_lines l.csv:6 [D3|1] quantity bad-number `x`",
            "deal_lines l.csv:5 [D9|1] deal_id unknown-deal `D9`",
            "deals deals.csv:3 [D2] amount lines-differ `200`",
        ]
    );
    assert_eq!(tables.channel.prices.lines.len(), 2);
    assert_eq!(tables.deals.incomplete_engagements, [false, true, false]);
}

#[test]
fn territories_have_no_key_and_holidays_a_day() {
    let territories =
        "territory_id,payee_id,from,until,country\nT1,P1,,,CH\nT1,P1,,,CH\nT2,P2,2026-02-01,2026-01-01,\n";
    let project = channel()
        .source("territories", "t.csv", territories, "")
        .source(
            "holidays",
            "h.csv",
            "date,name\n2026-05-01,a\n2026-05-01,b\n2026-06-01,a\n2026-06-01,a\n",
            "",
        )
        .uses(TableName::Territories, &["country"]);
    let tables = project.load();
    assert_eq!(counts(&tables, TableName::Territories), [3, 2, 0, 1]);
    assert_eq!(counts(&tables, TableName::Holidays), [4, 1, 0, 3]);
    assert_eq!(tables.channel.territories.rows[0].weight_e9, 1_000_000_000);
    assert_eq!(tables.frame(TableName::Territories).unwrap().rows, 2);
    assert_eq!(lines(&tables)[4 - 1], "territories t.csv:4 [] until bad-date `2026-01-01`",);
}

#[test]
fn open_opportunities_are_seen_as_deals_of_a_day() {
    let opportunities = "opportunity_id,amount,list_amount,currency,expected_close,stage,seats,renews_deal_id\n\
        O2,100,200,EUR,2026-04-01,b,3,D1\nO1,100,,USD,,a,,\nO3,1,,CHF,,a,,\n";
    let deals = "deal_id,outcome,close_date,amount,seats,stage\nD1,won,2026-02-01,100,5,x\n";
    let types = "types = { seats = \"number\" }";
    let project = Project::new()
        .source("deals", "deals.csv", deals, types)
        .with_payees()
        .source("opportunities", "o.csv", opportunities, types)
        .source("fx_rates", "fx.csv", "date,currency,rate\n2026-02-01,EUR,1.1\n2026-03-01,EUR,1.2\n", "")
        .uses(
            TableName::Deals,
            &[
                "amount",
                "close_date",
                "deal_id",
                "discount",
                "outcome",
                "seats",
                "stage",
                "source_amount",
                "nth_of_account",
            ],
        );
    let tables = project.load();
    let (_, book) = project.book();
    let open = &tables.channel.opportunities;
    let day = apportion_base::calendar::day_of_date(2026, 3, 5).unwrap();
    let seen = open.seen_on(day, &tables.rates, &book);
    assert_eq!(seen.amount_e6, [Some(100_000_000), Some(120_000_000), None]);
    let numbers = |name: &str| -> Vec<Option<i128>> {
        seen.frame.column(name).unwrap().as_primitive::<Decimal128Type>().iter().collect()
    };
    assert_eq!(numbers("amount"), [Some(100_000_000), Some(120_000_000), None]);
    assert_eq!(numbers("source_amount"), [Some(100_000_000), Some(100_000_000), Some(1_000_000)]);
    assert_eq!(numbers("discount"), [None, Some(500_000), None]);
    assert_eq!(numbers("seats"), [None, Some(3_000_000_000), None]);
    assert_eq!(numbers("nth_of_account"), [None, None, None]);
    let days: Vec<Option<i32>> =
        seen.frame.column("close_date").unwrap().as_primitive::<Date32Type>().iter().collect();
    assert_eq!(days, [Some(day), apportion_base::calendar::day_of_date(2026, 4, 1), Some(day)]);
    for nothing in ["deal_id", "outcome"] {
        assert_eq!(seen.frame.column(nothing).unwrap().null_count(), 3, "{nothing}");
    }
    assert_eq!(seen.frame.columns.len(), tables.deals.frame.columns.len());
}

#[test]
fn service_events_have_their_minutes() {
    let events = "event_id,payee_id,opened_at,answered_at,resolved_at\n\
        S1,P1,2026-03-28 23:30,2026-03-29 03:30,\nS2,P1,2026-01-01T00:00:59Z,2026-01-01T00:01:58Z,2026-01-02\n";
    let mut project = channel()
        .source("service_events", "s.csv", events, "")
        .uses(TableName::ServiceEvents, &["minutes_to_answer", "minutes_to_resolve", "opened_at"]);
    project.book = "timezone = \"Europe/Berlin\"\n".to_owned();
    let tables = project.load();
    let frame = tables.frame(TableName::ServiceEvents).unwrap();
    let numbers = |name: &str| -> Vec<Option<i128>> {
        frame.column(name).unwrap().as_primitive::<Decimal128Type>().iter().collect()
    };
    // An hour is skipped in that night.
    assert_eq!(numbers("minutes_to_answer"), [Some(180), Some(0)]);
    assert_eq!(numbers("minutes_to_resolve"), [None, Some(1379)]);
}

#[test]
fn attributes_of_deals_with_a_type_of_their_own() {
    let deals = "deal_id,outcome,close_date,amount,term_months,term_ends_on\nD1,won,2026-02-01,100,12,2027-01-31\nD2,won,2026-02-01,100,x,\n";
    let project = Project::new()
        .source("deals", "deals.csv", deals, "")
        .with_payees()
        .uses(TableName::Deals, &["term_months", "term_ends_on"]);
    let tables = project.load();
    assert_eq!(lines(&tables), ["deals deals.csv:3 [D2] term_months bad-number `x`"]);
    assert!(tables.deals.frame.column("term_ends_on").unwrap().as_primitive_opt::<Date32Type>().is_some());
}
