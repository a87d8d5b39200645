-- ?1 organization, ?2 names in lower case as a JSON array, ?3 team or null, ?4 rows at most.
SELECT * FROM (
SELECT 'project' AS kind, r.id, r.number, r.name AS title, NULL AS subtitle, r.status AS status
 FROM projects r
 WHERE r.organization_id = ?1 AND lower(r.name) IN (SELECT value FROM json_each(?2)) AND (?3 IS NULL OR r.team_id = ?3)
UNION ALL
SELECT 'phase', r.id, NULL, r.name, p.name, NULL
 FROM phases r JOIN projects p ON p.organization_id = r.organization_id AND p.id = r.project_id
 WHERE r.archived_at IS NULL AND r.organization_id = ?1 AND lower(r.name) IN (SELECT value FROM json_each(?2)) AND (?3 IS NULL OR p.team_id = ?3)
UNION ALL
SELECT 'milestone', r.id, NULL, r.name, p.name, NULL
 FROM milestones r JOIN projects p ON p.organization_id = r.organization_id AND p.id = r.project_id
 WHERE r.archived_at IS NULL AND r.organization_id = ?1 AND lower(r.name) IN (SELECT value FROM json_each(?2)) AND (?3 IS NULL OR p.team_id = ?3)
UNION ALL
SELECT 'task', r.id, r.number, r.title, p.name, r.status
 FROM json_each(?2) n
 CROSS JOIN tasks r ON r.organization_id = ?1 AND r.title = n.value COLLATE NOCASE
 CROSS JOIN projects p ON p.organization_id = r.organization_id AND p.id = r.project_id
 WHERE ?3 IS NULL OR p.team_id = ?3
UNION ALL
SELECT 'contact', r.id, r.number, r.name, r.email, NULL
 FROM contacts r
 WHERE r.organization_id = ?1 AND lower(r.name) IN (SELECT value FROM json_each(?2))
     AND (?3 IS NULL OR EXISTS (SELECT 1 FROM contact_teams l WHERE l.organization_id = ?1 AND l.contact_id = r.id AND l.team_id = ?3))
UNION ALL
SELECT 'member', r.id, NULL, r.name, r.email, NULL
 FROM memberships m JOIN people r ON r.id = m.person_id
 WHERE m.organization_id = ?1 AND m.ended_at IS NULL
     AND (lower(r.name) IN (SELECT value FROM json_each(?2)) OR r.email IN (SELECT value FROM json_each(?2)))
     AND (?3 IS NULL OR EXISTS (SELECT 1 FROM team_members l WHERE l.organization_id = ?1 AND l.person_id = r.id AND l.team_id = ?3))
UNION ALL
SELECT 'team', r.id, NULL, r.name, NULL, NULL
 FROM teams r
 WHERE r.organization_id = ?1 AND lower(r.name) IN (SELECT value FROM json_each(?2)) AND (?3 IS NULL OR r.id = ?3)
) LIMIT ?4
