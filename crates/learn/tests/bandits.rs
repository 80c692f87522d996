//! What learning costs, over many runs with fixed seeds, with 95 % intervals.

use equipoise_engine::rng::{Purpose, Rng};
use equipoise_engine::stats::interval::of_replications;
use equipoise_learn::regret::{Phases, Run, run};
use equipoise_learn::{Bandit, Beliefs, Responses, Rule, beta};

const ARMS: &[f64] = &[0.4, 0.8, 0.6];
const STEADY: Phases = &[(0, ARMS)];
const ROUNDS: usize = 20_000;
const UCB1: Rule = Rule::Ucb1 { width: 1.0 };

/// Runs of one rule, a seed each from 1.
fn runs(rule: Rule, discount: f64, phases: Phases, rounds: usize, count: u64) -> Vec<Run> {
    let seeds = 1..=count;
    let run_of = seeds.map(|seed| {
        let bandit = Bandit::new(rule, ARMS.len(), discount);
        run(
            bandit,
            phases,
            rounds,
            &mut Rng::new(seed, Purpose::Choices(0)),
        )
    });
    run_of.collect()
}

/// A mean over runs with the half width of its interval.
fn mean(values: &[f64]) -> (f64, f64) {
    let interval = of_replications(values, 0).expect("there are runs");
    assert_eq!(interval.too_short, None);
    (interval.mean, interval.half_width)
}

/// The slope of a regret over the logarithm of the round, by least squares on 40 points at even
/// distances of the logarithm, from round 500 on.
fn slope(regret: impl Fn(f64) -> f64) -> f64 {
    let points: Vec<(f64, f64)> = (0..40)
        .map(|k| 500.0 * libm::pow(ROUNDS as f64 / 500.0, f64::from(k) / 39.0))
        .map(|round| (libm::log(round), regret(round)))
        .collect();
    let n = points.len() as f64;
    let x = points.iter().map(|p| p.0).sum::<f64>() / n;
    let y = points.iter().map(|p| p.1).sum::<f64>() / n;
    let both: f64 = points.iter().map(|p| (p.0 - x) * (p.1 - y)).sum();
    both / points.iter().map(|p| (p.0 - x) * (p.0 - x)).sum::<f64>()
}

/// UCB1's regret if its scores were always equal and its means the true ones: of n picks an arm
/// that is worse by Δ gets 2·ln n/(Δ + b)², where b is the bonus of the best arm.
fn by_equal_scores(rounds: f64) -> f64 {
    let twice = 2.0 * libm::log(rounds);
    let mut bonus = 0.0;
    for _ in 0..100 {
        let others: f64 = [0.4, 0.2]
            .map(|gap| twice / ((gap + bonus) * (gap + bonus)))
            .iter()
            .sum();
        bonus = (bonus + (twice / (rounds - others).max(rounds / 3.0)).sqrt()) / 2.0;
    }
    [0.4, 0.2]
        .map(|gap| gap * twice / ((gap + bonus) * (gap + bonus)))
        .iter()
        .sum()
}

/// Regret between two rounds, over runs.
fn between(runs: &[Run], from: usize, to: usize) -> (f64, f64) {
    let lost = runs.iter().map(|run| &run.against_oracle);
    mean(
        &lost
            .map(|lost| lost[to - 1] - lost[from - 1])
            .collect::<Vec<_>>(),
    )
}

/// No consistent rule does better than Σ Δ/KL per unit of ln n (Lai and Robbins 1985).
fn lai_robbins() -> f64 {
    let kl = |p: f64, q: f64| p * libm::log(p / q) + (1.0 - p) * libm::log((1.0 - p) / (1.0 - q));
    0.4 / kl(0.4, 0.8) + 0.2 / kl(0.6, 0.8)
}

