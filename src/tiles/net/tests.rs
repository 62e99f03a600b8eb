//! Servers that are slow, broken, or made to do harm, on loopback.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use tiny_skia::Pixmap;

use super::super::{Access, Fetcher, Layer, Source, TileId, Wanted, compose, fetcher, open};
use super::*;
use crate::model::{MapOrigin, MapSource, Template, UrlTiles};
use crate::view::Theme;

const NOW: i64 = 1_700_000_000;
const WANTED: Wanted = Wanted { density: 1.0, theme: Theme::Light };
const AT: TileId = TileId { zoom: 3, x: 5, y: 2 };

/// A server on loopback; what it answers is up to `answer`, which gets the head of the request and its number.
struct Loopback {
    at: SocketAddr,
    asked: Arc<Mutex<Vec<String>>>,
    connections: Arc<AtomicUsize>,
}

type Answer = dyn Fn(&str, usize, &mut TcpStream) -> std::io::Result<()> + Send + Sync;

impl Loopback {
    fn new(answer: impl Fn(&str, usize, &mut TcpStream) -> std::io::Result<()> + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let at = listener.local_addr().unwrap();
        let (asked, connections) = (Arc::<Mutex<Vec<String>>>::default(), Arc::new(AtomicUsize::new(0)));
        let answer: Arc<Answer> = Arc::new(answer);
        let (heads, counted) = (Arc::clone(&asked), Arc::clone(&connections));
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                counted.fetch_add(1, Ordering::SeqCst);
                let (answer, heads) = (Arc::clone(&answer), Arc::clone(&heads));
                std::thread::spawn(move || {
                    let _ = serve(stream, &heads, &*answer);
                });
            }
        });
        Self { at, asked, connections }
    }

    fn template(&self) -> String {
        format!("http://{}/{{z}}/{{x}}/{{y}}.png", self.at)
    }

    fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }
}

fn serve(mut stream: TcpStream, heads: &Mutex<Vec<String>>, answer: &Answer) -> std::io::Result<()> {
    let mut read = Vec::new();
    loop {
        while !read.ends_with(b"\r\n\r\n") {
            let mut byte = [0];
            if stream.read(&mut byte)? == 0 {
                return Ok(());
            }
            read.push(byte[0]);
        }
        let head = String::from_utf8(std::mem::take(&mut read)).unwrap();
        let n = {
            let mut heads = heads.lock().unwrap();
            heads.push(head.clone());
            heads.len()
        };
        answer(&head, n, &mut stream)?;
    }
}

fn png(color: [u8; 3]) -> Vec<u8> {
    let mut out = std::io::Cursor::new(Vec::new());
    image::RgbImage::from_pixel(64, 64, image::Rgb(color)).write_to(&mut out, image::ImageFormat::Png).unwrap();
    out.into_inner()
}

/// An answer with lines of the head beyond its length.
fn send(stream: &mut TcpStream, status: &str, lines: &str, body: &[u8]) -> std::io::Result<()> {
    let head = format!("HTTP/1.1 {status}\r\n{lines}Content-Length: {}\r\n\r\n", body.len());
    stream.write_all(&[head.as_bytes(), body].concat())
}

fn quick() -> Limits {
    Limits {
        connect: Duration::from_secs(1),
        whole: Duration::from_secs(1),
        bytes: 200_000,
        rest: Duration::from_millis(20),
        ..Limits::default()
    }
}

/// A network that may ask these hosts.
fn network(hosts: &[&str], cache: Option<PathBuf>, limits: Limits) -> Arc<Network> {
    let network = Network::with(cache, || NOW, limits, None);
    network.allow(Permission { online: true, hosts: hosts.iter().map(|h| (*h).to_owned()).collect() });
    Arc::new(network)
}

fn source(template: &str, network: &Arc<Network>) -> Arc<dyn Source> {
    let origin = MapOrigin::Url(UrlTiles::new(Template::parse(template).unwrap()));
    let access = Access { network: Some(Arc::clone(network)), ..Access::default() };
    open(&MapSource::new("", origin), &access).unwrap()
}

