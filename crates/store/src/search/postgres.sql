-- $1 organization, $2 words, $3 team or null, $4 the query in lower case, $5 rows per kind, $6 kinds.
WITH candidates AS MATERIALIZED (
 -- Whether a word is rare decides how its latest tasks are found, and the planner's guess can be wrong by far.
 SELECT r.id, r.number, r.title, p.name AS project, r.status, r.updated_at
 FROM tasks r
 JOIN projects p ON p.organization_id = r.organization_id AND p.id = r.project_id
 WHERE r.organization_id = $1 AND 'task' = ANY ($6)
     AND search_words(r.title || ' ' || coalesce(r.description, '')) @@ to_tsquery('lavori', $2)
     AND ($3::uuid IS NULL OR p.team_id = $3)
 LIMIT 2001)
(SELECT 'project' AS kind, r.id, r.number, r.name AS title, k.name AS subtitle, r.status AS status, NULL::timestamptz AS starts_at, NULL::text AS time_zone
 FROM projects r
 LEFT JOIN contacts k ON k.organization_id = r.organization_id AND k.id = r.client_id
     AND ($3::uuid IS NULL OR EXISTS (SELECT FROM contact_teams l WHERE l.organization_id = $1 AND l.contact_id = k.id AND l.team_id = $3))
 WHERE r.organization_id = $1 AND 'project' = ANY ($6)
     AND search_words(r.name || ' ' || coalesce(r.description, '')) @@ to_tsquery('lavori', $2)
     AND ($3::uuid IS NULL OR r.team_id = $3)
 ORDER BY lower(r.name) = $4 DESC, starts_with(lower(r.name), $4) DESC, r.updated_at DESC, r.id LIMIT $5)
UNION ALL
(SELECT 'phase', r.id, NULL, r.name, p.name, NULL, NULL, NULL
 FROM phases r
 JOIN projects p ON p.organization_id = r.organization_id AND p.id = r.project_id
 WHERE r.organization_id = $1 AND 'phase' = ANY ($6) AND r.archived_at IS NULL
     AND search_words(r.name) @@ to_tsquery('lavori', $2)
     AND ($3::uuid IS NULL OR p.team_id = $3)
 ORDER BY lower(r.name) = $4 DESC, starts_with(lower(r.name), $4) DESC, p.updated_at DESC, r.id LIMIT $5)
UNION ALL
(SELECT 'milestone', r.id, NULL, r.name, p.name, CASE WHEN r.done_at IS NULL THEN 'open' ELSE 'done' END, NULL, NULL
 FROM milestones r
 JOIN projects p ON p.organization_id = r.organization_id AND p.id = r.project_id
 WHERE r.organization_id = $1 AND 'milestone' = ANY ($6) AND r.archived_at IS NULL
     AND search_words(r.name) @@ to_tsquery('lavori', $2)
     AND ($3::uuid IS NULL OR p.team_id = $3)
 ORDER BY lower(r.name) = $4 DESC, starts_with(lower(r.name), $4) DESC, p.updated_at DESC, r.id LIMIT $5)
UNION ALL
-- The title's own index: however common its words are, the task that is called so is found.
(SELECT 'task', r.id, r.number, r.title, p.name, r.status, NULL, NULL
 FROM tasks r
 JOIN projects p ON p.organization_id = r.organization_id AND p.id = r.project_id
 WHERE r.organization_id = $1 AND 'task' = ANY ($6)
     AND left(lower(r.title), 200) = left($4, 200)
     AND ($3::uuid IS NULL OR p.team_id = $3)
 LIMIT $5)
UNION ALL
-- A rare word: all of its tasks, which the index of words gives.
(SELECT 'task', r.id, r.number, r.title, r.project, r.status, NULL, NULL
 FROM candidates r
 WHERE (SELECT count(*) FROM candidates) <= 2000
 ORDER BY r.updated_at DESC, r.id DESC LIMIT $5)
