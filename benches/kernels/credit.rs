//! Stage one on groups and units that are there already: from a batch of deals to lines.

use apportion::credit::{Batch, Groups, Numbers as Basis, Reason, Shares, Slots};
use apportion::data::{DealIx, NO_DAY, Optional, PayeeIx, RoleIx};
use apportion::kinds::renewal_bonus::kernel::{self as renewal_bonus, MeasureOwner, Rates, Rung};
use apportion::kinds::shared_credit::decided::Decisions;
use apportion::kinds::shared_credit::kernel::{self as shared_credit, Sharing};
use apportion::kinds::stipend::kernel::{self as stipend, Earning};
use apportion::money::Rounding;
use apportion::plan::MonthIx;
use apportion::rules::{RuleIx, SlotIx, VersionIx};
use criterion::{Criterion, Throughput};
use std::hint::black_box;

use super::numbers::Numbers;

/// A partition of a run.
const DEALS: usize = 32_768;
const PAYEES: u64 = 500;
const PERCENT: i64 = 1_000_000;

pub fn bench(criterion: &mut Criterion) {
    let deals: Vec<DealIx> = DealIx::all(DEALS).collect();
    let batch = Batch {
        rule: RuleIx::FIRST,
        version: VersionIx::FIRST,
        deals: &deals,
        months: vec![MonthIx::FIRST; DEALS],
        verdicts: vec![None; DEALS],
        rounding: Rounding::HalfAwayFromZero,
        digits: 2,
        cap: None,
    };
    let mut numbers = Numbers::new(6);
    let amounts = (0..DEALS).map(|_| i128::from(numbers.cents()) * 10_000).collect();
    let basis = Basis { mantissas: amounts, known: None, scale: 6 };
    let shares = shares(&mut numbers);
    let groups = groups(&mut numbers);

    let mut group = criterion.benchmark_group("credit");
    group.throughput(Throughput::Elements(DEALS as u64));
    let slots =
        Slots { share: vec![30, 20, 50], role: RoleIx::all(3).map(Optional::some).collect(), retain: false };
    let rates_e8 = vec![Some(10 * PERCENT); DEALS];
    group.bench_function("shared_credit", |bencher| {
        bencher.iter(|| {
            let sharing = Sharing { slots: &slots, shares: &shares, decisions: &Decisions::default() };
            black_box(shared_credit::pay(&batch, &basis, Some(&rates_e8), sharing).unwrap())
        });
    });

    let earning = Earning {
        meets: groups.touches.iter().map(|touches| *touches >= 2).collect(),
        amount_e6: vec![Some(250_000_000); groups.payee.len()],
        times_e9: vec![1_000_000_000; groups.payee.len()],
    };
    group.bench_function("stipend", |bencher| {
        bencher.iter(|| black_box(stipend::pay(&batch, &groups, &earning).unwrap()));
    });

    let rung = |measure_e9: i128| {
        let step = [3, 8, 20].iter().rposition(|from| from * 1_000_000_000 <= measure_e9)?;
        Some(Rung { step, rate_e8: Some([1, 2, 3][step] * PERCENT) })
    };
    let of_deals = groups.ranges().map(|range| rung(groups.weight_e9[range].iter().sum())).collect();
    let of_groups = groups.weight_e9.iter().map(|measure_e9| rung(*measure_e9)).collect();
    let owners: [(_, _, Vec<Option<Rung>>); 2] = [
        ("renewal_bonus by deal", MeasureOwner::Deal, of_deals),
        ("renewal_bonus by payee", MeasureOwner::Payee, of_groups),
    ];
    for (name, by, reached) in owners {
        group.bench_function(name, |bencher| {
            bencher.iter(|| {
                let rates = Rates { measure_e9: &groups.weight_e9, reached: &reached, by };
                black_box(renewal_bonus::pay(&batch, &basis, &groups, rates).unwrap())
            });
        });
    }
    group.finish();
}

/// Up to three roles a deal, with one or two payees in each; some roles are empty.
fn shares(numbers: &mut Numbers) -> Shares {
    let mut shares = Shares { offsets: vec![0], ..Shares::default() };
    for _ in 0..DEALS {
        for slot in SlotIx::all(3) {
            let first = numbers.below(PAYEES) as u32;
            for nth in 0..[0, 1, 1, 1, 2][numbers.index(5)] {
                shares.slot.push(slot);
                shares.payee.push(PayeeIx::from_raw(first + nth));
                shares.units_e9.push(i128::from(numbers.weight_e9()));
            }
        }
        shares.offsets.push(shares.payee.len() as u32);
        shares.why_empty.push(Reason::NoFilledRole);
    }
    shares
}

/// None to three payees a deal, of one to three touches each.
fn groups(numbers: &mut Numbers) -> Groups {
    let mut groups = Groups { offsets: vec![0], ..Groups::default() };
    for _ in 0..DEALS {
        let first = numbers.below(PAYEES) as u32;
        for nth in 0..numbers.below(4) as u32 {
            let touches = 1 + numbers.below(3) as u32;
            groups.payee.push(PayeeIx::from_raw(first + nth));
            groups.touches.push(touches);
            groups.weight_e9.push((0..touches).map(|_| i128::from(numbers.weight_e9())).sum());
            groups.first_on.push(NO_DAY);
            groups.last_on.push(NO_DAY);
        }
        groups.offsets.push(groups.payee.len() as u32);
        groups.why_empty.push(Reason::NoEligiblePayee);
    }
    groups
}
