//! How a payment came about, step by step: `docs/reference/ledger.md#payment`.

use crate::balances::Balance;
use crate::payment::{Exchange, Guarantee, PayeeFigures, Payment, Quoted};
use apportion_base::money::Minor;
use apportion_rules::DrawPays;

/// A number in a step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Quantity {
    /// Minor units of the book's currency.
    Amount(i128),
    /// A share, in hundred-millionths.
    Share(i64),
    /// An exchange rate in billionths, and what it says.
    Rate(i64, Quoted),
    /// An amount in another currency: its minor units and its code.
    Foreign(i128, String),
    /// Whether something is so.
    Is(bool),
    /// There is none.
    None,
}

/// One step: a formula, what goes in by name, and what comes out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PaymentStep {
    /// What comes out.
    pub name: &'static str,
    /// How, with the names of the inputs.
    pub formula: &'static str,
    /// By name.
    pub inputs: Vec<(&'static str, Quantity)>,
    /// What it comes to.
    pub result: Quantity,
}

/// All steps of a payment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PaymentSteps {
    /// In order.
    pub steps: Vec<PaymentStep>,
    /// Whether the terms that were in force are known. If not, what rests on them is as it was posted.
    pub with_terms: bool,
    /// Whether the steps come to what the close posted.
    pub proven: bool,
}

/// The terms of a payee, with the figures that went into its payment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownTerms {
    /// The figures.
    pub figures: PayeeFigures,
    /// What they come to.
    pub payment: Payment,
}

fn amount(minor: Minor) -> Quantity {
    Quantity::Amount(minor.wide())
}

/// The steps of a payee's row of a close. Without terms, those that rest on them have what was posted as their result, and say so.
pub fn steps(row: &Balance, known: Option<&KnownTerms>) -> PaymentSteps {
    let made = Steps { row, known: known.map(|known| &known.figures) };
    let proven = known.is_none_or(|known| known.payment == posted(row, &known.payment));
    let mut steps = vec![made.net(), made.guarantee()];
    steps.extend(made.debts());
    steps.extend(made.draw());
    steps.extend(made.paid());
    PaymentSteps { steps, with_terms: known.is_some(), proven }
}

/// What was posted, with what balances.csv does not say taken over.
fn posted(row: &Balance, known: &Payment) -> Payment {
    Payment { without_rate: known.without_rate, ..row.payment }
}

struct Steps<'a> {
    row: &'a Balance,
    known: Option<&'a PayeeFigures>,
}

