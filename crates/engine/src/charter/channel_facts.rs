//! The policies of the channel in sentences.

use super::condition;
use super::document::Table;
use super::facts::{self, Fact, ValueText, value};
use super::names;
use super::prose::{Prose, listed};
use super::words;
use apportion_expr::Expr;
use apportion_expr::tree::{Kind, Literal};
use apportion_rules::{
    ApprovalStep, ChannelModel, Conflict, ConflictKind, Coverage, Criterion, DenyReason, Gate, GateCount,
    GateOtherwise, GateTable, HoldWord, HoldWords, Keyed, Lead, Level, MatchColumn, PolicyTerms, Price,
    ProtectionClock, RegistrationPolicy, RuleBook, Segment, Silence,
};

/// What a policy of the channel says; nothing of other kinds.
pub(super) fn facts(terms: &PolicyTerms, rules: &RuleBook) -> Vec<Fact> {
    match terms {
        PolicyTerms::Hold(_)
        | PolicyTerms::Draw(_)
        | PolicyTerms::Payment(_)
        | PolicyTerms::Capitalise(_)
        | PolicyTerms::Access(_) => Vec::new(),
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

/// A case of several, of which the first that holds counts: one that always holds is for all that is left.
fn case(name: &str, when: &Expr) -> Prose {
    let name = Prose::quoted(name);
    let is_rest = matches!(when.tree().kind, Kind::Literal(Literal::Boolean(true)));
    Prose::ours(if is_rest {
        format!("{name}: everything else")
    } else {
        format!("{name}: where {}", inline(when))
    })
}

/// How often, at most.
fn times(number: u32) -> String {
    match number {
        1 => "once".to_owned(),
        2 => "twice".to_owned(),
        _ => format!("{number} times"),
    }
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
        let items = model.segments.iter().map(|Segment { name, when }| case(name, when)).collect();
        said.push(
            Fact::new("Segments", "A deal is of the first segment whose condition holds:").items(items),
        );
    }
    let items: Vec<Prose> = model.lead.iter().map(|Lead { when, by }| case(by, when)).collect();
    said.push(match items.is_empty() {
        true => Fact::new("Who leads", "Nobody is named."),
        false => Fact::new(
            "Who leads",
            "Each deal is led by the first of these whose condition holds; where none does, nobody is named:",
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
        let items = policy.deny.iter().map(|DenyReason { reason, when }| case(reason, when)).collect();
        said.push(
            Fact::new(
                "Denied",
                "A registration is denied from its submission on, whatever was decided, for the first of these reasons that holds:",
            )
            .items(items),
        );
    }
    said.push(Fact::new(
        "Begin",
        match policy.clock {
            ProtectionClock::Decided => "Protection begins on the day on which the registration is approved.",
            ProtectionClock::Submitted => {
                "Once the registration is approved, it is protected from the day of its submission on."
            }
        },
    ));
    let texts = (
        "A registration protects for",
        "A registration protects for a time",
        "it is under no policy, and protects nothing",
    );
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
        "Of the registrations of a deal that are protected, else of those in grace, the one that the customer chose holds the deal, else the one \
         that was submitted first. Its members share the role {role} by their percents, also without work of their own. Work of others in that \
         role {others}."
    )));
    said
}

/// What moves or ends the protection of a registration, and until when it is decided.
fn clocks(policy: &RegistrationPolicy) -> Vec<Fact> {
    let extend = policy.extend.map(|extension| {
        let says = format!(
            "An extension that is granted while it is protected moves the end by {}, {} at most.",
            extension.by.text(),
            times(extension.times)
        );
        Fact::new("Extension", says)
    });
    let lapse = policy.lapse.map(|duration| {
        Fact::new(
            "Lapse",
            format!(
                "It lapses for good once none of its members has worked on the sale or the account for more than {}.",
                duration.text()
            ),
        )
    });
    let grace = policy.grace.map(|duration| {
        Fact::new(
            "Grace",
            format!(
                "For {} after its end it still pays, but gives way to every registration that is protected.",
                duration.text()
            ),
        )
    });
    let within = policy.decide_within.map(|duration| {
        let silence = match policy.silence {
            Silence::Pending => "What is undecided then goes on waiting.",
            Silence::Approved => {
                "What is undecided then is approved there and then, and a later decision changes nothing."
            }
        };
        let says = format!("It is decided within {} of the submission. {silence}", duration.text());
        Fact::new("Decision", says)
    });
    within.into_iter().chain([extend, lapse, grace].into_iter().flatten()).collect()
}

fn kind_in_words(kind: ConflictKind) -> &'static str {
    match kind {
        ConflictKind::RegistrationTie => "two registrations of one sale, submitted in the same second",
        ConflictKind::Duplicate => "two protected registrations of one sale",
        ConflictKind::DirectOverlap => "a direct sale that is protected for somebody else than its owner",
        ConflictKind::Boundary => "a sale by a channel that does not lead it",
        ConflictKind::Undercut => {
            "a direct sale with a larger discount than a partner’s for the same customer, at most 90 days apart"
        }
        ConflictKind::Raised => "any other that somebody raises",
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

/// Who decides until when, level by level.
fn levels(levels: &[Level]) -> Fact {
    let mut table =
        Table::new(&[("level", false), ("who decides", false), ("which sales", false), ("until", false)]);
    let mut short = Vec::new();
    for (place, Level { name, who, when, within }) in levels.iter().enumerate() {
        let which = when
            .as_ref()
            .map_or_else(|| Prose::ours("all"), |when| Prose::ours(format!("where {}", inline(when))));
        let from =
            if place == 0 { "the conflict’s day" } else { "the day on which the level before is due" };
        let until = format!("{} after {from}", within.text());
        short.push(format!(
            "{}: whoever fulfils {}, {which}, {}",
            Prose::quoted(name),
            inline(who),
            within.text()
        ));
        let who = Prose::ours(format!("payees where {}", inline(who)));
        table.row(vec![Prose::quoted(name), who, which, Prose::ours(until)]);
    }
    let says = "One level after the other, on a day that the level has; a level that may not decide about a sale passes it on. Nobody decides who is a \
                claimant or is paid on the sale. What the last level has not decided stays held:";
    Fact::new("Who decides", says).table(table, format!("{}.", short.join("; ")))
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
            "While a deal is protected for its holder, the prices of the day on which that registration was submitted hold.",
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
        let by = match over.is_zero() {
            true => "beyond it".to_owned(),
            false => format!("beyond it by more than {}", words::percent(*over)),
        };
        Prose::ours(format!("{by}: payees where {}", inline(who)))
    };
    let items: Vec<Prose> = price.approve.iter().map(item).collect();
    said.push(match items.is_empty() {
        true => Fact::new("Approval", "Anybody may approve more, on or before the close date."),
        false => {
            Fact::new(
                "Approval",
                "More is approved on or before the close date, by those of the last of these steps that it reaches, or of a later one:",
            )
            .items(items)
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
