//! Shared credit in sentences.

use crate::kinds;
use apportion_book::Book;
use apportion_rules::{Model, RoleShare, RuleBook, SharedCredit, Sharing, Vacancy, Version, Within};

use crate::charter::condition;
use crate::charter::document::Table;
use crate::charter::facts::{Fact, ValueText, basis, rule_name, value, work};
use crate::charter::prose::{Prose, listed};
use crate::charter::words;

pub fn facts(rule: &SharedCredit, book: &Book, rules: &RuleBook, id: &str) -> Vec<Fact> {
    let basis_words = basis(rule.basis.as_ref());
    let mut facts = vec![
        Fact::new("Credit", format!("{}, rounded to {}.", basis_words.capital(), smallest(book))),
        pool(rule, &basis_words, rules, id),
    ];
    match &rule.sharing {
        Sharing::Roles { engaged, roles, within, unfilled } => {
            facts.push(work(engaged));
            facts.push(shares(roles, rule.rate.is_some()));
            facts.push(within_a_role(*within));
            facts.push(nobody(*unfilled));
        }
        Sharing::Model { engaged, model } => {
            facts.push(work(engaged));
            facts.push(Fact::new("Sharing", shared_by(*model)));
        }
        Sharing::Declared { condition, overlay } => facts.extend(declared(condition.as_ref(), *overlay)),
    }
    facts.extend(rule.one_of.as_deref().map(|name| one_of(name, rules, id)));
    facts
}

/// What amounts are rounded to.
fn smallest(book: &Book) -> String {
    match book.currency.digits() {
        0 => format!("whole {}", book.currency.code()),
        digits => format!("{digits} decimals"),
    }
}

fn pool(rule: &SharedCredit, basis_words: &Prose, rules: &RuleBook, id: &str) -> Fact {
    let Some(rate) = &rule.rate else {
        let counting = counted_by(rules, id);
        let then = if counting.is_empty() {
            String::new()
        } else {
            format!(" Its credit counts for {}.", listed(&counting, "and"))
        };
        return Fact::new("Pay", format!("None: this rule credits and pays nothing itself.{then}"));
    };
    value(
        rate,
        &ValueText {
            label: "Pay",
            shown: &words::percent,
            one: &|rate| format!("A pool of money: {rate} of {basis_words}."),
            many: &|by| format!("A pool of money: a rate of {basis_words}, which depends on {by}:"),
            left_out: "neither credited nor paid, but listed",
        },
    )
}

/// The rules that pay on this rule's credit.
fn counted_by(rules: &RuleBook, id: &str) -> Vec<Prose> {
    let pays_on = rules.rules.iter().filter(|rule| {
        let credits = rule.versions.last().and_then(|version| version.body.credits());
        credits.unwrap_or_default().iter().any(|credit| credit == id)
    });
    pays_on.map(|rule| rule_name(&rule.id, rules)).collect()
}

fn shares(roles: &[RoleShare], pays: bool) -> Fact {
    let mut table = Table::new(&[("role", false), ("share", true)]);
    let mut short = Vec::new();
    for share in roles {
        let percent = words::percent(share.share);
        short.push(format!("{} {percent}", Prose::text(&share.role)));
        table.row(vec![Prose::text(&share.role), Prose::ours(percent)]);
    }
    let what = if pays { "Credit and pool are" } else { "Credit is" };
    Fact::new("Shares", format!("{what} shared among roles; work in other roles does not count:"))
        .table(table, format!("{}.", short.join(", ")))
}

fn within_a_role(within: Within) -> Fact {
    let by = match within {
        Within::Weight => "Payees of one role share its part by the weight of their work.",
        Within::Touches => "Payees of one role share its part by the number of their engagements.",
        Within::Equal => "Payees of one role share its part equally.",
    };
    Fact::new("Within a role", by)
}

fn nobody(unfilled: Vacancy) -> Fact {
    Fact::new(
        "A role that nobody filled",
        match unfilled {
            Vacancy::Redistribute => {
                "Its part goes to the roles that are filled, in proportion to their shares."
            }
            Vacancy::Retain => {
                "Its part is kept back: it goes to nobody and is listed as retained, all of it where no role is filled."
            }
        },
    )
}

fn shared_by(model: Model) -> String {
    match model {
        Model::Weight => "All payees share by the weight of their work.".to_owned(),
        Model::Touches => {
            "All payees share by the number of their engagements: each engagement counts the same.".to_owned()
        }
        Model::Equal => "All payees share equally, however much each of them did.".to_owned(),
        Model::FirstTouch => "All of it goes to the payee of the earliest engagement.".to_owned(),
        Model::LastTouch => "All of it goes to the payee of the latest engagement.".to_owned(),
        Model::Position => {
            "By position: the first and the last engagement get 40% each, those between them share 20%; two engagements get half each, a single one all.".to_owned()
        }
        Model::TimeDecay { half_life_days } => format!(
            "By how recent the work is: an engagement counts half as much for every {half_life_days} days that it is before the last one."
        ),
    }
}

fn declared(splits: Option<&apportion_expr::Expr>, overlay: bool) -> Vec<Fact> {
    let rows = match splits {
        None => Fact::new("Declared splits that count", "All that are declared for the deal."),
        Some(expr) => Fact::where_holds(
            "Declared splits that count",
            "Those declared for the deal",
            &condition::condition(expr),
        ),
    };
    let sharing = if overlay {
        "Each payee gets its declared percent of credit and pool on its own, rounded on its own: percents need not add up to 100."
    } else {
        "As declared for the deal, in percent; a deal whose percents do not add up to 100 is not credited and is listed."
    };
    vec![rows, Fact::new("Sharing", sharing)]
}

fn one_of(name: &str, rules: &RuleBook, id: &str) -> Fact {
    let named = |version: &Version| kinds::of(&version.body).one_of() == Some(name);
    let same = rules.rules.iter().filter(|rule| rule.id != id && rule.versions.iter().any(named));
    let others: Vec<Prose> = same.map(|rule| rule_name(&rule.id, rules)).collect();
    let with = match others.as_slice() {
        [] => "no other rule bears the name".to_owned(),
        [other] => format!("the other is {other}"),
        others => format!("the others are {}", listed(others, "and")),
    };
    Fact::new(
        "One rule for a deal",
        format!(
            "Only one of the rules named {} may match a deal ({with}); a deal that two of them match is paid by neither and is listed.",
            Prose::quoted(name)
        ),
    )
}