UNION ALL
-- A common word: the latest tasks are read until enough of them have it.
(SELECT 'task', r.id, r.number, r.title, p.name, r.status, NULL, NULL
 FROM tasks r
 JOIN projects p ON p.organization_id = r.organization_id AND p.id = r.project_id
 WHERE r.organization_id = $1 AND (SELECT count(*) FROM candidates) > 2000
     AND search_words(r.title || ' ' || coalesce(r.description, '')) @@ to_tsquery('lavori', $2)
     AND ($3::uuid IS NULL OR p.team_id = $3)
 ORDER BY r.updated_at DESC, r.id DESC LIMIT $5)
UNION ALL
(SELECT 'contact', r.id, r.number, r.name, coalesce(r.email, r.kind), CASE WHEN r.archived_at IS NULL THEN 'active' ELSE 'archived' END, NULL, NULL
 FROM contacts r
 WHERE r.organization_id = $1 AND 'contact' = ANY ($6)
     AND search_words(r.name || ' ' || coalesce(r.company, '') || ' ' || coalesce(r.email, '') || ' ' || coalesce(r.phone, '') || ' ' || coalesce(r.tax_id, '')) @@ to_tsquery('lavori', $2)
     AND ($3::uuid IS NULL OR EXISTS (SELECT FROM contact_teams l WHERE l.organization_id = $1 AND l.contact_id = r.id AND l.team_id = $3))
 ORDER BY lower(r.name) = $4 DESC, starts_with(lower(r.name), $4) DESC, r.updated_at DESC, r.id LIMIT $5)
UNION ALL
(SELECT 'member', r.id, NULL, r.name, r.email, NULL, NULL, NULL
 FROM memberships m
 JOIN people r ON r.id = m.person_id
 WHERE m.organization_id = $1 AND m.ended_at IS NULL AND 'member' = ANY ($6)
     AND search_words(r.name || ' ' || r.email) @@ to_tsquery('lavori', $2)
     AND ($3::uuid IS NULL OR EXISTS (SELECT FROM team_members l WHERE l.organization_id = $1 AND l.person_id = r.id AND l.team_id = $3))
 ORDER BY lower(r.name) = $4 DESC, r.name, r.id LIMIT $5)
UNION ALL
(SELECT 'team', r.id, NULL, r.name, NULL, NULL, NULL, NULL
 FROM teams r
 WHERE r.organization_id = $1 AND 'team' = ANY ($6)
     AND search_words(r.name) @@ to_tsquery('lavori', $2)
     AND ($3::uuid IS NULL OR r.id = $3)
 ORDER BY lower(r.name) = $4 DESC, r.name, r.id LIMIT $5)
UNION ALL
(SELECT 'event', r.id, r.number, r.title, p.name, r.status, r.starts_at, r.time_zone
 FROM events r
 LEFT JOIN projects p ON p.organization_id = r.organization_id AND p.id = r.project_id AND ($3::uuid IS NULL OR p.team_id = $3)
 WHERE r.organization_id = $1 AND 'event' = ANY ($6)
     AND search_words(r.title || ' ' || coalesce(r.location, '') || ' ' || coalesce(r.notes, '')) @@ to_tsquery('lavori', $2)
     AND ($3::uuid IS NULL OR r.team_id = $3)
 ORDER BY lower(r.title) = $4 DESC, starts_with(lower(r.title), $4) DESC, r.starts_at DESC, r.id LIMIT $5)
UNION ALL
(SELECT 'shift', r.id, r.number, r.role, k.name, r.status, r.starts_at, r.time_zone
 FROM shifts r
 LEFT JOIN people k ON k.id = r.person_id AND ($3::uuid IS NULL OR EXISTS (SELECT FROM team_members l WHERE l.organization_id = $1 AND l.person_id = k.id AND l.team_id = $3))
 WHERE r.organization_id = $1 AND 'shift' = ANY ($6)
     AND search_words(r.role || ' ' || coalesce(r.location, '') || ' ' || coalesce(r.notes, '')) @@ to_tsquery('lavori', $2)
     AND ($3::uuid IS NULL OR r.team_id = $3)
 ORDER BY r.starts_at DESC, r.id LIMIT $5)
