//! Conditions and values of rules in words; where the words would be longer than the formula, the formula itself.

use rust_decimal::Decimal;

use super::names;
use super::prose::{Prose, listed};
use super::words;
use apportion_expr::tree::{Arithmetic, Comparison, Function, Kind, Literal, Part};
use apportion_expr::{Expr, Node, Type};

/// A condition, said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConditionText {
    /// The parts that must all hold.
    pub all: Vec<Prose>,
}

impl ConditionText {
    /// In one sentence, after "where".
    pub fn inline(&self) -> Prose {
        listed(&self.all, "and")
    }
}

/// A condition, each of its conjuncts in words where that is possible and quoted where it is not.
pub fn condition(expr: &Expr) -> ConditionText {
    let words = Words { expr };
    ConditionText { all: expr.tree().conjuncts().into_iter().map(|node| words.part(node)).collect() }
}

/// A number, after "of" or "is".
pub fn value(expr: &Expr) -> Prose {
    let words = Words { expr };
    words.value(expr.tree()).unwrap_or_else(|| words.quoted(expr.tree()))
}

struct Words<'a> {
    expr: &'a Expr,
}

impl Words<'_> {
    fn part(&self, node: &Node) -> Prose {
        self.condition(node).unwrap_or_else(|| Prose::ours(format!("this holds: {}", self.quoted(node))))
    }

    fn quoted(&self, node: &Node) -> Prose {
        Prose::code(self.expr.source(node))
    }

    /// `None` where there are no good words.
    fn condition(&self, node: &Node) -> Option<Prose> {
        let text = match &node.kind {
            Kind::And(all) => self.joined(all, "and")?,
            Kind::Or(any) => self.joined(any, "or")?,
            Kind::Not(one) => format!("it is not so that {}", self.condition(one)?),
            Kind::Compare { op, left, right } => return self.compare(*op, left, right),
            Kind::Between { negated, value, low, high } => {
                let not = if *negated { "not " } else { "" };
                let (value, low, high) = (self.value(value)?, self.value(low)?, self.value(high)?);
                format!("{value} is {not}between {low} and {high} (both included)")
            }
            Kind::In { negated, value, list } => {
                let items = list.iter().map(|item| self.value(item)).collect::<Option<Vec<_>>>()?;
                let value = self.value(value)?;
                match (negated, items.as_slice()) {
                    (false, [one]) => format!("{value} is {one}"),
                    (true, [one]) => format!("{value} is not {one}"),
                    (false, _) => format!("{value} is {}", listed(&items, "or")),
                    (true, _) => format!("{value} is neither {}", listed(&items, "nor")),
                }
            }
            Kind::Like { negated, value, pattern } => self.like(*negated, value, pattern)?,
            Kind::IsNull { negated, value } => {
                let is = if *negated { "is given" } else { "is not given" };
                format!("{} {is}", self.value(value)?)
            }
            Kind::Column(_) => {
                let value = self.value(node)?;
                match value.as_str().strip_prefix("that ") {
                    // What is known as a fact is said as one.
                    Some(fact) => fact.to_owned(),
                    None => format!("{value} is true"),
                }
            }
            Kind::Literal(Literal::Boolean(true)) => "always".to_owned(),
            Kind::Literal(Literal::Boolean(false)) => "never".to_owned(),
            _ => return None,
        };
        Some(Prose::ours(text))
    }

    /// Parts of AND or OR; one that is itself such a list is in parentheses.
    fn joined(&self, parts: &[Node], word: &str) -> Option<String> {
        let parts = parts.iter().map(|part| {
            let text = self.condition(part)?;
            let inner = matches!(part.kind, Kind::And(_) | Kind::Or(_));
            Some(if inner { Prose::ours(format!("({text})")) } else { text })
        });
        let parts = parts.collect::<Option<Vec<_>>>()?;
        let either = if word == "or" && parts.len() == 2 { "either " } else { "" };
        Some(format!("{either}{}", listed(&parts, word)))
    }

    fn compare(&self, op: Comparison, left: &Node, right: &Node) -> Option<Prose> {
        let (left_words, right_words) = (self.value(left)?, self.value(right)?);
        let is = match (left.ty, op) {
            (_, Comparison::Equal) => "is",
            (_, Comparison::NotEqual) => "is not",
            (Type::Number, Comparison::Less) => "is less than",
            (Type::Number, Comparison::LessOrEqual) => "is at most",
            (Type::Number, Comparison::Greater) => "is more than",
            (Type::Number, Comparison::GreaterOrEqual) => "is at least",
            (Type::Date, _) if matches!(right.kind, Kind::MoveDate { .. }) => {
                return Some(Prose::ours(match op {
                    Comparison::Greater => format!("{left_words} is later than {right_words}"),
                    Comparison::GreaterOrEqual => format!("{left_words} is {right_words} or later"),
                    Comparison::Less => format!("{left_words} is earlier than {right_words}"),
                    _ => format!("{left_words} is {right_words} or earlier"),
                }));
            }
            (Type::Date, Comparison::Less) => "is before",
            (Type::Date, Comparison::LessOrEqual) => "is on or before",
            (Type::Date, Comparison::Greater) => "is after",
            (Type::Date, Comparison::GreaterOrEqual) => "is on or after",
            (Type::Text | Type::Boolean, _) => return None,
        };
        Some(Prose::ours(format!("{left_words} {is} {right_words}")))
    }

    /// Patterns with `%` at one end or both.
    fn like(&self, negated: bool, value: &Node, pattern: &Node) -> Option<String> {
        let Kind::Literal(Literal::Text(pattern)) = &pattern.kind else { return None };
        let not = if negated { "does not " } else { "" };
        let says = |verb: &str| if negated { verb.to_owned() } else { format!("{verb}s") };
        let inner = pattern.trim_matches('%');
        if inner.contains(['%', '_']) || inner.is_empty() {
            return None;
        }
        let verb = match (pattern.starts_with('%'), pattern.ends_with('%')) {
            (true, true) => says("contain"),
            (false, true) => format!("{} with", says("start")),
            (true, false) => format!("{} with", says("end")),
            (false, false) => return None,
        };
        Some(format!("{} {not}{verb} {}", self.value(value)?, Prose::quoted(inner)))
    }

    fn value(&self, node: &Node) -> Option<Prose> {
        let text = match &node.kind {
            Kind::Column(index) => return Some(names::column(self.expr.scope(), *index)),
            Kind::Literal(literal) => return self.literal(literal),
            Kind::Negate(one) => format!("minus {}", self.value(one)?),
            Kind::Arithmetic { op, left, right } => {
                let word = match op {
                    Arithmetic::Add => "plus",
                    Arithmetic::Subtract => "minus",
                    Arithmetic::Multiply => "times",
                    Arithmetic::Divide => "divided by",
                };
                // What is nested needs parentheses, and is a formula by then.
                let simple = |node: &Node| !matches!(node.kind, Kind::Arithmetic { .. } | Kind::Negate(_));
                if !simple(left) || !simple(right) {
                    return None;
                }
                format!("{} {word} {}", self.value(left)?, self.value(right)?)
            }
            Kind::DaysBetween { left, right } => {
                format!("the number of days from {} to {}", self.value(right)?, self.value(left)?)
            }
            Kind::MoveDate { back, date, days, .. } => {
                let word = if *back { "before" } else { "after" };
                let noun = if matches!(days.kind, Kind::Literal(Literal::Number { unscaled: 1, scale: 0 })) {
                    "day"
                } else {
                    "days"
                };
                format!("{} {noun} {word} {}", self.value(days)?, self.value(date)?)
            }
            Kind::Call { function, arguments } => return self.call(function, arguments),
            _ => return None,
        };
        Some(Prose::ours(text))
    }

    fn literal(&self, literal: &Literal) -> Option<Prose> {
        Some(match literal {
            Literal::Text(text) => Prose::quoted(text),
            Literal::Number { unscaled, scale } => {
                let number = Decimal::try_from_i128_with_scale(*unscaled, (*scale).into()).ok()?;
                Prose::ours(words::number(number))
            }
            Literal::Date(day) => Prose::ours(words::day(*day)),
            Literal::Boolean(true) => Prose::ours("true"),
            Literal::Boolean(false) => Prose::ours("false"),
            Literal::Null => return None,
        })
    }

    fn call(&self, function: &Function, arguments: &[Node]) -> Option<Prose> {
        let all = arguments.iter().map(|argument| self.value(argument)).collect::<Option<Vec<_>>>()?;
        let first = all.first()?;
        let text = match function {
            Function::Abs => format!("the size of {first} without its sign"),
            Function::Round { digits: 0 } => format!("{first}, rounded to a whole number"),
            Function::Round { digits } if *digits > 0 => format!("{first}, rounded to {digits} decimals"),
            Function::Least => format!("the smallest of {}", listed(&all, "and")),
            Function::Greatest => format!("the largest of {}", listed(&all, "and")),
            Function::Coalesce if all.len() == 2 => {
                format!("{first} (or {}, where it is not given)", all[1])
            }
            Function::Lower | Function::Upper => format!("{first} (small and capital letters alike)"),
            Function::Trim => first.to_string(),
            Function::Extract(part) => {
                let part = match part {
                    Part::Year => "calendar year",
                    Part::Quarter => "calendar quarter",
                    Part::Month => "month",
                };
                format!("the {part} of {first}")
            }
            Function::Length => format!("the number of characters of {first}"),
            Function::ToNumber(_) => format!("{first} as a number"),
            Function::ToDate(_) => format!("{first} as a date"),
            // What has no good words is quoted as it is written.
            Function::Round { .. }
            | Function::Coalesce
            | Function::Nullif
            | Function::Join
            | Function::Concat
            | Function::Substr
            | Function::Left
            | Function::Right
            | Function::Lpad
            | Function::Replace
            | Function::SplitPart
            | Function::Position
            | Function::StartsWith
            | Function::EndsWith
            | Function::RegexpLike(_)
            | Function::RegexpExtract(_)
            | Function::SalesforceId => return None,
        };
        Some(Prose::ours(text))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use apportion_base::diagnostic::{FileId, Span};
    use apportion_expr::{ExprText, Scope, compile_any};

    fn scope() -> Scope {
        let columns = |columns: &[(&str, Type)]| {
            columns.iter().map(|(name, ty)| ((*name).to_owned(), *ty)).collect::<Vec<_>>()
        };
        Scope::default()
            .with(
                "deals",
                columns(&[
                    ("amount", Type::Number),
                    ("list_amount", Type::Number),
                    ("deal_type", Type::Text),
                    ("close_date", Type::Date),
                    ("strategic", Type::Boolean),
                ]),
            )
            .with("engagements", columns(&[("occurred_on", Type::Date), ("role", Type::Text)]))
    }

    fn said(text: &str) -> String {
        let text = ExprText {
            text: text.into(),
            span: Span { file: FileId(0), range: 0..text.len() },
            offsets: (0..=text.len()).collect::<Vec<_>>().into(),
        };
        let expr = compile_any(&text, &scope()).unwrap();
        if expr.ty() == Type::Boolean {
            condition(&expr).inline().to_string()
        } else {
            value(&expr).to_string()
        }
    }

    #[test]
    fn simple_conditions_are_said_in_words() {
        for (text, words) in [
            ("amount >= 10000", "the deal’s amount is at least 10,000"),
            ("amount < 0.5", "the deal’s amount is less than 0.5"),
            ("deal_type = 'renewal'", "the type of deal is “renewal”"),
            ("deal_type IN ('new', 'expansion')", "the type of deal is “new” or “expansion”"),
            ("deal_type NOT IN ('a', 'b')", "the type of deal is neither “a” nor “b”"),
            ("deal_type IS NULL", "the type of deal is not given"),
            ("deal_type LIKE 'new%'", "the type of deal starts with “new”"),
            ("deal_type NOT LIKE '%x%'", "the type of deal does not contain “x”"),
            ("strategic", "the deal’s strategic is true"),
            ("NOT strategic", "it is not so that the deal’s strategic is true"),
            ("close_date >= '2026-07-01'", "the close date is on or after 1 July 2026"),
            (
                "occurred_on > close_date - 180",
                "the day of the work is later than 180 days before the close date",
            ),
            (
                "occurred_on BETWEEN close_date - 1 AND close_date",
                "the day of the work is between 1 day before the close date and the close date (both included)",
            ),
            (
                "amount > 5 AND (role = 'a' OR role = 'b')",
                "the deal’s amount is more than 5 and either the role is “a” or the role is “b”",
            ),
            (
                "role = 'a' OR role = 'b' AND amount > 1",
                "either the role is “a” or (the role is “b” and the deal’s amount is more than 1)",
            ),
            (
                "close_date - occurred_on < 30",
                "the number of days from the day of the work to the close date is less than 30",
            ),
            ("least(amount, list_amount)", "the smallest of the deal’s amount and the list amount"),
            ("amount * 0.5", "the deal’s amount times 0.5"),
            ("coalesce(list_amount, 0) > 1", "the list amount (or 0, where it is not given) is more than 1"),
        ] {
            assert_eq!(said(text), words, "{text}");
        }
    }

    #[test]
    fn what_has_no_good_words_is_quoted() {
        assert_eq!(said("(amount + 1) * 2 > 4"), "this holds: `(amount + 1) * 2 > 4`");
        assert_eq!(
            said("amount > 1 AND CASE WHEN strategic THEN TRUE ELSE FALSE END"),
            "the deal’s amount is more than 1 and this holds: `CASE WHEN strategic THEN TRUE ELSE FALSE END`"
        );
        assert_eq!(said("(amount + 1) * 2"), "`(amount + 1) * 2`");
    }
}
