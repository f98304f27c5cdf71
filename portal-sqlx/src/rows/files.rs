//! The rows of files. Folders and documents share a table.

use portal_core::change::Versioned;
use portal_core::files::{
    Condemned, Document, DocumentVersion, Folder, Hold, MediaType, Place, Scan, Tail, Taken, Upload, UploadInto,
    UploadScan,
};
use portal_core::ports::store::{DocumentRead, NodeRead, StoreError};
use portal_core::values::{DisplayName, FileName, NodeId, RunningDigest};

use super::codes::{actor, folder_kind, node, read_actor, read_folder_kind, read_node, read_removal, removal};
use super::{Stored, Table};
use crate::sql::{Fields, Kind, Value, unreadable};

/// The columns of `current_at` are the store's own: see `commit::write`.
const NODES: &Table = &Table {
    name: "portal.nodes",
    key: &["firm_id", "node_id", "is_document"],
    columns: &[
        "client_id",
        "parent_id",
        "name",
        "folded",
        "removal",
        "removed_at",
        "created_by",
        "created_by_id",
        "created_at",
        "folder_kind",
        "current_id",
        "opened_at",
        "hold_reason",
        "held_by",
        "held_by_id",
        "held_since",
    ],
    unique: &[],
};

fn place(place: &Place) -> Vec<Value> {
    let mut columns = vec![
        Value::id(place.client),
        Value::maybe_id(place.parent),
        Value::text(place.name.as_str()),
        Value::text(place.name.folded().as_str()),
    ];
    columns.extend(removal(place.removal));
    columns.extend(actor(place.created_by));
    columns.push(Value::time(place.created_at));
    columns
}

/// A hold in four columns: why, by whom, and since when.
fn hold(hold: Option<&Hold>) -> [Value; 4] {
    let [by, by_id] = match hold {
        Some(hold) => actor(hold.by),
        None => [Value::Null(Kind::Int), Value::Null(Kind::Id)],
    };
    let reason = Value::maybe_text(hold.map(|hold| hold.reason.as_str()));
    [reason, by, by_id, Value::maybe_time(hold.map(|hold| hold.since))]
}

fn read_hold(fields: &mut Fields<'_>) -> Result<Option<Box<Hold>>, StoreError> {
    let Some(reason) = fields.maybe_text()? else {
        fields.skip(3)?;
        return Ok(None);
    };
    let reason = DisplayName::new(reason).map_err(|_| unreadable("the reason of a hold"))?;
    Ok(Some(Box::new(Hold { reason, by: read_actor(fields)?, since: fields.time()? })))
}

pub(crate) fn read_file_name(fields: &mut Fields<'_>) -> Result<FileName, StoreError> {
    FileName::new(fields.text()?).map_err(|_| unreadable("a file name that is none"))
}

fn read_place(fields: &mut Fields<'_>) -> Result<Place, StoreError> {
    let (client, parent, name) = (fields.id()?, fields.maybe_id()?, read_file_name(fields)?);
    fields.skip(1)?;
    let (removal, created_by, created_at) = (read_removal(fields)?, read_actor(fields)?, fields.time()?);
    Ok(Place { client, parent, name, removal, created_by, created_at, hold: None })
}

/// Reads a whole row of the table: a folder or a document.
pub(crate) fn node_read(fields: &mut Fields<'_>) -> Result<NodeRead, StoreError> {
    fields.skip(1)?;
    let (node, version, mut place) = (read_node(fields)?, fields.version()?, read_place(fields)?);
    Ok(match node {
        NodeId::Folder(id) => {
            let kind = read_folder_kind(fields)?;
            fields.skip(2)?;
            place.hold = read_hold(fields)?;
            NodeRead::Folder(Versioned::new(version, Folder { id, place, kind }))
        }
        NodeId::Document(id) => {
            fields.skip(1)?;
            let (current, opened_at) = (fields.id()?, fields.maybe_time()?);
            place.hold = read_hold(fields)?;
            NodeRead::Document(Versioned::new(version, Document { id, place, current, opened_at }))
        }
    })
}

/// Reads a document and a version of it, joined in this order.
pub(crate) fn document_read(fields: &mut Fields<'_>) -> Result<DocumentRead, StoreError> {
    Ok(DocumentRead { document: Document::read(fields)?, current: DocumentVersion::read(fields)?.value })
}

impl Stored for Folder {
    const TABLE: &'static Table = NODES;

    fn columns(&self) -> Vec<Value> {
        let mut columns = place(&self.place);
        columns.extend([Value::Int(folder_kind(self.kind)), Value::Null(Kind::Id), Value::Null(Kind::Int)]);
        columns.extend(hold(self.place.hold.as_deref()));
        columns
    }

