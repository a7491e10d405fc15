//! An explanation as a document of blocks, from which Markdown and pages are made: what it is about as headings, steps and facts as
//! tables. What a terminal would obey is shown escaped here as well, so that a name looks alike everywhere.

use super::page::{Grid, GridRow, Page, Said};
use apportion_base::terminal::escaped;
use apportion_documents::block::{self, Block, Cell, Column, Document, Mark, Rich, Table};
use apportion_documents::language::Language;

/// The explanation as Markdown.
pub fn markdown(page: &Page) -> String {
    block::markdown(&document(page))
}

/// The explanation as one page that opens offline.
pub fn html(page: &Page) -> String {
    block::html(&document(page))
}

/// The explanation as a document.
fn document(page: &Page) -> Document {
    let title = page.parts().iter().find_map(|part| match &part.said {
        Said::Title(text) | Said::Heading(_, text, _) => Some(safe(text)),
        _ => None,
    });
    let mut builder = Builder::new(title.unwrap_or_else(|| "Explanation".to_owned()));
    page.parts().iter().for_each(|part| builder.part(&part.said));
    builder.flush();
    builder.document
}

/// Gathers what stands together until something else comes.
struct Builder {
    document: Document,
    /// The heading that steps stand under.
    heading: String,
    lines: Vec<String>,
    items: Vec<Rich>,
    steps: Vec<Step>,
    /// What the steps come to.
    total: Option<(String, Cell)>,
    /// Tables that belong to steps, with what they are about.
    tables: Vec<(String, Table)>,
}

/// A step or a fact.
struct Step {
    name: String,
    /// How it is computed, or what is known: one below the other.
    said: Vec<String>,
    result: Cell,
}

impl Builder {
    fn new(title: String) -> Self {
        let heading = title.clone();
        let document = Document::new(Language::English, title);
        Self {
            document,
            heading,
            lines: Vec::new(),
            items: Vec::new(),
            steps: Vec::new(),
            total: None,
            tables: Vec::new(),
        }
    }

    fn part(&mut self, said: &Said) {
        if !self.goes_on(said) {
            self.flush();
        }
        match said {
            Said::Blank | Said::Title(_) => {}
            Said::Heading(level, text, result) => self.heading(*level, text, result),
            Said::Line(text) => self.lines.push(safe(text)),
            Said::Prose(text) => self.document.paragraph(sentence(&safe(text))),
            Said::Item(text) => self.items.push(sentence(&safe(text))),
            Said::Result(name, result) => self.step(name, "", result),
            Said::Labelled(name, text, result) => self.step(name, text, result),
            Said::Total(name, total) => self.total = Some((safe(name), safe_cell(total))),
            Said::Under(grid) => self.under(grid),
            Said::Table(table) => self.document.table(safe_table(table)),
        }
    }

    /// Whether a part stands together with what is gathered.
    fn goes_on(&self, said: &Said) -> bool {
        match said {
            Said::Line(_) => self.steps.is_empty() && self.items.is_empty(),
            Said::Item(_) => self.steps.is_empty() && self.lines.is_empty(),
            Said::Result(..) | Said::Labelled(..) | Said::Total(..) | Said::Under(_) => {
                self.lines.is_empty() && self.items.is_empty()
            }
            _ => false,
        }
    }

    fn heading(&mut self, level: u8, text: &str, result: &Cell) {
        let text = match result {
            Cell::Empty => safe(text),
            result => safe(&format!("{text}: {}", result.shown(Language::English, None))),
        };
        self.heading.clone_from(&text);
        self.document.heading(level, text);
    }

    fn step(&mut self, name: &str, text: &str, result: &Cell) {
        let (name, text, result) = (safe(name), safe(text), safe_cell(result));
        match self.steps.last_mut() {
            Some(last) if name.is_empty() && result == Cell::Empty => last.said.push(text),
            last => {
                let name = if name.is_empty() { last.map_or(name, |last| last.name.clone()) } else { name };
                self.steps.push(Step { name, said: vec![text], result });
            }
        }
    }

    /// A table of the last step: its heading is the step's name, since words of one step are beside it already.
    fn under(&mut self, grid: &Grid) {
        let name = self.steps.last().map_or_else(|| self.heading.clone(), |step| step.name.clone());
        let table = grid_table(grid, &name);
        self.tables.push((name, table));
    }

    /// Writes what is gathered.
    fn flush(&mut self) {
        match std::mem::take(&mut self.lines).as_slice() {
            [] => {}
            [only] => self.document.paragraph(only.as_str()),
            lines => {
                let items = lines.iter().map(|line| line.as_str().into());
                self.document.blocks.push(Block::List(items.collect()));
            }
        }
        let items = std::mem::take(&mut self.items);
        if !items.is_empty() {
            self.document.blocks.push(Block::List(items));
        }
        self.flush_steps();
        for (name, table) in std::mem::take(&mut self.tables) {
            self.document.heading(4, name);
            self.document.table(table);
        }
    }

    /// What was known before the first result as facts, and the steps from there on as a table.
    fn flush_steps(&mut self) {
        let mut facts = std::mem::take(&mut self.steps);
        let first = facts.iter().position(|step| step.result != Cell::Empty);
        let steps = facts.split_off(first.unwrap_or(facts.len()));
        if !facts.is_empty() {
            let fact = |step: Step| (step.name, Cell::Lines(step.said));
            self.document.blocks.push(Block::Facts(facts.into_iter().map(fact).collect()));
        }
        let total = self.total.take();
        if !steps.is_empty() || total.is_some() {
            self.document.table(steps_table(steps, total, &self.heading));
        }
    }
}

