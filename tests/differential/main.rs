//! The simulator against the programs whose rules it implements: nginx and HAProxy, started here on
//! loopback ports, must pick as it does, request for request.

#![cfg(all(feature = "cli", unix))]

#[path = "../common/dice.rs"]
mod dice;
#[path = "../common/exported.rs"]
mod exported;
mod exports;
mod farm;
mod program;
mod sequences;
mod trial;
mod validated;
