//! From Parquet files to dense tables: cells decoded, keys interned and checked, engagements grouped by deal.
//!
//! The interner is private to `data`, so it is measured by what it does for a close.

use criterion::{Criterion, Throughput};
use std::hint::black_box;

use super::project::{self, ENGAGEMENTS};

pub fn bench(criterion: &mut Criterion) {
    let folder = project::write("");
    let opened = project::open(folder.path());
    let mut group = criterion.benchmark_group("interning");
    group.sample_size(20).throughput(Throughput::Elements(ENGAGEMENTS as u64));
    group.bench_function("interning and grouping", |bencher| {
        bencher.iter(|| black_box(project::load(&opened)));
    });
    group.finish();
}
