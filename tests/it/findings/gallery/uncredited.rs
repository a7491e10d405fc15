//! Every reason for which a won deal pays nobody, or not all of it. Each mistake adds its own deals, named X.

use crate::findings::entry::{Entry, Expectation, Family, Reject, Uncredited, entry};
use crate::findings::project::Change;

const DEALS: &str = "data/deals.csv";
const ENGAGEMENTS: &str = "data/engagements.csv";
const SPLITS: &str = "data/splits.csv";
const RULES: &str = "rules/more.toml";

pub(super) fn code(code: &'static str, what: &'static str, remedy: &'static str) -> Entry {
    entry(Family::Uncredited, code, what, remedy)
}

/// A won deal X1 of a type and an amount.
pub(super) fn deal(deal_type: &str, amount: &str) -> Change {
    Change::Add(DEALS, format!("X1,won,2026-07-30,{amount},,{deal_type},,,,,,,\n"))
}

/// An engagement of X1.
pub(super) fn engaged(payee: &str, role: &str, weight: &str) -> Change {
    Change::Add(ENGAGEMENTS, format!("{payee}-{role},X1,,{payee},{role},2026-07-02,{weight}\n"))
}

/// A rule for deals of the type `x`.
pub(super) fn rule(kind: &str, id: &str, keys: &str) -> Change {
    Change::Add(
        RULES,
        format!(
            "[[{kind}]]\nid = \"{id}\"\neffective = {{ from = 2026-01-01 }}\nwhen = \"deal_type = 'x'\"\n{keys}\n"
        ),
    )
}

/// X1 reverses a deal by 100, and clawback rules of these ids and keys match what is of the type `x`.
fn reversed(original: &str, day: &str, rules: &[(&str, &str)]) -> Vec<Change> {
    let from_renewals = "[sources.deals]\ncolumns = { reverses_deal_id = \"renews_deal_id\" }";
    let mut changes = vec![
        Change::Replace("apportion.toml", "[sources.deals]", from_renewals),
        Change::Add(DEALS, format!("X1,won,{day},-100,,x,,,{original},,,,\n")),
    ];
    changes.extend(rules.iter().map(|(id, keys)| rule("clawback", id, keys)));
    changes
}

impl Entry {
    fn unpaid(self, changes: Vec<Change>, uncredited: &[Uncredited]) -> Self {
        self.unpaid_with(changes, uncredited, Vec::new())
    }

    fn unpaid_with(self, changes: Vec<Change>, uncredited: &[Uncredited], rejects: Vec<Reject>) -> Self {
        self.mistake(changes, Expectation::Found { rejects, uncredited: uncredited.to_vec() })
    }
}

pub fn entries() -> Vec<Entry> {
    let mut all = of_rules();
    all.extend(super::channel::uncredited());
    all
}

