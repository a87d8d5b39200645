-- ?1 organization, ?2 words, ?3 team or null, ?4 the query in lower case, ?5 rows per kind, ?6 kinds as a JSON array.
SELECT * FROM (SELECT 'project' AS kind, r.id, r.number, r.name AS title, k.name AS subtitle, r.status AS status, NULL AS starts_at, NULL AS time_zone
 FROM search_words
 CROSS JOIN search_documents d ON d.number = search_words.rowid AND d.organization_id = ?1 AND d.kind = 'project'
 CROSS JOIN projects r ON r.organization_id = d.organization_id AND r.id = d.record_id
 LEFT JOIN contacts k ON k.organization_id = r.organization_id AND k.id = r.client_id
     AND (?3 IS NULL OR EXISTS (SELECT 1 FROM contact_teams l WHERE l.organization_id = ?1 AND l.contact_id = k.id AND l.team_id = ?3))
 WHERE search_words MATCH ?2 AND 'project' IN (SELECT value FROM json_each(?6))
     AND (?3 IS NULL OR r.team_id = ?3)
 ORDER BY lower(r.name) = ?4 DESC, instr(lower(r.name), ?4) = 1 DESC, r.updated_at DESC, r.id LIMIT ?5)
UNION ALL
SELECT * FROM (SELECT 'phase', r.id, NULL, r.name, p.name, NULL, NULL, NULL
 FROM search_words
 CROSS JOIN search_documents d ON d.number = search_words.rowid AND d.organization_id = ?1 AND d.kind = 'phase'
 CROSS JOIN phases r ON r.organization_id = d.organization_id AND r.id = d.record_id AND r.archived_at IS NULL
 CROSS JOIN projects p ON p.organization_id = r.organization_id AND p.id = r.project_id
 WHERE search_words MATCH ?2 AND 'phase' IN (SELECT value FROM json_each(?6))
     AND (?3 IS NULL OR p.team_id = ?3)
 ORDER BY lower(r.name) = ?4 DESC, instr(lower(r.name), ?4) = 1 DESC, p.updated_at DESC, r.id LIMIT ?5)
UNION ALL
SELECT * FROM (SELECT 'milestone', r.id, NULL, r.name, p.name, CASE WHEN r.done_at IS NULL THEN 'open' ELSE 'done' END, NULL, NULL
 FROM search_words
 CROSS JOIN search_documents d ON d.number = search_words.rowid AND d.organization_id = ?1 AND d.kind = 'milestone'
 CROSS JOIN milestones r ON r.organization_id = d.organization_id AND r.id = d.record_id AND r.archived_at IS NULL
 CROSS JOIN projects p ON p.organization_id = r.organization_id AND p.id = r.project_id
 WHERE search_words MATCH ?2 AND 'milestone' IN (SELECT value FROM json_each(?6))
     AND (?3 IS NULL OR p.team_id = ?3)
 ORDER BY lower(r.name) = ?4 DESC, instr(lower(r.name), ?4) = 1 DESC, p.updated_at DESC, r.id LIMIT ?5)
UNION ALL
-- The title's own index: however common its words are, the task that is called so is found.
SELECT * FROM (SELECT 'task', r.id, r.number, r.title, p.name, r.status, NULL, NULL
 FROM tasks r
 JOIN projects p ON p.organization_id = r.organization_id AND p.id = r.project_id
 WHERE r.organization_id = ?1 AND 'task' IN (SELECT value FROM json_each(?6))
     AND r.title = ?4 COLLATE NOCASE
     AND (?3 IS NULL OR p.team_id = ?3)
 LIMIT ?5)
UNION ALL
-- In the order of the full-text index, the newest document first: sorting all matches of a common word takes seconds.
SELECT * FROM (SELECT 'task', r.id, r.number, r.title, p.name, r.status, NULL, NULL
 FROM task_words
 CROSS JOIN task_documents d ON d.number = task_words.rowid AND d.organization_id = ?1
 CROSS JOIN tasks r ON r.organization_id = d.organization_id AND r.id = d.task_id
 CROSS JOIN projects p ON p.organization_id = r.organization_id AND p.id = r.project_id
 WHERE task_words MATCH ?2 AND 'task' IN (SELECT value FROM json_each(?6))
     AND (?3 IS NULL OR p.team_id = ?3)
 ORDER BY task_words.rowid DESC LIMIT ?5)
