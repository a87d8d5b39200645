//! The tables, as both databases have them.

mod of_billing;
mod of_budgets;
mod of_schedule;

pub(crate) use of_billing::*;
pub(crate) use of_budgets::*;
pub(crate) use of_schedule::*;

diesel::table! {
    use diesel::sql_types::{Bool, Integer, Text};
    use crate::sql::{Instant, Uid, Word};

    organizations (id) {
        id -> Uid,
        slug -> Text,
        name -> Text,
        time_zone -> Word,
        currency -> Word,
        state -> Word,
        allow_write -> Bool,
        allow_billing -> Bool,
        write_epoch -> Integer,
        billing_epoch -> Integer,
        created_at -> Instant,
    }
}

diesel::table! {
    use diesel::sql_types::{Nullable, Text};
    use crate::sql::{Instant, Uid, Word};

    people (id) {
        id -> Uid,
        email -> Text,
        name -> Text,
        password_hash -> Nullable<Text>,
        state -> Word,
        created_at -> Instant,
    }
}

diesel::table! {
    use diesel::sql_types::{BigInt, Integer, Nullable};
    use crate::sql::{Instant, Uid, Word};

    memberships (organization_id, person_id) {
        organization_id -> Uid,
        person_id -> Uid,
        role -> Word,
        created_at -> Instant,
        ended_at -> Nullable<Instant>,
        weekly_capacity_minutes -> Integer,
        cost_rate_minor -> Nullable<BigInt>,
    }
}

diesel::table! {
    use diesel::sql_types::Text;
    use crate::sql::Uid;

    teams (organization_id, id) {
        organization_id -> Uid,
        id -> Uid,
        slug -> Text,
        name -> Text,
    }
}

diesel::table! {
    use crate::sql::Uid;

    team_members (organization_id, team_id, person_id) {
        organization_id -> Uid,
        team_id -> Uid,
        person_id -> Uid,
    }
}

diesel::table! {
    use diesel::sql_types::{Binary, Nullable, Text};
    use crate::sql::{Instant, Uid, Word};

    invitations (organization_id, id) {
        organization_id -> Uid,
        id -> Uid,
        token_hash -> Binary,
        email -> Text,
        role -> Word,
        invited_by -> Uid,
        created_at -> Instant,
        expires_at -> Instant,
        accepted_by -> Nullable<Uid>,
        accepted_at -> Nullable<Instant>,
        withdrawn_at -> Nullable<Instant>,
    }
}

diesel::table! {
    use diesel::sql_types::Text;
    use crate::sql::Uid;

    client_domains (organization_id, domain) {
        organization_id -> Uid,
        domain -> Text,
    }
}

diesel::table! {
    use diesel::sql_types::Binary;
    use crate::sql::Instant;

    set_up_codes (code_hash) {
        code_hash -> Binary,
        created_at -> Instant,
    }
}

diesel::table! {
    use diesel::sql_types::Integer;
    use crate::sql::Instant;

    set_up_guesses (id) {
        id -> Integer,
        since -> Instant,
        wrong -> Integer,
    }
}

diesel::table! {
    use diesel::sql_types::{BigInt, Text};
    use crate::sql::Uid;

    counters (organization_id, name) {
        organization_id -> Uid,
        name -> Text,
        value -> BigInt,
    }
}

diesel::table! {
    use diesel::sql_types::{Nullable, Text};
    use crate::sql::{Instant, Uid};

    identities (id) {
        id -> Uid,
        issuer -> Text,
        subject -> Text,
        person_id -> Uid,
        email -> Nullable<Text>,
        created_at -> Instant,
        last_used_at -> Nullable<Instant>,
    }
}

diesel::table! {
    use diesel::sql_types::{Integer, Text};
    use crate::sql::Instant;

    limits (purpose, bucket) {
        purpose -> Text,
        bucket -> Integer,
        taken -> Integer,
        ends_at -> Instant,
    }
}

diesel::table! {
    use diesel::sql_types::{Binary, Nullable, Text};
    use crate::sql::{Instant, Uid};

    sessions (id) {
        id -> Uid,
        token_hash -> Binary,
        person_id -> Uid,
        created_at -> Instant,
        last_seen_at -> Instant,
        expires_at -> Instant,
        ended_at -> Nullable<Instant>,
        ip_address -> Nullable<Text>,
        user_agent -> Nullable<Text>,
    }
}

diesel::table! {
    use diesel::sql_types::{Binary, Bool, Json, Nullable, Text};
    use crate::sql::{Instant, Uid};

    authorization_requests (handle_hash) {
        handle_hash -> Binary,
        session_id -> Uid,
        client_id -> Text,
        client -> Json,
        redirect_uri -> Text,
        redirect_uri_given -> Bool,
        state -> Nullable<Text>,
        scope -> Text,
        code_challenge -> Text,
        resource -> Text,
        created_at -> Instant,
        expires_at -> Instant,
        decided_at -> Nullable<Instant>,
    }
}

