//! Any bytes as configurations: see `crates/fuzzing`.

#![no_main]

use equipoise_fuzzing::{Target, install};
use libfuzzer_sys::fuzz_target;

fuzz_target!(init: install(), |bytes: &[u8]| {
    if let Some(target) = Target::named("configurations") {
        (target.feed)(bytes);
    }
});
