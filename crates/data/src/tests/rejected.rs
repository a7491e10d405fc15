//! One of each reject code, and what rejected rows do to others.

use super::*;

#[test]
fn every_bad_cell_of_every_row_is_reported() {
    let deals = "deal_id,outcome,close_date,amount,list_amount\n\
        D1,won,2026-02-01,100,\n\
        ,won,2026-02-01,100,\n\
        D3,open,01.02.2026,5.,1e3\n\
        D4,won,2026-02-30,1000000000000,1\n\
        D5,won,,,0.1234567\n";
    let project = Project::new().source("deals", "deals.csv", deals, "").with_payees();
    let tables = project.load();
    assert_eq!(
        lines(&tables),
        [
            "deals deals.csv:3 [] deal_id missing-value ``",
            "deals deals.csv:4 [D3] amount bad-number `5.`",
            "deals deals.csv:4 [D3] close_date bad-date `01.02.2026`",
            "deals deals.csv:4 [D3] list_amount bad-number `1e3`",
            "deals deals.csv:4 [D3] outcome not-a-choice `open`",
            "deals deals.csv:5 [D4] amount too-large `1000000000000`",
            "deals deals.csv:5 [D4] close_date bad-date `2026-02-30`",
            "deals deals.csv:6 [D5] amount missing-value ``",
            "deals deals.csv:6 [D5] close_date missing-value ``",
            "deals deals.csv:6 [D5] list_amount bad-number `0.1234567`",
        ]
    );
    assert_eq!(counts(&tables, TableName::Deals), [5, 1, 0, 4]);
    assert_eq!(tables.rejects[2].message, "`01.02.2026` is not a date written as `%Y-%m-%d`");
}

#[test]
fn engagements_and_what_they_name() {
    let deals = "deal_id,outcome,close_date,amount\nD1,won,2026-02-01,100\nD2,won,x,200\nD3,won,2026-02-01,1\n\
        D4,won,2026-02-01,1\nD5,won,2026-02-01,1\nD6,won,2026-02-01,1\n";
    let engagements = "engagement_id,deal_id,account_id,payee_id,role,weight\n\
        E1,D1,,P1,sourced,1\n\
        E2,D2,,P1,sourced,\n\
        E3,D9,,P9,sourced,\n\
        E4,D3,,P9,sourced,\n\
        E5,D4,,P1,sourced,-1\n\
        E6,,,P1,sourced,\n\
        E7,,A1,P1,sourced,\n\
        E8,D5,,P1,,\n\
        E9,D1,,P1,sourced,1,extra\n\
        E1,D1,,P1,sourced,1.0\n\
        E10,D6,,P1,sourced,1\n\
        E10,D6,,P2,sourced,1\n\
        ,D1,,P1,cosell,1\n\
        ,D1,,P1,cosell,1\n";
    let project = Project::new()
        .source("deals", "deals.csv", deals, "")
        .source("engagements", "e.csv", engagements, "")
        .with_payees();
    let tables = project.load();
    let engaged: Vec<String> =
        lines(&tables).into_iter().filter(|line| line.starts_with("engagements")).collect();
    assert_eq!(
        engaged,
        [
            "engagements e.csv:10 []  ragged-row ``",
            "engagements e.csv:11 [E1]  duplicate-row ``",
            "engagements e.csv:12 [E10]  conflicting-key ``",
            "engagements e.csv:13 [E10]  conflicting-key ``",
            "engagements e.csv:3 [E2] deal_id deal-rejected `D2`",
            "engagements e.csv:4 [E3] deal_id unknown-deal `D9`",
            "engagements e.csv:4 [E3] payee_id unknown-payee `P9`",
            "engagements e.csv:5 [E4] payee_id unknown-payee `P9`",
            "engagements e.csv:6 [E5] weight negative-weight `-1`",
            "engagements e.csv:7 [E6] deal_id missing-value ``",
            "engagements e.csv:9 [E8] role missing-value ``",
        ]
    );
    assert_eq!(counts(&tables, TableName::Engagements), [14, 4, 0, 10]);
    // D1, D3, D4, D5, D6: the duplicate and the ragged row of D1 leave it complete.
    assert_eq!(tables.deals.incomplete_engagements, [false, true, true, true, true]);
    assert_eq!(tables.deals.incomplete_splits, [false; 5]);
}

