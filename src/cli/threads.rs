//! Many runs on all cores, with a bar of how far they are.

use crate::sweep::RunResult;
use indicatif::{ProgressBar, ProgressStyle};
use std::io::{self, IsTerminal as _};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;
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
    let bar = progress(what, due.len());
    let shared = io::stdout().is_terminal();
    thread::scope(|scope| {
        for _ in 0..threads {
            let send = send.clone();
            let (next, run) = (&next, &run);
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
        }
    });
}

/// A bar on standard error; nothing where that is no terminal.
fn progress(what: &str, runs: usize) -> ProgressBar {
    let bar = ProgressBar::new(runs as u64).with_message(what.to_string());
    let style = ProgressStyle::with_template("{msg}{wide_bar} {pos}/{len} runs, {eta} left");
    bar.with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
}
