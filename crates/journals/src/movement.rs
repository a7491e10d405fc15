//! What a close moves between accounts, payee by payee: pure functions of what was posted.
//!
//! A movement *a to b* debits a and credits b; an amount below 0 goes the other way. The order of a payee's movements is that of
//! `docs/reference/journals.md#movements`.

use crate::chart::{Asked, Chart, NoAccount};
use crate::step::Step;
use apportion_book::AccountRole;

/// The `rule` by which the expense of an adjustment without a rule goes.
pub const ADJUSTMENTS: &str = "adjustments";

/// A payee's balances between closes, in minor units.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Standing {
    /// Held and carried together: what is earned and not paid; below 0 what the payee owes through clawbacks.
    pub due: i128,
    /// The balance of recoverable draws.
    pub owed: i128,
}

impl Standing {
    /// What the account `accrued` has.
    pub fn accrued(self) -> i128 {
        self.due.max(0)
    }

    /// What the account `receivable` has.
    pub fn receivable(self) -> i128 {
        (-self.due).max(0)
    }
}

/// An adjustment of a close.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AdjustmentPosting {
    /// Its rule, for information.
    pub rule: Option<String>,
    /// What the close posts of it.
    pub amount: i128,
    /// Whether the bank has moved: a payment came back, or was made without a close.
    pub is_of_bank: bool,
}

/// What a close makes of a payee's share of costs that are an asset, under a rule.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AssetPosting {
    /// The rule.
    pub rule: String,
    /// What becomes an asset.
    pub capitalised: i128,
    /// What of it becomes an expense month by month.
    pub amortised: i128,
    /// What of it is written off.
    pub written_off: i128,
}

/// What a close posted of a payee.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PayeePostings {
    /// The payee.
    pub payee: String,
    /// Before the close.
    pub before: Standing,
    /// After it.
    pub after: Standing,
    /// By rule, in byte order: Σ earned, a clawback's under the rule that it takes back.
    pub earned: Vec<(String, i128)>,
    /// The adjustments, in byte order of their ids.
    pub adjustments: Vec<AdjustmentPosting>,
    /// What a draw adds that is not given back, and the draw.
    pub guarantee: i128,
    /// The draw behind it.
    pub guarantee_id: Option<String>,
    /// What a recoverable draw advances.
    pub advance: i128,
    /// What is recovered.
    pub recovery: i128,
    /// What is forgiven.
    pub forgiven: i128,
    /// The recoverable draw.
    pub draw_id: Option<String>,
    /// What is paid.
    pub paid: i128,
    /// By rule, in byte order: costs that are an asset.
    pub assets: Vec<AssetPosting>,
}

/// What accounts go by, of a payee on a day.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PayeeFacts {
    /// The payee's kind.
    pub kind: Option<String>,
    /// The payee's cost center.
    pub cost_center: Option<String>,
    /// The export that pays the payee.
    pub export: Option<String>,
}

/// One side of a movement.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Leg {
    /// What the account is for.
    pub role: AccountRole,
    /// The account.
    pub account: String,
}

/// An amount that goes from one account to another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Movement {
    /// The payee.
    pub payee: String,
    /// Why.
    pub step: Step,
    /// The rule, or the draw.
    pub rule: Option<String>,
    /// The account that is debited.
    pub debit: Leg,
    /// The account that is credited.
    pub credit: Leg,
    /// Above 0, in minor units of the book's currency.
    pub amount: i128,
}

/// What accounts go by, now and in the close before.
#[derive(Debug, Clone, Copy)]
pub struct PayeeAccounts<'a> {
    /// The accounts.
    pub chart: &'a Chart,
    /// On the close's last day.
    pub now: &'a PayeeFacts,
    /// On that of the close before; none in the first close.
    pub before: Option<&'a PayeeFacts>,
    /// The close's last day, which tables of accounts with dates are asked about.
    pub day: i32,
    /// That of the close before.
    pub day_before: i32,
}

