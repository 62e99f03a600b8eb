//! The one place of the whole program where a connection is opened: a single GET over HTTP/1.1.
//!
//! Everything is bounded: the time for all of it together, the head, the body, and what the body grows to when unpacked. The
//! name of a server is looked up here, the addresses found are judged here, and the connection goes to the very address that was
//! judged. No proxy, no cookies, no redirects: those are followed by the caller, who asks for permission anew.

use std::io::{self, Read, Write};
use std::net::{IpAddr, SocketAddr, TcpStream, ToSocketAddrs};
use std::sync::{Arc, Mutex, OnceLock, PoisonError, mpsc};
use std::time::{Duration, Instant};

use rustls::pki_types::ServerName;
use rustls::{ClientConfig, ClientConnection, StreamOwned};
use rustls_platform_verifier::BuilderVerifierExt;

use super::address::{Url, is_inner};
use super::{Limits, Retry, TileError, head::Head};

/// Bytes of the head of an answer at most.
const HEAD_BYTES: usize = 32 << 10;
/// Connections kept open for the next request, and how long.
const KEPT: usize = 16;
const KEPT_FOR: Duration = Duration::from_secs(15);
/// How long a server is left alone that does not prove to be itself: its certificate will hardly be another one sooner.
const UNTRUSTED: Duration = Duration::from_mins(1);
/// Addresses of one server that are tried.
const ADDRESSES: usize = 3;

/// Looks up the addresses of a host.
pub(super) type Resolve = fn(&str, u16) -> io::Result<Vec<SocketAddr>>;

/// A request.
pub(super) struct Request<'a> {
    pub(super) url: &'a Url,
    /// Lines of the head besides those that every request has.
    pub(super) more: &'a [(&'static str, String)],
    /// Whether the server may lie within the own computer or network.
    pub(super) may_be_inner: bool,
    /// When the answer must be there.
    pub(super) until: Instant,
}

/// An answer.
pub(super) struct Answer {
    pub(super) head: Head,
    pub(super) body: Vec<u8>,
}

/// Opens connections, and keeps a few for the next request.
pub(super) struct Http {
    limits: Limits,
    resolve: Resolve,
    tls: OnceLock<Result<Arc<ClientConfig>, String>>,
    kept: Mutex<Vec<Kept>>,
}

struct Kept {
    url: Url,
    wire: Wire,
    since: Instant,
}

/// What went wrong, and whether the server had begun to answer.
struct Broken {
    error: TileError,
    answered: bool,
}

impl Http {
    pub(super) fn new(limits: Limits, resolve: Option<Resolve>) -> Self {
        let resolve = resolve.unwrap_or(|host, port| Ok((host, port).to_socket_addrs()?.collect()));
        Self { limits, resolve, tls: OnceLock::new(), kept: Mutex::default() }
    }

