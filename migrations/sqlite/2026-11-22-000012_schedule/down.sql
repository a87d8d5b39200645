DROP TABLE shifts;
DROP TABLE event_exceptions;
DROP TABLE event_people;
DROP TABLE events;
