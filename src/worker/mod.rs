//! What runs beside the page: the runs of a sweep, and what is done with files.

#[cfg(feature = "worker")]
mod browser;
#[cfg(feature = "worker")]
mod files;
pub mod jobs;
pub mod protocol;

#[cfg(feature = "worker")]
pub use browser::start;
