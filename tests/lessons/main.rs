//! A model pupil passes every lesson in both languages: gives each answer, does each deed on the
//! page's model, reads each text with its holes filled.

#![cfg(not(target_arch = "wasm32"))]

mod exercises;
mod pupil;
mod worksheet;

use equipoise::lessons::quantity::QUANTITIES;
use equipoise::lessons::{Kind, Lesson, parse, text};
use pupil::Pupil;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

const LANGUAGES: [&str; 2] = ["en", "zh-CN"];

/// The lessons of a language by file name.
fn lessons(language: &str) -> BTreeMap<String, Lesson> {
    read("lessons", language)
}

/// The files of a language in the form of lessons, by name.
fn read(folder: &str, language: &str) -> BTreeMap<String, Lesson> {
    equipoise::serving::install();
    let mut lessons = BTreeMap::new();
    for file in fs::read_dir(Path::new(folder).join(language)).expect("the folder is there") {
        let path = file.expect("readable").path();
        let source = fs::read_to_string(&path).expect("is UTF-8");
        let name = path.file_name().expect("a file").to_string_lossy();
        let lesson = parse(&source).unwrap_or_else(|problems| {
            let lines: Vec<String> = problems.iter().map(ToString::to_string).collect();
            panic!("{}:\n{}", path.display(), lines.join("\n"))
        });
        lessons.insert(name.into_owned(), lesson);
    }
    lessons
}

/// A lesson without its words.
fn without_words(lesson: &Lesson) -> Lesson {
    let mut bare = lesson.clone();
    bare.title.clear();
    bare.about.clear();
    for step in &mut bare.steps {
        step.line = 0;
        // Their order is a matter of language.
        let mut holes = text::holes(&step.text);
        holes.sort_unstable();
        step.text = holes.join(", ");
        if let Kind::Predict(question) = &mut step.kind
            && let equipoise::lessons::question::Question::Best { options, .. } = question
        {
            options.iter_mut().for_each(|option| option.label.clear());
        }
    }
    bare
}

#[test]
fn a_model_pupil_passes_every_lesson_in_both_languages() {
    for language in LANGUAGES {
        for (name, lesson) in lessons(language) {
            let mut pupil = Pupil::new(format!("{language}/{name}"));
            for step in 0..lesson.steps.len() {
                pupil.pass(&lesson, step);
            }
        }
    }
}

#[test]
fn both_languages_have_the_same_lessons_and_differ_in_words_only() {
    let [english, chinese] = LANGUAGES.map(lessons);
    assert!(english.keys().eq(chinese.keys()));
    let is_chinese = |t: &str| t.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c));
    for (name, lesson) in &english {
        let other = &chinese[name];
        for (i, (a, b)) in lesson.steps.iter().zip(&other.steps).enumerate() {
            let mut formulas = [a, b].map(|step| text::formulas(&step.text));
            formulas.iter_mut().for_each(|all| all.sort_unstable());
            assert_eq!(formulas[0], formulas[1], "{name}, step {}", i + 1);
            assert!(
                is_chinese(&b.text) && !is_chinese(&a.text),
                "{name}, step {}",
                i + 1
            );
        }
        assert_eq!(without_words(lesson), without_words(other), "{name}");
        assert!(
            is_chinese(&other.title) && !is_chinese(&lesson.title),
            "{name}"
        );
    }
}

#[test]
fn a_lesson_has_5_to_12_steps_and_asks_and_lets_do() {
    let lessons = lessons("en");
    for (name, lesson) in &lessons {
        assert!((5..=12).contains(&lesson.steps.len()), "{name}");
        assert!(lesson.questions() >= 1 && lesson.minutes >= 5, "{name}");
        let does = |kind: &str| lesson.steps.iter().any(|step| step.kind.as_str() == kind);
        assert!(does("do") && does("explain"), "{name}");
    }
    assert!(lessons.len() >= 14);
}

#[test]
fn the_example_in_the_description_is_a_lesson() {
    equipoise::serving::install();
    let text = fs::read_to_string("docs/lessons.md").expect("docs/ is there");
    let example = text.split("```\n").nth(1).expect("an example");
    let lesson = parse(example).expect("nothing is wrong");
    let mut pupil = Pupil::new("docs/lessons.md".into());
    for step in 0..lesson.steps.len() {
        pupil.pass(&lesson, step);
    }
}

/// Phrases of errors are translated where the text key says so, and the key has them in English.
#[test]
fn phrases_of_errors_have_texts() {
    let texts = fs::read_to_string("locales/lessons.yml").expect("locales/ is there");
    let source = "src/app/components/lessons/problems.rs";
    let source = fs::read_to_string(source).expect("sources are there");
    let rows = source.lines().filter_map(|line| {
        let (phrase, key) = line.trim().strip_prefix("(\"")?.split_once("\", \"")?;
        Some((phrase, key.strip_suffix("\"),")?))
    });
    let rows: Vec<(&str, &str)> = rows.collect();
    assert!(rows.len() > 20);
    for (phrase, key) in rows {
        let text = format!("\n    {key}:\n      en: \"{phrase}\"\n");
        assert!(texts.contains(&text), "{key}: {phrase}");
    }
}

/// What lessons call numbers and problems has its texts.
#[test]
fn quantities_and_problems_have_texts() {
    let texts = fs::read_to_string("locales/lessons.yml").expect("locales/ is there");
    let source = fs::read_to_string("crates/lessons/src/parse.rs").expect("sources are there");
    let problems = source.split("wrong(").skip(1).filter_map(|call| {
        let id = call.split('"').nth(1)?;
        id.chars()
            .all(|c| c.is_ascii_lowercase() || c == '-')
            .then_some(id)
    });
    let quantities = QUANTITIES.iter().map(|quantity| quantity.id);
    let ids: Vec<&str> = problems.chain(quantities).collect();
    assert!(ids.len() > 40);
    for id in ids {
        assert!(texts.contains(&format!("\n    {id}:\n")), "{id}");
    }
}
