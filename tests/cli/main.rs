//! The command line as another program sees it: output, exit codes, and one line about what was
//! wrong.

#![cfg(all(feature = "cli", not(target_arch = "wasm32")))]

mod allocate;
mod arguments;
mod autoscaler;
mod field_faults;
mod field_readings;
mod field_reports;
mod input;
mod jobs;
mod observed;
mod output;
mod refusals;
mod size;
mod stopped;
mod trace;
mod words;

use equipoise::link::PageLink;
use equipoise::scenario::{Edit, Position, Scenario, Script, presets};
use serde_json::Value;
use std::io::Write as _;
use std::process::{Command, Output, Stdio};

fn command(args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_equipoise"));
    command.args(args);
    command
}

fn output(args: &[&str], input: &str) -> Output {
    let mut child = command(args)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("starts");
    child
        .stdin
        .take()
        .expect("has a pipe")
        .write_all(input.as_bytes())
        .expect("reads its input");
    child.wait_with_output().expect("ends")
}

/// What it prints when it succeeds.
fn prints(args: &[&str], input: &str) -> String {
    let out = output(args, input);
    let errors = String::from_utf8_lossy(&out.stderr);
    assert!(
        out.status.success() && errors.is_empty(),
        "{args:?}: {errors}"
    );
    String::from_utf8(out.stdout).expect("is UTF-8")
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

/// A link with one change, in the middle of a preset's run.
fn changed_link(preset: &str, time_s: f64, change: fn(&mut Scenario)) -> String {
    let before = presets::find(preset).expect(preset);
    let mut after = before.clone();
    change(&mut after);
    let edit = Edit {
        at: Position { event: 12, time_s },
        scenario: after,
    };
    let link = PageLink {
        script: Script {
            scenario: before,
            edits: vec![edit],
        },
        ..PageLink::default()
    };
    format!("#{}", link.to_fragment())
}

/// A number of a report.
fn number(report: &Value, field: &str) -> f64 {
    report[field].as_f64().expect(field)
}

/// The predicted mean response (s).
fn response(answer: &Value) -> f64 {
    answer["predictions"]
        .as_array()
        .and_then(|list| list.iter().find(|p| p["id"] == "response"))
        .and_then(|p| p["value"].as_f64())
        .expect("a number")
}

/// What a run reports.
fn run(scenario: &str) -> Value {
    json(&["run", "--json", "-"], scenario)
}

/// A server's share of the tasks (%).
fn share(report: &Value, server: usize) -> f64 {
    100.0 * number(&report["servers"][server], "assigned_share")
}

fn near(found: f64, expected: f64, within: f64) {
    assert!(
        (found - expected).abs() <= within,
        "{found}, expected {expected}"
    );
}
