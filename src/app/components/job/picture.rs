//! What each worker did, as areas over the time: a lane each, and below them the buffers.
//!
//! The picture shows a page of steps. What comes after the step that is looked at is faint. Areas
//! of one kind are one path, so that hundreds of workers are few elements.

use super::{Shown, lane_name, seconds};
use crate::jobs::outcome::{Doing, Lane, Level, Span, Step};
use std::fmt::Write as _;
use yew::prelude::*;

/// The width of the picture; the page stretches it.
const WIDTH: f64 = 1000.0;
/// The height of all lanes together, if they are many.
const HEIGHT: f64 = 520.0;
/// Lanes of this height have gaps between them, and lines between spans.
const THICK: f64 = 8.0;
/// The height of a buffer's area.
const BUFFER: f64 = 44.0;

/// The part of the time that is shown.
struct Window {
    from_s: f64,
    to_s: f64,
    /// Until when the steps are done that were looked at.
    now_s: f64,
}

impl Window {
    /// The page with this step.
    fn new(shown: &Shown<'_>) -> Self {
        let steps = &shown.outcome.steps;
        let each = match shown.opened.job.kind() {
            "train" => 6,
            "pipeline" => 24,
            _ => steps.len().max(1),
        };
        let first = shown.step / each * each;
        let page = &steps[first..steps.len().min(first + each)];
        let ends = page.iter().map(|step: &Step| step.to_s);
        let begins = page.iter().map(|step| step.from_s);
        let to_s = match shown.opened.job.kind() {
            "files" => shown.outcome.took_s,
            _ => ends.fold(0.0, f64::max),
        };
        Self {
            from_s: begins.fold(f64::INFINITY, f64::min),
            to_s,
            now_s: steps.get(shown.step).map_or(0.0, |step| step.to_s),
        }
    }

    /// The spans of a lane that are in it.
    fn spans<'a>(&self, lane: &'a Lane) -> impl Iterator<Item = &'a Span> {
        let first = lane.spans.partition_point(|span| span.to_s <= self.from_s);
        let to_s = self.to_s;
        lane.spans[first..]
            .iter()
            .take_while(move |span| span.from_s < to_s)
    }

    fn x(&self, at_s: f64) -> f64 {
        let part = (at_s - self.from_s) / (self.to_s - self.from_s);
        (part * WIDTH).clamp(0.0, WIDTH)
    }
}

/// The legend, the lanes with their names, the buffers, and the time.
pub(super) fn view(shown: &Shown<'_>) -> Html {
    let window = Window::new(shown);
    let texts = shown.texts;
    let lanes = &shown.outcome.lanes;
    let each = (HEIGHT / lanes.len() as f64).floor().clamp(2.0, 26.0);
    let height = each * lanes.len() as f64;
    let label = texts.tr_with(
        "job.picture",
        &[
            ("from", seconds(window.from_s, texts)),
            ("to", seconds(window.to_s, texts)),
        ],
    );
    html! {
        <figure class="job-picture" id="job-picture" aria-label={label.clone()}>
            { legend(shown) }
            <div class="job-lanes">
                <div class="names" aria-hidden="true">{ for names(shown, each) }</div>
                <svg role="img" aria-label={label} viewBox={format!("0 0 {WIDTH} {height}")}
                    height={height.to_string()} preserveAspectRatio="none">
                    { patterns() }
                    { for Doing::ALL.iter().flat_map(|doing| areas(*doing, lanes, each, &window)) }
                    if each >= THICK {
                        <path class="bounds" d={bounds(lanes, each, &window)} />
                    }
                    { step(shown, &window, each) }
                </svg>
            </div>
            { for shown.outcome.levels.iter().map(|level| buffer(level, shown, &window)) }
            <div class="job-time" aria-hidden="true">
                <span>{ seconds(window.from_s, texts) }</span>
                <span>{ seconds(window.to_s, texts) }</span>
            </div>
        </figure>
    }
}

/// What the areas are, as far as there are such.
fn legend(shown: &Shown<'_>) -> Html {
    let any = |doing: &&Doing| {
        let mut spans = shown.outcome.lanes.iter().flat_map(|lane| &lane.spans);
        spans.any(|span| span.doing == **doing)
    };
    let entry = |doing: &Doing| {
        let word = doing.word();
        html! {
            <li>
                <svg width="22" height="14" aria-hidden="true">
                    <rect class={word} width="22" height="14" />
                </svg>
                { shown.texts.tr(&format!("job.doing.{word}")) }
            </li>
        }
    };
    html! { <ul class="job-legend">{ for Doing::ALL.iter().filter(any).map(entry) }</ul> }
}

/// The second cue beside colour: lines, by kind of area. They are horizontal, since the picture is
/// stretched sideways only.
fn patterns() -> Html {
    let lines = |id: &'static str, gap: &'static str, width: &'static str| {
        html! {
            <pattern {id} width="8" height={gap} patternUnits="userSpaceOnUse">
                <rect class={format!("ground {id}")} width="8" height={gap} />
                <rect class={format!("line {id}")} width="8" height={width} />
            </pattern>
        }
    };
    html! {
        <defs>
            { lines("waits", "5", "1") }
            { lines("exchanges", "4", "2") }
            { lines("drops", "3", "1.5") }
            { lines("blocks", "6", "3") }
        </defs>
    }
}