/// Draws four tiles of a server over white: the colours seen, what is missing, and how long it took.
fn drawn(source: &Arc<dyn Source>) -> ([[u8; 3]; 4], Vec<String>, Duration) {
    let start = Instant::now();
    let mut ground = Pixmap::new(400, 100).unwrap();
    ground.fill(tiny_skia::Color::WHITE);
    let layer = Layer { name: "s".into(), opacity: 100, source: Arc::clone(source) };
    let missing = compose(&mut ground, [0.0, 0.25, 0.5, 0.375], 3.0, WANTED, &[layer]);
    let at = |x| ground.pixel(x, 50).map(|p| [p.red(), p.green(), p.blue()]).unwrap();
    ([50, 150, 250, 350].map(at), missing, start.elapsed())
}

const RED: [u8; 3] = [200, 30, 30];
const WHITE: [u8; 3] = [255; 3];

/// What is seen of a server, and that it takes no longer than `most`.
fn check(server: &Loopback, most: Duration) -> ([[u8; 3]; 4], Vec<String>) {
    let (seen, missing, took) = drawn(&source(&server.template(), &network(&["127.0.0.1"], None, quick())));
    assert!(took < most, "{took:?}: {missing:?}");
    assert!(missing.len() <= 1 && missing.iter().all(|m| !m.contains('\n')), "{missing:?}");
    (seen, missing)
}

const SOON: Duration = Duration::from_secs(20);

#[test]
fn tiles_of_a_good_server_are_drawn_and_connections_used_again() {
    let server = Loopback::new(|_, _, s| send(s, "200 OK", "Content-Type: text/plain\r\n", &png(RED)));
    assert_eq!(check(&server, SOON), ([RED; 4], vec![]));
    let asked = server.asked();
    assert_eq!(asked.len(), 4);
    assert!(
        asked.iter().all(|a| a.contains("User-Agent: clashmap/") && !a.contains("Cookie") && !a.contains("Referer"))
    );
    assert!(asked.iter().any(|a| a.starts_with("GET /3/2/2.png HTTP/1.1\r\n")), "{asked:?}");
    let source = source(&server.template(), &network(&["127.0.0.1"], None, quick()));
    let before = server.connections.load(Ordering::SeqCst);
    (0..20).for_each(|x| assert!(source.tile(TileId { zoom: 7, x, y: 2 }, WANTED).unwrap().is_some()));
    assert_eq!(server.connections.load(Ordering::SeqCst), before + 1, "one after the other by one connection");
}

