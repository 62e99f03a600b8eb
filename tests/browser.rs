//! A talk as a file for a browser, in a real one without a network: stepped by keys, its console stays empty, it asks for
//! nothing, and no words of the project run. And a talk as PDF by a program that searches text.
//!
//! Runs where Chromium and `pdftotext` are on the PATH. Elsewhere it says that it did not run, and fails only if
//! `CLASHMAP_REQUIRE_CHROMIUM=1` asks for it.
#![cfg(unix)]
#![allow(clippy::print_stdout, reason = "a test that does not run says so")]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test stops at the first thing that is wrong"
)]

mod poison;

use std::fs::{File, OpenOptions};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use clashmap::talk::export::{Kind, files};
use poison::{POISONED, html, order, sample};
use serde_json::{Value, json};

/// Where the first of these programs is; if none is, says so, or fails if they are asked for.
fn found(names: &[&str], packages: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let all = std::env::split_paths(&path).flat_map(|p| names.iter().map(move |n| p.join(n)));
    let there = all.into_iter().find(|p| p.is_file());
    if there.is_none() {
        let line = format!("not tested: no {} here (Debian: apt install {packages})", names.join(" or "));
        assert!(std::env::var_os("CLASHMAP_REQUIRE_CHROMIUM").is_none_or(|v| v != "1"), "{line}");
        println!("{line}");
    }
    there
}

/// A browser without a window, spoken to through two pipes.
struct Browser {
    process: Child,
    to: File,
    from: Receiver<Value>,
    next: u64,
    session: String,
    /// What it told unasked.
    told: Vec<Value>,
    _folder: tempfile::TempDir,
}

