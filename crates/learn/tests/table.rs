//! A table in front of two queues learns to join the shorter one.

use equipoise_engine::rng::{Purpose, Rng};
use equipoise_learn::Table;

/// Tasks in progress.
#[derive(Default)]
struct Queues {
    /// When each of a server's tasks leaves (s), in order.
    ends_s: [Vec<f64>; 2],
    /// Tasks in progress: when they leave (s), where, at which difference they were sent, and how
    /// long they take (s).
    sent: Vec<(f64, usize, i64, f64)>,
}

impl Queues {
    /// How many more tasks the first has.
    fn difference(&self) -> i64 {
        self.ends_s[0].len() as i64 - self.ends_s[1].len() as i64
    }

    /// Lets time pass, and the table learn from what has left.
    fn pass_to(&mut self, now_s: f64, table: &mut Table) {
        for ends_s in &mut self.ends_s {
            ends_s.retain(|end_s| *end_s > now_s);
        }
        self.sent.sort_by(|a, b| a.0.total_cmp(&b.0));
        let left = self.sent.partition_point(|sent| sent.0 <= now_s);
        for (_, server, difference, took_s) in self.sent.drain(..left) {
            table.learn(server, difference, took_s);
        }
    }

    /// Sends a task of this size (s); how long it takes (s).
    fn send(&mut self, now_s: f64, server: usize, size_s: f64) -> f64 {
        let difference = self.difference();
        let own = [difference, -difference][server];
        let free_s = self.ends_s[server].last().copied().unwrap_or(now_s);
        let end_s = free_s.max(now_s) + size_s;
        self.ends_s[server].push(end_s);
        self.sent.push((end_s, server, own, end_s - now_s));
        end_s - now_s
    }
}

/// Two servers of speed 1, tasks of 1 s on average, exponential, 1.6 a second. The table after
/// `tasks` tasks, and the mean response of the second half (s); without a table to ask, of who
/// joins the shorter queue.
fn run(seed: u64, tasks: u32, learns: bool) -> (Table, f64) {
    let mut table = Table::new(2, 5, 0.1, 1.0);
    let mut arrivals = Rng::new(seed, Purpose::Arrivals);
    let mut sizes = Rng::new(seed, Purpose::Sizes);
    let mut choices = Rng::new(seed, Purpose::Choices(0));
    let mut queues = Queues::default();
    let mut now_s = 0.0;
    let mut sum_s = 0.0;
    for task in 0..tasks {
        now_s += arrivals.exponential() / 1.6;
        queues.pass_to(now_s, &mut table);
        let difference = queues.difference();
        let server = match learns {
            true => {
                table
                    .pick(&[(0, difference), (1, -difference)], &mut choices)
                    .arm
            }
            false => usize::from(difference > 0),
        };
        let took_s = queues.send(now_s, server, sizes.exponential());
        if task >= tasks / 2 {
            sum_s += took_s;
        }
    }
    (table, sum_s / f64::from(tasks - tasks / 2))
}

/// Seeds 1 to 3, 20,000 tasks each. At differences of 1 to 4 the table prefers the shorter queue,
/// and with a tenth of all picks at random its mean response is within a fifth of that of counting.
/// Winston (1977): the shorter queue is best here.
#[test]
fn it_learns_to_join_the_shorter_queue() {
    for seed in 1..=3 {
        let (table, learnt_s) = run(seed, 20_000, true);
        let (_, shorter_s) = run(seed, 20_000, false);
        for more in 1..=4 {
            assert_eq!(table.best(&[(0, more), (1, -more)]), [1], "{seed}, {more}");
            assert_eq!(table.best(&[(0, -more), (1, more)]), [0], "{seed}, {more}");
        }
        let ratio = learnt_s / shorter_s;
        assert!((1.0..1.2).contains(&ratio), "{seed}: {ratio}");
    }
}
