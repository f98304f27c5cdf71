//! A portal in memory: a firm shares a folder, Ana signs in by the code in her mail and uploads a W-2.
//!
//! `cargo run --example quickstart`

use portal_core::Portal;
use portal_core::directory::{NewClient, NewContact, NewFirm, NewMember};
use portal_core::encryption::MasterKey;
use portal_core::identity::Source;
use portal_core::memory::{FixedLinks, MemoryBlobs, MemoryKeyRing, MemoryMailer, MemoryStore};
use portal_core::sharing::{Access, Audience};
use portal_core::values::{DisplayName, EmailAddress, FileName, LinkKey, RingKeyId};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mails = MemoryMailer::new();
    let portal = Portal::builder()
        .store(MemoryStore::new())
        .blobs(MemoryBlobs::new())
        .mailer(mails.clone())
        .links(FixedLinks::new("https://portal.miller.test")?)
        .sender(EmailAddress::new("portal@miller.test")?)
        .keys(MemoryKeyRing::new(LinkKey::new([7; 32]), MasterKey::new(RingKeyId::new("2026")?, [8; 32])))
        .build()?;

    // The firm's side, as your software would say it.
    let olga = NewMember::new(DisplayName::new("Olga Owner")?, EmailAddress::new("olga@miller.test")?);
    let firm = portal.host().firms().add(NewFirm::new(DisplayName::new("Miller CPA")?, olga)).await?;
    let staff = portal.staff(firm.firm, firm.owner).await?;
    let acme = staff.clients().add(NewClient::new(DisplayName::new("Acme")?)).await?;
    let address = EmailAddress::new("ana@acme.test")?;
    let ana = staff.contacts(acme.id).add(NewContact::new(DisplayName::new("Ana")?, address.clone())).await?;
    let files = staff.files(acme.id);
    let folder = files.add_folder(acme.root, FileName::new("2025 Tax")?).await?;
    files.share(folder, Audience::Contact(ana), Access::ViewAndUpload).notify().await?;
    portal.worker().run_due().await?;
    println!("Ana was told: {}", mails.last_to(&address).ok_or("no mail")?.subject);

    // Ana's side, as your pages would say it: she types her address, and then the code from the mail.
    let visitor = portal.visitor(Source::from("203.0.113.7".parse::<std::net::IpAddr>()?));
    let browser = visitor.browser_token()?;
    let asked = visitor.ask(firm.firm, address.clone(), &browser).await?;
    portal.worker().run_due().await?;
    let mail = mails.last_to(&address).ok_or("no mail")?;
    let code = mail
        .text
        .lines()
        .map(str::trim)
        .find(|line| line.len() == 7 && line.as_bytes().get(3) == Some(&b' '))
        .ok_or("no code")?;
    let session = visitor.redeem_code(asked.address, asked.attempt, code, &browser, "a phone").await?;
    let contact = portal.contact(&session.token, ana).await?;
    let receipt = contact.files().upload(folder, FileName::new("w2.pdf")?, &b"%PDF-1.7 ..."[..]).await?.receipt;
    println!("{} arrived, {} bytes, SHA-256 {}", receipt.name, receipt.size_bytes, receipt.sha256);
    Ok(())
}
