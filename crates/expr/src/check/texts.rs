//! The functions of texts: their arguments, and what of them is part of the function.

use std::ops::{Range, RangeInclusive};

use apportion_base::notation::{DateFormat, DecimalSign, Group, NumberNotation};

use super::super::decimal;
use super::super::pattern::Pattern;
use super::super::problem::{BAD_LITERAL, Problem, WRONG_ARGUMENTS, WRONG_TYPE};
use super::super::syntax::{Ast, Syntax};
use super::super::tree::{Function, Kind, Literal, Node};
use super::super::types::Type;
use super::{Checker, TypedNode};

/// How many arguments a function takes, in numbers and in words, and how it is called.
type ArgumentCount = (RangeInclusive<usize>, &'static str, &'static str);

/// How a function is called, by its name in lower case.
pub(super) fn signature(name: &str) -> Option<ArgumentCount> {
    Some(match name {
        "concat" => (1..=usize::MAX, "at least one argument", "concat(text, text, …)"),
        "length" => (1..=1, "one argument", "length(text)"),
        "substr" => (2..=3, "two or three arguments", "substr(text, from) or substr(text, from, count)"),
        "left" => (2..=2, "two arguments", "left(text, count)"),
        "right" => (2..=2, "two arguments", "right(text, count)"),
        "lpad" => (3..=3, "three arguments", "lpad(text, count, fill)"),
        "replace" => (3..=3, "three arguments", "replace(text, from, to)"),
        "split_part" => (3..=3, "three arguments", "split_part(text, by, place)"),
        "starts_with" => (2..=2, "two arguments", "starts_with(text, part)"),
        "ends_with" => (2..=2, "two arguments", "ends_with(text, part)"),
        "regexp_like" => (2..=2, "two arguments", "regexp_like(text, 'pattern')"),
        "regexp_extract" => (3..=3, "three arguments", "regexp_extract(text, 'pattern', group)"),
        "to_number" => (1..=3, "one to three arguments", "to_number(text), or to_number(text, ',', '.')"),
        "to_date" => (2..=2, "two arguments", "to_date(text, '%d.%m.%Y')"),
        "salesforce_id" => (1..=1, "one argument", "salesforce_id(text)"),
        _ => return None,
    })
}

/// The words for what is between groups of digits.
const GROUPS: [(&str, Group); 6] = [
    (",", Group::Comma),
    (".", Group::Point),
    (" ", Group::Blank),
    ("'", Group::Apostrophe),
    ("indian", Group::Indian),
    ("none", Group::None),
];

