//! What a payee sees: no page has an id or a name of somebody, or of a deal, that its reader may not see.

#![expect(clippy::unwrap_used, reason = "a test that fails may panic")]

use apportion::channel::Subject;
use apportion::cli::reports::MadeReport;
use apportion::cli::reports::args::PageFormat;
use apportion::{Session, Settlement};
use apportion_insight::page::{Question, report_page, review};
use apportion_insight::{Seen, Sight, health, scorecard};

/// A partner with much, one with little, an employee, and a manager.
const VIEWERS: [&str; 4] = ["P-12", "P-05", "E-05", "E-15"];

fn quarter() -> (Session, Settlement) {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../fixtures/channel");
    let session = Session::open(folder).unwrap().for_reports(&[]).unwrap();
    let settlement = session.settle("2026-Q2".parse().unwrap()).unwrap();
    (session, settlement)
}

/// Whether an id stands alone in a text.
fn has(text: &str, id: &str) -> bool {
    let is_part = |mark: Option<char>| mark.is_some_and(|mark| mark.is_alphanumeric() || "-_".contains(mark));
    text.match_indices(id).any(|(place, _)| {
        let (before, after) = (&text[..place], &text[place + id.len()..]);
        !is_part(before.chars().next_back()) && !is_part(after.chars().next())
    })
}

/// Ids and names that a reader may not see.
fn hidden(sight: Sight<'_>) -> Vec<String> {
    let tables = &sight.settlement.as_close().tables;
    let mut hidden = Vec::new();
    for payee in tables.payees.all().filter(|payee| !sight.sees_payee(*payee)) {
        hidden.push(tables.payees.id(payee).to_owned());
        hidden.extend(tables.payees.frame.text("name", payee.at()).map(str::to_owned));
    }
    let deals = tables.deals.all().filter(|deal| tables.effects.milestone(*deal).is_none());
    hidden.extend(
        deals.filter(|deal| !sight.sees(Subject::Deal(*deal))).map(|deal| tables.deals.id(deal).to_owned()),
    );
    let open = &tables.channel.opportunities;
    let unseen = open.all().filter(|place| !sight.sees(Subject::Open(*place)));
    hidden.extend(unseen.map(|place| open.ids.value(place.at()).to_owned()));
    let registrations = &tables.channel.registrations;
    let unseen = registrations.iter().filter(|(place, _)| !sight.sees_registration(*place));
    hidden.extend(unseen.map(|(place, _)| registrations.ids.value(place.at()).to_owned()));
    hidden
}

fn texts(report: MadeReport) -> impl Iterator<Item = String> {
    report.files.into_iter().map(|(_, bytes)| String::from_utf8(bytes).unwrap())
}

#[test]
fn no_page_names_what_its_reader_may_not_see() {
    let (session, settlement) = quarter();
    for viewer in VIEWERS {
        let seen = Seen::new(&session, &settlement, viewer).unwrap();
        let sight = Sight { settlement: &settlement, seen: Some(&seen) };
        let hidden = hidden(sight);
        assert!(hidden.len() > 100, "{viewer} sees nearly everything");
        let question = review::Question { payee: viewer, since: 20_454, format: PageFormat::Html };
        let columns =
            scorecard::Question { by: vec!["channel".to_owned()], matrix: true, ..Default::default() };
        let made = [
            report_page(&session, sight, Question { format: PageFormat::Html, draws: Some(10) }).unwrap(),
            review::review(&session, &settlement, &seen, question).unwrap(),
            health::health(sight).unwrap(),
            scorecard::scorecard(sight, &columns).unwrap(),
        ];
        for text in made.into_iter().flat_map(texts) {
            let told: Vec<&String> = hidden.iter().filter(|id| has(&text, id)).collect();
            assert!(told.is_empty(), "{viewer} is told of {told:?}");
            assert!(!text.is_empty());
        }
    }
}

#[test]
fn a_viewer_s_scorecard_counts_what_is_seen() {
    let (session, settlement) = quarter();
    let rows = |sight: Sight<'_>| {
        let made = scorecard::scorecard(sight, &scorecard::Question::default()).unwrap();
        texts(made).next().unwrap()
    };
    let all = rows((&settlement).into());
    let seen = Seen::new(&session, &settlement, "P-12").unwrap();
    let own = rows(Sight { settlement: &settlement, seen: Some(&seen) });
    let close = settlement.as_close();
    let tables = &close.tables;
    let viewer = tables.payees.with_id("P-12").unwrap();
    let earned: i128 = close
        .settlement
        .lines
        .iter()
        .filter(|line| line.payee == viewer)
        .map(|line| line.amount.wide())
        .sum();
    let of = |text: &str, metric: &str| {
        let row = text.lines().find(|line| line.split(',').nth(1) == Some(metric)).map(str::to_owned);
        row.and_then(|row| row.split(',').nth(2).map(str::to_owned)).unwrap()
    };
    assert_eq!(of(&own, "earned"), apportion::money::format_scaled(earned, 2));
    assert_ne!(of(&all, "earned"), of(&own, "earned"));
    let (all_deals, own_deals): (u32, u32) =
        (of(&all, "deals").parse().unwrap(), of(&own, "deals").parse().unwrap());
    assert!(own_deals > 0 && own_deals < all_deals, "{own_deals} of {all_deals}");
}

#[test]
fn a_page_knows_no_deal_that_closes_later() {
    let (session, settlement) = quarter();
    let question = Question { format: PageFormat::Html, draws: None };
    let page = texts(report_page(&session, (&settlement).into(), question).unwrap()).next().unwrap();
    let deals = &settlement.as_close().tables.deals;
    let last_day = session.book().calendar().last_day(settlement.period());
    let later: Vec<&str> = deals
        .all()
        .filter(|deal| deals.close_date[*deal] > last_day)
        .map(|deal| deals.id(deal))
        .filter(|id| has(&page, id))
        .collect();
    assert!(later.is_empty(), "{later:?}");
}