/// The name of each lane, if there is room; else that of the first of its kind.
fn names(shown: &Shown<'_>, each: f64) -> Vec<Html> {
    let lanes = &shown.outcome.lanes;
    let style = |height: f64| format!("height:{height}px");
    if each >= 13.0 {
        let name = |lane| {
            html! {
                <div ~style={style(each)}>{ lane_name(lane, shown.texts) }</div>
            }
        };
        return lanes.iter().map(name).collect();
    }
    let groups = lanes.chunk_by(|a, b| a.name == b.name);
    let name = |group: &[Lane]| {
        let many = [("count", group.len().to_string())];
        let key = format!("job.lanes.{}", group[0].name);
        html! {
            <div ~style={style(each * group.len() as f64)}>
                { shown.texts.tr_with(&key, &many) }
            </div>
        }
    };
    groups.map(name).collect()
}

/// The areas of one kind: those that have been, and those to come.
fn areas(doing: Doing, lanes: &[Lane], each: f64, window: &Window) -> [Html; 2] {
    let mut paths = [String::new(), String::new()];
    let gap = if each >= THICK { 2.0 } else { 0.0 };
    for (row, lane) in lanes.iter().enumerate() {
        let first = lane
            .spans
            .partition_point(|span| span.to_s <= window.from_s);
        let own = lane.spans[first..].iter();
        let own = own.take_while(|span| span.from_s < window.to_s);
        for span in own.filter(|span| span.doing == doing) {
            let parts = [
                (span.from_s, span.to_s.min(window.now_s)),
                (span.from_s.max(window.now_s), span.to_s),
            ];
            for (path, (from_s, to_s)) in paths.iter_mut().zip(parts) {
                let [from, to] = [window.x(from_s), window.x(to_s)];
                if from_s < to_s && to > from {
                    let [top, height] = [row as f64 * each, each - gap];
                    // Writing to a string cannot fail.
                    let _ = write!(path, "M{from:.2} {top}H{to:.2}v{height}H{from:.2}z");
                }
            }
        }
    }
    let [past, later] = paths;
    let word = doing.word();
    [
        html! { <path class={word} d={past} /> },
        html! { <path class={classes!(word, "later")} d={later} /> },
    ]
}

/// Lines where work begins: without them one span would look like a part of the one before.
fn bounds(lanes: &[Lane], each: f64, window: &Window) -> String {
    let mut path = String::new();
    for (row, lane) in lanes.iter().enumerate() {
        for span in window
            .spans(lane)
            .filter(|span| span.from_s > window.from_s)
        {
            // Writing to a string cannot fail.
            let _ = write!(
                path,
                "M{:.2} {}v{}",
                window.x(span.from_s),
                row as f64 * each,
                each - 2.0
            );
        }
    }
    path
}

/// The frame of the step that is looked at: of all lanes, or of the one that reads a file.
fn step(shown: &Shown<'_>, window: &Window, each: f64) -> Html {
    let Some(step) = shown.outcome.steps.get(shown.step) else {
        return html! {};
    };
    let lanes = &shown.outcome.lanes;
    let is_own = |lane: &Lane| lane.time_s(Doing::Working, Some(shown.step)) > 0.0;
    let own = match shown.opened.job.kind() {
        "files" => lanes.iter().position(is_own),
        _ => None,
    };
    let height = each * own.map_or(lanes.len(), |_| 1) as f64;
    let top = each * own.unwrap_or(0) as f64;
    let [from, to] = [window.x(step.from_s), window.x(step.to_s)];
    html! {
        <rect class="step" x={from.to_string()} y={top.to_string()}
            width={(to - from).max(1.0).to_string()} height={height.to_string()} />
    }
}

/// A buffer: how full it was, below the line of what there is room for.
fn buffer(level: &Level, shown: &Shown<'_>, window: &Window) -> Html {
    let most = level
        .room
        .iter()
        .map(|room| room.1)
        .max()
        .unwrap_or(0)
        .max(1) as f64;
    let y = |count: usize| BUFFER - 1.0 - (BUFFER - 4.0) * count as f64 / most;
    let now = at(&level.held, window.now_s);
    let values = [
        ("held", now.to_string()),
        ("room", at(&level.room, window.now_s).to_string()),
        (
            "stage",
            shown.texts.tr(&format!("job.lane.{}", level.behind)),
        ),
    ];
    let name = shown.texts.tr_with("job.buffer", &values);
    let held = stairs(&level.held, window, window.now_s, y);
    let room = stairs(&level.room, window, window.to_s, y);
    html! {
        <div class="job-lanes buffer">
            <div class="names">{ &name }</div>
            <svg aria-hidden="true" viewBox={format!("0 0 {WIDTH} {BUFFER}")}
                height={BUFFER.to_string()} preserveAspectRatio="none">
                <path class="held" d={format!("{held}V{BUFFER}H0z")} />
                <path class="room" d={room} />
            </svg>
        </div>
    }
}

/// The value at a time.
fn at(values: &[(f64, usize)], at_s: f64) -> usize {
    let after = values.partition_point(|value| value.0 <= at_s);
    after.checked_sub(1).map_or(0, |last| values[last].1)
}

/// A line of stairs over the window, until `to_s`.
fn stairs(values: &[(f64, usize)], window: &Window, to_s: f64, y: impl Fn(usize) -> f64) -> String {
    let mut path = format!("M0 {:.1}", y(at(values, window.from_s)));
    let first = values.partition_point(|value| value.0 <= window.from_s);
    for (at_s, value) in values[first..].iter().take_while(|value| value.0 < to_s) {
        // Writing to a string cannot fail.
        let _ = write!(path, "H{:.2}V{:.1}", window.x(*at_s), y(*value));
    }
    let _ = write!(path, "H{:.2}", window.x(to_s));
    path
}