impl PayeeAccounts<'_> {
    fn leg(&self, role: AccountRole, rule: Option<&str>) -> Result<Leg, NoAccount> {
        self.leg_of(self.now, self.day, role, rule)
    }

    fn leg_of(
        &self,
        facts: &PayeeFacts,
        day: i32,
        role: AccountRole,
        rule: Option<&str>,
    ) -> Result<Leg, NoAccount> {
        let asked = Asked {
            rule,
            kind: facts.kind.as_deref(),
            cost_center: facts.cost_center.as_deref(),
            export: facts.export.as_deref(),
            day,
        };
        Ok(Leg { role, account: self.chart.account(role, &asked)?.to_owned() })
    }
}

/// The movements of a payee in a close, and the accounts that are missing for others.
#[derive(Debug)]
struct Movements<'a> {
    payee: &'a str,
    accounts: PayeeAccounts<'a>,
    made: Vec<Movement>,
    missing: Vec<NoAccount>,
}

impl Movements<'_> {
    /// Debits `a` and credits `b`; below 0 the other way. Each is a role and the rule that its account goes by.
    fn post(
        &mut self,
        (step, rule): (Step, Option<&str>),
        a: (AccountRole, Option<&str>),
        b: (AccountRole, Option<&str>),
        amount: i128,
    ) {
        if amount == 0 {
            return;
        }
        match (self.accounts.leg(a.0, a.1), self.accounts.leg(b.0, b.1)) {
            (Ok(a), Ok(b)) => self.add(step, rule, (a, b), amount),
            (a, b) => self.missing.extend(a.err().into_iter().chain(b.err())),
        }
    }

    fn add(&mut self, step: Step, rule: Option<&str>, (a, b): (Leg, Leg), amount: i128) {
        let (debit, credit) = if amount < 0 { (b, a) } else { (a, b) };
        self.made.push(Movement {
            payee: self.payee.to_owned(),
            step,
            rule: rule.map(str::to_owned),
            debit,
            credit,
            amount: amount.abs(),
        });
    }

    /// A balance that stands on the debit side goes from the account before to the one now.
    fn moved(&mut self, role: AccountRole, balance: i128) {
        let Some(before) = self.accounts.before else { return };
        if balance == 0 {
            return;
        }
        let was = self.accounts.leg_of(before, self.accounts.day_before, role, None);
        match (self.accounts.leg(role, None), was) {
            (Ok(now), Ok(was)) if now != was => self.add(Step::Moved, None, (now, was), balance),
            (Ok(_), Ok(_)) => {}
            // An account that the payee had no more than has now is told where it is needed.
            (now, was) => self.missing.extend(now.err().into_iter().chain(was.err())),
        }
    }
}

/// The movements of a payee in a close.
///
/// # Errors
/// The accounts that are missing, each once.
pub fn movements(
    posted: &PayeePostings,
    accounts: PayeeAccounts<'_>,
) -> Result<Vec<Movement>, Vec<NoAccount>> {
    use AccountRole::{Accrued, Advance, Amortisation, Asset, Bank, Expense, Payable, Receivable};
    let mut all = Movements { payee: &posted.payee, accounts, made: Vec::new(), missing: Vec::new() };
    // A liability stands on the credit side.
    all.moved(Accrued, -posted.before.accrued());
    all.moved(Receivable, posted.before.receivable());
    all.moved(Advance, posted.before.owed);
    for (rule, amount) in &posted.earned {
        let rule = Some(rule.as_str());
        all.post((Step::Earned, rule), (Expense, rule), (Accrued, None), *amount);
    }
    for adjustment in &posted.adjustments {
        let rule = adjustment.rule.as_deref();
        let cost = (Expense, Some(rule.unwrap_or(ADJUSTMENTS)));
        let from = if adjustment.is_of_bank { (Bank, None) } else { cost };
        all.post((Step::Adjustment, rule), from, (Accrued, None), adjustment.amount);
    }
    let guarantee = posted.guarantee_id.as_deref();
    all.post((Step::Guarantee, guarantee), (Expense, guarantee), (Accrued, None), posted.guarantee);
    let draw = posted.draw_id.as_deref();
    all.post((Step::Advance, draw), (Advance, None), (Accrued, None), posted.advance);
    all.post((Step::Recovery, draw), (Accrued, None), (Advance, None), posted.recovery);
    all.post((Step::Forgiven, draw), (Expense, draw), (Advance, None), posted.forgiven);
    all.post((Step::Paid, None), (Accrued, None), (Payable, None), posted.paid);
    let change = posted.after.receivable() - posted.before.receivable();
    all.post((Step::Receivable, None), (Receivable, None), (Accrued, None), change);
    for AssetPosting { rule, capitalised, amortised, written_off } in &posted.assets {
        let rule = Some(rule.as_str());
        all.post((Step::Capitalised, rule), (Asset, rule), (Expense, rule), *capitalised);
        all.post((Step::Amortised, rule), (Amortisation, rule), (Asset, rule), *amortised);
        all.post((Step::WrittenOff, rule), (Amortisation, rule), (Asset, rule), *written_off);
    }
    let Movements { made, mut missing, .. } = all;
    if missing.is_empty() {
        return Ok(made);
    }
    missing.sort_unstable();
    missing.dedup();
    Err(missing)
}

