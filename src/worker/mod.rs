//! What runs beside the page: the runs of a sweep, and what is done with files.

#[cfg(feature = "worker")]
mod browser;
pub mod jobs;
pub mod protocol;
#[cfg(feature = "worker")]
mod traces;

#[cfg(feature = "worker")]
pub use browser::start;
