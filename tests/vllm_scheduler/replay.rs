//! A recorded run, replayed.

use super::format::{Asked, Case};
use equipoise_replica::{Origin, Request, RequestId, Scheduler, Step};
use serde_json::{Value, json};

/// Steps after which a run must have ended.
const STEPS_MAX: usize = 10_000;

/// Replays a case; how many steps it has.
///
/// # Panics
/// If anything that was recorded comes out otherwise.
pub(crate) fn replay(case: &Case) -> usize {
    let mut run = Run::new(case);
    let rows = run.rows();
    for (i, (row, recorded)) in rows.iter().zip(&case.steps).enumerate() {
        assert!(
            same(row, recorded),
            "{}, step {i}:\n{row}\n{recorded}",
            case.name
        );
    }
    assert_eq!(rows.len(), case.steps.len(), "{}: steps", case.name);
    let pool = run.scheduler.pool();
    let free: Vec<u32> = pool.free_blocks().take(64).collect();
    assert_eq!(json!(free), case.final_free_queue, "{}", case.name);
    let cached: Vec<u32> = pool.free_blocks().filter(|&b| pool.is_cached(b)).collect();
    let of_those: Vec<u32> = free.into_iter().filter(|&b| pool.is_cached(b)).collect();
    assert!(
        [json!(cached), json!(of_those)].contains(&case.final_cached),
        "{}: {cached:?}",
        case.name
    );
    rows.len()
}

/// Whether two values are the same, numbers by their value.
fn same(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Number(a), Value::Number(b)) => a.as_f64() == b.as_f64(),
        (Value::Array(a), Value::Array(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b))
        }
        (Value::Object(a), Value::Object(b)) => {
            let in_both = |(name, a): (&String, &Value)| b.get(name).is_some_and(|b| same(a, b));
            a.len() == b.len() && a.iter().all(in_both)
        }
        _ => a == b,
    }
}

struct Run<'a> {
    requests: &'a [Asked],
    scheduler: Scheduler,
    /// Places of requests in the order in which they arrive.
    arrivals: Vec<usize>,
    /// Places of requests in the order in which they are aborted.
    aborts: Vec<usize>,
    arrived: usize,
    aborted: usize,
    caches: bool,
}

impl<'a> Run<'a> {
    fn new(case: &'a Case) -> Self {
        let requests = &case.requests[..];
        let settings = case.config.settings();
        let mut arrivals: Vec<usize> = (0..requests.len()).collect();
        arrivals.sort_by_key(|&k| requests[k].arrive_step);
        let mut aborts: Vec<usize> = (0..requests.len())
            .filter(|&k| requests[k].abort_step.is_some())
            .collect();
        aborts.sort_by_key(|&k| requests[k].abort_step);
        Self {
            requests,
            scheduler: Scheduler::new(settings).expect("the settings are vLLM's"),
            arrivals,
            aborts,
            arrived: 0,
            aborted: 0,
            caches: settings.enable_prefix_caching,
        }
    }

    /// What each step does, in the form in which it was recorded.
    fn rows(&mut self) -> Vec<Value> {
        let mut rows = Vec::new();
        let mut t = 0;
        loop {
            assert!(t < STEPS_MAX, "the run does not end");
            let added = self.add(t);
            let aborted = self.abort(t);
            if !self.scheduler.is_idle() {
                let mut row = self.step();
                row["t"] = json!(t);
                row["add"] = json!(added);
                if !aborted.is_empty() {
                    row["abort"] = json!(aborted);
                }
                rows.push(row);
                t += 1;
                continue;
            }
            if !aborted.is_empty() {
                let free = self.scheduler.pool().free();
                rows.push(
                    json!({"t": t, "add": added, "abort": aborted, "idle": true, "free": free}),
                );
            }
            let arrival = self
                .arrivals
                .get(self.arrived)
                .map(|&k| self.requests[k].arrive_step);
            let abort = self
                .aborts
                .get(self.aborted)
                .and_then(|&k| self.requests[k].abort_step);
            match arrival.into_iter().chain(abort).min() {
                Some(next) => t = next.max(t + 1),
                None => return rows,
            }
        }
    }

