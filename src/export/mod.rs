//! Taking things out: tables as CSV and JSON, scenarios as configurations of real load balancers.

mod caddy;
pub mod csv;
mod envoy;
mod haproxy;
pub mod json;
mod nginx;
mod program;
mod traefik;

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
    /// Traefik 3: a file of its file provider.
    Traefik,
    /// Caddy 2: a Caddyfile.
    Caddy,
}

impl Program {
    /// All of them.
    pub const ALL: [Self; 5] = [
        Self::Nginx,
        Self::Haproxy,
        Self::Envoy,
        Self::Traefik,
        Self::Caddy,
    ];

    /// The name, as on the command line.
    pub const fn as_str(self) -> &'static str {
        ["nginx", "haproxy", "envoy", "traefik", "caddy"][self as usize]
    }

    /// The name of a file with its configuration.
    pub const fn file_name(self) -> &'static str {
        const NAMES: [&str; 5] = [
            "nginx.conf",
            "haproxy.cfg",
            "envoy.yaml",
            "traefik.yaml",
            "Caddyfile",
        ];
        NAMES[self as usize]
    }

    /// The scenario as the program's configuration, as far as it can express it. The scenario must
    /// be valid.
    pub fn configuration(self, scenario: &Scenario) -> String {
        match self {
            Self::Nginx => nginx::nginx(scenario),
            Self::Haproxy => haproxy::haproxy(scenario),
            Self::Envoy => envoy::envoy(scenario),
            Self::Traefik => traefik::traefik(scenario),
            Self::Caddy => caddy::caddy(scenario),
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
                format!(
                    "{text:?} is no program to export to; there are nginx, haproxy, envoy, \
                     traefik and caddy"
                )
            })
    }
}