#[test]
fn no_more_than_four_connections_at_a_time_are_open_to_a_host() {
    let (under_way, most) = (AtomicUsize::new(0), Arc::new(AtomicUsize::new(0)));
    let seen = Arc::clone(&most);
    let server = Loopback::new(move |_, _, s| {
        seen.fetch_max(under_way.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
        std::thread::sleep(Duration::from_millis(20));
        under_way.fetch_sub(1, Ordering::SeqCst);
        send(s, "200 OK", "", &png(RED))
    });
    let source = source(&server.template(), &network(&["127.0.0.1"], None, Limits { whole: SOON, ..quick() }));
    std::thread::scope(|scope| {
        for x in 0..16 {
            let source = &source;
            scope.spawn(move || source.tile(TileId { zoom: 7, x, y: 2 }, WANTED).unwrap().unwrap());
        }
    });
    assert!((2..=4).contains(&most.load(Ordering::SeqCst)), "{most:?}");
}

#[test]
fn a_slow_server_is_waited_for() {
    let server = Loopback::new(|_, _, s| {
        let body = png(RED);
        let head = format!("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n{:x}\r\n", body.len());
        s.write_all(head.as_bytes())?;
        for part in body.chunks(body.len() / 5 + 1) {
            std::thread::sleep(Duration::from_millis(40));
            s.write_all(part)?;
        }
        s.write_all(b"\r\n0\r\n\r\n")
    });
    assert_eq!(check(&server, SOON), ([RED; 4], vec![]));
}

#[test]
fn a_server_that_fails_at_first_is_asked_anew() {
    let server = Loopback::new(|_, n, s| match n {
        0..=3 => send(s, "500 Oh", "", b"no"),
        _ => send(s, "200 OK", "", &png(RED)),
    });
    assert_eq!(check(&server, SOON), ([RED; 4], vec![]));
    assert!(server.asked().len() < 16, "{}", server.asked().len());
}

#[test]
fn a_coarser_tile_stands_in_for_one_that_fails_or_is_not_there() {
    for status in ["404 Not Found", "500 Oh", "403 No"] {
        let server = Loopback::new(move |head, _, s| {
            if head.starts_with("GET /3/") { send(s, status, "", b"no") } else { send(s, "200 OK", "", &png(RED)) }
        });
        let limits = Limits { rest: Duration::from_millis(1), ..quick() };
        let source = source(&server.template(), &network(&["127.0.0.1"], None, limits));
        let (seen, missing, _) = drawn(&source);
        if status.starts_with("404") {
            assert_eq!((seen, missing), ([RED; 4], vec![]));
            let before = server.asked().len();
            drawn(&source);
            let again = server.asked()[before..].iter().filter(|a| a.starts_with("GET /3/")).count();
            assert_eq!(again, 0, "what is not there is asked for once");
        } else {
            assert!(missing.len() == 1 && missing[0].contains("127.0.0.1"), "{missing:?}");
        }
    }
}

#[test]
fn servers_that_are_broken_or_made_to_do_harm_end_in_one_line_and_in_time() {
    use flate2::{Compression, write::GzEncoder};
    let mut bomb = GzEncoder::new(Vec::new(), Compression::best());
    (0..2).for_each(|_| bomb.write_all(&vec![0; 1 << 20]).unwrap());
    let bomb = bomb.finish().unwrap();
    let endless = |s: &mut TcpStream, head: &str, part: &[u8]| -> std::io::Result<()> {
        s.write_all(head.as_bytes())?;
        loop {
            s.write_all(part)?;
        }
    };
    let cases: Vec<(&str, Loopback)> = vec![
        (
            "does not answer in time",
            Loopback::new(|_, _, _| {
                std::thread::sleep(Duration::from_secs(3));
                Ok(())
            }),
        ),
        (
            "does not answer in time",
            Loopback::new(|_, _, s| {
                s.write_all(b"HTTP/1.1 200 OK\r\nA: ")?;
                loop {
                    // A byte at a time, for ever.
                    std::thread::sleep(Duration::from_millis(20));
                    s.write_all(b"b")?;
                }
            }),
        ),
        ("a text, not a picture", Loopback::new(|_, _, s| send(s, "200 OK", "Content-Type: image/png\r\n", b"<html>"))),
        ("neither PNG", Loopback::new(|_, _, s| send(s, "200 OK", "Content-Type: image/png\r\n", b"\x00rubbish"))),
        ("for a tile", Loopback::new(move |_, _, s| endless(s, "HTTP/1.1 200 OK\r\n\r\n", &[7; 4_096]))),
        (
            "for a tile",
            Loopback::new(move |_, _, s| {
                endless(s, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"4\r\nabcd\r\n")
            }),
        ),
        ("for a tile", Loopback::new(|_, _, s| s.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n"))),
        ("has no end", Loopback::new(move |_, _, s| endless(s, "HTTP/1.1 200 OK\r\n", b"A: bbbbbbbbbbbbbbbb"))),
        ("harm", Loopback::new(move |_, _, s| send(s, "200 OK", "Content-Encoding: gzip\r\n", &bomb))),
        ("packed by “br”", Loopback::new(|_, _, s| send(s, "200 OK", "Content-Encoding: br\r\n", b"x"))),
        ("not that of a web server", Loopback::new(|_, _, s| s.write_all(b"SSH-2.0-OpenSSH_9\r\n\r\n"))),
        ("breaks off", Loopback::new(|_, _, s| s.shutdown(std::net::Shutdown::Both))),
        (
            "breaks off",
            Loopback::new(|_, _, s| {
                s.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 999\r\n\r\nabc")?;
                s.shutdown(std::net::Shutdown::Both)
            }),
        ),
        ("does not come to the point", Loopback::new(move |_, _, s| endless(s, "", b"HTTP/1.1 100 Continue\r\n\r\n"))),
        ("refuses (403)", Loopback::new(|_, _, s| send(s, "403 No", "", b""))),
        ("does not understand", Loopback::new(|_, _, s| send(s, "418 Teapot", "", b""))),
    ];
    std::thread::scope(|scope| {
        for (want, server) in &cases {
            scope.spawn(move || {
                let (seen, missing) = check(server, SOON);
                assert_eq!(seen, [WHITE; 4], "{want}: the ground is there");
                assert!(missing.len() == 1 && missing[0].contains(want), "{want}: {missing:?}");
            });
        }
    });
}

#[test]
fn spoiled_answers_are_answers_or_a_line() {
    use flate2::{Compression, write::GzEncoder};
    let mut packer = GzEncoder::new(Vec::new(), Compression::fast());
    packer.write_all(&png(RED)).unwrap();
    let packed = packer.finish().unwrap();
    let head = "HTTP/1.1 200 OK\r\nETag: \"a\"\r\nCache-Control: max-age=9\r\n";
    let whole = format!("{head}Content-Encoding: gzip\r\nContent-Length: {}\r\n\r\n", packed.len());
    let pieces = format!("{head}Transfer-Encoding: chunked\r\n\r\n{:x};a=b\r\n", png(RED).len());
    let seeds = [
        [whole.as_bytes(), &packed].concat(),
        [pieces.as_bytes(), &png(RED), b"\r\n0\r\nA: b\r\n\r\n"].concat(),
        b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 302 Found\r\nLocation: /a b\r\nContent-Length: 0\r\n\r\n".to_vec(),
        b"HTTP/1.0 429 No\r\nRetry-After: Sun, 06 Nov 1994 08:49:37 GMT\r\n\r\nlater".to_vec(),
    ];
    let server = Loopback::new(move |_, n, s| {
        // Numbers that look random and are the same every time.
        let mut state = n as u64;
        let mut dice = |below: usize| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) as usize % below.max(1)
        };
        let mut bytes = seeds[dice(seeds.len())].clone();
        for _ in 0..dice(4) {
            let at = dice(bytes.len());
            match dice(4) {
                0 => bytes[at] ^= 1 << dice(8),
                1 => bytes[at] = b"\0\xff\r\n: 9f-"[dice(9)],
                2 => bytes.truncate(at + 1),
                _ => {
                    let part = bytes[at..(at + dice(40)).min(bytes.len())].to_vec();
                    drop(bytes.splice(at..at, part));
                }
            }
        }
        s.write_all(&bytes)?;
        s.shutdown(std::net::Shutdown::Both)
    });
    let limits = Limits { rest: Duration::ZERO, whole: Duration::from_millis(300), ..quick() };
    let (mut good, mut bad) = (0, 0);
    for n in 0..600 {
        let source = source(&server.template(), &network(&["127.0.0.1"], None, limits));
        match source.tile(TileId { zoom: 10, x: n, y: 1 }, WANTED) {
            Ok(_) => good += 1,
            Err(e) => {
                assert!(!e.what.contains(char::is_control) && e.what.len() < 400, "{e}");
                bad += 1;
            }
        }
    }
    assert!(good > 50 && bad > 50, "{good} {bad}");
}

#[test]
fn a_host_that_asks_for_rest_gets_it() {
    let server = Loopback::new(|_, _, s| send(s, "429 Slow", "Retry-After: 120\r\n", b""));
    let network = network(&["127.0.0.1"], None, quick());
    let source = source(&server.template(), &network);
    let (seen, missing, took) = drawn(&source);
    assert_eq!(seen, [WHITE; 4]);
    assert!(
        missing[0].contains("wants to be asked less often") && took < Duration::from_secs(2),
        "{missing:?} {took:?}"
    );
    let asked = server.asked().len();
    assert!(asked <= 4, "those under way together, and none after: {asked}");
    let again = source.tile(TileId { zoom: 5, x: 1, y: 1 }, WANTED).unwrap_err();
    assert!(matches!(again.retry, Retry::Later(Some(wait)) if wait > Duration::from_secs(100)), "{again:?}");
    assert_eq!(server.asked().len(), asked);
}

#[test]
fn nobody_is_asked_before_the_network_is_on_and_the_host_allowed() {
    let server = Loopback::new(|_, _, s| send(s, "200 OK", "", &png(RED)));
    let network = network(&["127.0.0.1"], None, quick());
    let source = source(&server.template(), &network);
    let hosts: BTreeSet<String> = ["127.0.0.1".to_owned()].into();
    for permission in [
        Permission::default(),
        Permission { online: false, hosts: hosts.clone() },
        Permission { online: true, hosts: ["localhost".to_owned(), "0.0.1".to_owned()].into() },
    ] {
        network.allow(permission.clone());
        let (seen, missing, _) = drawn(&source);
        assert_eq!((seen, missing.len()), ([WHITE; 4], 1), "{permission:?}");
        assert_eq!(source.tile(AT, WANTED).unwrap_err().retry, Retry::NotAllowed);
    }
    assert_eq!(server.asked().len(), 0);
    network.allow(Permission { online: true, hosts });
    assert!(source.tile(AT, WANTED).unwrap().is_some(), "an open source follows at once");
}

#[test]
fn redirects_go_to_allowed_hosts_only_and_to_no_other_inner_address() {
    let to = |location: &'static str| {
        Loopback::new(move |_, _, s| send(s, "302 Found", &format!("Location: {location}\r\n"), b""))
    };
    for (location, want) in [
        ("http://10.0.0.1/x.png", "which is not allowed"),
        ("http://169.254.169.254/latest/meta-data", "which is not allowed"),
        ("http://localhost:9/x.png", "which is not allowed"),
        ("http://other.example.org/", "which is not allowed"),
        ("file:///etc/passwd", "neither http"),
        ("ftp://127.0.0.1/", "neither http"),
        ("http://me:pw@127.0.0.1/", "name or password"),
        ("", "nowhere"),
        ("/again", "more than 3 times"),
    ] {
        let server = to(location);
        let (seen, missing) = check(&server, SOON);
        assert_eq!(seen, [WHITE; 4], "{location}");
        assert!(missing[0].contains(want), "{location}: {missing:?}");
    }
    // Hosts within the own network are allowed, but no server may lead there.
    for location in
        ["http://10.0.0.1/x.png", "http://169.254.169.254/x", "http://127.0.0.1:9/x.png", "http://[::1]:9/x"]
    {
        let server = to(location);
        let hosts = ["127.0.0.1", "10.0.0.1", "169.254.169.254", "::1"];
        let (seen, missing, _) = drawn(&source(&server.template(), &network(&hosts, None, quick())));
        assert_eq!(seen, [WHITE; 4], "{location}");
        assert!(missing[0].contains("own computer or network"), "{location}: {missing:?}");
    }
    let good = Loopback::new(|head, _, s| {
        if head.starts_with("GET /moved") {
            send(s, "200 OK", "", &png(RED))
        } else {
            send(s, "301 Moved", "Location: /moved/x.png\r\n", b"it moved")
        }
    });
    assert_eq!(check(&good, SOON), ([RED; 4], vec![]));
}

