//! From a table to a [`Commission`].

use super::model::{Commission, CreditOf, Tiers, TiersBy};
use super::parameters::{CREDIT_OF, EVERY, LEVELS, MODE, PAYEES, PRORATE, QUOTA_MEASURE, TIERS, TIERS_BY};
use super::tiers::tiers;
use crate::common::credit_ids;
use crate::context::{Context, DEALS};
use apportion_base::diagnostic::Code;
use apportion_book::TableName;
use apportion_book::config::{Item, Table};

/// Reads what only this kind has; problems are reported to the table's text.
pub(in crate::kinds) fn read(context: &Context<'_>, table: &Table<'_>) -> Option<Commission> {
    let credits = credit_ids(table);
    let payees = context.expression(table, &PAYEES);
    let every = table.choice(&EVERY);
    let tiers_by = table.optional(&TIERS_BY, |item| tiers_by(context, item));
    let quota_measure = table.optional(&QUOTA_MEASURE, |item| Some(item.some_text()?.value));
    let item = table.of(&TIERS);
    let tiers = item.as_ref().and_then(|item| tiers(item, table.get(TIERS_BY.key).is_some()));
    if let (Some(Tiers::OfQuota(_)), Some(item)) = (&tiers, &item) {
        context.need_source(table, TableName::Quotas, item.span(), "its tiers are in percent of quota");
        if let (Some(Some(by)), Some(None)) = (&tiers_by, &quota_measure) {
            need_measure(item, by);
        }
    }
    let prorate = table.optional(&PRORATE, Item::one_of);
    if let Some(Tiers::Amounts(_)) = &tiers {
        table.misplaced(PRORATE.key, "quotas are prorated, and these tiers are in amounts");
    }
    if table.get(PRORATE.key).is_some() {
        for column in ["start_date", "end_date", "fte"] {
            context.uses(TableName::Payees, column);
        }
    }
    let mode = table.choice(&MODE);
    let credit_of = table.choice(&CREDIT_OF);
    if credit_of == Some(CreditOf::Own) {
        table.misplaced(LEVELS.key, "a team has levels, and this pays on the payee's own credit");
    }
    let levels = table.whole(&LEVELS).and_then(|levels| u8::try_from(levels).ok());
    Some(Commission {
        credits: credits?,
        payees,
        every: every?,
        tiers: tiers?,
        mode: mode?,
        tiers_by: tiers_by?,
        quota_measure: quota_measure?,
        prorate: prorate?,
        credit_of: credit_of?,
        levels,
    })
}

fn tiers_by(context: &Context<'_>, item: &Item<'_>) -> Option<TiersBy> {
    if item.some_text()?.value == TiersBy::DEALS {
        return Some(TiersBy::Deals);
    }
    context.number_column(item, DEALS).map(|column| TiersBy::Column(column.column))
}

/// A quota of money says nothing about seats: which quotas count has to be named.
fn need_measure(tiers: &Item<'_>, by: &TiersBy) {
    let by = by.text();
    let message = format!("tiers by `{by}` in percent of quota need `quota_measure`");
    let help = format!(
        "write quota_measure = \"{by}\", and the same text into the column `measure` of these quotas"
    );
    tiers.doc().report(tiers.error(Code::MissingKey, message).help(help));
}

#[cfg(test)]
mod tests {
    use super::super::model::Tier;
    use super::*;
    use crate::testing::{body, book, catalogue_without, wrong_in, wrong_with};
    use crate::{Body, Every, Mode, Prorate};

    const KEYS: &str = "credits = [\"credit\"]\nevery = \"quarter\"\n";

    fn commission(keys: &str) -> Commission {
        let Body::Commission(commission) = body("commission", &format!("{KEYS}{keys}")) else { panic!() };
        commission
    }

    fn prorated() -> Commission {
        commission("tiers = [ { from = \"0%\", rate = \"5%\" } ]\nprorate = \"days\"\n")
    }

