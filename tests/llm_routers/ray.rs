//! A recorded run of Ray's prefix tree, replayed: what matches, who holds it, and the pick.

use super::chance::Always;
use super::format::{RayCase, RayOp, place};
use super::replay::characters;
use equipoise_routers::ray::{PrefixAware, PrefixAwareSettings};
use equipoise_routers::{Request, Router, Why, Worker};

/// How often the tree is cut back, in the test's own time (s).
const INTERVAL_S: f64 = 10.0;

/// Replays a case; how many picks it has.
///
/// # Panics
/// If anything that was recorded comes out otherwise.
pub(crate) fn replay(case: &RayCase) -> usize {
    let most = case.evict.unwrap_or(usize::MAX);
    let mut router = PrefixAware::new(PrefixAwareSettings {
        match_rate_threshold: case.match_rate_threshold,
        evicts: case.evict.is_some(),
        eviction_threshold: most,
        eviction_target: most,
        eviction_interval_s: INTERVAL_S,
        ..PrefixAwareSettings::default()
    });
    let mut queues = vec![0; case.workers];
    let mut now_s = 0.0;
    let mut picks = 0;
    for op in &case.ops {
        match op {
            RayOp::Finish { worker } => queues[letter(worker)] -= 1,
            // It is cut back when the next request is routed.
            RayOp::Evict { down_to } => {
                assert_eq!(Some(*down_to), case.evict);
                now_s += INTERVAL_S;
            }
            RayOp::Request {
                text,
                matched_chars,
                owners,
                smallest,
                queues: recorded,
                pick,
                chars,
            } => {
                assert_eq!(&queues, recorded);
                let before: Vec<Worker> = queues.iter().map(|&n| worker(n)).collect();
                let prompt = characters(text);
                let request = Request {
                    id: picks as u64,
                    now_s,
                    prompt: &prompt,
                    blocks: &[],
                    session: None,
                };
                let mut why = Why::wanted();
                let picked = router.pick(&request, &before, &mut Always(0), &mut why);
                let at = format!("ray, {picks}: {text}");
                assert_eq!(picked, Some(letter(pick)), "{at}");
                let matched = why.values.iter().find(|v| v.0 == "matched");
                assert_eq!(matched, Some(&("matched", *matched_chars as f64)), "{at}");
                let holders: Vec<usize> = places(&why, |cells| cells[0] == 1.0);
                assert_eq!(holders, letters(owners), "{at}");
                let sizes = why.rows().map(|row| row.1[1]);
                let fewest = sizes.fold(f64::INFINITY, f64::min);
                let fewest = places(&why, |cells| cells[1] == fewest);
                assert_eq!(fewest, letters(smallest), "{at}");
                for (worker, &size) in chars {
                    assert_eq!(router.tree_size(letter(worker)), size, "{at}: {worker}");
                }
                queues[letter(pick)] += 1;
                picks += 1;
            }
        }
    }
    picks
}

fn worker(in_flight: u32) -> Worker<'static> {
    Worker {
        url: "",
        eligible: true,
        in_flight,
        report: None,
    }
}

/// The workers whose row is so.
fn places(why: &Why, is_so: impl Fn(&[f64]) -> bool) -> Vec<usize> {
    let rows = why.rows().filter(|(_, cells)| is_so(cells));
    rows.map(|(worker, _)| worker).collect()
}

fn letters(names: &[String]) -> Vec<usize> {
    names.iter().map(|name| letter(name)).collect()
}

/// The place of the worker that a letter names.
fn letter(name: &str) -> usize {
    name.bytes().next().and_then(place).expect("a letter")
}