/// Over each fourfold of time UCB1 and Thompson lose the same again, within 40 %: the sign of a
/// logarithm, for which a straight line would lose four times as much. The slope over 200 runs is,
/// with its interval, within 10 % of where equal scores put UCB1's (its leading term, Σ 2/Δ = 15,
/// is for longer times), and from half to 1.1 times Lai and Robbins' for Thompson.
#[test]
fn regret_of_ucb1_and_thompson_grows_with_the_logarithm() {
    let ucb1 = slope(by_equal_scores);
    let best = lai_robbins();
    for (rule, low, high) in [
        (Rule::Thompson, 0.5 * best, 1.1 * best),
        (UCB1, 0.9 * ucb1, 1.1 * ucb1),
    ] {
        let runs = runs(rule, 1.0, STEADY, ROUNDS, 200);
        let lost = runs.iter().map(|run| &run.against_oracle);
        let slopes = lost.map(|lost| slope(|round| lost[round.round() as usize - 1]));
        let (fit, half) = mean(&slopes.collect::<Vec<_>>());
        assert!(
            low < fit - half && fit + half < high,
            "{rule:?}: {fit} ± {half}, {low}, {high}"
        );
        let quarters = [312, 1250, 5000, ROUNDS];
        let lost: Vec<f64> = quarters
            .windows(2)
            .map(|quarter| between(&runs, quarter[0], quarter[1]).0)
            .collect();
        for pair in lost.windows(2) {
            assert!((pair[1] / pair[0] - 1.0).abs() < 0.4, "{rule:?}: {lost:?}");
        }
    }
}

/// ε-greedy with ε = 0.1 loses ε·Σ Δ/3 = 0.02 a round for ever, once it knows the best arm.
#[test]
fn regret_of_epsilon_greedy_grows_with_time() {
    let runs = runs(
        Rule::EpsilonGreedy { explore: 0.1 },
        1.0,
        STEADY,
        ROUNDS,
        100,
    );
    let (lost, half) = between(&runs, 10_000, 20_000);
    assert!((lost - 200.0).abs() < half + 4.0, "{lost} ± {half}");
    assert!(half < 5.0);
}

/// After round 5000 the best arm becomes the worst.
const CHANGE: Phases = &[(0, ARMS), (5000, &[0.6, 0.2, 0.8])];

/// The first block of 50 rounds after the change in which 70 % of the picks, over 100 runs, are of
/// the new best arm: how many rounds after the change it ends.
fn recovers_after(rule: Rule, discount: f64) -> Option<usize> {
    let runs = runs(rule, discount, CHANGE, 10_000, 100);
    let block = (5000..10_000).step_by(50).position(|from| {
        let picks = runs.iter().flat_map(|run| &run.picks[from..from + 50]);
        picks.filter(|&&arm| arm == 2).count() >= 70 * 50
    });
    block.map(|block| 50 * (block + 1))
}

/// With a memory of 100 rewards (discount 0.99) ε-greedy and Thompson have found the new best arm
/// within 200 rounds, with one of 1000 within 500. With all their memory they need more than twice
/// as long. UCB1 keeps its scores equal and so is never far from another arm: within 200.
#[test]
fn discounting_recovers_after_a_change() {
    let greedy = Rule::EpsilonGreedy { explore: 0.1 };
    for (rule, discount, within) in [
        (greedy, 0.99, 200),
        (Rule::Thompson, 0.99, 200),
        (greedy, 0.999, 500),
        (Rule::Thompson, 0.999, 500),
    ] {
        let faded = recovers_after(rule, discount).expect("it recovers");
        let full = recovers_after(rule, 1.0);
        assert!(faded <= within, "{rule:?}, {discount}: {faded}");
        assert!(
            full.is_none_or(|full| full > 2 * faded),
            "{rule:?}: {full:?}"
        );
    }
    for discount in [0.999, 1.0] {
        let found = recovers_after(UCB1, discount);
        assert!(
            found.is_some_and(|rounds| rounds <= 200),
            "{discount}: {found:?}"
        );
    }
}

/// On arms that change often, a bandit that forgets beats the best fixed arm, and the oracle beats
/// it.
#[test]
fn who_forgets_beats_any_fixed_choice() {
    let phases: Phases = &[
        (0, &[0.9, 0.1, 0.1]),
        (2000, &[0.1, 0.9, 0.1]),
        (4000, &[0.1, 0.1, 0.9]),
    ];
    let runs = runs(Rule::Thompson, 0.99, phases, 6000, 20);
    let ends = runs.iter().map(|run| run.against_fixed[5999]);
    let (fixed, half) = mean(&ends.collect::<Vec<_>>());
    assert!(fixed + half < -2000.0, "{fixed}");
    assert!(runs.iter().all(|run| run.against_oracle[5999] > 0.0));
}

