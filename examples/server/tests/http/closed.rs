//! When something cannot be told, nothing is shown and nothing done (l40); what ends on one side is over on the other (l21).

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use portal_core::ports::store::StoreError;
use portal_core::testing::{Watch, WatchedCall, WatchedStore};

use super::office::Office;

/// A store of which one kind of read fails, from when it is told to.
struct Fails {
    read: &'static str,
    now: AtomicBool,
}

#[async_trait::async_trait]
impl Watch for Fails {
    async fn before(&self, call: WatchedCall<'_>) -> Result<(), StoreError> {
        if call.name == self.read && self.now.load(Ordering::SeqCst) {
            return Err(StoreError::Unavailable("the line is cut".into()));
        }
        Ok(())
    }
}

#[tokio::test]
async fn l40_what_access_rests_on_cannot_be_read_and_nothing_is_shown() {
    for read in ["session", "contact", "ancestries"] {
        let watch = Arc::new(Fails { read, now: AtomicBool::new(false) });
        let watched: Arc<dyn Watch> = Arc::<Fails>::clone(&watch);
        let office = Office::open_with(|ports, _| {
            ports.store = Arc::new(WatchedStore::new(ports.store.clone(), watched));
        })
        .await;
        let (world, ana) = (&office.world, &office.world.ana);
        let shared =
            world.owner.files(world.acme.id).share(world.tax, ana.audience(), portal_core::sharing::Access::View);
        shared.await.unwrap();
        let name = portal_core::values::FileName::new("salary.pdf").unwrap();
        let kept = world.owner.files(world.acme.id).upload(world.tax, name, "secret figures").await.unwrap();
        let mut browser = office.sign_in(ana).await;
        let folder = office.at(ana, &format!("/files/{}", world.tax));
        let download = office.at(ana, &format!("/documents/{}/download", kept.document));
        let form = browser.get(&folder).await.ok().shows("salary.pdf");
        assert_eq!(browser.get(&download).await.ok().text(), "secret figures");

        watch.now.store(true, Ordering::SeqCst);
        let asked = [browser.get(&folder).await, browser.get(&download).await];
        let upload = browser.upload(&form, &format!("{folder}/upload"), &[("mine.pdf", b"%PDF")], false).await;
        for page in asked.into_iter().chain([upload]) {
            assert_eq!(page.status, 503, "{read}");
            page.hides("salary").hides("secret").hides("2025 Tax").hides("the line is cut");
        }
        watch.now.store(false, Ordering::SeqCst);
        browser.get(&folder).await.ok().shows("salary.pdf").hides("mine.pdf");
    }
}

#[tokio::test]
async fn l21_whoever_is_taken_off_the_team_or_made_less_is_so_on_their_next_request() {
    let office = Office::open().await;
    let world = &office.world;
    let adam = world.admin.me().await.unwrap().id;
    let (mut olivia, mut admin) = (office.owner().await, office.staff(world.firm, adam).await);
    admin.get("/staff/team/new").await.ok();
    let team = olivia.get("/staff/team").await.ok();
    olivia.submit(&team, &format!("/staff/team/{adam}/role"), &[("role", "member")]).await;
    assert_eq!(admin.get("/staff/team/new").await.status, 403);
    admin.get("/staff/clients").await.ok();

    let form = olivia.get(&format!("/staff/team/{adam}/remove")).await.ok();
    olivia.submit(&form, &format!("/staff/team/{adam}/remove"), &[]).await;
    let gone = admin.get("/staff/clients").await;
    assert!(gone.status.is_redirection(), "{}", gone.status);
    assert!(gone.leads_to().unwrap().starts_with("/staff/sign-in"));
}
