//! Who may see what: what is one's own, and what the `[[access]]` rules let somebody see besides. `docs/reference/rules/access.md`.
//!
//! Nothing here changes an amount. A [`View`] says whom a payee sees; `seen` says which deals, registrations and conflicts are seen
//! through that, and what may be shown of other people's lines on them.

mod seen;
#[cfg(test)]
mod tests;

use apportion_base::diagnostic::Diagnostic;
use apportion_book::config::describe::Choice;
use apportion_data::{PayeeIx, Tables};
use apportion_rules::{Access, AccessWord, Policy, PolicyKind, PolicyTerms, RuleBook, SeenGroup, Sees};

use crate::plan::payees_on;

pub use seen::LinesOnDeal;

/// What an `[[access]]` rule lets somebody see.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grant {
    /// The id of the rule.
    pub rule: String,
    /// Why, as the rule says it.
    pub why: Option<String>,
    /// What is seen of them.
    pub what: Vec<AccessWord>,
    /// Whether it is everybody, by `sees = "all"`.
    pub all: bool,
    /// Who is seen, in byte order of ids; the viewer may be among them.
    pub payees: Vec<PayeeIx>,
}

/// What a payee may see, as of a day.
#[derive(Debug, Clone)]
pub struct View {
    /// Who looks.
    pub viewer: PayeeIx,
    /// By which rules, in byte order of their ids. What is the viewer's own needs none.
    pub grants: Vec<Grant>,
    /// For each word, in their order: who is seen, by payee.
    seen: [Vec<bool>; WORDS],
    /// For each word: whether everybody is, and whose the lines are.
    all: [bool; WORDS],
}

/// How many words there are.
const WORDS: usize = AccessWord::ALL.len();

impl View {
    /// What `viewer` may see as of a day (since 1970-01-01).
    ///
    /// # Errors
    /// A condition of an `[[access]]` rule without a value.
    pub fn new(rules: &RuleBook, tables: &Tables, day: i32, viewer: PayeeIx) -> Result<Self, Diagnostic> {
        let mut own = vec![false; tables.payees.len()];
        own[viewer] = true;
        let mut view = Self {
            viewer,
            grants: Vec::new(),
            seen: std::array::from_fn(|_| own.clone()),
            all: [false; WORDS],
        };
        for (_, policy) in rules.policies.of_kind(PolicyKind::Access) {
            if let Some(grant) = grant(policy, tables, day, viewer)? {
                view.add(&grant);
                view.grants.push(grant);
            }
        }
        Ok(view)
    }

    fn add(&mut self, grant: &Grant) {
        for word in &grant.what {
            self.all[*word as usize] |= grant.all;
            for payee in &grant.payees {
                self.seen[*word as usize][*payee] = true;
            }
        }
    }

    /// Whether this of a payee may be seen.
    pub fn sees(&self, word: AccessWord, payee: PayeeIx) -> bool {
        self.seen[word as usize][payee]
    }

    /// Whether this of everybody may be seen, with whose it is.
    pub fn sees_all(&self, word: AccessWord) -> bool {
        self.all[word as usize]
    }

    /// Of whom this may be seen, in byte order of ids.
    pub fn seen(&self, word: AccessWord) -> impl Iterator<Item = PayeeIx> + '_ {
        let seen = &self.seen[word as usize];
        PayeeIx::all(seen.len()).filter(|payee| seen[payee.at()])
    }
}

/// The rules by which everybody is seen by somebody on a day, with those who do so by payee id order.
///
/// # Errors
/// As [`View::new`].
pub fn see_all<'r>(
    rules: &'r RuleBook,
    tables: &Tables,
    day: i32,
) -> Result<Vec<(&'r Policy, Vec<PayeeIx>)>, Diagnostic> {
    let mut found = Vec::new();
    for (_, policy) in rules.policies.of_kind(PolicyKind::Access) {
        let Some(access) = in_force(policy, day) else { continue };
        if matches!(access.sees, Sees::Group(SeenGroup::All)) {
            let who = payees_on(tables, access.who.as_ref(), day, &named(policy))?;
            found.push((policy, tables.payees.all().filter(|payee| who[payee.at()]).collect()));
        }
    }
    Ok(found)
}

/// What a rule lets `viewer` see; nothing where it is not about the viewer, or not in force.
fn grant(policy: &Policy, tables: &Tables, day: i32, viewer: PayeeIx) -> Result<Option<Grant>, Diagnostic> {
    let Some(access) = in_force(policy, day) else { return Ok(None) };
    if !payees_on(tables, access.who.as_ref(), day, &named(policy))?[viewer.at()] {
        return Ok(None);
    }
    let is_below = |payee: &PayeeIx| tables.payees.managers(*payee, day).any(|manager| manager == viewer);
    let payees = tables.payees.all();
    let (all, payees) = match &access.sees {
        Sees::Group(SeenGroup::Own) => (false, vec![viewer]),
        Sees::Group(SeenGroup::Team) => (false, payees.filter(is_below).collect()),
        Sees::Group(SeenGroup::All) => (true, payees.collect()),
        Sees::Payees(condition) => {
            let seen = payees_on(tables, Some(condition), day, &named(policy))?;
            (false, payees.filter(|payee| seen[payee.at()]).collect())
        }
    };
    let why = policy.in_force(day).and_then(|version| version.why.clone());
    Ok(Some(Grant { rule: policy.id.clone(), why, what: access.what.clone(), all, payees }))
}

fn in_force(policy: &Policy, day: i32) -> Option<&Access> {
    match &policy.in_force(day)?.terms {
        PolicyTerms::Access(access) => Some(access),
        _ => None,
    }
}

fn named(policy: &Policy) -> String {
    format!("{} `{}`", policy.kind.word(), policy.id)
}
