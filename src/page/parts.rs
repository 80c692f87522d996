//! Which parts of the page have been loaded. They load when they are first needed.

/// A part of the page that loads by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// The formulas: their panel, and the predictions that the stage shows.
    Theory,
    /// The charts of one run, or of two.
    Charts,
    /// The controls: all of them, and those that matter most below the explanation.
    SetUp,
    /// The guide.
    Guide,
    /// The dialog with a configuration.
    Export,
    /// Many runs.
    Lab,
}

impl Part {
    /// All of them, in the order in which they are fetched ahead.
    pub const ALL: [Self; 6] = [
        Self::Theory,
        Self::Charts,
        Self::SetUp,
        Self::Guide,
        Self::Lab,
        Self::Export,
    ];
}

/// How far a part is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum State {
    /// Nothing was done yet to have it.
    #[default]
    NotAsked,
    /// It is on its way.
    Loading,
    /// It was wanted and could not be had.
    Failed,
    /// It is there.
    Ready,
}

/// All parts, as far as they are.
#[derive(Clone, Debug, Default)]
pub struct Parts([State; Part::ALL.len()]);

impl Parts {
    /// How far this part is.
    pub fn state(&self, part: Part) -> State {
        self.0[part as usize]
    }

    /// Notes that a part is to be fetched; false if it is there or on its way.
    pub fn ask(&mut self, part: Part) -> bool {
        let missing = matches!(self.state(part), State::NotAsked | State::Failed);
        if missing {
            self.0[part as usize] = State::Loading;
        }
        missing
    }

    /// Notes that a part has come, or has not. One that is not `wanted` yet is asked for again when
    /// it is.
    pub fn came(&mut self, part: Part, is_there: bool, wanted: bool) {
        self.0[part as usize] = match (is_there, wanted) {
            (true, _) => State::Ready,
            (false, true) => State::Failed,
            (false, false) => State::NotAsked,
        };
    }
}
