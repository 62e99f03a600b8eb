//! Saving on a disk that fails at every step in turn: the old file or the new one is there, whole.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;

use super::super::disk::{Entry, RealDisk, Stamp};
use super::*;

/// A disk in memory whose `fail_at`-th operation fails with `kind`.
#[derive(Clone)]
struct FaultyDisk {
    files: Rc<RefCell<BTreeMap<PathBuf, Vec<u8>>>>,
    links: BTreeMap<PathBuf, PathBuf>,
    done: Rc<Cell<usize>>,
    fail_at: usize,
    kind: io::ErrorKind,
    /// Whether another saves in the folder, for ever.
    taken: bool,
}

impl FaultyDisk {
    fn new(fail_at: usize, kind: io::ErrorKind) -> Self {
        let files = BTreeMap::from([(PathBuf::from("/d/a"), b"old".to_vec())]);
        Self {
            files: Rc::new(RefCell::new(files)),
            links: BTreeMap::new(),
            done: Rc::default(),
            fail_at,
            kind,
            taken: false,
        }
    }

    fn step(&self) -> io::Result<()> {
        self.done.set(self.done.get() + 1);
        if self.done.get() == self.fail_at { Err(self.kind.into()) } else { Ok(()) }
    }
}

struct Free;

impl Guard for Free {}

struct FaultyFile(FaultyDisk, PathBuf);

impl Write for FaultyFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        // Half of it arrives before the disk is full.
        let half = bytes.len() / 2;
        let failed = self.0.step();
        let arrived = if failed.is_err() { &bytes[..half] } else { bytes };
        self.0.files.borrow_mut().get_mut(&self.1).unwrap().extend_from_slice(arrived);
        failed.map(|()| bytes.len())
    }
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl DiskFile for FaultyFile {
    fn sync(&mut self) -> io::Result<()> {
        self.0.step()
    }
}

impl Disk for FaultyDisk {
    fn read(&self, path: &Path, _: u64) -> io::Result<Vec<u8>> {
        self.files.borrow().get(path).cloned().ok_or_else(|| io::ErrorKind::NotFound.into())
    }
    fn entry(&self, path: &Path) -> io::Result<Option<Entry>> {
        self.step()?;
        let is_file = self.files.borrow().contains_key(path);
        Ok(is_file.then_some(Entry { is_folder: false, is_file, write_protected: false, stamp: Stamp::default() }))
    }
    fn link(&self, path: &Path) -> io::Result<Option<PathBuf>> {
        self.step()?;
        Ok(self.links.get(path).cloned())
    }
    fn create_new(&self, path: &Path) -> io::Result<Box<dyn DiskFile>> {
        self.step()?;
        self.files.borrow_mut().insert(path.to_owned(), Vec::new());
        Ok(Box::new(FaultyFile(self.clone(), path.to_owned())))
    }
    fn copy_access(&self, _: &Path, _: &Path) -> io::Result<()> {
        self.step()
    }
    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.step()?;
        let content = self.files.borrow_mut().remove(from).unwrap();
        self.files.borrow_mut().insert(to.to_owned(), content);
        Ok(())
    }
    fn sync_folder(&self, _: &Path) -> io::Result<()> {
        self.step()
    }
    fn remove(&self, path: &Path) -> io::Result<()> {
        self.files.borrow_mut().remove(path).map(drop).ok_or_else(|| io::ErrorKind::NotFound.into())
    }
    fn open(&self, path: &Path) -> io::Result<Box<dyn io::Read>> {
        self.read(path, 0).map(|bytes| Box::new(io::Cursor::new(bytes)) as Box<dyn io::Read>)
    }
    fn append(&self, _: &Path, _: u64) -> io::Result<Box<dyn DiskFile>> {
        Err(io::ErrorKind::Unsupported.into())
    }
    fn names(&self, folder: &Path) -> io::Result<Vec<std::ffi::OsString>> {
        let files = self.files.borrow();
        let inside = files.keys().filter_map(|p| p.strip_prefix(folder).ok());
        Ok(inside.map(|p| p.as_os_str().to_owned()).collect())
    }
    fn make_folder(&self, _: &Path) -> io::Result<()> {
        Ok(())
    }
    fn lock(&self, _: &Path) -> Lock {
        if self.taken { Lock::Others } else { Lock::Mine(Box::new(Free)) }
    }
    fn wait(&self) {}
}

fn save_text(disk: &dyn Disk, path: &Path, text: &str) -> Result<(), SaveError> {
    save(disk, path, &mut |out| out.write_all(text.as_bytes()))
}

#[test]
fn whichever_step_fails_the_file_is_whole_the_error_is_reported_and_nothing_is_left_behind() {
    let path = Path::new("/d/a");
    let good = FaultyDisk::new(0, io::ErrorKind::Other);
    save_text(&good, path, "new").unwrap();
    let steps = good.done.get();
    assert_eq!(steps, 8, "link, entry, create, access, write, sync, rename, folder");
    for kind in [io::ErrorKind::StorageFull, io::ErrorKind::PermissionDenied, io::ErrorKind::Other] {
        for fail_at in 1..=steps {
            let disk = FaultyDisk::new(fail_at, kind);
            let error = save_text(&disk, path, "new").unwrap_err();
            assert_eq!(error.to_string().lines().count(), 1, "{error}");
            // Once the new file is in place only the folder's confirmation can be missing.
            let want: &[u8] = if error.step == Step::SyncFolder { b"new" } else { b"old" };
            assert_eq!((error.step == Step::SyncFolder), fail_at == steps);
            let want = BTreeMap::from([(path.to_owned(), want.to_vec())]);
            assert_eq!(*disk.files.borrow(), want, "{kind:?} at {fail_at}: {error}");
        }
    }
}

