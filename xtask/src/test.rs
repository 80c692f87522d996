//! All the tests, in the order in which they find a mistake soonest.

use crate::browser::Browser;
use crate::engines::{self, Engines};
use crate::run::{Result, WASM, cannot, cargo, command, path_with, root, run};
use crate::stages::Stages;
use crate::{balancers, check, node, packages, page, tools};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

/// Tests everything; with `install`, missing programs that the tests start are installed.
pub(crate) fn test(install: bool) -> Result {
    // What a person may have to install comes first: the message should not take minutes.
    let node = node::node()?;
    let browser = Browser::find_or_install(install)?;
    let engines = engines::find_or_install(install)?;
    balancers::find_or_install(install);
    packages::find_or_install(install)?;
    let mut stages = Stages::default();

    check::stages_of_check(&mut stages)?;
    stages.run("native tests", || {
        run(&mut cargo("test --workspace --exclude site"))?;
        // Not optimised, as it is used: its dependencies need not be compiled once more.
        run(&mut cargo("test --package site --profile site"))
    })?;
    stages.run("tools for the browser", || tools::wasm_bindgen().map(drop))?;
    stages.run("browser tests", || in_browser(&browser))?;
    if let Some(driver) = &engines.geckodriver {
        stages.run("golden hashes in Firefox", || in_firefox(driver))?;
    }
    if engines.webkit.is_some() {
        stages.run("golden hashes in WebKit", || in_webkit(&node))?;
    }
    stages.run("the page", || page::build(true))?;
    stages.run("the page end to end", || {
        end_to_end(node, &browser, engines)
    })?;
    stages.close();
    Ok(())
}

/// Runs the library's tests for the browser in a browser: `tests/browser*.rs`, without the page.
fn in_browser(browser: &Browser) -> Result {
    let tools = tools::wasm_bindgen()?;
    let mut tests = cargo(&format!(
        "test --target {WASM} --no-default-features --test browser*"
    ));
    in_browser_env(&mut tests, &tools, browser);
    vectors_env(&mut tests)?;
    run(tests.env("PATH", path_with(&[tools])))
}

/// Runs the golden cases in Firefox: the same hashes as in Chromium and natively.
fn in_firefox(driver: &Path) -> Result {
    let tools = tools::wasm_bindgen()?;
    let mut tests = cargo(&format!(
        "test --target {WASM} --no-default-features --test browser"
    ));
    tests.env(RUNNER, tools.join("wasm-bindgen-test-runner"));
    tests.env_remove("CHROMEDRIVER").env("GECKODRIVER", driver);
    tests.env("WASM_BINDGEN_TEST_TIMEOUT", "600");
    run(tests.env("PATH", path_with(&[tools])))
}

/// Runs the golden cases in WebKit, which their runner does not drive: it serves them, and a script
/// opens them.
fn in_webkit(node: &Path) -> Result {
    let tools = tools::wasm_bindgen()?;
    let mut tests = command(node);
    let script = root().join("tests/e2e/in_engine.mjs");
    tests
        .arg(script)
        .args(["webkit", "cargo", "test", "--target", WASM]);
    tests.args(["--no-default-features", "--test", "browser"]);
    tests.env(RUNNER, tools.join("wasm-bindgen-test-runner"));
    run(tests.env("PATH", path_with(&[tools])).current_dir(root()))
}

/// Where cargo reads what runs a program in a browser.
const RUNNER: &str = "CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER";

/// What lets cargo run a program in a browser.
pub(crate) fn in_browser_env(cargo: &mut Command, tools: &Path, browser: &Browser) {
    cargo.env(RUNNER, tools.join("wasm-bindgen-test-runner"));
    // The driver's options are in webdriver.json.
    cargo.env("CHROMEDRIVER", &browser.driver);
    // Seconds for one file of tests, on a slow machine.
    cargo.env("WASM_BINDGEN_TEST_TIMEOUT", "300");
}

/// Names the recorded schedules and picks that are compiled into the tests for the browser: a file
/// of each, from the folder that `EQUIPOISE_VECTORS` names, if it names one.
fn vectors_env(tests: &mut Command) -> Result {
    let Some(folder) = env::var_os("EQUIPOISE_VECTORS").map(PathBuf::from) else {
        return Ok(());
    };
    let entries = fs::read_dir(&folder).map_err(cannot("read", &folder))?;
    for path in entries.flatten().map(|entry| entry.path()) {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if !name.ends_with(".json") {
            continue;
        }
        if name.starts_with("vllm_schedule") {
            tests.env("EQUIPOISE_SCHEDULES", &path);
        } else if name.starts_with("llm_router") {
            tests.env("EQUIPOISE_PICKS", &path);
        }
    }
    Ok(())
}

/// Drives the built page as a person does: `tests/e2e/*.test.mjs`.
fn end_to_end(node: PathBuf, browser: &Browser, engines: Engines) -> Result {
    let tests = root().join("tests").join("e2e");
    run(node::npm()?.arg("ci").current_dir(&tests))?;
    // Named one by one: Node knows no patterns before version 21.
    let entries = fs::read_dir(&tests).map_err(cannot("read", &tests))?;
    let mut files: Vec<_> = entries.flatten().map(|entry| entry.file_name()).collect();
    files.retain(|name| name.to_string_lossy().ends_with(".test.mjs"));
    files.sort();
    if files.is_empty() {
        return Err(format!("{} holds no test", tests.display()));
    }
    let mut node = command(node);
    // Two files at once: most of a test waits for the page.
    node.args(["--test", "--test-concurrency=2", "--test-reporter=spec"])
        .args(files)
        .current_dir(tests);
    node.env("CHROMEDRIVER", &browser.driver);
    node.envs(engines.geckodriver.map(|driver| ("GECKODRIVER", driver)));
    node.envs(engines.webkit.map(|driver| ("WEBKITDRIVER", driver)));
    run(node.env("CHROMIUM_PATH", &browser.chromium))
}

/// Lets the built page run for minutes at its highest speed: `tests/e2e/soak.mjs`.
pub(crate) fn soak(minutes: &str) -> Result {
    let browser = Browser::find_or_install(false)?;
    page::build(false)?;
    let tests = root().join("tests").join("e2e");
    run(node::npm()?.arg("ci").current_dir(&tests))?;
    let mut soak = command(node::node()?);
    soak.args(["soak.mjs", minutes]).current_dir(tests);
    run(soak.env("CHROMIUM_PATH", &browser.chromium))
}
