//! Syntax tree → typed tree: columns are found, and types are inferred and checked.
//!
//! Most nodes have a fixed type. NULL can be coerced to any type, and a text literal to a date: it becomes one where it
//! is compared with a date. [`Checker::unify`] gives operands of one operator the same type. All mistakes are reported,
//! not only the first.

mod calls;
mod texts;

use std::ops::Range;

use super::problem::{BAD_LITERAL, Problem, WRONG_TYPE};
use super::scope::Scope;
use super::syntax::{Ast, Syntax};
use super::tree::{Arithmetic, Beyond, Comparison, Function, Kind, Literal, Node};
use super::types::Type;
use super::{date, decimal, names};

/// The most characters of a text that are repeated in a message.
const SHOWN: usize = 40;

/// The typed tree of a syntax tree. `text` is the expression, which messages quote; `expected` is the type of its value,
/// if that is known.
///
/// # Errors
/// Everything that is wrong with it.
pub(super) fn check(
    ast: &Ast,
    text: &str,
    scope: &Scope,
    expected: Option<Type>,
) -> Result<Node, Vec<Problem>> {
    let mut checker = Checker { text, scope, problems: Vec::new() };
    let tree = checker.check(ast).and_then(|typed| match expected {
        Some(expected) => checker.coerce_whole(typed, expected, "is needed here"),
        None => Some(typed.node),
    });
    match tree {
        Some(tree) if checker.problems.is_empty() => Ok(tree),
        _ => Err(checker.problems),
    }
}

/// A node, and whether its type can still change.
struct TypedNode {
    node: Node,
    coercion: Coercion,
}

/// To which other types a node can be coerced.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Coercion {
    /// To none.
    Fixed,
    /// A text literal: to a date.
    TextToDate,
    /// NULL: to any type.
    Any,
}

impl TypedNode {
    /// A node whose type can't change.
    fn fixed(ty: Type, range: Range<usize>, kind: Kind) -> Self {
        Self { node: Node::new(ty, range, kind), coercion: Coercion::Fixed }
    }
}

struct Checker<'c> {
    text: &'c str,
    scope: &'c Scope,
    problems: Vec<Problem>,
}

