//! What kept tables from being prepared, as people see it.

use apportion_base::diagnostic::{Code, Diagnostic};
use apportion_data::Tables;
use apportion_rules::RuleBook;
use arrow::error::ArrowError;

use crate::fault::{FaultSubject, PolicyFault};

/// A fault of a policy, at the expression that has no value, else at the policy.
pub(super) fn described(rules: &RuleBook, tables: &Tables, fault: &PolicyFault) -> Vec<Diagnostic> {
    let policy = &rules.policies[fault.policy];
    let subject = match fault.subject {
        FaultSubject::Policy => String::new(),
        FaultSubject::Deal(deal) if deal.at() < tables.deals.len() => {
            format!(" on deal `{}`", tables.deals.id(deal))
        }
        FaultSubject::Open(open) if open.at() < tables.channel.opportunities.len() => {
            format!(" on opportunity `{}`", tables.channel.opportunities.ids.value(open.at()))
        }
        FaultSubject::Registration(registration)
            if registration.at() < tables.channel.registrations.rows.len() =>
        {
            format!(" on registration `{}`", tables.channel.registrations.ids.value(registration.at()))
        }
        FaultSubject::Payee(payee) if payee.at() < tables.payees.len() => {
            format!(" on payee `{}`", tables.payees.id(payee))
        }
        _ => " on a row".to_owned(),
    };
    let message = format!("{} `{}`{subject}: {}", policy.kind.word(), policy.id, fault.message);
    let diagnostic = Diagnostic::error(Code::NumberTooLarge, message);
    vec![match (&fault.place, policy.versions.first()) {
        (Some(place), _) => diagnostic.at(place.clone(), "has no value there"),
        (None, Some(version)) => diagnostic.at(version.span.clone(), "in this policy"),
        (None, None) => diagnostic,
    }]
}

/// Columns that can't be made: more rows than an array holds, or a mistake of this program.
pub(super) fn of_columns(error: &ArrowError) -> Vec<Diagnostic> {
    vec![Diagnostic::error(Code::NumberTooLarge, format!("the tables of the channel can't be held: {error}"))]
}
