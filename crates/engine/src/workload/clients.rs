//! Who asks for what: clients with addresses, URLs and a tenant header, some far more popular than
//! others.

use super::keys::KeySource;
use super::popularity::Popularity;
use crate::rng::Rng;
use serde::{Deserialize, Serialize};
use std::net::Ipv4Addr;

/// Who sends tasks and what they ask for. Popularity follows Zipf's law with the given skew: 0 is
/// even.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Clients {
    /// How many clients, each with an address.
    pub clients: u32,
    /// How unevenly they send.
    pub client_skew: f64,
    /// How many URLs.
    pub urls: u32,
    /// How unevenly they are asked for.
    pub url_skew: f64,
    /// How many values of the `X-Tenant` header.
    pub tenants: u32,
    /// How unevenly they occur.
    pub tenant_skew: f64,
}

impl Default for Clients {
    fn default() -> Self {
        Self {
            clients: 12,
            client_skew: 0.0,
            urls: 12,
            url_skew: 0.0,
            tenants: 6,
            tenant_skew: 0.0,
        }
    }
}

/// The parts of a task that a balancer may look at.
#[derive(Clone, Debug, PartialEq)]
pub struct Population {
    /// Client addresses.
    pub addresses: Vec<Ipv4Addr>,
    /// Request paths.
    pub urls: Vec<String>,
    /// Values of the `X-Tenant` header.
    pub tenants: Vec<String>,
    /// How unevenly they occur, by kind of key.
    popularity: [Popularity; KeySource::COUNT],
}

/// The kinds of request that URLs are made of, as an ML service would name them.
pub const ROUTES: [&str; 4] = ["chat", "embed", "rank", "image"];

/// The address of client `i`: four clients to each /24 network, as colleagues behind one router
/// would be.
pub fn address(i: u32) -> Ipv4Addr {
    let network = i / 4;
    Ipv4Addr::new(
        10,
        (network / 250) as u8,
        (network % 250) as u8,
        (7 + 31 * (i % 4)) as u8,
    )
}

impl Population {
    /// The population of a validated configuration.
    pub fn new(config: &Clients) -> Self {
        Self {
            addresses: (0..config.clients).map(address).collect(),
            urls: (0..config.urls)
                .map(|i| format!("/{}/{i}", ROUTES[i as usize % ROUTES.len()]))
                .collect(),
            tenants: (0..config.tenants).map(|i| format!("t{i}")).collect(),
            popularity: [
                Popularity::new(config.clients, config.client_skew),
                Popularity::new(config.urls, config.url_skew),
                Popularity::new(config.tenants, config.tenant_skew),
            ],
        }
    }

    /// How many keys of this kind there are.
    pub fn count(&self, source: KeySource) -> usize {
        match source {
            KeySource::Ip => self.addresses.len(),
            KeySource::Url => self.urls.len(),
            KeySource::Header => self.tenants.len(),
        }
    }

    /// Draws a key of each kind.
    #[inline]
    pub fn draw(&self, rng: &mut Rng) -> [u32; KeySource::COUNT] {
        self.popularity.each_ref().map(|law| law.draw(rng))
    }

    /// The probabilities of the keys, by kind.
    pub fn probabilities(&self) -> [Vec<f64>; KeySource::COUNT] {
        self.popularity.each_ref().map(Popularity::probabilities)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn four_clients_share_a_network() {
        let of = |i| address(i).octets();
        assert_eq!(of(0)[..3], of(3)[..3]);
        assert_ne!(of(3)[..3], of(4)[..3]);
        assert_ne!(of(0), of(1));
    }
}
