//! A strategy's state as a picture.

/// What is drawn inside the balancer. Labels are text keys below `picture.`.
#[derive(Clone, Debug, PartialEq)]
pub enum Picture {
    /// A list of servers that take turns, and the place of the next pick.
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
        /// Whether the largest wins, and not the least.
        largest_wins: bool,
    },
    /// A bar for each server, of which the strategy considered a few.
    Candidates {
        /// What the numbers are.
        label: &'static str,
        /// One for each server; NaN where there is none.
        values: Vec<f64>,
        /// The servers considered.
        drawn: Vec<u16>,
    },
    /// The unit interval divided into one part per server, and the point drawn last.
    Interval {
        /// Upper end of each server's part; the last is 1. A server that is not eligible has an
        /// empty part.
        ends: Vec<f64>,
        /// The point.
        drawn: Option<f64>,
    },
    /// A row of slots, each owned by a server, and the slot of the last key or, without one, of the
    /// state that holds now.
    Slots {
        /// What it is.
        label: &'static str,
        /// The owner of each slot; of a long row, of slots at even distances.
        owners: Vec<u16>,
        /// The last key; empty where there is none to show.
        key: String,
        /// Its hash.
        hash: u64,
        /// The slot.
        slot: Option<usize>,
        /// How many slots there are.
        slots: usize,
    },
    /// A ring of hashes, each part owned by a server. Places are fractions of a turn.
    Ring {
        /// The owners of equal parts of the ring.
        owners: Vec<u16>,
        /// The last key.
        key: String,
        /// The place of its hash, and the place of the point that it belongs to.
        at: Option<(f64, f64)>,
    },
    /// No server is eligible, so that there is no table.
    NoServer,
    /// One queue that all servers pull from.
    Shared,
    /// The article's program.
    Listing {
        /// The policy in effect: a text key below `listing.`.
        policy: &'static str,
        /// The connection counts that never fall.
        counts: Vec<u32>,
    },
}
