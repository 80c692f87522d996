//! The stages between an order and the first answer of a replica.

/// What a starting replica is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// A machine is brought up.
    Node,
    /// The image is downloaded.
    Image,
    /// The model is downloaded.
    Download,
    /// Weights are read into the accelerator.
    Weights,
    /// The model's code is traced (Dynamo).
    Trace,
    /// Its graph is compiled.
    Compile,
    /// Graphs are captured for each batch size.
    Capture,
    /// The engine starts, with its imports.
    Engine,
    /// Caches fill.
    WarmUp,
}

impl Stage {
    /// Its word.
    pub fn word(self) -> &'static str {
        match self {
            Self::Node => "node",
            Self::Image => "image",
            Self::Download => "download",
            Self::Weights => "weights",
            Self::Trace => "trace",
            Self::Compile => "compile",
            Self::Capture => "capture",
            Self::Engine => "engine",
            Self::WarmUp => "warm-up",
        }
    }
}

/// A stage and how long it takes (s).
pub type Timed = (Stage, f64);

/// Llama-3.1-8B with vLLM on an L40S under Kubernetes, nothing kept from before: 294 s. Source:
/// tensorfuse.io, "Reducing GPU Cold Start Time with vLLM", September 2025.
pub const COLD: &[Timed] = &[
    (Stage::Download, 61.0),
    (Stage::Weights, 33.0),
    (Stage::Trace, 10.0),
    (Stage::Compile, 42.0),
    (Stage::Capture, 54.0),
    (Stage::Engine, 94.0),
];

/// The same with the model, the compiled graphs and the imports kept: 82 s.
pub const CACHED: &[Timed] = &[
    (Stage::Download, 0.0),
    (Stage::Weights, 18.0),
    (Stage::Trace, 10.0),
    (Stage::Compile, 13.0),
    (Stage::Capture, 7.0),
    (Stage::Engine, 34.0),
];

/// From the order to the first answer (s).
pub fn total_s(stages: &[Timed]) -> f64 {
    stages.iter().map(|stage| stage.1).sum()
}

/// Which stage a replica is in that was ordered `elapsed_s` ago, and the share of that stage that
/// is done; `None` once it is ready.
pub fn at(stages: &[Timed], elapsed_s: f64) -> Option<(Stage, f64)> {
    let mut left_s = elapsed_s;
    for &(stage, takes_s) in stages {
        if left_s < takes_s {
            return Some((stage, left_s.max(0.0) / takes_s));
        }
        left_s -= takes_s;
    }
    None
}
