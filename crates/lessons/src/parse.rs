//! Reads a lesson. What is wrong with it is listed by line, all of it at once.

use crate::assign::{self, Assign};
use crate::goal::Goal;
use crate::lesson::{Deed, Kind, Lesson, MOST_DEEDS, Place, Step};
use crate::question::{Choice, Question};
use crate::reading::Reading;
use crate::run::Length;
use crate::text;
use equipoise_engine::balance::StrategyId;
use equipoise_engine::scenario::{FieldError, presets};

/// The longest text that is looked at (bytes).
pub const TEXT_LIMIT: usize = 60_000;
/// Most steps of a lesson.
pub const MOST_STEPS: usize = 40;

/// Something wrong with a lesson.
#[derive(Clone, Debug, PartialEq)]
pub struct Problem {
    /// In which line, from 1.
    pub line: usize,
    /// What: a text key below `lessons.problem.`.
    pub id: &'static str,
    /// What exactly.
    pub text: String,
    /// The value that cannot be, if that is the problem.
    pub value: Option<FieldError>,
}

impl std::fmt::Display for Problem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "line {}: {}: {}", self.line, self.id, self.text)
    }
}

/// Reads a lesson.
///
/// # Errors
/// All that is wrong with it, in order of its lines.
pub fn parse(source: &str) -> Result<Lesson, Vec<Problem>> {
    let mut reader = Reader::default();
    if source.len() > TEXT_LIMIT {
        reader.wrong(1, "too-long", format!("{} > {TEXT_LIMIT}", source.len()));
        return Err(reader.problems);
    }
    let lesson = reader.lesson(source);
    reader.problems.sort_by_key(|problem| problem.line);
    if reader.problems.is_empty() {
        Ok(lesson)
    } else {
        Err(reader.problems)
    }
}

/// A step as it is written.
struct Raw<'a> {
    line: usize,
    kind: &'a str,
    directives: Vec<Directive<'a>>,
    text: Vec<&'a str>,
}

/// A line `key: value` of a step.
#[derive(Clone, Copy)]
struct Directive<'a> {
    line: usize,
    key: &'a str,
    value: &'a str,
}

const KEYS: [&str; 12] = [
    "scene", "set", "beside", "at", "run", "ask", "within", "option", "with", "goal", "by",
    "controls",
];

#[derive(Default)]
struct Reader {
    problems: Vec<Problem>,
}

impl Reader {
    fn wrong(&mut self, line: usize, id: &'static str, text: impl Into<String>) {
        self.problems.push(Problem {
            line,
            id,
            text: text.into(),
            value: None,
        });
    }

    fn wrong_value(&mut self, line: usize, error: FieldError) {
        self.problems.push(Problem {
            line,
            id: "value",
            text: error.to_string(),
            value: Some(error),
        });
    }

    /// The value, or a note of what is wrong with it.
    fn good<T>(&mut self, line: usize, read: Result<T, FieldError>) -> Option<T> {
        read.map_err(|error| self.wrong_value(line, error)).ok()
    }

    fn lesson(&mut self, source: &str) -> Lesson {
        let mut lesson = Lesson::default();
        let mut lines = source.lines().enumerate().map(|(i, line)| (i + 1, line));
        if lines.next().map(|(_, line)| line.trim_end()) != Some("---") {
            self.wrong(1, "no-front", "---");
            return lesson;
        }
        for (line, text) in lines.by_ref() {
            if text.trim_end() == "---" {
                break;
            }
            self.front(line, text, &mut lesson);
        }
        if lesson.title.is_empty() {
            self.wrong(1, "no-title", "title: …");
        }
        let mut raw: Vec<Raw> = Vec::new();
        let mut in_head = false;
        for (line, text) in lines {
            if let Some(kind) = text.strip_prefix("## ") {
                in_head = true;
                raw.push(Raw {
                    line,
                    kind: kind.trim(),
                    directives: Vec::new(),
                    text: Vec::new(),
                });
            } else if let Some(step) = raw.last_mut() {
                in_head &= !text.trim().is_empty();
                if !in_head {
                    step.text.push(text);
                } else if let Some(directive) = directive(line, text) {
                    step.directives.push(directive);
                } else {
                    self.wrong(line, "no-directive", text.trim());
                }
            } else if !text.trim().is_empty() {
                self.wrong(line, "no-step-yet", text.trim());
            }
        }
        if raw.is_empty() || raw.len() > MOST_STEPS {
            self.wrong(1, "steps", format!("{}: 1 … {MOST_STEPS}", raw.len()));
            return lesson;
        }
        lesson.steps = raw.iter().filter_map(|raw| self.step(raw)).collect();
        if self.problems.is_empty() {
            self.check_stages(&lesson);
        }
        lesson
    }

