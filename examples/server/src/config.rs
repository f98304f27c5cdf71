//! What the server is told at its start: flags, and `PORTAL_…` variables of the environment.

use std::net::{SocketAddr, ToSocketAddrs as _};
use std::path::PathBuf;
use std::str::FromStr;

use clap::{Args, Parser, Subcommand};

use crate::base_url::{BaseUrl, BaseUrlError};

/// A client portal in one program: a place where a firm shares folders with its clients and they upload to it.
///
/// Started without arguments it makes its data folder and its keys, fills a demo firm, and prints where to sign in.
#[derive(Debug, Parser)]
#[command(name = "portal-server", version)]
pub struct Arguments {
    /// What it is told, whatever it does.
    #[command(flatten)]
    pub settings: Settings,
    /// What to do; to serve when it is left out.
    #[command(subcommand)]
    pub command: Option<Act>,
}

/// What to do instead of serving.
#[derive(Debug, Subcommand)]
pub enum Act {
    /// Add a firm with an owner, and print how the owner signs in.
    AddFirm(NewFirmArguments),
    /// Add a key to the key file, and wrap every firm's encryption keys with it. A server that runs takes it up by itself.
    RotateKeys(RotateKeysArguments),
    /// Draw one page of a file from the standard input: the child side of the previewer.
    #[command(hide = true)]
    RenderPage,
}

/// What to change besides.
#[derive(Debug, Args)]
pub struct RotateKeysArguments {
    /// Give every firm another encryption key, too: what is uploaded from then on is sealed under it
    #[arg(long)]
    pub data_keys: bool,
}

/// The firm to add.
#[derive(Debug, Args)]
pub struct NewFirmArguments {
    /// The firm's name, as its clients know it
    #[arg(long)]
    pub name: String,
    /// The name of its owner: the first team member
    #[arg(long)]
    pub owner_name: String,
    /// The owner's email address, which is also what they sign in with
    #[arg(long)]
    pub owner_email: String,
    /// Your own id for the firm; adding it again under the same id changes nothing
    #[arg(long)]
    pub id: Option<String>,
}

/// Where the server listens, and where it keeps what it keeps.
#[derive(Debug, Clone, Args)]
pub struct Settings {
    /// Address and port to listen on
    #[arg(long, env = "PORTAL_LISTEN", value_name = "ADDRESS:PORT", default_value = "127.0.0.1:8080", global = true, value_parser = listening_on)]
    pub listen: SocketAddr,
    /// The address people type: https, or http on the loopback [default: http:// and the address of --listen]
    #[arg(long, env = "PORTAL_BASE_URL", value_name = "URL", global = true)]
    pub base_url: Option<String>,
    /// Folder for everything that is not put elsewhere; it is made if it is not there
    #[arg(long, env = "PORTAL_DATA", value_name = "DIR", default_value = "./portal-data", global = true)]
    pub data: PathBuf,
    /// Database of firms, files and sign-ins [default: sqlite:DATA/portal.sqlite3]
    #[arg(long, env = "PORTAL_DATABASE", value_name = "sqlite:PATH", global = true)]
    pub database: Option<Database>,
    /// Where the bytes of documents lie [default: file:DATA/blobs]
    #[arg(long, env = "PORTAL_BLOBS", value_name = "file:DIR", global = true)]
    pub blobs: Option<Blobs>,
    /// Where mail goes: a folder that takes each one as an .eml file [default: spool:DATA/mail]
    #[arg(long, env = "PORTAL_MAIL", value_name = "spool:DIR", global = true)]
    pub mail: Option<Mail>,
    /// A folder where a mail system lays what comes back to the sender's address, a file of the ending .eml each; what it says
    /// could not be delivered for good is marked on the contacts, and what says nothing of that is moved to DIR/other
    #[arg(long, env = "PORTAL_BOUNCES", value_name = "DIR", global = true)]
    pub bounces: Option<PathBuf>,
    /// A ClamAV daemon that looks at each upload before anybody else sees it; it refuses what is larger than MAX_BYTES, which
    /// is its StreamMaxLength [default: nobody looks; of MAX_BYTES: 104857600]
    #[arg(long, env = "PORTAL_SCANNER", value_name = "clamd:HOST:PORT[?max_bytes=MAX_BYTES]", global = true)]
    pub scanner: Option<ClamdAt>,
    /// The key file, kept apart from the database and its backups [default: DATA-keys/portal.key, beside the data folder]
    #[arg(long, env = "PORTAL_KEYS", value_name = "FILE", global = true)]
    pub keys: Option<PathBuf>,
    /// How many proxies of yours stand in front, each adding whom it speaks for to X-Forwarded-For: limits count by whom they
    /// speak for. An https base URL asks for it to be said, be it 0 [default: 0]
    #[arg(long, env = "PORTAL_PROXIES", value_name = "COUNT", global = true)]
    pub proxies: Option<usize>,
    /// Start without a demo firm, as an https base URL asks for; `portal-server add-firm` makes a real one
    #[arg(long, env = "PORTAL_NO_DEMO", global = true, value_parser = clap::builder::FalseyValueParser::new())]
    pub no_demo: bool,
}

