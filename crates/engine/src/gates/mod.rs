//! Gates: what must be there for a line to be paid in full. An unmet gate keeps back a part of a line before caps, or holds the line
//! in a close. See `docs/reference/rules/gate.md`.
//!
//! | file | idea |
//! |---|---|
//! | `rows` | the rows of the counted table by payee, as far as they are known |
//! | `tally` | how many of them meet the conditions, for payees on deals |
//! | `keep` | what the lines of a rule lose by it |
//! | `levels` | what gates ask of service events, over all events of a period: for reports |

pub mod keep;
mod levels;
mod rows;
mod tally;

use apportion_base::diagnostic::{Code, Diagnostic};
use apportion_base::money::Overflow;
use apportion_data::{DealIx, Frame, PayeeIx, Tables};
use apportion_rules::{Gate, GateOtherwise, PolicyIx, PolicyKind, PolicyTerms, RuleBook, RuleIx};

use crate::credit::{Fault, Subject};
use crate::holds::{AskedLine, Share, month_frame};
use crate::plan::{Bound, deal_array, state_array};
pub use levels::{ServiceLevel, service_levels};
use rows::KnownRows;
pub use tally::Tally;

/// A payee on a deal: the lines that a gate can be about.
pub type PayeeOnDeal = (DealIx, PayeeIx);

/// A version of a gate.
#[derive(Debug, Clone, Copy)]
pub struct GateVersion<'a> {
    /// The gate among the policies.
    pub policy: PolicyIx,
    /// Its id.
    pub id: &'a str,
    /// The days on which it is in force: the last one is inclusive, days since 1970-01-01.
    pub days: (i32, Option<i32>),
    /// What it asks for.
    pub gate: &'a Gate,
}

impl GateVersion<'_> {
    /// Whether it is in force on a day (since 1970-01-01).
    pub fn in_force(&self, day: i32) -> bool {
        let (from, until) = self.days;
        from <= day && until.is_none_or(|until| day <= until)
    }
}

/// The gates of a run, ready to be asked at the end of a period. Without gates it is empty.
#[derive(Debug, Default)]
pub struct Gates<'a> {
    /// In byte order of ids, versions in order of time.
    all: Vec<PlannedGate<'a>>,
    /// By rule: the places of its gates; empty without gates.
    of_rules: Vec<Vec<usize>>,
}

/// A version of a gate, bound to the tables.
#[derive(Debug)]
pub struct PlannedGate<'a> {
    /// The version.
    pub version: GateVersion<'a>,
    when: Option<Bound<'a>>,
    payees: Option<Bound<'a>>,
    rows: KnownRows,
    counts: Option<Bound<'a>>,
    of: Option<Bound<'a>>,
}

impl<'a> Gates<'a> {
    /// The gates of a rule book, asked at the end of a day.
    pub fn new(tables: &Tables, rules: &'a RuleBook, period_end: i32) -> Self {
        Self::of_versions(tables, rules, period_end, versions(rules))
    }

    /// The same of some versions, in byte order of ids and then of time.
    pub fn of_versions(
        tables: &Tables,
        rules: &RuleBook,
        period_end: i32,
        versions: Vec<GateVersion<'a>>,
    ) -> Self {
        if versions.is_empty() {
            return Self::default();
        }
        let month = month_frame(period_end);
        let of_rule = |id: &String| {
            let names = |version: &GateVersion<'_>| version.gate.rules.contains(id);
            (0..versions.len()).filter(|place| names(&versions[*place])).collect()
        };
        let of_rules = rules.iter().map(|(_, rule)| of_rule(&rule.id)).collect();
        let all = versions.into_iter().map(|version| PlannedGate::new(tables, &month, version)).collect();
        Self { all, of_rules }
    }

