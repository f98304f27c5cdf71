//! A spool on a disk that is full: what could not be written is tried again, and nothing is lost.
#![expect(clippy::unwrap_used, reason = "tests")]

use std::fs;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::time::Duration;

use portal_core::notifications::MessageState;
use portal_core::ports::store::DeliveryQuery;
use portal_core::sharing::Access;
use portal_core::testing::World;
use portal_core::values::{FileName, PageRequest};
use portal_smtp::{SpoolMailer, SpooledMail, read_spool};

/// A disk of a few megabytes, which only root can have.
struct SmallDisk(tempfile::TempDir);

impl SmallDisk {
    fn mount(size: &str) -> Self {
        let at = tempfile::tempdir().unwrap();
        let options = format!("size={size},mode=0700");
        let mounted = Command::new("mount").args(["-t", "tmpfs", "-o", &options, "tmpfs"]).arg(at.path()).status();
        assert!(mounted.is_ok_and(|status| status.success()), "this test mounts a small tmpfs: run it as root");
        Self(at)
    }

    fn path(&self) -> &Path {
        self.0.path()
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _unmounted = Command::new("umount").arg(self.0.path()).status();
    }
}

const HOUR: Duration = Duration::from_secs(60 * 60);

async fn spooled(spool: &Path) -> Vec<SpooledMail> {
    read_spool(spool, 100).await.unwrap()
}

/// How the messages of the firm stand, by the ledger that staff see.
async fn states(world: &World) -> Vec<MessageState> {
    let page = PageRequest::default();
    let ledger = world.owner.deliveries().list(&DeliveryQuery::default(), &page).await.unwrap();
    ledger.items.iter().map(|message| message.state).collect()
}

#[tokio::test]
async fn on_a_full_disk_mail_waits_is_tried_again_and_all_of_it_goes_once_there_is_room() {
    let disk = SmallDisk::mount("1m");
    let spool = disk.path().join("mail");
    let mailer = SpoolMailer::open(&spool).await.unwrap();
    let world = World::builder().mailer(Arc::new(mailer)).build().await.unwrap();
    let files = world.owner.files(world.acme.id);
    let share = async |number: u32| {
        let folder = files.add_folder(world.acme.root, FileName::new(&format!("{number}")).unwrap()).await.unwrap();
        for person in [&world.ana, &world.ben] {
            files.share(folder, person.audience(), Access::View).notify().await.unwrap();
        }
    };
    share(1).await;
    world.run_worker().await.unwrap();
    assert_eq!(spooled(&spool).await.len(), 2);

    let filler = disk.path().join("filler");
    let _until_full = fs::write(&filler, vec![0; 2_000_000]);
    for number in 2..6 {
        share(number).await;
        world.let_pass(HOUR).await.unwrap();
    }
    assert_eq!(spooled(&spool).await.len(), 2, "there is no room for more");
    let waiting = states(&world).await;
    assert_eq!(waiting.iter().filter(|state| **state == MessageState::Sent).count(), 2);
    assert!(!waiting.contains(&MessageState::Dead), "nothing is given up: {waiting:?}");
    assert_eq!(fs::read_dir(&spool).unwrap().count(), 2, "what did not fit was left lying");

    fs::remove_file(filler).unwrap();
    for _ in 0..8 {
        world.let_pass(HOUR).await.unwrap();
    }
    let mut told: Vec<String> = spooled(&spool).await.into_iter().map(|mail| mail.subject + &mail.to.address).collect();
    told.sort();
    told.dedup();
    assert_eq!(told.len(), 10, "each of five shares told both: {told:?}");
    assert_eq!(fs::read_dir(&spool).unwrap().count(), 10);
    assert!(states(&world).await.iter().all(|state| *state == MessageState::Sent));
    assert_eq!(world.portal.worker().backlog().await.unwrap().messages, 0);
}
