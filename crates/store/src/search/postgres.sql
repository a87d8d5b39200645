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
(SELECT 'project' AS kind, r.id, r.number, r.name AS title, k.name AS subtitle, r.status AS status
 FROM projects r
 LEFT JOIN contacts k ON k.organization_id = r.organization_id AND k.id = r.client_id
     AND ($3::uuid IS NULL OR EXISTS (SELECT FROM contact_teams l WHERE l.organization_id = $1 AND l.contact_id = k.id AND l.team_id = $3))
 WHERE r.organization_id = $1 AND 'project' = ANY ($6)
     AND search_words(r.name || ' ' || coalesce(r.description, '')) @@ to_tsquery('lavori', $2)
     AND ($3::uuid IS NULL OR r.team_id = $3)
 ORDER BY lower(r.name) = $4 DESC, starts_with(lower(r.name), $4) DESC, r.updated_at DESC, r.id LIMIT $5)
UNION ALL
(SELECT 'phase', r.id, NULL, r.name, p.name, NULL
 FROM phases r
 JOIN projects p ON p.organization_id = r.organization_id AND p.id = r.project_id
 WHERE r.organization_id = $1 AND 'phase' = ANY ($6) AND r.archived_at IS NULL
     AND search_words(r.name) @@ to_tsquery('lavori', $2)
     AND ($3::uuid IS NULL OR p.team_id = $3)
 ORDER BY lower(r.name) = $4 DESC, starts_with(lower(r.name), $4) DESC, p.updated_at DESC, r.id LIMIT $5)
UNION ALL
(SELECT 'milestone', r.id, NULL, r.name, p.name, CASE WHEN r.done_at IS NULL THEN 'open' ELSE 'done' END
 FROM milestones r
 JOIN projects p ON p.organization_id = r.organization_id AND p.id = r.project_id
 WHERE r.organization_id = $1 AND 'milestone' = ANY ($6) AND r.archived_at IS NULL
     AND search_words(r.name) @@ to_tsquery('lavori', $2)
     AND ($3::uuid IS NULL OR p.team_id = $3)
 ORDER BY lower(r.name) = $4 DESC, starts_with(lower(r.name), $4) DESC, p.updated_at DESC, r.id LIMIT $5)
UNION ALL
-- The title's own index: however common its words are, the task that is called so is found.
(SELECT 'task', r.id, r.number, r.title, p.name, r.status
 FROM tasks r
 JOIN projects p ON p.organization_id = r.organization_id AND p.id = r.project_id
 WHERE r.organization_id = $1 AND 'task' = ANY ($6)
     AND left(lower(r.title), 200) = left($4, 200)
     AND ($3::uuid IS NULL OR p.team_id = $3)
 LIMIT $5)
UNION ALL
-- A rare word: all of its tasks, which the index of words gives.
(SELECT 'task', r.id, r.number, r.title, r.project, r.status
 FROM candidates r
 WHERE (SELECT count(*) FROM candidates) <= 2000
 ORDER BY r.updated_at DESC, r.id DESC LIMIT $5)
UNION ALL
-- A common word: the latest tasks are read until enough of them have it.
(SELECT 'task', r.id, r.number, r.title, p.name, r.status
 FROM tasks r
 JOIN projects p ON p.organization_id = r.organization_id AND p.id = r.project_id
 WHERE r.organization_id = $1 AND (SELECT count(*) FROM candidates) > 2000
     AND search_words(r.title || ' ' || coalesce(r.description, '')) @@ to_tsquery('lavori', $2)
     AND ($3::uuid IS NULL OR p.team_id = $3)
 ORDER BY r.updated_at DESC, r.id DESC LIMIT $5)
UNION ALL
(SELECT 'contact', r.id, r.number, r.name, coalesce(r.email, r.kind), CASE WHEN r.archived_at IS NULL THEN 'active' ELSE 'archived' END
 FROM contacts r
 WHERE r.organization_id = $1 AND 'contact' = ANY ($6)
     AND search_words(r.name || ' ' || coalesce(r.email, '') || ' ' || coalesce(r.phone, '')) @@ to_tsquery('lavori', $2)
     AND ($3::uuid IS NULL OR EXISTS (SELECT FROM contact_teams l WHERE l.organization_id = $1 AND l.contact_id = r.id AND l.team_id = $3))
 ORDER BY lower(r.name) = $4 DESC, starts_with(lower(r.name), $4) DESC, r.updated_at DESC, r.id LIMIT $5)
UNION ALL
(SELECT 'member', r.id, NULL, r.name, r.email, NULL
 FROM memberships m
 JOIN people r ON r.id = m.person_id
 WHERE m.organization_id = $1 AND m.ended_at IS NULL AND 'member' = ANY ($6)
     AND search_words(r.name || ' ' || r.email) @@ to_tsquery('lavori', $2)
     AND ($3::uuid IS NULL OR EXISTS (SELECT FROM team_members l WHERE l.organization_id = $1 AND l.person_id = r.id AND l.team_id = $3))
 ORDER BY lower(r.name) = $4 DESC, r.name, r.id LIMIT $5)
UNION ALL
(SELECT 'team', r.id, NULL, r.name, NULL, NULL
 FROM teams r
 WHERE r.organization_id = $1 AND 'team' = ANY ($6)
     AND search_words(r.name) @@ to_tsquery('lavori', $2)
     AND ($3::uuid IS NULL OR r.id = $3)
 ORDER BY lower(r.name) = $4 DESC, r.name, r.id LIMIT $5)