#[test]
fn beliefs_fade_with_each_reward() {
    let mut beliefs = Beliefs::new(2, 0.5);
    assert_eq!(beliefs.mean(0), None);
    for (arm, reward) in [(0, 1.0), (0, 0.0), (1, 0.75)] {
        beliefs.learn(arm, reward);
    }
    // Of arm 0: 0.5² · 1 of 0.5² + 0.5.
    assert_eq!((beliefs.seen(0), beliefs.won(0)), (0.75, 0.25));
    assert_eq!((beliefs.mean(1), beliefs.seen_of_all()), (Some(0.75), 1.75));
}

/// Each arm once, in order; then mean + √(2·ln 3/1), where the greatest mean wins, until others
/// are less certain.
#[test]
fn ucb1_tries_all_and_then_the_uncertain() {
    let mut rng = Rng::new(1, Purpose::Choices(0));
    let mut bandit = Bandit::new(UCB1, 3, 1.0);
    let mut picks = Vec::new();
    for reward in [0.5, 0.9, 0.1, 0.9, 0.9] {
        let choice = bandit.choose(&[0, 1, 2], &mut rng);
        picks.push((choice.arm, choice.explored));
        bandit.learn(choice.arm, reward);
    }
    assert_eq!(picks[..3], [(0, false), (1, false), (2, false)]);
    // Four rewards: 0.9 + √(2·ln 4/2) is 2.08, 0.5 + √(2·ln 4) is 2.17.
    assert_eq!(picks[3..], [(1, false), (0, true)]);
    let scores = bandit.choose(&[0, 1, 2], &mut rng).scores;
    assert!((scores[1] - 0.9 - libm::log(5.0).sqrt()).abs() < 1e-12);
}

/// 100,000 draws each, seed 7: the mean within five standard errors, the variance within 3 %.
#[test]
fn draws_have_the_moments_of_their_distribution() {
    let mut rng = Rng::new(7, Purpose::Choices(0));
    for (a, b) in [(1.0, 1.0), (2.5, 1.0), (30.0, 70.0), (900.0, 100.0)] {
        let draws: Vec<f64> = (0..100_000).map(|_| beta::draw(a, b, &mut rng)).collect();
        let n = draws.len() as f64;
        let mean = draws.iter().sum::<f64>() / n;
        let squares: f64 = draws.iter().map(|x| (x - mean) * (x - mean)).sum();
        let [expected, variance] = [a / (a + b), a * b / ((a + b) * (a + b) * (a + b + 1.0))];
        let error = (variance / n).sqrt();
        assert!((mean - expected).abs() < 5.0 * error, "{a}, {b}: {mean}");
        assert!((squares / n / variance - 1.0).abs() < 0.03, "{a}, {b}");
    }
}

/// Whatever comes first, the means believed in are those of all responses, and failures count as
/// the longest before them.
#[test]
fn rewards_of_responses_are_on_one_scale() {
    let mut bandit = Bandit::new(UCB1, 2, 1.0);
    let mut responses = Responses::default();
    assert_eq!(responses.mean_s(&bandit, 0), None);
    for (arm, response_s) in [(0, 1.0), (1, 2.0), (0, 4.0), (1, 1.0), (0, 1.0)] {
        responses.learn(&mut bandit, arm, Some(response_s));
    }
    assert_eq!(responses.mean_s(&bandit, 0), Some(2.0));
    assert_eq!(responses.mean_s(&bandit, 1), Some(1.5));
    assert_eq!(bandit.beliefs().mean(0), Some(0.5));
    responses.learn(&mut bandit, 1, None);
    assert!((responses.mean_s(&bandit, 1).expect("seen") - 7.0 / 3.0).abs() < 1e-12);
}

/// Only arms in question are picked, and `explored` compares with them alone.
#[test]
fn only_arms_in_question_are_picked() {
    let mut rng = Rng::new(1, Purpose::Choices(0));
    for rule in [Rule::EpsilonGreedy { explore: 0.5 }, UCB1, Rule::Thompson] {
        let mut bandit = Bandit::new(rule, 3, 1.0);
        for (arm, reward) in [(0, 0.9), (1, 0.2), (2, 0.1)] {
            bandit.learn(arm, reward);
        }
        for _ in 0..100 {
            let choice = bandit.choose(&[1, 2], &mut rng);
            assert_eq!((choice.arm == 2, choice.scores.len()), (choice.explored, 2));
        }
    }
}
