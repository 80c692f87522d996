use super::*;
use crate::reading::What;
use proptest::prelude::*;

const WHOLE: &str = "\
---
title: Turns
about: Who is next.
minutes: 5
---

## say
scene: round-robin
set: interval = 0.4, servers = 4
beside: random
at: 3 tasks

Four servers, a task every {{interval}} s.

## predict
ask: next server

Which one?

## predict
ask: option with least response_mean_s
option: Turns | strategy = round-robin
option: Chance | strategy = random
run: 500 tasks

Which is better?

## do
goal: servers[2].speed <= 0.5
by: servers[2].speed = 0.5
controls: strategy, rate

Make c slow.

## reveal

It is {{response_mean_s with strategy = random}} s.

## explain

Why?
";

#[test]
fn a_lesson_with_all_that_there_is() {
    let lesson = parse(WHOLE).expect("nothing is wrong");
    let kinds: Vec<&str> = lesson.steps.iter().map(|step| step.kind.as_str()).collect();
    assert_eq!(
        kinds,
        ["say", "predict", "predict", "do", "reveal", "explain"]
    );
    assert_eq!((lesson.title.as_str(), lesson.minutes), ("Turns", 5));
    assert_eq!(lesson.questions(), 2);
    let first = lesson.stage(0).expect("allowed").expect("a scene");
    assert_eq!(first.scenario.servers.len(), 4);
    assert_eq!(first.at, Some(Length::Tasks(3)));
    let before = lesson.stage(3).expect("allowed").expect("a scene");
    assert_eq!(before.scenario.servers[2].speed, 1.0);
    // Where the last step that set the stage has put it.
    assert_eq!(before.at, Some(Length::Tasks(3)));
    let after = lesson.stage(4).expect("allowed").expect("a scene");
    assert_eq!(after.scenario.servers[2].speed, 0.5);
    assert_eq!(after.beside, Some(StrategyId::Random));
    let Kind::Do { goals, .. } = &lesson.steps[3].kind else {
        panic!("a deed");
    };
    assert!(matches!(goals[0].reading.what, What::Field(_)));
}

#[test]
fn what_is_wrong_is_said_by_line() {
    for (from, to, line, id) in [
        ("title: Turns", "titel: Turns", 2, "unknown-key"),
        ("minutes: 5", "minutes: five", 4, "value"),
        ("## say", "## sing", 7, "unknown-kind"),
        ("scene: round-robin", "scene: nowhere", 8, "value"),
        ("scene: round-robin\n", "", 7, "no-scene"),
        ("interval = 0.4", "intervall = 0.4", 9, "value"),
        ("servers = 4", "servers = 0", 7, "value"),
        ("at: 3 tasks", "at: noon", 11, "value"),
        ("{{interval}}", "{{weather}}", 13, "value"),
        ("{{interval}}", "{{interval", 7, "no-end"),
        ("ask: next server\n", "", 15, "no-ask"),
        ("ask: next server", "ask next server", 16, "no-directive"),
        ("Which one?", "", 15, "no-text"),
        ("goal: servers[2]", "goal: servers[9]", 0, ""),
        ("goal: servers[2].speed <= 0.5", "goal: haste", 29, "value"),
        ("by: servers[2].speed = 0.5\n", "", 28, "no-goal"),
    ] {
        let wrong = parse(&WHOLE.replacen(from, to, 1));
        if id.is_empty() {
            // Whether there is a server j is for the run to say.
            assert!(wrong.is_ok());
            continue;
        }
        let problems = wrong.expect_err(to);
        let found = problems.iter().any(|p| (p.line, p.id) == (line, id));
        assert!(found, "{to}: {problems:?}");
    }
    assert_eq!(parse("").expect_err("is empty")[0].id, "no-front");
    assert_eq!(parse("---\n---\n").expect_err("is empty").len(), 2);
    let long = "x".repeat(TEXT_LIMIT + 1);
    assert_eq!(parse(&long).expect_err("is long")[0].id, "too-long");
}

proptest! {
    #[test]
    fn no_text_panics(text in "\\PC{0,200}") {
        let _ = parse(&text);
        let _ = parse(&format!("---\ntitle: x\n---\n## say\n{text}"));
    }

    /// Lines of a good lesson, cut, doubled and mixed with rubbish.
    #[test]
    fn no_damaged_lesson_panics(
        order in proptest::collection::vec(0..45usize, 1..60),
        rubbish in "\\PC{0,20}",
        cut in 0..30usize,
    ) {
        let lines: Vec<&str> = WHOLE.lines().collect();
        let mut text = String::from("---\ntitle: x\n---\n");
        for (i, line) in order.iter().enumerate() {
            let line = lines.get(*line).copied().unwrap_or(&rubbish);
            let kept = line.chars().take(if i % 7 == 0 { cut } else { 100 });
            text.extend(kept);
            text.push('\n');
        }
        if let Err(problems) = parse(&text) {
            let last = text.lines().count();
            prop_assert!(problems.iter().all(|p| (1..=last).contains(&p.line)));
        }
    }
}
