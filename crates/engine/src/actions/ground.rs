//! What all actions ask: the tables as they are known, what governance found, who is a partner, and who worked where.

use std::cell::{OnceCell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;

use apportion_base::diagnostic::Diagnostic;
use apportion_book::{Book, Every, Period, display_day};
use apportion_channel::clock::Clock;
use apportion_channel::conflict::{Frames, People, SubjectTables, Subjects, TableSubjects};
use apportion_channel::{Claim, Governance, Subject, Texts};
use apportion_data::{
    AccountIx, DealIx, EngagementIx, NO_DAY, OpenIx, OpportunityIx, PayeeIx, RegistrationIx, Tables,
};
use apportion_expr::{EvalError, Expr};
use apportion_rules::RuleBook;

use crate::plan;
use crate::project::Project;
use crate::settle::{self, PeriodView};

/// What actions are found with.
pub(super) struct Ground<'a> {
    pub book: &'a Book,
    pub rules: &'a RuleBook,
    /// The tables as they were read.
    pub read: &'a Tables,
    /// The tables as they are known at the end of the day, and as policies leave them.
    pub tables: &'a Tables,
    pub governance: &'a Governance,
    /// Days since 1970-01-01.
    pub as_of: i32,
    subjects: TableSubjects<'a>,
    /// By opportunity that is open: its account.
    accounts: BTreeMap<OpportunityIx, AccountIx>,
    /// The work of the sources by payee; made when it is first asked for.
    work: OnceCell<BTreeMap<PayeeIx, Vec<EngagementIx>>>,
    /// What registrations claim; made when it is first asked for.
    claimed: OnceCell<BTreeMap<RegistrationIx, Claimed>>,
    /// The won deals by account; made when they are first asked for.
    won: OnceCell<BTreeMap<AccountIx, Vec<DealIx>>>,
    /// The fiscal years that were asked for.
    settled: RefCell<BTreeMap<Period, Rc<PeriodView>>>,
}

/// What a registration claims.
#[derive(Debug, Default)]
struct Claimed {
    open: Vec<OpenIx>,
    /// Whether a deal of it closed by the day.
    has_closed: bool,
}

impl<'a> Ground<'a> {
    pub fn new(
        project: &'a Project,
        read: &'a Tables,
        tables: &'a Tables,
        governance: &'a Governance,
        as_of: i32,
    ) -> Self {
        let (book, open) = (project.book().as_ref(), &tables.channel.opportunities);
        let frames = Frames { deals: &tables.deals.frame, open: &open.frame };
        // Amounts and conflicts are not asked here.
        let of_tables = SubjectTables { tables, frames, open_amount_e6: &[], settled: &[], as_of };
        let subjects = TableSubjects::new(of_tables);
        let with_account = open.opportunity.iter().zip(&open.account);
        let accounts =
            with_account.filter_map(|(opportunity, account)| Some((*opportunity, account.get()?))).collect();
        Self {
            book,
            rules: project.rules(),
            read,
            tables,
            governance,
            as_of,
            subjects,
            accounts,
            work: OnceCell::new(),
            claimed: OnceCell::new(),
            won: OnceCell::new(),
            settled: RefCell::default(),
        }
    }

