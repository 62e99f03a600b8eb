//! Encrypted servers of tiles, by the real program: one that proves to be itself is drawn, any other is not.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stderr,
    reason = "helpers of tests"
)]
#![allow(clippy::disallowed_methods, reason = "what a test puts into a temporary folder may be half-written")]
// Elsewhere certificates are kept by the system alone.
#![cfg(target_os = "linux")]

use std::fs;
use std::io::{Read, Write};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ServerConfig, ServerConnection, Stream};

/// A certificate for `localhost` that its own key has signed, and that key; `None` without the program that makes them.
fn certificate(folder: &Path, name: &str) -> Option<(PathBuf, PathBuf)> {
    let (public, private) = (folder.join(format!("{name}.pem")), folder.join(format!("{name}.key")));
    let made = Command::new("openssl")
        .args(["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj"])
        .arg(format!("/CN={name}"))
        .args(["-addext", "subjectAltName=DNS:localhost", "-addext", "basicConstraints=critical,CA:FALSE"])
        .arg("-out")
        .arg(&public)
        .arg("-keyout")
        .arg(&private)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    made.is_ok_and(|s| s.success()).then_some((public, private))
}

/// A server on loopback with red tiles behind that certificate; its port.
fn red_server(public: &Path, private: &Path) -> u16 {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(
            vec![CertificateDer::from_pem_file(public).unwrap()],
            PrivateKeyDer::from_pem_file(private).unwrap(),
        );
    let config = Arc::new(config.unwrap());
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let mut tile = std::io::Cursor::new(Vec::new());
    let red = image::RgbImage::from_pixel(256, 256, image::Rgb([200, 30, 30]));
    red.write_to(&mut tile, image::ImageFormat::Png).unwrap();
    let tile = tile.into_inner();
    std::thread::spawn(move || {
        for mut socket in listener.incoming().flatten() {
            let (config, tile) = (Arc::clone(&config), tile.clone());
            std::thread::spawn(move || {
                let mut connection = ServerConnection::new(config).unwrap();
                let mut stream = Stream::new(&mut connection, &mut socket);
                let mut head = Vec::new();
                let mut some = [0; 1_024];
                while let Ok(n) = stream.read(&mut some)
                    && n > 0
                {
                    head.extend_from_slice(&some[..n]);
                    if head.ends_with(b"\r\n\r\n") {
                        let answer = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n", tile.len());
                        if stream.write_all(&[answer.as_bytes(), &tile].concat()).is_err() {
                            break;
                        }
                        head.clear();
                    }
                }
            });
        }
    });
    port
}

#[test]
fn a_server_that_proves_to_be_itself_is_drawn_and_any_other_is_not() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let (Some((public, private)), Some((other, _))) = (certificate(folder, "one"), certificate(folder, "two")) else {
        eprintln!("skipped: openssl is not there");
        return;
    };
    let port = red_server(&public, &private);
    let render = |host: &str, trusted: &Path| {
        let map = format!(r#"{{"url":"https://{host}:{port}/{{z}}/{{x}}/{{y}}.png"}}"#);
        let project = folder.join("p.clashmap.geojson");
        let head = r#"{"type":"FeatureCollection","clashmap":{"format":"1.0","maps":["#;
        fs::write(&project, format!("{head}{map}]}},\"features\":[]}}")).unwrap();
        let out = folder.join("a.png");
        let output = Command::new(env!("CARGO_BIN_EXE_clashmap"))
            .args(["render", project.to_str().unwrap(), "-o", out.to_str().unwrap(), "--size", "200x150", "--bare"])
            .args(["--bbox", "45.6,39.9,45.7,40.0", "--online", "--allow-host", host])
            .env("HOME", folder)
            .env("XDG_CACHE_HOME", folder.join(trusted.file_name().unwrap()).with_extension("cache"))
            .env("SSL_CERT_FILE", trusted)
            .env_remove("SSL_CERT_DIR")
            .stdin(Stdio::null())
            .output()
            .unwrap();
        let picture = image::open(&out).unwrap().into_rgb8();
        (String::from_utf8(output.stderr).unwrap(), picture.get_pixel(100, 75).0)
    };
    let start = Instant::now();
    let (said, [r, g, b]) = render("localhost", &public);
    let drawn = start.elapsed();
    assert!(said.is_empty() && r > 150 && g < 90 && b < 90, "{said} {r} {g} {b}");
    for (host, trusted, why) in [
        ("localhost", &other, "signed by nobody who is trusted"),
        ("127.0.0.1", &public, "the certificate is for another name"),
    ] {
        let start = Instant::now();
        let (said, [r, g, b]) = render(host, trusted);
        // Nothing is waited for: the certificate would be the same.
        assert!(start.elapsed() < drawn + Duration::from_secs(2), "{why}: {:?}, {drawn:?}", start.elapsed());
        assert!(said.contains("does not prove by a certificate"), "{why}: {said}");
        assert!(said.lines().count() == 1 && !(r > 150 && g < 90 && b < 90), "{why}: {said}");
    }
}
