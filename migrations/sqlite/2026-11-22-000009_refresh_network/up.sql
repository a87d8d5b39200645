-- From where a refresh token was first exchanged: a retry from elsewhere is told to its person.
ALTER TABLE refresh_tokens ADD COLUMN rotated_ip_address TEXT;
ALTER TABLE refresh_tokens ADD COLUMN rotated_user_agent TEXT;