/// The steps on the way to an amount, and the amount.
fn steps_table(steps: Vec<Step>, total: Option<(String, Cell)>, name: &str) -> Table {
    let columns =
        vec![Column::text("step", "step"), Column::text("how", "how"), Column::number("amount", "amount")];
    let mut table = Table::new("steps", name, columns);
    for Step { name, said, result } in steps {
        table.row(vec![Cell::text(name), Cell::Lines(said), result]);
    }
    table.total = total.map(|(name, total)| vec![Cell::text(name), Cell::Empty, total]);
    table
}

/// A table of a step; what the explanation is about is stressed.
fn grid_table(grid: &Grid, name: &str) -> Table {
    let column = |(place, title): (usize, &String)| {
        if place == 0 { Column::text("", safe(title)) } else { Column::number("", safe(title)) }
    };
    let mut columns: Vec<Column> = grid.header.iter().enumerate().map(column).collect();
    let has_notes = grid.rows.iter().any(|row| !row.note.is_empty());
    if has_notes {
        columns.push(Column::text("note", "note"));
    }
    let mut table = Table::new("", name, columns);
    for GridRow { is_mine, cells, note } in &grid.rows {
        let mut cells: Vec<Cell> = cells.iter().map(safe_cell).collect();
        if let (true, Some(first)) = (*is_mine, cells.first_mut()) {
            let mut words = Rich::default();
            words.push(Mark::Strong, &first.shown(Language::English, None));
            *first = Cell::Rich(words);
        }
        if has_notes {
            cells.push(Cell::text(safe(note)));
        }
        table.row(cells);
    }
    table
}

/// A sentence, in which names of the rules stand between backticks.
fn sentence(text: &str) -> Rich {
    let mut words = Rich::default();
    let mut rest = text;
    while let Some((before, (name, after))) =
        rest.split_once('`').and_then(|(before, after)| Some((before, after.split_once('`')?)))
    {
        words.push(Mark::Plain, before);
        match name {
            // Nothing is named: these are letters of the data.
            "" => words.push(Mark::Plain, "``"),
            name => words.push(Mark::Code, name),
        }
        rest = after;
    }
    words.push(Mark::Plain, rest);
    words
}

/// A text without what would be obeyed.
fn safe(text: &str) -> String {
    escaped(text).into_owned()
}

fn safe_cell(cell: &Cell) -> Cell {
    match cell {
        Cell::Text(text) => Cell::Text(safe(text)),
        other => other.clone(),
    }
}

fn safe_table(table: &Table) -> Table {
    let mut table = Table { name: safe(&table.name), ..table.clone() };
    for cell in table.rows.iter_mut().chain(&mut table.total).flatten() {
        *cell = safe_cell(cell);
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_the_data_are_no_markup_and_obey_nothing() {
        let hostile = "<b>|x|\n# y\u{202e}`*[z](http://a)";
        let mut page = Page::default();
        page.title(hostile);
        page.heading_with_result(2, hostile, Cell::text(hostile));
        page.line(hostile);
        page.prose(hostile);
        page.item(hostile);
        page.labelled(hostile, hostile);
        page.labelled_result("", hostile, Cell::text(hostile));
        let mut grid = Grid::new(&[hostile, "x"]);
        grid.row(true, vec![Cell::text(hostile), Cell::text(hostile)], hostile);
        page.under(grid);
        page.total(hostile, Cell::text(hostile));
        let mut table = Table::new("t", hostile, ["a", "b", "c"].map(|key| Column::text(key, key)).into());
        table.row(vec![Cell::text(hostile), Cell::Empty, Cell::Empty]);
        page.table(table);
        let (markdown, html) = (markdown(&page), html(&page));
        let body = &html[html.find("<main>").unwrap()..];
        for said in [markdown.as_str(), body] {
            assert!(!said.contains("<b>") && !said.contains('\u{202e}'), "{said}");
        }
        assert!(!markdown.contains("\n# y") && !markdown.contains("[z]("), "{markdown}");
        for row in markdown.lines().filter(|line| line.starts_with('|')) {
            let bare = row.replace("\\|", "");
            assert!([4, 5].contains(&bare.matches('|').count()), "{row}");
        }
    }

    #[test]
    fn names_of_rules_are_code() {
        let said = |text: &str| {
            let mut page = Page::default();
            page.prose(text);
            markdown(&page)
        };
        assert_eq!(said("by `a_b` and `c`."), "# Explanation\n\nby `a_b` and `c`.\n");
        assert_eq!(said("by `a_b"), "# Explanation\n\nby \\`a\\_b\n");
        assert_eq!(said("``<b>"), "# Explanation\n\n\\`\\`\\<b\\>\n");
    }

    #[test]
    fn what_is_known_comes_before_the_steps() {
        let mut page = Page::default();
        page.title("A");
        page.labelled("work", "E1");
        page.labelled("", "E2");
        page.labelled_result("worth", "with it", Cell::text("2"));
        page.labelled_result("", "before it", Cell::text("1"));
        page.total("paid", Cell::text("1"));
        let said = "# A\n\n- **work:** E1<br>E2\n\n| step | how | amount |\n| --- | --- | ---: |\n\
                    | worth | with it | 2 |\n| worth | before it | 1 |\n| **paid** |  | **1** |\n";
        assert_eq!(markdown(&page), said);
    }
}
