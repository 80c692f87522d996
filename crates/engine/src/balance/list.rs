//! The list of strategies, in teaching order: name, id, and the type that implements it. Links
//! store a strategy by its index here.

/// Hands the list to another macro.
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
                => strategies::least_response_time::LeastResponseTime;
            IpHash = "ip-hash" => strategies::nginx_hash::IpHash;
            UriHash = "uri-hash"
                => strategies::nginx_hash::ModuloHash<{ strategies::nginx_hash::URL }>;
            HeaderHash = "header-hash"
                => strategies::nginx_hash::ModuloHash<{ strategies::nginx_hash::HEADER }>;
            Pull = "pull" => strategies::pull::Pull;
            ArticleProgram = "article-program" => strategies::article_program::ArticleProgram;
            Ketama = "ketama" => keyed::Keyed<keyed::Ketama>;
            HaproxyRing = "haproxy-ring" => keyed::Keyed<keyed::HaproxyRing>;
            HaproxyMap = "haproxy-map" => keyed::Keyed<keyed::HaproxyMap>;
            EnvoyRing = "envoy-ring" => keyed::Keyed<keyed::EnvoyRing>;
            Maglev = "maglev" => keyed::Keyed<keyed::Maglev>;
            Rendezvous = "rendezvous" => keyed::Keyed<keyed::Rendezvous>;
            BoundedLoad = "bounded-load" => keyed::Keyed<keyed::BoundedLoad>;
            HaproxyWrr = "haproxy-wrr" => strategies::haproxy_wrr::HaproxyWrr;
            StaticMap = "static-map" => strategies::static_map::StaticMap;
            EdfWrr = "edf-wrr" => strategies::edf::EdfWrr;
            StaticStride = "static-stride" => strategies::static_stride::StaticStride;
            HaproxyLeastconn = "haproxy-leastconn"
                => strategies::haproxy_leastconn::HaproxyLeastconn;
            FirstFit = "first-fit" => strategies::first_fit::FirstFit;
            TwoChoices = "two-choices" => strategies::two_choices::TwoChoices;
            LeastRequest = "least-request" => strategies::least_request::LeastRequest;
            ShortestQueue = "shortest-queue" => strategies::shortest_queue::ShortestQueue;
            IdleQueue = "idle-queue" => strategies::idle_queue::IdleQueue;
            PeakEwma = "peak-ewma" => strategies::peak_ewma::PeakEwma;
            Prequal = "prequal" => strategies::prequal::Prequal;
            WorkStealing = "work-stealing" => strategies::work_stealing::WorkStealing;
        }
    };
}

pub(super) use for_each_strategy;
