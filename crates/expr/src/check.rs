//! Syntax → typed tree: names are found, types agree, literals become what stands beside them.
//!
//! A node is *firm* when its type is settled; NULL is not, and neither is a text literal, which beside a date is a
//! date. What stands side by side is [`Checker::unify`]d. Everything that is wrong is gathered, not only the first.

use std::ops::Range;

use super::names;
use super::problem::{BAD_LITERAL, Problem, UNKNOWN_FUNCTION, WRONG_ARGUMENTS, WRONG_TYPE};
use super::syntax::{Ast, Name, Syntax};
use super::tree::{Arithmetic, Comparison, Function, Kind, Literal, Node, Part};
use super::{Scope, Type, date};
use apportion_base::diagnostic::nearest;

/// The functions of the language.
const FUNCTIONS: [&str; 10] =
    ["abs", "coalesce", "extract", "greatest", "least", "lower", "nullif", "round", "trim", "upper"];

/// How much of a text is repeated in a message.
const SHOWN: usize = 40;

/// The typed tree of a syntax tree, or everything that is wrong with it.
pub(super) fn check(
    ast: &Ast,
    text: &str,
    scope: &Scope,
    expected: Option<Type>,
) -> Result<Node, Vec<Problem>> {
    let mut checker = Checker { text, scope, problems: Vec::new() };
    let tree = checker.draft(ast).and_then(|draft| match expected {
        Some(expected) => checker.settle(draft, expected, "is needed here"),
        None => Some(draft.node),
    });
    match tree {
        Some(tree) if checker.problems.is_empty() => Ok(tree),
        _ => Err(checker.problems),
    }
}

/// A typed node whose type may still change.
struct Draft {
    node: Node,
    loose: Loose,
}

/// Why a type may still change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Loose {
    Firm,
    /// Text for now, a date beside a date.
    Literal,
    /// Any type.
    Null,
}

struct Checker<'c> {
    text: &'c str,
    scope: &'c Scope,
    problems: Vec<Problem>,
}

