//! `invite-partner`: a partner holds credit on the account of an opportunity, and has no work on it.

use std::collections::{BTreeMap, BTreeSet};

use apportion_base::diagnostic::Diagnostic;
use apportion_channel::Subject;
use apportion_data::{AccountIx, DealIx, OpenIx, PayeeIx};

use super::ground::Ground;
use super::stake::{Change, Question};
use super::{ActionKind, Found, Stake};
use crate::plan::Window;
use crate::settle;

/// Credit on an account: the latest deal that it is on, and the role that it was for.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Held {
    deal_id: String,
    role: Option<String>,
}

/// For each opportunity and such partner.
pub(super) fn find(ground: &Ground<'_>) -> Result<Vec<Found>, Vec<Diagnostic>> {
    let credit = credit(ground)?;
    let open = ground.tables.channel.opportunities.all();
    let with_account = open.filter_map(|open| Some((open, ground.account(open)?)));
    let of_opportunity = |(open, account): (OpenIx, AccountIx)| {
        let at_work = ground.at_work(Subject::Open(open));
        let holding = credit.range((account, PayeeIx::FIRST)..).take_while(|((of, _), _)| *of == account);
        let idle = holding.filter(|((_, payee), _)| !at_work.contains_key(payee));
        idle.map(|((_, payee), held)| found(ground, open, *payee, held)).collect::<Vec<_>>()
    };
    Ok(with_account.flat_map(of_opportunity).collect())
}

/// Who is credited for deals of accounts with something open, of all years up to the day, and is a partner on it.
fn credit(ground: &Ground<'_>) -> Result<BTreeMap<(AccountIx, PayeeIx), Held>, Vec<Diagnostic>> {
    let (deals, open) = (&ground.tables.deals, &ground.tables.channel.opportunities);
    let accounts: BTreeSet<AccountIx> = open.all().filter_map(|open| ground.account(open)).collect();
    let account = |deal: DealIx| deals.account[deal].get().filter(|account| accounts.contains(account));
    // Deals are numbered by close date.
    let first = deals.all().find(|deal| deals.won[*deal] && account(*deal).is_some());
    let first = first.map(|deal| deals.close_date[deal]).filter(|day| *day <= ground.as_of);
    let Some(first) = first else { return Ok(BTreeMap::new()) };
    let window = Window::of_years(ground.book.calendar(), first, ground.as_of);
    let view = settle::settle_window(ground.book, ground.tables, ground.rules, window)?.whole(ground.tables);
    let credited = view.lines.iter().filter(|line| line.credited.wide() > 0);
    let mut lines: Vec<_> = credited.filter(|line| deals.close_date[line.deal] <= ground.as_of).collect();
    lines.sort_by_key(|line| line.deal);
    let mut credit = BTreeMap::new();
    for line in lines {
        let Some(account) = account(line.deal) else { continue };
        if ground.is_partner(line.payee, ground.as_of) {
            let role = line.role.get().and_then(|role| view.roles.get(role.at())).cloned();
            let held = Held { deal_id: deals.id(line.deal).to_owned(), role };
            credit.insert((account, line.payee), held);
        }
    }
    Ok(credit)
}

fn found(ground: &Ground<'_>, open: OpenIx, payee: PayeeIx, held: &Held) -> Found {
    let (id, subject) = (ground.payee_id(payee), ground.open_id(open));
    let role = held.role.clone().or_else(|| ground.usual_role(payee, ground.account(open)));
    let question = |role| Question {
        open: subject.to_owned(),
        payee,
        with: Change::Work(payee, role),
        without: Change::Nothing,
    };
    Found {
        kind: ActionKind::InvitePartner,
        payee: Some(payee),
        subject: subject.to_owned(),
        due: ground.expected_close(open),
        stake: role.map_or(Stake::Unknown, |role| Stake::Asked(question(role))),
        why: format!(
            "{id} holds credit on the account of {subject}, last for {}, and has not worked on it.{}",
            held.deal_id,
            ground.expectation(open)
        ),
    }
}
