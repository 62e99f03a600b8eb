//! Archives: the map inside a KMZ. Nothing is unpacked to the disk, so that the names in an archive can do no harm.

use std::io::{Cursor, Read};

/// The longest file inside, in bytes, whatever the archive claims.
const MAX_INSIDE: u64 = 256 << 20;
/// How many times longer than the archive the file inside may be, above [`FREE`].
const RATIO: u64 = 200;
/// What a small archive may hold anyhow.
const FREE: u64 = 16 << 20;

/// The first KML in an archive.
///
/// # Errors
/// One sentence: what is wrong, what next.
pub(super) fn kml(bytes: &[u8]) -> Result<Vec<u8>, String> {
    let limit = FREE.max(bytes.len() as u64 * RATIO).min(MAX_INSIDE);
    let mut zip = zip::ZipArchive::new(Cursor::new(bytes))
        .map_err(|_| "the archive is damaged or cut off; get it again".to_owned())?;
    let is_kml = |name: &str| name.to_lowercase().ends_with(".kml");
    let names: Vec<String> = zip.file_names().filter_map(|n| n.ok().map(std::borrow::Cow::into_owned)).collect();
    let name = names.iter().find(|n| n.eq_ignore_ascii_case("doc.kml")).or_else(|| names.iter().find(|n| is_kml(n)));
    let name = name.ok_or_else(|| "there is no KML in this archive; unpack it and read the table inside".to_owned())?;
    let file = zip.by_name(name).map_err(|_| "the KML in this archive is damaged or needs a password".to_owned())?;
    let mut out = Vec::new();
    file.take(limit + 1).read_to_end(&mut out).map_err(|_| "the KML in this archive is damaged".to_owned())?;
    if out.len() as u64 > limit {
        return Err(format!(
            "the KML in this archive is longer than {} MiB unpacked, which a map is not; it may be made to do harm",
            limit >> 20
        ));
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    fn archive(files: &[(&str, &[u8])]) -> Vec<u8> {
        let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
        for (name, bytes) in files {
            zip.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
            zip.write_all(bytes).unwrap();
        }
        zip.finish().unwrap().into_inner()
    }

    #[test]
    fn the_map_in_an_archive_is_found_under_any_name() {
        assert_eq!(kml(&archive(&[("a.png", b"x"), ("files/MAP.KML", b"<kml/>")])).unwrap(), b"<kml/>");
        assert_eq!(kml(&archive(&[("../../etc/x.kml", b"<kml/>")])).unwrap(), b"<kml/>");
        assert!(kml(&archive(&[("a.txt", b"x")])).unwrap_err().contains("no KML"));
        assert!(kml(b"PK\x03\x04").unwrap_err().contains("damaged"));
    }

    #[test]
    fn a_bomb_is_refused_before_it_goes_off() {
        let zeros = vec![b' '; 20 << 20];
        let bomb = archive(&[("doc.kml", &zeros)]);
        assert!(bomb.len() < 1 << 16);
        assert!(kml(&bomb).unwrap_err().contains("unpacked"));
    }
}
