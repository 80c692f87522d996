//! `pack FILE` writes `FILE.xz` in place of FILE.

use std::io::Read as _;
use std::path::PathBuf;
use std::{env, fs, io};

fn main() -> io::Result<()> {
    let from = PathBuf::from(env::args_os().nth(1).ok_or_else(|| io::Error::other("which file?"))?);
    let mut to = from.clone().into_os_string();
    to.push(".xz");
    let mut packed = Vec::new();
    liblzma::read::XzEncoder::new(fs::File::open(&from)?, 9).read_to_end(&mut packed)?;
    fs::write(to, packed)?;
    fs::remove_file(from)
}
