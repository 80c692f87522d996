//! A task's stages: each is announced and timed, and the first that fails ends the task.

use crate::run::Result;
use std::fmt;
use std::time::{Duration, Instant};

/// The stages so far.
#[derive(Default)]
pub(crate) struct Stages(Vec<(&'static str, Duration)>);

impl Stages {
    /// Runs one stage.
    pub(crate) fn run(&mut self, name: &'static str, stage: impl FnOnce() -> Result) -> Result {
        println!("\n=== {name} ===");
        let start = Instant::now();
        let outcome = stage();
        let took = start.elapsed();
        match outcome {
            Ok(()) => {
                println!("=== {name}: passed in {} ===", Seconds(took));
                self.0.push((name, took));
                Ok(())
            }
            Err(reason) => {
                println!(
                    "{self}\n  {name:<28}{:>9}  failed\n\nstages: {} passed, 1 failed",
                    Seconds(took),
                    self.0.len()
                );
                Err(format!("{name}: {reason}"))
            }
        }
    }

    /// Says that all went well.
    pub(crate) fn close(&self) {
        let total = self.0.iter().map(|(_, took)| *took).sum();
        println!(
            "{self}\n  {:<28}{:>9}\n\nstages: {} passed, 0 failed",
            "together",
            Seconds(total),
            self.0.len()
        );
    }
}

impl fmt::Display for Stages {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        for (name, took) in &self.0 {
            write!(f, "\n  {name:<28}{:>9}", Seconds(*took))?;
        }
        Ok(())
    }
}

/// A duration as a person reads it: `4.2 s`, `3 min 5 s`.
struct Seconds(Duration);

impl fmt::Display for Seconds {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        let seconds = self.0.as_secs_f64();
        let text = if seconds < 60.0 {
            format!("{seconds:.1} s")
        } else {
            format!(
                "{} min {:02} s",
                self.0.as_secs() / 60,
                self.0.as_secs() % 60
            )
        };
        f.pad(&text)
    }
}
