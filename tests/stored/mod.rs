//! Stored pictures: `tests/pictures/NAME.png`, written anew with `CLASHMAP_BLESS=1`.

use std::path::PathBuf;

/// Share of pixels that differ by more than a shade.
fn difference(a: &[u8], b: &[u8]) -> f64 {
    let decode = |bytes: &[u8]| tiny_skia::Pixmap::decode_png(bytes).unwrap();
    let (a, b) = (decode(a), decode(b));
    assert_eq!((a.width(), a.height()), (b.width(), b.height()), "size");
    let far = |(p, q): (&[u8], &[u8])| p.iter().zip(q).any(|(x, y)| x.abs_diff(*y) > 12);
    let count = a.data().chunks_exact(4).zip(b.data().chunks_exact(4)).filter(|p| far(*p)).count();
    count as f64 / (f64::from(a.width()) * f64::from(a.height()))
}

/// Compares a picture with the stored one, or stores it if that was asked for by hand.
pub(crate) fn check_stored(name: &str, drawn: &[u8]) {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/pictures");
    let path = folder.join(format!("{name}.png"));
    if std::env::var_os("CLASHMAP_BLESS").is_some() {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        #[allow(clippy::disallowed_methods)] // a test's own picture, asked for by hand
        std::fs::write(&path, drawn).unwrap();
        return;
    }
    let stored = std::fs::read(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    let share = difference(&stored, drawn);
    // Rounding differs a little between processors; a moved label differs a lot more.
    if share >= 0.002 {
        let out = std::env::temp_dir().join(format!("clashmap-{}.png", name.replace('/', "-")));
        #[allow(clippy::disallowed_methods)] // left behind for whoever looks into the failure
        let _ = std::fs::write(&out, drawn);
        panic!("{name}: {:.2} % of the pixels differ; drawn now: {}", share * 100.0, out.display());
    }
}
