//! Numbers as decimal text, the way each encoding wants them.

/// An integer, without the machinery of `fmt`: answers hold very many of them.
pub fn integer(out: &mut Vec<u8>, value: i64) {
    let mut digits = [0u8; 20];
    let mut at = digits.len();
    let mut rest = value.unsigned_abs();
    loop {
        at -= 1;
        digits[at] = b'0' + (rest % 10) as u8;
        rest /= 10;
        if rest == 0 {
            break;
        }
    }
    if value < 0 {
        at -= 1;
        digits[at] = b'-';
    }
    out.extend_from_slice(&digits[at..]);
}

/// A float as C's `%.16g` prints it: XML-RPC.
pub fn float_16g(out: &mut Vec<u8>, value: f64) {
    const DIGITS: usize = 16;
    if !value.is_finite() {
        let text = if value.is_nan() {
            "nan"
        } else if value > 0.0 {
            "inf"
        } else {
            "-inf"
        };
        out.extend_from_slice(text.as_bytes());
        return;
    }
    let scientific = format!("{value:.precision$e}", precision = DIGITS - 1);
    let (mantissa, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    if exponent < -4 || exponent >= DIGITS as i32 {
        out.extend_from_slice(without_trailing_zeros(mantissa).as_bytes());
        let sign = if exponent < 0 { '-' } else { '+' };
        out.extend_from_slice(format!("e{sign}{:02}", exponent.abs()).as_bytes());
    } else {
        let decimals = (DIGITS as i32 - 1 - exponent).max(0) as usize;
        out.extend_from_slice(without_trailing_zeros(&format!("{value:.decimals$}")).as_bytes());
    }
}

/// A float in its shortest form that reads back the same, always recognisable as a float: JSON.
/// What JSON cannot say (infinity, not a number) becomes `null`.
pub fn float_shortest(out: &mut Vec<u8>, value: f64) {
    let text = if value.is_finite() { format!("{value:?}") } else { "null".to_owned() };
    out.extend_from_slice(text.as_bytes());
}

fn without_trailing_zeros(text: &str) -> &str {
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.') } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(write: impl FnOnce(&mut Vec<u8>)) -> String {
        let mut out = Vec::new();
        write(&mut out);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn integers_of_all_sizes() {
        for value in [0, 7, -1, 10, i64::MAX, i64::MIN, 1_000_000_000_000] {
            assert_eq!(written(|out| integer(out, value)), value.to_string());
        }
    }

    #[test]
    fn floats_as_printf_has_them() {
        let cases = [
            (0.0, "0"),
            (-0.0, "-0"),
            (1.0, "1"),
            (0.5, "0.5"),
            (0.1, "0.1"),
            (1.0 / 3.0, "0.3333333333333333"),
            (1e15, "1000000000000000"),
            (1e16, "1e+16"),
            (1.5e300, "1.5e+300"),
            (0.0001, "0.0001"),
            (0.00001, "1e-05"),
            (123456789.125, "123456789.125"),
            (9999999999999999.0, "1e+16"),
            (f64::INFINITY, "inf"),
            (f64::NEG_INFINITY, "-inf"),
            (f64::NAN, "nan"),
        ];
        for (value, text) in cases {
            assert_eq!(written(|out| float_16g(out, value)), text, "{value}");
        }
    }

    #[test]
    fn json_floats_show_that_they_are_floats() {
        for (value, text) in
            [(1.0, "1.0"), (0.1, "0.1"), (1e300, "1e300"), (1e-7, "1e-7"), (f64::NAN, "null")]
        {
            assert_eq!(written(|out| float_shortest(out, value)), text);
        }
    }
}
