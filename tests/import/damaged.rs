//! Damaged files: a message with a line, and never a panic.

use super::files::corpus;
use equipoise::import::{Program, Wrong, program, read};
use proptest::prelude::*;

#[test]
fn what_is_damaged_is_named_with_its_line() {
    use Program::{Caddy, Envoy, Haproxy, Nginx, Traefik};
    for (text, program, line, wrong) in [
        ("upstream a {\n server b:1\n}\n", Nginx, 2, Wrong::Semicolon),
        ("upstream a {\n server b:1;\n", Nginx, 1, Wrong::Block),
        (
            "upstream a {\n server b:1;\n}\n}\n",
            Nginx,
            4,
            Wrong::BlockEnd,
        ),
        (
            "upstream a {\n server b:1 weight=x;\n}\n",
            Nginx,
            2,
            Wrong::Count,
        ),
        (
            "upstream a {\n server b:1 weight=-1;\n}\n",
            Nginx,
            2,
            Wrong::Count,
        ),
        (
            "upstream a {\n server b:1 fail_timeout=soon;\n}\n",
            Nginx,
            2,
            Wrong::Duration,
        ),
        (
            "upstream a {\n server weight=5;\n}\n",
            Nginx,
            2,
            Wrong::Address,
        ),
        ("upstream a {\n server;\n}\n", Nginx, 2, Wrong::Incomplete),
        (
            "upstream a {\n leastconn;\n server b:1;\n}\n",
            Nginx,
            2,
            Wrong::Method,
        ),
        (
            "upstream a {\n server b:1 wieght=2;\n}\n",
            Nginx,
            2,
            Wrong::Method,
        ),
        ("upstream a { }\n", Nginx, 1, Wrong::Nothing),
        ("events { }\n", Nginx, 1, Wrong::Nothing),
        ("mode http\n", Haproxy, 1, Wrong::Section),
        ("backend\n", Haproxy, 1, Wrong::Incomplete),
        (
            "backend a\n balance fastest\n server b c:1\n",
            Haproxy,
            2,
            Wrong::Method,
        ),
        ("backend a\n server b\n", Haproxy, 2, Wrong::Incomplete),
        (
            "backend a\n server b c:1 weight\n",
            Haproxy,
            2,
            Wrong::Incomplete,
        ),
        (
            "backend a\n server b c:1 inter 5parsecs\n",
            Haproxy,
            2,
            Wrong::Duration,
        ),
        ("backend a\n server b \"c:1\n", Haproxy, 2, Wrong::Quote),
        ("frontend a\n default_backend b\n", Haproxy, 2, Wrong::Pool),
        (
            "backend a\n server-template b 1-999 c:1\n",
            Haproxy,
            2,
            Wrong::Servers,
        ),
        ("static_resources:\n\tclusters: []\n", Envoy, 2, Wrong::Yaml),
        (
            "static_resources:\n  clusters: {a: b}\n",
            Envoy,
            2,
            Wrong::List,
        ),
        (
            "static_resources:\n  clusters:\n  - name: a\n    lb_policy: FASTEST\n",
            Envoy,
            4,
            Wrong::Method,
        ),
        (
            "static_resources:\n  clusters:\n  - type: STATIC\n",
            Envoy,
            3,
            Wrong::Incomplete,
        ),
        ("static_resources: [1]\n", Envoy, 1, Wrong::Map),
        ("a: &x 1\nstatic_resources: *x\n", Envoy, 2, Wrong::Yaml),
        (
            "http:\n  services:\n    a:\n      loadBalancer:\n        strategy: best\n",
            Traefik,
            5,
            Wrong::Method,
        ),
        (
            "a {\n reverse_proxy b:1 {\n  lb_policy best\n }\n}\n",
            Caddy,
            3,
            Wrong::Method,
        ),
        (
            "a {\n reverse_proxy b:1 {\n  lb_retries x\n }\n}\n",
            Caddy,
            3,
            Wrong::Count,
        ),
        ("a {\n", Caddy, 1, Wrong::Block),
        ("", Nginx, 1, Wrong::Nothing),
        ("", Envoy, 1, Wrong::Nothing),
        ("", Caddy, 1, Wrong::Nothing),
    ] {
        let problem = read(text, program, None).expect_err(text);
        assert_eq!(
            (problem.line, problem.wrong),
            (line, wrong),
            "{text}: {problem}"
        );
    }
    let long = "#".repeat(2 << 20);
    assert_eq!(
        read(&long, Program::Nginx, None).expect_err("long").wrong,
        Wrong::TooLong
    );
}

