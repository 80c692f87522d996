//! A sweep where the machine is not as one expects it: a full disk, odd names, other locales.

use super::lines::{Scratch, sorted};
use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::process::{Command, Output};

const PLAN: [&str; 12] = [
    "sweep", "random", "--param", "load", "--from", "0.3", "--to", "0.9", "--points", "3",
    "--tasks", "500",
];

fn command() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_equipoise"));
    command.args(PLAN);
    command
}

fn whole() -> Vec<String> {
    let out = command().output().expect("starts");
    assert!(out.status.success());
    assert_eq!(sorted(&out.stdout).len(), 30);
    sorted(&out.stdout)
}

/// The one line of a refusal, and its exit code.
fn refusal(out: &Output) -> (String, Option<i32>) {
    let said = String::from_utf8(out.stderr.clone()).expect("is UTF-8");
    assert_eq!(said.lines().count(), 1, "{said}");
    (said, out.status.code())
}

/// A file that may not grow beyond so many blocks stands for a disk with no more room.
#[test]
fn a_sweep_whose_disk_is_full_says_so_and_is_completed_later() {
    let whole = whole();
    let file = Scratch::new("full");
    let limited = Command::new("sh")
        .args(["-c", "trap '' XFSZ; ulimit -f 8; exec \"$0\" \"$@\""])
        .arg(env!("CARGO_BIN_EXE_equipoise"))
        .args(PLAN)
        .args(["--output", file.path()])
        .output()
        .expect("starts");
    assert_eq!(limited.status.code(), Some(1));
    let said = String::from_utf8(limited.stderr).expect("is UTF-8");
    let last = said.lines().last().expect("it says why");
    assert!(
        last.starts_with("equipoise: cannot write the output"),
        "{said}"
    );
    let written = file.sorted().len();
    assert!((1..whole.len()).contains(&written), "{written} lines");

    let resumed = command().args(["--resume", file.path()]).status();
    assert!(resumed.expect("starts").success());
    assert_eq!(file.sorted(), whole);
}

#[test]
fn locales_and_threads_change_no_line() {
    let whole = whole();
    for locale in ["C", "de_DE.UTF-8", "tr_TR.UTF-8"] {
        let out = command().env("LC_ALL", locale).output().expect("starts");
        assert_eq!(sorted(&out.stdout), whole, "{locale}");
    }
    let out = command().args(["--threads", "1024"]).output();
    assert_eq!(sorted(&out.expect("starts").stdout), whole);
}

/// Names need not be UTF-8; what a number or a strategy is must be.
#[test]
fn names_of_files_may_be_any_bytes() {
    let whole = whole();
    let name = b"equipoise-\xff-".iter().copied();
    let name: Vec<u8> = name.chain(std::process::id().to_string().bytes()).collect();
    let path = std::env::temp_dir().join(OsStr::from_bytes(&name));
    let status = command().arg("--output").arg(&path).status();
    let lines = fs::read(&path).map(|text| sorted(&text));
    fs::remove_file(&path).expect("was written");
    assert!(status.expect("starts").success());
    assert_eq!(lines.expect("was written"), whole);

    let odd = OsStr::from_bytes(b"\xff");
    let out = command().arg("--strategies").arg(odd).output();
    let (said, code) = refusal(&out.expect("starts"));
    assert_eq!(code, Some(2));
    assert!(said.contains("UTF-8"), "{said}");
}

#[test]
fn only_a_regular_file_is_written_to() {
    for path in ["/dev/full", "/dev/null", "/"] {
        let out = command().args(["--output", path]).output();
        let (said, code) = refusal(&out.expect("starts"));
        assert_eq!(code, Some(2));
        assert!(
            said.contains(path) && said.contains("no regular file"),
            "{said}"
        );
    }
    // Standard output may be anything, and its end is told.
    let full = fs::OpenOptions::new().write(true).open("/dev/full");
    let out = command().stdout(full.expect("opens")).output();
    let out = out.expect("starts");
    assert_eq!(out.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&out.stderr).contains("cannot write the output"));
}
