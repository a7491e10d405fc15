//! The tables of a project as its policies leave them at the end of a day: one stage after the other.
//!
//! ```text
//! known ─► milestones ─► model ─► registrations ─► prices ─► coverage ─► conflicts ─► awards of ties ─► effects
//! ```

mod faults;
mod left_out;
mod milestones;
mod open;
mod policies;
mod priced;
mod registered;

use std::collections::BTreeSet;
use std::sync::Arc;

use apportion_base::diagnostic::Diagnostic;
use apportion_book::{Book, TableName};
use apportion_data::{
    AddedEngagement, AddedIds, AddedWork, ChannelTables, DealIx, Effects, PayeeIx, Tables, UsedColumns,
};
use apportion_rules::{ChannelModel, RuleBook};

use crate::Governance;
use crate::assumed::Assumed;
use crate::attributes::Attributes;
use crate::clock::Clock;
use crate::conflict::{
    ConflictRules, Docket, Frames, Inputs, Judgement, SubjectClaims, SubjectTables, TableSubjects,
};
use crate::coverage::{Covered, covered};
use crate::fault::PolicyFault;
use crate::governance::RegistrationCourse;
use crate::known::known;
use crate::model;
use crate::registration::{ClaimRows, ClaimWork, Registered};
use crate::scope::{Dated, Judged};
use open::Expected;
use policies::ByKind;

/// What policies are prepared with.
#[derive(Debug, Clone, Copy)]
pub struct Ground<'a> {
    /// What the project file says.
    pub book: &'a Book,
    /// The rules, policies among them.
    pub rules: &'a RuleBook,
    /// The columns that they name, by table.
    pub used: &'a UsedColumns,
    /// The day at whose end things are known, days since 1970-01-01.
    pub as_of: i32,
    /// What is assumed beside the tables.
    pub assumed: &'a Assumed,
}

/// What only somebody who credits and pays can say, of tables in which nothing is decided.
pub trait Settler {
    /// Who would have a line on which of some deals, of whatever amount, clawbacks apart. In no particular order.
    ///
    /// # Errors
    /// An expression of a rule without a value, and numbers that can't be held.
    fn with_lines(
        &self,
        tables: &Tables,
        deals: &[DealIx],
    ) -> Result<Vec<(DealIx, PayeeIx)>, Vec<Diagnostic>>;

    /// The reversals that clawback rules match, ascending: no conflict is found on them.
    ///
    /// # Errors
    /// A condition of such a rule without a value.
    fn reversals(&self, tables: &Tables) -> Result<Vec<DealIx>, Vec<Diagnostic>>;
}

/// The tables with what policies add to them, and what the policies found.
#[derive(Debug, Clone)]
pub struct Prepared {
    /// With more columns and engagements, and with [`Effects`].
    pub tables: Arc<Tables>,
    /// `None` where the project has neither policies nor tables of the channel.
    pub governance: Option<Arc<Governance>>,
}

/// Whether rules have a policy of the channel.
pub fn has_policies(rules: &RuleBook) -> bool {
    rules.policies.iter().any(|(_, policy)| policy.kind.governs_channel())
}

/// Prepares tables. Where a project has neither policies nor tables of the channel, it gets the same tables back.
///
/// # Errors
/// An expression of a policy without a value, numbers that can't be held, and what `settler` says.
pub fn prepare(
    ground: Ground<'_>,
    tables: Arc<Tables>,
    settler: &dyn Settler,
) -> Result<Prepared, Vec<Diagnostic>> {
    if tables.channel.present.is_empty() && !has_policies(ground.rules) && ground.assumed.is_empty() {
        return Ok(Prepared { tables: left_out::filled(tables, ground.used), governance: None });
    }
    let policies = ByKind::new(&ground.rules.policies);
    let holidays = tables.channel.holidays.clone();
    let mut stages = Stages {
        ground,
        policies: &policies,
        clock: Clock { holidays: &holidays, zone: ground.book.timezone.as_ref() },
        tables: Arc::unwrap_or_clone(tables),
        expected: Expected::default(),
        moved: Vec::new(),
        claim_rows: ClaimRows::default(),
        effects: Effects { as_of: Some(ground.as_of), ..Effects::default() },
        governance: Governance { as_of: ground.as_of, ..Governance::default() },
    };
    stages.known()?;
    stages.milestones()?;
    stages.lead()?;
    let mut registered = stages.register()?;
    stages.price(registered.as_ref())?;
    let covered = stages.cover()?;
    stages.append(covered, registered.as_ref())?;
    if let Some(registered) = &registered {
        stages.hold(registered);
    }
    stages.judge(registered.as_mut(), settler)?;
    if let Some(registered) = registered {
        let standings = registered.timelines.iter().zip(&registered.standings);
        stages.governance.courses =
            standings.map(|(timeline, standing)| RegistrationCourse::new(*timeline, standing)).collect();
        stages.governance.claims = registered.claims;
        stages.governance.open_claims = registered.open_claims;
    }
    let Stages { mut tables, effects, governance, .. } = stages;
    tables.effects = Arc::new(effects);
    Ok(Prepared { tables: Arc::new(tables), governance: Some(Arc::new(governance)) })
}

