//! Which table a file is, and which column each of ours is.

use apportion_base::notation::{DecimalSign, NumberNotation};
use apportion_book::TableName;
use apportion_data::read::RawType;

use super::facts::ColumnFacts;
use super::sample::Sample;
use super::text::expression_name;
use super::words::{NO_TABLES, Names, names, normal, of_files, without_currency};
use super::{Origin, ProjectGuess, Reason, SourceGuess, outcome};

/// More decimals than a currency has are the noise of binary numbers.
const NOISE: u32 = 6;

/// What each file is taken for.
pub fn project(samples: &[Sample]) -> ProjectGuess {
    let mut project = ProjectGuess::default();
    for (index, sample) in samples.iter().enumerate() {
        match table(sample) {
            Ok((table, why)) => {
                let mut guess = SourceGuess::new(table, index, why.clone());
                columns(sample, &mut guess);
                project.sources.push(guess);
                project.uses.push((vec![table], why));
            }
            Err(why) => project.uses.push((Vec::new(), why)),
        }
    }
    let deals = project.sources.iter().filter(|guess| guess.table == TableName::Deals).count();
    for guess in project.sources.iter_mut().filter(|guess| guess.table == TableName::Deals) {
        outcome::outcome(samples, guess);
        lines(&samples[guess.sample], guess);
        if deals > 1 {
            guess.why.push_str("; there are other files of deals: the same deal must not be in two of them");
        }
    }
    project
}

/// The table that a file is most likely to be, and why; or why it is none.
fn table(sample: &Sample) -> Result<(TableName, String), String> {
    if sample.rows == 0 {
        return Err("it has no rows".to_owned());
    }
    let quotas = sample.stem.contains("quota");
    if let Some((_, why)) = NO_TABLES.iter().find(|(part, _)| sample.stem.contains(part) && !quotas) {
        return Err((*why).to_owned());
    }
    if rate_columns(sample).len() >= 3 && find(sample, TableName::FxRates, "date").is_some() {
        return Ok((TableName::FxRates, "it has a column for each currency".to_owned()));
    }
    let mut best: Option<(usize, TableName, Vec<&ColumnFacts>)> = None;
    let mut customers = false;
    for table in [
        TableName::Deals,
        TableName::Splits,
        TableName::Quotas,
        TableName::FxRates,
        TableName::Engagements,
        TableName::Assignments,
        TableName::Payees,
    ] {
        let Some(found) = needed(sample, table) else { continue };
        if table == TableName::Payees && is_customers(sample) {
            customers = true;
            continue;
        }
        let named = of_files(table).iter().any(|part| sample.stem.contains(part));
        // Any file with a person and two dates has their columns.
        if table == TableName::Assignments && !named {
            continue;
        }
        // Nearly every file has an id and a name: without a word in its name it is no list of payees.
        if table == TableName::Payees
            && !named
            && !sample.columns.iter().any(|column| normal(&column.name) == "payeeid")
        {
            continue;
        }
        let score = found.len() * 2 + if named { 5 } else { 0 };
        if best.as_ref().is_none_or(|(most, ..)| score > *most) {
            best = Some((score, table, found));
        }
    }
    let Some((_, table, found)) = best else {
        return Err(match customers {
            true => "they are customers: no column says that some are partners. If some are paid, add a source of payees",
            false => "it has not the columns of any table that is read here",
        }
        .to_owned());
    };
    let list: Vec<String> = found.iter().map(|column| format!("`{}`", column.name)).collect();
    let named =
        if of_files(table).iter().any(|part| sample.stem.contains(part)) { "its name, and " } else { "" };
    Ok((table, format!("{named}{}", list.join(", "))))
}

