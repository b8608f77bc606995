//! Whether a text may be copied as it is: nearly every one may, and eight bytes are asked at a time.
//!
//! "No" may be said too often, never too seldom: who hears it looks at each byte.

/// No quote, no backslash, no control character.
pub fn json(bytes: &[u8]) -> bool {
    all(bytes, |eight| below_space(eight) | has(eight, b'"') | has(eight, b'\\'))
}

/// No markup, no control character, nothing that begins like U+FFFE.
pub fn xml(bytes: &[u8]) -> bool {
    all(bytes, |eight| {
        let markup = has(eight, b'<') | has(eight, b'>') | has(eight, b'&') | has(eight, b'"');
        below_space(eight) | markup | has(eight, 0xef)
    })
}

/// Ask for every byte. The last eight overlap those before; what is shorter is filled up.
fn all(bytes: &[u8], special: impl Fn(u64) -> u64) -> bool {
    let (eights, rest) = bytes.as_chunks::<8>();
    let last = match bytes.last_chunk::<8>() {
        Some(last) => *last,
        None => {
            let mut filled = [b' '; 8];
            filled[..rest.len()].copy_from_slice(rest);
            filled
        }
    };
    eights.iter().chain([&last]).all(|eight| special(u64::from_le_bytes(*eight)) & HIGH == 0)
}

const HIGH: u64 = 0x8080_8080_8080_8080;

const fn each(byte: u8) -> u64 {
    u64::from_le_bytes([byte; 8])
}

/// High bits where a byte is zero, and perhaps above one that is.
const fn zero(eight: u64) -> u64 {
    eight.wrapping_sub(each(1)) & !eight
}

const fn has(eight: u64, byte: u8) -> u64 {
    zero(eight ^ each(byte))
}

const fn below_space(eight: u64) -> u64 {
    eight.wrapping_sub(each(b' ')) & !eight
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_special_byte_is_found_at_every_place() {
        for length in 0..40 {
            assert!(json(&vec![b'a'; length]) && xml(&vec![0xc3; length]), "{length}");
            for place in 0..length {
                for byte in 0..=255 {
                    let mut text = vec![b'~'; length];
                    text[place] = byte;
                    let control = byte < b' ';
                    assert_eq!(json(&text), !control && !b"\"\\".contains(&byte), "{byte} at {place}");
                    assert_eq!(xml(&text), !control && !b"<>&\"\xef".contains(&byte), "{byte} at {place}");
                }
            }
        }
    }
}
