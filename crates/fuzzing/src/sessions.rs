//! Sessions: what someone may do on the page, one action after the other, and time between.

use crate::drawn::draw;
use crate::pieces::{assignment, one, scenario, strategy};
use crate::run::{SLOW, Stopwatch, note};
use arbitrary::{Result, Unstructured};
use equipoise::link::{Beside, PageLink};
use equipoise::page::action::{Formulas, Rung, Tab};
use equipoise::page::guess::GuessAction;
use equipoise::page::parts::Part;
use equipoise::page::settings::Reader;
use equipoise::page::{Action, Change, Model};
use equipoise::scenario::presets;
use equipoise::theory::predict;
use equipoise::view::charts::ChartKind;
use std::cell::Cell;

/// Actions of a session, at most.
const ACTIONS_MAX: u32 = 24;
/// Frames after an action, at most.
const FRAMES_MAX: u32 = 3;
/// All calls of a session.
pub(crate) const CALLS_MAX: u32 = ACTIONS_MAX * (2 + FRAMES_MAX) + 3;

/// Does one thing, which must not take long.
fn soon<T>(what: &str, call: impl FnOnce() -> T) -> T {
    let began = Stopwatch::start();
    let came = call();
    let took = began.elapsed();
    note(took, what);
    assert!(took < SLOW, "{took:?}: {what}");
    came
}

/// Does what the bytes say, and opens the link of what came of it.
pub(crate) fn sessions(bytes: &[u8]) {
    // A text of the corpus is a session too.
    let mut u = Unstructured::new(bytes);
    let mut model = Model::new(Reader {
        still: bytes.len().is_multiple_of(2),
        ..Reader::default()
    });
    model.update(Action::Loaded(Part::Replicas), 0.0);
    let mut now_ms = 0.0;
    for _ in 0..ACTIONS_MAX {
        let Ok(action) = action(&mut u, &model) else {
            break;
        };
        let what = format!("{}: {action:?}", model.scenario().name);
        soon(&what, || model.update(action, now_ms));
        for _ in 0..u.int_in_range(0..=FRAMES_MAX).unwrap_or(0) {
            // The clock goes on while the model works: a frame has an end.
            let clock = Cell::new(now_ms);
            let what = format!("a frame after {what}");
            soon(&what, || {
                model.pass_time(0.016, || {
                    clock.set(clock.get() + 5.0);
                    clock.get()
                })
            });
            now_ms = clock.get() + 16.0;
        }
        if u.ratio(1, 4).unwrap_or(true) {
            let charts = model.charts();
            soon(&format!("drawn after {what}"), || {
                draw(&mut u, model.shown(), &charts);
            });
        }
    }
    let fragment = model.link().to_fragment();
    let link = PageLink::from_fragment(&fragment).expect("holds a link");
    let link = link.expect("the page writes what it reads");
    model.update(Action::Open(Ok(Box::new(link))), now_ms);
    model.scenario().validate().expect("what is shown is valid");
}

fn action(u: &mut Unstructured, model: &Model) -> Result<Action> {
    let server = u.int_in_range(0..=model.scenario().servers.len())?;
    Ok(match u.int_in_range(0..=27)? {
        0 => Action::TogglePlay,
        1 | 2 => Action::StepForward,
        3 => Action::StepBack,
        4 => Action::Home,
        5 => Action::Seek(time(u)?),
        6 => Action::CancelSeek,
        7 => Action::Speed(u.arbitrary()?),
        8..=11 => Action::Change(change(u, server)?),
        12 => Action::ChangeFromStart(change(u, server)?),
        13 | 14 => {
            let ids: Vec<&str> = presets::ids().collect();
            Action::Scene(one(u, &ids)?.to_string())
        }
        15 => Action::Undo,
        16 => Action::Compare(match u.int_in_range(0..=2)? {
            0 => None,
            1 => Some(Beside::Strategy(strategy(u)?)),
            _ => Some(Beside::Scenario(Box::new(scenario(u)?))),
        }),
        17 => Action::Keep,
        18 => Action::Formulas(Formulas(predict)),
        19 => Action::Guess(guess(u, server)?),
        20 => Action::Tab(*one(u, &Tab::ALL)?),
        21 => Action::Rung(*one(
            u,
            &[Rung::OneAllocation, Rung::OneRun, Rung::ManyRuns],
        )?),
        22 => {
            let kinds: Vec<ChartKind> = ChartKind::all().collect();
            Action::Chart(u.int_in_range(0..=2)?, *one(u, &kinds)?)
        }
        23 => Action::Select(u.arbitrary::<bool>()?.then_some(server)),
        24 => Action::Share,
        25 => Action::OpenRun(Box::new(scenario(u)?)),
        26 => Action::Imported(Box::new(scenario(u)?)),
        _ => Action::Present,
    })
}

fn time(u: &mut Unstructured) -> Result<f64> {
    Ok(match u.int_in_range(0..=2)? {
        0 => u.arbitrary()?,
        1 => 1e9,
        _ => f64::from(u.arbitrary::<u16>()?) / 100.0,
    })
}

fn change(u: &mut Unstructured, server: usize) -> Result<Change> {
    let rule = u.int_in_range(0..=4)?;
    Ok(match u.int_in_range(0..=9)? {
        0 => Change::AddRule,
        1 => Change::RemoveRule(rule),
        2 => Change::ToggleServer { rule, server },
        3 => Change::AddFault(time(u)?),
        4 => Change::RemoveFault(rule),
        5 => Change::PutRight,
        6 => {
            let first = assignment(u)?;
            Change::SetAll(vec![first, assignment(u)?])
        }
        _ => {
            let (at, value) = assignment(u)?;
            Change::Set(at, value)
        }
    })
}

fn guess(u: &mut Unstructured, server: usize) -> Result<GuessAction> {
    Ok(match u.int_in_range(0..=6)? {
        0 => GuessAction::Ready,
        1 => GuessAction::Switch,
        2 => GuessAction::Mark(server),
        3 => GuessAction::Chance(server, u.arbitrary()?),
        4 => GuessAction::Votes(server, u.arbitrary()?),
        5 => GuessAction::Reset,
        _ => GuessAction::Go,
    })
}
