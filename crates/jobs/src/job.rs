//! Any of the three jobs, and how it is written.

use crate::feed::Feed;
use crate::field::{Field, shortened};
use crate::outcome::Outcome;
use crate::read::Read;
use crate::train::Train;
use equipoise_engine::scenario::FieldError;
use equipoise_engine::scenario::fields::{Kind, Value};

/// A job.
#[derive(Clone, Debug, PartialEq)]
pub enum Job {
    /// A training.
    Train(Box<Train>),
    /// An input pipeline.
    Feed(Box<Feed>),
    /// Files among readers.
    Read(Box<Read>),
}

/// A field and its value in a job.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// Its name, and text key below `job.field.`.
    pub name: &'static str,
    /// Its group of controls.
    pub group: &'static str,
    /// What it holds.
    pub kind: Kind,
    /// Its value.
    pub value: Value,
    /// Whether it matters.
    pub shown: bool,
}

/// Does the same with any job.
macro_rules! any {
    ($job:expr, $own:ident => $does:expr) => {
        match $job {
            Job::Train($own) => $does,
            Job::Feed($own) => $does,
            Job::Read($own) => $does,
        }
    };
}

/// The kinds of jobs, by the names of their commands.
pub const KINDS: [&str; 3] = ["train", "pipeline", "files"];

impl Job {
    /// A job of one of the [`KINDS`], all fields at their defaults.
    pub fn of_kind(kind: &str) -> Option<Self> {
        match kind {
            "train" => Some(Self::Train(Box::default())),
            "pipeline" => Some(Self::Feed(Box::default())),
            "files" => Some(Self::Read(Box::default())),
            _ => None,
        }
    }

    /// Its kind, one of the [`KINDS`].
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Train(_) => KINDS[0],
            Self::Feed(_) => KINDS[1],
            Self::Read(_) => KINDS[2],
        }
    }

    /// All fields with their values, in the order of their controls.
    pub fn rows(&self) -> Vec<Row> {
        match self {
            Self::Train(job) => rows(Train::fields(), job),
            Self::Feed(job) => rows(Feed::fields(), job),
            Self::Read(job) => rows(Read::fields(), job),
        }
    }

    /// Sets fields, each `(name, value)`, and checks what came of it.
    ///
    /// # Errors
    /// Field, value and what is allowed, of the first that is not; the job is then as it was.
    pub fn set<'a>(
        &mut self,
        fields: impl IntoIterator<Item = (&'a str, &'a str)>,
    ) -> Result<(), FieldError> {
        let mut changed = self.clone();
        for (name, value) in fields {
            match &mut changed {
                Self::Train(job) => set(Train::fields(), job, name, value)?,
                Self::Feed(job) => set(Feed::fields(), job, name, value)?,
                Self::Read(job) => set(Read::fields(), job, name, value)?,
            }
        }
        any!(&changed, job => job.check())?;
        *self = changed;
        Ok(())
    }

    /// What comes of it.
    pub fn run(&self) -> Outcome {
        any!(self, job => job.run())
    }

    /// The fields in which it differs from another of its kind, as `name=value`.
    pub fn differs(&self, other: &Self) -> Vec<String> {
        let pairs = self.rows().into_iter().zip(other.rows());
        pairs
            .filter(|(own, others)| own.value != others.value)
            .map(|(own, _)| format!("{}={}", own.name, own.value))
            .collect()
    }
}

fn rows<J>(fields: &[Field<J>], job: &J) -> Vec<Row> {
    let rows = fields.iter().map(|field| Row {
        name: field.name,
        group: field.group,
        kind: field.kind,
        value: field.get(job),
        shown: field.is_shown(job),
    });
    rows.collect()
}

fn set<J>(fields: &[Field<J>], job: &mut J, name: &str, value: &str) -> Result<(), FieldError> {
    let found = fields.iter().find(|field| field.name == name);
    let field = found.ok_or_else(|| {
        let names: Vec<&str> = fields.iter().map(|field| field.name).collect();
        let allowed = format!("one of {}", names.join(", "));
        FieldError::new("the field's name", shortened(name), allowed)
    })?;
    field.set(job, value)
}
