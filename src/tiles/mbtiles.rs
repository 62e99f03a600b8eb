//! `.mbtiles`: tiles in an `SQLite` database (`MBTiles` 1.3). <https://github.com/mapbox/mbtiles-spec>
//!
//! The database is foreign: it is opened for reading only and as one that nobody writes to, its schema is not trusted, a
//! value and the work of a query are bounded. A `tiles` that is a view without an end costs a second, not the program.

use std::path::Path;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use rusqlite::config::DbConfig;
use rusqlite::limits::Limit;
use rusqlite::{Connection, ErrorCode, OpenFlags, OptionalExtension};

use super::decode::TILE_BYTES;
use super::{About, TileError, TileId, plain_line};
use crate::model::MOST_ZOOM;

/// Steps of the database between two looks at the budget.
const STEPS: i32 = 1_000;
/// Looks at most a query: about a second of work.
const BUDGET: u32 = 20_000;

/// An opened file.
pub(super) struct MbTiles {
    database: Mutex<Connection>,
    spent: Arc<AtomicU32>,
    about: About,
    is_vector: bool,
}

impl MbTiles {
    /// Opens a file whose first bytes are those of a database.
    ///
    /// # Errors
    /// One line.
    pub(super) fn open(path: &Path) -> Result<Self, String> {
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX | OpenFlags::SQLITE_OPEN_URI;
        let mut database = Connection::open_with_flags(uri(path)?, flags).map_err(|e| why(&e))?;
        let spent = Arc::new(AtomicU32::new(0));
        let counted = Arc::clone(&spent);
        let tame = |database: &mut Connection| -> rusqlite::Result<()> {
            database.set_db_config(DbConfig::SQLITE_DBCONFIG_TRUSTED_SCHEMA, false)?;
            database.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)?;
            database.set_limit(Limit::SQLITE_LIMIT_LENGTH, TILE_BYTES as i32)?;
            database.set_limit(Limit::SQLITE_LIMIT_ATTACHED, 0)?;
            let over = move || counted.fetch_add(1, Ordering::Relaxed) > BUDGET;
            database.progress_handler(STEPS, Some(over))?;
            database.execute_batch("PRAGMA cell_size_check = ON; PRAGMA mmap_size = 0; PRAGMA cache_size = -8192;")
        };
        tame(&mut database).map_err(|e| why(&e))?;
        let (about, is_vector) = describe(&database, &spent)?;
        Ok(Self { database: Mutex::new(database), spent, about, is_vector })
    }

    pub(super) fn about(&self) -> &About {
        &self.about
    }

    /// Whether its tiles are shapes instead of pixels.
    pub(super) fn is_vector(&self) -> bool {
        self.is_vector
    }

    /// The bytes of a tile.
    ///
    /// # Errors
    /// One line.
    pub(super) fn bytes(&self, id: TileId) -> Result<Option<Vec<u8>>, TileError> {
        let row = (1_u64 << id.zoom).saturating_sub(1 + u64::from(id.y));
        let database = self.database.lock().unwrap_or_else(PoisonError::into_inner);
        self.spent.store(0, Ordering::Relaxed);
        let found = database
            .prepare("SELECT tile_data FROM tiles WHERE zoom_level = ?1 AND tile_column = ?2 AND tile_row = ?3 LIMIT 1")
            .and_then(|mut query| {
                let ask = (i64::from(id.zoom), i64::from(id.x), i64::try_from(row).unwrap_or(i64::MAX));
                query.query_row(ask, |row| row.get::<_, Option<Vec<u8>>>(0)).optional()
            })
            .map_err(|e| TileError::lasting(why(&e)))?;
        Ok(found.flatten().filter(|bytes| !bytes.is_empty()))
    }
}

/// The file as an address for the database: read only, without looking for journals beside it.
fn uri(path: &Path) -> Result<String, String> {
    let path = std::path::absolute(path).map_err(|e| format!("the file cannot be read ({e})"))?;
    let text = path.to_str().ok_or("the name of the file is not Unicode text; rename it")?;
    let text = if cfg!(windows) { format!("/{}", text.replace('\\', "/")) } else { text.to_owned() };
    let mut out = String::from("file:");
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'/' | b'.' | b'-' | b'_' | b':') {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    Ok(out + "?immutable=1")
}

