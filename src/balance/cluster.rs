//! What a balancer sees of the servers when it picks.

use crate::sim::server::Server;

/// A set of servers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Mask([u64; 4]);

impl Mask {
    /// The servers for which `holds`.
    #[inline(always)]
    pub fn of(servers: usize, mut holds: impl FnMut(usize) -> bool) -> Self {
        let mut mask = Self::default();
        for (word, bits) in mask.0.iter_mut().enumerate() {
            // Gathered in a register and without branches: a strategy does this at every pick.
            let (first, mut gathered) = (word * 64, 0);
            for server in first..servers.min(first + 64) {
                gathered |= u64::from(holds(server)) << (server - first);
            }
            *bits = gathered;
        }
        mask
    }

    /// Whether `server` is in the set.
    #[inline(always)]
    pub fn has(&self, server: usize) -> bool {
        self.0[server / 64] >> (server % 64) & 1 == 1
    }

    /// The servers in both sets.
    #[inline(always)]
    pub fn and(self, other: Self) -> Self {
        Self([0, 1, 2, 3].map(|i| self.0[i] & other.0[i]))
    }

    /// How many servers are in the set.
    #[inline(always)]
    pub fn len(&self) -> usize {
        self.0.iter().map(|word| word.count_ones() as usize).sum()
    }

    /// Whether the set is empty.
    #[inline(always)]
    pub fn is_empty(&self) -> bool {
        self.0 == [0; 4]
    }

    /// The server before which `before` others stand in the set, in ascending order; None if there
    /// are not so many.
    #[inline(always)]
    pub fn nth(&self, mut before: usize) -> Option<usize> {
        for (word, &bits) in self.0.iter().enumerate() {
            let here = bits.count_ones() as usize;
            if before < here {
                // Mostly all servers are there, and none need be skipped.
                let below = u64::MAX >> (63 - before);
                if bits & below == below {
                    return Some(word * 64 + before);
                }
                let rest = (0..before).fold(bits, |rest, _| rest & (rest - 1));
                return Some(word * 64 + rest.trailing_zeros() as usize);
            }
            before -= here;
        }
        None
    }

    /// The servers of the set in ascending order.
    #[inline(always)]
    pub fn iter(self) -> Servers {
        Servers {
            words: self.0,
            word: 0,
            left: self.0[0],
        }
    }
}

/// Goes through a [`Mask`].
#[derive(Clone, Debug)]
pub struct Servers {
    words: [u64; 4],
    word: usize,
    /// What is still to come of this word: in a register of its own, since strategies go through
    /// all servers.
    left: u64,
}

impl Iterator for Servers {
    type Item = usize;
    #[inline(always)]
    fn next(&mut self) -> Option<usize> {
        while self.left == 0 {
            self.word += 1;
            self.left = *self.words.get(self.word)?;
        }
        let server = self.word * 64 + self.left.trailing_zeros() as usize;
        self.left &= self.left - 1;
        Some(server)
    }
}

/// The cluster as one balancer sees it at the moment of a pick.
#[derive(Clone, Copy, Debug)]
pub struct Cluster<'a> {
    /// Simulated time (s).
    pub now_s: f64,
    /// The servers that may be picked.
    pub eligible: Mask,
    /// Their weights; in hundredths, and less for a server that came back lately, under slow start.
    pub weights: &'a [u32],
    /// Tasks in progress at each server that this balancer sent there; or as many as the server
    /// last reported to have.
    pub active: &'a [u32],
    /// Work that this balancer sent to each server and that is not finished (units); a task counts
    /// in full until it leaves. Or as much as the server last reported.
    pub sent_work: &'a [f64],
    /// Whether this balancer is the only one, so that what it sent is all there is.
    pub alone: bool,
    /// The servers themselves: speed and slots are known to all.
    pub servers: &'a [Server],
}

impl Cluster<'_> {
    /// How many servers there are, eligible or not.
    #[inline(always)]
    pub fn len(&self) -> usize {
        self.weights.len()
    }

    /// Whether there is no server.
    pub fn is_empty(&self) -> bool {
        self.weights.is_empty()
    }

    /// A number for each server, for a picture; NaN where none may be sent.
    pub fn bars(&self, value: impl Fn(usize) -> f64) -> Vec<f64> {
        (0..self.len())
            .map(|s| {
                if self.eligible.has(s) {
                    value(s)
                } else {
                    f64::NAN
                }
            })
            .collect()
    }

    /// Work ahead of a task that came to `server` now (units): exact for a balancer that is alone,
    /// else what it sent.
    #[inline(always)]
    pub fn backlog(&self, server: usize) -> f64 {
        if self.alone {
            self.servers[server].backlog(self.now_s)
        } else {
            self.sent_work[server]
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mask_is_a_set() {
        let odd = Mask::of(200, |s| s % 2 == 1);
        let large = Mask::of(200, |s| s > 190);
        assert_eq!(
            odd.and(large).iter().collect::<Vec<_>>(),
            [191, 193, 195, 197, 199]
        );
        for mask in [odd, large, Mask::of(130, |s| s != 3)] {
            assert!((0..201).all(|i| mask.nth(i) == mask.iter().nth(i)));
        }
        assert_eq!(
            (
                odd.len(),
                odd.has(3),
                odd.has(4),
                Mask::default().is_empty()
            ),
            (100, true, false, true)
        );
    }
}