#[test]
fn repeats_and_contradictions() {
    let deals = "deal_id,outcome,close_date,amount,currency,region\n\
        D1,won,2026-02-01,100,,north\n\
        D1,won,2026-02-01,100.00,USD,south\n\
        D2,won,2026-02-01,100,,\n\
        D2,won,2026-02-01,100,,\n\
        D2,won,2026-02-01,101,,\n\
        D3,won,2026-02-01,x,,\n\
        D3,won,2026-02-01,1,,\n";
    let project = Project::new().source("deals", "deals.csv", deals, "").with_payees();
    assert_eq!(
        lines(&project.load()),
        [
            "deals deals.csv:3 [D1]  duplicate-row ``",
            "deals deals.csv:4 [D2]  conflicting-key ``",
            "deals deals.csv:5 [D2]  conflicting-key ``",
            "deals deals.csv:6 [D2]  conflicting-key ``",
            "deals deals.csv:7 [D3] amount bad-number `x`",
        ]
    );
    // An attribute that a rule names is read, and so it is compared.
    let tables = project.uses(TableName::Deals, &["region"]).load();
    assert_eq!(
        lines(&tables)[..2].join("; "),
        "deals deals.csv:2 [D1]  conflicting-key ``; deals deals.csv:3 [D1]  conflicting-key ``"
    );
}

#[test]
fn columns_that_conditions_name_are_compared() {
    let deals = "deal_id,outcome,close_date,amount,stage\n\
        D1,won,2026-02-01,1,a\nD1,won,2026-02-01,1,b\nD2,won,2026-02-01,1,c\n";
    let project =
        Project::new().source("deals", "deals.csv", deals, "where = \"stage <> 'c'\"").with_payees();
    let tables = project.load();
    assert_eq!(counts(&tables, TableName::Deals), [3, 0, 1, 2]);
    assert_eq!(tables.rejects[0].code.word(), "conflicting-key");
}

#[test]
fn splits_quotas_and_rates() {
    let splits = "deal_id,payee_id,percent,role\n\
        D1,P1,50,\nD1,P1,50,ae\nD1,P2,1000.5,\nD1,P2,-1,ae\nD2,P9,1,\nD9,P1,1,\nD1,P1,50.0,\n";
    let quotas = "payee_id,period,amount\n\
        P1,2026-Q1,1000\nP1,2026-Q5,1000\nP2,2026,0\nP9,2026,5\nP3,2026-01,\nP3,2026,7\nP3,2026,8\n";
    let rates = "date,currency,rate\n\
        2026-01-01,EUR,1.1\n2026-01-01,EUR,1.2\n31.12.2025,EUR,1\n2026-01-01,GBP,0\n2026-01-02,GBP,1000000000\n,CHF,1\n";
    let tables = Project::usual()
        .source("splits", "s.csv", splits, "")
        .source("quotas", "q.csv", quotas, "")
        .source("fx_rates", "fx.csv", rates, "")
        .load();
    assert_eq!(
        lines(&tables),
        [
            "fx_rates fx.csv:2 [2026-01-01|EUR]  conflicting-key ``",
            "fx_rates fx.csv:3 [2026-01-01|EUR]  conflicting-key ``",
            "fx_rates fx.csv:5 [2026-01-01|GBP] rate bad-number `0`",
            "fx_rates fx.csv:6 [2026-01-02|GBP] rate too-large `1000000000`",
            "fx_rates fx.csv:4 [31.12.2025|EUR] date bad-date `31.12.2025`",
            "fx_rates fx.csv:7 [|CHF] date missing-value ``",
            "quotas q.csv:3 [P1|2026-Q5] period bad-date `2026-Q5`",
            "quotas q.csv:4 [P2|2026] amount bad-number `0`",
            "quotas q.csv:7 [P3|2026]  conflicting-key ``",
            "quotas q.csv:8 [P3|2026]  conflicting-key ``",
            "quotas q.csv:6 [P3|2026-01] amount missing-value ``",
            "quotas q.csv:5 [P9|2026] payee_id unknown-payee `P9`",
            "splits s.csv:8 [D1|P1|]  duplicate-row ``",
            "splits s.csv:4 [D1|P2|] percent bad-number `1000.5`",
            "splits s.csv:5 [D1|P2|ae] percent bad-number `-1`",
            "splits s.csv:6 [D2|P9|] payee_id unknown-payee `P9`",
            "splits s.csv:7 [D9|P1|] deal_id unknown-deal `D9`",
        ]
    );
}

