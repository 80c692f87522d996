//! The parts of the page that load when they are first needed, so that the first visit need not
//! wait for them; `src/app/parts.rs` loads them.

/// A part of the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// The formulas: their panel, and the predictions that the stage shows.
    Theory,
    /// The charts of one run, or of two.
    Charts,
    /// The controls: all of them, and those that matter most below the explanation.
    SetUp,
    /// The controls of the selected server, in one file with all others.
    Server,
    /// The guide.
    Guide,
    /// The lessons.
    Lessons,
    /// Many runs.
    Lab,
    /// What is in the dialogs.
    Dialogs,
    /// Guesses: what is asked and what came of it.
    Guess,
    /// What other layouts and links that hide something need.
    Display,
    /// The program of replicas of language models. It has no place of its own: what needs it waits
    /// until it is there.
    Replicas,
    /// Trainings, input pipelines, and files among readers.
    Jobs,
}

impl Part {
    /// All of them, in the order in which they are fetched ahead.
    pub const ALL: [Self; 12] = [
        Self::Theory,
        Self::Charts,
        Self::SetUp,
        Self::Server,
        Self::Display,
        Self::Guide,
        Self::Lab,
        Self::Dialogs,
        Self::Guess,
        Self::Replicas,
        Self::Lessons,
        Self::Jobs,
    ];
}

/// How far a part is; what is there stays.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum State {
    #[default]
    NotAsked,
    Loading,
    Failed,
    Ready,
}

/// All parts, as far as they are.
#[derive(Debug, Default)]
pub struct Parts([State; Part::ALL.len()]);

impl Parts {
    /// Whether nothing was done yet to have this part.
    pub fn is_new(&self, part: Part) -> bool {
        self.0[part as usize] == State::NotAsked
    }

    /// Whether a part was wanted and could not be had.
    pub fn has_failed(&self, part: Part) -> bool {
        self.0[part as usize] == State::Failed
    }

    /// Whether a part is there.
    pub fn is_ready(&self, part: Part) -> bool {
        self.0[part as usize] == State::Ready
    }

    /// Notes that a part is to be fetched; false if it is there or on its way.
    pub fn ask(&mut self, part: Part) -> bool {
        let state = &mut self.0[part as usize];
        let is_to_be_fetched = matches!(state, State::NotAsked | State::Failed);
        if is_to_be_fetched {
            *state = State::Loading;
        }
        is_to_be_fetched
    }

    /// Notes that a part is there.
    pub fn loaded(&mut self, part: Part) {
        self.0[part as usize] = State::Ready;
    }

    /// Notes that a part cannot be had. One that is not `wanted` yet is asked for again when
    /// it is.
    pub fn missing(&mut self, part: Part, wanted: bool) {
        self.0[part as usize] = if wanted {
            State::Failed
        } else {
            State::NotAsked
        };
    }
}
