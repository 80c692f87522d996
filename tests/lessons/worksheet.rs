//! Worksheets: what is on them, and that the key's answers are those that pupils get on the page.

use super::lessons;
use equipoise::lessons::draft::Draft;
use equipoise::lessons::question::{Answer, Question};
use equipoise::lessons::run::{Length, Runs};
use equipoise::lessons::sheet::{answer, entries};
use equipoise::lessons::{Kind, Lesson, desk, parse};
use equipoise::page::settings::Reader;
use equipoise::page::{Action, Model};
use equipoise::scenario::presets;

/// The answer that a pupil gets at a desk on the page's model, coming to the step by its link.
fn on_the_page(lesson: &Lesson, step: usize, at: u32, runs: &mut Runs) -> Option<Answer> {
    let Kind::Predict(question) = &lesson.steps[step].kind else {
        return None;
    };
    let stage = lesson.stage(step).expect("allowed").expect("a scene");
    let mut model = Model::new(Reader {
        still: true,
        ..Reader::default()
    });
    model.update(Action::Stage(Box::new(stage.at_desk(at))), 0.0);
    while model.pass_time(0.0, || 0.0) {}
    assert_eq!(desk::desk_of(model.scenario().seed), at);
    let scenario = model.scenario_from_start();
    let length = lesson.steps[step].length_in(&scenario);
    let next = model.next_server();
    let right = question.answer(&scenario, length, next, runs);
    right.expect("allowed")
}

#[test]
fn the_key_has_the_answers_that_pupils_get_at_their_desks() {
    let lessons = lessons("en");
    let mut apart = 0;
    for name in [
        "02-turns.md",
        "03-chance.md",
        "04-in-flight.md",
        "08-little.md",
    ] {
        let lesson = &lessons[name];
        for entry in entries(lesson) {
            let mut runs = Runs::default();
            let mut of_desks = Vec::new();
            for at in [0, 1, 30] {
                let right = answer(lesson, entry.step, at, &mut runs).expect("allowed");
                assert_eq!(
                    right,
                    on_the_page(lesson, entry.step, at, &mut runs),
                    "{name}, step {}, desk {at}",
                    entry.step + 1
                );
                of_desks.push(right);
            }
            apart += usize::from(of_desks[0] != of_desks[1] && of_desks[1] != of_desks[2]);
        }
    }
    // Numbers of a run by chance differ from desk to desk.
    assert!(apart >= 3, "{apart}");
}

#[test]
fn a_sheet_asks_all_that_the_lesson_asks_and_tells_no_answers() {
    for (name, lesson) in lessons("en") {
        let entries = entries(&lesson);
        assert_eq!(entries.len(), lesson.steps.len(), "{name}");
        let numbers: Vec<usize> = entries.iter().filter_map(|entry| entry.number).collect();
        assert!(numbers.iter().copied().eq(1..=numbers.len()), "{name}");
        assert!(entries.iter().any(|entry| entry.has_picture), "{name}");
        for entry in &entries {
            let kind = &lesson.steps[entry.step].kind;
            let asks = !matches!(kind, Kind::Say | Kind::Reveal);
            assert_eq!(entry.number.is_some(), asks, "{name}");
            assert!(!entry.for_pupils || *kind != Kind::Reveal, "{name}");
            // Whoever is asked for the next server needs the state that it is picked in.
            if *kind == Kind::Predict(Question::Next) {
                assert!(entry.has_picture, "{name}, step {}", entry.step + 1);
            }
        }
    }
}

#[test]
fn a_draft_of_any_scene_is_a_lesson_that_can_be_done() {
    equipoise::serving::install();
    for id in [
        "weights",
        "two-choices",
        "training",
        "black-hole",
        "kv-wall",
    ] {
        let scenario = presets::find(id).expect(id);
        let draft = Draft {
            scenario: &scenario,
            beside: None,
            at: Some(Length::Tasks(2)),
            continues: true,
        };
        let words = |key: &str| match key {
            "reveal" => "It is {{response_mean_s}} s.".to_string(),
            key => format!("Words for {key}."),
        };
        let text = draft.text(&words);
        let lesson = parse(&text).unwrap_or_else(|problems| panic!("{problems:?}\n{text}"));
        let mut pupil = super::pupil::Pupil::new(format!("the draft of {id}"));
        for step in 0..lesson.steps.len() {
            pupil.pass(&lesson, step);
        }
    }
}
