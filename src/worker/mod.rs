//! What runs beside the page: the runs of a sweep.

#[cfg(feature = "worker")]
mod browser;
pub mod protocol;

#[cfg(feature = "worker")]
pub use browser::start;