fn describe(database: &Connection, spent: &AtomicU32) -> Result<(About, bool), String> {
    let mut about =
        About { name: String::new(), attribution: String::new(), min_zoom: 0, max_zoom: MOST_ZOOM, tile_size: 256 };
    let mut is_vector = false;
    let (mut min, mut max) = (None, None);
    let mut read = || -> rusqlite::Result<()> {
        let mut query = database.prepare("SELECT name, value FROM metadata LIMIT 1000")?;
        let mut rows = query.query([])?;
        while let Some(row) = rows.next()? {
            // Values of other types than text say nothing that is asked here.
            let (Ok(name), Ok(value)) = (row.get::<_, String>(0), row.get::<_, String>(1)) else { continue };
            match name.as_str() {
                "name" => about.name = plain_line(&value, 120),
                "attribution" => about.attribution = plain_line(&value, 300),
                "format" => is_vector = value.trim().eq_ignore_ascii_case("pbf"),
                "minzoom" => min = value.trim().parse::<u8>().ok(),
                "maxzoom" => max = value.trim().parse::<u8>().ok(),
                _ => {}
            }
        }
        Ok(())
    };
    // A file without metadata may still have tiles; a damaged one says so below.
    let _ = read();
    spent.store(0, Ordering::Relaxed);
    if min.is_none() || max.is_none() {
        let range = database.query_row("SELECT min(zoom_level), max(zoom_level) FROM tiles", [], |row| {
            Ok((row.get::<_, Option<i64>>(0)?, row.get::<_, Option<i64>>(1)?))
        });
        match range.map_err(|e| why(&e))? {
            (Some(low), Some(high)) => {
                min = min.or(u8::try_from(low).ok());
                max = max.or(u8::try_from(high).ok());
            }
            _ => return Err("the file holds no tiles".into()),
        }
    }
    spent.store(0, Ordering::Relaxed);
    database.prepare("SELECT zoom_level, tile_column, tile_row, tile_data FROM tiles").map_err(|e| why(&e))?;
    about.max_zoom = max.unwrap_or(MOST_ZOOM).min(MOST_ZOOM);
    about.min_zoom = min.unwrap_or(0).min(about.max_zoom);
    Ok((about, is_vector))
}