    /// Adds what has arrived by step `t`.
    fn add(&mut self, t: usize) -> Vec<String> {
        let mut added = Vec::new();
        while let Some(&k) = self.arrivals.get(self.arrived)
            && self.requests[k].arrive_step <= t
        {
            let asked = &self.requests[k];
            let request = Request {
                id: RequestId(k as u32),
                prompt: prompt(self.requests, k),
                max_tokens: asked.output_tokens,
                priority: asked.priority,
                arrival_s: asked.arrival_time.unwrap_or(self.arrived as f64),
            };
            self.scheduler.add(request).expect("vLLM took it");
            added.push(asked.id.clone());
            self.arrived += 1;
        }
        added
    }

    /// Aborts what its client has given up by step `t`, if it is still there.
    fn abort(&mut self, t: usize) -> Vec<String> {
        let mut aborted = Vec::new();
        while let Some(&k) = self.aborts.get(self.aborted)
            && self.requests[k].abort_step <= Some(t)
        {
            if self.scheduler.abort(RequestId(k as u32)) {
                aborted.push(self.requests[k].id.clone());
            }
            self.aborted += 1;
        }
        aborted
    }

    /// Runs one step.
    fn step(&mut self) -> Value {
        let step = self.scheduler.schedule();
        let scheduler = &self.scheduler;
        let mut row = json!({
            "sched": step.batch.iter().map(|row| json!([
                self.name(row.id), word(row.origin), row.tokens, row.computed_before, row.blocks,
            ])).collect::<Vec<_>>(),
            "preempted": self.names(step.preempted.iter().copied()),
            "evicted": step.evicted,
            "free": scheduler.pool().free(),
            "usage": rounded(scheduler.pool().usage()),
            "running": self.names(scheduler.running().iter().map(|s| s.id())),
            "waiting": self.names(scheduler.waiting().map(|s| s.id())),
        });
        let queries = self.queries(&step, Origin::New);
        let preempted_queries = self.queries(&step, Origin::Resumed);
        let token = |id: RequestId, output: usize| 5_000_000 + 10_000 * id.0 + output as u32;
        let outputs = self.scheduler.finish_step(token);
        let scheduler = &self.scheduler;
        row["tokens"] = json!(self.names(outputs.tokens.into_iter()));
        row["finished"] = json!(self.names(outputs.finished.into_iter()));
        row["free_end"] = json!(scheduler.pool().free());
        row["stats"] = json!({
            "running": scheduler.running().len(),
            "waiting": scheduler.waiting().len(),
            "usage": rounded(scheduler.pool().usage()),
            "queries": queries[0],
            "hits": queries[1],
            "preempted_queries": preempted_queries[0],
            "preempted_hits": preempted_queries[1],
        });
        row
    }

    /// Tokens that requests of this origin looked up in the prefix cache, and tokens found.
    fn queries(&self, step: &Step, origin: Origin) -> [usize; 2] {
        let mut sums = [0, 0];
        for row in step
            .batch
            .iter()
            .filter(|row| row.origin == origin && self.caches)
        {
            let mut running = self.scheduler.running().iter();
            let sequence = running.find(|s| s.id() == row.id);
            sums[0] += sequence.map_or(0, |s| s.tokens());
            sums[1] += row.computed_before;
        }
        sums
    }

    fn name(&self, id: RequestId) -> &str {
        &self.requests[id.0 as usize].id
    }

    fn names(&self, ids: impl Iterator<Item = RequestId>) -> Vec<&str> {
        ids.map(|id| self.name(id)).collect()
    }
}

fn word(origin: Origin) -> &'static str {
    match origin {
        Origin::New => "new",
        Origin::Resumed => "resumed",
        Origin::Running => "running",
    }
}

/// To six digits, as recorded.
fn rounded(share: f64) -> f64 {
    (share * 1e6).round() / 1e6
}

/// The tokens of a prompt. Which ids they have does not matter, only which are equal.
fn prompt(requests: &[Asked], k: usize) -> Vec<u32> {
    let parts = &requests[k].prompt;
    let mut tokens = Vec::new();
    if let Some(group) = parts.prefix_group {
        tokens.extend((0..parts.prefix_len).map(|i| 1_000_000 + 10_000 * group + i));
    }
    if let Some(before) = &parts.continue_of {
        let before = requests.iter().position(|asked| asked.id == *before);
        let before = before.expect("it continues another request");
        tokens.extend(prompt(requests, before));
        let outputs = requests[before].output_tokens as u32;
        tokens.extend((0..outputs).map(|j| 5_000_000 + 10_000 * before as u32 + j));
    }
    tokens.extend((0..parts.unique_len).map(|i| 2_000_000 + 10_000 * k as u32 + i));
    tokens
}