impl Checker<'_> {
    fn draft(&mut self, ast: &Ast) -> Option<Draft> {
        let range = ast.range.clone();
        let literal = |ty, literal, loose| {
            Some(Draft { node: Node::new(ty, range.clone(), Kind::Literal(literal)), loose })
        };
        let firm = |ty, kind| Some(Draft { node: Node::new(ty, range.clone(), kind), loose: Loose::Firm });
        match &ast.kind {
            Syntax::Null => literal(Type::Text, Literal::Null, Loose::Null),
            Syntax::Boolean(value) => literal(Type::Boolean, Literal::Boolean(*value), Loose::Firm),
            Syntax::Number { unscaled, scale } => {
                literal(Type::Number, Literal::Number { unscaled: *unscaled, scale: *scale }, Loose::Firm)
            }
            Syntax::Text(text) => literal(Type::Text, Literal::Text(text.clone()), Loose::Literal),
            Syntax::Date { text, at } => {
                let day = self.day(text, at)?;
                literal(Type::Date, Literal::Date(day), Loose::Firm)
            }
            Syntax::Column { table, name } => {
                let found = names::find(self.scope, table.as_ref(), name)
                    .map_err(|problem| self.problems.push(*problem));
                let (column, ty) = found.ok()?;
                firm(ty, Kind::Column(column))
            }
            Syntax::And(all) => firm(Type::Boolean, Kind::And(self.all(all, Type::Boolean, "AND joins")?)),
            Syntax::Or(all) => firm(Type::Boolean, Kind::Or(self.all(all, Type::Boolean, "OR joins")?)),
            Syntax::Not(one) => {
                firm(Type::Boolean, Kind::Not(self.one(one, Type::Boolean, "NOT turns round")?))
            }
            Syntax::Plus(one) => {
                let mut node = *self.one(one, Type::Number, "a sign stands before")?;
                node.range = range;
                Some(Draft { node, loose: Loose::Firm })
            }
            Syntax::Minus(one) => {
                firm(Type::Number, Kind::Negate(self.one(one, Type::Number, "a sign stands before")?))
            }
            Syntax::Compare { op, left, right } => self.comparison(*op, left, right, range),
            Syntax::Arithmetic { op, left, right } => self.arithmetic(*op, left, right, range),
            Syntax::Between { negated, value, low, high } => {
                let [value, low, high] = self.together([value, low, high], true)?;
                firm(Type::Boolean, Kind::Between { negated: *negated, value, low, high })
            }
            Syntax::In { negated, value, list } => {
                let asts: Vec<&Ast> = std::iter::once(&**value).chain(list).collect();
                let mut nodes = self.drafts(&asts).and_then(|drafts| self.unify(drafts))?;
                let value = Box::new(nodes.remove(0));
                firm(Type::Boolean, Kind::In { negated: *negated, value, list: nodes })
            }
            Syntax::Like { negated, value, pattern } => {
                let value = self.one(value, Type::Text, "LIKE compares");
                let pattern = self.one(pattern, Type::Text, "LIKE compares");
                firm(Type::Boolean, Kind::Like { negated: *negated, value: value?, pattern: pattern? })
            }
            Syntax::IsNull { negated, value } => {
                let value = Box::new(self.draft(value)?.node);
                firm(Type::Boolean, Kind::IsNull { negated: *negated, value })
            }
            Syntax::IsTruth { negated, truth, value } => {
                let value = self.one(value, Type::Boolean, "IS TRUE and IS FALSE ask about")?;
                firm(Type::Boolean, Kind::IsTruth { negated: *negated, truth: *truth, value })
            }
            Syntax::Case { operand, branches, otherwise } => {
                self.case(operand.as_deref(), branches, otherwise.as_deref(), range)
            }
            Syntax::Call { name, arguments } => self.call(name, arguments, range),
            Syntax::Extract { part, from } => {
                let part = self.part(part);
                let from = self.one(from, Type::Date, "`extract` takes parts of");
                let function = Function::Extract(part?);
                firm(Type::Number, Kind::Call { function, arguments: vec![*from?] })
            }
        }
    }

    /// Drafts of several nodes; all of them are looked at, so that each can say what is wrong.
    fn drafts(&mut self, asts: &[&Ast]) -> Option<Vec<Draft>> {
        let drafts: Vec<Option<Draft>> = asts.iter().map(|ast| self.draft(ast)).collect();
        drafts.into_iter().collect()
    }

    /// A node that must have a type. `why` goes before the types in a sentence.
    fn one(&mut self, ast: &Ast, ty: Type, why: &str) -> Option<Box<Node>> {
        let draft = self.draft(ast)?;
        self.settle_because(draft, ty, &format!("{why} {}", ty.plural())).map(Box::new)
    }

    fn all(&mut self, asts: &[Ast], ty: Type, why: &str) -> Option<Vec<Node>> {
        let nodes: Vec<Option<Box<Node>>> = asts.iter().map(|ast| self.one(ast, ty, why)).collect();
        nodes.into_iter().map(|node| node.map(|node| *node)).collect()
    }

    fn settle(&mut self, draft: Draft, ty: Type, why: &str) -> Option<Node> {
        self.settle_because(draft, ty, &format!("{} {why}", ty.noun()))
    }

    /// The node at a type, or a finding that gives the reason why it must have that type.
    fn settle_because(&mut self, draft: Draft, ty: Type, because: &str) -> Option<Node> {
        if self.can_become(&draft, ty) {
            return self.retyped(draft.node, ty);
        }
        let message = format!("{} is {}, but {because}", self.shown(&draft.node.range), draft.node.ty.noun());
        let mut problem = Problem::new(WRONG_TYPE, draft.node.range.clone(), message);
        if let Some(help) = advice(&draft.node, ty) {
            problem = problem.help(help);
        }
        self.problems.push(problem);
        None
    }

    fn can_become(&self, draft: &Draft, ty: Type) -> bool {
        draft.node.ty == ty
            || match draft.loose {
                Loose::Firm => false,
                Loose::Literal => ty == Type::Date,
                Loose::Null => true,
            }
    }

    /// Gives a loose node its type, down to its literals.
    fn retyped(&mut self, node: Node, ty: Type) -> Option<Node> {
        if node.ty == ty {
            return Some(node);
        }
        let range = node.range.clone();
        let kind = match node.kind {
            Kind::Literal(Literal::Text(text)) if ty == Type::Date => {
                Kind::Literal(Literal::Date(self.day(&text, &range)?))
            }
            Kind::Case { operand, branches, otherwise } => {
                let mut typed = Vec::new();
                for (when, then) in branches {
                    typed.push((when, self.retyped(then, ty)?));
                }
                let otherwise = match otherwise {
                    Some(otherwise) => Some(Box::new(self.retyped(*otherwise, ty)?)),
                    None => None,
                };
                Kind::Case { operand, branches: typed, otherwise }
            }
            Kind::Call { function, arguments } => {
                let arguments =
                    arguments.into_iter().map(|node| self.retyped(node, ty)).collect::<Option<_>>()?;
                Kind::Call { function, arguments }
            }
            other => other,
        };
        Some(Node::new(ty, range, kind))
    }

    /// Gives nodes that stand side by side one type: that of the first firm one.
    fn unify(&mut self, drafts: Vec<Draft>) -> Option<Vec<Node>> {
        let loose = most_settled(&drafts);
        let Some(model) = drafts.iter().find(|draft| draft.loose == loose) else { return Some(Vec::new()) };
        let (ty, model) = (model.node.ty, model.node.range.clone());
        let mut nodes = Vec::with_capacity(drafts.len());
        let mut fine = true;
        for draft in drafts {
            if self.can_become(&draft, ty) {
                match self.retyped(draft.node, ty) {
                    Some(node) => nodes.push(node),
                    None => fine = false,
                }
            } else {
                self.mismatch(&draft.node, &model, ty);
                fine = false;
            }
        }
        fine.then_some(nodes)
    }

    fn mismatch(&mut self, node: &Node, model: &Range<usize>, ty: Type) {
        let (one, other) = (self.shown(model), self.shown(&node.range));
        let message = format!("{one} is {}, but {other} is {}", ty.noun(), node.ty.noun());
        let mut problem = Problem::new(WRONG_TYPE, node.range.clone(), message).label(node.ty.noun());
        problem = problem.and(model.clone(), ty.noun());
        if let Some(help) = advice(node, ty) {
            problem = problem.help(help);
        }
        self.problems.push(problem);
    }

    /// A fixed number of nodes at one type; `ordered` where an order is asked of them.
    fn together<const N: usize>(&mut self, asts: [&Ast; N], ordered: bool) -> Option<[Box<Node>; N]> {
        let nodes = self.drafts(&asts).and_then(|drafts| self.unify(drafts))?;
        if ordered {
            self.ordered(&nodes)?;
        }
        let boxed: Vec<Box<Node>> = nodes.into_iter().map(Box::new).collect();
        boxed.try_into().ok()
    }

    /// Conditions are equal or not, but none is the greater.
    fn ordered(&mut self, nodes: &[Node]) -> Option<()> {
        let Some(node) = nodes.iter().find(|node| node.ty == Type::Boolean) else { return Some(()) };
        let message = format!("{} is a condition, which has no order", self.shown(&node.range));
        self.problems.push(
            Problem::new(WRONG_TYPE, node.range.clone(), message)
                .help("conditions can be compared with `=` and `<>`, and joined with AND and OR"),
        );
        None
    }

    fn comparison(&mut self, op: Comparison, left: &Ast, right: &Ast, range: Range<usize>) -> Option<Draft> {
        let ordered = !matches!(op, Comparison::Equal | Comparison::NotEqual);
        let [left, right] = self.together([left, right], ordered)?;
        let node = Node::new(Type::Boolean, range, Kind::Compare { op, left, right });
        Some(Draft { node, loose: Loose::Firm })
    }

    fn arithmetic(&mut self, op: Arithmetic, left: &Ast, right: &Ast, range: Range<usize>) -> Option<Draft> {
        let [left, right]: [Draft; 2] = self.drafts(&[left, right])?.try_into().ok()?;
        let is_date = |draft: &Draft| draft.loose == Loose::Firm && draft.node.ty == Type::Date;
        let may_be_date = |draft: &Draft| is_date(draft) || draft.loose == Loose::Literal;
        let (ty, kind) = match op {
            Arithmetic::Subtract
                if is_date(&left) && may_be_date(&right) || may_be_date(&left) && is_date(&right) =>
            {
                let because = "a date minus a date is a number of days";
                let left = self.settle_because(left, Type::Date, because);
                let right = self.settle_because(right, Type::Date, because);
                (Type::Number, Kind::DaysBetween { left: Box::new(left?), right: Box::new(right?) })
            }
            Arithmetic::Add | Arithmetic::Subtract if is_date(&left) => {
                (Type::Date, self.moved(left, right, op == Arithmetic::Subtract)?)
            }
            Arithmetic::Add if is_date(&right) => (Type::Date, self.moved(right, left, false)?),
            _ => {
                let because = format!("`{}` calculates with numbers", sign(op));
                let left = self.settle_because(left, Type::Number, &because);
                let right = self.settle_because(right, Type::Number, &because);
                (Type::Number, Kind::Arithmetic { op, left: Box::new(left?), right: Box::new(right?) })
            }
        };
        Some(Draft { node: Node::new(ty, range, kind), loose: Loose::Firm })
    }

    fn moved(&mut self, date: Draft, days: Draft, back: bool) -> Option<Kind> {
        let days = self.settle_because(days, Type::Number, "a date is moved by a number of days")?;
        if let Kind::Literal(Literal::Number { unscaled, scale }) = days.kind
            && super::decimal::rescaled(unscaled, scale, 0).is_none()
        {
            let message = "a date is moved by whole days only";
            self.problems.push(Problem::new(BAD_LITERAL, days.range, message));
            return None;
        }
        Some(Kind::MoveDate { back, date: Box::new(date.node), days: Box::new(days) })
    }

    fn case(
        &mut self,
        operand: Option<&Ast>,
        branches: &[(Ast, Ast)],
        otherwise: Option<&Ast>,
        range: Range<usize>,
    ) -> Option<Draft> {
        let (operand, whens) = match operand {
            None => {
                let whens: Vec<Option<Box<Node>>> =
                    branches.iter().map(|(when, _)| self.one(when, Type::Boolean, "WHEN takes")).collect();
                (
                    Some(None),
                    whens.into_iter().map(|node| node.map(|node| *node)).collect::<Option<Vec<Node>>>(),
                )
            }
            Some(operand) => {
                let asts: Vec<&Ast> =
                    std::iter::once(operand).chain(branches.iter().map(|(when, _)| when)).collect();
                let nodes = self.drafts(&asts).and_then(|drafts| self.unify(drafts));
                match nodes {
                    None => (None, None),
                    Some(mut nodes) => (Some(Some(Box::new(nodes.remove(0)))), Some(nodes)),
                }
            }
        };
        let thens: Vec<&Ast> = branches.iter().map(|(_, then)| then).chain(otherwise).collect();
        let drafts = self.drafts(&thens)?;
        let loose = most_settled(&drafts);
        let mut thens = self.unify(drafts)?;
        let otherwise = if otherwise.is_some() { thens.pop().map(Box::new) } else { None };
        let ty = thens.first()?.ty;
        let branches = whens?.into_iter().zip(thens).collect();
        let node = Node::new(ty, range, Kind::Case { operand: operand?, branches, otherwise });
        Some(Draft { node, loose })
    }

    fn call(&mut self, name: &Name, arguments: &[Ast], range: Range<usize>) -> Option<Draft> {
        let lower = name.text.to_lowercase();
        let (least, most, words, usage) = match lower.as_str() {
            "abs" => (1, 1, "one argument", "abs(number)"),
            "round" => (1, 2, "one or two arguments", "round(number) or round(number, decimals)"),
            "least" => (1, usize::MAX, "at least one argument", "least(value, value, …)"),
            "greatest" => (1, usize::MAX, "at least one argument", "greatest(value, value, …)"),
            "coalesce" => (1, usize::MAX, "at least one argument", "coalesce(value, value, …)"),
            "nullif" => (2, 2, "two arguments", "nullif(value, value)"),
            "lower" => (1, 1, "one argument", "lower(text)"),
            "upper" => (1, 1, "one argument", "upper(text)"),
            "trim" => (1, 1, "one argument", "trim(text)"),
            _ => {
                self.unknown_function(name);
                return None;
            }
        };
        if !(least..=most).contains(&arguments.len()) {
            let verb = if arguments.len() == 1 { "was" } else { "were" };
            let message = format!("`{lower}` takes {words}, but {} {verb} given", arguments.len());
            self.problems.push(Problem::new(WRONG_ARGUMENTS, range, message).help(format!("write {usage}")));
            return None;
        }
        match (lower.as_str(), arguments) {
            ("abs", [one]) => self.simple(Function::Abs, one, Type::Number, range),
            ("lower", [one]) => self.simple(Function::Lower, one, Type::Text, range),
            ("upper", [one]) => self.simple(Function::Upper, one, Type::Text, range),
            ("trim", [one]) => self.simple(Function::Trim, one, Type::Text, range),
            ("round", [one]) => self.simple(Function::Round { digits: 0 }, one, Type::Number, range),
            ("round", [one, digits]) => {
                let digits = self.digits(digits);
                let node = self.one(one, Type::Number, "`round` takes");
                let kind =
                    Kind::Call { function: Function::Round { digits: digits? }, arguments: vec![*node?] };
                Some(Draft { node: Node::new(Type::Number, range, kind), loose: Loose::Firm })
            }
            ("least", _) => self.alike(Function::Least, arguments, range),
            ("greatest", _) => self.alike(Function::Greatest, arguments, range),
            ("nullif", _) => self.alike(Function::Nullif, arguments, range),
            _ => self.alike(Function::Coalesce, arguments, range),
        }
    }

    fn simple(&mut self, function: Function, one: &Ast, ty: Type, range: Range<usize>) -> Option<Draft> {
        let arguments = vec![*self.one(one, ty, "this function takes")?];
        Some(Draft { node: Node::new(ty, range, Kind::Call { function, arguments }), loose: Loose::Firm })
    }

    /// A call whose arguments and value have one type.
    fn alike(&mut self, function: Function, arguments: &[Ast], range: Range<usize>) -> Option<Draft> {
        let drafts = self.drafts(&arguments.iter().collect::<Vec<_>>())?;
        let loose = most_settled(&drafts);
        let arguments = self.unify(drafts)?;
        if matches!(function, Function::Least | Function::Greatest) {
            self.ordered(&arguments)?;
        }
        let ty = arguments.first()?.ty;
        Some(Draft { node: Node::new(ty, range, Kind::Call { function, arguments }), loose })
    }

    fn digits(&mut self, ast: &Ast) -> Option<i8> {
        if let Syntax::Number { unscaled, scale: 0 } = ast.kind
            && let Ok(digits) = i8::try_from(unscaled)
            && (-37..=37).contains(&digits)
        {
            return Some(digits);
        }
        let message = "the number of decimals of `round` is a whole number as such, from -37 to 37";
        self.problems
            .push(Problem::new(WRONG_ARGUMENTS, ast.range.clone(), message).help("write round(amount, 2)"));
        None
    }

    fn unknown_function(&mut self, name: &Name) {
        let message = format!("there is no function `{}`", name.text);
        let near = nearest(&name.text, FUNCTIONS).map(|near| format!("did you mean `{near}`? "));
        let help = format!("{}the functions are: {}", near.unwrap_or_default(), FUNCTIONS.join(", "));
        self.problems.push(Problem::new(UNKNOWN_FUNCTION, name.range.clone(), message).help(help));
    }

    fn part(&mut self, name: &Name) -> Option<Part> {
        match name.text.to_lowercase().as_str() {
            "year" => Some(Part::Year),
            "quarter" => Some(Part::Quarter),
            "month" => Some(Part::Month),
            _ => {
                let message = format!("`extract` can't take `{}` from a date", name.text);
                self.problems.push(
                    Problem::new(WRONG_ARGUMENTS, name.range.clone(), message)
                        .help("it takes year, quarter or month, of the calendar"),
                );
                None
            }
        }
    }

    fn day(&mut self, text: &str, at: &Range<usize>) -> Option<i32> {
        let day = date::parse(text);
        if day.is_none() {
            let message = format!("'{}' is not a date", clipped(text));
            self.problems.push(
                Problem::new(BAD_LITERAL, at.clone(), message)
                    .help("a text literal beside a date is a date, written '2026-07-01'"),
            );
        }
        day
    }

    /// A part of the text in backticks.
    fn shown(&self, range: &Range<usize>) -> String {
        format!("`{}`", clipped(self.text.get(range.clone()).unwrap_or_default()))
    }
}

