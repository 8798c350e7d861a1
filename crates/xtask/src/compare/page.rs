//! `docs/performance.md`: what is between its marks is made of what was measured, and the rest is written by hand.

use std::fs;

use super::groups::{Group, KEYS};
use super::growth::{Growth, text};
use super::results::Results;
use super::{chart, goals, table};
use crate::Result;
use crate::invocation::root;

const PAGE: &str = "docs/performance.md";
const CHARTS: &str = "docs/performance";

pub fn write(results: &Results) -> Result<()> {
    let file = root().join(PAGE);
    let page = fs::read_to_string(&file).map_err(|error| format!("{PAGE} cannot be read: {error}"))?;
    let charts = root().join(CHARTS);
    fs::create_dir_all(&charts).map_err(|error| format!("{CHARTS} cannot be made: {error}"))?;

    let mut page = filled(&page, "conditions", &conditions(results))?;
    page = filled(&page, "goals", &goals::markdown(results))?;
    let groups = Group::all_of(results);
    for (key, _) in KEYS {
        let chart_file = charts.join(format!("{key}.svg"));
        let Some(group) = groups.iter().find(|group| group.key == key) else {
            page = filled(&page, key, "Not measured.")?;
            // It may never have been there.
            let _ = fs::remove_file(&chart_file);
            continue;
        };
        fs::write(&chart_file, chart::svg(group))
            .map_err(|error| format!("{} cannot be written: {error}", chart_file.display()))?;
        page = filled(&page, key, &section(group))?;
    }
    fs::write(&file, page).map_err(|error| format!("{PAGE} cannot be written: {error}"))?;
    println!("\n{PAGE} and the charts in {CHARTS} are written.");
    Ok(())
}

/// The sections of `--growth`, and its charts.
pub fn write_growth(growth: &Growth) -> Result<()> {
    let file = root().join(PAGE);
    let page = fs::read_to_string(&file).map_err(|error| format!("{PAGE} cannot be read: {error}"))?;
    let charts = root().join(CHARTS);
    fs::create_dir_all(&charts).map_err(|error| format!("{CHARTS} cannot be made: {error}"))?;
    for (name, chart) in text::charts(growth) {
        let chart_file = charts.join(format!("{name}.svg"));
        fs::write(&chart_file, chart)
            .map_err(|error| format!("{} cannot be written: {error}", chart_file.display()))?;
    }
    let page = filled(&page, "growth", &text::growth(growth))?;
    let page = filled(&page, "memory", &text::memory(growth))?;
    fs::write(&file, page).map_err(|error| format!("{PAGE} cannot be written: {error}"))?;
    println!("\n{PAGE} and its charts of growth in {CHARTS} are written.");
    Ok(())
}

fn conditions(results: &Results) -> String {
    results.conditions.iter().map(|line| format!("- {line}")).collect::<Vec<_>>().join("\n")
}

fn section(group: &Group<'_>) -> String {
    let mut text = format!(
        "![{title}](performance/{key}.svg)\n\n\
         <details><summary>The numbers: {unit}; median (lowest\u{2013}highest round)</summary>\n\n{medians}\n\n\
         Times `c`, where more is better:\n\n{ratios}\n\n</details>",
        title = group.title,
        key = group.key,
        unit = group.unit(),
        medians = table::medians(&group.columns),
        ratios = table::ratios(&group.columns),
    );
    if let Some(failures) = table::failures(&group.columns) {
        text += &format!("\n\n{failures}");
    }
    text
}

/// The page with `text` between the marks of `section`, whatever was there before.
fn filled(page: &str, section: &str, text: &str) -> Result<String> {
    let (begin, end) = (format!("<!-- measured: {section} -->\n"), format!("<!-- end: {section} -->"));
    let missing = || format!("{PAGE} has no line {}, or no {end} after it", begin.trim());
    let (before, rest) = page.split_once(&begin).ok_or_else(missing)?;
    let (_, after) = rest.split_once(&end).ok_or_else(missing)?;
    Ok(format!("{before}{begin}\n{text}\n\n{end}{after}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_by_hand_stays() {
        let page = "# Title\n<!-- measured: goals -->\nold\n<!-- end: goals -->\nby hand\n";
        let once = filled(page, "goals", "new").expect("the marks are there");
        assert_eq!(once, "# Title\n<!-- measured: goals -->\n\nnew\n\n<!-- end: goals -->\nby hand\n");
        assert_eq!(filled(&once, "goals", "new"), Ok(once.clone()));
        assert!(filled(page, "curve", "new").is_err_and(|error| error.contains("measured: curve")));
    }

    #[test]
    fn the_page_has_every_section() {
        let page = fs::read_to_string(root().join(PAGE)).expect("it is there");
        for section in KEYS.map(|(key, _)| key).into_iter().chain(["conditions", "goals", "growth", "memory"])
        {
            filled(&page, section, "").expect("it has the marks");
        }
    }
}
