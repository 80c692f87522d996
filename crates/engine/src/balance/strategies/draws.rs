//! Random draws of candidates, for the strategies that consider only a few servers.

use crate::balance::{Explain, Mask};
use crate::rng::Rng;

/// The eligible servers, in an order that each draw shuffles, and the last draw.
#[derive(Clone, Debug, Default)]
pub(crate) struct Draws {
    servers: Vec<u16>,
    /// The servers that may be drawn.
    pub seen: Mask,
    /// The last draw, in order.
    pub drawn: Vec<u16>,
}

impl Draws {
    /// The servers that may be drawn; call it before each draw.
    #[inline]
    pub(crate) fn among(&mut self, eligible: Mask) -> &mut Self {
        self.allow(&eligible);
        self.drawn.clear();
        self
    }

    #[inline]
    fn allow(&mut self, eligible: &Mask) {
        if self.seen != *eligible {
            self.seen = *eligible;
            self.servers = eligible.iter().map(|s| s as u16).collect();
        }
    }

    /// Draws one of these servers, all equally likely; None if there are none. It is what
    /// [`Draws::distinct`] draws as one, and is not kept.
    #[inline]
    pub(crate) fn one(&mut self, eligible: &Mask, rng: &mut Rng) -> Option<u16> {
        self.allow(eligible);
        if self.servers.is_empty() {
            return None;
        }
        let drawn = rng.below(self.servers.len() as u64) as usize;
        self.servers.swap(0, drawn);
        Some(self.servers[0])
    }

    /// Draws `d` distinct servers, or all if there are fewer; every order is equally likely.
    #[inline]
    pub(crate) fn distinct(&mut self, d: u32, rng: &mut Rng) {
        // The first steps of a Fisher-Yates shuffle; the order that the last draw left does not
        // matter.
        for i in 0..self.servers.len().min(d as usize) {
            let j = i + rng.below((self.servers.len() - i) as u64) as usize;
            self.servers.swap(i, j);
            self.drawn.push(self.servers[i]);
        }
    }

    /// Draws `d` servers with replacement; `draw(n)` gives a number below n.
    #[inline]
    pub(crate) fn with_replacement(&mut self, d: u32, mut draw: impl FnMut(u64) -> u64) {
        if !self.servers.is_empty() {
            // In ascending order a number drawn means the same server as in the source's tests.
            let n = self.servers.len() as u64;
            self.drawn
                .extend((0..d).map(|_| self.servers[draw(n) as usize]));
        }
    }

    /// The drawn server with the least load, the first of equals; None if none was drawn.
    #[inline]
    pub(crate) fn least(&self, mut load: impl FnMut(usize) -> f64) -> Option<(usize, f64)> {
        let mut drawn = self.drawn.iter().map(|&s| usize::from(s));
        let first = drawn.next()?;
        let mut best = (first, load(first));
        for s in drawn {
            let this = load(s);
            if this < best.1 {
                best = (s, this);
            }
        }
        Some(best)
    }

    /// Writes the candidates into an explanation: the number of the draw and the load.
    pub(crate) fn explain<X: Explain>(
        &self,
        rule: &'static str,
        column: &'static str,
        tie: &'static str,
        load: impl Fn(usize) -> f64,
        why: &mut X,
    ) {
        why.record(|w| {
            w.table(rule, &["draw", column]);
            let mut least = f64::INFINITY;
            for (i, &s) in self.drawn.iter().enumerate() {
                least = least.min(load(s.into()));
                if !w.servers.contains(&s) {
                    w.row(s.into(), &[i as f64 + 1.0, load(s.into())]);
                }
            }
            w.values
                .extend([("draws", self.drawn.len() as f64), ("least", least)]);
            w.tie(1, least, tie);
        });
    }
}
