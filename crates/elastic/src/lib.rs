//! Elasticity: how many replicas there should be, by the rules of real autoscalers.
//!
//! An autoscaler reads a number every few seconds and orders replicas. What it orders takes minutes
//! to become useful. This crate holds both sides as plain data and functions of the time, so that
//! they can be tested second for second:
//!
//! - [`metric`]: from what pods use to a wanted number, as Kubernetes' horizontal pod autoscaler
//!   (HPA) computes it; [`rules`] how fast it may change; [`Hpa`] both, with stabilisation.
//! - [`Kpa`]: Knative's autoscaler, with its stable and its panic window ([`window`]).
//! - [`Keda`]: by the length of a queue, down to none. [`Schedule`]: by the time of day.
//! - [`startup`]: the stages between an order and the first answer. [`Fleet`]: what was ordered,
//!   what is useful, what it costs.
//!
//! Times are in seconds on any one clock. It draws no chance, and depends on
//! nothing but the means to write settings.

mod fleet;
mod hpa;
mod keda;
mod kpa;
pub mod metric;
pub mod rules;
mod schedule;
pub mod startup;
pub mod window;

pub use fleet::{Counts, Fleet};
pub use hpa::{Decision, Hpa, HpaSettings};
pub use keda::{Keda, KedaSettings};
pub use kpa::{Kpa, KpaSettings, Scale};
pub use schedule::{Period, Schedule};
