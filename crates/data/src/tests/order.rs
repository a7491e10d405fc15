//! Shuffled rows, other files, other numbers of threads: the same tables.

use std::sync::Arc;

use proptest::prelude::*;

use super::*;

const DEALS: &str = "deal_id,outcome,close_date,amount,currency,account_id,renews_deal_id";
const ENGAGEMENTS: &str = "engagement_id,deal_id,account_id,payee_id,role,occurred_on,weight";

fn deal() -> impl Strategy<Value = String> {
    let id = prop::sample::select(vec!["D1", "D2", "D3", "D4", "d5", ""]);
    let amount = prop::sample::select(vec!["1", "1.0", "-3", "x", "999999999999"]);
    let currency = prop::sample::select(vec!["", "USD", "EUR", "XXX"]);
    let account = prop::sample::select(vec!["", "A1", "A2"]);
    let renews = prop::sample::select(vec!["", "D1", "D9"]);
    (id, amount, currency, account, renews).prop_map(|(id, amount, currency, account, renews)| {
        format!("{id},won,2026-02-01,{amount},{currency},{account},{renews}")
    })
}

fn engagement() -> impl Strategy<Value = String> {
    let id = prop::sample::select(vec!["", "", "E1", "E2", "E3"]);
    let deal = prop::sample::select(vec!["", "D1", "D2", "D3", "D9"]);
    let account = prop::sample::select(vec!["", "A1", "A3"]);
    let payee = prop::sample::select(vec!["P1", "P2", "P9"]);
    let role = prop::sample::select(vec!["a", "b", ""]);
    let day = prop::sample::select(vec!["", "2026-01-01", "2026-01-02"]);
    let weight = prop::sample::select(vec!["", "1", "2", "-1"]);
    (id, deal, account, payee, role, day, weight).prop_map(|(id, deal, account, payee, role, day, weight)| {
        format!("{id},{deal},{account},{payee},{role},{day},{weight}")
    })
}

fn load(deals: &[String], engagements: &[String], cut: usize) -> Tables {
    let file = |header: &str, rows: &[String]| format!("{header}\n{}\n", rows.join("\n"));
    let cut = cut.min(engagements.len());
    Project::new()
        .source("deals", "deals.csv", file(DEALS, deals), "")
        .source("engagements", "e1.csv", file(ENGAGEMENTS, &engagements[..cut]), "")
        .source("engagements", "e2.csv", file(ENGAGEMENTS, &engagements[cut..]), "")
        .source("fx_rates", "fx.csv", "date,currency,rate\n2026-02-01,EUR,1.1\n", "")
        .with_payees()
        .uses(TableName::Deals, &["account_id"])
        .uses(TableName::Engagements, &["role", "deal_id", "weight", "engagement_id", "account_id"])
        .load()
}

/// Everything but file and row.
fn shape(tables: &Tables) -> String {
    let mut rejects: Vec<String> = tables
        .rejects
        .iter()
        .map(|r| format!("{} {} {} {} {}", r.table.word(), r.key, r.column, r.code.word(), r.value))
        .collect();
    // Findings that differ in file and row only may be in another order.
    rejects.sort();
    let tables = with_named_accounts(tables);
    let engagements = engagements_by_deal(&tables.engagements);
    format!("{:?} {engagements:?} {:?} {rejects:?} {:?}", tables.deals, tables.payees, tables.counts)
}

/// The same with accounts numbered in order of their names: their own numbers mean identity only.
fn with_named_accounts(tables: &Tables) -> Tables {
    let mut tables = tables.clone();
    let of_deals = super::kept::texts(tables.deals.frame.column("account_id").unwrap());
    let of_engagements = super::kept::texts(tables.engagements.frame.column("account_id").unwrap());
    let mut names = std::collections::BTreeMap::new();
    let numbers = tables.deals.account.iter().chain(&tables.engagements.account);
    for (number, name) in numbers.zip(of_deals.iter().chain(&of_engagements)) {
        assert_eq!(number.is_none(), name.is_none());
        assert!(number.get().is_none_or(|account| account.at() < tables.deals.accounts));
        assert_eq!(*names.entry(*number).or_insert(name), name, "an account has one number");
    }
    let mut sorted: Vec<_> = names.values().copied().collect();
    sorted.sort();
    sorted.dedup();
    assert_eq!(sorted.len(), names.len(), "and a number is of one account");
    let named = |number: &Optional<AccountIx>| -> Optional<AccountIx> {
        AccountIx::new(sorted.binary_search(&names[number]).unwrap()).into()
    };
    let deals = tables.deals.account.iter().map(named).collect();
    let engagements = tables.engagements.account.iter().map(named).collect();
    Arc::make_mut(&mut tables.engagements).account = engagements;
    (tables.deals.account, tables.deals.accounts) = (deals, 0);
    tables
}

/// The engagements of each deal: a group, whose order says nothing.
fn engagements_by_deal(table: &Engagements) -> Vec<String> {
    let roles = super::kept::texts(table.frame.column("role").unwrap());
    let mut rows: Vec<String> = (0..table.deal.len())
        .map(|row| {
            let dense = (
                table.deal[row],
                table.account[row],
                table.payee[row],
                table.role[row],
                table.occurred_on[row],
            );
            let id = table.ids.get(crate::EngagementIx::from_raw(row as u32));
            format!("{dense:?} {} {id:?} {:?}", table.weight_e9[row], roles[row])
        })
        .collect();
    assert!(table.deal.is_sorted_by_key(|deal| deal.code()));
    rows.sort();
    rows.push(format!("{:?} {:?}", table.by_deal, table.roles));
    rows
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]
    #[test]
    fn rows_may_come_in_any_order(
        (deals, shuffled_deals) in prop::collection::vec(deal(), 0..12).prop_flat_map(|rows| (Just(rows.clone()), Just(rows).prop_shuffle())),
        (engagements, shuffled) in prop::collection::vec(engagement(), 0..20).prop_flat_map(|rows| (Just(rows.clone()), Just(rows).prop_shuffle())),
        cut in 0_usize..20,
    ) {
        let straight = shape(&load(&deals, &engagements, 0));
        let one_thread = rayon::ThreadPoolBuilder::new().num_threads(1).build().unwrap();
        let other = one_thread.install(|| load(&shuffled_deals, &shuffled, cut));
        prop_assert_eq!(straight, shape(&other));
    }
}
