//! Real headless Chromium for end-to-end tests. One [`Driver`] is one chromedriver; every
//! [`Driver::open`] is a browser of its own, with its own profile, cookies and downloads.
//!
//! Clean-up does not depend on the test. A small shell, in a process group of its own, waits for
//! the end of its standard input, which the test process holds: when the `Driver` is dropped (also
//! by a panic) and when the test is aborted or killed, it kills the group of chromedriver and its
//! browsers and removes their folder.
#![expect(clippy::panic, reason = "test helpers: what goes wrong panics")]

use std::fmt::Display;
use std::io::{BufRead, BufReader};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use fantoccini::elements::Element;
use fantoccini::wd::WebDriverCompatibleCommand;
use fantoccini::{Client, ClientBuilder, Locator};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::json;
use tokio::time::{sleep, timeout};
use url::Url;

/// One start was seen to take 7 s on a busy machine.
const START: Duration = Duration::from_secs(60);
/// For an element or a download to appear.
const WAIT: Duration = Duration::from_secs(20);

/// `$1` is the folder. `setsid` does not fork here, so `$!` is chromedriver and its group; dash's
/// kill knows no `--`. The dying may write a moment longer, hence the second `rm`.
const WATCHDOG: &str = r#"
setsid chromedriver --port=0 </dev/null 2>"$1/chromedriver.log" & P=$!
exec >/dev/null 2>&1
while read -r _; do :; done
kill -KILL "-$P"; wait "$P"
rm -rf "$1" || { sleep 1; rm -rf "$1"; }
"#;

const ARGS: &str = "--headless=new --no-sandbox --disable-gpu --disable-dev-shm-usage \
    --disable-background-networking --disable-component-update --disable-sync --no-first-run \
    --no-proxy-server --window-size=1280,900";
/// A page that asks for anything outside this machine fails at once.
const HOSTS: &str = "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1";

/// A running chromedriver; dropping it kills its browsers, so keep it for as long as them.
pub(crate) struct Driver {
    watchdog: Child,
    dir: PathBuf,
    url: String,
}

impl Driver {
    pub(crate) async fn start() -> Self {
        // A short path: Chromium puts a socket below TMPDIR (108 bytes at most).
        let dir = tempfile::Builder::new().prefix("browser-").tempdir();
        let dir = must(dir, "temporary folder").keep();
        let mut command = Command::new("sh");
        command.args(["-c", WATCHDOG, "browser-watchdog"]).arg(&dir);
        command.process_group(0).env_remove("XDG_CONFIG_HOME");
        command.stdin(Stdio::piped()).stdout(Stdio::piped());
        for (variable, sub) in [("HOME", "home"), ("TMPDIR", "tmp")] {
            must(std::fs::create_dir(dir.join(sub)), "folder for the browser");
            command.env(variable, dir.join(sub));
        }
        let mut watchdog = must(command.spawn(), "start sh");
        let stdout = must(watchdog.stdout.take().ok_or("not piped"), "stdout");
        let mut driver = Self { watchdog, dir, url: String::new() };
        let (sender, port) = tokio::sync::oneshot::channel();
        std::thread::spawn(move || {
            let mut lines = BufReader::new(stdout).lines().map_while(Result::ok);
            if let Some(port) = lines.find_map(|line| parse_port(&line)) {
                let _ = sender.send(port);
            }
            lines.for_each(drop); // to the end: chromedriver must not wait for a full pipe
        });
        let port = must(timeout(START, port).await, "chromedriver");
        driver.url = format!("http://127.0.0.1:{}", must(port, driver.log()));
        driver
    }

    /// Opens a browser with an empty profile; `name` is unique among this driver's browsers.
    /// `phone` emulates one: 390 x 844 CSS pixels at 2:1, touch, `<meta name=viewport>` heeded.
    pub(crate) async fn open(&self, name: &str, phone: bool) -> Browser {
        self.open_with(name, phone, true).await
    }

