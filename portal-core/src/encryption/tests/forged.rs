//! Whoever can write to the store below can take bytes away, and cannot change what is read.

use super::super::layout::{HEADER_BYTES, OVERHEAD_BYTES, SEALED_CHUNK_BYTES};
use super::*;

const SEALED: usize = SEALED_CHUNK_BYTES;
const SHORT: usize = 1_000;
/// Three full chunks and a short one.
const SIZE: usize = 3 * CHUNK + SHORT;

/// Reads all of it, and that all of it is refused, and so is every part that the forgery touches.
async fn assert_refused(vault: &Vault, key: BlobKey, stored: Vec<u8>, touched: &[usize], how: &str) {
    vault.forge(key, stored).await;
    let whole = read(&vault.blobs, key, 0..SIZE as u64).await;
    assert!(is_corrupt(&whole), "{how}: {:?}", whole.map(|bytes| bytes.len()));
    for chunk in touched {
        let start = (chunk * CHUNK) as u64;
        let answer = read(&vault.blobs, key, start..start + 1).await;
        assert!(is_corrupt(&answer), "{how}: byte {start} is {answer:?}");
    }
}

fn chunks(stored: &[u8]) -> Vec<&[u8]> {
    stored.chunks(SEALED).collect()
}

#[tokio::test]
async fn l37_swapping_two_blobs_fails() {
    let vault = Vault::new();
    let (one, other) = (BlobKey::from_bits(1), BlobKey::from_bits(2));
    keep(&vault.blobs, one, &sample(1, SIZE)).await;
    keep(&vault.blobs, other, &sample(2, SIZE)).await;
    let (first, second) = (vault.stored(one, SIZE).await, vault.stored(other, SIZE).await);
    assert_refused(&vault, one, second.clone(), &[0, 1, 2, 3], "swapped").await;
    assert_refused(&vault, other, first.clone(), &[0, 1, 2, 3], "swapped").await;
    for at in 0..4 {
        let mut mixed = chunks(&first);
        mixed[at] = chunks(&second)[at];
        assert_refused(&vault, one, mixed.concat(), &[at], "one chunk of another blob").await;
    }
    vault.forge(one, first).await;
    assert!(read(&vault.blobs, one, 0..SIZE as u64).await.unwrap() == sample(1, SIZE), "the right bytes are well");
}

#[tokio::test]
async fn l37_chunks_that_are_moved_left_out_or_repeated_are_refused() {
    let vault = Vault::new();
    keep(&vault.blobs, KEY, &sample(1, SIZE)).await;
    let stored = vault.stored(KEY, SIZE).await;
    let [a, b, c, end] = chunks(&stored)[..] else { panic!("four chunks") };
    for (order, touched, how) in [
        (vec![b, a, c, end], &[0, 1][..], "the first two swapped"),
        (vec![a, c, b, end], &[1, 2], "the middle ones swapped"),
        (vec![a, b, end], &[2], "one left out"),
        (vec![b, c, end], &[0, 1, 2], "the first left out"),
        (vec![a, b, b, end], &[2], "one in place of another"),
        (vec![a, a, b, c, end], &[1, 2, 3], "one repeated"),
        (vec![a, b, c, end, end], &[3], "the last repeated"),
        (vec![a, b, c, a], &[3], "the first again, at the end"),
    ] {
        assert_refused(&vault, KEY, order.concat(), touched, how).await;
    }
}

#[tokio::test]
async fn l37_bytes_that_are_cut_short_or_continued_are_refused() {
    let vault = Vault::new();
    keep(&vault.blobs, KEY, &sample(1, SIZE)).await;
    let stored = vault.stored(KEY, SIZE).await;
    let kept =
        [0, 1, OVERHEAD_BYTES, SEALED - 1, SEALED, 2 * SEALED + 40, 3 * SEALED, 3 * SEALED + 35, stored.len() - 1];
    for bytes in kept {
        assert_refused(&vault, KEY, stored[..bytes].to_vec(), &[3], &format!("cut after {bytes}")).await;
        // Nor does it pass for shorter bytes.
        let answer = read(&vault.blobs, KEY, 0..u64::MAX).await;
        assert!(is_corrupt(&answer), "cut after {bytes}: {answer:?}");
        let at_the_cut = (bytes / SEALED * CHUNK) as u64;
        let answer = read(&vault.blobs, KEY, at_the_cut..at_the_cut + 1).await;
        assert!(is_corrupt(&answer), "cut after {bytes}: {answer:?}");
    }
    for more in [1, 100, SEALED] {
        let mut longer = stored.clone();
        longer.extend_from_within(..more);
        assert_refused(&vault, KEY, longer, &[3], "continued").await;
    }
    // A last chunk may be as large as none other: two blobs are not joined either.
    let twice = [stored.clone(), stored].concat();
    assert_refused(&vault, KEY, twice, &[3], "joined with itself").await;
}

