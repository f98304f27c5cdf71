//! Serving: connections, the worker beside them, and an orderly end.

use std::convert::Infallible;
use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::{GracefulShutdown, Watcher};
use portal_core::{BuildError, Portal};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio_io_timeout::TimeoutStream;
use tower::ServiceExt as _;

use crate::app::{App, Limits, Options, Ports};
use crate::bounces::read_reports;
use crate::peers::Peers;
use crate::routes::router;
use crate::staff_login::StaffLogin;
use crate::web::problem::log;
use crate::web::visit::Peer;

/// The most bytes of a request's line and headers.
const HEAD_BYTES: usize = 64 * 1024;
/// How often the worker looks by itself.
const ROUND: Duration = Duration::from_secs(1);
/// How often it looks for sign-in mail, and how much later by chance.
const SIGN_IN_ROUND: Duration = Duration::from_millis(200);
/// How often uploads that wait for the scanner are looked at.
const SCAN_ROUND: Duration = Duration::from_secs(5);
/// How often delivery reports are looked for.
const BOUNCES_ROUND: Duration = Duration::from_secs(10);
const SIGN_IN_JITTER: Duration = Duration::from_millis(100);
/// How long the server goes on as before once it takes no more connections, so that what had been sent by then is read.
const LAST_WORD: Duration = Duration::from_millis(500);

/// The server, put together and not yet serving.
#[derive(Clone)]
pub struct Server {
    app: App,
}

impl std::fmt::Debug for Server {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Server").field("base_url", &self.app.base_url).finish_non_exhaustive()
    }
}

impl Server {
    /// Puts the server together.
    ///
    /// # Errors
    /// [`BuildError`] when the portal cannot be built.
    pub fn new(ports: Ports, options: Options) -> Result<Self, BuildError> {
        Ok(Self { app: App::new(ports, options)? })
    }

    /// The portal that it serves.
    pub fn portal(&self) -> &Portal {
        &self.app.portal
    }

    /// How its staff sign in.
    pub fn staff_login(&self) -> &StaffLogin {
        &self.app.staff_login
    }

    /// Its routes with everything around them, to be served by other means.
    pub fn router(&self) -> Router {
        router(&self.app)
    }

    /// Serves until `shutdown` is done, then finishes what is under way, for so long as its limits say.
    pub async fn serve(&self, listener: TcpListener, shutdown: impl Future<Output = ()> + Send) {
        let (stop, stopped) = watch::channel(false);
        // Tasks of their own: whatever holds up or ends the one, the others go on.
        let worker = tokio::spawn(work(self.app.clone(), stopped.clone()));
        let sign_in = tokio::spawn(send_sign_in_mail(self.app.clone(), stopped.clone()));
        let scans = tokio::spawn(scan(self.app.clone(), stopped.clone()));
        let bounces = tokio::spawn(read_bounces(self.app.clone(), stopped));
        let connections = GracefulShutdown::new();
        self.accept(listener, &connections, shutdown).await;
        // Told to end, a connection of which nothing was read yet is closed at once, also where a request waits to be read.
        if connections.count() > 0 {
            tokio::time::sleep(LAST_WORD).await;
        }
        let drain = self.app.limits.drain;
        if tokio::time::timeout(drain, connections.shutdown()).await.is_err() {
            log(None, "some requests were cut off: they took too long to finish", None);
        }
        // What these requests changed may still have to be told; the next start would tell it too.
        stop.send_replace(true);
        if tokio::time::timeout(drain, futures_util::future::join4(worker, sign_in, scans, bounces)).await.is_err() {
            log(None, "the worker was cut off; what it had begun is taken up at the next start", None);
        }
    }

    async fn accept(&self, listener: TcpListener, connections: &GracefulShutdown, shutdown: impl Future<Output = ()>) {
        let limits = self.app.limits;
        let router = self.router();
        let places = Arc::new(Semaphore::new(limits.connections));
        let peers = Peers::new((self.app.proxies == 0).then_some((limits.connections / 4).max(1)));
        let serve = |place: OwnedSemaphorePermit, stream: TcpStream, peer: SocketAddr| {
            // Whoever holds their share is not served: the connection is dropped, and its place is free.
            let Some(seat) = peers.seat(peer.ip()) else { return };
            let served = serve_connection(stream, Peer(peer), router.clone(), limits, connections.watcher());
            tokio::spawn(async move {
                served.await;
                drop((place, seat));
            });
        };
        let mut shutdown = pin!(shutdown);
        loop {
            let next = async {
                let place = Arc::clone(&places).acquire_owned().await.map_err(io::Error::other)?;
                Ok::<_, io::Error>((place, listener.accept().await?))
            };
            let accepted = tokio::select! {
                () = &mut shutdown => break,
                accepted = next => accepted,
            };
            match accepted {
                Ok((place, (stream, peer))) => serve(place, stream, peer),
                // Out of file descriptors, most likely: serving goes on as soon as some are free.
                Err(error) => {
                    log(None, "a connection could not be taken", Some(&error));
                    tokio::time::sleep(Duration::from_millis(100)).await;
                }
            }
        }
        // Those who had connected by then are served as far as there is room: closing the listener hangs up on the others.
        let Ok(listener) = listener.into_std() else { return };
        for _ in 0..limits.connections {
            let Ok(place) = Arc::clone(&places).try_acquire_owned() else { return };
            let Ok((stream, peer)) = listener.accept() else { return };
            if let Ok(stream) = stream.set_nonblocking(true).and_then(|()| TcpStream::from_std(stream)) {
                serve(place, stream, peer);
            }
        }
    }
}

