//! Theory: formulas, what they cover and where they come from.
//!
//! One topic a file. The functions there take plain numbers, so that a chart can draw a formula as
//! a curve; [`predict`] fills the formulas in with a scenario's numbers. It always lists the same
//! predictions in the same order; one that does not apply carries its [`Reason`] and never a
//! number.
//!
//! Times are in seconds, rates per second, shares and utilisations are fractions. Texts are in
//! `locales/theory.yml`.

pub mod article;
pub mod balls;
pub mod barrier;
pub mod batching;
mod classes;
mod compare;
mod conditions;
mod extremes;
pub mod finite;
pub mod gim1;
pub mod jsq;
pub mod key_moves;
pub mod little;
mod losses;
pub mod mg1;
pub mod mm1;
pub mod mmc;
mod models;
pub mod queues;
mod reason;
pub mod ring;
pub mod rounds;
pub mod run_length;
pub mod schedules;
pub mod shares;
mod sizes;
pub mod small_first;
pub mod splits;
mod sums;
pub mod supermarket;
mod turns;
pub mod two_moments;

pub use reason::Reason;
pub use shares::Shares;

use equipoise_engine::number::significant;
use equipoise_engine::scenario::{Scenario, letter};

/// What a formula gives.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// One number.
    Number(f64),
    /// A number for each server, in order; NaN for a server that has none.
    PerServer(Vec<f64>),
    /// No more than bounds: the quantity's mean lies between them.
    Bounds {
        /// It is at least this.
        low: f64,
        /// It is at most this.
        high: f64,
    },
}

/// How a formula's value relates to the truth.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Equal, under the formula's conditions.
    Exact,
    /// Near; the note says what is neglected.
    Approximation,
    /// Between two bounds.
    Bounds,
    /// No less than the value.
    LowerBound,
    /// No more than the value.
    UpperBound,
    /// Equal for infinitely many servers.
    Limit,
    /// What a source prints, whether it holds or not; the note says what is wrong with it.
    AsPrinted,
}

impl Kind {
    /// The text key is `theory.kind.<id>`.
    pub fn id(self) -> &'static str {
        match self {
            Self::Exact => "exact",
            Self::Approximation => "approximation",
            Self::Bounds => "bounds",
            Self::LowerBound => "lower-bound",
            Self::UpperBound => "upper-bound",
            Self::Limit => "limit",
            Self::AsPrinted => "as-printed",
        }
    }
}

/// A formula, filled in with a scenario's numbers.
#[derive(Clone, Debug, PartialEq)]
pub struct Prediction {
    /// Its text keys are `theory.prediction.<id>.name` and `.note`.
    pub id: &'static str,
    /// The unit: a text key below `unit.`, or empty for a plain number.
    pub unit: &'static str,
    /// The formula in symbols, such as `w_j / Σw`.
    pub formula: &'static str,
    /// The formula with the scenario's numbers, such as `5 / 7 = 0.714`; empty if it does not
    /// apply.
    pub filled: String,
    /// What it gives, or why it does not apply.
    pub value: Result<Value, Reason>,
    /// How the value relates to the truth.
    pub kind: Kind,
    /// Where the formula comes from.
    pub source: &'static str,
}

impl Prediction {
    /// The number, if it is one.
    pub fn number(&self) -> Option<f64> {
        match self.value {
            Ok(Value::Number(x)) => Some(x),
            _ => None,
        }
    }
}

/// What a topic answers: the formula that applies, filled in.
struct Answer {
    formula: &'static str,
    filled: String,
    value: Value,
    kind: Kind,
}

impl Answer {
    fn number(formula: &'static str, filled: String, value: f64) -> Self {
        let filled = if filled.is_empty() {
            show(value)
        } else {
            format!("{filled} = {}", show(value))
        };
        Self {
            formula,
            filled,
            value: Value::Number(value),
            kind: Kind::Exact,
        }
    }