    /// The gates that a rule is under, in byte order of ids.
    pub fn of_rule(&self, rule: RuleIx) -> impl Iterator<Item = &PlannedGate<'a>> + Clone {
        self.of_rules.get(rule.at()).into_iter().flatten().map(|place| &self.all[*place])
    }

    /// Whether a gate can keep back a part of the lines of a rule.
    pub fn keep_back(&self, rule: RuleIx) -> bool {
        self.of_rule(rule).any(|gate| gate.share().is_some())
    }

    /// What payees on deals keep of their lines under a rule, and the gate that says so: the lowest share of the unmet gates, the first
    /// by id of equal ones. `None` where all is theirs.
    ///
    /// # Errors
    /// An expression that has no value, with the deal.
    pub fn kept(
        &self,
        tables: &Tables,
        rule: RuleIx,
        work: &[PayeeOnDeal],
    ) -> Result<Vec<Option<KeptShare<'a>>>, Fault> {
        let mut kept: Vec<Option<KeptShare<'a>>> = vec![None; work.len()];
        for gate in self.of_rule(rule) {
            let Some(share) = gate.share() else { continue };
            for (place, tally) in gate.unmet(tables, work)? {
                let known = &mut kept[place];
                let lower = match known {
                    None => Ok(true),
                    Some(known) => share.is_below(known.share),
                };
                if lower.map_err(Fault::overflow(work[place].0))? {
                    *known = Some(KeptShare { share, gate: gate.version, tally });
                }
            }
        }
        Ok(kept)
    }

    /// Whether a gate can hold lines.
    pub fn hold(&self) -> bool {
        self.all.iter().any(|gate| gate.share().is_none())
    }

    /// The gates that hold some lines, by the places of the lines: of each line all that do.
    ///
    /// # Errors
    /// An expression that has no value, naming the gate and the deal.
    pub fn holding(
        &self,
        tables: &Tables,
        asked: &[AskedLine<'_>],
    ) -> Result<Vec<(usize, PolicyIx)>, Diagnostic> {
        let mut holding = Vec::new();
        for gate in self.that_hold() {
            let (places, work) = gate.under(asked);
            let unmet = gate.unmet(tables, &work).map_err(|fault| no_value(tables, gate.version, &fault))?;
            holding.extend(unmet.into_iter().map(|(place, _)| (places[place], gate.version.policy)));
        }
        Ok(holding)
    }

    /// The places of those lines that a gate can hold: it asks something of them, met or not.
    ///
    /// # Errors
    /// An expression that has no value, naming the gate and the deal.
    pub fn can_hold(&self, tables: &Tables, asked: &[AskedLine<'_>]) -> Result<Vec<usize>, Diagnostic> {
        let mut can_hold = Vec::new();
        for gate in self.that_hold() {
            let (places, work) = gate.under(asked);
            let of_work =
                gate.asked(tables, &work).map_err(|fault| no_value(tables, gate.version, &fault))?;
            can_hold.extend(of_work.into_iter().map(|place| places[place]));
        }
        Ok(can_hold)
    }

    fn that_hold(&self) -> impl Iterator<Item = &PlannedGate<'a>> {
        self.all.iter().filter(|gate| gate.share().is_none())
    }
}

/// A gate that can't be asked.
fn no_value(tables: &Tables, version: GateVersion<'_>, fault: &Fault) -> Diagnostic {
    let on = match fault.subject {
        Subject::Deal(deal) | Subject::Work(deal, _) => format!(" on deal `{}`", tables.deals.id(deal)),
        Subject::Rule | Subject::Payee(_) => String::new(),
    };
    let message = format!("gate `{}`{on}: {}", version.id, fault.message);
    let diagnostic = Diagnostic::error(Code::NumberTooLarge, message);
    match &fault.place {
        Some(place) => diagnostic.at(place.clone(), "has no value there"),
        None => diagnostic,
    }
}

/// What an unmet gate leaves of a line.
#[derive(Debug, Clone, Copy)]
pub struct KeptShare<'a> {
    /// Which part.
    pub share: Share,
    /// The gate.
    pub gate: GateVersion<'a>,
    /// What was counted.
    pub tally: Tally,
}

impl<'a> PlannedGate<'a> {
    fn new(tables: &Tables, month: &Frame, version: GateVersion<'a>) -> Self {
        let gate = version.gate;
        let rows = KnownRows::new(tables, gate.table);
        let (payees, deals) = (&tables.payees.states.frame, &tables.deals.frame);
        let counted = [Some(&rows.frame), Some(payees), Some(deals), Some(month)];
        let of = match &gate.count {
            apportion_rules::GateCount::Share(_, of) => of.as_ref(),
            apportion_rules::GateCount::AtLeast(_) => None,
        };
        Self {
            version,
            when: gate.when.as_ref().map(|expr| Bound::new(expr, &[Some(deals)])),
            payees: gate.payees.as_ref().map(|expr| Bound::new(expr, &[Some(payees)])),
            counts: gate.counts.as_ref().map(|expr| Bound::new(expr, &counted)),
            of: of.map(|expr| Bound::new(expr, &counted)),
            rows,
        }
    }

