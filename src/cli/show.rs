//! `equipoise show`: a scenario as JSON.

use super::{Refusal, Source};
use crate::json;
use clap::Args;

#[derive(Args)]
pub(super) struct ShowOptions {
    #[command(flatten)]
    source: Source,
    /// All fields, also those that have their default value
    #[arg(long)]
    all: bool,
}

/// The JSON; of a link, of the scenario that its changes end with.
pub(super) fn show(options: &ShowOptions) -> Result<String, Refusal> {
    let script = options.source.script()?;
    Ok(match options.all {
        true => format!("{:#}\n", serde_json::json!(script.latest())),
        false => json::pretty(script.latest()),
    })
}
