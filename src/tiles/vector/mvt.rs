//! The bytes of a vector tile. Nothing is allocated on the word of the tile; what is counted is counted against limits.

use std::time::Instant;

use super::class::{Class, Shape, class, is_drawn};
use super::draw::Canvas;
use super::{LONGEST, MOST_POINTS};

/// Layers of a tile, and keys and values of a layer, at most.
const MOST_LAYERS: usize = 256;
const MOST_KEYS: usize = 10_000;
const MOST_VALUES: usize = 500_000;
/// Features of a tile at most.
const MOST_FEATURES: usize = 500_000;

const DAMAGED: &str = "a tile of it is damaged; fetch the file again";
const HARM: &str = "a tile of it holds more than a map can show; it is damaged or made to do harm";

/// Reads a tile, feature by feature, onto a canvas.
///
/// # Errors
/// One line.
pub(super) fn read(bytes: &[u8], canvas: &mut Canvas) -> Result<(), String> {
    let mut left = Budget { features: MOST_FEATURES, points: MOST_POINTS, until: Instant::now() + LONGEST };
    let mut layers = 0;
    let mut tile = Message(bytes);
    while let Some((number, field)) = tile.next()? {
        if let (3, Field::Bytes(layer)) = (number, field) {
            layers += 1;
            if layers > MOST_LAYERS {
                return Err(HARM.into());
            }
            read_layer(layer, canvas, &mut left)?;
        }
    }
    Ok(())
}

/// What may still be read of a tile.
struct Budget {
    features: usize,
    points: usize,
    until: Instant,
}

fn read_layer(bytes: &[u8], canvas: &mut Canvas, left: &mut Budget) -> Result<(), String> {
    let (mut name, mut extent, mut version) = (&b""[..], 4_096, 1);
    let (mut keys, mut values) = (Vec::new(), Vec::new());
    // Keys and values may stand behind the features that use them.
    let mut layer = Message(bytes);
    while let Some((number, field)) = layer.next()? {
        match (number, field) {
            (1, Field::Bytes(text)) => name = text,
            (3, Field::Bytes(text)) => keys.push(text),
            (4, Field::Bytes(value)) => values.push(value),
            (5, Field::Number(n)) => extent = n,
            (15, Field::Number(n)) => version = n,
            _ => {}
        }
        if keys.len() > MOST_KEYS || values.len() > MOST_VALUES {
            return Err(HARM.into());
        }
    }
    let name = std::str::from_utf8(name).map_err(|_| DAMAGED)?;
    if !is_drawn(name) {
        return Ok(());
    }
    if !(1..=2).contains(&version) {
        return Err(format!("its tiles are of version {version}; versions 1 and 2 are read"));
    }
    if !(16..=65_536).contains(&extent) {
        return Err(DAMAGED.into());
    }
    canvas.layer(extent as f32);
    let mut layer = Message(bytes);
    while let Some((number, field)) = layer.next()? {
        if let (2, Field::Bytes(feature)) = (number, field) {
            left.features = left.features.checked_sub(1).ok_or(HARM)?;
            if left.features.is_multiple_of(256) && Instant::now() > left.until {
                return Err(HARM.into());
            }
            read_feature(feature, name, &keys, &values, canvas, left)?;
        }
    }
    Ok(())
}

fn read_feature(
    bytes: &[u8],
    layer: &str,
    keys: &[&[u8]],
    values: &[&[u8]],
    canvas: &mut Canvas,
    left: &mut Budget,
) -> Result<(), String> {
    let (mut tags, mut geometry, mut kind) = (&b""[..], &b""[..], 0);
    let mut feature = Message(bytes);
    while let Some((number, field)) = feature.next()? {
        match (number, field) {
            (2, Field::Bytes(packed)) => tags = packed,
            (3, Field::Number(n)) => kind = n,
            (4, Field::Bytes(packed)) => geometry = packed,
            _ => {}
        }
    }
    let shape = match kind {
        2 => Shape::Line,
        3 => Shape::Area,
        // Points are names and signs.
        _ => return Ok(()),
    };
    let tag = |wanted: &str| {
        let mut tags = Message(tags);
        while let (Some(key), Some(value)) = (tags.varint(), tags.varint()) {
            let named = usize::try_from(key).ok().and_then(|k| keys.get(k));
            if named.is_some_and(|k| *k == wanted.as_bytes()) {
                let value = usize::try_from(value).ok().and_then(|v| values.get(v))?;
                return Value::read(value);
            }
        }
        None
    };
    match class(layer, shape, &tag) {
        Some(class) => trace(geometry, class, canvas, left),
        None => Ok(()),
    }
}