    /// Which part a line keeps; `None` where it is held instead.
    pub fn share(&self) -> Option<Share> {
        match self.version.gate.otherwise {
            GateOtherwise::Share(share) => {
                let share = share.normalize();
                Some(Share { mantissa: share.mantissa(), scale: share.scale() })
            }
            GateOtherwise::Hold => None,
        }
    }

    /// Those of some lines whose rule is under it and whose payee is in the data, with their places.
    fn under(&self, asked: &[AskedLine<'_>]) -> (Vec<usize>, Vec<PayeeOnDeal>) {
        let is_under = |line: &AskedLine<'_>| self.version.gate.rules.iter().any(|rule| rule == line.rule);
        let lines = asked.iter().enumerate().filter(|(_, line)| is_under(line));
        lines.filter_map(|(place, line)| Some((place, (line.deal, line.payee?)))).unzip()
    }

    /// The places of those that it asks something of and that do not have it, with what was counted.
    ///
    /// # Errors
    /// An expression that has no value, with the deal.
    pub fn unmet(&self, tables: &Tables, work: &[PayeeOnDeal]) -> Result<Vec<(usize, Tally)>, Fault> {
        let places = self.asked(tables, work)?;
        let of_places: Vec<PayeeOnDeal> = places.iter().map(|place| work[*place]).collect();
        let tallies = self.tallies(tables, &of_places)?;
        let mut unmet = Vec::new();
        for (place, tally) in places.into_iter().zip(tallies) {
            let (deal, payee) = work[place];
            if !tally.meets(&self.version.gate.count).map_err(Fault::overflow(Subject::Work(deal, payee)))? {
                unmet.push((place, tally));
            }
        }
        Ok(unmet)
    }

    /// The places of those that it asks something of: by its days, `when` and `payees`.
    fn asked(&self, tables: &Tables, work: &[PayeeOnDeal]) -> Result<Vec<usize>, Fault> {
        let is_asked = |place: &usize| self.version.in_force(tables.deals.close_date[work[*place].0]);
        let mut places: Vec<usize> = (0..work.len()).filter(is_asked).collect();
        for (condition, of_payees) in [(&self.when, false), (&self.payees, true)] {
            let (Some(condition), false) = (condition, places.is_empty()) else { continue };
            let index = if of_payees {
                state_array(tables, places.iter().map(|place| (work[*place].1, work[*place].0)))
            } else {
                deal_array(&places.iter().map(|place| work[*place].0).collect::<Vec<_>>())
            };
            let mask = condition.mask(places.len(), &[Some(&index)]).map_err(|error| {
                let subject = |row: usize| Subject::Work(work[places[row]].0, work[places[row]].1);
                Fault::of_expression(condition.expr(), error, subject)
            })?;
            places = mask.values().set_indices().map(|row| places[row]).collect();
        }
        Ok(places)
    }
}

/// The versions of all gates of a rule book.
fn versions(rules: &RuleBook) -> Vec<GateVersion<'_>> {
    let mut all = Vec::new();
    for (index, policy) in rules.policies.of_kind(PolicyKind::Gate) {
        for version in &policy.versions {
            if let PolicyTerms::Gate(gate) = &version.terms {
                let days = (version.from, version.until);
                all.push(GateVersion { policy: index, id: &policy.id, days, gate });
            }
        }
    }
    all
}

/// `part` of whole numbers is at least a share of `whole` of them.
fn is_at_least((part, whole): (u64, u64), share: Share) -> Result<bool, Overflow> {
    let has = i128::from(part).checked_mul(apportion_base::money::pow10(share.scale)?).ok_or(Overflow)?;
    let needs = i128::from(whole).checked_mul(share.mantissa).ok_or(Overflow)?;
    Ok(has >= needs)
}
