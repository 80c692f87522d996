//! The small chunks of a cut program, in one file.
//!
//! What several parts share is a chunk for each set of parts: some two hundred, most of them a
//! kilobyte, all alike. One by one they cost a browser more time than all parts together, and four
//! times what they take compressed as one.

use crate::Result;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

/// Chunks below this (bytes, not compressed) are put together.
const SMALL: usize = 8000;

/// Gives the module of a chunk: `chunk(i)` stands where `parts.js` had a fetch.
const CHUNK: &str = include_str!("../../static/chunk.js");

/// Puts the small ones among the parts of a program in the folder `to` into one file, and has its
/// `parts.js` take them from there. The file, `chunks.wasm` since hosts compress what is called so,
/// has the place of each chunk first and then the end of the last (bytes, as little-endian `u32`),
/// and then the chunks.
///
/// # Errors
/// A file that cannot be read, written or removed; a chunk that `parts.js` does not fetch.
pub(crate) fn together(parts: &[PathBuf], to: &Path) -> Result {
    let link = to.join("parts.js");
    let mut script = fs::read_to_string(&link)?;
    let mut chunks = Vec::new();
    for part in parts {
        let name = part.file_name().unwrap_or_default().to_string_lossy();
        let bytes = fs::read(part)?;
        if !name.starts_with("chunk_") || bytes.len() >= SMALL {
            continue;
        }
        let fetch = format!("fetch(new URL(\"./{name}\", import.meta.url))");
        if !script.contains(&fetch) {
            return Err(format!("{}: {name} is not fetched", link.display()).into());
        }
        script = script.replace(&fetch, &format!("chunk({})", chunks.len()));
        chunks.push(bytes);
        fs::remove_file(part)?;
    }
    write!(script, "\n{CHUNK}")?;
    fs::write(link, script)?;
    fs::write(to.join("chunks.wasm"), file(&chunks)?)?;
    Ok(())
}

/// The chunks behind their places.
fn file(chunks: &[Vec<u8>]) -> Result<Vec<u8>> {
    let mut at = 4 * (chunks.len() + 1);
    let mut file = u32::try_from(at)?.to_le_bytes().to_vec();
    for chunk in chunks {
        at += chunk.len();
        file.extend(u32::try_from(at)?.to_le_bytes());
    }
    file.extend(chunks.concat());
    Ok(file)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_chunk_is_where_its_place_says() {
        let chunks = [vec![1, 2, 3], vec![], vec![4]];
        let file = file(&chunks).expect("is small");
        let place = |i: usize| {
            let bytes = file[4 * i..4 * i + 4].try_into().expect("four bytes");
            u32::from_le_bytes(bytes) as usize
        };
        for (i, chunk) in chunks.iter().enumerate() {
            assert_eq!(&file[place(i)..place(i + 1)], chunk);
        }
        assert_eq!(place(3), file.len());
    }

    #[test]
    fn small_chunks_are_taken_from_the_file_and_large_ones_fetched() {
        let folder = std::env::temp_dir().join(format!("equipoise-chunks-{}", std::process::id()));
        fs::create_dir_all(&folder).expect("a folder");
        let parts = ["chunk_2.wasm", "chunk_10.wasm", "split_x.wasm"].map(|name| folder.join(name));
        let sizes = [10, SMALL, 10];
        let mut script = String::new();
        for (part, size) in parts.iter().zip(sizes) {
            fs::write(part, vec![0; size]).expect("is written");
            let name = part.file_name().expect("a name").to_string_lossy();
            script += &format!("fetch(new URL(\"./{name}\", import.meta.url));");
        }
        fs::write(folder.join("parts.js"), &script).expect("is written");
        together(&parts, &folder).expect("all are fetched");
        let linked = fs::read_to_string(folder.join("parts.js")).expect("is there");
        let left = parts.each_ref().map(|part| part.exists());
        let again = fs::write(&parts[0], [0]).map(|()| together(&parts[..1], &folder));
        fs::remove_dir_all(&folder).expect("goes");
        assert!(linked.starts_with("chunk(0);fetch("));
        assert_eq!(left, [false, true, true]);
        assert!(
            again.expect("is written").is_err(),
            "it is not fetched any more"
        );
    }
}
