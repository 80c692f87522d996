//! Formatting, lints and documentation, on every target that the code is compiled for.

use crate::run::{Result, WASM, cargo, root, run};
use crate::stages::Stages;
use crate::tools;
use std::process::Command;

/// Checks everything that needs no test to run.
pub(crate) fn check() -> Result {
    let mut stages = Stages::default();
    stages_of_check(&mut stages)?;
    stages.close();
    Ok(())
}

/// The stages of [`check`], as a part of something longer.
pub(crate) fn stages_of_check(stages: &mut Stages) -> Result {
    stages.run("format", || run(&mut cargo("fmt --all --check")))?;
    stages.run("lints", || {
        run(&mut deny_warnings("clippy --workspace --all-targets"))
    })?;
    stages.run("lints, in the browser", || {
        tools::wasm_target()?;
        // Without the page: the engine must not come to need it.
        run(&mut for_wasm(
            "clippy --package equipoise-elastic --package equipoise-engine \
             --package equipoise-formulas --package equipoise-learn \
             --package equipoise-lessons --package equipoise-replica --package equipoise-theory \
             --package equipoise-traces --package equipoise-training --package equipoise-views \
             --lib",
        ))?;
        run(&mut for_wasm("clippy --lib --test browser*"))?;
        run(&mut for_wasm(
            "clippy --features app --lib --bin playground",
        ))?;
        run(&mut for_wasm("clippy --features worker --lib --bin worker"))
    })?;
    stages.run("documentation", || {
        // With the page too: nothing else reads its documentation's links.
        let doc = "doc --no-deps --workspace --lib --document-private-items --all-features";
        run(cargo(doc).env(
            "RUSTDOCFLAGS",
            "-D warnings -A rustdoc::private-intra-doc-links",
        ))
    })
}

fn deny_warnings(words: &str) -> Command {
    let mut clippy = cargo(words);
    clippy.args(["--", "-D", "warnings"]);
    clippy
}

/// Clippy for the browser's target, with that target's own list of what not to use.
fn for_wasm(words: &str) -> Command {
    let mut clippy = deny_warnings(&format!("{words} --target {WASM} --no-default-features"));
    clippy.env(
        "CLIPPY_CONF_DIR",
        root().join("xtask").join("clippy-wasm32"),
    );
    clippy
}
