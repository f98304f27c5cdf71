//! How every sequence begins: two firms, and somebody signed in.

use std::net::{IpAddr, Ipv4Addr};

use portal_core::directory::{FirmChange, NewClient, NewContact, NewFirm, NewMember, PoliciesChange, Role};
use portal_core::sharing::{Access, Audience};
use portal_core::testing::png_head;
use portal_core::values::{ClientId, DisplayName, EmailAddress, FileName, FolderId};
use portal_core::{AddedClient, Error, Staff};

use crate::known::{Known, KnownAttempt, KnownContact, KnownMember, KnownNode, Learned};
use crate::side::Side;

fn name(text: &str) -> DisplayName {
    DisplayName::new(text).unwrap()
}

fn email(text: &str) -> EmailAddress {
    EmailAddress::new(text).unwrap()
}

/// Opens two firms at a portal, and tells what is known of them.
pub(crate) async fn open(side: &Side) -> Result<Known, Error> {
    let mut known = Known::default();
    let miller = firm(side, &mut known, "Miller CPA", "olivia@miller.test").await?;
    for (who, role) in [("Adam", Role::Admin), ("Mia", Role::Member)] {
        let member = NewMember::new(name(who), email(&format!("{who}@miller.test"))).role(role);
        let id = miller.team().add(member).await?;
        known.learn(Learned::Member(KnownMember { firm: known.firms[0].0, id, role }));
    }
    let policies = PoliciesChange { contacts_make_folders: Some(true), ..PoliciesChange::default() };
    miller.settings().change(FirmChange { policies, ..FirmChange::default() }).await?;
    miller.settings().set_logo(png_head(100, 100)).await?;
    let acme = client(&miller, &mut known, "Acme").await?;
    miller.assignments(acme.id).assign(known.members.there[2].id).await?;
    let bolt = client(&miller, &mut known, "Bolt").await?;
    for (client, who, address) in [
        (acme.id, "Ana", "ana@acme.test"),
        (acme.id, "Ben", "ben@acme.test"),
        (bolt.id, "Cara", "cara@bolt.test"),
        (bolt.id, "Ana", "ana@acme.test"),
    ] {
        contact(&miller, &mut known, client, who, address).await?;
    }
    let files = miller.files(acme.id);
    let tax = files.add_folder(acme.root, FileName::new("2025 Tax").unwrap()).await?;
    let node = KnownNode::new(acme.id, tax, Some(acme.root));
    known.learn(Learned::Node(node, Some(Audience::AllContacts)));
    files.share(tax, Audience::AllContacts, Access::ViewAndUpload).await?;
    document(&miller, &mut known, acme.id, tax).await?;

    let jones = firm(side, &mut known, "Jones & Co", "jo@jones.test").await?;
    let delta = client(&jones, &mut known, "Delta").await?;
    contact(&jones, &mut known, delta.id, "Ana", "ana@acme.test").await?;
    document(&jones, &mut known, delta.id, delta.root).await?;
    Ok(known)
}

async fn firm(side: &Side, known: &mut Known, called: &str, owner: &str) -> Result<Staff, Error> {
    let owner = NewMember::new(name(called), email(owner));
    let added = side.portal.host().firms().add(NewFirm::new(name(called), owner)).await?;
    known.learn(Learned::Firm(added.firm, added.owner));
    side.portal.staff(added.firm, added.owner).await
}

async fn client(staff: &Staff, known: &mut Known, called: &str) -> Result<AddedClient, Error> {
    let added = staff.clients().add(NewClient::new(name(called))).await?;
    let firm = known.firms.last().unwrap().0;
    known.learn(Learned::Client(firm, added.id, added.root, added.client_uploads));
    Ok(added)
}

async fn contact(staff: &Staff, known: &mut Known, client: ClientId, who: &str, at: &str) -> Result<(), Error> {
    let id = staff.contacts(client).add(NewContact::new(name(who), email(at))).await?;
    known.learn(Learned::Contact(KnownContact { client, id, email: Some(email(at)), may_enter: true }));
    Ok(())
}

async fn document(staff: &Staff, known: &mut Known, client: ClientId, folder: FolderId) -> Result<(), Error> {
    let upload = staff.files(client).upload(folder, FileName::new("w2.pdf").unwrap(), "%PDF-1.7 of theirs");
    let receipt = upload.await?;
    let node = KnownNode::new(client, receipt.document, Some(folder));
    known.learn(Learned::Node(KnownNode { version: Some(receipt.version), pictured: true, ..node }, None));
    Ok(())
}

/// Asks for a sign-in mail for Ana; the sequence goes on from there.
pub(crate) async fn ask(side: &Side, known: &Known) -> Result<Learned, Error> {
    let visitor = side.portal.visitor(IpAddr::V4(Ipv4Addr::new(192, 0, 2, 200)));
    let (browser, ana) = (visitor.browser_token()?, email("ana@acme.test"));
    let asked = visitor.ask(known.firms[0].0, ana.clone(), &browser).await?;
    Ok(Learned::Asked(KnownAttempt { asked, browser, email: ana }))
}
