//! Who leads: `segment`, `lead`, `priority` and `crossed` of deals and of what is open.

use apportion_data::Frame;
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
    making.put("segment", in_words(&segment));
    let lead =
        making.first_true(|terms| terms.lead.iter().map(|lead| (&lead.when, lead.by.as_str())).collect())?;
    making.put("lead", in_words(&lead));
    let priority = making.priority()?;
    making.put("priority", flags(priority.into_iter()));
    let channel = Texts::of(judged.frame, "channel");
    let crossed = lead.iter().enumerate().map(|(row, lead)| is_crossed(*lead, channel.get(row)));
    making.put("crossed", flags(crossed));
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
    ) -> Result<Vec<Option<&'m str>>, PolicyFault> {
        let mut found = vec![None; self.judged.len()];
        for version in &self.model.versions {
            let mut open = version.rows(self.judged.days);
            for (when, word) in cases(version.terms) {
                let is_true = self.truths(when, &open)?;
                let mut rest = Vec::with_capacity(open.len());
                for (row, is_true) in open.iter().zip(is_true) {
                    match found.get_mut(*row as usize).filter(|_| is_true) {
                        Some(found) => *found = Some(word),
                        None => rest.push(*row),
                    }
                }
                open = rest;
            }
        }
        Ok(found)
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

/// Texts as numbers of the distinct ones, in byte order.
fn in_words(rows: &[Option<&str>]) -> ArrayRef {
    let mut distinct: Vec<&str> = Vec::new();
    let mut last = None;
    for row in rows.iter().flatten().filter(|row| last.replace(**row) != Some(**row)) {
        if let Err(place) = distinct.binary_search(row) {
            distinct.insert(place, row);
        }
    }
    let number = |row: &Option<&str>| {
        let place = distinct.binary_search(&(*row)?).ok()?;
        u32::try_from(place).ok()
    };
    words(&distinct, rows.iter().map(number))
}