    fn per_server(
        formula: &'static str,
        filled: impl Fn(usize) -> String,
        values: Vec<f64>,
    ) -> Self {
        let filled = fill_servers(&values, filled);
        Self {
            formula,
            filled,
            value: Value::PerServer(values),
            kind: Kind::Exact,
        }
    }

    fn bounds(formula: &'static str, low: f64, high: f64) -> Self {
        let filled = format!("{} … {}", show(low), show(high));
        Self {
            formula,
            filled,
            value: Value::Bounds { low, high },
            kind: Kind::Bounds,
        }
    }

    fn kind(self, kind: Kind) -> Self {
        Self { kind, ..self }
    }
}

/// What every topic is asked with; what several need is worked out once.
struct Question<'a> {
    scenario: &'a Scenario,
    shares: Result<Shares, Reason>,
    /// The part of all tasks that the balancer can send to some server.
    found: Result<f64, Reason>,
    queues: Result<Vec<models::Solved>, Reason>,
}

impl Question<'_> {
    fn shares(&self) -> Result<&Shares, Reason> {
        self.shares.as_ref().map_err(Reason::clone)
    }

    fn queues(&self) -> Result<&[models::Solved], Reason> {
        self.queues.as_deref().map_err(Reason::clone)
    }
}

type Topic = fn(&Question) -> Result<Answer, Reason>;

