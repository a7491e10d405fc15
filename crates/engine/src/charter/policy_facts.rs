//! Holds, draws, payment terms and what is capitalised, in sentences.

use super::channel_facts;
use super::condition;
use super::facts::{self, Fact, ValueText, value};
use super::prose::listed;
use super::words;
use apportion_book::Book;
use apportion_book::config::describe::Choice;
use apportion_expr::Expr;
use apportion_rules::{
    Access, AccessWord, AmortisationStart, AtEnd, Capitalise, Draw, DrawPays, Hold, Months, Payment,
    PaymentCurrency, PolicyTerms, PolicyVersion, Recoverable, RuleBook, SeenGroup, Sees,
};
use rust_decimal::Decimal;

/// Everything that a version says, in the order of the charter.
pub fn policy_facts(version: &PolicyVersion, book: &Book, rules: &RuleBook) -> Vec<Fact> {
    let mut said = match &version.terms {
        PolicyTerms::Hold(terms) => hold(terms, rules),
        PolicyTerms::Draw(terms) => draw(terms, book),
        PolicyTerms::Payment(terms) => payment(terms, book),
        PolicyTerms::Access(terms) => access(terms),
        PolicyTerms::Capitalise(terms) => capitalise(terms, rules),
        _ => channel_facts::facts(&version.terms, rules),
    };
    said.extend(facts::closed_months(version.retroactive));
    said.extend(
        version
            .review
            .map(|day| Fact::new("Review", format!("To be looked at again by {}.", words::day(day)))),
    );
    said
}

/// What a version does, in a few words.
pub fn in_short(version: &PolicyVersion) -> &'static str {
    match &version.terms {
        PolicyTerms::Hold(_) => "which part of what was earned may be paid",
        PolicyTerms::Draw(Draw { recoverable: Some(_), .. }) => {
            "an amount a month that later earnings pay back"
        }
        PolicyTerms::Draw(_) => "an amount a month that nobody pays back",
        PolicyTerms::Payment(_) => "how what may be paid becomes a payment",
        PolicyTerms::Capitalise(_) => "which costs of contracts are an asset",
        PolicyTerms::ChannelModel(_) => "who leads which deals",
        PolicyTerms::Coverage(_) => "who covers which deals",
        PolicyTerms::Registration(_) => "how a registered deal is protected",
        PolicyTerms::Conflict(_) => "how conflicts are found and settled",
        PolicyTerms::Price(_) => "which prices hold, and which discounts are allowed",
        PolicyTerms::Gate(_) => "what must be there to be paid",
        PolicyTerms::Access(_) => "who may see what",
    }
}

fn whose(payees: Option<&Expr>, says: &str) -> Fact {
    match payees {
        None => Fact::new("Whose", "Everybody’s."),
        Some(expr) => Fact::where_holds("Whose", says, &condition::condition(expr)),
    }
}

fn access(access: &Access) -> Vec<Fact> {
    let who = match &access.who {
        None => Fact::new("Who", "Everybody."),
        Some(who) => Fact::where_holds("Who", "Those", &condition::condition(who)),
    };
    let whom = match &access.sees {
        Sees::Group(SeenGroup::Own) => Fact::new("Whom they see", "Themselves."),
        Sees::Group(SeenGroup::Team) => Fact::new(
            "Whom they see",
            "Themselves, and everybody below them in the chain of managers on the day of asking.",
        ),
        Sees::Group(SeenGroup::All) => Fact::new("Whom they see", "Everybody."),
        Sees::Payees(payees) => {
            Fact::where_holds("Whom they see", "Themselves and payees", &condition::condition(payees))
        }
    };
    let words: Vec<&str> = access.what.iter().map(|word| word.word()).collect();
    let what = match access.what.len() == AccessWord::ALL.len() {
        true => "All that is theirs.".to_owned(),
        false => format!("{}.", listed(&words, "and").capital()),
    };
    vec![who, whom, Fact::new("What they see of them", what)]
}

fn deals(when: Option<&Expr>) -> Fact {
    match when {
        None => Fact::new("Deals", "All deals."),
        Some(expr) => Fact::where_holds("Deals", "Deals", &condition::condition(expr)),
    }
}

/// What rules pay: `What New business and Stipend pays.`
fn pay_of(rules: Option<&Vec<String>>, book: &RuleBook) -> String {
    match rules {
        None => "What every rule pays.".to_owned(),
        Some(ids) => format!("What {} pays.", facts::credits(ids, book)),
    }
}

fn hold(hold: &Hold, rules: &RuleBook) -> Vec<Fact> {
    let release = format!(
        "At the end of each month, this part of it may be paid: {}. It is kept within 0 and 1, and what has no value is 0.",
        condition::value(&hold.release)
    );
    vec![
        Fact::new("What is held", pay_of(hold.rules.as_ref(), rules)),
        deals(hold.when.as_ref()),
        whose(hold.payees.as_ref(), "Payees"),
        Fact::new("What is released", release),
    ]
}

