//! The benchmarks: the engine natively and in a browser side by side, and the stage.

use crate::browser::Browser;
use crate::run::{Result, WASM, cargo, command, output, path_with, root, run};
use crate::test::in_browser_env;
use crate::{debian, node, page, tools};

/// Measures everything. With arguments, only `cargo bench` with these.
pub(crate) fn bench(args: &[&str]) -> Result {
    if !args.is_empty() {
        return run(cargo("bench").args(args));
    }
    let node = node::node()?;
    let browser = Browser::find_or_install(debian::in_ci())?;
    run(&mut cargo("bench --bench engine"))?;

    println!(
        "\nTask lifecycles per second, natively and in Chromium \
         (the latter as the page is compiled):"
    );
    let native = output(&mut cargo("bench --quiet --bench lifecycles"))
        .ok_or("the native benchmark failed")?;
    let tools = tools::wasm_bindgen()?;
    let mut there = cargo("bench --quiet --profile page --bench lifecycles --no-default-features");
    there.args(["--target", WASM, "--", "--nocapture"]);
    in_browser_env(&mut there, &tools, &browser);
    let there = output(there.env("PATH", path_with(&[tools])))
        .ok_or("the benchmark in the browser failed")?;
    for (name, rate) in rates(&native) {
        let Some((_, other)) = rates(&there).find(|(n, _)| *n == name) else {
            return Err(format!("the browser did not measure {name}"));
        };
        println!(
            "  {name:24} {:6.2} M  {:6.2} M  {:3.0} %",
            rate / 1e6,
            other / 1e6,
            100.0 * other / rate
        );
    }

    page::build(false)?;
    run(node::npm()?.arg("ci").current_dir(root().join("tests/e2e")))?;
    run(command(node)
        .arg("tests/e2e/stage-bench.mjs")
        .env("CHROMIUM_PATH", &browser.chromium))
}

/// The lines `lifecycles/s NAME NUMBER` of a benchmark's output.
fn rates(text: &str) -> impl Iterator<Item = (&str, f64)> {
    text.lines().filter_map(|line| {
        let mut words = line
            .trim()
            .strip_prefix("lifecycles/s ")?
            .split_whitespace();
        Some((words.next()?, words.next()?.parse().ok()?))
    })
}
