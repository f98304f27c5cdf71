//! What was purged goes for good: from the leaves up, in batches, grants and all (S25).

use super::{WorkReport, commit};
use crate::change::{Decision, Versioned, Write};
use crate::engine::{Engine, Error};
use crate::files::{Document, Folder, sweep_document, sweep_folder};
use crate::ports::store::NodeRead;
use crate::record::Whole;
use crate::sharing::{Grant, Key};
use crate::values::{FirmId, NodeId};

/// How many purged nodes one call begins with, how much of a folder it reads at once, and how many nodes it takes away.
const ROOTS: usize = 20;
const CONTENTS: usize = 50;
const STEPS: usize = 200;

/// Takes purged nodes away, with all that lies below them.
pub(super) async fn purge(engine: &Engine, report: &mut WorkReport) -> Result<(), Error> {
    let purged = engine.store.purged(ROOTS).await?;
    let (all, mut left) = (purged.len(), STEPS);
    for (firm, node) in purged {
        take(engine, firm, node, &mut left).await?;
    }
    report.swept += STEPS - left;
    // What could not be taken now is no reason to come again at once.
    report.more |= left == 0 || (all == ROOTS && left < STEPS);
    Ok(())
}

/// Takes a node away, from the leaves up.
///
/// It stops when no steps are left, or when something changed meanwhile; the next call goes on from what is there then.
async fn take(engine: &Engine, firm: FirmId, node: NodeRead, left: &mut usize) -> Result<(), Error> {
    // The way down to what is taken next: it grows with the depth of the tree, and not with what lies in it.
    let mut way = vec![node];
    while let Some(node) = way.pop() {
        if *left == 0 {
            return Ok(());
        }
        let taken = match &node {
            NodeRead::Document(document) => take_document(engine, firm, document).await?,
            NodeRead::Folder(folder) => {
                let mut contents = engine.store.contents(firm, folder.id, CONTENTS).await?;
                if let Some(child) = contents.pop() {
                    way.push(node);
                    // Documents all at once, folders one at a time.
                    contents.retain(|child| matches!(child, NodeRead::Document(_)));
                    way.extend(contents);
                    way.push(child);
                    continue;
                }
                take_folder(engine, firm, folder).await?
            }
        };
        if !taken {
            return Ok(());
        }
        *left -= 1;
    }
    Ok(())
}

async fn take_document(engine: &Engine, firm: FirmId, document: &Versioned<Document>) -> Result<bool, Error> {
    let versions = engine.store.versions_to_sweep(firm, document.id).await?;
    let grants = engine.store.grants_on(firm, document.id.into()).await?;
    commit(engine, firm, |context| without_grants(sweep_document(document, &versions, context).lift(), &grants)).await
}

async fn take_folder(engine: &Engine, firm: FirmId, folder: &Versioned<Folder>) -> Result<bool, Error> {
    let grants = engine.store.grants_on(firm, NodeId::Folder(folder.id)).await?;
    commit(engine, firm, |_| without_grants(sweep_folder(folder).lift(), &grants)).await
}

fn without_grants(taken: Decision<Whole>, grants: &[Versioned<Grant>]) -> Decision<Whole> {
    grants.iter().fold(taken, |taken, grant| taken.write(Write::Delete(Key::Grant(grant.id).into(), grant.version)))
}
