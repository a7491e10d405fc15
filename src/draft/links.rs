//! What one file says about another: payees by the values of those who name them, and sources that no file is alone.

use apportion_base::money::Currency;
use apportion_book::TableName;
use apportion_data::contract_columns;

use super::facts::ColumnFacts;
use super::roles::find;
use super::sample::Sample;
use super::text::expression_name;
use super::words::{OWNERS, PARTNERS, normal, without_currency};
use super::{CurrencyGuess, Origin, ProjectGuess, Reason, Reasoned, SourceGuess};

/// A column that has so many of the values in percent is the one that is meant.
const MEANT: usize = 50;

/// Adds sources that files hold beside their own, and corrects ids by their values.
pub fn complete(samples: &[Sample], project: &mut ProjectGuess) {
    let people: Vec<SourceGuess> =
        of_deals(project).flat_map(|deals| people(&samples[deals.sample], deals)).collect();
    for guess in people {
        project.uses[guess.sample].0.push(TableName::Engagements);
        project.sources.push(guess);
    }
    deals_of_engagements(samples, project);
    payees(samples, project);
    record_ids(samples, project);
    own_names(samples, project);
    project.currency = currency(samples, project);
    project.sources.sort_by_key(|guess| TableName::ALL.iter().position(|table| *table == guess.table));
}

fn of_deals(project: &ProjectGuess) -> impl Iterator<Item = &SourceGuess> {
    project.sources.iter().filter(|guess| guess.table == TableName::Deals)
}

/// The owner and the partner of each deal, who are columns of its file.
fn people(sample: &Sample, deals: &SourceGuess) -> Vec<SourceGuess> {
    let find = |words: &[&str]| {
        words.iter().find_map(|word| {
            sample.columns.iter().find(|column| normal(&column.name) == *word && column.filled > 0)
        })
    };
    let of = |column: &ColumnFacts, role: &'static str| {
        let mut guess = deals.clone();
        guess.table = TableName::Engagements;
        guess.why = format!("`{}` is who {role} each deal", column.name);
        guess.columns.retain(|column| column.ours == "deal_id");
        guess.put(
            "payee_id",
            Origin::Name(column.name.clone()),
            Reason::because(format!("its name is `{}`", column.name)),
        );
        if let Some(date) = deals.column("close_date") {
            guess.put("occurred_on", date.from.clone(), Reason::because("the day on which the deal closed"));
        }
        guess.defaults = vec![("role", role.to_owned(), Reason::because("the file says it of all its rows"))];
        guess.values.clear();
        guess.marks.clear();
        guess.decimals.clear();
        let there = format!("{} IS NOT NULL", expression_name(&column.name));
        if (column.empty > 0 || !column.nulls.is_empty()) && guess.fill_down.is_empty() {
            let condition = guess.condition.take().map(|condition| condition.text);
            let text = condition.map_or_else(|| there.clone(), |text| format!("{text} AND {there}"));
            let reason = Reason::because("as the deals, and those that have one");
            guess.condition = Some(Reasoned { text, reason });
        }
        guess.distinct = guess.sum.take().is_some();
        if let Some(by) = [";", ",", "|"].into_iter().find(|by| is_list(column, by)) {
            guess.explode = Some((column.name.clone(), by));
        }
        guess
    };
    let owner = find(OWNERS).map(|column| of(column, "closed"));
    let partner = find(PARTNERS).map(|column| of(column, "sourced"));
    owner.into_iter().chain(partner).collect()
}

/// Whether cells are lists: a part of some cell is a whole other cell.
fn is_list(column: &ColumnFacts, by: &str) -> bool {
    let mut lists = column.values.keys().filter(|text| text.contains(by));
    lists.any(|text| text.split(by).map(str::trim).any(|part| column.values.contains_key(part)))
}

/// Engagements name deals by the column whose values are ids of deals.
fn deals_of_engagements(samples: &[Sample], project: &mut ProjectGuess) {
    let ids: Vec<&ColumnFacts> = of_deals(project)
        .filter_map(|deals| samples[deals.sample].column(deals.column("deal_id")?.from.column()))
        .collect();
    let own: Vec<usize> = of_deals(project).map(|deals| deals.sample).collect();
    for guess in &mut project.sources {
        if !matches!(guess.table, TableName::Engagements | TableName::Splits) || own.contains(&guess.sample) {
            continue;
        }
        let overlap = |column: &ColumnFacts| ids.iter().map(|id| column.overlap(id)).max().unwrap_or(0);
        let named = guess
            .column("deal_id")
            .and_then(|column| samples[guess.sample].column(column.from.column()))
            .map(overlap);
        let best = samples[guess.sample]
            .columns
            .iter()
            .map(|column| (overlap(column), column))
            .max_by_key(|(overlap, _)| *overlap);
        if let Some((most, column)) =
            best.filter(|(most, _)| *most >= MEANT && named.is_none_or(|named| *most > named))
        {
            let why = format!("{most} % of the values of `{}` are ids of deals", column.name);
            guess.put("deal_id", Origin::Name(column.name.clone()), Reason::because(why));
        }
        opportunities(&samples[guess.sample], guess);
    }
}

