//! Baseline: the minimum work without the program's own logic.
//!
//! It reads standard input, decodes the text between `"content":"` and the next quote with the program's base64 engine,
//! writes the bytes to an unlinked file, and sends them with PUT over one connection in the program's chunks. There is no
//! JSON parser, check, retry, log or second thread.

use std::{
    env,
    fs::File,
    io::{self, Read as _, Write},
    os::unix::fs::FileExt as _,
};

use autohive_tiktok::{
    model::ByteCount,
    upload::{ChunkPlan, ChunkRange},
};
use base64::{
    Engine as _,
    engine::{DecodePaddingMode, GeneralPurposeConfig, Simd},
};

use super::{Result, connection::Connection, measured};

/// Bytes that are read, decoded and sent at once, as in the program.
const BLOCK: usize = 256 * 1024;

/// Text before the base64.
const BEGIN: &[u8] = b"\"content\":\"";

/// Runs the baseline and prints its peak memory.
#[expect(
    clippy::disallowed_methods,
    reason = "a benchmark may ask where temporary files go"
)]
pub(super) fn send_all(url: &str) -> Result<()> {
    let file = tempfile::tempfile_in(env::temp_dir())?;
    let size = decode(&file)?;
    let plan = ChunkPlan::for_line(ByteCount(size), None)?;
    let mut connection = Connection::open(url)?;
    let mut block = vec![0; BLOCK];
    for range in (0..plan.count()).filter_map(|index| plan.range(index)) {
        send(&mut connection, &file, range, size, &mut block)?;
    }
    writeln!(io::stdout(), "{}", measured::own_peak()?)?;
    Ok(())
}

/// Decodes the video of standard input into `sink`. Returns the number of bytes.
pub(super) fn decode(mut sink: impl Write) -> Result<u64> {
    let config = GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);
    let engine = Simd::standard(config);
    let mut input = io::stdin().lock();
    let (mut text, mut bytes) = (vec![0; BLOCK], vec![0; BLOCK]);
    let (mut held, mut begun, mut size) = (0, false, 0);
    loop {
        let read = input.read(text.get_mut(held..).unwrap_or_default())?;
        if read == 0 {
            return Err("the input ended before the video".into());
        }
        let mut here = text.get(..held + read).unwrap_or_default();
        if !begun {
            let Some(at) = memchr::memmem::find(here, BEGIN) else {
                held += read;
                continue;
            };
            here = here.get(at + BEGIN.len()..).unwrap_or_default();
            begun = true;
        }
        let end = memchr::memchr(b'"', here);
        let (now, later) = here.split_at(end.unwrap_or(here.len() / 4 * 4));
        let length = engine.decode_slice(now, &mut bytes)?;
        sink.write_all(bytes.get(..length).unwrap_or_default())?;
        size += length as u64;
        if end.is_some() {
            break;
        }
        let (from, left) = (
            here.as_ptr().addr() - text.as_ptr().addr() + now.len(),
            later.len(),
        );
        text.copy_within(from..from + left, 0);
        held = left;
    }
    // The rest of the input is not needed, but its writer may block until it is read.
    io::copy(&mut input, &mut io::sink())?;
    Ok(size)
}

fn send(
    connection: &mut Connection,
    file: &File,
    range: ChunkRange,
    size: u64,
    block: &mut [u8],
) -> Result<()> {
    let headers = format!(
        "Content-Type: video/mp4\r\nContent-Length: {}\r\nContent-Range: bytes {}-{}/{size}\r\n",
        range.length(),
        range.first,
        range.last
    );
    connection.begin("PUT", &headers)?;
    let mut at = range.first;
    while at < range.end() {
        let length = block.len().min(usize::try_from(range.end() - at)?);
        let piece = block.get_mut(..length).unwrap_or_default();
        file.read_exact_at(piece, at)?;
        connection.write(piece)?;
        at += length as u64;
    }
    match connection.answer()? {
        (201 | 206, _) => Ok(()),
        (status, _) => Err(format!("the chunk was answered {status}").into()),
    }
}
