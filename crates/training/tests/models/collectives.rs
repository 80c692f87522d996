//! `NVIDIA/nccl-tests/doc/PERFORMANCE.md`, and NCCL as it was measured.

use crate::sample::is;
use equipoise_training::collective::{Collective, Exchange, Link};
use equipoise_training::overlap;

fn link(latency_s: f64, bytes_per_s: f64) -> Link {
    Link {
        latency_s,
        bytes_per_s,
    }
}

#[test]
fn a_ring_takes_twice_its_share_of_the_bytes() {
    let ring = Exchange::Ring;
    is(
        ring.time_s(8, 16e9, link(5e-6, 300e9)),
        0.093_403_3,
        7,
        "8 workers",
    );
    is(
        ring.time_s(64, 2.5e9, link(10e-6, 25e9)),
        0.198_135,
        6,
        "64 workers",
    );
    is(ring.time_s(2, 1e9, link(0.0, 10e9)), 0.1, 12, "2 workers");
    is(
        ring.time_s(4, 4e8, link(20e-6, 1.25e9)),
        0.480_12,
        6,
        "4 workers",
    );
    assert_eq!(ring.time_s(1, 1e9, link(1.0, 1.0)), 0.0);
}

#[test]
fn bus_bandwidth_has_nccls_factors() {
    for (collective, of_8) in [
        (Collective::AllReduce, 1.75),
        (Collective::AllReduceInNetwork, 7.0 / 9.0),
        (Collective::ReduceScatter, 0.875),
        (Collective::AllGather, 0.875),
        (Collective::AllToAll, 0.875),
        (Collective::Broadcast, 1.0),
        (Collective::Reduce, 1.0),
    ] {
        assert_eq!(collective.factor(8), of_8, "{collective:?}");
    }
}

/// All-reduce with NCCL on two RTX PRO 6000 over PCIe: `profiler/perf/RTXPRO6000/hardware.yaml` of
/// LLMServingSim, bytes and microseconds.
const MEASURED: [(f64, f64); 8] = [
    (4096.0, 12.71),
    (65_536.0, 14.76),
    (262_144.0, 21.72),
    (1_048_576.0, 41.04),
    (4_194_304.0, 124.87),
    (8_388_608.0, 240.59),
    (16_777_216.0, 471.12),
    (20_971_520.0, 587.09),
];

/// The ring's law with α = 6.2 µs and 36.56 GB/s: within 2 % from 1 MiB up, within 4 % up to
/// 64 KiB, and 10 % too fast between, where NCCL changes its protocol.
#[test]
fn the_rings_law_meets_nccl_as_measured() {
    for (bytes, micros) in MEASURED {
        let law = Exchange::Ring.time_s(2, bytes, link(6.225e-6, 36.56e9)) * 1e6;
        let error = law / micros - 1.0;
        let within = match bytes as u64 {
            262_144 => -0.10..-0.09,
            1_048_576.. => -0.02..0.02,
            _ => -0.04..0.0,
        };
        assert!(
            within.contains(&error),
            "{bytes} bytes: {law} against {micros}"
        );
    }
}

/// With many workers and few bytes latency decides, with many bytes the links do.
#[test]
fn trees_are_faster_for_few_bytes_and_slower_for_many() {
    let link = link(10e-6, 25e9);
    let all = [Exchange::Ring, Exchange::Tree, Exchange::Halving];
    let [ring, tree, halving] = all.map(|exchange| exchange.time_s(64, 1e4, link));
    assert!(tree < ring && halving < tree);
    is(ring, 126.0 * 10e-6 + 2.0 * 63.0 / 64.0 * 4e-7, 12, "ring");
    is(tree, 12.0 * (10e-6 + 4e-7), 12, "tree");
    is(
        halving,
        12.0 * 10e-6 + 2.0 * 63.0 / 64.0 * 4e-7,
        12,
        "halving",
    );
    let [ring, tree, halving] = all.map(|exchange| exchange.time_s(64, 1e10, link));
    assert!(halving < ring && ring < tree);
}

/// One server's link carries all workers' gradients; with a server for each it is as good as a ring
/// of many.
#[test]
fn parameter_servers_share_the_bytes() {
    let link = link(0.0, 1e9);
    is(Exchange::Servers(1).time_s(8, 1e9, link), 16.0, 9, "one");
    is(Exchange::Servers(4).time_s(8, 1e9, link), 4.0, 9, "four");
    is(Exchange::Servers(8).time_s(8, 1e9, link), 2.0, 9, "eight");
    is(Exchange::Servers(99).time_s(8, 1e9, link), 2.0, 9, "more");
    is(Exchange::Ring.time_s(1000, 1e9, link), 1.998, 9, "ring");
}

/// A backward pass of 1 s in four buckets after 0.5 s. Exchanges of 0.1 s hide but for the last;
/// of 0.4 s they form a queue that begins with the first bucket, at 0.75 s.
#[test]
fn overlap_hides_all_but_the_last_or_the_queue() {
    is(overlap::step_s(0.5, 1.0, 4, 0.1), 1.6, 12, "hidden");
    is(overlap::step_s(0.5, 1.0, 4, 0.4), 2.35, 12, "queue");
    is(overlap::step_s(0.5, 1.0, 1, 0.4), 1.9, 12, "no overlap");
}
