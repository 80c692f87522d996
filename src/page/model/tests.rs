mod jobs;
mod long;
mod planned;

use super::*;
use crate::link::{ReadError, TEXT_LIMIT};
use crate::page::Change;
use crate::page::settings::Language;
use crate::scenario::ServerState;
use crate::scenario::fields::{At, Value};
use crate::theory::predict;

/// A page that is paused, of a reader who wants nothing to move.
fn page() -> Model {
    let mut model = Model::new(Reader {
        still: true,
        ..Reader::default()
    });
    model.update(Action::Formulas(Formulas(predict)), 0.0);
    model
}

fn set(path: &str, value: Value) -> Action {
    let at: At = path.parse().expect(path);
    Action::Change(Change::Set(at, value))
}

fn number(path: &str, x: f64) -> Action {
    set(path, Value::Number(x))
}

/// The page after these actions, one second after the other.
fn after(actions: impl IntoIterator<Item = Action>) -> Model {
    let mut model = page();
    for (i, action) in actions.into_iter().enumerate() {
        model.update(action, 1000.0 * i as f64);
    }
    model
}

fn forward(n: usize) -> Vec<Action> {
    vec![Action::StepForward; n]
}

/// What a link of this page shows elsewhere.
fn elsewhere(model: &Model) -> Model {
    let fragment = model.link().to_fragment();
    let link = PageLink::from_fragment(&fragment)
        .expect("holds a link")
        .expect("is whole");
    after([Action::Open(Ok(Box::new(link)))])
}

/// The whole state of the run at its position.
fn state(model: &Model) -> String {
    format!("{:?}", model.shown().timeline.engine())
}

#[test]
fn a_newcomer_sees_the_first_scene_with_what_the_formulas_say() {
    let model = page();
    assert_eq!(model.scenario().name, "weights");
    assert_eq!(model.preset(), Some(model.scenario()));
    assert!(!model.is_playing() && !model.can_undo());
    assert!(
        model
            .shown()
            .prediction(crate::theory::PredictionId::Response)
            .is_some()
    );

    let settings = Settings {
        language: Some(Language::Chinese),
        dark: Some(true),
        speed: Some(1e9),
        guesses: None,
    };
    let reader = Reader {
        settings,
        ..Reader::default()
    };
    let model = Model::new(reader);
    assert!(model.is_playing() && model.theme() == Theme::Dark);
    assert_eq!(
        model.speed(),
        1.0,
        "a speed that cannot be chosen is not taken"
    );
}

#[test]
fn a_drag_is_one_step_of_undo_and_one_edit() {
    let mut model = after(forward(5));
    let before = model.link();
    for (i, weight) in [2.0, 3.0, 4.0].into_iter().enumerate() {
        model.update(
            number("servers[1].weight", weight),
            10_000.0 + 100.0 * i as f64,
        );
    }
    assert_eq!(model.scenario().servers[1].weight, 4);
    assert_eq!(model.link().script.edits.len(), 1);
    // Another control, and the same one later, are steps of their own.
    model.update(number("servers[2].weight", 7.0), 10_300.0);
    model.update(number("servers[2].weight", 8.0), 20_000.0);
    model.update(Action::Undo, 0.0);
    assert_eq!(model.scenario().servers[2].weight, 7);
    model.update(Action::Undo, 0.0);
    model.update(Action::Undo, 0.0);
    assert_eq!(model.link(), before);
    assert!(!model.can_undo());
}

/// The change holds from the latest move on, and a replay of the script agrees.
#[test]
fn a_drag_while_time_passes_is_one_edit_at_its_end() {
    let mut model = after(forward(3));
    model.update(Action::TogglePlay, 5_000.0);
    let before = model.link();
    for i in 0..60 {
        let speed = 2.05 + 0.05 * f64::from(i);
        model.update(
            number("servers[0].speed", speed),
            10_000.0 + 100.0 * f64::from(i),
        );
        model.pass_time(0.1, || 0.0);
    }
    let link = model.link();
    assert_eq!(link.script.edits.len(), 1);
    let edit_s = link.script.edits[0].at.time_s;
    assert!((edit_s - before.at.time_s - 5.9).abs() < 1e-9, "{edit_s}");
    assert_eq!(link.script.edits[0].scenario.servers[0].speed, 5.0);
    assert_eq!(state(&elsewhere(&model)), state(&model));
    model.update(Action::Undo, 0.0);
    assert_eq!(model.link(), before);
}

/// A drag that begins at the very moment of another change leaves that one as it is.
#[test]
fn a_drag_keeps_the_change_before_it() {
    let mut model = after(forward(4));
    model.update(number("servers[1].weight", 9.0), 10_000.0);
    model.update(number("servers[2].weight", 2.0), 10_100.0);
    model.update(Action::TogglePlay, 10_150.0);
    model.pass_time(0.1, || 0.0);
    model.update(number("servers[2].weight", 3.0), 10_200.0);
    model.pass_time(0.1, || 0.0);
    model.update(number("servers[2].weight", 4.0), 10_300.0);
    let edits = model.link().script.edits;
    assert_eq!(edits.len(), 2);
    assert_eq!(edits[0].scenario.servers[1].weight, 9);
    let between_s = edits[1].at.time_s - edits[0].at.time_s;
    assert!((between_s - 0.2).abs() < 1e-9, "{between_s}");
    assert_eq!(state(&elsewhere(&model)), state(&model));
}

