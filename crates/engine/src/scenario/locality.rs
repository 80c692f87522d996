//! Where servers are: levels of priority, and zones.

use serde::{Deserialize, Serialize};

/// Whether tasks stay in the zone of their client.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ZonePreference {
    /// Zones do not matter to the pick.
    #[default]
    None,
    /// They stay there if it has a healthy server, however busy (Kubernetes' `trafficDistribution:
    /// PreferSameZone`).
    Same,
    /// They stay there as far as the zone's part of the servers covers its part of the clients;
    /// the rest goes to zones with more servers than clients (Envoy's zone-aware routing).
    Envoy,
}

/// How balancers use zones and levels of priority. Servers have both; client i is in zone i,
/// counted around the zones.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Locality {
    /// Envoy's `overprovisioning_factor`, in units (140 there is 1.4 here): a level of priority
    /// gets all tasks while this many times its healthy share is at least the whole.
    pub overprovisioning: f64,
    /// Whether tasks stay in their zone.
    pub zones: ZonePreference,
    /// Envoy's `min_cluster_size`: with fewer healthy servers its zones do not matter.
    pub least_servers: u32,
    /// How much longer the way from a client to a server of another zone is (s).
    pub latency_s: f64,
    /// How many zones a region has, in the order of their numbers; 0: all are in one.
    pub zones_per_region: u32,
    /// How much longer still the way to another region is (s).
    pub region_latency_s: f64,
}

impl Default for Locality {
    fn default() -> Self {
        Self {
            overprovisioning: 1.4,
            zones: ZonePreference::None,
            least_servers: 6,
            latency_s: 0.0,
            zones_per_region: 0,
            region_latency_s: 0.0,
        }
    }
}
