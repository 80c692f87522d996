//! What arrives: when, how large, and from whom. Nothing here knows that there are servers, so that
//! two runs with different strategies get the same tasks.

pub mod arrivals;
pub mod clients;
pub mod keys;
pub mod sizes;
pub mod task;

pub use arrivals::{Arrivals, Pattern};
pub use clients::Clients;
pub use keys::KeySource;
pub use sizes::{SizeLaw, Sizes};
pub use task::{Task, TaskIndex};
