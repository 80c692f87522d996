//! The keys that are hashed.

use crate::balance::xxh64::xxh64;
use crate::workload::KeySource;
use crate::workload::clients::Population;
use std::net::Ipv4Addr;

/// A key as a balancer sees it.
#[derive(Clone, Copy, Debug)]
pub enum Key<'a> {
    /// The client's address.
    Address(Ipv4Addr),
    /// The request path, with its query string if there is one.
    Url(&'a str),
    /// The header's value.
    Header(&'a str),
}

impl Key<'_> {
    pub(super) fn of(source: KeySource, population: &Population, index: usize) -> Key<'_> {
        match source {
            KeySource::Ip => Key::Address(population.addresses[index]),
            KeySource::Url => Key::Url(&population.urls[index]),
            KeySource::Header => Key::Header(&population.tenants[index]),
        }
    }

    /// The key as text.
    pub fn text(self) -> String {
        match self {
            Self::Address(address) => address.to_string(),
            Self::Url(text) | Self::Header(text) => text.to_string(),
        }
    }
}

/// XXH64 of the key's text, as in Envoy's hash policies.
pub(crate) fn xxh64_of(key: Key) -> u64 {
    xxh64(key.text().as_bytes(), 0)
}
