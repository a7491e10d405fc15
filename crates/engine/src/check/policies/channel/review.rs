//! Policies that somebody should have looked at again by now.

use apportion_base::diagnostic::Code;
use apportion_book::display_day;

use super::super::super::facts::Facts;
use super::super::super::finding::Finding;
use super::super::{PolicyPlace, all_versions};

pub(super) fn findings(facts: &Facts<'_>) -> Vec<Finding> {
    all_versions(facts).filter_map(|subject| overdue(facts, &subject)).collect()
}

/// A version in force on the as-of day whose `review` is before it.
fn overdue(facts: &Facts<'_>, subject: &PolicyPlace<'_>) -> Option<Finding> {
    let review = subject.version.review.filter(|review| *review < facts.as_of)?;
    if !subject.version.in_force(facts.as_of) {
        return None;
    }
    let message = format!(
        "`{}` was to be looked at again by {}, and {} is past",
        subject.policy.id,
        display_day(review),
        display_day(facts.as_of)
    );
    let finding = subject.note(Code::PastReview, message, "review");
    Some(finding.help("look whether it still does what it is for, and give it a later `review`"))
}
