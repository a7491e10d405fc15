//! The words of plan letters in the languages that statements have. What rules say comes from the charter, in English: what is signed is what
//! was published.

use rust_decimal::Decimal;

use crate::charter::policies;
use crate::charter::prose::Prose;
use crate::charter::words as english;
use crate::kinds::nature;
use apportion_base::calendar::FIRST_DAY;
use apportion_base::language::{Language, filled};
use apportion_base::money::Minor;
use apportion_book::{Book, Period};
use apportion_rules::{Kind, PolicyKind};

/// A phrase in English, German, French and Spanish; each `{}` is filled.
type Phrase = [&'static str; 4];

pub(super) const TITLE: Phrase = ["{}: plan of {}", "{}: Plan von {}", "{} : plan de {}", "{}: plan de {}"];
pub(super) const LEAD: Phrase = [
    "The rules in force on {} that can pay {}. Amounts are in {}.",
    "Die Regeln, die am {} gelten und {} etwas zahlen können. Beträge sind in {}.",
    "Les règles en vigueur le {} qui peuvent rémunérer {}. Montants en {}.",
    "Las reglas vigentes el {} que pueden pagar a {}. Importes en {}.",
];
/// Nothing in English, in which the rules are.
pub(super) const RULES_IN_ENGLISH: Phrase = [
    "",
    "Was die Regeln sagen, steht hier so, wie es veröffentlicht ist: auf Englisch.",
    "Ce que disent les règles est repris tel qu’il est publié : en anglais.",
    "Lo que dicen las reglas figura tal como está publicado: en inglés.",
];
pub(super) const NO_RULE: Phrase = [
    "No rule is in force then that can pay this payee.",
    "An diesem Tag gilt keine Regel, die hier etwas zahlen kann.",
    "Aucune règle en vigueur ce jour-là ne peut rémunérer ce bénéficiaire.",
    "Ese día no hay ninguna regla vigente que pueda pagar a este beneficiario.",
];
pub(super) const KNOWN: Phrase = [
    "What the rules know of you",
    "Was die Regeln über Sie wissen",
    "Ce que les règles savent de vous",
    "Lo que las reglas saben de usted",
];
pub(super) const WHAT: Phrase = ["what", "Was", "Quoi", "Qué"];
pub(super) const YOURS: Phrase = ["yours", "Ihr Wert", "Votre valeur", "Su valor"];
pub(super) const YES: Phrase = ["yes", "ja", "oui", "sí"];
pub(super) const NO: Phrase = ["no", "nein", "non", "no"];
pub(super) const QUOTAS: Phrase = ["Your quotas", "Ihre Ziele", "Vos objectifs", "Sus objetivos"];
pub(super) const COMMISSION: Phrase = ["commission", "Provision", "Commission", "Comisión"];
pub(super) const PERIOD: Phrase = ["period", "Zeitraum", "Période", "Periodo"];
pub(super) const QUOTA: Phrase = ["quota", "Ziel", "Objectif", "Objetivo"];
pub(super) const FOR_YOU: Phrase = ["For you.", "Für Sie.", "Pour vous.", "Para usted."];
pub(super) const IS: Phrase = ["{} is {}", "{}: {}", "{} : {}", "{}: {}"];
pub(super) const NOT_GIVEN: Phrase = ["not given", "nicht angegeben", "non indiqué", "no indicado"];
pub(super) const NOTHING: Phrase = ["nothing", "nichts", "rien", "nada"];
pub(super) const EXAMPLE: Phrase = ["Example.", "Beispiel.", "Exemple.", "Ejemplo."];
pub(super) const MEASURED: Phrase = [
    "Attainment is measured by {}, so what it pays depends on the credit of these deals as well.",
    "Die Zielerreichung wird an {} gemessen; was gezahlt wird, hängt also auch von der Wertung dieser Geschäfte ab.",
    "L’atteinte se mesure par {} ; ce qui est payé dépend donc aussi du crédit de ces affaires.",
    "La consecución se mide por {}; lo que se paga depende por tanto también del crédito de estos negocios.",
];
pub(super) const NO_QUOTA: Phrase = [
    "You have no quota for {}; without one nothing is paid.",
    "Für {} haben Sie kein Ziel; ohne Ziel wird nichts gezahlt.",
    "Vous n’avez pas d’objectif pour {} ; sans objectif, rien n’est payé.",
    "No tiene objetivo para {}; sin objetivo no se paga nada.",
];
pub(super) const PAYS_AT: Phrase = [
    "What it pays for {} in all, where the credit of the period comes to this part of your quota, before caps:",
    "Was sie für {} insgesamt zahlt, wenn die Wertung des Zeitraums diesen Teil Ihres Ziels erreicht, vor Obergrenzen:",
    "Ce qu’elle paie au total pour {} lorsque le crédit de la période atteint cette part de votre objectif, avant plafonds :",
    "Lo que paga en total por {} si el crédito del periodo alcanza esta parte de su objetivo, antes de topes:",
];
pub(super) const ATTAINMENT: Phrase = ["attainment", "Erreicht", "Atteinte", "Consecución"];
pub(super) const CREDIT: Phrase = ["credit", "Wertung", "Crédit", "Crédito"];
pub(super) const RATE: Phrase = ["rate reached", "Erreichter Satz", "Taux atteint", "Tasa alcanzada"];
pub(super) const PAYS: Phrase = ["pays", "Zahlt", "Paie", "Paga"];
pub(super) const AGREED: Phrase = ["Agreed", "Vereinbart", "Convenu", "Acordado"];
pub(super) const BOTH: Phrase = [
    "Both sides have read this plan. Where it and the rules in force differ, the rules decide.",
    "Beide Seiten haben diesen Plan gelesen. Wo er von den geltenden Regeln abweicht, gelten die Regeln.",
    "Les deux parties ont lu ce plan. En cas d’écart avec les règles en vigueur, les règles l’emportent.",
    "Ambas partes han leído este plan. Si difiere de las reglas vigentes, prevalecen las reglas.",
];
const VERSION: Phrase =
    [", version {} of {}", ", Version {} von {}", ", version {} sur {}", ", versión {} de {}"];
const ALWAYS: Phrase = ["In force always", "Gilt immer", "Toujours en vigueur", "Vigente siempre"];
const SINCE: Phrase =
    ["In force since {}", "Gilt seit dem {}", "En vigueur depuis le {}", "Vigente desde el {}"];
const UNTIL: Phrase = ["In force to {}", "Gilt bis zum {}", "En vigueur jusqu’au {}", "Vigente hasta el {}"];
const FROM_TO: Phrase =
    ["In force from {} to {}", "Gilt vom {} bis zum {}", "En vigueur du {} au {}", "Vigente del {} al {}"];

/// How a letter writes: its language and its book.
#[derive(Debug, Clone, Copy)]
pub(super) struct Words<'a> {
    pub language: Language,
    pub book: &'a Book,
}

