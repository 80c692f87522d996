//! The strategies that do not look a key up in a table, a file each. Where a file's name has no
//! product in it, its first lines name the source; the [parent module](super) has an overview.

pub(super) mod article_program;
pub(super) mod bandit;
pub(super) mod caddy_random_choose;
pub(super) mod caddy_wrr;
pub(super) mod data_local;
pub(super) mod draws;
pub(super) mod edf;
pub(super) mod expanded_wrr;
pub(super) mod first_fit;
pub(super) mod grpc_round_robin;
pub(super) mod haproxy_leastconn;
pub(super) mod haproxy_wrr;
pub(super) mod idle_queue;
pub(super) mod ipvs;
pub(super) mod least_connections;
pub(super) mod least_request;
pub(super) mod least_response_time;
pub(super) mod lin_ucb;
pub(super) mod nginx_hash;
pub(super) mod peak_ewma;
pub(super) mod pick_first;
pub(super) mod prequal;
pub(super) mod pull;
pub(super) mod random;
pub(super) mod round_robin;
pub(super) mod routed;
pub(super) mod shortest_queue;
pub(super) mod smooth_wrr;
pub(super) mod static_map;
pub(super) mod static_stride;
pub(super) mod table_learner;
pub(super) mod traefik_least_time;
pub(super) mod traefik_wrr;
pub(super) mod two_choices;
pub(super) mod work_stealing;
