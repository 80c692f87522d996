//! The worksheet of a lesson: sheets for pupils and the teacher's key, to be printed. All numbers
//! in it come from runs, made a step at a time so that the page stays usable.

mod key;
mod paper;
mod picture;
mod qr_code;

use super::desk::{Part, open};
use super::{Content, STATE, source, step, to_list};
use crate::app::components::typed::Typed;
use crate::app::frames::now_ms;
use crate::app::i18n::{tr, tr_with};
use crate::lessons::Lesson;
use crate::lessons::question::Answer;
use crate::lessons::run::Runs;
use crate::lessons::sheet::{Entry, answer, entries};
use crate::page::{Action, Model};
use gloo::timers::callback::Timeout;
use std::rc::Rc;
use web_sys::HtmlInputElement;
use yew::prelude::*;

/// Most desks of a class.
const MOST: usize = 60;
/// Work is shown after this time (ms).
const PATIENCE_MS: f64 = 500.0;
/// After this time others have their turn (ms).
const TURN_MS: f64 = 30.0;

/// A worksheet as far as it is made.
pub(super) struct Sheet {
    id: String,
    content: Rc<Content>,
    /// How many desks have runs of their own.
    desks: usize,
    /// Whether each has a sheet of its own, too.
    each: bool,
    with_key: bool,
    /// The class, then the desks.
    rows: Vec<Row>,
    runs: Runs,
    is_working: bool,
    since_ms: f64,
}

/// What was made for a desk; 0 is the class.
#[derive(Default)]
struct Row {
    desk: u32,
    blocks: Vec<Block>,
}

/// What was made of a step.
#[derive(Default)]
struct Block {
    answer: Option<Answer>,
    paper: Html,
    key: Html,
}

impl Sheet {
    fn new(id: &str, content: Rc<Content>) -> Self {
        Self {
            id: id.to_string(),
            content,
            desks: 0,
            each: false,
            with_key: true,
            rows: Vec::new(),
            runs: Runs::default(),
            is_working: false,
            since_ms: 0.0,
        }
    }

    /// How many rows of how many there are to be, in steps.
    fn progress(&self, steps: usize) -> (usize, usize) {
        let rows = self.rows.iter().take(self.desks + 1);
        let made = rows.map(|row| row.blocks.len()).sum();
        (made, (self.desks + 1) * steps)
    }

    /// Makes what is missing until others have their turn; true if anything is.
    fn work(&mut self) -> bool {
        let content = Rc::clone(&self.content);
        let Ok(lesson) = &content.lesson else {
            return false;
        };
        let entries = entries(lesson);
        let end_ms = now_ms() + TURN_MS;
        loop {
            let (made, all) = self.progress(entries.len());
            if made >= all || now_ms() > end_ms {
                return made < all;
            }
            let desk = made / entries.len();
            if self.rows.len() == desk {
                self.rows.push(Row {
                    desk: desk as u32,
                    blocks: Vec::new(),
                });
            }
            let entry = &entries[made % entries.len()];
            let block = self.block(lesson, entry, desk as u32);
            self.rows[desk].blocks.push(block);
        }
    }

    fn block(&mut self, lesson: &Lesson, entry: &Entry, desk: u32) -> Block {
        let runs = &mut self.runs;
        let right = answer(lesson, entry.step, desk, runs).ok().flatten();
        let is_written = desk == 0 || (self.each && entry.for_pupils);
        let stage = lesson.stage(entry.step).ok().flatten();
        let Some(stage) = stage.filter(|_| is_written) else {
            return Block {
                answer: right,
                ..Block::default()
            };
        };
        let stage = stage.at_desk(desk);
        let step = &lesson.steps[entry.step];
        let scenario = &stage.scenario;
        let length = step.length_in(scenario);
        let words = step::filled(&step.text, &self.content, scenario, length, runs);
        let words = Html::from_html_unchecked(words.into());
        let picture = entry.has_picture.then(|| {
            // A page's own lesson has a short link, which also brings the step.
            let link = (!source::is_own(&self.id)).then(|| {
                let place = super::desk::Place {
                    id: self.id.clone(),
                    part: Part::Step(entry.step),
                    desk,
                };
                format!("lesson={}", place.write())
            });
            picture::view(&stage, link)
        });
        let servers = scenario.servers.len();
        Block {
            answer: right,
            paper: match entry.for_pupils {
                true => paper::item(step, entry, servers, picture, &words),
                false => html! {},
            },
            key: match desk {
                0 => key::item(step, entry, right, &words, (scenario, length, runs)),
                _ => html! {},
            },
        }
    }
}