#[test]
fn an_invalid_change_is_refused_and_nothing_is_lost() {
    let mut model = after(forward(6));
    let before = model.link();
    for (action, field) in [
        (number("servers[0].weight", 2e6), "servers[0].weight"),
        (number("servers", 0.0), "servers"),
        (
            set("balancer.place", Value::Word("nowhere")),
            "balancer.place",
        ),
        (number("faults[3].at_s", 1.0), "faults[3].at_s"),
    ] {
        model.update(action, 0.0);
        let Some(Message::Refused(error)) = model.message() else {
            panic!("{field} is not refused");
        };
        assert_eq!(error.field, field);
        assert_eq!(model.link(), before);
    }
    assert!(!model.can_undo());
    // A contradiction between fields.
    model.update(set("balancer.strategy.id", Value::Word("ip-hash")), 0.0);
    model.update(set("balancer.place", Value::Word("hybrid")), 2000.0);
    model.update(set("balancer.strategy.id", Value::Word("pull")), 4000.0);
    assert!(matches!(model.message(), Some(Message::Refused(_))));
    assert_eq!(model.scenario().balancer.strategy.id.as_str(), "ip-hash");
    model.update(Action::Dismiss, 0.0);
    assert_eq!(model.message(), None);
}

#[test]
fn what_reaches_back_to_the_start_restarts_and_says_so() {
    let mut model = after(forward(6));
    model.update(number("servers", 5.0), 0.0);
    assert_eq!(model.message(), Some(&Message::Restarted));
    assert_eq!(model.shown().timeline.position(), Position::default());
    // At the start nothing is lost, so nothing is said.
    model.update(Action::Dismiss, 0.0);
    model.update(number("seed", 8.0), 5000.0);
    assert_eq!(model.message(), None);

    let mut model = after(forward(6));
    model.update(set("balancer.strategy.id", Value::Word("random")), 0.0);
    assert_eq!(model.message(), Some(&Message::StrategyRestarted));
    assert!(model.shown().timeline.position() != Position::default());
}

/// The times of the run shown and of the one beside it (s).
fn times(model: &Model) -> [f64; 2] {
    let beside = model.beside().expect("is compared");
    [&model.shown().timeline, &beside.timeline].map(|t| t.engine().now_s())
}

#[test]
fn the_run_beside_follows_in_time_and_in_changes() {
    let pull = crate::balance::StrategyId::Pull;
    let mut model = after([Action::Compare(Some(Beside::Strategy(pull)))]);
    for action in forward(7) {
        model.update(action, 0.0);
        let [shown, beside] = times(&model);
        assert_eq!(shown, beside);
    }
    model.update(number("servers[0].speed", 9.0), 0.0);
    let beside = model.beside().expect("is compared");
    assert_eq!(beside.scenario().servers[0].speed, 9.0);
    assert_eq!(beside.scenario().balancer.strategy.id, pull);
    model.update(Action::TogglePlay, 0.0);
    model.pass_time(2.0, || 0.0);
    let [shown, beside] = times(&model);
    assert_eq!(shown, beside);

    // What a hybrid cannot have ends the comparison, and says why.
    model.update(set("balancer.place", Value::Word("hybrid")), 0.0);
    assert!(model.beside().is_none() && model.compare().is_none());
    assert!(matches!(model.message(), Some(Message::Refused(_))));
}

#[test]
fn a_kept_scenario_stays_with_the_seed_of_what_is_opened() {
    let mut model = after([Action::Keep]);
    assert_eq!(model.message(), Some(&Message::Kept));
    model.update(number("seed", 99.0), 0.0);
    model.update(Action::Scene("training".into()), 5000.0);
    let beside = model.beside().expect("is kept").scenario();
    assert_eq!(beside.name, "weights");
    assert_eq!(beside.seed, model.scenario().seed);
    assert_eq!(
        model.sweep().beside.map(|kept| kept.name),
        Some("weights".into())
    );
}

#[test]
fn a_link_opens_the_same_elsewhere() {
    let mut model = after(forward(4));
    model.update(number("servers[2].weight", 6.0), 0.0);
    model.update(Action::StepForward, 2000.0);
    model.update(
        set("balancer.strategy.id", Value::Word("weighted-random")),
        4000.0,
    );
    for action in forward(5) {
        model.update(action, 6000.0);
    }
    model.update(Action::Rung(Rung::ManyRuns), 0.0);
    let other = elsewhere(&model);
    assert_eq!(state(&other), state(&model));
    assert_eq!(other.link(), model.link());
    assert_eq!(other.rung(), Rung::ManyRuns);
    assert!(!other.is_playing() && other.lab_opened());

    let mut model = after(forward(3));
    let before = model.link();
    model.update(Action::Open(Err(ReadError::Damaged)), 0.0);
    assert_eq!(model.message(), Some(&Message::BadLink(ReadError::Damaged)));
    assert_eq!(model.link(), before);
}

