//! Line charts as SVG, drawn with the colours that the page gives to classes.

use std::fmt::Write;

/// A chart.
pub struct Plot {
    pub title: String,
    pub x: Axis,
    pub y: Axis,
    pub series: Vec<Series>,
}

/// What an axis shows.
pub struct Axis {
    pub label: &'static str,
    pub spacing: Spacing,
    /// How a value is written.
    pub shown: fn(f64) -> String,
}

/// Where values stand on an axis, and which are written there.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Spacing {
    /// Evenly.
    Linear,
    /// Each decade is as long as the one before.
    Decades,
    /// The same, with powers of two.
    Doublings,
}

/// A line.
pub struct Series {
    pub name: String,
    pub points: Vec<(f64, f64)>,
}

const WIDTH: f64 = 760.0;
const HEIGHT: f64 = 360.0;
const LEFT: f64 = 84.0;
const RIGHT: f64 = 16.0;
const TOP: f64 = 16.0;
const BOTTOM: f64 = 52.0;
/// How many colours the page has.
pub const COLOURS: usize = 6;

/// The chart, below its title and above its legend. Nothing, if there is nothing to draw.
pub fn figure(plot: &Plot) -> String {
    let points = || plot.series.iter().flat_map(|series| &series.points);
    let (Some(across), Some(up)) = (
        Scale::of(points().map(|point| point.0), &plot.x, (LEFT, WIDTH - RIGHT)),
        Scale::of(points().map(|point| point.1), &plot.y, (HEIGHT - BOTTOM, TOP)),
    ) else {
        return String::new();
    };
    let mut svg = String::new();
    let title = escaped(&plot.title);
    let _ = write!(
        svg,
        "<figure><figcaption>{title}</figcaption>\n<svg viewBox=\"0 0 {WIDTH} {HEIGHT}\" role=\"img\" aria-label=\"{title}\">\n"
    );
    for tick in across.ticks() {
        let x = across.place(tick);
        let _ = writeln!(
            svg,
            "<line class=\"grid\" x1=\"{x:.1}\" y1=\"{TOP}\" x2=\"{x:.1}\" y2=\"{:.1}\"/><text x=\"{x:.1}\" y=\"{:.1}\" text-anchor=\"middle\">{}</text>",
            HEIGHT - BOTTOM,
            HEIGHT - BOTTOM + 18.0,
            escaped(&(plot.x.shown)(tick))
        );
    }
    for tick in up.ticks() {
        let y = up.place(tick);
        let _ = writeln!(
            svg,
            "<line class=\"grid\" x1=\"{LEFT}\" y1=\"{y:.1}\" x2=\"{:.1}\" y2=\"{y:.1}\"/><text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"end\">{}</text>",
            WIDTH - RIGHT,
            LEFT - 8.0,
            y + 4.0,
            escaped(&(plot.y.shown)(tick))
        );
    }
    let _ = writeln!(
        svg,
        "<text class=\"label\" x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"middle\">{}</text>\n<text class=\"label\" transform=\"translate(16 {:.1}) rotate(-90)\" text-anchor=\"middle\">{}</text>",
        (LEFT + WIDTH - RIGHT) / 2.0,
        HEIGHT - 10.0,
        plot.x.label,
        (TOP + HEIGHT - BOTTOM) / 2.0,
        plot.y.label
    );
    for (number, series) in plot.series.iter().enumerate() {
        let colour = number % COLOURS;
        let at: Vec<(f64, f64)> =
            series.points.iter().map(|&(x, y)| (across.place(x), up.place(y))).collect();
        let line: Vec<String> = at.iter().map(|(x, y)| format!("{x:.1},{y:.1}")).collect();
        let _ = writeln!(svg, "<polyline class=\"c{colour}\" points=\"{}\"/>", line.join(" "));
        for ((x, y), values) in at.iter().zip(&series.points) {
            let _ = writeln!(
                svg,
                "<circle class=\"c{colour}\" cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"3\"><title>{}: {}, {}</title></circle>",
                escaped(&series.name),
                escaped(&(plot.x.shown)(values.0)),
                escaped(&(plot.y.shown)(values.1))
            );
        }
    }
    svg += "</svg>\n<p class=\"legend\">";
    for (number, series) in plot.series.iter().enumerate() {
        let _ = write!(svg, "<span class=\"c{}\">{}</span> ", number % COLOURS, escaped(&series.name));
    }
    svg += "</p></figure>\n";
    svg
}

/// Where values stand.
struct Scale {
    from: f64,
    to: f64,
    spacing: Spacing,
    pixels: (f64, f64),
}