    fn read(fields: &mut Fields<'_>) -> Result<Versioned<Self>, StoreError> {
        match node_read(fields)? {
            NodeRead::Folder(folder) => Ok(folder),
            NodeRead::Document(_) => Err(unreadable("a document where a folder was expected")),
        }
    }
}

impl Stored for Document {
    const TABLE: &'static Table = NODES;

    fn columns(&self) -> Vec<Value> {
        let mut columns = place(&self.place);
        columns.extend([Value::Null(Kind::Int), Value::id(self.current), Value::maybe_time(self.opened_at)]);
        columns.extend(hold(self.place.hold.as_deref()));
        columns
    }

    fn read(fields: &mut Fields<'_>) -> Result<Versioned<Self>, StoreError> {
        match node_read(fields)? {
            NodeRead::Document(document) => Ok(document),
            NodeRead::Folder(_) => Err(unreadable("a folder where a document was expected")),
        }
    }
}

fn read_media_type(fields: &mut Fields<'_>) -> Result<Option<MediaType>, StoreError> {
    Ok(fields.maybe_text()?.and_then(MediaType::new))
}

fn media_type(named: Option<&MediaType>) -> Value {
    Value::maybe_text(named.map(MediaType::as_str))
}

const CLEAN: i64 = 1;
const INFECTED: i64 = 2;
const WAITS: i64 = 1;

fn scan(scan: Scan) -> [Value; 2] {
    let (said, at) = match scan {
        Scan::NotScanned => (0, None),
        Scan::Clean(at) => (CLEAN, Some(at)),
        Scan::Infected(at) => (INFECTED, Some(at)),
    };
    [Value::Int(said), Value::maybe_time(at)]
}

fn read_scan(fields: &mut Fields<'_>) -> Result<Scan, StoreError> {
    match (fields.int()?, fields.maybe_time()?) {
        (0, None) => Ok(Scan::NotScanned),
        (CLEAN, Some(at)) => Ok(Scan::Clean(at)),
        (INFECTED, Some(at)) => Ok(Scan::Infected(at)),
        _ => Err(unreadable("what a scanner said of a version")),
    }
}

fn upload_scan(scan: UploadScan) -> [Value; 3] {
    let (said, due, tries) = match scan {
        UploadScan::NotAsked => (0, None, 0),
        UploadScan::Waits { due, tries } => (WAITS, Some(due), tries),
        UploadScan::Infected => (INFECTED, None, 0),
    };
    [Value::Int(said), Value::maybe_time(due), Value::Int(tries.into())]
}

fn read_upload_scan(fields: &mut Fields<'_>) -> Result<UploadScan, StoreError> {
    let (said, due, tries) = (fields.int()?, fields.maybe_time()?, fields.int()?);
    match (said, due, u32::try_from(tries)) {
        (0, None, Ok(0)) => Ok(UploadScan::NotAsked),
        (WAITS, Some(due), Ok(tries)) => Ok(UploadScan::Waits { due, tries }),
        (INFECTED, None, Ok(0)) => Ok(UploadScan::Infected),
        _ => Err(unreadable("what a scanner said of an upload")),
    }
}

impl Stored for DocumentVersion {
    const TABLE: &'static Table = &Table {
        name: "portal.document_versions",
        key: &["firm_id", "version_id"],
        columns: &[
            "document_id",
            "blob_key",
            "size_bytes",
            "sha256",
            "declared_type",
            "uploaded_as",
            "uploaded_by",
            "uploaded_by_id",
            "uploaded_at",
            "sniffed_type",
            "scan",
            "scanned_at",
        ],
        unique: &[],
    };

    fn columns(&self) -> Vec<Value> {
        let mut columns = vec![
            Value::id(self.document),
            Value::id(self.blob),
            Value::unsigned(self.size_bytes),
            Value::digest(self.sha256),
            media_type(self.declared_type.as_ref()),
            Value::text(self.uploaded_as.as_str()),
        ];
        columns.extend(actor(self.uploaded_by));
        columns.push(Value::time(self.uploaded_at));
        columns.push(media_type(self.sniffed_type.as_ref()));
        columns.extend(scan(self.scan));
        columns
    }

    fn read(fields: &mut Fields<'_>) -> Result<Versioned<Self>, StoreError> {
        fields.skip(1)?;
        let (id, version) = (fields.id()?, fields.version()?);
        let document_version = Self {
            id,
            document: fields.id()?,
            blob: fields.id()?,
            size_bytes: fields.unsigned()?,
            sha256: fields.digest()?,
            declared_type: read_media_type(fields)?,
            uploaded_as: read_file_name(fields)?,
            uploaded_by: read_actor(fields)?,
            uploaded_at: fields.time()?,
            sniffed_type: read_media_type(fields)?,
            scan: read_scan(fields)?,
        };
        Ok(Versioned::new(version, document_version))
    }
}

