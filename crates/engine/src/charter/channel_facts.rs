//! The policies of the channel in sentences.

use super::condition;
use super::document::Table;
use super::facts::{self, Fact, ValueText, value};
use super::names;
use super::prose::{Prose, listed};
use super::words;
use apportion_expr::Expr;
use apportion_rules::{
    ApprovalStep, ChannelModel, Conflict, ConflictKind, Coverage, Criterion, DenyReason, Gate, GateCount,
    GateOtherwise, GateTable, HoldWord, HoldWords, Keyed, Lead, Level, MatchColumn, PolicyTerms, Price,
    ProtectionClock, RegistrationPolicy, RuleBook, Segment, Silence,
};

/// What a policy of the channel says; nothing of other kinds.
pub(super) fn facts(terms: &PolicyTerms, rules: &RuleBook) -> Vec<Fact> {
    match terms {
        PolicyTerms::Hold(_) | PolicyTerms::Draw(_) | PolicyTerms::Payment(_) => Vec::new(),
        PolicyTerms::ChannelModel(model) => channel_model(model),
        PolicyTerms::Coverage(coverage) => self::coverage(coverage),
        PolicyTerms::Registration(registration) => self::registration(registration),
        PolicyTerms::Conflict(conflict) => self::conflict(conflict),
        PolicyTerms::Price(price) => self::price(price),
        PolicyTerms::Gate(gate) => self::gate(gate, rules),
    }
}

fn inline(expr: &Expr) -> Prose {
    condition::condition(expr).inline()
}

fn of_deals(when: Option<&Expr>) -> Fact {
    match when {
        None => Fact::new("Deals", "All deals."),
        Some(expr) => Fact::where_holds("Deals", "Deals", &condition::condition(expr)),
    }
}

fn channel_model(model: &ChannelModel) -> Vec<Fact> {
    let mut said = Vec::new();
    if !model.segments.is_empty() {
        let item = |Segment { name, when }: &Segment| {
            Prose::ours(format!("{}: where {}", Prose::quoted(name), inline(when)))
        };
        let items = model.segments.iter().map(item).collect();
        said.push(
            Fact::new("Segments", "A deal is of the first segment whose condition holds:").items(items),
        );
    }
    let item =
        |Lead { when, by }: &Lead| Prose::ours(format!("{}: where {}", Prose::quoted(by), inline(when)));
    let items: Vec<Prose> = model.lead.iter().map(item).collect();
    said.push(match items.is_empty() {
        true => Fact::new("Who leads", "Nobody is named."),
        false => Fact::new(
            "Who leads",
            "The first whose condition holds leads the deal; where none does, nobody is named:",
        )
        .items(items),
    });
    if let Some(priority) = &model.priority {
        said.push(Fact::where_holds("Priority", "Deals have priority", &condition::condition(priority)));
    }
    said
}

fn quoted(names: &[MatchColumn]) -> Prose {
    let names: Vec<Prose> = names.iter().map(|column| Prose::code(&column.name)).collect();
    listed(&names, "and")
}

fn coverage(coverage: &Coverage) -> Vec<Fact> {
    let matched = format!(
        "The territories in force on the close date whose {} are those of the deal; an empty cell matches everything. Those with the \
         most matching cells stay, then those of the lowest rank. If they are several territories, none counts.",
        quoted(&coverage.by)
    );
    let work = format!(
        "Each payee of the territory has one engagement on the deal in the role {}, on its close date, with the weight of the \
         heaviest row.",
        Prose::quoted(&coverage.role)
    );
    vec![of_deals(coverage.when.as_ref()), Fact::new("Territory", matched), Fact::new("Work", work)]
}

/// A value that may depend on a column.
fn keyed<T>(
    label: &'static str,
    keyed: &Keyed<T>,
    shown: impl Fn(&T) -> String,
    (one, many, left_out): (&str, &str, &str),
) -> Fact {
    match keyed {
        Keyed::Plain(plain) => Fact::new(label, format!("{one} {}.", shown(plain))),
        Keyed::By { column, is, otherwise } => {
            let by = names::of_table(column.table, &column.column);
            let mut table = Table::new(&[("where", false), ("it is", false)]);
            if let Some(first) = table.header.first_mut() {
                *first = Prose::ours(format!("{by} is")).capital();
            }
            let mut short = Vec::new();
            for (text, value) in is {
                table.row(vec![Prose::quoted(text), Prose::ours(shown(value))]);
                short.push(format!("{} for {}", shown(value), Prose::quoted(text)));
            }
            let other = otherwise.as_ref().map_or_else(|| left_out.to_owned(), shown);
            table.row(vec![Prose::ours("anything else"), Prose::ours(other.clone())]);
            short.push(format!("anything else: {other}"));
            Fact::new(label, format!("{many}, which depends on {by}:"))
                .table(table, format!("{}.", short.join(", ")))
        }
    }
}

