//! How far a command is: a bar for whoever waits at a terminal, and a line for who stops it.
//!
//! Ctrl-C ends any command with code 130 and one line that says what was stopped. What is being
//! written is written to its end before, so that no file is left with half a line.

use indicatif::{ProgressBar, ProgressStyle};
use std::io::{self, IsTerminal as _, Write as _};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, mpsc};
use std::thread::{self, JoinHandle};
use std::time::Duration;

/// What takes less than this shows no bar.
const PATIENCE: Duration = Duration::from_secs(2);

/// Says how far a command is.
type Said = Box<dyn Fn() -> String + Send>;

static DOING: Mutex<Option<Said>> = Mutex::new(None);

fn doing() -> MutexGuard<'static, Option<Said>> {
    DOING.lock().unwrap_or_else(PoisonError::into_inner)
}

/// From now on this is what is said when the command is stopped.
pub(super) fn doing_now(said: impl Fn() -> String + Send + 'static) {
    *doing() = Some(Box::new(said));
}

/// Writes something that must not be cut off.
pub(super) fn whole<T>(write: impl FnOnce() -> T) -> T {
    let _stop_waits = doing();
    write()
}

/// Ends the process with a line when Ctrl-C is pressed.
pub(super) fn end_on_interrupt() {
    // Where a system has no such signal, it ends as it would without.
    let _ = ctrlc::set_handler(stop);
}

/// Says what is stopped, and stops.
fn stop() {
    let doing = doing();
    let said = doing.as_ref().map(|said| said());
    let said = said.unwrap_or_else(|| "nothing was done".to_string());
    let mut err = io::stderr();
    let clear = if err.is_terminal() { "\r\x1b[2K" } else { "" };
    // If writing fails there is nowhere to report it.
    let _ = writeln!(err, "{clear}equipoise: stopped: {said}");
    std::process::exit(130);
}

/// A bar on standard error that appears after two seconds, with what is left; nothing where that is
/// no terminal.
pub(super) struct Slow {
    end: mpsc::Sender<()>,
    thread: Option<JoinHandle<()>>,
}

impl Slow {
    /// Watches a number on its way to `goal`: see [`clock`] for that of a run.
    pub(super) fn watch(
        what: &'static str,
        goal: f64,
        now: impl Fn() -> f64 + Send + 'static,
    ) -> Self {
        let (end, ended) = mpsc::channel();
        let thread = thread::spawn(move || {
            if ended.recv_timeout(PATIENCE) != Err(mpsc::RecvTimeoutError::Timeout) {
                return;
            }
            let bar = bar(what, 1000, "{percent} %");
            while ended.recv_timeout(Duration::from_millis(100))
                == Err(mpsc::RecvTimeoutError::Timeout)
            {
                bar.set_position((1000.0 * now() / goal) as u64);
            }
            bar.finish_and_clear();
        });
        Self {
            end,
            thread: Some(thread),
        }
    }
}

impl Drop for Slow {
    fn drop(&mut self) {
        // A thread that has ended no longer listens.
        let _ = self.end.send(());
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// Where a simulated run is (s), as another thread reads it.
pub(super) fn clock(bits: &Arc<AtomicU64>) -> impl Fn() -> f64 + Send + use<> {
    let bits = bits.clone();
    move || f64::from_bits(bits.load(Ordering::Relaxed))
}

/// A bar with a place for what is counted, and an estimate.
pub(super) fn bar(what: &str, goal: usize, counted: &str) -> ProgressBar {
    let bar = ProgressBar::new(goal as u64).with_message(what.to_string());
    let style =
        ProgressStyle::with_template(&format!("{{msg}}{{wide_bar}} {counted}, {{eta}} left"));
    bar.with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
}
