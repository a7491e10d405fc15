//! Which win rate stands for a probability that is not there.

use std::fmt::Write;

use super::{Texts, made, open, project_file, question};
use crate::{Chance, ChanceOf};

const RULES: &str = "[[shared_credit]]\nid = \"new\"\nwhy = \"Test\"\neffective = { from = 2025-01-01 }\nrate = \"10%\"\nmodel = \"equal\"\n\n\
    [[channel_model]]\nid = \"model\"\nwhy = \"Test\"\neffective = { from = 2020-01-01 }\n\
    segments = [ { name = \"large\", when = \"amount >= 1000\" }, { name = \"small\", when = \"TRUE\" } ]\n\
    lead = [ { when = \"TRUE\", by = \"direct\" } ]\n";

/// Deals of a kind: channel, amount, close date, reversed deal, how many are won and lost.
type Kind<'a> = (&'a str, &'a str, &'a str, &'a str, u32, u32);

fn texts(kinds: &[Kind<'_>], rules: &str) -> Texts {
    let mut deals = "deal_id,outcome,close_date,amount,channel,reverses_deal_id\n".to_owned();
    for (nth, (channel, amount, day, reverses, won, lost)) in kinds.iter().enumerate() {
        for (outcome, number) in [("won", *won), ("lost", *lost)] {
            for deal in 0..number {
                writeln!(deals, "D-{nth}-{outcome}-{deal},{outcome},{day},{amount},{channel},{reverses}")
                    .unwrap();
            }
        }
    }
    let opportunities = "opportunity_id,amount,channel,probability,expected_close\n\
        A,5000,partner,,2026-07-01\nB,5,partner,,2026-07-01\nC,5000,direct,,2026-07-01\nD,5000,,,2026-07-01\nE,5000,partner,0.123456789,2026-07-01\n";
    vec![
        ("apportion.toml", project_file("")),
        ("rules.toml", rules.to_owned()),
        ("payees.csv", "payee_id\nbob\n".to_owned()),
        ("engagements.csv", "deal_id,opportunity_id,payee_id,role\n".to_owned()),
        ("deals.csv", deals),
        ("opportunities.csv", opportunities.to_owned()),
    ]
}

fn chances(kinds: &[Kind<'_>], rules: &str) -> Vec<(u32, u32, ChanceOf)> {
    let pipeline = made(&open(&texts(kinds, rules)), question("2026", "2026-06-30", 1)).pipeline;
    let shown = |Chance { won, of }, chance_of| (won, of, chance_of);
    pipeline.drawn.iter().map(|drawn| shown(drawn.chance, drawn.chance_of)).collect()
}

/// By hand. Large deals of partners: 15 of 20. Small ones: 4 of 19, so that their channel counts: 19 of 39. Direct ones: 1 of 2, and
/// two without a channel, so that all count: 20 of 43.
#[test]
fn twenty_of_channel_and_segment_else_of_the_channel_else_all() {
    let kinds = [
        ("partner", "2000", "2026-06-30", "", 15, 5),
        ("partner", "10", "2025-07-01", "", 4, 15),
        ("direct", "3000", "2026-01-01", "", 1, 1),
        ("", "3000", "2026-01-01", "", 0, 2),
        // Too early by a day, and too late.
        ("direct", "3000", "2025-06-30", "", 50, 0),
        ("partner", "3000", "2026-07-01", "", 50, 0),
        // Reversals and what is below 0 are not decided; lost ones that name a deal are.
        ("partner", "2000", "2026-02-01", "D-0-won-0", 7, 0),
        ("partner", "-2000", "2026-02-01", "", 7, 7),
    ];
    let probability = (123_456_789, 1_000_000_000, ChanceOf::Probability);
    assert_eq!(
        chances(&kinds, RULES),
        [
            (15, 20, ChanceOf::ChannelAndSegment),
            (19, 39, ChanceOf::Channel),
            (20, 43, ChanceOf::All),
            (20, 43, ChanceOf::All),
            probability,
        ]
    );
    // Without a segment, its channel and no segment are the same deals.
    let plain = RULES.split("[[channel_model]]").next().unwrap();
    let without: Vec<(u32, u32, ChanceOf)> = chances(&kinds, plain);
    let partner = (19, 39, ChanceOf::ChannelAndSegment);
    assert_eq!(without, [partner, partner, (20, 43, ChanceOf::All), (20, 43, ChanceOf::All), probability]);
}

#[test]
fn a_lost_deal_that_names_another_is_decided_and_zero_is_not_below_zero() {
    let kinds =
        [("partner", "0", "2026-06-30", "D-0-lost-1", 0, 20), ("partner", "0", "2026-06-30", "", 5, 0)];
    // Amounts of 0 are small: 5 of 25.
    let of_small = (5, 25, ChanceOf::ChannelAndSegment);
    let chances = chances(&kinds, RULES);
    assert_eq!((chances[0], chances[1]), ((5, 25, ChanceOf::Channel), of_small));
}
