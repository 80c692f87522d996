//! The form of recorded picks.

use serde::Deserialize;
use serde_json::Value;
use std::collections::BTreeMap;

/// A file.
#[derive(Deserialize)]
pub(crate) struct Vectors {
    #[serde(default)]
    pub cases: Vec<Case>,
    #[serde(default)]
    pub dynamo: Vec<Dynamo>,
    #[serde(default)]
    pub ray_prefix_tree: Ray,
}

/// A run of a router of SGLang or vLLM.
#[derive(Deserialize)]
pub(crate) struct Case {
    pub id: String,
    pub router: String,
    pub policy: String,
    pub workers: usize,
    /// Settings, under the names that the program's command line has.
    pub flags: BTreeMap<String, Value>,
    /// Addresses, in the order of the letters in which picks are written. (Recorded files also say
    /// `letters`: with `order` these are places in the router's own order.)
    pub urls: Vec<String>,
    /// Whether the workers say no model.
    #[serde(default)]
    pub nameless: bool,
    /// Whether ties are broken at random.
    #[serde(default)]
    pub random_ties: bool,
    pub ops: Vec<Op>,
    pub picks: Picks,
}

/// What happens: `["send", request]`, `["hold", request]` (it stays in flight),
/// `["finish", "b"]` (b's oldest held one), `["end", session]`, `["kv", "b", tokens]` (b's engine
/// stores the whole blocks of these), `["evict"]`.
pub(crate) type Op = Vec<Value>;

/// A pick a request: a letter, or `!` and a status.
#[derive(Deserialize)]
#[serde(untagged)]
pub(crate) enum Picks {
    Letters(String),
    List(Vec<String>),
}

impl Picks {
    /// The places of the workers; none where the request was refused.
    pub(crate) fn places(&self) -> Vec<Option<usize>> {
        match self {
            Self::Letters(letters) => letters.bytes().map(place).collect(),
            Self::List(list) => list
                .iter()
                .map(|p| p.bytes().next().and_then(place))
                .collect(),
        }
    }
}

/// The place of the worker with a letter.
pub(crate) fn place(letter: u8) -> Option<usize> {
    letter
        .is_ascii_lowercase()
        .then(|| usize::from(letter - b'a'))
}

/// A run of Dynamo's selection.
#[derive(Deserialize)]
pub(crate) struct Dynamo {
    pub seed: u64,
    pub workers: usize,
    pub block_size: usize,
    pub config: DynamoConfig,
    /// `events`, or `approximate`.
    pub mode: String,
    pub ops: Vec<DynamoOp>,
}

/// Settings of Dynamo's selection; what is not given has the program's default.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct DynamoConfig {
    pub credit: Option<f64>,
    pub scale: Option<f64>,
    pub decay: Option<f64>,
    pub active_weight: Option<f64>,
}

/// What happens to Dynamo's selection.
#[derive(Deserialize)]
#[serde(tag = "op", rename_all = "snake_case")]
pub(crate) enum DynamoOp {
    Request {
        id: String,
        tokens: Vec<u32>,
        overlap_blocks: Vec<f64>,
        costs: Vec<f64>,
        worker: usize,
        tie: bool,
    },
    PrefillComplete {
        id: String,
    },
    Free {
        id: String,
    },
}

/// Runs of Ray's prefix tree.
#[derive(Default, Deserialize)]
pub(crate) struct Ray {
    pub cases: Vec<RayCase>,
}

/// A run of Ray's prefix tree.
#[derive(Deserialize)]
pub(crate) struct RayCase {
    pub workers: usize,
    pub match_rate_threshold: f64,
    /// Characters that a worker may keep when the tree is cut back.
    pub evict: Option<usize>,
    pub ops: Vec<RayOp>,
}

/// What happens to Ray's prefix tree.
#[derive(Deserialize)]
#[serde(tag = "op", rename_all = "snake_case")]
pub(crate) enum RayOp {
    Request {
        text: String,
        matched_chars: usize,
        owners: Vec<String>,
        smallest: Vec<String>,
        queues: Vec<u32>,
        pick: String,
        chars: BTreeMap<String, usize>,
    },
    Finish {
        worker: String,
    },
    Evict {
        down_to: usize,
    },
}
