//! What belongs to the whole run.

use super::field;
use crate::scenario::WorkUnit;
use crate::scenario::fields::words::Words;
use crate::scenario::fields::{Field, Kind};
use crate::scenario::limits::{DURATION, count};

pub(crate) const RUN: &[Field] = &[
    field!(name, "name", Kind::Text),
    field!(
        seed,
        "seed",
        Kind::Number(count(0.0, u32::MAX as f64, 100.0))
    ),
    field!(duration_s, "duration", Kind::Number(DURATION)),
    field!(unit, "unit", Kind::Choice(WorkUnit::WORDS)),
];