/// The columns without which a file is not of a table.
fn needed(sample: &Sample, table: TableName) -> Option<Vec<&ColumnFacts>> {
    let column = |name: &str| find(sample, table, name).map(|(column, _)| column);
    let all = |names: &[&str]| names.iter().map(|name| column(name)).collect::<Option<Vec<_>>>();
    match table {
        TableName::Deals => {
            let mut found = all(&["deal_id", "close_date"])?;
            match column("amount") {
                Some(amount) => found.push(amount),
                None if of_files(table)[..2].iter().any(|part| sample.stem.contains(part)) => {}
                None => return None,
            }
            Some(found)
        }
        TableName::Splits => all(&["deal_id", "payee_id", "percent"]),
        TableName::Quotas => all(&["payee_id", "period", "amount"]),
        TableName::Assignments => {
            let mut found = all(&["payee_id", "from"])?;
            found.extend(column("until"));
            Some(found)
        }
        TableName::FxRates => all(&["date", "currency", "rate"]),

        TableName::Engagements => {
            let mut found = all(&["payee_id"])?;
            found.push(column("deal_id").or_else(|| column("account_id"))?);
            found.extend(column("occurred_on"));
            Some(found)
        }
        TableName::Payees => {
            all(&["payee_id"]).filter(|found| found.iter().all(|id| id.is_unique())).map(|mut found| {
                found.extend(column("name").into_iter().chain(column("manager_id")));
                found
            })
        }
        // What ledgers, exports and the channel need is not guessed from exports.
        _ => None,
    }
}

/// The column that is most likely one of ours, and the others that could be.
pub fn find<'a>(
    sample: &'a Sample,
    table: TableName,
    ours: &str,
) -> Option<(&'a ColumnFacts, Vec<&'a ColumnFacts>)> {
    let (_, words): &Names = names(table).iter().find(|(name, _)| *name == ours)?;
    let mut found: Vec<(usize, &ColumnFacts)> = Vec::new();
    for column in &sample.columns {
        let plain = normal(&column.name);
        let (short, _) = without_currency(&column.name);
        let rank = words.iter().position(|word| *word == plain || *word == short);
        let custom =
            || words.iter().position(|word| plain.strip_suffix('c').is_some_and(|plain| *word == plain));
        if let Some(rank) = rank.or_else(|| custom().map(|rank| rank + 1))
            && holds(table, ours, column)
        {
            found.push((rank, column));
        }
    }
    // Of two columns the one that is filled is meant.
    let is_worse = |column: &ColumnFacts| match (table, ours) {
        // Of ids, the one that no other row has; of currencies, the one that differs from row to row.
        (TableName::Payees, "payee_id") => !column.is_unique(),
        (TableName::FxRates, "currency") => column.values.len() == 1,
        _ => false,
    };
    found.sort_by_key(|(rank, column)| (column.filled == 0, is_worse(column), *rank));
    let mut found = found.into_iter().map(|(_, column)| column);
    let first = found.next()?;
    Some((first, found.collect()))
}

/// Whether the cells of a column can be what ours takes.
fn holds(table: TableName, ours: &str, column: &ColumnFacts) -> bool {
    if column.filled == 0 {
        // An empty column has the right name, and nothing against it.
        return matches!(ours, "amount" | "close_date" | "name" | "manager_id" | "currency" | "account_id");
    }
    match (table, ours) {
        (_, "amount" | "list_amount" | "rate" | "weight" | "percent" | "fte") => {
            column.number.is_some() && !column.is_boolean()
        }
        (_, "close_date" | "occurred_on" | "date" | "start_date" | "end_date" | "from" | "until") => {
            column.date.is_some()
        }
        (_, "currency") => column.is_currencies(),
        (TableName::Quotas, "period") => true,
        (TableName::Deals, "deal_id") => column.date.is_none() || column.ty == RawType::Cells,
        _ => !column.is_boolean(),
    }
}

/// The columns of a wide table of rates.
fn rate_columns(sample: &Sample) -> Vec<&ColumnFacts> {
    let is_rate = |column: &&ColumnFacts| {
        column.name.len() == 3 && apportion_base::money::Currency::from_code(&column.name).is_some()
    };
    sample.columns.iter().filter(is_rate).collect()
}