impl Checker<'_> {
    /// The typed node of a syntax node; `None` after a mistake was reported.
    fn check(&mut self, ast: &Ast) -> Option<TypedNode> {
        let range = ast.range.clone();
        let literal = |ty, literal, coercion| {
            Some(TypedNode { node: Node::new(ty, range.clone(), Kind::Literal(literal)), coercion })
        };
        let fixed = |ty, kind| Some(TypedNode::fixed(ty, range.clone(), kind));
        match &ast.kind {
            Syntax::Null => literal(Type::Text, Literal::Null, Coercion::Any),
            Syntax::Boolean(value) => literal(Type::Boolean, Literal::Boolean(*value), Coercion::Fixed),
            Syntax::Number { unscaled, scale } => {
                literal(Type::Number, Literal::Number { unscaled: *unscaled, scale: *scale }, Coercion::Fixed)
            }
            Syntax::Text(text) => literal(Type::Text, Literal::Text(text.clone()), Coercion::TextToDate),
            Syntax::Date { text, text_range } => {
                let day = self.date_literal(text, text_range)?;
                literal(Type::Date, Literal::Date(day), Coercion::Fixed)
            }
            Syntax::Column { table, name } => {
                let found = names::find(self.scope, table.as_ref(), name)
                    .map_err(|problem| self.problems.push(*problem));
                let (column, ty) = found.ok()?;
                fixed(ty, Kind::Column(column))
            }
            Syntax::And(all) => {
                fixed(Type::Boolean, Kind::And(self.operands(all, Type::Boolean, "AND joins")?))
            }
            Syntax::Or(all) => fixed(Type::Boolean, Kind::Or(self.operands(all, Type::Boolean, "OR joins")?)),
            Syntax::Not(one) => {
                fixed(Type::Boolean, Kind::Not(self.operand(one, Type::Boolean, "NOT turns round")?))
            }
            Syntax::Plus(one) => {
                let mut node = *self.operand(one, Type::Number, "a sign is for")?;
                node.range = range;
                Some(TypedNode { node, coercion: Coercion::Fixed })
            }
            Syntax::Minus(one) => {
                fixed(Type::Number, Kind::Negate(self.operand(one, Type::Number, "a sign is for")?))
            }
            Syntax::Compare { op, left, right } => self.comparison(*op, left, right, range),
            Syntax::Arithmetic { op, left, right } => self.arithmetic(*op, left, right, range),
            Syntax::Between { negated, value, low, high } => {
                let [value, low, high] = self.unified([value, low, high], true)?;
                fixed(Type::Boolean, Kind::Between { negated: *negated, value, low, high })
            }
            Syntax::In { negated, value, list } => {
                let asts: Vec<&Ast> = std::iter::once(&**value).chain(list).collect();
                let mut nodes = self.check_all(&asts).and_then(|operands| self.unify(operands))?;
                let value = Box::new(nodes.remove(0));
                fixed(Type::Boolean, Kind::In { negated: *negated, value, list: nodes })
            }
            Syntax::Like { negated, value, pattern } => {
                let value = self.operand(value, Type::Text, "LIKE compares");
                let pattern = self.operand(pattern, Type::Text, "LIKE compares");
                fixed(Type::Boolean, Kind::Like { negated: *negated, value: value?, pattern: pattern? })
            }
            Syntax::IsNull { negated, value } => {
                let value = Box::new(self.check(value)?.node);
                fixed(Type::Boolean, Kind::IsNull { negated: *negated, value })
            }
            Syntax::IsTruth { negated, truth, value } => {
                let value = self.operand(value, Type::Boolean, "IS TRUE and IS FALSE ask about")?;
                fixed(Type::Boolean, Kind::IsTruth { negated: *negated, truth: *truth, value })
            }
            Syntax::Case { operand, branches, otherwise } => {
                self.case(operand.as_deref(), branches, otherwise.as_deref(), range)
            }
            Syntax::Call { name, arguments } => self.call(name, arguments, range),
            Syntax::Join(all) => self.join(all, range),
            Syntax::Position { part, text } => {
                let part = self.operand(part, Type::Text, "`position` looks for");
                let text = self.operand(text, Type::Text, "`position` looks in");
                let arguments = vec![*part?, *text?];
                fixed(Type::Number, Kind::Call { function: Function::Position, arguments })
            }
            Syntax::Extract { part, from } => {
                let part = self.date_part(part);
                let from = self.operand(from, Type::Date, "`extract` takes parts of");
                let function = Function::Extract(part?);
                fixed(Type::Number, Kind::Call { function, arguments: vec![*from?] })
            }
        }
    }

    /// Several nodes. All of them are checked, so that the mistakes of each are reported.
    fn check_all(&mut self, asts: &[&Ast]) -> Option<Vec<TypedNode>> {
        let operands: Vec<Option<TypedNode>> = asts.iter().map(|ast| self.check(ast)).collect();
        operands.into_iter().collect()
    }

    /// A node that must be of the type `ty`. In the message, `why` goes before the name of the type.
    fn operand(&mut self, ast: &Ast, ty: Type, why: &str) -> Option<Box<Node>> {
        let typed = self.check(ast)?;
        self.coerce(typed, ty, &format!("{why} {}", ty.plural())).map(Box::new)
    }

    /// Several nodes that must be of the type `ty`.
    fn operands(&mut self, asts: &[Ast], ty: Type, why: &str) -> Option<Vec<Node>> {
        let nodes: Vec<Option<Box<Node>>> = asts.iter().map(|ast| self.operand(ast, ty, why)).collect();
        nodes.into_iter().map(|node| node.map(|node| *node)).collect()
    }

    /// The whole expression at the type that its value must have.
    fn coerce_whole(&mut self, typed: TypedNode, ty: Type, why: &str) -> Option<Node> {
        self.coerce(typed, ty, &format!("{} {why}", ty.noun()))
    }

    /// The node at the type `ty`. If it can't be coerced, the problem says that it must have the type `because` of
    /// something, which is a clause.
    fn coerce(&mut self, typed: TypedNode, ty: Type, because: &str) -> Option<Node> {
        if self.can_coerce(&typed, ty) {
            return self.retype(typed.node, ty);
        }
        let message =
            format!("{} is {}, but {because}", self.source(&typed.node.range), typed.node.ty.noun());
        let mut problem = Problem::new(WRONG_TYPE, typed.node.range.clone(), message);
        if let Some(help) = advice(&typed.node, ty) {
            problem = problem.help(help);
        }
        self.problems.push(problem);
        None
    }

    fn can_coerce(&self, typed: &TypedNode, ty: Type) -> bool {
        typed.node.ty == ty
            || match typed.coercion {
                Coercion::Fixed => false,
                Coercion::TextToDate => ty == Type::Date,
                Coercion::Any => true,
            }
    }

    /// Gives a node that can be coerced another type, down to its literals.
    fn retype(&mut self, node: Node, ty: Type) -> Option<Node> {
        if node.ty == ty {
            return Some(node);
        }
        let range = node.range.clone();
        let kind = match node.kind {
            Kind::Literal(Literal::Text(text)) if ty == Type::Date => {
                Kind::Literal(Literal::Date(self.date_literal(&text, &range)?))
            }
            Kind::Case { operand, branches, otherwise } => {
                let mut typed = Vec::new();
                for (when, then) in branches {
                    typed.push((when, self.retype(then, ty)?));
                }
                let otherwise = match otherwise {
                    Some(otherwise) => Some(Box::new(self.retype(*otherwise, ty)?)),
                    None => None,
                };
                Kind::Case { operand, branches: typed, otherwise }
            }
            Kind::Call { function, arguments } => {
                let arguments =
                    arguments.into_iter().map(|node| self.retype(node, ty)).collect::<Option<_>>()?;
                Kind::Call { function, arguments }
            }
            other => other,
        };
        Some(Node::new(ty, range, kind))
    }

    /// Gives operands one type: that of the first one whose type is fixed.
    fn unify(&mut self, operands: Vec<TypedNode>) -> Option<Vec<Node>> {
        let coercion = narrowest(&operands);
        let Some(model) = operands.iter().find(|typed| typed.coercion == coercion) else {
            return Some(Vec::new());
        };
        let (ty, model) = (model.node.ty, model.node.range.clone());
        let mut nodes = Vec::with_capacity(operands.len());
        let mut fine = true;
        for typed in operands {
            if self.can_coerce(&typed, ty) {
                match self.retype(typed.node, ty) {
                    Some(node) => nodes.push(node),
                    None => fine = false,
                }
            } else {
                self.mismatch(&typed.node, &model, ty);
                fine = false;
            }
        }
        fine.then_some(nodes)
    }

    /// Reports a node that can't have the type of `model`, another operand.
    fn mismatch(&mut self, node: &Node, model: &Range<usize>, ty: Type) {
        let (one, other) = (self.source(model), self.source(&node.range));
        let message = format!("{one} is {}, but {other} is {}", ty.noun(), node.ty.noun());
        let mut problem = Problem::new(WRONG_TYPE, node.range.clone(), message).label(node.ty.noun());
        problem = problem.and(model.clone(), ty.noun());
        if let Some(help) = advice(node, ty) {
            problem = problem.help(help);
        }
        self.problems.push(problem);
    }

    /// A fixed number of operands at one type, which must have an order if `ordered`.
    fn unified<const N: usize>(&mut self, asts: [&Ast; N], ordered: bool) -> Option<[Box<Node>; N]> {
        let nodes = self.check_all(&asts).and_then(|operands| self.unify(operands))?;
        if ordered {
            self.require_order(&nodes)?;
        }
        let boxed: Vec<Box<Node>> = nodes.into_iter().map(Box::new).collect();
        boxed.try_into().ok()
    }

    /// Reports conditions: they can be equal, but neither is greater.
    fn require_order(&mut self, nodes: &[Node]) -> Option<()> {
        let Some(node) = nodes.iter().find(|node| node.ty == Type::Boolean) else { return Some(()) };
        let message = format!("{} is a condition, which has no order", self.source(&node.range));
        self.problems.push(
            Problem::new(WRONG_TYPE, node.range.clone(), message)
                .help("conditions can be compared with `=` and `<>`, and joined with AND and OR"),
        );
        None
    }

    fn comparison(
        &mut self,
        op: Comparison,
        left: &Ast,
        right: &Ast,
        range: Range<usize>,
    ) -> Option<TypedNode> {
        let ordered = !matches!(op, Comparison::Equal | Comparison::NotEqual);
        let [left, right] = self.unified([left, right], ordered)?;
        Some(TypedNode::fixed(Type::Boolean, range, Kind::Compare { op, left, right }))
    }

    fn arithmetic(
        &mut self,
        op: Arithmetic,
        left: &Ast,
        right: &Ast,
        range: Range<usize>,
    ) -> Option<TypedNode> {
        let [left, right]: [TypedNode; 2] = self.check_all(&[left, right])?.try_into().ok()?;
        let is_date = |typed: &TypedNode| typed.coercion == Coercion::Fixed && typed.node.ty == Type::Date;
        let may_be_date = |typed: &TypedNode| is_date(typed) || typed.coercion == Coercion::TextToDate;
        let (ty, kind) = match op {
            Arithmetic::Subtract
                if is_date(&left) && may_be_date(&right) || may_be_date(&left) && is_date(&right) =>
            {
                let because = "a date minus a date is a number of days";
                let left = self.coerce(left, Type::Date, because);
                let right = self.coerce(right, Type::Date, because);
                (Type::Number, Kind::DaysBetween { left: Box::new(left?), right: Box::new(right?) })
            }
            Arithmetic::Add | Arithmetic::Subtract if is_date(&left) => {
                (Type::Date, self.moved_date(left, right, op == Arithmetic::Subtract)?)
            }
            Arithmetic::Add if is_date(&right) => (Type::Date, self.moved_date(right, left, false)?),
            _ => {
                let because = format!("`{}` calculates with numbers", op.symbol());
                let left = self.coerce(left, Type::Number, &because);
                let right = self.coerce(right, Type::Number, &because);
                (Type::Number, Kind::Arithmetic { op, left: Box::new(left?), right: Box::new(right?) })
            }
        };
        Some(TypedNode::fixed(ty, range, kind))
    }

    /// A date plus or, if `back`, minus a number of days.
    fn moved_date(&mut self, date: TypedNode, days: TypedNode, back: bool) -> Option<Kind> {
        let days = self.coerce(days, Type::Number, "a date is moved by a number of days")?;
        if let Kind::Literal(Literal::Number { unscaled, scale }) = days.kind
            && decimal::rescaled(unscaled, scale, 0).is_none()
        {
            let message = "a date is moved by whole days only";
            self.problems.push(Problem::new(BAD_LITERAL, days.range, message));
            return None;
        }
        Some(Kind::MoveDate {
            back,
            date: Box::new(date.node),
            days: Box::new(days),
            beyond: Beyond::default(),
        })
    }

    fn case(
        &mut self,
        operand: Option<&Ast>,
        branches: &[(Ast, Ast)],
        otherwise: Option<&Ast>,
        range: Range<usize>,
    ) -> Option<TypedNode> {
        let whens = branches.iter().map(|(when, _)| when);
        // An operand and the values that it is compared with; or no operand, and conditions.
        let tested = match operand {
            None => self.conditions(whens).map(|whens| (None, whens)),
            Some(operand) => {
                let asts: Vec<&Ast> = std::iter::once(operand).chain(whens).collect();
                let nodes = self.check_all(&asts).and_then(|operands| self.unify(operands));
                nodes.map(|mut nodes| (Some(Box::new(nodes.remove(0))), nodes))
            }
        };
        let thens: Vec<&Ast> = branches.iter().map(|(_, then)| then).chain(otherwise).collect();
        let operands = self.check_all(&thens)?;
        let coercion = narrowest(&operands);
        let mut thens = self.unify(operands)?;
        let otherwise = if otherwise.is_some() { thens.pop().map(Box::new) } else { None };
        let ty = thens.first()?.ty;
        let (operand, whens) = tested?;
        let branches = whens.into_iter().zip(thens).collect();
        Some(TypedNode { node: Node::new(ty, range, Kind::Case { operand, branches, otherwise }), coercion })
    }

    fn conditions<'a>(&mut self, whens: impl Iterator<Item = &'a Ast>) -> Option<Vec<Node>> {
        let nodes: Vec<Option<Box<Node>>> =
            whens.map(|when| self.operand(when, Type::Boolean, "WHEN takes")).collect();
        nodes.into_iter().map(|node| node.map(|node| *node)).collect()
    }

    /// The day of a date literal, in days since 1970-01-01.
    fn date_literal(&mut self, text: &str, range: &Range<usize>) -> Option<i32> {
        let day = date::parse(text);
        if day.is_none() {
            let message = format!("'{}' is not a date", shortened(text));
            self.problems.push(
                Problem::new(BAD_LITERAL, range.clone(), message)
                    .help("a text literal compared with a date is a date, written '2026-07-01'"),
            );
        }
        day
    }

    /// Some bytes of the expression in backticks.
    fn source(&self, range: &Range<usize>) -> String {
        format!("`{}`", shortened(self.text.get(range.clone()).unwrap_or_default()))
    }
}

fn shortened(text: &str) -> String {
    let mut shown: String = text.chars().take(SHOWN).collect();
    if shown.len() < text.len() {
        shown.push('…');
    }
    shown
}

/// The coercion that is left to operands of one type: the narrowest of theirs.
fn narrowest(operands: &[TypedNode]) -> Coercion {
    let has = |coercion| operands.iter().any(|typed| typed.coercion == coercion);
    if has(Coercion::Fixed) {
        Coercion::Fixed
    } else if has(Coercion::TextToDate) {
        Coercion::TextToDate
    } else {
        Coercion::Any
    }
}

/// A help line for a node that is not of the type `wanted`.
fn advice(node: &Node, wanted: Type) -> Option<String> {
    let literal = match &node.kind {
        Kind::Literal(literal) => Some(literal),
        _ => None,
    };
    match (node.ty, wanted, literal) {
        (Type::Text, Type::Number, Some(Literal::Text(text))) if decimal::parse(text).is_some() => {
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
