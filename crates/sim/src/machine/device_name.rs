//! The name of a block device in the guest, from the number that the toolstack gives it.

/// `0` is `xvda`, `25` is `xvdz`, `26` is `xvdaa`; what is a name already stays.
pub fn device_name(userdevice: &str) -> String {
    let Ok(number) = userdevice.parse::<u32>() else { return userdevice.to_string() };
    let mut letters = Vec::new();
    let mut rest = number;
    loop {
        letters.push(char::from(b'a' + (rest % 26) as u8));
        match rest / 26 {
            0 => break,
            more => rest = more - 1,
        }
    }
    "xvd".chars().chain(letters.into_iter().rev()).collect()
}

#[cfg(test)]
mod tests {
    use super::device_name;

    #[test]
    fn letters_go_on_after_z() {
        let names = ["0", "1", "25", "26", "51", "52", "701", "702", "xvdb", "hdd"].map(device_name);
        let expected = ["xvda", "xvdb", "xvdz", "xvdaa", "xvdaz", "xvdba", "xvdzz", "xvdaaa", "xvdb", "hdd"];
        assert_eq!(names, expected);
    }
}