impl Scale {
    fn of(values: impl Iterator<Item = f64>, axis: &Axis, pixels: (f64, f64)) -> Option<Scale> {
        let spacing = axis.spacing;
        let logarithmic = spacing != Spacing::Linear;
        let usable = values.filter(|value| value.is_finite() && (!logarithmic || *value > 0.0));
        let (low, high) = usable.fold(None, |range: Option<(f64, f64)>, value| {
            Some(range.map_or((value, value), |(low, high)| (low.min(value), high.max(value))))
        })?;
        let (from, to) = match (logarithmic, low == high) {
            (true, true) => (low / 2.0, high * 2.0),
            (true, false) => {
                // What hardly differs is not drawn as if it did.
                let margin = (high / low).powf(0.03).max((2.0 * low / high).sqrt());
                (low / margin, high * margin)
            }
            (false, _) => (0.0_f64.min(low), if high > 0.0 { high * 1.05 } else { 1.0 }),
        };
        Some(Scale { from, to, spacing, pixels })
    }

    fn place(&self, value: f64) -> f64 {
        let share = if self.spacing != Spacing::Linear {
            (value.max(self.from) / self.from).ln() / (self.to / self.from).ln()
        } else {
            (value - self.from) / (self.to - self.from)
        };
        self.pixels.0 + share * (self.pixels.1 - self.pixels.0)
    }

    /// Round values, at most ten.
    fn ticks(&self) -> Vec<f64> {
        let mut candidates = match self.spacing {
            Spacing::Linear => self.multiples(),
            Spacing::Decades => {
                Some(self.powers()).filter(|ticks| ticks.len() > 2).unwrap_or_else(|| self.multiples())
            }
            Spacing::Doublings => self.powers_of_two(),
        };
        while candidates.len() > 10 {
            candidates = candidates.into_iter().step_by(2).collect();
        }
        candidates
    }

    fn powers(&self) -> Vec<f64> {
        let decades = (self.to / self.from).log10();
        let digits: &[f64] = if decades > 4.0 { &[1.0] } else { &[1.0, 2.0, 5.0] };
        let mut ticks = Vec::new();
        let mut decade = 10_f64.powf(self.from.log10().floor());
        while decade <= self.to {
            ticks.extend(
                digits.iter().map(|digit| digit * decade).filter(|tick| (self.from..=self.to).contains(tick)),
            );
            decade *= 10.0;
        }
        ticks
    }

    fn powers_of_two(&self) -> Vec<f64> {
        (0..64).map(|power| 2_f64.powi(power)).filter(|tick| (self.from..=self.to).contains(tick)).collect()
    }

    fn multiples(&self) -> Vec<f64> {
        let rough = (self.to - self.from) / 6.0;
        let decade = 10_f64.powf(rough.log10().floor());
        let step = [1.0, 2.0, 5.0, 10.0].into_iter().map(|digit| digit * decade).find(|step| *step >= rough);
        let step = step.unwrap_or(rough);
        let first = (self.from / step).ceil();
        (0..20).map(|number| (first + f64::from(number)) * step).take_while(|tick| *tick <= self.to).collect()
    }
}

/// The text with what HTML takes for something else written as entities.
pub fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn axis(spacing: Spacing) -> Axis {
        Axis { label: "x", spacing, shown: |value| value.to_string() }
    }

    #[test]
    fn ticks_are_round_and_lie_within_the_values() {
        for (low, high, spacing) in [
            (16.0, 65536.0, Spacing::Doublings),
            (16.0, 65536.0, Spacing::Decades),
            (1.0, 1e12, Spacing::Decades),
            (3.0, 3.0, Spacing::Decades),
            (22.9, 24.2, Spacing::Decades),
            (0.23, 0.29, Spacing::Decades),
            (0.0, 873.0, Spacing::Linear),
            (5.0, 5.0, Spacing::Linear),
        ] {
            let scale = Scale::of([low, high].into_iter(), &axis(spacing), (0.0, 100.0)).unwrap();
            let ticks = scale.ticks();
            assert!((2..=10).contains(&ticks.len()), "{low} to {high}: {ticks:?}");
            for tick in ticks {
                assert!((-0.01..=100.01).contains(&scale.place(tick)), "{low} to {high}: {tick}");
            }
        }
    }

    #[test]
    fn names_cannot_break_the_page_and_nothing_is_drawn_of_nothing() {
        let mut plot = Plot {
            title: "<a>".into(),
            x: axis(Spacing::Linear),
            y: axis(Spacing::Decades),
            series: vec![Series { name: "b&c".into(), points: vec![(1.0, 2.0), (2.0, 3.0)] }],
        };
        let drawn = figure(&plot);
        assert!(drawn.contains("&lt;a&gt;") && drawn.contains("b&amp;c") && !drawn.contains("<a>"));
        assert!(!drawn.contains("NaN") && !drawn.contains("inf"));
        plot.series.clear();
        assert_eq!(figure(&plot), "");
    }
}
