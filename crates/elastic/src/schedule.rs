//! By the time of day: as many replicas as a timetable says.

/// A part of the day with its own number of replicas.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Period {
    /// When it begins, from the beginning of the day (s).
    pub start_s: f64,
    /// When it ends (s); before its start, on the next day.
    pub end_s: f64,
    /// How many replicas.
    pub replicas: u32,
}

impl Period {
    /// Whether it is going on at `now_s`, of a day that began at `began_s`. Its ends are summed up
    /// as in [`Schedule::next_change_s`], so that both see a change at the same moment.
    fn holds(&self, began_s: f64, now_s: f64) -> bool {
        let (start_s, end_s) = (began_s + self.start_s, began_s + self.end_s);
        if self.start_s <= self.end_s {
            (start_s..end_s).contains(&now_s)
        } else {
            now_s >= start_s || now_s < end_s
        }
    }
}

/// A timetable that repeats. Source: KEDA's cron scaler; where periods overlap, the most replicas
/// count, as with several scalers.
#[derive(Clone, Debug, PartialEq)]
pub struct Schedule {
    /// How long a day is (s), above 0.
    pub day_s: f64,
    /// Replicas outside all periods.
    pub otherwise: u32,
    /// The periods.
    pub periods: Vec<Period>,
}

impl Schedule {
    /// How many replicas there should be.
    pub fn wanted(&self, now_s: f64) -> u32 {
        let began_s = self.began_s(self.day(now_s));
        let periods = self.periods.iter();
        let held = periods.filter(|period| period.holds(began_s, now_s));
        let most = held.map(|period| period.replicas).max();
        most.unwrap_or(self.otherwise)
    }

    /// When a period begins or ends next (s), after `now_s`; infinite if there is none.
    pub fn next_change_s(&self, now_s: f64) -> f64 {
        let day = self.day(now_s);
        let ends = self.periods.iter().flat_map(|p| [p.start_s, p.end_s]);
        let times = ends.flat_map(|end_s| [day, day + 1.0].map(|day| self.began_s(day) + end_s));
        times
            .filter(|&time_s| time_s > now_s)
            .fold(f64::INFINITY, f64::min)
    }

    /// The number of the day of this time.
    fn day(&self, now_s: f64) -> f64 {
        let day = (now_s / self.day_s).floor();
        // The quotient may be rounded up to the day that is about to begin, or down.
        if self.began_s(day) > now_s {
            day - 1.0
        } else if self.began_s(day + 1.0) <= now_s {
            day + 1.0
        } else {
            day
        }
    }

    /// When a day begins (s).
    fn began_s(&self, day: f64) -> f64 {
        day * self.day_s
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Days and periods that binary numbers cannot hold exactly: at each change what is wanted is
    /// that of the time just after it.
    #[test]
    fn a_change_is_seen_when_it_comes() {
        for (day_s, start_s, end_s) in [(33.3, 10.1, 20.2), (100.1, 30.3, 60.6), (0.7, 0.5, 0.1)] {
            let schedule = Schedule {
                day_s,
                otherwise: 1,
                periods: vec![Period {
                    start_s,
                    end_s,
                    replicas: 5,
                }],
            };
            let mut now_s = 0.0;
            for _ in 0..1000 {
                let next_s = schedule.next_change_s(now_s);
                assert!(next_s > now_s && next_s - now_s <= day_s);
                assert_ne!(schedule.wanted(next_s), schedule.wanted(now_s), "{next_s}");
                now_s = next_s;
            }
        }
    }
}
