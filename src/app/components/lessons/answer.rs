//! A step's question: what can be answered, and what came of the answer.

use super::{Open, STATE, shelf};
use crate::app::components::typed::Typed;
use crate::app::components::why;
use crate::app::i18n::{tr, tr_with};
use crate::lessons::question::{Answer, Question, Trend};
use crate::lessons::reading::Reading;
use crate::lessons::run::Length;
use crate::number::{percent, significant};
use crate::page::{Action, Model};
use crate::scenario::{Scenario, letter};
use crate::view::palette::server_marker;
use std::rc::Rc;
use web_sys::HtmlInputElement;
use yew::prelude::*;

/// What an answer is held against: the scene, and how far its runs go.
type Scene = (Rc<Scenario>, Length);

/// The question.
pub(super) fn view(
    open: &Open,
    question: &Question,
    at: usize,
    scene: Scene,
    model: &Model,
    send: &Callback<Action>,
) -> Html {
    let asked = Asked {
        id: open.id.clone(),
        at,
        question: question.clone(),
        next: model.next_server(),
        scene,
        send: send.clone(),
    };
    let verdict = open
        .replied
        .map(|(reply, right)| verdict(question, reply, right));
    let was_picked = open.replied.is_some() && *question == Question::Next;
    let because = was_picked.then(|| why::because(model.shown().timeline.why()));
    html! {
        <>
            if open.replied.is_none() {
                { asked.form() }
            }
            <div role="status">
                { for verdict }
                { for because.map(|because| html! { <p class="hint">{ because }</p> }) }
            </div>
        </>
    }
}

/// A question at a step, and what the right answer depends on.
#[derive(Clone)]
struct Asked {
    id: String,
    at: usize,
    question: Question,
    next: Option<usize>,
    scene: Scene,
    send: Callback<Action>,
}

impl Asked {
    fn form(&self) -> Html {
        let replies: Vec<(Answer, String)> = match &self.question {
            Question::Number { reading, .. } => return self.number(reading),
            Question::Next | Question::Server { .. } => (0..self.scene.0.servers.len())
                .map(|server| (Answer::Server(server), name_of(server)))
                .collect(),
            Question::Best { options, .. } => {
                let labels = options
                    .iter()
                    .map(|option| option.label.clone())
                    .enumerate();
                labels
                    .map(|(i, label)| (Answer::Option(i), label))
                    .collect()
            }
            Question::Trend { .. } => Trend::ALL
                .map(|trend| (Answer::Trend(trend), trend_name(trend)))
                .into(),
        };
        let buttons = replies.into_iter().map(|(reply, label)| {
            let asked = self.clone();
            let onclick = Callback::from(move |_: MouseEvent| asked.reply(reply));
            html! { <button class="outlined" {onclick}>{ label }</button> }
        });
        html! {
            <div class="choices" role="group" aria-label={tr("lessons.your-answer")}>
                { for buttons }
            </div>
        }
    }

    /// A box for a number; a part is asked for in per cent.
    fn number(&self, reading: &Reading) -> Html {
        let asked = self.clone();
        let part = reading.is_part();
        let onchange = Callback::from(move |input: HtmlInputElement| {
            let typed = input.value().replace(',', ".").parse::<f64>();
            if let Ok(x) = typed {
                asked.reply(Answer::Number(if part { x / 100.0 } else { x }));
            }
        });
        html! {
            <div class="field choice">
                <label for="lesson-number">{ tr("lessons.your-answer") }</label>
                <Typed id="lesson-number" kind="text" inputmode={Some(AttrValue::from("decimal"))}
                    value="" unit={Some(AttrValue::from(unit(reading)))} {onchange} />
            </div>
        }
    }

    /// Takes an answer: the engine gives its own, and the run goes on by the task asked for.
    fn reply(&self, reply: Answer) {
        let (scenario, length) = &self.scene;
        let right = STATE.with_borrow_mut(|state| {
            let answer = self
                .question
                .answer(scenario, *length, self.next, &mut state.runs);
            let right = answer.ok().flatten()?;
            let open = state.open.as_mut()?;
            open.replied = Some((reply, right));
            Some(right)
        });
        let Some(right) = right else { return };
        let is_right = self.question.is_right(reply, right);
        shelf::change(&self.id, |progress| progress.answer(self.at, is_right));
        self.send.emit(match self.question {
            Question::Next => Action::StepForward,
            _ => Action::Tick,
        });
        super::focus_next();
    }
}

fn verdict(question: &Question, reply: Answer, right: Answer) -> Html {
    let is_right = question.is_right(reply, right);
    let key = if is_right {
        "lessons.right"
    } else {
        "lessons.wrong"
    };
    let values = [
        ("reply", written(question, reply)),
        ("answer", written(question, right)),
    ];
    let class = classes!("verdict", is_right.then_some("right"));
    html! { <p {class}>{ tr_with(key, &values) }</p> }
}

/// An answer in words.
pub(super) fn written(question: &Question, answer: Answer) -> String {
    match (question, answer) {
        (_, Answer::Server(server)) => name_of(server),
        (_, Answer::Trend(trend)) => trend_name(trend),
        (Question::Best { options, .. }, Answer::Option(i)) => options
            .get(i)
            .map_or_else(String::new, |option| option.label.clone()),
        (Question::Number { reading, .. }, Answer::Number(x)) if reading.is_part() => percent(x),
        (Question::Number { reading, .. }, Answer::Number(x)) => {
            format!("{} {}", significant(x, 3), unit(reading))
        }
        _ => String::new(),
    }
}

pub(super) fn name_of(server: usize) -> String {
    format!("{} {}", server_marker(server).glyph(), letter(server))
}

pub(super) fn trend_name(trend: Trend) -> String {
    tr(match trend {
        Trend::Up => "lessons.up",
        Trend::Same => "lessons.same",
        Trend::Down => "lessons.down",
    })
}

/// The unit of a number.
pub(super) fn unit(reading: &Reading) -> String {
    match reading.unit() {
        _ if reading.is_part() => "%".into(),
        "" => String::new(),
        unit => tr(&format!("unit.{unit}")),
    }
}
