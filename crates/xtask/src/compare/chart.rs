//! Charts: a bar for each contender in each column, with a thin line from its worst round to its best.

use super::contenders::{CONTENDERS, Contender, Family};
use super::groups::Group;
use super::results::{Column, Summary};
use super::table::{lost_share, short};

/// More columns go below.
const COLUMNS: usize = 5;
const NAMES: f64 = 148.0;
/// The longest bar, and the room for the number after it, also where it says how much was lost.
const LONGEST: f64 = 98.0;
const NUMBER: f64 = 74.0;
const NUMBER_AND_LOSS: f64 = 122.0;
const ROW: f64 = 21.0;
const BAR: f64 = 13.0;
const TOP: f64 = 64.0;
const HEADING: f64 = 26.0;
const LEGEND: f64 = 34.0;
const MARGIN: f64 = 16.0;

const FAMILIES: [(Family, &str, &str); 4] = [
    (Family::Ours, "ours", "ferromq"),
    (Family::C, "c", "libzmq in C"),
    (Family::Binding, "binding", "other bindings to libzmq"),
    (Family::Pure, "pure", "ZeroMQ written anew in Rust"),
];

/// Colours that are told apart on either background, and by those who do not see red or green.
const STYLE: &str = "\
text{font:12px system-ui,-apple-system,'Segoe UI','DejaVu Sans',sans-serif;fill:#1f2328}\
.title{font-size:16px;font-weight:600}.quiet{fill:#59636e}.strong{font-weight:600}\
.paper{fill:#fff}.stripe{fill:#f6f8fa}.spread{stroke:#1f2328;stroke-opacity:.55}.axis{stroke:#d1d9e0}\
.ours{fill:#d9480f}.c{fill:#5c6b7a}.binding{fill:#2f9e8f}.pure{fill:#7a6fd0}\
@media(prefers-color-scheme:dark){text{fill:#e6edf3}.quiet{fill:#9198a1}.paper{fill:#0d1117}.stripe{fill:#151b23}\
.spread{stroke:#e6edf3}.axis{stroke:#3d444d}\
.ours{fill:#ff7a3d}.c{fill:#8b98a5}.binding{fill:#3fb8a6}.pure{fill:#968cf0}}";

pub fn svg(group: &Group<'_>) -> String {
    let rows: Vec<_> = CONTENDERS
        .iter()
        .filter(|contender| group.columns.iter().any(|column| column.row(contender.name).is_some()))
        .collect();
    let bands: Vec<_> = group.columns.chunks(COLUMNS).collect();
    #[expect(clippy::cast_precision_loss, reason = "there are a few dozen")]
    let (across, down, below) = (bands[0].len().max(3) as f64, rows.len() as f64, bands.len() as f64);
    let column_width = LONGEST + room_for_numbers(&group.columns);
    let width = MARGIN + NAMES + across * column_width + MARGIN;
    let band = HEADING + down * ROW + 12.0;
    let height = TOP + below * band + LEGEND;

    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" \
         viewBox=\"0 0 {width} {height}\" role=\"img\">\n<title>{title}</title>\n<style>{STYLE}</style>\n\
         <rect class=\"paper\" width=\"{width}\" height=\"{height}\" rx=\"6\"/>\n",
        title = escaped(group.title)
    );
    svg += &text(MARGIN, 28.0, "title", "start", group.title);
    svg += &text(MARGIN, 48.0, "quiet", "start", &subtitle(group));
    for (index, columns) in bands.iter().enumerate() {
        #[expect(clippy::cast_precision_loss, reason = "there are few")]
        let top = TOP + index as f64 * band;
        svg += &names(&rows, top, width);
        for (index, column) in columns.iter().enumerate() {
            #[expect(clippy::cast_precision_loss, reason = "there are few")]
            let left = MARGIN + NAMES + index as f64 * column_width;
            svg += &bars(column, &Group::heading(&group.columns, column), &rows, left, top);
        }
    }
    svg += &legend(&rows, height - 13.0);
    svg + "</svg>\n"
}

