//! A point of a run: the engine, and how much of the script it has behind it.

use crate::scenario::Script;
use crate::sim::{Engine, Probe};
use crate::workload::Playback;

/// The most memory that the engine of a timeline may take (bytes). With the copies at its position,
/// its head and its start, and with all checkpoints, two runs side by side then stay below 300 MB.
const ENGINE_BYTES_MAX: usize = if cfg!(test) { 9_000_000 } else { 40_000_000 };
/// Events between two looks at how much memory it takes.
const WEIGH_EVERY: u64 = 256;

/// Events between two questions whether a replay goes on.
const ASK_EVERY: u64 = 4096;

/// An engine and how many of the script's edits have been applied to it.
#[derive(Clone, Debug)]
pub(super) struct Moment {
    pub(super) engine: Engine,
    pub(super) edits: usize,
}

impl Moment {
    /// The start of a valid script, with drawn tasks or recorded ones.
    pub(super) fn start(script: &Script, playback: Option<Playback>) -> Self {
        let engine = match playback {
            Some(playback) => Engine::playing(&script.scenario, playback),
            None => Engine::new(&script.scenario),
        };
        Self { engine, edits: 0 }
    }

    /// Events so far.
    pub(super) fn event(&self) -> u64 {
        self.engine.totals().events
    }

    /// Decisions so far.
    pub(super) fn decided(&self) -> u64 {
        self.engine.totals().decided
    }

    /// Whether a timeline ends here, since its engine takes too much memory.
    pub(super) fn is_full(&self) -> bool {
        self.event().is_multiple_of(WEIGH_EVERY) && self.engine.bytes() > ENGINE_BYTES_MAX
    }

    /// Applies the edits that were made at this moment: after as many events, and before the next
    /// event is due. (A position from outside may have a time beyond the next event; time must not
    /// jump over that event.)
    pub(super) fn apply_edits<P: Probe>(&mut self, script: &Script, until_s: f64, probe: &mut P) {
        while let Some(edit) = script.edits.get(self.edits)
            && edit.at.event <= self.event()
            && edit.at.time_s
                <= self
                    .engine
                    .next_event_s()
                    .map_or(until_s, |due_s| due_s.min(until_s))
        {
            self.engine.pass_to(edit.at.time_s);
            self.engine.reconfigure(&edit.scenario, probe);
            self.edits += 1;
        }
    }

    /// Runs one event; false if none is due by `until_s`.
    pub(super) fn step<P: Probe>(&mut self, script: &Script, until_s: f64, probe: &mut P) -> bool {
        self.apply_edits(script, until_s, probe);
        self.engine
            .next_event_s()
            .is_some_and(|next_s| next_s <= until_s)
            && self.engine.step(probe)
    }

    /// Lets time pass to `time_s`, but not beyond the next event.
    pub(super) fn pass_to<P: Probe>(&mut self, script: &Script, time_s: f64, probe: &mut P) {
        self.apply_edits(script, time_s, probe);
        let due_s = self.engine.next_event_s().unwrap_or(f64::INFINITY);
        self.engine.pass_to(time_s.min(due_s));
    }
}

/// Runs a valid script from its start to `until_s` (s) under a probe, without checkpoints or a log.
pub fn replay<P: Probe>(script: &Script, until_s: f64, probe: &mut P) -> Engine {
    replay_from(Engine::new(&script.scenario), script, until_s, probe)
}

/// The same from an engine at its start, as one that plays a recording.
pub fn replay_from<P: Probe>(
    engine: Engine,
    script: &Script,
    until_s: f64,
    probe: &mut P,
) -> Engine {
    let mut moment = Moment { engine, edits: 0 };
    while moment.step(script, until_s, probe) {}
    moment.pass_to(script, until_s, probe);
    moment.engine
}

/// The same, for as long as it `goes_on`, which is asked every few thousand events.
pub fn replay_while<P: Probe>(
    engine: Engine,
    script: &Script,
    until_s: f64,
    probe: &mut P,
    goes_on: impl Fn(&Engine, &P) -> bool,
) -> Engine {
    let mut moment = Moment { engine, edits: 0 };
    while moment.step(script, until_s, probe) {
        if moment.event().is_multiple_of(ASK_EVERY) && !goes_on(&moment.engine, probe) {
            return moment.engine;
        }
    }
    moment.pass_to(script, until_s, probe);
    moment.engine
}

/// The same until the run is over, so that every task has left that ever will: see
/// [`Engine::is_over`]. It ends at `most_s` (s) if it is not over by then.
pub fn replay_to_end<P: Probe>(
    engine: Engine,
    script: &Script,
    most_s: f64,
    probe: &mut P,
) -> Engine {
    let mut moment = Moment { engine, edits: 0 };
    while !(moment.engine.is_over() && moment.edits == script.edits.len())
        && moment.step(script, most_s, probe)
    {}
    moment.engine
}
