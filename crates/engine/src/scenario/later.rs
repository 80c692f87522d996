//! Parts of a scenario that came after links of version 7: a link has them, one byte for a part
//! that is as by default, only if it is written in the newer form. JSON has them in full.

use super::unless_default;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::cell::Cell;

thread_local! {
    /// Whether the form without these parts is written or read.
    static WITHOUT: Cell<bool> = const { Cell::new(false) };
    /// Whether a part was left out that is not as by default.
    static LOST: Cell<bool> = const { Cell::new(false) };
}

/// Writes or reads the form without these parts, which are then as by default. Also returns whether
/// one was left out that is not.
pub fn without<T>(act: impl FnOnce() -> T) -> (T, bool) {
    WITHOUT.set(true);
    LOST.set(false);
    let done = act();
    WITHOUT.set(false);
    (done, LOST.get())
}

/// A value in postcard's form: in the one without these parts, if all are as by default. Also
/// returns whether they are in it.
pub fn to_bytes<T: Serialize>(value: &T) -> (Vec<u8>, bool) {
    // Plain structs of numbers and texts can always be written.
    match without(|| postcard::to_allocvec(value).unwrap_or_default()) {
        (_, true) => (postcard::to_allocvec(value).unwrap_or_default(), true),
        older => older,
    }
}

pub(super) fn serialize<T, S>(value: &T, serializer: S) -> Result<S::Ok, S::Error>
where
    T: Serialize + Default + PartialEq,
    S: Serializer,
{
    if WITHOUT.get() && !serializer.is_human_readable() {
        LOST.set(LOST.get() || *value != T::default());
        // Nothing, not even a length.
        return ().serialize(serializer);
    }
    unless_default::serialize(value, serializer)
}

pub(super) fn deserialize<'de, T, D>(deserializer: D) -> Result<T, D::Error>
where
    T: Deserialize<'de> + Default,
    D: Deserializer<'de>,
{
    if WITHOUT.get() && !deserializer.is_human_readable() {
        return Ok(T::default());
    }
    unless_default::deserialize(deserializer)
}
