//! Who leads: `segment`, `lead`, `priority` and `crossed` of deals and of what is open.

use std::collections::BTreeSet;

use apportion_data::{Frame, NONE};
use apportion_expr::Expr;
use apportion_rules::{ChannelModel, PolicyIx};
use arrow::array::ArrayRef;

use crate::attributes::{Attributes, flags, words};
use crate::fault::PolicyFault;
use crate::scope::{Dated, Judge, Judged, put_column};
use crate::texts::Texts;

/// The columns of all rows, in the order in which they are made. Where no version is in force, texts are null and conditions false.
///
/// # Errors
/// The first row on which an expression that is asked has no value.
pub fn attributes(model: &Dated<'_, ChannelModel>, judged: Judged<'_>) -> Result<Attributes, PolicyFault> {
    let mut making = Making { model, judged, frame: judged.frame.clone(), made: Attributes::default() };
    let segment = making.first_true(|terms| {
        terms.segments.iter().map(|segment| (&segment.when, segment.name.as_str())).collect()
    })?;
    making.put("segment", words(&segment.words, segment.of_row));
    let lead =
        making.first_true(|terms| terms.lead.iter().map(|lead| (&lead.when, lead.by.as_str())).collect())?;
    let channel = Texts::of(judged.frame, "channel");
    let crossed = (0..lead.of_row.len()).map(|row| is_crossed(lead.word(row), channel.get(row)));
    let crossed = flags(crossed);
    making.put("lead", words(&lead.words, lead.of_row));
    let priority = making.priority()?;
    making.put("priority", flags(priority.into_iter()));
    making.put("crossed", crossed);
    Ok(making.made)
}

/// Whether another channel sells than leads.
fn is_crossed(lead: Option<&str>, channel: Option<&str>) -> bool {
    match (lead, channel) {
        (Some("direct"), Some(channel)) => channel != "direct",
        (Some("partner"), Some(channel)) => channel == "direct",
        _ => false,
    }
}

/// A word of each row.
struct Words<'m> {
    /// In byte order.
    words: Vec<&'m str>,
    /// The numbers of words, or [`NONE`].
    of_row: Vec<u32>,
}

impl<'m> Words<'m> {
    fn word(&self, row: usize) -> Option<&'m str> {
        self.words.get(*self.of_row.get(row)? as usize).copied()
    }
}

/// Columns that are made one after the other, so that each sees those before it.
struct Making<'m, 'j> {
    model: &'m Dated<'m, ChannelModel>,
    judged: Judged<'j>,
    /// With the columns that are made.
    frame: Frame,
    made: Attributes,
}

impl<'m> Making<'m, '_> {
    fn policy(&self) -> PolicyIx {
        self.model.policy
    }

    fn put(&mut self, name: &'static str, array: ArrayRef) {
        put_column(&mut self.frame, name, array.clone());
        self.made.put(name, array);
    }

    /// For each row the word of the first condition that is true in the version of its day. As in a CASE, no condition is asked about a
    /// row that has a word.
    fn first_true(
        &self,
        cases: impl Fn(&'m ChannelModel) -> Vec<(&'m Expr, &'m str)>,
    ) -> Result<Words<'m>, PolicyFault> {
        let mut found = vec![NONE; self.judged.len()];
        let all = self.model.versions.iter().flat_map(|version| cases(version.terms));
        let words: BTreeSet<&str> = all.map(|(_, word)| word).collect();
        let words: Vec<&str> = words.into_iter().collect();
        for version in &self.model.versions {
            let mut open = version.rows(self.judged.days);
            for (when, word) in cases(version.terms) {
                // Every word is there, and a rule has fewer than can be numbered.
                let number = words.binary_search(&word).map_or(NONE, |place| place as u32);
                let is_true = self.truths(when, &open)?;
                let mut rest = Vec::with_capacity(open.len());
                for (row, is_true) in open.iter().zip(is_true) {
                    match found.get_mut(*row as usize).filter(|_| is_true) {
                        Some(found) => *found = number,
                        None => rest.push(*row),
                    }
                }
                open = rest;
            }
        }
        Ok(Words { words, of_row: found })
    }

    fn priority(&self) -> Result<Vec<bool>, PolicyFault> {
        let mut priority = vec![false; self.judged.len()];
        for version in &self.model.versions {
            let Some(condition) = &version.terms.priority else { continue };
            let rows = version.rows(self.judged.days);
            for (row, is_true) in rows.iter().zip(self.truths(condition, &rows)?) {
                if let Some(priority) = priority.get_mut(*row as usize) {
                    *priority = is_true;
                }
            }
        }
        Ok(priority)
    }

    fn truths(&self, when: &Expr, rows: &[u32]) -> Result<Vec<bool>, PolicyFault> {
        let subject = |place: usize| self.judged.subject(rows[place]).into();
        Judge::new(self.policy(), when, &[Some(&self.frame)]).truths(&[rows], subject)
    }
}

