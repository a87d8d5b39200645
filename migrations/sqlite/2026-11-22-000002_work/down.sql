DROP TABLE task_dependencies;
DROP TABLE task_assignees;
DROP TABLE tasks;
DROP TABLE milestones;
DROP TABLE phases;
DROP TABLE projects;
DROP TABLE contact_teams;
DROP TABLE contacts;
