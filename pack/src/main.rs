//! `pack FILE` writes `FILE.xz` in place of FILE.

use liblzma::read::XzEncoder;
use liblzma::stream::{Check, Filters, LzmaOptions, PRESET_EXTREME, Stream};
use std::io::Read as _;
use std::path::PathBuf;
use std::{env, fs, io};

fn main() -> io::Result<()> {
    let from = PathBuf::from(
        env::args_os()
            .nth(1)
            .ok_or_else(|| io::Error::other("which file?"))?,
    );
    let mut to = from.clone().into_os_string();
    to.push(".xz");
    // WebAssembly is bytes, aligned to nothing: 0.4 % less than by default.
    let mut options = LzmaOptions::new_preset(9 | PRESET_EXTREME)?;
    options.position_bits(0).literal_context_bits(4);
    let stream = Stream::new_stream_encoder(Filters::new().lzma2(&options), Check::Crc32)?;
    let mut packed = Vec::new();
    XzEncoder::new_stream(fs::File::open(&from)?, stream).read_to_end(&mut packed)?;
    fs::write(to, packed)?;
    fs::remove_file(from)
}
