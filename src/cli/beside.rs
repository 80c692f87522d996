//! Measured times beside simulated ones.

use super::table::columns;
use crate::measure::answers::Answers;
use crate::number::significant;
use crate::serving::latencies::{Latencies, row};
use crate::traces::Served;
use serde::Serialize;

/// See the [module](self). Field names are part of the command's interface.
#[derive(Serialize)]
#[serde(transparent)]
pub(super) struct Beside(Vec<Pair>);

/// A number, measured and simulated; null where it has no value.
#[derive(Serialize)]
struct Pair {
    number: String,
    measured: f64,
    simulated: f64,
    /// The simulated number less the measured one, in % of the measured one.
    difference_percent: f64,
}

impl Beside {
    /// Measured requests beside answers.
    pub(super) fn new(measured: &[Served], answers: &Answers) -> Self {
        let simulated: Vec<Served> = answers.0.iter().map(row).collect();
        let pairs = Latencies::of(measured)
            .numbers()
            .into_iter()
            .zip(Latencies::of(&simulated).numbers());
        let pairs = pairs.map(|((number, measured), (_, simulated))| Pair {
            number,
            measured,
            simulated,
            difference_percent: 100.0 * (simulated / measured - 1.0),
        });
        Self(pairs.collect())
    }

    /// As a table.
    pub(super) fn table(&self) -> String {
        let head = ["from the queue", "measured", "simulated", "difference"];
        let rows = self.0.iter().map(|pair| {
            let difference = significant(pair.difference_percent, 2);
            [
                pair.number.clone(),
                significant(pair.measured, 4),
                significant(pair.simulated, 4),
                format!("{difference} %"),
            ]
        });
        columns(head.map(str::to_string), rows.collect())
    }
}
