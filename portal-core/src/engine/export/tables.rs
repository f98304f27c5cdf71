//! Tables for spreadsheets: the client's contacts, in the columns of a list that can be brought in again, and who may see what.

use super::manifest::Manifest;
use super::{Exporter, Exporting};
use crate::directory::{Contact, EmailKind, PhoneKind};
use crate::engine::Error;
use crate::sharing::{Access, Ancestry, Audience};
use crate::values::{Actor, PageRequest};

const CONTACTS: &str = "contacts.csv";
const SHARES: &str = "shares.csv";
/// What spreadsheets take for the beginning of a formula.
const FORMULA: [char; 6] = ['=', '+', '-', '@', '\t', '\r'];

impl<C: Exporter> Exporting<C> {
    pub(super) async fn tables(&mut self, manifest: &mut Manifest) -> Result<(), Error> {
        self.contacts(manifest).await?;
        self.shares(manifest).await
    }

    async fn contacts(&mut self, manifest: &mut Manifest) -> Result<(), Error> {
        let mut file = self.beside(CONTACTS)?;
        let (mails, phones) = (EmailKind::ALL.map(email_column), PhoneKind::ALL.map(phone_column));
        let head = ["Client ID", "Client name", "Contact ID", "Contact name", "Email"];
        let head: Vec<String> = head.into_iter().chain(mails).chain(phones).map(str::to_owned).collect();
        self.add(&mut file, row(&[head, vec!["Portal ID".to_owned()]].concat())?.as_bytes()).await?;
        let mut after = None;
        loop {
            self.may_go_on().await?;
            let page = PageRequest::default().after(after);
            let page = self.engine.store.contacts(self.firm(), self.client.id, &page).await?;
            for read in &page.items {
                let cells = self.contact(&read.contact);
                self.add(&mut file, row(&cells)?.as_bytes()).await?;
            }
            after = page.next;
            if after.is_none() {
                manifest.files.push((CONTACTS, file.digest()));
                return Ok(());
            }
        }
    }

    fn contact(&self, contact: &Contact) -> Vec<String> {
        let id = |id: Option<&crate::values::ExternalId>| id.map(|id| plain(id.as_str())).unwrap_or_default();
        let mut cells = vec![
            id(self.client.external_id.as_ref()),
            plain(self.client.name.as_str()),
            id(contact.external_id.as_ref()),
            plain(contact.name.as_str()),
            contact.email.as_ref().map(|email| plain(email.as_str())).unwrap_or_default(),
        ];
        for kind in EmailKind::ALL {
            let of_kind = contact.details.emails().iter().filter(|(other, _)| *other == kind);
            cells.push(listed(of_kind.map(|(_, address)| plain(address.as_str()))));
        }
        for kind in PhoneKind::ALL {
            // A number begins with a plus, and holds nothing but digits behind it.
            let of_kind = contact.details.phones().iter().filter(|(other, _)| *other == kind);
            cells.push(listed(of_kind.map(|(_, number)| number.as_str().to_owned())));
        }
        cells.push(contact.id.to_string());
        cells
    }

    /// One read of all that is shared, whatever lies below it.
    async fn shares(&mut self, manifest: &mut Manifest) -> Result<(), Error> {
        self.may_go_on().await?;
        let mut granted = self.engine.store.granted_below(self.firm(), self.client.id, self.client.root).await?;
        granted.sort_by_cached_key(|ancestry| (path_of(ancestry), ancestry.node().map(|step| step.node)));
        let audience = |audience: Audience| match audience {
            Audience::Contact(contact) => Some(Actor::Contact(contact)),
            Audience::AllContacts => None,
        };
        let own = |ancestry: &Ancestry| {
            let mut grants = ancestry.node().map(|step| step.grants.clone()).unwrap_or_default();
            grants.sort_by_key(|grant| grant.id);
            grants
        };
        let people = granted.iter().flat_map(own);
        let people = people.flat_map(|grant| audience(grant.audience).into_iter().chain([grant.created_by]));
        let names = self.names(people).await?;
        let named = |actor: Actor| names.get(&actor).map(|name| plain(name)).unwrap_or_default();
        let mut file = self.beside(SHARES)?;
        let head =
            ["Path", "Portal ID", "Shared with", "Contact", "Access", "Until", "Alerts", "Shared by", "Shared at"];
        self.add(&mut file, row(&head.map(str::to_owned))?.as_bytes()).await?;
        for ancestry in &granted {
            for grant in own(ancestry) {
                let (with, contact) = match grant.audience {
                    Audience::Contact(contact) => (named(Actor::Contact(contact)), contact.to_string()),
                    Audience::AllContacts => ("All contacts".to_owned(), String::new()),
                };
                let access = match grant.access {
                    Access::View => "View Only",
                    Access::ViewAndUpload => "View and Upload",
                };
                let cells = [
                    plain(&path_of(ancestry)),
                    grant.node.to_string(),
                    with,
                    contact,
                    access.to_owned(),
                    grant.until.map(|until| until.to_string()).unwrap_or_default(),
                    if grant.alerts { "on" } else { "off" }.to_owned(),
                    named(grant.created_by),
                    grant.created_at.to_string(),
                ];
                self.add(&mut file, row(&cells)?.as_bytes()).await?;
            }
        }
        manifest.files.push((SHARES, file.digest()));
        Ok(())
    }
}

/// The path of a folder or document from the client's root on, as staff see it.
fn path_of(ancestry: &Ancestry) -> String {
    let names: Vec<&str> = ancestry.steps.iter().rev().skip(1).map(|step| step.name.as_str()).collect();
    names.join("/")
}

/// A line of a table, as RFC 4180 writes it.
fn row(cells: &[String]) -> Result<String, Error> {
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    writer.write_record(cells).map_err(unwritable)?;
    String::from_utf8(writer.into_inner().map_err(unwritable)?).map_err(unwritable)
}

fn unwritable(error: impl std::fmt::Display) -> Error {
    Error::corrupt(format!("a table cannot be written: {error}"))
}

/// A text that people typed. No spreadsheet takes it for a formula.
fn plain(text: &str) -> String {
    if text.starts_with(FORMULA) { format!("'{text}") } else { text.to_owned() }
}

/// Several of one kind in one cell.
fn listed(cells: impl Iterator<Item = String>) -> String {
    cells.collect::<Vec<_>>().join("; ")
}

fn email_column(kind: EmailKind) -> &'static str {
    match kind {
        EmailKind::Work => "Work email",
        EmailKind::Personal => "Personal email",
        EmailKind::Other => "Other email",
    }
}

fn phone_column(kind: PhoneKind) -> &'static str {
    match kind {
        PhoneKind::Mobile => "Mobile phone",
        PhoneKind::Work => "Work phone",
        PhoneKind::Home => "Home phone",
        PhoneKind::Other => "Other phone",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_cell_is_taken_for_a_formula_and_none_breaks_out_of_its_column() {
        let cells = ["=1+1", "-2", "@x", "a,b", "say \"hi\"", "two\r\nlines", "w2.pdf"].map(plain);
        let text = row(&cells).unwrap();
        assert_eq!(text, "'=1+1,'-2,'@x,\"a,b\",\"say \"\"hi\"\"\",\"two\r\nlines\",w2.pdf\r\n");
    }
}
