//! The page's program, packed: a host's gzip leaves it a quarter larger than xz does, and it is
//! most of what a first visit loads. A small library (the npm package `xz-decompress`) unpacks it
//! while it arrives.

use crate::node;
use crate::run::{Result, cannot, cargo, root, run};
use crate::tools;
use std::fs;
use std::path::Path;

const UNPACK: &str = concat!(
    "<script>globalThis['stream/web']=globalThis;",
    "function unpack(packed){if(!packed.ok)throw Error(packed.url+': '+packed.status);",
    "const plain=new globalThis['xz-decompress'].XzReadableStream(packed.body);",
    "return new Response(plain,{headers:{'content-type':'application/wasm'}})}</script>",
    "<script src=./xz-decompress.min.js></script>",
);

/// Packs the program that `index.html` starts, and lets the page unpack it.
pub fn pack(dist: &Path) -> Result {
    let Some(unpacker) = tools::xz_decompress() else {
        let why = node::node()
            .err()
            .unwrap_or("npm could not install it".to_owned());
        println!("The page is left larger than it could be, as xz-decompress is not there. {why}.");
        return Ok(());
    };
    let index = dist.join("index.html");
    let page = fs::read_to_string(&index).map_err(cannot("read", &index))?;
    let (page, wasm) = rewrite(&page)?;
    run(cargo("run --quiet --release --package pack")
        .current_dir(root())
        .arg(dist.join(wasm)))?;
    fs::copy(&unpacker, dist.join("xz-decompress.min.js")).map_err(cannot("copy", &unpacker))?;
    fs::write(&index, page).map_err(cannot("write", &index))
}

/// The page with the packed program in the plain one's place, and the plain one's name.
fn rewrite(page: &str) -> Result<(String, String)> {
    let start = "module_or_path: './";
    let wasm = page
        .split_once(start)
        .and_then(|(_, rest)| rest.split_once('\''))
        .map(|(wasm, _)| wasm.to_owned());
    let wasm = wasm.ok_or("index.html starts no program in the way that Trunk 0.21 writes it")?;
    let page = page
        .replace(
            &format!("{start}{wasm}'"),
            &format!("module_or_path: unpack(await fetch('./{wasm}.xz'))"),
        )
        .replace(&format!("href=./{wasm} "), &format!("href=./{wasm}.xz "))
        .replace("rel=preload type=application/wasm", "rel=preload")
        .replacen(
            "<script type=module>",
            &format!("{UNPACK}<script type=module>"),
            1,
        );
    Ok((page, wasm))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_fetches_the_packed_program() {
        let page = "<script type=module>await init({ module_or_path: './p-1_bg.wasm' });</script>\
            <link as=fetch crossorigin href=./p-1_bg.wasm rel=preload type=application/wasm>";
        let (page, wasm) = rewrite(page).expect("Trunk's form");
        assert_eq!(wasm, "p-1_bg.wasm");
        assert_eq!(page.matches("./p-1_bg.wasm.xz").count(), 2, "{page}");
        assert!(
            page.contains("unpack(await fetch('./p-1_bg.wasm.xz'))"),
            "{page}"
        );
        assert!(rewrite("<html>").is_err());
    }
}