#[test]
fn a_name_that_leads_into_the_own_network_is_not_asked() {
    let server = Loopback::new(|_, _, s| send(s, "200 OK", "", &png(RED)));
    let port = server.at.port();
    let inner: http::Resolve = |_, port| Ok(vec![SocketAddr::from(([127, 0, 0, 1], port))]);
    let network = Network::with(None, || NOW, quick(), Some(inner));
    let hosts = ["tiles.example.org".to_owned(), "localhost".to_owned()];
    network.allow(Permission { online: true, hosts: hosts.into() });
    let network = Arc::new(network);
    let at = |host: &str| source(&format!("http://{host}:{port}/{{z}}/{{x}}/{{y}}"), &network).tile(AT, WANTED);
    let said = at("tiles.example.org").unwrap_err();
    assert!(said.what.contains("leads to 127.0.0.1"), "{said}");
    assert_eq!(server.asked().len(), 0);
    assert!(at("localhost").unwrap().is_some(), "one that says itself that it is near may be");
}

#[test]
fn what_was_kept_is_drawn_without_the_network_and_asked_for_anew_when_it_holds_no_longer() {
    let folder = tempfile::tempdir().unwrap();
    let server = Loopback::new(|head, n, s| match (n, head.contains("If-None-Match: \"v1\"")) {
        (1, false) => send(s, "200 OK", "ETag: \"v1\"\r\nCache-Control: max-age=0\r\n", &png(RED)),
        (2, true) => send(s, "304 Not Modified", "ETag: \"v1\"\r\nCache-Control: max-age=60\r\n", b""),
        _ => send(s, "500 Oh", "", b""),
    });
    let network = network(&["127.0.0.1"], Some(folder.path().into()), quick());
    let source = source(&server.template(), &network);
    let red = |source: &Arc<dyn Source>| source.tile(AT, WANTED).unwrap().unwrap().data()[..3] == RED;
    assert!(red(&source));
    assert!(red(&source), "it is the same still");
    assert!(red(&source), "now it holds for a minute");
    assert_eq!(server.asked().len(), 2);
    network.allow(Permission::default());
    assert!(red(&source));
    assert_eq!(source.tile(TileId { x: 1, ..AT }, WANTED).unwrap_err().retry, Retry::NotAllowed);
    // What somebody put there is held against the same limits.
    for inner in std::fs::read_dir(folder.path()).unwrap().flatten() {
        for file in std::fs::read_dir(inner.path()).unwrap().flatten() {
            std::fs::remove_file(file.path()).unwrap();
            std::fs::create_dir(file.path()).unwrap();
        }
    }
    assert!(source.tile(AT, WANTED).is_err());
    assert_eq!(server.asked().len(), 2);
}

