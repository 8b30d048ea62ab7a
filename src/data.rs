//! The data folder: one server at a time, secrets for the owner's eyes only.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use uuid::Uuid;

/// Bytes of a secret: 256 bits.
const SECRET: usize = 32;

/// Why the data folder cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum DataError {
    #[error(
        "{path} in the data folder cannot be used: {error}. Choose another folder with --data, \
         PORTHOLE_DATA or `data` in porthole.toml"
    )]
    Unusable { path: PathBuf, error: io::Error },
    #[error("another server uses the data folder {0}: stop it, or choose another folder")]
    InUse(PathBuf),
    #[error("{0} is not what this server wrote: restore it, or delete it to get a new one")]
    Damaged(PathBuf),
}

/// The folder, while it is ours.
#[derive(Debug)]
pub struct DataFolder {
    path: PathBuf,
    /// Locked until the process ends, however it ends.
    _lock: File,
}

impl DataFolder {
    /// Makes the folder if need be, and keeps other servers off it.
    pub fn open(path: &Path) -> Result<Self, DataError> {
        private_folder(path)?;
        let file = path.join("lock");
        let lock = OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(false)
            .mode(0o600)
            .open(&file)
            .map_err(unusable(&file))?;
        match lock.try_lock() {
            Ok(()) => Ok(Self {
                path: path.to_owned(),
                _lock: lock,
            }),
            Err(TryLockError::WouldBlock) => Err(DataError::InUse(path.to_owned())),
            Err(TryLockError::Error(error)) => Err(unusable(&file)(error)),
        }
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The secret of this name, which is made if it is not there.
    pub fn secret(&self, name: &str) -> Result<[u8; SECRET], DataError> {
        let folder = self.path.join("secrets");
        private_folder(&folder)?;
        let file = folder.join(name);
        match fs::read(&file) {
            Ok(bytes) => bytes
                .try_into()
                .map_err(|_| DataError::Damaged(file.clone())),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                let secret: [u8; SECRET] = rand::random();
                write_private(&file, &secret)?;
                Ok(secret)
            }
            Err(error) => Err(unusable(&file)(error)),
        }
    }

    /// What tells this installation from others on the same Docker engine.
    pub fn installation(&self) -> Result<String, DataError> {
        let file = self.path.join("installation");
        match fs::read_to_string(&file) {
            Ok(text) => match text.trim().parse::<Uuid>() {
                Ok(id) => Ok(id.to_string()),
                Err(_) => Err(DataError::Damaged(file)),
            },
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                let id = Uuid::now_v7().to_string();
                write_private(&file, id.as_bytes())?;
                Ok(id)
            }
            Err(error) => Err(unusable(&file)(error)),
        }
    }
}

/// Makes a folder, and those above it, that only the owner can look into.
pub fn private_folder(path: &Path) -> Result<(), DataError> {
    if path.is_dir() {
        return Ok(());
    }
    fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(path)
        .map_err(unusable(path))
}

/// Writes a file that only the owner can read: all of it or nothing, even when the machine fails.
pub fn write_private(path: &Path, content: &[u8]) -> Result<(), DataError> {
    let unfinished = path.with_extension("new");
    let write = || {
        let mut file = OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(true)
            .mode(0o600)
            .open(&unfinished)?;
        file.set_permissions(fs::Permissions::from_mode(0o600))?;
        file.write_all(content)?;
        file.sync_all()?;
        fs::rename(&unfinished, path)
    };
    write().map_err(unusable(path))
}

fn unusable(path: &Path) -> impl FnOnce(io::Error) -> DataError {
    let path = path.to_owned();
    move |error| DataError::Unusable { path, error }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mode(path: &Path) -> u32 {
        fs::metadata(path).unwrap().permissions().mode() & 0o777
    }

    #[test]
    fn secret_stays_the_same_and_is_for_the_owner_only() {
        let parent = tempfile::tempdir().unwrap();
        let path = parent.path().join("a/data");
        let folder = DataFolder::open(&path).unwrap();
        let secret = folder.secret("tokens").unwrap();
        assert_eq!(folder.secret("tokens").unwrap(), secret);
        assert_ne!(folder.secret("other").unwrap(), secret);
        drop(folder);
        let again = DataFolder::open(&path).unwrap();
        assert_eq!(again.secret("tokens").unwrap(), secret);
        assert_eq!(mode(&path), 0o700);
        assert_eq!(mode(&path.join("secrets")), 0o700);
        assert_eq!(mode(&path.join("secrets/tokens")), 0o600);
    }

    #[test]
    fn shortened_secret_is_refused_rather_than_replaced() {
        let parent = tempfile::tempdir().unwrap();
        let folder = DataFolder::open(parent.path()).unwrap();
        folder.secret("tokens").unwrap();
        let file = parent.path().join("secrets/tokens");
        fs::write(&file, [1; 31]).unwrap();
        assert!(matches!(folder.secret("tokens"), Err(DataError::Damaged(path)) if path == file));
    }

    #[test]
    fn two_servers_cannot_share_a_folder() {
        let parent = tempfile::tempdir().unwrap();
        let first = DataFolder::open(parent.path()).unwrap();
        let second = DataFolder::open(parent.path());
        assert!(matches!(second, Err(DataError::InUse(_))));
        drop(first);
        DataFolder::open(parent.path()).unwrap();
    }

    #[test]
    fn installation_keeps_its_name() {
        let parent = tempfile::tempdir().unwrap();
        let folder = DataFolder::open(parent.path()).unwrap();
        let name = folder.installation().unwrap();
        assert_eq!(folder.installation().unwrap(), name);
    }
}
