//! The page's state and what can be done to it, as plain data and without a browser: all of it can
//! be tested where there is none. Components draw it (`src/app`), and send [`Action`]s.

pub mod action;
pub mod change;
pub mod display;
pub mod guess;
pub mod model;
pub mod parts;
pub mod settings;
pub mod trace;

pub use action::Action;
pub use change::Change;
pub use model::Model;
pub use trace::Trace;
