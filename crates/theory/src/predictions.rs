//! The registry of predictions: one row each, in the order in which they are shown.

use crate::answer::Answer;
use crate::question::Question;
use crate::reason::Reason;
use crate::replicas::answers::{alone, full, load, oracle};
use crate::{
    abandonment, article, averages, balls, barrier, batching, closed, compare, conditions, queues,
    ring, rounds, run_length, schedules, streams,
};
use equipoise_engine::scenario::Scenario;
use equipoise_formulas::Formula;

/// What the registry knows of a prediction.
pub(crate) struct PredictionRow {
    /// The unit: a text key below `unit.`, or empty for a plain number.
    pub unit: &'static str,
    /// The formula to show where none applies.
    pub formula: Formula,
    /// Where the formula comes from.
    pub source: &'static str,
    /// Picks the formula that applies and fills it in.
    pub answer: fn(&Question) -> Result<Answer, Reason>,
}

/// Generates [`PredictionId`] from the rows: id, unit, who answers, formula, source.
macro_rules! predictions {
    ($($(#[$doc:meta])* $variant:ident = $id:literal in $unit:literal => $answer:path,
        $formula:expr, $source:literal;)*) => {
        /// Names a prediction.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum PredictionId {
            $($(#[$doc])* $variant,)*
        }

        impl PredictionId {
            /// All predictions, in the order in which they are shown.
            pub const ALL: &[Self] = &[$(Self::$variant),*];

            /// The id; its text keys are `theory.prediction.<id>.name` and `formulas.note.<id>`.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $id),* }
            }

            pub(crate) fn row(self) -> PredictionRow {
                match self {
                    $(Self::$variant => PredictionRow {
                        unit: $unit,
                        formula: $formula,
                        source: $source,
                        answer: $answer,
                    },)*
                }
            }
        }
    };
}

predictions! {
    /// Share of the tasks that each server gets.
    Shares = "shares" in "" => streams::shares_answer,
        Formula::Share,
        "Counting; Feller (1968), vol. I, ch. VI";
    /// Mean gap between the tasks sent to each server.
    Gap = "gap" in "seconds" => streams::gap_answer,
        Formula::Gap,
        "Counting";
    /// Largest share of the keys on a hash ring, over the mean share.
    RingImbalance = "ring-imbalance" in "" => ring::imbalance_answer,
        Formula::RingImbalance,
        "Karger et al. (1997); David and Nagaraja (2003)";
    /// Most tasks of a server under bounded load, over its fair share.
    LoadCap = "load-cap" in "" => ring::cap_answer,
        Formula::LoadCap,
        "Mirrokni, Thorup and Zadimoghaddam (2018)";
    /// Mean number of tasks of the fullest server in a round.
    Fullest = "fullest" in "tasks" => balls::fullest_answer,
        Formula::Fullest,
        "Raab and Steger (1998)";
    /// The article's T_i of round robin.
    ArticleRoundRobin = "article-round-robin" in "seconds" => article::round_robin_answer,
        Formula::ArticleRoundRobin,
        "The article, §3.4";
    /// The article's T_i of weighted round robin.
    ArticleWeighted = "article-weighted" in "seconds" => article::weighted_answer,
        Formula::ArticleWeighted,
        "The article, §3.4";
    /// The article's T_i of least load.
    ArticleLeastLoad = "article-least-load" in "seconds" => article::least_load_answer,
        Formula::ArticleLeastLoad,
        "The article, §3.4";
    /// When the task of the article's example starts service.
    Start = "start" in "seconds" => article::start_answer,
        Formula::Start,
        "Lindley (1952), one server at a time";
    /// Utilisation of all servers together.
    Utilisation = "utilisation" in "" => queues::utilisation_answer,
        Formula::Utilisation,
        "Kleinrock (1975), vol. I, §2.1";
    /// Utilisation of each server.
    ServerUtilisation = "server-utilisation" in "" => queues::per_server_answer,
        Formula::ServerUtilisation,
        "Kleinrock (1975), vol. I, §2.1";
    /// Largest stable arrival rate with these shares.
    LargestRate = "largest-rate" in "per-second" => queues::rate_answer,
        Formula::LargestRate,
        "Loynes (1962)";
    /// Mean response time of accepted tasks.
    Response = "response" in "seconds" => averages::response_answer,
        Formula::Response,
        "Kleinrock (1975), vol. I, ch. 3 and 5; Kelly (1979)";
    /// Mean number of tasks in the system.
    Present = "present" in "tasks" => averages::present_answer,
        Formula::Present,
        "Little (1961); Kleinrock (1975), vol. I, §3.2";
    /// Mean number of tasks that wait for service.
    Waiting = "waiting" in "tasks" => averages::waiting_answer,
        Formula::Waiting,
        "Little (1961); Kleinrock (1975), vol. I, §3.2";
    /// Part of time in which the system is empty.
    Empty = "empty" in "" => averages::empty_answer,
        Formula::Empty,
        "Kleinrock (1975), vol. I, ch. 3";
    /// Probability of waiting.
    WaitChance = "wait-chance" in "" => averages::wait_chance_answer,
        Formula::WaitChance,
        "Erlang (1917); Cooper (1981), ch. 3";
    /// Mean wait before service.
    Wait = "wait" in "seconds" => averages::wait_answer,
        Formula::Wait,
        "Erlang (1917); Pollaczek (1930); Allen (1990), §5.3.6";
    /// 95th percentile of the wait.
    WaitP95 = "wait-p95" in "seconds" => averages::wait_p95_answer,
        Formula::WaitP95,
        "Cooper (1981), ch. 3; Erlang (1909); Franx (2001)";
    /// 95th percentile of the response time.
    ResponseP95 = "response-p95" in "seconds" => averages::p95_answer,
        Formula::ResponseP95,
        "Kleinrock (1975), vol. I, ch. 3 and 6; Franx (2001)";
    /// 99th percentile of the response time.
    ResponseP99 = "response-p99" in "seconds" => averages::p99_answer,
        Formula::ResponseP99,
        "Kleinrock (1975), vol. I, ch. 3 and 6; Franx (2001)";
    /// Fraction of the tasks that are turned away.
    Loss = "loss" in "" => averages::loss_answer,
        Formula::Loss,
        "Erlang (1917); Kleinrock (1975), vol. I, §3.6–3.7";
    /// Fraction of the tasks that leave the queue because their clients give up.
    Abandonment = "abandonment" in "" => abandonment::share_answer,
        Formula::Abandonment,
        "Palm (1957); Garnett, Mandelbaum and Reiman (2002)";
    /// Mean number of tasks that wait where clients give up.
    AbandonmentWaiting = "abandonment-waiting" in "tasks" => abandonment::waiting_answer,
        Formula::AbandonmentWaiting,
        "Palm (1957); Garnett, Mandelbaum and Reiman (2002)";
    /// Tasks per second of a closed loop.
    LoopRate = "loop-rate" in "per-second" => closed::rate_answer,
        Formula::LoopRate,
        "Kleinrock (1975), vol. I, §3.9; Baskett et al. (1975)";
    /// Mean response time of a closed loop.
    LoopResponse = "loop-response" in "seconds" => closed::response_answer,
        Formula::LoopResponse,
        "Kleinrock (1975), vol. I, §3.9; Denning and Buzen (1978)";
    /// The most tasks per second of any closed loop.
    LoopRateMost = "loop-rate-most" in "per-second" => closed::most_answer,
        Formula::LoopRateMost,
        "Muntz and Wong (1974); Denning and Buzen (1978)";
    /// The least mean response time of any closed loop.
    LoopResponseLeast = "loop-response-least" in "seconds" => closed::least_answer,
        Formula::LoopResponseLeast,
        "Muntz and Wong (1974); Denning and Buzen (1978)";
    /// Run length for a mean within ±5 %.
    RunLength = "run-length" in "seconds" => run_length::answer,
        Formula::RunLength,
        "Whitt (1989), Management Science 35";
    /// Mean response time with one shared queue.
    IfOneQueue = "if-one-queue" in "seconds" => compare::one_queue,
        Formula::IfOneQueue,
        "Erlang (1917): M/M/n";
    /// Mean response time of join the shortest queue.
    IfShortest = "if-shortest" in "seconds" => compare::shortest,
        Formula::IfShortest,
        "Winston (1977)";
    /// Mean response time of the shorter of two random queues.
    IfTwoChoices = "if-two-choices" in "seconds" => compare::two_choices,
        Formula::IfTwoChoices,
        "Vvedenskaya et al. (1996); Mitzenmacher (2001)";
    /// Mean response time of round robin.
    IfRoundRobin = "if-round-robin" in "seconds" => compare::round_robin,
        Formula::IfRoundRobin,
        "Kleinrock (1975), vol. I, §6.4";
    /// Mean response time of an even random split.
    IfRandom = "if-random" in "seconds" => compare::random,
        Formula::IfRandom,
        "Kleinrock (1975), vol. I, §3.2";
    /// Mean response time of an even random split, with shortest job first.
    IfSjf = "if-sjf" in "seconds" => compare::shortest_job,
        Formula::IfShortestJob,
        "Phipps (1956)";
    /// Mean response time of an even random split, with shortest remaining time first.
    IfSrpt = "if-srpt" in "seconds" => compare::shortest_remaining,
        Formula::IfShortestRemaining,
        "Schrage and Miller (1966)";
    /// Mean response time of a random split in proportion to speed.
    IfProportional = "if-proportional" in "seconds" => compare::proportional,
        Formula::IfProportional,
        "Buzen and Chen (1974)";
    /// Mean response time of the best random split.
    IfOptimal = "if-optimal" in "seconds" => compare::optimal,
        Formula::IfOptimal,
        "Buzen and Chen (1974)";
    /// Arrival rate of each server under the best random split.
    OptimalSplit = "optimal-split" in "per-second" => compare::optimal_split,
        Formula::OptimalSplit,
        "Buzen and Chen (1974)";
    /// Mean length of a training step.
    Step = "step" in "seconds" => rounds::step_answer,
        Formula::Slowest,
        "Order statistics: David and Nagaraja (2003), ch. 4–5";
    /// Mean makespan of a batch.
    Makespan = "makespan" in "seconds" => rounds::makespan_answer,
        Formula::LastDone,
        "Graham (1969); David and Nagaraja (2003), ch. 4–5";
    /// Lower bound on the mean makespan of any schedule.
    MakespanLeast = "makespan-least" in "seconds" => schedules::least_answer,
        Formula::LeastMakespan,
        "Graham (1969)";
    /// Speed-up of a training step over one slot.
    SpeedUp = "speed-up" in "" => barrier::speed_up_answer,
        Formula::SpeedUp,
        "Order statistics: David and Nagaraja (2003), ch. 4–5";
    /// Amdahl's bound on the speed-up of a training step.
    Amdahl = "amdahl" in "" => barrier::amdahl_answer,
        Formula::Amdahl,
        "Amdahl (1967)";
    /// Mean response time with dynamic batching.
    Batching = "batching" in "seconds" => batching::answer,
        Formula::Batching,
        "Inoue (2021)";
    /// Graham's bound on the makespan of pulling, over the least possible.
    PullFactor = "pull-factor" in "" => schedules::factor_answer,
        Formula::PullFactor,
        "Graham (1966)";
    /// Time to first token of a request alone on a replica.
    AloneTtft = "alone-ttft" in "seconds" => alone::ttft,
        Formula::AloneTtft,
        "Counting";
    /// The same with its prefix in the cache.
    AloneTtftCached = "alone-ttft-cached" in "seconds" => alone::cached_ttft,
        Formula::AloneTtft,
        "Counting";
    /// Time per output token of a request alone.
    AloneTpot = "alone-tpot" in "seconds" => alone::tpot,
        Formula::AloneTpot,
        "Counting";
    /// From sending to the last token of a request alone.
    AloneLatency = "alone-latency" in "seconds" => alone::latency,
        Formula::AloneLatency,
        "Counting";
    /// The most requests that a replica holds to their end.
    MostRequests = "most-requests" in "requests" => full::most,
        Formula::Most,
        "Counting";
    /// A step of as many that decode.
    FullStep = "full-step" in "seconds" => full::step,
        Formula::FullStep,
        "Counting";
    /// Time per output token of a replica that is kept full.
    FullTpot = "full-tpot" in "seconds" => full::tpot,
        Formula::FullTpot,
        "Ross (1996), Stochastic Processes, §3.6; Little (1961)";
    /// Output tokens per second of a replica that is kept full.
    FullTokens = "full-tokens" in "tokens-per-second" => full::tokens,
        Formula::FullTokens,
        "Ross (1996), Stochastic Processes, §3.6; Little (1961)";
    /// Requests per second of a replica that is kept full.
    Saturation = "saturation" in "per-second" => full::rate,
        Formula::Saturation,
        "Ross (1996), Stochastic Processes, §3.6; Little (1961)";
    /// The arrival rate at which the first replica is full.
    FleetSaturation = "fleet-saturation" in "per-second" => full::fleet_rate,
        Formula::FleetRate,
        "Ross (1996), Stochastic Processes, §3.6; Little (1961)";
    /// Mean time to first token at the scenario's rate.
    LoadTtft = "load-ttft" in "seconds" => load::ttft,
        Formula::LoadTtft,
        "Kleinrock (1975), vol. I, §5.2";
    /// Mean time per output token at the scenario's rate.
    LoadTpot = "load-tpot" in "seconds" => load::tpot,
        Formula::LoadTpot,
        "Kleinrock (1976), vol. II, §4.4";
    /// Mean number of requests in service at a replica.
    LoadRunning = "load-running" in "requests" => load::running,
        Formula::LoadRunning,
        "Little (1961)";
    /// Share of the prompt tokens found cached if each replica sees all prefixes.
    CachedSpread = "cached-spread" in "" => load::spread,
        Formula::HitShare,
        "Che, Tung and Wang (2002)";
    /// The same if each prefix has a replica of its own.
    CachedAffine = "cached-affine" in "" => load::affine,
        Formula::HitShare,
        "Che, Tung and Wang (2002)";
    /// Mean time to first token of a closed loop, by NVIDIA's closed form.
    OracleTtft = "oracle-ttft" in "seconds" => oracle::ttft,
        Formula::OracleTtft,
        "NVIDIA, aiconfigurator: queueing model";
    /// Its mean time between tokens.
    OracleItl = "oracle-itl" in "seconds" => oracle::itl,
        Formula::OracleItl,
        "NVIDIA, aiconfigurator: queueing model";
    /// Its median time between tokens.
    OracleMedian = "oracle-itl-median" in "seconds" => oracle::median,
        Formula::OracleMedian,
        "NVIDIA, aiconfigurator: queueing model";
}

/// The article's three formulas, and the text keys of what is said about each:
/// `theory.article.<key>.name`, `.wrong` (what is wrong with it) and `.right` (what holds).
pub const ARTICLE_LAWS: [(PredictionId, &str); 3] = [
    (PredictionId::ArticleRoundRobin, "round-robin"),
    (PredictionId::ArticleWeighted, "weighted"),
    (PredictionId::ArticleLeastLoad, "least-load"),
];

impl std::fmt::Display for PredictionId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(self.as_str())
    }
}

impl PredictionId {
    /// Whether it depends on what is picked alone, however servers serve.
    fn is_of_picks(self) -> bool {
        use PredictionId::{Fullest, LoadCap, RingImbalance, Shares};
        matches!(self, Fullest | LoadCap | RingImbalance | Shares)
    }

    /// Whether it is about replicas of a language model, as the last rows are.
    fn is_of_replicas(self) -> bool {
        self as usize >= Self::AloneTtft as usize
    }

    /// The conditions of all its formulas.
    pub(crate) fn common(self, scenario: &Scenario) -> Result<(), Reason> {
        use PredictionId::{Abandonment, AbandonmentWaiting};
        if self.is_of_replicas() || matches!(self, Abandonment | AbandonmentWaiting) {
            // These are in what they ask the question for.
            return Ok(());
        }
        conditions::undisturbed(scenario)?;
        match self.is_of_picks() {
            true => Ok(()),
            false => conditions::task_by_task(scenario),
        }
    }
}
