//! Starting the window, and saying in one line why there is none.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use super::{App, World};
use crate::io::seen::Seen;
use crate::model::Project;

/// What ends in a window, or says why not.
pub struct Start {
    /// The project to show.
    pub project: Project,
    /// Its file, if it has one.
    pub path: Option<PathBuf>,
    /// Which state of the file was read, if it was.
    pub seen: Option<Seen>,
    /// What it is called where it has none.
    pub name: String,
    /// What was noticed on opening, worth a look.
    pub findings: Vec<String>,
    /// Why it cannot be saved in place, if so.
    pub read_only: Option<String>,
    /// A file to open as soon as the window is there.
    pub open: Option<PathBuf>,
    /// Start with the show.
    pub present: bool,
    /// The screen of the audience, counted from 0.
    pub screen: Option<usize>,
}

/// Why there is no window.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StartError {
    /// One line: what is missing and what to install or do instead.
    pub line: String,
    /// Whether it is the display itself that cannot be reached.
    pub no_display: bool,
}

/// Whether a file has the name of something that the window brings in instead of opening it.
pub fn is_foreign(path: &std::path::Path) -> bool {
    super::import::is_foreign(path)
}

/// Whether a display can be there at all, by what the environment says. Only Linux and its kin run without one.
pub fn has_display(env: &dyn Fn(&str) -> Option<std::ffi::OsString>) -> bool {
    if !cfg!(all(unix, not(target_os = "macos"))) {
        return true;
    }
    ["DISPLAY", "WAYLAND_DISPLAY", "WAYLAND_SOCKET"].iter().any(|name| env(name).is_some_and(|v| !v.is_empty()))
}

/// Opens the window and stays until it is closed.
///
/// # Errors
/// [`StartError`].
pub fn run(start: Start, world: World) -> Result<(), StartError> {
    let size =
        world.settings_file.as_deref().and_then(|p| crate::io::settings::load(&crate::io::disk::RealDisk, p).0.window);
    let (width, height) = size.unwrap_or((1440.0, 900.0));
    let viewport = egui::ViewportBuilder::default()
        .with_title("clashmap")
        .with_app_id("clashmap")
        .with_inner_size([width, height])
        .with_min_inner_size([900.0, 560.0])
        .with_drag_and_drop(true);
    let options = eframe::NativeOptions {
        viewport,
        // Lines and text are smoothed by egui itself; samples of the driver cost time on software renderers and add nothing.
        multisampling: 0,
        dithering: false,
        persist_window: false,
        ..Default::default()
    };
    // Libraries that are missing make the window system's crates panic. Their message is kept instead of printed.
    let said: Arc<Mutex<Option<String>>> = Arc::default();
    let opened: Arc<std::sync::atomic::AtomicBool> = Arc::default();
    let usual = std::panic::take_hook();
    {
        let (said, opened) = (Arc::clone(&said), Arc::clone(&opened));
        std::panic::set_hook(Box::new(move |info| {
            if opened.load(std::sync::atomic::Ordering::Relaxed) {
                usual(info);
            } else {
                *said.lock().unwrap_or_else(PoisonError::into_inner) = Some(info.to_string());
            }
        }));
    }
    let result = catch_unwind(AssertUnwindSafe(|| {
        eframe::run_native(
            "clashmap",
            options,
            Box::new(move |_| {
                opened.store(true, std::sync::atomic::Ordering::Relaxed);
                crate::picture::egui_paint::keep_memory_between_frames();
                let mut app = App::new(start.project, start.path, &start.name, world);
                app.file.read_only = start.read_only;
                app.file.seen = start.seen;
                app.to_open = start.open;
                app.to_present = start.present;
                app.state.slides.screen = start.screen;
                if !start.findings.is_empty() {
                    app.dialog = Some(super::Dialog::Message {
                        heading: "Opened, with something to know".into(),
                        lines: start.findings,
                        action: None,
                    });
                }
                Ok(Box::new(app))
            }),
        )
    }));
    match result {
        Ok(Ok(())) => Ok(()),
        Ok(Err(e)) => Err(explain(&e.to_string())),
        Err(panic) => {
            let text = said.lock().unwrap_or_else(PoisonError::into_inner).take();
            let text = text
                .or_else(|| panic.downcast_ref::<String>().cloned())
                .or_else(|| panic.downcast_ref::<&str>().map(|s| (*s).to_owned()));
            Err(explain(&text.unwrap_or_default()))
        }
    }
}

/// One line that says what to do about a raw error of the window system.
fn explain(raw: &str) -> StartError {
    let first =
        raw.lines().map(str::trim).find(|l| !l.is_empty() && !l.starts_with("panicked at")).unwrap_or("unknown reason");
    // glutin tells the whole template that it looked for.
    let first = first.split_once(": ConfigTemplate").map_or(first, |(head, _)| head);
    let lower = raw.to_lowercase();
    let says = |words: &[&str]| words.iter().any(|w| lower.contains(w));
    if says(&["xkbcommon"]) {
        return missing(
            "the library libxkbcommon-x11 is missing; install it (Debian, Ubuntu: apt install libxkbcommon-x11-0)",
        );
    }
    if says(&["libx", "libwayland"]) && says(&[".so"]) {
        return missing(&format!(
            "a library of the window system is missing ({first}); install libx11-6, libxcursor1 and libxi6"
        ));
    }
    if says(&["glutin", "glx", "egl", "opengl", "gl context", "no suitable", "config", "adapter"]) {
        return missing(&format!(
            "no graphics driver gives OpenGL ({first}); install one (Debian, Ubuntu: apt install libgl1 libegl1 libgl1-mesa-dri)"
        ));
    }
    if says(&["display", "wayland", "x11", "x server", "event loop", "connect"]) {
        // The window system's crate names the line of its own source before the reason.
        let reason = first.rsplit_once(".rs:").and_then(|(_, r)| Some(r.split_once(": ")?.1)).unwrap_or(first);
        let line = format!("the display cannot be reached ({reason}); check DISPLAY or WAYLAND_DISPLAY");
        return StartError { line, no_display: true };
    }
    missing(first)
}

fn missing(what: &str) -> StartError {
    StartError { line: format!("no window: {what}, or use `clashmap render`"), no_display: false }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_raw_error_becomes_one_line_that_says_what_to_do() {
        for (raw, hint) in [
            ("panicked at x.rs:1\nLibrary libxkbcommon-x11.so could not be loaded.", "libxkbcommon-x11-0"),
            ("winit EventLoopError: os error at /a/mod.rs:788: Failed to open connection", "reached (Failed to open"),
            ("Found no glutin configs matching the template: ConfigTemplate { a: 8 }. Error: x", "template); install"),
            ("", "clashmap render"),
        ] {
            let StartError { line, no_display } = explain(raw);
            // Without a display the caller knows what to draw instead.
            let says = no_display || line.contains("clashmap render");
            assert!(line.contains(hint) && says && !line.contains('\n'), "{line}");
        }
    }

    #[test]
    #[cfg(all(unix, not(target_os = "macos")))]
    fn an_empty_display_is_no_display() {
        assert!(!has_display(&|_| None));
        assert!(!has_display(&|_| Some("".into())));
        assert!(has_display(&|n| (n == "WAYLAND_DISPLAY").then(|| "wayland-0".into())));
    }
}