fn registration(policy: &RegistrationPolicy) -> Vec<Fact> {
    let which = match &policy.when {
        None => Fact::new("Registrations", "All registrations."),
        Some(expr) => Fact::where_holds("Registrations", "Registrations", &condition::condition(expr)),
    };
    let mut said = vec![which];
    if !policy.deny.is_empty() {
        let item = |DenyReason { reason, when }: &DenyReason| {
            Prose::ours(format!("{}: where {}", Prose::quoted(reason), inline(when)))
        };
        let items = policy.deny.iter().map(item).collect();
        said.push(
            Fact::new(
                "Denied",
                "From the submission on and whatever was decided, for the first reason that holds:",
            )
            .items(items),
        );
    }
    said.push(Fact::new(
        "Begin",
        match policy.clock {
            ProtectionClock::Decided => "Protection begins on the day of the decision.",
            ProtectionClock::Submitted => {
                "Once it is approved, protection counts from the day of the submission."
            }
        },
    ));
    let texts = ("It protects for", "It protects for a time", "under no policy");
    said.push(keyed("Protection", &policy.protect, |duration| duration.text(), texts));
    said.extend(clocks(policy));
    if !policy.scope.is_empty() {
        let says = format!(
            "A registration of an account alone claims deals of it with the same {}; an empty cell matches everything.",
            quoted(&policy.scope)
        );
        said.push(Fact::new("Scope", says));
    }
    let others = match &policy.others {
        None => "does not count".to_owned(),
        Some(role) => format!("counts as {}", Prose::quoted(role)),
    };
    let role = Prose::quoted(&policy.role);
    said.push(Fact::new("Effect", format!(
        "The members of the holder’s registration share the role {role} by their percents. Work of others in that role {others}."
    )));
    said
}

/// What moves or ends the protection of a registration, and until when it is decided.
fn clocks(policy: &RegistrationPolicy) -> Vec<Fact> {
    let extend = policy.extend.map(|extension| {
        let says = format!(
            "An extension while it is protected moves the end by {}, {} times at most.",
            extension.by.text(),
            extension.times
        );
        Fact::new("Extension", says)
    });
    let lapse = policy.lapse.map(|duration| {
        Fact::new(
            "Lapse",
            format!("It lapses for good once no member has worked on it for more than {}.", duration.text()),
        )
    });
    let grace = policy.grace.map(|duration| {
        Fact::new(
            "Grace",
            format!(
                "For {} after its end it still pays, but gives way to every protected claim.",
                duration.text()
            ),
        )
    });
    let within = policy.decide_within.map(|duration| {
        Fact::new("Decision", format!("It is to be decided within {} of the submission.", duration.text()))
    });
    let silence = (policy.silence == Silence::Approved)
        .then(|| Fact::new("Silence", "What is undecided when that time ends is approved there and then."));
    [extend, lapse, grace, within, silence].into_iter().flatten().collect()
}

fn kind_in_words(kind: ConflictKind) -> &'static str {
    match kind {
        ConflictKind::RegistrationTie => "two registrations of one second",
        ConflictKind::Duplicate => "two protected claims of different payees",
        ConflictKind::DirectOverlap => "a direct deal that is protected for somebody else than its owner",
        ConflictKind::Boundary => "a deal that is sold by the channel that does not lead it",
        ConflictKind::Undercut => {
            "a direct deal with a larger discount than a partner’s for the same customer"
        }
        ConflictKind::Raised => "what somebody raised",
    }
}

fn hold_in_words(word: HoldWord) -> &'static str {
    match word {
        HoldWord::Share => "the claimants’ lines in the disputed role, and what is paid on their credit",
        HoldWord::Claimants => "all lines of the claimants, and what is paid on their credit",
        HoldWord::Deal => "all lines of the deal",
        HoldWord::None => "nothing",
    }
}

fn conflict(conflict: &Conflict) -> Vec<Fact> {
    let kinds: Vec<Prose> = conflict.detect.iter().map(|kind| Prose::ours(kind_in_words(*kind))).collect();
    let found = Fact::new("What is a conflict", "Each of these, between two payees:").items(kinds);
    let role = format!("Where the conflict names no role, {} is disputed.", Prose::quoted(&conflict.role));
    let mut said = vec![found, Fact::new("Role", role), held(&conflict.hold), levels(&conflict.levels)];
    if let Some(escalate) = &conflict.escalate {
        said.push(Fact::where_holds(
            "Escalation",
            "A conflict begins at the second level",
            &condition::condition(escalate),
        ));
    }
    if !conflict.criteria.is_empty() {
        let item = |Criterion { name, weight, score }: &Criterion| {
            Prose::ours(format!(
                "{}: {} times {}",
                Prose::quoted(name),
                words::number(*weight),
                condition::value(score)
            ))
        };
        let items = conflict.criteria.iter().map(item).collect();
        said.push(Fact::new("Criteria", "They recommend, and people decide. For each claimant these are added up, each score kept within 0 and 1:").items(items));
    }
    said
}

