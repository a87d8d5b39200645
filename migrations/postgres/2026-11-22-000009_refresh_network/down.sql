ALTER TABLE refresh_tokens DROP COLUMN rotated_user_agent;
ALTER TABLE refresh_tokens DROP COLUMN rotated_ip_address;
