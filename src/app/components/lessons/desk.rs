//! The number on a pupil's desk: typed here, or in the address of a lesson's step behind `&desk=`.

use crate::app::components::field::set;
use crate::app::components::typed::Typed;
use crate::app::i18n::tr;
use crate::lessons::desk::{MOST_DESKS, asked, desk_of, seed_at};
use crate::page::{Action, Model};
use crate::scenario::fields::{At, Field, Value, named};
use web_sys::HtmlInputElement;
use yew::prelude::*;

const SEED: &Field = named("seed");

/// What of a lesson is open.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    /// A step, from 0.
    Step(usize),
    /// Its worksheet.
    Sheet,
}

/// What stands in the address: a lesson, what of it, and at which desk; 0 is none.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) id: String,
    pub(super) part: Part,
    pub(super) desk: u32,
}

impl Place {
    /// Reads `turns.3`, `turns.3&desk=7` or `turns.sheet`.
    pub(super) fn read(text: &str) -> Option<Self> {
        let (id, part) = text.split('&').next()?.rsplit_once('.')?;
        let part = match part {
            "sheet" => Part::Sheet,
            step => Part::Step(step.parse::<usize>().ok()?.saturating_sub(1)),
        };
        Some(Self {
            id: id.to_string(),
            part,
            desk: asked(text).unwrap_or(0),
        })
    }

    /// The same, as the address has it.
    pub(super) fn write(&self) -> String {
        let part = match self.part {
            Part::Step(step) => (step + 1).to_string(),
            Part::Sheet => "sheet".into(),
        };
        let desk = match self.desk {
            0 => String::new(),
            desk => format!("&desk={desk}"),
        };
        format!("{}.{part}{desk}", self.id)
    }
}

/// Opens a part of a lesson.
pub(super) fn open(id: &str, part: Part, desk: u32) -> Action {
    let id = id.to_string();
    Action::Lesson(Some(Place { id, part, desk }.write()))
}

/// The desk whose run the stage shows.
pub(super) fn shown(model: &Model) -> u32 {
    desk_of(model.scenario().seed)
}

/// The box in the list: it gives the scene on the stage the run of the desk.
pub(super) fn of_scene(model: &Model, send: &Callback<Action>) -> Html {
    let seed = model.scenario().seed;
    let take = send.reform(move |desk: u32| {
        let seed = Value::Number(f64::from(seed_at(seed, desk)));
        set(At::new(SEED, None), seed)
    });
    view(shown(model), take)
}

/// The box at a step: it opens the step at the desk.
pub(super) fn of_step(id: &str, step: usize, desk: u32, send: &Callback<Action>) -> Html {
    let id = id.to_string();
    view(
        desk,
        send.reform(move |desk: u32| open(&id, Part::Step(step), desk)),
    )
}

fn view(desk: u32, take: Callback<u32>) -> Html {
    let value = match desk {
        0 => String::new(),
        desk => desk.to_string(),
    };
    let onchange = Callback::from(move |input: HtmlInputElement| {
        if let Some(desk) = typed(&input) {
            take.emit(desk);
        }
    });
    let refuse = Callback::from(|input: HtmlInputElement| match typed(&input) {
        Some(_) => None,
        None => Some(format!("1 – {MOST_DESKS}")),
    });
    html! {
        <div class="field choice" title={tr("lessons.desk-hint")}>
            <label for="desk">{ tr("lessons.desk") }</label>
            <Typed id="desk" kind="text" inputmode="numeric" {value} {refuse} {onchange} />
        </div>
    }
}

/// What was typed; nothing is no desk.
fn typed(input: &HtmlInputElement) -> Option<u32> {
    match input.value().trim() {
        "" => Some(0),
        text => text.parse().ok().filter(|desk| *desk <= MOST_DESKS),
    }
}
