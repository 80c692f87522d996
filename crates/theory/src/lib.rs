//! Theory: formulas, what they cover and where they come from.
//!
//! One topic a file. The functions there take plain numbers, so that a chart can draw a formula as
//! a curve; [`predict`] fills the formulas in with a scenario's numbers. It always lists the same
//! predictions in the same order; one that does not apply carries its [`Reason`] and never a
//! number.
//!
//! Times are in seconds, rates per second, shares and utilisations are fractions. Texts are in
//! `locales/theory.yml` and `locales/formulas.yml`.

pub mod abandonment;
mod answer;
pub mod article;
mod averages;
pub mod balls;
pub mod barrier;
pub mod batching;
mod classes;
pub mod closed;
mod compare;
mod conditions;
mod deals;
mod extremes;
pub mod finite;
pub mod gim1;
pub mod jsq;
pub mod key_moves;
pub mod little;
mod losses;
pub mod md1;
pub mod mg1;
pub mod mm1;
pub mod mmc;
mod models;
mod prediction;
mod predictions;
mod quantile;
mod question;
pub mod queues;
mod reason;
pub mod replicas;
pub mod ring;
pub mod rounds;
pub mod run_length;
pub mod schedules;
pub mod shares;
mod sizes;
pub mod small_first;
pub mod splits;
mod streams;
mod sums;
pub mod supermarket;
mod turns;
pub mod two_moments;

pub use answer::{Exactness, Line, Quantity};
pub use averages::{response_law, wait_law};
pub use prediction::{Prediction, predict};
pub use predictions::{ARTICLE_LAWS, PredictionId};
pub use reason::Reason;
pub use shares::Shares;

// The published numbers are written down once, where `cargo xtask validate` prints them.
#[cfg(test)]
#[path = "../../../examples/validate/tables.rs"]
#[expect(dead_code, reason = "most are held by `cargo xtask validate`")]
mod tables;
#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;
