//! A training: a global batch in shards to workers, a barrier or what replaces it, and an exchange
//! of gradients.

mod answers;
mod check;
mod draw;
mod run;
mod waits;

use crate::choice::choice;
use crate::field::{Field, fields, number, whole};
use crate::outcome::Outcome;
use crate::spread::Spread;
use equipoise_engine::scenario::FieldError;
use equipoise_engine::scenario::fields::{Kind, Value};

choice! {
    /// What a batch is made of.
    Contents {
        /// Samples of equal size.
        Samples = "samples",
        /// Sequences of unequal length.
        Sequences = "sequences",
    }
}

choice! {
    /// How samples are divided.
    Divide {
        /// As many for each worker.
        Equal = "equal",
        /// In proportion to the speeds, which are known.
        BySpeed = "by-speed",
        /// In proportion to the speeds as they were measured.
        Measured = "measured",
        /// In micro-batches, which workers pull.
        Pull = "pull",
    }
}

choice! {
    /// How sequences are divided.
    Pack {
        /// In order of their coming, as many for each.
        InOrder = "in-order",
        /// The longest first, dealt in turn.
        Sorted = "sorted",
        /// In order, each to whoever has least so far.
        Greedy = "greedy",
        /// Likewise, the longest first.
        LongestFirst = "longest-first",
        /// By Karmarkar and Karp.
        Differencing = "karmarkar-karp",
    }
}

choice! {
    /// In which micro-batches a worker computes its sequences.
    Micro {
        /// All at once.
        Whole = "whole",
        /// Padded to the longest of each.
        Padded = "padded",
        /// Packed without padding, the work balanced.
        Packed = "packed",
    }
}

choice! {
    /// For whom a worker waits.
    Wait {
        /// For all, in each step.
        All = "all",
        /// For all but the slowest few, whose gradients are dropped.
        Backup = "backup",
        /// For those that are too far behind.
        Stale = "stale",
        /// For all, after every few steps of its own.
        Local = "local",
    }
}

choice! {
    /// How gradients are exchanged.
    Exchange {
        /// In a ring.
        Ring = "ring",
        /// Up a tree and down again.
        Tree = "tree",
        /// By halving and doubling.
        Halving = "halving",
        /// By parameter servers.
        Servers = "parameter-servers",
    }
}

/// A training. Ranges and units are in [`Train::fields`].
#[derive(Clone, Debug, PartialEq)]
pub struct Train {
    /// Seed of all chance.
    pub seed: u32,
    /// Steps of the run.
    pub steps: usize,
    /// Workers.
    pub workers: usize,
    /// Samples, or sequences, of a global batch.
    pub batch: usize,
    /// What a worker does (samples/s).
    pub speed: f64,
    /// How many workers are slower; they are the last.
    pub slow_workers: usize,
    /// Their speed, as a share of the others'.
    pub slow_speed: f64,
    /// How the time of a part varies from step to step.
    pub jitter: Spread,
    /// Its standard deviation, as a share of its mean.
    pub varies: f64,
    /// The chance that a slow spell of a worker begins, in each step.
    pub spell_chance: f64,
    /// How many steps it lasts on average.
    pub spell_steps: f64,
    /// The factor on a worker's time in it.
    pub spell_factor: f64,
    /// The chance that a worker fails, in each step.
    pub failure_chance: f64,
    /// How long it then takes to restart (s).
    pub restart_s: f64,
    /// What a batch is made of.
    pub contents: Contents,
    /// Mean length of a sequence (tokens).
    pub tokens: usize,
    /// Standard deviation of the length, as a share of its mean.
    pub tokens_vary: f64,
    /// How samples are divided.
    pub divide: Divide,
    /// Samples of a micro-batch that is pulled.
    pub micro_batch: usize,
    /// How sequences are divided.
    pub pack: Pack,
    /// In which micro-batches a worker computes its sequences.
    pub micro: Micro,
    /// The most tokens of one, its padding included; a longer sequence is alone.
    pub token_budget: usize,
    /// What each takes beside its work (ms).
    pub micro_ms: f64,
    /// For whom a worker waits.
    pub wait: Wait,
    /// Workers that are not waited for.
    pub backups: usize,
    /// How many steps a worker may be ahead of the slowest.
    pub staleness: usize,
    /// Steps between two exchanges.
    pub local_steps: usize,
    /// How gradients are exchanged.
    pub exchange: Exchange,
    /// Parameter servers.
    pub servers: usize,
    /// Gradients of a worker (MB).
    pub gradient_mb: f64,
    /// Bandwidth of a worker's link (GB/s).
    pub link_gb_per_s: f64,
    /// Latency of a message (µs).
    pub latency_us: f64,
    /// Whether gradients are exchanged while others are computed.
    pub overlap: bool,
    /// In how many buckets.
    pub buckets: usize,
}

