//! Checks of what people type, with messages that say what to do.

use std::ops::RangeInclusive;

use super::Error;

/// Bytes of a problem's statement, and of the starter code of each language.
const LONG_TEXT: usize = 64 * 1024;
/// The longest e-mail address there is (RFC 5321 §4.5.3.1.3).
const EMAIL: usize = 254;

/// One line of text, of so many characters after trimming.
pub fn line(field: &str, value: &str, characters: RangeInclusive<usize>) -> Result<String, Error> {
    let value = value.trim();
    if value.chars().any(char::is_control) {
        return Err(Error::invalid(field, "Use one line of plain text."));
    }
    if !characters.contains(&value.chars().count()) {
        let (least, most) = (characters.start(), characters.end());
        return Err(Error::invalid(
            field,
            format!("Write {least} to {most} characters."),
        ));
    }
    Ok(value.to_owned())
}

pub fn name(field: &str, value: &str) -> Result<String, Error> {
    line(field, value, 1..=80)
}

pub fn title(field: &str, value: &str) -> Result<String, Error> {
    line(field, value, 1..=200)
}

/// Whether it is an address at all only a message to it would tell.
pub fn email(field: &str, value: &str) -> Result<String, Error> {
    let value = value.trim();
    let shaped = value.rsplit_once('@').is_some_and(|(mailbox, host)| {
        !mailbox.is_empty() && !host.is_empty() && !host.starts_with('.') && !host.ends_with('.')
    });
    let plain = !value.chars().any(|c| c.is_control() || c.is_whitespace());
    if shaped && plain && value.len() <= EMAIL {
        Ok(value.to_lowercase())
    } else {
        Err(Error::invalid(
            field,
            "Write an e-mail address such as ada@example.org.",
        ))
    }
}

/// A new password.
pub fn password(field: &str, value: &str) -> Result<(), Error> {
    match value.chars().count() {
        0..10 => Err(Error::invalid(field, "Use at least 10 characters.")),
        10..=1000 => Ok(()),
        _ => Err(Error::invalid(field, "Use at most 1000 characters.")),
    }
}

/// A statement or code: any text of a bounded length.
pub fn long_text(field: &str, value: &str) -> Result<(), Error> {
    if value.len() > LONG_TEXT {
        return Err(Error::invalid(field, "Keep it below 64 KiB."));
    }
    Ok(())
}

/// A time between 2000 and 2100.
pub fn time(field: &str, value: i64) -> Result<i64, Error> {
    if (946_684_800_000..4_102_444_800_000).contains(&value) {
        Ok(value)
    } else {
        Err(Error::invalid(field, "Choose a date of this century."))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_trimmed_and_counted_in_characters() {
        assert_eq!(name("name", "  Zoë ").unwrap(), "Zoë");
        assert!(name("name", &"é".repeat(80)).is_ok());
        assert!(name("name", &"é".repeat(81)).is_err());
        assert!(name("name", " \t").is_err());
        assert!(name("name", "a\nb").is_err());
        assert!(name("name", "a\0b").is_err());
    }

    #[test]
    fn email_addresses_have_a_mailbox_and_a_host() {
        assert_eq!(
            email("email", " Ada@Example.org ").unwrap(),
            "ada@example.org"
        );
        assert!(email("email", "root@localhost").is_ok());
        for wrong in [
            "",
            "ada",
            "@example.org",
            "ada@",
            "a b@c.d",
            "ada@.org",
            "ada@org.",
        ] {
            assert!(email("email", wrong).is_err(), "{wrong}");
        }
        assert!(email("email", &format!("{}@b.c", "a".repeat(251))).is_err());
    }

    #[test]
    fn short_passwords_are_refused_by_characters_not_bytes() {
        assert!(password("password", "éééééé").is_err());
        assert!(password("password", "0123456789").is_ok());
    }
}
