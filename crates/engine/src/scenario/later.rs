//! Parts of a scenario that came after links of version 7: a link has them, one byte for a part
//! that is as by default, only if it is written in the newer form. JSON has them in full.

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
    if serializer.is_human_readable() {
        return value.serialize(serializer);
    }
    let other = (*value != T::default()).then_some(value);
    if WITHOUT.get() {
        LOST.set(LOST.get() || other.is_some());
        // Nothing, not even a length.
        return ().serialize(serializer);
    }
    other.serialize(serializer)
}

pub(super) fn deserialize<'de, T, D>(deserializer: D) -> Result<T, D::Error>
where
    T: Deserialize<'de> + Default,
    D: Deserializer<'de>,
{
    if deserializer.is_human_readable() {
        return T::deserialize(deserializer);
    }
    if WITHOUT.get() {
        return Ok(T::default());
    }
    Ok(Option::deserialize(deserializer)?.unwrap_or_default())
}
