//! A static host for one's own machine.

use std::fs;
use std::io::{self, BufRead as _, BufReader, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::{Component, Path, PathBuf};
use std::thread;
use std::time::Duration;

/// A silent browser is not waited for any longer.
const PATIENCE: Duration = Duration::from_secs(10);

/// Serves a folder for as long as the process lives.
pub(crate) fn serve(listener: TcpListener, folder: PathBuf) {
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let folder = folder.clone();
            // What a browser breaks off is no failure.
            thread::spawn(move || answer(stream, &folder).ok());
        }
    });
}

fn answer(mut stream: TcpStream, folder: &Path) -> io::Result<()> {
    stream.set_read_timeout(Some(PATIENCE))?;
    let mut lines = BufReader::new(&stream).lines();
    let request = lines.next().transpose()?.unwrap_or_default();
    // A connection that is closed with lines unread loses the answer.
    for line in lines {
        if line?.is_empty() {
            break;
        }
    }
    let (method, path) = request.split_once(' ').unwrap_or_default();
    let path = path.split([' ', '?']).next().unwrap_or_default();
    let found = file(folder, path).and_then(|file| Some((fs::read(&file).ok()?, kind(&file))));
    let (status, body, kind) = match (method, found) {
        ("GET" | "HEAD", Some((body, kind))) => ("200 OK", body, kind),
        ("GET" | "HEAD", None) => ("404 Not Found", b"not found".to_vec(), "text/plain"),
        _ => ("405 Method Not Allowed", Vec::new(), "text/plain"),
    };
    write!(
        stream,
        "HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {}\r\n\
         Cache-Control: no-cache\r\nConnection: close\r\n\r\n",
        body.len()
    )?;
    if method != "HEAD" {
        stream.write_all(&body)?;
    }
    stream.flush()
}

/// The file that a path names; None if it leads out of the folder.
fn file(folder: &Path, path: &str) -> Option<PathBuf> {
    let name = match path.strip_prefix('/')? {
        "" => "index.html",
        name => name,
    };
    let plain = Path::new(name)
        .components()
        .all(|part| matches!(part, Component::Normal(_)));
    plain.then(|| folder.join(name))
}

/// The type of a file's content. Browsers compile WebAssembly as it arrives only under its own.
fn kind(file: &Path) -> &'static str {
    match file.extension().and_then(|ending| ending.to_str()) {
        Some("html") => "text/html; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("json") => "application/json",
        Some("png") => "image/png",
        Some("svg") => "image/svg+xml",
        Some("wasm") => "application/wasm",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Read as _;
    use std::net::Ipv4Addr;

    #[test]
    fn a_path_names_a_file_in_the_folder_and_none_outside() {
        let folder = Path::new("site");
        assert_eq!(file(folder, "/"), Some(folder.join("index.html")));
        assert_eq!(file(folder, "/1f/page.js"), Some(folder.join("1f/page.js")));
        assert_eq!(file(folder, "/../secret"), None);
        assert_eq!(file(folder, "//etc/passwd"), None);
        assert_eq!(file(folder, "page.js"), None);
    }

    #[test]
    fn a_file_comes_with_its_type_and_a_missing_one_is_missing() -> io::Result<()> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let address = listener.local_addr()?;
        serve(
            listener,
            Path::new(env!("CARGO_MANIFEST_DIR")).join("../static"),
        );
        let ask = |path: &str| {
            let mut stream = TcpStream::connect(address)?;
            write!(stream, "GET {path} HTTP/1.1\r\nHost: here\r\n\r\n")?;
            let mut answer = String::new();
            stream.read_to_string(&mut answer)?;
            io::Result::Ok(answer)
        };
        let script = ask("/first.js?x=1")?;
        assert!(script.starts_with("HTTP/1.1 200 OK\r\nContent-Type: text/javascript"));
        assert!(script.ends_with(include_str!("../../static/first.js")));
        assert!(ask("/none.js")?.starts_with("HTTP/1.1 404"));
        Ok(())
    }
}
