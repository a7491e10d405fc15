//! The functions: their names, their arguments, and the type of their value.

use std::ops::{Range, RangeInclusive};

use super::super::problem::{Problem, UNKNOWN_FUNCTION, WRONG_ARGUMENTS};
use super::super::syntax::{Ast, Name, Syntax};
use super::super::tree::{Function, Kind, Node, Part};
use super::super::types::Type;
use super::{Checker, TypedNode, narrowest, texts};
use apportion_base::diagnostic::nearest;

/// The functions of the language.
const FUNCTIONS: [&str; 26] = [
    "abs",
    "coalesce",
    "concat",
    "ends_with",
    "extract",
    "greatest",
    "least",
    "left",
    "length",
    "lower",
    "lpad",
    "nullif",
    "position",
    "regexp_extract",
    "regexp_like",
    "replace",
    "right",
    "round",
    "salesforce_id",
    "split_part",
    "starts_with",
    "substr",
    "to_date",
    "to_number",
    "trim",
    "upper",
];

/// How a function is called.
struct Signature {
    count: RangeInclusive<usize>,
    /// The number of arguments in words.
    words: &'static str,
    usage: &'static str,
}

/// The signature of a function in lower case, except `extract` and `position`, which have another syntax.
fn signature(name: &str) -> Option<Signature> {
    let (count, words, usage) = match name {
        "abs" => (1..=1, "one argument", "abs(number)"),
        "round" => (1..=2, "one or two arguments", "round(number) or round(number, decimals)"),
        "least" => (1..=usize::MAX, "at least one argument", "least(value, value, …)"),
        "greatest" => (1..=usize::MAX, "at least one argument", "greatest(value, value, …)"),
        "coalesce" => (1..=usize::MAX, "at least one argument", "coalesce(value, value, …)"),
        "nullif" => (2..=2, "two arguments", "nullif(value, value)"),
        "lower" => (1..=1, "one argument", "lower(text)"),
        "upper" => (1..=1, "one argument", "upper(text)"),
        "trim" => (1..=1, "one argument", "trim(text)"),
        _ => texts::signature(name)?,
    };
    Some(Signature { count, words, usage })
}

impl Checker<'_> {
    /// A call of any function but `extract`.
    pub(super) fn call(&mut self, name: &Name, arguments: &[Ast], range: Range<usize>) -> Option<TypedNode> {
        let lower = name.text.to_lowercase();
        let Some(signature) = signature(&lower) else {
            self.unknown_function(name);
            return None;
        };
        if !signature.count.contains(&arguments.len()) {
            self.wrong_count(&lower, &signature, arguments.len(), range);
            return None;
        }
        match (lower.as_str(), arguments) {
            ("abs", [value]) => self.unary_call(Function::Abs, value, Type::Number, range),
            ("lower", [value]) => self.unary_call(Function::Lower, value, Type::Text, range),
            ("upper", [value]) => self.unary_call(Function::Upper, value, Type::Text, range),
            ("trim", [value]) => self.unary_call(Function::Trim, value, Type::Text, range),
            ("round", [value]) => self.unary_call(Function::Round { digits: 0 }, value, Type::Number, range),
            ("round", [value, digits]) => {
                let digits = self.round_digits(digits);
                let value = self.operand(value, Type::Number, "`round` takes");
                let function = Function::Round { digits: digits? };
                Some(TypedNode::fixed(Type::Number, range, Kind::Call { function, arguments: vec![*value?] }))
            }
            ("least", _) => self.uniform_call(Function::Least, arguments, range),
            ("greatest", _) => self.uniform_call(Function::Greatest, arguments, range),
            ("nullif", _) => self.uniform_call(Function::Nullif, arguments, range),
            ("coalesce", _) => self.uniform_call(Function::Coalesce, arguments, range),
            (name, _) => self.text_call(name, arguments, range),
        }
    }

    /// A call whose one argument and value are of the type `ty`.
    fn unary_call(
        &mut self,
        function: Function,
        value: &Ast,
        ty: Type,
        range: Range<usize>,
    ) -> Option<TypedNode> {
        let arguments = vec![*self.operand(value, ty, "this function takes")?];
        Some(TypedNode::fixed(ty, range, Kind::Call { function, arguments }))
    }

    /// A call whose arguments and value all have the same type.
    fn uniform_call(
        &mut self,
        function: Function,
        arguments: &[Ast],
        range: Range<usize>,
    ) -> Option<TypedNode> {
        let operands = self.check_all(&arguments.iter().collect::<Vec<_>>())?;
        let coercion = narrowest(&operands);
        let arguments = self.unify(operands)?;
        if matches!(function, Function::Least | Function::Greatest) {
            self.require_order(&arguments)?;
        }
        let ty = arguments.first()?.ty;
        Some(TypedNode { node: Node::new(ty, range, Kind::Call { function, arguments }), coercion })
    }

    /// The second argument of `round`.
    fn round_digits(&mut self, ast: &Ast) -> Option<i8> {
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

    /// The first argument of `extract`.
    pub(super) fn date_part(&mut self, name: &Name) -> Option<Part> {
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

    fn wrong_count(&mut self, name: &str, signature: &Signature, count: usize, range: Range<usize>) {
        let verb = if count == 1 { "was" } else { "were" };
        let message = format!("`{name}` takes {}, but {count} {verb} given", signature.words);
        let problem = Problem::new(WRONG_ARGUMENTS, range, message);
        self.problems.push(problem.help(format!("write {}", signature.usage)));
    }

    fn unknown_function(&mut self, name: &Name) {
        let message = format!("there is no function `{}`", name.text);
        let near = nearest(&name.text, FUNCTIONS).map(|near| format!("did you mean `{near}`? "));
        let help = format!("{}the functions are: {}", near.unwrap_or_default(), FUNCTIONS.join(", "));
        self.problems.push(Problem::new(UNKNOWN_FUNCTION, name.range.clone(), message).help(help));
    }
}
