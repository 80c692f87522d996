//! What must hold in every run, over random scenarios. The random cases are always the same ones: a
//! fixed seed, no file of past failures.

#![cfg(not(target_arch = "wasm32"))]

#[path = "common/books.rs"]
mod books;
#[path = "common/scenarios.rs"]
mod scenarios;

use books::{Books, balance, conserved};
use equipoise::json;
use equipoise::link::{PageLink, VERSION};
use equipoise::scenario::{Edit, Position, Scenario, Script};
use equipoise::sim::timeline::replay;
use equipoise::sim::{Engine, Timeline, TraceHash};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::{Config, RngSeed};
use scenarios::{reachable, scenario, script};

fn config(cases: u32) -> Config {
    Config {
        cases,
        failure_persistence: None,
        rng_seed: RngSeed::Fixed(20_260_115),
        ..Config::default()
    }
}

proptest! {
    #![proptest_config(config(1000))]

    #[test]
    fn the_books_balance(scenario in scenario()) {
        let mut engine = Engine::new(&scenario);
        let mut books = Books::new(&scenario);
        for until_s in [0.0, 7.5, 120.0] {
            engine.run_until(until_s, &mut books);
            balance(&books, &engine)?;
        }
        // A plan may change how many slots there are.
        let plans = scenario.changes.iter().filter(|change| change.field.ends_with("slots"));
        let planned = plans.map(|change| change.to).fold(0.0, f64::max);
        for (server, config) in engine.servers().iter().zip(&scenario.servers) {
            let busy_s = server.busy_slot_s(120.0);
            let most_s = f64::from(config.slots).max(planned) * 120.0;
            prop_assert!((0.0..=most_s * (1.0 + 1e-12)).contains(&busy_s),
                "{busy_s} of {most_s} slot-seconds");
        }
    }

    #[test]
    fn the_books_balance_while_everything_changes(script in script()) {
        let mut books = Books::new(&script.scenario);
        let engine = replay(&script, 120.0, &mut books);
        prop_assert_eq!(engine.now_s(), 120.0);
        balance(&books, &engine)?;
    }

    #[test]
    fn equal_seeds_give_equal_runs_in_one_or_in_pieces(scenario in scenario(), pieces in
        vec(0.0..60.0, 0..20)) {
        let (mut once, mut again) = (TraceHash::default(), TraceHash::default());
        let mut whole = Engine::new(&scenario);
        whole.run_until(60.0, &mut once);
        let mut cut = Engine::new(&scenario);
        let mut pieces = pieces;
        pieces.sort_by(f64::total_cmp);
        for until_s in pieces.into_iter().chain([60.0]) {
            cut.run_until(until_s, &mut again);
        }
        prop_assert_eq!(once.hash, again.hash);
        prop_assert_eq!(whole.totals(), cut.totals());
    }

    #[test]
    fn text_gives_the_scenario_back(script in script(), event in 0..1_000_000u64, time_s in
        0.0..1e6) {
        let text = json::write(&script.scenario).to_string();
        prop_assert_eq!(json::read(&text), Ok(script.scenario.clone()));
        let at = Position { event, time_s };
        let link = PageLink { script, at, ..PageLink::default() };
        let fragment = link.to_fragment();
        prop_assert_eq!(PageLink::from_fragment(&fragment), Some(Ok(link)));
    }
}

#[derive(Clone, Debug)]
enum Move {
    Seek(f64),
    Play(f64),
    Forward,
    Back,
    Change(Box<Scenario>),
}

fn moves() -> impl Strategy<Value = Vec<Move>> {
    let change = scenario().prop_map(|s| Move::Change(Box::new(s)));
    let one = prop_oneof![
        (0.0..40.0).prop_map(Move::Seek),
        (0.0..10.0).prop_map(Move::Play),
        Just(Move::Forward),
        Just(Move::Back),
        change,
    ];
    vec(one, 1..12)
}

