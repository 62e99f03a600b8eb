//! The real window on a virtual screen: add an incident, save it, quit; a show as its pictures are; and what is said where no driver gives OpenGL.
//!
//! Runs where `Xvfb` and `xdotool` are on the PATH. Elsewhere it says that it did not run, and fails only if
//! `CLASHMAP_REQUIRE_XVFB=1` asks for it.
#![cfg(all(unix, not(target_os = "macos")))]
#![allow(clippy::print_stdout, reason = "a test that does not run says so")]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test stops at the first thing that is wrong"
)]

use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

const TITLE: &str = "Shots heard near the lake";

/// A process that does not outlive the test.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended by itself, which is what is wanted.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn ms(n: u64) -> Duration {
    Duration::from_millis(n)
}

/// Whether the tools are there; says so if not, or fails if they are asked for.
fn has_tools() -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let missing: Vec<&str> = ["Xvfb", "xdotool"]
        .into_iter()
        .filter(|t| !std::env::split_paths(&path).any(|p| p.join(t).is_file()))
        .collect();
    if missing.is_empty() {
        return true;
    }
    let line = format!(
        "the window was not tested: {} missing (Debian, Ubuntu: apt install xvfb xdotool)",
        missing.join(" and ")
    );
    assert!(std::env::var_os("CLASHMAP_REQUIRE_XVFB").is_none_or(|v| v != "1"), "{line}");
    println!("{line}");
    false
}

/// A virtual screen on a free display.
struct Screen {
    _server: Running,
    display: String,
}

impl Screen {
    fn new(options: &[&str]) -> Self {
        let mut command = Command::new("Xvfb");
        command.args(["-displayfd", "1", "-screen", "0", "1366x768x24", "-nolisten", "tcp"]).args(options);
        let mut server = Running(command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap());
        let mut line = String::new();
        BufReader::new(server.0.stdout.take().unwrap()).read_line(&mut line).unwrap();
        assert!(!line.trim().is_empty(), "Xvfb does not start");
        Self { _server: server, display: format!(":{}", line.trim()) }
    }

    fn xdotool(&self, arguments: &[&str]) -> Option<String> {
        let output = Command::new("xdotool").env("DISPLAY", &self.display).args(arguments).output().unwrap();
        output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
    }

    fn key(&self, keys: &str) {
        self.xdotool(&["key", "--clearmodifiers", keys]).unwrap();
    }

    fn write(&self, text: &str) {
        self.xdotool(&["type", "--delay", "12", text]).unwrap();
    }

    /// The program on this screen, without anything of the desktop that the test may run on.
    fn program(&self, home: &Path) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_clashmap"));
        command
            .env("DISPLAY", &self.display)
            .env_remove("WAYLAND_DISPLAY")
            .env_remove("WAYLAND_SOCKET")
            .env("LIBGL_ALWAYS_SOFTWARE", "1")
            .env("XDG_STATE_HOME", home.join("state"))
            // No portal and no helper of a desktop: the path is typed.
            .env("XDG_RUNTIME_DIR", home)
            .env("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent")
            .env("PATH", home)
            .current_dir(home)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }
}

/// Asks until there is an answer.
fn within(limit: Duration, mut ask: impl FnMut() -> bool) -> bool {
    let start = Instant::now();
    while start.elapsed() < limit {
        if ask() {
            return true;
        }
        sleep(ms(60));
    }
    ask()
}

/// What a process that has ended, or is made to end, said on stderr.
fn said(running: &mut Running) -> String {
    let _ = running.0.kill();
    let mut text = String::new();
    running.0.stderr.take().unwrap().read_to_string(&mut text).unwrap();
    text
}

/// CPU time of a process so far, in hundredths of a second; `None` where `/proc` does not tell.
fn cpu(pid: u32) -> Option<u64> {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    // After the name in parentheses, which may hold spaces: state, …; user and system time are the 12th and 13th.
    let mut fields = stat.rsplit_once(')')?.1.split_whitespace().skip(11);
    Some(fields.next()?.parse::<u64>().ok()? + fields.next()?.parse::<u64>().ok()?)
}

