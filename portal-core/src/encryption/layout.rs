//! Where the plain bytes lie among the stored ones.
//!
//! Every chunk but the last is full; the last is shorter, down to empty. Each takes [`OVERHEAD_BYTES`] more than its plain bytes.

use crate::ports::PART_BYTES;

/// The plain bytes of every chunk but the last.
pub(super) const CHUNK_BYTES: usize = 64 * 1024;
/// What stands before the ciphertext: magic, number of the data key, nonce.
pub(super) const HEADER_BYTES: usize = MAGIC.len() + 4 + super::cipher::NONCE_BYTES;
/// What a chunk takes more than its plain bytes.
pub(super) const OVERHEAD_BYTES: usize = HEADER_BYTES + super::cipher::TAG_BYTES;
/// What a full chunk takes.
pub(super) const SEALED_CHUNK_BYTES: usize = CHUNK_BYTES + OVERHEAD_BYTES;
/// How many chunks a full part has: none reaches from one part into the next.
pub(super) const CHUNKS_IN_PART: u64 = (PART_BYTES / CHUNK_BYTES) as u64;
/// What every chunk begins with: how these bytes are told from those that were kept before there was encryption.
pub(super) const MAGIC: [u8; 4] = *b"PeB\x01";

const CHUNK: u64 = CHUNK_BYTES as u64;
const OVERHEAD: u64 = OVERHEAD_BYTES as u64;
const SEALED_CHUNK: u64 = SEALED_CHUNK_BYTES as u64;

const _: () = assert!(PART_BYTES.is_multiple_of(CHUNK_BYTES), "a part holds whole chunks");

/// Which chunk the plain byte at `offset` lies in.
pub(super) const fn chunk_of(offset: u64) -> u64 {
    offset / CHUNK
}

/// Where in its chunk the plain byte at `offset` lies.
pub(super) const fn within_chunk(offset: u64) -> u64 {
    offset % CHUNK
}

/// Where a chunk is stored; past all bytes there can be, when it would be.
pub(super) const fn stored_start(chunk: u64) -> u64 {
    chunk.saturating_mul(SEALED_CHUNK)
}

/// How many bytes are stored for `plain` bytes: whole chunks, and the last one.
pub(super) const fn stored_size(plain: u64) -> u64 {
    stored_start(chunk_of(plain)).saturating_add(within_chunk(plain)).saturating_add(OVERHEAD)
}

/// How many plain bytes there are in `stored` ones, and the number of the last chunk; `None` when bytes were cut off or added.
pub(super) fn plain_size(stored: u64) -> Option<(u64, u64)> {
    let last = stored / SEALED_CHUNK;
    let in_last = (stored % SEALED_CHUNK).checked_sub(OVERHEAD)?;
    Some((last * CHUNK + in_last, last))
}

/// What is stored for a part of `plain` bytes: a short one holds the last chunk, a full one does not.
pub(super) fn sealed_part_size(plain: usize) -> u64 {
    if plain == PART_BYTES { stored_start(CHUNKS_IN_PART) } else { stored_size(plain as u64) }
}

/// The number of the first chunk of a part, whose numbers run from 1.
pub(super) fn first_chunk(part: u32) -> u64 {
    u64::from(part.saturating_sub(1)) * CHUNKS_IN_PART
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_go_there_and_back_and_grow_with_one_another() {
        let mut before = None;
        for around in [0, CHUNK, 2 * CHUNK, 80 * CHUNK, 1_000_000 * CHUNK] {
            for plain in around.saturating_sub(2)..around + 3 {
                let stored = stored_size(plain);
                assert_eq!(plain_size(stored), Some((plain, plain / CHUNK)), "{plain}");
                assert!(before.is_none_or(|(p, s)| p >= plain || s < stored), "{plain}");
                before = Some((plain, stored));
            }
        }
    }

    #[test]
    fn bytes_that_end_where_no_last_chunk_can_end_have_no_size() {
        for stored in [0, 1, OVERHEAD - 1, SEALED_CHUNK, SEALED_CHUNK + OVERHEAD - 1, 80 * SEALED_CHUNK] {
            assert_eq!(plain_size(stored), None, "{stored}");
        }
    }

    #[test]
    fn what_lies_past_all_bytes_is_no_overflow() {
        assert_eq!(stored_size(u64::MAX), u64::MAX);
        assert_eq!(stored_start(u64::MAX), u64::MAX);
    }
}
