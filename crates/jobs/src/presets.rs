//! The jobs worth teaching, each with what cures it.

use crate::job::Job;

/// A job that shows an effect.
#[derive(Debug, PartialEq)]
pub struct Preset {
    /// Its id, and text key below `job.preset.`.
    pub id: &'static str,
    /// Its kind, one of [`crate::job::KINDS`].
    pub kind: &'static str,
    /// How it differs from the defaults of its kind.
    fields: &'static [(&'static str, &'static str)],
    /// What cures it.
    cure: &'static [(&'static str, &'static str)],
    /// The number that the cure makes better, and whether more of it is better.
    pub shows: (&'static str, bool),
}

/// All presets in teaching order; those of a kind are together.
pub static PRESETS: &[Preset] = &[
    Preset {
        id: "stragglers",
        kind: "train",
        fields: &[
            ("workers", "32"),
            ("batch", "1024"),
            ("jitter", "lognormal"),
            ("varies", "0.3"),
        ],
        cure: &[("divide", "pull")],
        shows: ("slowdown", false),
    },
    Preset {
        id: "unequal-workers",
        kind: "train",
        fields: &[
            ("workers", "8"),
            ("slow_workers", "2"),
            ("slow_speed", "0.5"),
            ("steps", "200"),
        ],
        cure: &[("divide", "measured")],
        shows: ("step_s", false),
    },
    Preset {
        id: "backup-workers",
        kind: "train",
        // A step of 1 s and an exponential rest of 0.2 s: mean 1.2 s, deviation a sixth of it.
        fields: &[
            ("workers", "100"),
            ("batch", "100"),
            ("speed", "0.8333333333333334"),
            ("jitter", "exponential"),
            ("varies", "0.16666666666666666"),
            ("wait", "backup"),
            ("backups", "0"),
            ("steps", "1000"),
        ],
        cure: &[("backups", "12")],
        shows: ("samples_per_s", true),
    },
    Preset {
        id: "bounded-staleness",
        kind: "train",
        fields: &[
            ("workers", "16"),
            ("batch", "512"),
            ("jitter", "exponential"),
            ("varies", "0.5"),
        ],
        cure: &[("wait", "stale"), ("staleness", "3")],
        shows: ("step_s", false),
    },
    Preset {
        id: "parameter-server",
        kind: "train",
        fields: &[
            ("workers", "16"),
            ("batch", "512"),
            ("gradient_mb", "500"),
            ("exchange", "parameter-servers"),
            ("steps", "100"),
        ],
        cure: &[("exchange", "ring")],
        shows: ("exchange_s", false),
    },
    Preset {
        id: "small-messages",
        kind: "train",
        fields: &[
            ("workers", "128"),
            ("batch", "128"),
            ("speed", "200"),
            ("gradient_mb", "1"),
            ("latency_us", "30"),
            ("steps", "100"),
        ],
        cure: &[("exchange", "halving")],
        shows: ("exchange_s", false),
    },
    Preset {
        id: "overlap",
        kind: "train",
        fields: &[("gradient_mb", "3000"), ("steps", "100")],
        cure: &[("overlap", "true")],
        shows: ("step_s", false),
    },
    Preset {
        id: "local-steps",
        kind: "train",
        fields: &[
            ("workers", "16"),
            ("batch", "512"),
            ("jitter", "exponential"),
            ("varies", "1"),
            ("gradient_mb", "1500"),
            ("link_gb_per_s", "1"),
        ],
        cure: &[("wait", "local"), ("local_steps", "8")],
        shows: ("step_s", false),
    },
    Preset {
        id: "long-sequences",
        kind: "train",
        fields: &[
            ("contents", "sequences"),
            ("batch", "128"),
            ("speed", "16"),
            ("steps", "100"),
        ],
        cure: &[("pack", "karmarkar-karp")],
        shows: ("slowdown", false),
    },
    Preset {
        id: "token-budget",
        kind: "train",
        fields: &[
            ("contents", "sequences"),
            ("batch", "512"),
            ("speed", "64"),
            ("steps", "100"),
            ("pack", "karmarkar-karp"),
            ("micro", "padded"),
        ],
        cure: &[("micro", "packed")],
        shows: ("step_s", false),
    },
    Preset {
        id: "bottleneck",
        kind: "pipeline",
        fields: &[("decode_ms", "120")],
        cure: &[("decode_workers", "5")],
        shows: ("starved_share", false),
    },
    Preset {
        id: "prefetch",
        kind: "pipeline",
        fields: &[
            ("read_ms", "0"),
            ("decode_workers", "1"),
            ("decode_ms", "20"),
            ("augment_ms", "0"),
            ("batch_ms", "0"),
            ("accelerator_ms", "25"),
            ("spread", "exponential"),
            ("varies", "1"),
            ("prefetch", "0"),
            ("batches", "10000"),
        ],
        cure: &[("prefetch", "8")],
        shows: ("starved_share", false),
    },
    Preset {
        id: "autotune",
        kind: "pipeline",
        fields: &[
            ("decode_workers", "4"),
            ("decode_ms", "80"),
            ("read_ms", "20"),
            ("augment_ms", "40"),
            ("spread", "lognormal"),
            ("varies", "0.8"),
            ("prefetch", "1"),
        ],
        cure: &[("autotune", "true")],
        shows: ("starved_share", false),
    },
    Preset {
        id: "backpressure",
        kind: "pipeline",
        fields: &[("read_ms", "10"), ("decode_ms", "60"), ("buffer", "500")],
        cure: &[("backpressure", "true")],
        shows: ("held", false),
    },
    Preset {
        id: "static-shards",
        kind: "files",
        fields: &[],
        cure: &[("handing", "pull")],
        shows: ("took_s", false),
    },
    Preset {
        id: "last-file",
        kind: "files",
        fields: &[
            ("handing", "pull"),
            ("files", "40"),
            ("varies", "1.5"),
            ("seed", "3"),
        ],
        cure: &[("handing", "longest-first")],
        shows: ("took_s", false),
    },
];

/// The preset with this id.
pub fn find(id: &str) -> Option<&'static Preset> {
    PRESETS.iter().find(|preset| preset.id == id)
}

