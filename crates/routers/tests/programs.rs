//! Numbers of the programs' own tests, and of runs of the programs.

use equipoise_routers::{
    Chance, Report, Request, Router, Why, Worker, block_hashes, dynamo, sglang,
};

/// The first, or the least, of whatever is drawn from.
struct First;

impl Chance for First {
    fn below(&mut self, _: usize) -> usize {
        0
    }

    fn unit(&mut self) -> f64 {
        0.0
    }
}

/// Workers with these numbers of requests in flight.
fn workers(in_flight: &[u32]) -> Vec<Worker<'static>> {
    let workers = in_flight.iter();
    workers
        .map(|&in_flight| Worker {
            url: "",
            eligible: true,
            in_flight,
            report: None,
        })
        .collect()
}

fn request<'a>(id: u64, prompt: &'a [u32], blocks: &'a [u64]) -> Request<'a> {
    Request {
        id,
        now_s: 0.0,
        prompt,
        blocks,
        session: None,
    }
}

fn pick(router: &mut dyn Router, prompt: &str, workers: &[Worker]) -> Option<usize> {
    let prompt: Vec<u32> = prompt.chars().map(u32::from).collect();
    let request = request(0, &prompt, &[]);
    router.pick(&request, workers, &mut First, &mut Why::unwanted())
}

/// `cache_aware.rs`.
#[test]
fn sglang_sends_to_the_least_loaded_when_imbalanced_and_else_to_the_match() {
    let mut router = sglang::CacheAware::new(sglang::CacheAwareSettings {
        cache_threshold: 0.5,
        balance: sglang::Thresholds {
            absolute: 5,
            relative: 2.0,
        },
        ..Default::default()
    });
    for _ in 0..5 {
        assert_eq!(pick(&mut router, "test", &workers(&[20, 0])), Some(1));
    }
    let first = pick(&mut router, "hello world", &workers(&[0, 0]));
    for prompt in ["hello world", "hello"] {
        assert_eq!(pick(&mut router, prompt, &workers(&[1, 0])), first);
    }
}

/// A run of the program: one prompt over and over, nothing ends.
#[test]
fn sglang_keeps_a_hot_prefix_together_up_to_the_threshold_and_then_spreads_it() {
    let mut router = sglang::CacheAware::new(Default::default());
    let mut in_flight = [0; 4];
    for _ in 0..200 {
        let picked = pick(&mut router, "a hot prefix", &workers(&in_flight));
        in_flight[picked.expect("all are eligible")] += 1;
    }
    assert_eq!(in_flight, [98, 34, 34, 34]);
}

/// `power_of_two.rs`; the first of the two is drawn first.
#[test]
fn sglang_compares_tokens_only_if_both_workers_have_reported_them() {
    let settings = sglang::PowerOfTwoSettings {
        counts_in_flight: true,
    };
    for (in_flight, tokens, picked) in [
        ([10, 2], [Some(1000), Some(100_000)], 0),
        ([10, 2], [Some(1000), None], 1),
        ([2, 10], [None, Some(1000)], 0),
        ([5, 3], [None, None], 1),
        ([5, 5], [None, None], 0),
    ] {
        let mut workers = workers(&in_flight);
        for (worker, tokens) in workers.iter_mut().zip(tokens) {
            worker.report = tokens.map(|tokens| Report {
                tokens,
                ..Report::default()
            });
        }
        let mut router = sglang::PowerOfTwo::new(settings);
        assert_eq!(pick(&mut router, "", &workers), Some(picked));
    }
    // Over HTTP nothing is counted: the first drawn, whatever is in flight.
    let mut shipped = sglang::PowerOfTwo::default();
    assert_eq!(pick(&mut shipped, "", &workers(&[5, 3])), Some(0));
}

/// A run of the program without engine events: the costs that it printed, and the pick.
#[test]
fn dynamo_takes_what_it_sent_for_cached() {
    let mut router = dynamo::KvCost::new(dynamo::KvCostSettings {
        uses_events: false,
        ..Default::default()
    });
    let a: Vec<u32> = (0..100).collect();
    let b: Vec<u32> = (0..64).chain(500..530).collect();
    for (id, prompt, overlaps, costs, picked) in [
        (0, &a, [0.0, 0.0, 0.0], [12.25, 12.25, 12.25], 0),
        (1, &a, [6.0, 0.0, 0.0], [12.5, 12.25, 12.25], 1),
        (2, &a, [6.0, 6.0, 0.0], [12.5, 12.5, 12.25], 2),
        (3, &b, [4.0, 4.0, 4.0], [15.125, 15.125, 15.125], 0),
        (4, &b, [5.0, 4.0, 4.0], [7.75, 15.125, 15.125], 0),
    ] {
        if id == 4 {
            router.first_token(0);
            router.finished(0);
        }
        let blocks = block_hashes(prompt, 16);
        let request = request(id, prompt, &blocks);
        let mut why = Why::wanted();
        let worker = router.pick(&request, &workers(&[0; 3]), &mut First, &mut why);
        assert_eq!(worker, Some(picked));
        assert_eq!(column(&why, 0), overlaps);
        assert_eq!(column(&why, 4), costs);
    }
}

fn column(why: &Why, column: usize) -> Vec<f64> {
    why.rows().map(|(_, cells)| cells[column]).collect()
}
