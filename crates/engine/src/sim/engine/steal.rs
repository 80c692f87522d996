//! Work stealing: see [`WorkStealing`](crate::balance::StrategyId::WorkStealing).

use super::Engine;
use crate::balance::Explain as _;
use crate::sim::probe::Probe;

impl Engine {
    /// A server that has nothing to do takes the oldest task of the longest queue, until it is busy
    /// or nobody waits.
    #[cold]
    pub(super) fn steal<P: Probe>(&mut self, thief: usize, probe: &mut P) {
        while self.servers[thief].state.serves() && self.servers[thief].has_free_slot() {
            let waiting = |s: usize| self.servers[s].queue.len();
            // `max_by_key` would give the last of equals.
            let victim = (0..self.servers.len())
                .rev()
                .max_by_key(|&s| waiting(s))
                .unwrap_or(thief);
            let Some(index) = self.servers[victim].queue.pop(&self.tasks) else {
                break;
            };
            let task = &mut self.tasks[index];
            probe.why().tell(|w| {
                w.begin(task.number, self.now_s, u16::from(task.balancer));
                w.table("stolen", &["waiting"]);
                for (s, server) in self.servers.iter().enumerate() {
                    let taken = u32::from(s == victim);
                    w.row(s, &[f64::from(server.queue.len() + taken)]);
                }
                w.values.push(("waited", self.now_s - task.arrival_s));
                w.words.push(("victim", crate::scenario::letter(victim)));
                w.chosen = Some(thief as u16);
            });
            let n = &mut self.nodes[usize::from(task.balancer)];
            for (s, comes) in [(victim, false), (thief, true)] {
                let size = if comes { task.size } else { -task.size };
                n.active[s] = if comes {
                    n.active[s] + 1
                } else {
                    n.active[s] - 1
                };
                n.sent_work[s] = if n.active[s] == 0 {
                    0.0
                } else {
                    n.sent_work[s] + size
                };
                self.servers[s].waiting_work = (self.servers[s].waiting_work + size).max(0.0);
            }
            task.server = thief as u16;
            task.rank = n.active[thief];
            probe.moved(task, victim, self.now_s);
            self.begin(thief, index, probe);
        }
        self.arm_server(thief);
    }

    /// A task waits at a server: one that is idle takes it.
    #[cold]
    pub(super) fn offer<P: Probe>(&mut self, probe: &mut P) {
        let idle = self
            .servers
            .iter()
            .position(|s| s.state.serves() && s.has_free_slot());
        if let Some(thief) = idle {
            self.steal(thief, probe);
        }
    }
}