/// The worksheet of the lesson that is open, and what it is to have.
pub(super) fn view(
    sheet: &mut Option<Sheet>,
    id: &str,
    content: &Rc<Content>,
    model: &Model,
    send: &Callback<Action>,
) -> Html {
    let Ok(lesson) = &content.lesson else {
        return html! {};
    };
    let is_it = |sheet: &Sheet| sheet.id == id && Rc::ptr_eq(&sheet.content, content);
    if !sheet.as_ref().is_some_and(is_it) {
        *sheet = Some(Sheet::new(id, Rc::clone(content)));
    }
    let Some(sheet) = sheet else {
        return html! {};
    };
    let entries = entries(lesson);
    let (made, all) = sheet.progress(entries.len());
    if made < all && !sheet.is_working {
        sheet.is_working = true;
        sheet.since_ms = now_ms();
        work_later(send.clone());
    }
    let papers = if made < all {
        html! {}
    } else {
        papers(sheet, lesson, &entries, model.shows("worksheet-key"))
    };
    html! {
        <div class="sheet">
            { bar(sheet, model, send) }
            <div role="status">
                if made < all && now_ms() - sheet.since_ms > PATIENCE_MS {
                    <label>
                        { tr("sheet.working") }{ " " }
                        <progress value={made.to_string()} max={all.to_string()} />
                    </label>
                }
            </div>
            { papers }
        </div>
    }
}

/// Works on, as long as the worksheet is open.
fn work_later(send: Callback<Action>) {
    Timeout::new(0, move || {
        let is_missing = STATE.with_borrow_mut(|state| {
            let sheet = state.sheet.as_mut()?;
            sheet.is_working = sheet.work();
            Some(sheet.is_working)
        });
        if is_missing == Some(true) {
            work_later(send.clone());
        }
        send.emit(Action::Tick);
    })
    .forget();
}

fn papers(sheet: &Sheet, lesson: &Lesson, entries: &[Entry], shows_key: bool) -> Html {
    let rows = &sheet.rows[..sheet.desks + 1];
    let of_pupils = match sheet.each && sheet.desks > 0 {
        true => &rows[1..],
        false => &rows[..1],
    };
    html! {
        <>
            { for of_pupils.iter().map(|row| html! {
                <article class="paper" key={row.desk}>
                    { paper::head(lesson, row.desk) }
                    { for row.blocks.iter().map(|block| block.paper.clone()) }
                </article>
            }) }
            if sheet.with_key && shows_key { { key::view(lesson, entries, rows) } }
        </>
    }
}

/// What the worksheet is to have, and the way to the printer.
fn bar(sheet: &Sheet, model: &Model, send: &Callback<Action>) -> Html {
    let print = Callback::from(|_: MouseEvent| {
        let _ = gloo::utils::window().print();
    });
    let desks = changes(send, |sheet, input| {
        if let Ok(desks) = input.value().trim().parse() {
            sheet.desks = MOST.min(desks);
        }
    });
    let each = ticked(send, |sheet, each| {
        sheet.each = each;
        // Those that are there have no sheets.
        sheet.rows.truncate(1);
    });
    let with_key = ticked(send, |sheet, with_key| sheet.with_key = with_key);
    let most = [("n", MOST.to_string())];
    html! {
        <div class="export-bar">
            { back(&sheet.id, send) }
            if model.shows("lesson-list") && model.shows("tab-lessons") { { to_list(send) } }
            <label for="sheet-desks">{ tr_with("sheet.desks", &most) }</label>
            <Typed id="sheet-desks" kind="text" inputmode="numeric"
                value={sheet.desks.to_string()} onchange={desks} />
            <label>
                <input id="sheet-each" type="checkbox" checked={sheet.each} onchange={each} />
                { " " }{ tr("sheet.each") }
            </label>
            if model.shows("worksheet-key") {
                <label>
                    <input id="sheet-key" type="checkbox" checked={sheet.with_key}
                        onchange={with_key} />
                    { " " }{ tr("sheet.with-key") }
                </label>
            }
            <button id="sheet-print" class="go" onclick={print}>{ tr("lessons.print") }</button>
        </div>
    }
}

/// The button that leads back to the lesson.
pub(super) fn back(id: &str, send: &Callback<Action>) -> Html {
    let back = open(id, Part::Step(0), 0);
    let back = send.reform(move |_: MouseEvent| back.clone());
    html! { <button id="sheet-back" class="outlined" onclick={back}>{ tr("sheet.back") }</button> }
}

/// A change of the worksheet by a box.
fn changes(
    send: &Callback<Action>,
    change: fn(&mut Sheet, &HtmlInputElement),
) -> Callback<HtmlInputElement> {
    send.reform(move |input: HtmlInputElement| {
        STATE.with_borrow_mut(|state| {
            if let Some(sheet) = &mut state.sheet {
                change(sheet, &input);
            }
        });
        Action::Tick
    })
}

fn ticked(send: &Callback<Action>, change: fn(&mut Sheet, bool)) -> Callback<Event> {
    send.reform(move |e: Event| {
        let input: HtmlInputElement = e.target_unchecked_into();
        STATE.with_borrow_mut(|state| {
            if let Some(sheet) = &mut state.sheet {
                change(sheet, input.checked());
            }
        });
        Action::Tick
    })
}
