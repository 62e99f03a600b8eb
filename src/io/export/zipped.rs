//! Small archives, the same bytes for the same content.

use std::io::{Cursor, Write};

use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::ExportError;

/// An archive of files in the order given. Times are the oldest that the format has: the clock has no say.
pub(super) fn zip(files: &[(String, Vec<u8>)]) -> Result<Vec<u8>, ExportError> {
    let failed = |e: &dyn std::fmt::Display| {
        ExportError::Refused(format!("the archive cannot be made ({e}); export fewer incidents"))
    };
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default()
        .compression_method(zip::CompressionMethod::Deflated)
        .last_modified_time(zip::DateTime::default());
    for (name, bytes) in files {
        zip.start_file(name.as_str(), options).map_err(|e| failed(&e))?;
        zip.write_all(bytes).map_err(|e| failed(&e))?;
    }
    zip.finish().map(Cursor::into_inner).map_err(|e| failed(&e))
}
