//! Jobs: their presets and cures, predictions beside runs, and what is refused.

use equipoise_engine::rng::{Purpose, Rng};
use equipoise_engine::scenario::fields::Kind;
use equipoise_jobs::job::{Job, KINDS};
use equipoise_jobs::opened::Opened;
use equipoise_jobs::outcome::{Answer, Doing, Outcome, Says};
use equipoise_jobs::presets::{PRESETS, find};

fn job(kind: &str, fields: &[(&str, &str)]) -> Job {
    let mut job = Job::of_kind(kind).expect("is a kind");
    let set = job.set(fields.iter().copied());
    assert_eq!(set, Ok(()), "{fields:?}");
    job
}

fn figure(outcome: &Outcome, id: &str) -> f64 {
    outcome.figure(id).unwrap_or_else(|| panic!("no {id}"))
}

fn answer(outcome: &Outcome, id: &str) -> Answer {
    let found = outcome.answers.iter().find(|answer| answer.id == id);
    *found.unwrap_or_else(|| panic!("no {id}"))
}

#[test]
fn each_cure_makes_its_number_better_by_a_seventh_at_least() {
    for preset in PRESETS {
        let (id, more) = preset.shows;
        let [before, after] = [preset.job(), preset.cured()].map(|job| figure(&job.run(), id));
        let ratio = if more { after / before } else { before / after };
        assert!(
            ratio > 7.0 / 6.0 - 0.02,
            "{}: {before} and {after}",
            preset.id
        );
    }
    assert!(PRESETS.len() >= 8);
}

/// 256 samples on 8 workers of 32 a second take 1 s, and a ring of 1 GB over links of 10 GB/s
/// 2 · 7/8 · 0.1 = 0.175 s: 8/1.175 times one worker, and never more than 8/0.175 times. Sixteen
/// workers with the same batch compute half as long and exchange a little longer.
#[test]
fn the_speed_up_stays_below_the_ceiling_of_the_exchange() {
    for (workers, computed_s, exchange_s) in [("8", 1.0, 0.175), ("16", 0.5, 0.1875)] {
        let fields = [
            ("workers", workers),
            ("gradient_mb", "1000"),
            ("latency_us", "0"),
        ];
        let outcome = job("train", &fields).run();
        for (id, expected) in [
            ("speed_up", 8.0 / (computed_s + exchange_s)),
            ("speed_up_ceiling", 8.0 / exchange_s),
        ] {
            let predicted = answer(&outcome, id).predicted.expect("applies");
            assert!(
                (predicted / expected - 1.0).abs() < 1e-9,
                "{id}: {predicted}"
            );
            let observed = answer(&outcome, id).observed.expect("was seen");
            assert!((observed * (computed_s + exchange_s) / 8.0 - 1.0).abs() < 1e-9);
        }
    }
}

/// Where a formula applies, the run of a preset and of its cure meets it within 4 %; bounds hold,
/// those of means within that.
#[test]
fn presets_meet_their_predictions() {
    let mut met = 0;
    for preset in PRESETS {
        for outcome in [preset.job(), preset.cured()].map(|job| job.run()) {
            for answer in &outcome.answers {
                let (Ok(predicted), Some(observed)) = (answer.predicted, answer.observed) else {
                    continue;
                };
                let holds = match answer.says {
                    Says::About => (observed / predicted - 1.0).abs() < 0.04,
                    Says::AtMost => observed <= predicted * 1.000_001,
                    Says::MeanAtMost => observed <= predicted * 1.04,
                    Says::AtLeast => observed >= predicted * 0.999_999,
                };
                assert!(holds, "{}: {answer:?}", preset.id);
                met += 1;
            }
        }
    }
    assert!(met >= 50, "only {met} formulas applied");
}

/// Chen and others' curve: 100 machines, 1 s and an exponential rest of 0.2 s.
#[test]
fn twelve_backups_are_best_of_a_hundred_machines() {
    let outcome = find("backup-workers").expect("is there").job().run();
    assert_eq!(answer(&outcome, "best_backups").predicted, Ok(12.0));
    let none = answer(&outcome, "samples_per_s")
        .predicted
        .expect("applies");
    assert!((none - 49.08).abs() < 0.01, "{none}");
    let best = answer(&outcome, "best_samples_per_s")
        .predicted
        .expect("applies");
    assert!((best - 62.11).abs() < 0.01, "{best}");
}

