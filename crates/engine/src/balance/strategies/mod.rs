//! The strategies that do not look a key up in a table, a file each. Where a file's name has no
//! product in it, its first lines name the source; the [parent module](super) has an overview.

pub mod article_program;
pub mod draws;
pub mod edf;
pub mod expanded_wrr;
pub mod first_fit;
pub mod haproxy_leastconn;
pub mod haproxy_wrr;
pub mod idle_queue;
pub mod least_connections;
pub mod least_request;
pub mod least_response_time;
pub mod nginx_hash;
pub mod peak_ewma;
pub mod prequal;
pub mod pull;
pub mod random;
pub mod round_robin;
pub mod shortest_queue;
pub mod smooth_wrr;
pub mod static_map;
pub mod static_stride;
pub mod two_choices;
pub mod work_stealing;
