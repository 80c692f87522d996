//! The two lists that a new strategy has its lines in.

/// Hands the list of strategies to another macro, in teaching order: name, id, and the type that
/// implements it.
macro_rules! for_each_strategy {
    ($then:ident) => {
        $then! {
            RoundRobin = "round-robin" => strategies::round_robin::RoundRobin;
            SmoothWrr = "smooth-wrr" => strategies::smooth_wrr::SmoothWrr;
            ExpandedWrr = "expanded-wrr" => strategies::expanded_wrr::ExpandedWrr;
            Random = "random" => strategies::random::Random<false>;
            WeightedRandom = "weighted-random" => strategies::random::Random<true>;
            LeastConnections = "least-connections"
                => strategies::least_connections::LeastConnections;
            LeastResponseTime = "least-response-time"
                => Late<strategies::least_response_time::LeastResponseTime>;
            IpHash = "ip-hash" => Late<strategies::nginx_hash::IpHash>;
            UriHash = "uri-hash"
                => Late<strategies::nginx_hash::ModuloHash<{ strategies::nginx_hash::URL }>>;
            HeaderHash = "header-hash"
                => Late<strategies::nginx_hash::ModuloHash<{ strategies::nginx_hash::HEADER }>>;
            Pull = "pull" => strategies::pull::Pull;
            ArticleProgram = "article-program" => Late<strategies::article_program::ArticleProgram>;
            Ketama = "ketama" => Late<keyed::Keyed<keyed::Ketama>>;
            HaproxyRing = "haproxy-ring" => Late<keyed::Keyed<keyed::HaproxyRing>>;
            HaproxyMap = "haproxy-map" => Late<keyed::Keyed<keyed::HaproxyMap>>;
            EnvoyRing = "envoy-ring" => Late<keyed::Keyed<keyed::EnvoyRing>>;
            Maglev = "maglev" => Late<keyed::Keyed<keyed::Maglev>>;
            Rendezvous = "rendezvous" => Late<keyed::Keyed<keyed::Rendezvous>>;
            BoundedLoad = "bounded-load" => Late<keyed::Keyed<keyed::BoundedLoad>>;
            EnvoyBoundedLoad = "envoy-bounded-load" => Late<keyed::EnvoyBoundedLoad>;
            CaddyHash = "caddy-hash" => Late<keyed::Keyed<keyed::CaddyHash>>;
            TraefikHrw = "traefik-hrw" => Late<keyed::Keyed<keyed::TraefikHrw>>;
            HaproxyWrr = "haproxy-wrr" => Late<strategies::haproxy_wrr::HaproxyWrr>;
            StaticMap = "static-map" => Late<strategies::static_map::StaticMap>;
            EdfWrr = "edf-wrr" => Late<strategies::edf::EdfWrr>;
            TraefikWrr = "traefik-wrr" => Late<strategies::traefik_wrr::TraefikWrr>;
            CaddyWrr = "caddy-wrr" => Late<strategies::caddy_wrr::CaddyWrr>;
            GrpcRoundRobin = "grpc-round-robin"
                => Late<strategies::grpc_round_robin::GrpcRoundRobin>;
            StaticStride = "static-stride" => Late<strategies::static_stride::StaticStride>;
            HaproxyLeastconn = "haproxy-leastconn"
                => Late<strategies::haproxy_leastconn::HaproxyLeastconn>;
            FirstFit = "first-fit" => Late<strategies::first_fit::FirstFit>;
            PickFirst = "pick-first" => Late<strategies::pick_first::PickFirst>;
            TwoChoices = "two-choices" => strategies::two_choices::TwoChoices;
            HaproxyRandom = "haproxy-random" => Late<keyed::HaproxyRandom>;
            CaddyRandomChoose = "caddy-random-choose"
                => Late<strategies::caddy_random_choose::CaddyRandomChoose>;
            LeastRequest = "least-request" => Late<strategies::least_request::LeastRequest>;
            TraefikLeastTime = "traefik-least-time"
                => Late<strategies::traefik_least_time::TraefikLeastTime>;
            IpvsSed = "ipvs-sed" => Late<strategies::ipvs::Ipvs<false>>;
            IpvsNq = "ipvs-nq" => Late<strategies::ipvs::Ipvs<true>>;
            ShortestQueue = "shortest-queue" => Late<strategies::shortest_queue::ShortestQueue>;
            IdleQueue = "idle-queue" => Late<strategies::idle_queue::IdleQueue>;
            PeakEwma = "peak-ewma" => Late<strategies::peak_ewma::PeakEwma>;
            Prequal = "prequal" => Late<strategies::prequal::Prequal>;
            DataLocal = "data-local" => Late<strategies::data_local::DataLocal>;
            Bandit = "bandit" => Late<strategies::bandit::Learnt>;
            LinUcb = "lin-ucb" => Late<strategies::lin_ucb::LinUcb>;
            TableLearner = "table-learner" => Late<strategies::table_learner::TableLearner>;
            WorkStealing = "work-stealing" => Late<strategies::work_stealing::WorkStealing>;
            SglangCacheAware = "sglang-cache-aware" => strategies::routed::Routed<0>;
            SglangManual = "sglang-manual" => strategies::routed::Routed<1>;
            SglangConsistentHashing = "sglang-consistent-hashing"
                => strategies::routed::Routed<11>;
            SglangPrefixHash = "sglang-prefix-hash" => strategies::routed::Routed<12>;
            SglangBucket = "sglang-bucket" => strategies::routed::Routed<13>;
            VllmCacheAware = "vllm-cache-aware" => strategies::routed::Routed<2>;
            VllmKvAware = "vllm-kv-aware" => strategies::routed::Routed<3>;
            VllmStickyLeastLoaded = "vllm-sticky-least-loaded" => strategies::routed::Routed<4>;
            VllmConsistentHash = "vllm-consistent-hash" => strategies::routed::Routed<14>;
            DynamoKvCost = "dynamo-kv-cost" => strategies::routed::Routed<5>;
            RayPrefixAware = "ray-prefix-aware" => strategies::routed::Routed<6>;
            LlmDScorers = "llm-d-scorers" => strategies::routed::Routed<7>;
            ProductionStackPrefix = "production-stack-prefix" => strategies::routed::Routed<8>;
            ProductionStackSession = "production-stack-session" => strategies::routed::Routed<15>;
            ProductionStackLoadAware = "production-stack-load-aware"
                => strategies::routed::Routed<16>;
            AibrixPrefixCache = "aibrix-prefix-cache" => strategies::routed::Routed<9>;
            VllmEnginePick = "vllm-engine-pick" => strategies::routed::Routed<10>;
        }
    };
}

