//! How an observation is sent from a worker: with what language models answered.
//!
//! A line of results has that by the names of its metrics, and only of runs with replicas; the form
//! in which workers send has no names and cannot leave a field out. So it is no field of the plain
//! form.

use super::Observed;
use super::answers::Served;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Writes it.
pub fn serialize<S: Serializer>(observed: &Observed, to: S) -> Result<S::Ok, S::Error> {
    (observed, &observed.served).serialize(to)
}

/// Reads it.
pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Observed, D::Error> {
    let (observed, served): (Observed, Option<Box<Served>>) = Deserialize::deserialize(from)?;
    Ok(Observed { served, ..observed })
}
