//! `portal-server`: see `portal-server --help`.

use std::io::{self, Write as _};
use std::process::ExitCode;

use clap::Parser as _;
use portal_server::config::{Act, Arguments};
use portal_server::rotate;
use portal_server::start::{self, RENDER_PAGE, StartError, Started};
use tokio::signal::unix::{SignalKind, signal};

fn main() -> ExitCode {
    // Before anything else, and before there are threads: this limits the memory of the whole process.
    if std::env::args_os().nth(1).is_some_and(|word| word == RENDER_PAGE) {
        let drawn = portal_pdf::serve_one(std::io::stdin().lock(), std::io::stdout().lock());
        return if drawn.is_ok() { ExitCode::SUCCESS } else { ExitCode::FAILURE };
    }
    // Whatever is made from here on is for its owner alone: the database and what lies beside it, in whatever folder.
    rustix::process::umask(rustix::fs::Mode::RWXG | rustix::fs::Mode::RWXO);
    let arguments = Arguments::parse();
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return failed(&format!("no threads can be started: {error}")),
    };
    match runtime.block_on(run(arguments)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => failed(&error.to_string()),
    }
}

fn failed(why: &str) -> ExitCode {
    eprintln!("portal-server: {why}");
    ExitCode::FAILURE
}

async fn run(arguments: Arguments) -> Result<(), StartError> {
    match arguments.command {
        None => serve(&arguments).await,
        Some(Act::AddFirm(new)) => {
            print(&start::add_firm(&arguments.settings, &new).await?);
            Ok(())
        }
        Some(Act::RotateKeys(what)) => {
            print(&rotate::rotate_keys(&arguments.settings, &what).await?);
            Ok(())
        }
        // Handled before: it comes here only as `portal-server --some-flag render-page`, which nobody writes.
        Some(Act::RenderPage) => Ok(()),
    }
}

async fn serve(arguments: &Arguments) -> Result<(), StartError> {
    // Listened to from here on: whoever reads the lines below may ask at once.
    let asked_to_stop = asked_to_stop().map_err(StartError::Signals)?;
    let Started { server, listener, lines } = start::start(&arguments.settings).await?;
    print(&lines);
    server.serve(listener, asked_to_stop).await;
    Ok(())
}

/// Says it on the standard output. Whoever does not listen any more does not matter.
fn print(lines: &[String]) {
    let mut out = std::io::stdout().lock();
    let _ = lines.iter().try_for_each(|line| writeln!(out, "{line}")).and_then(|()| out.flush());
}

/// Ends when the process is asked to stop, by its manager or from the keyboard, once this was called.
fn asked_to_stop() -> io::Result<impl Future<Output = ()> + Send> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    })
}
