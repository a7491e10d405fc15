//! Worked cases that can be done by hand, in cents, and the identities as properties.

use super::*;
use proptest::prelude::*;

const ROUNDING: Rounding = Rounding::HalfAwayFromZero;

fn minor(cents: i64) -> Minor {
    Minor::new(cents)
}

/// A payee with so much carried, owed and net, and no terms.
fn payee(carried: i64, owed: i64, net: i64) -> PayeeFigures {
    PayeeFigures {
        carried_in: minor(carried),
        owed_in: minor(owed),
        net: minor(net),
        new_earned: Minor::ZERO,
        guarantee: None,
        draw: None,
        recovery: Recovery::default(),
        terms: Terms::default(),
        is_final: false,
        payable: true,
        exchange: Exchange::Book,
    }
}

fn up_to(cents: i64, limit: Option<i64>) -> Option<Draw> {
    Some(Draw { amount: minor(cents), pays: DrawPays::UpTo, limit: limit.map(minor) })
}

fn on_top(cents: i64, limit: Option<i64>) -> Option<Draw> {
    Some(Draw { amount: minor(cents), pays: DrawPays::OnTop, limit: limit.map(minor) })
}

fn percent(share: i64) -> Recovery {
    Recovery { share_e8: share * 1_000_000, ..Recovery::default() }
}

fn pay_book(figures: &PayeeFigures) -> Payment {
    let paid = pay(figures, ROUNDING).unwrap();
    let sum = |amounts: &[Minor]| amounts.iter().map(|amount| amount.wide()).sum::<i128>();
    assert_eq!(
        sum(&[figures.carried_in, figures.net, paid.guarantee, paid.advance]) - paid.recovery.wide(),
        sum(&[paid.paid, paid.carried_out])
    );
    assert_eq!(
        figures.owed_in.wide() + paid.advance.wide() - paid.recovery.wide() - paid.forgiven.wide(),
        paid.owed_out.wide()
    );
    paid
}

/// Guarantee, taken, advance, recovery, forgiven, paid, carried out, owed out.
fn row(paid: Payment) -> [i64; 8] {
    [
        paid.guarantee,
        paid.taken,
        paid.advance,
        paid.recovery,
        paid.forgiven,
        paid.paid,
        paid.carried_out,
        paid.owed_out,
    ]
    .map(Minor::raw)
}

#[test]
fn without_terms_everything_is_paid_and_debts_are_carried() {
    for (figures, expected) in [
        (payee(0, 0, 10_000), [0, 0, 0, 0, 0, 10_000, 0, 0]),
        (payee(500, 0, 10_000), [0, 0, 0, 0, 0, 10_500, 0, 0]),
        // A debt of 300.00 takes all of 100.00, and 200.00 are left of it.
        (payee(-30_000, 0, 10_000), [0, 10_000, 0, 0, 0, 0, -20_000, 0]),
        // 20.00 were carried, and a clawback of 50.00 takes them.
        (payee(2_000, 0, -5_000), [0, 2_000, 0, 0, 0, 0, -3_000, 0]),
        (payee(-1_000, 0, -5_000), [0, 0, 0, 0, 0, 0, -6_000, 0]),
        (payee(-5_000, 0, 8_000), [0, 5_000, 0, 0, 0, 3_000, 0, 0]),
        (payee(0, 0, 0), [0; 8]),
    ] {
        assert_eq!(row(pay_book(&figures)), expected, "{figures:?}");
    }
}

#[test]
fn a_part_of_what_is_there_is_taken_for_debts() {
    let quarter = Terms { debt_share_e8: 25_000_000, ..Terms::default() };
    for (carried, net, expected) in [
        // A quarter of 100.02 is 25.005, which is 25.01.
        (-30_000, 10_002, [0, 2_501, 0, 0, 0, 7_501, -27_499, 0]),
        (-1_000, 10_000, [0, 1_000, 0, 0, 0, 9_000, 0, 0]),
        // What was carried is there, and the debt is this month's.
        (10_000, -2_000, [0, 2_000, 0, 0, 0, 8_000, 0, 0]),
        (10_000, -20_000, [0, 2_500, 0, 0, 0, 7_500, -17_500, 0]),
        (-10_000, -20_000, [0, 0, 0, 0, 0, 0, -30_000, 0]),
    ] {
        let figures = PayeeFigures { terms: quarter, ..payee(carried, 0, net) };
        assert_eq!(row(pay_book(&figures)), expected, "{figures:?}");
    }
}

