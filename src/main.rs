//! The program: the command line, or the window.

use std::io::{IsTerminal, Write};
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use clap::Parser;
use clashmap::app::measure;
use clashmap::app::start::{self, Start, StartError};
use clashmap::app::{Dialogs, SEPTEMBER_2022, World};
use clashmap::cli::args::{Arguments, Command, one_line};
use clashmap::cli::{chart, check, convert, diff, export, package as cli_package, plain, question, render, stats};
use clashmap::io::{Severity, atomic, disk::Disk, disk::RealDisk, package, paths, progress, project, settings};
use clashmap::model::Project;
use clashmap::tiles::Network;

/// Hands out memory. Large files are millions of small texts, which it packs closer and finds faster than the systems' own.
#[global_allocator]
static MEMORY: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// The name of the picture that is drawn where no window can be.
const PICTURE: &str = "september-2022.png";

fn main() -> ExitCode {
    let (mut out, mut err) = (std::io::stdout().lock(), std::io::stderr());
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        // Help and version are answers, not errors: clap prints them whole.
        Err(e) if !e.use_stderr() => e.exit(),
        Err(e) => {
            let _ = writeln!(err, "clashmap: {}", plain(&one_line(&e)));
            return ExitCode::from(2);
        }
    };
    let result = match arguments.command {
        None => window(arguments.file.as_deref(), None, &mut err),
        Some(Command::Present { file, screen }) => window(file.as_deref(), Some(screen), &mut err),
        Some(Command::Package(args)) => cli_package::run(&args, state_folder().as_deref(), &named_person(), &mut out),
        Some(Command::Check { file, json, .. }) if package::is_package(&file) => {
            let own = state_folder().and_then(|state| package::Key::kept(&RealDisk, &state).ok().flatten());
            Ok(cli_package::check(&file, json, own.map(|key| key.public()), &mut out, &mut err))
        }
        Some(Command::Check { file, media, json }) => Ok(check::run(&file, media, json, &mut out, &mut err)),
        Some(Command::Diff(args)) => diff::diff(&args, &mut out),
        Some(Command::Merge(args)) => diff::merge(&args, &mut out),
        Some(Command::Convert(args)) => convert::run(&args, (seconds(), &named_person), &mut out),
        Some(Command::Measure { file, json, step }) => measure::run(&file, json, step, &mut out),
        Some(Command::Render(args)) => opened_whole(&args.file, &mut err).and_then(|mut opened| {
            let mut write = |path: &Path, bytes: &[u8]| save(path, bytes);
            // A wrong option is said by `run`, before anything is drawn.
            if let Ok(question) = question::question_for(&args.view, &opened.project) {
                say(&question::unknown_names(&opened.project, &question), &mut err);
            }
            // Without either option, what was kept is not drawn: the picture is the same on every computer.
            let network = (args.view.online || args.view.offline).then(network);
            render::run(&mut opened, &args, network, &mut write).map(|render::Told { missing, withheld }| {
                say(withheld.as_slice(), &mut err);
                say(&missing, &mut err);
                u8::from(!missing.is_empty())
            })
        }),
        Some(Command::Export(args)) => opened(&args.file, &mut err).and_then(|project| {
            let mut write = |path: &Path, bytes: &[u8]| save(path, bytes);
            let mut told = |line: &str| say(&[line.to_owned()], &mut std::io::stderr());
            let mut done = Watched::new(std::io::stderr().is_terminal());
            let network = (args.view.online || args.view.offline).then(network);
            let result = export::run(&project, &args, network, &mut write, &mut told, &mut |part| {
                done.reached(part, &mut std::io::stderr());
                Ok(())
            });
            done.end(&mut std::io::stderr());
            result.map(|missing| {
                say(&missing, &mut err);
                u8::from(!missing.is_empty())
            })
        }),
        Some(Command::Stats { file, json, chart, view }) => opened_whole(&file, &mut err).and_then(|mut opened| {
            let question = question::question_for(&view, &opened.project)?;
            say(&question::unknown_names(&opened.project, &question), &mut err);
            let derived = opened.derive(&question);
            let project = opened.project;
            let write = &mut |path: &Path, bytes: &[u8]| save(path, bytes);
            let withheld = chart::run(&project, &question, &chart, &view, write)?;
            say(withheld.as_slice(), &mut err);
            match stats::run(&project, &derived, json, &mut out) {
                // A reader that has seen enough (`| head`) is no failure.
                Err(e) if e.kind() == std::io::ErrorKind::BrokenPipe => Ok(0),
                done => done.map_err(|e| format!("the figures cannot be written: {e}")),
            }
        }),
    };
    let code = result.unwrap_or_else(|line| {
        let _ = writeln!(err, "clashmap: {}", plain(&line));
        2
    });
    ExitCode::from(code)
}