fn held(hold: &HoldWords) -> Fact {
    let other = hold_in_words(hold.otherwise);
    if hold.by_kind.is_empty() {
        return Fact::new("What waits", format!("While a conflict is open, a close holds {other}."));
    }
    let mut items: Vec<Prose> = hold
        .by_kind
        .iter()
        .map(|(kind, word)| Prose::ours(format!("{}: {}", kind_in_words(*kind), hold_in_words(*word))))
        .collect();
    items.push(Prose::ours(format!("any other: {other}")));
    Fact::new("What waits", "While a conflict is open, a close holds, by its kind:").items(items)
}

fn levels(levels: &[Level]) -> Fact {
    let item = |Level { name, who, when, within }: &Level| {
        let deals =
            when.as_ref().map_or_else(String::new, |when| format!(", on deals where {}", inline(when)));
        Prose::ours(format!(
            "{}: payees where {}, within {}{deals}",
            Prose::quoted(name),
            inline(who),
            within.text()
        ))
    };
    let items = levels.iter().map(item).collect();
    Fact::new("Who decides", "One after the other. What the last has not decided stays held:").items(items)
}

fn price(price: &Price) -> Vec<Fact> {
    let book = keyed(
        "Price book",
        &price.book,
        |book| Prose::quoted(book).to_string(),
        ("It is", "The price book", "none"),
    );
    let mut said = vec![of_deals(price.when.as_ref()), book];
    if price.hold_price {
        said.push(Fact::new(
            "Price protection",
            "While a registration protects its holder, the prices of the day of its submission hold.",
        ));
    }
    said.push(value(
        &price.allowed,
        &ValueText {
            label: "Discount",
            shown: &words::percent,
            one: &|share| format!("A discount of {share} is allowed."),
            many: &|by| format!("A discount is allowed, which depends on {by}:"),
            left_out: "not said",
        },
    ));
    let item = |ApprovalStep { over, who }: &ApprovalStep| {
        Prose::ours(format!("beyond it by more than {}: payees where {}", words::percent(*over), inline(who)))
    };
    let items: Vec<Prose> = price.approve.iter().map(item).collect();
    said.push(match items.is_empty() {
        true => Fact::new("Approval", "Anybody may approve more."),
        false => {
            Fact::new("Approval", "More may be approved by these, or those of a later step:").items(items)
        }
    });
    let step = price.max_step.map(|step| {
        Fact::new(
            "Steps",
            format!(
                "A unit price should not move by more than {} from one entry to the next.",
                words::percent(step)
            ),
        )
    });
    let gap = price.max_gap.map(|gap| {
        Fact::new(
            "Gaps",
            format!(
                "Two books’ prices of a product should not be more than {} apart on a day.",
                words::percent(gap)
            ),
        )
    });
    said.extend(step.into_iter().chain(gap));
    said
}

fn gate(gate: &Gate, rules: &RuleBook) -> Vec<Fact> {
    let whose = match &gate.payees {
        None => Fact::new("Whose", "Everybody’s."),
        Some(expr) => Fact::where_holds("Whose", "Payees", &condition::condition(expr)),
    };
    let rows = match gate.table {
        GateTable::Certificates => "certificates",
        GateTable::ServiceEvents => "service events",
        GateTable::Milestones => "milestones",
    };
    let counts = gate.counts.as_ref().map_or_else(String::new, |expr| format!(" where {}", inline(expr)));
    let need = match &gate.count {
        GateCount::AtLeast(number) => format!("At least {number} of the payee’s {rows}{counts}."),
        GateCount::Share(part, of) => {
            let of = of.as_ref().map_or_else(String::new, |expr| format!(" where {}", inline(expr)));
            let part = words::percent(*part);
            format!(
                "Of the payee’s {rows}{of}, at least {part} are such{counts}. It is met where there are none."
            )
        }
    };
    let otherwise = match gate.otherwise {
        GateOtherwise::Share(part) if part.is_zero() => {
            "A line is forfeited, and nobody else gets it.".to_owned()
        }
        GateOtherwise::Share(part) => {
            format!("A line keeps {} of it; nobody else gets the rest.", words::percent(part))
        }
        GateOtherwise::Hold => "A line waits until it is met.".to_owned(),
    };
    vec![
        Fact::new("Lines", format!("What {} pays.", facts::credits(&gate.rules, rules))),
        of_deals(gate.when.as_ref()),
        whose,
        Fact::new("What must be there", need),
        Fact::new("Without it", otherwise),
    ]
}
