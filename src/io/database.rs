//! Databases of any origin, opened so that they can do no harm: from memory, read-only, without trusting their schema,
//! with bounds on the length of a value and on the work that reading may take. Nothing is written beside the file.

use std::io::Cursor;
use std::path::Path;

use rusqlite::Connection;
use rusqlite::limits::Limit;

use super::disk::{Disk, RealDisk};

/// The longest value, in bytes.
const MAX_CELL: i32 = 16 << 20;
/// Steps of the database's machine before a file is given up, for each byte of it: a scan takes a few.
const STEPS: usize = 400;

/// Opens the bytes of a database.
///
/// # Errors
/// As the database says it.
pub(super) fn opened(mut bytes: Vec<u8>) -> rusqlite::Result<Connection> {
    let len = bytes.len();
    // A file left in write-ahead mode: what is not in it yet lies beside it and is not read; see [`beside`].
    for at in [18, 19] {
        if let Some(b) = bytes.get_mut(at).filter(|b| **b == 2) {
            *b = 1;
        }
    }
    let mut db = Connection::open_in_memory()?;
    db.deserialize_read_exact("main", Cursor::new(&bytes), len, true)?;
    drop(bytes);
    db.pragma_update(None, "trusted_schema", false)?;
    db.set_limit(Limit::SQLITE_LIMIT_LENGTH, MAX_CELL)?;
    let mut left = (STEPS.saturating_mul(len)).max(50_000_000) / 1000;
    let handler = move || {
        left = left.saturating_sub(1);
        left == 0
    };
    db.progress_handler(1000, Some(handler))?;
    Ok(db)
}

/// The names of the columns of a table in the order of `SELECT *`. The statement's own list of them is no use: it panics
/// where a damaged file has a name that is not text.
///
/// # Errors
/// As the database says it, also where a name is not text.
pub(super) fn columns(db: &Connection, table: &str) -> rusqlite::Result<Vec<String>> {
    let mut select = db.prepare("SELECT name FROM pragma_table_xinfo(?1) WHERE hidden <> 1")?;
    let names = select.query_map([table], |row| row.get(0))?;
    names.collect()
}

/// What the database says, on one line and shortened: where a schema is damaged, it quotes pages of it.
pub(super) fn words(error: &rusqlite::Error) -> String {
    let line = error.to_string().split_whitespace().collect::<Vec<_>>().join(" ");
    line.chars().take(200).collect()
}

/// What is said where changes of another program lie beside the file and are not in it yet.
pub(super) fn beside(path: &Path) -> Option<String> {
    let mut name = path.file_name()?.to_owned();
    name.push("-wal");
    let entry = RealDisk.entry(&path.with_file_name(&name)).ok()??;
    (entry.stamp.len > 0).then(|| {
        format!(
            "another program has this file open and keeps changes in {} beside it; they are not read before it is closed there",
            name.display()
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_schema_that_is_quoted_over_several_lines_is_told_on_one() {
        let db = Connection::open_in_memory().unwrap();
        let error = db.execute_batch("CREATE TABLE a (b\n, \"c\n)").unwrap_err();
        assert!(error.to_string().lines().count() > 1, "{error}");
        let said = words(&error);
        assert!(said.lines().count() == 1 && said.chars().count() <= 200, "{said}");
    }
}
