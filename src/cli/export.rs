//! `equipoise export`: a scenario as the configuration of a real load balancer.

use super::{Refusal, Source};
use crate::export::{Program, configuration};
use clap::Args;

#[derive(Args)]
pub(super) struct ExportOptions {
    #[command(flatten)]
    source: Source,
    /// The load balancer: nginx, haproxy, envoy, traefik or caddy
    #[arg(long, value_name = "PROGRAM")]
    to: Program,
}

/// The configuration; of a link, for the scenario that its changes end with.
pub(super) fn export(options: &ExportOptions) -> Result<String, Refusal> {
    Ok(configuration(options.to, options.source.script()?.latest()))
}
