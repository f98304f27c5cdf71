//! Mail that is turned off by the link in it, and on again.

use std::time::Duration;

use super::preferences::token;
use super::world::World;
use crate::directory::{Addressee, Frequency, MOST_ON_AGAIN, Topic};
use crate::engine::ErrorKind;
use crate::engine::mailing::mailing_of;
use crate::sharing::{Access, Audience};

#[tokio::test]
async fn n09_turned_on_again_by_the_link_each_of_a_mailbox_has_what_they_had_before_and_not_without_end() {
    let world = World::new().await;
    let kim = world.contact("Kim", "home@acme.test").await;
    let lee = world.contact("Lee", "home@acme.test").await;
    let folder = world.folder("2025 Tax").await;
    world.files().share(folder, Audience::AllContacts, Access::View).notify().await.unwrap();
    world.work().await;
    let (visitor, token) = (world.visitor(), token(&world.mails()[0]));
    world.choose(kim, Topic::Shared, Frequency::Off).await;
    world.choose(lee, Topic::Shared, Frequency::Daily).await;
    let often = async |contact| {
        let found = mailing_of(&world.portal.engine, world.firm, Addressee::Contact(contact)).await.unwrap();
        found.map_or(Frequency::AtOnce, |mailing| mailing.often(Topic::Shared))
    };
    for _ in 0..MOST_ON_AGAIN {
        visitor.unsubscribe(world.firm, &token).await.unwrap();
        assert_eq!((often(kim).await, often(lee).await), (Frequency::Off, Frequency::Off));
        assert!(visitor.unsubscribe_page(world.firm, &token).await.unwrap().can_be_on_again);
        visitor.subscribe_again(world.firm, &token).await.unwrap();
        assert_eq!((often(kim).await, often(lee).await), (Frequency::Off, Frequency::Daily));
    }
    assert!(!visitor.unsubscribe_page(world.firm, &token).await.unwrap().can_be_on_again);
    visitor.unsubscribe(world.firm, &token).await.unwrap();
    let refused = visitor.subscribe_again(world.firm, &token).await.unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::Refused, "turning off always works, and on again not without end");
    world.clock.advance(Duration::from_secs(24 * 60 * 60));
    visitor.subscribe_again(world.firm, &token).await.unwrap();
    assert_eq!((often(kim).await, often(lee).await), (Frequency::Off, Frequency::Daily));
}
