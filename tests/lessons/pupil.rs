//! The model pupil.

use equipoise::lessons::question::{Answer, Question, Trend};
use equipoise::lessons::run::{Length, Runs};
use equipoise::lessons::{Deed, Kind, Lesson, Step, assign, goal::Goal, reading::Reading, text};
use equipoise::page::settings::Reader;
use equipoise::page::{Action, Change, Model};
use equipoise::scenario::Scenario;

/// A pupil at a page, with a lesson.
pub(crate) struct Pupil {
    model: Model,
    runs: Runs,
    lesson: String,
}

/// How far the best of several numbers must be from the second, so that the question is a fair one.
const CLEAR: f64 = 0.02;

impl Pupil {
    pub(crate) fn new(lesson: String) -> Self {
        let reader = Reader {
            still: true,
            ..Reader::default()
        };
        Self {
            model: Model::new(reader),
            runs: Runs::default(),
            lesson,
        }
    }

    /// Passes a step.
    pub(crate) fn pass(&mut self, lesson: &Lesson, i: usize) {
        let step = &lesson.steps[i];
        let place = format!("{}, line {}", self.lesson, step.line);
        let stage = lesson.stage(i).expect(&place).expect(&place);
        if step.sets_the_stage() {
            self.act(Action::Stage(Box::new(stage.clone())), &place);
        }
        // Whoever does the lesson's deeds sees what the lesson says there is to be seen.
        assert_eq!(self.model.scenario_from_start(), stage.scenario, "{place}");
        let length = step.length_in(&stage.scenario);
        self.read(&step.text, length, &place);
        match &step.kind {
            Kind::Say | Kind::Reveal | Kind::Explain => {}
            Kind::Predict(question) => self.answer(question, length, &place),
            Kind::Do {
                goals,
                by,
                controls,
            } => {
                assert!(!self.are_met(goals, step), "{place}: nothing is left to do");
                for at in controls {
                    assert!(at.get(self.model.scenario()).is_some(), "{place}: {at}");
                }
                for deed in by {
                    self.act(
                        Action::Change(change(deed, self.model.scenario(), &place)),
                        &place,
                    );
                }
                assert!(
                    self.are_met(goals, step),
                    "{place}: its way does not lead there"
                );
            }
        }
    }

    fn act(&mut self, action: Action, place: &str) {
        self.model.update(action, 0.0);
        while self.model.pass_time(0.0, || 0.0) {}
        let refused = self.model.message().filter(|message| message.is_refusal());
        assert_eq!(refused, None, "{place}");
    }

    /// Every hole of a text has its number.
    fn read(&mut self, words: &str, length: Length, place: &str) {
        let scenario = self.model.scenario_from_start();
        let runs = &mut self.runs;
        let mut filled = |hole: &str| {
            let reading = Reading::read(hole).expect(hole);
            let text = reading.text(&scenario, length, runs).expect(hole);
            assert!(
                text.chars().any(|c| c.is_alphanumeric()),
                "{place}: {hole} is {text}"
            );
            text
        };
        let html = text::html(words, &|_| None, &mut filled);
        assert!(!html.contains("{{"), "{place}");
        if std::env::var_os("SHOW_LESSONS").is_some() {
            println!("{place}: {html}");
        }
    }

