//! Why a deal paid nobody, in words for payees.

use apportion_contract::Reason;

use crate::language::Language;

/// A reason in words.
pub const fn reason(reason: Reason, language: Language) -> &'static str {
    texts(reason)[language.place()]
}

const fn texts(reason: Reason) -> [&'static str; 4] {
    match reason {
        Reason::TwoRules => [
            "two rules match it, of which one alone may pay",
            "zwei Regeln treffen zu, von denen nur eine zahlen darf",
            "deux règles s’appliquent, dont une seule peut payer",
            "se aplican dos reglas y solo una puede pagar",
        ],
        Reason::NoOriginal => [
            "the deal that it reverses is not known",
            "das stornierte Geschäft ist nicht bekannt",
            "l’affaire qu’elle annule n’est pas connue",
            "no se conoce la operación que anula",
        ],
        Reason::OriginalNotWon => [
            "the deal that it reverses was not won",
            "das stornierte Geschäft wurde nicht gewonnen",
            "l’affaire qu’elle annule n’a pas été gagnée",
            "la operación que anula no se ganó",
        ],
        Reason::ReversedBeforeClose => [
            "it is dated before the deal that it reverses",
            "es liegt vor dem stornierten Geschäft",
            "elle est antérieure à l’affaire qu’elle annule",
            "es anterior a la operación que anula",
        ],
        Reason::NoLines => [
            "there was nothing to take back",
            "es gab nichts zurückzufordern",
            "il n’y avait rien à reprendre",
            "no había nada que devolver",
        ],
        Reason::NoBasis => [
            "it has no amount on which the rule pays",
            "es hat keinen Betrag, auf den die Regel zahlt",
            "elle n’a pas de montant sur lequel la règle paie",
            "no tiene importe sobre el que pague la regla",
        ],
        Reason::NegativeDeal => [
            "its amount is below 0",
            "sein Betrag ist unter 0",
            "son montant est inférieur à 0",
            "su importe es inferior a 0",
        ],
        Reason::Incomplete => [
            "a record of work on it could not be used; it waits until that is put right",
            "ein Eintrag zur Arbeit daran war nicht verwendbar; es wartet, bis er berichtigt ist",
            "une saisie de travail n’a pas pu être utilisée ; elle attend sa correction",
            "un registro de trabajo no se pudo usar; espera a que se corrija",
        ],
        Reason::NoRate => [
            "the rule has no rate or amount for it",
            "die Regel hat dafür keinen Satz oder Betrag",
            "la règle n’a ni taux ni montant pour elle",
            "la regla no tiene tasa ni importe para ella",
        ],
        Reason::NoSplits => [
            "no shares were declared for it",
            "es wurden keine Anteile gemeldet",
            "aucune part n’a été déclarée",
            "no se declararon partes",
        ],
        Reason::SplitsNot100 => [
            "the declared shares do not add up to 100%",
            "die gemeldeten Anteile ergeben nicht 100\u{a0}%",
            "les parts déclarées ne totalisent pas 100\u{202f}%",
            "las partes declaradas no suman el 100\u{a0}%",
        ],
        Reason::NoEngagement => [
            "no work on it is recorded that the rule looks at",
            "es ist keine Arbeit erfasst, die die Regel betrachtet",
            "aucun travail que la règle considère n’est saisi",
            "no consta trabajo que la regla considere",
        ],
        Reason::NoEligiblePayee => [
            "none of the recorded work meets the conditions of the rule",
            "keine erfasste Arbeit erfüllt die Bedingungen der Regel",
            "aucun travail saisi ne remplit les conditions de la règle",
            "ningún trabajo registrado cumple las condiciones de la regla",
        ],
        Reason::NoFilledRole => [
            "nobody had one of the roles that the rule pays",
            "niemand hatte eine Rolle, die die Regel bezahlt",
            "personne n’avait un rôle que la règle paie",
            "nadie tuvo una función que la regla pague",
        ],
        Reason::RequirementNotMet => [
            "what the rule requires was not reached",
            "was die Regel verlangt, wurde nicht erreicht",
            "ce que la règle exige n’a pas été atteint",
            "no se alcanzó lo que la regla exige",
        ],
        Reason::BelowFirstRate => [
            "there was less work than the first rate asks for",
            "es war weniger Arbeit, als der erste Satz verlangt",
            "il y avait moins de travail que le premier taux n’en demande",
            "hubo menos trabajo del que pide la primera tasa",
        ],
        Reason::Reversed => [
            "it was reversed as a whole",
            "es wurde ganz storniert",
            "elle a été entièrement annulée",
            "se anuló por completo",
        ],
        Reason::NoRule => {
            ["no rule pays it", "keine Regel zahlt dafür", "aucune règle ne la paie", "ninguna regla la paga"]
        }
        Reason::NoQuota => [
            "you have no quota for the period",
            "Sie haben für den Zeitraum kein Ziel",
            "vous n’avez pas d’objectif pour la période",
            "no tiene objetivo para el periodo",
        ],
        Reason::UnfilledRole => [
            "a role that nobody had keeps its part",
            "eine Rolle, die niemand hatte, behält ihren Teil",
            "un rôle que personne n’avait garde sa part",
            "una función que nadie tuvo conserva su parte",
        ],
        Reason::NotCounted => [
            "a decision gives a part to somebody whom the rule does not count; it is kept back",
            "eine Entscheidung gibt jemandem einen Teil, den die Regel nicht zählt; er wird einbehalten",
            "une décision attribue une part à quelqu’un que la règle ne compte pas ; elle est retenue",
            "una decisión asigna una parte a quien la regla no cuenta; se retiene",
        ],
        Reason::Voided => [
            "a decision gives the disputed parts to nobody",
            "eine Entscheidung gibt die strittigen Teile niemandem",
            "une décision n’attribue les parts contestées à personne",
            "una decisión no asigna a nadie las partes en disputa",
        ],
        Reason::Gated => [
            "a condition for being paid is not met; a part is kept back",
            "eine Voraussetzung der Auszahlung ist nicht erfüllt; ein Teil wird einbehalten",
            "une condition de paiement n’est pas remplie ; une partie est retenue",
            "no se cumple una condición de pago; se retiene una parte",
        ],
        Reason::TerritoryTie => [
            "several territories fit it equally well, so that none counts",
            "mehrere Gebiete passen gleich gut, daher zählt keines",
            "plusieurs territoires conviennent également, donc aucun ne compte",
            "varios territorios encajan por igual, así que ninguno cuenta",
        ],
    }
}
