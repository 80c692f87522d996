//! Ctrl-C: one line that says what was stopped, and no half line in a file.

#![cfg(unix)]

use super::command;
use std::fs;
use std::process::{Command, Output, Stdio};
use std::thread;
use std::time::Duration;

/// What a command leaves that is stopped after this time.
fn stopped(args: &[&str], after: Duration) -> Output {
    let child = command(args)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("starts");
    thread::sleep(after);
    let id = child.id().to_string();
    let sent = Command::new("kill").args(["-INT", &id]).status();
    assert!(sent.expect("is there").success());
    child.wait_with_output().expect("ends")
}

#[test]
fn a_command_that_is_stopped_says_how_far_it_was() {
    let long = ["run", "mm1", "--until", "1e7"];
    let many = ["--tasks", "1e7", "--replications", "30"];
    let size = [
        "size",
        "two-choices",
        "--goal",
        "response_p95_s<=2",
        "--tasks",
        "1e7",
    ];
    let compare = [
        &["compare", "two-choices", "--strategies", "random,pull"],
        &many[..],
    ]
    .concat();
    for (args, word) in [
        (&long[..], "the run was at "),
        (&size, " servers: 0 of 4 runs were done"),
        (&compare, "0 of 60 runs were done"),
    ] {
        let out = stopped(args, Duration::from_millis(800));
        let errors = String::from_utf8(out.stderr).expect("is UTF-8");
        assert_eq!(out.status.code(), Some(130), "{args:?}: {errors}");
        assert!(errors.starts_with("equipoise: stopped: "), "{errors}");
        assert!(
            errors.contains(word) && errors.lines().count() == 1,
            "{errors}"
        );
        assert!(out.stdout.is_empty(), "{args:?}");
    }
}

#[test]
fn a_sweep_that_is_stopped_leaves_whole_lines() {
    let file = std::env::temp_dir().join(format!("equipoise-stopped-{}", std::process::id()));
    let path = file.to_str().expect("is text");
    let args = [
        "sweep",
        "mm1",
        "--param",
        "load",
        "--replications",
        "1000",
        "--tasks",
        "2000",
    ];
    let out = stopped(
        &[&args[..], &["--output", path]].concat(),
        Duration::from_millis(600),
    );
    let text = fs::read_to_string(&file).expect("is there");
    fs::remove_file(&file).expect("goes");
    assert_eq!(out.status.code(), Some(130));
    assert!(text.ends_with('\n') && text.lines().count() > 1);
    for line in text.lines() {
        serde_json::from_str::<serde_json::Value>(line).expect("a line is whole");
    }
}
