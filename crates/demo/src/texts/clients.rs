//! The clients of both organizations. Addresses end in `.example` and no number is anybody's.

use lavori_domain::billing::TaxCategory;
use lavori_domain::contacts::ContactKind;

/// A client.
#[derive(Debug)]
pub(crate) struct ClientText {
    /// What productions call it.
    pub(crate) key: &'static str,
    pub(crate) kind: ContactKind,
    pub(crate) name: &'static str,
    pub(crate) email: Option<&'static str>,
    pub(crate) phone: Option<&'static str>,
    /// The currency it is billed in, and why it is billed without tax, if it is abroad.
    pub(crate) abroad: Option<(&'static str, TaxCategory, &'static str)>,
}

const fn company(key: &'static str, name: &'static str, email: &'static str) -> ClientText {
    ClientText { key, kind: ContactKind::Company, name, email: Some(email), phone: None, abroad: None }
}

const fn person(key: &'static str, name: &'static str, email: &'static str) -> ClientText {
    ClientText { key, kind: ContactKind::Person, name, email: Some(email), phone: None, abroad: None }
}

impl ClientText {
    const fn phone(self, phone: &'static str) -> Self {
        Self { phone: Some(phone), ..self }
    }

    const fn abroad(self, currency: &'static str, category: TaxCategory, reason: &'static str) -> Self {
        Self { abroad: Some((currency, category, reason)), ..self }
    }
}

/// The clients of Northlight Productions. Two of them are called "Teatro Grande".
pub(super) static NORTHLIGHT: [ClientText; 10] = [
    company("castello", "Comune di Città della Rocca", "cultura@cittadellarocca.example").phone("+390600000101"),
    company("grande-lago", "Teatro Grande", "tecnica@teatrogrande-lago.example").phone("+390600000102"),
    company("grande-mare", "Teatro Grande", "palcoscenico@teatrogrande-mare.example").phone("+390600000103"),
    company("velluto", "Velluto S.p.A.", "eventi@velluto.example"),
    company("aurelia", "Aurelia Motori", "brand@aureliamotori.example").phone("+390600000104"),
    company("adriatica", "Radio Televisione Adriatica", "produzione@rtadriatica.example").phone("+390600000105"),
    company("museo", "Museo Civico Montefalcone", "allestimenti@museomontefalcone.example"),
    company("sao-vicente", "São Vicente Festivais, Lda.", "producao@saovicentefestivais.example").abroad(
        "EUR",
        TaxCategory::ReverseCharge,
        "Reverse charge, article 196 of Directive 2006/112/EC",
    ),
    person("lindholm", "Søren Lindholm", "soren@lindholm-touring.example").phone("+442079460121").abroad(
        "GBP",
        TaxCategory::OutOfScope,
        "Place of supply outside the European Union",
    ),
    person("demir", "Gönül Demir", "gonul.demir@mail.example"),
];

/// The clients of Harbor Crew.
pub(super) static HARBOR: [ClientText; 4] = [
    company("pier", "Pier 41 Events LLC", "ops@pier41events.example").phone("+12125550141"),
    company("meridian", "Meridian Health Institute", "summit@meridianhealth.example").phone("+12125550142"),
    company("kestrel", "Kestrel Touring, Inc.", "advance@kestreltouring.example").phone("+12125550143"),
    person("baptiste", "Renée Baptiste", "studio@reneebaptiste.example"),
];
