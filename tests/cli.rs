//! The command line as another program sees it: output, exit codes, and one line about what was
//! wrong.

#![cfg(all(feature = "cli", not(target_arch = "wasm32")))]

use equipoise::json;
use equipoise::link::Link;
use equipoise::scenario::Position;
use equipoise::scenario::{Edit, Script, presets};
use serde_json::Value;
use std::io::{Read as _, Write as _};
use std::process::{Command, Output, Stdio};

fn command(args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_equipoise"));
    command.args(args);
    command
}

fn output(args: &[&str], input: &str) -> Output {
    let pipes = |c: &mut Command| {
        c.stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
    };
    let mut child = pipes(&mut command(args)).expect("starts");
    child
        .stdin
        .take()
        .expect("has a pipe")
        .write_all(input.as_bytes())
        .expect("reads its input");
    child.wait_with_output().expect("ends")
}

/// What it prints when all is well.
fn prints(args: &[&str], input: &str) -> String {
    let out = output(args, input);
    let (text, errors) = (
        String::from_utf8(out.stdout),
        String::from_utf8_lossy(&out.stderr),
    );
    assert!(
        out.status.success() && errors.is_empty(),
        "{args:?}: {errors}"
    );
    text.expect("is UTF-8")
}

fn json(args: &[&str], input: &str) -> Value {
    serde_json::from_str(&prints(args, input)).expect("is JSON")
}

/// The one line with which it refuses.
fn refuses(args: &[&str], input: &str) -> String {
    let out = output(args, input);
    let error = String::from_utf8(out.stderr).expect("is UTF-8");
    assert_eq!(out.status.code(), Some(2), "{args:?}: {error}");
    assert!(out.stdout.is_empty(), "{args:?}");
    assert!(
        error.ends_with('\n') && error.lines().count() == 1 && !error.contains("panic"),
        "{args:?}: {error:?}"
    );
    error
}

fn allocate(strategy: &str, more: &[&str]) -> String {
    prints(&[&["allocate", "--strategy", strategy], more].concat(), "")
}

#[test]
fn allocate_prints_the_servers_letters() {
    assert_eq!(
        allocate("smooth-wrr", &["--weights", "5,1,1", "--tasks", "7"]),
        "a a b a c a a\n"
    );
    assert_eq!(
        allocate("smooth-wrr", &["--weights", "3,2,1", "--tasks", "6"]),
        "a b a c b a\n"
    );
    assert_eq!(allocate("round-robin", &["--tasks", "4"]), "a b c a\n");
    assert_eq!(
        allocate(
            "round-robin",
            &["--tasks", "3", "--servers", "10.0.0.1:80,10.0.0.2:80"]
        ),
        "a b a\n"
    );
    assert_eq!(
        allocate("least-connections", &["--tasks", "9", "--hold"]),
        "a b c c b a a b c\n"
    );
    assert_eq!(
        allocate(
            "uri-hash",
            &["--weights", "1,1", "--tasks", "2", "--keys", "127.0.0.1"]
        ),
        "b b\n"
    );
    let pingora = [
        "--servers",
        "1.1.1.1:80,1.0.0.1:80,1.0.0.255:80",
        "--tasks",
        "3",
        "--keys",
        "test0,test5,test7",
    ];
    assert_eq!(allocate("ketama", &pingora), "b c c\n");
    assert_eq!(
        allocate("ketama", &[&pingora[..], &["--down", "c"]].concat()),
        "b b a\n"
    );
}

#[test]
fn allocate_draws_by_the_seed() {
    let random = |seed| allocate("random", &["--tasks", "40", "--seed", seed]);
    assert_eq!(random("7"), allocate("random", &["--tasks", "40"]));
    assert_ne!(random("7"), random("8"));
}

#[test]
fn strategies_and_presets_are_listed_one_a_line() {
    assert!(
        prints(&["strategies"], "")
            .lines()
            .any(|line| line == "smooth-wrr")
    );
    assert_eq!(
        prints(&["presets"], "").lines().collect::<Vec<_>>(),
        presets::ids().collect::<Vec<_>>()
    );
}

