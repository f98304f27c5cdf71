//! A firm of which there is much, planted by statements: a hundred thousand commits would take their time.

use portal_core::directory;
use portal_core::event::Keyspace;
use portal_core::ports::Store as _;
use portal_core::ports::store::{Changes, Command, StoreError};
use portal_core::values::*;
use sqlx::AssertSqlSafe;

use crate::SqliteStore;
use crate::sql::render;

pub(super) const FIRM: FirmId = FirmId::from_bits(1);
pub(super) const CLIENT: ClientId = ClientId::from_bits(1);
/// Of whom everything but one document lies below a folder in the trash.
pub(super) const ASLEEP: ClientId = ClientId::from_bits(2);
/// A contact of the client, who sees everything there.
pub(super) const ANA: ContactId = ContactId::from_bits(1);
pub(super) const MEMBER: MemberId = MemberId::from_bits(1);
pub(super) const ADDRESS: AddressKey = AddressKey::from_bits(1);
pub(super) const LOGIN: LoginId = LoginId::from_bits(1);
/// Everything of the client lies below it.
pub(super) const ALL: FolderId = FolderId::from_bits(11);
/// A folder that holds very much, all of one name but for numbers.
pub(super) const FLAT: FolderId = FolderId::from_bits(12);
/// One of many folders that hold a hundred documents.
pub(super) const LEAF: FolderId = FolderId::from_bits(1_000_100);
/// A folder of [`ASLEEP`] that is granted to very many, one by one.
pub(super) const GRANTED: FolderId = FolderId::from_bits(24);
/// Has very many versions.
pub(super) const OFTEN: DocumentId = DocumentId::from_bits(18);
/// Lies in [`FLAT`].
pub(super) const SCAN: DocumentId = DocumentId::from_bits(10_000_001);
pub(super) const NOW: Timestamp = Timestamp::from_micros(1_000_000_000);

/// `world.sql` with ids for the numbers between its marks.
fn texts() -> String {
    let id = |(place, part): (usize, &str)| match place % 2 {
        0 => part.to_owned(),
        _ => format!("unhex(printf('%032x', {part}))"),
    };
    include_str!("world.sql").split('#').enumerate().map(id).collect()
}

async fn by_hand(store: &SqliteStore, text: &str) {
    let mut transaction = store.database.begin().await.unwrap();
    let text = AssertSqlSafe(render(text).text);
    sqlx::raw_sql(text).execute(transaction.connection().unwrap()).await.unwrap();
    transaction.end(Ok::<_, StoreError>(())).await.unwrap();
}

/// A store that holds `many` of everything that there can be many of.
pub(super) async fn planted(many: u32) -> (SqliteStore, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let store = SqliteStore::open(folder.path().join("portal.db")).await.unwrap();
    store.migrate().await.unwrap();
    let event = directory::Event::ClientAdded { client: CLIENT, name: Note::new(Salt::from_bytes([7; 16]), "Acme") };
    store.commit(&changes("plant", vec![], vec![event.into()])).await.unwrap();
    let numbers = format!(
        "CREATE TEMP TABLE i (n INTEGER PRIMARY KEY); WITH RECURSIVE to_many(n) AS (SELECT 1 UNION ALL SELECT n + 1 \
         FROM to_many WHERE n < {many}) INSERT INTO i SELECT n FROM to_many;"
    );
    by_hand(&store, &(numbers + &texts())).await;
    (store, folder)
}

pub(super) fn changes(
    id: &str,
    writes: Vec<portal_core::change::Write<portal_core::record::Whole>>,
    events: Vec<portal_core::event::Event>,
) -> Changes {
    let command =
        Command { keyspace: Keyspace::Firm(FIRM), actor: Actor::Host, id: id.into(), input: Digest::ZERO, run: 1 };
    Changes { command, at: NOW, writes, events, made: Vec::new() }
}
