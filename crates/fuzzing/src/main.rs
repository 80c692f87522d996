//! Feeds all targets for some minutes: `cargo xtask fuzz --minutes N [--seed S] [TARGET]`. An input
//! that does harm is written to `fuzz/artifacts`, and `--input FILE` feeds it again.

use equipoise_fuzzing::run::{Inputs, feed};
use equipoise_fuzzing::{TARGETS, Target, install};
use std::process::ExitCode;
use std::time::{Duration, Instant};
use std::{env, fs};

/// Inputs of a target before the next has its turn.
const TURN: usize = 50;

/// What is asked for.
struct Asked {
    minutes: f64,
    seed: u64,
    targets: Vec<&'static Target>,
    input: Option<String>,
}

fn asked() -> Option<Asked> {
    let mut asked = Asked {
        minutes: 1.0,
        seed: 1,
        targets: TARGETS.iter().collect(),
        input: None,
    };
    let mut words = env::args().skip(1);
    while let Some(word) = words.next() {
        match word.as_str() {
            "--minutes" => asked.minutes = words.next()?.parse().ok()?,
            "--seed" => asked.seed = words.next()?.parse().ok()?,
            "--input" => asked.input = Some(words.next()?),
            name => asked.targets = vec![Target::named(name)?],
        }
    }
    Some(asked)
}

fn main() -> ExitCode {
    let Some(asked) = asked() else {
        let names: Vec<&str> = TARGETS.iter().map(|target| target.name).collect();
        eprintln!(
            "allowed: --minutes N, --seed S, --input FILE and one of {}",
            names.join(", ")
        );
        return ExitCode::from(2);
    };
    install();
    let mut faults = 0;
    if let Some(path) = &asked.input {
        let bytes = fs::read(path).unwrap_or_default();
        for target in &asked.targets {
            println!("{}: {:?}", target.name, feed(target, &bytes));
        }
        return ExitCode::SUCCESS;
    }
    let end = Instant::now() + Duration::from_secs_f64(60.0 * asked.minutes.max(0.0));
    let mut inputs = Inputs::new(asked.seed);
    let corpora: Vec<_> = asked.targets.iter().map(|target| target.corpus()).collect();
    let mut counts = vec![0_u64; asked.targets.len()];
    while Instant::now() < end && faults < 20 {
        for (i, target) in asked.targets.iter().enumerate() {
            for _ in 0..TURN {
                let bytes = inputs.draw(&corpora[i]);
                counts[i] += 1;
                if let Err(fault) = feed(target, &bytes) {
                    faults += 1;
                    keep(target, &bytes, counts[i], &format!("{fault:?}"));
                }
            }
        }
    }
    for (target, count) in asked.targets.iter().zip(counts) {
        println!("{:<16}{count} inputs", target.name);
    }
    println!("seed {}, {faults} faults{}", asked.seed, memory());
    ExitCode::from(u8::from(faults > 0))
}

/// Writes an input that does harm to a file.
fn keep(target: &Target, bytes: &[u8], number: u64, fault: &str) {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../fuzz/artifacts");
    let path = format!("{folder}/{}-{number}", target.name);
    let kept = fs::create_dir_all(folder).and_then(|()| fs::write(&path, bytes));
    println!("{}: {fault}: {path} {kept:?}", target.name);
}

/// The most memory that this process had, where the system says it.
fn memory() -> String {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.map_or_else(String::new, |line| format!(", at most {}", line.trim()))
}
