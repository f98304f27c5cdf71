//! The cable between the browser and the server, which can be pulled in the middle of anything.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// A cable that leads to a server.
#[derive(Clone, Default)]
pub(crate) struct Cable(Arc<State>);

#[derive(Default)]
struct State {
    pulled: AtomicBool,
    muted: AtomicBool,
    sent: AtomicU64,
    lines: Mutex<Vec<JoinHandle<()>>>,
}

impl Cable {
    /// Leads what comes in at `here` to the server that listens at `there`.
    pub(crate) fn lead(here: TcpListener, there: SocketAddr) -> Self {
        let cable = Self::default();
        let leading = cable.clone();
        tokio::spawn(async move {
            while let Ok((near, _)) = here.accept().await {
                if leading.0.pulled.load(Ordering::SeqCst) {
                    continue;
                }
                let state = Arc::clone(&leading.0);
                let line = tokio::spawn(async move {
                    let Ok(far) = TcpStream::connect(there).await else { return };
                    let ((near_in, near_out), (far_in, far_out)) = (near.into_split(), far.into_split());
                    tokio::select! {
                        () = pass(near_in, far_out, |bytes| {
                            state.sent.fetch_add(bytes as u64, Ordering::SeqCst);
                            true
                        }) => {}
                        () = pass(far_in, near_out, |_| !state.muted.load(Ordering::SeqCst)) => {}
                    }
                });
                leading.0.lines.lock().expect("the lines").push(line);
            }
        });
        cable
    }

    /// Pulls it: whatever is under way breaks, and nothing gets through any more.
    pub(crate) fn pull(&self) {
        self.0.pulled.store(true, Ordering::SeqCst);
        for line in self.0.lines.lock().expect("the lines").drain(..) {
            line.abort();
        }
    }

    /// Puts it in again.
    pub(crate) fn plug(&self) {
        self.0.pulled.store(false, Ordering::SeqCst);
    }

    /// Whether answers of the server get lost, while what is asked of it gets through.
    pub(crate) fn lose_answers(&self, lost: bool) {
        self.0.muted.store(lost, Ordering::SeqCst);
    }

    /// How many bytes went to the server.
    pub(crate) fn sent(&self) -> u64 {
        self.0.sent.load(Ordering::SeqCst)
    }
}

async fn pass(mut from: impl AsyncRead + Unpin, mut to: impl AsyncWrite + Unpin, gets_through: impl Fn(usize) -> bool) {
    let mut bytes = vec![0; 64 * 1024];
    while let Ok(count @ 1..) = from.read(&mut bytes).await {
        if gets_through(count) && to.write_all(&bytes[..count]).await.is_err() {
            return;
        }
    }
}
