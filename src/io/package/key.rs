//! The key that packages are signed with: made once, kept in the state folder, readable by its user alone.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

use ring_crypto::rand::SystemRandom;
use ring_crypto::signature::{ED25519, Ed25519KeyPair, KeyPair, UnparsedPublicKey};

use super::{from_hex, hex};
use crate::io::disk::Disk;

/// Longer is no key file, in bytes.
const MOST: u64 = 4096;

/// The file of the key in a state folder: PKCS#8 (RFC 8410).
pub fn key_file(state_folder: &Path) -> PathBuf {
    state_folder.join("signing-key.pk8")
}

/// A key that signs.
pub struct Key(Ed25519KeyPair);

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Key({})", self.public())
    }
}

/// The half of a key that everybody may know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Public([u8; 32]);

impl fmt::Display for Public {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex(&self.0))
    }
}

impl Public {
    /// Reads what [`fmt::Display`] writes.
    pub fn parse(text: &str) -> Option<Self> {
        from_hex(text).map(Self)
    }

    pub(super) fn has_signed(&self, message: &[u8], signature: &[u8; 64]) -> bool {
        UnparsedPublicKey::new(&ED25519, self.0).verify(message, signature).is_ok()
    }
}

impl Key {
    /// The user's key; made now if there is none.
    ///
    /// # Errors
    /// One line if the file holds no key, others may read it, or the disk refuses.
    pub fn own(disk: &dyn Disk, state_folder: &Path) -> Result<Self, String> {
        if let Some(key) = Self::kept(disk, state_folder)? {
            return Ok(key);
        }
        let path = key_file(state_folder);
        let failed = |e: io::Error| format!("the signing key cannot be kept in {} ({e})", path.display());
        let made = Ed25519KeyPair::generate_pkcs8(&SystemRandom::new())
            .map_err(|_| "this computer gives no random numbers for a signing key; try again".to_owned())?;
        disk.make_folder(state_folder).map_err(failed)?;
        match disk.create_private(&path) {
            // Another window was quicker.
            Err(e) if e.kind() == io::ErrorKind::AlreadyExists => {}
            Err(e) => return Err(failed(e)),
            Ok(mut file) => {
                file.write_all(made.as_ref()).and_then(|()| file.sync()).map_err(failed)?;
                disk.sync_folder(state_folder).map_err(failed)?;
            }
        }
        Self::kept(disk, state_folder)?.ok_or_else(|| format!("the signing key in {} is gone again", path.display()))
    }

    /// The user's key if there is one.
    ///
    /// # Errors
    /// See [`Self::own`].
    pub fn kept(disk: &dyn Disk, state_folder: &Path) -> Result<Option<Self>, String> {
        let path = key_file(state_folder);
        let bytes = match disk.read(&path, MOST) {
            Ok(bytes) => bytes,
            Err(e) if matches!(e.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => return Ok(None),
            Err(e) => return Err(format!("the signing key {} cannot be read ({e})", path.display())),
        };
        #[cfg(unix)]
        {
            use std::os::unix::fs::MetadataExt;
            if std::fs::metadata(&path).is_ok_and(|m| m.mode() & 0o077 != 0) {
                let path = path.display();
                return Err(format!("others may read the signing key {path}; make it private with `chmod 600 {path}`"));
            }
        }
        let no_key = |_| format!("{} holds no signing key; move it away and a new one is made", path.display());
        Ed25519KeyPair::from_pkcs8(&bytes).map(|key| Some(Self(key))).map_err(no_key)
    }

    /// The half that everybody may know.
    pub fn public(&self) -> Public {
        let mut out = [0; 32];
        out.iter_mut().zip(self.0.public_key().as_ref()).for_each(|(to, from)| *to = *from);
        Public(out)
    }

    pub(super) fn sign(&self, message: &[u8]) -> Vec<u8> {
        self.0.sign(message).as_ref().to_vec()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::io::disk::RealDisk;

    #[test]
    fn a_key_is_made_once_is_private_and_signs() {
        let folder = tempfile::tempdir().unwrap();
        let state = folder.path().join("state");
        assert!(Key::kept(&RealDisk, &state).unwrap().is_none());
        let key = Key::own(&RealDisk, &state).unwrap();
        assert_eq!(Key::own(&RealDisk, &state).unwrap().public(), key.public());
        assert_eq!(Public::parse(&key.public().to_string()), Some(key.public()));
        let signature: [u8; 64] = key.sign(b"words").try_into().unwrap();
        assert!(key.public().has_signed(b"words", &signature) && !key.public().has_signed(b"word", &signature));
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
            assert_eq!((mode(&key_file(&state)), mode(&state)), (0o600, 0o700));
            std::fs::set_permissions(key_file(&state), std::fs::Permissions::from_mode(0o644)).unwrap();
            assert!(Key::own(&RealDisk, &state).unwrap_err().contains("chmod 600"));
            std::fs::set_permissions(key_file(&state), std::fs::Permissions::from_mode(0o600)).unwrap();
        }
        RealDisk.append(&key_file(&state), 10).unwrap();
        assert!(Key::own(&RealDisk, &state).unwrap_err().contains("holds no signing key"));
    }
}
