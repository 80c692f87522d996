//! Where a scenario comes from, and what is set in it.

use super::{changed_link, json, prints, refuses, response};
use equipoise::balance::StrategyId;
use equipoise::link::PageLink;
use equipoise::scenario::{Script, presets};
use serde_json::Value;

#[test]
fn fields_are_set_from_the_command_line() {
    let args = [
        "predict",
        "mm1",
        "--set",
        "arrivals.rate_per_s=0.5",
        "--set",
        "servers.0.speed=2",
        "--json",
    ];
    let answer = json(&args, "");
    assert!((response(&answer) - 2.0 / 3.0).abs() < 1e-12, "{answer}");
    let report = json(
        &[
            "run",
            "weights",
            "--set",
            "servers=5",
            "--set",
            "strategy=round-robin",
            "--json",
        ],
        "",
    );
    assert_eq!(
        (
            report["servers"].as_array().map(Vec::len),
            &report["strategy"]
        ),
        (Some(5), &"round-robin".into())
    );
    let refusals: [(&str, &[&str]); 5] = [
        (
            "arrivals.rate=1",
            &["--set arrivals.rate", "pattern", "rate_per_s", "start_s"],
        ),
        ("servers.7.speed=1", &["0 to 2"]),
        (
            "servers.0.weight=-1",
            &["servers[0].weight is -1", "0 to 1000000"],
        ),
        ("arrivals.pattern=sometimes", &["sometimes", "poisson"]),
        ("servers", &["FIELD=VALUE"]),
    ];
    for (assignment, words) in refusals {
        let line = refuses(&["run", "weights", "--set", assignment], "");
        assert!(words.iter().all(|word| line.contains(word)), "{line}");
    }
}

const PLAN: [&str; 10] = [
    "--param",
    "choices",
    "--from",
    "1",
    "--to",
    "2",
    "--points",
    "2",
    "--replications",
    "1",
];

fn sweep(scenario: &str, set: &[&str]) -> String {
    let args = ["sweep", scenario, "--tasks", "300", "--threads", "1"];
    prints(&[&args[..], &PLAN[..], set].concat(), "")
}

/// A sweep with fields set is the sweep of a scenario with these fields; a run of it says how many
/// servers there are.
#[test]
fn fields_are_set_before_a_sweep_is_planned() {
    let set = sweep(
        "random",
        &[
            "--set",
            "servers=5",
            "--set",
            "strategy=two-choices",
            "--set",
            "rate=2",
        ],
    );
    let mut changed = presets::find("random").expect("preset");
    changed.servers.resize(5, changed.servers[0].clone());
    changed.balancer.strategy.id = StrategyId::TwoChoices;
    changed.arrivals.rate_per_s = 2.0;
    assert_eq!(
        set,
        sweep(&equipoise::json::write(&changed).to_string(), &[])
    );
    let first: Value = serde_json::from_str(set.lines().next().expect("a line")).expect("is JSON");
    assert_eq!(
        (first["shares"].as_array().map(Vec::len), &first["strategy"]),
        (Some(5), &"two-choices".into())
    );
    let refused = refuses(
        &[
            &["sweep", "random"],
            &PLAN[..],
            &["--set", "arrivals.rate=1"],
        ]
        .concat(),
        "",
    );
    assert!(refused.contains("--set arrivals.rate"), "{refused}");
}

#[test]
fn a_scenario_comes_from_a_file_from_standard_input_or_from_a_link() {
    let preset = presets::find("bursts").expect("preset");
    let expected = prints(&["run", "bursts"], "");
    let text = equipoise::json::write(&preset).to_string();
    let file = std::env::temp_dir().join(format!("equipoise-{}.json", std::process::id()));
    std::fs::write(&file, &text).expect("can write");
    assert_eq!(
        prints(&["run", file.to_str().expect("UTF-8")], ""),
        expected
    );
    std::fs::remove_file(&file).expect("can remove");
    assert_eq!(prints(&["run", "-"], &text), expected);
    assert_eq!(prints(&["run", &text], ""), expected);
    // Some editors begin a file with a mark, and a name may look like a link.
    assert_eq!(
        prints(&["run", "-"], &format!("\u{feff}{text}\n")),
        expected
    );
    let named = prints(
        &["run", "-"],
        "{\"name\": \"see https://example.org/#s=3.AAAA\"}",
    );
    assert!(named.contains("#s=3.AAAA, "), "{named}");
    assert_eq!(
        prints(
            &["run", "{\"name\": \"see https://example.org/#s=3.AAAA\"}"],
            ""
        ),
        named
    );
    let link = PageLink {
        script: Script::new(preset),
        ..PageLink::default()
    };
    let address = format!("https://example.org/equipoise/#{}", link.to_fragment());
    assert_eq!(prints(&["run", &address], ""), expected);
    assert_eq!(prints(&["run", "-"], &(address + "\n")), expected);
}

#[test]
fn a_links_changes_are_made() {
    let link = changed_link("round-robin", 30.0, |s| {
        s.balancer.strategy.id = StrategyId::Random;
    });
    let report = json(&["run", &link, "--seed", "9", "--json"], "");
    assert_eq!(
        (&report["strategy"], &report["edits"]),
        (&"random".into(), &1.into())
    );
    assert_eq!(
        (&report["time_s"], &report["seed"]),
        (&30.0.into(), &9.into())
    );
}
