//! Changing the keys under which documents are kept, while servers run.

use portal_core::values::PageRequest;
use portal_core::{HostKeys, Portal, Rewrapped};

use crate::config::{RotateKeysArguments, Settings};
use crate::keys::add_ring_key;
use crate::server::Server;
use crate::start::{StartError, open};

/// Adds a key to the key file, wraps the data keys of all firms with it, and says what was done. It may be run again when it
/// broke off.
///
/// # Errors
/// [`StartError`] in one sentence; what was wrapped by then stays so.
pub async fn rotate_keys(settings: &Settings, what: &RotateKeysArguments) -> Result<Vec<String>, StartError> {
    let base_url = settings.base_url(settings.listen)?;
    let (ports, options) = open(settings, base_url).await?;
    let portal = Server::new(ports, options)?.portal().clone();
    let id = add_ring_key(&settings.key_file())?;
    let keys = portal.host().keys();
    let mut lines = vec![format!("the key {id} is in `{}`: keep a copy of the file", settings.key_file().display())];
    if what.data_keys {
        let firms = rotate_data_keys(&portal, &keys).await?;
        lines.push(format!("{firms} firms have another encryption key"));
    }
    let (wrapped, lost) = rewrap(&keys).await?;
    if lost > 0 {
        return Err(StartError::LostKeys(lost));
    }
    lines.push(format!("{wrapped} encryption keys were wrapped with it"));
    Ok(lines)
}

async fn rotate_data_keys(portal: &Portal, keys: &HostKeys) -> Result<usize, StartError> {
    let (firms, mut count, mut after) = (portal.host().firms(), 0, None);
    loop {
        let page = firms.list(&PageRequest::default().after(after)).await?;
        for firm in &page.items {
            keys.rotate(firm.id).await?;
        }
        count += page.items.len();
        after = page.next;
        if after.is_none() {
            return Ok(count);
        }
    }
}

/// How many keys were wrapped anew, and how many cannot be.
async fn rewrap(keys: &HostKeys) -> Result<(usize, usize), StartError> {
    let (mut wrapped, mut lost, mut after) = (0, 0, None);
    loop {
        let page = keys.rewrap(&PageRequest::default().after(after)).await?;
        wrapped += page.items.iter().filter(|row| row.outcome == Rewrapped::Now).count();
        lost += page.items.iter().filter(|row| matches!(row.outcome, Rewrapped::Lost { .. })).count();
        after = page.next;
        if after.is_none() {
            return Ok((wrapped, lost));
        }
    }
}