/// Blob stores' words for parts stand line by line; a word with a line break in it is none that a store may give.
fn taken(taken: &Taken) -> [Value; 7] {
    [
        Value::unsigned(taken.size_bytes),
        Value::maybe_text(taken.token.as_deref()),
        Value::text(taken.parts.iter().flat_map(|tag| [tag, "\n"]).collect::<String>()),
        Value::Bytes(taken.digest.to_state()),
        Value::maybe_id(taken.tail.map(|tail| tail.blob)),
        Value::maybe_int(taken.tail.map(|tail| tail.size_bytes.cast_signed())),
        media_type(taken.sniffed_type.as_ref()),
    ]
}

fn read_taken(fields: &mut Fields<'_>) -> Result<Taken, StoreError> {
    let (size_bytes, token) = (fields.unsigned()?, fields.maybe_text()?.map(str::to_owned));
    let parts = fields.text()?.split_terminator('\n').map(str::to_owned).collect();
    let digest = RunningDigest::from_state(fields.any_bytes()?);
    let digest = digest.ok_or_else(|| unreadable("the digest of an upload under way"))?;
    let tail = match (fields.maybe_id()?, fields.maybe_int()?) {
        (Some(blob), Some(size)) => Some(Tail { blob, size_bytes: size.cast_unsigned() }),
        _ => None,
    };
    Ok(Taken { size_bytes, token, parts, digest, tail, sniffed_type: read_media_type(fields)? })
}

impl Stored for Upload {
    const TABLE: &'static Table = &Table {
        name: "portal.uploads",
        key: &["firm_id", "upload_id"],
        columns: &[
            "client_id",
            "into_id",
            "into_is_document",
            "name",
            "declared_type",
            "blob_key",
            "uploaded_by",
            "uploaded_by_id",
            "started_at",
            "deadline",
            "announced_bytes",
            "taken_bytes",
            "blob_token",
            "part_tags",
            "digest_state",
            "tail_key",
            "tail_bytes",
            "sniffed_type",
            "scan",
            "scan_due",
            "scan_tries",
        ],
        unique: &[],
    };

    fn columns(&self) -> Vec<Value> {
        let mut columns = vec![Value::id(self.client)];
        columns.extend(node(self.into.node()));
        columns.extend([
            Value::text(self.name.as_str()),
            media_type(self.declared_type.as_ref()),
            Value::id(self.blob),
        ]);
        columns.extend(actor(self.by));
        columns.extend([Value::time(self.started_at), Value::time(self.deadline)]);
        columns.push(Value::maybe_int(self.announced_bytes.map(u64::cast_signed)));
        columns.extend(taken(&self.taken));
        columns.extend(upload_scan(self.scan));
        columns
    }

    fn read(fields: &mut Fields<'_>) -> Result<Versioned<Self>, StoreError> {
        fields.skip(1)?;
        let (id, version) = (fields.id()?, fields.version()?);
        let upload = Self {
            id,
            client: fields.id()?,
            into: match read_node(fields)? {
                NodeId::Folder(folder) => UploadInto::NewDocument(folder),
                NodeId::Document(document) => UploadInto::NewVersion(document),
            },
            name: read_file_name(fields)?,
            declared_type: read_media_type(fields)?,
            blob: fields.id()?,
            by: read_actor(fields)?,
            started_at: fields.time()?,
            deadline: fields.time()?,
            announced_bytes: fields.maybe_int()?.map(i64::cast_unsigned),
            taken: read_taken(fields)?,
            scan: read_upload_scan(fields)?,
        };
        Ok(Versioned::new(version, upload))
    }
}

impl Stored for Condemned {
    const TABLE: &'static Table =
        &Table { name: "portal.condemned_blobs", key: &["firm_id", "blob_key"], columns: &["since"], unique: &[] };

    fn columns(&self) -> Vec<Value> {
        vec![Value::time(self.since)]
    }

    fn read(fields: &mut Fields<'_>) -> Result<Versioned<Self>, StoreError> {
        fields.skip(1)?;
        let (blob, version) = (fields.id()?, fields.version()?);
        Ok(Versioned::new(version, Self { blob, since: fields.time()? }))
    }
}

/// What begins a folded name that no file has: a path separator.
pub(crate) const PARKED: char = '/';