#[test]
fn an_incident_is_added_by_key_and_click_saved_by_a_typed_path_and_the_window_closes() {
    if !has_tools() {
        return;
    }
    let home = tempfile::tempdir().unwrap();
    let screen = Screen::new(&[]);
    let mut program = Running(screen.program(home.path()).spawn().unwrap());
    // The title is compared here: xdotool's own search knows ASCII only.
    let window = || Some(screen.xdotool(&["search", "--name", "clashmap"])?.lines().last()?.to_owned());
    let title = || window().and_then(|id| screen.xdotool(&["getwindowname", &id])).unwrap_or_default();
    let becomes = |limit: u64, wanted: &str| within(ms(limit), || title() == wanted);
    assert!(becomes(15_000, "september-2022 — clashmap"), "no window: {}", said(&mut program));
    let id = window().unwrap();
    screen.xdotool(&["windowmove", &id, "0", "0", "windowsize", &id, "1366", "768", "windowfocus", &id]).unwrap();

    // An idle window uses no CPU: once the first pictures are there, a second passes without work.
    let idle = within(ms(12_000), || {
        let before = cpu(program.0.id());
        sleep(ms(1000));
        match (before, cpu(program.0.id())) {
            (Some(a), Some(b)) => b - a <= 2,
            _ => true,
        }
    });
    assert!(idle, "the window works although nothing happens");

    screen.key("n");
    sleep(ms(300));
    screen.xdotool(&["mousemove", "880", "520", "sleep", "0.2", "click", "1"]).unwrap();
    assert!(becomes(4_000, "• september-2022 — clashmap"), "no incident was added");
    sleep(ms(500));
    screen.write(TITLE);
    screen.key("Return");
    sleep(ms(300));

    let file = home.path().join("saved.clashmap.geojson");
    screen.key("ctrl+s");
    sleep(ms(1500));
    screen.key("ctrl+a");
    screen.write(file.to_str().unwrap());
    screen.key("Return");
    assert!(becomes(5_000, "saved.clashmap.geojson — clashmap"), "not saved: {}", said(&mut program));
    let saved = std::fs::read_to_string(&file).unwrap();
    assert_eq!(saved.matches(TITLE).count(), 1, "the file holds the title once");
    assert!(saved.contains("Border clashes of September 2022"), "and what was there before");

    screen.key("ctrl+q");
    assert!(within(ms(4_000), || program.0.try_wait().unwrap().is_some()), "the window does not close");
    let status = program.0.wait().unwrap();
    let text = said(&mut program);
    assert!(status.success() && !text.contains("panicked"), "{status}: {text}");
    assert!(home.path().join("state/clashmap/settings.json").is_file(), "the settings are kept");
}

/// A picture as rows of red, green and blue.
struct Pixels {
    size: [usize; 2],
    rgb: Vec<[u8; 3]>,
}

impl Pixels {
    /// What a screen shows, as Xvfb keeps it in a file: a head of numbers, colours, pixels (X11's XWDFile.h).
    fn of_screen(folder: &Path) -> Self {
        let bytes = std::fs::read(folder.join("Xvfb_screen0")).unwrap();
        let number = |n: usize| u32::from_be_bytes(bytes[n * 4..n * 4 + 4].try_into().unwrap()) as usize;
        let (size, row, bits) = ([number(4), number(5)], number(12), number(11));
        assert_eq!(bits, 32);
        let from = number(0) + number(19) * 12;
        let is_low_first = number(7) == 0;
        let pixel = |p: &[u8]| if is_low_first { [p[2], p[1], p[0]] } else { [p[1], p[2], p[3]] };
        let rows = bytes[from..].chunks(row).take(size[1]);
        Self { size, rgb: rows.flat_map(|r| r[..size[0] * 4].chunks(4).map(pixel)).collect() }
    }

    fn of_png(bytes: &[u8]) -> Self {
        let mut reader = png::Decoder::new(std::io::Cursor::new(bytes)).read_info().unwrap();
        let mut data = vec![0; reader.output_buffer_size().unwrap()];
        let info = reader.next_frame(&mut data).unwrap();
        assert_eq!((info.color_type, info.bit_depth), (png::ColorType::Rgb, png::BitDepth::Eight));
        let size = [info.width as usize, info.height as usize];
        Self { size, rgb: data[..info.buffer_size()].chunks(3).map(|p| [p[0], p[1], p[2]]).collect() }
    }

