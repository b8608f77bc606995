//! What was measured, beside what was promised.

use std::fmt::Write;

/// One line of the table.
pub struct Line {
    pub what: String,
    pub target: String,
    pub measured: String,
    /// The same by the least that could do it, and how many times that it is.
    pub floor: String,
    /// `None`: told for comparison, nothing was promised.
    pub ok: Option<bool>,
    /// What was run.
    pub how: String,
}

impl Line {
    pub fn new(what: impl Into<String>, target: &str, measured: impl Into<String>) -> Line {
        Line {
            what: what.into(),
            target: target.into(),
            measured: measured.into(),
            floor: String::new(),
            ok: None,
            how: String::new(),
        }
    }
    pub fn ok(self, ok: bool) -> Line {
        Line { ok: Some(ok), ..self }
    }
    pub fn floor(self, floor: impl Into<String>) -> Line {
        Line { floor: floor.into(), ..self }
    }
    pub fn how(self, how: impl Into<String>) -> Line {
        Line { how: how.into(), ..self }
    }
    fn verdict(&self) -> &'static str {
        match self.ok {
            Some(true) => "ok",
            Some(false) => "MISSED",
            None => "",
        }
    }
}

const HEAD: [&str; 6] = ["", "what", "target", "measured", "floor", ""];

fn cells(number: usize, line: &Line) -> [String; 6] {
    let text = |text: &str| text.to_owned();
    [
        number.to_string(),
        text(&line.what),
        text(&line.target),
        text(&line.measured),
        text(&line.floor),
        text(line.verdict()),
    ]
}

/// For a terminal.
pub fn plain(computer: &str, lines: &[(usize, Line)]) -> String {
    let rows: Vec<[String; 6]> = std::iter::once(HEAD.map(String::from))
        .chain(lines.iter().map(|(number, line)| cells(*number, line)))
        .collect();
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
    let mut text = format!("{computer}\n\n");
    for row in &rows {
        for (column, cell) in row.iter().enumerate() {
            let _ = write!(text, "{cell:width$}  ", width = width(column));
        }
        text.truncate(text.trim_end().len());
        text.push('\n');
    }
    text
}

/// For the papers.
pub fn markdown(computer: &str, lines: &[(usize, Line)]) -> String {
    let mut text = format!(
        "<!-- Written by `cargo xtask bench --write`. Do not edit. -->\n\
         # Performance\n\n\
         The numbers that Xenios holds itself to, and what this machine says. Medians where a row is run more than \
         once. *Server CPU* is user and system time of the server's process. *Floor* is the same bytes, under the same \
         load and in turns with it, from a bare hyper server. The load comes from blocking keep-alive connections, one thread \
         each, in one other process on the same processors, so it takes its share of them. An empty last column: \
         told for comparison, nothing was promised.\n\n\
         {computer}\n\n"
    );
    let put = |text: &mut String, row: &[String]| {
        let _ = writeln!(text, "| {} |", row.join(" | "));
    };
    put(&mut text, &HEAD.map(String::from));
    put(&mut text, &HEAD.map(|_| "---".into()));
    for (number, line) in lines {
        put(&mut text, &cells(*number, line));
    }
    text.push_str("\n## How\n\n`cargo xtask bench`, or one row with `--only N`:\n\n");
    let mut told = String::new();
    for (number, line) in lines.iter().filter(|(_, line)| !line.how.is_empty()) {
        let line = format!("- {number}: {}\n", line.how);
        if !told.contains(&line) {
            told.push_str(&line);
        }
    }
    text + &told
}
