//! Trainings, input pipelines, and files among readers.

use super::{json, number, prints, refuses};

#[test]
fn a_training_prints_its_numbers_and_what_formulas_say() {
    let text = prints(&["train", "stragglers"], "");
    for word in ["slowdown", "step_s", "predicted", "worker 32", "waiting"] {
        assert!(text.contains(word), "{word}: {text}");
    }
    let report = json(&["train", "stragglers", "--json", "--set", "steps=50"], "");
    assert_eq!(report["kind"], "train");
    assert_eq!(report["fields"]["workers"], 32);
    assert_eq!(report["steps"].as_array().expect("a list").len(), 50);
    let first = &report["workers"][0]["intervals"][0];
    assert_eq!(first["doing"], "working");
    assert!(number(first, "to_s") > 0.0);
    let cured = json(&["train", "stragglers", "--cure", "--json"], "");
    let [before, after] = [&report, &cured].map(|r| number(&r["observed"], "slowdown"));
    assert!(after < 1.1 && before > 1.5, "{before} and {after}");
    assert_eq!(cured["predictions"][0]["reason"], "adaptive");
}

#[test]
fn pipelines_and_files_have_commands_of_their_own() {
    let report = json(&["pipeline", "bottleneck", "--json"], "");
    assert_eq!(report["bottleneck"]["law"], "decoder");
    assert!(prints(&["files", "static-shards"], "").contains("graham_s: none"));
    assert!(prints(&["pipeline", "--presets"], "").contains("prefetch\n"));
    assert!(prints(&["files", "--fields"], "").contains("mb_per_s"));
}

#[test]
fn a_job_comes_from_json_and_links_too() {
    let text = r#"{"workers": 4, "jitter": "pareto", "overlap": true}"#;
    for (args, input) in [
        (vec!["train", text, "--json"], ""),
        (vec!["train", "-", "--json"], text),
    ] {
        let report = json(&args, input);
        assert_eq!(report["fields"]["workers"], 4);
        assert_eq!(report["fields"]["jitter"], "pareto");
        assert_eq!(report["fields"]["overlap"], true);
    }
    let link = "https://example.org/page/#job=stragglers;workers=6;step=3";
    assert_eq!(json(&["train", link, "--json"], "")["fields"]["workers"], 6);
}

#[test]
fn jobs_that_are_no_good_are_refused_with_what_is_allowed() {
    for (args, words) in [
        (
            &["train", "straglers"][..],
            &["stragglers", "--presets"][..],
        ),
        (&["train", "prefetch"], &["equipoise pipeline prefetch"]),
        (
            &["train", "--set", "workers=0"],
            &["workers is 0", "1 to 256"],
        ),
        (
            &["train", "--set", "workers"],
            &["--set is workers", "FIELD=VALUE"],
        ),
        (&["train", "--cure"], &["--cure", "preset"]),
        (&["files", "[1]"], &["JOB"]),
        (
            &["files", "{\"files\": \"many\"}"],
            &["files is many", "1 to 5000"],
        ),
        (&["files", "{"], &["this is no job"]),
    ] {
        let line = refuses(args, "");
        assert!(
            words.iter().all(|word| line.contains(word)),
            "{args:?}: {line}"
        );
    }
}