/// `127.0.0.1:8080`; a name as `localhost:8080`; or `:8080` alone, on this machine.
fn listening_on(text: &str) -> Result<SocketAddr, String> {
    let named = if text.starts_with(':') { format!("127.0.0.1{text}") } else { text.to_owned() };
    let wanted = || "write ADDRESS:PORT, as in 127.0.0.1:8080".to_owned();
    let found: Vec<SocketAddr> = named.to_socket_addrs().map_err(|_| wanted())?.collect();
    found.iter().find(|address| address.is_ipv4()).or(found.first()).copied().ok_or_else(wanted)
}

impl Settings {
    /// Whether a server can be started so, before it is known where it listens: port 0 becomes whichever is free.
    ///
    /// # Errors
    /// [`SettingsError`] in one sentence.
    pub fn check(&self) -> Result<(), SettingsError> {
        let port = if self.listen.port() == 0 { 1 } else { self.listen.port() };
        let base_url = self.base_url(SocketAddr::new(self.listen.ip(), port))?;
        if base_url.is_https() && !self.no_demo {
            return Err(SettingsError::PublicDemo(base_url));
        }
        if base_url.is_https() && self.proxies.is_none() {
            return Err(SettingsError::ProxiesUnsaid(base_url));
        }
        Ok(())
    }

    /// The address people type, once it is known where the server listens.
    ///
    /// # Errors
    /// [`BaseUrlError`] when it is neither https nor on the loopback.
    pub fn base_url(&self, listening: SocketAddr) -> Result<BaseUrl, BaseUrlError> {
        self.base_url.as_deref().map_or_else(|| BaseUrl::of_listener(listening), BaseUrl::new)
    }

    /// The file of the database.
    pub fn database_file(&self) -> PathBuf {
        self.database.clone().map_or_else(|| self.data.join("portal.sqlite3"), |Database::Sqlite(path)| path)
    }

    /// The folder of the documents' bytes.
    pub fn blobs_folder(&self) -> PathBuf {
        self.blobs.clone().map_or_else(|| self.data.join("blobs"), |Blobs::Folder(path)| path)
    }

    /// The folder that takes mail.
    pub fn mail_folder(&self) -> PathBuf {
        self.mail.clone().map_or_else(|| self.data.join("mail"), |Mail::Spool(path)| path)
    }

    /// The key file: beside the data folder, so that what copies the data copies no key.
    pub fn key_file(&self) -> PathBuf {
        let beside = || {
            let mut keys = self.data.file_name()?.to_owned();
            keys.push("-keys");
            Some(self.data.with_file_name(keys))
        };
        let default = || beside().unwrap_or_else(|| self.data.join("keys")).join("portal.key");
        self.keys.clone().unwrap_or_else(default)
    }
}