UNION ALL
SELECT * FROM (SELECT 'contact', r.id, r.number, r.name, coalesce(r.email, r.kind), CASE WHEN r.archived_at IS NULL THEN 'active' ELSE 'archived' END, NULL, NULL
 FROM search_words
 CROSS JOIN search_documents d ON d.number = search_words.rowid AND d.organization_id = ?1 AND d.kind = 'contact'
 CROSS JOIN contacts r ON r.organization_id = d.organization_id AND r.id = d.record_id
 WHERE search_words MATCH ?2 AND 'contact' IN (SELECT value FROM json_each(?6))
     AND (?3 IS NULL OR EXISTS (SELECT 1 FROM contact_teams l WHERE l.organization_id = ?1 AND l.contact_id = r.id AND l.team_id = ?3))
 ORDER BY lower(r.name) = ?4 DESC, instr(lower(r.name), ?4) = 1 DESC, r.updated_at DESC, r.id LIMIT ?5)
UNION ALL
SELECT * FROM (SELECT 'member', r.id, NULL, r.name, r.email, NULL, NULL, NULL
 FROM search_words
 CROSS JOIN search_documents d ON d.number = search_words.rowid AND d.organization_id = '' AND d.kind = 'member'
 CROSS JOIN people r ON r.id = d.record_id
 CROSS JOIN memberships m ON m.organization_id = ?1 AND m.person_id = r.id AND m.ended_at IS NULL
 WHERE search_words MATCH ?2 AND 'member' IN (SELECT value FROM json_each(?6))
     AND (?3 IS NULL OR EXISTS (SELECT 1 FROM team_members l WHERE l.organization_id = ?1 AND l.person_id = r.id AND l.team_id = ?3))
 ORDER BY lower(r.name) = ?4 DESC, r.name, r.id LIMIT ?5)
UNION ALL
SELECT * FROM (SELECT 'team', r.id, NULL, r.name, NULL, NULL, NULL, NULL
 FROM search_words
 CROSS JOIN search_documents d ON d.number = search_words.rowid AND d.organization_id = ?1 AND d.kind = 'team'
 CROSS JOIN teams r ON r.organization_id = d.organization_id AND r.id = d.record_id
 WHERE search_words MATCH ?2 AND 'team' IN (SELECT value FROM json_each(?6))
     AND (?3 IS NULL OR r.id = ?3)
 ORDER BY lower(r.name) = ?4 DESC, r.name, r.id LIMIT ?5)
UNION ALL
SELECT * FROM (SELECT 'event', r.id, r.number, r.title, p.name, r.status, r.starts_at, r.time_zone
 FROM search_words
 CROSS JOIN search_documents d ON d.number = search_words.rowid AND d.organization_id = ?1 AND d.kind = 'event'
 CROSS JOIN events r ON r.organization_id = d.organization_id AND r.id = d.record_id
 LEFT JOIN projects p ON p.organization_id = r.organization_id AND p.id = r.project_id AND (?3 IS NULL OR p.team_id = ?3)
 WHERE search_words MATCH ?2 AND 'event' IN (SELECT value FROM json_each(?6))
     AND (?3 IS NULL OR r.team_id = ?3)
 ORDER BY lower(r.title) = ?4 DESC, instr(lower(r.title), ?4) = 1 DESC, r.starts_at DESC, r.id LIMIT ?5)
UNION ALL
SELECT * FROM (SELECT 'shift', r.id, r.number, r.role, k.name, r.status, r.starts_at, r.time_zone
 FROM search_words
 CROSS JOIN search_documents d ON d.number = search_words.rowid AND d.organization_id = ?1 AND d.kind = 'shift'
 CROSS JOIN shifts r ON r.organization_id = d.organization_id AND r.id = d.record_id
 LEFT JOIN people k ON k.id = r.person_id AND (?3 IS NULL OR EXISTS (SELECT 1 FROM team_members l WHERE l.organization_id = ?1 AND l.person_id = k.id AND l.team_id = ?3))
 WHERE search_words MATCH ?2 AND 'shift' IN (SELECT value FROM json_each(?6))
     AND (?3 IS NULL OR r.team_id = ?3)
 ORDER BY r.starts_at DESC, r.id LIMIT ?5)
