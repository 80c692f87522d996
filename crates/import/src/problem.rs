//! Why a file cannot be read.

use super::note::shown;
use std::fmt;

/// Why a file cannot be read: the first line that is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The line, from 1.
    pub line: usize,
    /// What is there, shortened, without control characters.
    pub found: String,
    /// What is wrong with it.
    pub wrong: Wrong,
}

/// Generates [`Wrong`], its ids and what is allowed.
macro_rules! wrongs {
    ($($(#[$doc:meta])* $name:ident = $id:literal, $allowed:literal;)*) => {
        /// What is wrong with a line. Its text key is `import.wrong.<id>`.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Wrong {
            $($(#[$doc])* $name,)*
        }

        impl Wrong {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$name),*];

            /// The last part of its text key.
            pub const fn id(self) -> &'static str {
                match self { $(Self::$name => $id),* }
            }

            /// What is allowed there, in English.
            pub const fn allowed(self) -> &'static str {
                match self { $(Self::$name => $allowed),* }
            }
        }
    };
}

wrongs! {
    /// No address where a server's should be.
    Address = "address", "an address, such as 10.0.0.1:8080";
    /// A block is not closed.
    Block = "block", "a } for each {";
    /// A block is closed that was not opened.
    BlockEnd = "block-end", "a } only after a {";
    /// A whole number where something else is.
    Count = "count", "a whole number from 0 to 4294967295";
    /// Blocks within blocks without end.
    Depth = "depth", "at most 32 blocks within each other";
    /// A duration that is none.
    Duration = "duration", "a duration, such as 500ms, 10s or 1m30s";
    /// A directive without what it is about.
    Incomplete = "incomplete", "a name or a value after it";
    /// An object where something else is.
    Map = "map", "fields with their values";
    /// A list where something else is.
    List = "list", "a list";
    /// A method of balancing that the program has not got.
    Method = "method", "a method or a parameter that the program has";
    /// There is nothing to balance over.
    Nothing = "nothing", "at least one server that requests are sent to";
    /// A group of servers that is not there.
    Pool = "pool", "the name of a group of servers that the file has";
    /// A quotation that does not end.
    Quote = "quote", "a closing quotation mark for each that opens";
    /// A scenario made of it would not be valid.
    Scenario = "scenario", "what a scenario can be";
    /// A line outside any section.
    Section = "section", "a section before it: defaults, frontend, backend or listen";
    /// A directive without its end.
    Semicolon = "semicolon", "a ; at the end of a directive";
    /// More servers than a scenario has.
    Servers = "servers", "at most 256 servers";
    /// A text that is too long.
    TooLong = "too-long", "at most 1 MB";
    /// Something else than one word or number.
    Scalar = "scalar", "a word or a number";
    /// Not TOML.
    Toml = "toml", "TOML: tables in brackets, and keys with = and a value";
    /// Not YAML.
    Yaml = "yaml", "YAML or JSON, without tabs and aliases";
}

impl Problem {
    /// A problem with what a line has.
    pub(crate) fn new(line: usize, found: impl ToString, wrong: Wrong) -> Self {
        Self {
            line,
            found: shown(&found.to_string()),
            wrong,
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { line, found, wrong } = self;
        write!(
            f,
            "{line}: {found:?} is not allowed here; allowed: {}",
            wrong.allowed()
        )
    }
}

impl std::error::Error for Problem {}
