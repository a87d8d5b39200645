//! Everybody: the four accounts, and crew members who cannot sign in but get the work done.

use crate::accounts::{AccountOrganization, harbor, northlight};

/// Somebody who is no account. Their organizations read like an account's.
#[derive(Debug)]
pub(crate) struct Hand {
    pub(crate) name: &'static str,
    pub(crate) email: &'static str,
    /// Where they belong. Empty for accounts, whose own table says it.
    pub(crate) organizations: &'static [AccountOrganization],
}

const fn account(name: &'static str, email: &'static str) -> Hand {
    Hand { name, email, organizations: &[] }
}

const fn crew(name: &'static str, email: &'static str, organizations: &'static [AccountOrganization]) -> Hand {
    Hand { name, email, organizations }
}

/// Everybody. Two of them are called Marco.
pub(crate) static PEOPLE: [Hand; 16] = [
    account("Ada Marchetti", "ada@demo.example"),
    account("Ben Okafor", "ben@demo.example"),
    account("Dan Kowalski", "dan@demo.example"),
    account("Hana Sato", "hana@demo.example"),
    crew("Giulia Ferrante", "giulia.ferrante@demo.example", &[northlight("member", &["stage"])]),
    crew("Marco Bellini", "marco.bellini@demo.example", &[northlight("member", &["stage"])]),
    crew("Ştefan Ionescu", "stefan.ionescu@demo.example", &[northlight("member", &["stage"])]),
    crew("João Pereira", "joao.pereira@demo.example", &[northlight("member", &["sound"])]),
    crew("Siobhán Byrne", "siobhan.byrne@demo.example", &[northlight("member", &["sound"])]),
    crew("Marco Rinaldi", "marco.rinaldi@demo.example", &[northlight("member", &["video"])]),
    crew("Gönül Aydın", "gonul.aydin@demo.example", &[northlight("member", &["video"])]),
    crew("Zoë van den Berg", "zoe.vandenberg@demo.example", &[northlight("member", &["stage", "video"])]),
    crew("Élodie Fournier", "elodie.fournier@demo.example", &[northlight("member", &[])]),
    crew("Tom Delgado", "tom.delgado@demo.example", &[harbor("member")]),
    crew("Aaliyah Brooks", "aaliyah.brooks@demo.example", &[harbor("member")]),
    crew("Mei-Lin Chu", "mei-lin.chu@demo.example", &[harbor("member")]),
];