#[test]
fn a_guarantee_fills_up_what_new_entries_earned() {
    let guarantee = |cents, pays| Some(Guarantee { amount: minor(cents), pays });
    for (new, net, pays, expected) in [
        // 4,000.00 guaranteed, 1,500.00 earned: 2,500.00 more.
        (150_000, 150_000, DrawPays::UpTo, [250_000, 0, 0, 0, 0, 400_000, 0, 0]),
        (450_000, 450_000, DrawPays::UpTo, [0, 0, 0, 0, 0, 450_000, 0, 0]),
        // What is held has been earned.
        (150_000, 0, DrawPays::UpTo, [250_000, 0, 0, 0, 0, 250_000, 0, 0]),
        // New entries below zero are no reason for more than the guarantee, and a clawback takes from it.
        (-20_000, -120_000, DrawPays::UpTo, [400_000, 0, 0, 0, 0, 280_000, 0, 0]),
        (150_000, 150_000, DrawPays::OnTop, [400_000, 0, 0, 0, 0, 550_000, 0, 0]),
    ] {
        let guarantee = guarantee(400_000, pays);
        let figures = PayeeFigures { new_earned: minor(new), guarantee, ..payee(0, 0, net) };
        assert_eq!(row(pay_book(&figures)), expected, "{figures:?}");
    }
}

#[test]
fn a_recoverable_draw_is_a_floor() {
    for (figures, expected) in [
        // 3,500.00 a month, 1,000.00 there: 2,500.00 advanced, and owed.
        (
            PayeeFigures { draw: up_to(350_000, None), ..payee(0, 0, 100_000) },
            [0, 0, 250_000, 0, 0, 350_000, 0, 250_000],
        ),
        // At most 120.00 may be owed, and 100.00 are.
        (
            PayeeFigures { draw: up_to(350_000, Some(12_000)), ..payee(0, 10_000, 100_000) },
            [0, 0, 2_000, 0, 0, 102_000, 0, 12_000],
        ),
        // More is owed than the limit allows by now: no advance.
        (
            PayeeFigures { draw: up_to(350_000, Some(12_000)), ..payee(0, 20_000, 100_000) },
            [0, 0, 0, 0, 0, 100_000, 0, 20_000],
        ),
        // 500.00 above the draw; all of it is taken.
        (
            PayeeFigures { draw: up_to(350_000, None), ..payee(0, 80_000, 400_000) },
            [0, 0, 0, 50_000, 0, 350_000, 0, 30_000],
        ),
        // Half of it is.
        (
            PayeeFigures { draw: up_to(350_000, None), recovery: percent(50), ..payee(0, 80_000, 400_000) },
            [0, 0, 0, 25_000, 0, 375_000, 0, 55_000],
        ),
        // Recovery has not begun.
        (
            PayeeFigures {
                draw: up_to(350_000, None),
                recovery: Recovery { begun: false, ..Recovery::default() },
                ..payee(0, 80_000, 400_000)
            },
            [0, 0, 0, 0, 0, 400_000, 0, 80_000],
        ),
        // A clawback takes what is there first; the draw lends the floor, and what is owed through clawbacks stays a debt.
        (
            PayeeFigures { draw: up_to(350_000, None), ..payee(0, 0, -100_000) },
            [0, 0, 350_000, 0, 0, 350_000, -100_000, 350_000],
        ),
    ] {
        assert_eq!(row(pay_book(&figures)), expected, "{figures:?}");
    }
}

#[test]
fn a_recoverable_draw_on_top_recovers_first() {
    for (figures, expected) in [
        (
            PayeeFigures { draw: on_top(100_000, None), ..payee(0, 0, 50_000) },
            [0, 0, 100_000, 0, 0, 150_000, 0, 100_000],
        ),
        // 500.00 are recovered of the 1,000.00 owed, and 1,000.00 advanced.
        (
            PayeeFigures { draw: on_top(100_000, None), ..payee(0, 100_000, 50_000) },
            [0, 0, 100_000, 50_000, 0, 100_000, 0, 150_000],
        ),
        // A limit of 1,200.00: after recovery 500.00 are owed, so 700.00 are left.
        (
            PayeeFigures { draw: on_top(100_000, Some(120_000)), ..payee(0, 100_000, 50_000) },
            [0, 0, 70_000, 50_000, 0, 70_000, 0, 120_000],
        ),
    ] {
        assert_eq!(row(pay_book(&figures)), expected, "{figures:?}");
    }
}