    fn front(&mut self, line: usize, text: &str, lesson: &mut Lesson) {
        let (key, value) = text.split_once(':').unwrap_or((text, ""));
        let value = value.trim();
        match key.trim() {
            "title" => lesson.title = value.to_string(),
            "about" => lesson.about = value.to_string(),
            "minutes" => match value.parse() {
                Ok(minutes) => lesson.minutes = minutes,
                Err(_) => self.wrong(line, "value", value),
            },
            "" => {}
            key => self.wrong(line, "unknown-key", key),
        }
    }

    fn step(&mut self, raw: &Raw) -> Option<Step> {
        for directive in &raw.directives {
            if !KEYS.contains(&directive.key) {
                self.wrong(directive.line, "unknown-key", directive.key);
            }
        }
        let text = raw.text.join("\n").trim().to_string();
        self.check_text(raw, &text);
        Some(Step {
            line: raw.line,
            kind: self.kind(raw)?,
            place: self.place(raw),
            length: self.one(raw, "run", length),
            text,
        })
    }

    fn check_text(&mut self, raw: &Raw, text: &str) {
        if text.is_empty() {
            self.wrong(raw.line, "no-text", raw.kind);
        }
        let ends = [text.matches("{{").count(), text.matches("}}").count()];
        if ends[0] != ends[1] || !text.matches('$').count().is_multiple_of(2) {
            self.wrong(raw.line, "no-end", "{{ }} $ $");
        }
        for hole in text::holes(text) {
            let line = raw.text.iter().position(|line| line.contains(hole));
            let line = raw.line + 1 + raw.directives.len() + line.unwrap_or(0);
            self.good(line, Reading::read(hole));
        }
    }

    fn kind(&mut self, raw: &Raw) -> Option<Kind> {
        match raw.kind {
            "say" => Some(Kind::Say),
            "reveal" => Some(Kind::Reveal),
            "explain" => Some(Kind::Explain),
            "predict" => self.question(raw).map(Kind::Predict),
            "do" => self.deed(raw),
            other => {
                self.wrong(raw.line, "unknown-kind", other);
                None
            }
        }
    }

    fn question(&mut self, raw: &Raw) -> Option<Question> {
        let within = self.one(raw, "within", per_cent).unwrap_or(0.1);
        let options = self.each(raw, "option", choice);
        let with = self.each(raw, "with", Assign::read_all).concat();
        let Some(ask) = find(raw, "ask").next() else {
            self.wrong(raw.line, "no-ask", "ask: …");
            return None;
        };
        self.good(ask.line, Question::read(ask.value, within, options, with))
    }

    fn deed(&mut self, raw: &Raw) -> Option<Kind> {
        let goals = self.each(raw, "goal", Goal::read);
        let by = self.each(raw, "by", deed);
        let controls = self.each(raw, "controls", controls).concat();
        if goals.is_empty() || by.is_empty() || by.len() > MOST_DEEDS {
            let text = format!("goal: …, by: … (1 … {MOST_DEEDS})");
            self.wrong(raw.line, "no-goal", text);
            return None;
        }
        Some(Kind::Do {
            goals,
            by,
            controls,
        })
    }

