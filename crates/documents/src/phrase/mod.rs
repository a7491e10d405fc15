//! The words of documents in all languages.

mod cause;
mod reason;

pub use cause::cause;
pub use reason::reason;

use crate::language::{Language, filled};

macro_rules! phrases {
    ($($name:ident: $english:literal, $german:literal, $french:literal, $spanish:literal;)*) => {
        /// Words of ours in a document. `{}` is filled in by [`Phrase::with`].
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Phrase {
            $(#[doc = $english] $name,)*
        }

        impl Phrase {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$name),*];

            /// English, German, French, Spanish.
            const fn texts(self) -> [&'static str; 4] {
                match self {
                    $(Self::$name => [$english, $german, $french, $spanish],)*
                }
            }
        }
    };
}

impl Phrase {
    /// The words in a language.
    pub const fn text(self, language: Language) -> &'static str {
        self.texts()[language.place()]
    }

    /// The same with something in place of each `{}`.
    pub fn with(self, language: Language, values: &[&str]) -> String {
        filled(self.text(language), values)
    }
}

phrases! {
    Draft: "DRAFT", "DRAFT · ENTWURF", "DRAFT · PROJET", "DRAFT · BORRADOR";
    SignatureAndDay: "signature and day", "Unterschrift und Datum", "signature et date", "firma y fecha";
    StatementFor: "Statement for {}", "Abrechnung für {}", "Relevé : {}", "Liquidación de {}";
    DraftNote:
        "This is a draft. It pays nobody, and what is posted may differ.",
        "Dies ist ein Entwurf. Er zahlt niemandem etwas, und was gebucht wird, kann anders sein.",
        "Ceci est un projet. Il ne paie personne, et ce qui sera comptabilisé peut être différent.",
        "Esto es un borrador. No paga a nadie, y lo que se contabilice puede ser distinto.";
    EarnedOnlyNote:
        "It shows what is earned alone: a run knows neither holds nor payments nor what was posted before.",
        "Sie zeigt nur, was verdient ist: Ein Lauf kennt weder Einbehalte noch Zahlungen noch frühere Buchungen.",
        "Il ne montre que ce qui est acquis : un calcul ne connaît ni retenues, ni paiements, ni écritures antérieures.",
        "Muestra solo lo devengado: un cálculo no conoce retenciones, pagos ni lo contabilizado antes.";
    Nothing:
        "Nothing was posted for you in this month.",
        "Für Sie wurde in diesem Monat nichts gebucht.",
        "Rien n’a été comptabilisé pour vous ce mois-ci.",
        "Este mes no se ha contabilizado nada para usted.";
    Total: "Total", "Summe", "Total", "Total";
    Check: "Check", "Probe", "Contrôle", "Comprobación";
    AddsUp: "adds up", "geht auf", "juste", "cuadra";
    Differs: "differs", "weicht ab", "écart", "no cuadra";
    Summary: "Summary", "Übersicht", "Résumé", "Resumen";
    WhatIsPaid: "What is paid", "Was gezahlt wird", "Ce qui est payé", "Lo que se paga";
    Step: "How it came about", "Wie es dazu kam", "Comment on y arrive", "Cómo se llega a ello";
    Amount: "Amount", "Betrag", "Montant", "Importe";
    CarriedIn:
        "Due before and not paid", "Zuvor fällig und nicht gezahlt", "Dû auparavant et non payé",
        "Debido antes y no pagado";
    DebtIn:
        "Owed from before", "Zuvor geschuldet", "Dû par vous auparavant", "Adeudado de antes";
    EarnedIn: "Earned in {}", "Verdient im {}", "Acquis en {}", "Devengado en {}";
    TrueUpOf: "Differences for {}", "Differenzen für {}", "Différences pour {}", "Diferencias de {}";
    Clawbacks: "Clawbacks", "Rückforderungen", "Reprises", "Devoluciones";
    HeldBack: "Earned and held back", "Verdient und einbehalten", "Acquis et retenu", "Devengado y retenido";
    Released:
        "Released from what was held", "Freigegeben aus Einbehaltenem", "Libéré des retenues",
        "Liberado de lo retenido";
    Adjustment: "Adjustment", "Anpassung", "Ajustement", "Ajuste";
    Guarantee: "Guarantee", "Garantie", "Garantie", "Garantía";
    Advance: "Advance", "Vorschuss", "Avance", "Anticipo";
    Recovery: "Advances given back", "Zurückgegebene Vorschüsse", "Avances remboursées", "Anticipos devueltos";
    CarriedOut:
        "Carried to the next month", "Auf den nächsten Monat übertragen", "Reporté au mois suivant",
        "Pasa al mes siguiente";
    DebtOut:
        "Still owed", "Noch geschuldet", "Reste dû par vous", "Aún adeudado";
    Paid: "Paid", "Gezahlt", "Payé", "Pagado";
    PaidIn: "Paid in {}", "Gezahlt in {}", "Payé en {}", "Pagado en {}";
    AtRate: "at a rate of {}", "zum Kurs von {}", "au cours de {}", "al cambio de {}";
    HeldIn: "Held at the beginning", "Einbehalten zu Beginn", "Retenu au début", "Retenido al comienzo";
    HeldChange: "Change of this month", "Änderung dieses Monats", "Variation du mois", "Variación del mes";
    HeldOut: "Held at the end", "Einbehalten am Ende", "Retenu à la fin", "Retenido al final";
    OwedIn:
        "Advances owed at the beginning", "Geschuldete Vorschüsse zu Beginn", "Avances dues au début",
        "Anticipos adeudados al comienzo";
    Forgiven: "Forgiven", "Erlassen", "Remis", "Condonado";
    OwedOut:
        "Advances owed at the end", "Geschuldete Vorschüsse am Ende", "Avances dues à la fin",
        "Anticipos adeudados al final";
    Earned: "Earned", "Verdient", "Acquis", "Devengado";
    ByRule: "By rule", "Nach Regeln", "Par règle", "Por regla";
    EarnedLines: "What was earned, deal by deal", "Was verdient wurde, Geschäft für Geschäft",
        "Ce qui est acquis, affaire par affaire", "Lo devengado, operación por operación";
    Lines: "Lines", "Zeilen", "Lignes", "Líneas";
    Rule: "Rule", "Regel", "Règle", "Regla";
    Deal: "Deal", "Geschäft", "Affaire", "Operación";
    Customer: "Customer", "Kunde", "Client", "Cliente";
    CloseDate: "Closed on", "Abschluss am", "Conclue le", "Cerrada el";
    Role: "Role", "Rolle", "Rôle", "Función";
    CreditOf: "Credit of", "Wertung von", "Crédit de", "Crédito de";
    Credit: "Credit", "Wertung", "Crédit", "Crédito";
    Rate: "Rate", "Satz", "Taux", "Tasa";
    Remark: "Remark", "Bemerkung", "Remarque", "Observación";
    LessByCap: "{} less by a cap", "{} weniger durch eine Obergrenze", "{} de moins (plafond)",
        "{} menos por un tope";
    PostedBeforeNote: "{} was posted before", "{} wurde zuvor gebucht", "{} déjà comptabilisé",
        "{} ya contabilizado";
    HeldNote: "{} of it is held", "davon {} einbehalten", "dont {} retenu", "de ello, {} retenido";
    CreditOnly: "credit, no pay", "Wertung ohne Zahlung", "crédit sans paiement", "crédito sin pago";
    TrueUps: "Differences for earlier months", "Differenzen für frühere Monate",
        "Différences pour des mois antérieurs", "Diferencias de meses anteriores";
    Month: "Month", "Monat", "Mois", "Mes";
    PostedBefore: "Posted before", "Zuvor gebucht", "Comptabilisé avant", "Contabilizado antes";
    Now: "Now", "Jetzt", "Maintenant", "Ahora";
    Difference: "Difference", "Differenz", "Différence", "Diferencia";
    Why: "Why", "Warum", "Pourquoi", "Por qué";
    TakenBack: "Taken back", "Zurückgefordert", "Repris", "Devuelto";
    ReversedDeal: "Deal taken back", "Zurückgenommenes Geschäft", "Affaire annulée", "Operación anulada";
    OfRule: "Rule taken back", "Zurückgenommene Regel", "Règle reprise", "Regla afectada";
    Adjustments: "Adjustments", "Anpassungen", "Ajustements", "Ajustes";
    Id: "Number", "Nummer", "Numéro", "Número";
    Reason: "Reason", "Grund", "Motif", "Motivo";
    WhatIsHeld: "What is held, and what releases it", "Was einbehalten ist und was es freigibt",
        "Ce qui est retenu, et ce qui le libère", "Lo retenido y lo que lo libera";
    Held: "Held", "Einbehalten", "Retenu", "Retenido";
    MayBePaid: "May be paid", "Zahlbar", "Payable", "Pagable";
    HeldBy: "Held by", "Einbehalten durch", "Retenu par", "Retenido por";
    ReleasedBy: "Part that may be paid", "Zahlbarer Teil", "Part payable", "Parte pagable";
    HeldThisMonth: "Held back and released this month", "In diesem Monat einbehalten und freigegeben",
        "Retenu et libéré ce mois-ci", "Retenido y liberado este mes";
    Attainment: "Attainment", "Zielerreichung", "Atteinte des objectifs", "Cumplimiento";
    Period: "Period", "Zeitraum", "Période", "Periodo";
    Quota: "Quota", "Ziel", "Objectif", "Objetivo";
    Measure: "Counted", "Gezählt", "Compté", "Contado";
    Attained: "Attained", "Erreicht", "Atteint", "Alcanzado";
    RateReached: "Rate reached", "Erreichter Satz", "Taux atteint", "Tasa alcanzada";
    Tiers: "Tiers", "Stufen", "Paliers", "Tramos";
    From: "From", "Ab", "À partir de", "Desde";
    Bonus: "Bonus", "Bonus", "Prime", "Prima";
    Reached: "Reached", "Erreicht", "Atteint", "Alcanzado";
    Yes: "yes", "ja", "oui", "sí";
    YearSoFar: "The fiscal year so far", "Das Geschäftsjahr bisher", "L’exercice à ce jour",
        "El ejercicio hasta ahora";
    NoPay: "Deals that paid you nothing, and why", "Geschäfte, die Ihnen nichts zahlten, und warum",
        "Affaires qui ne vous ont rien rapporté, et pourquoi", "Operaciones que no le pagaron nada y por qué";
    NoPaySheet: "Not paid", "Nicht gezahlt", "Non payé", "No pagado";
    Team: "Your team", "Ihr Team", "Votre équipe", "Su equipo";
    Payee: "Payee", "Empfänger", "Bénéficiaire", "Beneficiario";
    Name: "Name", "Name", "Nom", "Nombre";
    Level: "Levels below", "Ebenen darunter", "Niveaux en dessous", "Niveles por debajo";
    Asked: "What you asked", "Was Sie fragten", "Vos questions", "Sus preguntas";
    AskedSheet: "Asked", "Gefragt", "Questions posées", "Preguntas hechas";
    AskedOn: "Asked on", "Gefragt am", "Posée le", "Preguntado el";
    Question: "Question", "Frage", "Question", "Pregunta";
    State: "State", "Stand", "État", "Estado";
    StateOpen: "open", "offen", "ouverte", "abierta";
    StateAnswered: "answered", "beantwortet", "répondue", "respondida";
    StateAccepted: "accepted", "angenommen", "acceptée", "aceptada";
    StateRejected: "rejected", "abgelehnt", "rejetée", "rechazada";
    AnsweredOn: "Answered on", "Beantwortet am", "Répondue le", "Respondida el";
    Answer: "Answer", "Antwort", "Réponse", "Respuesta";
    HowToAsk: "How to ask", "Fragen", "Questions", "Preguntas";
    AskAbout:
        "Is a line wrong or missing? Name {}, the deal and the rule: each amount can be explained step by step.",
        "Ist eine Zeile falsch oder fehlt sie? Nennen Sie {}, das Geschäft und die Regel: Jeder Betrag lässt sich Schritt für Schritt erklären.",
        "Une ligne est fausse ou manque ? Indiquez {}, l’affaire et la règle : chaque montant s’explique pas à pas.",
        "¿Falta una línea o es incorrecta? Indique {}, la operación y la regla: cada importe se explica paso a paso.";
    AskSender: "Ask {}.", "Fragen Sie {}.", "Adressez-vous à {}.", "Diríjase a {}.";
    FromClose: "Made from the close {}.", "Aus dem Abschluss {}.", "Établi à partir de la clôture {}.",
        "A partir del cierre {}.";
    FromResult: "Made from a run for {}.", "Aus einem Lauf für {}.", "Établi à partir d’un calcul pour {}.",
        "A partir de un cálculo de {}.";
    Currency: "Amounts are in {}, unless they say otherwise.", "Beträge sind in {}, wenn nichts anderes dabeisteht.",
        "Les montants sont en {}, sauf indication contraire.", "Los importes están en {}, salvo indicación contraria.";
    Findings: "Findings", "Befunde", "Constats", "Observaciones";
    Code: "Code", "Code", "Code", "Código";
    Payees: "Payees", "Empfänger", "Bénéficiaires", "Beneficiarios";
    Rules: "Rules", "Regeln", "Règles", "Reglas";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_language_has_the_same_gaps() {
        for phrase in Phrase::ALL {
            let gaps = Language::ALL.map(|language| phrase.text(language).matches("{}").count());
            assert_eq!(gaps, [gaps[0]; 4], "{phrase:?}");
            assert!(Language::ALL.iter().all(|language| !phrase.text(*language).is_empty()));
        }
    }

    /// A formula quotes them.
    #[test]
    fn words_of_formulas_have_no_quotes() {
        for phrase in [Phrase::AddsUp, Phrase::Differs] {
            assert!(Language::ALL.iter().all(|language| !phrase.text(*language).contains('"')));
        }
    }

    #[test]
    fn gaps_are_filled() {
        assert_eq!(Phrase::LessByCap.with(Language::Spanish, &["1,00"]), "1,00 menos por un tope");
        assert_eq!(Phrase::EarnedIn.with(Language::English, &["July 2026"]), "Earned in July 2026");
    }
}
