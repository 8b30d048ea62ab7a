//! The whole server, put together: what each part needs is handed to it here.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use porthole_sfu::{Sfu, SfuError};
use tokio::net::TcpStream;
use tokio::task::JoinHandle;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

use crate::assets;
use crate::auth::{Tokens, setup};
use crate::clock::epoch_ms;
use crate::config::Config;
use crate::data::{DataError, DataFolder};
use crate::edge::certificate::{self, Certificate, CertificateError};
use crate::edge::shell::Shell;
use crate::edge::{BindError, Edge, EdgeLimits, IceDoor, Services, tls};
use crate::execution::{Execution, ExecutionError};
use crate::http::{self, Api};
use crate::recording::{FilesError, ReadError, Recordings};
use crate::room::Rooms;
use crate::store::{Store, StoreError};

/// How long everything together may take to finish.
const PATIENCE: Duration = Duration::from_secs(10);

/// Why the server does not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    #[error(transparent)]
    Data(#[from] DataError),
    #[error(transparent)]
    Bind(#[from] BindError),
    #[error(transparent)]
    Certificate(#[from] CertificateError),
    #[error("the certificate and its key cannot be used: {0}")]
    Tls(#[from] rustls::Error),
    #[error("the database cannot be used: {0}")]
    Store(#[from] StoreError),
    #[error(transparent)]
    Files(#[from] FilesError),
    #[error("recordings cannot be repaired: {0}")]
    Recordings(#[from] ReadError),
    #[error(transparent)]
    Execution(#[from] ExecutionError),
    #[error(
        "{0}. Calls need UDP on the same port as the page: stop what uses it (find it by `ss -lunp`), \
         or choose another port with --listen, PORTHOLE_LISTEN or `listen` in porthole.toml"
    )]
    Media(#[from] SfuError),
}

/// The running server.
pub struct App {
    pub config: Arc<Config>,
    pub store: Store,
    rooms: Rooms,
    execution: Execution,
    address: SocketAddr,
    edge: JoinHandle<()>,
    shutdown: CancellationToken,
    _data: DataFolder,
}

impl App {
    /// Starts all parts; the server answers when this returns.
    pub async fn start(config: Config) -> Result<Self, StartError> {
        let data = DataFolder::open(&config.data)?;
        // The port first: it is what most often cannot be had, and nothing is changed by then.
        let edge = Edge::bind(config.listen, EdgeLimits::default()).await?;
        let address = edge.address();
        let certificate = certificate(&config, &data)?;
        let tls = tls::acceptor(certificate)?;

        let store = Store::open(&config.database_url()).await?;
        let tokens = Tokens::new(&data.secret("tokens")?);
        let mut execution = config.execution.clone();
        if execution.installation.is_none() {
            execution.installation = Some(data.installation()?);
        }
        let execution = Execution::start(execution).await?;

        let sfu = Sfu::bind(porthole_sfu::Config {
            udp: address,
            advertised: config.public_addresses.clone(),
            tcp_port: Some(address.port()),
        })
        .await?;

        let recordings = Recordings::open(&config.recordings, data.path(), store.clone())?;
        recordings.recover().await?;

        let shutdown = CancellationToken::new();
        let rooms = Rooms::new(
            &config.rooms,
            store.clone(),
            sfu.clone(),
            execution.clone(),
            Some(Arc::new(recordings.clone())),
        );
        let api = Api::new(
            store.clone(),
            tokens,
            execution.clone(),
            rooms.clone(),
            recordings,
        );
        let shell = Shell {
            is_certificate_real: config.tls.certificate.is_some(),
            shutdown: shutdown.clone(),
        };
        let services = Services {
            router: shell.around(http::router(api).fallback(assets::serve)),
            ice: Arc::new(sfu),
            tls,
        };
        let edge = tokio::spawn(edge.serve(services, shutdown.clone()));
        Ok(Self {
            config: Arc::new(config),
            store,
            rooms,
            execution,
            address,
            edge,
            shutdown,
            _data: data,
        })
    }

    /// Where the server listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Path and fragment of the link that makes the first account, while there is none. Each call
    /// makes the former link invalid.
    pub async fn setup_link(&self) -> Result<Option<String>, StoreError> {
        setup::link(&self.store, epoch_ms()).await
    }

    /// Stops accepting, tells the rooms, finishes what is running, and closes the database.
    pub async fn shutdown(self) {
        self.shutdown.cancel();
        let finish = async {
            self.rooms.shutdown().await;
            self.execution.shutdown().await;
            if let Err(error) = self.edge.await {
                tracing::error!(%error, "the port broke down");
            }
            self.store.close().await;
        };
        if timeout(PATIENCE, finish).await.is_err() {
            tracing::warn!("not everything could be finished in time");
        }
    }
}

impl IceDoor for Sfu {
    fn accept(&self, stream: TcpStream, remote: SocketAddr) {
        self.accept_tcp(stream, remote);
    }
}

fn certificate(config: &Config, data: &DataFolder) -> Result<Certificate, CertificateError> {
    if let (Some(certificate), Some(key)) = (&config.tls.certificate, &config.tls.key) {
        return Certificate::load(certificate, key);
    }
    let host = config.public_url.as_ref().map(|url| url.host());
    let names = certificate::names(host, &config.public_addresses);
    Certificate::self_signed(&data.path().join("tls"), &names)
}