#[test]
fn rates_of_deals() {
    let deals = "deal_id,outcome,close_date,amount,list_amount,currency\n\
        D1,won,2026-02-01,100,125,EUR\n\
        D2,won,2026-03-04,100,,EUR\n\
        D3,won,2025-12-31,100,,EUR\n\
        D4,won,2026-02-01,100,,XYZ\n\
        D5,won,2026-02-01,\"€999,999,999,999\",999999999999,EUR\n\
        D6,won,2026-02-01,10.005,,USD\n";
    let rates = "date,currency,rate\n2026-02-01,EUR,1.085\n2026-01-01,EUR,2\n";
    let engagements = "deal_id,payee_id,role\nD4,P1,a\nD1,P1,a\n";
    let tables = Project::new()
        .source("deals", "deals.csv", deals, "")
        .source("fx_rates", "fx.csv", rates, "")
        .source("engagements", "e.csv", engagements, "")
        .with_payees()
        .uses(TableName::Deals, &["amount", "list_amount", "source_amount", "discount"])
        .load();
    assert_eq!(
        lines(&tables),
        [
            "deals deals.csv:4 [D3] currency no-fx-rate `EUR`",
            "deals deals.csv:5 [D4] currency no-fx-rate `XYZ`",
            "deals deals.csv:6 [D5] amount too-large `€999,999,999,999`",
            "deals deals.csv:6 [D5] list_amount too-large `999999999999`",
            "engagements e.csv:2 [] deal_id deal-rejected `D4`",
        ]
    );
    // In order of their close dates.
    assert_eq!(tables.deals.amount_e6, [108_500_000, 10_005_000, 108_500_000]);
}

#[test]
fn managers() {
    let payees = "payee_id,manager_id\nP1,P2\nP2,P3\nP3,P2\nP4,P9\nP5,P4\nP6,P6\nP7,P8\nP8,\nP8,P1\n";
    let deals = "deal_id,outcome,close_date,amount\n";
    let project = Project::new().source("deals", "d.csv", deals, "").source("payees", "p.csv", payees, "");
    let tables = project.uses(TableName::Payees, &["manager_id"]).load();
    assert_eq!(
        lines(&tables),
        [
            "payees p.csv:3 [P2] manager_id manager-cycle `P3` kept",
            "payees p.csv:4 [P3] manager_id manager-cycle `P2` kept",
            "payees p.csv:5 [P4] manager_id unknown-manager `P9` kept",
            "payees p.csv:7 [P6] manager_id manager-cycle `P6` kept",
            "payees p.csv:8 [P7] manager_id unknown-manager `P8` kept",
            "payees p.csv:9 [P8]  conflicting-key ``",
            "payees p.csv:10 [P8]  conflicting-key ``",
        ]
    );
    let none = super::super::NONE;
    let managers: Vec<_> = tables.payees.all().map(|payee| tables.payees.manager(payee, 0)).collect();
    assert_eq!(codes(&managers), [1, none, none, none, 3, none, none]);
    let manager_ids = tables.payees.frame.column("manager_id").unwrap();
    assert_eq!(arrow::array::Array::null_count(manager_ids), 5);
    assert_eq!(counts(&tables, TableName::Payees), [9, 7, 0, 2]);
}

