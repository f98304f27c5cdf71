//! Ranges of sealed bytes are the ranges of the plain ones.

use super::*;
use crate::ports::Entropy as _;
use crate::testing::SeededEntropy;

/// Numbers that a seed gives.
struct Drawn(SeededEntropy);

impl Drawn {
    fn below(&self, bound: usize) -> usize {
        let drawn = self.0.draw().unwrap();
        usize::try_from(u64::from_be_bytes(drawn[..8].try_into().unwrap()) % bound as u64).unwrap()
    }

    /// Somewhere in `0..=size`, often next to a border.
    fn offset(&self, size: usize) -> usize {
        let near = match self.below(4) {
            0 => self.below(size / CHUNK + 1) * CHUNK,
            1 => self.below(size / PART_BYTES + 1) * PART_BYTES,
            2 => size,
            _ => return self.below(size + 1),
        };
        (near + self.below(5)).saturating_sub(2).min(size)
    }
}

#[tokio::test]
async fn l37_ranges_at_random_offsets_are_equal_to_the_plain_bytes() {
    let drawn = Drawn(SeededEntropy::new(37));
    let sizes =
        [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 5 * CHUNK + 333, PART_BYTES, PART_BYTES + 1, 2 * PART_BYTES + 70_000];
    for size in sizes {
        let (vault, plain) = (Vault::new(), MemoryBlobs::new());
        let bytes = sample(3, size);
        keep(&vault.blobs, KEY, &bytes).await;
        keep(&plain, KEY, &bytes).await;
        for _ in 0..60 {
            let (one, other) = (drawn.offset(size) as u64, drawn.offset(size) as u64);
            let range = one.min(other)..one.max(other);
            let answer = read(&vault.blobs, KEY, range.clone()).await.unwrap();
            assert!(answer == read(&plain, KEY, range.clone()).await.unwrap(), "{range:?} of {size}");
        }
        for past in [1, 2, CHUNK as u64, 1 << 40] {
            let (from, end) = (drawn.offset(size) as u64, size as u64 + past);
            for range in [from..end, end..end] {
                let answer = read(&vault.blobs, KEY, range.clone()).await;
                let right = matches!(answer, Err(BlobError::OutOfRange { size_bytes }) if size_bytes == size as u64);
                assert!(right, "{range:?} of {size}: {:?}", answer.map(|bytes| bytes.len()));
            }
        }
    }
}

#[tokio::test]
async fn a_range_costs_the_chunks_that_it_touches() {
    let vault = Vault::new();
    keep(&vault.blobs, KEY, &sample(3, 40 * CHUNK)).await;
    // What is damaged elsewhere is not looked at.
    let mut stored = vault.stored(KEY, 40 * CHUNK).await;
    for chunk in (0..40).filter(|chunk| ![20, 21].contains(chunk)) {
        stored[chunk * SEALED_CHUNK_BYTES + 100] ^= 1;
    }
    vault.forge(KEY, stored).await;
    let (from, to) = (20 * CHUNK + 7, 22 * CHUNK);
    assert!(read(&vault.blobs, KEY, from as u64..to as u64).await.unwrap() == sample(3, 40 * CHUNK)[from..to]);
    assert!(is_corrupt(&read(&vault.blobs, KEY, from as u64..to as u64 + 1).await));
    let mut pieces = vault.blobs.read(KEY, from as u64..to as u64).await.unwrap();
    while let Some(piece) = pieces.try_next().await.unwrap() {
        assert!(piece.len() <= CHUNK, "a piece of {} bytes", piece.len());
    }
}
