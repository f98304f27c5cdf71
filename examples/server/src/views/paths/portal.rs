//! The addresses of the clients' pages, and of those who are not signed in yet.

use std::borrow::Borrow;

use portal_core::values::{AddressKey, AttemptId, ContactId, DocumentId, FolderId, SessionId, UploadId};

/// `GET`, `POST /p/{firm}`: the firm's access page; posting asks for a sign-in mail.
pub fn access(firm: &str) -> String {
    format!("/p/{firm}")
}

/// `GET /p/{firm}/logo`: the firm's logo that is known by this mark.
pub fn logo(firm: &str, mark: &str) -> String {
    format!("/p/{firm}/logo?v={mark}")
}

/// `POST /p/{firm}/{contact}/notifications`: how often they are mailed.
pub fn my_notifications(firm: &str, contact: impl Borrow<ContactId>) -> String {
    format!("/p/{firm}/{}/notifications", contact.borrow())
}

/// `GET`, `POST /unsubscribe/{firm}/{token}`: the page behind an unsubscribe link.
pub fn unsubscribe(firm: &str, token: &str) -> String {
    format!("/unsubscribe/{firm}/{token}")
}

/// `POST /unsubscribe/{firm}/{token}/again`: takes it back.
pub fn subscribe_again(firm: &str, token: &str) -> String {
    format!("/unsubscribe/{firm}/{token}/again")
}

/// `GET`, `POST /p/{firm}/code`: where the code is typed.
pub fn code(firm: &str) -> String {
    format!("/p/{firm}/code")
}

/// `GET`, `POST /p/{firm}/link/{address}/{attempt}/{secret}`: the page behind a sign-in link.
pub fn sign_in_link(
    firm: &str,
    address: impl Borrow<AddressKey>,
    attempt: impl Borrow<AttemptId>,
    secret: &str,
) -> String {
    format!("/p/{firm}/link/{}/{}/{secret}", address.borrow(), attempt.borrow())
}

/// `GET /p/{firm}/choose`: which portal to enter.
pub fn choose(firm: &str) -> String {
    format!("/p/{firm}/choose")
}

/// `POST /p/{firm}/sign-out`.
pub fn sign_out(firm: &str) -> String {
    format!("/p/{firm}/sign-out")
}

/// `GET /p/{firm}/{contact}`: a contact's Home.
pub fn home(firm: &str, contact: impl Borrow<ContactId>) -> String {
    format!("/p/{firm}/{}", contact.borrow())
}

/// `GET /p/{firm}/{contact}/files?after=`.
pub fn my_files(firm: &str, contact: impl Borrow<ContactId>) -> String {
    format!("{}/files", home(firm, contact))
}

/// `GET /p/{firm}/{contact}/files/{folder}?after=`.
pub fn my_folder(firm: &str, contact: impl Borrow<ContactId>, folder: impl Borrow<FolderId>) -> String {
    format!("{}/{}", my_files(firm, contact), folder.borrow())
}

/// `POST /p/{firm}/{contact}/files/{folder}/upload`.
pub fn my_upload(firm: &str, contact: impl Borrow<ContactId>, folder: impl Borrow<FolderId>) -> String {
    format!("{}/files/{}/upload", home(firm, contact), folder.borrow())
}

/// `POST /p/{firm}/{contact}/files/{folder}/done`: they are done uploading into it.
pub fn my_done(firm: &str, contact: impl Borrow<ContactId>, folder: impl Borrow<FolderId>) -> String {
    format!("{}/files/{}/done", home(firm, contact), folder.borrow())
}

/// `GET /p/{firm}/{contact}/files/{folder}/zip`.
pub fn my_zip(firm: &str, contact: impl Borrow<ContactId>, folder: impl Borrow<FolderId>) -> String {
    format!("{}/files/{}/zip", home(firm, contact), folder.borrow())
}

/// `POST /p/{firm}/{contact}/files/{folder}/uploads`: announces a file that a script sends part by part.
pub fn my_uploads(firm: &str, contact: impl Borrow<ContactId>, folder: impl Borrow<FolderId>) -> String {
    format!("{}/files/{}/uploads", home(firm, contact), folder.borrow())
}

