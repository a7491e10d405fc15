//! Stage two: the tier formula alone, and commission lines over a payee's running total.

use apportion::data::{DealIx, Optional, PayeeIx};
use apportion::kinds::commission::kernel as commission;
use apportion::kinds::commission::running::Terms;
use apportion::kinds::commission::tiers::{Ladder, Step};
use apportion::money::{Overflow, Rounding};
use apportion::pay::{Credit, PeriodKey};
use apportion::rules::{Mode, RuleIx, VersionIx};
use criterion::{Criterion, Throughput};
use std::hint::black_box;

use super::numbers::Numbers;

const PAYEES: u32 = 200;
/// Credited deals of a payee in a quarter.
const CREDITS: u32 = 75;
const PERCENT: i64 = 1_000_000;

pub fn bench(criterion: &mut Criterion) {
    let mut numbers = Numbers::new(8);
    let of_payees: Vec<Vec<Credit>> = PayeeIx::all(PAYEES as usize)
        .map(|payee| {
            let credit = |deal| Credit {
                payee,
                from: Optional::NONE,
                deal: DealIx::from_raw(deal),
                close_date: (deal / 2) as i32,
                credited: i128::from(numbers.cents()),
            };
            (0..CREDITS).map(credit).collect()
        })
        .collect();
    let credits = u64::from(PAYEES * CREDITS);

    let mut group = criterion.benchmark_group("tiers");
    group.throughput(Throughput::Elements(credits));
    for (name, mode) in [("marginal", Mode::Marginal), ("whole", Mode::Whole), ("sliding", Mode::Sliding)] {
        let ladder = ladder(mode).unwrap();
        group.bench_function(name, |bencher| {
            bencher.iter(|| {
                for credit in of_payees.iter().flatten() {
                    black_box(ladder.value(credit.credited).unwrap());
                    black_box(ladder.rate_e8(credit.credited).unwrap());
                }
            });
        });
    }
    group.bench_function("commission", |bencher| {
        bencher.iter(|| {
            for credits in &of_payees {
                black_box(
                    commission::pay(RuleIx::FIRST, credits, &OneQuarter, Rounding::HalfAwayFromZero, 2)
                        .unwrap(),
                );
            }
        });
    });
    group.finish();
}

/// Thresholds at 0, 100 and 150% of a quota of 3,000,000, so that totals cross all of them.
fn ladder(mode: Mode) -> Result<Ladder, Overflow> {
    let quota_e6 = 3_000_000_000_000;
    let steps = [(0, 5 * PERCENT), (quota_e6, 15 * PERCENT / 2), (quota_e6 / 2 * 3, 10 * PERCENT)];
    Ladder::new(steps.map(|(from, rate)| Step::new(from, rate)).to_vec(), 6, 2, mode)
}

struct OneQuarter;

impl Terms for OneQuarter {
    fn version(&self, _: &Credit) -> Option<VersionIx> {
        Some(VersionIx::FIRST)
    }

    fn measure(&self, _: DealIx) -> Option<i128> {
        None
    }

    fn period(&self, _: &Credit) -> PeriodKey {
        PeriodKey::FIRST
    }

    fn ladder(&self, _: VersionIx, _: PayeeIx, _: PeriodKey) -> Result<Option<Ladder>, Overflow> {
        ladder(Mode::Marginal).map(Some)
    }
}
