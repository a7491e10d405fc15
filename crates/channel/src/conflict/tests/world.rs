//! A project made by hand, and its conflicts as a table.

use std::cmp::Ordering;
use std::sync::Arc;

use apportion_base::calendar::{days_from_civil, display_day};
use apportion_base::diagnostic::{FileId, Span};
use apportion_data::{
    AccountIx, ConflictEvent, ConflictEventKind, Conflicts, DealIx, Decision, DecisionOutcome, DecisionShare,
    EngagementIx, Frame, Moment, OpenIx, OpportunityIx, PayeeIx, PayeeStates, Payees, RaisedConflict,
};
use apportion_expr::{Expr, ExprText, Scope, Type, compile};
use apportion_rules::{Conflict, ConflictKind, Criterion, Duration, HoldWord, HoldWords, Level, PolicyIx};
use arrow::array::{BooleanArray, Decimal128Array, StringArray};

use super::super::{
    ClaimMember, ClosedDeal, ConflictRules, Frames, Inputs, Judgement, SubjectClaim, SubjectClaims, Subjects,
    Work, judge,
};
use crate::clock::Clock;
use crate::scope::{Dated, DatedTerms};
use crate::{ClaimState, Subject};

/// A deal or an opportunity.
#[derive(Debug, Clone, Default)]
pub struct Row {
    pub id: &'static str,
    pub opportunity: Option<&'static str>,
    pub account: Option<u32>,
    pub channel: Option<&'static str>,
    pub owner_id: Option<&'static str>,
    pub partner_id: Option<&'static str>,
    pub created_on: Option<i32>,
    pub closes_on: i32,
    pub is_crossed: bool,
    pub discount_e6: Option<i128>,
    pub amount: i64,
    pub is_lost: bool,
    /// Payee, day, rank of the id.
    pub work: Vec<(&'static str, Option<i32>, u32)>,
}

/// All payees: id, kind, role.
const PAYEES: [(&str, &str, &str); 8] = [
    ("E-ann", "employee", "seller"),
    ("E-bob", "employee", "seller"),
    ("M-front", "employee", "channel-manager"),
    ("M-lead", "employee", "channel-lead"),
    ("M-top", "employee", "executive"),
    ("P-one", "partner", "partner"),
    ("P-two", "partner", "partner"),
    ("X-other", "agency", "partner"),
];

pub struct World {
    pub deals: Vec<Row>,
    pub open: Vec<Row>,
    pub claims: Vec<(Subject, SubjectClaim)>,
    pub terms: Conflict,
    pub from: i32,
    pub records: Conflicts,
    pub holidays: Vec<i32>,
    pub as_of: i32,
    pub paid: Vec<(DealIx, &'static str)>,
}

/// A day of 2026.
pub fn day(month: u8, day: u8) -> i32 {
    days_from_civil(2026, month, day)
}

pub fn at(day: i32) -> Moment {
    Moment { seconds: i64::from(day) * 86_400, day, offset: 0 }
}

pub fn payee(id: &str) -> PayeeIx {
    PayeeIx::new(PAYEES.iter().position(|(known, ..)| *known == id).unwrap()).unwrap()
}

pub fn deal(place: usize) -> Subject {
    Subject::Deal(DealIx::new(place).unwrap())
}

pub fn open(place: usize) -> Subject {
    Subject::Open(OpenIx::new(place).unwrap())
}

/// A protected claim from the day of its submission on, of its payee alone.
pub fn claim(id: &str, submitted: i32) -> SubjectClaim {
    SubjectClaim {
        payee: payee(id),
        submitted_at: at(submitted),
        state: ClaimState::Protected,
        protected_from: Some(submitted),
        holder: false,
        tied: false,
        members: vec![ClaimMember { payee: payee(id), engagement: None }],
    }
}

pub fn held_claim(id: &str, submitted: i32) -> SubjectClaim {
    SubjectClaim { holder: true, ..claim(id, submitted) }
}

pub fn tied_claim(id: &str, submitted: i32) -> SubjectClaim {
    SubjectClaim { tied: true, ..claim(id, submitted) }
}

pub fn engagement(number: u32) -> EngagementIx {
    EngagementIx::from_raw(number)
}

/// A decision of a level on a day: shares are payees and whole percents.
pub fn decision(
    id: &str,
    conflict: &str,
    (level, by, day): (&str, &str, i32),
    outcome: DecisionOutcome,
    shares: &[(&str, i64)],
) -> Decision {
    Decision {
        id: id.to_owned(),
        conflict_id: conflict.to_owned(),
        level: level.to_owned(),
        decided_at: at(day),
        decided_by: payee(by),
        outcome,
        why: format!("because {id}"),
        evidence: None,
        supersedes: None,
        shares: shares
            .iter()
            .map(|(id, percent)| DecisionShare { payee: payee(id), percent_e9: percent * 1_000_000_000 })
            .collect(),
    }
}

pub fn raise(id: &str, day: i32, claimants: [&str; 2]) -> RaisedConflict {
    RaisedConflict {
        id: id.to_owned(),
        raised_at: at(day),
        deal_id: None,
        deal: None.into(),
        opportunity: None.into(),
        role: None,
        claimants: claimants.map(payee),
        raised_by: None,
        note: None,
    }
}

pub fn escalation(conflict: &str, day: i32, by: &str) -> ConflictEvent {
    let (conflict_id, by) = (conflict.to_owned(), by.to_owned());
    ConflictEvent { conflict_id, at: at(day), event: ConflictEventKind::Escalated, by }
}

fn text(text: &str) -> ExprText {
    ExprText {
        text: text.into(),
        span: Span { file: FileId(0), range: 0..text.len() },
        offsets: (0..=text.len()).collect::<Vec<_>>().into(),
    }
}

fn deal_columns() -> Vec<(String, Type)> {
    vec![("amount".to_owned(), Type::Number), ("priority".to_owned(), Type::Boolean)]
}

fn payee_columns() -> Vec<(String, Type)> {
    ["kind", "role"].map(|name| (name.to_owned(), Type::Text)).to_vec()
}

pub fn over_deals(condition: &str) -> Expr {
    compile(&text(condition), &Scope::default().with("deals", deal_columns()), Type::Boolean).unwrap()
}

fn over_payees(condition: &str) -> Expr {
    compile(&text(condition), &Scope::default().with("payees", payee_columns()), Type::Boolean).unwrap()
}

pub fn criterion(weight: &str, score: &str) -> Criterion {
    let claim = [
        ("first", Type::Boolean),
        ("days_registered", Type::Number),
        ("touches", Type::Number),
        ("weight", Type::Number),
        ("first_on", Type::Date),
        ("last_on", Type::Date),
        ("won", Type::Number),
        ("lost", Type::Number),
        ("revenue", Type::Number),
    ];
    let claim = claim.map(|(name, ty)| (name.to_owned(), ty)).to_vec();
    let scope = Scope::default().with("deals", deal_columns()).with("payees", payee_columns());
    let score = compile(&text(score), &scope.with("claim", claim), Type::Number).unwrap();
    Criterion { name: "criterion".to_owned(), weight: weight.parse().unwrap(), score }
}

fn level(name: &str, role: &str, within: u32) -> Level {
    Level {
        name: name.to_owned(),
        who: over_payees(&format!("role = '{role}'")),
        when: None,
        within: Duration::BusinessDays(within),
    }
}

/// The rule of the contract's example, for all kinds and without criteria; it holds shares.
pub fn terms() -> Conflict {
    let mut frontline = level("frontline", "channel-manager", 3);
    frontline.when = Some(over_deals("amount <= 50000"));
    Conflict {
        detect: vec![
            ConflictKind::RegistrationTie,
            ConflictKind::Duplicate,
            ConflictKind::DirectOverlap,
            ConflictKind::Boundary,
            ConflictKind::Undercut,
            ConflictKind::Raised,
        ],
        role: "sourced".to_owned(),
        hold: HoldWords { by_kind: Vec::new(), otherwise: HoldWord::Share },
        levels: vec![frontline, level("mediation", "channel-lead", 5), level("sponsor", "executive", 10)],
        escalate: Some(over_deals("amount > 100000 OR priority")),
        criteria: Vec::new(),
    }
}

impl World {
    /// Won deals, seen at the end of 2026.
    pub fn of(deals: Vec<Row>) -> Self {
        Self {
            deals,
            open: Vec::new(),
            claims: Vec::new(),
            terms: terms(),
            from: day(1, 1),
            records: Conflicts::default(),
            holidays: Vec::new(),
            as_of: day(12, 31),
            paid: Vec::new(),
        }
    }