UNION ALL
(SELECT r.kind, r.id, r.number, coalesce(r.document_number, r.status || ' ' || r.kind), k.name, r.status, NULL, NULL
 FROM billing_documents r
 LEFT JOIN projects p ON p.organization_id = r.organization_id AND p.id = r.project_id
 LEFT JOIN contacts k ON k.organization_id = r.organization_id AND k.id = r.client_id
     AND ($3::uuid IS NULL OR EXISTS (SELECT FROM contact_teams l WHERE l.organization_id = $1 AND l.contact_id = k.id AND l.team_id = $3))
 WHERE r.organization_id = $1 AND r.kind = ANY ($6)
     AND search_words(coalesce(r.document_number, '') || ' ' || coalesce(r.reference, '') || ' ' || coalesce(r.notes, '')) @@ to_tsquery('lavori', $2)
     AND ($3::uuid IS NULL OR (r.team_id = $3 OR (r.team_id IS NULL AND p.team_id = $3)))
 ORDER BY lower(r.document_number) IS NOT DISTINCT FROM $4 DESC, r.updated_at DESC, r.id LIMIT $5)
UNION ALL
-- By whom they are for.
(SELECT r.kind, r.id, r.number, coalesce(r.document_number, r.status || ' ' || r.kind), k.name, r.status, NULL, NULL
 FROM contacts k
 JOIN billing_documents r ON r.organization_id = k.organization_id AND r.client_id = k.id
 LEFT JOIN projects p ON p.organization_id = r.organization_id AND p.id = r.project_id
 WHERE r.organization_id = $1 AND k.organization_id = $1 AND r.kind = ANY ($6)
     AND search_words(k.name || ' ' || coalesce(k.company, '') || ' ' || coalesce(k.email, '') || ' ' || coalesce(k.phone, '') || ' ' || coalesce(k.tax_id, '')) @@ to_tsquery('lavori', $2)
     AND ($3::uuid IS NULL OR EXISTS (SELECT FROM contact_teams l WHERE l.organization_id = $1 AND l.contact_id = k.id AND l.team_id = $3))
     AND ($3::uuid IS NULL OR (r.team_id = $3 OR (r.team_id IS NULL AND p.team_id = $3)))
 ORDER BY r.updated_at DESC, r.id LIMIT $5)
UNION ALL
(SELECT 'service_item', r.id, r.number, r.name, r.unit, CASE WHEN r.archived_at IS NULL THEN 'active' ELSE 'archived' END, NULL, NULL
 FROM service_items r
 WHERE r.organization_id = $1 AND 'service_item' = ANY ($6)
     AND search_words(r.name) @@ to_tsquery('lavori', $2)
     AND ($3::uuid IS NULL OR r.team_id IS NULL OR r.team_id = $3)
 ORDER BY lower(r.name) = $4 DESC, starts_with(lower(r.name), $4) DESC, r.updated_at DESC, r.id LIMIT $5)
UNION ALL
(SELECT 'budget', r.id, r.number, r.name, CASE WHEN $3::uuid IS NULL OR p.team_id = $3 THEN p.name END, r.status, NULL, NULL
 FROM budgets r
 LEFT JOIN projects p ON p.organization_id = r.organization_id AND p.id = r.project_id
 WHERE r.organization_id = $1 AND 'budget' = ANY ($6)
     AND search_words(r.name) @@ to_tsquery('lavori', $2)
     AND ($3::uuid IS NULL OR (r.team_id = $3 OR (r.team_id IS NULL AND p.team_id = $3)))
 ORDER BY lower(r.name) = $4 DESC, starts_with(lower(r.name), $4) DESC, r.updated_at DESC, r.id LIMIT $5)
