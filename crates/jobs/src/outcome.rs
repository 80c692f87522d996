//! What came of a job: who did what when, the numbers of it, and what formulas say.

/// What a worker does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Doing {
    /// Its work.
    Working,
    /// It waits: at the barrier, for a slower worker, or for something to work on.
    Waiting,
    /// It exchanges gradients.
    Exchanging,
    /// It works, and what it does is dropped.
    Dropped,
    /// It holds what it has finished, since the buffer behind it is full.
    Blocked,
}

impl Doing {
    /// All of them.
    pub const ALL: [Self; 5] = [
        Self::Working,
        Self::Waiting,
        Self::Exchanging,
        Self::Dropped,
        Self::Blocked,
    ];

    /// Its text key below `job.doing.`.
    pub fn word(self) -> &'static str {
        match self {
            Self::Working => "working",
            Self::Waiting => "waiting",
            Self::Exchanging => "exchanging",
            Self::Dropped => "dropped",
            Self::Blocked => "blocked",
        }
    }
}

/// A worker does something from one time to another.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Span {
    /// What it does.
    pub doing: Doing,
    /// For which step, counted from 0: a step of training, an element, a file.
    pub step: usize,
    /// From when (s).
    pub from_s: f64,
    /// Until when (s).
    pub to_s: f64,
}

/// What one worker did.
#[derive(Clone, Debug, PartialEq)]
pub struct Lane {
    /// What it is: a text key below `job.lane.`.
    pub name: &'static str,
    /// Which of those with this name, counted from 0.
    pub index: usize,
    /// What it did, in order.
    pub spans: Vec<Span>,
}

impl Lane {
    /// How long it did this, in a step or in all (s).
    pub fn time_s(&self, doing: Doing, step: Option<usize>) -> f64 {
        let own = self.spans.iter();
        own.filter(|span| span.doing == doing && step.is_none_or(|step| span.step == step))
            .map(|span| span.to_s - span.from_s)
            .fold(0.0, |sum_s, own_s| sum_s + own_s)
    }
}

/// What is stepped by: a step of training, an element in the accelerator, a file.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Step {
    /// When it begins (s).
    pub from_s: f64,
    /// When it ends (s).
    pub to_s: f64,
}

/// How full a buffer is.
#[derive(Clone, Debug, PartialEq)]
pub struct Level {
    /// The stage in front of it: a text key below `job.lane.`.
    pub behind: &'static str,
    /// How many elements it holds from each time on (s).
    pub held: Vec<(f64, usize)>,
    /// How many there is room for from each time on (s).
    pub room: Vec<(f64, usize)>,
}

/// A number of a run.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Figure {
    /// A text key below `job.figure.`; its end says the unit: `_s`, `_per_s`, `_share`, or none.
    pub id: &'static str,
    /// Its value.
    pub value: f64,
}

/// How a formula's number relates to what is observed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Says {
    /// It is the mean to be expected.
    About,
    /// Nothing is above it.
    AtMost,
    /// The mean is not above it; a run is by chance alone.
    MeanAtMost,
    /// Nothing is below it.
    AtLeast,
}

impl Says {
    /// Its text key below `job.says.`.
    pub fn word(self) -> &'static str {
        match self {
            Self::About => "about",
            Self::AtMost => "at-most",
            Self::MeanAtMost => "mean-at-most",
            Self::AtLeast => "at-least",
        }
    }
}

/// Why a formula does not apply.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// Workers that vary are not equally fast, or their parts are not equal.
    Unequal,
    /// Slow spells or failures.
    Trouble,
    /// Sequences of unequal lengths.
    Sequences,
    /// Parts depend on what was measured, or are pulled.
    Adaptive,
    /// Staleness that is bounded has no closed form where times vary.
    Stale,
    /// Local steps have one for exponential times only.
    LocalLaw,
    /// Exchange that overlaps with times that vary.
    Overlap,
    /// Times are not exponential.
    NotExponential,
    /// More stages than one, or more workers than one in it.
    Stages,
    /// The buffer's room changes.
    Tuned,
    /// Files that are not handed to whoever is free, one by one.
    NotGreedy,
}

impl Reason {
    /// All of them.
    pub const ALL: [Self; 11] = [
        Self::Unequal,
        Self::Trouble,
        Self::Sequences,
        Self::Adaptive,
        Self::Stale,
        Self::LocalLaw,
        Self::Overlap,
        Self::NotExponential,
        Self::Stages,
        Self::Tuned,
        Self::NotGreedy,
    ];

    /// Its text key below `job.reason.`.
    pub fn word(self) -> &'static str {
        match self {
            Self::Unequal => "unequal",
            Self::Trouble => "trouble",
            Self::Sequences => "sequences",
            Self::Adaptive => "adaptive",
            Self::Stale => "stale",
            Self::LocalLaw => "local-law",
            Self::Overlap => "overlap",
            Self::NotExponential => "not-exponential",
            Self::Stages => "stages",
            Self::Tuned => "tuned",
            Self::NotGreedy => "not-greedy",
        }
    }
}

/// What a formula says, beside what is observed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Answer {
    /// A text key below `job.answer.`; its end says the unit, as of a [`Figure`].
    pub id: &'static str,
    /// How its number relates to what is observed.
    pub says: Says,
    /// Its number, or why there is none.
    pub predicted: Result<f64, Reason>,
    /// What is observed; none if a run does not show it.
    pub observed: Option<f64>,
}

/// What came of a job.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Outcome {
    /// What each worker did.
    pub lanes: Vec<Lane>,
    /// What is stepped by, in order of their beginning.
    pub steps: Vec<Step>,
    /// How full the buffers were.
    pub levels: Vec<Level>,
    /// Its numbers.
    pub figures: Vec<Figure>,
    /// What formulas say.
    pub answers: Vec<Answer>,
    /// The stage that holds the others back, if there are stages: as the law says, and as observed.
    pub bottleneck: Option<[&'static str; 2]>,
    /// How long it took (s).
    pub took_s: f64,
}

impl Outcome {
    /// The share of the time in which each lane does not work for what is kept.
    pub fn idle_shares(&self) -> Vec<f64> {
        let worked = self.lanes.iter();
        worked
            .map(|lane| 1.0 - lane.time_s(Doing::Working, None) / self.took_s)
            .collect()
    }

    /// The number with this id.
    pub fn figure(&self, id: &str) -> Option<f64> {
        let found = self.figures.iter().find(|figure| figure.id == id);
        found.map(|figure| figure.value)
    }
}