/// Five laws with one variance, 64 workers, 3000 steps: the step is the expected maximum.
#[test]
fn five_laws_of_jitter_have_their_expected_maximum() {
    for law in ["uniform", "exponential", "lognormal", "weibull", "pareto"] {
        let fields = [
            ("workers", "64"),
            ("batch", "2048"),
            ("steps", "3000"),
            ("jitter", law),
            ("varies", "0.4"),
        ];
        let outcome = job("train", &fields).run();
        let step = answer(&outcome, "step_s");
        let predicted = step.predicted.expect("applies");
        let ratio = figure(&outcome, "step_s") / predicted;
        assert!((ratio - 1.0).abs() < 0.02, "{law}: {ratio} of {predicted}");
    }
}

/// The spans of a lane follow each other without gap or overlap, and end within the run.
#[test]
fn each_moment_of_a_worker_is_booked_once() {
    let mut jobs: Vec<Job> = PRESETS.iter().flat_map(|p| [p.job(), p.cured()]).collect();
    let troubled = [
        ("spell_chance", "0.05"),
        ("failure_chance", "0.02"),
        ("wait", "backup"),
        ("gradient_mb", "100"),
        ("divide", "pull"),
    ];
    jobs.push(job("train", &troubled));
    for job in jobs {
        let outcome = job.run();
        for lane in &outcome.lanes {
            let mut now_s = 0.0;
            for span in &lane.spans {
                assert!(
                    (span.from_s - now_s).abs() < 1e-6,
                    "{job:?}: {span:?} after {now_s}"
                );
                assert!(span.to_s > span.from_s);
                now_s = span.to_s;
            }
            assert!(now_s <= outcome.took_s + 1e-6);
        }
        let idle = outcome.idle_shares();
        assert!(
            idle.iter().all(|idle| (-1e-9..=1.0).contains(idle)),
            "{idle:?}"
        );
        assert!(!outcome.steps.is_empty());
    }
}

/// As many as are waited for are kept in each step.
#[test]
fn backup_workers_drop_as_many_as_there_are() {
    let outcome = find("backup-workers").expect("is there").cured().run();
    for step in 0..outcome.steps.len() {
        let lanes = outcome.lanes.iter();
        let dropped = lanes.filter(|lane| lane.time_s(Doing::Dropped, Some(step)) > 0.0);
        assert_eq!(dropped.count(), 12, "step {step}");
    }
}

/// Karmarkar and Karp divide a batch better than any other way, and dealing in order worst.
#[test]
fn ways_to_divide_sequences_have_their_order() {
    let slowdown = |pack| {
        let fields = [("contents", "sequences"), ("batch", "128"), ("pack", pack)];
        figure(&job("train", &fields).run(), "slowdown")
    };
    let [in_order, sorted, greedy, longest, differencing] = [
        "in-order",
        "sorted",
        "greedy",
        "longest-first",
        "karmarkar-karp",
    ]
    .map(slowdown);
    assert!(
        in_order > greedy && in_order > sorted && sorted > longest,
        "{sorted}"
    );
    assert!(greedy > longest && longest >= differencing - 1e-3);
}

#[test]
fn jobs_are_written_as_they_are_read() {
    for text in [
        "stragglers",
        "stragglers;workers=64;jitter=pareto;step=12",
        "overlap;overlap=true;buckets=4",
        "prefetch;prefetch=3",
        "last-file;split=2;handing=static",
    ] {
        let opened = Opened::read(text).expect(text);
        assert_eq!(Opened::read(&opened.text()), Ok(opened.clone()), "{text}");
    }
    assert_eq!(
        Opened::read("stragglers;workers=32")
            .expect("is valid")
            .text(),
        "stragglers"
    );
}

