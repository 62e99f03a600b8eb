//! `clashmap package FILE -o PACKAGE.zip`, and what `clashmap check PACKAGE.zip` says of one.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use clap::Args;
use serde::Serialize;

use super::plain;
use crate::io::Severity;
use crate::io::disk::RealDisk;
use crate::io::export::{Export, Options};
use crate::io::package::{self, Key, Public, Signer};
use crate::io::project;

/// What `package` is given, as typed.
// Independent switches; none excludes another.
#[expect(clippy::struct_excessive_bools)]
#[derive(Args, Clone, Debug)]
pub struct PackageArgs {
    /// The project file
    pub file: PathBuf,
    /// The package to write
    #[arg(short = 'o', long = "out", value_name = "OUT.zip")]
    pub out: PathBuf,
    /// With incidents and fields marked as sensitive
    #[arg(long)]
    pub sensitive: bool,
    /// Round positions to so many kilometres, 0.1 to 200
    #[arg(long, value_name = "KM", value_parser = super::give::round_km)]
    pub round: Option<f64>,
    /// With the log of edits: who changed what, when; what stood in the fields only with --sensitive
    #[arg(long)]
    pub log: bool,
    /// With attached pictures as they are; else what JPEG, PNG and WebP say of place, time and camera
    /// (Exif, XMP, IPTC) is left out, and they are named by what is left
    #[arg(long)]
    pub as_attached: bool,
    /// Say what would leave the house, and make nothing
    #[arg(long)]
    pub list: bool,
}

/// Makes a signed package. Exit code: 0 done.
///
/// # Errors
/// One line why there is none.
pub fn run(args: &PackageArgs, state_folder: Option<&Path>, person: &str, out: &mut dyn Write) -> Result<u8, String> {
    let opened = project::open(&args.file).map_err(|e| format!("cannot open {}: {e}", args.file.display()))?;
    let export = Export::new(
        &opened.project,
        Options {
            sensitive: args.sensitive,
            log: args.log,
            round_km: args.round,
            as_attached: args.as_attached,
            ..Options::default()
        },
    );
    let told = |e: io::Error| if e.kind() == io::ErrorKind::BrokenPipe { Ok(0) } else { Err(e.to_string()) };
    let leaves = package::leaves(&export);
    for line in &leaves {
        if let Err(e) = writeln!(out, "goes out: {}", plain(line)) {
            return told(e);
        }
    }
    if args.list {
        return Ok(0);
    }
    if !args.out.extension().is_some_and(|e| e.eq_ignore_ascii_case("zip")) {
        return Err(format!("cannot write {}: a package ends in .zip", args.out.display()));
    }
    let state = state_folder.ok_or("there is no folder for the signing key; set HOME or XDG_STATE_HOME")?;
    let key = Key::own(&RealDisk, state)?;
    package::write(&RealDisk, (&args.file, &export), (&key, person), &args.out)?;
    writeln!(out, "signed with your key {}", key.public()).map_or_else(told, |()| Ok(0))
}

#[derive(Serialize)]
struct Report<'a> {
    ok: bool,
    signed_by: Option<SignedBy<'a>>,
    files: usize,
    incidents: Option<usize>,
    findings: Vec<Row<'a>>,
}

#[derive(Serialize)]
struct SignedBy<'a> {
    key: String,
    person: &'a str,
    own: bool,
}

#[derive(Serialize)]
struct Row<'a> {
    severity: &'static str,
    #[serde(rename = "where")]
    place: &'a str,
    what: &'a str,
}

