//! What came of a line.

/// What came of a line, or of a part of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// The line, from 1.
    pub line: usize,
    /// What is there, shortened, without control characters.
    pub source: String,
    /// What came of it.
    pub outcome: Outcome,
}

/// What came of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The fields that it sets, and to what: `servers[0].weight = 5`.
    Understood(String),
    /// It has no part in how tasks are balanced.
    Ignored,
    /// It has a part in that, but no scenario can say it, or not all of it: why, and a detail that
    /// needs no translation, which may be empty.
    NotExpressible(Reason, String),
}

/// Generates [`Reason`] and its ids.
macro_rules! reasons {
    ($($(#[$doc:meta])* $name:ident = $id:literal;)*) => {
        /// Why a scenario cannot say something. Its text key is `import.reason.<id>`.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Reason {
            $($(#[$doc])* $name,)*
        }

        impl Reason {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$name),*];

            /// The last part of its text key.
            pub const fn id(self) -> &'static str {
                match self { $(Self::$name => $id),* }
            }
        }
    };
}

reasons! {
    /// Hashes see the addresses of the scenario, not those of the file.
    Addresses = "addresses";
    /// A share of requests goes elsewhere by chance or by weight.
    ChanceSplit = "chance-split";
    /// A condition other than one beginning of a path, one header or one network.
    Condition = "condition";
    /// Servers come from a name service or an interface.
    Discovery = "discovery";
    /// Which answers count as errors.
    ErrorAnswers = "error-answers";
    /// A path as a whole; it is read as the beginning of one.
    ExactPath = "exact-path";
    /// Another file belongs to it.
    Include = "include";
    /// The strategy is the nearest that there is.
    Nearest = "nearest";
    /// No client of a scenario asks for it.
    NoSuchClient = "no-such-client";
    /// A scenario has one value for all servers, groups and routes.
    OneForAll = "one-for-all";
    /// Another entry (server, frontend, listener, site) than the one that was taken.
    OtherEntry = "other-entry";
    /// Another group of servers than those that were taken.
    OtherPool = "other-pool";
    /// A number beyond its field's range.
    OutOfRange = "out-of-range";
    /// Pauses between retries that grow or vary.
    Pauses = "pauses";
    /// Servers in places, of which the near ones come first.
    Places = "places";
    /// Limits of waiting at the balancer.
    Queue = "queue";
    /// Which failures are retried.
    RetryCondition = "retry-condition";
    /// More rules than a scenario has.
    RulesMax = "rules-max";
    /// A client remains with its server.
    Sticky = "sticky";
    /// Weights beyond the range are scaled.
    WeightsScaled = "weights-scaled";
}

/// Adds a note that something cannot be said.
pub(crate) fn lose(notes: &mut Vec<Note>, line: usize, source: &str, reason: Reason) {
    notes.push(Note {
        line,
        source: shown(source),
        outcome: Outcome::NotExpressible(reason, String::new()),
    });
}

/// Text for people: on one line, control characters as their escapes, and not too long.
pub fn shown(text: &str) -> String {
    const LONGEST: usize = 80;
    let mut shown = String::new();
    for (i, c) in text.chars().enumerate() {
        if i == LONGEST {
            shown.push('…');
            break;
        }
        if c.is_control() {
            shown.extend(c.escape_default());
        } else {
            shown.push(c);
        }
    }
    shown
}
