//! Lessons: a text in steps, whose questions and deeds the engine checks.
//!
//! A lesson is Markdown with a front matter and a few directives; the format is described in
//! `docs/lessons.md`. Nothing that the engine can work out is written in it: a question names what
//! is asked, and the right answer is what the scene gives.
//!
//! From the ground up, each module using those before it:
//! - [`run`]: a scene, run from its start and measured. [`quantity`]: the numbers of a run.
//! - [`assign`]: a field and its value. [`reading`]: a quantity, a formula or a field, read.
//! - [`question`] and [`goal`]: what a step asks and what it wants done, and the check of both.
//! - [`lesson`]: a lesson's steps and what each shows on the stage; [`mod@parse`] reads them.
//! - [`text`]: a step's text as HTML. [`progress`]: what a learner has done.
//! - [`desk`]: runs of their own for pupils. [`sheet`]: a lesson on paper, and its key.
//! - [`draft`]: a lesson to be completed, made from a scene.

pub mod assign;
pub mod desk;
pub mod draft;
pub mod goal;
pub mod lesson;
pub mod parse;
pub mod progress;
pub mod quantity;
pub mod question;
pub mod reading;
pub mod run;
pub mod sheet;
pub mod text;

pub use lesson::{Deed, Kind, Lesson, Place, Step};
pub use parse::{Problem, parse};