    /// Opens one that runs no scripts of pages; what a test asks of it by script works.
    pub(crate) async fn open_without_scripts(&self, name: &str) -> Browser {
        self.open_with(name, false, false).await
    }

    async fn open_with(&self, name: &str, phone: bool, scripts: bool) -> Browser {
        let home = self.dir.join(format!("of-{name}"));
        let downloads = home.join("downloads");
        must(std::fs::create_dir_all(&downloads), "folder for downloads");
        let profile = format!("--user-data-dir={}", home.join("profile").display());
        let args: Vec<_> = ARGS.split(' ').chain([HOSTS, &profile]).collect();
        let mut chrome = json!({
            "args": args,
            "prefs": {
                "download.default_directory": &downloads,
                "download.prompt_for_download": false,
                "plugins.always_open_pdf_externally": true, // a PDF is saved, not shown
                "profile.managed_default_content_settings.javascript": if scripts { 1 } else { 2 },
            },
        });
        if phone {
            let metrics = json!({ "width": 390, "height": 844, "pixelRatio": 2.0, "touch": true });
            chrome["mobileEmulation"] = json!({ "deviceMetrics": metrics });
        }
        let capabilities = [("goog:chromeOptions".to_owned(), chrome)];
        let mut builder = ClientBuilder::new(HttpConnector::new());
        builder.capabilities(capabilities.into_iter().collect());
        let client = must(timeout(START, builder.connect(&self.url)).await, name);
        let client = must(client, self.log());
        Browser { client, downloads }
    }

    fn log(&self) -> String {
        std::fs::read_to_string(self.dir.join("chromedriver.log")).unwrap_or_default()
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        drop(self.watchdog.stdin.take());
        let _ = self.watchdog.wait();
    }
}

/// `ChromeDriver was started successfully on port 40123.`
fn parse_port(line: &str) -> Option<u16> {
    let (_, rest) = line.split_once("successfully on port ")?;
    rest.trim_end().trim_end_matches('.').parse().ok()
}

fn must<T, E: Display>(result: Result<T, E>, what: impl Display) -> T {
    result.unwrap_or_else(|e| panic!("{what}: {e}"))
}

/// How often a press is tried on what is put in place anew meanwhile.
const PRESSES: usize = 20;

/// One browser; what has no helper here is asked of `client`.
pub(crate) struct Browser {
    pub(crate) client: Client,
    pub(crate) downloads: PathBuf,
}

impl Browser {
    pub(crate) async fn goto(&self, url: &str) {
        must(self.client.goto(url).await, url);
    }

    /// Waits for the element; when it does not come, shows the page there is.
    pub(crate) async fn find(&self, css: &str) -> Element {
        let wait = self.client.wait().at_most(WAIT);
        match wait.for_element(Locator::Css(css)).await {
            Ok(element) => element,
            Err(e) => panic!("no {css}: {e}\n{:?}", self.client.source().await),
        }
    }

    /// What an element says now; whatever a click leads to may not be there yet, for which see [`Self::reads`].
    pub(crate) async fn text(&self, css: &str) -> String {
        must(self.find(css).await.text().await, css)
    }

    /// Waits until an element says exactly this.
    pub(crate) async fn reads(&self, css: &str, text: &str) {
        self.until(css, text, |said| said == text).await;
    }

    /// Waits until an element says this among other things.
    pub(crate) async fn mentions(&self, css: &str, text: &str) {
        self.until(css, text, |said| said.contains(text)).await;
    }

    /// Waits until no such element is there any more.
    pub(crate) async fn gone(&self, css: &str) {
        let leaving = async {
            // While one page goes and the next has not come there may be no answer.
            while !self.client.find_all(Locator::Css(css)).await.is_ok_and(|found| found.is_empty()) {
                sleep(Duration::from_millis(50)).await;
            }
        };
        assert!(timeout(WAIT, leaving).await.is_ok(), "{css} does not go");
    }

