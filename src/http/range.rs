//! Ranges of bytes in requests (RFC 9110 §14), as players use them to seek.

use std::ops::Range;

use http::HeaderValue;

/// What of a file is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Asked {
    Whole,
    Part(Range<u64>),
    /// Nothing that the file has.
    Unsatisfiable,
}

/// What this `Range` header asks of a file of so many bytes. What is not understood, or asks for
/// several parts, may be answered with the whole.
pub fn asked(header: Option<&HeaderValue>, size: u64) -> Asked {
    let spec = header
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.strip_prefix("bytes="))
        .and_then(|spec| spec.trim().split_once('-'));
    let Some((first, last)) = spec else {
        return Asked::Whole;
    };
    let part = match (number(first), number(last)) {
        (Some(first), Some(last)) if first <= last => first..last.saturating_add(1).min(size),
        (Some(first), None) if last.is_empty() => first..size,
        (None, Some(suffix)) if first.is_empty() => size.saturating_sub(suffix)..size,
        _ => return Asked::Whole,
    };
    if part.is_empty() {
        Asked::Unsatisfiable
    } else {
        Asked::Part(part)
    }
}

/// Digits only: parsing alone would take a sign too.
fn number(text: &str) -> Option<u64> {
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    digits.then(|| text.parse().unwrap_or(u64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of_1000(header: &str) -> Asked {
        asked(Some(&HeaderValue::from_str(header).unwrap()), 1000)
    }

    #[test]
    fn parts_are_cut_to_the_file() {
        assert_eq!(of_1000("bytes=0-0"), Asked::Part(0..1));
        assert_eq!(of_1000("bytes=200-299"), Asked::Part(200..300));
        assert_eq!(of_1000("bytes=990-2000"), Asked::Part(990..1000));
        assert_eq!(of_1000("bytes=5-"), Asked::Part(5..1000));
        assert_eq!(of_1000("bytes=-10"), Asked::Part(990..1000));
        assert_eq!(of_1000("bytes=-5000"), Asked::Part(0..1000));
        assert_eq!(
            of_1000("bytes=0-99999999999999999999999"),
            Asked::Part(0..1000)
        );
    }

    #[test]
    fn parts_beyond_the_end_cannot_be_served() {
        assert_eq!(of_1000("bytes=1000-"), Asked::Unsatisfiable);
        assert_eq!(of_1000("bytes=5000-6000"), Asked::Unsatisfiable);
        assert_eq!(of_1000("bytes=-0"), Asked::Unsatisfiable);
        assert_eq!(
            asked(Some(&HeaderValue::from_static("bytes=0-")), 0),
            Asked::Unsatisfiable
        );
    }

    #[test]
    fn what_is_not_understood_gets_the_whole() {
        for header in [
            "",
            "bytes=",
            "bytes=-",
            "bytes=5-2",
            "bytes=+1-2",
            "bytes=0-1,5-6",
            "lines=1-2",
        ] {
            assert_eq!(of_1000(header), Asked::Whole, "{header}");
        }
        assert_eq!(asked(None, 1000), Asked::Whole);
    }
}