impl Words<'_> {
    /// A phrase.
    pub fn say(self, phrase: &Phrase) -> &'static str {
        phrase[self.language.place()]
    }

    /// A phrase, filled.
    pub fn with(self, phrase: &Phrase, parts: &[&str]) -> Prose {
        Prose::ours(filled(self.say(phrase), parts))
    }

    fn is_english(self) -> bool {
        self.language == Language::English
    }

    /// `1 September 2013`, `01.09.2013`.
    pub fn day(self, day: i32) -> String {
        if self.is_english() { english::day(day) } else { self.language.date(day) }
    }

    /// `2026-Q2`; a month by its name.
    pub fn period(self, period: Period) -> String {
        if self.is_english() { period.to_string() } else { self.language.period(period) }
    }

    /// A number without needless zeros.
    pub fn number(self, value: Decimal) -> String {
        if self.is_english() {
            return english::number(value);
        }
        let plain = value.normalize();
        self.language.number(plain.mantissa(), plain.scale())
    }

    /// A fraction in percent.
    pub fn percent(self, fraction: Decimal) -> String {
        if self.is_english() {
            return english::percent(fraction);
        }
        let mut plain = fraction.normalize();
        plain.rescale(plain.scale().max(2));
        self.language.percent(plain.mantissa(), plain.scale())
    }

    /// An amount in the book's currency.
    pub fn money(self, amount: Decimal) -> String {
        if self.is_english() {
            return english::money(amount, self.book);
        }
        let mut plain = amount.normalize();
        plain.rescale(plain.scale().max(self.book.currency.digits()));
        let number = self.language.number(plain.mantissa(), plain.scale());
        format!("{number}\u{a0}{}", self.book.currency.code())
    }

    /// The same of minor units.
    pub fn minor(self, amount: Minor) -> String {
        if self.is_english() {
            return english::minor(amount, self.book);
        }
        self.language.money(amount.wide(), self.book.currency)
    }

    /// `In force since 1 January 2026, version 2 of 3`.
    pub fn in_force(self, (from, until): (i32, Option<i32>), (number, all): (usize, usize)) -> Prose {
        let (first, last) = (self.day(from), until.map(|until| self.day(until)));
        let days = match (from == FIRST_DAY, &last) {
            (true, None) => self.with(&ALWAYS, &[]),
            (true, Some(last)) => self.with(&UNTIL, &[last]),
            (false, None) => self.with(&SINCE, &[&first]),
            (false, Some(last)) => self.with(&FROM_TO, &[&first, last]),
        };
        let rank = match all {
            0 | 1 => String::new(),
            _ => self.with(&VERSION, &[&number.to_string(), &all.to_string()]).to_string(),
        };
        Prose::ours(format!("{days}{rank}"))
    }

    /// The heading of a kind of rules, and what they are.
    pub fn of_kind(self, kind: Kind) -> (&'static str, &'static str) {
        let said = match kind {
            _ if self.is_english() => return nature(kind).heading,
            Kind::SharedCredit => &SHARED_CREDIT,
            Kind::Stipend => &STIPEND,
            Kind::RenewalBonus => &RENEWAL_BONUS,
            Kind::Commission => &COMMISSIONS,
            Kind::Override => &OVERRIDES,
            Kind::Clawback => &CLAWBACKS,
            Kind::Milestone => &MILESTONES,
        };
        said[self.language.place() - 1]
    }

    /// The heading of a kind of policies, and what they are.
    pub fn of_policy(self, kind: PolicyKind) -> (&'static str, &'static str) {
        let said = match kind {
            PolicyKind::Hold => &HOLDS,
            PolicyKind::Draw => &DRAWS,
            PolicyKind::Payment => &PAYMENT,
            PolicyKind::Gate => &GATES,
            PolicyKind::ChannelModel => &WHO_LEADS,
            PolicyKind::Coverage => &COVERAGE,
            PolicyKind::Registration => &REGISTRATIONS,
            PolicyKind::Conflict => &CONFLICTS,
            PolicyKind::Price => &PRICES,
            PolicyKind::Access => &ACCESS,
            // No letter has them.
            PolicyKind::Capitalise => return policies::heading(kind),
        };
        match self.language {
            Language::English => policies::heading(kind),
            other => said[other.place() - 1],
        }
    }
}

