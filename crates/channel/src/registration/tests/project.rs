//! Projects in memory, in tables that an analyst can read: cells stand between bars, blanks around them don't count.

use std::path::Path;
use std::sync::Arc;

use apportion_base::diagnostic::Files;
use apportion_base::world::{Memory, World};
use apportion_data::{DealIx, NoProgress, Tables};
use apportion_rules::{Policies, PolicyTerms, RegistrationPolicy, RuleFiles};

use crate::clock::Clock;
use crate::governance::Claim;
use crate::known::known;
use crate::registration::{Registered, Setting, registrations};
use crate::scope::Dated;
use crate::subject::Subject;

const BOOK: &str =
    "[book]\nname = \"Test\"\ncurrency = \"USD\"\nfiscal_year_starts = 1\nrules = [\"rules.toml\"]\n";

/// Ten days from the decision, three of grace.
pub const TEN_DAYS: &str = r#"
    [[registration]]
    id = "registered"
    why = "Charter 3"
    effective = { from = 2026-01-01 }
    clock = "decided"
    protect = "10 days"
    grace = "3 days"
    role = "sourced"
    others = "cosell"
"#;

/// A project under construction.
pub struct Project {
    sources: String,
    world: Memory,
    as_of: i32,
}

impl Project {
    /// With these rules, known at the end of 2026-12-31.
    pub fn new(rules: &str) -> Self {
        let payees = "payee_id | tier\nann | gold\nbob | silver\ncyd |\n";
        Self {
            sources: String::new(),
            world: Memory::new().with("rules.toml", rules),
            as_of: day("2026-12-31"),
        }
        .table("payees", payees)
    }

    /// Known at the end of another day.
    pub fn known_on(self, date: &str) -> Self {
        Self { as_of: day(date), ..self }
    }

    /// A source with these rows.
    pub fn table(mut self, name: &str, rows: &str) -> Self {
        let line = |line: &str| line.split('|').map(str::trim).collect::<Vec<_>>().join(",");
        let lines: Vec<String> = rows.trim().lines().map(line).collect();
        self.sources.push_str(&format!("[[sources.{name}]]\npath = \"{name}.csv\"\n"));
        self.world.insert(format!("{name}.csv"), lines.join("\n"));
        self
    }

    /// Asks the registrations of the project something.
    pub fn ask<T>(self, ask: impl Fn(&Tables, &Registered<'_>) -> T) -> T {
        let Self { sources, mut world, as_of } = self;
        world.insert("apportion.toml", format!("{BOOK}{sources}"));
        let world: Arc<dyn World> = world.shared();
        let mut files = Files::default();
        let book = apportion_book::read(world.as_ref(), Path::new(""), &mut files).unwrap();
        let opened = apportion_data::open(&world, &book).unwrap();
        let rules = RuleFiles::of_book(&world, &book).read(&book, opened.catalogue(), &mut files).unwrap();
        let mut tables = opened.load(&book, &rules.used, &NoProgress).unwrap();
        assert_eq!(tables.rejects.len(), 0, "{:?}", tables.rejects);
        let channel = Arc::unwrap_or_clone(std::mem::take(&mut tables.channel));
        tables.channel = Arc::new(known(channel, &tables.deals, as_of).unwrap());
        let policies = policies(&rules.book.policies);
        let setting = Setting {
            as_of,
            clock: Clock { holidays: &[], zone: None },
            policies: &policies,
            assumed: &Default::default(),
        };
        ask(&tables, &registrations(&setting, &tables).unwrap())
    }

    /// All claims, deals first: `deal registration state`, with `*` at that of the holder and the reason in parentheses.
    pub fn claims(self) -> Vec<String> {
        self.ask(|tables, registered| {
            let all = registered.claims.iter().chain(&registered.open_claims);
            all.map(|claim| told(tables, claim)).collect()
        })
    }
}

fn policies(policies: &Policies) -> Vec<Dated<'_, RegistrationPolicy>> {
    policies.iter().map(|(place, policy)| Dated::of(place, policy, registration)).collect()
}

fn registration(terms: &PolicyTerms) -> Option<&RegistrationPolicy> {
    match terms {
        PolicyTerms::Registration(registration) => Some(registration),
        _ => None,
    }
}

fn told(tables: &Tables, claim: &Claim) -> String {
    let subject = match claim.subject {
        Subject::Deal(deal) => tables.deals.ids.value(deal.at()).to_owned(),
        Subject::Open(open) => {
            tables.channel.opportunity_ids[tables.channel.opportunities.opportunity[open]].clone()
        }
    };
    let registration = tables.channel.registrations.ids.value(claim.registration.at());
    let holder = if claim.holder { "*" } else { "" };
    let reason = claim.reason.as_ref().map(|reason| format!(" ({reason})")).unwrap_or_default();
    format!("{subject} {registration}{holder} {}{reason}", claim.state.word())
}

/// A day by its date.
pub fn day(date: &str) -> i32 {
    apportion_base::notation::DateFormat::new("%Y-%m-%d").parse(date).unwrap()
}

/// A deal by its id.
pub fn deal(tables: &Tables, id: &str) -> DealIx {
    tables.deals.all().find(|deal| tables.deals.ids.value(deal.at()) == id).unwrap()
}