    /// Closes the connections that are kept open.
    pub(super) fn close(&self) {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    /// Asks once.
    ///
    /// # Errors
    /// One line.
    pub(super) fn get(&self, request: &Request<'_>) -> Result<Answer, TileError> {
        if let Some(wire) = self.take(request.url) {
            match self.talk(wire, request) {
                Ok(answer) => return Ok(answer),
                // The server had closed the connection meanwhile.
                Err(broken) if !broken.answered && Instant::now() < request.until => {}
                Err(broken) => return Err(broken.error),
            }
        }
        let wire = self.connect(request)?;
        self.talk(wire, request).map_err(|broken| broken.error)
    }

    fn take(&self, url: &Url) -> Option<Wire> {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.retain(|k| k.since.elapsed() < KEPT_FOR);
        let at = kept.iter().rposition(|k| k.url.same_server(url))?;
        Some(kept.swap_remove(at).wire)
    }

    fn keep(&self, url: &Url, wire: Wire) {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() >= KEPT {
            kept.remove(0);
        }
        kept.push(Kept { url: url.clone(), wire, since: Instant::now() });
    }

    fn connect(&self, request: &Request<'_>) -> Result<Wire, TileError> {
        let Url { secure, host, port, .. } = request.url;
        let mut last = None;
        for address in self.addresses(request)?.into_iter().take(ADDRESSES) {
            let left = request.until.saturating_duration_since(Instant::now()).min(self.limits.connect);
            if left.is_zero() {
                break;
            }
            match TcpStream::connect_timeout(&address, left) {
                Ok(stream) => {
                    let _ = stream.set_nodelay(true);
                    let timed = Timed { stream, until: request.until };
                    let stream: Box<dyn Stream> = if *secure { self.encrypted(host, timed)? } else { Box::new(timed) };
                    return Ok(Wire { stream, read: Vec::new(), at: 0 });
                }
                Err(e) => last = Some(e),
            }
        }
        Err(match last.map(|e| (e.kind(), e)) {
            None | Some((io::ErrorKind::TimedOut | io::ErrorKind::WouldBlock, _)) => {
                TileError::passing(format!("{host} does not answer"))
            }
            Some((io::ErrorKind::ConnectionRefused, _)) => {
                TileError::passing(format!("{host} takes no connections at port {port}"))
            }
            Some((_, e)) => TileError::passing(format!("{host} cannot be reached ({e})")),
        })
    }

    /// The addresses of the server that may be asked.
    fn addresses(&self, request: &Request<'_>) -> Result<Vec<SocketAddr>, TileError> {
        let Url { host, port, .. } = request.url;
        let found = if let Ok(address) = host.parse::<IpAddr>() {
            vec![SocketAddr::new(address, *port)]
        } else {
            self.look_up(host, *port, request.until)?
        };
        let Some(first) = found.first() else {
            return Err(TileError::passing(format!("{host} is not found in the network")));
        };
        let allowed: Vec<_> = found.iter().filter(|a| request.may_be_inner || !is_inner(a.ip())).copied().collect();
        if allowed.is_empty() {
            return Err(TileError::lasting(format!(
                "{host} leads to {}, which lies within the own computer or network; it is not asked",
                first.ip()
            )));
        }
        Ok(allowed)
    }

    /// The addresses behind a name. The system's own look-up may take half a minute; it ends by itself when nobody waits any
    /// more.
    fn look_up(&self, host: &str, port: u16, until: Instant) -> Result<Vec<SocketAddr>, TileError> {
        let (send, receive) = mpsc::channel();
        let (resolve, name) = (self.resolve, host.to_owned());
        std::thread::Builder::new()
            .name("look-up".into())
            .spawn(move || send.send(resolve(&name, port)))
            .map_err(|e| TileError::passing(format!("{host} cannot be looked up ({e})")))?;
        let left = until.saturating_duration_since(Instant::now()).min(self.limits.connect);
        match receive.recv_timeout(left) {
            Ok(Ok(found)) => Ok(found),
            Ok(Err(_)) => Err(TileError::passing(format!("{host} is not found in the network"))),
            Err(_) => Err(TileError::passing(format!("looking up {host} takes too long"))),
        }
    }

    fn encrypted(&self, host: &str, timed: Timed) -> Result<Box<dyn Stream>, TileError> {
        let config = self.tls.get_or_init(|| {
            let provider = Arc::new(rustls::crypto::ring::default_provider());
            let builder = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
            let builder = builder.and_then(BuilderVerifierExt::with_platform_verifier).map_err(|e| e.to_string())?;
            let mut config = builder.with_no_client_auth();
            config.alpn_protocols = vec![b"http/1.1".to_vec()];
            Ok(Arc::new(config))
        });
        let config = config.clone().map_err(|e| {
            TileError::lasting(format!(
                "encrypted connections cannot be opened on this computer ({e}); see its certificates"
            ))
        })?;
        let name = ServerName::try_from(host.to_owned())
            .map_err(|_| TileError::lasting(format!("“{host}” is no name that a certificate can have")))?;
        let client = ClientConnection::new(config, name)
            .map_err(|e| TileError::lasting(format!("{host}: no encrypted connection ({e})")))?;
        Ok(Box::new(StreamOwned::new(client, timed)))
    }

    fn talk(&self, mut wire: Wire, request: &Request<'_>) -> Result<Answer, Broken> {
        let host = &request.url.host;
        let broken = |e: &io::Error, answered| {
            let error = TileError::passing(said(host, e));
            let error =
                if is_untrusted(e) { TileError { retry: Retry::Later(Some(UNTRUSTED)), ..error } } else { error };
            // Asked once more, it would prove no better.
            Broken { error, answered: answered || is_untrusted(e) }
        };
        wire.stream.limit(request.until);
        wire.send(request).map_err(|e| broken(&e, false))?;
        let head = wire.head().map_err(|e| broken(&e, !wire.read.is_empty()))?;
        let most = self.limits.bytes;
        // Only the words of an answer that brings a tile are of interest.
        let is_wanted = head.status == 200;
        let body = match wire.body(&head, if is_wanted { most } else { 64 << 10 }) {
            Ok(body) => body,
            Err(_) if !is_wanted => {
                return Ok(Answer { head, body: Vec::new() });
            }
            Err(e) => return Err(broken(&e, true)),
        };
        if head.keeps_open() && wire.at == wire.read.len() {
            wire.read.clear();
            wire.at = 0;
            self.keep(request.url, wire);
        }
        Ok(Answer { head, body })
    }
}

/// Whether a server does not prove to be itself, or does not speak as an encrypted one does.
fn is_untrusted(error: &io::Error) -> bool {
    error.kind() == io::ErrorKind::InvalidData
        && error.get_ref().and_then(|e| e.downcast_ref::<rustls::Error>()).is_some()
}

/// What went wrong on the way, for people.
fn said(host: &str, error: &io::Error) -> String {
    use io::ErrorKind as K;
    match error.kind() {
        K::TimedOut | K::WouldBlock => format!("{host} does not answer in time"),
        K::UnexpectedEof | K::ConnectionReset | K::ConnectionAborted | K::BrokenPipe => {
            format!("{host} breaks off")
        }
        _ if is_untrusted(error) => {
            let words = super::super::plain_line(&error.to_string(), 120);
            format!("{host} does not prove by a certificate to be itself ({words})")
        }
        _ => format!("{host}: {}", super::super::plain_line(&error.to_string(), 160)),
    }
}

/// A connection, encrypted or not.
trait Stream: Read + Write + Send {
    /// By when all must be read and written.
    fn limit(&mut self, until: Instant);
}

/// A connection on which no call waits beyond a moment.
struct Timed {
    stream: TcpStream,
    until: Instant,
}

impl Timed {
    fn left(&self) -> io::Result<Duration> {
        let left = self.until.saturating_duration_since(Instant::now());
        if left.is_zero() { Err(io::ErrorKind::TimedOut.into()) } else { Ok(left) }
    }
}

impl Read for Timed {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        self.stream.set_read_timeout(Some(self.left()?))?;
        self.stream.read(into)
    }
}

