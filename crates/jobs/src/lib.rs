//! Jobs: a training on many workers, an input pipeline into an accelerator, files among readers.
//!
//! They are scenarios of their own kind, without clients and balancers. Each is plain data
//! ([`train::Train`], [`feed::Feed`], [`read::Read`]) with a table of its fields ([`field`]), and
//! runs by the models of `equipoise-training` to an [`outcome`]: who did what when, numbers, and
//! what formulas say, or why none applies. [`job`] is any of the three, and [`presets`] are those
//! worth teaching, each with what cures it. [`opened`] is one of these with its changes.
//!
//! That is written as `stragglers;workers=64;seed=3`: a preset and the fields that differ. Chance
//! comes from the engine's generator; the same job has the same outcome everywhere.

mod choice;
pub mod feed;
pub mod field;
pub mod job;
pub mod opened;
pub mod outcome;
pub mod presets;
pub mod read;
mod spread;
pub mod train;
