//! Task lifecycles per second, measured alike natively and in a browser, to compare the two.
//!
//! Natively: `cargo bench --bench lifecycles`. In a browser, with wasm-bindgen's runner and a
//! driver as for the browser tests: `cargo bench --target wasm32-unknown-unknown
//! --no-default-features --bench lifecycles -- --nocapture`. Each prints a line `lifecycles/s NAME
//! NUMBER` for every scenario, the median of several rounds.

mod loops;

const LIFECYCLES: u64 = 500_000;
const ROUNDS: usize = 9;
/// Rounds before, which do not count: a browser begins with quickly compiled code and goes over to
/// optimised code when it has it, which takes it a second or two.
const WARM_UP_ROUNDS: usize = 8;

/// Measures every scenario by a clock in seconds.
fn measure(now_s: impl Fn() -> f64, print: impl Fn(String)) {
    for (name, scenario) in loops::scenarios() {
        let mut engine = loops::warm(&scenario);
        (0..WARM_UP_ROUNDS).for_each(|_| loops::run(&mut engine, LIFECYCLES));
        let mut rates: Vec<f64> = (0..ROUNDS)
            .map(|_| {
                let before_s = now_s();
                loops::run(&mut engine, LIFECYCLES);
                LIFECYCLES as f64 / (now_s() - before_s)
            })
            .collect();
        rates.sort_by(f64::total_cmp);
        print(format!("lifecycles/s {name} {:.0}", rates[ROUNDS / 2]));
    }
}

#[cfg(not(target_arch = "wasm32"))]
fn main() {
    let start = std::time::Instant::now();
    measure(|| start.elapsed().as_secs_f64(), |line| println!("{line}"));
}

#[cfg(target_arch = "wasm32")]
fn main() {}

#[cfg(target_arch = "wasm32")]
mod browser {
    use wasm_bindgen::prelude::wasm_bindgen;
    use wasm_bindgen_test::{
        Criterion, console_log, wasm_bindgen_bench, wasm_bindgen_test_configure,
    };

    wasm_bindgen_test_configure!(run_in_browser);

    #[wasm_bindgen]
    extern "C" {
        #[wasm_bindgen(js_namespace = performance, js_name = now)]
        fn now_ms() -> f64;
    }

    // The runner looks for benchmarks of this kind; the clock and the figures are those of the
    // native side.
    #[wasm_bindgen_bench]
    fn lifecycles(_: &mut Criterion) {
        super::measure(|| now_ms() / 1000.0, |line| console_log!("{line}"));
    }
}
