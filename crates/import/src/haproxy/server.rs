//! `server` lines and what they have in common.

use super::MS;
use crate::draft::{Draft, Member, Pool, path, set};
use crate::note::{Outcome, Reason, shown};
use crate::problem::{Problem, Wrong};
use crate::units::{count, duration};
use crate::words::Line;
use equipoise_engine::scenario::ServerState;

/// The parameters that a word follows.
const WITH_A_WORD: &[&str] = &[
    "addr",
    "agent-addr",
    "agent-inter",
    "agent-port",
    "agent-send",
    "alpn",
    "ca-file",
    "check-alpn",
    "check-proto",
    "check-sni",
    "ciphers",
    "ciphersuites",
    "cookie",
    "crt",
    "crl-file",
    "downinter",
    "error-limit",
    "fall",
    "fastinter",
    "force-tlsv",
    "id",
    "init-addr",
    "inter",
    "log-proto",
    "max-reuse",
    "maxconn",
    "maxqueue",
    "minconn",
    "namespace",
    "observe",
    "on-error",
    "on-marked-down",
    "on-marked-up",
    "pool-low-conn",
    "pool-max-conn",
    "pool-purge-delay",
    "port",
    "proto",
    "redir",
    "resolve-net",
    "resolve-opts",
    "resolve-prefer",
    "resolvers",
    "rise",
    "slowstart",
    "sni",
    "socks4",
    "source",
    "ssl-max-ver",
    "ssl-min-ver",
    "tcp-ut",
    "track",
    "usesrc",
    "verify",
    "verifyhost",
    "weight",
    "ws",
];

/// What `default-server` has said so far.
#[derive(Clone)]
pub(super) struct Common {
    member: Member,
    check: bool,
    inter_s: f64,
    rise: u32,
    fall: u32,
    error_limit: Option<u32>,
    observes: bool,
    slow_start_s: Option<f64>,
    on_error: Option<String>,
}

impl Default for Common {
    fn default() -> Self {
        Self {
            member: Member::new(0, "", ""),
            check: false,
            inter_s: 2.0,
            rise: 2,
            fall: 3,
            error_limit: None,
            observes: false,
            slow_start_s: None,
            on_error: None,
        }
    }
}

impl Common {
    pub(super) fn default_server(
        &mut self,
        line: &Line,
        pool: &mut Pool,
        draft: &mut Draft,
    ) -> Result<(), Problem> {
        self.parameters(line, 1, draft)?;
        if pool.members.is_empty() {
            let outcome = Outcome::Understood("servers".into());
            draft.note(line.line, &line.source(), outcome);
        }
        Ok(())
    }

    pub(super) fn server(
        &self,
        line: &Line,
        pool: &mut Pool,
        draft: &mut Draft,
    ) -> Result<(), Problem> {
        line.word(1)?;
        let mut own = self.clone();
        own.member.line = line.line;
        own.member.source = shown(&line.source());
        own.member.address = line.word(2)?.into();
        own.parameters(line, 3, draft)?;
        own.into_pool(pool, draft);
        Ok(())
    }

    /// `server-template web 1-3 app:80`: as many servers.
    pub(super) fn template(
        &self,
        line: &Line,
        pool: &mut Pool,
        draft: &mut Draft,
    ) -> Result<(), Problem> {
        let (first, last) = line
            .word(2)?
            .split_once('-')
            .unwrap_or(("1", line.word(2)?));
        let (first, last) = (count(line.line, first)?, count(line.line, last)?);
        if last.saturating_sub(first) >= 256 {
            return Err(Problem::new(line.line, line.source(), Wrong::Servers));
        }
        let mut own = self.clone();
        own.parameters(line, 4, draft)?;
        own.member.line = line.line;
        own.member.source = shown(&line.source());
        for i in first..=last {
            let mut each = own.clone();
            each.member.address = format!("{}#{i}", line.word(3)?);
            each.into_pool(pool, draft);
        }
        Ok(())
    }

    fn parameters(&mut self, line: &Line, from: usize, draft: &mut Draft) -> Result<(), Problem> {
        let number = line.line;
        let mut i = from;
        while i < line.words.len() {
            let name = line.get(i);
            let value = line.get(i + 1);
            if WITH_A_WORD.contains(&name) {
                line.word(i + 1)?;
                i += 1;
            }
            i += 1;
            match name {
                "weight" => self.member.weight = u64::from(count(number, value)?),
                "maxconn" => self.member.slots = Some(count(number, value)?).filter(|&n| n > 0),
                "maxqueue" => {
                    self.member.queue = Some(count(number, value)?);
                }
                "check" => self.check = true,
                "no-check" => self.check = false,
                "inter" => self.inter_s = duration(number, value, MS)?,
                "rise" => self.rise = count(number, value)?,
                "fall" => self.fall = count(number, value)?,
                "error-limit" => self.error_limit = Some(count(number, value)?),
                "observe" => self.observes = true,
                "slowstart" => self.slow_start_s = Some(duration(number, value, MS)?),
                "disabled" => self.member.state = ServerState::Down,
                "enabled" => self.member.state = ServerState::Up,
                "backup" => self.member.backup = true,
                "on-error" => self.on_error = Some(value.into()),
                "cookie" => draft.lose(number, &format!("cookie {value}"), Reason::Sticky),
                "agent-check" => draft.lose(number, name, Reason::OneForAll),
                "resolvers" | "resolve-prefer" | "init-addr" => {
                    draft.lose(number, &format!("{name} {value}"), Reason::Discovery);
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// Adds the server, and its health as the group's; what differs from that is lost.
    fn into_pool(self, pool: &mut Pool, draft: &mut Draft) {
        let (line, source) = (self.member.line, self.member.source.clone());
        let mut settings = Vec::new();
        if self.check {
            settings.push((path::CHECK, self.inter_s.to_string()));
            settings.push((path::RISE, self.rise.to_string()));
            settings.push((path::FALL, self.fall.to_string()));
        }
        if self.observes {
            settings.push((path::MAX_FAILS, self.error_limit.unwrap_or(10).to_string()));
            // Checks let it in again.
            let back_s = self.inter_s * f64::from(self.rise);
            settings.push((path::EJECTION, back_s.to_string()));
        }
        if self.observes && self.check {
            settings.push((path::RULE, "haproxy".into()));
            let on_error = self.on_error.as_deref().unwrap_or("fail-check");
            // "fastinter" only checks sooner.
            let known = ["sudden-death", "mark-down"].contains(&on_error);
            let on_error = if known { on_error } else { "fail-check" };
            settings.push((path::ON_ERROR, on_error.into()));
        }
        settings.extend(self.slow_start_s.map(|s| (path::SLOW_START, s.to_string())));
        for (path, value) in settings {
            match pool.settings.iter().find(|setting| setting.path == path) {
                None => set(&mut pool.settings, (line, &source), path, value),
                Some(known) if known.value == value => {}
                Some(_) => {
                    let differs = format!("{source}: {path} = {value}");
                    draft.lose(line, &differs, Reason::OneForAll);
                }
            }
        }
        pool.members.push(self.member);
    }
}