/// A reference of Salesforce may be to a record of any kind; the ids of opportunities begin with 006.
fn opportunities(sample: &Sample, guess: &mut SourceGuess) {
    let Some(name) = guess.column("deal_id").map(|column| column.from.column().to_owned()) else { return };
    let Some(facts) = sample.column(&name) else { return };
    let is_id = |text: &String| matches!(text.len(), 15 | 18) && text.starts_with("00");
    if facts.filled > 0
        && facts.values.keys().all(is_id)
        && !facts.values.keys().all(|text| text.starts_with("006"))
    {
        let column = expression_name(&name);
        let text = format!("CASE WHEN {column} LIKE '006%' THEN {column} END");
        let why = format!("`{name}` names records of several kinds; ids of opportunities begin with 006");
        guess.put("deal_id", Origin::Expr { text, of: name }, Reason::because(why));
    }
}

/// Payees: the column whose values those who name payees use; and a source of those that no file lists.
fn payees(samples: &[Sample], project: &mut ProjectGuess) {
    let named: Vec<(usize, String)> = project
        .sources
        .iter()
        .filter(|guess| matches!(guess.table, TableName::Engagements | TableName::Splits))
        .filter_map(|guess| Some((guess.sample, guess.column("payee_id")?.from.column().to_owned())))
        .collect();
    let columns: Vec<&ColumnFacts> =
        named.iter().filter_map(|(sample, name)| samples[*sample].column(name)).collect();
    let mut covered = vec![0; columns.len()];
    for guess in project.sources.iter_mut().filter(|guess| guess.table == TableName::Payees) {
        let sample = &samples[guess.sample];
        let overlap =
            |column: &ColumnFacts| columns.iter().map(|named| named.overlap(column)).max().unwrap_or(0);
        let given = guess
            .column("payee_id")
            .and_then(|column| sample.column(column.from.column()))
            .map_or(0, overlap);
        let best =
            sample.columns.iter().filter(|column| column.is_unique()).map(|column| (overlap(column), column));
        if let Some((most, column)) =
            best.max_by_key(|(most, _)| *most).filter(|(most, _)| *most > given.max(20))
        {
            let why = format!("{most} % of those who are named elsewhere are in `{}`", column.name);
            guess.put("payee_id", Origin::Name(column.name.clone()), Reason::because(why));
        }
        if let Some(id) = guess.column("payee_id").and_then(|column| sample.column(column.from.column())) {
            columns
                .iter()
                .zip(&mut covered)
                .for_each(|(named, covered)| *covered = (*covered).max(named.overlap(id)));
        }
    }
    let listed = project.sources.iter().any(|guess| guess.table == TableName::Payees);
    let mut added: Vec<(usize, String)> = Vec::new();
    for ((sample, name), covered) in named.into_iter().zip(covered) {
        let column = samples[sample].column(&name);
        let overlaps = |(other, known): &(usize, String)| {
            column.zip(samples[*other].column(known)).is_some_and(|(column, known)| column.overlap(known) > 0)
        };
        if listed || added.iter().any(overlaps) {
            // Whoever is in no list is told of as unknown; people must not be taken from two places.
            continue;
        }
        let known = project.sources.iter().any(|guess| {
            guess.table == TableName::Payees
                && guess.sample == sample
                && guess.column("payee_id").is_some_and(|column| column.from.column() == name)
        });
        if covered >= 1 || known {
            continue;
        }
        let from = project.sources.iter().find(|guess| {
            guess.table != TableName::Payees
                && guess.sample == sample
                && guess.column("payee_id").is_some_and(|column| column.from.column() == name)
        });
        let Some(from) = from.cloned() else { continue };
        let sourced = from.defaults.iter().any(|(ours, role, _)| *ours == "role" && role == "sourced");
        let mut guess = from;
        guess.table = TableName::Payees;
        guess.why = format!("no file lists those whom `{name}` names, so its values are the payees");
        guess.columns.retain(|column| column.ours == "payee_id");
        guess.condition = Some(Reasoned {
            text: format!("{} IS NOT NULL", expression_name(&name)),
            reason: Reason::because("rows that name one"),
        });
        guess.put(
            "name",
            Origin::Name(name.clone()),
            Reason::because("nothing else says what they are called"),
        );
        let kind = if sourced { "partner" } else { "employee" };
        guess.defaults =
            vec![("kind", kind.to_owned(), Reason::because("a guess; it matters where a rule asks for it"))];
        guess.joins.clear();
        guess.values.clear();
        guess.distinct = true;
        guess.sum = None;
        project.uses[sample].0.push(TableName::Payees);
        project.sources.push(guess);
        added.push((sample, name));
    }
}

