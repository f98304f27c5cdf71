//! From flags to a server that runs: opening what it keeps, adding firms, listening.

use std::io;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use portal_core::directory::{NewFirm, NewMember};
use portal_core::notifications::Timing;
use portal_core::ports::store::DirectoryReads as _;
use portal_core::ports::{BlobStore as _, Scanner, SystemClock, SystemEntropy};
use portal_core::values::{DisplayName, EmailAddress, ExternalId, FirmRef, MemberRef, PageRequest, TextError};
use portal_core::{BuildError, Error, Refusal};
use portal_pdf::ChildPreviewer;
use portal_s3::FolderBlobs;
use portal_smtp::SpoolMailer;
use portal_sqlx::SqliteStore;
use tokio::net::TcpListener;

use crate::app::{Options, Ports};
use crate::base_url::{BaseUrl, BaseUrlError};
use crate::clamd::Clamd;
use crate::config::{ClamdAt, NewFirmArguments, Settings, SettingsError};
use crate::demo::{self, Demo, DemoError};
use crate::keys::{KeyFileError, ServerKeys, make_private_folder};
use crate::mailbox::SpoolMailbox;
use crate::server::Server;
use crate::staff_login::{AccountsError, AddAccountError, SqliteAccounts};
use crate::views::paths;

/// The word that makes this program draw one page and end: see [`ChildPreviewer`].
pub const RENDER_PAGE: &str = "render-page";

