//! The simulator against the programs whose rules it implements: nginx, HAProxy, Envoy, Traefik and
//! Caddy, started here on loopback ports, must pick as it does, request for request.

#![cfg(all(feature = "cli", unix))]

mod caddy;
#[path = "../common/dice.rs"]
mod dice;
mod drawn;
mod envoy;
#[path = "../common/exported.rs"]
mod exported;
mod exports;
mod farm;
mod packaged;
#[path = "../common/packages.rs"]
mod packages;
mod played;
#[path = "../common/ports.rs"]
mod ports;
mod program;
mod sequences;
mod slow_start;
mod stand;
mod traefik;
mod trial;
mod validated;
