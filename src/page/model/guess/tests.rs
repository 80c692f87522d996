use super::*;
use crate::balance::StrategyId;
use crate::page::action::{Message, Tab};
use crate::page::settings::{Reader, Settings};
use crate::scenario::{Place, Scenario};
use crate::sim::Probe;
use crate::workload::Task;

/// Decisions that are guessed of each scene.
const STEPS: usize = 50;

/// The servers that a run picks, in order.
#[derive(Default)]
struct Picks(Vec<usize>);

impl Probe for Picks {
    fn decided(&mut self, task: &Task) {
        self.0.push(task.server.into());
    }
}

/// What the engine picks when no one asks.
fn picks(scenario: &Scenario) -> Vec<usize> {
    let mut engine = crate::sim::Engine::new(scenario);
    let mut picks = Picks::default();
    while picks.0.len() < STEPS && engine.step(&mut picks) {}
    picks.0
}

fn guessing(scenario: Scenario) -> Model {
    let mut model = Model::new(Reader {
        still: true,
        settings: Settings {
            guesses: Some(String::new()),
            ..Settings::default()
        },
        ..Reader::default()
    });
    install();
    model.update(Action::Guess(GuessAction::Ready), 0.0);
    model.update(Action::OpenRun(Box::new(scenario)), 0.0);
    model.update(Action::Guess(GuessAction::Switch), 0.0);
    arrive(&mut model);
    model
}

/// Lets the frames pass that a long way takes.
fn arrive(model: &mut Model) {
    for _ in 0..10_000 {
        if !model.pass_time(0.01, || 0.0) {
            return;
        }
    }
    panic!("never arrives");
}

fn update(model: &mut Model, action: Action) {
    model.update(action, 0.0);
    arrive(model);
}

fn preset(id: &str) -> Scenario {
    presets::find(id).expect(id)
}

/// A scene for each strategy: its own, or the first one that can have it.
fn scene_of(id: StrategyId) -> Scenario {
    let mut all = presets::ids().filter_map(presets::find);
    let own = all.find(|scene| scene.balancer.strategy.id == id);
    own.unwrap_or_else(|| {
        let mut scene = preset(match id.routes_requests() {
            true => "kv-wall",
            false => "weights",
        });
        scene.balancer.strategy.id = id;
        scene
            .validate()
            .expect("the first scene can have any strategy");
        scene
    })
}

/// Guesses a scene's first decisions: what the engine picks is right, nothing else is.
fn right_is_what_is_picked(scene: Scenario, what: &str) {
    let picked = picks(&scene);
    // Only a scene of one round or of few tasks ends before.
    let tasks = scene.arrivals.tasks as usize;
    assert!(
        picked.len() == STEPS || scene.has_rounds() && picked.len() == tasks,
        "{what}: {} picks",
        picked.len()
    );
    let servers = scene.servers.len();
    let mut model = guessing(scene);
    for (step, &server) in picked.iter().enumerate() {
        let what = format!("{what}, step {}", step + 1);
        let guess = model.guess();
        assert!(guess.hides(), "{what}");
        let coming = &guess.question.as_ref().expect(&what).coming;
        let support = coming.support();
        assert!(support.contains(&server), "{what}: {support:?}, {server}");
        let said = match coming.is_sure() {
            true => Said::Server(server),
            false => Said::Set(support.clone()),
        };
        assert!(is_right(&said, coming), "{what}: {said:?}");
        for other in (0..servers).filter(|other| !support.contains(other)) {
            let larger = support.iter().copied().chain([other]).collect();
            for wrong in [
                Said::Server(other),
                Said::Set(vec![other]),
                Said::Set(larger),
            ] {
                assert!(!is_right(&wrong, coming), "{what}: {wrong:?}");
            }
        }
        let before = model.settings().guesses.clone();
        match said {
            Said::Set(set) => {
                for server in set {
                    update(&mut model, Action::Select(Some(server)));
                }
                update(&mut model, Action::StepForward);
            }
            _ => update(&mut model, Action::Select(Some(server))),
        }
        let verdict = model.guess().verdict.as_ref().expect(&what);
        assert!(verdict.right && !model.guess().hides(), "{what}");
        let why = model.shown().timeline.why();
        let strategy = model.scenario().balancer.strategy.id;
        // An idle server may take the task over at once, and that is explained.
        assert!(
            why.chosen == Some(server as u16) || strategy.steals(),
            "{what}"
        );
        // As text, in which the cells that are empty are equal.
        let foreseen = &verdict.question.coming.why;
        assert_eq!(format!("{why:?}"), format!("{foreseen:?}"), "{what}");
        assert!(model.settings().guesses != before, "{what} is not counted");
        update(&mut model, Action::StepForward);
    }
}

