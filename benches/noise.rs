//! Content of a video for measurements.

/// Beginning of an MP4 file, since other contents are dropped while they are read.
const HEAD: [u8; 12] = *b"\0\0\0\x0Cftypmp42";

/// The beginning of an MP4 file and pseudorandom bytes, `size` bytes long.
pub(crate) fn video(size: usize) -> Vec<u8> {
    let mut state = 1_u64;
    let noise = std::iter::repeat_with(|| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state.to_le_bytes()
    });
    HEAD.into_iter().chain(noise.flatten()).take(size).collect()
}