    fn shown(tiers: &[Tier]) -> Vec<String> {
        tiers.iter().map(|tier| format!("{} {}", tier.from, tier.rate)).collect()
    }

    #[test]
    fn tiers_of_quota() {
        let commission = commission(
            "tiers = [ { from = \"0%\", rate = \"5%\" }, { from = \"100%\", rate = 0.075 }, { from = \"150%\", rate = \"10%\" } ]\n",
        );
        let Tiers::OfQuota(tiers) = &commission.tiers else { panic!() };
        assert_eq!(shown(tiers), ["0 0.05", "1 0.075", "1.5 0.1"]);
        assert_eq!((commission.every, commission.mode), (Every::Quarter, Mode::Marginal));
        assert_eq!(commission.credits, ["credit"]);
        assert!(commission.payees.is_none());
    }

    #[test]
    fn tiers_in_amounts() {
        let commission = commission(
            "mode = \"whole\"\ntiers = [ { from = 0, rate = \"5%\" }, { from = \"10000.50\", rate = \"7%\" } ]\n",
        );
        let Tiers::Amounts(tiers) = &commission.tiers else { panic!() };
        assert_eq!(shown(tiers), ["0 0.05", "10000.5 0.07"]);
        assert_eq!(commission.mode, Mode::Whole);
    }

    #[test]
    fn bonuses_and_rates_of_the_tier_before() {
        let commission = commission(
            "mode = \"sliding\"\ntiers = [ { from = \"50%\", bonus = 10 }, { from = \"100%\", rate = \"5%\", bonus = \"0.5\" }, { from = \"150%\", bonus = \"7\" } ]\n",
        );
        let shown: Vec<String> = (commission.tiers.list().iter())
            .map(|tier| format!("{} {} {}", tier.from, tier.rate, tier.bonus.unwrap()))
            .collect();
        assert_eq!(shown, ["0.5 0 10", "1 0.05 0.5", "1.5 0.05 7"]);
        assert_eq!(commission.mode, Mode::Sliding);
    }

    #[test]
    fn tiers_by_something_else_and_teams() {
        let tiers = "tiers = [ { from = 0.000000001, rate = \"5%\" } ]\n";
        let plain = commission(&format!("{tiers}tiers_by = \"deals.seats\"\n"));
        assert_eq!(plain.tiers_by, Some(TiersBy::Column("seats".to_owned())));
        assert_eq!((plain.credit_of, plain.levels, plain.quota_measure), (CreditOf::Own, None, None));
        assert_eq!((plain.prorate, prorated().prorate), (None, Some(Prorate::Days)));
        let team = commission(
            "tiers = [ { from = \"0%\", rate = \"5%\" } ]\ntiers_by = \"deals\"\nquota_measure = \"logos\"\n\
             credit_of = \"team\"\nlevels = 2\n",
        );
        assert_eq!((team.tiers_by, team.quota_measure.as_deref()), (Some(TiersBy::Deals), Some("logos")));
        assert_eq!((team.credit_of, team.levels), (CreditOf::Team, Some(2)));
    }

