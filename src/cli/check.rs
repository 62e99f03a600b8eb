//! `clashmap check FILE`: opens the file as the window would and lists what is noticed.

use std::io::{self, Write};
use std::path::Path;

use serde::Serialize;

use super::plain;
use crate::derive::{Question, derive, drawing_findings};
use crate::io::disk::RealDisk;
use crate::io::{Severity, media as attached, project};
use crate::model::{IncidentId, Project};

/// Help text: the keys of `--json`.
pub const JSON_HELP: &str = "\
{\"ok\":bool,\"format\":\"1.0\",\"incidents\":n,\"drawings\":n,\"logged\":n,\"findings\":[{\"severity\":\"error|warning|info\",\"where\":\"…\",\"what\":\"…\"}]}
ok is false if there is any error or warning.";

#[derive(Serialize)]
struct Report<'a> {
    ok: bool,
    format: String,
    incidents: usize,
    drawings: usize,
    logged: usize,
    findings: Vec<Row<'a>>,
}

#[derive(Serialize)]
struct Row<'a> {
    severity: &'static str,
    #[serde(rename = "where")]
    place: &'a str,
    what: &'a str,
}

/// Runs the subcommand; with `media`, attached files are held against the hash in their names. Exit code: 0 nothing or only notes, 1 warnings or errors, 2 not opened.
pub fn run(file: &Path, media: bool, json: bool, out: &mut dyn Write, err: &mut dyn Write) -> u8 {
    let name = file.display().to_string();
    let name = plain(&name);
    let mut opened = match project::open(file) {
        Ok(opened) => opened,
        Err(e) => {
            // A message that cannot be written leaves the exit code to tell.
            let _ = writeln!(err, "clashmap: cannot open {name}: {}", plain(&e.to_string()));
            return 2;
        }
    };
    if media {
        opened.findings.extend(attached::verify(&RealDisk, file, &opened.project));
    }
    let ok = opened.findings.iter().all(|f| f.severity == Severity::Info);
    let (major, minor) = opened.project.meta().format;
    let noticed = noticed(&opened.project);
    let in_file = opened.findings.iter().map(|f| Row { severity: f.severity.id(), place: &f.place, what: &f.what });
    let in_content = noticed.iter().map(|(place, what)| Row { severity: "info", place, what });
    let rows: Vec<Row<'_>> = in_file.chain(in_content).collect();
    let (incidents, drawings) = (opened.project.len(), opened.project.drawings().count());
    let logged = opened.project.log().len();
    let report = Report { ok, format: format!("{major}.{minor}"), incidents, drawings, logged, findings: rows };
    let written = if json { write_json(&report, out) } else { write_text(&name, &report, out) };
    match written {
        // A reader that has seen enough (`| head`) is no failure.
        Err(e) if e.kind() != io::ErrorKind::BrokenPipe => {
            let _ = writeln!(err, "clashmap: cannot write the report: {e}");
            2
        }
        _ => u8::from(!ok),
    }
}

/// Contradictions and findings in what the file says, with the incident; notes, because the file itself is sound.
fn noticed(project: &Project) -> Vec<(String, String)> {
    let derived = derive(project, &Question::default());
    let place = |id: Option<IncidentId>| {
        id.and_then(|id| project.get(id)).map(|i| format!("uid {}", i.uid.as_str())).unwrap_or_default()
    };
    let clashes = derived.contradictions(project).iter().map(|c| {
        let what = format!(
            "claims about {} ({}, {}) cannot both be true: {} to {}",
            c.key.party.as_str(),
            c.key.category.label(),
            c.key.status.label(),
            c.low,
            c.high
        );
        (place(Some(c.incident)), what)
    });
    let drawn = drawing_findings(project).into_iter().map(|(uid, what)| (format!("uid {}", uid.as_str()), what));
    clashes.chain(derived.findings(project).iter().map(|f| (place(f.incident), f.text.clone()))).chain(drawn).collect()
}

fn write_json(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    serde_json::to_writer(&mut *out, report)?;
    out.write_all(b"\n")?;
    out.flush()
}