/// A tag's value, as far as it is of interest.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Value<'a> {
    /// Text.
    Text(&'a str),
    /// Whether something is so.
    Flag(bool),
}

impl<'a> Value<'a> {
    fn read(bytes: &'a [u8]) -> Option<Self> {
        match Message(bytes).next().ok()?? {
            (1, Field::Bytes(text)) => std::str::from_utf8(text).ok().map(Self::Text),
            (4..=7, Field::Number(n)) => Some(Self::Flag(n != 0)),
            _ => None,
        }
    }
}

/// Follows the commands of a geometry.
fn trace(bytes: &[u8], class: Class, canvas: &mut Canvas, left: &mut Budget) -> Result<(), String> {
    let mut commands = Message(bytes);
    let (mut x, mut y) = (0_i64, 0_i64);
    let mut is_open = false;
    while !commands.0.is_empty() {
        let command = commands.varint().ok_or(DAMAGED)?;
        let (kind, count) = (command & 7, command >> 3);
        match kind {
            1 | 2 => {
                for _ in 0..count {
                    left.points = left.points.checked_sub(1).ok_or(HARM)?;
                    let mut step = || commands.varint().map(zigzag).ok_or(DAMAGED);
                    let (dx, dy) = (step()?, step()?);
                    (x, y) = (x.wrapping_add(dx), y.wrapping_add(dy));
                    if kind == 1 {
                        canvas.move_to(class, x, y)?;
                        is_open = true;
                    } else if is_open {
                        canvas.line_to(class, x, y)?;
                    } else {
                        return Err(DAMAGED.into());
                    }
                }
            }
            7 => {
                if count > 1 {
                    return Err(DAMAGED.into());
                }
                canvas.close(class);
            }
            _ => return Err(DAMAGED.into()),
        }
    }
    Ok(())
}

fn zigzag(n: u64) -> i64 {
    (n >> 1) as i64 ^ -((n & 1) as i64)
}

/// Bytes in the form of protocol buffers, read from the front.
struct Message<'a>(&'a [u8]);

enum Field<'a> {
    Number(u64),
    Bytes(&'a [u8]),
    Other,
}

impl<'a> Message<'a> {
    fn varint(&mut self) -> Option<u64> {
        let mut value = 0;
        for shift in (0..64).step_by(7) {
            let (first, rest) = self.0.split_first()?;
            self.0 = rest;
            value |= u64::from(first & 0x7f) << shift;
            if first & 0x80 == 0 {
                return Some(value);
            }
        }
        None
    }

    fn next(&mut self) -> Result<Option<(u64, Field<'a>)>, String> {
        if self.0.is_empty() {
            return Ok(None);
        }
        self.field().map(Some).ok_or_else(|| DAMAGED.into())
    }

    fn field(&mut self) -> Option<(u64, Field<'a>)> {
        let key = self.varint()?;
        let field = match key & 7 {
            0 => Field::Number(self.varint()?),
            1 => self.skip(8)?,
            2 => {
                let length = usize::try_from(self.varint()?).ok()?;
                let (bytes, rest) = self.0.split_at_checked(length)?;
                self.0 = rest;
                Field::Bytes(bytes)
            }
            5 => self.skip(4)?,
            _ => return None,
        };
        Some((key >> 3, field))
    }

    fn skip(&mut self, length: usize) -> Option<Field<'a>> {
        self.0 = self.0.get(length..)?;
        Some(Field::Other)
    }
}
