//! The engine on the command line; see [`equipoise::cli`].

use std::process::ExitCode;

fn main() -> ExitCode {
    equipoise::cli::main(std::env::args_os())
}
