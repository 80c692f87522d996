//! Configurations of real balancers: files as people have them, damaged ones, and our own exports.

#![cfg(all(feature = "cli", not(target_arch = "wasm32")))]

mod damaged;
mod files;
mod lost;
mod round_trip;
#[path = "../common/exported.rs"]
mod scenarios;
mod weightless;