/// Why a server is not started so.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SettingsError {
    /// The base URL is no good.
    #[error(transparent)]
    BaseUrl(#[from] BaseUrlError),
    /// A demo firm is for one machine: its passwords and mails are for whoever looks.
    #[error(
        "the demo firm is for the loopback alone and not for `{0}`: start with --no-demo, and make a firm with `portal-server add-firm`"
    )]
    PublicDemo(BaseUrl),
    /// This server speaks no TLS, so that somebody stands in front of it; and to whom limits take everybody for one visitor,
    /// anybody can lock out everybody.
    #[error(
        "say with --proxies how many proxies of yours stand in front of `{0}`: limits on guessing count by whom they speak for, and without them everybody would be one visitor (--proxies 0 if that is so)"
    )]
    ProxiesUnsaid(BaseUrl),
}

/// A place that this version of the server does not know.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("expected `{expected}`")]
pub struct PlaceError {
    expected: &'static str,
}

fn place(text: &str, scheme: &str, expected: &'static str) -> Result<PathBuf, PlaceError> {
    let path = text.strip_prefix(scheme).filter(|path| !path.is_empty()).ok_or(PlaceError { expected })?;
    Ok(path.into())
}

/// Where the database is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Database {
    /// A file of SQLite's.
    Sqlite(PathBuf),
}

impl FromStr for Database {
    type Err = PlaceError;

    fn from_str(text: &str) -> Result<Self, PlaceError> {
        place(text, "sqlite:", "sqlite:PATH").map(Self::Sqlite)
    }
}

/// Where the bytes of documents lie.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Blobs {
    /// A folder.
    Folder(PathBuf),
}

impl FromStr for Blobs {
    type Err = PlaceError;

    fn from_str(text: &str) -> Result<Self, PlaceError> {
        place(text, "file:", "file:DIR").map(Self::Folder)
    }
}

/// Where mail goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Mail {
    /// A folder that takes each mail as an `.eml` file.
    Spool(PathBuf),
}

impl FromStr for Mail {
    type Err = PlaceError;

    fn from_str(text: &str) -> Result<Self, PlaceError> {
        place(text, "spool:", "spool:DIR").map(Self::Spool)
    }
}

/// Where a ClamAV daemon listens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClamdAt {
    /// Host and port.
    pub address: String,
    /// The most bytes that it takes.
    pub max_bytes: u64,
}

/// The `StreamMaxLength` that a `clamd` has by itself.
const CLAMD_MAX_BYTES: u64 = 100 * 1024 * 1024;

impl FromStr for ClamdAt {
    type Err = PlaceError;

