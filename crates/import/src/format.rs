//! Which program a file is for.

/// A program whose files are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// `nginx.conf`, or a part of it.
    Nginx,
    /// `haproxy.cfg`.
    Haproxy,
    /// `envoy.yaml`, or the same as JSON.
    Envoy,
    /// Traefik's dynamic configuration, YAML or JSON.
    Traefik,
    /// A Caddyfile.
    Caddy,
}

impl Format {
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

    /// The name as its people write it.
    pub const fn name(self) -> &'static str {
        ["nginx", "HAProxy", "Envoy", "Traefik", "Caddy"][self as usize]
    }
}

/// Tells a file's program by its first words that are no comment. None: it is no configuration.
pub fn recognise(text: &str) -> Option<Format> {
    let text = text.trim_start_matches('\u{feff}').trim_start();
    if text.starts_with('{') && text[1..].trim_start().starts_with('"') {
        return json(text);
    }
    let lines = text.lines().map(str::trim);
    let mut lines = lines.filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines
        .find_map(by_line)
        .or_else(|| text.contains("reverse_proxy").then_some(Format::Caddy))
}

/// An object of JSON is known by its fields.
fn json(text: &str) -> Option<Format> {
    let has = |field: &str| text.contains(field);
    if has("\"static_resources\"") {
        Some(Format::Envoy)
    } else if has("\"loadBalancer\"") || has("\"routers\"") {
        Some(Format::Traefik)
    } else {
        None
    }
}

/// What a line alone tells, if anything.
fn by_line(line: &str) -> Option<Format> {
    let line = line.split(" #").next().unwrap_or(line).trim_end();
    let mut words = line.split_whitespace();
    let first = words.next()?;
    let ends = |end| line.ends_with(end);
    match first {
        "static_resources:" | "admin:" | "node:" | "layered_runtime:" | "overload_manager:" => {
            Some(Format::Envoy)
        }
        "http:" | "tcp:" | "tls:" if line == first => Some(Format::Traefik),
        "global" | "defaults" | "frontend" | "backend" | "listen" | "resolvers" | "peers"
            if !ends(';') && !ends('{') =>
        {
            Some(Format::Haproxy)
        }
        "upstream" | "server" | "http" | "events" | "stream" | "location" | "map" | "geo"
        | "split_clients"
            if line.contains('{') =>
        {
            Some(Format::Nginx)
        }
        "{" | "reverse_proxy" => Some(Format::Caddy),
        _ if ends(';') => Some(Format::Nginx),
        _ if ends('{') => Some(Format::Caddy),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_told_by_its_first_words() {
        for (text, format) in [
            ("# mine\nupstream a {\n", Some(Format::Nginx)),
            ("user www-data;\n", Some(Format::Nginx)),
            ("global\n  daemon\n", Some(Format::Haproxy)),
            ("backend a # x\n", Some(Format::Haproxy)),
            ("---\nstatic_resources:\n", Some(Format::Envoy)),
            ("{\"static_resources\": {}}", Some(Format::Envoy)),
            ("http:\n  routers:\n", Some(Format::Traefik)),
            ("example.com {\n  reverse_proxy a:1\n}", Some(Format::Caddy)),
            ("{\n\tadmin off\n}\n", Some(Format::Caddy)),
            (":80\nreverse_proxy a:1", Some(Format::Caddy)),
            ("{\"seed\": 1}", None),
            ("time,size\n1,2\n", None),
            ("", None),
        ] {
            assert_eq!(recognise(text), format, "{text}");
        }
    }
}