/// Checks a package. `own` is the user's own key. Exit code: 0 whole and signed, 1 not so, 2 no package.
pub fn check(file: &Path, json: bool, own: Option<Public>, out: &mut dyn Write, err: &mut dyn Write) -> u8 {
    let name = file.display().to_string();
    let name = plain(&name);
    let mut checked = match package::check(file) {
        Ok(checked) => checked,
        Err(e) => {
            // A message that cannot be written leaves the exit code to tell.
            let _ = writeln!(err, "clashmap: cannot check {name}: {}", plain(&e));
            return 2;
        }
    };
    let inside = checked.project.as_mut().map(|opened| (opened.project.len(), std::mem::take(&mut opened.findings)));
    let (incidents, noticed) = inside.unzip();
    checked.findings.extend(noticed.unwrap_or_default().into_iter().filter(|f| f.severity != Severity::Info));
    let ok = checked.findings.is_empty() && checked.signer.is_some();
    let written = if json {
        let signed_by = checked.signer.as_ref().map(|s| SignedBy {
            key: s.key.to_string(),
            person: &s.person,
            own: own == Some(s.key),
        });
        let findings = checked.findings.iter();
        let findings = findings.map(|f| Row { severity: f.severity.id(), place: &f.place, what: &f.what }).collect();
        let report = Report { ok, signed_by, files: checked.files, incidents, findings };
        serde_json::to_writer(&mut *out, &report).map_err(io::Error::from).and_then(|()| out.write_all(b"\n"))
    } else {
        text(&name, &checked, incidents, own, out)
    };
    match written {
        // A reader that has seen enough (`| head`) is no failure.
        Err(e) if e.kind() != io::ErrorKind::BrokenPipe => {
            let _ = writeln!(err, "clashmap: cannot write the report: {e}");
            2
        }
        _ => u8::from(!ok),
    }
}

