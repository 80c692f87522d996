//! Many runs on all cores, with a bar of how far they are.

use super::progress::{self, bar};
use crate::sweep::RunResult;
use std::io::{self, IsTerminal as _};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, mpsc};
use std::thread;

/// Does the runs that are due, on as many threads, or one for each core, and gives each to `take`
/// as it comes, while that says that it wants more. The bar says `what` they are.
pub(super) fn work(
    what: &str,
    due: &[u32],
    threads: Option<u16>,
    run: impl Fn(u32) -> Option<RunResult> + Sync,
    mut take: impl FnMut(RunResult) -> bool,
) {
    let cores = thread::available_parallelism().map_or(1, usize::from);
    let threads = threads.map_or(cores, usize::from).min(due.len());
    let next = AtomicUsize::new(0);
    // Bounded, so that results do not pile up before a slow output.
    let (send, results) = mpsc::sync_channel(2 * threads);
    let bar = bar(what, due.len(), "{pos}/{len} runs");
    let done = Arc::new(AtomicUsize::new(0));
    let counted = done.clone();
    let all = due.len();
    let of = match what.trim_end() {
        "" => String::new(),
        what => format!("{what}: "),
    };
    progress::doing_now(move || {
        let done = counted.load(Ordering::Relaxed);
        format!("{of}{done} of {all} runs were done")
    });
    let shared = io::stdout().is_terminal();
    thread::scope(|scope| {
        for _ in 0..threads {
            let send = send.clone();
            let next = &next;
            let run = &run;
            scope.spawn(move || {
                // A receiver that is gone wants no more: the output is closed.
                while let Some(&index) = due.get(next.fetch_add(1, Ordering::Relaxed))
                    && let Some(result) = run(index)
                    && send.send(result).is_ok()
                {}
            });
        }
        drop(send);
        for result in results {
            // On a terminal the bar has to make room for a line.
            let wants_more = if shared {
                bar.suspend(|| take(result))
            } else {
                take(result)
            };
            if !wants_more {
                break;
            }
            bar.inc(1);
            done.fetch_add(1, Ordering::Relaxed);
        }
    });
}
