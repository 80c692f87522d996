//! What a balancer may look at in a request.

use serde::{Deserialize, Serialize};

/// The part of a task that a rule or a hash looks at.
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
    /// A pattern that a rule may begin with.
    pub fn usual_pattern(self) -> &'static str {
        match self {
            Self::Ip => "10.0.0.0/24",
            Self::Url => "/chat/",
            Self::Header => "t0",
        }
    }
}
