//! What the user allows a project to read and contact, and a source opened under it.
//!
//! A name in a project is looked at as text first: nothing is touched on the disk, and no share on a network is asked,
//! before it is clear that the user allowed it.

use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use tiny_skia::Pixmap;

use super::decode::{Format, raster};
use super::mbtiles::MbTiles;
use super::net::{Network, Server};
use super::pmtiles::PmTiles;
use super::tied::Picture;
use super::{About, Retry, Source, TileError, TileId, Wanted, vector};
use crate::io::paths::media_folder;
use crate::model::{MapOrigin, MapSource, TiedPicture};

/// What the user allows a project.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Access {
    /// The project's file; `None` while it has none.
    pub project: Option<PathBuf>,
    /// Files outside the project's media folder that may be read, by whole path.
    pub files: Vec<PathBuf>,
    /// Whether every file that the project names may be read.
    pub every_file: bool,
    /// The network with what the user allows of it; `None`: servers are left out, and what was kept of their tiles as well.
    pub network: Option<Arc<Network>>,
}

impl Access {
    /// Where a file named in the project lies, by its name alone.
    pub fn path_of(&self, name: &str) -> Option<PathBuf> {
        let name = Path::new(name);
        if name.is_absolute() {
            return Some(lexical(name));
        }
        let folder = self.project.as_deref()?.parent()?;
        Some(lexical(&folder.join(name)))
    }

    /// Whether a file named in the project may be read, by its name alone.
    pub fn allows_file(&self, name: &str) -> bool {
        self.path_of(name).is_some_and(|path| {
            self.every_file || self.files.contains(&path) || self.media().is_some_and(|media| path.starts_with(media))
        })
    }

    /// The project's media folder.
    pub fn media(&self) -> Option<PathBuf> {
        self.project.as_deref().map(|p| lexical(&media_folder(p)))
    }

    /// The path of a file that may be read.
    fn readable(&self, name: &str) -> Result<PathBuf, TileError> {
        let Some(path) = self.path_of(name) else {
            return Err(not_allowed(format!(
                "“{name}” is named relative to a project that has no folder yet; save it"
            )));
        };
        if !self.allows_file(name) {
            return Err(not_allowed(format!("“{name}” lies outside the project's media folder; allow it to be read")));
        }
        let lost = |e: &std::io::Error| match e.kind() {
            std::io::ErrorKind::NotFound => {
                TileError::lasting(format!("“{name}” is not there; it was moved or renamed"))
            }
            _ => TileError::lasting(format!("“{name}” cannot be read ({e})")),
        };
        let real = path.canonicalize().map_err(|e| lost(&e))?;
        let is_by_name = self.every_file || self.files.contains(&path);
        // A link in the media folder may lead out of it.
        let media = self.media().and_then(|m| m.canonicalize().ok());
        if !is_by_name && !media.is_some_and(|m| real.starts_with(m)) {
            return Err(not_allowed(format!("“{name}” is a link that leads out of the project's media folder")));
        }
        if !real.metadata().map_err(|e| lost(&e))?.is_file() {
            return Err(TileError::lasting(format!("“{name}” is no ordinary file")));
        }
        Ok(real)
    }
}

fn not_allowed(what: String) -> TileError {
    TileError { what, retry: Retry::NotAllowed }
}

/// A path without `.` and `..`, by its text.
fn lexical(path: &Path) -> PathBuf {
    let mut out = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => {
                out.pop();
            }
            other => out.push(other),
        }
    }
    out
}

/// Opens a source as far as the user allows it. May take a while: call it on a thread. To open a server asks nobody; each of
/// its tiles is asked for only if the network allows it then.
///
/// # Errors
/// [`TileError`], one line.
pub fn open(source: &MapSource, access: &Access) -> Result<Arc<dyn Source>, TileError> {
    match &source.origin {
        MapOrigin::File(name) => {
            let path = access.readable(name)?;
            let kind = path.extension().and_then(|e| e.to_str()).map(str::to_ascii_lowercase);
            let tiles = match kind.as_deref() {
                Some("mbtiles") => MbTiles::open(&path).map(File::Mb),
                Some("pmtiles") => PmTiles::open(&path).map(File::Pm),
                _ => Err("tiles are read from .mbtiles and .pmtiles files".into()),
            };
            let tiles = tiles.map_err(|e| TileError::lasting(format!("“{name}”: {e}")))?;
            Ok(Arc::new(Archive::new(tiles)))
        }
        MapOrigin::Url(tiles) => match &access.network {
            // Who may be asked is looked at for every tile.
            Some(network) => Ok(Arc::new(Server::new(tiles, Arc::clone(network)))),
            None => Err(not_allowed(format!(
                "its tiles come from {}, and no server is asked; switch the network on and allow it",
                source.hosts().join(", ")
            ))),
        },
        MapOrigin::Picture(picture) => {
            open_picture(picture, access)?.tie(&picture.points, picture.plane).map_err(TileError::lasting)
        }
    }
}