#[test]
fn what_is_not_allowed_names_field_value_and_range() {
    for (text, words) in [
        ("nothing", &["job is nothing", "stragglers"][..]),
        ("stragglers;workers=0", &["workers is 0", "from 1 to 256"]),
        (
            "stragglers;workers=NaN",
            &["workers is NaN", "a whole number"],
        ),
        ("stragglers;workers=2.5", &["workers is 2.5"]),
        ("stragglers;jitter=often", &["jitter is often", "lognormal"]),
        (
            "stragglers;slow_workers=40",
            &["slow_workers is 40", "at most 32"],
        ),
        (
            "stragglers;wait=backup;backups=32",
            &["backups is 32", "at most 31"],
        ),
        (
            "stragglers;jitter=uniform;varies=0.9",
            &["varies is 0.9", "0.577"],
        ),
        (
            "stragglers;workers=256;steps=5000",
            &["steps is 5000", "at most 781"],
        ),
        (
            "stragglers;overlap=perhaps",
            &["overlap is perhaps", "true or false"],
        ),
        ("stragglers;step=-1", &["step is -1"]),
        ("stragglers;x", &["FIELD=VALUE"]),
        ("stragglers;x=1", &["name is x", "workers"]),
        ("prefetch;decode_ms=0", &["read_ms is 0", "above 0"]),
        (
            "static-shards;sizes=weibull;varies=2",
            &["varies is 2", "0 to 1"],
        ),
    ] {
        let error = Opened::read(text).expect_err(text).to_string();
        assert!(
            words.iter().all(|word| error.contains(word)),
            "{text}: {error}"
        );
    }
}

/// Fields drawn at random, small runs: what is allowed runs, with numbers that are numbers and
/// lanes that are in order. Seed 51.
#[test]
fn any_job_that_is_allowed_runs() {
    let mut rng = Rng::new(51, Purpose::Choices(0));
    let mut run = 0;
    for round in 0..1500 {
        let mut job = Job::of_kind(KINDS[round % 3]).expect("is a kind");
        let _ = job
            .set([("steps", "20")])
            .or_else(|_| job.set([("batches", "60")]));
        for row in job.rows() {
            if ["steps", "batches"].contains(&row.name) || rng.unit() < 0.5 {
                continue;
            }
            let value = match row.kind {
                Kind::Number(range) => {
                    let most = range.max.min(40.0).max(range.min);
                    let value = range.min + (most - range.min) * rng.unit();
                    if range.whole { value.round() } else { value }.to_string()
                }
                Kind::Choice(words) => words[rng.below(words.len() as u64) as usize].to_string(),
                _ => (rng.unit() < 0.5).to_string(),
            };
            run += usize::from(job.set([(row.name, value.as_str())]).is_ok());
        }
        let outcome = job.run();
        let numbers = outcome.figures.iter().map(|figure| figure.value);
        assert!(
            numbers.clone().all(f64::is_finite),
            "{job:?}: {:?}",
            outcome.figures
        );
        for answer in &outcome.answers {
            assert!(answer.predicted.is_ok_and(f64::is_finite) || answer.predicted.is_err());
        }
        for lane in &outcome.lanes {
            let pairs = lane.spans.windows(2);
            assert!(
                pairs.into_iter().all(|p| p[0].to_s <= p[1].from_s + 1e-9),
                "{job:?}"
            );
        }
    }
    assert!(run > 5000, "{run}");
}

/// Every field at either end of its range: refused with words, or run to an end.
#[test]
fn the_ends_of_all_ranges_run_or_are_refused() {
    for kind in KINDS {
        let usual = Job::of_kind(kind).expect("is a kind");
        for row in usual.rows() {
            let values: Vec<String> = match row.kind {
                Kind::Number(range) => vec![range.min.to_string(), range.max.to_string()],
                Kind::Choice(words) => words.iter().map(|word| (*word).to_string()).collect(),
                _ => vec!["true".into(), "false".into()],
            };
            for value in values {
                let mut job = usual.clone();
                if let Err(error) = job.set([(row.name, value.as_str())]) {
                    assert!(error.to_string().contains("allowed"), "{error}");
                    continue;
                }
                let outcome = job.run();
                assert!(outcome.took_s.is_finite(), "{} = {value}", row.name);
                assert!(
                    outcome
                        .figures
                        .iter()
                        .all(|figure| figure.value.is_finite())
                );
            }
        }
    }
}