#[tokio::test]
async fn l37_bytes_that_end_on_a_border_cannot_lose_their_end() {
    let vault = Vault::new();
    for size in [CHUNK, 2 * CHUNK, PART_BYTES] {
        keep(&vault.blobs, KEY, &sample(1, size)).await;
        let mut stored = vault.stored(KEY, size).await;
        assert!(read(&vault.blobs, KEY, 0..size as u64).await.unwrap() == sample(1, size));
        stored.truncate(stored.len() - OVERHEAD_BYTES);
        vault.forge(KEY, stored.clone()).await;
        let too_far = read(&vault.blobs, KEY, 0..size as u64 + 1).await;
        assert!(is_corrupt(&too_far), "{size}: its size is not told without its end: {too_far:?}");
        stored.truncate(stored.len() - SEALED);
        vault.forge(KEY, stored).await;
        assert!(is_corrupt(&read(&vault.blobs, KEY, 0..size as u64).await), "{size}");
        vault.stored.delete(KEY).await.unwrap();
    }
}

#[tokio::test]
async fn l37_every_flipped_bit_is_found() {
    let vault = Vault::new();
    keep(&vault.blobs, KEY, &sample(1, SIZE)).await;
    let stored = vault.stored(KEY, SIZE).await;
    let headers = [0, 3 * SEALED].into_iter().flat_map(|start| (start..start + HEADER_BYTES).chain([start + 500]));
    let tags = [SEALED, stored.len()].into_iter().flat_map(|end| end - 16..end);
    for (round, at) in headers.chain(tags).enumerate() {
        let mut changed = stored.clone();
        changed[at] ^= 1 << (round % 8);
        assert_refused(&vault, KEY, changed, &[at / SEALED], &format!("byte {at} changed")).await;
        let untouched = if at < SEALED { CHUNK as u64 } else { 0 };
        assert!(read(&vault.blobs, KEY, untouched..untouched + 9).await.is_ok(), "what was left alone is read");
    }
}

#[tokio::test]
async fn l37_no_byte_comes_out_before_its_chunk_was_found_authentic() {
    let vault = Vault::new();
    keep(&vault.blobs, KEY, &sample(1, SIZE)).await;
    let mut stored = vault.stored(KEY, SIZE).await;
    stored[2 * SEALED + 30] ^= 1;
    vault.forge(KEY, stored).await;
    let mut stream = vault.blobs.read(KEY, 0..SIZE as u64).await.unwrap();
    let mut came = Vec::new();
    let error = loop {
        match stream.try_next().await {
            Ok(piece) => came.extend_from_slice(&piece.expect("the stream ended as if it were whole")),
            Err(error) => break error,
        }
    };
    assert!(matches!(error, BlobError::Corrupt { .. }), "{error:?}");
    assert!(came == sample(1, 2 * CHUNK), "{} bytes came", came.len());
}

#[tokio::test]
async fn l37_another_firm_and_another_key_open_nothing() {
    let vault = Vault::new();
    keep(&vault.blobs, KEY, &sample(1, SIZE)).await;
    let other_firm = FirmId::from_bits(2);
    let stranger = Vault::of(other_firm, &vault.stored, &vault.keys);
    assert!(is_corrupt(&read(&stranger, KEY, 0..9).await), "a firm without keys");
    vault.keys.rotate(other_firm).unwrap();
    assert!(is_corrupt(&read(&stranger, KEY, 0..9).await), "a firm with a key of the same number");
    let elsewhere = MemoryFirmKeys::new(Arc::new(SystemEntropy));
    elsewhere.rotate(FIRM).unwrap();
    assert!(is_corrupt(&read(&Vault::of(FIRM, &vault.stored, &elsewhere), KEY, 0..9).await), "another key");
    // The very key of this firm under the other's name: bytes are bound to the firm too.
    let both = Arc::new(OneKey(vault.keys.current(FIRM).await.unwrap()));
    let of = |firm| EncryptedBlobs::new(firm, Arc::new(vault.stored.clone()), both.clone(), Arc::new(SystemEntropy));
    assert!(read(&of(FIRM), KEY, 0..9).await.is_ok());
    assert!(is_corrupt(&read(&of(other_firm), KEY, 0..9).await), "another firm with the same key");
}

/// Gives the same key to everybody.
struct OneKey(Arc<super::super::FirmKey>);

#[async_trait::async_trait]
impl super::super::FirmKeys for OneKey {
    async fn current(&self, _firm: FirmId) -> Result<Arc<super::super::FirmKey>, BlobError> {
        Ok(self.0.clone())
    }

    async fn numbered(&self, _firm: FirmId, _number: u32) -> Result<Arc<super::super::FirmKey>, BlobError> {
        Ok(self.0.clone())
    }
}

use super::super::FirmKeys as _;

#[tokio::test]
async fn l37_parts_that_are_swapped_or_dropped_in_the_store_are_refused() {
    let vault = Vault::new();
    let plain = sample(1, 2 * PART_BYTES + 5);
    keep(&vault.blobs, KEY, &plain).await;
    let stored = vault.stored(KEY, plain.len()).await;
    let part = 80 * SEALED;
    let (one, two, end) = (&stored[..part], &stored[part..2 * part], &stored[2 * part..]);
    for forged in [[two, one, end].concat(), [one, one, end].concat(), [one, end].concat(), [two, end].concat()] {
        vault.forge(KEY, forged).await;
        let answer = read(&vault.blobs, KEY, 0..plain.len() as u64).await;
        assert!(is_corrupt(&answer), "{:?}", answer.map(|bytes| bytes.len()));
    }
}
