//! Bandits: who learns which server is best can only learn it by sending tasks there.
//!
//! A bandit has arms (here, servers), picks one at a time, and is given a reward from 0 to 1 for
//! each pick. What it loses against the best arm is its regret; on arms that never change the good
//! rules lose in proportion to the logarithm of time. Where arms change, beliefs have to fade.
//!
//! - [`Beliefs`]: what was seen of each arm, with discounting.
//! - [`Rule`]: ε-greedy, UCB1, Thompson sampling; a [`Bandit`] is a rule with its beliefs, and a
//!   [`Choice`] says which scores decided and whether it explored.
//! - [`Lines`]: LinUCB, which knows a number beforehand: how many tasks are there already.
//! - [`Table`]: a cell for each arm and each difference of loads.
//! - [`Responses`]: response times as rewards. [`regret`]: runs on arms with known means.
//! - [`Chance`]: what the engine lends it, which is above this crate.
//!
//! A bandit without context knows no queues: it believes that an arm's rewards do not depend on how
//! often it is picked. A balancer that believes so sends everything to the fastest server until
//! that is full.

mod bandit;
mod beliefs;
pub mod beta;
mod chance;
mod line;
pub mod regret;
mod reward;
mod table;

pub use bandit::{Bandit, Choice, Rule};
pub use beliefs::Beliefs;
pub use chance::Chance;
pub use line::Lines;
pub use reward::Responses;
pub use table::{Table, TablePick};