/// The picture of a source, in the project's media folder. May take a while: call it on a thread.
///
/// # Errors
/// [`TileError`], one line.
pub fn open_picture(picture: &TiedPicture, access: &Access) -> Result<Arc<Picture>, TileError> {
    let name = &*picture.media;
    let is_name = Path::new(name).components().eq([Component::Normal(name.as_ref())]);
    if !is_name {
        return Err(not_allowed(format!("“{name}” is no file of the project's media folder")));
    }
    let whole = access.media().map(|media| media.join(name));
    let Some(whole) = whole.as_deref().and_then(Path::to_str) else {
        return Err(not_allowed(format!("“{name}” belongs to a project that has no folder yet; save it")));
    };
    let path = access.readable(whole)?;
    Picture::read(&path).map_err(|e| TileError::lasting(format!("“{name}”: {e}")))
}

/// Tiles in a file.
struct Archive {
    file: File,
    about: About,
    /// The finest zoom of which there are shapes (vector tiles).
    shapes: Option<u8>,
}

enum File {
    Mb(MbTiles),
    Pm(PmTiles),
}

impl Archive {
    fn new(file: File) -> Self {
        let (about, is_vector) = match &file {
            File::Mb(tiles) => (tiles.about().clone(), tiles.is_vector()),
            File::Pm(tiles) => (tiles.about().clone(), tiles.is_vector()),
        };
        let shapes = is_vector.then_some(about.max_zoom);
        Self { file, about: if is_vector { vector::about(about) } else { about }, shapes }
    }

    fn bytes(&self, id: TileId) -> Result<Option<Vec<u8>>, TileError> {
        match &self.file {
            File::Mb(tiles) => tiles.bytes(id),
            File::Pm(tiles) => tiles.bytes(id),
        }
    }
}

impl Source for Archive {
    fn about(&self) -> &About {
        &self.about
    }

    fn rests_on(&self, wanted: Wanted) -> Wanted {
        if self.shapes.is_some() { wanted } else { Wanted::PICTURE }
    }

