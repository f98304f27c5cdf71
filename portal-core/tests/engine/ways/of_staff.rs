//! What staff can be asked for about the firm and its clients.

use portal_core::directory::{
    ContactChange, FirmChange, FolderTree, NewClient, NewContact, NewMember, Role, TemplateFolder, Topic,
};
use portal_core::notifications::Specimen;
use portal_core::ports::store::{ActivityQuery, ClientQuery, DeliveryQuery};
use portal_core::testing::png_head;
use portal_core::values::Language;
use portal_core::{Operation, Staff};

use super::of_files::{of_staff_in_files, of_staff_who_share};
use super::{Does, Way, daily, exported, told};
use crate::things::{Thing, Things};
use crate::words::{called, email, page, person, rows};

pub(super) fn of_staff(staff: &Staff, operation: Operation, about: Things) -> Vec<Way<'_>> {
    match operation {
        Operation::ReadFirm
        | Operation::ListTeam
        | Operation::ListClients
        | Operation::AddClient
        | Operation::ListDeliveries
        | Operation::PreviewMail
        | Operation::SendTestMail
        | Operation::Resend
        | Operation::ReadFirmActivity
        | Operation::ReadOwnMail
        | Operation::ChooseOwnMail
        | Operation::Import
        | Operation::PreviewImport
        | Operation::ListFolderTemplates
        | Operation::AddFolderTemplate
        | Operation::ChangeFolderTemplate
        | Operation::ChooseDefaultTemplate
        | Operation::RemoveFolderTemplate
        | Operation::ChangeFirm
        | Operation::SetLogo
        | Operation::AddMember
        | Operation::ChangeMemberRole
        | Operation::RemoveMember => of_staff_at_the_firm(staff, operation, about),
        Operation::ReadClient
        | Operation::RenameClient
        | Operation::ListAssigned
        | Operation::Assign
        | Operation::Unassign
        | Operation::ListContacts
        | Operation::AddContact
        | Operation::ChangeContact
        | Operation::RemoveContact
        | Operation::EraseContact
        | Operation::ExportClient
        | Operation::SetPortalAccess
        | Operation::SetContactLanguage
        | Operation::ClearBounce
        | Operation::ReadActivity => of_staff_at_a_client(staff, operation, about),
        Operation::Share
        | Operation::PreviewRecipients
        | Operation::Revoke
        | Operation::SetVisible
        | Operation::ReadSharing
        | Operation::Explain
        | Operation::ViewAsContact => of_staff_who_share(staff, operation, about),
        _ => of_staff_in_files(staff, operation, about),
    }
}

