//! Base64: `<base64>` values, HTTP Basic credentials, and PEM.

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

/// With padding, on one line.
pub fn encode(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let bits = chunk
            .iter()
            .enumerate()
            .fold(0, |bits, (place, byte)| bits | u32::from(*byte) << (16 - 8 * place));
        for place in 0..4 {
            let letter = LETTERS[(bits >> (18 - 6 * place)) as usize & 63];
            out.push(if place <= chunk.len() { letter.into() } else { '=' });
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::{decode, encode};

    #[test]
    fn what_is_encoded_is_decoded() {
        for bytes in [&b""[..], b"r", b"ro", b"roo", b"root:pw", &[0xfb, 0xff]] {
            assert_eq!(decode(&encode(bytes)).as_deref(), Some(bytes));
            assert_eq!(encode(bytes).len() % 4, 0);
        }
        assert_eq!(encode(b"root:pw"), "cm9vdDpwdw==");
    }

    #[test]
    fn decodes_with_and_without_padding() {
        assert_eq!(decode("cm9vdDpwdw==").as_deref(), Some(b"root:pw".as_slice()));
        assert_eq!(decode("cm9v\ndDpwdw").as_deref(), Some(b"root:pw".as_slice()));
        assert_eq!(decode("+/8").as_deref(), Some([0xfb, 0xff].as_slice()));
        assert_eq!(decode("").as_deref(), Some([].as_slice()));
        assert_eq!(decode("a-b"), None);
    }
}
