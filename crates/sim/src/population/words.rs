//! Long texts with a fixed form.

use model::{Date, Text};

/// `other_config:perfmon` of a control domain: when to raise an alarm.
pub fn control_domain_alarms() -> Text {
    let alarm = |(name, level): (&str, &str)| {
        format!(
            "<variable><name value=\"{name}\"/><alarm_trigger_level value=\"{level}\"/>\
             <alarm_trigger_period value=\"60\"/><alarm_auto_inhibit_period value=\"3600\"/></variable>"
        )
    };
    let alarms = [("fs_usage", "0.9"), ("mem_usage", "0.95"), ("log_fs_usage", "0.9")].map(alarm).concat();
    format!("<config>{alarms}</config>").into()
}

/// `other_config:disks` of a template: the one disk that its machines begin with.
pub fn provision(size_bytes: i64, bootable: bool) -> Text {
    format!(
        "<provision><disk bootable=\"{bootable}\" device=\"0\" size=\"{size_bytes}\" sr=\"\" \
         type=\"system\"/></provision>"
    )
    .into()
}

/// The name of a disk in its guest: `xvda` for 0, `xvdz` for 25, `xvdaa` for 26.
pub fn disk_device(number: usize) -> Text {
    let letter = |number: usize| char::from(b'a' + (number % 26) as u8);
    let mut letters = String::from("xvd");
    if number >= 26 {
        letters.push(letter(number / 26 - 1));
    }
    letters.push(letter(number));
    letters.into()
}

/// `2026-05-20T08:01:40Z`: the form of dates inside texts, which have hyphens unlike date fields.
pub fn iso_date(date: Date) -> String {
    let text = Date::from_seconds(date.seconds()).to_string();
    // A year has more than four digits only after a long time.
    match text.len() {
        18 => format!("{}-{}-{}", &text[..4], &text[4..6], &text[6..]),
        _ => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn disks_are_named_in_order() {
        let names = [0, 3, 25, 26, 27, 51, 52].map(disk_device);
        assert_eq!(names, ["xvda", "xvdd", "xvdz", "xvdaa", "xvdab", "xvdaz", "xvdba"]);
    }

    #[test]
    fn dates_inside_texts_have_hyphens() {
        assert_eq!(iso_date(Date::from_seconds(1_779_264_100)), "2026-05-20T08:01:40Z");
    }
}