/// Maps our columns.
fn columns(sample: &Sample, guess: &mut SourceGuess) {
    if guess.table == TableName::FxRates && rate_columns(sample).len() >= 3 {
        return wide_rates(sample, guess);
    }
    let mut taken: Vec<String> = Vec::new();
    for (ours, _) in names(guess.table) {
        let Some((column, others)) = find(sample, guess.table, ours) else { continue };
        if taken.contains(&column.name)
            && !matches!((guess.table, *ours), (TableName::Payees, "name") | (_, "activity"))
        {
            continue;
        }
        taken.push(column.name.clone());
        guess.put(
            ours,
            Origin::Name(column.name.clone()),
            reason(sample, guess.table, ours, column, &others),
        );
    }
    match guess.table {
        TableName::Deals => money(sample, guess),
        TableName::Payees => {
            let kind = if guess.column("kind").is_some() { None } else { Some(payee_kind(sample, guess)) };
            guess.defaults.extend(kind.map(|(kind, reason)| ("kind", kind.to_owned(), reason)));
        }
        TableName::Quotas => quota_period(sample, guess),
        TableName::FxRates => {
            let from = sample
                .columns
                .iter()
                .find(|column| normal(&column.name).starts_with("from") && column.is_currencies());
            guess.unit_per_book = from.is_some_and(|from| from.values.len() == 1);
            let why = match from.filter(|_| guess.unit_per_book) {
                Some(from) => format!("`{}` is the same in all rows, so a rate is taken for units of the other currency for one of it: is that so?", from.name),
                None => "is a rate book currency for one unit of the other, or the other way round (\"unit-per-book\")?".to_owned(),
            };
            guess.quoted = Some(Reason::ask(why));
        }
        TableName::Engagements => {
            let role = guess.column("role").and_then(|column| sample.column(column.from.column()));
            let why = match role {
                Some(role) if role.empty > 0 => Some("some rows say no role"),
                Some(_) => None,
                None => Some("no column says in which role"),
            };
            guess.defaults.extend(why.map(|why| ("role", "worked".to_owned(), Reason::because(why))));
        }
        _ => {}
    }
    deleted(sample, guess);
}

/// Rows that the CRM has deleted are left out.
fn deleted(sample: &Sample, guess: &mut SourceGuess) {
    let flag =
        sample.columns.iter().find(|column| normal(&column.name) == "isdeleted" && column.is_boolean());
    let Some(flag) = flag else { return };
    let name = expression_name(&flag.name);
    let text =
        if flag.ty == RawType::Boolean { format!("NOT {name}") } else { format!("lower({name}) = 'false'") };
    if !flag.values.keys().any(|text| text.eq_ignore_ascii_case("false")) {
        let why = format!("all rows are marked as deleted (`{}`), and are read: should they be?", flag.name);
        return and(guess, format!("{name} IS NOT NULL"), Reason::ask(why));
    }
    let why = format!("deleted records are left out: `{}`", flag.name);
    and(guess, text, Reason::because(why));
}

/// Whether a file lists accounts none of which is said to be a partner.
fn is_customers(sample: &Sample) -> bool {
    let accounts = ["account", "compan"].iter().any(|part| sample.stem.contains(part));
    accounts && !sample.stem.contains("partner") && partner_column(sample).is_none()
}

/// The column that says which accounts are partners.
fn partner_column(sample: &Sample) -> Option<&ColumnFacts> {
    sample.columns.iter().find(|column| {
        matches!(normal(&column.name).as_str(), "type" | "accounttype" | "industry" | "recordtype" | "kind")
            && column.values.len() < 50
            && column.values.keys().any(|word| is_partner(word))
    })
}

fn is_partner(word: &str) -> bool {
    ["partner", "reseller", "distributor"].iter().any(|part| word.to_lowercase().contains(part))
}

