//! Servers of tiles. Everything of the program that goes to a network goes through here.
//!
//! Invariants: nobody is asked unless the network is switched on and the very host was allowed by the user ([`Permission`]),
//! looked at anew before every request and every redirect; what a project says can only name a host, never allow it. A
//! connection is opened in `http` alone.
//!
//! | file | topic |
//! |---|---|
//! | `address` | addresses of the web, and which lie within the own network |
//! | `hosts` | how often and how many at a time a host is asked |
//! | `http` | the connection: one request under limits |
//! | `head` | the head of an answer, and how long it holds |
//! | `cache` | tiles kept on the disk |
//! | `server` | a server as a map source |

mod address;
mod cache;
mod head;
mod hosts;
mod http;
mod server;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;
use std::fmt;
use std::path::PathBuf;
use std::sync::{PoisonError, RwLock};
use std::time::{Duration, Instant};

use address::{Url, is_local_name};
use cache::{Cache, Entry};
use hosts::Hosts;
use http::{Http, Request};

pub(super) use server::Server;

use super::{Retry, TileError};
use crate::model::MapSource;

/// How the program names itself to a server.
pub const USER_AGENT: &str = concat!("clashmap/", env!("CARGO_PKG_VERSION"), " (map on a desktop)");

/// How long a host is left alone to which no connection can be opened at all.
const UNREACHABLE: Duration = Duration::from_mins(1);

/// Redirects that are followed.
const REDIRECTS: usize = 3;

/// What the user allows of the network. It is kept with the user's settings, never in a project.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Permission {
    /// Whether the network is switched on.
    pub online: bool,
    /// Hosts that may be asked, lower case and without ports, as [`MapSource::hosts`] names them.
    pub hosts: BTreeSet<String>,
}

/// Whether a map source may ask for its tiles.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It asks nobody: a file or a picture.
    Local,
    /// It may.
    Allowed,
    /// Its hosts are allowed, but the network is switched off.
    Offline,
    /// These of its hosts are not allowed yet.
    NotAllowed(Vec<String>),
}

impl Permission {
    /// Whether a map source may ask for its tiles.
    pub fn standing(&self, source: &MapSource) -> Standing {
        let hosts = source.hosts();
        let missing: Vec<String> = hosts.iter().filter(|h| !self.hosts.contains(*h)).cloned().collect();
        match (hosts.is_empty(), missing.is_empty(), self.online) {
            (true, ..) => Standing::Local,
            (_, false, _) => Standing::NotAllowed(missing),
            (_, _, false) => Standing::Offline,
            _ => Standing::Allowed,
        }
    }
}

/// What a server of tiles learns, in one sentence.
pub fn learns(host: &str) -> String {
    format!("{host} will see this computer's address and which part of the map is looked at")
}

/// Bounds of time, size and number.
#[derive(Clone, Copy, Debug)]
pub(super) struct Limits {
    /// For looking up a name, and for opening a connection.
    connect: Duration,
    /// For a request with all of its redirects.
    whole: Duration,
    /// Bytes of a tile, packed or unpacked.
    bytes: usize,
    /// Requests to one host at a time.
    at_a_time: usize,
    /// How long a host is left alone after it failed once.
    rest: Duration,
    /// Bytes of all tiles that are kept on the disk.
    kept: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(5),
            whole: Duration::from_secs(10),
            bytes: 4 << 20,
            at_a_time: 4,
            rest: Duration::from_secs(1),
            kept: 256 << 20,
        }
    }
}

/// The network as far as the user allows it, with the tiles that were kept. One for the whole program.
pub struct Network {
    permission: RwLock<Permission>,
    hosts: Hosts,
    http: Http,
    cache: Option<Cache>,
    limits: Limits,
    now: fn() -> i64,
}

impl Network {
    /// A network that is switched off. Tiles are kept in the folder `cache`, up to 256 MiB, if there is one. `now` gives the
    /// seconds since 1970.
    pub fn new(cache: Option<PathBuf>, now: fn() -> i64) -> Self {
        Self::with(cache, now, Limits::default(), None)
    }

    fn with(cache: Option<PathBuf>, now: fn() -> i64, limits: Limits, resolve: Option<http::Resolve>) -> Self {
        Self {
            permission: RwLock::default(),
            hosts: Hosts::new(&limits),
            http: Http::new(limits, resolve),
            cache: cache.map(|folder| Cache::new(folder, limits.kept)),
            limits,
            now,
        }
    }

    /// Sets what the user allows. It holds from the next request on, for sources that are open already as well.
    pub fn allow(&self, permission: Permission) {
        *self.permission.write().unwrap_or_else(PoisonError::into_inner) = permission;
        self.http.close();
    }

