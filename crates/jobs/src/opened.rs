//! A preset and what was changed of it, as links write it.

use crate::field::shortened;
use crate::job::Job;
use crate::presets::{self, Preset};
use equipoise_engine::scenario::FieldError;

/// A preset, and a job that began as it.
#[derive(Clone, Debug, PartialEq)]
pub struct Opened {
    /// The preset.
    pub preset: &'static Preset,
    /// The job, as it was changed.
    pub job: Job,
    /// The step that is looked at, counted from 0.
    pub step: usize,
}

impl Opened {
    /// A preset as it is, at its first step.
    pub fn new(preset: &'static Preset) -> Self {
        Self {
            preset,
            job: preset.job(),
            step: 0,
        }
    }

    /// Reads `stragglers;workers=64;step=12`: a preset's id, and what differs.
    ///
    /// # Errors
    /// Field, value and what is allowed, of the first that is not.
    pub fn read(text: &str) -> Result<Self, FieldError> {
        let mut parts = text.split(';');
        let id = parts.next().unwrap_or_default();
        let preset = presets::find(id).ok_or_else(|| {
            let ids: Vec<&str> = presets::PRESETS.iter().map(|preset| preset.id).collect();
            FieldError::new("job", shortened(id), format!("one of {}", ids.join(", ")))
        })?;
        let mut opened = Self::new(preset);
        let mut fields = Vec::new();
        for part in parts {
            let (name, value) = part.split_once('=').ok_or_else(|| {
                FieldError::new("a part of the job", shortened(part), "FIELD=VALUE")
            })?;
            if name == "step" {
                let step = value.parse().ok();
                opened.step = step.ok_or_else(|| {
                    FieldError::new("step", shortened(value), "a whole number from 0")
                })?;
            } else {
                fields.push((name, value));
            }
        }
        opened.job.set(fields)?;
        Ok(opened)
    }

    /// As [`Opened::read`] reads it.
    pub fn text(&self) -> String {
        let mut parts = vec![self.preset.id.to_string()];
        parts.extend(self.job.differs(&self.preset.job()));
        if self.step > 0 {
            parts.push(format!("step={}", self.step));
        }
        parts.join(";")
    }
}
