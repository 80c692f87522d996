//! Why a formula does not apply.

/// The ids of all reasons.
pub const IDS: &[&str] = &[
    "disturbed",
    "by-load",
    "rounded-weights",
    "fixed-arrivals-only",
    "program-crashes",
    "program-stuck",
    "rules",
    "rules-share-turn",
    "nobody",
    "no-rate",
    "overloaded",
    "poisson-only",
    "exponential-only",
    "one-slot",
    "bounded-queue",
    "balancer-limits",
    "loss-unknown",
    "too-many",
    "not-steps",
    "not-batch",
    "not-rounds",
    "turned-away",
    "hybrid",
    "processor-sharing",
    "few-slots",
    "pull-only",
    "unequal-machines",
    "unequal-weights",
    "constant-only",
    "least-connections-only",
    "not-by-chance",
    "turns-only",
    "unstable",
    "uneven-turns",
    "no-simple-formula",
    "too-rough",
    "one-server",
    "ring-only",
    "skewed-keys",
    "few-keys",
    "bounded-load-only",
    "no-batching",
    "one-queue-only",
];

/// Why a formula does not apply, as a text key and the values for its placeholders.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reason {
    /// The text key is `theory.reason.<id>`.
    pub id: &'static str,
    /// Values for the text's placeholders.
    pub values: Vec<(&'static str, String)>,
}

impl Reason {
    /// A reason whose text has no placeholders.
    pub fn new(id: &'static str) -> Self {
        debug_assert!(IDS.contains(&id), "{id} is not listed");
        Self {
            id,
            values: Vec::new(),
        }
    }

    /// Adds the value of a placeholder.
    pub fn with(mut self, name: &'static str, value: impl ToString) -> Self {
        self.values.push((name, value.to_string()));
        self
    }

    /// The text key.
    pub fn key(&self) -> String {
        format!("theory.reason.{}", self.id)
    }
}