    /// A direct deal of Ann's worth 1,000, created on Monday 2 March, that crosses the channel of P-one.
    pub fn crossed() -> Self {
        Self::of(vec![Row {
            id: "D-1",
            channel: Some("direct"),
            owner_id: Some("E-ann"),
            partner_id: Some("P-one"),
            created_on: Some(day(3, 2)),
            closes_on: day(4, 1),
            is_crossed: true,
            amount: 1000,
            ..Row::default()
        }])
    }

    pub fn judged_now(&self) -> Judgement {
        let payees = payees();
        let [deals, open] = [&self.deals, &self.open].map(|rows| frame(rows));
        let claims = SubjectClaims::new(self.claims.clone());
        let version = DatedTerms { from: self.from, until: None, terms: &self.terms };
        let dated = Dated { policy: PolicyIx::new(0).unwrap(), id: "resolution", versions: vec![version] };
        let inputs = Inputs {
            subjects: self,
            payees: &payees,
            frames: Frames { deals: &deals, open: &open },
            claims: &claims,
            rules: &ConflictRules::new(vec![dated]),
            records: &self.records,
            clock: Clock { holidays: &self.holidays, zone: None },
            as_of: self.as_of,
        };
        judge(inputs, &|deal, payee| {
            self.paid.iter().any(|(paid, id)| (*paid, *id) == (deal, PAYEES[payee.at()].0))
        })
        .unwrap()
    }