#[cfg(test)]
mod tests {
    use apportion_rules::{Lead, Segment};

    use super::*;
    use crate::fault::FaultSubject;
    use crate::testing::{dated, deal, deals, frame, money, texts, when};

    fn shown(made: &Attributes, row: usize) -> (Option<&str>, Option<&str>, bool, bool) {
        use arrow::array::AsArray;
        let text = |name| Texts::new(made.column(name)).get(row);
        let flag = |name| made.column(name).expect("a column").as_boolean().value(row);
        (text("segment"), text("lead"), flag("priority"), flag("crossed"))
    }

    #[test]
    fn the_first_that_is_true_in_the_version_of_the_day() {
        let columns = frame(vec![
            ("channel", texts(&["partner", "partner", "direct", "direct", "-"])),
            ("amount", money(&[500, 50, 5, 7, 500])),
        ]);
        let with_segment = frame(
            columns
                .columns
                .iter()
                .map(|(name, array)| (name.as_str(), array.clone()))
                .chain([("segment", texts(&["-"; 5]))])
                .collect(),
        );
        let segment = |name: &str, text| Segment { name: name.to_owned(), when: when(&columns, text) };
        let lead = |by: &str, text| Lead { by: by.to_owned(), when: when(&with_segment, text) };
        let terms = ChannelModel {
            segments: vec![segment("large", "amount > 100"), segment("mid", "amount > 10")],
            lead: vec![lead("direct", "segment = 'large'"), lead("partner", "amount = 5 OR segment = 'mid'")],
            priority: Some(when(&columns, "channel = 'direct'")),
        };
        // The last deal closes when the version is over.
        let deals = deals(&[1, 2, 3, 4, 9], &[500, 50, 5, 7, 500], columns);
        let made = attributes(&dated("model", vec![(1, Some(8), &terms)]), Judged::deals(&deals)).unwrap();
        for (row, expected) in [
            (Some("large"), Some("direct"), false, true),
            (Some("mid"), Some("partner"), false, false),
            (None, Some("partner"), true, true),
            (None, None, true, false),
            (None, None, false, false),
        ]
        .into_iter()
        .enumerate()
        {
            assert_eq!(shown(&made, row), expected, "row {row}");
        }
    }

    #[test]
    fn an_expression_without_a_value_names_the_deal() {
        let columns = frame(vec![("amount", money(&[1, 0])), ("channel", texts(&["-", "-"]))]);
        // 10^36 times 10^36 has more digits than a number may have.
        let large = "1000000000000000000000000000000000000";
        let fails = format!("amount > 0 AND amount * {large} * {large} > 0");
        let segments = vec![Segment { name: "x".to_owned(), when: when(&columns, &fails) }];
        let terms = ChannelModel { segments, lead: Vec::new(), priority: None };
        let deals = deals(&[1, 2], &[1, 0], columns);
        let fault = attributes(&dated("model", vec![(0, None, &terms)]), Judged::deals(&deals)).unwrap_err();
        assert_eq!(fault.subject, FaultSubject::Deal(deal(0)));
        assert!(fault.place.is_some());
    }

    #[test]
    fn crossed_needs_both() {
        for (lead, channel, crossed) in [
            ("direct", "partner", true),
            ("direct", "market", true),
            ("direct", "direct", false),
            ("direct", "-", false),
            ("partner", "direct", true),
            ("partner", "market", false),
            ("shared", "direct", false),
            ("-", "direct", false),
        ] {
            let some = |text: &'static str| Some(text).filter(|text| *text != "-");
            assert_eq!(is_crossed(some(lead), some(channel)), crossed, "{lead} {channel}");
        }
    }
}
