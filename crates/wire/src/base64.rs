//! Base64, decoding only: `<base64>` values and HTTP Basic credentials.

/// The bytes behind the text. White space is skipped, padding is optional.
pub fn decode(text: &str) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(text.len() / 4 * 3);
    let (mut bits, mut count) = (0u32, 0);
    for byte in text.bytes().filter(|byte| !byte.is_ascii_whitespace() && *byte != b'=') {
        let sextet = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            _ => return None,
        };
        bits = bits << 6 | u32::from(sextet);
        count += 6;
        if count >= 8 {
            count -= 8;
            out.push((bits >> count) as u8);
        }
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::decode;

    #[test]
    fn decodes_with_and_without_padding() {
        assert_eq!(decode("cm9vdDpwdw==").as_deref(), Some(b"root:pw".as_slice()));
        assert_eq!(decode("cm9v\ndDpwdw").as_deref(), Some(b"root:pw".as_slice()));
        assert_eq!(decode("+/8").as_deref(), Some([0xfb, 0xff].as_slice()));
        assert_eq!(decode("").as_deref(), Some([].as_slice()));
        assert_eq!(decode("a-b"), None);
    }
}
