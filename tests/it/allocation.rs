//! `split` compared with six money libraries: what the largest-remainder rule is said to reproduce it must, and where
//! the libraries follow another rule, docs/method/allocation.md says which and why ours differs.

use apportion::money::{Minor, Overflow, Splitter};
use rust_decimal::Decimal;
use serde::Deserialize;

use crate::support::{assert_committed, repository};

#[derive(Deserialize)]
struct Peers {
    cases: Vec<Peer>,
}

#[derive(Deserialize)]
struct Peer {
    source: String,
    amount_minor: i64,
    ratios: Vec<String>,
    expected_minor: Vec<i64>,
    reproduced_by: Vec<String>,
    mode: Option<String>,
    note: Option<String>,
    /// Cash is paid in steps of several minor units: the steps are split.
    cash_step_minor: Option<i64>,
}

impl Peer {
    fn ours(&self) -> Vec<i64> {
        let step = self.cash_step_minor.unwrap_or(1);
        assert_eq!(self.amount_minor % step, 0);
        let mut parts = Vec::new();
        assert!(
            Splitter::default()
                .split(Minor::new(self.amount_minor / step), &units(&self.ratios), &mut parts)
                .unwrap()
        );
        parts.iter().map(|part| part.raw() * step).collect()
    }

    /// Why the peer's answer differs, by its own rule.
    fn why(&self) -> &'static str {
        match (self.mode.as_deref().unwrap_or_default(), self.source.as_str()) {
            (mode, _) if mode.starts_with("FloorToFirst") => {
                "gives the minor units left to the first parts in order, however small their claim to them"
            }
            (mode, _) if mode.starts_with("FloorToLargestRatio") => {
                "gives the minor units left to the largest ratios, which have no larger claim to them than others"
            }
            (mode, _) if mode.starts_with("FloorSeparate") => {
                "hands the minor units left back instead of allocating them: our parts must add up to the pool"
            }
            (mode, _) if mode.starts_with("BlockSeparate") => {
                "allocates whole blocks of the ratios' sum only and hands the rest back: our parts must add up"
            }
            (_, source) if source.starts_with("RubyMoney") => {
                "walks from the last part to the first and truncates each share of what is left"
            }
            _ => {
                "truncates each negative part and gives the unit left to another part than for the positive amount: \
                  with us a reversal cancels its original"
            }
        }
    }
}

/// Ratios as whole numbers in the same proportion; fractions and decimals are exact.
fn units(ratios: &[String]) -> Vec<i128> {
    let parsed: Vec<(i128, i128)> = ratios.iter().map(|ratio| fraction(ratio)).collect();
    let common: i128 =
        parsed.iter().map(|(_, denominator)| denominator).fold(1, |all, &d| all / gcd(all, d) * d);
    parsed.iter().map(|(numerator, denominator)| numerator * (common / denominator)).collect()
}

fn fraction(ratio: &str) -> (i128, i128) {
    if let Some((numerator, denominator)) = ratio.split_once('/') {
        return (numerator.parse().unwrap(), denominator.parse().unwrap());
    }
    let decimal: Decimal = ratio.parse().unwrap();
    (decimal.mantissa(), 10_i128.pow(decimal.scale()))
}

fn gcd(a: i128, b: i128) -> i128 {
    if b == 0 { a } else { gcd(b, a % b) }
}

fn peers() -> Vec<Peer> {
    let text = std::fs::read_to_string(repository("fixtures/peer_cases/allocation_cases.json")).unwrap();
    serde_json::from_str::<Peers>(&text).unwrap().cases
}

fn follows_our_rule(peer: &Peer) -> bool {
    peer.reproduced_by.iter().any(|rule| rule == "largest_remainder")
}

#[test]
fn what_the_largest_remainder_rule_reproduces_comes_out() {
    let peers = peers();
    let same: Vec<&Peer> = peers.iter().filter(|peer| follows_our_rule(peer)).collect();
    assert_eq!((peers.len(), same.len()), (128, 95));
    for peer in same {
        if peer.amount_minor.abs() > Minor::MAX.raw() {
            // dinero.js goes to 19 digits; ours ends at 18, with an error and never a wrap.
            let parts = Splitter::default().split(
                Minor::new(peer.amount_minor),
                &units(&peer.ratios),
                &mut Vec::new(),
            );
            assert_eq!(parts, Err(Overflow));
            continue;
        }
        assert_eq!(
            peer.ours(),
            peer.expected_minor,
            "{}: {} by {:?}",
            peer.source,
            peer.amount_minor,
            peer.ratios
        );
    }
}

#[test]
fn where_the_peers_follow_another_rule_the_documentation_says_so() {
    let peers = peers();
    let same = peers.iter().filter(|peer| follows_our_rule(peer)).count();
    let list = |parts: &[i64]| parts.iter().map(i64::to_string).collect::<Vec<_>>().join(" ");
    let mut page = format!(
        "# Splitting, compared with six money libraries\n\n\
         `split` is the largest-remainder method over exact rationals: everyone gets the floor of the exact share, and the\n\
         minor units left go one each to the largest fractional remainders, ties to the earlier key. A negative total is\n\
         the mirror image of its positive.\n\n\
         The table below is made by the test suite from fixtures/peer_cases/allocation_cases.json (facts from the tests of\n\
         six libraries). Of its {} cases `split` reproduces {}; three of those are cash amounts in steps of 5 minor units,\n\
         where the steps are split, and one is an amount of 19 digits, which here is an error: an amount has at most 18. The\n\
         other {} follow another rule:\n\n\
         | library | amount | ratios | its parts | ours | its rule |\n|---|---:|---|---|---|---|\n",
        peers.len(),
        same,
        peers.len() - same
    );
    for peer in peers.iter().filter(|peer| !follows_our_rule(peer)) {
        let ours = peer.ours();
        assert_ne!(ours, peer.expected_minor, "{} now agrees: it belongs to the other test", peer.source);
        let library = peer.source.split_whitespace().next().unwrap_or_default();
        let note = peer.note.as_ref().map(|note| format!(" ({note})")).unwrap_or_default();
        page += &format!(
            "| {library}{note} | {} | {} | {} | {} | {} |\n",
            peer.amount_minor,
            peer.ratios.join(" "),
            list(&peer.expected_minor),
            list(&ours),
            peer.why()
        );
    }
    assert_committed("docs/method/allocation.md", &page);
}