/// Id, unit, the formula to show where none applies, source, and who answers.
const PREDICTIONS: &[(&str, &str, &str, &str, Topic)] = &[
    (
        "shares",
        "",
        "s_j",
        "Counting; Feller (1968), vol. I, ch. VI",
        shares::answer,
    ),
    (
        "gap",
        "seconds",
        "R / s_j",
        "Rates: mean gap = 1 / (λ·s_j)",
        shares::gap_answer,
    ),
    (
        "ring-imbalance",
        "",
        "E[max of n Γ(V', 1)] / V'",
        "Karger et al. (1997); David and Nagaraja (2003)",
        ring::imbalance_answer,
    ),
    (
        "load-cap",
        "",
        "⌈(1 + ε)·m / n⌉ / (m / n) → 1 + ε",
        "Mirrokni, Thorup and Zadimoghaddam (2018)",
        ring::cap_answer,
    ),
    (
        "fullest",
        "tasks",
        "E[max_j k_j]",
        "Raab and Steger (1998)",
        balls::fullest_answer,
    ),
    (
        "article-round-robin",
        "seconds",
        "(i − 1)·R + T",
        "The article, §3.4",
        article::round_robin_answer,
    ),
    (
        "article-weighted",
        "seconds",
        "Σw / (i·w_i)·R + T",
        "The article, §3.4",
        article::weighted_answer,
    ),
    (
        "article-least-load",
        "seconds",
        "min_j(L_j)·R + T",
        "The article, §3.4",
        article::least_load_answer,
    ),
    (
        "start",
        "seconds",
        "max(A_i, C_k)",
        "Lindley (1952), one server at a time",
        article::start_answer,
    ),
    (
        "utilisation",
        "",
        "λ·E[S] / Σ(v_j·c_j)",
        "Kleinrock (1975), vol. I, §2.1",
        queues::utilisation_answer,
    ),
    (
        "server-utilisation",
        "",
        "λ·s_j·E[S] / (v_j·c_j)",
        "Kleinrock (1975), vol. I, §2.1",
        queues::per_server_answer,
    ),
    (
        "largest-rate",
        "per-second",
        "min_j v_j·c_j / (s_j·E[S])",
        "Loynes (1962): stable if ρ_j < 1",
        queues::rate_answer,
    ),
    (
        "response",
        "seconds",
        "W",
        "Kleinrock (1975), vol. I, ch. 3 and 5; Kelly (1979)",
        models::response_answer,
    ),
    (
        "present",
        "tasks",
        "L = λ·W",
        "Little (1961); Kleinrock (1975), vol. I, §3.2",
        models::present_answer,
    ),
    (
        "wait-chance",
        "",
        "P(wait > 0)",
        "Erlang (1917); Cooper (1981), ch. 3",
        models::wait_chance_answer,
    ),
    (
        "wait",
        "seconds",
        "Wq = W − E[S]",
        "Erlang (1917); Pollaczek (1930); Allen (1990), §5.3.6",
        models::wait_answer,
    ),
    (
        "wait-p95",
        "seconds",
        "P(wait > t) = 0.05",
        "Cooper (1981), ch. 3",
        models::wait_p95_answer,
    ),
    (
        "response-p95",
        "seconds",
        "P(T > t) = 0.05",
        "Kleinrock (1975), vol. I, ch. 3 and 6",
        models::p95_answer,
    ),
    (
        "response-p99",
        "seconds",
        "P(T > t) = 0.01",
        "Kleinrock (1975), vol. I, ch. 3 and 6",
        models::p99_answer,
    ),
    (
        "loss",
        "",
        "p_K",
        "Erlang (1917); Kleinrock (1975), vol. I, §3.6–3.7",
        models::loss_answer,
    ),
    (
        "run-length",
        "seconds",
        run_length::FORMULA,
        "Whitt (1989), Management Science 35",
        run_length::answer,
    ),
    (
        "if-one-queue",
        "seconds",
        "1/μ + C / (nμ − λ)",
        "Erlang (1917): M/M/n",
        compare::one_queue,
    ),
    (
        "if-shortest",
        "seconds",
        "W of M/M/n … W of E_n/M/1",
        "Winston (1977)",
        compare::shortest,
    ),
    (
        "if-two-choices",
        "seconds",
        "Σ_(i≥1) ρ^((d^i − d)/(d − 1)) / μ",
        "Vvedenskaya et al. (1996); Mitzenmacher (2001)",
        compare::two_choices,
    ),
    (
        "if-round-robin",
        "seconds",
        "1 / (μ·(1 − σ))",
        "Kleinrock (1975), vol. I, §6.4",
        compare::round_robin,
    ),
    (
        "if-random",
        "seconds",
        "Σ 1/n / (μ_j − λ/n)",
        "Kleinrock (1975), vol. I, §3.2",
        compare::random,
    ),
    (
        "if-sjf",
        "seconds",
        "∫ E[T(x)]·f(x) dx",
        "Phipps (1956)",
        compare::shortest_job,
    ),
    (
        "if-srpt",
        "seconds",
        "∫ E[T(x)]·f(x) dx",
        "Schrage and Miller (1966)",
        compare::shortest_remaining,
    ),
    (
        "if-proportional",
        "seconds",
        "n / (Σμ − λ)",
        "Buzen and Chen (1974)",
        compare::proportional,
    ),
    (
        "if-optimal",
        "seconds",
        "((Σ√μ)² / (Σμ − λ) − |A|) / λ",
        "Buzen and Chen (1974)",
        compare::optimal,
    ),
    (
        "optimal-split",
        "per-second",
        "λ_j = μ_j − √μ_j·(Σμ − λ) / Σ√μ",
        "Buzen and Chen (1974)",
        compare::optimal_split,
    ),
    (
        "step",
        "seconds",
        "max_j t_j",
        "Order statistics: David and Nagaraja (2003), ch. 4–5",
        rounds::step_answer,
    ),
    (
        "makespan",
        "seconds",
        "max_j C_j",
        "Graham (1969); David and Nagaraja (2003), ch. 4–5",
        rounds::makespan_answer,
    ),
    (
        "makespan-least",
        "seconds",
        "max(Σp / Σ(v_j·c_j), p_max / v_max)",
        "Graham (1969)",
        schedules::least_answer,
    ),
    (
        "speed-up",
        "",
        "(m·E[S] / v + pause) / (E[max_j t_j] + pause)",
        "Order statistics: David and Nagaraja (2003), ch. 4–5",
        barrier::speed_up_answer,
    ),
    (
        "amdahl",
        "",
        "1 / ((1 − p) + p/n)",
        "Amdahl (1967)",
        barrier::amdahl_answer,
    ),
    (
        "batching",
        "seconds",
        "αR(1 + λα/2) + λτ_0(2α + τ_0/B)/2 + τ_0",
        "Inoue (2021)",
        batching::answer,
    ),
    (
        "pull-factor",
        "",
        "2 − 1/m",
        "Graham (1966)",
        schedules::factor_answer,
    ),
];

