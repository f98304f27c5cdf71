//! What staff do with the firm and its clients.

use portal_core::directory::{
    ContactChange, ContactDetails, EmailKind, FirmChange, FolderTree, MailingChange, NewClient, NewContact, NewMember,
    PhoneKind, PoliciesChange, TemplateFolder, TemplateSharing, Topic, Withdrawal,
};
use portal_core::event::EventTopic;
use portal_core::notifications::Specimen;
use portal_core::ports::store::{ActivityOnly, ActivityQuery, ClientQuery, DeliveryQuery};
use portal_core::testing::png_head;
use portal_core::values::{Actor, Color, FileName, Language, ListOrder, PageRequest, PhoneNumber, TimeZone, Timestamp};
use portal_core::{AddedClient, Operation, Staff};

use super::answer::{Answer, ask, command, name, nothing, often, page, pages, rows};
use super::files;
use crate::draw::Draw;
use crate::known::{KnownContact, KnownMember, Learned};
use crate::part_by_part;

pub(super) async fn by_staff(staff: &Staff, draw: &Draw) -> Answer {
    let (client, contacts) = (draw.client, staff.contacts(draw.client));
    match draw.operation {
        Operation::ReadFirm => ask(async { Ok((staff.firm().await?, staff.me().await?)) }).await,
        Operation::ListTeam => {
            let team = staff.team();
            let read = |at| {
                let team = team.clone();
                async move { Ok(page(team.list(&at).await?)) }
            };
            pages(&draw.page, read).await
        }
        Operation::AddClient => {
            let new = NewClient::new(name(draw));
            let new = match &draw.external {
                Some(id) => new.external_id(id.clone()),
                None => new,
            };
            let learn = |added: AddedClient| Learned::Client(draw.firm, added.id, added.root, added.client_uploads);
            command(draw, staff.clients().add(new), learn).await
        }
        Operation::ListClients => {
            let (clients, query) = (
                staff.clients(),
                ClientQuery {
                    name_contains: draw.flag.then(|| "A".to_owned()),
                    order: draw.order,
                    assigned_to: draw.shares_upload.then_some(draw.member),
                },
            );
            let read = |at| {
                let (clients, query) = (clients.clone(), query.clone());
                async move { Ok(page(clients.list(&query, &at).await?)) }
            };
            pages(&draw.page, read).await
        }
        Operation::ReadClient => ask(staff.clients().find(client)).await,
        Operation::RenameClient => command(draw, staff.clients().rename(client, name(draw)), nothing).await,
        Operation::ListAssigned => ask(staff.assignments(client).list()).await,
        Operation::Assign => command(draw, staff.assignments(client).assign(draw.member), nothing).await,
        Operation::Unassign => command(draw, staff.assignments(client).unassign(draw.member), nothing).await,
        Operation::ListContacts => {
            let contacts = contacts;
            let read = |at| {
                let contacts = contacts.clone();
                async move { Ok(page(contacts.list(&at).await?)) }
            };
            pages(&draw.page, read).await
        }
        Operation::AddContact => {
            let email = (!draw.shares_upload).then(|| draw.email.clone());
            let new = match &email {
                Some(email) => NewContact::new(name(draw), email.clone()),
                None => NewContact::without_email(name(draw)),
            };
            let new = match &draw.external {
                Some(id) => new.external_id(id.clone()),
                None => new,
            };
            let learn = |id| Learned::Contact(KnownContact { client, id, email, may_enter: true });
            command(draw, contacts.add(new), learn).await
        }
        Operation::ChangeContact => {
            let (kind, beside) = (EmailKind::Work, draw.email.clone());
            let phone = (PhoneKind::Mobile, PhoneNumber::new("+15125550100").unwrap());
            let details = draw.guesses.then(|| ContactDetails::new([(kind, beside)], [phone]).unwrap());
            let change = ContactChange { name: Some(name(draw)), email: draw.new_email(), details };
            command(draw, contacts.change(draw.contact.id, change), nothing).await
        }
        Operation::RemoveContact => command(draw, contacts.remove(draw.contact.id), nothing).await,
        Operation::ExportClient => part_by_part::export(draw, staff.clients().export(draw.client)).await,
        Operation::EraseContact => command(draw, contacts.erase(draw.contact.id), nothing).await,
        Operation::SetPortalAccess => {
            command(draw, contacts.set_portal_access(draw.contact.id, draw.flag), nothing).await
        }
        Operation::SetContactLanguage => {
            let language = draw.flag.then_some(Language::GERMAN);
            command(draw, contacts.set_language(draw.contact.id, language), nothing).await
        }
        Operation::ClearBounce => command(draw, contacts.clear_bounce(draw.contact.id), nothing).await,
        Operation::PreviewMail => ask(staff.settings().preview_mail(Specimen::NewDocuments, &Language::GERMAN)).await,
        Operation::SendTestMail => {
            command(draw, staff.settings().send_test(Specimen::SharedFolder, &Language::ENGLISH), nothing).await
        }
        Operation::SetLogo => {
            let picture = png_head(100 + u32::from(draw.flag), 100);
            command(draw, staff.settings().set_logo(picture), nothing).await
        }
        Operation::ReadOwnMail => ask(staff.notifications().read()).await,
        Operation::ChooseOwnMail => {
            let topic = if draw.shares_upload { Topic::Shared } else { Topic::ClientUploaded };
            command(draw, staff.notifications().choose(MailingChange::topic(topic, often(draw))), nothing).await
        }
        Operation::ReadActivity => {
            let query = activity_query(draw);
            let read = |at| async move {
                match query {
                    Some(query) => Ok(page(staff.find_activity(client, &query, &at).await?)),
                    None => Ok(page(staff.activity(client, &at).await?)),
                }
            };
            pages(&draw.page, read).await
        }
        Operation::ReadFirmActivity => {
            let read = |at| async move { Ok(page(staff.firm_activity(&at).await?)) };
            pages(&draw.page, read).await
        }
        Operation::ListDeliveries => {
            let query = DeliveryQuery {
                client: draw.flag.then_some(client),
                dead_only: false,
                assigned_to: draw.shares_upload.then_some(draw.member),
            };
            let deliveries = staff.deliveries();
            let latest = deliveries.list(&query, &PageRequest::default()).await;
            let read = |at| {
                let (deliveries, query) = (deliveries.clone(), query.clone());
                async move { Ok(page(deliveries.list(&query, &at).await?)) }
            };
            let messages = latest.map(|page| page.items.iter().map(|message| message.id).collect());
            let learned = messages.map_or(Learned::Nothing, |it| Learned::Messages(draw.firm, it));
            Answer { learned, ..pages(&draw.page, read).await }
        }
        Operation::Resend => command(draw, staff.deliveries().resend(draw.message), nothing).await,
        Operation::ChangeFirm => {
            let change = FirmChange {
                name: draw.flag.then(|| name(draw)),
                color: draw.shares_upload.then_some(Color::from_rgb([1, 2, 3])),
                contacts_hear_of_uploads: Some(draw.flag),
                time_zone: draw.flag.then(|| TimeZone::new("Pacific/Apia").unwrap()),
                language: Some(if draw.flag { Language::GERMAN } else { Language::ENGLISH }),
                client_uploads_for_new_clients: Some(draw.flag),
                policies: PoliciesChange {
                    contacts_make_folders: Some(!draw.shares_upload),
                    withdrawal: Some(if draw.flag { Withdrawal::Always } else { Withdrawal::default() }),
                    retention_days: Some(u32::from(draw.shares_upload && draw.flag)),
                    // Now and then, and mostly not for long: what is refused to everybody is compared with nothing.
                    members_restricted: Some(draw.shares_upload && draw.order == ListOrder::Newest),
                },
                max_upload_bytes: Some(if draw.shares_upload { 30 } else { 1 << 30 }),
                ..FirmChange::default()
            };
            command(draw, staff.settings().change(change), nothing).await
        }
        Operation::Import => command(draw, staff.clients().import(rows(draw)), nothing).await,
        Operation::PreviewImport => ask(staff.clients().preview_import(rows(draw))).await,
        Operation::ListFolderTemplates => ask(staff.folder_templates().list()).await,
        Operation::AddFolderTemplate => {
            let learn = Learned::Template;
            command(draw, staff.folder_templates().add(name(draw), tree(draw)), learn).await
        }
        Operation::ChangeFolderTemplate => {
            command(draw, staff.folder_templates().change(draw.template, name(draw), tree(draw)), nothing).await
        }
        Operation::RemoveFolderTemplate => command(draw, staff.folder_templates().remove(draw.template), nothing).await,
        Operation::ChooseDefaultTemplate => {
            let chosen = (!draw.shares_upload).then_some(draw.template);
            command(draw, staff.folder_templates().choose_default(chosen), nothing).await
        }
        Operation::AddMember => {
            let new = NewMember::new(name(draw), draw.email.clone()).role(draw.role);
            let new = match &draw.external {
                Some(id) => new.external_id(id.clone()),
                None => new,
            };
            let learn = |id| Learned::Member(KnownMember { firm: draw.firm, id, role: draw.role });
            command(draw, staff.team().add(new), learn).await
        }
        Operation::ChangeMemberRole => command(draw, staff.team().change_role(draw.member, draw.role), nothing).await,
        Operation::RemoveMember => command(draw, staff.team().remove(draw.member), nothing).await,
        _ => files::by_staff(staff, draw).await,
    }
}

