//! The certificate: the operator's, or a self-signed one for a first try.

use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use rcgen::{CertificateParams, DistinguishedName, DnType, KeyPair};
use rustls_pki_types::pem::{self, PemObject};
use rustls_pki_types::{CertificateDer, PrivateKeyDer};

use crate::data::{self, DataError};

const DAY: Duration = Duration::from_secs(24 * 3600);
/// Nobody trusts a self-signed certificate by its dates.
const VALIDITY: Duration = Duration::from_secs(10 * 365 * 24 * 3600);

/// A certificate with its chain, and its key.
pub struct Certificate {
    pub chain: Vec<CertificateDer<'static>>,
    pub key: PrivateKeyDer<'static>,
}

/// Why there is no certificate to be had.
#[derive(Debug, thiserror::Error)]
pub enum CertificateError {
    #[error("{file} is not readable as PEM: {error}")]
    Unreadable { file: PathBuf, error: pem::Error },
    #[error("{0} has no certificate in it")]
    Empty(PathBuf),
    #[error("no self-signed certificate could be made: {0}")]
    NotMade(#[from] rcgen::Error),
    #[error(transparent)]
    Data(#[from] DataError),
}

impl Certificate {
    pub fn load(certificate: &Path, key: &Path) -> Result<Self, CertificateError> {
        let unreadable = |file: &Path| {
            let file = file.to_owned();
            move |error| CertificateError::Unreadable { file, error }
        };
        let chain: Vec<_> = CertificateDer::pem_file_iter(certificate)
            .and_then(Iterator::collect)
            .map_err(unreadable(certificate))?;
        if chain.is_empty() {
            return Err(CertificateError::Empty(certificate.to_owned()));
        }
        let key = PrivateKeyDer::from_pem_file(key).map_err(unreadable(key))?;
        Ok(Self { chain, key })
    }

    /// The self-signed one in this folder, which is made if it is not there.
    pub fn self_signed(folder: &Path, names: &[String]) -> Result<Self, CertificateError> {
        let certificate = folder.join("certificate.pem");
        let key = folder.join("key.pem");
        if !certificate.exists() || !key.exists() {
            let pair = KeyPair::generate()?;
            let made = parameters(names)?.self_signed(&pair)?;
            data::private_folder(folder)?;
            data::write_private(&key, pair.serialize_pem().as_bytes())?;
            data::write_private(&certificate, made.pem().as_bytes())?;
        }
        Self::load(&certificate, &key)
    }
}

fn parameters(names: &[String]) -> Result<CertificateParams, rcgen::Error> {
    let mut parameters = CertificateParams::new(names)?;
    let mut name = DistinguishedName::new();
    name.push(DnType::CommonName, "Porthole, self-signed");
    parameters.distinguished_name = name;
    let now = SystemTime::now();
    parameters.not_before = (now - DAY).into();
    parameters.not_after = (now + VALIDITY).into();
    Ok(parameters)
}

/// What the self-signed certificate is for.
pub fn names(public_host: Option<&str>, addresses: &[IpAddr]) -> Vec<String> {
    let local = ["localhost", "127.0.0.1", "::1"].map(str::to_owned);
    let public = public_host.map(str::to_owned);
    let addresses = addresses.iter().map(ToString::to_string);
    let mut names: Vec<String> = local.into_iter().chain(public).chain(addresses).collect();
    names.dedup();
    names
}
