//! A run's observations in words.

use super::{Rejected, Report, ServerReport, language_model};
use crate::cli::shown;
use crate::cli::table::{four, row, rows};
use crate::measure::places::Place;
use crate::measure::readings::Times;
use crate::number;
use serde::Serialize;

impl Report {
    pub(in crate::cli) fn table(&self) -> String {
        let mut text = String::new();
        let edits = if self.edits > 0 {
            format!(", {} changes", self.edits)
        } else {
            String::new()
        };
        let scenario = shown(&self.scenario);
        let strategy = self.strategy;
        let seed = format!("seed {}{edits}", self.seed);
        row(
            &mut text,
            "scenario",
            &format!("{scenario}, {strategy}, {seed}"),
        );
        if let Some(trace) = &self.trace {
            row(&mut text, "trace", &trace.text());
        }
        let time = format!("{} s, {} events", four(self.time_s), self.events);
        row(&mut text, "time", &time);
        let tasks = format!(
            "{} arrived, {} decided, {} finished, {} rejected, {} in the system",
            self.arrived_tasks,
            self.decided_tasks,
            self.finished_tasks,
            self.rejected_tasks,
            self.in_system_tasks
        );
        row(&mut text, "tasks", &tasks);
        for Rejected { reason, tasks } in &self.rejections {
            row(&mut text, "rejected", &format!("{tasks}: {}", name(reason)));
        }
        let response = format!(
            "mean {} s, p50 {} s, p75 {} s, p90 {} s, p95 {} s, p99 {} s, p99.9 {} s, max {} s",
            four(self.response_mean_s),
            four(self.response_p50_s),
            four(self.response_p75_s),
            four(self.response_p90_s),
            four(self.response_p95_s),
            four(self.response_p99_s),
            four(self.response_p999_s),
            four(self.response_max_s)
        );
        row(&mut text, "response", &response);
        if let Some(answer) = &self.answer {
            let requests = &self.requests;
            let line = format!(
                "{} answered, {} given up, {} open; success {}",
                requests.answered,
                requests.failed,
                requests.open,
                number::percent(self.success_share)
            );
            row(&mut text, "requests", &line);
            let line = format!("{} from the first sending", times(answer));
            row(&mut text, "answer", &line);
        }
        let wait = format!(
            "{}; {} waited",
            times(&self.wait),
            number::percent(self.wait_share)
        );
        row(&mut text, "wait", &wait);
        if let Some(level) = &self.service_level {
            let share = number::percent(level.observed);
            let mut line = format!("{share} began within {} s", four(level.within_s));
            if level.predicted.is_finite() {
                line += &format!(", predicted {}", number::percent(level.predicted));
            }
            row(&mut text, "level", &line);
        }
        let waiting = match self.waiting_mean_tasks {
            mean if mean.is_nan() => String::new(),
            mean => format!("Lq = {} tasks wait on average; ", four(mean)),
        };
        let empty = number::percent(self.empty_share);
        row(
            &mut text,
            "system",
            &format!("{waiting}empty {empty} of the time"),
        );
        let little = format!(
            "L = {} tasks; λW = {} /s × {} s = {} tasks",
            four(self.little_l_tasks),
            four(self.finished_per_s),
            four(self.response_mean_s),
            four(self.little_lambda_w_tasks)
        );
        row(&mut text, "Little", &little);
        for (place, seen) in [("in service", self.in_service), ("waiting", self.waiting)] {
            if let Some(seen) = seen {
                row(&mut text, place, &sides(seen));
            }
        }
        if self.rounds > 0 {
            let mean = four(self.round_mean_s);
            let last = four(self.round_last_s);
            let rounds = format!("{}, mean {mean} s, last {last} s", self.rounds);
            row(&mut text, "rounds", &rounds);
        }
        if self.timed_out_tasks + self.retried_tasks + self.hedged_tasks > 0 {
            let copies = match self.hedged_tasks {
                0 => String::new(),
                twice => format!(", {twice} sent twice"),
            };
            let clients = format!(
                "{} fresh, {} retried{copies}, {} timed out, {} served in vain; in time {} /s",
                self.fresh_tasks,
                self.retried_tasks,
                self.timed_out_tasks,
                self.wasted_tasks,
                four(self.goodput_per_s)
            );
            row(&mut text, "clients", &clients);
        }
        if let (Some(opened), Some(lost)) = (self.opened_connections, self.lost_connections) {
            let line = format!("{opened} opened, {lost} lost with their servers");
            row(&mut text, "connections", &line);
        }
        if let Some(served) = &self.language_model {
            language_model::rows(&mut text, served);
        }
        if let Some(why) = &self.too_short {
            row(&mut text, "too short", &format!("to be relied on: {why}"));
        } else if self.steady_response_mean_s.is_finite() {
            let mean = four(self.steady_response_mean_s);
            let half_width = number::significant(self.steady_response_half_width_s, 2);
            let cut = self.warm_up_tasks;
            let line =
                format!("mean response {mean} ± {half_width} s behind the first {cut} tasks");
            row(&mut text, "steady", &line);
        }
        if let Some(scaled) = &self.autoscaler {
            scaled.rows(&mut text);
        }
        let mut head = vec![
            "server",
            "state",
            "weight",
            "speed",
            "slots",
            "assigned",
            "share",
            "utilisation",
            "finished",
            "in progress",
            "mean response",
        ];
        if self
            .servers
            .iter()
            .any(|server| server.connections.is_some())
        {
            head.push("connections");
        }
        let head: Vec<String> = head.into_iter().map(str::to_string).collect();
        let cells = self.servers.iter().map(ServerReport::cells);
        text.push('\n');
        text += &rows(&head, cells.collect());
        if !self.predictions.is_empty() {
            text.push('\n');
            text += &self.predictions.table(self);
        }
        if let Some(measured) = &self.measured {
            text.push('\n');
            text += &measured.table();
        }
        text
    }
}

impl ServerReport {
    fn cells(&self) -> Vec<String> {
        let mut cells = vec![
            self.server.clone(),
            match self.phase {
                Some(phase) if phase != "ready" => phase.to_string(),
                _ => name(&self.state),
            },
            self.weight.to_string(),
            four(self.speed_per_s),
            self.slots.to_string(),
            self.assigned_tasks.to_string(),
            number::percent(self.assigned_share),
            number::percent(self.utilisation),
            self.finished_tasks.to_string(),
            self.in_progress_tasks.to_string(),
            format!("{} s", four(self.response_mean_s)),
        ];
        cells.extend(self.connections.map(|open| open.to_string()));
        cells
    }
}

/// Both sides of Little's law.
fn sides(place: Place) -> String {
    format!(
        "L = {} tasks; {} /s × {} s = {} tasks",
        four(place.mean_tasks),
        four(place.rate_per_s),
        four(place.time_s),
        four(place.rate_per_s * place.time_s)
    )
}

/// A time's mean and percentiles.
fn times(times: &Times) -> String {
    format!(
        "mean {} s, p50 {} s, p90 {} s, p95 {} s, p99 {} s, max {} s",
        four(times.mean_s),
        four(times.p50_s),
        four(times.p90_s),
        four(times.p95_s),
        four(times.p99_s),
        four(times.max_s)
    )
}

/// The name of a reason or a state: that of its JSON form.
fn name(value: &impl Serialize) -> String {
    serde_json::json!(value)
        .as_str()
        .unwrap_or_default()
        .to_string()
}
