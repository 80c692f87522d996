//! The command line: the page's engine, strategies and formulas without the page.
//!
//! What it prints goes to standard output in one piece (a sweep's results line by line), and a
//! reader that closes the pipe early ends it quietly. Input that is no good ends it with code 2 and
//! exactly one line on standard error, which names the field, the value and what is allowed; output
//! that cannot be written, with code 1 and one line. Ctrl-C ends it with code 130 and one line.

mod allocate;
mod beside;
mod compare;
mod export;
mod fields;
mod import;
mod input;
mod job;
mod predict;
mod progress;
mod report;
mod requests;
mod run;
pub mod set;
mod show;
mod size;
mod sweep;
mod table;
mod threads;
mod trace;

use crate::balance::StrategyId;
use crate::scenario::presets;
use clap::error::ErrorKind;
use clap::{Args, Parser, Subcommand};
use std::borrow::Cow;
use std::ffi::OsString;
use std::io::{self, Write as _};
use std::process::ExitCode;

/// Input that is no good, as one sentence.
type Refusal = String;

/// Why a command ended before it was done.
enum Failure {
    /// Its input is no good.
    Refused(Refusal),
    /// Its output cannot be written.
    Unwritten(io::Error),
}

impl From<Refusal> for Failure {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self::Unwritten(error)
    }
}

const COMMANDS: &str = "there are strategies, presets, show, fields, allocate, run, predict, \
                        compare, sweep, size, train, pipeline, files, export and import; \
                        --help says more";
const EXIT_CODES: &str = "Exit codes: 0 success, 1 the output cannot be written, 2 the arguments \
                          or the input are no good, 130 stopped by Ctrl-C";

#[derive(Parser)]
#[command(
    name = "equipoise",
    version,
    about = "Load balancing, simulated and predicted",
    max_term_width = 100,
    after_help = EXIT_CODES
)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Print the ids of all strategies
    Strategies,
    /// Print the ids of all presets
    Presets,
    /// Print a scenario as JSON, without the fields that have their default value
    Show(show::ShowOptions),
    /// Print all fields of a scenario: what they are, what they may be, and their defaults
    Fields(fields::FieldsOptions),
    /// Print the servers that a strategy picks, as letters
    Allocate(allocate::AllocateOptions),
    /// Simulate a scenario and print what was observed
    Run(run::RunOptions),
    /// Print what the formulas say about a scenario
    Predict(predict::PredictOptions),
    /// Simulate strategies, or two scenarios, with the same seeds and print how they differ
    Compare(compare::CompareOptions),
    /// Simulate many times and print what was observed, one line of JSON a run
    Sweep(sweep::SweepOptions),
    /// Find the fewest servers that meet goals, and with which strategy
    Size(size::SizeOptions),
    /// Simulate steps of a training: who waits for whom, and what formulas say
    Train(job::JobOptions),
    /// Simulate an input pipeline into an accelerator: what is starved, and by which stage
    Pipeline(job::JobOptions),
    /// Hand files of uneven size to readers: when each has read its own
    Files(job::JobOptions),
    /// Print a scenario as the configuration of nginx, HAProxy, Envoy, Traefik or Caddy
    Export(export::ExportOptions),
    /// Read the configuration of a real balancer as a scenario, and say what came of each line
    Import(import::ImportOptions),
}

/// Where a scenario comes from.
#[derive(Args)]
struct Source {
    /// A preset's id, a JSON file, JSON text such as '{"servers": [{"speed": 2}]}', a link copied
    /// from the page, or - for standard input
    #[arg(value_name = "SCENARIO")]
    scenario: String,
    /// Set a field of the scenario, such as arrivals.rate_per_s=0.9, servers.0.speed=2,
    /// servers.*.weight=3 or servers=5; repeatable
    #[arg(long = "set", value_name = "FIELD=VALUE")]
    set: Vec<String>,
}

