//! Whether a deal was won: from flags, from the words of stages, from a table of stages, or not at all.

use super::facts::ColumnFacts;
use super::roles::and;
use super::sample::Sample;
use super::text::{expression_name, expression_text};
use super::words::normal;
use super::{JoinGuess, Origin, Reason, SourceGuess};

/// Names of columns that say in which stage a deal is.
const STAGES: [&str; 14] = [
    "outcome",
    "stage",
    "stagename",
    "dealstage",
    "opportunitystage",
    "salesstage",
    "phase",
    "result",
    "status",
    "orderstatus",
    "dealstatus",
    "state",
    "statuscode",
    "dealpipelinestageid",
];
/// How many words of stages are written out.
const MOST_STAGES: usize = 60;

/// What a word of a stage says, and whether that is certain.
fn meaning(word: &str) -> Option<(&'static str, bool)> {
    let word = word.to_lowercase();
    let has = |parts: &[&str]| parts.iter().any(|part| word.contains(part));
    if has(&["lost", "verloren", "perdu", "perdid", "persa", "verlor", "tapt", "förlor"]) {
        return Some(("lost", true));
    }
    if word.split(|c: char| !c.is_alphanumeric()).any(|part| part == "won")
        || has(&["closedwon", "gewonnen", "gagn", "ganad", "vunnet", "vunnen", "vinta"])
    {
        return Some(("won", true));
    }
    if has(&["cancel", "storn", "annul", "rejected", "declined", "abandon"]) {
        return Some(("lost", false));
    }
    let done = [
        "sale",
        "sales order",
        "sale order",
        "done",
        "complete",
        "completed",
        "invoiced",
        "shipped",
        "paid",
        "posted",
        "booked",
        "locked",
        "fulfilled",
        "closed",
    ];
    done.contains(&word.as_str()).then_some(("won", false))
}

/// Guesses `outcome` of a source of deals.
pub fn outcome(samples: &[Sample], guess: &mut SourceGuess) {
    let sample = &samples[guess.sample];
    if flags(sample, guess) || stages(sample, guess) || joined(samples, guess) {
        return;
    }
    let stage = stage(sample);
    let why = match stage {
        Some(stage) => format!(
            "the words of `{}` don't say which deals are won, so all of them count as won: is that so? Else translate them with `values`",
            stage.name
        ),
        None => "no column says whether a deal is won, so all of them count as won: is that so?".to_owned(),
    };
    guess.defaults.push(("outcome", "won".to_owned(), Reason::ask(why)));
}

fn stage(sample: &Sample) -> Option<&ColumnFacts> {
    let known =
        |stage: &str| sample.columns.iter().find(|column| normal(&column.name) == stage && column.filled > 0);
    let mut known = STAGES.iter().filter_map(|stage| known(stage));
    let first = known.clone().next();
    known.find(|column| column.values.keys().any(|word| meaning(word).is_some())).or(first)
}

/// Two flags: closed and won.
fn flags(sample: &Sample, guess: &mut SourceGuess) -> bool {
    let find = |names: &[&str]| {
        sample
            .columns
            .iter()
            .find(|column| names.contains(&normal(&column.name).as_str()) && column.is_boolean())
    };
    let Some(won) = find(&["iswon", "won", "closedwon", "isclosedwon"]) else { return false };
    let closed = find(&["isclosed", "closed"]);
    let flag = |column: &ColumnFacts| match column.ty {
        apportion_data::read::RawType::Boolean => expression_name(&column.name),
        _ => format!("lower({}) = 'true'", expression_name(&column.name)),
    };
    let text = format!("CASE WHEN {} THEN 'won' ELSE 'lost' END", flag(won));
    let why = format!("`{}` says which deals are won", won.name);
    guess.put("outcome", Origin::Expr { text, of: won.name.clone() }, Reason::because(why));
    if let Some(closed) = closed {
        let why = format!("open deals are left out: `{}`", closed.name);
        and(guess, flag(closed), Reason::because(why));
    }
    true
}

