//! Taking things out: tables as CSV and JSON, scenarios as configurations of real load balancers.

pub mod csv;
mod envoy;
mod haproxy;
pub mod json;
mod nginx;
mod program;

use crate::scenario::Scenario;
use serde::{Deserialize, Serialize};

/// A load balancer that a scenario can be exported to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Program {
    /// nginx 1.22 or newer.
    Nginx,
    /// HAProxy 2.6 or newer.
    Haproxy,
    /// Envoy, API version 3.
    Envoy,
}

impl Program {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Nginx, Self::Haproxy, Self::Envoy];

    /// The name, as on the command line.
    pub const fn as_str(self) -> &'static str {
        ["nginx", "haproxy", "envoy"][self as usize]
    }

    /// The name of a file with its configuration.
    pub const fn file_name(self) -> &'static str {
        ["nginx.conf", "haproxy.cfg", "envoy.yaml"][self as usize]
    }

    /// The scenario as the program's configuration, as far as it can express it. The scenario must
    /// be valid.
    pub fn configuration(self, scenario: &Scenario) -> String {
        match self {
            Self::Nginx => nginx::nginx(scenario),
            Self::Haproxy => haproxy::haproxy(scenario),
            Self::Envoy => envoy::envoy(scenario),
        }
    }
}

impl std::str::FromStr for Program {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        Self::ALL
            .into_iter()
            .find(|program| program.as_str() == text)
            .ok_or_else(|| {
                format!("{text:?} is no program to export to; there are nginx, haproxy and envoy")
            })
    }
}
