//! The tables of budgets.

use super::{projects, teams};

diesel::table! {
    use diesel::sql_types::{BigInt, Date, Integer, Nullable, Text};
    use crate::sql::{Instant, Uid, Word};

    budgets (organization_id, id) {
        organization_id -> Uid,
        id -> Uid,
        number -> BigInt,
        name -> Text,
        project_id -> Nullable<Uid>,
        team_id -> Nullable<Uid>,
        currency -> Word,
        starts_on -> Nullable<Date>,
        ends_on -> Nullable<Date>,
        status -> Word,
        revision -> Integer,
        version -> Integer,
        created_at -> Instant,
        updated_at -> Instant,
    }
}

diesel::table! {
    use diesel::sql_types::{BigInt, Integer, Nullable, Text};
    use crate::sql::{Uid, Word};

    budget_lines (organization_id, id) {
        organization_id -> Uid,
        id -> Uid,
        budget_id -> Uid,
        position -> Integer,
        category -> Word,
        planned_minor -> BigInt,
        committed_minor -> BigInt,
        actual_minor -> BigInt,
        planned_minutes -> Nullable<Integer>,
        note -> Nullable<Text>,
    }
}

diesel::allow_tables_to_appear_in_same_query!(budgets, budget_lines);
diesel::allow_tables_to_appear_in_same_query!(budgets, projects);
diesel::allow_tables_to_appear_in_same_query!(budgets, teams);