    fn place(&mut self, raw: &Raw) -> Place {
        Place {
            scene: self.one(raw, "scene", scene),
            set: self.each(raw, "set", Assign::read_all).concat(),
            beside: self.one(raw, "beside", strategy),
            at: self.one(raw, "at", length),
        }
    }

    /// The last value of a directive.
    fn one<T>(
        &mut self,
        raw: &Raw,
        key: &str,
        read: fn(&str) -> Result<T, FieldError>,
    ) -> Option<T> {
        self.each(raw, key, read).pop()
    }

    /// All values of a directive.
    fn each<T>(&mut self, raw: &Raw, key: &str, read: fn(&str) -> Result<T, FieldError>) -> Vec<T> {
        find(raw, key)
            .filter_map(|directive| self.good(directive.line, read(directive.value)))
            .collect()
    }

    /// Each step must have a scene, and all its changes must be allowed there.
    fn check_stages(&mut self, lesson: &Lesson) {
        for (i, step) in lesson.steps.iter().enumerate() {
            match lesson.stage(i) {
                Ok(Some(_)) => {}
                Ok(None) => return self.wrong(step.line, "no-scene", "scene: …"),
                Err(error) => return self.wrong_value(step.line, error),
            }
        }
    }
}

fn directive(line: usize, text: &str) -> Option<Directive<'_>> {
    let (key, value) = text.split_once(':')?;
    Some(Directive {
        line,
        key: key.trim(),
        value: value.trim(),
    })
}

fn find<'a>(raw: &'a Raw, key: &str) -> impl Iterator<Item = Directive<'a>> {
    let all = raw.directives.iter().copied();
    all.filter(move |directive| directive.key == key)
}

fn scene(text: &str) -> Result<&'static str, FieldError> {
    presets::ids()
        .find(|id| *id == text)
        .ok_or_else(|| FieldError::new("scene", text, "the id of a preset"))
}

fn strategy(text: &str) -> Result<StrategyId, FieldError> {
    text.parse()
        .map_err(|_| FieldError::new("beside", text, "the id of a strategy"))
}

/// `500 tasks` or `20 s`.
fn length(text: &str) -> Result<Length, FieldError> {
    let allowed = format!(
        "1 to {} tasks, or up to {} s",
        Length::MOST_TASKS,
        Length::MOST_S
    );
    let (number, unit) = text.split_once(' ').unwrap_or((text, ""));
    let tasks = number
        .parse()
        .ok()
        .filter(|n| (1..=Length::MOST_TASKS).contains(n));
    let seconds = number
        .parse()
        .ok()
        .filter(|s| (0.0..=Length::MOST_S).contains(s));
    let read = match unit.trim() {
        "tasks" => tasks.map(Length::Tasks),
        "s" => seconds.map(Length::Seconds),
        _ => None,
    };
    read.ok_or_else(|| FieldError::new("length", text, allowed))
}

fn per_cent(text: &str) -> Result<f64, FieldError> {
    let number = text.strip_suffix('%').and_then(|n| n.trim().parse().ok());
    number
        .filter(|n| (0.0..=100.0).contains(n))
        .map(|n: f64| n / 100.0)
        .ok_or_else(|| FieldError::new("within", text, "0 % to 100 %"))
}

/// `Round robin | strategy = round-robin`; without a change, the scene as it is.
fn choice(text: &str) -> Result<Choice, FieldError> {
    let (label, with) = match text.split_once('|') {
        Some((label, with)) => (label, Assign::read_all(with)?),
        None => (text, Vec::new()),
    };
    let label = label.trim().to_string();
    Ok(Choice { label, with })
}

fn deed(text: &str) -> Result<Deed, FieldError> {
    if text == "put right" {
        return Ok(Deed::PutRight);
    }
    Assign::read(text).map(Deed::Assign)
}

fn controls(text: &str) -> Result<Vec<equipoise_engine::scenario::fields::At>, FieldError> {
    text.split(',')
        .map(|path| assign::field(path.trim()))
        .collect()
}

#[cfg(test)]
mod tests;
