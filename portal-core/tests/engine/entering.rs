//! Whose portal a live session opens: that of its own login's contacts, and nobody else's.

use portal_core::ErrorKind;
use portal_core::values::ContactId;

use crate::everybody::Scene;

#[tokio::test]
async fn l31_l33_a_live_session_opens_its_own_contacts_and_no_others_are_there_for_it() {
    let scene = Scene::set().await;
    let portal = &scene.world.portal;
    let everybody = scene.live_sessions().await;
    let (mut opened, mut closed) = (0, 0);
    for (person, session) in &everybody {
        let unknown = portal.contact(session, ContactId::from_bits(42)).await.unwrap_err();
        assert_eq!(unknown.kind(), ErrorKind::NotFound);
        for (other, _) in &everybody {
            let entered = portal.contact(session, other.contact).await;
            // Whoever reads the same mailbox is the same login: another client of theirs, or a spouse.
            if person.email == other.email {
                assert_eq!(entered.unwrap().me().await.unwrap().contact.id, other.contact);
                opened += 1;
            } else {
                let told = format!("{:?}", entered.unwrap_err());
                assert_eq!(told, format!("{unknown:?}"), "{} at {}", person.email, other.email);
                closed += 1;
            }
        }
    }
    assert_eq!((opened, closed), (13, 68), "Dan has two clients, and Kim and Lee one mailbox");
}
