//! What is in the export: each folder and each version, with its path, its hash, and who uploaded it when.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{Exporter, Exporting};
use crate::engine::Error;
use crate::files::{DocumentVersion, Folder, FolderKind, Removal};
use crate::values::{Actor, Digest, RunningDigest, Timestamp};

/// So many names are asked for at a time.
const NAMES_AT_ONCE: usize = 500;

/// Where a folder or document lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    /// In the lists.
    Files,
    /// In the archive.
    Archive,
    /// In the trash.
    Trash,
}

impl Part {
    /// The folder that it has in the zip file.
    pub(super) const fn folder(self) -> &'static str {
        match self {
            Self::Files => "Files/",
            Self::Archive => "Archive/",
            Self::Trash => "Trash/",
        }
    }

    const fn name(self) -> &'static str {
        match self {
            Self::Files => "files",
            Self::Archive => "archive",
            Self::Trash => "trash",
        }
    }
}

/// A folder that was written.
pub(super) struct FolderLine {
    line: Value,
}

impl FolderLine {
    pub(super) fn of(folder: &Folder, path: &str, part: Part) -> Self {
        let (archived_at, trashed_at) = match folder.place.removal {
            Removal::Archived(at) => (Some(at), None),
            Removal::Trashed(at) => (None, Some(at)),
            Removal::Live | Removal::Purged(_) => (None, None),
        };
        let said = |at: Option<Timestamp>| at.map(|at| at.to_string());
        let line = json!({
            "path": path,
            "part": part.name(),
            "folder": folder.id.to_string(),
            "name": folder.place.name.as_str(),
            "client_uploads": folder.kind == FolderKind::ClientUploads,
            "made_at": folder.place.created_at.to_string(),
            "archived_at": said(archived_at),
            "trashed_at": said(trashed_at),
        });
        Self { line }
    }
}

/// A version that was written, or left out.
pub(super) struct VersionLine {
    pub(super) part: Part,
    pub(super) path: String,
    /// Its number, from 1 for the first that there is.
    pub(super) number: usize,
    /// Whether it is the one that is shown.
    pub(super) shown: bool,
    /// Whether the scanner found it harmful, so that its bytes are not there.
    pub(super) left_out: bool,
    pub(super) version: DocumentVersion,
}

impl VersionLine {
    fn line(&self, names: &BTreeMap<Actor, String>) -> Value {
        let Self { part, path, number, shown, left_out, version } = self;
        json!({
            "path": if *left_out { Value::Null } else { path.as_str().into() },
            "left_out": left_out.then_some("found harmful by the virus scanner"),
            "part": part.name(),
            "document": version.document.to_string(),
            "version": version.id.to_string(),
            "number": number,
            "shown": shown,
            "uploaded_as": version.uploaded_as.as_str(),
            "uploaded_by": actor(version.uploaded_by, names),
            "uploaded_at": version.uploaded_at.to_string(),
            "size_bytes": version.size_bytes,
            "sha256": version.sha256.to_string(),
            "declared_type": version.declared_type.as_ref().map(|kind| kind.as_str()),
            "sniffed_type": version.sniffed_type.as_ref().map(|kind| kind.as_str()),
        })
    }
}

/// Somebody, by id and name.
pub(super) fn actor(actor: Actor, names: &BTreeMap<Actor, String>) -> Value {
    let (kind, id) = match actor {
        Actor::Member(member) => ("member", Some(member.to_string())),
        Actor::Contact(contact) => ("contact", Some(contact.to_string())),
        Actor::Host => ("host", None),
        Actor::Login(_) | Actor::Visitor | Actor::Worker => ("portal", None),
    };
    json!({ "kind": kind, "id": id, "name": names.get(&actor) })
}

/// What was written so far, for the list at the end.
#[derive(Default)]
pub(super) struct Manifest {
    pub(super) folders: Vec<FolderLine>,
    pub(super) versions: Vec<VersionLine>,
    /// The files beside the documents.
    pub(super) files: Vec<(&'static str, Digest)>,
    /// How many links the audit chain has, and its head.
    pub(super) chain: Option<(u64, Digest)>,
}

impl<C: Exporter> Exporting<C> {
    /// Writes the list, a line for each folder and each version.
    pub(super) async fn manifest(&mut self, manifest: Manifest, began_at: Timestamp) -> Result<(), Error> {
        let Manifest { folders, versions, files, chain } = manifest;
        let names = self.names(versions.iter().map(|line| line.version.uploaded_by)).await?;
        let files: Vec<Value> =
            files.into_iter().map(|(path, sha256)| json!({ "path": path, "sha256": sha256.to_string() })).collect();
        let head = json!({
            "format": "client-export 1",
            "client": {
                "client": self.client.id.to_string(),
                "name": self.client.name.as_str(),
                "external_id": self.client.external_id.as_ref().map(|id| id.as_str()),
            },
            "exported_by": actor(self.caller.actor(), &self.names([self.caller.actor()]).await?),
            "began_at": began_at.to_string(),
            "ended_at": self.engine.clock.now().to_string(),
            "audit_chain": chain.map(|(links, head)| json!({ "links": links, "head": head.to_string() })),
            "files": files,
        });
        let head = head.to_string();
        // The object goes on: its last brace comes at the end.
        let head = head.strip_suffix('}').unwrap_or(&head);
        self.zip.begin("manifest.json", None, self.engine.clock.now())?;
        self.zip.write(format!("{head},\n\"folders\":[").as_bytes()).await?;
        self.lines(folders.iter().map(|folder| folder.line.to_string())).await?;
        self.zip.write(b"],\n\"versions\":[").await?;
        self.lines(versions.iter().map(|line| line.line(&names).to_string())).await?;
        self.zip.write(b"]}\n").await
    }

    async fn lines(&mut self, lines: impl Iterator<Item = String> + Send) -> Result<(), Error> {
        for (place, line) in lines.enumerate() {
            let before = if place == 0 { "\n" } else { ",\n" };
            self.zip.write(format!("{before}{line}").as_bytes()).await?;
        }
        Ok(())
    }

    /// What these people are called, each once.
    pub(super) async fn names(
        &self,
        actors: impl IntoIterator<Item = Actor>,
    ) -> Result<BTreeMap<Actor, String>, Error> {
        let people: std::collections::BTreeSet<Actor> = actors.into_iter().collect();
        let people: Vec<Actor> =
            people.into_iter().filter(|actor| matches!(actor, Actor::Member(_) | Actor::Contact(_))).collect();
        let mut names = BTreeMap::new();
        for some in people.chunks(NAMES_AT_ONCE) {
            names.extend(self.engine.store.names(self.firm(), some).await?);
        }
        Ok(names)
    }
}

/// A file beside the documents, as it is written: its digest stands in the manifest.
#[derive(Default)]
pub(super) struct Beside {
    digest: RunningDigest,
}

impl<C: Exporter> Exporting<C> {
    /// Begins a file beside the documents.
    pub(super) fn beside(&mut self, path: &'static str) -> Result<Beside, Error> {
        self.zip.begin(path, None, self.engine.clock.now())?;
        Ok(Beside::default())
    }

    /// Adds to it.
    pub(super) async fn add(&mut self, file: &mut Beside, text: &[u8]) -> Result<(), Error> {
        file.digest.update(text);
        self.zip.write(text).await
    }
}

impl Beside {
    pub(super) fn digest(&self) -> Digest {
        self.digest.digest()
    }
}
