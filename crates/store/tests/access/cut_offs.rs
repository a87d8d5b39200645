//! What is cut off, and how replicas tell each other.

use lavori_domain::Id;
use lavori_domain::env::TestEnv;
use lavori_policy::Scopes;
use lavori_store::CutOff;

#[test]
fn p21_a_switch_off_hits_what_holds_more_than_it_keeps() {
    let env = TestEnv::default();
    let (organization, person, connection) = (Id::new(&env), Id::new(&env), Id::new(&env));
    let hits = |cut: CutOff, scopes| cut.hits(organization, person, connection, scopes);
    let off = CutOff::scopes(organization, Scopes::Read);
    assert!(hits(off, Scopes::Write) && hits(off, Scopes::Billing) && !hits(off, Scopes::Read));
    assert!(!hits(CutOff::scopes(organization, Scopes::Write), Scopes::Write));
    assert!(!hits(CutOff::scopes(Id::new(&env), Scopes::Read), Scopes::Billing), "another organization");
    assert!(hits(CutOff::connection(organization, connection), Scopes::Read));
    assert!(!hits(CutOff::connection(organization, Id::new(&env)), Scopes::Read), "another connection");
    assert!(hits(CutOff::person(person), Scopes::Read) && hits(CutOff::member(organization, person), Scopes::Read));
    assert!(!hits(CutOff::member(organization, Id::new(&env)), Scopes::Read), "another member");
}

#[test]
fn a_notice_reads_back_as_itself_and_nonsense_is_no_notice() {
    let env = TestEnv::default();
    let organization = Id::new(&env);
    for cut in [
        CutOff::connection(organization, Id::new(&env)),
        CutOff::member(organization, Id::new(&env)),
        CutOff::person(Id::new(&env)),
        CutOff::scopes(organization, Scopes::Write),
    ] {
        assert_eq!(CutOff::from_payload(&cut.to_payload()), Some(cut));
    }
    for nonsense in ["", "x", "{\"person\": \"x\"}", "{\"keeps\": \"all\"}"] {
        assert_eq!(CutOff::from_payload(nonsense), None, "{nonsense}");
    }
}