    /// Gives the right answer, and sees that no other is taken for it.
    fn answer(&mut self, question: &Question, length: Length, place: &str) {
        let scenario = self.model.scenario_from_start();
        let next = self.model.next_server();
        let answer = question.answer(&scenario, length, next, &mut self.runs);
        let right = answer
            .expect(place)
            .unwrap_or_else(|| panic!("{place}: no answer"));
        assert!(question.is_right(right, right), "{place}");
        let wrong: Vec<Answer> = match (question, right) {
            (Question::Number { within, .. }, Answer::Number(x)) => {
                [1.0 - 1.5 * within, 1.0 + 1.5 * within]
                    .map(|part| Answer::Number(if x == 0.0 { part } else { x * part }))
                    .into()
            }
            (Question::Best { options, .. }, _) => (0..options.len()).map(Answer::Option).collect(),
            (Question::Trend { .. }, _) => Trend::ALL.map(Answer::Trend).into(),
            _ => (0..scenario.servers.len()).map(Answer::Server).collect(),
        };
        for reply in wrong.into_iter().filter(|reply| *reply != right) {
            assert!(!question.is_right(reply, right), "{place}: {reply:?}");
        }
        self.is_fair(question, &scenario, length, place);
        if *question == Question::Next {
            self.act(Action::StepForward, place);
            let why = self.model.shown().timeline.why();
            let picked = why.chosen.map(|server| Answer::Server(server.into()));
            assert_eq!(picked, Some(right), "{place}");
        }
        if std::env::var_os("SHOW_LESSONS").is_some() {
            println!("{place}: {question:?}: {right:?}");
        }
    }

    /// The right answer is not a close call.
    fn is_fair(&mut self, question: &Question, scenario: &Scenario, length: Length, place: &str) {
        match question {
            Question::Best {
                most,
                reading,
                options,
            } => {
                let mut values: Vec<f64> = Vec::new();
                for option in options {
                    let changed = assign::assigned(scenario, &option.with).expect(place);
                    values.push(
                        reading
                            .number(&changed, length, &mut self.runs)
                            .expect(place),
                    );
                }
                println!("{place}: {values:?}");
                are_apart(&values, *most, place);
            }
            Question::Server { most, quantity } => {
                let run = self.runs.get(scenario, length);
                let servers = 0..scenario.servers.len();
                let values: Vec<f64> = servers.map(|s| quantity.value(run, Some(s))).collect();
                println!("{place}: {values:?}");
                are_apart(&values, *most, place);
            }
            Question::Trend { reading, with } => {
                let changed = assign::assigned(scenario, with).expect(place);
                let [a, b] = [scenario, &changed]
                    .map(|s| reading.number(s, length, &mut self.runs).expect(place));
                let apart = (a - b).abs() / a.abs().max(b.abs());
                println!("{place}: {a} to {b}");
                let edge = Trend::SAME;
                assert!(
                    apart < 0.6 * edge || apart > 2.0 * edge,
                    "{place}: {a} to {b}"
                );
            }
            Question::Next | Question::Number { .. } => {}
        }
    }

    fn are_met(&mut self, goals: &[Goal], step: &Step) -> bool {
        let scenario = self.model.scenario_from_start();
        let length = step.length_in(&scenario);
        if std::env::var_os("SHOW_LESSONS").is_some() {
            for goal in goals {
                let now = goal.reading.text(&scenario, length, &mut self.runs);
                println!(
                    "{}, line {}: {:?} is {now:?}",
                    self.lesson, step.line, goal.reading.what
                );
            }
        }
        goals
            .iter()
            .all(|goal| goal.is_met(&scenario, length, &mut self.runs) == Ok(true))
    }
}

/// The change that a deed makes on the page, by a control that is shown there.
fn change(deed: &Deed, scenario: &Scenario, place: &str) -> Change {
    match deed {
        Deed::Assign(assign) => {
            let field = assign.at.field();
            assert!(
                field.is_shown(scenario),
                "{place}: {} is not shown",
                assign.at
            );
            Change::Set(assign.at, assign.value.clone())
        }
        Deed::PutRight => Change::PutRight,
    }
}

/// The largest is clearly the largest, or the smallest the smallest.
fn are_apart(values: &[f64], most: bool, place: &str) {
    let mut sorted = values.to_vec();
    sorted.sort_unstable_by(f64::total_cmp);
    if most {
        sorted.reverse();
    }
    let apart = (sorted[0] - sorted[1]).abs();
    assert!(apart > CLEAR * sorted[0].abs(), "{place}: {values:?}");
}
