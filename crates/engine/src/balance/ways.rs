//! How long what a task needs is on its way to each server, as links are configured.

use crate::workload::{KeySource, Task};

/// The links of a scenario, and where its data are. Links are taken to be idle: what waits in front
/// of them a balancer does not see.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Ways {
    /// The zone of each server.
    pub zones: Vec<u32>,
    /// What each server's link sends (MB/s).
    pub mb_per_s: Vec<f64>,
    /// What a balancer's link sends (MB/s).
    pub balancer_mb_per_s: f64,
    /// How much longer a way between two zones is (s).
    pub latency_s: f64,
    /// How many zones a region has; 0: all are in one.
    pub zones_per_region: u32,
    /// How much longer still a way between two regions is (s).
    pub region_latency_s: f64,
    /// The size of a request (MB).
    pub request_mb: f64,
    /// The size of its answer (MB).
    pub answer_mb: f64,
    /// The size of the data that it needs (MB).
    pub data_mb: f64,
    /// Tasks' mean size (units of work).
    pub mean_size: f64,
}

impl Ways {
    /// The server that has a task's data: URLs are counted around the servers. None where there are
    /// no links.
    pub fn home(&self, task: &Task) -> Option<usize> {
        task.key(KeySource::Url).checked_rem(self.zones.len())
    }

    /// The zone of a task's client: addresses are counted around the zones.
    pub fn zone_of_client(&self, task: &Task) -> u32 {
        let zones = self.zones.iter().max().map_or(1, |last| last + 1);
        (task.key(KeySource::Ip) % zones as usize) as u32
    }

    /// How much longer the way between these zones is (s).
    pub fn crossing_s(&self, from: u32, to: u32) -> f64 {
        let [from_region, to_region] =
            [from, to].map(|zone| zone.checked_div(self.zones_per_region));
        match (from == to, from_region == to_region) {
            (true, _) => 0.0,
            (false, true) => self.latency_s,
            (false, false) => self.latency_s + self.region_latency_s,
        }
    }

    /// How long the data are on their way from `home` to `server` (s), which may be the same.
    pub fn fetch_s(&self, home: usize, server: usize) -> f64 {
        match home == server {
            true => 0.0,
            false => {
                self.data_mb / self.mb_per_s[home]
                    + self.crossing_s(self.zones[home], self.zones[server])
            }
        }
    }

    /// How long a task's request, its data and its answer are on their way, if `server` has it (s).
    pub fn transfer_s(&self, task: &Task, server: usize) -> f64 {
        let Some(home) = self.home(task) else {
            return 0.0;
        };
        self.request_mb / self.balancer_mb_per_s
            + self.crossing_s(self.zone_of_client(task), self.zones[server])
            + self.fetch_s(home, server)
            + self.answer_mb / self.mb_per_s[server]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// By hand: two zones, three servers. 10 MB of request at 100 MB/s, 0.2 s between zones, 50 MB
    /// of data from a server that sends 25 MB/s, 5 MB of answer.
    #[test]
    fn a_way_by_hand() {
        let ways = Ways {
            zones: vec![0, 0, 1],
            mb_per_s: vec![25.0, 10.0, 5.0],
            balancer_mb_per_s: 100.0,
            latency_s: 0.2,
            zones_per_region: 0,
            region_latency_s: 0.0,
            request_mb: 10.0,
            answer_mb: 5.0,
            data_mb: 50.0,
            mean_size: 1.0,
        };
        let task = Task::with_keys(3);
        assert_eq!(ways.home(&task), Some(0));
        assert_eq!(ways.zone_of_client(&task), 1);
        // Its home is in the other zone than its client.
        assert!((ways.transfer_s(&task, 0) - (0.1 + 0.2 + 0.2)).abs() < 1e-12);
        assert!((ways.transfer_s(&task, 1) - (0.1 + 0.2 + 2.0 + 0.5)).abs() < 1e-12);
        assert!((ways.transfer_s(&task, 2) - (0.1 + 2.0 + 0.2 + 1.0)).abs() < 1e-12);
        assert_eq!(Ways::default().transfer_s(&task, 0), 0.0);
    }

    /// Zones 0 and 1 are a region, 2 and 3 another: 0.01 s between zones, 0.08 s more between
    /// regions.
    #[test]
    fn a_way_to_another_region_is_longer() {
        let mut ways = Ways {
            latency_s: 0.01,
            zones_per_region: 2,
            region_latency_s: 0.08,
            ..Ways::default()
        };
        let to_all = [0, 1, 2, 3].map(|zone| ways.crossing_s(1, zone));
        assert_eq!(to_all, [0.01, 0.0, 0.09, 0.09]);
        ways.zones_per_region = 0;
        let to_all = [0, 1, 2, 3].map(|zone| ways.crossing_s(1, zone));
        assert_eq!(to_all, [0.01, 0.0, 0.01, 0.01]);
    }
}