/// Lines for the user that stop nothing.
fn say(lines: &[String], err: &mut dyn Write) {
    for line in lines {
        // A terminal that is gone needs no warning.
        let _ = writeln!(err, "clashmap: {}", plain(line));
    }
}

/// How far something is that takes long, on one line of a terminal that is written over; nothing where nobody looks.
struct Watched {
    begun: Instant,
    told: Option<Instant>,
    is_seen: bool,
}

impl Watched {
    fn new(is_seen: bool) -> Self {
        Self { begun: Instant::now(), told: None, is_seen }
    }

    fn reached(&mut self, part: f32, out: &mut dyn Write) {
        // What is done within a second needs no line.
        let since = self.told.map_or_else(|| self.begun.elapsed() / 4, |told| told.elapsed());
        if !self.is_seen || part <= 0.02 || since < Duration::from_millis(250) {
            return;
        }
        self.told = Some(Instant::now());
        let line = far(part, self.begun.elapsed());
        let _ = write!(out, "\r\x1b[Kclashmap: {line}");
        let _ = out.flush();
    }

    fn end(&self, out: &mut dyn Write) {
        if self.told.is_some() {
            let _ = write!(out, "\r\x1b[K");
        }
    }
}

/// A share that is done after a time, and how long the rest takes if it goes on as fast.
fn far(part: f32, taken: Duration) -> String {
    let left = (taken.as_secs_f32() * (1.0 - part) / part.max(0.001)).ceil() as u64;
    let left = if left < 100 { format!("{left} s") } else { format!("{} min", left.div_ceil(60)) };
    format!("{:.0} % made, {left} left; Ctrl+C stops, and no file is left behind", part * 100.0)
}

/// Opens a file; what was noticed goes to the messages, in one line.
fn opened(file: &Path, err: &mut dyn Write) -> Result<Project, String> {
    opened_whole(file, err).map(|opened| opened.project)
}

/// The same with what is known of the file besides.
fn opened_whole(file: &Path, err: &mut dyn Write) -> Result<project::Opened, String> {
    let opened = project::open(file).map_err(|e| format!("cannot open {}: {e}", file.display()))?;
    let notable = opened.findings.iter().filter(|f| f.severity != Severity::Info).count();
    if notable > 0 {
        let name = file.display().to_string();
        let _ = writeln!(err, "clashmap: {notable} findings in {}; `clashmap check` lists them", plain(&name));
    }
    Ok(opened)
}

fn save(path: &Path, bytes: &[u8]) -> Result<(), String> {
    atomic::save(&RealDisk, path, &mut |out| out.write_all(bytes)).map_err(|e| e.to_string())
}

fn env(name: &str) -> Option<std::ffi::OsString> {
    std::env::var_os(name)
}

/// Opens the window; where there is no display, draws the example instead if no file was named.
fn window(file: Option<&Path>, show: Option<Option<u8>>, err: &mut dyn Write) -> Result<u8, String> {
    if !start::has_display(&env) {
        return no_display(file, "there is no display", err);
    }
    let mut start = match file {
        None => Start {
            project: example()?,
            path: None,
            seen: None,
            name: "september-2022".into(),
            findings: Vec::new(),
            read_only: None,
            open: None,
            present: false,
            screen: None,
        },
        // The window is there at once and shows how far a large file is.
        Some(path) if std::fs::metadata(path).is_ok_and(|m| m.is_file() && m.len() > LARGE) => in_window(path),
        Some(path) => match from_file(path) {
            Ok(start) => start,
            // The window has a better answer than a line: what is whole can be opened.
            Err(e) if e.recoverable => in_window(path),
            // A table or a foreign map: the window brings it in.
            Err(_) if path.is_file() && start::is_foreign(path) => in_window(path),
            Err(e) => return Err(format!("cannot open {}: {e}", path.display())),
        },
    };
    if let Some(screen) = show {
        (start.present, start.screen) = (true, screen.map(|n| usize::from(n) - 1));
    }
    match start::run(start, world()) {
        Ok(()) => Ok(0),
        Err(StartError { line, no_display: true }) => no_display(file, &line, err),
        Err(StartError { line, .. }) => Err(line),
    }
}

/// Files longer than this, in bytes, are opened while the window is there already: reading them takes longer than a blink.
const LARGE: u64 = 4 << 20;

/// An empty project, and a file to open as soon as the window is there. If it is damaged, the window asks what to do.
fn in_window(path: &Path) -> Start {
    Start {
        project: Project::default(),
        path: None,
        seen: None,
        name: "untitled".into(),
        findings: Vec::new(),
        read_only: None,
        open: Some(std::path::absolute(path).unwrap_or_else(|_| path.to_owned())),
        present: false,
        screen: None,
    }
}