fn reason(
    sample: &Sample,
    table: TableName,
    ours: &str,
    column: &ColumnFacts,
    others: &[&ColumnFacts],
) -> Reason {
    let mut why = vec![format!("its name is `{}`", column.name)];
    if column.filled == 0 {
        why.push("it is empty in every row that was looked at".to_owned());
    } else if column.empty > 0 {
        why.push(format!("{} of {} rows have none", column.empty, sample.rows));
    }
    if let Some(number) = column.number.as_ref().filter(|number| number.unread > 0 && ours == "amount") {
        why.push(format!("{} are no numbers", number.unread));
    }
    if let Some(date) = column.date.as_ref().filter(|_| matches!(ours, "close_date" | "occurred_on" | "date"))
    {
        if let Some(pattern) = &date.pattern {
            why.push(format!("written as {pattern}"));
        }
        if let Some(other) = &date.other {
            why.push(format!("{other} would read all of them as well, as other days"));
        }
        if date.unread > 0 {
            why.push(format!("{} are written otherwise", date.unread));
        }
    }
    if !others.is_empty() {
        let list: Vec<String> = others.iter().map(|other| format!("`{}`", other.name)).collect();
        why.push(format!("it could also be {}", list.join(", ")));
    }
    let of_money = matches!(
        (table, ours),
        (TableName::Deals | TableName::Quotas, "amount") | (_, "currency" | "list_amount")
    );
    let two_days = column.date.as_ref().is_some_and(|date| date.other.is_some());
    let question = of_money || (ours == "close_date" && (two_days || !others.is_empty()));
    Reason { why: why.join("; "), question }
}

/// Currency and marks, and how amounts are written.
fn money(sample: &Sample, guess: &mut SourceGuess) {
    let Some(amount) = guess.column("amount").map(|column| column.from.column().to_owned()) else { return };
    let Some(facts) = sample.column(&amount) else { return };
    let Some(number) = &facts.number else { return };
    if guess.column("currency").is_none() && !number.marks.is_empty() {
        let list: Vec<String> =
            number.marks.iter().map(|(mark, count)| format!("{mark} ({count})")).collect();
        let why = format!("the marks beside the amounts of `{amount}`: {}", list.join(", "));
        guess.put("currency", Origin::Mark(amount.clone()), Reason::ask(why));
        for mark in number.marks.keys() {
            let unclear = match mark.as_str() {
                "$" => Some(("USD", "`$` is taken for US dollars; other currencies are written so as well")),
                "¥" => Some(("JPY", "`¥` is taken for yen; Chinese yuan are written so as well")),
                "kr" => Some(("SEK", "`kr` is taken for Swedish kronor; others are written so as well")),
                "£" => Some(("GBP", "`£` is taken for pounds sterling")),
                _ => None,
            };
            if let Some((code, why)) = unclear {
                guess.marks.push((mark.clone(), code.to_owned(), Reason::ask(why)));
            }
        }
    }
    if number.decimals > NOISE {
        let why = format!("some cells have {} decimals; amounts are rounded to two", number.decimals);
        guess.decimals.push(("amount", 2, Reason::ask(why)));
    }
}

/// How numbers of a column are written; where two readings are possible, as files with this delimiter mostly are.
pub fn notation(sample: &Sample, facts: &ColumnFacts) -> Option<NumberNotation> {
    let number = facts.number.as_ref().filter(|_| facts.ty != RawType::Number)?;
    let semicolons = sample.delimiter.is_some_and(|delimiter| delimiter.byte == b';');
    if number.doubtful.is_some() && semicolons {
        return Some(NumberNotation { percent: number.percent, ..NumberNotation::new(DecimalSign::Comma) });
    }
    Some(number.notation)
}

fn payee_kind(sample: &Sample, guess: &mut SourceGuess) -> (&'static str, Reason) {
    if sample.stem.contains("partner") {
        return ("partner", Reason::because("the name of the file"));
    }
    let Some(column) = partner_column(sample) else {
        return ("employee", Reason::because("they are users or employees"));
    };
    let words = column.values.keys().filter(|word| is_partner(word));
    let words: Vec<String> = words.map(|word| super::text::expression_text(word)).collect();
    let text = format!("{} IN ({})", expression_name(&column.name), words.join(", "));
    and(guess, text, Reason::because("partners are paid, customers are not"));
    ("partner", Reason::because("only partners are left"))
}

