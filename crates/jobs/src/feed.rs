//! An input pipeline: stages with pools of workers and buffers between them, into an accelerator.

mod answers;
mod run;

use crate::field::{Field, fields, number, whole};
use crate::outcome::Outcome;
use crate::spread::{Spread, UNIFORM_MAX};
use equipoise_engine::scenario::FieldError;
use equipoise_engine::scenario::fields::{Kind, Value};

/// The stages before the accelerator; one that takes no time is not there.
pub(crate) const STAGES: [&str; 4] = ["reader", "decoder", "augmenter", "batcher"];
/// The last stage.
pub(crate) const ACCELERATOR: &str = "accelerator";

/// An input pipeline. Ranges and units are in [`Feed::fields`].
#[derive(Clone, Debug, PartialEq)]
pub struct Feed {
    /// Seed of all chance.
    pub seed: u32,
    /// Batches that pass through.
    pub batches: usize,
    /// Workers that read.
    pub read_workers: usize,
    /// How long one of them reads a batch (ms).
    pub read_ms: f64,
    /// Workers that decode.
    pub decode_workers: usize,
    /// How long one of them decodes a batch (ms).
    pub decode_ms: f64,
    /// Workers that augment.
    pub augment_workers: usize,
    /// How long one of them augments a batch (ms).
    pub augment_ms: f64,
    /// Workers that put batches together.
    pub batch_workers: usize,
    /// How long one of them puts a batch together (ms).
    pub batch_ms: f64,
    /// How long the accelerator takes for a batch (ms).
    pub accelerator_ms: f64,
    /// How these times vary.
    pub spread: Spread,
    /// Their standard deviation, as a share of their mean.
    pub varies: f64,
    /// Batches that the buffer behind each stage but the last holds.
    pub buffer: usize,
    /// Whether a stage takes nothing new while much of what it has finished waits.
    pub backpressure: bool,
    /// How many times what the next stage works on may wait.
    pub ratio: f64,
    /// Batches that the buffer before the accelerator holds.
    pub prefetch: usize,
    /// Whether that one is set by tf.data's autotuner, which begins with 1.
    pub autotune: bool,
    /// The most that it may set it to.
    pub prefetch_max: usize,
}

impl Default for Feed {
    fn default() -> Self {
        Self {
            seed: 7,
            batches: 2000,
            read_workers: 2,
            read_ms: 40.0,
            decode_workers: 2,
            decode_ms: 40.0,
            augment_workers: 2,
            augment_ms: 30.0,
            batch_workers: 1,
            batch_ms: 5.0,
            accelerator_ms: 25.0,
            spread: Spread::None,
            varies: 0.3,
            buffer: 2,
            backpressure: false,
            ratio: 2.0,
            prefetch: 2,
            autotune: false,
            prefetch_max: 64,
        }
    }
}

static FIELDS: &[Field<Feed>] = fields! { Feed;
    "stages" {
        read_workers = whole(1.0, 64.0, 16.0, ""), if |job| job.read_ms > 0.0;
        read_ms = number(0.0, 10_000.0, 200.0, 1.0, "ms");
        decode_workers = whole(1.0, 64.0, 16.0, ""), if |job| job.decode_ms > 0.0;
        decode_ms = number(0.0, 10_000.0, 200.0, 1.0, "ms");
        augment_workers = whole(1.0, 64.0, 16.0, ""), if |job| job.augment_ms > 0.0;
        augment_ms = number(0.0, 10_000.0, 200.0, 1.0, "ms");
        batch_workers = whole(1.0, 64.0, 16.0, ""), if |job| job.batch_ms > 0.0;
        batch_ms = number(0.0, 10_000.0, 200.0, 1.0, "ms");
        accelerator_ms = number(0.1, 10_000.0, 200.0, 0.1, "ms");
        spread: Spread::WORDS;
        varies = number(0.0, 1.0, 1.0, 0.01, ""), if |job| job.spread != Spread::None;
    }
    "buffers" {
        buffer = whole(0.0, 1000.0, 16.0, "");
        backpressure ? Kind::Flag;
        ratio = number(0.1, 100.0, 10.0, 0.1, ""), if |job| job.backpressure;
        autotune ? Kind::Flag;
        prefetch = whole(0.0, 1000.0, 64.0, ""), if |job| !job.autotune;
        prefetch_max = whole(1.0, 1000.0, 256.0, ""), if |job| job.autotune;
    }
    "run" {
        batches = whole(1.0, 20_000.0, 5000.0, "");
        seed = whole(0.0, 4_294_967_295.0, 100.0, "");
    }
};

impl Feed {
    /// All fields, in the order of their controls.
    pub fn fields() -> &'static [Field<Self>] {
        FIELDS
    }

    /// Checks what fields must be to each other.
    ///
    /// # Errors
    /// The first field that does not suit the others.
    pub fn check(&self) -> Result<(), FieldError> {
        if self.stages().is_empty() {
            let allowed = "above 0 ms, since every other stage takes 0 ms";
            return Err(FieldError::new("read_ms", self.read_ms, allowed));
        }
        if self.spread == Spread::Uniform && self.varies > UNIFORM_MAX {
            let allowed = format!("0 to {UNIFORM_MAX}, where times are uniform");
            return Err(FieldError::new("varies", self.varies, allowed));
        }
        Ok(())
    }

    /// What comes of it; it must be valid.
    pub fn run(&self) -> Outcome {
        run::run(self)
    }

    /// The stages before the accelerator: name, workers, time (s).
    fn stages(&self) -> Vec<(&'static str, usize, f64)> {
        let all = [
            (self.read_workers, self.read_ms),
            (self.decode_workers, self.decode_ms),
            (self.augment_workers, self.augment_ms),
            (self.batch_workers, self.batch_ms),
        ];
        let named = STAGES.into_iter().zip(all);
        named
            .filter(|(_, (_, time_ms))| *time_ms > 0.0)
            .map(|(name, (workers, time_ms))| (name, workers, time_ms / 1000.0))
            .collect()
    }
}
