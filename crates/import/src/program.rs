//! The programs whose configurations are read and written, and which of them a file is for.

use serde::{Deserialize, Serialize};

/// A load balancer as a program.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Program {
    /// nginx 1.22 or newer: `nginx.conf`, or a part of it.
    Nginx,
    /// HAProxy 2.6 or newer: `haproxy.cfg`.
    Haproxy,
    /// Envoy, API version 3: `envoy.yaml`, or the same as JSON.
    Envoy,
    /// Traefik 3: a file of its file provider, YAML, JSON or TOML.
    Traefik,
    /// Caddy 2: a Caddyfile, or its JSON.
    Caddy,
}

impl Program {
    /// All of them.
    pub const ALL: [Self; 5] = [
        Self::Nginx,
        Self::Haproxy,
        Self::Envoy,
        Self::Traefik,
        Self::Caddy,
    ];

    /// The name, as on the command line.
    pub const fn as_str(self) -> &'static str {
        ["nginx", "haproxy", "envoy", "traefik", "caddy"][self as usize]
    }

    /// The name of a file with its configuration.
    pub const fn file_name(self) -> &'static str {
        const NAMES: [&str; 5] = [
            "nginx.conf",
            "haproxy.cfg",
            "envoy.yaml",
            "traefik.yaml",
            "Caddyfile",
        ];
        NAMES[self as usize]
    }

    /// The name as its people write it.
    pub const fn name(self) -> &'static str {
        ["nginx", "HAProxy", "Envoy", "Traefik", "Caddy"][self as usize]
    }
}

impl std::str::FromStr for Program {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        Self::ALL
            .into_iter()
            .find(|program| program.as_str() == text)
            .ok_or_else(|| "there are nginx, haproxy, envoy, traefik and caddy".into())
    }
}

/// Tells a file's program by its first words that are no comment. None: it is no configuration.
pub fn recognise(text: &str) -> Option<Program> {
    let text = text.trim_start_matches('\u{feff}').trim_start();
    if text.starts_with('{') && text[1..].trim_start().starts_with('"') {
        return json(text);
    }
    let lines = text.lines().map(str::trim);
    let mut lines = lines.filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines
        .find_map(by_line)
        .or_else(|| text.contains("reverse_proxy").then_some(Program::Caddy))
}

/// An object of JSON is known by its fields.
fn json(text: &str) -> Option<Program> {
    let has = |field: &str| text.contains(field);
    if has("\"static_resources\"") {
        Some(Program::Envoy)
    } else if has("\"apps\"") || has("\"handler\"") {
        Some(Program::Caddy)
    } else if has("\"loadBalancer\"") || has("\"routers\"") {
        Some(Program::Traefik)
    } else {
        None
    }
}

/// What a line alone tells, if anything.
fn by_line(line: &str) -> Option<Program> {
    let line = line.split(" #").next().unwrap_or(line).trim_end();
    let mut words = line.split_whitespace();
    let first = words.next()?;
    let ends = |end| line.ends_with(end);
    match first {
        "static_resources:" | "admin:" | "node:" | "layered_runtime:" | "overload_manager:" => {
            Some(Program::Envoy)
        }
        "http:" | "tcp:" | "tls:" if line == first => Some(Program::Traefik),
        _ if ["[http", "[[http", "[tcp", "[[tcp"]
            .iter()
            .any(|head| first.starts_with(head)) =>
        {
            Some(Program::Traefik)
        }
        "global" | "defaults" | "frontend" | "backend" | "listen" | "resolvers" | "peers"
            if !ends(';') && !ends('{') =>
        {
            Some(Program::Haproxy)
        }
        "upstream" | "server" | "http" | "events" | "stream" | "location" | "map" | "geo"
        | "split_clients"
            if line.contains('{') =>
        {
            Some(Program::Nginx)
        }
        "{" | "reverse_proxy" => Some(Program::Caddy),
        _ if ends(';') => Some(Program::Nginx),
        _ if ends('{') => Some(Program::Caddy),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_told_by_its_first_words() {
        for (text, format) in [
            ("# mine\nupstream a {\n", Some(Program::Nginx)),
            ("user www-data;\n", Some(Program::Nginx)),
            ("global\n  daemon\n", Some(Program::Haproxy)),
            ("backend a # x\n", Some(Program::Haproxy)),
            ("---\nstatic_resources:\n", Some(Program::Envoy)),
            ("{\"static_resources\": {}}", Some(Program::Envoy)),
            ("http:\n  routers:\n", Some(Program::Traefik)),
            ("[http.routers.a]\n", Some(Program::Traefik)),
            ("{\"apps\": {\"http\": {}}}", Some(Program::Caddy)),
            (
                "example.com {\n  reverse_proxy a:1\n}",
                Some(Program::Caddy),
            ),
            ("{\n\tadmin off\n}\n", Some(Program::Caddy)),
            (":80\nreverse_proxy a:1", Some(Program::Caddy)),
            ("{\"seed\": 1}", None),
            ("time,size\n1,2\n", None),
            ("", None),
        ] {
            assert_eq!(recognise(text), format, "{text}");
        }
    }
}