/// A folder, and two in it, of which one is shared.
fn tree(draw: &Draw) -> FolderTree {
    let folder = |name: FileName| TemplateFolder::new(name);
    let sharing = if draw.flag { TemplateSharing::View } else { TemplateSharing::ViewAndUpload };
    let notes = folder(FileName::new("Notes").unwrap());
    let top =
        folder(draw.name.clone()).with(notes.clone().shared(sharing)).with(folder(FileName::new("Letters").unwrap()));
    FolderTree::new(if draw.name == notes.name { vec![top] } else { vec![top, notes] }).unwrap()
}

/// What is looked for in what happened, if anything is.
fn activity_query(draw: &Draw) -> Option<ActivityQuery> {
    let only = match draw.order {
        ListOrder::Name => None,
        ListOrder::NameBackwards => Some(ActivityOnly::Topic(EventTopic::Files)),
        ListOrder::Newest => Some(ActivityOnly::Topic(EventTopic::People)),
        ListOrder::Oldest => Some(ActivityOnly::By(Actor::Contact(draw.contact.id))),
    };
    let all = (Timestamp::from_micros(0), Timestamp::from_micros(i64::MAX));
    (draw.guesses || only.is_some()).then(|| ActivityQuery { only, between: draw.guesses.then_some(all) })
}
