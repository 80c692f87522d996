//! What prefix caches hold of shared prefixes, by Che's approximation.
//!
//! A block stays cached until the cache's room has been taken by others: in the time in which m
//! more requests begin, the same for all blocks. A prefix of popularity q that was last used m
//! requests ago or earlier is gone, so it is found with probability 1 − e^(−q·m). m is where
//! what is then cached fills the room. Two things are added for a replica: its requests' own tokens
//! pass through the same cache and are never found again; and what R requests in service hold
//! cannot be evicted, so that a prefix lasts for m + R requests.
//!
//! For independent requests whose prefixes are of one size. Near if there are many prefixes, none
//! of them a large part of the room. Source: Che, Tung and Wang (2002), IEEE JSAC 20(7); why it is
//! so near: Fricker, Robert and Roberts (2012).

/// Within how many per cent the share of cached tokens is predicted.
pub const TOLERANCE_PERCENT: u8 = 10;

/// A cache of least recently used blocks, and what passes through it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Cache<'a> {
    /// The probability of each prefix.
    pub popularity: &'a [f64],
    /// Blocks of a prefix.
    pub shared: f64,
    /// Blocks of a request's own, which no other request has.
    pub own: f64,
    /// Blocks of its own that a request in service holds, on average.
    pub own_in_service: f64,
    /// Blocks that the cache holds.
    pub room: f64,
}

impl Cache<'_> {
    /// m, with `running` requests in service: how many requests begin after the end of a block's
    /// last one until the block is evicted. At least 0.
    pub fn reach(&self, running: f64) -> f64 {
        let mut m = 0.0;
        // What is cached grows with m ever more slowly, so that Newton's steps come up from below.
        for _ in 0..60 {
            let mut cached = self.own * m + self.own_in_service * running;
            let mut slope = self.own;
            for q in self.popularity {
                let gone = libm::exp(-q * (m + running));
                cached += self.shared * (1.0 - gone);
                slope += self.shared * q * gone;
            }
            let step = (self.room - cached) / slope;
            if step <= 1e-9 * m {
                break;
            }
            m += step;
        }
        m
    }

    /// The probability that a request finds its prefix, after `lasts` requests of which it would
    /// be gone.
    pub fn hits(&self, lasts: f64) -> f64 {
        let found = self
            .popularity
            .iter()
            .map(|q| q * (1.0 - libm::exp(-q * lasts)));
        found.sum()
    }
}
