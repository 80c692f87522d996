//! The parts of a request that a balancer may read.

use serde::{Deserialize, Serialize};

/// A part of a request that a rule or a hash reads. A task has one key of each kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum KeySource {
    /// The client's address.
    Ip,
    /// The request path.
    Url,
    /// The `X-Tenant` header.
    Header,
}

impl KeySource {
    /// How many kinds there are.
    pub const COUNT: usize = 3;
    /// All kinds, in the order of a task's keys.
    pub const ALL: [Self; Self::COUNT] = [Self::Ip, Self::Url, Self::Header];

    /// A pattern that a rule may begin with.
    pub fn usual_pattern(self) -> &'static str {
        match self {
            Self::Ip => "10.0.0.0/24",
            Self::Url => "/chat/",
            Self::Header => "t0",
        }
    }
}
