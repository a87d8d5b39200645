//! The page that draws a report (`docs/decisions/0019-answers-may-be-shown-as-views.md`).

use crate::app_view::AppView;

/// One document of three files: markup, style, script. Their order is the page's.
const HTML: &str = concat!(
    include_str!("chart/head.html"),
    "<style>\n",
    include_str!("chart/chart.css"),
    "</style>\n",
    include_str!("chart/body.html"),
    "<script>\n",
    include_str!("chart/words.js"),
    include_str!("chart/draw.js"),
    include_str!("chart/host.js"),
    "</script>\n</html>\n",
);

pub(crate) const VIEW: AppView = AppView {
    uri: "ui://lavori/report",
    name: "report",
    title: "Report",
    about: "Draws what query_analytics answers: bars, lines over time and ages, each with its table.",
    html: HTML,
};

#[cfg(test)]
mod tests {
    use lavori_domain::analytics::Report;

    use super::*;

    #[test]
    fn the_page_is_small_and_asks_nobody_for_anything() {
        assert!(HTML.len() < 30_000, "{} bytes", HTML.len());
        let own = HTML.replace("http://www.w3.org/2000/svg", "");
        for outside in ["http:", "https:", "//", "url(", "@import", "import(", "fetch(", "XMLHttpRequest", "src="] {
            let found = own.lines().find(|line| line.contains(outside) && !line.trim_start().starts_with("//"));
            assert_eq!(found, None, "{outside}");
        }
    }

    #[test]
    fn answers_become_text_and_never_markup() {
        for way in
            ["innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "Function(", "parseFromString"]
        {
            assert!(!HTML.contains(way), "{way}");
        }
    }

    #[test]
    fn every_report_has_its_title_and_its_figures() {
        for report in Report::ALL {
            assert!(HTML.contains(&format!("\n  {}: {{", report.as_str())), "{report}");
        }
    }
}