/// Ids of Salesforce records are brought to one length where both lengths are there.
fn record_ids(samples: &[Sample], project: &mut ProjectGuess) {
    let is_id = |ours: &str| ours.ends_with("_id");
    let mut lengths = [false; 2];
    for guess in &project.sources {
        for column in guess.columns.iter().filter(|column| is_id(column.ours)) {
            let Some(facts) = samples[guess.sample].column(column.from.column()) else { continue };
            lengths.iter_mut().zip(facts.record_ids).for_each(|(known, found)| *known |= found);
        }
    }
    if lengths != [true; 2] {
        return;
    }
    for guess in &mut project.sources {
        let sample = &samples[guess.sample];
        for column in guess.columns.iter_mut().filter(|column| is_id(column.ours)) {
            let name = column.from.column().to_owned();
            let ids = sample.column(&name).is_some_and(|facts| facts.record_ids.contains(&true));
            if ids && matches!(column.from, Origin::Name(_)) {
                let text = format!("salesforce_id({})", expression_name(&name));
                column.from = Origin::Expr { text, of: name };
                column.reason.why.push_str("; ids of 15 and of 18 characters are brought to one form");
            }
        }
    }
}

/// A column of a file that has one of our names is read although nothing maps it: what means something else is kept out.
fn own_names(samples: &[Sample], project: &mut ProjectGuess) {
    let of_deals: Vec<usize> = of_deals(project).map(|deals| deals.sample).collect();
    for guess in &mut project.sources {
        let sample = &samples[guess.sample];
        let of_other = guess.table != TableName::Deals && of_deals.contains(&guess.sample);
        let derived = of_other || (guess.table == TableName::Payees && guess.distinct);
        for ours in contract_columns(guess.table) {
            let kept = if derived { ours != "account_id" } else { ours == "currency" };
            let given = guess.defaults.iter().any(|(known, ..)| *known == ours) && !derived;
            if !kept || given || guess.column(ours).is_some() || sample.column(ours).is_none() {
                continue;
            }
            let name = expression_name(ours);
            let from = Origin::Expr { text: format!("nullif({name}, {name})"), of: ours.to_owned() };
            let reason = if ours == "currency" && guess.table == TableName::Deals {
                Reason::ask(
                    "the file has a column of this name whose values are no codes of currencies: it is not read",
                )
            } else {
                Reason::because(
                    "the file has a column of this name that means something else: it is not read",
                )
            };
            guess.put(ours, from, reason);
        }
    }
}

/// The currency of the book: the most frequent one of the deals.
fn currency(samples: &[Sample], project: &ProjectGuess) -> CurrencyGuess {
    for deals in of_deals(project) {
        let sample = &samples[deals.sample];
        if let Some(column) = deals.column("currency")
            && let Some(facts) = sample.column(column.from.column())
        {
            let counts: Vec<(String, usize)> = match &column.from {
                Origin::Mark(_) => {
                    let marks = facts.number.iter().flat_map(|number| &number.marks);
                    let code = |mark: &String| {
                        let said = deals
                            .marks
                            .iter()
                            .find(|(known, ..)| known == mark)
                            .map(|(_, code, _)| code.clone());
                        let own = apportion_base::notation::Mark::whole(mark)
                            .and_then(|mark| mark.currency())
                            .map(str::to_owned);
                        said.or(own)
                    };
                    marks.filter_map(|(mark, count)| Some((code(mark)?, *count))).collect()
                }
                _ => facts.values.iter().map(|(code, count)| (code.clone(), *count)).collect(),
            };
            if let Some((code, count)) = counts.iter().max_by_key(|(_, count)| *count) {
                let more = if counts.len() > 1 {
                    let list: Vec<&str> = counts.iter().map(|(code, _)| code.as_str()).collect();
                    format!("; there are deals in {}, and those need a source of fx_rates", list.join(", "))
                } else {
                    String::new()
                };
                let why = format!("most deals ({count}) are in {code}{more}. Is everything paid in {code}?");
                return CurrencyGuess { code: code.clone(), why };
            }
        }
        let amount = deals.column("amount").map(|column| column.from.column().to_owned());
        if let Some((Some(code), name)) = amount.map(|name| (without_currency(&name).1, name))
            && Currency::from_code(&code).is_some()
        {
            return CurrencyGuess { why: format!("the name of `{name}` says so. Is it?"), code };
        }
    }
    let rates = project.sources.iter().any(|guess| guess.unpivot.is_some());
    let has_euro = |guess: &SourceGuess| {
        find(&samples[guess.sample], TableName::FxRates, "date").is_some()
            && samples[guess.sample].column("EUR").is_none()
    };
    if rates && project.sources.iter().filter(|guess| guess.unpivot.is_some()).any(has_euro) {
        let why =
            "the rates have a column for each currency but the euro. Is it the currency of the amounts?"
                .to_owned();
        return CurrencyGuess { code: "EUR".to_owned(), why };
    }
    let why = "nothing in the files says in which currency the amounts are; USD is but a place to write the right one".to_owned();
    CurrencyGuess { code: "USD".to_owned(), why }
}
