//! Guess first: the run stands just before its next decision, hidden, until a guess is made.
//!
//! The page loads this later, so that the model reaches it only through a [`Program`], once that is
//! installed.

use super::Model;
use super::runs::EVENTS_AT_ONCE;
use crate::page::Action;
use crate::page::guess::{Guess, GuessAction, Question, Said, Scores, Verdict, is_right};
use crate::scenario::presets;
use crate::sim::Timeline;
use std::sync::OnceLock;

/// What the model reaches of this.
pub(super) struct Program {
    /// Sees every action first, and gives back what is left of it to do.
    pub(super) before: fn(&mut Model, Action, f64) -> Option<Action>,
    /// Sees what came of it, and what came of time.
    pub(super) after: fn(&mut Model, f64),
}

/// What is installed, once it is.
pub(super) static PROGRAM: OnceLock<Program> = OnceLock::new();

/// Makes the program known to all models.
pub fn install() {
    PROGRAM.get_or_init(|| Program { before, after });
}

/// Sees an action before it is applied; what is left of it to do.
fn before(model: &mut Model, action: Action, now_ms: f64) -> Option<Action> {
    if let Action::Guess(guess) = action {
        act(model, guess, now_ms);
        return None;
    }
    if let Action::Select(server) = action
        && model.guess.greets
    {
        return greeted(model, server);
    }
    if is_the_visitors_own(&action) {
        dismiss(model);
    }
    match action {
        _ if !model.guess.on => Some(action),
        Action::StepForward | Action::TogglePlay => {
            go(model, now_ms);
            None
        }
        Action::Select(Some(server)) if model.guess.hides() => {
            mark(model, server, now_ms);
            None
        }
        Action::Select(None) if model.selected.is_none() => {
            model.guess.on = false;
            None
        }
        Action::Compare(Some(_)) | Action::Keep => {
            model.guess.on = false;
            Some(action)
        }
        Action::StepBack | Action::Home | Action::Seek(_) => {
            model.guess.verdict = None;
            Some(action)
        }
        _ => Some(action),
    }
}

/// Whether an action shows that a visitor has found a way of their own into the page.
fn is_the_visitors_own(action: &Action) -> bool {
    matches!(
        action,
        Action::StepForward
            | Action::StepBack
            | Action::Change(_)
            | Action::ChangeFromStart(_)
            | Action::Scene(_)
            | Action::Compare(_)
            | Action::Rung(_)
            | Action::Open(_)
            | Action::OpenRun(_)
            | Action::Imported(_)
            | Action::Stage(_)
    )
}

/// A first-time visitor names a server, or wants to be left alone.
fn greeted(model: &mut Model, server: Option<usize>) -> Option<Action> {
    dismiss(model);
    if server.is_some() {
        begin(model);
        model.guess.early = server;
    }
    None
}

/// The greeting is over for good.
fn dismiss(model: &mut Model) {
    if std::mem::take(&mut model.guess.greets) {
        forget(model);
    }
}

/// Forgets the score. That one is kept, if an empty one, says that the visitor is no newcomer.
fn forget(model: &mut Model) {
    model.settings.guesses = Some(String::new());
}

/// Counts a guess in the score that is kept.
fn count(model: &mut Model, right: bool) {
    let kept = model.settings.guesses.as_deref();
    let mut scores = Scores::read(kept.unwrap_or_default());
    scores.count(model.scenario().balancer.strategy.id.as_str(), right);
    model.settings.guesses = Some(scores.write());
}

/// Which run is shown.
fn run(model: &Model) -> (u64, u64) {
    (model.guess.runs, model.shown.timeline.generation())
}

fn begin(model: &mut Model) {
    model.compare = None;
    model.start_beside();
    model.selected = None;
    let decided = model.shown.timeline.engine().totals().decided;
    let known = (run(model), decided);
    *model.guess = Guess {
        on: true,
        known,
        runs: model.guess.runs,
        expected: model.guess.expected,
        ..Guess::default()
    };
}