    /// The conflicts: id, deal, day, level, due, state, outcome, why.
    pub fn table(&self) -> Vec<String> {
        let judgement = self.judged_now();
        let shown = |day: i32| display_day(day)[5..].to_owned();
        let row = |found: &crate::FoundConflict| {
            let cells = [
                found.id.clone(),
                found.deal_id.clone().unwrap_or_default(),
                shown(found.day),
                found.level.clone().unwrap_or_default(),
                found.due.map(shown).unwrap_or_default(),
                found.state.word().to_owned(),
                found.decision_id.clone().unwrap_or_default(),
                found.why.clone().unwrap_or_default(),
            ];
            cells.join(" | ")
        };
        judgement.conflicts.iter().map(row).collect()
    }

    /// Id and day of each conflict.
    pub fn found(&self) -> Vec<(String, String)> {
        let row = |found: &crate::FoundConflict| (found.id.clone(), display_day(found.day)[5..].to_owned());
        self.judged_now().conflicts.iter().map(row).collect()
    }

    fn row(&self, subject: Subject) -> &Row {
        match subject {
            Subject::Deal(deal) => &self.deals[deal],
            Subject::Open(open) => &self.open[open],
        }
    }

    fn opportunities(&self) -> Vec<&'static str> {
        let named = self.deals.iter().filter_map(|row| row.opportunity);
        named.chain(self.open.iter().map(|row| row.id)).collect()
    }

    pub fn opportunity_ix(&self, id: &str) -> OpportunityIx {
        OpportunityIx::new(self.opportunities().iter().position(|known| *known == id).unwrap()).unwrap()
    }