#[test]
fn after_a_draw_what_is_owed_is_recovered_or_forgiven() {
    let forgives = Recovery { forgives: true, ..Recovery::default() };
    for (figures, expected) in [
        (payee(0, 30_000, 50_000), [0, 0, 0, 30_000, 0, 20_000, 0, 0]),
        (
            PayeeFigures { recovery: percent(10), ..payee(0, 30_000, 50_000) },
            [0, 0, 0, 5_000, 0, 45_000, 0, 25_000],
        ),
        (PayeeFigures { recovery: forgives, ..payee(0, 30_000, 50_000) }, [0, 0, 0, 0, 30_000, 50_000, 0, 0]),
        // What is owed through clawbacks is not forgiven with it.
        (
            PayeeFigures { recovery: forgives, ..payee(-10_000, 30_000, 2_000) },
            [0, 2_000, 0, 0, 30_000, 0, -8_000, 0],
        ),
    ] {
        assert_eq!(row(pay_book(&figures)), expected, "{figures:?}");
    }
}

#[test]
fn minimum_maximum_and_the_last_payment() {
    let terms = |minimum, maximum: Option<i64>| Terms {
        minimum: minor(minimum),
        maximum: maximum.map(minor),
        ..Terms::default()
    };
    for (figures, expected) in [
        (PayeeFigures { terms: terms(20_000, None), ..payee(0, 0, 19_999) }, [0, 0, 0, 0, 0, 0, 19_999, 0]),
        (PayeeFigures { terms: terms(20_000, None), ..payee(1, 0, 19_999) }, [0, 0, 0, 0, 0, 20_000, 0, 0]),
        (
            PayeeFigures { terms: terms(20_000, None), is_final: true, ..payee(0, 0, 19_999) },
            [0, 0, 0, 0, 0, 19_999, 0, 0],
        ),
        (
            PayeeFigures { terms: terms(0, Some(50_000)), is_final: true, ..payee(0, 0, 80_000) },
            [0, 0, 0, 0, 0, 50_000, 30_000, 0],
        ),
        // What the minimum keeps back is set against what is left of debts: 100.00 there, a quarter taken of a debt of 300.00.
        (
            PayeeFigures {
                terms: Terms { debt_share_e8: 25_000_000, ..terms(20_000, None) },
                ..payee(-30_000, 0, 10_000)
            },
            [0, 2_500, 0, 0, 0, 0, -20_000, 0],
        ),
        (PayeeFigures { payable: false, ..payee(0, 0, 10_000) }, [0, 0, 0, 0, 0, 0, 10_000, 0]),
    ] {
        assert_eq!(row(pay_book(&figures)), expected, "{figures:?}");
    }
}

#[test]
fn a_payee_is_paid_in_its_own_currency() {
    let at = |rate_e9, quoted, to| Exchange::Rate { rate_e9, quoted, from: 2, to };
    for (exchange, net, paid, amount) in [
        // 100.00 dollars at 1.085 dollars for a euro: 92.1659 euros.
        (at(1_085_000_000, Quoted::BookPerUnit, 2), 10_000, 10_000, 9_217),
        (at(1_085_000_000, Quoted::UnitPerBook, 2), 10_000, 10_000, 10_850),
        // Yen have no digits: 100.00 dollars at 157.3 yen for a dollar.
        (at(157_300_000_000, Quoted::UnitPerBook, 0), 10_000, 10_000, 15_730),
        // Less than half a unit of it can't be paid, and is carried.
        (at(3_000_000_000, Quoted::BookPerUnit, 0), 100, 0, 0),
        (at(2_000_000_000, Quoted::BookPerUnit, 0), 100, 100, 1),
    ] {
        let done = pay_book(&PayeeFigures { exchange, ..payee(0, 0, net) });
        assert_eq!(
            (done.paid, done.paid_amount, done.carried_out, done.without_rate),
            (minor(paid), minor(amount), minor(net - paid), false),
            "{exchange:?}"
        );
    }
    let done = pay_book(&PayeeFigures { exchange: Exchange::NoRate, ..payee(0, 0, 100) });
    assert_eq!((done.paid, done.carried_out, done.without_rate), (Minor::ZERO, minor(100), true));
    let nothing = pay_book(&PayeeFigures { exchange: Exchange::NoRate, ..payee(0, 0, -100) });
    assert!(!nothing.without_rate);
}

#[test]
fn what_can_t_be_held_is_an_error() {
    let figures = PayeeFigures { carried_in: Minor::MAX, net: Minor::MAX, ..payee(0, 0, 0) };
    assert_eq!(pay(&figures, ROUNDING), Err(Overflow));
    let exchange = Exchange::Rate { rate_e9: i64::MAX, quoted: Quoted::UnitPerBook, from: 0, to: 4 };
    let figures = PayeeFigures { exchange, net: Minor::MAX, ..payee(0, 0, 0) };
    assert_eq!(pay(&figures, ROUNDING), Err(Overflow));
}