impl Write for Timed {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.stream.set_write_timeout(Some(self.left()?))?;
        self.stream.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.stream.flush()
    }
}

impl Stream for Timed {
    fn limit(&mut self, until: Instant) {
        self.until = until;
    }
}

impl Stream for StreamOwned<ClientConnection, Timed> {
    fn limit(&mut self, until: Instant) {
        self.sock.until = until;
    }
}

/// A connection and what was read from it but not used yet.
struct Wire {
    stream: Box<dyn Stream>,
    read: Vec<u8>,
    at: usize,
}

impl Wire {
    fn send(&mut self, request: &Request<'_>) -> io::Result<()> {
        let url = request.url;
        let mut text = format!(
            "GET {} HTTP/1.1\r\nHost: {}\r\nUser-Agent: {}\r\nAccept: image/webp,image/png,image/jpeg,*/*;q=0.5\r\n\
             Accept-Encoding: gzip\r\nConnection: keep-alive\r\n",
            url.path,
            url.authority(),
            super::USER_AGENT
        );
        for (name, value) in request.more {
            // What a server once sent goes back to it, as one line.
            if value.bytes().all(|b| (0x20..0x7f).contains(&b)) {
                text.push_str(&format!("{name}: {value}\r\n"));
            }
        }
        text.push_str("\r\n");
        self.stream.write_all(text.as_bytes())?;
        self.stream.flush()
    }

