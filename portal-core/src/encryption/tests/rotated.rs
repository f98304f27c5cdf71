//! Data keys change while bytes are on their way.

use futures_util::future::join_all;

use super::super::chunk::Header;
use super::*;
use crate::encryption::FirmKeys as _;

#[tokio::test]
async fn l37_an_upload_goes_on_elsewhere_under_another_data_key() {
    let vault = Vault::new();
    let plain = sample(5, 2 * PART_BYTES + 100);
    let upload = vault.blobs.begin(KEY).await.unwrap();
    let mut parts = Vec::new();
    // Out of order, each by another node and under another key; the first put twice, with other bytes before.
    let node = || Vault::of(FIRM, &vault.stored, &vault.keys);
    for number in [3_u32, 1, 2, 1] {
        let again = parts.iter().any(|part: &crate::ports::Part| part.number == number);
        let start = (number as usize - 1) * PART_BYTES;
        let right = &plain[start..plain.len().min(start + PART_BYTES)];
        let bytes = if number == 1 && !again { vec![0; PART_BYTES] } else { right.to_vec() };
        parts.retain(|part| part.number != number);
        parts.push(node().put_part(&upload, number, bytes.into()).await.unwrap());
        vault.keys.rotate(FIRM).unwrap();
    }
    node().complete(&upload, &parts).await.unwrap();
    assert!(read(&node(), KEY, 0..plain.len() as u64).await.unwrap() == plain);
    let stored = vault.stored(KEY, plain.len()).await;
    let numbers: Vec<u32> = stored.chunks(SEALED_CHUNK_BYTES).map(|it| Header::of(it).unwrap().number).collect();
    assert_eq!([numbers[0], numbers[80], numbers[160]], [4, 3, 1]);
    assert!(numbers[..80].iter().all(|number| *number == 4));
}

#[tokio::test]
async fn l37_rotation_under_load_loses_nothing() {
    let vault = Vault::new();
    let size = |round: u8| usize::from(round) * 9_000 + if round.is_multiple_of(5) { PART_BYTES } else { 0 };
    let upload = |round: u8| {
        let (blobs, keys) = (Vault::of(FIRM, &vault.stored, &vault.keys), vault.keys.clone());
        tokio::spawn(async move {
            let key = BlobKey::from_bits(round.into());
            keep(&blobs, key, &sample(round, size(round))).await;
            keys.rotate(FIRM).unwrap();
            assert!(read(&blobs, key, 0..size(round) as u64).await.unwrap() == sample(round, size(round)));
        })
    };
    for done in join_all((0..20).map(upload)).await {
        done.unwrap();
    }
    assert!(vault.keys.current(FIRM).await.unwrap().number() >= 20, "a key for each");
    for round in 0..20 {
        let answer = read(&vault.blobs, BlobKey::from_bits(round.into()), 0..size(round) as u64).await;
        assert!(answer.unwrap() == sample(round, size(round)), "round {round}");
    }
}
