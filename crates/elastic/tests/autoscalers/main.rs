//! The autoscalers beside what their sources' own tests say, and second for second on scripted
//! loads, against tables that were worked out by hand.

mod cold_starts;
mod hpa_metrics;
mod hpa_rates;
mod hpa_stabilisation;
mod keda;
mod kpa;
mod properties;
mod scripted;
mod startup;