diesel::table! {
    use diesel::sql_types::{Json, Nullable, Text};
    use crate::sql::{Instant, Uid, Word};

    connections (organization_id, id) {
        organization_id -> Uid,
        id -> Uid,
        person_id -> Uid,
        team_id -> Nullable<Uid>,
        client_id -> Text,
        client -> Json,
        redirect_uri -> Text,
        resource -> Text,
        label -> Nullable<Text>,
        approved_scope -> Word,
        created_at -> Instant,
        activated_at -> Nullable<Instant>,
        last_used_at -> Nullable<Instant>,
        expires_at -> Instant,
        revoked_at -> Nullable<Instant>,
        revoked_by -> Nullable<Uid>,
        revoke_reason -> Nullable<Text>,
    }
}

diesel::table! {
    use diesel::sql_types::{Binary, Bool, Nullable, Text};
    use crate::sql::{Instant, Uid};

    authorization_codes (organization_id, id) {
        organization_id -> Uid,
        id -> Uid,
        code_hash -> Binary,
        connection_id -> Uid,
        redirect_uri -> Text,
        redirect_uri_given -> Bool,
        code_challenge -> Text,
        issued_at -> Instant,
        expires_at -> Instant,
        used_at -> Nullable<Instant>,
    }
}

diesel::table! {
    use diesel::sql_types::{Binary, Integer, Nullable, Text};
    use crate::sql::{Instant, Uid, Word};

    access_tokens (organization_id, id) {
        organization_id -> Uid,
        id -> Uid,
        token_hash -> Binary,
        connection_id -> Uid,
        generation -> Integer,
        scope -> Word,
        write_epoch -> Integer,
        billing_epoch -> Integer,
        jkt -> Nullable<Text>,
        issued_at -> Instant,
        expires_at -> Instant,
        used_at -> Nullable<Instant>,
        revoked_at -> Nullable<Instant>,
    }
}

diesel::table! {
    use diesel::sql_types::{Binary, Integer, Nullable, Text};
    use crate::sql::{Instant, Uid};

    refresh_tokens (organization_id, id) {
        organization_id -> Uid,
        id -> Uid,
        token_hash -> Binary,
        connection_id -> Uid,
        generation -> Integer,
        issued_at -> Instant,
        expires_at -> Instant,
        rotated_at -> Nullable<Instant>,
        sealed_successor -> Nullable<Binary>,
        retries -> Integer,
        rotated_ip_address -> Nullable<Text>,
        rotated_user_agent -> Nullable<Text>,
    }
}

diesel::table! {
    use diesel::sql_types::{Json, Nullable, Text};
    use crate::sql::{Instant, Uid};

    audit_events (organization_id, id) {
        organization_id -> Uid,
        id -> Uid,
        connection_id -> Nullable<Uid>,
        person_id -> Nullable<Uid>,
        action -> Text,
        severity -> Text,
        occurred_at -> Instant,
        ip_address -> Nullable<Text>,
        user_agent -> Nullable<Text>,
        request_id -> Nullable<Text>,
        details -> Json,
    }
}

diesel::table! {
    use diesel::sql_types::{Json, Nullable, Text};
    use crate::sql::{Instant, Uid};

    account_events (id) {
        id -> Uid,
        person_id -> Nullable<Uid>,
        action -> Text,
        severity -> Text,
        occurred_at -> Instant,
        ip_address -> Nullable<Text>,
        user_agent -> Nullable<Text>,
        request_id -> Nullable<Text>,
        details -> Json,
    }
}

diesel::table! {
    use diesel::sql_types::{BigInt, Integer, Json, Nullable, Text};
    use crate::sql::{Instant, Uid, Word};

    contacts (organization_id, id) {
        organization_id -> Uid,
        id -> Uid,
        number -> BigInt,
        kind -> Word,
        name -> Text,
        email -> Nullable<Text>,
        phone -> Nullable<Text>,
        archived_at -> Nullable<Instant>,
        version -> Integer,
        created_at -> Instant,
        updated_at -> Instant,
        company -> Nullable<Text>,
        roles -> Json,
        address -> Nullable<Json>,
        tax_id -> Nullable<Text>,
        payment_terms_days -> Nullable<Integer>,
        currency -> Nullable<Word>,
        language -> Nullable<Text>,
        tags -> Json,
    }
}

diesel::table! {
    use crate::sql::Uid;

    contact_teams (organization_id, contact_id, team_id) {
        organization_id -> Uid,
        contact_id -> Uid,
        team_id -> Uid,
    }
}