fn cents() -> impl Strategy<Value = i64> {
    prop_oneof![Just(0), -5_i64..=5, -1_000_000_i64..=1_000_000, -10_i64.pow(14)..=10_i64.pow(14)]
}

fn positive() -> impl Strategy<Value = i64> {
    cents().prop_map(i64::abs)
}

fn share() -> impl Strategy<Value = i64> {
    prop_oneof![Just(0), Just(WHOLE_E8), 0..=WHOLE_E8]
}

fn draw_pays() -> impl Strategy<Value = DrawPays> {
    prop_oneof![Just(DrawPays::UpTo), Just(DrawPays::OnTop)]
}

fn exchange() -> impl Strategy<Value = Exchange> {
    let quoted = prop_oneof![Just(Quoted::BookPerUnit), Just(Quoted::UnitPerBook)];
    let rate = (1_i64..10_i64.pow(12), quoted, 0_u32..=4).prop_map(|(rate_e9, quoted, to)| Exchange::Rate {
        rate_e9,
        quoted,
        from: 2,
        to,
    });
    prop_oneof![Just(Exchange::Book), Just(Exchange::NoRate), rate]
}

prop_compose! {
    fn figures()(
        (carried, owed, net, new_earned) in (cents(), positive(), cents(), cents()),
        guarantee in proptest::option::of((positive(), draw_pays())),
        draw in proptest::option::of((positive(), draw_pays(), proptest::option::of(positive()))),
        (share_e8, begun, forgives) in (share(), any::<bool>(), any::<bool>()),
        (minimum, maximum, debt_share_e8) in (positive(), proptest::option::of(positive()), share()),
        (is_final, payable, exchange) in (any::<bool>(), any::<bool>(), exchange()),
    ) -> PayeeFigures {
        PayeeFigures {
            new_earned: minor(new_earned),
            guarantee: guarantee.map(|(amount, pays)| Guarantee { amount: minor(amount), pays }),
            draw: draw.map(|(amount, pays, limit)| {
                Draw { amount: minor(amount), pays, limit: limit.map(minor) }
            }),
            recovery: Recovery { share_e8, begun, forgives },
            terms: Terms { minimum: minor(minimum), maximum: maximum.map(minor), debt_share_e8 },
            is_final,
            payable,
            exchange,
            ..payee(carried, owed, net)
        }
    }
}

proptest! {
    #[test]
    fn a_payment_adds_up_and_takes_nothing_from_nobody(
        figures in figures(),
        rounding in prop_oneof![Just(Rounding::HalfAwayFromZero), Just(Rounding::HalfEven)],
    ) {
        // Only an amount in a currency that is worth very little can have more than 18 digits.
        let Ok(paid) = pay(&figures, rounding) else {
            let in_another_currency = matches!(figures.exchange, Exchange::Rate { .. });
            prop_assert!(in_another_currency);
            return Ok(());
        };
        let wide = |amount: Minor| amount.wide();
        prop_assert_eq!(
            wide(figures.carried_in) + wide(figures.net) + wide(paid.guarantee) + wide(paid.advance)
                - wide(paid.recovery),
            wide(paid.paid) + wide(paid.carried_out)
        );
        prop_assert_eq!(
            wide(figures.owed_in) + wide(paid.advance) - wide(paid.recovery) - wide(paid.forgiven),
            wide(paid.owed_out)
        );
        for amount in [paid.guarantee, paid.taken, paid.advance, paid.recovery, paid.forgiven, paid.paid,
            paid.owed_out, paid.paid_amount]
        {
            prop_assert!(!amount.is_negative(), "{:?}", paid);
        }
        // Within the limits of the terms.
        prop_assert!(figures.terms.maximum.is_none_or(|maximum| paid.paid <= maximum));
        prop_assert!(paid.paid.is_zero() == paid.paid_amount.is_zero());
        prop_assert!(figures.payable || paid.paid.is_zero());
        if let Some(limit) = figures.draw.and_then(|draw| draw.limit) {
            prop_assert!(paid.advance.is_zero() || paid.owed_out <= limit);
        }
        // Debts are neither lent away nor forgiven: what is left of them is still there.
        let debt = (-wide(figures.carried_in)).max(0) + (-(wide(figures.net) + wide(paid.guarantee))).max(0);
        prop_assert!(wide(paid.carried_out) >= -(debt - wide(paid.taken)));
    }
}
