//! From a table to a [`Clawback`].

use rust_decimal::Decimal;

use super::model::{Clawback, ClawbackMethod, Mirror, ShareStep};
use super::parameters::{METHOD, PAYEES, RULES, SCHEDULE, SHARE, STEP, TO, WITHIN};
use crate::common::rule_ids;
use crate::context::Context;
use crate::numbers::rate;
use crate::versions::ascending;
use apportion_base::diagnostic::Span;
use apportion_book::config::{Item, Table};

/// Reads what only this kind has; problems are reported to the table's text.
pub(in crate::kinds) fn read(context: &Context<'_>, table: &Table<'_>) -> Option<Clawback> {
    // Without a method the keys of a mirror are read all the same: what is wrong with them is told, too.
    let method = table.choice(&METHOD);
    let read = match method.unwrap_or(ClawbackMethod::Mirror) {
        ClawbackMethod::Mirror => mirror(context, table).map(|mirror| Clawback::Mirror(Box::new(mirror))),
        ClawbackMethod::Recompute => {
            for parameter in [RULES, SCHEDULE, PAYEES] {
                table.misplaced(
                    parameter.key,
                    "with `recompute` all lines of the reversed deal are computed again",
                );
            }
            Some(Clawback::Recompute)
        }
    };
    method.and(read)
}

fn mirror(context: &Context<'_>, table: &Table<'_>) -> Option<Mirror> {
    let rules = table.optional(&RULES, |item| {
        rule_ids(item, "ids of rules that pay", "the lines of a rule are taken back once")
    });
    let schedule = table.optional(&SCHEDULE, schedule);
    let payees = context.expression(table, &PAYEES);
    Some(Mirror { rules: rules?, schedule: schedule?, payees })
}

/// The steps, in ascending order of their last days.
fn schedule(item: &Item<'_>) -> Option<Vec<ShareStep>> {
    let items = item.some_list("tables: schedule = [ { within = 90, share = \"100%\" } ]")?;
    let mut days: Vec<(Decimal, Span)> = Vec::new();
    let steps: Vec<Option<ShareStep>> = items.iter().map(|item| step(item, &mut days)).collect();
    ascending(item, WITHIN.key, &days);
    steps.into_iter().collect()
}

fn step(item: &Item<'_>, days: &mut Vec<(Decimal, Span)>) -> Option<ShareStep> {
    let table = item.table("`schedule`")?;
    table.keys(STEP.parameters);
    let within = table.whole(&WITHIN);
    if let (Some(within), Some(item)) = (within, table.get(WITHIN.key)) {
        days.push((within.into(), item.span()));
    }
    let share = table.of(&SHARE).and_then(|item| rate(&item));
    let to = table.optional(&TO, rate);
    if within == Some(0) {
        table.misplaced(TO.key, "a step of no days has one share");
    }
    Some(ShareStep { within: within?, share: share?, to: to? })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Body;
    use crate::testing::{CREDIT, ID, body, rules, wrong, wrong_in};

    fn clawback(keys: &str) -> Clawback {
        let Body::Clawback(clawback) = body("clawback", keys) else { panic!() };
        clawback
    }

    #[test]
    fn a_mirror_takes_back_everything_unless_said() {
        let Clawback::Mirror(plain) = clawback("method = \"mirror\"\n") else { panic!() };
        assert!(plain.rules.is_none() && plain.schedule.is_none() && plain.payees.is_none());
        assert!(plain.covers("anything"));
        let keys = "method = \"mirror\"\nrules = [\"credit\"]\npayees = \"kind = 'a'\"\n\
                    schedule = [ { within = 0, share = 1 }, { within = 30, share = \"100%\", to = \"12.5%\" } ]\n";
        let Clawback::Mirror(full) = clawback(keys) else { panic!() };
        assert!(full.covers("credit") && !full.covers("x") && full.payees.is_some());
        let step = |within, share: &str, to: Option<&str>| ShareStep {
            within,
            share: share.parse().unwrap(),
            to: to.map(|to| to.parse().unwrap()),
        };
        assert_eq!(full.schedule.unwrap(), [step(0, "1", None), step(30, "1", Some("0.125"))]);
        assert!(matches!(clawback("method = \"recompute\"\n"), Clawback::Recompute));
    }

    #[test]
    fn when_sees_the_original_by_its_table_only() {
        let rule = |when: &str| format!("[[clawback]]\n{ID}method = \"recompute\"\nwhen = \"{when}\"\n");
        let (_, used) =
            rules(&[&rule("channel = 'a' AND original.deal_type = 'new' AND original.seats IS NULL")]);
        let deals: Vec<&str> = used[&apportion_book::TableName::Deals].iter().map(String::as_str).collect();
        assert_eq!(deals, ["channel", "deal_type", "seats"]);
        assert_eq!(
            wrong(&[&rule("original.deal_typ = 'new'")]),
            ["unknown-column: there is no column `deal_typ` in original @ deal_typ"]
        );
        assert_eq!(
            wrong(&[&rule("seatz > 1")]),
            ["unknown-column: there is no column `seatz` in deals @ seatz"]
        );
        let other = format!("{CREDIT}when = \"original.amount > 1\"\n");
        assert_eq!(wrong(&[&other]), ["unknown-table: there is no table `original` here @ original"]);
    }

    #[test]
    fn what_is_wrong_with_a_clawback() {
        for (keys, expected) in [
            ("", "missing-key: [[clawback]] needs the key `method` @ [[clawback]]"),
            ("method = \"undo\"", "unknown-choice: `method` can't be \"undo\" @ \"undo\""),
            (
                "method = \"recompute\"\nrules = [\"credit\"]",
                "misplaced-key: `rules` means nothing here: with `recompute` all lines of the reversed deal are computed again @ rules",
            ),
            (
                "method = \"mirror\"\nrules = [\"credits\"]",
                "unknown-rule: there is no rule `credits` @ \"credits\"",
            ),
            (
                "method = \"mirror\"\nrules = [\"x\"]",
                "unknown-rule: `x` is a clawback, and `rules` takes rules that pay @ \"x\"",
            ),
            (
                "method = \"mirror\"\nrules = [\"credit\", \"credit\"]",
                "duplicate-credit: `rules` names `credit` twice @ \"credit\" | \"credit\"",
            ),
            ("method = \"mirror\"\nschedule = []", "empty-list: `schedule` is empty @ []"),
            (
                "method = \"mirror\"\nschedule = [ { within = 90, share = 1 }, { within = 90, share = 1 } ]",
                "not-ascending: the `within`s of `schedule` must ascend @ 90 | 90",
            ),
            (
                "method = \"mirror\"\nschedule = [ { within = -1, share = 1 } ]",
                "invalid-number: `within` takes a whole number from 0 to 4000000 @ -1",
            ),
            (
                "method = \"mirror\"\nschedule = [ { within = 0, share = 1, to = 0 } ]",
                "misplaced-key: `to` means nothing here: a step of no days has one share @ to",
            ),
            (
                "method = \"mirror\"\nschedule = [ { within = 30 } ]",
                "missing-key: `schedule` needs the key `share` @ { within = 30 }",
            ),
            (
                "method = \"mirror\"\ncap = [ { amount = 1, per = \"deal\" } ]",
                "unknown-key: [[clawback]] has no key `cap` @ cap",
            ),
        ] {
            assert_eq!(wrong_in("clawback", &format!("{keys}\n")), [expected], "{keys}");
        }
    }
}