/// Hands the list of strategies' settings to another macro: what each is, name, type, default and,
/// for its row in the table of [fields](crate::scenario::fields), the key of its label and its
/// kind.
macro_rules! for_each_setting {
    ($then:ident) => {
        $then! {
            /// Least response time: what it knows of sizes.
            knowledge: Knowledge = Knowledge::Learnt,
                "knowledge", Kind::Choice(Knowledge::WORDS);
            /// The article's program: the policies of its servers, in turn.
            listing: Vec<Policy> = vec![
                Policy::Random,
                Policy::LeastConnections,
                Policy::ShortestJobFirst,
            ];
            /// The article's program: use the server it finds, where the printed listing takes it
            /// for an index and fails.
            listing_mended: bool = true, "mended", Kind::Flag;
            /// Strategies by key, but for nginx's modulo hashes: what the key is.
            key: KeySource = KeySource::Url, "key", Kind::Choice(KeySource::WORDS);
            /// Ketama: points on the ring for each unit of weight; 160 in nginx and Pingora.
            virtual_nodes: u32 = 160,
                "virtual-nodes", Kind::Number(log_count(1.0, 1000.0, 1000.0));
            /// Envoy's ring: the points on it, at least; Envoy's `minimum_ring_size`.
            ring_size: u32 = 1024, "ring-size", Kind::Number(log_count(1.0, 65_536.0, 65_536.0));
            /// Bounded load: a server's tasks over its share of all (%); HAProxy's
            /// `hash-balance-factor`, Envoy's `hash_balance_factor`.
            balance_factor: u32 = 125,
                "balance-factor", Kind::Number(count(101.0, 1000.0, 300.0));
            /// Two choices and their like, peak EWMA, least request: how many servers are drawn.
            choices: u32 = 2, "choices", Kind::Number(count(1.0, 256.0, 8.0));
            /// Two choices: how they are drawn.
            draw: Draw = Draw::Distinct, "draw", Kind::Choice(Draw::WORDS);
            /// Turns by deadline, least request: how ties and the first picks go.
            edf: EdfVariant = EdfVariant::Envoy, "edf", Kind::Choice(EdfVariant::WORDS);
            /// Least request, with equal weights: all servers are looked at, none is drawn.
            full_scan: bool = false, "full-scan", Kind::Flag;
            /// Least request: the power of the tasks in progress that a weight is divided by.
            least_request_bias: f64 = 1.0, "bias", Kind::Number(linear(0.0, 10.0, 4.0, 0.1, ""));
            /// Peak EWMA: the time in which an estimate falls to 1/e (s).
            ewma_decay_s: f64 = 10.0, "decay", Kind::Number(wait(100.0));
            /// Prequal: probes sent at each pick.
            probes: u32 = 3, "probes", Kind::Number(count(1.0, 16.0, 8.0));
            /// Prequal: how long an answer is used (s).
            probe_ttl_s: f64 = 1.0, "probe-ttl", Kind::Number(wait(100.0));
            /// Prequal: above which quantile of the tasks in flight a server is hot.
            hot_quantile: f64 = 0.84,
                "hot-quantile", Kind::Number(linear(0.0, 1.0, 1.0, 0.01, ""));
            /// Data locality: what waits at a server counts, and not the transfer alone.
            weigh_queue: bool = true, "weigh-queue", Kind::Flag;
            /// Bandit: how it explores.
            learner: Learner = Learner::Ucb1, "learner", Kind::Choice(Learner::WORDS);
            /// Bandit: ε of ε-greedy, the share of picks at random; of UCB1 the width, by which
            /// it multiplies its bonus (1 as published); of LinUCB α; of the table learner ε.
            explore: f64 = 0.1, "explore", Kind::Number(linear(0.0, 1.0, 1.0, 0.01, ""));
            /// Bandit, LinUCB, table learner: what earlier responses count after each newer; with 1
            /// nothing fades.
            memory: f64 = 1.0, "memory", Kind::Number(linear(0.5, 1.0, 1.0, 0.001, ""));
            /// Cache-aware routers: above which share of a prompt a match counts.
            cache_threshold: f64 = 0.3,
                "cache-threshold", Kind::Number(linear(0.0, 1.0, 1.0, 0.05, ""));
            /// Cache-aware routers: loads are imbalanced if they differ by more than this, and also
            /// by more than `balance_rel`.
            balance_abs: u32 = 64, "balance-abs", Kind::Number(count(0.0, 10_000.0, 200.0));
            /// Cache-aware routers: how many times the least load the greatest may be.
            balance_rel: f64 = 1.5, "balance-rel", Kind::Number(linear(1.0, 100.0, 5.0, 0.1, ""));
            /// Scorers of llm-d: what the shortest queue counts.
            queue_weight: f64 = 2.0, "queue-weight", Kind::Number(linear(0.0, 100.0, 5.0, 0.5, ""));
            /// Scorers of llm-d: what a free KV cache counts.
            kv_weight: f64 = 2.0, "kv-weight", Kind::Number(linear(0.0, 100.0, 5.0, 0.5, ""));
            /// Scorers of llm-d: what a prompt counts that was sent there before.
            prefix_weight: f64 = 3.0,
                "prefix-weight", Kind::Number(linear(0.0, 100.0, 5.0, 0.5, ""));
            /// Match less load: what the load above the mean counts against a match.
            load_weight: f64 = 1.0, "load-weight", Kind::Number(linear(0.0, 100.0, 5.0, 0.1, ""));
        }
    };
}

pub(crate) use for_each_setting;
pub(super) use for_each_strategy;
