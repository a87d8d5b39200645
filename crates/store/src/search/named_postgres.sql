-- $1 organization, $2 names in lower case, $3 team or null, $4 rows at most.
SELECT * FROM (
SELECT 'project' AS kind, r.id, r.number, r.name AS title, NULL AS subtitle, r.status AS status, NULL::timestamptz AS starts_at, NULL::text AS time_zone
 FROM projects r
 WHERE r.organization_id = $1 AND lower(r.name) = ANY ($2) AND ($3::uuid IS NULL OR r.team_id = $3)
UNION ALL
SELECT 'phase', r.id, NULL, r.name, p.name, NULL, NULL, NULL
 FROM phases r JOIN projects p ON p.organization_id = r.organization_id AND p.id = r.project_id
 WHERE r.archived_at IS NULL AND r.organization_id = $1 AND lower(r.name) = ANY ($2) AND ($3::uuid IS NULL OR p.team_id = $3)
UNION ALL
SELECT 'milestone', r.id, NULL, r.name, p.name, NULL, NULL, NULL
 FROM milestones r JOIN projects p ON p.organization_id = r.organization_id AND p.id = r.project_id
 WHERE r.archived_at IS NULL AND r.organization_id = $1 AND lower(r.name) = ANY ($2) AND ($3::uuid IS NULL OR p.team_id = $3)
UNION ALL
SELECT 'task', r.id, r.number, r.title, p.name, r.status, NULL, NULL
 FROM tasks r JOIN projects p ON p.organization_id = r.organization_id AND p.id = r.project_id
 WHERE r.organization_id = $1 AND left(lower(r.title), 200) = ANY ($2) AND ($3::uuid IS NULL OR p.team_id = $3)
UNION ALL
SELECT 'contact', r.id, r.number, r.name, r.email, NULL, NULL, NULL
 FROM contacts r
 WHERE r.organization_id = $1 AND lower(r.name) = ANY ($2)
     AND ($3::uuid IS NULL OR EXISTS (SELECT FROM contact_teams l WHERE l.organization_id = $1 AND l.contact_id = r.id AND l.team_id = $3))
UNION ALL
SELECT 'member', r.id, NULL, r.name, r.email, NULL, NULL, NULL
 FROM memberships m JOIN people r ON r.id = m.person_id
 WHERE m.organization_id = $1 AND m.ended_at IS NULL AND (lower(r.name) = ANY ($2) OR r.email = ANY ($2))
     AND ($3::uuid IS NULL OR EXISTS (SELECT FROM team_members l WHERE l.organization_id = $1 AND l.person_id = r.id AND l.team_id = $3))
UNION ALL
SELECT 'team', r.id, NULL, r.name, NULL, NULL, NULL, NULL
 FROM teams r
 WHERE r.organization_id = $1 AND lower(r.name) = ANY ($2) AND ($3::uuid IS NULL OR r.id = $3)
UNION ALL
SELECT 'event', r.id, r.number, r.title, NULL, r.status, r.starts_at, r.time_zone
 FROM events r
 WHERE r.organization_id = $1 AND lower(r.title) = ANY ($2) AND ($3::uuid IS NULL OR r.team_id = $3)
UNION ALL
SELECT r.kind, r.id, r.number, coalesce(r.document_number, r.status || ' ' || r.kind), k.name, r.status, NULL, NULL
 FROM billing_documents r
 LEFT JOIN projects p ON p.organization_id = r.organization_id AND p.id = r.project_id
 LEFT JOIN contacts k ON k.organization_id = r.organization_id AND k.id = r.client_id
     AND ($3::uuid IS NULL OR EXISTS (SELECT FROM contact_teams l WHERE l.organization_id = $1 AND l.contact_id = k.id AND l.team_id = $3))
 WHERE r.organization_id = $1 AND lower(r.document_number) = ANY ($2) AND ($3::uuid IS NULL OR (r.team_id = $3 OR (r.team_id IS NULL AND p.team_id = $3)))
UNION ALL
SELECT 'service_item', r.id, r.number, r.name, r.unit, NULL, NULL, NULL
 FROM service_items r
 WHERE r.organization_id = $1 AND lower(r.name) = ANY ($2) AND ($3::uuid IS NULL OR r.team_id IS NULL OR r.team_id = $3)
UNION ALL
SELECT 'budget', r.id, r.number, r.name, CASE WHEN $3::uuid IS NULL OR p.team_id = $3 THEN p.name END, r.status, NULL, NULL
 FROM budgets r
 LEFT JOIN projects p ON p.organization_id = r.organization_id AND p.id = r.project_id
 WHERE r.organization_id = $1 AND lower(r.name) = ANY ($2) AND ($3::uuid IS NULL OR (r.team_id = $3 OR (r.team_id IS NULL AND p.team_id = $3)))
) named LIMIT $4