/// Serves one connection until it ends, or until what is under way is done when the server stops.
async fn serve_connection(stream: TcpStream, peer: Peer, router: Router, limits: Limits, watcher: Watcher) {
    // A small answer should not wait for more; where it cannot be said, it waits.
    let _ = stream.set_nodelay(true);
    let mut stream = TimeoutStream::new(stream);
    stream.set_write_timeout(Some(limits.stall));
    let service = service_fn(move |request: hyper::Request<hyper::body::Incoming>| {
        let mut request = request.map(Body::new);
        request.extensions_mut().insert(peer);
        let router = router.clone();
        async move { Ok::<_, Infallible>(router.oneshot(request).await.unwrap_or_else(|never| match never {})) }
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(limits.head)
        .max_buf_size(HEAD_BYTES)
        .serve_connection(TokioIo::new(Box::pin(stream)), service);
    // A connection that breaks is its browser's business.
    let _ = watcher.watch(connection).await;
}

/// Does what is due: after every change by somebody signed in, and every second.
async fn work(app: App, mut stopped: watch::Receiver<bool>) {
    let worker = app.portal.worker();
    let mut trouble = Trouble::default();
    loop {
        let report = worker.run_due().await;
        trouble.note("the worker could not do what is due", report.as_ref().err());
        if let Some(done) = report.as_ref().ok().filter(|done| done.dead > 0) {
            log(None, &format!("{} mails were given up: the delivery ledger says why", done.dead), None);
        }
        if report.is_ok_and(|report| report.more) && !*stopped.borrow() {
            continue;
        }
        if let Err(error) = app.staff_login.sweep().await {
            trouble.note("old staff sessions could not be swept", Some(&error));
        }
        if *stopped.borrow() {
            return;
        }
        tokio::select! {
            () = app.changed.notified() => {}
            () = app.clock.pause(ROUND) => {}
            _ = stopped.changed() => {}
        }
    }
}

/// Sends sign-in mail, which waits behind no other. Nobody's asking wakes it: a moment after asking, the server is as busy for
/// an address that nobody knows as for one that gets a mail.
async fn send_sign_in_mail(app: App, mut stopped: watch::Receiver<bool>) {
    let worker = app.portal.worker();
    let mut trouble = Trouble::default();
    while !*stopped.borrow() {
        let report = worker.run_sign_in().await;
        trouble.note("sign-in mail could not be sent", report.as_ref().err());
        let chance = app.entropy.draw().map_or(0, |[byte, ..]| byte);
        let jitter = SIGN_IN_JITTER.mul_f32(f32::from(chance) / f32::from(u8::MAX));
        tokio::select! {
            () = app.clock.pause(SIGN_IN_ROUND + jitter) => {}
            _ = stopped.changed() => {}
        }
    }
}

/// Asks the scanner about the uploads that wait for it.
async fn scan(app: App, mut stopped: watch::Receiver<bool>) {
    let worker = app.portal.worker();
    let mut trouble = Trouble::default();
    while !*stopped.borrow() {
        // What was begun is begun again by whoever comes next: nothing is lost by being cut off.
        let report = tokio::select! {
            report = worker.run_scans() => report,
            _ = stopped.changed() => return,
        };
        trouble.note("uploads that wait for the scanner could not be looked at", report.as_ref().err());
        if report.as_ref().is_ok_and(|report| report.scanned > 0) {
            app.changed.notify_one();
        }
        if report.is_ok_and(|report| report.more) {
            continue;
        }
        tokio::select! {
            () = app.clock.pause(SCAN_ROUND) => {}
            _ = stopped.changed() => {}
        }
    }
}

/// Reads the delivery reports that come, where there is a folder for them.
async fn read_bounces(app: App, mut stopped: watch::Receiver<bool>) {
    let Some(folder) = &app.bounces else { return };
    let mut trouble = Trouble::default();
    while !*stopped.borrow() {
        let reports = read_reports(&app.portal, folder, app.clock.now()).await;
        trouble.note("delivery reports wait to be read", reports.as_ref().err());
        if reports.is_ok_and(|reports| reports.more) {
            continue;
        }
        tokio::select! {
            () = app.clock.pause(BOUNCES_ROUND) => {}
            _ = stopped.changed() => {}
        }
    }
}

/// What goes wrong again and again is said once, for as long as it lasts.
#[derive(Default)]
struct Trouble(bool);

impl Trouble {
    fn note<E: std::error::Error + 'static>(&mut self, what: &str, error: Option<&E>) {
        if let Some(error) = error.filter(|_| !self.0) {
            log(None, what, Some(error));
        }
        self.0 = error.is_some();
    }
}
