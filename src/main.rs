//! Starts the server, says where it is, and stops it when asked to.

#![cfg_attr(test, allow(clippy::unwrap_used))]

mod greeting;

use anyhow::Context;
use clap::Parser;
use porthole::app::App;
use porthole::config::{Config, Flags};
use porthole::telemetry;
use tokio::signal::unix::{Signal, SignalKind, signal};

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let environment = std::env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)));
    let config = Config::load(&Flags::parse(), environment)?;
    telemetry::start(&config.log).context("log.filter is not understood")?;
    let mut signals = Signals::listen().context("signals cannot be received")?;

    let app = tokio::select! {
        app = App::start(config) => app?,
        () = signals.next() => return Ok(()),
    };
    let setup = app.setup_link().await?;
    print!(
        "{}",
        greeting::text(
            app.address(),
            app.config.public_url.as_ref(),
            setup.as_deref()
        )
    );
    tracing::info!(address = %app.address(), "ready");

    signals.next().await;
    tracing::info!("shutting down; the same signal again stops at once");
    tokio::select! {
        () = app.shutdown() => tracing::info!("stopped"),
        () = signals.next() => tracing::warn!("stopped without finishing"),
    }
    Ok(())
}

/// What asks the server to stop.
struct Signals {
    terminate: Signal,
    interrupt: Signal,
}

impl Signals {
    fn listen() -> std::io::Result<Self> {
        Ok(Self {
            terminate: signal(SignalKind::terminate())?,
            interrupt: signal(SignalKind::interrupt())?,
        })
    }

    async fn next(&mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }
}
