//! What happened at the client: the audit chain as it is hashed, and the same to be read, with downloads and the texts beside it.

use serde_json::json;

use super::manifest::Manifest;
use super::{Exporter, Exporting};
use crate::audit::ChainKey;
use crate::engine::Error;
use crate::event::Keyspace;
use crate::values::PageRequest;

const CHAIN: &str = "audit-chain.jsonl";
const ACTIVITY: &str = "activity.jsonl";
/// So many links are read at a time.
const LINKS_AT_ONCE: usize = 200;

impl<C: Exporter> Exporting<C> {
    /// Writes both. The chain ends at the head that the manifest names.
    pub(super) async fn chain(&mut self, manifest: &mut Manifest) -> Result<(), Error> {
        self.activity(manifest).await?;
        let (keyspace, key) = (Keyspace::Firm(self.firm()), ChainKey::Client(self.client.id));
        let mut file = self.beside(CHAIN)?;
        loop {
            self.may_go_on().await?;
            let after = manifest.chain.map_or(0, |(sequence, _)| sequence);
            let links = self.engine.store.links(keyspace, key, after, LINKS_AT_ONCE).await?;
            let Some((last, _)) = links.last() else { break };
            manifest.chain = Some((last.sequence, last.head));
            for (link, payloads) in &links {
                let line = json!({
                    "sequence": link.sequence,
                    "payloads": payloads,
                    "events": link.events.to_string(),
                    "head": link.head.to_string(),
                });
                self.add(&mut file, format!("{line}\n").as_bytes()).await?;
            }
        }
        manifest.files.push((CHAIN, file.digest()));
        Ok(())
    }

    async fn activity(&mut self, manifest: &mut Manifest) -> Result<(), Error> {
        let mut file = self.beside(ACTIVITY)?;
        let mut after = None;
        loop {
            self.may_go_on().await?;
            let page = PageRequest::default().after(after);
            let page = self.engine.store.activity(self.firm(), self.client.id, &page).await?;
            let names = self.names(page.items.iter().map(|happened| happened.actor)).await?;
            for happened in &page.items {
                let texts: Vec<Option<&str>> = happened.event.notes().into_iter().map(|note| note.text()).collect();
                let line = json!({
                    "event": happened.id.to_string(),
                    "at": happened.at.to_string(),
                    "by": super::manifest::actor(happened.actor, &names),
                    "payload": happened.event.payload(),
                    "texts": texts,
                });
                self.add(&mut file, format!("{line}\n").as_bytes()).await?;
            }
            after = page.next;
            if after.is_none() {
                manifest.files.push((ACTIVITY, file.digest()));
                return Ok(());
            }
        }
    }
}