/// What the bank or payroll has paid to a payee.
///
/// # Errors
/// The accounts that are missing.
pub fn payment(
    payee: &str,
    paid: i128,
    accounts: PayeeAccounts<'_>,
) -> Result<Vec<Movement>, Vec<NoAccount>> {
    let mut all = Movements { payee, accounts, made: Vec::new(), missing: Vec::new() };
    all.post((Step::Payment, None), (AccountRole::Payable, None), (AccountRole::Bank, None), paid);
    if all.missing.is_empty() { Ok(all.made) } else { Err(all.missing) }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;

    fn chart() -> Chart {
        Chart::of_roles([
            (AccountRole::Expense, "cost"),
            (AccountRole::Accrued, "accrued"),
            (AccountRole::Advance, "advance"),
            (AccountRole::Receivable, "receivable"),
            (AccountRole::Payable, "payable"),
            (AccountRole::Bank, "bank"),
            (AccountRole::Asset, "asset"),
            (AccountRole::Amortisation, "amortisation"),
        ])
    }

    /// Movements as short texts.
    fn shown(posted: &PayeePostings, chart: &Chart, before: Option<&PayeeFacts>) -> Vec<String> {
        let now = PayeeFacts::default();
        let accounts = PayeeAccounts { chart, now: &now, before, day: 0, day_before: 0 };
        let all = movements(posted, accounts).unwrap_or_else(|missing| panic!("{missing:?}"));
        let text = |one: &Movement| {
            let rule = one.rule.as_deref().unwrap_or("-");
            let (debit, credit) = (&one.debit.account, &one.credit.account);
            format!("{} {rule}: {debit} to {credit} {}", one.step.word(), one.amount)
        };
        all.iter().map(text).collect()
    }

    #[test]
    fn a_month_with_everything() {
        let posted = PayeePostings {
            payee: "ann".to_owned(),
            before: Standing { due: 100, owed: 50 },
            after: Standing { due: 415, owed: 40 },
            earned: vec![("commission".to_owned(), 900), ("stipend".to_owned(), -30)],
            adjustments: vec![
                AdjustmentPosting { rule: None, amount: -5, is_of_bank: false },
                AdjustmentPosting { rule: Some("stipend".to_owned()), amount: 60, is_of_bank: true },
            ],
            guarantee: 20,
            guarantee_id: Some("floor".to_owned()),
            advance: 10,
            recovery: 5,
            forgiven: 15,
            draw_id: Some("ramp".to_owned()),
            paid: 635,
            assets: vec![AssetPosting {
                rule: "commission".to_owned(),
                capitalised: 900,
                amortised: 25,
                written_off: -5,
            }],
        };
        assert_eq!(
            shown(&posted, &chart(), None),
            [
                "earned commission: cost to accrued 900",
                "earned stipend: accrued to cost 30",
                "adjustment -: accrued to cost 5",
                "adjustment stipend: bank to accrued 60",
                "guarantee floor: cost to accrued 20",
                "advance ramp: advance to accrued 10",
                "recovery ramp: accrued to advance 5",
                "forgiven ramp: cost to advance 15",
                "paid -: accrued to payable 635",
                "capitalised commission: asset to cost 900",
                "amortised commission: amortisation to asset 25",
                "written-off commission: asset to amortisation 5",
            ]
        );
    }

    #[test]
    fn what_a_payee_owes_is_a_receivable() {
        let owes = PayeePostings {
            payee: "ann".to_owned(),
            before: Standing { due: 40, owed: 0 },
            after: Standing { due: -60, owed: 0 },
            earned: vec![("commission".to_owned(), -100)],
            ..PayeePostings::default()
        };
        let all = ["earned commission: accrued to cost 100", "receivable -: receivable to accrued 60"];
        assert_eq!(shown(&owes, &chart(), None), all);
        let earns_it_back = PayeePostings {
            before: owes.after,
            after: Standing { due: 30, owed: 0 },
            earned: vec![("commission".to_owned(), 90)],
            ..owes
        };
        let all = ["earned commission: cost to accrued 90", "receivable -: accrued to receivable 60"];
        assert_eq!(shown(&earns_it_back, &chart(), None), all);
    }

    #[test]
    fn balances_go_to_the_account_of_the_new_kind() {
        let mut chart = chart();
        for role in [AccountRole::Accrued, AccountRole::Receivable, AccountRole::Advance] {
            let word = role.word();
            chart.by_kind(role, [("partner", format!("{word} of partners"))], Some(word.to_owned()));
        }
        let partner = PayeeFacts { kind: Some("partner".to_owned()), ..PayeeFacts::default() };
        let has = |due, owed| PayeePostings {
            payee: "ann".to_owned(),
            before: Standing { due, owed },
            after: Standing { due, owed },
            ..PayeePostings::default()
        };
        assert_eq!(
            shown(&has(70, 8), &chart, Some(&partner)),
            ["moved -: accrued of partners to accrued 70", "moved -: advance to advance of partners 8"]
        );
        assert_eq!(
            shown(&has(-70, 0), &chart, Some(&partner)),
            ["moved -: receivable to receivable of partners 70"]
        );
        assert_eq!(shown(&has(70, 8), &chart, None), [""; 0]);
        assert_eq!(shown(&has(70, 8), &chart, Some(&PayeeFacts::default())), [""; 0]);
    }

    #[test]
    fn an_account_is_missed_only_where_something_goes_there() {
        let chart = Chart::of_roles([(AccountRole::Expense, "cost"), (AccountRole::Accrued, "accrued")]);
        let posted = PayeePostings {
            payee: "ann".to_owned(),
            after: Standing { due: 1, owed: 0 },
            earned: vec![("commission".to_owned(), 10)],
            paid: 9,
            ..PayeePostings::default()
        };
        let now = PayeeFacts::default();
        let accounts = PayeeAccounts { chart: &chart, now: &now, before: None, day: 0, day_before: 0 };
        assert_eq!(movements(&posted, accounts), Err(vec![NoAccount::NoKey(AccountRole::Payable)]));
        let unpaid = PayeePostings { paid: 0, after: Standing { due: 10, owed: 0 }, ..posted };
        assert_eq!(movements(&unpaid, accounts).map(|all| all.len()), Ok(1));
    }

    /// A month of a payee: earned, released of it, adjusted, guaranteed, advanced, recovered, forgiven and paid; and whether the kind
    /// is another.
    type Month = ([i64; 8], bool);

    fn months() -> impl Strategy<Value = Vec<Month>> {
        let month = (prop::array::uniform8(0..1_000_i64), -1_000..1_000_i64, -50..50_i64, any::<bool>());
        let month = month.prop_map(|(mut figures, earned, adjusted, changes)| {
            figures[0] = earned;
            figures[2] = adjusted;
            (figures, changes)
        });
        prop::collection::vec(month, 1..12)
    }

    proptest! {
        /// Over any closes each payee has what is held and carried, or owes it, and what is owed of draws; debits are credits; and no
        /// account but those of the payee's kind has anything of it.
        #[test]
        fn accounts_are_the_balances_after_any_closes(months in months(), opening in (-500..500_i64, 0..500_i64)) {
            let mut chart = chart();
            for role in [AccountRole::Accrued, AccountRole::Receivable, AccountRole::Advance] {
                let word = role.word();
                chart.by_kind(role, [("partner", format!("{word} of partners"))], Some(word.to_owned()));
            }
            let facts = |partner: bool| PayeeFacts { kind: partner.then(|| "partner".to_owned()), ..PayeeFacts::default() };
            let mut now = Standing { due: opening.0.into(), owed: opening.1.into() };
            let (mut is_partner, mut before) = (false, None);
            let mut accounts: BTreeMap<String, i128> = BTreeMap::from([
                ("accrued".to_owned(), -now.accrued()),
                ("receivable".to_owned(), now.receivable()),
                ("advance".to_owned(), now.owed),
            ]);
            let opened: i128 = accounts.values().sum();
            for ([earned, other, adjusted, guarantee, advance, recovery, forgiven, paid], changes) in months {
                let figures = [earned, other, adjusted, guarantee, advance, recovery, forgiven, paid].map(i128::from);
                let [earned, other, adjusted, guarantee, advance, recovery, forgiven, paid] = figures;
                let after = Standing {
                    due: now.due + earned + other + adjusted + guarantee + advance - recovery - paid,
                    owed: now.owed + advance - recovery - forgiven,
                };
                let posted = PayeePostings {
                    payee: "ann".to_owned(),
                    before: now,
                    after,
                    earned: vec![("a".to_owned(), earned), ("b".to_owned(), other)],
                    adjustments: vec![AdjustmentPosting { rule: None, amount: adjusted, is_of_bank: changes }],
                    guarantee,
                    guarantee_id: Some("floor".to_owned()),
                    advance,
                    recovery,
                    forgiven,
                    draw_id: Some("ramp".to_owned()),
                    paid,
                    assets: vec![AssetPosting {
                        rule: "a".to_owned(),
                        capitalised: earned,
                        amortised: guarantee,
                        written_off: adjusted,
                    }],
                };
                is_partner = is_partner != changes;
                let own = facts(is_partner);
                let given = PayeeAccounts { chart: &chart, now: &own, before: before.as_ref(), day: 1, day_before: 0 };
                let made = movements(&posted, given).unwrap_or_else(|missing| panic!("{missing:?}"));
                for one in made {
                    prop_assert!(one.amount > 0 && one.debit.account != one.credit.account);
                    *accounts.entry(one.debit.account).or_default() += one.amount;
                    *accounts.entry(one.credit.account).or_default() -= one.amount;
                }
                // What the system before left stands on the accounts of the first close's kind.
                if before.is_none() && is_partner {
                    for role in ["accrued", "receivable", "advance"] {
                        let balance = accounts.insert(role.to_owned(), 0).unwrap_or_default();
                        let opening = match role {
                            "accrued" => -now.accrued(),
                            "receivable" => now.receivable(),
                            _ => now.owed,
                        };
                        prop_assert_eq!(balance, opening);
                        *accounts.entry(format!("{role} of partners")).or_default() += opening;
                    }
                }
                before = Some(own);
                now = after;
                let kind = if is_partner { " of partners" } else { "" };
                let has = |account: String| accounts.get(&account).copied().unwrap_or_default();
                prop_assert_eq!(has(format!("accrued{kind}")), -now.accrued());
                prop_assert_eq!(has(format!("receivable{kind}")), now.receivable());
                prop_assert_eq!(has(format!("advance{kind}")), now.owed);
                let other = if is_partner { "" } else { " of partners" };
                for role in ["accrued", "receivable", "advance"] {
                    prop_assert_eq!(has(format!("{role}{other}")), 0);
                }
                prop_assert_eq!(accounts.values().sum::<i128>(), opened);
            }
        }
    }
}