#[test]
fn every_preset_runs() {
    for id in presets::ids() {
        let report = json(&["run", id, "--json"], "");
        let n = |field: &str| report[field].as_u64().expect(field);
        assert_eq!(report["scenario"], id);
        let accounted = n("finished_tasks") + n("rejected_tasks") + n("in_system_tasks");
        assert_eq!(n("arrived_tasks"), accounted, "{id}");
        assert!(prints(&["run", id], "").contains("utilisation"), "{id}");
    }
}

/// W of M/M/1 at ρ = 0.8 is 5 s, L is 4: far beyond its error, but enough to see that units and
/// fields are right.
#[test]
fn run_reports_little() {
    let report = json(
        &[
            "run", "little", "--until", "200000", "--seed", "3", "--json",
        ],
        "",
    );
    let n = |field: &str| report[field].as_f64().expect(field);
    assert!((n("response_mean_s") - 5.0).abs() < 0.5, "{report}");
    assert!(
        (n("little_l_tasks") - n("little_lambda_w_tasks")).abs() < 0.01,
        "{report}"
    );
    // Exponential: p99 is ln 100 times the mean.
    assert!(
        (n("response_p99_s") / n("response_mean_s") - 4.6).abs() < 0.4,
        "{report}"
    );
    let a = &report["servers"][0];
    assert!(
        (a["utilisation"].as_f64().expect("number") - 0.8).abs() < 0.02
            && a["assigned_share"] == 1.0,
        "{report}"
    );
}

/// M/M/1 at ρ = 0.8: W = 5 s.
#[test]
fn predict_gives_values_or_reasons() {
    for id in presets::ids() {
        let answer = json(&["predict", id, "--json"], "");
        for p in answer["predictions"].as_array().expect("a list") {
            let given = ["value", "values", "bounds", "reason"]
                .iter()
                .filter(|field| p.get(**field).is_some());
            assert_eq!(given.count(), 1, "{id}: {p}");
        }
        assert!(prints(&["predict", id], "").contains("utilisation"), "{id}");
    }
    let answer = json(&["predict", "little", "--json"], "");
    let response = answer["predictions"]
        .as_array()
        .and_then(|list| list.iter().find(|p| p["id"] == "response"));
    let value = response
        .and_then(|p| p["value"].as_f64())
        .expect("a number");
    assert!((value - 5.0).abs() < 1e-9, "{answer}");
}

/// Erlang C of five servers at λ = 4: 0.554113, and as long a wait, since cμ − λ = 1. Speeds 4
/// and 1 at 2.5: 0.8 s in proportion, 0.64 s at best, with 7/3 and 1/6 tasks a second.
#[test]
fn predict_prints_the_textbooks_numbers() {
    let row = |preset: &str, id: &str| {
        let text = prints(&["predict", preset], "");
        let line = text
            .lines()
            .find(|line| line.split_whitespace().next() == Some(id));
        line.unwrap_or_else(|| panic!("{id} in {text}")).to_string()
    };
    let has = |preset: &str, id: &str, words: &[&str]| {
        let line = row(preset, id);
        assert!(words.iter().all(|word| line.contains(word)), "{line}");
    };
    has("mmc", "wait-chance", &["0.5541", "C(5, 4)"]);
    has(
        "mmc",
        "wait",
        &["0.5541", "0.5541 / (5 · 1 − 4)", "seconds"],
    );
    has("mmc", "response", &["1.554", "M/M/c"]);
    has("two-speeds", "optimal-split", &["2.333", "0.1667"]);
    has("two-speeds", "if-optimal", &["0.64"]);
    has("two-speeds", "if-proportional", &["0.8", "2 / (5 − 2.5)"]);
    has("two-speeds", "response", &["0.8"]);
    has("jsq", "response", &["2.778 to 3.844"]);
    // p_k ∝ 2.7^k / Π min(i, 3): p_7 = 0.10359.
    has("mmck", "loss", &["0.1036"]);
}

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
    let response = answer["predictions"]
        .as_array()
        .and_then(|list| list.iter().find(|p| p["id"] == "response"));
    let value = response
        .and_then(|p| p["value"].as_f64())
        .expect("a number");
    assert!((value - 2.0 / 3.0).abs() < 1e-12, "{answer}");
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
    let refused = |assignment: &str, words: &[&str]| {
        let line = refuses(&["run", "weights", "--set", assignment], "");
        assert!(words.iter().all(|word| line.contains(word)), "{line}");
    };
    refused(
        "arrivals.rate=1",
        &["--set arrivals.rate", "pattern", "rate_per_s", "start_s"],
    );
    refused("servers.7.speed=1", &["0 to 2"]);
    refused(
        "servers.0.weight=0",
        &["servers[0].weight is 0", "1 to 1000"],
    );
    refused("arrivals.pattern=sometimes", &["sometimes", "poisson"]);
    refused("servers", &["FIELD=VALUE"]);
}

