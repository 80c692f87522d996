//! The rules that are compared, each with random settings.

use crate::dice::Dice;
use equipoise_routers::{Router, sglang, vllm_router};

/// How a router's program is started, and what must pick as it does.
pub(crate) struct Rule {
    /// The package of Python that has the program.
    pub package: &'static str,
    /// The rule's name there.
    pub name: &'static str,
    /// More of its command line.
    pub flags: Vec<String>,
    /// The same rule, with the same settings.
    pub router: Box<dyn Router>,
    /// What prompts are.
    pub prompts: Prompts,
    /// The header that names the session; empty if requests have none.
    pub session: &'static str,
    /// Whether workers say which model they serve.
    pub names_model: bool,
    /// How often the program evicts what it remembers (s); 0 for never.
    pub evicts_every_s: u64,
}

/// What prompts are.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Prompts {
    /// Text, chats and token ids, all of which are looked at as text.
    Text,
    /// Token ids.
    Tokens,
    /// The same text each time.
    Constant,
}

impl Rule {
    fn new(package: &'static str, name: &'static str, router: Box<dyn Router>) -> Self {
        Self {
            package,
            name,
            flags: Vec::new(),
            router,
            prompts: Prompts::Constant,
            session: "",
            names_model: true,
            evicts_every_s: 0,
        }
    }

    fn with(mut self, flag: &str, value: impl ToString) -> Self {
        self.flags.push(format!("--{flag}"));
        self.flags.push(value.to_string());
        self
    }

    fn sessions(mut self, header: &'static str) -> Self {
        self.session = header;
        self
    }

    fn prompts(mut self, prompts: Prompts) -> Self {
        self.prompts = prompts;
        self
    }
}

const KEY: &str = "x-smg-routing-key";
const SESSION: &str = "x-session-id";

/// The rules of SGLang's router.
pub(crate) fn of_sglang(dice: &mut Dice) -> Vec<Rule> {
    let sglang = |name, router| Rule::new("sglang_router", name, router);
    let mut rules = vec![sglang(
        "round_robin",
        Box::<sglang::RoundRobin>::default() as Box<dyn Router>,
    )];
    for evicts in [false, false, false, false, false, true] {
        rules.push(sglang_cache_aware(dice, evicts));
    }
    for (mode, assignment) in [
        ("random", sglang::Assignment::Random),
        ("min_load", sglang::Assignment::MinLoad),
        ("min_group", sglang::Assignment::MinGroup),
    ] {
        let settings = sglang::ManualSettings {
            assignment,
            ..Default::default()
        };
        let rule = sglang("manual", Box::new(sglang::Manual::new(settings)));
        rules.push(rule.with("assignment-mode", mode).sessions(KEY));
    }
    for names_model in [false, true] {
        let settings = sglang::ConsistentHashingSettings { ring: !names_model };
        let router = Box::new(sglang::ConsistentHashing::new(settings));
        rules.push(Rule {
            names_model,
            ..sglang("consistent_hashing", router).sessions(KEY)
        });
    }
    rules
}

/// The rules of the vLLM project's router.
pub(crate) fn of_vllm(dice: &mut Dice) -> Vec<Rule> {
    let vllm = |name, router| Rule::new("vllm_router", name, router);
    let mut rules = vec![vllm(
        "round_robin",
        Box::<vllm_router::RoundRobin>::default() as Box<dyn Router>,
    )];
    for evicts in [false, false, false, false, false, true] {
        rules.push(vllm_cache_aware(dice, evicts));
    }
    let kv_aware = vllm_router::KvAware::new(Default::default());
    rules.push(vllm("kv_aware", Box::new(kv_aware)).prompts(Prompts::Tokens));
    rules.push(vllm(
        "power_of_two",
        Box::<vllm_router::PowerOfTwo>::default(),
    ));
    for session in ["", SESSION] {
        let ring = Box::<vllm_router::ConsistentHash>::default();
        let sticky = vllm_router::StickyLeastLoaded::new(Default::default());
        let hashed = vllm("consistent_hash", ring).sessions(session);
        rules.push(hashed.prompts(Prompts::Text));
        let sticky = vllm("sticky_least_loaded", Box::new(sticky)).sessions(session);
        rules.push(sticky.prompts(Prompts::Text));
    }
    rules
}

/// Thresholds that decide now this way, now that way; and how much of what was sent is remembered.
struct CacheAware {
    threshold: f32,
    balance: sglang::Thresholds,
    interval_s: u64,
    max_tree_size: usize,
}

impl CacheAware {
    fn roll(dice: &mut Dice, evicts: bool) -> Self {
        Self {
            threshold: dice.roll(10) as f32 / 10.0,
            balance: sglang::Thresholds {
                absolute: dice.roll(6) as u32,
                relative: 1.0 + dice.roll(10) as f32 / 10.0,
            },
            interval_s: if evicts { 1 } else { 3600 },
            max_tree_size: if evicts { 300 } else { 1 << 25 },
        }
    }

    fn flags(&self, rule: Rule, evicts: bool) -> Rule {
        let mut rule = rule
            .with("cache-threshold", self.threshold)
            .with("balance-abs-threshold", self.balance.absolute)
            .with("balance-rel-threshold", self.balance.relative)
            .with("eviction-interval-secs", self.interval_s)
            .with("max-tree-size", self.max_tree_size);
        if evicts {
            rule.evicts_every_s = self.interval_s;
        }
        rule
    }
}

fn sglang_cache_aware(dice: &mut Dice, evicts: bool) -> Rule {
    let rolled = CacheAware::roll(dice, evicts);
    let router = sglang::CacheAware::new(sglang::CacheAwareSettings {
        cache_threshold: rolled.threshold,
        balance: rolled.balance,
        eviction_interval_s: rolled.interval_s as f64,
        max_tree_size: rolled.max_tree_size,
    });
    let rule = Rule::new("sglang_router", "cache_aware", Box::new(router));
    rolled.flags(rule.prompts(Prompts::Text), evicts)
}

fn vllm_cache_aware(dice: &mut Dice, evicts: bool) -> Rule {
    let rolled = CacheAware::roll(dice, evicts);
    let router = vllm_router::CacheAware::new(vllm_router::CacheAwareSettings {
        cache_threshold: rolled.threshold,
        balance: rolled.balance,
        eviction_interval_s: rolled.interval_s as f64,
        max_tree_size: rolled.max_tree_size,
    });
    let rule = Rule::new("vllm_router", "cache_aware", Box::new(router));
    rolled.flags(rule.prompts(Prompts::Tokens), evicts)
}