#[test]
fn what_the_engine_picks_is_right_with_every_strategy() {
    crate::serving::install();
    for &id in StrategyId::ALL {
        right_is_what_is_picked(scene_of(id), id.as_str());
    }
}

#[test]
fn what_the_engine_picks_is_right_behind_a_device() {
    let mut scene = preset("weights");
    scene.balancer.place = Place::Hybrid;
    for id in [StrategyId::LeastConnections, StrategyId::TwoChoices] {
        scene.balancer.strategy.id = id;
        right_is_what_is_picked(scene.clone(), "hybrid");
    }
}

/// Right and all guesses of a strategy.
fn score_of(model: &Model, strategy: &str) -> (u32, u32) {
    let kept = model.settings().guesses.as_deref();
    Scores::read(kept.unwrap_or_default()).of(strategy)
}

/// The chances of a scene's decision after `after` others.
fn chances(scene: Scenario, after: usize) -> (Model, Vec<f64>) {
    let mut model = guessing(scene);
    for _ in 0..after {
        update(&mut model, Action::Guess(GuessAction::Chance(0, 0.0)));
        update(&mut model, Action::StepForward);
    }
    let coming = &model.guess().question.as_ref().expect("asks").coming;
    let chances = coming.chances.clone();
    (model, chances)
}

/// 4,096 draws: four standard errors are 3.1 points at most.
#[test]
fn chances_are_those_of_the_rule() {
    let mut scene = preset("weights");
    scene.balancer.strategy.id = StrategyId::WeightedRandom;
    let total: u32 = scene.servers.iter().map(|s| s.weight).sum();
    let (_, found) = chances(scene.clone(), 5);
    for (server, chance) in scene.servers.iter().zip(found) {
        let expected = f64::from(server.weight) / f64::from(total);
        assert!((chance - expected).abs() < 0.031, "{chance} for {expected}");
    }
    // Two different servers of three: the fullest is never taken, if there is one.
    scene.balancer.strategy.id = StrategyId::TwoChoices;
    let mut uneven = 0;
    for after in 0..20 {
        let (model, found) = chances(scene.clone(), after);
        let engine = model.shown().timeline.engine();
        let held = engine.instances()[0].in_flight();
        let most = held.iter().max().expect("has servers");
        let fullest: Vec<usize> = (0..3).filter(|s| held[*s] == *most).collect();
        if let [alone] = fullest[..] {
            assert_eq!(found[alone], 0.0, "{held:?}");
            uneven += 1;
        }
    }
    assert!(uneven > 3);
}

