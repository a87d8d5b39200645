//! The tables of the schedule.

use super::{contact_teams, contacts, memberships, people, projects, tasks, team_members, teams};

diesel::table! {
    use diesel::sql_types::{BigInt, Bool, Date, Integer, Nullable, Text};
    use crate::sql::{Instant, Uid, Word};

    events (organization_id, id) {
        organization_id -> Uid,
        id -> Uid,
        number -> BigInt,
        title -> Text,
        starts_at -> Instant,
        ends_at -> Instant,
        first_day -> Nullable<Date>,
        last_day -> Nullable<Date>,
        time_zone -> Word,
        recurrence -> Nullable<Word>,
        outer_from -> Instant,
        outer_until -> Nullable<Instant>,
        location -> Nullable<Text>,
        notes -> Nullable<Text>,
        project_id -> Nullable<Uid>,
        team_id -> Nullable<Uid>,
        status -> Word,
        busy -> Bool,
        version -> Integer,
        created_at -> Instant,
        updated_at -> Instant,
    }
}

diesel::table! {
    use diesel::sql_types::Nullable;
    use crate::sql::{Uid, Word};

    event_people (organization_id, event_id, party_id) {
        organization_id -> Uid,
        event_id -> Uid,
        party_id -> Uid,
        person_id -> Nullable<Uid>,
        contact_id -> Nullable<Uid>,
        response -> Word,
    }
}

diesel::table! {
    use diesel::sql_types::{Date, Nullable, Timestamp};
    use crate::sql::{Instant, Uid};

    event_exceptions (organization_id, event_id, occurrence) {
        organization_id -> Uid,
        event_id -> Uid,
        occurrence -> Timestamp,
        starts_at -> Nullable<Instant>,
        ends_at -> Nullable<Instant>,
        first_day -> Nullable<Date>,
        last_day -> Nullable<Date>,
    }
}

diesel::table! {
    use diesel::sql_types::{BigInt, Bool, Integer, Nullable, Text};
    use crate::sql::{Instant, Uid, Word};

    shifts (organization_id, id) {
        organization_id -> Uid,
        id -> Uid,
        number -> BigInt,
        person_id -> Nullable<Uid>,
        team_id -> Nullable<Uid>,
        role -> Text,
        starts_at -> Instant,
        ends_at -> Instant,
        time_zone -> Word,
        break_minutes -> Integer,
        paid_break -> Bool,
        project_id -> Nullable<Uid>,
        task_id -> Nullable<Uid>,
        event_id -> Nullable<Uid>,
        location -> Nullable<Text>,
        notes -> Nullable<Text>,
        status -> Word,
        published_at -> Nullable<Instant>,
        actual_starts_at -> Nullable<Instant>,
        actual_ends_at -> Nullable<Instant>,
        version -> Integer,
        created_at -> Instant,
        updated_at -> Instant,
    }
}

diesel::allow_tables_to_appear_in_same_query!(events, event_people, event_exceptions, shifts);

/// The tables of the schedule in one query with others.
macro_rules! together {
    ($($own:ident: $($other:ident),+;)+) => {
        $($(diesel::allow_tables_to_appear_in_same_query!($own, $other);)+)+
    };
}
together! {
    events: people, memberships, team_members, contacts, contact_teams, projects, tasks, teams;
    event_people: people, memberships, team_members, contacts, contact_teams, projects;
    shifts: people, memberships, team_members, projects, tasks, teams;
}
