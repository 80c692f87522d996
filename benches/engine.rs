//! How many task lifecycles (arrive, allocate, start, finish) the engine does in a second, by
//! criterion: `cargo bench --bench engine`.

mod loops;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};

const LIFECYCLES: u64 = 50_000;

fn lifecycles(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("lifecycles");
    group
        .throughput(Throughput::Elements(LIFECYCLES))
        .sample_size(30);
    for (name, scenario) in loops::scenarios() {
        let mut engine = loops::warm(&scenario);
        group.bench_function(name, |bencher| {
            bencher.iter(|| loops::run(&mut engine, LIFECYCLES))
        });
    }
    group.finish();
}

criterion_group!(benches, lifecycles);
criterion_main!(benches);