UNION ALL
SELECT * FROM (SELECT r.kind, r.id, r.number, coalesce(r.document_number, r.status || ' ' || r.kind), k.name, r.status, NULL, NULL
 FROM search_words
 CROSS JOIN search_documents d ON d.number = search_words.rowid AND d.organization_id = ?1 AND d.kind IN ('quote', 'invoice', 'credit_note')
 CROSS JOIN billing_documents r ON r.organization_id = d.organization_id AND r.id = d.record_id
 LEFT JOIN projects p ON p.organization_id = r.organization_id AND p.id = r.project_id
 LEFT JOIN contacts k ON k.organization_id = r.organization_id AND k.id = r.client_id
     AND (?3 IS NULL OR EXISTS (SELECT 1 FROM contact_teams l WHERE l.organization_id = ?1 AND l.contact_id = k.id AND l.team_id = ?3))
 WHERE search_words MATCH ?2 AND r.kind IN (SELECT value FROM json_each(?6))
     AND (?3 IS NULL OR (r.team_id = ?3 OR (r.team_id IS NULL AND p.team_id = ?3)))
 ORDER BY lower(r.document_number) IS ?4 DESC, r.updated_at DESC, r.id LIMIT ?5)
UNION ALL
-- By whom they are for.
SELECT * FROM (SELECT r.kind, r.id, r.number, coalesce(r.document_number, r.status || ' ' || r.kind), k.name, r.status, NULL, NULL
 FROM search_words
 CROSS JOIN search_documents d ON d.number = search_words.rowid AND d.organization_id = ?1 AND d.kind = 'contact'
 CROSS JOIN contacts k ON k.organization_id = d.organization_id AND k.id = d.record_id
 CROSS JOIN billing_documents r ON r.organization_id = k.organization_id AND r.client_id = k.id
 LEFT JOIN projects p ON p.organization_id = r.organization_id AND p.id = r.project_id
 WHERE search_words MATCH ?2 AND r.kind IN (SELECT value FROM json_each(?6))
     AND (?3 IS NULL OR EXISTS (SELECT 1 FROM contact_teams l WHERE l.organization_id = ?1 AND l.contact_id = k.id AND l.team_id = ?3))
     AND (?3 IS NULL OR (r.team_id = ?3 OR (r.team_id IS NULL AND p.team_id = ?3)))
 ORDER BY r.updated_at DESC, r.id LIMIT ?5)
UNION ALL
SELECT * FROM (SELECT 'service_item', r.id, r.number, r.name, r.unit, CASE WHEN r.archived_at IS NULL THEN 'active' ELSE 'archived' END, NULL, NULL
 FROM search_words
 CROSS JOIN search_documents d ON d.number = search_words.rowid AND d.organization_id = ?1 AND d.kind = 'service_item'
 CROSS JOIN service_items r ON r.organization_id = d.organization_id AND r.id = d.record_id
 WHERE search_words MATCH ?2 AND 'service_item' IN (SELECT value FROM json_each(?6))
     AND (?3 IS NULL OR r.team_id IS NULL OR r.team_id = ?3)
 ORDER BY lower(r.name) = ?4 DESC, instr(lower(r.name), ?4) = 1 DESC, r.updated_at DESC, r.id LIMIT ?5)
UNION ALL
SELECT * FROM (SELECT 'budget', r.id, r.number, r.name, CASE WHEN ?3 IS NULL OR p.team_id = ?3 THEN p.name END, r.status, NULL, NULL
 FROM search_words
 CROSS JOIN search_documents d ON d.number = search_words.rowid AND d.organization_id = ?1 AND d.kind = 'budget'
 CROSS JOIN budgets r ON r.organization_id = d.organization_id AND r.id = d.record_id
 LEFT JOIN projects p ON p.organization_id = r.organization_id AND p.id = r.project_id
 WHERE search_words MATCH ?2 AND 'budget' IN (SELECT value FROM json_each(?6))
     AND (?3 IS NULL OR (r.team_id = ?3 OR (r.team_id IS NULL AND p.team_id = ?3)))
 ORDER BY lower(r.name) = ?4 DESC, instr(lower(r.name), ?4) = 1 DESC, r.updated_at DESC, r.id LIMIT ?5)