proptest! {
    #![proptest_config(config(400))]

    #[test]
    fn a_timeline_keeps_the_books_wherever_it_goes(scenario in scenario(), moves in moves()) {
        let mut t = Timeline::new(Script::new(scenario));
        for step in moves {
            match step {
                Move::Seek(time_s) => t.seek(time_s),
                Move::Play(elapsed_s) => { t.play(elapsed_s, 10_000); }
                Move::Forward => t.step_forward(),
                Move::Back => t.step_back(),
                Move::Change(to) => { let to = reachable(t.engine().scenario(), *to); t.change(to);
                    }
            }
            // A step towards a decision that never comes (all servers down) is given up, as a
            // viewer would.
            t.work(20_000);
            t.cancel();
            conserved(t.engine())?;
        }
        // Its script alone comes to the same state.
        let mut again = Timeline::new(t.script().clone());
        again.seek_position(t.position());
        again.finish();
        let state = |t: &Timeline| format!("{:#?}", t.engine());
        let (there, here) = (state(&again), state(&t));
        let differing = there.lines().zip(here.lines()).find(|(a, b)| a != b);
        prop_assert_eq!(differing, None);
    }
}

/// A scenario's text with some of its characters replaced by others that occur in JSON.
fn damaged() -> impl Strategy<Value = String> {
    let piece = select(vec![
        "\"", "{", "}", "[", "]", ",", ":", "-", "9", "e", "null", "1e999", "\\u0000", "é", "true",
    ]);
    (scenario(), vec((any::<prop::sample::Index>(), piece), 1..4)).prop_map(
        |(scenario, changes)| {
            let mut text = json::write(&scenario).to_string();
            for (at, piece) in changes {
                let at = text.floor_char_boundary(at.index(text.len()));
                let end = at + text[at..].chars().next().map_or(0, char::len_utf8);
                text.replace_range(at..end, piece);
            }
            text
        },
    )
}

/// Whatever is let in must be able to run.
fn try_out(script: &Script) {
    let mut engine = Engine::new(&script.scenario);
    for _ in 0..2000 {
        engine.step(&mut ());
    }
}

proptest! {
    #![proptest_config(config(1000))]

    #[test]
    fn damaged_text_gives_an_error_or_something_that_runs(text in damaged(), event in 0..100u64,
        time_s in 0.0..1e9) {
        if let Ok(scenario) = json::read(&text) {
            try_out(&Script::new(scenario.clone()));
            // A position that the run never comes by.
            let edit = Edit { at: Position { event, time_s }, scenario };
            let script = Script { scenario: edit.scenario.clone(), edits: vec![edit] };
            replay(&script, 10.0, &mut ());
        }
    }

    #[test]
    fn a_damaged_link_gives_an_error_or_something_that_runs(
        script in script(), place in any::<prop::sample::Index>(), byte in any::<u8>(), keep in
            any::<prop::sample::Index>(),
    ) {
        use base64::Engine as _;
        let code = base64::engine::general_purpose::URL_SAFE_NO_PAD;
        let fragment = PageLink { script, ..PageLink::default() }.to_fragment();
        let (version, text) = fragment.split_once('.').expect("a version and a code");
        let mut bytes = code.decode(text).expect("our own");
        let place = place.index(bytes.len());
        bytes[place] = byte;
        bytes.truncate(1 + bytes.len() / 2 + keep.index(1 + bytes.len() / 2));
        let damaged = format!("#{version}.{}", code.encode(bytes));
        if let Some(Ok(link)) = PageLink::from_fragment(&damaged) {
            try_out(&link.script);
        }
    }

    #[test]
    fn garbage_is_refused(text in ".{0,200}", bytes in vec(any::<u8>(), 0..200)) {
        let refused = json::read(&text).is_err();
        prop_assert!(refused);
        let _ = PageLink::from_fragment(&text);
        let _ = PageLink::from_fragment(&format!("s={text}"));
        use base64::Engine as _;
        let code = base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(bytes);
        if let Some(Ok(link)) = PageLink::from_fragment(&format!("#s={VERSION}.{code}")) {
            try_out(&link.script);
        }
    }
}
