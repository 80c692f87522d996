//! The article's program, as it behaves.
//!
//! A model of the `LoadBalancer`/`Server` listing of the article, so that a reader discovers its
//! faults. Source: the listing. State: a count of connections for each server. The policy is the
//! *first* server's, whatever the others say; round robin is named in the text but missing from the
//! code, so asking for it fails; `connections` only ever rises; "shortest job first" returns that
//! same count, so it is least connections; and as printed, the two count-based policies use the
//! server they found as a list index and fail with a type error. (`listing_mended` uses the server
//! itself instead.) Ties go to the first server, since the listing compares with `<`. The listing
//! also sleeps inside `execute`, one task at a time: its scene gives the balancer that capacity.
//! Weakness: all of the above.

use crate::balance::{
    Cluster, Explain, Knows, Pick, Picture, Policy, Setup, Share, Strategy, StrategyConfig,
};
use crate::rng::Rng;
use crate::workload::Task;

/// See the [module](self).
#[derive(Clone, Debug)]
pub struct ArticleProgram {
    policy: Policy,
    mended: bool,
    /// The list of servers: those with a weight, which the listing itself ignores.
    servers: Vec<u16>,
    connections: Vec<u32>,
}

impl Strategy for ArticleProgram {
    const SHARE: Share = Share::ByListing;
    const FIELDS: &'static [&'static str] = &["listing", "listing_mended"];

    fn knows(_: &StrategyConfig) -> Knows {
        Knows::NOTHING
    }

    fn new(setup: &Setup) -> Self {
        Self {
            policy: setup
                .config
                .listing
                .first()
                .copied()
                .unwrap_or(Policy::Random),
            mended: setup.config.listing_mended,
            servers: (0..)
                .zip(setup.weights)
                .filter_map(|(server, &weight)| (weight > 0).then_some(server))
                .collect(),
            connections: vec![0; setup.weights.len()],
        }
    }

    fn pick<X: Explain>(
        &mut self,
        _: &Task,
        cluster: &Cluster,
        rng: &mut Rng,
        why: &mut X,
    ) -> Pick {
        let n = self.servers.len();
        let listed = self.servers.iter().map(|&server| usize::from(server));
        why.record(|w| {
            w.table("article-random", &["its-count", "in-progress"]);
            for s in listed.clone() {
                w.row(
                    s,
                    &[
                        f64::from(self.connections[s]),
                        f64::from(cluster.in_flight[s]),
                    ],
                );
            }
            w.values.push(("servers", n as f64));
        });
        let server = match self.policy {
            Policy::Random => self.servers[rng.below(n as u64) as usize].into(),
            Policy::RoundRobin => {
                why.record(|w| w.rule = "article-unknown-policy");
                return Pick::Crash;
            }
            Policy::LeastConnections | Policy::ShortestJobFirst if !self.mended => {
                why.record(|w| w.rule = "article-type-error");
                return Pick::Crash;
            }
            Policy::LeastConnections | Policy::ShortestJobFirst => {
                let least = listed.min_by_key(|&s| self.connections[s]);
                let server = least.unwrap_or(0);
                why.record(|w| {
                    let shortest = self.policy == Policy::ShortestJobFirst;
                    w.rule = if shortest {
                        "article-shortest"
                    } else {
                        "article-least"
                    };
                    w.values
                        .push(("count", f64::from(self.connections[server])));
                    w.tie(0, f64::from(self.connections[server]), "first-declared");
                });
                server
            }
        };
        // The listing has no health checks: a server that is down never answers.
        if !cluster.eligible.has(server) {
            return Pick::NoServer;
        }
        self.connections[server] += 1;
        Pick::Server(server)
    }

    fn picture(&self, _: &Cluster) -> Picture {
        Picture::Listing {
            policy: self.policy.as_str(),
            counts: self.connections.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::balance::StrategyId;
    use crate::balance::bare::{Case, letters_for};

    fn run(listing: Vec<Policy>, mended: bool) -> String {
        let config = StrategyConfig {
            id: StrategyId::ArticleProgram,
            listing,
            listing_mended: mended,
            ..StrategyConfig::default()
        };
        letters_for(&Case {
            config,
            ..Case::new(StrategyId::ArticleProgram, &[1, 1, 1], 6)
        })
    }

    #[test]
    fn only_the_first_servers_policy_counts() {
        use Policy::*;
        assert_eq!(
            run(vec![LeastConnections, Random, Random], true),
            run(vec![LeastConnections; 3], true)
        );
        assert_ne!(
            run(vec![LeastConnections, Random, Random], true),
            run(vec![Random; 3], true)
        );
    }

    #[test]
    fn its_shortest_job_first_is_its_least_connections() {
        assert_eq!(
            run(vec![Policy::ShortestJobFirst], true),
            run(vec![Policy::LeastConnections], true)
        );
    }

    /// No task is in flight, yet the counts keep rising, so that "least connections" takes turns.
    #[test]
    fn its_counts_never_fall() {
        assert_eq!(run(vec![Policy::LeastConnections], true), "a b c a b c");
    }

    #[test]
    fn it_has_no_round_robin_and_fails_as_printed() {
        assert_eq!(run(vec![Policy::RoundRobin], true), "! ! ! ! ! !");
        assert_eq!(run(vec![Policy::LeastConnections], false), "! ! ! ! ! !");
    }
}
