//! What must hold of the rows, at any moment and in the end.

use super::world::{World, count};

/// Each of these finds rows that must not be there; every one is one statement, and sees one state of the database.
const WRONG: [(&str, &str); 7] = [
    (
        "keys of tasks, contacts and documents have no gaps, and the counters are where they are",
        "SELECT c.name AS value FROM counters c JOIN (SELECT organization_id, 'T' AS name, number FROM tasks UNION ALL \
         SELECT organization_id, 'C', number FROM contacts UNION ALL \
         SELECT organization_id, 'D', number FROM billing_documents) AS k \
         ON k.organization_id = c.organization_id AND k.name = c.name \
         GROUP BY c.organization_id, c.name, c.value HAVING COUNT(*) <> c.value OR MAX(k.number) <> c.value",
    ),
    (
        "numbers of invoices have no gaps",
        "SELECT 'invoices of ' || MIN(document_number) AS value FROM billing_documents WHERE kind = 'invoice' \
         AND document_number IS NOT NULL GROUP BY organization_id, SUBSTR(document_number, 1, 9) \
         HAVING COUNT(*) <> MAX(CAST(SUBSTR(document_number, 10) AS INTEGER))",
    ),
    (
        "the change feed has no gaps, and its counter is where it is",
        "SELECT 'changes' AS value FROM counters c WHERE c.name = 'changes' AND (c.value <> \
         (SELECT COUNT(*) FROM changes f WHERE f.organization_id = c.organization_id) OR c.value <> \
         (SELECT MAX(position) FROM changes f WHERE f.organization_id = c.organization_id))",
    ),
    (
        "every version of a task or an invoice of this run has its change, and no change is of a version that is not",
        "SELECT t.title AS value FROM tasks t LEFT JOIN changes f ON f.organization_id = t.organization_id \
         AND f.record_id = t.id WHERE t.title LIKE 'torture %' OR t.title LIKE 'changing %' \
         GROUP BY t.id, t.title, t.version HAVING COUNT(f.position) <> t.version OR MAX(f.version) <> t.version \
         UNION ALL SELECT d.id FROM (SELECT CAST(b.id AS TEXT) AS id, b.version, COUNT(f.position) AS changes \
         FROM billing_documents b JOIN billing_lines l ON l.organization_id = b.organization_id \
         AND l.document_id = b.id AND l.description LIKE 'invoice %' \
         LEFT JOIN changes f ON f.organization_id = b.organization_id AND f.record_id = b.id \
         GROUP BY b.id, b.version) AS d WHERE d.changes <> d.version",
    ),
    (
        "every change has the record of its call, and every call that changed something its changes",
        "SELECT 'changes ' || CAST(a.changes AS TEXT) || ', recorded ' || CAST(a.recorded AS TEXT) AS value FROM (SELECT \
         (SELECT COUNT(*) FROM changes f JOIN connections c ON c.id = f.connection_id) AS changes, \
         (SELECT COALESCE(SUM(RECORDED), 0) FROM audit_events e WHERE e.action = 'tool.called' \
         AND CAST(e.details AS TEXT) LIKE '%\"changed\"%' AND CAST(e.details AS TEXT) NOT LIKE '%add_contact%') \
         AS recorded) AS a WHERE a.changes <> a.recorded",
    ),
    (
        "every revocation has its record, and every record its revocation",
        "SELECT CAST(c.id AS TEXT) AS value FROM connections c LEFT JOIN \
         (SELECT connection_id, COUNT(*) AS recorded FROM audit_events WHERE action = 'connection.revoked' \
         GROUP BY connection_id) AS e ON e.connection_id = c.id \
         WHERE (CASE WHEN c.revoked_at IS NULL THEN 0 ELSE 1 END) <> COALESCE(e.recorded, 0)",
    ),
    (
        "every link of a refresh chain has the record of its renewal, and there is one head",
        "SELECT CAST(r.connection_id AS TEXT) AS value FROM (SELECT connection_id, COUNT(*) AS links, \
         SUM(CASE WHEN rotated_at IS NULL THEN 1 ELSE 0 END) AS heads FROM refresh_tokens GROUP BY connection_id) AS r \
         LEFT JOIN (SELECT connection_id, COUNT(*) AS recorded FROM audit_events WHERE action = 'access.renewed' \
         GROUP BY connection_id) AS e ON e.connection_id = r.connection_id \
         WHERE r.links - 1 <> COALESCE(e.recorded, 0) OR r.heads <> 1",
    ),
];

/// The promises that the rows break, each with what was found.
pub(super) async fn broken(world: &World) -> Vec<(&'static str, Vec<String>)> {
    let recorded = match world.app.database() {
        "SQLite" => "json_array_length(e.details, '$.changed')",
        _ => "jsonb_array_length(e.details::jsonb -> 'changed')",
    };
    let mut broken = Vec::new();
    for (promise, wrong) in WRONG {
        let found = world.look(&wrong.replace("RECORDED", recorded)).await;
        if !found.is_empty() {
            broken.push((promise, found));
        }
    }
    broken
}

pub(super) async fn at_any_moment(world: &World) {
    assert_eq!(broken(world).await, []);
    count(&world.counts.checks);
}

/// What breaks one promise after the other, in their order.
pub(super) const BREAK: [&str; 7] = [
    "UPDATE counters SET value = value + 1 WHERE name = 'T'",
    "UPDATE billing_documents SET document_number = 'INV-2026-9999' WHERE document_number = \
     (SELECT MAX(document_number) FROM billing_documents WHERE kind = 'invoice')",
    "UPDATE counters SET value = value + 1 WHERE name = 'changes'",
    "UPDATE tasks SET version = version + 1 WHERE title LIKE 'changing %'",
    "DELETE FROM audit_events WHERE action = 'tool.called' AND CAST(details AS TEXT) LIKE '%update_tasks%'",
    "DELETE FROM audit_events WHERE action = 'connection.revoked'",
    "DELETE FROM audit_events WHERE action = 'access.renewed'",
];