fn room_for_numbers(columns: &[&Column]) -> f64 {
    let rows =
        columns.iter().flat_map(|column| column.rows.iter().map(|row| row.summary(&column.measurement)));
    let lost = rows.flatten().any(|summary| lost_share(summary.lost).is_some());
    if lost { NUMBER_AND_LOSS } else { NUMBER }
}

fn subtitle(group: &Group<'_>) -> String {
    let better = if group.is_latency() { "shorter" } else { "longer" };
    format!("{}, {better} is better; a scale for each column; thin lines: all rounds", group.unit())
}

fn names(rows: &[&'static Contender], top: f64, width: f64) -> String {
    let mut svg = String::new();
    for (contender, y) in rows.iter().zip(lines(top)) {
        if contender.family == Family::Ours {
            let (left, wide) = (MARGIN / 2.0, width - MARGIN);
            svg += &format!(
                "<rect class=\"stripe\" x=\"{left}\" y=\"{y:.1}\" width=\"{wide}\" height=\"{ROW}\"/>\n"
            );
        }
        let class = if contender.family == Family::Ours { "strong" } else { "" };
        svg += &text(MARGIN + NAMES - 10.0, y + 15.0, class, "end", contender.name);
    }
    svg
}

fn bars(column: &Column, heading: &str, rows: &[&'static Contender], left: f64, top: f64) -> String {
    let scale = Scale::of(column);
    let mut svg = text(left, top + 16.0, "strong", "start", heading);
    #[expect(clippy::cast_precision_loss, reason = "there are a few dozen")]
    let bottom = top + HEADING + rows.len() as f64 * ROW;
    svg += &format!(
        "<line class=\"axis\" x1=\"{left}\" x2=\"{left}\" y1=\"{:.1}\" y2=\"{bottom:.1}\"/>\n",
        top + HEADING
    );
    for (contender, y) in rows.iter().zip(lines(top)) {
        if column.row(contender.name).is_none() {
            continue;
        }
        let Some(summary) = column.summary(contender.name) else {
            svg += &text(left + 6.0, y + 15.0, "quiet", "start", "failed");
            continue;
        };
        let Summary { median, lowest, highest, lost } = summary;
        let (bar, from, to) = (scale.length(median), scale.length(lowest), scale.length(highest));
        let class = class_of(contender.family);
        let middle = y + ROW / 2.0;
        svg += &format!(
            "<rect class=\"{class}\" x=\"{left}\" y=\"{:.1}\" width=\"{bar:.1}\" height=\"{BAR}\" rx=\"1.5\"/>\n",
            y + (ROW - BAR) / 2.0
        );
        if to - from >= 1.0 {
            svg += &format!(
                "<line class=\"spread\" x1=\"{:.1}\" x2=\"{:.1}\" y1=\"{middle:.1}\" y2=\"{middle:.1}\"/>\n",
                left + from,
                left + to
            );
        }
        let mut number = short(median);
        if let Some(lost) = lost_share(lost) {
            number += &format!(", {lost}");
        }
        let class = if contender.family == Family::Ours { "strong" } else { "" };
        svg += &text(left + bar.max(to) + 5.0, y + 15.0, class, "start", &number);
    }
    svg
}

fn legend(rows: &[&Contender], y: f64) -> String {
    let mut left = MARGIN + 4.0;
    let mut svg = String::new();
    let shown = |family: Family| rows.iter().any(|contender| contender.family == family);
    for (_, class, name) in FAMILIES.into_iter().filter(|(family, ..)| shown(*family)) {
        svg += &format!(
            "<rect class=\"{class}\" x=\"{left:.1}\" y=\"{:.1}\" width=\"11\" height=\"11\" rx=\"1.5\"/>\n",
            y - 10.0
        );
        svg += &text(left + 17.0, y, "quiet", "start", name);
        #[expect(clippy::cast_precision_loss, reason = "a name is short")]
        let wide = name.len() as f64 * 6.8;
        left += wide + 40.0;
    }
    svg
}

/// Where each row begins.
fn lines(top: f64) -> impl Iterator<Item = f64> {
    std::iter::successors(Some(top + HEADING), |y| Some(y + ROW))
}

fn class_of(family: Family) -> &'static str {
    FAMILIES.iter().find(|(other, ..)| *other == family).map_or("", |(_, class, _)| class)
}

fn text(x: f64, y: f64, class: &str, anchor: &str, words: &str) -> String {
    let class = if class.is_empty() { String::new() } else { format!(" class=\"{class}\"") };
    let anchor = if anchor == "start" { String::new() } else { format!(" text-anchor=\"{anchor}\"") };
    format!("<text x=\"{x:.1}\" y=\"{y:.1}\"{class}{anchor}>{}</text>\n", escaped(words))
}

fn escaped(words: &str) -> String {
    words.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// From 0 to the best round of the column.
struct Scale {
    most: f64,
}

impl Scale {
    fn of(column: &Column) -> Self {
        let summaries = column.rows.iter().filter_map(|row| row.summary(&column.measurement));
        Self { most: summaries.map(|summary| summary.highest).fold(0.0, f64::max) }
    }

    fn length(&self, value: f64) -> f64 {
        if self.most > 0.0 { value / self.most * LONGEST } else { 0.0 }
    }
}

#[cfg(test)]
mod tests {
    use super::super::measurement::Pattern;
    use super::super::results::Results;
    use super::super::results::tests::results;
    use super::*;

    fn chart(rows: &[(&str, &[f64])]) -> String {
        let results = results(Pattern::PushPull, 256, rows);
        svg(&Group::all_of(&results)[0])
    }

    #[test]
    fn a_bar_is_as_long_as_its_median_beside_the_best_round() {
        let results = results(Pattern::PushPull, 256, &[("ferromq", &[50.0, 100.0, 200.0]), ("c", &[20.0])]);
        let scale = Scale::of(&results.columns[0]);
        assert_eq!((scale.length(0.0), scale.length(100.0)), (0.0, LONGEST / 2.0));
        assert_eq!(Scale { most: 0.0 }.length(1.0), 0.0);
    }

    #[test]
    fn each_contender_has_its_name_its_bar_and_its_number() {
        let svg = chart(&[("ferromq", &[2_000_000.0, 3_000_000.0, 1_000_000.0]), ("tmq", &[-1.0])]);
        for expected in
            [">ferromq</text>", "<rect class=\"ours\"", "<line class=\"spread\"", ">2.00 M</text>"]
        {
            assert!(svg.contains(expected), "{expected} in {svg}");
        }
        assert!(svg.contains(">tmq</text>") && svg.contains(">failed</text>"), "{svg}");
        assert!(!svg.contains(">rzmq</text>"), "{svg}");
    }

    #[test]
    fn what_was_lost_has_room() {
        let mut results = results(Pattern::PushPull, 256, &[("zeromq", &[1_000_000.0])]);
        let room = |results: &Results| room_for_numbers(&Group::all_of(results)[0].columns);
        assert_eq!(room(&results), NUMBER);
        results.columns[0].rows[0].rounds[0].as_mut().expect("it succeeded").lost = 0.12;
        assert_eq!(room(&results), NUMBER_AND_LOSS);
        assert!(svg(&Group::all_of(&results)[0]).contains(">1.00 M, 12 % lost</text>"));
    }

    #[test]
    fn it_is_well_formed() {
        let svg = chart(&[("ferromq", &[1.0]), ("c", &[2.0])]);
        assert_eq!(escaped("a < b & c"), "a &lt; b &amp; c");
        for tag in ["text", "style", "title", "svg"] {
            let (open, close) =
                (svg.matches(&format!("<{tag}")).count(), svg.matches(&format!("</{tag}>")).count());
            assert_eq!(open, close, "{tag}");
        }
    }
}