#[test]
fn a_server_may_forbid_to_keep_its_tiles() {
    let folder = tempfile::tempdir().unwrap();
    let server = Loopback::new(|_, _, s| send(s, "200 OK", "Cache-Control: no-store\r\n", &png(RED)));
    let network = network(&["127.0.0.1"], Some(folder.path().join("tiles")), quick());
    assert!(source(&server.template(), &network).tile(AT, WANTED).unwrap().is_some());
    assert!(!folder.path().join("tiles").exists());
}

#[test]
fn a_window_gets_tiles_without_waiting_and_is_woken() {
    let server = Loopback::new(|head, n, s| {
        std::thread::sleep(Duration::from_millis(50));
        match (head.contains("GET /3/5/2."), n) {
            (true, 1) => send(s, "503 Busy", "", b""),
            (true, _) => send(s, "200 OK", "", &png(RED)),
            _ => send(s, "404 No", "", b""),
        }
    });
    let (send_wake, woken) = std::sync::mpsc::channel();
    let send_wake = Mutex::new(send_wake);
    let wake: fetcher::Waker = Arc::new(move || {
        let _ = send_wake.lock().unwrap().send(());
    });
    let network = network(&["127.0.0.1"], None, quick());
    let fetcher = Fetcher::new(source(&server.template(), &network), wake);
    let ask = |id| {
        let start = Instant::now();
        let asked = fetcher.ask(id, WANTED);
        assert!(start.elapsed() < Duration::from_millis(30));
        asked
    };
    let first = ask(AT);
    assert!(first.state == fetcher::State::Loading && first.shown.is_none());
    assert_eq!(fetcher.status().loading, 1);
    woken.recv_timeout(SOON).unwrap();
    let failed = ask(AT);
    assert!(matches!(&failed.state, fetcher::State::Failed(e) if e.what.contains("503")), "{failed:?}");
    assert!(fetcher.status().why.is_some() && fetcher.next_try().is_some());
    let until = Instant::now() + SOON;
    while ask(AT).state != fetcher::State::Ready {
        assert!(Instant::now() < until, "it is tried again after a rest");
        std::thread::sleep(Duration::from_millis(20));
    }
    // A finer one that is not there is a part of it; so is one beyond the finest.
    let finer = TileId { zoom: 4, x: 11, y: 4 };
    let until = Instant::now() + SOON;
    loop {
        let asked = ask(finer);
        let piece = asked.shown.expect("the coarser one is there from the first moment");
        assert_eq!((piece.of, piece.corner, piece.part), (AT, [0.5, 0.0], 0.5));
        if asked.state == fetcher::State::None {
            break;
        }
        assert!(Instant::now() < until);
        std::thread::sleep(Duration::from_millis(20));
    }
    network.allow(Permission::default());
    let other = TileId { x: 1, ..AT };
    ask(other);
    let until = Instant::now() + SOON;
    while !matches!(ask(other).state, fetcher::State::Failed(e) if e.retry == Retry::NotAllowed) {
        assert!(Instant::now() < until);
        std::thread::sleep(Duration::from_millis(20));
    }
}

