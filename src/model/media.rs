//! What can be known of an attached file.

/// What became of an attached file since it was attached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MediaState {
    /// It holds what it held when it was attached; its length in bytes.
    Whole(u64),
    /// It is not in the media folder.
    Missing,
    /// It holds something else.
    Altered,
    /// Its name says no hash, it is reached by a link, or the disk refuses it.
    Unreadable,
}