fn of_staff_at_the_firm(staff: &Staff, operation: Operation, about: Things) -> Vec<Way<'_>> {
    let Things { client, member, message, template, .. } = about;
    let tree = || FolderTree::new(vec![TemplateFolder::new(called("Letters"))]).unwrap();
    let of_the_client = DeliveryQuery { client: Some(client), ..DeliveryQuery::default() };
    let renamed = FirmChange { name: Some(person("Renamed")), ..FirmChange::default() };
    let uma = NewMember::new(person("Uma"), email("uma@team.test"));
    match operation {
        Operation::ReadFirm => ways! {
            Reads [] staff.firm();
            Reads [] staff.me();
        },
        Operation::ListTeam => ways! { Reads [] staff.team().list(&page()); },
        Operation::ListClients => ways! { Reads [] staff.clients().list(&ClientQuery::default(), &page()); },
        Operation::AddClient => ways! { Changes [] staff.clients().add(NewClient::new(person("Elm"))); },
        Operation::ReadFirmActivity => ways! {
            Reads [] staff.firm_activity(&page());
            Reads [] staff.find_firm_activity(&ActivityQuery::default(), &page());
        },
        Operation::ListDeliveries => ways! {
            Reads [] staff.deliveries().list(&DeliveryQuery::default(), &page());
            Reads [Client] staff.deliveries().list(&of_the_client, &page());
            Reads [] staff.deliveries().subjects(&[]);
        },
        Operation::PreviewMail => ways! {
            Reads [] staff.settings().preview_mail(Specimen::NewDocuments, &Language::GERMAN);
        },
        Operation::SendTestMail => ways! {
            Changes [] staff.settings().send_test(Specimen::SignIn, &Language::GERMAN);
        },
        Operation::ReadOwnMail => ways! { Reads [] staff.notifications().read(); },
        Operation::ChooseOwnMail => ways! { Changes [] staff.notifications().choose(daily(Topic::ClientUploaded)); },
        Operation::Resend => ways! { Changes [Message] staff.deliveries().resend(message); },
        Operation::Import => ways! { Changes [] staff.clients().import(rows("elm")); },
        Operation::PreviewImport => ways! { Reads [] staff.clients().preview_import(rows("elm")); },
        Operation::ChangeFirm => ways! {
            Changes [] staff.settings().change(renamed);
            Changes [] staff.settings().show_logo(false);
        },
        Operation::SetLogo => ways! { Changes [] staff.settings().set_logo(png_head(100, 100)); },
        Operation::ListFolderTemplates => ways! { Reads [] staff.folder_templates().list(); },
        Operation::AddFolderTemplate => ways! { Changes [] staff.folder_templates().add(person("1120"), tree()); },
        Operation::ChangeFolderTemplate => ways! {
            Changes [Template] staff.folder_templates().change(template, person("1065"), tree());
        },
        Operation::ChooseDefaultTemplate => ways! {
            Changes [Template] staff.folder_templates().choose_default(Some(template));
        },
        Operation::RemoveFolderTemplate => ways! { Changes [Template] staff.folder_templates().remove(template); },
        Operation::AddMember => ways! { Changes [] staff.team().add(uma); },
        Operation::ChangeMemberRole => ways! { Changes [Member] staff.team().change_role(member, Role::Admin); },
        Operation::RemoveMember => ways! { Changes [Member] staff.team().remove(member); },
        other => unreachable!("{other:?} is none of the firm's"),
    }
}

fn of_staff_at_a_client(staff: &Staff, operation: Operation, about: Things) -> Vec<Way<'_>> {
    let Things { client, contact, member, newcomer, .. } = about;
    let renamed = ContactChange { name: Some(person("Renamed")), ..ContactChange::default() };
    let gil = NewContact::without_email(person("Gil"));
    match operation {
        Operation::ReadClient => ways! { Reads [Client] staff.clients().find(client); },
        Operation::RenameClient => ways! { Changes [Client] staff.clients().rename(client, person("Renamed")); },
        Operation::ListAssigned => ways! { Reads [Client] staff.assignments(client).list(); },
        Operation::Assign => ways! { Changes [Client Newcomer] staff.assignments(client).assign(newcomer); },
        Operation::Unassign => ways! { Changes [Client Member] staff.assignments(client).unassign(member); },
        Operation::ListContacts => ways! {
            Reads [Client] staff.contacts(client).list(&page());
            Reads [Client Contact] staff.contacts(client).find(contact);
        },
        Operation::AddContact => ways! { Changes [Client] staff.contacts(client).add(gil); },
        Operation::ChangeContact => ways! { Changes [Client Contact] staff.contacts(client).change(contact, renamed); },
        Operation::RemoveContact => ways! { Changes [Client Contact] staff.contacts(client).remove(contact); },
        Operation::EraseContact => ways! { Changes [Client Contact] staff.contacts(client).erase(contact); },
        Operation::ExportClient => ways! { Changes [Client] exported(staff.clients().export(client)); },
        Operation::SetPortalAccess => ways! {
            Changes [Client Contact] staff.contacts(client).set_portal_access(contact, false);
        },
        Operation::SetContactLanguage => ways! {
            Changes [Client Contact] staff.contacts(client).set_language(contact, Some(Language::GERMAN));
        },
        Operation::ClearBounce => ways! {
            Changes [Client Contact] staff.contacts(client).clear_bounce(contact);
        },
        Operation::ReadActivity => ways! {
            Reads [Client] staff.activity(client, &page());
            Reads [Client] staff.find_activity(client, &ActivityQuery::default(), &page());
        },
        other => unreachable!("{other:?} is none of a client's"),
    }
}