    fn from_str(text: &str) -> Result<Self, PlaceError> {
        let wrong = PlaceError { expected: "clamd:HOST:PORT or clamd:HOST:PORT?max_bytes=COUNT" };
        let place = text.strip_prefix("clamd:").ok_or_else(|| wrong.clone())?;
        let (address, max_bytes) = match place.split_once("?max_bytes=") {
            Some((address, count)) => (address, count.parse().map_err(|_| wrong.clone())?),
            None => (place, CLAMD_MAX_BYTES),
        };
        let port = address.rsplit_once(':').and_then(|(host, port)| Some(port).filter(|_| !host.is_empty()));
        let known = port.is_some_and(|port| port.parse::<u16>().is_ok());
        if known { Ok(Self { address: address.to_owned(), max_bytes }) } else { Err(wrong) }
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    fn settings(arguments: &[&str]) -> Settings {
        Arguments::try_parse_from(std::iter::once(&"portal-server").chain(arguments)).unwrap().settings
    }

    #[test]
    fn without_arguments_everything_lies_in_one_folder_on_the_loopback() {
        let settings = settings(&[]);
        assert_eq!(settings.base_url(settings.listen).unwrap().origin(), "http://127.0.0.1:8080");
        assert_eq!(settings.database_file(), PathBuf::from("./portal-data/portal.sqlite3"));
        assert_eq!(settings.blobs_folder(), PathBuf::from("./portal-data/blobs"));
        assert_eq!(settings.mail_folder(), PathBuf::from("./portal-data/mail"));
        assert_eq!(settings.key_file(), PathBuf::from("./portal-data-keys/portal.key"));
        assert!(!settings.no_demo);
    }

    #[test]
    fn a_scanner_is_named_by_host_and_port() {
        let at = |text: &str| text.parse::<ClamdAt>().ok().map(|at| (at.address, at.max_bytes));
        assert_eq!(at("clamd:127.0.0.1:3310"), Some(("127.0.0.1:3310".to_owned(), 104_857_600)));
        assert_eq!(at("clamd:av.internal:3310?max_bytes=7"), Some(("av.internal:3310".to_owned(), 7)));
        for wrong in
            ["127.0.0.1:3310", "clamd:", "clamd:host", "clamd::3310", "clamd:host:port", "clamd:h:1?max_bytes=x"]
        {
            assert_eq!(at(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn each_place_can_be_set_and_an_unknown_kind_is_refused() {
        let settings = settings(&["--database", "sqlite:/a/b", "--blobs", "file:/c", "--mail=spool:/d", "--no-demo"]);
        assert_eq!(settings.database_file(), PathBuf::from("/a/b"));
        assert_eq!(settings.blobs_folder(), PathBuf::from("/c"));
        assert_eq!(settings.mail_folder(), PathBuf::from("/d"));
        for wrong in
            ["--database=postgres://x", "--blobs=s3://x", "--mail=smtp://x", "--database=sqlite:", "--listen=x"]
        {
            assert!(Arguments::try_parse_from(["portal-server", wrong]).is_err(), "{wrong}");
        }
    }

    #[test]
    fn an_address_to_listen_on_may_be_a_name_or_a_port_alone() {
        for (text, address) in
            [("[::1]:80", "[::1]:80"), ("localhost:8081", "127.0.0.1:8081"), (":8082", "127.0.0.1:8082")]
        {
            assert_eq!(settings(&["--listen", text]).listen, address.parse().unwrap());
        }
        for wrong in ["", "8080", ":", "127.0.0.1", "127.0.0.1:http"] {
            assert!(Arguments::try_parse_from(["portal-server", "--listen", wrong]).is_err(), "{wrong}");
        }
    }

    #[test]
    fn help_explains_every_flag() {
        let command = Arguments::command();
        for argument in command.get_arguments() {
            assert!(argument.get_help().is_some(), "{} is not explained", argument.get_id());
        }
        let help = Arguments::command().render_long_help().to_string();
        for flag in [
            "--listen",
            "--base-url",
            "--data",
            "--database",
            "--blobs",
            "--mail",
            "--no-demo",
            "--proxies",
            "PORTAL_LISTEN",
            "add-firm",
        ] {
            assert!(help.contains(flag), "{flag} is missing");
        }
        assert!(!help.contains("render-page"));
    }

    #[test]
    fn l22_demo_data_and_an_https_base_url_are_refused_together_in_one_sentence() {
        let public = ["--base-url", "https://portal.acme.test"];
        let refusal = settings(&public).check().unwrap_err().to_string();
        assert!(refusal.contains("--no-demo") && !refusal.contains('\n'), "{refusal}");
        assert_eq!(settings(&[&public[..], &["--no-demo", "--proxies", "1"]].concat()).check(), Ok(()));
        assert_eq!(settings(&[]).check(), Ok(()));
        assert_eq!(settings(&["--listen", "127.0.0.1:0"]).check(), Ok(()));
    }

    #[test]
    fn l10_with_an_https_base_url_it_is_said_how_many_proxies_stand_in_front() {
        let public = ["--base-url", "https://portal.acme.test", "--no-demo"];
        let refusal = settings(&public).check().unwrap_err().to_string();
        assert!(refusal.contains("--proxies") && !refusal.contains('\n'), "{refusal}");
        for count in ["0", "1", "2"] {
            assert_eq!(settings(&[&public[..], &["--proxies", count]].concat()).check(), Ok(()));
        }
        assert_eq!(settings(&["--no-demo"]).check(), Ok(()), "on the loopback there are none");
    }

    #[test]
    fn l22_listening_to_everybody_asks_for_a_base_url() {
        let open = settings(&["--listen", "0.0.0.0:8080"]);
        assert!(open.base_url(open.listen).is_err());
        let named = settings(&["--listen", "0.0.0.0:8080", "--base-url", "https://portal.acme.test"]);
        assert_eq!(named.base_url(named.listen).unwrap().origin(), "https://portal.acme.test");
        let clear = settings(&["--base-url", "http://portal.acme.test"]);
        assert!(clear.base_url(clear.listen).is_err());
    }
}
