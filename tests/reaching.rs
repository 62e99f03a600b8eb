//! Received projects that name what lies elsewhere: no connection is opened and nothing outside their folder is read.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stderr,
    reason = "a test stops at the first thing that is wrong"
)]
#![allow(clippy::disallowed_methods, reason = "what a test puts into a temporary folder may be half-written")]
#![cfg(target_os = "linux")]

use std::fs;
use std::process::{Command, Stdio};

/// What the program and its libraries read of the system.
const SYSTEM: [&str; 9] = [
    "/lib",
    "/usr/lib",
    "/proc/",
    "/sys/",
    "/dev/",
    "/etc/ld.so",
    "/etc/localtime",
    "/usr/share/zoneinfo",
    "/etc/timezone",
];

fn hostile() -> String {
    let elsewhere = [
        "/etc/passwd",
        "../secret.mbtiles",
        "p.media/../../secret.mbtiles",
        "file:///etc/passwd",
        "p.media/link.mbtiles",
        "http://127.0.0.1:9/{z}/{x}/{y}.png",
        "//127.0.0.1/share/t.mbtiles",
        "\\\\\\\\127.0.0.1\\\\share\\\\t.pmtiles",
        "p.media/folder/secret.mbtiles",
    ];
    let list = |part: &dyn Fn(&str) -> String| elsewhere.map(part).join(",");
    let maps =
        list(&|e| format!(r#"{{"name":"m","file":"{e}"}},{{"name":"u","url":"{e}"}},{{"name":"w","tiles":"{e}"}}"#));
    let sources = list(&|e| format!(r#"{{"id":"s{}","url":"{e}","archived":"{e}"}}"#, e.len()));
    let words = list(&|e| format!("![a]({e}) [b]({e}) <img src={e}>"));
    let media = list(&|e| format!("\"{e}\""));
    format!(
        r#"{{"type":"FeatureCollection","clashmap":{{"format":"1.0","title":"t","maps":[{maps}],"sources":[{sources}],"slides":[{{"id":"s","title":"{words}","text":"{words}","notes":"{words}"}}]}},"features":[
{{"type":"Feature","geometry":{{"type":"Point","coordinates":[45.6,39.8]}},"properties":{{"uid":"a","kind":"shelling","when":"2022-09-13","media":[{media}],"notes":"{words}"}}}}
]}}
"#
    )
}

#[test]
fn received_projects_open_no_connection_and_nothing_outside_their_folder() {
    let traced = Command::new("strace").args(["-f", "-o", "/dev/null", "true"]).stderr(Stdio::null()).status();
    if !traced.is_ok_and(|s| s.success()) {
        eprintln!("skipped: strace is not there or may not trace");
        return;
    }
    let root = tempfile::tempdir().unwrap();
    let folder = root.path().join("received");
    fs::create_dir_all(folder.join("p.media")).unwrap();
    fs::write(root.path().join("secret.mbtiles"), "SQLite format 3\0").unwrap();
    std::os::unix::fs::symlink(root.path().join("secret.mbtiles"), folder.join("p.media/link.mbtiles")).unwrap();
    std::os::unix::fs::symlink(root.path(), folder.join("p.media/folder")).unwrap();
    fs::write(folder.join("p.clashmap.geojson"), hostile()).unwrap();
    let runs: [&[&str]; 11] = [
        &["check", "p.clashmap.geojson", "--media"],
        &["stats", "p.clashmap.geojson"],
        &["render", "p.clashmap.geojson", "-o", "out.png", "--size", "200x120"],
        &["render", "p.clashmap.geojson", "-o", "out.svg", "--size", "200x120"],
        &["render", "p.clashmap.geojson", "-o", "out.png", "--size", "200x120", "--offline"],
        &["render", "p.clashmap.geojson", "-o", "out.png", "--size", "200x120", "--online"],
        &[
            "render",
            "p.clashmap.geojson",
            "-o",
            "out.png",
            "--size",
            "200x120",
            "--online",
            "--allow-host",
            "localhost",
        ],
        &["export", "p.clashmap.geojson", "-o", "out.html"],
        &["export", "p.clashmap.geojson", "-o", "out.pdf"],
        &["convert", "p.clashmap.geojson", "out.kml"],
        &["convert", "p.clashmap.geojson", "out.xlsx"],
    ];
    let log = root.path().join("log");
    let traced = |arguments: &[&str]| {
        let mut command = Command::new("strace");
        command.args(["-f", "-qq", "-s", "4096", "-e", "trace=%network,open,openat,openat2", "-o"]).arg(&log);
        command.arg(env!("CARGO_BIN_EXE_clashmap")).args(arguments).current_dir(&folder).env("HOME", &folder);
        for name in
            ["DISPLAY", "WAYLAND_DISPLAY", "XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME", "LD_LIBRARY_PATH"]
        {
            command.env_remove(name);
        }
        let output = command.stdin(Stdio::null()).output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(matches!(output.status.code(), Some(0 | 1)), "{arguments:?}: {said}");
        fs::read_to_string(&log).unwrap()
    };
    for arguments in runs {
        let log = traced(arguments);
        assert!(log.contains("p.clashmap.geojson"), "{arguments:?}: nothing was traced");
        for line in log.lines() {
            assert!(
                !["connect(", "socket(", "sendto(", "bind("].iter().any(|call| line.contains(call)),
                "{arguments:?}: {line}"
            );
            let Some(path) = line.split('"').nth(1).filter(|_| line.contains("open")) else { continue };
            let inside = path.strip_prefix(folder.to_str().unwrap()).map_or(path, |p| p.trim_start_matches('/'));
            let own = !inside.starts_with('/')
                && !inside.contains("..")
                && !["link", "folder"].iter().any(|l| inside.contains(l));
            assert!(own || SYSTEM.iter().any(|s| path.starts_with(s)), "{arguments:?}: {line}");
        }
    }
    // The same file with the user's permission: the trace would have shown it.
    let allowed = ["--online", "--allow-host", "127.0.0.1"];
    let log = traced(&[&["render", "p.clashmap.geojson", "-o", "out.png", "--size", "200x120"][..], &allowed].concat());
    let connects: Vec<&str> = log.lines().filter(|l| l.contains("connect(")).collect();
    assert!(
        !connects.is_empty() && connects.iter().all(|l| l.contains("127.0.0.1") && l.contains("htons(9)")),
        "{connects:?}"
    );
}
