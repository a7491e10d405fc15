//! What an action comes to: the lines of a payee on an open opportunity, won on the day at its amount, with something done and without.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use apportion_base::diagnostic::{Code, Diagnostic};
use apportion_base::index::Optional;
use apportion_book::Period;
use apportion_channel::{Assumed, AssumedState};
use apportion_data::{
    AddedDeal, AddedEngagement, DealIx, Moment, OpenIx, OpportunitiesOn, PayeeIx, Registration,
    RegistrationDecision, Registrations, Tables, WithAddedDeals,
};
use apportion_rules::{PolicyIx, PolicyTerms, RuleBook};
use arrow::array::{Array, StringArray, new_null_array};
use arrow::compute::concat;

use super::touching::{Touched, batches, entangled};
use crate::credit::Line;
use crate::project::Project;
use crate::settle;

/// A weight of 1, in billionths.
const ONE_E9: i64 = 1_000_000_000;

/// What is otherwise on an opportunity.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Change {
    /// It is as it stands.
    Nothing,
    /// A registration of a payee, submitted and approved on the day, claims it.
    Registered(PayeeIx),
    /// A registration has another state on the day.
    State(String, AssumedState),
    /// A payee worked on it on the day, in a role.
    Work(PayeeIx, String),
    /// A gate asks for nothing.
    Without(PolicyIx),
    /// Lines under a gate are held: they do not count.
    Held(PolicyIx),
}

/// What a payee's lines on an opportunity differ by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Question {
    /// The opportunity_id.
    pub open: String,
    pub payee: PayeeIx,
    pub with: Change,
    pub without: Change,
}

/// What stakes are reckoned from.
pub(super) struct Stakes<'a> {
    pub project: &'a Project,
    /// The tables as they were read.
    pub tables: &'a Arc<Tables>,
    /// The day on which what is open is won.
    pub as_of: i32,
    /// Its fiscal year: what is settled.
    pub year: Period,
}

/// An opportunity, by its place in the tables as they were read, and what is otherwise.
type Scenario<'q> = (OpenIx, &'q Change);

/// Opportunities that were won.
pub(super) struct Won {
    /// With a deal for each, prepared.
    pub tables: Arc<Tables>,
    /// The lines on these deals.
    pub lines: Vec<Line>,
    /// By opportunity as it was asked for.
    pub deals: Vec<DealIx>,
}

