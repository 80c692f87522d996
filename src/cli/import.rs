//! `equipoise import`: the configuration of a real load balancer as a scenario.

use super::input::up_to;
use super::{Failure, progress};
use crate::import::{Note, Outcome, Program, TEXT_LIMIT, program, read_with};
use crate::json;
use clap::Args;
use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::Path;
use std::sync::LazyLock;

#[derive(Args)]
pub(super) struct ImportOptions {
    /// A configuration of nginx, HAProxy, Envoy (YAML or JSON), Traefik (YAML or JSON) or Caddy
    /// (Caddyfile), or - for standard input
    #[arg(value_name = "FILE")]
    file: String,
    /// The program that it is for, if its first words do not tell: nginx, haproxy, envoy, traefik
    /// or caddy
    #[arg(long, value_name = "PROGRAM")]
    from: Option<Program>,
    /// Which group of servers (upstream, backend, cluster, service) to take, if not all that the
    /// busiest entry leads to
    #[arg(long, value_name = "NAME")]
    pool: Option<String>,
    /// Write the scenario to a file, and the list of what came of each line to standard output;
    /// without it they go to standard output and standard error
    #[arg(long, value_name = "FILE")]
    output: Option<String>,
}

/// The scenario as JSON, while the list goes to standard error; or the list.
pub(super) fn import(options: &ImportOptions) -> Result<String, Failure> {
    let name = match options.file.as_str() {
        "-" => "standard input",
        name => name,
    };
    progress::doing_now(|| "nothing was imported".to_string());
    let text = contents(&options.file).map_err(|error| format!("{name}: {error}"))?;
    let program = options
        .from
        .or_else(|| program::recognise(&text))
        .ok_or_else(|| {
            format!(
                "{name}:1: these are the first words of no configuration; allowed: those of nginx, \
             HAProxy, Envoy, Traefik or Caddy, or any with --from"
            )
        })?;
    let beside = Path::new(&options.file).parent();
    let files = |pattern: &str| included(beside, pattern);
    let import = read_with(&text, program, options.pool.as_deref(), &files)
        .map_err(|problem| format!("{name}:{problem}"))?;
    let list: String = import.notes.iter().map(|note| line(name, note)).collect();
    let scenario = json::pretty(&import.scenario);
    match &options.output {
        Some(path) => {
            progress::whole(|| fs::write(path, scenario))?;
            Ok(list)
        }
        None => {
            io::stderr().write_all(list.as_bytes())?;
            Ok(scenario)
        }
    }
}

fn contents(path: &str) -> io::Result<String> {
    // A little more than is allowed, which is then said to be too long.
    let most = TEXT_LIMIT + 1;
    match path {
        "-" => up_to(most, io::stdin().lock()),
        path => up_to(most, File::open(path)?),
    }
}

/// The texts of the files that an `include` names, beside the file that has it: those of a folder
/// in the order of their names, where the last part of the name has a `*`.
fn included(beside: Option<&Path>, pattern: &str) -> Vec<String> {
    let path = beside.unwrap_or(Path::new("")).join(pattern);
    let name = path.file_name().and_then(|name| name.to_str());
    let mut paths = vec![path.clone()];
    if let Some((head, tail)) = name.and_then(|name| name.split_once('*')) {
        let folder = path.parent().map(fs::read_dir);
        let entries = folder.and_then(Result::ok).into_iter().flatten().flatten();
        paths = entries.map(|entry| entry.path()).collect();
        paths.retain(|path| {
            let name = path.file_name().and_then(|name| name.to_str());
            let rest = name.and_then(|name| name.strip_prefix(head));
            rest.is_some_and(|rest| rest.ends_with(tail))
        });
        paths.sort();
    }
    let texts = paths.iter().map(|path| path.to_str().map(contents));
    texts.flatten().filter_map(Result::ok).collect()
}

/// A note as a line.
fn line(name: &str, note: &Note) -> String {
    let Note {
        line,
        source,
        outcome,
    } = note;
    let said = match outcome {
        Outcome::Understood(fields) => {
            format!("{}: {source} → {fields}", text("outcome", "understood"))
        }
        Outcome::Ignored => format!("{}: {source}", text("outcome", "ignored")),
        Outcome::NotExpressible(reason, detail) => {
            let word = text("outcome", "not-expressible");
            let detail = match detail.as_str() {
                "" => String::new(),
                detail => format!(" ({detail})"),
            };
            format!("{word}: {source}: {}{detail}", text("reason", reason.id()))
        }
    };
    format!("{name}:{line}: {said}\n")
}

/// A text of the page, in English.
fn text(kind: &str, id: &str) -> String {
    static TEXTS: LazyLock<serde_yaml_ng::Value> = LazyLock::new(|| {
        serde_yaml_ng::from_str(include_str!("../../locales/import.yml")).unwrap_or_default()
    });
    TEXTS["import"][kind][id]["en"]
        .as_str()
        .unwrap_or(id)
        .to_string()
}