/// A sweep with fields set is the sweep of a scenario with these fields; a run of it says how many
/// servers there are.
#[test]
fn fields_are_set_before_a_sweep_is_planned() {
    let plan = [
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
    let sweep = |scenario: &str, set: &[&str]| {
        let args = [
            &["sweep", scenario, "--tasks", "300", "--threads", "1"],
            &plan[..],
            set,
        ]
        .concat();
        prints(&args, "")
    };
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
    changed.balancer.strategy.id = equipoise::balance::StrategyId::TwoChoices;
    changed.arrivals.rate_per_s = 2.0;
    assert_eq!(set, sweep(&json::write(&changed).to_string(), &[]));
    let first: Value = serde_json::from_str(set.lines().next().expect("a line")).expect("is JSON");
    assert_eq!(
        (first["shares"].as_array().map(Vec::len), &first["strategy"]),
        (Some(5), &"two-choices".into())
    );
    let refused = refuses(
        &[
            &["sweep", "random"],
            &plan[..],
            &["--set", "arrivals.rate=1"],
        ]
        .concat(),
        "",
    );
    assert!(refused.contains("--set arrivals.rate"), "{refused}");
}

#[test]
fn compare_prints_differences_pair_by_pair() {
    let more = ["--replications", "10", "--tasks", "2000"];
    let strategies = [
        &[
            "compare",
            "supermarket",
            "--strategies",
            "random,two-choices",
        ],
        &more[..],
    ]
    .concat();
    let table = prints(&strategies, "");
    assert!(
        table.contains("b           supermarket, two-choices")
            && table.contains("b − a, pair by pair"),
        "{table}"
    );
    // The other scenario is the first with another strategy, so that each number is the same.
    let mut other: Value =
        serde_json::to_value(presets::find("supermarket").expect("preset")).expect("is data");
    other["balancer"]["strategy"]["id"] = "two-choices".into();
    let mut first = other.clone();
    first["balancer"]["strategy"]["id"] = "random".into();
    let numbers = |args: &[&str], input: &str| {
        let text = prints(&[args, &more[..], &["--json"]].concat(), input);
        let rows: Vec<Value> = text
            .lines()
            .map(|line| serde_json::from_str(line).expect("JSON"))
            .collect();
        rows
    };
    let rows = numbers(&["compare", &first.to_string(), "-"], &other.to_string());
    assert_eq!(
        rows,
        numbers(
            &[
                "compare",
                "supermarket",
                "--strategies",
                "random,two-choices"
            ],
            ""
        )
    );
    let mean = rows
        .iter()
        .find(|row| row["metric"] == "response_mean_s")
        .expect("has the mean");
    let field = |name: &str| mean[name].as_f64().expect(name);
    assert!((field("mean") - field("first_mean") - field("difference")).abs() < 1e-9);
    assert!(field("difference") < 0.0 && field("unpaired_runs") > field("runs"));
    assert!(
        refuses(&["compare", "supermarket"], "")
            .contains("--strategies is 0; allowed: another scenario")
    );
    assert!(
        refuses(&["compare", "supermarket", "nothing-there"], "")
            .contains("SCENARIO is \"nothing-there\"")
    );
}

#[test]
fn export_writes_the_programs_configuration() {
    let nginx = prints(&["export", "weights", "--to", "nginx"], "");
    assert!(
        nginx.contains("server 10.1.0.1:8080 weight=5;") && nginx.contains("server 10.1.0.3:8080;"),
        "{nginx}"
    );
    let haproxy = prints(
        &["export", "-", "--to", "haproxy"],
        "{\"balancer\": {\"strategy\": {\"id\": \"uri-hash\"}}}",
    );
    assert!(
        haproxy.contains("balance uri\n") && haproxy.contains("# Lost: uri-hash is not among"),
        "{haproxy}"
    );
    assert!(prints(&["export", "little", "--to", "envoy"], "").contains("lb_policy: ROUND_ROBIN"));
    // A link's changes are in what is exported.
    let before = presets::find("weights").expect("preset");
    let mut after = before.clone();
    after.servers[0].weight = 9;
    let edits = vec![Edit {
        at: Position {
            event: 12,
            time_s: 3.0,
        },
        scenario: after,
    }];
    let link = Link {
        script: Script {
            scenario: before,
            edits,
        },
        ..Link::default()
    };
    assert!(
        prints(
            &[
                "export",
                &format!("#{}", link.to_fragment()),
                "--to",
                "nginx"
            ],
            ""
        )
        .contains("weight=9")
    );
}

#[test]
fn a_scenario_comes_from_a_file_from_standard_input_or_from_a_link() {
    let preset = presets::find("bursts").expect("preset");
    let expected = prints(&["run", "bursts"], "");
    let text = json::write(&preset).to_string();
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
    let link = Link {
        script: Script::new(preset),
        ..Link::default()
    };
    let address = format!("https://example.org/equipoise/#{}", link.to_fragment());
    assert_eq!(prints(&["run", &address], ""), expected);
    assert_eq!(prints(&["run", "-"], &(address + "\n")), expected);
}

#[test]
fn a_links_changes_are_made() {
    let before = presets::find("round-robin").expect("preset");
    let mut after = before.clone();
    after.balancer.strategy.id = equipoise::balance::StrategyId::Random;
    let edits = vec![Edit {
        at: Position {
            event: 12,
            time_s: 30.0,
        },
        scenario: after,
    }];
    let link = Link {
        script: Script {
            scenario: before,
            edits,
        },
        ..Link::default()
    };
    let report = json(
        &[
            "run",
            &format!("#{}", link.to_fragment()),
            "--seed",
            "9",
            "--json",
        ],
        "",
    );
    assert_eq!(
        (&report["strategy"], &report["edits"]),
        (&"random".into(), &1.into())
    );
    assert_eq!(
        (&report["time_s"], &report["seed"]),
        (&30.0.into(), &9.into())
    );
}

#[test]
fn what_is_no_good_is_refused_in_one_line_that_says_what_would_be() {
    let check = |args: &[&str], input: &str, words: &[&str]| {
        let line = refuses(args, input);
        assert!(
            words.iter().all(|word| line.contains(word)),
            "{args:?}: {line}"
        );
    };
    let with = |more: &[&str], words: &[&str]| {
        check(
            &[&["allocate", "--strategy", "ip-hash", "--tasks", "3"], more].concat(),
            "",
            words,
        );
    };
    with(
        &["--weights", "5,x,1"],
        &["--weights[1]", "\"x\"", "1 to 1000"],
    );
    with(&["--weights", "0"], &["--weights[0]", "1 to 1000"]);
    with(&["--weights=-1"], &["--weights[0]", "-1"]);
    with(
        &["--weights", &vec!["1"; 257].join(",")],
        &["257", "1 to 256"],
    );
    with(
        &["--weights", "1,1", "--servers", "a:1"],
        &["--servers", "1 addresses", "2 weights"],
    );
    with(&["--servers", "a:80,b"], &["--servers[1]", "host:port"]);
    with(&["--keys", "k0"], &["--keys", "k0", "IPv4"]);
    with(&["--seed", "-1"], &["--seed", "-1", "4294967295"]);
    with(&["--nonsense"], &["--nonsense"]);
    with(&["--weights", "a\nb"], &["--weights[0]"]);
    check(
        &["allocate", "--strategy", "best", "--tasks", "1"],
        "",
        &["--strategy", "best", "round-robin"],
    );
    check(
        &["allocate", "--strategy", "pull", "--tasks", "0"],
        "",
        &["--tasks", "0", "1000000"],
    );
    check(&["allocate", "--strategy", "pull"], "", &["--tasks"]);
    check(&[], "", &["allocate"]);
    check(&["simulate"], "", &["simulate", "allocate"]);
    check(&["run"], "", &["SCENARIO"]);
    check(
        &["run", "no-such-preset"],
        "",
        &["no-such-preset", "preset"],
    );
    check(&["run", "/"], "", &["\"/\""]);
    check(
        &["run", "weights", "--until", "0"],
        "",
        &["--until is 0", "0.001 to 100000000"],
    );
    check(
        &["run", "mm1", "--set", "rate=1e6", "--until", "1e8"],
        "",
        &["--until is 100000000", "at most 100 seconds"],
    );
    check(
        &["run", "mm1", "--set", "rate=1e6", "--set", "duration_s=101"],
        "",
        &["duration_s is 101", "100000000 tasks"],
    );
    check(
        &["run", "weights", "--until", "NaN"],
        "",
        &["--until is NaN"],
    );
    check(
        &["run", "weights", "--until", "soon"],
        "",
        &["--until", "soon"],
    );
    check(&["run", "-"], "", &["standard input"]);
    check(
        &["run", "-"],
        "[]",
        &["standard input", "does not begin with {"],
    );
    check(
        &["run", "-"],
        "{\"servers\":[]}",
        &["servers is 0", "1 to 256"],
    );
    check(
        &["run", "-"],
        "{\"seed\":1,\n\"a\\nb\":2}",
        &["unknown field"],
    );
    check(&["run", "-"], &"x".repeat(500_000), &["500000 characters"]);
    check(
        &["run", "https://example.org/#s=%%%"],
        "",
        &["link", "copy it again"],
    );
    check(&["predict", "nothing"], "", &["nothing", "preset"]);
    check(&["export", "weights"], "", &["--to"]);
    check(
        &["export", "weights", "--to", "apache"],
        "",
        &["--to", "apache", "nginx, haproxy and envoy"],
    );
}

/// A reader that stops reading, as `| head` does, must not make it panic.
#[test]
fn a_closed_pipe_is_no_error() {
    let mut child = command(&[
        "allocate",
        "--strategy",
        "round-robin",
        "--tasks",
        "1000000",
    ])
    .stdout(Stdio::piped())
    .stderr(Stdio::piped())
    .spawn()
    .expect("starts");
    drop(child.stdout.take());
    let status = child.wait().expect("ends");
    let mut errors = String::new();
    child
        .stderr
        .take()
        .expect("has a pipe")
        .read_to_string(&mut errors)
        .expect("is UTF-8");
    assert!(status.success() && errors.is_empty(), "{status}: {errors}");
}

/// `/dev/full` is a full disk.
#[cfg(target_os = "linux")]
#[test]
fn output_that_cannot_be_written_is_no_bad_input() {
    let sweep = [
        "sweep", "mm1", "--param", "load", "--from", "0.5", "--to", "0.5", "--points", "1",
        "--tasks", "100",
    ];
    for args in [&["presets"][..], &["run", "weights"], &sweep] {
        let full = std::fs::File::options()
            .write(true)
            .open("/dev/full")
            .expect("is there");
        let out = command(args)
            .stdout(full)
            .stderr(Stdio::piped())
            .output()
            .expect("starts");
        let error = String::from_utf8(out.stderr).expect("is UTF-8");
        assert_eq!(
            (out.status.code(), error.lines().count()),
            (Some(1), 1),
            "{args:?}: {error}"
        );
        assert!(
            error.starts_with("equipoise: cannot write the output: "),
            "{args:?}: {error}"
        );
    }
}
