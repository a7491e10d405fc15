//! The chapters of holds, draws, payment terms, what is capitalised and the policies of the channel.

use super::chapter::{add_history, add_version};
use super::document::Document;
use super::prose::Prose;
use super::versioned::Versioned;
use apportion_book::Book;
use apportion_rules::{Policy, PolicyKind, PolicyVersion, RuleBook};

/// The heading of a kind, and what it is.
pub(super) fn heading(kind: PolicyKind) -> (&'static str, &'static str) {
    match kind {
        PolicyKind::Hold => (
            "Holds",
            "What was earned and may not be paid yet. It stays earned, and is paid once the hold lets go of it.",
        ),
        PolicyKind::Draw => (
            "Draws",
            "An amount a month, whatever was earned: an advance that later earnings pay back, or a guarantee that nobody pays back. \
             Which version applies to a month is decided by its last day.",
        ),
        PolicyKind::Payment => (
            "Payment",
            "How what may be paid becomes a payment. What is not paid is carried to the next month. \
             Which version applies to a month is decided by its last day.",
        ),
        PolicyKind::Capitalise => (
            "Capitalised costs",
            "Costs of obtaining a contract that are an asset and become an expense month by month. It changes nothing of what is paid. \
             Which version applies to a deal is decided by its close date.",
        ),
        PolicyKind::ChannelModel => (
            "Who leads",
            "Which deals are led directly, by partners, or together. It moves no amount by itself. \
             Which version applies to a deal is decided by its close date.",
        ),
        PolicyKind::Coverage => (
            "Coverage",
            "Who covers which deals by territory, and what work that counts as. \
             Which version applies to a deal is decided by its close date.",
        ),
        PolicyKind::Registration => (
            "Registrations",
            "How a registered deal is protected, how long, and for what. \
             Which version applies to a registration is decided by the day of its submission.",
        ),
        PolicyKind::Conflict => (
            "Conflicts",
            "Who is in each other’s way on a deal, what waits until that is decided, and who decides until when. People decide; \
             criteria recommend. Which version applies to a conflict is decided by its day.",
        ),
        PolicyKind::Price => (
            "Prices",
            "Which price book holds for a deal, which discount is allowed, and who may approve more. \
             Which version applies to a deal is decided by its close date.",
        ),
        PolicyKind::Gate => (
            "Gates",
            "What must be there for a line to be paid in full. Credit is untouched by it, and nobody else gets what is retained. \
             Which version applies to a deal is decided by its close date.",
        ),
        PolicyKind::Access => (
            "Who may see what",
            "Everybody sees what is their own. What these rules let somebody see besides adds up. They change no amount. \
             Which version applies is decided by the day as of which something is asked.",
        ),
    }
}

/// The policies with the versions that are in force on some day from the first to the last.
pub fn in_force<'r>(rules: &'r RuleBook, days: (i32, i32)) -> Vec<(&'r Policy, Vec<&'r PolicyVersion>)> {
    let of_policy = |policy: &'r Policy| {
        let in_force = policy.versions.iter().filter(|version| version.in_force_within(days));
        (policy, in_force.collect::<Vec<_>>())
    };
    let all = rules.policies.iter().map(|(_, policy)| of_policy(policy));
    all.filter(|(_, versions)| !versions.is_empty()).collect()
}

/// Adds the chapters of some kinds, in their order.
pub fn add(
    document: &mut Document,
    texts: (&Book, &RuleBook),
    policies: &[(&Policy, Vec<&PolicyVersion>)],
    is_asked: fn(&PolicyKind) -> bool,
) {
    for kind in PolicyKind::ALL.into_iter().filter(is_asked) {
        let mut of_kind = policies.iter().filter(|(policy, _)| policy.kind == kind).peekable();
        if of_kind.peek().is_none() {
            continue;
        }
        let (heading, meaning) = heading(kind);
        document.heading(2, Prose::ours(heading));
        document.paragraph(Prose::ours(meaning));
        for (policy, versions) in of_kind {
            add_policy(document, texts, policy, versions);
        }
    }
}

fn add_policy(
    document: &mut Document,
    texts: (&Book, &RuleBook),
    policy: &Policy,
    versions: &[&PolicyVersion],
) {
    let Some(last) = versions.last() else { return };
    document.heading(3, Versioned::Policy(policy, last).title());
    for version in versions {
        add_version(document, texts, Versioned::Policy(policy, version));
    }
    add_history(document, texts, &Versioned::of_policy(policy));
}

#[cfg(test)]
mod tests {
    use super::super::{CharterDays, in_force};
    use apportion_base::calendar::day_of_date;
    use apportion_rules::testing::{CREDIT, book, rules, wrong};
    use apportion_rules::{PolicyKind, RuleBook, describe_policy};

    fn charter(rules: &RuleBook) -> String {
        let day = day_of_date(2026, 7, 1).expect("a date");
        in_force(&book(), rules, CharterDays::On(day), None).markdown()
    }

    #[test]
    fn the_charter_says_every_key_that_may_be_left_out() {
        for kind in PolicyKind::ALL {
            for example in describe_policy(kind).examples {
                let whole = charter(&rules(&[CREDIT, example]).0);
                for line in example.lines().filter(|line| line.contains(" = ")) {
                    let without = example.replace(&format!("{line}\n"), "");
                    // What is the default may be said or not.
                    let is_default = ["pays = \"up-to\""].contains(&line);
                    if wrong(&[CREDIT, &without]).is_empty() && !is_default {
                        assert_ne!(charter(&rules(&[CREDIT, &without]).0), whole, "{}: {line}", kind.word());
                    }
                }
            }
        }
    }
}
