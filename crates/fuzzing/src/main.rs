//! Feeds all targets for some minutes: `cargo xtask fuzz --minutes N [--seed S] [TARGET]`. An input
//! that does harm is written to `fuzz/artifacts`, and `--input FILE` feeds it again.

use equipoise_fuzzing::run::{Inputs, feed, worst};
use equipoise_fuzzing::{TARGETS, Target, install};
use peak_alloc::PeakAlloc;
use std::process::ExitCode;
use std::time::{Duration, Instant};
use std::{env, fs};

/// Memory in use (bytes), above which an input is a fault.
const LARGE: usize = 300_000_000;

#[global_allocator]
static MEMORY: PeakAlloc = PeakAlloc;

/// How long a target is fed before the next has its turn.
const TURN: Duration = Duration::from_millis(500);

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
    let mut largest = 0;
    if let Some(path) = &asked.input {
        let bytes = fs::read(path).unwrap_or_default();
        for target in &asked.targets {
            let fed = feed(target, &bytes);
            let peak = MEMORY.peak_usage() / 1_000_000;
            println!("{}: {fed:?}, at most {peak} MB", target.name);
        }
        return ExitCode::SUCCESS;
    }
    let end = Instant::now() + Duration::from_secs_f64(60.0 * asked.minutes.max(0.0));
    let mut inputs = Inputs::new(asked.seed);
    let corpora: Vec<_> = asked.targets.iter().map(|target| target.corpus()).collect();
    let mut counts = vec![0_u64; asked.targets.len()];
    while Instant::now() < end && faults < 20 {
        for (i, target) in asked.targets.iter().enumerate() {
            let turn = Instant::now();
            while turn.elapsed() < TURN {
                let bytes = inputs.draw(&corpora[i]);
                counts[i] += 1;
                MEMORY.reset_peak_usage();
                let fed = feed(target, &bytes);
                let peak = MEMORY.peak_usage();
                largest = largest.max(peak);
                let fault = match fed {
                    Err(fault) => format!("{fault:?}"),
                    Ok(()) if peak > LARGE => format!("{} MB", peak / 1_000_000),
                    Ok(()) => continue,
                };
                faults += 1;
                keep(target, &bytes, counts[i], &fault);
            }
        }
    }
    for (target, count) in asked.targets.iter().zip(counts) {
        println!("{:<16}{count} inputs", target.name);
    }
    let (took, what) = worst();
    println!("longest call {took:?}: {what:.300}");
    println!(
        "seed {}, {faults} faults, at most {} MB",
        asked.seed,
        largest / 1_000_000
    );
    ExitCode::from(u8::from(faults > 0))
}

/// Writes an input that does harm to a file.
fn keep(target: &Target, bytes: &[u8], number: u64, fault: &str) {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../fuzz/artifacts");
    let path = format!("{folder}/{}-{number}", target.name);
    let kept = fs::create_dir_all(folder).and_then(|()| fs::write(&path, bytes));
    println!("{}: {fault}: {path} {kept:?}", target.name);
}