impl Drop for Browser {
    fn drop(&mut self) {
        // The shell became the browser, so this ends it; it may have ended by itself.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

impl Browser {
    fn new(program: &Path) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let pipes = ["to", "from"].map(|n| folder.path().join(n));
        assert!(Command::new("mkfifo").args(&pipes).status().unwrap().success());
        // No network: every name is unknown, and what is asked by number goes to a port where nobody listens.
        let process = Command::new("sh")
            .arg("-c")
            .arg("to=$1; from=$2; shift 2; exec \"$@\" 3<\"$to\" 4>\"$from\"")
            .arg("sh")
            .args(&pipes)
            .arg(program)
            .args(["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run"])
            .args(["--disable-background-networking", "--disable-component-update", "--disable-sync"])
            .args(["--proxy-server=127.0.0.1:9", "--host-resolver-rules=MAP * ~NOTFOUND", "--remote-debugging-pipe"])
            .arg(format!("--user-data-dir={}", folder.path().join("profile").display()))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let to = OpenOptions::new().write(true).open(&pipes[0]).unwrap();
        let mut out = File::open(&pipes[1]).unwrap();
        let (send, from) = channel();
        std::thread::spawn(move || {
            let (mut bytes, mut part) = (Vec::new(), vec![0; 1 << 16]);
            while let Ok(n @ 1..) = out.read(&mut part) {
                bytes.extend_from_slice(&part[..n]);
                while let Some(end) = bytes.iter().position(|b| *b == 0) {
                    let message: Vec<u8> = bytes.drain(..=end).collect();
                    let _ = send.send(serde_json::from_slice(&message[..end]).unwrap());
                }
            }
        });
        let mut browser =
            Self { process, to, from, next: 0, session: String::new(), told: Vec::new(), _folder: folder };
        let page = browser.ask("Target.createTarget", &json!({"url": "about:blank"}));
        let page = json!({"targetId": page["targetId"], "flatten": true});
        let session = browser.ask("Target.attachToTarget", &page)["sessionId"].as_str().unwrap().to_owned();
        browser.session = session;
        for part in ["Page", "Runtime", "Log", "Network"] {
            browser.ask(&format!("{part}.enable"), &json!({}));
        }
        let off = json!({"offline": true, "latency": 0, "downloadThroughput": 0, "uploadThroughput": 0});
        browser.ask("Network.emulateNetworkConditions", &off);
        browser
    }

    fn take(&mut self, limit: Duration) -> Option<Value> {
        let message = self.from.recv_timeout(limit).ok()?;
        if message["method"] == "Page.javascriptDialogOpening" {
            // A dialog holds the page until it is answered.
            let close = json!({"id": 0, "sessionId": self.session, "method": "Page.handleJavaScriptDialog",
                "params": {"accept": true}});
            self.to.write_all(format!("{close}\0").as_bytes()).unwrap();
        }
        Some(message)
    }

    fn ask(&mut self, method: &str, params: &Value) -> Value {
        self.next += 1;
        let mut message = json!({"id": self.next, "method": method, "params": params});
        if !self.session.is_empty() {
            message["sessionId"] = json!(self.session);
        }
        self.to.write_all(format!("{message}\0").as_bytes()).unwrap();
        let end = Instant::now() + Duration::from_mins(1);
        while let Some(answer) = self.take(end.saturating_duration_since(Instant::now())) {
            if answer["id"] == json!(self.next) {
                assert!(answer["error"].is_null(), "{method}: {answer}");
                return answer["result"].clone();
            }
            self.told.push(answer);
        }
        panic!("{method}: the browser does not answer");
    }

    /// Opens a document, and waits until it is there.
    fn open(&mut self, path: &Path) {
        self.told.clear();
        self.ask("Page.navigate", &json!({"url": format!("file://{}", path.display())}));
        let end = Instant::now() + Duration::from_mins(1);
        while !self.told.iter().any(|m| m["method"] == "Page.loadEventFired") {
            let left = end.saturating_duration_since(Instant::now());
            let Some(message) = self.take(left) else { panic!("the document is not loaded within a minute") };
            self.told.push(message);
        }
    }

    fn key(&mut self, key: &str, code: u32) {
        for kind in ["rawKeyDown", "keyUp"] {
            let event = json!({"type": kind, "key": key, "code": key, "windowsVirtualKeyCode": code});
            self.ask("Input.dispatchKeyEvent", &event);
        }
    }

    fn value(&mut self, expression: &str) -> Value {
        let answer = self.ask("Runtime.evaluate", &json!({"expression": expression, "returnByValue": true}));
        assert!(answer["exceptionDetails"].is_null(), "{answer}");
        answer["result"]["value"].clone()
    }

    /// What stands in the console, which scripts failed or spoke, and what was asked for besides the document.
    fn wrongs(&self, document: &Path) -> Vec<String> {
        let own = format!("file://{}", document.display());
        let is_wrong = |m: &&Value| match m["method"].as_str().unwrap_or_default() {
            "Runtime.consoleAPICalled"
            | "Runtime.exceptionThrown"
            | "Log.entryAdded"
            | "Page.javascriptDialogOpening"
            | "Page.windowOpen"
            | "Page.frameAttached" => true,
            "Network.requestWillBeSent" => {
                let url = m["params"]["request"]["url"].as_str().unwrap_or_default();
                url.split('#').next() != Some(own.as_str()) && !url.starts_with("data:image/jpeg")
            }
            _ => false,
        };
        self.told.iter().filter(is_wrong).map(ToString::to_string).collect()
    }
}

fn put(folder: &Path, name: &str, text: &str) -> PathBuf {
    let path = folder.join(name);
    File::create(&path).unwrap().write_all(text.as_bytes()).unwrap();
    path
}

#[test]
fn the_talk_is_stepped_by_keys_in_a_browser_without_a_network_and_the_console_stays_empty() {
    let Some(program) = found(&["chromium", "chromium-browser", "google-chrome"], "chromium") else { return };
    let folder = tempfile::tempdir().unwrap();
    let mut browser = Browser::new(&program);
    let path = put(folder.path(), "talk.html", &html(&sample()));
    browser.open(&path);
    let place = "document.getElementById('where').textContent";
    let shown = "document.querySelector('section.slide:not([hidden])').getAttribute('aria-label')";
    assert_eq!(browser.value(place), "1 / 9");
    assert_eq!(browser.value(shown), "1 of 8: September 2022 on the border of Armenia and Azerbaijan");
    for (key, code, at) in [
        ("PageDown", 34, "2 / 9"),
        ("ArrowRight", 39, "3 / 9"),
        (" ", 32, "4 / 9"),
        ("PageUp", 33, "3 / 9"),
        ("End", 35, "9 / 9"),
        ("PageDown", 34, "9 / 9"),
        ("Home", 36, "1 / 9"),
        // A number is that of a slide; one of them has two pages.
        ("8", 56, "1 / 9"),
        ("Enter", 13, "8 / 9"),
        ("2", 50, "8 / 9"),
        ("Enter", 13, "2 / 9"),
        ("ArrowLeft", 37, "1 / 9"),
        ("Enter", 13, "2 / 9"),
    ] {
        browser.key(key, code);
        assert_eq!(browser.value(place), at, "{key}");
    }
    let one = "document.querySelectorAll('section.slide:not([hidden])').length";
    assert_eq!(browser.value(one), 1);
    let dark = "document.getElementById('slides').classList.contains('dark')";
    for (key, code, is) in [("b", 66, true), ("b", 66, false), (".", 190, true), ("Home", 36, false)] {
        browser.key(key, code);
        assert_eq!(browser.value(dark), is, "{key}");
    }
    // The timeline plays, and the card of an incident is told by the keyboard alone.
    browser.value("(document.getElementById('time').value = 0, document.getElementById('play').click(), 0)");
    let until = Instant::now() + Duration::from_secs(20);
    while browser.value("Number(document.getElementById('time').value) < 40") == json!(true) {
        assert!(Instant::now() < until, "the timeline does not play");
    }
    browser.value("(document.getElementById('play').click(), document.querySelector('circle.mark').focus(), 0)");
    assert_eq!(browser.value("document.getElementById('card').hidden"), false);
    assert!(browser.value("document.getElementById('card').textContent.length").as_u64() > Some(10));
    // Reading aloud finds every slide, the table with its heads, and a name for every mark.
    assert_eq!(browser.value("document.querySelectorAll('#incidents th[scope=col]').length"), 5);
    assert_eq!(browser.value("document.querySelectorAll('circle.mark:not([aria-label])').length"), 0);
    assert_eq!(browser.wrongs(&path), Vec::<String>::new());
}

#[test]
fn no_words_of_a_project_run_in_a_browser() {
    let Some(program) = found(&["chromium", "chromium-browser", "google-chrome"], "chromium") else { return };
    let folder = tempfile::tempdir().unwrap();
    let mut browser = Browser::new(&program);
    // What would be seen if something ran, or was only held back by the document's own rules.
    let loose = put(folder.path(), "loose.html", "<!DOCTYPE html><p>x</p><script>alert(1)</script>");
    browser.open(&loose);
    assert!(browser.wrongs(&loose).iter().any(|w| w.contains("javascriptDialogOpening")), "{:?}", browser.told);
    let held = html(&sample()).replacen("<main>", "<main><script>alert(1)</script>", 1);
    let held = put(folder.path(), "held.html", &held);
    browser.open(&held);
    assert!(browser.wrongs(&held).iter().any(|w| w.contains("Log.entryAdded")), "{:?}", browser.told.len());
    for (n, text) in POISONED.iter().enumerate() {
        let path = put(folder.path(), &format!("talk-{n}.html"), text);
        browser.open(&path);
        // Stepped through, and every mark told: words come to the page by script as well.
        browser.key("PageDown", 34);
        browser.key("End", 35);
        browser.value("(document.querySelectorAll('circle.mark').forEach(function (m) { m.focus(); }), 0)");
        assert_eq!(browser.value("document.querySelectorAll('script').length"), 2);
        assert_eq!(
            browser.value("document.querySelectorAll('img, iframe, object, embed, form, base, video').length"),
            0
        );
        assert_eq!(browser.wrongs(&path), Vec::<String>::new(), "document {n}");
    }
}

#[test]
fn a_film_plays_in_a_browser_to_its_end() {
    let Some(program) = found(&["chromium", "chromium-browser", "google-chrome"], "chromium") else { return };
    let folder = tempfile::tempdir().unwrap();
    let project = sample();
    let mut order = order(&project, Kind::Mp4);
    // An odd height grows by a pixel.
    order.size = [640, 359];
    let made = files(&project, &order, &mut |_| Ok(())).unwrap();
    File::create(folder.path().join("talk.mp4")).unwrap().write_all(&made[0].bytes).unwrap();
    let page = "<!DOCTYPE html><title>film</title><video id=film src=talk.mp4 muted></video>";
    let mut browser = Browser::new(&program);
    browser.open(&put(folder.path(), "film.html", page));
    let wait = |browser: &mut Browser, what: &str| {
        let end = Instant::now() + Duration::from_secs(30);
        while browser.value(what) != json!(true) {
            let state = "JSON.stringify([film.error && film.error.message, film.readyState, film.currentTime])";
            assert!(Instant::now() < end, "{what}: {}", browser.value(state));
        }
    };
    wait(&mut browser, "film.readyState >= 2");
    assert_eq!(browser.value("[film.videoWidth, film.videoHeight, film.duration]"), json!([640, 360, 2]));
    browser.value("(film.play(), 0)");
    wait(&mut browser, "film.ended");
    assert_eq!(browser.value("film.currentTime"), json!(2));
    assert_eq!(browser.value("film.error"), Value::Null);
    let frames = browser.value("film.getVideoPlaybackQuality().totalVideoFrames");
    assert!(frames.as_u64() > Some(1), "{frames}");
}

#[test]
fn the_words_of_a_talk_as_pdf_can_be_searched() {
    let Some(program) = found(&["pdftotext"], "poppler-utils") else { return };
    let folder = tempfile::tempdir().unwrap();
    let project = sample();
    let made = files(&project, &order(&project, Kind::Pdf), &mut |_| Ok(())).unwrap();
    let path = folder.path().join("talk.pdf");
    File::create(&path).unwrap().write_all(&made[0].bytes).unwrap();
    let output = Command::new(program).arg(&path).arg("-").output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).unwrap();
    let words: Vec<&str> = text.split_whitespace().collect();
    let has = |sentence: &str| {
        let wanted: Vec<&str> = sentence.split_whitespace().collect();
        words.windows(wanted.len()).any(|w| w == wanted)
    };
    // Titles, captions, notes, figures, names of the map, legend and the note of neutrality.
    for slide in &project.meta().slides {
        assert!(has(slide.name()), "{}\n{text}", slide.name());
    }
    for words in ["Yerevan", "eastern border of", "80–430", "own-side", "OpenStreetMap contributors"] {
        assert!(has(words), "{words}\n{text}");
    }
    assert!(has("Lines and names do not express a view on the status of any territory."), "{text}");
}