impl Stakes<'_> {
    /// The stakes in question; `None` of opportunities whose amount is not known.
    ///
    /// # Errors
    /// As [`Project::settle`].
    pub fn answers(&self, questions: &[&Question]) -> Result<Vec<Option<i128>>, Vec<Diagnostic>> {
        let seen = self.seen();
        let sides =
            questions.iter().flat_map(|question| [(question, &question.with), (question, &question.without)]);
        let mut asked: BTreeMap<Scenario<'_>, BTreeSet<PayeeIx>> = BTreeMap::new();
        for (question, change) in sides {
            if let Some(open) = self.open(&seen, &question.open) {
                asked.entry((open, change)).or_default().insert(question.payee);
            }
        }
        let (scenarios, asked): (Vec<Scenario<'_>>, Vec<BTreeSet<PayeeIx>>) = asked.into_iter().unzip();
        let lines = self.lines_of(&seen, (&scenarios, &asked))?;
        let sum = |open: OpenIx, change: &Change, payee: PayeeIx| -> i128 {
            let place = scenarios.binary_search(&(open, change)).ok();
            let own = place.and_then(|place| lines.get(place)).into_iter().flatten();
            let counts = |line: &&Line| line.payee == payee && !self.is_held(change, line);
            own.filter(counts).map(|line| line.amount.wide()).sum()
        };
        let answer = |question: &&Question| {
            let open = self.open(&seen, &question.open)?;
            let payee = question.payee;
            Some(sum(open, &question.with, payee) - sum(open, &question.without, payee))
        };
        Ok(questions.iter().map(answer).collect())
    }

    /// All of these opportunities won, as they stand, and their places among those that were asked for: one whose amount is not known is
    /// left out. What they change of each other is in it.
    ///
    /// # Errors
    /// As [`Project::settle`].
    pub fn all_won(&self, ids: &[&str]) -> Result<(Won, Vec<usize>), Vec<Diagnostic>> {
        let seen = self.seen();
        let known = ids.iter().enumerate().filter_map(|(place, id)| Some((place, self.open(&seen, id)?)));
        let (places, open): (Vec<usize>, Vec<OpenIx>) = known.unzip();
        let scenarios: Vec<Scenario<'_>> = open.into_iter().map(|open| (open, &Change::Nothing)).collect();
        Ok((self.won(&seen, &scenarios)?, places))
    }

    fn seen(&self) -> OpportunitiesOn {
        self.tables.channel.opportunities.seen_on(self.as_of, &self.tables.rates, self.project.book())
    }

    /// An opportunity whose amount is known.
    fn open(&self, seen: &OpportunitiesOn, id: &str) -> Option<OpenIx> {
        let open = self.tables.channel.opportunities.with_id(id)?;
        seen.amount_e6[open].map(|_| open)
    }

    /// The lines of each scenario: those that touch nothing in common are settled together. `asked` are those whose lines are right in it.
    fn lines_of(
        &self,
        seen: &OpportunitiesOn,
        (scenarios, asked): (&[Scenario<'_>], &[BTreeSet<PayeeIx>]),
    ) -> Result<Vec<Vec<Line>>, Vec<Diagnostic>> {
        let mut lines: Vec<Vec<Line>> = vec![Vec::new(); scenarios.len()];
        let touched = self.touched_before(seen, scenarios)?.into_iter().zip(asked);
        let touched: Vec<Touched> =
            touched.map(|(touched, asked)| Touched { asked: asked.clone(), ..touched }).collect();
        let mut by_rules: BTreeMap<Option<PolicyIx>, Vec<usize>> = BTreeMap::new();
        for (place, (_, change)) in scenarios.iter().enumerate() {
            by_rules.entry(suspended(change)).or_default().push(place);
        }
        for places in by_rules.values() {
            let of_places: Vec<Touched> = places.iter().map(|place| touched[*place].clone()).collect();
            for batch in batches(&of_places) {
                let batch: Vec<usize> = batch.into_iter().map(|at| places[at]).collect();
                self.settle_batch(seen, (scenarios, asked), &batch, &mut lines)?;
            }
        }
        Ok(lines)
    }

    /// Settles a batch. What turns out to touch something else in it after all is settled alone.
    fn settle_batch(
        &self,
        seen: &OpportunitiesOn,
        (scenarios, asked): (&[Scenario<'_>], &[BTreeSet<PayeeIx>]),
        batch: &[usize],
        lines: &mut [Vec<Line>],
    ) -> Result<(), Vec<Diagnostic>> {
        let of_batch: Vec<Scenario<'_>> = batch.iter().map(|place| scenarios[*place]).collect();
        let won = self.won(seen, &of_batch)?;
        for (place, deal) in batch.iter().zip(&won.deals) {
            lines[*place] = won.lines_on(*deal);
        }
        let touched = of_batch.iter().zip(&won.deals).zip(batch).map(|((scenario, deal), place)| Touched {
            asked: asked[*place].clone(),
            ..self.touched(scenario, &won, *deal)
        });
        let touched: Vec<Touched> = touched.collect();
        for at in entangled(&touched) {
            let alone = self.won(seen, &of_batch[at..=at])?;
            lines[batch[at]] = alone.deals.first().map_or_else(Vec::new, |deal| alone.lines_on(*deal));
        }
        Ok(())
    }

    /// What each scenario touches, as far as that is known before it is settled: as things stand, and whom it is about.
    fn touched_before(
        &self,
        seen: &OpportunitiesOn,
        scenarios: &[Scenario<'_>],
    ) -> Result<Vec<Touched>, Vec<Diagnostic>> {
        let open: BTreeSet<OpenIx> = scenarios.iter().map(|(open, _)| *open).collect();
        let open: Vec<Scenario<'_>> = open.into_iter().map(|open| (open, &Change::Nothing)).collect();
        if open.is_empty() {
            return Ok(Vec::new());
        }
        let won = self.won(seen, &open)?;
        let known: BTreeMap<OpenIx, Touched> =
            open.iter().zip(&won.deals).map(|(one, deal)| (one.0, self.touched(one, &won, *deal))).collect();
        let touched = |(open, change): &Scenario<'_>| {
            let mut touched = known.get(open).cloned().unwrap_or_default();
            touched.payees.extend(payee_of(change));
            touched
        };
        Ok(scenarios.iter().map(touched).collect())
    }

    /// What a deal touches: who has a line or work on it, and the members of the registration that holds it.
    fn touched(&self, (open, change): &Scenario<'_>, won: &Won, deal: DealIx) -> Touched {
        let Tables { engagements, effects, .. } = won.tables.as_ref();
        let at_work = engagements.of_deal(deal).map(|row| engagements.payee[row]);
        let holder = effects.registered.binary_search_by_key(&deal, |registered| registered.deal).ok();
        let holder = holder.and_then(|place| effects.registered.get(place)).into_iter();
        let members = holder.flat_map(|registered| registered.members.iter().map(|member| member.payee));
        let lines = won.lines.iter().filter(|line| line.deal == deal);
        let paid = lines.flat_map(|line| [Some(line.payee), line.from_payee.get()]).flatten();
        Touched {
            open: Some(*open),
            account: self.tables.channel.opportunities.account[*open].get(),
            payees: at_work.chain(members).chain(paid).chain(payee_of(change)).collect(),
            asked: BTreeSet::new(),
        }
    }

    /// Settles the fiscal year with these opportunities won on the day. All of them ask for the same rules.
    fn won(&self, seen: &OpportunitiesOn, scenarios: &[Scenario<'_>]) -> Result<Won, Vec<Diagnostic>> {
        let (book, last_day) = (self.project.book(), self.project.book().calendar().last_day(self.year));
        let taken = self.taken();
        let deal = |(open, _): &Scenario<'_>| self.deal(seen, *open, &taken);
        let added: Vec<AddedDeal> = scenarios.iter().filter_map(deal).collect();
        let read = Tables::at_end_of(Arc::clone(self.tables), last_day);
        let with = read.with_added_deals(&added, &seen.frame).map_err(|found| vec![found])?;
        let WithAddedDeals { mut tables, added: places, .. } = with;
        let assumed = self.assumed(&mut tables, scenarios, &places)?;
        let prepared = self.project.prepared_assuming(Arc::new(tables), (last_day, self.as_of), &assumed)?;
        // Milestones came between the deals.
        let place = |deal: &AddedDeal| prepared.tables.deal_on(deal.close_date, &deal.id);
        let deals: Vec<DealIx> = added.iter().filter_map(place).collect();
        let without = scenarios.iter().find_map(|(_, change)| suspended(change));
        let rules = without.map(|gate| without_policy(self.project.rules(), gate));
        let rules: &RuleBook = rules.as_ref().unwrap_or(self.project.rules());
        let settlement = settle::settle(book, &prepared.tables, rules, self.year)?;
        let view = settlement.period(&prepared.tables, self.year);
        let is_added = |line: &&Line| deals.contains(&line.deal);
        let lines = view.lines.iter().filter(is_added).copied().collect();
        Ok(Won { tables: prepared.tables, lines, deals })
    }

    /// The ids of deals that are those of opportunities, but for marks behind them.
    fn taken(&self) -> BTreeSet<&str> {
        let deals = &self.tables.deals;
        let open: BTreeSet<&str> = self.tables.channel.opportunities.ids.iter().flatten().collect();
        let all = deals.all().map(|deal| deals.id(deal));
        all.filter(|id| open.contains(id) || open.contains(id.trim_end_matches('+'))).collect()
    }

    /// The deal that an opportunity would be. `taken` are ids of deals that begin as one of an opportunity does.
    fn deal(&self, seen: &OpportunitiesOn, open: OpenIx, taken: &BTreeSet<&str>) -> Option<AddedDeal> {
        let opportunities = &self.tables.channel.opportunities;
        let own = opportunities.ids.value(open.at());
        let mut id = own.to_owned();
        // Another opportunity may be called so.
        while taken.contains(id.as_str()) || (id != own && self.open(seen, &id).is_some()) {
            id.push('+');
        }
        opportunities.won(seen, open, (&id, self.as_of))
    }

    /// What the scenarios assume; registrations that are not there are put into the tables.
    fn assumed(
        &self,
        tables: &mut Tables,
        scenarios: &[Scenario<'_>],
        deals: &[DealIx],
    ) -> Result<Assumed, Vec<Diagnostic>> {
        let mut assumed = Assumed::default();
        let mut added: Vec<Registration> = Vec::new();
        for ((open, change), deal) in scenarios.iter().zip(deals) {
            match change {
                Change::Nothing | Change::Without(_) | Change::Held(_) => {}
                Change::Registered(payee) => added.push(self.registration(*open, *payee)),
                Change::State(id, state) => assumed.registrations.push((id.clone(), *state)),
                Change::Work(payee, role) => {
                    let kind = assumed.work.kind(&role.as_str().into(), "assumed");
                    let (deal, payee, occurred_on) = (*deal, *payee, self.as_of);
                    let row = AddedEngagement { deal, payee, kind, occurred_on, weight_e9: ONE_E9 };
                    assumed.work.rows.push(row);
                }
            }
        }
        if !added.is_empty() {
            let registrations = &mut Arc::make_mut(&mut tables.channel).registrations;
            let ids = append(registrations, added)?;
            assumed.registrations.extend(ids.into_iter().map(|id| (id, AssumedState::UnderPolicy)));
        }
        Ok(assumed)
    }

    /// A registration of an opportunity, submitted and approved on the day.
    fn registration(&self, open: OpenIx, payee: PayeeIx) -> Registration {
        let opportunities = &self.tables.channel.opportunities;
        let at = Moment { seconds: i64::from(self.as_of) * 86_400, day: self.as_of, offset: 0 };
        Registration {
            payee,
            submitted_at: at,
            account: opportunities.account[open],
            account_without_row: Optional::NONE,
            opportunity: Optional::some(opportunities.opportunity[open]),
            deal: Optional::NONE,
            decision: Some((RegistrationDecision::Approved, at)),
            decided_by: None,
            reason: None,
        }
    }

    /// Whether a line is under the gate that is assumed to hold.
    fn is_held(&self, change: &Change, line: &Line) -> bool {
        let Change::Held(gate) = change else { return false };
        let rules = self.project.rules();
        let id = &rules[line.rule].id;
        rules.policies[*gate].versions.iter().any(|version| match &version.terms {
            PolicyTerms::Gate(gate) => version.in_force(self.as_of) && gate.rules.contains(id),
            _ => false,
        })
    }
}

impl Won {
    fn lines_on(&self, deal: DealIx) -> Vec<Line> {
        self.lines.iter().filter(|line| line.deal == deal).copied().collect()
    }
}

/// The gate that a change takes away.
fn suspended(change: &Change) -> Option<PolicyIx> {
    match change {
        Change::Without(gate) => Some(*gate),
        _ => None,
    }
}

/// Whom a change is about.
fn payee_of(change: &Change) -> Option<PayeeIx> {
    match change {
        Change::Registered(payee) | Change::Work(payee, _) => Some(*payee),
        _ => None,
    }
}

fn without_policy(rules: &RuleBook, policy: PolicyIx) -> RuleBook {
    RuleBook { rules: rules.rules.clone(), policies: rules.policies.without(policy) }
}

/// Adds registrations behind all others in byte order, without a cell that a policy could name, and says their ids.
fn append(
    registrations: &mut Registrations,
    added: Vec<Registration>,
) -> Result<Vec<String>, Vec<Diagnostic>> {
    let last = registrations.ids.iter().flatten().last().unwrap_or_default();
    let ids: Vec<String> = (0..added.len()).map(|number| format!("{last}+{number:010}")).collect();
    for (_, column) in &mut registrations.frame.columns {
        let nulls = new_null_array(column.data_type(), added.len());
        let too_many = |error: arrow::error::ArrowError| {
            vec![Diagnostic::error(Code::TooManyRows, format!("registrations can't be added: {error}"))]
        };
        *column = concat(&[column.as_ref(), nulls.as_ref()]).map_err(too_many)?;
    }
    let known = registrations.ids.iter().flatten();
    registrations.ids = StringArray::from_iter_values(known.chain(ids.iter().map(String::as_str)));
    registrations.rows.extend(added);
    registrations.frame.rows = registrations.rows.len();
    Ok(ids)
}
