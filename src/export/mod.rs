//! Taking things out: tables as CSV and JSON, scenarios as configurations of real load balancers.

pub mod csv;
mod envoy;
mod haproxy;
pub mod json;
mod nginx;
mod program;

pub use envoy::envoy;
pub use haproxy::haproxy;
pub use nginx::nginx;
pub use program::Program;
