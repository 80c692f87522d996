//! How the house is built: which folder may import which, no circles of imports but those that are
//! honest recursion, files of one idea, lines that fit, statements that do one thing, and styles
//! that the page's policy allows.

#![cfg(not(target_arch = "wasm32"))]

mod imports;
mod plain;

use imports::{Graph, rust_files};
use plain::Counts;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

/// All folders with Rust files.
const FOLDERS: &[&str] = &[
    "benches", "crates", "examples", "site", "src", "tests", "xtask",
];

/// Most lines of a file.
const LINES_MAX: usize = 400;
/// Most columns of a line.
const COLUMNS_MAX: usize = 100;
/// Most tuple assignments in 1,000 lines of code; swaps are free.
const TUPLES_MAX: usize = 1;
/// Most closures with a name in 1,000 lines of code.
const CLOSURES_MAX: usize = 3;

/// The folders and files at the root of each crate, from the ground up: each may import those
/// before it in its crate, and what the crate depends on, which the compiler holds.
const LAYERS: &[(&str, &[&str])] = &[
    (
        "crates/engine/src",
        &[
            "rng", "number", "names", "workload", "balance", "scenario", "sim", "stats", "measure",
            "sweep",
        ],
    ),
    (
        "crates/replica/src",
        &[
            "hash",
            "free_queue",
            "cached",
            "blocks",
            "request",
            "settings",
            "step",
            "sequence",
            "waiting",
            "scheduler",
            "step_time",
            "profiles",
        ],
    ),
    (
        "crates/elastic/src",
        &[
            "metric", "rules", "hpa", "window", "kpa", "keda", "schedule", "startup", "fleet",
        ],
    ),
    (
        "crates/training/src",
        &[
            "law",
            "order",
            "collective",
            "overlap",
            "backup",
            "stale",
            "local",
            "share",
            "schedule",
            "differencing",
            "sequences",
            "micro",
            "buffer",
            "cluster",
            "files",
            "pipeline",
        ],
    ),
    (
        "crates/jobs/src",
        &[
            "choice", "field", "outcome", "spread", "train", "feed", "read", "job", "presets",
            "opened",
        ],
    ),
    (
        "crates/traces/src",
        &[
            "csv", "date", "lines", "format", "error", "row", "trace", "parse", "columns",
            "reader", "write",
        ],
    ),
    (
        "crates/routers/src",
        &[
            "why",
            "router",
            "testing",
            "blocks",
            "choose",
            "every",
            "hash",
            "imbalance",
            "index",
            "ring",
            "tree",
            "round_robin",
            "sglang",
            "vllm_router",
            "dynamo",
            "ray",
            "llm_d",
            "production_stack",
            "aibrix",
            "vllm_client",
            "list",
        ],
    ),
    (
        "crates/learn/src",
        &[
            "chance", "beliefs", "beta", "line", "bandit", "reward", "regret", "table",
        ],
    ),
    (
        "crates/lessons/src",
        &[
            "run", "quantity", "assign", "reading", "question", "goal", "lesson", "desk", "sheet",
            "text", "parse", "draft", "progress",
        ],
    ),
    (
        "crates/import/src",
        &[
            "note",
            "problem",
            "units",
            "literal",
            "block",
            "caddyfile",
            "words",
            "yaml",
            "toml",
            "draft",
            "members",
            "program",
            "nginx",
            "haproxy",
            "envoy",
            "traefik",
            "caddy_json",
            "caddy",
            "assemble",
        ],
    ),
    (
        "crates/views/src",
        &[
            "palette",
            "scene",
            "plot",
            "scene_svg",
            "stage",
            "run",
            "charts",
        ],
    ),
    (
        "src",
        &["link", "json", "export", "page", "worker", "cli", "app"],
    ),
];

/// Circles of imports within a folder that are honest recursion, and why.
const CIRCLES: &[(&[&str], &str)] = &[];

#[test]
fn folders_import_only_what_is_below_them() {
    for (root, layers) in LAYERS {
        let graph = Graph::of(Path::new(root));
        for (from, to) in graph.edges() {
            let [above, below] = [from, to].map(|module| {
                let top = module.split("::").next().unwrap_or_default();
                layers.iter().position(|layer| *layer == top)
            });
            if let (Some(above), Some(below)) = (above, below) {
                assert!(
                    below <= above,
                    "{root}: {from} imports {to}, which is above it"
                );
            }
        }
        for top in graph.tops() {
            let known =
                layers.contains(&top.as_str()) || ["lib", "main", "bin"].contains(&top.as_str());
            assert!(known, "{root}/{top} has no place in LAYERS");
        }
    }
}

#[test]
fn circles_of_imports_are_those_that_are_listed() {
    let mut found = BTreeSet::new();
    for root in [
        "crates/elastic/src",
        "crates/engine/src",
        "crates/import/src",
        "crates/jobs/src",
        "crates/learn/src",
        "crates/lessons/src",
        "crates/routers/src",
        "crates/theory/src",
        "crates/traces/src",
        "crates/training/src",
        "crates/views/src",
        "src",
    ] {
        found.extend(Graph::of(Path::new(root)).circles());
    }
    let listed: BTreeSet<Vec<String>> = CIRCLES
        .iter()
        .map(|(modules, _)| modules.iter().map(|m| (*m).to_string()).collect())
        .collect();
    assert_eq!(found, listed);
}

#[test]
fn files_have_one_idea_and_lines_fit() {
    let mut wrong = Vec::new();
    for folder in FOLDERS {
        for file in rust_files(Path::new(folder)) {
            let text = fs::read_to_string(&file).expect("sources are UTF-8");
            let lines = text.lines().count();
            if lines > LINES_MAX {
                wrong.push(format!("{}: {lines} lines", file.display()));
            }
            for (i, line) in text.lines().enumerate() {
                let columns = line.chars().count();
                if columns > COLUMNS_MAX {
                    wrong.push(format!("{}:{}: {columns} columns", file.display(), i + 1));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn few_statements_assign_tuples_or_name_closures() {
    for folders in [FOLDERS, &["src"]] {
        let mut counts = Counts::default();
        for folder in folders {
            for file in rust_files(Path::new(folder)) {
                counts.add(&file);
            }
        }
        for (found, most) in [
            (&counts.tuples, TUPLES_MAX),
            (&counts.closures, CLOSURES_MAX),
        ] {
            assert!(
                found.len() * 1000 <= most * counts.lines,
                "{folders:?}: {} in {} lines\n{}",
                found.len(),
                counts.lines,
                found.join("\n")
            );
        }
    }
}

/// The page's policy forbids style attributes (`static/head.html`); a property is not one.
#[test]
fn styles_of_the_page_are_properties() {
    let mut wrong = Vec::new();
    for file in rust_files(Path::new("src/app")) {
        let text = fs::read_to_string(&file).expect("sources are UTF-8");
        for line in text.lines() {
            let set = line.matches("style={").count() + line.matches("style=\"").count();
            if set > line.matches("~style={").count() || line.contains(" {style}") {
                wrong.push(format!("{}: {}", file.display(), line.trim()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
