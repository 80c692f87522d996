//! Any arguments: always 0, 1 or 2, and on a refusal exactly one line that can be read.

use super::{output, refuses};
use proptest::prelude::*;

/// What arguments are made of: commands, presets, options, and words at which code goes wrong.
const WORDS: [&str; 36] = [
    "allocate",
    "predict",
    "export",
    "show",
    "fields",
    "import",
    "presets",
    "strategies",
    "weights",
    "hot-key",
    "kv-wall",
    "no-such",
    "--strategy",
    "--tasks",
    "--weights",
    "--servers",
    "--keys",
    "--to",
    "--set",
    "--all",
    "--seed",
    "--json",
    "ip-hash",
    "maglev",
    "nginx",
    "7",
    "1,2,3",
    "-1",
    "1e308",
    "NaN",
    "",
    "{}",
    "{\"servers\":[{\"state\":\"down\"}]}",
    "servers.0.speed=2",
    "balancer.strategy.id=haproxy-map",
    "\u{1b}[31m名",
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn any_arguments_end_in_output_or_in_one_line(
        words in proptest::collection::vec(proptest::sample::select(&WORDS[..]), 0..7)
    ) {
        let out = output(&words, "");
        let said = String::from_utf8(out.stderr).expect("is UTF-8");
        match out.status.code() {
            Some(0) => prop_assert!(said.is_empty(), "{words:?}: {said}"),
            Some(1 | 2) => {
                prop_assert!(said.starts_with("equipoise: "), "{words:?}: {said}");
                prop_assert_eq!(said.lines().count(), 1, "{:?}: {}", words, said);
                prop_assert!(!said.trim_end().contains(char::is_control), "{words:?}: {said}");
            }
            code => prop_assert!(false, "{words:?}: {code:?}, {said}"),
        }
    }
}

/// A refusal repeats what was given, but not all of it.
#[test]
fn a_long_argument_is_not_repeated_whole() {
    let value = format!("balancer.strategy.id={}", "x".repeat(100_000));
    let line = refuses(&["run", "weights", "--set", &value], "");
    assert!(line.len() < 3000, "{} bytes", line.len());
    assert!(
        line.contains("balancer.strategy.id") && line.contains(" … "),
        "{line}"
    );
}
