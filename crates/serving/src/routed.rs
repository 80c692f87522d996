//! The routers of language models, for the engine: what it knows, in their words.

use equipoise_engine::balance::late::CacheChange;
use equipoise_engine::balance::{
    Cluster, Done, Explanation, LateStrategy, Pick, Setup, StrategyConfig,
};
use equipoise_engine::rng::Rng;
use equipoise_engine::workload::Task;
use equipoise_routers::{
    CacheEvent, Chance, ROUTERS, Report, Request, Router, Why, Worker, llm_d, production_stack,
    sglang, vllm_router,
};

/// Tokens a block, as replicas have them.
const BLOCK_SIZE: usize = 16;

/// See the [module](self).
#[derive(Clone)]
pub struct Routed {
    router: Box<dyn Router>,
    addresses: Vec<String>,
}

/// The router that the setup names, as shipped but for what the settings say; None if it is none.
pub fn make(setup: &Setup) -> Option<Box<dyn LateStrategy>> {
    let config = setup.config;
    let id = config.id.as_str();
    let router: Box<dyn Router> = match id {
        "sglang-cache-aware" => Box::new(sglang::CacheAware::new(sglang::CacheAwareSettings {
            cache_threshold: config.cache_threshold as f32,
            balance: thresholds(config),
            ..Default::default()
        })),
        "vllm-cache-aware" => {
            let settings = vllm_router::CacheAwareSettings {
                cache_threshold: config.cache_threshold as f32,
                balance: thresholds(config),
                ..Default::default()
            };
            Box::new(vllm_router::CacheAware::new(settings))
        }
        "sglang-prefix-hash" => Box::new(sglang::PrefixHash::new(sglang::PrefixHashSettings {
            load_factor: f64::from(config.balance_factor) / 100.0,
            ..Default::default()
        })),
        "sglang-bucket" => Box::new(sglang::Bucket::new(sglang::BucketSettings {
            balance: thresholds(config),
            ..Default::default()
        })),
        "llm-d-scorers" => {
            let weights = llm_d::Weights {
                queue: config.queue_weight,
                kv_usage: config.kv_weight,
                prefix: config.prefix_weight,
                ..Default::default()
            };
            Box::new(llm_d::Scorers::new(llm_d::ScorersSettings {
                weights,
                ..Default::default()
            }))
        }
        "production-stack-load-aware" => Box::new(production_stack::LoadAware::new(
            production_stack::LoadAwareSettings {
                beta: config.load_weight,
            },
        )),
        _ => ROUTERS.iter().find(|(known, _)| *known == id)?.1(),
    };
    Some(Box::new(Routed {
        router,
        addresses: setup.addresses.to_vec(),
    }))
}

fn thresholds(config: &StrategyConfig) -> sglang::Thresholds {
    sglang::Thresholds {
        absolute: config.balance_abs,
        relative: config.balance_rel as f32,
    }
}

/// The workers, as far as the cluster shows them.
fn workers<'a>(addresses: &'a [String], cluster: &Cluster) -> Vec<Worker<'a>> {
    let reports = cluster.reports;
    let workers = addresses.iter().enumerate();
    workers
        .map(|(place, url)| Worker {
            url,
            eligible: cluster.eligible.has(place),
            in_flight: cluster.own_in_flight[place],
            report: reports.waiting.get(place).map(|&waiting| Report {
                waiting,
                running: reports.present[place].saturating_sub(waiting),
                tokens: 0,
                kv_usage: reports.kv_usage.get(place).copied().unwrap_or(0.0),
            }),
        })
        .collect()
}

impl LateStrategy for Routed {
    fn clone_box(&self) -> Box<dyn LateStrategy> {
        Box::new(self.clone())
    }

