//! In a browser the engine gives the same runs as natively, to the last bit: the cases and hashes
//! are those of `tests/golden.rs`, and for sweeps those of `tests/sweep.rs`.

#![cfg(target_arch = "wasm32")]

#[path = "common/golden.rs"]
mod golden;
#[path = "common/sweep.rs"]
mod numbers;

use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

#[wasm_bindgen_test]
fn runs_are_those_of_the_native_engine() {
    let cases = golden::cases();
    assert_eq!(cases.len(), golden::HASHES.len());
    for (case, &(name, hash)) in cases.iter().zip(golden::HASHES) {
        assert_eq!(
            (case.name, case.run().0),
            (name, hash),
            "{name}: the browser's run is another"
        );
    }
}

/// What the page's worker answers, which is what the page itself would get, and the command
/// line prints.
#[wasm_bindgen_test]
fn a_worker_gives_the_numbers_of_the_command_line() {
    assert_eq!(numbers::of_worker(&numbers::plan()), numbers::HASHES);
}
