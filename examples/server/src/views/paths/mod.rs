//! The addresses of the pages: written here, answered by the routes at the pattern that each names.
//!
//! `firm` is how the deployment writes a firm in addresses: its external id or its id, whichever the routes understand.

use std::borrow::Borrow;

use portal_core::notifications::Specimen;
use portal_core::values::{
    ClientId, Color, ContactId, DocumentId, FolderId, FolderTemplateId, Language, MemberId, MessageId, NodeId,
    UploadId, VersionId,
};

mod portal;

pub use portal::*;

/// `GET /theme/{color}`: the colours of a firm, as [`theme::stylesheet`](super::theme::stylesheet) makes them. The last
/// part is six hexadecimal digits and `.css`, so that it can be kept for good.
pub fn theme(color: impl Borrow<Color>) -> String {
    format!("/theme/{}.css", color.borrow().to_string().trim_start_matches('#'))
}

/// `GET /assets/{name}`: stylesheet and scripts, with their version.
pub fn asset(name: &str) -> String {
    format!("/assets/{name}?v={}", super::assets::version())
}

macro_rules! fixed {
    ($($(#[$doc:meta])* $name:ident = $path:literal;)*) => {$(
        $(#[$doc])*
        pub const fn $name() -> &'static str {
            $path
        }
    )*};
}

fixed! {
    /// `GET`: the first page of all.
    front = "/";
    /// `GET`, `POST`: staff sign in.
    staff_sign_in = "/staff/sign-in";
    /// `POST`: staff sign out.
    staff_sign_out = "/staff/sign-out";
    /// `GET ?q=&after=`: the clients; `POST`: add one.
    clients = "/staff/clients";
    /// `GET`: the dialog that adds a client. It posts to [`clients`].
    new_client = "/staff/clients/new";
    /// `GET`: the page that brings in a list of clients; `POST`: looks at what it would do.
    import = "/staff/clients/import";
    /// `POST`: brings it in.
    run_import = "/staff/clients/import/run";
    /// `GET`: a list to begin with.
    import_sample = "/staff/clients/import/sample";
    /// `GET ?after=`: what happened at the firm.
    firm_activity = "/staff/activity";
    /// `GET ?only=dead&after=`: the delivery ledger.
    deliveries = "/staff/deliveries";
    /// `GET`, `POST`: the firm's settings.
    settings = "/staff/settings";
    /// `GET`, `POST`: what clients may do, and how long things are kept.
    policies = "/staff/policies";
    /// `GET`: the team; `POST`: add a member.
    team = "/staff/team";
    /// `GET`: the folder templates; `POST`: add one.
    templates = "/staff/templates";
    /// `GET`: the form that adds a template. It posts to [`templates`].
    new_template = "/staff/templates/new";
    /// `GET`: the dialog that adds a member. It posts to [`team`].
    new_member = "/staff/team/new";
    /// `GET`: the demo's mailbox.
    mailbox = "/mailbox";
}

/// `GET /staff/clients/{client}`: a client's record; leads to its files.
pub fn client(client: impl Borrow<ClientId>) -> String {
    format!("/staff/clients/{}", client.borrow())
}

/// `GET`, `POST /staff/clients/{client}/rename`: a dialog.
pub fn rename_client(id: impl Borrow<ClientId>) -> String {
    format!("{}/rename", client(id))
}

/// `GET`, `POST /staff/clients/{client}/export`: all that is kept of a client, as one file.
pub fn export_client(id: impl Borrow<ClientId>) -> String {
    format!("{}/export", client(id))
}

/// `GET`, `POST /staff/clients/{client}/team`: the dialog that assigns.
pub fn client_team(id: impl Borrow<ClientId>) -> String {
    format!("{}/team", client(id))
}

/// `POST /staff/clients/{client}/team/{member}/unassign`.
pub fn unassign(id: impl Borrow<ClientId>, member: impl Borrow<MemberId>) -> String {
    format!("{}/team/{}/unassign", client(id), member.borrow())
}

/// `POST /staff/clients/{client}/team/{member}/assign`: also the undo of [`unassign`].
pub fn assign(id: impl Borrow<ClientId>, member: impl Borrow<MemberId>) -> String {
    format!("{}/team/{}/assign", client(id), member.borrow())
}

/// A contact's place in the panel that stands on every page of their client.
pub fn in_panel(contact: impl Borrow<ContactId>) -> String {
    format!("#{}", contact.borrow())
}

/// `GET`, `POST /staff/clients/{client}/contacts/new`: a dialog.
pub fn new_contact(id: impl Borrow<ClientId>) -> String {
    format!("{}/contacts/new", client(id))
}

/// `GET /staff/clients/{client}/contacts/{contact}`: a contact's page.
pub fn contact(id: impl Borrow<ClientId>, contact: impl Borrow<ContactId>) -> String {
    format!("{}/contacts/{}", client(id), contact.borrow())
}

/// `GET`, `POST /staff/clients/{client}/contacts/{contact}/erase`: a dialog.
pub fn erase_contact(id: impl Borrow<ClientId>, who: impl Borrow<ContactId>) -> String {
    format!("{}/erase", contact(id, who))
}

/// `GET`, `POST /staff/clients/{client}/contacts/{contact}/edit`: a dialog.
pub fn edit_contact(id: impl Borrow<ClientId>, contact: impl Borrow<ContactId>) -> String {
    format!("{}/contacts/{}/edit", client(id), contact.borrow())
}

/// `GET`, `POST /staff/clients/{client}/contacts/{contact}/remove`: a dialog.
pub fn remove_contact(id: impl Borrow<ClientId>, contact: impl Borrow<ContactId>) -> String {
    format!("{}/contacts/{}/remove", client(id), contact.borrow())
}

/// `POST /staff/clients/{client}/contacts/{contact}/portal-access`.
pub fn portal_access(id: impl Borrow<ClientId>, contact: impl Borrow<ContactId>) -> String {
    format!("{}/contacts/{}/portal-access", client(id), contact.borrow())
}

/// `POST /staff/clients/{client}/contacts/{contact}/clear-bounce`.
pub fn clear_bounce(id: impl Borrow<ClientId>, contact: impl Borrow<ContactId>) -> String {
    format!("{}/contacts/{}/clear-bounce", client(id), contact.borrow())
}

/// `GET /staff/clients/{client}/contacts/{contact}/view-as?after=`: what a contact sees.
pub fn view_as(id: impl Borrow<ClientId>, contact: impl Borrow<ContactId>) -> String {
    format!("{}/contacts/{}/view-as", client(id), contact.borrow())
}

/// `GET /staff/clients/{client}/contacts/{contact}/view-as/{folder}?after=`.
pub fn view_as_folder(
    id: impl Borrow<ClientId>,
    contact: impl Borrow<ContactId>,
    folder: impl Borrow<FolderId>,
) -> String {
    format!("{}/{}", view_as(id, contact), folder.borrow())
}

/// `GET /staff/clients/{client}/files?sort=&after=&back=`; `POST`: an act on several.
pub fn files(id: impl Borrow<ClientId>) -> String {
    format!("{}/files", client(id))
}

/// `GET /staff/clients/{client}/files/{folder}?sort=&after=&back=`; `POST`: an act on several.
pub fn folder(id: impl Borrow<ClientId>, folder: impl Borrow<FolderId>) -> String {
    format!("{}/{}", files(id), folder.borrow())
}

/// `POST /staff/clients/{client}/files/{folder}/share-several`: what the dialog for several posts.
pub fn share_several(id: impl Borrow<ClientId>, folder: impl Borrow<FolderId>) -> String {
    format!("{}/files/{}/share-several", client(id), folder.borrow())
}

/// `POST /staff/clients/{client}/files/{folder}/unshare`: the undo of that.
pub fn unshare(id: impl Borrow<ClientId>, folder: impl Borrow<FolderId>) -> String {
    format!("{}/files/{}/unshare", client(id), folder.borrow())
}

/// `POST /staff/clients/{client}/move`: goes through the folders, and moves.
pub fn move_nodes(id: impl Borrow<ClientId>) -> String {
    format!("{}/move", client(id))
}

/// `POST /staff/clients/{client}/files/{folder}/upload`.
pub fn upload(id: impl Borrow<ClientId>, folder: impl Borrow<FolderId>) -> String {
    format!("{}/files/{}/upload", client(id), folder.borrow())
}

/// `GET /staff/clients/{client}/files/{folder}/zip`.
pub fn zip(id: impl Borrow<ClientId>, folder: impl Borrow<FolderId>) -> String {
    format!("{}/files/{}/zip", client(id), folder.borrow())
}

/// `POST /staff/clients/{client}/files/{folder}/uploads`: announces a file that a script sends part by part.
pub fn uploads(id: impl Borrow<ClientId>, folder: impl Borrow<FolderId>) -> String {
    format!("{}/files/{}/uploads", client(id), folder.borrow())
}

/// `POST /staff/clients/{client}/files/{folder}/folders`: a folder that a script sends before what lies in it.
pub fn folders(id: impl Borrow<ClientId>, folder: impl Borrow<FolderId>) -> String {
    format!("{}/files/{}/folders", client(id), folder.borrow())
}

/// `HEAD`, `PATCH`, `DELETE /staff/clients/{client}/uploads/{upload}`: a file that is sent part by part.
pub fn upload_under_way(id: impl Borrow<ClientId>, upload: impl Borrow<UploadId>) -> String {
    format!("{}/uploads/{}", client(id), upload.borrow())
}

/// `POST /staff/clients/{client}/uploads/{upload}/discard`.
pub fn discard(id: impl Borrow<ClientId>, upload: impl Borrow<UploadId>) -> String {
    format!("{}/discard", upload_under_way(id, upload))
}

/// `GET`, `POST /staff/clients/{client}/files/{folder}/new-folder`: a dialog.
pub fn new_folder(id: impl Borrow<ClientId>, folder: impl Borrow<FolderId>) -> String {
    format!("{}/files/{}/new-folder", client(id), folder.borrow())
}

/// `GET /staff/clients/{client}/trash?after=&back=`; `POST`: an act on several.
pub fn trash(id: impl Borrow<ClientId>) -> String {
    format!("{}/trash", client(id))
}

/// `GET /staff/clients/{client}/archive?after=&back=`.
pub fn archive(id: impl Borrow<ClientId>) -> String {
    format!("{}/archive", client(id))
}

/// `GET /staff/clients/{client}/activity?after=`.
pub fn activity(id: impl Borrow<ClientId>) -> String {
    format!("{}/activity", client(id))
}

macro_rules! of_node {
    ($($(#[$doc:meta])* $name:ident = $last:literal;)*) => {$(
        $(#[$doc])*
        pub fn $name(id: impl Borrow<ClientId>, node: impl Borrow<NodeId>) -> String {
            format!(concat!("{}/nodes/{}/", $last), client(id), node.borrow())
        }
    )*};
}

of_node! {
    /// `GET`, `POST /staff/clients/{client}/nodes/{node}/rename`: a dialog.
    rename_node = "rename";
    /// `GET`, `POST /staff/clients/{client}/nodes/{node}/share`: a dialog.
    share = "share";
    /// `POST /staff/clients/{client}/nodes/{node}/revoke`.
    revoke = "revoke";
    /// `POST /staff/clients/{client}/nodes/{node}/visible`.
    visible = "visible";
    /// `GET /staff/clients/{client}/nodes/{node}/explain?contact=`: a dialog.
    explain = "explain";
    /// `GET /staff/clients/{client}/nodes/{node}/move`: a dialog. It posts to [`move_nodes`].
    move_node = "move";
    /// `POST /staff/clients/{client}/nodes/{node}/archive`.
    archive_node = "archive";
    /// `POST /staff/clients/{client}/nodes/{node}/unarchive`.
    unarchive = "unarchive";
    /// `POST /staff/clients/{client}/nodes/{node}/trash`.
    trash_node = "trash";
    /// `GET`, `POST /staff/clients/{client}/nodes/{node}/hold`: a dialog.
    hold = "hold";
    /// `POST /staff/clients/{client}/nodes/{node}/release`: takes the hold off.
    release = "release";
    /// `POST /staff/clients/{client}/nodes/{node}/restore`.
    restore = "restore";
    /// `GET`, `POST /staff/clients/{client}/nodes/{node}/purge`: a dialog.
    purge = "purge";
}

/// `GET /staff/clients/{client}/documents/{document}`.
pub fn document(id: impl Borrow<ClientId>, document: impl Borrow<DocumentId>) -> String {
    format!("{}/documents/{}", client(id), document.borrow())
}

/// `GET /staff/clients/{client}/documents/{document}/download?version=`.
pub fn download(id: impl Borrow<ClientId>, document: impl Borrow<DocumentId>) -> String {
    format!("{}/documents/{}/download", client(id), document.borrow())
}

/// `GET /staff/clients/{client}/documents/{document}/download?version=`, of one version.
pub fn download_version(
    id: impl Borrow<ClientId>,
    document: impl Borrow<DocumentId>,
    version: impl Borrow<VersionId>,
) -> String {
    format!("{}?version={}", download(id, document), version.borrow())
}

/// What stands before the number of a page in `GET /staff/clients/{client}/documents/{document}/pages/{page}?width=`: a PNG;
/// pages count from 1.
pub fn page_pictures(id: impl Borrow<ClientId>, document: impl Borrow<DocumentId>) -> String {
    format!("{}/documents/{}/pages/", client(id), document.borrow())
}

/// `GET`, `POST /staff/clients/{client}/documents/{document}/add-version`: a dialog; posts multipart.
pub fn add_version(id: impl Borrow<ClientId>, document: impl Borrow<DocumentId>) -> String {
    format!("{}/documents/{}/add-version", client(id), document.borrow())
}

/// `POST /staff/deliveries/{message}/resend`.
pub fn resend(message: impl Borrow<MessageId>) -> String {
    format!("/staff/deliveries/{}/resend", message.borrow())
}

/// `GET`, `POST /staff/templates/{template}`.
pub fn template(template: impl Borrow<FolderTemplateId>) -> String {
    format!("/staff/templates/{}", template.borrow())
}

/// `POST /staff/templates/{template}/remove`.
pub fn remove_template(template: impl Borrow<FolderTemplateId>) -> String {
    format!("/staff/templates/{}/remove", template.borrow())
}

/// `POST /staff/templates/{template}/default`.
pub fn default_template(template: impl Borrow<FolderTemplateId>) -> String {
    format!("/staff/templates/{}/default", template.borrow())
}

/// `GET`, `POST /staff/clients/{client}/template`: the dialog that adds the folders of a template.
pub fn apply_template(id: impl Borrow<ClientId>) -> String {
    format!("{}/template", client(id))
}

/// `POST /staff/team/{member}/role`.
pub fn member_role(member: impl Borrow<MemberId>) -> String {
    format!("/staff/team/{}/role", member.borrow())
}

/// `GET`, `POST /staff/team/{member}/remove`: a dialog.
pub fn remove_member(member: impl Borrow<MemberId>) -> String {
    format!("/staff/team/{}/remove", member.borrow())
}

/// `POST /staff/notifications`: how often one is mailed oneself.
pub const fn notifications() -> &'static str {
    "/staff/notifications"
}

/// `GET /mailbox/{mail}`: one mail; `mail` is whatever name the spool has for it.
pub fn mail(name: &str) -> String {
    format!("/mailbox/{name}")
}

/// `POST /staff/logo`: a new logo.
pub fn set_logo() -> &'static str {
    "/staff/logo"
}

/// `POST /staff/logo/remove`: takes it off.
pub fn remove_logo() -> &'static str {
    "/staff/logo/remove"
}

/// `POST /staff/logo/restore`: brings it back.
pub fn restore_logo() -> &'static str {
    "/staff/logo/restore"
}

/// `POST /staff/mail/test`: sends whoever looks the mail that they look at.
pub fn send_test() -> &'static str {
    "/staff/mail/test"
}

/// `GET /staff/mail?kind=&language=`: how the firm's mail looks.
pub fn looks() -> &'static str {
    "/staff/mail"
}

/// The same of one kind in one language.
pub fn look(kind: impl Borrow<Specimen>, language: &Language) -> String {
    format!("{}?kind={}&language={language}", looks(), kind.borrow().name())
}

/// `GET /staff/mail/html?kind=&language=`: its HTML part alone, for the sandboxed frame.
pub fn look_html(kind: impl Borrow<Specimen>, language: &Language) -> String {
    format!("{}/html?kind={}&language={language}", looks(), kind.borrow().name())
}

/// `GET /mailbox/{mail}/html`: its HTML part alone, with a policy that lets nothing run, for the sandboxed frame.
pub fn mail_html(name: &str) -> String {
    format!("/mailbox/{name}/html")
}