fn of_rules() -> Vec<Entry> {
    let roles = "rate = \"10%\"\nroles = [ { role = \"sourced\", share = \"40%\" }, { role = \"closed\", share = \"60%\" } ]";
    let even = "rate = \"1%\"\nmodel = \"equal\"";
    let (mirror, recompute) = ("method = \"mirror\"", "method = \"recompute\"");
    let renewal = "rates = [ { from = 3, rate = \"1%\" } ]\nmeasure = \"weight\"\nrate_by = \"deal\"";
    vec![
        code("no-rule", "A won deal of the period that no shared_credit, stipend or renewal_bonus rule matches.", "Look at its columns and at the `when` of the rules: a new deal type or a date before `effective` is the usual cause.")
            .unpaid(vec![deal("x", "100")], &[["X1", "", "", "no-rule"]]),
        code("two-rules", "Two rules with the same `one_of` match the deal, or two clawback rules a reversal. Neither does anything, because one of them is a mistake.", "Narrow the `when` of one of the rules.")
            .unpaid(
                vec![rule("shared_credit", "one", &format!("{even}\none_of = \"primary\"")), rule("shared_credit", "two", &format!("{even}\none_of = \"primary\"")), deal("x", "100"), engaged("ann", "any", "1")],
                &[["X1", "one", "", "two-rules"], ["X1", "two", "", "two-rules"]],
            )
            .unpaid(
                reversed("D4", "2026-07-30", &[("back", mirror), ("again", recompute)]),
                &[["X1", "again", "", "two-rules"], ["X1", "back", "", "two-rules"]],
            ),
        code("no-original", "A reversal that a clawback rule matches names a deal that is not among those that are used, or one that is itself a reversal.", "Look whether the deal is in the export, and was not rejected; a reversal of a reversal is booked as a deal of its own.")
            .unpaid(reversed("D99", "2026-07-30", &[("back", mirror)]), &[["X1", "back", "", "no-original"]]),
        code("original-not-won", "A reversal names a deal that was lost, so that nothing was paid on it.", "Look at `reverses_deal_id` and at the outcome of that deal.")
            .unpaid(reversed("L1", "2026-07-30", &[("back", mirror)]), &[["X1", "back", "", "original-not-won"]]),
        code("reversed-before-close", "A reversal closed before the deal that it reverses.", "Look at both dates: one of them is wrong, or it reverses another deal.")
            .unpaid(reversed("D4", "2026-07-27", &[("back", mirror)]), &[["X1", "back", "", "reversed-before-close"]]),
        code("no-lines", "A clawback by `mirror` found no line of the reversed deal that it takes back: the deal paid nobody under its `rules`, or closed in an earlier fiscal year.", "Nothing is to be done, unless the deal should have been paid.")
            .unpaid(
                reversed("D4", "2026-07-30", &[("back", "method = \"mirror\"\nrules = [\"cosell-stipend\"]")]),
                &[["X1", "back", "", "no-lines"]],
            ),
        code("reversed", "Reversals that a clawback rule recomputes took the whole deal, so that no rule matches it any more.", "Nothing is to be done.")
            .unpaid(
                [reversed("X2", "2026-07-30", &[("again", recompute)]), vec![Change::Add(DEALS, "X2,won,2026-07-29,100,,x,,,,,,,\n".to_owned())]].concat(),
                &[["X2", "", "", "reversed"]],
            ),
        code("no-basis", "The `basis` of the rule is null on this deal.", "Fill in the column that it rests on, or give it a value with `coalesce`.")
            .unpaid(vec![rule("shared_credit", "listed", &format!("{even}\nbasis = \"list_amount\"")), deal("x", "100"), engaged("ann", "any", "1")], &[["X1", "listed", "", "no-basis"]])
            .unpaid(vec![rule("renewal_bonus", "listed", &format!("{renewal}\nbasis = \"list_amount\"")), deal("x", "100"), engaged("ann", "any", "4")], &[["X1", "listed", "", "no-basis"]]),
        code("negative-deal", "A deal with a negative amount earns no stipend.", "Nothing is to be done: taking a stipend back is a reversal.")
            .unpaid(vec![rule("stipend", "flat", "amount = \"50\""), deal("x", "-100"), engaged("ann", "any", "1")], &[["X1", "flat", "", "negative-deal"]]),
        incomplete(even, renewal),
        code("no-rate", "The rate or amount that depends on a column has no entry for this deal's value, and no `else`.", "Add the value to `is`, or an `else`.")
            .unpaid(vec![rule("shared_credit", "by-channel", "rate = { by = \"deals.account_id\", is = { A1 = \"5%\" } }\nmodel = \"equal\""), deal("x", "100"), engaged("ann", "any", "1")], &[["X1", "by-channel", "", "no-rate"]])
            .unpaid(vec![rule("stipend", "by-tier", "amount = { by = \"payees.tier\", is = { silver = \"50\" } }"), deal("x", "100"), engaged("eve", "any", "1")], &[["X1", "by-tier", "", "no-rate"]]),
        code("no-splits", "A rule that pays declared shares finds none for the deal.", "Declare the splits in the CRM, or look at `splits` of the rule, which may leave all of them out.")
            .unpaid(vec![rule("shared_credit", "declared-x", "rate = \"5%\"\nmodel = \"declared\""), deal("x", "100")], &[["X1", "declared-x", "", "no-splits"]])
            .unpaid(vec![rule("shared_credit", "declared-x", "rate = \"5%\"\nmodel = \"declared\"\nsplits = \"role = 'ae'\""), deal("x", "100"), Change::Add(SPLITS, "X1,ann,100,se\n".to_owned())], &[["X1", "declared-x", "", "no-splits"]]),
        code("splits-not-100", "The declared shares of the deal don't add up to 100%.", "Mend them in the CRM; shares beyond 100% on purpose are an `overlay`.")
            .unpaid(vec![rule("shared_credit", "declared-x", "rate = \"5%\"\nmodel = \"declared\""), deal("x", "100"), Change::Add(SPLITS, "X1,ann,60,\nX1,ben,30,\n".to_owned())], &[["X1", "declared-x", "", "splits-not-100"]]),
        code("no-engagement", "Nobody has an engagement within the rule's reach.", "Look whether the work was recorded on this deal; `reach` can include the account's or the renewed deal's engagements.")
            .unpaid(vec![rule("shared_credit", "even", even), deal("x", "100")], &[["X1", "even", "", "no-engagement"]])
            .unpaid(vec![rule("stipend", "flat", "amount = \"50\""), deal("x", "100")], &[["X1", "flat", "", "no-engagement"]])
            .unpaid(vec![rule("renewal_bonus", "renewals-x", renewal), deal("x", "100")], &[["X1", "renewals-x", "", "no-engagement"]]),
        code("no-eligible-payee", "There are engagements, but `engaged` leaves none of them, or nobody has units to share by.", "Look at the roles and kinds of those who are engaged, and at their weights.")
            .unpaid(vec![rule("shared_credit", "even", &format!("{even}\nengaged = \"payees.kind = 'partner'\"")), deal("x", "100"), engaged("ann", "any", "1")], &[["X1", "even", "", "no-eligible-payee"]])
            .unpaid(vec![rule("shared_credit", "weighed", "rate = \"1%\"\nmodel = \"weight\""), deal("x", "100"), engaged("ann", "any", "0")], &[["X1", "weighed", "", "no-eligible-payee"]])
            .unpaid(vec![rule("stipend", "flat", "amount = \"50\"\nengaged = \"payees.kind = 'partner'\""), deal("x", "100"), engaged("ann", "any", "1")], &[["X1", "flat", "", "no-eligible-payee"]]),
        code("no-filled-role", "Nobody is engaged in any of the rule's roles.", "Look at how the roles are spelled in the data and in the rule.")
            .unpaid(vec![rule("shared_credit", "by-role", roles), deal("x", "100"), engaged("ann", "cosell", "1")], &[["X1", "by-role", "", "no-filled-role"]]),
        code("unfilled-role", "The deal paid somebody, and `unfilled = \"retain\"` kept the part of a role that nobody filled.", "Nothing, unless work was not recorded.")
            .unpaid(vec![rule("shared_credit", "by-role", &format!("{roles}\nunfilled = \"retain\"")), deal("x", "100"), engaged("ann", "sourced", "1")], &[["X1", "by-role", "", "unfilled-role"]]),
        code("requirement-not-met", "`require` of a stipend is true for nobody.", "Nothing is to be done, unless work was not recorded.")
            .unpaid(vec![rule("stipend", "twice", "amount = \"50\"\nrequire = \"touches >= 2\""), deal("x", "100"), engaged("ann", "any", "1")], &[["X1", "twice", "", "requirement-not-met"]]),
        code("below-first-rate", "The measure of a renewal bonus is below its first rate.", "Nothing is to be done, unless work was not recorded.")
            .unpaid(vec![rule("renewal_bonus", "renewals-x", renewal), deal("x", "100"), engaged("ann", "any", "2")], &[["X1", "renewals-x", "", "below-first-rate"]]),
        code("no-quota", "A payee with credit has no quota for the period of a commission in percent of quota: no commission is paid for that deal.", "Add the quota, or leave the payee out with `payees` of the rule.")
            .unpaid(
                vec![deal("new", "100"), engaged("mia", "sourced", "1"), engaged("mia", "closed", "1"), Change::Replace("rules/stipend.toml", "when = \"deal_type = 'new'", "when = \"deal_type = 'new' AND deal_id <> 'X1'")],
                &[["X1", "accelerator", "mia", "no-quota"]],
            ),
    ]
}