#[test]
fn a_sweep_is_of_the_scenario_shown() {
    let mut model = after([Action::Scene("two-choices".into())]);
    let plan = SweepPlan {
        points: 3,
        ..model.sweep()
    };
    model.update(Action::Sweep(Box::new(plan.clone())), 0.0);
    model.update(number("servers", 7.0), 0.0);
    assert_eq!(model.sweep().points, 3);
    assert_eq!(model.sweep().scenario, *model.scenario());
    // A kept scenario is in the plan's place of strategies, which come back without it.
    model.update(Action::Keep, 0.0);
    assert!(model.sweep().beside.is_some() && model.sweep().strategies.is_empty());
    let alone = SweepPlan {
        beside: None,
        ..model.sweep()
    };
    model.update(Action::Sweep(Box::new(alone)), 0.0);
    assert_eq!(model.sweep().strategies, plan.strategies);
    assert!(model.beside().is_none());

    let run = model.sweep().run(2).expect("has runs");
    let scenario = model.sweep().scenario_of(&run).expect("is valid");
    model.update(Action::OpenRun(Box::new(scenario.clone())), 0.0);
    assert_eq!(model.message(), Some(&Message::RunOpened(scenario.seed)));
    assert_eq!(*model.scenario(), scenario);
}

#[test]
fn structural_changes_are_actions_too_and_are_undone() {
    let mut model = after(forward(3));
    let before = model.link();
    let changes = [
        Change::AddRule,
        Change::ToggleServer { rule: 0, server: 2 },
        Change::AddFault(8.0),
        Change::RemoveRule(0),
        Change::RemoveFault(0),
    ];
    for change in changes.clone() {
        model.update(Action::Change(change.clone()), 0.0);
        assert_eq!(model.message(), None, "{change:?}");
    }
    assert_eq!(*model.scenario(), before.script.scenario);
    for _ in &changes {
        model.update(Action::Undo, 0.0);
    }
    assert_eq!(model.link(), before);
    // The last server of a rule cannot go.
    model.update(Action::Change(Change::AddRule), 0.0);
    let last = Change::ToggleServer { rule: 0, server: 0 };
    model.update(Action::Change(last), 0.0);
    assert!(matches!(model.message(), Some(Message::Refused(_))));
    assert_eq!(model.scenario().balancer.rules.len(), 1);
}

#[test]
fn a_scene_that_goes_wrong_is_put_right() {
    let mut model = after([Action::Scene("black-hole".into())]);
    let before = model.scenario().clone();
    model.update(Action::Change(Change::PutRight), 0.0);
    assert!(*model.scenario() != before);
    assert_eq!(model.preset(), Some(&before));
}

#[test]
fn a_condition_is_broken_from_the_start_and_undo_leads_back() {
    let mut model = after([Action::Scene("mm1".into())]);
    for action in forward(7) {
        model.update(action, 0.0);
    }
    let before = model.link();
    let law: At = "sizes.law".parse().expect("a field");
    let spread: At = "sizes.spread".parse().expect("a field");
    let tails = vec![(law, Value::Word("pareto")), (spread, Value::Number(3.0))];
    model.update(Action::ChangeFromStart(Change::SetAll(tails)), 0.0);
    assert_eq!(model.shown().timeline.position(), Position::default());
    assert_eq!(model.scenario().sizes.spread, 3.0);
    model.update(Action::Undo, 0.0);
    assert_eq!(model.link(), before);
}

#[test]
fn a_server_that_is_gone_is_not_selected() {
    let mut model = after([Action::Select(Some(2))]);
    model.update(set("servers[2].state", Value::Word("down")), 0.0);
    assert_eq!(model.selected(), Some(2));
    assert_eq!(model.scenario().servers[2].state, ServerState::Down);
    model.update(number("servers", 2.0), 5000.0);
    assert_eq!(model.selected(), None);
}

/// Two hundred changes of all of 64 servers, and more: the page writes no link that it would refuse
/// to read, and what it shows is what the link gives.
#[test]
fn no_link_is_longer_than_what_is_read() {
    let mut model = after([Action::Scene("random".into()), number("servers", 64.0)]);
    model.update(Action::TogglePlay, 0.0);
    for i in 0..220 {
        model.pass_time(0.1, || 0.0);
        let change = match i % 3 {
            0 => number("servers.*.slots", f64::from(1 + i % 7)),
            1 => number("servers.*.speed", 1.0 + 0.01 * f64::from(i)),
            _ => number("sizes.mean", 1.0 + 0.001 * f64::from(i)),
        };
        model.update(change, 2000.0 * f64::from(i));
        assert_eq!(model.message(), None);
    }
    let fragment = model.link().to_fragment();
    assert!(
        fragment.len() <= TEXT_LIMIT,
        "{} characters",
        fragment.len()
    );
    assert_eq!(state(&elsewhere(&model)), state(&model));
}
