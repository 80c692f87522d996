//! Statistics: what a run says about itself, and how sure that is.

pub mod interval;
pub mod order;
pub mod quantile;