/// A heading and what stands below it, in German, French and Spanish.
type Chapter = [(&'static str, &'static str); 3];

const SHARED_CREDIT: Chapter = [
    (
        "Geteilte Wertung",
        "Der Wert eines Geschäfts wird denen gutgeschrieben, die daran gearbeitet haben; hat die Regel einen Satz, wird ein Betrag ebenso geteilt. Alle Teile zusammen sind genau das Ganze.",
    ),
    (
        "Crédit partagé",
        "La valeur d’une affaire est créditée à ceux qui y ont travaillé ; si la règle a un taux, une somme est partagée de même. Les parts font exactement le tout.",
    ),
    (
        "Crédito compartido",
        "El valor de un negocio se acredita a quienes trabajaron en él; si la regla tiene una tasa, se reparte una suma del mismo modo. Las partes suman exactamente el todo.",
    ),
];
const STIPEND: Chapter = [
    (
        "Pauschalen",
        "Ein fester Betrag für Arbeit, die ein Anteil am Geschäft nicht lohnen würde; unabhängig davon, was andere getan haben.",
    ),
    (
        "Forfaits",
        "Un montant fixe pour un travail qu’une part de l’affaire ne rémunérerait pas, quoi qu’aient fait les autres.",
    ),
    (
        "Importes fijos",
        "Un importe fijo por un trabajo que una parte del negocio no compensaría, hagan lo que hagan los demás.",
    ),
];
const RENEWAL_BONUS: Chapter = [
    (
        "Verlängerungsboni",
        "Ein Anteil an dem, was ein Kunde verlängert, für die Arbeit davor: je mehr Arbeit, desto höher der Satz.",
    ),
    (
        "Primes de renouvellement",
        "Une part de ce qu’un client renouvelle, pour le travail fait auparavant : plus de travail, plus le taux est haut.",
    ),
    (
        "Primas de renovación",
        "Una parte de lo que un cliente renueva, por el trabajo previo: cuanto más trabajo, mayor la tasa.",
    ),
];
const COMMISSIONS: Chapter = [
    (
        "Provisionen",
        "Gezahlt auf die Wertung eines Zeitraums. Geschäfte zählen in der Reihenfolge ihres Abschlusses; zurückgenommene Wertung senkt die Summe wieder.",
    ),
    (
        "Commissions",
        "Payées sur le crédit d’une période. Les affaires comptent dans l’ordre de leur clôture ; un crédit repris fait redescendre le total.",
    ),
    (
        "Comisiones",
        "Se pagan sobre el crédito de un periodo. Los negocios cuentan por orden de cierre; el crédito retirado vuelve a bajar el total.",
    ),
];
const OVERRIDES: Chapter = [
    (
        "Führungsprovisionen",
        "Führungskräfte verdienen an der Wertung derer, die ihnen unterstehen, Ebene für Ebene.",
    ),
    (
        "Commissions d’encadrement",
        "Les responsables gagnent sur le crédit de leurs équipes, niveau par niveau.",
    ),
    ("Comisiones de dirección", "Los responsables ganan sobre el crédito de sus equipos, nivel por nivel."),
];
const CLAWBACKS: Chapter = [
    ("Rückforderungen", "Was ein Geschäft gezahlt hat, wird zurückgenommen, wenn ein späteres es umkehrt."),
    ("Reprises", "Ce qu’une affaire a payé est repris lorsqu’une affaire ultérieure l’annule."),
    ("Recuperaciones", "Lo que pagó un negocio se recupera cuando otro posterior lo anula."),
];
const MILESTONES: Chapter = [
    (
        "Meilensteine",
        "Ein fester Betrag für jeden erledigten Meilenstein eines gemeinsamen Plans; es zählt der Tag, an dem er erledigt war.",
    ),
    (
        "Jalons",
        "Un montant fixe pour chaque jalon accompli d’un plan commun ; c’est le jour de l’accomplissement qui compte.",
    ),
    ("Hitos", "Un importe fijo por cada hito cumplido de un plan conjunto; cuenta el día en que se cumplió."),
];
const HOLDS: Chapter = [
    (
        "Einbehalte",
        "Was verdient ist und noch nicht gezahlt werden darf. Es bleibt verdient und wird gezahlt, sobald der Einbehalt es freigibt.",
    ),
    (
        "Retenues",
        "Ce qui est gagné et ne peut pas encore être payé. Cela reste gagné, et est payé dès que la retenue le libère.",
    ),
    (
        "Retenciones",
        "Lo ganado que todavía no puede pagarse. Sigue ganado y se paga en cuanto la retención lo libera.",
    ),
];
const DRAWS: Chapter = [
    (
        "Vorschüsse und Garantien",
        "Ein Betrag im Monat, was immer verdient wurde: ein Vorschuss, den späterer Verdienst zurückzahlt, oder eine Garantie, die niemand zurückzahlt.",
    ),
    (
        "Avances et garanties",
        "Un montant par mois, quoi qui ait été gagné : une avance que les gains ultérieurs remboursent, ou une garantie que personne ne rembourse.",
    ),
    (
        "Anticipos y garantías",
        "Un importe al mes, se haya ganado lo que se haya ganado: un anticipo que devuelven ganancias posteriores, o una garantía que nadie devuelve.",
    ),
];
const PAYMENT: Chapter = [
    (
        "Zahlung",
        "Wie aus dem, was gezahlt werden darf, eine Zahlung wird. Was nicht gezahlt wird, geht in den nächsten Monat.",
    ),
    (
        "Paiement",
        "Comment ce qui peut être payé devient un paiement. Ce qui n’est pas payé est reporté au mois suivant.",
    ),
    ("Pago", "Cómo lo que puede pagarse se convierte en un pago. Lo que no se paga pasa al mes siguiente."),
];
const GATES: Chapter = [
    (
        "Bedingungen",
        "Was vorliegen muss, damit eine Zeile ganz gezahlt wird. Die Wertung bleibt unberührt, und niemand sonst erhält, was zurückbleibt.",
    ),
    (
        "Conditions",
        "Ce qui est exigé pour qu’une ligne soit payée en entier. Le crédit n’en est pas touché, et personne d’autre ne reçoit ce qui est retenu.",
    ),
    (
        "Condiciones",
        "Lo que debe cumplirse para que una línea se pague por completo. El crédito no cambia, y nadie más recibe lo retenido.",
    ),
];
const WHO_LEADS: Chapter = [
    (
        "Wer führt",
        "Welche Geschäfte direkt, von Partnern oder gemeinsam geführt werden. Das allein bewegt keinen Betrag.",
    ),
    (
        "Qui mène",
        "Quelles affaires sont menées en direct, par des partenaires ou ensemble. Cela seul ne change aucun montant.",
    ),
    (
        "Quién lidera",
        "Qué negocios se llevan directamente, por socios o en conjunto. Por sí solo no mueve ningún importe.",
    ),
];
const COVERAGE: Chapter = [
    (
        "Zuständigkeit",
        "Wer nach Gebieten für welche Geschäfte zuständig ist, und als welche Arbeit das zählt.",
    ),
    ("Couverture", "Qui couvre quelles affaires par territoire, et pour quel travail cela compte."),
    ("Cobertura", "Quién cubre qué negocios por territorio, y como qué trabajo cuenta."),
];
const REGISTRATIONS: Chapter = [
    ("Registrierungen", "Wie ein registriertes Geschäft geschützt ist, wie lange und wofür."),
    ("Enregistrements", "Comment une affaire enregistrée est protégée, combien de temps et pour quoi."),
    ("Registros", "Cómo se protege un negocio registrado, cuánto tiempo y para qué."),
];
const CONFLICTS: Chapter = [
    (
        "Konflikte",
        "Wer sich bei einem Geschäft in die Quere kommt, was bis zur Entscheidung wartet, und wer bis wann entscheidet.",
    ),
    ("Conflits", "Qui se gêne sur une affaire, ce qui attend la décision, et qui décide avant quand."),
    (
        "Conflictos",
        "Quién se estorba en un negocio, qué espera hasta la decisión, y quién decide y hasta cuándo.",
    ),
];
const PRICES: Chapter = [
    (
        "Preise",
        "Welche Preisliste für ein Geschäft gilt, welcher Nachlass erlaubt ist, und wer mehr genehmigen darf.",
    ),
    (
        "Prix",
        "Quel tarif vaut pour une affaire, quelle remise est permise, et qui peut en approuver davantage.",
    ),
    (
        "Precios",
        "Qué lista de precios vale para un negocio, qué descuento se permite, y quién puede aprobar más.",
    ),
];
const ACCESS: Chapter = [
    (
        "Wer was sehen darf",
        "Alle sehen, was ihr Eigenes ist. Was diese Regeln außerdem zeigen, kommt hinzu. Sie ändern keinen Betrag.",
    ),
    (
        "Qui peut voir quoi",
        "Chacun voit ce qui est à soi. Ce que ces règles montrent en plus s’y ajoute. Elles ne changent aucun montant.",
    ),
    (
        "Quién puede ver qué",
        "Cada uno ve lo suyo. Lo que estas reglas muestran además se suma. No cambian ningún importe.",
    ),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_filled_in_is_taken_letter_by_letter() {
        let book = apportion_rules::testing::book();
        let words = Words { language: Language::German, book: &book };
        for name in ["{0}", "{1}", "{}"] {
            assert_eq!(words.with(&TITLE, &[name, "Ann"]).as_str(), format!("{name}: Plan von Ann"));
        }
    }
}