fn text(
    name: &str,
    checked: &package::Checked,
    incidents: Option<usize>,
    own: Option<Public>,
    out: &mut dyn Write,
) -> io::Result<()> {
    for f in &checked.findings {
        let place = if f.place.is_empty() { String::new() } else { format!("{}: ", plain(&f.place)) };
        writeln!(out, "{}: {place}{}", f.severity.id(), plain(&f.what))?;
    }
    let what = incidents.map_or_else(|| "no project".to_owned(), |n| format!("{n} incidents"));
    let n = checked.findings.len();
    writeln!(out, "{name}: {} files as they were signed, {what}, {n} findings", checked.files)?;
    match &checked.signer {
        None => writeln!(out, "signed by nobody: nothing vouches for it"),
        Some(Signer { key, .. }) if own == Some(*key) => writeln!(out, "signed by your own key {key}"),
        Some(Signer { key, person }) => writeln!(
            out,
            "signed by key {key}, which says it is of “{}”; compare the key with the one they told you",
            plain(person)
        ),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::io::{Cursor, Read};

    use zip::write::SimpleFileOptions;
    use zip::{ZipArchive, ZipWriter};

    use super::*;
    use crate::edit::{Command, Edit, Workspace};
    use crate::io::atomic;
    use crate::io::media;

    fn put(path: &Path, bytes: &[u8]) {
        atomic::save(&RealDisk, path, &mut |out| out.write_all(bytes)).unwrap();
    }

    /// A folder with a project of one attached photo, and its package.
    fn packed() -> (tempfile::TempDir, PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        put(&at("photo.heic"), b"picture");
        let file = at("p.clashmap.geojson");
        let attached = media::attach(&RealDisk, &file, &at("photo.heic"), media::MOST).unwrap();
        let opened = project::read(include_bytes!("../../assets/september-2022.clashmap.geojson")).unwrap();
        let mut w = Workspace::new(opened.project, false);
        let id = w.project().ids().next().unwrap();
        let edit = Edit::Attach(vec![(attached.file.into(), attached.name.into())]);
        w.commit(Command::Edit(id, edit)).unwrap().unwrap();
        project::save(&file, w.project()).unwrap();
        let args = PackageArgs {
            file,
            out: at("p.zip"),
            sensitive: false,
            log: false,
            round: None,
            as_attached: false,
            list: false,
        };
        let mut out = Vec::new();
        assert_eq!(run(&args, Some(&at("state")), "anna on desk-3", &mut out), Ok(0));
        let said = String::from_utf8(out).unwrap();
        assert!(
            said.contains("goes out: 1 attached file as it is") && said.contains("signed with your key "),
            "{said}"
        );
        (folder, args.out)
    }

    fn checked(path: &Path) -> (u8, String) {
        let (mut out, mut err) = (Vec::new(), Vec::new());
        let code = check(path, false, None, &mut out, &mut err);
        (code, String::from_utf8(out).unwrap() + std::str::from_utf8(&err).unwrap())
    }

    type Files = BTreeMap<String, Vec<u8>>;

    fn files(path: &Path) -> Files {
        let mut zip = ZipArchive::new(std::fs::File::open(path).unwrap()).unwrap();
        let count = zip.len();
        let read = |n| {
            let mut entry = zip.by_index(n).unwrap();
            let mut bytes = Vec::new();
            entry.read_to_end(&mut bytes).unwrap();
            (entry.name().unwrap().into_owned(), bytes)
        };
        (0..count).map(read).collect()
    }

    /// The package with other files in it.
    fn with(path: &Path, change: impl FnOnce(&mut Files)) -> (u8, String) {
        let mut all = files(path);
        change(&mut all);
        let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
        for (name, bytes) in &all {
            zip.start_file(name.as_str(), SimpleFileOptions::default()).unwrap();
            zip.write_all(bytes).unwrap();
        }
        let other = path.with_file_name("other.zip");
        put(&other, zip.finish().unwrap().get_ref());
        checked(&other)
    }

    const SIGNED: &str = "which says it is of “anna on desk-3”";

    #[test]
    fn a_package_is_whole_names_its_signer_and_is_read_by_other_programs() {
        let (folder, path) = packed();
        let (code, said) = checked(&path);
        assert!(code == 0 && said.contains("2 files as they were signed, 34 incidents, 0 findings"), "{said}");
        assert!(said.contains(SIGNED));
        let key = Key::kept(&RealDisk, &folder.path().join("state")).unwrap().unwrap().public();
        let mut out = Vec::new();
        assert_eq!(check(&path, true, Some(key), &mut out, &mut Vec::new()), 0);
        let json: serde_json::Value = serde_json::from_slice(&out).unwrap();
        assert_eq!((&json["signed_by"]["own"], &json["files"], &json["ok"]), (&true.into(), &2.into(), &true.into()));
        assert_eq!(json["signed_by"]["key"], key.to_string());
        // What `sha256sum -c` reads: a hash, two spaces, a name.
        let all = files(&path);
        let manifest = std::str::from_utf8(&all["MANIFEST.sha256"]).unwrap();
        for line in manifest.lines() {
            let (hash, name) = line.split_once("  ").unwrap();
            assert_eq!(crate::io::seen::Digest::of(&all[name]).to_string(), hash);
        }
        assert_eq!(manifest.lines().count(), 2);
    }

    #[test]
    fn each_thing_that_was_done_to_a_package_is_one_line() {
        let (_folder, path) = packed();
        assert_eq!(with(&path, |_| {}).0, 0, "packed anew it is the same package");
        let photo = files(&path).into_keys().find(|n| n.contains(".media/")).unwrap();
        let project = "p.clashmap.geojson";
        let says = |words: &str, change: &dyn Fn(&mut Files)| {
            let (code, said) = with(&path, change);
            let errors: Vec<&str> = said.lines().filter(|l| l.starts_with("error: ")).collect();
            assert!(code == 1 && errors.len() == 1 && errors[0].contains(words), "{words}: {said}");
            said
        };
        for name in [photo.as_str(), project] {
            says(&format!("error: {name}: it holds something else"), &|all| all.get_mut(name).unwrap()[3] ^= 1);
        }
        says(&format!("error: {photo}: it is missing"), &|all| drop(all.remove(&photo)));
        says("error: more.txt: it is not in the manifest", &|all| drop(all.insert("more.txt".into(), b"x".to_vec())));
        says("it was renamed to “p.media/other.jpg”", &|all| {
            let bytes = all.remove(&photo).unwrap();
            all.insert("p.media/other.jpg".into(), bytes);
        });
        let unsigned = says("nobody has signed", &|all| drop(all.remove("MANIFEST.sig")));
        assert!(unsigned.contains("signed by nobody"));
        let said = says("the signature does not hold", &|all| {
            let sig = String::from_utf8(all.remove("MANIFEST.sig").unwrap()).unwrap();
            all.insert("MANIFEST.sig".into(), sig.replace("anna", "bela").into_bytes());
        });
        assert!(said.contains("signed by nobody") && !said.contains("bela"));
        // Whoever puts a file in and into the manifest cannot sign it.
        says("the signature does not hold", &|all| {
            let line = format!("{}  more.txt\n", crate::io::seen::Digest::of(b"x"));
            all.get_mut("MANIFEST.sha256").unwrap().extend_from_slice(line.as_bytes());
            all.insert("more.txt".into(), b"x".to_vec());
        });
        let (code, said) = with(&path, |all| drop(all.remove("MANIFEST.sha256")));
        assert!(code == 2 && said.contains("no package of clashmap"), "{said}");
    }

    #[test]
    fn no_flipped_bit_and_no_cut_goes_unnoticed_or_panics() {
        let (folder, path) = packed();
        let bytes = std::fs::read(&path).unwrap();
        let contents = files(&path);
        let other = folder.path().join("other.zip");
        for at in (0..bytes.len()).step_by(bytes.len() / 150) {
            let mut spoiled = bytes.clone();
            spoiled[at] ^= 0x10;
            put(&other, &spoiled);
            // A bit of the archive's own notes, such as a date, changes nothing of what it holds.
            assert!(checked(&other).0 > 0 || files(&other) == contents, "byte {at}");
            put(&other, &bytes[..at]);
            assert!(checked(&other).0 > 0, "cut at {at}");
        }
        let longer: Vec<u8> = bytes.iter().copied().chain(*b"more").collect();
        put(&other, &longer);
        assert!(checked(&other).0 > 0);
    }

    #[test]
    fn a_project_whose_files_are_not_whole_makes_no_package() {
        let (folder, path) = packed();
        let photo = files(&path).into_keys().find(|n| n.contains(".media/")).unwrap();
        put(&folder.path().join(&photo), b"pikture");
        let file = folder.path().join("p.clashmap.geojson");
        let args = PackageArgs {
            file,
            out: folder.path().join("q.zip"),
            sensitive: false,
            log: false,
            round: None,
            as_attached: false,
            list: false,
        };
        let said = run(&args, Some(&folder.path().join("state")), "a", &mut Vec::new()).unwrap_err();
        assert!(said.contains("holds something else") && !args.out.exists(), "{said}");
    }

    #[test]
    fn an_attached_picture_goes_out_without_what_it_says_of_place_and_camera_unless_asked() {
        let (folder, _) = packed();
        let at = |name: &str| folder.path().join(name);
        let told = b"camera of anna";
        let mut jpeg = std::io::Cursor::new(Vec::new());
        image::RgbImage::new(8, 8).write_to(&mut jpeg, image::ImageFormat::Jpeg).unwrap();
        let jpeg = jpeg.into_inner();
        let comment = [&[0xff, 0xfe, 0, told.len() as u8 + 2][..], told].concat();
        put(&at("hill.jpg"), &[&jpeg[..2], &comment, &jpeg[2..]].concat());
        put(&at("broken.jpg"), b"no picture");
        let file = at("p.clashmap.geojson");
        let attach = |name: &str| media::attach(&RealDisk, &file, &at(name), media::MOST).unwrap();
        let mut w = Workspace::new(project::open(&file).unwrap().project, false);
        let id = w.project().ids().nth(1).unwrap();
        let hill = attach("hill.jpg");
        w.commit(Command::Edit(id, Edit::Attach(vec![(hill.file.as_str().into(), hill.name.into())]))).unwrap();
        w.commit(Command::Edit(id, Edit::Caption(hill.file.as_str().into(), "the hill".into()))).unwrap();
        project::save(&file, w.project()).unwrap();
        let pack = |out: &str, as_attached| {
            let (file, out) = (file.clone(), at(out));
            let args = PackageArgs { file, out, sensitive: false, log: false, round: None, as_attached, list: false };
            let mut said = Vec::new();
            let done = run(&args, Some(&at("state")), "anna", &mut said).map(|_| files(&args.out));
            (done, String::from_utf8(said).unwrap())
        };
        let says = |all: &Files| all.values().any(|bytes| bytes.windows(told.len()).any(|w| w == told));
        let (given, said) = pack("cleared.zip", false);
        let given = given.unwrap();
        assert!(said.contains("goes out: 1 attached picture, without what it says of place and camera"), "{said}");
        assert!(said.contains("goes out: 1 attached file as it is") && !says(&given), "{said}");
        let inside = project::read(&given["p.clashmap.geojson"]).unwrap().project;
        let incident = inside.iter().nth(1).unwrap().1;
        let name = &*incident.media[0];
        assert_ne!(name, hill.file);
        assert_eq!((incident.media_name(name), incident.media_caption(name)), ("hill.jpg", "the hill"));
        assert_eq!(given[&format!("p.media/{name}")], jpeg, "the picture itself is the same to the bit");
        let (code, said) = checked(&at("cleared.zip"));
        assert_eq!(code, 0, "{said}");
        let (whole, said) = pack("whole.zip", true);
        assert!(says(&whole.unwrap()) && said.contains("2 attached files as they are"), "{said}");
        // What cannot be cleared does not go out unseen.
        let broken = attach("broken.jpg");
        w.commit(Command::Edit(id, Edit::Attach(vec![(broken.file.into(), "x".into())]))).unwrap();
        project::save(&file, w.project()).unwrap();
        let (refused, _) = pack("broken.zip", false);
        assert!(refused.unwrap_err().contains("give attached files as they are") && !at("broken.zip").exists());
    }

    #[test]
    fn the_log_of_edits_stays_at_home_unless_it_is_asked_for_and_the_list_says_so() {
        use crate::edit::MetaEdit;
        use crate::model::IncidentId;
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("p.clashmap.geojson");
        let opened = project::read(include_bytes!("../../assets/september-2022.clashmap.geojson")).unwrap();
        let mut w = Workspace::new(opened.project, false);
        let mut step = |command| {
            w.commit(command).unwrap().unwrap();
            w.log(1_795_651_812, "anna on desk-3");
        };
        step(Command::Meta(MetaEdit::KeepLog(true)));
        step(Command::Edit(IncidentId(0), Edit::Title("secret words".into())));
        step(Command::Edit(IncidentId(1), Edit::Sensitive(true)));
        project::save(&file, w.project()).unwrap();
        let packed = |sensitive, log| {
            let out = folder.path().join(format!("{sensitive}{log}.zip"));
            let mut said = Vec::new();
            let listed = PackageArgs {
                file: file.clone(),
                out: out.clone(),
                sensitive,
                log,
                round: None,
                as_attached: false,
                list: true,
            };
            assert_eq!(run(&listed, None, "anna", &mut said), Ok(0));
            let args = PackageArgs { list: false, ..listed };
            assert_eq!(run(&args, Some(&folder.path().join("state")), "anna", &mut Vec::new()), Ok(0));
            let inside = files(&out).remove("p.clashmap.geojson").unwrap();
            (String::from_utf8(said).unwrap(), project::read(&inside).unwrap().project)
        };
        let (said, project) = packed(false, false);
        assert!(said.contains("goes out: the log of 3 edits: left out\n") && project.log().is_empty(), "{said}");
        assert!(project.meta().keeps_log, "whoever works on it goes on with a log");
        let (said, project) = packed(false, true);
        assert!(
            said.contains("the log of 3 edits: who, when, which incident and field; not what stood there"),
            "{said}"
        );
        let log: Vec<_> = project.log().iter().collect();
        assert_eq!((log.len(), &*log[1].step, &*log[1].after, &*log[1].title), (3, "change title", "", ""));
        assert!(log[1].uid.is_some() && log[2].uid.is_none(), "an incident that stays is not named");
        let (said, project) = packed(true, true);
        assert!(said.contains("and what stood there before"), "{said}");
        assert_eq!(*project.log(), *w.project().log());
    }
}
