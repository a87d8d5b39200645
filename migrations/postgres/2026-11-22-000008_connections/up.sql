-- The newest link of each refresh chain: it says when a connection ends by itself if its client stays away.
CREATE INDEX refresh_tokens_heads ON refresh_tokens (organization_id, connection_id) WHERE rotated_at IS NULL;

-- What is over is found by its age, and swept by whoever writes next.
CREATE INDEX access_tokens_by_expiry ON access_tokens (organization_id, expires_at);
CREATE INDEX refresh_tokens_by_expiry ON refresh_tokens (organization_id, expires_at);
CREATE INDEX authorization_codes_by_expiry ON authorization_codes (organization_id, expires_at);
CREATE INDEX authorization_requests_by_expiry ON authorization_requests (expires_at);
CREATE INDEX sessions_by_expiry ON sessions (expires_at);
