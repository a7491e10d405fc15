//! The sentences of a case: what made a claim's state, why one holds, why a decision does not count.

use apportion_book::display_day;

use super::tree::{ClaimFacts, HolderWhy, Outcome};
use crate::explain::tree::PayeeName;
use crate::explain::words::named;

/// The days that made the state of a claim, in their order.
pub fn course(claim: &ClaimFacts) -> Vec<String> {
    let mut said = vec![format!("submitted on {} ({})", display_day(claim.submitted), claim.submitted_at)];
    if let Some(decided) = &claim.decided {
        let by = decided.by.as_ref().map(|by| format!(" by {by}")).unwrap_or_default();
        let by = if decided.by_silence { " by silence: nobody decided in time".to_owned() } else { by };
        let why = decided.why.as_ref().map(|why| format!(": {why}")).unwrap_or_default();
        said.push(format!("{} on {}{by}{why}", decided.word, display_day(decided.day)));
    }
    if let Some(protection) = &claim.protection {
        let extended = match protection.extensions {
            0 => String::new(),
            1 => ", extended once".to_owned(),
            times => format!(", extended {times} times"),
        };
        let (from, until) = (display_day(protection.from), display_day(protection.until));
        said.push(format!("protected from {from} to {until}{extended}"));
        if let Some((lapsed, counted_from)) = protection.lapsed {
            let (lapsed, counted_from) = (display_day(lapsed), display_day(counted_from));
            said.push(format!("lapsed on {lapsed}: no work of a member after {counted_from}"));
        } else if let Some(grace) = protection.grace_until {
            said.push(format!("grace until {}", display_day(grace)));
        }
    }
    said.extend(claim.chosen.iter().map(|day| format!("chosen by the customer on {}", display_day(*day))));
    said.extend(claim.withdrawn.map(|day| format!("withdrawn on {}", display_day(day))));
    match claim.reason.as_deref() {
        Some("registration-tie") => said.push("submitted at the same second as another payee's".to_owned()),
        Some("two-policies") => said.push("two policies are for it, so that none is".to_owned()),
        _ => {}
    }
    said
}

/// Why the holder holds.
pub fn holder(why: HolderWhy) -> String {
    match why {
        HolderWhy::Alone => "no other claim protects the deal on that day".to_owned(),
        HolderWhy::CustomerChoice(day) => {
            format!("the customer chose it on {}, later than any other", display_day(day))
        }
        HolderWhy::First => "it was submitted first".to_owned(),
        HolderWhy::Awarded => "the tie was awarded to it".to_owned(),
    }
}

/// Why a decision does not count, by its code.
pub fn refusal(code: &str) -> &'static str {
    match code {
        "not-entitled" => "who decided may not decide this at that level",
        "too-early" => "the level had not begun",
        "not-a-claimant" => "somebody else would get a share",
        _ => "who decided gets something out of it",
    }
}

/// What is decided, by the names of the two.
pub fn outcome(outcome: Outcome, claimants: &[PayeeName; 2]) -> String {
    match outcome {
        Outcome::AsItStands => "as it stands".to_owned(),
        Outcome::Award(place) => format!("all to {}", claimants.get(place).map(named).unwrap_or_default()),
        Outcome::Halves => "half each".to_owned(),
        Outcome::Void => "void".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::explain::case::tree::{ProtectionFacts, RegistrationDecisionFacts};

    fn claim(protection: Option<ProtectionFacts>) -> ClaimFacts {
        ClaimFacts {
            registration_id: "R-1".to_owned(),
            payee: PayeeName { id: "pat".to_owned(), name: None },
            members: Vec::new(),
            policy: None,
            role: None,
            rank: 1,
            state: "protected",
            is_holder: true,
            reason: None,
            submitted_at: "2026-01-05T08:00:00Z".to_owned(),
            submitted: 20_458,
            decided: None,
            protection,
            withdrawn: None,
            chosen: Vec::new(),
        }
    }

    #[test]
    fn the_days_of_a_claim_are_told_in_their_order() {
        let protection = ProtectionFacts {
            from: 20_459,
            until: 20_579,
            extensions: 2,
            grace_until: Some(20_609),
            lapsed: None,
        };
        let decided = RegistrationDecisionFacts {
            word: "approved",
            day: 20_459,
            by: None,
            by_silence: true,
            why: None,
        };
        let told = ClaimFacts { decided: Some(decided), chosen: vec![20_500], ..claim(Some(protection)) };
        assert_eq!(
            course(&told),
            [
                "submitted on 2026-01-05 (2026-01-05T08:00:00Z)",
                "approved on 2026-01-06 by silence: nobody decided in time",
                "protected from 2026-01-06 to 2026-05-06, extended 2 times",
                "grace until 2026-06-05",
                "chosen by the customer on 2026-02-16",
            ]
        );
    }

    /// What has lapsed has no grace.
    #[test]
    fn a_lapse_names_the_day_from_which_it_is_counted() {
        let protection = ProtectionFacts {
            from: 20_459,
            until: 20_579,
            extensions: 0,
            grace_until: Some(20_609),
            lapsed: Some((20_520, 20_459)),
        };
        let told = course(&claim(Some(protection)));
        assert_eq!(told.last().unwrap(), "lapsed on 2026-03-08: no work of a member after 2026-01-06");
    }
}
