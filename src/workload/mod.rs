//! What arrives: when, how large, and from whom.

pub mod arrivals;
pub mod clients;
pub mod sizes;