    /// Reads more; `false` at the end.
    fn fill(&mut self) -> io::Result<bool> {
        let mut some = [0; 16 << 10];
        loop {
            match self.stream.read(&mut some) {
                Ok(n) => {
                    self.read.extend_from_slice(some.get(..n).unwrap_or_default());
                    return Ok(n > 0);
                }
                Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
                Err(e) => return Err(e),
            }
        }
    }

    fn left(&self) -> &[u8] {
        self.read.get(self.at..).unwrap_or_default()
    }

    fn head(&mut self) -> io::Result<Head> {
        // A server may say first that the answer comes.
        for _ in 0..4 {
            let (head, length) = loop {
                if let Some(found) = Head::read(self.left()).map_err(wrong)? {
                    break found;
                }
                if self.left().len() > HEAD_BYTES {
                    return Err(wrong("the head of its answer has no end"));
                }
                if !self.fill()? {
                    return Err(io::ErrorKind::UnexpectedEof.into());
                }
            };
            self.at += length;
            if head.status >= 200 {
                return Ok(head);
            }
        }
        Err(wrong("its answer does not come to the point"))
    }

    fn body(&mut self, head: &Head, most: usize) -> io::Result<Vec<u8>> {
        let packed = if matches!(head.status, 204 | 304) {
            Vec::new()
        } else if head.is_chunked {
            self.chunks(most)?
        } else if let Some(length) = head.length {
            let length = usize::try_from(length).ok().filter(|n| *n <= most).ok_or_else(|| too_long(most))?;
            self.take(length)?
        } else {
            while self.fill()? {
                if self.left().len() > most {
                    return Err(too_long(most));
                }
            }
            let all = self.left().to_vec();
            self.at = self.read.len();
            if all.len() > most {
                return Err(too_long(most));
            }
            all
        };
        match head.packing.as_deref() {
            None | Some("" | "identity") => Ok(packed),
            Some("gzip" | "x-gzip") => super::super::decode::gunzip(&packed, most as u64).map_err(wrong),
            Some(other) => Err(wrong(format!("its answer is packed by “{other}”, which it was not asked for"))),
        }
    }

    fn take(&mut self, length: usize) -> io::Result<Vec<u8>> {
        while self.left().len() < length {
            if !self.fill()? {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
        }
        let taken = self.left().get(..length).unwrap_or_default().to_vec();
        self.at += length;
        Ok(taken)
    }

    fn chunks(&mut self, most: usize) -> io::Result<Vec<u8>> {
        let mut out = Vec::new();
        loop {
            let line = self.line()?;
            let digits = line.split(';').next().unwrap_or_default().trim();
            let is_number = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_hexdigit());
            let length = usize::from_str_radix(digits, 16).ok().filter(|_| is_number);
            let length = length.ok_or_else(|| wrong("its answer is cut in pieces of no length"))?;
            if length == 0 {
                // Lines may follow that nobody needs.
                for _ in 0..64 {
                    if self.line()?.is_empty() {
                        return Ok(out);
                    }
                }
                return Err(wrong("the end of its answer has no end"));
            }
            if out.len().saturating_add(length) > most {
                return Err(too_long(most));
            }
            out.extend_from_slice(&self.take(length)?);
            if !self.line()?.is_empty() {
                return Err(wrong("its answer is cut in pieces of another length than it says"));
            }
            // What was used makes room.
            self.read.drain(..self.at);
            self.at = 0;
        }
    }

    fn line(&mut self) -> io::Result<String> {
        loop {
            if let Some(end) = self.left().iter().position(|b| *b == b'\n') {
                let line = String::from_utf8_lossy(self.left().get(..end).unwrap_or_default());
                let line = line.trim_end_matches('\r').to_owned();
                self.at += end + 1;
                return Ok(line);
            }
            if self.left().len() > 4_096 {
                return Err(wrong("a line of its answer has no end"));
            }
            if !self.fill()? {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
        }
    }
}

fn wrong(what: impl Into<String>) -> io::Error {
    io::Error::other(what.into())
}

fn too_long(most: usize) -> io::Error {
    wrong(format!("it sends more than {} MiB for a tile; it is broken or made to do harm", (most >> 20).max(1)))
}
