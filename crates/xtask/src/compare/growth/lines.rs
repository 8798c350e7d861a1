//! A line chart of both, over counts on a logarithmic scale.

use super::super::table::short;
use super::{Both, NAMES, as_number};

const WIDTH: f64 = 640.0;
const HEIGHT: f64 = 340.0;
const LEFT: f64 = 72.0;
const RIGHT: f64 = 96.0;
const TOP: f64 = 66.0;
const BOTTOM: f64 = 52.0;
const GRID: usize = 4;

/// The colours of the bar charts.
const STYLE: &str = "\
text{font:12px system-ui,-apple-system,'Segoe UI','DejaVu Sans',sans-serif;fill:#1f2328}\
.title{font-size:16px;font-weight:600}.quiet{fill:#59636e}.strong{font-weight:600}.paper{fill:#fff}.grid{stroke:#d1d9e0}\
.line{fill:none;stroke-width:2.5}.s0{stroke:#d9480f}.s1{stroke:#5c6b7a}.f0{fill:#d9480f}.f1{fill:#5c6b7a}\
@media(prefers-color-scheme:dark){text{fill:#e6edf3}.quiet{fill:#9198a1}.paper{fill:#0d1117}.grid{stroke:#3d444d}\
.s0{stroke:#ff7a3d}.s1{stroke:#8b98a5}.f0{fill:#ff7a3d}.f1{fill:#8b98a5}}";

/// The chart of `points`; what failed is left out.
pub fn svg(title: &str, unit: &str, across: &str, points: &[(usize, Both<f64>)]) -> String {
    let values = points.iter().flat_map(|(_, both)| both.iter().flatten().copied());
    let highest = round_up(values.fold(0.0, f64::max));
    let last = points.iter().map(|(count, _)| *count).max().unwrap_or(1);
    let x = |count: usize| LEFT + (WIDTH - LEFT - RIGHT) * position(count, last);
    let y = |value: f64| HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * value / highest;

    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{WIDTH}\" height=\"{HEIGHT}\" \
         viewBox=\"0 0 {WIDTH} {HEIGHT}\" role=\"img\">\n<title>{title}</title>\n<style>{STYLE}</style>\n\
         <rect class=\"paper\" width=\"{WIDTH}\" height=\"{HEIGHT}\" rx=\"6\"/>\n"
    );
    svg += &text(16.0, 28.0, "title", "start", title);
    svg += &text(16.0, 48.0, "quiet", "start", &format!("{unit}, higher is better"));
    for line in 0..=GRID {
        let value = highest * as_number(line) / as_number(GRID);
        let (at, right) = (y(value), WIDTH - RIGHT);
        svg +=
            &format!("<line class=\"grid\" x1=\"{LEFT}\" x2=\"{right}\" y1=\"{at:.1}\" y2=\"{at:.1}\"/>\n");
        svg += &text(
            LEFT - 8.0,
            at + 4.0,
            "quiet",
            "end",
            &if line == 0 { "0".to_owned() } else { short(value) },
        );
    }
    for (count, _) in points {
        svg += &text(x(*count), HEIGHT - BOTTOM + 18.0, "quiet", "middle", &grouped(*count));
    }
    svg += &text((LEFT + WIDTH - RIGHT) / 2.0, HEIGHT - 12.0, "quiet", "middle", across);

    let mut labels = Vec::new();
    // Ours is drawn last, on top.
    for index in (0..NAMES.len()).rev() {
        let shown =
            points.iter().filter_map(|(count, both)| Some((x(*count), y(*both[index].as_ref().ok()?))));
        let shown: Vec<_> = shown.collect();
        let path: Vec<_> = shown.iter().map(|(x, y)| format!("{x:.1},{y:.1}")).collect();
        svg += &format!("<polyline class=\"line s{index}\" points=\"{}\"/>\n", path.join(" "));
        for (x, y) in &shown {
            svg += &format!("<circle class=\"f{index}\" cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"4\"/>\n");
        }
        if let Some((x, y)) = shown.last() {
            labels.push((index, x + 10.0, y + 4.0));
        }
    }
    if let [below, above] = &mut labels[..] {
        apart(&mut below.2, &mut above.2);
    }
    for (index, x, y) in labels {
        svg += &text(x, y, &format!("strong f{index}"), "start", NAMES[index]);
    }
    svg + "</svg>\n"
}

/// From 0 for one to 1 for `last`.
fn position(count: usize, last: usize) -> f64 {
    if last <= 1 { 0.5 } else { as_number(count).ln() / as_number(last).ln() }
}

/// Moves two names so that neither is on the other.
fn apart(one: &mut f64, other: &mut f64) {
    const LINE: f64 = 15.0;
    let missing = LINE - (*one - *other).abs();
    if missing > 0.0 {
        let (upper, lower) = if *one < *other { (one, other) } else { (other, one) };
        *upper -= missing / 2.0;
        *lower += missing / 2.0;
    }
}

/// To a number with one digit that is easily divided by four.
fn round_up(value: f64) -> f64 {
    let power = 10_f64.powf(value.max(1.0).log10().floor());
    [1.0, 2.0, 4.0, 6.0, 8.0]
        .into_iter()
        .map(|digit| digit * power)
        .find(|high| *high >= value)
        .unwrap_or(10.0 * power)
}

/// `100,000`
pub fn grouped(count: usize) -> String {
    let digits = count.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

fn text(x: f64, y: f64, class: &str, anchor: &str, text: &str) -> String {
    format!("<text class=\"{class}\" x=\"{x:.1}\" y=\"{y:.1}\" text-anchor=\"{anchor}\">{text}</text>\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_factor_of_ten_is_as_wide() {
        let positions = [1, 10, 100, 1000].map(|count| position(count, 1000));
        for (position, expected) in positions.into_iter().zip([0.0, 1.0 / 3.0, 2.0 / 3.0, 1.0]) {
            assert!((position - expected).abs() < 1e-9, "{positions:?}");
        }
    }

    #[test]
    fn the_axis_ends_above_the_highest_value() {
        assert_eq!([1.0, 2.3e6, 4.1e6, 8.5e6, 0.0].map(round_up), [1.0, 4e6, 6e6, 1e7, 1.0]);
    }

    #[test]
    fn names_are_not_on_each_other() {
        let (mut one, mut other) = (100.0, 104.0);
        apart(&mut one, &mut other);
        assert_eq!((one, other), (94.5, 109.5));
    }

    #[test]
    fn what_failed_is_not_drawn() {
        let points = [(1, [Ok(2.0), Ok(1.0)]), (10, [Ok(2.0), Err("it broke".to_owned())])];
        let svg = svg("t", "u", "a", &points);
        assert_eq!(
            (svg.matches("circle class=\"f0").count(), svg.matches("circle class=\"f1").count()),
            (2, 1)
        );
    }

    #[test]
    fn thousands_are_grouped() {
        assert_eq!([1, 1000, 100_000].map(grouped), ["1", "1,000", "100,000"]);
    }
}
