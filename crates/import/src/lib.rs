//! Configurations of real load balancers as scenarios: nginx, HAProxy, Envoy, Traefik and Caddy.
//!
//! A file says who is balanced over and how. It does not say what arrives and how fast servers are:
//! of that a scenario has its defaults. What came of each line is in a list of [notes](note::Note).
//!
//! From the ground up, each module using those before it:
//! - [`note`]: what came of a line. [`problem`]: why a file cannot be read.
//! - `units`: durations. `literal`: expressions that are plain texts. `block`, `caddyfile`,
//!   `toml`, `words` and `yaml`: the forms in which files are written, each to a tree or a list
//!   with line numbers.
//! - `draft`: what a file says, as plain data that all programs share; `assemble` makes a scenario
//!   of it, `members` its servers.
//! - `nginx`, `haproxy`, `envoy`, `traefik`, `caddy`: each program's directives as a draft;
//!   `caddy_json`: Caddy's JSON as its directives.
//! - [`program`](mod@program): tells which program a file is for.

mod assemble;
mod block;
mod caddy;
mod caddy_json;
mod caddyfile;
mod draft;
mod envoy;
mod haproxy;
mod literal;
mod members;
mod nginx;
pub mod note;
pub mod problem;
pub mod program;
mod toml;
mod traefik;
mod units;
mod words;
mod yaml;

pub use note::{Note, Outcome, Reason};
pub use problem::{Problem, Wrong};
pub use program::Program;

use equipoise_engine::scenario::Scenario;

/// What a file came to.
#[derive(Clone, Debug, PartialEq)]
pub struct Import {
    /// The program that the file is for.
    pub program: Program,
    /// A valid scenario.
    pub scenario: Scenario,
    /// What came of each line, in their order.
    pub notes: Vec<Note>,
    /// The names of the groups of servers in the file, any of which can be asked for.
    pub pools: Vec<String>,
}

/// A duration with its unit, such as `500ms` or `1m30s`, in seconds; None: it is none.
pub fn duration_s(text: &str) -> Option<f64> {
    let has_unit = text.ends_with(|c: char| c.is_ascii_alphabetic());
    units::duration_s(text, 1.0).filter(|_| has_unit)
}

/// The longest text that is read, in bytes.
pub const TEXT_LIMIT: usize = 1 << 20;

/// Reads the configuration of a program; of the groups of servers in it (upstream, backend,
/// cluster, service) the one named, or those that the busiest entry leads to.
///
/// # Errors
/// The first line that cannot be read, or that there is nothing in the file to balance over.
pub fn read(text: &str, program: Program, pool: Option<&str>) -> Result<Import, Problem> {
    read_with(text, program, pool, &|_| Vec::new())
}

/// The same, with the texts of the files that nginx's `include` names: `files` gives those of a
/// name or a pattern such as `conf.d/*.conf`, and none where there are none. Their lines count as
/// that of the `include`.
///
/// # Errors
/// See [`read`].
pub fn read_with(
    text: &str,
    program: Program,
    pool: Option<&str>,
    files: &dyn Fn(&str) -> Vec<String>,
) -> Result<Import, Problem> {
    if text.len() > TEXT_LIMIT {
        return Err(Problem::new(1, text.len(), Wrong::TooLong));
    }
    let text = text.trim_start_matches('\u{feff}');
    let draft = match program {
        Program::Nginx => nginx::read(text, files),
        Program::Haproxy => haproxy::read(text),
        Program::Envoy => envoy::read(text),
        Program::Traefik => traefik::read(text),
        Program::Caddy => caddy::read(text),
    }?;
    assemble::assemble(draft, program, pool)
}