#[test]
fn whether_a_source_may_ask_is_known_before() {
    let url = |t: &str| MapSource::new("", MapOrigin::Url(UrlTiles::new(Template::parse(t).unwrap())));
    let two = url("https://{s:ab}.h.org/{z}/{x}/{y}");
    let mut permission = Permission { online: true, hosts: ["a.h.org".to_owned()].into() };
    assert_eq!(permission.standing(&two), Standing::NotAllowed(vec!["b.h.org".into()]));
    permission.hosts.insert("b.h.org".into());
    assert_eq!(permission.standing(&two), Standing::Allowed);
    permission.online = false;
    assert_eq!(permission.standing(&two), Standing::Offline);
    assert_eq!(permission.standing(&MapSource::new("", MapOrigin::File("t.mbtiles".into()))), Standing::Local);
    assert!(learns("h.org").starts_with("h.org will see this computer's address"));
}

#[test]
fn another_theme_asks_no_server_again_not_even_one_that_wants_nothing_kept() {
    // A layer without features is a tile all the same.
    let tile = [3 << 3 | 2, 5, 1 << 3 | 2, 1, b'x', 15 << 3, 2];
    let pictures = Loopback::new(|_, _, s| send(s, "200 OK", "Cache-Control: no-store\r\n", &png(RED)));
    let shapes = Loopback::new(move |_, _, s| send(s, "200 OK", "Cache-Control: no-store\r\n", &tile));
    for (server, ending) in [(&pictures, "png"), (&shapes, "pbf")] {
        let template = server.template().replace(".png", &format!(".{ending}"));
        let fetcher = Fetcher::in_place(source(&template, &network(&["127.0.0.1"], None, quick())));
        let mut asked = Vec::new();
        for theme in [Theme::Light, Theme::Dark, Theme::Light] {
            let shown = fetcher.ask(TileId { zoom: 4, x: 3, y: 2 }, Wanted { theme, ..WANTED });
            assert!(shown.shown.is_some(), "{ending}: {:?}", shown.state);
            asked.push(server.asked().len());
        }
        assert_eq!(asked, [1, 1, 1], "{ending}");
    }
}