    fn tile(&self, id: TileId, wanted: Wanted) -> Result<Option<Pixmap>, TileError> {
        let up = self.shapes.map_or(0, |finest| id.zoom.saturating_sub(finest));
        let Some(own) = id.ancestor(up) else { return Ok(None) };
        let Some(bytes) = self.bytes(own)? else { return Ok(None) };
        let is_shapes = self.shapes.is_some() && !matches!(Format::of(&bytes), Format::Picture(_));
        let tile = if is_shapes { vector::pixels(&bytes, id, up, wanted) } else { raster(&bytes) };
        tile.map(Some).map_err(TileError::lasting)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::view::Theme;

    fn access(project: &str) -> Access {
        Access { project: Some(project.into()), ..Access::default() }
    }

    #[test]
    fn a_project_reads_what_lies_in_its_media_folder_and_what_was_allowed() {
        let mut a = access("/home/me/x.clashmap.geojson");
        assert_eq!(a.media(), Some("/home/me/x.media".into()));
        assert!(a.allows_file("x.media/t.mbtiles") && a.allows_file("./x.media/../x.media/t.mbtiles"));
        for outside in ["t.mbtiles", "x.media/../t.mbtiles", "/etc/passwd", "x.mediaeval/t", "//server/share/t.mbtiles"]
        {
            assert!(!a.allows_file(outside), "{outside}");
        }
        a.files.push("/home/me/t.mbtiles".into());
        assert!(a.allows_file("t.mbtiles") && a.allows_file("/home/you/../me/t.mbtiles"));
        let unsaved = Access::default();
        assert!(!unsaved.allows_file("t.mbtiles") && !unsaved.allows_file("/t.mbtiles"));
    }

    #[cfg(unix)]
    #[test]
    fn a_link_out_of_the_media_folder_is_not_followed() {
        let folder = tempfile::tempdir().unwrap();
        let project = folder.path().join("x.clashmap.geojson");
        std::fs::create_dir(folder.path().join("x.media")).unwrap();
        let outside = crate::tiles::mbtiles::tests::file(folder.path(), crate::tiles::mbtiles::tests::TABLES);
        std::os::unix::fs::symlink(outside, folder.path().join("x.media/l.mbtiles")).unwrap();
        let source = MapSource::new("", MapOrigin::File("x.media/l.mbtiles".into()));
        let a = Access { project: Some(project), ..Access::default() };
        let said = open(&source, &a).err().unwrap();
        assert!(said.what.contains("leads out") && said.retry == Retry::NotAllowed, "{said}");
    }

    #[test]
    fn a_pmtiles_file_gives_the_pixels_of_its_tiles() {
        let folder = tempfile::tempdir().unwrap();
        let mut png = std::io::Cursor::new(Vec::new());
        image::RgbImage::from_pixel(64, 64, image::Rgb([1, 2, 3])).write_to(&mut png, image::ImageFormat::Png).unwrap();
        let id = TileId { zoom: 4, x: 9, y: 6 };
        let path = crate::tiles::pmtiles::tests::file(
            folder.path(),
            &[(id, png.into_inner()), (id.ancestor(1).unwrap(), vec![0; 9])],
        );
        let a = Access { files: vec![path.clone()], ..Access::default() };
        let source = open(&MapSource::new("", MapOrigin::File(path.to_str().unwrap().into())), &a).unwrap();
        let wanted = Wanted { density: 1.0, theme: Theme::Light };
        let tile = source.tile(id, wanted).unwrap().unwrap();
        assert_eq!((tile.width(), &tile.data()[..4]), (64, &[1, 2, 3, 255][..]));
        assert!(source.tile(id.ancestor(1).unwrap(), wanted).unwrap_err().what.contains("neither PNG"));
        assert_eq!(source.tile(TileId { x: 1, ..id }, wanted).unwrap(), None);
    }

    #[test]
    fn a_tied_picture_is_read_from_the_media_folder_and_a_huge_one_refused() {
        use crate::model::{ControlPoint, LonLat, Plane};
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("x.media")).unwrap();
        let a = Access { project: Some(folder.path().join("x.clashmap.geojson")), ..Access::default() };
        let point = |x, y, lon, lat| ControlPoint { pixel: [x, y], at: LonLat::new(lon, lat).unwrap() };
        let opened = |media: &str| {
            let points = vec![point(0.0, 0.0, 46.0, 40.0), point(9.0, 0.0, 47.0, 40.0), point(0.0, 9.0, 46.0, 39.0)];
            let picture = TiedPicture { media: media.into(), points, plane: Plane::Local };
            open(&MapSource::new("", MapOrigin::Picture(picture)), &a)
        };
        let mut png = std::io::Cursor::new(Vec::new());
        image::RgbImage::new(9, 9).write_to(&mut png, image::ImageFormat::Png).unwrap();
        let mut png = png.into_inner();
        let put = |name: &str, bytes: &[u8]| {
            let path = folder.path().join("x.media").join(name);
            crate::io::atomic::save(&crate::io::disk::RealDisk, &path, &mut |out| out.write_all(bytes)).unwrap();
        };
        put("good.png", &png);
        assert!(opened("good.png").is_ok());
        png[16..24].copy_from_slice(&[60_000_u32.to_be_bytes(), 60_000_u32.to_be_bytes()].concat());
        let mut crc = flate2::Crc::new();
        crc.update(&png[12..29]);
        png[29..33].copy_from_slice(&crc.sum().to_be_bytes());
        put("huge.png", &png);
        let said = |media: &str| opened(media).err().unwrap().what;
        assert!(said("huge.png").contains("60000×60000") && !said("huge.png").contains('\n'));
        assert!(said("../x.media/good.png").contains("no file of the project's media folder"));
        assert!(said("lost.png").contains("not there"));
    }

    #[test]
    fn files_that_are_missing_or_of_another_kind_say_so() {
        let folder = tempfile::tempdir().unwrap();
        let said = |name: &str| {
            let a = Access {
                project: Some(folder.path().join("x.clashmap.geojson")),
                every_file: true,
                ..Access::default()
            };
            open(&MapSource::new("", MapOrigin::File(name.into())), &a).err().unwrap().what
        };
        std::fs::create_dir(folder.path().join("d.mbtiles")).unwrap();
        std::fs::File::create(folder.path().join("t.txt")).unwrap();
        std::fs::File::create(folder.path().join("e.mbtiles")).unwrap();
        std::fs::File::create(folder.path().join("e.pmtiles")).unwrap();
        assert!(said("no.mbtiles").contains("not there"));
        assert!(said("d.mbtiles").contains("no ordinary file"));
        assert!(said("t.txt").contains(".mbtiles and .pmtiles"));
        assert!(said("e.mbtiles").contains("without tiles"), "{}", said("e.mbtiles"));
        assert!(said("e.pmtiles").contains("within its head"));
    }
}
