//! How long workers exchange their gradients.
//!
//! α is the latency of a message and B the bandwidth of a link in each direction. Sources:
//! `NVIDIA/nccl-tests/doc/PERFORMANCE.md` for the factors; Thakur, Rabenseifner and Gropp (2005),
//! "Optimization of Collective Communication Operations in MPICH", for trees and latencies, without
//! the time of the additions.

/// A worker's link.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Link {
    /// α: latency of a message (s).
    pub latency_s: f64,
    /// B: bandwidth (bytes/s).
    pub bytes_per_s: f64,
}

/// A collective operation, by how many bytes pass each link for a byte of the result.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Collective {
    /// Every worker gets the sum.
    AllReduce,
    /// The same where the switches add: each byte goes up and down once.
    AllReduceInNetwork,
    /// Every worker gets its part of the sum.
    ReduceScatter,
    /// Every worker gets all parts.
    AllGather,
    /// One worker's data to all.
    Broadcast,
    /// The sum to one worker.
    Reduce,
    /// Every worker's parts to those they are meant for.
    AllToAll,
}

impl Collective {
    /// Bus bandwidth over algorithm bandwidth with `workers`: what an operation's bytes per second
    /// are multiplied by, to be compared with what the links can do.
    pub fn factor(self, workers: u32) -> f64 {
        let n = f64::from(workers);
        match self {
            Self::AllReduce => 2.0 * (n - 1.0) / n,
            Self::AllReduceInNetwork => (n - 1.0) / (n + 1.0),
            Self::ReduceScatter | Self::AllGather | Self::AllToAll => (n - 1.0) / n,
            Self::Broadcast | Self::Reduce => 1.0,
        }
    }
}

/// How gradients are summed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exchange {
    /// In a ring, in N pieces: 2(N − 1)·α + 2(N − 1)/N·S/B. Every link is used all the time.
    Ring,
    /// Up a binomial tree and down again, whole: 2⌈log₂N⌉·(α + S/B). Few messages.
    Tree,
    /// Halving and doubling: 2⌈log₂N⌉·α + 2(N − 1)/N·S/B, for N a power of two. Few
    /// messages and all links used.
    Halving,
    /// By this many parameter servers, each with a link like a worker's, which holds an equal part:
    /// 2α + 2·S/B·max(1, N/servers).
    Servers(u32),
}

impl Exchange {
    /// How long it takes `workers` to sum `bytes` each (s).
    pub fn time_s(self, workers: u32, bytes: f64, link: Link) -> f64 {
        if workers < 2 && !matches!(self, Self::Servers(_)) {
            return 0.0;
        }
        let n = f64::from(workers);
        let Link {
            latency_s,
            bytes_per_s,
        } = link;
        let once_s = bytes / bytes_per_s;
        let levels = f64::from(workers.next_power_of_two().trailing_zeros());
        match self {
            Self::Ring => {
                2.0 * (n - 1.0) * latency_s + Collective::AllReduce.factor(workers) * once_s
            }
            Self::Tree => 2.0 * levels * (latency_s + once_s),
            Self::Halving => {
                2.0 * levels * latency_s + Collective::AllReduce.factor(workers) * once_s
            }
            Self::Servers(servers) => {
                2.0 * latency_s + 2.0 * once_s * (n / f64::from(servers)).max(1.0)
            }
        }
    }
}
