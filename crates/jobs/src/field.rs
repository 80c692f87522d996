//! Tables of fields: one row for each number, choice and switch of a job.
//!
//! Whatever handles fields one by one reads such a table: validation, the page's controls, `--set`,
//! links and the reference of the command line.

use equipoise_engine::scenario::FieldError;
use equipoise_engine::scenario::fields::{Kind, Value};
use equipoise_engine::scenario::limits::Range;

/// A row of the table of a job `J`.
pub struct Field<J> {
    /// Its name, such as `workers`: also its control's id and its text key below `job.field.`.
    pub name: &'static str,
    /// The group of controls it belongs to: a text key below `job.group.`.
    pub group: &'static str,
    /// What it holds.
    pub kind: Kind,
    shown: fn(&J) -> bool,
    get: fn(&J) -> Value,
    set: fn(&mut J, &Value),
}

impl<J> Field<J> {
    /// A row that is always shown.
    pub(crate) const fn new(
        group: &'static str,
        name: &'static str,
        kind: Kind,
        get: fn(&J) -> Value,
        set: fn(&mut J, &Value),
    ) -> Self {
        Self {
            name,
            group,
            kind,
            shown: |_| true,
            get,
            set,
        }
    }

    /// It matters only while this holds.
    pub(crate) const fn shown(self, shown: fn(&J) -> bool) -> Self {
        Self { shown, ..self }
    }

    /// Whether it matters in this job.
    pub fn is_shown(&self, job: &J) -> bool {
        (self.shown)(job)
    }

    /// Its value.
    pub fn get(&self, job: &J) -> Value {
        (self.get)(job)
    }

    /// Sets it to what this text says.
    ///
    /// # Errors
    /// Field, value and what is allowed, if it is not; the job is then as it was.
    pub fn set(&self, job: &mut J, text: &str) -> Result<(), FieldError> {
        let value = self
            .read(text)
            .ok_or_else(|| FieldError::new(self.name, shortened(text), self.kind.allowed()))?;
        (self.set)(job, &value);
        Ok(())
    }

    fn read(&self, text: &str) -> Option<Value> {
        match self.kind {
            Kind::Number(range) => {
                let number: f64 = text.parse().ok()?;
                let fits = range.allows(number) && !(range.whole && number.fract() != 0.0);
                fits.then_some(Value::Number(number))
            }
            Kind::Choice(words) => {
                let word = words.iter().find(|word| **word == text)?;
                Some(Value::Word(word))
            }
            Kind::Flag => text.parse().ok().map(Value::Flag),
            Kind::Optional(..) | Kind::Text => None,
        }
    }
}

/// The beginning of a text that may be of any length.
pub(crate) fn shortened(text: &str) -> String {
    text.chars().take(60).collect()
}

/// Any number from `min` to `max`, whose slider ends at `slider_max`; it is logarithmic if `min` is
/// above 0 and far below.
pub(crate) const fn number(
    min: f64,
    max: f64,
    slider_max: f64,
    step: f64,
    unit: &'static str,
) -> Kind {
    Kind::Number(Range {
        min,
        max,
        slider_max,
        step,
        log: min > 0.0 && slider_max / min >= 1000.0,
        whole: false,
        unit,
    })
}

/// A whole number from `min` to `max`, whose slider ends at `slider_max`.
pub(crate) const fn whole(min: f64, max: f64, slider_max: f64, unit: &'static str) -> Kind {
    Kind::Number(Range {
        min,
        max,
        slider_max,
        step: 1.0,
        log: false,
        whole: true,
        unit,
    })
}

/// Rows of a table: a group and its fields, each a number (`=`), a switch (`?`) or a choice (`:`)
/// of the struct: what it may be, and when it matters.
macro_rules! fields {
    ($job:ty; $($group:literal {
        $($field:ident $kind:tt $what:expr $(, if $shown:expr)?;)+
    })+) => {
        &[$($($crate::field::row!($job, $group, $field $kind $what)$(.shown($shown))?),+),+]
    };
}

/// One of them.
macro_rules! row {
    ($job:ty, $group:literal, $field:ident = $kind:expr) => {
        $crate::field::Field::<$job>::new(
            $group,
            stringify!($field),
            $kind,
            |job| Value::Number(job.$field as f64),
            |job, value| {
                if let Value::Number(number) = value {
                    job.$field = *number as _;
                }
            },
        )
    };
    ($job:ty, $group:literal, $field:ident ? $flag:expr) => {
        $crate::field::Field::<$job>::new(
            $group,
            stringify!($field),
            $flag,
            |job| Value::Flag(job.$field),
            |job, value| {
                if let Value::Flag(on) = value {
                    job.$field = *on;
                }
            },
        )
    };
    ($job:ty, $group:literal, $field:ident : $words:expr) => {
        $crate::field::Field::<$job>::new(
            $group,
            stringify!($field),
            Kind::Choice($words),
            |job| Value::Word(job.$field.word()),
            |job, value| {
                if let Value::Word(word) = value
                    && let Some(choice) = $crate::choice::Choice::of(word)
                {
                    job.$field = choice;
                }
            },
        )
    };
}

pub(crate) use {fields, row};