diesel::table! {
    use diesel::sql_types::{BigInt, Date, Integer, Json, Nullable, Text};
    use crate::sql::{Instant, Uid, Word};

    projects (organization_id, id) {
        organization_id -> Uid,
        id -> Uid,
        number -> BigInt,
        name -> Text,
        description -> Nullable<Text>,
        client_id -> Nullable<Uid>,
        team_id -> Nullable<Uid>,
        lead_id -> Nullable<Uid>,
        status -> Word,
        health -> Nullable<Word>,
        health_reason -> Nullable<Text>,
        starts_on -> Nullable<Date>,
        due_on -> Nullable<Date>,
        version -> Integer,
        created_at -> Instant,
        updated_at -> Instant,
        tags -> Json,
    }
}

diesel::table! {
    use diesel::sql_types::{Date, Integer, Nullable, Text};
    use crate::sql::{Instant, Uid};

    phases (organization_id, id) {
        organization_id -> Uid,
        id -> Uid,
        project_id -> Uid,
        position -> Integer,
        name -> Text,
        starts_on -> Nullable<Date>,
        ends_on -> Nullable<Date>,
        archived_at -> Nullable<Instant>,
    }
}

diesel::table! {
    use diesel::sql_types::{Date, Nullable, Text};
    use crate::sql::{Instant, Uid};

    milestones (organization_id, id) {
        organization_id -> Uid,
        id -> Uid,
        project_id -> Uid,
        phase_id -> Nullable<Uid>,
        name -> Text,
        due_on -> Date,
        done_at -> Nullable<Instant>,
        archived_at -> Nullable<Instant>,
    }
}

diesel::table! {
    use diesel::sql_types::{BigInt, Date, Integer, Json, Nullable, Text};
    use crate::sql::{Instant, Uid, Word};

    tasks (organization_id, id) {
        organization_id -> Uid,
        id -> Uid,
        number -> BigInt,
        project_id -> Uid,
        phase_id -> Nullable<Uid>,
        milestone_id -> Nullable<Uid>,
        parent_id -> Nullable<Uid>,
        title -> Text,
        description -> Nullable<Text>,
        status -> Word,
        priority -> Word,
        starts_on -> Nullable<Date>,
        due_on -> Nullable<Date>,
        due_at -> Nullable<Instant>,
        estimate_minutes -> Nullable<Integer>,
        completed_at -> Nullable<Instant>,
        version -> Integer,
        created_at -> Instant,
        updated_at -> Instant,
        tags -> Json,
    }
}

diesel::table! {
    use crate::sql::Uid;

    task_assignees (organization_id, task_id, person_id) {
        organization_id -> Uid,
        task_id -> Uid,
        person_id -> Uid,
    }
}

diesel::table! {
    use crate::sql::Uid;

    task_dependencies (organization_id, task_id, blocked_by_id) {
        organization_id -> Uid,
        task_id -> Uid,
        blocked_by_id -> Uid,
    }
}

diesel::table! {
    use diesel::sql_types::{BigInt, Integer, Json, Nullable, Text};
    use crate::sql::{Instant, Uid, Word};

    changes (organization_id, position) {
        organization_id -> Uid,
        position -> BigInt,
        occurred_at -> Instant,
        person_id -> Uid,
        connection_id -> Nullable<Uid>,
        kind -> Word,
        record_id -> Uid,
        record_key -> Nullable<Text>,
        title -> Text,
        version -> Integer,
        operation -> Word,
        team_id -> Nullable<Uid>,
        project_id -> Nullable<Uid>,
        fields -> Json,
    }
}

diesel::table! {
    use diesel::sql_types::{Binary, Nullable, Text};
    use crate::sql::{Instant, Uid};

    request_keys (organization_id, key_hash) {
        organization_id -> Uid,
        key_hash -> Binary,
        request_hash -> Binary,
        created_at -> Instant,
        expires_at -> Nullable<Instant>,
        answer -> Nullable<Text>,
    }
}

diesel::table! {
    use crate::sql::Uid;

    project_members (organization_id, project_id, person_id) {
        organization_id -> Uid,
        project_id -> Uid,
        person_id -> Uid,
    }
}

diesel::allow_tables_to_appear_in_same_query!(
    organizations,
    people,
    memberships,
    teams,
    team_members,
    invitations,
    client_domains,
    set_up_codes,
    set_up_guesses,
    counters,
    identities,
    limits,
    sessions,
    authorization_requests,
    connections,
    authorization_codes,
    access_tokens,
    refresh_tokens,
    audit_events,
    account_events,
    contacts,
    contact_teams,
    projects,
    phases,
    milestones,
    tasks,
    task_assignees,
    task_dependencies,
    changes,
    request_keys,
    project_members,
);
