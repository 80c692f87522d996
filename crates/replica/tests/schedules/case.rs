//! How a run is given, and how a schedule is written.

use equipoise_replica::{
    Origin, Outputs, Request, RequestId, Scheduled, Scheduler, Settings, Step,
};

/// The settings of a run, unless it has its own.
pub(crate) fn small() -> Settings {
    Settings {
        max_num_batched_tokens: 256,
        max_num_seqs: 8,
        max_model_len: 512,
        num_blocks: 101,
        ..Settings::default()
    }
}

/// A request of a run. Its id is its place in the list.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ask {
    /// Which beginning it shares, and how many tokens that has.
    shared: (u32, u32),
    /// How many tokens follow that no other prompt has.
    unique: u32,
    outputs: usize,
    arrive: usize,
    abort: usize,
    priority: i32,
    arrival_s: Option<f64>,
}

/// A request for `outputs` tokens, with a prompt of `tokens` tokens like no other.
pub(crate) fn ask(tokens: u32, outputs: usize) -> Ask {
    Ask {
        shared: (0, 0),
        unique: tokens,
        outputs,
        arrive: 0,
        abort: usize::MAX,
        priority: 0,
        arrival_s: None,
    }
}

impl Ask {
    /// With a beginning of `tokens` tokens that all requests of this `group` share.
    pub(crate) fn after(self, group: u32, tokens: u32) -> Self {
        let shared = (group, tokens);
        Self { shared, ..self }
    }

    /// It arrives before this step.
    pub(crate) fn arrives(self, arrive: usize) -> Self {
        Self { arrive, ..self }
    }

    /// It is aborted before this step.
    pub(crate) fn aborted(self, abort: usize) -> Self {
        Self { abort, ..self }
    }

    /// A smaller number comes first.
    pub(crate) fn priority(self, priority: i32) -> Self {
        Self { priority, ..self }
    }

    /// Its time of arrival for the order by priority, in place of its id.
    pub(crate) fn dated(self, arrival_s: f64) -> Self {
        let arrival_s = Some(arrival_s);
        Self { arrival_s, ..self }
    }

    /// Before which step it arrives.
    pub(crate) fn arrival_step(&self) -> usize {
        self.arrive
    }

    /// Before which step it is aborted, if it is still there.
    pub(crate) fn abort_step(&self) -> usize {
        self.abort
    }

    /// As the request with this number.
    pub(crate) fn request(&self, number: usize) -> Request {
        let id = number as u32;
        let (group, tokens) = self.shared;
        let shared = (0..tokens).map(|token| 1_000_000 + 10_000 * group + token);
        let unique = (0..self.unique).map(|token| 2_000_000 + 10_000 * id + token);
        Request {
            id: RequestId(id),
            prompt: shared.chain(unique).collect(),
            max_tokens: self.outputs,
            priority: self.priority,
            arrival_s: self.arrival_s.unwrap_or(number as f64),
        }
    }
}

/// What a run came to.
pub(crate) struct Schedule {
    /// A line for each step in which more happens than that all running requests decode in blocks
    /// that they hold.
    ///
    /// The number of the step, then each request: `0` decodes, `0[4]` decodes and gets block 4,
    /// `0:48@96[7]` computes 48 tokens after the first 96, `+0` is new, `~0` resumed; both show all
    /// their blocks. Then who is preempted, which cached blocks are evicted, and who ends.
    pub(crate) lines: Vec<String>,
    /// The free blocks, the next one to be handed out first.
    pub(crate) queue: Vec<u32>,
}

/// How long a run may take, in steps.
const MOST_STEPS: usize = 120;

/// Runs until all requests have ended.
pub(crate) fn run(settings: Settings, asks: &[Ask]) -> Schedule {
    let mut scheduler = Scheduler::new(settings).expect("the settings are valid");
    let mut lines = Vec::new();
    for number in 0..MOST_STEPS {
        for (id, ask) in asks.iter().enumerate() {
            if ask.arrive == number {
                scheduler
                    .add(ask.request(id))
                    .expect("the request is valid");
            }
            if ask.abort == number {
                assert!(scheduler.abort(RequestId(id as u32)));
            }
        }
        if !scheduler.is_idle() {
            let step = scheduler.schedule();
            let outputs = scheduler.finish_step(output_token);
            lines.extend(line(number, &step, &outputs));
        }
    }
    assert!(scheduler.is_idle(), "{lines:#?}");
    let queue = scheduler.pool().free_blocks().collect();
    Schedule { lines, queue }
}

/// The id of an output token, which no prompt and no other output has.
pub(crate) fn output_token(id: RequestId, output: usize) -> u32 {
    5_000_000 + 10_000 * id.0 + output as u32
}

fn line(number: usize, step: &Step, outputs: &Outputs) -> Option<String> {
    let rows: Vec<String> = step.batch.iter().map(row).collect();
    let preempted = step.preempted.iter().map(|id| id.0);
    let finished = outputs.finished.iter().map(|id| id.0);
    let events = listed(" preempts ", preempted)
        + &listed(" evicts ", step.evicted.iter().copied())
        + &listed(" ends ", finished);
    let only_decodes = step
        .batch
        .iter()
        .all(|row| row.decodes && row.blocks.is_empty());
    let worth_a_line = !only_decodes || !events.is_empty();
    worth_a_line.then(|| format!("{number}: {}{events}", rows.join(" ")))
}

fn row(row: &Scheduled) -> String {
    let sign = match row.origin {
        Origin::New => "+",
        Origin::Resumed => "~",
        Origin::Running => "",
    };
    let id = row.id.0;
    let blocks = listed("[", row.blocks.iter().copied());
    let end = if blocks.is_empty() { "" } else { "]" };
    match row.decodes {
        true => format!("{id}{blocks}{end}"),
        false => format!(
            "{sign}{id}:{}@{}{blocks}{end}",
            row.tokens, row.computed_before
        ),
    }
}

/// A list with its heading, or nothing.
fn listed(heading: &str, numbers: impl Iterator<Item = u32>) -> String {
    let numbers: Vec<String> = numbers.map(|number| number.to_string()).collect();
    match numbers.is_empty() {
        true => String::new(),
        false => format!("{heading}{}", numbers.join(",")),
    }
}
