//! The schedules of small runs.
//!
//! `admission`, `preemption`, `prefix` and `priority` hold what was recorded with vLLM 0.33.0: its
//! real scheduler and block pool, without a model, in synchronous mode. `rules` holds what no
//! record shows but vLLM's code says, `properties` what holds of every run.

mod admission;
mod case;
mod preemption;
mod prefix;
mod priority;
mod properties;
mod rules;
