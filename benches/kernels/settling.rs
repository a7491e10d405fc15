//! From dense tables to lines in their order: groups and units, the kernel, running totals. One kind of rule at a time,
//! and stipends with and without caps: what caps cost is the difference.

use apportion::book::Period;
use apportion::settle::settle;
use criterion::{Criterion, Throughput};
use std::hint::black_box;

use super::project::{self, ENGAGEMENTS};

const SHARED: &str = r#"[[shared_credit]]
id = "shared"
effective = { from = 2026-01-01 }
rate = "10%"
roles = [{ role = "sourced", share = "30%" }, { role = "cosell", share = "20%" }, { role = "closed", share = "50%" }]
within = "weight"
unfilled = "redistribute"
"#;

const STIPEND: &str = r#"[[stipend]]
id = "stipend"
effective = { from = 2026-01-01 }
amount = "250"
per = "deal"
"#;

const CAPS: &str = r#"cap = [
  { amount = "2000", per = "payee", every = "month" },
  { amount = "5000", per = "payee", every = "quarter" },
  { amount = "20000", per = "payee", every = "year" },
]
"#;

const ENGAGED: &str = r#"[[renewal_bonus]]
id = "bonus"
effective = { from = 2026-01-01 }
reach = ["deal"]
engaged = "payees.kind = 'partner' AND occurred_on > close_date - 180 AND occurred_on <= close_date"
measure = "weight"
rates = [{ from = 3, rate = "1%" }, { from = 8, rate = "2%" }, { from = 20, rate = "3%" }]
rate_by = "deal"
"#;

pub fn bench(criterion: &mut Criterion) {
    let period = Period::parse("2026-Q3").unwrap();
    let capped = format!("{STIPEND}{CAPS}");
    let mut group = criterion.benchmark_group("settling");
    group.sample_size(20).throughput(Throughput::Elements(ENGAGEMENTS as u64));
    for (name, rules) in [
        ("shared credit", SHARED),
        ("stipend", STIPEND),
        ("stipend with three caps", capped.as_str()),
        ("renewal bonus, engaged", ENGAGED),
    ] {
        let folder = project::write(rules);
        let opened = project::open(folder.path());
        let tables = project::load(&opened);
        group.bench_function(name, |bencher| {
            bencher.iter(|| black_box(settle(opened.book(), &tables, opened.rules(), period).unwrap()));
        });
    }
    group.finish();
}