fn from_file(path: &Path) -> Result<Start, project::OpenError> {
    let (opened, seen) = project::open_seen(path, &progress::Progress::new())?;
    let findings =
        opened.findings.iter().filter(|f| f.severity != Severity::Info).map(|f| format!("{}: {}", f.place, f.what));
    Ok(Start {
        findings: findings.take(40).collect(),
        read_only: opened.read_only,
        open: None,
        present: false,
        screen: None,
        path: Some(std::path::absolute(path).unwrap_or_else(|_| path.to_owned())),
        seen: Some(seen),
        name: String::new(),
        project: opened.project,
    })
}

fn example() -> Result<Project, String> {
    project::read(SEPTEMBER_2022).map(|o| o.project).map_err(|e| format!("the example cannot be read: {e}"))
}

fn no_display(file: Option<&Path>, why: &str, err: &mut dyn Write) -> Result<u8, String> {
    if let Some(file) = file {
        return Err(format!("{why}; use `clashmap render {} -o map.png`", file.display()));
    }
    let bytes = render::render(&example()?, &render::Options::default())?;
    save(Path::new(PICTURE), &bytes)?;
    let _ = writeln!(err, "clashmap: {}; the map of the example was drawn to ./{PICTURE} instead", plain(why));
    Ok(0)
}

/// The network, switched off, with the tiles that were kept.
fn network() -> Arc<Network> {
    let cache = paths::cache_folder(paths::Platform::current(), &env).map(|folder| paths::kept_tiles(&folder));
    Arc::new(Network::new(cache, seconds))
}

fn state_folder() -> Option<std::path::PathBuf> {
    paths::state_folder(paths::Platform::current(), &env)
}

fn world() -> World {
    let state_folder = state_folder();
    // The clock comes in here and nowhere else.
    #[allow(clippy::disallowed_methods)]
    let seed = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |d| d.as_nanos() as u64 / 1_000);
    #[allow(clippy::disallowed_methods)]
    let clock = || {
        let now = jiff::Zoned::now();
        (u8::try_from(now.hour()).unwrap_or(0), u8::try_from(now.minute()).unwrap_or(0))
    };
    #[allow(clippy::disallowed_methods)]
    let today = || {
        let now = jiff::Zoned::now();
        let part = |n: i8| u8::try_from(n).unwrap_or(1);
        (i32::from(now.year()), part(now.month()), part(now.day()))
    };
    World {
        clock: Box::new(clock),
        today: Box::new(today),
        dialogs: Dialogs::System,
        seed,
        now: Box::new(seconds),
        person: person(),
        settings_file: state_folder.as_deref().map(paths::settings_file),
        state_folder,
        quit_when_complete: env("CLASHMAP_QUIT_WHEN_COMPLETE").is_some(),
        threads: true,
        network: Some(network()),
    }
}

/// The time in seconds since 1970.
#[allow(clippy::disallowed_methods)]
fn seconds() -> i64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |d| d.as_secs() as i64)
}

/// The user by the name that was given in the window, if there is one, and the computer.
fn named_person() -> String {
    let file = state_folder().as_deref().map(paths::settings_file);
    file.map_or_else(person, |file| settings::peek(&RealDisk, &file).person(&person()))
}

/// The user and the computer by the names that the system gives them.
fn person() -> String {
    let first = |names: [&str; 2]| {
        names.iter().find_map(|n| env(n)).map(|v| v.to_string_lossy().into_owned()).filter(|v| !v.is_empty())
    };
    let who = first(["USER", "USERNAME"]).unwrap_or_else(|| "somebody".into());
    let computer = RealDisk.read(Path::new("/etc/hostname"), 1 << 10).ok();
    let computer = computer.map(|b| String::from_utf8_lossy(&b).trim().to_owned()).filter(|n| !n.is_empty());
    match first(["HOSTNAME", "COMPUTERNAME"]).or(computer) {
        Some(computer) => format!("{who} on {computer}"),
        None => who,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_time_left_follows_from_the_share_that_is_done() {
        let said = |part, secs| far(part, Duration::from_secs(secs)).split(';').next().unwrap().to_owned();
        assert_eq!(said(0.25, 10), "25 % made, 30 s left");
        assert_eq!(said(0.5, 130), "50 % made, 3 min left");
        assert_eq!(said(1.0, 5), "100 % made, 0 s left");
    }

    #[test]
    fn progress_is_told_to_a_terminal_only_and_its_line_is_taken_away() {
        let mut out = Vec::new();
        for (is_seen, lines) in [(false, 0), (true, 1)] {
            let mut watched = Watched::new(is_seen);
            watched.begun -= Duration::from_secs(4);
            watched.reached(0.01, &mut out);
            watched.reached(0.5, &mut out);
            watched.reached(0.5, &mut out);
            watched.end(&mut out);
            let text = String::from_utf8(std::mem::take(&mut out)).unwrap();
            assert_eq!(text.matches("50 % made").count(), lines, "{text:?}");
            assert!(!is_seen || text.ends_with("\r\x1b[K"));
        }
    }
}
