//! Largest remainders: how a deal's cents are shared by units.

use apportion::money::{Minor, Splitter};
use criterion::{BenchmarkId, Criterion, Throughput};
use std::hint::black_box;

use super::numbers::Numbers;

const DEALS: usize = 10_000;

pub fn bench(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("split");
    // Two payees are the most common case; 3 is the roles of a deal; 60 the longest deal that the generator makes.
    for payees in [2, 3, 8, 60] {
        group.throughput(Throughput::Elements((DEALS * payees) as u64));
        // Weights in billionths and cents: the product fits 64 bits for the smaller deals alone.
        let deals = deals(payees, |numbers| i128::from(numbers.weight_e9()));
        group.bench_with_input(BenchmarkId::new("weights", payees), &deals, |bencher, deals| {
            bencher.iter(|| split(deals));
        });
    }
    // Units of 27 digits without a common divisor: nothing fits 64 bits.
    let deals =
        deals(3, |numbers| (i128::from(numbers.weight_e9()) << 55) + i128::from(numbers.below(1 << 50)));
    group.throughput(Throughput::Elements((DEALS * 3) as u64));
    group.bench_with_input(BenchmarkId::new("128-bit", 3), &deals, |bencher, deals| {
        bencher.iter(|| split(deals));
    });
    group.finish();
}

fn split(deals: &[(i64, Vec<i128>)]) -> i64 {
    let mut splitter = Splitter::default();
    let mut parts = Vec::new();
    let mut last = 0;
    for (total, units) in deals {
        splitter.split(Minor::new(*total), units, &mut parts).unwrap();
        last ^= black_box(&parts)[0].raw();
    }
    last
}

fn deals(payees: usize, unit: impl Fn(&mut Numbers) -> i128) -> Vec<(i64, Vec<i128>)> {
    let mut numbers = Numbers::new(payees as u64);
    (0..DEALS).map(|_| (numbers.cents(), (0..payees).map(|_| unit(&mut numbers)).collect())).collect()
}