    /// How policies count days.
    pub fn clock(&self) -> Clock<'_> {
        Clock { holidays: &self.tables.channel.holidays, zone: self.book.timezone.as_ref() }
    }

    /// Whether a payee is a partner on a day.
    pub fn is_partner(&self, payee: PayeeIx, day: i32) -> bool {
        let state = self.tables.payees.state(payee, day);
        Texts::of(&self.tables.payees.states.frame, "kind").get(state.at()) == Some("partner")
    }

    /// Who owns deals and opportunities, and who is their partner.
    pub fn people(&self) -> People<'_> {
        People::new(&self.subjects, &self.tables.payees)
    }

    /// The fiscal year of the day.
    pub fn year(&self) -> Period {
        self.year_of(self.as_of)
    }

    /// The fiscal year of a day.
    pub fn year_of(&self, day: i32) -> Period {
        self.book.calendar().period_of(day, Every::Year)
    }

    /// The lines of a fiscal year, as the tables are known.
    ///
    /// # Errors
    /// As [`settle::settle`].
    pub fn settled(&self, year: Period) -> Result<Rc<PeriodView>, Vec<Diagnostic>> {
        if let Some(known) = self.settled.borrow().get(&year) {
            return Ok(Rc::clone(known));
        }
        let view = settle::settle(self.book, self.tables, self.rules, year)?.period(self.tables, year);
        let view = Rc::new(view);
        self.settled.borrow_mut().insert(year, Rc::clone(&view));
        Ok(view)
    }

    /// Who worked on a deal or an opportunity, each with the first day of it that is known, in order of payees.
    pub fn at_work(&self, subject: Subject) -> BTreeMap<PayeeIx, Option<i32>> {
        let mut first: BTreeMap<PayeeIx, Option<i32>> = BTreeMap::new();
        for work in self.subjects.work(subject) {
            let known = first.entry(work.payee).or_insert(work.occurred_on);
            *known = [*known, work.occurred_on].into_iter().flatten().min();
        }
        first
    }

    /// The opportunity_id of what is open.
    pub fn open_id(&self, open: OpenIx) -> &str {
        self.tables.channel.opportunities.ids.value(open.at())
    }

    /// The account of what is open.
    pub fn account(&self, open: OpenIx) -> Option<AccountIx> {
        self.tables.channel.opportunities.account[open].get()
    }

    /// When something open is expected to close; none where it is not said.
    pub fn expected_close(&self, open: OpenIx) -> Option<i32> {
        self.tables.channel.opportunities.expected_close[open]
    }

    /// ` It is expected to close on 2026-07-31.`, or nothing.
    pub fn expectation(&self, open: OpenIx) -> String {
        self.expected_close(open)
            .map_or_else(String::new, |day| format!(" It is expected to close on {}.", display_day(day)))
    }

    /// The claims on something open.
    pub fn claims_on(&self, open: OpenIx) -> &[Claim] {
        let claims = &self.governance.open_claims;
        let from = claims.partition_point(|claim| claim.subject < Subject::Open(open));
        let len = claims[from..].partition_point(|claim| claim.subject == Subject::Open(open));
        &claims[from..from + len]
    }

    /// What a registration claims that is open. `None` where that is nothing, and a deal that it claimed has closed: nothing is to be done
    /// for it any more.
    pub fn claimed_by(&self, registration: RegistrationIx) -> Option<&[OpenIx]> {
        let claimed = self.claimed.get_or_init(|| self.claimed());
        let Some(Claimed { open, has_closed }) = claimed.get(&registration) else { return Some(&[]) };
        (!open.is_empty() || !has_closed).then_some(open)
    }

    fn claimed(&self) -> BTreeMap<RegistrationIx, Claimed> {
        let mut all: BTreeMap<RegistrationIx, Claimed> = BTreeMap::new();
        for claim in self.governance.claims.iter().chain(&self.governance.open_claims) {
            let claimed = all.entry(claim.registration).or_default();
            match claim.subject {
                Subject::Open(open) => claimed.open.push(open),
                Subject::Deal(deal) => {
                    claimed.has_closed |= self.tables.deals.close_date[deal] <= self.as_of;
                }
            }
        }
        all
    }

    /// The won deals of an account that closed by the day, in order of time.
    pub fn won_on(&self, account: AccountIx) -> &[DealIx] {
        let deals = &self.tables.deals;
        let by_account = self.won.get_or_init(|| {
            let mut by_account: BTreeMap<AccountIx, Vec<DealIx>> = BTreeMap::new();
            let is_won = |deal: &DealIx| deals.won[*deal] && deals.close_date[*deal] <= self.as_of;
            for deal in deals.all().filter(is_won) {
                if let Some(account) = deals.account[deal].get() {
                    by_account.entry(account).or_default().push(deal);
                }
            }
            by_account
        });
        by_account.get(&account).map_or(&[], Vec::as_slice)
    }

    /// The latest work of a payee for which something is true, by day and then by row; work without a day is before all other.
    pub fn latest_work(
        &self,
        payee: PayeeIx,
        is_wanted: impl Fn(EngagementIx) -> bool,
    ) -> Option<EngagementIx> {
        let engagements = &self.tables.engagements;
        let by_payee = self.work.get_or_init(|| {
            let mut by_payee: BTreeMap<PayeeIx, Vec<EngagementIx>> = BTreeMap::new();
            for row in engagements.all().filter(|row| engagements.is_source(*row)) {
                by_payee.entry(engagements.payee[row]).or_default().push(row);
            }
            by_payee
        });
        let own = by_payee.get(&payee).into_iter().flatten().copied();
        own.filter(|row| is_wanted(*row)).max_by_key(|row| (self.day_of(*row), *row))
    }

    /// The day of a piece of work; none where it has none.
    pub fn day_of(&self, row: EngagementIx) -> Option<i32> {
        self.tables.engagements.occurred_on.get(row.at()).copied().filter(|day| *day != NO_DAY)
    }

    /// Whether a piece of work is on an account: it names it, or a deal or an open opportunity of it.
    pub fn is_on_account(&self, row: EngagementIx, account: AccountIx) -> bool {
        let engagements = &self.tables.engagements;
        let of_deal = engagements.deal[row].get().and_then(|deal| self.tables.deals.account[deal].get());
        let named = engagements.account[row].get();
        let opportunity = engagements.opportunity.get(row.at()).and_then(|named| named.get());
        let of_open = opportunity.and_then(|named| self.accounts.get(&named).copied());
        [named, of_deal, of_open].contains(&Some(account))
    }

    /// The role of a payee's latest work on an account, else of its latest work at all.
    pub fn usual_role(&self, payee: PayeeIx, account: Option<AccountIx>) -> Option<String> {
        let on_account = |row| account.is_some_and(|account| self.is_on_account(row, account));
        let latest = self.latest_work(payee, on_account).or_else(|| self.latest_work(payee, |_| true))?;
        let engagements = &self.tables.engagements;
        engagements.roles.get(engagements.role(latest).at()).cloned()
    }

    /// The payee_id.
    pub fn payee_id(&self, payee: PayeeIx) -> &str {
        self.tables.payees.id(payee)
    }
}

/// A day as people read it.
pub(super) fn on(day: i32) -> String {
    display_day(day)
}

/// A condition of a policy that has no value.
pub(super) fn no_value(id: &str, expr: &Expr, error: &EvalError) -> Vec<Diagnostic> {
    vec![plan::no_value(format_args!("policy `{id}`"), expr, error)]
}
