//! What people type and paste, as engineers reported it: careless inputs are understood, or refused
//! in a line that helps.

use super::{json, prints, refuses};

/// A scenario that is read, and a field of what it comes to.
fn shows(scenario: &str, pointer: &str) -> serde_json::Value {
    let all = json(&["show", "--all", "-"], scenario);
    all.pointer(pointer).cloned().expect(pointer)
}

#[test]
fn careless_inputs_are_understood() {
    for (text, pointer, value) in [
        (r#"{"servers": 10}"#, "/servers/9/weight", "1"),
        (
            r#"{"balancer": {"strategy": "pull"}}"#,
            "/balancer/strategy/id",
            "\"pull\"",
        ),
        (
            r#"{"balancer": {"strategy": "least_conn"}}"#,
            "/balancer/strategy/id",
            "\"least-connections\"",
        ),
        (
            r#"{"balancer": {"strategy": {"id": "leastconn"}}}"#,
            "/balancer/strategy/id",
            "\"haproxy-leastconn\"",
        ),
        (
            r#"{"balancer": {"strategy": "roundrobin"}}"#,
            "/balancer/strategy/id",
            "\"haproxy-wrr\"",
        ),
        (
            r#"{"balancer": {"strategy": "p2c"}}"#,
            "/balancer/strategy/id",
            "\"two-choices\"",
        ),
        (
            r#"{"balancer": {"strategy": "ring_hash"}}"#,
            "/balancer/strategy/id",
            "\"envoy-ring\"",
        ),
        (
            r#"{"retry_policy": {"timeout_s": "500ms"}}"#,
            "/retry_policy/timeout_s",
            "0.5",
        ),
        (
            r#"{"patience": {"timeout_s": "10m"}}"#,
            "/retry_policy/timeout_s",
            "600.0",
        ),
        (
            r#"{"servers": [{"weight": 2.0}]}"#,
            "/servers/0/weight",
            "2",
        ),
        ("\u{feff}{\"seed\": 3}\r\n", "/seed", "3"),
        ("{\r\n\"seed\": 4\r\n}\r\n", "/seed", "4"),
        (r#"{"name": "世界"}"#, "/name", "\"世界\""),
    ] {
        assert_eq!(shows(text, pointer).to_string(), value, "{text}");
    }
    let picks = prints(
        &["allocate", "--strategy", "roundrobin", "--tasks", "3"],
        "",
    );
    assert_eq!(picks, "a b c\n");
    let set = [
        "show",
        "weights",
        "--set",
        "strategy=leastconn",
        "--set",
        "retry_policy.timeout_s=250ms",
    ];
    let shown = json(&set, "");
    assert_eq!(shown["balancer"]["strategy"]["id"], "haproxy-leastconn");
    assert_eq!(shown["retry_policy"]["timeout_s"], 0.25);
}

fn check(args: &[&str], input: &str, words: &[&str]) {
    let line = refuses(args, input);
    assert!(
        words.iter().all(|word| line.contains(word)),
        "{input}{args:?}: {line}"
    );
    for rust in [
        "invalid type",
        "expected struct",
        "u32",
        "sequence",
        "float literal",
    ] {
        assert!(!line.contains(rust), "{line}");
    }
}

#[test]
fn messages_name_field_value_and_range() {
    for (text, words) in [
        (
            r#"{"servers":[{"weight":-1}]}"#,
            &["servers[0].weight is -1", "0 to 1000000"][..],
        ),
        (
            r#"{"servers":[{"weight":"50%"}]}"#,
            &[
                "servers[0].weight is \"50%\"",
                "a whole number from 0 to 1000000",
            ],
        ),
        (
            r#"{"servers":[{"weight":33.3}]}"#,
            &[
                "servers[0].weight is 33.3",
                "whole number",
                "333, 333 and 334",
            ],
        ),
        (r#"{"servers":300}"#, &["servers is 300", "1 to 256"]),
        (r#"{"servers":"many"}"#, &["servers is \"many\"", "a list"]),
        (
            r#"{"arrivals":{"rate_per_s":"5"}}"#,
            &[
                "arrivals.rate_per_s is \"5\"",
                "a number from 0.0001",
                "without quotation marks",
            ],
        ),
        (
            r#"{"arrivals":5}"#,
            &["arrivals is 5", "an object of fields"],
        ),
        (
            r#"{"balancer":{"strategy":"least-conections"}}"#,
            &[
                "balancer.strategy is \"least-conections\"",
                "did you mean least-connections?",
            ],
        ),
        (
            r#"{"rate":5}"#,
            &[
                "rate is an unknown field",
                "did you mean arrivals.rate_per_s?",
            ],
        ),
        (
            r#"{"strategy":"least-connections"}"#,
            &[
                "strategy is an unknown field",
                "did you mean balancer.strategy?",
            ],
        ),
        (
            r#"{"lambda":5}"#,
            &["lambda is an unknown field", "arrivals"],
        ),
        (
            r#"{"sevrers":[]}"#,
            &["sevrers is an unknown field", "did you mean servers?"],
        ),
        (
            r#"{"servers":[{"wieght":1}]}"#,
            &["servers[0].wieght", "did you mean weight?"],
        ),
        (
            "{\"seed\": 1, // mine\n\"name\": \"a\"}",
            &["a comment at line 1 column 13", "JSON has none"],
        ),
        (
            "{'seed': 1}",
            &["a single quotation mark at line 1 column 2", "double"],
        ),
        (
            "{seed: 1}",
            &["a name without quotation marks at line 1 column 2"],
        ),
        ("{\"seed\": 1,}", &["trailing comma at line 1 column 12"]),
        ("{\"seed\": 1, \"seed\": 2}", &["duplicate field `seed`"]),
        ("{\"seed\": NaN}", &["expected value at line 1 column 10"]),
        ("{} {}", &["trailing characters"]),
        ("", &["does not begin with {"]),
        (
            "upstream backend {\n  server a:1;\n}\n",
            &["configuration of nginx", "equipoise import"],
        ),
        (
            "global\n  daemon\n",
            &["configuration of HAProxy", "equipoise import"],
        ),
        ("time,size\n1,2\n", &["a trace", "--trace"]),
    ] {
        check(&["run", "-"], text, words);
    }
    check(
        &["run", "upstream backend {\n server a:1;\n}"],
        "",
        &["configuration of nginx"],
    );
    check(&["run", "wieghts"], "", &["did you mean weights?"]);
    check(
        &["show", "weights", "--set", "servers.0.weight=50%"],
        "",
        &["servers.0.weight is 50%", "0 to 1000000"],
    );
    for (weight, words) in [
        ("1001", &["--weights[0]", "1001", "1 to 1000"][..]),
        ("33.3", &["--weights[0]", "33.3", "whole numbers"]),
    ] {
        let args = [
            "allocate",
            "--strategy",
            "round-robin",
            "--tasks",
            "1",
            "--weights",
            weight,
        ];
        check(&args, "", words);
    }
    let set = ["show", "weights", "--set", "sizes.mean=.01"];
    assert_eq!(json(&set, "")["sizes"]["mean"], 0.01);
    check(
        &["run", "weights", "--until", "soon"],
        "",
        &["--until", "soon", "60 or 1.5", "500ms"],
    );
    assert!(prints(&["run", "weights", "--until", "1m"], "").contains("time        60 s"));
    check(
        &["allocate", "--strategy", "leest_conn", "--tasks", "1"],
        "",
        &["did you mean least-conn?"],
    );
}

#[test]
fn links_are_read_as_chat_programs_pass_them_on() {
    let link = super::changed_link("weights", 3.0, |s| s.servers[0].weight = 4);
    let plain = prints(&["show", &format!("https://example.org/{link}")], "");
    let escaped = link.replace('#', "%23").replace('=', "%3D");
    assert_eq!(
        prints(&["show", &format!("https://example.org/{escaped}")], ""),
        plain
    );
    let half = &escaped[..escaped.len() / 2];
    check(&["show", half], "", &["link is damaged", "copy it again"]);
}

#[test]
fn control_characters_in_names_are_shown() {
    let name = r#"{"name": "a\u001b[31m\nb"}"#;
    for command in ["run", "predict"] {
        let text = prints(&[command, "-"], name);
        assert!(
            !text.contains('\u{1b}') && text.contains("a\\u{1b}[31m\\nb"),
            "{text}"
        );
    }
}

#[test]
fn the_reference_is_made_from_the_table_of_fields() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    for (option, file) in [
        ("--markdown", "fields.md"),
        ("--schema", "scenario.schema.json"),
    ] {
        let kept = std::fs::read_to_string(root.join("docs").join(file)).expect("is there");
        let made = prints(&["fields", option], "");
        assert!(
            kept == made,
            "docs/{file}: write it with `equipoise fields {option}`"
        );
    }
    let text = prints(&["fields"], "");
    for path in [
        "balancer.health.max_fails",
        "servers.*.weight",
        "retry_policy.timeout_s",
    ] {
        assert!(text.contains(path), "{path}");
    }
}

#[test]
fn a_configuration_is_imported() {
    let text = "upstream a {\n  least_conn;\n  server x:1 weight=2;\n  server y:1 backup;\n  \
                server z:1 resolve;\n}\n";
    let out = super::output(&["import", "-"], text);
    assert!(out.status.success());
    let scenario: serde_json::Value = serde_json::from_slice(&out.stdout).expect("is JSON");
    assert_eq!(scenario["balancer"]["strategy"]["id"], "least-connections");
    let list = String::from_utf8(out.stderr).expect("is UTF-8");
    for line in [
        "standard input:2: understood: least_conn → balancer.strategy.id = least-connections",
        "standard input:3: understood: server x:1 weight=2 → servers[0]: weight = 2",
        "standard input:4: understood: server y:1 backup → servers[1]: backup = true",
        "standard input:5: not expressible: resolve: ",
    ] {
        assert!(list.contains(line), "{list}");
    }
    // What it prints is a scenario.
    let again = String::from_utf8(out.stdout).expect("is UTF-8");
    assert_eq!(shows(&again, "/servers/0/weight"), 2);
    check(
        &["import", "-"],
        "upstream a {\n server x:1\n}\n",
        &["standard input:2:", "a ; at the end"],
    );
    check(&["import", "-"], "hello", &["standard input:1:", "nginx"]);
    check(&["import", "no-such-file.conf"], "", &["no-such-file.conf"]);
    check(
        &["import", "-", "--from", "apache"],
        "",
        &["nginx, haproxy, envoy"],
    );
}

/// nginx's `include`: files that are there are read in its place, and one that is not is said.
#[test]
fn included_files_are_read_in_their_places() {
    let folder = std::env::temp_dir().join(format!("equipoise-include-{}", std::process::id()));
    std::fs::create_dir_all(folder.join("conf.d")).expect("is made");
    let main = folder.join("nginx.conf");
    for (name, text) in [
        (
            "nginx.conf",
            "http {\n include conf.d/*.conf;\n include missing.conf;\n}\n",
        ),
        (
            "conf.d/a.conf",
            "upstream a { server x:1 weight=2; include conf.d/more; }\n",
        ),
        (
            "conf.d/b.conf",
            "server { location / { proxy_pass http://a; } }\n",
        ),
        ("conf.d/c.txt", "upstream c { server z:1; }\n"),
        ("conf.d/more", "server y:1;\n"),
    ] {
        std::fs::write(folder.join(name), text).expect("is written");
    }
    let out = super::output(&["import", main.to_str().expect("is text")], "");
    let loops = "http {\n include nginx.conf;\n}\n";
    std::fs::write(&main, loops).expect("is written");
    let line = refuses(&["import", main.to_str().expect("is text")], "");
    std::fs::remove_dir_all(&folder).expect("goes");
    let scenario: serde_json::Value = serde_json::from_slice(&out.stdout).expect("is JSON");
    assert_eq!(scenario["servers"].as_array().map(Vec::len), Some(2));
    let list = String::from_utf8(out.stderr).expect("is UTF-8");
    assert!(
        list.contains("nginx.conf:2: understood: server x:1 weight=2"),
        "{list}"
    );
    assert!(
        list.contains("nginx.conf:3: not expressible: include missing.conf"),
        "{list}"
    );
    assert!(
        line.contains(":2:") && line.contains("blocks within each other"),
        "{line}"
    );
}