#[test]
fn a_chance_or_the_votes_of_a_class_can_be_the_guess() {
    let scene = preset("random");
    let (mut model, found) = chances(scene.clone(), 1);
    let near = GuessAction::Chance(0, found[0] + 0.04);
    update(&mut model, Action::Guess(near));
    assert!(model.guess().verdict.as_ref().is_some_and(|v| v.right));
    let strategy = scene.balancer.strategy.id.as_str();
    assert_eq!(score_of(&model, strategy), (1, 2));

    let mut model = guessing(preset("weights"));
    update(&mut model, Action::Guess(GuessAction::Go));
    assert!(model.guess().hides(), "nothing is revealed without a guess");
    for (server, votes) in [(0, 12), (1, 5), (2, 6)] {
        update(&mut model, Action::Guess(GuessAction::Votes(server, votes)));
    }
    update(&mut model, Action::Guess(GuessAction::Go));
    let verdict = model.guess().verdict.as_ref().expect("is revealed");
    assert_eq!(verdict.said, Said::Votes(vec![12, 5, 6]));
    let first = picks(&preset("weights"))[0];
    assert_eq!(verdict.right, first == 0);
    assert_eq!(model.settings().guesses.as_deref(), Some(""));
}

#[test]
fn an_answer_that_was_seen_does_not_count() {
    let mut model = guessing(preset("weights"));
    let first = picks(&preset("weights"))[0];
    update(&mut model, Action::Select(Some(first)));
    assert_eq!(score_of(&model, "smooth-wrr"), (1, 1));
    update(&mut model, Action::StepBack);
    assert!(model.guess().hides());
    update(&mut model, Action::Select(Some(first)));
    assert_eq!(score_of(&model, "smooth-wrr"), (1, 1));
    assert_eq!(model.settings().guesses.as_deref(), Some("smooth-wrr:1/1"));
    update(&mut model, Action::Guess(GuessAction::Reset));
    assert_eq!(model.settings().guesses.as_deref(), Some(""));
}

#[test]
fn whatever_is_done_the_next_decision_is_asked_and_hidden() {
    let mut model = guessing(preset("weights"));
    let weight = "servers[1].weight".parse().expect("a field");
    let heavier = crate::scenario::fields::Value::Number(9.0);
    let actions = [
        Action::Seek(20.0),
        Action::Change(crate::page::Change::Set(weight, heavier)),
        Action::Home,
        Action::Scene("two-choices".into()),
        Action::Undo,
        Action::Tab(Tab::Guide),
        Action::TogglePlay,
    ];
    for action in actions {
        update(&mut model, action.clone());
        assert!(model.guess().hides() && !model.is_playing(), "{action:?}");
        let question = model.guess().question.as_ref().expect("asks");
        let timeline = &model.shown().timeline;
        let decided = timeline.engine().totals().decided;
        assert_eq!(question.coming.allocation.decision, decided + 1);
        assert_eq!(question.place, timeline.position());
    }
    update(&mut model, Action::Keep);
    assert!(!model.guess().on && model.message() == Some(&Message::Kept));
}

#[test]
fn a_newcomer_is_greeted_once() {
    let mut model = Model::new(Reader::default());
    install();
    model.update(Action::Guess(GuessAction::Ready), 0.0);
    assert!(model.guess().greets && model.is_playing() && !model.guess().on);
    model.pass_time(1.0, || 0.0);
    let decided = model.shown().timeline.engine().totals().decided;
    let picked = picks(model.scenario())[decided as usize];
    update(&mut model, Action::Select(Some(picked)));
    assert!(model.guess().verdict.as_ref().is_some_and(|v| v.right));
    assert!(!model.guess().greets && model.settings().guesses.is_some());

    let mut model = Model::new(Reader::default());
    install();
    model.update(Action::Guess(GuessAction::Ready), 0.0);
    model.update(Action::Select(None), 0.0);
    assert!(!model.guess().greets && !model.guess().on);
    assert_eq!(model.settings().guesses.as_deref(), Some(""));
}

#[test]
fn scores_are_kept_and_what_is_not_readable_is_left_out() {
    let mut scores = Scores::default();
    scores.count("random", false);
    scores.count("smooth-wrr", true);
    assert_eq!(Scores::read(&scores.write()), scores);
    let damaged = Scores::read("a:1/2,b:3/2,c,d:x/1,:,");
    assert_eq!(damaged.all().collect::<Vec<_>>(), [("a", (1, 2))]);
}