fn act(model: &mut Model, action: GuessAction, now_ms: f64) {
    match action {
        GuessAction::Ready => {
            let kept = model.settings.guesses.as_deref();
            let first = presets::ids().next() == Some(model.scenario().name.as_str());
            model.guess.greets = kept.is_none() && first && !model.opened && !model.guess.on;
            if model.guess.on {
                begin(model);
            }
        }
        GuessAction::Switch if model.guess.on => model.guess.on = false,
        GuessAction::Switch => {
            dismiss(model);
            begin(model);
        }
        GuessAction::Mark(server) => mark(model, server, now_ms),
        GuessAction::Chance(server, chance) if model.guess.hides() => {
            answer(model, Said::Chance(server, chance), now_ms);
        }
        GuessAction::Chance(..) => {}
        GuessAction::Go => go(model, now_ms),
        GuessAction::Votes(server, votes) => {
            let servers = model.scenario().servers.len();
            model.guess.votes.resize(servers, 0);
            if let Some(place) = model.guess.votes.get_mut(server) {
                *place = votes.min(999);
            }
        }
        GuessAction::Reset => forget(model),
        GuessAction::Expect(expected) => model.guess.expected = expected,
    }
}

/// A server is named: the guess itself or, where chance decides, one of the set.
fn mark(model: &mut Model, server: usize, now_ms: f64) {
    let guess = &mut model.guess;
    let Some(question) = &guess.question else {
        return;
    };
    if !guess.hides() || server >= question.coming.chances.len() {
        return;
    }
    if !guess.asks_for_a_set() {
        return answer(model, Said::Server(server), now_ms);
    }
    match guess.marked.iter().position(|marked| *marked == server) {
        Some(at) => drop(guess.marked.remove(at)),
        None => guess.marked.push(server),
    }
    guess.marked.sort_unstable();
}

/// Makes the guess that was prepared, or asks the next question.
fn go(model: &mut Model, now_ms: f64) {
    let guess = &mut model.guess;
    if guess.verdict.is_some() {
        guess.verdict = None;
    } else if guess.question.is_some() {
        let marked = std::mem::take(&mut guess.marked);
        if !marked.is_empty() {
            answer(model, Said::Set(marked), now_ms);
        } else if guess.votes.iter().any(|votes| *votes > 0) {
            let votes = guess.votes.clone();
            answer(model, Said::Votes(votes), now_ms);
        }
    }
}

/// Lets the decision happen, and judges the guess. It counts if the answer was not shown before.
fn answer(model: &mut Model, said: Said, now_ms: f64) {
    let Some(question) = model.guess.question.take() else {
        return;
    };
    let right = is_right(&said, &question.coming);
    let place = (question.run, question.coming.allocation.decision);
    let is_new = place.0 != model.guess.known.0 || place.1 > model.guess.known.1;
    if is_new && !matches!(said, Said::Votes(_)) {
        count(model, right);
    }
    model.guess.known = place;
    model.guess.marked.clear();
    model.guess.verdict = Some(Verdict {
        said,
        right,
        question,
    });
    model.step(now_ms, Timeline::step_forward);
}

/// After an action or some time: the run goes to just before its next decision, and that is asked.
fn after(model: &mut Model, now_ms: f64) {
    if !model.guess.on {
        return;
    }
    model.playing = false;
    if model.shown.timeline.progress().is_some() {
        return;
    }
    let timeline = &model.shown.timeline;
    let run = run(model);
    let decided = timeline.engine().totals().decided;
    let guess = &mut model.guess;
    let stays = guess.verdict.as_ref().is_some_and(|verdict| {
        let question = &verdict.question;
        question.run == run && question.coming.allocation.decision <= decided
    });
    if stays {
        return;
    }
    guess.verdict = None;
    if guess
        .question
        .as_ref()
        .is_some_and(|question| question.run == run && question.place == timeline.position())
    {
        return;
    }
    ask(model, now_ms);
}

fn ask(model: &mut Model, now_ms: f64) {
    model.guess.question = None;
    model.guess.marked.clear();
    model.guess.votes.clear();
    let Some(before) = model.shown.timeline.before_next() else {
        return;
    };
    let timeline = &mut model.shown.timeline;
    timeline.seek_position(before);
    if !timeline.work(EVENTS_AT_ONCE) {
        return;
    }
    model.stepped_ms = None;
    model.guess.question = model.shown.timeline.coming().map(|coming| Question {
        coming,
        place: model.shown.timeline.position(),
        run: run(model),
    });
    if let Some(server) = model.guess.early.take() {
        mark(model, server, now_ms);
    }
}

#[cfg(test)]
mod tests;