impl Steps<'_> {
    fn step(
        &self,
        name: &'static str,
        formula: &'static str,
        inputs: Vec<(&'static str, Quantity)>,
        result: i128,
    ) -> PaymentStep {
        PaymentStep { name, formula, inputs, result: Quantity::Amount(result) }
    }

    /// A step whose terms are not known.
    fn as_posted(&self, name: &'static str, result: Minor) -> PaymentStep {
        self.step(name, "as posted", Vec::new(), result.wide())
    }

    /// N.
    fn net(&self) -> PaymentStep {
        let row = self.row;
        let inputs = vec![
            ("lines", amount(row.lines)),
            ("true_ups", amount(row.true_ups)),
            ("clawbacks", amount(row.clawbacks)),
            ("held_change", amount(row.held_change)),
            ("adjustments", amount(row.adjustments)),
        ];
        self.step("net", "lines + true_ups + clawbacks - held_change + adjustments", inputs, row.net())
    }

    /// G.
    fn guarantee(&self) -> PaymentStep {
        let row = self.row;
        let result = row.payment.guarantee;
        let Some(figures) = self.known else { return self.as_posted("guarantee", result) };
        match figures.guarantee {
            None => self.step("guarantee", "0, without a guarantee in force", Vec::new(), result.wide()),
            Some(Guarantee { amount: of_month, pays: DrawPays::OnTop }) => {
                self.step("guarantee", "amount", vec![("amount", amount(of_month))], result.wide())
            }
            Some(Guarantee { amount: of_month, pays: DrawPays::UpTo }) => {
                let inputs = vec![("amount", amount(of_month)), ("lines", amount(row.lines))];
                self.step("guarantee", "max(0, amount - max(0, lines))", inputs, result.wide())
            }
        }
    }

    fn to_pay(&self) -> i128 {
        self.row.net() + self.row.payment.guarantee.wide()
    }

    fn there(&self) -> i128 {
        self.row.carried_in.wide().max(0) + self.to_pay().max(0)
    }

    fn debt(&self) -> i128 {
        (-self.row.carried_in.wide()).max(0) + (-self.to_pay()).max(0)
    }

    fn available(&self) -> i128 {
        self.there() - self.row.payment.taken.wide()
    }

    fn due(&self) -> i128 {
        self.available() + self.row.payment.advance.wide() - self.row.payment.recovery.wide()
    }

    /// X, what is there, what is owed, what is taken, A.
    fn debts(&self) -> Vec<PaymentStep> {
        let row = self.row;
        let carried = ("carried_in", amount(row.carried_in));
        let new = ("new", Quantity::Amount(self.to_pay()));
        let taken = match self.known {
            None => self.as_posted("taken", row.payment.taken),
            Some(figures) => {
                let inputs = vec![
                    ("debt", Quantity::Amount(self.debt())),
                    ("there", Quantity::Amount(self.there())),
                    ("debt_share", Quantity::Share(figures.terms.debt_share_e8)),
                ];
                let result = row.payment.taken.wide();
                self.step("taken", "min(debt, round(there * debt_share))", inputs, result)
            }
        };
        vec![
            self.step(
                "new",
                "net + guarantee",
                vec![("net", Quantity::Amount(row.net())), ("guarantee", amount(row.payment.guarantee))],
                self.to_pay(),
            ),
            self.step(
                "there",
                "max(0, carried_in) + max(0, new)",
                vec![carried.clone(), new.clone()],
                self.there(),
            ),
            self.step("debt", "max(0, -carried_in) + max(0, -new)", vec![carried, new], self.debt()),
            taken,
            self.step(
                "available",
                "there - taken",
                vec![("there", Quantity::Amount(self.there())), ("taken", amount(row.payment.taken))],
                self.available(),
            ),
        ]
    }

    /// D, advance and recovery, and what is owed after them.
    fn draw(&self) -> Vec<PaymentStep> {
        let (row, paid) = (self.row, &self.row.payment);
        let mut steps = match self.known {
            None => vec![
                self.as_posted("advance", paid.advance),
                self.as_posted("recovery", paid.recovery),
                self.as_posted("forgiven", paid.forgiven),
            ],
            Some(figures) => self.draw_by_terms(figures),
        };
        steps.push(self.step(
            "owed_out",
            "owed_in + advance - recovery - forgiven",
            vec![
                ("owed_in", amount(row.owed_in)),
                ("advance", amount(paid.advance)),
                ("recovery", amount(paid.recovery)),
                ("forgiven", amount(paid.forgiven)),
            ],
            paid.owed_out.wide(),
        ));
        steps
    }

    fn draw_by_terms(&self, figures: &PayeeFigures) -> Vec<PaymentStep> {
        let (row, paid) = (self.row, &self.row.payment);
        let available = ("available", Quantity::Amount(self.available()));
        let owed = ("owed_in", amount(row.owed_in));
        let (of_month, pays, limit) = match figures.draw {
            Some(draw) => (draw.amount, Some(draw.pays), draw.limit),
            None => (Minor::ZERO, None, None),
        };
        let draw = ("draw", amount(of_month));
        let limit = ("limit", limit.map_or(Quantity::None, amount));
        let share = ("share", Quantity::Share(figures.recovery.share_e8));
        let begun = ("begun", Quantity::Is(figures.recovery.begun));
        let advance = match pays {
            None => self.step("advance", "0, without a draw in force", Vec::new(), 0),
            Some(DrawPays::UpTo) => self.step(
                "advance",
                "min(max(0, draw - available), max(0, limit - owed_in))",
                vec![draw.clone(), available.clone(), limit, owed.clone()],
                paid.advance.wide(),
            ),
            Some(DrawPays::OnTop) => self.step(
                "advance",
                "min(draw, max(0, limit - (owed_in - recovery)))",
                vec![draw.clone(), limit, owed.clone(), ("recovery", amount(paid.recovery))],
                paid.advance.wide(),
            ),
        };
        let forgives = pays.is_none() && figures.recovery.forgives;
        let recovery = match pays {
            Some(DrawPays::UpTo) => self.step(
                "recovery",
                "min(owed_in, round(max(0, available - draw) * share)), 0 before it has begun",
                vec![owed.clone(), available, draw, share, begun],
                paid.recovery.wide(),
            ),
            None if forgives => self.step("recovery", "0, where it is forgiven", Vec::new(), 0),
            None | Some(DrawPays::OnTop) => self.step(
                "recovery",
                "min(owed_in, round(available * share)), 0 before it has begun",
                vec![owed.clone(), available, share, begun],
                paid.recovery.wide(),
            ),
        };
        let forgiven = match forgives {
            true => self.step("forgiven", "owed_in", vec![owed], paid.forgiven.wide()),
            false => self.step("forgiven", "0, unless a draw with at_end = \"forgive\" ended", Vec::new(), 0),
        };
        match pays {
            // What is owed is recovered first there.
            Some(DrawPays::OnTop) => vec![recovery, advance, forgiven],
            Some(DrawPays::UpTo) | None => vec![advance, recovery, forgiven],
        }
    }

    /// B, what is paid of it, and what is carried.
    fn paid(&self) -> Vec<PaymentStep> {
        let (row, paid) = (self.row, &self.row.payment);
        let due = ("due", Quantity::Amount(self.due()));
        let of_terms = match self.known {
            None => self.as_posted("paid", paid.paid),
            Some(figures) => {
                let inputs = vec![
                    due.clone(),
                    ("minimum", amount(figures.terms.minimum)),
                    ("maximum", figures.terms.maximum.map_or(Quantity::None, amount)),
                    ("final", Quantity::Is(figures.is_final)),
                    ("in_the_data", Quantity::Is(figures.payable)),
                    ("rate_there", Quantity::Is(figures.exchange != Exchange::NoRate)),
                ];
                self.step(
                    "paid",
                    "0 where due < minimum and not final, or not in_the_data, or not rate_there; else min(due, maximum)",
                    inputs,
                    paid.paid.wide(),
                )
            }
        };
        let mut steps = vec![
            self.step(
                "due",
                "available + advance - recovery",
                vec![
                    ("available", Quantity::Amount(self.available())),
                    ("advance", amount(paid.advance)),
                    ("recovery", amount(paid.recovery)),
                ],
                self.due(),
            ),
            of_terms,
        ];
        if row.paid_currency != row.currency
            && let Some((rate_e9, quoted)) = row.rate
        {
            let formula = match quoted {
                Quoted::BookPerUnit => "round(paid / rate)",
                Quoted::UnitPerBook => "round(paid * rate)",
            };
            steps.push(PaymentStep {
                name: "paid_amount",
                formula,
                inputs: vec![("paid", amount(paid.paid)), ("rate", Quantity::Rate(rate_e9, quoted))],
                result: Quantity::Foreign(paid.paid_amount.wide(), row.paid_currency.clone()),
            });
        }
        steps.push(self.step(
            "carried_out",
            "due - paid - (debt - taken)",
            vec![
                due,
                ("paid", amount(paid.paid)),
                ("debt", Quantity::Amount(self.debt())),
                ("taken", amount(paid.taken)),
            ],
            paid.carried_out.wide(),
        ));
        steps
    }
}