fn clipped(text: &str) -> String {
    let mut shown: String = text.chars().take(SHOWN).collect();
    if shown.len() < text.len() {
        shown.push('…');
    }
    shown
}

/// How loose nodes are that take one type: as little as the firmest of them.
fn most_settled(drafts: &[Draft]) -> Loose {
    let has = |loose| drafts.iter().any(|draft| draft.loose == loose);
    if has(Loose::Firm) {
        Loose::Firm
    } else if has(Loose::Literal) {
        Loose::Literal
    } else {
        Loose::Null
    }
}

fn sign(op: Arithmetic) -> &'static str {
    match op {
        Arithmetic::Add => "+",
        Arithmetic::Subtract => "-",
        Arithmetic::Multiply => "*",
        Arithmetic::Divide => "/",
    }
}

/// What to do about a node that does not have the type it should have.
fn advice(node: &Node, wanted: Type) -> Option<String> {
    let literal = match &node.kind {
        Kind::Literal(literal) => Some(literal),
        _ => None,
    };
    match (node.ty, wanted, literal) {
        (Type::Text, Type::Number, Some(Literal::Text(text))) if super::decimal::parse(text).is_some() => {
            Some(format!("write the number without quotes: {text}"))
        }
        (Type::Number, Type::Text, Some(_)) => Some("a text is written in single quotes: '10'".to_owned()),
        (Type::Text, Type::Number, None) => Some(
            "a column of a file without types is text unless `types` of its source says \"number\""
                .to_owned(),
        ),
        (Type::Text, Type::Date, None) => Some(
            "only a literal such as '2026-07-01' is read as a date; say in `types` that a column is one"
                .to_owned(),
        ),
        (Type::Date, Type::Number, _) => {
            Some("the days between two dates are a number: `close_date - start_date`".to_owned())
        }
        (_, Type::Boolean, _) => {
            Some("compare it with something, as in `amount > 0` or `role = 'cosell'`".to_owned())
        }
        _ => None,
    }
}