impl Preset {
    /// Its job.
    pub fn job(&self) -> Job {
        self.with(&[])
    }

    /// Its job with what cures it.
    pub fn cured(&self) -> Job {
        self.with(self.cure)
    }

    /// Changes a job of its kind as the cure says.
    pub fn cure(&self, job: &mut Job) {
        // A job that the reader has changed may not suit the cure; then it stays as it is.
        let _ = job.set(self.cure.iter().copied());
    }

    /// The numbers of its run and of the cured one, as its text names them: `before.step_s`,
    /// `after.step_s`, of formulas `law.step_s` and `cured-law.step_s`, and of its fields
    /// `field.workers`. Shares are in %.
    pub fn numbers(&self) -> Vec<(String, f64)> {
        let mut numbers = Vec::new();
        for row in self.job().rows() {
            numbers.extend(row.value.number().map(|value| ("field", row.name, value)));
        }
        let [before, after] = [self.job(), self.cured()].map(|job| job.run());
        for (when, outcome) in [("before", &before), ("after", &after)] {
            let figures = outcome.figures.iter();
            numbers.extend(figures.map(|figure| (when, figure.id, figure.value)));
        }
        for (when, outcome) in [("law", &before), ("cured-law", &after)] {
            let answers = outcome.answers.iter();
            numbers.extend(answers.filter_map(|a| Some((when, a.id, a.predicted.ok()?))));
        }
        let named = numbers.into_iter().map(|(when, id, value)| {
            let scale = if id.ends_with("_share") { 100.0 } else { 1.0 };
            (format!("{when}.{id}"), value * scale)
        });
        named.collect()
    }

    fn with(&self, more: &[(&'static str, &'static str)]) -> Job {
        let mut job = Job::of_kind(self.kind).unwrap_or_else(|| unreachable!("{}", self.kind));
        let set = job.set(self.fields.iter().chain(more).copied());
        debug_assert!(set.is_ok(), "{}: {set:?}", self.id);
        job
    }
}