impl Checker<'_> {
    /// A call of a function of texts, whose number of arguments fits.
    pub(super) fn text_call(
        &mut self,
        name: &str,
        arguments: &[Ast],
        range: Range<usize>,
    ) -> Option<TypedNode> {
        use Type::{Boolean, Date, Number, Text};
        let takes = format!("`{name}` takes");
        let (function, ty, types): (Function, Type, &[Type]) = match name {
            "concat" => {
                let arguments = self.joinable(arguments)?;
                return Some(TypedNode::fixed(
                    Text,
                    range,
                    Kind::Call { function: Function::Concat, arguments },
                ));
            }
            "length" => (Function::Length, Number, &[Text]),
            "substr" => (Function::Substr, Text, &[Text, Number, Number]),
            "left" => (Function::Left, Text, &[Text, Number]),
            "right" => (Function::Right, Text, &[Text, Number]),
            "lpad" => (Function::Lpad, Text, &[Text, Number, Text]),
            "replace" => (Function::Replace, Text, &[Text, Text, Text]),
            "split_part" => (Function::SplitPart, Text, &[Text, Text, Number]),
            "starts_with" => (Function::StartsWith, Boolean, &[Text, Text]),
            "ends_with" => (Function::EndsWith, Boolean, &[Text, Text]),
            "salesforce_id" => (Function::SalesforceId, Text, &[Text]),
            "regexp_like" => {
                let pattern = self.pattern(name, arguments.get(1)?);
                let text = self.operand(arguments.first()?, Text, &takes);
                let call = Kind::Call { function: Function::RegexpLike(pattern?), arguments: vec![*text?] };
                return Some(TypedNode::fixed(Boolean, range, call));
            }
            "regexp_extract" => {
                let pattern = self.pattern(name, arguments.get(1)?);
                let text = self.operand(arguments.first()?, Text, &takes);
                let group = self.count(arguments.get(2)?, &takes);
                let call = Kind::Call {
                    function: Function::RegexpExtract(pattern?),
                    arguments: vec![*text?, group?],
                };
                return Some(TypedNode::fixed(Text, range, call));
            }
            "to_number" => {
                let notation = self.notation(arguments.get(1), arguments.get(2));
                let text = self.operand(arguments.first()?, Text, &takes);
                let call = Kind::Call { function: Function::ToNumber(notation?), arguments: vec![*text?] };
                return Some(TypedNode::fixed(Number, range, call));
            }
            _ => {
                let format = self.date_format(arguments.get(1)?);
                let text = self.operand(arguments.first()?, Text, &takes);
                let call = Kind::Call { function: Function::ToDate(format?), arguments: vec![*text?] };
                return Some(TypedNode::fixed(Date, range, call));
            }
        };
        let nodes: Vec<Option<Node>> = arguments
            .iter()
            .zip(types)
            .map(|(argument, ty)| match ty {
                Number => self.count(argument, &takes),
                _ => self.operand(argument, *ty, &takes).map(|node| *node),
            })
            .collect();
        let arguments = nodes.into_iter().collect::<Option<_>>()?;
        Some(TypedNode::fixed(ty, range, Kind::Call { function, arguments }))
    }

    /// `a || b`: one of them is a text, the others may be numbers and dates, too.
    pub(super) fn join(&mut self, all: &[Ast], range: Range<usize>) -> Option<TypedNode> {
        let arguments = self.joinable(all)?;
        if let Some(first) = arguments.first()
            && arguments.iter().all(|node| node.ty != Type::Text)
        {
            let message =
                format!("{} is {}, and `||` joins texts", self.source(&first.range), first.ty.noun());
            let help = "one side of `||` is a text; `concat` makes one of numbers and dates alone";
            self.problems.push(Problem::new(WRONG_TYPE, first.range.clone(), message).help(help));
            return None;
        }
        Some(TypedNode::fixed(Type::Text, range, Kind::Call { function: Function::Join, arguments }))
    }

    /// Values that have a text: all but conditions.
    fn joinable(&mut self, asts: &[Ast]) -> Option<Vec<Node>> {
        let typed = self.check_all(&asts.iter().collect::<Vec<_>>())?;
        let mut nodes = Vec::with_capacity(typed.len());
        let mut fine = true;
        for TypedNode { node, .. } in typed {
            if node.ty == Type::Boolean {
                let message = format!("{} is a condition, which has no text", self.source(&node.range));
                let help = "write CASE WHEN condition THEN 'yes' ELSE 'no' END";
                self.problems.push(Problem::new(WRONG_TYPE, node.range.clone(), message).help(help));
                fine = false;
            }
            nodes.push(node);
        }
        fine.then_some(nodes)
    }

    /// A number of characters or parts, whole where it is a literal.
    fn count(&mut self, ast: &Ast, takes: &str) -> Option<Node> {
        let node = *self.operand(ast, Type::Number, takes)?;
        if let Kind::Literal(Literal::Number { unscaled, scale }) = node.kind
            && decimal::rescaled(unscaled, scale, 0).is_none()
        {
            let message = "characters and parts of a text are counted in whole numbers";
            self.problems.push(Problem::new(BAD_LITERAL, node.range, message));
            return None;
        }
        Some(node)
    }

    /// A text literal that is part of the function.
    fn literal<'a>(&mut self, ast: &'a Ast, what: &str, help: &str) -> Option<&'a str> {
        if let Syntax::Text(text) = &ast.kind {
            return Some(text);
        }
        let problem =
            Problem::new(WRONG_ARGUMENTS, ast.range.clone(), format!("{what} is a text in single quotes"));
        self.problems.push(problem.help(help));
        None
    }

    fn pattern(&mut self, name: &str, ast: &Ast) -> Option<Pattern> {
        let help = format!("write {}", signature(name).map_or("", |(_, _, usage)| usage));
        let text = self.literal(ast, "a regular expression", &help)?;
        match Pattern::new(text) {
            Ok(pattern) => Some(pattern),
            Err(why) => {
                let problem = Problem::new(
                    BAD_LITERAL,
                    ast.range.clone(),
                    format!("this is no regular expression: {why}"),
                );
                let help =
                    "the syntax is that of the regex crate of Rust: no look-around, no back-references";
                self.problems.push(problem.help(help));
                None
            }
        }
    }

    fn date_format(&mut self, ast: &Ast) -> Option<DateFormat> {
        let text = self.literal(ast, "the format of a date", "write to_date(text, '%d.%m.%Y')")?;
        match DateFormat::checked(text) {
            Ok(format) => Some(format.in_zone(self.scope.zone.as_ref())),
            Err(why) => {
                let message = format!("this format does not make a date: {why}");
                let help = "strftime formats: %Y-%m-%d, %d.%m.%Y, %m/%d/%y, %d %b %Y; or epoch-s, epoch-ms";
                self.problems.push(Problem::new(BAD_LITERAL, ast.range.clone(), message).help(help));
                None
            }
        }
    }

    /// The notation of `to_number`: `','` and `'.'` as the two signs, the second one as the usual one unless it is given.
    fn notation(&mut self, decimal: Option<&Ast>, group: Option<&Ast>) -> Option<NumberNotation> {
        let help = "the sign before the decimals is '.' or ','; between groups of digits: ',', '.', ' ', '''', 'indian' or 'none'";
        let decimals = [(".", DecimalSign::Point), (",", DecimalSign::Comma)];
        let decimal = match decimal {
            Some(ast) => self.word(ast, &decimals, help)?,
            None => DecimalSign::Point,
        };
        let Some(ast) = group else { return Some(NumberNotation::new(decimal)) };
        let group = self.word(ast, &GROUPS, help)?;
        if group.is(decimal) {
            let message =
                format!("`{}` can't be between groups of digits and before the decimals", decimal.sign());
            self.problems.push(Problem::new(WRONG_ARGUMENTS, ast.range.clone(), message).help(help));
            return None;
        }
        Some(NumberNotation { decimal, group, percent: false })
    }

    fn word<T: Copy>(&mut self, ast: &Ast, words: &[(&str, T)], help: &str) -> Option<T> {
        let text = self.literal(ast, "a sign of numbers", help)?;
        let found = words.iter().find(|(word, _)| *word == text).map(|(_, value)| *value);
        if found.is_none() {
            let message = format!("'{text}' is no sign of numbers");
            self.problems.push(Problem::new(WRONG_ARGUMENTS, ast.range.clone(), message).help(help));
        }
        found
    }
}