#[test]
fn a_group_is_asked_for_by_its_name() {
    let text = "upstream a { server x:1; }\nupstream b { server y:1; server z:1; }\n";
    let servers = |pool| read(text, Program::Nginx, Some(pool)).map(|i| i.scenario.servers.len());
    assert_eq!((servers("a"), servers("b")), (Ok(1), Ok(2)));
    let problem = servers("c").expect_err("is not there");
    assert_eq!(
        (problem.wrong, problem.found.as_str()),
        (Wrong::Pool, "c (a, b)")
    );
}

#[test]
fn control_characters_are_shown() {
    let problem = read(
        "upstream a {\n server \u{1b}[31m wieght;\n}\n",
        Program::Nginx,
        None,
    );
    let text = problem.expect_err("is damaged").to_string();
    assert!(
        !text.contains('\u{1b}') || !text.chars().any(char::is_control),
        "{text:?}"
    );
}

/// What a mutation does to a text.
#[derive(Clone, Debug)]
enum Mutation {
    Cut(usize),
    Remove(usize, usize),
    Insert(usize, String),
    Repeat(usize, usize),
}

fn mutation() -> impl Strategy<Value = Mutation> {
    let piece = prop::sample::select(vec![
        "{",
        "}",
        ";",
        "\"",
        "'",
        "#",
        "\n",
        "\t",
        ":",
        "- ",
        "[",
        "]",
        "*",
        "&",
        "\\",
        "$",
        "weight=",
        "server ",
        "99999999999999999999",
        "-1",
        "1e999",
        "NaN",
        "\u{0}",
        "\u{1b}",
        "é",
        "\u{feff}",
        "if { ",
        "~ ^",
        "|\n",
        "? ",
        "!!",
        "%[",
        "location / {",
        "maxconn ",
        "balance ",
    ]);
    prop_oneof![
        any::<usize>().prop_map(Mutation::Cut),
        (any::<usize>(), 1..40_usize).prop_map(|(at, n)| Mutation::Remove(at, n)),
        (any::<usize>(), piece).prop_map(|(at, p)| Mutation::Insert(at, p.into())),
        (any::<usize>(), 1..200_usize).prop_map(|(at, n)| Mutation::Repeat(at, n)),
    ]
}

fn mutate(text: &str, mutation: &Mutation) -> String {
    let chars: Vec<char> = text.chars().collect();
    let place = |at: &usize| at % (chars.len() + 1);
    let mut after = chars.clone();
    match mutation {
        Mutation::Cut(at) => after.truncate(place(at)),
        Mutation::Remove(at, n) => {
            after.drain(place(at)..(place(at) + n).min(chars.len()));
        }
        Mutation::Insert(at, piece) => {
            after.splice(place(at)..place(at), piece.chars());
        }
        Mutation::Repeat(at, n) => {
            let piece = chars[place(at)..(place(at) + n).min(chars.len())].to_vec();
            after.splice(place(at)..place(at), piece);
        }
    }
    after.into_iter().collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1500))]

    /// A file that was changed at a few places is read or refused; what is read is valid.
    #[test]
    fn changed_files_never_panic(
        file in any::<prop::sample::Index>(),
        mutations in prop::collection::vec(mutation(), 1..6),
        as_another in prop::option::of(0..Program::ALL.len()),
    ) {
        let corpus = corpus();
        let (_, text) = &corpus[file.index(corpus.len())];
        let own = program::recognise(text).expect("is known");
        let mut text = text.clone();
        for mutation in &mutations {
            text = mutate(&text, mutation);
        }
        program::recognise(&text);
        let program = as_another.map_or(own, |i| Program::ALL[i]);
        match read(&text, program, None) {
            Ok(import) => prop_assert_eq!(import.scenario.validate(), Ok(())),
            Err(problem) => {
                let lines = text.lines().count() + 1;
                prop_assert!((1..=lines).contains(&problem.line), "{}", problem);
                prop_assert!(!problem.found.chars().any(char::is_control));
            }
        }
    }

    /// Nor does any text.
    #[test]
    fn any_text_never_panics(
        text in "\\PC{0,200}|([a-z{};:\\-\n \"#$]{0,300})",
        which in 0..5_usize,
    ) {
        if let Ok(import) = read(&text, Program::ALL[which], None) {
            prop_assert_eq!(import.scenario.validate(), Ok(()));
        }
    }
}
