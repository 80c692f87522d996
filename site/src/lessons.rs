//! The lessons: each as it was written, with the MathML of its formulas beside it, since the page
//! reads lessons itself; and a list of them. `tests/lessons` holds that they can be read and done.

use crate::formulas::mathml;
use crate::{Result, files};
use serde_json::{Map, Value, json};
use std::fs;
use std::path::Path;

/// A lesson, as far as its list needs to know it.
#[derive(Default)]
pub(crate) struct Lesson {
    /// Its title.
    pub(crate) title: String,
    about: String,
    minutes: String,
    /// How many steps it has.
    pub(crate) steps: usize,
    source: String,
    /// MathML by TeX.
    math: Map<String, Value>,
}

/// Writes the lessons of a language and their list into the folder `to`.
pub(crate) fn write(from: &Path, language: &str, to: &Path) -> Result {
    let mut list = Vec::new();
    for path in files(from, "md") {
        let name = path.file_stem().and_then(|name| name.to_str());
        let id = name
            .ok_or("a lesson's name is no text")?
            .trim_start_matches(|c: char| c.is_ascii_digit() || c == '-');
        let lesson = read(&path);
        list.push(json!({
            "id": id, "title": lesson.title, "about": lesson.about, "minutes": lesson.minutes,
            "steps": lesson.steps,
        }));
        let file = json!({"source": lesson.source, "math": lesson.math});
        fs::write(
            to.join(format!("lesson.{id}.{language}.json")),
            file.to_string(),
        )?;
    }
    let name = format!("lessons.{language}.json");
    fs::write(to.join(name), Value::from(list).to_string())?;
    Ok(())
}

/// Writes the exercises of a language into the folder `to`: files in the form of lessons, together.
pub(crate) fn write_exercises(from: &Path, language: &str, to: &Path) -> Result {
    let sources = files(from, "md").into_iter().map(fs::read_to_string);
    let sources: Vec<String> = sources.collect::<std::io::Result<_>>()?;
    let name = format!("exercises.{language}.json");
    fs::write(to.join(name), Value::from(sources).to_string())?;
    Ok(())
}

/// Reads what the list says of a lesson, and typesets its formulas.
pub(crate) fn read(path: &Path) -> Lesson {
    let place = path.display().to_string();
    let source = fs::read_to_string(path).unwrap_or_else(|e| panic!("{place}: {e}"));
    let mut lesson = Lesson {
        steps: source
            .lines()
            .filter(|line| line.starts_with("## "))
            .count(),
        ..Lesson::default()
    };
    for tex in source.split('$').skip(1).step_by(2) {
        lesson
            .math
            .insert(tex.to_string(), mathml(tex, &place).into());
    }
    let front = source.lines().skip(1).take_while(|line| *line != "---");
    for (key, value) in front.filter_map(|line| line.split_once(": ")) {
        match key {
            "title" => lesson.title = value.to_string(),
            "about" => lesson.about = value.to_string(),
            "minutes" => lesson.minutes = value.to_string(),
            _ => {}
        }
    }
    lesson.source = source;
    lesson
}