/// An engagement or a split was rejected, so its share must not go to others.
fn incomplete(even: &str, renewal: &str) -> Entry {
    let entry = code(
        "incomplete",
        "An engagement (or a declared split) of the deal was rejected. It is held, so that the rejected row does not hand its share to others.",
        "Mend the rejected row. `incomplete = \"pay\"` in `[book]` pays without it.",
    );
    let rejected = |source: &str, file: &str, row: &str, key: &str| -> Vec<Reject> {
        vec![[source, file, row, key, "payee_id", "unknown-payee", "nobody", "rejected"].map(str::to_owned)]
    };
    let engagement = rejected("engagements", ENGAGEMENTS, "11", "nobody-any");
    let work = [deal("x", "100"), engaged("ann", "any", "4"), engaged("nobody", "any", "1")];
    let with = |rule: Change| [&[rule], &work[..]].concat();
    entry
        .unpaid_with(
            with(rule("shared_credit", "even", even)),
            &[["X1", "even", "", "incomplete"]],
            engagement.clone(),
        )
        .unpaid_with(
            with(rule("renewal_bonus", "renewals-x", renewal)),
            &[["X1", "renewals-x", "", "incomplete"]],
            engagement,
        )
        .unpaid_with(
            vec![
                rule("shared_credit", "declared-x", "rate = \"5%\"\nmodel = \"declared\""),
                deal("x", "100"),
                Change::Add(SPLITS, "X1,ann,60,\nX1,nobody,40,\n".to_owned()),
            ],
            &[["X1", "declared-x", "", "incomplete"]],
            rejected("splits", SPLITS, "6", "X1|nobody|"),
        )
}
