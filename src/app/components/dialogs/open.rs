//! Opens a file: chooses it, reads it in a worker, asks what to do with a bad row.

use super::import::Opened;
use super::{failure, import};
use crate::app::i18n::{tr, tr_with};
use crate::app::parts;
use crate::app::trace::{self, Desk};
use crate::import::Program;
use crate::link::{Beside, PageLink, TraceFile};
use crate::page::action::Action;
use crate::page::{Model, Trace};
use crate::scenario::{Scenario, Script};
use crate::worker::jobs::{Facts, Failure, Job, News};
use js_sys::Array;
use wasm_bindgen_futures::spawn_local;
use web_sys::{File, HtmlInputElement};
use yew::prelude::*;

/// Larger files are refused (bytes): 200 MB.
const MOST: f64 = 200.0 * 1024.0 * 1024.0;

/// The dialog's content. It begins again with a file that is dropped.
pub(crate) fn view(model: &Model, send: &Callback<Action>) -> Html {
    let wanted = model.wanted().cloned();
    let present = model.scenario().clone();
    let compare = model.compare().cloned();
    html! {
        <Open key={trace::drops()} {wanted} {present} {compare} send={send.clone()} />
    }
}

#[derive(PartialEq, Properties)]
pub(crate) struct Props {
    /// The link that wants a file.
    wanted: Option<PageLink>,
    /// The scenario that is shown, and what it is compared with.
    present: Scenario,
    compare: Option<Beside>,
    send: Callback<Action>,
}

pub(crate) enum Msg {
    /// This file is to be opened.
    Chosen(File),
    /// This text is to be opened.
    Pasted(String),
    /// It is known what the file or the text is.
    Known(Opened),
    /// Rows that cannot be read are to be left out.
    Skip,
    /// The file is to be read once more.
    Again,
    /// Nothing is to be done with the file.
    Cancel,
    /// The worker says something.
    Heard(News, Array),
}

pub(crate) struct Open {
    file: Option<File>,
    skip_bad: bool,
    desk: Option<Desk>,
    /// Bytes that are read.
    read: f64,
    failure: Option<Failure>,
    /// The hash of a file that is not the one wanted.
    other: Option<String>,
    /// A configuration, and the program that it is for.
    configuration: Option<(AttrValue, Program)>,
}

impl Component for Open {
    type Message = Msg;
    type Properties = Props;

    fn create(ctx: &Context<Self>) -> Self {
        let mut this = Self {
            file: None,
            skip_bad: false,
            desk: None,
            read: 0.0,
            failure: None,
            other: None,
            configuration: None,
        };
        if let Some(file) = trace::dropped() {
            this.choose(ctx, file);
        }
        if let Some(text) = trace::pasted() {
            ctx.link().send_message(Msg::Pasted(text));
        }
        this
    }

    fn update(&mut self, ctx: &Context<Self>, msg: Msg) -> bool {
        match msg {
            Msg::Chosen(file) => self.choose(ctx, file),
            Msg::Known(Opened::Read(file)) => {
                self.file = Some(file);
                self.start(ctx);
            }
            Msg::Pasted(text) => {
                import::paste(text, &ctx.link().callback(Msg::Known), &ctx.props().send);
            }
            Msg::Known(Opened::Configuration(text, program)) => {
                self.failure = None;
                self.configuration = Some((text.into(), program));
            }
            Msg::Skip => {
                self.skip_bad = true;
                self.start(ctx);
            }
            Msg::Again => self.start(ctx),
            Msg::Cancel => {
                self.desk = None;
                self.failure = None;
                self.file = None;
            }
            Msg::Heard(News::Progress(bytes), _) => self.read = bytes as f64,
            Msg::Heard(News::Trace(facts), columns) => self.opened(ctx, *facts, &columns),
            Msg::Heard(News::Scenario(scenario), _) => show(*scenario, &ctx.props().send),
            Msg::Heard(News::Failed(failure), _) => {
                self.desk = None;
                self.failure = Some(failure);
            }
            Msg::Heard(News::Compared(_) | News::Text, _) => {}
        }
        true
    }

    fn view(&self, ctx: &Context<Self>) -> Html {
        if let Some((text, program)) = &self.configuration {
            let send = ctx.props().send.clone();
            return html! { <import::Reading text={text.clone()} program={*program} {send} /> };
        }
        let wanted = wanted_file(ctx.props());
        html! {
            <>
                { match wanted {
                    Some(wanted) => html! { <p>{ want(wanted) }</p> },
                    None => html! { <p>{ tr("trace.lead") }</p> },
                } }
                if wanted.is_none() { <p class="hint">{ tr("trace.formats") }</p> }
                { self.chooser(ctx, wanted) }
                if wanted.is_none() { <import::Paste pasted={ctx.link().callback(Msg::Pasted)} /> }
                <div role="status">
                    if self.desk.is_some() { { self.progress(ctx) } }
                </div>
                <div role="alert">
                    { for self.other.as_ref().map(|hash| html! {
                        <p class="refused">{ tr_with("trace.other-file", &[("hash", hash)]) }</p>
                    }) }
                    { for self.failure.as_ref().map(|failure| self.refusal(ctx, failure)) }
                </div>
                <p class="hint">{ tr("trace.private") }</p>
            </>
        }
    }
}

impl Open {
    fn choose(&mut self, ctx: &Context<Self>, file: File) {
        self.skip_bad = wanted_file(ctx.props()).is_some_and(|w| w.skip_bad);
        if file.size() > import::MOST {
            self.file = Some(file);
            return self.start(ctx);
        }
        import::look(file, ctx.link().callback(Msg::Known));
    }