/// `POST /p/{firm}/{contact}/files/{folder}/folders`: a folder that a script sends before what lies in it.
pub fn my_folders(firm: &str, contact: impl Borrow<ContactId>, folder: impl Borrow<FolderId>) -> String {
    format!("{}/files/{}/folders", home(firm, contact), folder.borrow())
}

/// `GET`, `POST /p/{firm}/{contact}/files/{folder}/new-folder`: a dialog.
pub fn my_new_folder(firm: &str, contact: impl Borrow<ContactId>, folder: impl Borrow<FolderId>) -> String {
    format!("{}/files/{}/new-folder", home(firm, contact), folder.borrow())
}

/// `GET`, `POST /p/{firm}/{contact}/documents/{document}/withdraw`: a dialog.
pub fn my_withdraw(firm: &str, contact: impl Borrow<ContactId>, document: impl Borrow<DocumentId>) -> String {
    format!("{}/documents/{}/withdraw", home(firm, contact), document.borrow())
}

/// `HEAD`, `PATCH`, `DELETE /p/{firm}/{contact}/uploads/{upload}`: a file that is sent part by part.
pub fn my_upload_under_way(firm: &str, contact: impl Borrow<ContactId>, upload: impl Borrow<UploadId>) -> String {
    format!("{}/uploads/{}", home(firm, contact), upload.borrow())
}

/// `POST /p/{firm}/{contact}/uploads/{upload}/discard`.
pub fn my_discard(firm: &str, contact: impl Borrow<ContactId>, upload: impl Borrow<UploadId>) -> String {
    format!("{}/discard", my_upload_under_way(firm, contact, upload))
}

/// `GET /p/{firm}/{contact}/files/{document}?page=`: beside folders, as mails link to both alike.
pub fn my_document(firm: &str, contact: impl Borrow<ContactId>, document: impl Borrow<DocumentId>) -> String {
    format!("{}/{}", my_files(firm, contact), document.borrow())
}

/// `GET /p/{firm}/{contact}/documents/{document}/download`.
pub fn my_download(firm: &str, contact: impl Borrow<ContactId>, document: impl Borrow<DocumentId>) -> String {
    format!("{}/documents/{}/download", home(firm, contact), document.borrow())
}

/// What stands before the number of a page in `GET /p/{firm}/{contact}/documents/{document}/pages/{page}?width=`: a PNG;
/// pages count from 1.
pub fn my_page_pictures(firm: &str, contact: impl Borrow<ContactId>, document: impl Borrow<DocumentId>) -> String {
    format!("{}/documents/{}/pages/", home(firm, contact), document.borrow())
}

/// `GET /p/{firm}/{contact}/archive`: what is archived of what is shared, at the top.
pub fn my_archive(firm: &str, contact: impl Borrow<ContactId>) -> String {
    format!("{}/archive", home(firm, contact))
}

/// `GET /p/{firm}/{contact}/files/{node}/archive?after=&back=`: what is archived in a folder.
pub fn my_archive_in(firm: &str, contact: impl Borrow<ContactId>, folder: impl Borrow<FolderId>) -> String {
    format!("{}/archive", my_folder(firm, contact, folder))
}

/// `GET /p/{firm}/{contact}/receipts?after=`.
pub fn my_receipts(firm: &str, contact: impl Borrow<ContactId>) -> String {
    format!("{}/receipts", home(firm, contact))
}

/// `GET /p/{firm}/{contact}/settings`.
pub fn my_settings(firm: &str, contact: impl Borrow<ContactId>) -> String {
    format!("{}/settings", home(firm, contact))
}

/// `POST /p/{firm}/{contact}/sessions/{session}/end`.
pub fn end_session(firm: &str, contact: impl Borrow<ContactId>, session: impl Borrow<SessionId>) -> String {
    format!("{}/sessions/{}/end", home(firm, contact), session.borrow())
}

/// `POST /p/{firm}/{contact}/sessions/end-others`.
pub fn end_other_sessions(firm: &str, contact: impl Borrow<ContactId>) -> String {
    format!("{}/sessions/end-others", home(firm, contact))
}
