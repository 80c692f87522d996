//! The clients and what they ask for: addresses, URLs and a tenant header, some far more popular
//! than others.

use super::keys::KeySource;
use super::popularity::Popularity;
use crate::rng::Rng;
use serde::{Deserialize, Serialize};
use std::net::Ipv4Addr;

/// How many keys of each kind there are, and how popular they are. Popularity follows Zipf's law
/// with the given skew: 0 is even.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Clients {
    /// How many clients, each with an address.
    pub clients: u32,
    /// Skew of the clients.
    pub client_skew: f64,
    /// How many URLs.
    pub urls: u32,
    /// Skew of the URLs.
    pub url_skew: f64,
    /// How many values of the `X-Tenant` header.
    pub tenants: u32,
    /// Skew of the tenants.
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

/// All keys that tasks can have: what a balancer may read of a request.
#[derive(Clone, Debug, PartialEq)]
pub struct Population {
    /// Client addresses.
    pub addresses: Vec<Ipv4Addr>,
    /// Request paths.
    pub urls: Vec<String>,
    /// Values of the `X-Tenant` header.
    pub tenants: Vec<String>,
    /// The popularity of the keys, by kind.
    popularity: [Popularity; KeySource::COUNT],
}

/// The kinds of request that URLs are made of, as an ML service would name them.
pub const ROUTES: [&str; 4] = ["chat", "embed", "rank", "image"];

/// The address of client `i`: four clients to each /24 network, like colleagues behind one router.
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
        let [address, url, tenant] = &self.popularity;
        [address.draw(rng), url.draw(rng), tenant.draw(rng)]
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
        let octets = [0, 1, 3, 4].map(|i| address(i).octets());
        assert_eq!(octets[0][..3], octets[2][..3]);
        assert_ne!(octets[2][..3], octets[3][..3]);
        assert_ne!(octets[0], octets[1]);
    }
}