    /// A page may go between finding an element and reading it: then the next one is read.
    async fn until(&self, css: &str, wanted: &str, says: impl Fn(&str) -> bool) {
        let mut last = String::new();
        let reading = async {
            loop {
                if let Ok(element) = self.client.find(Locator::Css(css)).await
                    && let Ok(said) = element.text().await
                {
                    if says(&said) {
                        return;
                    }
                    last = said;
                }
                sleep(Duration::from_millis(50)).await;
            }
        };
        let read = timeout(WAIT, reading).await;
        assert!(read.is_ok(), "{css} should say {wanted:?}, and says {last:?}");
    }

    pub(crate) async fn click(&self, css: &str) {
        // The page may be put in place anew between the two: a person's press meets what is there then.
        for _ in 0..PRESSES {
            match self.find(css).await.click().await {
                Err(error) if error.is_stale_element_reference() => {}
                pressed => return must(pressed, css),
            }
        }
        panic!("{css} is put in place again and again");
    }

    /// Chooses files in an `input[type=file]` (several: with `multiple`); the form is not sent.
    pub(crate) async fn choose_files(&self, css: &str, files: &[&Path]) {
        let mut paths = Vec::new();
        for file in files {
            let path = must(file.canonicalize(), file.display());
            paths.push(path.display().to_string());
        }
        must(self.find(css).await.send_keys(&paths.join("\n")).await, css);
    }

    /// What the browser sends goes over a line of so many bytes a second, and what it begins to send over none at 0; `None` for
    /// as fast as it can.
    pub(crate) async fn line(&self, bytes_per_second: Option<u32>) {
        let upload = bytes_per_second.map_or(-1_i64, i64::from);
        let conditions = json!({
            "offline": upload == 0,
            "latency": 0,
            "downloadThroughput": -1,
            "uploadThroughput": upload,
        });
        for (command, parameters) in [("Network.enable", json!({})), ("Network.emulateNetworkConditions", conditions)] {
            must(self.client.issue_cmd(Devtools { command, parameters }).await, command);
        }
    }

    /// Drags files or folders of this machine over the middle of an element and drops them there.
    pub(crate) async fn drop_on(&self, css: &str, paths: &[&Path]) {
        let (x, y, width, height) = must(self.find(css).await.rectangle().await, css);
        let files: Vec<_> = paths.iter().map(|path| path.display().to_string()).collect();
        let data = json!({ "items": [], "files": files, "dragOperationsMask": 1 });
        for kind in ["dragEnter", "dragOver", "drop"] {
            let parameters = json!({ "type": kind, "x": x + width / 2.0, "y": y + height / 2.0, "data": data.clone() });
            must(self.client.issue_cmd(Devtools { command: "Input.dispatchDragEvent", parameters }).await, kind);
        }
    }

    /// Waits until the download is complete: until then it has another name (`.crdownload`).
    pub(crate) async fn downloaded(&self, name: &str) -> PathBuf {
        let path = self.downloads.join(name);
        let there = async {
            while !path.is_file() {
                sleep(Duration::from_millis(50)).await;
            }
        };
        must(timeout(WAIT, there).await, path.display());
        path
    }

    /// Saves what is visible as `NAME.png` in the folder of `PORTAL_SCREENSHOTS`, for people to look at, when it is set.
    pub(crate) async fn picture(&self, name: &str) {
        let Some(folder) = std::env::var_os("PORTAL_SCREENSHOTS") else { return };
        let png = must(self.client.screenshot().await, "screenshot");
        must(std::fs::write(Path::new(&folder).join(format!("{name}.png")), png), name);
    }
}

/// One of Chromium's own commands.
#[derive(Debug)]
struct Devtools {
    command: &'static str,
    parameters: serde_json::Value,
}

impl WebDriverCompatibleCommand for Devtools {
    fn endpoint(&self, base: &Url, session: Option<&str>) -> Result<Url, url::ParseError> {
        base.join(&format!("session/{}/goog/cdp/execute", session.unwrap_or_default()))
    }

    fn method_and_body(&self, _: &Url) -> (http::Method, Option<String>) {
        let command = json!({ "cmd": self.command, "params": self.parameters });
        (http::Method::POST, Some(command.to_string()))
    }
}
