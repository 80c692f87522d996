//! A sweep that is ended from outside, however rudely, and then resumed.

use super::lines::{Scratch, sorted};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use std::{fs, thread};

/// How long a sweep may take to write its first lines.
const PATIENCE: Duration = Duration::from_secs(60);

fn sweep(more: &[&str]) -> Command {
    let plan = "sweep random --param load --from 0.3 --to 0.9 --points 3 --replications 40 \
                --tasks 8000 --threads 2";
    let mut command = Command::new(env!("CARGO_BIN_EXE_equipoise"));
    command.args(plan.split_whitespace()).args(more);
    command.stdin(Stdio::null()).stderr(Stdio::null());
    command
}

/// A sweep that writes to the file and has written some lines.
fn begun(file: &Scratch) -> Child {
    let child = sweep(&["--output", file.path()]).spawn().expect("starts");
    let until = Instant::now() + PATIENCE;
    while fs::read(&file.0).map_or(0, |text| sorted(&text).len()) < 3 {
        assert!(Instant::now() < until, "no line was written");
        thread::sleep(Duration::from_millis(2));
    }
    child
}

/// A sweep that a signal has ended before it was done, however late this test has its turn.
fn ended(file: &Scratch, name: &str) {
    for _ in 0..20 {
        let mut child = begun(file);
        signal(&child, name);
        if !child.wait().expect("ends").success() {
            return;
        }
        fs::remove_file(&file.0).expect("goes");
    }
    panic!("{name}: the sweep was done each time before it could be ended");
}

fn signal(child: &Child, name: &str) {
    let id = child.id().to_string();
    let sent = Command::new("kill").args([name, &id]).status();
    assert!(sent.expect("is there").success());
}

#[test]
fn a_sweep_that_was_killed_is_completed() {
    let whole = sorted(&sweep(&[]).output().expect("starts").stdout);
    assert_eq!(whole.len(), 120);
    for name in ["-KILL", "-TERM", "-HUP", "-INT"] {
        let file = Scratch::new(&format!("killed{name}"));
        ended(&file, name);
        assert!(file.sorted().len() < whole.len(), "{name}");
        let resumed = sweep(&["--resume", file.path()]).status();
        assert!(resumed.expect("starts").success(), "{name}");
        assert_eq!(file.sorted(), whole, "{name}");
    }
}

#[test]
fn a_sweep_that_was_stopped_for_a_while_ends_whole() {
    let whole = sorted(&sweep(&[]).output().expect("starts").stdout);
    let file = Scratch::new("paused");
    let mut child = begun(&file);
    signal(&child, "-STOP");
    thread::sleep(Duration::from_millis(200));
    signal(&child, "-CONT");
    assert!(child.wait().expect("ends").success());
    assert_eq!(file.sorted(), whole);
}

/// Someone empties the file while the sweep writes: what is written after that is whole lines, and
/// can be resumed.
#[test]
fn a_file_that_is_emptied_meanwhile_has_whole_lines() {
    let whole = sorted(&sweep(&[]).output().expect("starts").stdout);
    let file = Scratch::new("emptied");
    let mut child = begun(&file);
    fs::write(&file.0, "").expect("can be written");
    assert!(child.wait().expect("ends").success());
    let text = fs::read(&file.0).expect("is there");
    assert!(!text.contains(&0), "no gap is filled with NUL");
    let resumed = sweep(&["--resume", file.path()]).status();
    assert!(resumed.expect("starts").success());
    assert_eq!(file.sorted(), whole);
}