    fn won_and_open(&self) -> Vec<Subject> {
        let won = (0..self.deals.len()).filter(|place| !self.deals[*place].is_lost).map(deal);
        won.chain((0..self.open.len()).map(open)).collect()
    }
}

fn frame(rows: &[Row]) -> Frame {
    let amounts: Decimal128Array = rows.iter().map(|row| Some(i128::from(row.amount))).collect();
    let amounts = amounts.with_precision_and_scale(38, 0).unwrap();
    let priority: BooleanArray = rows.iter().map(|_| None::<bool>).collect();
    let columns =
        vec![("amount".to_owned(), Arc::new(amounts) as _), ("priority".to_owned(), Arc::new(priority) as _)];
    Frame { rows: rows.len(), columns }
}

fn payees() -> Payees {
    let column = |value: fn(&(&'static str, &'static str, &'static str)) -> &'static str| {
        Arc::new(StringArray::from_iter_values(PAYEES.iter().map(value))) as _
    };
    let columns =
        vec![("kind".to_owned(), column(|payee| payee.1)), ("role".to_owned(), column(|payee| payee.2))];
    let states = Frame { rows: PAYEES.len(), columns };
    Payees {
        ids: StringArray::from_iter_values(PAYEES.iter().map(|payee| payee.0)),
        frame: Frame::default(),
        states: PayeeStates::lasting(states, vec![None.into(); PAYEES.len()]),
    }
}

impl Subjects for World {
    fn judged(&self) -> Vec<Subject> {
        self.won_and_open()
    }

    fn compared(&self) -> Vec<Subject> {
        self.won_and_open()
    }

    fn id(&self, subject: Subject) -> &str {
        self.row(subject).id
    }

    fn opportunity(&self, subject: Subject) -> Option<OpportunityIx> {
        let row = self.row(subject);
        let id = if matches!(subject, Subject::Open(_)) { Some(row.id) } else { row.opportunity };
        id.map(|id| self.opportunity_ix(id))
    }

    fn opportunity_id(&self, opportunity: OpportunityIx) -> &str {
        self.opportunities()[opportunity.at()]
    }

    fn account(&self, subject: Subject) -> Option<AccountIx> {
        self.row(subject).account.map(AccountIx::from_raw)
    }

    fn channel(&self, subject: Subject) -> Option<&str> {
        self.row(subject).channel
    }

    fn owner_id(&self, subject: Subject) -> Option<&str> {
        self.row(subject).owner_id
    }

    fn partner_id(&self, subject: Subject) -> Option<&str> {
        self.row(subject).partner_id
    }

    fn created_on(&self, subject: Subject) -> Option<i32> {
        self.row(subject).created_on
    }

    fn closes_on(&self, subject: Subject) -> i32 {
        self.row(subject).closes_on
    }

    fn is_crossed(&self, subject: Subject) -> bool {
        self.row(subject).is_crossed
    }

    fn discount_e6(&self, subject: Subject) -> Option<i128> {
        self.row(subject).discount_e6
    }

    fn amount_e6(&self, subject: Subject) -> Option<i64> {
        Some(self.row(subject).amount * 1_000_000)
    }

    fn work(&self, subject: Subject) -> Vec<Work> {
        let work = |(id, occurred_on, rank): &(&str, Option<i32>, u32)| Work {
            payee: payee(id),
            occurred_on: *occurred_on,
            row: EngagementIx::from_raw(*rank),
            weight_e9: 1_500_000_000,
        };
        self.row(subject).work.iter().map(work).collect()
    }

    fn order_of_work(&self, one: &Work, other: &Work) -> Ordering {
        // Rows are numbered by the ranks of their ids.
        let place = |work: &Work| (work.occurred_on, work.row, work.payee);
        place(one).cmp(&place(other))
    }

    fn deals_worked_on(&self) -> Box<dyn Iterator<Item = (PayeeIx, DealIx)> + '_> {
        let deals = DealIx::all(self.deals.len());
        Box::new(deals.flat_map(|deal| self.deals[deal].work.iter().map(move |work| (payee(work.0), deal))))
    }

    fn closed(&self, deal: DealIx) -> ClosedDeal {
        let row = &self.deals[deal];
        ClosedDeal { close_date: row.closes_on, won: !row.is_lost, amount_e6: row.amount * 1_000_000 }
    }
}
