//! Work stealing: see [`WorkStealing`](crate::balance::StrategyId::WorkStealing).

use super::Engine;
use crate::balance::Explain as _;
use crate::sim::probe::Probe;

impl Engine {
    /// A server with free slots takes the oldest task of the longest queue, until it is busy or no
    /// task waits.
    #[cold]
    pub(super) fn steal<P: Probe>(&mut self, thief: usize, probe: &mut P) {
        while self.may_steal(thief) {
            let victim = self.longest_queue();
            let Some(index) = self.servers[victim].queue.pop(&self.tasks) else {
                break;
            };
            let task = &mut self.tasks[index];
            probe.why().record(|w| {
                w.begin(task.number, self.now_s, u16::from(task.balancer));
                w.table("stolen", &["waiting"]);
                for (s, server) in self.servers.iter().enumerate() {
                    let taken = u32::from(s == victim);
                    w.row(s, &[f64::from(server.waiting() + taken)]);
                }
                w.values.push(("waited", self.now_s - task.arrival_s));
                w.words.push(("victim", crate::names::letter(victim)));
                w.chosen = Some(thief as u16);
            });
            let instance = &mut self.instances[usize::from(task.balancer)];
            instance.own.remove(victim, task.size);
            self.servers[victim].forget(task.size);
            task.rank = instance.own.add(thief, task.size);
            self.servers[thief].expect(task.size);
            task.server = thief as u16;
            probe.moved(task, victim, self.now_s);
            self.begin(thief, index, probe);
        }
        self.arm_server(thief);
    }

    /// The server with the most tasks waiting, the first declared of equals.
    fn longest_queue(&self) -> usize {
        // `max_by_key` gives the last of equals.
        let servers = (0..self.servers.len()).rev();
        servers
            .max_by_key(|&s| self.servers[s].waiting())
            .unwrap_or(0)
    }

    /// A task waits at a server: one that is idle takes it.
    #[cold]
    pub(super) fn offer<P: Probe>(&mut self, probe: &mut P) {
        let mut servers = 0..self.servers.len();
        if let Some(thief) = servers.find(|&server| self.may_steal(server)) {
            self.steal(thief, probe);
        }
    }

    /// Whether this server can take a task over.
    fn may_steal(&self, server: usize) -> bool {
        let s = &self.servers[server];
        s.state.serves() && s.has_free_slot() && self.is_on(server)
    }
}
