//! The tables of billing.

use super::{contact_teams, contacts, projects, teams};

diesel::table! {
    use diesel::sql_types::{BigInt, Integer, Nullable, Text};
    use crate::sql::{Instant, Uid, Word};

    service_items (organization_id, id) {
        organization_id -> Uid,
        id -> Uid,
        number -> BigInt,
        name -> Text,
        unit -> Nullable<Text>,
        currency -> Word,
        unit_price -> BigInt,
        unit_cost -> Nullable<BigInt>,
        default_quantity -> BigInt,
        tax_category -> Nullable<Word>,
        tax_rate -> Nullable<BigInt>,
        tax_reason -> Nullable<Text>,
        markup -> Nullable<BigInt>,
        team_id -> Nullable<Uid>,
        archived_at -> Nullable<Instant>,
        version -> Integer,
        created_at -> Instant,
        updated_at -> Instant,
    }
}

diesel::table! {
    use diesel::sql_types::{BigInt, Bool, Date, Integer, Nullable, Text};
    use crate::sql::{Instant, Uid, Word};

    billing_documents (organization_id, id) {
        organization_id -> Uid,
        id -> Uid,
        number -> BigInt,
        kind -> Word,
        document_number -> Nullable<Text>,
        revision -> Integer,
        client_id -> Uid,
        client_name -> Nullable<Text>,
        client_details -> Nullable<Text>,
        project_id -> Nullable<Uid>,
        team_id -> Nullable<Uid>,
        from_id -> Nullable<Uid>,
        dated_on -> Nullable<Date>,
        due_on -> Nullable<Date>,
        valid_until -> Nullable<Date>,
        currency -> Word,
        prices_include_tax -> Bool,
        discount_percent -> BigInt,
        reference -> Nullable<Text>,
        notes -> Nullable<Text>,
        status -> Word,
        decided_on -> Nullable<Date>,
        status_reason -> Nullable<Text>,
        net -> BigInt,
        tax -> BigInt,
        gross -> BigInt,
        paid -> BigInt,
        credited -> BigInt,
        invoiced_net -> BigInt,
        version -> Integer,
        created_at -> Instant,
        updated_at -> Instant,
    }
}

diesel::table! {
    use diesel::sql_types::{BigInt, Integer, Nullable, Text};
    use crate::sql::Uid;

    billing_lines (organization_id, id) {
        organization_id -> Uid,
        id -> Uid,
        document_id -> Uid,
        position -> Integer,
        description -> Text,
        quantity -> BigInt,
        unit -> Nullable<Text>,
        unit_price -> BigInt,
        discount_amount -> Nullable<BigInt>,
        discount_percent -> Nullable<BigInt>,
        amount -> BigInt,
        service_item_id -> Nullable<Uid>,
    }
}

diesel::table! {
    use diesel::sql_types::{BigInt, Integer, Nullable, Text};
    use crate::sql::{Uid, Word};

    billing_line_taxes (organization_id, line_id, position) {
        organization_id -> Uid,
        line_id -> Uid,
        position -> Integer,
        category -> Word,
        rate -> BigInt,
        reason -> Nullable<Text>,
    }
}

diesel::table! {
    use diesel::sql_types::{BigInt, Integer, Nullable, Text};
    use crate::sql::{Uid, Word};

    billing_tax_groups (organization_id, document_id, position) {
        organization_id -> Uid,
        document_id -> Uid,
        position -> Integer,
        category -> Word,
        rate -> BigInt,
        reason -> Nullable<Text>,
        base -> BigInt,
        tax -> BigInt,
    }
}

diesel::table! {
    use diesel::sql_types::{BigInt, Date, Nullable, Text};
    use crate::sql::{Instant, Uid, Word};

    payments (organization_id, id) {
        organization_id -> Uid,
        id -> Uid,
        invoice_id -> Uid,
        amount -> BigInt,
        paid_on -> Date,
        method -> Nullable<Word>,
        reference -> Nullable<Text>,
        reversed_at -> Nullable<Instant>,
        created_at -> Instant,
    }
}

diesel::table! {
    use diesel::sql_types::BigInt;
    use crate::sql::{Uid, Word};

    billing_accounting (organization_id, document_id) {
        organization_id -> Uid,
        document_id -> Uid,
        currency -> Word,
        rate -> BigInt,
        net -> BigInt,
        tax -> BigInt,
        gross -> BigInt,
    }
}

diesel::allow_tables_to_appear_in_same_query!(
    service_items,
    billing_documents,
    billing_accounting,
    billing_lines,
    billing_line_taxes,
    billing_tax_groups,
    payments,
);
diesel::allow_tables_to_appear_in_same_query!(billing_documents, contacts);
diesel::allow_tables_to_appear_in_same_query!(billing_documents, contact_teams);
diesel::allow_tables_to_appear_in_same_query!(billing_documents, projects);
diesel::allow_tables_to_appear_in_same_query!(billing_documents, teams);
