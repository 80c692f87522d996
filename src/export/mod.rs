//! Taking things out: tables as CSV and JSON, scenarios as configurations of real load balancers.

mod caddy;
pub mod csv;
mod envoy;
mod envoy_health;
mod envoy_hosts;
mod haproxy;
pub mod json;
mod lost;
mod nginx;
mod program;
mod traefik;

use crate::scenario::Scenario;

pub use crate::import::Program;

/// The scenario as the program's configuration, as far as it can express it. The scenario must be
/// valid.
pub fn configuration(program: Program, scenario: &Scenario) -> String {
    match program {
        Program::Nginx => nginx::nginx(scenario),
        Program::Haproxy => haproxy::haproxy(scenario),
        Program::Envoy => envoy::envoy(scenario),
        Program::Traefik => traefik::traefik(scenario),
        Program::Caddy => caddy::caddy(scenario),
    }
}
