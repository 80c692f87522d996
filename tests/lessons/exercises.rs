//! The exercises of the scenes: each can be done, and is not done at the start.

use crate::pupil::Pupil;
use crate::{LANGUAGES, read, without_words};
use equipoise::lessons::Kind;
use equipoise::scenario::presets;
use std::collections::BTreeSet;

#[test]
fn every_scene_has_an_exercise_that_a_model_pupil_can_do() {
    for language in LANGUAGES {
        let mut scenes = BTreeSet::new();
        for (name, file) in read("exercises", language) {
            let mut pupil = Pupil::new(format!("{language}/{name}"));
            for (i, step) in file.steps.iter().enumerate() {
                assert!(matches!(step.kind, Kind::Do { .. }), "{name}");
                scenes.insert(step.place.scene.expect("each names its scene"));
                pupil.pass(&file, i);
            }
        }
        assert!(presets::ids().all(|id| scenes.contains(id)), "{language}");
    }
}

#[test]
fn both_languages_have_the_same_exercises() {
    let [english, chinese] = LANGUAGES.map(|language| read("exercises", language));
    assert!(english.keys().eq(chinese.keys()));
    for (name, file) in &english {
        assert_eq!(without_words(file), without_words(&chinese[name]), "{name}");
    }
}