    #[test]
    fn what_is_wrong_with_a_commission() {
        let tiers = "tiers = [ { from = 0, rate = 0.1 } ]";
        for (keys, expected) in [
            (
                format!("every = \"month\"\n{tiers}"),
                "missing-key: [[commission]] needs the key `credits` @ [[commission]]",
            ),
            (
                format!("credits = [\"credit\"]\n{tiers}"),
                "missing-key: [[commission]] needs the key `every` @ [[commission]]",
            ),
            (
                format!("{KEYS}{tiers}\nmode = \"step\""),
                "unknown-choice: `mode` can't be \"step\" @ \"step\"",
            ),
            (KEYS.to_owned(), "missing-key: [[commission]] needs the key `tiers` @ [[commission]]"),
            (format!("{KEYS}tiers = []"), "empty-list: `tiers` is empty @ []"),
            (
                format!("{KEYS}tiers = [ {{ from = 0, rate = 0.1 }}, {{ from = \"100%\", rate = 0.2 }} ]"),
                "mixed-tiers: tiers are in percent of quota or in amounts, not in both @ \"100%\" | 0",
            ),
            (
                format!(
                    "{KEYS}tiers = [ {{ from = \"100%\", rate = 0.1 }}, {{ from = \"50%\", rate = 0.2 }} ]"
                ),
                "not-ascending: the `from`s of `tiers` must ascend @ \"50%\" | \"100%\"",
            ),
            (
                format!("{KEYS}tiers = [ {{ from = \"-1%\", rate = 0.1 }} ]"),
                "bad-rate: `from` is negative @ \"-1%\"",
            ),
            (
                format!("{KEYS}tiers = [ {{ from = 0 }} ]"),
                "missing-key: `tiers` needs the key `rate` @ { from = 0 }",
            ),
            (
                format!("{KEYS}tiers = [ {{ from = 0, bonus = 1 }} ]"),
                "bonus-from-zero: a tier from 0 has a `bonus`, and everyone has reached 0 @ 1",
            ),
            (
                format!("{KEYS}tiers = [ {{ from = 1, bonus = \"5%\" }} ]"),
                "bad-amount: `bonus` is an amount, and this has a percent sign @ \"5%\"",
            ),
            (format!("{KEYS}tiers = [ {{ from = 1, bonus = -1 }} ]"), "bad-amount: `bonus` is negative @ -1"),
            (
                format!("{KEYS}{tiers}\ntiers_by = \"seat\""),
                "unknown-column: there is no column `seat` in deals @ \"seat\"",
            ),
            (
                format!("{KEYS}{tiers}\ntiers_by = \"channel\""),
                "wrong-type: `tiers_by` takes a number column, and `deals.channel` is none @ \"channel\"",
            ),
            (
                format!("{KEYS}tiers = [ {{ from = \"0%\", rate = 0.1 }} ]\ntiers_by = \"deals\""),
                "missing-key: tiers by `deals` in percent of quota need `quota_measure` @ [ { from = \"0%\", rate = 0.1 } ]",
            ),
            (
                format!("{KEYS}{tiers}\nlevels = 2"),
                "misplaced-key: `levels` means nothing here: a team has levels, and this pays on the payee's own credit @ levels",
            ),
            (
                format!("{KEYS}{tiers}\nprorate = \"days\""),
                "misplaced-key: `prorate` means nothing here: quotas are prorated, and these tiers are in amounts @ prorate",
            ),
            (
                format!("{KEYS}tiers = [ {{ from = \"0%\", rate = 0.1 }} ]\nprorate = true"),
                "wrong-type: `prorate` takes a string, and this is a boolean @ true",
            ),
            (
                format!("{KEYS}{tiers}\nengaged = \"weight > 0\""),
                "unknown-key: [[commission]] has no key `engaged` @ engaged",
            ),
        ] {
            assert_eq!(wrong_in("commission", &format!("{keys}\n")), [expected], "{keys}");
        }
    }

    #[test]
    fn tiers_of_quota_need_the_quotas() {
        let text = |from: &str| {
            format!(
                "{}[[commission]]\nid = \"x\"\neffective = {{ from = 2026-01-01 }}\n{KEYS}\
                 tiers = [ {{ from = {from}, rate = 0.1 }} ]\n",
                crate::testing::CREDIT
            )
        };
        let wrong = |from: &str| wrong_with(&[&text(from)], &book(), &catalogue_without(TableName::Quotas));
        assert_eq!(
            wrong("\"0%\""),
            ["missing-source: [[commission]] needs the source `quotas`: its tiers are in percent of quota \
              @ [ { from = \"0%\", rate = 0.1 } ]"]
        );
        assert!(wrong("0").is_empty());
    }
}
