//! What the values of arguments mean.

use std::str::FromStr;
use std::time::Duration;

use ferromq::{Endpoint, Transport as Via};

/// Lengths of messages.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Sizes(pub Vec<usize>);

/// The longest message.
const LONGEST: usize = 1 << 30;

impl FromStr for Sizes {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let mut sizes = Vec::new();
        for part in text.split(',') {
            let Some((from, to)) = part.split_once("..") else {
                sizes.push(size(part)?);
                continue;
            };
            let (from, to) = (size(from)?, size(to)?);
            if from == 0 || from > to {
                return Err(format!("`{part}` cannot be doubled from its first number to its last"));
            }
            sizes.extend(
                std::iter::successors(Some(from), |size| Some(size * 2)).take_while(|size| *size <= to),
            );
        }
        Ok(Sizes(sizes))
    }
}

fn size(text: &str) -> Result<usize, String> {
    let (digits, unit) = match text.char_indices().last() {
        Some((at, 'k' | 'K')) => (&text[..at], 1024),
        Some((at, 'm' | 'M')) => (&text[..at], 1024 * 1024),
        _ => (text, 1),
    };
    let number: usize = digits
        .parse()
        .map_err(|_| format!("`{text}` is no number of bytes, such as 256, 64K or 16..4096"))?;
    number
        .checked_mul(unit)
        .filter(|size| *size <= LONGEST)
        .ok_or_else(|| format!("`{text}` is more than 1 GiB"))
}

/// A duration such as `500us`, `10ms`, `1.5s`, `2m`.
pub fn duration(text: &str) -> Result<Duration, String> {
    let unit_at = text.find(|c: char| c.is_ascii_alphabetic()).unwrap_or(text.len());
    let (number, unit) = text.split_at(unit_at);
    let seconds = match unit {
        "us" => 1e-6,
        "ms" => 1e-3,
        "s" => 1.0,
        "m" => 60.0,
        _ => return Err("a time has a unit: us, ms, s or m".into()),
    };
    let number: f64 = number.parse().map_err(|_| format!("`{number}` is no number"))?;
    match Duration::try_from_secs_f64(number * seconds) {
        Ok(duration) if !duration.is_zero() && duration <= Duration::from_secs(86_400) => Ok(duration),
        _ => Err("a time is more than nothing, and at most a day".into()),
    }
}

/// A duration, or nothing.
pub fn duration_or_none(text: &str) -> Result<Duration, String> {
    if text == "0" || text == "0s" { Ok(Duration::ZERO) } else { duration(text) }
}

/// Events per second.
pub fn rate(text: &str) -> Result<f64, String> {
    match text.parse() {
        Ok(rate) if (0.001..=1e9).contains(&rate) => Ok(rate),
        _ => Err("a rate is a number from 0.001 to 1000000000".into()),
    }
}

/// By how much a rate grows.
pub fn factor(text: &str) -> Result<f64, String> {
    match text.parse() {
        Ok(factor) if (1.01..=100.0).contains(&factor) => Ok(factor),
        _ => Err("the factor is a number from 1.01 to 100".into()),
    }
}

/// A share, such as `5%` or `5`, as a fraction.
pub fn percent(text: &str) -> Result<f64, String> {
    match text.strip_suffix('%').unwrap_or(text).parse::<f64>() {
        Ok(percent) if (0.0..=1000.0).contains(&percent) => Ok(percent / 100.0),
        _ => Err("a share is a number of percent, such as 5%".into()),
    }
}

/// Where the ends ask each other.
pub fn control_endpoint(text: &str) -> Result<Endpoint, String> {
    let endpoint: Endpoint = text.parse().map_err(|error: ferromq::Error| error.to_string())?;
    match endpoint.transport() {
        Via::Tcp => Ok(endpoint),
        _ => Err("the two ends find each other over tcp://host:port".into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_numbers_lists_and_sweeps_by_doubling() {
        let sizes = |text: &str| text.parse::<Sizes>().map(|sizes| sizes.0);
        assert_eq!(sizes("256").unwrap(), [256]);
        assert_eq!(sizes("0,16,1K").unwrap(), [0, 16, 1024]);
        assert_eq!(sizes("16..128,1M").unwrap(), [16, 32, 64, 128, 1 << 20]);
        assert_eq!(sizes("16..100").unwrap(), [16, 32, 64]);
        for wrong in ["", "16,", "-1", "0..16", "32..16", "2000M", "x", "1..", "99999999999999999999"] {
            assert!(sizes(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn times_rates_and_shares_have_their_units_and_limits() {
        assert_eq!(duration("500us").unwrap(), Duration::from_micros(500));
        assert_eq!(duration("1.5s").unwrap(), Duration::from_millis(1500));
        for wrong in ["", "5", "s", "0s", "-1s", "2d", "1e9s", "25h", "NaNs"] {
            assert!(duration(wrong).is_err(), "{wrong}");
        }
        assert_eq!(percent("5%").unwrap(), 0.05);
        assert_eq!(percent("12.5").unwrap(), 0.125);
        assert!(percent("-1").is_err() && percent("many").is_err());
        assert!(rate("0").is_err() && rate("inf").is_err() && rate("NaN").is_err());
        assert_eq!(rate("2.5e3").unwrap(), 2500.0);
        assert!(factor("1").is_err());
    }
}
