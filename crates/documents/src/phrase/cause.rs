//! Why something was posted, in words.

use apportion_engine::diff::Cause;

use crate::language::Language;

/// A cause as entries have it, several separated by commas, in words. One that this version does not know is left as it is.
pub fn cause(cause: &str, language: Language) -> String {
    let words = cause.split(", ").map(|word| texts(word).map_or(word, |texts| texts[language.place()]));
    words.collect::<Vec<_>>().join("; ")
}

fn texts(word: &str) -> Option<[&'static str; 4]> {
    Some(match word {
        "new" => ["new", "neu", "nouveau", "nuevo"],
        "acceptance" => [
            "somebody decided it",
            "von jemandem entschieden",
            "décidé par quelqu’un",
            "decidido por alguien",
        ],
        "release" => [
            "released from a hold",
            "aus einem Einbehalt freigegeben",
            "libéré d’une retenue",
            "liberado de una retención",
        ],
        other => cause_texts(Cause::ALL.into_iter().find(|cause| cause.word() == other)?),
    })
}

fn cause_texts(cause: Cause) -> [&'static str; 4] {
    match cause {
        Cause::Rule => [
            "the rule came or went",
            "die Regel kam hinzu oder fiel weg",
            "la règle est apparue ou a disparu",
            "la regla apareció o desapareció",
        ],
        Cause::DealListed => [
            "the deal came late, or is gone",
            "das Geschäft kam später oder ist weg",
            "l’affaire est arrivée tard ou a disparu",
            "la operación llegó tarde o ya no está",
        ],
        Cause::PayeeListed => [
            "the payee came late, or is gone",
            "der Empfänger kam später oder ist weg",
            "le bénéficiaire est arrivé tard ou a disparu",
            "el beneficiario llegó tarde o ya no está",
        ],
        Cause::Version => [
            "another version of the rule",
            "eine andere Fassung der Regel",
            "une autre version de la règle",
            "otra versión de la regla",
        ],
        Cause::Scope => [
            "the rule asks otherwise for the deal",
            "die Regel gilt anders für das Geschäft",
            "la règle s’applique autrement à l’affaire",
            "la regla se aplica de otro modo",
        ],
        Cause::Uncredited => [
            "nobody is paid for it now",
            "dafür wird jetzt niemand bezahlt",
            "plus personne n’est payé pour cela",
            "ya no se paga a nadie por ello",
        ],
        Cause::Reversal => [
            "the deal was reversed",
            "das Geschäft wurde storniert",
            "l’affaire a été annulée",
            "la operación se anuló",
        ],
        Cause::DealData => [
            "the deal’s data changed",
            "die Daten des Geschäfts änderten sich",
            "les données de l’affaire ont changé",
            "cambiaron los datos de la operación",
        ],
        Cause::PayeeData => [
            "the payee’s data changed",
            "die Daten des Empfängers änderten sich",
            "les données du bénéficiaire ont changé",
            "cambiaron los datos del beneficiario",
        ],
        Cause::Engagements => {
            ["other work counts", "andere Arbeit zählt", "un autre travail compte", "cuenta otro trabajo"]
        }
        Cause::Basis => ["another basis", "eine andere Grundlage", "une autre base", "otra base"],
        Cause::Rate => ["another rate", "ein anderer Satz", "un autre taux", "otra tasa"],
        Cause::Amount => ["another amount", "ein anderer Betrag", "un autre montant", "otro importe"],
        Cause::Shares => [
            "others’ parts of the deal changed",
            "die Anteile anderer änderten sich",
            "les parts des autres ont changé",
            "cambiaron las partes de otros",
        ],
        Cause::Credit => [
            "the credit behind it changed",
            "die Wertung dahinter änderte sich",
            "le crédit sous-jacent a changé",
            "cambió el crédito en que se basa",
        ],
        Cause::Line => [
            "the line that it takes back changed",
            "die zurückgeforderte Zeile änderte sich",
            "la ligne reprise a changé",
            "cambió la línea que se devuelve",
        ],
        Cause::Earners => [
            "somebody else earns it",
            "jemand anderes verdient es",
            "quelqu’un d’autre l’acquiert",
            "lo devenga otra persona",
        ],
        Cause::Tiers => ["other tiers", "andere Stufen", "d’autres paliers", "otros tramos"],
        Cause::Quota => ["another quota", "ein anderes Ziel", "un autre objectif", "otro objetivo"],
        Cause::Cap => [
            "the cap keeps another part",
            "die Obergrenze behält einen anderen Teil",
            "le plafond retient une autre part",
            "el tope retiene otra parte",
        ],
        Cause::RunningTotal => [
            "the total before it changed",
            "die Summe davor änderte sich",
            "le total précédent a changé",
            "cambió el total anterior",
        ],
        Cause::Settings => [
            "the book changed",
            "die Einstellungen änderten sich",
            "les réglages ont changé",
            "cambiaron los ajustes",
        ],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn causes_in_words() {
        assert_eq!(
            cause("deal-data, cap", Language::English),
            "the deal’s data changed; the cap keeps another part"
        );
        assert_eq!(cause("release", Language::French), "libéré d’une retenue");
        assert_eq!(cause("something", Language::German), "something");
    }
}