fn write_text(name: &str, report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    for row in &report.findings {
        let place = if row.place.is_empty() { String::new() } else { format!("{}: ", plain(row.place)) };
        writeln!(out, "{}: {place}{}", row.severity, plain(row.what))?;
    }
    let count = |severity: &str| report.findings.iter().filter(|r| r.severity == severity).count();
    let plural = |n: usize, what: &str| format!("{n} {what}{}", if n == 1 { "" } else { "s" });
    let drawings =
        if report.drawings > 0 { format!(", {}", plural(report.drawings, "drawing")) } else { String::new() };
    let logged =
        if report.logged > 0 { format!(", a log of {}", plural(report.logged, "edit")) } else { String::new() };
    writeln!(
        out,
        "{name}: format {}, {}{drawings}{logged}, {}, {}, {}",
        report.format,
        plural(report.incidents, "incident"),
        plural(count("error"), "error"),
        plural(count("warning"), "warning"),
        plural(count("info"), "note"),
    )?;
    out.flush()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(content: &str, json: bool) -> (u8, String, String) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.clashmap.geojson");
        std::fs::File::create(&path).unwrap().write_all(content.as_bytes()).unwrap();
        let (mut out, mut err) = (Vec::new(), Vec::new());
        let code = run(&path, true, json, &mut out, &mut err);
        (code, String::from_utf8(out).unwrap(), String::from_utf8(err).unwrap())
    }

    const HEAD: &str = r#"{"type":"FeatureCollection","clashmap":{"format":"1.0"},"features":["#;

    #[test]
    fn a_sound_file_gives_0_and_a_summary() {
        let (code, out, err) = check(&format!("{HEAD}]}}"), false);
        assert_eq!((code, err.as_str()), (0, ""));
        assert!(out.ends_with("format 1.0, 0 incidents, 0 errors, 0 warnings, 0 notes\n"), "{out}");
    }

    #[test]
    fn a_finding_gives_1_and_foreign_control_characters_are_escaped() {
        let feature =
            r#"{"type":"Feature","geometry":null,"properties":{"uid":"a\u001b[31m","kind":"battle","when":"soon"}}"#;
        let (code, out, _) = check(&format!("{HEAD}{feature}]}}"), false);
        assert_eq!(code, 1);
        assert!(out.contains("(uid a\\u{1b}[31m), when: “soon” is not a date") && !out.contains('\u{1b}'), "{out}");
        let (code, out, _) = check(&format!("{HEAD}{feature}]}}"), true);
        let json: serde_json::Value = serde_json::from_str(&out).unwrap();
        assert_eq!((code, &json["ok"], &json["incidents"]), (1, &false.into(), &1.into()));
        assert_eq!(json["findings"][0]["severity"], "warning");
        assert!(json["findings"][0]["where"].as_str().unwrap().starts_with("line 1, feature 1"));
    }

    #[test]
    fn drawings_are_counted_and_what_looks_wrong_in_them_is_a_note() {
        let text = r#"{"type":"Feature","geometry":{"type":"Point","coordinates":[45,40]},"properties":{"uid":"t","kind":"drawing","drawing":"text"}}"#;
        let (code, out, _) = check(&format!("{HEAD}{text}]}}"), false);
        assert_eq!(code, 0);
        assert!(out.contains("info: uid t: a text without words"), "{out}");
        assert!(out.ends_with("format 1.0, 0 incidents, 1 drawing, 0 errors, 0 warnings, 1 note\n"), "{out}");
        let (_, out, _) = check(&format!("{HEAD}{text}]}}"), true);
        assert_eq!(serde_json::from_str::<serde_json::Value>(&out).unwrap()["drawings"], 1);
    }

    #[test]
    fn a_file_that_cannot_be_opened_gives_2_and_one_line() {
        let (code, out, err) = check("[", false);
        assert_eq!((code, out.as_str(), err.lines().count()), (2, "", 1));
        assert!(err.contains("line 1, column 1: this is a JSON list"), "{err}");
    }
}