/// Why the server did not start, as one sentence for whoever started it.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StartError {
    /// The base URL is no good.
    #[error(transparent)]
    BaseUrl(#[from] BaseUrlError),
    /// What was asked for cannot be had together.
    #[error(transparent)]
    Unfit(#[from] SettingsError),
    /// The key file is no good.
    #[error(transparent)]
    Keys(#[from] KeyFileError),
    /// A folder cannot be made.
    #[error("the folder `{}` cannot be made: {source}", path.display())]
    Folder {
        /// Which.
        path: PathBuf,
        /// What went wrong.
        source: io::Error,
    },
    /// Something that the server keeps cannot be opened.
    #[error("{what} `{}` cannot be opened: {}", path.display(), root_cause(&**source))]
    Open {
        /// What it is.
        what: &'static str,
        /// Where it is.
        path: PathBuf,
        /// What went wrong.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// The documents are from before there was encryption.
    #[error(
        "the documents in `{}` were kept unencrypted, by a version before this one, which cannot read them: begin with another --data and \
         upload them anew",
        .0.display()
    )]
    Unencrypted(PathBuf),
    /// Keys cannot be unwrapped.
    #[error(
        "{0} encryption keys of firms cannot be unwrapped: put the key file back that they were wrapped with, and run this again"
    )]
    LostKeys(usize),
    /// The address cannot be listened on.
    #[error("cannot listen on {address}: {source}; choose another with --listen")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// What went wrong.
        source: io::Error,
    },
    /// It cannot be asked to stop.
    #[error("cannot listen for being asked to stop: {0}")]
    Signals(#[source] io::Error),
    /// This program cannot find itself, to draw pages in a child of its own.
    #[error("this program cannot be found on disk: {0}")]
    Program(#[source] io::Error),
    /// The portal cannot be put together.
    #[error(transparent)]
    Build(#[from] BuildError),
    /// The demo firm cannot be made.
    #[error("the demo firm cannot be made: {0}")]
    Demo(#[from] DemoError),
    /// An argument of `add-firm` is not what it should be.
    #[error("{what}: {why}")]
    Argument {
        /// Which.
        what: &'static str,
        /// What is wrong with it.
        why: String,
    },
    /// The scanner does not answer.
    #[error("the scanner at `{address}` does not answer: {source}")]
    Scanner {
        /// Where it should be.
        address: String,
        /// What came in place of an answer.
        source: io::Error,
    },
    /// Something was refused or did not work.
    #[error(transparent)]
    Portal(#[from] Error),
    /// The staff accounts cannot be written.
    #[error(transparent)]
    Accounts(#[from] AccountsError),
}

/// Opens everything that the settings name, and makes what is not there.
pub(crate) async fn open(settings: &Settings, base_url: BaseUrl) -> Result<(Ports, Options), StartError> {
    let (database, blobs, mail) = (settings.database_file(), settings.blobs_folder(), settings.mail_folder());
    for folder in [Some(settings.data.as_path()), database.parent()].into_iter().flatten() {
        let failed = |source| StartError::Folder { path: folder.to_owned(), source };
        if !folder.as_os_str().is_empty() {
            make_private_folder(folder).map_err(failed)?;
        }
    }
    let keys = ServerKeys::open(&settings.key_file(), &database)?;
    let store = SqliteStore::open(&database).await.map_err(cannot_open("the database", &database))?;
    store.migrate().await.map_err(cannot_open("the database", &database))?;
    let folder = FolderBlobs::open(&blobs).await.map_err(cannot_open("the folder of documents", &blobs))?;
    refuse_unencrypted(&store, &folder, &blobs).await?;
    let accounts = SqliteAccounts::open(&database).await.map_err(cannot_open("the database", &database))?;
    let program = std::env::current_exe().map_err(StartError::Program)?;
    let scanner = match &settings.scanner {
        Some(at) => Some(Arc::new(reach(at).await?) as Arc<dyn Scanner>),
        None => None,
    };
    let ports = Ports {
        store: Arc::new(store),
        blobs: Arc::new(folder),
        mailer: Arc::new(SpoolMailer::open(&mail).await.map_err(cannot_open("the mail folder", &mail))?),
        previewer: Some(Arc::new(ChildPreviewer::new(program, [RENDER_PAGE]))),
        scanner,
        clock: Arc::new(SystemClock),
        entropy: Arc::new(SystemEntropy),
        staff_accounts: Arc::new(accounts),
    };
    let sender = sender(&base_url)?;
    let mut options = Options::new(base_url, keys, sender);
    options.proxies = settings.proxies.unwrap_or(0);
    if let Some(folder) = &settings.bounces {
        let failed = |source| StartError::Folder { path: folder.clone(), source };
        make_private_folder(folder).map_err(failed)?;
        options.bounces = Some(folder.clone());
    }
    Ok((ports, options))
}

async fn reach(at: &ClamdAt) -> Result<Clamd, StartError> {
    Clamd::connect(at.clone()).await.map_err(|source| StartError::Scanner { address: at.address.clone(), source })
}

/// Bytes of which none is sealed, since no firm has a key, were kept by a version that did not encrypt.
async fn refuse_unencrypted(store: &SqliteStore, folder: &FolderBlobs, blobs: &Path) -> Result<(), StartError> {
    let keys = store.data_keys(&PageRequest::first(1)).await.map_err(cannot_open("the database", blobs))?;
    let lying = folder.list(None, 1).await.map_err(cannot_open("the folder of documents", blobs))?;
    if keys.items.is_empty() && !lying.blobs.is_empty() {
        return Err(StartError::Unencrypted(blobs.to_owned()));
    }
    Ok(())
}

/// What lies at the bottom of an error: what stands above it says again that something cannot be opened.
fn root_cause<'a>(error: &'a (dyn std::error::Error + 'static)) -> &'a (dyn std::error::Error + 'static) {
    error.source().map_or(error, root_cause)
}

fn cannot_open<E: std::error::Error + Send + Sync + 'static>(
    what: &'static str,
    path: &std::path::Path,
) -> impl FnOnce(E) -> StartError {
    let path = path.to_owned();
    move |error| StartError::Open { what, path, source: Box::new(error) }
}

/// The address that mail is sent from: at the host that people know, where that is a name.
fn sender(base_url: &BaseUrl) -> Result<EmailAddress, StartError> {
    let host = base_url.authority().split(':').next().unwrap_or_default();
    let named = host.contains('.') && host.chars().any(char::is_alphabetic);
    let domain = if named { host } else { "localhost.localdomain" };
    EmailAddress::new(&format!("portal@{domain}"))
        .map_err(|error| StartError::Argument { what: "--base-url", why: error.to_string() })
}

/// A server that listens and does not serve yet.
#[derive(Debug)]
pub struct Started {
    /// The server.
    pub server: Server,
    /// What it listens on.
    pub listener: TcpListener,
    /// What whoever started it wants to know: where it listens, how staff sign in, where mail goes.
    pub lines: [String; 3],
}

/// Opens everything, fills the demo firm if there is to be one, and listens.
///
/// # Errors
/// [`StartError`] in one sentence.
pub async fn start(settings: &Settings) -> Result<Started, StartError> {
    // Before anything is made: where this cannot be, nothing should be left behind.
    settings.check()?;
    let failed = |source| StartError::Listen { address: settings.listen, source };
    let listener = TcpListener::bind(settings.listen).await.map_err(failed)?;
    let listening = listener.local_addr().map_err(failed)?;
    let base_url = settings.base_url(listening)?;
    let (ports, mut options) = open(settings, base_url.clone()).await?;
    let sign_in = base_url.join(paths::staff_sign_in());
    let mail = settings.mail_folder();
    let mut staff_line = format!("staff sign in at {sign_in}; add a firm with `portal-server add-firm`");
    let mut mail_line = format!("mail goes to {}", mail.display());
    let seeding = Server::new(ports.clone(), options.clone())?;
    let password_file = settings.key_file().with_file_name("demo-password");
    let demo = if settings.no_demo { None } else { demo::seed(&seeding, &password_file).await? };
    if let Some(Demo { firm, accounts }) = demo {
        options.timing = Timing::demo();
        if let Some(first) = accounts.first() {
            let password = first.password.as_str();
            staff_line = format!("staff sign in at {sign_in} as {} with the password {password}", first.email);
        }
        if stays_on_this_machine(listening, &base_url) {
            options.demo_accounts = accounts;
            options.mailbox = Some(Arc::new(SpoolMailbox::new(mail.clone(), firm)));
            mail_line = format!("mail goes to {} (files in {})", base_url.join(paths::mailbox()), mail.display());
        }
    }
    let server = Server::new(ports, options)?;
    let lines = [format!("portal-server listening on http://{listening}"), staff_line, mail_line];
    Ok(Started { server, listener, lines })
}

/// Whether nobody but those on this machine reach the server: only then may everybody who reaches it read the demo's mail and
/// passwords. A listener on the loopback alone says nothing: behind a proxy of the same machine it is the whole world's, and
/// then the base URL is `https`, which is the only other one there can be.
fn stays_on_this_machine(listening: SocketAddr, base_url: &BaseUrl) -> bool {
    listening.ip().is_loopback() && !base_url.is_https()
}

/// Adds a firm with an owner, and says how the owner signs in. Under an id that is there already nothing is changed.
///
/// # Errors
/// [`StartError`] in one sentence.
pub async fn add_firm(settings: &Settings, new: &NewFirmArguments) -> Result<Vec<String>, StartError> {
    let base_url = settings.base_url(settings.listen)?;
    let name = named("--name", &new.name)?;
    let owner = named("--owner-name", &new.owner_name)?;
    let email = EmailAddress::new(&new.owner_email)
        .map_err(|error| StartError::Argument { what: "--owner-email", why: error.to_string() })?;
    let id = new.id.as_ref().map(ExternalId::new).transpose().map_err(wrong("--id"))?;
    let (ports, options) = open(settings, base_url.clone()).await?;
    let server = Server::new(ports, options)?;
    let (portal, login) = (server.portal(), server.staff_login());
    let known = ExternalId::new(OWNER).map_err(wrong("--owner-name"))?;
    let mut firm = NewFirm::new(name.clone(), NewMember::new(owner, email.clone()).external_id(known));
    if let Some(id) = id.clone() {
        firm = firm.external_id(id);
    }
    let there = match &id {
        Some(id) => found(portal.host().firms().find(FirmRef::from(id.clone())).await)?,
        None => None,
    };
    if there.is_none() && login.is_taken(&email).await? {
        let why = "somebody signs in with this address already".to_owned();
        return Err(StartError::Argument { what: "--owner-email", why });
    }
    let (firm, standing) = match there {
        Some(firm) => (firm.id, format!("{} is there already and stays as it is", firm.name)),
        None => (portal.host().firms().add(firm).await?.firm, format!("{name} is there")),
    };
    let member = portal.staff(firm, MemberRef::external(OWNER).map_err(wrong("--id"))?).await?.me().await?;
    let address = id.as_ref().map_or_else(|| firm.to_string(), |id| id.as_str().to_owned());
    let mut lines = vec![
        format!("{standing}; its clients sign in at {}", base_url.join(&paths::access(&address))),
        format!("staff sign in at {}", base_url.join(paths::staff_sign_in())),
    ];
    if login.is_taken(&member.email).await? {
        lines.push(format!("{} signs in with the password they have", member.email));
        return Ok(lines);
    }
    let password = login.make_password()?;
    match login.add(firm, member.id, member.email.clone(), &password).await {
        Ok(()) => lines.push(format!("{} signs in with the password {}", member.email, password.expose())),
        Err(AddAccountError::EmailTaken) => {
            let why = "somebody signs in with this address already".to_owned();
            return Err(StartError::Argument { what: "--owner-email", why });
        }
        Err(error @ AddAccountError::Busy) => return Err(AccountsError(error.into()).into()),
        Err(AddAccountError::Unavailable(error)) => return Err(error.into()),
    }
    Ok(lines)
}

/// What the first owner of a firm is known by to this program, so that a run that broke off is taken up by the next.
const OWNER: &str = "first-owner";

fn named(what: &'static str, text: &str) -> Result<DisplayName, StartError> {
    DisplayName::new(text).map_err(wrong(what))
}

fn wrong(what: &'static str) -> impl Fn(TextError) -> StartError {
    move |error| StartError::Argument { what, why: error.to_string() }
}

/// What was found, if anything was.
pub(crate) fn found<T>(answer: Result<T, Error>) -> Result<Option<T>, Error> {
    match answer {
        Ok(found) => Ok(Some(found)),
        Err(Error::NotFound) => Ok(None),
        Err(error) => Err(error),
    }
}

/// Whether a refusal says that an external id is taken: somebody else was a moment faster.
pub(crate) fn is_taken(error: &Error) -> bool {
    use portal_core::directory::DirectoryRefusal::ExternalIdTaken;
    matches!(error.refusal(), Some(Refusal::Directory(ExternalIdTaken)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn l22_what_the_demo_shows_to_everybody_is_shown_on_this_machine_alone() {
        for (listening, base_url, shown) in [
            ("127.0.0.1:8080", "http://127.0.0.1:8080", true),
            ("[::1]:8080", "http://localhost:8080", true),
            ("127.0.0.1:8080", "https://portal.acme.test", false),
            ("0.0.0.0:8080", "http://127.0.0.1:8080", false),
            ("192.0.2.1:8080", "https://portal.acme.test", false),
        ] {
            let base_url = BaseUrl::new(base_url).unwrap();
            assert_eq!(stays_on_this_machine(listening.parse().unwrap(), &base_url), shown, "{listening} {base_url}");
        }
    }
}