/// What the database says, for people.
fn why(error: &rusqlite::Error) -> String {
    let code = error.sqlite_error_code();
    let what = match code {
        Some(ErrorCode::OperationInterrupted) => {
            "its tiles take too long to be found; the file is damaged or made to do harm"
        }
        Some(ErrorCode::TooBig) => "a tile in it is larger than 8 MiB; the file is damaged or made to do harm",
        Some(ErrorCode::NotADatabase) => "it is no SQLite database; the file is damaged or has a wrong ending",
        Some(ErrorCode::DatabaseCorrupt) => "the database in it is damaged; fetch the file again",
        Some(ErrorCode::CannotOpen | ErrorCode::PermissionDenied) => "it cannot be opened; ask its owner or copy it",
        _ => {
            let words = error.to_string();
            if words.contains("no such table") || words.contains("no such column") {
                return "it is an SQLite database without tiles; this is no MBTiles file".into();
            }
            return format!("the database in it cannot be read ({})", plain_line(&words, 160));
        }
    };
    what.into()
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// A file made by these statements.
    pub(in crate::tiles) fn file(folder: &Path, sql: &str) -> std::path::PathBuf {
        let path = folder.join("a b%.mbtiles");
        let _ = std::fs::remove_file(&path);
        Connection::open(&path).unwrap().execute_batch(sql).unwrap();
        path
    }

    pub(in crate::tiles) const TABLES: &str = "CREATE TABLE metadata (name text, value text);
        CREATE TABLE tiles (zoom_level integer, tile_column integer, tile_row integer, tile_data blob);";

    fn opened(sql: &str) -> (tempfile::TempDir, Result<MbTiles, String>) {
        let folder = tempfile::tempdir().unwrap();
        let opened = MbTiles::open(&file(folder.path(), sql));
        (folder, opened)
    }

    const AT: TileId = TileId { zoom: 3, x: 5, y: 2 };

    #[test]
    fn a_tile_is_found_by_its_row_from_the_south() {
        let sql = format!(
            "{TABLES} INSERT INTO tiles VALUES (3, 5, 5, x'0102'); INSERT INTO metadata VALUES
             ('name', 'N'), ('attribution', '<b>A</b>'), ('minzoom', '2'), ('maxzoom', '9'), ('format', 'pbf');"
        );
        let (folder, tiles) = opened(&sql);
        let tiles = tiles.unwrap();
        assert_eq!(tiles.bytes(AT).unwrap(), Some(vec![1, 2]));
        assert_eq!(tiles.bytes(TileId { y: 5, ..AT }).unwrap(), None);
        let about = tiles.about();
        assert_eq!((&*about.name, &*about.attribution, about.min_zoom, about.max_zoom), ("N", "A", 2, 9));
        assert!(tiles.is_vector());
        let beside = std::fs::read_dir(folder.path()).unwrap().count();
        assert_eq!(beside, 1, "nothing is written beside the file");
    }

    #[test]
    fn zooms_are_counted_where_the_file_does_not_say_them() {
        let sql = format!("{TABLES} INSERT INTO tiles VALUES (3, 5, 5, x'01'), (7, 5, 5, x'01');");
        let (_folder, tiles) = opened(&sql);
        let tiles = tiles.unwrap();
        assert_eq!((tiles.about().min_zoom, tiles.about().max_zoom), (3, 7));
    }

    #[test]
    fn hostile_databases_are_refused_in_one_line() {
        let endless = "WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r)";
        let metadata = "CREATE TABLE metadata (name text, value text);
            INSERT INTO metadata VALUES ('minzoom', '0'), ('maxzoom', '9');";
        for (sql, want) in [
            ("CREATE TABLE x (a)".to_owned(), "no MBTiles"),
            (TABLES.to_owned(), "no tiles"),
            (
                format!(
                    "CREATE VIEW tiles AS {endless} SELECT n AS zoom_level, n AS tile_column, n AS tile_row, n AS tile_data FROM r"
                ),
                "too long",
            ),
            (
                format!(
                    "{metadata} CREATE VIEW tiles AS {endless} SELECT n * 0 + 99 AS zoom_level, n AS tile_column, n AS tile_row, n AS tile_data FROM r"
                ),
                "too long",
            ),
            (
                format!(
                    "{metadata} CREATE VIEW tiles AS SELECT 3 AS zoom_level, 5 AS tile_column, 5 AS tile_row, zeroblob(900000000) AS tile_data"
                ),
                "larger than 8 MiB",
            ),
            (
                format!(
                    "{metadata} CREATE VIEW tiles AS SELECT 3 AS zoom_level, 5 AS tile_column, 5 AS tile_row, load_extension('/tmp/x') AS tile_data"
                ),
                "cannot be read",
            ),
        ] {
            let (_folder, tiles) = opened(&sql);
            let said = match tiles {
                Err(said) => said,
                Ok(tiles) => tiles.bytes(AT).expect_err(&sql).what,
            };
            assert!(said.contains(want) && !said.contains('\n'), "{sql}: {said}");
        }
    }

    #[test]
    fn a_damaged_database_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = file(folder.path(), &format!("{TABLES} INSERT INTO tiles VALUES (3, 5, 5, zeroblob(90000));"));
        let mut bytes = std::fs::read(&path).unwrap();
        bytes[100..4000].fill(0xaa);
        crate::io::atomic::save(&crate::io::disk::RealDisk, &path, &mut |out| out.write_all(&bytes)).unwrap();
        let said = MbTiles::open(&path).err().unwrap();
        assert!(said.contains("damaged") && !said.contains('\n'), "{said}");
    }
}