    /// Has the file read.
    fn start(&mut self, ctx: &Context<Self>) {
        self.desk = None;
        self.failure = None;
        self.other = None;
        self.read = 0.0;
        let Some(file) = self.file.clone() else {
            return;
        };
        if file.size() > MOST {
            self.failure = Some(Failure::Browser(tr("trace.too-large")));
            return;
        }
        let job = match file.name().ends_with(".json") {
            true => Job::ReadScenario,
            false => Job::Read {
                skip_bad: self.skip_bad,
            },
        };
        let hear = ctx.link().callback(|(news, with)| Msg::Heard(news, with));
        match Desk::start(job, Some(file), hear) {
            Ok(desk) => self.desk = Some(desk),
            Err(failure) => self.failure = Some(failure),
        }
    }

    /// A trace is read.
    fn opened(&mut self, ctx: &Context<Self>, facts: Facts, columns: &Array) {
        self.desk = None;
        let Some(file) = self.file.clone() else {
            return;
        };
        let wanted = wanted_file(ctx.props());
        if wanted.is_some_and(|wanted| wanted.hash != facts.hash) {
            self.other = Some(format!("{:016x}", facts.hash));
            return;
        }
        let opened = trace::trace(file.name(), file.size(), self.skip_bad, facts, columns);
        trace::keep(file);
        play(opened, ctx.props());
    }

    fn chooser(&self, ctx: &Context<Self>, wanted: Option<&TraceFile>) -> Html {
        let onchange = super::super::send_some(&ctx.link().callback(Msg::Chosen), |e: Event| {
            let input: HtmlInputElement = e.target_unchecked_into();
            let file = input.files().and_then(|files| files.get(0));
            // The same file can be chosen once more.
            input.set_value("");
            file
        });
        let label = match wanted {
            Some(wanted) => tr_with("trace.choose-it", &[("name", &wanted.name)]),
            None => tr("trace.choose"),
        };
        html! {
            <div class="field file">
                <label for="trace-file">{ label }</label>
                <input type="file" id="trace-file" class="hidden"
                    disabled={self.desk.is_some()} {onchange} />
            </div>
        }
    }

    fn progress(&self, ctx: &Context<Self>) -> Html {
        let Some(file) = &self.file else {
            return html! {};
        };
        let values = [
            ("name", file.name()),
            ("done", megabytes(self.read)),
            ("all", megabytes(file.size())),
        ];
        html! {
            <div class="reading-file">
                <progress max={file.size().max(1.0).to_string()} value={self.read.to_string()}
                    aria-label={tr("trace.reading-bar")} />
                <span>{ tr_with("trace.reading", &values) }</span>
                <button id="trace-cancel" class="outlined"
                    onclick={ctx.link().callback(|_| Msg::Cancel)}>{ tr("trace.cancel") }</button>
            </div>
        }
    }

    fn refusal(&self, ctx: &Context<Self>, failure: &Failure) -> Html {
        let is_bad_row = matches!(failure, Failure::BadRow { .. });
        html! {
            <>
                { failure::view(failure, ctx.link().callback(|_| Msg::Again)) }
                if is_bad_row {
                    <div class="choices">
                        <button id="trace-skip" class="go"
                            onclick={ctx.link().callback(|_| Msg::Skip)}>
                            { tr("trace.skip") }
                        </button>
                        <button id="trace-stop" class="outlined"
                            onclick={ctx.link().callback(|_| Msg::Cancel)}>
                            { tr("trace.stop") }
                        </button>
                    </div>
                }
            </>
        }
    }
}

/// The file that the link wants.
fn wanted_file(props: &Props) -> Option<&TraceFile> {
    props.wanted.as_ref()?.trace.as_ref()
}

/// Plays a trace: in the run of the link that wanted it, or in the one shown.
fn play(mut trace: Trace, props: &Props) {
    let link = match &props.wanted {
        Some(wanted) if trace.suits(&wanted.script.scenario) => {
            let wanted_scale = wanted.trace.as_ref().map(|file| file.time_scale);
            trace.file.time_scale = wanted_scale.unwrap_or(1.0);
            PageLink {
                trace: Some(trace.file.clone()),
                ..wanted.clone()
            }
        }
        _ => trace.link(&props.present, props.compare.clone()),
    };
    let trace = Some(Box::new(trace));
    props.send.emit(Action::Trace(Box::new(link), trace));
}

/// Which file a link wants.
fn want(wanted: &TraceFile) -> String {
    let values = [
        ("name", wanted.name.clone()),
        ("size", megabytes(wanted.bytes as f64)),
        ("requests", wanted.requests.to_string()),
        ("hash", wanted.hash_text()),
    ];
    tr_with("trace.wanted", &values)
}

/// A number of bytes in MB, or in kB if they are few.
pub(crate) fn megabytes(bytes: f64) -> String {
    match bytes < 1e6 {
        true => format!("{:.1} kB", bytes / 1e3),
        false => format!("{:.1} MB", bytes / 1e6),
    }
}

/// Shows a scenario that was read.
fn show(scenario: Scenario, send: &Callback<Action>) {
    let link = PageLink {
        script: Script::new(scenario),
        ..PageLink::default()
    };
    let send = send.clone();
    spawn_local(async move {
        // The worker has them; the page may not.
        if parts::load_replicas().await.is_ok() {
            send.emit(Action::Dialog(None));
            send.emit(Action::Open(Ok(Box::new(link))));
        }
    });
}
