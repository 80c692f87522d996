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
