//! What is said of jobs: a text for each field, word, number and reason, and numbers that are those
//! of the runs.

use super::{LANGUAGES, placeholders, texts};
use equipoise::jobs::job::{Job, KINDS};
use equipoise::jobs::outcome::{Doing, Outcome, Reason};
use equipoise::jobs::presets::PRESETS;
use equipoise::scenario::fields::Kind;
use std::collections::BTreeSet;

fn keys() -> BTreeSet<String> {
    let mut keys = BTreeSet::new();
    for kind in KINDS {
        keys.insert(format!("kind.{kind}"));
        keys.insert(format!("said.{kind}"));
        let job = Job::of_kind(kind).expect("is a kind");
        for row in job.rows() {
            keys.insert(format!("field.{}", row.name));
            keys.insert(format!("group.{}", row.group));
            if let Kind::Choice(words) = row.kind {
                keys.extend(words.iter().map(|word| format!("word.{word}")));
            }
        }
    }
    keys.extend(Doing::ALL.map(|doing| format!("doing.{}", doing.word())));
    keys.extend(Reason::ALL.map(|reason| format!("reason.{}", reason.word())));
    keys
}

fn keys_of(outcome: &Outcome, keys: &mut BTreeSet<String>) {
    keys.extend(
        outcome
            .figures
            .iter()
            .map(|figure| format!("figure.{}", figure.id)),
    );
    for answer in &outcome.answers {
        keys.insert(format!("figure.{}", answer.id));
        keys.insert(format!("says.{}", answer.says.word()));
    }
    for lane in &outcome.lanes {
        keys.insert(format!("lane.{}", lane.name));
        keys.insert(format!("lanes.{}", lane.name));
    }
}

#[test]
fn everything_of_jobs_has_its_text() {
    let texts = texts();
    let mut keys = keys();
    for preset in PRESETS {
        keys_of(&preset.job().run(), &mut keys);
        keys_of(&preset.cured().run(), &mut keys);
        for what in ["name", "about", "cure"] {
            keys.insert(format!("preset.{}.{what}", preset.id));
        }
    }
    for key in keys {
        assert!(texts.contains_key(&format!("job.{key}")), "job.{key}");
    }
}

/// A preset's text takes its numbers from the runs, and each that it names is one of them.
#[test]
fn numbers_of_presets_are_those_of_their_runs() {
    let texts = texts();
    for preset in PRESETS {
        let numbers = preset.numbers();
        let known: BTreeSet<&str> = numbers.iter().map(|(name, _)| name.as_str()).collect();
        for what in ["about", "cure"] {
            for language in LANGUAGES {
                let text = &texts[&format!("job.preset.{}.{what}", preset.id)][language];
                let asked = placeholders(text);
                let unknown: Vec<&&str> = asked.difference(&known).collect();
                assert!(
                    unknown.is_empty(),
                    "{} {what} asks for {unknown:?}",
                    preset.id
                );
                let when = if what == "about" { "before." } else { "after." };
                let says = asked.iter().any(|name| name.starts_with(when));
                assert!(says, "{} {what} has no number of its run", preset.id);
            }
        }
    }
}
