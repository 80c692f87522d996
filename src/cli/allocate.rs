//! `equipoise allocate`: a strategy's picks, without a simulation.

use super::Refusal;
use crate::balance::bare::{Case, pick_letter};
use crate::balance::{MAX_SERVERS, Mask, StrategyId};
use crate::scenario::{FieldError, letter, limits};
use clap::Args;

/// Servers when neither weights nor addresses say how many.
const SERVERS: usize = 3;

#[derive(Args)]
pub(super) struct AllocateOptions {
    /// The strategy: one of `equipoise strategies`
    #[arg(long, value_name = "ID", value_parser = crate::json::words::strategy)]
    strategy: StrategyId,
    /// The servers' weights, such as 5,1,1; without it all are 1
    #[arg(long, value_name = "W,W,…", allow_hyphen_values = true)]
    weights: Option<String>,
    /// How many tasks
    #[arg(long, value_name = "N", allow_negative_numbers = true,
        value_parser = clap::value_parser!(u64).range(1..=1_000_000))]
    tasks: u64,
    /// The tasks' keys, used again from the first when they run out; for ip-hash IPv4 addresses
    #[arg(long, value_name = "K,K,…")]
    keys: Option<String>,
    /// The servers' addresses, such as 10.1.0.1:8080,10.1.0.2:8080; as many as there are weights
    #[arg(long, value_name = "HOST:PORT,…")]
    servers: Option<String>,
    /// The letters of servers that are down, such as b,d
    #[arg(long, value_name = "S,S,…")]
    down: Option<String>,
    /// Tasks never finish; otherwise each is done before the next comes
    #[arg(long)]
    hold: bool,
    /// Seed of the random strategies
    #[arg(
        long,
        value_name = "N",
        default_value_t = 7,
        allow_negative_numbers = true
    )]
    seed: u32,
}

/// The picks as letters, on one line.
pub(super) fn allocate(options: &AllocateOptions) -> Result<String, Refusal> {
    let servers = options.servers.as_deref().map(addresses).transpose()?;
    let weights = match &options.weights {
        Some(text) => weights(text)?,
        None => vec![1; servers.as_ref().map_or(SERVERS, Vec::len)],
    };
    if !limits::SERVERS.allows(weights.len() as f64) {
        let allowed = format!("1 to {MAX_SERVERS}");
        return Err(FieldError::new("number of servers", weights.len(), allowed).to_string());
    }
    if let Some(count) = servers.as_ref().map(Vec::len)
        && count != weights.len()
    {
        let value = format!("{count} addresses");
        return Err(FieldError::new(
            "--servers",
            value,
            format!("one for each of {} weights", weights.len()),
        )
        .to_string());
    }
    let keys: Vec<String> = match options.keys.as_deref() {
        Some(text) => text.split(',').map(str::to_string).collect(),
        None => Vec::new(),
    };
    let down: Vec<String> = options.down.as_deref().map_or(Vec::new(), |text| {
        text.split(',')
            .map(|word| word.trim().to_string())
            .collect()
    });
    let letters: Vec<String> = (0..weights.len()).map(letter).collect();
    for (i, word) in down.iter().enumerate() {
        if !letters.contains(word) {
            let field = format!("--down[{i}]");
            let allowed = format!("a to {}", letters[letters.len() - 1]);
            return Err(FieldError::new(field, format!("{word:?}"), allowed).to_string());
        }
    }
    let case = Case {
        eligible: Some(Mask::of(weights.len(), |s| !down.contains(&letter(s)))),
        addresses: servers.as_deref().unwrap_or_default(),
        keys: &keys,
        hold: options.hold,
        seed: options.seed,
        ..Case::new(options.strategy, &weights, options.tasks as usize)
    };
    let picks = case.picks().map_err(|error| format!("--keys: {error}"))?;
    let letters: Vec<String> = picks.into_iter().map(pick_letter).collect();
    Ok(letters.join(" ") + "\n")
}

fn weights(text: &str) -> Result<Vec<u32>, Refusal> {
    let mut weights = Vec::new();
    for (i, word) in text.split(',').enumerate() {
        match word.trim().parse::<u32>() {
            Ok(weight) if (1..=limits::LAID_OUT_WEIGHT_MAX).contains(&weight) => {
                weights.push(weight);
            }
            _ => {
                let field = format!("--weights[{i}]");
                let allowed = "whole numbers from 1 to 1000, with commas between them; shares as \
                               333, 333 and 334";
                return Err(FieldError::new(field, format!("{word:?}"), allowed).to_string());
            }
        }
    }
    Ok(weights)
}

/// Addresses, all of the form host:port.
fn addresses(text: &str) -> Result<Vec<String>, Refusal> {
    for (i, word) in text.split(',').enumerate() {
        let well_formed = word.trim().rsplit_once(':').is_some_and(|(host, port)| {
            let host_ok = !host.is_empty() && !host.contains(char::is_whitespace);
            host_ok && port.parse::<u16>().is_ok_and(|port| port > 0)
        });
        if !well_formed {
            let field = format!("--servers[{i}]");
            return Err(FieldError::new(
                field,
                format!("{word:?}"),
                "host:port, such as 10.1.0.1:8080",
            )
            .to_string());
        }
    }
    Ok(text
        .split(',')
        .map(|word| word.trim().to_string())
        .collect())
}
