//! Hashing a key: the same client, URL or tenant goes to the same server.
//!
//! Source: nginx `ip_hash` and `hash`. State: none. There are ΣW slots, as many for each server as
//! its weight, and a hash h goes to slot h mod ΣW. `ip_hash` hashes the first three octets of the
//! client's address: h = 89, then h = (113·h + octet) mod 6271. `hash` takes bits 16 to 30 of the
//! CRC-32 of the key. If the server is not eligible, both hash again (`ip_hash` continues from its
//! h; `hash` adds the CRC of the number of the try and the key), and at the 21st failed try take
//! weighted turns. No ties. Weaknesses: keys are not equally popular, a whole /24 network goes to
//! one server, and a change of servers moves most keys.

use super::expanded_wrr::expand;
use super::smooth_wrr::SmoothWrr;
use crate::balance::{
    Cluster, Explain, Knows, Pick, Picture, Setup, Share, Strategy, StrategyConfig,
};
use crate::rng::Rng;
use crate::workload::KeySource;
use crate::workload::Task;
use crc::{CRC_32_ISO_HDLC, Crc, NoTable};
use std::net::Ipv4Addr;
use std::sync::Arc;

/// The CRC-32 of zlib and Ethernet, which nginx uses; without a table, since keys are few and each
/// is hashed once.
pub(crate) const CRC_32: Crc<u32, NoTable> = Crc::<u32, NoTable>::new(&CRC_32_ISO_HDLC);

/// With more failed tries than these weighted turns decide, as in nginx (`++tries > 20`).
const TRIES: u32 = 20;

/// One round of nginx's `ip_hash`, from 89 at first or from the last round's result.
#[inline]
pub fn ip_hash(from: u32, address: Ipv4Addr) -> u32 {
    address.octets()[..3]
        .iter()
        .fold(from, |h, &octet| (h * 113 + u32::from(octet)) % 6271)
}

/// What nginx's `hash` directive adds to a key's hash at this attempt, counted from 0.
#[inline]
pub fn modulo_hash(key: &str, attempt: u32) -> u32 {
    let mut crc = CRC_32.digest();
    if attempt > 0 {
        crc.update(attempt.to_string().as_bytes());
    }
    crc.update(key.as_bytes());
    crc.finalize() >> 16 & 0x7fff
}

/// What the two hashes have in common.
#[derive(Clone, Debug)]
struct HashSlots {
    /// The server of each slot.
    owners: Arc<[u16]>,
    /// Of every key its first hash, and the server of that slot.
    first: Arc<[(u32, u16)]>,
    /// Decides when every try has failed.
    turns: SmoothWrr,
    /// The last key and the hash that decided.
    last: Option<(u32, u32)>,
}

impl HashSlots {
    /// For keys of these first hashes.
    fn new(setup: &Setup, hashes: impl Iterator<Item = u32>) -> Self {
        let owners = expand(setup.weights);
        Self {
            first: hashes
                .map(|h| (h, owners[h as usize % owners.len()]))
                .collect(),
            owners,
            turns: SmoothWrr::idle(setup.weights.len()),
            last: None,
        }
    }

    /// Tries the first hash of the key, then those that `next` gives from the hash before and the
    /// number of the attempt, from 1.
    #[inline]
    fn pick<X: Explain>(
        &mut self,
        key: usize,
        cluster: &Cluster,
        why: &mut X,
        rule: &'static str,
        text: impl FnOnce() -> String,
        next: impl Fn(u32, u32) -> u32,
    ) -> Pick {
        let slots = self.owners.len() as u32;
        let (mut hash, mut owner) = self.first[key];
        let mut attempts = 0;
        let chosen = loop {
            if cluster.eligible.has(owner.into()) {
                break Some(owner.into());
            }
            attempts += 1;
            if attempts > TRIES {
                break self.turns.take(*cluster.eligible, cluster.weights);
            }
            hash = next(hash, attempts);
            owner = self.owners[(hash % slots) as usize];
        };
        self.last = Some((key as u32, hash));
        why.record(|w| {
            w.table(rule, &["weight", "slots-from", "slots-to"]);
            let mut from = 0;
            for server in 0..cluster.len() {
                let to = from + cluster.weights[server];
                if cluster.eligible.has(server) {
                    w.row(
                        server,
                        &[cluster.weight(server), f64::from(from), f64::from(to - 1)],
                    );
                }
                from = to;
            }
            w.values.extend([
                ("hash", f64::from(hash)),
                ("slots", f64::from(slots)),
                ("slot", f64::from(hash % slots)),
                ("tries", f64::from(attempts + 1)),
            ]);
            w.words.push(("key", text()));
        });
        chosen.map_or(Pick::NoServer, Pick::Server)
    }

    fn picture(&self, text: impl FnOnce(u32) -> String) -> Picture {
        let (key, hash) = self
            .last
            .map_or((String::new(), 0), |(key, hash)| (text(key), hash));
        let slot = self.last.map(|_| hash as usize % self.owners.len());
        Picture::Slots {
            label: "slots",
            owners: self.owners.to_vec(),
            key,
            hash: hash.into(),
            slot,
            slots: self.owners.len(),
        }
    }
}

