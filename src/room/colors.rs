//! Colours that tell people apart.

/// Mid tones of different hue and lightness: each has a contrast of at least 3:1 against white and
/// against the dark theme's background, and neighbours differ for the colour-blind too.
const PALETTE: [&str; 8] = [
    "#2f7ed8", "#c8641b", "#16917a", "#b5519c", "#8a7a13", "#6d64e0", "#cf4a4a", "#4a8a2c",
];

/// The colour of the person who entered the room as number `order`, counted from zero.
pub fn color(order: usize) -> &'static str {
    PALETTE[order % PALETTE.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn luminance(color: &str) -> f64 {
        let value = u32::from_str_radix(&color[1..], 16).unwrap();
        let channel = |shift: u32| {
            let part = f64::from((value >> shift) & 0xff) / 255.0;
            if part <= 0.04045 {
                part / 12.92
            } else {
                ((part + 0.055) / 1.055).powf(2.4)
            }
        };
        0.2126 * channel(16) + 0.7152 * channel(8) + 0.0722 * channel(0)
    }

    /// WCAG 2.2, 1.4.11: 3:1 for what is not text.
    #[test]
    fn every_colour_is_seen_on_light_and_on_dark() {
        for color in PALETTE {
            let luminance = luminance(color);
            let on_white = 1.05 / (luminance + 0.05);
            let on_dark = (luminance + 0.05) / (super::tests::luminance("#1e1e1e") + 0.05);
            assert!(
                on_white >= 3.0 && on_dark >= 3.0,
                "{color}: {on_white} {on_dark}"
            );
        }
    }

    #[test]
    fn the_first_eight_differ() {
        let mut colors: Vec<_> = (0..8).map(color).collect();
        colors.sort_unstable();
        colors.dedup();
        assert_eq!(colors.len(), 8);
    }
}