/// Tables on their way, and what is known of them so far.
struct Stages<'a> {
    ground: Ground<'a>,
    policies: &'a ByKind<'a>,
    clock: Clock<'a>,
    tables: Tables,
    expected: Expected,
    /// By deal of the tables as they were given: the deal now; empty where no milestones came between them.
    moved: Vec<DealIx>,
    /// The engagements that claims would be.
    claim_rows: ClaimRows,
    effects: Effects,
    governance: Governance,
}

impl<'a> Stages<'a> {
    /// What is known at the end of the day, and what is open then.
    fn known(&mut self) -> Result<(), Vec<Diagnostic>> {
        let Ground { book, as_of, .. } = self.ground;
        let channel = Arc::unwrap_or_clone(std::mem::take(&mut self.tables.channel));
        let mut channel =
            known(channel, &self.tables.deals, as_of).map_err(|error| faults::of_columns(&error))?;
        let seen = channel.opportunities.seen_on(as_of, &self.tables.rates, book);
        self.expected = Expected {
            days: seen.close_date,
            amount_e6: seen.amount_e6,
            list_amount_e6: seen.list_amount_e6,
        };
        channel.opportunities.frame = seen.frame;
        let open = channel.opportunities.len();
        left_out::fill(&mut channel.opportunities.frame, open, self.ground.used);
        self.tables.channel = Arc::new(channel);
        let deals = self.tables.deals.len();
        left_out::fill(&mut self.tables.deals.frame, deals, self.ground.used);
        Ok(())
    }

    /// Who leads: columns of deals and of what is open.
    fn lead(&mut self) -> Result<(), Vec<Diagnostic>> {
        let Some(model) = &self.policies.model else { return Ok(()) };
        let (of_deals, of_open) = self.say(|stages| stages.led(model))?;
        let used = self.wanted("crossed");
        of_deals.add_to(&mut self.tables.deals.frame, &used);
        of_open.add_to(&mut self.channel().opportunities.frame, &used);
        Ok(())
    }

    /// The columns of deals that are asked for: those that rules name, and one that conflicts compare, where there are policies for them.
    fn wanted(&self, compared: &str) -> BTreeSet<String> {
        let mut used = self.ground.used.get(&TableName::Deals).cloned().unwrap_or_default();
        used.extend((!self.policies.conflicts.is_empty()).then(|| compared.to_owned()));
        used
    }

    fn led(&self, model: &Dated<'a, ChannelModel>) -> Result<(Attributes, Attributes), PolicyFault> {
        let open = Judged::open(&self.tables.channel.opportunities.frame, &self.expected.days);
        let (of_deals, of_open) = rayon::join(
            || model::attributes(model, Judged::deals(&self.tables.deals)),
            || model::attributes(model, open),
        );
        Ok((of_deals?, of_open?))
    }

    /// Who covers what: work on deals.
    fn cover(&mut self) -> Result<AddedWork, Vec<Diagnostic>> {
        let assumed = &self.ground.assumed.work;
        if self.policies.coverages.is_empty() && assumed.rows.is_empty() {
            return Ok(AddedWork::default());
        }
        let territories = &self.tables.channel.territories;
        let Covered { mut work, ties } =
            self.say(|stages| covered(&stages.policies.coverages, territories, &stages.tables.deals))?;
        self.effects.territory_ties = ties;
        let moved = |deal: DealIx| self.moved.get(deal.at()).copied().unwrap_or(deal);
        let rows = assumed.rows.iter().map(|row| AddedEngagement { deal: moved(row.deal), ..*row });
        work.append(AddedWork { kinds: assumed.kinds.clone(), rows: rows.collect() });
        Ok(work)
    }

