//! A strategy's state as something that can be drawn.

/// What is drawn inside the balancer. Labels are text keys below `picture.`.
#[derive(Clone, Debug, PartialEq)]
pub enum Picture {
    /// A list of servers that is gone through in turn, and the place of the next pick.
    Turns {
        /// The servers in order.
        order: Vec<u16>,
        /// Index of the next pick.
        next: usize,
    },
    /// A number for each server, drawn as bars; they may be negative.
    Bars {
        /// What the numbers are.
        label: &'static str,
        /// One for each server; NaN where there is none.
        values: Vec<f64>,
        /// Whether the largest is taken, not the least.
        largest_wins: bool,
    },
    /// A bar for each server, of which the strategy looked at a few.
    Candidates {
        /// What the numbers are.
        label: &'static str,
        /// One for each server; NaN where there is none.
        values: Vec<f64>,
        /// The servers looked at.
        drawn: Vec<u16>,
    },
    /// The unit interval cut into one part per server, and the point that was drawn last.
    Interval {
        /// Upper end of each server's part; the last is 1. A server that is not eligible has an
        /// empty part.
        ends: Vec<f64>,
        /// The point.
        drawn: Option<f64>,
    },
    /// A row of slots, each belonging to a server, and the one that the last key fell into.
    Slots {
        /// The servers by slot; of a long row, those at even distances.
        owners: Vec<u16>,
        /// The last key.
        key: String,
        /// Its hash.
        hash: u64,
        /// Its slot.
        slot: Option<usize>,
        /// How many slots there are.
        slots: usize,
    },
    /// A ring of hashes, each part of which belongs to a server. Places are parts of a turn.
    Ring {
        /// The servers by equal parts of the ring.
        owners: Vec<u16>,
        /// The last key.
        key: String,
        /// The place of its hash and that of the point that it went to.
        at: Option<(f64, f64)>,
    },
    /// No server can be picked, so there is nothing that a key could fall on.
    NoServer,
    /// One queue that all servers pull from.
    Shared,
    /// The article's program.
    Listing {
        /// The policy that counts: a text key below `listing.`.
        policy: &'static str,
        /// The connection counts that never fall.
        counts: Vec<u32>,
    },
}