/// Does what the arguments say, the program's name first.
pub fn main(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    crate::serving::install();
    progress::end_on_interrupt();
    let outcome = match Cli::try_parse_from(arguments) {
        Ok(cli) => answer(cli.command),
        Err(error)
            if matches!(
                error.kind(),
                ErrorKind::DisplayHelp | ErrorKind::DisplayVersion
            ) =>
        {
            Ok(error.to_string())
        }
        Err(error) if error.kind() == ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            Err(format!("no command was given; {COMMANDS}").into())
        }
        Err(error) if error.kind() == ErrorKind::InvalidSubcommand => {
            Err(format!("{}; {COMMANDS}", first_paragraph(&error.to_string())).into())
        }
        Err(error) => Err(first_paragraph(&error.to_string()).into()),
    };
    match outcome.and_then(|text| print(&text)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(Failure::Refused(refusal)) => complain(&refusal, ExitCode::from(2)),
        Err(Failure::Unwritten(error)) => complain(
            &format!("cannot write the output: {error}"),
            ExitCode::FAILURE,
        ),
    }
}

fn complain(problem: &str, code: ExitCode) -> ExitCode {
    // If writing fails there is nowhere to report it.
    let _ = writeln!(io::stderr(), "equipoise: {}", short(&shown(problem.trim())));
    code
}

/// Characters of a complaint, at most: it may repeat an argument of any length.
const COMPLAINT_MAX: usize = 2000;

/// A text, or its two ends if it is too long to be read: one names the field, the other says what
/// is allowed.
fn short(text: &str) -> Cow<'_, str> {
    if text.chars().count() <= COMPLAINT_MAX {
        return text.into();
    }
    let half = COMPLAINT_MAX / 2;
    let head: String = text.chars().take(half).collect();
    let tail: Vec<char> = text.chars().rev().take(half).collect();
    let tail: String = tail.iter().rev().collect();
    format!("{head} … {tail}").into()
}

/// Text for a terminal: a control character, which might break the line or colour it, as its
/// escape.
fn shown(text: &str) -> String {
    text.chars().fold(String::new(), |mut shown, c| {
        if c.is_control() {
            shown.extend(c.escape_default());
        } else {
            shown.push(c);
        }
        shown
    })
}

fn answer(command: Command) -> Result<String, Failure> {
    Ok(match command {
        Command::Strategies => lines(StrategyId::ALL.iter().map(|id| id.as_str())),
        Command::Presets => lines(presets::ids()),
        Command::Show(options) => show::show(&options)?,
        Command::Fields(options) => fields::fields(&options),
        Command::Allocate(options) => allocate::allocate(&options)?,
        Command::Run(options) => run::run(&options)?,
        Command::Predict(options) => predict::predict(&options)?,
        Command::Compare(options) => compare::compare(&options)?,
        Command::Sweep(options) => {
            // It prints each line when it has it.
            sweep::sweep(&options)?;
            String::new()
        }
        Command::Size(options) => size::size(&options)?,
        Command::Train(options) => job::job("train", &options)?,
        Command::Pipeline(options) => job::job("pipeline", &options)?,
        Command::Files(options) => job::job("files", &options)?,
        Command::Export(options) => export::export(&options)?,
        Command::Import(options) => import::import(&options)?,
    })
}

fn lines<'a>(items: impl Iterator<Item = &'a str>) -> String {
    items.map(|item| format!("{item}\n")).collect()
}

/// Clap's message proper: what it says before its tips and its usage, on one line.
fn first_paragraph(message: &str) -> String {
    let paragraph = message
        .lines()
        .map(str::trim)
        .take_while(|line| !line.is_empty());
    let joined = paragraph.collect::<Vec<_>>().join(" ");
    joined
        .strip_prefix("error: ")
        .unwrap_or(&joined)
        .to_string()
}

fn print(text: &str) -> Result<(), Failure> {
    let mut out = io::stdout().lock();
    let written = progress::whole(|| out.write_all(text.as_bytes()).and_then(|()| out.flush()));
    match written {
        // The reader has seen enough (`| head`).
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        written => written.map_err(Failure::Unwritten),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory as _;

    #[test]
    fn the_arguments_are_consistent() {
        Cli::command().debug_assert();
    }
}