fn draw(draw: &Draw, book: &Book) -> Vec<Fact> {
    let amount = value(
        &draw.amount,
        &ValueText {
            label: "Amount",
            shown: &|amount| words::money(amount, book),
            one: &|amount| format!("{amount} a month."),
            many: &|by| format!("An amount a month, which depends on {by}:"),
            left_out: "no draw",
        },
    );
    let pays = match (draw.pays, draw.recoverable.is_some()) {
        (DrawPays::UpTo, true) => "Where less is there to be paid, the difference to the amount is advanced.",
        (DrawPays::OnTop, true) => "The amount is advanced besides what is there to be paid.",
        (DrawPays::UpTo, false) => {
            "Where the month’s new lines earned less, the difference to the amount is paid. It is not given back."
        }
        (DrawPays::OnTop, false) => "The amount is paid besides what was earned. It is not given back.",
    };
    let mut said = vec![whose(draw.payees.as_ref(), "Payees"), amount, Fact::new("How it is paid", pays)];
    if draw.prorate.is_some() {
        said.push(Fact::new(
            "Part of a month",
            "The amount counts by the days of the month on which the payee is there, each with its part time.",
        ));
    }
    said.extend(draw.recoverable.map(|terms| recovery(&terms, book)).into_iter().flatten());
    said
}

fn recovery(terms: &Recoverable, book: &Book) -> Vec<Fact> {
    let Recoverable { limit, share, recover_from, at_end } = *terms;
    let mut said = Vec::new();
    if let Some(limit) = limit {
        said.push(Fact::new("Limit", format!("At most {} may be owed.", words::minor(limit, book))));
    }
    let part = if share == Decimal::ONE { "All".to_owned() } else { words::percent(share) };
    let since = recover_from.map_or(String::new(), |day| {
        format!(", from the first month that ends on or after {}", words::day(day))
    });
    said.push(Fact::new(
        "How it is given back",
        format!("{part} of what is above the draw is taken{since}."),
    ));
    said.push(Fact::new(
        "When it ends",
        match at_end {
            AtEnd::Carry => "What is owed goes on being taken from what is earned.",
            AtEnd::Forgive => "What is owed is forgiven in the first month without a draw.",
        },
    ));
    said
}

fn payment(terms: &Payment, book: &Book) -> Vec<Fact> {
    let mut said = vec![whose(terms.payees.as_ref(), "Payees")];
    if let Some(minimum) = terms.minimum {
        let minimum = words::minor(minimum, book);
        let says =
            format!("Less than {minimum} is not paid but carried, unless it is the payee’s last payment.");
        said.push(Fact::new("Minimum", says));
    }
    if let Some(maximum) = terms.maximum {
        let maximum = words::minor(maximum, book);
        said.push(Fact::new(
            "Maximum",
            format!("At most {maximum} is paid in a month; the rest is carried."),
        ));
    }
    let part = match terms.debt_share {
        share if share == Decimal::ONE => {
            "All of what is there is taken for debts, as far as there are any.".to_owned()
        }
        share => format!("At most {} of what is there is taken for debts in a month.", words::percent(share)),
    };
    said.push(Fact::new("Debts", part));
    said.push(Fact::new(
        "Currency",
        match terms.currency {
            PaymentCurrency::Book => "It is paid in the book’s currency.",
            PaymentCurrency::Payee => "It is paid in the payee’s own currency, at the latest rate.",
        },
    ));
    said
}

fn capitalise(terms: &Capitalise, rules: &RuleBook) -> Vec<Fact> {
    let months = match &terms.months {
        Months::Fixed(1) => "It is an expense of 1 month.".to_owned(),
        Months::Fixed(months) => format!("It is spread evenly over {months} months."),
        Months::Column(column) => format!(
            "It is spread evenly over as many months as deals.{column} says. Where that is no whole number above 0, it is an \
             expense at once."
        ),
    };
    let starts = match terms.starts {
        AmortisationStart::NextMonth => "The months begin with the one after that in which the deal closed.",
        AmortisationStart::Month => {
            "The months begin with the one in which the deal closed, which counts whole."
        }
        AmortisationStart::Day => {
            "The months begin with the day on which the deal closed, and every day counts as much."
        }
    };
    let mut said = vec![
        Fact::new("What is an asset", pay_of(terms.rules.as_ref(), rules)),
        deals(terms.when.as_ref()),
        Fact::new("How long", months),
        Fact::new("From when", starts),
    ];
    if terms.expedient {
        said.push(Fact::new(
            "Short contracts",
            "What would be spread over 12 months or less is an expense at once.",
        ));
    }
    said
}
