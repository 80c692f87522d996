//! What is refused, each time in one line.

use super::refuses;

fn check(args: &[&str], input: &str, words: &[&str]) {
    let line = refuses(args, input);
    assert!(
        words.iter().all(|word| line.contains(word)),
        "{args:?}: {line}"
    );
}

fn allocate_refuses(more: &[&str], words: &[&str]) {
    let args = ["allocate", "--strategy", "ip-hash", "--tasks", "3"];
    check(&[&args, more].concat(), "", words);
}

#[test]
fn what_is_no_good_is_refused_in_one_line_that_says_what_would_be() {
    allocate_refuses(
        &["--weights", "5,x,1"],
        &["--weights[1]", "\"x\"", "1 to 1000"],
    );
    allocate_refuses(&["--weights", "0"], &["--weights[0]", "1 to 1000"]);
    allocate_refuses(&["--weights=-1"], &["--weights[0]", "-1"]);
    allocate_refuses(
        &["--weights", &vec!["1"; 257].join(",")],
        &["257", "1 to 256"],
    );
    allocate_refuses(
        &["--weights", "1,1", "--servers", "a:1"],
        &["--servers", "1 addresses", "2 weights"],
    );
    allocate_refuses(&["--servers", "a:80,b"], &["--servers[1]", "host:port"]);
    allocate_refuses(&["--keys", "k0"], &["--keys", "k0", "IPv4"]);
    allocate_refuses(&["--seed", "-1"], &["--seed", "-1", "4294967295"]);
    allocate_refuses(&["--nonsense"], &["--nonsense"]);
    allocate_refuses(&["--weights", "a\nb"], &["--weights[0]"]);
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
        &["--until is 100000000", "at most 10 seconds"],
    );
    check(
        &["run", "mm1", "--set", "rate=1e6", "--set", "duration_s=11"],
        "",
        &["duration_s is 11", "10000000 tasks"],
    );
    // In a closed loop no rate says how many tasks there will be.
    let closed = r#"{"arrivals": {"pattern": "closed", "tasks": 1000}, "sizes": {"mean": 0.001},
        "servers": [{"speed": 100000, "slots": 1024}]}"#;
    check(
        &["run", "--until", "1e8", "-"],
        closed,
        &["stopped at", "300 MB", "--until"],
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
        &["--to", "apache", "nginx, haproxy, envoy, traefik and caddy"],
    );
}