    /// Mean difference of a pixel, and the share of pixels that differ by more than a third: edges of letters that two programs
    /// draw differ in a few grey pixels each.
    fn difference(&self, other: &Self) -> (f64, f64) {
        assert_eq!(self.size, other.size);
        let far =
            |(a, b): (&[u8; 3], &[u8; 3])| f64::from((0..3).map(|i| u32::from(a[i].abs_diff(b[i]))).sum::<u32>()) / 3.0;
        let all: Vec<f64> = self.rgb.iter().zip(&other.rgb).map(far).collect();
        let n = all.len() as f64;
        (all.iter().sum::<f64>() / n, all.iter().filter(|d| **d > 85.0).count() as f64 / n)
    }
}

#[test]
fn the_screen_of_the_audience_shows_what_a_picture_of_the_slide_shows() {
    if !has_tools() {
        return;
    }
    let home = tempfile::tempdir().unwrap();
    // A copy: whoever opens a file leaves a mark beside it.
    let sample = &home.path().join("september-2022.clashmap.geojson");
    let original = concat!(env!("CARGO_MANIFEST_DIR"), "/assets/september-2022.clashmap.geojson");
    std::fs::copy(original, sample).unwrap();
    let pictures = ["title", "where"].map(|slide| {
        let out = home.path().join(format!("{slide}.png"));
        let mut command = Command::new(env!("CARGO_BIN_EXE_clashmap"));
        command.arg("render").arg(sample).args(["--slide", slide, "--size", "1366x768", "-o"]).arg(&out);
        assert!(command.status().unwrap().success());
        Pixels::of_png(&std::fs::read(out).unwrap())
    });
    let screen = Screen::new(&["-fbdir", home.path().to_str().unwrap(), "-nocursor"]);
    let mut command = screen.program(home.path());
    let mut program = Running(command.arg("present").arg(sample).spawn().unwrap());
    // A window that is there but not yet shown can take no focus: it is asked again.
    let is_placed = || {
        let windows = screen.xdotool(&["search", "--onlyvisible", "--name", "clashmap"])?;
        let id = windows.lines().last()?;
        screen.xdotool(&["windowmove", id, "0", "0", "windowsize", id, "1366", "768", "windowfocus", id])
    };
    assert!(within(ms(20_000), || is_placed().is_some()), "no window: {}", said(&mut program));
    let is_shown = |slide: &Pixels| {
        let (mean, far) = Pixels::of_screen(home.path()).difference(slide);
        mean < 4.0 && far < 0.01
    };
    for (n, slide) in pictures.iter().enumerate() {
        let other = &pictures[1 - n];
        if !within(ms(20_000), || is_shown(slide)) {
            let differs = Pixels::of_screen(home.path()).difference(slide);
            panic!("slide {n} is not shown, {differs:?}: {}", said(&mut program));
        }
        assert!(!is_shown(other), "the measure tells one slide from another");
        screen.key("Next");
    }
}

#[test]
fn without_a_driver_one_line_says_what_to_install() {
    if !has_tools() {
        return;
    }
    let home = tempfile::tempdir().unwrap();
    // No GLX on the screen and no EGL on the machine: nothing is left that could give OpenGL.
    let screen = Screen::new(&["-extension", "GLX"]);
    let mut command = screen.program(home.path());
    command.env("__EGL_VENDOR_LIBRARY_FILENAMES", "/nonexistent").env("LIBGL_DRIVERS_PATH", "/nonexistent");
    let mut program = Running(command.spawn().unwrap());
    assert!(within(ms(10_000), || program.0.try_wait().unwrap().is_some()), "it neither starts nor ends");
    let status = program.0.wait().unwrap();
    let text = said(&mut program);
    assert_eq!(status.code(), Some(2), "{text}");
    let lines: Vec<&str> = text.lines().filter(|l| l.starts_with("clashmap: ")).collect();
    assert!(
        matches!(lines.as_slice(), [line] if line.contains("libgl1-mesa-dri") && line.contains("clashmap render")),
        "{text}"
    );
    assert!(!text.contains("panicked") && !text.contains("ConfigTemplate"), "{text}");
}
