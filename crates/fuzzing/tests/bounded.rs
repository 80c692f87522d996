//! A bounded run of every target, with its corpus, on any compiler: nothing panics. How long a call
//! takes is for `cargo xtask fuzz` to judge, since a machine may be busy.

use equipoise_fuzzing::run::{Fault, feed};
use equipoise_fuzzing::{TARGETS, Target, install};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

/// Inputs of each target.
const CASES: u32 = 120;

fn is_harmless(target: &Target, bytes: &[u8]) -> Result<(), TestCaseError> {
    match feed(target, bytes) {
        Err(Fault::Panicked) => Err(TestCaseError::fail(target.name)),
        Ok(()) | Err(Fault::Slow(_)) => Ok(()),
    }
}

#[test]
fn no_bytes_do_harm() {
    install();
    for target in &TARGETS {
        let corpus = target.corpus();
        assert!(!corpus.is_empty(), "{} has a corpus", target.name);
        for bytes in corpus {
            is_harmless(target, &bytes).expect("the corpus does no harm");
        }
        let config = Config {
            failure_persistence: None,
            ..Config::with_cases(CASES)
        };
        let mut runner = TestRunner::new_with_rng(config, deterministic());
        let outcome = runner.run(&vec(any::<u8>(), 0..400), |bytes| {
            is_harmless(target, &bytes)
        });
        outcome.unwrap_or_else(|error| panic!("{}: {error}", target.name));
    }
}

fn deterministic() -> proptest::test_runner::TestRng {
    proptest::test_runner::TestRng::deterministic_rng(proptest::test_runner::RngAlgorithm::ChaCha)
}