    /// Appends work that covers, and the work that claims would be if they held.
    fn append(
        &mut self,
        covered: AddedWork,
        registered: Option<&Registered<'a>>,
    ) -> Result<(), Vec<Diagnostic>> {
        let first = self.tables.engagements.len() + covered.rows.len();
        let claims = registered.map(|registered| registered.claim_work(&self.tables, first));
        let ClaimWork { engagements: claims, rows } = claims.unwrap_or_default();
        self.claim_rows = rows;
        let Tables { engagements, deals, payees, .. } = &mut self.tables;
        let own = Arc::unwrap_or_clone(std::mem::take(engagements));
        let with_work = own.with_work(covered, claims, AddedIds { deals, payees });
        let (with_work, _) = with_work.map_err(|error| faults::of_columns(&error))?;
        *engagements = Arc::new(with_work);
        Ok(())
    }

    /// Which conflicts there are, and what has become of them. Winners of ties hold their deals from here on.
    fn judge(
        &mut self,
        registered: Option<&mut Registered<'a>>,
        settler: &dyn Settler,
    ) -> Result<(), Vec<Diagnostic>> {
        if self.policies.conflicts.is_empty() {
            return Ok(());
        }
        let claims =
            registered.as_deref().map_or_else(SubjectClaims::default, |of| self.claims_in_conflict(of));
        let taken_back = settler.reversals(&self.tables)?;
        // Deciders are asked for lines with nothing decided.
        self.tables.effects = Arc::new(std::mem::take(&mut self.effects));
        let Judgement { conflicts, background, decided, held, once_held, tie_awards, .. } =
            self.judged(&claims, &taken_back, settler)?;
        self.effects = Arc::unwrap_or_clone(std::mem::take(&mut self.tables.effects));
        (self.governance.conflicts, self.governance.background) = (conflicts, background);
        (self.effects.decided, self.effects.held, self.effects.once_held) = (decided, held, once_held);
        let Some(registered) = registered.filter(|_| !tie_awards.is_empty()) else { return Ok(()) };
        self.award(registered, &tie_awards);
        self.hold(registered);
        // Another holder may protect another price.
        self.price(Some(registered))
    }

    fn judged(
        &self,
        claims: &SubjectClaims,
        taken_back: &[DealIx],
        settler: &dyn Settler,
    ) -> Result<Judgement, Vec<Diagnostic>> {
        let (tables, Ground { rules, as_of, .. }) = (&self.tables, self.ground);
        let settled: Vec<DealIx> =
            tables.deals.all().filter(|deal| taken_back.binary_search(deal).is_err()).collect();
        let frames = Frames { deals: &tables.deals.frame, open: &tables.channel.opportunities.frame };
        let subjects = TableSubjects::new(SubjectTables {
            tables,
            frames,
            open_amount_e6: &self.expected.amount_e6,
            settled: &settled,
            as_of,
        });
        let inputs = Inputs {
            subjects: &subjects,
            payees: &tables.payees,
            frames,
            claims,
            rules: &ConflictRules::new(self.policies.conflicts.clone()),
            records: &tables.channel.conflicts,
            clock: self.clock,
            as_of,
        };
        let docket = Docket::open(inputs).map_err(|fault| faults::described(rules, tables, &fault))?;
        let docket = docket.assuming(self.ground.assumed.decision.as_ref());
        let with_line = self.with_line(&docket.deciders(), settler)?;
        let has_line = |deal: DealIx, payee: PayeeIx| with_line.contains(&(deal, payee));
        docket.close(&has_line).map_err(|fault| faults::described(rules, tables, &fault))
    }

    /// Who has a line on deals whose deciders are asked for.
    fn with_line(
        &self,
        asked: &[(DealIx, PayeeIx)],
        settler: &dyn Settler,
    ) -> Result<BTreeSet<(DealIx, PayeeIx)>, Vec<Diagnostic>> {
        let mut deals: Vec<DealIx> = asked.iter().map(|(deal, _)| *deal).collect();
        deals.dedup();
        if deals.is_empty() {
            return Ok(BTreeSet::new());
        }
        Ok(settler.with_lines(&self.tables, &deals)?.into_iter().collect())
    }

    fn channel(&mut self) -> &mut ChannelTables {
        Arc::make_mut(&mut self.tables.channel)
    }

    /// What a stage makes, or its fault as people see it.
    fn say<T>(&self, stage: impl FnOnce(&Self) -> Result<T, PolicyFault>) -> Result<T, Vec<Diagnostic>> {
        stage(self).map_err(|fault| faults::described(self.ground.rules, &self.tables, &fault))
    }
}