#[test]
fn values_are_reported_as_they_were() {
    let engagements = "deal_id,payee_id,role\nD1,bob,a\nD1,,a\n";
    let added = "values = { payee_id = { bob = \"P9\" } }\ndefaults = { payee_id = \"P8\" }";
    let tables = Project::usual().source("engagements", "e.csv", engagements, added).load();
    assert_eq!(
        lines(&tables),
        [
            "engagements e.csv:2 [] payee_id unknown-payee `bob`",
            "engagements e.csv:3 [] payee_id unknown-payee ``",
        ]
    );
    assert_eq!(tables.rejects[0].message, "the payee `P9` is not among the payees");
}

#[test]
fn what_nulls_empty_is_reported_as_it_was() {
    let deals = "deal_id,outcome,close_date,amount,stage\n\
        N/A,won,2026-02-01,1,a\nD2,won,N/A, N/A ,a\nD3,won,2026-02-01,,a\nD4,won,2026-02-01,1,N/A\n";
    let engagements = "deal_id,account_id,payee_id,role\nN/A,,P1,x\nD4,,N/A,x\n";
    let rates = "date,currency,rate\nN/A,EUR,1\n";
    let nulls = "nulls = [\"N/A\"]";
    let tables = Project::new()
        .source("deals", "deals.csv", deals, &format!("{nulls}\nwhere = \"stage = 'a'\""))
        .source("engagements", "e.csv", engagements, nulls)
        .source("fx_rates", "fx.csv", rates, nulls)
        .with_payees()
        .load();
    assert_eq!(
        lines(&tables),
        [
            "deals deals.csv:3 [D2] amount missing-value `N/A`",
            "deals deals.csv:3 [D2] close_date missing-value `N/A`",
            "deals deals.csv:4 [D3] amount missing-value ``",
            "deals deals.csv:2 [N/A] deal_id missing-value `N/A`",
            "engagements e.csv:2 [] deal_id missing-value `N/A`",
            "engagements e.csv:3 [] payee_id missing-value `N/A`",
            "fx_rates fx.csv:2 [N/A|EUR] date missing-value `N/A`",
        ]
    );
    let message = "`N/A` is one of the source's nulls, and every row needs a value here";
    assert_eq!(tables.rejects[0].message, message);
    assert_eq!(counts(&tables, TableName::Deals), [4, 0, 1, 3]);
}

#[test]
fn columns_of_one_source_are_compared_where_they_were_read() {
    const HEADER: &str = "deal_id,outcome,close_date,amount,stage\n";
    let row = |id: &str, stage: &str| format!("{id},won,2026-02-01,1,{stage}\n");
    let blind = ("blind.csv", [row("D1", "a"), row("D2", "a"), row("D3", "b"), row("D4", "a")].concat(), "");
    let condition = "where = \"stage <> 'c'\"";
    // D1 as it is, D2 with another stage than where the column was not read, D3 contradicts itself
    let seeing = ("seeing.csv", [row("D1", "a"), row("D2", "b"), row("D3", "a")].concat(), condition);
    let other = ("other.csv", row("D3", "b"), condition);
    let (codes, used) = (["duplicate-row D1", "duplicate-row D2"], [7 + 1, 3, 0, 5]);
    for order in [[0, 1, 2], [2, 1, 0], [1, 2, 0], [1, 0, 2]] {
        let mut project = Project::new().with_payees();
        for index in order {
            let (file, rows, added) = &[&blind, &seeing, &other][index];
            project = project.source("deals", file, format!("{HEADER}{rows}"), added);
        }
        let tables = project.load();
        let mut found: Vec<String> =
            tables.rejects.iter().map(|reject| format!("{} {}", reject.code.word(), reject.key)).collect();
        found.sort();
        assert_eq!(found[..3], ["conflicting-key D3"; 3], "{order:?}");
        assert_eq!(found[3..], codes, "{order:?}");
        assert_eq!(counts(&tables, TableName::Deals), used, "{order:?}");
    }
}