/// nginx's `ip_hash`.
#[derive(Clone, Debug)]
pub struct IpHash {
    slots: HashSlots,
    addresses: Arc<[Ipv4Addr]>,
}

impl Strategy for IpHash {
    const SHARE: Share = Share::ByKey;

    fn knows(_: &StrategyConfig) -> Knows {
        Knows {
            weights: true,
            ..Knows::key(KeySource::Ip)
        }
    }

    fn new(setup: &Setup) -> Self {
        let addresses = &setup.population.addresses;
        Self {
            slots: HashSlots::new(setup, addresses.iter().map(|&a| ip_hash(89, a))),
            addresses: addresses.as_slice().into(),
        }
    }

    #[inline]
    fn pick<X: Explain>(
        &mut self,
        task: &Task,
        cluster: &Cluster,
        _: &mut Rng,
        why: &mut X,
    ) -> Pick {
        let client = task.key(KeySource::Ip);
        let address = self.addresses[client];
        self.slots.pick(
            client,
            cluster,
            why,
            "ip-hash",
            || address.to_string(),
            |hash, _| ip_hash(hash, address),
        )
    }

    fn picture(&self, _: &Cluster) -> Picture {
        self.slots
            .picture(|client| self.addresses[client as usize].to_string())
    }
}

/// [`ModuloHash`] over the URL.
pub(crate) const URL: u8 = 0;
/// [`ModuloHash`] over the header.
pub(crate) const HEADER: u8 = 1;

/// nginx's `hash` over the URL or the `X-Tenant` header.
#[derive(Clone, Debug)]
pub struct ModuloHash<const KEY: u8> {
    slots: HashSlots,
    keys: Arc<[String]>,
}

impl<const KEY: u8> Strategy for ModuloHash<KEY> {
    const SHARE: Share = Share::ByKey;

    fn knows(_: &StrategyConfig) -> Knows {
        let key = if KEY == URL {
            KeySource::Url
        } else {
            KeySource::Header
        };
        Knows {
            weights: true,
            ..Knows::key(key)
        }
    }

    fn new(setup: &Setup) -> Self {
        let keys = if KEY == URL {
            &setup.population.urls
        } else {
            &setup.population.tenants
        };
        Self {
            slots: HashSlots::new(setup, keys.iter().map(|key| modulo_hash(key, 0))),
            keys: keys.as_slice().into(),
        }
    }

    #[inline]
    fn pick<X: Explain>(
        &mut self,
        task: &Task,
        cluster: &Cluster,
        _: &mut Rng,
        why: &mut X,
    ) -> Pick {
        let source = match KEY {
            URL => KeySource::Url,
            _ => KeySource::Header,
        };
        let index = task.key(source);
        let key = &self.keys[index];
        let rule = if KEY == URL {
            "uri-hash"
        } else {
            "header-hash"
        };
        self.slots.pick(
            index,
            cluster,
            why,
            rule,
            || key.clone(),
            // nginx adds up the hashes of its tries.
            |sum, attempt| sum + modulo_hash(key, attempt),
        )
    }

    fn picture(&self, _: &Cluster) -> Picture {
        self.slots
            .picture(|index| self.keys[index as usize].clone())
    }
}

#[cfg(test)]
mod tests {
    use crate::balance::StrategyId;
    use crate::balance::bare::{Case, letters_for};

    fn hashed(id: StrategyId, servers: usize, keys: impl Iterator<Item = String>) -> String {
        let keys: Vec<String> = keys.collect();
        letters_for(&Case {
            keys: &keys,
            ..Case::new(id, &vec![1; servers], keys.len())
        })
        .replace(' ', "")
    }

    fn addresses() -> impl Iterator<Item = String> {
        (1..=30).map(|i| format!("127.0.{i}.2"))
    }

    /// `upstream_ip_hash.t` of nginx-tests: 127.0.1.2 to 127.0.30.2 fall 15/15 over two servers,
    /// 10/10/10 over three.
    #[test]
    fn ip_hash_falls_as_nginxs_tests_say() {
        let two = hashed(StrategyId::IpHash, 2, addresses());
        assert_eq!(
            (two.matches('a').count(), two.matches('b').count()),
            (15, 15)
        );
        let three = hashed(StrategyId::IpHash, 3, addresses());
        assert_eq!(&three[..20], "abcabcabcabcabcabcab");
        assert_eq!(three.matches('c').count(), 10);
    }

    /// `stream_upstream_hash.t` of nginx-tests: 127.0.0.1 over two servers is the second's. nginx
    /// 1.22.1 printed the sequence for k0 to k19.
    #[test]
    fn modulo_hash_falls_as_nginx_does() {
        assert_eq!(
            hashed(
                StrategyId::UriHash,
                2,
                ["127.0.0.1".to_string()].into_iter()
            ),
            "b"
        );
        let keys = (0..20).map(|i| format!("k{i}"));
        assert_eq!(
            hashed(StrategyId::HeaderHash, 3, keys),
            "bababcacaaaaaacbccba"
        );
    }
}