    /// What the user allows.
    pub fn permission(&self) -> Permission {
        self.permission.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn permit(&self, host: &str) -> Result<(), TileError> {
        let permission = self.permission.read().unwrap_or_else(PoisonError::into_inner);
        if !permission.online {
            return Err(not_allowed(format!("the network is off, and {host} is not asked")));
        }
        if !permission.hosts.contains(host) {
            return Err(not_allowed(format!("{host} is not allowed to be asked for tiles")));
        }
        Ok(())
    }

    /// What `decode` makes of the tile at an address: of a kept one while it holds, else of one from the server. `None` where
    /// the server has none. A kept one that holds no longer is better than none.
    ///
    /// # Errors
    /// One line.
    fn get<T>(&self, address: &str, decode: &dyn Fn(&[u8]) -> Result<T, String>) -> Result<Option<T>, TileError> {
        let now = (self.now)();
        let kept = self.cache.as_ref().and_then(|cache| cache.read(address, now));
        // What was kept is as foreign as what a server sends.
        let kept = kept.and_then(|entry| decode(&entry.body).ok().map(|tile| (entry, tile)));
        match kept {
            Some((entry, tile)) if entry.holds(now) => Ok(Some(tile)),
            Some((entry, tile)) => match self.fetch(address, Some(&entry), decode) {
                Ok(Fetched::New(new)) => Ok(Some(new)),
                Ok(Fetched::None) => Ok(None),
                Ok(Fetched::Same) | Err(_) => Ok(Some(tile)),
            },
            None => match self.fetch(address, None, decode)? {
                Fetched::New(tile) => Ok(Some(tile)),
                Fetched::None => Ok(None),
                Fetched::Same => Err(TileError::lasting("the server answers a question that it was not asked")),
            },
        }
    }

    fn fetch<T>(
        &self,
        address: &str,
        kept: Option<&Entry>,
        decode: &dyn Fn(&[u8]) -> Result<T, String>,
    ) -> Result<Fetched<T>, TileError> {
        let first = Url::parse(address).map_err(TileError::lasting)?;
        let until = Instant::now() + self.limits.whole;
        let mut more = Vec::new();
        if let Some(entry) = kept {
            more.extend(entry.etag.clone().map(|etag| ("If-None-Match", etag)));
            more.extend(entry.modified.clone().map(|moment| ("If-Modified-Since", moment)));
        }
        let mut url = first.clone();
        for _ in 0..=REDIRECTS {
            self.permit(&url.host)?;
            let may_be_inner = is_local_name(&first.host) && url.same_server(&first);
            let turn = self.hosts.turn(&url.host, until)?;
            // Waiting for the turn, the user may have switched off.
            self.permit(&url.host)?;
            let host = &url.host;
            let answer = self.http.get(&Request { url: &url, more: &more, may_be_inner, until });
            let answer = answer.map_err(|e| {
                let asked = match e.retry {
                    Retry::Later(asked) => asked,
                    // What is wrong with the server as a whole is wrong for its other tiles as well.
                    Retry::Never | Retry::NotAllowed => Some(UNREACHABLE),
                };
                let rest = turn.failed(asked, &e.what);
                if matches!(e.retry, Retry::Later(_)) { TileError { retry: Retry::Later(Some(rest)), ..e } } else { e }
            })?;
            let failed = |asked: Option<Duration>, what: String| {
                let rest = turn.failed(asked, &what);
                TileError { what, retry: Retry::Later(Some(rest)) }
            };
            let now = (self.now)();
            match answer.head.status {
                200 if answer.body.is_empty() => {
                    turn.went_well();
                    return Ok(Fetched::None);
                }
                200 => {
                    let tile = decode(&answer.body).map_err(|e| failed(None, format!("{host}: {e}")))?;
                    turn.went_well();
                    self.keep(Entry::new(address, &answer.head, answer.body, now), now);
                    return Ok(Fetched::New(tile));
                }
                304 => {
                    turn.went_well();
                    self.keep(kept.and_then(|entry| entry.renewed(&answer.head, now)), now);
                    return Ok(Fetched::Same);
                }
                204 | 404 | 410 => {
                    turn.went_well();
                    return Ok(Fetched::None);
                }
                301 | 302 | 303 | 307 | 308 => {
                    let location = answer.head.location.as_deref().unwrap_or_default();
                    let next = self.redirected(&url, location).inspect_err(|e| {
                        turn.failed(None, &e.what);
                    })?;
                    turn.went_well();
                    url = next;
                }
                429 => return Err(failed(answer.head.rest(now), format!("{host} wants to be asked less often"))),
                503 => return Err(failed(answer.head.rest(now), format!("{host} has too much to do (503)"))),
                401..=403 => {
                    let what = format!("{host} refuses ({}); the address or its key may be wrong", answer.head.status);
                    return Err(TileError::lasting(failed(None, what).what));
                }
                408 | 425 | 500.. => {
                    return Err(failed(None, format!("{host} fails ({})", answer.head.status)));
                }
                other => {
                    let what = format!("{host} does not understand what it is asked ({other}); look at the address");
                    return Err(TileError::lasting(failed(None, what).what));
                }
            }
        }
        Err(TileError::lasting(format!("{} redirects more than {REDIRECTS} times", first.host)))
    }

    /// The address of a redirect, if it may be followed.
    fn redirected(&self, from: &Url, location: &str) -> Result<Url, TileError> {
        let host = &from.host;
        let next = from.join(location).map_err(|e| TileError::lasting(format!("{host} redirects: {e}")))?;
        if from.secure && !next.secure {
            return Err(TileError::lasting(format!("{host} redirects to where nothing is encrypted; not followed")));
        }
        self.permit(&next.host)
            .map_err(|_| not_allowed(format!("{host} redirects to {}, which is not allowed to be asked", next.host)))?;
        Ok(next)
    }

    fn keep(&self, entry: Option<Entry>, now: i64) {
        if let (Some(cache), Some(entry)) = (&self.cache, entry) {
            cache.write(&entry, now);
        }
    }
}

enum Fetched<T> {
    New(T),
    Same,
    None,
}

fn not_allowed(what: String) -> TileError {
    TileError { what, retry: Retry::NotAllowed }
}

impl fmt::Debug for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Network").field("permission", &self.permission()).finish_non_exhaustive()
    }
}

/// A network is equal to itself alone.
impl PartialEq for Network {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self, other)
    }
}

impl Eq for Network {}