/// All predictions for a valid scenario, always the same set in the same order.
pub fn predict(scenario: &Scenario) -> Vec<Prediction> {
    let shares = shares::expected(scenario);
    let found = shares::found(scenario);
    let queues = models::solve(scenario, &shares, &found);
    let question = Question {
        scenario,
        shares,
        found,
        queues,
    };
    let ask = |&(id, unit, formula, source, topic): &(&'static str, _, _, _, Topic)| {
        match conditions::undisturbed(scenario).and_then(|()| topic(&question)) {
            Ok(Answer {
                formula,
                filled,
                value,
                kind,
            }) => Prediction {
                id,
                unit,
                formula,
                filled,
                value: Ok(value),
                kind,
                source,
            },
            Err(reason) => {
                let (filled, kind) = (String::new(), Kind::Exact);
                Prediction {
                    id,
                    unit,
                    formula,
                    filled,
                    value: Err(reason),
                    kind,
                    source,
                }
            }
        }
    };
    PREDICTIONS.iter().map(ask).collect()
}

/// P(T > t), by time (s), of the response time of an accepted task, where a model knows more of it
/// than its mean.
pub fn response_law(scenario: &Scenario) -> Option<impl Fn(f64) -> f64> {
    conditions::undisturbed(scenario).ok()?;
    let queues = models::solve(
        scenario,
        &shares::expected(scenario),
        &shares::found(scenario),
    )
    .ok()?;
    models::response_law(&queues)
}

/// The time that a part `share` of a law stays below, given P(T > t) and a time of the right order
/// (s); 0 if so many do not wait at all.
fn quantile(share: f64, scale_s: f64, exceeds: impl Fn(f64) -> f64) -> f64 {
    let beyond = |t: f64| exceeds(t) > 1.0 - share;
    if !beyond(0.0) {
        return 0.0;
    }
    let mut high = scale_s;
    while beyond(high) {
        high *= 2.0;
    }
    let mut low = 0.0;
    for _ in 0..60 {
        let middle = (low + high) / 2.0;
        if beyond(middle) {
            low = middle
        } else {
            high = middle
        }
    }
    (low + high) / 2.0
}

/// A number in a filled formula.
fn show(value: f64) -> String {
    significant(value, 4)
}

/// The formula filled in for the first servers, so that the line stays short: `a: 5 / 7 = 0.714, b:
/// 1 / 7 = 0.143, …`.
fn fill_servers(values: &[f64], filled: impl Fn(usize) -> String) -> String {
    let part = |(j, &value): (usize, &f64)| {
        let left = filled(j);
        let right = show(value);
        if left.is_empty() || left == right {
            format!("{}: {right}", letter(j))
        } else {
            format!("{}: {left} = {right}", letter(j))
        }
    };
    let mut parts: Vec<String> = values.iter().enumerate().take(4).map(part).collect();
    if values.len() > 4 {
        parts.push("…".into());
    }
    parts.join(", ")
}

// The published numbers stand once, where `cargo xtask validate` prints them.
#[cfg(test)]
#[path = "../../../examples/validate/tables.rs"]
#[expect(dead_code, reason = "most are held by `cargo xtask validate`")]
mod tables;
#[cfg(test)]
mod tests;
