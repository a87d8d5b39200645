//! The clients of both organizations. Addresses end in `.example`, and no number is anybody's.

use lavori_domain::contacts::ContactKind;
use lavori_domain::contacts::ContactRole::{self, Client, Lead, Partner, Subcontractor, Supplier};

/// A client, or somebody the organization works with.
#[derive(Debug)]
pub(crate) struct ClientText {
    /// What productions call it.
    pub(crate) key: &'static str,
    pub(crate) kind: ContactKind,
    pub(crate) name: &'static str,
    pub(crate) company: Option<&'static str>,
    pub(crate) email: Option<&'static str>,
    pub(crate) phone: Option<&'static str>,
    pub(crate) roles: &'static [ContactRole],
    /// Street, postal code, city and country.
    pub(crate) address: Option<[&'static str; 4]>,
    pub(crate) tax_id: Option<&'static str>,
    pub(crate) payment_terms_days: Option<i32>,
    pub(crate) currency: Option<&'static str>,
    pub(crate) language: Option<&'static str>,
    pub(crate) tags: &'static [&'static str],
}

const fn company(key: &'static str, name: &'static str, email: &'static str) -> ClientText {
    ClientText {
        key,
        kind: ContactKind::Company,
        name,
        company: None,
        email: Some(email),
        phone: None,
        roles: &[Client],
        address: None,
        tax_id: None,
        payment_terms_days: None,
        currency: None,
        language: None,
        tags: &[],
    }
}

const fn person(key: &'static str, name: &'static str, email: &'static str) -> ClientText {
    ClientText { kind: ContactKind::Person, ..company(key, name, email) }
}

impl ClientText {
    const fn phone(self, phone: &'static str) -> Self {
        Self { phone: Some(phone), ..self }
    }
    const fn of(self, company: &'static str) -> Self {
        Self { company: Some(company), ..self }
    }
    const fn roles(self, roles: &'static [ContactRole]) -> Self {
        Self { roles, ..self }
    }
    const fn at(self, address: [&'static str; 4]) -> Self {
        Self { address: Some(address), ..self }
    }
    /// Tax id, and days until payment is due.
    const fn billed(self, tax_id: &'static str, payment_terms_days: i32) -> Self {
        Self { tax_id: Some(tax_id), payment_terms_days: Some(payment_terms_days), ..self }
    }
    const fn currency(self, currency: &'static str) -> Self {
        Self { currency: Some(currency), ..self }
    }
    const fn language(self, language: &'static str) -> Self {
        Self { language: Some(language), ..self }
    }
    const fn tags(self, tags: &'static [&'static str]) -> Self {
        Self { tags, ..self }
    }
}

/// The clients of Northlight Productions. Two of them are called "Teatro Grande".
pub(super) static NORTHLIGHT: [ClientText; 10] = [
    company("castello", "Comune di Città della Rocca", "cultura@cittadellarocca.example")
        .phone("+390600000101")
        .at(["Piazza del Popolo 1", "06012", "Città della Rocca", "IT"])
        .billed("IT00000000101", 60)
        .language("it")
        .tags(&["public sector"]),
    company("grande-lago", "Teatro Grande", "tecnica@teatrogrande-lago.example")
        .phone("+390600000102")
        .at(["Lungolago 14", "25015", "Borgo al Lago", "IT"])
        .billed("IT00000000102", 30)
        .language("it")
        .tags(&["venue"]),
    company("grande-mare", "Teatro Grande", "palcoscenico@teatrogrande-mare.example")
        .phone("+390600000103")
        .at(["Via del Porto 3", "60121", "Porto Sereno", "IT"])
        .billed("IT00000000103", 30)
        .language("it")
        .tags(&["venue"]),
    company("velluto", "Velluto S.p.A.", "eventi@velluto.example")
        .at(["Via della Seta 88", "20121", "Milano", "IT"])
        .billed("IT00000000110", 45)
        .language("it")
        .tags(&["fashion", "framework agreement"]),
    company("aurelia", "Aurelia Motori", "brand@aureliamotori.example")
        .phone("+390600000104")
        .at(["Strada delle Officine 5", "41053", "Valmotore", "IT"])
        .billed("IT00000000104", 60)
        .language("it"),
    company("adriatica", "Radio Televisione Adriatica", "produzione@rtadriatica.example")
        .phone("+390600000105")
        .at(["Viale Adriatico 200", "47921", "Rimini", "IT"])
        .billed("IT00000000105", 60)
        .roles(&[Client, Partner])
        .language("it")
        .tags(&["broadcast"]),
    company("museo", "Museo Civico Montefalcone", "allestimenti@museomontefalcone.example")
        .at(["Rocca Alta 2", "53024", "Montefalcone", "IT"])
        .roles(&[Lead])
        .language("it")
        .tags(&["public sector"]),
    company("sao-vicente", "São Vicente Festivais, Lda.", "producao@saovicentefestivais.example")
        .at(["Rua da Praia 7", "8600-315", "São Vicente", "PT"])
        .billed("PT000000107", 30)
        .language("pt")
        .tags(&["festival"]),
    person("lindholm", "Søren Lindholm", "soren@lindholm-touring.example")
        .of("Lindholm Touring Ltd")
        .phone("+442079460121")
        .roles(&[Client, Supplier])
        .currency("GBP")
        .language("en-GB")
        .tags(&["touring"]),
    person("demir", "Gönül Demir", "gonul.demir@mail.example").roles(&[Subcontractor]).language("tr"),
];

/// The clients of Harbor Crew.
pub(super) static HARBOR: [ClientText; 4] = [
    company("pier", "Pier 41 Events LLC", "ops@pier41events.example")
        .phone("+12125550141")
        .at(["41 Harbor Drive", "10004", "New York", "US"])
        .billed("000000141", 30)
        .language("en-US"),
    company("meridian", "Meridian Health Institute", "summit@meridianhealth.example")
        .phone("+12125550142")
        .billed("000000142", 45)
        .language("en-US"),
    company("kestrel", "Kestrel Touring, Inc.", "advance@kestreltouring.example")
        .phone("+12125550143")
        .billed("000000143", 15)
        .language("en-US")
        .tags(&["touring"]),
    person("baptiste", "Renée Baptiste", "studio@reneebaptiste.example").language("fr").tags(&["artist"]),
];
