//! What the rule files say before any table is in scope: which rules there are, since when, and on whose credit they
//! pay.
//!
//! It needs no catalogue, so a caller can choose rules ([`RuleFiles::with_only`]) before it knows their data.

use std::collections::BTreeSet;

use super::common::{LINES_OF, credits, kebab_case, line_rules};
use super::kinds::descriptions;
use super::read::RuleFiles;
use super::{Kind, PolicyKind};
use apportion_base::diagnostic::{Diagnostic, Files, Span};
use apportion_book::config::{Doc, Item, Table, sort};

/// The tables of a rule set, in the order of files, kinds and places.
#[derive(Debug, Clone, Default)]
pub struct Outline {
    /// In the order of files, kinds and places.
    pub tables: Vec<Sketch>,
    /// Holds, draws and payment terms, by kind and place.
    pub policies: Vec<PolicySketch>,
}

/// One version of a hold, a draw or payment terms.
#[derive(Debug, Clone)]
pub struct PolicySketch {
    /// Its id.
    pub id: String,
    /// Its kind.
    pub kind: PolicyKind,
    /// First day in force, days since 1970-01-01; `None` where it can't be read, which typing it reports.
    pub from: Option<i32>,
}

/// One table of a rule file: one version of a rule.
#[derive(Debug, Clone)]
pub struct Sketch {
    /// The id of the rule.
    pub id: String,
    /// The kind of the rule.
    pub kind: Kind,
    /// First day in force, days since 1970-01-01; `None` where it can't be read, which typing the rule reports.
    pub from: Option<i32>,
    /// Ids of the shared_credit rules on whose credit it pays.
    pub credits: Vec<String>,
    /// Ids of the rules whose lines it is about, as listed; `None` where it lists none.
    pub rules: Option<Vec<String>>,
    /// The header of the table.
    pub span: Span,
}

impl Outline {
    /// Ids of all rules, in byte order.
    pub fn ids(&self) -> BTreeSet<&str> {
        self.tables.iter().map(|table| table.id.as_str()).collect()
    }

    /// Ids of all holds, draws and payment terms, in byte order.
    pub fn policy_ids(&self) -> BTreeSet<&str> {
        self.policies.iter().map(|policy| policy.id.as_str()).collect()
    }

    /// The rules named, those whose lines they take back, and those on whose credit all of these pay.
    pub fn with_credits(&self, named: &BTreeSet<String>) -> BTreeSet<String> {
        let mut all = named.clone();
        for clawback in
            self.tables.iter().filter(|table| table.kind == Kind::Clawback && named.contains(&table.id))
        {
            match &clawback.rules {
                Some(rules) => all.extend(rules.iter().cloned()),
                None => all.extend(self.tables.iter().map(|table| table.id.clone())),
            }
        }
        let of_all = self.tables.iter().filter(|table| all.contains(&table.id));
        let credits: Vec<String> = of_all.flat_map(|table| table.credits.clone()).collect();
        all.extend(credits);
        all
    }
}

impl RuleFiles {
    /// Reads the outline of the files.
    ///
    /// # Errors
    /// Files that can't be read or are not TOML, tables that are no kind of rule, and tables without an id that can be
    /// read.
    pub fn outline(&self, files: &mut Files) -> Result<Outline, Vec<Diagnostic>> {
        let mut found = Vec::new();
        let mut outline = Outline::default();
        for (name, text, _) in self.load_all(&mut found) {
            let doc = Doc::new(name.clone(), &text, files);
            if let Some(table) = doc.parse() {
                let top = doc.top(&table, &name);
                outline.tables.extend(of_file(&top));
                outline.policies.extend(policies_of_file(&top));
            }
            found.extend(doc.into_findings());
        }
        if found.is_empty() {
            Ok(outline)
        } else {
            sort(&mut found);
            Err(found)
        }
    }
}

fn of_file(file: &Table<'_>) -> Vec<Sketch> {
    file.known(&super::read::headers());
    let mut sketches = Vec::new();
    for reader in descriptions() {
        let Some(item) = file.get(reader.kind.word()) else { continue };
        let header = format!("[[{}]]", reader.kind.word());
        let tables = item.list(&format!("tables, each under a header {header}")).unwrap_or_default();
        let tables = tables.iter().filter_map(|item| item.table(&header));
        sketches.extend(tables.filter_map(|table| sketch(reader.kind, &table)));
    }
    sketches
}

fn policies_of_file(file: &Table<'_>) -> Vec<PolicySketch> {
    let of_kind = |kind: PolicyKind| {
        let tables = file.get(kind.word()).filter(Item::is_list)?;
        let tables = tables.list("tables")?;
        let sketches = tables.iter().filter(|item| item.is_table()).filter_map(|item| {
            let table = item.table(kind.word())?;
            let id = kebab_case(&table.get("id")?)?.value;
            Some(PolicySketch { id, kind, from: first_day(&table) })
        });
        Some(sketches.collect::<Vec<_>>())
    };
    PolicyKind::ALL.into_iter().filter_map(of_kind).flatten().collect()
}

/// The first day in force of a table.
fn first_day(table: &Table<'_>) -> Option<i32> {
    let effective = table.get("effective").filter(Item::is_table)?;
    effective.table("`effective`")?.get("from")?.date()
}

fn sketch(kind: Kind, table: &Table<'_>) -> Option<Sketch> {
    let id = table.need("id", "id = \"new-business\"").and_then(|item| kebab_case(&item))?;
    let from = first_day(table);
    let credits = credits(table).into_iter().map(|credit| credit.value).collect();
    let rules = table.get(LINES_OF.key).map(|_| line_rules(table));
    Some(Sketch { id: id.value, kind, from, credits, rules, span: table.span() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use apportion_base::diagnostic::render;
    use apportion_base::world::Memory;
    use std::path::Path;

    fn outline(text: &str) -> Result<Outline, String> {
        let (world, mut files) = (Memory::new().with("a.toml", text).shared(), Files::default());
        RuleFiles::named(&world, Path::new("*.toml"))
            .outline(&mut files)
            .map_err(|found| found.iter().map(|error| render(error, &files)).collect())
    }

    #[test]
    fn rules_are_known_before_any_data() {
        let outline = outline(
            "[[stipend]]\nid = \"s\"\neffective = { from = 2026-01-02 }\nwhen = \"no_such = 1\"\n\
                          [[commission]]\nid = \"c\"\ncredits = [\"b\", \"a\"]\n",
        )
        .unwrap();
        assert_eq!(outline.ids().into_iter().collect::<Vec<_>>(), ["c", "s"]);
        assert_eq!(outline.tables[0].from.map(apportion_book::display_day).as_deref(), Some("2026-01-02"));
        let with = outline.with_credits(&BTreeSet::from(["c".to_owned()]));
        assert_eq!(with.into_iter().collect::<Vec<_>>(), ["a", "b", "c"]);
    }

    #[test]
    fn a_table_that_could_never_be_chosen_is_reported() {
        let shown = outline("[[stipend]]\namount = 1\n[[stipnd]]\nid = \"x\"\n").unwrap_err();
        assert!(shown.contains("error[missing-key]: [[stipend]] needs the key `id`"), "{shown}");
        assert!(shown.contains("error[unknown-key]: a.toml has no key `stipnd`"), "{shown}");
    }
}