    fn pick(
        &mut self,
        task: &Task,
        cluster: &Cluster,
        rng: &mut Rng,
        explanation: Option<&mut Explanation>,
    ) -> Pick {
        let knows = self.router.knows();
        let asked = cluster.request;
        let prompt: Vec<u32> = asked
            .filter(|_| knows.prompt)
            .map_or_else(Vec::new, |request| request.tokens().collect());
        let blocks: Vec<u64> = match knows.cache_events || knows.sent_prompts {
            true => equipoise_replica::block_hashes(&prompt, BLOCK_SIZE).collect(),
            false => Vec::new(),
        };
        let session = asked
            .filter(|_| knows.session)
            .map(|request| format!("session-{}", request.session));
        let request = Request {
            id: task.number,
            now_s: cluster.now_s,
            prompt: &prompt,
            blocks: &blocks,
            session: session.as_deref(),
        };
        let mut why = match explanation {
            Some(_) => Why::wanted(),
            None => Why::unwanted(),
        };
        let workers = workers(&self.addresses, cluster);
        let picked = self
            .router
            .pick(&request, &workers, &mut Drawn(rng), &mut why);
        if let Some(explanation) = explanation {
            explain(why, explanation);
        }
        picked.map_or(Pick::NoServer, Pick::Server)
    }

    fn first_token(&mut self, task: u64) {
        self.router.first_token(task);
    }

    fn finished(&mut self, done: &Done) {
        self.router.finished(done.task);
    }

    fn bytes(&self) -> usize {
        self.router.bytes()
    }

    fn cache_changed(&mut self, server: usize, changes: &[CacheChange]) {
        for change in changes {
            self.router.cache_changed(
                server,
                match change {
                    CacheChange::Stored(hash) => CacheEvent::Stored(std::slice::from_ref(hash)),
                    CacheChange::Removed(hash) => CacheEvent::Removed(std::slice::from_ref(hash)),
                    CacheChange::Cleared => CacheEvent::Cleared,
                },
            );
        }
    }
}

/// The engine's random numbers.
struct Drawn<'a>(&'a mut Rng);

impl Chance for Drawn<'_> {
    fn below(&mut self, n: usize) -> usize {
        self.0.below(n as u64) as usize
    }

    fn unit(&mut self) -> f64 {
        self.0.unit()
    }
}

/// Copies what a router says of its pick.
fn explain(why: Why, explanation: &mut Explanation) {
    let places = |places: Vec<usize>| places.into_iter().map(|place| place as u16);
    explanation.rule = why.rule;
    explanation.columns.extend(why.columns);
    explanation.servers.extend(places(why.workers));
    explanation.cells.extend(why.cells);
    explanation.tied.extend(places(why.tied));
    explanation.tie_break = why.tie_break;
    explanation.values.extend(why.values);
    explanation.words.extend(why.words);
}

#[cfg(test)]
mod tests {
    use super::*;
    use equipoise_engine::balance::StrategyId;
    use equipoise_engine::workload::Clients;
    use equipoise_engine::workload::clients::Population;

    /// What the page says that a router reads is what the router says.
    #[test]
    fn the_engine_declares_what_routers_read() {
        let population = Population::new(&Clients::default());
        let addresses = [String::from("10.0.0.1:80")];
        let mut routers = 0;
        for &id in StrategyId::ALL {
            let config = StrategyConfig {
                id,
                ..StrategyConfig::default()
            };
            let setup = Setup {
                weights: &[1],
                addresses: &addresses,
                population: &population,
                config: &config,
                ways: None,
            };
            let Some((_, make_router)) = ROUTERS.iter().find(|(known, _)| *known == id.as_str())
            else {
                continue;
            };
            routers += 1;
            assert!(make(&setup).is_some());
            let declared: Vec<_> = config.knows().ids().collect();
            for read in make_router().knows().ids() {
                // Only of a request without a session, of which there is none here.
                let by_session = [
                    StrategyId::VllmStickyLeastLoaded,
                    StrategyId::VllmConsistentHash,
                ];
                if by_session.contains(&id) && read == "prompt" {
                    continue;
                }
                assert!(declared.contains(&read), "{id} reads {read}");
            }
        }
        assert_eq!(routers, 17);
    }
}
