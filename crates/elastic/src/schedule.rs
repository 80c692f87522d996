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
    fn holds(&self, time_s: f64) -> bool {
        let (start, end) = (self.start_s, self.end_s);
        if start <= end {
            (start..end).contains(&time_s)
        } else {
            time_s >= start || time_s < end
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
        let time_s = now_s.rem_euclid(self.day_s);
        let held = self.periods.iter().filter(|period| period.holds(time_s));
        let most = held.map(|period| period.replicas).max();
        most.unwrap_or(self.otherwise)
    }

    /// When a period begins or ends next (s), after `now_s`; infinite if there is none.
    pub fn next_change_s(&self, now_s: f64) -> f64 {
        let began_s = now_s - now_s.rem_euclid(self.day_s);
        let ends = self.periods.iter().flat_map(|p| [p.start_s, p.end_s]);
        let days = ends.flat_map(|end_s| [end_s, end_s + self.day_s]);
        days.map(|end_s| began_s + end_s)
            .filter(|&time_s| time_s > now_s)
            .fold(f64::INFINITY, f64::min)
    }
}
