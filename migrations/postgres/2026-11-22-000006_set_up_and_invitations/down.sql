DROP TABLE invitations;
DROP TABLE set_up_guesses;
DROP TABLE set_up_codes;