impl Default for Train {
    fn default() -> Self {
        Self {
            seed: 7,
            steps: 400,
            workers: 8,
            batch: 256,
            speed: 32.0,
            slow_workers: 0,
            slow_speed: 0.5,
            jitter: Spread::None,
            varies: 0.2,
            spell_chance: 0.0,
            spell_steps: 10.0,
            spell_factor: 2.0,
            failure_chance: 0.0,
            restart_s: 10.0,
            contents: Contents::Samples,
            tokens: 2048,
            tokens_vary: 1.0,
            divide: Divide::Equal,
            micro_batch: 4,
            pack: Pack::InOrder,
            micro: Micro::Whole,
            token_budget: 16_384,
            micro_ms: 20.0,
            wait: Wait::All,
            backups: 1,
            staleness: 2,
            local_steps: 8,
            exchange: Exchange::Ring,
            servers: 1,
            gradient_mb: 0.0,
            link_gb_per_s: 10.0,
            latency_us: 10.0,
            overlap: false,
            buckets: 10,
        }
    }
}

static FIELDS: &[Field<Train>] = fields! { Train;
    "work" {
        contents: Contents::WORDS;
        batch = whole(1.0, 65_536.0, 1024.0, "");
        tokens = whole(16.0, 131_072.0, 8192.0, "tokens"), if |job| job.has_sequences();
        tokens_vary = number(0.0, 3.0, 3.0, 0.05, ""), if |job| job.has_sequences();
        divide: Divide::WORDS, if |job| !job.has_sequences();
        pack: Pack::WORDS, if |job| job.has_sequences();
        micro: Micro::WORDS, if |job| job.has_sequences();
        token_budget = whole(16.0, 1_000_000.0, 65_536.0, "tokens"), if |job| job.has_micros();
        micro_ms = number(0.0, 10_000.0, 200.0, 1.0, "ms"), if |job| job.has_micros();
        micro_batch = whole(1.0, 4096.0, 64.0, ""), if |job| job.pulls();
    }
    "workers" {
        workers = whole(1.0, 256.0, 128.0, "");
        speed = number(0.01, 100_000.0, 1_000.0, 0.01, "/s");
        slow_workers = whole(0.0, 256.0, 16.0, "");
        slow_speed = number(0.05, 1.0, 1.0, 0.05, ""), if |job| job.slow_workers > 0;
        jitter: Spread::WORDS;
        varies = number(0.0, 1.0, 1.0, 0.01, ""), if |job| job.jitter != Spread::None;
        spell_chance = number(0.0, 1.0, 0.2, 0.01, "");
        spell_steps = number(1.0, 1000.0, 100.0, 1.0, ""), if |job| job.spell_chance > 0.0;
        spell_factor = number(1.0, 100.0, 10.0, 0.5, ""), if |job| job.spell_chance > 0.0;
        failure_chance = number(0.0, 1.0, 0.2, 0.01, "");
        restart_s = number(0.0, 3600.0, 120.0, 1.0, "s"), if |job| job.failure_chance > 0.0;
    }
    "barrier" {
        wait: Wait::WORDS;
        backups = whole(0.0, 255.0, 32.0, ""), if |job| job.wait == Wait::Backup;
        staleness = whole(0.0, 100.0, 16.0, ""), if |job| job.wait == Wait::Stale;
        local_steps = whole(1.0, 100.0, 32.0, ""), if |job| job.wait == Wait::Local;
    }
    "exchange" {
        gradient_mb = number(0.0, 1_000_000.0, 5_000.0, 10.0, "MB");
        exchange: Exchange::WORDS, if |job| job.gradient_mb > 0.0;
        servers = whole(1.0, 256.0, 16.0, ""), if |job| job.asks_servers();
        link_gb_per_s = number(0.01, 1000.0, 100.0, 0.01, "GB/s"), if |job| job.gradient_mb > 0.0;
        latency_us = number(0.0, 100_000.0, 500.0, 1.0, "µs"), if |job| job.gradient_mb > 0.0;
        overlap ? Kind::Flag, if |job| job.may_overlap();
        buckets = whole(1.0, 1000.0, 50.0, ""), if |job| job.overlaps();
    }
    "run" {
        steps = whole(1.0, 5000.0, 1000.0, "");
        seed = whole(0.0, 4_294_967_295.0, 100.0, "");
    }
};

impl Train {
    /// All fields, in the order of their controls.
    pub fn fields() -> &'static [Field<Self>] {
        FIELDS
    }

    /// Checks what fields must be to each other.
    ///
    /// # Errors
    /// The first field that does not suit the others.
    pub fn check(&self) -> Result<(), FieldError> {
        check::check(self)
    }

    /// What comes of it; it must be valid.
    pub fn run(&self) -> Outcome {
        run::run(self)
    }

    fn has_sequences(&self) -> bool {
        self.contents == Contents::Sequences
    }

    fn has_micros(&self) -> bool {
        self.has_sequences() && self.micro != Micro::Whole
    }

    fn pulls(&self) -> bool {
        !self.has_sequences() && self.divide == Divide::Pull
    }

    fn asks_servers(&self) -> bool {
        self.gradient_mb > 0.0 && self.exchange == Exchange::Servers
    }

    fn may_overlap(&self) -> bool {
        self.gradient_mb > 0.0 && matches!(self.wait, Wait::All | Wait::Backup)
    }

    fn overlaps(&self) -> bool {
        self.may_overlap() && self.overlap
    }

    /// The speed of each worker (samples/s).
    fn speeds(&self) -> Vec<f64> {
        let fast = self.workers - self.slow_workers;
        (0..self.workers)
            .map(|worker| {
                if worker < fast {
                    self.speed
                } else {
                    self.speed * self.slow_speed
                }
            })
            .collect()
    }
}
