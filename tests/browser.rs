//! In a browser the engine gives the same runs as natively, to the last bit: the cases and hashes are those of
//! `tests/golden.rs`.

#![cfg(target_arch = "wasm32")]

#[path = "common/golden.rs"]
mod golden;

use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

#[wasm_bindgen_test]
fn runs_are_those_of_the_native_engine() {
    let cases = golden::cases();
    assert_eq!(cases.len(), golden::HASHES.len());
    for (case, &(name, hash)) in cases.iter().zip(golden::HASHES) {
        assert_eq!((case.name, case.run().0), (name, hash), "{name}: the browser's run is another");
    }
}