/// Words such as `Closed Won`.
fn stages(sample: &Sample, guess: &mut SourceGuess) -> bool {
    let Some(stage) = stage(sample).filter(|stage| stage.values.len() <= MOST_STAGES) else { return false };
    let words: Vec<(&String, Option<(&'static str, bool)>)> =
        stage.values.keys().map(|word| (word, meaning(word))).collect();
    if !words.iter().any(|(_, meaning)| meaning.is_some_and(|(word, _)| word == "won")) {
        return false;
    }
    let closed: Vec<(String, &'static str)> =
        words.iter().filter_map(|(word, meaning)| Some(((*word).clone(), (*meaning)?.0))).collect();
    let certain = words.iter().all(|(_, meaning)| meaning.is_none_or(|(_, certain)| certain));
    let why = format!("the words of `{}`", stage.name);
    let reason = if certain {
        Reason::because(why)
    } else {
        Reason::ask(format!("{why} are taken to mean won and lost as `values` says: is that so?"))
    };
    guess.put("outcome", Origin::Name(stage.name.clone()), reason);
    if closed.len() < words.len() {
        let open: Vec<String> = words
            .iter()
            .filter(|(_, meaning)| meaning.is_none())
            .map(|(word, _)| format!("`{word}`"))
            .take(5)
            .collect();
        let list: Vec<String> = closed.iter().map(|(word, _)| expression_text(word)).collect();
        let text = format!("{} IN ({})", expression_name(&stage.name), list.join(", "));
        let why = format!("deals in other stages are taken for open and left out: {}", open.join(", "));
        and(guess, text, Reason::because(why));
    }
    guess.values.push(("outcome", closed.into_iter().filter(|(word, meaning)| word != meaning).collect()));
    true
}

/// A table of stages that says which ones are closed and won.
fn joined(samples: &[Sample], guess: &mut SourceGuess) -> bool {
    let sample = &samples[guess.sample];
    for (index, other) in samples.iter().enumerate() {
        let find = |names: &[&str]| {
            other
                .columns
                .iter()
                .find(|column| names.contains(&normal(&column.name).as_str()) && column.is_boolean())
        };
        let Some(won) = find(&["closedwon", "iswon", "won"]).filter(|_| index != guess.sample) else {
            continue;
        };
        let ids = other.columns.iter().filter(|column| column.is_unique());
        let pairs = ids.flat_map(|theirs| sample.columns.iter().map(move |ours| (ours, theirs)));
        let best = pairs
            .map(|(ours, theirs)| (ours.overlap(theirs), ours, theirs))
            .max_by_key(|(overlap, ..)| *overlap);
        let Some((overlap, ours, theirs)) =
            best.filter(|(overlap, ours, _)| *overlap >= 60 && ours.values.len() > 1)
        else {
            continue;
        };
        let closed = find(&["isclosed", "closed"]).filter(|closed| closed.name != won.name);
        let mut columns = vec![won.name.clone()];
        columns.extend(closed.map(|closed| closed.name.clone()));
        let is_true = |name: &str| format!("lower({}) = 'true'", expression_name(name));
        let why = format!(
            "{overlap} % of the values of `{}` are in `{}` of it, which says what is won",
            ours.name, theirs.name
        );
        guess.joins.push(JoinGuess {
            sample: index,
            ours: ours.name.clone(),
            theirs: theirs.name.clone(),
            columns,
            why,
        });
        let text = format!("CASE WHEN {} THEN 'won' ELSE 'lost' END", is_true(&won.name));
        let why = format!("`{}` of the table of stages says which deals are won", won.name);
        guess.put("outcome", Origin::Expr { text, of: ours.name.clone() }, Reason::because(why));
        if let Some(closed) = closed {
            let why = format!("open deals are left out: `{}`", closed.name);
            and(guess, is_true(&closed.name), Reason::because(why));
        }
        return true;
    }
    false
}