/// Adds a condition to those of a source.
pub fn and(guess: &mut SourceGuess, text: String, reason: Reason) {
    guess.condition = Some(match guess.condition.take() {
        None => super::Reasoned { text, reason },
        Some(earlier) => {
            let why = format!("{}; {}", earlier.reason.why, reason.why);
            let question = earlier.reason.question || reason.question;
            super::Reasoned { text: format!("{} AND {text}", earlier.text), reason: Reason { why, question } }
        }
    });
}

/// A period from a date: the quarter that begins there.
fn quota_period(sample: &Sample, guess: &mut SourceGuess) {
    let Some(column) = guess.column("period").map(|column| column.from.column().to_owned()) else { return };
    let Some(facts) = sample.column(&column) else { return };
    if !facts.values.keys().all(|text| apportion_book::Period::parse(text).is_some()) && facts.date.is_some()
    {
        let text = format!("substr({}, 1, 7)", expression_name(&column));
        let why = format!(
            "`{column}` is a date: the month in which it is. Are the quotas of months, quarters or years?"
        );
        guess.put("period", Origin::Expr { text, of: column }, Reason::ask(why));
    }
}

fn wide_rates(sample: &Sample, guess: &mut SourceGuess) {
    let Some((date, _)) = find(sample, TableName::FxRates, "date") else { return };
    guess.unpivot = Some(vec![date.name.clone()]);
    guess.unit_per_book = true;
    guess.put(
        "date",
        Origin::Name(date.name.clone()),
        Reason::because(format!("its name is `{}`", date.name)),
    );
    let why = "is a rate units of the other currency for one of the book's, or the other way round (\"book-per-unit\")?";
    guess.quoted = Some(Reason::ask(why));
}

/// Rows that are lines of deals: cells left empty below the first of a deal, and ids that are there twice.
fn lines(sample: &Sample, guess: &mut SourceGuess) {
    let Some(id) = guess.column("deal_id").and_then(|column| sample.column(column.from.column())) else {
        return;
    };
    let text = |row: &[apportion_data::read::SampleCell], column: &ColumnFacts| {
        row.get(column.index).is_some_and(|cell| !cell.text.is_empty())
    };
    let children: Vec<_> = sample.cells.iter().filter(|row| !text(row, id)).collect();
    if !children.is_empty() && children.len() < sample.rows {
        let above = sample
            .columns
            .iter()
            .filter(|column| column.filled > 0 && children.iter().all(|row| !text(row, column)));
        guess.fill_down = above.map(|column| column.name.clone()).collect();
        lines_amount(sample, guess);
    } else if id.is_unique() || id.values.len() >= 5_000 {
        return;
    }
    let question = format!(
        "`{}` is there more than once: the rows of one deal are lines, and their amounts are added up. Is that so?",
        id.name
    );
    guess.sum = Some(Reason::ask(question));
}

/// Of amounts of the whole and of its lines, that of the lines is added up.
fn lines_amount(sample: &Sample, guess: &mut SourceGuess) {
    let is_of_lines = |column: &&ColumnFacts| {
        column.number.is_some() && !guess.fill_down.contains(&column.name) && column.filled > 0
    };
    let words = names(TableName::Deals)
        .iter()
        .find(|(ours, _)| *ours == "amount")
        .map_or(&[][..], |(_, words)| *words);
    let rank = |column: &&ColumnFacts| words.iter().position(|word| *word == normal(&column.name));
    let best =
        sample.columns.iter().filter(is_of_lines).filter(|column| rank(column).is_some()).min_by_key(rank);
    if let Some(column) = best {
        let why = format!(
            "`{}` has an amount in every row, also in those that leave the deal empty: the lines are added up",
            column.name
        );
        let name = column.name.clone();
        guess.put("amount", Origin::Name(name), Reason::ask(why));
    }
}
