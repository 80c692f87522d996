//! Points of workers on a ring of 64-bit numbers, as both routers with rings have them.

use crate::hash::share;
use crate::router::Worker;
use crate::why::Why;

/// A ring, remade when workers change.
#[derive(Clone, Debug, Default)]
pub(crate) struct Ring {
    urls: Vec<String>,
    /// Points with workers, in order of points; each point once.
    points: Vec<(u64, usize)>,
}

impl Ring {
    /// Remakes the ring if the workers are others, of `points_of` each worker's address. If two
    /// workers have one point, it is the later worker's.
    pub(crate) fn update(&mut self, workers: &[Worker], points_of: fn(&str) -> Vec<u64>) {
        let same = self.urls.iter().eq(workers.iter().map(|w| w.url));
        if same {
            return;
        }
        self.urls = workers.iter().map(|w| w.url.to_string()).collect();
        self.points.clear();
        for (worker, url) in self.urls.iter().enumerate() {
            let points = points_of(url).into_iter().map(|point| (point, worker));
            self.points.extend(points);
        }
        self.points
            .sort_unstable_by_key(|&(point, worker)| (point, std::cmp::Reverse(worker)));
        self.points.dedup_by_key(|(point, _)| *point);
    }

    /// The points with their workers from `hash` on, once around.
    pub(crate) fn from(&self, hash: u64) -> impl Iterator<Item = (u64, usize)> {
        let start = self.points.partition_point(|(point, _)| *point < hash);
        let (before, after) = self.points.split_at(start);
        after.iter().chain(before).copied()
    }

    /// Records how far each worker's next point is from a key's hash, as a part of the ring, and
    /// the numbers of the worker that was picked.
    pub(crate) fn explain(
        &self,
        why: &mut Why,
        key: &str,
        hash: u64,
        workers: &[Worker],
        picked: usize,
    ) {
        why.columns.extend(["distance", "eligible"]);
        why.words.push(("key", key.to_string()));
        for (worker, of) in workers.iter().enumerate() {
            let next = self.from(hash).find(|p| p.1 == worker);
            let distance = next.map_or(f64::NAN, |p| share(p.0.wrapping_sub(hash)));
            why.row(worker, &[distance, f64::from(u8::from(of.eligible))]);
        }
        why.numbers_of(picked);
    }
}
