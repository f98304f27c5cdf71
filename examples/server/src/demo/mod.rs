//! The demo firm: made at the first start, of documents made by code, so that there is something to look at.
//!
//! Every step finds what an earlier, broken run has made. The staff accounts come last: once they are there the demo is whole,
//! and nothing that people removed from it comes back.

mod documents;
mod paper;
mod people;
mod pictures;
mod sheets;

use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};

use portal_core::directory::{NewFirm, NewMember, Role};
use portal_core::values::{DisplayName, EmailAddress, ExternalId, FirmId, FirmRef, MemberRef, PageRequest};
use portal_core::{Error, Portal, Staff};

use crate::keys::make_private_folder;
use crate::server::Server;
use crate::staff_login::{AccountsError, AddAccountError, Password};
use crate::start::{found, is_taken};
use crate::views::Hidden;
use crate::views::staff::DemoAccount;

/// Why the demo firm was not made.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DemoError {
    /// The portal did not do as asked.
    #[error(transparent)]
    Portal(#[from] Error),
    /// The staff accounts did not.
    #[error(transparent)]
    Accounts(#[from] AccountsError),
    /// Somebody else signs in with an address of the demo's.
    #[error("somebody else signs in with `{0}`")]
    EmailTaken(EmailAddress),
    /// The file with the demo's password cannot be used.
    #[error("the file `{}` cannot be used: {source}", path.display())]
    PasswordFile {
        /// Which.
        path: PathBuf,
        /// What went wrong.
        source: io::Error,
    },
    /// A document could not be made.
    #[error("a document could not be made: {0}")]
    Document(String),
    /// A text of the demo is none: a mistake in this program.
    #[error("a text of the demo cannot be used: {0}")]
    Text(String),
}

/// The external id of the demo firm.
const FIRM: &str = "demo";

struct Teammate {
    id: &'static str,
    name: &'static str,
    email: &'static str,
    role: Role,
    said_role: &'static str,
}

const TEAM: [Teammate; 2] = [
    Teammate {
        id: "olivia",
        name: "Olivia Lane",
        email: "olivia@harborlane.test",
        role: Role::Owner,
        said_role: "Owner",
    },
    Teammate {
        id: "marcus",
        name: "Marcus Reed",
        email: "marcus@harborlane.test",
        role: Role::Member,
        said_role: "Member",
    },
];

/// The demo firm that is there.
pub(crate) struct Demo {
    pub(crate) firm: FirmId,
    /// How its staff sign in.
    pub(crate) accounts: Vec<DemoAccount>,
}

/// Makes the demo firm where there is no firm at all, or goes on making it, and says how its staff sign in; `None` where
/// there are real firms and no demo.
///
/// # Errors
/// [`DemoError`]; the next start goes on where this one broke off.
pub(crate) async fn seed(server: &Server, password_file: &Path) -> Result<Option<Demo>, DemoError> {
    let _turn = turn(password_file).await?;
    let portal = server.portal();
    let firms = portal.host().firms();
    let there = found(firms.find(FirmRef::from(external(FIRM)?)).await)?;
    let firm = match there {
        Some(firm) => firm.id,
        None if !firms.list(&PageRequest::first(1)).await?.items.is_empty() => return Ok(None),
        None => add_firm(portal).await?,
    };
    let login = server.staff_login();
    let whole = login.is_taken(&email(TEAM[0].email)?).await?;
    if !whole {
        for teammate in &TEAM[1..] {
            add_teammate(portal, firm, teammate).await?;
        }
        people::seed(&owner(portal, firm).await?).await?;
    }
    let (password, fresh) = password(server, password_file)?;
    // The owner's account is the last step: see the module.
    for teammate in TEAM.iter().rev() {
        if whole && !fresh {
            break;
        }
        let member = portal.staff(firm, MemberRef::from(external(teammate.id)?)).await?.me().await?;
        match login.add(firm, member.id, member.email.clone(), &password).await {
            Ok(()) => {}
            Err(AddAccountError::EmailTaken) => return Err(DemoError::EmailTaken(member.email)),
            Err(error @ AddAccountError::Busy) => return Err(AccountsError(error.into()).into()),
            Err(AddAccountError::Unavailable(error)) => return Err(error.into()),
        }
    }
    let account = |teammate: &Teammate| {
        Ok(DemoAccount {
            name: name(teammate.name)?,
            role: teammate.said_role,
            email: teammate.email.to_owned(),
            password: Hidden::new(password.expose()),
        })
    };
    let accounts = TEAM.iter().map(account).collect::<Result<_, DemoError>>()?;
    Ok(Some(Demo { firm, accounts }))
}

/// One server at a time makes the demo: those that start with it wait until it is made.
async fn turn(password_file: &Path) -> Result<std::fs::File, DemoError> {
    let path = password_file.with_extension("lock");
    let failed = {
        let path = path.clone();
        move |source| DemoError::PasswordFile { path, source }
    };
    let lock = tokio::task::spawn_blocking(move || {
        make_private_folder(path.parent().unwrap_or(Path::new(".")))?;
        let file = std::fs::File::create(path)?;
        file.lock()?;
        Ok(file)
    });
    lock.await.map_err(io::Error::other).and_then(|lock| lock).map_err(failed)
}

async fn add_firm(portal: &Portal) -> Result<FirmId, DemoError> {
    let [first, ..] = &TEAM;
    let owner = new_member(first)?;
    let firm = NewFirm::new(name("Harbor & Lane Accounting")?, owner).external_id(external(FIRM)?);
    match portal.host().firms().add(firm).await {
        Ok(added) => Ok(added.firm),
        // Another server on the same database was a moment faster.
        Err(error) if is_taken(&error) => Ok(portal.host().firms().find(FirmRef::from(external(FIRM)?)).await?.id),
        Err(error) => Err(error.into()),
    }
}

fn new_member(teammate: &Teammate) -> Result<NewMember, DemoError> {
    let member = NewMember::new(name(teammate.name)?, email(teammate.email)?);
    Ok(member.role(teammate.role).external_id(external(teammate.id)?))
}

async fn owner(portal: &Portal, firm: FirmId) -> Result<Staff, DemoError> {
    let [first, ..] = &TEAM;
    Ok(portal.staff(firm, MemberRef::from(external(first.id)?)).await?)
}

async fn add_teammate(portal: &Portal, firm: FirmId, teammate: &Teammate) -> Result<(), DemoError> {
    match owner(portal, firm).await?.team().add(new_member(teammate)?).await {
        Ok(_) => Ok(()),
        Err(error) if is_taken(&error) => Ok(()),
        Err(error) => Err(error.into()),
    }
}

/// The demo's password, from its file or made now; and whether it was made now. It is kept in the clear, for whoever may read
/// the data folder, so that each start can say it: there is nothing but demo data behind it.
fn password(server: &Server, path: &Path) -> Result<(Password, bool), DemoError> {
    let failed = |source| DemoError::PasswordFile { path: path.to_owned(), source };
    match std::fs::File::open(path) {
        Ok(file) => {
            let mut text = String::new();
            file.take(200).read_to_string(&mut text).map_err(failed)?;
            return Ok((Password::typed(text.trim()), false));
        }
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(failed(error)),
        Err(_) => {}
    }
    let password = server.staff_login().make_password()?;
    let folder = path.parent().unwrap_or(Path::new("."));
    make_private_folder(folder).map_err(failed)?;
    let mut file = tempfile::NamedTempFile::new_in(folder).map_err(failed)?;
    writeln!(file, "{}", password.expose()).map_err(failed)?;
    file.as_file().sync_all().map_err(failed)?;
    file.persist(path).map_err(|error| failed(error.error))?;
    Ok((password, true))
}

fn name(text: &str) -> Result<DisplayName, DemoError> {
    DisplayName::new(text).map_err(|error| DemoError::Text(error.to_string()))
}

fn email(text: &str) -> Result<EmailAddress, DemoError> {
    EmailAddress::new(text).map_err(|error| DemoError::Text(error.to_string()))
}

fn external(text: &str) -> Result<ExternalId, DemoError> {
    ExternalId::new(text).map_err(|error| DemoError::Text(error.to_string()))
}