#[test]
fn a_writer_that_gives_up_leaves_the_old_file() {
    let disk = FaultyDisk::new(0, io::ErrorKind::Other);
    let error = save(&disk, Path::new("/d/a"), &mut |out| {
        out.write_all(b"ne")?;
        Err(io::Error::new(io::ErrorKind::InvalidData, "the radius is not a finite number"))
    });
    assert_eq!(error.unwrap_err().to_string(), "cannot save /d/a: the radius is not a finite number");
    assert_eq!(*disk.files.borrow(), BTreeMap::from([(PathBuf::from("/d/a"), b"old".to_vec())]));
}

#[test]
fn errors_say_what_and_what_next() {
    let check = |step, kind: io::ErrorKind, want: &str| {
        let text = SaveError { path: "/d/a".into(), step, source: kind.into() }.to_string();
        assert!(text.contains(want), "{text}");
    };
    check(Step::Write, io::ErrorKind::StorageFull, "the disk is full; free some space");
    check(Step::Create, io::ErrorKind::PermissionDenied, "no permission to write in /d; choose another folder");
    check(Step::Create, io::ErrorKind::ReadOnlyFilesystem, "/d is on a read-only disk");
    check(Step::Create, io::ErrorKind::NotFound, "the folder /d does not exist");
    check(Step::Look, io::ErrorKind::IsADirectory, "this is a folder; give a file name in it");
    check(Step::SyncFolder, io::ErrorKind::Other, "in place but the disk did not confirm it");
}

#[test]
fn what_a_killed_save_left_behind_is_swept_and_nothing_else() {
    let disk = FaultyDisk::new(0, io::ErrorKind::Other);
    for name in [".clashmap-12-0.tmp", ".clashmap-99999-7.tmp", ".clashmap-a-0.tmp", "x.tmp", ".clashmap-1-.tmp"] {
        disk.files.borrow_mut().insert(Path::new("/d").join(name), Vec::new());
    }
    save_text(&disk, Path::new("/d/a"), "new").unwrap();
    let left: Vec<String> = disk.files.borrow().keys().map(|p| p.display().to_string()).collect();
    assert_eq!(left, ["/d/.clashmap-1-.tmp", "/d/.clashmap-a-0.tmp", "/d/a", "/d/x.tmp"]);
}

#[test]
fn a_folder_that_is_never_free_ends_with_a_line_and_not_with_a_wait() {
    let mut disk = FaultyDisk::new(0, io::ErrorKind::Other);
    disk.taken = true;
    disk.files.borrow_mut().insert(PathBuf::from("/d/.clashmap-12-0.tmp"), Vec::new());
    let error = save_text(&disk, Path::new("/d/a"), "new").unwrap_err();
    assert!(
        error.step == Step::Wait && error.to_string().contains("another clashmap has been saving in /d"),
        "{error}"
    );
    assert_eq!(disk.files.borrow().len(), 2, "the other one's file is left alone");
}

#[test]
fn the_last_look_can_refuse_and_everything_stays() {
    let disk = FaultyDisk::new(0, io::ErrorKind::Other);
    let mut looked = Vec::new();
    let mut check = |path: &Path| {
        looked.push(path.to_owned());
        Err(io::Error::other("somebody changed it"))
    };
    let error = save_if(&disk, Path::new("/d/a"), &mut check, &mut |out| out.write_all(b"new")).unwrap_err();
    assert_eq!(error.to_string(), "cannot save /d/a: somebody changed it");
    assert_eq!(looked, [PathBuf::from("/d/a")]);
    assert_eq!(*disk.files.borrow(), BTreeMap::from([(PathBuf::from("/d/a"), b"old".to_vec())]));
}

#[test]
fn links_in_a_circle_end() {
    let mut disk = FaultyDisk::new(0, io::ErrorKind::Other);
    disk.links.insert("/d/x".into(), "y".into());
    disk.links.insert("/d/y".into(), "/d/x".into());
    assert!(save_text(&disk, Path::new("/d/x"), "new").unwrap_err().to_string().contains("circle"));
}

#[test]
fn a_missing_folder_and_a_folder_in_the_way_are_told_apart() {
    let folder = tempfile::tempdir().unwrap();
    let text = |path: &Path| save_text(&RealDisk, path, "new").unwrap_err().to_string();
    assert!(text(&folder.path().join("no/a")).contains("does not exist"));
    assert!(text(folder.path()).contains("this is a folder"));
}

#[cfg(unix)]
#[test]
fn a_link_stays_a_link_and_the_mode_stays_the_mode() {
    use std::fs;
    use std::os::unix::fs::{PermissionsExt, symlink};
    let folder = tempfile::tempdir().unwrap();
    let (real, link) = (folder.path().join("real"), folder.path().join("link"));
    symlink("real", &link).unwrap();
    save_text(&RealDisk, &link, "one").unwrap();
    fs::set_permissions(&real, fs::Permissions::from_mode(0o640)).unwrap();
    save_text(&RealDisk, &link, "two").unwrap();
    assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
    assert_eq!(fs::read(&real).unwrap(), b"two");
    assert_eq!(fs::metadata(&real).unwrap().permissions().mode() & 0o777, 0o640);
    fs::set_permissions(&real, fs::Permissions::from_mode(0o440)).unwrap();
    assert!(save_text(&RealDisk, &link, "three").unwrap_err().to_string().contains("write-protected"));
    assert_eq!((fs::read(&real).unwrap(), fs::read_dir(folder.path()).unwrap().count()), (b"two".to_vec(), 2));
}
